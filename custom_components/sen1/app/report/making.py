"""Make a report: of a site, of all of them, or of a group's sums."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from homeassistant.components.websocket_api.const import ERR_INVALID_FORMAT, ERR_NOT_FOUND
from homeassistant.util import dt as dt_util, slugify

from ...commands import Refused
from ...figures.counting.calendar import ONE_DAY
from ...figures.site.site import running
from ...history.comparing import is_for
from ...roles import Asker, Role
from .buildings import async_buildings, async_group, buildings_printed
from .buildings_page import buildings_page, buildings_table, buildings_title
from .gathering import ReportPeriod, async_facts
from .language import async_language, read_style
from .page import page, title_of
from .printed import printed
from .sharing import async_shared
from .table import table

ALL = "all"

MOST_DAYS = 400
"""More months would not be on a sheet."""


@dataclass(frozen=True, slots=True)
class ReportMade:
    """A report as it is handed out."""

    title: str
    name: str
    """Of a file, without what ends it."""
    html: str
    csv: str


async def async_make(asker: Asker, asked: Mapping[str, Any]) -> ReportMade:
    """Return the report of the days from one to another, both of them in it.

    Days that have not ended are left out. What was shared is told to administrators alone. Raises
    Refused.
    """
    hass = asker.hass
    site, begin, last = asked["site"], asked["begin"], asked["end"]
    end = min(last, dt_util.now().date() - ONE_DAY) + ONE_DAY
    period = ReportPeriod(begin, end)
    if not 0 < period.days <= MOST_DAYS:
        raise Refused("report_wrong_period", ERR_INVALID_FORMAT)
    code = asked.get("language", hass.config.language)
    language = await async_language(hass, code, hass.config.currency)
    # Files are no business of the loop.
    await hass.async_add_executor_job(read_style)
    name = f"sen1_{begin:%Y%m%d}_{end - ONE_DAY:%Y%m%d}"
    entry = hass.config_entries.async_get_entry(site)
    if entry is not None:
        if running(entry) is None or not asker.may(Role.LOOK, site):
            raise Refused("report_no_site", ERR_NOT_FOUND)
        shared = async_shared(hass, begin, end) if asker.is_admin else None
        facts = await async_facts(entry, period, shared)
        figures = printed(facts)

        def draw() -> tuple[str, str]:
            return page(facts, figures, language), table(facts, figures, language)

        title = title_of(facts, language)
        html, csv = await hass.async_add_executor_job(draw)
        return ReportMade(title, f"{name}_{slugify(entry.title)}", html, csv)
    if site == ALL:
        buildings = await async_buildings(asker, period)
    elif is_for(asker, site):
        buildings = await async_group(hass, site, period)
    else:
        raise Refused("report_no_site", ERR_NOT_FOUND)
    rows = buildings_printed(buildings)
    return ReportMade(
        buildings_title(buildings, language),
        f"{name}_{slugify(buildings.title or ALL)}",
        buildings_page(buildings, rows, language),
        buildings_table(buildings, rows, language),
    )
