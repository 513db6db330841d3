"""The shares register on the wire: what one member holds of which project (docs/protocol.md).

Pure. It is said to that member alone, whole each time, and is read whole or not at all: who is
told nothing of shares that it was told of before holds them no more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
import re
from typing import NoReturn
from xml.etree.ElementTree import Element, SubElement

from ..errors import PayloadRefused
from ..limits import MAX_TEXT, check_text
from ..links import COLLECTION_ID
from ..model import FEATURE, PublicationId
from ..project import CURRENCY, NUMBER, NUMBERS, written
from ..stamps import parse_stamp, stamp
from ..stanzas import MAX_REVISION

REGISTER = f"{{{FEATURE}}}register"
REGISTER_SEEN = f"{{{FEATURE}}}register-seen"
HOLDING = f"{{{FEATURE}}}holding"
NEWS = f"{{{FEATURE}}}news"
ANSWER = f"{{{FEATURE}}}answer"

MOST_HOLDINGS = 16
"""Projects in which one member holds shares."""
MOST_NEWS = 20
MAX_NEWS = 500
"""Characters."""
MOST_SHARES = int(NUMBERS["shares"])
MOST_DIVIDENDS = NUMBERS["capital"]

WHOLE = re.compile(r"\d{1,10}", re.ASCII)
DAY = re.compile(r"(?:19|20)\d\d-\d\d-\d\d", re.ASCII)


class Reply(StrEnum):
    """What a household says of the shares that it was told."""

    CONFIRMED = "confirmed"
    CONTESTED = "contested"


@dataclass(frozen=True, slots=True)
class Held:
    """What a member holds of one project."""

    project: PublicationId
    """The series that bears the sheet of the project."""
    title: str
    shares: int
    paid_on: date | None = None
    dividends: float | None = None
    """All that was paid so far, in `currency`; None: it is not told."""
    currency: str = ""
    """ISO 4217; empty without dividends."""


@dataclass(frozen=True, slots=True)
class News:
    """A few words of the organiser to all who hold shares in a project."""

    project: PublicationId
    said: float
    """Unix seconds."""
    text: str


@dataclass(frozen=True, slots=True)
class SharesRegister:
    """What an organiser says that one member holds, as a whole."""

    collection: str
    revision: int
    """It rises with each change of what this member is told."""
    holdings: tuple[Held, ...] = ()
    """Of each project once."""
    news: tuple[News, ...] = ()
    """Of these projects alone, in the order in which they were said."""


@dataclass(frozen=True, slots=True)
class ShareAnswer:
    """What a household says of what it was told of one project."""

    project: PublicationId
    verdict: Reply
    shares: int
    """Those that it was asked about, as is the day."""
    said: float
    """Unix seconds."""
    paid_on: date | None = None

    def is_of(self, held: Held) -> bool:
        """Return whether it answers what is held now: a change is asked anew."""
        return (self.project, self.shares, self.paid_on) == (
            held.project,
            held.shares,
            held.paid_on,
        )


@dataclass(frozen=True, slots=True)
class RegisterSeen:
    """That a register came, and what the household has said of it so far."""

    collection: str
    revision: int
    answers: tuple[ShareAnswer, ...] = ()
    """Of each project once."""


# Of the organiser


def register_to_element(register: SharesRegister) -> Element:
    """Return what tells a member of its shares.

    <register xmlns="urn:sen1:0" collection="3f6a…" revision="3">
      <holding project="0b9fd1b6-…" title="ONCIME" shares="11" paid-on="2024-03-01"
               dividends="35.2" currency="EUR"/>
      <news project="0b9fd1b6-…" said="2026-11-20T09:00:00.000Z">…</news>
    </register>
    """
    element = Element(
        REGISTER, {"collection": register.collection, "revision": str(register.revision)}
    )
    for held in register.holdings:
        said = {"project": held.project, "title": held.title, "shares": str(held.shares)}
        if held.paid_on is not None:
            said["paid-on"] = held.paid_on.isoformat()
        if held.dividends is not None:
            said |= {"dividends": written(held.dividends), "currency": held.currency}
        SubElement(element, HOLDING, said)
    for news in register.news:
        said = {"project": news.project, "said": stamp(news.said)}
        SubElement(element, NEWS, said).text = news.text
    return element


def register_from_element(element: Element) -> SharesRegister:
    """Return what an organiser says that we hold; raises PayloadRefused."""
    holdings, news = element.findall(HOLDING), element.findall(NEWS)
    if len(holdings) > MOST_HOLDINGS or len(news) > MOST_NEWS:
        _refuse("too much")
    register = SharesRegister(
        collection=_collection(element.attrib),
        revision=_whole(element.attrib, "revision", MAX_REVISION),
        holdings=tuple(map(_held, holdings)),
        news=tuple(map(_news, news)),
    )
    projects = _once(one.project for one in register.holdings)
    if not projects >= {one.project for one in register.news}:
        _refuse("news of what is not held")
    return register


def _held(element: Element) -> Held:
    said = element.attrib
    has_dividends = "dividends" in said
    if has_dividends != ("currency" in said):
        _refuse("dividends without a currency")
    return Held(
        project=_project(said),
        title=_text(said.get("title"), "title", MAX_TEXT),
        shares=_whole(said, "shares", MOST_SHARES),
        paid_on=_day(said),
        dividends=_dividends(said["dividends"]) if has_dividends else None,
        currency=_matching(said, "currency", CURRENCY) if has_dividends else "",
    )


def _news(element: Element) -> News:
    said = element.attrib
    return News(_project(said), _time(said), _text(element.text, "news", MAX_NEWS))


# Of the member


def register_seen_to_element(seen: RegisterSeen) -> Element:
    """Return what tells an organiser that its register came, and whether it is right.

    <register-seen xmlns="urn:sen1:0" collection="3f6a…" revision="3">
      <answer project="0b9fd1b6-…" verdict="confirmed" shares="11" paid-on="2024-03-01"
              said="2026-11-21T18:30:00.000Z"/>
    </register-seen>
    """
    element = Element(
        REGISTER_SEEN, {"collection": seen.collection, "revision": str(seen.revision)}
    )
    for answer in seen.answers:
        said = {"project": answer.project, "verdict": answer.verdict, "shares": str(answer.shares)}
        if answer.paid_on is not None:
            said["paid-on"] = answer.paid_on.isoformat()
        SubElement(element, ANSWER, {**said, "said": stamp(answer.said)})
    return element


def register_seen_from_element(element: Element) -> RegisterSeen:
    """Return what a member says of the register that it was told; raises PayloadRefused."""
    answers = element.findall(ANSWER)
    if len(answers) > MOST_HOLDINGS:
        _refuse("too much")
    seen = RegisterSeen(
        collection=_collection(element.attrib),
        revision=_whole(element.attrib, "revision", MAX_REVISION),
        answers=tuple(map(_answer, answers)),
    )
    _once(answer.project for answer in seen.answers)
    return seen


def _answer(element: Element) -> ShareAnswer:
    said = element.attrib
    verdict = said.get("verdict", "")
    if verdict not in tuple(Reply):
        _refuse("verdict")
    return ShareAnswer(
        project=_project(said),
        verdict=Reply(verdict),
        shares=_whole(said, "shares", MOST_SHARES),
        said=_time(said),
        paid_on=_day(said),
    )


# What both are made of


def _refuse(what: str) -> NoReturn:
    raise PayloadRefused("bad_register", what)


def _once(projects: Iterable[PublicationId]) -> set[PublicationId]:
    """Return the projects of several; raises PayloadRefused if one is there twice."""
    several = list(projects)
    if len(set(several)) < len(several):
        _refuse("one project twice")
    return set(several)


def _collection(said: Mapping[str, str]) -> str:
    return _matching(said, "collection", COLLECTION_ID)


def _project(said: Mapping[str, str]) -> PublicationId:
    return PublicationId(_text(said.get("project"), "project", MAX_TEXT))


def _text(text: str | None, what: str, most: int) -> str:
    text = (text or "").strip()
    if not text:
        _refuse(f"{what} is missing")
    return check_text(text, what, most)


def _matching(said: Mapping[str, str], name: str, pattern: re.Pattern[str]) -> str:
    text = said.get(name, "")
    if not pattern.fullmatch(text):
        _refuse(name)
    return text


def _whole(said: Mapping[str, str], name: str, most: int) -> int:
    number = int(_matching(said, name, WHOLE))
    if not 1 <= number <= most:
        _refuse(name)
    return number


def _dividends(text: str) -> float:
    """Return an amount; nothing may have been paid yet."""
    if not NUMBER.fullmatch(text) or float(text) > MOST_DIVIDENDS:
        _refuse("dividends")
    return float(text)


def _day(said: Mapping[str, str]) -> date | None:
    if "paid-on" not in said:
        return None
    try:
        return date.fromisoformat(_matching(said, "paid-on", DAY))
    except ValueError as error:
        raise PayloadRefused("bad_register", "paid-on") from error


def _time(said: Mapping[str, str]) -> float:
    try:
        return parse_stamp(said.get("said", ""))
    except ValueError as error:
        raise PayloadRefused("bad_register", "said") from error
