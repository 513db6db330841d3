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
from dataclasses import dataclass, replace
from enum import StrEnum
import re
from struct import Struct
from typing import Annotated
from xml.etree.ElementTree import Element, SubElement

from ..attributes import (
    AttributeForm,
    from_attributes,
    matching,
    read,
    to_attributes,
    wording,
)
from ..errors import PayloadRefused
from ..forms import answering, asking, filled, form
from ..limits import check_text
from ..model import PublicationId
from .day import (
    COUNT,
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
)
from .identity import Head
from .keys import RAW, raw
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

PART = 1000
"""Leaves of an hour in one element."""

LEAF_BYTES = 16
"""Of a leaf that is told: enough to tell two apart."""

SALT = raw(SALT_BYTES)

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

    state: Annotated[Verdict, AttributeForm(Verdict)]
    count: Annotated[int, COUNT]
    root: Annotated[bytes, RAW]
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
    said = {**to_attributes(sent.totals), "salt": to_text(sent.salt)}
    return Element(f"{_TRUST}sent", {"publication": place[0], "way": place[1], **said})


def _got_to_element(place: Place, got: GotDay) -> Element:
    said = {"publication": place[0], "way": place[1], **to_attributes(got)}
    element = Element(f"{_TRUST}got", said)
    for name, ranges in (("missing", got.missing), ("differs", got.differs)):
        for each in ranges:
            SubElement(element, _TRUST + name, to_attributes(each))
    return element


def _place(element: Element) -> Place:
    publication = PublicationId(check_text(element.get("publication", ""), "publication"))
    if not publication:
        raise ValueError("a publication")
    return publication, Way(element.get("way", ""))


def _sent(element: Element, day: int) -> tuple[Place, SentDay]:
    place, totals = _place(element), from_attributes(DayTotals, element.attrib, "bad_day")
    times = [time for time in (totals.first, totals.last) if time is not None]
    if len(times) not in (0, 2) or times != sorted(times) or not _are_of(day, times):
        raise ValueError("a first and a last time")
    if place[1] is Way.NODE and bool(times) is not bool(totals.count):
        raise ValueError("a time where there is something")
    return place, SentDay(totals, read(SALT, element.get("salt"), "salt", "bad_day"))


def _got(element: Element, day: int) -> tuple[Place, GotDay]:
    ranges: dict[str, tuple[TimeRange, ...]] = {}
    for name in ("missing", "differs"):
        found = element.findall(_TRUST + name)
        if len(found) > MOST_RANGES:
            raise ValueError("too many ranges")
        ranges[name] = tuple(_range(each, day) for each in found)
    got = from_attributes(GotDay, element.attrib, "bad_day", **ranges)
    if got.state is Verdict.EQUAL and any(ranges.values()):
        raise ValueError("ranges of what is equal")
    return _place(element), got


def _range(element: Element, day: int) -> TimeRange:
    found = from_attributes(TimeRange, element.attrib, "bad_day")
    if found.begin > found.end or not found.count or not _are_of(day, (found.begin, found.end)):
        raise ValueError("a range")
    return found


def _are_of(day: int, times: Iterable[int]) -> bool:
    return all(day_of(time) == day for time in times)


def _head(element: Element, prefix: str) -> Head | None:
    if (head := element.get(f"{prefix}head")) is None:
        return None
    entries = element.get(f"{prefix}entries")
    return Head(read(COUNT, entries, "entries", "bad_day"), read(RAW, head, "head", "bad_day"))


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
        said = to_attributes(replace(totals, first=None, last=None))
        SubElement(element, f"{_TRUST}hour", said)
    return element


def hours_from_element(answer: Element, request: DayRequest) -> tuple[DayTotals, ...]:
    """Return what a publisher says of the hours that were asked for; raises PayloadRefused."""
    element = _found(answer, DAY_HOURS, request)
    hours = tuple(
        DayTotals(
            read(COUNT, each.get("count"), "count", "bad_day"),
            read(RAW, each.get("root"), "root", "bad_day"),
        )
        for each in element
    )
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
