"""What a journal's verification finds, and that it accuses nobody.

CI damages some hundreds; `SEN1_CORRUPTIONS=10000` takes the ten thousand.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
import json
import os
from pathlib import Path
from random import Random
import shutil
import subprocess
import sys
from typing import Any

import pytest

from custom_components.sen1.protocol.trust import verify_journal
from custom_components.sen1.protocol.trust.day import Verdict as DayVerdict
from custom_components.sen1.protocol.trust.verify_journal import (
    Line,
    NotAnExport,
    Verdict,
    Voice,
    language_of,
    main,
    read_export,
    verify,
)

from .damage import HARMS, Damage
from .journals import COOP, HOUSE, SCHOOL, Content, World, sealed, simulated

CORRUPTIONS = int(os.environ.get("SEN1_CORRUPTIONS", "500"))
DAYS = 90
SCRIPT = Path(__file__).parents[3] / "scripts" / "verify-journal"


@pytest.fixture(autouse=True, scope="module")
def shared_work() -> Iterator[None]:
    """Verify each signature, and read each statement, once for all journals."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("is_signed", "statement_of", "entry_of", "rolled_over_to", "to_bytes"):
            patch.setattr(verify_journal, name, lru_cache(1 << 20)(getattr(verify_journal, name)))
        yield


@cache
def world() -> World:
    return simulated(7, DAYS)


@cache
def exports() -> tuple[str, str]:
    whole = world()
    return (
        sealed(whole.house.export(), whole.house.signing),
        sealed(whole.coop.export(), whole.coop.signing),
    )


def verdict_of(*texts: str) -> Verdict:
    return verify(*(read_export(text.encode()) for text in texts))


def wrong(verdict: Verdict) -> list[Line]:
    return [line for line in verdict.lines if line.differs]


def content_of(text: str) -> Content:
    content: Content = json.loads(text)
    del content["key"], content["signature"]
    return content


def test_all_agrees_of_two_journals_of_three_months() -> None:
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
    disagreeing = simulated(12, 40, disagree=True)
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


def named(damage: Damage, verdict: Verdict) -> bool:
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
    house, coop = exports()
    whole = world()
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
