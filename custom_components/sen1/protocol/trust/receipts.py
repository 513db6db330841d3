"""Receipts on the wire: the day's statement, and what is asked of a day that is not equal.

<day xmlns="urn:sen1:trust:0" day="2026-11-26" awaits="true" entries="412" head="…"
     seen-entries="398" seen-head="…">
  <sent publication="…" way="node" count="48" first="…" last="…" root="…" salt="…"/>
  <got publication="…" way="node" state="not_received" count="46" root="…">
    <missing from="…" to="…" count="2"/>
  </got>
</day>
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
import re
from struct import Struct
from typing import Annotated
from xml.etree.ElementTree import Element, SubElement

from ..attributes import AttributeForm, from_attributes, matching, to_attributes, wording
from ..errors import PayloadRefused
from ..forms import answering, asking, filled, form
from ..limits import check_text
from ..model import PublicationId
from ..stamps import parse_stamp, stamp
from .day import (
    DAY,
    HOUR,
    HOURS,
    SALT_BYTES,
    DayTotals,
    Discrepancy,
    Leaves,
    TimeRange,
    Verdict,
    day_from_text,
    day_of,
    day_to_text,
    fewer,
    milliseconds,
    totals_of,
)
from .identity import Head
from .keys import KEY_BYTES
from .kinds import TRUST
from .verify_journal import to_bytes, to_text

_TRUST = f"{{{TRUST}}}"
DAY_STATEMENT = f"{_TRUST}day"
DAY_HOURS = f"{_TRUST}hours"
DAY_READINGS = f"{_TRUST}readings"

GET_DAY = "get_day"
"""The command that asks what a day, or an hour of it, holds."""

MOST_SERIES = 512
"""What a statement tells of, of each direction: 256 publications, each by two ways."""

MOST_TOLD = 64
"""Series in one statement; a day with more is said in several."""

MOST_RANGES = 16
"""Ranges of a series that are named; more are joined."""

MOST_COUNT = 10_000_000
"""Readings of a day: a hundred a second."""

PART = 1000
"""Leaves of an hour in one element."""

LEAF_BYTES = 16
"""Of a leaf that is told: enough to tell two apart."""

_LEAF = Struct(f">I{LEAF_BYTES}s")


class Way(StrEnum):
    """How readings go between two installations that sign."""

    NODE = "node"
    """All readings of that day: live, and those of its answers of the past."""
    HISTORY = "history"
    """The answers of the past that were said on that day: not readings are counted, answers."""


type Place = tuple[PublicationId, Way]


@dataclass(frozen=True, slots=True)
class SentDay:
    """What a publisher says of a day."""

    totals: DayTotals
    salt: bytes


@dataclass(frozen=True, slots=True)
class GotDay:
    """What a follower answers: its own count and root, and where they part."""

    state: Verdict
    count: int
    root: bytes
    missing: tuple[TimeRange, ...] = ()
    differs: tuple[TimeRange, ...] = ()


@dataclass(frozen=True, slots=True)
class DayStatement:
    """What one friend says to another of a day between them."""

    day: int
    sent: Mapping[Place, SentDay]
    got: Mapping[Place, GotDay]
    awaits: bool
    """Whether what is said to be sent was not answered yet."""
    head: Head | None = None
    """Of the sayer's journal."""
    seen: Head | None = None
    """The newest of the other's journal that the sayer has verified."""


def day_to_elements(statement: DayStatement) -> list[Element]:
    """Return the payloads that tell of a day: several when there is much."""
    told = [
        *(_sent_to_element(place, sent) for place, sent in statement.sent.items()),
        *(_got_to_element(place, got) for place, got in statement.got.items()),
    ]
    payloads = []
    for at in range(0, max(1, len(told)), MOST_TOLD):
        element = Element(DAY_STATEMENT, {"day": day_to_text(statement.day)})
        if statement.awaits:
            element.set("awaits", "true")
        for prefix, head in (("", statement.head), ("seen-", statement.seen)):
            if head is not None:
                element.set(f"{prefix}entries", str(head.entries))
                element.set(f"{prefix}head", to_text(head.hash))
        element.extend(told[at : at + MOST_TOLD])
        payloads.append(element)
    return payloads


def day_from_element(element: Element) -> DayStatement:
    """Return what a payload tells of a day; raises PayloadRefused."""
    if element.tag != DAY_STATEMENT or len(element) > 2 * MOST_SERIES:
        raise PayloadRefused("bad_day")
    try:
        day = day_from_text(element.get("day", ""))
        sent = dict(_sent(child, day) for child in element if child.tag == f"{_TRUST}sent")
        got = dict(_got(child, day) for child in element if child.tag == f"{_TRUST}got")
        awaits = element.get("awaits") == "true"
        head, seen = (_head(element, prefix) for prefix in ("", "seen-"))
    except ValueError as error:
        raise PayloadRefused("bad_day", str(error)) from error
    return DayStatement(day, sent, got, awaits, head, seen)


def got_of(comparison: Discrepancy, own: DayTotals) -> GotDay:
    """Return the answer to what a publisher said."""
    return GotDay(
        comparison.verdict,
        own.count,
        own.root,
        fewer(comparison.missing, MOST_RANGES),
        fewer(comparison.differs, MOST_RANGES),
    )


def _sent_to_element(place: Place, sent: SentDay) -> Element:
    totals = sent.totals
    element = Element(
        f"{_TRUST}sent", {"publication": place[0], "way": place[1], "count": str(totals.count)}
    )
    for name, time in (("first", totals.first), ("last", totals.last)):
        if time is not None:
            element.set(name, stamp(time / 1000))
    element.attrib |= {"root": to_text(totals.root), "salt": to_text(sent.salt)}
    return element


def _got_to_element(place: Place, got: GotDay) -> Element:
    element = Element(
        f"{_TRUST}got",
        {
            "publication": place[0],
            "way": place[1],
            "state": got.state,
            "count": str(got.count),
            "root": to_text(got.root),
        },
    )
    for name, ranges in (("missing", got.missing), ("differs", got.differs)):
        for each in ranges:
            said = {"from": stamp(each.begin / 1000), "to": stamp(each.end / 1000)}
            SubElement(element, _TRUST + name, said | {"count": str(each.count)})
    return element


def _place(element: Element) -> Place:
    publication = PublicationId(check_text(element.get("publication", ""), "publication"))
    if not publication:
        raise ValueError("a publication")
    return publication, Way(element.get("way", ""))


def _sent(element: Element, day: int) -> tuple[Place, SentDay]:
    place, count = _place(element), _count(element.get("count", ""))
    times = [_time(text, day) for name in ("first", "last") if (text := element.get(name))]
    if len(times) not in (0, 2) or (place[1] is Way.NODE and bool(times) is not bool(count)):
        raise ValueError("a first and a last time")
    first, last = times or (None, None)
    if first is not None and last is not None and first > last:
        raise ValueError("the first before the last")
    root, salt = _bytes(element, "root", KEY_BYTES), _bytes(element, "salt", SALT_BYTES)
    return place, SentDay(DayTotals(count, root, first, last), salt)


def _got(element: Element, day: int) -> tuple[Place, GotDay]:
    state, count = Verdict(element.get("state", "")), _count(element.get("count", ""))
    ranges: dict[str, tuple[TimeRange, ...]] = {}
    for name in ("missing", "differs"):
        found = element.findall(_TRUST + name)
        if len(found) > MOST_RANGES:
            raise ValueError("too many ranges")
        ranges[name] = tuple(_range(each, day) for each in found)
    if state is Verdict.EQUAL and any(ranges.values()):
        raise ValueError("ranges of what is equal")
    root = _bytes(element, "root", KEY_BYTES)
    return _place(element), GotDay(state, count, root, ranges["missing"], ranges["differs"])


def _range(element: Element, day: int) -> TimeRange:
    begin, end = (_time(element.get(name, ""), day) for name in ("from", "to"))
    count = _count(element.get("count", ""))
    if begin > end or not count:
        raise ValueError("a range")
    return TimeRange(begin, end, count)


def _time(text: str, day: int) -> int:
    time = milliseconds(parse_stamp(text))
    if day_of(time) != day:
        raise ValueError("a time of another day")
    return time


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > len(str(MOST_COUNT)) or int(text) > MOST_COUNT:
        raise ValueError("a count")
    return int(text)


def _bytes(element: Element, name: str, length: int) -> bytes:
    data = to_bytes(element.get(name, ""))
    if len(data) != length:
        raise ValueError(name)
    return data


def _head(element: Element, prefix: str) -> Head | None:
    if element.get(f"{prefix}head") is None:
        return None
    return Head(
        _count(element.get(f"{prefix}entries", "")), _bytes(element, f"{prefix}head", KEY_BYTES)
    )


# What is asked of a day


@dataclass(frozen=True, slots=True)
class DayRequest:
    """What a follower asks of a day: the hours, or what one of them holds."""

    publication: Annotated[PublicationId, wording()]
    day: Annotated[int, AttributeForm(day_from_text, day_to_text)]
    hour: Annotated[int | None, matching(re.compile("1?[0-9]|2[0-3]"), int)] = None


def day_command(request: DayRequest) -> Element:
    """Return the command that asks what a day, or an hour of it, holds."""
    return asking(GET_DAY, form("submit", filled(to_attributes(request))))


def day_request_of(fields: Mapping[str, str]) -> DayRequest:
    """Return what the fields of a command ask for; raises PayloadRefused."""
    return from_attributes(DayRequest, fields, "bad_form")


def hours_to_element(request: DayRequest, hours: Iterable[DayTotals]) -> Element:
    """Return what each hour of a day comes to.

    <hours xmlns="urn:sen1:trust:0" publication="…" day="2026-11-26">
      <hour count="2" root="…"/>…
    </hours>
    """
    element = Element(DAY_HOURS, to_attributes(request))
    for totals in hours:
        said = {"count": str(totals.count), "root": to_text(totals.root)}
        SubElement(element, f"{_TRUST}hour", said)
    return element


def hours_from_element(answer: Element, request: DayRequest) -> tuple[DayTotals, ...]:
    """Return what a publisher says of the hours that were asked for; raises PayloadRefused."""
    element = _found(answer, DAY_HOURS, request)
    try:
        hours = tuple(
            DayTotals(_count(each.get("count", "")), _bytes(each, "root", KEY_BYTES))
            for each in element
        )
    except ValueError as error:
        raise PayloadRefused("bad_day", str(error)) from error
    if len(hours) != HOURS:
        raise PayloadRefused("bad_day", "hours")
    return hours


def readings_to_element(request: DayRequest, leaves: Leaves) -> Element:
    """Return what an hour holds: of each reading the ms within the hour and the leaf's first bytes.

    <readings xmlns="urn:sen1:trust:0" publication="…" day="2026-11-26" hour="7">
      <part>base64</part>…
    </readings>
    """
    element = Element(DAY_READINGS, to_attributes(request))
    told = [_LEAF.pack(time % HOUR, leaf[:LEAF_BYTES]) for time, leaf in leaves.items()]
    for at in range(0, len(told), PART):
        SubElement(element, f"{_TRUST}part").text = to_text(b"".join(told[at : at + PART]))
    return element


def readings_from_element(answer: Element, request: DayRequest) -> dict[int, bytes]:
    """Return the leaves, cut to their first bytes, of an hour; raises PayloadRefused."""
    element = _found(answer, DAY_READINGS, request)
    assert request.hour is not None  # an hour was asked for
    begin = request.day * DAY + request.hour * HOUR
    leaves: dict[int, bytes] = {}
    for part in element:
        try:
            data = to_bytes(part.text or "")
        except ValueError as error:
            raise PayloadRefused("bad_day", str(error)) from error
        if len(data) % _LEAF.size:
            raise PayloadRefused("bad_day", "leaves")
        for time, leaf in _LEAF.iter_unpack(data):
            if time >= HOUR:
                raise PayloadRefused("bad_day", "a time of another hour")
            leaves[begin + time] = leaf
    return leaves


def cut(leaves: Leaves) -> dict[int, bytes]:
    """Return leaves as `readings_from_element` does."""
    return {time: leaf[:LEAF_BYTES] for time, leaf in leaves.items()}


def _found(answer: Element, tag: str, request: DayRequest) -> Element:
    found = next(answer.iter(tag), None)
    if found is None or found.attrib != to_attributes(request):
        raise PayloadRefused("bad_day", "another answer")
    return found


def day_answer(session: str, content: Element) -> Element:
    """Return the answer to the command."""
    return answering(GET_DAY, session, content)


def nothing() -> DayTotals:
    """Return what an empty set comes to."""
    return totals_of({})
