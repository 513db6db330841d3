"""What is told of where a publication's readings come from, as far as Home Assistant knows."""

from dataclasses import replace

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.loader import IntegrationNotLoaded, async_get_loaded_integration

from ...const import CONF_KIND, DOMAIN, FRIEND, GROUP, MANUAL_METER, Kind
from ...protocol.limits import cleaned
from ...protocol.provenance import MAX_NAME, Provenance, SourceKind
from ..config import FriendKind, home_name, kind_of
from .source import series_shown

OF_OTHERS = {
    FriendKind.COLLECTION: SourceKind.GROUP,
    FriendKind.DATA_NODE: SourceKind.DATA_NODE,
    FriendKind.PROXY: SourceKind.PROXY,
}
"""What members come to together, and what older nodes give."""


def provenance_of(
    hass: HomeAssistant, account: ConfigEntry, entity: er.RegistryEntry
) -> Provenance | None:
    """Return where an entity's readings come from; None while nobody can say it.

    Who answers for them is the household, under the name that it gave its home; of what a friend
    lets be passed on it stays the friend. The maker and model of a device are told, never its name
    or its number.
    """
    household = _short(home_name(hass, account))
    entry = hass.config_entries.async_get_entry(entity.config_entry_id or "")
    if entry is not None and _giver(entry, entity) is FriendKind.HOME:
        is_running = entry.state is ConfigEntryState.LOADED
        shown = series_shown(entry, entity) if is_running else []
        lent = next((series.description.provenance for series in shown), None)
        return None if lent is None else replace(lent, via=household)
    kind = _kind(hass, entity, entry)
    device = dr.async_get(hass).async_get(entity.device_id or "")
    if not isinstance(device, dr.DeviceEntry) or kind in (SourceKind.FIGURE, SourceKind.GROUP):
        return Provenance(household, kind)
    return Provenance(household, kind, _short(device.manufacturer), _short(device.model))


def _giver(entry: ConfigEntry, entity: er.RegistryEntry) -> FriendKind | None:
    """Return what gives an entity its readings, if it is another account."""
    subentry = entry.subentries.get(entity.config_subentry_id or "")
    if entry.domain != DOMAIN or subentry is None or subentry.subentry_type != FRIEND:
        return None
    return kind_of(subentry)


def _kind(hass: HomeAssistant, entity: er.RegistryEntry, entry: ConfigEntry | None) -> SourceKind:
    """Return what an entity's readings come from, by what does not change with its state."""
    if entry is None or entry.domain != DOMAIN:
        if _is_helper(hass, entity.platform):
            return SourceKind.FIGURE
        return SourceKind.SENSOR if entity.device_id else SourceKind.OTHER
    if (giver := _giver(entry, entity)) is not None:
        return OF_OTHERS.get(giver, SourceKind.OTHER)
    subentry = entry.subentries.get(entity.config_subentry_id or "")
    subentry_type = "" if subentry is None else subentry.subentry_type
    match entry.data[CONF_KIND]:
        case Kind.LINKY:
            return SourceKind.METER
        case Kind.ENPHASE:
            return SourceKind.INVERTER
        case Kind.HOME if subentry_type == MANUAL_METER:
            return SourceKind.HAND
        case Kind.ACCOUNT if subentry_type == GROUP:
            return SourceKind.GROUP
        case _:
            return SourceKind.FIGURE


def _is_helper(hass: HomeAssistant, domain: str) -> bool:
    """Return whether an integration makes its entities of others."""
    try:
        return async_get_loaded_integration(hass, domain).integration_type == "helper"
    except IntegrationNotLoaded:
        return False


def _short(text: str | None) -> str:
    return cleaned(text or "", MAX_NAME)
