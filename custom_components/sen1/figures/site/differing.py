"""Two sources of a quantity that differ: found, and told in a repair that takes the other one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
import math
from typing import TYPE_CHECKING

from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ...const import DOMAIN, UserInput, plain
from ...fields import show_form
from ...history.comparing import Rendering, in_steps
from ...history.past import async_called
from ...history.points import Aggregation, Point
from ...moments import local
from ..const import CONF_TRUSTED
from ..counting.sources import statistic_of
from ..tariff.tally import Commodity, SiteQuantity
from .finding import TOLD

if TYPE_CHECKING:
    from homeassistant.components.repairs.models import RepairsFlowResult

FEWEST_DAYS = 7
"""A value that some lay on the day after moves the sum of fewer."""

MOST, UNSURE = 0.01, 1
"""What two may differ by: a part, and what an index in whole kWh (or m³) leaves open."""

READER = ""
"""Stands for the indexes read at the meter, among references of statistics."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What two sources tell of the same days: the one that stands, then the other."""

    refs: tuple[str, str]
    amounts: tuple[float, float]
    """kWh, or m³ of water."""
    days: tuple[float, float]
    """When the first and the last begin, Unix seconds."""


def whole_days(registers: Iterable[Sequence[Point]], edges: Sequence[float]) -> dict[float, float]:
    """Return what registers came to together on the days known whole, by their begin."""
    counted = Rendering(None, 1, is_amount=True)
    steps = (in_steps(points, edges, Aggregation.SUM, counted) for points in registers)
    return {
        begin: sum(one.value or 0 for one in of_day)
        for begin, *of_day in zip(edges, *steps, strict=False)
        if all(one.part == 1 and not one.is_of_days for one in of_day)
    }


def differing(sources: Mapping[str, Mapping[float, float]]) -> Difference | None:
    """Return how another source differs from the first, over the days both know; None: nowise."""
    (stands, known), *others = sources.items()
    for ref, told in others:
        days = sorted(known.keys() & told.keys())
        one, other = (math.fsum(each[day] for day in days) for each in (known, told))
        if len(days) >= FEWEST_DAYS and abs(one - other) > max(MOST * max(one, other), UNSURE):
            return Difference((stands, ref), (one, other), (days[0], days[-1]))
    return None


@callback
def async_tell(
    hass: HomeAssistant, entry: ConfigEntry, differences: Mapping[SiteQuantity, Difference]
) -> None:
    """Raise an issue for each quantity that two tell otherwise, and take back the others."""
    for quantity in TOLD:
        issue_id = f"{quantity}_differs_{entry.entry_id}"
        if quantity not in differences:
            ir.async_delete_issue(hass, DOMAIN, issue_id)
            continue
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data={"entry_id": entry.entry_id, "subject": quantity},
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=f"{quantity}_differs",
            translation_placeholders={"site": entry.title},
        )


class TakeOtherFlow(RepairsFlow):
    """Say what two sources tell of a quantity, and let the other one stand."""

    def __init__(self, entry: ConfigEntry, quantity: str) -> None:
        self._entry = entry
        self._quantity = quantity
        self._found: Difference = entry.runtime_data.past.differences[quantity]

    async def async_step_init(self, user_input: UserInput = None) -> RepairsFlowResult:
        """Begin with the only step."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: UserInput = None) -> RepairsFlowResult:
        """Say how much they differ; submitted, all figures are made anew."""
        data, found = self._entry.data, self._found
        if user_input is not None:
            trusted = {**data.get(CONF_TRUSTED, {}), self._quantity: found.refs[1]}
            entries = self.hass.config_entries
            entries.async_update_entry(self._entry, data={**data, CONF_TRUSTED: trusted})
            return self.async_create_entry(data={})
        unit = "m³" if self._quantity == Commodity.WATER else "kWh"
        first, last = (f"{local(at):%Y-%m-%d}" for at in found.days)
        words = {"first": first, "last": last}
        for place, ref, amount in zip(("stands", "other"), found.refs, found.amounts, strict=True):
            refs = [ref] if ref else data[f"{self._quantity}_index"]
            ids = (statistic_of(self.hass, one) for one in refs)
            words[place] = plain(", ".join([await async_called(self.hass, one) for one in ids]))
            words[f"{place}_sum"] = f"{amount:.0f} {unit}"
        return show_form(self, "confirm", {}, placeholders=words)
