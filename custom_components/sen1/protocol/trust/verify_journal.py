#!/usr/bin/env python3
"""Verify a SEN1 journal: whether its chain, its signatures and both accounts agree.

    verify-journal EXPORT [EXPORT-OF-A-FRIEND] [--lang en|fr]

Exit status 0: all agrees (what is unconfirmed is said); 1: something differs, a line each; 2: not
an export. This one file needs nothing but Python 3.11 and the package `cryptography`, and nothing
of SEN1: whoever doubts SEN1 can read it. SEN1 itself uses the same functions.
"""

from argparse import ArgumentParser
from base64 import b64decode, b64encode
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
import json
import os
from pathlib import Path
import re
import sys
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, ParseError, fromstring, tostring

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    if __name__ != "__main__":
        raise
    print(
        "The package `cryptography` is missing: `python3 -m pip install cryptography`, or on Debian"
        " `apt install python3-cryptography`.\n"
        "Il manque le paquet `cryptography` : `python3 -m pip install cryptography`, ou sous Debian"
        " `apt install python3-cryptography`.",
        file=sys.stderr,
    )
    sys.exit(2)

FIELD = 2**255 - 19
WEAK_Y = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
WEAK = {0, 1, FIELD - 1, WEAK_Y, FIELD - WEAK_Y}
"""The y of the points of small order of edwards25519, whose cofactor is 8 (RFC 7748)."""

FINGERPRINT_DIGITS = 24
"""Six numbers of four digits: short enough to be read aloud, and some 2^80 keys to try."""


def to_text(data: bytes) -> str:
    """Return bytes as they are written everywhere: base64 (RFC 4648, section 4)."""
    return b64encode(data).decode()


def to_bytes(text: str) -> bytes:
    """Return the bytes of a text; raises ValueError when it is not what `to_text` writes."""
    data = b64decode(text, validate=True)
    if to_text(data) != text:
        raise ValueError("not the base64 that was written")
    return data


def signed_bytes(kind: str, statement: bytes) -> bytes:
    """Return what is signed of a statement: its kind stands in front, so that none is another."""
    return f"sen1:{kind}:0\n".encode() + statement


def is_weak(key: bytes) -> bool:
    """Return whether one signature of an Ed25519 key fits all statements: of eight points of the
    curve, in any encoding, nobody has the private key and everybody can sign.
    """
    y = int.from_bytes(key, "little") & (2**255 - 1)
    return y % FIELD in WEAK


def is_signed(key: bytes, kind: str, statement: bytes, signature: bytes) -> bool:
    """Return whether a key signed a statement as of this kind (Ed25519, RFC 8032)."""
    if is_weak(key):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed_bytes(kind, statement))
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(key: bytes) -> str:
    """Return the 24 digits that people compare: of the SHA-256 of a signing key."""
    number = int.from_bytes(sha256(key).digest()) % 10**FINGERPRINT_DIGITS
    return f"{number:0{FINGERPRINT_DIGITS}d}"


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf of a Merkle tree (RFC 6962, section 2.1)."""
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node of a Merkle tree (RFC 6962, section 2.1)."""
    return sha256(b"\1" + left + right).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over hashes of leaves (RFC 6962, section 2.1); of none it is SHA-256 of
    nothing.
    """
    return _levels(leaves)[-1][0] if leaves else sha256(b"").digest()


def audit_paths(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Return the path of each leaf, in their order."""
    levels = _levels(leaves)
    return [_path(levels, at) for at in range(len(leaves))]


def _levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Return a tree from its leaves up to its root."""
    levels = [list(leaves)]
    while len(level := levels[-1]) > 1:
        paired = [node_hash(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
        # The one that is left over goes up as it is: so is the tree of the RFC, level by level.
        levels.append(paired + level[len(paired) * 2 :])
    return levels


def _path(levels: Sequence[Sequence[bytes]], at: int) -> list[bytes]:
    path: list[bytes] = []
    for level in levels[:-1]:
        beside = at ^ 1
        if beside < len(level):
            path.append(level[beside])
        at //= 2
    return path


def root_of_path(leaf: bytes, at: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that a path of a tree of `size` leaves leads to; raises ValueError."""
    if not 0 <= at < size:
        raise ValueError("no such leaf")
    left = list(path)
    found, last = leaf, size - 1
    while last > 0:
        if at % 2 or at < last:
            if not left:
                raise ValueError("the path is too short")
            beside = left.pop(0)
            found = node_hash(beside, found) if at % 2 else node_hash(found, beside)
        at, last = at // 2, last // 2
    if left:
        raise ValueError("the path is too long")
    return found


EXPORT_VERSION = 0

NOTHING = bytes(32)
"""What the first entry has before it."""

OF_THE_MOMENT = ("said", "erase-by")
"""Attributes of a payload that are others each time the same is said again."""

MOST_BYTES = 1 << 30
"""Of an export: the journal of a cooperative with 300 members for some twenty years."""

MOST_LINES = 1000
"""Of what differs, printed; how many more there are is said."""

TRUST = "{urn:sen1:trust:0}"

EVERYBODY = ""
"""The person whose statements are of nobody else: what an account entered of itself."""

PLAIN_ENTRY = ("n", "before", "at", "kind", "digest")
DAY_ENTRY = ("n", "before", "at", "kind", "day", "size", "root", "sent", "received", "refused")
DAY_SIGNED = (*DAY_ENTRY, "key", "signature")

CLOCKS_APART = timedelta(minutes=10)
"""How far two homes' clocks, or what is said and its entry, may be from one another."""

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)

ANSWERED_WAYS = {"node", "history"}
"""The ways of readings that whoever got them tells of."""

NUMBER = re.compile(r"[0-9]{1,12}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")


class NotAnExport(ValueError):
    """What was given is no export of a journal; the argument says why (REASONS)."""


# What is read ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChainEntry:
    """An entry of the chain."""

    number: int
    before: bytes
    at: str
    kind: str
    digest: bytes = b""
    day: str | None = None
    size: int = 0
    """Statements of the day, ours and theirs."""
    root: bytes = b""


@dataclass(frozen=True)
class Evidence:
    """What an entry is of, as the export has it: nothing of it is believed yet."""

    entry: int
    ours: bool
    kind: str
    key: str = ""
    signature: str = ""
    statement: str = ""
    details: Mapping[str, Any] | None = None
    """Of what nobody signed."""
    leaf: int | None = None
    path: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    """Somebody of whom the export has evidence."""

    address: str
    salt: str
    keys: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class OwnKey:
    """A signing key of the account, and the statement by which the key before it named it."""

    key: str
    since: str
    rollover: str | None


@dataclass(frozen=True)
class Seal:
    """The account's signature over all of a file, or over the line of a day."""

    content: bytes
    key: str
    signature: str


@dataclass(frozen=True)
class Export:
    """A journal as it was exported: its parts have the right types, and nothing else is sure."""

    account: str
    exported: str
    keys: tuple[OwnKey, ...]
    chain: tuple[str, ...]
    people: tuple[Person, ...]
    friend: str | None = None
    """The only person of whom it has evidence; None: it has that of all."""
    seal: Seal | None = None


@dataclass(frozen=True)
class ProvenStatement:
    """What somebody signed, seen to be signed by a key of theirs, in an entry of its own."""

    journal: str
    entry: int
    kind: str
    key: bytes
    said: str
    payload: Element
    meaning: bytes
    """The same for what is said again."""


def compact(content: Any) -> str:
    """Return JSON in one line, as entries and details are written."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def seal_of(content: str) -> str:
    """Return what of an export's text its signature is over; raises ValueError."""
    at = content.rindex(',"key":')
    return content[:at] + "}"


def read_export(written: bytes) -> Export:
    """Return the export that a file holds; raises NotAnExport."""
    if len(written) > MOST_BYTES:
        raise NotAnExport("too_long")
    try:
        text = written.decode().rstrip("\n")
        content = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError, MemoryError) as error:
        raise NotAnExport("no_json") from error
    export = export_of(content)
    if "signature" not in content:
        return export
    key, signature = _text(content, "key"), _text(content, "signature")
    end = "," + compact({"key": key, "signature": signature})[1:]
    if not text.endswith(end):
        # What stands behind the signature, or beside it, nobody signed.
        raise NotAnExport("wrong_types")
    seal = Seal(seal_of(text).encode(), key, signature)
    return Export(**(vars(export) | {"seal": seal}))


def export_of(content: Any) -> Export:
    """Return an export of its JSON; raises NotAnExport."""
    if not isinstance(content, dict) or "sen1_journal" not in content:
        raise NotAnExport("other_file")
    if _take(content, "sen1_journal", int) != EXPORT_VERSION:
        raise NotAnExport("newer")
    exported = _text(content, "exported")
    if (moment := _moment(exported)) is None:
        raise NotAnExport("wrong_types")
    return Export(
        account=_text(content, "account"),
        exported=_stamp(moment),
        keys=tuple(
            OwnKey(_text(key, "key"), _text(key, "from"), _optional(key, "rollover"))
            for key in _take(content, "keys", list)
        ),
        chain=tuple(_texts(content, "chain")),
        people=tuple(_person(person) for person in _take(content, "people", list)),
        friend=_optional(content, "friend"),
    )


def _person(content: Any) -> Person:
    return Person(
        _text(content, "address"),
        _text(content, "salt"),
        tuple(_text(key, "key") for key in _take(content, "keys", list)),
        tuple(_evidence(line) for line in _take(content, "statements", list)),
    )


def _evidence(content: Any) -> Evidence:
    entry, ours = _take(content, "n", int), _take(content, "ours", bool)
    kind = _text(content, "kind")
    if "details" in content:
        return Evidence(entry, ours, kind, details=_take(content, "details", dict))
    return Evidence(
        entry,
        ours,
        kind,
        _text(content, "key"),
        _text(content, "signature"),
        _text(content, "statement"),
        leaf=_take(content, "at", int) if "at" in content else None,
        path=tuple(_texts(content, "path")) if "path" in content else (),
    )


def _take(content: Any, key: str, kind: type) -> Any:
    # `type`, not isinstance: True is no number.
    if not isinstance(content, dict) or type(content.get(key)) is not kind:
        raise NotAnExport("wrong_types")
    return content[key]


def _text(content: Any, key: str) -> str:
    text: str = _take(content, key, str)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotAnExport("wrong_types") from error
    return text


def _optional(content: Any, key: str) -> str | None:
    if isinstance(content, dict) and content.get(key) is None:
        return None
    return _text(content, key)


def _texts(content: Any, key: str) -> Iterator[str]:
    for text in _take(content, key, list):
        yield _text({key: text}, key)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("a name stands twice")
    return content


def _no_number(text: str) -> None:
    raise ValueError(text)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return None if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_day(text: Any) -> bool:
    return (
        isinstance(text, str) and bool(DAY.fullmatch(text)) and _moment(f"{text}T00Z") is not None
    )


def entry_of(line: str) -> ChainEntry | None:
    """Return the entry that a line of the chain is; None when it is none that was ever written."""
    try:
        content = json.loads(line, object_pairs_hook=_once, parse_constant=_no_number)
        if compact(content) != line or not isinstance(content, dict):
            return None
        is_day = content.get("kind") == "day"
        if tuple(content) != (DAY_SIGNED if is_day else PLAIN_ENTRY):
            return None
        number, before = _take(content, "n", int), _hash(content["before"])
        at, kind = _text(content, "at"), _text(content, "kind")
        if not is_day:
            entry = ChainEntry(number, before, at, kind, _hash(content["digest"]))
        else:
            day, size = _text(content, "day"), _take(content, "size", int)
            entry = ChainEntry(number, before, at, kind, b"", day, size, _hash(content["root"]))
            if not _is_day(day) or size < 0 or not _are_counts(content):
                return None
    except (ValueError, RecursionError):
        return None
    if not MOMENT.fullmatch(entry.at) or _moment(entry.at) is None:
        return None
    return entry if entry.kind in KINDS else None


def _are_counts(content: Mapping[str, Any]) -> bool:
    refused = content["refused"]
    if not isinstance(refused, dict):
        return False
    counts = [content["sent"], content["received"], *refused.values()]
    return all(type(count) is int and count >= 0 for count in counts)


def _hash(text: Any) -> bytes:
    if not isinstance(text, str) or len(found := to_bytes(text)) != len(NOTHING):
        raise ValueError("a hash")
    return found


class Said(NamedTuple):
    """What the bytes of a statement hold; whose they are is seen before."""

    sender: str
    to: str | None
    said: str
    payload: Element
    meaning: bytes


def statement_of(kind: str, written: bytes) -> Said | None:
    """Return what a statement says; None when it is no statement."""
    if b"<!" in written or b"<?" in written:
        return None
    try:
        # Without a document type: nothing expands.
        element = fromstring(written.decode())  # noqa: S314
        (payload,) = element
        said = _moment(element.get("said", ""))
        attributes = dict(payload.attrib)
        for name in OF_THE_MOMENT:
            payload.attrib.pop(name, None)
        meaning = sha256(kind.encode() + b"\n" + tostring(payload)).digest()
        payload.attrib.update(attributes)
    except (ParseError, ValueError, RecursionError):
        return None
    sender = element.get("from")
    if element.tag != f"{TRUST}statement" or sender is None or said is None:
        return None
    return Said(sender, element.get("to"), _stamp(said), payload, meaning)


def rolled_over_to(rollover: str, known: bytes) -> tuple[str, bytes] | None:
    """Return the address and the next key that a `<signed kind="rollover">` of a key names."""
    if "<!" in rollover or "<?" in rollover:
        return None
    try:
        element = fromstring(rollover)  # noqa: S314
        written = to_bytes((element.text or "").strip())
        key, signature = to_bytes(element.get("key", "")), to_bytes(element.get("signature", ""))
        said = statement_of("rollover", written)
        if (
            element.tag != f"{TRUST}signed"
            or element.get("kind") != "rollover"
            or key != known
            or said is None
            or not is_signed(key, "rollover", written, signature)
        ):
            return None
        return said.sender, to_bytes(said.payload.get("signing", ""))
    except (ParseError, ValueError, RecursionError):
        return None


# What is found -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """Something that is to be said: a word of DIFFERS or of NOTES, and what it is about."""

    key: str
    journal: str
    """The address of whose journal it is."""
    entry: int | None = None
    day: str | None = None
    who: str | None = None
    """The address of the friend."""
    what: str | None = None
    """The kind of the entry or of the statement."""
    count: int | None = None
    until: str | None = None
    """The last day that it is so, where it is of several."""
    publication: str | None = None
    ranges: tuple[tuple[str, str], ...] = ()
    """Begin and end (ISO 8601) of what did not come, or is another."""

    @property
    def differs(self) -> bool:
        """Whether it is something that does not agree; else it is only good to know."""
        return self.key in DIFFERS


@dataclass
class Grants:
    """Of what one granted the other: how many series, and what became of them."""

    granted: int = 0
    acknowledged: int = 0
    withdrawn: int = 0
    erased: int = 0


@dataclass
class Friend:
    """What the two journals, or one of them, say of an account and a friend."""

    address: str
    days: dict[str, str] = field(default_factory=dict)
    """Of each day that one of them told: equal, not_received, differs, unconfirmed."""
    confirmed: int = 0
    """The last entry of the account that the friend has seen."""
    ours: Grants = field(default_factory=Grants)
    theirs: Grants = field(default_factory=Grants)

    def count(self, state: str) -> int:
        """Return how many days are in a state."""
        return sum(one == state for one in self.days.values())


@dataclass(frozen=True)
class JournalVerdict:
    """What the verification of a journal found."""

    account: str
    exported: str
    state: str
    """agrees; differs: what friends have is another; broken: in itself; none: it has no entry."""
    entries: int
    begin: str | None
    """The UTC days of the first and the last entry."""
    end: str | None
    since: str | None
    """The first UTC day from which all agrees."""
    unconfirmed_from: int | None
    """The first entry that no friend has seen; None: they have seen all."""
    unconfirmed_since: str | None
    """When that was entered, ISO 8601."""
    lines: tuple[Finding, ...]
    friends: tuple[Friend, ...]

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return not any(line.differs for line in self.lines)


# How it is found ---------------------------------------------------------------------------------


class CheckedJournal:
    """An export, verified by itself: its chain, its evidence, and what friends told of it."""

    def __init__(self, export: Export, *, sealed: bool = True) -> None:
        self.export = export
        self.account = export.account
        self.lines: list[Finding] = []
        self.entries: dict[int, ChainEntry] = {}
        self.hashes: dict[int, bytes] = {}
        self.keys: set[bytes] = set()
        self.addresses = {export.account}
        exported = datetime.fromisoformat(export.exported)
        self.told_until = _stamp(max(exported, EARLIEST + CLOCKS_APART) - CLOCKS_APART)
        """Until when what others tell of this journal must be in it."""
        self.ours: defaultdict[str, list[ProvenStatement]] = defaultdict(list)
        """What was said to each friend, and was entered."""
        self.theirs: defaultdict[str, list[ProvenStatement]] = defaultdict(list)
        self.friend_keys: dict[str, set[bytes]] = {}
        self.friend_addresses: dict[str, set[str]] = {}
        self._explained: Counter[int] = Counter()
        for own in export.keys:
            if (key := _or_none(own.key)) is not None:
                self.keys.add(key)
        self._find_addresses()
        self._check_keys()
        if sealed and not self._is_sealed("export", export.seal):
            self.tell("unsealed")
        self._check_chain()
        for person in export.people:
            self._check_person(person)
        self._check_explained()

    def tell(self, key: str, entry: int | None = None, **about: Any) -> None:
        """Note a line; the day and the kind are those of the entry where there is one."""
        known = self.entries.get(entry or 0)
        if known is not None:
            about = {"day": known.day or known.at[:10], "what": known.kind} | about
        self.lines.append(Finding(key, self.account, entry, **about))

    def _find_addresses(self) -> None:
        """Learn under which addresses the account, and its friends, were known before."""
        for person in self.export.people:
            known = {key for text in person.keys if (key := _or_none(text)) is not None}
            self.friend_keys[person.address] = known
            addresses = self.friend_addresses[person.address] = {person.address}
            for ours, before, keys in (
                (True, self.addresses, self.keys),
                (False, addresses, known),
            ):
                moves = [
                    said
                    for one in person.evidence
                    if one.kind == "moved" and one.ours is ours and one.details is None
                    if (said := self._signed_by(one, keys)) is not None
                ]
                for said in sorted(moves, key=lambda said: said.said, reverse=True):
                    if said.sender in before and (old := said.payload.get("from")) is not None:
                        before.add(old)

    def _signed_by(self, one: Evidence, keys: set[bytes]) -> Said | None:
        key, signature, written = map(_or_none, (one.key, one.signature, one.statement))
        if key is None or signature is None or written is None or key not in keys:
            return None
        if not is_signed(key, one.kind, written, signature):
            return None
        return statement_of(one.kind, written)

    def _check_keys(self) -> None:
        known: bytes | None = None
        for own in self.export.keys:
            key, day = _or_none(own.key), own.since[:10] if _is_day(own.since[:10]) else None
            if key is None:
                self.tell("key_unreadable", day=day, what="key")
                continue
            if known is not None:
                named = None if own.rollover is None else rolled_over_to(own.rollover, known)
                if named is None or named[0] not in self.addresses or named[1] != key:
                    self.tell("key_unproven", day=day, what="key")
            known = key

    def _is_sealed(self, kind: str, seal: Seal | None) -> bool:
        """Return whether the account signed something as of this kind."""
        key, signature = (None, None) if seal is None else map(_or_none, (seal.key, seal.signature))
        if seal is None or key is None or signature is None or key not in self.keys:
            return False
        return is_signed(key, kind, seal.content, signature)

    def _check_chain(self) -> None:
        number, last, at, day = 0, NOTHING, "", ""
        for line in self.export.chain:
            found, entry = sha256(line.encode()).digest(), entry_of(line)
            if entry is None:
                number, last = number + 1, found
                self.hashes.setdefault(number, found)
                self.tell("unreadable_entry", number)
                continue
            if entry.number in self.hashes or entry.number <= number:
                self.tell("misplaced", entry.number, day=entry.at[:10], what=entry.kind)
                continue
            self.entries[entry.number], self.hashes[entry.number] = entry, found
            if entry.number > number + 1:
                lacking = entry.number - number - 1
                self.tell("lacking", number + 1, day=entry.at[:10], what=None, count=lacking)
            elif number == 0 and (entry.kind != "began" or entry.before != NOTHING):
                self.tell("no_beginning", entry.number)
            elif entry.before != last:
                self.tell("changed", number or 1)
            if entry.at < at:
                self.tell("earlier", entry.number)
            if entry.day is not None:
                if entry.day <= day or entry.day > entry.at[:10]:
                    self.tell("wrong_day", entry.number)
                day = entry.day
                content = json.loads(line)
                seal = Seal(seal_of(line).encode(), content["key"], content["signature"])
                if not self._is_sealed("head", seal):
                    self.tell("day_forged", entry.number)
            number, last, at = entry.number, found, max(at, entry.at)
        self._last = number
        if at > self.export.exported:
            self.tell("exported_early", number)

    def _check_person(self, person: Person) -> None:
        salt = _or_none(person.salt)
        who = person.address or None
        checked = []
        for one in person.evidence:
            if one.entry not in self.hashes:
                self.tell("unknown_entry", one.entry, who=who, what=one.kind)
            elif one.entry in self.entries:
                checked.append((one, self._is_entered(one, salt or b"")))
        if len(checked) > 1 and not any(is_entered for _, is_entered in checked):
            # Each statement may be whole; what joins them to the chain is not.
            last = max(self.entries)
            self.tell("salt", who=who, day=self.entries[last].at[:10], count=len(checked))
            self._explained.update(one.entry for one, _ in checked)
            return
        entered: set[tuple[int, int | None]] = set()
        for one, is_entered in checked:
            self._check_evidence(person, one, is_entered=is_entered)
            if (place := (one.entry, one.leaf)) in entered:
                self.tell("entered_twice", one.entry, who=who)
            else:
                self._explained[one.entry] += 1
            entered.add(place)

    def _is_entered(self, one: Evidence, salt: bytes) -> bool:
        entry = self.entries[one.entry]
        try:
            if one.details is not None:
                return leaf_hash(salt + compact(one.details).encode()) == entry.digest
            written = signed_bytes(one.kind, to_bytes(one.statement))
            leaf = leaf_hash(salt + written + to_bytes(one.signature))
            if one.leaf is None or entry.day is None:
                return leaf == entry.digest
            path = [to_bytes(step) for step in one.path]
            return root_of_path(leaf, one.leaf, entry.size, path) == entry.root
        except (ValueError, RecursionError):
            return False

    def _check_evidence(self, person: Person, one: Evidence, *, is_entered: bool) -> None:
        entry, who = self.entries[one.entry], person.address or None
        if not is_entered:
            self.tell("not_entered", one.entry, who=who)
        if one.details is not None:
            if one.kind != entry.kind:
                self.tell("other_kind", one.entry, who=who)
            return
        if ENTERED_AS.get(one.kind) != entry.kind:
            self.tell("other_kind", one.entry, who=who)
        known = self.keys if one.ours else self.friend_keys[person.address]
        said = self._signed_by(one, known)
        if said is None:
            self.tell("forged", one.entry, who=who)
            return
        own, other = self.addresses, self.friend_addresses[person.address]
        sender, to = (own, other) if one.ours else (other, own)
        if said.sender not in sender or (said.to is not None and said.to not in to):
            self.tell("other_address", one.entry, who=who)
            return
        if is_entered:
            key = to_bytes(one.key)
            statement = ProvenStatement(
                self.account, one.entry, one.kind, key, said.said, said.payload, said.meaning
            )
            (self.ours if one.ours else self.theirs)[person.address].append(statement)

    def _check_explained(self) -> None:
        """Tell which entries lack what they are of, unless the export is of one friend alone."""
        if self.export.friend is not None:
            return
        forgotten = max(
            (n for n, one in self.entries.items() if one.kind == "forgotten"), default=0
        )
        anonymous = 0
        for number, entry in self.entries.items():
            wanted = 1 if entry.day is None else entry.size
            lacking = wanted - self._explained[number]
            if lacking <= 0:
                continue
            if number < forgotten:
                anonymous += 1
            else:
                self.tell("unexplained", number, count=lacking)
        if anonymous:
            self.tell("anonymised", forgotten, count=anonymous)
        for number, entry in self.entries.items():
            if entry.kind in {"restored", "torn"}:
                self.tell(entry.kind, number)

    def saw(self, who: str, statements: Iterable[ProvenStatement]) -> int:
        """Return the last entry of ours that a friend has seen; tell what they saw otherwise."""
        confirmed = later = 0
        wrong = []
        for said, number, head in _heads(statements, "seen-"):
            if self.hashes.get(number) == head:
                confirmed = max(confirmed, number)
            elif self._is_later(said, number):
                later = max(later, number)
            else:
                wrong.append((number, said[:10]))
        if later:
            self.tell("later", later, who=who)
        if wrong:
            key = "seen_lacking" if min(wrong)[0] > self._last else "seen_other"
            self._tell_heads(key, who, wrong)
        return confirmed

    def check_told(self, who: str, statements: Iterable[ProvenStatement]) -> None:
        """Tell which heads a friend was told that are none of this journal."""
        wrong = [
            (number, said[:10])
            for said, number, head in _heads(statements, "")
            if self.hashes.get(number) != head and not self._is_later(said, number)
        ]
        if wrong:
            self._tell_heads("told_other", who, wrong)

    def _tell_heads(self, key: str, who: str, heads: Sequence[tuple[int, str]]) -> None:
        """Tell in one line which heads are wrong: the first, and until which day others are."""
        number, day = min(heads)
        until = max(day for _, day in heads)
        self.tell(key, number, who=who, count=len(heads), day=day, until=until, what=None)

    def _is_later(self, said: str, number: int) -> bool:
        """Return whether a head may be of after the export."""
        return number > self._last and said >= self.told_until

    def last_day(self) -> str:
        """Return the last UTC day that was closed."""
        return max((one.day for one in self.entries.values() if one.day is not None), default="")


def _or_none(text: str) -> bytes | None:
    try:
        return to_bytes(text)
    except (TypeError, ValueError):
        return None


def _heads(statements: Iterable[ProvenStatement], of: str) -> Iterator[tuple[str, int, bytes]]:
    """Yield when it was said, the entry and the head that statements tell."""
    for one in statements:
        number, head = one.payload.get(f"{of}entries", ""), one.payload.get(f"{of}head")
        if one.kind == "day" and head is not None and NUMBER.fullmatch(number) and int(number):
            yield one.said, int(number), _or_none(head) or b""


def verify(export: Export, other: Export | None = None, *, sealed: bool = True) -> JournalVerdict:
    """Verify a journal, and how it agrees with that of a friend; `sealed`: both come from files."""
    ours = CheckedJournal(export, sealed=sealed)
    theirs = None if other is None else CheckedJournal(other, sealed=sealed)
    friends = []
    addresses = {person.address for person in export.people} - {EVERYBODY}
    if theirs is not None and not addresses & theirs.addresses:
        ours.tell("strangers", who=theirs.account)
    for address in sorted(addresses):
        its = theirs if theirs is not None and address in theirs.addresses else None
        friends.append(_Between(ours, address, its).verdict)
    lines = ours.lines + ([] if theirs is None else theirs.lines)
    return _verdict(ours, lines, friends)


def unreadable(account: str, exported: str) -> JournalVerdict:
    """Return the verdict of a journal that is no export at all."""
    lines = (Finding("unreadable", account),)
    return JournalVerdict(account, exported, "broken", 0, None, None, None, None, None, lines, ())


def _verdict(
    ours: CheckedJournal, lines: Sequence[Finding], friends: Sequence[Friend]
) -> JournalVerdict:
    days = [entry.at[:10] for entry in ours.entries.values()]
    begin, end = (min(days), max(days)) if days else (None, None)
    wrong = [line for line in lines if line.differs]
    since = begin
    if wrong and end is not None:
        last = max(line.until or line.day or end for line in wrong)
        after = date.fromisoformat(last) + timedelta(days=1)
        since = None if last >= end else after.isoformat()
    confirmed = max((friend.confirmed for friend in friends), default=0)
    open_from = min((number for number in ours.entries if number > confirmed), default=None)
    if not ours.export.chain:
        state = "none" if not wrong else "broken"
    elif any(line.journal == ours.account and line.key in BROKEN for line in wrong):
        state = "broken"
    else:
        state = "differs" if wrong else "agrees"
    return JournalVerdict(
        account=ours.account,
        exported=ours.export.exported,
        state=state,
        entries=len(ours.export.chain),
        begin=begin,
        end=end,
        since=since,
        unconfirmed_from=open_from,
        unconfirmed_since=None if open_from is None else ours.entries[open_from].at,
        lines=tuple(sorted(lines, key=lambda line: (line.day or "", line.entry or 0))),
        friends=tuple(friends),
    )


class _About(NamedTuple):
    """A publication, and the way its readings went."""

    publication: str
    way: str


@dataclass(frozen=True)
class _Told:
    """What one says that it sent, or got, of a publication on a day."""

    count: str
    root: str
    state: str
    ranges: tuple[tuple[str, str], ...]


class _Between:
    """What an account and a friend said to each other, in the journals that are there."""

    def __init__(self, ours: CheckedJournal, address: str, theirs: CheckedJournal | None) -> None:
        self._journal, self._other = ours, theirs
        self._address = address
        said, heard = list(ours.ours[address]), list(ours.theirs[address])
        if theirs is not None:
            for mine in sorted(ours.addresses & theirs.friend_keys.keys()):
                self._compare(said, theirs.theirs[mine], ours, theirs)
                self._compare(theirs.ours[mine], heard, theirs, ours)
                self._compare_keys(mine)
                said, heard = _joined(said, theirs.theirs[mine]), _joined(heard, theirs.ours[mine])
                theirs.saw(ours.account, said)
                theirs.check_told(ours.account, theirs.ours[mine])
        self.verdict = Friend(address, confirmed=ours.saw(address, heard))
        ours.check_told(address, said)
        self._grants(self.verdict.ours, said, heard)
        self._grants(self.verdict.theirs, heard, said)
        self._days(said, heard)
        self._days(heard, said)

    def _compare(
        self,
        said: Iterable[ProvenStatement],
        heard: Iterable[ProvenStatement],
        one: CheckedJournal,
        two: CheckedJournal,
    ) -> None:
        """Tell what `two` heard, signed by `one`, of which the journal of `one` knows nothing."""
        known = {statement.meaning for statement in [*said, *one.ours[EVERYBODY]]}
        last_day = one.last_day()
        forgotten = max(
            (entry.at for entry in one.entries.values() if entry.kind == "forgotten"), default=""
        )
        for statement in heard:
            if (
                statement.meaning in known
                or ENTERED_AS.get(statement.kind) == "key"
                or not forgotten < statement.said < one.told_until
                # The statements of a day are entered once it is over.
                or (statement.kind == "day" and statement.said[:10] >= last_day)
            ):
                continue
            day, what = statement.said[:10], statement.kind
            one.lines.append(Finding("unsaid", one.account, None, day, two.account, what))

    def _compare_keys(self, mine: str) -> None:
        assert self._other is not None
        for one, two, address in (
            (self._journal, self._other, mine),
            (self._other, self._journal, self._address),
        ):
            # What was signed later may be by a key that was made after the export.
            known = {said.key for said in two.theirs[address] if said.said < one.told_until}
            if known - one.keys:
                one.tell("other_key", who=two.account, what="key")

    def _grants(
        self, grants: Grants, said: Iterable[ProvenStatement], heard: Iterable[ProvenStatement]
    ) -> None:
        told: defaultdict[str, list[ProvenStatement]] = defaultdict(list)
        for one in said:
            if one.kind in {"grant", "withdrawal"}:
                told[one.payload.get("publication", "")].append(one)
        seen: defaultdict[str, list[ProvenStatement]] = defaultdict(list)
        erased = set()
        for one in heard:
            publication = one.payload.get("publication", "")
            if one.kind == "grant-seen":
                seen[publication].append(one)
            elif one.kind == "erased":
                erased.add(publication)
        for publication, several in told.items():
            last = max(several, key=lambda one: one.said)
            answers = [one for one in seen[publication] if _answers(one, several)]
            for one in seen[publication]:
                if one not in answers:
                    self._tell("acknowledged_otherwise", one, publication=publication)
            grants.granted += 1
            is_erased = publication in erased
            grants.acknowledged += is_erased or any(_answers(one, [last]) for one in answers)
            if last.kind == "withdrawal" or last.payload.get("state") == "withdrawn":
                grants.withdrawn += 1
                grants.erased += is_erased

    def _days(self, said: Iterable[ProvenStatement], heard: Iterable[ProvenStatement]) -> None:
        """Compare what one sent each day with what the other got."""
        sent, got = _receipts(said, "sent"), _receipts(heard, "got")
        for day, about in sent:
            if about.way not in ANSWERED_WAYS:
                continue
            answers = got.get((day, about))
            if answers is None:
                self._enter(day, "unconfirmed")
            else:
                told = [one for _, one in sent[day, about]]
                self._enter(day, self._day(day, about.publication, told, *answers[-1]))
        for (day, about), answers in got.items():
            if (day, about) not in sent:
                self._tell("one_sided", answers[-1][0], day=day, publication=about.publication)
                self._enter(day, "unconfirmed")

    def _day(
        self, day: str, publication: str, sent: Sequence[_Told], answer: ProvenStatement, got: _Told
    ) -> str:
        ranges = got.ranges
        if got.state == "equal":
            same = [(got.count, got.root) == (one.count, one.root) for one in sent]
            if same[-1]:
                return "equal"
            if any(same):
                # What was answered was said anew since.
                return "unconfirmed"
            self._tell("equal_not", answer, day=day, publication=publication)
            return "differs"
        if got.state == "not_received":
            self._tell("not_received", answer, day=day, publication=publication, ranges=ranges)
            return "not_received"
        self._tell("disagrees", answer, day=day, publication=publication, ranges=ranges)
        return "differs"

    def _enter(self, day: str, state: str) -> None:
        days, states = self.verdict.days, ("equal", "unconfirmed", "not_received", "differs")
        days[day] = max(days.get(day, "equal"), state, key=states.index)

    def _tell(self, key: str, one: ProvenStatement, **about: Any) -> None:
        """Tell of a statement: its entry is named by the journal that has it."""
        journal = self._journal
        entry = one.entry if one.journal == journal.account else None
        about = {"day": one.said[:10], "what": one.kind, "who": self._address} | about
        journal.lines.append(Finding(key, journal.account, entry, **about))


def _joined(
    one: Sequence[ProvenStatement], other: Sequence[ProvenStatement]
) -> list[ProvenStatement]:
    known = {statement.meaning for statement in one}
    return [*one, *(statement for statement in other if statement.meaning not in known)]


def _answers(seen: ProvenStatement, told: Iterable[ProvenStatement]) -> bool:
    """Return whether an acknowledgement repeats the terms of something that was told.

    A withdrawal tells no terms: who acknowledges it may repeat those of the grant that it ends.
    """
    repeated = {"publication", "state"} if seen.payload.get("state") == "withdrawn" else None
    terms = {
        key: text
        for key, text in seen.payload.attrib.items()
        if key != "revision" and (repeated is None or key in repeated)
    }
    return any(terms.items() <= one.payload.attrib.items() for one in told)


def _receipts(
    statements: Iterable[ProvenStatement], tag: str
) -> dict[tuple[str, _About], list[tuple[ProvenStatement, _Told]]]:
    """Return what statements say that they sent, or got, by day, in the order they were said."""
    found: defaultdict[tuple[str, _About], list[tuple[ProvenStatement, _Told]]] = defaultdict(list)
    for one in sorted(statements, key=lambda one: one.said):
        day = one.payload.get("day", "")
        if one.kind != "day" or not _is_day(day):
            continue
        for child in one.payload.findall(f"{TRUST}{tag}"):
            parts = [part for part in child if part.tag in {f"{TRUST}missing", f"{TRUST}differs"}]
            told = _Told(
                child.get("count", ""),
                child.get("root", ""),
                child.get("state", ""),
                tuple((part.get("from", ""), part.get("to", "")) for part in parts),
            )
            about = _About(child.get("publication", ""), child.get("way", ""))
            found[day, about].append((one, told))
    return found


# How it is said ----------------------------------------------------------------------------------

# Made of texts/journal.yaml, and of protocol/trust/kinds.py, by scripts/translations.
BROKEN = {
    "unreadable": (
        "the files of the journal cannot be read: they are damaged.",
        "les fichiers du journal sont illisibles : ils sont abîmés.",
    ),
    "unsealed": (
        "the file is not as it was exported: it is unsigned, or was changed afterwards.",
        "le fichier n’est pas tel qu’il a été exporté : il n’est pas signé, ou a été modifié.",
    ),
    "key_unreadable": (
        "a signing key of the account cannot be read.",
        "une clé de signature du compte est illisible.",
    ),
    "key_unproven": (
        "the account has had another key since then, which the key before did not sign: only"
        " friends who compared its numbers can say whose it is.",
        "depuis ce jour le compte a une autre clé, que la précédente n’a pas signée : seuls les"
        " amis qui en ont comparé les nombres peuvent dire à qui elle est.",
    ),
    "no_beginning": (
        "the journal does not begin at its beginning.",
        "le journal ne commence pas à son début.",
    ),
    "unreadable_entry": (
        "the entry cannot be read: it is not what was written.",
        "l’inscription est illisible : ce n’est pas ce qui avait été écrit.",
    ),
    "changed": (
        "the entry was changed after it was written, or the one after it was: they no longer fit.",
        "l’inscription, ou celle qui la suit, a été modifiée après coup : elles ne vont plus"
        " ensemble.",
    ),
    "lacking": (
        "{count} taken out of the journal from this entry on.",
        "{count} à partir de celle-ci ont été retirées du journal.",
    ),
    "misplaced": (
        "the entry is not in its place, or stands twice.",
        "l’inscription n’est pas à sa place, ou figure deux fois.",
    ),
    "earlier": (
        "the entry is said to be older than the one before it.",
        "l’inscription se dit plus ancienne que celle qui la précède.",
    ),
    "day_forged": (
        "the closing of the day is not signed by the account, or was changed after it was signed.",
        "la clôture du jour n’est pas signée par le compte, ou a été modifiée après signature.",
    ),
    "unknown_entry": (
        "there is a statement for this entry, but the journal has no such entry: it was cut off, or"
        " the number was changed.",
        "il existe une déclaration pour cette inscription, mais le journal n’a pas d’inscription de"
        " ce numéro : il a été coupé, ou le numéro changé.",
    ),
    "salt": (
        "none of the {count} statements with this friend fits its entry: the secret that joins them"
        " to the journal is another, or they were exchanged.",
        "aucune des {count} déclarations avec cet ami ne correspond à son inscription : le secret"
        " qui les relie au journal n’est plus le même, ou elles ont été échangées.",
    ),
    "not_entered": (
        "the statement is not the one that was entered: it was changed or exchanged.",
        "la déclaration n’est pas celle qui avait été inscrite : elle a été modifiée ou échangée.",
    ),
    "other_kind": (
        "the statement is of another kind than its entry.",
        "la déclaration n’est pas de la même sorte que son inscription.",
    ),
    "forged": (
        "the statement is not signed by who is said to have made it.",
        "la déclaration n’est pas signée par celui à qui on la prête.",
    ),
    "other_address": (
        "the statement was made by, or to, somebody else.",
        "la déclaration vient de quelqu’un d’autre, ou s’adresse à quelqu’un d’autre.",
    ),
    "entered_twice": (
        "there are two statements for one entry.",
        "il y a deux déclarations pour une même inscription.",
    ),
    "unexplained": (
        "what was entered is not in the export: {count} lacking.",
        "ce qui a été inscrit n’est pas dans l’export : {count} en moins.",
    ),
    "told_other": (
        "the friend was told of another journal than this one, up to this entry: entries were"
        " changed or taken out since, or there are two journals.",
        "on a annoncé à cet ami un autre journal que celui-ci, jusqu’à cette inscription : des"
        " inscriptions ont depuis été modifiées ou retirées, ou il y a deux journaux.",
    ),
}
"""What is wrong with a journal itself."""

DIFFERS = BROKEN | {
    "seen_lacking": (
        "the friend has seen this entry, and the journal ends before it: its end was cut off, or an"
        " older copy was put back.",
        "cet ami a vu cette inscription, et le journal s’arrête avant : sa fin a été coupée, ou une"
        " copie plus ancienne a été remise.",
    ),
    "seen_other": (
        "the friend has seen another entry of this number: this one, or one before it, was changed"
        " since.",
        "cet ami a vu une autre inscription sous ce numéro : celle-ci, ou une d’avant, a été"
        " changée depuis.",
    ),
    "other_key": (
        "one holds a key for the other that the other does not call its own: somebody else may have"
        " spoken in its name.",
        "l’un connaît de l’autre une clé que celui-ci ne dit pas sienne : un tiers a pu parler en"
        " son nom.",
    ),
    "unsaid": (
        "the friend has this statement with the account’s signature, and the account’s journal does"
        " not have it.",
        "cet ami a cette déclaration signée par le compte, et le journal du compte ne l’a pas.",
    ),
    "acknowledged_otherwise": (
        "what was acknowledged is not what was granted: the two differ about the terms.",
        "l’accusé de réception ne dit pas ce qui a été accordé : les deux divergent sur les"
        " conditions.",
    ),
    "equal_not": (
        "one says that it received exactly what was sent, and the two sums differ.",
        "l’un dit avoir reçu exactement ce qui a été envoyé, et les deux sommes diffèrent.",
    ),
    "disagrees": (
        "the two disagree about the readings of the day: what one received is not what the other"
        " says it sent{ranges}.",
        "les deux ne sont pas d’accord sur les mesures du jour : ce que l’un a reçu n’est pas ce"
        " que l’autre dit avoir envoyé{ranges}.",
    ),
}
"""What does not agree, in English and in French."""

NOTES = {
    "not_received": (
        "readings of the day were sent and did not arrive{ranges}. This happens, and accuses"
        " nobody.",
        "des mesures du jour ont été envoyées et ne sont pas arrivées{ranges}. Cela arrive, et"
        " n’accuse personne.",
    ),
    "later": (
        "the friend has seen later entries than this export has; it was made before.",
        "cet ami a vu des inscriptions plus récentes que cet export, qui a été fait avant.",
    ),
    "exported_early": (
        "the entry is said to be newer than the export: the clock was wrong at one of the two.",
        "l’inscription se dit plus récente que l’export : l’horloge était fausse à l’un des deux"
        " moments.",
    ),
    "wrong_day": (
        "the entry closes a day out of order: the clock was wrong.",
        "l’inscription clôt un jour dans le désordre : l’horloge était fausse.",
    ),
    "one_sided": (
        "one says what it received, and there is no statement of the other on what it sent.",
        "l’un dit ce qu’il a reçu, et l’autre n’a rien déclaré de ce qu’il a envoyé.",
    ),
    "anonymised": (
        "what {count} of before tell, and of whom, was erased: that they were not changed can still"
        " be seen.",
        "ce que disent {count} d’avant, et de qui, a été effacé : on voit encore qu’elles n’ont pas"
        " été modifiées.",
    ),
    "restored": (
        "the journal itself says that an older copy of it was put back.",
        "le journal dit lui-même qu’une copie plus ancienne a été remise.",
    ),
    "torn": (
        "the power went while an entry was written; what was not whole was cut off.",
        "le courant a manqué pendant une écriture ; ce qui n’était pas entier a été coupé.",
    ),
    "strangers": (
        "the two exports are not of friends of each other: nothing could be compared.",
        "les deux exports ne sont pas d’amis l’un de l’autre : rien n’a pu être comparé.",
    ),
}
"""What agrees and is good to know, in English and in French."""

REASONS = {
    "no_file": ("it cannot be read", "il est impossible à lire"),
    "too_long": ("it is too long", "il est trop long"),
    "no_json": ("it is damaged, or another kind of file", "il est abîmé, ou d’une autre sorte"),
    "other_file": ("it is another kind of file", "c’est un fichier d’une autre sorte"),
    "wrong_types": ("parts of it are not as SEN1 writes them", "il n’est pas tel que SEN1 l’écrit"),
    "newer": ("a newer SEN1 wrote it", "un SEN1 plus récent l’a écrit"),
}
"""Why a file is no export, in English and in French."""

KINDS = {
    "began": ("beginning", "début"),
    "grant": ("grant", "accord"),
    "grant-seen": ("acknowledgement", "accusé de réception"),
    "withdrawal": ("withdrawal", "retrait"),
    "withdrawn": ("withdrawal confirmed by the server", "retrait confirmé par le serveur"),
    "erased": ("erasure confirmed", "effacement confirmé"),
    "left": ("departure", "départ"),
    "request": ("request", "demande"),
    "decision": ("decision", "décision"),
    "wishes": ("wishes", "souhaits"),
    "collection": ("collection", "collecte"),
    "joined": ("participation", "participation"),
    "note": ("note", "mot"),
    "score": ("score", "score"),
    "register": ("shares told", "parts annoncées"),
    "register-seen": ("answer about shares", "réponse sur les parts"),
    "key": ("key", "clé"),
    "moved": ("change of address", "changement d’adresse"),
    "restored": ("older copy put back", "copie ancienne remise"),
    "exported": ("export", "export"),
    "forgotten": ("erasure of evidence", "effacement de preuves"),
    "torn": ("power cut", "coupure"),
    "day": ("day", "jour"),
}
"""What an entry is of, in English and in French."""

WORDS = {
    "journal": (
        "Journal of {account}, exported on {exported}: {entries}, from {begin} to {end}.",
        "Journal de {account}, exporté le {exported} : {entries}, du {begin} au {end}.",
    ),
    "empty": ("Journal of {account}: no entry.", "Journal de {account} : aucune inscription."),
    "agrees": ("All agrees since {since}", "Tout concorde depuis le {since}"),
    "differs": ("Not all agrees", "Tout ne concorde pas"),
    "friend": (
        "with {who} {days}: {equal} equal, {not_received} with readings they did not get, {differs}"
        " disagree{open}",
        "avec {who} {days} : {equal} égaux, {not_received} avec des mesures non reçues, {differs}"
        " en désaccord{open}",
    ),
    "open": (", {count} unconfirmed", ", {count} non confirmés"),
    "unconfirmed": ("since {since} unconfirmed", "depuis le {since} non confirmé"),
    "all_confirmed": ("all of it confirmed", "tout est confirmé"),
    "ours": (
        "Granted to {who}: {granted} series, {acknowledged} acknowledged; {withdrawn} withdrawn,"
        " {erased} of them erased.",
        "Accordé à {who} : {granted} séries, {acknowledged} avec accusé de réception ; {withdrawn}"
        " retirées, dont {erased} effacées.",
    ),
    "theirs": (
        "Granted by {who}: {granted} series, {acknowledged} acknowledged; {withdrawn} withdrawn,"
        " {erased} of them erased.",
        "Accordé par {who} : {granted} séries, {acknowledged} avec accusé de réception ;"
        " {withdrawn} retirées, dont {erased} effacées.",
    ),
    "wrong": ("What differs:", "Ce qui diffère :"),
    "notes": ("Good to know:", "Bon à savoir :"),
    "more": ("and {count} more lines.", "et {count} lignes de plus."),
    "what_unconfirmed": (
        "No friend has yet confirmed entries {begin} to {end}: had something been cut off or"
        " rewritten there, nobody could see it.",
        "Aucun ami n’a encore confirmé les inscriptions {begin} à {end} : si quelque chose y avait"
        " été coupé ou réécrit, personne ne pourrait le voir.",
    ),
    "entry": ("entry {entry}", "inscription {entry}"),
    "of": ("journal of {journal}", "journal de {journal}"),
    "series": ("series {publication}", "série {publication}"),
    "until": ("until {until}", "jusqu’au {until}"),
    "no_export": (
        "{name} is not an export of a SEN1 journal: {reason}.",
        "{name} n’est pas l’export d’un journal SEN1 : {reason}.",
    ),
    "range": ("from {begin} to {end} UTC", "de {begin} à {end} UTC"),
    "one_entry": ("1 entry", "1 inscription"),
    "entries": ("{count} entries", "{count} inscriptions"),
    "one_day": ("1 day", "1 jour"),
    "days": ("{count} days", "{count} jours"),
    "months": (
        "January February March April May June July August September October November December",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    ),
}
"""What else is said, in English and in French."""

ENTERED_AS_SAID = (
    "moved", "withdrawal", "grant", "grant-seen", "erased", "left", "request", "decision", "day",
    "wishes", "collection", "joined", "note", "score", "register", "register-seen",
)  # fmt: skip
ENTERED_AS = {"identity": "key", "rollover": "key"} | {kind: kind for kind in ENTERED_AS_SAID}
"""What the entry of a statement is of, by what it is signed as."""
# End of what is made.

LANGUAGES = ("en", "fr")

MOST_SHOWN = 120
"""Characters of an address or an id, which may be anything."""


class Speech:
    """Say a verdict in a language; `names` has those of addresses, where they have any."""

    def __init__(self, language: str, names: Mapping[str, str] | None = None) -> None:
        self._language = LANGUAGES.index(language)
        self._names = names or {}

    def text(self, verdict: JournalVerdict) -> str:
        """Return all of a verdict, as it is printed."""
        parts = [self.heading(verdict), self.sentence(verdict)]
        wrong = [line for line in verdict.lines if line.differs]
        notes = [line for line in verdict.lines if not line.differs]
        for key, lines in (("wrong", wrong), ("notes", notes)):
            if lines:
                parts += ["", self._word(key)]
                parts += [f"- {self.line(line, verdict.account)}" for line in lines[:MOST_LINES]]
                if len(lines) > MOST_LINES:
                    parts.append(self._word("more", count=len(lines) - MOST_LINES))
        grants = [text for friend in verdict.friends for text in self.grants(friend)]
        if grants:
            parts += ["", *grants]
        if verdict.unconfirmed_from is not None:
            parts += ["", self.unconfirmed(verdict)]
        return "\n".join(parts)

    def heading(self, verdict: JournalVerdict) -> str:
        """Return of whose journal a verdict is, and from when to when."""
        account = self._name(verdict.account)
        if verdict.begin is None or verdict.end is None:
            return self._word("empty", account=account)
        return self._word(
            "journal",
            account=account,
            entries=self._count(verdict.entries, "one_entry", "entries"),
            exported=self._date(verdict.exported[:10]),
            begin=self._date(verdict.begin),
            end=self._date(verdict.end),
        )

    def sentence(self, verdict: JournalVerdict) -> str:
        """Return a verdict in one sentence."""
        since = verdict.since
        parts = [
            self._word("differs")
            if since is None
            else self._word("agrees", since=self._date(since))
        ]
        for friend in verdict.friends:
            if not friend.days:
                continue
            unconfirmed = friend.count("unconfirmed")
            parts.append(
                self._word(
                    "friend",
                    who=self._name(friend.address),
                    days=self._count(len(friend.days), "one_day", "days"),
                    equal=friend.count("equal"),
                    not_received=friend.count("not_received"),
                    differs=friend.count("differs"),
                    open=self._word("open", count=unconfirmed) if unconfirmed else "",
                )
            )
        if verdict.unconfirmed_since is None:
            parts.append(self._word("all_confirmed"))
        else:
            open_since = self._date(verdict.unconfirmed_since[:10])
            parts.append(self._word("unconfirmed", since=open_since))
        return "; ".join(parts) + "." if self._language == 0 else " ; ".join(parts) + "."

    def unconfirmed(self, verdict: JournalVerdict) -> str:
        """Return what it means that the end of a journal is unconfirmed."""
        return self._word(
            "what_unconfirmed", begin=verdict.unconfirmed_from, end=max(verdict.entries, 1)
        )

    def grants(self, friend: Friend) -> list[str]:
        """Return what became of the grants between an account and a friend."""
        return [
            self._word(key, who=self._name(friend.address), **vars(grants))
            for key, grants in (("ours", friend.ours), ("theirs", friend.theirs))
            if grants.granted
        ]

    def line(self, line: Finding, account: str) -> str:
        """Return one thing that differs, or is good to know."""
        about = []
        if line.journal != account:
            about.append(self._word("of", journal=self._name(line.journal)))
        if line.entry is not None:
            about.append(self._word("entry", entry=line.entry))
        if line.day is not None:
            about.append(self._date(line.day))
        if line.until is not None and line.until != line.day:
            about.append(self._word("until", until=self._date(line.until)))
        if line.what in KINDS and line.what != "day":
            about.append(KINDS[line.what][self._language])
        if line.who is not None:
            about.append(self._name(line.who))
        if line.publication is not None:
            about.append(self._word("series", publication=self._name(line.publication)))
        means = (DIFFERS | NOTES)[line.key][self._language].format(
            count=self._counted(line), ranges=self._ranges(line.ranges)
        )
        text = (
            f"{', '.join(about)}{':' if self._language == 0 else ' :'} {means}" if about else means
        )
        return text[:1].upper() + text[1:]

    def refusal(self, name: str, reason: str) -> str:
        """Return that a file is no export."""
        return self._word("no_export", name=shown(name), reason=REASONS[reason][self._language])

    def _counted(self, line: Finding) -> str:
        if line.key in {"lacking", "anonymised"}:
            return self._count(line.count or 0, "one_entry", "entries")
        return str(line.count)

    def _ranges(self, ranges: Sequence[tuple[str, str]]) -> str:
        told = [
            self._word("range", begin=_clock(begin), end=_clock(end)) for begin, end in ranges[:10]
        ]
        return f" ({', '.join(told)}{', …' if len(ranges) > len(told) else ''})" if told else ""

    def _count(self, count: int, one: str, several: str) -> str:
        return self._word(one if count == 1 else several, count=count)

    def _word(self, key: str, **about: Any) -> str:
        return WORDS[key][self._language].format(**about)

    def _name(self, address: str) -> str:
        return shown(self._names.get(address, address))

    def _date(self, day: str) -> str:
        moment = date.fromisoformat(day)
        number = "1er" if moment.day == 1 and self._language else str(moment.day)
        return f"{number} {self._word('months').split()[moment.month - 1]} {moment.year}"


def shown(text: str) -> str:
    """Return a text of somebody as it may be printed: nothing in it moves the cursor."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:MOST_SHOWN])


def _clock(moment: str) -> str:
    found = _moment(moment)
    return shown(moment) if found is None else f"{found:%H:%M:%S}"


def language_of(environment: Mapping[str, str]) -> str:
    """Return the language that a terminal is set to, English unless it is French."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next((environment[name] for name in names if environment.get(name)), "")
    return "fr" if chosen.lower().startswith("fr") else "en"


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify the exports that are named; return 0, 1 or 2."""
    parser = ArgumentParser(
        prog="verify-journal",
        description="Verify an export of a SEN1 journal, also against that of a friend."
        " Exit status: 0 all agrees, 1 something differs, 2 not an export.",
    )
    parser.add_argument("export", type=Path, help="the export of a journal")
    parser.add_argument("friend", type=Path, nargs="?", help="the export of a friend")
    parser.add_argument("--lang", choices=LANGUAGES, default=language_of(os.environ))
    chosen = parser.parse_args(arguments)
    voice = Speech(chosen.lang)
    exports = []
    for path in [chosen.export] + ([] if chosen.friend is None else [chosen.friend]):
        try:
            with path.open("rb") as file:
                exports.append(read_export(file.read(MOST_BYTES + 1)))
        except (OSError, MemoryError):
            print(voice.refusal(str(path), "no_file"), file=sys.stderr)
            return 2
        except NotAnExport as error:
            print(voice.refusal(str(path), error.args[0]), file=sys.stderr)
            return 2
    verdict = verify(*exports)
    print(voice.text(verdict))
    return 0 if verdict.agrees else 1


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows no accents shows something else in their place.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(main())
