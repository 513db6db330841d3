"""What a screen is answered: of its own site and challenge, of days that are over, and no more."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from ...commands import COMMANDS_BY_TYPE, Refused
from ...const import DOMAIN
from ...frontend import MODULES_VIEW
from ...roles import Asker, Role
from .screens import ScreenData, Show

DAYS_BACK = 15
"""Whole days before today that half-hours and days are told of: two weeks, and what begins one."""

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

    async def async_answer(self, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer a question; raises Refused, vol.Invalid."""
        match message.get("type"):
            case "screen":
                return await self._async_begin()
            case "sen1/series" if self._shows(*OF_A_CLASS):
                return await self._async_series(message)
            case "sen1/values" if self._shows(*OF_A_CLASS):
                return await self._async_values(message)
            case "sen1/energies" if self._shows(Show.WEEK, Show.FIGURES):
                return await self._async_energies(message)
            case "sen1/challenges" if self._shows(Show.TEAMS):
                return {"challenges": await self._async_challenges()}
        raise Refused("not_of_screen")

    def _shows(self, *any_of: Show) -> bool:
        return not set(any_of).isdisjoint(self._screen["shows"])

    async def _async_ask(self, message: Mapping[str, Any]) -> dict[str, Any]:
        question = COMMANDS_BY_TYPE[message["type"]]
        asked = question.schema(dict(message))
        told: dict[str, Any] = await question.async_answer(self._hass, self._asker, asked)
        return told

    async def _async_begin(self) -> dict[str, Any]:
        """Return what the page begins with, and what may have changed since."""
        config, screen = self._hass.config, self._screen
        site = await self._async_site()
        states = self._now() if self._shows(Show.NOW) else {}
        return {
            "title": screen["title"],
            "shows": screen["shows"],
            "seconds": screen["seconds"],
            "challenge": screen["challenge"],
            "site": site,
            "language": config.language,
            "time_zone": config.time_zone,
            "currency": config.currency,
            "country": config.country,
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

    async def _async_site(self) -> dict[str, Any] | None:
        """Return the site, without what its sensors are called; None where it is no more."""
        told = (await self._async_ask({"type": "sen1/sites"}))["sites"]
        if not told:
            return None
        (site,) = told
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
        """Return what is known of the site's series, as far back as a screen shows."""
        ids = await self._async_ids()
        told = await self._async_ask({**message, "ids": sorted(ids)})
        since = _since().timestamp() * 1000
        return {
            "series": [
                {**one, "first": max(one["first"], since)}
                for one in told["series"]
                if one["id"] in ids
            ]
        }

    async def _async_values(self, message: Mapping[str, Any]) -> dict[str, Any]:
        if not set(message.get("ids", ())) <= await self._async_ids():
            raise Refused("not_of_screen")
        if message.get("step") == "five_minutes" or not _is_over(message, _since()):
            raise Refused("not_of_screen")
        return await self._async_ask(message)

    async def _async_energies(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was used and made in days or months, until today begins; no money."""
        today = dt_util.start_of_local_day()
        begins = {"day": _since(), "month": today.replace(year=today.year - 1, month=1, day=1)}
        since = begins.get(message.get("step", ""))
        if message.get("site") != self._screen["site"] or since is None:
            raise Refused("not_of_screen")
        if not _is_over(message, since):
            raise Refused("not_of_screen")
        told = await self._async_ask(message)
        quantities = {
            key: {"values": one["values"], "known": one["known"]}
            for key, one in told["quantities"].items()
            if key in (*DRAWN, "self_consumed")
        }
        return {"begins": told["begins"], "end": told["end"], "quantities": quantities}

    async def _async_challenges(self) -> list[dict[str, Any]]:
        told = await self._async_ask({"type": "sen1/challenges"})
        return [
            {
                **{key: one[key] for key in CHALLENGE_FIELDS},
                "board": one["board"] and _board(one["board"]),
            }
            for one in told["challenges"]
            if one["id"] == self._screen["challenge"]
        ]

    async def _async_ids(self) -> set[str]:
        site = await self._async_site()
        return set() if site is None else set(site["statistics"].values())


def _board(board: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{key: board[key] for key in BOARD_FIELDS},
        "teams": [{key: team[key] for key in TEAM_FIELDS} for team in board["teams"]],
    }


def _since() -> datetime:
    return dt_util.start_of_local_day() - timedelta(days=DAYS_BACK)


def _is_over(message: Mapping[str, Any], since: datetime) -> bool:
    """Return whether a question is of days that are over, and of none before."""
    moments = [dt_util.parse_datetime(str(message.get(key))) for key in ("begin", "end")]
    if None in moments:
        return False
    begin, end = (dt_util.as_utc(one) for one in moments if one is not None)
    return since <= begin and end <= dt_util.start_of_local_day()
