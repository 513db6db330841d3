"""The watch over a home: faults seen, told, muted, over."""

from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import MagicMock

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.sen1.const import CONF_KIND, DOMAIN, Kind
from custom_components.sen1.figures.watch.rules import (
    BestProduction,
    FaultDelay,
    Rhythm,
    is_overloaded,
)

from ..conftest import MakeHome, measure, settled, told

DAY = date(2026, 6, 15)


def test_patience_waits_before_it_believes_and_before_it_forgets() -> None:
    patience = FaultDelay(60, 120)
    seen = [(0, True), (59, True), (60, True), (61, False), (180, False), (181, False)]
    assert [patience.look(at, wrong) for at, wrong in seen] == [
        *(False, False, True),
        *(True, True, False),
    ]
    assert not patience.look(200, True)
    assert not patience.look(230, None), "neither one nor the other"
    assert not patience.look(261, True)


def test_production_is_compared_with_what_the_sun_usually_gives() -> None:
    production = BestProduction()
    assert production.is_absent(DAY, 45, 0) is None, "no history"
    for days, best in enumerate((3000, 180, 2600, 900)):
        production.learn(DAY - timedelta(days=days + 1), 45, best)
    assert production.is_absent(DAY, 45, 0) is True
    assert production.is_absent(DAY, 45, None) is True
    assert production.is_absent(DAY, 45, 90) is False, "a black sky is no fault"
    assert production.is_absent(DAY, 5, 0) is None, "the sun is low"
    assert production.is_absent(DAY, 65, 0) is None, "never seen so high"


def test_what_is_older_than_two_weeks_is_no_history() -> None:
    production, rhythm = BestProduction(), Rhythm(0)
    for days in range(3):
        production.learn(DAY + timedelta(days=days), 45, 2500)
        rhythm.hear(DAY + timedelta(days=days), 86_400.0 * (days + 1))
    later = DAY + timedelta(days=16)
    assert production.is_absent(later, 45, 0) is True
    assert rhythm.gaps.keys() == {DAY + timedelta(days=days) for days in range(3)}
    production.learn(later, 45, 0)
    rhythm.hear(later, 86_400.0 * 17)
    assert production.is_absent(later, 45, 0) is None
    assert rhythm.gaps == {DAY + timedelta(days=2): 86_400, later: 14 * 86_400}


def test_silence_is_measured_by_the_sensors_own_rhythm() -> None:
    rhythm = Rhythm(0)
    for days in range(3):
        at = 86_400.0 * days
        rhythm.hear(DAY + timedelta(days=days), at)
        rhythm.hear(DAY + timedelta(days=days), at + 50_000)  # a night
    now = 86_400.0 * 2 + 50_000
    assert not rhythm.is_silent(now + 90_000, 600, is_available=True)
    assert rhythm.is_silent(now + 101_000, 600, is_available=True)
    young = Rhythm(0)
    assert not young.is_silent(90_000, 600, is_available=True)
    assert young.is_silent(601, 600, is_available=False)
    assert not young.is_silent(599, 600, is_available=False)


def test_between_loud_and_calm_it_is_as_before() -> None:
    assert [is_overloaded(w, 6) for w in (5400, 5399, 5100, 5099, None)] == [
        *(True, None, None, False),
        False,
    ]


def issue(hass: HomeAssistant, home: MockConfigEntry, fault: str) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"{fault}_{home.entry_id}")


async def pass_minutes(hass: HomeAssistant, freezer: FrozenDateTimeFactory, minutes: int) -> None:
    for _ in range(minutes):
        freezer.tick(timedelta(minutes=1))
        async_fire_time_changed(hass)
        await settled(hass)


async def test_an_overload_is_seen_within_seconds_and_told_when_it_lasts(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    measure(hass, "bought_power", 1000)
    home = await make_home("bought_power", subscribed_power=6)
    measure(hass, "bought_power", 5800)
    await settled(hass)
    freezer.tick(6)
    async_fire_time_changed(hass)
    await settled(hass)
    assert told(hass, home, "overload").state == "on"
    assert issue(hass, home, "overload") is None
    await pass_minutes(hass, freezer, 6)
    assert issue(hass, home, "overload") is not None
    measure(hass, "bought_power", 2000)
    await settled(hass)
    await pass_minutes(hass, freezer, 2)
    assert told(hass, home, "overload").state == "off"
    assert issue(hass, home, "overload") is None


async def test_a_silent_meter_is_told_until_it_is_heard_and_its_sensor_names_it(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    measure(hass, "bought_power", 1000)
    home = await make_home("bought_power")
    measure(hass, "bought_power", "unavailable")
    await settled(hass)
    await pass_minutes(hass, freezer, 9)
    assert told(hass, home, "meter_silent").state == "off"
    await pass_minutes(hass, freezer, 3)
    assert told(hass, home, "meter_silent").state == "on"
    assert told(hass, home, "meter_silent").attributes["sensors"] == ["sensor.bought_power"]
    assert issue(hass, home, "meter_silent") is not None
    measure(hass, "bought_power", 900)
    await settled(hass)
    await pass_minutes(hass, freezer, 1)
    assert told(hass, home, "meter_silent").state == "off"
    assert issue(hass, home, "meter_silent") is None


async def test_what_is_muted_raises_nothing_and_its_sensor_stays(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    measure(hass, "bought_power", "unavailable")
    home = await make_home("bought_power")
    await pass_minutes(hass, freezer, 12)
    assert issue(hass, home, "meter_silent") is not None
    form = await hass.config_entries.options.async_init(home.entry_id)
    assert form["step_id"] == "watching"
    await hass.config_entries.options.async_configure(form["flow_id"], {"muted": ["meter_silent"]})
    await settled(hass)
    assert issue(hass, home, "meter_silent") is None
    assert told(hass, home, "meter_silent").state == "on"


async def test_panels_that_give_nothing_at_noon_are_told_and_it_ends_with_them(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    hass.config.latitude, hass.config.longitude = 48.1, -1.7
    measure(hass, "bought_power", 300)
    measure(hass, "produced_power", 0)
    freezer.move_to("2026-06-10T11:00:00+00:00")
    home = await make_home("bought_power", "produced_power")
    for day in range(4):
        freezer.move_to(datetime.fromisoformat(f"2026-06-{10 + day}T11:00:00+00:00"))
        measure(hass, "produced_power", 2500)
        await settled(hass)
        await pass_minutes(hass, freezer, 2)
        measure(hass, "produced_power", 0)
        await settled(hass)
    await hass.config_entries.async_reload(home.entry_id)
    await settled(hass)
    freezer.move_to("2026-06-14T11:00:00+00:00")
    await pass_minutes(hass, freezer, 50)
    assert told(hass, home, "production_absent").state == "off"
    await pass_minutes(hass, freezer, 12)
    assert told(hass, home, "production_absent").state == "on"
    assert issue(hass, home, "production_absent") is not None
    measure(hass, "produced_power", 1800)
    await settled(hass)
    await pass_minutes(hass, freezer, 1)
    assert told(hass, home, "production_absent").state == "off"
    assert issue(hass, home, "production_absent") is None


@pytest.mark.parametrize(
    ("status", "expected"), [("silent", "on"), ("source_unavailable", "on"), ("withdrawn", "off")]
)
async def test_a_friends_series_gone_silent_is_told_but_not_what_they_took_back(
    hass: HomeAssistant,
    make_home: MakeHome,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
    status: str,
    expected: str,
) -> None:
    account = MockConfigEntry(domain=DOMAIN, data={CONF_KIND: Kind.ACCOUNT})
    account.add_to_hass(hass)
    account.runtime_data = MagicMock()
    registry = er.async_get(hass)
    entities: dict[str, Any] = {
        key: registry.async_get_or_create("sensor", DOMAIN, f"f_p_{key}", config_entry=account)
        for key in ("reading", "status")
    }
    monkeypatch.setattr(hass.config_entries, "async_loaded_entries", lambda _domain: [account])
    hass.states.async_set(entities["reading"].entity_id, "5", {"friendly_name": "Roof"})
    hass.states.async_set(entities["status"].entity_id, "receiving")
    measure(hass, "bought_power", 300)
    home = await make_home("bought_power")
    await pass_minutes(hass, freezer, 1)
    hass.states.async_set(entities["reading"].entity_id, "unavailable", {"friendly_name": "Roof"})
    hass.states.async_set(entities["status"].entity_id, status)
    measure(hass, "bought_power", 301)
    for _ in range(2):
        await pass_minutes(hass, freezer, 1)
        freezer.tick(timedelta(minutes=50))
    await pass_minutes(hass, freezer, 1)
    assert told(hass, home, "series_silent").state == expected
    raised = issue(hass, home, "series_silent")
    assert (raised is not None) == (expected == "on")
    # Whose it is stands in the sensor's attributes, which name entities.
    assert raised is None or raised.translation_placeholders == {"site": "Home"}
