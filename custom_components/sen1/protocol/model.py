"""The federation's own words as types (docs/protocol.md)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter
from typing import NewType

from .project import Project
from .provenance import Provenance
from .sheet import SiteSheet
from .terms import UNSAID, Terms

BareJid = NewType("BareJid", str)
PublicationId = NewType("PublicationId", str)
ItemId = NewType("ItemId", str)

NODE_PREFIX = "urn:sen1:publication:0:"
FEATURE = "urn:sen1:0"


class Granularity(StrEnum):
    """How fine a publication is."""

    LIVE = "live"
    TEN_MINUTES = "PT10M"
    HALF_HOUR = "PT30M"
    HOUR = "PT1H"
    DAY = "P1D"


class GrantState(StrEnum):
    """What a grant allows now."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Reading:
    """A value and the time of its state change: Unix seconds, to the millisecond."""

    time: float
    value: float | str


@dataclass(frozen=True, slots=True)
class Description:
    """What a publication is, as its followers are told."""

    name: str
    """The SenML name of the series."""
    title: str
    unit: str | None
    """The SenML unit on the wire; none for text and booleans."""
    measurement: dict[str, str]
    """Attributes of Quoalise's `<measurement>`; its `unit` is the publisher's own unit."""
    granularity: Granularity
    revision: int
    project: Project | None = None
    """What a cooperative says of the plant behind the series."""
    called: str = ""
    """The key of a title that SEN1 gave, and what people wrote behind it; empty: all is theirs."""
    site: SiteSheet | None = None
    """What its owner says of the home or building that the series is of."""
    provenance: Provenance | None = None
    """Who answers for the readings, and what they are measured with; None: of unknown source."""
    changed: tuple[float, float] | None = None
    """The times between which the past changed: followers ask for it anew."""


@dataclass(frozen=True, slots=True)
class GrantSeen:
    """A follower's acknowledgement: it repeats what it saw."""

    publication: PublicationId
    state: GrantState
    revision: int | None
    terms: Terms = UNSAID


@dataclass(frozen=True, slots=True)
class Grant:
    """One friend may receive one publication, by its terms, in [begin, until)."""

    publication: PublicationId
    state: GrantState
    terms: Terms = UNSAID
    begin: float | None = None
    reason: str = ""
    node: str | None = None
    description: Description | None = None
    """Present when the grant is active or paused."""
    erase_by: float | None = None
    """Until when a friend is to have erased what was withdrawn."""
    said: float | None = None
    """When it was said: one said before another is old news, however late it comes."""

    @property
    def seen(self) -> GrantSeen:
        """Return what acknowledges it."""
        revision = None if self.description is None else self.description.revision
        return GrantSeen(self.publication, self.state, revision, self.terms)


@dataclass(frozen=True, slots=True)
class Item:
    """One PEP item of a publication: readings in time order, or a source that is unavailable."""

    publication: PublicationId
    id: ItemId
    after: ItemId | None
    """The item that was new before it; of one said again behind others, the last of these."""
    revision: int
    readings: tuple[Reading, ...]
    unavailable: bool = False
    owed_from: float | None = None
    """The time from which on readings of an outage are still to come after this item."""
    said: float | None = field(default=None, compare=False)
    """When it was signed: later each time it is said again. None: it was not."""

    @property
    def saying(self) -> tuple[ItemId, ItemId | None]:
        """Return what tells an item that is said again behind others from what it was before."""
        return self.id, self.after


def published_last(items: Collection[Item]) -> Item | None:
    """Return the item of a node that no new one came after."""
    newest = max(items, key=attrgetter("id"), default=None)
    last, behind = newest, {item.after: item for item in items if item is not newest}
    while last is not None and last.id in behind:
        # An outage's; the newest may have been said again behind it.
        last = behind.pop(last.id)
    return last


def node_of(publication: PublicationId) -> str:
    """Return the PEP node of a publication of ours."""
    return NODE_PREFIX + publication
