"""What is asked of a data node, of which slice, and when no more: as it answers, with no link."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
import time
from typing import Any
from xml.etree.ElementTree import Element

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from slixmpp.exceptions import XMPPError

from custom_components.sen1.const import CONF_KIND, DOMAIN, FRIEND, Kind
from custom_components.sen1.federation.config import FriendKind
from custom_components.sen1.federation.legacy import data_node_client
from custom_components.sen1.federation.legacy.data_node_client import (
    AskedData,
    DataNodeClient,
    end_push,
)
from custom_components.sen1.federation.legacy.data_nodes import DataNodes
from custom_components.sen1.federation.legacy.feed import FeedReason
from custom_components.sen1.federation.legacy.feeds import Feeds
from custom_components.sen1.federation.store import AccountStore
from custom_components.sen1.protocol.errors import RequestFailed
from custom_components.sen1.protocol.forms import fields_of
from custom_components.sen1.protocol.model import BareJid
from testbed.data_node import DataNode, ZabbixNode, upstream
from testbed.xmpp import Account

from ..conftest import a_context, until

NAME = "urn:dev:org:60060-elfe:42878"
ADDRESS = "node@node.test/zabbix"
HOUSE = "home@maison.test"
DAY = 86400.0


class Link:
    """A session whose other end is a node that is asked with no server between."""

    is_online = True

    def __init__(self, node: DataNode) -> None:
        self.node = node
        self.asked: list[str] = []
        self.answered = 0
        self.go = asyncio.Event()
        self.go.set()
        self.failure: RequestFailed | None = None

    async def ask(self, _address: str, command: Element) -> Element:
        name = command.get("node", "")
        self.asked.append(name)
        await self.go.wait()
        self.answered += 1
        if self.failure is not None:
            raise self.failure
        try:
            answer = self.node.answer(HOUSE, name, fields_of(command))
        except XMPPError as error:
            raise RequestFailed(error.condition, error.text) from error
        iq = Element("iq")
        iq.append(answer)
        return iq


class ForgetfulNode(ZabbixNode):
    """A node that fails over what it no longer has, as Enedis's services do."""

    def __init__(self, *rest: Any, keeps: float, **named: Any) -> None:
        super().__init__(*rest, **named)
        self.keeps = keeps

    def answer(self, catalogue_client: str, node: str, fields: dict[str, str]) -> Element:
        begin = fields.get("start_time")
        if begin and datetime.fromisoformat(begin).timestamp() < time.time() - self.keeps:
            raise upstream("Une erreur technique est survenue", None)
        return super().answer(catalogue_client, node, fields)


def zabbix(*values: tuple[float, float], kind: type[ZabbixNode] = ZabbixNode, **named: Any) -> Link:
    """Return the link to a node that has these values."""
    account = Account(BareJid("node@node.test"), "", "", 0, "")
    return Link(kind(account, {NAME: list(values)}, users=[HOUSE], unit="W", **named))


def never() -> AskedData:
    return AskedData(
        address=ADDRESS,
        begin=0,
        end=0,
        is_whole=False,
        is_pushed=False,
        at=0,
        reason=FeedReason.WAITING,
    )


@pytest.fixture
async def feeds(hass: HomeAssistant, store: AccountStore) -> AsyncIterator[Feeds]:
    feeds = a_context(hass, store)[Feeds]
    task = asyncio.create_task(feeds.run())
    yield feeds
    task.cancel()


@pytest.fixture
def store(hass: HomeAssistant) -> AccountStore:
    return AccountStore(hass, "test")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_node_client, "PACE", 0)


type Asks = Callable[..., Any]


@pytest.fixture
def ask(feeds: Feeds, store: AccountStore) -> Asks:
    """Return what asks a node for the series, as long as it was asked fewer times."""

    async def asks(link: Any, asked: AskedData, most: float = float("inf")) -> FeedReason:
        def is_wanted(_subentry: str, _identifier: str) -> bool:
            return len(link.asked) < most

        return await DataNodeClient(link, store, feeds, is_wanted).ask("node", NAME, asked)

    return asks


async def test_an_answer_that_cannot_be_is_shown_as_refused(ask: Asks, feeds: Feeds) -> None:
    asked = never()
    link = zabbix((time.time() - 60, float("nan")))
    assert await ask(link, asked) is FeedReason.REFUSED
    assert not feeds.all_feeds()
    assert not asked["is_whole"]


@pytest.mark.parametrize(
    ("keeps", "reason", "is_whole"),
    [
        pytest.param(900 * DAY, FeedReason.RECEIVING, True, id="beyond two years"),
        pytest.param(300 * DAY, FeedReason.SOURCE_FAILED, False, id="within"),
    ],
)
async def test_what_fails_is_the_end_of_the_past_only_where_a_node_may_keep_no_more(
    ask: Asks, keeps: float, reason: FeedReason, is_whole: bool
) -> None:
    asked = never()
    link = zabbix((time.time() - 60, 1.0), kind=ForgetfulNode, keeps=keeps)
    assert await ask(link, asked) is reason
    assert asked["is_whole"] is is_whole
    assert time.time() - asked["begin"] == pytest.approx(keeps, abs=10 * DAY)


async def test_a_node_that_finds_even_an_hour_too_big_is_not_asked_for_ever_less(
    ask: Asks,
) -> None:
    begin = time.time() // 1 - DAY
    link = zabbix(*((begin + second / 2, 1.0) for second in range(2 * 86400)))
    assert await ask(link, never()) is FeedReason.REFUSED
    assert len(link.asked) < 20


async def test_of_a_series_that_is_removed_while_it_is_asked_for_nothing_is_kept_or_asked_for(
    ask: Asks, feeds: Feeds
) -> None:
    link = zabbix((time.time() - 60, 1.0))
    await ask(link, never(), most=2)
    assert link.asked == ["subscribe", "get_history"]
    assert not feeds.all_feeds()


async def test_a_series_that_is_removed_while_its_week_is_asked_for_in_parts_is_asked_no_more(
    ask: Asks, feeds: Feeds
) -> None:
    begin = time.time() // 60 * 60 - 6 * DAY
    link = zabbix(*((begin + 60 * n, 1.0) for n in range(6 * 1440)))
    await ask(link, never(), most=3)
    assert link.asked == ["subscribe", "get_history", "get_history"]
    assert not feeds.all_feeds()


async def test_a_node_that_refuses_to_end_a_push_pushes_nothing() -> None:
    link: Any = zabbix()
    await end_push(link, ADDRESS, NAME)
    link.failure = RequestFailed("remote-server-timeout")
    with pytest.raises(RequestFailed):
        await end_push(link, ADDRESS, NAME)


class Household:
    """An account with a data node of which one series is wanted."""

    def __init__(self, hass: HomeAssistant, store: AccountStore, feeds: Feeds, link: Any) -> None:
        self.hass, self.link = hass, link
        self.entry = MockConfigEntry(
            domain=DOMAIN,
            data={CONF_KIND: Kind.ACCOUNT},
            subentries_data=[
                ConfigSubentryData(
                    data={
                        CONF_KIND: FriendKind.DATA_NODE,
                        "address": ADDRESS,
                        "identifiers": [NAME],
                    },
                    subentry_type=FRIEND,
                    title="Node",
                    unique_id=ADDRESS,
                )
            ],
        )
        self.entry.add_to_hass(hass)
        (self.subentry,) = self.entry.subentries.values()
        self.known: dict[str, dict[str, AskedData]] = store.content.setdefault("asked", {})
        context = a_context(hass, store, link, entry=self.entry)
        context.made[Feeds] = feeds
        self.nodes = context[DataNodes]

    @property
    def asked(self) -> AskedData:
        return self.known[self.subentry.subentry_id][NAME]

    def want(self, *identifiers: str) -> None:
        """Change what is wanted of the node."""
        changed = {**self.subentry.data, "identifiers": list(identifiers)}
        self.hass.config_entries.async_update_subentry(self.entry, self.subentry, data=changed)
        self.nodes.apply()

    def remove(self) -> None:
        self.hass.config_entries.async_remove_subentry(self.entry, self.subentry.subentry_id)
        self.nodes.apply()


@pytest.fixture
async def household(
    hass: HomeAssistant, store: AccountStore, feeds: Feeds
) -> AsyncIterator[Household]:
    """Return an account whose node has been asked for all by now."""
    household = Household(hass, store, feeds, zabbix((time.time() - 60, 1.0)))
    household.nodes.apply()
    task = asyncio.create_task(household.nodes.run())
    await until(lambda: household.asked["at"])
    yield household
    task.cancel()


@pytest.mark.parametrize("condition", ["offline", "remote-server-timeout"])
async def test_what_a_node_pushes_is_ended_once_it_can_be_told(
    household: Household, condition: str
) -> None:
    link = household.link
    household.asked["is_pushed"] = True
    link.asked.clear()
    link.failure = RequestFailed(condition)
    household.remove()
    await until(lambda: link.asked == ["unsubscribe"])
    assert household.asked["is_pushed"]
    link.failure = None
    household.nodes.wake()
    await until(lambda: not household.known)
    assert link.asked == ["unsubscribe", "unsubscribe"]


async def test_a_series_that_was_never_pushed_goes_without_a_word(household: Household) -> None:
    household.link.asked.clear()
    household.remove()
    await until(lambda: not household.known)
    assert household.link.asked == []


async def test_a_node_that_is_away_for_a_day_is_known_to_have_given_all_before(
    household: Household, feeds: Feeds
) -> None:
    (feed,) = feeds.all_feeds()
    assert household.asked["reason"] == feed.reason == FeedReason.RECEIVING
    household.link.failure = RequestFailed("remote-server-timeout")
    household.asked["at"] -= timedelta(days=2).total_seconds()
    household.nodes.wake()
    await until(lambda: feed.reason is FeedReason.AWAY)
    assert household.asked["reason"] == FeedReason.RECEIVING


async def test_of_a_series_that_is_removed_while_its_node_answers_nothing_is_noted(
    household: Household, feeds: Feeds
) -> None:
    link = household.link
    link.asked.clear()
    link.answered = 0
    link.go.clear()
    household.asked["at"] -= timedelta(days=2).total_seconds()
    household.nodes.wake()
    await until(lambda: link.asked)
    # Nothing that it pushes is to be ended: the series is forgotten at once.
    household.asked["is_pushed"] = False
    household.want()
    await until(lambda: not household.known[household.subentry.subentry_id])
    link.go.set()
    await until(lambda: link.answered)
    assert not household.known[household.subentry.subentry_id]
    assert not feeds.all_feeds()
