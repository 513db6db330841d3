"""Fixtures shared by all tests: real parts, on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
import logging
from typing import NamedTuple

import pytest
import pytest_socket

from testbed.certificates import CertificateAuthority
from testbed.ejabberd import EjabberdServer
from testbed.xmpp import Account, ProsodyServer, ServerKind, XmppServer, federation_of

# Home Assistant's plugin has the recorder write each statement.
logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)

# cryptography remembers the class of time it meets first. From a test that froze the clock, it
# would be a false one, and every certificate made later with true times would be refused.
CertificateAuthority()

_numbers = count(1)


class Servers(NamedTuple):
    """The servers of the session, by the name of their domain."""

    maison: ProsodyServer
    coop: ProsodyServer
    village: XmppServer


@pytest.fixture(autouse=True)
def _loopback(socket_enabled: None) -> None:
    """Let tests reach what runs on the loopback, which Home Assistant's plugin forbids."""


@pytest.fixture(autouse=True)
def _custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let each Home Assistant under test find the integration in this repository."""
    if "recorder_mock" in request.fixturenames:
        # A recorder must be there before Home Assistant.
        request.getfixturevalue("recorder_mock")
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Run three servers that federate, two Prosody and an ejabberd, for the whole session.

    A test that stops or restarts one starts it again. The ejabberd does not count requests for
    friendship: those of all tests together would be too many for Debian's five a minute.
    """
    pytest_socket.enable_socket()  # before the fixture above, which is each test's own
    kinds: dict[str, ServerKind] = {
        "maison.test": ProsodyServer,
        "coop.test": ProsodyServer,
        "village.test": partial(
            EjabberdServer, options={"modules": {"mod_pres_counter": {"count": 1000}}}
        ),
    }
    with federation_of(kinds) as (maison, coop, village):
        assert isinstance(maison, ProsodyServer)
        assert isinstance(coop, ProsodyServer)
        yield Servers(maison, coop, village)


@pytest.fixture
def prosody_pair(servers: Servers) -> tuple[ProsodyServer, ProsodyServer]:
    """Return maison.test and coop.test."""
    return servers.maison, servers.coop


@pytest.fixture
def server_pair(request: pytest.FixtureRequest, servers: Servers) -> tuple[XmppServer, XmppServer]:
    """Return the servers of the house and of the cooperative: Prosody, or what `PAIRS` says."""
    house, cooperative = getattr(request, "param", ("maison", "coop"))
    return getattr(servers, house), getattr(servers, cooperative)


@pytest.fixture
def accounts() -> Callable[..., Account]:
    """Return a maker of accounts that no other test uses: `accounts(server, "carole")`."""

    def make(server: XmppServer, name: str) -> Account:
        return server.register(f"{name}{next(_numbers)}")

    return make


@pytest.fixture
def alice(server_pair: tuple[XmppServer, XmppServer], accounts: Callable[..., Account]) -> Account:
    """Return a fresh account at the house's server."""
    return accounts(server_pair[0], "alice")


@pytest.fixture
def bob(server_pair: tuple[XmppServer, XmppServer], accounts: Callable[..., Account]) -> Account:
    """Return a fresh account at the cooperative's server."""
    return accounts(server_pair[1], "bob")
