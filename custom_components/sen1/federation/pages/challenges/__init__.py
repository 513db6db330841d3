"""How a challenge is made, and what administrators are told of those that they organise."""

from .commands import async_register_challenges, organised_challenges
from .form import ChallengeSteps

__all__ = ["ChallengeSteps", "async_register_challenges", "organised_challenges"]
