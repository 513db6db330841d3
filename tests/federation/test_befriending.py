"""Friendship across a server that drops in silence what is more than a few requests a minute."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
import time

from homeassistant.core import HomeAssistant
import pytest
import pytest_socket

from custom_components.sen1.federation import befriending
from custom_components.sen1.federation.model import BareJid
from testbed.client import connect
from testbed.ejabberd import EjabberdServer
from testbed.xmpp import Account, ProsodyServer, XmppServer, federation_of
from tests.conftest import Servers

from .conftest import Home, until

BEHIND_EJABBERD = pytest.mark.parametrize(
    "server_pair", [pytest.param(("village", "coop"), id="ejabberd-Prosody")], indirect=True
)


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """Run servers of which the ejabberd drops what is more than five requests in ten seconds."""
    pytest_socket.enable_socket()
    counting = {"modules": {"mod_pres_counter": {"count": 5, "interval": 10}}}
    with federation_of(
        {
            "maison.test": ProsodyServer,
            "coop.test": ProsodyServer,
            "village.test": partial(EjabberdServer, options=counting),
        }
    ) as (maison, coop, village):
        assert isinstance(maison, ProsodyServer)
        assert isinstance(coop, ProsodyServer)
        yield Servers(maison, coop, village)


@BEHIND_EJABBERD
async def test_a_request_lost_between_servers_is_sent_again(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(befriending, "ASK_AGAIN", 2.0)
    async with connect(accounts(server_pair[1], "carole")) as neighbour:
        # The house's server counts them with those that the cooperative's server sends after them.
        for _ in range(6):
            neighbour.send_presence(pto=accounts(server_pair[0], "dan").jid, ptype="subscribe")
        await neighbour["xep_0199"].ping(server_pair[0].domain, timeout=30)
    await house.befriend(cooperative)
    await cooperative.befriend(house)
    await until(lambda: cooperative.account.jid in house.runtime.following.present)
    await until(lambda: house.account.jid in cooperative.runtime.following.present)


@BEHIND_EJABBERD
async def test_many_friends_added_in_a_row_are_all_asked_at_the_pace_of_the_server(
    hass: HomeAssistant,
    house: Home,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[float, str]] = []
    ask = house.runtime.session.ask_friendship

    def note(jid: BareJid, token: str = "") -> None:
        asked.append((time.monotonic(), jid))
        ask(jid, token)

    monkeypatch.setattr(house.runtime.session, "ask_friendship", note)
    monkeypatch.setattr(befriending, "BEFRIEND_WITHIN", 2.0)
    friends = [accounts(server_pair[1], "friend") for _ in range(8)]
    for friend in friends:
        await house.befriend(Home(hass, friend, house.entry))
    await until(lambda: len(asked) == 8)
    assert {jid for _at, jid in asked} == {friend.jid for friend in friends}
    assert asked[5][0] - asked[0][0] >= 2
    # The first five passed the server's own limit of five a minute.
    roster = await house.runtime.session.roster()
    assert all(roster[jid].is_asked for _at, jid in asked[:5])
