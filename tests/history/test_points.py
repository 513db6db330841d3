"""Points in time order."""

from datetime import datetime
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from custom_components.sen1.history.points import Aggregation, Point, Points, hours_of, with_days

PARIS = ZoneInfo("Europe/Paris")


def test_points_never_overlap() -> None:
    chance = Random(54)
    points = Points()
    for _ in range(2000):
        length = chance.choice([600, 1800, 3600, 86400])
        begin = chance.randrange(0, 30 * 86400, length)
        points.add([Point(begin, length, chance.random())])
    kept = points.all()
    assert all(one.end <= other.begin for one, other in pairwise(kept))
    total = sum(hour.hours for hour in hours_of(kept, Aggregation.MEAN))
    assert total == pytest.approx(sum(point.seconds for point in kept) / 3600)


# Rows that hold a whole day


def row_at(text: str) -> Point:
    return Point(datetime.fromisoformat(text).replace(tzinfo=PARIS).timestamp(), 3600, 7)


def told_as_days(*rows: Point) -> list[float]:
    """Return the hours that each row is told to hold."""
    return [point.seconds / 3600 for point in with_days(rows, PARIS)]


@pytest.mark.parametrize(
    ("rows", "hours"),
    [
        pytest.param(["2026-03-28", "2026-03-29", "2026-03-30"], [24, 23, 24], id="23 h in March"),
        pytest.param(["2026-10-24", "2026-10-25", "2026-10-26"], [24, 25, 24], id="25 h"),
        pytest.param(["2026-06-01", "2026-06-04"], [24, 24], id="days between are missing"),
        pytest.param(
            ["2026-06-01", "2026-06-02", "2026-06-03", "2026-06-03T01:00", "2026-06-03T02:00"],
            [24, 24, 1, 1, 1],
            id="then hours",
        ),
        pytest.param(["2026-06-01T22:00", "2026-06-01T23:00", "2026-06-02"], [1, 1, 1], id="hours"),
        pytest.param(["2026-06-02"], [1], id="a row alone"),
        pytest.param(["2026-06-01T01:00", "2026-06-02T01:00"], [1, 1], id="not at midnight"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_a_row_at_midnight_alone_in_its_day_as_its_neighbour_holds_the_day(
    rows: list[str], hours: list[float]
) -> None:
    assert told_as_days(*map(row_at, rows)) == hours
