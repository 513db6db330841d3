"""A link of ours without a Home Assistant around it, as plain clients and benchmarks have it."""

from collections.abc import Callable
from typing import Any

from custom_components.sen1.federation.xmpp.connection import BACKOFF_FIRST
from custom_components.sen1.federation.xmpp.credentials import Credentials
from custom_components.sen1.federation.xmpp.events import Event
from custom_components.sen1.federation.xmpp.session import Session
from custom_components.sen1.protocol.model import BareJid

from .xmpp import Account


def session_of(
    account: Account,
    on_event: Callable[[Event], None] = lambda _event: None,
    *,
    resource: str = "sen1",
    title: str = "",
    backoff_first: float = BACKOFF_FIRST,
) -> Session:
    """Return the link of an account, not connected yet."""
    credentials = Credentials(
        BareJid(account.jid), account.password, resource, account.host, account.port, account.ca
    )
    return Session(
        credentials,
        credentials.ssl_context(),
        title=title,
        on_event=on_event,
        backoff_first=backoff_first,
    )


def count_sent(session: Session) -> Callable[[], int]:
    """Count what a link sends from now on; return what tells how many bytes that is by then."""
    # Where all that is sent goes out.
    client: Any = session._client
    send, sent = client.send_raw, 0

    def count(data: str | bytes) -> None:
        nonlocal sent
        sent += len(data.encode() if isinstance(data, str) else data)
        send(data)

    client.send_raw = count
    return lambda: sent
