"""What the entities of an account's figures share: a device for each subentry."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ...const import DOMAIN
from . import figures_of


class SubentryEntity(Entity):
    """An entity of a subentry of an account, told when that is changed."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, subentry: ConfigSubentry, key: str) -> None:
        self._attr_unique_id = f"{subentry.subentry_id}_{key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, subentry.subentry_id)},
            name=subentry.title,
            entry_type=DeviceEntryType.SERVICE,
        )


@callback
def async_add_each(
    hass: HomeAssistant,
    entry: ConfigEntry,
    subentry_type: str,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: Callable[[ConfigSubentry], Sequence[SubentryEntity]],
) -> None:
    """Add the entities of each subentry of a type, and those that a change brings."""
    known: set[str | None] = set()

    @callback
    def look() -> None:
        for subentry_id, subentry in list(entry.subentries.items()):
            if subentry.subentry_type == subentry_type:
                new = [one for one in entities_of(subentry) if one.unique_id not in known]
                known.update(one.unique_id for one in new)
                async_add_entities(new, config_subentry_id=subentry_id)

    look()
    entry.async_on_unload(figures_of(hass, entry).async_listen(look))
