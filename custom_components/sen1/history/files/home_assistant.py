"""The table that the Energy dashboard gives to download: a column for each time.

Pure. Its lines become those of statistics, a line for each time.
"""

from collections.abc import Iterable, Iterator, Sequence
import unicodedata

from .found import Gathering, LeftOut
from .headings import UNITS

ENERGY = ["entity_id", "type", "unit"]


def energy_lines(
    times: Sequence[str], lines: Iterable[Sequence[str]], gathering: Gathering
) -> Iterator[list[str]]:
    """Yield a heading, and a line for each value; costs are left out, and what is calculated."""
    yield ["statistic_id", "unit", "start", "change"]
    for entity, kind, written, *values in (line for line in lines if len(line) > len(ENERGY)):
        unit = unicodedata.normalize("NFKC", written)
        if unit.lower() in UNITS and "calculated" not in kind:
            for time, value in zip(times, values, strict=False):
                # Empty where another statistic has a value.
                if value:
                    yield [f"{entity} {kind}", unit, time, value]
        else:
            gathering.left_out[LeftOut.OTHER] += sum(map(bool, values))
