"""The fields of a grant, and what a household says in them."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, cast

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
    begin_of,
    changed,
    end_fault,
    end_of,
    last_day,
    lasting,
    paused,
    resumed,
    term_of,
    years_later,
)
from ...protocol.terms import PURPOSES, TermsData
from ..config import AGED_PURPOSES, DEFAULT_RETENTION, friend_data, lendable_of, publications_of
from ..consent.notice import async_noticed

PURPOSE = worded("purpose", PURPOSES)

LONGEST_DAYS = 366 * LONGEST_YEARS

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


def check_until(user_input: Mapping[str, Any]) -> dict[str, str]:
    """Return the error of an end that is past, or beyond what a consent may last."""
    fault = end_fault(date.fromisoformat(user_input["until"]), dt_util.now().date())
    return {"until": fault} if fault else {}


def grants_of(user_input: Mapping[str, Any], known: Sequence[GrantData]) -> list[GrantData]:
    """Return the grants of a form: those known go on as they are, the others begin as it says."""
    zone = dt_util.get_default_time_zone()
    now = datetime.now(UTC)
    since = user_input.get("since")
    begin = min(now, begin_of(date.fromisoformat(since), zone)) if since else now
    new = {"begin": begin.isoformat(timespec="milliseconds"), **_terms(user_input)}
    granted = {grant["publication"]: grant for grant in known}
    return [
        granted.get(publication) or cast("GrantData", {"publication": publication, **new})
        for publication in user_input["publications"]
    ]


def terms_shown(grant: GrantData) -> dict[str, Any]:
    """Return what a form shows of a grant."""
    return {
        "until": last_day(grant, dt_util.get_default_time_zone()).isoformat(),
        "purpose": grant["purpose"],
        "retention_days": grant.get("retention_days", DEFAULT_RETENTION),
        "may_forward": grant.get("may_forward", False),
        "paused": term_of(grant).phase(dt_util.utcnow().timestamp()) is Phase.PAUSED,
    }


def with_terms(grant: GrantData, user_input: Mapping[str, Any]) -> GrantData:
    """Return a grant with what a form says of it."""
    now = dt_util.utcnow().timestamp()
    grant = changed(lasting(grant, end_of_input(user_input), now), **_terms(user_input))
    return paused(grant, now) if user_input["paused"] else resumed(grant, now)


def end_of_input(user_input: Mapping[str, Any]) -> datetime:
    """Return the moment at which the last day of a form is over."""
    return end_of(date.fromisoformat(user_input["until"]), dt_util.get_default_time_zone())


def _terms(user_input: Mapping[str, Any]) -> TermsData:
    return TermsData(
        until=end_of_input(user_input).isoformat(),
        purpose=user_input["purpose"],
        retention_days=int(user_input["retention_days"]),
        may_forward=user_input["may_forward"],
    )


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
