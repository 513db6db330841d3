"""What the dashboard is told of challenges: of those that this home is in, and of its own."""

from collections.abc import Iterator, Mapping
from typing import Any

from homeassistant.const import UnitOfEnergy, UnitOfVolume
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...commands import ASKER, Answer, Asked, command
from ...federation.config import collections_of, friends_of, participation_data, participations_of
from ...federation.organising.challenge.challenges import challenge_in
from ...federation.organising.challenge.commands import organised_challenges
from ...federation.participating.kept import organiser_of
from ...federation.participating.own_challenges import ChallengePart, OwnChallenges
from ...federation.participating.participations import Participations
from ...federation.running import RunningEntry, accounts
from ...figures.goal.habits import WEEK_DAYS
from ...figures.goal.progress import Untold
from ...protocol.collecting.board import BoardKind
from ...protocol.collecting.challenge import Challenge, Energy, Rule, challenge_data
from ...roles import Asker, Role
from .counted import COVERAGE_DIGITS, told
from .scoring import Scored
from .telling import async_scores

type BoardAttributes = Mapping[str, Any]
"""What an entity of a board tells, as JSON has it."""


REASONS: Mapping[str | None, str | None] = {Untold.NO_DATA: "not_measured"}
"""Why there is no percentage, where the pages have another word for it than goals."""


@command("challenges", {vol.Optional("only_titles", default=False): bool}, who=Role.LOOK)
def challenges(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer the challenges that this home is in, then those that are organised here."""
    asker = asked[ASKER]
    if asked["only_titles"]:
        # Each page of the dashboard asks: a board of a thousand homes is not made for that.
        told_of = list(titles(asker))
    else:
        told_of = [
            *(_told(hass, entry, *part) for entry, part in _taken_part(asker)),
            *organised_challenges(asker),
        ]
    return {"challenges": told_of}


def titles(asker: Asker) -> Iterator[dict[str, Any]]:
    """Yield the challenges that are for who asks, by id, title and what this home is in each."""
    for _, (subentry_id, part) in _taken_part(asker):
        yield {"id": subentry_id, "role": "member", "title": part.title}
    for entry in accounts(asker.hass):
        for subentry_id, subentry in collections_of(entry).items():
            if challenge_in(subentry) is not None and asker.may(Role.LOOK, subentry_id):
                yield {"id": subentry_id, "role": "organiser", "title": subentry.title}


def _taken_part(asker: Asker) -> Iterator[tuple[RunningEntry, tuple[str, ChallengePart]]]:
    for entry in accounts(asker.hass):
        for part in entry.runtime_data[OwnChallenges].all().items():
            if asker.may(Role.LOOK, part[0]):
                yield entry, part


def _told(
    hass: HomeAssistant, entry: RunningEntry, subentry_id: str, part: ChallengePart
) -> dict[str, Any]:
    known, challenge = async_scores(hass).of(subentry_id, part.challenge), part.challenge
    shown = None if known is None else known.counted
    board, own = _board(hass, entry, part)
    through = (board or {}).get("through") if shown is None else shown.through.isoformat()
    return {
        "id": subentry_id,
        "role": "member",
        "title": part.title,
        "organiser": organiser_of(entry.runtime_data[Participations].taken[subentry_id]),
        **challenge_data(challenge),
        "week": _week(challenge),
        "weeks": -(-challenge.days // WEEK_DAYS),
        "through": through or None,
        "is_final": bool(board and board["is_final"]),
        "board": board,
        "mine": {
            "number": part.number,
            "team": part.team - 1 if part.team else None,
            "rank": None if own is None else own["rank"],
            "is_captain": board is not None and _is_captain(board, part),
            **_saved(known, challenge),
            "value": _value(known, challenge, own),
        },
    }


def _week(challenge: Challenge) -> int:
    """Return which week of the action goes on, from 1; 0: it has not begun; the last stays."""
    begin, end = challenge.action
    passed = (min(dt_util.now().date(), end) - begin).days
    return max(passed // WEEK_DAYS + 1, 0)


def _saved(known: Scored | None, challenge: Challenge) -> dict[str, Any]:
    """Return what this home saved: of one energy, in its unit; what is not known is None."""
    energy = challenge.energies[0] if known is None else known.shown
    is_water = energy is Energy.WATER
    counts = None if known is None else known.counted
    percent = None if counts is None else counts.percent
    none = dict.fromkeys(
        ("reference_kwh", "expected_kwh", "used_kwh", "by_weather_kwh", "by_us_kwh")
    )
    return {
        "energy": energy,
        "unit": UnitOfVolume.CUBIC_METERS if is_water else UnitOfEnergy.KILO_WATT_HOUR,
        "percent": None if percent is None else told(percent),
        "coverage": None if counts is None else round(counts.coverage, COVERAGE_DIGITS),
        **({**none, "weeks": []} if counts is None else counts.figures()),
        "reason": "no_home" if known is None else REASONS.get(known.reason, known.reason),
        "why": None if counts is None else counts.unfit,
    }


def _value(known: Scored | None, challenge: Challenge, own: BoardAttributes | None) -> float | None:
    """Return what this home is compared by: in some rules others enter it, so the board tells."""
    if challenge.rule not in (Rule.CORRECTED, Rule.PERCENTAGE):
        return None if own is None else own["value"]
    return None if known is None else known.value


def _board(
    hass: HomeAssistant, entry: RunningEntry, part: ChallengePart
) -> tuple[BoardAttributes | None, BoardAttributes | None]:
    """Return the newest board of a challenge, and this home's place on it.

    An organiser tells it, whose series stand under one of what this home has with it.
    """
    with_it = {
        friend.subentry_id for jid, friend in friends_of(entry).items() if jid == part.organiser
    }
    with_it |= {
        subentry_id
        for subentry_id, subentry in participations_of(entry).items()
        if participation_data(subentry)["jid"] == part.organiser
    }
    registry = er.async_get(hass)
    for row in er.async_entries_for_config_entry(registry, entry.entry_id):
        if row.config_subentry_id not in with_it:
            continue
        state = hass.states.get(row.entity_id)
        board = None if state is None else state.attributes.get("board")
        if (
            state is not None
            and isinstance(board, dict)
            and board["kind"] == BoardKind.CHALLENGE
            and board["collection"] == part.collection
        ):
            return board, state.attributes.get("mine")
    return None, None


def _is_captain(board: BoardAttributes, part: ChallengePart) -> bool:
    if part.number is None or not 0 < part.team <= len(board["teams"]):
        return False
    return bool(board["teams"][part.team - 1]["captain"] == part.number)
