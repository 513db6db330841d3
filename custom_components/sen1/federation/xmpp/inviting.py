"""What our own server gives to whoever invites, by its ad-hoc commands (XEP-0050).

A token that is good for an account (XEP-0401), or an account that an administrator makes
(XEP-0133). That a server offers the command of XEP-0401 does not say that its token is good for an
account: one has to be made to know.
"""

from dataclasses import dataclass, replace
import ssl
from xml.etree.ElementTree import Element

from ...protocol.errors import LinkRefused, LoginRefused, PayloadRefused, RequestFailed
from ...protocol.forms import COMMAND, COMMANDS, asking, fields_of, filled, form
from ...protocol.limits import MAX_ATTRIBUTE
from ...protocol.links import AccountLogin, parse_link
from ...protocol.model import BareJid
from ...protocol.stamps import parse_stamp
from .connection import Connection
from .credentials import Credentials
from .registration import make_password
from .session import Session

INVITE = "urn:xmpp:invite#invite"
CREATE_ACCOUNT = "urn:xmpp:invite#create-account"

ADMIN = "http://jabber.org/protocol/admin"
ADD_USER = f"{ADMIN}#add-user"
DELETE_USER = f"{ADMIN}#delete-user"

NOTE = f"{{{COMMANDS}}}note"

UNANSWERED = ("offline", "timeout")
"""Conditions of a request of which nobody knows what the server would have said."""


@dataclass(frozen=True, slots=True)
class ServerToken:
    """What a server gave that is good for an account, and until when, Unix seconds."""

    token: str
    expires: float | None
    page: str = ""
    """The page that tells what to do with the link behind its `#`; empty: there is none."""


async def token_of_server(session: Session, offered: set[str]) -> ServerToken | None:
    """Return a token of our server that is good for an account; None where it gives none.

    `offered` are its commands. Raises RequestFailed when it does not answer.
    """
    for node in (INVITE, CREATE_ACCOUNT):
        if node in offered and (token := await _token(session, node)) is not None:
            return token
    return None


async def add_user(session: Session, jid: BareJid) -> AccountLogin:
    """Make an account on our server, as its administrator; raises RequestFailed."""
    login = AccountLogin(jid, make_password())
    said = {"accountjid": jid, "password": login.password, "password-verify": login.password}
    await _filled_in(session, ADD_USER, said)
    return login


async def delete_user(
    session: Session, login: AccountLogin, inviter: Credentials, ssl_context: ssl.SSLContext
) -> bool:
    """Delete an account made so, as its administrator, unless somebody made it theirs.

    Return whether it is gone. Raises RequestFailed, LinkError when the server cannot be asked.
    """
    if not await _is_unused(login, inviter, ssl_context):
        return False
    await _filled_in(session, DELETE_USER, {"accountjids": login.jid})
    return True


async def _is_unused(
    login: AccountLogin, inviter: Credentials, ssl_context: ssl.SSLContext
) -> bool:
    """Return whether an account has the password still that it was made with.

    Whoever makes it theirs changes that first.
    """
    credentials = replace(inviter, jid=login.jid, password=login.password, resource="sen1-look")
    connection = Connection(credentials, ssl_context)
    try:
        await connection.connect()
    except LoginRefused:
        return False
    finally:
        await connection.close()
    return True


async def _token(session: Session, node: str) -> ServerToken | None:
    """Return what one command gives, if that is good for an account; raises RequestFailed."""
    try:
        said = fields_of(await session.order(asking(node)), MAX_ATTRIBUTE)
        link = parse_link(said.get("uri", ""))
        expires = parse_stamp(said["expire"]) if said.get("expire") else None
    except RequestFailed as error:
        if error.condition in UNANSWERED:
            raise
        return None
    except PayloadRefused, LinkRefused, ValueError:
        return None
    if link is None or not (link.token and link.gives_account):
        return None
    page, mark, _ = said.get("landing-url", "").partition("#")
    return ServerToken(link.token, expires, page if mark and page.startswith("https://") else "")


async def _filled_in(session: Session, node: str, said: dict[str, str]) -> None:
    """Have a command executed that asks with a form first; raises RequestFailed."""
    asked = (await session.order(asking(node))).find(COMMAND)
    sessionid = "" if asked is None else asked.get("sessionid", "")
    answer = Element(COMMAND, {"node": node, "sessionid": sessionid, "action": "complete"})
    answer.append(form("submit", filled({"FORM_TYPE": ADMIN, **said})))
    done = await session.order(answer)
    # Prosody says so of a command that was completed.
    if any(note.get("type") == "error" for note in done.iter(NOTE)):
        raise RequestFailed("not-acceptable")
