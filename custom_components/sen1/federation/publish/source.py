"""The entity that a publication shares: chosen once, found again whatever it is called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from homeassistant.components.sensor.const import UNIT_CONVERTERS
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import EntitySelector, EntitySelectorConfig

from ...const import ATTR_HOMES, CONF_KIND, DOMAIN, LEAST_HOMES, Kind
from ...protocol.errors import NoIdentity, NoState, NotToForward, TellsPosition, TooFewHomes
from ...protocol.quantities import is_boolean, is_cumulative
from ..config import PublicationData
from ..states import CUMULATIVE, device_class_of

POSITION = {"latitude", "longitude", "location", "gps"}
"""Attributes, in lower case, of entities that say where somebody is."""

SENSOR = EntitySelector(EntitySelectorConfig(domain=[Platform.BINARY_SENSOR, Platform.SENSOR]))


class SourceData(TypedDict):
    """What a publication keeps of its entity."""

    registry_id: str
    platform: str
    unique_id: str


def source_of(entity: er.RegistryEntry) -> SourceData:
    """Return what to keep of an entity."""
    return SourceData(registry_id=entity.id, platform=entity.platform, unique_id=entity.unique_id)


def find_source(hass: HomeAssistant, data: PublicationData) -> er.RegistryEntry | None:
    """Return the entity of a publication; None when it is gone.

    One that was made just before a power cut has another registry id afterwards: the registry is
    written up to ten seconds later than a publication is.
    """
    registry = er.async_get(hass)
    if (entity := registry.entities.get_entry(data["registry_id"])) is not None:
        return entity
    if "unique_id" not in data:
        return None
    domain = Platform.BINARY_SENSOR if is_boolean(data["measurement"]) else Platform.SENSOR
    entity_id = registry.async_get_entity_id(domain, data["platform"], data["unique_id"])
    return registry.async_get(entity_id) if entity_id else None


def is_lent(
    hass: HomeAssistant, entity: er.RegistryEntry, seen: frozenset[str] = frozenset()
) -> bool:
    """Return whether an entity shows what a friend did not allow to be shared further.

    A figure of a home does that is made of such an entity; `seen` are homes looked at already.
    """
    entry = hass.config_entries.async_get_entry(entity.config_entry_id or "")
    if entry is None or entry.domain != DOMAIN or entry.entry_id in seen:
        return False
    if entry.data[CONF_KIND] == Kind.HOME:
        seen |= {entry.entry_id}
        return any(is_lent(hass, source, seen) for source in _sources(hass, entry, entity))
    if entry.data[CONF_KIND] != Kind.ACCOUNT:
        return False
    if entry.state is not ConfigEntryState.LOADED:
        return True
    return any(
        f"_{series.follower.grant.publication}_" in entity.unique_id
        and not series.follower.grant.may_forward
        for series in entry.runtime_data.following.all_series()
    )


def _sources(
    hass: HomeAssistant, entry: ConfigEntry, entity: er.RegistryEntry
) -> Iterator[er.RegistryEntry]:
    """Yield the entities that a home names, and the subentry that a figure of it belongs to."""
    registry = er.async_get(hass)
    subentry = entry.subentries.get(entity.config_subentry_id or "")
    for data in (entry.data, {} if subentry is None else subentry.data):
        for value in data.values():
            for ref in value if isinstance(value, list | tuple) else [value]:
                if isinstance(ref, str) and (source := registry.async_get(ref)) is not None:
                    yield source


def choose(hass: HomeAssistant, entity_id: str) -> tuple[SourceData, State]:
    """Return what to keep of an entity, and its state; raises NotShareable."""
    entity, state = er.async_get(hass).async_get(entity_id), hass.states.get(entity_id)
    if entity is None:
        raise NoIdentity
    if state is None:
        raise NoState
    if is_lent(hass, entity):
        raise NotToForward
    if not POSITION.isdisjoint(key.lower() for key in state.attributes):
        raise TellsPosition
    if is_of_too_few_homes(state):
        raise TooFewHomes
    return source_of(entity), state


def is_of_too_few_homes(state: State) -> bool:
    """Tell whether a state is made of friends' readings of so few homes that it tells of one."""
    homes = state.attributes.get(ATTR_HOMES)
    return isinstance(homes, int) and homes < LEAST_HOMES


def is_nobodys(hass: HomeAssistant, data: PublicationData) -> bool:
    """Return whether a series tells of nobody's private life.

    It is what a project of a cooperative produces, or made of the readings of enough homes.
    """
    if data.get("project") and data["measurement"].get("direction") == "production":
        return True
    entity = find_source(hass, data)
    state = None if entity is None else hass.states.get(entity.entity_id)
    homes = None if state is None else state.attributes.get(ATTR_HOMES)
    return isinstance(homes, int) and homes >= LEAST_HOMES


def measures_the_same(state: State, measurement: dict[str, str]) -> bool:
    """Return whether a state can be told as what friends were promised."""
    if is_boolean(measurement) != (state.domain == Platform.BINARY_SENSOR):
        return False
    is_index = state.attributes.get("state_class") in CUMULATIVE
    if is_index != is_cumulative(measurement):
        return False
    units = {state.attributes.get(ATTR_UNIT_OF_MEASUREMENT), measurement.get("unit")}
    converter = UNIT_CONVERTERS.get(device_class_of(measurement))
    return len(units) == 1 or (converter is not None and units <= converter.VALID_UNITS)
