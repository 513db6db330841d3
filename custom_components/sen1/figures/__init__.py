"""What readings mean for a home: its balance, its surplus, its state of health."""

from typing import Any

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.const import EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..sheets import async_sheets
from .const import CONF_MAIN
from .counting.sites import main_site
from .meter.actions import async_register
from .meter.meters import meters_of
from .site.commands import async_register_commands
from .site.differing import async_tell
from .site.sheet import async_offer_sheet
from .site.site import Home, HomeConfigEntry, async_forget
from .tariff.spending import tariffs_of

PLATFORMS = [Platform.BINARY_SENSOR, Platform.EVENT, Platform.SENSOR]

RUNNING = (ConfigEntryState.LOADED, ConfigEntryState.SETUP_IN_PROGRESS)


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Offer the actions and the commands, whatever entries there are."""
    async_register(hass)
    async_register_commands(hass)


async def async_setup_entry(hass: HomeAssistant, entry: HomeConfigEntry) -> None:
    """Take up what was counted, and follow the home's sensors."""
    begun_with, was_main = _made_of(entry), main_site(hass) is entry
    home = entry.runtime_data = Home(hass, entry)
    await home.async_start()
    async_offer_sheet(hass, entry, home)

    is_reloading = False

    @callback
    def reload() -> None:
        # Once is enough, and soon, not now: who is the main site is noted entry by entry.
        nonlocal is_reloading
        if not is_reloading:
            is_reloading = True
            hass.loop.call_soon(begin_again)

    @callback
    def begin_again() -> None:
        # What is on its way out is not set up again, and may not be unloaded twice.
        if entry.state in RUNNING and not entry.disabled_by:
            hass.config_entries.async_schedule_reload(entry.entry_id)

    async def on_change(hass: HomeAssistant, entry: HomeConfigEntry) -> None:
        if _made_of(entry) != begun_with or (main_site(hass) is entry) != was_main:
            reload()
        else:
            home.surplus.async_apply()
            home.habit.async_apply()
            home.goals.async_apply()
            home.watch.look()

    @callback
    def on_others(_change: ConfigEntryChange, other: ConfigEntry) -> None:
        if other is not entry and (main_site(hass) is entry) != was_main:
            reload()

    async def on_stop(_event: Event) -> None:
        await home.async_stop()

    entry.async_on_unload(entry.add_update_listener(on_change))
    entry.async_on_unload(async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, on_others))
    entry.async_on_unload(hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, on_stop))
    if _made_of(entry) != begun_with:
        # It changed meanwhile, and that was told to nobody.
        reload()


def _made_of(entry: ConfigEntry) -> tuple[Any, ...]:
    """Return what a home that runs was made of; who is the main one is looked at apart."""
    data = {key: value for key, value in entry.data.items() if key != CONF_MAIN}
    meters = {key: (meter.title, meter.data) for key, meter in meters_of(entry).items()}
    return entry.title, data, tariffs_of(entry), meters


async def async_unload_entry(hass: HomeAssistant, entry: HomeConfigEntry) -> None:
    """Save what was counted."""
    await entry.runtime_data.async_stop()
    entry.runtime_data.watch.delete_issues()
    async_tell(hass, entry, {})


async def async_remove_entry(hass: HomeAssistant, entry: HomeConfigEntry) -> None:
    """Forget what was counted, and let nobody tell of the home any more."""
    await async_forget(hass, entry)
    async_sheets(hass).listeners.tell()


async def async_diagnostics(hass: HomeAssistant, entry: HomeConfigEntry) -> dict[str, Any]:
    """Return which measures there are and which are known: no name, no reading."""
    home: Home | None = getattr(entry, "runtime_data", None)
    return {"balance": "never set up"} if home is None else home.diagnostics()
