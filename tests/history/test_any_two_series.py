"""Any series over any period, from a real recorder, against a computation minute by minute."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate, pairwise, product
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    async_import_statistics,
)
from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.commands import _of_days
from custom_components.sen1.history.comparing import InStep, Length, async_values, begins_of
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.history.recorder import async_committed
from custom_components.sen1.roles import Asker

PARIS = ZoneInfo("Europe/Paris")
MINUTE = 60
CHOICES = 500
DAYS = 18

BEGINS = ("2025-10-18", "2026-03-20")
"""Of the two spans in which anything is known; the clocks change in each."""

TOLD: dict[str, tuple[str, float]] = {
    "W": ("kW", 1e-3),
    "kW": ("kW", 1),
    "Wh": ("kW", 1e-3),
    "kWh": ("kW", 1),
    "m³": ("m³", 1),
    "°C": ("°C", 1),
}
"""The unit that a page is told, and by what a value of an hour is multiplied for it."""


@dataclass
class Truth:
    """What a series is, minute by minute: since the epoch, so that no clock is asked."""

    unit: str
    is_sum: bool
    per_minute: dict[int, float] = field(default_factory=dict)
    """Of a sum what was counted in the minute, else the value."""
    of_days: set[int] = field(default_factory=set)
    """The minutes of which only the day is known."""

    def add(self, begin: float, seconds: float, value: float) -> None:
        minutes = range(round(begin / MINUTE), round((begin + seconds) / MINUTE))
        self.per_minute |= dict.fromkeys(minutes, value / len(minutes) if self.is_sum else value)
        if len(minutes) >= 23 * 60:
            self.of_days.update(minutes)

    def step(self, begin: float, end: float) -> tuple[float | None, float, bool]:
        """Return what a step comes to, the part that is known, and whether it is a day's."""
        minutes = range(round(begin / MINUTE), round(end / MINUTE))
        known = [self.per_minute[one] for one in minutes if one in self.per_minute]
        is_of_days = len(minutes) < 23 * 60 and not self.of_days.isdisjoint(minutes)
        told, factor = TOLD[self.unit]
        if not known:
            return None, 0, False
        value = sum(known) * factor
        if self.is_sum and told == "kW":
            value *= 60 / len(known)
        elif not self.is_sum:
            value /= len(known)
        return value, len(known) / len(minutes), is_of_days


def midnights() -> Iterator[tuple[float, float]]:
    """Yield when each day of both spans begins and ends."""
    for first in map(datetime.fromisoformat, BEGINS):
        days = [first + timedelta(days=n) for n in range(DAYS + 1)]
        yield from pairwise(day.replace(tzinfo=PARIS).timestamp() for day in days)


def periods(draw: Random, seconds: int) -> list[tuple[float, float]]:
    """Return periods of a length, or days, as begin and length; some are missing."""
    if seconds == 86_400:
        whole = [(begin, end - begin) for begin, end in midnights()]
    else:
        whole = [
            (begin + n * seconds, float(seconds))
            for begin, end in midnights()
            for n in range(round((end - begin) / seconds))
        ]
    known = [True] * len(whole)
    for _ in range(draw.randrange(5)):
        first = draw.randrange(len(whole))
        stop = first + draw.choice([1, 2, len(whole) // 10])
        known[first:stop] = [False] * len(known[first:stop])
    return [one for one, is_known in zip(whole, known, strict=True) if is_known]


async def recorded(hass: HomeAssistant, name: str, truth: Truth, rows: list[Any]) -> None:
    """Give the recorder rows, as `(begin, value)`."""
    told: list[Any]
    if truth.is_sum:
        sums = accumulate(value for _begin, value in rows)
        told = [{"state": one, "sum": one} for one in sums]
    else:
        told = [dict.fromkeys(("mean", "min", "max"), value) for _begin, value in rows]
    metadata: Any = {
        "has_sum": truth.is_sum,
        "mean_type": StatisticMeanType.NONE if truth.is_sum else StatisticMeanType.ARITHMETIC,
        "name": None,
        "source": name.partition(":")[0] if ":" in name else "recorder",
        "statistic_id": name,
        "unit_class": None,
        "unit_of_measurement": truth.unit,
    }
    add = async_add_external_statistics if ":" in name else async_import_statistics
    begins = [datetime.fromtimestamp(begin, PARIS) for begin, _value in rows]
    add(hass, metadata, [{"start": at} | one for at, one in zip(begins, told, strict=True)])


async def many_series(hass: HomeAssistant, draw: Random) -> dict[str, Truth]:
    """Record some dozens of series; return what each is."""
    truths: dict[str, Truth] = {}

    def begun(name: str, unit: str, seconds: int) -> tuple[Truth, list[Point]]:
        truth = truths[name] = Truth(unit, unit in ("Wh", "kWh", "m³"))
        points = [Point(*one, round(draw.uniform(-5, 900), 3)) for one in periods(draw, seconds)]
        for point in points:
            truth.add(point.begin, point.seconds, point.value)
        return truth, points

    for number, (unit, seconds) in enumerate(product(TOLD, (600, 1800, 3600, 86_400))):
        name = f"sen1:file_{number}"
        truth, points = begun(name, unit, seconds)
        aggregation = Aggregation.SUM if truth.is_sum else Aggregation.MEAN
        await async_archive(hass).async_add(name, name, unit, aggregation, points)
    for number, unit in enumerate(TOLD):
        for name, seconds in ((f"sensor.a_{number}", 3600), (f"linky:{number}", 86_400)):
            truth, points = begun(name, unit, seconds)
            rows = [(point.begin, point.value) for point in points]
            if ":" in name:
                # Older days are one row at midnight, the hours of the last ones are known.
                last = points[-1].end
                hours = [(last + n * 3600, draw.uniform(0, 9)) for n in range(24)]
                for begin, value in hours:
                    truth.add(begin, 3600, value)
                rows += hours
            await recorded(hass, name, truth, rows)
    await async_committed(hass)
    return truths


def choice(draw: Random) -> tuple[float, float, Length]:
    """Return a period and the steps that it is asked for in."""
    step = draw.choice(list(Length))
    days = list(midnights())
    first = draw.randrange(len(days) - 10)
    begin, end = days[first][0], days[first + draw.randrange(1, 10)][1]
    if end - begin > 20 * 86_400:
        end = days[first][1]
    if step is Length.FIVE_MINUTES:
        begin += draw.randrange(288) * 300
        end = begin + draw.randrange(1, 200) * 300
    elif step is not Length.DAY:
        begin += draw.randrange(24 * 6) * 600
    return begin, end + (3600 if end <= begin else 0), step


@pytest.mark.usefixtures("recorder_mock")
async def test_any_series_over_any_period_is_what_its_minutes_come_to(hass: HomeAssistant) -> None:
    await hass.config.async_set_time_zone("Europe/Paris")
    draw = Random(39)
    truths = await many_series(hass, draw)
    partial = of_days = 0
    for _ in range(CHOICES):
        begin, end, step = choice(draw)
        ids = draw.sample(sorted(truths), 2)
        found = await async_values(hass, ids, begin, end, step, Asker(hass, is_admin=True))
        edges = [*begins_of(begin, end, step), end]
        for name in ids:
            shown, steps = found[name]
            said = f"{name} ({truths[name].unit}) by {step} from {begin} to {end}"
            assert shown.unit == TOLD[truths[name].unit][0], said
            expected = [truths[name].step(*span) for span in pairwise(edges)]
            assert [one.is_of_days for one in steps] == [flag for _, _, flag in expected], said
            assert [one.part for one in steps] == pytest.approx(
                [part for _, part, _ in expected], abs=1e-6
            ), said
            for there, (value, _part, _flag) in zip(steps, expected, strict=True):
                assert there.value == (value if value is None else pytest.approx(value)), said
            partial += sum(0 < there.part < 1 for there in steps)
            of_days += sum(there.is_of_days for there in steps)
    # It was tried on what it is about.
    assert partial > 100
    assert of_days > 1000


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        pytest.param("", [], id="no step"),
        pytest.param("..", [], id="none"),
        pytest.param("dd", [(0, 2)], id="all"),
        pytest.param("d.ddd.", [(0, 1), (2, 5)], id="two runs"),
    ],
)
def test_steps_of_days_are_told_in_runs(flags: str, expected: list[tuple[int, int]]) -> None:
    assert _of_days([InStep(1, 1, one == "d") for one in flags]) == expected
