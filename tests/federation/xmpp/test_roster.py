"""Friendship across a server that drops in silence what is more than a few requests a minute."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
import time
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import Element, tostring

from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation.follow.presences import Presences
from custom_components.sen1.federation.friends import Friends
from custom_components.sen1.federation.xmpp import roster
from custom_components.sen1.federation.xmpp.roster import ASK_AGAIN, ASK_SOON, Befriender
from custom_components.sen1.federation.xmpp.session import Subscription
from custom_components.sen1.protocol.model import BareJid
from testbed.client import connect
from testbed.ejabberd import EjabberdServer
from testbed.xmpp import Account, XmppServer
from tests.conftest import Servers, three_servers

from ..conftest import Home, until

FRIEND = BareJid("coop@coop.test")
UNANSWERED = {FRIEND: Subscription(is_asked=True)}

BEHIND_EJABBERD = pytest.mark.parametrize(
    "server_pair", [pytest.param(("village", "coop"), id="ejabberd-Prosody")], indirect=True
)


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """Run servers of which the ejabberd drops what is more than five requests in ten seconds."""
    counting = {"modules": {"mod_pres_counter": {"count": 5, "interval": 10}}}
    with three_servers(limits=True, ejabberd=partial(EjabberdServer, options=counting)) as three:
        yield three


@BEHIND_EJABBERD
async def test_a_request_lost_between_servers_is_sent_again(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(roster, "ASK_AGAIN", 2.0)
    async with connect(accounts(server_pair[1], "carole")) as neighbour:
        # The house's server counts them with those that the cooperative's server sends after them.
        for _ in range(6):
            neighbour.send_presence(pto=accounts(server_pair[0], "dan").jid, ptype="subscribe")
        await neighbour["xep_0199"].ping(server_pair[0].domain, timeout=30)
    await house.befriend(cooperative)
    await cooperative.befriend(house)
    await until(lambda: cooperative.account.jid in house.runtime[Presences].clients)
    await until(lambda: house.account.jid in cooperative.runtime[Presences].clients)


def test_those_who_ask_get_our_half_at_the_pace_of_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agreed: list[BareJid] = []
    session: Any = SimpleNamespace(counts_friendship=True, agree_friendship=agreed.append)
    befriender = Befriender(session)
    who = [BareJid(f"{number}@coop.test") for number in range(roster.BEFRIEND_MOST + 1)]
    for jid in who:
        befriender.agree(jid)
    befriender.put_in_order(set(), {}, {}, set(), lambda _jid: True)
    assert len(agreed) == roster.BEFRIEND_MOST
    assert befriender.wait() == pytest.approx(roster.BEFRIEND_WITHIN, abs=1)
    monkeypatch.setattr(roster, "BEFRIEND_WITHIN", 0.0)
    befriender.put_in_order(set(), {}, {}, set(), lambda _jid: True)
    assert set(agreed) == set(who)


def test_who_is_a_friend_by_the_servers_doing_is_shown_the_token_once_a_link() -> None:
    shown: list[tuple[BareJid, str]] = []
    session: Any = SimpleNamespace(
        counts_friendship=True, show_token=lambda *what: shown.append(what)
    )
    befriender = Befriender(session)
    roster = {FRIEND: Subscription(ours=True, theirs=True)}

    def look(tokens: dict[BareJid, str], untold: set[BareJid]) -> None:
        befriender.put_in_order({FRIEND}, roster, tokens, untold, lambda _jid: False)

    look({FRIEND: ""}, {FRIEND})
    look({FRIEND: "token"}, set())
    assert not shown
    look({FRIEND: "token"}, {FRIEND})
    look({FRIEND: "token"}, {FRIEND})
    assert shown == [(FRIEND, "token")]
    befriender.reconnect()
    look({FRIEND: "token"}, {FRIEND})
    assert len(shown) == 2


@BEHIND_EJABBERD
async def test_many_friends_added_in_a_row_are_all_asked_at_the_pace_of_the_server(
    hass: HomeAssistant,
    house: Home,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[float, BareJid]] = []
    ask = house.runtime.session.ask_friendship

    def note(jid: BareJid, token: str = "") -> None:
        asked.append((time.monotonic(), jid))
        ask(jid, token)

    monkeypatch.setattr(house.runtime.session, "ask_friendship", note)
    monkeypatch.setattr(roster, "BEFRIEND_WITHIN", 2.0)
    friends = [accounts(server_pair[1], "friend") for _ in range(8)]
    for friend in friends:
        await house.befriend(Home(hass, friend, house.entry))
    await until(lambda: len(asked) == 8)
    assert {jid for _at, jid in asked} == {friend.jid for friend in friends}
    assert asked[5][0] - asked[0][0] >= 2
    # The first five passed the server's own limit of five a minute.
    known = await house.runtime.session.roster()
    assert all(known[jid].is_asked for _at, jid in asked[:5])


class Asking:
    """A befriender that has just asked its one friend, and when it asked again."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.asked: list[float] = []
        session: Any = SimpleNamespace(
            counts_friendship=False,
            ask_friendship=lambda _jid, _token: self.asked.append(self.now),
        )
        monkeypatch.setattr(roster, "time", SimpleNamespace(monotonic=lambda: self.now))
        self.befriender = Befriender(session)
        self.look({})

    def look(self, roster: dict[BareJid, Subscription]) -> None:
        """Look at the roster."""
        self.befriender.put_in_order({FRIEND}, roster, {}, set(), lambda _jid: False)

    def pass_time(self, until: float) -> None:
        """Look at the roster, where the request is unanswered, as often as is wanted."""
        while (wait := self.befriender.wait()) is not None and self.now + wait <= until:
            self.now += wait
            self.look(UNANSWERED)
        self.now = until


def test_a_request_is_asked_again_soon_when_the_friend_does_not_seem_to_know_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asking = Asking(monkeypatch)
    asking.pass_time(3.0)
    asking.befriender.ask_soon(FRIEND)
    asking.pass_time(60.0)
    assert asking.asked == [0.0, 3.0 + ASK_SOON]


def test_a_request_that_is_answered_meanwhile_is_not_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asking = Asking(monkeypatch)
    asking.befriender.ask_soon(FRIEND)
    asking.now = ASK_SOON
    asking.look({FRIEND: Subscription(ours=True)})
    asking.befriender.ask_soon(FRIEND)
    asking.pass_time(86_400.0)
    assert asking.asked == [0.0]


def test_of_requests_that_all_come_back_only_the_first_is_asked_again_soon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asking = Asking(monkeypatch)
    asking.befriender.take_back(FRIEND)
    asking.pass_time(ASK_SOON + 1)
    asking.befriender.take_back(FRIEND)
    asking.pass_time(2 * ASK_AGAIN)
    asking.befriender.take_back(FRIEND)
    assert asking.asked == [0.0, ASK_SOON]


@pytest.fixture
def lost(
    house: Home, cooperative: Home, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[BareJid, str]]:
    """Return the house's first request, which its server sent and the cooperative's never got."""
    gone: list[tuple[BareJid, str]] = []
    session, jid = house.runtime.session, BareJid(cooperative.account.jid)
    ask, ask_roster = session.ask_friendship, session.roster

    async def with_the_lost() -> dict[BareJid, Subscription]:
        known: dict[BareJid, Subscription] = await ask_roster()
        friend = known.get(jid, Subscription())
        is_asked = friend.is_asked or (bool(gone) and not friend.ours)
        return {**known, jid: replace(friend, is_asked=is_asked)}

    monkeypatch.setattr(roster, "ASK_SOON", 0.5)
    monkeypatch.setattr(
        session, "ask_friendship", lambda *asked: ask(*asked) if gone else gone.append(asked)
    )
    monkeypatch.setattr(session, "roster", with_the_lost)
    return gone


async def test_the_friends_own_request_has_ours_asked_again_soon(
    house: Home, cooperative: Home, lost: list[tuple[BareJid, str]]
) -> None:
    await house.befriend(cooperative)
    await until(lambda: lost)
    await cooperative.befriend(house)
    await until(lambda: cooperative.account.jid in house.runtime[Presences].clients)


async def test_a_request_that_came_back_is_asked_again_soon(
    house: Home, cooperative: Home, lost: list[tuple[BareJid, str]]
) -> None:
    await house.befriend(cooperative)
    await until(lambda: lost)
    addresses = {"from": cooperative.account.jid, "to": house.account.jid, "type": "error"}
    client = house.runtime.session._client
    handled = client.plugin["xep_0198"].handled
    client.data_received(tostring(Element("{jabber:client}presence", addresses)))
    # The server, which sent none, would end a stream that acknowledges it.
    client.plugin["xep_0198"].handled = handled
    await until(lambda: house.account.jid in cooperative.runtime[Friends].requests)
