"""What meters are asked to count: contracts, their periods, the days they call out.

Calendars are functions of the date alone, so that a simulated day is the same day again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zlib import crc32


@dataclass(frozen=True, slots=True)
class Period:
    """A tariff period, counted in a register of its own."""

    code: str
    """As PTEC or PTCOUR1 writes it; where historic mode hides the contract, as nobody does."""
    name: str
    """As LTARF writes it."""
    is_off_peak: bool = False
    """The dry contact, which starts water heaters, is then closed."""


@dataclass(frozen=True, slots=True)
class Contract:
    """The periods an energy is counted in, in the order of their registers."""

    key: str
    name: str
    """As NGTF writes it."""
    periods: tuple[Period, ...]
    in_force: Callable[[datetime], int]
    """The number of the period, from 0."""
    changes: tuple[str, ...] = ("0000",)
    """Times of day, HHMM, at which a period may begin."""
    optarif: str = ""
    labels: tuple[str, ...] = ()
    """Of the indexes in historic mode; none when that mode hides the contract."""

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(period.code for period in self.periods)

    def profile(self, day: date) -> str:
        """Return what PJOURF+1 says of a day: eleven blocks HHMMSSSS, the free ones unused."""
        blocks = []
        for time in self.changes:
            at = datetime.combine(day, datetime.strptime(time, "%H%M").time())  # noqa: DTZ007
            number = self.in_force(at)
            # Bits 14 and 15 command the dry contact: 10 open, 11 closed, 01 by Tempo's rules.
            closed = 0xC000 if self.periods[number].is_off_peak else 0x8000
            contact = 0x4000 if self.key == "tempo" else closed
            blocks.append(f"{time}{contact | number + 1:04X}")
        return " ".join(blocks + ["NONUTILE"] * (11 - len(blocks)))


def _is_night(at: datetime, begin: str, end: str) -> bool:
    return not end <= f"{at:%H:%M}" < begin


def tempo_colour(at: datetime) -> str:
    """Return B(lue), W(hite) or R(ed): a Tempo day lasts from 6 to 6; no white or red in summer."""
    day = (at - timedelta(hours=6)).date()
    if 4 <= day.month <= 10:
        return "B"
    return "BBBWWR"[crc32(day.isoformat().encode()) % 6]


def is_ejp_day(day: date) -> bool:
    """Return whether EJP's mobile peak falls on this day: 22 a winter, here one day in seven."""
    return not 4 <= day.month <= 10 and crc32(day.isoformat().encode()) % 7 == 0


def ejp_peak(day: date) -> tuple[datetime, datetime]:
    """Return when the mobile peak of such a day begins and ends: 7 o'clock to 1, legal time."""
    return (
        datetime(day.year, day.month, day.day, 7),  # noqa: DTZ001
        datetime(day.year, day.month, day.day, 1) + timedelta(days=1),  # noqa: DTZ001
    )


def _tempo(at: datetime) -> int:
    return 2 * "BWR".index(tempo_colour(at)) + (not _is_night(at, "22:00", "06:00"))


def _ejp(at: datetime) -> int:
    shifted = at - timedelta(hours=1)
    return int(is_ejp_day(shifted.date()) and shifted.hour >= 6)


def _weekend(at: datetime) -> int:
    if at.weekday() >= 5:
        return 2
    return int(not _is_night(at, "22:30", "06:30"))


def _school(at: datetime) -> int:
    return 2 * (4 <= at.month <= 10) + _is_night(at, "22:00", "06:00")


BASE = Contract(
    "base",
    "      BASE      ",
    (Period("TH..", "      BASE      "),),
    lambda at: 0,
    optarif="BASE",
    labels=("BASE",),
)
OFF_PEAK = Contract(
    "hc",
    "H PLEINE/CREUSE ",
    (Period("HC..", "HEURE CREUSE    ", is_off_peak=True), Period("HP..", "HEURE PLEINE    ")),
    lambda at: int(not _is_night(at, "22:30", "06:30")),
    changes=("0000", "0630", "2230"),
    optarif="HC..",
    labels=("HCHC", "HCHP"),
)
TEMPO = Contract(
    "tempo",
    "     TEMPO      ",
    tuple(
        Period(f"{code}J{colour}", f"{f'{code} {name}':^16}", is_off_peak=code == "HC")
        for colour, name in (("B", "BLEU"), ("W", "BLANC"), ("R", "ROUGE"))
        for code in ("HC", "HP")
    ),
    _tempo,
    changes=("0000", "0600", "2200"),
    optarif="BBR(",
    labels=tuple(f"BBR{code}J{colour}" for colour in "BWR" for code in ("HC", "HP")),
)
EJP = Contract(
    "ejp",
    "      EJP       ",
    (Period("HN..", "HEURE NORMALE   "), Period("PM..", "POINTE MOBILE   ")),
    _ejp,
    changes=("0000", "0100", "0700"),
    optarif="EJP.",
    labels=("EJPHN", "EJPHPM"),
)
WEEKEND = Contract(
    "weekend",
    "HC ET WEEK-END  ",
    (
        Period("HC", "HEURE CREUSE    ", is_off_peak=True),
        Period("HP", "HEURE PLEINE    "),
        Period("WE", "WEEK-END        ", is_off_peak=True),
    ),
    _weekend,
    changes=("0000", "0630", "2230"),
)
"""A contract of today that historic mode cannot tell: it says BASE, and gives the total."""

SCHOOL = Contract(
    "school",
    "BT 4 SUP36",
    tuple(Period(code, "") for code in ("HPH", "HCH", "HPE", "HCE")),
    _school,
)
