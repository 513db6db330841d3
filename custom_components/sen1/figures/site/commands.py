"""What who looks at a site may ask of it: no more than its entities show."""

from datetime import date, timedelta
from typing import Any

from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.const import ERR_INVALID_FORMAT, ERR_NOT_FOUND
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import VolDictType
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...commands import ASKER, Answer, Asked, Refused, command
from ...history.points import HOUR
from ...protocol.sheet import SiteKind
from ...roles import Role
from ..const import (
    CONF_COMMUNE,
    CONF_FLOOR_AREA,
    CONF_HEATING,
    CONF_HOT_WATER,
    CONF_PEOPLE,
    CONF_PICTURE,
    CONF_SITE_KIND,
    CONF_SUBSCRIBED_POWER,
)
from ..counting.asked import DAY, MOMENT
from ..counting.balance import HomeQuantity
from ..counting.calendar import HALF_HOUR_MS, MS
from ..counting.sites import main_site, sites
from ..counting.sources import SOURCES, entities_of, series_of, statistic_of
from ..goal.telling import goals_told
from ..tariff.tally import Commodity, Derived
from ..year.cold_statistic import cold_statistic_id
from .cold import cold_told
from .energies import StepLength, async_energies
from .learnt import corrected_told, model_told
from .site import Home, running
from .statistics import statistic_id

SITES = "sites"

MOST_STEPS = 20_000

SHORTEST_S = {
    StepLength.HALF_HOUR: HALF_HOUR_MS / MS,
    StepLength.HOUR: HOUR,
    StepLength.DAY: 23 * HOUR,
    StepLength.MONTH: 28 * 24 * HOUR,
}
"""Seconds that a step lasts at least."""

DEGREE_DAYS = "degree_days"

STEPS_OF_COLD = (StepLength.DAY, StepLength.MONTH)
"""A day is the shortest that is cold."""

SPAN: VolDictType = {
    vol.Required("site"): str,
    vol.Required("begin"): MOMENT,
    vol.Required("end"): MOMENT,
}
"""What is asked of a site between two moments."""

SAID = (
    CONF_COMMUNE,
    CONF_FLOOR_AREA,
    CONF_HEATING,
    CONF_HOT_WATER,
    CONF_PEOPLE,
    CONF_PICTURE,
    CONF_SUBSCRIBED_POWER,
)
"""What an entry says of its site, told as it is; null where it says nothing."""


@callback
def async_register_commands(hass: HomeAssistant) -> None:
    """Register the commands."""
    for each in (_sites, _energies, _cold, _usual, _goals, _model, _corrected):
        async_register_command(hass, each)


def _site_asked(hass: HomeAssistant, asked: Asked) -> Home:
    """Return the site of a question; raises Refused where none of this id runs."""
    if (home := running(hass.config_entries.async_get_entry(asked["site"]))) is None:
        raise Refused("no_such_site", ERR_NOT_FOUND)
    return home


def _days_asked(asked: Asked) -> tuple[date, date]:
    """Return the days that two moments touch, [begin, end); raises Refused of none, or too many."""
    begin, last = (
        dt_util.as_local(moment).date()
        for moment in (asked["begin"], asked["end"] - timedelta(microseconds=1))
    )
    if not 0 <= (last - begin).days < MOST_STEPS:
        raise Refused("no_such_period", ERR_INVALID_FORMAT)
    return begin, last + timedelta(days=1)


@command(SITES, who=Role.LOOK)
def _sites(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer which sites the asker looks at, the main one first, then by name."""
    main, asker, every = main_site(hass), asked[ASKER], list(sites(hass))
    seen = [site for site in every if asker.may(Role.LOOK, site.entry_id)]
    ordered = sorted(seen, key=lambda site: (site is not main, site.title.casefold()))
    return {
        "sites": [
            {
                **_told(hass, site, is_main=site is main),
                # Of another the asker may not even know: what is of none is then not of this.
                "is_only": len(every) == 1,
                "role": asker.role(site.entry_id),
            }
            for site in ordered
        ]
    }


def _told(hass: HomeAssistant, site: ConfigEntry, *, is_main: bool) -> dict[str, Any]:
    """Return what is told of a site; powers in kVA, areas in m²."""
    sources = {key: list(entities_of(hass, site.data.get(key, ()))) for key in SOURCES}
    return {
        "id": site.entry_id,
        "name": site.title,
        "kind": site.data.get(CONF_SITE_KIND, SiteKind.HOME),
        "is_main": is_main,
        **{key: site.data.get(key) for key in SAID},
        "loaded": site.state is ConfigEntryState.LOADED,
        "sources": {key: entity_ids for key, entity_ids in sources.items() if entity_ids},
        "statistics": _statistics(hass, site),
    }


def _statistics(hass: HomeAssistant, site: ConfigEntry) -> dict[str, str]:
    """Return the external statistic of each quantity of which anything is known of a site."""
    if (home := running(site)) is None:
        return {}
    book, series = home.spending.book, (*HomeQuantity, Derived.CONSUMED)
    told = {
        quantity.value: statistic_id(site, quantity)
        for quantity in series
        if quantity in home.past.quantities
        and book.since(None if isinstance(quantity, Derived) else quantity) is not None
    }
    for commodity in Commodity:
        chosen = [statistic_of(hass, ref) for ref in series_of(site.data, commodity)]
        if found := chosen or home.meters.statistics_of(commodity):
            told[commodity.value] = found[0]
    if home.cold.days:
        told[DEGREE_DAYS] = cold_statistic_id(site)
    return told


@command(
    "energies", SPAN | {vol.Required("step"): vol.Coerce(StepLength)}, who=Role.LOOK, of="site"
)
async def _energies(hass: HomeAssistant, asked: Asked) -> Answer:
    home = _site_asked(hass, asked)
    begin, end = (dt_util.as_utc(asked[key]).timestamp() for key in ("begin", "end"))
    length: StepLength = asked["step"]
    if begin >= end or (end - begin) / SHORTEST_S[length] > MOST_STEPS:
        raise Refused("no_such_period", ERR_INVALID_FORMAT)
    return await async_energies(home, begin, end, length)


@command(
    "usual",
    {vol.Required("site"): str, vol.Optional("day"): DAY, vol.Optional("entity"): cv.entity_id},
    who=Role.LOOK,
    of="site",
)
async def _usual(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer a day of a site, or of an appliance, beside what is usual on such days."""
    home = running(hass.config_entries.async_get_entry(asked["site"]))
    curve = None if home is None else home.habit.curve_of(asked.get("entity"))
    if home is None or curve is None:
        raise Refused("no_curve", ERR_NOT_FOUND)
    return await home.habit.async_told(curve, asked.get("day"))


@command(
    "cold",
    SPAN | {vol.Required("step"): vol.All(vol.Coerce(StepLength), vol.In(STEPS_OF_COLD))},
    who=Role.LOOK,
    of="site",
)
def _cold(hass: HomeAssistant, asked: Asked) -> Answer:
    return cold_told(_site_asked(hass, asked), *_days_asked(asked), asked["step"])


@command("goals", {vol.Required("site"): str}, who=Role.LOOK, of="site")
def _goals(hass: HomeAssistant, asked: Asked) -> Answer:
    return goals_told(_site_asked(hass, asked).goals)


@command(
    "model",
    {vol.Required("site"): str, vol.Optional("begin"): DAY, vol.Optional("end"): DAY},
    who=Role.LOOK,
    of="site",
)
def _model(hass: HomeAssistant, asked: Asked) -> Answer:
    home = _site_asked(hass, asked)
    begin, end = asked.get("begin"), asked.get("end")
    if (begin is None) is not (end is None) or (begin and end and begin >= end):
        raise Refused("no_such_period", ERR_INVALID_FORMAT)
    days = (begin, end) if begin and end else None
    return model_told(home.learnt, days)


@command(
    "corrected", SPAN | {vol.Required("step"): StepLength.MONTH.value}, who=Role.LOOK, of="site"
)
def _corrected(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer what the months of a site would have come to in a usual weather."""
    return corrected_told(_site_asked(hass, asked), *_days_asked(asked))
