"""Units and quantities: Home Assistant's on one side, SenML's and Quoalise's on the other."""

from __future__ import annotations

from dataclasses import dataclass

from homeassistant.components.sensor.const import (
    DEVICE_CLASS_STATE_CLASSES,
    DEVICE_CLASS_UNITS,
    SensorDeviceClass,
    SensorStateClass,
)
from homeassistant.const import (
    PERCENTAGE,
    UnitOfApparentPower,
    UnitOfElectricCurrent,
    UnitOfElectricPotential,
    UnitOfEnergy,
    UnitOfFrequency,
    UnitOfPower,
    UnitOfReactivePower,
    UnitOfTemperature,
    UnitOfVolume,
)

SENML_UNITS: dict[str, str] = {
    UnitOfPower.WATT: "W",
    UnitOfPower.KILO_WATT: "kW",
    UnitOfApparentPower.VOLT_AMPERE: "VA",
    UnitOfApparentPower.KILO_VOLT_AMPERE: "kVA",
    UnitOfReactivePower.VOLT_AMPERE_REACTIVE: "var",
    UnitOfEnergy.WATT_HOUR: "Wh",
    UnitOfEnergy.KILO_WATT_HOUR: "kWh",
    UnitOfElectricCurrent.AMPERE: "A",
    UnitOfElectricCurrent.MILLIAMPERE: "mA",
    UnitOfElectricPotential.VOLT: "V",
    UnitOfElectricPotential.MILLIVOLT: "mV",
    UnitOfFrequency.HERTZ: "Hz",
    UnitOfTemperature.CELSIUS: "Cel",
    UnitOfVolume.CUBIC_METERS: "m3",
    UnitOfVolume.LITERS: "l",
}
"""Home Assistant's unit → SenML's unit of the same size (RFC 8428, section 12.1; RFC 8798)."""

HOME_ASSISTANT_UNITS = {senml: unit for unit, senml in SENML_UNITS.items()} | {
    "%RH": PERCENTAGE,
    "%EL": PERCENTAGE,
}

PERCENT_UNITS: dict[str | None, str] = {
    SensorDeviceClass.HUMIDITY: "%RH",
    SensorDeviceClass.BATTERY: "%EL",
}
"""SenML has a percent of its own for each of these, and none for all."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """How Quoalise's nodes name what a device class measures."""

    quantity: str
    kind: str
    name: str


QUANTITIES: dict[str | None, Quantity] = {
    SensorDeviceClass.POWER: Quantity("power", "active", "active-power"),
    SensorDeviceClass.APPARENT_POWER: Quantity("power", "apparent", "apparent-power"),
    SensorDeviceClass.REACTIVE_POWER: Quantity("power", "reactive", "reactive-power"),
    SensorDeviceClass.ENERGY: Quantity("energy", "active", "active-energy"),
}
DEVICE_CLASSES = {quantity.name: device_class for device_class, quantity in QUANTITIES.items()}

ELECTRICAL = {*QUANTITIES, SensorDeviceClass.CURRENT, SensorDeviceClass.VOLTAGE}

INDEX = "index"
"""Ends the name of a measurement that only ever counts up, like a meter's index."""


def senml_unit(unit: str | None, device_class: str | None) -> str | None:
    """Return the SenML unit for a unit of Home Assistant; None when there is no counterpart."""
    if unit == PERCENTAGE:
        return PERCENT_UNITS.get(device_class)
    return SENML_UNITS.get(unit) if unit else None


def quantity_of(device_class: str | None, *, is_cumulative: bool) -> Quantity:
    """Return the quantity of a device class; those Quoalise does not name keep their own name."""
    name = (device_class or "value").replace("_", "-")
    quantity = QUANTITIES.get(device_class, Quantity(name, "raw", name))
    if is_cumulative:
        return Quantity(quantity.quantity, INDEX, f"{quantity.name}-{INDEX}")
    return quantity


def device_class_of(measurement: dict[str, str]) -> SensorDeviceClass | None:
    """Return the device class of a described measurement, if its unit fits."""
    name = measurement.get("name", "").removesuffix("-" + INDEX)
    found = DEVICE_CLASSES.get(name, name.replace("-", "_"))
    try:
        device_class = SensorDeviceClass(found or "")
    except ValueError:
        return None
    fits = measurement.get("unit") in DEVICE_CLASS_UNITS.get(device_class, ())
    return device_class if fits else None


def state_class_of(measurement: dict[str, str]) -> SensorStateClass | None:
    """Return the state class of a described measurement, if it has one.

    A cumulative series has none: its long-term statistic is the imported history, so that pickers
    show each series once.
    """
    if "unit" not in measurement or is_cumulative(measurement):
        return None
    device_class = device_class_of(measurement)
    if device_class is None:
        return SensorStateClass.MEASUREMENT
    allowed = DEVICE_CLASS_STATE_CLASSES[device_class]
    return SensorStateClass.MEASUREMENT if SensorStateClass.MEASUREMENT in allowed else None


def is_cumulative(measurement: dict[str, str]) -> bool:
    """Return whether a series only ever counts up."""
    return measurement.get("name", "").endswith("-" + INDEX)
