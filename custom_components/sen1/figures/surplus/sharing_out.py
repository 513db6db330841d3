"""Share a surplus between needs, in an order, without flapping.

Pure: time is an argument, in seconds of a clock that only goes on. Powers are in W.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .modulation import SETTLE_S, STEP_W, Bounds, Modulation

HOME = "home"
"""The source that is the home's own surplus."""


@dataclass(frozen=True, slots=True)
class Need:
    """An appliance that should run on surplus."""

    id: str
    power: float
    """What it draws when it runs and nobody measures it; the least, if it modulates."""
    share: float
    """The part of its power that must be there for it to begin, above 0, 1 at most."""
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
    maximum_power: float = 0.0
    """The most it can take; no more than `power` if it does not modulate."""

    @property
    def threshold(self) -> float:
        """Return the surplus that must be there for it to begin."""
        return self.share * self.power

    @property
    def modulates(self) -> bool:
        """Return whether it can take more than its power."""
        return self.maximum_power > self.power

    def fitting(self, left: float) -> float:
        """Return what it can take of what is left, in steps: not less than its power."""
        return max(min(left // STEP_W * STEP_W, self.maximum_power), self.power)


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
    modulation: Modulation = field(default_factory=Modulation)


class Sharing:
    """Decides which needs the surplus serves, and how much each may take."""

    def __init__(self) -> None:
        self._needs: list[Need] = []
        self.offers: dict[str, NeedState] = {}
        self._now = 0.0
        """When the surplus was taken last."""
        self._measured: Mapping[str, float | None] = {}
        """What appliances drew then."""

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
        self._now, self._measured = now, measured
        changes = []
        for source in dict.fromkeys(need.source for need in self._needs):
            needs = [need for need in self._needs if need.source == source]
            changes += self._share(needs, surplus.get(source))
        return changes

    def due(self, now: float) -> float | None:
        """Return when `update` must be called again though nothing comes."""
        moments = []
        for need in self._needs:
            offer = self.offers[need.id]
            if (moment := self._turns_at(need, offer)) is not None:
                moments.append(max(moment, now))
            if (moment := offer.modulation.due(now)) is not None:
                moments.append(moment)
        return min(moments, default=None)

    def _share(self, needs: list[Need], surplus: float | None) -> list[Need]:
        changes: list[Need] = []
        now = self._now
        left = None if surplus is None else Bounds(surplus, surplus, surplus)
        for need in needs:
            draw = self._draw(need)
            if left is not None and need.is_counted:
                # If none of them ran, there would be so much.
                left = left.plus(draw)
        for need in needs:
            offer = self.offers[need.id]
            offer.available = None if left is None else max(left.likely, 0.0)
            if self._is_enough(need, offer, left) is offer.is_on:
                offer.turning = None
            elif offer.turning is None:
                offer.turning = now
            at = self._turns_at(need, offer)
            if at is not None and at <= now:
                offer.is_on, offer.since, offer.turning = not offer.is_on, now, None
                offer.modulation.tell(now, need.power if offer.is_on else 0.0)
                changes.append(need)
            elif offer.is_on:
                self._modulate(need, offer, left)
            if left is not None and offer.is_on:
                left = left.minus(self._reserved(need, offer, left))
        return changes

    @staticmethod
    def _is_enough(need: Need, offer: NeedState, left: Bounds | None) -> bool:
        if left is None:
            return False
        if not offer.is_on:
            return left.low >= need.threshold
        # However little may lack: of nothing at all nobody has a share.
        return left.likely > 0 and left.likely >= need.threshold - need.hysteresis

    def _modulate(self, need: Need, offer: NeedState, left: Bounds | None) -> None:
        least = most = need.power
        if left is not None:
            least, most = need.fitting(left.low), need.fitting(left.high)
        if offer.modulation.wants_less(self._now, self._measured.get(need.id)):
            least = need.power
        offer.modulation.follow(self._now, most, least)

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
        return at if offer.is_on else max([at, *others])

    def _draw(self, need: Need) -> Bounds:
        """Return what a need draws of what it was offered: as measured, else as declared."""
        offer, draw, now = self.offers[need.id], self._measured.get(need.id), self._now
        if draw is not None:
            draw = max(draw, 0.0)
        if not offer.is_on:
            high = offer.modulation.draw(now, 0.0).high
            return Bounds(0.0, 0.0, high)
        if need.modulates:
            return offer.modulation.draw(now, draw)
        draw = need.power if draw is None else draw
        return Bounds(draw, draw, draw)

    def _reserved(self, need: Need, offer: NeedState, left: Bounds) -> float:
        """Return what is kept from the next ones: all it may take until it has had time to.

        Then what it draws. One that modulates keeps what it could rise to, unless it was seen not
        to want it.
        """
        modulation, draw = offer.modulation, self._measured.get(need.id)
        wants_less = modulation.wants_less(self._now, draw)
        draw = need.power if draw is None else max(draw, 0.0)
        if not need.modulates:
            is_starting = offer.since is not None and self._now < offer.since + SETTLE_S
            return max(draw, need.power) if is_starting else draw
        if wants_less:
            return draw
        return max(draw, modulation.power, need.fitting(left.likely))
