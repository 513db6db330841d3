"""The project sheet: what a cooperative says of the plant behind a series (docs/protocol.md).

Pure. What comes from a friend is no more than text until it is read here: a sheet that breaks a
bound is refused whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
import re
from typing import Any
from urllib.parse import urlsplit

TEXTS = {"building": 80, "commune": 80, "modules": 80, "inverters": 80, "link": 255}
"""Each text of a sheet and its greatest length: a sheet rides in an item of 8 KiB."""

NUMBERS = {
    "peak_power": 1_000_000.0,
    "year": 2200,
    "surface": 10_000_000.0,
    "expected": 10_000_000_000.0,
    "shares": 1_000_000_000,
    "capital": 1_000_000_000_000.0,
    "sale_price": 1000.0,
    "yield_expected": 100.0,
    "yield_from": 100.0,
    "yield_to": 100.0,
}
"""Each number of a sheet and its greatest value; all are greater than 0, counts are whole."""

POSITION_STEP = Decimal("0.05")
"""Degrees that a position is rounded to, about the width of a commune: nothing finer is told."""

POSITION = re.compile(r"(-?\d{1,2}\.\d[05]) (-?\d{1,3}\.\d[05])")
NUMBER = re.compile(r"\d{1,13}(\.\d{1,9})?")
CURRENCY = re.compile(r"[A-Z]{3}")


class ProjectType(StrEnum):
    """What a project makes energy from."""

    SOLAR = "solar"
    WIND = "wind"
    HYDRO = "hydro"
    BIOMASS = "biomass"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SheetFields:
    """Something described by fields, of which not all need be said."""

    def said(self) -> dict[str, Any]:
        """Return what is said, by field."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value not in ("", None)}

    def to_attributes(self) -> dict[str, str]:
        """Return the attributes of its element."""
        return {
            name.replace("_", "-"): str(value) if isinstance(value, str) else written(value)
            for name, value in self.said().items()
        }


@dataclass(frozen=True, slots=True)
class Project(SheetFields):
    """A plant that its members paid for; empty and None: not said."""

    type: ProjectType
    building: str = ""
    commune: str = ""
    modules: str = ""
    inverters: str = ""
    link: str = ""
    """A page of the web about it."""
    position: str = ""
    """Latitude and longitude, in degrees, no finer than `POSITION_STEP`."""
    peak_power: float | None = None
    """kW (of panels: kWp)."""
    year: int | None = None
    """Of its commissioning."""
    surface: float | None = None
    """m²."""
    expected: float | None = None
    """kWh a year."""
    shares: int | None = None
    """All there are."""
    capital: float | None = None
    """What all shares cost together."""
    sale_price: float | None = None
    """Of a kWh."""
    currency: str = ""
    """ISO 4217, of the capital and the price."""
    yield_expected: float | None = None
    """What a year is expected to bring back of the capital, per cent."""
    yield_from: float | None = None
    """The least that it may be, by whoever answers for the project."""
    yield_to: float | None = None

    def place(self) -> dict[str, float]:
        """Return the position as Home Assistant's maps read it; empty if it is not told."""
        return place_of(self.position)


def place_of(position: str) -> dict[str, float]:
    """Return a position as Home Assistant's maps read it, in degrees; empty if it is none."""
    found = POSITION.fullmatch(position)
    if found is None:
        return {}
    return {"latitude": float(found[1]), "longitude": float(found[2])}


def coarse_position(latitude: float, longitude: float) -> str:
    """Return the position of the place that holds another one."""
    return " ".join(
        format(round(Decimal(str(degrees)) / POSITION_STEP) * POSITION_STEP, ".2f")
        for degrees in (latitude, longitude)
    )


def is_link(text: str) -> bool:
    """Return whether a text is the address of a web page, and nothing a browser would run."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.netloc) and " " not in text


def is_range(values: Mapping[str, Any]) -> bool:
    """Return whether the yields of a sheet, as far as they are said, are in their order."""
    ends = ("yield_from", "yield_expected", "yield_to")
    said = [values[name] for name in ends if values.get(name)]
    return said == sorted(said)


def project_from_attributes(attributes: Mapping[str, str]) -> Project:
    """Return the sheet in the attributes of `<project>`; raises ValueError.

    Attributes and types of later versions are passed over.
    """
    given = given_in(attributes)
    said_type = given.get("type", "")
    kind = ProjectType(said_type) if said_type in ProjectType else ProjectType.OTHER
    values: dict[str, Any] = {name: given[name] for name in TEXTS if name in given}
    values |= numbers_in(given, NUMBERS)
    for name, most in TEXTS.items():
        if len(values.get(name, "")) > most:
            raise ValueError(f"{name} of more than {most} characters")
    if values.get("link") and not is_link(values["link"]):
        raise ValueError("a link that is none")
    if not is_range(values):
        raise ValueError("a yield outside its range")
    position = given.get("position", "")
    if position and not _is_position(position):
        raise ValueError("a position that is none, or finer than a commune")
    currency = given.get("currency", "")
    if currency and not CURRENCY.fullmatch(currency):
        raise ValueError("a currency that is none")
    return Project(kind, **values, position=position, currency=currency)


def project_from_json(data: Mapping[str, Any]) -> Project:
    """Return the sheet that a subentry or the Store kept."""
    return Project(**dict(data, type=ProjectType(data["type"])))


def _is_position(text: str) -> bool:
    found = POSITION.fullmatch(text)
    return found is not None and abs(float(found[1])) <= 90 and abs(float(found[2])) <= 180


def given_in(attributes: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of the attributes of a sheet, by field."""
    return {name.replace("-", "_"): text.strip() for name, text in attributes.items()}


def numbers_in(given: Mapping[str, str], numbers: Mapping[str, float]) -> dict[str, float]:
    """Return those numbers of a sheet that are given; raises ValueError."""
    return {
        name: _number_of(name, given[name], most) for name, most in numbers.items() if name in given
    }


def _number_of(name: str, text: str, most: float) -> float:
    """Return the number in an attribute, above 0; whole if `most` is. Raises ValueError."""
    if not NUMBER.fullmatch(text):
        raise ValueError(f"{name} is no number")
    # Counts are whole numbers; int refuses others.
    value = int(text) if isinstance(most, int) else float(text)
    if not 0 < value <= most:
        raise ValueError(f"{name} out of bounds")
    return value


def written(value: float) -> str:
    """Return a number without an exponent."""
    return format(Decimal(str(value)).normalize(), "f")
