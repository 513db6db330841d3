"""What is made once for many tests: an exchange for each pair of servers, the demo in a browser."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
import os
from typing import NamedTuple

import pytest
import pytest_socket

from testbed.background import Background
from testbed.browser import Browser
from testbed.dashboard import staged
from testbed.demo import Demo, exchange as demonstrated
from testbed.ejabberd import EjabberdServer
from testbed.exchange import Exchange, exchange
from testbed.xmpp import ProsodyServer, ServerKind

from .looking import Show

IS_LONG = os.environ.get("SEN1_FAULTS") == "all"
"""Whether each fault is played on every pair of servers, and for as long as it would last."""

KINDS: dict[str, ServerKind] = {"Prosody": ProsodyServer, "ejabberd": EjabberdServer}

PAIRS = [
    ("ejabberd", "Prosody"),
    *((("Prosody", "ejabberd"), ("Prosody", "Prosody"), ("ejabberd", "ejabberd")) * IS_LONG),
]
"""The servers of the house and of the cooperative."""


class World:
    """An exchange that goes on between two tests."""

    def __init__(self, background: Background, exchange: Exchange) -> None:
        self._background = background
        self._exchange = exchange

    def play(self, scenario: Callable[[Exchange], Awaitable[None]]) -> None:
        """Have everything run, then play a scenario."""

        async def play() -> None:
            await self._exchange.begin()
            await scenario(self._exchange)

        self._background.do(play())


@pytest.fixture(scope="module", params=PAIRS, ids="-".join)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Return an exchange between the servers of a pair."""
    pytest_socket.enable_socket()  # Home Assistant's plugin forbids it, between tests too
    house, cooperative = request.param
    with Background() as background:
        stack = AsyncExitStack()
        try:
            made = exchange(KINDS[house], KINDS[cooperative])
            yield World(background, background.do(stack.enter_async_context(made)))
        finally:
            pytest_socket.enable_socket()
            background.do(stack.aclose())


class Played(NamedTuple):
    """The demo, and the loop that it lives in."""

    background: Background
    demo: Demo


@pytest.fixture(scope="package")
def played() -> Iterator[Played]:
    """Run the demo, once for all files that look at it."""
    pytest_socket.enable_socket()  # Home Assistant's plugin forbids it, between tests too
    with Background() as background:
        stack = AsyncExitStack()
        try:
            yield Played(background, background.do(stack.enter_async_context(demonstrated(None))))
        finally:
            pytest_socket.enable_socket()
            background.do(stack.aclose())


@pytest.fixture(scope="package")
def show(played: Played) -> Iterator[Show]:
    """Make the demo a stage, before a browser, for all files that look at it so."""
    pytest_socket.enable_socket()
    stack = AsyncExitStack()
    do = played.background.do
    try:
        browser = do(stack.enter_async_context(Browser()))
        yield Show(played.background, do(staged(played.demo)), browser)
    finally:
        pytest_socket.enable_socket()
        do(stack.aclose())
