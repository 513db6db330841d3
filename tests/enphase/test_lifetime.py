"""Energies never go down and never jump, whatever a counter does."""

from itertools import pairwise

import pytest

from custom_components.sen1.enphase.lifetime import WRAP, Lifetime

MINUTE = 60


def shown(readings: list[float], every_s: float = MINUTE) -> list[float | None]:
    """Return what is shown after each reading."""
    lifetime = Lifetime()
    seen = []
    for number, reading in enumerate(readings):
        lifetime.read(reading, number * every_s)
        seen.append(lifetime.shown)
    return seen


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        pytest.param([5000, 5010, 5010, 5030], [5000, 5010, 5010, 5030], id="it grows"),
        pytest.param([0, 0, 7], [0, 0, 7], id="a new one begins at 0"),
        pytest.param([5e6, 0, 5e6, 5000010], [5e6, 5e6, 5e6, 5000010], id="0 once"),
        pytest.param(
            [5e6, 0, 0, 0, 5e6, 5000010], [5e6, 5e6, 5e6, 5e6, 5e6, 5000010], id="0 for a while"
        ),
        pytest.param(
            [5e6, 0, 10, 25], [5e6, 5e6, 5000010, 5000025], id="begun anew, it goes on from there"
        ),
        pytest.param(
            [WRAP - 20, 30, 40, 45],
            [WRAP - 20, WRAP - 20, WRAP + 40, WRAP + 45],
            id="32 bits of joules begin again",
        ),
        pytest.param(
            [2e6, 9e6, 9000010, 9000015],
            [2e6, 2e6, 2000010, 2000015],
            id="a firmware counts something else",
        ),
        pytest.param([9e6, 2e6, 9000005], [9e6, 9e6, 9000005], id="something else, once"),
        pytest.param(
            [50000, 49999, 49990, 49998, 50004],
            [50000, 50000, 50000, 50000, 50004],
            id="a difference that drifts at night",
        ),
    ],
)
def test_what_is_shown_follows_the_counter_but_not_its_accidents(
    readings: list[float], expected: list[float]
) -> None:
    assert shown(readings) == pytest.approx(expected)


def test_a_cloudy_year_of_accidents_is_counted_to_the_watt_hour() -> None:
    """Each night zeros, each week a false value, once the end of 32 bits."""
    lifetime, true = Lifetime(), WRAP - 300_000
    lifetime.read(true, 0)
    seen = [true]
    for quarter in range(1, 365 * 96):
        now, hour = quarter * 900, quarter // 4 % 24
        true += 250 if 10 <= hour < 16 else 0
        counter = true % WRAP
        if hour == 23 and quarter % 4 < 2:
            counter = 0
        elif quarter % 700 == 0:
            counter += 400_000
        lifetime.read(counter, now)
        assert lifetime.shown is not None
        seen.append(lifetime.shown)
    assert all(before <= after for before, after in pairwise(seen))
    assert max(after - before for before, after in pairwise(seen)) <= 1000
    assert seen[-1] == pytest.approx(true, abs=1)


def test_a_restart_after_days_goes_on_where_the_counter_is() -> None:
    lifetime = Lifetime(shown=7000, counter=5000, at=0)
    lifetime.read(25000, 3 * 86400)
    assert lifetime.shown == 27000
