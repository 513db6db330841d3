"""Home Assistant's units and SenML's: to the wire and back (RFC 8428, section 12.1; RFC 8798).

Of the same size where SenML has it, else converted to the nearest that it has. A unit without any
counterpart goes as text: a number nobody can read would be a number without meaning.
"""

from collections.abc import Iterator
from dataclasses import dataclass
import math

from homeassistant.components.recorder.statistics import STATISTIC_UNIT_TO_UNIT_CONVERTER
from homeassistant.components.sensor.const import SensorDeviceClass
from homeassistant.const import DEGREE, PERCENTAGE, UnitOfConductivity, UnitOfIrradiance
from homeassistant.util.unit_conversion import BaseUnitConverter

DIMENSIONLESS = "/"
"""SenML's unit of a number without one."""

DIGITS = 12
"""Significant digits that survive a conversion to the wire and back."""

WRITTEN_DIGITS = 15
"""Significant digits on the wire: all that a double holds for sure."""

OFFSET_DECIMALS = 9
"""Decimals that survive where zero is moved: those after them are of the larger number."""


@dataclass(frozen=True, slots=True)
class Wire:
    """How a unit goes on the wire: `value on the wire = value * scale + offset` in `unit`."""

    unit: str
    scale: float = 1
    offset: float = 0

    def write(self, value: float) -> float:
        """Return a value as it goes on the wire."""
        if self.is_same:
            return value
        return shortened(value * self.scale + self.offset, WRITTEN_DIGITS)

    def read(self, value: float) -> float:
        """Return the value that `write` was given."""
        if self.is_same:
            return value
        own = (value - self.offset) / self.scale
        return shortened(round(own, OFFSET_DECIMALS) if self.offset else own)

    @property
    def is_same(self) -> bool:
        """Whether the unit on the wire is of the same size."""
        return (self.scale, self.offset) == (1, 0)


def shortened(value: float, digits: int = DIGITS) -> float:
    """Return a value without the digits that a conversion cannot know; whole ones as int."""
    if not value or not math.isfinite(value):
        return value
    short = round(value, digits - 1 - math.floor(math.log10(abs(value))))
    return int(short) if float(short).is_integer() and abs(short) < 2**53 else short


WRITTEN_ALIKE = (
    "A mA V mV W kW VA kVA var kvar Wh kWh J varh kvarh Wh/km Hz MHz",
    "mm cm m km m/s km/h mm/h ms s min h g kg Pa hPa K lx dB dBm ppm",
    "bit B GB KiB bit/s Mbit/s B/s MB/s",
)
"""Units that both write with the same signs."""

SAME_SIZE: dict[str, str] = {unit: unit for units in WRITTEN_ALIKE for unit in units.split()} | {
    PERCENTAGE: "/100",
    DEGREE: "deg",
    "°C": "Cel",
    "rpm": "1/min",
    "m²": "m2",
    "m³": "m3",
    "L": "l",
    "m³/s": "m3/s",
    "L/s": "l/s",
    "W/m²": "W/m2",
    "μg/m³": "ug/m3",
}
"""Home Assistant's unit → SenML's of the same size."""

TARGETS: tuple[tuple[str, ...], ...] = (
    *((unit,) for unit in ("A", "V", "W", "VA", "var", "varh", "m", "m²", "m/s", "s", "g")),
    ("Pa",), ("°C",), ("Wh", "J"), ("B", "bit"), ("bit/s", "B/s"),
    ("m³", "L"), ("m³/s", "L/s"),
)  # fmt: skip
"""What the rest of a family is converted to, by Home Assistant's own conversions: the first that
differs by a power of ten, so that no digit is lost, else the first."""

SPECIAL: dict[str, Wire] = {
    "dBA": Wire("dB"),
    UnitOfConductivity.SIEMENS_PER_CM: Wire("S/m", 100),
    UnitOfConductivity.MILLISIEMENS_PER_CM: Wire("S/m", 0.1),
    UnitOfConductivity.MICROSIEMENS_PER_CM: Wire("S/m", 1e-4),
    "kWh/100km": Wire("Wh/km", 10),
    "kHz": Wire("Hz", 1000),
    "GHz": Wire("Hz", 1e9),
    "mHz": Wire("Hz", 0.001),
    UnitOfIrradiance.BTUS_PER_HOUR_SQUARE_FOOT: Wire("W/m2", 3.1545907451),
    "w": Wire("s", 604800),
    "g/m³": Wire("kg/m3", 0.001),
    "mg/m³": Wire("kg/m3", 1e-6),
    "μg/ft³": Wire("ug/m3", 35.3146667215),
    "mg/dL": Wire("kg/m3", 0.01),
    "ppb": Wire("ppm", 0.001),
}
"""What Home Assistant has no conversion for, or one by a name of its own in each version."""

OF_DEVICE_CLASS: dict[tuple[str | None, str | None], Wire] = {
    (SensorDeviceClass.HUMIDITY, PERCENTAGE): Wire("%RH"),
    (SensorDeviceClass.BATTERY, PERCENTAGE): Wire("%EL"),
    (SensorDeviceClass.PH, None): Wire("pH"),
    (SensorDeviceClass.POWER_FACTOR, None): Wire("/"),
    # A difference of temperatures has no zero to move.
    (SensorDeviceClass.TEMPERATURE_DELTA, "°C"): Wire("K"),
    (SensorDeviceClass.TEMPERATURE_DELTA, "°F"): Wire("K", 5 / 9),
    (SensorDeviceClass.TEMPERATURE_DELTA, "K"): Wire("K"),
}
"""Where the device class decides."""

NOT_LINEAR = {"Beaufort"}


def _converted() -> Iterator[tuple[str, Wire]]:
    for targets in TARGETS:
        converter = STATISTIC_UNIT_TO_UNIT_CONVERTER[targets[0]]
        for unit in converter.VALID_UNITS:
            if unit is None or unit in SAME_SIZE or unit in SPECIAL or unit in NOT_LINEAR:
                continue
            target = _target(converter, unit, targets)
            zero = converter.convert(0, unit, target)
            # Over a long way, so that the last digits of the zero do not weigh.
            scale = (converter.convert(1e6, unit, target) - zero) / 1e6
            yield unit, Wire(SAME_SIZE[target], scale, zero)


def _target(converter: type[BaseUnitConverter], unit: str, targets: tuple[str, ...]) -> str:
    """Return the target that differs by a power of ten, else the first."""
    for target in targets:
        power = math.log10(converter.convert(1, unit, target) - converter.convert(0, unit, target))
        if abs(power - round(power)) < 1e-9:
            return target
    return targets[0]


WIRES: dict[str, Wire] = {
    **{unit: Wire(senml) for unit, senml in SAME_SIZE.items()},
    **dict(_converted()),
    **SPECIAL,
}
"""Home Assistant's unit → how it goes on the wire."""

HOME_ASSISTANT_UNITS: dict[str, str | None] = {
    **{senml: unit for unit, senml in SAME_SIZE.items()},
    "%RH": PERCENTAGE,
    "%EL": PERCENTAGE,
    "%": PERCENTAGE,
    "/": None,
    "pH": None,
    "count": None,
}
"""SenML's unit → Home Assistant's of the same size, for what others send."""


def wire_of(unit: str | None, device_class: str | None = None) -> Wire | None:
    """Return how a unit goes on the wire; None when SenML has no counterpart."""
    return OF_DEVICE_CLASS.get((device_class, unit)) or WIRES.get(unit or "")


def home_assistant_unit(senml_unit: str | None) -> str | None:
    """Return Home Assistant's unit for one of SenML's: SenML's own where it has none of that size.

    None is a number without unit.
    """
    return None if senml_unit is None else HOME_ASSISTANT_UNITS.get(senml_unit, senml_unit)
