"""An account on a server: made in-band (XEP-0077), by invitation (XEP-0445), made one's own."""

import secrets
import ssl
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from slixmpp import JID
from slixmpp.types import IqTypes

from ...protocol.errors import (
    JoiningError,
    NotAnXmppServer,
    Refusal,
    RequestFailed,
    ServerUnreachable,
)
from ...protocol.forms import DATA, filled, form, names_of
from ...protocol.links import is_page
from .connection import Connection
from .credentials import Credentials
from .session import PREAUTH

INVITATIONS = "{urn:xmpp:ibr-token:0}register"
REGISTER = "{jabber:iq:register}"
OUT_OF_BAND = "{jabber:x:oob}"

USERNAME = "username"
PASSWORD = "password"  # noqa: S105 - the name of a field
CREDENTIALS = {USERNAME, PASSWORD}
CHALLENGES = {"challenge", "ocr", "qa"}
"""Fields of a CAPTCHA (XEP-0158): any one of several, so none need be marked as required."""

REFUSALS = {
    "conflict": Refusal.NAME_TAKEN,
    **dict.fromkeys(("resource-constraint", "policy-violation"), Refusal.TOO_MANY),
    **dict.fromkeys(("forbidden", "not-allowed", "service-unavailable"), Refusal.CLOSED),
}
"""What a server means by a stanza error."""

PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 - an alphabet
"""No letter here looks like another: the password is written down by hand."""


def make_password() -> str:
    """Return a random password of 79 bits, in four groups of four."""
    return "-".join("".join(secrets.choice(PASSWORD_LETTERS) for _ in "1234") for _ in "1234")


async def register(credentials: Credentials, ssl_context: ssl.SSLContext, token: str) -> None:
    """Make the account of these credentials, with an invitation's token unless it is empty.

    Raises LinkError when the server cannot be talked to, JoiningError when it refuses.
    """
    stream = _RegistrationStream(credentials, ssl_context)
    try:
        await stream.connect()
        if token:
            await stream.redeem(token)
        await stream.register()
    finally:
        await stream.close()


async def change_password(
    credentials: Credentials, ssl_context: ssl.SSLContext, password: str
) -> None:
    """Log in with these credentials and give the account another password.

    Raises LinkError when the server cannot be talked to or refuses the login, JoiningError when
    it refuses the change.
    """
    stream = _PasswordStream(credentials, ssl_context)
    try:
        await stream.connect()
        await stream.change(password)
    finally:
        await stream.close()


def answer_to(query: Element, user: str, password: str) -> Element:
    """Return the `<query>` that answers a server's; raises JoiningError if it asks more.

    A server that sends a data form marks there what it requires; without one it requires all
    that it names (XEP-0077, sections 3.1 and 4).
    """
    asked = query.find(DATA + "x")
    named = {child.tag.removeprefix(REGISTER) for child in query if child.tag.startswith(REGISTER)}
    fields, required = (named, named - {"instructions"}) if asked is None else names_of(asked)
    if not fields >= CREDENTIALS or required - CREDENTIALS or fields & CHALLENGES:
        url = query.findtext(f"{OUT_OF_BAND}x/{OUT_OF_BAND}url", "").strip()
        raise JoiningError(Refusal.ELSEWHERE, url if is_page(url) else "")
    answer = Element(REGISTER + "query")
    values = {USERNAME: user, PASSWORD: password}
    if named >= CREDENTIALS:
        for name, value in values.items():
            SubElement(answer, REGISTER + name).text = value
    else:
        answer.append(form("submit", filled({"FORM_TYPE": "jabber:iq:register", **values})))
    return answer


class _AskingStream(Connection):
    """A stream on which the server itself is asked, and no session runs."""

    async def ask(self, kind: IqTypes, payload: Element) -> Any:
        """Return the answer to an IQ; raises RequestFailed, ServerUnreachable without an answer."""
        iq = self._client.make_iq(ito=JID(self._credentials.jid).domain, itype=kind)
        iq.append(payload)
        try:
            return await self.request(iq.send())
        except RequestFailed as error:
            if error.condition in ("timeout", "offline"):
                raise ServerUnreachable from None
            raise


class _PasswordStream(_AskingStream):
    """A stream of somebody who changes their password (XEP-0077, section 3.3)."""

    async def change(self, password: str) -> None:
        """Change it; raises JoiningError."""
        query = Element(REGISTER + "query")
        user = JID(self._credentials.jid).local
        for name, value in ((USERNAME, user), (PASSWORD, password)):
            SubElement(query, REGISTER + name).text = value
        try:
            await self.ask("set", query)
        except RequestFailed as error:
            raise JoiningError(Refusal.PASSWORD_KEPT, error.text or error.condition) from None


class _RegistrationStream(_AskingStream):
    """An encrypted stream on which nobody logs in."""

    def __init__(self, credentials: Credentials, ssl_context: ssl.SSLContext) -> None:
        self._offered: set[str] = set()
        self._is_invited = False
        super().__init__(credentials, ssl_context)

    def _make_client(self, ssl_context: ssl.SSLContext) -> Any:
        client: Any = super()._make_client(ssl_context)
        client.unregister_feature("mechanisms", client.plugin["feature_mechanisms"].order)
        client.waits_for_no_session()
        return client

    def _on_stream_features(self, features: Any) -> None:
        super()._on_stream_features(features)
        self._offered = {child.tag for child in features.xml}

    def _on_negotiated(self, _event: Any) -> None:
        # Without a login there is no mechanism to insist on encryption.
        transport = self._client.transport
        assert transport is not None  # it was negotiated over
        is_encrypted = transport.get_extra_info("ssl_object") is not None
        self._settle(False if is_encrypted else NotAnXmppServer("no encryption"))

    async def redeem(self, token: str) -> None:
        """Show the server an invitation, if it has such a thing; raises JoiningError."""
        if INVITATIONS not in self._offered:
            return
        try:
            await self.ask("set", Element(PREAUTH, token=token))
        except RequestFailed as error:
            raise JoiningError(Refusal.INVITATION_REFUSED) from error
        self._is_invited = True

    async def register(self) -> None:
        """Make the account; raises JoiningError."""
        user = JID(self._credentials.jid).local
        try:
            reply = await self.ask("get", Element(REGISTER + "query"))
        except RequestFailed as error:
            raise JoiningError(Refusal.CLOSED) from error
        query = reply.xml.find(REGISTER + "query")
        if query is None:
            raise JoiningError(Refusal.CLOSED)
        answer = answer_to(query, user, self._credentials.password)
        try:
            await self.ask("set", answer)
        except RequestFailed as error:
            if (known := REFUSALS.get(error.condition)) is not None:
                raise JoiningError(known) from None
            is_uninvited = INVITATIONS in self._offered and not self._is_invited
            if is_uninvited and error.condition == "not-acceptable":
                raise JoiningError(Refusal.INVITATION_NEEDED, error.text) from None
            raise JoiningError(Refusal.OTHER, error.text or error.condition) from None
