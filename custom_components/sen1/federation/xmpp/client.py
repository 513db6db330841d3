"""slixmpp's client, set up as our link needs it."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from hashlib import pbkdf2_hmac
import logging
import ssl
from typing import Any

from slixmpp import ClientXMPP
from slixmpp.plugins import (  # noqa: F401 - imported here, off the event loop, not at registration
    xep_0004,
    xep_0030,
    xep_0060,
    xep_0115,
    xep_0191,
    xep_0198,
    xep_0199,
)
from slixmpp.stanza import Error, Iq
from slixmpp.stanza.rootstanza import RootStanza
from slixmpp.util.sasl.client import MECHANISMS
from slixmpp.util.sasl.mechanisms import SCRAM
from slixmpp.xmlstream import StanzaBase
from slixmpp.xmlstream.xmlstream import NotConnectedError

from ...protocol.catalogue import CATALOGUE
from ...protocol.forms import COMMANDS, FORMS
from ...protocol.model import FEATURE
from ...protocol.quoalise import TITLES
from .credentials import Credentials
from .door import Door

# slixmpp writes addresses at info, and every stanza at debug.
logging.getLogger("slixmpp").setLevel(logging.WARNING)

UNHEARD = (
    "IM",
    "IMError",
    "Presence",
    "Roster Update",
    "Data Form",
    "Pubsub Event: Items",
    "Pubsub Event: Purge",
    "Pubsub Event: Delete",
    "Pubsub Event: Configuration",
    "Pubsub Event: Subscription",
    "Entity Capabilities",
    "Blocked Contact",
    "Unblocked Contact",
)
"""Handlers of slixmpp for events that nobody here listens to. Each stanza is matched against each
handler, and of a notification these were more than half of the cost. That of presences would also
keep a roster entry of each stranger who sends one; that of the roster would answer a stranger with
a number where a text must be, which cannot be written."""

SCRAM_NAMES = "SCRAM-"
"""What the names of mechanisms begin with in which both sides prove to know the password."""

# RFC 6120 has this condition and slixmpp does not read it: an answer with it would be lost.
Error.conditions.add("policy-violation")


def _salted(mechanism: Any, password: bytes, salt: bytes, iterations: int) -> bytes:
    """Return the salted password of a login (`Hi` in RFC 5802, section 2.2)."""
    return pbkdf2_hmac(mechanism.hash().name, password, salt, iterations)


# slixmpp computes it in Python, which holds the event loop for 40 ms; in C it takes two.
SCRAM.Hi = _salted  # type: ignore[method-assign, assignment]


class Client(ClientXMPP):
    """slixmpp's client; what is sent too late for a stream waits for the next one, unlogged."""

    def __init__(self, jid: str, password: str, ssl_context: ssl.SSLContext) -> None:
        super().__init__(jid, password, ssl_context=ssl_context)
        self._unsent: list[StanzaBase] = []
        """What left the queue between two streams: stream management knows nothing of it."""
        self._is_ack_asked = False
        self._capabilities = ""

    async def sum_up_capabilities(self) -> None:
        """Compute what our presence says of what we are (XEP-0115)."""
        plugin = self.plugin["xep_0115"]
        await plugin.update_caps(broadcast=False)
        self._capabilities = await plugin.get_verstring()

    def announce(self) -> None:
        """Send presence, with what we are."""
        plugin, presence = self.plugin["xep_0115"], self.make_presence()
        caps = presence["caps"]
        caps["node"], caps["hash"], caps["ver"] = plugin.caps_node, plugin.hash, self._capabilities
        presence.send()

    def hold_what_is_unsent(self) -> None:
        """Send what came too late for a stream once that is resumed.

        A busy home has much in its queue when its link drops. Said to a stream that is not yet
        encrypted, it would end that one as well. After all filters but those of stream management.
        """
        self.add_filter("out", self._hold)
        self.add_event_handler("session_resumed", self._send_unsent)
        self.add_event_handler("session_end", lambda _event: self._unsent.clear())

    def acknowledge_taken(self, is_all_taken: Callable[[], bool]) -> None:
        """Acknowledge what came once all of it is taken; `acknowledge` says that it may be.

        What was not acknowledged when the stream ends the server keeps, and gives to the next.
        """
        management: Any = self.plugin["xep_0198"]
        self._send_ack, self._is_all_taken = management.send_ack, is_all_taken
        management.send_ack = partial(self.acknowledge, is_asked=True)
        self.add_event_handler("disconnected", self._forget_ack)

    def _forget_ack(self, _event: object) -> None:
        self._is_ack_asked = False

    def acknowledge(self, *, is_asked: bool = False) -> None:
        """Acknowledge what came if the server asks for it, or has, and all of it is taken."""
        self._is_ack_asked |= is_asked
        if self._is_ack_asked and self._is_all_taken():
            self._is_ack_asked = False
            self._send_ack()

    def waits_for_no_session(self) -> None:
        """Send whatever is said at once: there is no session to come."""
        self._always_send_everything = True

    def _hold(self, stanza: StanzaBase) -> StanzaBase | None:
        is_free = self._session_started or self._always_send_everything
        if is_free or not isinstance(stanza, RootStanza):
            return stanza
        beginning = ("bind", "session")
        if isinstance(stanza, Iq) and any(stanza.get_plugin(one, check=True) for one in beginning):
            return stanza
        self._unsent.append(stanza)
        return None

    def _send_unsent(self, _event: object) -> None:
        unsent, self._unsent = self._unsent, []
        for stanza in unsent:
            self.send(stanza)

    def reconnect(self, wait: float = 2.0, reason: str = "Reconnecting") -> None:
        """End the stream: who holds the link makes the next one, and two would undo each other."""
        self.disconnect(wait, reason)

    def send_raw(self, data: str | bytes) -> None:
        """Write to the stream if there is one: stream management sends the rest again."""
        with suppress(NotConnectedError):
            super().send_raw(data)


def make_client(credentials: Credentials, ssl_context: ssl.SSLContext, door: Door) -> Client:
    """Return a client with the plugins and features of ours, behind a door; it is not connected."""
    client = Client(f"{credentials.jid}/{credentials.resource}", credentials.password, ssl_context)
    # 5223 is the port of XMPP inside TLS; all others begin in clear and turn to TLS.
    client.enable_direct_tls = credentials.port == 5223
    client.enable_starttls = credentials.port != 5223
    client.enable_plaintext = False
    if credentials.proves:
        client.plugin["feature_mechanisms"].use_mechs = [
            name for name in MECHANISMS if name.startswith(SCRAM_NAMES)
        ]
    # Requests for friendship are for the household to answer.
    client.roster.auto_authorize = None  # type: ignore[assignment]
    client.roster.auto_subscribe = False
    client.register_plugin("xep_0030")
    client.register_plugin("xep_0060")
    # Tells an installation from other clients of the same account.
    client.register_plugin("xep_0115", {"caps_node": FEATURE})
    client.register_plugin("xep_0191")
    client.register_plugin("xep_0198")
    client.register_plugin("xep_0199", {"interval": 60, "timeout": 15})
    _keep_alive(client)
    for name in UNHEARD:
        client.remove_handler(name)
    # After stream management's own, which counts what comes, and before it counts what goes.
    client.add_filter("in", door.admit)
    client.add_filter("out", door.release)
    client.hold_what_is_unsent()
    client.plugin["xep_0030"].add_feature(FEATURE)
    _show_commands(client.plugin["xep_0030"])
    # Ours are told by `announce`: the plugin's filter is a coroutine, for which everything that is
    # sent takes a turn of the loop, so that a busy home sends less than it says, and a ping too
    # late. What others can do is not asked of everybody who comes.
    caps = client.plugin["xep_0115"]
    client.del_filter("out", caps._filter_add_caps)  # noqa: SLF001
    client.del_event_handler("entity_caps", caps._process_caps)  # noqa: SLF001
    return client


def _show_commands(disco: Any) -> None:
    """List what a person may ask with a chat client, and say what each is (XEP-0050, section 2).

    What installations ask of one another they know.
    """
    disco.add_feature(COMMANDS)
    disco.add_identity("automation", "command-list", node=COMMANDS)
    for node, title in (TITLES | CATALOGUE).items():
        disco.add_item(name=title, node=COMMANDS, subnode=node)
        disco.add_identity("automation", "command-node", title, node=node)
        for feature in (COMMANDS, FORMS):
            disco.add_feature(feature, node=node)


def _keep_alive(client: Client) -> None:
    """Ping while there is a link: by itself slixmpp 1.13 does not after a resumption."""
    ping = client.plugin["xep_0199"]
    for event in ("session_start", "session_resumed"):
        client.add_event_handler(event, lambda _event: ping.enable_keepalive())
    client.add_event_handler("disconnected", ping.disable_keepalive)
