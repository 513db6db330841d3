"""The flow of a part of a project: which one, how many shares, and who measures it."""

from collections.abc import Iterator, Mapping
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import SubentryFlowResult
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_UNIT_OF_MEASUREMENT, CONF_NAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    DateSelector,
    EntitySelector,
    EntitySelectorConfig,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
)
import voluptuous as vol

from ...const import DOMAIN
from ...fields import box
from ..const import (
    CONF_DIVIDENDS,
    CONF_ENERGY,
    CONF_PAID_ON,
    CONF_PROJECT,
    CONF_PROJECT_POWER,
    CONF_SHARES,
    CONF_STATISTIC,
)
from ..counting.form import POWER_SENSOR, FormFlow
from ..counting.sources import (
    PROJECT_KEY,
    READING_KEY,
    entities_of_series,
    entity_of,
    series_and_key,
)
from ..counting.states import is_energy

SENSOR = EntitySelector(EntitySelectorConfig(domain="sensor"))
SCHEMA = vol.Schema(
    {
        vol.Required(CONF_NAME): TextSelector(),
        vol.Required(CONF_SHARES): box(1_000_000_000, minimum=1),
        vol.Optional(CONF_PAID_ON): DateSelector(),
        vol.Optional(CONF_DIVIDENDS): box(1e12, 0.01),
        vol.Required(CONF_ENERGY): SENSOR,
        vol.Optional(CONF_PROJECT_POWER): POWER_SENSOR,
    }
)


class HoldingFlow(FormFlow):
    """Add a part of a project whose sheet a friend shares, or change it."""

    schema = SCHEMA
    references = (CONF_ENERGY, CONF_PROJECT_POWER)
    _project: str
    """The sensor that tells the sheet, by its reference."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Choose the project among those that friends describe."""
        if user_input is not None:
            self._project = user_input[CONF_PROJECT]
            return await self.async_step_details()
        projects = list(_projects(self.hass))
        if not projects:
            return self.async_abort(reason="no_project")
        options = [SelectOptionDict(value=ref, label=name) for ref, name in projects]
        schema = vol.Schema(
            {vol.Required(CONF_PROJECT): SelectSelector(SelectSelectorConfig(options=options))}
        )
        return self.async_show_form(step_id="user", data_schema=schema)

    async def async_step_details(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask for the shares, and for the sensors, with those that were found filled in."""
        errors: dict[str, str] = {}
        if user_input is not None and not (errors := self.errors(user_input)):
            data = self.stored(user_input)
            return self.async_create_entry(title=user_input[CONF_NAME], data=data)
        shown = user_input or _suggested(self.hass, self._project)
        return self.async_show_form(
            step_id="details",
            data_schema=self.add_suggested_values_to_schema(SCHEMA, shown),
            errors=errors,
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change the shares, the dividends or the sensors; what was counted of them stays."""
        self._project = self._get_reconfigure_subentry().data[CONF_PROJECT]
        return await super().async_step_reconfigure(user_input)

    def errors(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with the shares or the sensors."""
        project = self.hass.states.get(entity_of(self.hass, self._project) or "")
        shares = None if project is None else project.attributes.get("shares")
        if shares is not None and given[CONF_SHARES] > shares:
            return {CONF_SHARES: "too_many_shares"}
        energy = self.hass.states.get(given[CONF_ENERGY])
        if energy is None or not (
            "statistic" in energy.attributes
            or is_energy(energy.attributes.get(ATTR_UNIT_OF_MEASUREMENT))
        ):
            return {CONF_ENERGY: "no_energy"}
        return {}

    def stored(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the subentry stores."""
        energy = self.hass.states.get(given[CONF_ENERGY])
        assert energy is not None  # the form was checked
        data = super().stored(given)
        data[CONF_SHARES] = int(given[CONF_SHARES])
        data[CONF_PROJECT] = self._project
        statistic_id = energy.attributes.get("statistic")
        if statistic_id is not None and "recorder" in self.hass.config.components:
            data[CONF_STATISTIC] = statistic_id
        return data


@callback
def _projects(hass: HomeAssistant) -> Iterator[tuple[str, str]]:
    """Yield each project that a friend describes: its reference and its name."""
    for entity in er.async_get(hass).entities.values():
        is_ours = entity.platform == DOMAIN and entity.domain == "sensor"
        if is_ours and series_and_key(entity.unique_id)[1] == PROJECT_KEY:
            state = hass.states.get(entity.entity_id)
            if state is not None and "options" in state.attributes:
                yield entity.id, state.name


@callback
def _suggested(hass: HomeAssistant, project: str) -> dict[str, Any]:
    """Return the series of the friend that are likely the project's.

    The one that bears the sheet is; where there is only one of the other kind, that is too.
    """
    registry = er.async_get(hass)
    entity = registry.entities.get_entry(project)
    if entity is None or entity.device_id is None:
        return {}
    of_device = entities_of_series(er.async_entries_for_device(registry, entity.device_id))
    readings = {
        series: (reading.entity_id, state.attributes.get(ATTR_DEVICE_CLASS))
        for series, shown in of_device.items()
        if (reading := shown.get(READING_KEY)) is not None
        and (state := hass.states.get(reading.entity_id)) is not None
    }
    own, _ = readings.get(series_and_key(entity.unique_id)[0], (None, None))
    own_entity = None if own is None else registry.async_get(own)
    found = {} if own_entity is None else {CONF_NAME: own_entity.original_name}
    for key, wanted in (
        (CONF_ENERGY, SensorDeviceClass.ENERGY),
        (CONF_PROJECT_POWER, SensorDeviceClass.POWER),
    ):
        candidates = [entity_id for entity_id, kind in readings.values() if kind == wanted]
        if own in candidates:
            candidates = [own]
        if len(candidates) == 1:
            found[key] = candidates[0]
    return found
