"""What a home will use by the end of the year: from whatever is known of it. Pure.

A day's energy is taken for two parts: one that people live by, a little more in dark months, and
one that follows the need of heat. Both are followed week by week (a Kalman filter of two numbers),
since habits change. How much of the year is heat is supposed from how the home is heated, and soon
learnt. When a home needs heat is not known either: several shapes of a year are followed side by
side, and each counts as much as it foretold the weeks that came. What is not measured is told by
them all, with how far off that may be.

Where degree-days are known they say what heat was needed, else what is usual; the days to come are
taken for usual ones.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache, partial
import math

from .confidence import WITHIN_90

HEAT_SHARE = {"electric": 3.2, "heat_pump": 1.0}
"""In January, how many times the part people live by the heat is: the winter of an electric home is
four times its summer, with a heat pump twice (the shapes that BMHS had for them)."""
HEAT_SHARE_OF_OTHERS = 0.15
"""Heated by something else, a home has circulation pumps in winter, and a heater now and then."""
HEAT_SHARE_UNKNOWN = 1.5

COLDEST_DAY = 26
RATIOS = {0.33: 1, 0.63: 2, 0.93: 1}
"""How far a home is heated above the mean of its year, in parts of what winter is below that, and
how likely that is: a mild place and thick walls, or the opposite."""
SOFTNESS = 0.3
"""In the same parts, how far days are from the usual one."""
LOWERED_C = (0.0, 1.5, 3.0, 4.5)
"""How much below the base of the degree-days a home may begin to need heat."""
UNLIKE_C = 2.2
"""How soft that begins on the mean of days, which are some 3.5 °C from the usual one."""
MOST_LOWERED = 0.6
"""Of the degree-days of the coldest days."""

DARK = 0.1
"""Lamps, hot water from colder pipes: how much more people live by on the darkest day."""
DARKEST_DAY = 355

# In parts of what is usual, for a month.
WEATHER = 0.15
"""A cold or mild month is 2 °C from the usual, of some 12 °C that heating makes good."""
SPELL = 0.4
"""How little is learnt from a week whose weather is not known: the next are like it."""
WARMTH = 0.04
"""Windows, wood, guests: what heat is off by though the weather is known."""
HABIT = 0.07
"""Visits, holidays."""
UNSURE, UNSURE_SHARE = 0.3, 0.6
"""How far both parts may be from what is supposed at first."""
STEADY_DRIFT, HEAT_DRIFT = 0.02, 0.07
"""What may change from one month to the next, for good."""

FAR = 2.0
"""Standard deviations: what is farther off counts as if it were not; nobody is at home."""

MONTH_DAYS = 30
WEEK_DAYS = 7
FIRST_WEEKS = 3
LEAST_DAYS = 7
"""With less nothing is said."""

KEPT = 4096
"""Days worked out once: four years by three shapes are less."""

type HeatNeed = Callable[[date], float]
"""How much heat a day takes; the coldest is about 1."""


def _turn(day_of_year: int, begin: int) -> float:
    return math.cos(2 * math.pi * (day_of_year - begin) / 365.25)


def _softly_above(value: float, softness: float) -> float:
    return softness * math.log1p(math.exp(value / softness))


@lru_cache(KEPT)
def need_of_heat(day: date, ratio: float = 0.63) -> float:
    """Return how much heat a usual day of the year takes; the coldest is 1."""
    need = _softly_above(ratio + _turn(day.timetuple().tm_yday, COLDEST_DAY), SOFTNESS)
    return need / _softly_above(ratio + 1, SOFTNESS)


@lru_cache(KEPT)
def light_of(day: date) -> float:
    """Return what people live by on a day, of a mean of 1."""
    return 1 + DARK * _turn(day.timetuple().tm_yday, DARKEST_DAY)


@dataclass(frozen=True, slots=True)
class Weather:
    """What is known of the weather: degree-days, °C·d."""

    degree_days: Mapping[date, float]
    """Of each day that is known."""
    usual: HeatNeed
    """Of any day, on the mean of years."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A way in which the heat of a home may follow the year."""

    prior: float
    past: HeatNeed
    future: HeatNeed


def _shapes(weather: Weather | None) -> Iterator[Shape]:
    if weather is None:
        for ratio, prior in RATIOS.items():
            need = partial(need_of_heat, ratio=ratio)
            yield Shape(prior, need, need)
        return
    coldest = max(weather.usual(date(2025, 1, 1) + timedelta(days=n)) for n in range(365))
    for lowered in LOWERED_C:
        if lowered <= MOST_LOWERED * coldest:
            yield _lowered(weather, lowered, coldest)


def _lowered(weather: Weather, lowered: float, coldest: float) -> Shape:
    """Return the shape of a home that needs heat from so much below the base on."""

    def usual(degrees: float) -> float:
        # What a mean of days would be at the lower base: its temperature, softly cut again.
        lacking = UNLIKE_C * math.log(max(math.expm1(degrees / UNLIKE_C), 1e-9))
        return _softly_above(lacking - lowered, UNLIKE_C)

    highest = max(usual(coldest), 0.1)

    @cache
    def future(day: date) -> float:
        return usual(weather.usual(day)) / highest

    def past(day: date) -> float:
        degrees = weather.degree_days.get(day)
        return future(day) if degrees is None else max(degrees - lowered, 0.0) / highest

    return Shape(1, past, future)


@dataclass(slots=True)
class Model:
    """The two parts of a home's day, kWh, by one shape of the year, and how sure they are."""

    steady: float
    heat: float
    scale: float
    """What a day of the steady part is, at first: the measure of all that is unsure."""
    share: float
    need: HeatNeed
    variances: list[float]
    """Of the steady part, of both together, of the heat."""
    likelihood: float
    """The logarithm of how likely it is, by what it foretold."""

    def of(self, day: date) -> float:
        """Return what a usual day comes to."""
        return max(self.steady * light_of(day) + self.heat * self.need(day), 0.0)

    def drift(self, months: float) -> None:
        """Let time pass."""
        self.variances[0] += (STEADY_DRIFT * self.scale) ** 2 * months
        self.variances[2] += (HEAT_DRIFT * self.share * self.scale) ** 2 * months

    def learn(self, week: Week, need: float) -> None:
        """Take the mean energy and need of some days."""
        steady, both, heat = self.variances
        light, expected = week.light, self.steady * week.light + self.heat * need
        off_by_weather = SPELL * (1 - week.told) + WARMTH * week.told
        noise = (HABIT * max(expected, self.scale / 2)) ** 2
        noise += (off_by_weather * self.share * self.scale) ** 2
        total = light**2 * steady + 2 * light * need * both + need**2 * heat
        total += noise * MONTH_DAYS / week.count
        of_steady, of_heat = light * steady + need * both, light * both + need * heat
        off = week.energy - expected
        far = abs(off) / math.sqrt(total)
        heeded = min(FAR / far, 1.0) if far else 1.0
        self.likelihood -= math.log(total) / 2 + heeded * far**2 * (1 - heeded / 2)
        self.steady += of_steady / total * off * heeded
        self.heat += of_heat / total * off * heeded
        self.variances = [
            steady - heeded * of_steady**2 / total,
            both - heeded * of_steady * of_heat / total,
            heat - heeded * of_heat**2 / total,
        ]

    def total(self, days: list[date]) -> tuple[float, float]:
        """Return what these days come to, kWh, and how far off that may be, kWh²."""
        energies = [self.of(day) for day in days]
        needs = [self.need(day) for day in days]
        lights, need = sum(map(light_of, days)), sum(needs)
        months = len(days) / MONTH_DAYS
        steady, both, heat = self.variances
        # On the way what drifts is off by a third of its end.
        steady += (STEADY_DRIFT * self.scale) ** 2 * months / 3
        heat += (HEAT_DRIFT * self.share * self.scale) ** 2 * months / 3
        weather = (WEATHER * self.share * self.scale) ** 2 * sum(n * n for n in needs)
        habit = HABIT**2 * sum(e * e for e in energies)
        shape = lights**2 * steady + 2 * lights * need * both + need**2 * heat
        return sum(energies), max(shape, 0.0) + MONTH_DAYS * (weather + habit)


@dataclass(frozen=True, slots=True)
class Week:
    """What is known of a week."""

    number: int
    days: list[date]
    energy: float
    """kWh of a mean day."""
    light: float
    told: float
    """The part of its days whose weather is known."""

    @property
    def count(self) -> int:
        """Return how many of its days are known."""
        return len(self.days)

    def mean(self, of: HeatNeed) -> float:
        """Return the mean of its days."""
        return sum(map(of, self.days)) / len(self.days)


def _weeks(days: Mapping[date, float], weather: Weather | None) -> list[Week]:
    weeks: dict[int, list[date]] = {}
    first = min(days)
    for day in days:
        weeks.setdefault((day - first).days // WEEK_DAYS, []).append(day)
    told = weather.degree_days if weather else {}
    return [
        Week(
            number,
            inside,
            sum(days[day] for day in inside) / len(inside),
            sum(map(light_of, inside)) / len(inside),
            sum(day in told for day in inside) / len(inside),
        )
        for number, inside in sorted(weeks.items())
    ]


@dataclass(frozen=True, slots=True)
class Models:
    """What a home's days say of it by each shape, and how likely that is."""

    each: list[tuple[float, Model]]

    def of(self, day: date) -> float:
        """Return what a usual day comes to, kWh."""
        return sum(part * model.of(day) for part, model in self.each)

    def deviation(self, days: list[date]) -> float:
        """Return how far the energy of these days may be off, one standard deviation, kWh."""
        totals = [(part, *model.total(days)) for part, model in self.each]
        mean = sum(part * total for part, total, _ in totals)
        return math.sqrt(sum(part * (off + (total - mean) ** 2) for part, total, off in totals))


def learnt_from(
    days: Mapping[date, float], heating: str | None, weather: Weather | None = None
) -> Models | None:
    """Return what the days of a home say of it (kWh); None when there are too few."""
    if len(days) < LEAST_DAYS:
        return None
    share = HEAT_SHARE_UNKNOWN if heating is None else HEAT_SHARE.get(heating, HEAT_SHARE_OF_OTHERS)
    weeks = _weeks(days, weather)
    models = [_follow(weeks, share, shape) for shape in _shapes(weather)]
    best = max(model.likelihood for model in models)
    parts = [math.exp(model.likelihood - best) for model in models]
    return Models([(p / sum(parts), model) for p, model in zip(parts, models, strict=True)])


def _follow(weeks: Iterable[Week], share: float, shape: Shape) -> Model:
    """Return what weeks teach if heat has this shape."""
    needs = [(week, week.mean(shape.past)) for week in weeks]
    begin = [each for each in needs if each[0].number < FIRST_WEEKS] or needs
    scale = sum(week.energy * week.count for week, _ in begin) / sum(
        (week.light + share * need) * week.count for week, need in begin
    )
    variances = [(UNSURE * scale) ** 2, 0.0, (UNSURE_SHARE * share * scale) ** 2]
    likelihood = math.log(shape.prior)
    model = Model(scale, share * scale, scale, share, shape.future, variances, likelihood)
    before = 0
    for week, need in needs:
        model.drift((week.number - before) * WEEK_DAYS / MONTH_DAYS)
        model.learn(week, need)
        before = week.number
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
    """Nine outcomes of ten lie within so much of the total."""

    def total(self, today: float, elapsed: float) -> float:
        """Return the year's total when today has come to so much, and is over by this part."""
        rest = self.today * (1 - elapsed)
        return self.measured + today + rest + sum(self.others.values())


def forecast(
    days: Mapping[date, float], today: date, heating: str | None, weather: Weather | None = None
) -> Forecast | None:
    """Forecast the year of `today` from all whole days that are known before it, kWh."""
    known = {day: energy for day, energy in days.items() if day < today}
    models = learnt_from(known, heating, weather)
    if models is None:
        return None
    year = [date(today.year, 1, 1) + timedelta(days=n) for n in range(days_in_year(today.year))]
    measured = [known[day] for day in year if day in known]
    missing = [day for day in year if day not in known and day != today]
    others: dict[date, float] = {}
    for day in missing:
        month = day.replace(day=1)
        others[month] = others.get(month, 0.0) + models.of(day)
    return Forecast(
        sum(measured),
        len(measured),
        models.of(today),
        others,
        WITHIN_90 * models.deviation([today, *missing]),
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
