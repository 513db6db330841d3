"""The messages of 2019, as the proxies of BMHS, LogNact and PRIDE exchange them.

<Sen1Message xmlns="http://xmpp.rocks">
  <username>…</username> <name>…</name> <metaname>…</metaname> <metavalue>…</metavalue>
  <unite>Wh</unite> <type>dt_numeric</type>
  <applicationSrc>bmhs</applicationSrc> <applicationDst>lognact</applicationDst>
  <Sen1Datas>
    <Sen1Data>
      <value xsi:type="xs:decimal">123</value> <timestamp>2019-06-24T10:05:00.120+02:00</timestamp>
    </Sen1Data>
  </Sen1Datas>
</Sen1Message>
"""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from xml.etree.ElementTree import Element, SubElement

from ..errors import PayloadRefused
from ..limits import MAX_RECORDS, MAX_TEXT, check_number

ROCKS = "{http://xmpp.rocks}"
SEN1_MESSAGE = ROCKS + "Sen1Message"


class DataType(StrEnum):
    """What the values of a message are."""

    STRING = "dt_string"
    INTEGER = "dt_integer"
    NUMERIC = "dt_numeric"
    DATE = "dt_date"
    DATETIME = "dt_datetime"
    DURATION = "dt_duration"
    TIME = "dt_time"
    BOOLEAN = "dt_boolean"


XSI_TYPES = {
    DataType.INTEGER: "xs:int",
    DataType.NUMERIC: "xs:decimal",
    DataType.BOOLEAN: "xs:boolean",
}
"""Java's proxies read a value by this attribute; what is not here is a string."""


@dataclass(frozen=True, slots=True)
class Datum:
    """A value and its time, as they are written."""

    value: str
    timestamp: str


@dataclass(frozen=True, slots=True)
class Sen1Message:
    """One message: values of one series, told by user, name and metaname."""

    username: str
    name: str
    metaname: str
    unit: str
    type: str
    source: str
    destination: str
    data: tuple[Datum, ...]
    metavalue: str = ""


TAGS = {
    "username": "username",
    "name": "name",
    "metaname": "metaname",
    "metavalue": "metavalue",
    "unit": "unite",
    "type": "type",
    "source": "applicationSrc",
    "destination": "applicationDst",
}
"""Of each field, in the order in which they go."""


def from_element(element: Element) -> Sen1Message:
    """Return a message; raises PayloadRefused when a proxy would not take it either."""
    texts = {
        child.tag.removeprefix(ROCKS): (child.text or "").strip()[:MAX_TEXT]
        for child in element
        if isinstance(child.tag, str)
    }
    for key in ("username", "name", "type", "applicationSrc", "applicationDst"):
        if not texts.get(key):
            raise PayloadRefused("incomplete", key)
    data = tuple(
        Datum(
            (found.findtext(ROCKS + "value") or "").strip()[:MAX_TEXT],
            (found.findtext(ROCKS + "timestamp") or "").strip()[:MAX_TEXT],
        )
        for found in element.iter(ROCKS + "Sen1Data")
    )
    if len(data) > MAX_RECORDS:
        raise PayloadRefused("too_many_records", str(len(data)))
    said = {field: texts.get(tag, "") for field, tag in TAGS.items()}
    return Sen1Message(**said, data=data)


def to_element(message: Sen1Message) -> Element:
    """Return the payload of a message."""
    # Literal, not in a namespace: slixmpp drops attributes of namespaces it does not know.
    prefixes = {
        "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "xmlns:xs": "http://www.w3.org/2001/XMLSchema",
    }
    element = Element(SEN1_MESSAGE, prefixes)
    for field, tag in TAGS.items():
        SubElement(element, ROCKS + tag).text = getattr(message, field)
    data = SubElement(element, ROCKS + "Sen1Datas")
    kind = XSI_TYPES.get(DataType(message.type), "xs:string")
    for datum in message.data:
        found = SubElement(data, ROCKS + "Sen1Data")
        SubElement(found, ROCKS + "value", {"xsi:type": kind}).text = datum.value
        SubElement(found, ROCKS + "timestamp").text = datum.timestamp
    return element


def written(time: float, zone: tzinfo) -> str:
    """Return a time with its offset, and never `Z`, which Python's proxies cannot read."""
    moment = datetime.fromtimestamp(time, UTC).astimezone(zone)
    return moment.isoformat(timespec="milliseconds").replace("Z", "+00:00")


def value_of(text: str, kind: str) -> float | str:
    """Return the value of a datum.

    Raises ValueError when it is not what the type says, PayloadRefused when nothing is so great.
    """
    if not text:
        raise ValueError("no value")
    if kind in (DataType.NUMERIC, DataType.INTEGER):
        value = check_number(float(text.replace(",", ".")))
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return text
