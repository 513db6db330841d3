"""Which keys were known when, ours and others', as the journal has it."""

from collections.abc import Callable, Iterable, Mapping
import time
from xml.etree.ElementTree import Element, tostring

from homeassistant.core import CALLBACK_TYPE, callback

from ...protocol.model import BareJid
from ...protocol.stamps import stamp
from ...protocol.trust.chain import Known
from ...protocol.trust.identity import Head
from ...protocol.trust.kinds import EventKind
from ...protocol.trust.signed import signed_in, verified
from ...protocol.trust.verify_journal import to_text
from ..config import CONF_JID
from ..context import AccountContext
from ..issues import Issue, async_tell
from ..store import LATER
from ..trust.publishing import IdentityNode
from ..trust.statements import Statements
from ..trust.trust import Trust


class KeyEntries:
    """Enter each key that becomes known, and that this journal is an older copy."""

    def __init__(
        self,
        context: AccountContext,
        restored: dict[str, str],
        heads: Mapping[int, bytes],
        enter: Callable[..., None],
    ) -> None:
        """`restored` has heads that others know and we do not, and when we heard; `heads` ours."""
        self._hass, self._entry, self._store = context.hass, context.entry, context.store
        self._trust, self._statements = context[Trust], context[Statements]
        self._identity = context[IdentityNode]
        self._restored = restored
        self._heads = heads
        self._enter = enter
        self._listening: list[CALLBACK_TYPE] = []

    def listen(self) -> None:
        """Enter what becomes known from now on."""
        self._listening = [
            self._trust.listeners.add(self._take_standing),
            self._identity.heads.add(self.heard),
        ]

    def stop(self) -> None:
        """Listen no more."""
        for stop in self._listening:
            stop()
        self._listening = []

    @callback
    def heard(self, head: Head) -> None:
        """Take which entry our identity, which we signed, names: another is of a later copy.

        That is entered and told once a day. What a friend says to have seen of us is in its own
        words, in what it signs of each day, and proves nothing by itself.
        """
        today, text = stamp(time.time())[:10], to_text(head.hash)
        if head.entries == 0 or self._heads.get(head.entries) == head.hash:
            return
        if text in self._restored or today in self._restored.values():
            return
        self._restored[text] = today
        self._store.save_within(LATER)
        self._enter(EventKind.RESTORED, None, None, entries=head.entries, head=text)
        async_tell(self._hass, self._entry, Issue.OLDER_COPY, self._entry.entry_id)

    def known(self, friend: BareJid | None) -> Known | None:
        """Return a friend's pinned key; without one, our own."""
        if friend is None:
            return Known(self._statements.keys.public.signing, "own", self._statements.own.since)
        peer = self._trust.peers.get(friend)
        if peer is None or peer.keys is None:
            return None
        return Known(peer.keys.signing, peer.how, peer.since)

    def _take_standing(self, jid: BareJid) -> None:
        """Enter that a key, ours or a peer's, is another, or known otherwise."""
        if jid == self._entry.data[CONF_JID]:
            self.enter_own()
            return
        peer = self._trust.peers.get(jid)
        if peer is not None and peer.keys is not None:
            key = to_text(peer.keys.signing)
            self._enter(EventKind.KEY, jid, None, ours=False, key=key, standing=peer.standing)

    def enter_own(self) -> None:
        """Enter our key, with the one before that signed it, if it did."""
        key = to_text(self._statements.keys.public.signing)
        rollovers = self._statements.own.rollovers
        if rollovers and _led_to(rollovers[-1]) == key:
            self._enter(EventKind.KEY, None, signed_in(rollovers[-1]))
        else:
            self._enter(EventKind.KEY, None, None, key=key)

    def exported(self, keys: Iterable[Mapping[str, str]]) -> list[dict[str, str | None]]:
        """Return keys of ours, each with what the one before signed of it, if it did."""
        rollovers = {
            _led_to(each): tostring(each, "unicode") for each in self._statements.own.rollovers
        }
        return [
            {"key": key["key"], "from": key["since"], "rollover": rollovers.get(key["key"])}
            for key in keys
        ]


def _led_to(rollover: Element) -> str:
    """Return the key, in base64, that a change of key leads to."""
    signed = signed_in(rollover)
    return verified(signed, signed.key).payload.get("signing", "")
