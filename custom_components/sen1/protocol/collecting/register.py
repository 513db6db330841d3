"""The shares register on the wire: what one member holds of which project (docs/protocol.md).

Pure. It is said to that member alone, whole each time, and is read whole or not at all: who is
told nothing of shares that it was told of before holds them no more.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
import re
from typing import Annotated, TypedDict
from xml.etree.ElementTree import Element, SubElement

from ..attributes import (
    TIME,
    AttributeForm,
    day,
    from_attributes,
    matching,
    read,
    to_attributes,
    whole,
    within,
    wording,
)
from ..errors import PayloadRefused
from ..links import COLLECTION_ID
from ..model import FEATURE, PublicationId
from ..project import CURRENCY, NUMBER, NUMBERS, written
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

DAY = day(re.compile(r"(?:19|20)\d\d-\d\d-\d\d", re.ASCII))
SHARES = whole(1, MOST_SHARES)
COLLECTION = matching(COLLECTION_ID, str)
REVISION = whole(1, MAX_REVISION)

REFUSED = "bad_register"
"""What a refusal is counted by."""


class Reply(StrEnum):
    """What a household says of the shares that it was told."""

    CONFIRMED = "confirmed"
    CONTESTED = "contested"


@dataclass(frozen=True, slots=True)
class Held:
    """What a member holds of one project."""

    project: Annotated[PublicationId, wording()]
    """The series that bears the sheet of the project."""
    title: Annotated[str, wording()]
    shares: Annotated[int, SHARES]
    paid_on: Annotated[date | None, DAY] = None
    dividends: Annotated[
        float | None, within(matching(NUMBER, float, written), 0, MOST_DIVIDENDS)
    ] = None
    """All that was paid so far, in `currency`; None: it is not told."""
    currency: Annotated[str, matching(CURRENCY, str)] = ""
    """ISO 4217; empty without dividends."""


@dataclass(frozen=True, slots=True)
class News:
    """A few words of the organiser to all who hold shares in a project."""

    project: Annotated[PublicationId, wording()]
    said: Annotated[float, TIME]
    """Unix seconds."""
    text: str


@dataclass(frozen=True, slots=True)
class SharesRegister:
    """What an organiser says that one member holds, as a whole."""

    collection: Annotated[str, COLLECTION]
    revision: Annotated[int, REVISION]
    """It rises with each change of what this member is told."""
    holdings: tuple[Held, ...] = ()
    """Of each project once."""
    news: tuple[News, ...] = ()
    """Of these projects alone, in the order in which they were said."""


@dataclass(frozen=True, slots=True)
class ShareAnswer:
    """What a household says of what it was told of one project."""

    project: Annotated[PublicationId, wording()]
    verdict: Annotated[Reply, AttributeForm(Reply)]
    shares: Annotated[int, SHARES]
    """Those that it was asked about, as is the day."""
    said: Annotated[float, TIME]
    """Unix seconds."""
    paid_on: Annotated[date | None, DAY] = None

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

    collection: Annotated[str, COLLECTION]
    revision: Annotated[int, REVISION]
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
    element = Element(REGISTER, to_attributes(register))
    for held in register.holdings:
        SubElement(element, HOLDING, to_attributes(held))
    for news in register.news:
        SubElement(element, NEWS, to_attributes(news)).text = news.text
    return element


def register_from_element(element: Element) -> SharesRegister:
    """Return what an organiser says that we hold; raises PayloadRefused."""
    register = from_attributes(
        SharesRegister,
        element.attrib,
        REFUSED,
        holdings=_several(element, HOLDING, MOST_HOLDINGS, _held),
        news=_several(element, NEWS, MOST_NEWS, _news),
    )
    projects = _once(one.project for one in register.holdings)
    if not projects >= {one.project for one in register.news}:
        raise PayloadRefused(REFUSED, "news of what is not held")
    return register


def _held(element: Element) -> Held:
    if ("dividends" in element.attrib) != ("currency" in element.attrib):
        raise PayloadRefused(REFUSED, "dividends without a currency")
    return from_attributes(Held, element.attrib, REFUSED)


def _news(element: Element) -> News:
    said = read(wording(MAX_NEWS), element.text, "news", REFUSED)
    return from_attributes(News, element.attrib, REFUSED, text=said)


# Of the member


def register_seen_to_element(seen: RegisterSeen) -> Element:
    """Return what tells an organiser that its register came, and whether it is right.

    <register-seen xmlns="urn:sen1:0" collection="3f6a…" revision="3">
      <answer project="0b9fd1b6-…" verdict="confirmed" shares="11" paid-on="2024-03-01"
              said="2026-11-21T18:30:00.000Z"/>
    </register-seen>
    """
    element = Element(REGISTER_SEEN, to_attributes(seen))
    for answer in seen.answers:
        SubElement(element, ANSWER, to_attributes(answer))
    return element


def register_seen_from_element(element: Element) -> RegisterSeen:
    """Return what a member says of the register that it was told; raises PayloadRefused."""
    answers = _several(element, ANSWER, MOST_HOLDINGS, _answer)
    _once(answer.project for answer in answers)
    return from_attributes(RegisterSeen, element.attrib, REFUSED, answers=answers)


def _answer(element: Element) -> ShareAnswer:
    return from_attributes(ShareAnswer, element.attrib, REFUSED)


# What both are made of


def _several[T](parent: Element, tag: str, most: int, one: Callable[[Element], T]) -> tuple[T, ...]:
    children = parent.findall(tag)
    if len(children) > most:
        raise PayloadRefused(REFUSED, "too much")
    return tuple(map(one, children))


def _once(projects: Iterable[PublicationId]) -> set[PublicationId]:
    """Return the projects of several; raises PayloadRefused if one is there twice."""
    several = list(projects)
    if len(set(several)) < len(several):
        raise PayloadRefused(REFUSED, "one project twice")
    return set(several)
