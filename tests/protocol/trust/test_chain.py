"""The chain: each entry names the one before, a torn end is recognised at any byte."""

import json
from pathlib import Path
import re

import pytest

from custom_components.sen1.protocol.model import BareJid, PublicationId
from custom_components.sen1.protocol.trust.chain import (
    Chain,
    Known,
    Totals,
    day_lines,
    details_digest,
    details_line,
    entry_hash,
    evidence_head,
    meaning,
    statement_digest,
    statement_line,
    tail_of,
)
from custom_components.sen1.protocol.trust.keys import Keys
from custom_components.sen1.protocol.trust.kinds import (
    Erased,
    EventKind,
    StatementKind,
    message_to_element,
)
from custom_components.sen1.protocol.trust.signed import Signed, Statement, sign, signed_in
from custom_components.sen1.protocol.trust.verify_journal import (
    NOTHING,
    compact,
    is_signed,
    leaf_hash,
    merkle_root,
    root_of_path,
    signed_bytes,
    to_bytes,
    to_text,
)

DOCUMENT = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text()
KEYS = Keys(bytes(range(32)), bytes(range(32, 64)))
SALT = bytes(range(64, 96))
HOME, COOP = BareJid("home@server.org"), BareJid("coop@server.org")
NOON = 1795521600.0


def erased(number: int = 0, said: float = NOON) -> Signed:
    """Return a signed statement; each number is another one."""
    publication = PublicationId(f"00000000-0000-4000-8000-{number:012}")
    payload = message_to_element(Erased(publication))
    return signed_in(sign(KEYS, StatementKind.ERASED, Statement(HOME, said, payload, to=COOP)))


def chain_of(count: int) -> tuple[Chain, list[str]]:
    """Return a chain of so many entries, the last of a day, and its lines."""
    chain = Chain()
    lines = [chain.add(EventKind.BEGAN, details_digest(SALT, {}), NOON)]
    lines += [
        chain.add(StatementKind.ERASED, statement_digest(SALT, erased(n)), NOON + n)
        for n in range(count - 2)
    ]
    totals = Totals(sent=7, received=3, refused={"stranger": 3})
    lines.append(chain.add_day(KEYS, "2026-11-24", [bytes(32)], totals, NOON + 50_000))
    return chain, lines


def test_each_entry_holds_the_hash_of_the_one_before() -> None:
    chain, lines = chain_of(5)
    entries = [json.loads(line) for line in lines]
    assert [entry["n"] for entry in entries] == [1, 2, 3, 4, 5]
    assert to_bytes(entries[0]["before"]) == NOTHING
    for line, entry in zip(lines, entries[1:], strict=False):
        assert to_bytes(entry["before"]) == entry_hash(line.encode())
    assert (chain.entries, chain.last) == (5, entry_hash(lines[-1].encode()))
    assert lines[1] == (
        f'{{"n":2,"before":"{to_text(entry_hash(lines[0].encode()))}",'
        f'"at":"2026-11-24T12:00:00.000Z","kind":"erased",'
        f'"digest":"{to_text(statement_digest(SALT, erased()))}"}}'
    )


def test_what_stands_for_a_statement_is_salted_and_names_its_kind_and_signature() -> None:
    one = erased()
    data = SALT + b"sen1:erased:0\n" + one.statement + one.signature
    assert statement_digest(SALT, one) == leaf_hash(data)
    assert details_digest(SALT, {"bytes": 7}) == leaf_hash(SALT + b'{"bytes":7}')


def test_a_day_is_signed_without_its_key_and_signature() -> None:
    _, lines = chain_of(3)
    line = lines[-1]
    day = json.loads(line)
    assert list(day) == [
        *("n", "before", "at", "kind", "day", "size", "root"),
        *("sent", "received", "refused", "key", "signature"),
    ]
    unsigned = line[: line.index(',"key":')] + "}"
    key, signature = to_bytes(day["key"]), to_bytes(day["signature"])
    assert is_signed(key, "head", unsigned.encode(), signature)
    assert not is_signed(key, "head", unsigned.replace("7", "8").encode(), signature)


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_each_statement_of_a_day_leads_to_its_root(count: int) -> None:
    statements = [(erased(n), n % 2 == 0) for n in range(count)]
    leaves = [statement_digest(SALT, signed) for signed, _ in statements]
    for at, line in enumerate(day_lines(9, statements, leaves)):
        assert (line["n"], line["at"], line["ours"]) == (9, at, at % 2 == 0)
        path = [to_bytes(step) for step in line["path"]]
        assert root_of_path(leaves[at], at, count, path) == merkle_root(leaves)


def test_evidence_holds_what_a_digest_is_of() -> None:
    head = evidence_head(COOP, SALT, [Known(bytes(32), "link", NOON)])
    assert list(head) == ["address", "salt", "keys"]
    assert head["keys"] == [
        {"key": to_text(bytes(32)), "how": "link", "since": "2026-11-24T12:00:00.000Z"}
    ]
    line = statement_line(4, erased(), ours=True)
    assert list(line) == ["n", "ours", "kind", "key", "signature", "statement"]
    data = signed_bytes(line["kind"], to_bytes(line["statement"])) + to_bytes(line["signature"])
    assert leaf_hash(to_bytes(head["salt"]) + data) == statement_digest(SALT, erased())
    plain = details_line(5, EventKind.WITHDRAWN, {"publication": "é"}, ours=True)
    assert compact(plain) == '{"n":5,"ours":true,"kind":"withdrawn","details":{"publication":"é"}}'


def test_a_file_cut_at_any_byte_ends_with_the_last_entry_that_is_whole() -> None:
    _, lines = chain_of(6)
    ends = [0]
    for line in lines:
        ends.append(ends[-1] + len(line.encode()) + 1)
    content = "".join(f"{line}\n" for line in lines).encode()
    for length in range(len(content) + 1):
        chain, found = tail_of(content[:length])
        whole = max(end for end in ends if end <= length)
        assert found == whole
        assert chain.entries == ends.index(whole)
        assert length == 0 or chain.last == (
            entry_hash(lines[chain.entries - 1].encode()) if whole else NOTHING
        )


def test_what_a_disk_left_instead_of_the_last_entry_is_no_entry() -> None:
    _, lines = chain_of(6)
    whole = "".join(f"{line}\n" for line in lines[:-1]).encode()
    last = lines[-1].encode()
    changed = lines[-1].replace('"before":"', '"before":"A', 1).encode()
    for torn in (bytes(len(last)) + b"\n", last[: len(last) // 2] + b"\n", changed + b"\n", b"\n"):
        assert tail_of(whole + torn) == tail_of(whole)
        assert tail_of(whole + torn)[0].entries == 5


def test_no_entry_is_of_an_earlier_time_than_the_one_before() -> None:
    chain = Chain()
    chain.add(EventKind.BEGAN, bytes(32), NOON)
    line = chain.add(EventKind.KEY, bytes(32), NOON - 60)
    assert '"at":"2026-11-24T12:00:00.000Z"' in line


def test_what_is_said_again_means_the_same_whenever_it_is_said() -> None:
    assert erased().statement != erased(said=NOON + 60).statement
    assert meaning(erased()) == meaning(erased(said=NOON + 60))
    assert meaning(erased()) != meaning(erased(1))
    assert meaning(erased()) != meaning(Signed(StatementKind.LEFT, b"", b"", erased().statement))


def test_the_documents_examples_are_what_is_written() -> None:
    journal = DOCUMENT.partition("\n## Journal\n")[2].partition("\n## ")[0]
    shown = [
        line
        for block in re.findall(r"```json\n(.*?)```", journal, re.DOTALL)
        for line in block.splitlines()
    ]
    _, lines = chain_of(3)
    head = evidence_head(COOP, SALT, [Known(KEYS.public.signing, "link", NOON)])
    assert shown == [*lines, compact(head), compact(statement_line(2, erased(), ours=True))]
