"""Which sensors measure a home: what its entry stores, and the entities they are now."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er

from .balance import HomeQuantity


class Measure(StrEnum):
    """How a sensor tells its quantity."""

    POWER = "power"
    INDEX = "index"


SOURCES = {
    f"{quantity}_{measure}": (quantity, measure) for quantity in HomeQuantity for measure in Measure
}
"""What each list of sensors measures that an entry stores: `bought_power`, `bought_index`."""


def series_key(quantity: str) -> str:
    """Return where an entry stores the statistics that tell a quantity, by their references."""
    return f"{quantity}_series"


def series_of(data: Mapping[str, Any], quantity: str) -> Sequence[str]:
    """Return the statistics that tell a quantity: those of sensors, or external ones."""
    refs: Sequence[str] = data.get(series_key(quantity), ())
    return refs


@dataclass(frozen=True, slots=True)
class Source:
    """One sensor, in one of its uses."""

    ref: str
    """Its id in the entity registry, which survives a renaming; or its entity_id."""
    quantity: HomeQuantity
    measure: Measure


def sources_of(data: Mapping[str, Any]) -> list[Source]:
    """Return the sensors that an entry names."""
    return [
        Source(ref, quantity, measure)
        for key, (quantity, measure) in SOURCES.items()
        for ref in data.get(key, ())
    ]


def refs_by_quantity(sources: Iterable[Source], measure: Measure) -> dict[HomeQuantity, list[str]]:
    """Return the sensors that tell each quantity in one way, by their references."""
    refs: dict[HomeQuantity, list[str]] = {}
    for source in sources:
        if source.measure is measure:
            refs.setdefault(source.quantity, []).append(source.ref)
    return refs


def subentries_of(entry: ConfigEntry, subentry_type: str) -> dict[str, ConfigSubentry]:
    """Return the subentries of a type by their ids."""
    return {one.subentry_id: one for one in entry.get_subentries_of_type(subentry_type)}


@callback
def entity_of(hass: HomeAssistant, ref: str) -> str | None:
    """Return the entity_id that a stored reference stands for now."""
    return er.async_resolve_entity_id(er.async_get(hass), ref)


@callback
def state_of(hass: HomeAssistant, ref: str) -> State | None:
    """Return what the entity that a stored reference stands for says now."""
    entity_id = entity_of(hass, ref)
    return None if entity_id is None else hass.states.get(entity_id)


@callback
def statistic_of(hass: HomeAssistant, ref: str) -> str:
    """Return the statistic that a stored reference stands for now: a sensor's, or an external."""
    return entity_of(hass, ref) or ref


@callback
def reference_to(hass: HomeAssistant, entity_id: str) -> str:
    """Return what to store of an entity: its registry id, if it has one."""
    registered = er.async_get(hass).async_get(entity_id)
    return registered.id if registered else entity_id


@callback
def entities_of(hass: HomeAssistant, refs: Iterable[str]) -> Iterator[str]:
    """Yield the entities that references stand for; those removed are left out."""
    for ref in refs:
        if (entity_id := entity_of(hass, ref)) is not None:
            yield entity_id


@callback
def with_references(
    hass: HomeAssistant, given: Mapping[str, Any], fields: Collection[str]
) -> dict[str, Any]:
    """Return the answers of a form as they are stored: entities in these fields by references."""
    return _replaced(given, fields, partial(reference_to, hass))


@callback
def with_entities(
    hass: HomeAssistant, stored: Mapping[str, Any], fields: Collection[str]
) -> dict[str, Any]:
    """Return what is stored as a form shows it: the entities of these fields as they are now."""
    return _replaced(stored, fields, partial(entity_of, hass))


def _replaced(
    values: Mapping[str, Any], fields: Collection[str], by: Callable[[str], str | None]
) -> dict[str, Any]:
    """Return values with what some fields name under another name; of a list, those with one."""

    def replaced(value: Any) -> Any:
        if isinstance(value, list):
            return [name for one in value if (name := by(one)) is not None]
        return by(value) if value else value

    return {key: replaced(value) if key in fields else value for key, value in values.items()}


@callback
def sensors_of(hass: HomeAssistant, domain: str) -> Iterator[er.RegistryEntry]:
    """Yield the sensors of all entries of an integration."""
    registry = er.async_get(hass)
    for entry in hass.config_entries.async_entries(domain):
        for row in er.async_entries_for_config_entry(registry, entry.entry_id):
            if row.domain == "sensor":
                yield row


@callback
def sensors_by_serial(hass: HomeAssistant, *domains: str) -> dict[str, dict[str, str]]:
    """Return the sensors of the devices of these integrations, by serial number and by key.

    Of these their unique ids are made; a key is a label of a meter, or a word of a gateway.
    """
    found: dict[str, dict[str, str]] = {}
    for domain in domains:
        for row in sensors_of(hass, domain):
            if not row.disabled:
                serial, _, key = row.unique_id.partition("_")
                found.setdefault(serial, {})[key] = row.entity_id
    return found


READING_KEY = "reading"
STATUS_KEY = "status"
PROJECT_KEY = "project"
"""Keys of what a friend's series shows: its value, how it is with it, a project's sheet."""


def series_and_key(unique_id: str) -> tuple[str, str]:
    """Return what a unique id of a friend's series is made of: the series, and a key."""
    series, _, key = unique_id.rpartition("_")
    return series, key


def entities_of_series(rows: Iterable[er.RegistryEntry]) -> dict[str, dict[str, er.RegistryEntry]]:
    """Return entities by the series of a friend that they show, and by their keys."""
    found: dict[str, dict[str, er.RegistryEntry]] = {}
    for row in rows:
        series, key = series_and_key(row.unique_id)
        found.setdefault(series, {})[key] = row
    return found
