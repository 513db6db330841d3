"""Both doors of a link, at a client without a server: what passes, and what is counted instead."""

import asyncio
from collections.abc import AsyncIterator
import logging
import ssl
from unittest.mock import MagicMock
from xml.etree.ElementTree import Element, SubElement, tostring

import pytest
from slixmpp.exceptions import IqError

from custom_components.sen1.federation.xmpp.credentials import Credentials
from custom_components.sen1.federation.xmpp.events import Event, FriendRequest, Presence
from custom_components.sen1.federation.xmpp.session import Session
from custom_components.sen1.protocol.limits import MAX_DEPTH, MAX_ID, size_of
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.protocol.stanzas import grant_to_element

from ...protocol.samples import GRANT
from ..conftest import until

STREAM = (
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
    " version='1.0'>"
)
US = "alice@maison.test"
BOB = "bob2@coop.test"


class Doors:
    """A client that takes what a test hands it, and keeps what it would write."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.session = Session(
            Credentials(BareJid(US), "", "sen1"),
            ssl.create_default_context(),
            on_event=self.events.append,
        )
        self.client = self.session._client
        self.written: list[str | bytes] = []
        self.client.connection_made(MagicMock(**{"get_extra_info.return_value": None}))
        # Where all that is sent goes out.
        self.client.send_raw = self.written.append  # type: ignore[method-assign,assignment]
        self.client.data_received(STREAM)

    @property
    def refused(self) -> dict[str, int]:
        return dict(self.session.door.refused)

    def receive(self, stanza: Element) -> None:
        self.client.data_received(tostring(stanza))


@pytest.fixture
async def doors() -> AsyncIterator[Doors]:
    doors = Doors()
    yield doors
    await doors.session.close()


def stanza(kind: str, sender: str, **attributes: str) -> Element:
    return Element(f"{{jabber:client}}{kind}", {"from": sender, "to": US, **attributes})


@pytest.mark.parametrize("sender", ["ᵇob2@coop.test/sen1", "\u212aate@coop.test", "bob2@ᶜoop.test"])
async def test_who_only_looks_like_a_friend_says_nothing(doors: Doors, sender: str) -> None:
    message = stanza("message", sender)
    message.append(grant_to_element(GRANT))
    for each in (message, stanza("presence", sender), stanza("presence", sender, type="subscribe")):
        doors.receive(each)
    assert doors.events == []
    assert doors.refused == {"bad_address": 3}
    doors.receive(stanza("presence", f"{BOB}/sen1", type="subscribe"))
    assert doors.events == [FriendRequest(BareJid(BOB))]


async def test_presences_are_told_by_their_kind_and_leave_nothing_behind(doors: Doors) -> None:
    for number in range(50):
        doors.receive(stanza("presence", f"stranger{number}@coop.test/phone"))
        doors.receive(stanza("presence", f"stranger{number}@coop.test", type="subscribe"))
        doors.receive(stanza("presence", f"stranger{number}@coop.test", type="probe"))
    assert sum(isinstance(event, Presence) for event in doors.events) == 50
    assert sum(isinstance(event, FriendRequest) for event in doors.events) == 50
    assert list(doors.client.roster[US].keys()) == []


async def test_what_is_too_deep_or_asks_for_a_long_echo_is_not_read(doors: Doors) -> None:
    deep = inner = stanza("message", BOB)
    for _ in range(MAX_DEPTH + 1):
        inner = SubElement(inner, "{urn:sen1:0}a")
    doors.receive(deep)
    doors.receive(stanza("iq", BOB, type="get", id="'" * (MAX_ID + 1)))
    assert doors.refused == {"too_deep": 1, "too_long": 1}
    assert doors.events == []


async def test_an_answer_that_does_not_pass_is_an_error_to_who_waits_for_it(doors: Doors) -> None:
    doors.client.sessionstarted = doors.client._session_started = True
    iq = doors.client.make_iq_get(ito=BOB)
    asked = iq.send(timeout=30)
    answer = stanza("iq", BOB, type="result", id=iq["id"])
    SubElement(answer, "{urn:sen1:0}a", {"key": "x" * 5000})
    doors.receive(answer)
    with pytest.raises(IqError):
        await asked
    assert doors.refused == {"too_long": 1}


async def test_nothing_leaves_that_the_server_would_not_take(doors: Doors) -> None:
    doors.client.sessionstarted = doors.client._session_started = True
    task = asyncio.create_task(doors.client.run_filters())
    # ElementTree writes 60,000 bytes, slixmpp six times as many.
    long = doors.client.make_message(mto=BOB, mbody="'" * 60_000)
    assert size_of(long.xml) > doors.session.stanza_bytes
    long.send()
    # What no XML can hold would end the stream.
    for sign in ("\x01", "\ud800", "\uffff"):
        doors.client.make_message(mto=BOB, mbody=f"odd {sign}").send()
    doors.client.make_message(mto=BOB, mbody="short").send()
    await until(lambda: any("short" in text for text in doors.written))
    task.cancel()
    assert not any("apos" in text or "odd" in text for text in doors.written)
    assert doors.refused == {"too_large_to_send": 1, "unwritable": 3}


async def test_what_slixmpp_cannot_do_is_counted_and_not_written_to_the_log(
    doors: Doors, caplog: pytest.LogCaptureFixture
) -> None:
    logger = logging.getLogger("slixmpp.xmlstream.xmlstream")
    logger.warning("%s is somebody else's", BOB)

    def fail() -> None:
        logger.error("%s cannot be read", BOB)

    doors.session._context.run(fail)
    # What failed before the link was up is no stanza.
    assert doors.refused == {}
    doors.session.is_online = True
    doors.session._context.run(fail)
    written = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.getMessage() for record in written] == [f"{BOB} is somebody else's"]
    assert doors.refused == {"malformed": 1}
