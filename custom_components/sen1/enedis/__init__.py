"""A meter by Enedis: its days and curves up to yesterday, through a gateway on the Internet."""

import time
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from ..history.erasing import async_erase
from .const import CONF_CACHE, CONF_PRODUCTION_PRM, CONF_WAY
from .meter import ISSUES, EnedisConfigEntry, EnedisMeter, issue_of, statistic_id, store_of
from .plan import BOUGHT, SOLD

PLATFORMS = [Platform.SENSOR]


async def async_setup_entry(hass: HomeAssistant, entry: EnedisConfigEntry) -> None:
    """Follow the meter's plan; nothing is waited for."""
    entry.runtime_data = EnedisMeter(hass, entry)
    await entry.runtime_data.async_start()


async def async_unload_entry(hass: HomeAssistant, entry: EnedisConfigEntry) -> None:
    """Ask no more; what is owed is asked for after the next start."""
    entry.runtime_data.stop()


async def async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget the plan and the series: the gateway has them, and gives them again."""
    await store_of(hass, entry).async_remove()
    for status in ISSUES:
        ir.async_delete_issue(hass, DOMAIN, issue_of(entry, status))
    for side in (BOUGHT, SOLD):
        await async_erase(hass, statistic_id(entry.unique_id, side))


async def async_diagnostics(hass: HomeAssistant, entry: EnedisConfigEntry) -> dict[str, Any]:
    """Return states and counts: no number of a meter, no key, no value."""
    if not hasattr(entry, "runtime_data"):
        return {"link": "never opened"}
    plan = entry.runtime_data.plan
    return {
        "gateway": entry.data[CONF_WAY],
        "may_keep": entry.data[CONF_CACHE],
        "is_sold": CONF_PRODUCTION_PRM in entry.data,
        "statuses": plan.statuses(time.time()),
        "days_known": {side: len(totals) for side, totals in plan.totals.items()},
        "days_owed": {kind: len(days) for kind, days in plan.owed.items()},
        "progress": plan.progress,
        "asked_today": plan.asked,
        "dropped": plan.dropped,
    }
