"""The sheet of a site: what a home or another building is (docs/protocol.md).

Pure. What comes from a friend is read as strictly as a project's sheet: one that breaks a bound is
refused whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from .project import SheetFields, above_zero, shortened, word_of

MAX_COMMUNE = 80
"""Characters."""


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
"""Each choice of a sheet."""


@dataclass(frozen=True, slots=True)
class SiteSheet(SheetFields):
    """What a site is; empty and None: not said."""

    kind: Annotated[SiteKind, word_of(SiteKind)]
    heating: Annotated[Heating | None, word_of(Heating)] = None
    hot_water: Annotated[HotWater | None, word_of(HotWater)] = None
    floor_area: Annotated[float | None, above_zero(10_000_000.0)] = None
    """m²."""
    people: Annotated[int | None, above_zero(1_000_000)] = None
    yearly: Annotated[float | None, above_zero(10_000_000_000.0)] = None
    """kWh of electricity bought in a year."""
    commune: Annotated[str, shortened(MAX_COMMUNE)] = ""


def sheet_from_json(data: Mapping[str, Any]) -> SiteSheet:
    """Return the sheet that the Store kept."""
    words = {name: words(data[name]) for name, words in WORDS.items() if data.get(name)}
    return SiteSheet(**dict(data, **words))
