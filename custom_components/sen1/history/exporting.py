"""Export a series: what was imported as fine as it came, anything else as the recorder has it."""

from datetime import datetime
import math

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant, State

from .archive import async_archive
from .errors import NotRecorded
from .files import Format, write_file
from .past import async_meaning
from .points import Aggregation, Point
from .recorder import async_hours, async_states, in_own

DAY = 86400.0

type _Series = tuple[str | None, Aggregation, list[Point]]


async def async_export(
    hass: HomeAssistant, series_id: str, kind: Format, begin: float, end: float
) -> tuple[str, int]:
    """Return the text of [begin, end) of a series, and how many values are in it.

    `series_id` is a statistic's or a sensor's. Raises NotRecorded.
    """
    unit, aggregation, points = await _series(hass, series_id, begin, end)
    text = await hass.async_add_executor_job(write_file, kind, series_id, unit, aggregation, points)
    return text, len(points)


async def _series(hass: HomeAssistant, series_id: str, begin: float, end: float) -> _Series:
    imported = await async_archive(hass).async_get(series_id)
    if imported is not None:
        points = await async_archive(hass).async_points(series_id, begin, end)
        return *imported, points
    meaning = await async_meaning(hass, series_id)
    hours: list[Point] = []
    if meaning is not None:
        is_sum, units = meaning.aggregation is Aggregation.SUM, in_own(meaning.unit)
        hours = await async_hours(hass, series_id, begin, end, is_sum=is_sum, units=units)
    if ":" not in series_id and (state := hass.states.get(series_id)) is not None:
        found = await _states(hass, state, begin, end)
        # States are kept for some days: of what was asked from before them there are hours.
        if found[2] and not (hours and hours[0].end < found[2][0].begin - DAY):
            return found
    if meaning is None:
        raise NotRecorded
    return meaning.unit, meaning.aggregation, hours


async def _states(hass: HomeAssistant, state: State, begin: float, end: float) -> _Series:
    """Return the numbers that a sensor showed, each until the next."""
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    until = min(end, datetime.now().astimezone().timestamp())
    shown = await async_states(hass, state.entity_id, begin, until)
    points = []
    for one, after in zip(shown, [*shown[1:], None], strict=True):
        value = _number(one.state)
        seconds = (after.last_changed_timestamp if after else until) - one.last_changed_timestamp
        if value is not None and seconds > 0:
            points.append(Point(round(one.last_changed_timestamp, 3), round(seconds, 3), value))
    return unit, Aggregation.MEAN, points


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else number
