"""A client of Quoalise as the federation's own speaks and reads: strict where that one is.

It looks `meta` up in Quoalise's namespace, joins base unit and unit, forgets no base field, and
takes only numbers.
"""

import asyncio
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, fromstring
from xml.sax.saxutils import escape

from slixmpp import ClientXMPP
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

COMMANDS = "{http://jabber.org/protocol/commands}"
QUOALISE = "{urn:quoalise:0}"
SENML = "{urn:ietf:params:xml:ns:senml}"


@dataclass(frozen=True)
class Data:
    """What came: the measurement's attributes, and (name, time, value, unit) of each record."""

    measurement: dict[str, str]
    records: list[tuple[str, float, float | None, str]]


class QuoaliseClient:
    """Ask an installation by its full address; `pushed` are the messages that came."""

    def __init__(self, client: ClientXMPP, address: str) -> None:
        self.pushed: asyncio.Queue[Data] = asyncio.Queue()
        self._client = client
        self._address = address
        path = f"{{jabber:client}}message/{QUOALISE}quoalise/{QUOALISE}data"
        client.register_handler(Callback("Quoalise data", MatchXPath(path), self._on_message))
        # Below zero no message to the bare address would come.
        client.send_presence(ppriority=1)

    async def get_history(self, identifier: str, begin: str = "", end: str = "") -> Data:
        """Return what lies between two times (ISO 8601); raises IqError."""
        fields = {"identifier": identifier}
        fields |= {"start_time": begin} if begin else {}
        fields |= {"end_time": end} if end else {}
        command = await self._execute("get_history", fields)
        data = command.find(f".//{QUOALISE}quoalise/{QUOALISE}data")
        assert data is not None
        return read(data)

    async def subscribe(self, identifier: str) -> None:
        """Ask for pushed messages; raises IqError."""
        await self._execute("subscribe", {"identifier": identifier})

    async def unsubscribe(self, identifier: str) -> None:
        """Ask for them no more; raises IqError."""
        await self._execute("unsubscribe", {"identifier": identifier})

    async def _execute(self, node: str, fields: dict[str, str]) -> Element:
        texts = "".join(
            f'<field var="{name}" type="text-single"><value>{escape(text)}</value></field>'
            for name, text in fields.items()
        )
        iq = self._client.make_iq_set(ito=self._address)
        iq.append(
            fromstring(
                f'<command xmlns="http://jabber.org/protocol/commands" node="{node}"'
                f' action="execute"><x xmlns="jabber:x:data" type="submit">{texts}</x></command>'
            )
        )
        answer = await iq.send(timeout=30)
        command: Element | None = answer.xml.find(f".//{COMMANDS}command")
        assert command is not None
        assert command.get("status") == "completed"
        return command

    def _on_message(self, message: Any) -> None:
        self.pushed.put_nowait(read(message.xml.find(f"{QUOALISE}quoalise/{QUOALISE}data")))


def read(data: Element) -> Data:
    """Read a `<data>` element."""
    assert data.tag == QUOALISE + "data"
    meta, sensml = data.find(QUOALISE + "meta"), data.find(SENML + "sensml")
    assert meta is not None
    assert sensml is not None
    measurement = meta.find(QUOALISE + "measurement")
    base_name = base_unit = ""
    base_time = base_value = 0.0
    records = []
    for element in sensml.findall(SENML + "senml"):
        base_name = element.get("bn", base_name)
        base_unit = element.get("bu", base_unit)
        base_time = float(element.get("bt", base_time))
        base_value = float(element.get("bv", base_value))
        value = element.get("v")
        records.append(
            (
                base_name + element.get("n", ""),
                base_time + float(element.get("t", 0)),
                None if value is None else base_value + float(value),
                base_unit + element.get("u", ""),
            )
        )
    return Data({} if measurement is None else dict(measurement.attrib), records)
