"""A name server of the loopback, which says where XMPP servers are; and who asks it.

    with NameServer({server.domain: server.c2s_port}, authority) as names:
        async with HomeAssistant("Maison", names=names):
            ...  # an address of that server is all one needs to know

`python -m testbed.names` is Home Assistant, asking the one of its environment.
"""

import os
from socketserver import BaseRequestHandler, UDPServer
import struct
import sys
from threading import Thread
from typing import Any, Self

import aiodns

from .certificates import CertificateAuthority
from .enedis import point_gateways
from .process import LOOPBACK, temporary_folder

A, SRV = 1, 33
"""Types of records (RFC 1035, RFC 2782)."""

CLIENTS = "_xmpp-client._tcp."
"""What stands before a domain when one asks for the server of its clients (RFC 6120)."""

NO_SUCH_NAME = 3
ANSWERS = 0x8400
"""Flags of a whole answer of who knows."""

ENVIRONMENT = "SEN1_NAME_SERVER"


class NameServer:
    """Says the port of each domain's server, and that all are on the loopback; knows no others."""

    def __init__(self, ports: dict[str, int], authority: CertificateAuthority) -> None:
        """`authority` is whom those who ask trust, and no other."""
        self._folder = temporary_folder("names")
        certificates = self._folder / "authority.crt"
        certificates.write_text(authority.pem)

        class Handler(BaseRequestHandler):
            def handle(self) -> None:
                question, socket = self.request
                socket.sendto(answer_to(question, ports), self.client_address)

        self._server = UDPServer((LOOPBACK, 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, name="names")
        self.environment = {
            ENVIRONMENT: f"{LOOPBACK}:{self._server.server_address[1]}",
            "SSL_CERT_FILE": str(certificates),
        }
        """Of a program that asks here."""

    def __enter__(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        for file in self._folder.iterdir():
            file.unlink()
        self._folder.rmdir()


def answer_to(question: bytes, ports: dict[str, int]) -> bytes:
    """Return the answer to a message with one question (RFC 1035, section 4)."""
    labels: list[str] = []
    at = 12
    while length := question[at]:
        labels.append(question[at + 1 : at + 1 + length].decode().lower())
        at += 1 + length
    at += 1
    (kind,) = struct.unpack_from("!H", question, at)
    asked = question[12 : at + 4]
    name = ".".join(labels)
    domain = name.removeprefix(CLIENTS)
    is_known = domain in ports
    record = b""
    if is_known and kind == SRV and name != domain:
        target = b"".join(_label(part) for part in domain.split(".")) + b"\0"
        record = struct.pack("!HHH", 0, 0, ports[domain]) + target
    elif is_known and kind == A and name == domain:
        record = bytes(map(int, LOOPBACK.split(".")))
    flags = ANSWERS | (0 if is_known else NO_SUCH_NAME)
    head = question[:2] + struct.pack("!HHHHH", flags, 1, bool(record), 0, 0)
    if not record:
        return head + asked
    # The name is that of the question, which stands twelve bytes after the beginning.
    return head + asked + struct.pack("!HHHIH", 0xC00C, kind, 1, 0, len(record)) + record


def _label(text: str) -> bytes:
    return bytes([len(text)]) + text.encode()


class Resolver(aiodns.DNSResolver):
    """Asks the name server of the environment, whatever the machine's own is."""

    def __init__(self, *_args: Any, loop: Any = None, **options: Any) -> None:
        options.pop("nameservers", None)
        super().__init__([os.environ[ENVIRONMENT]], loop=loop, **options)


def main() -> int:
    """Run Home Assistant."""
    from homeassistant.__main__ import main as run

    point_gateways()
    aiodns.DNSResolver = Resolver  # type: ignore[misc]
    return run()


if __name__ == "__main__":
    sys.exit(main())
