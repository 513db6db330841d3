"""The screens that there are, each with the token of its link, and how each is doing."""

import asyncio
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
import hmac
import secrets
from typing import TypedDict
from uuid import uuid4

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ...const import DOMAIN

MOST_SCREENS = 20

BURST = 40
"""Questions of a screen that are answered at once: several televisions may have one link."""
PER_SECOND = 1.0
"""Questions beyond them: a screen asks once a minute, and a little more as it begins."""


class Show(StrEnum):
    """What a screen can show, one after the other."""

    WEEK = "week"
    SUN = "sun"
    HOURS = "hours"
    KWH = "kwh"
    TEAMS = "teams"
    """A challenge: teams, and no home."""
    FIGURES = "figures"
    """What a roof or a building came to this month and this year."""
    NOW = "now"
    """Says whether somebody is there, so it is chosen knowingly."""


class AskedScreen(TypedDict):
    """A screen, as an administrator asks for it."""

    title: str
    site: str
    challenge: str | None
    shows: list[Show]
    seconds: int
    outside: bool
    """Whether it may be opened from another network than the home's."""
    until: str | None
    """The last day on which it is there, ISO 8601."""


class ScreenData(AskedScreen):
    """A screen, with what its link bears."""

    id: str
    token: str


@dataclass(slots=True)
class Watched:
    """How a screen is doing: kept in memory, it is of no use tomorrow."""

    seen: datetime | None = None
    refused: tuple[str, datetime] | None = None
    """Why its link was last refused, though right, and when."""
    left: float = BURST
    asked: float = 0.0
    """When it last asked, of a clock that runs on."""

    def allows(self, now: float) -> bool:
        """Return whether one more question is answered at a time; count it."""
        self.left = min(BURST, self.left + (now - self.asked) * PER_SECOND)
        self.asked = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


@dataclass(slots=True)
class Screens:
    """All screens of this Home Assistant."""

    hass: HomeAssistant
    kept: dict[str, ScreenData] = field(default_factory=dict)
    watched: dict[str, Watched] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by who is answered: several at once would hold up the loop, whose turn comes between."""

    def _store(self) -> Store[dict[str, ScreenData]]:
        return Store(self.hass, 1, f"{DOMAIN}.screens", private=True, atomic_writes=True)

    async def async_load(self) -> None:
        """Read which there are."""
        self.kept = await self._store().async_load() or {}

    async def async_set(self, asked: AskedScreen, screen_id: str | None) -> None:
        """Change a screen, or make one with a link of its own; raises KeyError."""
        if screen_id is None:
            made = ScreenData(id=uuid4().hex, token=new_token(), **asked)
        else:
            made = {**self.kept[screen_id], **asked}
        self.kept[made["id"]] = made
        await self._async_save()

    async def async_renew(self, screen_id: str) -> None:
        """Give a screen another link: who has the one before sees nothing more."""
        self.kept[screen_id]["token"] = new_token()
        await self._async_save()

    async def async_remove(self, screen_id: str) -> None:
        """Take a screen back, at once."""
        del self.kept[screen_id]
        self.watched.pop(screen_id, None)
        await self._async_save()

    def find(self, token: str) -> ScreenData | None:
        """Return the screen of a token, if it is there today; how long that takes tells nothing."""
        given = token.encode(errors="surrogateescape")
        found = [
            one for one in self.kept.values() if hmac.compare_digest(one["token"].encode(), given)
        ]
        return next((one for one in found if self._is_there(one)), None)

    def _is_there(self, screen: ScreenData) -> bool:
        until, today = screen["until"], dt_util.now().date()
        is_over = until is not None and date.fromisoformat(until) < today
        return not is_over and self.hass.config_entries.async_get_entry(screen["site"]) is not None

    def of(self, screen: ScreenData) -> Watched:
        """Return how a screen is doing."""
        return self.watched.setdefault(screen["id"], Watched())

    async def _async_save(self) -> None:
        await self._store().async_save(self.kept)


SCREENS: HassKey[Screens] = HassKey(f"{DOMAIN}.screens")


def new_token() -> str:
    """Return a token that nobody guesses."""
    return secrets.token_urlsafe(24)
