"""What is given on of a group: each hour that nobody is waited for, in order, and never again."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
import time

from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util

from ....const import LEAST_HOMES
from ....history.periods import Period, begin_of
from ....history.points import HOUR, Hour
from ....history.recorder import rows_of
from ....history.statistics import async_write
from ...relations.group_names import GroupKey
from ...relations.members import Giving
from ...store import AccountStore
from ..kept import GroupData
from .figures import mean_of
from .group import CollectionGroup, async_names, hour_of, statistic_of
from .reading import async_heard, async_reported

DAY = 86400.0

WAITED = DAY
"""Seconds after an hour's end in which those who count may still report it; then it is settled."""

SILENT = 2 * DAY
"""Who has reported nothing for so long at the beginning of a day does not count on it."""

type Draw = Callable[[int, Collection[int]], int]
"""Of whoever left, and those who are left: who is left out as well. Chance, the same each time."""


def following(last: frozenset[int], able: frozenset[int], draw: Draw) -> frozenset[int]:
    """Return who counts next of those who are able to, after those who counted last.

    Between the two nobody changes, or two at least do. Who came alone waits until another comes or
    goes; when one leaves alone another one is left out, and is back with the next change.
    """
    gone, come = last - able, able - last
    if len(gone) + len(come) != 1:
        return able
    if come:
        return last
    (alone,), left = gone, last - gone
    return left - {draw(alone, left)} if left else left


@dataclass(frozen=True, slots=True)
class Cohort:
    """Who counts on a local day, and who counted in what was given last.

    What is given on is a mean of each hour. Whoever multiplies two of them by how many were in
    them, and subtracts, has what came and went between the two: never fewer than two homes.
    """

    day: date
    homes: frozenset[int] = frozenset()
    """Fixed at the beginning of the day."""
    given: frozenset[int] = frozenset()
    """In the last hour that was given."""

    def on(self, day: date, able: Collection[int], draw: Draw) -> Cohort:
        """Return the cohort of a day; `able` are the members who were at its beginning."""
        if day == self.day:
            return self
        return replace(self, day=day, homes=following(self.homes, frozenset(able), draw))

    def settled(self, reported: Collection[int], draw: Draw) -> Cohort | None:
        """Return the cohort after an hour in which these have reported; None: nothing is given.

        What is given is of `given` of the answer, five homes at least.
        """
        able = self.homes & frozenset(reported)
        homes = following(self.given, able, draw)
        return replace(self, given=homes) if len(homes) >= LEAST_HOMES else None

    def is_whole(self, reported: Collection[int], members: Collection[int]) -> bool:
        """Return whether nobody is waited for: who is no member any more reports nothing."""
        waited = self.homes & frozenset(members)
        return waited <= frozenset(reported) or len(waited) < LEAST_HOMES


class Settling:
    """Say who counts in which hour, and write what they come to."""

    def __init__(self, hass: HomeAssistant, store: AccountStore) -> None:
        self._hass = hass
        self._store = store

    async def settle(
        self, group: CollectionGroup, data: GroupData, givings: Sequence[Giving]
    ) -> list[Hour]:
        """Return the hours of a group that are settled by now, and were not before."""
        zone, draw = dt_util.get_default_time_zone(), self._draw(group)
        if not group.is_given_read:
            await self._read_given(group, data)
        settled: list[Hour] = []
        members = {one.number for one in givings}
        while data["settled"] + HOUR <= time.time():
            at = data["settled"]
            cohort = Cohort(
                date.fromisoformat(data["day"]), frozenset(data["homes"]), frozenset(data["given"])
            )
            day = date.fromisoformat(day_of(at))
            if day != cohort.day:
                midnight = begin_of(at, Period.DAY, zone)
                heard = await async_heard(self._hass, givings, midnight - SILENT)
                there = {one.number for one in givings if one.joined < midnight}
                cohort = cohort.on(day, there & heard, draw)
                data["day"], data["homes"] = day.isoformat(), sorted(cohort.homes)
            found = await async_reported(self._hass, givings, at, at + HOUR)
            reported = found.get(int(at), {})
            if not cohort.is_whole(reported, members) and time.time() < at + HOUR + WAITED:
                break
            if (after := cohort.settled(reported, draw)) is not None:
                data["given"] = sorted(after.given)
                settled.append(hour_of(int(at), mean_of(reported, after.given)))
            data["settled"] = at + HOUR
        return settled

    async def give_on(self, group: CollectionGroup, data: GroupData, hours: list[Hour]) -> None:
        """Write hours that were settled, of which others may know from now on."""
        statistic = statistic_of(group, GroupKey.GIVEN, await async_names(self._hass, group))
        await async_write(self._hass, statistic, hours, (hours[0].begin, hours[-1].begin + HOUR))
        group.given = hours[-1].begin, hours[-1].total
        group.given_homes = len(data["given"])

    async def _read_given(self, group: CollectionGroup, data: GroupData) -> None:
        """Look up how far a group was given on: the database may be newer than what is kept."""
        statistic_id = group.name(GroupKey.GIVEN).statistic_id
        rows = await get_instance(self._hass).async_add_executor_job(
            rows_of, self._hass, statistic_id, data["settled"] - 2 * DAY, None, {"state"}
        )
        if rows:
            data["settled"] = max(data["settled"], rows[-1]["start"] + HOUR)
            if (value := rows[-1].get("state")) is not None:
                group.given = rows[-1]["start"], value
                group.given_homes = len(data["given"])
        group.is_given_read = True

    def _draw(self, group: CollectionGroup) -> Callable[[int, Iterable[int]], int]:
        """Return what draws who is left out: chance to all others, and the same each time."""

        def draw(gone: int, left: Iterable[int]) -> int:
            named = group.id, group.what, str(gone)
            return min(left, key=lambda one: self._store.pseudonym(*named, str(one)))

        return draw


def day_of(at: float) -> str:
    """Return the local day of a time, ISO 8601."""
    return datetime.fromtimestamp(at, dt_util.get_default_time_zone()).date().isoformat()
