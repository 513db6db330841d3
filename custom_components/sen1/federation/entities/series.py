"""What the entities of a friend's series share."""

from collections.abc import Callable, Sequence

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import MATCH_ALL
from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ...const import DOMAIN
from ...protocol.model import BareJid
from ..account import AccountConfigEntry
from ..config import friends_of
from ..follow.series import Series
from ..states import unique_id_of


@callback
def async_add_series(
    entry: AccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: Callable[[Series, ConfigSubentry], Sequence[SeriesEntity]],
) -> None:
    """Add the entities of each series known, and of each that a friend grants later."""
    account = entry.runtime_data

    @callback
    def add(friend: BareJid, series: Series) -> None:
        subentry = friends_of(entry)[friend]
        async_add_entities(entities_of(series, subentry), config_subentry_id=subentry.subentry_id)

    for friend, of_friend in account.series.items():
        for series in of_friend.values():
            add(friend, series)
    entry.async_on_unload(account.following.listeners.add(add))


class SeriesEntity(Entity):
    """What the entities of a series share: the friend's device, and waking at each change."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    # A thousand series have a reading a minute each; what explains them would fill the recorder.
    _unrecorded_attributes = frozenset({MATCH_ALL})

    def __init__(self, series: Series, subentry: ConfigSubentry, key: str) -> None:
        grant = series.follower.grant
        self._series = series
        self._attr_unique_id = unique_id_of(subentry.subentry_id, grant.publication, key)
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, subentry.subentry_id)},
            name=subentry.title,
            entry_type=DeviceEntryType.SERVICE,
        )

    async def async_added_to_hass(self) -> None:
        """Follow the series."""
        self.async_on_remove(self._series.listeners.add(self._on_change))

    @callback
    def _on_change(self) -> None:
        self._update()
        self.async_write_ha_state()

    def _update(self) -> None:
        """Take what changed."""
