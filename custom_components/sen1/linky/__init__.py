"""A Linky, or another French meter, read from its TIC output."""

import asyncio
from typing import Any

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import device_registry as dr

from ..const import DOMAIN
from . import advice, replacement
from .const import CONF_MODE, CONF_SERIAL_PORT
from .line.stream import LineError, LineFault, Patience
from .meter import LinkyConfigEntry, LinkyMeter

PLATFORMS = [Platform.BINARY_SENSOR, Platform.EVENT, Platform.SENSOR]


async def async_setup_entry(hass: HomeAssistant, entry: LinkyConfigEntry) -> None:
    """Listen to the meter, and wait for its first whole frame: sensors are made from it.

    Raises ConfigEntryNotReady with the reason when the line gives none: Home Assistant shows it
    and tries again. Once set up, the stream itself waits for the meter to answer again.
    """
    patience = Patience()
    meter = LinkyMeter(hass, entry, patience)
    entry.runtime_data = meter
    entry.async_create_background_task(hass, meter.stream.run(), "sen1 linky stream")
    try:
        async with asyncio.timeout(patience.answer):
            await meter.frame
    except LineError as err:
        raise not_ready(err.fault) from err
    except TimeoutError as err:
        raise not_ready(LineFault.NO_VALID_GROUP) from err
    entry.async_on_unload(entry.add_update_listener(_async_updated))
    adviser = advice.Adviser(hass, entry)
    adviser.async_start()
    entry.async_on_unload(meter.frame_listeners.add(adviser.async_received))


def not_ready(fault: LineFault) -> ConfigEntryNotReady:
    """Return the exception that tells the owner why the meter is not read."""
    return ConfigEntryNotReady(translation_domain=DOMAIN, translation_key=fault.value)


async def _async_updated(hass: HomeAssistant, entry: LinkyConfigEntry) -> None:
    """Open the line again only if the port has changed; the device bears the entry's name."""
    meter = entry.runtime_data
    if entry.data[CONF_SERIAL_PORT] != meter.stream.port:
        hass.config_entries.async_schedule_reload(entry.entry_id)
        return
    meter.async_repace()
    devices = dr.async_get(hass)
    for device in dr.async_entries_for_config_entry(devices, entry.entry_id):
        devices.async_update_device(device.id, name=entry.title)


async def async_unload_entry(hass: HomeAssistant, entry: LinkyConfigEntry) -> None:
    """Leave nothing: the stream is the entry's task, cancelled with it."""


async def async_remove_entry(hass: HomeAssistant, entry: LinkyConfigEntry) -> None:
    """Leave nothing: a meter is only listened to."""
    replacement.async_delete_issue(hass, entry)
    advice.async_delete_issues(hass, entry)


async def async_diagnostics(hass: HomeAssistant, entry: LinkyConfigEntry) -> dict[str, Any]:
    """Return counts, mode, speed and labels: no number of the meter or of its place, no reading."""
    meter: LinkyMeter | None = getattr(entry, "runtime_data", None)
    if meter is None:
        return {"link": "never opened"}
    statistics = meter.stream.statistics
    return {
        "link": meter.fault or "up",
        "mode": entry.data[CONF_MODE],
        "speed": meter.stream.speed,
        "options": dict(entry.options),
        "groups": {"good": statistics.good, "bad": dict(statistics.bad)},
        "frames": statistics.frames,
        "interruptions": statistics.interruptions,
        "refused_values": dict(meter.beliefs.refused),
        "labels": sorted(meter.beliefs.labels),
    }
