"""The rules of joining a collection: asked by the page that is pressed and by what joins."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from homeassistant.util import dt as dt_util

from ...moments import local
from ...protocol.collecting.challenge import challenge_data, challenge_of, has_team
from ...protocol.collecting.collection import CollectionSheet, charter_digest
from ...protocol.errors import ParticipationRefused
from ...protocol.term import end_fault
from ..config import AGED_PURPOSES, EnteredData, ParticipationData


@dataclass(frozen=True, slots=True)
class Joining:
    """What a household agrees to that takes part, beside what it gives."""

    charter_id: str
    """Of the charter that it read."""
    until: str
    """Its last day, ISO 8601."""
    name: str = ""
    """What it lets itself be called; empty: its number alone."""
    is_shown: bool = False
    """Whether other members may see the name."""
    is_of_age: bool = False
    team: int = 0
    """Of a challenge, 1 first; 0: none."""

    def check(self, sheet: CollectionSheet, gives: Collection[str]) -> None:
        """Raise ParticipationRefused if one cannot take part so; `gives` is what is answered."""
        if self.charter_id != charter_id(sheet):
            raise ParticipationRefused("charter_changed")
        if not {ask.what for ask in sheet.asks if ask.is_needed} <= set(gives):
            raise ParticipationRefused("needed_missing")
        if sheet.purpose in AGED_PURPOSES and not self.is_of_age:
            raise ParticipationRefused("age_needed")
        if not has_team(sheet.challenge, self.team):
            raise ParticipationRefused("no_team")
        until = date.fromisoformat(self.until)
        if fault := end_fault(until, dt_util.now().date()):
            raise ParticipationRefused(fault)
        if until > local(sheet.until - 1.0).date():
            raise ParticipationRefused("end_after_collection")
        if not set(gives) <= {ask.what for ask in sheet.asks}:
            raise ParticipationRefused("not_asked")

    def entered(self, sheet: CollectionSheet) -> EnteredData | None:
        """Return what is agreed to of a challenge; None: there is none."""
        if sheet.challenge is None:
            return None
        return EnteredData(
            team=self.team,
            challenge=challenge_data(sheet.challenge),
            until=self.until,
            is_of_age=self.is_of_age,
        )


def charter_id(sheet: CollectionSheet) -> str:
    """Return what stands for a charter as it was read: a press counts for that version and text."""
    return f"{sheet.charter_version}-{charter_digest(sheet.charter)}"


def is_another_charter(data: ParticipationData, sheet: CollectionSheet) -> bool:
    """Return whether a charter is newer than the one agreed to, or of another text."""
    is_newer = sheet.charter_version > data["charter_version"]
    return is_newer or sheet.charter != data.get("charter", sheet.charter)


def is_another_challenge(data: ParticipationData, sheet: CollectionSheet) -> bool:
    """Return whether a challenge has other days, energies or rules than were agreed to."""
    if "entered" not in data or sheet.challenge is None:
        return False
    agreed = challenge_of(data["entered"]["challenge"])
    return replace(agreed, teams=()) != replace(sheet.challenge, teams=())


def is_asked_again(data: ParticipationData, sheet: CollectionSheet) -> bool:
    """Return whether the household has not agreed to a charter, or a challenge, as it is now."""
    return is_another_charter(data, sheet) or is_another_challenge(data, sheet)
