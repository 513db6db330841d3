"""Feeds of older nodes: what fails of one is kept of the others."""

import asyncio
from collections import Counter
from dataclasses import replace
import time
from typing import Any

from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation.legacy import feeds as feeds_module
from custom_components.sen1.federation.legacy.data_node import Given
from custom_components.sen1.federation.legacy.feed import Content, FeedDescription, FeedQuantity
from custom_components.sen1.federation.legacy.feeds import Feeds, name_of
from custom_components.sen1.federation.store import AccountStore
from custom_components.sen1.history.archive import Archive, async_archive
from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.model import Reading

from ..conftest import a_context

HALF_HOURS = FeedDescription(FeedQuantity.SERIES, Content.SUM, "Wh", 1800)


async def test_a_feed_that_fails_keeps_no_other_from_being_kept(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    faults: Counter[str],
) -> None:
    feeds = a_context(hass, AccountStore(hass, "test"))[Feeds]
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
    feeds = a_context(hass, AccountStore(hass, "test"))[Feeds]
    feed = feeds.ensure("node", "one", HALF_HOURS)
    heard: list[float] = []

    def fail() -> None:
        raise OverflowError

    feed.listeners.add(fail)
    feed.listeners.add(lambda: heard.append(1))
    feed.take([Reading(time.time(), 1.0)])
    assert heard == [1]
    assert faults.total() == 1


async def test_a_node_names_no_more_series_than_a_meter_could_have(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds_module, "MOST_FEEDS", 2)
    feeds = a_context(hass, AccountStore(hass, "test"))[Feeds]
    given = {name: Given(HALF_HOURS, [Reading(time.time(), 1.0)]) for name in ("one", "two", "x")}
    with pytest.raises(PayloadRefused, match="too_many_series"):
        feeds.take_all("node", given)
    assert [feed.name for feed in feeds.all_feeds()] == ["one", "two"]


async def test_a_feed_that_is_renamed_bears_its_new_name_at_once(hass: HomeAssistant) -> None:
    feeds = a_context(hass, AccountStore(hass, "test"))[Feeds]
    feed = feeds.ensure("node", "one", HALF_HOURS, "School")
    names: list[str] = []
    feed.listeners.add(lambda: names.append(name_of(hass, feed)))
    for title in ("School", "Town hall"):
        assert feeds.ensure("node", "one", HALF_HOURS, title) is feed
    assert names == ["Town hall"]


async def test_readings_in_another_unit_are_shown_and_do_not_spoil_what_is_kept(
    recorder_mock: Recorder, hass: HomeAssistant
) -> None:
    feeds = a_context(hass, AccountStore(hass, "test"))[Feeds]
    task = asyncio.create_task(feeds.run())
    begin = time.time() // 1800 * 1800 - 7200
    for number, unit in enumerate(("Wh", "m3")):
        feed = feeds.ensure("node", "one", replace(HALF_HOURS, unit=unit))
        feeds.take(feed, [Reading(begin + 1800 * number, 100.0 + number)])
        await feeds.async_kept()
    assert feed.latest == Reading(begin + 1800, 101.0)
    points = await async_archive(hass).async_points(feed.statistic_id, 0, begin + 7200)
    assert [point.value for point in points] == [100]
    task.cancel()


async def test_of_a_feed_that_goes_while_it_waits_to_be_kept_nothing_is_kept(
    recorder_mock: Recorder, hass: HomeAssistant
) -> None:
    store = AccountStore(hass, "test")
    feeds = a_context(hass, store)[Feeds]
    feed = feeds.ensure("node", "one", HALF_HOURS)
    feeds.take(feed, [Reading(time.time() // 1800 * 1800 - 7200, 100.0)])
    feeds.remove("node")
    task = asyncio.create_task(feeds.run())
    await feeds.async_kept()
    assert not await async_archive(hass).async_points(feed.statistic_id, 0, time.time())
    assert not store.content["feeds"]
    task.cancel()
