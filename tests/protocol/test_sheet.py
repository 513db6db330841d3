"""The sheet of a site: over the wire as it left, and refused where it breaks a bound."""

from dataclasses import replace
import json

import pytest

from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.sheet import (
    Heating,
    HotWater,
    SiteKind,
    SiteSheet,
    sheet_from_json,
)

from .sheets import arrived, is_in_repeats_alone, is_kept_with_its_grant, size_in_item
from .test_project import LONGEST

SCHOOL = SiteSheet(
    SiteKind.SCHOOL,
    heating=Heating.DISTRICT,
    hot_water=HotWater.SOLAR,
    floor_area=1250.5,
    people=180,
    yearly=48000,
    commune="Lorient",
)


@pytest.mark.parametrize(
    "sheet", [SCHOOL, SiteSheet(SiteKind.HOME), SiteSheet(SiteKind.OTHER, people=1)]
)
def test_a_sheet_arrives_as_it_left(sheet: SiteSheet) -> None:
    assert arrived(sheet) == sheet


def test_a_repeat_carries_the_sheet_and_a_reading_does_not() -> None:
    assert is_in_repeats_alone(SCHOOL)


def test_both_sheets_leave_room_for_the_readings_of_an_item() -> None:
    longest = replace(SCHOOL, commune="é" * 80, yearly=9_999_999_999.0)
    assert size_in_item(LONGEST, longest) < 4000


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
    with pytest.raises(PayloadRefused, match="bad_description"):
        arrived(SCHOOL, **{attribute: text})


def test_what_a_later_version_adds_is_passed_over() -> None:
    later = dict.fromkeys(("kind", "heating", "hot-water", "storeys"), "glass")
    assert arrived(SCHOOL, **later) == replace(
        SCHOOL, kind=SiteKind.OTHER, heating=Heating.OTHER, hot_water=HotWater.OTHER
    )
    assert arrived(SCHOOL, kind=None) == replace(SCHOOL, kind=SiteKind.OTHER)


def test_the_store_gives_a_sheet_back() -> None:
    assert is_kept_with_its_grant(SCHOOL)
    assert sheet_from_json(json.loads(json.dumps(SCHOOL.said()))) == SCHOOL
