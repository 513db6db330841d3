"""The sites of this installation, homes and other buildings, and which is the main one."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ...const import CONF_KIND, DOMAIN, Kind
from ..const import CONF_MAIN


@callback
def sites(hass: HomeAssistant) -> list[ConfigEntry]:
    """Return the entries of all sites that are not disabled, the oldest first."""
    entries = hass.config_entries.async_entries(
        DOMAIN, include_ignore=False, include_disabled=False
    )
    return sorted(
        (entry for entry in entries if entry.data.get(CONF_KIND) == Kind.HOME),
        key=lambda entry: entry.created_at,
    )


@callback
def main_site(hass: HomeAssistant) -> ConfigEntry | None:
    """Return the site that is meant where none is named: the one made main, else the oldest."""
    found = sites(hass)
    return next((site for site in found if site.data.get(CONF_MAIN)), next(iter(found), None))


@callback
def no_longer_main(hass: HomeAssistant, main: ConfigEntry) -> None:
    """Take the mark from all sites but the one that was made main."""
    for site in sites(hass):
        if site is not main and CONF_MAIN in site.data:
            data = {key: value for key, value in site.data.items() if key != CONF_MAIN}
            hass.config_entries.async_update_entry(site, data=data)
