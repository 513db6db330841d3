"""What entities share: those of a home, those of a subentry of an account."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import MATCH_ALL
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ...const import DOMAIN
from ...faults import contained

type Listen = Callable[[Callable[[], None]], CALLBACK_TYPE]
"""Calls a listener at each change; returns how to stop."""


class HomeEntity(Entity):
    """An entity of the home itself, written at each change of what it looks at."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    # The state is the figure; what explains it would fill the recorder each minute.
    _unrecorded_attributes = frozenset({MATCH_ALL})

    def __init__(self, entry: ConfigEntry, key: str, *changes: Listen) -> None:
        self._changes = changes
        self._attr_unique_id = f"{entry.entry_id}_{key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, entry.entry_id)},
            entry_type=DeviceEntryType.SERVICE,
            translation_key="home",
        )

    async def async_added_to_hass(self) -> None:
        """Hear of each change."""
        for listen in self._changes:
            self.async_on_remove(listen(self._on_change))

    @callback
    def _on_change(self) -> None:
        self.async_write_ha_state()


class SubentryEntity(Entity):
    """An entity of a subentry of an account, told when that is changed."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _unrecorded_attributes = frozenset({MATCH_ALL})

    def __init__(self, subentry: ConfigSubentry, key: str) -> None:
        self._attr_unique_id = f"{subentry.subentry_id}_{key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, subentry.subentry_id)},
            name=subentry.title,
            entry_type=DeviceEntryType.SERVICE,
        )


@callback
def async_add_each(
    entry: ConfigEntry,
    subentry_type: str,
    listen: Listen,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: Callable[[ConfigSubentry], Sequence[SubentryEntity]],
) -> None:
    """Add the entities of each subentry of a type, and those that a change brings.

    `listen` says when subentries have changed.
    """
    known: set[str | None] = set()

    @callback
    def look() -> None:
        for subentry_id, subentry in list(entry.subentries.items()):
            if subentry.subentry_type != subentry_type:
                continue
            with contained():
                new = [one for one in entities_of(subentry) if one.unique_id not in known]
                known.update(one.unique_id for one in new)
                async_add_entities(new, config_subentry_id=subentry_id)

    look()
    entry.async_on_unload(listen(look))
