"""The commands by which an administrator makes screens, changes them and takes them back."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.network import NoURLAvailableError, get_url
import voluptuous as vol

from ...commands import DAY_TEXT, Answer, Asked, Refused, command
from ...figures.counting.sites import sites
from ...protocol.links import picture
from ...roles import Asker
from ..challenge.commands import titles
from .screens import MOST_SCREENS, SCREENS, AskedScreen, ScreenData, Screens, Show

SHORTEST, LONGEST = 5, 600
"""Seconds that each picture of a screen stays."""


def _each_once(shows: list[Show]) -> list[Show]:
    return list(dict.fromkeys(shows))


@command("screens")
def _screens(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer all screens with their links, and what there is to show on one."""
    return _told(hass)


@command(
    "set_screen",
    {
        vol.Optional("screen"): str,
        vol.Required("title"): vol.All(str, str.strip, vol.Length(1, 80)),
        vol.Required("site"): str,
        vol.Required("challenge"): vol.Maybe(str),
        vol.Required("shows"): vol.All([vol.Coerce(Show)], _each_once, vol.Length(min=1)),
        vol.Required("seconds"): vol.All(int, vol.Range(SHORTEST, LONGEST)),
        vol.Required("outside"): bool,
        vol.Required("until"): vol.Maybe(DAY_TEXT),
    },
)
async def _set(hass: HomeAssistant, asked: Asked) -> Answer:
    """Change a screen, or make one; answer all. Its link stays."""
    screens, screen_id = hass.data[SCREENS], asked.get("screen")
    is_known = asked["site"] in _sites(hass) and asked["challenge"] in {None, *_challenges(hass)}
    if not is_known or screen_id not in {None, *screens.kept}:
        raise Refused("no_such_screen")
    if screen_id is None and len(screens.kept) >= MOST_SCREENS:
        raise Refused("too_many_screens")
    made = AskedScreen(
        title=asked["title"],
        site=asked["site"],
        challenge=asked["challenge"],
        shows=asked["shows"],
        seconds=asked["seconds"],
        outside=asked["outside"],
        until=asked["until"],
    )
    await screens.async_set(made, screen_id)
    return _told(hass)


@command("renew_screen", {vol.Required("screen"): str})
async def _renew(hass: HomeAssistant, asked: Asked) -> Answer:
    """Give a screen another link; answer all."""
    await _found(hass, asked).async_renew(asked["screen"])
    return _told(hass)


@command("remove_screen", {vol.Required("screen"): str})
async def _remove(hass: HomeAssistant, asked: Asked) -> Answer:
    """Take a screen back; answer all that are left."""
    await _found(hass, asked).async_remove(asked["screen"])
    return _told(hass)


def _found(hass: HomeAssistant, asked: Asked) -> Screens:
    screens = hass.data[SCREENS]
    if asked["screen"] not in screens.kept:
        raise Refused("no_such_screen")
    return screens


def _told(hass: HomeAssistant) -> dict[str, Any]:
    try:
        address = get_url(hass, prefer_external=False)
    except NoURLAvailableError:
        address = None
    screens = hass.data[SCREENS]
    return {
        "screens": [_screen_told(screens, one, address) for one in screens.kept.values()],
        "sites": [{"id": one, "title": title} for one, title in _sites(hass).items()],
        "challenges": [{"id": one, "title": title} for one, title in _challenges(hass).items()],
        "shows": list(Show),
    }


def _screen_told(screens: Screens, one: ScreenData, address: str | None) -> dict[str, Any]:
    watched, path = screens.of(one), f"/sen1_screen#{one['token']}"
    told = {key: value for key, value in one.items() if key != "token"}
    refused = watched.refused
    return {
        **told,
        "path": path,
        # For a tablet's camera: where Home Assistant is within the home's network.
        "qr": address and picture(address + path),
        "seen": watched.seen and watched.seen.isoformat(),
        "refused": refused and {"reason": refused[0], "at": refused[1].isoformat()},
    }


def _sites(hass: HomeAssistant) -> dict[str, str]:
    return {site.entry_id: site.title for site in sites(hass)}


def _challenges(hass: HomeAssistant) -> dict[str, str]:
    return {one["id"]: one["title"] for one in titles(Asker(hass, is_admin=True))}


COMMANDS = (_screens, _set, _renew, _remove)
