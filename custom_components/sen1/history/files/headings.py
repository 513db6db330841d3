"""What the headings of a table say of its columns.

Pure. A column is found by words in order of preference: an export has several columns of dates, of
which one stamps its values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
import re
from typing import NamedTuple

from ..errors import FileTooLarge
from .cells import plain

DEGREES = "°C"

UNITS = {
    unit.lower(): unit
    for unit in ("W", "kW", "MW", "VA", "kVA", "Wh", "kWh", "MWh", "L", "m³", DEGREES)
} | {"m3": "m³"}

MEASURED = {"W", "kW", "MW", "VA", "kVA", DEGREES, "%", "V", "A"}
"""Units of means; all others are of what was counted."""

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

TELLING = {
    "name": ("(entity|statistic)_id",),
    "identifiant prm": ("identifiant prm", "usage_point_id"),
    "grandeur physique": ("grandeur physique$",),
    "grandeur metier": ("grandeur metier$",),
    "unite": ("unite?$",),
    "aggregation": ("aggregat",),
}
"""Columns that tell one series from another, where a table has several."""

TOLD = TELLING | {
    "pas en minutes": (r"pas\b", "interval_length"),
    "date de debut": ("date de debut$",),
    "date de fin": ("date de fin$",),
}
"""What columns may tell of each line, else the lines above of all."""

TIMES = (
    "horodate",
    "date de la mesure",
    "date et heure",
    "journee",
    "date de (releve|consommation|production)",
    "date(?! de (debut|fin))",
    "periode|time_period|last_changed$|start$|begin$",
    "(date de )?debut$",
)
VALUES = (
    "(mean|sum|change)$",
    "(value|state)$",
    "valeur",
    "puissance (atteinte|moyenne)",
    r"energie.*kwh",
    "consommation",
    "production",
    "injection",
    "energ",
)
"""What counts in a table, in order of preference; what else has a unit stands beside it."""

NO_VALUES = r"prix|cout|tarif|price|cost|.*souscrit|.*\bmax|index (debut|fin)|(start|end)_index"
"""What has a unit and is neither counted nor a mean power; GRDF's indexes are its volumes."""

GAS = r"volume.*[(_]m3|index (debut|fin) \(m3\)"
"""In the headings of GRDF's sheets only, by whatever name the sheet goes."""

STAMPED_AT_END = ("horodate", "date et heure", "date de la mesure")

ENDS = {"date de debut": "date de fin", "debut": "fin", "begin": "end"}
"""The column with the end of each period, by the one of its beginning."""

MOST_VALUES = 20
"""Columns of values: each may be a series."""

_DIRECTIONS = {"consommation": "consommation|soutirage", "production": "production|injection"}

_REGISTER = re.compile("ea[sp] [tfd]")
_INDEX = re.compile("ea[sp] [tfd]|index")
"""Indexes; those of registers as Enedis calls them, which are in Wh."""

_UNIT = re.compile(r"(?:\((?:en )?|\ben |[ _])([km]?w|k?va|[km]?wh|l|m3|m³|°c)\)?$", re.IGNORECASE)
"""As `Valeur (en kW)`, `Consommation en kWh` and `energy_kwh` end."""

_NUMBER_AHEAD = re.compile(r"[-+]?[0-9]")


class Value(NamedTuple):
    """A column of values; its name is empty where it is the only one."""

    at: int
    name: str
    unit: str | None
    read_after: int | None
    """Seconds from the time of a line to when an index was read; None: no index."""
    is_beside: bool
    """Whether others are what counts."""


@dataclass(frozen=True)
class Columns:
    """Where a table has its times and values, and what they are."""

    time: int
    values: Sequence[Value]
    told: Mapping[str, int]
    """Columns of what is in `TOLD`."""
    clock: int | None = None
    """A second column, with the time of day."""
    end: int | None = None
    """A column with the end of each period."""
    direction: str = ""
    """What the heading says of it."""
    is_gas: bool = False
    is_state: bool = False
    """Whether a line holds until the next, as states of Home Assistant do."""
    is_stamped_at_end: bool = False

    @cached_property
    def telling(self) -> tuple[int, ...]:
        """The columns of what is in `TELLING`."""
        return tuple(at for what, at in self.told.items() if what in TELLING)

    @cached_property
    def width(self) -> int:
        """How many cells of a line are looked at."""
        others = (self.clock or 0, self.end or 0, *self.told.values())
        return 1 + max(self.time, *(value.at for value in self.values), *others)

    @cached_property
    def is_index(self) -> bool:
        """Whether a line has what an index showed at a time that is not told: its date is."""
        return any(value.read_after == 0 for value in self.values)


def is_heading(cells: Sequence[str]) -> bool:
    """Return whether a line has words in several cells, and no number or time in any."""
    filled = [cell for cell in cells if cell]
    return len(filled) > 1 and not any(map(_NUMBER_AHEAD.match, filled))


def columns_of(cells: Sequence[str]) -> Columns | None:
    """Return the columns of a heading; None when it tells nothing of use."""
    names = [plain(cell) for cell in cells]
    time = _first(names, TIMES)
    if time is None:
        return None
    end = _first(names, (f"{ENDS[names[time]]}$",)) if names[time] in ENDS else None
    values = _values(
        cells, [name if at not in (time, end) else "" for at, name in enumerate(names)]
    )
    if not values:
        return None
    return Columns(
        time,
        values,
        {what: at for what, words in TOLD.items() if (at := _first(names, words)) is not None},
        clock=_first(names, (r"heure\b",)),
        end=end,
        direction=direction_of(cells[values[0].at]) if len(values) == 1 else "",
        is_gas=_first(names, (GAS,)) is not None,
        is_state=names[time] == "last_changed",
        is_stamped_at_end=names[time].startswith(STAMPED_AT_END) or "interval_length" in names,
    )


def direction_of(words: str) -> str:
    """Return whether words speak of what is drawn or of what is fed in; empty: of neither, both."""
    words = plain(words)
    told = [direction for direction, word in _DIRECTIONS.items() if re.search(word, words)]
    return told[0] if len(told) == 1 else ""


def _values(cells: Sequence[str], names: Sequence[str]) -> list[Value]:
    """Return each column that has a unit, and what a table calls its values where none has."""
    units = [_unit(name) for name in names]
    matching = ([at for at, name in enumerate(names) if re.match(word, name)] for word in VALUES)
    counting = next(filter(None, matching), [])
    told = [at for at, unit in enumerate(units) if unit]
    # Tables of energy say how warm it was, not the other way round.
    told.sort(key=lambda at: units[at] == DEGREES)
    main = next((units[at] for at in counting or told), None)
    found = sorted({*told} if main else {*told, *counting})
    if len(found) > MOST_VALUES:
        raise FileTooLarge
    values = []
    for at in found:
        after = 3600 if names[at] == "sum" else 0 if _INDEX.match(names[at]) else None
        named = cells[at] if units[at] is None else _UNIT.sub("", cells[at])
        called = named.strip() if len(found) > 1 else ""
        values.append(Value(at, called, units[at], after, units[at] != main))
    return values


def _unit(name: str) -> str | None:
    if _REGISTER.match(name):
        return "Wh"
    named = _UNIT.search(name)
    return UNITS[named[1]] if named and not re.match(NO_VALUES, name) else None


def _first(names: Sequence[str], patterns: Sequence[str]) -> int | None:
    """Return where the first of the patterns that any name begins with is."""
    found = (at for pattern in patterns for at, name in enumerate(names) if re.match(pattern, name))
    return next(found, None)
