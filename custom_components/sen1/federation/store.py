"""What an account learnt and must not forget: kept in a Store beside its entry.

What the user decided is in the subentries; this is what the servers and the friends said.
"""

from collections.abc import Mapping
import hmac
import secrets
import time
from typing import Any, NotRequired, TypedDict, cast

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from ..const import DOMAIN
from ..protocol.collecting.register import AnswerData
from ..protocol.model import BareJid, Description, Granularity
from ..protocol.project import project_from_json
from ..protocol.provenance import provenance_from_json
from ..protocol.sheet import sheet_from_json

SOON = 5.0
"""Seconds until what was decided is written."""

LATER = 300.0
"""Seconds until progress is written: a kill only sends some of it twice, and cards wear out."""


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


class SaidScore(TypedDict):
    """What this home said that it saved."""

    at: float
    through: str
    """The last day that was counted, ISO 8601."""


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


class HeldData(TypedDict):
    """What somebody holds of a project, by an organiser's list."""

    shares: int
    dividends: float | None
    """All that was paid so far, in the currency of the project."""
    paid_on: str | None
    """ISO 8601, a day."""


class ExpectedData(TypedDict):
    """Who is expected to take part in a collection."""

    name: str
    shares: int
    address: str | None
    number: int | None
    """The member's in this collection, as far as that is known."""
    holdings: NotRequired[dict[str, HeldData]]
    """Publication of a project → what is held of it, where the list tells of projects."""


class ListData(TypedDict):
    """An organiser's list of who is expected."""

    at: float
    """When it was imported."""
    rows: list[ExpectedData]
    before: NotRequired[list[ExpectedData]]
    """The rows that it replaced, until they are put back."""


class NewsData(TypedDict):
    """What an organiser wrote of a project."""

    project: str
    """Its publication."""
    at: float
    text: str


class OwnRegister(TypedDict):
    """What an organiser says that this home holds of its projects."""

    revision: int
    said: float
    holdings: list[dict[str, Any]]
    """As `Held` has them; days are ISO 8601."""
    news: list[NewsData]
    answers: dict[str, AnswerData]
    """Project → what the household said last; kept while nothing is held, to be told then."""
    made: dict[str, str]
    """Project → the part of it that came of an answer, by its subentry."""


class OfferData(TypedDict):
    """A collection's link that was opened and is not answered yet."""

    jid: str
    address: str
    """The organiser's, and its full one."""
    collection: str
    token: str
    fingerprint: str
    name: str
    """What the link calls the organiser."""
    title: str
    at: float
    sheet: dict[str, Any] | None
    failed: str | None
    """Why the sheet is not here yet, a key."""
    was_known: bool
    """Whether anything was known of the organiser's keys before."""


class NoteData(TypedDict):
    """What an organiser wrote to its members."""

    text: str
    at: float


class TakenPart(TypedDict):
    """What an organiser said of a collection that this home takes part in."""

    jid: str
    """The organiser's, to be told that this home has left once the subentry is gone."""
    collection: str
    name: str
    """What the link called the organiser."""
    at: float
    """When this home said that it takes part."""
    is_told: bool
    """Whether the organiser answered to what was agreed last."""
    number: int | None
    """This home's; None: the organiser has not answered yet."""
    sheet: dict[str, Any] | None
    notes: list[NoteData]
    score: NotRequired[SaidScore]
    register: NotRequired[OwnRegister]


class AccountData(TypedDict):
    """The content of the Store. Who writes a part of it stands in brackets; all may read."""

    joined: dict[str, float]
    """Who has come to a circle → when (consent/circles)."""
    collected: dict[str, dict[str, MemberData]]
    """Collection organised here → member (organising/collections)."""
    numbers: dict[str, int]
    """Collection organised here → the number that was given last (organising/collections)."""
    expected: dict[str, ListData]
    """Collection organised here → who is expected (pages/collections)."""
    offers: dict[str, OfferData]
    """Links of collections that were opened, by a random id (participating/participations)."""
    participations: dict[str, TakenPart]
    """Participation's subentry → what its organiser said (participating/participations)."""


class KeptNames(TypedDict):
    """What others are called where everybody may read it."""

    secret: str
    """What makes pseudonyms that nobody else can make."""
    origins: dict[str, str]
    """Who is no friend by name, and has moved → what stands for it in names of statistics."""
    persons: dict[str, str]
    """Friend → what its evidence is called, if it was another's address or has moved."""


class AccountStore:
    """Load, hold and save an account's memory."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._store: Store[dict[str, Any]] = Store(
            hass, 1, f"{DOMAIN}.{entry_id}", private=True, atomic_writes=True
        )
        self._save_at: float | None = None
        self.content: dict[str, Any] = {}
        """The file, by key; whoever owns one reaches it by its `section`."""
        self._owned: set[str] = set()
        self.data = self.section(
            AccountData(
                joined={},
                collected={},
                numbers={},
                expected={},
                offers={},
                participations={},
            )
        )
        self._names = self.section(KeptNames(secret=secrets.token_hex(), origins={}, persons={}))

    def section[Kept: Mapping[str, object]](self, fresh: Kept) -> Kept:
        """Return what its one owner keeps here, under keys of its own; `fresh` where nothing is.

        It is a view of the file, which keeps what nobody owns as it is.
        """
        if taken := self._owned & fresh.keys():
            raise ValueError(f"owned already: {taken}")
        self._owned |= fresh.keys()
        for key, value in fresh.items():
            self.content.setdefault(key, value)
        return cast("Kept", self.content)

    async def async_load(self) -> None:
        """Read the file, if there is one."""
        if (data := await self._store.async_load()) is not None:
            self.content |= data

    def save_within(self, delay: float) -> None:
        """Write within so many seconds, however often this is called."""
        at = time.monotonic() + delay
        # Home Assistant's own delay begins anew at each call, so would never end.
        if self._save_at is None or at < self._save_at:
            self._save_at = at
            self._store.async_delay_save(self._content, delay)

    def _content(self) -> dict[str, Any]:
        self._save_at = None
        return self.content

    async def async_save(self) -> None:
        """Write now."""
        self._save_at = None
        await self._store.async_save(self.content)

    async def async_remove(self) -> None:
        """Delete the file."""
        await self._store.async_remove()

    def pseudonym(self, *names: str) -> str:
        """Return what stands for somebody, or something of theirs, where every user may read it.

        It stays the same, and who guesses a name cannot tell by it whether the guess is right.
        """
        return self.secret(*names).hex()[:16]

    def person(self, address: str) -> str:
        """Return what the evidence of a friend is called: the same wherever the friend moves."""
        persons = self._names["persons"]
        if (known := persons.get(address)) is None:
            known = self.pseudonym(address)
            if known in list(persons.values()):
                # Of a friend who was at this address before.
                known = persons[address] = self.pseudonym(address, secrets.token_hex())
        return known

    def forget_person(self, address: str) -> None:
        """Call the evidence of a friend anew, should it come again: what there was is erased."""
        self._names["persons"].pop(address, None)

    def secret(self, *what: str) -> bytes:
        """Return what nobody else can make of something; the same after a restart."""
        key = self._names["secret"].encode()
        return hmac.digest(key, "\n".join(what).encode(), "sha256")

    def origin(self, address: BareJid) -> BareJid:
        """Return what stands for one who is no friend by name: its first address, and so stays."""
        origins = self._names["origins"]
        if address not in origins and address in origins.values():
            # Another was here before.
            origins[address] = f"{address} {secrets.token_hex(4)}"
        return BareJid(origins.get(address, address))

    def move_friend(self, old: BareJid, new: BareJid, *, is_named: bool) -> None:
        """Let a friend be called at its new address as it was at the old one."""
        if not is_named:
            self._names["origins"][new] = self.origin(old)
        known_as = self._names["persons"].pop(old, "") or self.pseudonym(old)
        self._names["persons"][new] = known_as
        data = self.data
        several: list[dict[str, Any]] = [data["joined"], *data["collected"].values()]
        for one in several:
            move(one, old, new)
        for listed in data["expected"].values():
            for row in listed["rows"]:
                if row["address"] == old:
                    row["address"] = new
        self.save_within(SOON)


def move(kept: dict[str, Any], old: str, new: str) -> None:
    """Let what is kept of one address be of another."""
    if old in kept:
        kept[new] = kept.pop(old)


def description_from_json(data: dict[str, Any]) -> Description:
    """Return the description that the Store kept."""
    project, site, origin = (data.get(key) for key in ("project", "site", "provenance"))
    changed = data.get("changed")
    return Description(
        **{
            **data,
            "granularity": Granularity(data["granularity"]),
            "project": None if project is None else project_from_json(project),
            "site": None if site is None else sheet_from_json(site),
            "provenance": None if origin is None else provenance_from_json(origin),
            "changed": tuple(changed) if changed else None,
        }
    )
