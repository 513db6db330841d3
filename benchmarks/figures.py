"""Figures: the year's forecast beside BMHS's rule on a real year, and what one reading costs.

The year is 2021 of a household's half-hours as Enedis delivered them (anonymised). Its first days
are missing, so the real total holds January at its own daily mean. At the end of each month both
forecast the year from what was known then, and nothing later; both are told "electric heating".

There is one household and one year, and the forecast's parameters were chosen with both in view. So
how much of the result is that choice is measured too: `moved` are the same errors with all
parameters moved at random, by as much as one could have supposed otherwise.

`sources` are the same homes told by half-hours, by days, by months (files) and by a register that
people read when a month ends.

`update` is a new reading of the index and all figures told anew, after a day of counting and after
three years of it; `update.part` the same of a part of a project, whose year is told once a month of
it is known. The daily forecast itself is timed apart: it reads all days once, at midnight.

`sites` is a reading of one building in a Home Assistant, from the state of its sensor until all its
entities are written: of one that is alone, and of the same while eleven others are loaded.
"""

import asyncio
import calendar
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
import logging
import math
from pathlib import Path
from random import Random
from statistics import mean, median
import time
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from benchmarks.load import home_assistant
from benchmarks.report import Report
from custom_components.sen1.const import CONF_KIND, DOMAIN, Kind
from custom_components.sen1.figures.counting.amounts import MICROJOULES_OF_KWH
from custom_components.sen1.figures.counting.balance import Balance, HomeQuantity
from custom_components.sen1.figures.counting.calendar import Calendar, CalendarPeriod
from custom_components.sen1.figures.counting.counter import MICROJOULES_OF_WH
from custom_components.sen1.figures.counting.steps import steps_of
from custom_components.sen1.figures.project.holdings import position_of
from custom_components.sen1.figures.project.investment import Sheet
from custom_components.sen1.figures.project.production import Production
from custom_components.sen1.figures.project.sensor import FIGURES
from custom_components.sen1.figures.tariff.book import KEPT_DAYS, Book
from custom_components.sen1.figures.tariff.clock import PeriodClock
from custom_components.sen1.figures.tariff.contract import Hours, Option, Tariff, Tariffs
from custom_components.sen1.figures.tariff.split import Projection
from custom_components.sen1.figures.year import forecast as forecasting
from custom_components.sen1.figures.year.forecast import Forecast, forecast, mended
from custom_components.sen1.history.files import read_file
from custom_components.sen1.history.points import Point
from testbed import bmhs
from testbed.foretold import (
    MONTHS,
    foretold,
    home_known_for_a_while,
    home_known_since_january,
    is_better,
    is_floor_better,
    readings_of,
)
from testbed.years import midnight

PARIS = ZoneInfo("Europe/Paris")
CURVE = Path(__file__).parents[2] / "shared" / "enedis" / "hdm_c5_load_curve.csv"
YEAR = 2021
HEATING = "electric"
BEFORE_KWH = 501
"""How far off the forecast was before, which knew one shape of the year: it must be less."""
DRAWS = 200
SWING_C = 7
"""About how far winter is from the mean of the year."""
HOMES = 200
HOMES_BY_SOURCE = 60
SOURCES = ("half_hours", "days", "months", "by_hand")
"""What a home is known from; of months and of readings nothing is known before a month is over."""
WHOLE_DAY_S = 23 * 3600

SITES = 12
READINGS = 200
TURNS = 5

HELD = Decimal(10)
SHEET = Sheet(Decimal(160), Decimal(40_000), Decimal(64), Decimal(10_500), Decimal("0.18"), "solar")

TARIFFS = Tariffs(
    [
        Tariff(
            date(2020, 1, 1),
            Option.OFF_PEAK,
            {"off_peak": Decimal("0.1579"), "peak": Decimal("0.2065")},
            Decimal("15.65"),
            off_peak_hours=Hours.parse("22:30-6:30"),
        )
    ]
)


def half_hours() -> list[tuple[datetime, float, float]]:
    """Return begin, seconds and Wh of what the file holds."""
    (series,) = read_file(CURVE.read_bytes(), PARIS, time.time()).series
    return [
        (datetime.fromtimestamp(p.begin, PARIS), p.seconds, p.value * p.seconds / 3600)
        for p in series.points
    ]


def days_of(points: list[tuple[datetime, float, float]]) -> dict[date, float]:
    """Return the kWh of each day that is known whole."""
    known: dict[date, float] = {}
    energies: dict[date, float] = {}
    for at, seconds, wh in points:
        known[at.date()] = known.get(at.date(), 0) + seconds
        energies[at.date()] = energies.get(at.date(), 0) + wh / 1000
    return {day: energy for day, energy in energies.items() if known[day] >= WHOLE_DAY_S}


def moved(random: Random) -> dict[str, Any]:
    """Return the forecast's parameters, each moved: sizes by half, the year by two degrees."""

    def size(value: float) -> float:
        return value * math.pow(1.5, random.uniform(-1, 1))

    sizes = ("WEATHER", "SPELL", "WARMTH", "HABIT", "UNSURE", "UNSURE_SHARE", "STEADY_DRIFT")
    shapes = ("HEAT_DRIFT", "SOFTNESS", "DARK")
    warmer = random.uniform(-2, 2) / SWING_C
    return {
        **{name: size(getattr(forecasting, name)) for name in (*sizes, *shapes)},
        "HEAT_SHARE": {name: size(share) for name, share in forecasting.HEAT_SHARE.items()},
        "RATIOS": {ratio + warmer: prior for ratio, prior in forecasting.RATIOS.items()},
    }


def mean_error(days: dict[date, float], real: float) -> float:
    """Return the mean absolute error of the forecasts made after each month, kWh."""
    errors = []
    for month in range(1, 12):
        today = date(YEAR, month + 1, 1)
        made = forecast({day: e for day, e in days.items() if day < today}, today, HEATING)
        assert made is not None
        errors.append(abs(made.total(0, 0) - real))
    return sum(errors) / len(errors)


def forget_needs() -> None:
    """Let what follows from the parameters be worked out anew."""
    forecasting.need_of_heat.cache_clear()
    forecasting.light_of.cache_clear()


def measure_choice(report: Report, days: dict[date, float], real: float, baseline: float) -> None:
    """Measure how much depends on the parameters that were chosen."""
    random, errors = Random(9), []
    for _draw in range(DRAWS):
        with patch.multiple(forecasting, **moved(random)):
            forget_needs()
            errors.append(mean_error(days, real))
    forget_needs()
    errors.sort()
    report.add("figures.moved.mean_absolute_error", median(errors), "kWh")
    report.add("figures.moved.mean_absolute_error_p90", errors[DRAWS * 9 // 10], "kWh")
    better = sum(error < baseline for error in errors)
    report.add("figures.moved.better_than_bmhs", 100 * better / DRAWS, "%", ">=80")


def measure_forecasts(report: Report) -> None:
    days = {day: energy for day, energy in days_of(half_hours()).items() if day.year == YEAR}
    real = 0.0
    for month in range(1, 13):
        inside = [energy for day, energy in days.items() if day.month == month]
        real += sum(inside) / len(inside) * calendar.monthrange(YEAR, month)[1]
    report.add("figures.real", real, "kWh")
    errors: dict[str, list[float]] = {"sen1": [], "bmhs": []}
    within, worst = 0, 0.0
    for month in range(1, 12):
        today = date(YEAR, month + 1, 1)
        known = {day: energy for day, energy in days.items() if day < today}
        made = forecast(known, today, HEATING)
        assert made is not None
        told = {
            "sen1": made.total(0, 0),
            "bmhs": bmhs.forecast(bmhs.months_of(readings_of(known), YEAR), HEATING),
        }
        within += abs(told["sen1"] - real) <= made.margin
        for name, total in told.items():
            errors[name].append(abs(total - real))
            report.add(f"figures.{name}.error_{month:02}", total - real, "kWh")
        worst = max(worst, errors["sen1"][-1] - errors["bmhs"][-1])
    means = {name: sum(each) / len(each) for name, each in errors.items()}
    for name, error in means.items():
        target = f"<={BEFORE_KWH - 1}" if name == "sen1" else None
        report.add(f"figures.{name}.mean_absolute_error", error, "kWh", target)
    report.add("figures.sen1.worse_than_bmhs_at_most", 100 * worst / real, "points", "<=1")
    report.add("figures.sen1.within_margin", 100 * within / 11, "%", ">=60")
    report.add("figures.sen1_over_bmhs", means["sen1"] / means["bmhs"], "ratio", "<=0.85")
    measure_choice(report, days, real, means["bmhs"])


def measure_homes(report: Report) -> None:
    """Measure forecasts of made-up homes, which no forecast's own model made.

    Of some that began to count on any day of two years before, and some known since January. The
    floor knows the home as it is, and no day to come.
    """
    for since, make, target in (
        ("any_day", home_known_for_a_while, ">=90"),
        ("january", home_known_since_january, None),
    ):
        homes = [make(number) for number in range(HOMES)]
        for name, knows_weather in (("without_weather", False), ("with_weather", True)):
            told = [list(foretold(home, knows_weather=knows_weather)) for home in homes]
            subject = f"figures.homes.{since}.{name}"
            better = sum(map(is_better, told))
            report.add(f"{subject}.better_than_bmhs", 100 * better / HOMES, "%", target)
            if make is home_known_for_a_while and not knows_weather:
                floor = sum(is_floor_better(number, each) for number, each in enumerate(told))
                report.add(f"{subject}.floor_better_than_bmhs", 100 * floor / HOMES, "%")
            each = [one for months in told for one in months]
            within = mean(one.is_within for one in each)
            report.add(f"{subject}.within_margin", 100 * within, "%")
            for month in MONTHS:
                of_month = [one for one in each if one.month == month]
                ours, rule = (
                    mean(abs(o.ours) for o in of_month),
                    mean(abs(o.bmhs) for o in of_month),
                )
                report.add(f"{subject}.error_{month:02}", 100 * ours, "%")
                if not knows_weather:
                    report.add(f"figures.homes.{since}.bmhs.error_{month:02}", 100 * rule, "%")


def points_of(days: Mapping[date, float], source: str) -> Iterator[Point]:
    """Yield a home's days as a kind of source tells them, kWh."""
    if source in ("half_hours", "days"):
        for day, energy in days.items():
            begin, end = (midnight(each).timestamp() for each in (day, day + timedelta(days=1)))
            count = round((end - begin) / 1800) if source == "half_hours" else 1
            # An evening uses more than a night.
            parts = [2 + math.cos(2 * math.pi * (n / count - 0.8)) for n in range(count)]
            for n, part in enumerate(parts):
                length = (end - begin) / count
                yield Point(begin + n * length, length, energy * part / sum(parts))
        return
    firsts = [day for day in (*days, max(days) + timedelta(days=1)) if day.day == 1]
    index, indexes = 0.0, {}
    for day in (*days, firsts[-1]):
        indexes[day] = index
        index += days.get(day, 0)
    for first, last in pairwise(firsts):
        told = [indexes[first], indexes[last]]
        if source == "by_hand":
            # A register shows whole kWh.
            told = [math.floor(one) for one in told]
        begin, end = midnight(first).timestamp(), midnight(last).timestamp()
        yield Point(begin, end - begin, told[1] - told[0])


def days_told(days: Mapping[date, float], source: str, calendar_: Calendar) -> dict[date, float]:
    """Return the days of a home as the figures know them from a kind of source, kWh."""
    told: dict[date, float] = {}
    begin, end = calendar_.begin(min(days)), calendar_.begin(max(days) + timedelta(days=1))
    for at, step in steps_of(points_of(days, source), begin, end).items():
        day = calendar_.day(at)
        told[day] = told.get(day, 0) + step.amount / MICROJOULES_OF_KWH
    return mended(told)


def measure_sources(report: Report) -> None:
    """Measure how much the forecast is off by what the same homes are known from."""
    calendar_ = Calendar(PARIS)
    homes = [home_known_for_a_while(number) for number in range(HOMES_BY_SOURCE)]
    errors: dict[str, dict[bool, float]] = {}
    for source in SOURCES:
        told = [days_told(home.energies, source, calendar_) for home in homes]
        errors[source] = {
            knows_weather: mean(
                abs(one.ours)
                for home, days in zip(homes, told, strict=True)
                for one in foretold(home, knows_weather=knows_weather, told=days)
            )
            for knows_weather in (False, True)
        }
        for knows_weather, error in errors[source].items():
            subject = f"figures.sources.{'with' if knows_weather else 'without'}_weather.{source}"
            report.add(f"{subject}.error", 100 * error, "%")
            ratio = error / errors[SOURCES[0]][knows_weather]
            target = "<=1.1" if source == "days" else None
            report.add(f"{subject}.over_half_hours", ratio, "ratio", target)


class Counted:
    """A home that has counted for some days, and whose year is forecast."""

    def __init__(self, days: int) -> None:
        begin = datetime(2026, 6, 15, tzinfo=PARIS) - timedelta(days=days)
        clock, self.book = PeriodClock(TARIFFS, PARIS), Book(TARIFFS, PARIS)
        self.at = round(begin.timestamp() * 1000)
        names = {HomeQuantity.BOUGHT: ["index"]}
        calendar_ = Calendar(PARIS, clock.at)
        self.balance = Balance(calendar_, [], names, self.at, self.book)
        self.index = 0
        for _hour in range(24 * days + 13):
            self.read(3600, 500)
        today = self.balance.today
        known = {today - timedelta(days=n): 11 + n % 3 for n in range(1, max(days, 8))}
        started = time.perf_counter()
        made = forecast(known, today, HEATING)
        self.forecast_s = time.perf_counter() - started
        assert made is not None
        self.forecast: Forecast = made
        self._put_away()
        first = CalendarPeriod.YEAR.first_day(today)
        self.projection = Projection(TARIFFS, self.book.bought_by_period(), first, made.others)

    def _put_away(self) -> None:
        """Put the older days away, as each midnight does."""
        kept = self.balance.today - timedelta(days=KEPT_DAYS)
        left, _whole = self.book.leave(kept)
        tallies = {
            day: self.book.accountant.tally(pasts, self.book.needed) for day, pasts in left.items()
        }
        self.book.settle(min(left, default=kept), tallies, {}, kept, tuple(left))

    def read(self, seconds: int, wh: int) -> None:
        self.at += seconds * 1000
        self.index += wh * MICROJOULES_OF_WH
        self.balance.set_index(HomeQuantity.BOUGHT, "index", self.index, self.at)

    def update(self) -> None:
        """Take a reading, and tell every figure."""
        self.read(2, 1)
        today = self.balance.today
        for period in CalendarPeriod:
            self.book.sums(period, today)
            self.book.bill(period, today)
            self.book.bill(period, today, last=True)
        bill = self.book.bill(CalendarPeriod.YEAR, today)
        self.forecast.total(7, 0.5)
        self.projection.year(bill, self.forecast.others)


class Produced:
    """A part of a project that has counted for some days."""

    def __init__(self, days: int) -> None:
        self.calendar = Calendar(PARIS)
        self.production = Production(self.calendar)
        begin = datetime(2026, 6, 15, tzinfo=PARIS) - timedelta(days=days)
        self.at = round(begin.timestamp() * 1000)
        self.production.begin(self.at)
        for _hour in range(24 * days + 13):
            self.read(3600, 500)

    def read(self, seconds: int, wh: int) -> None:
        day = self.calendar.day(self.at)
        self.production.credit(day, wh * MICROJOULES_OF_WH, seconds * 1000)
        self.at += seconds * 1000

    def update(self) -> None:
        """Take a reading, and tell every figure."""
        self.read(2, 1)
        position = position_of(HELD, SHEET, self.production, self.calendar.day(self.at))
        for row in FIGURES:
            row.figure([position])


def measure_updates(report: Report) -> None:
    homes = {"day": Counted(1), "three_years": Counted(3 * 365)}
    parts = {"month": Produced(31), "three_years": Produced(3 * 365)}
    for subject, counted, least in (("update", homes, "day"), ("update.part", parts, "month")):
        spent: dict[str, list[float]] = {name: [] for name in counted}
        for _round in range(400):
            for name, each in counted.items():
                started = time.perf_counter()
                each.update()
                spent[name].append(time.perf_counter() - started)
        cost = {name: median(each) for name, each in spent.items()}
        for name, seconds in cost.items():
            report.add(f"figures.{subject}.{name}", 1e6 * seconds, "µs")
        ratio = cost["three_years"] / cost[least]
        report.add(f"figures.{subject}.ratio", ratio, "ratio", "<=1.5")
    report.add("figures.forecast.three_years", 1000 * homes["three_years"].forecast_s, "ms")


def site_entry(number: int) -> MockConfigEntry:
    """Return the entry of a building with sensors of its own and a contract."""
    contract = {
        "option": "off_peak",
        "begin": "2020-01-01",
        "prices": {"off_peak": 0.1579, "peak": 0.2065},
        "subscription": 15.65,
        "off_peak_hours": "22:30-6:30",
    }
    return MockConfigEntry(
        domain=DOMAIN,
        title=f"Building {number}",
        data={
            CONF_KIND: Kind.HOME,
            "bought_power": [f"sensor.power_{number}"],
            "bought_index": [f"sensor.index_{number}"],
            "heating": HEATING,
        },
        subentries_data=[
            ConfigSubentryData(
                data=contract, subentry_type="tariff", title="Tariff", unique_id=None
            )
        ],
    )


def say(hass: HomeAssistant, number: int, watts: int, index: int) -> None:
    """Let the sensors of a building say a power (W) and an index (Wh)."""
    for name, value, unit in (("power", watts, "W"), ("index", index, "Wh")):
        attributes = {"unit_of_measurement": unit}
        hass.states.async_set(f"sensor.{name}_{number}", str(value), attributes)


async def cost_of_readings(hass: HomeAssistant, entry: MockConfigEntry, first: int) -> float:
    """Return what a reading of the first building costs, median seconds of processor."""
    spent: list[float] = []
    for number in range(READINGS):
        started = time.process_time()
        say(hass, 0, 400 + number % 50, first + number)
        await asyncio.sleep(0)
        entry.runtime_data.energy_listeners.tell()
        await hass.async_block_till_done()
        spent.append(time.process_time() - started)
    return median(spent)


async def measure_sites(report: Report) -> None:
    """Measure one building alone and among twelve, in turn."""
    entries = [site_entry(number) for number in range(SITES)]
    alone, others = entries[0], entries[1:]
    costs: dict[str, list[float]] = {"alone": [], "among_twelve": []}
    async with home_assistant() as hass:
        await hass.config.async_set_time_zone(str(PARIS))
        for number in range(SITES):
            say(hass, number, 300, 0)
        # Each is set up by itself: the first of a domain sets up all that are there.
        alone.add_to_hass(hass)
        assert await hass.config_entries.async_setup(alone.entry_id)
        await hass.async_block_till_done()
        for turn in range(TURNS):
            index = 2 * turn * READINGS
            costs["alone"].append(await cost_of_readings(hass, alone, index))
            for entry in others:
                if turn == 0:
                    entry.add_to_hass(hass)
                assert await hass.config_entries.async_setup(entry.entry_id)
            await hass.async_block_till_done()
            among = await cost_of_readings(hass, alone, index + READINGS)
            costs["among_twelve"].append(among)
            for entry in others:
                assert await hass.config_entries.async_unload(entry.entry_id)
    for name, each in costs.items():
        report.add(f"figures.sites.{name}", 1e6 * median(each), "µs")
    ratio = median(costs["among_twelve"]) / median(costs["alone"])
    report.add("figures.sites.ratio", ratio, "ratio", "<=1.3")


def main() -> None:
    logging.disable(logging.ERROR)
    report = Report()
    if CURVE.exists():
        measure_forecasts(report)
    else:
        print("figures: no load curve beside the project, its forecasts are not measured")
    measure_homes(report)
    measure_sources(report)
    measure_updates(report)
    asyncio.run(measure_sites(report))
    report.exit()


if __name__ == "__main__":
    main()
