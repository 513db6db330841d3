"""What is kept of what the server was brought to."""

from typing import TypedDict


class Friendship(TypedDict):
    """How far one is friends with somebody."""

    asked: float
    """When the friend was asked first."""
    answered: float | None
    """When the friend's answer was here."""
