"""A resolved record, and what every record must satisfy, read or written."""

from dataclasses import KW_ONLY, dataclass
import re
import sys

from .units import PRIMARY, SECONDARY

VERSION = 10
"""The version of RFC 8428, in force where none is written."""

VERSION_SECONDARY_UNITS = VERSION | 1 << 4
"""The version of a pack with secondary units: feature 4 of RFC 9100 beside those of version 10."""

FIRST_ABSOLUTE_TIME = 2**28
"""Times below are seconds relative to now, the others Unix times (RFC 8428, section 4.5.3)."""

MAX_LENGTH = 8 * 2**20
"""The longest document read, in characters: some 15 years of half-hours. Decoding holds it
in memory several times over, so a longer history goes into several documents."""

NOT_FINITE = "not a finite number"

_EXACT = 2**53
"""Every whole number below it is a double."""
_LARGEST = sys.float_info.max
_UNITS = PRIMARY | SECONDARY.keys()
# RFC 8428, section 4.5.1
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-:./_]*")


@dataclass(frozen=True, slots=True)
class Record:
    """One measurement, with no base field and an absolute time (RFC 8428, section 4.6).

    Exactly one of `value`, `string`, `boolean`, `data` is set, or none beside a `sum`.
    """

    name: str
    unit: str | None = None
    """A unit of `units.PRIMARY` or `units.SECONDARY`; None leaves it to the application."""
    value: float | None = None
    string: str | None = None
    boolean: bool | None = None
    data: bytes | None = None
    sum: float | None = None
    """Integral of the value over time, in `unit` seconds."""
    _: KW_ONLY
    time: float
    """Unix time, in seconds."""
    update_time: float | None = None
    """The longest time before the next record of this name, in seconds."""


class SenmlError(ValueError):
    """A rule of RFC 8428 is broken. The message never quotes the pack: it may go to logs."""

    def __init__(self, rule: str, record: int | None = None, field: str | None = None) -> None:
        self.rule = rule
        self.record = record
        """Number of the record in the pack, from 1; None when the pack as a whole is wrong."""
        self.field = field
        """The SenML field (`v`, `bt`…); None when the record as a whole is wrong."""
        place = "pack" if record is None else f"record {record}"
        super().__init__(f"{place}: {rule}" if field is None else f"{place}, {field}: {rule}")


class BrokenRule(Exception):
    """A rule is broken, at a place that who catches this knows."""


def check_name(name: str) -> None:
    """Refuse a name RFC 8428 forbids (section 4.5.1)."""
    if not _NAME.fullmatch(name):
        raise BrokenRule("a name begins with a letter or digit, then has letters, digits, -:./_")


def registered(unit: str) -> str:
    """Return the unit, refused when it stands in neither registry."""
    if unit not in _UNITS:
        raise BrokenRule("the unit is in neither registry (RFC 8428 and RFC 8798)")
    return unit


def finite(number: object) -> float:
    """Return the int or float, refused when no finite double holds it; a bool is no number."""
    if (type(number) is float or type(number) is int) and -_LARGEST <= number <= _LARGEST:
        return number
    raise BrokenRule(NOT_FINITE)


def shortest(number: object) -> float:
    """Return the number, as an int when it is whole: it is then written without `.0`."""
    if type(number) is float and number.is_integer() and -_EXACT < number < _EXACT:
        return int(number)
    return finite(number)


def utf8(text: object) -> str:
    """Return the text, refused when UTF-8 cannot carry it."""
    if not isinstance(text, str):
        raise BrokenRule("not text")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BrokenRule("half of a surrogate pair is not text") from None
    return text
