"""What comes and goes: binary sensors say no while it is away, events tell when it comes."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    mock_restore_cache_with_extra_data,
)

from custom_components.sen1.const import DOMAIN
from testbed.contracts import BASE, EJP, is_ejp_day
from testbed.household import PARIS, Household, local
from testbed.tic_groups import Kind, Mode
from testbed.tic_meter import TicMeter, serve_socket
from testbed.waiting import until

from .conftest import QUICK, entry_of, serial_of, set_up


def state(hass: HomeAssistant, meter: TicMeter, platform: str, key: str) -> State:
    entity_id = er.async_get(hass).async_get_entity_id(
        platform, DOMAIN, f"{serial_of(meter)}_{key}"
    )
    assert entity_id is not None
    found = hass.states.get(entity_id)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", [Kind.HISTORIC_HC])
async def test_over_power_begins_and_ends(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    def is_on() -> str:
        return state(hass, meter, "binary_sensor", "ADPS").state

    def event() -> str | None:
        happened: str | None = state(hass, meter, "event", "over_power").attributes["event_type"]
        return happened

    await until(lambda: is_on() == "off", "no over-power, though no label says so")
    assert event() is None
    meter.override("ADPS", "047")
    await until(lambda: is_on() == "on" and event() == "begin", "over-power")
    meter.override("ADPS", None)
    await until(lambda: is_on() == "off" and event() == "end", "its end")


async def test_a_message_is_shown_and_told(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    await until(lambda: "MSG1" in linky_entry.runtime_data.values, "what the meter shows")
    assert state(hass, meter, "sensor", "MSG1").state == "unknown"
    assert state(hass, meter, "event", "message").attributes["event_type"] is None
    meter.show("COUPURE LE 24")
    await until(
        lambda: (
            state(hass, meter, "event", "message").attributes.get("message") == "COUPURE LE 24"
            and state(hass, meter, "sensor", "MSG1").state == "COUPURE LE 24"
        ),
        "the message",
    )


@pytest.mark.parametrize(("shown", "is_news"), [("COUPURE LE 24", False), ("COUPURE LE 25", True)])
async def test_a_message_told_before_a_restart_is_not_told_again_and_another_one_is(
    hass: HomeAssistant, meter: TicMeter, line: str, shown: str, is_news: bool
) -> None:
    entry = entry_of(meter, line)
    entry.add_to_hass(hass)
    event = er.async_get(hass).async_get_or_create(
        "event", DOMAIN, f"{serial_of(meter)}_message", config_entry=entry
    )
    before = "2026-11-24T08:00:00.000+00:00"
    told = {"last_event_type": "received", "last_event_attributes": {"message": "COUPURE LE 24"}}
    mock_restore_cache_with_extra_data(hass, [(State(event.entity_id, before), told)])
    meter.show(shown)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: entry.runtime_data.values.get("MSG1") == shown, "what the meter shows")
    await hass.async_block_till_done()
    now = state(hass, meter, "event", "message")
    assert now.attributes["message"] == shown
    assert (now.state != before) is is_news
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_change_of_tariff_period_tells_both(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    meter.override("LTARF", "HEURE CREUSE    ")
    await until(lambda: state(hass, meter, "sensor", "PTEC").state == "off_peak", "the period")
    meter.override("LTARF", "HEURE PLEINE    ")
    told = await until(
        lambda: (
            (s := state(hass, meter, "event", "tariff_period")).attributes.get("current") == "peak"
            and s
        ),
        "the change",
    )
    assert told.attributes["previous"] == "off_peak"
    assert state(hass, meter, "sensor", "PTEC").state == "peak"


def last_event(hass: HomeAssistant, meter: TicMeter, key: str) -> str | None:
    return state(hass, meter, "event", key).attributes.get("event_type")


@pytest.fixture
async def ordinary(hass: HomeAssistant, kind: Kind) -> AsyncIterator[TicMeter]:
    """Return a meter on a day far from any of EJP, read by its entry."""
    noon = datetime(2026, 11, 24, 12, tzinfo=PARIS)
    days = (noon + timedelta(days=n) for n in range(90))
    far = next(d for d in days if not any(is_ejp_day(d + timedelta(days=n)) for n in (-1, 0, 1)))
    meter = TicMeter(kind, Household(begin=far))
    meter.baud = QUICK
    async with serve_socket(meter) as url:
        entry = await set_up(hass, meter, url)
        yield meter
        assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("kind", [Kind(Mode.HISTORIC, EJP)], ids=str)
async def test_a_mobile_peak_is_noticed_begins_and_ends_in_historic_mode(
    hass: HomeAssistant, ordinary: TicMeter
) -> None:
    meter = ordinary

    def shown() -> tuple[str, str, str | None]:
        notice = state(hass, meter, "binary_sensor", "PEJP").state
        peak = state(hass, meter, "binary_sensor", "mobile_peak").state
        return notice, peak, last_event(hass, meter, "mobile_peak")

    await until(lambda: shown() == ("off", "off", None), "no peak, none announced")
    meter.override("PEJP", "30")
    await until(lambda: shown() == ("on", "off", "notice"), "the notice, half an hour before")
    meter.override("PTEC", "PM..")
    await until(lambda: shown() == ("on", "on", "begin"), "the peak")
    meter.override("PEJP", None)
    meter.override("PTEC", None)
    await until(lambda: shown() == ("off", "off", "end"), "its end")


@pytest.mark.parametrize("kind", [Kind(Mode.STANDARD, EJP)], ids=str)
async def test_a_mobile_peak_is_announced_with_its_times_in_standard_mode(
    hass: HomeAssistant, ordinary: TicMeter
) -> None:
    meter, registry = ordinary, er.async_get(hass)
    serial = serial_of(meter)

    def shown() -> tuple[str, str, str | None]:
        notice = state(hass, meter, "binary_sensor", "PEJP").state
        peak = state(hass, meter, "binary_sensor", "mobile_peak").state
        return notice, peak, last_event(hass, meter, "mobile_peak")

    await until(lambda: shown() == ("off", "off", None), "no peak, none announced")
    begin = local(meter.registers.at).replace(second=0, microsecond=0) + timedelta(days=1)
    meter.registers.announce(begin, begin + timedelta(hours=18))
    await until(lambda: shown() == ("on", "off", "notice"), "the notice")

    def is_told(label: str, at: datetime) -> bool:
        found = registry.async_get_entity_id("sensor", DOMAIN, f"{serial}_{label}")
        told = hass.states.get(found) if found else None
        return told is not None and told.state == at.astimezone(UTC).isoformat()

    for label, at in (("DPM1", begin), ("FPM1", begin + timedelta(hours=18))):
        # The label is heard now for the first time, and its entity made.
        await until(partial(is_told, label, at), "when the peak begins and ends")
    meter.override("STGE", "403A0001")
    await until(lambda: shown() == ("off", "on", "begin"), "the peak")
    meter.override("STGE", "003A0001")
    await until(lambda: shown() == ("off", "off", "end"), "its end")


async def test_a_phase_that_draws_too_much_is_told_and_the_others_are_not(
    hass: HomeAssistant,
) -> None:
    # The meter goes on sending short frames for a minute after: one of its own.
    meter = TicMeter(Kind(Mode.HISTORIC, BASE, 3), Household(speed=30))
    meter.baud = QUICK

    def shown() -> list[str]:
        keys = ("ADPS", "ADIR1", "ADIR2", "ADIR3")
        return [state(hass, meter, "binary_sensor", key).state for key in keys]

    async with serve_socket(meter) as url:
        entry = await set_up(hass, meter, url)
        await until(lambda: shown() == ["off"] * 4, "no over-power")
        meter.household.step(12_000, phase=2)
        await until(lambda: shown() == ["on", "off", "on", "off"], "that of the second phase")
        assert last_event(hass, meter, "over_power") == "begin"
        meter.household.step(-12_000, phase=2)
        await until(lambda: shown() == ["off"] * 4, "its end")
        assert last_event(hass, meter, "over_power") == "end"
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_meter_that_lost_its_clock_says_so_and_tells_no_time(
    hass: HomeAssistant, meter: TicMeter, line: str
) -> None:
    entry = entry_of(meter, line)
    entry.add_to_hass(hass)
    registry = er.async_get(hass)
    for platform, key in (("binary_sensor", "STGE_clock"), ("sensor", "DATE")):
        registry.async_get_or_create(
            platform, DOMAIN, f"{serial_of(meter)}_{key}", config_entry=entry
        )
    assert await hass.config_entries.async_setup(entry.entry_id)
    nothing = {STATE_UNKNOWN, STATE_UNAVAILABLE}
    await until(lambda: state(hass, meter, "sensor", "DATE").state not in nothing, "the clock")
    assert state(hass, meter, "binary_sensor", "STGE_clock").state == "off"
    meter.registers.is_clock_degraded = True
    await until(
        lambda: (
            state(hass, meter, "binary_sensor", "STGE_clock").state == "on"
            and state(hass, meter, "sensor", "DATE").state == STATE_UNKNOWN
        ),
        "a clock that is not believed",
    )
    # What bears no time goes on.
    meter.override("SINSTS", "01234")
    await until(lambda: state(hass, meter, "sensor", "SINSTS").state == "1234", "the power")
    meter.registers.is_clock_degraded = False
    await until(
        lambda: (
            state(hass, meter, "binary_sensor", "STGE_clock").state == "off"
            and state(hass, meter, "sensor", "DATE").state != STATE_UNKNOWN
        ),
        "the clock again",
    )
