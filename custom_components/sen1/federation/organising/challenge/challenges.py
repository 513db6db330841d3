"""Challenges that are organised here: what members say that they saved, and the board of it."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from statistics import fmean
import time
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ....const import LEAST_HOMES
from ....faults import contained
from ....history.points import HOUR, Point
from ....history.recorder import async_hours, async_metadata
from ....listeners import Listeners
from ....protocol.collecting.board import Board, BoardHome, BoardKind, BoardTeam, ranked, ranks_of
from ....protocol.collecting.challenge import (
    WEEK,
    Challenge,
    Energy,
    Saved,
    Score,
    challenge_data,
    challenge_of,
    has_team,
)
from ....protocol.errors import PayloadRefused
from ....protocol.term import begin_of
from ....protocol.trust.kinds import StatementKind
from ...config import collection_data, collections_by_id, collections_of
from ...context import AccountContext
from ...part import Heard, Part
from ...relations.members import Member, Memberships, SavedData, ScoreData, shown_names
from ...store import SOON
from ..giving import FollowedMembers
from .rules import Contender, Standings, standings

CHALLENGE = "board_challenge"
"""What the board of a challenge is called in unique ids and texts."""

PER_CENT = "%"

ROUND = 3600.0
"""Seconds between two looks at what was measured, which comes later than what is said of it."""

CLOSE = 0.5
"""Points of per cent: what is rounded, and what was measured a little otherwise."""


async def async_plain(
    hass: HomeAssistant, statistic_id: str, challenge: Challenge, through: date, zone: tzinfo
) -> tuple[float, float] | None:
    """Return the per cent of electricity that a statistic says was saved, whatever the weather.

    And the part of the days to `through` that is whole on both sides. None: too little came.
    """
    metadata = (await async_metadata(hass, [statistic_id])).get(statistic_id)
    if metadata is None:
        return None
    both = []
    for first in (challenge.reference[0], challenge.action[0]):
        last = first + (through - challenge.action[0])
        begin, end = (begin_of(day, zone).timestamp() for day in (first, last + timedelta(days=1)))
        points = await async_hours(hass, statistic_id, begin, end, is_sum=metadata["has_sum"])
        both.append(days_of(points, first, last, zone))
    reference, action = both
    return plain_of(reference, action, (through - challenge.action[0]).days + 1)


def days_of(points: Iterable[Point], first: date, last: date, zone: tzinfo) -> dict[int, float]:
    """Return what each day came to that has all of its hours, by how many days it is after `first`.

    A day has 23 to 25 hours.
    """
    values = {point.begin: point.value for point in points}
    found = {}
    for passed in range((last - first).days + 1):
        day = first + timedelta(days=passed)
        begin, end = (begin_of(one, zone).timestamp() for one in (day, day + timedelta(days=1)))
        hours = [begin + HOUR * hour for hour in range(round((end - begin) / HOUR))]
        if all(hour in values for hour in hours):
            found[passed] = sum(values[hour] for hour in hours)
    return found


def plain_of(
    reference: dict[int, float], action: dict[int, float], days: int
) -> tuple[float, float] | None:
    """Return per cent saved on the days that both have, and which part of `days` they are.

    None: they are fewer than a week, or all of a shorter time.
    """
    known = reference.keys() & action.keys()
    before = sum(reference[day] for day in known)
    if len(known) < min(WEEK, days) or before <= 0:
        return None
    return 100 * (1 - sum(action[day] for day in known) / before), len(known) / days


def is_borne_out(said: float, coverage: float, measured: float, part: float) -> bool | None:
    """Return whether per cent that were said are those that were measured; None: who knows.

    Where either side counts not all days, these may be others, and what differs by no more than
    the rest could come to says nothing.
    """
    differs = abs(said - measured)
    if differs <= CLOSE:
        return True
    return None if differs <= CLOSE + 100 * (2 - coverage - part) else False


@dataclass(frozen=True, slots=True)
class Entrant:
    """A member whose score counts."""

    member: Member
    score: ScoreData
    home: Contender


class Challenges(Part):
    """Take the scores of members, and make of them what all are told."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._memberships, self._given = context[Memberships], context[FollowedMembers]
        self.changed = Listeners[()]()
        """Of what a board is made of."""
        self.reteamed = Listeners[Member]()
        """Of a member that is in another team now."""
        self.runs = (self.run,)
        self.takes = {StatementKind.SCORE: self.take}

    # What members say

    def take(self, heard: Heard[Score]) -> None:
        """Take what a member says that it saved; raises PayloadRefused.

        Of a day the last counts, and never an earlier day than before.
        """
        sender, score, _ = heard
        of_all = self._memberships.of(sender)
        member = next((one for one in of_all if one.collection == score.collection), None)
        if member is None:
            raise PayloadRefused("stranger")
        if (challenge := challenge_in(member.subentry)) is None:
            raise PayloadRefused("bad_score", "no challenge")
        now = time.time()
        if not challenge.counts(score.through, now):
            raise PayloadRefused("bad_score", "through")
        periods = periods_of(challenge)
        known = member.data.get("score")
        if known is not None and known["periods"] != periods:
            known = None
        if known is not None and known["through"] > score.through.isoformat():
            raise PayloadRefused("bad_score", "an earlier day")
        saved = {
            str(energy): SavedData(plain=one.plain, corrected=one.corrected)
            for energy, one in score.saved.items()
            if energy in challenge.energies
        }
        if not saved:
            raise PayloadRefused("bad_score", "other energies")
        weeks = {} if known is None else dict(known["weeks"])
        if score.week is not None:
            weeks[str((score.through - challenge.action[0]).days // WEEK)] = score.week
        member.data["score"] = ScoreData(
            at=now,
            periods=periods,
            through=score.through.isoformat(),
            coverage=score.coverage,
            saved=saved,
            week=score.week,
            weeks=weeks,
        )
        self.look()

    # What the organiser does

    def designate(self, collection: str, team: int, number: int | None) -> None:
        """Let a member be the captain of its team, 1 first, or nobody; KeyError of no such one."""
        members = [
            one for one in self._memberships.of_collection(collection) if team_of(one) == team
        ]
        if number is not None and number not in {member.number for member in members}:
            raise KeyError(number)
        for member in members:
            if member.number == number:
                member.data["is_captain"] = True
            else:
                member.data.pop("is_captain", None)
        self.look()

    def move(self, collection: str, number: int, team: int) -> None:
        """Let a member be in another team, 1 first; KeyError of no such member or team."""
        member = {one.number: one for one in self._memberships.of_collection(collection)}[number]
        challenge = challenge_in(member.subentry)
        if challenge is None or not has_team(challenge, team):
            raise KeyError(team)
        if team_of(member) == team:
            return
        member.data["team"] = team
        member.data.pop("is_captain", None)
        # It is told until it has seen it.
        member.data["told"] = None
        self.look()
        self.reteamed.tell(member)

    @callback
    def look(self) -> None:
        """Have the boards made again: something of them changed."""
        self._store.save_within(SOON)
        self.changed.tell()

    # Whether it is so

    async def run(self) -> None:
        """Hold scores against what was measured, and see what time has changed, until cancelled."""
        while True:
            with contained():
                for subentry in list(collections_of(self._entry).values()):
                    await self.check(subentry)
            self.changed.tell()
            await asyncio.sleep(ROUND)

    async def check(self, subentry: ConfigSubentry) -> None:
        """Look whether what was measured bears out the scores that are not checked yet.

        Only of who gives its consumption as well, and where both periods came.
        """
        challenge = challenge_in(subentry)
        if challenge is None or "recorder" not in self._hass.config.components:
            return
        zone = dt_util.get_default_time_zone()
        for entrant in self._entrants(
            challenge, self._memberships.of_collection(collection_data(subentry)["collection"])
        ):
            member, score = entrant.member, entrant.score
            said = score["saved"].get(Energy.ELECTRICITY)
            statistic_id = self._given.consumption(member)
            if said is None or statistic_id is None or score.get("checked_part") == 1:
                continue
            through = date.fromisoformat(score["through"])
            found = await async_plain(self._hass, statistic_id, challenge, through, zone)
            if found is None:
                continue
            measured, part = found
            score["checked_part"] = part
            score["is_checked"] = is_borne_out(said["plain"], score["coverage"], measured, part)
            self._store.save_within(SOON)

    # What all are told

    def board(self, subentry: ConfigSubentry) -> Board | None:
        """Return the board of a challenge as it is now; None: the collection has none."""
        if (challenge := challenge_in(subentry)) is None:
            return None
        now = time.time()
        members = self._memberships.of_collection(collection_data(subentry)["collection"])
        entrants = self._entrants(challenge, members)
        is_final = now >= challenge.final_at
        found = standings(
            challenge.rule, challenge.energies, [one.home for one in entrants], is_final=is_final
        )
        told = [one for one in entrants if one.member.number in found.homes]
        names = shown_names(members)
        through = max((one.score["through"] for one in told), default="")
        return Board(
            kind=BoardKind.CHALLENGE,
            collection=collection_data(subentry)["collection"],
            title=subentry.title,
            unit=PER_CENT,
            at=round(now, 3),
            is_final=is_final,
            homes=ranked([_home(one, found, names) for one in told], BoardKind.CHALLENGE),
            teams=_teams(challenge, members, told, found),
            rule=challenge.rule,
            value=found.value,
            count=len(told),
            coverage=_mean(one.score["coverage"] for one in told),
            through=through,
        )

    def _entrants(self, challenge: Challenge, members: Iterable[Member]) -> list[Entrant]:
        """Return the members whose scores count: of these periods, and of a team."""
        periods = periods_of(challenge)
        found = []
        for member in members:
            score, team = member.data.get("score"), team_of(member)
            if score is None or score["periods"] != periods or not has_team(challenge, team):
                continue
            saved = {
                Energy(energy): Saved(**one)
                for energy, one in score["saved"].items()
                if energy in challenge.energies
            }
            site = self._given.site(member)
            home = (
                Contender(member.number, team - 1, saved)
                if site is None
                else Contender(member.number, team - 1, saved, site.heating, site.kind)
            )
            found.append(Entrant(member, score, home))
        return found

    def diagnostics(self) -> dict[str, Any]:
        """Return how many scores there are of each challenge."""
        members = self._memberships
        several = [
            {
                "rule": challenge.rule,
                "teams": len(challenge.teams),
                "scores": sum("score" in data for data in members.data_of(collection).values()),
            }
            for collection, subentry in collections_by_id(self._entry).items()
            if (challenge := challenge_in(subentry)) is not None
        ]
        return {"challenges": several}


def challenge_in(subentry: ConfigSubentry) -> Challenge | None:
    """Return what the members of a collection compete in; None: in nothing."""
    data = collection_data(subentry).get("challenge")
    return None if data is None else challenge_of(data)


def team_of(member: Member) -> int:
    """Return the team that a member is in, 1 first; 0: none."""
    return member.data.get("team", 0)


def periods_of(challenge: Challenge) -> list[str]:
    """Return what a score is of: of other periods it counts for nothing."""
    data = challenge_data(challenge)
    return [*data["reference"], *data["action"]]


def _home(entrant: Entrant, found: Standings, names: Mapping[int, str]) -> BoardHome:
    number, score = entrant.member.number, entrant.score
    return BoardHome(
        number=number,
        name=names.get(number, ""),
        value=found.homes[number],
        team=entrant.home.team,
        coverage=score["coverage"],
        week=score["week"],
        is_checked=score.get("is_checked"),
    )


def _teams(
    challenge: Challenge, members: Collection[Member], told: Collection[Entrant], found: Standings
) -> tuple[BoardTeam, ...]:
    """Return the teams in the order in which the organiser named them.

    Of one of which nothing may be told there is its name, and how many are in it if that is five.
    """
    places = range(len(challenge.teams))
    ranks = ranks_of([found.teams.get(team) for team in places], is_greatest_first=True)
    teams = []
    for team in places:
        of = [member for member in members if team_of(member) == team + 1]
        if team not in found.teams:
            registered = len(of) if len(of) >= LEAST_HOMES else 0
            teams.append(BoardTeam(challenge.teams[team], homes=0, of=registered))
            continue
        homes = [one for one in told if one.home.team == team]
        teams.append(
            BoardTeam(
                challenge.teams[team],
                homes=len(homes),
                of=len(of),
                value=found.teams[team],
                rank=ranks[team],
                coverage=_mean(one.score["coverage"] for one in homes),
                captain=next((one.number for one in of if one.data.get("is_captain")), None),
                weeks=_weeks(challenge, homes),
            )
        )
    return tuple(teams)


def _weeks(challenge: Challenge, homes: Collection[Entrant]) -> tuple[float | None, ...]:
    """Return what a team saved in each week that it told of; None: fewer than five homes did."""
    several = [
        [one.score["weeks"][week] for one in homes if week in one.score["weeks"]]
        for week in map(str, range(-(-challenge.days // WEEK)))
    ]
    means = [fmean(week) if len(week) >= LEAST_HOMES else None for week in several]
    while means and means[-1] is None:
        means.pop()
    return tuple(means)


def _mean(values: Iterable[float]) -> float | None:
    values = list(values)
    return fmean(values) if values else None
