"""The ways of a sheet, whatever it is of: in a grant, in an item, in the Store."""

from dataclasses import asdict, replace
import json
from typing import Any
from xml.etree.ElementTree import fromstring, tostring

from custom_components.sen1.federation.follow.progress import grant_from_json
from custom_components.sen1.protocol.limits import size_of
from custom_components.sen1.protocol.model import Description, Grant
from custom_components.sen1.protocol.project import Project
from custom_components.sen1.protocol.sheet import SiteSheet
from custom_components.sen1.protocol.stanzas import (
    SEN1,
    description_from_item,
    grant_from_element,
    grant_to_element,
    item_to_element,
)

from .samples import there
from .test_stanzas import DESCRIPTION, GRANT, ITEM

type Sheet = Project | SiteSheet

NAMES: dict[type[Sheet], str] = {Project: "project", SiteSheet: "site"}
"""Of the field of a description, and of the element."""


def described(*sheets: Sheet) -> Description:
    """Return a description with sheets."""
    told: dict[str, Any] = {NAMES[type(sheet)]: sheet for sheet in sheets}
    return replace(DESCRIPTION, **told)


def granted(sheet: Sheet) -> Grant:
    return replace(GRANT, description=described(sheet))


def arrived(sheet: Sheet, **changed: str | None) -> Sheet:
    """Return what a friend reads, when attributes were changed or left out on the way."""
    name = NAMES[type(sheet)]
    element = grant_to_element(granted(sheet))
    attributes = there(element.find(SEN1 + name)).attrib
    for attribute, text in changed.items():
        attributes.pop(attribute, None)
        if text is not None:
            attributes[attribute] = text
    grant = grant_from_element(fromstring(tostring(element)))
    read: Sheet = getattr(grant.description, name)
    assert grant == granted(read), "all else is as it was"
    return read


def is_in_repeats_alone(sheet: Sheet) -> bool:
    """Return whether a sheet rides with the description of an item, and none of its readings."""
    repeat = fromstring(tostring(item_to_element(ITEM, described(sheet), described=True)))
    reading = item_to_element(ITEM, described(sheet))
    in_reading = reading.find(f".//{SEN1}{NAMES[type(sheet)]}")
    return description_from_item(repeat) == described(sheet) and in_reading is None


def size_in_item(*sheets: Sheet) -> int:
    """Return the octets that sheets take of an item."""
    with_sheets = size_of(item_to_element(ITEM, described(*sheets), described=True))
    return with_sheets - size_of(item_to_element(ITEM, DESCRIPTION, described=True))


def is_kept_with_its_grant(sheet: Sheet) -> bool:
    """Return whether the Store gives back a grant with a sheet as it was."""
    return grant_from_json(json.loads(json.dumps(asdict(granted(sheet))))) == granted(sheet)
