"""Joining: an address made on a real server, by invitation or without, and a friend by link."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, suppress
import logging
from pathlib import Path
import shutil
import time
from typing import Any
from xml.etree import ElementTree

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
import pytest_socket

from custom_components.sen1.const import DOMAIN, plain
from custom_components.sen1.federation.trust.peers import Standing
from custom_components.sen1.federation.xmpp.connection import Connection
from custom_components.sen1.federation.xmpp.registration import answer_to, register
from custom_components.sen1.protocol.errors import JoiningError, Refusal, ServerUnreachable
from custom_components.sen1.protocol.links import friend_link, parse_address, parse_link
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.protocol.trust.keys import grouped
from testbed.certificates import CertificateAuthority
from testbed.client import connect
from testbed.ejabberd import EjabberdServer
from testbed.process import LOOPBACK, free_port, temporary_folder
from testbed.xmpp import Account, ProsodyServer

from ..conftest import Home, add_account, until
from .scripted import scripted
from .test_session import credentials

PROSODY_OPTIONS = {
    "open.test": 'modules_enabled = { "invites_register" }; registration_invite_only = false',
    "club.test": 'modules_enabled = { "invites_register" }',
    "closed.test": "allow_registration = false",
    "curious.test": 'additional_registration_fields = { "email+" }',
    "busy.test": "registration_allowlist = {}; registration_throttle_max = 1;"
    " registration_throttle_period = 86400",
    "strict.test": 'modules_enabled = { "refuse_registration" }',
}
"""How each server sees people who come."""

CAPTCHA = "#!/bin/sh\nprintf GIF89a\n"
"""A program that draws what people are to read (ejabberd's `captcha_cmd`)."""

type Registrars = dict[str, ProsodyServer | EjabberdServer]


@pytest.fixture(scope="module")
def registrars() -> Iterator[Registrars]:
    """Run a server for each way of seeing people who come, not federated."""
    pytest_socket.enable_socket()
    authority = CertificateAuthority()
    folder = temporary_folder("captcha")
    program = folder / "captcha.sh"
    program.write_text(CAPTCHA)
    program.chmod(0o755)
    guarded = {
        "captcha_cmd": str(program),
        "captcha_url": "https://guarded.test/captcha",
        "modules": {"mod_register": {"ip_access": "all", "captcha_protected": True}},
    }
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        yield {
            domain: stack.enter_context(ProsodyServer(domain, authority, host_options=options))
            for domain, options in PROSODY_OPTIONS.items()
        } | {
            domain: stack.enter_context(EjabberdServer(domain, authority, options=options))
            for domain, options in (("village.test", {}), ("guarded.test", guarded))
        }


async def start(hass: HomeAssistant, way: str) -> str:
    """Return the flow of one of the ways to an account, at its form."""
    flows = hass.config_entries.flow
    flow = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
    for choice in ("account", way):
        flow = await flows.async_configure(flow["flow_id"], {"next_step_id": choice})
    assert flow["step_id"] == way
    return str(flow["flow_id"])


async def answer(hass: HomeAssistant, flow_id: str, **fields: Any) -> Any:
    return await hass.config_entries.flow.async_configure(flow_id, fields)


def reach(server: ProsodyServer | EjabberdServer, **changes: Any) -> dict[str, Any]:
    return {"host": LOOPBACK, "port": server.c2s_port, "ca": server.authority.pem} | changes


def account_on(server: ProsodyServer | EjabberdServer, result: Any) -> Account:
    """Return the account that the last step of a flow shows."""
    assert result["step_id"] == "account_made", result
    shown = result["description_placeholders"]
    jid = BareJid(shown["address"])
    return Account(jid, shown["password"], LOOPBACK, server.c2s_port, server.authority.pem)


async def finish(hass: HomeAssistant, flow_id: str, **fields: Any) -> Any:
    """Take the last step, unload the new entry and return it."""
    result = await answer(hass, flow_id, **fields)
    assert result["type"] == "create_entry", result
    entry = result["result"]
    assert entry.title == "Sharing account"
    await hass.config_entries.async_unload(entry.entry_id)
    return entry


@pytest.mark.parametrize("domain", ["open.test", "village.test"])
async def test_an_address_is_made_on_a_server_that_lets_people_register(
    hass: HomeAssistant, registrars: Registrars, domain: str
) -> None:
    server = registrars[domain]
    flow_id = await start(hass, "account_register")
    fields = {"server": domain, "username": "home", "advanced": reach(server)}
    account = account_on(server, await answer(hass, flow_id, **fields))
    assert account.jid == f"home@{domain}"
    async with connect(account):
        pass
    entry = await finish(hass, flow_id)
    assert entry.unique_id == account.jid
    assert entry.data["password"] == account.password
    assert not entry.subentries


async def test_a_password_of_ones_own_is_not_shown(
    hass: HomeAssistant, registrars: Registrars
) -> None:
    flow_id = await start(hass, "account_register")
    server = registrars["open.test"]
    fields = {"server": "open.test", "username": "own", "advanced": reach(server)}
    result = await answer(hass, flow_id, **fields, password="my own words")
    assert "my own words" not in str(result["description_placeholders"])
    entry = await finish(hass, flow_id)
    assert entry.data["password"] == "my own words"


async def test_no_password_is_logged(
    hass: HomeAssistant, registrars: Registrars, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    # What stands for the disk in tests tells all that is written to it.
    caplog.set_level(logging.INFO, "pytest_homeassistant_custom_component")
    flow_id = await start(hass, "account_register")
    server = registrars["open.test"]
    fields = {"server": "open.test", "username": "discreet", "advanced": reach(server)}
    account = account_on(server, await answer(hass, flow_id, **fields))
    await finish(hass, flow_id)
    assert account.password not in caplog.text
    assert account.jid not in caplog.text


REFUSALS = [
    pytest.param("open.test", {"server": "not a server"}, {"server": "invalid_server"}, id="text"),
    pytest.param("open.test", {"server": "me@open.test"}, {"server": "invalid_server"}, id="jid"),
    pytest.param("open.test", {"username": "a b"}, {"username": "invalid_name"}, id="no name"),
    pytest.param("open.test", {"username": "taken"}, {"username": "name_taken"}, id="taken"),
    pytest.param("village.test", {"username": "taken"}, {"username": "name_taken"}, id="ejabberd"),
    pytest.param("closed.test", {}, {"server": "registration_closed"}, id="closed"),
    pytest.param("club.test", {}, {"server": "invitation_needed"}, id="by invitation only"),
    pytest.param("curious.test", {}, {"server": "registration_elsewhere"}, id="asks for more"),
    pytest.param("guarded.test", {}, {"server": "registration_elsewhere"}, id="has a picture read"),
    pytest.param("strict.test", {}, {"base": "registration_refused"}, id="a reason of its own"),
    pytest.param("busy.test", {}, {"server": "too_many_registrations"}, id="too many"),
    pytest.param("open.test", {"port": free_port()}, {"server": "cannot_connect"}, id="nobody"),
    pytest.param("open.test", {"ca": ""}, {"base": "invalid_certificate"}, id="certificate"),
    pytest.param("open.test", {"ca": "no PEM"}, {"base": "invalid_ca"}, id="no authority"),
]


@pytest.mark.parametrize(("domain", "changes", "errors"), REFUSALS)
async def test_each_refusal_is_named_and_another_choice_succeeds(
    hass: HomeAssistant,
    registrars: Registrars,
    domain: str,
    changes: dict[str, Any],
    errors: dict[str, str],
    request: pytest.FixtureRequest,
) -> None:
    server, good = registrars[domain], registrars["open.test"]
    if changes.get("username") == "taken":
        with suppress(RuntimeError):  # it is there already
            server.register("taken")
    if domain == "busy.test":
        await register_on(hass, server)
    where = reach(server, **{k: v for k, v in changes.items() if k in ("port", "ca")})
    fields = {"server": domain, "username": "guest"}
    fields |= {k: v for k, v in changes.items() if k not in where}
    flow_id = await start(hass, "account_register")
    result = await answer(hass, flow_id, **fields, advanced=where)
    assert result["errors"] == errors
    kept = {
        str(key): key.description["suggested_value"]
        for key in result["data_schema"].schema
        if key.description
    }
    assert kept.items() >= fields.items()
    name = f"guest{REFUSALS.index(next(r for r in REFUSALS if r.id in request.node.name))}"
    result = await answer(hass, flow_id, server="open.test", username=name, advanced=reach(good))
    assert account_on(good, result).jid == f"{name}@open.test"
    await finish(hass, flow_id)


async def register_on(hass: HomeAssistant, server: ProsodyServer | EjabberdServer) -> None:
    flow_id = await start(hass, "account_register")
    fields = {"server": server.domain, "username": "first", "advanced": reach(server)}
    await answer(hass, flow_id, **fields)
    await finish(hass, flow_id)


IN_BAND = "<register xmlns='http://jabber.org/features/iq-register'/>"


async def test_a_server_that_says_nothing_of_what_it_needs_lets_nobody_in(tmp_path: Path) -> None:
    async with scripted(tmp_path, IN_BAND, {"<iq": "<iq type='result' id='{id}'/>"}) as account:
        known = credentials(account)
        with pytest.raises(JoiningError) as refused:
            await register(known, known.ssl_context(), "")
        assert refused.value.key is Refusal.CLOSED


async def test_a_server_that_does_not_answer_who_comes_is_told_as_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connection._request, "__defaults__", (0.1,))
    async with scripted(tmp_path, IN_BAND, {}) as account:
        known = credentials(account)
        with pytest.raises(ServerUnreachable):
            await register(known, known.ssl_context(), "")


async def test_something_else_that_answers_makes_no_address(
    hass: HomeAssistant, registrars: Registrars
) -> None:
    received = b""

    async def without_encryption(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        nonlocal received
        received += await reader.readuntil(b">")
        writer.write(
            b"<stream:stream xmlns='jabber:client' from='open.test' id='1' version='1.0'"
            b" xmlns:stream='http://etherx.jabber.org/streams'><stream:features>"
            b"<register xmlns='http://jabber.org/features/iq-register'/></stream:features>"
        )
        with suppress(OSError):
            received += await reader.read()
        writer.close()

    other = await asyncio.start_server(without_encryption, LOOPBACK, 0)
    port = other.sockets[0].getsockname()[1]
    flow_id = await start(hass, "account_register")
    fields = {"server": "open.test", "username": "clear", "password": "a secret"}
    advanced = reach(registrars["open.test"], port=port)
    result = await answer(hass, flow_id, **fields, advanced=advanced)
    assert result["errors"] == {"base": "not_xmpp"}
    assert b"a secret" not in received
    other.close()


async def test_an_address_whose_server_is_gone_once_it_is_made_is_added_when_it_is_back(
    hass: HomeAssistant, registrars: Registrars
) -> None:
    server = registrars["open.test"]

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while octets := await reader.read(4096):
            writer.write(octets)
        writer.close()

    async def let_one_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        way.close()
        others = await asyncio.open_connection(LOOPBACK, server.c2s_port)
        await asyncio.gather(pass_on(reader, others[1]), pass_on(others[0], writer))

    way = await asyncio.start_server(let_one_in, LOOPBACK, 0)
    port = way.sockets[0].getsockname()[1]
    flow_id = await start(hass, "account_register")
    fields = {"server": "open.test", "username": "late", "password": "a secret"}
    result = await answer(hass, flow_id, **fields, advanced=reach(server, port=port))
    assert (result["step_id"], result["errors"]) == ("account_address", {"base": "cannot_connect"})
    made = {"jid": "late@open.test", "password": "a secret"}
    shown = {str(key): key.description for key in result["data_schema"].schema if key.description}
    assert {key: shown[key]["suggested_value"] for key in made} == made
    result = await answer(hass, flow_id, **made, advanced=reach(server))
    assert result["type"] == "create_entry", result
    await hass.config_entries.async_unload(result["result"].entry_id)


async def test_an_invitation_to_a_server_gives_an_address_there_once(
    hass: HomeAssistant, registrars: Registrars
) -> None:
    club = registrars["club.test"]
    assert isinstance(club, ProsodyServer)
    invitation = club.invite()
    flow_id = await start(hass, "account_invitation")
    result = await answer(hass, flow_id, invitation=f" {invitation}\n")
    assert result["step_id"] == "account_invited"
    assert result["description_placeholders"]["server"] == "club.test"
    result = await answer(hass, flow_id, username="member", advanced=reach(club))
    async with connect(account_on(club, result)):
        pass
    entry = await finish(hass, flow_id)
    assert entry.unique_id == "member@club.test"
    assert not entry.subentries

    flow_id = await start(hass, "account_invitation")
    await answer(hass, flow_id, invitation=invitation)
    result = await answer(hass, flow_id, username="second", advanced=reach(club))
    assert result["step_id"] == "account_invitation"
    assert result["errors"] == {"invitation": "invitation_refused"}
    await answer(hass, flow_id, invitation=club.invite())
    result = await answer(hass, flow_id, username="second", advanced=reach(club))
    assert account_on(club, result).jid == "second@club.test"
    await finish(hass, flow_id)


async def test_an_invitation_that_has_expired_is_refused(
    hass: HomeAssistant, registrars: Registrars
) -> None:
    club = registrars["club.test"]
    assert isinstance(club, ProsodyServer)
    flow_id = await start(hass, "account_invitation")
    invitation = club.invite(lasts="1s")
    expired_at = time.time() + 2
    await answer(hass, flow_id, invitation=invitation)
    await until(lambda: time.time() >= expired_at)
    result = await answer(hass, flow_id, username="tardy", advanced=reach(club))
    assert result["step_id"] == "account_invitation"
    assert result["errors"] == {"invitation": "invitation_refused"}


async def test_a_link_with_a_token_of_the_friends_server_makes_friends_at_once(
    hass: HomeAssistant, registrars: Registrars
) -> None:
    club = registrars["club.test"]
    assert isinstance(club, ProsodyServer)
    club.register("host")
    account = club.register("guest")
    guest = Home(hass, account, await add_account(hass, account))
    link = club.invite("host", account=False)
    parsed = parse_link(link)
    assert parsed is not None
    assert not parsed.gives_account
    host = Account(BareJid(f"host@{club.domain}"), "", "", 0, "")
    await guest.befriend(Home(hass, host, guest.entry), jid=link)
    # Nobody is there to answer but the server.
    await until(lambda: club.roster("host") == {account.jid: "both"})
    await hass.config_entries.async_unload(guest.entry.entry_id)


async def test_a_taken_name_does_not_use_the_invitation_up(
    hass: HomeAssistant, registrars: Registrars
) -> None:
    club = registrars["club.test"]
    assert isinstance(club, ProsodyServer)
    club.register("early")
    flow_id = await start(hass, "account_invitation")
    await answer(hass, flow_id, invitation=club.invite())
    result = await answer(hass, flow_id, username="early", advanced=reach(club))
    assert result["errors"] == {"username": "name_taken"}
    result = await answer(hass, flow_id, username="late", advanced=reach(club))
    assert account_on(club, result).jid == "late@club.test"
    await finish(hass, flow_id)


async def test_who_invites_becomes_a_friend_who_is_granted_nothing(
    hass: HomeAssistant, registrars: Registrars
) -> None:
    club = registrars["club.test"]
    assert isinstance(club, ProsodyServer)
    club.register("coop")
    flow_id = await start(hass, "account_invitation")
    await answer(hass, flow_id, invitation=club.invite("coop"))
    result = await answer(hass, flow_id, username="invited", advanced=reach(club))
    account_on(club, result)
    (field,) = result["data_schema"].schema
    assert field.description == {"suggested_value": "coop"}
    entry = await finish(hass, flow_id, inviter="The cooperative")
    (friend,) = entry.subentries.values()
    assert friend.title == "The cooperative"
    assert dict(friend.data) == {"jid": "coop@club.test", "grants": []}
    assert club.roster("coop") == {"invited@club.test": "both"}


async def test_who_invites_is_no_friend_when_the_household_says_so(
    hass: HomeAssistant, registrars: Registrars
) -> None:
    club = registrars["club.test"]
    assert isinstance(club, ProsodyServer)
    club.register("salesman")
    flow_id = await start(hass, "account_invitation")
    await answer(hass, flow_id, invitation=club.invite("salesman"))
    result = await answer(hass, flow_id, username="wary", advanced=reach(club))
    account_on(club, result)
    entry = await finish(hass, flow_id)
    assert not entry.subentries


async def test_a_server_without_invitations_registers_the_invited_as_anybody(
    hass: HomeAssistant, registrars: Registrars
) -> None:
    village = registrars["village.test"]
    flow_id = await start(hass, "account_invitation")
    await answer(hass, flow_id, invitation="xmpp:village.test?register;preauth=abc")
    result = await answer(hass, flow_id, username="villager", advanced=reach(village))
    assert account_on(village, result).jid == "villager@village.test"
    await finish(hass, flow_id)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param("hello there", "not_invitation", id="text"),
        pytest.param("xmpp:club.test", "not_invitation", id="only a server"),
        pytest.param("https://club.test/invite?abc", "invitation_page", id="a page"),
        pytest.param("xmpp:coop@club.test?roster", "invitation_for_friend", id="a friend"),
        pytest.param(
            "xmpp:coop@club.test?roster;preauth=abc", "invitation_for_friend", id="a friend, known"
        ),
        pytest.param("xmpp:coop@club.test?roster;sen1=1", "newer_link", id="of a later version"),
    ],
)
async def test_what_is_no_invitation_is_told(hass: HomeAssistant, text: str, error: str) -> None:
    flow_id = await start(hass, "account_invitation")
    result = await answer(hass, flow_id, invitation=text)
    assert result["errors"] == {"invitation": error}
    result = await answer(hass, flow_id, invitation="https://club.test/i#club.test?register")
    assert result["step_id"] == "account_invited"


async def test_nothing_is_left_running_by_joining(
    hass: HomeAssistant, registrars: Registrars
) -> None:
    flow_id = await start(hass, "account_register")
    before = asyncio.all_tasks()
    server = registrars["closed.test"]
    fields = {"server": "closed.test", "username": "x", "advanced": reach(server)}
    await answer(hass, flow_id, **fields)
    assert asyncio.all_tasks() <= before


# Friends


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("coop@coop.test", "coop@coop.test"),
        ("coop@coop.test/phone", "coop@coop.test"),
        (" xmpp:coop@coop.test \n", "coop@coop.test"),
        ("XMPP:Coop@coop.test?roster", "coop@coop.test"),
        ("xmpp:coop@coop.test?roster;name=The%20coop;preauth=abc", "coop@coop.test"),
        ("xmpp:jos%C3%A9@coop.test?message", "josé@coop.test"),
        ("https://coop.test/i/#coop@coop.test?roster;preauth=abc", "coop@coop.test"),
        ("https://coop.test/coop", None),
        ("coop.test", None),
        ("xmpp:", None),
        ("", None),
        ("a b@coop.test", None),
    ],
)
def test_an_address_is_read_from_what_people_paste(text: str, address: str | None) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize("address", ["coop@coop.test", "josé@coop.test", "a+b?c#d%e@c.test"])
def test_a_link_that_is_shown_leads_to_the_address(address: str) -> None:
    link = parse_link(friend_link(BareJid(address), "0" * 24))
    assert link is not None
    assert (link.address, link.action, link.gives_account) == (address, "roster", False)


async def test_a_friend_is_added_with_the_link_another_home_shows(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    flows = hass.config_entries.subentries
    theirs: Any = await flows.async_init(
        (cooperative.entry.entry_id, "friend"), context={"source": "user"}
    )
    theirs = await flows.async_configure(theirs["flow_id"], {"next_step_id": "show"})
    ((field, _text), (_picture, picture)) = theirs["data_schema"].schema.items()
    link = field.description["suggested_value"]
    assert picture.config["data"] == link
    back = await flows.async_configure(theirs["flow_id"], {})
    assert back["menu_options"] == ["address", "show", "circle", "data_node", "proxy"]

    ours = await flows.async_init((house.entry.entry_id, "friend"), context={"source": "user"})
    ours = await flows.async_configure(ours["flow_id"], {"next_step_id": "address"})
    today = dt_util.now().date().isoformat()
    fields: dict[str, Any] = {"jid": link, "publications": [], "until": today, "purpose": "display"}
    result = await flows.async_configure(ours["flow_id"], fields)
    assert result["step_id"] == "whose"
    fingerprint = cooperative.runtime.trust.keys.public.fingerprint
    assert result["description_placeholders"] == {
        "friend": plain(cooperative.account.jid.partition("@")[0]),
        "address": plain(cooperative.account.jid),
        "key": " ".join(grouped(fingerprint)),
    }
    result = await flows.async_configure(ours["flow_id"], {})
    assert result["type"] == "create_entry"
    (friend,) = house.entry.subentries.values()
    assert friend.title == cooperative.account.jid.partition("@")[0]
    assert dict(friend.data) == {
        "jid": cooperative.account.jid,
        "grants": [],
        "fingerprint": fingerprint,
    }
    trust = house.runtime.trust
    await until(lambda: trust.standing(cooperative.account.jid) is Standing.VERIFIED)


async def test_a_link_whose_key_is_not_the_known_one_adds_nobody(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    friend = await house.befriend(cooperative)
    trust = house.runtime.trust
    await until(lambda: trust.signs(cooperative.account.jid))
    hass.config_entries.async_remove_subentry(house.entry, friend.subentry_id)
    flows = hass.config_entries.subentries
    flow = await flows.async_init((house.entry.entry_id, "friend"), context={"source": "user"})
    flow = await flows.async_configure(flow["flow_id"], {"next_step_id": "address"})
    today = dt_util.now().date().isoformat()
    fields: dict[str, Any] = {"publications": [], "until": today, "purpose": "display"}
    for link, error in (
        (friend_link(cooperative.account.jid, "1" * 24), "wrong_key"),
        (f"{cooperative.runtime.link()}1", "newer_link"),
        (cooperative.runtime.link().replace(";sen1=0", "1"), "cut_link"),
    ):
        result = await flows.async_configure(flow["flow_id"], fields | {"jid": link})
        assert result["errors"] == {"jid": error}
    result = await flows.async_configure(
        flow["flow_id"], fields | {"jid": cooperative.runtime.link()}
    )
    assert result["step_id"] == "whose"


# What servers may ask


LEGACY = "<query xmlns='jabber:iq:register'><username/><password/>{}</query>"
FORM = (
    "<x xmlns='jabber:x:data' type='form'><field var='username'><required/></field>"
    "<field var='password'><required/></field>{}</x>"
)


@pytest.mark.parametrize(
    ("query", "url"),
    [
        pytest.param(LEGACY.format("<email/>"), "", id="an e-mail address"),
        pytest.param(
            LEGACY.format(FORM.format("<field var='ocr'/><field var='challenge'/>")),
            "",
            id="a CAPTCHA",
        ),
        pytest.param(
            "<query xmlns='jabber:iq:register'><instructions>Come</instructions>"
            "<x xmlns='jabber:x:oob'><url>https://server.test/join</url></x></query>",
            "https://server.test/join",
            id="a page",
        ),
        pytest.param(
            "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:oob'>"
            "<url>javascript:alert(1)</url></x></query>",
            "",
            id="no page",
        ),
    ],
)
def test_a_server_that_asks_for_more_is_not_answered(query: str, url: str) -> None:
    with pytest.raises(JoiningError) as refusal:
        answer_to(ElementTree.fromstring(query), "home", "secret")
    assert refusal.value.key is Refusal.ELSEWHERE
    assert refusal.value.detail == url


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(LEGACY.format("<instructions/>"), id="fields"),
        pytest.param(LEGACY.format(FORM.format("<field var='nick'/>")), id="both"),
        pytest.param(
            f"<query xmlns='jabber:iq:register'>{FORM.format('')}</query>", id="a data form"
        ),
    ],
)
def test_a_server_that_asks_for_name_and_password_gets_them(query: str) -> None:
    text = [e.text for e in answer_to(ElementTree.fromstring(query), "home", "secret").iter()]
    assert [word for word in text if word in ("home", "secret")] == ["home", "secret"]
