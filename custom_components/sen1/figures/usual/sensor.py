"""What is usual, as sensors show it: of a home, and of each appliance that is measured."""

from typing import Any

from homeassistant.components.sensor import SensorDeviceClass

from ..counting.entity import Device, SteadySensor
from .bands import Side
from .habit import HOME, Habit


class UsualSensor(SteadySensor):
    """Whether a power is below, within or above what is usual; unknown while too few days tell."""

    _attr_device_class = SensorDeviceClass.ENUM

    def __init__(self, device: Device, habit: Habit, curve_id: str) -> None:
        super().__init__(device, "usual", habit.listeners[curve_id].add)
        self._attr_translation_key = "usual" if curve_id == HOME else "usual_of_appliance"
        self._attr_options = [side.value for side in Side]
        self._habit, self._curve_id = habit, curve_id

    def _update(self) -> None:
        # Of an appliance that is measured no more there is nothing to tell.
        curve = self._habit.curves.get(self._curve_id)
        self._attr_available = curve is not None
        self._attr_native_value = None if curve is None else curve.side
        told: dict[str, Any] = {}
        if curve is not None and curve.usual is not None:
            alike = curve.usual.alike
            told = {"days": len(alike.days), "day_kind": alike.kind, "degrees": alike.degrees}
            if (band := curve.band) is not None:
                told |= {"low": round(band.low), "median": round(band.median)}
                told |= {"high": round(band.high)}
        self._attr_extra_state_attributes = told
