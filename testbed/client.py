"""A plain XMPP client: an independent witness of what the servers do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import ssl
from xml.etree.ElementTree import Element

from slixmpp import ClientXMPP
from slixmpp.types import MessageTypes

from .xmpp import Account


@asynccontextmanager
async def connect(account: Account) -> AsyncIterator[ClientXMPP]:
    """Log in, tell presence, and yield the client with pubsub and ping; log out."""
    context = ssl.create_default_context(cadata=account.ca)
    client = ClientXMPP(account.jid, account.password, ssl_context=context)
    client.enable_direct_tls = False
    for plugin in ("xep_0060", "xep_0199"):
        client.register_plugin(plugin)
    client.connect(account.host, account.port)
    try:
        await client.wait_until("session_start", timeout=60)
        client.send_presence()
        yield client
    finally:
        client.cancel_connection_attempt()
        await client.disconnect(wait=2.0)
        if filters := client._run_out_filters:
            # The one task that slixmpp leaves behind.
            filters.cancel()


def tell(client: ClientXMPP, jid: str, element: Element, kind: MessageTypes = "normal") -> None:
    """Send an element in a message."""
    message = client.make_message(mto=jid, mtype=kind)
    message.append(element)
    message.send()
