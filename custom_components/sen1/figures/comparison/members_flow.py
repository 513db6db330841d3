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
    if any(is_made_of_others(hass, entity_id) for entity_id in members):
        return {CONF_MEMBERS: "group_of_groups"}
    return {}


@callback
def is_made_of_others(hass: HomeAssistant, entity_id: str) -> bool:
    """Tell whether a sensor is itself a group's or a ranking's: it could lead back to this one."""
    subentry = subentry_of(hass, entity_id)
    return subentry is not None and subentry.subentry_type in (GROUP, RANKING)


@callback
def states_of(hass: HomeAssistant, members: Iterable[str]) -> list[State]:
    """Return the states of the sensors that have one."""
    return [state for one in members if (state := hass.states.get(one)) is not None]
