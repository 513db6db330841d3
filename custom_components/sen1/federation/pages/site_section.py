"""The part of a publication's form that says which home or building it is of."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import BooleanSelector, SelectSelectorMode
import voluptuous as vol

from ...const import CONF_KIND, DOMAIN, Kind
from ..config import CONF_SITE, SiteData
from .forms import titled

SITE_OF = "site_of"
TELLS_COMMUNE = "tells_commune"


def site_field(hass: HomeAssistant) -> dict[Any, Any]:
    """Return the section, where there is a home or building to tell of."""
    titles = {
        entry.entry_id: entry.title
        for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False)
        if entry.data[CONF_KIND] == Kind.HOME
    }
    if not titles:
        return {}
    fields = vol.Schema(
        {
            vol.Optional(SITE_OF): titled(titles, mode=SelectSelectorMode.DROPDOWN),
            vol.Optional(TELLS_COMMUNE, default=False): BooleanSelector(),
        }
    )
    return {vol.Optional(CONF_SITE): section(fields, {"collapsed": True})}


def site_data(given: Mapping[str, Any]) -> SiteData | None:
    """Return what a subentry keeps of a section; None when nothing is to be told."""
    if not given.get(SITE_OF):
        return None
    return SiteData(entry_id=given[SITE_OF], tells_commune=given.get(TELLS_COMMUNE, False))


def site_given(data: SiteData | None) -> dict[str, Any]:
    """Return what a section shows of what a subentry keeps."""
    if not data:
        return {}
    return {SITE_OF: data["entry_id"], TELLS_COMMUNE: data["tells_commune"]}
