"""The commands by which an administrator sees who may what, and gives roles."""

from collections.abc import Iterator, Sequence
from typing import Any

from homeassistant.core import HomeAssistant
import voluptuous as vol

from ..commands import Answer, Asked, Refused, command
from ..federation.config import collections_of
from ..federation.participating.own_challenges import OwnChallenges
from ..federation.running import accounts
from ..figures.counting.sites import sites
from ..roles import ROLES, Role

GIVEN = (Role.NONE, Role.LOOK, Role.ORGANISE)
LOOKED_AT = (Role.NONE, Role.LOOK)
"""What may be given of a challenge in which this home takes part: there is nothing to organise."""


@command("roles")
async def roles(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer the users of this Home Assistant, and the role of each at each place."""
    return await _told(hass)


@command(
    "give_role",
    {
        vol.Required("user"): str,
        vol.Required("place"): str,
        vol.Required("role"): vol.All(vol.Coerce(Role), vol.In(GIVEN)),
    },
)
async def give_role(hass: HomeAssistant, asked: Asked) -> Answer:
    """Let a user have a role for a site or a collection; answer all roles."""
    may = {one["id"]: one["may"] for one in _places(hass)}
    user = await hass.auth.async_get_user(asked["user"])
    if user is None or user.is_admin or asked["role"] not in may.get(asked["place"], ()):
        raise Refused("no_such_role")
    await hass.data[ROLES].async_give(user.id, asked["place"], asked["role"])
    return await _told(hass)


async def _told(hass: HomeAssistant) -> Answer:
    users = [
        user
        for user in await hass.auth.async_get_users()
        if user.is_active and not user.system_generated
    ]
    places, of = list(_places(hass)), hass.data[ROLES].of
    return {
        "places": places,
        "users": [
            {
                "id": user.id,
                "name": user.name or "",
                "is_admin": user.is_admin,
                "roles": {one["id"]: of(user).role(one["id"]) for one in places},
            }
            for user in sorted(users, key=lambda user: (not user.is_admin, user.name or ""))
        ],
    }


def _places(hass: HomeAssistant) -> Iterator[dict[str, Any]]:
    """Yield what roles are given for, and which: sites, collections, challenges of others."""

    def place(place_id: str, kind: str, title: str, may: Sequence[Role]) -> dict[str, Any]:
        return {"id": place_id, "kind": kind, "title": title, "may": may}

    for site in sites(hass):
        yield place(site.entry_id, "site", site.title, GIVEN)
    for entry in accounts(hass):
        for subentry_id, subentry in collections_of(entry).items():
            yield place(subentry_id, "collection", subentry.title, GIVEN)
        for subentry_id, part in entry.runtime_data[OwnChallenges].all().items():
            yield place(subentry_id, "challenge", part.title, LOOKED_AT)
