"""What a home's form is filled with before its owner looks at it.

What the owner told the Energy dashboard comes first, then the meters and gateways of this
integration and of Home Assistant's own. A list of sensors comes whole from one of them: two that
measure the same would count twice.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.components.energy import data as energy_data
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant, callback

from ...const import DOMAIN
from ..const import (
    CONF_BOUGHT_INDEX,
    CONF_BOUGHT_POWER,
    CONF_CHARGED_INDEX,
    CONF_DISCHARGED_INDEX,
    CONF_DISCHARGED_POWER,
    CONF_PRODUCED_INDEX,
    CONF_PRODUCED_POWER,
    CONF_SOLD_INDEX,
    CONF_SOLD_POWER,
    CONF_SUBSCRIBED_POWER,
)
from ..counting.sources import sensors_by_key
from ..counting.states import is_energy, is_power, number

type Found = dict[str, list[str]]
"""Field of the form → entity_ids."""

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


async def async_find(hass: HomeAssistant) -> dict[str, Any]:
    """Return what the form can be filled with: lists of entity_ids, and the subscribed power."""
    found: dict[str, Any] = {}
    meters = _by_key(sensors_by_key(hass, DOMAIN), LABELS)
    gateways = _by_key(sensors_by_key(hass, DOMAIN, "enphase_envoy"), GATEWAY_KEYS)
    if CONF_SOLD_POWER not in meters and CONF_BOUGHT_POWER in gateways:
        # The gateway's goes below zero, so it tells both ways.
        meters.pop(CONF_BOUGHT_POWER, None)
    for finding in (await _energy_dashboard(hass), meters, gateways):
        for field, entity_ids in finding.items():
            found.setdefault(field, entity_ids)
    if (subscribed := _subscribed(hass)) is not None:
        found[CONF_SUBSCRIBED_POWER] = subscribed
    return found


async def _energy_dashboard(hass: HomeAssistant) -> Found:
    if "energy" not in hass.config.components:
        return {}
    preferences: Any = (await energy_data.async_get_manager(hass)).data or {}
    found: Found = {}
    for source in preferences.get("energy_sources", ()):
        for name, field in DASHBOARD_KEYS.get(source["type"], {}).items():
            # Statistics of imported history have no entity, so no present.
            fits = is_power if field.endswith("_power") else is_energy
            state = hass.states.get(source.get(name) or "")
            if state is not None and fits(state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)):
                found.setdefault(field, []).append(state.entity_id)
    return found


def _by_key(sensors: Iterable[tuple[str, str]], fields: Mapping[str, str]) -> Found:
    """Return the first sensor that tells what each field is for."""
    found: Found = {}
    for key, entity_id in sensors:
        if field := fields.get(key):
            found.setdefault(field, [entity_id])
    return found


@callback
def _subscribed(hass: HomeAssistant) -> float | None:
    """Return the subscribed power that a meter tells, kVA."""
    for label, entity_id in sensors_by_key(hass, DOMAIN):
        value = number(hass.states.get(entity_id))
        if value is not None and label in SUBSCRIBED:
            return value * SUBSCRIBED[label] / 1000
    return None
