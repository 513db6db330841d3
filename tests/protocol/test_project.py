"""A cooperative's project sheet: over the wire as it left, and refused where it breaks a bound."""

from dataclasses import asdict, replace
import json

from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation.follow.progress import grant_from_json
from custom_components.sen1.federation.pages.sections import (
    project_data,
    project_errors,
    project_given,
)
from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.model import GrantState
from custom_components.sen1.protocol.project import (
    Project,
    ProjectType,
    coarse_position,
    project_from_attributes,
    project_from_json,
)

from .sheets import arrived, is_in_repeats_alone, is_kept_with_its_grant, size_in_item
from .test_stanzas import GRANT

KERSABIEC = Project(
    ProjectType.SOLAR,
    building="École de Kersabiec",
    commune="Lorient",
    modules="96 panneaux de 260 Wc",
    inverters="96 M215",
    link="https://oncime.example/kersabiec?a=1&b=2",
    position="47.75 -3.35",
    peak_power=24.96,
    year=2016,
    surface=158.4,
    expected=26290,
    shares=160,
    capital=40000.5,
    sale_price=0.1234,
    currency="EUR",
    yield_expected=3.5,
    yield_from=2,
    yield_to=4.25,
)
LONGEST = Project(
    ProjectType.OTHER,
    building="é" * 80,
    commune="é" * 80,
    modules="é" * 80,
    inverters="é" * 80,
    link="https://" + "x" * 247,
    peak_power=1e6,
    capital=1e12,
)


@pytest.mark.parametrize("project", [KERSABIEC, Project(ProjectType.WIND), LONGEST])
def test_a_sheet_arrives_as_it_left(project: Project) -> None:
    assert arrived(project) == project


def test_a_repeat_carries_the_sheet_and_a_reading_does_not() -> None:
    assert is_in_repeats_alone(KERSABIEC)


def test_the_longest_sheet_leaves_room_for_the_readings_of_an_item() -> None:
    assert size_in_item(LONGEST) < 3000


@pytest.mark.parametrize(
    ("attribute", "text"),
    [
        ("shares", "0"),
        ("shares", "-10"),
        ("shares", "1.5"),
        ("shares", "many"),
        ("capital", "nan"),
        ("capital", "1e9999"),
        ("capital", "1_000"),
        ("surface", "inf"),
        ("expected", ""),
        ("peak-power", "999999999999"),
        ("year", "20160101"),
        ("building", "x" * 81),
        ("link", "javascript:alert(1)"),
        ("link", "file:///etc/passwd"),
        ("link", "https://[broken"),
        ("currency", "<b>"),
        ("yield-expected", "101"),
        ("yield-expected", "0"),
        ("yield-expected", "4.5"),
        ("yield-from", "3.6"),
        ("yield-to", "1"),
        ("position", "47.7483 -3.3702"),
        ("position", "47.74 -3.35"),
        ("position", "Lorient"),
        ("position", "91.00 -3.35"),
        ("position", "47.75 181.00"),
    ],
)
def test_a_sheet_that_breaks_a_bound_is_refused_whole(attribute: str, text: str) -> None:
    with pytest.raises(PayloadRefused, match="bad_description"):
        arrived(KERSABIEC, **{attribute: text})


def test_what_a_later_version_adds_is_passed_over() -> None:
    later = arrived(KERSABIEC, type="tidal", depth="12")
    assert later == replace(KERSABIEC, type=ProjectType.OTHER)


def test_the_store_and_a_subentry_give_a_sheet_back() -> None:
    assert is_kept_with_its_grant(KERSABIEC)
    assert project_from_json(json.loads(json.dumps(KERSABIEC.said()))) == KERSABIEC
    older = json.loads(json.dumps(asdict(GRANT)))
    del older["description"]["project"]
    assert grant_from_json(older) == replace(GRANT, state=GrantState.ACTIVE)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, None),
        ({"building": "  "}, None),
        ({"type": "solar"}, None),
        ({"shares": 10}, "no_project_type"),
        ({"type": "solar", "link": "oncime.example"}, "invalid_link"),
        ({"type": "solar", "commune": "x" * 81}, "too_long"),
        ({"type": "solar", "yield_from": 2, "yield_to": 4}, None),
        ({"type": "solar", "yield_from": 2, "yield_expected": 1}, "no_range"),
    ],
)
def test_a_form_says_what_is_wrong_with_a_sheet(
    given: dict[str, object], error: str | None
) -> None:
    assert project_errors(given).get("base") == error


async def test_a_form_keeps_only_what_was_said(hass: HomeAssistant) -> None:
    given = {"type": "solar", "building": " École ", "commune": "", "shares": 160.0, "capital": 0}
    assert project_data(given, hass.config, {}) == {
        "type": "solar",
        "building": "École",
        "shares": 160,
        "currency": "EUR",
    }
    assert project_data({"building": "", "on_map": True}, hass.config, {}) == {}


async def test_where_a_project_is_is_told_when_ticked_and_no_finer_than_a_commune(
    hass: HomeAssistant,
) -> None:
    hass.config.latitude, hass.config.longitude = 47.748312, -3.370247
    given = {"type": "solar", "on_map": False}
    assert "position" not in project_data(given, hass.config, {"position": "48.10 -1.70"})
    kept = project_data(given | {"on_map": True}, hass.config, {})
    assert kept["position"] == "47.75 -3.35"
    assert project_from_json(kept).place() == {"latitude": 47.75, "longitude": -3.35}
    assert Project(ProjectType.SOLAR).place() == {}
    assert project_given(kept)["on_map"]
    assert project_given({}) == {"on_map": False}


async def test_a_project_is_where_its_marker_was_moved_to_and_stays_there(
    hass: HomeAssistant,
) -> None:
    hass.config.latitude, hass.config.longitude = 47.748312, -3.370247
    rennes = {"latitude": 48.117266, "longitude": -1.677793}
    given = {"type": "solar", "on_map": True, "location": rennes}
    kept = project_data(given, hass.config, {"position": "47.75 -3.35"})
    assert kept == {"type": "solar", "position": "48.10 -1.70", "currency": "EUR"}
    # What the form shows of it, sent again, is the same place.
    shown = project_given(kept)
    assert shown["location"] == {"latitude": 48.1, "longitude": -1.7}
    assert project_data(shown, hass.config, kept) == kept
    unmoved = {key: value for key, value in shown.items() if key != "location"}
    assert project_data(unmoved, hass.config, kept) == kept
    assert "position" not in project_data(shown | {"on_map": False}, hass.config, kept)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(0, 0), (-0.001, 179.999), (90, -180), (-89.976, 4.8749), (47.725, -3.325)],
)
def test_every_place_can_be_told(latitude: float, longitude: float) -> None:
    position = coarse_position(latitude, longitude)
    place = project_from_attributes({"type": "solar", "position": position}).place()
    assert abs(place["latitude"] - latitude) <= 0.0251
    assert abs(place["longitude"] - longitude) <= 0.0251
