"""The score of the main site in a challenge, of what its book and its cold say.

What its goals are compared with is what a score is compared with: both say the same of the same
days.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import fmean

from ...figures.counting.calendar import ONE_DAY
from ...figures.goal.ledger import QUANTITIES, GoalSeries
from ...figures.goal.progress import Goal, GoalKind, Reference, Untold
from ...figures.site.site import Home
from ...figures.tariff.tally import Commodity
from ...figures.year.model import Unfit
from ...protocol.collecting.challenge import Challenge, Energy, Rule, Score
from .counted import COVERAGE_DIGITS, CountedDays, counted, told


class ScoreLack(StrEnum):
    """What a household can do so that it has a score, or a corrected one."""

    METER = "meter"
    """Have the energy measured, or read its meter."""
    PAST = "past"
    """Bring in what was used in the reference period, and in the year around it."""
    TEMPERATURE = "temperature"
    HEATING = "heating"
    """Say what heats the home: what was measured does not follow the cold."""


LACKS: Mapping[Unfit, ScoreLack] = {
    Unfit.NO_TEMPERATURE: ScoreLack.TEMPERATURE,
    Unfit.HEATING_NOT_MEASURED: ScoreLack.HEATING,
    Unfit.FEW_DAYS: ScoreLack.PAST,
    Unfit.NO_WINTER: ScoreLack.PAST,
    Unfit.NO_SUMMER: ScoreLack.PAST,
}
"""By why there is no model; a poor one cannot be helped."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What a home can say of itself in a challenge."""

    challenge: Challenge
    energies: Mapping[Energy, CountedDays | Untold]
    """Of each that is asked, what counts, or why nothing does."""
    lacks: Mapping[Energy, ScoreLack | None]

    @property
    def shown(self) -> Energy:
        """Return the energy that the page shows: the first that counts, else that is asked."""
        told_of = (one for one, each in self.energies.items() if isinstance(each, CountedDays))
        return next(told_of, next(iter(self.energies)))

    @property
    def counted(self) -> CountedDays | None:
        """Return what counts of that."""
        found = self.energies[self.shown]
        return found if isinstance(found, CountedDays) else None

    @property
    def reason(self) -> str | None:
        """Return why the page shows no percentage."""
        found = self.energies[self.shown]
        if isinstance(found, Untold):
            return found
        return Untold.NOT_CORRECTED if found.percent is None else None

    @property
    def lack(self) -> ScoreLack | None:
        """Return what the household can do for it."""
        return self.lacks[self.shown]

    def score(self, collection: str) -> Score | None:
        """Return what may leave the house: per cent and coverage; None: there is none."""
        counts = {e: each for e, each in self.energies.items() if isinstance(each, CountedDays)}
        saved = {e: one for e, each in counts.items() if (one := each.saved()) is not None}
        if not saved:
            return None
        return Score(
            collection=collection,
            through=counts[self.shown].through,
            coverage=round(min(counts[e].coverage for e in saved), COVERAGE_DIGITS),
            saved=saved,
            week=self._mean(each.week for each in counts.values()),
        )

    @property
    def value(self) -> float | None:
        """Return per cent saved of all energies that count, as homes are compared by them."""
        counts = (each for each in self.energies.values() if isinstance(each, CountedDays))
        return self._mean(each.percent for each in counts)

    @staticmethod
    def _mean(percents: Iterable[float | None]) -> float | None:
        known = [told(percent) for percent in percents if percent is not None]
        return told(fmean(known)) if known else None


def scored(home: Home, challenge: Challenge, today: date) -> Scored:
    """Return what a home saved on the whole days before today."""
    begin, end = challenge.action
    goal = Goal(GoalKind.SAVING, 0.0, begin, end)
    energies: dict[Energy, CountedDays | Untold] = {}
    lacks: dict[Energy, ScoreLack | None] = {}
    for energy in challenge.energies:
        # No cold changes how much water is used.
        is_corrected = challenge.rule is Rule.CORRECTED and energy is not Energy.WATER
        series = _series(home, energy)
        before = home.goals.yardstick.plain(series, goal, challenge.reference[0])
        equal = _in_equal_cold(home, series, goal, challenge, before)
        used = home.goals.yardstick.used(series, goal)
        found = energies[energy] = counted(
            goal, today - ONE_DAY, used, before, equal, is_corrected=is_corrected
        )
        is_measured = home.goals.has(QUANTITIES[series[1]])
        lacks[energy] = _lack(found, before, equal if is_corrected else None, is_measured)
    return Scored(challenge, energies, lacks)


def _lack(
    found: CountedDays | Untold,
    before: Reference | None,
    equal: Reference | Unfit | None,
    is_measured: bool,
) -> ScoreLack | None:
    """Return what an energy lacks: before the action begins too, while that can be helped."""
    if before is None or found is Untold.NO_REFERENCE:
        return ScoreLack.PAST if is_measured else ScoreLack.METER
    if found is Untold.NO_DATA:
        return ScoreLack.METER
    unfit = found.unfit if equal is not None and isinstance(found, CountedDays) else equal
    return LACKS.get(unfit) if isinstance(unfit, Unfit) else None


def _series(home: Home, energy: Energy) -> GoalSeries:
    """Return what is counted of an energy: of electricity what the home's model is fitted on."""
    quantities = {
        Energy.ELECTRICITY: home.learnt.quantity,
        Energy.GAS: Commodity.GAS,
        Energy.WATER: Commodity.WATER,
    }
    return GoalKind.SAVING, quantities[energy].value


def _in_equal_cold(
    home: Home, series: GoalSeries, goal: Goal, challenge: Challenge, before: Reference | None
) -> Reference | Unfit | None:
    """Return what the days of a goal would have come to in their own cold, or why that is unknown.

    What does not heat a home, as its household and its days both say, has no cold but its habits.
    """
    if series[1] == Commodity.WATER:
        return None
    yardstick, (begin, end) = home.goals.yardstick, challenge.reference
    found = yardstick.corrected(series, goal, (begin, end + ONE_DAY))
    if found in (Unfit.POOR, Unfit.HEATING_NOT_MEASURED) and not yardstick.may_heat(series):
        return before
    return found
