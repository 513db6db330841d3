"""A publication of periods: what an entity came to in each, told when the period is over."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
import logging
import math
import time
from typing import Any

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, State, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util

from ...faults import type_and_place
from ...history.past import Meaning, async_past, async_provided
from ...history.periods import Period, begin_of, end_of, periods_in
from ...history.points import HOUR, Aggregation, Point, Points
from ...history.recorder import async_hours, rows_of
from ...history.summary import Summary, async_summaries, summarised
from ...history.units import shortened
from ...protocol.model import Item, Reading
from ...protocol.term import Span
from ..relations.group_names import given_name
from .publication import Publication
from .pubsub_node import MAX_ITEMS_OF_PERIODS
from .source import is_lent, told_later

_LOGGER = logging.getLogger(__name__)

SETTLED = 2.0
"""Seconds after the end of a period until it is told: the last states are then recorded."""

LOOKED_BACK = 3
"""Periods that are looked at again when one is over: what was recorded late corrects them."""

ATTR_SETTLED = "settled"
"""The attribute of the entity that says before when nothing is given any more."""


class PeriodicPublication(Publication):
    """Summarise the entity from the recorder; nothing is told while a period runs."""

    max_items = MAX_ITEMS_OF_PERIODS

    _cancel: CALLBACK_TYPE | None = None
    _told: dict[float, float]
    """Periods told lately, and their values: one that differs later is told again."""
    _untold: set[float]
    """Periods whose telling failed."""
    _running: Span = (math.inf, math.inf)
    """The period that is told next, once it is over."""

    @property
    def period(self) -> Period:
        """How long a period is."""
        return Period(self.description.granularity)

    def span(self, reading: Reading) -> Span:
        """Return the period that a reading is of."""
        end = end_of(reading.time, self.period, dt_util.get_default_time_zone())
        return reading.time, end

    def begin_of(self, moment: float) -> float:
        """Return the begin of the period that holds a moment."""
        return begin_of(moment, self.period, dt_util.get_default_time_zone())

    def _period_of(self, moment: float) -> Span:
        begin = self.begin_of(moment)
        return begin, end_of(begin, self.period, dt_util.get_default_time_zone())

    def shown(self, item: Item) -> tuple[Reading, ...]:
        """Return nothing: what a period came to says nothing of now."""
        return ()

    def spans(self, begin: float, end: float) -> Iterator[Span]:
        """Yield each whole period of [begin, end)."""
        return periods_in(begin, end, self.period, dt_util.get_default_time_zone())

    @property
    def oldest_waiting(self) -> float:
        """The begin of the oldest period that is still to be published, or that is said again."""
        newest = self.publisher.newest
        said_again = [] if newest is None else [each.time for each in newest.readings[:1]]
        begin, end = self._running
        comes = begin if self._policy.reaches(self.id, self._running) else end
        return min([super().oldest_waiting, comes, *said_again])

    @callback
    def close(self) -> None:
        """Stop at a lost link: the recorder takes over."""
        super().close()
        self._unschedule()

    async def async_open(self, watermark: float, now: float) -> None:
        """Tell each period from now on, and those the server missed since `watermark`."""
        opening = self._begin(watermark)
        self._told, self._untold = {}, set()
        points = await self.async_points(round(watermark + 0.001, 3), now)
        if not self._is_current(opening):
            return
        self._reads_from = None
        self._told = {point.begin: point.value for point in points[-LOOKED_BACK:]}
        self.publisher.add_backlog(readings_of(filter(self._reaches, points)))
        if self.entity_id is None:
            self.publisher.set_unavailable(now)
        self._on_change()
        self._schedule(now)

    async def async_readings(self, begin: float, end: float, most: int) -> list[Reading] | None:
        """Return the whole periods of [begin, end); None: there are too many."""
        # Ten minutes since 1970 are three million: they are counted before they are looked at.
        if len(list(islice(self.spans(begin, end), most + 1))) > most:
            return None
        return readings_of(await self.async_points(begin, end))

    async def async_points(self, begin: float, end: float) -> list[Point]:
        """Return the whole periods of [begin, end) that are known, in the unit on the wire.

        From the states; where the recorder keeps none, hours and days from its statistics; where
        there are none either, from the past that the household gave the series.
        """
        summary = Summary(self.description.measurement["aggregation"])
        points: list[Point] = []
        if self.entity_id is not None:
            points = await async_summaries(
                self._hass, self.entity_id, self.period, summary, begin, end, self._value
            )
        if summary is Summary.LAST:
            return points
        known = {point.begin: point for point in points}
        whole = list(self.spans(begin, end))
        for older in (self._hours, self._past):
            missing = [span for span in whole if span[0] not in known]
            if missing:
                finer = Points()
                finer.add(await older(summary, missing[0][0], missing[-1][1]))
                found = summarised(finer, missing, is_sum=summary is Summary.SUM)
                known |= {point.begin: point for point in found}
        return [known[begin] for begin in sorted(known)]

    async def _hours(self, summary: Summary, begin: float, end: float) -> list[Point]:
        """Return the statistics of the entity, which are in the unit it is shown in."""
        state = None if self.entity_id is None else self._hass.states.get(self.entity_id)
        if state is None or self.period not in (Period.HOUR, Period.DAY):
            return []
        hours = await async_hours(
            self._hass, state.entity_id, begin, end, is_sum=summary is Summary.SUM
        )
        return self._written(hours, state.attributes)

    async def _past(self, summary: Summary, begin: float, end: float) -> list[Point]:
        """Return what the household gave the series for the time before the sensor."""
        statistic_id = self.past
        if statistic_id is None or is_lent(self._hass, statistic_id):
            return []
        unit = self.description.measurement.get("unit")
        wanted = Meaning(unit, Aggregation(summary))
        points = await async_past(self._hass, statistic_id, wanted, begin, end)
        return self._written(points, {ATTR_UNIT_OF_MEASUREMENT: unit})

    def _written(self, points: Iterable[Point], attributes: Mapping[str, Any]) -> list[Point]:
        """Return points in the unit on the wire."""
        return [
            Point(point.begin, point.seconds, value)
            for point in points
            if (value := self._value(State("sensor.past", str(point.value), attributes)))
            is not None
        ]

    def _value(self, state: State) -> float | None:
        reading = self.reading(state)
        value = None if reading is None else reading.value
        return None if isinstance(value, str) else value

    @callback
    def _on_state(self, event: Event[EventStateChangedData]) -> None:
        """Leave it to the recorder."""

    def _schedule(self, now: float) -> None:
        begin, end = self._running = self._period_of(now)

        async def over(_now: object) -> None:
            self._cancel = None
            try:
                await self._tell(end)
            except Exception as error:
                # The last resort: a fault of this period must not end those that follow.
                _LOGGER.error(
                    "A period was not told and will be with the next one: %s", type_and_place(error)
                )
                self._untold.add(begin)
            if self.is_open:
                self._schedule(max(end, time.time()))

        self._unschedule()
        # If the clock is set back meanwhile, the period is not over yet by it.
        self._cancel = async_track_point_in_utc_time(
            self._hass, over, dt_util.utc_from_timestamp(end + SETTLED)
        )

    def _unschedule(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    async def _tell(self, end: float) -> None:
        """Tell the period that is over, and those before it that came to something else."""
        begin = current = self.begin_of(end - 1)
        for _ in range(LOOKED_BACK - 1):
            begin = self.begin_of(begin - 1)
        points = await self.async_points(begin, end)
        if not self.is_open:
            return
        for point in points:
            known, self._told[point.begin] = self._told.get(point.begin), point.value
            if not self._reaches(point):
                continue
            if point.begin == current:
                self.publisher.add(*readings_of([point]))
            elif not self._is_for_receivers(point):
                continue
            elif point.begin in self._untold or (known is not None and known != point.value):
                # An item of its own, which takes the place of the first.
                self.publisher.add_backlog(readings_of([point]))
        is_known = bool(points) and points[-1].begin == current
        if not is_known and self._policy.reaches(self.id, (current, end)):
            self.publisher.set_unavailable(current)
        self._told = dict(sorted(self._told.items())[-LOOKED_BACK:])
        self._untold.clear()
        self._on_change()

    def _reaches(self, point: Point) -> bool:
        """Return whether somebody may have a period."""
        return self._policy.reaches(self.id, (point.begin, point.end))

    def _is_for_receivers(self, point: Point) -> bool:
        """Return whether all whom the server lets receive what is published may have a period."""
        span = point.begin, point.end
        return all(self._policy.covers(receiver, self.id, span) for receiver in self.receivers)


class GivenPublication(PeriodicPublication):
    """Tell each period of the mean of a group once, when the last of its hours is settled.

    An hour may be settled a day late, and then stays as it is: what was given is read from its
    statistic, never from the entity, whose value is of now.
    """

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
        settled = None if state is None else state.attributes.get(ATTR_SETTLED)
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


class LaterPublication(GivenPublication):
    """Tell each period of what a site is told of later, once all of it is known.

    What is corrected, or known of before what was told, friends are told to ask for anew.
    """

    @property
    def past(self) -> str | None:
        """The statistic that tells of all times."""
        return told_later(self.data)

    async def async_points(self, begin: float, end: float) -> list[Point]:
        """Return the whole periods of [begin, end) of which all is known, no coarser, in kWh."""
        spans = list(self.spans(begin, end))
        # The recorder has but hours, in which a day was spread.
        site = async_provided(self._hass).get(self.past or "")
        if site is None or not spans:
            return []
        known = Points.of(await site.points(spans[0][0], spans[-1][1]))
        points: list[Point] = []
        for first, last in spans:
            inside = [one for one in known.within(first, last) if one.spread <= last - first]
            if sum(one.seconds for one in inside) >= last - first:
                points.append(Point(first, last - first, sum(one.value for one in inside)))
        return self._written(points, {ATTR_UNIT_OF_MEASUREMENT: site.meaning.unit})


def readings_of(points: Iterable[Point]) -> list[Reading]:
    """Return periods as they go on the wire."""
    return [Reading(point.begin, shortened(point.value)) for point in points]
