"""How long each period of a list is, where only one of its ends is written."""

from collections.abc import Sequence
from itertools import pairwise


def steps_of(stamps: Sequence[float], *, is_end: bool) -> list[float]:
    """Return the length of each period in seconds; `stamps` are in time order.

    They are the ends of periods or their beginnings. Between two that follow one another the
    distance is the length; after a gap it is that of the neighbours on the other side.
    """
    if len(stamps) < 2:
        # A single one tells nothing of its length.
        return [0.0] * len(stamps)
    if not is_end:
        return steps_of([-stamp for stamp in reversed(stamps)], is_end=True)[::-1]
    distances = [after - before for before, after in pairwise(stamps)]
    steps = [distances[0]]
    for number, before in enumerate(distances):
        after = distances[number + 1] if number + 1 < len(distances) else before
        # The length may change, or a period may be missing: two of the same distance tell.
        steps.append(before if before == steps[-1] else min(before, after))
    return steps
