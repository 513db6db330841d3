"""Challenges on the wire: how teams of a collection save energy, and what a home says it saved.

Pure. A saving is positive. What a home used never leaves it: per cent and coverage alone do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
import re
from typing import Annotated, Any
from xml.etree.ElementTree import Element, SubElement

from mashumaro.codecs import BasicDecoder, BasicEncoder

from ..attributes import (
    AttributeForm,
    day,
    from_attributes,
    matching,
    read,
    to_attributes,
    within,
)
from ..errors import PayloadRefused
from ..links import COLLECTION_ID
from ..model import FEATURE

CHALLENGE = f"{{{FEATURE}}}challenge"
TEAM = f"{{{FEATURE}}}team"
SCORE = f"{{{FEATURE}}}score"
SAVED = f"{{{FEATURE}}}saved"

LEAST_TEAMS = 2
MOST_TEAMS = 50

MAX_TEAM = 40
"""Characters of a team's name."""

MOST_DAYS = 366
"""Days of a period."""

WEEK = 7
"""Days, counted from the first of the action."""

SETTLING = timedelta(days=7)
"""After the last day of the action: what meters tell late still counts."""

EASTMOST = timedelta(hours=14)
"""No clock is further ahead of UTC."""

LEAST_SAVED = -1000.0
MOST_SAVED = 100.0
"""Per cent: who used eleven times as much, and who used nothing."""

TEAM_NUMBER = within(matching(re.compile(r"[1-9]\d?", re.ASCII), int), 1, MOST_TEAMS)
"""Which team, 1 first."""
DAY = day(re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII))
NUMBER = re.compile(r"-?\d{1,5}(\.\d{1,15})?", re.ASCII)
COVERAGE = within(matching(NUMBER, float, lambda part: f"{part:.2f}"), 0.0, 1.0)
# Adding zero makes -0.0 a 0.0.
PERCENT = within(
    matching(NUMBER, float, lambda percent: f"{round(percent, 1) + 0.0:.1f}"),
    LEAST_SAVED,
    MOST_SAVED,
)

type ChallengePeriod = tuple[date, date]
"""First and last day, both of it."""


def _period(text: str) -> ChallengePeriod:
    first, _, last = text.partition("/")
    return DAY.read(first), DAY.read(last)


PERIOD = AttributeForm(_period, lambda period: "/".join(map(date.isoformat, period)))


class Rule(StrEnum):
    """How scores are made of what homes saved (collecting/challenge/rules)."""

    CORRECTED = "corrected"
    PERCENTAGE = "percentage"
    GRAND_DEFI_2019 = "grand-defi-2019"
    GRAND_DEFI_2020 = "grand-defi-2020"
    GRAND_DEFI_2021 = "grand-defi-2021"


class Energy(StrEnum):
    """What can be saved."""

    ELECTRICITY = "electricity"
    GAS = "gas"
    WATER = "water"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the members of a collection compete in; `challenge_fault` says what it may not be."""

    rule: Annotated[Rule, AttributeForm(Rule)]
    reference: Annotated[ChallengePeriod, PERIOD]
    """What is compared with."""
    action: Annotated[ChallengePeriod, PERIOD]
    teams: tuple[str, ...]
    energies: Annotated[
        tuple[Energy, ...], AttributeForm(lambda text: tuple(map(Energy, text.split())), " ".join)
    ]

    @property
    def days(self) -> int:
        """Days of each of the two periods."""
        return days_of(self.action)

    @property
    def final_at(self) -> float:
        """When no score is taken any more; Unix seconds."""
        last = datetime.combine(self.action[1], time(), UTC)
        return (last + timedelta(days=1) + SETTLING).timestamp()

    def counts(self, through: date, now: float) -> bool:
        """Return whether a score may end with a day: one of the action, over somewhere."""
        first, last = self.action
        today = (datetime.fromtimestamp(now, UTC) + EASTMOST).date()
        return first <= through <= last and through < today and now < self.final_at


@dataclass(frozen=True, slots=True)
class Saved:
    """What a home saved of one energy, per cent of what it used, or would have used."""

    plain: Annotated[float, PERCENT]
    corrected: Annotated[float | None, PERCENT] = None
    """For the weather; None: that could not be done."""


@dataclass(frozen=True, slots=True)
class Score:
    """What a home says of itself, from the beginning of the action to `through`."""

    collection: Annotated[str, matching(COLLECTION_ID, str)]
    through: Annotated[date, DAY]
    """The last day that is counted, a whole one."""
    coverage: Annotated[float, COVERAGE]
    """How much of both periods was measured, 0 to 1."""
    saved: Mapping[Energy, Saved]
    week: Annotated[float | None, PERCENT] = None
    """Per cent saved in the week of the action that `through` is in, as far as it went; corrected
    where the rule is."""


type ChallengeData = dict[str, Any]
"""A challenge as it is kept: each field of its own, days in ISO 8601."""

challenge_data = BasicEncoder(Challenge).encode
"""Returns a challenge as it is kept."""

challenge_of = BasicDecoder(Challenge).decode
"""Returns a challenge that was kept."""


def days_of(period: ChallengePeriod) -> int:
    """Return how many days a period has."""
    first, last = period
    return (last - first).days + 1


def challenge_fault(challenge: Challenge) -> str:
    """Return why there can be no such challenge, a key of the user's texts; empty: there can."""
    (begin, end), (from_day, to_day) = challenge.reference, challenge.action
    teams = challenge.teams
    if not all(1 <= days_of(one) <= MOST_DAYS for one in (challenge.reference, challenge.action)):
        return "period_length"
    if days_of(challenge.reference) != days_of(challenge.action):
        return "periods_differ"
    if begin.weekday() != from_day.weekday():
        return "weekdays_differ"
    if end >= from_day or to_day.year > 2099:
        return "periods_overlap"
    if not LEAST_TEAMS <= len(teams) <= MOST_TEAMS:
        return "number_of_teams"
    if any(team != team.strip() or not 1 <= len(team) <= MAX_TEAM for team in teams):
        return "team_name"
    if len({team.casefold() for team in teams}) < len(teams):
        return "team_twice"
    if not challenge.energies or len(set(challenge.energies)) < len(challenge.energies):
        return "energies_needed"
    return ""


def has_team(challenge: Challenge | None, team: int) -> bool:
    """Return whether one can be in a team, 1 first; without a challenge, in none alone: 0."""
    teams = 0 if challenge is None else len(challenge.teams)
    return min(1, teams) <= team <= teams


def challenge_to_element(challenge: Challenge) -> Element:
    """Return what a sheet says of a challenge.

    <challenge xmlns="urn:sen1:0" rule="corrected" reference="2025-11-03/2025-12-28"
               action="2026-11-02/2026-12-27" energies="electricity gas">
      <team>Les Cormorans</team>
    </challenge>
    """
    element = Element(CHALLENGE, to_attributes(challenge))
    for team in challenge.teams:
        SubElement(element, TEAM).text = team
    return element


def challenge_from_element(element: Element) -> Challenge:
    """Return the challenge of a sheet; raises PayloadRefused."""
    teams = tuple((team.text or "").strip() for team in element.findall(TEAM))
    challenge = from_attributes(Challenge, element.attrib, "bad_collection", teams=teams)
    if fault := challenge_fault(challenge):
        raise PayloadRefused("bad_collection", fault)
    return challenge


def score_to_element(score: Score) -> Element:
    """Return what a home says that it saved, to the tenth of a per cent.

    <score xmlns="urn:sen1:0" collection="3f6a…" through="2026-11-25" coverage="0.94" week="7.4">
      <saved energy="electricity" plain="9.4" corrected="6.1"/>
    </score>
    """
    element = Element(SCORE, to_attributes(score))
    for energy, saved in score.saved.items():
        SubElement(element, SAVED, {"energy": energy, **to_attributes(saved)})
    return element


def score_from_element(element: Element) -> Score:
    """Return what a home says that it saved; raises PayloadRefused."""
    saved: dict[Energy, Saved] = {}
    for child in element.findall(SAVED):
        energy = read(AttributeForm(Energy), child.get("energy"), "energy", "bad_score")
        if energy in saved:
            raise PayloadRefused("bad_score", "energy")
        saved[energy] = from_attributes(Saved, child.attrib, "bad_score")
    if not saved:
        raise PayloadRefused("bad_score", "nothing saved")
    return from_attributes(Score, element.attrib, "bad_score", saved=saved)
