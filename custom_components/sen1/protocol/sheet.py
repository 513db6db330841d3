"""The sheet of a site: what a home or another building is (docs/protocol.md).

Pure. What comes from a friend is read as strictly as a project's sheet: one that breaks a bound is
refused whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .project import SheetFields, given_in, numbers_in

MAX_COMMUNE = 80
"""Characters."""

NUMBERS = {"floor_area": 10_000_000.0, "people": 1_000_000, "yearly": 10_000_000_000.0}
"""Each number of a sheet and its greatest value; all are greater than 0, counts are whole."""


class SiteKind(StrEnum):
    """What a site is."""

    HOME = "home"
    SCHOOL = "school"
    TOWN_HALL = "town_hall"
    ROOF = "roof"
    """Solar panels that stand for themselves: all that they give is sold."""
    OTHER = "other"


class Heating(StrEnum):
    """What heats a site; the main one counts."""

    ELECTRIC = "electric"
    HEAT_PUMP = "heat_pump"
    GAS = "gas"
    OIL = "oil"
    WOOD = "wood"
    DISTRICT = "district"
    OTHER = "other"


class HotWater(StrEnum):
    """What heats the water of a site; the main one counts."""

    ELECTRIC = "electric"
    HEAT_PUMP = "heat_pump"
    SOLAR = "solar"
    GAS = "gas"
    OIL = "oil"
    WOOD = "wood"
    DISTRICT = "district"
    OTHER = "other"


WORDS: dict[str, type[StrEnum]] = {"kind": SiteKind, "heating": Heating, "hot_water": HotWater}
"""Each choice of a sheet; what a reader does not know of it is `other`."""


@dataclass(frozen=True, slots=True)
class SiteSheet(SheetFields):
    """What a site is; empty and None: not said."""

    kind: SiteKind
    heating: Heating | None = None
    hot_water: HotWater | None = None
    floor_area: float | None = None
    """m²."""
    people: int | None = None
    yearly: float | None = None
    """kWh of electricity bought in a year."""
    commune: str = ""


def sheet_from_attributes(attributes: Mapping[str, str]) -> SiteSheet:
    """Return the sheet in the attributes of `<site>`; raises ValueError.

    Attributes of later versions are passed over, and choices of theirs are others.
    """
    given = given_in(attributes)
    commune = given.get("commune", "")
    if len(commune) > MAX_COMMUNE:
        raise ValueError(f"commune of more than {MAX_COMMUNE} characters")
    values: dict[str, Any] = numbers_in(given, NUMBERS)
    values |= {
        name: words(given[name]) if given[name] in words else words("other")
        for name, words in WORDS.items()
        if name in given
    }
    values.setdefault("kind", SiteKind.OTHER)
    return SiteSheet(**values, commune=commune)


def sheet_from_json(data: Mapping[str, Any]) -> SiteSheet:
    """Return the sheet that the Store kept."""
    words = {name: words(data[name]) for name, words in WORDS.items() if data.get(name)}
    return SiteSheet(**dict(data, **words))
