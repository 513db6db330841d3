"""States and readings: what is said of an entity's states, and how what was said is shown.

Both ways stand together, since a series must come back as it was: `publish` goes one way, `follow`
the other.

A number goes in the nearest unit of SenML, with Home Assistant's own beside it in the description,
so that it comes back as it was. What SenML has no unit for goes as text, with its unit beside it
too. The states of a binary sensor are booleans.
"""

from dataclasses import dataclass
from hashlib import sha256
import math
from typing import Any

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.components.sensor.const import (
    DEVICE_CLASS_STATE_CLASSES,
    DEVICE_CLASS_UNITS,
    NON_NUMERIC_DEVICE_CLASSES,
    UNIT_CONVERTERS,
    SensorDeviceClass,
    SensorStateClass,
)
from homeassistant.const import (
    ATTR_DEVICE_CLASS,
    ATTR_UNIT_OF_MEASUREMENT,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
    Platform,
)
from homeassistant.core import State
from homeassistant.exceptions import HomeAssistantError

from ..const import FRIENDS
from ..history.summary import Summary
from ..history.units import DIMENSIONLESS, Wire, home_assistant_unit, wire_of
from ..protocol.collecting.board import board_from_text
from ..protocol.errors import PayloadRefused
from ..protocol.limits import can_be, cleaned
from ..protocol.model import BareJid, Description, Granularity, PublicationId, Reading
from ..protocol.quantities import (
    BOARD,
    BOOLEAN,
    DEVICE_CLASSES,
    ELECTRICAL,
    INDEX,
    is_board,
    is_boolean,
    is_cumulative,
    quantity_of,
)

ATTR_BOARD = BOARD
"""The attribute of a state that has the board of a collection, as it goes."""

CUMULATIVE = (SensorStateClass.TOTAL, SensorStateClass.TOTAL_INCREASING)


def statistic_of(publisher: BareJid, publication: PublicationId) -> str:
    """Return the long-term statistic of a publication of somebody: two may give theirs one id."""
    digest = sha256(f"{publisher} {publication}".encode()).hexdigest()
    return f"{FRIENDS}{digest[:32]}"


def unique_id_of(owner: str, publication: PublicationId, key: str) -> str:
    """Return the unique id of an entity that shows a series.

    What owns it is a friend's subentry, or a member of a collection.
    """
    return f"{owner}_{publication}_{key}"


def series_of(unique_id: str) -> tuple[str, PublicationId] | None:
    """Return the owner of a series and the publication that a unique id is made of, if it is."""
    owner, _, rest = unique_id.partition("_")
    publication, mark, _key = rest.partition("_")
    return (owner, PublicationId(publication)) if mark else None


def board_id(collection: str, key: str) -> str:
    """Return the unique id of the entity that bears a board of a collection."""
    return f"{collection}_{key}"


@dataclass(frozen=True, slots=True)
class SeriesForm:
    """How a publication tells its entity: fixed when it is made."""

    unit: str | None
    """The SenML unit on the wire; none for text and booleans."""
    measurement: dict[str, str]
    """Attributes of Quoalise's `<measurement>`, but for the direction."""
    kind: str
    """The quantity's kind, for the name of the series."""


BOARDS = SeriesForm(None, {"name": BOARD, "quantity": BOARD}, "raw")
"""How the boards of a collection are told."""


def told_of(state: State) -> SeriesForm:
    """Return how to tell an entity from what it shows now."""
    if ATTR_BOARD in state.attributes:
        return BOARDS
    device_class = state.attributes.get(ATTR_DEVICE_CLASS)
    if state.domain == Platform.BINARY_SENSOR:
        name = (device_class or "state").replace("_", "-")
        return SeriesForm(None, {"name": name, "quantity": name, "type": BOOLEAN}, "raw")
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    state_class = state.attributes.get("state_class")
    quantity = quantity_of(device_class, is_cumulative=state_class in CUMULATIVE)
    measurement = {"name": quantity.name, "quantity": quantity.quantity}
    if device_class in ELECTRICAL:
        measurement["type"] = "electrical"
    if unit is not None:
        measurement["unit"] = unit
    wire = wire_of(unit, device_class)
    if wire is None and unit is None and _is_number(state):
        wire = Wire(DIMENSIONLESS)
    return SeriesForm(None if wire is None else wire.unit, measurement, quantity.kind)


def in_periods(
    told: SeriesForm, state: State, content: Summary, granularity: Granularity
) -> SeriesForm:
    """Return how to tell an entity by periods: means, or of an index what `content` says."""
    measurement = dict(told.measurement)
    kind = told.kind
    summary = content if is_cumulative(measurement) else Summary.MEAN
    if summary is Summary.SUM:
        # What was counted in a period is no index.
        quantity = quantity_of(state.attributes.get(ATTR_DEVICE_CLASS), is_cumulative=False)
        measurement["name"], kind = quantity.name, quantity.kind
    measurement |= {"aggregation": summary, "sampling-interval": granularity}
    return SeriesForm(told.unit, measurement, kind)


def reading_of(state: State, description: Description) -> Reading | None:
    """Return a state as it goes on the wire; None when it says nothing.

    Raises ValueError when the state is not what the description promises.
    """
    if state.state in (STATE_UNKNOWN, STATE_UNAVAILABLE):
        return None
    time = round(state.last_changed_timestamp, 3)
    measurement = description.measurement
    if is_boolean(measurement):
        if state.state not in (STATE_ON, STATE_OFF):
            raise ValueError("neither on nor off")
        return Reading(time, state.state == STATE_ON)
    if is_board(measurement):
        return _board_of(state)
    if description.unit is None:
        return Reading(time, cleaned(state.state))
    value = _finite(float(state.state))
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    if unit != measurement.get("unit"):
        # The user shows the entity in another unit now; the publication keeps its own.
        try:
            converter = UNIT_CONVERTERS[device_class_of(measurement)]
            value = _finite(converter.convert(value, unit, measurement.get("unit")))
        except KeyError, HomeAssistantError:
            raise ValueError("a unit that cannot be converted") from None
    return Reading(time, _short(_wire(description).write(value)))


def _board_of(state: State) -> Reading | None:
    """Return the board that a state bears, at the time at which it was made."""
    if (text := state.attributes.get(ATTR_BOARD)) is None:
        return None
    try:
        return Reading(board_from_text(text).at, text)
    except PayloadRefused as error:
        raise ValueError("no board") from error


@dataclass(frozen=True, slots=True)
class Shown:
    """How a friend's series is shown."""

    unit: str | None
    device_class: SensorDeviceClass | None
    is_number: bool
    _wire: Wire

    def value(self, reading: Reading) -> Any:
        """Return what a sensor shows for a reading; None when it is not what was promised."""
        if not self.is_number or isinstance(reading.value, bool):
            return reading.value
        try:
            value = self._wire.read(float(reading.value))
        except ValueError:
            return None
        return _short(value) if can_be(value) else None


def shown_of(description: Description) -> Shown:
    """Return how to show a series: in the friend's own unit, when it is of what came."""
    measurement = description.measurement
    own = measurement.get("unit")
    if description.unit is None:
        device_class = device_class_of(measurement)
        return Shown(own, device_class if own is not None else None, own is not None, Wire(""))
    wire = _wire(description)
    if not _is_own(wire, description):
        # Whatever unit the friend says it was measured in, this is the one that came.
        own = home_assistant_unit(description.unit)
    device_class = device_class_of({**measurement, "unit": own} if own else _unitless(measurement))
    return Shown(own, device_class, True, wire)


def device_class_of(measurement: dict[str, str]) -> SensorDeviceClass | None:
    """Return the device class of a described measurement, if its unit fits."""
    name = measurement.get("name", "").removesuffix("-" + INDEX)
    found = DEVICE_CLASSES.get(name, name.replace("-", "_"))
    try:
        device_class = SensorDeviceClass(found or "")
    except ValueError:
        return None
    if device_class is SensorDeviceClass.MONETARY:
        # Of any currency.
        return device_class if "unit" in measurement else None
    fits = measurement.get("unit") in DEVICE_CLASS_UNITS.get(device_class, ())
    return device_class if fits else None


def state_class_of(
    device_class: SensorDeviceClass | None, *, is_cumulative: bool
) -> SensorStateClass | None:
    """Return the state class of a friend's numbers, if they have one.

    A cumulative series has none: its long-term statistic is the imported history, so that pickers
    show each series once.
    """
    if is_cumulative:
        return None
    if device_class is None:
        return SensorStateClass.MEASUREMENT
    allowed = DEVICE_CLASS_STATE_CLASSES.get(device_class, ())
    return SensorStateClass.MEASUREMENT if SensorStateClass.MEASUREMENT in allowed else None


def binary_device_class_of(measurement: dict[str, str]) -> BinarySensorDeviceClass | None:
    """Return the device class of a described binary sensor, if it has one."""
    try:
        return BinarySensorDeviceClass(measurement.get("name", "").replace("-", "_"))
    except ValueError:
        return None


def _wire(description: Description) -> Wire:
    """Return the way between the wire and the friend's own unit; else the wire as it is."""
    measurement = description.measurement
    wire = wire_of(measurement.get("unit"), device_class_of(measurement))
    if wire is not None and wire.unit == description.unit:
        return wire
    return Wire(description.unit or "")


def _is_own(wire: Wire, description: Description) -> bool:
    own = description.measurement.get("unit")
    if own is None:
        return home_assistant_unit(description.unit) is None
    return wire_of(own, device_class_of(description.measurement)) == wire


def _unitless(measurement: dict[str, str]) -> dict[str, str]:
    return {key: text for key, text in measurement.items() if key != "unit"}


def _is_number(state: State) -> bool:
    """Return whether an entity without unit shows numbers."""
    if state.attributes.get(ATTR_DEVICE_CLASS) in NON_NUMERIC_DEVICE_CLASSES:
        return False
    if state.attributes.get("state_class") is not None:
        return True
    try:
        return math.isfinite(float(state.state))
    except ValueError:
        return False


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    return value


def _short(value: float) -> float:
    """Return a whole number as one: it is shown and written without `.0`."""
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else value
