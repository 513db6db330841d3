"""The name server of the testbed, asked by the resolver that XMPP clients use."""

import asyncio

import pytest
import pytest_socket
from slixmpp.xmlstream.resolver import resolve

from testbed.certificates import CertificateAuthority
from testbed.names import ENVIRONMENT, NameServer, Resolver


@pytest.mark.parametrize(
    ("domain", "found"),
    [
        ("maison.test", [("xmpp-client", "maison.test", "127.0.0.1", 20123)]),
        ("other.test", []),
    ],
)
async def test_a_server_is_found_where_it_was_said_to_be_and_no_other(
    monkeypatch: pytest.MonkeyPatch, domain: str, found: list[tuple[str, str, str, int]]
) -> None:
    pytest_socket.enable_socket()
    with NameServer({"maison.test": 20123}, CertificateAuthority()) as names:
        monkeypatch.setenv(ENVIRONMENT, names.environment[ENVIRONMENT])
        loop = asyncio.get_running_loop()
        resolver = Resolver(loop=loop, tries=1, timeout=5.0)
        services = ["xmpps-client", "xmpp-client"]
        assert await resolve(domain, 5222, loop=loop, services=services, resolver=resolver) == found
        await resolver.close()
