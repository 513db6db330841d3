"""What a journal's verification finds, and that it accuses nobody.

CI damages some hundreds; `SEN1_CORRUPTIONS=10000` takes the ten thousand.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
import json
import os
from pathlib import Path
from random import Random
import re
import shutil
import subprocess
import sys
from typing import Any
from xml.etree.ElementTree import Element

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
import pytest

from custom_components.sen1.protocol.collecting.collection import (
    CollectionNote,
    collection_to_element,
    joined_to_element,
    note_to_element,
)
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.protocol.stamps import stamp
from custom_components.sen1.protocol.trust import verify_journal
from custom_components.sen1.protocol.trust.day import DayTotals, Verdict as DayVerdict
from custom_components.sen1.protocol.trust.identity import moved_to_element
from custom_components.sen1.protocol.trust.kinds import (
    EventKind,
    Left,
    StatementKind,
    kind_of,
    message_to_element,
)
from custom_components.sen1.protocol.trust.receipts import GotDay, Place, SentDay, Way
from custom_components.sen1.protocol.trust.signed import Signed
from custom_components.sen1.protocol.trust.verify_journal import (
    Finding,
    JournalVerdict,
    NotAnExport,
    Speech,
    compact,
    is_signed,
    language_of,
    main,
    read_export,
    to_bytes,
    to_text,
    verify,
)

from ..collecting.test_collection import COLLECTION, JOINED, SHEET
from ..samples import there
from .damage import HARMS, Damage
from .journals import (
    BEGIN,
    COOP,
    DAY,
    HOUSE,
    SCHOOL,
    Content,
    Household,
    World,
    day_told,
    grant,
    grant_payload,
    publication_of,
    sealed,
    simulated,
)

CORRUPTIONS = int(os.environ.get("SEN1_CORRUPTIONS", "500"))
DAYS = 60
DAMAGED_DAYS = 20
"""How long what is damaged was kept: all kinds of entries are in it, each several times."""
SCRIPT = Path(__file__).parents[3] / "scripts" / "verify-journal"


@pytest.fixture(autouse=True, scope="module")
def shared_work() -> Iterator[None]:
    """Verify each signature, and read each statement, once for all journals."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("is_signed", "statement_of", "entry_of", "rolled_over_to", "to_bytes"):
            patch.setattr(verify_journal, name, lru_cache(1 << 20)(getattr(verify_journal, name)))
        yield


@cache
def world(days: int = DAYS) -> World:
    return simulated(7, days)


@cache
def exports(days: int = DAYS) -> tuple[str, str]:
    whole = world(days)
    return (
        sealed(whole.house.export(), whole.house.signing),
        sealed(whole.coop.export(), whole.coop.signing),
    )


def verdict_of(*texts: str) -> JournalVerdict:
    return verify(*(read_export(text.encode()) for text in texts))


def wrong(verdict: JournalVerdict) -> list[Finding]:
    return [line for line in verdict.lines if line.differs]


def content_of(text: str) -> Content:
    content: Content = json.loads(text)
    del content["key"], content["signature"]
    return content


def test_all_agrees_of_two_journals_of_two_months() -> None:
    verdict = verdict_of(*exports())
    assert (verdict.state, wrong(verdict)) == ("agrees", [])
    assert verdict.since == verdict.begin == "2026-03-03"
    coop, school = verdict.friends
    assert (coop.address, school.address) == (COOP, SCHOOL)
    # What was said of the last day is entered once its own day is over.
    assert coop.days == dict(list(world().days.items())[:-1])
    assert set(school.days.values()) == {"equal"}
    assert coop.ours.granted >= coop.ours.acknowledged > 0
    assert coop.ours.withdrawn == coop.ours.erased > 0


def test_what_lies_behind_the_last_head_a_friend_has_seen_is_unconfirmed() -> None:
    verdict = verdict_of(*exports())
    entries = [json.loads(line) for line in world().house.chain_lines]
    last_day = max(entry["n"] for entry in entries if entry["kind"] == "day")
    # The last closing was told, and nobody has answered since.
    (coop, _school) = verdict.friends
    assert 0 < coop.confirmed <= last_day
    assert verdict.unconfirmed_from == max(f.confirmed for f in verdict.friends) + 1
    assert verdict.unconfirmed_since == entries[verdict.unconfirmed_from - 1]["at"]


def test_days_that_disagree_are_named() -> None:
    disagreeing = simulated(15, 60, disagree=True)
    known = list(disagreeing.days.items())[:-1]
    days = [day for day, state in known if state is DayVerdict.DIFFERS]
    assert days
    one = sealed(disagreeing.house.export(), disagreeing.house.signing)
    other = sealed(disagreeing.coop.export(), disagreeing.coop.signing)
    for texts in ((one,), (one, other)):
        verdict = verdict_of(*texts)
        assert verdict.state == "differs"
        assert verdict.friends[0].days == dict(list(disagreeing.days.items())[:-1])
        assert {(line.key, line.day, line.who) for line in wrong(verdict)} == {
            ("disagrees", day, COOP) for day in days
        }
        assert verdict.since is not None
        assert verdict.since > max(days)


@pytest.mark.parametrize("number", range(CORRUPTIONS // 25))
def test_untouched_journals_are_not_accused(number: int) -> None:
    """Of each home 25 pairs, exported at moments of their own."""
    chance = Random(number)
    whole = simulated(1000 + number, 12)
    for _ in range(25):
        closings = chance.choices(whole.closings, k=2)
        if chance.random() < 0.2:
            exported = [chance.randrange(1, home[0]) for home in closings]
            ours, theirs = exported[0], closings[1][1]
        else:
            ours, theirs = closings[0][0], closings[1][1]
        one = sealed(whole.house.export(ours), whole.house.signing)
        other = sealed(whole.coop.export(theirs), whole.coop.signing)
        for texts in ((one,), (one, other), (other, one)):
            verdict = verdict_of(*texts)
            assert (verdict.state, wrong(verdict)) == ("agrees", [])
            assert verdict.since == verdict.begin


def named(damage: Damage, verdict: JournalVerdict) -> bool:
    """Return whether one of what is said is what was done, where it was done."""
    return any(
        line.key in damage.keys
        and (
            damage.entry is None
            or line.entry is None
            or abs(line.entry - damage.entry) <= damage.near
        )
        for line in wrong(verdict)
    )


@pytest.mark.timeout(120 + CORRUPTIONS // 10)
def test_each_corruption_is_found_and_named_or_shown_as_unconfirmed() -> None:
    """Who damages a journal has the account's keys: the file is signed as if nothing were."""
    house, coop = exports(DAMAGED_DAYS)
    whole = world(DAMAGED_DAYS)
    confirmed = {
        HOUSE: max(friend.confirmed for friend in verdict_of(house, coop).friends),
        COOP: max(friend.confirmed for friend in verdict_of(coop, house).friends),
    }
    outcome: Counter[str] = Counter()
    names = list(HARMS)
    for number in range(CORRUPTIONS):
        chance = Random(number)
        name = names[number % len(names)]
        home, text, other = chance.choice(((whole.house, house, coop), (whole.coop, coop, house)))
        content = content_of(text)
        damage = HARMS[name](content, chance, home.signing)
        if damage is None:
            continue
        damaged = home.signing if content["keys"][-1]["key"] in home.signing else {}
        if not damaged:
            # The newest key was changed: nobody can sign with that.
            damaged = {content["keys"][-1]["key"]: home.keys}
        written = sealed(content, damaged)
        if written == sealed(content_of(text), home.signing):
            continue
        is_pair = chance.random() < 0.5
        verdict = verdict_of(*((written, other) if is_pair else (written,)))
        behind = damage.entry is not None and damage.entry > confirmed[home.address]
        if named(damage, verdict):
            assert verdict.state in {"broken", "differs"}
            outcome[f"{name} found"] += 1
            continue
        # What cannot be known is said to be so.
        assert damage.in_chain, (number, name, verdict)
        assert behind or (damage.clean and not is_pair), (number, name, damage, wrong(verdict))
        assert damage.entry is not None
        assert verdict.unconfirmed_from is None or verdict.unconfirmed_from <= damage.entry
        outcome[f"{name} unconfirmed"] += 1
    print(f"\n{json.dumps(dict(outcome))}")
    assert sum(outcome.values()) > CORRUPTIONS * 0.9
    assert sum(count for how, count in outcome.items() if "found" in how) > CORRUPTIONS * 0.8


def test_a_bit_of_the_file_itself_is_found() -> None:
    text = exports()[0]
    chance = Random(3)
    for _ in range(40):
        written = bytearray(text.encode())
        written[chance.randrange(len(written))] ^= 1 << chance.randrange(8)
        try:
            found = verify(read_export(bytes(written)))
        except NotAnExport:
            continue
        assert "unsealed" in {line.key for line in wrong(found)}


def test_a_file_without_signature_is_no_export_that_somebody_vouches_for() -> None:
    text = compact(content_of(exports()[0]))
    assert [line.key for line in wrong(verdict_of(text))] == ["unsealed"]
    # Within Home Assistant it is verified as it is on the disk.
    assert verify(read_export(text.encode()), sealed=False).state == "agrees"


@pytest.mark.parametrize("more", ['"friend":"a@b.c"', '"people":[]', '"key":"x"'])
def test_no_field_stands_behind_what_was_signed(more: str) -> None:
    text = exports()[0]
    assert verdict_of(text).state == "agrees"
    with pytest.raises(NotAnExport):
        verdict_of(f"{text[:-1]},{more}}}")


@pytest.mark.parametrize("key", ["01" + 31 * "00", "01" + 30 * "00" + "80"])
def test_a_key_that_one_signature_fits_all_statements_of_signs_nothing(key: str) -> None:
    generator, one = bytes.fromhex("58" + 31 * "66"), (1).to_bytes(32, "little")
    weak, signature = bytes.fromhex(key), generator + one
    for statement in (b"a grant", b"a withdrawal"):
        # The library takes it, as RFC 8032 lets it.
        Ed25519PublicKey.from_public_bytes(weak).verify(signature, statement)
        assert not is_signed(weak, "grant", statement, signature)


def test_two_identities_given_to_two_friends_are_seen() -> None:
    """Whoever stands between answers the friend with a key of their own."""
    chance = Random(55)
    whole = simulated(5, 6)
    impostor = Household(HOUSE, chance, BEGIN)
    coop = whole.coop
    impostor.now = coop.now
    impostor.knows(coop)
    grant(impostor, coop, 99)
    coop.now += DAY
    coop.close(stamp(coop.now - DAY)[:10])
    content = whole.house.export()
    content["exported"] = stamp(coop.now + DAY)
    one = sealed(content, whole.house.signing)
    other = sealed(coop.export(), coop.signing)
    assert verdict_of(one).state == "agrees"
    keys = {line.key for line in wrong(verdict_of(one, other))}
    assert "other_key" in keys
    assert "unsaid" in keys


def test_who_is_forgotten_leaves_a_journal_that_verifies() -> None:
    whole = simulated(6, 20)
    house = whole.house
    del house.people[SCHOOL]
    house.waiting = [each for each in house.waiting if each[0] != SCHOOL]
    house.enter(EventKind.FORGOTTEN, "", details={})
    other = sealed(whole.coop.export(), whole.coop.signing)
    verdict = verdict_of(sealed(house.export(), house.signing), other)
    assert (verdict.state, wrong(verdict)) == ("agrees", [])
    assert "anonymised" in {line.key for line in verdict.lines}
    assert SCHOOL not in Speech("en").text(verdict)


def test_the_export_of_one_friend_says_nothing_of_others() -> None:
    whole = simulated(8, 20)
    content = whole.house.export() | {"friend": COOP}
    content["people"] = [one for one in content["people"] if one["address"] == COOP]
    text = sealed(content, whole.house.signing)
    assert SCHOOL not in text
    other = sealed(whole.coop.export(), whole.coop.signing)
    for texts in ((text,), (text, other), (other, text)):
        assert wrong(verdict_of(*texts)) == []


def test_friends_go_on_after_a_move() -> None:
    """What was said under the old address counts under the new one."""
    whole = simulated(9, 10)
    house, coop = whole.house, whole.coop
    house.address = BareJid("house@elsewhere.org")
    coop.people[house.address] = coop.people.pop(HOUSE)
    house.tell(coop, StatementKind.MOVED, moved_to_element(HOUSE), StatementKind.MOVED)
    grant(house, coop, 200)
    one, other = sealed(house.export(), house.signing), sealed(coop.export(), coop.signing)
    for texts in ((one,), (one, other), (other, one)):
        assert wrong(verdict_of(*texts)) == []
    # Without that statement it is somebody else who speaks.
    content = content_of(one)
    for person in content["people"]:
        person["statements"] = [line for line in person["statements"] if line["kind"] != "moved"]
    keys = {line.key for line in wrong(verdict_of(sealed(content, house.signing)))}
    assert keys == {"unexplained", "other_address"} | ({"key_unproven"} & keys)


def test_what_is_said_of_a_collection_counts_as_what_it_was_said_as() -> None:
    whole = simulated(11, 10)
    house, coop = whole.house, whole.coop
    note = note_to_element(CollectionNote(COLLECTION, "Hello"))
    for speaker, hearer, payload in (
        (house, coop, joined_to_element(JOINED)),
        (coop, house, collection_to_element(SHEET)),
        (coop, house, note),
        (house, coop, message_to_element(Left(COLLECTION))),
    ):
        kind = there(kind_of(payload))
        speaker.tell(hearer, kind, payload, kind)
    one, other = sealed(house.export(), house.signing), sealed(coop.export(), coop.signing)
    for texts in ((one,), (one, other), (other, one)):
        assert wrong(verdict_of(*texts)) == []
    coop.tell(house, StatementKind.NOTE, note, StatementKind.COLLECTION)
    assert len(wrong(verdict_of(sealed(house.export(), house.signing)))) == 1


def test_an_acknowledgement_of_other_terms_is_named() -> None:
    whole = simulated(10, 10)
    house, coop = whole.house, whole.coop
    seen = Element("{urn:sen1:0}grant-seen", dict(grant_payload(0, purpose="ranking").attrib))
    coop.tell(house, StatementKind.GRANT_SEEN, seen, StatementKind.GRANT_SEEN)
    (line,) = wrong(verdict_of(sealed(house.export(), house.signing)))
    assert (line.key, line.who, line.entry) == (
        "acknowledged_otherwise",
        COOP,
        house.chain.entries,
    )


def test_who_says_equal_of_another_sum_is_named() -> None:
    whole = simulated(14, 10)
    house, coop = whole.house, whole.coop
    day = max(whole.days)
    place: Place = (publication_of(3), Way.NODE)
    sent = SentDay(DayTotals(0, bytes(32)), bytes(16))
    day_told(house, coop, day, sent={place: sent}, awaits=True)
    day_told(coop, house, day, got={place: GotDay(DayVerdict.EQUAL, 0, bytes(31) + b"\1")})
    house.now += DAY
    house.close(stamp(house.now - DAY)[:10])
    (line,) = wrong(verdict_of(sealed(house.export(), house.signing)))
    assert (line.key, line.day, line.publication) == ("equal_not", day, place[0])


# What is printed


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    paths = tmp_path / "house.json", tmp_path / "coop.json"
    for path, text in zip(paths, exports(), strict=True):
        path.write_text(text)
    return str(paths[0]), str(paths[1])


def test_the_verdict_is_said_in_english_and_in_french(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    verdict = verdict_of(*exports())
    days = verdict.friends[0]
    missing = days.count("not_received")
    assert missing
    assert main([*files, "--lang", "en"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"Journal of {HOUSE}, exported on 1 May 2026: ")
    assert said[1].startswith(
        f"All agrees since 3 March 2026; with {COOP} {len(days.days)} days: {days.count('equal')}"
        f" equal, {missing} with readings they did not get, 0 disagree; with {SCHOOL}"
    )
    assert verdict.unconfirmed_since is not None
    assert verdict.unconfirmed_since.startswith("2026-04-30")
    assert said[1].endswith("; since 30 April 2026 unconfirmed.")
    assert main([*files, "--lang", "fr"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[1].startswith(
        f"Tout concorde depuis le 3 mars 2026 ; avec {COOP} {len(days.days)} jours :"
        f" {days.count('equal')} égaux, {missing} avec des mesures non reçues, 0 en désaccord"
    )


def test_what_differs_is_a_line_with_entry_day_and_whom(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = content_of(exports()[0])
    (person,) = (one for one in content["people"] if one["address"] == COOP)
    one = next(line for line in person["statements"] if line["kind"] == "grant" and line["ours"])
    signature = bytearray(to_bytes(one["signature"]))
    signature[0] ^= 1
    one["signature"] = to_text(bytes(signature))
    path = tmp_path / "house.json"
    path.write_text(sealed(content, world().house.signing))
    assert main([str(path), "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "All agrees since 4 March 2026; " in said
    assert f"- Entry {one['n']}, 3 March 2026, grant, {COOP}: the statement is not signed" in said
    assert main([str(path), "--lang", "fr"]) == 1
    said = capsys.readouterr().out
    assert f"- Inscription {one['n']}, 3 mars 2026, accord, {COOP} : la déclaration n" in said


def test_the_language_is_that_of_the_terminal() -> None:
    assert language_of({"LANG": "fr_FR.UTF-8"}) == "fr"
    assert language_of({"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}) == "en"
    assert language_of({"LANG": "de_DE.UTF-8"}) == language_of({}) == "en"


def test_each_word_is_there_in_both_languages() -> None:
    tables: list[dict[str, tuple[str, str]]] = [
        verify_journal.DIFFERS,
        verify_journal.NOTES,
        verify_journal.REASONS,
        verify_journal.WORDS,
    ]
    for table in tables:
        for english, french in table.values():
            holes = [sorted(re.findall(r"\{\w+\}", text)) for text in (english, french)]
            assert holes[0] == holes[1]
            assert "'" not in french


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"LANG": "C.UTF-8", "PATH": os.environ["PATH"]},
    )


def test_the_script_runs_alone_and_knows_nothing_of_sen1(
    files: tuple[str, str], tmp_path: Path
) -> None:
    assert os.access(SCRIPT, os.X_OK)
    alone = tmp_path / "verify-journal"
    shutil.copy(SCRIPT.resolve(), alone)
    done = run("-I", str(alone), *files)
    assert (done.returncode, done.stderr) == (0, "")
    assert "All agrees since 3 March 2026" in done.stdout
    assert run("-I", str(SCRIPT), files[0]).returncode == 0


def test_the_script_is_written_for_an_older_python() -> None:
    ast.parse(SCRIPT.read_text(), feature_version=(3, 11))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(SCRIPT.read_text()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - sys.stdlib_module_names == {"cryptography"}


def test_without_cryptography_a_sentence_says_how_to_get_it(files: tuple[str, str]) -> None:
    # Without site-packages there is none.
    done = run("-I", "-S", str(SCRIPT.resolve()), *files)
    assert done.returncode == 2
    assert "pip install cryptography" in done.stderr
    assert "Il manque le paquet" in done.stderr
    assert "Traceback" not in done.stderr


# What others may give to read

EXPORT = compact({"sen1_journal": 0, "account": "a@b", "exported": "2026-03-03T00:00:00Z"})[:-1]

HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00",
    "deep lists": b"[" * 1_000_000,
    "deep objects": b'{"a":' * 200_000,
    "deep within": EXPORT.encode() + b',"keys":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a long number": b'{"sen1_journal":' + b"9" * 100_000 + b"}",
    "no number": b'{"sen1_journal":NaN}',
    "a truth for a number": b'{"sen1_journal":true}',
    "a newer one": b'{"sen1_journal":1}',
    "a list": b"[]",
    "a text": b'"sen1_journal"',
    "twice the same": b'{"sen1_journal":0,"sen1_journal":0}',
    "half a character": f'{EXPORT},"keys":[],"chain":["\\ud800"],"people":[]}}'.encode(),
    "numbers for lines": f'{EXPORT},"keys":[],"chain":[1],"people":[]}}'.encode(),
    "lists for people": f'{EXPORT},"keys":[],"chain":[],"people":[[]]}}'.encode(),
    "no people": f'{EXPORT},"keys":[],"chain":[]}}'.encode(),
    "no date": b'{"sen1_journal":0,"account":"a@b","exported":"today","keys":[],"chain":[]}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_export_ends_with_a_sentence(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "export.json"
    path.write_bytes(HOSTILE[name])
    for language, says in (("en", "is not an export"), ("fr", "export d")):
        assert main([str(path), "--lang", language]) == 2
        said = capsys.readouterr()
        assert says in said.err
        assert said.out == ""


def test_a_file_that_is_not_there_or_too_long_ends_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main([str(tmp_path / "none.json"), "--lang", "en"]) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert main([str(tmp_path), "--lang", "en"]) == 2
    monkeypatch.setattr(verify_journal, "MOST_BYTES", 1000)
    path = tmp_path / "long.json"
    path.write_text(exports()[0])
    assert main([str(path), "--lang", "en"]) == 2
    assert "too long" in capsys.readouterr().err


def test_parts_of_any_type_never_end_otherwise(tmp_path: Path) -> None:
    """Each part of a small export is replaced by others, one at a time."""
    whole = simulated(20, 3)
    content = whole.house.export()
    others: list[Any] = [
        None,
        True,
        -1,
        10**30,
        1.5,
        "",
        "\x1b[2J",
        "é" * 50,
        [],
        {},
        [[]],
        {"a": 1},
    ]
    chance = Random(1)

    def places(part: Any) -> Iterator[tuple[Any, Any]]:
        for key, value in part.items() if isinstance(part, dict) else enumerate(part):
            yield part, key
            if isinstance(value, (dict, list)):
                yield from places(value)

    for part, key in list(places(content)):
        before = part[key]
        part[key] = chance.choice(others)
        try:
            verdict = verify(read_export(compact(content).encode()), sealed=False)
        except NotAnExport:
            pass
        else:
            assert "\x1b" not in Speech("fr").text(verdict)
        part[key] = before


def test_lines_and_statements_of_anything_never_end_otherwise() -> None:
    """Whoever has an account's keys can sign anything."""
    chance = Random(2)
    house = Household(HOUSE, chance, BEGIN)
    coop = Household(COOP, chance, BEGIN)
    house.knows(coop)
    payloads = [
        b"",
        b"<a/>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        b"\xff\xfe<\x00a\x00",
        b"<a>" * 100_000 + b"</a>" * 100_000,
        b'<statement xmlns="urn:sen1:trust:0"/>',
        b'<statement xmlns="urn:sen1:trust:0" from="house@server.org" said="x"><a/></statement>',
        b'<statement xmlns="urn:sen1:trust:0" from="house@server.org" to="coop@another.org"'
        b' said="2026-03-03T00:00:00Z">' + b"<b>" * 50_000 + b"</b>" * 50_000 + b"</statement>",
        b'<statement xmlns="urn:sen1:trust:0" from="house@server.org" to="coop@another.org"'
        b' said="9999-12-31T23:59:59-23:59"><a/></statement>',
    ]
    for payload in payloads:
        signature = house.keys.sign("grant", payload)
        key = house.keys.public.signing
        signed = Signed(StatementKind.GRANT, key, signature, payload)
        house.enter(StatementKind.GRANT, COOP, signed)
    content = house.export()
    content["chain"] += ["", "{", "[" * 100_000, "9" * 10_000, '{"n":1}', "é\n", "\x00"]
    verdict = verdict_of(sealed(content, house.signing))
    keys = Counter(line.key for line in wrong(verdict))
    assert keys["unreadable_entry"] == 7
    assert keys["forged"] == len(payloads)
