"""Receipts of a day: sets, what they come to, and where two part."""

from random import Random
from struct import pack

import pytest

from custom_components.sen1.protocol.model import Reading
from custom_components.sen1.protocol.trust.day import (
    DAY,
    EVERYBODY,
    HOUR,
    DayTotals,
    KeptReading,
    Parting,
    TimeRange,
    Verdict,
    answers_compared,
    by_day,
    compared,
    day_from_text,
    day_of,
    day_to_text,
    digest_of,
    fewer,
    hours_of,
    kept_in,
    leaf_of,
    leaves_of,
    of_hour,
    readings_of,
    record_of,
    totals_of,
    totals_of_answers,
    whole_bytes,
)
from custom_components.sen1.protocol.trust.verify_journal import leaf_hash, merkle_root

NOON = day_from_text("2026-11-26") * DAY + 12 * HOUR
SALT = bytes(range(16))


def a_day(random: Random, count: int) -> dict[int, float | str]:
    """Return the readings of some day: numbers, texts and booleans."""
    begin = random.randrange(20_000, 22_000) * DAY
    values = (random.uniform(-1e6, 1e6), random.choice(("on", "zwölf")), random.random() < 0.5)
    return {
        time: random.choice((*values, random.uniform(0, 1)))
        for time in random.sample(range(begin, begin + DAY), count)
    }


def test_a_day_is_written_as_a_date_and_read_back() -> None:
    assert day_to_text(day_of(NOON)) == "2026-11-26"
    assert day_from_text("1970-01-01") == 0
    for text in ("2026-11-26T00:00", "20261126", "2026-W48-4", "tomorrow", ""):
        with pytest.raises(ValueError, match=r"."):
            day_from_text(text)


def test_a_reading_belongs_to_the_utc_day_of_its_time() -> None:
    last, first = Reading(DAY * 20_783 / 1000 - 0.001, 1.0), Reading(DAY * 20_783 / 1000, 2.0)
    assert by_day([last, first]) == {
        20_782: [(DAY * 20_783 - 1, 1.0)],
        20_783: [(DAY * 20_783, 2.0)],
    }


def test_a_leaf_is_of_salt_time_and_value_as_the_protocol_says() -> None:
    time = pack(">Q", NOON)
    assert leaf_of(SALT, NOON, 230.5) == leaf_hash(SALT + time + b"n" + pack(">d", 230.5))
    assert leaf_of(SALT, NOON, "HC é") == leaf_hash(SALT + time + b"s" + "HC é".encode())
    assert leaf_of(SALT, NOON, True) == leaf_hash(SALT + time + b"b\x01")
    assert leaf_of(SALT, NOON, False) == leaf_hash(SALT + time + b"b\x00")
    assert leaf_of(SALT, NOON, 230) == leaf_of(SALT, NOON, 230.0)
    assert leaf_of(SALT, NOON, -0.0) == leaf_of(SALT, NOON, 0.0)
    assert leaf_of(SALT, NOON, 1.0) != leaf_of(SALT, NOON, True)


def test_a_set_is_the_same_in_whatever_order_it_came() -> None:
    for seed in range(50):
        random = Random(seed)
        readings = a_day(random, random.randrange(60))
        shuffled = random.sample(sorted(readings), len(readings))
        again = {time: readings[time] for time in shuffled}
        assert totals_of(leaves_of(again, SALT)) == totals_of(leaves_of(readings, SALT))


def test_the_root_tells_a_value_a_time_and_a_salt_apart() -> None:
    known = totals_of(leaves_of({NOON: 1.0, NOON + 1: 2.0}, SALT)).root
    others: list[tuple[dict[int, float | str], bytes]] = [
        ({NOON: 1.0, NOON + 1: 2.5}, SALT),
        ({NOON: 1.0, NOON + 2: 2.0}, SALT),
        ({NOON: 1.0}, SALT),
        ({NOON: 1.0, NOON + 1: 2.0}, bytes(16)),
    ]
    for readings, salt in others:
        assert totals_of(leaves_of(readings, salt)).root != known


def test_nothing_comes_to_the_root_of_nothing() -> None:
    assert totals_of({}) == DayTotals(0, merkle_root([]))


def test_hours_are_what_the_day_is_cut_into() -> None:
    for seed in range(20):
        random = Random(seed)
        leaves = leaves_of(a_day(random, 80), SALT)
        hours = hours_of(leaves)
        assert len(hours) == 24
        assert sum(hour.count for hour in hours) == len(leaves)
        together: dict[int, bytes] = {}
        for number, hour in enumerate(hours):
            assert totals_of(of_hour(leaves, number)) == hour
            together |= of_hour(leaves, number)
        assert together == leaves


def test_what_two_sets_differ_in_is_named_and_nothing_else() -> None:
    for seed in range(300):
        random = Random(seed)
        sent = a_day(random, random.randrange(1, 100))
        lost = set(random.sample(sorted(sent), random.randrange(len(sent) + 1)))
        got = {time: value for time, value in sent.items() if time not in lost}
        changed = set(random.sample(sorted(got), random.randrange(len(got) + 1)))
        if random.random() < 0.5:
            changed = set()
        got |= dict.fromkeys(changed, "otherwise")
        found = compared(leaves_of(sent, SALT), leaves_of(got, SALT))
        for ranges, true in ((found.missing, lost), (found.differs, changed)):
            assert sum(each.count for each in ranges) == len(true)
            inside = {t for t in sent for each in ranges if each.begin <= t <= each.end}
            assert inside == true
        verdict = Verdict.NOT_RECEIVED if lost else Verdict.EQUAL
        assert found.verdict is (Verdict.DIFFERS if changed else verdict)


def test_what_came_and_was_not_sent_came_otherwise() -> None:
    found = compared({}, {NOON: b"leaf"})
    assert found == Parting(differs=(TimeRange(NOON, NOON, 1),))
    assert found.verdict is Verdict.DIFFERS


def test_what_is_missing_between_what_came_is_two_ranges() -> None:
    sent = {NOON + at: b"%d" % at for at in range(6)}
    got = {time: sent[time] for time in (NOON, NOON + 3)}
    assert compared(sent, got).missing == (
        TimeRange(NOON + 1, NOON + 2, 2),
        TimeRange(NOON + 4, NOON + 5, 2),
    )


def test_many_ranges_become_few_and_none_is_left_out() -> None:
    for seed in range(100):
        random = Random(seed)
        times = sorted(random.sample(range(100_000), 2 * random.randrange(1, 60)))
        ranges = [TimeRange(times[at], times[at + 1], at + 1) for at in range(0, len(times), 2)]
        most = random.randrange(1, 20)
        few = fewer(ranges, most)
        assert len(few) == min(most, len(ranges))
        assert sum(each.count for each in few) == sum(each.count for each in ranges)
        for each in ranges:
            assert any(one.begin <= each.begin and each.end <= one.end for one in few)
    assert fewer([], 4) == ()
    assert fewer([TimeRange(0, 1, 1), TimeRange(3, 4, 1), TimeRange(90, 95, 1)], 2) == (
        TimeRange(0, 4, 2),
        TimeRange(90, 95, 1),
    )


def test_answers_of_the_past_count_in_any_order() -> None:
    digests = [digest_of(b"one"), digest_of(b"two"), digest_of(b"three")]
    sent = totals_of_answers(digests, SALT)
    assert sent.count == 3
    assert answers_compared(sent, totals_of_answers(reversed(digests), SALT)) is Verdict.EQUAL
    fewer_came = totals_of_answers(digests[1:], SALT)
    assert answers_compared(sent, fewer_came) is Verdict.NOT_RECEIVED
    another = totals_of_answers([*digests[1:], digest_of(b"forged")], SALT)
    assert answers_compared(sent, another) is Verdict.DIFFERS


def test_what_is_kept_is_read_back_whatever_is_torn_off_its_end() -> None:
    for seed in range(30):
        random = Random(seed)
        readings = a_day(random, 20)
        kept = [KeptReading(time, random.randrange(3), value) for time, value in readings.items()]
        kept.append(KeptReading(NOON, EVERYBODY, None))
        pieces = [record_of(each.time, each.group, each.value) for each in kept]
        data = b"".join(pieces)
        assert list(kept_in(data)) == kept
        torn = data[: random.randrange(len(data))]
        whole = whole_bytes(torn)
        assert list(kept_in(torn)) == list(kept_in(torn[:whole]))
        assert len(torn) - whole < max(map(len, pieces))
        # What is written after the tear is cut off is read as well.
        assert list(kept_in(torn[:whole] + pieces[0]))[-1] == kept[0]


def test_a_boolean_is_read_back_as_one() -> None:
    (kept,) = kept_in(record_of(NOON, EVERYBODY, True))
    assert kept.value is True


def test_of_a_time_said_twice_the_last_counts_for_those_it_went_to() -> None:
    kept = [
        KeptReading(1, 7, 10.0),
        KeptReading(2, 7, 20.0),
        KeptReading(1, 8, 11.0),
        KeptReading(2, 7, None),
    ]
    assert readings_of(kept, {7}) == {1: 10.0}
    assert readings_of(kept, {7, 8}) == {1: 11.0}
    assert readings_of(kept, {8}) == {1: 11.0}
