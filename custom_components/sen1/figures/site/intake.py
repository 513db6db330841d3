"""What the sensors of a home say, taken into its balance and into the clock of its contracts."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import ExitStack
import time

from homeassistant.core import HomeAssistant, State, callback

from ...history.recorder import async_recording_since, async_states
from ..counting.balance import Balance, HomeQuantity
from ..counting.calendar import MS
from ..counting.following import async_follow
from ..counting.sources import Measure, Source, entity_of, state_of
from ..counting.states import microjoules, milliseconds, milliwatts
from ..tariff.spending import Spending

AT_ONCE = 500
"""States of the recorder that are taken between two looks at everything else."""


class Intake:
    """Follows the sensors by their references, and catches up with what the recorder heard."""

    def __init__(
        self,
        hass: HomeAssistant,
        sources: Iterable[Source],
        balance: Balance,
        spending: Spending,
        on_reading: Callable[[bool], None],
    ) -> None:
        """`on_reading` is called after each, and told whether it is the first of a day."""
        self._hass = hass
        self._balance = balance
        self._spending = spending
        self._on_reading = on_reading
        self._measured: dict[str, list[Source]] = {}
        """What each sensor measures, by its reference."""
        for source in sources:
            self._measured.setdefault(source.ref, []).append(source)
        self._tariff_refs = spending.refs
        self._refs = list(dict.fromkeys([*self._measured, *self._tariff_refs]))
        self._of_powers = [
            s for each in self._measured.values() for s in each if s.measure is Measure.POWER
        ]
        self._undo = ExitStack()
        self.powers: dict[str, int | None] = {}
        """By reference, milliwatts."""

    def restore(self, powers: dict[str, int | None]) -> None:
        """Take the powers as they were when the memory was saved."""
        self.powers = powers
        self._take_powers()

    @callback
    def start(self) -> None:
        """Take the sensors as they are, then hear of each change."""
        self.powers = {source.ref: None for source in self._of_powers}
        self._undo.callback(async_follow(self._hass, self._refs, self._on_state, with_reports=True))
        now = time.time()
        for ref in self._refs:
            state = state_of(self._hass, ref)
            self._take(ref, state, now if state is None else state.last_updated_timestamp)
        self._take_powers()

    @callback
    def stop(self) -> None:
        """Follow nothing."""
        self._undo.close()

    async def async_catch_up(self) -> None:
        """Take from the recorder what came after the memory was saved.

        What the recorder holds of an earlier run ends with it: until this run began, nothing was
        heard. Without a recorder, nothing was heard at all.
        """
        hass, since = self._hass, self._balance.at / MS
        recording_since = async_recording_since(hass)
        recorded: list[tuple[float, str, State]] = []
        for ref in self._refs:
            if (entity_id := entity_of(hass, ref)) is not None:
                states = await async_states(
                    hass, entity_id, since, time.time(), committed=hass.is_running
                )
                recorded += [(state.last_updated_timestamp, ref, state) for state in states]
        is_broken = recording_since is not None and since >= recording_since
        for number, (at, ref, state) in enumerate(sorted(recorded, key=lambda r: r[0])):
            if not is_broken and recording_since is not None and at >= recording_since:
                self._balance.interrupt(milliseconds(recording_since))
                is_broken = True
            self._take(ref, state, at)
            self._take_powers()
            if number % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)
        if not is_broken:
            self._balance.interrupt(milliseconds(time.time()))

    @callback
    def _on_state(self, ref: str, state: State | None, at: float) -> None:
        day = self._balance.today
        self._take(ref, state, at)
        self._take_powers()
        self._on_reading(self._balance.today != day)

    def _take(self, ref: str, state: State | None, since: float) -> None:
        balance, at = self._balance, milliseconds(since)
        day = balance.today
        balance.advance(at)
        if balance.today != day:
            self._spending.tell_clock(at)
        if ref in self._tariff_refs:
            self._spending.take(ref, state, at)
        for source in self._measured.get(ref, ()):
            if source.measure is Measure.POWER:
                self.powers[ref] = milliwatts(state)
            elif (energy := microjoules(state)) is None:
                balance.lose_index(source.quantity, ref, at)
            else:
                balance.set_index(source.quantity, ref, energy, at)

    def _take_powers(self) -> None:
        """Add up the powers of each quantity: not known while one of them is not."""
        sums: dict[HomeQuantity, int | None] = {}
        for source in self._of_powers:
            power, so_far = self.powers.get(source.ref), sums.get(source.quantity, 0)
            sums[source.quantity] = None if power is None or so_far is None else so_far + power
        for quantity, sum_of_all in sums.items():
            self._balance.set_power(quantity, sum_of_all, self._balance.at)
