"""Resolve records: apply base fields, make times absolute (RFC 8428, sections 4.3 to 4.6)."""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from heapq import merge
from operator import attrgetter
import re
import time as clock
from typing import Any, NamedTuple

from .records import (
    FIRST_ABSOLUTE_TIME,
    VERSION,
    VERSION_SECONDARY_UNITS,
    BrokenRule,
    Record,
    SenmlError,
    check_name,
    finite,
    registered,
)

SLICE = 20_000
"""Records that are sorted at once."""

_REGULAR_FIELDS = frozenset({"n", "u", "v", "vs", "vb", "vd", "s", "t", "ut"})
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")


class Notation(NamedTuple):
    """How a representation writes what a field may hold; each refuses with `BrokenRule`."""

    number: Callable[[Any], float]
    boolean: Callable[[Any], bool]
    text: Callable[[Any], str]


def resolve(
    packed: Iterable[Mapping[str, Any]], notation: Notation, now: float | None
) -> list[Record]:
    """Return the records of a pack in time order; of two with one name, unit and time, the last.

    Relative times count from `now`, a Unix time in seconds (the clock's when None).
    Raises SenmlError; nothing of a pack is read when a part of it is wrong.
    """
    number, boolean, text = notation
    now = clock.time() if now is None else now
    base_name = ""
    base_time = 0.0
    base_unit = base_value = base_sum = None
    version: float = VERSION
    checked_names: set[str] = set()
    found: dict[tuple[str, str | None, float], Record] = {}
    position = 0
    field = ""
    try:
        for position, fields in enumerate(packed, 1):
            name = ""
            at: float = 0
            unit = value = string = truth = octets = total = update_time = None
            for field, raw in fields.items():
                match field:
                    case "t":
                        at = number(raw)
                    case "v":
                        value = number(raw)
                    case "n":
                        name = text(raw)
                    case "u":
                        # At any version: deployed Quoalise nodes write Wh in packs of version 10.
                        unit = registered(text(raw))
                    case "vs":
                        string = text(raw)
                    case "vb":
                        truth = boolean(raw)
                    case "vd":
                        octets = _base64url(text(raw))
                    case "s":
                        total = number(raw)
                    case "ut":
                        update_time = number(raw)
                    case "bn":
                        base_name = text(raw)
                    case "bt":
                        base_time = float(number(raw))
                    case "bu":
                        base_unit = registered(text(raw))
                    case "bv":
                        base_value = number(raw)
                    case "bs":
                        base_sum = number(raw)
                    case "bver":
                        announced = _known(number(raw))
                        if position > 1 and announced != version:
                            raise BrokenRule("all records of a pack have the same version")
                        version = announced
                    case _ if field.endswith("_"):
                        raise BrokenRule("a field that must be understood is unknown")
            field = ""

            values = (
                (value is not None)
                + (string is not None)
                + (truth is not None)
                + (octets is not None)
            )
            if values > 1:
                raise BrokenRule("the record has more than one value")
            if values == 0 and fields and _REGULAR_FIELDS.isdisjoint(fields):
                continue  # base fields alone hold for what follows (RFC 8428, section 5.1.7)
            if base_sum is not None:
                total = finite(base_sum + (total or 0))
            if values == 0:
                value = base_value
                if value is None and total is None:
                    raise BrokenRule("the record has neither value nor sum")
            elif value is not None and base_value is not None:
                value = finite(base_value + value)

            name = base_name + name
            if name not in checked_names:
                check_name(name)
                checked_names.add(name)
            at = finite(base_time + at)
            if at < FIRST_ABSOLUTE_TIME:
                at += now
            if unit is None:
                unit = base_unit
            # The unit too: RFC 8428 itself gives one name a humidity and a position (5.1.3).
            found[name, unit, at] = Record(
                name, unit, value, string, truth, octets, total, time=at, update_time=update_time
            )
    except BrokenRule as rule:
        raise SenmlError(str(rule), position, field or None) from None
    records = list(found.values())
    # Freed here and not together with the pack: to free both in one go holds all else up.
    found.clear()
    return _in_time(records)


def _in_time(records: list[Record]) -> list[Record]:
    """Return records in time order; a slice at a time, since sorting stops all else that runs."""
    time = attrgetter("time")
    begins = range(0, len(records), SLICE)
    slices = [sorted(records[begin : begin + SLICE], key=time) for begin in begins]
    return slices[0] if len(slices) == 1 else list(merge(*slices, key=time))


def _known(version: float) -> float:
    """Return the version, refused unless all it stands for is known (RFC 8428, 4.4; RFC 9100)."""
    if version != VERSION_SECONDARY_UNITS and version not in range(1, VERSION + 1):
        raise BrokenRule("the version is unknown")
    return version


def _base64url(text: str) -> bytes:
    """Return the octets of a `vd`: base64url, padding left out (RFC 8428, section 5)."""
    if not _BASE64URL.fullmatch(text):
        raise BrokenRule("not base64url without padding")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise BrokenRule("not base64url without padding") from None
