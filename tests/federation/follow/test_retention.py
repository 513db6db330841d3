"""What a friend lent is erased: when it is taken back, and when it is as old as allowed."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
import time
from typing import Any

from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.history import state_changes_during_period
from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import async_import_statistics
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance
import pytest
import sqlalchemy

from custom_components.sen1.federation.config import friend_data, publication_data
from custom_components.sen1.federation.follow import retention
from custom_components.sen1.federation.follow.following import Following
from custom_components.sen1.federation.follow.history_client import HistoryClient
from custom_components.sen1.federation.follow.retention import Retention
from custom_components.sen1.federation.showing.overview import async_sharing
from custom_components.sen1.history import erasing
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.erasing import EPOCH
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.history.recorder import async_committed
from testbed.statistics import changes

from ..conftest import ON_BOTH_KINDS, Held, Home, add_account, until
from ..publish.test_periodic import POWER, YESTERDAY, record
from ..test_exchange import shared

type Meter = Callable[[object], None]

MARK = "64713.5"
"""A power that nothing else would write."""


async def everything_recorded(hass: HomeAssistant) -> str:
    """Return all rows of all tables of the recorder."""

    def dump() -> Iterator[str]:
        engine = get_instance(hass).engine
        assert engine is not None
        with engine.connect() as connection:
            for table in sqlalchemy.inspect(connection).get_table_names():
                if table not in ("schema_changes", "migration_changes", "recorder_runs"):
                    for row in connection.execute(sqlalchemy.text(f"SELECT * FROM {table}")):
                        yield f"{table}: {tuple(row)}"

    await async_committed(hass)
    return "\n".join(await get_instance(hass).async_add_executor_job(lambda: list(dump())))


async def recorded_elsewhere(hass: HomeAssistant, source: str) -> str:
    """Return what is recorded once what the house measured, under its own entity, is not."""
    get_instance(hass).async_clear_statistics([source])
    await hass.services.async_call(
        "recorder", "purge_entities", {"entity_id": [source], "keep_days": 0}, blocking=True
    )
    for _ in range(3):
        await async_committed(hass)
    return await everything_recorded(hass)


def stored(hass: HomeAssistant, hass_storage: dict[str, Any]) -> str:
    """Return what is in all stores of ours."""
    return json.dumps({key: value for key, value in hass_storage.items() if "sen1" in key})


@ON_BOTH_KINDS
async def test_what_is_taken_back_is_erased_at_the_friends_and_the_owner_is_told(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: Home,
    cooperative: Home,
    meter: Meter,
) -> None:
    publication, friend = await shared(house, cooperative)
    meter(MARK)
    await until(lambda: cooperative.state().state == MARK)
    source = "sensor.meter"
    recorded = await everything_recorded(hass)
    assert recorded.count(MARK) >= 2
    flow = await house.change(friend, "withdraw")
    await hass.config_entries.subentries.async_configure(flow["flow_id"], {})
    erasures = house.runtime.store.content["erasures"]
    identifier = publication_data(publication)["publication"]
    erasure = await until(lambda: erasures.get(cooperative.account.jid, {}).get(identifier))
    await until(lambda: erasure["erased"])
    assert erasure["by"] > time.time()
    assert cooperative.state("status").state == "withdrawn"
    assert cooperative.state().state == "unavailable"
    hass.config_entries.async_remove_subentry(house.entry, publication.subentry_id)
    assert MARK not in await recorded_elsewhere(hass, source)
    await cooperative.runtime.store.async_save()
    of_coop = hass_storage[f"sen1.{cooperative.entry.entry_id}"]["data"]
    (followed,) = of_coop["followed"][house.account.jid].values()
    assert "last_item" not in followed
    assert not followed.get("must_erase")
    assert MARK not in stored(hass, hass_storage)


async def test_of_a_series_by_periods_its_statistic_and_its_file_are_erased(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: Home,
    cooperative: Home,
) -> None:
    record(hass, POWER, rising=False)
    publication = await house.publish("sensor.p", granularity="pt10m")
    await cooperative.befriend(house)
    friend = await house.befriend(cooperative, publication, since=YESTERDAY)
    series = await until(lambda: (found := cooperative.series()) and found[0])
    statistic_id = series.statistic_id
    key = f"sen1.history.{statistic_id.partition(':')[2]}"
    await until(lambda: key in hass_storage)
    await house.grant(friend)
    erasures = house.runtime.store.content["erasures"]
    await until(
        lambda: any(e["erased"] for e in erasures.get(cooperative.account.jid, {}).values())
    )
    assert key not in hass_storage
    assert await changes(hass, statistic_id) == {}
    assert statistic_id not in await everything_recorded(hass)


async def test_what_is_granted_again_while_it_is_erased_is_kept(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    hold: Callable[[Any, str], Held],
) -> None:
    record(hass, POWER, rising=False)
    publication = await house.publish("sensor.p", granularity="pt10m")
    await cooperative.befriend(house)
    friend = await house.befriend(cooperative, publication, since=YESTERDAY)
    series = await until(lambda: (found := cooperative.series()) and found[0])
    history, following = cooperative.runtime[HistoryClient], cooperative.runtime[Following]
    await until(lambda: changes(hass, series.statistic_id))
    await until(lambda: history.is_idle)
    shown = await changes(hass, series.statistic_id)

    held = hold(retention, "async_erase")
    await house.grant(friend)
    await until(lambda: held.calls)
    assert await changes(hass, series.statistic_id) == shown
    await house.grant(friend, publication, since=YESTERDAY)
    await until(lambda: series.follower.grant.state == "active")
    await until(lambda: history.is_idle)
    held.go.set()
    jid, identifier = house.account.jid, series.follower.grant.publication
    await until(lambda: not cooperative.series()[0].progress.must_erase)
    (erasure,) = house.runtime.store.content["erasures"][cooperative.account.jid].values()
    await until(lambda: erasure["erased"])
    cooperative.runtime[Retention].online(resumed=True)
    await until(lambda: not cooperative.runtime.store.content["left"])

    async def is_back() -> bool:
        return history.is_idle and await changes(hass, series.statistic_id) == shown

    await until(is_back)
    assert len(held.calls) == 1
    assert following.series[jid][identifier] is series


async def test_what_the_recorder_keeps_longer_than_it_should_is_erased_later(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outcomes: list[bool] = []
    erase_states = erasing.async_erase_states

    async def note(*rest: Any) -> bool:
        outcomes.append(await erase_states(*rest))
        return outcomes[-1]

    monkeypatch.setattr(erasing, "async_erase_states", note)
    monkeypatch.setattr(retention, "RETRY", 0.1)
    monkeypatch.setattr(erasing, "ATTEMPTS", 0)
    await shared(house, cooperative)
    meter(MARK)
    await until(lambda: cooperative.state().state == MARK)
    (theirs,) = cooperative.entry.subentries
    hass.config_entries.async_remove_subentry(cooperative.entry, theirs)
    await until(lambda: len(outcomes) > 1)
    assert not any(outcomes)
    left = cooperative.runtime.store.content["left"]
    assert left
    monkeypatch.setattr(erasing, "ATTEMPTS", 100)
    await until(lambda: not left)
    assert MARK not in await recorded_elsewhere(hass, "sensor.meter")


async def test_a_friend_who_is_away_erases_when_it_is_back(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
) -> None:
    _publication, friend = await shared(house, cooperative)
    meter(MARK)
    await until(lambda: cooperative.state().state == MARK)
    await hass.config_entries.async_unload(cooperative.entry.entry_id)
    await house.grant(friend)
    erasures = house.runtime.store.content["erasures"]
    await until(lambda: erasures.get(cooperative.account.jid))
    (erasure,) = erasures[cooperative.account.jid].values()
    assert erasure["erased"] is None
    await hass.config_entries.async_setup(cooperative.entry.entry_id)
    await until(lambda: erasure["erased"])


@pytest.mark.parametrize("what", ["series", "friend"])
async def test_what_was_held_of_others_goes_with_the_series_or_the_friend(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: Home,
    cooperative: Home,
    what: str,
) -> None:
    record(hass, POWER, rising=False)
    publication = await house.publish("sensor.p", granularity="pt10m")
    home = await cooperative.befriend(house)
    friend = await house.befriend(cooperative, publication, since=YESTERDAY)
    series = await until(lambda: (found := cooperative.series()) and found[0])
    key = f"sen1.history.{series.statistic_id.partition(':')[2]}"
    await until(lambda: key in hass_storage and cooperative.state())
    await until(lambda: cooperative.runtime[HistoryClient].is_idle)
    reading = cooperative.state().entity_id
    assert series.statistic_id in await everything_recorded(hass)
    if what == "friend":
        hass.config_entries.async_remove_subentry(cooperative.entry, home.subentry_id)
    else:
        (grant,) = friend_data(friend)["grants"]
        over = {**grant, "until": datetime.now(UTC).isoformat()}
        hass.config_entries.async_update_subentry(
            house.entry, friend, data={**friend.data, "grants": [over]}
        )
        await until(lambda: series.status == "ended")
        await cooperative.grant(home, forgotten=[publication_data(publication)["publication"]])

    async def is_gone() -> bool:
        recorded = await everything_recorded(hass)
        states = await get_instance(hass).async_add_executor_job(
            state_changes_during_period, hass, EPOCH, None, reading
        )
        # That an entity went away may be recorded after that; it tells no value.
        values = [s for s in states.get(reading, ()) if s.state not in ("", "unavailable")]
        return key not in hass_storage and series.statistic_id not in recorded and not values

    await until(is_gone)
    await until(lambda: not cooperative.runtime.store.content["left"])


async def test_what_is_held_is_erased_by_a_command_and_comes_no_more_until_it_is_granted_anew(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    hass_ws_client: Any,
) -> None:
    publication, friend = await shared(house, cooperative)
    meter(MARK)
    await until(lambda: cooperative.state().state == MARK)
    reading = cooperative.state().entity_id
    client = await hass_ws_client(hass)
    (theirs,) = cooperative.entry.subentries
    (series,) = cooperative.series()
    node = series.follower.grant.node

    async def erase(**given: str) -> dict[str, Any]:
        asked = {"type": "sen1/erase_held", "entry_id": cooperative.entry.entry_id}
        await client.send_json_auto_id({**asked, "friend_id": theirs, **given})
        answer: dict[str, Any] = await client.receive_json()
        return answer

    for wrong in ({"friend_id": "nobody"}, {"publication": "none"}, {"entry_id": "none"}):
        assert not (await erase(**wrong))["success"]
    assert cooperative.series() == [series]
    identifier = publication_data(publication)["publication"]
    answer = await erase(publication=identifier)
    holds = {one["entry_id"]: one["holds"] for one in answer["result"]["accounts"]}
    assert holds[cooperative.entry.entry_id] == []
    assert hass.states.get(reading) is None
    erasures = house.runtime.store.content["erasures"]
    erasure = await until(lambda: erasures.get(cooperative.account.jid, {}).get(identifier))
    assert erasure["erased"]
    assert MARK not in await recorded_elsewhere(hass, "sensor.meter")

    async def is_unfollowed() -> bool:
        return node not in await cooperative.runtime.session.pubsub.subscriptions(house.account.jid)

    await until(is_unfollowed)
    assert not (await erase())["success"]
    await house.grant(friend)
    await house.grant(friend, publication)
    await until(lambda: (found := cooperative.series()) and found[0].received)


@ON_BOTH_KINDS
async def test_what_was_held_of_others_goes_with_the_account_and_the_owner_is_told(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: Home,
    cooperative: Home,
    meter: Meter,
) -> None:
    record(hass, POWER, rising=False)
    live = await house.publish("sensor.meter")
    periods = await house.publish("sensor.p", granularity="pt10m", title="Roof")
    await cooperative.befriend(house)
    friend = await house.befriend(cooperative, live, periods, since=YESTERDAY)
    await until(lambda: len(cooperative.series()) == 2)
    lent = cooperative.series()
    (past,) = (s for s in lent if s.description.granularity == "PT10M")
    key = f"sen1.history.{past.statistic_id.partition(':')[2]}"
    await until(lambda: key in hass_storage)
    await until(lambda: cooperative.runtime[HistoryClient].is_idle)
    meter(MARK)
    showing = [
        entity.entity_id
        for entity in er.async_entries_for_config_entry(
            er.async_get(hass), cooperative.entry.entry_id
        )
    ]
    await until(lambda: MARK in {s.state for e in showing if (s := hass.states.get(e))})
    assert (await everything_recorded(hass)).count(MARK) >= 2

    await hass.config_entries.async_remove(cooperative.entry.entry_id)
    rows = await until(lambda: len(found := withdrawn(hass, house)) == 2 and found)
    assert {row["series"] for row in rows} == {live.title, periods.title}
    for row in rows:
        assert (row["friend"], row["withdrawn"]) == (friend.title, None)
        assert row["erased"] is not None
    recorded = await recorded_elsewhere(hass, "sensor.meter")
    assert MARK not in recorded
    for series in lent:
        assert series.statistic_id not in recorded
    assert key not in hass_storage
    assert f"sen1.{cooperative.entry.entry_id}" not in hass_storage
    assert MARK not in stored(hass, hass_storage)
    assert house.runtime.journal.refusals["not_withdrawn"] == 0

    # Back again, it is told anew what it is granted.
    again = Home(hass, cooperative.account, await add_account(hass, cooperative.account))
    await again.befriend(house)
    await until(lambda: len(again.series()) == 2)
    await hass.config_entries.async_unload(again.entry.entry_id)


@ON_BOTH_KINDS
async def test_what_an_account_granted_is_taken_back_and_erased_when_it_is_removed(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: Home,
    cooperative: Home,
    meter: Meter,
) -> None:
    await shared(house, cooperative)
    meter(MARK)
    await until(lambda: cooperative.state().state == MARK)
    (series,) = cooperative.series()
    await hass.config_entries.async_remove(house.entry.entry_id)
    await until(lambda: cooperative.state("status").state == "withdrawn")
    await until(lambda: not series.progress.must_erase)
    recorded = await recorded_elsewhere(hass, "sensor.meter")
    assert MARK not in recorded
    assert series.statistic_id not in recorded
    await cooperative.runtime.store.async_save()
    assert MARK not in stored(hass, hass_storage)


def withdrawn(hass: HomeAssistant, home: Home) -> list[dict[str, Any]]:
    """Return what the page of an account says of what was taken back or erased."""
    accounts = async_sharing(hass)["accounts"]
    (account,) = (a for a in accounts if a["entry_id"] == home.entry.entry_id)
    rows: list[dict[str, Any]] = account["withdrawn"]
    return rows


async def lent_for(house: Home, cooperative: Home, days: int, publication: ConfigSubentry) -> Any:
    await house.befriend(cooperative, publication, retention_days=days)
    await cooperative.befriend(house)
    return await until(lambda: (found := cooperative.series()) and found[0])


async def test_what_is_older_than_allowed_is_erased_and_the_rest_is_kept(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    tmp_path: Path,
) -> None:
    series = await lent_for(house, cooperative, 30, await house.publish("sensor.meter"))
    await until(lambda: (s := cooperative.state()) and s.state == "640")
    entity_id = cooperative.state().entity_id
    now = time.time()
    for days, value in ((40, MARK), (20, "222.25")):
        hass.states.async_set(entity_id, value, {}, timestamp=now - days * 86400)
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    async_import_statistics(
        hass,
        {
            "has_sum": False,
            "mean_type": StatisticMeanType.ARITHMETIC,
            "name": None,
            "source": "recorder",
            "statistic_id": entity_id,
            "unit_class": None,
            "unit_of_measurement": "VA",
        },
        [
            {"start": hour - timedelta(days=days), "mean": mean, "min": mean, "max": mean}
            for days, mean in ((40, 64713.5), (20, 333.25), (1, 444.25))
        ],
    )
    await async_archive(hass).async_add(
        series.statistic_id,
        "Meter",
        "W",
        Aggregation.MEAN,
        [
            Point(hour.timestamp() - days * 86400, 3600, value)
            for days, value in ((40, 64713.5), (20, 555.25), (1, 666.25))
        ],
    )
    await cooperative.runtime[Retention]._erase_old()
    recorded = await everything_recorded(hass)
    assert MARK not in recorded
    for kept in ("222.25", "333.25", "444.25", "555.25", "666.25"):
        assert kept in recorded, kept
    archived = await async_archive(hass).async_points(series.statistic_id, 0, now)
    assert [point.value for point in archived] == [555.25, 666.25]


@pytest.mark.parametrize("days", [1, 365])
async def test_how_long_a_reading_may_be_kept_travels_with_the_grant(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter, days: int
) -> None:
    publication = await house.publish("sensor.meter")
    series = await lent_for(house, cooperative, days, publication)
    assert series.follower.grant.terms.retention_days == days
    friend = next(s for s in house.entry.subentries.values() if s.subentry_type == "friend")
    await house.change_terms(friend, publication, retention_days=7)
    await until(lambda: series.follower.grant.terms.retention_days == 7)


async def test_a_series_that_cannot_be_erased_keeps_no_other_from_being(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    monkeypatch: pytest.MonkeyPatch,
    faults: Counter[str],
) -> None:
    record(hass, POWER, rising=False)
    broken, sound = [
        await house.publish("sensor.p", title=title, granularity="pt10m")
        for title in ("Broken", "Sound")
    ]
    await cooperative.befriend(house)
    friend = await house.befriend(cooperative, broken, sound, since=YESTERDAY)
    await until(lambda: len(cooperative.series()) == 2)
    by_title = {series.description.title: series for series in cooperative.series()}
    erase = erasing.async_erase

    async def fail(hass: HomeAssistant, statistic_id: str, *rest: Any) -> bool:
        if statistic_id == by_title["Broken"].statistic_id:
            raise KeyError(MARK)
        return await erase(hass, statistic_id, *rest)

    monkeypatch.setattr(retention, "async_erase", fail)
    monkeypatch.setattr(retention, "RETRY", 0.01)
    flow = await house.change(friend, "withdraw")
    await hass.config_entries.subentries.async_configure(flow["flow_id"], {})
    await until(lambda: faults and not by_title["Sound"].progress.must_erase)
    assert by_title["Broken"].progress.must_erase
    monkeypatch.setattr(retention, "async_erase", erase)
    await until(lambda: not by_title["Broken"].progress.must_erase)
