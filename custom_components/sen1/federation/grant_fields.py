"""The fields of what a friend is granted, the same for each kind of friend."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.helpers.selector import (
    DateSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .config import (
    CONF_PUBLICATIONS,
    CONF_PURPOSE,
    CONF_SINCE,
    CONF_UNTIL,
    PURPOSES,
    GrantData,
    publications_of,
)

ONE_YEAR = timedelta(days=365)
THREE_YEARS = timedelta(days=3 * 365 + 1)


def grants_schema(entry: ConfigEntry) -> dict[Any, Any]:
    """Return the fields of what is granted; the choices are what this account publishes."""
    options = [
        SelectOptionDict(value=publication, label=subentry.title)
        for publication, subentry in publications_of(entry).items()
    ]
    return {
        vol.Optional(CONF_PUBLICATIONS, default=list): SelectSelector(
            SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.LIST)
        ),
        vol.Required(CONF_UNTIL): DateSelector(),
        vol.Optional(CONF_SINCE): DateSelector(),
        vol.Required(CONF_PURPOSE, default=PURPOSES[0]): SelectSelector(
            SelectSelectorConfig(options=list(PURPOSES), translation_key=CONF_PURPOSE)
        ),
    }


def check_until(user_input: dict[str, Any]) -> dict[str, str]:
    """Return the error of an end that is past, or beyond what a consent may last."""
    until = date.fromisoformat(user_input[CONF_UNTIL])
    today = dt_util.now().date()
    if until < today:
        return {CONF_UNTIL: "end_is_past"}
    if until > today + THREE_YEARS:
        return {CONF_UNTIL: "end_too_far"}
    return {}


def grants_of(user_input: dict[str, Any], known: list[GrantData]) -> list[GrantData]:
    """Return the grants of a form: begun now or as the form says, or as they are known."""
    last_day = date.fromisoformat(user_input[CONF_UNTIL])
    end = dt_util.start_of_local_day(last_day + timedelta(days=1)).astimezone(UTC)
    begins = {grant["publication"]: grant["begin"] for grant in known}
    begin = datetime.now(UTC)
    if CONF_SINCE in user_input:
        since = dt_util.start_of_local_day(date.fromisoformat(user_input[CONF_SINCE]))
        begin = min(begin, since.astimezone(UTC))
    now = begin.isoformat(timespec="seconds")
    return [
        GrantData(
            publication=publication,
            begin=begins.get(publication, now),
            until=end.isoformat(),
            purpose=user_input[CONF_PURPOSE],
        )
        for publication in user_input[CONF_PUBLICATIONS]
    ]
