"""The past of a sensor from before its states: an imported series, or any statistic.

An imported series is as fine as its file was; of other statistics there are hours.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from homeassistant.components.recorder.statistics import STATISTIC_UNIT_TO_UNIT_CONVERTER
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from .archive import WATT_HOURS, async_archive
from .points import HOUR, Aggregation, Point
from .recorder import async_hours, async_metadata, in_own

WATTS = {energy: power for power, energy in WATT_HOURS.items()}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the values of a series are."""

    unit: str | None
    aggregation: Aggregation


@dataclass(frozen=True, slots=True)
class Provided:
    """A statistic of ours whose writer knows it finer and sooner than the recorder."""

    name: str
    meaning: Meaning
    points: Callable[[float, float], Awaitable[list[Point]]]
    """Returns the points of [begin, end), Unix seconds, as fine as they are known."""
    span: Callable[[], tuple[float, float] | None]
    """Returns when what is known begins and ends, None while nothing is."""
    known: Callable[[float, float], float]
    """Returns the part of [begin, end) that is known, 0 to 1."""


_PROVIDED: HassKey[dict[str, Provided]] = HassKey(f"{DOMAIN}_provided")


@callback
def async_provided(hass: HomeAssistant) -> dict[str, Provided]:
    """Return what is provided, by statistic."""
    return hass.data.setdefault(_PROVIDED, {})


@callback
def async_provide(hass: HomeAssistant, statistic_id: str, provided: Provided) -> CALLBACK_TYPE:
    """Have a statistic of ours read from who writes it; return how to stop."""
    async_provided(hass)[statistic_id] = provided

    @callback
    def stop() -> None:
        del async_provided(hass)[statistic_id]

    return stop


async def async_meaning(hass: HomeAssistant, statistic_id: str) -> Meaning | None:
    """Return what a series is; None when neither an import nor the recorder knows it."""
    if (provided := async_provided(hass).get(statistic_id)) is not None:
        return provided.meaning
    imported = await async_archive(hass).async_get(statistic_id)
    if imported is not None:
        return Meaning(*imported)
    return await async_recorded_meaning(hass, statistic_id)


async def async_recorded_meaning(hass: HomeAssistant, statistic_id: str) -> Meaning | None:
    """Return what the recorder's statistic is; None when it knows none."""
    kept = (await async_metadata(hass, [statistic_id])).get(statistic_id)
    if kept is None:
        return None
    aggregation = Aggregation.SUM if kept["has_sum"] else Aggregation.MEAN
    return Meaning(kept["unit_of_measurement"], aggregation)


async def async_called(hass: HomeAssistant, statistic_id: str) -> str:
    """Return what a sensor or a series is called."""
    if (state := hass.states.get(statistic_id)) is not None:
        return state.name
    if (provided := async_provided(hass).get(statistic_id)) is not None:
        return provided.name
    kept = (await async_metadata(hass, [statistic_id])).get(statistic_id)
    name = None if kept is None else kept["name"]
    return name or statistic_id


def can_be(meaning: Meaning, wanted: Meaning) -> bool:
    """Return whether a series can stand for another: in its unit, a power for its energy."""
    return _factors(meaning, wanted) is not None


async def async_past(
    hass: HomeAssistant, statistic_id: str, wanted: Meaning, begin: float, end: float
) -> list[Point]:
    """Return the points of [begin, end) as `wanted`; none when the series cannot be that."""
    meaning = await async_meaning(hass, statistic_id)
    factors = None if meaning is None else _factors(meaning, wanted)
    if meaning is None or factors is None:
        return []
    if (provided := async_provided(hass).get(statistic_id)) is not None:
        points = await provided.points(begin, end)
    else:
        points = await async_archive(hass).async_points(statistic_id, begin, end)
    if not points:
        is_sum = meaning.aggregation is Aggregation.SUM
        units = in_own(meaning.unit)
        points = await async_hours(hass, statistic_id, begin, end, is_sum=is_sum, units=units)
    if factors == (1, 0, 0):
        return points
    factor, per_hour, offset = factors

    def converted() -> list[Point]:
        return [
            replace(p, value=p.value * factor * (p.seconds / HOUR) ** per_hour + offset)
            for p in points
        ]

    # Years of half-hours would hold up the loop.
    return await hass.async_add_executor_job(converted)


def _factors(meaning: Meaning, wanted: Meaning) -> tuple[float, int, float] | None:
    """Return by what a value is multiplied, and to which power its hours, and what is added."""
    unit, per_hour = meaning.unit, 0
    if meaning.aggregation is not wanted.aggregation:
        becomes, per_hour = (
            (WATT_HOURS, 1) if wanted.aggregation is Aggregation.SUM else (WATTS, -1)
        )
        if unit not in becomes:
            return None
        unit = becomes[unit]
    if unit == wanted.unit:
        return 1, per_hour, 0
    converter = STATISTIC_UNIT_TO_UNIT_CONVERTER.get(unit)
    if converter is None or wanted.unit not in converter.VALID_UNITS:
        return None
    convert = converter.converter_factory(unit, wanted.unit)
    offset = convert(0.0)
    return convert(1.0) - offset, per_hour, offset
