"""Two sources of a quantity that differ: found, and told in a repair that takes the other one."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ...const import DOMAIN, UserInput, plain
from ...fields import show_form
from ...history.comparing import name_of
from ...history.recorder import async_metadata
from ..const import CONF_TRUSTED
from ..counting.amounts import MICROJOULES_OF_KWH, kilowatt_hours
from ..counting.calendar import Calendar
from ..counting.sources import statistic_of
from ..counting.steps import LONGEST_DAY_MS, Steps
from ..tariff.tally import Commodity, SiteQuantity
from .finding import TOLD

if TYPE_CHECKING:
    from homeassistant.components.repairs.models import RepairsFlowResult

FEWEST_DAYS = 7
"""A value that some lay on the day after moves the sum of fewer."""

MOST, UNSURE = 0.01, MICROJOULES_OF_KWH
"""What two may differ by: a part, and what an index in whole kWh (or m³) leaves open."""

READER = ""
"""Stands for the indexes read at the meter, among references of statistics."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What two sources tell of the same days: the one that stands, then the other."""

    refs: tuple[str, str]
    amounts: tuple[int, int]
    days: tuple[date, date]
    """The first and the last."""


def differing(sources: Mapping[str, Steps], trusted: str, calendar: Calendar) -> Difference | None:
    """Return how another differs from the source that stands, over the days both know whole.

    That is the one that is trusted, else the reader at the meter, else the finest.
    """

    def rank(ref: str) -> tuple[bool, bool, int]:
        lengths = (step.length for step in sources[ref].values())
        return ref != trusted, ref != READER, min(lengths, default=0)

    stands, *others = sorted(sources, key=rank)
    known = _days(sources[stands], calendar)
    for ref in others:
        told = _days(sources[ref], calendar)
        days = sorted(known.keys() & told.keys())
        one, other = (sum(each[day] for day in days) for each in (known, told))
        if len(days) >= FEWEST_DAYS and abs(one - other) > max(MOST * max(one, other), UNSURE):
            return Difference((stands, ref), (one, other), (days[0], days[-1]))
    return None


def _days(steps: Steps, calendar: Calendar) -> dict[date, int]:
    known, amounts = Counter[date](), Counter[date]()
    for at, step in steps.items():
        if step.length <= LONGEST_DAY_MS:
            day = calendar.day(at)
            known[day] += step.known
            amounts[day] += step.amount
    return {day: amounts[day] for day in known if known[day] >= calendar.length(day)}


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
        words = dict(zip(("first", "last"), map(str, found.days), strict=True))
        for place, ref, amount in zip(("stands", "other"), found.refs, found.amounts, strict=True):
            words[place] = await self._async_name(ref)
            words[f"{place}_sum"] = f"{kilowatt_hours(amount):.0f} {unit}"
        return show_form(self, "confirm", {}, placeholders=words)

    async def _async_name(self, ref: str) -> str:
        """Return what a source is called in Home Assistant; of the reader, its sensors."""
        refs = [ref] if ref else self._entry.data[f"{self._quantity}_index"]
        ids = [statistic_of(self.hass, one) for one in refs]
        known = await async_metadata(self.hass, ids)
        names = ((one in known and known[one]["name"]) or name_of(self.hass, one) for one in ids)
        return plain(", ".join(names))
