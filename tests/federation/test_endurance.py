"""Memory, tasks and timers after many reconnections and after a week: flat.

CI takes some reconnections and some hours; `SEN1_RECONNECTIONS=1000 SEN1_DAYS_SHARED=7` takes the
thousand, and the week through two accounts and their servers.
"""

import asyncio
from collections.abc import Callable, Iterator
import gc
import logging
import os
import sys
import tracemalloc
import warnings

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util.async_ import get_scheduled_timer_handles
import pytest

from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.xmpp.events import Offline, Online
from custom_components.sen1.protocol.follower import Follower, Received
from custom_components.sen1.protocol.model import Item, ItemId, Reading
from custom_components.sen1.protocol.pacer import Pacer
from custom_components.sen1.protocol.publisher import REPEAT, Publisher
from custom_components.sen1.protocol.stamps import stamp
from custom_components.sen1.protocol.stanzas import item_from_element, item_to_element
from testbed.xmpp import Account, ProsodyServer

from ..protocol.samples import DESCRIPTION, GRANT, ID, T
from .conftest import DAY, PATIENCE, Clock, Home, until
from .test_exchange import shared
from .xmpp.test_session import Link, running

RECONNECTIONS = int(os.environ.get("SEN1_RECONNECTIONS", "30"))
WARM_UP = 10
"""Reconnections before the first count: caches fill."""

READ_EVERY = 30
"""Seconds between two readings of the week."""

DAYS = float(os.environ.get("SEN1_DAYS_SHARED", "0.25"))
SHARED_EVERY = 120
"""Days that two accounts go through, and seconds between two of their readings."""


@pytest.fixture
def traced(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Count what Python allocates, without the lines of the log that pytest keeps."""
    caplog.set_level(logging.CRITICAL)
    caplog.set_level(logging.CRITICAL, "custom_components")
    tracemalloc.start()
    yield
    tracemalloc.stop()


def memory() -> int:
    """Return the bytes in use that Python allocated, without what it keeps for speed."""
    gc.collect()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        # Its 4,096 last attribute look-ups keep their names alive, and slixmpp makes up a name
        # for each interface of a stanza: as long as they fill, 300 bytes a reconnection.
        sys._clear_type_cache()
    return tracemalloc.get_traced_memory()[0]


async def reconnect(link: Link, server: ProsodyServer, jid: str, number: int) -> bool:
    """Lose the link and have it again; return whether the stream was resumed."""
    if number % 10 == 9:
        # The server ends the stream: nothing is left there to resume.
        await asyncio.to_thread(server.disconnect, jid)
    else:
        link.session._client.abort()
    await link.next(Offline)
    online = await link.next(Online)
    assert isinstance(online, Online)
    if not online.resumed:
        await link.session.roster()
        link.session.announce()
    return online.resumed


@pytest.mark.timeout(120 + 4 * RECONNECTIONS)
async def test_reconnections_leave_no_task_no_timer_and_no_memory_behind(
    prosody_pair: tuple[ProsodyServer, ProsodyServer], alice: Account, traced: None
) -> None:
    async with running(alice, backoff_first=0.01) as link:
        for number in range(WARM_UP):
            await reconnect(link, prosody_pair[0], alice.jid, number)
        tasks, timers = len(asyncio.all_tasks()), len(link.session._client.scheduled_events)
        before, most_tasks, resumed = memory(), 0, 0
        for number in range(RECONNECTIONS):
            resumed += await reconnect(link, prosody_pair[0], alice.jid, number)
            most_tasks = max(most_tasks, len(asyncio.all_tasks()))
        grown = memory() - before
        print(
            f"\n{RECONNECTIONS} reconnections, {resumed} resumed: {grown / 1024:+.0f} KiB,"
            f" tasks {tasks} to {len(asyncio.all_tasks())}, at most {most_tasks}"
        )
        assert 0 < resumed < RECONNECTIONS
        assert len(link.session._client.scheduled_events) <= timers
        assert most_tasks <= tasks + 5
        # A pattern compiled once, an object of the TLS library still to be freed.
        assert grown < 16_384


def test_what_a_follower_keeps_in_mind_is_some_kilobytes(traced: None) -> None:
    followers = [Follower(GRANT) for _ in range(20)]
    before = memory()
    for follower in followers:
        for second in range(2000):
            at = round(T + second, 3)
            after = ItemId(stamp(at - 1))
            item = Item(ID, ItemId(stamp(at)), after, 1, (Reading(at, second),))
            follower.item(item, at)
    each = (memory() - before) / len(followers)
    print(f"\n{each / 1024:.1f} KiB a series that is full")
    assert each < 20_480


def test_a_week_of_readings_leaves_no_memory_behind(traced: None) -> None:
    publisher, follower, pacer = Publisher(ID, interval=5), Follower(GRANT), Pacer()
    received = 0
    before = 0
    for second in range(0, 7 * DAY, READ_EVERY):
        now = T + second
        if second == 3 * DAY:
            # What is kept in mind to know a reading again is full by then.
            before = memory()
        if second // 7200 % 6 == 5:
            # Now and then a night without a change: only repeats.
            due = publisher.due(now)
            assert due is None or due <= now + REPEAT
        else:
            publisher.add(Reading(now, second % 3000))
        if (due := publisher.due(now)) is None or due > now:
            continue
        item = publisher.item()
        assert item is not None
        pacer.spend(400, now)
        payload = item_to_element(item, DESCRIPTION)
        publisher.acknowledge(item, now)
        told = item_from_element(item.id, payload, DESCRIPTION, now=now)
        received += sum(
            len(action.readings)
            for action in follower.item(told, now)
            if isinstance(action, Received)
        )
    grown = memory() - before
    print(f"\na week: {received} readings received, {grown / 1024:+.0f} KiB since the third day")
    assert publisher.waiting == 0
    assert received > 5 * DAY / READ_EVERY
    assert grown < 16_384  # of 17,000 readings none is kept


def waiting_timers() -> list[asyncio.TimerHandle]:
    """Return the timers that wait in the loop."""
    handles = get_scheduled_timer_handles(asyncio.get_running_loop())
    return [handle for handle in handles if not handle.cancelled()]


def memory_of_homes() -> int:
    """Return the bytes in use, without what the stand-in for the disk remembers of each file."""
    for done in (Store._async_load, Store._async_write_data):
        done.reset_mock()  # type: ignore[union-attr]  # of the stand-in
    return memory()


async def answered(home: Home) -> None:
    """Wait until the server has answered all that was asked before: it keeps the order."""
    await home.runtime.session._client.plugin["xep_0199"].ping(timeout=PATIENCE)


@pytest.mark.timeout(120 + 240 * DAYS)
async def test_days_of_two_accounts_leave_no_task_no_timer_and_no_memory_behind(
    clock: Clock,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    traced: None,
) -> None:
    hass.loop.set_debug(False)  # it would keep where each timer was made
    homes = (house, cooperative)
    for home in homes:
        # What is on its way when the clock is moved is not late.
        home.runtime.session._client.plugin["xep_0199"].timeout = 2 * SHARED_EVERY
    await shared(house, cooperative)
    (publication,) = house.runtime[Publishing].publications.values()
    (series,) = cooperative.series()
    began, count = series.received, round(DAYS * DAY / SHARED_EVERY)
    before, tasks, waiting, most_tasks, most_waiting = 0, 0, 0, 0, 0
    for number in range(1, count + 1):
        clock.forward(SHARED_EVERY)
        meter(1000 + number % 3000)
        await until(lambda: series.received == began + number)  # noqa: B023
        await until(lambda: not publication.publisher.waiting)
        await asyncio.gather(*map(answered, homes))
        if number == count // 2:
            before, tasks, waiting = (
                memory_of_homes(),
                len(asyncio.all_tasks()),
                len(waiting_timers()),
            )
        if number >= count // 2:
            most_tasks = max(most_tasks, len(asyncio.all_tasks()))
            most_waiting = max(most_waiting, len(waiting_timers()))
    grown = memory_of_homes() - before
    print(
        f"\n{count} readings in {DAYS:g} days: {grown / 1024:+.0f} KiB since the middle,"
        f" tasks {tasks} to {len(asyncio.all_tasks())}, at most {most_tasks},"
        f" timers {waiting} to {len(waiting_timers())}, at most {most_waiting}"
    )
    assert [home.runtime.session.drops for home in homes] == [0, 0]
    assert not any(home.runtime.journal.refusals for home in homes)
    assert most_tasks <= tasks + 5
    assert most_waiting <= waiting + 10
    assert grown < 32_768
