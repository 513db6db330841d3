"""The day profiles of a Linky: when the index that counts and the contacts change (54E, 6.2.3.8).

Pure. A profile is written as eleven blocks HHMMSSSS, the unused ones as NONUTILE: a time, then
sixteen bits of what holds from then on.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
import re

BLOCKS = 11
UNUSED = "NONUTILE"
_BLOCK = re.compile(r"([01][0-9]|2[0-3])([0-5][0-9])([0-9A-F]{4})")


class Contact(StrEnum):
    """What becomes of the dry contact."""

    UNCHANGED = "unchanged"
    TEMPO = "tempo"
    """As the Tempo colour commands."""
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """What begins at a time of the day."""

    at: time
    index: int
    """Number of the supplier's index that counts from then on, 1 to 10."""
    contact: Contact
    virtual_contacts: tuple[int, ...]
    """Numbers of the virtual contacts that are closed, 1 to 7."""


@dataclass(frozen=True, slots=True)
class DayProfile:
    """The changes of a day, in order."""

    changes: tuple[ProfileChange, ...]

    def __str__(self) -> str:
        """Return each time with the number of its index."""
        return ", ".join(f"{change.at:%H:%M} {change.index}" for change in self.changes)


def day_profile(written: str) -> DayProfile | None:
    """Return the profile, None if what is written has not the form of one."""
    blocks = written.split()
    if len(blocks) != BLOCKS:
        return None
    changes: list[ProfileChange] = []
    for block in blocks:
        if block == UNUSED:
            continue
        if (match := _BLOCK.fullmatch(block)) is None:
            return None
        at, bits = time(int(match[1]), int(match[2])), int(match[3], 16)
        index = bits & 0xF
        if not 1 <= index <= 10 or (changes and at <= changes[-1].at):
            return None
        virtual = tuple(n for n in range(1, 8) if bits >> (3 + n) & 1)
        changes.append(ProfileChange(at, index, list(Contact)[bits >> 14], virtual))
    return DayProfile(tuple(changes)) if changes else None


def next_change(now: datetime, today: DayProfile | None, tomorrow: DayProfile) -> datetime | None:
    """Return when another index begins to count, in the legal time that `now` is given in.

    None if no change is known to come: one that lies beyond tomorrow, or in a day that is unknown.
    """
    if today is None:
        return None
    index = today.changes[0].index
    for day, profile in enumerate((today, tomorrow)):
        midnight = datetime.combine(now.date() + timedelta(days=day), time(), now.tzinfo)
        for change in profile.changes:
            begin = midnight.replace(hour=change.at.hour, minute=change.at.minute)
            if change.index != index and begin > now:
                return begin
            index = change.index
    return None
