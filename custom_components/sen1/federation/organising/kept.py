"""What is kept of what is organised here."""

from typing import NotRequired, TypedDict

from ...protocol.collecting.register import AnswerData
from ..store import NewsData


class GroupData(TypedDict):
    """How far a group of a collection's members is given on, by number of the member."""

    settled: float
    """What is given of the hours before this is never changed; Unix seconds."""
    day: str
    """The local day, ISO 8601, of which `homes` are the cohort."""
    homes: list[int]
    given: list[int]
    """Who counted in the last hour that was given."""
    since: NotRequired[float]
    """The first hour that anybody has reported."""
    stale: NotRequired[tuple[float, float]]
    """Between which times older readings came or went that are not counted yet."""


class ToldRegister(TypedDict):
    """What a member was told that it holds."""

    revision: int
    digest: str
    """Of what was told last."""
    seen: int
    """The revision that the member has seen; 0: none yet."""
    answers: dict[str, AnswerData]
    """By project."""


class RegisterBook(TypedDict):
    """What the members of a collection are told that they hold."""

    is_told: bool
    """Whether the organiser has them told."""
    news: list[NewsData]
    members: dict[str, ToldRegister]
    """By number: it is never given again."""


class HeldData(TypedDict):
    """What somebody holds of a project, by an organiser's list."""

    shares: int
    dividends: float | None
    """All that was paid so far, in the currency of the project."""
    paid_on: str | None
    """ISO 8601, a day."""


class ExpectedData(TypedDict):
    """Who is expected to take part in a collection."""

    name: str
    shares: int
    address: str | None
    number: int | None
    """The member's in this collection, as far as that is known."""
    holdings: NotRequired[dict[str, HeldData]]
    """Publication of a project → what is held of it, where the list tells of projects."""


class ListData(TypedDict):
    """An organiser's list of who is expected."""

    at: float
    """When it was imported."""
    rows: list[ExpectedData]
    before: NotRequired[list[ExpectedData]]
    """The rows that it replaced, until they are put back."""
