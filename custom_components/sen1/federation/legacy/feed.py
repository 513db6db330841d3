"""What an older node gives: a feed, one series that no grant of the protocol stands behind."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from homeassistant.core import callback

from ...history.archive import statistic_id_of
from ...listeners import Listeners
from ...protocol.model import Reading


class FeedQuantity(StrEnum):
    """What a feed is, in the words of the household; those of no kind known are `series`."""

    POWER_CONSUMED = "feed_power_consumed"
    POWER_PRODUCED = "feed_power_produced"
    ENERGY_CONSUMED = "feed_energy_consumed"
    ENERGY_PRODUCED = "feed_energy_produced"
    INDEX_CONSUMED = "feed_index_consumed"
    INDEX_PRODUCED = "feed_index_produced"
    MAXIMUM_POWER = "feed_maximum_power"
    INDUCTIVE_POWER = "feed_inductive_power"
    CAPACITIVE_POWER = "feed_capacitive_power"
    VOLTAGE = "feed_voltage"
    SERIES = "feed_series"


class Content(StrEnum):
    """What the value of a reading stands for."""

    MEAN = "mean"
    """The mean over the period that begins at its time, or what was measured then."""
    SUM = "sum"
    """What was counted in the period."""
    INDEX = "index"
    """What a counter showed at that time."""
    MAXIMUM = "maximum"
    """The most of a day, at the moment it was."""


class FeedReason(StrEnum):
    """Why a feed has values, or none."""

    RECEIVING = "receiving"
    WAITING = "waiting"
    NO_CONSENT = "no_consent"
    CONSENT_NOT_BEGUN = "consent_not_begun"
    CONSENT_EXPIRED = "consent_expired"
    UNKNOWN_SERIES = "unknown_series"
    UNKNOWN_POINT = "unknown_point"
    BEFORE_ACTIVATION = "before_activation"
    AWAY = "away"
    SOURCE_FAILED = "source_failed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FeedDescription:
    """What a feed is."""

    quantity: FeedQuantity
    content: Content
    unit: str | None
    """SenML's, or the node's own word where SenML has none."""
    interval: float | None = None
    """Seconds of a period, 86400 for a day of whatever length; None: not told."""
    detail: str = ""
    """What tells it from others of its kind: a tariff class, a node's number."""


class Feed:
    """Hold the newest reading of one series; entities listen."""

    def __init__(
        self, subentry_id: str, name: str, description: FeedDescription, title: str = ""
    ) -> None:
        self.subentry_id = subentry_id
        self.name = name
        self.description = description
        self.title = title
        """What the household calls it; empty: it is called after its quantity."""
        self.latest: Reading | None = None
        self.reason = FeedReason.WAITING
        self.received = 0
        """Readings taken since the start."""
        self.listeners = Listeners[()]()
        """Of each change."""

    @property
    def key(self) -> str:
        """What tells it from all others, and nobody whose it is: names hold meters' numbers."""
        return sha256(f"{self.subentry_id} {self.name}".encode()).hexdigest()[:16]

    @property
    def statistic_id(self) -> str:
        """The long-term statistic of its values."""
        return statistic_id_of(f"feed_{self.key}")

    @callback
    def take(self, readings: list[Reading]) -> None:
        """Take readings, in any order; the newest is shown."""
        self.received += len(readings)
        newest = max(readings, key=lambda reading: reading.time)
        if self.latest is None or newest.time >= self.latest.time:
            self.latest = newest
        self.reason = FeedReason.RECEIVING
        self.listeners.tell()

    @callback
    def set_reason(self, reason: FeedReason) -> None:
        """Note why there are values, or none."""
        if reason is not self.reason:
            self.reason = reason
            self.listeners.tell()
