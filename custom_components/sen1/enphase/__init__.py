"""An Enphase gateway (Envoy, IQ Gateway) and what hangs on it: meters, inverters, batteries."""

from typing import Any

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryError
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import CONF_KIND, DOMAIN, Kind
from . import core_reader
from .const import CONF_HOST
from .coordinator import GatewayConfigEntry, GatewayCoordinator, token_issue
from .devices import identifiers_of
from .envoy import session_for_gateways
from .gateway import Gateway, Login
from .watching import raised, store_of

PLATFORMS = [Platform.BINARY_SENSOR, Platform.SENSOR]


async def async_setup(hass: HomeAssistant) -> None:
    """Give way to core's integration when it begins to read a gateway of ours, and come back."""

    @callback
    def changed(change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain != core_reader.CORE:
            return
        for ours in hass.config_entries.async_entries(DOMAIN, False, False):
            if ours.data[CONF_KIND] != Kind.ENPHASE:
                continue
            was = (DOMAIN, core_reader.issue_of(ours)) in ir.async_get(hass).issues
            if core_reader.async_tell(hass, ours) != was:
                hass.config_entries.async_schedule_reload(ours.entry_id)

    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, changed)


async def async_setup_entry(hass: HomeAssistant, entry: GatewayConfigEntry) -> None:
    """Read the gateway once: its entities are made from what it has."""
    if core_reader.async_tell(hass, entry):
        raise ConfigEntryError(translation_domain=DOMAIN, translation_key="read_by_core")
    client = session_for_gateways(hass)
    gateway = Gateway(entry.data[CONF_HOST], client, Login.of(entry.data))
    coordinator = GatewayCoordinator(hass, entry, gateway)
    await coordinator.async_config_entry_first_refresh()
    entry.runtime_data = coordinator
    _name_device(hass, entry)
    entry.async_on_unload(entry.add_update_listener(_async_updated))


async def _async_updated(hass: HomeAssistant, entry: GatewayConfigEntry) -> None:
    """Log in anew only if the address or the login is another."""
    if entry.runtime_data.is_current:
        entry.runtime_data.async_repace()
        _name_device(hass, entry)
    else:
        hass.config_entries.async_schedule_reload(entry.entry_id)


@callback
def _name_device(hass: HomeAssistant, entry: GatewayConfigEntry) -> None:
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, entry.runtime_data.gateway.serial)},
        name=entry.title,
    )


async def async_unload_entry(hass: HomeAssistant, entry: GatewayConfigEntry) -> None:
    """Leave nothing: the coordinator stops with its last entity."""


async def async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget what was kept and told of this gateway."""
    await store_of(hass, entry).async_remove()
    for issue_id in (*raised(hass, entry), token_issue(entry), core_reader.issue_of(entry)):
        ir.async_delete_issue(hass, DOMAIN, issue_id)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: GatewayConfigEntry, device: dr.DeviceEntry
) -> bool:
    """Let the owner remove a device that the gateway no longer has."""
    return not identifiers_of(entry.runtime_data) & device.identifiers


async def async_diagnostics(hass: HomeAssistant, entry: GatewayConfigEntry) -> dict[str, Any]:
    """Return counts, versions and states: no number of a device, no address, no token."""
    coordinator: GatewayCoordinator | None = getattr(entry, "runtime_data", None)
    if coordinator is None:
        return {"link": "never opened"}
    gateway, readings = coordinator.gateway, coordinator.data
    error = coordinator.last_exception
    return {
        "link": "up" if coordinator.last_update_success else str(error and error.__cause__),
        "firmware": gateway.firmware,
        "login": "token" if gateway.wants_token else "password",
        "token_ends": gateway.claims.ends.date().isoformat() if gateway.claims else None,
        "renews_its_token": gateway.login.can_renew,
        "options": dict(entry.options),
        "requests": dict(gateway.envoy.requests),
        "failures": coordinator.failures,
        "meters": sorted(readings.kinds),
        "phases": len(readings.phases),
        "stalled": sorted(readings.stalled),
        "inverters": len(readings.inverters),
        "batteries": len(readings.batteries),
        "troubles": sorted(trouble.reason for trouble in coordinator.watching.troubles.values()),
        "features": str(gateway.envoy.supported_features),
    }
