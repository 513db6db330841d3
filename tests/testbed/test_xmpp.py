"""The servers the other tests stand on do what those tests take for granted."""

from collections.abc import Callable
import os
from pathlib import Path
import re
from xml.etree import ElementTree as ET

import pytest
from slixmpp import JID
from slixmpp.exceptions import IqError
import yaml

from testbed.certificates import CertificateAuthority
from testbed.client import connect
from testbed.ejabberd import EjabberdServer
from testbed.xmpp import Account, ProsodyServer, XmppServer, federation
from tests.conftest import Servers

EJABBERD = Path("/etc/ejabberd/ejabberd.yml")
PROSODY = Path("/etc/prosody/prosody.cfg.lua")
"""As Debian's packages install them."""

type Pair = tuple[XmppServer, XmppServer]

ON_EACH_KIND = pytest.mark.parametrize(
    "server_pair",
    [
        pytest.param(("maison", "village"), id="Prosody"),
        pytest.param(("village", "coop"), id="ejabberd"),
    ],
    indirect=True,
)
"""The server under test and, as its neighbour, one of the other kind."""


@ON_EACH_KIND
@pytest.mark.usefixtures("bob")
async def test_two_servers_federate_with_verified_certificates(
    server_pair: Pair, alice: Account
) -> None:
    _, neighbour = server_pair
    async with connect(alice) as xmpp:
        await xmpp.plugin["xep_0199"].send_ping(JID(neighbour.domain), timeout=10)


async def test_a_server_under_another_authority_is_not_trusted() -> None:
    with (
        federation("juste.test") as (juste,),
        ProsodyServer("faux.test", CertificateAuthority("Another CA")) as faux,
        ProsodyServer(
            "autre.test", juste.authority, neighbours={"faux.test": faux.s2s_port}
        ) as autre,
    ):
        async with connect(autre.register("eve")) as xmpp:
            with pytest.raises(IqError, match="not trusted"):
                await xmpp.plugin["xep_0199"].send_ping(JID(faux.domain), timeout=10)


@pytest.mark.skipif(not os.access(EJABBERD, os.R_OK), reason="Debian's file is not readable")
def test_the_limits_of_ejabberd_are_those_of_debian() -> None:
    ejabberd = EjabberdServer("hameau.test", CertificateAuthority("A CA"))
    ours = yaml.safe_load((ejabberd.folder / "ejabberd.yml").read_text())
    debian = yaml.safe_load(EJABBERD.read_text())
    assert ours["shaper"] == debian["shaper"]
    assert ours["modules"]["mod_pres_counter"] == debian["modules"]["mod_pres_counter"]
    for module in ("ejabberd_c2s", "ejabberd_s2s_in"):
        listener, theirs = (
            next(listener for listener in config["listen"] if listener["module"] == module)
            for config in (ours, debian)
        )
        assert listener["max_stanza_size"] == theirs["max_stanza_size"]
        rule = debian["shaper_rules"][theirs["shaper"]]
        assert listener["shaper"] in (rule if isinstance(rule, dict) else {rule})


@pytest.mark.skipif(not os.access(PROSODY, os.R_OK), reason="Debian's file is not readable")
def test_the_limits_of_prosody_are_those_of_debian(limited_servers: Servers) -> None:
    rates = re.compile(r"(c2s|s2sin) = \{\s*rate = \"(\S+)\"")
    ours = rates.findall((limited_servers.maison.folder / "prosody.cfg.lua").read_text())
    assert ours == rates.findall(PROSODY.read_text())
    assert len(ours) == 2


@ON_EACH_KIND
async def test_nodes_and_items_of_an_account_can_be_read_and_outlive_a_kill(
    server_pair: Pair, alice: Account, bob: Account
) -> None:
    server, _ = server_pair
    user = alice.jid.partition("@")[0]
    async with connect(alice) as xmpp:
        pubsub = xmpp.plugin["xep_0060"]
        # The members of a node with PEP's own access model can subscribe at Prosody only.
        listed = xmpp.plugin["xep_0004"].make_form("submit")
        listed.add_field("pubsub#access_model", value="whitelist")
        await pubsub.create_node(None, "urn:node", config=listed)
        for item in ("first", "second"):
            await pubsub.publish(None, "urn:node", id=item, payload=ET.Element("{urn:x}reading"))
        await pubsub.modify_affiliations(None, "urn:node", [(bob.jid, "member")])
        async with connect(bob) as follower:
            await follower.plugin["xep_0060"].subscribe(alice.jid, "urn:node")
    server.kill()
    server.start()

    node = server.nodes(user)["urn:node"]
    assert node.affiliations[bob.jid] == "member"
    assert node.subscribers == {bob.jid}
    assert server.items(user, "urn:node") == ["second"]


@ON_EACH_KIND
async def test_a_connection_can_be_cut_and_a_password_changed(
    server_pair: Pair, alice: Account, accounts: Callable[..., Account]
) -> None:
    server, _ = server_pair
    async with connect(alice) as xmpp:
        cut = xmpp.wait_until("disconnected", timeout=10)
        server.disconnect(alice.jid)
        await cut
    server.set_password(alice.jid.partition("@")[0], "changed")
    async with connect(Account(**{**vars(alice), "password": "changed"})) as xmpp:
        assert xmpp.is_connected()
