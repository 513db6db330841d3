"""Keys are pinned once, followed when they vouch for each other, and stopped when nothing does."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
import os
from pathlib import Path
import time
from typing import Any
from xml.etree.ElementTree import Element, fromstring, tostring

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.context import AccountContext
from custom_components.sen1.federation.own_keys import OwnKeys
from custom_components.sen1.federation.store import AccountStore
from custom_components.sen1.federation.trust import identities, trust as trust_module
from custom_components.sen1.federation.trust.identities import ASKED_AT_ONCE, Identities
from custom_components.sen1.federation.trust.peers import How, Peers, Standing
from custom_components.sen1.federation.trust.publishing import IdentityNode
from custom_components.sen1.federation.trust.statements import Statements
from custom_components.sen1.federation.trust.trust import MOST_HELD, MOST_HELD_OF_ALL, Trust
from custom_components.sen1.federation.xmpp.events import FriendRequest
from custom_components.sen1.protocol.errors import PayloadRefused, RequestFailed
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.protocol.trust.identity import (
    IDENTITY_NODE,
    Head,
    identity_to_element,
    keys_to_element,
)
from custom_components.sen1.protocol.trust.keys import KEY_BYTES, Keys, PublicKeys
from custom_components.sen1.protocol.trust.kinds import StatementKind
from custom_components.sen1.protocol.trust.signed import Statement, sign

from ..conftest import until

HOUSE, COOP, OTHER = map(BareJid, ("house@one.test", "coop@two.test", "other@two.test"))
GRANT = StatementKind.GRANT


def payload(text: str = "said") -> Element:
    return Element("{urn:sen1:0}grant", {"text": text})


@dataclass
class Servers:
    """What servers hold and pass on: identities by address, messages in the order they came."""

    identities: dict[BareJid, Element] = field(default_factory=dict)
    away: set[BareJid] = field(default_factory=set)
    messages: list[tuple[BareJid, BareJid, Element]] = field(default_factory=list)
    published: int = 0
    asked: list[BareJid] = field(default_factory=list)


class Link:
    """The part of a session that keys need."""

    def __init__(self, servers: Servers, jid: BareJid) -> None:
        self.is_online = True
        self.pubsub = self
        self._servers = servers
        self._jid = jid

    async def ensure_open_node(self, node: str) -> None:
        assert node == IDENTITY_NODE

    async def items(self, publisher: BareJid | None, node: str) -> tuple[Element, ...]:
        assert node == IDENTITY_NODE
        await asyncio.sleep(0)
        jid = publisher or self._jid
        if publisher is not None:
            self._servers.asked.append(publisher)
        if jid in self._servers.away:
            raise RequestFailed("remote-server-timeout")
        if jid not in self._servers.identities:
            if publisher is None:
                return ()
            raise RequestFailed("item-not-found")
        item = Element("item", id="current")
        item.append(deepcopy(self._servers.identities[jid]))
        return (item,)

    async def publish(self, node: str, item_id: str, element: Element, access: str) -> None:
        assert (node, item_id, access) == (IDENTITY_NODE, "current", "open")
        self._servers.identities[self._jid] = fromstring(tostring(element))
        self._servers.published += 1

    def tell(self, jid: BareJid, element: Element) -> None:
        self._servers.messages.append((self._jid, jid, element))


@pytest.fixture
def servers() -> Servers:
    return Servers()


@dataclass
class Installation:
    """What an installation knows of keys, its own and those of peers."""

    link: Link
    trust: Trust
    statements: Statements
    identity: IdentityNode

    def online(self) -> None:
        """Have a new link."""
        self.trust.online(resumed=False)
        self.identity.online(resumed=False)


type Open = Callable[..., Any]


@pytest.fixture
def installation(hass: HomeAssistant, hass_storage: dict[str, Any], servers: Servers) -> Open:
    """Return what runs the keys of an address, as an installation of this name remembers them."""

    @asynccontextmanager
    async def run(jid: BareJid, name: str = "", **data: Any) -> AsyncIterator[Installation]:
        entry = MockConfigEntry(domain=DOMAIN, entry_id=name or jid, data={"jid": jid})
        store = AccountStore(hass, entry.entry_id)
        await store.async_load()
        store.content |= data
        own = OwnKeys(hass, entry.entry_id)
        await own.async_load()
        link: Any = Link(servers, jid)
        context = AccountContext(hass, entry, store, own, link)
        trust, statements = context[Trust], context[Statements]
        identity = context[IdentityNode]
        tasks = [asyncio.create_task(run()) for run in (*trust.runs, *identity.runs)]
        made = Installation(link, trust, statements, identity)
        made.online()
        await until(lambda: own.is_published)
        try:
            yield made
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await trust.async_stop()
            await store.async_save()

    return run


def refusal(taker: Installation, sender: BareJid, element: Element, *kinds: StatementKind) -> str:
    """Return why a statement is not taken."""
    with pytest.raises(PayloadRefused) as refused:
        taker.statements.opened(sender, element, *kinds or (GRANT,))
    return refused.value.reason


async def pinned(one: Installation, *peers: BareJid) -> None:
    """Have a peer's key known."""
    one.trust.want(peers)
    await until(lambda: all(one.trust.signs(jid) for jid in peers))


def identity_of(jid: BareJid) -> Element:
    """Return what an address publishes whose keys are its own."""
    keys = Keys(os.urandom(KEY_BYTES), os.urandom(KEY_BYTES))
    statement = Statement(jid, time.time(), keys_to_element(keys.public))
    return identity_to_element(sign(keys, StatementKind.IDENTITY, statement), ())


def mode_of(folder: Path, name: str) -> int:
    """Return who may do what with the one file of a name."""
    (file,) = folder.rglob(name)
    return file.stat().st_mode & 0o777


def issues(hass: HomeAssistant) -> set[str]:
    return {str((one.data or {})["issue"]) for one in ir.async_get(hass).issues.values()}


async def test_a_key_is_pinned_when_it_is_first_seen(installation: Open) -> None:
    async with installation(HOUSE) as house, installation(COOP) as coop:
        assert house.trust.standing(COOP) is Standing.UNKNOWN
        await pinned(house, COOP)
        await pinned(coop, HOUSE)
        assert house.trust.standing(COOP) is Standing.SEEN
        assert house.trust.peers[COOP].keys == coop.statements.keys.public
        said = coop.statements.opened(
            HOUSE, house.statements.sign(COOP, GRANT, payload("hello")), GRANT
        )
        assert (said.sender, said.to, said.payload.get("text")) == (HOUSE, COOP, "hello")


async def test_who_has_no_node_is_without_a_key_until_it_has_one(
    installation: Open, servers: Servers
) -> None:
    async with installation(HOUSE) as house:
        house.trust.want([COOP])
        house.trust.take_coming(COOP, COOP, is_new=False)
        await until(lambda: house.trust.standing(COOP) is Standing.KEYLESS)
        async with installation(COOP) as coop:
            house.trust.take_coming(COOP, COOP, is_new=True)
            await until(lambda: house.trust.standing(COOP) is Standing.SEEN)
            assert house.trust.peers[COOP].keys == coop.statements.keys.public


async def test_who_begins_a_moment_later_is_not_taken_for_one_without_a_key(
    installation: Open, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identities, "FIRST", 0.01)
    async with installation(HOUSE) as house:
        house.trust.want([COOP])
        await until(lambda: len(servers.asked) == 4)
        assert house.trust.standing(COOP) is Standing.UNKNOWN
        async with installation(COOP):
            await until(lambda: house.trust.standing(COOP) is Standing.SEEN)


async def test_who_has_no_key_for_long_is_without_one(
    installation: Open, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trust_module, "RETRY", 0.05)
    monkeypatch.setattr(identities, "FIRST", 0.1)
    async with installation(HOUSE) as house:
        house.trust.want([COOP])
        await until(lambda: house.trust.standing(COOP) is Standing.KEYLESS)
        assert len(servers.asked) == 2


async def test_who_asks_to_be_a_friend_is_asked_again_at_once(
    installation: Open, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identities, "FIRST", 3600.0)
    async with installation(HOUSE) as house:
        house.trust.want([COOP])
        await until(lambda: servers.asked)
        assert house.trust.standing(COOP) is Standing.UNKNOWN
        async with installation(COOP):
            house.trust._hear_request(FriendRequest(COOP))
            await until(lambda: house.trust.standing(COOP) is Standing.SEEN, within=5)


async def test_whose_server_does_not_answer_is_unknown_and_asked_again(
    installation: Open, servers: Servers
) -> None:
    async with installation(COOP), installation(HOUSE) as house:
        servers.away.add(COOP)
        house.trust.want([COOP])
        await until(lambda: servers.asked)
        assert house.trust.standing(COOP) is Standing.UNKNOWN
        servers.away.clear()
        house.online()
        await until(lambda: house.trust.standing(COOP) is Standing.SEEN)


async def test_few_are_asked_at_a_time(hass: HomeAssistant) -> None:
    most, now, left = 0, 0, 100

    class Slow:
        is_online = True

        @property
        def pubsub(self) -> Slow:
            return self

        async def items(self, *_: object) -> tuple[Element, ...]:
            nonlocal most, now
            now += 1
            most = max(most, now)
            await asyncio.sleep(0)
            now -= 1
            return ()

    def take(_jid: BareJid, identity: object) -> bool:
        nonlocal left
        left -= 1
        return True

    asking = Identities(Slow(), take)  # type: ignore[arg-type]
    for number in range(left):
        asking.ask(BareJid(f"friend{number}@two.test"))
    task = asyncio.create_task(asking.run())
    await until(lambda: not left)
    task.cancel()
    assert most == ASKED_AT_ONCE


async def test_what_is_not_as_it_was_signed_is_refused_by_reason(installation: Open) -> None:
    async with installation(HOUSE) as house, installation(COOP) as coop:
        await pinned(house, COOP)
        await pinned(coop, HOUSE)
        await pinned(coop, HOUSE, COOP)
        assert refusal(coop, HOUSE, payload()) == "unsigned"
        signed = house.statements.sign(COOP, GRANT, payload())
        assert refusal(coop, HOUSE, signed, StatementKind.LEFT) == "wrong_kind"
        changed = deepcopy(signed)
        changed.text = house.statements.sign(COOP, GRANT, payload("other")).text
        assert refusal(coop, HOUSE, changed) == "bad_signature"
        assert (
            refusal(coop, HOUSE, house.statements.sign(OTHER, GRANT, payload())) == "wrong_receiver"
        )
        own = coop.statements.sign(COOP, GRANT, payload())
        assert refusal(coop, HOUSE, own) == "unknown_key"
        about = house.statements.sign(COOP, StatementKind.ANSWER, payload(), about="that")
        with pytest.raises(PayloadRefused, match="replayed"):
            coop.statements.opened(HOUSE, about, StatementKind.ANSWER, about="this")
        assert (
            coop.statements.opened(HOUSE, about, StatementKind.ANSWER, about="that").about == "that"
        )


async def test_a_message_counts_once_and_none_older_after_it(installation: Open) -> None:
    async with installation(HOUSE) as house, installation(COOP) as coop:
        await pinned(coop, HOUSE)
        first, second = (house.statements.sign(COOP, GRANT, payload(text)) for text in ("1", "2"))
        item = house.statements.sign_item("node", "id", payload())
        coop.statements.opened(HOUSE, second, GRANT)
        assert refusal(coop, HOUSE, second) == refusal(coop, HOUSE, first) == "replayed"
        for _ in range(2):
            assert coop.statements.opened(HOUSE, item, StatementKind.ITEM).node == "node"


async def test_a_change_of_key_is_followed_without_a_question(
    hass: HomeAssistant, installation: Open, servers: Servers
) -> None:
    async with installation(HOUSE) as house, installation(COOP) as coop:
        coop.trust.expect(HOUSE, house.statements.keys.public.fingerprint)
        await pinned(coop, HOUSE)
        await pinned(house, COOP)
        told: list[BareJid] = []
        coop.trust.listeners.add(told.append)
        old = house.statements.sign(COOP, GRANT, payload())
        before = house.statements.keys.public
        await house.identity.roll_over()
        assert house.statements.keys.public != before
        (message,) = servers.messages
        assert message[:2] == (HOUSE, COOP)
        assert message[2].get("kind") == StatementKind.ROLLOVER
        coop.trust._take_rollover(HOUSE, Element("rollover"))
        await until(lambda: told)
        peer = coop.trust.peers[HOUSE]
        assert (peer.keys, peer.how, peer.changed) == (house.statements.keys.public, How.LINK, None)
        assert coop.trust.peers.known[HOUSE]["rolled_at"]
        assert coop.trust.standing(HOUSE) is Standing.VERIFIED
        coop.statements.opened(HOUSE, house.statements.sign(COOP, GRANT, payload()), GRANT)
        assert refusal(coop, HOUSE, old) == "replayed"
        assert "key_changed" not in issues(hass)


async def test_changes_that_were_missed_are_followed_too(installation: Open) -> None:
    async with installation(HOUSE) as house, installation(COOP) as coop:
        await pinned(coop, HOUSE)
        for _ in range(3):
            await house.identity.roll_over()
        taken: list[str | None] = []
        signed = house.statements.sign(COOP, GRANT, payload("late"))
        assert refusal(coop, HOUSE, signed) == "unknown_key"
        again = partial(coop.statements.opened, HOUSE, signed, GRANT)
        assert coop.trust.wanted.hold(HOUSE, lambda: taken.append(again().payload.get("text")))
        await until(lambda: taken == ["late"])


async def test_a_key_that_nothing_vouches_for_stops_both_ways_until_it_is_compared(
    hass: HomeAssistant, installation: Open
) -> None:
    async with installation(COOP) as coop:
        async with installation(HOUSE) as house:
            await pinned(coop, HOUSE)
            old = house.statements.keys.public
            late = house.statements.sign(COOP, GRANT, payload())
        async with installation(HOUSE, "anew") as house:
            signed = house.statements.sign(COOP, GRANT, payload())
            assert refusal(coop, HOUSE, signed) == "unknown_key"
            await until(lambda: coop.trust.is_stopped(HOUSE))
            assert not coop.trust.signs(HOUSE)
            # Also what the key before has signed.
            assert refusal(coop, HOUSE, signed) == refusal(coop, HOUSE, late) == "key_changed"
            peer = coop.trust.peers[HOUSE]
            assert (peer.keys, peer.changed) == (old, house.statements.keys.public)
            assert issues(hass) == {"key_changed"}
            coop.trust.confirm(HOUSE, same=True)
            assert coop.trust.standing(HOUSE) is Standing.VERIFIED
            assert issues(hass) == set()
            coop.statements.opened(HOUSE, signed, GRANT)
            assert refusal(coop, HOUSE, late) == "replayed"


async def test_who_reads_other_numbers_stays_stopped_and_is_asked_about_no_more(
    hass: HomeAssistant, installation: Open
) -> None:
    async with installation(COOP) as coop:
        async with installation(HOUSE):
            await pinned(coop, HOUSE)
        async with installation(HOUSE, "anew"):
            coop.trust.wanted.look(HOUSE)
            await until(lambda: coop.trust.is_stopped(HOUSE))
            coop.trust.confirm(HOUSE, same=False)
            assert coop.trust.is_stopped(HOUSE)
            assert issues(hass) == set()
            coop.trust.wanted.look(HOUSE)
            # Who is made a friend again is another question, too.
            coop.trust.want([])
            coop.trust.want([HOUSE])
            assert issues(hass) == {"key_changed"}
            coop.trust.confirm(HOUSE, same=False)
        async with installation(HOUSE, "once more"):
            # Another key again is another question.
            coop.trust.wanted.look(HOUSE)
            await until(lambda: issues(hass) == {"key_changed"})


async def test_a_friend_whose_numbers_are_others_is_stopped(
    hass: HomeAssistant, installation: Open
) -> None:
    async with installation(COOP) as coop, installation(HOUSE):
        await pinned(coop, HOUSE)
        coop.trust.confirm(HOUSE, same=False)
        assert coop.trust.is_stopped(HOUSE)


async def test_a_forged_message_stops_nobody_and_is_asked_about_once(
    installation: Open, servers: Servers
) -> None:
    async with (
        installation(COOP) as coop,
        installation(HOUSE) as house,
        installation(OTHER) as forger,
    ):
        await pinned(coop, HOUSE)
        forged = forger.statements.sign(COOP, GRANT, payload())
        assert refusal(coop, HOUSE, forged) == "unknown_key"
        asked = len(servers.asked)
        await until(lambda: len(servers.asked) > asked)
        await until(lambda: refusal(coop, HOUSE, forged) == "bad_signature")
        assert len(servers.asked) == asked + 1
        assert coop.trust.standing(HOUSE) is Standing.SEEN
        coop.statements.opened(HOUSE, house.statements.sign(COOP, GRANT, payload()), GRANT)


async def test_an_older_identity_neither_stops_nor_comes_back(
    installation: Open, servers: Servers
) -> None:
    async with installation(COOP) as coop, installation(HOUSE) as house:
        await pinned(coop, HOUSE)
        older = servers.identities[HOUSE]
        await house.identity.roll_over()
        coop.trust.wanted.look(HOUSE)
        await until(lambda: coop.trust.peers[HOUSE].keys == house.statements.keys.public)
        servers.identities[HOUSE] = older
        coop.trust.wanted.look(HOUSE)
        await until(lambda: coop.trust.refused["replayed"])
        assert coop.trust.standing(HOUSE) is Standing.SEEN
        assert coop.trust.peers[HOUSE].keys == house.statements.keys.public


async def test_the_key_of_a_link_is_verified_and_any_other_stops(
    hass: HomeAssistant, installation: Open
) -> None:
    async with installation(COOP) as coop, installation(HOUSE) as house, installation(OTHER):
        coop.trust.expect(HOUSE, house.statements.keys.public.fingerprint)
        coop.trust.expect(OTHER, house.statements.keys.public.fingerprint)
        coop.trust.want([HOUSE, OTHER])
        await until(lambda: coop.trust.standing(HOUSE) is Standing.VERIFIED)
        await until(lambda: coop.trust.is_stopped(OTHER))
        assert coop.trust.peers[HOUSE].how is How.LINK
        assert coop.trust.peers[OTHER].expected == house.statements.keys.public.fingerprint
        assert coop.trust.peers[OTHER].keys is None
        # Said again at each start, it asks nothing that was answered.
        coop.trust.confirm(OTHER, same=True)
        coop.trust.expect(OTHER, house.statements.keys.public.fingerprint)
        assert coop.trust.standing(OTHER) is Standing.VERIFIED


async def test_of_whom_a_link_promised_a_key_none_is_not_without_one(
    installation: Open, servers: Servers
) -> None:
    async with installation(COOP) as coop:
        coop.trust.expect(HOUSE, "1" * 24)
        coop.trust.want([HOUSE])
        coop.trust.take_coming(HOUSE, HOUSE, is_new=True)
        await until(lambda: HOUSE in servers.asked)
        await until(lambda: not coop.trust._identities._now)
        assert coop.trust.standing(HOUSE) is Standing.UNKNOWN


async def test_a_link_read_later_verifies_the_key_that_was_seen(installation: Open) -> None:
    async with installation(COOP) as coop, installation(HOUSE) as house:
        await pinned(coop, HOUSE)
        coop.trust.expect(HOUSE, house.statements.keys.public.fingerprint)
        assert coop.trust.standing(HOUSE) is Standing.VERIFIED


async def test_a_link_older_than_a_change_of_key_still_verifies(installation: Open) -> None:
    async with installation(COOP) as coop, installation(HOUSE) as house:
        link = house.statements.keys.public.fingerprint
        await house.identity.roll_over()
        coop.trust.expect(HOUSE, link)
        coop.trust.want([HOUSE])
        await until(lambda: coop.trust.standing(HOUSE) is Standing.VERIFIED)


async def test_what_waits_for_a_key_is_bounded_and_taken_in_order(
    installation: Open, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with installation(COOP) as coop, installation(HOUSE) as house:
        servers.away.add(HOUSE)
        coop.trust.want([HOUSE])
        taken: list[int] = []
        held = [
            coop.trust.wanted.hold(HOUSE, lambda n=n: taken.append(n)) for n in range(MOST_HELD + 1)
        ]
        assert held == [True] * MOST_HELD + [False]
        monkeypatch.setattr(trust_module, "MOST_HELD_OF_ALL", 8)
        coop.trust.want([HOUSE, OTHER])
        assert not coop.trust.wanted.hold(OTHER, lambda: None)
        servers.away.clear()
        coop.trust.wanted.look(HOUSE)
        await until(lambda: taken == list(range(MOST_HELD)))
        # Of whom nothing is awaited nothing is kept.
        assert not coop.trust.wanted.hold(HOUSE, lambda: None)
        coop.statements.opened(HOUSE, house.statements.sign(COOP, GRANT, payload()), GRANT)


async def test_of_all_who_come_at_once_that_is_kept_with_which_they_come(
    installation: Open, servers: Servers
) -> None:
    many = [BareJid(f"member{number}@one.test") for number in range(MOST_HELD_OF_ALL + 44)]
    taken: list[tuple[BareJid, str]] = []
    async with installation(COOP) as coop:
        servers.away |= set(many)
        for jid in many:
            servers.identities[jid] = identity_of(jid)
            assert coop.trust.wanted.expect_coming(jid)
            for said in ("joined", "a grant", "another grant"):
                assert coop.trust.wanted.hold(jid, partial(taken.append, (jid, said)))
        servers.away.clear()
        await until(lambda: len(taken) == len(many))
        assert set(taken) == {(jid, "joined") for jid in many}


async def test_who_is_no_friend_is_not_asked_about(installation: Open, servers: Servers) -> None:
    async with installation(COOP) as coop, installation(HOUSE) as house:
        assert refusal(coop, HOUSE, house.statements.sign(COOP, GRANT, payload())) == "unknown_key"
        assert not coop.trust.wanted.hold(HOUSE, lambda: None)
        coop.trust.wanted.look(HOUSE)
        assert not servers.asked


async def test_a_restart_keeps_keys_pins_and_what_was_said(installation: Open) -> None:
    async with installation(HOUSE) as house:
        keys = house.statements.keys
        async with installation(COOP) as coop:
            await pinned(coop, HOUSE)
            signed = house.statements.sign(COOP, GRANT, payload())
            coop.statements.opened(HOUSE, signed, GRANT)
            own = coop.statements.keys
        async with installation(COOP) as coop:
            assert coop.statements.keys == own
            assert coop.trust.standing(HOUSE) is Standing.SEEN
            assert coop.trust.peers[HOUSE].keys == keys.public
            assert refusal(coop, HOUSE, signed) == "replayed"


async def test_who_was_stopped_is_asked_about_again_after_a_restart(
    hass: HomeAssistant, installation: Open
) -> None:
    async with installation(COOP) as coop:
        async with installation(HOUSE):
            await pinned(coop, HOUSE)
        async with installation(HOUSE, "anew"):
            coop.trust.wanted.look(HOUSE)
            await until(lambda: coop.trust.is_stopped(HOUSE))
    assert issues(hass) == set()
    async with installation(COOP) as coop:
        coop.trust.want([HOUSE])
        assert coop.trust.is_stopped(HOUSE)
        assert issues(hass) == {"key_changed"}
        coop.trust.want([])
        assert issues(hass) == set()


async def test_an_identity_is_published_when_what_is_there_differs_and_not_again(
    installation: Open, servers: Servers
) -> None:
    async with installation(HOUSE) as house:
        assert servers.published == 1
        heads: list[Head] = []
        house.identity.heads.add(heads.append)
        house.online()
        head = Head(3, bytes(32))
        house.identity.publish(head)
        await until(lambda: servers.published == 2)
        house.identity.publish(head)
        house.online()
        await until(lambda: heads == [head])
        assert servers.published == 2
    async with installation(HOUSE) as house:
        # What is not known yet after a start does not take the head away.
        assert servers.published == 2


async def test_another_key_of_ours_on_the_server_is_told_and_put_right(
    hass: HomeAssistant, installation: Open, servers: Servers
) -> None:
    async with installation(OTHER, "thief") as thief:
        stolen = thief
    async with installation(HOUSE, "copy") as copy:
        forged = servers.identities.pop(HOUSE)
        assert copy.statements.keys != stolen.statements.keys
    async with installation(HOUSE) as house:
        assert not house.identity.is_forged
        ours = tostring(servers.identities[HOUSE])
        servers.identities[HOUSE] = forged
        house.online()
        await until(lambda: house.identity.is_forged)
        await until(lambda: tostring(servers.identities[HOUSE]) != tostring(forged))
        assert issues(hass) == {"own_key_forged"}
        assert ours != tostring(forged)


async def test_keys_that_were_lost_are_no_forgery(
    hass: HomeAssistant, installation: Open, servers: Servers
) -> None:
    async with installation(HOUSE):
        before = tostring(servers.identities[HOUSE])
    async with installation(HOUSE, "anew") as house:
        assert tostring(servers.identities[HOUSE]) != before
        assert not house.identity.is_forged
        assert issues(hass) == set()


async def test_keys_are_on_disk_before_they_are_used(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    own = OwnKeys(hass, "entry")
    await own.async_load()
    key = "sen1.entry.keys"
    assert hass_storage[key]["data"]["signing"]
    again = OwnKeys(hass, "entry")
    await again.async_load()
    assert again.keys == own.keys
    await own.async_remove()
    assert key not in hass_storage


async def test_only_home_assistant_reads_the_file_of_keys(tmp_path: Path) -> None:
    home = HomeAssistant(str(tmp_path))
    await OwnKeys(home, "entry").async_load()
    await home.async_stop(force=True)
    assert mode_of(tmp_path, "sen1.entry.keys") == 0o600


async def test_a_change_of_key_over_no_link_is_published_and_told_over_the_next(
    installation: Open, servers: Servers
) -> None:
    async with installation(HOUSE) as house, installation(COOP) as coop:
        await pinned(house, COOP)
        await pinned(coop, HOUSE)
        house.link.is_online = False
        await house.identity.roll_over()
        assert not servers.messages
        house.link.is_online = True
        house.online()
        await until(lambda: servers.messages)
        coop.trust._take_rollover(HOUSE, Element("rollover"))
        await until(lambda: coop.trust.peers[HOUSE].keys == house.statements.keys.public)


async def test_a_thousand_pinned_keys_are_read_when_they_are_needed(
    hass: HomeAssistant, hass_storage: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = AccountStore(hass, "entry")
    peers = Peers(store)
    friends = [BareJid(f"friend{number}@two.test") for number in range(1000)]
    for number, jid in enumerate(friends):
        peers.pin(jid, PublicKeys(number.to_bytes(32), bytes(32)), How.SEEN)
    made = 0

    def counted(*args: bytes) -> PublicKeys:
        nonlocal made
        made += 1
        return PublicKeys(*args)

    monkeypatch.setattr("custom_components.sen1.federation.trust.peers.PublicKeys", counted)
    assert {peers.standing(jid) for jid in friends} == {Standing.SEEN}
    assert list(peers.stopped()) == []
    assert (len(peers), made) == (1000, 0)
    assert peers[friends[7]].keys == PublicKeys((7).to_bytes(32), bytes(32))
    assert made == 1


async def test_of_former_friends_the_oldest_are_forgotten(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.sen1.federation.trust.peers.MOST_FORMER", 1)
    peers = Peers(AccountStore(hass, "entry"))
    for number, jid in enumerate((HOUSE, COOP, OTHER)):
        peers.pin(jid, PublicKeys(bytes(32), bytes(32)), How.SEEN)
        peers.known[jid]["since"] = float(number)
    peers.keep_only({HOUSE})
    assert set(peers) == {HOUSE, OTHER}
