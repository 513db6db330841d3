"""What can go wrong with the federation; nothing else is raised on purpose."""

from __future__ import annotations


class FederationError(Exception):
    """Base of all; never raised itself."""


class LinkError(FederationError):
    """The link to our own server cannot be made; `key` names the reason for the user."""

    key: str


class ServerUnreachable(LinkError):
    """No answer at the address: no such name, no route, nobody listening."""

    key = "cannot_connect"


class CertificateNotTrusted(LinkError):
    """The server's certificate does not prove its name."""

    key = "invalid_certificate"


class LoginRefused(LinkError):
    """The server knows no such address or password."""

    key = "invalid_auth"


class NotAnXmppServer(LinkError):
    """Something answers there, but it does not speak XMPP with TLS."""

    key = "not_xmpp"


class NoPersonalEventing(LinkError):
    """The server has no PEP (XEP-0163), so nothing can be published there."""

    key = "no_pep"


class ResourceConflict(LinkError):
    """Another copy of this installation took our place on the server."""

    key = "resource_conflict"


class RequestFailed(FederationError):
    """The server, or a friend's, answered an IQ with an error or not at all.

    `condition` is the stanza error's (RFC 6120, section 8.3.3), `timeout` when nobody answered.
    """

    def __init__(self, condition: str, text: str = "") -> None:
        super().__init__(f"{condition} {text}".strip())
        self.condition = condition


class PayloadRefused(FederationError):
    """A stanza that is not what the protocol says: dropped whole and counted by `reason`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
