"""What the flows of a group and of a ranking have in common: sensors that are put together."""

from collections.abc import Collection, Iterable

from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers.selector import EntitySelector, EntitySelectorConfig

from ..const import GROUP, RANKING
from .members import CONF_MEMBERS, subentry_of

SENSORS = EntitySelector(EntitySelectorConfig(domain="sensor", multiple=True))


@callback
def member_errors(hass: HomeAssistant, members: Collection[str]) -> dict[str, str]:
    """Return why sensors cannot be put together, whatever they say."""
    if len(members) < 2:
        return {CONF_MEMBERS: "too_few_members"}
    for entity_id in members:
        subentry = subentry_of(hass, entity_id)
        # One that is itself made of others could lead back to this one.
        if subentry is not None and subentry.subentry_type in (GROUP, RANKING):
            return {CONF_MEMBERS: "group_of_groups"}
    return {}


@callback
def states_of(hass: HomeAssistant, members: Iterable[str]) -> list[State]:
    """Return the states of the sensors that have one."""
    return [state for one in members if (state := hass.states.get(one)) is not None]
