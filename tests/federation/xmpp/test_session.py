"""The session against real servers: what it says of each failure, and that it holds."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
import os
from pathlib import Path
import signal
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from homeassistant.util.async_ import get_scheduled_timer_handles
import pytest
from slixmpp import ClientXMPP
from slixmpp.features.feature_starttls.stanza import Proceed
from slixmpp.util import sasl
from slixmpp.util.sasl.mechanisms import SCRAM
from slixmpp.xmlstream import StanzaBase

from custom_components.sen1.federation.xmpp.client import UNHEARD
from custom_components.sen1.federation.xmpp.credentials import Credentials
from custom_components.sen1.federation.xmpp.events import (
    CommandRequest,
    Event,
    GrantMessage,
    Offline,
    Online,
)
from custom_components.sen1.federation.xmpp.pubsub import PubSub
from custom_components.sen1.federation.xmpp.session import Session, probe
from custom_components.sen1.protocol.errors import (
    CertificateNotTrusted,
    LinkError,
    LoginRefused,
    NoPersonalEventing,
    NotAnXmppServer,
    RequestFailed,
    ServerUnreachable,
)
from custom_components.sen1.protocol.forms import COMMAND
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.protocol.stanzas import SEN1
from testbed.cable import Cable, Way
from testbed.certificates import CertificateAuthority
from testbed.process import free_port
from testbed.xmpp import Account, ProsodyServer, XmppServer

from ..conftest import ON_EACH_PAIR, PATIENCE, until
from .scripted import scripted

NODE = "urn:sen1:publication:0:test"


def credentials(account: Account, **changes: object) -> Credentials:
    data = {
        "jid": BareJid(account.jid),
        "password": account.password,
        "resource": "sen1-test",
        "host": account.host,
        "port": account.port,
        "ca": account.ca,
    }
    return Credentials(**{**data, **changes})  # type: ignore[arg-type]


class Link:
    """A session that runs, and the events it told."""

    def __init__(self, session: Session, events: asyncio.Queue[Event]) -> None:
        self.session = session
        self.events = events

    async def next[E: Event](self, kind: type[E]) -> E:
        """Return the next event of a kind."""
        async with asyncio.timeout(PATIENCE):
            while True:
                event = await self.events.get()
                if isinstance(event, kind):
                    return event


@asynccontextmanager
async def running(account: Account, *, backoff_first: float = 0.1) -> AsyncIterator[Link]:
    known = credentials(account)
    events: asyncio.Queue[Event] = asyncio.Queue()
    session = Session(
        known,
        known.ssl_context(),
        title="Test",
        on_event=events.put_nowait,
        backoff_first=backoff_first,
    )
    task = asyncio.create_task(session.run())
    link = Link(session, events)
    try:
        await link.next(Online)
        session.announce()
        yield link
    finally:
        task.cancel()
        await asyncio.wait([task])


async def silent_server() -> asyncio.Server:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.0 400 Bad Request\r\n\r\n")
        writer.close()

    return await asyncio.start_server(hang_up, "127.0.0.1", 0)


@ON_EACH_PAIR
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"password": "wrong"}, LoginRefused, id="wrong password"),
        pytest.param({"ca": None}, CertificateNotTrusted, id="unknown authority"),
        pytest.param({"port": "free"}, ServerUnreachable, id="nobody listening"),
        pytest.param({"port": "http"}, NotAnXmppServer, id="another protocol"),
        pytest.param({"host": None, "port": None}, ServerUnreachable, id="no such name in the DNS"),
    ],
)
async def test_each_failure_to_connect_has_its_own_error(
    alice: Account, changes: dict[str, object], error: type[LinkError]
) -> None:
    other = await silent_server()
    ports = {"free": free_port(), "http": other.sockets[0].getsockname()[1]}
    if changes.get("port") in ports:
        changes = {**changes, "port": ports[str(changes["port"])]}
    wrong = credentials(alice, **changes)
    with pytest.raises(error):
        await probe(wrong, wrong.ssl_context())
    other.close()


async def test_what_is_no_tls_after_all_is_not_taken_for_a_wrong_certificate(
    tmp_path: Path,
) -> None:
    async with scripted(tmp_path) as account:
        known = credentials(account)
        with pytest.raises(NotAnXmppServer):
            await probe(known, known.ssl_context())


async def test_a_server_that_cannot_tell_for_now_has_not_refused_the_password(
    tmp_path: Path,
) -> None:
    sasl_of = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"
    features = f"<mechanisms {sasl_of}><mechanism>PLAIN</mechanism></mechanisms>"
    failure = f"<failure {sasl_of}><temporary-auth-failure/></failure>"
    async with scripted(tmp_path, features, {"<auth": failure}) as account:
        known = credentials(account)
        with pytest.raises(ServerUnreachable):
            await probe(known, known.ssl_context())


@pytest.mark.parametrize(
    "without",
    [
        pytest.param('"pep"', id="it says so"),
        pytest.param('"pep", "disco"', id="it does not say what it has"),
    ],
)
async def test_a_server_without_personal_eventing_is_told_as_such(without: str) -> None:
    options = f"modules_disabled = {{ {without} }}"
    with ProsodyServer("plain.test", CertificateAuthority(), host_options=options) as server:
        known = credentials(server.register("alice"))
        with pytest.raises(NoPersonalEventing):
            await probe(known, known.ssl_context())


@ON_EACH_PAIR
async def test_a_good_account_passes_and_its_server_proves_itself(alice: Account) -> None:
    assert await probe(credentials(alice), credentials(alice).ssl_context())


async def test_a_server_that_proved_itself_once_is_not_told_the_password_later() -> None:
    plain = (
        'disable_sasl_mechanisms = { "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256",'
        ' "SCRAM-SHA-256-PLUS" }'
    )
    with ProsodyServer("plain.test", CertificateAuthority(), host_options=plain) as server:
        known = credentials(server.register("alice"))
        assert not await probe(known, known.ssl_context())
        proven = replace(known, proves=True)
        with pytest.raises(LoginRefused):
            await probe(proven, proven.ssl_context())


def test_a_login_proves_the_password_as_the_standard_has_it_without_a_loop_in_python(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The example is that of RFC 5802, section 5."""
    hashed: list[bytes] = []

    def hmac(mechanism: SCRAM, key: bytes, message: bytes) -> bytes:
        hashed.append(message)
        return plain(mechanism, key, message)

    plain: Callable[[SCRAM, bytes, bytes], bytes] = SCRAM.HMAC
    monkeypatch.setattr(SCRAM, "HMAC", hmac)
    monkeypatch.setattr("random.random", lambda: "0.fyko+d2lbbFgONRv9qkxdawL")
    login = sasl.choose(
        {"SCRAM-SHA-1"},
        lambda _required, _optional: {"username": "user", "password": "pencil"},
        lambda _settings: {"encrypted": True, "binding_proposed": True},
    )
    assert login.process() == b"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"
    nonce = b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j"
    proof = b"p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
    challenge = nonce + b",s=QSXCR+Q6sek8bf92,i=4096"
    assert login.process(challenge) == b"c=biws," + nonce + b"," + proof
    assert login.process(b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=") == b""
    # The four of the proof and of the server's, none of the 4,096 of the salted password.
    assert len(hashed) == 4


async def test_nothing_is_left_after_the_session_was_ended(alice: Account) -> None:
    before = asyncio.all_tasks()
    async with running(alice):
        pass
    assert asyncio.all_tasks() == before


async def test_nothing_is_left_of_a_session_ended_as_tls_begins(alice: Account) -> None:
    known = credentials(alice)
    session = Session(known, known.ssl_context())
    task = asyncio.create_task(session.run())

    def end_it(stanza: StanzaBase) -> StanzaBase:
        if isinstance(stanza, Proceed):
            task.cancel()
        return stanza

    session._client.add_filter("in", end_it)
    await asyncio.wait([task])
    timers = get_scheduled_timer_handles(asyncio.get_running_loop())
    assert [timer for timer in timers if not timer.cancelled()] == []


def handlers(client: ClientXMPP) -> list[str]:
    """Return the names of what each stanza is matched against."""
    return [handler.name for handler in vars(client)["_XMLStream__handlers"]]


async def test_no_stanza_is_matched_for_what_nobody_listens_to(alice: Account) -> None:
    plain = ClientXMPP(alice.jid, alice.password)
    for plugin in ("xep_0004", "xep_0060", "xep_0115", "xep_0191"):
        plain.register_plugin(plugin)
    assert set(UNHEARD) <= set(handlers(plain))
    known = credentials(alice)
    ours = Session(known, known.ssl_context())._client
    assert not set(UNHEARD) & set(handlers(ours))
    for event in ("message", "message_error", "message_xform", "blocked", "unblocked"):
        assert not ours.event_handled(event)


@pytest.mark.parametrize(
    "stanza",
    [
        "<message type='chat'><body>Good day</body></message>",
        "<message type='error'><error type='cancel'/></message>",
        "<message type='normal'><x xmlns='jabber:x:data' type='form'/></message>",
        *(
            "<message type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'>"
            f"<{what} node='n'/></event></message>"
            for what in ("items", "purge", "delete", "configuration", "subscription")
        ),
        "<presence type='unavailable'><c xmlns='http://jabber.org/protocol/caps' hash='sha-1'"
        " node='n' ver='v'/></presence>",
        "<iq type='set' id='1'><block xmlns='urn:xmpp:blocking'/></iq>",
        "<iq type='set' id='1'><unblock xmlns='urn:xmpp:blocking'/></iq>",
    ],
)
async def test_a_stanza_nobody_listens_to_does_no_harm(
    alice: Account, stanza: str, caplog: pytest.LogCaptureFixture
) -> None:
    other = Session(credentials(alice, resource="other"), credentials(alice).ssl_context())
    async with running(alice) as link:
        await other.connect()
        element = fromstring(stanza.replace(" ", " xmlns='jabber:client' ", 1))
        element.set("to", f"{alice.jid}/sen1-test")
        other._client.send(other._client._build_stanza(element))
        other.tell(BareJid(element.get("to", "")), Element(f"{SEN1}left"))
        await link.next(GrantMessage)
        assert link.session.drops == 0
        await other.close()
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


@ON_EACH_PAIR
async def test_the_link_comes_back_after_the_server_dropped_it(
    server_pair: tuple[XmppServer, XmppServer], alice: Account
) -> None:
    async with running(alice) as link:
        server_pair[0].disconnect(alice.jid)
        await link.next(Offline)
        await link.next(Online)
        assert link.session.is_online
        assert link.session.drops == 1


async def test_pings_go_on_after_a_resumption(
    alice: Account, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(alice) as link:
        link.session._client.abort()
        online = await link.next(Online)
        assert isinstance(online, Online)
        assert online.resumed
        assert "Ping keepalive" in link.session._client.scheduled_events
    assert not [record for record in caplog.records if record.exc_info]


async def test_a_link_that_died_without_a_word_is_made_anew_once(
    server_pair: tuple[XmppServer, XmppServer], alice: Account, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        Cable(server_pair[0].c2s_port) as cable,
        running(replace(alice, port=cable.port), backoff_first=1) as link,
    ):
        client = link.session._client
        ping = client.plugin["xep_0199"]
        ping.disable_keepalive()
        cable.swallow(*Way)
        ping.enable_keepalive(interval=0.1, timeout=0.1)
        await link.next(Offline)
        cable.mend()
        ping.interval, ping.timeout = 60, 15
        attempts: list[object] = []
        client.add_event_handler("connecting", attempts.append)
        online = await link.next(Online)
        assert isinstance(online, Online)
        assert online.resumed
        assert len(attempts) == 1
        await link.session.roster()
    assert not [record for record in caplog.records if record.name.startswith("slixmpp")]


@contextmanager
def mute(server: XmppServer) -> Iterator[None]:
    """Let a server hear and say nothing, as in a cut."""
    pid = server._process.pid  # type: ignore[attr-defined]
    os.kill(pid, signal.SIGSTOP)
    yield
    with suppress(ProcessLookupError):  # a test may have killed it
        os.kill(pid, signal.SIGCONT)


async def asked[T](session: Session, request_of: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Return a request that has been sent."""
    request = asyncio.create_task(request_of)
    await asyncio.sleep(0)
    await session._client.waiting_queue.join()
    return request


async def test_a_request_fails_as_soon_as_the_server_that_forgot_it_is_back(
    prosody_pair: tuple[ProsodyServer, ProsodyServer], alice: Account
) -> None:
    async with running(alice) as link:
        with mute(prosody_pair[0]):
            request = await asked(link.session, link.session.pubsub.own_nodes())
            await asyncio.to_thread(prosody_pair[0].kill)
            await asyncio.to_thread(prosody_pair[0].start)
        await link.next(Offline)
        assert not request.done()
        online = await link.next(Online)
        assert isinstance(online, Online)
        assert not online.resumed
        # By itself it would have failed with `timeout`.
        with pytest.raises(RequestFailed, match="offline"):
            await request
        assert await link.session.pubsub.own_nodes() == []


async def test_a_request_that_nobody_answers_fails_after_its_time(
    prosody_pair: tuple[ProsodyServer, ProsodyServer],
    alice: Account,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(f"{PubSub.__module__}.SUBSCRIPTIONS_TIMEOUT", 0.2)
    async with running(alice) as link:
        with mute(prosody_pair[0]), pytest.raises(RequestFailed, match="timeout"):
            await link.session.pubsub.subscriptions(BareJid(alice.jid))
        assert await link.session.pubsub.own_nodes() == []


async def test_a_request_goes_on_when_the_stream_is_resumed(
    prosody_pair: tuple[ProsodyServer, ProsodyServer], alice: Account
) -> None:
    async with running(alice) as link:
        with mute(prosody_pair[0]):
            request = await asked(link.session, link.session.pubsub.own_nodes())
            link.session._client.abort()
            await link.next(Offline)
        online = await link.next(Online)
        assert isinstance(online, Online)
        assert online.resumed
        assert await request == []


async def test_a_request_made_in_the_very_turn_of_a_drop_goes_out_when_the_stream_is_resumed(
    alice: Account,
) -> None:
    async with running(alice) as link:
        link.session._client.abort()
        request = asyncio.create_task(link.session.pubsub.own_nodes())
        await link.next(Offline)
        online = await link.next(Online)
        assert isinstance(online, Online)
        assert online.resumed
        # By itself it would have failed with `timeout`.
        assert await request == []


@ON_EACH_PAIR
async def test_what_is_left_in_the_queue_of_a_busy_home_is_said_once_the_stream_is_resumed(
    alice: Account, bob: Account
) -> None:
    async with running(alice) as link, running(bob) as friend:
        client = link.session._client
        is_met = asyncio.Event()
        client.add_event_handler("connected", lambda _event: is_met.set())

        async def dawdle(stanza: StanzaBase) -> StanzaBase:
            if stanza.xml.get("to") == bob.jid:
                await is_met.wait()
            return stanza

        client.add_filter("out", dawdle, 1)
        for _number in range(3):
            link.session.tell(BareJid(bob.jid), Element(f"{SEN1}left"))
        client.abort()
        online = await link.next(Online)
        assert isinstance(online, Online)
        assert online.resumed
        assert link.session.drops == 1
        for _number in range(3):
            await friend.next(GrantMessage)
        await asyncio.sleep(0.2)
        assert friend.events.empty()


@pytest.mark.parametrize(
    "request_of",
    [
        pytest.param(lambda session: session.pubsub.own_nodes(), id="to know something"),
        pytest.param(lambda session: session.pubsub.delete_node(NODE), id="to end something"),
    ],
)
async def test_a_request_does_not_outlive_the_session(
    prosody_pair: tuple[ProsodyServer, ProsodyServer],
    alice: Account,
    request_of: Callable[[Session], Coroutine[Any, Any, Any]],
) -> None:
    async with running(alice) as link:
        with mute(prosody_pair[0]):
            request = await asked(link.session, request_of(link.session))
            closing = asyncio.create_task(link.session.close())
            with pytest.raises(RequestFailed, match="offline"):
                await request
        await closing


async def test_a_request_whose_time_is_up_as_the_session_ends_fails_once(
    alice: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{PubSub.__module__}.SUBSCRIPTIONS_TIMEOUT", 0)
    async with running(alice) as link:
        request = asyncio.create_task(link.session.pubsub.subscriptions(BareJid(alice.jid)))
        for _ in range(2):
            # Its time is up in the second turn, in which it does not know yet.
            await asyncio.sleep(0)
        assert not request.done()
        await link.session.close()
        with pytest.raises(RequestFailed):
            await request


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
async def test_a_link_may_drop_in_the_very_turn_in_which_its_session_is_ended(
    alice: Account, caplog: pytest.LogCaptureFixture, turns: int
) -> None:
    async with running(alice) as link:
        link.session._client.abort()
        for _ in range(turns):
            await asyncio.sleep(0)
    assert not link.session.is_online
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize(
    "request_of",
    [
        pytest.param(lambda session: session.pubsub.publish(NODE, "1", Element("x")), id="an item"),
        pytest.param(lambda session: session.roster(), id="the roster"),
        pytest.param(lambda session: session.unfriend("coop@coop.test"), id="a parting"),
        pytest.param(lambda session: session.ask("coop@coop.test/x", Element("x")), id="the past"),
    ],
)
async def test_a_request_without_a_link_fails_at_once(
    alice: Account, request_of: Callable[[Session], Coroutine[Any, Any, Any]]
) -> None:
    session = Session(credentials(alice), credentials(alice).ssl_context())
    with pytest.raises(RequestFailed, match="offline"):
        await request_of(session)
    await session.close()


async def test_what_is_said_without_a_link_is_not_kept_for_a_later_one(
    alice: Account, bob: Account
) -> None:
    session = Session(credentials(alice), credentials(alice).ssl_context())
    friend = BareJid(bob.jid)
    asked_before = session._client.make_iq_set(ifrom=f"{bob.jid}/sen1-test")
    request = CommandRequest(friend, Element(COMMAND), asked_before)
    async with running(bob) as link:
        session.announce()
        session.ask_friendship(friend, "token")
        session.tell(friend, Element(f"{SEN1}erased"))
        session.answer(request, Element(COMMAND))
        session.refuse_command(request, "forbidden", "")
        await session.connect()
        session.tell(friend, Element(f"{SEN1}left"))
        event = await link.next(GrantMessage)
        assert event.element.tag == f"{SEN1}left"
        await session.close()


async def test_a_message_that_comes_back_is_not_taken_for_the_friends(
    alice: Account, bob: Account
) -> None:
    async with running(alice) as house, running(bob) as friend:
        back = BareJid(f"{bob.jid}/sen1-test")
        house.session.tell(back, Element(f"{SEN1}erased"), "error")
        house.session.tell(back, Element(f"{SEN1}left"))
        event = await friend.next(GrantMessage)
        assert isinstance(event, GrantMessage)
        assert event.element.tag == f"{SEN1}left"


@ON_EACH_PAIR
async def test_what_was_not_taken_as_a_link_is_closed_comes_over_the_next(
    alice: Account, bob: Account
) -> None:
    async with running(alice) as house:
        async with running(bob) as friend:
            waiting = vars(friend.events)["_queue"]
            friend.session.acknowledge_taken(friend.events.empty)
            house.session.tell(BareJid(bob.jid), Element(f"{SEN1}erased"))
            house.session.tell(BareJid(bob.jid), Element(f"{SEN1}left"))
            await until(lambda: sum(isinstance(one, GrantMessage) for one in waiting) == 2)
        async with running(bob) as friend:
            came = [await friend.next(GrantMessage) for _ in range(2)]
            assert [event.element.tag for event in came] == [f"{SEN1}erased", f"{SEN1}left"]


@ON_EACH_PAIR
async def test_the_roster_is_whole_each_time_it_is_asked_for(alice: Account, bob: Account) -> None:
    async with running(alice) as house:
        house.session.ask_friendship(BareJid(bob.jid))

        async def is_asked() -> bool:
            return BareJid(bob.jid) in await house.session.roster()

        await until(is_asked)
        # What the server pushed meanwhile is known by its version: it is asked for all the same.
        assert (await house.session.roster()).keys() == {BareJid(bob.jid)}
