"""Links that lead to an address or invite to a server (RFC 5122, XEP-0147, XEP-0401).

Ours, which a QR picture holds as it is and nothing else:

xmpp:coop@server.org?roster;preauth=TOKEN;ibr=y;name=Coop;until=20261203T1900Z;key=<24 digits>
xmpp:coop@server.org/sen1-1?collect;id=3f6a…;token=TOKEN;name=Coop;title=Roof;key=<24 digits>
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
import re
from urllib.parse import quote, unquote

import segno
from slixmpp import JID, InvalidJID

from .errors import LinkRefused
from .limits import cleaned
from .model import BareJid
from .trust.verify_journal import FINGERPRINT_DIGITS

SCHEME = "xmpp:"
ESCAPED_SCHEME = "xmpp%3a"

VERSION = "0"
"""Of the links that we make and read."""

UNTIL = "%Y%m%dT%H%MZ"
"""How a link writes until when it is good, in UTC."""

COLLECT = "collect"
"""What a link asks its reader to do who is to take part in a collection."""

COLLECTION_ID = re.compile(r"[0-9a-f]{16}")
COLLECTION_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")

MAX_COLLECTION_TITLE = 80
"""Characters."""

IN_TEXT = re.compile(r"""(?:xmpp:|https?://)[^\s<>"]+(?:(?: \d{4}){5}[^\s<>"]*)?""", re.IGNORECASE)
"""A link with words around it; the digits of its key may stand in six groups."""

AFTER = ".,:;!?)]»”'"
"""What ends a sentence and no link."""


class LinkKind(StrEnum):
    """What a link is good for."""

    ADDRESS = "address"
    """It only says where somebody is."""
    FRIEND = "friend"
    """It asks its reader to add an address as a friend."""
    INVITATION = "invitation"
    """It also gives its reader an address."""
    ACCOUNT = "account"
    """It gives an address, and nobody to be friends with."""
    SERVER = "server"
    """It only names a server."""
    COLLECTION = "collection"
    """It asks its reader to take part in a collection."""


@dataclass(frozen=True, slots=True)
class AccountLogin:
    """An address that was made for whoever holds a link, until they change its password."""

    jid: BareJid
    password: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address, or a server's name, with what to do there."""

    jid: JID
    action: str = ""
    """`roster`: add as a friend; `register`: make an account; `collect`: take part in a collection;
    empty: not said."""

    name: str = ""
    token: str = ""
    """What the server gave to whoever invites (XEP-0445), or what lets its reader take part."""

    gives_account: bool = False
    """Whether the token is good for making an account."""

    fingerprint: str = ""
    """The 24 digits of the key that is expected at the address; empty: not said."""

    until: float | None = None
    """The moment from which it is good for nothing more."""

    login: AccountLogin | None = None
    """The address that was made for its reader."""

    collection: str = ""
    """The id of the collection it is of, and its title."""

    title: str = ""

    @property
    def address(self) -> BareJid | None:
        """Return the address the link leads to; None when it leads to a server."""
        return BareJid(self.jid.bare) if self.jid.local else None

    @property
    def kind(self) -> LinkKind:
        """Return what it is good for."""
        if self.collection:
            return LinkKind.COLLECTION
        gives_address = self.gives_account or self.login is not None
        if self.address is None or self.action == "register":
            return LinkKind.ACCOUNT if gives_address else LinkKind.SERVER
        if gives_address:
            return LinkKind.INVITATION
        return LinkKind.FRIEND if self.action else LinkKind.ADDRESS

    def written(self) -> str:
        """Return the link as it is given away."""
        said = {
            "id": self.collection,
            "token" if self.collection else "preauth": self.token,
            "ibr": "y" if self.gives_account else "",
            "account": self.login.jid if self.login else "",
            "password": self.login.password if self.login else "",
            "name": self.name,
            "title": self.title,
            "until": ""
            if self.until is None
            else datetime.fromtimestamp(self.until, UTC).strftime(UNTIL),
            "key": self.fingerprint,
            "sen1": VERSION,
        }
        query = "".join(f";{key}={quote(value, safe='')}" for key, value in said.items() if value)
        return f"{SCHEME}{quote(str(self.jid), safe='@/')}?{self.action}{query}"


def find_link(text: str, now: float) -> Link:
    """Return the address or link that a text is, or the first that it holds.

    Raises LinkRefused: of nothing such, of one that cannot be read whole or is over at `now`.
    """
    link = next(filter(None, map(parse_link, _candidates(text))), None)
    if link is None:
        raise LinkRefused("invitation_page" if IN_TEXT.search(text) else "not_a_link")
    if link.until is not None and link.until <= now:
        raise LinkRefused("link_expired")
    return link


def _candidates(text: str) -> Iterator[str]:
    """Yield what may be a link in a text, the surest first."""
    found = [match.group().rstrip(AFTER) for match in IN_TEXT.finditer(text)]
    yield from found
    if not found:
        words = text.split()
        yield from (
            words if len(words) == 1 else (word.strip(AFTER) for word in words if "@" in word)
        )


def parse_link(text: str) -> Link | None:
    """Return what an address, an `xmpp:` link or a page's link that holds one says, or None.

    A page's link holds it as its fragment, as invitation pages do. Raises LinkRefused of what is a
    link that cannot be read whole: nobody is added by half of it.
    """
    text = text.strip()
    if is_page(text):
        text = text.partition("#")[2]
        # As Prosody writes it where its page's setting says `{invite.uri}`.
        text = unquote(text) if text.lower().startswith(ESCAPED_SCHEME) else text
    scheme = text[: len(SCHEME)]
    if scheme.lower() == SCHEME:
        text = text[len(SCHEME) :]
    path, _, query = text.partition("?")
    jid = parse_jid(unquote(path.removeprefix("//")), typed=True)
    if jid is None:
        return None
    action, *rest = query.split(";")
    # A QR picture of capitals alone is smaller, so some make the words of a link such.
    action = action.lower()
    pairs = (pair.partition("=") for pair in rest)
    said = {key.lower(): unquote(value) for key, _, value in pairs}
    if action == COLLECT:
        return _collection(jid, said)
    token = said.get("preauth", "")
    return Link(
        jid,
        action,
        cleaned(said.get("name", ""), MAX_COLLECTION_TITLE),
        token,
        gives_account=action == "register" or bool(token and said.get("ibr") == "y"),
        fingerprint=_fingerprint(said),
        until=_until(said),
        login=_login(said),
    )


def _collection(jid: JID, said: Mapping[str, str]) -> Link:
    """Return the link of a collection; raises LinkRefused when anything of it is missing."""
    collection, token = said.get("id", ""), said.get("token", "")
    fingerprint = _fingerprint(said)
    is_whole = COLLECTION_ID.fullmatch(collection) and COLLECTION_TOKEN.fullmatch(token)
    if not (is_whole and fingerprint and jid.local and jid.resource):
        raise LinkRefused("cut_link")
    name, title = (cleaned(said.get(key, ""), MAX_COLLECTION_TITLE) for key in ("name", "title"))
    return Link(
        jid,
        COLLECT,
        name,
        token,
        fingerprint=fingerprint,
        until=_until(said),
        collection=collection,
        title=title,
    )


def _until(said: Mapping[str, str]) -> float | None:
    """Return when a link is over, if it says so; raises LinkRefused."""
    if "until" not in said:
        return None
    try:
        return datetime.strptime(said["until"].upper(), UNTIL).replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise LinkRefused("cut_link") from error


def _login(said: Mapping[str, str]) -> AccountLogin | None:
    """Return the address that a link gives, if it does; raises LinkRefused."""
    if "account" not in said:
        return None
    jid, password = parse_jid(said["account"]), said.get("password", "")
    if jid is None or not jid.local or jid.resource or not password:
        raise LinkRefused("cut_link")
    return AccountLogin(BareJid(jid.bare), password)


def _fingerprint(said: Mapping[str, str]) -> str:
    """Return the digits of the key in a link, if it has one; raises LinkRefused."""
    if said.get("sen1", VERSION) != VERSION:
        raise LinkRefused("newer_link")
    digits = "".join(said.get("key", "").split())
    if "key" in said and not (
        len(digits) == FINGERPRINT_DIGITS and digits.isascii() and digits.isdigit()
    ):
        raise LinkRefused("cut_link")
    return digits


def parse_jid(text: str, *, typed: bool = False) -> JID | None:
    """Return the address that a text is, letter for letter; None when it is another, or none.

    slixmpp takes `ᵇob` for `bob`: who wrote the one would be taken for the other. Of what somebody
    `typed`, capitals are the same letters.
    """
    try:
        jid = JID(text)
    except InvalidJID:
        return None
    bare = text.partition("/")[0]
    if typed:
        bare = "".join(map(_small, bare))
    return jid if jid.domain and jid.bare == bare else None


def _small(letter: str) -> str:
    """Return the small letter of a capital, but for a sign of another script that becomes ASCII."""
    small = letter.lower()
    return letter if small.isascii() and not letter.isascii() else small


def is_page(text: str) -> bool:
    """Return whether a text is the link of a page."""
    return text.strip().lower().startswith(("https://", "http://"))


def parse_address(text: str) -> BareJid | None:
    """Return the bare address somebody typed or that a link leads to, or None when it is none."""
    try:
        link = parse_link(text)
    except LinkRefused:
        return None
    return link.address if link else None


def picture(text: str) -> list[str]:
    """Return the rows of a text's QR code, without its quiet zone: a 1 is dark."""
    return ["".join(map(str, row)) for row in segno.make_qr(text, error="m").matrix]
