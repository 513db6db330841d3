"""Who somebody is to this account, asked here alone: what is decided, and what is still owed.

A stopped key changes nothing of it: nothing goes to a friend whose key is in question, but it is
the friend, and none of a stranger's texts may say otherwise.
"""

from collections.abc import Callable, Iterable
from xml.etree.ElementTree import Element

from ...protocol.model import BareJid
from ...protocol.ties import KNOWN, Tie
from ...protocol.trust.kinds import KINDS
from ...protocol.trust.signed import SIGNED
from ...protocol.trust.wire import claimed_kind
from ..config import CONF_JID, friends_of, proxies_of, proxy_data
from ..context import AccountContext
from ..journal.journal import Journal
from ..part import Part
from ..talk.chores import Chores
from ..trust.peers import Standing
from ..trust.trust import Trust
from .circles import Circles
from .members import Memberships, organisers_of


class Relations(Part):
    """Answer from what the household decided and the Store remembers, as they are."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._trust, self._chores, self._journal = context[Trust], context[Chores], context[Journal]
        self._circles, self._memberships = context[Circles], context[Memberships]
        self._journal.relations = self
        self.asked: Callable[[], Iterable[tuple[BareJid, bool]]] = tuple
        """Tells whose links of collections are not answered yet, and of each whether anything was
        known of its keys before."""

    def ties(self, jid: BareJid) -> frozenset[Tie]:
        """Return all that somebody is to us."""
        found = {
            Tie.NAMED: self.is_named(jid),
            Tie.CIRCLE: jid in self._circles.joined,
            Tie.MEMBER: self._memberships.has(jid),
            Tie.ORGANISER: self.organises(jid),
            Tie.COMING: self._trust.wanted.is_coming(jid),
            Tie.FORMER: jid in self._trust.peers,
            Tie.ANYBODY: True,
        }
        return frozenset(tie for tie, is_so in found.items() if is_so)

    def may_say(self, jid: BareJid, element: Element) -> bool:
        """Return whether somebody has a reason to say what a message claims to say.

        Of one who is not known it is read no further without.
        """
        ties, kind = self.ties(jid), claimed_kind(element)
        if ties & KNOWN:
            return True
        says = frozenset() if kind is None else KINDS[kind].says
        if element.tag == SIGNED:
            # Who joins is taken once its key is known, and then what it said since.
            return Tie.COMING in ties or bool(says & ties - {Tie.ANYBODY})
        is_keyless = self._trust.standing(jid) is Standing.KEYLESS
        is_signed = kind is None or KINDS[kind].is_signed
        return Tie.ANYBODY in says and (is_keyless or not is_signed)

    def is_no_home(self, jid: BareJid) -> bool:
        """Return whether an address is nobody's who can come: ours, or a proxy's."""
        proxies = {proxy_data(subentry)["jid"] for subentry in proxies_of(self._entry).values()}
        return jid == self._entry.data[CONF_JID] or jid in proxies

    def may_come(self, jid: BareJid) -> bool:
        """Return whether a circle admits somebody who asks, or has."""
        return self._circles.agrees_to(jid)

    def is_friend(self, jid: BareJid) -> bool:
        """Return whether somebody is a friend: by name, or as one of a circle."""
        return jid in self._circles.joined or self.is_named(jid)

    def is_named(self, jid: BareJid) -> bool:
        """Return whether the household made somebody a friend by name."""
        return jid in friends_of(self._entry)

    def organises(self, jid: BareJid) -> bool:
        """Return whether somebody organises a collection that the household takes part in."""
        return jid in organisers_of(self._entry)

    def is_known(self, jid: BareJid) -> bool:
        """Return whether somebody is a friend by name, in a circle or a collection, or organises.

        Stopped or not.
        """
        return bool(self.ties(jid) & KNOWN)

    def is_owed(self, jid: BareJid) -> bool:
        """Return whether a former friend has to hear or erase something, or we have of it."""
        return self._journal.disclosures.is_awaited(jid) or self._chores.is_owed(jid)

    def is_remembered(self, jid: BareJid) -> bool:
        """Return whether somebody is known, is owed something, or was once to erase something."""
        return self.is_known(jid) or self.is_owed(jid) or jid in self._journal.disclosures.erasures

    def is_new(self, jid: BareJid) -> bool:
        """Return whether a link is all there is of somebody, so that its key is the one to expect.

        Of anybody else a link says nothing: neither that the key is verified, nor that it is
        another. What the links of collections that are not answered yet had us ask does not count.
        """
        was_known = [was_known for asked, was_known in self.asked() if asked == jid]
        is_by_link = bool(was_known) and not any(was_known)
        has_key = self._trust.peers.key_of(jid) is not None
        return not self.is_remembered(jid) and (is_by_link or not has_key)
