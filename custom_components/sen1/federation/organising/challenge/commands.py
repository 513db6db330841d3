"""What is told of the challenges that are organised here, and whom organisers move in them."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ....commands import ASKER, Answer, Asked, Refused, command
from ....protocol.collecting.challenge import WEEK, Challenge, challenge_data
from ....roles import Asker, Role
from ...config import collection_data, collections_of, home_name
from ...relations.members import Memberships
from ...running import NO_SUCH_COLLECTION, RunningEntry, accounts
from .challenges import Challenges, challenge_in, team_of


@command(
    "challenge_captain",
    {
        vol.Required("subentry_id"): str,
        vol.Required("team"): vol.All(int, vol.Range(min=1)),
        vol.Required("number"): vol.Maybe(int),
    },
    who=Role.ORGANISE,
    of="subentry_id",
)
def _captain(hass: HomeAssistant, asked: Asked) -> Answer:
    """Let a member of a team, 1 first, be its captain, or nobody; answer all."""
    return _changed(
        hass, asked, lambda all_of, one: all_of.designate(one, asked["team"], asked["number"])
    )


@command(
    "challenge_team",
    {
        vol.Required("subentry_id"): str,
        vol.Required("number"): int,
        vol.Required("team"): vol.All(int, vol.Range(min=1)),
    },
    who=Role.ORGANISE,
    of="subentry_id",
)
def _move(hass: HomeAssistant, asked: Asked) -> Answer:
    """Let a member be in another team, 1 first; answer all."""
    return _changed(
        hass, asked, lambda all_of, one: all_of.move(one, asked["number"], asked["team"])
    )


@callback
def organised_challenges(asker: Asker) -> list[dict[str, Any]]:
    """Return the challenges that are organised here, as they are for who asks.

    Days are ISO 8601, a saving is positive. Who may look and no more is told of teams alone.
    """
    several = []
    for entry, subentry, challenge in _challenges(asker.hass):
        role = asker.role(subentry.subentry_id)
        if role.includes(Role.LOOK):
            told = _told(asker.hass, entry, subentry, challenge)
            is_seen = role.includes(Role.ORGANISE)
            several.append(told if is_seen else told | {"role": "onlooker", "members": []})
    return several


def _challenges(
    hass: HomeAssistant,
) -> Iterator[tuple[RunningEntry, ConfigSubentry, Challenge]]:
    for entry in accounts(hass):
        for subentry in collections_of(entry).values():
            if (challenge := challenge_in(subentry)) is not None:
                yield entry, subentry, challenge


def _changed(
    hass: HomeAssistant, asked: Asked, change: Callable[[Challenges, str], None]
) -> Answer:
    """Change a challenge that is organised here; answer all. Raises Refused."""
    for entry, subentry, _ in _challenges(hass):
        if subentry.subentry_id == asked["subentry_id"]:
            try:
                change(entry.runtime_data[Challenges], collection_data(subentry)["collection"])
            except KeyError:
                break
            return {"challenges": organised_challenges(asked[ASKER])}
    raise Refused(NO_SUCH_COLLECTION)


def _told(
    hass: HomeAssistant, entry: RunningEntry, subentry: ConfigSubentry, challenge: Challenge
) -> dict[str, Any]:
    account = entry.runtime_data
    board = account[Challenges].board(subentry)
    assert board is not None  # it has a challenge
    members = account[Memberships].of_collection(collection_data(subentry)["collection"])
    passed = (dt_util.now().date() - challenge.action[0]).days
    weeks = -(-challenge.days // WEEK)
    return {
        "id": subentry.subentry_id,
        "role": "organiser",
        "title": subentry.title,
        "organiser": home_name(hass, entry),
        **challenge_data(challenge),
        # 0: it has not begun.
        "week": min(max(passed // WEEK + 1, 0), weeks),
        "weeks": weeks,
        "through": board.through or None,
        "is_final": board.is_final,
        "board": asdict(board),
        "mine": None,
        # Whoever organises sees who is in which team, and who has said something.
        "members": [
            {
                "number": member.number,
                "name": member.data["name"],
                "team": team_of(member) or None,
                "is_captain": member.data.get("is_captain", False),
                "through": member.data["score"]["through"] if "score" in member.data else None,
            }
            for member in members
        ],
    }


COMMANDS = (_captain, _move)
