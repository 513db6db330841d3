"""All feeds of an account: remembered over restarts, kept in the archive and the statistics."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import tzinfo
from itertools import pairwise
import logging
import time
from typing import Any, TypedDict, cast

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations, async_get_translations
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...faults import contained
from ...history.archive import async_archive
from ...history.errors import HistoryError
from ...history.periods import Period, begin_of, end_of
from ...history.points import SPREAD_MOST, Aggregation, Point
from ...history.units import home_assistant_unit
from ...listeners import Listeners
from ...protocol.errors import PayloadRefused
from ...protocol.model import Reading
from ..config import data_nodes_of, proxies_of
from ..context import AccountContext
from ..part import Part
from ..store import SOON
from .data_node import Given, zone_of
from .feed import Content, Feed, FeedDescription, FeedQuantity

_LOGGER = logging.getLogger(__name__)

MOST_FEEDS = 256
"""Feeds of one node; a meter has thirty at most."""

DAY = 86400.0

LONGEST = 3600.0
"""Seconds a value without a period stands for at most: after that nothing is known."""

type FeedSample = tuple[float, float]
"""Time and value."""

type Ends = tuple[FeedSample, FeedSample]
"""The first and the last reading of an index that was counted already."""


def aggregation_of(content: Content) -> Aggregation:
    """Return what the points of a kind of value are; a day's maximum stands for the day."""
    return Aggregation.SUM if content in (Content.SUM, Content.INDEX) else Aggregation.MEAN


def points_of(
    samples: Sequence[FeedSample], description: FeedDescription, ends: Ends | None, zone: tzinfo
) -> list[Point]:
    """Return what readings say of periods; `samples` are in time order, one a time.

    `ends` is what is counted of an index already: what lies between them is known.
    """
    match description.content:
        case Content.INDEX:
            return _counted(samples, ends)
        case Content.MAXIMUM:
            return _maxima(samples, zone)
    if description.interval is None:
        return _measured(samples)
    if description.interval >= DAY:
        return [_day(begin_of(time, Period.DAY, zone), value, zone) for time, value in samples]
    return [Point(time, description.interval, value) for time, value in samples]


def ends_of(samples: Sequence[FeedSample], ends: Ends | None) -> Ends | None:
    """Return the ends of what is counted once these samples are."""
    known = [*samples, *(ends or ())]
    return (min(known), max(known)) if known else None


def _counted(samples: Sequence[FeedSample], ends: Ends | None) -> list[Point]:
    """Return what an index counted between its readings; a meter that was replaced begins anew."""
    if ends is None:
        runs = [list(samples)]
    else:
        first, last = ends
        before = [sample for sample in samples if sample[0] < first[0]]
        after = [sample for sample in samples if sample[0] > last[0]]
        runs = [[*before, first], [last, *after]]
    return [
        Point(begin, end - begin, value - before)
        for run in runs
        for (begin, before), (end, value) in pairwise(run)
        if value >= before and end - begin <= SPREAD_MOST
    ]


def _maxima(samples: Sequence[FeedSample], zone: tzinfo) -> list[Point]:
    most: dict[float, float] = {}
    for at, value in samples:
        day = begin_of(at, Period.DAY, zone)
        most[day] = max(value, most.get(day, value))
    return [_day(begin, value, zone) for begin, value in most.items()]


def _day(begin: float, value: float, zone: tzinfo) -> Point:
    return Point(begin, end_of(begin, Period.DAY, zone) - begin, value)


def _measured(samples: Sequence[FeedSample]) -> list[Point]:
    """Return what was measured at single times: each value stands until the next."""
    gaps = [min(after - time, LONGEST) for (time, _), (after, _) in pairwise(samples)]
    # Of the last, as of the one before: the next is not known yet.
    gaps.append(gaps[-1] if gaps else LONGEST)
    return [Point(time, gap, value) for (time, value), gap in zip(samples, gaps, strict=True)]


class KnownFeed(TypedDict):
    """A series of an older node."""

    quantity: str
    content: str
    unit: str | None
    interval: float | None
    detail: str
    latest: tuple[float, float | str] | None
    """Time and value of the newest reading."""
    ends: tuple[tuple[float, float], tuple[float, float]] | None
    """Of an index, the first and the last reading that were counted."""


class Feeds(Part):
    """Hold the feeds of all older nodes, and put what they give where it lasts."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self.feeds: dict[str, dict[str, Feed]] = {}
        """Subentry → name → feed."""
        self._known: dict[str, dict[str, KnownFeed]] = self._store.kept("feeds", {})
        """Older node's subentry → name → what is known of a feed."""
        self.listeners = Listeners[Feed]()
        """Of each feed that comes."""
        self._pending: defaultdict[Feed, list[Reading]] = defaultdict(list)
        self._news = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self.runs = (self.run,)

    def all_feeds(self) -> list[Feed]:
        """Return every feed."""
        return [feed for of_node in self.feeds.values() for feed in of_node.values()]

    def take_over(self, subentry_id: str, is_wanted: Callable[[str], bool]) -> None:
        """Go on with what is remembered of a node, but for what is no longer wanted of it."""
        if subentry_id not in self.feeds:
            for name, known in self._known.get(subentry_id, {}).items():
                with contained():
                    feed = self._add(subentry_id, name, _description(known), "")
                    assert known["latest"] is not None  # it is remembered once something came
                    feed.take([Reading(*known["latest"])])
                    feed.received = 0
        for name in [name for name in self.feeds.get(subentry_id, {}) if not is_wanted(name)]:
            self.remove(subentry_id, name)

    def ensure(
        self, subentry_id: str, name: str, description: FeedDescription, title: str = ""
    ) -> Feed:
        """Return a feed, made when it is new; raises PayloadRefused when there are too many."""
        of_node = self.feeds.setdefault(subentry_id, {})
        if (feed := of_node.get(name)) is None:
            if len(of_node) >= MOST_FEEDS:
                raise PayloadRefused("too_many_series")
            feed = self._add(subentry_id, name, description, title)
            self.listeners.tell(feed)
        elif feed.description != description:
            feed.description = description
        if feed.title != title:
            feed.title = title
            feed.listeners.tell()
        return feed

    def take(self, feed: Feed, readings: list[Reading]) -> None:
        """Show the newest reading, keep all."""
        feed.take(readings)
        self._pending[feed].extend(readings)
        self._remember(feed)
        self._idle.clear()
        self._news.set()

    def take_all(self, subentry_id: str, given: Mapping[str, Given]) -> None:
        """Take the series of a node's answer or push; raises PayloadRefused for too many."""
        for name, pack in given.items():
            self.take(self.ensure(subentry_id, name, pack.description), pack.readings)

    def apply(self) -> None:
        """Forget the feeds of nodes that were removed."""
        nodes = data_nodes_of(self._entry) | proxies_of(self._entry)
        for subentry_id in self.feeds.keys() - nodes.keys():
            self.remove(subentry_id)

    def remove(self, subentry_id: str, name: str | None = None) -> None:
        """Forget a feed, or all of a node; what was kept stays in the statistics."""
        if name is None:
            for feed in self.feeds.pop(subentry_id, {}).values():
                self._pending.pop(feed, None)
            self._known.pop(subentry_id, None)
        else:
            self._pending.pop(self.feeds[subentry_id].pop(name), None)
            self._known.get(subentry_id, {}).pop(name, None)
        self._store.save_within(SOON)

    async def run(self) -> None:
        """Keep what comes until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._pending:
                feed = next(iter(self._pending))
                with contained():
                    await self._keep(feed, self._pending.pop(feed))
            if not self._news.is_set():
                self._idle.set()

    async def async_kept(self) -> None:
        """Wait until all that came is kept: who asks for years asks no faster."""
        await self._idle.wait()

    def diagnostics(self) -> dict[str, Any]:
        """Return what each feed is and has; no name, number or value."""
        now = time.time()
        feeds = [
            {
                "quantity": feed.description.quantity,
                "content": feed.description.content,
                "interval_s": feed.description.interval,
                "status": feed.reason,
                "received": feed.received,
                "age_s": None if feed.latest is None else round(now - feed.latest.time),
            }
            for feed in self.all_feeds()
        ]
        return {"feeds": feeds}

    def _add(self, subentry_id: str, name: str, description: FeedDescription, title: str) -> Feed:
        feed = Feed(subentry_id, name, description, title)
        self.feeds.setdefault(subentry_id, {})[name] = feed
        return feed

    async def _keep(self, feed: Feed, readings: list[Reading]) -> None:
        values = {r.time: r.value for r in readings if isinstance(r.value, int | float)}
        if not values or "recorder" not in self._hass.config.components:
            return
        known = self._known[feed.subentry_id][feed.name]
        samples = sorted(values.items())
        zone = zone_of(feed.name, dt_util.get_default_time_zone())
        points = points_of(samples, feed.description, known["ends"], zone)
        try:
            await async_archive(self._hass).async_add(
                feed.statistic_id,
                await self._title(feed),
                home_assistant_unit(feed.description.unit) or feed.description.unit,
                aggregation_of(feed.description.content),
                points,
            )
        except HistoryError as error:
            _LOGGER.debug("The readings of a feed were not kept: %s", error.key)
        ends = ends_of(samples, known["ends"])
        # Remembered anew if more came meanwhile, or forgotten.
        remembered = self._known.get(feed.subentry_id, {}).get(feed.name)
        if remembered is not None and feed.description.content is Content.INDEX:
            remembered["ends"] = ends
            self._store.save_within(SOON)

    async def _title(self, feed: Feed) -> str:
        await async_get_translations(self._hass, self._hass.config.language, "entity", [DOMAIN])
        subentry = self._entry.subentries.get(feed.subentry_id)
        return f"{subentry.title if subentry else ''} {name_of(self._hass, feed)}"

    def _remember(self, feed: Feed) -> None:
        latest, of_node = feed.latest, self._known.setdefault(feed.subentry_id, {})
        assert latest is not None  # it has just taken some
        ends = known["ends"] if (known := of_node.get(feed.name)) else None
        kept = {**asdict(feed.description), "latest": (latest.time, latest.value), "ends": ends}
        of_node[feed.name] = cast("KnownFeed", kept)
        self._store.save_within(SOON)


@callback
def name_of(hass: HomeAssistant, feed: Feed) -> str:
    """Return how a feed is called, in the language of Home Assistant."""
    if feed.title:
        return feed.title
    texts = async_get_cached_translations(hass, hass.config.language, "entity", DOMAIN)
    quantity = feed.description.quantity
    name = texts.get(f"component.{DOMAIN}.entity.sensor.{quantity}.name", quantity)
    return name.format(detail=detail_of(feed))


def detail_of(feed: Feed) -> str:
    """Return what follows the name of a feed to tell it from others of its kind."""
    return f" {feed.description.detail}" if feed.description.detail else ""


def _description(known: KnownFeed) -> FeedDescription:
    quantity, content = FeedQuantity(known["quantity"]), Content(known["content"])
    return FeedDescription(quantity, content, known["unit"], known["interval"], known["detail"])
