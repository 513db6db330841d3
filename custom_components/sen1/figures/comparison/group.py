"""The sum, the mean or the median of several series.

Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
import math
from statistics import median

from ...history.units import shortened

CONF_OPERATION = "operation"
CONF_UNIT = "unit"
CONF_INDEX = "is_index"
"""Whether the members only count up."""


class Operation(StrEnum):
    """What is made of the members."""

    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"


@dataclass(frozen=True, slots=True)
class Combined:
    """What a group comes to."""

    value: float | None
    reporting: int
    """How many members say something now."""


class MemberGroup:
    """Combine what members say; those that count up keep what they last said while silent.

    So a silent member lowers a power, which the coverage tells, but never an index, in which it
    would look like a meter that began anew.
    """

    def __init__(self, operation: Operation, *, is_index: bool) -> None:
        self._operation = operation
        self._is_index = is_index
        self._last: dict[str, float] = {}

    def combine(self, told: Mapping[str, float | None]) -> Combined:
        """Return what the members come to, each by its name; None: it says nothing now.

        All are in the unit of the group.
        """
        reporting = {name: value for name, value in told.items() if value is not None}
        values = reporting
        if self._is_index:
            self._last = {**self._last, **reporting}
            values = {name: self._last[name] for name in told if name in self._last}
        is_known = bool(values) and (not self._is_index or len(values) == len(told))
        value = self._combined(values.values()) if is_known else None
        return Combined(value, len(reporting))

    def _combined(self, values: Iterable[float]) -> float:
        values = list(values)
        if self._operation is Operation.MEDIAN:
            return shortened(median(values))
        whole = math.fsum(values)
        return shortened(whole if self._operation is Operation.SUM else whole / len(values))
