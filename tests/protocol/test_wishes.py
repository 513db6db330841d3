"""What one would like to receive, on the wire: read strictly, and what meets it."""

from xml.etree.ElementTree import Element, SubElement

import pytest

from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.wishes import (
    MOST_WISHES,
    WISH,
    WISHES,
    What,
    Wish,
    Wishes,
    what_of,
    wishes_from_element,
    wishes_to_element,
)

DAILY = Wish(What.CONSUMPTION, "P1D")
YEARLY = Wish(What.PER_AREA, "P1Y")


@pytest.mark.parametrize("wishes", [(), (DAILY,), (DAILY, YEARLY, Wish(What.PRODUCTION, "live"))])
def test_what_is_wished_is_read_as_it_was_written(wishes: tuple[Wish, ...]) -> None:
    assert wishes_from_element(wishes_to_element(Wishes(wishes))) == Wishes(wishes)


def test_what_is_wished_twice_is_wished_once() -> None:
    assert wishes_from_element(wishes_to_element(Wishes((DAILY, DAILY)))) == Wishes((DAILY,))


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"what": "consumption"},
        {"granularity": "P1D"},
        {"what": "gossip", "granularity": "P1D"},
        {"what": "consumption", "granularity": "P2D"},
        {"what": "CONSUMPTION", "granularity": "P1D"},
    ],
)
def test_what_nobody_can_wish_is_refused_whole(attributes: dict[str, str]) -> None:
    element = wishes_to_element(Wishes((DAILY,)))
    SubElement(element, WISH, attributes)
    with pytest.raises(PayloadRefused, match="bad_wish"):
        wishes_from_element(element)


def test_what_is_no_wish_or_more_than_anybody_has_is_refused() -> None:
    element = Element(WISHES)
    SubElement(element, "wish", {"what": "consumption", "granularity": "P1D"})
    with pytest.raises(PayloadRefused, match="bad_wish"):
        wishes_from_element(element)
    many = wishes_to_element(Wishes((DAILY,) * (MOST_WISHES + 1)))
    with pytest.raises(PayloadRefused, match="too_many_wishes"):
        wishes_from_element(many)


@pytest.mark.parametrize(
    ("what", "granularity", "is_met"),
    [
        (What.CONSUMPTION, "P1D", True),
        (What.CONSUMPTION, "PT1H", True),
        (What.CONSUMPTION, "live", True),
        (What.PRODUCTION, "P1D", False),
        (What.PER_AREA, "live", False),
    ],
)
def test_a_wish_is_met_by_the_same_at_least_as_fine(
    what: What, granularity: str, is_met: bool
) -> None:
    assert DAILY.is_met_by(what, granularity) == is_met
    assert not Wish(What.CONSUMPTION, "PT1H").is_met_by(What.CONSUMPTION, "P1D")
    assert YEARLY.is_met_by(What.PER_AREA, "live")


@pytest.mark.parametrize(
    ("measurement", "what"),
    [
        ({"direction": "consumption", "unit": "Wh"}, What.CONSUMPTION),
        ({"direction": "production"}, What.PRODUCTION),
        ({"unit": "kWh/m²"}, What.PER_AREA),
        ({"unit": "°C"}, None),
        ({"direction": "per_area"}, None),
    ],
)
def test_a_series_is_of_what_its_measurement_says(
    measurement: dict[str, str], what: What | None
) -> None:
    assert what_of(measurement) is what
