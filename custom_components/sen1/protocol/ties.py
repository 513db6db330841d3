"""What somebody is to an account: it says what they may say, and what they are told."""

from enum import Enum, auto


class Tie(Enum):
    """One of the ways in which somebody is known, or has a reason to say something."""

    NAMED = auto()
    """A friend that the household made, by its name."""
    CIRCLE = auto()
    """A friend as one of a circle."""
    MEMBER = auto()
    """Who takes part in a collection that is organised here."""
    ORGANISER = auto()
    """Who organises one that this home takes part in."""
    COMING = auto()
    """Who showed a secret of ours, and waits for its key to be known."""
    FORMER = auto()
    """Who is nothing of these any more, and whose key is known still."""
    ANYBODY = auto()


FRIENDS = frozenset({Tie.NAMED, Tie.CIRCLE})

KNOWN = FRIENDS | {Tie.MEMBER, Tie.ORGANISER}

GIVING = KNOWN - {Tie.CIRCLE}
"""Who may grant us something: of a circle all goes one way."""
