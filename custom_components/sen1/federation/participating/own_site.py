"""What this home is like, as far as a collection asks for it: a series tells it."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant

from ...const import CONF_KIND, DOMAIN, Kind
from ...protocol.collecting.collection import SITE, CollectionSheet
from ...protocol.errors import ParticipationRefused
from ...protocol.sheet import SiteSheet
from ...protocol.wishes import What
from ...sheets import async_sheets
from ..config import SiteData

TOLD_OF_SITE = ["kind", "floor_area", "heating", "people"]
"""What of a home's sheet a collection asks for; the kind stands in each sheet."""


def site_told(hass: HomeAssistant, sheet: CollectionSheet, gives: Mapping[str, str]) -> SiteData:
    """Return what a series is to tell of the home; raises ParticipationRefused."""
    if SITE not in {ask.what for ask in sheet.asks}:
        raise ParticipationRefused("not_asked")
    if (known := _home_sheet(hass)) is None:
        raise ParticipationRefused("no_sheet")
    if not {What.CONSUMPTION, What.PRODUCTION} & gives.keys():
        raise ParticipationRefused("site_needs_series")
    return SiteData(entry_id=known[0], tells_commune=False, only=TOLD_OF_SITE)


def _home_sheet(hass: HomeAssistant) -> tuple[str, SiteSheet] | None:
    """Return the entry and the sheet of the main home, or else of one that says what it is like."""
    sheets = async_sheets(hass)
    main = [entry_id for entry_id, one in sheets.measured() if one.is_main]
    homes = [
        entry.entry_id
        for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False)
        if entry.data[CONF_KIND] == Kind.HOME
    ]
    for entry_id in (*main[:1], *homes):
        sheet = sheets.of(entry_id)
        if sheet is not None and (sheet.floor_area or sheet.heating):
            return entry_id, sheet
    return None


def site_shown(hass: HomeAssistant) -> dict[str, Any] | None:
    """Return what a household sees of that."""
    if (known := _home_sheet(hass)) is None:
        return None
    entry_id, sheet = known
    home = hass.config_entries.async_get_entry(entry_id)
    return {
        "title": "" if home is None else home.title,
        "floor_area": sheet.floor_area,
        "heating": sheet.heating,
        "people": sheet.people,
    }
