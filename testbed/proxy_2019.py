"""Proxies of the first federation, as they are received from: LogNact's in Python, BMHS's in Java.

What each writes, and what each cannot read, is its own; nothing of the integration's code is used.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
import re
import ssl
from typing import Any
from xml.etree.ElementTree import Element, SubElement
from zoneinfo import ZoneInfo

from slixmpp import ClientXMPP
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

from .xmpp import Account

ROCKS = "{http://xmpp.rocks}"
PARIS = ZoneInfo("Europe/Paris")
TYPES = {
    *("dt_string", "dt_integer", "dt_numeric", "dt_date", "dt_datetime", "dt_duration"),
    *("dt_time", "dt_boolean"),
}

type Series = tuple[str, str, str, str]
"""User, name, metaname and unit."""


@dataclass
class Proxy(ABC):
    """A proxy: what it took, and what it could not read."""

    account: Account
    name: str
    """Of its application."""
    received: list[tuple[str, str, str, float, float]] = field(default_factory=list)
    """User, name, metaname, Unix time and value, as they came."""
    refused: list[str] = field(default_factory=list)
    client: Any = None

    @abstractmethod
    def send(self, to: str, application: str, series: Series, values: Iterable[Any]) -> None:
        """Send values: pairs of a time and a number."""

    def take(self, message: Any) -> None:
        """Take a message, whole or not at all."""
        try:
            self.received += self.read(message)
        except (AssertionError, ValueError) as error:
            self.refused.append(str(error))

    @abstractmethod
    def read(self, message: Any) -> list[tuple[str, str, str, float, float]]:
        """Return what a message says; raises AssertionError or ValueError."""


def texts_of(message: Any) -> tuple[Element, dict[str, str]]:
    element = message.xml.find(ROCKS + "Sen1Message")
    texts = {child.tag.removeprefix(ROCKS): child.text or "" for child in element}
    for key in ("username", "name", "type", "applicationSrc", "applicationDst"):
        assert texts.get(key), f"{key} is required"
    return element, texts


class PythonProxy(Proxy):
    """As proxies-lognact: no type of message, strings, local times without an offset."""

    def send(self, to: str, application: str, series: Series, values: Iterable[Any]) -> None:
        message = self.client.make_message(mto=to)
        message.xml.attrib.pop("type", None)
        element = Element(ROCKS + "Sen1Message")
        user, name, metaname, unit = series
        for key, text in (
            *(("username", user), ("name", name), ("metaname", metaname), ("metavalue", None)),
            *(("unite", unit), ("type", "dt_numeric"), ("applicationSrc", self.name)),
            ("applicationDst", application),
        ):
            SubElement(element, ROCKS + key).text = text
        data = SubElement(element, ROCKS + "Sen1Datas")
        for at, value in values:
            datum = SubElement(data, ROCKS + "Sen1Data")
            SubElement(datum, ROCKS + "value", {"xsi:type": "xs:string"}).text = str(value)
            local = (
                at
                if isinstance(at, str)
                else f"{datetime.fromtimestamp(at, PARIS):%Y-%m-%dT%H:%M:%S}"
            )
            SubElement(datum, ROCKS + "timestamp").text = local
        element.set("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
        message.append(element)
        message.send()

    def read(self, message: Any) -> list[tuple[str, str, str, float, float]]:
        element, texts = texts_of(message)
        found = []
        for datum in element.iter(ROCKS + "Sen1Data"):
            stamp = datum.findtext(ROCKS + "timestamp") or ""
            # The backport of fromisoformat of 2019 knows no Z.
            assert re.fullmatch(r"[\d-]+T[\d:]+(\.\d{3}(\d{3})?)?([+-]\d\d:\d\d)?", stamp), stamp
            value = datum.findtext(ROCKS + "value")
            assert value, "a value is required"
            moment = datetime.fromisoformat(stamp)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=PARIS)
            at = moment.timestamp()
            found.append((texts["username"], texts["name"], texts["metaname"], at, float(value)))
        return found


class JavaProxy(Proxy):
    """As BMHS's: chats, typed values, times with milliseconds and an offset; nothing empty."""

    def send(self, to: str, application: str, series: Series, values: Iterable[Any]) -> None:
        message = self.client.make_message(mto=to, mtype="chat")
        element = Element(ROCKS + "Sen1Message")
        user, name, metaname, unit = series
        for key, text in (
            *(("username", user), ("name", name), ("metaname", metaname), ("unite", unit)),
            *(("type", "dt_numeric"), ("applicationSrc", self.name)),
            ("applicationDst", application),
        ):
            if text:
                SubElement(element, ROCKS + key).text = text
        data = SubElement(element, ROCKS + "Sen1Datas")
        for at, value in values:
            datum = SubElement(data, ROCKS + "Sen1Data")
            SubElement(datum, ROCKS + "value", {"xsi:type": "xs:decimal"}).text = str(value)
            moment = datetime.fromtimestamp(at, PARIS)
            SubElement(datum, ROCKS + "timestamp").text = moment.isoformat(timespec="milliseconds")
        element.set("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
        message.append(element)
        message.send()

    def read(self, message: Any) -> list[tuple[str, str, str, float, float]]:
        element, texts = texts_of(message)
        assert message["type"] == "chat", "only chats are kept"
        assert texts["type"] in TYPES, "an unknown type becomes null"
        found = []
        for datum in element.iter(ROCKS + "Sen1Data"):
            value = datum.find(ROCKS + "value")
            assert value is not None
            # Servers may rewrite the prefix; without the attribute JAXB gives no value.
            kinds = [text for key, text in value.attrib.items() if key.endswith("type")]
            assert kinds, "a value without xsi:type is a DOM node"
            stamp = datetime.fromisoformat(datum.findtext(ROCKS + "timestamp") or "")
            found.append(
                (
                    texts["username"],
                    texts["name"],
                    texts.get("metaname", ""),
                    stamp.timestamp(),
                    float(value.text or ""),
                )
            )
        return found


@asynccontextmanager
async def connected[P: Proxy](proxy: P) -> AsyncIterator[P]:
    """Let a proxy run."""
    account = proxy.account
    context = ssl.create_default_context(cadata=account.ca)
    client = ClientXMPP(account.jid, account.password, ssl_context=context)
    client.enable_direct_tls = False
    path = "{jabber:client}message/" + ROCKS + "Sen1Message"
    client.register_handler(Callback("Sen1Message", MatchXPath(path), proxy.take))
    proxy.client = client
    client.connect(account.host, account.port)
    try:
        await client.wait_until("session_start", timeout=30)
        client.send_presence()
        yield proxy
    finally:
        client.cancel_connection_attempt()
        await client.disconnect(wait=2.0)
        if filters := client._run_out_filters:
            filters.cancel()
