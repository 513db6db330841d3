"""What readings mean for a home: its balance, its surplus, its state of health."""

from typing import Any

from homeassistant.components.websocket_api import async_register_command
from homeassistant.const import EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import Event, HomeAssistant, callback

from .meter.actions import async_register
from .meter.meters import settings_of
from .site.energies import async_answer_energies
from .site.site import Home, HomeConfigEntry, async_forget
from .tariff.spending import tariffs_of

PLATFORMS = [Platform.BINARY_SENSOR, Platform.EVENT, Platform.SENSOR]


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Offer the actions and commands, whatever entries there are."""
    async_register(hass)
    async_register_command(hass, async_answer_energies)


async def async_setup_entry(hass: HomeAssistant, entry: HomeConfigEntry) -> None:
    """Take up what was counted, and follow the home's sensors."""
    home = entry.runtime_data = Home(hass, entry)
    await home.async_start()
    begun_with = (dict(entry.data), tariffs_of(entry), settings_of(entry))

    async def on_change(hass: HomeAssistant, entry: HomeConfigEntry) -> None:
        if (dict(entry.data), tariffs_of(entry), settings_of(entry)) != begun_with:
            hass.config_entries.async_schedule_reload(entry.entry_id)
        else:
            home.surplus.async_apply()
            home.watch.look()

    async def on_stop(_event: Event) -> None:
        await home.async_stop()

    entry.async_on_unload(entry.add_update_listener(on_change))
    entry.async_on_unload(hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, on_stop))


async def async_unload_entry(hass: HomeAssistant, entry: HomeConfigEntry) -> None:
    """Save what was counted."""
    await entry.runtime_data.async_stop()
    entry.runtime_data.watch.delete_issues()


async def async_remove_entry(hass: HomeAssistant, entry: HomeConfigEntry) -> None:
    """Forget what was counted."""
    await async_forget(hass, entry)


async def async_diagnostics(hass: HomeAssistant, entry: HomeConfigEntry) -> dict[str, Any]:
    """Return which measures there are and which are known: no name, no reading."""
    home: Home | None = getattr(entry, "runtime_data", None)
    return {"balance": "never set up"} if home is None else home.diagnostics()
