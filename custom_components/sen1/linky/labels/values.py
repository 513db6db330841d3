"""What a meter writes, turned into values. Pure.

A parser takes what stands in a group and returns the value; None if it has not the form of one;
NOTHING if the meter says that there is none.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
import re
from typing import Final

from .profiles import DayProfile


class Nothing(Enum):
    """The absence of a value, as a fact that the meter tells."""

    NOTHING = "nothing"


NOTHING: Final = Nothing.NOTHING

type LabelValue = int | float | str | datetime | DayProfile | Nothing
"""A datetime is legal time at the meter's place, without a zone."""

type Parser = Callable[[str], LabelValue | None]


def digits(count: int) -> Parser:
    """Parse a number written in exactly `count` digits."""
    form = re.compile(rf"[0-9]{{{count}}}")
    return lambda written: int(written) if form.fullmatch(written) else None


def with_unit(unit: str) -> Parser:
    """Parse a whole number followed by its unit, as PME-PMI meters write.

    A T before the unit says that the mean is of a period cut short: it is a mean still.
    """
    form = re.compile(rf"([0-9]{{1,9}})T?{unit}")
    return lambda written: int(m[1]) if (m := form.fullmatch(written)) else None


def decimal(written: str) -> float | None:
    """Return a number with a decimal comma, as PME-PMI meters write tan φ."""
    if re.fullmatch(r"[+-]?[0-9]{1,3},[0-9]{1,3}", written) is None:
        return None
    return float(written.replace(",", "."))


def text(written: str) -> str | None:
    """Return what is written without its padding, if anything."""
    return " ".join(written.split()) or None


def one_of(table: Mapping[str, LabelValue]) -> Parser:
    """Parse one of some words; another one tells nothing that is known here."""
    return lambda written: table.get(written.strip(), NOTHING)


def hexadecimal(count: int) -> Callable[[str], int | None]:
    """Parse a register of `count` hexadecimal digits."""
    form = re.compile(rf"[0-9A-F]{{{count}}}")
    return lambda written: int(written, 16) if form.fullmatch(written) else None


def message(written: str) -> LabelValue:
    """Return the message on the meter; Enedis's default is that there is none."""
    told = " ".join(written.split())
    return NOTHING if told in ("", "PAS DE MESSAGE") else told


def time_of(horodate: str | None) -> datetime | Nothing | None:
    """Return the legal time of a horodate SAAMMJJhhmmss (54E, section 6.2.1.1), without a zone.

    The season tells the two passes of the hour that autumn repeats. A lower-case season says that
    the meter has lost its clock: no time then.
    """
    if horodate is None:
        return None
    season, numbers = horodate[0], [int(horodate[n : n + 2]) for n in range(1, 13, 2)]
    if season in "eh":
        return NOTHING
    return _legal_time(*numbers, fold=season == "H")


def pme_pmi_time(written: str) -> datetime | Nothing | None:
    """Return the legal time that a PME-PMI writes as JJ/MM/AA HH:MM:SS, without a zone."""
    form = r"([0-9]{2})/([0-9]{2})/([0-9]{2}) ([0-9]{2}):([0-9]{2}):([0-9]{2})"
    if (match := re.fullmatch(form, written)) is None:
        return None
    day, month, year, hour, minute, second = map(int, match.groups())
    return _legal_time(year, month, day, hour, minute, second)


def _legal_time(
    year: int, month: int, day: int, hour: int, minute: int, second: int, *, fold: bool = False
) -> datetime | Nothing:
    try:
        return datetime(2000 + year, month, day, hour, minute, second, fold=fold)  # noqa: DTZ001
    except ValueError:
        # All zeros, from a meter that has not counted one yet.
        return NOTHING
