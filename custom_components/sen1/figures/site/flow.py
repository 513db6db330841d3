"""The flow of a home: which sensors measure it."""

from collections.abc import Mapping
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import ConfigFlow, ConfigFlowResult, OptionsFlow
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    StatisticSelector,
)
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util.unit_conversion import EnergyConverter, VolumeConverter
import voluptuous as vol

from ...const import CONF_KIND, DOMAIN, Kind
from ...fields import box
from ...history.past import async_meaning
from ...history.points import Aggregation
from ..const import (
    CONF_BOUGHT_INDEX,
    CONF_BOUGHT_POWER,
    CONF_BY_HAND,
    CONF_CHARGED_INDEX,
    CONF_CHARGED_POWER,
    CONF_DISCHARGED_INDEX,
    CONF_DISCHARGED_POWER,
    CONF_FLOOR_AREA,
    CONF_GAS,
    CONF_GAS_COEFFICIENT,
    CONF_HEATING,
    CONF_HISTORY,
    CONF_MUTED,
    CONF_PRODUCED_INDEX,
    CONF_PRODUCED_POWER,
    CONF_SOLD_INDEX,
    CONF_SOLD_POWER,
    CONF_SUBSCRIBED_POWER,
    HEATINGS,
    SECTION_GRID,
    SECTION_HOUSE,
    SECTION_PRODUCTION,
    SECTION_STORAGE,
)
from ..counting.form import POWER_CLASSES
from ..counting.sources import SOURCES, Measure, statistic_of, with_entities, with_references
from ..counting.states import is_energy, is_power
from ..watch.watch import HomeFault
from .finding import async_find

POWERS = EntitySelector(
    EntitySelectorConfig(domain="sensor", device_class=POWER_CLASSES, multiple=True)
)
INDEXES = EntitySelector(
    EntitySelectorConfig(domain="sensor", device_class=SensorDeviceClass.ENERGY, multiple=True)
)


STATISTICS = (CONF_HISTORY, CONF_GAS)
REFERENCES = (*SOURCES, *STATISTICS)


SECTIONS: dict[str, vol.Schema] = {
    SECTION_GRID: vol.Schema(
        {
            vol.Optional(CONF_BOUGHT_POWER, default=list): POWERS,
            vol.Optional(CONF_BOUGHT_INDEX, default=list): INDEXES,
            vol.Optional(CONF_SOLD_POWER, default=list): POWERS,
            vol.Optional(CONF_SOLD_INDEX, default=list): INDEXES,
        }
    ),
    SECTION_PRODUCTION: vol.Schema(
        {
            vol.Optional(CONF_PRODUCED_POWER, default=list): POWERS,
            vol.Optional(CONF_PRODUCED_INDEX, default=list): INDEXES,
        }
    ),
    SECTION_STORAGE: vol.Schema(
        {
            vol.Optional(CONF_DISCHARGED_POWER, default=list): POWERS,
            vol.Optional(CONF_DISCHARGED_INDEX, default=list): INDEXES,
            vol.Optional(CONF_CHARGED_POWER, default=list): POWERS,
            vol.Optional(CONF_CHARGED_INDEX, default=list): INDEXES,
        }
    ),
    SECTION_HOUSE: vol.Schema(
        {
            vol.Optional(CONF_FLOOR_AREA): box(100_000, 0.1, "m²"),
            vol.Optional(CONF_SUBSCRIBED_POWER): box(1000, 0.1, "kVA"),
            vol.Optional(CONF_HEATING): SelectSelector(
                SelectSelectorConfig(
                    options=list(HEATINGS),
                    translation_key=CONF_HEATING,
                    mode=SelectSelectorMode.DROPDOWN,
                )
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
        vol.Required(SECTION_GRID): section(SECTIONS[SECTION_GRID], {"collapsed": False}),
        vol.Required(SECTION_PRODUCTION): section(
            SECTIONS[SECTION_PRODUCTION], {"collapsed": False}
        ),
        vol.Required(SECTION_STORAGE): section(SECTIONS[SECTION_STORAGE], {"collapsed": True}),
        vol.Required(SECTION_HOUSE): section(SECTIONS[SECTION_HOUSE], {"collapsed": False}),
    }
)


class HomeFlow(ConfigFlow):
    """Say which sensors measure the home; there is one."""

    async def async_step_home(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the sensors, with those that were found filled in."""
        await self.async_set_unique_id(Kind.HOME)
        self._abort_if_unique_id_configured()
        errors: dict[str, str] = {}
        if user_input is not None:
            given = _flat(user_input)
            if not (errors := await async_check(self.hass, given)):
                data = {CONF_KIND: Kind.HOME, **with_references(self.hass, given, REFERENCES)}
                return self.async_create_entry(title=await self._home_title(), data=data)
        shown = user_input or _sectioned(await async_find(self.hass))
        return self.async_show_form(
            step_id="home",
            data_schema=self.add_suggested_values_to_schema(SCHEMA, shown),
            errors=errors,
        )

    async def async_step_home_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change the sensors; what was counted stays."""
        entry = self._get_reconfigure_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            given = _flat(user_input)
            if not (errors := await async_check(self.hass, given)):
                data = {CONF_KIND: Kind.HOME, **with_references(self.hass, given, REFERENCES)}
                return self.async_update_and_abort(entry, data=data)
        shown = user_input or _sectioned(_shown(self.hass, entry.data))
        return self.async_show_form(
            step_id="home_reconfigure",
            data_schema=self.add_suggested_values_to_schema(SCHEMA, shown),
            errors=errors,
        )

    async def _home_title(self) -> str:
        """Return the home's name in the language of this Home Assistant."""
        texts = await async_get_translations(
            self.hass, self.hass.config.language, "device", {DOMAIN}
        )
        return texts.get(f"component.{DOMAIN}.device.home.name", "Home")


OPTIONS_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_MUTED, default=list): SelectSelector(
            SelectSelectorConfig(
                options=[fault.value for fault in HomeFault],
                multiple=True,
                translation_key="fault",
                mode=SelectSelectorMode.LIST,
            )
        )
    }
)


class HomeOptionsFlow(OptionsFlow):
    """Choose what shall not raise an issue."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Begin with the only page there is."""
        return await self.async_step_watching()

    async def async_step_watching(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
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
    """Return what is wrong with a form."""
    return check_sources(hass, given) or await _check_gas(hass, given)


async def _check_gas(hass: HomeAssistant, given: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with the statistic of the gas."""
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
