"""What a site is: a home or another building, and how it is heated (docs/protocol.md). Pure."""

from enum import StrEnum


class SiteKind(StrEnum):
    """What a site is."""

    HOME = "home"
    SCHOOL = "school"
    TOWN_HALL = "town_hall"
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
