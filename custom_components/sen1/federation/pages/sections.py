"""The parts of a publication's form that are closed for most: its site, and its project."""

from collections.abc import Mapping
from typing import Any

from homeassistant.const import CONF_LATITUDE, CONF_LOCATION, CONF_LONGITUDE
from homeassistant.core import HomeAssistant
from homeassistant.core_config import Config
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    LocationSelector,
    SelectSelectorMode,
    TextSelector,
)
import voluptuous as vol

from ...const import CONF_KIND, DOMAIN, Kind
from ...fields import box, dropdown, titled
from ...protocol.project import (
    NUMBERS,
    TEXTS,
    ProjectType,
    coarse_position,
    is_link,
    is_range,
    place_of,
)
from ..config import SiteData

PROJECT = vol.Schema(
    {
        vol.Optional("type"): dropdown("project_type", ProjectType),
        vol.Optional("building"): TextSelector(),
        vol.Optional("commune"): TextSelector(),
        # Of a map of Home Assistant's nothing can be emptied: the tick says whether it counts.
        vol.Optional("on_map", default=False): BooleanSelector(),
        vol.Optional(CONF_LOCATION): LocationSelector(),
        vol.Optional("year"): box(NUMBERS["year"]),
        vol.Optional("peak_power"): box(NUMBERS["peak_power"], 0.001, "kW"),
        vol.Optional("modules"): TextSelector(),
        vol.Optional("inverters"): TextSelector(),
        vol.Optional("surface"): box(NUMBERS["surface"], 0.01, "m²"),
        vol.Optional("expected"): box(NUMBERS["expected"], unit="kWh"),
        vol.Optional("shares"): box(NUMBERS["shares"]),
        vol.Optional("capital"): box(NUMBERS["capital"], 0.01),
        vol.Optional("sale_price"): box(NUMBERS["sale_price"], "any"),
        vol.Optional("link"): TextSelector(),
        vol.Optional("yield_expected"): box(NUMBERS["yield_expected"], 0.01, "%"),
        vol.Optional("yield_from"): box(NUMBERS["yield_from"], 0.01, "%"),
        vol.Optional("yield_to"): box(NUMBERS["yield_to"], 0.01, "%"),
    }
)


def project_section(*, is_open: bool) -> section:
    """Return the section of a project, which is open where there is one."""
    return section(PROJECT, {"collapsed": not is_open})


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
            vol.Optional("site_of"): titled(titles, mode=SelectSelectorMode.DROPDOWN),
            vol.Optional("tells_commune", default=False): BooleanSelector(),
        }
    )
    return {vol.Optional("site"): section(fields, {"collapsed": True})}


def site_data(given: Mapping[str, Any], known: SiteData | None = None) -> SiteData | None:
    """Return what a subentry keeps of a section; None when nothing is to be told.

    No form asks which parts of the sheet are told: it stays as it was `known`.
    """
    if not given.get("site_of"):
        return None
    data = SiteData(entry_id=given["site_of"], tells_commune=given.get("tells_commune", False))
    is_same = known is not None and known["entry_id"] == data["entry_id"]
    only = known.get("only") if known is not None and is_same else given.get("only")
    if only is not None:
        data["only"] = only
    return data


def site_given(data: SiteData | None) -> dict[str, Any]:
    """Return what a section shows of what a subentry keeps."""
    if not data:
        return {}
    given = {"site_of": data["entry_id"], "tells_commune": data["tells_commune"]}
    return given | ({"only": data["only"]} if "only" in data else {})


def project_errors(given: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with a section; the form shows it above its fields."""
    said = _said(given)
    if said and "type" not in said:
        return {"base": "no_project_type"}
    if "link" in said and not is_link(said["link"]):
        return {"base": "invalid_link"}
    if any(len(said.get(name, "")) > most for name, most in TEXTS.items()):
        return {"base": "too_long"}
    if not is_range(said):
        return {"base": "no_range"}
    return {}


def project_data(
    given: Mapping[str, Any], home: Config, known: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a subentry keeps of a section; empty when nothing was said.

    Amounts are in the currency of this Home Assistant. Of the place no more than its commune is
    kept: where the marker is, where it was `known` to be, or where this Home Assistant is.
    """
    said = _said(given)
    if not said:
        return {}
    if given.get("on_map"):
        here = {CONF_LATITUDE: home.latitude, CONF_LONGITUDE: home.longitude}
        place = given.get(CONF_LOCATION) or place_of(known.get("position", "")) or here
        said["position"] = coarse_position(place[CONF_LATITUDE], place[CONF_LONGITUDE])
    return {**said, "currency": home.currency}


def project_given(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a section shows of what a subentry keeps."""
    said = dict(data)
    place = place_of(said.pop("position", ""))
    return {**said, "on_map": bool(place)} | ({CONF_LOCATION: place} if place else {})


def _said(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that say something; counts as whole numbers."""
    said: dict[str, Any] = {}
    for name, value in given.items():
        if name in ("on_map", CONF_LOCATION):
            continue
        is_count = isinstance(NUMBERS.get(name), int)
        said[name] = value.strip() if isinstance(value, str) else int(value) if is_count else value
    return {name: value for name, value in said.items() if value}
