"""What a home will use by the end of the year: from whatever is known of it. Pure.

A day's energy is taken for two parts: one that is the same all year, and one that follows the need
of heat on a usual day of the year. Both are followed week by week (a Kalman filter of two numbers),
since habits change. How much of the year is heat is supposed from how the home is heated, and soon
learnt. What is not measured is told by these two parts, with how far off that may be.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
import math

HEAT_SHARE = {"electric": 3.0, "heat_pump": 1.0}
"""In January, how many times the steady part the heat is: the winter of an electric home is four
times its summer, with a heat pump twice (the shapes that BMHS had for them)."""
HEAT_SHARE_OF_OTHERS = 0.25
"""Heated by something else, a home has light and circulation pumps in winter."""
HEAT_SHARE_UNKNOWN = 1.5

MEAN_C, SWING_C, COLDEST_DAY = 12.4, 6.7, 26
"""A usual year in the middle of France: its mean, how far winter is from it, and when."""
HEATED_BELOW_C, SOFTNESS_C = 17.0, 2.0

# In parts of what is usual, for a month.
WEATHER = 0.15
"""A cold or mild month is 2 °C from the usual, of some 12 °C that heating makes good."""
HABIT = 0.06
"""Visits, holidays."""
UNSURE = 0.25
"""How far the shape may be from what is supposed at first."""
STEADY_DRIFT, HEAT_DRIFT = 0.03, 0.08
"""What may change from one month to the next, for good."""

MONTH_DAYS = 30
WEEK_DAYS = 7
FIRST_WEEKS = 5
WITHIN_80 = 1.28
"""Standard deviations on either side that hold four outcomes of five."""
LEAST_DAYS = 7
"""With less nothing is said."""


@cache
def _need(day_of_year: int) -> float:
    turn = 2 * math.pi * (day_of_year - COLDEST_DAY) / 365.25
    lacking = HEATED_BELOW_C - (MEAN_C - SWING_C * math.cos(turn))
    return SOFTNESS_C * math.log1p(math.exp(lacking / SOFTNESS_C))


def need_of_heat(day: date) -> float:
    """Return how much heat a usual day of the year takes; the coldest is 1."""
    return _need(day.timetuple().tm_yday) / _need(COLDEST_DAY)


@dataclass(slots=True)
class Model:
    """The two parts of a home's day, kWh, and how sure they are."""

    steady: float
    heat: float
    scale: float
    """What a day of the steady part is, at first: the measure of all that is unsure."""
    share: float
    variances: list[float] = field(default_factory=list)
    """Of the steady part, of both together, of the heat."""

    def of(self, day: date) -> float:
        """Return what a usual day comes to."""
        return max(self.steady + self.heat * need_of_heat(day), 0.0)

    def drift(self, months: float) -> None:
        """Let time pass."""
        self.variances[0] += (STEADY_DRIFT * self.scale) ** 2 * months
        self.variances[2] += (HEAT_DRIFT * self.share * self.scale) ** 2 * months

    def learn(self, need: float, energy: float, days: int) -> None:
        """Take the mean need and energy of some days."""
        steady, both, heat = self.variances
        # Weather lasts for weeks: a week says no more than a week's part of a month.
        noise = (HABIT * energy) ** 2 + (WEATHER * self.share * self.scale) ** 2
        total = steady + 2 * need * both + need**2 * heat + noise * MONTH_DAYS / days
        gain_steady, gain_heat = (steady + need * both) / total, (both + need * heat) / total
        off = energy - self.steady - self.heat * need
        self.steady += gain_steady * off
        self.heat += gain_heat * off
        self.variances = [
            steady - gain_steady * (steady + need * both),
            both - gain_steady * (both + need * heat),
            heat - gain_heat * (both + need * heat),
        ]

    def deviation(self, days: list[date]) -> float:
        """Return how far the energy of these days may be off, one standard deviation, kWh."""
        number, needs = len(days), sum(map(need_of_heat, days))
        months = number / MONTH_DAYS
        steady, both, heat = self.variances
        # On the way what drifts is off by a third of its end.
        steady += (STEADY_DRIFT * self.scale) ** 2 * months / 3
        heat += (HEAT_DRIFT * self.share * self.scale) ** 2 * months / 3
        weather = (WEATHER * self.share * self.scale * MONTH_DAYS) ** 2 * min(months, 6)
        shape = number**2 * steady + 2 * number * needs * both + needs**2 * heat
        return math.sqrt(max(shape, 0.0) + weather)


def _weeks(days: Mapping[date, float]) -> Iterator[tuple[int, float, float, int]]:
    """Yield each week that is known of: its number, mean need and energy, how many days."""
    weeks: dict[int, list[tuple[float, float]]] = {}
    first = min(days)
    for day, energy in days.items():
        number = (day - first).days // WEEK_DAYS
        weeks.setdefault(number, []).append((need_of_heat(day), energy))
    for number, known in sorted(weeks.items()):
        needs, energies = zip(*known, strict=True)
        count = len(known)
        yield number, sum(needs) / count, sum(energies) / count, count


def learnt_from(days: Mapping[date, float], heating: str | None) -> Model | None:
    """Return what the days of a home say of it (kWh); None when there are too few."""
    if len(days) < LEAST_DAYS:
        return None
    share = HEAT_SHARE_UNKNOWN if heating is None else HEAT_SHARE.get(heating, HEAT_SHARE_OF_OTHERS)
    weeks = list(_weeks(days))
    begin = [week for week in weeks if week[0] < FIRST_WEEKS] or weeks
    scale = sum(energy * count for _, _, energy, count in begin) / sum(
        (1 + share * need) * count for _, need, _, count in begin
    )
    model = Model(scale, share * scale, scale, share)
    model.variances = [(UNSURE * scale) ** 2, 0.0, (UNSURE * share * scale) ** 2]
    before = 0
    for number, need, energy, count in weeks:
        model.drift((number - before) * WEEK_DAYS / MONTH_DAYS)
        model.learn(need, energy, count)
        before = number
    return model


@dataclass(frozen=True, slots=True)
class Forecast:
    """A year's energy as it stands, kWh: what is measured, and what the other days will be."""

    measured: float
    """Of the days before today."""
    measured_days: int
    today: float
    """What today is expected to come to."""
    others: Mapping[date, float]
    """First day of each month → what its days come to that are not measured, without today."""
    margin: float
    """Four outcomes of five lie within so much of the total."""

    def total(self, today: float, elapsed: float) -> float:
        """Return the year's total when today has come to so much, and is over by this part."""
        rest = self.today * (1 - elapsed)
        return self.measured + today + rest + sum(self.others.values())


def forecast(days: Mapping[date, float], today: date, heating: str | None) -> Forecast | None:
    """Forecast the year of `today` from all whole days that are known before it, kWh."""
    known = {day: energy for day, energy in days.items() if day < today}
    model = learnt_from(known, heating)
    if model is None:
        return None
    year = [date(today.year, 1, 1) + timedelta(days=n) for n in range(days_in_year(today.year))]
    measured = [known[day] for day in year if day in known]
    missing = [day for day in year if day not in known and day != today]
    others: dict[date, float] = {}
    for day in missing:
        month = day.replace(day=1)
        others[month] = others.get(month, 0.0) + model.of(day)
    return Forecast(
        sum(measured),
        len(measured),
        model.of(today),
        others,
        WITHIN_80 * model.deviation([today, *missing]),
    )


def days_in_year(year: int) -> int:
    """Return 365 or 366."""
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def mended(days: Mapping[date, float]) -> dict[date, float]:
    """Return days with what was counted after a silence spread over it.

    A statistic of an index shows nothing while it is not heard, then all of it on one day.
    """
    whole: dict[date, float] = {}
    silent: list[date] = []
    for day in sorted(days):
        if days[day] <= 0:
            silent.append(day)
            continue
        if silent and (day - silent[-1]).days > 1:
            silent = []  # what came between is not known at all
        for each in (*silent, day):
            whole[each] = days[day] / (len(silent) + 1)
        silent = []
    return whole


def total_of_year(days: Mapping[date, float], year: int) -> float | None:
    """Return what a past year came to; None unless nearly all of it is known."""
    known = [energy for day, energy in days.items() if day.year == year]
    length = days_in_year(year)
    return sum(known) * length / len(known) if len(known) > 0.9 * length else None
