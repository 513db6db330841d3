"""What the headings of a table say of its columns.

Pure. A column is found by words in order of preference: an export has several columns of dates, of
which one stamps its values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
import re

from .cells import plain

UNITS = {
    unit.lower(): unit for unit in ("W", "kW", "MW", "VA", "kVA", "Wh", "kWh", "MWh", "L", "m³")
} | {"m3": "m³"}

META = {
    "identifiant prm",
    "type de donnees",
    "date de debut",
    "date de fin",
    "grandeur physique",
    "grandeur metier",
    "etape metier",
    "unite",
    "pas en minutes",
}
"""Cells of the two lines that Enedis puts above its tables: names, then values."""

TIMES = (
    "horodate",
    "date de la mesure",
    "date et heure",
    "journee",
    "date de (releve|consommation|production)",
    "date(?! de (debut|fin))",
    "periode",
    "date de debut",
)
VALUES = (
    "valeur",
    "value",
    "puissance (atteinte|moyenne)",
    r"energie.*kwh",
    "consommation",
    "production",
    "injection",
    "energie",
)
GAS = r"volume.*\(m3\)|index (debut|fin) \(m3\)"
"""In the headings of GRDF's sheets only, by whatever name the sheet goes."""

STAMPED_AT_END = ("horodate", "date et heure", "date de la mesure")

_NUMBER_AHEAD = re.compile(r"[-+]?[0-9]")


@dataclass(frozen=True)
class Columns:
    """Where a table has its times and values, and what they are."""

    time: int
    value: int
    unit: str | None = None
    clock: int | None = None
    """A second column, with the time of day."""
    end: int | None = None
    """A column with the end of each period."""
    of_step: int | None = None
    of_unit: int | None = None
    of_aggregation: int | None = None
    of_meter: int | None = None
    of_quantity: int | None = None
    of_direction: int | None = None
    of_begin: int | None = None
    """The columns of the first day and of the one after the last of what was asked for."""
    of_end: int | None = None
    is_index: bool = False
    is_gas: bool = False
    is_stamped_at_end: bool = False

    @cached_property
    def telling(self) -> tuple[int, ...]:
        """The columns that tell one series from another, where a table has several."""
        columns = (
            self.of_meter,
            self.of_quantity,
            self.of_direction,
            self.of_unit,
            self.of_aggregation,
        )
        return tuple(column for column in columns if column is not None)


def is_heading(cells: Sequence[str]) -> bool:
    """Return whether a line has words in several cells, and no number or time in any."""
    filled = 0
    for cell in cells:
        if cell:
            if _NUMBER_AHEAD.match(cell):
                return False
            filled += 1
    return filled > 1


def columns_of(cells: Sequence[str]) -> Columns | None:
    """Return the columns of a heading; None when it tells nothing of use."""
    names = [plain(cell) for cell in cells]
    if "begin" in names and "value" in names:
        return _own_columns(names)
    time = _first(names, TIMES)
    if time is None:
        return None
    if "eas t" in names:
        return Columns(time, names.index("eas t"), unit="Wh", is_index=True)
    value = _first([name if at != time else "" for at, name in enumerate(names)], VALUES)
    if value is None:
        return None
    named = re.search(r"\((?:en )?([a-z0-9³]+)\)", names[value])
    end = _at(names, "date de fin") if names[time] == "date de debut" else None
    return Columns(
        time,
        value,
        unit=UNITS.get(named[1]) if named else None,
        clock=_first(names, ("heure",)),
        end=end,
        of_step=_first(names, (r"pas\b",)),
        of_unit=_at(names, "unite"),
        of_meter=_at(names, "identifiant prm"),
        of_quantity=_at(names, "grandeur physique"),
        of_direction=_at(names, "grandeur metier"),
        of_begin=_at(names, "date de debut"),
        of_end=_at(names, "date de fin"),
        is_gas=_first(names, (GAS,)) is not None,
        is_stamped_at_end=names[time].startswith(STAMPED_AT_END),
    )


def _own_columns(names: list[str]) -> Columns:
    """Return the columns of the CSV that we write; whoever writes one can leave some out."""
    return Columns(
        names.index("begin"),
        names.index("value"),
        end=_at(names, "end"),
        of_unit=_at(names, "unit"),
        of_aggregation=_at(names, "aggregation"),
    )


def _at(names: Sequence[str], name: str) -> int | None:
    return names.index(name) if name in names else None


def _first(names: Sequence[str], patterns: Sequence[str]) -> int | None:
    """Return where the first of the patterns that any name begins with is."""
    for pattern in patterns:
        for at, name in enumerate(names):
            if re.match(pattern, name):
                return at
    return None
