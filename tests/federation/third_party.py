"""What somebody else might write: a friend of homes, by docs/protocol.md alone.

It follows whatever it is granted by a friend it was told to have, takes signed readings only,
acknowledges, erases what is withdrawn and says so, and compares what it was sent in a day. It uses
slixmpp, cryptography and Python, and nothing of SEN1.
"""

import asyncio
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
import re
import ssl
import struct
from typing import Any, Literal
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring
from zlib import decompressobj

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from slixmpp import ClientXMPP
from slixmpp.xmlstream.handler import CoroutineCallback
from slixmpp.xmlstream.matcher import MatchXPath

SEN1 = "{urn:sen1:0}"
TRUST = "{urn:sen1:trust:0}"
SENML = "{urn:ietf:params:xml:ns:senml}"
EVENT = "{http://jabber.org/protocol/pubsub#event}"
PUBSUB = "{http://jabber.org/protocol/pubsub}"
FORM = "{jabber:x:data}"
IDENTITY_NODE = "urn:sen1:identity:0"

PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"
WORDS = (
    re.findall(r"```text\n(<ns1:command.*?)\n```", PAGE.read_text(), re.DOTALL)[0]
    .replace("\n", "")
    .replace("\N{OPEN BOX}", " ")
    .encode()
)
"""The words that a packed statement is deflated with."""


class NotBelieved(Exception):
    """Something came that is not what it says to be."""


@dataclass
class Series:
    """What a friend grants."""

    friend: str
    node: str
    name: str
    readings: dict[int, float] = field(default_factory=dict)
    """By time, in milliseconds."""


class ThirdParty:
    """A client that is somebody's friend."""

    def __init__(self, jid: str, password: str, ca: str) -> None:
        """`ca` is what to trust, as PEM."""
        self._signing = Ed25519PrivateKey.generate()
        self._sealing = X25519PrivateKey.generate()
        self._pinned: dict[str, bytes] = {}
        """Signing keys of friends."""
        self._said = 0
        """When we said something last, in milliseconds."""
        self._heard: dict[str, str] = {}
        """When a friend said the last message that we took."""
        self.friends: set[str] = set()
        self.series: dict[str, Series] = {}
        """By publication."""
        self.withdrawn: list[str] = []
        self.days: list[tuple[str, str, str]] = []
        """Day, publication, and what came of the comparison."""
        self.disbelieved: list[str] = []
        """Why, of all that was not taken."""
        context = ssl.create_default_context(cadata=ca)
        self.client = ClientXMPP(jid, password, ssl_context=context)
        self.client.enable_direct_tls = False
        self.client.auto_authorize = None
        self.client.add_event_handler("presence_subscribe", self._on_request)
        self.client.register_handler(
            CoroutineCallback("all", MatchXPath("{jabber:client}message"), self._on_message)
        )
        self._turn = asyncio.Lock()

    async def come(self, host: str, port: int) -> None:
        """Log in, publish who we are, and be there."""
        self.client.connect(host, port)
        await self.client.wait_until("session_start", timeout=60)
        await self.client.get_roster()
        await self._publish_identity()
        self.client.send_presence()

    async def leave(self) -> None:
        """Log out."""
        await self.client.disconnect(wait=2.0)
        if filters := self.client._run_out_filters:
            # The one task that slixmpp leaves behind.
            filters.cancel()

    def befriend(self, jid: str) -> None:
        """Ask for somebody's presence, and give ours when asked."""
        self.friends.add(jid)
        self.client.send_presence(pto=jid, ptype="subscribe")

    def _on_request(self, presence: Any) -> None:
        jid = presence["from"].bare
        if jid in self.friends:
            self.client.send_presence(pto=jid, ptype="subscribed")

    # Identities, and what is signed

    async def _publish_identity(self) -> None:
        keys = Element(
            TRUST + "keys",
            {
                "signing": text(self._signing.public_key().public_bytes_raw()),
                "sealing": text(self._sealing.public_key().public_bytes_raw()),
            },
        )
        identity = Element(TRUST + "identity")
        identity.append(self._signed("identity", keys))
        pubsub = Element(PUBSUB + "pubsub")
        publish = SubElement(pubsub, PUBSUB + "publish", {"node": IDENTITY_NODE})
        SubElement(publish, PUBSUB + "item", {"id": "current"}).append(identity)
        options = SubElement(SubElement(pubsub, PUBSUB + "publish-options"), FORM + "x")
        options.set("type", "submit")
        wanted = {
            "FORM_TYPE": "http://jabber.org/protocol/pubsub#publish-options",
            "pubsub#access_model": "open",
        }
        for var, value in wanted.items():
            SubElement(
                SubElement(options, FORM + "field", {"var": var}), FORM + "value"
            ).text = value
        await self._ask("set", self.client.boundjid.bare, pubsub)

    async def _key_of(self, jid: str) -> bytes:
        """Return a friend's signing key, which is pinned when it is first seen."""
        if jid not in self._pinned:
            pubsub = Element(PUBSUB + "pubsub")
            SubElement(pubsub, PUBSUB + "items", {"node": IDENTITY_NODE})
            answer = await self._ask("get", jid, pubsub)
            signed = answer.find(f".//{TRUST}identity/{TRUST}signed")
            if signed is None:
                raise NotBelieved("no identity")
            key = b64decode(signed.get("key", ""))
            keys = opened(signed, key, "identity", {"from": jid})[0]
            if b64decode(keys.get("signing", "")) != key:
                raise NotBelieved("an identity of another key")
            self._pinned[jid] = key
        return self._pinned[jid]

    def _signed(self, kind: str, payload: Element, **to: str) -> Element:
        self._said = max(self._said + 1, int(datetime.now(UTC).timestamp() * 1000))
        said = datetime.fromtimestamp(self._said / 1000, UTC).isoformat(timespec="milliseconds")
        attributes = {
            "from": self.client.boundjid.bare,
            "said": said.replace("+00:00", "Z"),
        }
        statement = Element(TRUST + "statement", attributes | to)
        statement.append(payload)
        written = tostring(statement, encoding="utf-8", xml_declaration=False)
        signed = Element(
            TRUST + "signed",
            {
                "kind": kind,
                "key": text(self._signing.public_key().public_bytes_raw()),
                "signature": text(self._signing.sign(f"sen1:{kind}:0\n".encode() + written)),
            },
        )
        signed.text = text(written)
        return signed

    def _tell(self, jid: str, kind: str, payload: Element) -> None:
        message = self.client.make_message(mto=jid, mtype="normal")
        message.append(self._signed(kind, payload, to=jid))
        message.send()

    async def _ask(self, kind: Literal["get", "set"], jid: str, payload: Element) -> Element:
        iq = self.client.make_iq(itype=kind, ito=jid)
        iq.append(payload)
        answer: Element = (await iq.send(timeout=30)).xml
        return answer

    # What comes

    async def _on_message(self, message: Any) -> None:
        sender = message["from"].bare
        if sender not in self.friends:
            return
        async with self._turn:
            try:
                for element in message.xml:
                    if element.tag == TRUST + "signed":
                        await self._take(sender, element)
                    elif element.tag == EVENT + "event":
                        for items in element.iter(EVENT + "items"):
                            for item in items.iter(EVENT + "item"):
                                await self._take_item(sender, items.get("node", ""), item)
            except NotBelieved as reason:
                self.disbelieved.append(str(reason))

    async def _take(self, sender: str, signed: Element) -> None:
        kind = signed.get("kind", "")
        named = {"from": sender, "to": self.client.boundjid.bare}
        statement = opened(signed, await self._key_of(sender), kind, named)
        said = statement.get("said", "")
        if said <= self._heard.get(sender, ""):
            raise NotBelieved("said again")
        self._heard[sender] = said
        payload = statement[0]
        if kind == "grant":
            await self._take_grant(sender, payload)
        elif kind == "withdrawal":
            self._take_withdrawal(sender, payload)
        elif kind == "day":
            self._take_day(sender, payload)

    async def _take_grant(self, sender: str, grant: Element) -> None:
        publication = grant.get("publication", "")
        repeated = ("publication", "state", "until", "purpose", "retention", "forward")
        seen = {key: grant.attrib[key] for key in repeated if key in grant.attrib}
        description = grant.find(SEN1 + "publication")
        if description is not None:
            seen["revision"] = description.get("revision", "1")
            if grant.get("state") == "active":
                series = Series(sender, grant.get("node", ""), description.get("name", ""))
                await self._follow(self.series.setdefault(publication, series))
        self._tell(sender, "grant-seen", Element(SEN1 + "grant-seen", seen))

    async def _follow(self, series: Series) -> None:
        pubsub = Element(PUBSUB + "pubsub")
        us = self.client.boundjid.bare
        SubElement(pubsub, PUBSUB + "subscribe", {"node": series.node, "jid": us})
        await self._ask("set", series.friend, pubsub)
        pubsub = Element(PUBSUB + "pubsub")
        SubElement(pubsub, PUBSUB + "items", {"node": series.node})
        answer = await self._ask("get", series.friend, pubsub)
        for item in answer.iter(PUBSUB + "item"):
            await self._take_item(series.friend, series.node, item)

    async def _take_item(self, sender: str, node: str, item: Element) -> None:
        found = [s for s in self.series.values() if (s.friend, s.node) == (sender, node)]
        if not found:
            return
        signed = item.find(TRUST + "signed")
        if signed is None:
            raise NotBelieved("an item that nobody signed")
        named = {"from": sender, "node": node, "item": item.get("id", "")}
        statement = opened(signed, await self._key_of(sender), "item", named)
        found[0].readings |= readings_of(statement, found[0].name)

    def _take_withdrawal(self, sender: str, grant: Element) -> None:
        publication = grant.get("publication", "")
        if publication not in self.series or self.series[publication].friend != sender:
            raise NotBelieved("a withdrawal of what was not granted")
        del self.series[publication]
        self.withdrawn.append(publication)
        self._tell(sender, "erased", Element(SEN1 + "erased", {"publication": publication}))

    def _take_day(self, sender: str, told: Element) -> None:
        day = told.get("day", "")
        answer = Element(TRUST + "day", {"day": day})
        for sent in told.iter(TRUST + "sent"):
            publication = sent.get("publication", "")
            series = self.series.get(publication)
            readings = {} if series is None else readings_on(day, series.readings)
            root = text(root_of(readings, b64decode(sent.get("salt", ""))))
            is_equal = (str(len(readings)), root) == (sent.get("count"), sent.get("root"))
            state = "equal" if is_equal else "differs"
            got = {"publication": publication, "way": sent.get("way", ""), "state": state}
            SubElement(answer, TRUST + "got", got | {"count": str(len(readings)), "root": root})
            self.days.append((day, publication, state))
        if len(answer):
            self._tell(sender, "day", answer)


def text(data: bytes) -> str:
    """Return bytes in base64."""
    return b64encode(data).decode()


def opened(signed: Element, key: bytes, kind: str, named: dict[str, str]) -> Element:
    """Return a statement that this key signed, of this kind, with these names in it."""
    written = b64decode(signed.text or "")
    if signed.get("packed") == "0":
        written = decompressobj(wbits=-15, zdict=WORDS).decompress(written, 1_000_000)
    said = f"sen1:{kind}:0\n".encode() + written
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(b64decode(signed.get("signature", "")), said)
    except Exception as error:
        raise NotBelieved(f"a {kind} of another key") from error
    statement = fromstring(written)
    if any(statement.get(name) != value for name, value in named.items()):
        raise NotBelieved(f"a {kind} of or to somebody else")
    return statement


def readings_of(statement: Element, name: str) -> dict[int, float]:
    """Return the numbers of a series by time in milliseconds (RFC 8428, with base fields)."""
    found = {}
    base_name, base_time = "", 0.0
    for record in statement.iter(SENML + "senml"):
        base_name = record.get("bn", base_name)
        base_time = float(record.get("bt", base_time))
        if "v" in record.attrib:
            if base_name + record.get("n", "") != name:
                raise NotBelieved("a reading of another series")
            found[round((base_time + float(record.get("t", 0))) * 1000)] = float(
                record.get("v", "")
            )
    return found


def readings_on(day: str, readings: dict[int, float]) -> dict[int, float]:
    """Return the readings of a UTC day."""
    begin = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)
    return {at: value for at, value in readings.items() if begin <= at < begin + 86_400_000}


def root_of(readings: dict[int, float], salt: bytes) -> bytes:
    """Return the Merkle root (RFC 6962) over the readings, in the order of time."""
    leaves = [
        sha256(b"\0" + salt + struct.pack(">q", at) + b"n" + struct.pack(">d", value)).digest()
        for at, value in sorted(readings.items())
    ]
    return tree(leaves)


def tree(leaves: list[bytes]) -> bytes:
    """Return the root of a tree: as RFC 6962 says it, in the words of section 2.1."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + tree(leaves[:split]) + tree(leaves[split:])).digest()
