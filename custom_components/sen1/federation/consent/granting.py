"""What a household grants, made of what it said in a form or pressed on a page."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, cast

from homeassistant.util import dt as dt_util

from ...protocol.term import (
    LONGEST_YEARS,
    GrantData,
    begin_of,
    changed,
    end_fault,
    end_of,
    lasting,
    paused,
    resumed,
)
from ...protocol.terms import TermsData

LONGEST_DAYS = 366 * LONGEST_YEARS


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
