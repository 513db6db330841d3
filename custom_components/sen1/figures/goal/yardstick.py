"""What the days of a goal are compared with, as the book and the cold of its site have it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from ..const import CONF_HEATING
from ..counting.calendar import ONE_DAY, DaySpan
from ..tariff.tally import Commodity
from ..year.cold import Cold
from ..year.learnt import TWELVE_MONTHS
from ..year.model import HomeModel, Unfit, fit
from .ledger import GoalSeries, Ledger
from .progress import Goal, Reference
from .reference import LITTLE_WEATHER, WEATHER, YEAR_OF_WEEKS, aligned, corrected, plain


class Yardstick:
    """Reads what a site used, and what it would have used, on the days of any goal."""

    def __init__(
        self, said: Mapping[str, Any], ledger: Ledger, cold: Cold, today: Callable[[], date]
    ) -> None:
        self._heating: str | None = said.get(CONF_HEATING)
        self._ledger = ledger
        self._cold = cold
        self._today = today

    def used(self, series: GoalSeries, goal: Goal) -> dict[date, float]:
        """Return what each whole day of a goal that has ended came to."""
        return self._ledger.used(series, goal.begin, min(goal.end + ONE_DAY, self._today()))

    def plain(self, series: GoalSeries, goal: Goal, begin: date) -> Reference | None:
        """Return what the days from `begin` on came to, whatever the cold; None: none is known."""
        others = aligned(goal, begin).values()
        then = self._ledger.used(series, min(others), max(others) + ONE_DAY)
        return plain(goal, begin, then, self.weather(series)) if then else None

    def corrected(self, series: GoalSeries, goal: Goal, period: DaySpan) -> Reference | Unfit:
        """Return what the home of a reference period takes in the cold of a goal's days."""
        model = self._model(series, period, goal)
        return model if isinstance(model, Unfit) else corrected(goal, model, self._cold_of(goal))

    def _model(self, series: GoalSeries, period: DaySpan, goal: Goal) -> HomeModel | Unfit:
        """Return the home of a reference period, or of a year around it where it lacks a season."""
        begin, end = period
        until = min(goal.begin, self._today())
        model = fit(self._ledger.used(series, begin, end), self._cold.days)
        for first, last in ((begin, min(begin + TWELVE_MONTHS, until)), (end - TWELVE_MONTHS, end)):
            if isinstance(model, Unfit):
                around = fit(self._ledger.used(series, first, last), self._cold.days)
                model = around if isinstance(around, HomeModel) else model
        return model

    def _cold_of(self, goal: Goal) -> dict[date, float]:
        """Return the degree-days of a goal's days: of those to come the usual, else last year's."""
        days, usual, today = self._cold.days, self._cold.usual, self._today()
        found: dict[date, float] = {}
        for day in goal.days:
            if day >= today:
                degrees = days.get(day - YEAR_OF_WEEKS) if usual is None else usual.of(day)
            else:
                degrees = days.get(day)
            if degrees is not None:
                found[day] = degrees
        return found

    def weather(self, series: GoalSeries) -> float:
        """Return how much another cold may change of a series: as this home is heated."""
        return WEATHER if self.may_heat(series) else LITTLE_WEATHER

    def may_heat(self, series: GoalSeries) -> bool:
        """Return whether what is counted may heat this home, by what its household says of it."""
        _, quantity = series
        heaters = ("gas",) if quantity == Commodity.GAS else ("electric", "heat_pump")
        return quantity != Commodity.WATER and self._heating in (None, *heaters)
