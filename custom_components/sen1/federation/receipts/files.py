"""What was sent and what came, by UTC day: files that are only added to.

    .storage/sen1.<entry_id>.receipts/2026-11-26/<person>.<series>   records of protocol/trust/day
    .storage/sen1.<entry_id>.receipts/2026-11-26/groups              who the groups of that day are

Everything here is for the executor, one call at a time. A reading lies in the day of its time; a
day is kept for 31 more. What a kill tore is cut off an end before anything is added.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
import os
from pathlib import Path
import shutil
from struct import Struct
from typing import NamedTuple

from ...protocol.model import Reading
from ...protocol.trust.day import (
    EVERYBODY,
    DayValue,
    KeptReading,
    Leaves,
    by_day,
    day_from_text,
    day_to_text,
    kept_in,
    leaves_of,
    readings_of,
    record_of,
    whole_bytes,
)
from ...protocol.trust.verify_journal import to_bytes
from ..journal.appended import read_if_there

DAYS_KEPT = 31

MOST_BYTES = 8 * 1024 * 1024
"""Of what one friend sends of a day: 256 series with a reading a minute. What is more is not kept,
and answered as not received."""

OURS = "ours"
"""Stands for a friend in the names of what we publish."""

MEMBER_BYTES = 8
"""Of the pseudonym of one who is in a group."""

MOST_CACHED = 8
"""Sets of leaves that are kept in mind: those whom a day is told after one another share one."""

_GROUP = Struct(">IH")
_GROUPS = "groups"

type Pseudonyms = frozenset[bytes]
"""Pseudonyms of those to whom something went; nobody's: it came to us."""

NOBODY: Pseudonyms = frozenset()


class Name(NamedTuple):
    """What a series is called in the files: pseudonyms, so that they name nobody."""

    person: str
    series: str


class Written(NamedTuple):
    """Readings that went to some, or came; read back from a node, some may be known."""

    members: Pseudonyms
    readings: Sequence[Reading]
    is_again: bool = False


class DayFiles:
    """Add to the files and read them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sizes: dict[tuple[int, Name], int] = {}
        """Bytes of the files that were added to since the start."""
        self._of_person: dict[tuple[int, str], int] = {}
        self._groups: dict[int, dict[int, Pseudonyms]] = {}
        self._leaves: dict[tuple[object, ...], dict[int, bytes]] = {}

    def write(self, batch: Mapping[Name, Iterable[Written]], today: int) -> set[tuple[Name, int]]:
        """Add what went or came; return which series of which days have it."""
        changed = set()
        for name, several in batch.items():
            pieces: dict[int, list[bytes]] = {}
            for written in several:
                for day, readings in by_day(written.readings).items():
                    if today - DAYS_KEPT <= day <= today + 1:
                        told = pieces.setdefault(day, [])
                        told += self._records(name, day, written, readings)
            for day, told in pieces.items():
                if told and self._append(name, day, b"".join(told)):
                    changed.add((name, day))
        return changed

    def _records(
        self, name: Name, day: int, written: Written, readings: list[tuple[int, DayValue]]
    ) -> Iterator[bytes]:
        members = written.members
        if written.is_again:
            readings, members = self._unknown(name, day, readings, members)
        group = self._group(day, members)
        return (record_of(time, group, value) for time, value in readings)

    def leaves(self, name: Name, day: int, member: bytes | None, salt: bytes) -> Leaves:
        """Return what went to somebody, or what came, of a series and day."""
        groups = frozenset(
            {EVERYBODY}
            if member is None
            else {group for group, members in self._groups_of(day).items() if member in members}
        )
        key = (name, day, self.size(name, day), groups, salt)
        if (known := self._leaves.pop(key, None)) is None:
            known = leaves_of(readings_of(self.kept(name, day), groups), salt)
        self._leaves[key] = known
        while len(self._leaves) > MOST_CACHED:
            del self._leaves[next(iter(self._leaves))]
        return known

    def digests(self, name: Name, day: int, member: bytes | None) -> list[bytes]:
        """Return what stands for the answers of the past that somebody was given, or that came."""
        groups = self._groups_of(day)
        return [
            to_bytes(each.value)
            for each in self.kept(name, day)
            if isinstance(each.value, str) and _concerns(each, member, groups)
        ]

    def kept(self, name: Name, day: int) -> list[KeptReading]:
        """Return what is kept of a series and day."""
        return list(kept_in(read_if_there(self._path(name, day))))

    def size(self, name: Name, day: int) -> int:
        """Return the bytes that are kept of a series and day: it grows with each change."""
        if (day, name) not in self._sizes:
            path = self._path(name, day)
            return path.stat().st_size if path.exists() else 0
        return self._sizes[day, name]

    def expire(self, today: int) -> None:
        """Delete the days that are kept no more."""
        for day in self._days():
            if day < today - DAYS_KEPT:
                shutil.rmtree(self._folder / day_to_text(day))
                self._groups.pop(day, None)
                for known in (self._sizes, self._of_person):
                    for key in [key for key in known if key[0] == day]:
                        del known[key]  # type: ignore[arg-type]  # each of its own keys

    def forget(self, name: Name, before: int | None = None) -> None:
        """Delete what is kept of a series: all of it, or of the days before one."""
        for day in self._days():
            if before is None or day < before:
                self._path(name, day).unlink(missing_ok=True)
                self._sizes.pop((day, name), None)
                self._of_person.pop((day, name.person), None)
        self._leaves.clear()

    def remove(self) -> None:
        """Delete all."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _days(self) -> list[int]:
        if not self._folder.is_dir():
            return []
        return [day_from_text(path.name) for path in self._folder.iterdir() if path.is_dir()]

    def _path(self, name: Name, day: int) -> Path:
        return self._folder / day_to_text(day) / ".".join(name)

    def _append(self, name: Name, day: int, data: bytes) -> bool:
        """Add to a file; return whether its person has room for it."""
        path = self._path(name, day)
        make_private(self._folder, path.parent)
        if (day, name) not in self._sizes:
            self._sizes[day, name] = _cut_torn(path)
        if (day, name.person) not in self._of_person:
            beside = path.parent.glob(f"{name.person}.*")
            self._of_person[day, name.person] = sum(one.stat().st_size for one in beside)
        if name.person != OURS and self._of_person[day, name.person] + len(data) > MOST_BYTES:
            return False
        # A disk that is full may take a part of it, which is cut off the next time.
        size = self._sizes.pop((day, name))
        _append(path, data)
        self._sizes[day, name] = size + len(data)
        self._of_person[day, name.person] += len(data)
        return True

    def _unknown(
        self, name: Name, day: int, readings: Iterable[tuple[int, DayValue]], members: Pseudonyms
    ) -> tuple[list[tuple[int, DayValue]], Pseudonyms]:
        """Return those readings that some of the members lack, and who lacks any."""
        groups = self._groups_of(day)
        known: dict[tuple[int, DayValue], set[int]] = {}
        for each in self.kept(name, day):
            if each.value is not None:
                known.setdefault((each.time, each.value), set()).add(each.group)
        if not members:
            return [reading for reading in readings if reading not in known], NOBODY
        lacking, without = [], NOBODY
        for reading in readings:
            having = [groups.get(group, NOBODY) for group in known.get(reading, ())]
            if lack := members.difference(*having):
                lacking.append(reading)
                without |= lack
        return lacking, without

    # Groups

    def _group(self, day: int, members: Pseudonyms) -> int:
        """Return the number of a group; one that is new is written down first."""
        if not members:
            return EVERYBODY
        listed = b"".join(sorted(members))
        group = int.from_bytes(sha256(listed).digest()[:4]) or 1
        known = self._groups_of(day)
        if group not in known:
            path = self._folder / day_to_text(day) / _GROUPS
            make_private(self._folder, path.parent)
            _append(path, _GROUP.pack(group, len(members)) + listed)
            known[group] = members
        return group

    def _groups_of(self, day: int) -> dict[int, Pseudonyms]:
        if day not in self._groups:
            path = self._folder / day_to_text(day) / _GROUPS
            data, at = read_if_there(path), 0
            found: dict[int, Pseudonyms] = {}
            while at + _GROUP.size <= len(data):
                group, count = _GROUP.unpack_from(data, at)
                begin, end = at + _GROUP.size, at + _GROUP.size + count * MEMBER_BYTES
                if end > len(data):
                    break
                found[group] = frozenset(
                    data[one : one + MEMBER_BYTES] for one in range(begin, end, MEMBER_BYTES)
                )
                at = end
            if at < len(data):
                os.truncate(path, at)
            self._groups[day] = found
        return self._groups[day]


def make_private(root: Path, folder: Path) -> None:
    """Make a folder, and the one it is in, for the user of Home Assistant alone."""
    for one in (root, folder):
        # The parents that `mkdir` makes by itself are as open as any.
        one.mkdir(mode=0o700, parents=True, exist_ok=True)


def members_of(pseudonyms: Iterable[str]) -> Pseudonyms:
    """Return a group of those with these pseudonyms."""
    return frozenset(bytes.fromhex(each)[:MEMBER_BYTES] for each in pseudonyms)


def _concerns(kept: KeptReading, member: bytes | None, groups: Mapping[int, Pseudonyms]) -> bool:
    if member is None:
        return kept.group == EVERYBODY
    return member in groups.get(kept.group, NOBODY)


def _cut_torn(path: Path) -> int:
    """Cut off what a kill tore; return the bytes that are left."""
    data = read_if_there(path)
    whole = whole_bytes(data)
    if whole < len(data):
        os.truncate(path, whole)
    return whole


def _append(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write(data)
