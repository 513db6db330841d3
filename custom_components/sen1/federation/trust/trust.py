"""Whom an account believes: how far the keys of peers are known."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
import time
from typing import Any, TypedDict
from xml.etree.ElementTree import Element

from homeassistant.core import callback

from ...listeners import Listeners
from ...protocol.errors import PayloadRefused
from ...protocol.model import BareJid
from ...protocol.trust.identity import AccountIdentity, rolled_over
from ...protocol.trust.kinds import StatementKind
from ...protocol.trust.verify_journal import fingerprint
from ..context import AccountContext
from ..issues import Issue, Notices
from ..part import Part
from ..store import SOON
from ..xmpp.events import FriendRequest
from .identities import Identities
from .kept import PeerData
from .peers import MOST_FORMER, SIGNING, How, Peers, Standing
from .wanted import Wanted

UNKNOWN_KEY = "unknown_key"
"""Why something is not taken yet that may be, once its sender's key is known."""

DENIED = 60.0
"""Seconds in which a key that a peer does not publish is not asked about again."""

KNOWN_WITHIN = 10.0
"""Seconds in which a server is to say whether a peer has a key."""


class KeptTrust(TypedDict):
    """What is kept beside the keys of peers."""

    keyless: dict[str, float]
    """Peer whose server says that it has no key → since when."""


class Trust(Part):
    """Answer how far peers are known; `listeners` are told whose standing changed.

    They are told our own address when our own key did.
    """

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._kept = self._store.section(KeptTrust(keyless={}))
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
        self._notices = Notices(self._hass, self._entry, Issue.KEY_CHANGED)
        self.runs = (self._identities.run,)
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

    # Life

    async def async_stop(self) -> None:
        """Tell nothing more; who is stopped is remembered."""
        self._notices.tell_of(())

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
        wanted, keyless = self.wanted.jids, self._kept["keyless"]
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
        self._notices.tell_of({self._store.pseudonym(jid) for jid in stopped})

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
        self.peers.move(old, new)
        self._kept["keyless"].pop(new, None)
        self.wanted.moved(old, new)

    def _take_rollover(self, sender: BareJid, _element: Element) -> None:
        """Ask a peer who says that its key changed."""
        self._denied.pop(sender, None)
        self.wanted.look(sender)

    def take_over(self, known: Mapping[str, PeerData], keyless: Iterable[str]) -> None:
        """Go on with what an account knew that was removed."""
        self.peers.take_over(known)
        for jid in keyless:
            self._kept["keyless"].setdefault(jid, time.time())

    async def async_known(self, jid: BareJid) -> None:
        """Wait a while until it is known whether a peer has a key, if it is being asked."""
        known = asyncio.Event()
        if self.standing(jid) is Standing.UNKNOWN and self.wanted.hold(jid, known.set):
            with suppress(TimeoutError):
                async with asyncio.timeout(KNOWN_WITHIN):
                    await known.wait()

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
            self._kept["keyless"].setdefault(jid, time.time())
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
