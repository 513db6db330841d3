"""Who takes part in what: members of the collections organised here, organisers of those joined.

Both are known without friendship: neither is on the roster, and no presence comes of them.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
import math
from typing import NotRequired, TypedDict
from unicodedata import combining, normalize

from homeassistant.config_entries import ConfigEntry, ConfigSubentry

from ...protocol.collecting.board import board_from_text
from ...protocol.collecting.collection import SITE, charter_digest
from ...protocol.errors import PayloadRefused
from ...protocol.model import BareJid, Description, PublicationId
from ...protocol.quantities import is_board
from ...protocol.wishes import FINEST_FIRST, What, what_of
from ..config import (
    CollectionData,
    collection_data,
    collections_by_id,
    friends_of,
    origin_of,
    participation_data,
    participations_of,
)
from ..context import AccountContext
from ..part import Part
from ..store import SOON, move

MOST_GIVEN_BACK = 16
"""Series that one organiser may give its members."""


class SavedData(TypedDict):
    """What a member says that it saved of one energy; a saving is positive, in per cent."""

    plain: float
    corrected: float | None


class ScoreData(TypedDict):
    """What a member says that it saved, of the days of a challenge."""

    at: float
    """When it came."""
    periods: list[str]
    """First and last days of the reference and of the action that it is of, ISO 8601."""
    through: str
    """The last day that it counts, ISO 8601."""
    coverage: float
    saved: dict[str, SavedData]
    """By energy."""
    week: float | None
    weeks: dict[str, float]
    """Week of the action, 0 first → what was saved in it, as far as it was said last."""
    is_checked: NotRequired[bool | None]
    """Whether what was measured bears it out, where that is known."""
    checked_part: NotRequired[float]
    """The part of its days of which that was known; 1: it need not be looked at again."""


class MemberData(TypedDict):
    """Who takes part in a collection that is organised here."""

    number: int
    name: str
    """What the member lets itself be called; empty: its number alone."""
    address: str
    """Its full address, which answers what is asked."""
    joined: float
    charter: int
    """The version of the charter that it agreed to."""
    digest: NotRequired[str]
    """Of the text of it."""
    gives: dict[str, str]
    """What was asked → its publication."""
    told: int | None
    """The revision of the sheet that it was told last; None: none since it joined."""
    is_shown: NotRequired[bool]
    """Whether other members may see its name."""
    team: NotRequired[int]
    """Of a challenge, 1 first: chosen by the member, and then the organiser's to change."""
    is_captain: NotRequired[bool]
    score: NotRequired[ScoreData]


@dataclass(frozen=True, slots=True)
class Member:
    """Who takes part in a collection that is organised here."""

    jid: BareJid
    collection: str
    subentry: ConfigSubentry
    """The collection's."""
    data: MemberData

    @property
    def number(self) -> int:
        """What it is known by: given once."""
        return self.data["number"]

    @property
    def owner(self) -> str:
        """What owns the entities of its series, in their unique ids."""
        return f"{self.subentry.subentry_id}-{self.number}"

    @property
    def gives(self) -> Mapping[str, PublicationId]:
        """What was asked → the publication that answers it."""
        return {what: PublicationId(given) for what, given in self.data["gives"].items()}

    def answers(self, publication: PublicationId) -> str | None:
        """Return what was asked that a publication answers; None: nothing."""
        named = (what for what, given in self.gives.items() if given == publication)
        # A series that also has the sheet of the home is a series first.
        return min(named, key=lambda what: what == SITE, default=None)


@dataclass(frozen=True, slots=True)
class Giving:
    """What came of a member, by hours, and what its home is like."""

    number: int
    """The member's."""
    statistic_id: str
    """Where its hours are."""
    joined: float
    """When it became a member, Unix seconds."""
    until: float = math.inf
    """Up to when its hours are whole."""
    floor_area: float | None = None
    """m², if it is said."""
    people: int | None = None
    begun: float = -math.inf
    """From when on it gives: of the hour that this is in, a part alone."""


class Memberships(Part):
    """Remember who takes part in the collections organised here, and say who others are by that."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._collected: dict[str, dict[str, MemberData]] = self._store.kept("collected", {})
        """Collection organised here → member."""
        self._numbers: dict[str, int] = self._store.kept("numbers", {})
        """Collection organised here → the number that was given last."""

    def __iter__(self) -> Iterator[Member]:
        """Yield the members of all collections."""
        for collection, subentry in collections_by_id(self._entry).items():
            for jid, data in self.data_of(collection).items():
                yield Member(BareJid(jid), collection, subentry, data)

    def of_collection(self, collection: str) -> list[Member]:
        """Return the members of a collection, by number."""
        of_collection = (member for member in self if member.collection == collection)
        return sorted(of_collection, key=lambda member: member.number)

    def of(self, jid: BareJid) -> list[Member]:
        """Return what somebody is a member of."""
        return [
            Member(jid, collection, subentry, data)
            for collection, subentry in collections_by_id(self._entry).items()
            if (data := self.data_of(collection).get(jid)) is not None
        ]

    def data_of(self, collection: str) -> Mapping[str, MemberData]:
        """Return what is known of the members of a collection, by address."""
        return self._collected.get(collection, {})

    def has(self, jid: str) -> bool:
        """Return whether somebody is a member of anything, be it a collection that is over."""
        return any(jid in members for members in self._collected.values())

    def count(self) -> int:
        """Return how many members there are in all."""
        return sum(map(len, self._collected.values()))

    def keep(self, collection: str, jid: BareJid, data: MemberData) -> None:
        """Remember a member, or what it says otherwise now; a new one gets its number."""
        if not data["number"]:
            # Never given again, though its member leaves.
            data["number"] = self._numbers[collection] = self._numbers.get(collection, 0) + 1
        self._collected.setdefault(collection, {})[jid] = data
        self._store.save_within(SOON)

    def drop(self, collection: str, jid: BareJid) -> None:
        """Forget a member."""
        del self._collected[collection][jid]
        self._store.save_within(SOON)

    def keep_only(self, collections: Collection[str]) -> list[tuple[BareJid, str]]:
        """Forget other collections; return who was a member of which of them."""
        over = self._collected.keys() - collections
        for collection in self._numbers.keys() - collections:
            del self._numbers[collection]
        return [
            (BareJid(jid), collection)
            for collection in over
            for jid in self._collected.pop(collection)
        ]

    def moved(self, old: BareJid, new: BareJid) -> None:
        """Let a member be known by its new address."""
        for members in self._collected.values():
            move(members, old, new)

    def first_address(self, jid: BareJid) -> BareJid:
        """Return what stands for somebody in names of statistics, wherever it moves."""
        is_friend = jid in friends_of(self._entry)
        return origin_of(self._entry, jid) if is_friend else self._store.origin(jid)

    def called(self, jid: BareJid) -> str:
        """Return what somebody's statistics are called after; a member has a number, no name."""
        if (subentry := friends_of(self._entry).get(jid)) is not None:
            return subentry.title
        named = (f"{member.subentry.title} {member.number:03}" for member in self.of(jid))
        return next(named, "")

    def is_between(self, jid: BareJid, collection: str) -> bool:
        """Return whether one of the two takes part in the other's collection."""
        is_member = jid in self.data_of(collection)
        return is_member or participation_in(self._entry, jid, collection) is not None

    def unfriended(self) -> dict[BareJid, str]:
        """Return members and organisers, each with its full address: no presence tells it."""
        return {member.jid: member.data["address"] for member in self} | organisers_of(self._entry)

    def owners(self) -> dict[str, BareJid]:
        """Return what owns entities of series, in their unique ids, and whose these series are."""
        owners = {subentry.subentry_id: jid for jid, subentry in friends_of(self._entry).items()}
        owners |= {
            subentry_id: participation_data(subentry)["jid"]
            for subentry_id, subentry in participations_of(self._entry).items()
        }
        return owners | {member.owner: member.jid for member in self}

    def check_given(
        self,
        jid: BareJid,
        publication: PublicationId,
        description: Description,
    ) -> None:
        """Raise PayloadRefused for a series that is not what its publisher was asked for.

        A friend may give anything, an organiser what it likes; a member what it said it gives, no
        finer than it was asked for. A board comes of an organiser alone.
        """
        if is_board(description.measurement) and jid not in organisers_of(self._entry):
            raise PayloadRefused("not_asked")
        members = self.of(jid)
        if not members or jid in friends_of(self._entry) or jid in organisers_of(self._entry):
            return
        asked = [
            (member, what)
            for member in members
            if (what := member.answers(publication)) is not None
        ]
        if not asked:
            raise PayloadRefused("not_asked")
        if not any(
            is_as_asked(collection_data(member.subentry), what, description)
            for member, what in asked
        ):
            raise PayloadRefused("not_as_asked")


def shown_names(members: Collection[Member]) -> dict[int, str]:
    """Return by number the names that members show each other.

    Who is called as another member is has none: one could pass for the other.
    """
    words = {member.number: tuple(words_of(member.data["name"])) for member in members}
    called = Counter(words.values())
    return {
        member.number: member.data["name"]
        for member in members
        if member.data.get("is_shown") and called[words[member.number]] == 1
    }


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters, without accents or other signs."""
    plain = "".join(sign for sign in normalize("NFKD", text) if not combining(sign))
    return "".join(sign if sign.isalnum() else " " for sign in plain.casefold()).split()


def participation_in(entry: ConfigEntry, jid: BareJid, collection: str) -> str | None:
    """Return the participation in a collection of somebody's, by its subentry."""
    for subentry_id, subentry in participations_of(entry).items():
        data = participation_data(subentry)
        if (data["jid"], data["collection"]) == (jid, collection):
            return subentry_id
    return None


def organisers_of(entry: ConfigEntry) -> dict[BareJid, str]:
    """Return the organisers of the collections that are taken part in, and their full addresses."""
    parts = map(participation_data, participations_of(entry).values())
    return {part["jid"]: part["address"] for part in parts}


def check_board(entry: ConfigEntry, jid: BareJid, text: str) -> None:
    """Raise PayloadRefused for a board of what one does not take part in."""
    if participation_in(entry, jid, board_from_text(text).collection) is None:
        raise PayloadRefused("wrong_collection")


def has_agreed(member: MemberData, collection: CollectionData) -> bool:
    """Return whether a member agreed to the charter as it is now: its version, and its text."""
    if member["charter"] < collection["charter_version"]:
        return False
    digest = charter_digest(collection["charter"])
    return member.get("digest", digest) == digest


def is_as_asked(collection: CollectionData, what: str, description: Description) -> bool:
    """Return whether a series is of what is asked, and no finer."""
    ask = next((ask for ask in collection["asks"] if ask["what"] == what), None)
    if ask is None or what_of(description.measurement) != what:
        return False
    if what == What.PER_AREA:
        # A figure of a whole year tells no more, however often it is said.
        return True
    finest = FINEST_FIRST.index
    return description.unit is not None and (
        finest(description.granularity) >= finest(ask["granularity"])
    )
