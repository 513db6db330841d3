"""The project behind a friend's series, as its sheet tells it."""

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import EntityCategory
from homeassistant.core import callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ...protocol.project import ProjectType
from ..account import AccountConfigEntry
from ..follow.series import Series
from .series import SeriesEntity, async_add_told

PROJECT_TYPES = [str(kind) for kind in ProjectType]


@callback
def async_add_projects(
    entry: AccountConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the project of each series that has a sheet."""
    async_add_told(entry, async_add_entities, lambda told: told.project is not None, ProjectSensor)


class ProjectSensor(SeriesEntity, SensorEntity):
    """What a project is; all that its sheet says stands in the attributes.

    It stays when the grant is over: who has a part of the project goes on having it.
    """

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_options = PROJECT_TYPES
    _attr_translation_key = "project"

    def __init__(self, series: Series, subentry: ConfigSubentry) -> None:
        super().__init__(series, subentry, "project")
        self._update()

    def _update(self) -> None:
        description = self._series.description
        self._attr_translation_placeholders = {"series": description.title}
        project = description.project
        self._attr_available = project is not None
        if project is not None:
            self._attr_native_value = project.type
            said = project.said() | project.place()
            del said["type"]
            said.pop("position", None)
            self._attr_extra_state_attributes = said
