"""Files that mean harm and files spoilt at random: each is refused or taken within all bounds.

A few hundred by default; SEN1_FILES=20000 for more. `-rP` shows the counts.
"""

from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
import math
import os

import pytest

from custom_components.sen1.history.errors import FileRefused
from custom_components.sen1.history.files import Found, read_file
from custom_components.sen1.history.files.found import AHEAD, EARLIEST
from custom_components.sen1.history.points import HOUR, SPREAD_MOST, Points, hours_of
from custom_components.sen1.protocol.limits import can_be
from testbed.exports import PARIS
from testbed.hostile_files import HOSTILE, honest, packed, spoilt

NOW = datetime(2026, 12, 1, tzinfo=UTC).timestamp()

COUNT = int(os.environ.get("SEN1_FILES", "340"))


def check(found: Found) -> None:
    """Hold what was found against everything that is promised of it."""
    assert found.series
    labels = [series.label for series in found.series]
    assert len(set(labels)) == len(labels)
    for series in found.series:
        assert series.points
        assert all(one.end <= other.begin for one, other in pairwise(series.points))
        for point in series.points:
            assert 0 < point.seconds <= SPREAD_MOST
            assert EARLIEST <= point.begin < point.end <= NOW + AHEAD
            assert math.isfinite(point.value)
            assert can_be(point.value)
    assert min(found.left_out.values(), default=0) >= 0


def outcome(octets: bytes) -> str:
    try:
        found = read_file(octets, PARIS, NOW)
    except FileRefused as error:
        return error.key
    check(found)
    return "taken"


@pytest.mark.parametrize("kind", sorted(honest().keys() - {"r151", "r171"}))
def test_a_file_that_is_not_spoilt_is_taken_whole(kind: str) -> None:
    assert outcome(packed(honest()[kind])) == "taken"


def test_spoilt_files_are_refused_or_taken_within_all_bounds() -> None:
    counts = Counter((kind, outcome(octets)) for kind, octets in spoilt(COUNT))
    for (kind, became), count in sorted(counts.items()):
        print(f"{kind:16} {became:20} {count:6}")
    ends = Counter(became for _kind, became in counts.elements())
    # Spoilt enough to be refused, and not so much that nothing is left to be read.
    assert min(ends["taken"], ends["file_not_understood"]) > COUNT / 10


TAKEN = {
    "rows_to_the_limit",
    "overlapping_periods",
    "a_long_period_beside_minutes",
    "records_of_json_to_the_limit",
    "records_of_xml_to_the_limit",
    "points_without_end",
    "rows_in_members",
    "columns_to_the_limit",
}


@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - TAKEN))
def test_a_file_that_means_harm_is_refused(name: str) -> None:
    assert outcome(HOSTILE[name]()) != "taken"


def test_many_overlapping_periods_come_to_no_more_hours_than_there_were() -> None:
    found = read_file(HOSTILE["a_long_period_beside_minutes"]()[:400_000], PARIS, NOW)
    (series,) = found.series
    points = Points()
    points.add(series.points)
    assert points.all() == series.points
    span = series.points[-1].end - series.points[0].begin
    assert len(hours_of(series.points, series.aggregation)) <= span / HOUR + 2
