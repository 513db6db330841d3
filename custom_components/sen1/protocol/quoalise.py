"""Quoalise's commands as its deployed nodes speak them (XEP-0050, `urn:quoalise:0`).

<command xmlns="http://jabber.org/protocol/commands" node="get_history" action="execute">
  <x xmlns="jabber:x:data" type="submit">
    <field var="identifier" type="text-single"><value>urn:uuid:…/energy/active/PT30M</value></field>
    <field var="start_time" type="text-single"><value>2026-02-02T00:00:00+01:00</value></field>
    <field var="end_time" type="text-single"><value>2026-02-03T00:00:00+01:00</value></field>
  </x>
</command>
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from xml.etree.ElementTree import Element

from .errors import PayloadRefused
from .forms import Field, answering, asking, filled, form, text_of, time_of
from .model import Description, Reading
from .stanzas import ENVELOPE, envelope_of, pack_of, reading_from_record, records_of

AUTHORIZED = "{https://consometers.org/dataconnect#authorize}x"
"""What data-connect-proxy sends when somebody consented on its page."""

GET_HISTORY = "get_history"
SUBSCRIBE = "subscribe"
UNSUBSCRIBE = "unsubscribe"

TITLES = {GET_HISTORY: "Get history", SUBSCRIBE: "Subscribe", UNSUBSCRIBE: "Unsubscribe"}
RESULTS = {GET_HISTORY: "Get {}", SUBSCRIBE: "Subscribe to {}", UNSUBSCRIBE: "Unsubscribe from {}"}
FIELDS = {"identifier": "Identifier", "start_time": "Start date", "end_time": "End date"}

TIMES = ("start_time", "end_time")

MAX_RECORDS = 5000
"""Records in an answer; more is refused (docs/protocol.md)."""


@dataclass(frozen=True, slots=True)
class HistoryRequest:
    """What is asked for: a series in [begin, end)."""

    identifier: str
    begin: float
    end: float


def history_request(identifier: str, begin: float, end: float, zone: tzinfo = UTC) -> Element:
    """Return the command that asks for a part of a series, its times written in a zone."""
    values = {
        "identifier": identifier,
        "start_time": _iso(begin, zone),
        "end_time": _iso(end, zone),
    }
    return submitted(GET_HISTORY, values)


def submitted(node: str, values: Mapping[str, str]) -> Element:
    """Return a command with its form filled in."""
    return asking(node, form("submit", filled(values, "text-single")))


def request_of(fields: Mapping[str, str], today: datetime) -> HistoryRequest:
    """Return what the fields ask for; raises PayloadRefused.

    `today` is the beginning of the local day: where no time is named, yesterday is meant.
    """
    times = _yesterday(today) | {
        name: text for name, text in fields.items() if name in TIMES and text
    }
    begin, end = (time_of(times, name) for name in TIMES)
    if end < begin:
        raise PayloadRefused("bad_form", "an end after the start")
    return HistoryRequest(text_of(fields, "identifier"), begin, end)


def _yesterday(today: datetime) -> dict[str, str]:
    """Return the times that the form suggests: the local day that is over."""
    before = datetime.combine(today.date() - timedelta(days=1), time(), today.tzinfo)
    return dict(zip(TIMES, (before.isoformat(), today.isoformat()), strict=True))


def form_answer(node: str, session: str, today: datetime) -> Element:
    """Return the form that a command without one is answered with; `today` as `request_of`'s."""
    suggested = _yesterday(today) if node == GET_HISTORY else {}
    fields = [
        Field("identifier", type="text-single", label=FIELDS["identifier"]),
        *(
            Field(name, text, "text-single", FIELDS[name], "Au format ISO 8601")
            for name, text in suggested.items()
        ),
    ]
    return answering(node, session, form("form", fields, TITLES[node]), status="executing")


def success(node: str, session: str, identifier: str) -> Element:
    """Return the answer to a command that succeeded."""
    result = Field("result", "Success", "fixed", RESULTS[node].format(identifier))
    return answering(node, session, form("result", [result], TITLES[node]))


def history_answer(session: str, description: Description, readings: Sequence[Reading]) -> Element:
    """Return the answer to `get_history`: the form, then the data."""
    command = success(GET_HISTORY, session, description.name)
    command.append(envelope_of(readings, description))
    return command


def readings_of(answer: Element, description: Description, now: float) -> list[Reading]:
    """Return the readings of an answer to `get_history`; raises PayloadRefused."""
    if (envelope := next(answer.iter(ENVELOPE), None)) is None:
        raise PayloadRefused("no_senml")
    pack = pack_of(envelope, MAX_RECORDS)
    return [reading_from_record(record, description, now) for record in records_of(pack, now)]


def _iso(time: float, zone: tzinfo) -> str:
    return datetime.fromtimestamp(time, zone).isoformat()
