"""A server of XMPP that says what a test writes: for what no real one can be made to say."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
import re
import ssl

from custom_components.sen1.protocol.model import BareJid
from testbed.certificates import CertificateAuthority
from testbed.process import LOOPBACK
from testbed.xmpp import Account

DOMAIN = "scripted.test"

TLS = "xmlns='urn:ietf:params:xml:ns:xmpp-tls'"


def opened(features: str) -> bytes:
    """Return how a stream begins that has these features."""
    return (
        f"<stream:stream xmlns='jabber:client' from='{DOMAIN}' id='1' version='1.0'"
        f" xmlns:stream='http://etherx.jabber.org/streams'>"
        f"<stream:features>{features}</stream:features>"
    ).encode()


@asynccontextmanager
async def scripted(
    folder: Path, features: str = "", answers: Mapping[str, str] | None = None
) -> AsyncIterator[Account]:
    """Run a server that offers features over TLS; yield an account there.

    Of `answers` it gives that whose key is in what it hears, under the same id. Without any it
    agrees to begin TLS, and then says something else.
    """
    authority = CertificateAuthority()
    certificate = folder / "server.pem"
    certificate.write_text("".join(authority.issue(DOMAIN)))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"version=")
        writer.write(opened(f"<starttls {TLS}><required/></starttls>"))
        await reader.readuntil(b"<starttls")
        await reader.readuntil(b">")
        writer.write(f"<proceed {TLS}/>".encode())
        if answers is None:
            await reader.read(1)
            writer.write(b"This is no TLS." * 20)
            return
        await writer.start_tls(context)
        await reader.readuntil(b"version=")
        writer.write(opened(features))
        while heard := (await reader.read(10_000)).decode():
            named = re.search(r"""id=["']([^"']+)""", heard)
            for word, answer in answers.items():
                if word in heard:
                    writer.write(answer.format(id=named and named[1]).encode())
        writer.close()

    server = await asyncio.start_server(serve, LOOPBACK, 0)
    port = server.sockets[0].getsockname()[1]
    yield Account(BareJid(f"home@{DOMAIN}"), "a secret", LOOPBACK, port, authority.pem)
    server.close()
