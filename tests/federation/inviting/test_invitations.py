"""Inviting by a link, at real servers: what was ticked is granted to whoever comes, once."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
import json
from typing import Any, NamedTuple

from homeassistant.components.persistent_notification import DOMAIN as NOTIFICATIONS
from homeassistant.core import Event, HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
import pytest_socket

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.config import (
    friend_data,
    friends_of,
    publication_data,
    publications_of,
)
from custom_components.sen1.federation.friends import Friends
from custom_components.sen1.federation.inviting.invitations import FRIEND_CAME, Invitations
from custom_components.sen1.federation.publish.reconciler import Reconciler
from custom_components.sen1.federation.trust.peers import Standing
from custom_components.sen1.federation.xmpp.registration import register
from custom_components.sen1.protocol.links import Link, LinkKind, parse_link
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.protocol.term import last_day, years_later
from custom_components.sen1.protocol.trust.kinds import Invited, message_to_element
from testbed.client import connect, tell
from testbed.ejabberd import ADMINISTERED, ADMINISTRATOR, EjabberdServer
from testbed.process import LOOPBACK
from testbed.xmpp import (
    INVITES,
    USER_INVITES,
    Account,
    ProsodyServer,
    ServerKind,
    XmppServer,
    federation_of,
)

from ..conftest import Home, add_account, open_account_form, own_account, until
from ..showing.test_share import measure_site
from ..xmpp.test_session import credentials

INVITES_PAGE = 'invites_page = "https://generous.test/i/#{invite.uri!}"'
"""The setting of a Prosody that has a page for invitations."""

type Meter = Callable[[object], None]
type Ask = Callable[..., Awaitable[Any]]

DAILY = {"what": "consumption", "granularity": "P1D"}


class Inviting(NamedTuple):
    """Servers, by what they let their users give."""

    address: ProsodyServer
    friend: ProsodyServer
    account: EjabberdServer


@pytest.fixture(scope="module")
def inviting() -> Iterator[Inviting]:
    """Run servers that federate: one gives addresses, one has an administrator who makes them."""
    pytest_socket.enable_socket()
    kinds: dict[str, ServerKind] = {
        "generous.test": partial(ProsodyServer, host_options=f"{USER_INVITES}\n{INVITES_PAGE}"),
        "reserved.test": partial(ProsodyServer, host_options=INVITES),
        "administered.test": partial(EjabberdServer, options=ADMINISTERED),
    }
    with federation_of(kinds) as (address, friend, account):
        assert isinstance(address, ProsodyServer)
        assert isinstance(friend, ProsodyServer)
        assert isinstance(account, EjabberdServer)
        account.register(ADMINISTRATOR, "secret")
        yield Inviting(address, friend, account)


GIVING = pytest.mark.parametrize("gives", ["address", "account"])


@pytest.fixture
def gives() -> str:
    """Return what the house's server lets a link give."""
    return "friend"


@pytest.fixture
def server(inviting: Inviting, gives: str) -> XmppServer:
    """Return the house's server."""
    found: XmppServer = getattr(inviting, gives)
    return found


@pytest.fixture
def alice(server: XmppServer, gives: str, accounts: Callable[..., Account]) -> Account:
    """Return the house's account."""
    if gives != "account":
        return accounts(server, "alice")
    jid = BareJid(f"{ADMINISTRATOR}@{server.domain}")
    return Account(jid, "secret", LOOPBACK, server.c2s_port, server.authority.pem)


@pytest.fixture
def bob(inviting: Inviting, accounts: Callable[..., Account]) -> Account:
    """Return an account elsewhere."""
    return accounts(inviting.address, "bob")


@pytest.fixture
async def ask(hass: HomeAssistant, hass_ws_client: Any) -> Ask:
    """Return what asks a command as an administrator."""
    client = await hass_ws_client(hass)

    async def asked(command: str, **fields: Any) -> Any:
        await client.send_json_auto_id({"type": f"{DOMAIN}/{command}", **fields})
        answer = await client.receive_json()
        return answer["result"] if answer["success"] else answer["error"]

    return asked


@pytest.fixture
def came(hass: HomeAssistant) -> list[Event[Any]]:
    """Return the events of friends who came."""
    events: list[Event[Any]] = []
    hass.bus.async_listen(FRIEND_CAME, events.append)
    return events


@pytest.fixture
async def newcomer(hass: HomeAssistant) -> AsyncIterator[Callable[[Account], Awaitable[Home]]]:
    """Return what adds the account of somebody who comes."""
    added: list[str] = []

    async def add(account: Account) -> Home:
        entry = await add_account(hass, account)
        added.append(entry.entry_id)
        return Home(hass, account, entry)

    yield add
    for entry_id in added:
        await hass.config_entries.async_unload(entry_id)


async def invite(house: Home, ask: Ask, *offers: Any, **fields: Any) -> dict[str, Any]:
    """Invite somebody; return the invitation as it is told."""
    said = {"label": "Foyer Héron", "asks": [], **fields}
    offered = [publication_data(subentry)["publication"] for subentry in offers]
    await until(lambda: house.runtime.session.is_online)
    said = {"offers": [], "series": offered, **said}
    answer = await ask("invite", entry_id=house.entry.entry_id, **said)
    assert "accounts" in answer, answer
    return told(answer, house, answer["id"])


def told(answer: Any, house: Home, invitation: str = "") -> dict[str, Any]:
    """Return one invitation of an answer, or the account."""
    (account,) = (a for a in answer["accounts"] if a["entry_id"] == house.entry.entry_id)
    if not invitation:
        return dict(account)
    (found,) = (each for each in account["invitations"] if each["id"] == invitation)
    return dict(found)


def link_in(invitation: dict[str, Any]) -> Link:
    link = parse_link(invitation["link"])
    assert link is not None
    return link


async def account_by(link: Link, server: XmppServer) -> Account:
    """Return the account that a link gives, as whoever starts with it makes or takes it."""
    if link.login is not None:
        server.set_password(link.login.jid.partition("@")[0], "its own")
        jid, password = link.login.jid, "its own"
    else:
        jid, password = BareJid(f"heron{link.token[:4].lower()}@{server.domain}"), "its own"
    account = Account(jid, password, LOOPBACK, server.c2s_port, server.authority.pem)
    if link.login is None:
        known = credentials(account)
        await register(known, known.ssl_context(), link.token)
    return account


def refused(house: Home) -> int:
    return house.runtime.journal.refusals["bad_invitation"]


async def show(house: Home, account: Account, token: str) -> None:
    """Let a plain client show a token, and be refused."""
    before = refused(house)
    async with connect(account) as client:
        tell(client, house.account.jid, message_to_element(Invited(token)))
        await until(lambda: refused(house) == before + 1)


@GIVING
async def test_a_link_gives_an_address_and_a_friend_who_is_granted_what_was_ticked_and_nothing_else(
    hass: HomeAssistant,
    house: Home,
    server: XmppServer,
    gives: str,
    meter: Meter,
    ask: Ask,
    came: list[Event[Any]],
    newcomer: Callable[[Account], Awaitable[Home]],
) -> None:
    offered = await house.publish("sensor.meter", title="Offered")
    await house.publish("sensor.meter", title="Not offered")
    await until(lambda: house.runtime.session.is_online)
    account = told(await ask("invitations"), house)
    assert (account["can"], account["server"]) == (gives, server.domain)
    assert account["offers"] == []
    assert [each["title"] for each in account["series"]] == ["Offered", "Not offered"]
    assert DAILY in account["asks"]

    made = await invite(house, ask, offered, asks=[DAILY])
    link = link_in(made)
    assert made["link"].startswith({"address": "https://generous.test/i/#", "account": ""}[gives])
    assert link.kind is LinkKind.INVITATION
    assert link.fingerprint == house.runtime.statements.keys.public.fingerprint
    assert link.name == hass.config.location_name
    assert (made["state"], made["uses"], made["gives_account"]) == ("open", 1, True)
    assert made["offers"] == [{"title": "Offered", "called": "", "granularity": "live"}]
    assert len(made["qr"]) == len(made["qr"][0])
    assert set("".join(made["qr"])) == {"0", "1"}

    heron = await newcomer(await account_by(link, server))
    await heron.befriend(house, jid=made["link"])
    await until(lambda: (s := heron.state()) and s.state == "640")
    assert [series.description.title for series in heron.series()] == ["Offered"]
    (friend,) = friends_of(house.entry).values()
    assert friend.title == "Foyer Héron"
    assert len(friend_data(friend)["grants"]) == 1
    assert heron.runtime.trust.standing(house.account.jid) is Standing.VERIFIED
    assert not house.runtime[Friends].requests

    wished = heron.runtime.store.content["asked_of_us"]
    await until(lambda: wished.get(house.account.jid))
    assert [(one["what"], one["granularity"]) for one in wished[house.account.jid]] == [
        ("consumption", "P1D")
    ]
    kept = house.runtime.store.content["invitations"][made["id"]]
    await until(lambda: kept["accepted"] and kept["first"])
    now = told(await ask("invitations"), house, made["id"])
    assert (now["state"], now["uses"], now["friend_id"]) == ("done", 0, friend.subentry_id)
    assert now["made"] <= now["opened"] <= now["accepted"]
    assert now["first"] is not None
    assert now["expected"] is None

    await hass.async_block_till_done()
    assert [event.data for event in came] == [{"entry_id": house.entry.entry_id}]
    notifications = json.dumps(list(hass.data[NOTIFICATIONS].values()), default=str)
    assert "A friend has come" in notifications
    assert "Héron" not in notifications
    assert heron.account.jid not in notifications
    for home in (house, heron):
        journal = await ask("verify_journal", entry_id=home.entry.entry_id)
        assert journal["lines"] == [], journal


async def test_a_server_that_gives_no_address_lets_a_link_make_friends(
    house: Home, bob: Account, meter: Meter, ask: Ask, newcomer: Any
) -> None:
    offered = await house.publish("sensor.meter")
    made = await invite(house, ask, offered)
    assert told(await ask("invitations"), house)["can"] == "friend"
    assert link_in(made).kind is LinkKind.FRIEND
    assert not made["gives_account"]
    heron = await newcomer(bob)
    await heron.befriend(house, jid=made["link"])
    await until(lambda: (s := heron.state()) and s.state == "640")
    # Also nothing is an answer: the token need not be shown again.
    await until(lambda: house.account.jid in heron.runtime.store.content["welcomed"])
    assert not heron.runtime.store.content["asked_of_us"][house.account.jid]


async def test_an_account_that_may_not_administer_ejabberd_makes_friends_by_a_link(
    house: Home, inviting: Inviting, accounts: Any, ask: Ask, newcomer: Any
) -> None:
    plain = await newcomer(accounts(inviting.account, "plain"))
    made = await invite(plain, ask)
    assert told(await ask("invitations"), plain)["can"] == "friend"
    assert link_in(made).kind is LinkKind.FRIEND


async def test_a_link_is_good_for_one_who_may_come_twice_and_for_nobody_else(
    house: Home, bob: Account, inviting: Inviting, accounts: Any, ask: Ask, newcomer: Any
) -> None:
    made = await invite(house, ask)
    token = link_in(made).token
    heron = await newcomer(bob)
    friend = await heron.befriend(house, jid=made["link"])
    kept = house.runtime.store.content["invitations"][made["id"]]
    await until(lambda: kept["accepted"])
    heron.runtime.session.show_token(house.account.jid, token)
    other = accounts(inviting.address, "other")
    await show(house, other, token)
    assert (kept["uses"], kept["friend"]) == (0, bob.jid)
    assert list(friends_of(house.entry)) == [bob.jid]
    # Whom the household removed does not come back by the same link.
    (subentry,) = friends_of(house.entry).values()
    house.hass.config_entries.async_remove_subentry(house.entry, subentry.subentry_id)
    heron.hass.config_entries.async_remove_subentry(heron.entry, friend.subentry_id)
    await heron.hass.config_entries.async_unload(heron.entry.entry_id)
    await show(house, bob, token)
    assert not friends_of(house.entry)


async def test_a_link_that_was_taken_back_or_is_over_makes_nobody_a_friend(
    house: Home, bob: Account, ask: Ask
) -> None:
    made, late = await invite(house, ask), await invite(house, ask)
    answer = await ask("take_back_invitation", entry_id=house.entry.entry_id, invitation=made["id"])
    assert told(answer, house, made["id"])["state"] == "taken_back"
    house.runtime.store.content["invitations"][late["id"]]["expires"] = 1.0
    assert told(await ask("invitations"), house, late["id"])["state"] == "expired"
    for one in (made, late):
        await show(house, bob, link_in(one).token)
    await show(house, bob, "another")
    assert not friends_of(house.entry)


@pytest.mark.parametrize("gives", ["address"])
async def test_who_comes_by_a_link_taken_back_that_the_server_still_honours_is_no_friend(
    house: Home, server: ProsodyServer, ask: Ask, newcomer: Any
) -> None:
    made = await invite(house, ask)
    await ask("take_back_invitation", entry_id=house.entry.entry_id, invitation=made["id"])
    user = house.account.jid.partition("@")[0]
    account = await account_by(link_in(made), server)
    await until(lambda: server.roster(user) == {account.jid: "both"})
    heron = await newcomer(account)
    await heron.befriend(house, jid=made["link"])
    await until(lambda: refused(house))
    await until(lambda: account.jid not in server.roster(user))
    assert not friends_of(house.entry)


@pytest.mark.parametrize("gives", ["address"])
async def test_an_address_made_by_a_token_of_the_server_is_seen_before_anybody_comes(
    house: Home, server: ProsodyServer, ask: Ask
) -> None:
    made = await invite(house, ask)
    kept = house.runtime.store.content["invitations"][made["id"]]
    await until(lambda: house.runtime[Reconciler].is_roster_in_order)
    await account_by(link_in(made), server)
    await until(lambda: kept["opened"])
    assert told(await ask("invitations"), house, made["id"])["state"] == "open"


async def test_an_invitation_survives_a_restart(
    hass: HomeAssistant, house: Home, bob: Account, meter: Meter, ask: Ask, newcomer: Any
) -> None:
    made = await invite(house, ask, await house.publish("sensor.meter"))
    await hass.config_entries.async_reload(house.entry.entry_id)
    heron = await newcomer(bob)
    await heron.befriend(house, jid=made["link"])
    await until(lambda: (s := heron.state()) and s.state == "640")


async def test_a_friend_who_comes_with_a_link_is_granted_more_and_nothing_is_taken(
    hass: HomeAssistant, house: Home, bob: Account, meter: Meter, ask: Ask, newcomer: Any
) -> None:
    before = await house.publish("sensor.meter", title="Before")
    offered = await house.publish("sensor.meter", title="Offered")
    heron = await newcomer(bob)
    friend = await house.befriend(heron, before, purpose="ranking")
    made = await invite(house, ask, before, offered)
    await heron.befriend(house, jid=made["link"])
    await until(lambda: len(heron.series()) == 2)
    (known,) = friends_of(house.entry).values()
    assert (known.subentry_id, known.title) == (friend.subentry_id, friend.title)
    purposes = [grant["purpose"] for grant in friend_data(known)["grants"]]
    assert purposes == ["ranking", "display"]


async def test_a_series_by_days_begins_with_the_day_on_which_they_come(
    house: Home, bob: Account, meter: Meter, ask: Ask, newcomer: Any
) -> None:
    daily = await house.publish("sensor.meter", granularity="p1d")
    live = await house.publish("sensor.meter", title="Live")
    before = dt_util.start_of_local_day()
    made = await invite(house, ask, daily)
    heron = await newcomer(bob)
    await heron.befriend(house, jid=made["link"])
    await until(lambda: bob.jid in friends_of(house.entry))
    # It may be midnight meanwhile.
    days = {before, dt_util.start_of_local_day()}
    due = datetime.fromisoformat(made["expected"]) - timedelta(minutes=10)
    assert due.astimezone(before.tzinfo) in {day + timedelta(days=1) for day in days}
    (grant,) = friend_data(friends_of(house.entry)[bob.jid])["grants"]
    assert datetime.fromisoformat(grant["begin"]) in days
    last = last_day(grant, dt_util.get_default_time_zone())
    assert last in {years_later(day.date(), 1) for day in days}
    # Of a live series any moment may bring it.
    assert (await invite(house, ask, daily, live))["expected"] is None


async def test_of_two_links_of_one_friend_the_last_says_what_is_wished(
    house: Home, bob: Account, ask: Ask, newcomer: Any
) -> None:
    heron = await newcomer(bob)
    await heron.befriend(house, jid=(await invite(house, ask, asks=[DAILY]))["link"])
    asked = heron.runtime.store.content["asked_of_us"]
    await until(lambda: asked.get(house.account.jid))
    last = await invite(house, ask, asks=[{"what": "per_area", "granularity": "P1Y"}])
    heron.runtime.session.show_token(house.account.jid, link_in(last).token)
    await until(lambda: [w["what"] for w in asked[house.account.jid]] == ["per_area"])
    kept = house.runtime.store.content["invitations"]
    assert [each["friend"] for each in kept.values()] == [bob.jid] * 2


@pytest.mark.parametrize("gives", ["account"])
async def test_an_address_that_an_administrator_made_goes_with_its_link_unless_it_is_used(
    house: Home, server: EjabberdServer, ask: Ask
) -> None:
    used, unused = await invite(house, ask), await invite(house, ask)
    users = [login.jid.partition("@")[0] for x in (used, unused) if (login := link_in(x).login)]
    assert set(users) < set(server.command("registered_users", host=server.domain))
    server.set_password(users[0], "its own")
    for one in (used, unused):
        await ask("take_back_invitation", entry_id=house.entry.entry_id, invitation=one["id"])
    kept = house.runtime.store.content["invitations"]
    await until(lambda: not any(each["login"] for each in kept.values()))
    left = server.command("registered_users", host=server.domain)
    assert (users[0] in left, users[1] in left) == (True, False)
    assert kept[used["id"]]["opened"]
    assert not kept[unused["id"]]["opened"]


@pytest.mark.parametrize("gives", ["account"])
async def test_an_address_that_was_made_for_who_comes_with_another_is_deleted(
    house: Home, server: EjabberdServer, bob: Account, ask: Ask, newcomer: Any
) -> None:
    made = await invite(house, ask)
    login = link_in(made).login
    assert login is not None
    heron = await newcomer(bob)
    await heron.befriend(house, jid=made["link"])
    kept = house.runtime.store.content["invitations"][made["id"]]
    await until(lambda: kept["accepted"] and not kept["login"])
    user = login.jid.partition("@")[0]
    assert user not in server.command("registered_users", host=server.domain)


@pytest.mark.parametrize("gives", ["account"])
async def test_an_address_that_an_administrator_made_goes_with_the_account_that_invited(
    hass: HomeAssistant, house: Home, server: EjabberdServer, ask: Ask
) -> None:
    login = link_in(await invite(house, ask)).login
    assert login is not None
    await hass.config_entries.async_remove(house.entry.entry_id)
    user = login.jid.partition("@")[0]
    assert user not in server.command("registered_users", host=server.domain)


async def test_a_link_to_an_address_that_was_left_is_taken_back(
    house: Home, bob: Account, ask: Ask
) -> None:
    made = await invite(house, ask)
    done = await invite(house, ask)
    kept = house.runtime.store.content["invitations"]
    kept[done["id"]] |= {"uses": 0, "friend": bob.jid}
    house.runtime.we_moved(BareJid("elsewhere@new.test"), [])
    answer = await ask("invitations")
    states = [told(answer, house, one["id"])["state"] for one in (made, done)]
    assert states == ["taken_back", "done"]
    house.runtime.context.moved.tell(bob.jid, BareJid("bob@new.test"))
    assert kept[done["id"]]["friend"] == "bob@new.test"


async def test_no_more_invitations_are_kept_than_are_of_use(house: Home, ask: Ask) -> None:
    made = await invite(house, ask)
    kept = house.runtime.store.content["invitations"]
    for number in range(99):
        kept[str(number)] = {**kept[made["id"]], "token": str(number)}
    fields = {"entry_id": house.entry.entry_id, "label": "one more", "offers": [], "asks": []}
    assert (await ask("invite", **fields))["translation_key"] == "too_many_invitations"
    kept["0"]["taken_back"] = 1.0
    assert "id" in await ask("invite", **fields)
    assert len(kept) == 100
    assert "0" not in kept
    kept["1"]["uses"], kept["1"]["made"] = 0, 1.0
    house.runtime[Invitations].online(resumed=False)
    await until(lambda: "1" not in kept)


async def test_what_cannot_be_is_not_invited(
    hass: HomeAssistant, house: Home, server: ProsodyServer, ask: Ask
) -> None:
    fields = {"entry_id": house.entry.entry_id, "label": "x", "offers": [], "asks": []}
    missing: tuple[dict[str, Any], ...] = ({"entry_id": "nobody"}, {"series": ["nothing"]})
    for wrong in missing:
        answer = await ask("invite", **fields | wrong)
        assert answer["translation_key"] == "no_such_invitation"
    for wrong in (
        {"label": " "},
        {"days": 31},
        {"days": 0},
        {"asks": [{"what": "secrets", "granularity": "P1D"}]},
        {"asks": [DAILY] * 9},
        {"offers": [{"what": "consumption", "granularity": "P1M"}]},
    ):
        assert (await ask("invite", **fields | wrong))["code"] == "invalid_format"
    answer = await ask("take_back_invitation", entry_id=house.entry.entry_id, invitation="none")
    assert answer["translation_key"] == "no_such_invitation"
    await until(lambda: house.runtime.session.is_online)
    measure_site(hass)
    server.stop()
    try:
        await until(lambda: not house.runtime.session.is_online)
        offering = fields | {"offers": [DAILY]}
        assert (await ask("invite", **offering))["translation_key"] == "server_away"
        assert not publications_of(house.entry)
        assert told(await ask("invitations"), house)["can"] == "friend"
    finally:
        server.start()
    assert not house.runtime.store.content["invitations"]


@pytest.mark.parametrize("gives", ["address", "account", "friend"])
async def test_a_home_that_begins_with_the_link_has_a_first_reading_and_nothing_to_answer(
    hass: HomeAssistant,
    house: Home,
    server: XmppServer,
    gives: str,
    bob: Account,
    meter: Meter,
    ask: Ask,
) -> None:
    offered = await house.publish("sensor.meter", title="Offered")
    made = await invite(house, ask, offered, asks=[DAILY])
    pasted = {"name": "Foyer Lande", "link": f"Hello! {made['link']} See you."}
    reach = {"host": LOOPBACK, "port": server.c2s_port, "ca": server.authority.pem}
    flows = hass.config_entries.flow
    flow_id = await open_account_form(hass)
    result: Any = await flows.async_configure(
        flow_id, {**pasted, "where": "inviter", "own": {}, "advanced": reach}
    )
    if gives == "friend":
        assert result["errors"] == {"link": "inviter_gives_no_address"}
        result = await flows.async_configure(flow_id, own_account(bob) | pasted)
    assert result["type"] == "create_entry", result
    assert result["description"] == "account_invited"
    entry = result["result"]
    jid, password = BareJid(entry.data["jid"]), entry.data["password"]
    account = Account(jid, password, LOOPBACK, server.c2s_port, server.authority.pem)
    lande = Home(hass, account, entry)
    await until(lambda: (s := lande.state()) and s.state == "640")
    assert lande.runtime.trust.standing(house.account.jid) is Standing.VERIFIED
    assert friends_of(house.entry).keys() == {jid}
    for home in (house, lande):
        assert not home.runtime[Friends].requests
    wished = lande.runtime.store.content["asked_of_us"]
    await until(lambda: wished.get(house.account.jid))
    # The link has done what it is for.
    again = await open_account_form(hass)
    result = await flows.async_configure(
        again, {**pasted, "where": "inviter", "own": {}, "advanced": reach}
    )
    refusal = "inviter_gives_no_address" if gives == "friend" else "invitation_refused"
    assert result["errors"] == {"link": refusal}
    await hass.config_entries.async_unload(entry.entry_id)
