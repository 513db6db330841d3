"""A client that writes XML as it is told to: what no library would let anybody say.

    async with raw_client(account, "phone") as client:
        client.send("<presence/>")
        answer = await client.ask("get", "bob@coop.test", "<query xmlns='…'/>")

It logs in with SASL PLAIN inside TLS, and takes its own address as it is written: slixmpp folds
letters of other scripts into ASCII, so cannot be who only looks like somebody.
"""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from itertools import count
import ssl
from typing import cast
from xml.etree.ElementTree import Element, XMLPullParser
from xml.sax.saxutils import quoteattr

from .xmpp import Account

STREAMS = "http://etherx.jabber.org/streams"
TLS = "urn:ietf:params:xml:ns:xmpp-tls"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
BIND = "urn:ietf:params:xml:ns:xmpp-bind"
IQ = "{jabber:client}iq"

PATIENCE = 60.0
"""Seconds for what takes one on an idle machine."""

CLOSED = 1.0
"""Seconds until a connection is taken for closed."""


class RawClient:
    """A stream to a server; what comes is read, a stanza at a time."""

    def __init__(
        self, account: Account, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Of a connection that is open; `log_in` comes next."""
        self._reader, self._writer = reader, writer
        self.jid = account.jid
        self.address = ""
        """The full address that the server gave."""
        self.on_stanza: Callable[[Element], None] = lambda stanza: None
        """Called with each stanza that comes, but for the answers that `ask` waits for."""
        self.account = account
        self._domain = account.jid.partition("@")[2]
        self._ids = count(1)
        self._answers: dict[str, asyncio.Future[Element]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def log_in(self, resource: str) -> None:
        """Turn to TLS, log in, and bind a resource."""
        account = self.account
        await self._begin()
        self.send(f"<starttls xmlns='{TLS}'/>")
        assert (await self._next()).tag == f"{{{TLS}}}proceed"
        context = ssl.create_default_context(cadata=account.ca)
        await self._writer.start_tls(context, server_hostname=self._domain)
        await self._begin()
        local = account.jid.partition("@")[0]
        secret = b64encode(f"\0{local}\0{account.password}".encode()).decode()
        self.send(f"<auth xmlns='{SASL}' mechanism='PLAIN'>{secret}</auth>")
        assert (await self._next()).tag == f"{{{SASL}}}success"
        await self._begin()
        wanted = f"<resource>{resource}</resource>"
        self.send(f"<iq type='set' id='bind'><bind xmlns='{BIND}'>{wanted}</bind></iq>")
        self.address = "".join((await self._next()).itertext())
        self._reading = asyncio.create_task(self._read())

    def send(self, xml: str) -> None:
        """Write this, as it is."""
        self._writer.write(xml.encode())

    async def ask(self, kind: str, to: str, payload: str) -> Element:
        """Send an IQ of a kind, and return its answer."""
        iq_id = f"ask{next(self._ids)}"
        future = self._answers[iq_id] = asyncio.get_running_loop().create_future()
        self.send(f"<iq type='{kind}' id='{iq_id}' to={quoteattr(to)}>{payload}</iq>")
        try:
            async with asyncio.timeout(PATIENCE):
                answer: Element = await future
                return answer
        finally:
            del self._answers[iq_id]

    async def handled(self) -> None:
        """Wait until our server has taken all that was written: it keeps the order."""
        await self.ask("get", self._domain, "<ping xmlns='urn:xmpp:ping'/>")

    async def close(self) -> None:
        """End the connection without a word, as a process that is killed."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        self._writer.transport.abort()
        # asyncio does not always tell the end of a connection that turned to TLS when it was open.
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(CLOSED):
                await self._writer.wait_closed()

    async def _begin(self) -> None:
        """Begin a stream, and read its features."""
        self._parser = XMLPullParser(["start", "end"])
        self._depth = 0
        self.send(
            f"<stream:stream xmlns='jabber:client' xmlns:stream='{STREAMS}' version='1.0'"
            f" to={quoteattr(self._domain)}>"
        )
        assert (await self._next()).tag == f"{{{STREAMS}}}features"

    async def _next(self) -> Element:
        """Return the next stanza."""
        while True:
            events = cast("Iterable[tuple[str, Element]]", self._parser.read_events())
            for event, element in events:
                self._depth += 1 if event == "start" else -1
                if event == "start" and self._depth == 1:
                    self._root = element
                elif event == "end" and self._depth == 1:
                    # Or it would hold all that ever came.
                    self._root.remove(element)
                    return element
            if not (data := await self._reader.read(65_536)):
                raise ConnectionError("the server ended the stream")
            self._parser.feed(data)

    async def _read(self) -> None:
        while True:
            try:
                stanza = await self._next()
            except ConnectionError as error:
                for waiting in self._answers.values():
                    waiting.set_exception(error)
                raise
            answered = self._answers.get(stanza.get("id", "")) if stanza.tag == IQ else None
            if answered is None:
                self.on_stanza(stanza)
            elif not answered.done():
                answered.set_result(stanza)


@asynccontextmanager
async def raw_client(account: Account, resource: str = "raw") -> AsyncIterator[RawClient]:
    """Log in, and yield the client; it tells no presence."""
    client = RawClient(account, *await asyncio.open_connection(account.host, account.port))
    try:
        async with asyncio.timeout(PATIENCE):
            await client.log_in(resource)
        yield client
    finally:
        await client.close()
