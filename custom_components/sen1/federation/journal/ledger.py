"""The files of an account's journal: its chain, and beside it the evidence of each person.

Everything here reads or writes the disk: in the executor, one call at a time. The evidence of a day
is written to one file, so that three hundred who are told something are two writes, and comes to
its persons' files when it is asked for or the day is over.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
import json
from operator import itemgetter
from pathlib import Path
import secrets
from typing import Any, NamedTuple

from ...const import DOMAIN
from ...protocol.stamps import stamp
from ...protocol.trust.chain import (
    SALT_BYTES,
    Chain,
    Known,
    Totals,
    day_lines,
    details_digest,
    details_line,
    entry_hash,
    evidence_head,
    statement_digest,
    statement_line,
    tail_of,
)
from ...protocol.trust.identity import Head
from ...protocol.trust.keys import Keys
from ...protocol.trust.kinds import ENTRY_KINDS, EntryKind, StatementKind
from ...protocol.trust.signed import Signed
from ...protocol.trust.verify_journal import compact, to_bytes
from .appended import AppendedFile, end_before, read_if_there, sync_folder, write_whole

NOBODY = ""
"""Whom an entry without a friend is of: its evidence is the account's own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be entered."""

    kind: EntryKind
    at: float
    """Unix seconds."""
    friend: str = NOBODY
    signed: Signed | None = None
    ours: bool = True
    details: dict[str, Any] = field(default_factory=dict)
    """Of what nobody signed."""
    known: Known | None = None
    """The friend's key at that moment."""


class Kept(NamedTuple):
    """A line of evidence that is not in its person's file yet."""

    person: str
    day: str | None
    """Of a `day` statement the UTC day in which it was entered."""
    line: dict[str, Any]
    """As it will be; a `day` statement that is not in the chain yet has no number."""

    def written(self) -> str:
        """Return how it is kept."""
        return compact(self._asdict())


class JournalFiles:
    """Read and write an account's journal; who asks awaits each call before the next."""

    def __init__(self, storage: Path, entry_id: str, person: Callable[[str], str]) -> None:
        """`person` makes of an address what its evidence is called."""
        self.chain = Chain()
        self.heads: dict[int, bytes] = {}
        """The days' entries: number → hash."""
        self.day: str | None = None
        """The last UTC day that is in the chain."""
        self._person = person
        self._chain_file = AppendedFile(storage / f"{DOMAIN}.{entry_id}.journal")
        self._evidence = storage / f"{DOMAIN}.{entry_id}.evidence"
        self._kept_file = AppendedFile(self._evidence / "kept.jsonl")
        self._is_whole = False
        """Whether all that is kept is in the chain, but for days' statements that wait."""
        self._known: dict[str, tuple[bytes, Known | None]] = {}
        """Of whom we have written: the salt, and the newest key."""

    def load(self) -> int:
        """Find where the chain ends; return how many bytes of a torn end were cut off."""
        self._evidence.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = read_if_there(self._chain_file.path)
        self.chain, self._chain_file.size = tail_of(content)
        torn = len(content) - self._chain_file.size
        lines = content[: self._chain_file.size].splitlines()
        for line in (line for line in lines if b'"kind":"day"' in line):
            self._note_day(line)
        self._mend_kept()
        return torn

    @property
    def head(self) -> Head | None:
        """The newest entry of a day, which others are told."""
        entries = max(self.heads, default=None)
        return None if entries is None else Head(entries, self.heads[entries])

    def write(self, entries: Sequence[Entry]) -> None:
        """Write entries, and what they are of: once it returns they are on the disk."""
        self._mend_kept()
        chain, lines, kept = replace(self.chain), [], []
        for entry in entries:
            person, salt = self._person_of(entry)
            if entry.signed is not None and entry.signed.kind is StatementKind.DAY:
                line = statement_line(None, entry.signed, ours=entry.ours)
                kept.append(Kept(person, stamp(entry.at)[:10], line))
                continue
            if (signed := entry.signed) is not None:
                lines.append(chain.add(entry.kind, statement_digest(salt, signed), entry.at))
                line = statement_line(chain.entries, signed, ours=entry.ours)
            else:
                digest = details_digest(salt, entry.details)
                lines.append(chain.add(entry.kind, digest, entry.at))
                line = details_line(chain.entries, entry.kind, entry.details, ours=entry.ours)
            kept.append(Kept(person, None, line))
        # What the chain names is there before: what it does not name is passed over.
        self._is_whole = False
        self._kept_file.append(each.written() for each in kept)
        self._chain_file.append(lines)
        self._is_whole = True
        self.chain = chain

    def close_day(self, keys: Keys, day: str, totals: Totals, at: float) -> None:
        """Enter a UTC day that is over, once, with the statements of days that came in it."""
        if day == self.day:
            return
        kept = self._kept()
        waiting = [each for each in kept if each.line["n"] is None and (each.day or "") <= day]
        statements = [(_signed_of(each.line), each.line["ours"]) for each in waiting]
        leaves = [
            statement_digest(self._salt_of(each.person), signed)
            for each, (signed, _) in zip(waiting, statements, strict=True)
        ]
        chain = replace(self.chain)
        line = chain.add_day(keys, day, leaves, totals, at)
        proven = day_lines(chain.entries, statements, leaves)
        those = {id(each): line for each, line in zip(waiting, proven, strict=True)}
        self._is_whole = False
        self._keep([each._replace(line=those.get(id(each), each.line)) for each in kept])
        self._chain_file.append([line])
        self._is_whole = True
        self.chain = chain
        self._note_day(line.encode())
        self._hand_out()

    def forget(self, address: str) -> bool:
        """Erase the evidence of somebody; return whether there was any.

        Their entries name nobody any more.
        """
        person = self._file_name(address)
        self._known.pop(person, None)
        if not self._path(person).exists():
            return False
        self._hand_out()
        self._keep([each for each in self._kept() if each.person != person])
        self._path(person).unlink()
        sync_folder(self._evidence)
        return True

    def exported(
        self, address: str | None = None
    ) -> tuple[list[str], list[dict[str, Any]], list[dict[str, Any]]]:
        """Return the lines of the chain, the evidence of each person, or of one, and our keys."""
        self._hand_out()
        if address is None:
            paths = sorted(self._evidence.glob("*.jsonl"))
        else:
            paths = [self._path(self._file_name(address))]
        people = []
        for path in paths:
            if path != self._kept_file.path and (lines := read_if_there(path).splitlines()):
                head, *statements = map(json.loads, lines)
                people.append(head | {"statements": statements})
        chain = read_if_there(self._chain_file.path).decode().splitlines()
        return chain, people, self._own_keys()

    def own_key(self) -> bytes | None:
        """Return the key of ours that was known last; None: there was none yet."""
        keys = self._own_keys()
        return to_bytes(keys[-1]["key"]) if keys else None

    def remove(self) -> None:
        """Delete all files."""
        self._chain_file.path.unlink(missing_ok=True)
        if self._evidence.is_dir():
            for path in self._evidence.iterdir():
                path.unlink()
            self._evidence.rmdir()

    def of_today(self) -> Iterator[Entry]:
        """Yield what was entered of friends, and is not in their files yet."""
        for each in self._kept():
            address = self._head_of(each.person)["address"]
            if address != NOBODY:
                is_signed = "statement" in each.line
                yield Entry(
                    ENTRY_KINDS[each.line["kind"]],
                    0.0,
                    address,
                    _signed_of(each.line) if is_signed else None,
                    each.line["ours"],
                    each.line.get("details", {}),
                )

    # The evidence

    def _person_of(self, entry: Entry) -> tuple[str, bytes]:
        """Return what the evidence of whom an entry is of is called, and its salt."""
        person = self._file_name(entry.friend)
        if person not in self._known and self._salt_in(person) is None:
            salt = secrets.token_bytes(SALT_BYTES)
            keys = [] if entry.known is None else [entry.known]
            head = compact(evidence_head(entry.friend, salt, keys))
            write_whole(self._path(person), f"{head}\n".encode())
            self._known[person] = (salt, entry.known)
        salt, known = self._salt_of(person), self._known[person][1]
        if entry.kind is StatementKind.MOVED:
            self._write_head(person, self._head_of(person) | {"address": entry.friend})
        if entry.known is not None and known != entry.known:
            self._note_key(person, entry.known)
        return person, salt

    def _note_key(self, person: str, known: Known) -> None:
        """Write that a person has this key, unless that is written."""
        head = self._head_of(person)
        (key,) = evidence_head("", b"", [known])["keys"]
        if key not in head["keys"]:
            head["keys"] = [*(each for each in head["keys"] if each["key"] != key["key"]), key]
            self._write_head(person, head)
        self._known[person] = (self._known[person][0], known)

    def _write_head(self, person: str, head: dict[str, Any]) -> None:
        """Write the first line of a person's file, and leave the others as they are."""
        _, _, rest = read_if_there(self._path(person)).partition(b"\n")
        write_whole(self._path(person), compact(head).encode() + b"\n" + rest)

    def _salt_of(self, person: str) -> bytes:
        if person not in self._known:
            self._known[person] = (to_bytes(self._head_of(person)["salt"]), None)
        return self._known[person][0]

    def _salt_in(self, person: str) -> bytes | None:
        """Return the salt of a person's file; None if there is none, or no file of ours."""
        try:
            return self._salt_of(person)
        except FileNotFoundError, ValueError, LookupError, TypeError:
            return None

    def _own_keys(self) -> list[dict[str, Any]]:
        """Return the keys of ours that were known, oldest first."""
        own = self._file_name(NOBODY)
        if self._salt_in(own) is None:
            return []
        keys: list[dict[str, Any]] = self._head_of(own)["keys"]
        return keys

    def _head_of(self, person: str) -> dict[str, Any]:
        with self._path(person).open("rb") as file:
            head: dict[str, Any] = json.loads(file.readline())
        return head

    def _file_name(self, address: str) -> str:
        return "own" if address == NOBODY else self._person(address)

    def _path(self, person: str) -> Path:
        return self._evidence / f"{person}.jsonl"

    # What waits for its person's file

    def _kept(self) -> list[Kept]:
        """Return what is kept."""
        self._mend_kept()
        return _kept_in(read_if_there(self._kept_file.path))

    def _mend_kept(self) -> None:
        """Keep what was entered to the end, and days' statements as they were before theirs was.

        What did not come to its end was stopped by a kill, or by a disk that is full.
        """
        if self._is_whole:
            return
        last, kept = self.chain.entries, _kept_in(read_if_there(self._kept_file.path))
        known = {person for person in {each.person for each in kept} if self._salt_in(person)}
        self._keep(
            [
                each._replace(line=_unproven(each.line)) if (each.line["n"] or 0) > last else each
                for each in kept
                if each.person in known and (each.day is not None or each.line["n"] <= last)
            ]
        )
        self._is_whole = True

    def _keep(self, kept: Sequence[Kept]) -> None:
        """Keep these, and no others."""
        content = "".join(f"{each.written()}\n" for each in kept).encode()
        if content == read_if_there(self._kept_file.path):
            pass
        elif content:
            write_whole(self._kept_file.path, content)
        else:
            self._kept_file.path.unlink(missing_ok=True)
        self._kept_file.size = len(content)

    def _hand_out(self) -> None:
        """Bring what is in the chain to its persons' files; again, if it did not come to an end."""
        of_persons: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        later = []
        for each in self._kept():
            if each.line["n"] is None:
                later.append(each)
            else:
                of_persons[each.person].append(each.line)
        for person, lines in of_persons.items():
            path = self._path(person)
            # A day's statement came before it, and before others of that day.
            lines.sort(key=itemgetter("n"))
            file = AppendedFile(path, end_before(path, lines[0]["n"]))
            file.append(map(compact, lines))
        if of_persons:
            self._keep(later)

    def _note_day(self, line: bytes) -> None:
        entry = json.loads(line)
        self.day = entry["day"]
        self.heads[entry["n"]] = entry_hash(line)


def _kept_in(content: bytes) -> list[Kept]:
    """Return the lines that are whole: what comes after them is in no chain."""
    whole = content[: content.rfind(b"\n") + 1]
    return [Kept(**json.loads(line)) for line in whole.splitlines()]


def _signed_of(line: dict[str, Any]) -> Signed:
    return Signed(
        StatementKind(line["kind"]),
        to_bytes(line["key"]),
        to_bytes(line["signature"]),
        to_bytes(line["statement"]),
    )


def _unproven(line: dict[str, Any]) -> dict[str, Any]:
    """Return a day's statement as it was before its day was entered."""
    return {key: part for key, part in line.items() if key not in ("at", "path")} | {"n": None}
