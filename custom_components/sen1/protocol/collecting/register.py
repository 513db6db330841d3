"""The shares register on the wire: what one member holds of which project (docs/protocol.md).

Pure. It is said to that member alone, whole each time, and is read whole or not at all: who is
told nothing of shares that it was told of before holds them no more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
import re
from typing import TypedDict
from xml.etree.ElementTree import Element, SubElement

from ..attributes import Attributes
from ..links import COLLECTION_ID
from ..model import FEATURE, PublicationId
from ..project import CURRENCY, NUMBER, NUMBERS, written
from ..stamps import stamp
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


class AnswerData(TypedDict):
    """What a household said of the shares that it was told."""

    verdict: str
    shares: int
    """Those that it was asked about, as is the day."""
    paid_on: str | None
    at: float


def answer_to_json(answer: ShareAnswer) -> AnswerData:
    """Return an answer as it is kept."""
    return AnswerData(
        verdict=answer.verdict,
        shares=answer.shares,
        paid_on=None if answer.paid_on is None else answer.paid_on.isoformat(),
        at=answer.said,
    )


def answer_from_json(project: PublicationId, said: AnswerData) -> ShareAnswer:
    """Return an answer that was kept."""
    paid_on = None if said["paid_on"] is None else date.fromisoformat(said["paid_on"])
    return ShareAnswer(project, Reply(said["verdict"]), said["shares"], said["at"], paid_on)


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
    said = _said(element)
    if len(holdings) > MOST_HOLDINGS or len(news) > MOST_NEWS:
        said.refuse("too much")
    register = SharesRegister(
        collection=said.matching("collection", COLLECTION_ID),
        revision=said.whole("revision", 1, MAX_REVISION),
        holdings=tuple(map(_held, holdings)),
        news=tuple(map(_news, news)),
    )
    projects = _once(said, (one.project for one in register.holdings))
    if not projects >= {one.project for one in register.news}:
        said.refuse("news of what is not held")
    return register


def _held(element: Element) -> Held:
    said = _said(element)
    has_dividends = "dividends" in said
    if has_dividends != ("currency" in said):
        said.refuse("dividends without a currency")
    return Held(
        project=_project(said),
        title=said.text("title"),
        shares=said.whole("shares", 1, MOST_SHARES),
        paid_on=_day(said),
        dividends=said.number("dividends", NUMBER, 0, MOST_DIVIDENDS) if has_dividends else None,
        currency=said.matching("currency", CURRENCY) if has_dividends else "",
    )


def _news(element: Element) -> News:
    said = _said(element)
    return News(_project(said), said.time("said"), said.content(element.text, "news", MAX_NEWS))


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
    answers, said = element.findall(ANSWER), _said(element)
    if len(answers) > MOST_HOLDINGS:
        said.refuse("too much")
    seen = RegisterSeen(
        collection=said.matching("collection", COLLECTION_ID),
        revision=said.whole("revision", 1, MAX_REVISION),
        answers=tuple(map(_answer, answers)),
    )
    _once(said, (answer.project for answer in seen.answers))
    return seen


def _answer(element: Element) -> ShareAnswer:
    said = _said(element)
    verdict = element.get("verdict", "")
    if verdict not in tuple(Reply):
        said.refuse("verdict")
    return ShareAnswer(
        project=_project(said),
        verdict=Reply(verdict),
        shares=said.whole("shares", 1, MOST_SHARES),
        said=said.time("said"),
        paid_on=_day(said),
    )


# What both are made of


def _said(element: Element) -> Attributes:
    return Attributes(element.attrib, "bad_register")


def _once(said: Attributes, projects: Iterable[PublicationId]) -> set[PublicationId]:
    """Return the projects of several; raises PayloadRefused if one is there twice."""
    several = list(projects)
    if len(set(several)) < len(several):
        said.refuse("one project twice")
    return set(several)


def _project(said: Attributes) -> PublicationId:
    return PublicationId(said.text("project"))


def _day(said: Attributes) -> date | None:
    return said.day("paid-on", DAY) if "paid-on" in said else None
