"""The fields of a grant, and what a household says in them."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.helpers.selector import BooleanSelector, DateSelector
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...const import UserInput
from ...fields import box, show_form, titled, worded
from ...protocol.term import (
    LONGEST_YEARS,
    GrantData,
    Phase,
    changed,
    last_day,
    term_of,
    years_later,
)
from ...protocol.terms import PURPOSES
from ..config import AGED_PURPOSES, DEFAULT_RETENTION, friend_data, lendable_of, publications_of
from ..consent.notice import async_noticed

PURPOSE = worded("purpose", PURPOSES)


TERMS: Mapping[Any, Any] = {
    vol.Required("until"): DateSelector(),
    vol.Required("purpose", default=PURPOSES[0]): PURPOSE,
    vol.Required("retention_days", default=DEFAULT_RETENTION): box(
        366 * LONGEST_YEARS, unit="d", minimum=1
    ),
    vol.Required("may_forward", default=False): BooleanSelector(),
}
"""What is said of any grant."""

AGE_FIELDS = {vol.Required("is_of_age", default=False): BooleanSelector()}


def titles_of(entry: ConfigEntry, grants: Iterable[GrantData]) -> dict[str, str]:
    """Return the titles of what is granted, of the series there still are."""
    publications = publications_of(entry)
    granted = (grant["publication"] for grant in grants)
    return {key: publications[key].title for key in granted if key in publications}


def grants_fields(entry: ConfigEntry, *, with_past: bool = True) -> dict[Any, Any]:
    """Return the fields of what is granted newly; not all receivers can ask for the past."""
    titles: dict[str, str] = {key: s.title for key, s in lendable_of(entry).items()}
    fields = {vol.Optional("publications", default=list): titled(titles, multiple=True), **TERMS}
    return fields | {vol.Optional("since"): DateSelector()} if with_past else fields


def suggested_terms() -> dict[str, Any]:
    """Return what is suggested for a new grant: a year."""
    return {"until": years_later(dt_util.now().date(), 1).isoformat()}


def terms_shown(grant: GrantData) -> dict[str, Any]:
    """Return what a form shows of a grant."""
    return {
        "until": last_day(grant, dt_util.get_default_time_zone()).isoformat(),
        "purpose": grant["purpose"],
        "retention_days": grant.get("retention_days", DEFAULT_RETENTION),
        "may_forward": grant.get("may_forward", False),
        "paused": term_of(grant).phase(dt_util.utcnow().timestamp()) is Phase.PAUSED,
    }


class GrantSteps(ConfigSubentryFlow, ABC):
    """What flows that grant have in common: the question of age, where children may be asked."""

    _grants: list[GrantData]

    async def _settle(self) -> SubentryFlowResult:
        """Save the grants; first ask for the statement of age that some purposes need."""
        assert self.cur_step is not None  # a form was answered
        path = f"config_subentries.friend.step.{self.cur_step['step_id']}"
        self._grants = await async_noticed(self.hass, path, self._grants, self._known())
        if any(_needs_age(grant) for grant in self._grants):
            return await self.async_step_age()
        return await self._save()

    async def async_step_age(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Ask whether whoever grants this may decide it."""
        if user_input is not None and user_input["is_of_age"]:
            self._grants = [
                changed(grant, is_of_age=True) if _needs_age(grant) else grant
                for grant in self._grants
            ]
            return await self._save()
        errors = {} if user_input is None else {"is_of_age": "age_needed"}
        return show_form(self, "age", AGE_FIELDS, errors=errors)

    def _known(self) -> list[GrantData]:
        """Return what was granted before."""
        if self.source == SOURCE_USER:
            return []
        return friend_data(self._get_reconfigure_subentry())["grants"]

    @abstractmethod
    async def _save(self) -> SubentryFlowResult:
        """Go on with the grants that are settled."""


def _needs_age(grant: GrantData) -> bool:
    return grant["purpose"] in AGED_PURPOSES and not grant.get("is_of_age")
