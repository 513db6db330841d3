"""What our server gives to whoever comes with a link of ours."""

from enum import StrEnum
import secrets
from typing import TypedDict

from slixmpp import JID

from ...protocol.errors import RequestFailed
from ...protocol.links import AccountLogin
from ...protocol.model import BareJid
from ..config import CONF_JID, credentials_of
from ..context import AccountContext
from ..store import SOON
from ..xmpp.inviting import (
    ADD_USER,
    DELETE_USER,
    UNANSWERED,
    ServerToken,
    add_user,
    delete_user,
    token_of_server,
)


class LinkGives(StrEnum):
    """What a server lets a link give to who has no address."""

    ADDRESS = "address"
    """A token that makes one there."""
    ACCOUNT = "account"
    """One that we make there as an administrator."""
    FRIEND = "friend"
    """None: the link makes friends alone."""


class KeptGifts(TypedDict):
    """What is kept of what our server gives."""

    link_gives: str
    """What it lets a link give; empty: it was not asked yet."""


class LinkGifts:
    """Ask our server for what a link gives, and give back what nobody came for."""

    def __init__(self, context: AccountContext) -> None:
        self._context = context
        self._kept = context.store.section(KeptGifts(link_gives=""))

    def forget(self) -> None:
        """Ask anew: we are at another server."""
        self._kept["link_gives"] = ""

    async def gives(self) -> LinkGives:
        """Return what our server lets a link give; it is asked once."""
        if known := self._kept["link_gives"]:
            return LinkGives(known)
        try:
            return (await self._ask())[0]
        except RequestFailed:
            return LinkGives.FRIEND

    async def take(self) -> tuple[ServerToken | None, AccountLogin | None]:
        """Return what one link gives; raises RequestFailed when the server does not answer."""
        gives, token = await self._ask()
        if gives is not LinkGives.ACCOUNT:
            return token, None
        jid = self._context.entry.data[CONF_JID]
        name = BareJid(f"foyer-{secrets.token_hex(3)}@{JID(jid).domain}")
        try:
            return None, await add_user(self._context.session, name)
        except RequestFailed as error:
            if error.condition in UNANSWERED:
                raise
            return None, None

    async def delete(self, login: AccountLogin) -> bool:
        """Delete the address of a link that is over; return whether nobody had made it theirs.

        Raises RequestFailed, LinkError when the server cannot be asked.
        """
        credentials = credentials_of(self._context.entry)
        hass, session = self._context.hass, self._context.session
        ssl_context = await hass.async_add_executor_job(credentials.ssl_context)
        return await delete_user(session, login, credentials, ssl_context)

    async def _ask(self) -> tuple[LinkGives, ServerToken | None]:
        """Return what our server lets a link give, and a token of it; raises RequestFailed."""
        try:
            offered = await self._context.session.commands()
        except RequestFailed as error:
            if error.condition in UNANSWERED:
                raise
            offered = set()
        token = await token_of_server(self._context.session, offered)
        gives = LinkGives.FRIEND if token is None else LinkGives.ADDRESS
        if token is None and {ADD_USER, DELETE_USER} <= offered:
            gives = LinkGives.ACCOUNT
        if gives != self._kept["link_gives"]:
            self._kept["link_gives"] = gives
            self._context.store.save_within(SOON)
        return gives, token
