"""The flow of a ranking: whose figures, which is one's own, and whether names are shown."""

from __future__ import annotations

from typing import Any

from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, CONF_NAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    TextSelector,
)
import voluptuous as vol

from .const import CONF_MEMBERS, CONF_MINE, CONF_NAMES
from .group_flow import SENSORS, is_made_of_others
from .members import OWN, home_of
from .sources import entities_of, entity_of, reference_to

BY_AREA = "kWh/m²"
"""How the units begin of what a home uses for each square metre."""

SCHEMA = vol.Schema(
    {
        vol.Required(CONF_NAME): TextSelector(),
        vol.Required(CONF_MEMBERS): SENSORS,
        vol.Optional(CONF_MINE): EntitySelector(EntitySelectorConfig(domain="sensor")),
        vol.Required(CONF_NAMES, default=False): BooleanSelector(),
    }
)


class RankingFlow(ConfigSubentryFlow):
    """Rank homes that publish their figure, or change which."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for the figures, with those that friends share filled in."""
        errors: dict[str, str] = {}
        if user_input is not None and not (errors := ranking_errors(self.hass, user_input)):
            data = _ranking(self.hass, user_input)
            return self.async_create_entry(title=user_input[CONF_NAME], data=data)
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                SCHEMA, user_input or _suggested(self.hass)
            ),
            errors=errors,
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change the figures while it runs."""
        subentry = self._get_reconfigure_subentry()
        errors: dict[str, str] = {}
        if user_input is not None and not (errors := ranking_errors(self.hass, user_input)):
            return self.async_update_and_abort(
                self._get_entry(),
                subentry,
                title=user_input[CONF_NAME],
                data=_ranking(self.hass, user_input),
            )
        known = {CONF_NAME: subentry.title, CONF_NAMES: subentry.data[CONF_NAMES]}
        mine = subentry.data.get(CONF_MINE)
        members = (ref for ref in subentry.data[CONF_MEMBERS] if ref != mine)
        known[CONF_MEMBERS] = list(entities_of(self.hass, members))
        if mine is not None:
            known[CONF_MINE] = entity_of(self.hass, mine)
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(SCHEMA, user_input or known),
            errors=errors,
        )


@callback
def ranking_errors(hass: HomeAssistant, given: dict[str, Any]) -> dict[str, str]:
    """Return what is wrong with the figures of a form."""
    members = _all(given)
    if len(members) < 2:
        return {CONF_MEMBERS: "too_few_members"}
    if any(is_made_of_others(hass, entity_id) for entity_id in members):
        return {CONF_MEMBERS: "group_of_groups"}
    states = [state for entity_id in members if (state := hass.states.get(entity_id)) is not None]
    if len({state.attributes.get(ATTR_UNIT_OF_MEASUREMENT) for state in states}) > 1:
        return {CONF_MEMBERS: "units_differ"}
    return {}


def _all(given: dict[str, Any]) -> list[str]:
    """Return the figures of a form, one's own among them."""
    mine = given.get(CONF_MINE)
    return list(dict.fromkeys([*given[CONF_MEMBERS], *([mine] if mine else [])]))


@callback
def _suggested(hass: HomeAssistant) -> dict[str, Any]:
    """Return the figures that friends share, and one's own where there is one only."""
    by_area = [
        state.entity_id
        for state in hass.states.async_all("sensor")
        if str(state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)).startswith(BY_AREA)
    ]
    own = [entity_id for entity_id in by_area if home_of(hass, entity_id) == OWN]
    found: dict[str, Any] = {CONF_MEMBERS: [one for one in by_area if one not in own]}
    if len(own) == 1:
        found[CONF_MINE] = own[0]
    return found


def _ranking(hass: HomeAssistant, given: dict[str, Any]) -> dict[str, Any]:
    """Return what the subentry stores."""
    data: dict[str, Any] = {
        CONF_MEMBERS: [reference_to(hass, entity_id) for entity_id in _all(given)],
        CONF_NAMES: given[CONF_NAMES],
    }
    if given.get(CONF_MINE):
        data[CONF_MINE] = reference_to(hass, given[CONF_MINE])
    return data
