"""Days of every kind of meter, played in a moment: what Home Assistant shows is what was true.

A day is played twice, on a good line and on one that damages a byte in a hundred. The first
must end at the meter's own indexes; the second may only write what the first wrote at about that
time. By default a frame stands for half an hour; SEN1_DAYS=3 plays three days, a frame for
50 seconds. Each is said three times, as a meter would meanwhile; the last counts.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
import os

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, restore_state
import pytest

from custom_components.sen1.linky.labels.table import NEXT_CHANGE, TOTAL
from custom_components.sen1.linky.line.tic import Group, TicDecoder
from custom_components.sen1.linky.meter import LinkyMeter
from testbed.contracts import is_ejp_day, tempo_colour
from testbed.household import PARIS, Household
from testbed.noise import Noise
from testbed.port import Port
from testbed.registers import WATT_HOUR
from testbed.tic_groups import KINDS, Kind, Mode
from testbed.tic_meter import TicMeter

from .conftest import IDENTIFIERS, ROWS_OF, entry_of

DAYS = int(os.environ.get("SEN1_DAYS", "0"))
FRAME_S = 50 if DAYS else 1800
FRAMES = (DAYS or 1) * 24 * 3600 // FRAME_S
LATE = 12
"""Frames that a value may be behind on a bad line: some are lost, some said twice."""

NEAR_WH = 20
"""What an index may be wrong by: what the largest of these subscriptions allows to draw in the time
that a group may be late. Six bits of checksum do not tell damage of the last digit from that."""

WRONG = 1 / 50_000
"""What share of the values believed may be wrong: those that change with each frame can be held
against nothing but what a meter can measure."""

NOBODY = {STATE_UNAVAILABLE, STATE_UNKNOWN}


def begin_of(kind: Kind) -> datetime:
    """Return noon before a night that changes as much as can be: a Friday, of a colour, of EJP."""
    noon = datetime(2026, 1, 2, 12, tzinfo=PARIS)
    if kind.contract.key == "ejp":
        return next(day for n in range(90) if is_ejp_day(day_after(day := noon + timedelta(n))))
    if kind.contract.key == "tempo":
        return next(
            day
            for n in range(90)
            if tempo_colour(day := noon + timedelta(n)) != tempo_colour(day + timedelta(1))
        )
    return noon.replace(month=7, day=3) if kind.is_producer else noon


def day_after(day: datetime) -> datetime:
    return day + timedelta(days=1)


@dataclass
class Played:
    """What a line gave."""

    written: dict[str, tuple[list[int], list[str]]] = field(
        default_factory=lambda: defaultdict(lambda: ([], []))
    )
    """By entity's key, each state written and the number of the frame then."""
    shown: dict[str, str] = field(default_factory=dict)
    """At the end, by key."""
    is_counted: bool = False
    """Whether what is said now counts: of the days, what is said for the third time."""
    sent: int = 0
    """Groups of known labels."""
    whole: int = 0
    """Those the line did not touch."""
    used: Counter[str] = field(default_factory=Counter)
    """Values believed, by label."""
    false_groups: int = 0
    """Damaged, and with a good checksum."""

    def was_true(self, key: str, state: str, frame: int) -> bool:
        """Return whether the key had this state, not long before this frame ended."""
        frames, states = self.written[key]
        last = bisect_right(frames, frame)
        first = max(bisect_right(frames, frame - LATE) - 1, 0)
        recent = states[first:last]
        if recent and is_index(key):
            # A total is a sum of indexes each of which was true, though not all at the same moment.
            return min(map(int, recent)) <= int(state) <= max(map(int, recent)) + NEAR_WH
        return state in recent


def is_index(key: str) -> bool:
    """Return whether a key counts energy, or is their total."""
    return key == TOTAL or any(row.fastest for row in ROWS_OF.get(key, ()))


async def play(
    hass: HomeAssistant, kind: Kind, serial: str, rate: float
) -> tuple[Played, TicMeter]:
    """Play days of a meter into a real entry, each change written; `rate` is the noise."""
    elapsed_s = 0.0
    house = Household(
        scale=8 if kind.mode is Mode.PME_PMI else 1,
        solar_peak_w=4000 if kind.is_producer else 0,
        begin=begin_of(kind),
        resolution_s=60,
        clock=lambda: elapsed_s,
    )
    meter, port, played = TicMeter(kind, house, serial), Port(), Played()
    labels = {row.label for row in meter.output.rows} & ROWS_OF.keys()
    decoder, registry, number = TicDecoder(), er.async_get(hass), 0
    entry = entry_of(meter, port.url, interval=0)

    async def say(noise: Noise) -> None:
        sent, heard, whole = {}, b"", 0
        for piece in meter.pieces():
            data = noise(piece.data)
            heard += data
            if piece.label is not None:
                sent[piece.label] = piece.value
                played.sent += played.is_counted and piece.label in labels
                whole += piece.label in labels and data == piece.data
        for event in decoder.feed(heard):
            if isinstance(event, Group) and sent.get(event.label) != event.value:
                played.false_groups += 1
                if event.label in IDENTIFIERS:
                    whole = 0  # as far as can be told, this is another meter's frame
        played.whole += played.is_counted and whole
        await port.hand(heard)

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        entity, state = registry.async_get(event.data["entity_id"]), event.data["new_state"]
        if entity is None or entity.config_entry_id != entry.entry_id:
            return
        if entity.domain == "event" or key_of(entity) == NEXT_CHANGE:
            return  # of the clock of Home Assistant, for which no day passes here
        if state is not None and state.state not in NOBODY:
            frames, states = played.written[key_of(entity)]
            frames.append(number)
            states.append(state.state)

    stop = hass.bus.async_listen("state_changed", changed)
    entry.add_to_hass(hass)
    with port.installed():
        setup = hass.async_create_task(hass.config_entries.async_setup(entry.entry_id))
        before = Noise(rate)
        while not setup.done():
            await say(before)
        assert await setup
        await hass.async_block_till_done()
        listen(entry, labels, played)
        # Of the days alone: how long the setup takes is chance.
        noise = Noise(rate)
        clock = hass.loop.time
        entry.runtime_data.clock = lambda: clock() + elapsed_s
        for number in range(1, FRAMES + 1):
            elapsed_s = number * FRAME_S
            for played.is_counted in (False, False, True):
                await say(noise)
            if number % 16 == 0:
                await hass.async_block_till_done()
        for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
            if state := hass.states.get(entity.entity_id):
                played.shown[key_of(entity)] = state.state
        assert await hass.config_entries.async_remove(entry.entry_id)
    # The next meter's entities may have the same names.
    restore_state.async_get(hass).last_states.clear()
    stop()
    return played, meter


def key_of(entity: er.RegistryEntry) -> str:
    """Return the entity's key: what its unique id has after the meter's number."""
    return entity.unique_id.partition("_")[2]


def listen(entry: ConfigEntry[LinkyMeter], labels: set[str], played: Played) -> None:
    """Count what is believed."""
    meter = entry.runtime_data

    def count(label: str) -> None:
        def told() -> None:
            played.used[label] += played.is_counted and label in meter.values

        meter.async_listen([label], told)

    for label in labels:
        count(label)


def indexes_of(meter: TicMeter) -> dict[str, str]:
    """Return what the meter counted, by label, that is to be shown at the end."""
    registers, contract = meter.registers, meter.kind.contract
    used = range(len(contract.periods))
    if meter.kind.mode is Mode.HISTORIC:
        energies = dict(zip(contract.labels, registers.supplier, strict=False))
        energies = energies or {"BASE": sum(registers.supplier)}
        if len(contract.labels) > 1:
            written = (energy // WATT_HOUR for energy in energies.values())
            energies["total"] = sum(written) * WATT_HOUR
    else:
        energies = {f"EASF{number + 1:02}": registers.supplier[number] for number in used}
        energies["EAST"] = sum(registers.supplier)
        if meter.kind.is_producer:
            energies["EAIT"] = registers.injected
    return {label: str(energy // WATT_HOUR) for label, energy in energies.items()}


def periods_of(meter: TicMeter) -> dict[str, str]:
    """Return what a PME-PMI counted in the period in force, the only one it tells."""
    period = meter.registers.period
    return {f"EAP_s_{period}": str(meter.registers.index_wh(period) // 1000)}


# A meter that spells as the document does has no number to be known by.
@pytest.mark.parametrize("kind", [one for one in KINDS if not one.is_documented], ids=str)
async def test_a_day_ends_at_the_truth_and_a_bad_line_writes_nothing_else(
    hass: HomeAssistant, kind: Kind
) -> None:
    good, meter = await play(hass, kind, "991976000606", 0)
    indexes = indexes_of(meter) if kind.mode is not Mode.PME_PMI else periods_of(meter)
    assert {key: good.shown.get(key) for key in indexes} == indexes
    # What changes is said twice before it is believed.
    assert good.used.total() >= 0.97 * good.sent

    bad, _ = await play(hass, kind, "991976000707", 0.01)
    wrong = [
        (key, frame, state)
        for key, (frames, states) in bad.written.items()
        for frame, state in zip(frames, states, strict=True)
        if not good.was_true(key, state, frame)
    ]
    print(
        f"{kind}: {bad.sent} groups, {bad.whole} whole, {bad.used.total()} used,"
        f" {bad.false_groups} damaged with a good checksum, {len(wrong)} wrong states"
    )
    assert not [one for one in wrong if is_index(one[0])]
    assert len(wrong) <= WRONG * bad.used.total(), wrong
    assert bad.used.total() >= 0.95 * bad.whole
