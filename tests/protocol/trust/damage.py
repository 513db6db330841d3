"""Ways to damage a journal: by chance, and by somebody who has the account's keys."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
import json
from random import Random
from typing import Any

from custom_components.sen1.protocol.stamps import parse_stamp, stamp
from custom_components.sen1.protocol.trust.keys import Keys
from custom_components.sen1.protocol.trust.kinds import StatementKind
from custom_components.sen1.protocol.trust.signed import Statement, sign, signed_in
from custom_components.sen1.protocol.trust.verify_journal import (
    compact,
    leaf_hash,
    seal_of,
    signed_bytes,
    to_bytes,
    to_text,
)

from .journals import COOP, HOUSE, Content, grant_payload

CHAIN = {"unreadable_entry", "changed", "lacking", "misplaced", "earlier"}
CHAIN |= {"day_forged", "no_beginning"}
EVIDENCE = {"not_entered", "forged", "unknown_entry", "salt", "other_kind", "other_address"}
EVIDENCE |= {"entered_twice", "unexplained"}
FORK = {"seen_other", "seen_lacking", "told_other", "unsaid"}


@dataclass(frozen=True)
class Damage:
    """What was done, and what is to be said of it."""

    entry: int | None
    """The first entry that is another than it was; None: it is of no entry."""
    keys: set[str]
    """What may be said, one of these."""
    in_chain: bool = False
    """Whether it may lie behind the last head that a friend has seen, and cannot be known there."""
    clean: bool = False
    """Whether all that friends said of what is gone went with it: their journals alone know."""
    near: int = 1
    """How far from the entry the one may be that is named."""


type Harm = Callable[[Content, Random, Mapping[str, Keys]], Damage | None]


def _flipped(text: str, chance: Random) -> str:
    at = chance.randrange(len(text))
    # Not the highest of a byte, which would be no text any more.
    return text[:at] + chr(ord(text[at]) ^ (1 << chance.randrange(7))) + text[at + 1 :]


def bit(content: Content, chance: Random, _keys: Mapping[str, Keys]) -> Damage:
    lines = content["chain"]
    at = chance.randrange(len(lines))
    lines[at] = _flipped(lines[at], chance)
    return Damage(at + 1, CHAIN | EVIDENCE | FORK, in_chain=True)


def line_removed(content: Content, chance: Random, _keys: Mapping[str, Keys]) -> Damage:
    at = chance.randrange(len(content["chain"]))
    del content["chain"][at]
    return Damage(at + 1, CHAIN | EVIDENCE | FORK, in_chain=True)


def line_changed(content: Content, chance: Random, _keys: Mapping[str, Keys]) -> Damage:
    lines = content["chain"]
    at = chance.randrange(len(lines))
    entry = json.loads(lines[at])
    match chance.choice(["at", "kind", "digest", "n"]):
        case "at":
            entry["at"] = stamp(parse_stamp(entry["at"]) + chance.choice([-86400, -1, 1, 86400]))
        case "kind" if entry["kind"] not in {"day", "grant"}:
            entry["kind"] = "grant"
        case "n":
            entry["n"] += chance.choice([-1, 1])
        case _:
            entry["root" if "root" in entry else "digest"] = to_text(chance.randbytes(32))
    lines[at] = compact(entry)
    return Damage(at + 1, CHAIN | EVIDENCE | FORK, in_chain=True)


def lines_swapped(content: Content, chance: Random, _keys: Mapping[str, Keys]) -> Damage:
    lines = content["chain"]
    one, other = sorted(chance.sample(range(len(lines)), 2))
    lines[one], lines[other] = lines[other], lines[one]
    return Damage(one + 1, CHAIN | EVIDENCE | FORK, in_chain=True, near=2)


def cut(content: Content, chance: Random, _keys: Mapping[str, Keys]) -> Damage:
    """Cut the end off, but leave what it was of."""
    lines = content["chain"]
    at = chance.randrange(1, len(lines))
    del lines[at:]
    return Damage(at + 1, EVIDENCE | FORK, in_chain=True, near=len(lines) + 10_000)


def _without(content: Content, last: int) -> None:
    del content["chain"][last:]
    for person in content["people"]:
        person["statements"] = [one for one in person["statements"] if one["n"] <= last]


def cut_clean(content: Content, chance: Random, _keys: Mapping[str, Keys]) -> Damage:
    """Cut the end off, with all it was of."""
    at = chance.randrange(1, len(content["chain"]))
    _without(content, at)
    return Damage(at + 1, FORK, in_chain=True, clean=True, near=10_000)


def _added(content: Content, kind: str, signed: Any, at: str, person: Content) -> None:
    lines = content["chain"]
    salt = to_bytes(person["salt"])
    leaf = leaf_hash(salt + signed_bytes(signed.kind, signed.statement) + signed.signature)
    before = sha256(lines[-1].encode()).digest()
    number = len(lines) + 1
    entry = {"n": number, "before": to_text(before), "at": at, "kind": kind}
    lines.append(compact(entry | {"digest": to_text(leaf)}))
    person["statements"].append(
        {
            "n": number,
            "ours": True,
            "kind": signed.kind,
            "key": to_text(signed.key),
            "signature": to_text(signed.signature),
            "statement": to_text(signed.statement),
        }
    )


def _own(content: Content, keys: Mapping[str, Keys]) -> Keys:
    return keys[content["keys"][-1]["key"]]


def _friend(content: Content) -> Content:
    other = COOP if content["account"] == HOUSE else HOUSE
    found: Content = next(one for one in content["people"] if one["address"] == other)
    return found


def rolled_back(content: Content, chance: Random, keys: Mapping[str, Keys]) -> Damage:
    """Put back a backup, and go on from there."""
    at = chance.randrange(1, len(content["chain"]))
    _without(content, at)
    moment = json.loads(content["chain"][-1])["at"]
    friend = _friend(content)
    for number in range(chance.randrange(1, 8)):
        said = Statement(
            content["account"],
            parse_stamp(moment),
            grant_payload(5000 + number),
            to=friend["address"],
        )
        signed = signed_in(sign(_own(content, keys), StatementKind.GRANT, said))
        _added(content, "grant", signed, moment, friend)
    return Damage(at + 1, FORK, in_chain=True, clean=True, near=10_000)


def _rechained(content: Content, begin: int, keys: Mapping[str, Keys]) -> None:
    """Write the chain anew from an entry on, as only who has the keys can."""
    lines = content["chain"]
    before = bytes(32) if begin == 1 else sha256(lines[begin - 2].encode()).digest()
    for at in range(begin - 1, len(lines)):
        entry = json.loads(lines[at])
        entry["n"], entry["before"] = at + 1, to_text(before)
        lines[at] = compact(entry)
        if entry["kind"] == "day":
            signature = keys[entry["key"]].sign("head", seal_of(lines[at]).encode())
            entry["signature"] = to_text(signature)
            lines[at] = compact(entry)
        before = sha256(lines[at].encode()).digest()


def forked(content: Content, chance: Random, keys: Mapping[str, Keys]) -> Damage | None:
    """Say otherwise what was granted once, and make all fit."""
    friend = _friend(content)
    ours = [one for one in friend["statements"] if one["ours"] and one["kind"] == "grant"]
    if not ours:
        return None
    one = chance.choice(ours)
    entry = json.loads(content["chain"][one["n"] - 1])
    said = Statement(
        content["account"], parse_stamp(entry["at"]), grant_payload(77), to=friend["address"]
    )
    signed = signed_in(sign(keys[one["key"]], StatementKind.GRANT, said))
    one |= {"signature": to_text(signed.signature), "statement": to_text(signed.statement)}
    salt = to_bytes(friend["salt"])
    leaf = leaf_hash(salt + signed_bytes("grant", signed.statement) + signed.signature)
    entry["digest"] = to_text(leaf)
    content["chain"][one["n"] - 1] = compact(entry)
    _rechained(content, one["n"], keys)
    return Damage(one["n"], FORK, in_chain=True, near=10_000)


def left_out(content: Content, chance: Random, keys: Mapping[str, Keys]) -> Damage | None:
    """Take an entry and all it was of out, number the others anew, and make all fit."""
    plain = [
        entry["n"] for entry in map(json.loads, content["chain"][1:]) if entry["kind"] != "day"
    ]
    number = chance.choice(plain)
    del content["chain"][number - 1]
    for person in content["people"]:
        person["statements"] = [
            one | {"n": one["n"] - (one["n"] > number)}
            for one in person["statements"]
            if one["n"] != number
        ]
    _rechained(content, number, keys)
    return Damage(number, FORK, in_chain=True, near=10_000)


def _statements(content: Content, *, signed: bool = True) -> list[tuple[Content, Content]]:
    return [
        (person, one)
        for person in content["people"]
        for one in person["statements"]
        if not signed or "statement" in one
    ]


def evidence_exchanged(content: Content, chance: Random, _keys: Mapping[str, Keys]) -> Damage:
    (_, one), (_, other) = chance.sample(_statements(content), 2)
    parts = ("ours", "kind", "key", "signature", "statement")
    one |= {part: other[part] for part in parts}
    return Damage(one["n"], EVIDENCE)


def evidence_removed(content: Content, chance: Random, _keys: Mapping[str, Keys]) -> Damage:
    person, one = chance.choice(_statements(content, signed=False))
    person["statements"].remove(one)
    return Damage(one["n"], {"unexplained"})


def evidence_doubled(content: Content, chance: Random, _keys: Mapping[str, Keys]) -> Damage:
    person, one = chance.choice(_statements(content))
    number = chance.randrange(1, len(content["chain"]) + 5)
    person["statements"].append(one | {"n": number})
    return Damage(number, EVIDENCE)


def person_removed(content: Content, chance: Random, _keys: Mapping[str, Keys]) -> Damage:
    person = chance.choice([one for one in content["people"] if one["statements"]])
    content["people"].remove(person)
    return Damage(min(one["n"] for one in person["statements"]), {"unexplained"})


def salt_changed(content: Content, chance: Random, _keys: Mapping[str, Keys]) -> Damage:
    person = chance.choice([one for one in content["people"] if one["statements"]])
    salt = bytearray(to_bytes(person["salt"]))
    salt[chance.randrange(len(salt))] ^= 1 << chance.randrange(8)
    person["salt"] = to_text(bytes(salt))
    return Damage(None, {"salt", "not_entered"})


def salts_exchanged(content: Content, chance: Random, _keys: Mapping[str, Keys]) -> Damage:
    one, other = chance.sample([one for one in content["people"] if one["statements"]], 2)
    one["salt"], other["salt"] = other["salt"], one["salt"]
    return Damage(None, {"salt", "not_entered"})


def statement_bit(content: Content, chance: Random, _keys: Mapping[str, Keys]) -> Damage:
    _, one = chance.choice(_statements(content))
    part = chance.choice(("statement", "signature", "key"))
    data = bytearray(to_bytes(one[part]))
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    one[part] = to_text(bytes(data))
    return Damage(one["n"], EVIDENCE)


def statement_text(content: Content, chance: Random, _keys: Mapping[str, Keys]) -> Damage:
    _, one = chance.choice(_statements(content))
    part = chance.choice(("statement", "signature", "key"))
    one[part] = _flipped(one[part], chance)
    return Damage(one["n"], EVIDENCE)


def statement_replaced(content: Content, chance: Random, keys: Mapping[str, Keys]) -> Damage:
    """Sign something else in its place, with the account's own key."""
    person, one = chance.choice(_statements(content))
    said = Statement(content["account"], 1772600000.0, grant_payload(78), to=person["address"])
    signed = signed_in(sign(_own(content, keys), StatementKind.GRANT, said))
    one |= {
        "key": to_text(signed.key),
        "signature": to_text(signed.signature),
        "statement": to_text(signed.statement),
    }
    return Damage(one["n"], EVIDENCE)


def other_kind(content: Content, chance: Random, keys: Mapping[str, Keys]) -> Damage | None:
    """Sign the same as of another kind."""
    _, one = chance.choice(_statements(content))
    if one["key"] not in keys:
        return None
    kind = "withdrawal" if one["kind"] == "grant" else "grant"
    one["signature"] = to_text(keys[one["key"]].sign(kind, to_bytes(one["statement"])))
    if chance.random() < 0.5:
        one["kind"] = kind
    return Damage(one["n"], EVIDENCE)


def sides_exchanged(content: Content, chance: Random, _keys: Mapping[str, Keys]) -> Damage:
    """Call ours what a friend said, or the other way round."""
    _, one = chance.choice(_statements(content))
    one["ours"] = not one["ours"]
    return Damage(one["n"], EVIDENCE)


def details_changed(content: Content, chance: Random, _keys: Mapping[str, Keys]) -> Damage:
    told = [one for _, one in _statements(content, signed=False) if "details" in one]
    one = chance.choice(told)
    one["details"] = {"publication": str(chance.random())}
    return Damage(one["n"], EVIDENCE)


def path_changed(content: Content, chance: Random, _keys: Mapping[str, Keys]) -> Damage | None:
    proven = [one for _, one in _statements(content) if one.get("path")]
    if not proven:
        return None
    one = chance.choice(proven)
    if chance.random() < 0.5:
        one["at"] += chance.choice([-1, 1])
    else:
        one["path"][chance.randrange(len(one["path"]))] = to_text(chance.randbytes(32))
    return Damage(one["n"], EVIDENCE)


def friend_key_changed(content: Content, chance: Random, _keys: Mapping[str, Keys]) -> Damage:
    """Say that a friend's key was another."""
    person = _friend(content)
    known = [one["key"] for one in person["statements"] if not one["ours"] and "key" in one]
    key = next(key for key in person["keys"] if key["key"] in known)
    first = min(
        one["n"] for one in person["statements"] if not one["ours"] and one.get("key") == key["key"]
    )
    key["key"] = to_text(chance.randbytes(32))
    return Damage(first, {"forged"})


def own_key_changed(content: Content, chance: Random, _keys: Mapping[str, Keys]) -> Damage:
    """Call another key the account's own, or leave out who signed it."""
    own = content["keys"]
    if len(own) > 1 and chance.random() < 0.5:
        own[-1]["rollover"] = None
    else:
        own[0]["key"] = to_text(chance.randbytes(32))
    return Damage(None, {"key_unproven", "forged", "day_forged"})


HARMS: Mapping[str, Harm] = {
    harm.__name__: harm
    for harm in (
        *(bit, line_removed, line_changed, lines_swapped, cut, cut_clean, rolled_back, forked),
        *(left_out, evidence_exchanged, evidence_removed, evidence_doubled, person_removed),
        *(salt_changed, salts_exchanged, statement_bit, statement_text, statement_replaced),
        *(other_kind, sides_exchanged, details_changed, path_changed, friend_key_changed),
        own_key_changed,
    )
}
