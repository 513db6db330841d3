"""The challenge of the demo: thirty-one households in four teams, of which the house is one.

The cooperative organises it, by a form. It began three weeks ago last Monday. Who takes part beside
the house are plain clients of both servers, which say what they saved, week by week; what the house
saved is its own figure. One has said nothing yet, and one team is too small to be told.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
import itertools
from statistics import fmean

from custom_components.sen1.protocol.collecting.challenge import Energy, Saved, Score
from custom_components.sen1.protocol.collecting.collection import CollectionSheet
from custom_components.sen1.protocol.links import parse_link

from .home import Home
from .home_assistant import Json
from .household import PARIS
from .member import SimulatedMember, members
from .waiting import until
from .xmpp import Account, ProsodyServer

TITLE = "Grand défi des économies"

TEAMS = ("Les Cormorans", "Les Ajoncs", "École de Kersabiec", "Quartier Merville")
MINE = 1
"""Which of the teams the house is in."""
OTHERS = (12, 8, 6, 4)
"""How many others are in each team."""
SILENT = 0
"""Who of the first team has said nothing yet."""

WEEKS = 8
PASSED = 3
"""Whole weeks that are over."""

FIRST_DAY = datetime.now(PARIS).date()
FIRST_DAY -= timedelta(days=FIRST_DAY.weekday() + 7 * PASSED)
LAST_DAY = FIRST_DAY + timedelta(days=7 * WEEKS - 1)
UNTIL = LAST_DAY + timedelta(days=30)

PAGES: tuple[Json, ...] = (
    {"next_step_id": "collection"},
    {
        "name": TITLE,
        "reason": "Consommer moins que nos derniers hivers, ensemble.",
        "responsible": "La coopérative, Lorient",
        "contact": "donnees@coop.test",
        "purpose": "challenge",
    },
    {
        "rule": "corrected",
        "action_begin": FIRST_DAY.isoformat(),
        "action_end": LAST_DAY.isoformat(),
        "teams": "\n".join(TEAMS),
        "energies": ["electricity"],
    },
    {
        "consumption": "no",
        "consumption_detail": "p1d",
        "production": "no",
        "production_detail": "p1d",
        "per_area": "no",
        "site": "no",
        "past": "none",
        "until": UNTIL.isoformat(),
        "retention_days": 365,
    },
    {"charter": "Chacun se compare à lui-même. Nous ne voyons que des pourcentages."},
    {"publications": []},
    {"is_of_age": True},
)
"""What the cooperative answers the pages of a collection."""


def saved(team: int, place: int, week: int) -> float:
    """Return what a household of a team saved in a week, per cent."""
    return round(8.4 - 1.6 * team + 0.9 * (place % 7 - 3) + 0.5 * (week - 1), 1)


def score_of(sheet: CollectionSheet, team: int, place: int, week: int) -> Score:
    """Return what a household says after a week, 0 first; of the one that runs, until yesterday."""
    through = FIRST_DAY + timedelta(days=7 * week + 6)
    through = min(through, datetime.now(PARIS).date() - timedelta(days=1))
    so_far = round(fmean(saved(team, place, one) for one in range(week + 1)), 1)
    return Score(
        sheet.id,
        through,
        0.9 + 0.01 * (place % 10),
        {Energy.ELECTRICITY: Saved(plain=round(so_far + 3.2, 1), corrected=so_far)},
        week=saved(team, place, week),
    )


class Challenging:
    """The cooperative's challenge, and who takes part in it."""

    def __init__(self, house: Home, cooperative: Home, servers: Sequence[ProsodyServer]) -> None:
        """Belong to a house and a cooperative that are online."""
        self._house = house
        self._cooperative = cooperative
        self._servers = servers
        self._link = ""
        self._weeks = PASSED + (datetime.now(PARIS).date().weekday() > 0)
        """Weeks of which something can be said: of one that begins today nothing is known."""
        self._said: dict[tuple[int, int], float] = {}
        """What each said that it saved since the beginning, by team and place."""
        self.members: list[SimulatedMember] = []

    async def begin(self) -> None:
        """Have the cooperative ask."""
        subentry = await self._cooperative.add_collection(*PAGES)
        page = await self._cooperative.home_assistant.command("sen1/collections")
        told = {one["subentry_id"]: one["link"] for one in page["collections"]}
        self._link = told[subentry["subentry_id"]]
        accounts = await asyncio.to_thread(self._accounts)
        self.members = [
            self._member(account, team, place)
            for account, (team, place) in zip(accounts, self._places(), strict=True)
        ]

    def _places(self) -> list[tuple[int, int]]:
        return [(team, place) for team, count in enumerate(OTHERS) for place in range(count)]

    def _accounts(self) -> list[Account]:
        servers = itertools.cycle(self._servers)
        return [next(servers).register(f"defi{team}-{place}") for team, place in self._places()]

    def _member(self, account: Account, team: int, place: int) -> SimulatedMember:
        link = parse_link(self._link)
        assert link is not None
        weeks = iter(range(self._weeks))

        def scores(sheet: CollectionSheet) -> Score | None:
            """Return what is said next: each week once, then nothing new."""
            week = next(weeks, None)
            if week is None:
                return None
            score = score_of(sheet, team, place, week)
            self._said[team, place] = score.saved[Energy.ELECTRICITY].corrected or 0.0
            return score

        return SimulatedMember(
            account,
            link,
            {},
            team=team + 1,
            scores=None if (team, place) == (0, SILENT) else scores,
        )

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Let the members take part."""
        async with members(self.members):
            yield

    async def settle(self) -> None:
        """Wait until all have come and said what they saved; the house takes part as well."""
        await until(
            lambda: all(member.number for member in self.members), "all have come", within=120
        )
        for member in self.members:
            for _ in range(self._weeks):
                member.tell_score()
        await self._house.open_collection(self._link)
        page = self._house.home_assistant
        offer: Json = {}

        async def is_ready() -> bool:
            nonlocal offer
            offers = (await page.command("sen1/collection_offers"))["offers"]
            offer = next((one for one in offers if one["title"] == TITLE), {})
            return offer.get("state") == "ready"

        await until(is_ready, "the house has the sheet of the challenge", within=60)
        await self._house.join_collection(
            offer, until=UNTIL.isoformat(), team=MINE + 1, is_of_age=True
        )

    # What the pages say

    async def board(self) -> Json:
        """Return the challenge as the cooperative's page has it."""
        return await self._told(self._cooperative)

    async def _told(self, home: Home) -> Json:
        answer = await home.home_assistant.command("sen1/challenges")
        told: Json = next((one for one in answer["challenges"] if one["title"] == TITLE), {})
        return told

    async def agrees(self) -> bool:
        """Return whether the board says what was said, here and at the house."""
        organised, taken = await self._told(self._cooperative), await self._told(self._house)
        mine = (taken.get("mine") or {}).get("value")
        if mine is None or not taken.get("board"):
            return False
        truth = [self._truth(team, mine) for team in range(len(TEAMS))]
        shown = [team["value"] for team in organised["board"]["teams"]]
        same = [team["value"] for team in taken["board"]["teams"]]
        return all(all(map(_is_near, board, truth, strict=True)) for board in (shown, same))

    def _truth(self, team: int, mine: float) -> float | None:
        """Return what a team saved; None: it is too small to be told."""
        values = [value for (of, _place), value in self._said.items() if of == team]
        values += [mine] if team == MINE else []
        return fmean(values) if len(values) >= 5 else None

    async def rows(self) -> Iterator[str]:
        """Return each team as it is shown."""
        board = (await self.board())["board"]
        return (f"challenge, {team['name']:<42} {team['value']!s:>12}" for team in board["teams"])


def _is_near(shown: float | None, truth: float | None) -> bool:
    if shown is None or truth is None:
        return shown is truth
    # Told to a tenth.
    return abs(shown - truth) <= 0.051
