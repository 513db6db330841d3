"""What two installations enter of each other: before it is told, and until one is forgotten."""

from collections.abc import Callable
import json
import os
from pathlib import Path
import threading
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import STORAGE_DIR
import pytest

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.trust.publishing import IdentityNode
from custom_components.sen1.protocol.stanzas import grant_to_element
from custom_components.sen1.protocol.trust.identity import Head
from custom_components.sen1.protocol.trust.kinds import Erased, message_to_element
from testbed.xmpp import Account, ProsodyServer

from ...protocol.samples import GRANT
from ..conftest import Held, Home, until
from ..test_exchange import shared
from ..xmpp.test_session import running

type Meter = Callable[[object], None]


def chain(home: Home) -> list[dict[str, Any]]:
    """Return the chain as it is on the disk."""
    path = Path(home.hass.config.path(STORAGE_DIR, f"sen1.{home.entry.entry_id}.journal"))
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def traces(home: Home, text: str) -> list[Path]:
    """Return the files of a home's journal that hold a text."""
    storage = Path(home.hass.config.path(STORAGE_DIR))
    paths = [*storage.glob(f"*{home.entry.entry_id}.journal")]
    paths += storage.glob(f"*{home.entry.entry_id}.evidence/*")
    assert len(paths) > 1
    return [path for path in paths if text in path.read_text()]


def kinds(home: Home) -> list[str]:
    return [entry["kind"] for entry in chain(home)]


async def statements(home: Home, other: Home) -> list[tuple[str, bool, str]]:
    """Return the kind of each statement, whether it is the home's own, and its bytes."""
    people = (await home.runtime.journal.content(other.account.jid))["people"]
    return [
        (line["kind"], line["ours"], line["statement"])
        for person in people
        for line in person["statements"]
        if "statement" in line
    ]


async def test_both_hold_the_same_statements_of_a_grant_and_its_end(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    _, friend = await shared(house, cooperative)
    await until(lambda: "grant-seen" in kinds(house))
    await house.grant(friend)
    await until(lambda: "erased" in kinds(house), within=60)
    await until(lambda: "withdrawn" in kinds(house))
    await cooperative.runtime.journal.written()
    at = kinds(house).index
    # Decided, before the server or anybody was told.
    assert at("grant") < at("grant-seen") < at("withdrawal") < at("erased")
    assert at("withdrawal") < at("withdrawn")
    ours = set(await statements(house, cooperative))
    theirs = {(kind, not own, said) for kind, own, said in await statements(cooperative, house)}
    assert {kind for kind, _, _ in ours} == {"grant", "grant-seen", "withdrawal", "erased"}
    # Said again until it is known, it is entered once: by each the first that it had.
    assert {(kind, own) for kind, own, _ in ours} == {(kind, own) for kind, own, _ in theirs}
    assert ours & theirs


async def test_nothing_is_told_before_it_is_on_the_disk(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publication = await house.publish("sensor.meter")
    await cooperative.befriend(house)
    friend = await house.befriend(cooperative)
    await until(lambda: house.runtime.trust.signs(cooperative.account.jid))
    await until(lambda: cooperative.runtime.trust.signs(house.account.jid))
    told: list[str] = []
    real_tell, real_sync = house.runtime.session.tell, os.fsync
    waits, go = threading.Event(), threading.Event()

    def tell(jid: Any, element: Any, **how: Any) -> None:
        told.append(element.get("kind", element.tag))
        real_tell(jid, element, **how)

    def slow(descriptor: int) -> None:
        waits.set()
        assert go.wait(60)
        real_sync(descriptor)

    monkeypatch.setattr(house.runtime.session, "tell", tell)
    monkeypatch.setattr(os, "fsync", slow)
    try:
        await house.grant(friend, publication)
        await until(waits.is_set)
        writer = house.runtime.journal._writer
        await until(lambda: house.runtime.journal.entries < writer._entered)
        # The server has long answered; the disk has not.
        await house.runtime.session.roster()
        assert "grant" not in told
        assert "grant" not in kinds(house)
    finally:
        go.set()
    await until(lambda: "grant" in told)
    assert "grant" in kinds(house)


async def test_a_grant_is_acknowledged_once_it_is_on_the_disk(
    house: Home, cooperative: Home, meter: Meter, hold: Callable[[Any, str], Held]
) -> None:
    publication = await house.publish("sensor.meter")
    await cooperative.befriend(house)
    friend = await house.befriend(cooperative)
    await until(lambda: house.runtime.trust.signs(cooperative.account.jid))
    await until(lambda: cooperative.runtime.trust.signs(house.account.jid))
    saving = hold(cooperative.runtime.store, "async_save")
    await house.grant(friend, publication)
    await until(lambda: saving.calls)
    await cooperative.runtime.session.roster()
    assert "grant-seen" not in kinds(house)
    saving.go.set()
    await until(lambda: "grant-seen" in kinds(house))


async def test_a_friend_who_is_removed_is_forgotten_once_they_have_erased(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    _, friend = await shared(house, cooperative)
    await until(lambda: "grant-seen" in kinds(house))
    hass.config_entries.async_remove_subentry(house.entry, friend.subentry_id)
    await hass.async_block_till_done()
    await until(lambda: "erased" in kinds(house), within=60)
    await house.runtime.journal.async_look()
    assert kinds(house)[-1] == "forgotten"
    assert not traces(house, cooperative.account.jid)
    # The other side keeps what it holds of the house as long as that is a friend.
    assert await statements(cooperative, house)


async def test_a_restored_copy_is_entered_and_told(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    journal = house.runtime.journal
    # What another run of this house let its identity name.
    house.runtime[IdentityNode].publish(Head(412, bytes(range(32))))
    await until(lambda: house.runtime[IdentityNode]._head is not None)
    await until(house.runtime[IdentityNode]._put_in_order)
    await hass.config_entries.async_reload(house.entry.entry_id)
    assert house.runtime.journal is not journal
    await until(lambda: "restored" in kinds(house), within=60)
    issue = f"older_copy_{house.entry.entry_id}"
    assert ir.async_get(hass).async_get_issue(DOMAIN, issue) is not None
    assert "restored" not in kinds(cooperative)


async def test_a_stranger_does_not_make_it_grow(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    prosody_pair: tuple[ProsodyServer, ProsodyServer],
) -> None:
    await shared(house, cooperative)
    await until(lambda: "grant-seen" in kinds(house))
    await house.runtime.journal.written()
    before, refused = chain(house), house.runtime.journal.refusals
    async with running(accounts(prosody_pair[1], "mallory")) as mallory:
        for _ in range(200):
            mallory.session.tell(house.account.jid, grant_to_element(GRANT))
            mallory.session.tell(house.account.jid, message_to_element(Erased(GRANT.publication)))
        await until(lambda: refused.total() >= 400)
        assert set(refused) <= {"stranger", "unsigned", "unknown_key", "not_withdrawn"}
        assert not traces(house, "mallory")
    await house.runtime.journal.written()
    assert chain(house) == before
    (today,) = house.runtime.store.content["days"].values()
    assert sum(today["refused"].values()) >= 400
