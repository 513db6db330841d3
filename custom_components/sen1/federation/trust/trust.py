"""Whom an account believes: how far the keys of peers are known."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
import time
from typing import Any
from xml.etree.ElementTree import Element

from homeassistant.core import callback

from ...faults import contained
from ...listeners import Listeners
from ...protocol.errors import PayloadRefused
from ...protocol.model import BareJid
from ...protocol.trust.identity import AccountIdentity, rolled_over
from ...protocol.trust.kinds import StatementKind
from ...protocol.trust.verify_journal import fingerprint
from ..context import AccountContext
from ..issues import Issue, async_tell_only
from ..part import Part, wait_for
from ..store import SOON
from ..xmpp.events import FriendRequest
from ..xmpp.session import RETRY
from .identities import Identities
from .peers import MOST_FORMER, SIGNING, How, PeerData, Peers, Standing

UNKNOWN_KEY = "unknown_key"
"""Why something is not taken yet that may be, once its sender's key is known."""

DENIED = 60.0
"""Seconds in which a key that a peer does not publish is not asked about again."""

KNOWN_WITHIN = 10.0
"""Seconds in which a server is to say whether a peer has a key."""

MOST_MET = 2000
"""Who is remembered to have been there."""

MOST_COMING = 1000
COMING = 3600.0
"""Who shows a secret of ours is asked for its key: so many at a time, for so many seconds. All who
took part in a collection while we were away come at once."""

MOST_HELD = 32
MOST_HELD_OF_ALL = 256
"""Messages that wait for a key: of a peer, and of all; beside the one with which somebody comes."""


class Wanted:
    """Have those asked whose keys are to be known, and hold what they say until then."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities
        self.jids: frozenset[BareJid] = frozenset()
        """Whose keys are to be known, with those who are coming."""
        self._coming: dict[BareJid, float] = {}
        """Who shows a secret of ours, and until which monotonic time its key is awaited."""
        self._met: set[BareJid] = set()
        """Who came, or said something: its server would know of a key by then."""
        self._keyless_since: dict[BareJid, float] = {}
        """Who was not met and had no key, and at which monotonic time it was first found so."""
        self._held: dict[BareJid, list[Callable[[], None]]] = {}

    def want(self, peers: Collection[BareJid]) -> list[BareJid]:
        """Await these, and of others only who is coming; return who is new."""
        now = time.monotonic()
        self._coming = {
            one: until for one, until in self._coming.items() if one not in peers and until >= now
        }
        new = [jid for jid in peers if jid not in self.jids]
        before, self.jids = self.jids, frozenset(peers) | self._coming.keys()
        gone = before - self.jids
        self._met -= gone
        for one in gone:
            self._keyless_since.pop(one, None)
        for one in self._held.keys() - self.jids:
            del self._held[one]
        self._identities.keep_only(self.jids)
        return new

    def expect_coming(self, jid: BareJid) -> bool:
        """Ask for the key of who shows a secret of ours; return whether there is room for it."""
        if jid in self.jids:
            return True
        now = time.monotonic()
        self._coming = {one: until for one, until in self._coming.items() if until >= now}
        if len(self._coming) >= MOST_COMING:
            return False
        self._coming[jid] = now + COMING
        self.jids |= {jid}
        return True

    def is_coming(self, jid: BareJid) -> bool:
        """Return whether somebody showed a secret of ours, and waits for its key to be known."""
        return jid in self._coming

    def meet(self, jid: BareJid) -> bool:
        """Note that somebody is there, bounded, since anybody may be; return whether it is new."""
        is_new = jid not in self._met
        if jid in self.jids or len(self._met) < MOST_MET:
            self._met.add(jid)
        return is_new

    def look(self, jid: BareJid) -> None:
        """Ask a peer for its identity."""
        if jid in self.jids:
            self._identities.ask(jid)

    def hold(self, jid: BareJid, again: Callable[[], None]) -> bool:
        """Keep what a peer said until its key is known; return whether there is room for it.

        `again` takes it again, before anything else is taken. Of who comes nothing is kept but with
        what it comes: all else it says again once it knows that it was taken.
        """
        if jid in self.jids and self.meet(jid):
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

    def may_publish_yet(self, jid: BareJid) -> bool:
        """Return whether a peer has a key that its server does not tell yet, or may have.

        Who was not met may have begun only now, as we have.
        """
        if jid in self._coming or jid in self._met:
            return jid in self._coming
        now = time.monotonic()
        return now < self._keyless_since.setdefault(jid, now) + RETRY

    def is_known(self, jid: BareJid) -> bool:
        """Return whether somebody is wanted for more than what it came with."""
        return jid in self.jids and jid not in self._coming

    def release(self, jid: BareJid) -> None:
        """Take again what a peer said before its key was known."""
        for again in self._held.pop(jid, ()):
            with contained():
                again()

    def moved(self, old: BareJid, new: BareJid) -> None:
        """Await somebody at its new address."""
        self.jids = self.jids - {old} | {new}
        self._identities.keep_only(self.jids)
        self._held.pop(old, None)


class Trust(Part):
    """Answer how far peers are known; `listeners` are told whose standing changed.

    They are told our own address when our own key did.
    """

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._keyless: dict[str, float] = self._store.kept("keyless", {})
        """Peer whose server says that it has no key → since when."""
        self.listeners = Listeners[BareJid]()
        self.refused: Counter[str] = Counter()
        """Identities that were not taken, by reason."""
        self.peers = Peers(self._store)
        """Those who have a key, or whose link has its fingerprint."""
        self._identities = Identities(self._session, self._take_answer)
        self.wanted = Wanted(self._identities)
        self._questioned: dict[BareJid, bytes] = {}
        """What a peer signed with another key than the one that is known, until it is asked."""
        self._denied: dict[BareJid, tuple[bytes, float]] = {}
        """A key that a peer does not publish, and until which monotonic time that holds."""
        self.runs = (self._identities.run,)
        self.hears = {FriendRequest: self._hear_request}
        self.verifies = {StatementKind.ROLLOVER: self._take_rollover}

    # Who is who

    def standing(self, jid: BareJid) -> Standing:
        """Return how far a peer's key is known."""
        standing = self.peers.standing(jid)
        # Whose link promised a key is not without one, whatever its server says.
        if jid in self._keyless and jid not in self.peers:
            return Standing.KEYLESS
        return standing

    def signs(self, jid: BareJid) -> bool:
        """Return whether only signed statements go to a peer, and come from it."""
        return self.standing(jid) in SIGNING

    def is_stopped(self, jid: BareJid) -> bool:
        """Return whether nothing goes to a peer, and nothing of it is taken."""
        return self.standing(jid) is Standing.STOPPED

    # Life

    async def async_stop(self) -> None:
        """Tell nothing more; who is stopped is remembered."""
        async_tell_only(self._hass, self._entry, Issue.KEY_CHANGED, ())

    @callback
    def online(self, *, resumed: bool) -> None:
        """Ask again over a new link."""
        for jid in () if resumed else self.wanted.jids:
            if self._is_open(jid) or self.is_stopped(jid):
                self._identities.ask(jid)

    @callback
    def want(self, peers: Collection[BareJid]) -> None:
        """Know the keys of these, and ask the household of no other."""
        new = self.wanted.want(peers)
        wanted, keyless = self.wanted.jids, self._keyless
        former = [jid for jid in keyless if jid not in wanted]
        # They are still told what is over, and say that it is erased.
        for jid in former[: max(0, len(former) - MOST_FORMER)]:
            del keyless[jid]
        self.peers.keep_only(wanted)
        for jid in filter(self._is_open, new):
            self._identities.ask(jid)
        self._notice()

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
                self.wanted.look(jid)
            return
        is_first = self.wanted.meet(jid)
        if is_new or (is_first and self.standing(jid) is not Standing.KEYLESS):
            self.wanted.look(jid)

    @callback
    def _hear_request(self, event: FriendRequest) -> None:
        """Note that somebody asks to be a friend: it is there, with all it has.

        What was asked of it before may have been too early.
        """
        if self.wanted.meet(event.sender) and self.standing(event.sender) is Standing.UNKNOWN:
            self.wanted.look(event.sender)

    def _notice(self) -> None:
        stopped = (jid for jid in self.peers.stopped() if jid in self.wanted.jids)
        who = {self._store.pseudonym(jid) for jid in stopped}
        async_tell_only(self._hass, self._entry, Issue.KEY_CHANGED, who)

    def stopped_of(self, subject: str) -> BareJid | None:
        """Return whose key changed, of an issue that is told."""
        for jid in self.peers.stopped():
            if self._store.pseudonym(jid) == subject:
                return jid
        return None

    def of_friend(self, jid: BareJid) -> dict[str, Any]:
        """Return how far a friend's key is known."""
        return {"key": self.standing(jid)}

    # What comes

    def pinned(self, sender: BareJid, key: bytes) -> bytes:
        """Return the key that a peer is to have signed with, if it is this one.

        Raises PayloadRefused; `unknown_key` where it may be another time, see `Wanted.hold`.
        """
        if self.is_stopped(sender):
            raise PayloadRefused("key_changed")
        if key == self.peers.key_of(sender):
            return key
        if self.peers.was(sender, key):
            raise PayloadRefused("replayed")
        raise PayloadRefused(self._question(sender, key))

    @callback
    def moved(self, old: BareJid, new: BareJid) -> None:
        """Know a peer's key at its new address."""
        self._keyless.pop(new, None)
        self.wanted.moved(old, new)

    def _take_rollover(self, sender: BareJid, _element: Element) -> None:
        """Ask a peer who says that its key changed."""
        self._denied.pop(sender, None)
        self.wanted.look(sender)

    def take_over(self, known: Mapping[str, PeerData], keyless: Iterable[str]) -> None:
        """Go on with what an account knew that was removed."""
        self.peers.take_over(known)
        for jid in keyless:
            self._keyless.setdefault(jid, time.time())

    async def async_known(self, jid: BareJid) -> None:
        """Wait a while until it is known whether a peer has a key, if it is being asked."""
        known = asyncio.Event()
        if self.standing(jid) is Standing.UNKNOWN and self.wanted.hold(jid, known.set):
            await wait_for(known, KNOWN_WITHIN)

    def _question(self, jid: BareJid, key: bytes) -> str:
        """Ask a peer whether a key is its own; return why what it signed is not taken now."""
        denied, until = self._denied.get(jid, (b"", 0.0))
        if denied == key and time.monotonic() < until:
            return "bad_signature" if self.signs(jid) else UNKNOWN_KEY
        if jid in self.wanted.jids:
            self._questioned[jid] = key
            self._identities.ask(jid)
        return UNKNOWN_KEY

    def _take_answer(self, jid: BareJid, identity: AccountIdentity | PayloadRefused | None) -> bool:
        """Take what a peer publishes, None: nothing; return whether its key is known now."""
        if jid not in self.wanted.jids:
            return True
        standing, is_news = self.standing(jid), False
        if isinstance(identity, PayloadRefused):
            self.refused[identity.reason] += 1
        elif identity is not None:
            try:
                is_news = self._compare(jid, identity)
            except PayloadRefused as error:
                self.refused[error.reason] += 1
        elif jid not in self.peers and not self.wanted.may_publish_yet(jid):
            self._keyless.setdefault(jid, time.time())
            self._store.save_within(SOON)
        key = self._questioned.pop(jid, None)
        if key is not None and key != self.peers.key_of(jid):
            self._denied[jid] = (key, time.monotonic() + DENIED)
        is_known = self.standing(jid) is not Standing.UNKNOWN
        if is_news or standing is not self.standing(jid):
            self._told(jid)
        if is_known:
            self.wanted.release(jid)
        return is_known

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
            self.wanted.look(jid)

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


def _is_of_link(identity: AccountIdentity, owner: BareJid, awaited: str) -> bool:
    """Return whether an identity has the key of a link, or one that this was rolled over to."""
    known = (identity.keys.signing, *(signed.key for signed in identity.rollovers))
    return any(fingerprint(key) == awaited and rolled_over(identity, owner, key) for key in known)
