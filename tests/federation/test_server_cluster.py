"""Two ejabberds that are one, with one PostgreSQL behind a relay: one of them is killed.

CI has a few homes; `SEN1_CLUSTER_HOMES=30 SEN1_CLUSTER_ROUNDS=40` takes more, for longer.
"""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
import os
from statistics import median
import time

from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
import pytest_socket
import yaml

from custom_components.sen1.federation.follow.series import Series
from testbed.certificates import CertificateAuthority
from testbed.cluster import EjabberdCluster
from testbed.postgresql import PostgreSQL
from testbed.process import free_port
from testbed.relay import Relay
from testbed.xmpp import ProsodyServer

from .conftest import PATIENCE, Home, add_account, until
from .test_server_kit import blocks

HOMES = int(os.environ.get("SEN1_CLUSTER_HOMES", "4"))
ROUNDS = int(os.environ.get("SEN1_CLUSTER_ROUNDS", "6"))
"""Readings of each home before one node is killed, and at least as many after."""
EVERY = 0.5
"""Seconds from one reading of a home to its next."""


@pytest.fixture(scope="module")
def database() -> Iterator[PostgreSQL]:
    """Run the PostgreSQL of both."""
    pytest_socket.enable_socket()  # before each test's own fixture
    with PostgreSQL() as server:
        server.make("ejabberd", "a-long-password")
        yield server


def measure(hass: HomeAssistant, number: int, power: int) -> None:
    """Let the meter of a home say something."""
    hass.states.async_set(
        f"sensor.meter_{number}",
        str(power),
        {"unit_of_measurement": "W", "device_class": "power", "state_class": "measurement"},
    )


def meter(hass: HomeAssistant, number: int) -> str:
    """Make the meter of a home, and return its entity."""
    entry = er.async_get(hass).async_get_or_create(
        "sensor", "test", f"power_{number}", suggested_object_id=f"meter_{number}"
    )
    measure(hass, number, 0)
    return entry.entity_id


class Absences:
    """How long homes were without their server."""

    def __init__(self, homes: list[Home]) -> None:
        self._homes = homes
        self._lost: dict[int, float] = {}
        self.seconds: list[float] = []

    @property
    def is_over(self) -> bool:
        """Whether somebody was away, and all are back."""
        return bool(self.seconds) and not self._lost

    async def watch(self) -> None:
        """Look at each home's link, a hundred times a second."""
        while True:
            now = time.monotonic()
            for number, home in enumerate(self._homes):
                if not home.runtime.session.is_online:
                    self._lost.setdefault(number, now)
                elif (lost := self._lost.pop(number, None)) is not None:
                    self.seconds.append(now - lost)
            await asyncio.sleep(0.01)


@pytest.mark.timeout(120 + 8 * HOMES + 2 * ROUNDS)
async def test_nothing_is_lost_when_one_of_two_machines_dies(
    recorder_mock: Recorder, hass: HomeAssistant, database: PostgreSQL
) -> None:
    authority = CertificateAuthority()
    (page,) = blocks("yaml")
    options = yaml.safe_load(page.replace("5432", str(database.port)))
    coop_s2s = free_port()
    async with AsyncExitStack() as stack:
        cluster = EjabberdCluster(
            "village.test",
            authority,
            size=2,
            neighbours={"coop.test": coop_s2s},
            options=options,
        )
        await asyncio.to_thread(stack.enter_context, cluster)
        clients, servers = [
            await stack.enter_async_context(Relay(ports, says_who=True))
            for ports in zip(*((n.c2s_port, n.s2s_port) for n in cluster.nodes), strict=True)
        ]
        coop = stack.enter_context(
            ProsodyServer(
                "coop.test",
                authority,
                s2s_port=coop_s2s,
                neighbours={"village.test": servers.port},
            )
        )
        homes = []
        for number in range(HOMES):
            account = await asyncio.to_thread(cluster.nodes[0].register, f"home{number}")
            account = replace(account, port=clients.port)
            homes.append(Home(hass, account, await add_account(hass, account)))
        away = coop.register("friend")
        friend = Home(hass, away, await add_account(hass, away))

        # Each home is followed by the next, and all by one on another server.
        for number, home in enumerate(homes):
            publication = await home.publish(meter(hass, number))
            for other in (homes[(number + 1) % HOMES], friend):
                await home.befriend(other, publication)
        for number, home in enumerate(homes):
            await home.befriend(homes[number - 1])
            await friend.befriend(home)
        followers = [*homes, friend]

        def series() -> list[Series]:
            return [one for home in followers for one in home.series()]

        def all_have(readings: int) -> bool:
            return len(series()) == 2 * HOMES and all(
                began.get(one, 0) + readings <= one.received for one in series()
            )

        began: dict[Series, int] = {}
        await until(lambda: all_have(1))
        began = {one: one.received for one in series()}

        absences = Absences(homes)
        stack.callback(asyncio.create_task(absences.watch()).cancel)
        said = 0
        while said < 2 * ROUNDS or not absences.is_over:
            assert said < 2 * ROUNDS + PATIENCE / EVERY, "a home is still away"
            said += 1
            for number in range(HOMES):
                measure(hass, number, said)
            if said == ROUNDS:
                await asyncio.to_thread(cluster.nodes[0].kill)
            # From now on, be it late: two readings within a millisecond are one.
            due = time.monotonic() + EVERY
            await until(lambda: time.monotonic() >= due)  # noqa: B023
        await until(lambda: all_have(said))
        received = [one.received - began[one] for one in series()]
        seconds = sorted(absences.seconds)
        print(
            f"\n{HOMES} homes said {HOMES * said} readings; {2 * HOMES} series received"
            f" {sum(received)} of {2 * HOMES * said}; {len(seconds)} homes were away, for"
            f" {median(seconds):.1f} s, at most {seconds[-1]:.1f} s"
        )
        assert received == [said] * (2 * HOMES)

        # Who was away joins again by itself.
        await asyncio.to_thread(cluster.nodes[0].start)
        await until(lambda: len(cluster.nodes[0].command("list_cluster")) == 2)
        for home in followers:
            await hass.config_entries.async_unload(home.entry.entry_id)
