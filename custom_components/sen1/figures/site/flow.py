"""The flow of a home: which sensors measure it."""

from collections.abc import Mapping
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    SelectSelectorMode,
    StatisticSelector,
)
from homeassistant.util.unit_conversion import EnergyConverter, VolumeConverter
import voluptuous as vol

from ...const import CONF_KIND, Kind, UserInput
from ...fields import box
from ...history.past import async_meaning
from ...history.points import Aggregation
from ..const import (
    CONF_BY_HAND,
    CONF_FLOOR_AREA,
    CONF_GAS,
    CONF_GAS_COEFFICIENT,
    CONF_HEATING,
    CONF_HISTORY,
    CONF_SUBSCRIBED_POWER,
    MANUAL_METER,
    NEED,
    TARIFF,
)
from ..counting.balance import HomeQuantity
from ..counting.form import POWER_CLASSES, async_text, choice_among
from ..counting.sources import SOURCES, Measure, statistic_of, with_entities, with_references
from ..counting.states import is_energy, is_power
from ..meter.flow import MeterFlow
from ..surplus.flow import NeedFlow
from ..tariff.flow import TariffFlow
from ..watch.watch import CONF_MUTED, HomeFault
from .finding import async_find

HEATINGS = ("electric", "heat_pump", "gas", "oil", "wood", "district", "other")

SECTION_GRID = "grid"
SECTION_PRODUCTION = "production"
SECTION_STORAGE = "storage"
SECTION_HOUSE = "house"
"""Sections of the form; what is stored is flat."""

CLASSES: dict[Measure, list[str]] = {
    Measure.POWER: POWER_CLASSES,
    Measure.INDEX: [SensorDeviceClass.ENERGY],
}
SENSORS = {
    quantity: {
        vol.Optional(f"{quantity}_{measure}", default=list): EntitySelector(
            EntitySelectorConfig(domain="sensor", device_class=CLASSES[measure], multiple=True)
        )
        for measure in Measure
    }
    for quantity in HomeQuantity
}
"""Fields of the sensors that measure each quantity; see `SOURCES`."""


STATISTICS = (CONF_HISTORY, CONF_GAS)
REFERENCES = (*SOURCES, *STATISTICS)


SECTIONS: dict[str, vol.Schema] = {
    SECTION_GRID: vol.Schema({**SENSORS[HomeQuantity.BOUGHT], **SENSORS[HomeQuantity.SOLD]}),
    SECTION_PRODUCTION: vol.Schema(SENSORS[HomeQuantity.PRODUCED]),
    SECTION_STORAGE: vol.Schema(
        {**SENSORS[HomeQuantity.DISCHARGED], **SENSORS[HomeQuantity.CHARGED]}
    ),
    SECTION_HOUSE: vol.Schema(
        {
            vol.Optional(CONF_FLOOR_AREA): box(100_000, 0.1, "m²"),
            vol.Optional(CONF_SUBSCRIBED_POWER): box(1000, 0.1, "kVA"),
            vol.Optional(CONF_HEATING): choice_among(
                HEATINGS, "heating", SelectSelectorMode.DROPDOWN
            ),
            vol.Optional(CONF_HISTORY): StatisticSelector(),
            vol.Optional(CONF_GAS): StatisticSelector(),
            vol.Optional(CONF_GAS_COEFFICIENT): box(100, 0.01, "kWh/m³"),
            vol.Optional(CONF_BY_HAND): BooleanSelector(),
        }
    ),
}
SCHEMA = vol.Schema(
    {
        vol.Required(SECTION_GRID): section(SECTIONS[SECTION_GRID]),
        vol.Required(SECTION_PRODUCTION): section(SECTIONS[SECTION_PRODUCTION]),
        vol.Required(SECTION_STORAGE): section(SECTIONS[SECTION_STORAGE], {"collapsed": True}),
        vol.Required(SECTION_HOUSE): section(SECTIONS[SECTION_HOUSE]),
    }
)


SUBENTRY_FLOWS: dict[str, type[ConfigSubentryFlow]] = {
    NEED: NeedFlow,
    TARIFF: TariffFlow,
    MANUAL_METER: MeterFlow,
}


class HomeFlow(ConfigFlow):
    """Say which sensors measure the home; there is one."""

    async def async_step_home(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask for the sensors, with those that were found filled in."""
        await self.async_set_unique_id(Kind.HOME)
        self._abort_if_unique_id_configured()
        return await self._async_show_home("home", user_input)

    async def async_step_home_reconfigure(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Change the sensors; what was counted stays."""
        return await self._async_show_home("home_reconfigure", user_input)

    async def _async_show_home(self, step_id: str, user_input: UserInput) -> ConfigFlowResult:
        """Show the form until its answers can be stored."""
        is_new = self.source != SOURCE_RECONFIGURE
        given = None if user_input is None else _flat(user_input)
        errors: dict[str, str] = {}
        if given is not None and not (errors := await async_check(self.hass, given)):
            data = {CONF_KIND: Kind.HOME, **with_references(self.hass, given, REFERENCES)}
            if is_new:
                title = await async_text(self.hass, "device.home.name", "Home")
                return self.async_create_entry(title=title, data=data)
            return self.async_update_and_abort(self._get_reconfigure_entry(), data=data)
        if given is None and is_new:
            given = await async_find(self.hass)
        elif given is None:
            given = _shown(self.hass, self._get_reconfigure_entry().data)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(SCHEMA, _sectioned(given)),
            errors=errors,
        )


OPTIONS_SCHEMA = vol.Schema(
    {vol.Required(CONF_MUTED, default=list): choice_among(HomeFault, "fault", multiple=True)}
)


class HomeOptionsFlow(OptionsFlow):
    """Choose what shall not raise an issue."""

    async def async_step_init(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Begin with the only page there is."""
        return await self.async_step_watching()

    async def async_step_watching(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask what to mute; it applies at once."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        return self.async_show_form(
            step_id="watching",
            data_schema=self.add_suggested_values_to_schema(
                OPTIONS_SCHEMA, self.config_entry.options
            ),
        )


async def async_check(hass: HomeAssistant, given: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with a form: with its sensors, else with the statistic of the gas."""
    if errors := check_sources(hass, given):
        return errors
    if not given.get(CONF_GAS):
        return {}
    meaning = await async_meaning(hass, given[CONF_GAS])
    unit = None
    if meaning is not None and meaning.aggregation is Aggregation.SUM:
        unit = meaning.unit
    if unit in VolumeConverter.VALID_UNITS:
        return {} if given.get(CONF_GAS_COEFFICIENT) else {"base": "no_gas_coefficient"}
    return {} if unit in EnergyConverter.VALID_UNITS else {"base": "no_gas"}


@callback
def check_sources(hass: HomeAssistant, given: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with the sensors of a form."""
    chosen = [entity_id for key in SOURCES for entity_id in given.get(key, ())]
    if not chosen:
        return {} if given.get(CONF_BY_HAND) else {"base": "no_source"}
    if len(chosen) != len(set(chosen)):
        return {"base": "source_twice"}
    for key, (_quantity, measure) in SOURCES.items():
        fits = is_power if measure is Measure.POWER else is_energy
        for entity_id in given.get(key, ()):
            state = hass.states.get(entity_id)
            unit = None if state is None else state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
            if unit is not None and not fits(unit):
                return {"base": "wrong_unit"}
    return {}


def _flat(user_input: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the fields of a form without its sections."""
    return {key: value for fields in user_input.values() for key, value in fields.items()}


def _sectioned(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return values under the sections of the form they are shown in."""
    return {
        name: {key.schema: values[key.schema] for key in schema.schema if key.schema in values}
        for name, schema in SECTIONS.items()
    }


@callback
def _shown(hass: HomeAssistant, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form shows of an entry."""
    shown = with_entities(hass, stored, SOURCES)
    for key in STATISTICS:
        if stored.get(key):
            shown[key] = statistic_of(hass, stored[key])
    return shown
