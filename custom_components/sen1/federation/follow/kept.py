"""What is kept of what one asked of the other."""

from typing import TypedDict


class Sought(TypedDict):
    """What a friend asked of us."""

    purpose: str
    until: float
    at: float
    """When it was asked, or refused."""
    state: str


class Wished(Sought):
    """What we asked of a friend."""

    title: str
