"""What a cell of a table says: a time, a number, a step.

Pure. What cannot be read is refused with ValueError, a time out of all bounds with OverflowError.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
import re
from typing import NamedTuple
import unicodedata

LONGEST = 100
"""Characters of a cell that are looked at: no time, number or heading is longer."""

EXCEL_ZERO = date(1899, 12, 30)
"""Day 0 of a date that a spreadsheet keeps as a number."""
EXCEL_DAYS = range(30_000, 80_000)

YEARS = range(1990, 2200)
"""Years of times that are computed with; which are taken is told elsewhere."""

MONTHS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin",
    "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
)  # fmt: skip

LONGEST_WHOLE = 16
"""Digits of a whole number that a double holds."""

SEPARATORS = ";\t,"
"""Between the cells of a table that is a text."""

EMPTY = {"na", "n/a", "-", "null", "unavailable", "unknown"}
"""What stands for no value, beside nothing."""

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_FRENCH = re.compile(r"(\d\d)[/.](\d\d)[/.](\d{4})(?: (\d\d:\d\d(?::\d\d)?))?", re.ASCII)
_EXCEL = re.compile(r"(\d{5})(?: 0)?(\.\d+(?:E-\d+)?)?", re.ASCII)
"""A day, and the part of it that has gone by, in one cell or in two."""
_UNIX = re.compile(r"\d{9,10}", re.ASCII)
_WEEK = re.compile(r"du (\d\d/\d\d/\d{4}) au (\d\d/\d\d/\d{4})", re.ASCII)
_MONTH = re.compile(r"([a-z]+ |\d\d/)(\d{4})", re.ASCII)
_STEP = re.compile(r"(?:PT)?(\d{1,7})(S|M|H)?|P(1)D", re.ASCII)


class Moment(NamedTuple):
    """A time as a table writes it."""

    time: datetime
    """Naive when the file names no offset."""
    is_day: bool
    """Whether it is a date, without a time of day."""
    end: datetime | None = None
    """The end, of a period that is told by both of its ends: a week, a month."""


def plain(text: str) -> str:
    """Return a text in lower case, without accents and double spaces."""
    text = text[:LONGEST].lower()
    if not text.isascii():
        spread = unicodedata.normalize("NFD", text)
        text = "".join(char for char in spread if not unicodedata.combining(char))
    return " ".join(text.split())


def separator_of(start: str) -> str:
    """Return what separates the cells of a table, by the text that it begins with."""
    return max(SEPARATORS, key=start.count)


def moment(text: str) -> Moment:
    """Return a time, a date, or a period such as `Du 02/02/2026 au 08/02/2026`, `Mars 2026`."""
    if len(text) > LONGEST:
        raise ValueError
    if text[4:5] == "-":
        read = Moment(datetime.fromisoformat(text), len(text) == len("2026-11-24"))
    elif match := _FRENCH.fullmatch(text):
        day = date(int(match[3]), int(match[2]), int(match[1]))
        read = Moment(of_day(day, match[4] or "00:00"), match[4] is None)
    elif (match := _EXCEL.fullmatch(text)) and int(match[1]) in EXCEL_DAYS:
        gone = timedelta(seconds=round(float(match[2] or 0) * 86_400))
        midnight = of_day(EXCEL_ZERO + timedelta(days=int(match[1])))
        read = Moment(midnight + gone, match[2] is None)
    elif _UNIX.fullmatch(text):
        read = Moment(datetime.fromtimestamp(int(text), UTC), False)
    elif text[:1].isalpha() or len(text) == len("01/2026"):
        read = _period(plain(text))
    else:
        read = Moment(datetime.fromisoformat(text), len(text) == len("2026-11-24"))
    if read.time.year not in YEARS:
        raise OverflowError
    return read


def of_day(day: date, clock: str = "00:00") -> datetime:
    """Return a local time of a day."""
    hour, minute = int(clock[:2]), int(clock[3:5])
    if hour > 24:
        raise ValueError
    time = datetime(day.year, day.month, day.day, hour % 24, minute)  # noqa: DTZ001 - local
    return time + timedelta(days=1) if hour == 24 else time


def number(text: str) -> float | None:
    """Return a number with a decimal comma or point and spaces between thousands; None: empty."""
    if len(text) < LONGEST_WHOLE and text.isascii() and text.isdecimal():
        return int(text)
    if len(text) > LONGEST:
        raise ValueError
    text = "".join(text.split())
    if not text or plain(text) in EMPTY:
        return None
    if "." not in text:
        text = text.replace(",", ".")
    if not _NUMBER.fullmatch(text):
        raise ValueError
    # Infinite when it is too large for a double: sieved with all that is too large.
    read = float(text)
    return int(read) if read.is_integer() else read


@lru_cache(maxsize=64)
def step(text: str) -> float | None:
    """Return the seconds of a step in minutes, or as `PT30M`; None: none is written."""
    match = _STEP.fullmatch(text)
    if match is None:
        return None
    if match[3]:
        return 86_400.0
    return int(match[1]) * {"H": 3600.0, "S": 1.0}.get(match[2], 60.0) or None


def _period(text: str) -> Moment:
    if match := _WEEK.fullmatch(text):
        first, last = (moment(day) for day in match.groups())
        return Moment(first.time, True, last.time + timedelta(days=1))
    match = _MONTH.fullmatch(text)
    if match is None:
        raise ValueError
    month = int(match[1][:2]) if match[1][0].isdigit() else MONTHS.index(match[1].strip()) + 1
    first_day = datetime(int(match[2]), month, 1)  # noqa: DTZ001 - local
    return Moment(first_day, True, (first_day + timedelta(days=31)).replace(day=1))
