"""What is asked of nodes: of ours on our server (XEP-0163), and of friends' (XEP-0060)."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from slixmpp import JID
from slixmpp.exceptions import IqError

from ...protocol.errors import NoPersonalEventing, RequestFailed
from ...protocol.model import BareJid
from .connection import Connection

PUBSUB_ERRORS = "{http://jabber.org/protocol/pubsub#errors}"
PUBLISH_OPTIONS = "http://jabber.org/protocol/pubsub#publish-options"
NODE_CONFIG = "http://jabber.org/protocol/pubsub#node_config"

OPEN: Mapping[str, str] = {
    "access_model": "open",
    "persist_items": "true",
    "max_items": "1",
    "send_last_published_item": "never",
}
"""Of a node that anybody may read, and asks for."""

SUBSCRIPTIONS_TIMEOUT = 5.0
"""Seconds; where a node we were subscribed to was deleted, Prosody 13 does not answer until it is
restarted. To subscribe to all costs less than to wait longer."""


class PubSub:
    """Ask over a link; all of it raises RequestFailed."""

    def __init__(self, connection: Connection, jid: BareJid) -> None:
        self._request, self._request_end = connection.request, connection.request_end
        self._plugin = connection.plugin
        self._jid = jid

    async def check_personal_eventing(self) -> None:
        """Raise NoPersonalEventing unless the server offers PEP to this account (XEP-0163)."""
        info = await self._request(self._plugin("xep_0030").get_info(jid=JID(self._jid)))
        identities = info["disco_info"]["identities"]
        if not any(identity[:2] == ("pubsub", "pep") for identity in identities):
            raise NoPersonalEventing

    async def create_node(self, node: str, options: Mapping[str, str]) -> None:
        """Create a PEP node with these options; raises RequestFailed (`conflict`: it exists)."""
        await self._request(
            self._pubsub.create_node(None, node, config=self._form(options, NODE_CONFIG))
        )

    async def node_options(self, node: str) -> dict[str, str]:
        """Return the options of a PEP node of ours, without their `pubsub#`."""
        iq = await self._request(self._pubsub.get_node_config(None, node))
        values = iq["pubsub_owner"]["configure"]["form"].get_values()
        return {
            key.removeprefix("pubsub#"): _option(value)
            for key, value in values.items()
            if value is not None
        }

    async def set_node_options(self, node: str, options: Mapping[str, str]) -> None:
        """Reconfigure a PEP node of ours."""
        await self._request(
            self._pubsub.set_node_config(None, node, self._form(options, NODE_CONFIG))
        )

    async def delete_node(self, node: str) -> None:
        """Delete a PEP node of ours with all that hangs on it; a node that is not there is fine."""
        await self._request_end(self._pubsub.delete_node(None, node))

    async def own_nodes(self) -> list[str]:
        """Return the names of this account's PEP nodes (XEP-0060, section 5.2)."""
        iq = await self._request(self._plugin("xep_0030").get_items(jid=JID(self._jid)))
        return [node for _jid, node, _name in iq["disco_items"]["items"] if node]

    async def ensure_open_node(self, node: str) -> None:
        """Have a PEP node of ours that holds one item, which anybody may read."""
        try:
            options = await self.node_options(node)
        except RequestFailed as error:
            if error.condition != "item-not-found":
                raise
            await self.create_node(node, OPEN)
            return
        if any(options.get(key, value) != value for key, value in OPEN.items()):
            await self.set_node_options(node, OPEN)

    async def publish(
        self, node: str, item_id: str, payload: Element, access_model: str = "whitelist"
    ) -> None:
        """Publish an item, on condition that the node is seen by those alone who may see it."""
        await self._request(
            self._pubsub.publish(
                None,
                node,
                id=item_id,
                payload=payload,
                options=self._form({"access_model": access_model}, PUBLISH_OPTIONS),
            )
        )

    async def retract(self, node: str, item_id: str) -> None:
        """Take an item from a node of ours, telling nobody; one that is not there is fine."""
        await self._request_end(self._pubsub.retract(None, node, item_id))

    async def affiliations(self, node: str) -> dict[BareJid, str]:
        """Return who has which affiliation with a PEP node of ours."""
        iq = await self._request(self._pubsub.get_node_affiliations(None, node))
        return {
            BareJid(JID(element.get("jid")).bare): element.get("affiliation", "none")
            for element in iq.xml.iter("{http://jabber.org/protocol/pubsub#owner}affiliation")
        }

    async def set_affiliation(self, node: str, jid: BareJid, affiliation: str) -> None:
        """Set a friend's affiliation with a node of ours."""
        await self._request(self._pubsub.modify_affiliations(None, node, [(jid, affiliation)]))

    async def end_subscription(self, node: str, jid: BareJid) -> None:
        """Take a friend's subscription to a node of ours away; one who has none is fine."""
        try:
            await self._request(self._pubsub.modify_subscriptions(None, node, [(jid, "none")]))
        except RequestFailed as error:
            # The general condition differs: unexpected-request (Prosody), bad-request (ejabberd).
            if not _is_not_subscribed(error.__cause__):
                raise

    async def subscriptions(self, publisher: BareJid) -> set[str]:
        """Return the nodes of a friend that we are subscribed to (XEP-0060, section 5.6).

        Prosody 13 also names a node that was deleted since, and made anew without us.
        """
        iq = await self._request(self._pubsub.get_subscriptions(publisher), SUBSCRIPTIONS_TIMEOUT)
        return {
            element.get("node", "")
            for element in iq.xml.iter("{http://jabber.org/protocol/pubsub}subscription")
            if element.get("subscription") == "subscribed" and element.get("jid") == self._jid
        }

    async def subscribe(self, publisher: BareJid, node: str) -> None:
        """Subscribe to a friend's node."""
        await self._request(self._pubsub.subscribe(publisher, node))

    async def unsubscribe(self, publisher: BareJid, node: str) -> None:
        """End our subscription to a friend's node."""
        await self._request(self._pubsub.unsubscribe(publisher, node))

    async def items(
        self, publisher: BareJid | None, node: str, count: int | None = None
    ) -> tuple[Element, ...]:
        """Return the `<item>` elements of a node, or its last `count`; None is our own."""
        iq = await self._request(self._pubsub.get_items(publisher, node, max_items=count))
        return tuple(iq.xml.iter("{http://jabber.org/protocol/pubsub}item"))

    @property
    def _pubsub(self) -> Any:
        return self._plugin("xep_0060")

    def _form(self, options: Mapping[str, str], form_type: str) -> Any:
        form = self._plugin("xep_0004").make_form("submit")
        form.add_field("FORM_TYPE", "hidden", value=form_type)
        for key, value in options.items():
            form.add_field("pubsub#" + key, value=value)
        return form


def _is_not_subscribed(error: BaseException | None) -> bool:
    """Return whether a server answered that there is no such subscription (XEP-0060, 8.8.2)."""
    return (
        isinstance(error, IqError)
        and error.iq["error"].xml.find(PUBSUB_ERRORS + "not-subscribed") is not None
    )


def _option(value: object) -> str:
    """Return a form's value as the server was sent it: booleans as `true` and `false`."""
    return str(value).lower() if isinstance(value, bool) else str(value)
