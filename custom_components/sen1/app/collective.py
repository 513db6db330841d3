"""What a collection's members came to together, hour by hour, and what that would cost here.

Their consumption has a price only by somebody's contract: that of the main site is taken.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from statistics import fmean
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..commands import Answer, Asked, Refused, command
from ..federation.organising.groups.figures import GroupHour
from ..federation.organising.groups.group import CollectionGroup
from ..federation.organising.groups.groups import Groups
from ..federation.organising.groups.reading import async_group_hours
from ..federation.relations.group_names import GroupKey
from ..federation.running import accounts
from ..figures.counting.amounts import kilowatt_hours
from ..figures.counting.asked import DAY
from ..figures.counting.balance import HomeQuantity
from ..figures.counting.calendar import MS
from ..figures.counting.local_days import begin_of
from ..figures.counting.sites import main_site
from ..figures.counting.steps import steps_of
from ..figures.site.site import running
from ..figures.tariff.tally import Accountant
from ..history.points import HOUR, Point
from ..moments import local_iso
from ..protocol.wishes import What
from ..roles import Role

SHOWN_DAYS = 7
"""Whole days that are told where none are asked for."""

MOST_DAYS = 92
"""Days that are told at most: of three hundred homes they are seven hundred thousand hours."""

COVERED = 0.9
"""Where a smaller part of the homes has reported there is a gap."""

MOST_GAPS = 3


@command(
    "collection_group",
    {
        vol.Required("subentry_id"): str,
        vol.Required("what"): vol.In((What.CONSUMPTION, What.PRODUCTION)),
        vol.Optional("begin"): DAY,
        vol.Optional("end"): DAY,
    },
    who=Role.LOOK,
    of="subentry_id",
)
async def collection_group(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer what a group came to in each hour of the local days [begin, end).

    Where they are not given: the last seven that are over.
    """
    groups, group = _find(hass, asked["subentry_id"], asked["what"])
    end = asked.get("end") or dt_util.now().date()
    begin = asked.get("begin") or end - timedelta(days=SHOWN_DAYS)
    if not begin < end <= begin + timedelta(days=MOST_DAYS):
        raise Refused("group_days")
    first, last = int(begin_of(begin)), int(begin_of(end))
    hours: list[GroupHour] = []
    if "recorder" in hass.config.components:
        hours = await async_group_hours(hass, groups.givings(group), first, last)
    return _told(hass, group, hours, first, last)


def _find(hass: HomeAssistant, subentry_id: str, what: str) -> tuple[Groups, CollectionGroup]:
    for entry in accounts(hass):
        groups = entry.runtime_data[Groups]
        if (group := groups.find(subentry_id, what)) is not None:
            return groups, group
    raise Refused("no_such_collection")


def _told(
    hass: HomeAssistant, group: CollectionGroup, hours: Sequence[GroupHour], begin: int, end: int
) -> dict[str, Any]:
    """Return hours as the dashboard is told them; those that are not over are left out."""
    by_begin = {hour.begin: hour for hour in hours}
    until = min(end, int(dt_util.utcnow().timestamp() // HOUR) * HOUR)
    # Whole hours: in a zone of half an hour the first begins within the day.
    times = range(-(-begin // HOUR) * HOUR, until, HOUR)
    whole = [by_begin.get(at, GroupHour(at, 0, {})) for at in times]
    known = [one for one in whole if one.values]
    means = [one.values[GroupKey.MEAN] for one in known]
    return {
        "what": group.what,
        "of": group.of,
        "hours": [
            [
                one.begin,
                _rounded(one.values.get(GroupKey.SUM)),
                one.homes,
                one.floor_area,
                one.people,
                # An hour of a square metre is a few thousandths.
                _rounded(one.values.get(GroupKey.PER_AREA), 6),
                _rounded(one.values.get(GroupKey.PER_PERSON), 6),
            ]
            for one in whole
        ],
        "median": [_rounded(one.values.get(GroupKey.MEDIAN)) for one in whole],
        "total_kwh": round(sum(one.values[GroupKey.SUM] for one in known), 3) if known else None,
        "per_home_day_kwh": round(24 * fmean(means), 3) if means else None,
        "costs": _costs(hass, group, known),
        "gaps": sorted(_gaps(whole, group.of), key=lambda gap: gap["coverage"])[:MOST_GAPS],
    }


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)


def _gaps(hours: Sequence[GroupHour], of: int) -> Iterator[dict[str, Any]]:
    """Yield the stretches in which a part of the homes reported nothing, and how many did."""
    gap: list[GroupHour] = []
    for one in (*hours, None):
        if one is not None and one.homes < COVERED * of:
            gap.append(one)
        elif gap:
            yield {
                "begin": local_iso(gap[0].begin),
                "end": local_iso(gap[-1].begin + HOUR),
                "coverage": round(fmean(each.homes for each in gap) / of, 3),
            }
            gap = []


def _costs(
    hass: HomeAssistant, group: CollectionGroup, hours: Sequence[GroupHour]
) -> dict[str, Any] | None:
    """Return what hours of consumption come to by tariff period of the main site's contracts.

    None where there is none: nobody knows the prices of the others.
    """
    home = running(main_site(hass))
    if group.what != What.CONSUMPTION or home is None or not home.spending.tariffs.all or not hours:
        return None
    points = [Point(one.begin, HOUR, one.values[GroupKey.SUM]) for one in hours]
    steps = steps_of(points, hours[0].begin * MS, (hours[-1].begin + HOUR) * MS)
    accountant = Accountant(home.spending.tariffs, dt_util.get_default_time_zone())
    bill = accountant.bill(accountant.tally({HomeQuantity.BOUGHT: steps}, ()))
    if not bill.energies:
        # Before the first contract.
        return None
    return {
        "currency": hass.config.currency,
        "periods": [
            {
                "period": name,
                "kwh": round(float(kilowatt_hours(energy)), 3),
                "amount": round(float(bill.costs[name]), 2),
            }
            for name, energy in bill.energies.items()
        ],
    }
