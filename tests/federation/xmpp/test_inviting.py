"""What real servers give to whoever invites, and what is made of answers that give nothing."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import pytest_socket

from custom_components.sen1.federation.xmpp.inviting import (
    ADD_USER,
    CREATE_ACCOUNT,
    DELETE_USER,
    INVITE,
    ServerToken,
    add_user,
    delete_user,
    token_of_server,
)
from custom_components.sen1.federation.xmpp.session import Session
from custom_components.sen1.protocol.errors import RequestFailed
from custom_components.sen1.protocol.forms import answering, filled, form
from custom_components.sen1.protocol.model import BareJid
from testbed.certificates import CertificateAuthority
from testbed.client import connect
from testbed.ejabberd import ADMINISTERED, ADMINISTRATOR, EjabberdServer
from testbed.process import LOOPBACK
from testbed.xmpp import INVITES, USER_INVITES, Account, ProsodyServer

from .test_session import credentials

type Server = ProsodyServer | EjabberdServer

ADMINISTERED_PROSODY = (
    'modules_enabled = { "admin_adhoc", "invites_register", "invites_adhoc" }\n'
    f'admins = {{ "{ADMINISTRATOR}@administered.test" }}'
)

GOOD = "xmpp:home@server.org?roster;preauth=TOKEN;ibr=y"


@pytest.fixture(scope="module")
def servers_of_inviters() -> Iterator[dict[str, Server]]:
    """Run a server for each way to invite, not federated."""
    pytest_socket.enable_socket()
    authority = CertificateAuthority()
    options = {
        "generous.test": USER_INVITES,
        "reserved.test": INVITES,
        "administered.test": ADMINISTERED_PROSODY,
    }
    with ExitStack() as stack:
        servers: dict[str, Server] = {
            domain: stack.enter_context(ProsodyServer(domain, authority, host_options=lua))
            for domain, lua in options.items()
        } | {
            "village.test": stack.enter_context(
                EjabberdServer("village.test", authority, options=ADMINISTERED)
            )
        }
        for server in servers.values():
            for user in ("plain", ADMINISTRATOR):
                server.register(user, "secret")
        yield servers


def account_at(server: Server, user: str) -> Account:
    jid = BareJid(f"{user}@{server.domain}")
    return Account(jid, "secret", LOOPBACK, server.c2s_port, server.authority.pem)


@asynccontextmanager
async def at(account: Account) -> AsyncIterator[Session]:
    """Log in."""
    known = credentials(account)
    session = Session(known, known.ssl_context())
    await session.connect()
    try:
        yield session
    finally:
        await session.close()


@pytest.mark.parametrize(
    ("domain", "user", "is_given"),
    [
        ("generous.test", "plain", True),
        ("reserved.test", "plain", False),
        ("administered.test", "plain", False),
        ("administered.test", ADMINISTRATOR, True),
        ("village.test", "plain", False),
        ("village.test", ADMINISTRATOR, False),
    ],
)
async def test_a_server_gives_a_token_for_an_account_to_those_it_lets_invite(
    servers_of_inviters: dict[str, Server], domain: str, user: str, is_given: bool
) -> None:
    async with at(account_at(servers_of_inviters[domain], user)) as session:
        offered = await session.commands()
        token = await token_of_server(session, offered)
        assert (token is not None) == is_given
        is_administrator = {ADD_USER, DELETE_USER} <= offered
    assert is_administrator == (user == ADMINISTRATOR)
    if token is not None:
        assert token.expires is not None


@pytest.mark.parametrize("domain", ["administered.test", "village.test"])
async def test_an_administrator_makes_accounts_and_deletes_those_nobody_made_theirs(
    servers_of_inviters: dict[str, Server], domain: str
) -> None:
    server = servers_of_inviters[domain]
    account = account_at(server, ADMINISTRATOR)
    known = credentials(account)
    async with at(account) as session:
        theirs = await add_user(session, BareJid(f"theirs@{domain}"))
        nobodys = await add_user(session, BareJid(f"nobodys@{domain}"))
        with pytest.raises(RequestFailed):
            await add_user(session, theirs.jid)
        server.set_password("theirs", "its own")
        context = known.ssl_context()
        assert not await delete_user(session, theirs, known, context)
        assert await delete_user(session, nobodys, known, context)
        # It is gone, so nobody can log in with it.
        assert not await delete_user(session, nobodys, known, context)
    left = Account(theirs.jid, "its own", account.host, account.port, account.ca)
    async with connect(left):
        pass


def ordering(**answers: Any) -> Session:
    """Return what stands for a session whose server answers so, by the end of a command's node."""

    async def order(command: Element) -> Element:
        node = command.get("node", "")
        said = answers[node.partition("#")[2].replace("-", "_")]
        if isinstance(said, RequestFailed):
            raise said
        iq = Element("iq")
        iq.append(answering(node, "1", form("result", filled(said))))
        return iq

    session: Any = SimpleNamespace(order=order)
    return session  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"uri": "nothing"},
        {"uri": "xmpp:home@server.org?roster;preauth=TOKEN"},
        {"uri": "xmpp:home@server.org?roster;ibr=y"},
        {"uri": "xmpp:home@server.org?roster;preauth=TOKEN;ibr=y;sen1=7"},
        {"uri": GOOD, "expire": "tomorrow"},
        {"uri": "x" * 5000},
        RequestFailed("forbidden"),
    ],
)
async def test_what_is_no_token_for_an_account_is_asked_for_in_the_other_way(said: Any) -> None:
    account = {"uri": "xmpp:server.org?register;preauth=OTHER"}
    session = ordering(invite=said, create_account=account)
    both = {INVITE, CREATE_ACCOUNT}
    assert await token_of_server(session, both) == ServerToken("OTHER", None)
    assert await token_of_server(session, {INVITE}) is None


@pytest.mark.parametrize(
    ("landing", "page"),
    [
        (f"https://server.org/i/#{GOOD}", "https://server.org/i/"),
        ("https://server.org/i/TOKEN", ""),
        (f"http://server.org/i/#{GOOD}", ""),
        ("", ""),
    ],
)
async def test_a_page_is_one_that_is_not_sent_what_leads_to_it(landing: str, page: str) -> None:
    session = ordering(invite={"uri": GOOD, "landing-url": landing})
    token = await token_of_server(session, {INVITE})
    assert token is not None
    assert token.page == page


async def test_a_server_that_does_not_answer_says_nothing_of_what_it_gives() -> None:
    session = ordering(invite=RequestFailed("timeout"), create_account={"uri": GOOD})
    with pytest.raises(RequestFailed, match="timeout"):
        await token_of_server(session, {INVITE, CREATE_ACCOUNT})
