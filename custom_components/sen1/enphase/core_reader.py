"""Home Assistant's own integration for these gateways, which may read this one already."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir

from ..const import DOMAIN
from .const import CONF_HOST

CORE = "enphase_envoy"

OFFERED = {
    *(
        f"{prefix}{word}"
        for word in ("production", "consumption", "balanced_net_consumption", "net_consumption")
        for prefix in ("", "lifetime_")
    ),
    "lifetime_net_production",
}
"""The entities of core that the pages here need, by what ends their unique ids."""


def core_entry(hass: HomeAssistant, serial: str | None, host: str) -> ConfigEntry | None:
    """Return core's entry that reads this gateway, if there is one that is not disabled."""
    for entry in hass.config_entries.async_entries(CORE, False, False):
        if entry.data.get(CONF_HOST) == host or (entry.unique_id or "") == serial:
            return entry
    return None


def names_of_entities(hass: HomeAssistant, entry: ConfigEntry) -> str:
    """List the entities that core has of a gateway as a whole, those that matter here."""
    offered = {f"{entry.unique_id}_{word}" for word in OFFERED}
    return "\n".join(
        f"- {row.entity_id}"
        for row in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
        if row.disabled_by is None and row.unique_id in offered
    )


def issue_of(entry: ConfigEntry) -> str:
    """Return the id of the issue of a gateway that both would read."""
    return f"read_by_core_{entry.entry_id}"


def async_tell(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Raise the issue if core reads the entry's gateway too, else remove it; tell which."""
    if core_entry(hass, entry.unique_id, entry.data[CONF_HOST]) is None:
        ir.async_delete_issue(hass, DOMAIN, issue_of(entry))
        return False
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_of(entry),
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="read_by_core",
        translation_placeholders={"gateway": entry.title},
    )
    return True
