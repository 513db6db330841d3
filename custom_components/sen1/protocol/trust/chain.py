"""The journal's chain, and the evidence that lies beside it, as lines (docs/protocol.md).

The chain holds digests alone. What they are of, and the salts without which nobody can tell, is the
evidence, a file a person: without it an entry names nobody, and the chain verifies all the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
import json
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from ..attributes import to_attributes
from ..stamps import parse_stamp, stamp
from .keys import Keys
from .kinds import ENTRY_KINDS, EntryKind, StatementKind
from .signed import Signed
from .verify_journal import (
    NOTHING,
    OF_THE_MOMENT,
    audit_paths,
    compact,
    leaf_hash,
    merkle_root,
    signed_bytes,
    statement_of,
    to_bytes,
    to_text,
)

SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Totals:
    """What a UTC day came to: readings sent and received, and what was not taken, by reason."""

    sent: int = 0
    received: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Chain:
    """Write a chain's next line; it knows nothing of the others but the last."""

    entries: int = 0
    last: bytes = NOTHING
    """The hash of the last line."""
    at: float = 0.0
    """When that was, Unix seconds: no entry is of an earlier time than the one before."""

    def add(self, kind: EntryKind, digest: bytes, at: float) -> str:
        """Return the line of the next entry."""
        return self._add(compact(self._begun(kind, at) | {"digest": to_text(digest)}))

    def add_day(
        self, keys: Keys, day: str, leaves: Sequence[bytes], totals: Totals, at: float
    ) -> str:
        """Return the line of a UTC day (`2026-11-26`), signed; `leaves` are of its statements."""
        line = compact(
            self._begun(StatementKind.DAY, at)
            | {"day": day, "size": len(leaves), "root": to_text(merkle_root(leaves))}
            | {"sent": totals.sent, "received": totals.received, "refused": dict(totals.refused)}
        )
        return self._add(_sealed(line, "head", keys))

    def _begun(self, kind: EntryKind, at: float) -> dict[str, Any]:
        self.at = max(self.at, at)
        return {
            "n": self.entries + 1,
            "before": to_text(self.last),
            "at": stamp(self.at),
            "kind": kind,
        }

    def _add(self, line: str) -> str:
        self.entries += 1
        self.last = entry_hash(line.encode())
        return line


def sealed_export(content: Mapping[str, Any], keys: Keys) -> str:
    """Return the text of an export's file: no bit of it is another without being noticed."""
    return _sealed(compact(content), "export", keys)


def _sealed(text: str, kind: str, keys: Keys) -> str:
    signature = keys.sign(kind, text.encode())
    seal = {"key": to_text(keys.public.signing), "signature": to_text(signature)}
    return f"{text[:-1]},{compact(seal)[1:]}"


def entry_hash(line: bytes) -> bytes:
    """Return the hash of an entry, by which the next one names it: of its line without the end."""
    return sha256(line).digest()


def statement_digest(salt: bytes, signed: Signed) -> bytes:
    """Return what stands in the chain for a signed statement."""
    return leaf_hash(salt + signed_bytes(signed.kind, signed.statement) + signed.signature)


def details_digest(salt: bytes, details: Mapping[str, Any]) -> bytes:
    """Return what stands in the chain for what nobody signed."""
    return leaf_hash(salt + compact(details).encode())


def tail_of(content: bytes) -> tuple[Chain, int]:
    """Return how a chain ends, to go on from there, and how many of its bytes are whole.

    What is not whole is passed over: a line without its end, and one that is no entry or does not
    follow the one before.
    """
    lines = content.split(b"\n")[:-1]
    while lines:
        before = entry_hash(lines[-2]) if len(lines) > 1 else NOTHING
        entry = _entry(lines[-1])
        if entry is not None and to_bytes(entry["before"]) == before:
            chain = Chain(entry["n"], entry_hash(lines[-1]), parse_stamp(entry["at"]))
            return chain, sum(len(line) + 1 for line in lines)
        lines.pop()
    return Chain(), 0


def _entry(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
        parse_stamp(entry["at"])
        to_bytes(entry["before"])
        is_one = entry["kind"] in ENTRY_KINDS and isinstance(entry["n"], int) and entry["n"] > 0
    except (ValueError, TypeError, KeyError):
        return None
    return entry if is_one else None


class Known(NamedTuple):
    """A key of somebody: how it came to be known (`link`, `compared`, `seen`), and when."""

    key: bytes
    how: str
    since: float


def evidence_head(address: str, salt: bytes, keys: Sequence[Known] = ()) -> dict[str, Any]:
    """Return the first line of the evidence of somebody."""
    known = [{"key": to_text(one.key), "how": one.how, "since": stamp(one.since)} for one in keys]
    return {"address": address, "salt": to_text(salt), "keys": known}


def statement_line(n: int | None, signed: Signed, *, ours: bool) -> dict[str, Any]:
    """Return the line of a statement that entry `n` is of; None: it is not entered yet."""
    said = to_attributes(signed) | {"statement": to_text(signed.statement)}
    return {"n": n, "ours": ours, **said}


def day_lines(
    n: int, statements: Sequence[tuple[Signed, bool]], leaves: Sequence[bytes]
) -> list[dict[str, Any]]:
    """Return the lines of a day's statements, each with whether it is ours; `leaves` are theirs."""
    return [
        statement_line(n, signed, ours=ours) | {"at": at, "path": [to_text(step) for step in path]}
        for at, ((signed, ours), path) in enumerate(
            zip(statements, audit_paths(leaves), strict=True)
        )
    ]


def details_line(
    n: int, kind: EntryKind, details: Mapping[str, Any], *, ours: bool
) -> dict[str, Any]:
    """Return the line of what nobody signed that entry `n` is of."""
    return {"n": n, "ours": ours, "kind": kind, "details": dict(details)}


def meaning(signed: Signed) -> bytes:
    """Return what stays the same when a statement is said again: a digest of what it says.

    The moment is another each time, and with it the bytes and the signature.
    """
    said = statement_of(signed.kind, signed.statement)
    return sha256(signed.statement).digest() if said is None else said.meaning


def subject_of(signed: Signed) -> str:
    """Return what a statement is of: a publication, a day or a collection; empty: of none."""
    said = statement_of(signed.kind, signed.statement)
    names = ("publication", "day", "collection", "id")
    return "" if said is None else next(filter(None, map(said.payload.get, names)), "")


def details_of(payload: Element) -> dict[str, Any]:
    """Return what is entered of something that nobody signed, however often it is said."""
    return {key: text for key, text in payload.attrib.items() if key not in OF_THE_MOMENT}
