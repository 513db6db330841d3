"""What data nodes are asked and answer, as the deployed ones do (docs/protocol.md, "Data nodes").

Pure. Three kinds of identifier tell three kinds of node:
- `urn:dev:prm:<PRM>_consumption/power/active/raw`: sge-tiers-proxy, Enedis's data of a meter
- `urn:dev:prm:<PRM>_consumption_load`, `…_daily_consumption`: data-connect-proxy, of older words
- any other: a Quoalise node such as quoalise-zabbix

What the identifier says of a series is believed before what the answer's `<meta>` says: deployed
nodes call daily consumption a production, and a voltage an inductive power.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
import re
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from ...protocol.errors import PayloadRefused, RequestFailed
from ...protocol.forms import fields_of
from ...protocol.limits import MAX_TEXT, check_number, check_text, check_time
from ...protocol.model import Reading
from ...protocol.quantities import INDEX
from ...protocol.quoalise import MAX_RECORDS, SUBSCRIBE, UNSUBSCRIBE, history_request, submitted
from ...protocol.stanzas import pack_of, records_of
from ...senml import PRIMARY, SECONDARY
from .feed import Content, FeedDescription, FeedQuantity, FeedReason

PARIS = ZoneInfo("Europe/Paris")
"""Enedis's days are those of Paris, whatever Home Assistant's time zone."""

METER = re.compile(r"urn:dev:prm:(\d{14})_(.+)")
LOAD = re.compile(r"(consumption|production)_load")
DAILY = re.compile(r"daily_(consumption|production)")
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-:./_]{2,254}")
"""A SenML name (RFC 8428, section 4.5.1), no longer than a state of Home Assistant."""

GET_LOAD_CURVE = "get_load_curve"
GET_DAILY = "get_daily"
GET_AUTHORIZE_URI = "get_authorize_uri"

HALF_HOUR = 1800.0
DAY = 86400.0

UNITS = {"Wr": "var", "VAr": "var", "VArh": "varh", "°C": "Cel", "m³": "m3", "": None}
"""Units as deployed nodes write them, and as SenML does."""

_EITHER = "(?:consumption|production)"

SERIES = (
    ("consumption/power/active/(?:raw|corrected)", FeedQuantity.POWER_CONSUMED, Content.MEAN, None),
    ("production/power/active/(?:raw|corrected)", FeedQuantity.POWER_PRODUCED, Content.MEAN, None),
    (f"{_EITHER}/power/inductive/raw", FeedQuantity.INDUCTIVE_POWER, Content.MEAN, None),
    (f"{_EITHER}/power/capacitive/raw", FeedQuantity.CAPACITIVE_POWER, Content.MEAN, None),
    ("(?:.+/)?voltage/raw", FeedQuantity.VOLTAGE, Content.MEAN, None),
    (f"{_EITHER}/power/apparent/max", FeedQuantity.MAXIMUM_POWER, Content.MAXIMUM, None),
    ("consumption/energy/active/daily", FeedQuantity.ENERGY_CONSUMED, Content.SUM, DAY),
    ("production/energy/active/daily", FeedQuantity.ENERGY_PRODUCED, Content.SUM, DAY),
    ("consumption/energy/active/index", FeedQuantity.INDEX_CONSUMED, Content.INDEX, None),
    ("production/energy/active/index", FeedQuantity.INDEX_PRODUCED, Content.INDEX, None),
    ("consumption_load", FeedQuantity.POWER_CONSUMED, Content.MEAN, HALF_HOUR),
    ("production_load", FeedQuantity.POWER_PRODUCED, Content.MEAN, HALF_HOUR),
    ("daily_consumption", FeedQuantity.ENERGY_CONSUMED, Content.SUM, DAY),
    ("daily_production", FeedQuantity.ENERGY_PRODUCED, Content.SUM, DAY),
)
"""What the identifiers of meters name, by what follows the meter's number: a tariff class or
nothing may follow. The period is the one to take when the answer tells none."""

UNIT_OF = {
    FeedQuantity.POWER_CONSUMED: "W",
    FeedQuantity.POWER_PRODUCED: "W",
    FeedQuantity.INDUCTIVE_POWER: "var",
    FeedQuantity.CAPACITIVE_POWER: "var",
    FeedQuantity.VOLTAGE: "V",
    FeedQuantity.MAXIMUM_POWER: "VA",
    FeedQuantity.ENERGY_CONSUMED: "Wh",
    FeedQuantity.ENERGY_PRODUCED: "Wh",
    FeedQuantity.INDEX_CONSUMED: "Wh",
    FeedQuantity.INDEX_PRODUCED: "Wh",
}

DURATION = re.compile(
    r"(?:P(?P<days>\d{1,9})D)?(?:PT(?:(?P<h>\d{1,9})H)?(?:(?P<m>\d{1,9})M)?(?:(?P<s>\d{1,9})S)?)?"
)
SECONDS = re.compile(r"(?P<s>\d{1,9})")

LONGEST_PAGE = 2047
"""Characters of the address of a page."""

PAGE = re.compile(r"https://[\w.:-]+(?:[/?#][\w./?#&=%~+,;:@!$*'-]*)?", re.ASCII)
"""Such an address: shown in Markdown, it can be nothing else."""

LONGEST = 31 * DAY
"""Seconds of the longest period that is believed: a month."""


@dataclass
class Given:
    """One series of an answer or of a push."""

    description: FeedDescription
    readings: list[Reading] = field(default_factory=list)
    """Oldest first."""


def zone_of(identifier: str, default: tzinfo) -> tzinfo:
    """Return the zone that the days of a series are of."""
    return PARIS if METER.fullmatch(identifier) else default


def is_of(name: str, identifiers: Iterable[str]) -> bool:
    """Return whether a series is one of these, or a part of one: a tariff class of an index."""
    return any(name == i or name.startswith(f"{i}/") for i in identifiers)


def is_pushed(identifier: str) -> bool:
    """Return whether a node may push a series that it was asked to: those with a page cannot."""
    return not has_page(identifier)


def identifiers_of(usage_point: str) -> list[str]:
    """Return what a consent on data-connect-proxy's page gives access to."""
    meter = f"urn:dev:prm:{usage_point}"
    return [f"{meter}_consumption_load", f"{meter}_daily_consumption"]


def has_page(identifier: str) -> bool:
    """Return whether the node that gives a series has a page where one consents."""
    path = _path(identifier)
    return any(pattern.fullmatch(path) for pattern in (LOAD, DAILY))


# What is asked


def request_for(identifier: str, begin: float, end: float, zone: tzinfo) -> Element:
    """Return the command that asks for [begin, end) of a series."""
    if (meter := METER.fullmatch(identifier)) is not None:
        for pattern, node in ((LOAD, GET_LOAD_CURVE), (DAILY, GET_DAILY)):
            if (found := pattern.fullmatch(meter[2])) is not None:
                return submitted(
                    node,
                    {
                        "usage_point_id": meter[1],
                        "direction": found[1],
                        "start_date": _date(begin, zone),
                        "end_date": _date(end, zone),
                    },
                )
    return history_request(identifier, begin, end, zone)


def subscription(identifier: str) -> Element:
    """Return the command that asks a node to push a series."""
    return submitted(SUBSCRIBE, {"identifier": identifier})


def end_of_subscription(identifier: str) -> Element:
    """Return the command that ends it."""
    return submitted(UNSUBSCRIBE, {"identifier": identifier})


def consent_request(name: str, description: str) -> Element:
    """Return the command that asks for the address of the page where a consent is given."""
    return submitted(GET_AUTHORIZE_URI, {"name": name, "description": description})


def page_of(answer: Element) -> str:
    """Return the address of that page; raises PayloadRefused."""
    page = fields_of(answer, most=LONGEST_PAGE).get("authorize_uri", "")
    if not PAGE.fullmatch(page):
        raise PayloadRefused("no_page")
    return page


def consented(element: Element) -> list[str]:
    """Return the usage points that somebody consented to share."""
    points = (_text(child) for child in element.iter() if _local(child) == "usage-point")
    return [point for point in points if re.fullmatch(r"\d{14}", point)]


# What is answered


def given_of(
    envelope: Element, now: float, *, most: int = MAX_RECORDS, asked_until: float | None = None
) -> dict[str, Given]:
    """Return the series in an answer or a push by name; raises PayloadRefused.

    `asked_until` is the end that was asked for: what data-connect-proxy stamps at it or later is
    stamped at the ends of periods, as some versions of Enedis's service do.
    """
    pack = pack_of(envelope, most)
    unit = _take_units(pack)
    records = records_of(pack, now)
    measurement = _measurement(envelope)
    found: dict[str, Given] = {}
    for record in records:
        value = record.value if record.value is not None else record.string
        if value is None:
            raise PayloadRefused("wrong_value")
        check_text(record.name, "name")
        check_time(record.time, now)
        description = describe(record.name, measurement, record.unit or unit)
        value = value[:MAX_TEXT] if isinstance(value, str) else check_number(value)
        reading = Reading(record.time, value)
        found.setdefault(record.name, Given(description)).readings.append(reading)
    for name, given in found.items():
        is_late = asked_until is not None and given.readings[-1].time >= asked_until
        if is_late and LOAD.fullmatch(_path(name)):
            interval = given.description.interval or HALF_HOUR
            given.readings = [
                Reading(reading.time - interval, reading.value) for reading in given.readings
            ]
    return found


def describe(
    name: str, measurement: Mapping[str, str] | None = None, unit: str | None = None
) -> FeedDescription:
    """Return what a series is, from its name and from what a node says of it."""
    said = measurement or {}
    interval = seconds_of(said.get("sampling-interval", ""))
    for pattern, quantity, content, period in SERIES:
        if (found := re.fullmatch(f"{pattern}(?:/(?P<rest>.+))?", _path(name))) is not None:
            unit, interval = unit or UNIT_OF[quantity], interval or period
            return FeedDescription(quantity, content, unit, interval, found["rest"] or "")
    content = Content.MEAN
    if said.get("name", "").endswith("-" + INDEX):
        content = Content.INDEX
    elif said.get("aggregation") == "sum":
        content = Content.SUM
    return FeedDescription(
        FeedQuantity.SERIES, content, unit, interval, re.split(r"[:_]", name)[-1]
    )


def seconds_of(text: str) -> float | None:
    """Return the seconds of a period, as `PT30M`, `P1D` or `1800`; None: it is none of these."""
    found = SECONDS.fullmatch(text) or DURATION.fullmatch(text)
    parts = {key: int(number) for key, number in found.groupdict("0").items()} if found else {}
    scales = {"days": DAY, "h": 3600.0, "m": 60.0, "s": 1.0}
    seconds = sum(scales[key] * number for key, number in parts.items())
    return seconds if 0 < seconds <= LONGEST else None


# What is refused

TOO_BIG = "too big"
"""In the text of a refusal: the period asked for holds too many records."""

DONE = "SGT570"
"""Enedis's code of a service that is active already: what was asked for is so."""

TEXTS = (
    ("not valid yet", FeedReason.CONSENT_NOT_BEGUN),
    ("no longer valid", FeedReason.CONSENT_EXPIRED),
    ("last activation date", FeedReason.BEFORE_ACTIVATION),
    ("not allowed to access", FeedReason.NO_CONSENT),
    ("point inexistant", FeedReason.UNKNOWN_POINT),
    ("is not known", FeedReason.UNKNOWN_SERIES),
    ("is not supported", FeedReason.UNKNOWN_SERIES),
    ("Unexpected record identif", FeedReason.UNKNOWN_SERIES),
)
"""Words of the deployed nodes, in the order they are looked for."""

CODES = {"ADAM-ERR0123": FeedReason.BEFORE_ACTIVATION, "SGT401": FeedReason.UNKNOWN_POINT}
"""Codes of Enedis's services."""

CONDITIONS = {
    "not-authorized": FeedReason.NO_CONSENT,
    "forbidden": FeedReason.NO_CONSENT,
    "undefined-condition": FeedReason.SOURCE_FAILED,
    "bad-request": FeedReason.REFUSED,
    "item-not-found": FeedReason.UNKNOWN_SERIES,
}
"""Stanza errors whose words say no more; any other means that nobody is there to answer."""


def reason_of(error: RequestFailed) -> FeedReason:
    """Return what a refusal means to the household."""
    if error.code in CODES:
        return CODES[error.code]
    for words, reason in TEXTS:
        if words.lower() in error.text.lower():
            return reason
    return CONDITIONS.get(error.condition, FeedReason.AWAY)


def is_too_big(error: RequestFailed) -> bool:
    """Return whether a shorter period may be granted."""
    return error.condition == "bad-request" and TOO_BIG in error.text.lower()


def _path(name: str) -> str:
    """Return what follows the meter's number."""
    found = METER.fullmatch(name)
    return found[2] if found else ""


def _date(time: float, zone: tzinfo) -> str:
    return datetime.fromtimestamp(time, UTC).astimezone(zone).date().isoformat()


def _take_units(sensml: Element) -> str | None:
    """Write units as SenML does; take those it does not know away, and return the one there was.

    Nodes write the unit of the system behind them, and one for all records.
    """
    strange: set[str] = set()
    known: set[str] = set()
    for record in sensml:
        for key in ("bu", "u"):
            if (text := record.get(key)) is None:
                continue
            unit = UNITS.get(text, text)
            if unit in PRIMARY or unit in SECONDARY:
                record.set(key, unit)
                known.add(unit)
            else:
                del record.attrib[key]
                strange |= {unit} if unit else set()
    if len(strange) > 1 or (strange and known):
        raise PayloadRefused("unknown_unit")
    return strange.pop()[:MAX_TEXT] if strange else None


def _measurement(envelope: Element) -> dict[str, str]:
    """Return what `<measurement>` says, in no namespace or any, and in older words too.

    <measurement><physical quantity="power" type="electrical" unit="W"/>
      <business graph="load-profile" direction="consumption"/><aggregate type="average"/>
      <sampling interval="PT30M"/></measurement>
    """
    for element in envelope.iter():
        if _local(element) == "measurement":
            said = dict(element.attrib)
            for child in element:
                if _local(child) == "sampling":
                    said["sampling-interval"] = child.get("interval", "")
                elif _local(child) == "aggregate":
                    said["aggregation"] = child.get("type", "")
            return said
    return {}


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(element: Element) -> str:
    return (element.text or "").strip()
