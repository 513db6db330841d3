"""Whether what was measured bears out what a member says that it saved.

Only of who gives its consumption as well, and where both periods came: else it is said alone.
"""

from collections.abc import Iterable
from datetime import date, timedelta, tzinfo

from homeassistant.core import HomeAssistant

from ....history.points import HOUR, Point
from ....history.recorder import async_hours, async_metadata
from ....protocol.collecting.challenge import WEEK, Challenge
from ....protocol.term import begin_of

CLOSE = 0.5
"""Points of per cent: what is rounded, and what was measured a little otherwise."""


async def async_plain(
    hass: HomeAssistant, statistic_id: str, challenge: Challenge, through: date, zone: tzinfo
) -> tuple[float, float] | None:
    """Return the per cent of electricity that a statistic says was saved, whatever the weather.

    And the part of the days to `through` that is whole on both sides. None: too little came.
    """
    metadata = (await async_metadata(hass, [statistic_id])).get(statistic_id)
    if metadata is None:
        return None
    both = []
    for first in (challenge.reference[0], challenge.action[0]):
        last = first + (through - challenge.action[0])
        begin, end = (begin_of(day, zone).timestamp() for day in (first, last + timedelta(days=1)))
        points = await async_hours(hass, statistic_id, begin, end, is_sum=metadata["has_sum"])
        both.append(days_of(points, first, last, zone))
    reference, action = both
    return plain_of(reference, action, (through - challenge.action[0]).days + 1)


def days_of(points: Iterable[Point], first: date, last: date, zone: tzinfo) -> dict[int, float]:
    """Return what each day came to that has all of its hours, by how many days it is after `first`.

    A day has 23 to 25 hours.
    """
    values = {point.begin: point.value for point in points}
    found = {}
    for passed in range((last - first).days + 1):
        day = first + timedelta(days=passed)
        begin, end = (begin_of(one, zone).timestamp() for one in (day, day + timedelta(days=1)))
        hours = [begin + HOUR * hour for hour in range(round((end - begin) / HOUR))]
        if all(hour in values for hour in hours):
            found[passed] = sum(values[hour] for hour in hours)
    return found


def plain_of(
    reference: dict[int, float], action: dict[int, float], days: int
) -> tuple[float, float] | None:
    """Return per cent saved on the days that both have, and which part of `days` they are.

    None: they are fewer than a week, or all of a shorter time.
    """
    known = reference.keys() & action.keys()
    before = sum(reference[day] for day in known)
    if len(known) < min(WEEK, days) or before <= 0:
        return None
    return 100 * (1 - sum(action[day] for day in known) / before), len(known) / days


def is_borne_out(said: float, coverage: float, measured: float, part: float) -> bool | None:
    """Return whether per cent that were said are those that were measured; None: who knows.

    Where either side counts not all days, these may be others, and what differs by no more than
    the rest could come to says nothing.
    """
    differs = abs(said - measured)
    if differs <= CLOSE:
        return True
    return None if differs <= CLOSE + 100 * (2 - coverage - part) else False
