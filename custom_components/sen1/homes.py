"""Whose readings a sensor shows, and of which sensors a group is made.

Known to who makes a group, as to who gives it on.
"""

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .const import DOMAIN, FRIEND, GROUP

CONF_MEMBERS = "members"
"""Sensors, by their references."""

OWN = ""
"""The home of what is not a friend's."""


@callback
def home_of(hass: HomeAssistant, entity_id: str | None) -> str:
    """Return whose readings a sensor shows: a friend's, a member's, or this home's own.

    The members of a collection are of one subentry; what begins the unique id is each one's own.
    """
    entity, subentry = _entity(hass, entity_id), subentry_of(hass, entity_id)
    if entity is None or subentry is None or subentry.subentry_type != FRIEND:
        return OWN
    return entity.unique_id.partition("_")[0]


@callback
def of_others(hass: HomeAssistant) -> list[str]:
    """Return the sensors of ours that show the readings of friends and members."""
    ours = er.async_get(hass).entities.values()
    return [
        row.entity_id
        for row in ours
        if row.platform == DOMAIN and row.domain == "sensor" and home_of(hass, row.entity_id) != OWN
    ]


@callback
def is_of_friends(hass: HomeAssistant, subentry: ConfigSubentry | None) -> bool:
    """Return whether a subentry is a group in which the readings of friends are."""
    if subentry is None or subentry.subentry_type != GROUP:
        return False
    resolve, registry = er.async_resolve_entity_id, er.async_get(hass)
    return any(home_of(hass, resolve(registry, ref)) != OWN for ref in subentry.data[CONF_MEMBERS])


@callback
def subentry_of(hass: HomeAssistant, entity_id: str | None) -> ConfigSubentry | None:
    """Return the subentry of ours that a sensor belongs to, if it belongs to one."""
    entity = _entity(hass, entity_id)
    if entity is None or entity.platform != DOMAIN or entity.config_subentry_id is None:
        return None
    entry = hass.config_entries.async_get_entry(entity.config_entry_id or "")
    return None if entry is None else entry.subentries.get(entity.config_subentry_id)


def _entity(hass: HomeAssistant, entity_id: str | None) -> er.RegistryEntry | None:
    return er.async_get(hass).async_get(entity_id) if entity_id else None
