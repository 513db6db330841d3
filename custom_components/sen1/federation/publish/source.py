"""The entity that a publication shares: chosen once, found again whatever it is called."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
import re
from typing import Any, TypedDict

from homeassistant.components.sensor.const import UNIT_CONVERTERS
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.selector import EntitySelector, EntitySelectorConfig
from homeassistant.loader import IntegrationNotLoaded, async_get_loaded_integration
from homeassistant.util.hass_dict import HassKey

from ...const import (
    ATTR_HOMES,
    COLLECTED,
    CONF_KIND,
    DOMAIN,
    FRIEND,
    FRIENDS,
    GROUP,
    LEAST_HOMES,
    MANUAL_METER,
    Kind,
)
from ...homes import is_of_friends, subentry_of
from ...protocol.errors import NotShareable, Unshareable
from ...protocol.limits import cleaned
from ...protocol.model import Granularity
from ...protocol.provenance import MAX_NAME, Provenance, SourceKind
from ...protocol.quantities import is_board, is_boolean, is_cumulative
from ..config import (
    FriendKind,
    PublicationData,
    collection_data,
    collections_of,
    home_name,
    kind_of,
)
from ..follow.following import Following
from ..follow.series import Series
from ..relations.group_names import given_name, group_name_of
from ..states import CUMULATIVE, board_id, device_class_of, series_of

POSITION = {"latitude", "longitude", "location", "gps"}
"""Attributes, in lower case, of entities that say where somebody is."""

MOST_LOOKED_AT = 1000
"""Entities that one may be made of, over all steps; more are refused rather than followed."""

SENSOR = EntitySelector(EntitySelectorConfig(domain=[Platform.BINARY_SENSOR, Platform.SENSOR]))

NAME = re.compile(
    r"(?<![a-z0-9_])"
    rf"(?=([a-z][a-z0-9_]*\.[a-z0-9_]+|[0-9a-f]{{32}}(?![a-z0-9_])"
    rf"|{FRIENDS}[0-9a-f]+|{COLLECTED}[0-9a-z_]+))"
)
"""An entity_id or an id of the registry, wherever it stands in a text: `states.sensor.name` too; or
the statistic of a friend's series, or of a group."""

LATER = re.compile(r"([0-9a-zA-Z]+)_(bought|sold|produced)_yesterday")
"""The unique id of what shows an unmeasured energy of a site: its entry and its quantity."""

_NAMED: HassKey[dict[str, tuple[datetime, frozenset[str]]]] = HassKey(f"{DOMAIN}_named")
"""What config entries name, by their ids, as of when each was last changed."""


def made_of(hass: HomeAssistant, entity_id: str) -> set[str]:
    """Return the entities, and statistics of friends and groups, that one is made of.

    A helper names its sources in what its config entry stores, also within a template, or in the
    attributes of its state. What neither names stays unseen: docs/en/privacy.md says what that is.
    """
    registry = er.async_get(hass)
    entity, state = registry.async_get(entity_id), hass.states.get(entity_id)
    # A statistic that a site writes bears its entry, and is made of what the site is.
    site = entity_id.partition(":")[2].partition("_")[0].upper()
    entry = hass.config_entries.async_get_entry((entity and entity.config_entry_id) or site)
    names: set[str] = set()
    if entry is not None and entry.domain == DOMAIN:
        if entry.data[CONF_KIND] != Kind.HOME:
            return set()
        subentry = entry.subentries.get((entity and entity.config_subentry_id) or "")
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


def is_lent(hass: HomeAssistant, name: str) -> bool:
    """Return whether an entity or a statistic has what may not be shared further.

    A friend did not allow it, or does not say where it comes from; or it is a group as it is now.
    So is a helper or a figure that is made of such an entity, at whatever remove.
    """
    waiting, seen = [name], {name}
    while waiting:
        one = waiting.pop()
        if _is_a_friends(hass, one) or len(seen) > MOST_LOOKED_AT:
            return True
        sources = made_of(hass, one) - seen
        seen |= sources
        waiting += sources
    return False


def _is_a_friends(hass: HomeAssistant, name: str) -> bool:
    """Return whether an entity or a statistic is of a series that may not be shared further."""
    if name.startswith(FRIENDS):
        return not any(
            series.statistic_id == name and series.may_be_passed_on
            for entry in hass.config_entries.async_loaded_entries(DOMAIN)
            if entry.data[CONF_KIND] == Kind.ACCOUNT
            for series in entry.runtime_data[Following].all_series()
        )
    if name.startswith(COLLECTED):
        return True
    entity = er.async_get(hass).async_get(name)
    entry = hass.config_entries.async_get_entry((entity and entity.config_entry_id) or "")
    if entity is None or entry is None or entry.domain != DOMAIN:
        return False
    if _is_of_group(hass, entity):
        return True
    if given_name(source_of(entity)) is not None or entry.data[CONF_KIND] != Kind.ACCOUNT:
        return False
    if entry.state is not ConfigEntryState.LOADED or _is_a_board(entry, entity):
        return True
    return any(not series.may_be_passed_on for series in series_shown(entry, entity))


def series_shown(entry: ConfigEntry, entity: er.RegistryEntry) -> list[Series]:
    """Return the series of friends that an entity of a running account may show."""
    _, publication = series_of(entity.unique_id) or (None, None)
    several = entry.runtime_data[Following].all_series()
    return [one for one in several if one.follower.grant.publication == publication]


def _is_of_group(hass: HomeAssistant, entity: er.RegistryEntry) -> bool:
    """Return whether an entity shows what several homes come to, as it is: two values tell of one.

    What may be given on of them is a mean by hours, in a statistic of its own.
    """
    if (group := group_name_of(entity.platform, entity.unique_id)) is not None:
        return not group.is_given
    return is_of_friends(hass, subentry_of(hass, entity.entity_id))


def _is_a_board(entry: ConfigEntry, entity: er.RegistryEntry) -> bool:
    """Return whether an entity is made of what members gave for a board of their collection."""
    subentry = collections_of(entry).get(entity.config_subentry_id or "")
    if subentry is None:
        return False
    return entity.unique_id.startswith(board_id(collection_data(subentry)["collection"], ""))


def choose(hass: HomeAssistant, entity_id: str) -> tuple[SourceData, State]:
    """Return what to keep of an entity, and its state; raises NotShareable."""
    entity, state = er.async_get(hass).async_get(entity_id), hass.states.get(entity_id)
    if entity is None:
        raise NotShareable(Unshareable.NO_IDENTITY)
    if state is None:
        raise NotShareable(Unshareable.NO_STATE)
    if _is_of_group(hass, entity):
        raise NotShareable(Unshareable.OF_A_GROUP)
    if is_lent(hass, entity_id):
        raise NotShareable(Unshareable.NOT_TO_FORWARD)
    if not POSITION.isdisjoint(key.lower() for key in state.attributes):
        raise NotShareable(Unshareable.TELLS_POSITION)
    return source_of(entity), state


def is_too_fine(source: SourceData, granularity: Granularity) -> bool:
    """Return whether an entity is not told so fine."""
    return is_by_hours(source) and granularity not in (Granularity.HOUR, Granularity.DAY)


def is_by_hours(source: SourceData) -> bool:
    """Return whether an entity is told by hours of its own at finest: of a group, or later."""
    return given_name(source) is not None or told_later(source) is not None


def told_later(data: Mapping[str, Any]) -> str | None:
    """Return the statistic of an energy of a site that is told by the day; None: of none.

    Its entity shows yesterday alone.
    """
    found = LATER.fullmatch(data["unique_id"]) if data.get("platform") == DOMAIN else None
    return None if found is None else f"{DOMAIN}:{found[1].lower()}_{found[2]}"


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
    if is_board(measurement):
        # Its entity comes and goes with its collection, and no other stands for it.
        return False
    if is_boolean(measurement) != (state.domain == Platform.BINARY_SENSOR):
        return False
    is_index = state.attributes.get("state_class") in CUMULATIVE
    if is_index != is_cumulative(measurement):
        return False
    units = {state.attributes.get(ATTR_UNIT_OF_MEASUREMENT), measurement.get("unit")}
    converter = UNIT_CONVERTERS.get(device_class_of(measurement))
    return len(units) == 1 or (converter is not None and units <= converter.VALID_UNITS)


OF_OTHERS = {
    FriendKind.COLLECTION: SourceKind.GROUP,
    FriendKind.DATA_NODE: SourceKind.DATA_NODE,
    FriendKind.PROXY: SourceKind.PROXY,
}
"""What members come to together, and what older nodes give."""


def provenance_of(
    hass: HomeAssistant, account: ConfigEntry, entity: er.RegistryEntry
) -> Provenance | None:
    """Return where an entity's readings come from; None while nobody can say it.

    Who answers for them is the household, under the name that it gave its home; of what a friend
    lets be passed on it stays the friend. The maker and model of a device are told, never its name
    or its number.
    """
    household = _short(home_name(hass, account))
    entry = hass.config_entries.async_get_entry(entity.config_entry_id or "")
    if entry is not None and _giver(entry, entity) is FriendKind.HOME:
        is_running = entry.state is ConfigEntryState.LOADED
        shown = series_shown(entry, entity) if is_running else []
        lent = next((series.description.provenance for series in shown), None)
        return None if lent is None else replace(lent, via=household)
    kind = _source_kind(hass, entity, entry)
    device = dr.async_get(hass).async_get(entity.device_id or "")
    if not isinstance(device, dr.DeviceEntry) or kind in (SourceKind.FIGURE, SourceKind.GROUP):
        return Provenance(household, kind)
    return Provenance(household, kind, _short(device.manufacturer), _short(device.model))


def _giver(entry: ConfigEntry, entity: er.RegistryEntry) -> FriendKind | None:
    """Return what gives an entity its readings, if it is another account."""
    subentry = entry.subentries.get(entity.config_subentry_id or "")
    if entry.domain != DOMAIN or subentry is None or subentry.subentry_type != FRIEND:
        return None
    return kind_of(subentry)


def _source_kind(
    hass: HomeAssistant, entity: er.RegistryEntry, entry: ConfigEntry | None
) -> SourceKind:
    """Return what an entity's readings come from, by what does not change with its state."""
    if entry is None or entry.domain != DOMAIN:
        if _is_helper(hass, entity.platform):
            return SourceKind.FIGURE
        return SourceKind.SENSOR if entity.device_id else SourceKind.OTHER
    if (giver := _giver(entry, entity)) is not None:
        return OF_OTHERS.get(giver, SourceKind.OTHER)
    subentry = entry.subentries.get(entity.config_subentry_id or "")
    subentry_type = "" if subentry is None else subentry.subentry_type
    match entry.data[CONF_KIND]:
        case Kind.LINKY | Kind.ENEDIS:
            return SourceKind.METER
        case Kind.ENPHASE:
            return SourceKind.INVERTER
        case Kind.HOME if subentry_type == MANUAL_METER:
            return SourceKind.HAND
        case Kind.ACCOUNT if subentry_type == GROUP:
            return SourceKind.GROUP
        case _:
            return SourceKind.FIGURE


def _is_helper(hass: HomeAssistant, domain: str) -> bool:
    """Return whether an integration makes its entities of others."""
    try:
        return async_get_loaded_integration(hass, domain).integration_type == "helper"
    except IntegrationNotLoaded:
        return False


def _short(text: str | None) -> str:
    return cleaned(text or "", MAX_NAME)
