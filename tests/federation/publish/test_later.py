"""A home that no sensor measures, as friends have it: by days and hours, once these are known."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

from homeassistant.components.recorder.core import Recorder
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.const import CONF_KIND, DOMAIN, FRIENDS, Kind
from custom_components.sen1.federation.config import publication_data
from custom_components.sen1.federation.publish.periodic import LaterPublication
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import HOUR, Aggregation, Point
from custom_components.sen1.history.recorder import async_committed

from ..conftest import Home, until
from ..showing.test_share import Dashboard
from ..test_exchange import shared
from .test_forwarding import refused
from .test_periodic import since

FILE = "sen1:house"

type Told = dict[float, float]
"""Energies by the beginning of their periods, kWh."""


def begin(ago: int) -> float:
    """Return when a day began, so many days before today."""
    day: date = dt_util.now().date() - timedelta(days=ago)
    return dt_util.start_of_local_day(day).timestamp()


async def know(hass: HomeAssistant, told: Told, end: float) -> None:
    """Let the file know periods, each of which lasts until the next, the last until `end`."""
    ends = [*list(told)[1:], end]
    points = [Point(at, until - at, told[at]) for at, until in zip(told, ends, strict=True)]
    await async_archive(hass).async_add(FILE, FILE, "kWh", Aggregation.SUM, points)
    await async_committed(hass)


def halves(ago: int, part: float) -> Told:
    """Return the half-hours of a day, no two of which are alike, kWh."""
    first, last = int(begin(ago)), int(begin(ago - 1))
    return {float(at): part + (at - first) / 1e6 for at in range(first, last, HOUR // 2)}


def hours_of(halves: Told) -> Told:
    """Return the hours that half-hours make."""
    return {at: halves[at] + halves[at + HOUR / 2] for at in halves if at % HOUR == 0}


async def home_known_by(hass: HomeAssistant, statistic_id: str) -> tuple[MockConfigEntry, str]:
    """Set up a home that a statistic tells; return it and the entity of its day."""
    data = {CONF_KIND: Kind.HOME, "bought_series": [statistic_id]}
    entry = MockConfigEntry(domain=DOMAIN, title="Home", data=data)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    unique_id = f"{entry.entry_id}_bought_yesterday"
    entity_id = er.async_get(hass).async_get_entity_id("sensor", DOMAIN, unique_id)
    assert entity_id is not None
    return entry, entity_id


@pytest.fixture
async def site(
    recorder_mock: Recorder, hass: HomeAssistant
) -> AsyncIterator[tuple[MockConfigEntry, str]]:
    """Return a home known by four days of a file, and the entity of its day."""
    days = {begin(ago): float(ago) for ago in (5, 4, 3, 2)}
    await know(hass, days, begin(1))
    entry, entity_id = await home_known_by(hass, FILE)
    yield entry, entity_id
    if entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(entry.entry_id)


async def has(home: Home, granularity: str, wanted: Told) -> None:
    """Wait until a friend has these periods of a series, and no others."""

    async def is_so() -> bool:
        for series in home.series():
            if series.description.granularity == granularity:
                points = await async_archive(home.hass).async_points(series.statistic_id, 0, 4e9)
                told = {point.begin: point.value for point in points}
                return told == pytest.approx(wanted, abs=1e-6)
        return False

    await until(is_so)


async def test_friends_have_days_and_hours_as_they_become_known_and_as_they_are_corrected(
    hass: HomeAssistant, site: tuple[MockConfigEntry, str], house: Home, cooperative: Home
) -> None:
    entry, entity_id = site
    by_day = await house.publish(entity_id, granularity="p1d")
    by_hour = await house.publish(entity_id, granularity="pt1h")
    for one in (by_day, by_hour):
        assert publication_data(one)["measurement"]["aggregation"] == "sum"
        await since(house, one, begin(3))
    granted = dt_util.utc_from_timestamp(begin(3)).astimezone(dt_util.get_default_time_zone())
    await house.befriend(cooperative, by_day, by_hour, since=granted.date().isoformat())
    await cooperative.befriend(house)
    days = {begin(3): 3.0, begin(2): 2.0}
    await has(cooperative, "P1D", days)
    # It comes hours after its day: all of it, and no hour of what is known as a day.
    await know(hass, {begin(1): 7.0}, begin(0))
    await has(cooperative, "P1D", days | {begin(1): 7.0})
    await has(cooperative, "PT1H", {})
    day, hour = house.runtime[Publishing].publications.values()
    assert isinstance(day, LaterPublication)
    assert isinstance(hour, LaterPublication)
    await until(lambda: (newest := day.publisher.newest) and newest.readings[-1].value == 7)
    assert hour.publisher.newest is None
    # A half of a day is no day, and its hours are its hours.
    known = halves(1, 0.2)
    await know(hass, known, begin(0))
    await has(cooperative, "PT1H", hours_of(known))
    await until(lambda: (newest := hour.publisher.newest) and newest.readings[-1].time in known)
    await has(cooperative, "P1D", days | {begin(1): sum(known.values())})
    # What was told is corrected, and what lacked before it is told.
    corrected = halves(2, 0.4)
    await know(hass, corrected, begin(1))
    await has(cooperative, "PT1H", hours_of(corrected) | hours_of(known))
    days = {begin(3): 3.0, begin(2): sum(corrected.values()), begin(1): sum(known.values())}
    await has(cooperative, "P1D", days)
    # What is older than the grant is not for this friend.
    await know(hass, halves(4, 0.1) | halves(3, 0.3), begin(2))
    await has(cooperative, "P1D", days | {begin(3): sum(halves(3, 0.3).values())})
    hours = hours_of(halves(3, 0.3)) | hours_of(corrected) | hours_of(known)
    await has(cooperative, "PT1H", hours)
    assert not cooperative.runtime.journal.refusals
    # A part of a day is no day, and half an hour is no hour.
    part = dict(list(halves(6, 0.5).items())[:21])
    await know(hass, part, max(part) + HOUR / 2)

    wanted = [at for at in part if at % HOUR == 0 and at + HOUR / 2 in part]

    async def is_known() -> bool:
        return [one.begin for one in await hour.async_points(begin(6), begin(5))] == wanted

    await until(is_known)
    assert len(await day.async_points(begin(6), begin(0))) == 5
    # Nothing is told of it once it stands on what a friend lent, or while the home is not loaded:
    # the recorder has but the hours over which a day was spread.
    assert len(await day.async_points(begin(5), begin(0))) == 5
    lent = {**entry.data, "bought_series": [FILE, f"{FRIENDS}{'0' * 32}"]}
    hass.config_entries.async_update_entry(entry, data=lent)
    await hass.async_block_till_done()
    assert await day.async_points(begin(5), begin(0)) == []
    hass.config_entries.async_update_entry(entry, data={**entry.data, "bought_series": [FILE]})
    await hass.async_block_till_done()
    assert len(await day.async_points(begin(5), begin(0))) == 5
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert await day.async_points(begin(5), begin(0)) == []


async def test_it_is_offered_by_day_and_hour_and_never_live(
    hass: HomeAssistant,
    site: tuple[MockConfigEntry, str],
    house: Home,
    cooperative: Home,
    hass_ws_client: WebSocketGenerator,
) -> None:
    _, entity_id = site
    friend = (await house.befriend(cooperative)).subentry_id
    dashboard = Dashboard(hass, hass_ws_client, house)
    home = (await dashboard.choices())["what"][0]
    assert (home["id"], home["entity_id"]) == ("consumption", entity_id)
    assert (home["is_later"], home["live"], home["direction"]) == (True, False, "consumption")
    for what in ("consumption", entity_id):
        assert await dashboard.share(friend, what, "live") == "not_so_fine"
    for granularity in ("P1D", "PT1H"):
        assert isinstance(await dashboard.share(friend, "consumption", granularity), dict)
    assert [granularity for _, granularity in dashboard.published()] == ["P1D", "PT1H"]


async def test_a_home_that_stands_on_what_a_friend_lent_is_not_shared(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    hass_ws_client: WebSocketGenerator,
    meter: object,
) -> None:
    await shared(house, cooperative)
    (series,) = cooperative.series()
    entry, entity_id = await home_known_by(hass, series.statistic_id)
    assert await refused(cooperative, entity_id) == "not_to_forward"
    dashboard = Dashboard(hass, hass_ws_client, cooperative)
    assert "consumption" not in [row["id"] for row in (await dashboard.choices())["what"]]
    await hass.config_entries.async_unload(entry.entry_id)
