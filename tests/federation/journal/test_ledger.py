"""The journal's files: whole at any moment, whatever is killed; nobody's once they are erased."""

from collections.abc import Collection, Iterator
import json
import os
from pathlib import Path
import random
import shutil
import signal
import subprocess
import sys
import textwrap

import pytest

from custom_components.sen1.federation.journal.appended import BLOCK, end_before
from custom_components.sen1.federation.journal.ledger import Entry, JournalFiles
from custom_components.sen1.protocol.trust.chain import (
    Known,
    Totals,
    details_digest,
    entry_hash,
    statement_digest,
)
from custom_components.sen1.protocol.trust.keys import Keys
from custom_components.sen1.protocol.trust.kinds import EventKind, StatementKind
from custom_components.sen1.protocol.trust.signed import Signed
from custom_components.sen1.protocol.trust.verify_journal import (
    is_signed,
    leaf_hash,
    root_of_path,
    signed_bytes,
    to_bytes,
    to_text,
)

from .journals import COOP, NOON, THEIRS, day_said, erased, publication

KILLS = int(os.environ.get("SEN1_JOURNAL_KILLS", "2"))
"""How often a program is killed; from 100 on, what it keeps is cut at each byte as well."""

WHOLE = KILLS >= 100

KEYS = Keys(bytes(range(32)), bytes(range(32, 64)))
CAROL = "carol@server.test"
DAY = 86400.0
PROJECT = Path(__file__).parents[3]


def person(address: str) -> str:
    return address.partition("@")[0]


def opened(folder: Path) -> tuple[JournalFiles, int]:
    ledger = JournalFiles(folder, "one", person)
    return ledger, ledger.load()


def of(friend: str, signed: Signed, at: float = NOON, *, ours: bool = False) -> Entry:
    return Entry(signed.kind, at, friend, signed, ours)


def began() -> Entry:
    return Entry(EventKind.BEGAN, NOON)


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def holds(ledger: JournalFiles, but: Collection[int] = ()) -> list[str]:
    """See that the chain is one, and that all evidence is of it; return its kinds."""
    lines, people, _ = ledger.exported()
    entries = [json.loads(line) for line in lines]
    assert [entry["n"] for entry in entries] == list(range(1, len(entries) + 1))
    for line, entry in zip(lines, entries[1:], strict=False):
        assert to_bytes(entry["before"]) == entry_hash(line.encode())
    proven = set()
    for one in people:
        salt = to_bytes(one["salt"])
        for line in one["statements"]:
            entry = entries[line["n"] - 1]
            proven.add(line["n"])
            if "details" in line:
                assert to_bytes(entry["digest"]) == details_digest(salt, line["details"])
                continue
            signature, statement = to_bytes(line["signature"]), to_bytes(line["statement"])
            assert is_signed(to_bytes(line["key"]), line["kind"], statement, signature)
            leaf = leaf_hash(salt + signed_bytes(line["kind"], statement) + signature)
            if line["kind"] == "day":
                path = [to_bytes(step) for step in line["path"]]
                root = root_of_path(leaf, line["at"], entry["size"], path)
                assert root == to_bytes(entry["root"])
            else:
                assert to_bytes(entry["digest"]) == leaf
                assert entry["kind"] == line["kind"]
    plain = {entry["n"] for entry in entries if entry["kind"] != "day"}
    assert plain - proven == set(but)
    return [entry["kind"] for entry in entries]


@pytest.fixture(name="ledger")
def an_opened_ledger(tmp_path: Path) -> JournalFiles:
    ledger, torn = opened(tmp_path)
    assert torn == 0
    return ledger


def test_what_is_entered_is_there_after_a_restart(ledger: JournalFiles, tmp_path: Path) -> None:
    ledger.write([began(), of(COOP, erased())])
    ledger.write([of(CAROL, erased(1))])
    again, torn = opened(tmp_path)
    assert torn == 0
    assert again.chain == ledger.chain
    again.write([of(COOP, erased(2))])
    assert holds(again) == ["began", "erased", "erased", "erased"]


def test_files_are_of_home_assistant_alone(ledger: JournalFiles, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        ledger.write([began(), of(COOP, erased()), of(COOP, day_said("2026-11-23"))])
        ledger.close_day(KEYS, "2026-11-24", Totals(), NOON + DAY)
    finally:
        os.umask(before)
    paths = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(paths) == 3
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}
    assert (tmp_path / "sen1.one.evidence").stat().st_mode & 0o777 == 0o700


def test_a_batch_is_on_the_disk_by_two_writes_however_many_are_told(
    ledger: JournalFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.write([of(f"m{number}@coop.test", erased()) for number in range(300)])
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    ledger.write([of(f"m{number}@coop.test", erased(1)) for number in range(300)])
    assert len(synced) == 2
    assert len(holds(ledger)) == 600


def test_a_file_cut_at_any_byte_goes_on_from_what_is_whole(
    ledger: JournalFiles, tmp_path: Path
) -> None:
    """As a kill, or a disk without current, leaves it: any length of any of the files."""
    source = tmp_path
    ledger.write([began(), of(COOP, erased())])
    before = files(source)
    ledger.write([of(COOP, erased(1)), of(CAROL, erased(2)), of(COOP, day_said("2026-11-23"))])
    after = files(source)
    grown = [name for name in after if len(after[name]) > len(before.get(name, b""))]
    kept, chain = "sen1.one.evidence/kept.jsonl", "sen1.one.journal"
    assert set(grown) == {kept, chain, "sen1.one.evidence/carol.jsonl"}
    # What is kept is written before the chain is.
    of_kept = range(len(before[kept]), len(after[kept]), 1 if WHOLE else 29)
    lengths = [(length, len(before[chain])) for length in of_kept]
    of_chain = range(len(before[chain]), len(after[chain]) + 1)
    lengths += [(len(after[kept]), length) for length in of_chain]
    for kept_length, chain_length in lengths:
        folder = source / "cut"
        for name, content in after.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        (folder / kept).write_bytes(after[kept][:kept_length])
        (folder / chain).write_bytes(after[chain][:chain_length])
        again, torn = opened(folder)
        whole = after[chain].splitlines(keepends=True)[: again.chain.entries]
        assert torn == chain_length - len(b"".join(whole))
        again.write([of(CAROL, erased(3))])
        again.close_day(KEYS, "2026-11-24", Totals(), NOON + DAY)
        assert holds(again)[-2:] == ["erased", "day"]
        shutil.rmtree(folder)


def test_a_day_cut_at_any_step_is_entered_again(ledger: JournalFiles, tmp_path: Path) -> None:
    """Between any two of its writes, as a kill leaves it."""
    ledger.write([began(), of(COOP, erased()), of(COOP, day_said("2026-11-23"))])
    ledger.write([of(CAROL, day_said("2026-11-23"), NOON + 1), of(CAROL, erased(1))])
    before = files(tmp_path)
    steps: list[dict[str, bytes]] = []

    class Killed(Exception):
        pass

    for at in range(20):
        folder = tmp_path / f"cut{at}"
        for name, content in before.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        one, _ = opened(folder)
        left = iter(range(at))

        def stop(_descriptor: int, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise Killed

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "fsync", stop)
            try:
                one.close_day(KEYS, "2026-11-24", Totals(sent=1), NOON + DAY)
            except Killed:
                steps.append(files(folder))
            else:
                break
    assert len(steps) >= 6
    for at, step in enumerate(steps):
        folder = tmp_path / f"again{at}"
        for name, content in step.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        again, _ = opened(folder)
        if again.day != "2026-11-24":
            again.close_day(KEYS, "2026-11-24", Totals(sent=1), NOON + DAY)
        assert holds(again) == ["began", "erased", "erased", "day"]
        _, people, _ = again.exported()
        days = [line for one in people for line in one["statements"] if line["kind"] == "day"]
        assert sorted(line["at"] for line in days) == [0, 1]


def test_a_day_holds_its_own_statements_and_no_later_ones(ledger: JournalFiles) -> None:
    ledger.write([began(), of(COOP, day_said("2026-11-23")), of(CAROL, day_said("2026-11-23"))])
    ledger.write([of(COOP, day_said("2026-11-24"), NOON + DAY)])
    totals = Totals(sent=48, received=7, refused={"stranger": 3})
    ledger.close_day(KEYS, "2026-11-24", totals, NOON + DAY + 60)
    entry = json.loads(ledger.exported()[0][-1])
    assert (entry["day"], entry["size"]) == ("2026-11-24", 2)
    assert (entry["sent"], entry["received"], entry["refused"]) == (48, 7, {"stranger": 3})
    assert ledger.head is not None
    assert ledger.head.entries == 2
    ledger.close_day(KEYS, "2026-11-25", Totals(), NOON + 2 * DAY)
    assert json.loads(ledger.exported()[0][-1])["size"] == 1
    assert holds(ledger) == ["began", "day", "day"]


def test_the_head_is_that_of_the_last_day_after_a_restart(
    ledger: JournalFiles, tmp_path: Path
) -> None:
    ledger.write([began()])
    ledger.close_day(KEYS, "2026-11-24", Totals(), NOON + DAY)
    ledger.write([of(COOP, erased())])
    again, _ = opened(tmp_path)
    assert again.head == ledger.head
    assert again.day == "2026-11-24"


def test_who_is_forgotten_is_in_no_file_and_the_chain_verifies_on(
    ledger: JournalFiles, tmp_path: Path
) -> None:
    ledger.write([began(), of(COOP, erased()), of(CAROL, erased(1)), of(COOP, day_said("x"))])
    ledger.close_day(KEYS, "2026-11-24", Totals(), NOON + DAY)
    ledger.write([of(COOP, erased(2)), of(COOP, day_said("y"), NOON + 2 * DAY)])
    salt = to_bytes(
        json.loads((tmp_path / "sen1.one.evidence/coop.jsonl").open().readline())["salt"]
    )
    assert ledger.forget(COOP)
    assert not ledger.forget(COOP)
    ledger.write([Entry(EventKind.FORGOTTEN, NOON)])
    for name, content in files(tmp_path).items():
        for trace in (b"coop", to_text(salt).encode(), to_text(erased().statement).encode()):
            assert trace not in content, name
    assert holds(ledger, but={2, 5}) == [
        *("began", "erased", "erased", "day", "erased", "forgotten"),
    ]
    # Who is a friend again has another salt.
    ledger.write([of(COOP, erased())])
    digests = [json.loads(line).get("digest") for line in ledger.exported()[0]]
    assert digests[1] != digests[6]


def test_the_chain_alone_tells_nobody_of_whom_it_is(ledger: JournalFiles, tmp_path: Path) -> None:
    ledger.write([began(), of(COOP, erased())])
    ledger.close_day(KEYS, "2026-11-24", Totals(), NOON + DAY)
    chain = (tmp_path / "sen1.one.journal").read_text()
    for trace in (COOP, publication(), to_text(THEIRS.public.signing)):
        assert trace not in chain
    # Without the salt, who guesses what was said cannot tell.
    guessed = to_text(statement_digest(b"", erased()))
    assert guessed not in chain


def test_a_person_has_each_key_with_how_it_is_known(ledger: JournalFiles) -> None:
    keys = [Known(bytes([n]) * 32, how, NOON + n) for n, how in ((1, "seen"), (1, "compared"))]
    keys.append(Known(bytes([2]) * 32, "compared", NOON + 60))
    for number, known in enumerate((*keys, keys[-1])):
        ledger.write([Entry(StatementKind.ERASED, NOON, COOP, erased(number), False, known=known)])
    (coop,) = ledger.exported(COOP)[1]
    assert [(to_bytes(key["key"])[0], key["how"]) for key in coop["keys"]] == [
        (1, "compared"),
        (2, "compared"),
    ]
    assert holds(ledger) == ["erased"] * 4


def test_a_full_disk_leaves_the_files_as_they_were(
    ledger: JournalFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.write([began(), of(COOP, erased())])
    chain = ledger.chain.entries
    real, calls = os.fsync, iter(range(100))
    for failing in range(2):
        at = iter(range(failing))

        def full(descriptor: int, at: Iterator[int] = at) -> None:
            if next(at, None) is None:
                raise OSError(28, "No space left on device")
            real(descriptor)

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            ledger.write([of(COOP, erased(1 + next(calls)))])
        with pytest.raises(OSError, match="No space"):
            ledger.close_day(KEYS, "2026-11-24", Totals(), NOON)
    monkeypatch.undo()
    assert ledger.chain.entries == chain
    ledger.write([of(COOP, erased(9))])
    ledger.close_day(KEYS, "2026-11-24", Totals(), NOON)
    assert holds(ledger) == ["began", "erased", "erased", "day"]
    again, torn = opened(tmp_path)
    assert (again.chain, torn) == (ledger.chain, 0)


def test_two_accounts_have_each_their_own(tmp_path: Path) -> None:
    one, other = JournalFiles(tmp_path, "one", person), JournalFiles(tmp_path, "two", person)
    for ledger in (one, other):
        ledger.load()
        ledger.write([began(), of(COOP, erased())])
    one.write([of(COOP, erased(1))])
    assert (len(holds(one)), len(holds(other))) == (3, 2)
    salts = {ledger.exported(COOP)[1][0]["salt"] for ledger in (one, other)}
    assert len(salts) == 2
    one.remove()
    assert all("two" in name for name in files(tmp_path))
    assert len(holds(other)) == 2


KILLED = """
    import sys
    from pathlib import Path
    sys.path.insert(0, sys.argv[2])
    from tests.federation.journal.test_ledger import CAROL, COOP, KEYS, NOON, Totals, of, opened
    from tests.federation.journal.test_ledger import day_said, erased
    ledger, _ = opened(Path(sys.argv[1]))
    for number in range(ledger.chain.entries, 1_000_000):
        ledger.write([of(COOP, erased(number)), of(CAROL, day_said(str(number)))])
        if number % 5 == 4:
            ledger.close_day(KEYS, str(number), Totals(), NOON)
        print(ledger.chain.entries, flush=True)
"""


def test_a_program_killed_while_it_writes_lost_nothing_that_it_said_was_written(
    tmp_path: Path,
) -> None:
    chance = random.Random(20)
    for _ in range(KILLS):
        command = [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path), str(PROJECT)]
        program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert program.stdout is not None
        for _ in range(chance.randrange(1, 40)):
            said = int(program.stdout.readline())
        program.send_signal(signal.SIGKILL)
        rest = [line for line in program.stdout.read().splitlines(keepends=True) if "\n" in line]
        said = int(rest[-1]) if rest else said
        program.wait()
        program.stdout.close()
        ledger, _ = opened(tmp_path)
        assert ledger.chain.entries >= said
        holds(ledger)


def test_the_end_of_a_long_file_is_found_from_its_end(ledger: JournalFiles, tmp_path: Path) -> None:
    """A line is longer than what is read of a file at a time."""
    long = Signed(StatementKind.GRANT, bytes(32), bytes(64), bytes(3 * BLOCK))
    ledger.write([Entry(StatementKind.GRANT, NOON, COOP, long)])
    ledger.exported()
    ledger.write([Entry(StatementKind.GRANT, NOON, COOP, long), of(COOP, erased())])
    (coop,) = ledger.exported(COOP)[1]
    assert [line["n"] for line in coop["statements"]] == [1, 2, 3]
    path = tmp_path / "sen1.one.evidence/coop.jsonl"
    assert end_before(path, 3) < end_before(path, 4) == path.stat().st_size
