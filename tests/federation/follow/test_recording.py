"""What friends' readings become in the statistics: off the event loop, each series by itself."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
import threading
from typing import Any
from unittest.mock import MagicMock

from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation.follow.progress import Progress
from custom_components.sen1.federation.follow.recording import Recording
from custom_components.sen1.federation.follow.series import Series
from custom_components.sen1.federation.relations.members import Memberships
from custom_components.sen1.federation.store import AccountStore
from custom_components.sen1.history.archive import Archive, async_archive
from custom_components.sen1.history.index import Index
from custom_components.sen1.history.points import Hour
from custom_components.sen1.protocol.budget import Budgets
from custom_components.sen1.protocol.model import BareJid, PublicationId, Reading
from testbed.statistics import changes
from testbed.waiting import until as happens

from ...protocol.samples import DESCRIPTION, GRANT, T
from ..conftest import Held, a_context, until

FRIEND = BareJid("bob@coop.test")
HOUR = 3600
BEGIN = T // HOUR * HOUR


class Books:
    """A recording of series that count up."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._store = AccountStore(hass, "test")
        context = a_context(hass, self._store)
        context.made[Memberships] = MagicMock(called=lambda _friend: "Friend")
        self.recording = context[Recording]

    def series(self, number: int) -> Series:
        index = replace(DESCRIPTION, unit="Wh", measurement={"name": "active-energy-index"})
        publication = PublicationId(f"00000000-0000-0000-0000-00000000000{number}")
        grant = replace(GRANT, publication=publication, description=index)
        progress = Progress.begin(self._store, grant)
        return Series(self._hass, Budgets(), FRIEND, progress)

    async def keep(self, *several: Series, hours: Iterable[int] = range(5)) -> None:
        for series in several:
            readings = [Reading(BEGIN + HOUR * n, 100.0 * n) for n in hours]
            self.recording.keep(series, readings)
        await self.recording.async_stop()


@pytest.fixture
def books(recorder_mock: Recorder, hass: HomeAssistant) -> Books:
    return Books(hass)


async def is_recorded(hass: HomeAssistant, series: Series, hours: Iterable[int]) -> None:
    expected = {BEGIN + HOUR * n: 100.0 for n in hours}

    async def is_so() -> bool:
        return await changes(hass, series.statistic_id) == pytest.approx(expected)

    await happens(is_so, "the statistic")


async def test_an_index_is_computed_off_the_event_loop(
    hass: HomeAssistant, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[int] = set()
    add = Index.add

    def note(index: Index, readings: Any) -> list[Hour]:
        threads.add(threading.get_ident())
        return add(index, readings)

    monkeypatch.setattr(Index, "add", note)
    series = books.series(1)
    await books.keep(series)
    await is_recorded(hass, series, range(4))
    assert threads
    assert threading.get_ident() not in threads


async def test_what_fails_of_one_series_is_recorded_of_the_others_and_of_it_the_next_time(
    hass: HomeAssistant, books: Books, monkeypatch: pytest.MonkeyPatch, faults: Counter[str]
) -> None:
    broken, sound = books.series(1), books.series(2)
    add = Archive.async_add

    async def fail(archive: Archive, statistic_id: str, *rest: Any, **named: Any) -> Any:
        if statistic_id == broken.statistic_id:
            raise TypeError("100 Wh of Bob's")
        return await add(archive, statistic_id, *rest, **named)

    monkeypatch.setattr(Archive, "async_add", fail)
    await books.keep(broken, sound)
    await is_recorded(hass, sound, range(4))
    assert faults.total() == 1
    monkeypatch.undo()
    # The hours that were not written are not taken for settled.
    await books.keep(broken)
    await is_recorded(hass, broken, range(4))


async def test_an_index_that_is_counted_in_another_unit_keeps_what_was_counted(
    hass: HomeAssistant, books: Books
) -> None:
    series = books.series(1)
    await books.keep(series)
    litres = replace(series.description, unit="m3", revision=2)
    series.follower.redescribe(litres)
    await books.keep(series, hours=range(5, 10))
    assert books.recording.is_idle
    await is_recorded(hass, series, range(4))


async def test_what_is_given_while_more_is_recorded_is_recorded_next(
    hass: HomeAssistant, books: Books, hold: Callable[[Any, str], Held]
) -> None:
    series = books.series(1)
    held = hold(async_archive(hass), "async_add")
    task = asyncio.create_task(books.recording.run())
    for first in (0, 5):
        readings = [Reading(BEGIN + HOUR * n, 100.0 * n) for n in range(first, first + 5)]
        begin = BEGIN + HOUR * first
        await books.recording.keep_asked(series, readings, begin, begin + 5 * HOUR)
        await until(lambda: held.calls)
    held.go.set()
    await books.recording.drained(series)
    await is_recorded(hass, series, range(9))
    assert series.progress.filled == BEGIN + 10 * HOUR
    task.cancel()
