"""What stands behind a series, as the sheets tell it: a site, a project; a friend's or our own."""

from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ...listeners import Listeners
from ...protocol.follower import OVER
from ...protocol.project import Project, ProjectType
from ...protocol.sheet import SiteKind
from ..config import publications_of
from ..follow.series import Series
from ..publish.publication import Publication
from ..publish.publications import Publishing
from ..running import RunningEntry
from . import FriendEntity
from .series import Owner, SeriesEntity, async_add_told

PROJECT_TYPES = [str(kind) for kind in ProjectType]
SITE_KINDS = [str(kind) for kind in SiteKind]


@callback
def async_add_sheets(
    hass: HomeAssistant,
    entry: RunningEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the site and the project of each series that has a sheet of it."""
    async_add_told(hass, entry, async_add_entities, lambda told: told.site is not None, SiteSensor)
    async_add_told(
        hass, entry, async_add_entities, lambda told: told.project is not None, ProjectSensor
    )


class SheetSensor(FriendEntity, SensorEntity):
    """What kind of thing a sheet is of; all that it says stands in the attributes."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def _show(self, series: str, told: tuple[str, dict[str, Any]] | None) -> None:
        """Show the kind and the attributes of the sheet of a series, if any are told."""
        self._attr_translation_placeholders = {"series": series}
        self._attr_available = told is not None
        self._attr_native_value, self._attr_extra_state_attributes = told or (None, {})


class SiteSensor(SeriesEntity, SheetSensor):
    """What a home or building is.

    It ends with the grant: what somebody's home is like is lent as its readings are.
    """

    _attr_options = SITE_KINDS
    _attr_translation_key = "site_sheet"

    def __init__(self, series: Series, owner: Owner) -> None:
        super().__init__(series, owner, "site")
        self._update()

    def _update(self) -> None:
        description, is_over = self._series.description, self._series.status in OVER
        site = None if is_over else description.site
        self._show(description.title, None if site is None else (site.kind, site.said()))


class ProjectSensor(SeriesEntity, SheetSensor):
    """What a project is.

    It stays when the grant is over: who has a part of the project goes on having it.
    """

    _attr_options = PROJECT_TYPES
    _attr_translation_key = "project"

    def __init__(self, series: Series, owner: Owner) -> None:
        super().__init__(series, owner, "project")
        self._update()

    def _update(self) -> None:
        description = self._series.description
        self._show(description.title, project_told(description.project))


class OwnProjectSensor(SheetSensor):
    """What a project of this account is, as who receives its series sees it."""

    _attr_options = PROJECT_TYPES
    _attr_translation_key = "own_project"

    def __init__(
        self, subentry: ConfigSubentry, publication: Publication, changes: Listeners[()]
    ) -> None:
        # Not as those of friends' series are, whatever a friend calls a publication.
        super().__init__(f"project-{publication.id}", subentry, changes)
        self._attr_device_info = None
        self._publication = publication
        self._update()

    def _update(self) -> None:
        description = self._publication.description
        self._show(description.title, project_told(description.project))


@callback
def async_add_own_projects(
    entry: RunningEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add each project that is told of here, whenever its sheet is filled in."""
    publishing, added = entry.runtime_data[Publishing], set[Publication]()

    @callback
    def look() -> None:
        for publication_id, subentry in publications_of(entry).items():
            publication = publishing.publications.get(publication_id)
            if publication in added or publication is None or not publication.description.project:
                continue
            added.add(publication)
            sensor = OwnProjectSensor(subentry, publication, publishing.changed)
            async_add_entities([sensor], config_subentry_id=subentry.subentry_id)

    look()
    entry.async_on_unload(publishing.changed.add(look))


def project_told(project: Project | None) -> tuple[str, dict[str, Any]] | None:
    """Return the kind of a project, and the attributes that tell the rest of its sheet."""
    if project is None:
        return None
    said = project.said() | project.place()
    del said["type"]
    said.pop("position", None)
    return project.type, said
