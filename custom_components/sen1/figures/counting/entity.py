"""What entities share: those of a home, those of a subentry."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import MATCH_ALL, UnitOfEnergy
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ...const import DOMAIN
from ...faults import contained

WRITE_EVERY_S = 60
"""Energies are written at most this often: they move with every reading."""

ENERGY: dict[str, Any] = {
    "device_class": SensorDeviceClass.ENERGY,
    "native_unit_of_measurement": UnitOfEnergy.KILO_WATT_HOUR,
}
"""What describes an energy."""


def money_in(currency: str) -> dict[str, Any]:
    """Return what describes an amount of money."""
    return {
        "device_class": SensorDeviceClass.MONETARY,
        "native_unit_of_measurement": currency,
    }


type Listen = Callable[[Callable[[], None]], CALLBACK_TYPE]
"""Calls a listener at each change; returns how to stop."""


@dataclass(frozen=True, slots=True)
class Device:
    """What entities belong to."""

    id: str
    """Begins their unique ids."""
    name: str | None = None
    translation_key: str | None = None
    """Of a name that its owner did not choose."""
    above: Device | None = None
    """What it is a part of."""

    @property
    def identifiers(self) -> set[tuple[str, str]]:
        """Return what the device registry knows it by."""
        return {(DOMAIN, self.id)}

    @property
    def info(self) -> DeviceInfo:
        """Return what the device registry is told."""
        return DeviceInfo(
            identifiers=self.identifiers,
            entry_type=DeviceEntryType.SERVICE,
            name=self.name,
            translation_key=self.translation_key,
        )


def home_device(entry: ConfigEntry) -> Device:
    """Return the home itself, under the name its owner gave it."""
    return Device(entry.entry_id, entry.title)


def subentry_device(subentry: ConfigSubentry, home: ConfigEntry | None = None) -> Device:
    """Return what a subentry describes; of a home, a part of it.

    Only there its id bears that of the entry too: ids live for ever, in the registries of homes.
    """
    if home is None:
        return Device(subentry.subentry_id, subentry.title)
    number = f"{home.entry_id}_{subentry.subentry_id}"
    return Device(number, subentry.title, above=home_device(home))


class FigureEntity(Entity):
    """An entity of figures, written at each change of what it looks at."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    # The state is the figure; what explains it would fill the recorder each minute.
    _unrecorded_attributes = frozenset({MATCH_ALL})

    def __init__(self, device: Device, key: str, *changes: Listen) -> None:
        self._changes = changes
        self._above = device.above
        self._attr_unique_id = f"{device.id}_{key}"
        self._attr_device_info = device.info

    async def async_added_to_hass(self) -> None:
        """Hear of each change."""
        if self._above is not None:
            self._hang_below(self._above)
        for listen in self._changes:
            self.async_on_remove(listen(self._on_change))
        self._update()

    def _hang_below(self, above: Device) -> None:
        """Let the device be seen below another, which may have no entity yet."""
        devices, entry = dr.async_get(self.hass), self.platform.config_entry
        # An entity that is added to an entry has both.
        assert self.device_entry is not None
        assert entry is not None
        parent = devices.async_get_or_create(config_entry_id=entry.entry_id, **above.info)
        devices.async_update_device(self.device_entry.id, via_device_id=parent.id)

    @callback
    def _on_change(self) -> None:
        self._update()
        self.async_write_ha_state()

    def _update(self) -> None:
        """Take what is to be shown, unless it is worked out when it is written."""


class SteadySensor(FigureEntity, SensorEntity):
    """A figure that is written when it is another, not at each change of what it looks at."""

    @callback
    def _on_change(self) -> None:
        before = self.native_value, self.extra_state_attributes
        self._update()
        if before != (self.native_value, self.extra_state_attributes):
            self.async_write_ha_state()


@dataclass(frozen=True, kw_only=True)
class ValueDescription[Source](SensorEntityDescription):
    """A figure that is worked out of a source when it is written."""

    value: Callable[[Source], str | float | datetime | None]
    attributes: Callable[[Source], Mapping[str, Any]] = lambda _source: {}
    exists: Callable[[Source], bool] = lambda _source: True
    """Whether the source can ever tell it."""
    tariff_name: str | None = None
    """What the tariff period is called, where the figure is of one."""

    def __post_init__(self) -> None:
        """Have the texts of its key, where it names no others."""
        object.__setattr__(self, "translation_key", self.translation_key or self.key)


class ValueSensor[Source](FigureEntity, SensorEntity):
    """A figure, as a row of a table describes it."""

    entity_description: ValueDescription[Source]

    def __init__(
        self, device: Device, row: ValueDescription[Source], source: Source, *changes: Listen
    ) -> None:
        super().__init__(device, row.key, *changes)
        self.entity_description = row
        self._source = source
        if row.tariff_name is not None:
            self._attr_translation_placeholders = {"tariff": row.tariff_name}

    @property
    def native_value(self) -> str | float | datetime | None:
        """Return the figure."""
        return self.entity_description.value(self._source)

    @property
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return what explains it."""
        return self.entity_description.attributes(self._source)


@callback
def forget_others(
    hass: HomeAssistant, entry: ConfigEntry, domain: str, kept: Collection[str | None]
) -> None:
    """Remove the entities of a domain that a home no longer has, but for those of its parts."""
    registry = er.async_get(hass)
    for known in er.async_entries_for_config_entry(registry, entry.entry_id):
        is_ours = known.domain == domain and known.config_subentry_id is None
        if is_ours and known.platform == DOMAIN and known.unique_id not in kept:
            registry.async_remove(known.entity_id)


@callback
def async_add_each(
    entry: ConfigEntry,
    subentry_type: str,
    listen: Listen,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: Callable[[ConfigSubentry], Iterable[FigureEntity]],
) -> None:
    """Add the entities of each subentry of a type, and those that a change brings.

    `listen` says when subentries have changed.
    """
    known: set[str | None] = set()

    @callback
    def look() -> None:
        for subentry in entry.get_subentries_of_type(subentry_type):
            with contained():
                new = [one for one in entities_of(subentry) if one.unique_id not in known]
                known.update(one.unique_id for one in new)
                async_add_entities(new, config_subentry_id=subentry.subentry_id)

    look()
    entry.async_on_unload(listen(look))
