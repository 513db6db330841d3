"""The sheet of a site, from what its owner said of it and what it buys in a year."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ...protocol.sheet import MAX_COMMUNE, NUMBERS, WORDS, SiteKind, SiteSheet, sheet_from_json
from ...sheets import async_sheets
from ..const import CONF_COMMUNE, CONF_SITE_KIND
from ..year.sensor import FORECAST
from .site import Home


@callback
def async_offer_sheet(hass: HomeAssistant, entry: ConfigEntry, home: Home) -> None:
    """Let the sheet of a site be taken while its entry is loaded, and say when it may change."""
    sheets = async_sheets(hass)
    entry.async_on_unload(sheets.offer(entry.entry_id, lambda: sheet_of(entry, home)))
    entry.async_on_unload(home.outlook.listeners.add(sheets.listeners.tell))


def sheet_of(entry: ConfigEntry, home: Home) -> SiteSheet:
    """Return what a site is."""
    said = {name: entry.data.get(name) for name in (*WORDS, *NUMBERS) if entry.data.get(name)}
    said["kind"] = entry.data.get(CONF_SITE_KIND, SiteKind.HOME)
    said[CONF_COMMUNE] = entry.data.get(CONF_COMMUNE, "")[:MAX_COMMUNE]
    return sheet_from_json({**said, "yearly": _yearly(home)})


def _yearly(home: Home) -> float | None:
    """Return what was bought last year, else what is forecast for this one, kWh.

    To two digits: friends are told each change, and a forecast is another each day.
    """
    known = FORECAST.attributes(home.outlook).get("last_year") or FORECAST.value(home.outlook)
    return float(f"{known:.2g}") if isinstance(known, (int, float)) and known > 0 else None
