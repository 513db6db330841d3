"""Degree-days of a day, worked out by hand."""

from math import inf, nan

import pytest

from custom_components.sen1.figures.year.degree_days import Method, degree_days


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (-4.0, 6.0, 17.0),
        (10.0, 14.0, 6.0),
        (8.0, 28.0, 0.0),
        (8.0, 27.0, 0.5),
        (18.0, 18.0, 0.0),
        (20.0, 31.0, 0.0),
    ],
)
def test_meteo_takes_the_mean_of_the_lowest_and_the_highest(
    low: float, high: float, expected: float
) -> None:
    assert degree_days(low, high) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        # Below the base all day: 18 - (-4 + 6) / 2.
        (-4.0, 6.0, 17.0),
        # At the base or above all day.
        (18.0, 25.0, 0.0),
        (20.0, 31.0, 0.0),
        # Between: (18 - 8) · (0.08 + 0.42 · (18 - 8) / (28 - 8)), where meteo counts nothing.
        (8.0, 28.0, 2.9),
        # Likewise (18 - 16) · (0.08 + 0.42 · 2 / 8).
        (16.0, 24.0, 0.37),
        # The base is reached, not passed: (18 - 10) · (0.08 + 0.42).
        (10.0, 18.0, 4.0),
        # A calm day whose temperatures are all the base.
        (18.0, 18.0, 0.0),
    ],
)
def test_costic_has_three_cases(low: float, high: float, expected: float) -> None:
    assert degree_days(low, high, method="costic") == pytest.approx(expected)


def test_the_base_may_be_another() -> None:
    assert degree_days(5.0, 10.0, base=15.0) == 7.5
    # (15 - 5) · (0.08 + 0.42 · 10 / 20).
    assert degree_days(5.0, 25.0, base=15.0, method=Method.COSTIC) == pytest.approx(2.9)


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize(
    ("low", "high", "base"),
    [(6.0, 5.0, 18.0), (nan, 5.0, 18.0), (5.0, nan, 18.0), (-inf, 5.0, 18.0), (1.0, 5.0, nan)],
)
def test_what_is_no_day_is_refused(method: Method, low: float, high: float, base: float) -> None:
    with pytest.raises(ValueError, match="temperature"):
        degree_days(low, high, base=base, method=method)


def test_a_method_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody"):
        degree_days(1.0, 2.0, method="nobody's")
