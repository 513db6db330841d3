"""Who of this Home Assistant may what, of each site and each collection: the one place that says.

An administrator gives roles; making and setting up, and all that leaves the house, stays
administrators'. What Home Assistant itself lets every user read, no role takes away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers.storage import Store
from homeassistant.util.hass_dict import HassKey

from .const import CONF_KIND, DOMAIN, Kind

type PlaceId = str
"""A site, by the id of its entry, or a collection or participation, by that of its subentry."""


class Role(StrEnum):
    """What somebody may, of one place or of all; each may besides what those before it may."""

    NONE = "none"
    LOOK = "look"
    """See its pages: of a collection what all came to, and no member."""
    ORGANISE = "organise"
    """Do what its pages do."""
    ADMINISTRATOR = "administrator"

    def includes(self, other: Role) -> bool:
        """Return whether who has this may what another may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


type GivenRoles = dict[PlaceId, Role]
"""The roles of a user, where they are others than who was given none has."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for something."""

    hass: HomeAssistant
    is_admin: bool
    given: Mapping[PlaceId, Role] = field(default_factory=dict)

    def role(self, place: PlaceId) -> Role:
        """Return the role for a place: who was given none looks at the sites, and at no more."""
        if self.is_admin:
            return Role.ADMINISTRATOR
        return self.given.get(place) or (Role.LOOK if place in self.sites else Role.NONE)

    def may(self, role: Role, place: PlaceId | None = None) -> bool:
        """Return whether this much is allowed at a place, without one at any.

        Where there is no site yet, everybody looks at what the meters tell.
        """
        if place is not None or self.is_admin:
            return self.role(place or "").includes(role)
        places = (*self.given, *self.sites)
        is_given = any(self.role(one).includes(role) for one in places)
        return is_given or (role is Role.LOOK and not places)

    @property
    def sites(self) -> list[PlaceId]:
        """Return all sites that there are."""
        entries = self.hass.config_entries.async_entries(DOMAIN)
        return [entry.entry_id for entry in entries if entry.data[CONF_KIND] == Kind.HOME]


class Roles:
    """The roles of all users, kept as they are given."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._store: Store[dict[str, GivenRoles]] = Store(
            hass, 1, f"{DOMAIN}.roles", private=True, atomic_writes=True
        )
        self._given: dict[str, GivenRoles] = {}

    async def async_load(self) -> None:
        """Read what was given."""
        written = await self._store.async_load() or {}
        self._given = {
            user_id: {place: Role(role) for place, role in given.items()}
            for user_id, given in written.items()
        }

    @callback
    def of(self, user: User) -> Asker:
        """Return a user as who asks."""
        return Asker(self._hass, user.is_admin, self._given.get(user.id, {}))

    async def async_give(self, user_id: str, place: PlaceId, role: Role) -> None:
        """Let a user have a role from now on; who was removed from Home Assistant has none."""
        self._given.setdefault(user_id, {})[place] = role
        users = {user.id for user in await self._hass.auth.async_get_users()}
        self._given = {one: given for one, given in self._given.items() if one in users}
        await self._store.async_save(self._given)


ROLES: HassKey[Roles] = HassKey(f"{DOMAIN}.roles")


async def async_setup(hass: HomeAssistant) -> None:
    """Take up the roles, before anything is asked."""
    hass.data[ROLES] = Roles(hass)
    await hass.data[ROLES].async_load()


async def async_check(call: ServiceCall, role: Role, place: PlaceId) -> None:
    """Raise Unauthorized where the user of an action may not; an automation may."""
    if call.context.user_id is None:
        return
    user = await call.hass.auth.async_get_user(call.context.user_id)
    if user is None or not call.hass.data[ROLES].of(user).may(role, place):
        raise Unauthorized(context=call.context)
