"""The flow of a publication: which sensor, under what name, how often; and one made in one step."""

from typing import Any, cast
import uuid

from homeassistant.config_entries import (
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.core import State
from homeassistant.helpers.selector import BooleanSelector, StatisticSelector, TextSelector
import voluptuous as vol

from ...const import DOMAIN, UserInput
from ...fields import box, show_form, worded
from ...history.past import Meaning, async_meaning, can_be
from ...history.points import Aggregation
from ...history.summary import Summary
from ...last_page import Made, async_last_page
from ...protocol.errors import NotShareable
from ...protocol.model import Granularity, PublicationId
from ...protocol.quantities import is_cumulative
from ...protocol.wishes import What
from ..config import (
    DEFAULT_INTERVAL,
    DIRECTIONS,
    PublicationData,
    publication_data,
)
from ..organising.ranking import BETWEEN
from ..publish.direction import async_guessed_direction
from ..publish.new_series import GRANULARITIES, new_publication
from ..publish.source import (
    SENSOR,
    SourceData,
    choose,
    is_lent,
    is_nobodys,
    is_too_fine,
)
from ..relations.circles import is_for_everyone
from ..states import BOARDS, board_id, told_of
from .sections import (
    project_data,
    project_errors,
    project_given,
    project_section,
    site_data,
    site_field,
    site_given,
)

QUANTITIES = (What.CONSUMPTION, What.PRODUCTION)
"""What is asked by periods, or as it comes; the rest is as fine as it is."""


class PublicationFlow(ConfigSubentryFlow):
    """Make a series available; nobody receives it before a friend is granted it."""

    made = Made.PUBLICATION
    is_of_project = False
    """Whether it is the project behind the series that is told of in the first place."""
    _source: SourceData
    _state: State

    async def async_step_user(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Choose the entity."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                self._source, self._state = choose(self.hass, user_input["entity"])
            except NotShareable as error:
                errors["entity"] = error.key
            else:
                return await self.async_step_details()
        fields = {vol.Required("entity"): SENSOR}
        return show_form(self, "user", fields, user_input, errors)

    async def async_step_details(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Name it, say which way the energy flows and how often it is sent."""
        errors: dict[str, str] = {}
        if user_input is not None:
            project = self._project(user_input, {})
            site = site_data(user_input.get("site", {}))
            data = new_publication(self._source, self._state, user_input, project, site)
            errors = await self._sharing_errors(data, user_input)
            if is_too_fine(self._source, data["granularity"]):
                errors = {"granularity": "not_so_fine"}
            if not errors:
                return self.async_create_entry(
                    title=user_input["title"],
                    data=data,
                    unique_id=data["publication"],
                    **await async_last_page(self.hass, self.made),
                )
        told = told_of(self._state)
        sheet = {vol.Optional("project"): project_section(is_open=self.is_of_project)}
        fields: dict[Any, Any] = {
            vol.Required("title"): TextSelector(),
            **(sheet if self.is_of_project else {}),
            vol.Required("direction"): worded("direction", DIRECTIONS),
            vol.Required("interval_s"): INTERVAL,
            vol.Required("listed", default=False): BooleanSelector(),
        }
        suggested = {
            "title": self._state.name,
            "direction": "production"
            if self.is_of_project
            else await async_guessed_direction(self.hass, self._state.entity_id, self._state),
            "interval_s": DEFAULT_INTERVAL,
        }
        if told.unit is not None:
            fields[vol.Optional("granularity")] = GRANULARITY
            suggested["granularity"] = Granularity.DAY.lower()
        if is_cumulative(told.measurement):
            fields[vol.Optional("content")] = CONTENT
            suggested["content"] = Summary.SUM
        if told.unit is not None:
            fields[vol.Optional("past")] = StatisticSelector()
        if not self.is_of_project:
            fields |= site_field(self.hass) | sheet
        return show_form(self, "details", fields, user_input or suggested, errors)

    async def async_step_reconfigure(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Change the title, how often it is sent, its past, or what is said of the project."""
        subentry = self._get_reconfigure_subentry()
        data = publication_data(subentry)
        errors: dict[str, str] = {}
        if user_input is not None:
            changed = cast("PublicationData", data | self._changes(data, user_input))
            errors = await self._sharing_errors(changed, user_input)
            if not errors and self._becomes_private(data, changed):
                errors = {"base": "everyone_receives"}
            if not errors:
                return self.async_update_and_abort(
                    self._get_entry(), subentry, title=user_input["title"], data=changed
                )
        fields: dict[Any, Any] = {
            vol.Required("title"): TextSelector(),
            vol.Required("interval_s"): INTERVAL,
            vol.Required("listed", default=False): BooleanSelector(),
        }
        if data["granularity"] != Granularity.LIVE:
            fields[vol.Optional("past")] = StatisticSelector()
        known = {
            **data,
            "title": subentry.title,
            "site": site_given(data.get("site")),
            "project": project_given(data.get("project", {})),
        }
        if not self.is_of_project:
            fields |= site_field(self.hass)
        is_open = self.is_of_project or bool(data.get("project"))
        fields[vol.Optional("project")] = project_section(is_open=is_open)
        return show_form(self, "reconfigure", fields, user_input or known, errors)

    def _changes(self, data: PublicationData, user_input: dict[str, Any]) -> dict[str, Any]:
        changes: dict[str, Any] = {
            "interval_s": int(user_input["interval_s"]),
            "listed": user_input["listed"],
        }
        if data["granularity"] != Granularity.LIVE:
            changes["past"] = user_input.get("past")
        if "site" in user_input:
            changes["site"] = site_data(user_input["site"], data.get("site"))
        if "project" in user_input:
            changes["project"] = self._project(user_input, data.get("project", {}))
        return changes

    def _becomes_private(self, data: PublicationData, changed: PublicationData) -> bool:
        """Return whether a series that everyone receives loses what lets it be so."""
        return (
            is_for_everyone(self._get_entry(), data["publication"])
            and is_nobodys(self.hass, data)
            and not is_nobodys(self.hass, changed)
        )

    def _project(self, user_input: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
        """Return the sheet that a form describes, of which something may be known."""
        return project_data(user_input.get("project", {}), self.hass.config, known)

    async def _sharing_errors(
        self, data: PublicationData, user_input: dict[str, Any]
    ) -> dict[str, str]:
        """Return the errors of a project's sheet, or of a past that cannot be the series'."""
        if errors := project_errors(user_input.get("project", {})):
            return errors
        if self.is_of_project and not data.get("project"):
            return {"base": "no_project_type"}
        past, measurement = data.get("past"), data["measurement"]
        if past is None:
            return {}
        summary = measurement.get("aggregation")
        if summary not in (Summary.MEAN, Summary.SUM):
            return {"past": "past_needs_periods"}
        if is_lent(self.hass, past):
            return {"past": "not_to_forward"}
        meaning = await async_meaning(self.hass, past)
        wanted = Meaning(measurement.get("unit"), Aggregation(summary))
        if meaning is None or not can_be(meaning, wanted):
            return {"past": "measures_other"}
        return {}


class ProjectFlow(PublicationFlow):
    """Make a series available of a plant that members paid for, and describe that plant."""

    made = Made.PROJECT
    is_of_project = True


INTERVAL = box(3600, unit="s", minimum=1)


GRANULARITY = worded("granularity", GRANULARITIES)
CONTENT = worded("content", (Summary.SUM, Summary.LAST))


def new_board_publication(collection: str, key: str) -> PublicationData:
    """Return a new publication of a board of a collection, whose entity need not be there yet."""
    publication = PublicationId(str(uuid.uuid4()))
    return PublicationData(
        publication=publication,
        registry_id="",
        platform=DOMAIN,
        unique_id=board_id(collection, key),
        name=f"urn:uuid:{publication}_measurement/{BOARDS.measurement['quantity']}/{Granularity.DAY}",
        unit=BOARDS.unit,
        measurement=BOARDS.measurement,
        granularity=Granularity.DAY,
        interval_s=int(BETWEEN),
        board=collection,
    )
