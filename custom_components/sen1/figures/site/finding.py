"""What a home's form is filled with before its owner looks at it.

What the owner told the Energy dashboard comes first, then the meters and gateways of this
integration and of Home Assistant's own. A list of sensors comes whole from one of them: two that
measure the same would count twice.
"""

from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet
import time
from typing import Any

from homeassistant.components.energy import data as energy_data
from homeassistant.components.recorder.statistics import async_list_statistic_ids
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, selector
from homeassistant.util.unit_conversion import EnergyConverter, PowerConverter, VolumeConverter

from ...const import DOMAIN
from ...fields import titled
from ...history.comparing import SeriesKnown, async_comparable, is_of_others
from ...moments import local
from ...roles import Asker
from ...texts import async_texts
from ..const import (
    CONF_BOUGHT_INDEX,
    CONF_BOUGHT_POWER,
    CONF_CHARGED_INDEX,
    CONF_DISCHARGED_INDEX,
    CONF_DISCHARGED_POWER,
    CONF_OUTDOOR,
    CONF_PRODUCED_INDEX,
    CONF_PRODUCED_POWER,
    CONF_SOLD_INDEX,
    CONF_SOLD_POWER,
    CONF_SUBSCRIBED_POWER,
)
from ..counting.balance import HomeQuantity
from ..counting.sites import sites
from ..counting.sources import entity_of, sensors_by_serial, series_key, series_of, sources_of
from ..counting.states import is_energy, is_power, number
from ..outdoor.thermometer import Thermometer
from ..tariff.tally import Commodity

type EntitiesByField = dict[str, list[str]]
"""Field of the form → entity_ids, or ids of statistics."""

TOLD = (*HomeQuantity, *Commodity)
"""What statistics may tell."""

OF_LATE_S = 40 * 86400

LABELS = {
    "SINSTS": CONF_BOUGHT_POWER,
    "PAPP": CONF_BOUGHT_POWER,
    "PA1MN": CONF_BOUGHT_POWER,
    "EAST": CONF_BOUGHT_INDEX,
    "BASE": CONF_BOUGHT_INDEX,
    "total": CONF_BOUGHT_INDEX,
    "SINSTI": CONF_SOLD_POWER,
    "EAIT": CONF_SOLD_INDEX,
}
"""What a meter of ours says in a label; the total index stands for those of the periods."""

GATEWAY_KEYS = {
    "net_power": CONF_BOUGHT_POWER,
    "grid_import": CONF_BOUGHT_INDEX,
    "grid_export": CONF_SOLD_INDEX,
    "production_power": CONF_PRODUCED_POWER,
    "production_lifetime": CONF_PRODUCED_INDEX,
    "battery_power": CONF_DISCHARGED_POWER,
    "battery_discharged": CONF_DISCHARGED_INDEX,
    "battery_charged": CONF_CHARGED_INDEX,
    "net_consumption": CONF_BOUGHT_POWER,
    "lifetime_net_consumption": CONF_BOUGHT_INDEX,
    "lifetime_net_production": CONF_SOLD_INDEX,
    "production": CONF_PRODUCED_POWER,
    "lifetime_production": CONF_PRODUCED_INDEX,
}
"""What a gateway says, by the end of the unique ids: ours, then Home Assistant's own."""

DASHBOARD_KEYS = {
    "grid": {
        "stat_energy_from": CONF_BOUGHT_INDEX,
        "stat_energy_to": CONF_SOLD_INDEX,
        "stat_rate": CONF_BOUGHT_POWER,
    },
    "solar": {"stat_energy_from": CONF_PRODUCED_INDEX, "stat_rate": CONF_PRODUCED_POWER},
    "battery": {
        "stat_energy_from": CONF_DISCHARGED_INDEX,
        "stat_energy_to": CONF_CHARGED_INDEX,
        "stat_rate": CONF_DISCHARGED_POWER,
    },
}
"""What each kind of source of the Energy dashboard names."""

SUBSCRIBED = {"PREF": 1000, "PS": 1000, "ISOUSC": 200}
"""What a meter tells its subscribed power in, in VA: by contract, 30 A are 6 kVA, 45 A 9 kVA."""


async def async_offered(
    hass: HomeAssistant, chosen: Mapping[str, Sequence[str]]
) -> dict[str, selector.SelectSelector]:
    """Return by field of the form the statistics that may tell each quantity, and those chosen.

    What has data of late comes first, what others lent last. What a site writes tells none.
    """
    known = await _async_known(hass)
    lent = (await async_texts(hass, "selector.series.options")).get("lent", "")
    order = sorted(known, key=lambda one: (is_of_others(hass, one), -known[one].last))
    labels = {
        one: f"{known[one].name}: {_day(known[one].first)} → {_day(known[one].last)}"
        + (f" ({lent})" if is_of_others(hass, one) else "")
        for one in order
    }
    offered: dict[str, selector.SelectSelector] = {}
    for quantity in TOLD:
        key = series_key(quantity)
        fitting = [one for one in order if _may_tell(quantity, known[one])]
        ids = dict.fromkeys([*fitting, *chosen.get(key, ())])
        titles = {one: labels.get(one, one) for one in ids}
        offered[key] = titled(titles, multiple=True, mode=selector.SelectSelectorMode.DROPDOWN)
    return offered


async def _async_known(hass: HomeAssistant) -> dict[str, SeriesKnown]:
    """Return the statistics of which anything is known, but those that sites write."""
    if "recorder" not in hass.config.components:
        return {}
    now, entries = time.time(), er.async_get(hass)
    of_sites = tuple(f"{DOMAIN}:{site.entry_id.lower()}_" for site in sites(hass))
    entities = {
        row.entity_id
        for site in sites(hass)
        for row in er.async_entries_for_config_entry(entries, site.entry_id)
    }
    ids = {one["statistic_id"] for one in await async_list_statistic_ids(hass)}
    known = await async_comparable(hass, now - OF_LATE_S, now, ids, Asker(hass, is_admin=True))
    return {
        one: found
        for one, found in known.items()
        if one not in entities and not one.startswith(of_sites)
    }


def _may_tell(quantity: str, series: SeriesKnown) -> bool:
    """Return whether a series is counted in what a quantity is told in."""
    is_energy = series.is_sum and series.unit in EnergyConverter.VALID_UNITS
    is_volume = series.is_sum and series.unit in VolumeConverter.VALID_UNITS
    if quantity == Commodity.WATER:
        return is_volume
    if quantity == Commodity.GAS:
        return is_energy or is_volume
    return is_energy or (not series.is_sum and series.unit in PowerConverter.VALID_UNITS)


def _day(at: float) -> str:
    return f"{local(at):%Y-%m-%d}"


async def async_find(hass: HomeAssistant) -> dict[str, Any]:
    """Return what the form can be filled with: sensors, statistics, and the subscribed power.

    What measures another site is left out, with all else that its device tells: of two meters,
    the second site is offered the second.
    """
    taken = _Taken(hass)
    found: dict[str, Any] = {}
    ours = _free_device(hass, (DOMAIN,), LABELS.keys(), taken)
    meters = _by_key(ours, LABELS)
    gateways = _by_key(
        _free_device(hass, (DOMAIN, "enphase_envoy"), GATEWAY_KEYS.keys(), taken), GATEWAY_KEYS
    )
    if CONF_SOLD_POWER not in meters and CONF_BOUGHT_POWER in gateways:
        # The gateway's goes below zero, so it tells both ways.
        meters.pop(CONF_BOUGHT_POWER, None)
    for finding in (await _energy_dashboard(hass, taken), meters, gateways):
        for field, entity_ids in finding.items():
            found.setdefault(field, entity_ids)
    if (subscribed := _subscribed(hass, ours)) is not None:
        found[CONF_SUBSCRIBED_POWER] = subscribed
    weathers = hass.states.async_entity_ids(Thermometer.WEATHER)
    if len(weathers) == 1:
        found[CONF_OUTDOOR] = weathers[0]
    return found


class _Taken:
    """What measures a site already."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._registry = er.async_get(hass)
        self._entity_ids = {
            entity_id
            for site in sites(hass)
            for source in sources_of(site.data)
            if (entity_id := entity_of(hass, source.ref)) is not None
        }
        self._statistics = {
            ref
            for site in sites(hass)
            for quantity in TOLD
            for ref in series_of(site.data, quantity)
        }
        self._devices = {self._device(entity_id) for entity_id in self._entity_ids} - {None}

    def __contains__(self, entity_id: str) -> bool:
        is_told = entity_id in self._entity_ids or entity_id in self._statistics
        return is_told or self._device(entity_id) in self._devices

    def _device(self, entity_id: str) -> str | None:
        row = self._registry.async_get(entity_id)
        return None if row is None else row.device_id


async def _energy_dashboard(hass: HomeAssistant, taken: _Taken) -> EntitiesByField:
    if "energy" not in hass.config.components:
        return {}
    preferences: Any = (await energy_data.async_get_manager(hass)).data or {}
    found: EntitiesByField = {}
    for source in preferences.get("energy_sources", ()):
        for name, field in DASHBOARD_KEYS.get(source["type"], {}).items():
            fits = is_power if field.endswith("_power") else is_energy
            state = hass.states.get(source.get(name) or "")
            if ":" in (statistic := source.get(name) or ""):
                # What others import has no entity, so no present.
                if not statistic.startswith(f"{DOMAIN}:") and statistic not in taken:
                    quantity, _, _ = field.rpartition("_")
                    found.setdefault(series_key(quantity), []).append(statistic)
            elif (
                state is not None
                and fits(state.attributes.get(ATTR_UNIT_OF_MEASUREMENT))
                and state.entity_id not in taken
            ):
                found.setdefault(field, []).append(state.entity_id)
    return found


def _free_device(
    hass: HomeAssistant, domains: Iterable[str], keys: AbstractSet[str], taken: _Taken
) -> dict[str, str]:
    """Return what the first device that measures no site tells: entity_ids by key.

    Only a device that tells one of `keys` counts; its unique ids begin with its serial number.
    """
    for sensors in sensors_by_serial(hass, *domains).values():
        if not keys.isdisjoint(sensors) and not any(one in taken for one in sensors.values()):
            return sensors
    return {}


def _by_key(sensors: Mapping[str, str], fields: Mapping[str, str]) -> EntitiesByField:
    """Return the first sensor that tells what each field is for."""
    found: EntitiesByField = {}
    for key, entity_id in sensors.items():
        if field := fields.get(key):
            found.setdefault(field, [entity_id])
    return found


@callback
def _subscribed(hass: HomeAssistant, meter: Mapping[str, str]) -> float | None:
    """Return the subscribed power that a meter tells, kVA."""
    for label, factor in SUBSCRIBED.items():
        value = number(hass.states.get(meter.get(label, "")))
        if value is not None:
            return value * factor / 1000
    return None
