"""The TIC decoder keeps its promises on whole, cut, damaged and hostile lines."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
import json
from pathlib import Path
from random import Random
import tracemalloc
from typing import Any

import pytest

from custom_components.sen1.linky import tic
from custom_components.sen1.linky.line.tic import (
    MAX_GROUP,
    Fault,
    Frame,
    Group,
    Mode,
    TicDecoder,
    checksum,
)
from testbed.household import PARIS, Household
from testbed.tic_groups import KINDS, Kind, encode_historic, encode_standard
from testbed.tic_meter import TicMeter

STX, ETX, EOT = b"\x02", b"\x03", b"\x04"
CAPTURES = Path(__file__).parents[3] / "shared" / "captures"
EVENING = datetime(2026, 11, 24, 19, 20, tzinfo=PARIS)

HISTORIC = {"ADCO": "991976000101", "PTEC": "HP..", "PAPP": "00460"}
STANDARD = {"ADSC": "991976000202", "LTARF": "HEURE CREUSE    ", "SINSTS": "00460"}


def historic(values: dict[str, str]) -> bytes:
    return STX + b"".join(encode_historic(*item) for item in values.items()) + ETX


def standard(values: dict[str, str]) -> bytes:
    return STX + b"".join(encode_standard(*item) for item in values.items()) + ETX


@cache
def frame_of(kind: Kind) -> bytes:
    return TicMeter(kind, Household(begin=EVENING, clock=lambda: 0, solar_peak_w=3000)).frame()


def decode(data: bytes) -> list[Group | Frame]:
    return TicDecoder().feed(data)


def frames(events: list[Group | Frame]) -> list[Frame]:
    return [event for event in events if isinstance(event, Frame)]


def values(events: list[Group | Frame]) -> dict[str, str]:
    return {event.label: event.value for event in events if isinstance(event, Group)}


@pytest.mark.parametrize("kind", KINDS, ids=str)
class TestAFrameOfEachKind:
    def test_gives_its_groups_one_by_one_and_then_itself(self, kind: Kind) -> None:
        *groups, frame = decode(frame_of(kind))
        assert isinstance(frame, Frame)
        assert list(frame.groups.values()) == groups
        assert len(groups) == frame_of(kind).count(b"\n")

    def test_gives_the_same_byte_by_byte(self, kind: Kind) -> None:
        decoder = TicDecoder()
        events = [e for byte in frame_of(kind) for e in decoder.feed(bytes([byte]))]
        assert events == decode(frame_of(kind))

    def test_gives_the_same_after_garbage(self, kind: Kind) -> None:
        garbage = b"\x00\xff*@\x7f 12\r\n\tEP*PREF" + frame_of(kind)[40:90]
        assert decode(garbage + frame_of(kind))[-1] == decode(frame_of(kind))[-1]

    def test_gives_the_same_between_two_others(self, kind: Kind) -> None:
        others = decode(frame_of(Kind.HISTORIC_BASE)), decode(frame_of(Kind.STANDARD_HC))
        data = frame_of(Kind.HISTORIC_BASE) + frame_of(kind) + frame_of(Kind.STANDARD_HC)
        assert decode(data) == [*others[0], *decode(frame_of(kind)), *others[1]]

    def test_gives_the_same_with_parity_in_the_eighth_bit(self, kind: Kind) -> None:
        even = bytes(byte | (byte.bit_count() % 2) << 7 for byte in frame_of(kind))
        assert decode(even) == decode(frame_of(kind))


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        pytest.param(b"PTEC HP..  ", Group("PTEC", "HP.."), id="checksum is a space"),
        pytest.param(b"EASD01\t000000000\t ", Group("EASD01", "0" * 9), id="standard, same"),
        pytest.param(
            b"DATEPA1 26/08/16 10:30:00 -",
            Group("DATEPA1", "26/08/16 10:30:00"),
            id="separator in the data",
        ),
        pytest.param(
            b"MESURES1 BT 4 SUP36 @", Group("MESURES1", "BT 4 SUP36"), id="separators in the data"
        ),
        pytest.param(b"ER+P-1_s 229kvarh ;", Group("ER+P-1_s", "229kvarh"), id="PME-PMI label"),
        pytest.param(
            b"LTARF\t  INDEX 2       \tU", Group("LTARF", "  INDEX 2       "), id="padding kept"
        ),
        pytest.param(
            b"DATE\tE170915101601\t\t>", Group("DATE", "", "E170915101601"), id="horodate alone"
        ),
        pytest.param(
            b"DPM1\t 230214060000\t01\t ", Group("DPM1", "01", " 230214060000"), id="no season"
        ),
        pytest.param(
            b"SMAXSN1-1\th261123002000\t02611\tW",
            Group("SMAXSN1-1", "02611", "h261123002000"),
            id="nine characters, degraded clock",
        ),
    ],
)
def test_a_group_is_read_as_the_meter_wrote_it(group: bytes, expected: Group) -> None:
    assert decode(b"\n" + group + b"\r") == [expected]


@pytest.mark.parametrize(
    ("group", "fault"),
    [
        pytest.param(b"PAPP 00470 +", Fault.CHECKSUM, id="damaged digit"),
        pytest.param(b"PAPP 00460  ", Fault.CHECKSUM, id="damaged checksum"),
        pytest.param(b"SINSTS\t00461\tN", Fault.CHECKSUM, id="standard, damaged digit"),
        pytest.param(b"PAPP00460 +", Fault.SYNTAX, id="a separator missing"),
        pytest.param(b"PAPP 00460+", Fault.SYNTAX, id="the other separator missing"),
        pytest.param(b"PAPP", Fault.SYNTAX, id="cut"),
        pytest.param(b"P", Fault.SYNTAX, id="one character"),
        pytest.param(b"*PAPP 00460 U", Fault.SYNTAX, id="no letter first"),
        pytest.param(b"SMAXSN\tE26112300200\t02611\tJ", Fault.SYNTAX, id="short horodate"),
        pytest.param(b"A" * 200, Fault.TOO_LONG, id="too long"),
    ],
)
@pytest.mark.parametrize("size", [1, 1000])
def test_a_bad_group_is_dropped_alone_and_counted(group: bytes, fault: Fault, size: int) -> None:
    data = historic(HISTORIC).replace(b"\nPTEC", b"\n" + group + b"\r\nPTEC")
    decoder = TicDecoder()
    events = [e for n in range(0, len(data), size) for e in decoder.feed(data[n : n + size])]
    *groups, frame = decode(historic(HISTORIC))
    assert isinstance(frame, Frame)
    assert events == [*groups, replace(frame, is_damaged=True)]
    assert decoder.statistics.bad == {fault: 1}
    assert decoder.statistics.good == 3
    assert decoder.statistics.frames == 1


# ETX and EOT end a frame wherever they stand; STX before LF begins one.
DAMAGES = [
    pytest.param(damaged, bytes([control]), id=f"{name} to {control:02x}")
    for damaged, name in ((b"\r", "CR"), (b"\n", "LF"))
    for control in (*range(32), 127)
    if control not in (*ETX, *EOT) and (name, control) != ("CR", *STX)
]


@pytest.mark.parametrize(("damaged", "control"), DAMAGES)
@pytest.mark.parametrize("whole", [historic(HISTORIC), standard(STANDARD)], ids=["SP", "HT"])
def test_a_line_end_damaged_into_another_control_character_costs_nothing(
    whole: bytes, damaged: bytes, control: bytes
) -> None:
    for number in range(1, whole.count(damaged) + 1):
        head, tail = _split_at(whole, damaged, number)
        decoder = TicDecoder()
        assert decoder.feed(head + control + tail) == decode(whole)
        assert not decoder.statistics.bad


def _split_at(data: bytes, mark: bytes, number: int) -> tuple[bytes, bytes]:
    parts = data.split(mark)
    return mark.join(parts[:number]), mark.join(parts[number:])


@pytest.mark.parametrize("mark", [ETX, EOT], ids=["ETX", "EOT"])
def test_a_line_end_damaged_into_an_end_of_transmission_costs_no_group(mark: bytes) -> None:
    whole = historic(HISTORIC)
    for damaged in (b"\r", b"\n"):
        head, tail = _split_at(whole, damaged, 2)
        assert values(decode(head + mark + tail)) == HISTORIC


def test_the_frame_one_falls_into_gives_groups_but_is_no_frame() -> None:
    whole = historic(HISTORIC)
    for begin in range(1, len(whole)):
        events = decode(whole[begin:] + whole)
        assert frames(events) == frames(decode(whole))
        assert values(events) == HISTORIC


def test_a_frame_whose_end_is_lost_gives_nothing_to_the_next() -> None:
    first = {"ADCO": "991976000101", "ADPS": "031"}
    events = decode(historic(first)[:-1] + historic(HISTORIC))
    assert [list(frame.groups) for frame in frames(events)] == [list(HISTORIC)]


def test_a_frame_begins_even_if_the_line_feed_after_its_start_is_lost() -> None:
    events = decode(historic(HISTORIC).replace(b"\x02\n", b"\x02"))
    assert list(frames(events)[0].groups) == list(HISTORIC)


def test_a_frame_begun_amidst_another_is_damaged() -> None:
    whole = standard(STANDARD)
    second = whole.index(b"\r")  # becomes STX: what follows is not from the beginning on
    (frame,) = frames(decode(whole[:second] + STX + whole[second + 1 :]))
    assert frame.is_damaged
    assert not any(frame.is_damaged for frame in frames(decode(2 * whole)))


def test_a_cut_frame_gives_nothing_to_the_one_that_follows() -> None:
    cut = historic({"ADPS": "031", **HISTORIC})[:20]
    (frame,) = frames(decode(cut + historic(HISTORIC)))
    assert list(frame.groups) == list(HISTORIC)


def test_an_interruption_cuts_group_and_frame_and_the_next_frame_is_whole() -> None:
    whole = historic(HISTORIC)
    decoder = TicDecoder()
    events = decoder.feed(whole.replace(b"PTEC", b"PT\x04EC") + whole)
    assert frames(events) == frames(decode(whole))
    assert decoder.statistics.interruptions == 1
    assert decoder.statistics.bad == {Fault.SYNTAX: 1, Fault.CHECKSUM: 1}


def test_a_frame_with_no_good_group_is_no_frame() -> None:
    assert decode(STX + ETX + STX + b"\nPAPP 00460 !\r" + ETX) == []


def test_old_meters_send_their_address_alone() -> None:
    address = {"ADCO": "991976000101"}
    assert list(frames(decode(historic(address)))[0].groups) == ["ADCO"]


@pytest.mark.parametrize(
    ("data", "mode"),
    [
        (historic(HISTORIC), Mode.HISTORIC),
        (standard(STANDARD), Mode.STANDARD),
        (historic({"ADS": "991976000404", "PTCOUR1": "HPE"}), Mode.PME_PMI),
        (historic({"MESURES1": "BT 4 SUP36", "PTCOUR1": "HPE"}), Mode.PME_PMI),
        # A tab instead of the last CR is damage, not the standard mode's separator.
        (historic(HISTORIC)[:-2] + b"\t" + ETX, Mode.HISTORIC),
    ],
)
def test_the_mode_is_told_by_the_separator_and_the_first_labels(data: bytes, mode: Mode) -> None:
    assert frames(decode(data))[0].mode is mode


def test_checksums_of_the_two_syntaxes() -> None:
    assert checksum(b"PTEC HP..") == ord(" ")
    assert checksum(b"EASD01\t000000000\t") == ord(" ")


def test_any_cut_of_the_same_bytes_gives_the_same_events() -> None:
    random = Random(14)
    data = b"".join(_mutate(frame, random) for frame in map(frame_of, KINDS) for _ in range(20))
    whole = TicDecoder()
    expected = whole.feed(data)
    for _ in range(20):
        decoder = TicDecoder()
        events: list[Group | Frame] = []
        rest = data
        while rest:
            size = random.choice((1, 2, 7, 32, 500))
            events += decoder.feed(rest[:size])
            rest = rest[size:]
        assert events == expected
        assert decoder.statistics == whole.statistics


def test_200_000_mutated_frames_raise_nothing_and_give_only_clean_text() -> None:
    random = Random(8428)
    pool = [frame_of(Kind.HISTORIC_BASE), historic(HISTORIC), standard(STANDARD)]
    decoder = TicDecoder()
    for _ in range(200):
        data = b"".join(_mutate(random.choice(pool), random) for _ in range(1000))
        for event in decoder.feed(data):
            if isinstance(event, Group):
                assert (event.label + event.value).isprintable()
    assert decoder.statistics.frames > 100_000
    assert set(decoder.statistics.bad) == set(Fault)


def _mutate(frame: bytes, random: Random) -> bytes:
    data = bytearray(frame)
    for _ in range(random.randrange(4)):
        position = random.randrange(len(data))
        match random.randrange(4):
            case 0:
                data[position] ^= 1 << random.randrange(8)
            case 1:
                data[position] = random.randrange(256)
            case 2:
                del data[position : position + random.randrange(1, 40)]
                data += ETX
            case _:
                data[position:position] = random.choice((b"\x00", b"\x02", b"~" * MAX_GROUP))
    return bytes(data)


@pytest.mark.parametrize(
    "endless",
    [
        pytest.param([b"A" * 4096] * 500, id="no line end"),
        pytest.param([b"\t" * 4096] * 500, id="separators only"),
        pytest.param([b"\r\n" * 2048] * 500, id="line ends only"),
        pytest.param(
            [encode_historic(f"A{n}", f"{n:09}") for n in range(20_000)], id="a frame with no end"
        ),
    ],
)
def test_what_is_kept_is_bounded(endless: list[bytes]) -> None:
    decoder = TicDecoder()
    decoder.feed(STX)
    tracemalloc.start()
    try:
        for data in endless:
            decoder.feed(data)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 200_000
    (frame,) = frames(decoder.feed(b"\r" + ETX + historic(HISTORIC)))[-1:]
    assert [frame] == frames(decode(historic(HISTORIC)))


def captures() -> Iterator[Any]:
    if not CAPTURES.is_dir():
        yield pytest.param({}, marks=pytest.mark.skip("the captures are not beside the repository"))
        return
    for entry in json.loads((CAPTURES / "INDEX.json").read_text()):
        yield pytest.param(entry, id=entry["file"])


@pytest.mark.parametrize("entry", captures())
def test_a_capture_gives_what_another_decoder_read_in_it(entry: dict[str, Any]) -> None:
    decoder = TicDecoder()
    events = decoder.feed((CAPTURES / entry["file"]).read_bytes())
    assert values(events) == entry["last"]
    assert decoder.statistics.good >= entry["groups_ok"]
    assert len(values(events)) == entry["labels"]
    assert all(len(frame.groups) == entry["labels"] for frame in frames(events))
    assert len(frames(events)) >= entry["stx"] - 1


def test_other_programs_find_the_decoder_under_the_name_they_rely_on() -> None:
    assert tic.TicDecoder is TicDecoder
