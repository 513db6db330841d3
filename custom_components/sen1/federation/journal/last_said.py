"""What was said last of what: said again in the same words, it is no news."""

from collections.abc import Collection, Iterable
from copy import deepcopy
from hashlib import sha256
from typing import NamedTuple

from ...protocol.model import BareJid
from ...protocol.trust.chain import meaning, subject_of
from ...protocol.trust.kinds import KINDS, EntryKind, StatementKind
from ...protocol.trust.verify_journal import compact, to_text
from ..store import AccountStore, move
from .ledger import Entry

MOST_KNOWN = 512
"""Publications, and days, of a friend of which it is known what was said last."""

type KeptSayings = dict[str, dict[str, dict[str, str]]]
"""Friend → publication → kind and whose → a digest of what was said last."""


class Saying(NamedTuple):
    """What was said of something."""

    friend: str
    publication: str
    kind: EntryKind
    slot: str
    """Whose words they are, and whether they are signed."""
    meaning: str

    def note_in(self, known: KeptSayings) -> None:
        """Keep it as what was said last."""
        of_friend = known.setdefault(self.friend, {})
        of_publication = of_friend.setdefault(self.publication, {})
        if len(of_friend) > MOST_KNOWN:
            del of_friend[next(iter(of_friend))]
        renewed = KINDS[self.kind].renews if isinstance(self.kind, StatementKind) else ()
        for key in [key for key in of_publication if key.partition(" ")[0] in renewed]:
            del of_publication[key]
        of_publication[self.key] = self.meaning

    @property
    def key(self) -> str:
        """What it is kept as."""
        return f"{self.kind} {self.slot}"


class LastSaid:
    """Know what was said last, also of what is not on the disk yet; that alone is kept."""

    def __init__(self, store: AccountStore) -> None:
        self._kept: KeptSayings = store.by_friend("entered")
        self._known: KeptSayings = {}

    def load(self, entries: Iterable[Entry]) -> None:
        """Go on from what is kept, and from entries that a kill may have left out of it."""
        for each in entries:
            saying_of(each).note_in(self._kept)
        self._known = deepcopy(self._kept)

    def has(self, saying: Saying) -> bool:
        """Return whether this was said last."""
        of_publication = self._known.get(saying.friend, {}).get(saying.publication, {})
        return of_publication.get(saying.key) == saying.meaning

    def note(self, saying: Saying) -> None:
        """Know what is said now."""
        saying.note_in(self._known)

    def note_written(self, saying: Saying) -> None:
        """Keep what is on the disk."""
        saying.note_in(self._kept)

    @property
    def friends(self) -> Collection[str]:
        """Of whom anything is kept."""
        return self._kept.keys()

    def moved(self, old: BareJid, new: BareJid) -> None:
        """Let what was said with a friend be of its new address."""
        move(self._known, old, new)

    def forget(self, friend: BareJid, but: Collection[str] = ()) -> None:
        """Forget what was said with a friend, but of these publications."""
        for known in (self._known, self._kept):
            of_friend = known.get(friend, {})
            for publication in of_friend.keys() - but:
                del of_friend[publication]

    def erase(self, friend: BareJid) -> None:
        """Forget that there was anything with somebody."""
        for known in (self._known, self._kept):
            known.pop(friend, None)


def saying_of(entry: Entry) -> Saying:
    """Return what an entry says."""
    if entry.signed is not None:
        publication, digest = subject_of(entry.signed), meaning(entry.signed)
    else:
        publication = str(entry.details.get("publication", ""))
        digest = sha256(compact(entry.details).encode()).digest()
    slot = ("ours" if entry.ours else "theirs") + (" unsigned" if entry.signed is None else "")
    return Saying(entry.friend, publication, entry.kind, slot, to_text(digest[:12]))
