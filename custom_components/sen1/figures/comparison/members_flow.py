"""What the flows of a group and of a ranking have in common: sensors are chosen, checked, kept."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar

from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import EntitySelector, EntitySelectorConfig
import voluptuous as vol

from ...const import DOMAIN
from ..const import CONF_MEMBERS, GROUP, RANKING

SENSORS = EntitySelector(EntitySelectorConfig(domain="sensor", multiple=True))


class MembersFlow(ConfigSubentryFlow):
    """Make something of several sensors, or change which."""

    schema: ClassVar[vol.Schema]

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for the sensors."""
        errors: dict[str, str] = {}
        if user_input is not None and not (errors := self.errors(user_input)):
            data = self.stored(user_input)
            return self.async_create_entry(title=user_input[CONF_NAME], data=data)
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                self.schema, user_input or self.suggested()
            ),
            errors=errors,
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change the sensors while it runs."""
        subentry = self._get_reconfigure_subentry()
        errors: dict[str, str] = {}
        if user_input is not None and not (errors := self.errors(user_input)):
            title, data = user_input[CONF_NAME], self.stored(user_input)
            return self.async_update_and_abort(self._get_entry(), subentry, title=title, data=data)
        known = {CONF_NAME: subentry.title, **self.known(subentry.data)}
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(self.schema, user_input or known),
            errors=errors,
        )

    def suggested(self) -> dict[str, Any]:
        """Return what the form of a new one is filled in with."""
        return {}

    @abstractmethod
    def errors(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with the answers."""

    @abstractmethod
    def known(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answers that a subentry was made of."""

    @abstractmethod
    def stored(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the subentry stores of the answers."""


@callback
def member_errors(hass: HomeAssistant, members: Collection[str]) -> dict[str, str]:
    """Return why sensors cannot be put together, whatever they say."""
    if len(members) < 2:
        return {CONF_MEMBERS: "too_few_members"}
    if any(is_made_of_others(hass, entity_id) for entity_id in members):
        return {CONF_MEMBERS: "group_of_groups"}
    return {}


@callback
def is_made_of_others(hass: HomeAssistant, entity_id: str) -> bool:
    """Tell whether a sensor is itself a group's or a ranking's: it could lead back to this one."""
    entity = er.async_get(hass).async_get(entity_id)
    if entity is None or entity.platform != DOMAIN or entity.config_subentry_id is None:
        return False
    entry = hass.config_entries.async_get_entry(entity.config_entry_id or "")
    subentry = None if entry is None else entry.subentries.get(entity.config_subentry_id)
    return subentry is not None and subentry.subentry_type in (GROUP, RANKING)


@callback
def states_of(hass: HomeAssistant, members: Iterable[str]) -> list[State]:
    """Return the states of the sensors that have one."""
    return [state for one in members if (state := hass.states.get(one)) is not None]
