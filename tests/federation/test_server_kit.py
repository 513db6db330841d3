"""The servers that docs/en/server.md tells how to run, by its own commands.

`SUBSTITUTED` of `testbed/debian.py` says what is run in the place of what stands there.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, suppress
import json
import os
from pathlib import Path
import re
import ssl
import time
from urllib.parse import urlsplit

from homeassistant.core import HomeAssistant
import pytest
import pytest_socket
import yaml

from custom_components.sen1.federation.inviting.invitations import Invitations
from custom_components.sen1.federation.own_server import OwnServer
from custom_components.sen1.federation.pages.server_list import read_servers
from custom_components.sen1.federation.xmpp.registration import register
from custom_components.sen1.protocol.errors import JoiningError, Refusal
from custom_components.sen1.protocol.links import Link, parse_link
from custom_components.sen1.protocol.model import BareJid
from testbed.certificates import CertificateAuthority
from testbed.debian import DebianMachine
from testbed.ejabberd import EjabberdServer
from testbed.postgresql import PostgreSQL
from testbed.process import LOOPBACK, free_port
from testbed.relay import Relay
from testbed.xmpp import Account

from .conftest import Home, add_account, until
from .xmpp.test_session import credentials

PAGES = [Path(__file__).parents[2] / "docs" / language / "server.md" for language in ("en", "fr")]
DOMAIN = "scorff.example"

SERIES = 8
"""Series that are followed in the start which is measured."""
RATE = 30_000
"""Bytes a second that the page's limits let through from a home."""
TOWN_HALL = 1000
"""Series of the one that follows most."""

type Meter = Callable[[object], None]


def blocks(language: str, page: Path = PAGES[0]) -> list[str]:
    """Return the blocks of a page in a language, in order."""
    return re.findall(rf"```{language}\n(.+?)```", page.read_text(), re.DOTALL)


INSTALL, DATABASE, CERTIFICATE, FILES, PROSODY, INVITE, BACKUP, RESTORE, LOOK = blocks("sh")


def test_both_languages_have_the_same_blocks() -> None:
    for language in ("sh", "yaml"):
        assert blocks(language, PAGES[0]) == blocks(language, PAGES[1])


@pytest.mark.parametrize("page", PAGES, ids=["en", "fr"])
def test_the_row_of_the_list_is_one_that_the_form_takes(page: Path) -> None:
    (row,) = blocks("json", page)
    known, faults = read_servers(row.encode())
    assert (list(known), faults) == ([DOMAIN], [])


def test_what_the_list_says_of_the_server_is_what_its_configuration_does() -> None:
    (row,) = json.loads(*blocks("json"))["servers"]
    assert f'VirtualHost "{row["domain"]}"' in PROSODY
    assert f'rate = "{RATE // 1000}kb/s"' in PROSODY
    assert f"{RATE // 1000} kB a second" in row["limits"]
    days = re.search(r"mtime \+(\d+)", BACKUP)
    assert days
    assert f'backup_retention = "{24 * (int(days[1]) + 1)}"' in PROSODY


@pytest.fixture(scope="module")
def database() -> Iterator[PostgreSQL]:
    """Run a PostgreSQL, with the role of ejabberd."""
    pytest_socket.enable_socket()  # before each test's own fixture
    with PostgreSQL() as server:
        server.make("ejabberd", "a-long-password")
        yield server


@pytest.fixture(scope="module")
def pair(database: PostgreSQL) -> Iterator[tuple[DebianMachine, EjabberdServer]]:
    """Run the two servers of the page, federated: Prosody after steps 1 to 4."""
    authority = CertificateAuthority()
    ports = {DOMAIN: free_port(), "village.test": free_port()}
    (options,) = blocks("yaml")
    assert "5432" in options
    with (
        DebianMachine(
            DOMAIN, authority, database, s2s_port=ports[DOMAIN], neighbours=ports
        ) as machine,
        EjabberdServer(
            "village.test",
            authority,
            s2s_port=ports["village.test"],
            neighbours=ports,
            options=yaml.safe_load(options.replace("5432", str(database.port))),
        ) as village,
    ):
        for commands in (INSTALL, DATABASE, CERTIFICATE, FILES, PROSODY):
            machine.run(commands)
        yield machine, village


@pytest.fixture
def machine(pair: tuple[DebianMachine, EjabberdServer]) -> DebianMachine:
    """Return the machine of the page's steps."""
    return pair[0]


def first_link(machine: DebianMachine) -> str:
    """Return the link of step 5."""
    (found,) = re.findall(r"https://\S+", machine.run(INVITE))
    return str(found)


def read(link: str) -> Link:
    said = parse_link(link)
    assert said
    return said


async def account(machine: DebianMachine, user: str, token: str, *, by: int = 0) -> Account:
    """Make an account with an invitation's token; its homes go through another port if given."""
    jid = BareJid(f"{user}@{DOMAIN}")
    port = by or machine.c2s_port
    made = Account(jid, f"password of {user}", LOOPBACK, port, machine.authority.pem)
    known = credentials(made)
    await register(known, known.ssl_context(), token)
    return made


async def home(hass: HomeAssistant, known: Account) -> Home:
    return Home(hass, known, await add_account(hass, known))


async def invite(inviting: Home) -> str:
    """Return the link by which a home invites another."""
    await until(lambda: inviting.runtime.session.is_online)
    invitations = inviting.runtime[Invitations]
    made = await invitations.make("Foyer Dune", list, [], time.time() + 86400)
    return invitations.all[made]["link"]


async def leave(*homes: Home) -> None:
    for one in homes:
        await one.hass.config_entries.async_unload(one.entry.entry_id)


async def test_an_account_is_made_by_the_first_link_once_and_by_nobody_without(
    machine: DebianMachine,
) -> None:
    link = read(first_link(machine))
    assert (link.jid, link.gives_account) == (DOMAIN, True)
    with pytest.raises(JoiningError) as refused:
        await account(machine, "stranger", "")
    assert refused.value.key is Refusal.INVITATION_NEEDED
    await account(machine, "first", link.token)
    with pytest.raises(JoiningError) as refused:
        await account(machine, "second", link.token)
    assert refused.value.key is Refusal.INVITATION_REFUSED


async def test_a_home_invites_another_and_both_come_back_after_all_was_lost(
    hass: HomeAssistant, machine: DebianMachine, database: PostgreSQL, meter: Meter
) -> None:
    ibis = await home(hass, await account(machine, "ibis", read(first_link(machine)).token))
    link = await invite(ibis)
    assert link.startswith(f"https://{DOMAIN}/i/#xmpp:")
    assert (read(link).address, read(link).gives_account) == (ibis.account.jid, True)
    dune = await home(hass, await account(machine, "dune", read(link).token))

    publication = await ibis.publish("sensor.meter")
    await ibis.befriend(dune, publication)
    await dune.befriend(ibis)
    await until(lambda: (state := dune.state()) and state.state == "640")
    await leave(ibis, dune)

    def stored() -> list[str]:
        tables = ("prosody", "prosodyarchive")
        return [
            row
            for table in tables
            for row in sorted(database.select(f"SELECT * FROM {table}", "prosody"))
        ]

    await asyncio.to_thread(machine.stop)
    before = stored()
    machine.run(BACKUP)
    database.select("DROP DATABASE prosody")
    await asyncio.to_thread(machine.run, RESTORE)
    assert [row for row in before if row not in stored()] == []

    for one in (ibis, dune):
        await hass.config_entries.async_setup(one.entry.entry_id)
    meter(800)
    await until(lambda: (state := dune.state()) and state.state == "800")
    await leave(ibis, dune)


async def test_the_account_says_what_the_server_promises(
    hass: HomeAssistant, machine: DebianMachine
) -> None:
    one = await home(hass, await account(machine, "reader", read(first_link(machine)).token))
    policy = await until(lambda: (said := one.runtime[OwnServer].data_policy).access and said)
    assert (policy.backup_retention, policy.data_deletion) == (336, True)
    assert (policy.full_erasure, policy.encryption_at_rest) == (False, False)
    await leave(one)


async def test_the_page_of_an_invitation_comes_with_the_domains_certificate(
    machine: DebianMachine,
) -> None:
    trusted = ssl.create_default_context(cadata=machine.authority.pem)
    address = urlsplit(f"https://{DOMAIN}/i/")

    async def connected() -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        # Clients can connect a moment before browsers can.
        with suppress(ConnectionRefusedError):
            return await asyncio.open_connection(
                LOOPBACK, machine.https_port, ssl=trusted, server_hostname=DOMAIN
            )
        return None

    reader, writer = await until(connected)
    writer.write(
        f"GET {address.path} HTTP/1.1\r\nHost: {DOMAIN}\r\nConnection: close\r\n\r\n".encode()
    )
    answer = (await reader.read()).decode()
    writer.close()
    head, _, body = answer.partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 200")
    assert "text/html" in head
    page = Path(__file__).parents[2] / "docs" / "server" / "invitation.html"
    assert body.strip() == page.read_text().strip()


async def test_one_command_tells_what_somebody_must_look_at(machine: DebianMachine) -> None:
    machine.run(BACKUP)
    well = machine.run(LOOK)
    assert "LOOK" not in well
    assert well.count("well: ") == 4
    for backup in machine.root.glob("var/backups/sen1/*.dump"):
        os.utime(backup, (0, 0))
    machine.stop()
    said = machine.run("sen1-server || true")
    assert "LOOK: Prosody answers" in said
    assert "LOOK: a backup is no older than 26 hours" in said
    assert "well: the certificate lasts two weeks more" in said
    with pytest.raises(RuntimeError):
        machine.run("sen1-server")
    machine.start()
    machine.run(BACKUP)  # two weeks are kept: what is of 1970 is not
    assert "LOOK" not in machine.run("sen1-server")


async def test_the_limits_let_a_start_through(
    hass: HomeAssistant, machine: DebianMachine, meter: Meter
) -> None:
    async with AsyncExitStack() as stack:
        relay = await stack.enter_async_context(Relay([machine.c2s_port]))
        token = read(first_link(machine)).token
        publisher = await home(hass, await account(machine, "many", token))
        link = await invite(publisher)
        hall = await home(hass, await account(machine, "hall", read(link).token, by=relay.port))
        publications = [await publisher.publish("sensor.meter") for _ in range(SERIES)]
        await publisher.befriend(hall, *publications)
        await hall.befriend(publisher)

        def is_live() -> bool:
            known = [one for one in hall.series() if one.received + one.repeated]
            return len(known) == SERIES and not any(one.is_owed for one in known)

        await until(is_live)
        await leave(hall)
        began = relay.carried
        await hass.config_entries.async_setup(hall.entry.entry_id)
        await until(is_live)
        sent = (relay.carried - began) / SERIES
        seconds = TOWN_HALL * sent / RATE
        print(f"\na start: {sent:.0f} bytes sent a series; of {TOWN_HALL} series {seconds:.0f} s")
        assert seconds < 60
        await leave(publisher, hall)


async def test_a_home_publishes_on_an_ejabberd_with_postgresql_and_over_its_restart(
    hass: HomeAssistant,
    pair: tuple[DebianMachine, EjabberdServer],
    database: PostgreSQL,
    meter: Meter,
) -> None:
    machine, village = pair
    house = await home(hass, village.register("house"))
    token = read(first_link(machine)).token
    friend = await home(hass, await account(machine, "friend", token))
    publication = await house.publish("sensor.meter")
    await house.befriend(friend, publication)
    await friend.befriend(house)
    await until(lambda: (state := friend.state()) and state.state == "640")
    assert int(database.select("SELECT count(*) FROM pubsub_item", "ejabberd")[0]) > 0
    await asyncio.to_thread(village.restart)
    meter(800)
    await until(lambda: friend.state().state == "800")
    await leave(house, friend)


def test_no_command_reaches_what_is_not_substituted(machine: DebianMachine) -> None:
    with pytest.raises(ValueError, match="/opt/kit"):
        machine.run("touch /opt/kit\n")
