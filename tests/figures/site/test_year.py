"""A year of a home, half-hour by half-hour: every figure is the simulator's truth within 1 Wh.

Both clock changes are in it, the meter is replaced, Home Assistant restarts, and for two days
nothing is heard. The time is simulated: states carry their moments, nobody waits.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
import os
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.figures.counting.calendar import CalendarPeriod
from testbed.household import PARIS, SECOND, Household, moment

from ..conftest import MakeHome, measure, settled, told

HALF_HOUR, HOUR = 1800, 3600
WHOLE = bool(os.environ.get("SEN1_HALF_HOURS"))
"""By default, a home with only powers or only indexes is looked at by the hour."""
YEAR = 2026
BEGIN = datetime(YEAR, 1, 1, tzinfo=PARIS)
METER_REPLACED = date(YEAR, 6, 10)
RESTARTED = date(YEAR, 8, 20)
GAP = (date(YEAR, 11, 3), date(YEAR, 11, 4))

MEASURES = {
    "powers": ("bought_power", "sold_power", "produced_power"),
    "indexes": ("bought_index", "sold_index", "produced_index"),
    "both": (
        *("bought_power", "sold_power", "produced_power"),
        *("bought_index", "sold_index", "produced_index"),
    ),
}


@dataclass
class Truth:
    """What the simulator knows, Wh."""

    energies: dict[Any, dict[str, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )

    def add(self, day: date, **wh: float) -> None:
        for begin in {(period, period.first_day(day)) for period in CalendarPeriod}:
            for name, energy in wh.items():
                self.energies[begin][name] += energy

    def of(self, period: CalendarPeriod, begin: date) -> dict[str, float]:
        """Return what the sensors of a period must say, kWh and %."""
        e = self.energies[period, begin]
        consumed = e["bought"] - e["sold"] + e["produced"]
        kept = e["produced"] - e["sold"]
        return {
            "bought": e["bought"] / 1000,
            "sold": e["sold"] / 1000,
            "consumed": consumed / 1000,
            "self_consumed": kept / 1000,
            "self_consumption": 100 * kept / e["produced"],
            "self_production": 100 * (consumed - e["bought"]) / consumed,
        }


def stretches(length: int) -> Iterator[tuple[float, int, int]]:
    """Yield each stretch of the year: its begin, the power at the meter, that of the panels."""
    house = Household(seed=3, solar_peak_w=6000, begin=BEGIN)
    at, end = moment(BEGIN), moment(BEGIN.replace(year=YEAR + 1))
    while at < end:
        # Even, so that each half-hour is a whole number of Wh, as registers tell them.
        yield at / SECOND, house.watts(at) // 2 * 2, house.solar_watts(at) // 2 * 2
        at += length * SECOND


def check(
    hass: HomeAssistant, entry: MockConfigEntry, truth: Truth, period: CalendarPeriod
) -> None:
    """Compare what a period that has just ended came to with the truth."""
    state = told(hass, entry, f"bought_{period}")
    first = date.fromisoformat(state.attributes["begin"])
    begin = period.first_day(first - timedelta(days=1))
    for name, expected in truth.of(period, begin).items():
        said = told(hass, entry, f"{name}_{period}").attributes["last_period"]
        # 1 Wh of a day of little production is more of its rate.
        produced = max(truth.energies[period, begin]["produced"], 1)
        allowed = 200 / produced + 0.01 if name.startswith("self_") and "tion" in name else 0.001
        assert said == pytest.approx(expected, abs=allowed), (name, period, begin)


@pytest.mark.parametrize("measures", MEASURES)
async def test_a_years_figures_are_the_truth_within_a_watt_hour(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory, measures: str
) -> None:
    freezer.move_to(BEGIN)
    sources = MEASURES[measures]
    truth = Truth()
    counted: defaultdict[str, float] = defaultdict(float)
    replaced_at: defaultdict[str, float] = defaultdict(float)

    def say_indexes(at: float) -> None:
        for name, energy in counted.items():
            if f"{name}_index" in sources:
                measure(hass, f"{name}_index", int(energy - replaced_at[name]), at)

    counted |= dict.fromkeys(("bought", "sold", "produced"), 1_234_567.4)
    say_indexes(BEGIN.timestamp())
    entry = await make_home(*sources)
    checked, is_gap = 0, False
    length = HALF_HOUR if measures == "both" or WHOLE else HOUR
    for at, net, solar in stretches(length):
        day = datetime.fromtimestamp(at, PARIS).date()
        was_gap, is_gap = is_gap, measures != "powers" and day in GAP
        if was_gap and not is_gap:
            say_indexes(at)
        values = {"bought": max(net, 0), "sold": max(-net, 0), "produced": solar}
        for name, watts in values.items():
            if f"{name}_power" in sources:
                measure(hass, f"{name}_power", "unavailable" if is_gap else watts, at)
        await asyncio.sleep(0)
        if at != BEGIN.timestamp() and datetime.fromtimestamp(at - 1, PARIS).date() != day:
            if measures == "powers" or not {day, day - timedelta(days=1)} & set(GAP):
                assert told(hass, entry, "bought_day").attributes["begin"] == day.isoformat()
                check(hass, entry, truth, CalendarPeriod.DAY)
                checked += 1
            if day.day == 1:
                check(hass, entry, truth, CalendarPeriod.MONTH)
            if day == RESTARTED:
                freezer.move_to(datetime.fromtimestamp(at, PARIS))
                assert await hass.config_entries.async_unload(entry.entry_id)
                assert await hass.config_entries.async_setup(entry.entry_id)
                await settled(hass)
        truth.add(day, **{name: watts * length / 3600 for name, watts in values.items()})
        for name, watts in values.items():
            counted[name] += watts * length / 3600
        if day == METER_REPLACED and replaced_at["bought"] == 0:
            replaced_at |= {
                name: counted[name] - values[name] * length / 3600 for name in ("bought", "sold")
            }
        if not is_gap:
            say_indexes(at + length)
            await asyncio.sleep(0)
    await settled(hass)
    for period in CalendarPeriod:
        entry.runtime_data.balance.advance(round((at + length) * 1000))
        entry.runtime_data.energy_listeners.tell()
        check(hass, entry, truth, period)
    assert checked >= 360
