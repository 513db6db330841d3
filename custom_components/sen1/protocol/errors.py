"""What can go wrong with the federation; nothing else is raised on purpose."""

from enum import StrEnum


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


class InvalidAuthority(LinkError):
    """The text that is to be an authority to trust is no certificate."""

    key = "invalid_ca"


class UnknownFault(LinkError):
    """A fault of ours, told to the user where nothing better can be said."""

    key = "unknown"


class Refusal(StrEnum):
    """Why a server makes no account, as a key of the user's texts."""

    CLOSED = "registration_closed"
    """It makes none in-band (XEP-0077), or not for us."""
    ELSEWHERE = "registration_elsewhere"
    """It asks for more than a name and a password, maybe on the page of `detail`."""
    OTHER = "registration_refused"
    """A reason of its own, in `detail`."""
    TOO_MANY = "too_many_registrations"
    """It has made enough accounts for now."""
    NAME_TAKEN = "name_taken"
    INVITATION_NEEDED = "invitation_needed"
    """It makes accounts for invited people only."""
    INVITATION_REFUSED = "invitation_refused"
    """It does not know the invitation's token, or no longer."""
    PASSWORD_KEPT = "password_kept"  # noqa: S105 - a reason
    """It does not let the password of an address be changed, which others know then."""


class JoiningError(FederationError):
    """The server makes no account; `detail` is what it says of it: a page's address, a sentence."""

    key: Refusal

    def __init__(self, key: Refusal, detail: str = "") -> None:
        super().__init__(detail)
        self.key = key
        self.detail = detail


class Unshareable(StrEnum):
    """Why an entity cannot be shared, as a key of the user's texts."""

    NO_IDENTITY = "no_unique_id"
    """The entity registry does not know it, so that nothing tells it from another."""
    NO_STATE = "no_state"
    """It is not there at the moment: what it measures cannot be told."""
    NOT_TO_FORWARD = "not_to_forward"
    """A friend lent it, and did not allow that it is shared further."""
    TELLS_POSITION = "tells_position"
    """It says where somebody is, more finely than the commune."""
    OF_A_GROUP = "of_a_group"
    """It is what several homes come to as it is now, not as it is given on."""


class ExplainedError[Key: str](FederationError):
    """What is told to the user; `key` names the reason."""

    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self.key = key


class NotShareable(ExplainedError[Unshareable]):
    """An entity cannot be shared."""


class LinkRefused(ExplainedError[str]):
    """A link cannot be read whole."""


class ParticipationRefused(ExplainedError[str]):
    """One cannot take part in a collection so."""


class RequestFailed(FederationError):
    """The server, or a friend's, answered an IQ with an error or not at all.

    `condition` is the stanza error's (RFC 6120, section 8.3.3), `timeout` when nobody answered.
    `code` is what a data node says of the source behind it, if it names one.
    """

    def __init__(self, condition: str, text: str = "", code: str = "") -> None:
        super().__init__(f"{condition} {text}".strip())
        self.condition = condition
        self.text = text
        self.code = code


class PayloadRefused(FederationError):
    """A stanza that is not what the protocol says: dropped whole and counted by `reason`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


class FriendRefused(FederationError):
    """What a friend asks for is refused, with a stanza error's condition and its text."""

    def __init__(self, condition: str, text: str) -> None:
        super().__init__(f"{condition} {text}")
        self.condition = condition
        self.text = text
