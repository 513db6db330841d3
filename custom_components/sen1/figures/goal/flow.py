"""The flow of a goal: what a household sets itself, until when, and compared with what."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from homeassistant.const import CONF_NAME
from homeassistant.helpers import selector
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...fields import box, dropdown
from ...last_page import Made
from ..counting.balance import HomeQuantity
from ..counting.form import FormFlow
from ..tariff.book import year_before
from ..tariff.tally import Commodity
from .goals import (
    CONF_BEGIN,
    CONF_CORRECTED,
    CONF_END,
    CONF_KIND,
    CONF_QUANTITY,
    CONF_REFERENCE_BEGIN,
    CONF_REFERENCE_END,
    CONF_TARGET,
    Goals,
)
from .ledger import QUANTITIES
from .progress import GoalKind

USUAL_TARGET = 8
"""Per cent: what the families of the field's challenge set themselves for a winter."""

PERCENTAGES = (GoalKind.SAVING, GoalKind.SELF_CONSUMPTION)

LONGEST = timedelta(days=3 * 366)
"""Each of its days is looked at: what is aimed at in ten years is no goal yet."""

MOST_UNLIKE = 7
"""Days by which a plain reference may be longer or shorter than its goal: 29 February is one."""

OF_SAVING = (CONF_REFERENCE_BEGIN, CONF_REFERENCE_END, CONF_CORRECTED)

SCHEMA = vol.Schema(
    {
        vol.Required(CONF_NAME): selector.TextSelector(),
        vol.Required(CONF_KIND): dropdown("goal_kind", GoalKind),
        vol.Required(CONF_TARGET): box(1e9, 0.01, minimum=0.01),
        vol.Required(CONF_QUANTITY): dropdown("goal_quantity", QUANTITIES),
        vol.Required(CONF_BEGIN): selector.DateSelector(),
        vol.Required(CONF_END): selector.DateSelector(),
        vol.Optional(CONF_REFERENCE_BEGIN): selector.DateSelector(),
        vol.Optional(CONF_REFERENCE_END): selector.DateSelector(),
        vol.Required(CONF_CORRECTED, default=False): selector.BooleanSelector(),
    }
)


class GoalFlow(FormFlow):
    """Add a goal, or change it."""

    schema = SCHEMA
    made = Made.GOAL

    @property
    def _goals(self) -> Goals | None:
        """Return the goals of the site while it runs."""
        home = getattr(self._get_entry(), "runtime_data", None)
        goals: Goals | None = None if home is None else home.goals
        return goals

    def suggested(self) -> dict[str, Any]:
        """Return the goal of the field's challenge: less this winter than last."""
        goals = self._goals
        begin, end = winter_of(
            dt_util.now().date(), is_southern=goals is not None and goals.is_southern
        )
        return {
            CONF_KIND: GoalKind.SAVING,
            CONF_TARGET: USUAL_TARGET,
            CONF_QUANTITY: next(iter(QUANTITIES)),
            CONF_BEGIN: begin.isoformat(),
            CONF_END: end.isoformat(),
            CONF_REFERENCE_BEGIN: year_before(begin).isoformat(),
            CONF_REFERENCE_END: year_before(end).isoformat(),
            CONF_CORRECTED: goals is not None and goals.can_correct,
        }

    def errors(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with the answers."""
        kind = GoalKind(given[CONF_KIND])
        begin, end = (date.fromisoformat(given[key]) for key in (CONF_BEGIN, CONF_END))
        if kind in PERCENTAGES and given[CONF_TARGET] > 100:
            return {CONF_TARGET: "above_100"}
        if end < begin:
            return {CONF_END: "ends_before_it_begins"}
        if end - begin > LONGEST:
            return {CONF_END: "too_long"}
        if kind is GoalKind.SAVING and (errors := self._errors_of_saving(given, begin, end)):
            return errors
        lacking = None if self._goals is None else self._goals.lacks(given)
        return {} if lacking is None else {CONF_KIND: lacking}

    def _errors_of_saving(self, given: Mapping[str, Any], begin: date, end: date) -> dict[str, str]:
        for key in (CONF_REFERENCE_BEGIN, CONF_REFERENCE_END):
            if not given.get(key):
                return {key: "no_reference"}
        first, last = (
            date.fromisoformat(given[key]) for key in (CONF_REFERENCE_BEGIN, CONF_REFERENCE_END)
        )
        if last < first:
            return {CONF_REFERENCE_END: "ends_before_it_begins"}
        if last >= begin:
            return {CONF_REFERENCE_END: "reference_overlaps"}
        if given[CONF_CORRECTED]:
            if given[CONF_QUANTITY] == Commodity.WATER:
                return {CONF_CORRECTED: "water_is_not_heat"}
            if self._goals is not None and not self._goals.can_correct:
                return {CONF_CORRECTED: "no_temperature"}
        elif abs((last - first) - (end - begin)) > timedelta(days=MOST_UNLIKE):
            return {CONF_REFERENCE_END: "reference_unlike"}
        return {}

    def stored(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the subentry stores: only a saving is compared with something."""
        said, kind = super().stored(given), GoalKind(given[CONF_KIND])
        if kind not in (GoalKind.SAVING, GoalKind.ENERGY):
            said[CONF_QUANTITY] = HomeQuantity.BOUGHT.value
        if kind is GoalKind.SAVING:
            return said
        return {key: value for key, value in said.items() if key not in OF_SAVING}


def winter_of(today: date, *, is_southern: bool) -> tuple[date, date]:
    """Return the first and the last day of the winter half that goes on, else of the next."""
    if is_southern:
        year = today.year + (today.month > 9)
        return date(year, 4, 1), date(year, 9, 30)
    year = today.year - (today.month < 4)
    return date(year, 10, 1), date(year + 1, 3, 31)
