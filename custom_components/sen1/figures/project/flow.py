"""The flow of a part of a project: which one, how many shares, and who measures it."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, SubentryFlowResult
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, CONF_NAME
from homeassistant.helpers import selector
import voluptuous as vol

from ...const import DOMAIN, UserInput
from ...fields import box, show_form, titled
from ...last_page import Made
from ..counting.form import POWER_SENSOR, SENSOR, FormFlow
from ..counting.sources import PROJECT_KEY, sensors_of, series_and_key, state_of
from ..counting.states import is_energy
from .finding import async_likely_sensors, async_stored
from .holdings import (
    CONF_DIVIDENDS,
    CONF_ENERGY,
    CONF_PAID_ON,
    CONF_PROJECT,
    CONF_PROJECT_POWER,
    CONF_SHARES,
    CONF_TOLD,
)

SCHEMA = vol.Schema(
    {
        vol.Required(CONF_NAME): selector.TextSelector(),
        vol.Required(CONF_SHARES): box(1_000_000_000, minimum=1),
        vol.Optional(CONF_PAID_ON): selector.DateSelector(),
        vol.Optional(CONF_DIVIDENDS): box(1e12, 0.01),
        vol.Required(CONF_ENERGY): SENSOR,
        vol.Optional(CONF_PROJECT_POWER): POWER_SENSOR,
    }
)


class HoldingFlow(FormFlow):
    """Add a part of a project whose sheet a friend shares, or change it."""

    schema = SCHEMA
    made = Made.SHAREHOLDING
    references = (CONF_ENERGY, CONF_PROJECT_POWER)
    _project: str
    """The sensor that tells the sheet, by its reference."""

    async def async_step_user(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Choose the project among those that friends describe."""
        if user_input is not None:
            self._project = user_input[CONF_PROJECT]
            return await self.async_step_details()
        titles = {
            entity.id: state.name
            for entity in sensors_of(self.hass, DOMAIN)
            if series_and_key(entity.unique_id)[1] == PROJECT_KEY
            and (state := self.hass.states.get(entity.entity_id)) is not None
            and "options" in state.attributes
        }
        if not titles:
            return self.async_abort(reason="no_project")
        return show_form(self, "user", {vol.Required(CONF_PROJECT): titled(titles, mode=None)})

    async def async_step_details(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Ask for the shares, and for the sensors, with those that were found filled in."""
        return await self.async_show_until_stored("details", user_input)

    async def async_step_reconfigure(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Change the shares, the dividends or the sensors; what was counted of them stays."""
        self._project = self._get_reconfigure_subentry().data[CONF_PROJECT]
        return await super().async_step_reconfigure(user_input)

    def suggested(self) -> dict[str, Any]:
        """Return the series of the friend that are likely the project's."""
        return async_likely_sensors(self.hass, self._project)

    def errors(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with the shares or the sensors."""
        project = state_of(self.hass, self._project)
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
        data = async_stored(self.hass, self._project, given[CONF_ENERGY], super().stored(given))
        if self.source == SOURCE_RECONFIGURE:
            known = self._get_reconfigure_subentry().data
            if CONF_TOLD in known and known[CONF_SHARES] == data[CONF_SHARES]:
                # Nobody told the shares that are typed instead.
                data[CONF_TOLD] = known[CONF_TOLD]
        return data
