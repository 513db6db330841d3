"""The highest power of each day as Enedis knows it, for the homes that stand on its meter."""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from homeassistant.core import HomeAssistant, callback

from ..const import CONF_KIND, DOMAIN, Kind
from ..enedis.meter import statistic_id
from ..enedis.plan import BOUGHT
from ..figures.counting.states import milliseconds
from ..figures.site.peak import DAILY_HIGHS, DailyHighs, Highs


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Let homes ask."""
    highs: DailyHighs = partial(_highs, hass)
    hass.data[DAILY_HIGHS] = highs


def _highs(hass: HomeAssistant, series: Collection[str]) -> Highs:
    """Return those of the meter that tells one of these series; of several together none."""
    told = [
        entry.runtime_data.plan.highest.values()
        for entry in hass.config_entries.async_loaded_entries(DOMAIN)
        if entry.data[CONF_KIND] == Kind.ENEDIS
        and statistic_id(entry.unique_id or "", BOUGHT) in series
    ]
    highs = told[0] if len(told) == 1 else ()
    return sorted((milliseconds(datetime.fromisoformat(at).timestamp()), va) for va, at in highs)
