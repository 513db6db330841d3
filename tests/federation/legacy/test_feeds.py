"""Feeds of older nodes: what fails of one is kept of the others."""

import asyncio
from collections import Counter
import time
from typing import Any

from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation.legacy.feed import Content, FeedDescription, FeedQuantity
from custom_components.sen1.federation.legacy.feeds import Feeds
from custom_components.sen1.federation.store import AccountStore
from custom_components.sen1.history.archive import Archive, async_archive
from custom_components.sen1.protocol.model import Reading

HALF_HOURS = FeedDescription(FeedQuantity.SERIES, Content.SUM, "Wh", 1800)


async def test_a_feed_that_fails_keeps_no_other_from_being_kept(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    faults: Counter[str],
) -> None:
    feeds = Feeds(hass, AccountStore(hass, "test"), lambda _subentry: "Node")
    broken, sound = (feeds.ensure("node", name, HALF_HOURS, name) for name in ("one", "two"))
    add = Archive.async_add

    async def fail(archive: Archive, statistic_id: str, *rest: Any, **named: Any) -> Any:
        if statistic_id == broken.statistic_id:
            raise TypeError("640 W of Bob's")
        return await add(archive, statistic_id, *rest, **named)

    monkeypatch.setattr(Archive, "async_add", fail)
    task = asyncio.create_task(feeds.run())
    begin = time.time() // 1800 * 1800 - 7200
    for feed in (broken, sound):
        feeds.take(feed, [Reading(begin, 100.0), Reading(begin + 1800, 200.0)])
    await feeds.async_kept()
    points = await async_archive(hass).async_points(sound.statistic_id, 0, begin + 7200)
    assert [point.value for point in points] == [100, 200]
    assert faults.total() == 1
    task.cancel()


async def test_an_entity_that_fails_keeps_no_other_from_being_shown(
    hass: HomeAssistant, faults: Counter[str]
) -> None:
    feeds = Feeds(hass, AccountStore(hass, "test"), lambda _subentry: "Node")
    feed = feeds.ensure("node", "one", HALF_HOURS)
    heard: list[float] = []

    def fail() -> None:
        raise OverflowError

    feed.listeners.add(fail)
    feed.listeners.add(lambda: heard.append(1))
    feed.take([Reading(time.time(), 1.0)])
    assert heard == [1]
    assert faults.total() == 1
