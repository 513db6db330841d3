"""Share a surplus between needs, in an order, without flapping.

Pure: time is an argument, in seconds of a clock that only goes on. Powers are in W.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SETTLE_S = 30.0
"""After a need began or ended, the others of its surplus wait this long: until the appliance has
really switched and the meter has told it, its power would be offered twice."""


HOME = "home"
"""The source that is the home's own surplus."""


@dataclass(frozen=True, slots=True)
class Need:
    """An appliance that should run on surplus."""

    id: str
    power: float
    """What it draws when it runs and nobody measures it."""
    threshold: float
    """The surplus that must be there for it to begin."""
    hysteresis: float
    """How much less may be there while it runs."""
    delay: float
    """Seconds for which there must be enough, or too little."""
    minimum: float
    """Seconds that it runs at least."""
    priority: int
    """The lowest number is served first."""
    source: str = HOME
    """Whose surplus; needs of one source share it."""
    is_counted: bool = True
    """Is its own use part of that surplus, as it is of the home's?"""


@dataclass(slots=True)
class NeedState:
    """What is known of one need."""

    is_on: bool = False
    since: float | None = None
    """When it began or ended; None if it never did."""
    turning: float | None = None
    """Since when there has been enough, while off, or too little, while on."""
    available: float | None = None
    """What is left for it, its own use included; None while that is not known."""


class Sharing:
    """Decides which needs the surplus serves."""

    def __init__(self) -> None:
        self._needs: list[Need] = []
        self.offers: dict[str, NeedState] = {}

    def set_needs(self, needs: Iterable[Need]) -> None:
        """Take the needs there are now; those that were there before go on as they are."""
        self._needs = sorted(needs, key=lambda need: (need.priority, need.id))
        self.offers = {need.id: self.offers.get(need.id, NeedState()) for need in self._needs}

    def update(
        self, now: float, surplus: Mapping[str, float | None], measured: Mapping[str, float | None]
    ) -> list[Need]:
        """Take the surplus of each source, and what appliances draw; return what begins or ends.

        A surplus that is not known serves nobody: what runs is stopped as when it has gone.
        """
        changes = []
        for source in dict.fromkeys(need.source for need in self._needs):
            needs = [need for need in self._needs if need.source == source]
            changes += self._share(now, needs, surplus.get(source), measured)
        return changes

    def due(self, now: float) -> float | None:
        """Return when `update` must be called again though nothing comes."""
        moments = [
            moment
            for need in self._needs
            if (moment := self._turns_at(need, self.offers[need.id])) is not None
        ]
        later = [max(moment, now) for moment in moments]
        return min(later, default=None)

    def _share(
        self,
        now: float,
        needs: list[Need],
        surplus: float | None,
        measured: Mapping[str, float | None],
    ) -> list[Need]:
        changes: list[Need] = []
        left = surplus
        if left is not None:
            # If none of them ran, there would be so much.
            left += sum(
                self._draw(need, measured)
                for need in needs
                if need.is_counted and self.offers[need.id].is_on
            )
        for need in needs:
            offer = self.offers[need.id]
            offer.available = left
            limit = need.threshold - (need.hysteresis if offer.is_on else 0)
            is_enough = left is not None and left >= limit
            if is_enough is offer.is_on:
                offer.turning = None
            elif offer.turning is None:
                offer.turning = now
            at = self._turns_at(need, offer)
            if at is not None and at <= now:
                offer.is_on, offer.since, offer.turning = not offer.is_on, now, None
                changes.append(need)
            if left is not None and offer.is_on:
                left -= self._reserved(need, offer, measured, now)
        return changes

    def _turns_at(self, need: Need, offer: NeedState) -> float | None:
        """Return when a need begins or ends if nothing changes until then."""
        if offer.turning is None:
            return None
        at = offer.turning + need.delay
        if offer.is_on and offer.since is not None:
            at = max(at, offer.since + need.minimum)
        others = [
            other.since + SETTLE_S
            for one in self._needs
            if one.source == need.source
            and one.id != need.id
            and (other := self.offers[one.id]).since is not None
        ]
        return max([at, *others]) if not offer.is_on else at

    def _draw(self, need: Need, measured: Mapping[str, float | None]) -> float:
        """Return what a running need draws: as measured, else as declared."""
        draw = measured.get(need.id)
        return need.power if draw is None else max(draw, 0.0)

    def _reserved(
        self, need: Need, offer: NeedState, measured: Mapping[str, float | None], now: float
    ) -> float:
        """Return what is kept from the next ones: all of it until it has had time to start."""
        draw = self._draw(need, measured)
        is_starting = offer.since is not None and now < offer.since + SETTLE_S
        return max(draw, need.power) if is_starting else draw
