"""Share in one step: what there is to share, with whom; the series and the grant made at once."""

from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
import voluptuous as vol

from ...commands import DAY_TEXT, Answer, Asked, Refused, command
from ...moments import local_iso
from ...protocol.errors import NotShareable
from ...protocol.model import Granularity
from ...protocol.term import changed
from ...protocol.terms import PURPOSES
from ..config import AGED_PURPOSES, friend_data, friends_of
from ..consent.granting import LONGEST_DAYS, check_until, grants_of, with_terms
from ..consent.notice import async_noticed
from ..inviting.wishes import AskedWishes
from ..publish.choices import (
    DETAILS,
    NOTICE,
    Choice,
    all_choices,
    async_chosen,
    async_told,
    find_choice,
    shared_as,
)
from ..publish.new_series import publication_for
from ..running import RunningEntry, account_asked, accounts, async_words
from .overview import async_sharing

COARSEST = {"workshop": Granularity.LIVE}
"""What a purpose needs that a value a day does not serve."""


NOT_FOUND = "not_found"


def coarsest_for(purpose: str) -> Granularity:
    """Return the coarsest detail that serves a purpose."""
    return COARSEST.get(purpose, Granularity.DAY)


def _account(
    hass: HomeAssistant,
    entry: RunningEntry,
    choices: list[Choice],
    what: list[dict[str, Any]],
) -> dict[str, Any]:
    trust, friends = entry.runtime_data.trust, friends_of(entry)
    return {
        "entry_id": entry.entry_id,
        "title": entry.title,
        "friends": [
            {
                "friend_id": friend.subentry_id,
                "title": friend.title,
                "standing": trust.standing(jid),
            }
            for jid, friend in friends.items()
        ],
        "what": [
            row | {"shared_as": shared_as(hass, entry, choice)}
            for choice, row in zip(choices, what, strict=True)
        ],
        "purposes": [
            {"purpose": one, "coarsest": coarsest_for(one), "needs_age": one in AGED_PURPOSES}
            for one in PURPOSES
        ],
        "asked": [
            {
                "friend_id": friend.subentry_id,
                "what": wish["what"],
                "granularity": wish["granularity"],
                "at": local_iso(wish["at"]),
            }
            for jid, friend in friends.items()
            for wish in entry.runtime_data[AskedWishes].of(jid)
        ],
    }


@command(
    "share_choices",
    {
        vol.Optional("entry_id"): str,
        vol.Optional("only_wishes", default=False): bool,
    },
)
async def _share_choices(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer with whom what can be shared of each account that runs, or of one of them.

    Who only looks for wishes is not told what there is to share: that takes all sensors.
    """
    words = await async_words(hass, asked.get("language"))
    choices = [] if asked["only_wishes"] else all_choices(hass, words)
    what = [await async_told(hass, choice) for choice in choices]
    return {
        "accounts": [
            _account(hass, entry, choices, what)
            for entry in accounts(hass)
            if asked.get("entry_id", entry.entry_id) == entry.entry_id
        ]
    }


def _days(value: Any) -> int:
    if type(value) is not int or not 1 <= value <= LONGEST_DAYS:
        raise vol.Invalid("expected a number of days")
    return value


@command(
    "share",
    {
        vol.Required("entry_id"): str,
        vol.Required("friend_id"): str,
        vol.Required("what"): str,
        vol.Required("granularity"): vol.All(vol.In(DETAILS), vol.Coerce(Granularity)),
        vol.Required("until"): DAY_TEXT,
        vol.Required("purpose"): vol.In(PURPOSES),
        vol.Required("retention_days"): _days,
        vol.Optional("is_of_age", default=False): bool,
    },
)
async def _share(hass: HomeAssistant, asked: Asked) -> Answer:
    """Share something with a friend; answer what this home shares and holds now."""
    try:
        await _async_share(hass, asked)
    except (Refused, NotShareable) as refusal:
        raise Refused(refusal.key, refusal.key) from refusal
    return async_sharing(hass, asked.get("language"))


async def _async_share(hass: HomeAssistant, asked: dict[str, Any]) -> None:
    """Make the series, where there is none so fine, and the grant; raises if it may not be.

    Nothing is waited for between the two, so that both are written at once or neither is.
    """
    choice = find_choice(hass, asked["what"], await async_words(hass))
    chosen = await async_chosen(hass, choice, asked["granularity"])
    if errors := check_until(asked):
        raise Refused(errors["until"])
    if asked["purpose"] in AGED_PURPOSES and not asked["is_of_age"]:
        raise Refused("age_needed")
    terms = asked | {"may_forward": False, "paused": False}
    (noticed,) = await async_noticed(
        hass, NOTICE, grants_of(terms | {"publications": [""]}, []), [], asked.get("language")
    )
    entry = account_asked(hass, asked, NOT_FOUND)
    if (friend := _friend(entry, asked["friend_id"])) is None:
        raise Refused(NOT_FOUND)
    publication = publication_for(hass, entry, chosen)
    grants = friend_data(friend)["grants"]
    known = next((grant for grant in grants if grant["publication"] == publication), None)
    new = changed(noticed, publication=publication)
    if known is not None:
        new = changed(with_terms(known, terms), notice=noticed["notice"])
    if asked["is_of_age"] and asked["purpose"] in AGED_PURPOSES:
        new = changed(new, is_of_age=True)
    kept = [grant for grant in grants if grant is not known]
    hass.config_entries.async_update_subentry(
        entry, friend, data={**friend_data(friend), "grants": [*kept, new]}
    )
    # What was wished for is answered at once, before this is told to be done.
    entry.runtime_data[AskedWishes].apply()


def _friend(entry: RunningEntry, friend_id: str) -> ConfigSubentry | None:
    return next((one for one in friends_of(entry).values() if one.subentry_id == friend_id), None)


@command(
    "refuse_wish",
    {vol.Required("entry_id"): str, vol.Required("friend_id"): str, vol.Required("what"): str},
)
def _refuse_wish(hass: HomeAssistant, asked: Asked) -> None:
    """Let a wish of a friend go without an answer: nobody is told."""
    entry = account_asked(hass, asked, NOT_FOUND, NOT_FOUND)
    if (friend := _friend(entry, asked["friend_id"])) is None:
        raise Refused(NOT_FOUND, NOT_FOUND)
    entry.runtime_data[AskedWishes].refuse(friend_data(friend)["jid"], asked["what"])


COMMANDS = (_share_choices, _share, _refuse_wish)
