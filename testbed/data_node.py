"""Data nodes that speak exactly as the deployed ones, their defects included.

    async with connected(SgeTiersNode(account, series)) as node:
        ...  # node.address is asked, node.push(…) sends

`SgeTiersNode` speaks as sge-tiers-proxy, `DataConnectNode` as data-connect-proxy, `ZabbixNode` as
quoalise-zabbix. None of the integration's own code is used to write what they say.
"""

from abc import ABC, abstractmethod
import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from os.path import commonprefix
import re
import ssl
from typing import Any
from xml.etree.ElementTree import Element, SubElement
from zoneinfo import ZoneInfo

from slixmpp import ClientXMPP
from slixmpp.exceptions import XMPPError
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

from .xmpp import Account

COMMANDS = "{http://jabber.org/protocol/commands}"
FORMS = "{jabber:x:data}"
QUOALISE = "{urn:quoalise:0}"
SENML = "{urn:ietf:params:xml:ns:senml}"
AUTHORIZE = "{https://consometers.org/dataconnect#authorize}"

PARIS = ZoneInfo("Europe/Paris")
MOST_RECORDS = 5000
MOST_PUSHED = 1000

type Values = list[tuple[float, float]]
"""Unix times and values, oldest first."""

type Records = Iterable[tuple[str, float, float]]
"""Names, times and values."""


class DataNode(ABC):
    """A node: its account, what it has, whom it lets in, what it was asked."""

    resource = "proxy"

    def __init__(self, account: Account, series: Mapping[str, Values]) -> None:
        self.account = account
        self.series = dict(series)
        self.failures: dict[str, XMPPError] = {}
        """What to answer instead, by identifier."""
        self.asked: list[tuple[float, str, dict[str, str]]] = []
        """Loop time, command and fields of each request."""
        self.subscribed: set[tuple[str, str]] = set()
        """Bare addresses and identifiers."""
        self.client: Any = None

    @property
    def address(self) -> str:
        """The full address that is asked."""
        return f"{self.account.jid}/{self.resource}"

    def take(self, iq: Any) -> None:
        """Answer a command."""
        command = iq.xml.find(COMMANDS + "command")
        node = command.get("node", "")
        fields = {
            field.get("var", ""): field.findtext(FORMS + "value") or ""
            for field in command.iter(FORMS + "field")
        }
        self.asked.append((asyncio.get_running_loop().time(), node, fields))
        reply = iq.reply(clear=True)
        try:
            if failure := self.failures.get(fields.get("identifier", "")):
                raise failure
            reply.append(self.answer(iq["from"].bare, node, fields))
        except XMPPError as error:
            reply.error()
            reply["error"]["condition"] = error.condition
            reply["error"]["text"] = error.text
            reply["error"]["type"] = error.etype
            if error.extension:
                name = f"{{{error.extension_ns}}}{error.extension}"
                reply["error"].append(Element(name, error.extension_args))
        reply.send()

    @abstractmethod
    def answer(self, catalogue_client: str, node: str, fields: dict[str, str]) -> Element:
        """Return the answer to a command; raises XMPPError."""

    def push(
        self, to: str, meta: Element, records: Records, unit: str, *, most: int = MOST_PUSHED
    ) -> int:
        """Send records to a bare address; return how many messages that took."""
        waiting = list(records)
        sent = 0
        while waiting:
            message = self.client.make_message(mto=to)
            # As the deployed nodes do: no type at all.
            message.xml.attrib.pop("type", None)
            message.append(envelope(meta, waiting[:most], unit))
            message.send()
            waiting, sent = waiting[most:], sent + 1
        return sent


@asynccontextmanager
async def connected[N: DataNode](node: N) -> AsyncIterator[N]:
    """Let a node run; it has no roster and needs none."""
    account = node.account
    context = ssl.create_default_context(cadata=account.ca)
    client = ClientXMPP(node.address, account.password, ssl_context=context)
    client.enable_direct_tls = False
    path = f"{{jabber:client}}iq/{COMMANDS}command"
    client.register_handler(Callback("commands", MatchXPath(path), node.take))
    node.client = client
    client.connect(account.host, account.port)
    try:
        await client.wait_until("session_start", timeout=30)
        client.send_presence()
        yield node
    finally:
        client.cancel_connection_attempt()
        await client.disconnect(wait=2.0)
        if filters := client._run_out_filters:
            filters.cancel()


# What they have in common


def success(node: str, title: str, label: str) -> Element:
    """Return the form that says that a command succeeded."""
    command = Element(COMMANDS + "command", {"node": node, "status": "completed"})
    form = SubElement(command, FORMS + "x", {"type": "result"})
    SubElement(form, FORMS + "title").text = title
    field = SubElement(form, FORMS + "field", {"var": "result", "type": "fixed", "label": label})
    SubElement(field, FORMS + "value").text = "Success"
    return command


def envelope(meta: Element, records: Records, unit: str) -> Element:
    """Return readings as sge-tiers-proxy compresses them: numbers as floats, no `bver`."""
    records = list(records)
    quoalise = Element(QUOALISE + "quoalise")
    data = SubElement(quoalise, QUOALISE + "data")
    data.append(meta)
    sensml = SubElement(data, SENML + "sensml")
    if not records:
        return quoalise
    base = commonprefix([name for name, _, _ in records])
    first = min(time for _, time, _ in records)
    for number, (name, time, value) in enumerate(records):
        attributes: dict[str, str] = {}
        if number == 0:
            attributes |= {"bn": base, "bt": str(float(first)), "bu": unit}
        if name != base:
            attributes["n"] = name.removeprefix(base)
        if time != first:
            attributes["t"] = str(float(time - first))
        SubElement(sensml, SENML + "senml", attributes | {"v": str(float(value))})
    return quoalise


def meta_of(identifier: str, **measurement: str) -> Element:
    """Return the meta of a meter's series."""
    meta = Element(QUOALISE + "meta")
    device = SubElement(meta, QUOALISE + "device", {"type": "electricity-meter"})
    number = identifier.removeprefix("urn:dev:prm:")[:14]
    SubElement(
        device,
        QUOALISE + "identifier",
        {"authority": "enedis", "type": "prm", "value": number},
    )
    attributes = {key.replace("_", "-"): text for key, text in measurement.items()}
    SubElement(meta, QUOALISE + "measurement", attributes)
    return meta


def upstream(text: str, code: str | None, issuer: str = "enedis-sge-tiers") -> XMPPError:
    """Return the error of Enedis's service; some come without a code."""
    arguments = {"issuer": issuer} | ({} if code is None else {"code": code})
    return XMPPError(
        "undefined-condition",
        text,
        etype="cancel",
        extension="upstream-error",
        extension_ns="urn:quoalise:0",
        extension_args=arguments,
    )


BEFORE_ACTIVATION = "The requested period cannot be anterior to the meter's last activation date"


class SgeTiersNode(DataNode):
    """As sge-tiers-proxy: history of curves and days, pushes of what is subscribed to."""

    PUSHED = (
        "consumption/energy/active/index",
        "consumption/power/apparent/max",
        "consumption/power/active/raw",
    )

    def __init__(
        self,
        account: Account,
        series: Mapping[str, Values],
        *,
        users: Iterable[str],
        activation: float = 0,
    ) -> None:
        super().__init__(account, series)
        self.users = set(users)
        self.activation = activation

    def answer(self, catalogue_client: str, node: str, fields: dict[str, str]) -> Element:
        identifier = fields["identifier"]
        found = re.fullmatch(r"urn:dev:prm:(\d{14})(?:_(.+))?", identifier)
        if found is None:
            raise XMPPError(
                "bad-request",
                f"Unexpected record identifer ('{identifier}', should be like "
                "'urn:dev:prm:00000000000000_consumption/power/active/raw')",
                etype="modify",
            )
        if catalogue_client not in self.users:
            raise XMPPError("not-authorized", f"Unknown user {catalogue_client}", etype="auth")
        if node == "unsubscribe":
            self.subscribed = {
                (who, what)
                for who, what in self.subscribed
                if who != catalogue_client or not what.startswith(identifier)
            }
            return success(node, "Unsubscribe", f"Unsubscribe from {identifier}")
        if node == "subscribe":
            if found[2] not in self.PUSHED:
                text = f"Subscription to {found[2]} is not supported"
                raise XMPPError("bad-request", text, etype="modify")
            self.subscribed.add((catalogue_client, identifier))
            return success(node, "Subscribe", f"Subscribe to {identifier}")
        return self._history(identifier, found[2], fields)

    def _history(self, identifier: str, path: str, fields: dict[str, str]) -> Element:
        begin, end = (
            datetime.fromisoformat(fields[key]).astimezone(PARIS).replace(hour=0, minute=0)
            for key in ("start_time", "end_time")
        )
        is_daily = path.endswith("/daily")
        if identifier not in self.series or not (is_daily or path.endswith("/raw")):
            raise XMPPError("bad-request", f"{path} measurement is not known", etype="modify")
        if begin.timestamp() < self.activation:
            raise upstream(BEFORE_ACTIVATION, "SGT4G7")
        if not is_daily and end - begin > timedelta(days=7):
            raise upstream("La durée demandée n'est pas compatible", "SGT4G3")
        records = [
            (identifier, time, value)
            for time, value in self.series[identifier]
            if begin.timestamp() <= time < end.timestamp()
        ]
        if is_daily:
            # The deployed node calls every daily energy a production.
            meta = meta_of(
                identifier,
                name="energy",
                direction="production",
                unit="Wh",
                aggregation="sum",
                corrected="false",
                sampling_interval="P1D",
            )
        else:
            meta = meta_of(
                identifier,
                name="active-power",
                direction="consumption",
                quantity="power",
                type="electrical",
                unit="W",
                aggregation="mean",
                sampling_interval="PT30M",
            )
        command = success("get_history", "Get history", f"Get {identifier}")
        command.append(envelope(meta, records, "Wh" if is_daily else "W"))
        return command


class DataConnectNode(DataNode):
    """As data-connect-proxy: older commands and meta, a page where one consents."""

    PAGE = "https://proxy.test/authorize?id=0a1b2c3d"

    def __init__(
        self, account: Account, series: Mapping[str, Values], *, stamps_ends: bool = True
    ) -> None:
        super().__init__(account, series)
        self.stamps_ends = stamps_ends
        self.allowed: set[tuple[str, str]] = set()
        """Bare addresses and usage points."""

    def consent(self, who: str, usage_point: str) -> None:
        """Do what happens when somebody consents on the page and at Enedis."""
        self.allowed.add((who, usage_point))
        message = self.client.make_message(
            mto=who, mtype="chat", mbody=f"Access granted for usage points {usage_point}"
        )
        x = Element(AUTHORIZE + "x")
        SubElement(x, AUTHORIZE + "usage-point").text = usage_point
        SubElement(x, AUTHORIZE + "state")
        message.append(x)
        message.send()

    def answer(self, catalogue_client: str, node: str, fields: dict[str, str]) -> Element:
        command = Element(COMMANDS + "command", {"node": node, "status": "completed"})
        if node == "get_authorize_uri":
            form = SubElement(command, FORMS + "x", {"type": "result"})
            field = SubElement(form, FORMS + "field", {"var": "authorize_uri"})
            SubElement(field, FORMS + "value").text = self.PAGE
            return command
        if node not in ("get_load_curve", "get_daily"):
            raise XMPPError("item-not-found", etype="cancel")
        point, direction = fields["usage_point_id"], fields["direction"]
        if (catalogue_client, point) not in self.allowed:
            text = f"User {catalogue_client} is not allowed to access {point}"
            raise upstream(text, None, "enedis-data-connect")
        begin, end = (
            datetime.fromisoformat(fields[key]).replace(tzinfo=PARIS).timestamp()
            for key in ("start_date", "end_date")
        )
        is_curve = node == "get_load_curve"
        name = f"urn:dev:prm:{point}_" + (f"{direction}_load" if is_curve else f"daily_{direction}")
        values = [(t, v) for t, v in self.series[name] if begin <= t < end]
        if not values:
            raise upstream(BEFORE_ACTIVATION, "ADAM-ERR0123", "enedis-data-connect")
        command.append(self._envelope(name, begin, values, is_curve=is_curve))
        return command

    def _envelope(self, name: str, begin: float, values: Values, *, is_curve: bool) -> Element:
        quoalise = Element(QUOALISE + "quoalise")
        data = SubElement(quoalise, QUOALISE + "data")
        meta = SubElement(data, QUOALISE + "meta")
        measurement = SubElement(meta, QUOALISE + "measurement")
        unit = "W" if is_curve else "Wh"
        quantity = "power" if is_curve else "energy"
        physical = {"quantity": quantity, "type": "electrical", "unit": unit}
        SubElement(measurement, QUOALISE + "physical", physical)
        business = {"graph": "load-profile"} if is_curve else {}
        SubElement(measurement, QUOALISE + "business", business | {"direction": "consumption"})
        kind = "average" if is_curve else "sum"
        SubElement(measurement, QUOALISE + "aggregate", {"type": kind})
        interval = "PT30M" if is_curve else "P1D"
        SubElement(measurement, QUOALISE + "sampling", {"interval": interval})
        sensml = SubElement(data, SENML + "sensml")
        late = 1800 if is_curve and self.stamps_ends else 0
        for number, (time, value) in enumerate(values):
            base = {"bn": name, "bt": f"{begin:.0f}"} if number == 0 else {}
            rest = {"t": f"{time + late - begin:.0f}", "v": str(int(value))}
            bu = {"bu": unit} if number == 0 else {}
            SubElement(sensml, SENML + "senml", base | rest | bu)
        return quoalise


class ZabbixNode(DataNode):
    """As quoalise-zabbix: an empty meta, any unit, 5,000 records at most."""

    resource = "zabbix"

    def __init__(
        self, account: Account, series: Mapping[str, Values], *, users: Iterable[str], unit: str
    ) -> None:
        super().__init__(account, series)
        self.users = set(users)
        self.unit = unit

    def answer(self, catalogue_client: str, node: str, fields: dict[str, str]) -> Element:
        if node != "get_history":
            raise XMPPError("item-not-found", etype="cancel")
        if catalogue_client not in self.users:
            raise XMPPError("not-authorized", f"Unknown user {catalogue_client}", etype="auth")
        identifier = fields["identifier"]
        begin, end = (
            datetime.fromisoformat(fields[key]).timestamp() for key in ("start_time", "end_time")
        )
        records = [
            (identifier, time, value)
            for time, value in self.series[identifier]
            if begin <= time < end
        ]
        if len(records) > MOST_RECORDS:
            text = f"Response would be too big (max {MOST_RECORDS} records)."
            raise XMPPError("bad-request", text, etype="modify")
        command = success("get_history", "Get history", f"Get {identifier}")
        command.append(envelope(Element(QUOALISE + "meta"), records, self.unit))
        return command
