"""Which columns of a table are the sum of others, as HP and HC have a total.

Pure. Told by the values alone, whatever the columns are called.
"""

from collections.abc import Mapping, Sequence

from ..points import Point

ROUNDING = 0.05
"""The part of a mean value by which the sum of rounded ones may be off; on the whole a fifth."""

SAMPLE = 500
"""Periods that are looked at."""


def sums_of(columns: Sequence[Sequence[Point]]) -> dict[int, list[list[int]]]:
    """Return the columns that are the sum of neighbours, and of which, in each way they are.

    The longest sums count first; of columns that are alike the last is the sum of the others.
    """
    values = [{point.begin: point.value for point in points} for points in columns]
    found: dict[int, list[list[int]]] = {}
    taken: set[int] = set()
    for size in range(len(columns) - 1, 0, -1):
        for whole in reversed(range(len(columns))):
            others = [at for at in range(len(columns)) if at != whole and at not in found]
            for first in range(len(others) - size + 1):
                run = others[first : first + size]
                if taken.isdisjoint((whole, *run)) and _adds_up(
                    values[whole], [values[at] for at in run]
                ):
                    found.setdefault(whole, []).append(run)
                    taken.update(run)
    return found


def _adds_up(whole: Mapping[float, float], parts: Sequence[Mapping[float, float]]) -> bool:
    """Return whether most periods of a series are known of its parts, and each is their sum."""
    sample = list(whole)[:: len(whole) // SAMPLE + 1]
    mean = sum(abs(whole[at]) for at in sample) / len(sample)
    known, off = 0, 0.0
    for at in sample:
        if all(at in part for part in parts):
            error = whole[at] - sum(part[at] for part in parts)
            if abs(error) > ROUNDING * max(mean, abs(whole[at])):
                return False
            known, off = known + 1, off + error
    return mean > 0 and known > max(1, len(sample) / 2) and abs(off) <= ROUNDING / 5 * mean * known
