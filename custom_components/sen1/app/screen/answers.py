"""What a screen is answered: of its own site and challenge, of days that are over, and no more."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from ...commands import COMMANDS_BY_TYPE, Asked, Refused
from ...const import DOMAIN
from ...frontend import MODULES_VIEW
from ...roles import Asker, Role
from .screens import ScreenData, Show

DAYS_BACK = 15
"""Whole days before today that hours and days are told of: two weeks, and what begins one."""

SCREEN_FIELDS = ("title", "shows", "seconds", "challenge")
SITE_FIELDS = ("id", "name", "kind", "loaded")

DRAWN = ("consumed", "bought", "produced", "sold")
"""The quantities of a site that screens draw."""

CHALLENGE_FIELDS = (
    *("id", "role", "title", "rule", "energies", "action", "reference", "teams"),
    *("week", "weeks", "through", "is_final"),
)
BOARD_FIELDS = ("value", "count", "coverage", "is_final")
TEAM_FIELDS = ("name", "rank", "homes", "of", "value")
"""What the teams of a challenge are told by; no home, no name of a person."""

OF_A_CLASS = (Show.WEEK, Show.SUN, Show.HOURS, Show.KWH)
"""What the card of a class's screens shows."""

NOW_FIELDS = ("unit_of_measurement", "device_class", "state_class")

NOW = ("consumption", "production_power", "export_power")
"""The meanings of entities that tell the power of a site at this moment."""


class ScreenAnswers:
    """Answers the questions of one screen."""

    def __init__(self, hass: HomeAssistant, screen: ScreenData) -> None:
        self._hass = hass
        self._screen = screen
        sites = dict.fromkeys(Asker(hass, is_admin=False).sites, Role.NONE)
        own = {place: Role.LOOK for place in (screen["site"], screen["challenge"]) if place}
        self._asker = Asker(hass, is_admin=False, given=sites | own)
        self._statistics = {f"{DOMAIN}:{screen['site'].lower()}_{one}" for one in DRAWN}

    async def async_answer(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer a question; raises Refused, vol.Invalid."""
        match message.get("type"):
            case "screen":
                return await self._async_begin()
            case "sen1/series" if self._shows(*OF_A_CLASS):
                return await self._async_series(message)
            case "sen1/values" if self._shows(*OF_A_CLASS):
                return await self._async_ask(message)
            case "sen1/energies" if self._shows(Show.WEEK, Show.FIGURES):
                return _without_money(await self._async_ask(message))
            case "sen1/challenges" if self._shows(Show.TEAMS):
                return await self._async_challenge()
        raise Refused("not_of_screen")

    def _shows(self, *any_of: Show) -> bool:
        return not set(any_of).isdisjoint(self._screen["shows"])

    async def _async_ask(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Ask a command of what is shown: of this site, by hours at the finest, and over."""
        question = COMMANDS_BY_TYPE[message["type"]]
        asked = question.schema(dict(message))
        if not self._is_shown(asked):
            raise Refused("not_of_screen")
        told: dict[str, Any] = await question.async_answer(self._hass, self._asker, asked)
        return told

    def _is_shown(self, asked: Asked) -> bool:
        today, since = dt_util.start_of_local_day(), _since()
        match asked:
            case {"step": "hour", "ids": ids}:
                is_own = self._statistics.issuperset(ids)
            case {"step": "day", "site": site}:
                is_own = site == self._screen["site"]
            case {"step": "month", "site": site}:
                is_own = site == self._screen["site"]
                since = today.replace(year=today.year - 1, month=1, day=1)
            case _:
                return "step" not in asked
        return is_own and since <= asked["begin"] and asked["end"] <= today

    async def _async_begin(self) -> dict[str, Any]:
        """Return what the page begins with, and what may have changed since."""
        states = self._now() if self._shows(Show.NOW) else {}
        return {
            **{key: one for key, one in self._screen.items() if key in SCREEN_FIELDS},
            "site": await self._async_site(),
            "time_zone": self._hass.config.time_zone,
            "modules": self._hass.data[MODULES_VIEW].digest,
            "states": states,
            "entities": {
                entity_id: {
                    "entity_id": entity_id,
                    "platform": DOMAIN,
                    "translation_key": entity_id.partition(".")[2],
                }
                for entity_id in states
            },
        }

    async def _async_site(self) -> dict[str, Any]:
        """Return the site, without what its sensors are called."""
        (site,) = (await self._async_ask({"type": "sen1/sites"}))["sites"]
        statistics = {key: one for key, one in site["statistics"].items() if key in DRAWN}
        return {
            **{key: site[key] for key in SITE_FIELDS},
            "is_main": True,
            "sources": {key: [key] for key in site["sources"]},
            "statistics": statistics,
        }

    def _now(self) -> dict[str, Any]:
        """Return the power of this moment, under a name that tells nothing of the home."""
        registry = er.async_get(self._hass)
        for row in er.async_entries_for_config_entry(registry, self._screen["site"]):
            state = self._hass.states.get(row.entity_id)
            if row.translation_key in NOW and state is not None:
                entity_id = f"sensor.{row.translation_key}"
                return {
                    entity_id: {
                        "entity_id": entity_id,
                        "state": state.state,
                        "attributes": {key: state.attributes.get(key) for key in NOW_FIELDS},
                        "last_changed": state.last_changed.isoformat(),
                        "last_updated": state.last_updated.isoformat(),
                    }
                }
        return {}

    async def _async_series(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is known of the site's series, whichever are asked for."""
        told = await self._async_ask({**message, "ids": sorted(self._statistics)})
        since = _since().timestamp() * 1000
        return {
            "series": [
                {**one, "first": max(one["first"], since)}
                for one in told["series"]
                if one["id"] in self._statistics
            ]
        }

    async def _async_challenge(self) -> dict[str, Any]:
        """Return the challenge of the screen alone, and of its teams no home."""
        told = await self._async_ask({"type": "sen1/challenges"})
        return {
            "challenges": [
                {
                    **{key: one[key] for key in CHALLENGE_FIELDS},
                    "board": one["board"] and _board(one["board"]),
                }
                for one in told["challenges"]
                if one["id"] == self._screen["challenge"]
            ]
        }


def _without_money(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the amounts that are drawn of energies, and how much is known of each."""
    quantities = {
        key: {"values": one["values"], "known": one["known"]}
        for key, one in told["quantities"].items()
        if key in (*DRAWN, "self_consumed")
    }
    return {"begins": told["begins"], "end": told["end"], "quantities": quantities}


def _board(board: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{key: board[key] for key in BOARD_FIELDS},
        "teams": [{key: team[key] for key in TEAM_FIELDS} for team in board["teams"]],
    }


def _since() -> datetime:
    return dt_util.start_of_local_day() - timedelta(days=DAYS_BACK)
