"""What is signed: written with our own keys, and read as pinned keys have signed it."""

from collections.abc import Collection
import time
from typing import TypedDict
from xml.etree.ElementTree import Element

from ...protocol.budget import SIGNATURE, Effort
from ...protocol.errors import PayloadRefused
from ...protocol.model import BareJid
from ...protocol.trust.identity import moved_from, moved_to_element
from ...protocol.trust.keys import Keys
from ...protocol.trust.kinds import KINDS, StatementKind
from ...protocol.trust.signed import SIGNED, Signed, Statement, sign, signed_in, verified
from ..context import AccountContext
from ..store import LATER
from .trust import Trust


class KeptStatements(TypedDict):
    """What is kept of what was said."""

    said: float
    """When anything was last said: what is said next is said later."""


class Statements:
    """Write statements of an account, and read those that are said to it."""

    def __init__(self, context: AccountContext) -> None:
        self._loop, self._jid, self._store = context.hass.loop, context.jid, context.store
        self._kept = self._store.section(KeptStatements(said=0.0))
        self.own = context.own
        self.keys: Keys = self.own.keys
        """What is signed with; on disk, and published before it is used where that can be."""
        self._trust, self._budgets = context[Trust], context.budgets

    # Ours

    @property
    def said(self) -> float:
        """When anything was said last, Unix seconds."""
        return self._kept["said"]

    def moment(self) -> float:
        """Return the time, Unix seconds to the millisecond, later than any that was given."""
        said = max(round(time.time(), 3), round(self._kept["said"] + 0.001, 3))
        self._kept["said"] = said
        self._store.save_within(LATER)
        return said

    def go_on_after(self, said: float) -> None:
        """Say nothing that is not later than this."""
        self._kept["said"] = max(self._kept["said"], said)

    def sign(
        self, jid: BareJid, kind: StatementKind, payload: Element, about: str | None = None
    ) -> Element:
        """Return the `<signed>` of what is said to a peer."""
        statement = Statement(self._jid, self.moment(), payload, to=jid, about=about)
        return sign(self.keys, kind, statement)

    async def async_sign(
        self, jid: BareJid, kind: StatementKind, payload: Element, about: str
    ) -> Element:
        """Return the same of what may be long: an answer of the past would hold the event loop."""
        statement = Statement(self._jid, self.moment(), payload, to=jid, about=about)
        return await self._loop.run_in_executor(None, sign, self.keys, kind, statement)

    def is_own(self, key: bytes) -> bool:
        """Return whether a signing key is ours, or was before we changed it."""
        before = (signed_in(rollover).key for rollover in self.own.rollovers)
        return key == self.keys.public.signing or key in before

    def sign_item(self, node: str, item_id: str, payload: Element) -> Element:
        """Return the `<signed>` of an item, said to all who may read its node."""
        statement = Statement(self._jid, self.moment(), payload, node=node, item=item_id)
        return sign(self.keys, StatementKind.ITEM, statement)

    def moved_to(self, new: BareJid) -> Element:
        """Return the `<signed>` that we are at another address now, for all who look here."""
        statement = Statement(new, self.moment(), moved_to_element(self._jid))
        return sign(self.keys, StatementKind.MOVED, statement)

    # Of others

    def opened(
        self, sender: BareJid, element: Element, *kinds: StatementKind, about: str | None = None
    ) -> Statement:
        """Return what a peer signed and said to us, of one of some kinds.

        Raises PayloadRefused; `unknown_key` where it may be taken again later, see `Wanted.hold`.
        """
        signed = self._signed(sender, element, kinds)
        statement = verified(signed, self._trust.pinned(sender, signed.key))
        return self._taken(sender, signed, statement, about)

    async def async_opened(
        self, sender: BareJid, element: Element, *kinds: StatementKind, about: str
    ) -> Statement:
        """Return the same of what may be long: an answer of the past would hold the event loop."""
        signed = _signed_of(element, kinds)
        pinned = self._trust.pinned(sender, signed.key)
        statement = await self._loop.run_in_executor(None, verified, signed, pinned)
        # It may be another one, or none, by now.
        self._trust.pinned(sender, signed.key)
        return self._taken(sender, signed, statement, about)

    def claimed(self, sender: BareJid, element: Element, kind: StatementKind) -> Statement:
        """Return what a stranger signed, by the key beside it: whose that is stays to be seen.

        Raises PayloadRefused.
        """
        signed = self._signed(sender, element, (kind,))
        statement = verified(signed, signed.key)
        self._check_addresses(sender, statement)
        return statement

    def _signed(
        self, sender: BareJid, element: Element, kinds: Collection[StatementKind]
    ) -> Signed:
        """Return what is signed, where its sender may cost the work to inflate and verify it."""
        is_known = self._trust.wanted.is_known(sender)
        effort, now = Effort.WORK if is_known else Effort.STRANGER_WORK, time.monotonic()
        self._budgets.charge(effort, sender, now, SIGNATURE)
        signed = _signed_of(element, kinds)
        self._budgets.spend(effort, sender, now, len(signed.statement))
        return signed

    def _taken(
        self, sender: BareJid, signed: Signed, statement: Statement, about: str | None
    ) -> Statement:
        self._check_addresses(sender, statement, is_item=signed.kind is StatementKind.ITEM)
        if about is not None and statement.about != about:
            raise PayloadRefused("replayed")
        # What answers a question is as new as that is.
        is_message = about is None and KINDS[signed.kind].is_ordered
        if is_message and not self._trust.peers.take_said(sender, statement.said):
            raise PayloadRefused("replayed")
        return statement

    def _check_addresses(
        self, sender: BareJid, statement: Statement, *, is_item: bool = False
    ) -> None:
        if statement.sender != sender:
            raise PayloadRefused("wrong_sender")
        if statement.to != self._jid and not (is_item and statement.to is None):
            raise PayloadRefused("wrong_receiver")

    def moved_from(self, sender: BareJid, element: Element) -> BareJid:
        """Return where somebody was before who says to be here now, by the same key.

        It is the sender itself who is known here already. Raises PayloadRefused.
        """
        signed = self._signed(sender, element, (StatementKind.MOVED,))
        known = self._trust.peers.of_key(signed.key)
        if sender in known:
            return sender
        if not known:
            raise PayloadRefused("unknown_key")
        statement = verified(signed, signed.key)
        if (old := moved_from(statement)) not in known:
            raise PayloadRefused("unknown_key")
        if not self._trust.signs(old):
            raise PayloadRefused("key_changed")
        self._check_addresses(sender, statement)
        # One of an earlier move would lead back to where the friend is no more.
        if not self._trust.peers.take_said(old, statement.said):
            raise PayloadRefused("replayed")
        return old


def _signed_of(element: Element, kinds: Collection[StatementKind]) -> Signed:
    if element.tag != SIGNED:
        raise PayloadRefused("unsigned")
    if element.get("kind") not in kinds:
        raise PayloadRefused("wrong_kind")
    return signed_in(element)
