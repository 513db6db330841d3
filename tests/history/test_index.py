"""Hours of an index: the same whatever the order in which its readings come."""

from collections.abc import Iterable
import json
from random import Random

import pytest

from custom_components.sen1.history.index import Index

BEGIN = 1767225600
HOUR = 3600

type Reading = tuple[float, float]


def readings(hours: int, seed: int = 54) -> list[Reading]:
    """Return the readings of an index that counts at a changing pace."""
    chance = Random(seed)
    known, value, at = [], 1000.0, float(BEGIN)
    while at < BEGIN + hours * HOUR:
        known.append((at, value))
        at += chance.uniform(20, 300)
        value += chance.uniform(0, 0.2)
    return known


def at(known: list[Reading], time: float) -> float:
    """Return the index at a time, between two readings in proportion."""
    before = max(reading for reading in known if reading[0] <= time)
    after = min((reading for reading in known if reading[0] > time), default=before)
    part = (time - before[0]) / (after[0] - before[0]) if after != before else 0
    return before[1] + part * (after[1] - before[1])


def expected(known: list[Reading], hours: Iterable[int]) -> dict[int, float]:
    return {
        begin: at(known, begin + HOUR) - at(known, begin)
        for begin in (BEGIN + number * HOUR for number in hours)
    }


def fed(index: Index, *batches: list[Reading], size: int = 7) -> dict[int, float]:
    """Return the hours as they were last told; the index is stored and read between batches."""
    told: dict[int, float] = {}
    for batch in batches:
        for begin in range(0, len(batch), size):
            told |= {h.begin: h.total for h in index.add(batch[begin : begin + size])}
            index = Index(json.loads(json.dumps(index.data())), gap=10)
    return told


def test_each_hour_counts_what_the_index_rose_by() -> None:
    known = readings(50)
    assert fed(Index(), known) == pytest.approx(expected(known, range(49)))


def test_little_is_kept_of_what_is_settled() -> None:
    index = Index()
    for reading in readings(200):
        index.add([reading])
    assert len(index.data()["hours"]) <= 4


def test_a_hole_is_spread_evenly_until_its_readings_come() -> None:
    known = readings(60)
    hole = [reading for reading in known if BEGIN + 10.4 * HOUR < reading[0] < BEGIN + 30.6 * HOUR]
    around = [reading for reading in known if reading not in hole]
    index = Index()
    told = fed(index, around)
    inside = [told[BEGIN + number * HOUR] for number in range(12, 30)]
    assert max(inside) == pytest.approx(min(inside))
    assert sum(told.values()) == pytest.approx(at(known, BEGIN + 59 * HOUR) - known[0][1])
    told |= fed(Index(), around, hole)
    assert told == pytest.approx(expected(known, range(59)))


def test_a_hole_is_filled_though_what_came_after_it_is_settled() -> None:
    known = readings(100)
    hole = [reading for reading in known if BEGIN + 10.4 * HOUR < reading[0] < BEGIN + 30.6 * HOUR]
    index = Index()
    told: dict[int, float] = {}
    for reading in (reading for reading in known if reading not in hole):
        told |= {hour.begin: hour.total for hour in index.add([reading])}
    assert len(index.data()["hours"]) < 10
    for begin in range(0, len(hole), 50):
        told |= {hour.begin: hour.total for hour in index.add(hole[begin : begin + 50])}
    assert told == pytest.approx(expected(known, range(99)))
    assert len(index.data()["hours"]) <= 4


@pytest.mark.parametrize(("days", "is_spread"), [(399, True), (401, False)])
def test_a_hole_of_more_than_400_days_is_not_spread(days: int, *, is_spread: bool) -> None:
    known = readings(6)
    later = [(time + days * 24 * HOUR, value + 1000) for time, value in known]
    told = fed(Index(), known, later)
    assert (len(told) > 20) is is_spread
    assert (sum(told.values()) > 1000) is is_spread


@pytest.mark.parametrize("seed", range(8))
def test_batches_in_any_order_come_to_the_same(seed: int) -> None:
    chance = Random(seed)
    known = readings(40, seed)
    cuts = sorted(chance.sample(range(len(known)), 5))
    batches = [known[a:b] for a, b in zip([0, *cuts], [*cuts, len(known)], strict=True)]
    # The first and the newest are there first, as of a follower that was away.
    inner = batches[1:-1]
    chance.shuffle(inner)
    told = fed(Index(), batches[0], batches[-1], *inner)
    whole = expected(known, range(39))
    assert {hour: told[hour] for hour in whole} == pytest.approx(whole)


def test_readings_of_settled_hours_change_nothing() -> None:
    known = readings(30)
    index = Index()
    fed_index = [hour for reading in known for hour in index.add([reading])]
    assert fed_index
    assert index.add(known[:50]) == []
    assert index.add(known) == []


def test_a_meter_that_starts_again_counts_from_zero_and_one_that_wavers_counts_nothing() -> None:
    index = Index()
    told = fed(
        index,
        [
            (BEGIN, 100),
            (BEGIN + HOUR, 110),
            (BEGIN + 2 * HOUR, 109.5),
            (BEGIN + 3 * HOUR, 111),
            (BEGIN + 4 * HOUR, 2),
            (BEGIN + 5 * HOUR, 3),
        ],
        size=1,
    )
    assert list(told.values()) == pytest.approx([10, 0, 1, 2, 1])


def test_the_last_hour_waits_until_it_is_over() -> None:
    index = Index()
    assert index.add([(BEGIN + 10, 5), (BEGIN + 20, 6)]) == []
    assert index.add([(BEGIN + 30, 7)]) == []
    (hour,) = index.add([(BEGIN + HOUR + 30, 8)])
    assert hour.begin == BEGIN
    assert hour.total == pytest.approx(2 + (HOUR - 30) / HOUR)


def test_the_hour_that_ended_last_is_told_anew_when_the_first_readings_of_the_next_come() -> None:
    known = readings(3)
    *before, live = [reading for reading in known if reading[0] < BEGIN + 2.9 * HOUR]
    of_newest = [reading for reading in before if reading[0] >= BEGIN + 2 * HOUR]
    earlier = before[: -len(of_newest)]
    assert fed(Index(), [live], earlier, of_newest) == pytest.approx(expected(known, range(2)))
