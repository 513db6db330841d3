"""The keys of others, as far as they are known: pinned once, changed only by themselves or us.

Of a thousand peers each is a dictionary of the Store until it is needed.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
import time
from typing import NotRequired, TypedDict, cast

from ...protocol.model import BareJid
from ...protocol.trust.keys import PublicKeys
from ...protocol.trust.verify_journal import to_bytes, to_text
from ..store import SOON, AccountStore

MOST_BEFORE = 16
"""Former keys of a peer that are known: what is signed with one of them is old, not forged."""

MOST_FORMER = 1000
"""Former friends whose keys are kept: anybody comes and goes in a circle for everyone."""


class KeysData(TypedDict):
    """Public keys, in base64."""

    signing: str
    sealing: str


class PeerData(TypedDict):
    """What is known of the keys of a peer; `Peer` says what of it means."""

    keys: KeysData | None
    how: str
    since: float
    before: NotRequired[list[str]]
    """Signing keys it had before."""
    said: NotRequired[float]
    """When its last message was said."""
    address: NotRequired[str]
    """Its installation's full address."""
    expected: NotRequired[str]
    met: NotRequired[bool]
    """Whether a key was held against the fingerprint in its link."""
    changed: NotRequired[KeysData]
    changed_at: NotRequired[float]
    refused: NotRequired[bool]
    """Whether the household answered that the numbers are others."""
    rolled_at: NotRequired[float]
    """When a change of key that the key before had signed was taken over last."""


class Standing(StrEnum):
    """How far a peer's key is known."""

    UNKNOWN = "unknown"
    """Its server has not answered yet."""
    KEYLESS = "keyless"
    """Its server says that it has none."""
    SEEN = "seen"
    """Pinned when it was first seen."""
    VERIFIED = "verified"
    """By its link, or compared by the household."""
    STOPPED = "stopped"
    """Another key, that the one before did not sign: the household must answer."""


SIGNING = (Standing.SEEN, Standing.VERIFIED)
"""Of whom only what is signed is taken."""


class How(StrEnum):
    """How a key came to be the pinned one."""

    LINK = "link"
    COMPARED = "compared"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Peer:
    """What is known of a peer's keys; times are Unix seconds."""

    standing: Standing
    keys: PublicKeys | None
    """The pinned ones; None: only what its link said of them is known."""
    how: How
    since: float
    """When they were pinned, or verified."""
    changed: PublicKeys | None = None
    """Those that are there now and that nobody answers for."""
    changed_at: float | None = None
    expected: str | None = None
    """The fingerprint in its link."""


class Peers(Mapping[BareJid, Peer]):
    """Read and change the pinned keys of an account's Store."""

    def __init__(self, store: AccountStore) -> None:
        self._store = store
        self.known: dict[str, PeerData] = store.by_friend("keys")
        """What is kept: changed here alone, and taken over by an account that is added again."""

    def __getitem__(self, jid: BareJid) -> Peer:
        """Return what is known of a peer's keys."""
        data = self.known[jid]
        return Peer(
            standing=self.standing(jid),
            keys=_keys(data.get("keys")),
            how=How(data["how"]),
            since=data["since"],
            changed=_keys(data.get("changed")),
            changed_at=data.get("changed_at"),
            expected=data.get("expected"),
        )

    def __iter__(self) -> Iterator[BareJid]:
        """Yield the peers."""
        return map(BareJid, self.known)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.known)

    def __contains__(self, jid: object) -> bool:
        """Return whether anything is known of a peer, without making it."""
        return jid in self.known

    def standing(self, jid: BareJid) -> Standing:
        """Return how far a peer's key is known; whether it has none is not kept here."""
        if (data := self.known.get(jid)) is None:
            return Standing.UNKNOWN
        if data.get("changed") is not None:
            return Standing.STOPPED
        if data.get("keys") is None:
            return Standing.UNKNOWN
        return Standing.SEEN if data["how"] == How.SEEN else Standing.VERIFIED

    def stopped(self) -> Iterator[BareJid]:
        """Yield those of whom the household has not answered."""
        for jid, data in self.known.items():
            if data.get("changed") is not None and not data.get("refused"):
                yield BareJid(jid)

    def pin(self, jid: BareJid, keys: PublicKeys, how: How) -> None:
        """Let these be a peer's keys from now on, whatever was known."""
        known = self.known.get(jid)
        data: PeerData = {"keys": _json(keys), "how": how, "since": time.time()}
        if known is not None:
            data["before"] = _with_before(known, keys)
            if self.key_of(jid) == keys.signing and "said" in known:
                data["said"] = known["said"]
            if "expected" in known:
                data["expected"] = known["expected"]
                data["met"] = True
        self._keep(jid, data)

    def roll_over(self, jid: BareJid, keys: PublicKeys) -> None:
        """Let keys follow that the pinned one signed: how it came to be known stays."""
        data = self.known[jid]
        data["before"] = _with_before(data, keys)
        data["keys"], data["rolled_at"] = _json(keys), time.time()
        self._keep(jid, data)

    def reseal(self, jid: BareJid, keys: PublicKeys) -> None:
        """Keep what the pinned key says of the one to seal to."""
        if self.known[jid].get("keys") != _json(keys):
            self.known[jid]["keys"] = _json(keys)
            self._store.save_within(SOON)

    def stop(self, jid: BareJid, changed: PublicKeys) -> bool:
        """Note keys that nobody answers for; return whether they are others than before."""
        data = self.known[jid]
        if data.get("changed") == _json(changed):
            return False
        data["changed"], data["changed_at"] = _json(changed), time.time()
        data.pop("refused", None)
        self._keep(jid, data)
        return True

    def refuse(self, jid: BareJid) -> None:
        """Note that the household says no to the keys that are there now."""
        self.known[jid]["refused"] = True
        self._keep(jid, self.known[jid])

    def expect(self, jid: BareJid, digits: str) -> bool:
        """Note the fingerprint in a peer's link; return whether it is another than before."""
        data = self.known.setdefault(
            jid, {"keys": None, "how": How.LINK, "since": time.time(), "before": []}
        )
        if data.get("expected") == digits:
            return False
        data["expected"], data["met"] = digits, False
        self._keep(jid, data)
        return True

    def forget(self, jid: BareJid) -> None:
        """Forget all that is known of a peer's keys."""
        if self.known.pop(jid, None) is not None:
            self._store.save_within(SOON)

    def awaited(self, jid: BareJid) -> str | None:
        """Return the fingerprint in a peer's link as long as no key was held against it."""
        data = self.known.get(jid)
        return None if data is None or data.get("met", True) else data.get("expected")

    def was(self, jid: BareJid, key: bytes) -> bool:
        """Return whether a signing key was a peer's once."""
        data = self.known.get(jid)
        return data is not None and to_text(key) in data.get("before", ())

    def key_of(self, jid: BareJid) -> bytes | None:
        """Return the signing key a peer is pinned to."""
        keys = self.known[jid].get("keys") if jid in self.known else None
        return None if keys is None else to_bytes(keys["signing"])

    def take_said(self, jid: BareJid, said: float) -> bool:
        """Return whether a message is newer than the last one; it is the last one then."""
        data = self.known[jid]
        if said <= data.get("said", 0.0):
            return False
        data["said"] = said
        self._store.save_within(SOON)
        return True

    def of_key(self, key: bytes) -> list[BareJid]:
        """Return the peers that are pinned to a signing key."""
        text = to_text(key)
        return [
            BareJid(jid)
            for jid, data in self.known.items()
            if (keys := data.get("keys")) is not None and keys["signing"] == text
        ]

    def take_over(self, known: Mapping[str, PeerData]) -> None:
        """Go on with what is known from elsewhere, where nothing is known here."""
        for jid, data in known.items():
            self.known.setdefault(jid, data)

    def take_address(self, jid: BareJid, address: str) -> bool:
        """Note a peer's installation; return whether its full address is another than before."""
        data = self.known[jid]
        if data.get("address") == address:
            return False
        data["address"] = address
        self._store.save_within(SOON)
        return True

    def keep_only(self, wanted: Collection[BareJid]) -> None:
        """Forget the oldest of those who are friends no more, beyond a number.

        Who becomes one again is asked about again.
        """
        former = [jid for jid in self.known if jid not in wanted]
        for jid in former:
            self.known[jid].pop("refused", None)
        former.sort(key=lambda jid: self.known[jid]["since"])
        for jid in former[: max(0, len(former) - MOST_FORMER)]:
            del self.known[jid]

    def _keep(self, jid: BareJid, data: PeerData) -> None:
        self.known[jid] = data
        self._store.save_within(SOON)


def _with_before(known: PeerData, keys: PublicKeys) -> list[str]:
    """Return the former signing keys once these are the pinned ones."""
    before, last = known.get("before", []), known.get("keys")
    if last is not None and last["signing"] not in before:
        before = [*before, last["signing"]]
    return [key for key in before if key != to_text(keys.signing)][-MOST_BEFORE:]


def _keys(data: KeysData | None) -> PublicKeys | None:
    return None if data is None else PublicKeys(*map(to_bytes, (data["signing"], data["sealing"])))


def _json(keys: PublicKeys) -> KeysData:
    return cast("KeysData", {"signing": to_text(keys.signing), "sealing": to_text(keys.sealing)})
