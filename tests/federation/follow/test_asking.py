"""What is asked of friends, by a link whose other end answers what a test says."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
import time
from unittest.mock import AsyncMock, MagicMock
from xml.etree.ElementTree import Element

from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation.follow.following import ASKED_AT_ONCE, Following
from custom_components.sen1.federation.follow.history_client import AHEAD, HistoryClient
from custom_components.sen1.federation.follow.presences import Presences
from custom_components.sen1.federation.follow.recording import Recording
from custom_components.sen1.federation.follow.series import Series
from custom_components.sen1.federation.part import Heard
from custom_components.sen1.federation.relations.members import Memberships
from custom_components.sen1.federation.relations.relations import Relations
from custom_components.sen1.federation.store import AccountStore
from custom_components.sen1.federation.xmpp.events import Notification, Presence
from custom_components.sen1.federation.xmpp.session import RETRY
from custom_components.sen1.protocol.budget import ALLOWANCES, Budgets, Effort
from custom_components.sen1.protocol.errors import RequestFailed
from custom_components.sen1.protocol.forms import fields_of
from custom_components.sen1.protocol.model import (
    BareJid,
    Grant,
    GrantState,
    Granularity,
    Item,
    ItemId,
    PublicationId,
    Reading,
    node_of,
)
from custom_components.sen1.protocol.quoalise import history_answer
from custom_components.sen1.protocol.stamps import stamp
from custom_components.sen1.protocol.stanzas import item_to_element

from ...protocol.samples import DESCRIPTION, GRANT
from ..conftest import a_context, until

FRIEND, OTHER = BareJid("bob@coop.test"), BareJid("carol@coop.test")
INDEX = replace(DESCRIPTION, unit="Wh", measurement={"name": "active-energy-index"})


def granted(number: int = 1) -> Grant:
    """Return the grant of an index."""
    publication = PublicationId(f"00000000-0000-0000-0000-00000000000{number}")
    description = replace(INDEX, name=f"urn:uuid:{publication}_consumption/energy/active")
    return replace(
        GRANT, publication=publication, node=node_of(publication), description=description
    )


def by_half_hours(grant: Grant) -> Grant:
    """Return a grant of the power of each half-hour instead."""
    assert grant.description is not None
    described = replace(
        grant.description, unit="W", measurement={}, granularity=Granularity.HALF_HOUR
    )
    return replace(grant, description=described)


def element_of(grant: Grant, value: float) -> Element:
    """Return an item of a series, as its node gives it."""
    assert grant.description is not None
    now = round(time.time(), 3)
    item = Item(grant.publication, ItemId(stamp(now)), None, 1, (Reading(now, value),))
    element = Element("item", id=item.id)
    element.append(item_to_element(item, grant.description))
    return element


class Account:
    """What follows friends, and the link it asks over."""

    def __init__(self, hass: HomeAssistant) -> None:
        store = AccountStore(hass, "test")
        self.link = MagicMock(is_online=True)
        self.link.pubsub.subscriptions = AsyncMock(return_value=())
        self.link.pubsub.subscribe = AsyncMock()
        self.link.pubsub.items = AsyncMock(return_value=[])
        self.budgets = Budgets()
        context = a_context(hass, store, self.link, budgets=self.budgets)
        context.made[Relations] = MagicMock()
        context.made[Memberships] = MagicMock(called=lambda _friend: "Friend", first_address=str)
        self.recording, self.history = context[Recording], context[HistoryClient]
        self.presences, self.following = context[Presences], context[Following]
        self.came: list[BareJid] = []
        """Who has come, as the other parts are told."""
        context.arrived.add(self.came.append)
        for friend in (FRIEND, OTHER):
            self.following.add(friend)

    def follow(self, grant: Grant, friend: BareJid = FRIEND) -> Series:
        """Take a grant; return the series it is of."""
        self.following.take_grant(Heard(friend, grant, None))
        return self.following.series[friend][grant.publication]

    def push(self, grant: Grant, value: float) -> None:
        assert grant.node is not None
        items = (element_of(grant, value),)
        self.following.take_notification(Notification(FRIEND, grant.node, items))

    def go(self, friend: BareJid) -> None:
        self.presences.take(Presence(friend, False, f"{friend}/sen1", True))

    def come(self, friend: BareJid) -> bool:
        """Let a friend's installation come; return whether it is taken for that."""
        address = f"{friend}/sen1"
        self.came.clear()
        self.presences.take(Presence(friend, True, address, True))
        return friend in self.came


@pytest.fixture
async def account(recorder_mock: Recorder, hass: HomeAssistant) -> AsyncIterator[Account]:
    """Return an account that has two friends and asks nothing yet."""
    account = Account(hass)
    yield account
    await account.following.async_stop()


@pytest.fixture
async def asking(account: Account) -> AsyncIterator[Account]:
    """Return an account that asks what it has to."""
    async with asyncio.TaskGroup() as tasks:
        parts = (account.following, account.history, account.recording)
        running = [tasks.create_task(run()) for part in parts for run in part.runs]
        yield account
        account.link.is_online = False
        await account.following.async_stop()
        for task in running:
            task.cancel()


async def test_who_comes_and_goes_too_often_is_asked_for_nothing(account: Account) -> None:
    series = account.follow(granted())
    series.wants_subscription = series.wants_items = False
    account.budgets.spend(
        Effort.PRESENCE, FRIEND, time.monotonic(), 2 * ALLOWANCES[Effort.PRESENCE].most
    )
    assert not account.come(FRIEND)
    assert not series.wants_items
    assert account.come(OTHER)


async def test_of_who_sends_too_much_the_newest_is_shown_and_no_more_is_recorded(
    account: Account,
) -> None:
    grant = granted()
    series = account.follow(grant)
    account.budgets.spend(Effort.VALUE, FRIEND, time.monotonic(), 2 * ALLOWANCES[Effort.VALUE].most)
    account.push(grant, 640)
    assert series.follower.latest is not None
    assert series.follower.latest.value == 640
    assert account.recording.is_idle


async def test_a_fault_over_one_series_keeps_no_other_from_being_asked_for(
    asking: Account, faults: Counter[str]
) -> None:
    bad, good = granted(1), granted(2)

    async def items(_friend: BareJid, node: str) -> list[Element]:
        if node == bad.node:
            raise KeyError(node)
        return [element_of(good, 640)]

    asking.link.pubsub.items = items
    broken, sound = asking.follow(bad), asking.follow(good)
    await until(lambda: not broken.is_asking and not sound.is_asking)
    assert (broken.received, sound.received) == (0, 1)
    (fault,) = faults
    assert fault.startswith("KeyError at ")


async def test_what_a_server_cannot_say_while_the_link_is_away_is_asked_when_it_is_back(
    asking: Account,
) -> None:
    grant, link = granted(), asking.link
    series = asking.follow(grant)
    await until(lambda: not series.is_asking)
    asking.push(grant, 640)
    link.pubsub.subscribe.reset_mock()
    for ask in (link.pubsub.subscriptions, link.pubsub.subscribe, link.pubsub.items):
        ask.side_effect = RequestFailed("offline")
    asking.following.reconnect()
    await until(lambda: link.pubsub.subscribe.called)
    for ask in (link.pubsub.subscriptions, link.pubsub.subscribe, link.pubsub.items):
        ask.side_effect = None
    link.pubsub.subscriptions.return_value = (grant.node,)
    link.pubsub.subscribe.reset_mock()
    series.is_pushed = series.progress.is_pushed = True
    asking.following.reconnect()
    await until(lambda: not series.is_asking)
    assert link.pubsub.subscriptions.call_count == 2
    assert not link.pubsub.subscribe.called


async def test_what_a_server_still_gives_of_a_series_that_was_taken_back_is_not_shown(
    asking: Account,
) -> None:
    grant, go = granted(), asyncio.Event()
    asked: list[str] = []

    async def items(_friend: BareJid, node: str) -> list[Element]:
        asked.append(node)
        await go.wait()
        return [element_of(grant, 640)]

    asking.link.pubsub.items = items
    series = asking.follow(grant)
    await until(lambda: asked)
    asking.follow(replace(grant, state=GrantState.WITHDRAWN, description=None))
    go.set()
    await until(lambda: not series.is_asking)
    assert series.received == 0
    assert series.follower.latest is None


async def test_a_series_that_is_taken_back_while_it_waits_for_its_turn_is_not_asked_for(
    asking: Account,
) -> None:
    go = asyncio.Event()
    asked: list[str] = []

    async def items(_friend: BareJid, node: str) -> list[Element]:
        asked.append(node)
        await go.wait()
        return []

    asking.link.pubsub.items = items
    grants = [granted(number) for number in range(ASKED_AT_ONCE + 1)]
    several = [asking.follow(grant) for grant in grants]
    await until(lambda: len(asked) == ASKED_AT_ONCE)
    asking.follow(replace(grants[-1], state=GrantState.WITHDRAWN, description=None))
    go.set()
    await until(lambda: not any(series.is_asking for series in several))
    assert asked == [grant.node for grant in grants[:-1]]


async def test_the_past_of_a_grant_that_ended_while_the_friend_was_away_is_not_asked_for(
    asking: Account,
) -> None:
    ended, lasting = by_half_hours(granted(1)), by_half_hours(granted(2))
    for grant in (ended, lasting):
        asking.history.ask(asking.follow(grant), time.time() - 86400, time.time())
    asking.follow(replace(ended, state=GrantState.ENDED, description=None))
    asking.link.ask = AsyncMock(side_effect=RequestFailed("item-not-found"))
    asking.come(FRIEND)
    await until(lambda: asking.link.ask.called)
    asked = {fields_of(call.args[1])["identifier"] for call in asking.link.ask.call_args_list}
    assert lasting.description is not None
    assert asked == {lasting.description.name}


async def test_a_friend_who_goes_while_its_past_is_asked_for_is_asked_for_the_rest_once_it_comes(
    asking: Account,
) -> None:
    grant = by_half_hours(granted())
    begins: list[str] = []
    answers = 2

    async def ask(_address: str, command: Element) -> Element:
        begins.append(fields_of(command)["start_time"])
        if len(begins) == answers:
            asking.go(FRIEND)
        return history_answer("s", series.description, [])

    asking.link.ask = ask
    series = asking.follow(grant)
    asking.history.ask(series, time.time() - 60 * 86400, time.time())
    asking.come(FRIEND)
    await until(lambda: not asking.history.addresses and not asking.history._asking)
    assert len(begins) == answers
    assert not asking.history.is_idle
    asking.come(FRIEND)
    await until(lambda: asking.history.is_idle)
    assert begins[answers] == begins[0]


async def test_a_friend_who_is_being_asked_is_not_asked_twice_when_another_comes(
    asking: Account,
) -> None:
    asked: list[str] = []

    async def ask(address: str, command: Element) -> Element:
        asked.append(address)
        await asyncio.Event().wait()
        return command

    asking.link.ask = ask
    for friend in (FRIEND, OTHER):
        for number in (1, 2):
            series = asking.follow(granted(number), friend)
            asking.history.ask(series, time.time() - 60, time.time())
    asking.come(FRIEND)
    await until(lambda: len(asked) == 1)
    asking.come(OTHER)
    await until(lambda: len(asked) == 2)
    assert asked == [f"{FRIEND}/sen1", f"{OTHER}/sen1"]


async def test_a_friend_who_finds_a_slice_too_long_is_asked_for_no_slice_as_long(
    asking: Account,
) -> None:
    grant = by_half_hours(granted())
    least, lengths = 2 * 86400.0, []
    now = time.time()

    async def ask(_address: str, command: Element) -> Element:
        begin, end = (
            datetime.fromisoformat(fields_of(command)[key]).timestamp()
            for key in ("start_time", "end_time")
        )
        lengths.append(end - begin)
        if lengths[-1] > least:
            raise RequestFailed("bad-request")
        return history_answer("s", series.description, [Reading(round(begin, 3), 1.0)])

    asking.link.ask = ask
    series = asking.follow(grant)
    asking.history.ask(series, now - 20 * 86400, now)
    asking.come(FRIEND)
    await until(lambda: lengths and asking.history.is_idle)
    refused = [length for length in lengths if length > least]
    # One for each halving, and what was asked for ahead of it.
    assert len(refused) <= 2 * AHEAD
    assert lengths[-1] <= least


async def test_who_sends_no_presence_is_asked_again_at_once_when_anything_comes_of_it(
    asking: Account,
) -> None:
    address = f"{FRIEND}/sen1"
    asking.presences.set_without({FRIEND: address})
    asking.link.pubsub.items.side_effect = RequestFailed("remote-server-timeout")
    series = asking.follow(granted())
    await until(lambda: asking.link.pubsub.items.called)
    asking.link.pubsub.items.side_effect = None
    assert series.is_owed
    asking.presences.take_sign(FRIEND)
    await until(lambda: not series.is_owed, within=RETRY / 2)
    # It has been there all the time since.
    asking.presences.take_sign(FRIEND)
    asking.presences.take_sign(OTHER)
    assert asking.came == [FRIEND]


async def test_who_sends_no_presence_is_asked_where_it_says_it_is(account: Account) -> None:
    address = f"{FRIEND}/sen1"
    addresses = account.history.addresses
    account.presences.set_without({FRIEND: address})
    assert addresses == {FRIEND: address}
    account.presences.online(resumed=False)
    assert addresses == {FRIEND: address}
    assert account.presences.is_there(FRIEND)
    account.presences.set_without({FRIEND: f"{FRIEND}/another"})
    assert addresses == {FRIEND: f"{FRIEND}/another"}
    account.presences.set_without({})
    assert not addresses
    assert not account.presences.is_there(FRIEND)
