"""Frames mutated without mercy: nothing breaks, and what is believed had every right to be.

Of each frame some groups are spoilt, by a line's faults and by forgers who know the checksum.
SEN1_FRAMES=1000000 plays a million; the count of what came through is printed (pytest -rP).
"""

from collections import Counter
from collections.abc import Callable, Container
from datetime import datetime
import os
from random import Random
import re

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.linky.line.tic import Frame, Group, TicDecoder
from custom_components.sen1.linky.meter import LinkyMeter
from testbed.household import PARIS, Household
from testbed.port import Port
from testbed.tic_groups import KINDS, Kind, Mode
from testbed.tic_meter import TicMeter

from .conftest import entry_of
from .test_damage import complaints

FRAMES = int(os.environ.get("SEN1_FRAMES", "3000"))
KINDS_WITH_A_NUMBER = [kind for kind in KINDS if not kind.is_documented]
TIMES = 8
"""Each frame is mutated so often, as if nothing had changed at the meter for so many seconds."""

INDEX = re.compile(r"BASE|HCH.|EJPH.+|BBR.+|EAS.+|EAIT|ERQ.")
FARTHEST_WH = 3 * TIMES * 20
"""What the largest Linky draws while a frame is mutated, and the time before and after."""

NUMBERS = (
    (INDEX, re.compile(r"\d{9}")),
    (re.compile(r"PAPP|PMAX|SINST.+|SMAX.+|CCA.+"), re.compile(r"\d{5}")),
    (re.compile(r"IINST.?|IMAX.?|AD(PS|IR.)|IRMS.|URMS.|UMOY."), re.compile(r"\d{3}")),
    (re.compile(r"ISOUSC|PREF|PCOUP|NTARF|NJOURF.*"), re.compile(r"\d{2}")),
    (re.compile(r"STGE"), re.compile(r"[0-9A-F]{8}")),
)
"""Form of each family of labels (54E), apart from the integration's own."""

type Encode = Callable[[str, str, str | None], bytes]


def mutated(groups: list[bytes], chance: Random) -> tuple[bytes, set[str]]:
    """Return the bytes of a frame, some of its groups spoilt, and the labels that were forged."""
    groups, forgeries = groups.copy(), set()
    for _ in range(chance.randint(1, 6)):
        number = chance.randrange(len(groups))
        mutate = chance.choice(MUTATIONS)
        if mutate is forged:
            forgeries.add(re.split(rb"[ \t]", groups[number][1:])[0].decode("ascii", "replace"))
        groups[number] = mutate(bytearray(groups[number]), chance)
    return b"\x02" + b"".join(groups) + b"\x03", forgeries


def flipped(group: bytearray, chance: Random) -> bytes:
    for _ in range(chance.randint(1, 3)):
        group[chance.randrange(len(group))] ^= 1 << chance.randrange(7)
    return bytes(group)


def replaced(group: bytearray, chance: Random) -> bytes:
    for _ in range(chance.randint(1, 3)):
        group[chance.randrange(len(group))] = chance.randrange(128)
    return bytes(group)


def lost(group: bytearray, chance: Random) -> bytes:
    begin = chance.randrange(len(group))
    del group[begin : begin + chance.randint(1, 4)]
    return bytes(group) or b"\n"


def grown(group: bytearray, chance: Random) -> bytes:
    begin = chance.randrange(len(group))
    group[begin:begin] = chance.randbytes(chance.randint(1, 4))
    return bytes(group)


def swapped(group: bytearray, chance: Random) -> bytes:
    one, other = chance.randrange(len(group)), chance.randrange(len(group))
    group[one], group[other] = group[other], group[one]
    return bytes(group)


def forged(group: bytearray, chance: Random) -> bytes:
    """Change digits of the value and set the checksum right."""
    if len(group) < 4:
        return bytes(group)
    covers_the_separator = b"\t" in group
    digits = [n for n, byte in enumerate(group[:-3]) if chr(byte).isdigit()]
    for number in chance.sample(digits, min(len(digits), chance.randint(1, 3))):
        group[number] = ord("0") + chance.randrange(10)
    covered = group[1:-2] if covers_the_separator else group[1:-3]
    group[-2] = (sum(covered) & 0x3F) + 0x20
    return bytes(group)


MUTATIONS = (flipped, replaced, lost, grown, swapped, forged)


class Witness:
    """Sees what the meter believes, and whether it was told so."""

    def __init__(self, entry: ConfigEntry[LinkyMeter], encode: Encode) -> None:
        self.meter = entry.runtime_data
        self.data = b""
        self.sent: dict[str, tuple[str, str | None]] = {}
        """Value and horodate of each label, before the mutation."""
        self.unjust: list[str] = []
        self.forged: set[str] = set()
        self.told: Counter[str] = Counter()
        self.through: Counter[str] = Counter()
        """Values that were never sent, believed all the same, by label..."""
        self.forgeries: Counter[str] = Counter()
        """...and those that a forger had made."""
        self.true: dict[str, object] = {}
        self._believed: dict[str, object] = {}
        """What was judged last, and is told again until another value is believed."""
        self._encode = encode
        self._listened: set[str] = set()

    def learn(self, groups: list[bytes]) -> None:
        """Take what is believed now of these groups for the truth."""
        heard = TicDecoder().feed(b"".join(groups))
        self.sent = {e.label: (e.value, e.horodate) for e in heard if isinstance(e, Group)}
        self.true = dict(self.meter.values)
        for label in self.true.keys() - self._listened:
            self._listen(label)

    def _listen(self, label: str) -> None:
        def told() -> None:
            value = self.meter.values.get(label)
            self.told[label] += 1
            is_new, self._believed[label] = value != self._believed.get(label), value
            if is_new and value is not None and label in self.true and value != self.true[label]:
                self._judge(label)

        self._listened.add(label)
        self.meter.async_listen([label], told)

    def _judge(self, key: str) -> None:
        """Hold what was believed against what came over the line, checksums read anew."""
        label = source_of(key, self.sent)
        events = TicDecoder().feed(self.data)
        groups = self._damaged([event for event in events if isinstance(event, Group)])
        if label is not None:
            groups = [group for group in groups if group.label == label]
            frames = [event for event in events if isinstance(event, Frame)]
            if not groups and not (frames and all(label in frame.groups for frame in frames)):
                return  # lost twice running, and so taken for what is no longer sent
        (self.forgeries if label in self.forged else self.through)[key] += 1
        forms = [form for family, form in NUMBERS if label and family.fullmatch(label)]
        if not any(all(form.fullmatch(group.value) for form in forms) for group in groups):
            self.unjust.append(f"{key} was believed and never said")
        before, now = self.true[key], self.meter.values[key]
        if INDEX.fullmatch(key) and not (
            isinstance(before, int) and isinstance(now, int) and 0 <= now - before <= FARTHEST_WH
        ):
            self.unjust.append(f"{key} cannot have gone from {before} to {now}")

    def _damaged(self, heard: list[Group]) -> list[Group]:
        """Return the groups that were never sent, and are on the line with a good checksum."""
        seven_bits = bytes(byte & 0x7F for byte in self.data)
        return [
            group
            for group in heard
            if (group.value, group.horodate) != self.sent.get(group.label)
            and self._encode(group.label, group.value, group.horodate)[1:-1] in seven_bits
        ]


def source_of(key: str, labels: Container[str]) -> str | None:
    """Return the label that a key begins with: EAST, SMAXSN_time, EAP_s_HPH."""
    while key not in labels:
        key, underscore, _ = key.rpartition("_")
        if not underscore:
            return None
    return key


@pytest.mark.parametrize("kind", KINDS_WITH_A_NUMBER, ids=str)
async def test_mutated_frames_break_nothing_and_are_believed_only_with_good_reason(
    hass: HomeAssistant, kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    seconds = 0.0
    house = Household(
        begin=datetime(2026, 1, 9, 16, tzinfo=PARIS),
        scale=8 if kind.mode is Mode.PME_PMI else 1,
        solar_peak_w=3000 if kind.is_producer else 0,
        clock=lambda: seconds,
    )
    meter, port, chance = TicMeter(kind, house), Port(), Random(kind.name)
    entry = entry_of(meter, port.url, interval=3600)
    entry.add_to_hass(hass)
    with port.installed():
        setup = hass.async_create_task(hass.config_entries.async_setup(entry.entry_id))
        while not setup.done():
            await port.hand(meter.frame())
        assert await setup
        witness = Witness(entry, meter.output.encode)
        start = hass.loop.time()
        entry.runtime_data.clock = lambda: start + seconds
        for number in range(max(1, FRAMES // len(KINDS_WITH_A_NUMBER) // TIMES)):
            seconds += 2
            groups = [piece.data for piece in meter.pieces() if piece.label is not None]
            witness.true = {}
            for _ in range(3):  # once more than what changes is said before it is believed
                await port.hand(b"\x02" + b"".join(groups) + b"\x03")
            witness.learn(groups)
            for _ in range(TIMES):
                seconds += 1
                witness.data, witness.forged = mutated(groups, chance)
                await port.hand(witness.data)
            if number % 16 == 0:
                await hass.async_block_till_done()
        assert port.openings == 1
        assert await hass.config_entries.async_unload(entry.entry_id)
    assert not witness.unjust[:5]
    assert witness.told.total() > 0
    # An index forged upwards by little is believed, and what the meter says next seems to go back.
    believed = witness.through | witness.forgeries
    assert not [
        line
        for line in complaints(caplog)
        if not any(f"the index {label} goes on from elsewhere" in line for label in believed)
    ]
    print(
        f"{kind}: {FRAMES // len(KINDS_WITH_A_NUMBER)} frames mutated,"
        f" {witness.told.total()} values believed,"
        f" {witness.through.total()} of them false {dict(witness.through)},"
        f" {witness.forgeries.total()} forged {dict(witness.forgeries)}"
    )
