"""Items as they go on our nodes, and as they are read back: signed, for all who may read them."""

from xml.etree.ElementTree import Element

from ...protocol.errors import PayloadRefused
from ...protocol.model import BareJid, Item
from ...protocol.stanzas import item_to_element
from ...protocol.trust.kinds import StatementKind
from ...protocol.trust.signed import signed_in, verified
from ...protocol.trust.wire import envelope_said, item_with, signed_part
from ..context import AccountContext
from ..trust.peers import Standing
from ..trust.statements import Statements
from ..trust.trust import Trust
from .publication import Publication


class SignedItems:
    """Sign what goes on a node, and believe of what is there only what we signed."""

    def __init__(self, context: AccountContext) -> None:
        self._trust, self._statements = context[Trust], context[Statements]

    def payload(self, publication: Publication, item: Item, *, described: bool = False) -> Element:
        """Return an item as it goes, said now; `described` as in `item_to_element`.

        Beside it stands the envelope itself, where a receiver has no key.
        """
        envelope = item_to_element(item, publication.description, described=described)
        signed = self._statements.sign_item(publication.node, item.id, envelope)
        is_plain = any(map(self.is_keyless, publication.receivers))
        return item_with(envelope, signed, is_plain=is_plain)

    def is_keyless(self, receiver: BareJid) -> bool:
        """Return whether somebody reads only what is not signed."""
        return self._trust.standing(receiver) is Standing.KEYLESS

    def read_back(self, publication: Publication, element: Element) -> Element:
        """Return the envelope in an `<item>` of a node of ours.

        Raises PayloadRefused if it is not what we put there.
        """
        item_id, payload = element.get("id", ""), next(iter(element), None)
        found = None if payload is None else signed_part(payload)
        if found is None:
            raise PayloadRefused("not_ours", "unsigned")
        signed = signed_in(found)
        if signed.kind is not StatementKind.ITEM or not self._statements.is_own(signed.key):
            raise PayloadRefused("not_ours", signed.kind)
        return envelope_said(verified(signed, signed.key), publication.node, item_id)
