"""What the operator of a server tries, the house's or its friend's: each lie is refused, or shown.

Whatever the servers say meanwhile, nothing is ever shown that the house did not measure, nor a
reading before one that was shown already, and nothing is erased that was not taken back.
"""

import asyncio
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from itertools import pairwise
import re
from typing import Any
from xml.etree.ElementTree import Element, tostring

from homeassistant.core import Event, EventStateChangedData, HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest
import pytest_socket

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.config import publication_data
from custom_components.sen1.federation.trust.peers import Standing
from custom_components.sen1.protocol.catalogue import decision_to_element
from custom_components.sen1.protocol.model import BareJid, Grant, GrantState, PublicationId, node_of
from custom_components.sen1.protocol.stanzas import (
    erased_to_element,
    grant_seen_to_element,
    grant_to_element,
    left_to_element,
)
from custom_components.sen1.protocol.trust.identity import identity_to_element, keys_to_element
from custom_components.sen1.protocol.trust.keys import Keys
from custom_components.sen1.protocol.trust.signed import Statement, StatementKind, sign
from testbed.lying import LyingServer
from testbed.xmpp import Account, federation_of

from .conftest import Home, until
from .test_exchange import shared

type Meter = Callable[[object], None]

FALSE = Keys(bytes(range(1, 33)), bytes(range(33, 65)))
"""An operator's own."""

IDENTITY = "urn:sen1:identity:0"
GRANT = "kind='grant'"
ITEM = "kind='item'"


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[LyingServer, LyingServer]]:
    """Run two servers that may lie, and throttle nobody."""
    pytest_socket.enable_socket()
    kinds = dict.fromkeys(("maison.test", "coop.test"), LyingServer)
    with federation_of(kinds, limits=False) as (maison, coop):
        assert isinstance(maison, LyingServer)
        assert isinstance(coop, LyingServer)
        yield maison, coop


@pytest.fixture
def server_pair(pair: tuple[LyingServer, LyingServer]) -> Iterator[tuple[LyingServer, LyingServer]]:
    """Return the servers of the house and of the cooperative, honest until told otherwise."""
    yield pair
    for server in pair:
        server.be_honest()


@pytest.fixture
def liar(
    request: pytest.FixtureRequest, server_pair: tuple[LyingServer, LyingServer]
) -> LyingServer:
    """Return the server that lies: the cooperative's, or what the test is parametrised with."""
    return server_pair[getattr(request, "param", 1)]


BY_EITHER = pytest.mark.parametrize(
    "liar",
    [pytest.param(0, id="the house's operator"), pytest.param(1, id="its friend's operator")],
    indirect=True,
)


@pytest.fixture
def meter(hass: HomeAssistant, meter: Meter) -> Iterator[Meter]:
    """Return what sets the meter, whose numbers rise; no entity ever shows others."""
    told, shown = [640.0], dict[str, list[float]]()

    def note(event: Event[EventStateChangedData]) -> None:
        entity_id, state = event.data["entity_id"], event.data["new_state"]
        entry = er.async_get(hass).async_get(entity_id)
        is_ours = entry is not None and entry.platform == DOMAIN
        if state and is_ours and state.attributes.get("device_class") == "apparent_power":
            if state.state not in ("unknown", "unavailable"):
                shown.setdefault(entity_id, []).append(float(state.state))

    def set_power(value: object) -> None:
        power = float(str(value))
        assert power > told[-1]
        told.append(power)
        meter(value)

    stop = hass.bus.async_listen("state_changed", note)
    yield set_power
    stop()
    for powers in shown.values():
        assert set(powers) <= set(told)
        assert all(one <= next_one for one, next_one in pairwise(powers))


async def trusted(house: Home, cooperative: Home) -> tuple[str, Any]:
    """Share the meter; return the publication and the friend once each knows the other's key."""
    publication, friend = await shared(house, cooperative)
    for one, other in ((house, cooperative), (cooperative, house)):
        await until(lambda: one.runtime.trust.signs(other.account.jid))  # noqa: B023
    return publication_data(publication)["publication"], friend


async def goes_on(cooperative: Home, meter: Meter, power: int) -> None:
    """Wait until the cooperative shows what the house measures now."""
    meter(power)
    await until(lambda: (s := cooperative.state()) and s.state == str(power))


def message(sender: Home, receiver: Home, payload: Element) -> str:
    """Return a message as if somebody had said it."""
    element = Element("message", {"from": sender.account.jid, "to": receiver.account.jid})
    element.append(payload)
    return tostring(element, encoding="unicode")


def falsely(sender: Home, receiver: Home, kind: StatementKind, payload: Element) -> Element:
    """Return what an operator signs for somebody, with a key of its own."""
    said = sender.runtime.trust.moment() + 1
    statement = Statement(sender.account.jid, said, payload, to=receiver.account.jid)
    return sign(FALSE, kind, statement)


def refused(home: Home) -> int:
    """Return how much a home has refused so far."""
    return home.runtime.refusals.total()


def withdrawn(publication: str) -> Element:
    return grant_to_element(Grant(PublicationId(publication), GrantState.WITHDRAWN))


def with_a_byte_changed(stanza: str) -> str:
    """Return a stanza with one byte of what was signed changed: a number of the reading."""
    (said,) = re.findall(r">([A-Za-z0-9+/=]{200,})</signed>", stanza)
    statement = b64decode(said)
    assert b'v="700"' in statement
    return stanza.replace(said, b64encode(statement.replace(b'v="700"', b'v="900"')).decode())


# Readings


@BY_EITHER
async def test_a_reading_with_one_byte_changed_is_refused_and_the_true_one_fetched(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter, liar: LyingServer
) -> None:
    await trusted(house, cooperative)
    liar.hold(ITEM, "<event", times=1)
    meter(700)
    held = await until(liar.caught)
    liar.make_up(with_a_byte_changed(held[0]))
    await until(lambda: cooperative.runtime.refusals["bad_signature"] == 1)
    await goes_on(cooperative, meter, 701)
    (series,) = cooperative.series()
    # 701 names the item before it, which is then asked for.
    await until(lambda: series.received >= 3)


# Identities


def identity_of(jid: BareJid, keys: Keys, said: float) -> str:
    """Return an identity as an operator makes one up."""
    payload = keys_to_element(keys.public)
    current = sign(keys, StatementKind.IDENTITY, Statement(jid, said, payload))
    return tostring(identity_to_element(current, ()), encoding="unicode")


def forge_identity(liar: LyingServer, of: Home, to: str = "") -> None:
    """Let a server give a false identity of a home, whoever asks or only one."""
    said = of.runtime.trust.moment() + 1
    liar.replace(
        IDENTITY,
        f"from='{of.account.jid}'",
        *([f"to='{to}"] if to else []),
        first="<identity",
        last="</identity>",
        new=identity_of(of.account.jid, FALSE, said),
    )


async def test_another_key_than_the_pinned_one_stops_both_directions_until_the_household_answers(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter, liar: LyingServer
) -> None:
    publication, _friend = await trusted(house, cooperative)
    forge_identity(liar, house)
    cooperative.runtime.trust.look(house.account.jid)
    standing = cooperative.runtime.trust.standing
    await until(lambda: standing(house.account.jid) is Standing.STOPPED)
    issues = [issue for _, issue in ir.async_get(hass).issues if issue.startswith("key_changed")]
    assert len(issues) == 1
