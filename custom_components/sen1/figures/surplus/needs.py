"""The needs of a home while its entry is loaded: surplus in, offers out."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant, callback

from ...alarm import Alarm
from ...faults import contained
from ...listeners import Listeners
from ..const import NEED
from ..counting.balance import Balance
from ..counting.following import async_follow
from ..counting.sources import state_of, subentries_of
from ..counting.states import milliwatts
from .modulation import Modulation
from .sharing_out import HOME, Need, NeedState, Sharing

CONF_POWER = "power"
"""W, when nobody measures it; the least, of an appliance that modulates."""
CONF_MAXIMUM_POWER = "maximum_power"
"""W, of an appliance that modulates."""
CONF_SHARE = "share"
"""Per cent of its power that must be there for it to begin."""
CONF_PRIORITY = "priority"
CONF_SURPLUS = "surplus"
"""Another sensor's surplus than the home's, by its reference."""
CONF_COUNTED = "counted"
"""Is the appliance's own use part of that surplus?"""
CONF_APPLIANCE = "appliance"
"""A sensor of the appliance's own power, by its reference."""
CONF_HYSTERESIS = "hysteresis"
CONF_DELAY = "delay"
CONF_MINIMUM = "minimum"

TOLD = ("threshold", "modulates", "hysteresis", "delay", "minimum", "priority")
"""What a helper may know of a need."""


def need_of(subentry: ConfigSubentry) -> Need:
    """Return a need as its owner described it."""
    data = subentry.data
    source = data.get(CONF_SURPLUS)
    return Need(
        id=subentry.subentry_id,
        power=data[CONF_POWER],
        share=data[CONF_SHARE] / 100,
        hysteresis=data[CONF_HYSTERESIS],
        delay=data[CONF_DELAY],
        minimum=data[CONF_MINIMUM],
        priority=int(data[CONF_PRIORITY]),
        source=source or HOME,
        is_counted=source is None or data[CONF_COUNTED],
        maximum_power=data.get(CONF_MAXIMUM_POWER, 0),
    )


class Surplus:
    """Offers what is left over, and tells who listens what begins and what ends."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, balance: Balance) -> None:
        self._hass = hass
        self._entry = entry
        self._balance = balance
        self.sharing = Sharing()
        self._undo = ExitStack()
        self.listeners = defaultdict[str, Listeners[()]](Listeners)
        """By need: when it begins or ends."""
        self.power_listeners = defaultdict[str, Listeners[()]](Listeners)
        """By need: when it may take another power."""
        self.need_listeners = Listeners[()]()
        """When needs were added."""
        self._due = Alarm(hass, self.update)

    def restore(self, kept: dict[str, Any]) -> None:
        """Take back what ran: its appliance still does, and shall not flap over a restart."""
        self.sharing.set_needs(self._needs())
        now = time.time()
        for subentry_id, power in kept.items():
            if subentry_id in self.sharing.offers:
                self.sharing.offers[subentry_id] = NeedState(
                    is_on=power > 0, since=now, modulation=Modulation(power)
                )

    def snapshot(self) -> dict[str, Any]:
        """Return what must survive a restart: the power that each may take, in W."""
        return {need_id: offer.modulation.power for need_id, offer in self.sharing.offers.items()}

    def appliances(self) -> dict[str, str]:
        """Return the sensors of the appliances that are measured, by their needs."""
        needs = subentries_of(self._entry, NEED).items()
        return {need_id: ref for need_id, need in needs if (ref := need.data.get(CONF_APPLIANCE))}

    def diagnostics(self) -> list[dict[str, Any]]:
        """Return what a helper needs to understand a need: no name."""
        return [
            {
                "on": offer.is_on,
                "known": offer.available is not None,
                "turning": offer.turning is not None,
                "source": "home" if need.source == HOME else "other",
                "measured": CONF_APPLIANCE in subentries_of(self._entry, NEED)[need.id].data,
                **{name: getattr(need, name) for name in TOLD},
            }
            for need in self._needs()
            if (offer := self.sharing.offers.get(need.id)) is not None
        ]

    @callback
    def start(self) -> None:
        """Follow what the needs look at."""
        self.sharing.set_needs(self._needs())
        refs = (
            ref
            for subentry in subentries_of(self._entry, NEED).values()
            for key in (CONF_SURPLUS, CONF_APPLIANCE)
            if (ref := subentry.data.get(key))
        )
        self._undo.callback(async_follow(self._hass, refs, lambda *_change: self.update()))
        self.update()

    def _needs(self) -> Iterator[Need]:
        """Yield each need; one that cannot be understood ends no other."""
        for subentry in subentries_of(self._entry, NEED).values():
            with contained():
                yield need_of(subentry)

    @callback
    def stop(self) -> None:
        """Follow nothing."""
        self._undo.close()
        self._due.set(None)

    @callback
    def async_apply(self) -> None:
        """Take the needs as they are now: those that did not change go on."""
        known = set(self.sharing.offers)
        self.stop()
        self.start()
        if not subentries_of(self._entry, NEED).keys() <= known:
            self.need_listeners.tell()

    @callback
    def update(self) -> None:
        """Look at the surplus as it is now."""
        now, own = time.time(), self._balance.surplus
        surplus = {HOME: None if own is None else own / 1000}
        measured: dict[str, float | None] = {}
        for subentry_id, subentry in subentries_of(self._entry, NEED).items():
            if source := subentry.data.get(CONF_SURPLUS):
                surplus[source] = self._watts(source)
            if appliance := subentry.data.get(CONF_APPLIANCE):
                measured[subentry_id] = self._watts(appliance)
        before = self.snapshot()
        for need in self.sharing.update(now, surplus, measured):
            self.listeners[need.id].tell()
        for need_id, power in self.snapshot().items():
            if power != before[need_id]:
                self.power_listeners[need_id].tell()
        self._due.set(self.sharing.due(now))

    def _watts(self, ref: str) -> float | None:
        power = milliwatts(state_of(self._hass, ref))
        return None if power is None else power / 1000
