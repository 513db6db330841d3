"""What is kept of those who speak older dialects."""

from typing import TypedDict


class KnownFeed(TypedDict):
    """A series of an older node."""

    quantity: str
    content: str
    unit: str | None
    interval: float | None
    detail: str
    latest: tuple[float, float | str] | None
    """Time and value of the newest reading."""
    ends: tuple[tuple[float, float], tuple[float, float]] | None
    """Of an index, the first and the last reading that were counted."""


class AskedData(TypedDict):
    """How far a data node was asked for a series."""

    address: str
    """The node's, to end there what is pushed when the series is no longer wanted."""
    begin: float
    end: float
    """What lies between was answered."""
    is_whole: bool
    """Whether there is nothing before: the node gives no more, or the meter was not in use."""
    is_pushed: bool
    """Whether the node pushes it."""
    at: float
    """When it was asked for last; 0: not to the end yet."""
    reason: str
    """What came of it."""


class Unplaced(TypedDict):
    """A value of a proxy of 2019 that has no place yet, as it came."""

    username: str
    name: str
    metaname: str
    unit: str
    type: str
    value: str
    timestamp: str
