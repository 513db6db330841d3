"""Which sensors measure a project whose sheet somebody shares, and what a part of it stores."""

from collections.abc import Mapping
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import ATTR_DEVICE_CLASS, CONF_NAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..counting.sources import READING_KEY, entities_of_series, series_and_key
from .holdings import CONF_ENERGY, CONF_PROJECT, CONF_PROJECT_POWER, CONF_SHARES, CONF_STATISTIC


@callback
def async_likely_sensors(hass: HomeAssistant, project: str) -> dict[str, Any]:
    """Return the series that are likely a project's, by the reference of its sheet's sensor.

    The one that bears the sheet is; where there is only one of the other kind, that is too.
    """
    registry = er.async_get(hass)
    entity = registry.entities.get_entry(project)
    if entity is None or entity.device_id is None:
        return {}
    of_device = entities_of_series(er.async_entries_for_device(registry, entity.device_id))
    readings = {
        series: (reading, state.attributes.get(ATTR_DEVICE_CLASS))
        for series, shown in of_device.items()
        if (reading := shown.get(READING_KEY)) is not None
        and (state := hass.states.get(reading.entity_id)) is not None
    }
    own, _ = readings.get(series_and_key(entity.unique_id)[0], (None, None))
    found: dict[str, Any] = {} if own is None else {CONF_NAME: own.original_name}
    for key, wanted in (
        (CONF_ENERGY, SensorDeviceClass.ENERGY),
        (CONF_PROJECT_POWER, SensorDeviceClass.POWER),
    ):
        candidates = [reading for reading, kind in readings.values() if kind == wanted]
        if own in candidates:
            candidates = [own]
        if len(candidates) == 1:
            found[key] = candidates[0].entity_id
    return found


@callback
def async_stored(
    hass: HomeAssistant, project: str, energy: str, stored: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a part of a project stores, of which `stored` has the references and the rest.

    `energy` is the entity that tells what the project produced; it has a state.
    """
    data = {**stored, CONF_SHARES: int(stored[CONF_SHARES]), CONF_PROJECT: project}
    state = hass.states.get(energy)
    assert state is not None  # whoever chose it has seen it
    statistic_id = state.attributes.get("statistic")
    if statistic_id is not None and "recorder" in hass.config.components:
        data[CONF_STATISTIC] = statistic_id
    return data
