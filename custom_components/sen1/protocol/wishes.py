"""What somebody would like to receive, told to a friend whose household decides (docs/protocol.md).

No grant and no request for access: nothing of it need be published yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
import re
from typing import Annotated
from xml.etree.ElementTree import Element, SubElement

from .attributes import AttributeForm, from_attributes, matching, to_attributes
from .errors import PayloadRefused
from .model import FEATURE, Granularity

WISHES = f"{{{FEATURE}}}wishes"
WISH = f"{{{FEATURE}}}wish"

MOST_WISHES = 8
"""Of one friend at a time."""

YEAR = "P1Y"
"""How fine a figure of a whole year is; no series is published so."""

FINEST_FIRST = (*Granularity, YEAR)


PER_AREA_UNIT = "kWh/m²"


class What(StrEnum):
    """What a series is of."""

    CONSUMPTION = "consumption"
    PRODUCTION = "production"
    PER_AREA = "per_area"
    """The energy of a year for each square metre."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What one would like, and how fine."""

    what: Annotated[What, AttributeForm(What)]
    granularity: Annotated[str, matching(re.compile("|".join(FINEST_FIRST)), str)]

    def is_met_by(self, what: What, granularity: str) -> bool:
        """Return whether a series is what was wished for, at least as fine."""
        finest = FINEST_FIRST.index
        return what is self.what and finest(granularity) <= finest(self.granularity)


@dataclass(frozen=True, slots=True)
class Wishes:
    """All that a friend would like: what it wished before is over. None at all is an answer."""

    wishes: tuple[Wish, ...] = ()


def what_of(measurement: Mapping[str, str]) -> What | None:
    """Return what a series is of, of what may be wished for."""
    if measurement.get("unit") == PER_AREA_UNIT:
        return What.PER_AREA
    direction = measurement.get("direction")
    return What(direction) if direction in (What.CONSUMPTION, What.PRODUCTION) else None


def wishes_to_element(said: Wishes) -> Element:
    """Return what tells a friend what we would like.

    <wishes xmlns="urn:sen1:0"><wish what="consumption" granularity="P1D"/></wishes>
    """
    element = Element(WISHES)
    for wish in said.wishes:
        SubElement(element, WISH, to_attributes(wish))
    return element


def wishes_from_element(element: Element) -> Wishes:
    """Return what a friend would like; raises PayloadRefused."""
    if len(element) > MOST_WISHES:
        raise PayloadRefused("too_many_wishes", str(len(element)))
    return Wishes(tuple(dict.fromkeys(map(_wish, element))))


def _wish(element: Element) -> Wish:
    if element.tag != WISH:
        raise PayloadRefused("bad_wish")
    return from_attributes(Wish, element.attrib, "bad_wish")
