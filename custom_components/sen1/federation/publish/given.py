"""A publication of the mean of a group: what was given on of each hour, once that is settled.

An hour may be settled a day late, and then stays as it is: what was given is read from its
statistic, never from the entity, whose value is of now.
"""

from datetime import datetime
import time

from homeassistant.core import Event, EventStateChangedData, callback
from homeassistant.helpers.recorder import get_instance

from ...history.points import HOUR, Point
from ...history.recorder import rows_of
from ..consent.group_names import given_name
from .periodic import PeriodicPublication, readings_of

SETTLED = "settled"
"""The attribute of the entity that says before when nothing is given any more."""


class GivenPublication(PeriodicPublication):
    """Tell each period once, when the last of its hours is settled."""

    _through = 0.0
    """When the last period began that was told."""

    async def async_open(self, watermark: float, now: float) -> None:
        """Tell what is settled from now on, and what the server missed since `watermark`."""
        self._through = watermark
        await super().async_open(watermark, now)
        self._through = max([self._through, *self._told])
        # What was settled while it was being opened.
        await self._tell_settled()

    async def async_points(self, begin: float, end: float) -> list[Point]:
        """Return the whole periods of [begin, end) of which each hour was given, in kWh."""
        name, spans = given_name(self.data), list(self.spans(begin, end))
        if name is None or not spans or "recorder" not in self._hass.config.components:
            return []
        rows = await get_instance(self._hass).async_add_executor_job(
            rows_of,
            *(self._hass, name.statistic_id, spans[0][0], spans[-1][1], {"state"}),
            {"energy": "kWh"},
        )
        known = {row["start"]: value for row in rows if (value := row.get("state")) is not None}
        points: list[Point] = []
        for first, last in spans:
            hours = [known.get(at) for at in range(int(first), int(last), HOUR)]
            values = [value for value in hours if value is not None]
            # Of a day of which an hour may still come, the rest is not told alone.
            if len(values) == len(hours):
                points.append(Point(first, last - first, sum(values)))
        return self._written(points, {"unit_of_measurement": "kWh"})

    @callback
    def _on_state(self, event: Event[EventStateChangedData]) -> None:
        if self.is_open:
            self._hass.async_create_task(self._tell_settled(), "sen1 settled")

    def _schedule(self, now: float) -> None:
        """Wait for what is settled, not for the clock."""
        state = None if self.entity_id is None else self._hass.states.get(self.entity_id)
        settled = None if state is None else state.attributes.get(SETTLED)
        until = settled.timestamp() if isinstance(settled, datetime) else self._through
        self._running = self._period_of(until)

    async def _tell_settled(self) -> None:
        """Tell the periods that were settled since the last that was told."""
        points = await self.async_points(round(self._through + 0.001, 3), time.time())
        if not self.is_open:
            return
        for point in points:
            if point.begin > self._through:
                self._through = point.begin
                if self._reaches(point):
                    for reading in readings_of([point]):
                        self.publisher.add(reading)
        self._schedule(time.time())
        self._on_change()
