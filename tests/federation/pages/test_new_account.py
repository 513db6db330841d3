"""Start sharing: one form, an address on real servers or one's own, and whoever invited."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
import json
import logging
from pathlib import Path
import secrets
import shutil
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
import pytest_socket
from slixmpp import JID

from custom_components.sen1.const import plain
from custom_components.sen1.federation.pages import server_list
from custom_components.sen1.protocol.links import AccountLogin, Link, parse_link
from custom_components.sen1.protocol.model import BareJid
from testbed.certificates import CertificateAuthority
from testbed.client import connect
from testbed.ejabberd import EjabberdServer
from testbed.process import LOOPBACK, free_port, temporary_folder
from testbed.xmpp import Account, ProsodyServer

from ..conftest import Home, add_account, open_account_form, own_account, until
from .test_server_list import ROW

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

KEY = "123456789012345678901234"

type Server = ProsodyServer | EjabberdServer
type Registrars = dict[str, Server]


@pytest.fixture(scope="module")
def registrars() -> Iterator[Registrars]:
    """Run a server for each way of seeing people who come, not federated."""
    pytest_socket.enable_socket()
    authority = CertificateAuthority()
    folder = temporary_folder("captcha")
    program = folder / "captcha.sh"
    program.write_text(CAPTCHA)
    program.chmod(0o755)
    register = {"ip_access": "all", "captcha_protected": True, "password_strength": 500}
    guarded = {
        "captcha_cmd": str(program),
        "captcha_url": "https://guarded.test/captcha",
        "modules": {"mod_register": register},
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


@pytest.fixture
def club(registrars: Registrars) -> ProsodyServer:
    """Return the server that makes addresses for invited people only."""
    server = registrars["club.test"]
    assert isinstance(server, ProsodyServer)
    return server


@pytest.fixture
def listed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[list[dict[str, Any]]], None]:
    """Return what writes the household's own list of servers."""
    file = tmp_path / "sen1_servers.json"
    monkeypatch.setattr(server_list, "THEIRS", str(file))

    def write(rows: list[dict[str, Any]]) -> None:
        file.write_text(json.dumps({"servers": rows}))

    return write


def reach(server: Server, **changes: Any) -> dict[str, Any]:
    return {"host": LOOPBACK, "port": server.c2s_port, "ca": server.authority.pem} | changes


def typed(server: Server, **changes: Any) -> dict[str, Any]:
    """Return the answers of somebody who was sent a link, or told the name of a server."""
    fields = {"name": "Foyer Lande", "link": server.domain, "where": "inviter", "own": {}}
    return fields | {"advanced": reach(server)} | changes


async def answer(hass: HomeAssistant, flow_id: str, fields: dict[str, Any]) -> Any:
    return await hass.config_entries.flow.async_configure(flow_id, fields)


async def begin(hass: HomeAssistant, fields: dict[str, Any]) -> Any:
    """Open the form and answer it."""
    return await answer(hass, await open_account_form(hass), fields)


async def added(hass: HomeAssistant, result: Any) -> ConfigEntry:
    """Unload the entry that a flow ended with, and return it."""
    assert result["type"] == "create_entry", result
    entry: ConfigEntry = result["result"]
    assert entry.title == "Sharing account"
    await hass.config_entries.async_unload(entry.entry_id)
    return entry


def account_of(server: Server, entry: ConfigEntry) -> Account:
    """Return the account of an entry."""
    jid, password = BareJid(entry.data["jid"]), entry.data["password"]
    return Account(jid, password, LOOPBACK, server.c2s_port, server.authority.pem)


def kept(result: Any) -> dict[str, Any]:
    """Return what a form is shown with, of each field and of those in its sections."""
    shown: dict[str, Any] = {}
    for key, value in result["data_schema"].schema.items():
        if hasattr(value, "schema"):
            shown[str(key)] = kept({"data_schema": value.schema})
        elif key.description:
            shown[str(key)] = key.description["suggested_value"]
    return shown


# Where there was no address


@pytest.mark.parametrize("domain", ["open.test", "village.test"])
async def test_an_address_is_made_on_a_server_that_lets_people_register(
    hass: HomeAssistant, registrars: Registrars, domain: str
) -> None:
    server = registrars[domain]
    result = await begin(hass, typed(server, name="Foyer Ibis"))
    assert result["description"] == "account"
    assert result["description_placeholders"]["address"] == plain(f"foyer-ibis@{domain}")
    entry = await added(hass, result)
    assert entry.unique_id == entry.data["jid"] == f"foyer-ibis@{domain}"
    assert entry.data["name"] == "Foyer Ibis"
    assert not entry.subentries
    async with connect(account_of(server, entry)):
        pass


async def test_no_password_is_shown_or_logged(
    hass: HomeAssistant, registrars: Registrars, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    # What stands for the disk in tests tells all that is written to it.
    caplog.set_level(logging.INFO, "pytest_homeassistant_custom_component")
    result = await begin(hass, typed(registrars["open.test"], name="Discreet"))
    assert result["result"].data["password"] not in str(result["description_placeholders"])
    entry = await added(hass, result)
    assert entry.data["password"] not in caplog.text
    assert entry.data["jid"] not in caplog.text


REFUSALS = [
    pytest.param("open.test", {"link": "hello there"}, {"link": "not_a_link"}, id="text"),
    pytest.param("open.test", {"link": ""}, {"link": "link_needed"}, id="nothing"),
    pytest.param("open.test", {"where": "own"}, {"own": "own_needed"}, id="no address"),
    pytest.param(
        "open.test",
        {"link": "https://club.test/invite?abc"},
        {"link": "invitation_page"},
        id="a page",
    ),
    pytest.param(
        "open.test",
        {"link": "xmpp:coop@club.test?roster;sen1=1"},
        {"link": "newer_link"},
        id="of a later version",
    ),
    pytest.param(
        "open.test",
        {"link": "xmpp:coop@club.test?roster;key=12;sen1=0"},
        {"link": "cut_link"},
        id="cut",
    ),
    pytest.param(
        "open.test",
        {"link": "xmpp:coop@club.test?roster;until=20200101T0000Z;sen1=0"},
        {"link": "link_expired"},
        id="over",
    ),
    pytest.param(
        "open.test",
        {"link": "xmpp:coop@club.test?roster"},
        {"link": "inviter_gives_no_address"},
        id="a friend",
    ),
    pytest.param(
        "open.test",
        {
            "link": "Our circle: "
            + Link(JID("coop@club.test"), "roster", fingerprint=KEY, token="secret").written()
        },
        {"link": "inviter_gives_no_address"},
        id="a circle",
    ),
    pytest.param("closed.test", {}, {"where": "registration_closed"}, id="closed"),
    pytest.param("club.test", {}, {"where": "invitation_needed"}, id="by invitation only"),
    pytest.param("curious.test", {}, {"where": "registration_elsewhere"}, id="asks for more"),
    pytest.param("guarded.test", {}, {"where": "registration_elsewhere"}, id="a picture to read"),
    pytest.param("strict.test", {}, {"base": "registration_refused"}, id="a reason of its own"),
    pytest.param("busy.test", {}, {"where": "too_many_registrations"}, id="too many"),
    pytest.param("open.test", {"port": free_port()}, {"where": "cannot_connect"}, id="nobody"),
    pytest.param("open.test", {"ca": ""}, {"base": "invalid_certificate"}, id="certificate"),
    pytest.param("open.test", {"ca": "no PEM"}, {"base": "invalid_ca"}, id="no authority"),
]


@pytest.mark.parametrize(("domain", "changes", "errors"), REFUSALS)
async def test_each_refusal_is_named_loses_no_input_and_another_choice_succeeds(
    hass: HomeAssistant,
    registrars: Registrars,
    domain: str,
    changes: dict[str, Any],
    errors: dict[str, str],
    request: pytest.FixtureRequest,
) -> None:
    server = registrars[domain]
    if domain == "busy.test":
        await added(hass, await begin(hass, typed(server, name="First")))
    name = f"Guest {request.node.callspec.id}"
    where = {key: value for key, value in changes.items() if key in ("port", "ca")}
    fields = typed(server, name=name, advanced=reach(server, **where))
    fields |= {key: value for key, value in changes.items() if key not in where}
    flow_id = await open_account_form(hass)
    result = await answer(hass, flow_id, fields)
    assert result["errors"] == errors
    assert kept(result) == fields
    entry = await added(
        hass, await answer(hass, flow_id, typed(registrars["open.test"], name=name))
    )
    assert entry.data["jid"].endswith("@open.test")
    assert entry.data["jid"].startswith("guest-")


@pytest.mark.parametrize("domain", ["open.test", "village.test"])
async def test_of_a_name_that_is_taken_the_next_is_made(
    hass: HomeAssistant, registrars: Registrars, domain: str
) -> None:
    server = registrars[domain]
    server.register("taken")
    entry = await added(hass, await begin(hass, typed(server, name="Taken")))
    assert entry.data["jid"] == f"taken-2@{domain}"


async def test_a_second_account_of_a_home_is_beside_the_first(
    hass: HomeAssistant, registrars: Registrars
) -> None:
    for jid in ("twice@open.test", "twice-2@open.test"):
        result = await begin(hass, typed(registrars["open.test"], name="Twice"))
        assert (await added(hass, result)).data["jid"] == jid


async def test_where_every_name_is_taken_another_is_asked_for(
    hass: HomeAssistant, registrars: Registrars, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = registrars["open.test"]
    monkeypatch.setattr(secrets, "randbelow", lambda _: 0)
    for name in ("dupont", "dupont-2", "dupont-3", "dupont-1000"):
        server.register(name)
    flow_id = await open_account_form(hass)
    result = await answer(hass, flow_id, typed(server, name="Dupont"))
    assert result["errors"] == {"name": "name_taken"}
    await added(hass, await answer(hass, flow_id, typed(server, name="Dupont of the mill")))


async def test_a_name_without_a_letter_is_a_home(
    hass: HomeAssistant, registrars: Registrars
) -> None:
    entry = await added(hass, await begin(hass, typed(registrars["open.test"], name="🏠")))
    assert (entry.data["jid"], entry.data["name"]) == ("home@open.test", "🏠")


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
    server = registrars["open.test"]
    result = await begin(hass, typed(server, advanced=reach(server, port=port)))
    assert result["errors"] == {"base": "not_xmpp"}
    assert b"stream" in received
    assert b"password" not in received
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
    fields = typed(server, name="Late", advanced=reach(server, port=port))
    flow_id = await open_account_form(hass)
    result = await answer(hass, flow_id, fields)
    assert result["errors"] == {"where": "cannot_connect"}
    assert kept(result) == fields
    entry = await added(hass, await answer(hass, flow_id, typed(server, name="Late")))
    # It is the one that was made, not another beside it.
    assert entry.data["jid"] == "late@open.test"
    async with connect(account_of(server, entry)):
        pass


async def test_what_the_server_did_not_make_after_all_is_made_again(
    hass: HomeAssistant, registrars: Registrars
) -> None:
    server = registrars["open.test"]
    flow_id = await open_account_form(hass)
    nowhere = reach(server, port=free_port())
    for _ in "12":
        result = await answer(hass, flow_id, typed(server, name="Again", advanced=nowhere))
        assert result["errors"] == {"where": "cannot_connect"}
    entry = await added(hass, await answer(hass, flow_id, typed(server, name="Again")))
    assert entry.data["jid"] == "again@open.test"


async def test_nothing_is_left_running_by_joining(
    hass: HomeAssistant, registrars: Registrars
) -> None:
    flow_id = await open_account_form(hass)
    before = asyncio.all_tasks()
    await answer(hass, flow_id, typed(registrars["closed.test"]))
    assert asyncio.all_tasks() <= before


# By an invitation


async def test_an_invitation_to_a_server_gives_an_address_there_once(
    hass: HomeAssistant, club: ProsodyServer
) -> None:
    invitation = club.invite()
    entry = await added(hass, await begin(hass, typed(club, name="Member", link=invitation)))
    assert entry.unique_id == "member@club.test"
    assert not entry.subentries
    async with connect(account_of(club, entry)):
        pass

    flow_id = await open_account_form(hass)
    fields = typed(club, name="Second", link=f"Come and join: {invitation}\n")
    result = await answer(hass, flow_id, fields)
    assert result["errors"] == {"link": "invitation_refused"}
    assert kept(result) == fields
    entry = await added(hass, await answer(hass, flow_id, fields | {"link": club.invite()}))
    assert entry.unique_id == "second@club.test"


async def test_an_invitation_that_has_expired_is_refused(
    hass: HomeAssistant, club: ProsodyServer
) -> None:
    invitation = club.invite(lasts="1s")
    expired_at = time.time() + 2
    await until(lambda: time.time() >= expired_at)
    result = await begin(hass, typed(club, link=invitation))
    assert result["errors"] == {"link": "invitation_refused"}


async def test_a_taken_name_does_not_use_the_invitation_up(
    hass: HomeAssistant, club: ProsodyServer
) -> None:
    club.register("early")
    entry = await added(hass, await begin(hass, typed(club, name="Early", link=club.invite())))
    assert entry.unique_id == "early-2@club.test"


async def test_who_invites_becomes_a_friend_who_is_granted_nothing(
    hass: HomeAssistant, club: ProsodyServer
) -> None:
    club.register("coop")
    invitation = club.invite("coop")
    result = await begin(hass, typed(club, name="Invited", link=invitation))
    assert result["description"] == "account_befriended"
    entry = await added(hass, result)
    (friend,) = entry.subentries.values()
    assert friend.title == "coop"
    parsed = parse_link(invitation)
    assert parsed is not None
    assert dict(friend.data) == {"jid": "coop@club.test", "grants": [], "preauth": parsed.token}
    assert club.roster("coop") == {"invited@club.test": "both"}


async def test_a_link_that_tells_its_key_makes_a_friend_who_is_verified(
    hass: HomeAssistant, club: ProsodyServer
) -> None:
    host = club.register("ibis").jid
    made = parse_link(club.invite("ibis"))
    assert made is not None
    week = dt_util.utcnow().timestamp() + 604_800
    link = Link(
        JID(host),
        "roster",
        fingerprint=KEY,
        token=made.token,
        name="Foyer *Ibis*\u202e",
        until=week,
        gives_account=True,
    ).written()
    message = f"Hello! Paste this into SEN1:\n\n{link}\n\nSee you soon."
    result = await begin(hass, typed(club, name="<b>Lande</b>", link=message))
    assert result["description"] == "account_invited"
    told = result["description_placeholders"]
    assert told["friend"] == r"Foyer \*Ibis\*"
    assert told["home"] == r"\<b\>Lande\</b\>"
    entry = await added(hass, result)
    assert entry.unique_id == "b-lande-b@club.test"
    (friend,) = entry.subentries.values()
    assert friend.title == "Foyer *Ibis*"
    assert friend.data["fingerprint"] == KEY
    assert friend.data["preauth"] == made.token


async def test_a_server_without_invitations_registers_the_invited_as_anybody(
    hass: HomeAssistant, registrars: Registrars
) -> None:
    village = registrars["village.test"]
    link = "xmpp:village.test?register;preauth=abc"
    entry = await added(hass, await begin(hass, typed(village, name="Villager", link=link)))
    assert entry.unique_id == "villager@village.test"


async def test_a_name_that_the_server_keeps_for_the_invited_is_tried_first(
    hass: HomeAssistant, registrars: Registrars
) -> None:
    village = registrars["village.test"]
    link = "xmpp:mill@village.test?register;preauth=abc"
    entry = await added(hass, await begin(hass, typed(village, name="Lande", link=link)))
    assert entry.unique_id == "mill@village.test"
    assert not entry.subentries


@pytest.mark.parametrize("domain", ["open.test", "village.test"])
async def test_an_address_that_a_link_brings_becomes_ones_own_and_the_link_works_once(
    hass: HomeAssistant, registrars: Registrars, domain: str
) -> None:
    server = registrars[domain]
    guest = server.register("foyer-k7qf")
    login = AccountLogin(guest.jid, guest.password)
    link = Link(
        JID(f"ibis@{domain}"),
        "roster",
        fingerprint=KEY,
        token="secret",
        name="Foyer Ibis",
        login=login,
    ).written()
    entry = await added(hass, await begin(hass, typed(server, link=link)))
    assert entry.unique_id == guest.jid
    assert entry.data["password"] != guest.password
    async with connect(replace(guest, password=entry.data["password"])):
        pass
    (friend,) = entry.subentries.values()
    assert friend.data["preauth"] == "secret"
    await hass.config_entries.async_remove(entry.entry_id)

    result = await begin(hass, typed(server, link=link))
    assert result["errors"] == {"link": "invitation_refused"}


async def test_an_address_whose_password_others_would_know_is_not_taken(
    hass: HomeAssistant, registrars: Registrars
) -> None:
    server = registrars["guarded.test"]
    guest = server.register("foyer-k7qf")
    login = AccountLogin(guest.jid, guest.password)
    link = Link(
        JID("ibis@guarded.test"), "roster", fingerprint=KEY, token="secret", login=login
    ).written()
    result = await begin(hass, typed(server, link=link))
    assert result["errors"] == {"link": "password_kept"}
    assert "password" in result["description_placeholders"]["detail"]


# With an address of one's own


async def test_a_link_that_only_makes_friends_is_good_with_ones_own_address(
    hass: HomeAssistant, club: ProsodyServer
) -> None:
    club.register("host")
    account = club.register("guest")
    link = club.invite("host", account=False)
    parsed = parse_link(link)
    assert parsed is not None
    assert not parsed.gives_account
    flow_id = await open_account_form(hass)
    result = await answer(hass, flow_id, typed(club, link=link))
    assert result["errors"] == {"link": "inviter_gives_no_address"}
    # What was typed below is meant, also where the choice was forgotten.
    fields = own_account(account) | {"where": "inviter", "link": link}
    result = await answer(hass, flow_id, fields)
    assert result["type"] == "create_entry", result
    entry = result["result"]
    assert entry.unique_id == account.jid
    # Nobody is there to answer but the server.
    await until(lambda: club.roster("host") == {account.jid: "both"})
    await hass.config_entries.async_unload(entry.entry_id)


async def test_ones_own_link_invites_nobody(hass: HomeAssistant, club: ProsodyServer) -> None:
    account = club.register("selfish")
    fields = own_account(account) | {
        "link": Link(JID(account.jid), "roster", fingerprint=KEY).written()
    }
    result = await begin(hass, fields)
    assert result["errors"] == {"link": "own_address"}
    assert kept(result) == fields


async def test_a_link_with_a_token_of_the_friends_server_makes_friends_at_once(
    hass: HomeAssistant, club: ProsodyServer
) -> None:
    club.register("host2")
    account = club.register("guest2")
    guest = Home(hass, account, await add_account(hass, account))
    host = Account(BareJid(f"host2@{club.domain}"), "", "", 0, "")
    await guest.befriend(Home(hass, host, guest.entry), jid=club.invite("host2", account=False))
    await until(lambda: club.roster("host2") == {account.jid: "both"})
    await hass.config_entries.async_unload(guest.entry.entry_id)


# On a server of the list


async def test_the_list_says_of_each_server_who_runs_it_and_what_it_keeps(
    hass: HomeAssistant, listed: Callable[[list[dict[str, Any]]], None]
) -> None:
    listed([ROW, ROW | {"domain": "rade.example", "since": "long ago"}])
    flow = await hass.config_entries.flow.async_init("sen1", context={"source": "user"})
    flow = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {"next_step_id": "account"}
    )
    assert flow["description_placeholders"] is not None
    assert flow["description_placeholders"]["servers"] == (
        r"- **Scorff \<i\>** (scorff\.example): run by Coop Soleil du Scorff; country France;"
        r" keeps 30 days; languages français, brezhoneg; since 2026; limits 300 homes;"
        " [its page](https://scorff.example/about)\n"
        "- Rows of sen1_servers.json that were left out, as something in them is not right: 1"
        " (row 2: since)"
    )
    assert flow["data_schema"] is not None
    where = next(value for key, value in flow["data_schema"].schema.items() if key == "where")
    assert [option["value"] for option in where.config["options"]] == [
        *("inviter", "scorff.example", "own")
    ]


@pytest.mark.parametrize("is_folder", [False, True])
async def test_a_list_that_cannot_be_read_is_told_and_the_form_goes_on(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, is_folder: bool
) -> None:
    file = tmp_path / "sen1_servers.json"
    monkeypatch.setattr(server_list, "THEIRS", str(file))
    file.mkdir() if is_folder else file.write_text("no list")
    flow_id = await open_account_form(hass)
    result = await answer(hass, flow_id, {"name": "x", "where": "own", "own": {}, "advanced": {}})
    told = result["description_placeholders"]["servers"]
    assert told == "- sen1_servers.json cannot be read as a list of servers, and was left out."


async def test_an_address_is_made_on_a_server_of_the_list_and_whoever_invited_is_a_friend(
    hass: HomeAssistant,
    registrars: Registrars,
    listed: Callable[[list[dict[str, Any]]], None],
) -> None:
    listed([ROW | {"domain": "open.test"}])
    link = Link(
        JID("ibis@club.test"), "roster", fingerprint=KEY, token="secret", name="Foyer Ibis"
    ).written()
    fields = typed(registrars["open.test"], name="Listed", link=link, where="open.test")
    result = await begin(hass, fields)
    assert result["description"] == "account_invited"
    entry = await added(hass, result)
    assert entry.unique_id == "listed@open.test"
    (friend,) = entry.subentries.values()
    assert dict(friend.data) == {
        "jid": "ibis@club.test",
        "grants": [],
        "preauth": "secret",
        "fingerprint": KEY,
    }


# The password


async def test_an_administrator_is_shown_the_address_with_its_password(
    hass: HomeAssistant, house: Home, hass_ws_client: Any
) -> None:
    flow: Any = await hass.config_entries.options.async_init(house.entry.entry_id)
    flow = await hass.config_entries.options.async_configure(
        flow["flow_id"], {"next_step_id": "password"}
    )
    assert flow["description_placeholders"] == {
        "address": plain(house.account.jid),
        "password": plain(house.account.password),
    }
    result: Any = await hass.config_entries.options.async_configure(flow["flow_id"], {})
    assert result["type"] == "create_entry"

    client = await hass_ws_client(hass)
    command = {"type": "sen1/account_password", "entry_id": house.entry.entry_id}
    await client.send_json_auto_id(command)
    assert (await client.receive_json())["result"] == {
        "address": house.account.jid,
        "password": house.account.password,
    }
    await client.send_json_auto_id(command | {"entry_id": "nobody"})
    assert (await client.receive_json())["error"]["code"] == "not_found"


async def test_nobody_else_is_shown_a_password(
    hass: HomeAssistant, house: Home, hass_ws_client: Any, hass_read_only_access_token: str
) -> None:
    client = await hass_ws_client(hass, hass_read_only_access_token)
    await client.send_json_auto_id(
        {"type": "sen1/account_password", "entry_id": house.entry.entry_id}
    )
    answered = await client.receive_json()
    assert answered["error"]["code"] == "unauthorized"
    assert house.account.password not in str(answered)
