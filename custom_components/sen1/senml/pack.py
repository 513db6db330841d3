"""Pack records: base fields on the first record, no default written (RFC 8428, section 4.1)."""

from __future__ import annotations

import base64
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
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
)
from .units import SECONDARY

_EXACT = 2**53
"""Every whole number below it is a double."""


def pack(records: Iterable[Record]) -> list[dict[str, Any]]:
    """Return the fields of each record of the compact pack, in the order of the records.

    Values are str, bool, int or float. Raises SenmlError where a reader would refuse the pack.
    There is no base value: several readers forget it, and a sum of decimals is not exact.
    """
    records = list(records)
    _check(records)
    if not records:
        return []
    base_names = _base_names([record.name for record in records])
    base_time = _base_time([record.time for record in records])
    units = Counter(record.unit for record in records)
    # A unit cannot be taken back: a record without one forbids the base unit.
    base_unit = None if None in units else units.most_common(1)[0][0]

    packed: list[dict[str, Any]] = []
    base_name = ""
    for record, in_force in zip(records, base_names, strict=True):
        fields: dict[str, Any] = {}
        if in_force != base_name:
            fields["bn"] = base_name = in_force
        if not packed:
            fields["bt"] = _shortest(base_time)
            if base_unit is not None:
                fields["bu"] = base_unit
            if not units.keys().isdisjoint(SECONDARY):
                fields["bver"] = VERSION_SECONDARY_UNITS
        if record.name != in_force:
            fields["n"] = record.name[len(in_force) :]
        if record.unit != base_unit:
            fields["u"] = record.unit
        if record.time != base_time:
            fields["t"] = _shortest(_elapsed(base_time, record.time))
        if record.value is not None:
            fields["v"] = _shortest(record.value)
        elif record.string is not None:
            fields["vs"] = record.string
        elif record.boolean is not None:
            fields["vb"] = record.boolean
        elif record.data is not None:
            fields["vd"] = base64.urlsafe_b64encode(record.data).rstrip(b"=").decode()
        if record.sum is not None:
            fields["s"] = _shortest(record.sum)
        if record.update_time is not None:
            fields["ut"] = _shortest(record.update_time)
        packed.append(fields)
    return packed


def _check(records: Sequence[Record]) -> None:
    """Refuse a record that no pack may hold."""
    checked_names: set[str] = set()
    checked_units: set[str | None] = {None}
    position = 0
    field = ""
    try:
        for record in records:
            position += 1
            if record.name not in checked_names:
                field = "n"
                check_name(record.name)
                checked_names.add(record.name)
            if (unit := record.unit) is not None and unit not in checked_units:
                field = "u"
                checked_units.add(registered(unit))
            field = "t"
            if _number(record.time) < FIRST_ABSOLUTE_TIME:
                raise BrokenRule("the time is not absolute")
            values = 0
            if record.value is not None:
                field = "v"
                _number(record.value)
                values += 1
            if record.string is not None:
                field = "vs"
                _text(record.string)
                values += 1
            if record.boolean is not None:
                field = "vb"
                if not isinstance(record.boolean, bool):
                    raise BrokenRule("not a boolean")
                values += 1
            if record.data is not None:
                field = "vd"
                if not isinstance(record.data, bytes):
                    raise BrokenRule("not octets")
                values += 1
            if record.sum is not None:
                field = "s"
                _number(record.sum)
            if record.update_time is not None:
                field = "ut"
                _number(record.update_time)
            field = ""
            if values > 1:
                raise BrokenRule("the record has more than one value")
            if values == 0 and record.sum is None:
                raise BrokenRule("the record has neither value nor sum")
    except BrokenRule as rule:
        raise SenmlError(str(rule), position, field or None) from None


def _number(value: object) -> float:
    """Return the number, refused when it is none: a bool is not."""
    if type(value) is not float and type(value) is not int:
        raise BrokenRule("not a number")
    return finite(value)


def _text(value: object) -> None:
    """Refuse what is not text that UTF-8 can carry."""
    try:
        if not isinstance(value, str):
            raise BrokenRule("not text")
        value.encode()
    except UnicodeEncodeError:
        raise BrokenRule("half of a surrogate pair is not text") from None


def _base_names(names: list[str]) -> list[str]:
    """Return the base name in force at each record: of two ways, the shorter.

    Either what all names begin with, once, and the rest of each name as `n`;
    or the whole name each time it changes, which suits series that follow one another.
    """
    changes = [after for before, after in pairwise(names) if before != after]
    if not changes:
        return names
    prefix = commonprefix(names)
    once = len(prefix) + sum(
        len(' n=""') + len(name) - len(prefix) for name in names if name != prefix
    )
    each_change = len(names[0]) + sum(len(' bn=""') + len(name) for name in changes)
    return [prefix] * len(names) if once < each_change else names


def _base_time(times: list[float]) -> float:
    """Return the first time, in whole seconds when others are to be added to it.

    A whole base and a decimal offset add up to the double nearest to the time, a decimal
    base and a decimal offset may not.
    """
    first = times[0]
    return first if all(time == first for time in times) else math.floor(first)


def _elapsed(base: float, time: float) -> float:
    """Return what to add to the base to get the time: in milliseconds where they suffice."""
    elapsed = time - base
    milliseconds = round(elapsed, 3)
    return milliseconds if base + milliseconds == time else elapsed


def _shortest(number: float) -> float:
    """Return a whole number as an int, which is written without `.0`."""
    if type(number) is float and number.is_integer() and -_EXACT < number < _EXACT:
        return int(number)
    return number
