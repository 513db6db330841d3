"""Whom an account believes: it signs with its own keys, and opens what pinned keys have signed."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
import time
from typing import Any, TypedDict
from xml.etree.ElementTree import Element

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ...faults import contained
from ...listeners import Listeners
from ...protocol.budget import SIGNATURE, Budgets, Effort
from ...protocol.errors import PayloadRefused
from ...protocol.links import friend_link
from ...protocol.model import BareJid
from ...protocol.trust.identity import (
    AccountIdentity,
    Head,
    keys_to_element,
    moved_from,
    moved_to_element,
    rolled_over,
)
from ...protocol.trust.keys import Keys
from ...protocol.trust.kinds import KINDS, StatementKind
from ...protocol.trust.signed import SIGNED, Signed, Statement, sign, signed_in, verified
from ...protocol.trust.verify_journal import fingerprint
from ..config import CONF_JID
from ..issues import Issue, Notices
from ..part import Part
from ..store import LATER, SOON, AccountStore
from ..xmpp.events import FriendRequest
from ..xmpp.session import RETRY, Session
from .identities import Identities
from .own import OwnKeys, made_keys
from .peers import MOST_FORMER, SIGNING, How, PeerData, Peers, Standing
from .publishing import IdentityNode

UNKNOWN_KEY = "unknown_key"
"""Why something is not taken yet that may be, once its sender's key is known."""

DENIED = 60.0
"""Seconds in which a key that a peer does not publish is not asked about again."""

MOST_MET = 2000
"""Who is remembered to have been there."""

KNOWN_WITHIN = 10.0
"""Seconds in which a server is to say whether a peer has a key."""

MOST_COMING = 1000
COMING = 3600.0
"""Who shows a secret of ours is asked for its key: so many at a time, for so many seconds. All who
took part in a collection while we were away come at once."""

MOST_HELD = 32
MOST_HELD_OF_ALL = 256
"""Messages that wait for a key: of a peer, and of all; beside the one with which somebody comes."""


class KeptTrust(TypedDict):
    """What is kept beside the keys of peers."""

    keyless: dict[str, float]
    """Peer whose server says that it has no key → since when."""
    said: float
    """When anything was last said: what is said next is said later."""


class Trust(Part):
    """Answer how far peers are known; `listeners` are told whose standing changed.

    They are told our own address when our own key did.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        session: Session,
        store: AccountStore,
        own: OwnKeys,
        budgets: Budgets,
    ) -> None:
        self._loop = hass.loop
        self._jid = BareJid(entry.data[CONF_JID])
        self._session = session
        self._store = store
        self._kept = store.section(KeptTrust(keyless={}, said=0.0))
        self._own = own
        self._budgets = budgets
        self.keys: Keys = own.keys
        """What is signed with; on disk, and published before it is used where that can be."""
        self.listeners = Listeners[BareJid]()
        self.refused: Counter[str] = Counter()
        """Identities that were not taken, by reason."""
        self.peers = Peers(store)
        """Those who have a key, or whose link has its fingerprint."""
        self._wanted: Collection[BareJid] = ()
        self._coming: dict[BareJid, float] = {}
        """Who shows a secret of ours, and until which monotonic time its key is awaited."""
        self._met: set[BareJid] = set()
        """Who came, or said something: its server would know of a key by then."""
        self._keyless_since: dict[BareJid, float] = {}
        """Who was not met and had no key, and at which monotonic time it was first found so."""
        self._identities = Identities(session, self._take_answer)
        self._node = IdentityNode(hass, entry, session, own, self._identity, self._tell_rollover)
        self._questioned: dict[BareJid, bytes] = {}
        """What a peer signed with another key than the one that is known, until it is asked."""
        self._denied: dict[BareJid, tuple[bytes, float]] = {}
        """A key that a peer does not publish, and until which monotonic time that holds."""
        self._held: dict[BareJid, list[Callable[[], None]]] = {}
        self._notices = Notices(hass, entry, Issue.KEY_CHANGED)
        self.runs = (self.run,)
        self.hears = {FriendRequest: self._hear_request}
        self.verifies = {StatementKind.ROLLOVER: self._take_rollover}

    # Who is who

    def standing(self, jid: BareJid) -> Standing:
        """Return how far a peer's key is known."""
        standing = self.peers.standing(jid)
        # Whose link promised a key is not without one, whatever its server says.
        if jid in self._kept["keyless"] and jid not in self.peers:
            return Standing.KEYLESS
        return standing

    def signs(self, jid: BareJid) -> bool:
        """Return whether only signed statements go to a peer, and come from it."""
        return self.standing(jid) in SIGNING

    def is_stopped(self, jid: BareJid) -> bool:
        """Return whether nothing goes to a peer, and nothing of it is taken."""
        return self.standing(jid) is Standing.STOPPED

    @property
    def since(self) -> float:
        """When our keys were made, Unix seconds."""
        return self._own.since

    @property
    def rollovers(self) -> list[Element]:
        """Each change of our key, as the key before signed it, newest last."""
        return self._own.rollovers

    @property
    def own_key_forged(self) -> bool:
        """Whether our server told another key than ours under our address."""
        return self._node.is_forged

    @property
    def own_heads(self) -> Listeners[Head]:
        """Who is told which head of our journal our server has, over each new link."""
        return self._node.heads

    # Life

    async def published(self) -> None:
        """Return once our identity is published over this link, or could not be."""
        await self._node.settled.wait()

    async def run(self) -> None:
        """Publish our identity and ask for those of peers, until cancelled."""
        await self._identities.run(self._node.run)

    async def async_stop(self) -> None:
        """Tell nothing more; who is stopped is remembered."""
        self._notices.tell_of(())

    @callback
    def online(self, *, resumed: bool) -> None:
        """Publish, and ask again, over a new link."""
        if resumed:
            return
        self._node.look()
        for jid in self._wanted:
            if self._is_open(jid) or self.is_stopped(jid):
                self._identities.ask(jid)

    @callback
    def want(self, peers: Collection[BareJid]) -> None:
        """Know the keys of these, and ask the household of no other."""
        now = time.monotonic()
        self._coming = {
            one: until for one, until in self._coming.items() if one not in peers and until >= now
        }
        new = [jid for jid in peers if jid not in self._wanted]
        before, self._wanted = frozenset(self._wanted), frozenset(peers) | self._coming.keys()
        gone = before - self._wanted
        self._met -= gone
        for one in gone:
            self._keyless_since.pop(one, None)
        keyless = self._kept["keyless"]
        former = [jid for jid in keyless if jid not in self._wanted]
        # They are still told what is over, and say that it is erased.
        for jid in former[: max(0, len(former) - MOST_FORMER)]:
            del keyless[jid]
        self._identities.keep_only(self._wanted)
        for jid in self._held.keys() - self._wanted:
            del self._held[jid]
        self.peers.keep_only(self._wanted)
        for jid in filter(self._is_open, new):
            self._identities.ask(jid)
        self._notice()

    @callback
    def expect_coming(self, jid: BareJid) -> bool:
        """Ask for the key of who shows a secret of ours; return whether there is room for it."""
        if jid in self._wanted:
            return True
        now = time.monotonic()
        self._coming = {one: until for one, until in self._coming.items() if until >= now}
        if len(self._coming) >= MOST_COMING:
            return False
        self._coming[jid] = now + COMING
        self._wanted = frozenset(self._wanted) | {jid}
        return True

    def is_coming(self, jid: BareJid) -> bool:
        """Return whether somebody showed a secret of ours, and waits for its key to be known."""
        return jid in self._coming

    def _is_open(self, jid: BareJid) -> bool:
        """Return whether it is to be asked what key a peer has."""
        return self.standing(jid) is Standing.UNKNOWN or self.peers.awaited(jid) is not None

    @callback
    def take_coming(self, jid: BareJid, address: str, *, is_new: bool) -> None:
        """Ask who has come, `is_new`: as an installation, unless its key is known.

        One made anew has another full address: whether it has other keys as well is seen before
        anything goes to it.
        """
        if self.signs(jid):
            if is_new and self.peers.take_address(jid, address):
                self.look(jid)
            return
        is_first = self._meet(jid)
        if is_new or (is_first and self.standing(jid) is not Standing.KEYLESS):
            self.look(jid)

    @callback
    def _hear_request(self, event: FriendRequest) -> None:
        """Note that somebody asks to be a friend: it is there, with all it has.

        What was asked of it before may have been too early.
        """
        if self._meet(event.sender) and self.standing(event.sender) is Standing.UNKNOWN:
            self.look(event.sender)

    def _meet(self, jid: BareJid) -> bool:
        """Note that somebody is there, bounded, since anybody may be; return whether it is new."""
        is_new = jid not in self._met
        if jid in self._wanted or len(self._met) < MOST_MET:
            self._met.add(jid)
        return is_new

    @callback
    def look(self, jid: BareJid) -> None:
        """Ask a peer for its identity."""
        if jid in self._wanted:
            self._identities.ask(jid)

    def _notice(self) -> None:
        stopped = (jid for jid in self.peers.stopped() if jid in self._wanted)
        self._notices.tell_of({self._store.pseudonym(jid) for jid in stopped})

    def stopped_of(self, subject: str) -> BareJid | None:
        """Return whose key changed, of an issue that is told."""
        for jid in self.peers.stopped():
            if self._store.pseudonym(jid) == subject:
                return jid
        return None

    def link(self, token: str = "") -> str:
        """Return the link by which others add this account, with the secret of an invitation."""
        return friend_link(self._jid, self.keys.public.fingerprint, token)

    def of_friend(self, jid: BareJid) -> dict[str, Any]:
        """Return how far a friend's key is known."""
        return {"key": self.standing(jid)}

    # What is said

    def moment(self) -> float:
        """Return the time, Unix seconds to the millisecond, later than any that was given."""
        said = max(round(time.time(), 3), round(self._kept["said"] + 0.001, 3))
        self._kept["said"] = said
        self._store.save_within(LATER)
        return said

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
        before = (signed_in(rollover).key for rollover in self._own.rollovers)
        return key == self.keys.public.signing or key in before

    def sign_item(self, node: str, item_id: str, payload: Element) -> Element:
        """Return the `<signed>` of an item, said to all who may read its node."""
        statement = Statement(self._jid, self.moment(), payload, node=node, item=item_id)
        return sign(self.keys, StatementKind.ITEM, statement)

    def moved_to(self, new: BareJid) -> Element:
        """Return the `<signed>` that we are at another address now, for all who look here."""
        statement = Statement(new, self.moment(), moved_to_element(self._jid))
        return sign(self.keys, StatementKind.MOVED, statement)

    @callback
    def publish(self, head: Head) -> None:
        """Let the identity name this head of our journal."""
        self._node.publish(head)

    async def roll_over(self) -> None:
        """Make new keys, which the ones before sign, and tell all who sign."""
        keys = made_keys()
        statement = Statement(self._jid, self.moment(), keys_to_element(keys.public))
        rollover = sign(self._own.keys, StatementKind.ROLLOVER, statement)
        await self._own.async_change(keys, rollover)
        # Who sees the new key looks there whether the old one signed it.
        await self._node.async_publish_now()
        self.keys = keys
        self.listeners.tell(self._jid)

    def _identity(self, head: Head | None) -> Element:
        keys = self._own.keys
        payload = keys_to_element(keys.public, head)
        return sign(keys, StatementKind.IDENTITY, Statement(self._jid, self.moment(), payload))

    def _tell_rollover(self, rollover: Element) -> None:
        for jid in self._wanted:
            if self.signs(jid):
                self._session.tell(jid, rollover)

    # What comes

    def opened(
        self, sender: BareJid, element: Element, *kinds: StatementKind, about: str | None = None
    ) -> Statement:
        """Return what a peer signed and said to us, of one of some kinds.

        Raises PayloadRefused; `unknown_key` where it may be taken again later, see `hold`.
        """
        signed = self._signed(sender, element, kinds)
        statement = verified(signed, self._pinned(sender, signed))
        return self._taken(sender, signed, statement, about)

    async def async_opened(
        self, sender: BareJid, element: Element, *kinds: StatementKind, about: str
    ) -> Statement:
        """Return the same of what may be long: an answer of the past would hold the event loop."""
        signed = _signed_of(element, kinds)
        pinned = self._pinned(sender, signed)
        statement = await self._loop.run_in_executor(None, verified, signed, pinned)
        # It may be another one, or none, by now.
        self._pinned(sender, signed)
        return self._taken(sender, signed, statement, about)

    def claimed(self, sender: BareJid, element: Element, kind: StatementKind) -> Statement:
        """Return what a stranger signed, by the key beside it: whose that is stays to be seen.

        Raises PayloadRefused.
        """
        signed = self._signed(sender, element, (kind,))
        statement = verified(signed, signed.key)
        if statement.sender != sender:
            raise PayloadRefused("wrong_sender")
        if statement.to != self._jid:
            raise PayloadRefused("wrong_receiver")
        return statement

    def _signed(
        self, sender: BareJid, element: Element, kinds: Collection[StatementKind]
    ) -> Signed:
        """Return what is signed, where its sender may cost the work to inflate and verify it."""
        is_known = sender in self._wanted and sender not in self._coming
        effort, now = Effort.WORK if is_known else Effort.STRANGER_WORK, time.monotonic()
        self._budgets.charge(effort, sender, now, SIGNATURE)
        signed = _signed_of(element, kinds)
        self._budgets.spend(effort, sender, now, len(signed.statement))
        return signed

    def _pinned(self, sender: BareJid, signed: Signed) -> bytes:
        """Return the key that a peer is to have signed something with."""
        if self.is_stopped(sender):
            raise PayloadRefused("key_changed")
        pinned = self.peers.key_of(sender)
        if signed.key != pinned:
            if self.peers.was(sender, signed.key):
                raise PayloadRefused("replayed")
            raise PayloadRefused(self._question(sender, signed.key))
        return pinned

    def _taken(
        self, sender: BareJid, signed: Signed, statement: Statement, about: str | None
    ) -> Statement:
        if statement.sender != sender:
            raise PayloadRefused("wrong_sender")
        is_for_all = statement.to is None and signed.kind is StatementKind.ITEM
        if statement.to != self._jid and not is_for_all:
            raise PayloadRefused("wrong_receiver")
        if about is not None and statement.about != about:
            raise PayloadRefused("replayed")
        # What answers a question is as new as that is.
        is_message = about is None and KINDS[signed.kind].is_ordered
        if is_message and not self.peers.take_said(sender, statement.said):
            raise PayloadRefused("replayed")
        return statement

    def moved_from(self, sender: BareJid, element: Element) -> BareJid:
        """Return where somebody was before who says to be here now, by the same key.

        It is the sender itself who is known here already. Raises PayloadRefused.
        """
        signed = self._signed(sender, element, (StatementKind.MOVED,))
        known = self.peers.of_key(signed.key)
        if sender in known:
            return sender
        if not known:
            raise PayloadRefused("unknown_key")
        statement = verified(signed, signed.key)
        if (old := moved_from(statement)) not in known:
            raise PayloadRefused("unknown_key")
        if not self.signs(old):
            raise PayloadRefused("key_changed")
        if statement.sender != sender:
            raise PayloadRefused("wrong_sender")
        if statement.to != self._jid:
            raise PayloadRefused("wrong_receiver")
        # One of an earlier move would lead back to where the friend is no more.
        if not self.peers.take_said(old, statement.said):
            raise PayloadRefused("replayed")
        return old

    @callback
    def moved(self, old: BareJid, new: BareJid) -> None:
        """Know a peer's key at its new address."""
        self.peers.move(old, new)
        self._kept["keyless"].pop(new, None)
        self._wanted = (frozenset(self._wanted) - {old}) | {new}
        self._identities.keep_only(self._wanted)
        self._held.pop(old, None)

    def _take_rollover(self, sender: BareJid, _element: Element) -> None:
        """Ask a peer who says that its key changed."""
        self._denied.pop(sender, None)
        self.look(sender)

    def take_over(self, known: Mapping[str, PeerData], said: float, keyless: Iterable[str]) -> None:
        """Go on with what an account knew that was removed, and with when it said anything last."""
        self.peers.take_over(known)
        self._kept["said"] = max(self._kept["said"], said)
        for jid in keyless:
            self._kept["keyless"].setdefault(jid, time.time())

    async def async_known(self, jid: BareJid) -> None:
        """Wait a while until it is known whether a peer has a key, if it is being asked."""
        known = asyncio.Event()
        if self.standing(jid) is Standing.UNKNOWN and self.hold(jid, known.set):
            with suppress(TimeoutError):
                async with asyncio.timeout(KNOWN_WITHIN):
                    await known.wait()

    def hold(self, jid: BareJid, again: Callable[[], None]) -> bool:
        """Keep what a peer said until its key is known; return whether there is room for it.

        `again` takes it again, before anything else is taken. Of who comes nothing is kept but with
        what it comes: all else it says again once it knows that it was taken.
        """
        if jid in self._wanted and self._meet(jid):
            self.look(jid)
        if not self._identities.is_asked(jid):
            return False
        if jid in self._coming:
            self._held.setdefault(jid, [again])
            return True
        of_others = sum(len(held) for one, held in self._held.items() if one not in self._coming)
        held = self._held.setdefault(jid, [])
        if len(held) >= MOST_HELD or of_others >= MOST_HELD_OF_ALL:
            return False
        held.append(again)
        return True

    def _question(self, jid: BareJid, key: bytes) -> str:
        """Ask a peer whether a key is its own; return why what it signed is not taken now."""
        denied, until = self._denied.get(jid, (b"", 0.0))
        if denied == key and time.monotonic() < until:
            return "bad_signature" if self.signs(jid) else UNKNOWN_KEY
        if jid in self._wanted:
            self._questioned[jid] = key
            self._identities.ask(jid)
        return UNKNOWN_KEY

    def _take_answer(self, jid: BareJid, identity: AccountIdentity | PayloadRefused | None) -> bool:
        """Take what a peer publishes, None: nothing; return whether its key is known now."""
        if jid not in self._wanted:
            return True
        standing, is_news = self.standing(jid), False
        if isinstance(identity, PayloadRefused):
            self.refused[identity.reason] += 1
        elif identity is not None:
            try:
                is_news = self._compare(jid, identity)
            except PayloadRefused as error:
                self.refused[error.reason] += 1
        elif jid in self.peers or jid in self._coming:
            # Who signs has a key: its server does not tell it yet.
            pass
        elif jid not in self._met and self._may_publish_yet(jid):
            pass
        else:
            self._kept["keyless"].setdefault(jid, time.time())
            self._store.save_within(SOON)
        key = self._questioned.pop(jid, None)
        if key is not None and key != self.peers.key_of(jid):
            self._denied[jid] = (key, time.monotonic() + DENIED)
        is_known = self.standing(jid) is not Standing.UNKNOWN
        if is_news or standing is not self.standing(jid):
            self._told(jid)
        if is_known:
            for again in self._held.pop(jid, ()):
                with contained():
                    again()
        return is_known

    def _may_publish_yet(self, jid: BareJid) -> bool:
        """Return whether a peer without a key may have begun only now, as we have."""
        now = time.monotonic()
        return now < self._keyless_since.setdefault(jid, now) + RETRY

    def _compare(self, jid: BareJid, identity: AccountIdentity) -> bool:
        """Pin, take over or stop; return whether the keys are others than before.

        Raises PayloadRefused.
        """
        keys, pinned = identity.keys, self.peers.key_of(jid)
        awaited = self.peers.awaited(jid)
        if self.peers.was(jid, keys.signing):
            raise PayloadRefused("replayed")
        if awaited is not None and _is_of_link(identity, jid, awaited):
            self.peers.pin(jid, keys, How.LINK)
        elif awaited is not None or self.is_stopped(jid):
            return self.peers.stop(jid, keys)
        elif pinned is None:
            self.peers.pin(jid, keys, How.SEEN)
        elif keys.signing == pinned:
            self.peers.reseal(jid, keys)
            return False
        elif rolled_over(identity, jid, pinned):
            self.peers.roll_over(jid, keys)
        else:
            return self.peers.stop(jid, keys)
        return True

    def _told(self, jid: BareJid) -> None:
        self._notice()
        self.listeners.tell(jid)

    # What the household says

    @callback
    def expect(self, jid: BareJid, digits: str) -> None:
        """Take the fingerprint in the link of one who is new; said again it changes nothing."""
        if not self.peers.expect(jid, digits):
            return
        keys = self.peers[jid].keys
        if self.signs(jid) and keys is not None and keys.fingerprint == digits:
            self.peers.pin(jid, keys, How.LINK)
            self._told(jid)
        else:
            self.look(jid)

    @callback
    def forget(self, jid: BareJid) -> None:
        """Forget the keys of one whose link was opened, and who came to nothing."""
        self.peers.forget(jid)
        self._denied.pop(jid, None)

    @callback
    def confirm(self, jid: BareJid, *, same: bool) -> None:
        """Take what the household compared: the numbers are the same, or others."""
        peer = self.peers.get(jid)
        if peer is None or (keys := peer.changed or peer.keys) is None:
            return
        if same:
            self.peers.pin(jid, keys, How.COMPARED)
        else:
            self.peers.stop(jid, keys)
            self.peers.refuse(jid)
        self._told(jid)


def _signed_of(element: Element, kinds: Collection[StatementKind]) -> Signed:
    if element.tag != SIGNED:
        raise PayloadRefused("unsigned")
    if element.get("kind") not in kinds:
        raise PayloadRefused("wrong_kind")
    return signed_in(element)


def _is_of_link(identity: AccountIdentity, owner: BareJid, awaited: str) -> bool:
    """Return whether an identity has the key of a link, or one that this was rolled over to."""
    known = (identity.keys.signing, *(signed.key for signed in identity.rollovers))
    return any(fingerprint(key) == awaited and rolled_over(identity, owner, key) for key in known)
