"""What is kept of members."""

from typing import NotRequired, TypedDict


class SavedData(TypedDict):
    """What a member says that it saved of one energy; a saving is positive, in per cent."""

    plain: float
    corrected: float | None


class ScoreData(TypedDict):
    """What a member says that it saved, of the days of a challenge."""

    at: float
    """When it came."""
    periods: list[str]
    """First and last days of the reference and of the action that it is of, ISO 8601."""
    through: str
    """The last day that it counts, ISO 8601."""
    coverage: float
    saved: dict[str, SavedData]
    """By energy."""
    week: float | None
    weeks: dict[str, float]
    """Week of the action, 0 first → what was saved in it, as far as it was said last."""
    is_checked: NotRequired[bool | None]
    """Whether what was measured bears it out, where that is known."""
    checked_part: NotRequired[float]
    """The part of its days of which that was known; 1: it need not be looked at again."""


class MemberData(TypedDict):
    """Who takes part in a collection that is organised here."""

    number: int
    name: str
    """What the member lets itself be called; empty: its number alone."""
    address: str
    """Its full address, which answers what is asked."""
    joined: float
    charter: int
    """The version of the charter that it agreed to."""
    digest: NotRequired[str]
    """Of the text of it."""
    gives: dict[str, str]
    """What was asked → its publication."""
    told: int | None
    """The revision of the sheet that it was told last; None: none since it joined."""
    is_shown: NotRequired[bool]
    """Whether other members may see its name."""
    team: NotRequired[int]
    """Of a challenge, 1 first: chosen by the member, and then the organiser's to change."""
    is_captain: NotRequired[bool]
    score: NotRequired[ScoreData]
