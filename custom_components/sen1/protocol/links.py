"""Links that lead to an address or invite to a server (RFC 5122, XEP-0147, XEP-0401).

Ours, which a QR picture holds as it is and nothing else:

xmpp:coop@server.org?roster;preauth=TOKEN;key=<24 digits>;sen1=0
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from slixmpp import JID, InvalidJID

from .errors import LinkRefused
from .model import BareJid
from .trust.verify_journal import FINGERPRINT_DIGITS

SCHEME = "xmpp:"

VERSION = "0"
"""Of the links that we make and read."""


@dataclass(frozen=True, slots=True)
class Link:
    """An address, or a server's name, with what to do there."""

    jid: JID
    action: str = ""
    """`roster`: add as a friend; `register`: make an account; empty: not said."""

    name: str = ""
    token: str = ""
    """What the server gave to whoever invites (XEP-0445)."""

    gives_account: bool = False
    """Whether the token is good for making an account."""

    fingerprint: str = ""
    """The 24 digits of the key that is expected at the address; empty: not said."""

    @property
    def address(self) -> BareJid | None:
        """Return the address the link leads to; None when it leads to a server."""
        return BareJid(self.jid.bare) if self.jid.local else None


def parse_link(text: str) -> Link | None:
    """Return what an address, an `xmpp:` link or a page's link that holds one says, or None.

    A page's link holds it as its fragment, as invitation pages do. Raises LinkRefused of what is a
    link that cannot be read whole: nobody is added by half of it.
    """
    text = text.strip()
    if is_page(text):
        text = text.partition("#")[2]
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
    token = said.get("preauth", "")
    return Link(
        jid,
        action,
        said.get("name", "").strip(),
        token,
        gives_account=action == "register" or bool(token and said.get("ibr") == "y"),
        fingerprint=_fingerprint(said),
    )


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


def friend_link(jid: BareJid, fingerprint: str, token: str = "") -> str:
    """Return the link that asks its reader to add an address as a friend, with an invitation.

    `fingerprint` are the 24 digits of its key.
    """
    invited = f";preauth={quote(token, safe='')}" if token else ""
    return f"{SCHEME}{quote(jid, safe='@')}?roster{invited};key={fingerprint};sen1={VERSION}"
