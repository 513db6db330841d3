"""Quantities: Home Assistant's device classes on one side, Quoalise's names on the other."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantity:
    """How Quoalise's nodes name what a device class measures."""

    quantity: str
    kind: str
    name: str


QUANTITIES: dict[str | None, Quantity] = {
    "power": Quantity("power", "active", "active-power"),
    "apparent_power": Quantity("power", "apparent", "apparent-power"),
    "reactive_power": Quantity("power", "reactive", "reactive-power"),
    "energy": Quantity("energy", "active", "active-energy"),
}
DEVICE_CLASSES = {quantity.name: device_class for device_class, quantity in QUANTITIES.items()}

ELECTRICAL = {*QUANTITIES, "current", "voltage"}

INDEX = "index"
"""Ends the name of a measurement that only ever counts up, like a meter's index."""

BOOLEAN = "boolean"
"""The type of a measurement that is on or off."""

BOARD = "board"
"""The name and the quantity of a series of boards (`board`)."""


def quantity_of(device_class: str | None, *, is_cumulative: bool) -> Quantity:
    """Return the quantity of a device class; those Quoalise does not name keep their own name."""
    name = (device_class or "value").replace("_", "-")
    quantity = QUANTITIES.get(device_class, Quantity(name, "raw", name))
    if is_cumulative:
        return Quantity(quantity.quantity, INDEX, f"{quantity.name}-{INDEX}")
    return quantity


def is_cumulative(measurement: dict[str, str]) -> bool:
    """Return whether a series only ever counts up."""
    return measurement.get("name", "").endswith("-" + INDEX)


def is_boolean(measurement: dict[str, str]) -> bool:
    """Return whether a series is on or off."""
    return measurement.get("type") == BOOLEAN


def is_board(measurement: dict[str, str]) -> bool:
    """Return whether a series is of boards, each a long text."""
    return measurement.get("name") == measurement.get("quantity") == BOARD
