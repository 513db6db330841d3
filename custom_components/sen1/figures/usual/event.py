"""The moments at which the use of a home, or of an appliance, becomes unusual, and usual again."""

from homeassistant.components.event import EventEntity
from homeassistant.core import callback

from ..counting.entity import Device, FigureEntity
from .habit import HOME, Habit

UNUSUAL, USUAL_AGAIN = "unusual", "usual_again"


class UnusualEvent(FigureEntity, EventEntity):
    """Says with how much, and what half of the days alike used."""

    # What it was is all that an event says.
    _unrecorded_attributes = frozenset()

    def __init__(self, device: Device, habit: Habit, curve_id: str) -> None:
        super().__init__(device, "unusual", habit.unusual_listeners[curve_id].add)
        self._attr_translation_key = "unusual" if curve_id == HOME else "unusual_of_appliance"
        self._attr_event_types = [UNUSUAL, USUAL_AGAIN]
        self._habit, self._curve_id = habit, curve_id

    @callback
    def _on_change(self) -> None:
        curve = self._habit.curves.get(self._curve_id)
        if curve is None or curve.judged is None:
            return
        mean, band = curve.judged
        self._trigger_event(
            UNUSUAL if curve.unusual.is_on else USUAL_AGAIN,
            {"power": mean, "low": round(band.low), "high": round(band.high)},
        )
        self.async_write_ha_state()
