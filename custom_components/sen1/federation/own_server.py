"""What our own server says of itself; asked over each new link."""

import asyncio
from contextlib import suppress

from ..protocol.errors import RequestFailed
from .context import AccountContext
from .part import Part
from .xmpp.data_policy import DataPolicy


class OwnServer(Part):
    """Know what it keeps of us, as far as it says so."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self.data_policy = DataPolicy()
        self._news = asyncio.Event()
        self.runs = (self.run,)

    def online(self, *, resumed: bool) -> None:
        """Ask: the link is new."""
        if not resumed:
            self._news.set()

    async def run(self) -> None:
        """Ask over each new link, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            with suppress(RequestFailed):
                self.data_policy = await self._session.data_policy()
