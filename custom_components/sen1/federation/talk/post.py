"""What is said to friends in messages: signed for who signs, entered in the journal, then sent.

All messages between installations pass here, in the order in which they were told. Without a link,
and to a friend whose keys are not known or who was stopped, nothing is said: it is told again at
the next occasion, by whoever told it.
"""

import asyncio
from collections import deque
from typing import NamedTuple
from xml.etree.ElementTree import Element

from slixmpp.types import MessageTypes

from ...faults import contained
from ...protocol.errors import PayloadRefused
from ...protocol.model import BareJid
from ...protocol.trust.chain import details_of
from ...protocol.trust.kinds import KINDS, MESSAGE_KINDS, StatementKind, kind_of, message_to_element
from ...protocol.trust.signed import SIGNED, Signed, signed_in
from ..context import AccountContext
from ..journal.journal import Journal
from ..part import Part
from ..trust.peers import Standing
from ..trust.statements import Statements
from ..trust.trust import UNKNOWN_KEY, Trust


class _Letter(NamedTuple):
    """What is to be said to whom."""

    jid: BareJid
    kind: StatementKind
    payload: Element
    is_repeat: bool
    line: str


class Post(Part):
    """Queue what is told, and send it once the journal has it on disk."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._trust, self._statements = context[Trust], context[Statements]
        self._journal = context[Journal]
        self._letters: deque[_Letter] = deque()
        self._news = asyncio.Event()
        self._sent = asyncio.Event()
        self._sent.set()
        self.runs = (self.run,)

    def reaches(self, jid: BareJid) -> bool:
        """Return whether what is told to somebody now is said: over a link, to keys we know."""
        return self._session.is_online and (
            self._trust.signs(jid) or self._trust.standing(jid) is Standing.KEYLESS
        )

    def tell(self, jid: BareJid, said: object, *, is_repeat: bool = False, line: str = "") -> None:
        """Say something to a friend, with a line for a person, after all that was told before.

        What repeats something no server keeps for who is away.
        """
        payload = message_to_element(said)
        kind = kind_of(payload)
        assert kind is not None  # what is said in a message has a row
        if self.reaches(jid):
            self._letters.append(_Letter(jid, kind, payload, is_repeat, line))
            self._sent.clear()
            self._news.set()

    async def sent(self) -> None:
        """Return once all that was told until now has gone."""
        await self._sent.wait()

    async def run(self) -> None:
        """Send until cancelled."""
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                batch = list(self._letters)
                self._letters.clear()
                await self._send(batch)
                if not self._letters:
                    self._sent.set()
        finally:
            # Whoever waits is told again what was lost.
            self._letters.clear()
            self._sent.set()

    async def _send(self, batch: list[_Letter]) -> None:
        going = []
        for letter in batch:
            with contained():
                if self.reaches(letter.jid):
                    going.append((letter, self._written(letter)))
        await self._journal.written()
        if any(letter.kind is StatementKind.GRANT_SEEN for letter, _ in going):
            # Of what we say to know we are not told again.
            await self._store.async_save()
        for letter, element in going:
            kind: MessageTypes = "headline" if letter.is_repeat else "normal"
            self._session.tell(letter.jid, element, kind=kind, line=letter.line)

    def _written(self, letter: _Letter) -> Element:
        """Return a letter as it goes, entered in the journal."""
        jid, kind, payload, *_ = letter
        if not self._trust.signs(jid):
            self._journal.entered(kind, jid, None, **details_of(payload))
            return payload
        element = self._statements.sign(jid, kind, payload)
        self._journal.entered(kind, jid, signed_in(element))
        return element

    def opened(self, sender: BareJid, element: Element) -> tuple[Element, Signed | None]:
        """Return what a message says, and the statement it was signed as, if it was.

        Raises PayloadRefused: of who signs nothing else is taken.
        """
        if element.tag != SIGNED:
            standing = self._trust.standing(sender)
            kind = kind_of(element)
            if (kind and not KINDS[kind].is_signed) or standing is Standing.KEYLESS:
                return element, None
            # Whoever has not been asked for a key yet may have none.
            raise PayloadRefused(UNKNOWN_KEY if standing is Standing.UNKNOWN else "unsigned")
        payload = self._statements.opened(sender, element, *MESSAGE_KINDS).payload
        if kind_of(payload) != element.get("kind"):
            raise PayloadRefused("wrong_kind")
        return payload, signed_in(element)
