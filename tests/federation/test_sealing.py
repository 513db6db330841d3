"""All that two installations say to each other passes where it is to be sealed: one seal hides all.

The seal here is a stand-in for a real one: it leaves the tag, and of the rest nothing to be read.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, fromstring, tostring

from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation.xmpp.door import Door
from custom_components.sen1.protocol import sealing
from custom_components.sen1.protocol.errors import PayloadRefused

from .conftest import ON_EACH_PAIR, Home, until
from .consent.test_circles import add_circle, come, link_of
from .publish.test_catalogue_server import Meter, answer, ask, open_request
from .publish.test_periodic import POWER, YESTERDAY, record

MARKS = (b"sensml", b"measurement", b"Kitchen", b"purpose", b"until", b"withdrawn")
"""What only a statement says: the names of its parts, and a title."""


def seal(statement: Element) -> Element:
    """Return an element of the same tag that hides all else."""
    return Element(statement.tag, {"sealed": b64encode(tostring(statement)).decode()})


def unseal(payload: Element) -> Element:
    """Return what is hidden."""
    if (sealed := payload.get("sealed")) is None:
        raise PayloadRefused("not_sealed")
    return fromstring(b64decode(sealed))


@pytest.fixture(autouse=True)
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """Seal all, and return what goes over the wire."""
    went: list[bytes] = []
    release = Door.release

    def note(door: Door, stanza: Any) -> Any:
        went.append(tostring(stanza.xml))
        return release(door, stanza)

    monkeypatch.setattr(Door, "release", note)
    monkeypatch.setattr(sealing, "seal", seal)
    monkeypatch.setattr(sealing, "open", unseal)
    yield went
    seen = [stanza for stanza in went if any(mark in stanza for mark in MARKS)]
    assert not seen, seen[0]


@ON_EACH_PAIR
async def test_all_of_a_friendship_goes_sealed(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    wire: list[bytes],
) -> None:
    known = record(hass, POWER, rising=False)
    past = await house.publish("sensor.p", granularity="pt10m", title="Kitchen, by periods")
    live = await house.publish("sensor.meter", listed=True, title="Kitchen, live")
    friend = await house.befriend(cooperative, past, since=YESTERDAY)
    home = await cooperative.befriend(house)

    # The past is asked for.
    (series,) = await until(cooperative.series)
    await until(lambda: series.progress.filled > known[0][0])

    # What is listed is asked for, and given: it comes by items.
    assert await ask(cooperative, home, live) == "asked"
    flow = await open_request(hass)
    await flow.async_step_accept(answer(granularities=["live"]))
    both = await until(lambda: len(found := cooperative.series()) == 2 and found)
    await until(lambda: 640 in [s.follower.latest and s.follower.latest.value for s in both])

    # What is taken back is erased, and said to be.
    await house.grant(friend)
    erasures = house.runtime.store.data["erasures"]
    await until(lambda: len(erasures.get(cooperative.account.jid, {})) == 2)
    await until(lambda: all(e["erased"] for e in erasures[cooperative.account.jid].values()))
    assert not house.runtime.refusals
    assert not cooperative.runtime.refusals
    assert any(b"sealed=" in stanza for stanza in wire)


async def test_an_invitation_and_a_parting_go_sealed(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter, wire: list[bytes]
) -> None:
    publication = await house.publish("sensor.meter", title="Kitchen")
    circle = await add_circle(house, "invitation", publication)
    home = await come(cooperative, house, link_of(house, circle))
    await until(lambda: cooperative.account.jid in house.runtime.circles.joined)
    await until(lambda: (state := cooperative.state()) and state.state == "640")
    hass.config_entries.async_remove_subentry(cooperative.entry, home.subentry_id)
    await until(lambda: cooperative.account.jid not in house.runtime.circles.joined)
    await until(lambda: not cooperative.runtime.store.data["left"])
    assert not house.runtime.refusals
    for said in (b"invited", b"left", b"erased"):
        assert any(said in stanza for stanza in wire), said
