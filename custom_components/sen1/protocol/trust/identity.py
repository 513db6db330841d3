"""The identity an account publishes, and how it goes on with another key or at another server.

The one item, `current`, of the PEP node `urn:sen1:identity:0`, which anybody may read:

<identity xmlns="urn:sen1:trust:0">
  <signed kind="identity" …/>           the keys of the address, and the head of its journal
  <signed kind="rollover" …/> …         each change of key, signed by the one before, newest last
  <signed kind="moved" …/>              where the account is now, if it left this address
</identity>
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated
from xml.etree.ElementTree import Element

from ..attributes import from_attributes, to_attributes, whole
from ..errors import PayloadRefused
from ..model import BareJid
from .keys import RAW, PublicKeys
from .kinds import TRUST, StatementKind
from .signed import SIGNED, Signed, Statement, signed_in, verified

IDENTITY_NODE = "urn:sen1:identity:0"
IDENTITY_ITEM = "current"

IDENTITY = f"{{{TRUST}}}identity"
KEYS = f"{{{TRUST}}}keys"
MOVED = f"{{{TRUST}}}moved"

MOST_ROLLOVERS = 16
"""Changes of key that an identity tells: who was away for more of them compares anew."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a journal: how many there are, and its hash (32 bytes)."""

    entries: Annotated[int, whole(0, 9_999_999_999)]
    hash: Annotated[bytes, RAW, "head"]


@dataclass(frozen=True, slots=True)
class AccountIdentity:
    """What an address says of itself."""

    keys: PublicKeys
    head: Head | None
    said: float
    rollovers: tuple[Signed, ...] = ()
    moved: Signed | None = None
    """Said by its new address."""


def keys_to_element(keys: PublicKeys, head: Head | None = None) -> Element:
    """Return the payload of an `identity`, or of a `rollover` that leads to these keys.

    <keys xmlns="urn:sen1:trust:0" signing="…" sealing="…" entries="412" head="…"/>
    """
    said = to_attributes(keys) | ({} if head is None else to_attributes(head))
    return Element(KEYS, said)


def identity_to_element(current: Element, rollovers: Iterable[Element]) -> Element:
    """Return the item of the identity node, of `<signed>` elements."""
    element = Element(IDENTITY)
    element.extend([current, *list(rollovers)[-MOST_ROLLOVERS:]])
    return element


def identity_from_element(element: Element, owner: BareJid) -> AccountIdentity:
    """Return the identity an address publishes, seen to be signed by its own key.

    Whether the key is the one we know is another question. Raises PayloadRefused.
    """
    several = [signed_in(child) for child in element if child.tag == SIGNED][: MOST_ROLLOVERS + 2]
    if element.tag != IDENTITY or not several or several[0].kind is not StatementKind.IDENTITY:
        raise PayloadRefused("bad_identity")
    statement = verified(several[0], several[0].key)
    keys = keys_of(statement, owner)
    if keys.signing != several[0].key:
        raise PayloadRefused("bad_identity", "another key")
    others = several[1:]
    return AccountIdentity(
        keys,
        _head(statement.payload),
        statement.said,
        tuple(one for one in others if one.kind is not StatementKind.MOVED),
        next((one for one in others if one.kind is StatementKind.MOVED), None),
    )


def keys_of(statement: Statement, owner: BareJid) -> PublicKeys:
    """Return the keys that a statement binds to an address; raises PayloadRefused."""
    payload = statement.payload
    if payload.tag != KEYS or statement.sender != owner:
        raise PayloadRefused("bad_identity")
    return from_attributes(PublicKeys, payload.attrib, "bad_identity")


def rolled_over(identity: AccountIdentity, owner: BareJid, known: bytes) -> bool:
    """Return whether changes of key lead from the one we know to the one that is published."""
    for signed, statement in _rollovers(identity):
        if signed.key == known:
            known = keys_of(statement, owner).signing
    return known == identity.keys.signing


def _rollovers(identity: AccountIdentity) -> Iterator[tuple[Signed, Statement]]:
    for signed in identity.rollovers:
        if signed.kind is not StatementKind.ROLLOVER:
            raise PayloadRefused("bad_identity", signed.kind)
        yield signed, verified(signed, signed.key)


def moved_to_element(old: BareJid) -> Element:
    """Return the payload of a `moved`, said by the new address: what it was before.

    <moved xmlns="urn:sen1:trust:0" from="home@old.org"/>
    """
    return Element(MOVED, {"from": old})


def with_moved(identity: Element, moved: Element) -> Element:
    """Return the item of an identity node that says where the account is now; `moved` is signed."""
    left = Element(IDENTITY)
    left.extend(each for each in identity if each.get("kind") != StatementKind.MOVED)
    left.append(moved)
    return left


def moved_from(statement: Statement) -> BareJid:
    """Return the address that a `moved` was said to be before; raises PayloadRefused."""
    if statement.payload.tag != MOVED or not (old := statement.payload.get("from")):
        raise PayloadRefused("bad_statement")
    return BareJid(old)


def _head(payload: Element) -> Head | None:
    if not {"entries", "head"} <= set(payload.keys()):
        return None
    return from_attributes(Head, payload.attrib, "bad_identity")
