"""A home's model: what it says of homes whose truth is known, and of whom it says nothing."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from random import Random

import numpy as np
import pytest

from custom_components.sen1.figures.year.model import (
    MILD_DEGREES,
    DayKind,
    HomeModel,
    Unfit,
    corrected,
    fit,
    kind_of,
)
from testbed.weather_homes import KnownHome, days_from, known_home

BEGIN = date(2024, 7, 1)
HOMES = 1000
WINTER = (11, 12, 1, 2, 3)


def first_year(days: Mapping[date, float]) -> dict[date, float]:
    return {day: value for day, value in days.items() if day < date(2025, 7, 1)}


def fitted(home: KnownHome, energies: Mapping[date, float] | None = None) -> HomeModel:
    model = fit(first_year(energies or home.energies), home.degree_days)
    assert isinstance(model, HomeModel)
    return model


@cache
def homes() -> list[tuple[KnownHome, HomeModel | Unfit]]:
    """Return a thousand homes and what their first year says of them."""
    made = (known_home(number, BEGIN) for number in range(HOMES))
    return [(home, fit(first_year(home.energies), home.degree_days)) for home in made]


# What it says of how sure it is


def test_the_intervals_hold_the_truth_of_a_thousand_homes() -> None:
    held: Counter[str] = Counter()
    models = [(home, model) for home, model in homes() if isinstance(model, HomeModel)]
    for home, model in models:
        for name, told, truth in (
            ("working", model.base[DayKind.WORKING], home.working),
            ("weekend", model.base[DayKind.WEEKEND], home.weekend),
            ("slope", model.slope, home.slope),
        ):
            held[name] += told.low <= truth <= told.high
    assert len(models) > 0.97 * HOMES
    parts = {name: count / len(models) for name, count in held.items()}
    print(f"truth within 90 %, of {len(models)} homes:", parts)
    assert all(0.88 <= part <= 0.94 for part in parts.values())


def test_the_next_winter_is_within_what_was_expected_of_it_in_nine_of_ten_homes() -> None:
    held = count = 0
    for home, model in homes():
        if isinstance(model, Unfit):
            continue
        winter = [day for day in home.energies if day >= model.end and day.month in WINTER]
        told = model.expected_total({day: home.degree_days[day] for day in winter})
        held += told.low <= sum(home.energies[day] for day in winter) <= told.high
        count += 1
    print(f"winter within 90 %, of {count} homes: {held / count}")
    assert 0.87 <= held / count <= 0.93


def test_slope_and_base_are_those_of_a_reference_implementation() -> None:
    """Of statsmodels' robust regression (RLM), on days on which somebody is at home."""
    # Each process of a run imports this file; one needs the reference.
    from statsmodels.robust.norms import TukeyBiweight
    from statsmodels.robust.robust_linear_model import RLM

    compared = 0
    for number in range(40):
        home = known_home(number, BEGIN)
        lived = {day: e for day, e in home.energies.items() if day not in home.away}
        model = fit(first_year(lived), home.degree_days)
        if isinstance(model, Unfit):
            continue
        compared += 1
        days = sorted(first_year(lived))
        cold = np.array([home.degree_days[day] for day in days])
        energies = np.array([lived[day] for day in days])
        weekend = np.array([float(kind_of(day) is DayKind.WEEKEND) for day in days])
        rows = np.column_stack([1 - weekend, weekend, cold])
        scales = np.ones(len(days))
        for _round in range(5):
            there = RLM(energies / scales, rows / scales[:, None], M=TukeyBiweight()).fit(200)
            off, is_cold = np.abs(energies - rows @ there.params), cold > MILD_DEGREES
            # Days that are heated differ more: by season, on a line between both.
            (mild, at_mild), (heated, at_heated) = (
                (np.median(off[season]), np.mean(cold[season])) for season in (~is_cold, is_cold)
            )
            scales = mild + (heated - mild) * (cold - at_mild) / (at_heated - at_mild)
            scales = np.maximum(scales, 0.3 * max(mild, heated))
        ours = [model.base[kind].value for kind in DayKind] + [model.slope.value]
        assert ours == pytest.approx(list(there.params), rel=0.02), number
    assert compared > 35


# What does not move it


def test_an_absence_of_two_weeks_and_a_party_move_it_less_than_its_interval() -> None:
    home = known_home(2, BEGIN)
    away = set(days_from(date(2025, 1, 6), 14))
    other = {d: e * 0.3 if d in away else e for d, e in home.energies.items()}
    other[date(2024, 12, 31)] += 60
    before, after = fitted(home), fitted(home, other)
    assert after.slope.value == pytest.approx(before.slope.value, rel=0.03)
    for kind in DayKind:
        assert after.base[kind].value == pytest.approx(before.base[kind].value, rel=0.03)


def test_homes_without_noise_are_known_exactly() -> None:
    home = known_home(1, BEGIN)
    exact = {
        day: (9.0 if kind_of(day) is DayKind.WORKING else 11.0) + 1.5 * home.degree_days[day]
        for day in home.energies
    }
    model = fitted(home, exact)
    assert model.slope.value == pytest.approx(1.5)
    assert [model.base[kind].value for kind in DayKind] == pytest.approx([9, 11])
    assert model.base_mean.value == pytest.approx((5 * 9 + 2 * 11) / 7)
    assert model.explained == pytest.approx(1)
    assert model.trust == "good"
    assert (model.begin, model.end, model.days) == (BEGIN, date(2025, 7, 1), 365)
    assert model.expected(date(2026, 1, 5), 12) == pytest.approx(9 + 18)
    total = model.expected_total({date(2026, 1, 9): 12, date(2026, 1, 10): 10})
    assert total.value == pytest.approx(9 + 18 + 11 + 15)


def test_what_is_expected_counts_usual_absences() -> None:
    """A winter like the one that was learnt from comes to the same, whoever was away in it."""
    home = known_home(5, BEGIN)
    model = fitted(home)
    year = first_year(home.energies)
    told = model.expected_total({day: home.degree_days[day] for day in year})
    assert told.value == pytest.approx(sum(year.values()))


def test_a_correction_moves_the_heating_alone() -> None:
    assert corrected(3000, 1.5, 2000, 1800) == 3300
    assert corrected(3000, 0, 2000, 1800) == 3000


# Of whom it says nothing


def of_months(days: Mapping[date, float], months: tuple[int, ...]) -> dict[date, float]:
    return {day: value for day, value in first_year(days).items() if day.month in months}


def test_without_temperatures_nothing_is_said() -> None:
    home = known_home(1, BEGIN)
    assert fit(home.energies, {}) is Unfit.NO_TEMPERATURE


def test_a_home_that_counts_since_two_months_has_too_few_days() -> None:
    home = known_home(1, BEGIN)
    assert fit(of_months(home.energies, (7, 8)), home.degree_days) is Unfit.FEW_DAYS


def test_a_summer_alone_lacks_winter_and_a_winter_alone_summer() -> None:
    home = known_home(1, BEGIN)
    summer, winter = (of_months(home.energies, months) for months in ((6, 7, 8, 9), (12, 1, 2, 3)))
    assert fit(summer, home.degree_days) is Unfit.NO_WINTER
    assert fit(winter, home.degree_days) is Unfit.NO_SUMMER


def test_days_that_are_not_whole_on_both_sides_are_left_out() -> None:
    home = known_home(1, BEGIN)
    known = {day: d for day, d in home.degree_days.items() if day.day != 3}
    model = fit(first_year(home.energies), known)
    assert isinstance(model, HomeModel)
    assert model.days == 365 - 12


def test_what_is_not_heated_by_what_is_measured_is_said_from_the_days() -> None:
    """A home heated by gas, of which the electricity alone is measured."""
    home = known_home(1, BEGIN)
    energies = {day: e - home.slope * home.degree_days[day] for day, e in home.energies.items()}
    assert fit(first_year(energies), home.degree_days) is Unfit.HEATING_NOT_MEASURED


def test_a_home_that_the_weather_explains_little_of_is_refused() -> None:
    home, random = known_home(1, BEGIN), Random(1)
    energies = {
        day: 20 + 0.6 * degrees + random.gauss(0, 6) for day, degrees in home.degree_days.items()
    }
    assert fit(first_year(energies), home.degree_days) is Unfit.POOR


def test_weekends_are_saturday_and_sunday() -> None:
    monday = date(2026, 1, 5)
    kinds = [kind_of(monday + timedelta(days=n)) for n in range(7)]
    assert kinds == [DayKind.WORKING] * 5 + [DayKind.WEEKEND] * 2
