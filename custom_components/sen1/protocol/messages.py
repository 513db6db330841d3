"""What friends say of grants and collections, each in a message of its own (docs/protocol.md)."""

from dataclasses import dataclass
from typing import Annotated

from .attributes import AttributeForm
from .catalogue import OfferState
from .model import PublicationId


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a request for access."""

    publication: Annotated[PublicationId, AttributeForm(str)]
    state: Annotated[OfferState, AttributeForm(OfferState)]


@dataclass(frozen=True, slots=True)
class Erased:
    """All that came of a withdrawn grant is erased."""

    publication: PublicationId


@dataclass(frozen=True, slots=True)
class Invited:
    """Who says so holds the secret of an invitation."""

    token: str


@dataclass(frozen=True, slots=True)
class Left:
    """Who says so is a friend no more, or takes part in a collection no more."""

    collection: str = ""
    """Which; empty: it is no friend."""
