"""Keep damaged indexes out: six bits of checksum let some through.

Pure: time is an argument.
"""

from __future__ import annotations


class IndexCheck:
    """Believes an index that follows the last one, or that the next one confirms.

    An index never decreases and never grows faster than the meter can measure. One that does
    is kept aside, and believed only when another follows *it*: so a damaged group changes
    nothing, and a first value, a long cut or a replaced register costs one frame.
    """

    def __init__(self, fastest: float) -> None:
        self._fastest = fastest
        """Units a second."""
        self._believed: tuple[int, float] | None = None
        self._aside: tuple[int, float] | None = None

    def believes(self, value: int, at: float) -> bool:
        """Tell whether `value`, received at `at` s of a clock that only goes on, is the index."""
        if self._follows(self._believed, value, at) or self._follows(self._aside, value, at):
            self._believed, self._aside = (value, at), None
            return True
        self._aside = (value, at)
        return False

    def _follows(self, before: tuple[int, float] | None, value: int, at: float) -> bool:
        if before is None:
            return False
        # One unit more: the register rounds, and its groups do not arrive to the second.
        return 0 <= value - before[0] <= 1 + self._fastest * (at - before[1])
