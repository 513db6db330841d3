"""Hostile and broken input over real servers: dropped alone, counted, nothing changes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
import logging
import time
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement

import pytest

from custom_components.sen1.federation.follow.following import Following
from custom_components.sen1.federation.follow.presences import Presences
from custom_components.sen1.federation.talk.post import Post
from custom_components.sen1.federation.xmpp.events import PUBSUB_EVENT, GrantMessage
from custom_components.sen1.protocol.budget import ALLOWANCES, Allowance, Effort
from custom_components.sen1.protocol.model import BareJid, Grant, GrantState, PublicationId, node_of
from custom_components.sen1.protocol.stamps import stamp
from custom_components.sen1.protocol.stanzas import SEN1, grant_to_element, item_to_element
from testbed.xmpp import Account, ProsodyServer

from ..conftest import known_state
from ..protocol.samples import GRANT
from ..protocol.test_stanzas import DESCRIPTION, ITEM
from .conftest import Home, until
from .test_exchange import shared
from .xmpp.test_session import running


def push(node: str, *items: Element) -> Element:
    """Return what a server would push, for anybody to forge."""
    event = Element(PUBSUB_EVENT + "event")
    holder = SubElement(event, PUBSUB_EVENT + "items", {"node": node})
    holder.extend(items)
    return event


def item_element(item_id: str, payload: Element | None) -> Element:
    item = Element(PUBSUB_EVENT + "item", {"id": item_id})
    if payload is not None:
        item.append(payload)
    return item


def receive(home: Home, stanza: str) -> None:
    """Take a stanza as if our own server had sent it."""
    client = home.runtime.session._client
    client.data_received(stanza.encode())
    # The server did not count it: stream management would lose as many of the next.
    client.plugin["xep_0198"].handled -= 1


def is_counted(refused: Mapping[str, int], reason: str, count: int) -> bool:
    return refused[reason] == count


@pytest.fixture
def no_exception_logged(caplog: pytest.LogCaptureFixture) -> Callable[[], bool]:
    """Return whether nothing worse than a warning was logged, and no traceback."""
    caplog.set_level(logging.INFO)
    return lambda: (
        not [
            record
            for record in caplog.records
            if record.levelno >= logging.ERROR or record.exc_info
        ]
    )


async def test_strangers_and_friends_without_a_grant_change_nothing(
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    accounts: Callable[..., Account],
    prosody_pair: tuple[ProsodyServer, ProsodyServer],
    no_exception_logged: Callable[[], bool],
) -> None:
    await shared(house, cooperative)
    (series,) = cooperative.series()
    node = series.follower.grant.node
    assert node is not None
    victim = BareJid(cooperative.account.jid)
    payload = item_to_element(ITEM, DESCRIPTION)
    refused = cooperative.runtime.journal.refusals

    async with running(accounts(prosody_pair[0], "mallory")) as mallory:
        mallory.session.tell(victim, push(node, item_element(stamp(2e9), payload)))
        await until(lambda: refused["not_granted"] == 1)
        mallory.session.tell(victim, grant_to_element(replace(GRANT, node="urn:x")))
        await until(lambda: refused["stranger"] == 1)

    # The friend itself, for a publication it never granted.
    friend = house.runtime.session
    friend.tell(victim, push("urn:sen1:publication:0:other", item_element("1", payload)))
    await until(lambda: refused["not_granted"] == 2)
    assert len(cooperative.series()) == 1
    assert cooperative.state().state == "640"
    assert no_exception_logged()


async def test_broken_items_of_a_friend_are_dropped_alone_and_counted(
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    no_exception_logged: Callable[[], bool],
) -> None:
    await shared(house, cooperative)
    (series,) = cooperative.series()
    grant = series.follower.grant
    assert grant.node is not None
    assert grant.description is not None
    victim = BareJid(cooperative.account.jid)
    good = replace(ITEM, publication=grant.publication)
    payload = item_to_element(good, replace(grant.description, unit="W"))
    other = item_to_element(ITEM, grant.description)
    friend = house.runtime.session
    refused = cooperative.runtime.journal.refusals
    sign_item = house.runtime.statements.sign_item
    for item_id, envelope, reason in (
        (stamp(ITEM.readings[-1].time), payload, "wrong_unit"),
        ("not a time", payload, "bad_item"),
        (stamp(ITEM.readings[-1].time), other, "wrong_publication"),
        (stamp(ITEM.readings[-1].time), Element("nothing"), "incomplete"),
    ):
        before = refused[reason]
        signed = sign_item(grant.node, item_id, envelope)
        friend.tell(victim, push(grant.node, item_element(item_id, signed)))
        await until(partial(is_counted, refused, reason, before + 1))
    friend.tell(victim, push(grant.node, item_element("1", None)))
    friend.tell(victim, push(grant.node, item_element(stamp(ITEM.readings[-1].time), payload)))
    await until(lambda: refused["unsigned"] == 1)
    # No server lets this one through: as if ours itself had sent it.
    deep = "<a>" * 20_000 + "</a>" * 20_000
    receive(
        cooperative,
        f"<message from='{house.account.jid}' to='{victim}'>"
        f"<event xmlns='http://jabber.org/protocol/pubsub#event'>"
        f"<items node='{grant.node}'><item id='{stamp(1.78e9)}'>{deep}</item></items>"
        f"</event></message>",
    )
    await until(lambda: cooperative.runtime.session.door.refused["too_deep"] == 1)
    meter(641)
    await until(lambda: cooperative.state().state == "641")
    assert cooperative.runtime.session.drops == 0
    assert no_exception_logged()


async def test_a_huge_stanza_is_refused_and_the_account_goes_on(
    house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    await shared(house, cooperative)
    # Every server limits its stanzas (256 KiB here): as if ours were hostile.
    filling = "<x>0123456789</x>" * 600_000
    huge = f"<grant xmlns='urn:sen1:0' state='active' publication='1'>{filling}</grant>"
    receive(cooperative, f"<message from='{house.account.jid}'>{huge}</message>")
    await until(lambda: cooperative.runtime.session.door.refused["too_large"] == 1)
    meter(641)
    await until(lambda: cooperative.state().state == "641")


async def test_a_friend_cannot_fill_the_house_with_series(
    house: Home, cooperative: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.sen1.federation.follow.following.MOST_SERIES", 3)
    await house.befriend(cooperative)
    await cooperative.befriend(house)
    await until(lambda: house.runtime[Presences].clients and cooperative.runtime[Presences].clients)
    await until(lambda: house.runtime[Post].reaches(BareJid(cooperative.account.jid)))
    await until(lambda: cooperative.runtime[Post].reaches(BareJid(house.account.jid)))
    for number in range(5):
        publication = PublicationId(str(UUID(int=number)))
        grant = replace(GRANT, publication=publication, node=node_of(publication))
        house.runtime[Post].tell(BareJid(cooperative.account.jid), grant_to_element(grant))
    await until(lambda: cooperative.runtime.journal.refusals["too_many_series"] == 2)
    assert len(cooperative.series()) == 3


async def test_a_friend_who_says_much_of_grants_is_heard_as_far_as_its_budget_goes(
    house: Home, cooperative: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.befriend(cooperative)
    await cooperative.befriend(house)
    await until(lambda: house.runtime[Presences].clients and cooperative.runtime[Presences].clients)
    await until(lambda: house.runtime[Post].reaches(BareJid(cooperative.account.jid)))
    await until(lambda: cooperative.runtime[Post].reaches(BareJid(house.account.jid)))
    monkeypatch.setitem(ALLOWANCES, Effort.MESSAGE, Allowance(3, 0.0))
    for number in range(5):
        publication = PublicationId(str(UUID(int=number)))
        grant = replace(GRANT, publication=publication, node=node_of(publication))
        house.runtime[Post].tell(BareJid(cooperative.account.jid), grant_to_element(grant))
    await until(lambda: cooperative.runtime.journal.refusals["too_often"] == 2)
    assert len(cooperative.series()) == 3


async def test_what_another_friend_grants_under_the_same_name_is_another_series(
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    accounts: Callable[..., Account],
    prosody_pair: tuple[ProsodyServer, ProsodyServer],
) -> None:
    publication, friend = await shared(house, cooperative)
    (series,) = cooperative.series()
    shown = cooperative.state().entity_id
    account = accounts(prosody_pair[0], "mallory")
    await cooperative.befriend(Home(cooperative.hass, account, cooperative.entry))
    victim = BareJid(cooperative.account.jid)
    async with running(account) as mallory:
        grant = replace(series.follower.grant, said=None)
        mallory.session.tell(victim, grant_to_element(grant))
        (other,) = await until(
            lambda: cooperative.runtime[Following].series[BareJid(account.jid)].values() or None
        )
        assert other.statistic_id != series.statistic_id
        # Taken back, it takes nothing of what the first friend gave.
        over = Grant(grant.publication, GrantState.WITHDRAWN, erase_by=time.time() + 86400)
        mallory.session.tell(victim, grant_to_element(over))
        while (await mallory.next(GrantMessage)).element.tag != SEN1 + "erased":
            pass
    meter(641)
    await until(lambda: known_state(cooperative.hass, shown).state == "641")
    assert series.follower.grant.state is GrantState.ACTIVE
    # The first friend may take back and grant again what is theirs.
    await house.grant(friend)
    await until(lambda: series.follower.grant.state is GrantState.WITHDRAWN)
    await house.grant(friend, publication)
    await until(lambda: series.follower.grant.state is GrantState.ACTIVE)


async def test_an_acknowledgement_of_what_was_never_granted_is_refused(
    house: Home, cooperative: Home
) -> None:
    await house.befriend(cooperative)
    await cooperative.befriend(house)
    await until(lambda: house.runtime[Presences].clients and cooperative.runtime[Presences].clients)
    await until(lambda: house.runtime[Post].reaches(BareJid(cooperative.account.jid)))
    await until(lambda: cooperative.runtime[Post].reaches(BareJid(house.account.jid)))
    seen = Grant(PublicationId("x"), GrantState.WITHDRAWN)
    element = grant_to_element(seen)
    element.tag = SEN1 + "grant-seen"
    cooperative.runtime[Post].tell(BareJid(house.account.jid), element)
    await until(lambda: house.runtime.journal.refusals["not_granted"] == 1)
