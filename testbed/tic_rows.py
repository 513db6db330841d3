"""How groups are written, and the rows a frame is made of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from testbed.household import local
from testbed.registers import REACTIVE_SHARE, WATT_HOUR, Registers

type Text = Callable[[Registers], str]


@dataclass(frozen=True, slots=True)
class Row:
    """A group of a frame."""

    label: str
    value: Callable[[Registers], str | None]
    """None: the meter leaves the group out for now."""
    horodate: Text | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """How a kind of meter speaks, and what it says."""

    baud: int
    encode: Callable[[str, str, str | None], bytes]
    rows: tuple[Row, ...]
    short_rows: tuple[Row, ...] = ()
    """Of the frames that a three-phase meter sends in overload, twenty for one whole."""


def encode_historic(label: str, value: str, horodate: str | None = None) -> bytes:
    """Return the bytes of a group: its checksum leaves out the space before it."""
    covered = f"{label} {value}".encode("ascii")
    return b"\n%b %c\r" % (covered, (sum(covered) & 0x3F) + 0x20)


def encode_standard(label: str, value: str, horodate: str | None = None) -> bytes:
    """Return the bytes of a group: its checksum covers the tab before it."""
    fields = [label, value] if horodate is None else [label, horodate, value]
    covered = "".join(f"{text}\t" for text in fields).encode("ascii")
    return b"\n%b%c\r" % (covered, (sum(covered) & 0x3F) + 0x20)


def horodate(at: int, *, degraded: bool = False) -> str:
    """Return season and legal time, SAAMMJJhhmmss; a small letter when the clock is degraded."""
    day = local(at)
    season = "E" if day.dst() else "H"
    return f"{season.lower() if degraded else season}{day:%y%m%d%H%M%S}"


def fixed(label: str, value: str) -> Row:
    """Say the same for ever."""
    return Row(label, lambda r: value)


def never(label: str) -> Row:
    """Leave the group out, unless a test overrides it."""
    return Row(label, lambda r: None)


def dated(label: str, of: Callable[[Registers], tuple[int, int] | None], form: str) -> Row:
    """Say a value with its date, of (value, date); nothing while there is none."""

    def value(r: Registers) -> str | None:
        return format(point[0], form) if (point := of(r)) else None

    def date(r: Registers) -> str:
        point = of(r)
        assert point is not None  # the group is left out otherwise
        return horodate(point[1], degraded=r.is_clock_degraded)

    return Row(label, value, date)


def varh(energy: int) -> int:
    """Return the reactive energy, varh, that goes with an active one, W·µs."""
    return int(energy // WATT_HOUR * REACTIVE_SHARE)


def each(phases: int, row: Callable[[int], Row]) -> Iterator[Row]:
    """Yield the row of each phase."""
    yield from map(row, range(1, phases + 1))
