"""The step of a challenge in a collection's flow: by which rule, in which weeks, in which teams."""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from homeassistant.config_entries import SubentryFlowResult
from homeassistant.helpers.selector import DateSelector
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...const import UserInput
from ...fields import LINES, dropdown, listed, show_form
from ...protocol.collecting.challenge import (
    WEEK,
    Challenge,
    ChallengeData,
    Energy,
    Rule,
    challenge_data,
    challenge_fault,
)
from ..config import CollectionData
from ..relations.members import Memberships
from .grant_form import GrantSteps

YEAR = timedelta(weeks=52)
"""From a day to the same one of the same week, a year before."""

WEEKS = 8
"""How long a challenge is proposed to be."""

FIELDS = {
    "period_length": "action_end",
    "weekdays_differ": "reference_begin",
    "periods_overlap": "reference_begin",
    "number_of_teams": "teams",
    "team_name": "teams",
    "team_twice": "teams",
    "energies_needed": "energies",
}
"""Where each fault of a challenge is told. Periods of two lengths cannot be entered."""

RULES = {
    "corrected": Rule.CORRECTED,
    "percentage": Rule.PERCENTAGE,
    "grand_defi_2019": Rule.GRAND_DEFI_2019,
    "grand_defi_2020": Rule.GRAND_DEFI_2020,
    "grand_defi_2021": Rule.GRAND_DEFI_2021,
}
"""Home Assistant names options without hyphens."""

ASKED = {
    vol.Required("rule", default=Rule.CORRECTED): dropdown("challenge_rule", RULES),
    vol.Required("action_begin"): DateSelector(),
    vol.Required("action_end"): DateSelector(),
    vol.Optional("reference_begin"): DateSelector(),
    vol.Required("teams"): LINES,
    vol.Required("energies", default=[Energy.ELECTRICITY]): listed(
        "challenge_energies", Energy, multiple=True
    ),
}


class ChallengeSteps(GrantSteps):
    """Say what the members of a collection compete in."""

    _collection: CollectionData | None

    async def async_step_challenge(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Ask for the rule, the days, the teams and the energies."""
        assert self._collection is not None  # the step before made it
        errors: dict[str, str] = {}
        if user_input is not None:
            challenge = _challenge(user_input)
            if fault := challenge_fault(challenge):
                errors = {FIELDS[fault]: fault}
            elif len(challenge.teams) < self._teams_taken(self._collection):
                errors = {"teams": "team_taken"}
            else:
                self._collection["challenge"] = challenge_data(challenge)
                return await self.async_step_collection_asks()
        known = self._collection.get("challenge")
        shown = user_input or (_proposed(dt_util.now().date()) if known is None else _shown(known))
        return show_form(self, "challenge", ASKED, shown, errors)

    @abstractmethod
    async def async_step_collection_asks(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Go on with what else is asked for."""

    def _teams_taken(self, collection: CollectionData) -> int:
        """Return how many teams there must be, for each member to stay in its own."""
        memberships = self._get_entry().runtime_data[Memberships]
        members = memberships.data_of(collection["collection"]).values()
        return max((member.get("team", 0) for member in members), default=0)


def _challenge(user_input: Mapping[str, Any]) -> Challenge:
    """Return the challenge of a form; the reference is as long as the action."""
    begin, end = (date.fromisoformat(user_input[key]) for key in ("action_begin", "action_end"))
    before = user_input.get("reference_begin")
    reference = begin - YEAR if before is None else date.fromisoformat(before)
    lines = (line.strip() for line in user_input["teams"].splitlines())
    return Challenge(
        rule=RULES[user_input["rule"]],
        reference=(reference, reference + (end - begin)),
        action=(begin, end),
        teams=tuple(filter(None, lines)),
        energies=tuple(map(Energy, user_input["energies"])),
    )


def _proposed(today: date) -> dict[str, Any]:
    """Return the weeks that are proposed: from next Monday on."""
    begin = today + timedelta(days=WEEK - today.weekday())
    end = begin + timedelta(days=WEEKS * WEEK - 1)
    return {"action_begin": begin.isoformat(), "action_end": end.isoformat()}


def _shown(known: ChallengeData) -> dict[str, Any]:
    """Return what a form shows of a challenge."""
    (begin, end), (reference, _) = known["action"], known["reference"]
    return {
        "rule": next(name for name, rule in RULES.items() if rule == known["rule"]),
        "action_begin": begin,
        "action_end": end,
        "reference_begin": reference,
        "teams": "\n".join(known["teams"]),
        "energies": known["energies"],
    }
