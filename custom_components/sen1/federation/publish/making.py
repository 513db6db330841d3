"""What an entity is made of, as far as Home Assistant can tell.

A helper names its sources in what its config entry stores, also within a template, or in the
attributes of its state. What neither names stays unseen: docs/en/privacy.md says what that is.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
import re
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util.hass_dict import HassKey

from ...const import COLLECTED, CONF_KIND, DOMAIN, FRIENDS, Kind

NAME = re.compile(
    r"(?<![a-z0-9_])"
    rf"(?=([a-z][a-z0-9_]*\.[a-z0-9_]+|[0-9a-f]{{32}}(?![a-z0-9_])"
    rf"|{FRIENDS}[0-9a-f]+|{COLLECTED}[0-9a-z_]+))"
)
"""An entity_id or an id of the registry, wherever it stands in a text: `states.sensor.name` too; or
the statistic of a friend's series, or of a group."""

_NAMED: HassKey[dict[str, tuple[datetime, frozenset[str]]]] = HassKey(f"{DOMAIN}_named")
"""What config entries name, by their ids, as of when each was last changed."""


def made_of(hass: HomeAssistant, entity_id: str) -> set[str]:
    """Return the entities, and statistics of friends and groups, that one is made of."""
    registry = er.async_get(hass)
    entity, state = registry.async_get(entity_id), hass.states.get(entity_id)
    entry = hass.config_entries.async_get_entry((entity and entity.config_entry_id) or "")
    names: set[str] = set()
    if entity is not None and entry is not None and entry.domain == DOMAIN:
        if entry.data[CONF_KIND] != Kind.HOME:
            return set()
        subentry = entry.subentries.get(entity.config_subentry_id or "")
        names.update(_names_in([entry.data, {} if subentry is None else subentry.data]))
    else:
        if entry is not None:
            names |= _named_by(hass, entry)
        if state is not None:
            names.update(_names_in(state.attributes))
    return {found for name in names if (found := _entity_of(hass, registry, name)) is not None}


def _named_by(hass: HomeAssistant, entry: ConfigEntry) -> frozenset[str]:
    """Return what a config entry names: asked at each reading, and read when it has changed."""
    known = hass.data.setdefault(_NAMED, {})
    at, names = known.get(entry.entry_id, (None, frozenset[str]()))
    if at != entry.modified_at:
        names = frozenset(_names_in([entry.data, entry.options]))
        known[entry.entry_id] = entry.modified_at, names
    return names


def _names_in(value: Any) -> Iterator[str]:
    """Yield all that may be a name, as `NAME` has it."""
    match value:
        case str():
            yield from NAME.findall(value)
        case Mapping():
            for part in value.values():
                yield from _names_in(part)
        case list() | tuple() | set() | frozenset():
            for part in value:
                yield from _names_in(part)


def _entity_of(hass: HomeAssistant, registry: er.EntityRegistry, name: str) -> str | None:
    if name.startswith((FRIENDS, COLLECTED)):
        return name
    if (entity := registry.async_get(name)) is not None:
        return entity.entity_id
    return None if hass.states.get(name) is None else name
