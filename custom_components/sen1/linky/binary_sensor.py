"""Binary sensors of a meter: what is so or not, written as soon as the meter tells."""

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.const import MATCH_ALL, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import LinkyEntity, async_make_entities
from .labels.flags import FLAGS
from .labels.rows import BinarySensorRow
from .line_sensors import Connectivity
from .meter import LinkyConfigEntry


async def async_setup_entry(
    hass: HomeAssistant, entry: LinkyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Make the binary sensors that the meter's frames tell of."""
    await async_make_entities(
        hass, entry, async_add_entities, Platform.BINARY_SENSOR, FLAGS, LinkyBinarySensor
    )
    async_add_entities([Connectivity(entry.runtime_data)])


class LinkyBinarySensor(LinkyEntity, BinarySensorEntity):
    """A bit, or a label that comes and goes."""

    entity_description: BinarySensorRow
    _unrecorded_attributes = frozenset({MATCH_ALL})
    _shown: bool | None = None

    @property
    def is_on(self) -> bool | None:
        """Return whether it is so; None while the meter does not tell."""
        told = self._meter.values.get(self.entity_description.key)
        return told if isinstance(told, bool) else None

    @property
    def available(self) -> bool:
        """Return whether the meter tells."""
        return self.is_on is not None

    async def async_added_to_hass(self) -> None:
        """Listen, and take note of the first state, which Home Assistant writes after this."""
        await super().async_added_to_hass()
        self._shown = self.is_on

    @callback
    def _received(self) -> None:
        if self._shown is not self.is_on:
            self._shown = self.is_on
            self.async_write_ha_state()
