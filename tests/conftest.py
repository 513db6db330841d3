"""Fixtures shared by all tests: real parts, on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
import pytest_socket

from testbed.xmpp import Account, ProsodyServer, federation

_numbers = count(1)


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
def prosody_pair() -> Iterator[tuple[ProsodyServer, ProsodyServer]]:
    """Run two servers that federate, maison.test and coop.test, for the whole session.

    A test that stops or restarts one starts it again.
    """
    pytest_socket.enable_socket()  # before the fixture above, which is each test's own
    with federation("maison.test", "coop.test") as (maison, coop):
        yield maison, coop


@pytest.fixture
def accounts(prosody_pair: tuple[ProsodyServer, ProsodyServer]) -> Callable[..., Account]:
    """Return a maker of accounts that no other test uses: `accounts(server, "carole")`."""

    def make(server: ProsodyServer, name: str) -> Account:
        return server.register(f"{name}{next(_numbers)}")

    return make


@pytest.fixture
def alice(
    prosody_pair: tuple[ProsodyServer, ProsodyServer], accounts: Callable[..., Account]
) -> Account:
    """Return a fresh account at maison.test."""
    return accounts(prosody_pair[0], "alice")


@pytest.fixture
def bob(
    prosody_pair: tuple[ProsodyServer, ProsodyServer], accounts: Callable[..., Account]
) -> Account:
    """Return a fresh account at coop.test."""
    return accounts(prosody_pair[1], "bob")
