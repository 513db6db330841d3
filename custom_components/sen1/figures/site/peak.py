"""The highest power that a site bought, in each step of a period."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from operator import itemgetter
from typing import Any, Literal, Protocol

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, UnitOfApparentPower, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util.hass_dict import HassKey

from ...const import DOMAIN
from ...history.points import HOUR
from ...history.recorder import rows_of
from ...protocol.limits import can_be
from ..const import CONF_BOUGHT_POWER
from ..counting.amounts import MICROJOULES_OF_KWH
from ..counting.balance import HomeQuantity
from ..counting.calendar import HALF_HOUR_MS, HOUR_MS, MS
from ..counting.sources import entities_of, series_of, statistic_of
from ..tariff.spending import Spending
from ..tariff.tally import Tally

DIGITS = 6
"""Decimals of a power."""

FINE_DAYS = 62
"""Of a longer period, the highest power is that of days, as they were recorded."""

type Power = tuple[int, float]
"""When a power was, milliseconds, and what it was."""

type Highs = list[Power]
"""Oldest first."""

type DailyHighs = Callable[[Collection[str]], Highs]
"""Tells the highest of each day, VA, that the meter behind some series has."""

DAILY_HIGHS: HassKey[DailyHighs] = HassKey(f"{DOMAIN}_highs")


class Site(Protocol):
    """What is asked of a site."""

    hass: HomeAssistant
    spending: Spending

    @property
    def data(self) -> Mapping[str, Any]:
        """Return what the household said of it."""


async def async_peak(
    home: Site, bounds: list[int], tallies: Iterable[Tally] | None = None
) -> dict[str, Any] | None:
    """Return the highest power bought in each step: as recorded, else the highest half-hour's.

    Where no sensor tells the power, what the meter says of its days is as good as recorded.
    `tallies` are what the steps came to; without them the bounds are midnights. What is known by
    days or months alone has no highest power.
    """
    book = home.spending.book
    since = book.since(HomeQuantity.BOUGHT)
    if since is None:
        return None
    day = book.accountant.calendar.day
    first_known = max(bounds[0], since) // HOUR_MS * HOUR_MS
    if home.data.get(CONF_BOUGHT_POWER):
        recorded, unit = await _async_recorded_highs(home, bounds)
        is_whole = bool(recorded) and recorded[0][0] <= first_known
    else:
        recorded, unit = _daily_highs(home, bounds), UnitOfApparentPower.VOLT_AMPERE
        is_whole = bool(recorded) and day(recorded[0][0]) <= day(first_known)
    if is_whole:
        return _told(_highest(recorded, bounds)) | {"unit": unit, "basis": "max"}
    if tallies is None:
        tallies = [book.tally(*map(day, step)) for step in pairwise(bounds)]
    return half_hour_peak(tallies)


def half_hour_peak(tallies: Iterable[Tally]) -> dict[str, Any]:
    """Return the highest half-hour bought in each step, by what the steps came to."""
    highest = [
        high and (high[1], high[0] * HOUR_MS / HALF_HOUR_MS / MICROJOULES_OF_KWH)
        for high in (tally.highest for tally in tallies)
    ]
    return _told(highest) | {"unit": UnitOfPower.KILO_WATT, "basis": "half_hour"}


def _daily_highs(home: Site, bounds: list[int]) -> Highs:
    series = {statistic_of(home.hass, ref) for ref in series_of(home.data, HomeQuantity.BOUGHT)}
    highs = home.hass.data[DAILY_HIGHS](series)
    return [(at, high) for at, high in highs if bounds[0] <= at < bounds[-1]]


async def _async_recorded_highs(home: Site, bounds: list[int]) -> tuple[Highs, str | None]:
    """Return the highest power of each hour or day that the recorder has, and its unit."""
    hass = home.hass
    sensors = list(entities_of(hass, home.data.get(CONF_BOUGHT_POWER, ())))
    # The highest of several together is not the sum of the highest of each.
    if len(sensors) != 1 or "recorder" not in hass.config.components:
        return [], None
    (sensor,) = sensors
    period: Literal["hour", "day"] = (
        "day" if bounds[-1] - bounds[0] > FINE_DAYS * 24 * HOUR_MS else "hour"
    )
    begin, end = bounds[0] / MS // HOUR * HOUR, bounds[-1] / MS
    rows = await get_instance(hass).async_add_executor_job(
        lambda: rows_of(hass, sensor, begin, end, {"max"}, {}, period)
    )
    highs = [
        (round(row["start"] * MS), high)
        for row in rows
        if (high := row.get("max")) is not None and can_be(high)
    ]
    state = hass.states.get(sensor)
    return highs, None if state is None else state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)


def _highest(powers: Highs, bounds: list[int]) -> Iterator[Power | None]:
    for bound in pairwise(bounds):
        first, last = (bisect_left(powers, at, key=itemgetter(0)) for at in bound)
        yield max(powers[first:last], key=itemgetter(1), default=None)


def _told(highest: Iterable[Power | None]) -> dict[str, Any]:
    highest = list(highest)
    return {
        "power": [None if each is None else round(each[1], DIGITS) for each in highest],
        "at": [None if each is None else each[0] for each in highest],
    }
