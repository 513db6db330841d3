"""The home or building that a friend's series is of, as its sheet tells it."""

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import EntityCategory
from homeassistant.core import callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ...protocol.follower import OVER
from ...protocol.sheet import SiteKind
from ..account import AccountConfigEntry
from ..follow.series import Series
from .series import SeriesEntity, async_add_told

SITE_KINDS = [str(kind) for kind in SiteKind]


@callback
def async_add_sites(
    entry: AccountConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the site of each series that has a sheet of it."""
    async_add_told(entry, async_add_entities, lambda told: told.site is not None, SiteSensor)


class SiteSensor(SeriesEntity, SensorEntity):
    """What a home or building is; all that its sheet says stands in the attributes.

    It ends with the grant: what somebody's home is like is lent as its readings are.
    """

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_options = SITE_KINDS
    _attr_translation_key = "site_sheet"

    def __init__(self, series: Series, subentry: ConfigSubentry) -> None:
        super().__init__(series, subentry, "site")
        self._update()

    def _update(self) -> None:
        description = self._series.description
        self._attr_translation_placeholders = {"series": description.title}
        site = None if self._series.status in OVER else description.site
        self._attr_available = site is not None
        self._attr_native_value = None if site is None else site.kind
        self._attr_extra_state_attributes = {} if site is None else site.said()
