"""What a reading can be, wherever it comes from."""

from __future__ import annotations

LARGEST = 1e15
"""No reading is beyond this, in any unit: such a number is a fault, and would spoil all sums."""


def can_be(value: float) -> bool:
    """Tell whether a number can be a reading: finite, and no larger than any that is."""
    return abs(value) <= LARGEST
