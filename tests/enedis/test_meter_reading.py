"""What Enedis answers is read as it was meant: clock changes, holes, steps, and what cannot be."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
import random
from typing import Any

import pytest

from custom_components.sen1.enedis.meter_reading import (
    PARIS,
    curve_in,
    day_of,
    days_in,
    highest_in,
    joined,
    midnight,
)
from custom_components.sen1.history.points import HOUR, Point
from testbed.enedis import GARBAGE, Faults, SimulatedEnedis, Truth

type Rows = list[dict[str, Any]]

SPRING, AUTUMN, LEAP = date(2026, 3, 29), date(2026, 10, 25), date(2024, 2, 29)
TRUTH = Truth()


def curve(day: date, minutes: int | Callable[[float], int] = 30, **faults: Any) -> Rows:
    """Return the rows of a day's curve, as the gateways pass them on."""
    enedis = SimulatedEnedis(clock=lambda: midnight(day.toordinal() + 30))
    enedis.faults = Faults(minutes=minutes if callable(minutes) else lambda _: minutes, **faults)
    return list(enedis._curve(TRUTH, day, is_true=True))


def understood(rows: Rows, day: date) -> dict[float, tuple[float, float]]:
    """Return the intervals of a day by when they begin: seconds, Wh."""
    points = curve_in(rows, day.toordinal(), day.toordinal() + 1)
    return {point.begin: (point.seconds, round(point.value * 1000, 6)) for point in points}


def truth(day: date, minutes: int = 30) -> dict[float, tuple[float, float]]:
    begin, end = midnight(day.toordinal()), midnight(day.toordinal() + 1)
    step = minutes * 60
    return {
        float(at): (step, TRUTH.energy(at, at + step)) for at in range(int(begin), int(end), step)
    }


@pytest.mark.parametrize("minutes", [10, 15, 20, 30, 60])
@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 6, 1), 24), (SPRING, 23), (AUTUMN, 25), (LEAP, 24)]
)
def test_each_interval_of_a_day_is_read_whatever_the_clock_does(
    day: date, hours: int, minutes: int
) -> None:
    rows = curve(day, minutes)
    assert len(rows) == hours * 60 // minutes
    assert understood(rows, day) == truth(day, minutes)
    assert understood([row for row in rows for _ in range(2)], day) == truth(day, minutes)
    assert understood(rows + rows, day) == truth(day, minutes)
    assert understood(rows[::-1], day) == truth(day, minutes)


def test_a_day_begins_and_ends_at_midnight_of_france() -> None:
    rows = curve(date(2026, 6, 1))
    assert (rows[0]["date"], rows[-1]["date"]) == ("2026-06-01 00:30:00", "2026-06-02 00:00:00")
    # Midnight belongs to the day before.
    assert curve_in(rows[-1:], date(2026, 6, 2).toordinal(), date(2026, 6, 3).toordinal()) == []


def test_rows_in_any_order_are_sorted() -> None:
    rows = curve(date(2026, 6, 1))
    random.Random(1).shuffle(rows)
    assert understood(rows, date(2026, 6, 1)) == truth(date(2026, 6, 1))


def test_shuffled_rows_of_the_hour_that_comes_twice_lose_nothing() -> None:
    """Which is which nobody can tell any more; what was used in both is the same."""
    rows = curve(AUTUMN)
    random.Random(1).shuffle(rows)
    found = understood(rows, AUTUMN)
    assert found.keys() == truth(AUTUMN).keys()
    assert sum(wh for _, wh in found.values()) == TRUTH.day(AUTUMN)


@pytest.mark.parametrize("missing", range(4, 10))
def test_a_hole_next_to_the_clock_change_moves_nothing_else(missing: int) -> None:
    """But for the half-hour after it, where the first two of the hour are all there is to tell."""
    rows = curve(AUTUMN)
    del rows[missing]
    found, true = understood(rows, AUTUMN), truth(AUTUMN)
    assert len(found) == 49
    assert sum(found[at] != true[at] for at in found) == 0


def test_an_hour_that_spring_does_not_have_is_left_out_alone() -> None:
    rows = curve(SPRING)
    assert "2026-03-29 03:00:00" in {row["date"] for row in rows}
    never = [{"value": "70", "date": "2026-03-29 02:30:00", "interval_length": "PT30M"}]
    assert understood(rows + never, SPRING) == truth(SPRING)
    # The end of the last half-hour before the change, as the clock showed it before.
    for row in rows:
        row["date"] = row["date"].replace("-29 03:00", "-29 02:00")
    assert understood(rows, SPRING) == truth(SPRING)


def test_the_step_may_change_within_an_answer_and_need_not_be_said() -> None:
    day = date(2026, 6, 1)
    noon = midnight(day.toordinal()) + 12 * HOUR
    for said in (True, False):
        rows = curve(day, minutes=lambda at: 60 if at < noon else 10, says_minutes=said)
        found = understood(rows, day)
        assert found == {
            **{at: one for at, one in truth(day, 60).items() if at < noon},
            **{at: one for at, one in truth(day, 10).items() if at >= noon},
        }


def test_an_interval_alone_that_does_not_say_its_length_is_an_hour() -> None:
    rows = [{"value": "600", "date": "2026-06-01 13:00:00"}]
    at = datetime(2026, 6, 1, 12, tzinfo=PARIS).timestamp()
    assert understood(rows, date(2026, 6, 1)) == {at: (HOUR, 600)}


def test_of_holes_each_stays_one() -> None:
    day = date(2026, 6, 1)
    for said in (True, False):
        rows = curve(day, holes=lambda at: at % 86400 in (9000, 10800, 50400), says_minutes=said)
        holes = {at for at in truth(day) if at % 86400 in (9000, 10800, 50400)}
        assert understood(rows, day) == {a: x for a, x in truth(day).items() if a not in holes}


@pytest.mark.parametrize("garbage", GARBAGE, ids=str)
def test_what_cannot_be_is_left_out_alone(garbage: Any) -> None:
    day = date(2026, 6, 1)
    assert understood([garbage, *curve(day), garbage], day) == truth(day)
    said = [garbage, {"value": "2400", "date": "2026-06-01"}, garbage]
    ordinal = day.toordinal()
    assert days_in(said, ordinal, ordinal + 1) == {ordinal: 2.4}
    said = [garbage, {"value": "2400", "date": "2026-06-01 19:40:00"}, garbage]
    assert highest_in(said, ordinal, ordinal + 1) == {ordinal: (2400, "2026-06-01T19:40:00+02:00")}


def test_an_interval_longer_than_the_time_before_it_is_cut_or_left_out() -> None:
    rows = [
        {"value": "600", "date": f"2026-06-01 {end}:00", "interval_length": "PT60M"}
        for end in ("10:00", "10:30", "10:35")
    ]
    ten = datetime(2026, 6, 1, 10, tzinfo=PARIS).timestamp()
    assert understood(rows, date(2026, 6, 1)) == {ten - HOUR: (HOUR, 600), ten: (1800, 300)}


def test_of_a_day_told_twice_the_last_is_taken() -> None:
    rows = [{"value": value, "date": "2026-06-01"} for value in ("100", "200")]
    day = date(2026, 6, 1).toordinal()
    assert days_in(rows, day, day + 1) == {day: 0.2}


# A day made of its value and of its curve


def whole(day: date, total: float | None, points: list[Point]) -> list[tuple[float, float, float]]:
    """Return the points of a day: hours since it began, hours, Wh."""
    begin = midnight(day.toordinal())
    return [
        ((point.begin - begin) / HOUR, point.seconds / HOUR, round(point.value * 1000, 6))
        for point in joined(day.toordinal(), total, points)
    ]


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (LEAP, 24)])
def test_a_day_without_a_curve_is_one_point_as_long_as_it_was(day: date, hours: int) -> None:
    assert whole(day, 12.5, []) == [(0, hours, 12_500)]
    assert whole(day, None, []) == []


def test_holes_get_what_the_days_value_has_left() -> None:
    begin = midnight(LEAP.toordinal())
    points = [Point(begin + HOUR, HOUR, 1.0), Point(begin + 4 * HOUR, 20 * HOUR, 2.0)]
    assert whole(LEAP, 6.0, points) == [
        (0, 1, 1000),
        (1, 1, 1000),
        (2, 2, 2000),
        (4, 20, 2000),
    ]
    # Never below nothing; and where the value is not known, a hole is unknown.
    assert whole(LEAP, 2.5, points)[0] == (0, 1, 0)
    assert whole(LEAP, None, points) == [(1, 1, 1000), (4, 20, 2000)]


def test_a_year_of_half_hours_comes_to_its_days() -> None:
    day = date(2026, 1, 1)
    while day < date(2027, 1, 1):
        points = curve_in(curve(day), day.toordinal(), day.toordinal() + 1)
        assert {day_of(point.begin) for point in points} == {day.toordinal()}
        made = joined(day.toordinal(), TRUTH.day(day) / 1000, points)
        assert made == points
        assert sum(point.value for point in made) == pytest.approx(TRUTH.day(day) / 1000)
        day += timedelta(days=5)
