"""Groups of homes: kept as their readings come, and given on hour by hour.

Of a group of a collection there are statistics, made anew where anything of an hour came or went.
An hour of fewer than five homes is none: it would tell of somebody. So what a member leaves behind
when it is erased is nothing, but for hours in which five others are: those within the time that
readings are kept are made anew without it; of older ones the readings are gone already, and a sum
of five homes or more is nobody's. What was given on stays as it was given: whoever asked twice,
before and after, would have the difference, which is a home. Of a group that the household made of
its friends' series there is only that.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
import math
import time

from homeassistant.core import CALLBACK_TYPE, callback

from ....const import DOMAIN, GROUP
from ....faults import contained
from ....history.archive import async_archive
from ....history.points import HOUR
from ....history.recorder import async_listen_hours
from ....history.statistics import async_write
from ....homes import CONF_MEMBERS, is_of_friends
from ....listeners import Listeners
from ....protocol.term import Span
from ....protocol.wishes import What
from ...config import collection_data, collections_of, publications_of
from ...context import AccountContext
from ...follow.following import Following
from ...follow.retention import Retention
from ...part import Part, wait_for
from ...relations.group_names import OF_FRIENDS, GroupKey, given_name
from ...relations.members import Giving, Memberships
from ...store import SOON
from ..collections import Collections
from ..giving import giving_of, givings_of_sensors
from ..kept import GroupData
from .figures import GroupHour
from .group import (
    UNITS,
    CollectionGroup,
    FriendsGroup,
    async_names,
    forget_group,
    hour_of,
    statistic_of,
)
from .reading import async_first, async_group_hours
from .settling import DAY, WAITED, Settling, day_of

MONTH = 31 * 86400
"""Seconds that are computed at a time: what is known of it is written before the next."""

RECENT = 2 * DAY
"""What is older than that is past: it comes in months, and there is no hurry."""

GATHERED = 1.0
"""Seconds in which those who come, or bring a series, are looked at together."""

SOON_AFTER = 300.0
"""Seconds from the first news of these days until they are counted: most homes tell at once."""

QUIET = 600.0
"""Seconds without news of the past until it is counted; not while it is being filled back, but
for once in `AT_LATEST`."""
AT_LATEST = 3600.0

OF_GROUPS = (What.CONSUMPTION, What.PRODUCTION)
"""What is asked by periods."""


class Groups(Part):
    """Keep the groups of an account's collections until cancelled."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._known: dict[str, dict[str, GroupData]] = self._store.kept("groups", {})
        """Collection organised here → what is asked → its group."""
        self._memberships, self._following = context[Memberships], context[Following]
        self._settling = Settling(self._hass, self._store)
        self.added = Listeners[CollectionGroup]()
        self._groups: dict[tuple[str, str], CollectionGroup] = {}
        self._listened: dict[tuple[tuple[str, str], str], CALLBACK_TYPE] = {}
        """What ends the listening to a statistic, for a group."""
        self._must_listen = False
        self._news = asyncio.Event()
        self._undo = ExitStack()
        context[Collections].changed.add(self.wake)
        self._following.listeners.add(lambda _publisher, _series: self.wake())
        context[Retention].erasing.add(lambda _publisher, _publication: self.wake())
        self.runs = (self.run,)

    def __iter__(self) -> Iterator[CollectionGroup]:
        """Yield each group."""
        return iter(self._groups.values())

    def find(self, subentry_id: str, what: str) -> CollectionGroup | None:
        """Return the group of those who give something to a collection."""
        return self._groups.get((subentry_id, what))

    def givings(self, group: CollectionGroup) -> list[Giving]:
        """Return what came of the members of a group, by number."""
        if isinstance(group, FriendsGroup):
            refs, all_series = group.subentry.data[CONF_MEMBERS], self._following.all_series()
            return givings_of_sensors(self._hass, refs, all_series)
        members, of_members = self._memberships.of_collection(group.id), self._following.series
        given = (
            giving_of(self._hass, one, group.what, of_members.get(one.jid, {}))
            for one in members
            if group.what in one.gives
        )
        return [one for one in given if one is not None]

    def _of(self, group: CollectionGroup, givings: Iterable[Giving]) -> int:
        """Return how many homes there are in a group, whatever came of them."""
        if isinstance(group, FriendsGroup):
            return len({giving.number for giving in givings})
        return sum(group.what in one.gives for one in self._memberships.of_collection(group.id))

    # What the organiser decides, and who takes part

    @callback
    def apply(self) -> None:
        """Take over the collections as the organiser has them now."""
        wanted: dict[tuple[str, str], CollectionGroup] = {
            (subentry_id, ask["what"]): CollectionGroup(subentry, ask["what"])
            for subentry_id, subentry in collections_of(self._entry).items()
            for ask in collection_data(subentry)["asks"]
            if ask["what"] in OF_GROUPS
        }
        wanted |= {
            (subentry.subentry_id, OF_FRIENDS): FriendsGroup(subentry, OF_FRIENDS)
            for subentry in self._entry.get_subentries_of_type(GROUP)
            if is_of_friends(self._hass, subentry)
        }
        kept = {(one.id, one.what) for one in wanted.values()}
        known = self._known
        for group_id, what in [(one, what) for one in known for what in known[one]]:
            if (group_id, what) not in kept:
                self._forget(group_id, what)
        for over in self._groups.keys() - wanted.keys():
            del self._groups[over]
        for key, group in wanted.items():
            if (running := self._groups.get(key)) is not None:
                running.subentry = group.subentry
                continue
            self._groups[key] = group
            is_new = group.what not in known.get(group.id, {})
            self._data(group)
            # What came while nobody counted.
            self._note(group, 0 if is_new else time.time() - RECENT, time.time())
            self.added.tell(group)
        self.wake()

    def _forget(self, group_id: str, what: str) -> None:
        """Forget a group that is asked for no more; nothing is given on of it."""
        of_collection = self._known.get(group_id, {})
        if of_collection.pop(what, None) is None:
            return
        if not of_collection:
            del self._known[group_id]
        self._store.save_within(SOON)
        forget_group(self._hass, group_id, what)
        for series in list(publications_of(self._entry).values()):
            name = given_name(series.data)
            if name is not None and (name.group, name.what) == (group_id, what):
                # All is taken over anew at once, while this goes on.
                self._hass.config_entries.async_remove_subentry(self._entry, series.subentry_id)

    @callback
    def wake(self) -> None:
        """Look again at who takes part, and at what they give."""
        self._must_listen = True
        self._news.set()

    async def async_remove(self) -> None:
        """Leave no entity and no statistics of a group."""
        for group_id, of_group in self._known.items():
            for what in of_group:
                forget_group(self._hass, group_id, what)

    async def async_stop(self) -> None:
        """Listen to nothing any more."""
        self._listen_to_nothing()

    def _listen_to_nothing(self) -> None:
        self._undo.close()
        for stop in self._listened.values():
            stop()
        self._listened.clear()

    # What comes

    def _listen(self, *, is_at_start: bool = False) -> None:
        """Listen to what each member gives now."""
        wanted: dict[tuple[tuple[str, str], str], tuple[CollectionGroup, Giving]] = {}
        for key, group in self._groups.items():
            givings = self.givings(group)
            wanted |= {(key, giving.statistic_id): (group, giving) for giving in givings}
            of, group.of = group.of, self._of(group, givings)
            if of != group.of:
                group.listeners.tell()
        for over in self._listened.keys() - wanted.keys():
            self._listened.pop(over)()
            if (left := self._groups.get(over[0])) is not None:
                # What was counted of it is counted again without it.
                self._note(left, 0, time.time())
        for heard in wanted.keys() - self._listened.keys():
            group, giving = wanted[heard]
            listeners = async_archive(self._hass).listeners[giving.statistic_id]
            self._listened[heard] = listeners.add(partial(self._note, group))
            if not is_at_start and group.is_counted:
                # Some of it may have come before it was listened to.
                days = next(a["past_days"] for a in group.data["asks"] if a["what"] == group.what)
                self._note(group, giving.joined - days * DAY, time.time())

    @callback
    def _on_hour(self, begin: float) -> None:
        """Take that Home Assistant has put together an hour of those that it records itself."""
        own = {key for key, statistic_id in self._listened if not statistic_id.startswith(DOMAIN)}
        for key in own & self._groups.keys():
            self._note(self._groups[key], begin, begin + HOUR)

    @callback
    def _note(self, group: CollectionGroup, begin: float, end: float) -> None:
        """Note that something of [begin, end) came or went."""
        now, at = time.time(), time.monotonic()
        cut = now - RECENT
        if end > cut:
            if group.recent is None:
                group.recent_at = at
                self._news.set()
            group.recent = _with(group.recent, max(begin, cut), end)
        if begin < cut and group.is_counted:
            data = self._data(group)
            stale = data.get("stale")
            if stale is None or not group.past_first:
                group.past_first = at
                self._news.set()
            group.past_last = at
            data["stale"] = _with(stale, begin, min(end, cut))
            self._store.save_within(SOON)

    def _data(self, group: CollectionGroup) -> GroupData:
        """Return what is kept of a group; a new one is given on from now on."""
        of_collection = self._known.setdefault(group.id, {})
        if group.what not in of_collection:
            of_collection[group.what] = GroupData(
                settled=time.time() // HOUR * HOUR, day=day_of(time.time()), homes=[], given=[]
            )
        return of_collection[group.what]

    # What is counted

    async def run(self) -> None:
        """Count what came, until cancelled."""
        if "recorder" not in self._hass.config.components:
            return
        self._listen_to_nothing()
        self._listen(is_at_start=True)
        with self._undo:
            self._undo.callback(async_listen_hours(self._hass, self._on_hour))
            while True:
                self._news.clear()
                if self._must_listen:
                    await asyncio.sleep(GATHERED)
                    self._must_listen = False
                    self._listen()
                for group in list(self):
                    with contained():
                        try:
                            await self._look(group)
                        finally:
                            if group not in self:
                                # What was written after its collection was removed goes as well.
                                forget_group(self._hass, group.id, group.what)
                now = time.monotonic()
                due = min(map(self._due, self), default=now + AT_LATEST)
                await wait_for(self._news, max(0.0, due - now))

    def _due(self, group: CollectionGroup) -> float:
        """Return the monotonic time at which there is something to do for a group."""
        now = time.monotonic()
        dues = [now + max(60.0, self._data(group)["settled"] + HOUR + WAITED - time.time())]
        if group.recent is not None:
            dues.append(group.recent_at + SOON_AFTER)
        if "stale" in self._data(group):
            dues.append(min(group.past_last + QUIET, group.past_first + AT_LATEST))
        return min(dues)

    async def _look(self, group: CollectionGroup) -> None:
        """Do for a group what is due."""
        now, data = time.monotonic(), self._data(group)
        is_late = time.time() >= data["settled"] + HOUR + WAITED
        is_recent = group.recent is not None and now >= group.recent_at + SOON_AFTER
        if is_recent or (is_late and group.is_given_read):
            await self._count_recent(group)
            await self._settle(group)
        quiet = min(group.past_last + QUIET, group.past_first + AT_LATEST)
        if (stale := data.get("stale")) is not None and now >= quiet:
            del data["stale"]
            group.past_first = 0.0
            try:
                await self._count(group, *stale)
            except BaseException:
                data["stale"] = _with(data.get("stale"), *stale)
                group.past_first = group.past_last = time.monotonic()
                raise
            finally:
                self._store.save_within(SOON)

    async def _count_recent(self, group: CollectionGroup) -> None:
        span, group.recent = group.recent, None
        if span is None:
            return
        try:
            await self._count(group, *span)
        except BaseException:
            group.recent, group.recent_at = _with(group.recent, *span), time.monotonic()
            raise
        oldest = time.time() - RECENT
        group.hours = {at: hour for at, hour in group.hours.items() if at >= oldest}

    async def _count(self, group: CollectionGroup, begin: float, end: float) -> None:
        """Bring the statistics of a group to what its members have reported of [begin, end)."""
        if not group.is_counted:
            return
        data, givings = self._data(group), self.givings(group)
        retention = group.data["retention_days"] * DAY
        # Of what is older the readings are being erased, some of them sooner than others.
        kept_from = time.time() - retention + min(30 * DAY, retention / 10)
        begin = max(int(begin // HOUR), math.ceil(kept_from / HOUR)) * HOUR
        end = min(math.ceil(end / HOUR) * HOUR, int(time.time() // HOUR) * HOUR)
        if begin < end - MONTH:
            # Nothing is to be done for the years before the first hour.
            first = await async_first(self._hass, givings, begin)
            begin = max(begin, int(min(first, data.get("since", first), end)))
        names = await async_names(self._hass, group)
        while begin < end:
            until = min(begin + MONTH, end)
            hours = await async_group_hours(self._hass, givings, begin, until)
            if group not in self:
                return
            if hours and hours[0].begin < (since := data.get("since", end)):
                # Of the hours from there to what was known nobody has told, which is known now.
                end = max(end, int(since))
                data["since"] = hours[0].begin
                self._store.save_within(SOON)
            is_recent = begin >= time.time() - RECENT - HOUR
            known = {at: one for at, one in group.hours.items() if begin <= at < until}
            new = {one.begin: one for one in hours}
            if not is_recent or new != known:
                await self._write(group, names, hours, begin, until)
            if is_recent:
                kept = {at: one for at, one in group.hours.items() if at not in known}
                group.hours = kept | new
            begin = until
        group.listeners.tell()

    async def _write(
        self,
        group: CollectionGroup,
        names: dict[GroupKey, str],
        hours: Sequence[GroupHour],
        begin: int,
        end: int,
    ) -> None:
        for key in UNITS.keys() - {GroupKey.GIVEN}:
            rows = [hour_of(one.begin, one.values[key]) for one in hours if key in one.values]
            await async_write(self._hass, statistic_of(group, key, names), rows, (begin, end))
        since = self._data(group).get("since", end)
        homes = {one.begin: one.homes for one in hours}
        first = max(begin, int(since))
        counts = [hour_of(at, homes.get(at, 0)) for at in range(first, end, HOUR)]
        statistic = statistic_of(group, GroupKey.REPORTING, names)
        await async_write(self._hass, statistic, counts, (begin, end))

    async def _settle(self, group: CollectionGroup) -> None:
        """Give on what nobody is waited for."""
        data, givings = self._data(group), self.givings(group)
        settled = await self._settling.settle(group, data, givings)
        if settled and group in self:
            # Before it is told: an hour that is lost to a power cut is better than one that is
            # given twice.
            await self._store.async_save()
            await self._settling.give_on(group, data, settled)
        self._store.save_within(SOON)
        if group.settled != data["settled"]:
            group.settled = data["settled"]
            group.listeners.tell()


def _with(span: Span | None, begin: float, end: float) -> Span:
    return (begin, end) if span is None else (min(span[0], begin), max(span[1], end))
