"""What a home's day takes, by its degree-days: fitted on its own days. Pure.

The energy of a day is the base of its kind of day, and slope times degree-days. Days unlike all
others (nobody at home, a party) do not move the fit: an M-estimate (bisquare, from Huber's) by the
median of what days are off. Habits last: what days in a row are off is alike, so a year of days
says less than as many days apart. The uncertainty counts that, as an autoregression of one day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
import math
from statistics import median
from typing import Literal

from .confidence import WITHIN_90

FEWEST_DAYS = 90
FEWEST_OF_KIND = 20
MILD_DEGREES = 3.0
"""°C·day from which a day is of the heating season: sun and people warm a home above that."""
COLD_DEGREES = 5.0
FEWEST_COLD, FEWEST_MILD = 30, 20
"""Days without which there was no winter, no summer."""

LEAST_HEAT = 0.1
"""Of the energy of the heating season: with less, what heats is not what is measured."""
LEAST_EXPLAINED = 0.3
MOST_UNSURE = 1 / 3
"""Of the slope."""
GOOD_EXPLAINED, GOOD_UNSURE = 0.75, 0.15

NORMAL_MEDIAN = 0.6745
"""Half of what is normal lies within so many standard deviations."""
HUBER, BISQUARE = 1.345, 4.685
"""Of the scale: each as efficient as 95 % of least squares where all is normal."""
UNUSUAL = 3.0
"""Of the scale: a day farther off is unlike the others."""
FAR = 2 * BISQUARE
LEAST_SCALE = 0.3
EMPTY, EMPTY_DAYS = 0.55, 3
"""With less than this part of what is usual, days in a row, nobody is at home."""
HUBER_ROUNDS, MOST_ROUNDS = 8, 40
CONVERGED = 1e-6

SURE = 1.96
"""Standard deviations that tell whether a fit is worth telling."""

SUPPOSED_DAYS, SUPPOSED_PART = 9, 0.6
"""A year in which nobody was away says little of the next: a week is supposed, at so much less."""


class DayKind(StrEnum):
    """Kinds of day that a home lives otherwise."""

    WORKING = "working"
    WEEKEND = "weekend"


KINDS = tuple(DayKind)
WORKING_PART = 5 / 7


def kind_of(day: date) -> DayKind:
    """Return the kind of a day."""
    return DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKING


class Unfit(StrEnum):
    """Why there is no model."""

    NO_TEMPERATURE = "no_temperature"
    FEW_DAYS = "few_days"
    NO_WINTER = "no_winter"
    NO_SUMMER = "no_summer"
    POOR = "poor"
    HEATING_NOT_MEASURED = "heating_not_measured"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and the interval that holds the truth: 9 times in 10."""

    value: float
    low: float
    high: float


type Vector = tuple[float, float, float]
"""Of each working day, weekend and degree-days: of a design, or of a covariance."""


def _times(matrix: Sequence[Sequence[float]], row: Sequence[float]) -> Vector:
    a, b, c = (sum(x * y for x, y in zip(each, row, strict=True)) for each in matrix)
    return a, b, c


def _form(matrix: Sequence[Vector], row: Vector) -> float:
    return sum(x * y for x, y in zip(_times(matrix, row), row, strict=True))


def _inverse(matrix: Sequence[Sequence[float]]) -> list[Vector]:
    (a, b, c), (_, d, e), (_, _, f) = matrix
    first, second, third = d * f - e * e, c * e - b * f, b * e - c * d
    whole = a * first + b * second + c * third
    return [
        (first / whole, second / whole, third / whole),
        (second / whole, (a * f - c * c) / whole, (b * c - a * e) / whole),
        (third / whole, (b * c - a * e) / whole, (a * d - b * b) / whole),
    ]


@dataclass(frozen=True, slots=True)
class _Days:
    """The days that a model is fitted on, in order."""

    days: list[date]
    is_weekend: list[bool]
    degrees: list[float]
    energies: list[float]
    is_cold: list[bool]

    def row(self, number: int) -> Vector:
        weekend = self.is_weekend[number]
        return float(not weekend), float(weekend), self.degrees[number]

    def off(self, beta: Vector) -> list[float]:
        """Return how far each day is from what these coefficients say, kWh."""
        working, weekend, slope = beta
        return [
            y - (weekend if is_weekend else working) - slope * d
            for is_weekend, d, y in zip(self.is_weekend, self.degrees, self.energies, strict=True)
        ]

    def solve(self, weights: Iterable[float]) -> Vector:
        """Return the coefficients of weighted least squares."""
        w0 = w1 = d0 = d1 = y0 = y1 = dd = dy = 0.0
        rows = zip(weights, self.is_weekend, self.degrees, self.energies, strict=True)
        for w, is_weekend, d, y in rows:
            wd = w * d
            dd += wd * d
            dy += wd * y
            if is_weekend:
                w1 += w
                d1 += wd
                y1 += w * y
            else:
                w0 += w
                d0 += wd
                y0 += w * y
        slope = (dy - d0 * y0 / w0 - d1 * y1 / w1) / (dd - d0 * d0 / w0 - d1 * d1 / w1)
        return (y0 - slope * d0) / w0, (y1 - slope * d1) / w1, slope


def _scale(off: Iterable[float]) -> float:
    return max(median(map(abs, off)) / NORMAL_MEDIAN, 1e-9)


def _huber(u: float) -> float:
    return 1.0 if -HUBER < u < HUBER else HUBER / abs(u)


def _bisquare(u: float) -> float:
    part = 1 - (u / BISQUARE) ** 2
    return part * part if part > 0 and abs(u) < BISQUARE else 0.0


def _scales(days: _Days, off: Sequence[float]) -> list[float]:
    """Return for each day how far days of such degree-days are off, kWh.

    Those with heating are farther off: one measure for all would take an absence in summer for
    usual.
    """
    mild, cold = (
        _scale(r for r, is_cold in zip(off, days.is_cold, strict=True) if is_cold is season)
        for season in (False, True)
    )
    degrees = (
        [d for d, is_cold in zip(days.degrees, days.is_cold, strict=True) if is_cold is season]
        for season in (False, True)
    )
    at_mild, at_cold = (sum(each) / len(each) for each in degrees)
    least, rise = LEAST_SCALE * max(mild, cold), (cold - mild) / (at_cold - at_mild)
    return [max(mild + rise * (d - at_mild), least) for d in days.degrees]


def _empty(days: _Days, off: Sequence[float]) -> list[bool]:
    """Return for each day whether it is one of several in a row with nobody at home."""
    low = [y < EMPTY * (y - r) for y, r in zip(days.energies, off, strict=True)]
    empty, run = [False] * len(low), 0
    for number, is_low in enumerate([*low, False]):
        if is_low:
            run += 1
            continue
        if run >= EMPTY_DAYS:
            empty[number - run : number] = [True] * run
        run = 0
    return empty


def _robust(days: _Days) -> tuple[Vector, list[float], list[float]]:
    """Return coefficients that single days do not move; of each day the scale (kWh), how far off.

    What is far off is in parts of its scale.
    """
    beta, empty = days.solve([1.0] * len(days.days)), [False] * len(days.days)
    for number in range(MOST_ROUNDS):
        off = days.off(beta)
        scales = _scales(days, off)
        if number == HUBER_ROUNDS:
            empty = _empty(days, off)
        weigh = _huber if number < HUBER_ROUNDS else _bisquare
        weights = [
            0.0 if is_empty else weigh(r / s) / (s * s)
            for r, s, is_empty in zip(off, scales, empty, strict=True)
        ]
        before, beta = beta, days.solve(weights)
        moved = max(abs(x - y) for x, y in zip(before, beta, strict=True))
        if number > HUBER_ROUNDS and moved < CONVERGED * before[0]:
            break
    off = days.off(beta)
    scales = _scales(days, off)
    shares = [
        -FAR if is_empty else r / s for r, s, is_empty in zip(off, scales, empty, strict=True)
    ]
    return beta, scales, shares


def _correlation(days: Sequence[date], shares: Sequence[float]) -> float:
    """Return how much what a day is off resembles that of the day before, 0 to 1.

    Of days like others: where one begins that is not, nothing lasts.
    """
    usual = [abs(u) < UNUSUAL for u in shares]
    squares = sum(u * u for u, is_usual in zip(shares, usual, strict=True) if is_usual)
    products = [
        shares[n] * shares[n - 1]
        for n in range(1, len(shares))
        if usual[n] and usual[n - 1] and (days[n] - days[n - 1]).days == 1
    ]
    if not products or not squares:
        return 0.0
    found = sum(products) / len(products) / squares * sum(usual)
    # What is left by a fit resembles itself less than what was off.
    return min(max(found + (3 + 12 * found) / len(shares), 0.0), 0.95)


def _covariance(
    days: _Days, shares: Sequence[float], scales: Sequence[float], rho: float
) -> list[Vector]:
    """Return the covariance of the coefficients, of what days are off in parts of their scale."""
    pulls = [u * _bisquare(u) for u in shares]
    bread = [[0.0] * 3 for _ in range(3)]
    meat = [[0.0] * 3 for _ in range(3)]
    carried, before = [0.0, 0.0, 0.0], 0
    for number, u in enumerate(shares):
        a, b, c = days.row(number)
        row = a / scales[number], b / scales[number], c / scales[number]
        part = 1 - (u / BISQUARE) ** 2
        bend = part * (1 - 5 * (u / BISQUARE) ** 2) if part > 0 else 0.0
        day = days.days[number].toordinal()
        kept = rho ** (day - before) if before else 0.0
        carried = [kept * c for c in carried]
        before = day
        for i in range(3):
            for j in range(3):
                bread[i][j] += bend * row[i] * row[j]
                meat[i][j] += row[i] * row[j] + row[i] * carried[j] + carried[i] * row[j]
        carried = [c + x for c, x in zip(carried, row, strict=True)]
    inverse = _inverse(bread)
    free = len(shares) / max(len(shares) - 3 * (1 + rho) / (1 - rho), 1.0)
    pull = free * sum(p * p for p in pulls) / len(pulls)
    columns = [_times(inverse, row) for row in meat]
    covariance = [
        tuple(pull * sum(inverse[i][k] * columns[k][j] for k in range(3)) for j in range(3))
        for i in range(3)
    ]
    return [(a, b, c) for a, b, c in covariance]


@dataclass(frozen=True, slots=True)
class _Season:
    """What the days of a season are off: of all of them, those that the fit does not heed too."""

    days: int
    row: Vector
    """The mean of the season's days."""
    mean: float
    """kWh."""
    usual: float
    """Variance of a day that is like others, kWh²."""
    unusual: float
    """Variance that absences and visits add for each day, kWh²."""


@dataclass(frozen=True, slots=True)
class HomeModel:
    """What a home's day takes: fitted, with how sure that is."""

    base: Mapping[DayKind, Estimate]
    """kWh a day."""
    slope: Estimate
    """kWh per degree-day."""
    explained: float
    """Which part of what differs between days of the heating season, 0 to 1."""
    begin: date
    end: date
    """After the last day."""
    days: int
    _beta: Vector
    _covariance: Sequence[Vector]
    _worth: float
    _seasons: Sequence[_Season]
    """Without and with heating."""
    _correlation: float

    @property
    def trust(self) -> Literal["good", "fair"]:
        """Return how good it is."""
        unsure = self.slope_unsure / self.slope.value
        is_good = self.explained >= GOOD_EXPLAINED and unsure <= GOOD_UNSURE
        return "good" if is_good else "fair"

    @property
    def slope_unsure(self) -> float:
        """Return how far the slope may be off, nineteen times of twenty."""
        return _within(SURE, self._worth) * math.sqrt(self._covariance[2][2])

    @property
    def base_mean(self) -> Estimate:
        """Return the base of a mean day of the week, kWh."""
        row = WORKING_PART, 1 - WORKING_PART, 0.0
        value = sum(x * b for x, b in zip(row, self._beta, strict=True))
        return _interval(value, _form(self._covariance, row), self._worth)

    def expected(self, day: date, degree_days: float) -> float:
        """Return what a day comes to on the mean, kWh: what absences take is counted."""
        weekend = kind_of(day) is DayKind.WEEKEND
        working_base, weekend_base, slope = self._beta
        base = weekend_base if weekend else working_base
        return base + slope * degree_days + self._seasons[degree_days > MILD_DEGREES].mean

    def expected_total(self, days: Mapping[date, float]) -> Estimate:
        """Return what days of such degree-days come to, kWh.

        It counts how unsure the fit is and how much days differ, those in a row alike.
        """
        value = sum(self.expected(day, degrees) for day, degrees in days.items())
        row = [0.0, 0.0, 0.0]
        of_season = [0, 0]
        own, carried, before = 0.0, 0.0, 0
        for day, degrees in sorted(days.items()):
            season = self._seasons[degrees > MILD_DEGREES]
            of_season[degrees > MILD_DEGREES] += 1
            row[kind_of(day) is DayKind.WEEKEND] += 1
            row[2] += degrees
            number, spread = day.toordinal(), math.sqrt(season.usual)
            carried *= self._correlation ** (number - before) if before else 0.0
            own += spread * (spread + 2 * carried) + season.unusual
            carried += spread
            before = number
        lasting = (1 + self._correlation) / (1 - self._correlation)
        of_means = 0.0
        for count, season in zip(of_season, self._seasons, strict=True):
            of_means += count**2 * (season.usual * lasting + season.unusual) / season.days
            row = [x - count * mean for x, mean in zip(row, season.row, strict=True)]
        a, b, c = row
        variance = _form(self._covariance, (a, b, c)) + of_means + own
        return _interval(value, variance, self._worth)


def _within(normal: float, worth: float) -> float:
    """Return Student's quantile by the normal one, of an estimate from so many days apart."""
    return normal + (normal**3 + normal) / 4 / max(worth - 3, 2.0)


def fit(energies: Mapping[date, float], degree_days: Mapping[date, float]) -> HomeModel | Unfit:
    """Fit a home on the days of which its energy (kWh) and degree-days (°C·day) are known."""
    known = sorted(energies.keys() & degree_days.keys())
    days = _Days(
        known,
        [kind_of(day) is DayKind.WEEKEND for day in known],
        [degree_days[day] for day in known],
        [energies[day] for day in known],
        [degree_days[day] > MILD_DEGREES for day in known],
    )
    if (reason := _lacking(days, len(energies))) is not None:
        return reason
    beta, scales, shares = _robust(days)
    off = days.off(beta)
    rho = _correlation(known, shares)
    covariance = _covariance(days, shares, scales, rho)
    worth = len(known) * (1 - rho) / (1 + rho)
    seasons = tuple(_season(days, off, scales, is_cold=is_cold) for is_cold in (False, True))
    explained = _explained(days, off, shares)
    working, weekend, slope = (
        _interval(value, covariance[n][n], worth) for n, value in enumerate(beta)
    )
    model = HomeModel(
        {DayKind.WORKING: working, DayKind.WEEKEND: weekend},
        slope,
        explained,
        known[0],
        date.fromordinal(known[-1].toordinal() + 1),
        len(known),
        beta,
        covariance,
        worth,
        seasons,
        rho,
    )
    return _doubtful(model, days) or model


def _interval(value: float, variance: float, worth: float) -> Estimate:
    margin = _within(WITHIN_90, worth) * math.sqrt(variance)
    return Estimate(value, value - margin, value + margin)


def _lacking(days: _Days, measured: int) -> Unfit | None:
    """Return what days lack to be fitted on."""
    if measured >= FEWEST_DAYS and not days.days:
        return Unfit.NO_TEMPERATURE
    weekends = sum(days.is_weekend)
    if len(days.days) < FEWEST_DAYS or min(weekends, len(days.days) - weekends) < FEWEST_OF_KIND:
        return Unfit.FEW_DAYS
    if sum(d >= COLD_DEGREES for d in days.degrees) < FEWEST_COLD:
        return Unfit.NO_WINTER
    if sum(d <= MILD_DEGREES for d in days.degrees) < FEWEST_MILD:
        return Unfit.NO_SUMMER
    return None


def _doubtful(model: HomeModel, days: _Days) -> Unfit | None:
    """Return why a fit is not worth telling: decided from the days, whatever heats the home."""
    cold = [n for n, is_cold in enumerate(days.is_cold) if is_cold]
    heat = model.slope.value * sum(days.degrees[n] for n in cold)
    if model.slope.value <= model.slope_unsure or heat < LEAST_HEAT * sum(
        days.energies[n] for n in cold
    ):
        return Unfit.HEATING_NOT_MEASURED
    unsure = model.slope_unsure > MOST_UNSURE * model.slope.value
    return Unfit.POOR if unsure or model.explained < LEAST_EXPLAINED else None


def _season(
    days: _Days, off: Sequence[float], scales: Sequence[float], *, is_cold: bool
) -> _Season:
    inside = [n for n, each in enumerate(days.is_cold) if each is is_cold]
    count = len(inside)
    a, b, c = (sum(column) / count for column in zip(*map(days.row, inside), strict=True))
    usual = unusual = event = 0.0
    before = 0
    for n in inside:
        most = UNUSUAL * scales[n]
        like_others = min(max(off[n], -most), most)
        usual += like_others**2
        day = days.days[n].toordinal()
        if off[n] == like_others and day - before > 2:
            unusual, event = unusual + event**2, 0.0
        elif off[n] != like_others:
            event, before = event + off[n] - like_others, day
    unusual += event**2
    energy = sum(days.energies[n] for n in inside) / count
    supposed = (SUPPOSED_DAYS * SUPPOSED_PART * energy) ** 2 * count / len(days.days)
    mean = sum(off[n] for n in inside) / count
    return _Season(count, (a, b, c), mean, usual / count, (unusual + supposed) / count)


def _explained(days: _Days, off: Sequence[float], shares: Sequence[float]) -> float:
    """Return the part explained of what differs between days; those unlike all others count less.

    Of the heating season alone: that summer takes less is no merit.
    """
    cold = [n for n, is_cold in enumerate(days.is_cold) if is_cold]
    weights = [_bisquare(shares[n]) for n in cold]
    whole = sum(weights)
    if not whole:
        return 0.0
    mean = sum(w * days.energies[n] for w, n in zip(weights, cold, strict=True)) / whole
    differing = sum(w * (days.energies[n] - mean) ** 2 for w, n in zip(weights, cold, strict=True))
    left = sum(w * off[n] ** 2 for w, n in zip(weights, cold, strict=True))
    return max(1 - left / differing, 0.0) if differing else 0.0


def corrected(energy: float, slope: float, usual: float, degree_days: float) -> float:
    """Return what the energy (kWh) of some days would have been in a usual weather."""
    return energy + slope * (usual - degree_days)
