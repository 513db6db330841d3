"""The sheet of a site: over the wire as it left, and refused where it breaks a bound."""

from dataclasses import asdict, replace
import json
from xml.etree.ElementTree import fromstring, tostring

import pytest

from custom_components.sen1.federation.follow.progress import grant_from_json
from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.limits import size_of
from custom_components.sen1.protocol.sheet import (
    Heating,
    HotWater,
    SiteKind,
    SiteSheet,
    sheet_from_json,
)
from custom_components.sen1.protocol.stanzas import (
    SEN1,
    description_from_item,
    grant_from_element,
    grant_to_element,
    item_to_element,
)

from .test_project import LONGEST
from .test_stanzas import DESCRIPTION, GRANT, ITEM

SCHOOL = SiteSheet(
    SiteKind.SCHOOL,
    heating=Heating.DISTRICT,
    hot_water=HotWater.SOLAR,
    floor_area=1250.5,
    people=180,
    yearly=48000,
    commune="Lorient",
)
DESCRIBED = replace(DESCRIPTION, site=SCHOOL)
GRANTED = replace(GRANT, description=DESCRIBED)


@pytest.mark.parametrize(
    "sheet", [SCHOOL, SiteSheet(SiteKind.HOME), SiteSheet(SiteKind.OTHER, people=1)]
)
def test_a_sheet_arrives_as_it_left(sheet: SiteSheet) -> None:
    grant = replace(GRANT, description=replace(DESCRIPTION, site=sheet))
    assert grant_from_element(fromstring(tostring(grant_to_element(grant)))) == grant


def test_a_repeat_carries_the_sheet_and_a_reading_does_not() -> None:
    repeat = fromstring(tostring(item_to_element(ITEM, DESCRIBED, described=True)))
    assert description_from_item(repeat) == DESCRIBED
    assert item_to_element(ITEM, DESCRIBED).find(f".//{SEN1}site") is None


def test_both_sheets_leave_room_for_the_readings_of_an_item() -> None:
    longest = replace(SCHOOL, commune="é" * 80, yearly=9_999_999_999.0)
    described = replace(DESCRIPTION, project=LONGEST, site=longest)
    with_sheets = size_of(item_to_element(ITEM, described, described=True))
    assert with_sheets - size_of(item_to_element(ITEM, DESCRIPTION, described=True)) < 4000


@pytest.mark.parametrize(
    ("attribute", "text"),
    [
        ("people", "0"),
        ("people", "2.5"),
        ("people", "1000001"),
        ("floor-area", "-1"),
        ("floor-area", "nan"),
        ("yearly", "1e9"),
        ("yearly", ""),
        ("yearly", "999999999999"),
        ("commune", "x" * 81),
    ],
)
def test_a_sheet_that_breaks_a_bound_is_refused_whole(attribute: str, text: str) -> None:
    element = grant_to_element(GRANTED)
    sheet = element.find(SEN1 + "site")
    assert sheet is not None
    sheet.set(attribute, text)
    with pytest.raises(PayloadRefused, match="bad_description"):
        grant_from_element(element)


def test_what_a_later_version_adds_is_passed_over() -> None:
    element = grant_to_element(GRANTED)
    sheet = element.find(SEN1 + "site")
    assert sheet is not None
    for attribute in ("kind", "heating", "hot-water", "storeys"):
        sheet.set(attribute, "glass")
    description = grant_from_element(element).description
    assert description is not None
    assert description.site == replace(
        SCHOOL, kind=SiteKind.OTHER, heating=Heating.OTHER, hot_water=HotWater.OTHER
    )
    del sheet.attrib["kind"]
    description = grant_from_element(element).description
    assert description is not None
    assert description.site is not None
    assert description.site.kind is SiteKind.OTHER


def test_the_store_gives_a_sheet_back() -> None:
    assert grant_from_json(json.loads(json.dumps(asdict(GRANTED)))) == GRANTED
    assert sheet_from_json(json.loads(json.dumps(SCHOOL.said()))) == SCHOOL
