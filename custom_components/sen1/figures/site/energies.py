"""The joined series of a site by steps of a period, for whoever draws or writes it.

`sen1/energies` answers it to the dashboard (docs/developers.md); files and reports take the same.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
import time
from typing import Any, Literal

from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import ERR_INVALID_FORMAT, ERR_NOT_FOUND
from homeassistant.components.websocket_api.decorators import async_response, websocket_command
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import (
    ATTR_UNIT_OF_MEASUREMENT,
    UnitOfEnergy,
    UnitOfPower,
    UnitOfVolume,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...const import CONF_KIND, DOMAIN, Kind
from ...history.points import HOUR
from ...history.recorder import rows_of
from ...protocol.limits import can_be
from ..const import CONF_BOUGHT_POWER
from ..counting.amounts import MICROJOULES_OF_KWH, rounded, shown_kilowatt_hours
from ..counting.balance import HomeQuantity
from ..counting.calendar import HALF_HOUR_MS, HOUR_MS, MS
from ..counting.sources import entities_of
from ..counting.states import milliseconds
from ..counting.steps import Steps, cut_of
from ..tariff.tally import Accountant, Commodity, Derived, Pasts, Quantity, Tally
from .site import Home

MOST_STEPS = 20_000

DIGITS = 6
"""Decimals of the amounts of steps and tariff periods; their sum is told as the sensors tell it."""

FINE_DAYS = 62
"""Of a longer period, the highest power is that of days, as they were recorded."""

PRICED = (HomeQuantity.BOUGHT, HomeQuantity.SOLD)


class StepLength(StrEnum):
    """What a period is divided into."""

    HALF_HOUR = "half_hour"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Counted:
    """What a step came to."""

    tally: Tally
    begin: int
    end: int
    """Milliseconds; of a step that goes on, now."""

    def known(self, quantity: Quantity | Derived) -> float:
        """Return which part of it is known of a quantity, 0 to 1."""
        length = self.end - self.begin
        known = self.tally.known.get(None if isinstance(quantity, Derived) else quantity, 0)
        return min(known / length, 1.0) if length > 0 else 0.0

    def amount(self, quantity: Quantity | Derived) -> int:
        """Return what it came to."""
        if isinstance(quantity, Derived):
            # Of a step in which one meter is ahead of another, less than nothing may be left.
            return max(int(getattr(self.tally.sums(), quantity)), 0)
        return self.tally.of(quantity)


async def async_energies(
    home: Home, begin: float, end: float, length: StepLength
) -> dict[str, Any]:
    """Return the series of a site in [begin, end), Unix seconds, by steps of a length."""
    hass, book = home.hass, home.spending.book
    bounds = list(_bounds(milliseconds(begin), milliseconds(end), length))
    now = milliseconds(time.time())
    counted, whole = await _async_counted(home, bounds, length, now)
    quantities: dict[str, Any] = {}
    for quantity in (*HomeQuantity, *Derived, *Commodity):
        since = book.since(None if isinstance(quantity, Derived) else quantity)
        is_had = not isinstance(quantity, HomeQuantity) or quantity in home.past.quantities
        if since is not None and is_had:
            quantities[quantity] = _series(quantity, counted, whole, book.accountant) | {
                "since": since
            }
    answer = {
        "begins": bounds[:-1],
        "end": bounds[-1],
        "currency": hass.config.currency,
        "quantities": quantities,
    }
    if (peak := await _async_peak(home, bounds)) is not None:
        answer["peak"] = peak
    return answer


def _bounds(begin: int, end: int, length: StepLength) -> Iterator[int]:
    """Yield where the steps of [begin, end) begin, and the end of the last, milliseconds."""
    if length in (StepLength.HALF_HOUR, StepLength.HOUR):
        step = HALF_HOUR_MS if length is StepLength.HALF_HOUR else HOUR_MS
        yield from range(begin, end, step)
    else:
        at = begin
        while at < end:
            yield at
            day = _day(at)
            after = day + timedelta(days=1)
            if length is StepLength.MONTH:
                after = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
            at = _moment(after)
    yield end


async def _async_counted(
    home: Home, bounds: list[int], length: StepLength, now: int
) -> tuple[list[Counted], Counted]:
    """Return what each step came to, and all of them together."""
    book, past, hass = home.spending.book, home.past, home.hass
    begin, end = bounds[0], bounds[-1]
    whole_from, whole_to = _first_whole(begin), _day(end)
    is_fine = length in (StepLength.HALF_HOUR, StepLength.HOUR) or whole_from > whole_to
    days: dict[date, dict[Quantity, Steps]] = {}
    if is_fine:
        days = await past.async_half_hours(_day(begin), _day(end - 1) + timedelta(days=1))
    else:
        # Days that are cut are put together of their half-hours, all others are known.
        for cut, is_cut in ((_day(begin), _moment(_day(begin)) < begin), (whole_to, True)):
            if is_cut and _moment(cut) < end:
                days |= await past.async_half_hours(cut, cut + timedelta(days=1))
    needed, tariffs = tuple(book.needed), book.accountant.tariffs

    def count() -> list[Counted]:
        # Of its own: what finds the day of a moment is no good for two threads.
        accountant = Accountant(tariffs, dt_util.get_default_time_zone())
        return [
            Counted(
                _cut(days, first, last, accountant, needed),
                first,
                max(first, min(last, now)),
            )
            for first, last in pairwise(bounds)
        ]

    if is_fine:
        counted = await hass.async_add_executor_job(count)
    else:
        counted = []
        for first, last in pairwise(bounds):
            tally = Tally()
            from_day, to_day = _first_whole(first), _day(last)
            if from_day > to_day:
                tally.add(_cut(days, first, last, book.accountant, needed))
            else:
                tally.add(_cut(days, first, _moment(from_day), book.accountant, needed))
                tally.add(book.tally(from_day, to_day))
                tally.add(_cut(days, _moment(to_day), last, book.accountant, needed))
            counted.append(Counted(tally, first, max(first, min(last, now))))
    together = Tally()
    for each in counted:
        together.add(each.tally)
    return counted, Counted(together, begin, max(begin, min(end, now)))


def _cut(
    days: Mapping[date, Pasts],
    begin: int,
    end: int,
    accountant: Accountant,
    needed: Collection[HomeQuantity],
) -> Tally:
    """Return what [begin, end) came to; a half-hour that is cut has its part."""
    tally = Tally()
    if begin >= end:
        return tally
    day = accountant.calendar.day(begin)
    while day <= accountant.calendar.day(end - 1):
        pasts = {q: cut_of(steps, begin, end) for q, steps in days.get(day, {}).items()}
        tally.add(accountant.tally(pasts, needed))
        day += timedelta(days=1)
    return tally


def _series(
    quantity: Quantity | Derived, counted: list[Counted], whole: Counted, accountant: Accountant
) -> dict[str, Any]:
    """Return one quantity, by steps and in all."""
    unit = UnitOfVolume.CUBIC_METERS if quantity is Commodity.WATER else UnitOfEnergy.KILO_WATT_HOUR

    def amount(of: Counted) -> float | None:
        return _exact(of.amount(quantity)) if of.known(quantity) > 0 else None

    total_known = whole.known(quantity)
    series: dict[str, Any] = {
        "unit": unit,
        "values": [amount(each) for each in counted],
        "known": [round(each.known(quantity), 4) for each in counted],
        "total": shown_kilowatt_hours(whole.amount(quantity)) if total_known > 0 else None,
        "total_known": round(total_known, 4),
    }
    if quantity in PRICED and accountant.tariffs.all:
        *bills, in_all = [accountant.bill(each.tally) for each in (*counted, whole)]
        is_sold = quantity is HomeQuantity.SOLD
        *costs, total_cost = [
            bill.income if is_sold else bill.energy_cost for bill in (*bills, in_all)
        ]
        series |= {"costs": [_money(cost) for cost in costs], "total_cost": rounded(total_cost)}
        if not is_sold:
            names = [name for name in accountant.tariffs.periods() if name in in_all.energies]
            series["tariffs"] = {
                name: {
                    "values": [_exact(bill.energies.get(name, 0)) for bill in bills],
                    "costs": [_money(bill.costs.get(name, Decimal(0))) for bill in bills],
                    "total": _exact(in_all.energies.get(name, 0)),
                    "total_cost": _money(in_all.costs.get(name, Decimal(0))),
                }
                for name in [*names, *([""] if "" in in_all.energies else [])]
            }
    return series


def _exact(amount: int) -> float:
    return round(amount / MICROJOULES_OF_KWH, DIGITS)


def _money(amount: Decimal) -> float:
    return round(float(amount), DIGITS)


async def _async_peak(home: Home, bounds: list[int]) -> dict[str, Any] | None:
    """Return the highest power bought in each step: as recorded, else the highest half-hour's."""
    since = home.spending.book.since(HomeQuantity.BOUGHT)
    if since is None:
        return None
    recorded, unit = await _async_recorded_highs(home, bounds)
    first_known = max(bounds[0], since) // HOUR_MS * HOUR_MS
    if recorded and recorded[0][0] <= first_known:
        return _highest(recorded, bounds) | {"unit": unit, "basis": "max"}
    if bounds[-1] - bounds[0] > FINE_DAYS * 24 * HOUR_MS:
        return _highest(recorded, bounds) | {"unit": unit, "basis": "max"} if recorded else None
    days = await home.past.async_half_hours(_day(bounds[0]), _day(bounds[-1]) + timedelta(days=1))
    means = [
        (at, step.amount * HOUR_MS / HALF_HOUR_MS / MICROJOULES_OF_KWH)
        for _, pasts in sorted(days.items())
        for at, step in sorted(pasts.get(HomeQuantity.BOUGHT, {}).items())
        if step.known == HALF_HOUR_MS
    ]
    return _highest(means, bounds) | {"unit": UnitOfPower.KILO_WATT, "basis": "half_hour"}


async def _async_recorded_highs(
    home: Home, bounds: list[int]
) -> tuple[list[tuple[int, float]], str | None]:
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


def _highest(powers: list[tuple[int, float]], bounds: list[int]) -> dict[str, Any]:
    """Return the highest of each step, and when it was."""
    highest: list[tuple[int, float] | None] = []
    number = 0
    for first, last in pairwise(bounds):
        best: tuple[int, float] | None = None
        while number < len(powers) and powers[number][0] < last:
            if powers[number][0] >= first and (best is None or powers[number][1] > best[1]):
                best = powers[number]
            number += 1
        highest.append(best)
    return {
        "power": [None if each is None else round(each[1], DIGITS) for each in highest],
        "at": [None if each is None else each[0] for each in highest],
    }


def _day(at: int) -> date:
    return dt_util.as_local(datetime.fromtimestamp(at / MS, UTC)).date()


def _moment(day: date) -> int:
    return milliseconds(dt_util.start_of_local_day(day).timestamp())


def _first_whole(at: int) -> date:
    """Return the first day that begins at a moment or after it."""
    day = _day(at)
    return day if _moment(day) == at else day + timedelta(days=1)


# The WebSocket command

SHORTEST_S = {
    StepLength.HALF_HOUR: HALF_HOUR_MS / MS,
    StepLength.HOUR: HOUR,
    StepLength.DAY: 23 * HOUR,
    StepLength.MONTH: 28 * 24 * HOUR,
}
"""Seconds that a step lasts at least."""


@callback
def async_loaded_site(hass: HomeAssistant, entry_id: str) -> Home | None:
    """Return a site that runs."""
    entry = hass.config_entries.async_get_entry(entry_id)
    if (
        entry is None
        or entry.domain != DOMAIN
        or entry.data.get(CONF_KIND) != Kind.HOME
        or entry.state is not ConfigEntryState.LOADED
    ):
        return None
    home: Home = entry.runtime_data
    return home


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/energies",
        vol.Required("site"): str,
        vol.Required("begin"): cv.datetime,
        vol.Required("end"): cv.datetime,
        vol.Required("step"): vol.Coerce(StepLength),
    }
)
@async_response
async def async_answer_energies(
    hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]
) -> None:
    """Answer the series of a site."""
    home = async_loaded_site(hass, message["site"])
    if home is None:
        connection.send_error(message["id"], ERR_NOT_FOUND, "No such site")
        return
    begin, end = (dt_util.as_utc(message[key]).timestamp() for key in ("begin", "end"))
    length: StepLength = message["step"]
    if begin >= end or (end - begin) / SHORTEST_S[length] > MOST_STEPS:
        connection.send_error(message["id"], ERR_INVALID_FORMAT, "Too many steps, or none")
        return
    connection.send_result(message["id"], await async_energies(home, begin, end, length))
