"""What is told of a site: its sheet, of what its owner said and what it buys; what measures it."""

from dataclasses import fields

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ...const import DOMAIN
from ...protocol.sheet import MAX_COMMUNE, SiteKind, SiteSheet, sheet_from_json
from ...sheets import Measured, Shareable, async_sheets
from ..const import CONF_COMMUNE, CONF_SITE_KIND
from ..counting.balance import HomeQuantity
from ..counting.entity import home_device
from ..counting.sites import main_site
from ..counting.sources import Measure, entity_of, refs_by_quantity, sources_of
from ..year.sensor import FORECAST
from .site import Home
from .statistics import statistic_id

QUANTITIES = {
    Shareable.CONSUMPTION: HomeQuantity.BOUGHT,
    Shareable.PRODUCTION: HomeQuantity.PRODUCED,
    Shareable.SURPLUS: HomeQuantity.SOLD,
}


@callback
def async_offer_sheet(hass: HomeAssistant, entry: ConfigEntry, home: Home) -> None:
    """Let the sheet of a site be taken while its entry is loaded, and say when it may change."""
    sheets = async_sheets(hass)
    entry.async_on_unload(sheets.offer(entry.entry_id, lambda: sheet_of(entry, home)))
    entry.async_on_unload(
        sheets.offer_measured(entry.entry_id, lambda: measured_of(hass, entry, home))
    )
    entry.async_on_unload(home.outlook.listeners.add(sheets.listeners.tell))


def measured_of(hass: HomeAssistant, entry: ConfigEntry, home: Home) -> list[Measured]:
    """Return what is measured of a site that people share, with the entities that tell it.

    What several sensors count together has none of its own, and is told by its power alone.
    """
    sources = sources_of(entry.data)
    indexes = refs_by_quantity(sources, Measure.INDEX)
    powers = refs_by_quantity(sources, Measure.POWER)
    is_main = main_site(hass) is entry

    def own(key: str) -> str | None:
        unique_id = f"{home_device(entry).id}_{key}"
        return er.async_get(hass).async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id)

    def only(refs: list[str]) -> str | None:
        return entity_of(hass, refs[0]) if len(refs) == 1 else None

    found = []
    for what, quantity in QUANTITIES.items():
        later = own(f"{quantity}_yesterday")
        energy = only(indexes.get(quantity, [])) or own(f"{quantity}_total") or later
        power = only(powers.get(quantity, []))
        if what is Shareable.CONSUMPTION and not home.balance.measures(HomeQuantity.PRODUCED):
            # In watts, whatever the meter tells.
            power = own("consumption") or power
        elif what is Shareable.SURPLUS:
            power = own("surplus") or power
        if later is not None and energy == later:
            # Nothing tells of this moment.
            power = None
        is_known = energy is not None and quantity in home.past.quantities
        past = statistic_id(entry, quantity) if is_known else None
        if (energy or power) and (what is not Shareable.SURPLUS or home.balance.may_sell):
            found.append(Measured(what, entry.title, is_main, energy, power, past))
    if (by_area := own("energy_per_area")) is not None:
        found.append(Measured(Shareable.PER_AREA, entry.title, is_main, by_area, None, None))
    return found


def sheet_of(entry: ConfigEntry, home: Home) -> SiteSheet:
    """Return what a site is."""
    names = (field.name for field in fields(SiteSheet))
    said = {name: entry.data[name] for name in names if entry.data.get(name)}
    said["kind"] = entry.data.get(CONF_SITE_KIND, SiteKind.HOME)
    said[CONF_COMMUNE] = entry.data.get(CONF_COMMUNE, "")[:MAX_COMMUNE]
    return sheet_from_json({**said, "yearly": _yearly(home)})


def _yearly(home: Home) -> float | None:
    """Return what was bought last year, else what is forecast for this one, kWh.

    To two digits: friends are told each change, and a forecast is another each day.
    """
    known = FORECAST.attributes(home.outlook).get("last_year") or FORECAST.value(home.outlook)
    return float(f"{known:.2g}") if isinstance(known, (int, float)) and known > 0 else None
