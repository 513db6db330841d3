"""The collection of the demo: forty-two households are asked, and thirty-eight have come.

The cooperative asks them for their half-hours, as a form says it; it has a list of them all, with
their shares, as its treasurer would import it. Who has come are plain clients of both servers. Two
are silent, one has no meter yet, one gives nothing for a while. All came days ago: once they are
there, the files of the cooperative's Home Assistant say so. The house has the link, and has not
answered yet: what it would press is on its page.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
import json
import math
from pathlib import Path

from custom_components.sen1.protocol.links import parse_link
from custom_components.sen1.protocol.sheet import Heating, SiteKind, SiteSheet

from .home import Home
from .home_assistant import Json
from .household import PARIS
from .member import SimulatedMember, members
from .waiting import until
from .xmpp import Account, ProsodyServer
from .years import Habits, Roof, Source, midnight

TITLE = "Nos toits, nos usages"

CHARTER = """\
Ce que vous donnez sert à choisir le prochain toit, et à rien d'autre. Le trésorier de la \
coopérative le lit, personne d'autre ; les autres membres ne voient jamais vos mesures.

Vous pouvez partir à tout moment : tout ce que vous avez donné est alors effacé, et vous en êtes \
averti."""

PAGES: tuple[Json, ...] = (
    {"next_step_id": "collection"},
    {
        "name": TITLE,
        "reason": (
            "Savoir quelle part de notre soleil est utilisée sur place, pour choisir le prochain"
            " toit."
        ),
        "responsible": "La coopérative, Lorient",
        "contact": "donnees@coop.test",
        "purpose": "investment",
    },
    {
        "consumption": "needed",
        "consumption_detail": "pt30m",
        "production": "optional",
        "production_detail": "pt30m",
        "per_area": "no",
        "site": "optional",
        "past": "none",
        "until": (datetime.now(UTC) + timedelta(days=365)).date().isoformat(),
        "retention_days": 730,
    },
    {"charter": CHARTER},
    {"publications": [], "group_mean": True},
)
"""What the cooperative answers the pages of a collection."""

FAMILIES = (
    *("Anne Riou", "Paul Guégan", "Yann Le Bris", "Marie Kerdoncuff", "Loïc Tanguy"),
    *("Soazig Le Roux", "Erwan Madec", "Nolwenn Jaouen", "Gwenaël Bihan", "Katell Le Floch"),
    *("Ronan Quéré", "Maëlle Cadiou", "Tugdual Salaün", "Enora Kermarrec", "Alan Corre"),
    *("Rozenn Guillou", "Briac Le Gall", "Azenor Morvan", "Denez Cariou", "Bleuenn Hamon"),
    *("Malo Le Guen", "Gaëlle Prigent", "Ewen Cozic", "Sterenn Le Meur", "Jakez Bothorel"),
    *("Aziliz Floc'h", "Goulven Pennec", "Klervi Rolland", "Mael Autret", "Tifenn Le Borgne"),
    *("Kevin Marrec", "Lena Lagadec", "Mikael Bodéré", "Solenn Tréguer", "Titouan Cornec"),
    *("Youna Stéphan", "Arzhel Riou", "Brendan Le Dû"),
)
"""Who has come, in the order of the list."""

NAMELESS = frozenset(range(3, len(FAMILIES), 5))
"""Of these, who gave no name: the treasurer knows who they are, by their numbers."""

ABSENT = ("Jean Caradec", "Lucie Hénaff", "Erwan Péron", "Ada Kersabiec")
"""Who is expected and has not come; the last is the house."""

SILENT = {0: timedelta(days=9), 2: timedelta(days=3)}
"""Whose meter is read no more, and since when."""
WAITING = 5
"""Whose meter was never read."""
PAUSED = 7

BEGUN = timedelta(days=20)
"""How long ago the cooperative asked."""


def joined_ago(place: int) -> timedelta:
    """Return how long ago a household came, by its place in the list; then all give for a while."""
    if place in SILENT:
        return SILENT[place] + timedelta(days=7)
    return timedelta(days=2 + place % 3)


COUNTS: Json = {
    "came": len(FAMILIES),
    "expected": len(FAMILIES) + len(ABSENT),
    "up_to_date": len(FAMILIES) - len(SILENT) - 2,
    "silent": len(SILENT),
    "waiting": 1,
    "paused": 1,
}
"""What the page of the collection counts, once all that is simulated has happened."""

HEATINGS = (Heating.ELECTRIC, Heating.HEAT_PUMP, Heating.WOOD, Heating.GAS)


def shares_of(place: int) -> int:
    """Return the shares of a household by its place in the list."""
    return (1, 2, 4, 1, 10, 3)[place % 6]


def table() -> str:
    """Return the list as the treasurer has it."""
    rows = [f"{name};{shares_of(place)}" for place, name in enumerate((*FAMILIES, *ABSENT))]
    return "\n".join(["Nom;Parts", *rows])


class Collecting:
    """The cooperative's collection, who has come to it, and the house that may."""

    def __init__(self, house: Home, cooperative: Home, servers: Sequence[ProsodyServer]) -> None:
        """Belong to a house and a cooperative that are not online yet."""
        self._house = house
        self._cooperative = cooperative
        self._servers = servers
        self._subentry = self._link = ""
        self._members: list[SimulatedMember] = []
        self._now = datetime.now(UTC)
        self.counts: Json = {}
        """What the page counts, as it was asked last."""

    async def begin(self) -> None:
        """Have the cooperative ask."""
        subentry = await self._cooperative.add_collection(*PAGES)
        self._subentry = subentry["subentry_id"]
        self._link = (await self._page())["link"]
        link = parse_link(self._link)
        assert link is not None
        accounts = await asyncio.to_thread(self._accounts)
        self._members = [
            SimulatedMember(
                account,
                link,
                _sources(place, name),
                name="" if place in NAMELESS else name,
                site=SiteSheet(
                    SiteKind.HOME,
                    HEATINGS[place % len(HEATINGS)],
                    floor_area=60 + 4 * place,
                    people=1 + place % 4,
                )
                if place % 3
                else None,
                since=self._joined(place),
                read_until=self._read_until(place),
            )
            for place, (account, name) in enumerate(zip(accounts, FAMILIES, strict=True))
        ]

    def _accounts(self) -> list[Account]:
        return [
            self._servers[place % len(self._servers)].register(f"foyer{place}")
            for place in range(len(FAMILIES))
        ]

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Let the members take part."""
        async with members(self._members):
            yield

    async def settle(self) -> None:
        """Wait until all have come; one pauses, the treasurer has the list, the house the link."""
        await until(
            lambda: all(member.number for member in self._members), "all have come", within=120
        )
        await self._let_time_pass()
        await self._members[PAUSED].pause()
        page = self._cooperative.home_assistant
        await page.command("sen1/import_members", subentry_id=self._subentry, text=table())
        for place in NAMELESS:
            await page.command(
                "sen1/match_member",
                subentry_id=self._subentry,
                row=place,
                name=FAMILIES[place],
                number=self._members[place].number,
            )
        await self._house.open_collection(self._link)

    async def _let_time_pass(self) -> None:
        """Have it all begun days ago: a Home Assistant takes such times from its own files."""
        page = self._cooperative.home_assistant
        await page.stop()
        await asyncio.to_thread(self._write_times, page.folder / ".storage")
        await page.start()

        async def is_there() -> bool:
            answer = await page.command("sen1/collections", only_titles=True)
            return bool(answer["collections"])

        await until(is_there, "the cooperative has its collection again", within=120)

    def _write_times(self, storage: Path) -> None:
        """Write when the cooperative asked, and when each household came."""
        begun = (self._now - BEGUN).timestamp()
        with changed(storage / "core.config_entries") as known:
            entry_id, data = next(
                (entry["entry_id"], subentry["data"])
                for entry in known["entries"]
                for subentry in entry["subentries"]
                if subentry["subentry_id"] == self._subentry
            )
            data |= {"begin": begun, "charter_at": begun}
        with changed(storage / f"sen1.{entry_id}") as known:
            (came,) = known["collected"].values()
            for place, member in enumerate(self._members):
                came[member.account.jid]["joined"] = self._joined(place)
            (groups,) = known["groups"].values()
            for group in groups.values():
                # Yesterday begins a day at whose beginning all were members.
                yesterday = midnight(self._now.astimezone(PARIS).date() - timedelta(days=1))
                group |= {"settled": yesterday.timestamp(), "day": str(self._now.date() - BEGUN)}

    def _joined(self, place: int) -> float:
        """Return when a household came, by its place in the list."""
        return (self._now - joined_ago(place)).timestamp()

    def _read_until(self, place: int) -> float:
        if place == WAITING:
            return 0
        return (self._now - SILENT[place]).timestamp() if place in SILENT else math.inf

    async def _page(self) -> Json:
        """Return what the page of the collection is told."""
        answer = await self._cooperative.home_assistant.command("sen1/collections")
        page: Json = next(
            one for one in answer["collections"] if one["subentry_id"] == self._subentry
        )
        return page

    async def agrees(self) -> bool:
        """Return whether the page counts what is simulated, and the house may take part."""
        page = await self._page()
        shares = sum(map(shares_of, range(len(FAMILIES))))
        all_shares = sum(map(shares_of, range(len(FAMILIES) + len(ABSENT))))
        self.counts = {name: page["counts"][name] for name in COUNTS}
        offers = (await self._house.home_assistant.command("sen1/collection_offers"))["offers"]
        return (
            self.counts == COUNTS
            and all(map(self._is_told, page["members"]))
            and page["shares"] == {"came": shares, "all": all_shares}
            and [(one["state"], one["verified"]) for one in offers] == [("ready", True)]
        )

    def _is_told(self, row: Json) -> bool:
        """Return whether a row tells since when its household gives, and how much of it came."""
        place = next(at for at, one in enumerate(self._members) if one.number == row["number"])
        if abs(datetime.fromisoformat(row["since"]).timestamp() - self._joined(place)) > 1:
            return False
        if place in (WAITING, PAUSED):
            return True
        given = 1 - SILENT.get(place, timedelta(0)) / joined_ago(place)
        coverage: float = row["coverage"]
        # What is due ends some hours ago, what came at an hour.
        return abs(coverage - 100 * given) < 2

    def rows(self) -> Iterator[str]:
        """Yield each count as it is shown beside what is simulated."""
        for name, truth in COUNTS.items():
            shown = self.counts.get(name)
            mark = "=" if shown == truth else "≠"
            yield f"{f'collection, {name.replace("_", " ")}':<54} {shown!s:>12}  {truth:<22} {mark}"


def _sources(place: int, name: str) -> dict[str, Source]:
    """Return what is known of a home: each third has a roof."""
    sources: dict[str, Source] = {
        "consumption": Habits(name, 60 + 4 * place, 2_600 + 190 * place, 0.1 * (place % 7))
    }
    if place % 3 == 0:
        sources["production"] = Roof(name, 1_500 + 250 * (place % 9))
    return sources


@contextmanager
def changed(path: Path) -> Iterator[Json]:
    """Yield what a file of a Home Assistant that does not run keeps, and write it back."""
    stored = json.loads(path.read_text())
    yield stored["data"]
    path.write_text(json.dumps(stored))
