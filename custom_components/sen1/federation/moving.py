"""Moving to another address: friends are told of ours, and followed to theirs, without a question.

Only where both sides sign: that somebody new is who a friend was before, the friend's key says.
"""

from collections.abc import Iterator
from functools import partial
import time
from xml.etree.ElementTree import Element

from slixmpp import JID

from ..protocol.budget import Effort
from ..protocol.errors import PayloadRefused
from ..protocol.model import BareJid
from ..protocol.trust.identity import moved_to_element
from ..protocol.trust.kinds import StatementKind
from ..protocol.trust.signed import signed_in
from .config import (
    CONF_JID,
    MoveData,
    circle_data,
    circles_of,
    friends_of,
    origin_of,
    participation_data,
    participations_of,
)
from .consent.policy import Policy
from .context import AccountContext
from .friends import Friends
from .journal.journal import Journal
from .organising.collections import Collections
from .participating.participations import Participations
from .publish.reconciler import Reconciler
from .relations.addresses import Addresses
from .relations.circles import Circles
from .relations.relations import Relations
from .talk.chores import Chores
from .talk.until_seen import Intervals, Unseen, UntilSeen
from .trust.statements import Statements
from .trust.trust import Trust
from .xmpp.events import FriendRequest

AGAIN_FIRST = 10.0
AGAIN_MOST = 86_400.0
"""Seconds before friends are told again that we moved, each time four times as many.

Two servers that meet for the first time lose what both send while they agree on one connection.
"""


class Moving(UntilSeen):
    """Tell those who know us by an old address; follow those who come from one."""

    intervals = Intervals(AGAIN_FIRST, 4, AGAIN_MOST)

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._journal, self._budgets = context[Journal], context.budgets
        self._trust, self._chores = context[Trust], context[Chores]
        self._statements, self._moved = context[Statements], context.moved
        self._addresses, self._circles = context[Addresses], context[Circles]
        self._policy, self._relations = context[Policy], context[Relations]
        self._friends, self._reconciler = context[Friends], context[Reconciler]
        # Of who is on no roster, and said something where we are now.
        for listeners in (context[Participations].admitted, context[Collections].came):
            listeners.add(self._addresses.has_come)
        self.hears = {FriendRequest: self._hear_request}
        self.admits = {StatementKind.MOVED: self._may_say}
        self.verifies = {StatementKind.MOVED: self.take}

    # Where we are

    def _unseen(self) -> Iterator[Unseen]:
        """Yield of whom has not come along each address that it knows us by."""
        here = self._entry.data[CONF_JID]
        for friend, known_by in self._addresses.arriving.items():
            if self._trust.signs(BareJid(friend)):
                for old in known_by:
                    if old != here:
                        write = partial(moved_to_element, BareJid(old))
                        yield Unseen((friend, old), BareJid(friend), None, write)

    def _hear_request(self, event: FriendRequest) -> None:
        """Note that a friend asks for friendship where we are now: it has come along."""
        if self._addresses.asks_here(event.sender):
            self._reconciler.look_at_roster()

    # Where friends are

    def _may_say(self, stranger: BareJid, _element: Element) -> bool:
        """Let anybody say that it moved, now and then; raises PayloadRefused."""
        self._budgets.charge(Effort.STRANGER, stranger, time.monotonic())
        return True

    def take(self, sender: BareJid, element: Element) -> None:
        """Take that a friend is at another address now, which says so; raises PayloadRefused."""
        if (old := self._statements.moved_from(sender, element)) == sender:
            # It was followed here before.
            return
        if not self._relations.is_known(old):
            raise PayloadRefused("stranger")
        if self._relations.is_known(sender) or self._relations.is_no_home(sender):
            raise PayloadRefused("address_taken")
        self._follow(old, sender)
        self._journal.entered(StatementKind.MOVED, sender, signed_in(element), ours=False)

    def _follow(self, old: BareJid, new: BareJid) -> None:
        """Let all that is of a friend be so at its new address."""
        self._budgets.move(old, new, time.monotonic())
        self._store.move_friend(old, new, is_named=self._relations.is_named(old))
        self._moved.tell(old, new)
        self._rename(old, new)
        self._circles.apply()
        self._policy.apply()
        self._chores.unfriend(old)
        # Who asked before it said who it is waits no more.
        self._friends.apply()
        self._reconciler.wake()

    def _rename(self, old: BareJid, new: BareJid) -> None:
        """Write the new address into what the user decided."""
        if (subentry := friends_of(self._entry).get(old)) is not None:
            data = {**subentry.data, CONF_JID: new, "origin": origin_of(self._entry, old)}
            data["moved"] = MoveData(old=old, at=time.time())
            data.pop("preauth", None)
            self._hass.config_entries.async_update_subentry(
                self._entry, subentry, data=data, unique_id=new
            )
        for subentry in participations_of(self._entry).values():
            part = participation_data(subentry)
            if part["jid"] == old:
                # The installation is the one it was.
                address = f"{new}/{JID(part['address']).resource}"
                self._hass.config_entries.async_update_subentry(
                    self._entry,
                    subentry,
                    data={**part, "jid": new, "address": address},
                    unique_id=f"{new} {part['collection']}",
                )
        for subentry in circles_of(self._entry).values():
            listed = circle_data(subentry)["addresses"]
            if old in listed:
                addresses = sorted({new if jid == old else jid for jid in listed})
                self._hass.config_entries.async_update_subentry(
                    self._entry, subentry, data={**subentry.data, "addresses": addresses}
                )
