"""The journal: on the disk before it is told, once however often it is said, never a stranger's."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
import json
import os
from pathlib import Path
import threading
import time
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import STORAGE_DIR
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.journal.disclosures import Erasure
from custom_components.sen1.federation.journal.last_said import MOST_KNOWN
from custom_components.sen1.federation.own_keys import OwnKeys
from custom_components.sen1.federation.talk.told import ToldGrant
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.protocol.trust.identity import Head
from custom_components.sen1.protocol.trust.signed import Signed
from custom_components.sen1.protocol.trust.verify_journal import to_bytes, to_text

from ...protocol.collecting.test_collection import COLLECTION
from .journals import COOP, HOME, Kept, collected, day_said, erased, joined, left, publication

FRIENDS = [BareJid(f"member{number}@coop.test") for number in range(300)]
FORMER = BareJid("former@server.test")
MIDDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)


def entries(kept: Kept) -> list[dict[str, object]]:
    """Return the chain as it is on the disk."""
    path = Path(kept.hass.config.path(STORAGE_DIR, f"sen1.{kept.entry.entry_id}.journal"))
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def tear(kept: Kept) -> None:
    """Leave the last entry as a kill may."""
    path = Path(kept.hass.config.path(STORAGE_DIR, f"sen1.{kept.entry.entry_id}.journal"))
    path.write_bytes(path.read_bytes()[:-7])


def kinds(kept: Kept) -> list[object]:
    return [entry["kind"] for entry in entries(kept)]


def files(kept: Kept) -> dict[Path, bytes]:
    storage = Path(kept.hass.config.path(STORAGE_DIR))
    return {path: path.read_bytes() for path in storage.rglob(f"*{kept.entry.entry_id}*/*")} | {
        path: path.read_bytes() for path in storage.glob("*.journal")
    }


@pytest.fixture(name="kept")
async def a_kept_journal(hass: HomeAssistant) -> AsyncIterator[Kept]:
    kept = Kept(hass)
    await kept.begin()
    yield kept
    await kept.end()


@pytest.fixture(name="slow")
def a_slow_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Return what lets the disk go on."""
    go, real = threading.Event(), os.fsync

    def wait(descriptor: int) -> None:
        assert go.wait(60)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", wait)
    yield go
    go.set()


async def test_who_comes_and_goes_leaves_no_count_behind(kept: Kept) -> None:
    journal = kept.journal
    for friend in FRIENDS:
        journal.seen(friend)
        journal.received(friend, 7)
        assert journal.of_friend(friend) == {"journal": {"seen": 1, "received": 7}}
        if friend is not FRIENDS[0]:
            kept.partings.note(friend)
    assert [friend for friend in FRIENDS if journal.of_friend(friend)["journal"]] == FRIENDS[:1]


async def test_who_waits_goes_on_once_it_is_on_the_disk_and_not_before(
    kept: Kept, slow: threading.Event
) -> None:
    kept.journal.entered("erased", COOP, erased(), ours=False)
    waiting = asyncio.ensure_future(kept.journal.written())
    done, _ = await asyncio.wait([waiting], timeout=0.2)
    assert not done
    slow.set()
    await waiting
    assert kinds(kept) == ["began", "erased"]


async def test_many_who_wait_are_one_write(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    await kept.journal.written()
    kept.journal.entered("left", COOP, left(), ours=False)
    await kept.journal.written()
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)

    async def tell(number: int) -> None:
        kept.journal.entered("erased", COOP, erased(number), ours=False)
        await kept.journal.written()

    await asyncio.gather(*map(tell, range(100)))
    # What is entered while that is written is of the next write.
    assert len(synced) <= 4
    assert len(entries(kept)) == 102


async def test_what_nobody_waits_for_is_on_the_disk_soon(
    kept: Kept, freezer: FrozenDateTimeFactory
) -> None:
    kept.journal.entered("erased", COOP, erased(), ours=False)
    assert not entries(kept)
    freezer.tick(timedelta(seconds=6))
    async_fire_time_changed(kept.hass)
    await kept.hass.async_block_till_done(wait_background_tasks=True)
    assert kinds(kept) == ["began", "erased"]


async def test_what_is_said_again_is_entered_once_over_restarts_and_kills(kept: Kept) -> None:
    for at in range(3):
        kept.journal.entered("erased", COOP, erased(at=time.time() + at), ours=False)
    await kept.journal.written()
    # Killed: what the Store was to write within seconds is lost.
    await kept.begin()
    kept.journal.entered("erased", COOP, erased(at=time.time() + 9), ours=False)
    kept.journal.entered("erased", COOP, erased(1), ours=False)
    await kept.restart()
    kept.journal.entered("erased", COOP, erased(at=time.time() + 99), ours=False)
    kept.journal.entered("erased", COOP, erased(1), ours=False)
    await kept.journal.written()
    assert kinds(kept) == ["began", "erased", "erased"]


async def test_a_grant_that_is_given_again_is_entered_again(kept: Kept) -> None:
    told: dict[str, Any] = {"publication": publication(), "state": "active"}
    for _ in range(2):
        for _ in range(2):
            kept.journal.entered("grant", COOP, None, **told)
            kept.journal.entered("grant-seen", COOP, None, ours=False, **told)
        for _ in range(2):
            kept.journal.decided(COOP, publication())
            kept.journal.shut_out(COOP, publication())
        kept.journal.entered("erased", COOP, erased(), ours=False)
    await kept.journal.written()
    once = ["grant", "grant-seen", "withdrawal", "withdrawn", "erased"]
    assert kinds(kept) == ["began", *once, *once]


async def test_each_collection_has_its_own_words_and_who_comes_again_is_entered_again(
    kept: Kept,
) -> None:
    first, second = COLLECTION, COLLECTION[::-1]
    for _ in range(2):
        for collection in (first, second, first, second):
            kept.journal.entered("joined", COOP, joined(collection), ours=False)
            kept.journal.entered("collection", COOP, collected(collection), ours=False)
        kept.journal.entered("left", COOP, left(collection=first), ours=False)
    await kept.journal.written()
    came = ["joined", "collection"]
    assert kinds(kept) == ["began", *came, *came, "left", "joined", "left"]


async def test_strangers_leave_the_files_as_they_were(kept: Kept) -> None:
    await kept.journal.written()
    before = files(kept)
    for number in range(10_000):
        kept.journal.refused("stranger" if number % 2 else "bad_signature")
    await kept.journal.written()
    await kept.journal.async_look()
    assert files(kept) == before
    assert len(json.dumps(kept.store.content["days"])) < 200


async def test_a_day_that_is_over_is_entered_with_what_it_came_to(
    kept: Kept, freezer: FrozenDateTimeFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    freezer.move_to(MIDDAY)
    kept.store.content["days"].clear()
    heads: list[Head] = []
    monkeypatch.setattr(kept.identity, "publish", heads.append)
    kept.journal.sent([COOP, HOME], publication(), readings=5, size=100)
    kept.journal.received(COOP, 7)
    kept.journal.refused("stranger")
    kept.journal.entered("day", COOP, day_said("2026-11-23"), ours=False)
    await kept.journal.async_look()
    assert kinds(kept) == []
    freezer.move_to(MIDDAY + timedelta(hours=12, minutes=5))
    kept.journal.entered("day", COOP, day_said("2026-11-24"), ours=False)
    kept.journal.received(COOP, 100)
    await kept.journal.async_look()
    entry = entries(kept)[-1]
    assert entry["kind"] == "day"
    assert (entry["day"], entry["sent"], entry["received"]) == ("2026-11-24", 10, 7)
    assert (entry["refused"], entry["size"]) == ({"stranger": 1}, 1)
    assert entry["key"] == to_text(kept.statements.keys.public.signing)
    assert heads == [kept.journal.head]
    await kept.journal.async_look()
    assert kinds(kept) == ["began", "day"]
    freezer.move_to(MIDDAY + timedelta(days=1, hours=12, minutes=1))
    await kept.journal.async_look()
    assert (entries(kept)[-1]["day"], entries(kept)[-1]["received"]) == ("2026-11-25", 100)


async def test_a_day_that_was_missed_is_entered_at_the_start(
    kept: Kept, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(MIDDAY)
    kept.store.content["days"].clear()
    kept.journal.received(COOP, 7)
    await kept.end()
    freezer.move_to(MIDDAY + timedelta(days=4))
    await kept.begin()
    await kept.journal.async_look()
    days = [entry for entry in entries(kept) if entry["kind"] == "day"]
    assert [(day["day"], day["received"]) for day in days] == [("2026-11-24", 7)]
    # Killed after the day was entered, and before the Store knew.
    kept.store.content["days"]["2026-11-24"] = {"sent": 0, "received": 7, "refused": {}}
    await kept.journal.async_look()
    assert len([entry for entry in entries(kept) if entry["kind"] == "day"]) == 1


async def test_a_torn_end_is_cut_and_entered(kept: Kept) -> None:
    kept.journal.entered("erased", COOP, erased(), ours=False)
    await kept.end()
    tear(kept)
    await kept.begin()
    kept.journal.entered("erased", COOP, erased(), ours=False)
    await kept.journal.written()
    assert kinds(kept)[:2] == ["began", "torn"]


async def test_a_full_disk_holds_back_what_is_told_until_it_is_not(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real, is_full = os.fsync, True

    def full(descriptor: int) -> None:
        if is_full:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    monkeypatch.setattr("custom_components.sen1.federation.journal.writer.AGAIN", 0.01)
    kept.journal.entered("erased", COOP, erased(), ours=False)
    waiting = asyncio.ensure_future(kept.journal.written())
    done, _ = await asyncio.wait([waiting], timeout=0.2)
    assert not done
    is_full = False
    await waiting
    assert kinds(kept) == ["began", "erased"]
    said = [record for record in caplog.records if "journal" in record.getMessage()]
    assert len(said) == 2
    assert COOP not in caplog.text


async def test_an_older_copy_is_entered_and_told_once(kept: Kept) -> None:
    kept.journal.keys.heard(Head(0, bytes(32)))
    for _ in range(3):
        kept.journal.keys.heard(Head(412, bytes(31) + b"1"))
    # One who claims another each time is heard once a day.
    for number in range(2, 100):
        kept.journal.keys.heard(Head(number, bytes(31) + bytes([number])))
    await kept.journal.written()
    assert kinds(kept) == ["began", "restored"]
    issue = ir.async_get(kept.hass).async_get_issue(DOMAIN, f"older_copy_{kept.entry.entry_id}")
    assert issue is not None


async def test_our_own_head_is_no_older_copy(kept: Kept, freezer: FrozenDateTimeFactory) -> None:
    freezer.tick(timedelta(days=1))
    await kept.journal.async_look()
    kept.journal.keys.heard(kept.journal.head)
    await kept.restart()
    kept.journal.keys.heard(kept.journal.head)
    await kept.journal.written()
    assert "restored" not in kinds(kept)


async def test_a_former_friend_is_forgotten_once_nothing_is_open(
    kept: Kept, freezer: FrozenDateTimeFactory
) -> None:
    kept.journal.entered("grant", FORMER, None, publication=publication(), state="active")
    told = ToldGrant(state="active", revision=1, node=None, terms={})
    kept.store.content["told"][FORMER] = {publication(): told}
    kept.partings.note(FORMER)
    await kept.journal.async_look()
    assert "forgotten" not in kinds(kept)
    kept.store.content["chores"].clear()
    await kept.journal.async_look()
    # What is to be erased there is not answered yet.
    assert "forgotten" not in kinds(kept)
    kept.journal.disclosures.erased(FORMER, publication())
    kept.journal.entered("erased", FORMER, erased(), ours=False)
    await kept.journal.async_look()
    assert kinds(kept) == ["began", "grant", "withdrawal", "erased", "forgotten"]
    assert not any(FORMER.encode() in content for content in files(kept).values())
    assert FORMER not in kept.store.content["entered"]
    export = await kept.journal.export()
    assert {person["address"] for person in export["people"]} == {""}


async def test_a_former_friend_who_never_answers_is_forgotten_after_thirty_days(
    kept: Kept, freezer: FrozenDateTimeFactory
) -> None:
    kept.journal.entered("grant", FORMER, None, publication=publication(), state="active")
    kept.store.content["erasures"][FORMER] = {
        publication(): Erasure(asked=1.0, by=2.0, erased=None)
    }
    kept.journal.forget(FORMER)
    freezer.tick(timedelta(days=29))
    await kept.journal.async_look()
    assert "forgotten" not in kinds(kept)
    freezer.tick(timedelta(days=2))
    await kept.journal.async_look()
    assert kinds(kept)[-1] == "forgotten"
    # What they still say is forgotten as well.
    kept.journal.disclosures.erased(FORMER, publication())
    kept.journal.entered("erased", FORMER, erased(), ours=False)
    await kept.journal.written()
    await kept.journal.async_look()
    assert kinds(kept)[-2:] == ["erased", "forgotten"]


async def test_the_export_is_what_is_verified_elsewhere(
    kept: Kept, freezer: FrozenDateTimeFactory
) -> None:
    kept.journal.entered("erased", COOP, erased(), ours=False)
    kept.journal.entered("left", COOP, left(), ours=False)
    first = to_text(kept.statements.keys.public.signing)
    await kept.identity.roll_over()
    freezer.tick(timedelta(days=1))
    await kept.journal.async_look()
    export = await kept.journal.export()
    assert list(export) == ["sen1_journal", "account", "exported", "keys", "chain", "people"]
    assert export["account"] == HOME
    assert [key["key"] for key in export["keys"]] == [
        first,
        to_text(kept.statements.keys.public.signing),
    ]
    assert export["keys"][0]["rollover"] is None
    assert "rollover" in export["keys"][1]["rollover"]
    assert kinds(kept) == ["began", "erased", "left", "key", "day", "exported"]
    assert export["chain"] == [json.dumps(e, separators=(",", ":")) for e in entries(kept)]
    assert {person["address"] for person in export["people"]} == {"", COOP}
    (coop,) = (await kept.journal.export(COOP))["people"]
    assert list(coop) == ["address", "salt", "keys", "statements"]
    statement, _ = coop["statements"]
    assert (
        Signed(
            erased().kind, *(to_bytes(statement[key]) for key in ("key", "signature", "statement"))
        )
        == erased()
    )


async def test_a_lost_key_is_entered(kept: Kept) -> None:
    await kept.end()
    await OwnKeys(kept.hass, kept.entry.entry_id).async_remove()
    await kept.begin()
    await kept.journal.written()
    assert kinds(kept) == ["began", "key"]
    export = await kept.journal.export()
    assert [key["rollover"] for key in export["keys"]] == [None, None]


async def test_an_account_that_is_removed_leaves_no_file(kept: Kept) -> None:
    kept.journal.entered("erased", COOP, erased(), ours=False)
    await kept.end()
    other = Kept(kept.hass)
    await other.begin()
    await other.end()
    await kept.journal.async_remove()
    left_there = {str(path) for path in files(other)}
    assert left_there
    assert not any(kept.entry.entry_id in path for path in left_there)


async def test_a_friend_who_speaks_of_ever_others_does_not_make_the_store_grow(kept: Kept) -> None:
    for number in range(MOST_KNOWN + 100):
        kept.journal.entered("erased", COOP, erased(number), ours=False)
    await kept.journal.written()
    assert len(kept.store.content["entered"][COOP]) == MOST_KNOWN
    assert len(entries(kept)) == 1 + MOST_KNOWN + 100
    kept.journal.entered("erased", COOP, erased(MOST_KNOWN + 99), ours=False)
    await kept.journal.written()
    assert len(entries(kept)) == 1 + MOST_KNOWN + 100


async def test_what_is_refused_elsewhere_is_of_the_day_on_which_it_was(
    kept: Kept, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(MIDDAY)
    kept.store.content["days"].clear()
    elsewhere = Counter({"too_large": 2})
    kept.journal._days.elsewhere = lambda: elsewhere
    await kept.journal.async_look()
    elsewhere["too_large"] += 1
    freezer.tick(timedelta(days=1))
    await kept.journal.async_look()
    elsewhere["too_large"] += 5
    freezer.tick(timedelta(days=1))
    await kept.journal.async_look()
    days = [entry["refused"] for entry in entries(kept) if entry["kind"] == "day"]
    assert days == [{"too_large": 3}, {"too_large": 5}]
