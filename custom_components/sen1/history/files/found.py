"""What is found in a file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from ..points import Aggregation, Point


class LeftOut(StrEnum):
    """Why something in a file is not taken."""

    EMPTY = "empty"
    """A period without a value: the meter or its operator had none."""
    UNREADABLE = "unreadable"
    """A line that is not what its table says."""
    OTHER = "other"
    """A quantity that is not imported: maxima, tariff indexes beside their total."""
    FINER = "finer"
    """A period of which more detail is known."""


@dataclass(frozen=True, slots=True)
class FoundSeries:
    """One series of a file, in time order."""

    unit: str | None
    """Home Assistant's unit."""
    aggregation: Aggregation
    points: list[Point]
    label: str = ""
    """Tells it from the others of the file; empty when it is the only one."""


@dataclass(slots=True)
class Found:
    """The series of a file, and how much of it is not taken."""

    series: list[FoundSeries] = field(default_factory=list)
    left_out: Counter[LeftOut] = field(default_factory=Counter)

    def take(self, other: Found) -> None:
        """Add what was found elsewhere in the file."""
        self.series += other.series
        self.left_out += other.left_out
