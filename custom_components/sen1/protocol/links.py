"""Links that lead to an address or invite to a server (RFC 5122, XEP-0147, XEP-0401).

A QR picture holds nothing else than such a link.
"""

from dataclasses import dataclass
from urllib.parse import quote, unquote

from slixmpp import JID, InvalidJID

from .model import BareJid

SCHEME = "xmpp:"


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

    @property
    def address(self) -> BareJid | None:
        """Return the address the link leads to; None when it leads to a server."""
        return BareJid(self.jid.bare) if self.jid.local else None


def parse_link(text: str) -> Link | None:
    """Return what an address, an `xmpp:` link or a page's link that holds one says, or None.

    A page's link holds it as its fragment, as invitation pages do.
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
    said = {key: unquote(value) for key, _, value in (pair.partition("=") for pair in rest)}
    token = said.get("preauth", "")
    return Link(
        jid,
        action,
        said.get("name", "").strip(),
        token,
        gives_account=action == "register" or bool(token and said.get("ibr") == "y"),
    )


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
    link = parse_link(text)
    return link.address if link else None


def friend_link(jid: BareJid, token: str = "") -> str:
    """Return the link that asks its reader to add an address as a friend, with an invitation."""
    invited = f";preauth={quote(token)}" if token else ""
    return f"{SCHEME}{quote(jid, safe='@')}?roster{invited}"
