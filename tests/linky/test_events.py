"""What comes and goes: binary sensors say no while it is away, events tell when it comes."""

from __future__ import annotations

from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import DOMAIN
from testbed.tic_groups import Kind
from testbed.tic_meter import TicMeter
from testbed.waiting import until

from .conftest import serial_of


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
        return state(hass, meter, "event", "over_power").attributes["event_type"]

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
