"""Quantities: Home Assistant's device classes on one side, Quoalise's names on the other."""

from __future__ import annotations

from dataclasses import dataclass

from homeassistant.components.sensor.const import (
    DEVICE_CLASS_STATE_CLASSES,
    DEVICE_CLASS_UNITS,
    SensorDeviceClass,
    SensorStateClass,
)


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

BOOLEAN = "boolean"
"""The type of a measurement that is on or off."""


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


def is_cumulative(measurement: dict[str, str]) -> bool:
    """Return whether a series only ever counts up."""
    return measurement.get("name", "").endswith("-" + INDEX)


def is_boolean(measurement: dict[str, str]) -> bool:
    """Return whether a series is on or off."""
    return measurement.get("type") == BOOLEAN
