"""Sensors of a goal: how far it is in per cent, and how it is with it."""

from typing import ClassVar

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorStateClass
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import PERCENTAGE

from ..counting.entity import SteadySensor, subentry_device
from .goals import Goals
from .progress import GoalState
from .telling import explained

PERCENT_DIGITS = 2


class GoalSensor(SteadySensor, SensorEntity):
    """What is told of a goal."""

    key: ClassVar[str]
    """Ends its unique id."""

    def __init__(self, entry: ConfigEntry, goals: Goals, subentry: ConfigSubentry) -> None:
        super().__init__(subentry_device(subentry, entry), self.key, goals.listeners.add)
        self._attr_translation_key = self.key
        self._entry, self._goals, self._goal_id = entry, goals, subentry.subentry_id


class ProgressSensor(GoalSensor):
    """How much was saved, or used at home, or which part of a budget or a limit is taken.

    It is all that a household need share of a goal: its attributes stay at home.
    """

    key = "goal_progress"
    _attr_native_unit_of_measurement = PERCENTAGE
    _attr_state_class = SensorStateClass.MEASUREMENT
    _attr_suggested_display_precision = 1

    def _update(self) -> None:
        percent = self._goals.of(self._goal_id).percent
        self._attr_native_value = None if percent is None else round(percent, PERCENT_DIGITS)
        subentry = self._entry.subentries.get(self._goal_id)
        self._attr_extra_state_attributes = (
            {} if subentry is None else explained(self._goals, subentry)
        )


class GoalStateSensor(GoalSensor):
    """Whether a goal is reached, ahead, possible or missed; why not, where that is not known."""

    key = "goal_state"
    _attr_device_class = SensorDeviceClass.ENUM
    _attr_options = [state.value for state in GoalState]  # noqa: RUF012 - as core has it

    def _update(self) -> None:
        progress = self._goals.of(self._goal_id)
        self._attr_native_value = progress.state
        self._attr_extra_state_attributes = {"reason": progress.reason}
