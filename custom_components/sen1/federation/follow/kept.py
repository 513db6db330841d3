"""What is kept of what friends grant, and of what one asked of the other."""

from typing import Any, TypedDict


class KeptFollowed(TypedDict):
    """What is kept of what friends grant."""

    followed: dict[str, dict[str, dict[str, Any]]]
    """Friend → publication → how far we followed it."""


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
