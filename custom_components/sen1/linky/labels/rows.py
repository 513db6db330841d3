"""How a row of the tables is written: a label, how it is read, when its meter has it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from homeassistant.components.binary_sensor import BinarySensorEntityDescription
from homeassistant.components.event import EventEntityDescription
from homeassistant.components.sensor import SensorEntityDescription
from homeassistant.const import EntityCategory

from ..line.tic import Frame, Group
from .pacing import Pace
from .status import Bits
from .values import NOTHING, LabelValue, Parser, hexadecimal, time_of

type Reader = Callable[[Group, Mapping[str, LabelValue]], LabelValue | None]
"""Turns a group, and the values that came before it, into a value; None if it has not the form."""

type Condition = Callable[[Frame], bool]

type Happening = tuple[str, dict[str, Any]] | None
"""The type of an event and its attributes."""


def written(parse: Parser) -> Reader:
    """Read what the group writes."""
    return lambda group, values: parse(group.value)


def horodate(group: Group, values: Mapping[str, LabelValue]) -> LabelValue | None:
    """Read the time the group bears."""
    return time_of(group.horodate)


def present(parse: Parser) -> Reader:
    """Read that the label is there, in its form."""
    return lambda group, values: None if parse(group.value) is None else True


def register(count: int, bits: Bits, meaning: Callable[[int], LabelValue | None]) -> Reader:
    """Read some bits of a register of `count` hexadecimal digits."""
    parse = hexadecimal(count)

    def read(group: Group, values: Mapping[str, LabelValue]) -> LabelValue | None:
        whole = parse(group.value)
        return None if whole is None else meaning(bits.of(whole))

    return read


def of_stge(bits: Bits, meaning: Callable[[int], LabelValue | None]) -> Reader:
    """Read some bits of the status register STGE."""
    return register(8, bits, meaning)


def state_of(states: Sequence[LabelValue]) -> Callable[[int], LabelValue]:
    """Return what gives a number's state; a number Enedis has reserved has none."""
    return lambda number: states[number] if number < len(states) else NOTHING


@dataclass(frozen=True, kw_only=True)
class Row:
    """What labels become."""

    key: str
    """Ends in the unique id, and lives for ever."""
    labels: tuple[str, ...]
    """Those of its groups, as `spelling` writes them."""
    read: Reader
    pace: Pace = Pace.CHANGE
    fastest: float | None = None
    """Of an index: units a second that it cannot outrun."""
    has: Condition | None = None
    """Does this meter use it? By default, if its frame has a label in its form."""
    absent: LabelValue | None = None
    """What it means that the labels are absent; None: the value is not known then."""
    period: str | None = None
    """Of a PME-PMI, which sends one index: the period in which it is this one, kept in others."""

    @property
    def lasts(self) -> bool:
        """Return whether the entity stays, once made, while the meter does not send its label."""
        return self.absent is not None or self.period is not None

    def exists(self, frame: Frame) -> bool:
        """Return whether a meter that sends this frame has this value."""
        if self.has is not None:
            return self.has(frame)
        groups = [frame.groups[label] for label in self.labels if label in frame.groups]
        return any(self.read(group, {}) is not None for group in groups)


@dataclass(frozen=True, kw_only=True)
class SensorRow(SensorEntityDescription, Row):
    """A row that becomes a sensor."""

    computed_from: tuple[str, ...] = ()
    """Keys that it follows from, if no label tells it."""


@dataclass(frozen=True, kw_only=True)
class BinarySensorRow(BinarySensorEntityDescription, Row):
    """A row that becomes a binary sensor."""


@dataclass(frozen=True, kw_only=True)
class EventRow(EventEntityDescription):
    """A row that becomes an event entity."""

    of: tuple[str, ...]
    """Keys whose changes it tells."""
    happened: Callable[[str, LabelValue, LabelValue], Happening]
    """Turns a key, its value before and its value now, which differ, into an event."""
    exists: Callable[[Frame], bool]
    """Does a meter that sends this frame tell of such?"""
    is_news_at_start: bool = False
    """Is a value found at the start an event, unless it was the last one?"""
    lasts: bool = True


type EntityRow = SensorRow | BinarySensorRow | EventRow


DETAIL: Mapping[str, Any] = {"enabled": False, "entity_category": EntityCategory.DIAGNOSTIC}
"""Of what the meter tells of itself and hardly a household looks at."""


def described[R: Row](
    row: Callable[..., R],
    label: str,
    name: str,
    read: Reader,
    *,
    key: str | None = None,
    labels: tuple[str, ...] = (),
    enabled: bool = True,
    **rest: Any,
) -> R:
    """Make a row of one label, which is its key if it has no other; or of several labels."""
    return row(
        key=key or label,
        labels=labels or (label,),
        translation_key=name,
        read=read,
        entity_registry_enabled_default=enabled,
        **rest,
    )


def numbered(numbers: str, name: str = "number") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each number with what completes the name of its row."""
    for number in numbers:
        yield number, {"translation_placeholders": {name: number}}


def phases(numbers: str = "123") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each phase with what completes the name of its row."""
    return numbered(numbers, "phase")
