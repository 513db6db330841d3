"""What is kept of a day: whatever a kill tears, and however it is read."""

from pathlib import Path
from random import Random
import stat

from custom_components.sen1.federation.receipts import files as module
from custom_components.sen1.federation.receipts.files import (
    DAYS_KEPT,
    NOBODY,
    DayFiles,
    Name,
    Written,
    members_of,
)
from custom_components.sen1.protocol.model import Reading
from custom_components.sen1.protocol.trust.day import DAY, day_to_text, leaves_of

D = 20_783
NOON = D * DAY // 1000 + 43_200
SALT = bytes(16)
OURS, THEIRS = Name("ours", "aaaa"), Name("0123456789abcdef", "bbbb")
ANNE, BEN = ("00" * 8, "11" * 8)
(A,), (B,) = members_of([ANNE]), members_of([BEN])


def readings(*values: float, begin: int = NOON) -> list[Reading]:
    """Return readings of a minute each."""
    return [Reading(begin + 60 * at, value) for at, value in enumerate(values)]


def leaves(*values: float, begin: int = NOON) -> dict[int, bytes]:
    """Return the leaves of the same."""
    times = {1000 * (begin + 60 * at): value for at, value in enumerate(values)}
    return leaves_of(times, SALT)


def test_each_has_what_went_to_the_group_it_was_in(tmp_path: Path) -> None:
    files = DayFiles(tmp_path / "receipts")
    both = members_of([ANNE, BEN])
    files.write({OURS: [Written(members_of([ANNE]), readings(1, 2))]}, D)
    files.write({OURS: [Written(both, readings(3, begin=NOON + 120))]}, D)
    for again in (files, DayFiles(tmp_path / "receipts")):
        assert again.leaves(OURS, D, A, SALT) == leaves(1, 2, 3)
        assert again.leaves(OURS, D, B, SALT) == leaves(3, begin=NOON + 120)
        assert not again.leaves(OURS, D, b"somebody", SALT)


def test_only_the_household_may_read_the_files(tmp_path: Path) -> None:
    files = DayFiles(tmp_path / "receipts")
    files.write({OURS: [Written(members_of([ANNE]), readings(1))]}, D)
    for path in (tmp_path / "receipts").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_a_reading_said_again_otherwise_is_what_was_said_last(tmp_path: Path) -> None:
    files = DayFiles(tmp_path)
    files.write({THEIRS: [Written(NOBODY, readings(1, 2)), Written(NOBODY, readings(7))]}, D)
    assert files.leaves(THEIRS, D, None, SALT) == leaves(7, 2)


def test_what_a_node_has_again_is_kept_once_and_by_those_who_lack_it(tmp_path: Path) -> None:
    files = DayFiles(tmp_path)
    files.write({OURS: [Written(members_of([ANNE]), readings(1, 2))]}, D)
    files.write({THEIRS: [Written(NOBODY, readings(1, 2))]}, D)
    size, theirs = files.size(OURS, D), files.size(THEIRS, D)
    files.write({OURS: [Written(members_of([ANNE]), readings(1, 2), True)]}, D)
    files.write({THEIRS: [Written(NOBODY, readings(1, 2), True)]}, D)
    assert (files.size(OURS, D), files.size(THEIRS, D)) == (size, theirs)
    files.write({OURS: [Written(members_of([ANNE, BEN]), readings(1, 2, 3), True)]}, D)
    files.write({THEIRS: [Written(NOBODY, readings(1, 2, 3), True)]}, D)
    assert files.leaves(OURS, D, A, SALT) == files.leaves(OURS, D, B, SALT) == leaves(1, 2, 3)
    assert files.leaves(THEIRS, D, None, SALT) == leaves(1, 2, 3)


def test_a_kill_at_any_byte_loses_the_torn_reading_alone(tmp_path: Path) -> None:
    for seed in range(60):
        random = Random(seed)
        folder = tmp_path / str(seed)
        DayFiles(folder).write({THEIRS: [Written(NOBODY, readings(1, 2, 3, 4))]}, D)
        path = folder / day_to_text(D) / ".".join(THEIRS)
        data = path.read_bytes()
        torn = random.randrange(len(data) + 1)
        path.write_bytes(data[:torn])
        whole = torn // (len(data) // 4)
        files = DayFiles(folder)
        values = [1, 2, 3, 4][:whole]
        assert files.leaves(THEIRS, D, None, SALT) == leaves(*values)
        files.write({THEIRS: [Written(NOBODY, readings(9, begin=NOON + 600))]}, D)
        assert files.leaves(THEIRS, D, None, SALT) == leaves(*values) | leaves(9, begin=NOON + 600)


def test_a_kill_while_groups_are_written_tears_none_that_is_used(tmp_path: Path) -> None:
    for torn in range(1, 14):
        folder = tmp_path / str(torn)
        DayFiles(folder).write({OURS: [Written(members_of([ANNE]), readings(1))]}, D)
        path = folder / day_to_text(D) / "groups"
        path.write_bytes(path.read_bytes() + path.read_bytes()[:torn])
        files = DayFiles(folder)
        files.write({OURS: [Written(members_of([BEN]), readings(2, begin=NOON + 60))]}, D)
        again = DayFiles(folder)
        assert again.leaves(OURS, D, A, SALT) == leaves(1)
        assert again.leaves(OURS, D, B, SALT) == leaves(2, begin=NOON + 60)


def test_days_that_are_too_old_or_to_come_are_not_kept(tmp_path: Path) -> None:
    files = DayFiles(tmp_path)
    for days in (-DAYS_KEPT - 1, -DAYS_KEPT, 0, 1, 2):
        begin = NOON + days * DAY // 1000
        files.write({THEIRS: [Written(NOBODY, readings(1, begin=begin))]}, D)
    assert [files.size(THEIRS, D + days) > 0 for days in (-DAYS_KEPT - 1, -DAYS_KEPT, 0, 1, 2)] == [
        *(False, True, True, True, False)
    ]
    files.expire(D + 1)
    assert not files.size(THEIRS, D - DAYS_KEPT)
    assert files.size(THEIRS, D)


def test_a_series_is_forgotten_whole_or_before_a_day(tmp_path: Path) -> None:
    files = DayFiles(tmp_path)
    for day in (D - 2, D - 1, D):
        begin = NOON + (day - D) * DAY // 1000
        files.write({THEIRS: [Written(NOBODY, readings(1, begin=begin))]}, D)
    files.forget(THEIRS, D - 1)
    assert [files.size(THEIRS, day) > 0 for day in (D - 2, D - 1, D)] == [False, True, True]
    files.forget(THEIRS)
    assert not any(files.size(THEIRS, day) for day in (D - 2, D - 1, D))
    assert not files.leaves(THEIRS, D, None, SALT)


def test_a_friend_fills_no_disk(tmp_path: Path, monkeypatch: object) -> None:
    files = DayFiles(tmp_path)
    many = readings(*range(100_000))[:1400]
    written = 0
    for number in range(400):
        name = Name(THEIRS.person, f"{number:04}")
        if not files.write({name: [Written(NOBODY, many)]}, D):
            break
        written = files.size(name, D) * (number + 1)
    assert 0 < written <= module.MOST_BYTES
