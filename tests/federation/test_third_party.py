"""Somebody else's program, written from docs/protocol.md alone, is a friend like another."""

import ast
from collections.abc import AsyncIterator, Callable
from pathlib import Path
import sys

from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation.config import publication_data
from custom_components.sen1.federation.receipts.receipts import Receipts
from custom_components.sen1.protocol.model import BareJid
from testbed.xmpp import Account

from . import third_party
from .conftest import DAY, ON_BOTH_KINDS, Clock, Home, until
from .third_party import ThirdParty

type Meter = Callable[[object], None]


def test_it_knows_nothing_of_this_project() -> None:
    source = ast.parse(Path(third_party.__file__).read_text())
    imported = set()
    for node in ast.walk(source):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level
            imported.add((node.module or "").partition(".")[0])
    assert imported - sys.stdlib_module_names == {"cryptography", "slixmpp"}


@pytest.fixture
async def other(bob: Account) -> AsyncIterator[ThirdParty]:
    """Return the program, logged in at the cooperative's server."""
    party = ThirdParty(bob.jid, bob.password, bob.ca)
    await party.come(bob.host, bob.port)
    yield party
    await party.leave()


@ON_BOTH_KINDS
async def test_it_is_granted_a_series_acknowledges_and_verifies_a_withdrawal(
    hass: HomeAssistant, house: Home, other: ThirdParty, bob: Account, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    friend = await house.befriend(Home(hass, bob, house.entry), publication)
    other.befriend(house.account.jid)
    series = await until(lambda: other.series.get(publication_data(publication)["publication"]))
    await until(lambda: 640 in series.readings.values())
    for power in (700, 701, 702):
        meter(power)
        await until(lambda: power in series.readings.values())  # noqa: B023
    assert house.runtime.trust.signs(BareJid(bob.jid))
    told = house.runtime.store.content["told"][bob.jid]
    await until(lambda: all(each["revision"] is not None for each in told.values()))
    await house.grant(friend)
    await until(lambda: other.withdrawn)
    erasures = house.runtime.store.content["erasures"]
    await until(lambda: any(e["erased"] for e in erasures.get(bob.jid, {}).values()))
    assert not other.disbelieved
    assert not house.runtime.refusals


async def test_it_agrees_on_what_came_of_a_day(
    clock: Clock,
    hass: HomeAssistant,
    house: Home,
    other: ThirdParty,
    bob: Account,
    meter: Meter,
) -> None:
    publication = await house.publish("sensor.meter")
    await house.befriend(Home(hass, bob, house.entry), publication)
    other.befriend(house.account.jid)
    known = publication_data(publication)["publication"]
    series = await until(lambda: other.series.get(known))
    for power in (700, 701, 702):
        meter(power)
        await until(lambda: power in series.readings.values())  # noqa: B023
    clock.forward(DAY)
    await until(lambda: ("2026-11-26", known, "equal") in other.days)
    jid = BareJid(bob.jid)
    await until(lambda: house.runtime[Receipts].days_of(jid).equal == 1)
    assert not other.disbelieved
