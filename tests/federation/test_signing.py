"""Between two installations nothing of the kinds goes unsigned, and all that comes is verified."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, fromstring, tostring

from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation.relations.circles import Circles
from custom_components.sen1.federation.trust import statements
from custom_components.sen1.federation.xmpp.door import Door
from custom_components.sen1.protocol.forms import COMMAND, DATA
from custom_components.sen1.protocol.stanzas import ENVELOPE
from custom_components.sen1.protocol.trust.kinds import KINDS, MESSAGE_KINDS, StatementKind
from custom_components.sen1.protocol.trust.signed import (
    SIGNED,
    Signed,
    Statement,
    signed_in,
    verified,
)

from .conftest import ON_BOTH_KINDS, Home, until
from .publish.test_catalogue_server import Meter, answer, ask, open_request
from .publish.test_periodic import POWER, YESTERDAY, record
from .relations.test_circles import add_circle, come, link_of

IDENTITY_KINDS = (StatementKind.IDENTITY, StatementKind.ROLLOVER)
"""What is verified with the key that it tells itself."""

SIGNED_TAGS = {*(KINDS[kind].tag for kind in MESSAGE_KINDS), ENVELOPE}


def unsigned_in(stanza: Element) -> list[str]:
    """Return what is said unsigned in a stanza, of what two installations sign."""
    found = [each.tag for each in stanza.iter() if each.tag in SIGNED_TAGS]
    command = stanza.find(COMMAND)
    if command is not None and stanza.get("type") != "error":
        found += [each.tag for each in command if each.tag == DATA + "x"]
        found += [command.tag] if command.find(SIGNED) is None else []
    return found


@dataclass
class Wire:
    """What went over the links of all accounts, what came, and what was verified of it."""

    went: list[Element] = field(default_factory=list)
    came: list[Signed] = field(default_factory=list)
    verified: set[bytes] = field(default_factory=set)

    def kinds(self) -> set[StatementKind]:
        """Return what was said."""
        return {signed_in(each).kind for one in self.went for each in one.iter(SIGNED)}


@pytest.fixture(autouse=True)
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """Look at both doors, and at what is verified; see at the end that it was all signed."""
    wire = Wire()
    release, admit = Door.release, Door.admit

    def note_going(door: Door, stanza: Any) -> Any:
        wire.went.append(fromstring(tostring(stanza.xml)))
        return release(door, stanza)

    def note_coming(door: Door, stanza: Any) -> Any:
        wire.came.extend(signed_in(each) for each in stanza.xml.iter(SIGNED))
        return admit(door, stanza)

    def note_verified(signed: Signed, key: bytes) -> Statement:
        wire.verified.add(signed.signature)
        return verified(signed, key)

    monkeypatch.setattr(Door, "release", note_going)
    monkeypatch.setattr(Door, "admit", note_coming)
    monkeypatch.setattr(statements, "verified", note_verified)
    yield wire
    assert [(found, tostring(one)) for one in wire.went if (found := unsigned_in(one))] == []


async def all_is_verified(wire: Wire) -> None:
    """Wait until all that came was verified, but for what a node of ours had itself."""

    def unverified() -> list[Signed]:
        said = [signed for signed in wire.came if signed.kind not in IDENTITY_KINDS]
        return [signed for signed in said if signed.signature not in wire.verified]

    await until(lambda: not unverified())


@ON_BOTH_KINDS
async def test_all_of_a_friendship_goes_signed(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    wire: Wire,
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
    erasures = house.runtime.store.content["erasures"]
    await until(lambda: len(erasures.get(cooperative.account.jid, {})) == 2)
    await until(lambda: all(e["erased"] for e in erasures[cooperative.account.jid].values()))
    assert not house.runtime.refusals
    assert not cooperative.runtime.refusals
    assert wire.kinds() >= {
        StatementKind.GRANT,
        StatementKind.GRANT_SEEN,
        StatementKind.WITHDRAWAL,
        StatementKind.ERASED,
        StatementKind.ITEM,
        StatementKind.REQUEST,
        StatementKind.CATALOGUE,
        StatementKind.ANSWER,
    }
    await all_is_verified(wire)


async def test_an_invitation_and_a_parting_go_signed(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter, wire: Wire
) -> None:
    publication = await house.publish("sensor.meter", title="Kitchen")
    circle = await add_circle(house, "invitation", publication)
    home = await come(cooperative, house, link_of(house, circle))
    await until(lambda: cooperative.account.jid in house.runtime[Circles].joined)
    await until(lambda: (state := cooperative.state()) and state.state == "640")
    hass.config_entries.async_remove_subentry(cooperative.entry, home.subentry_id)
    await until(lambda: cooperative.account.jid not in house.runtime[Circles].joined)
    await until(lambda: not cooperative.runtime.store.content["left"])
    assert not house.runtime.refusals
    assert wire.kinds() >= {StatementKind.LEFT, StatementKind.ERASED}
    assert any(b"invited" in tostring(stanza) for stanza in wire.went)


async def test_an_account_that_is_left_says_so_signed(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    wire: Wire,
) -> None:
    publication = await house.publish("sensor.meter")
    await house.befriend(cooperative, publication)
    await cooperative.befriend(house)
    await until(lambda: (state := cooperative.state()) and state.state == "640")
    await hass.config_entries.async_remove(house.entry.entry_id)
    await until(lambda: cooperative.state("status").state == "withdrawn")
    assert not cooperative.runtime.refusals
    assert wire.kinds() >= {StatementKind.WITHDRAWAL, StatementKind.LEFT}
