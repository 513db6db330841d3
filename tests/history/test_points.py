"""Points in time order."""

from itertools import pairwise
from random import Random

import pytest

from custom_components.sen1.history.points import Aggregation, Point, Points, hours_of


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
