"""What a group comes to in an hour, from what its members have reported of it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
import math
from statistics import fmean, median

from ....const import LEAST_HOMES
from ...relations.group_names import GroupKey
from ...relations.members import Giving

type Reported = Mapping[int, float]
"""Of an hour, what members have reported: kWh by number."""


@dataclass(frozen=True, slots=True)
class GroupHour:
    """What a group came to in an hour, kWh."""

    begin: int
    """Unix seconds."""
    homes: int
    """How many have reported."""
    values: Mapping[GroupKey, float]
    """Empty where fewer than five have: it would tell of somebody."""
    floor_area: float | None = None
    """Of the homes that have reported and say it, m²."""
    people: int | None = None


def group_hour(begin: int, reported: Reported, givings: Mapping[int, Giving]) -> GroupHour:
    """Return what a group came to in an hour."""
    values: dict[GroupKey, float] = {}
    areas = {one: area for one in reported if (area := givings[one].floor_area)}
    people = {one: count for one in reported if (count := givings[one].people)}
    if len(reported) >= LEAST_HOMES:
        whole = math.fsum(reported.values())
        values[GroupKey.SUM] = whole
        values[GroupKey.MEAN] = whole / len(reported)
        values[GroupKey.MEDIAN] = median(reported.values())
        for key, parts in ((GroupKey.PER_AREA, areas), (GroupKey.PER_PERSON, people)):
            if len(parts) >= LEAST_HOMES:
                values[key] = math.fsum(reported[one] for one in parts) / math.fsum(parts.values())
    return GroupHour(
        begin,
        len(reported),
        values,
        math.fsum(areas.values()) or None,
        sum(people.values()) or None,
    )


def mean_of(reported: Reported, homes: Iterable[int]) -> float:
    """Return what a home of these used in an hour, kWh."""
    return fmean(reported[one] for one in homes)
