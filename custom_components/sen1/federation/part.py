"""Part of an account: one capability of it, as whoever runs the account sees it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from contextlib import suppress
from enum import Enum, auto
from types import MappingProxyType
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from ..protocol.model import BareJid
from ..protocol.trust.kinds import StatementKind
from .context import AccountContext
from .kept import Farewell
from .xmpp.events import Event


class Heard[Said](NamedTuple):
    """What somebody says, once it was read."""

    sender: BareJid
    said: Said
    at: float | None
    """When it was said, Unix seconds, by its signature; None: it bears none."""


class To(Enum):
    """Whom a command is answered to."""

    ANYBODY = auto()
    """Who has no secret of ours is refused by what answers."""
    KNOWN = auto()
    FRIENDS = auto()


class Responder(NamedTuple):
    """What answers a command; it raises FriendRefused or PayloadRefused."""

    to: To
    answer: Callable[[BareJid, Element], Awaitable[Element]]


async def wait_for(news: asyncio.Event, within: float | None) -> None:
    """Return once there is news, or after so many seconds; None: however long that takes."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            await news.wait()


class Tasks:
    """What a part begins while it runs, each in a task of its own."""

    def __init__(self) -> None:
        self.group: asyncio.TaskGroup | None = None
        """None while the part does not run."""

    async def run(self) -> None:
        """Let tasks be begun until cancelled."""
        try:
            async with asyncio.TaskGroup() as self.group:
                await asyncio.Event().wait()
        finally:
            self.group = None


type Takers = Mapping[StatementKind, Callable[[Heard[Any]], None]]
type Verifiers = Mapping[StatementKind, Callable[[BareJid, Element], None]]
type Admissions = Mapping[StatementKind, Callable[[BareJid, Element], bool]]
type Hearers = Mapping[type[Event], Callable[[Any], None]]


class Part:
    """One capability of an account: what it does not say here, it does not do.

    Its constructor begins nothing: no task, no timer, nothing told.
    """

    takes: Takers = MappingProxyType({})
    """What takes a statement, by its kind; it raises PayloadRefused. A kind has one taker."""
    verifies: Verifiers = MappingProxyType({})
    """What takes a statement as it came, since who may sign it is a question of its own."""
    admits: Admissions = MappingProxyType({})
    """What lets one who is not known say something; it raises PayloadRefused to say why not."""
    hears: Hearers = MappingProxyType({})
    """What hears of an event; of a statement, once it was taken."""
    answers: Mapping[str, Responder] = MappingProxyType({})
    """What answers a command, by its name."""
    runs: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = ()
    """What runs until cancelled."""

    def __init__(self, context: AccountContext) -> None:
        self._hass, self._entry = context.hass, context.entry
        self._store, self._session = context.store, context.session

    async def async_load(self) -> None:
        """Go on with what is on the disk, once, before anything is applied."""

    async def async_prepare(self) -> None:
        """Read what `apply` needs of the disk."""

    def apply(self) -> None:
        """Take over what the household decided, as it is now."""

    def online(self, *, resumed: bool) -> None:
        """Hear that the link is up: a new one, over which nothing was said, or the one before."""

    def known(self, jid: BareJid) -> None:
        """Hear that somebody's key is known, or another, or stopped."""

    def there(self, jid: BareJid) -> None:
        """Hear that somebody has just come: what waits for that is said again."""

    def moved(self, old: BareJid, new: BareJid) -> None:
        """Let all that is kept of somebody be of its new address."""

    def we_moved(self, here: BareJid, along: Collection[BareJid]) -> None:
        """Hear that we are at another address, and who follows us there; nothing runs now."""

    async def async_stop(self) -> None:
        """Leave no timer and nothing told; write what waits."""

    def bequeath(self, farewell: Farewell, along: Collection[BareJid]) -> None:
        """Add what must be cleaned of an account that runs no more; `along`: who follows us.

        Where it has `moved`, what is here stays.
        """

    async def async_remove(self) -> None:
        """Delete what is kept beside the account's file."""

    def diagnostics(self) -> Mapping[str, Any]:
        """Return states, counts and reasons; no address, name or value."""
        return {}

    def of_friend(self, jid: BareJid) -> Mapping[str, Any]:
        """Return the same of one friend."""
        return {}
