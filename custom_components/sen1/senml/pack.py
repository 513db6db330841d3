"""Pack records: base fields on the first record, no default written (RFC 8428, section 4.1)."""

import base64
from collections.abc import Iterable, Sequence
from itertools import pairwise
import math
from os.path import commonprefix
from typing import Any

from .records import (
    FIRST_ABSOLUTE_TIME,
    VERSION_SECONDARY_UNITS,
    BrokenRule,
    Record,
    SenmlError,
    check_name,
    finite,
    registered,
    shortest,
    utf8,
)
from .units import SECONDARY


def pack(records: Iterable[Record]) -> list[dict[str, Any]]:
    """Return the fields of each record of the compact pack, in the order of the records.

    Values are str, bool, int or float. Raises SenmlError where a reader would refuse the pack.
    There is no base value: several readers forget it, and a sum of decimals is not exact.
    """
    records = list(records)
    if not records:
        return []
    names, units, times = _checked(records)
    base_names = _base_names(names)
    base_unit = _base_unit(units)
    base_time = _base_time(times)

    base_name = base_names[0]
    fields: dict[str, Any] = {"bn": base_name} if base_name else {}
    fields["bt"] = shortest(base_time)
    if base_unit is not None:
        fields["bu"] = base_unit
    if SECONDARY.keys() & units.keys():
        fields["bver"] = VERSION_SECONDARY_UNITS

    packed: list[dict[str, Any]] = []
    field = ""
    try:
        for record, in_force in zip(records, base_names, strict=True):
            if in_force != base_name:
                fields["bn"] = base_name = in_force
            if record.name != in_force:
                fields["n"] = record.name[len(in_force) :]
            if record.unit != base_unit:
                fields["u"] = record.unit
            if record.time != base_time:
                fields["t"] = shortest(_elapsed(base_time, record.time))
            values = 0
            if record.value is not None:
                field = "v"
                fields["v"] = shortest(record.value)
                values += 1
            if record.string is not None:
                field = "vs"
                fields["vs"] = utf8(record.string)
                values += 1
            if record.boolean is not None:
                fields["vb"] = record.boolean
                values += 1
            if record.data is not None:
                fields["vd"] = base64.urlsafe_b64encode(record.data).rstrip(b"=").decode()
                values += 1
            if record.sum is not None:
                field = "s"
                fields["s"] = shortest(record.sum)
            elif values == 0:
                field = ""
                raise BrokenRule("the record has neither value nor sum")
            if record.update_time is not None:
                field = "ut"
                fields["ut"] = shortest(record.update_time)
            if values > 1:
                field = ""
                raise BrokenRule("the record has more than one value")
            packed.append(fields)
            fields = {}
    except BrokenRule as rule:
        raise SenmlError(str(rule), len(packed) + 1, field or None) from None
    return packed


def _checked(records: Sequence[Record]) -> tuple[list[str], dict[str | None, int], list[float]]:
    """Return the names, the units with how often each stands, and the times.

    Raises SenmlError on one that no pack may hold.
    """
    names: list[str] = []
    units: dict[str | None, int] = {}
    times: list[float] = []
    known_names: set[str] = set()
    field = ""
    try:
        for record in records:
            name, unit, time = record.name, record.unit, record.time
            if name not in known_names:
                field = "n"
                check_name(name)
                known_names.add(name)
            if unit in units:
                units[unit] += 1
            else:
                field = "u"
                units[unit if unit is None else registered(unit)] = 1
            field = "t"
            if finite(time) < FIRST_ABSOLUTE_TIME:
                raise BrokenRule("the time is not absolute")
            names.append(name)
            times.append(time)
    except BrokenRule as rule:
        raise SenmlError(str(rule), len(times) + 1, field) from None
    return names, units, times


def _base_names(names: list[str]) -> list[str]:
    """Return the base name in force at each record: of two ways, the shorter.

    Either what all names begin with, once, and the rest of each name as `n`;
    or the whole name each time it changes, which suits series that follow one another.
    """
    if names.count(names[0]) == len(names):
        return names
    changes = [after for before, after in pairwise(names) if before != after]
    prefix = commonprefix(names)
    once = len(prefix) + sum(
        len(' n=""') + len(name) - len(prefix) for name in names if name != prefix
    )
    each_change = len(names[0]) + sum(len(' bn=""') + len(name) for name in changes)
    return [prefix] * len(names) if once < each_change else names


def _base_unit(units: dict[str | None, int]) -> str | None:
    """Return the unit of most records; none where one has no unit, which could not be said."""
    return None if None in units else max(units, key=units.__getitem__)


def _base_time(times: list[float]) -> float:
    """Return the first time, in whole seconds when others are to be added to it.

    A whole base and a decimal offset add up to the double nearest to the time, a decimal
    base and a decimal offset may not.
    """
    first = times[0]
    return first if times.count(first) == len(times) else math.floor(first)


def _elapsed(base: float, time: float) -> float:
    """Return what to add to the base to get the time: in milliseconds where they suffice."""
    elapsed = time - base
    milliseconds = round(elapsed, 3)
    return milliseconds if base + milliseconds == time else elapsed
