"""A character of wrong parity is dropped, if parity is sent."""

from random import Random

import pytest

from custom_components.sen1.linky.line.parity import WINDOW, ParityCheck
from custom_components.sen1.linky.line.tic import SUB, Fault, Group, TicDecoder, checksum
from testbed.tic_groups import Kind
from testbed.tic_meter import TicMeter


def with_parity(data: bytes) -> bytes:
    return bytes(char | (char.bit_count() % 2) << 7 for char in data)


FRAMES = {kind: TicMeter(kind).frame() for kind in (Kind.HISTORIC_HC, Kind.STANDARD_HC)}


@pytest.mark.parametrize("kind", FRAMES)
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_whole_characters_pass_with_parity_and_without(kind: Kind, size: int) -> None:
    for data in (with_parity(FRAMES[kind] * 20), FRAMES[kind] * 20):
        check = ParityCheck()
        passed = b"".join(check.strip(data[n : n + size]) for n in range(0, len(data), size))
        assert passed == data
        assert check.is_sent is (data != FRAMES[kind] * 20)


def test_one_damaged_bit_of_a_character_is_seen_wherever_it_is() -> None:
    data = with_parity(FRAMES[Kind.STANDARD_HC])
    check = ParityCheck()
    check.strip(data)
    assert check.is_sent
    for position in range(100):
        for bit in range(8):
            damaged = bytearray(data[:100])
            damaged[position] ^= 1 << bit
            assert check.strip(bytes(damaged))[position] == ord(SUB)


def test_the_bit_that_checksums_never_see_costs_its_group() -> None:
    right = FRAMES[Kind.STANDARD_HC]
    wrong = bytearray(right)
    wrong[right.index(b"HEURE") + 15] ^= 1 << 6  # a space becomes a grave accent
    texts = {}
    for name, line in (("without", bytes), ("with", with_parity)):
        check, decoder = ParityCheck(), TicDecoder()
        check.strip(line(right))
        damaged = bytes(a ^ b ^ c for a, b, c in zip(line(right), right, wrong, strict=True))
        events = decoder.feed(check.strip(damaged))
        texts[name] = [e.value for e in events if isinstance(e, Group) and e.label == "LTARF"]
    assert texts["with"] == []
    assert texts["without"] == [right[right.index(b"HEURE") :][:15].decode() + "`"]


def test_noise_is_not_taken_for_parity() -> None:
    check, random = ParityCheck(), Random(54)
    for _ in range(200):
        check.strip(random.randbytes(100))
        assert not check.is_sent


def test_parity_is_known_after_a_time_of_noise_and_forgotten_with_another_reader() -> None:
    check, data = ParityCheck(), FRAMES[Kind.STANDARD_HC]
    check.strip(Random(54).randbytes(2 * WINDOW))
    check.strip(with_parity(data) * 2)
    assert check.is_sent
    check.strip(data * 2)
    assert not check.is_sent


def test_a_group_cut_where_a_character_happens_to_be_its_checksum_is_dropped() -> None:
    check, decoder = ParityCheck(), TicDecoder()
    check.strip(with_parity(FRAMES[Kind.STANDARD_HC]))
    short = b"CCASN\tE270404210000\t"
    whole = short + bytes([checksum(short)]) + b"0492\t"
    damaged = bytearray(with_parity(b"\n" + whole + bytes([checksum(whole)]) + b"\r"))
    damaged[len(short) + 2] ^= 1
    assert decoder.feed(check.strip(bytes(damaged))) == []
    assert decoder.statistics.bad == {Fault.SYNTAX: 1}


def test_a_line_that_damages_single_bits_gives_no_wrong_group() -> None:
    random = Random(8428)
    right = FRAMES[Kind.STANDARD_HC]
    told = {event for event in TicDecoder().feed(right) if isinstance(event, Group)}
    wrong = {}
    for name, line in (("without", bytes), ("with", with_parity)):
        check, decoder, found = ParityCheck(), TicDecoder(), set()
        check.strip(line(right))
        for _ in range(300):
            damaged = bytes(
                char ^ (1 << random.randrange(7) if random.random() < 0.01 else 0)
                for char in line(right)
            )
            events = decoder.feed(check.strip(damaged))
            found |= {event for event in events if isinstance(event, Group)}
        wrong[name] = found - told
    assert wrong["without"]
    assert not wrong["with"]
