"""The project sheet: what a cooperative says of the plant behind a series (docs/protocol.md).

Pure. What comes from a friend is no more than text until it is read here: a sheet that breaks a
bound is refused whole.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
import re
from typing import Annotated, Any
from urllib.parse import urlsplit

from .attributes import AttributeForm, from_attributes
from .errors import PayloadRefused

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


def shortened(most: int, accepts: Callable[[str], object] = bool) -> AttributeForm[str]:
    """Return the form of a text of a sheet, which may be empty."""

    def read(text: str) -> str:
        if len(text := text.strip()) > most or (text and not accepts(text)):
            raise ValueError("too long, or none")
        return text

    return AttributeForm(read)


def above_zero(most: float) -> AttributeForm[Any]:
    """Return the form of a number above 0, whole if `most` is."""
    kind = type(most)

    def read(text: str) -> float:
        text = text.strip()
        # Counts are whole numbers; int refuses others.
        if not NUMBER.fullmatch(text) or not 0 < (value := kind(text)) <= most:
            raise ValueError("out of bounds")
        return value

    return AttributeForm(read, written)


def word_of[Word: StrEnum](words: type[Word]) -> AttributeForm[Word]:
    """Return the form of a choice; what a reader does not know of it is `other`."""
    return AttributeForm(lambda text: words(text if (text := text.strip()) in words else "other"))


def _is_position(text: str) -> bool:
    found = POSITION.fullmatch(text)
    return found is not None and abs(float(found[1])) <= 90 and abs(float(found[2])) <= 180


def is_link(text: str) -> bool:
    """Return whether a text is the address of a web page, and nothing a browser would run."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.netloc) and " " not in text


def written(value: float) -> str:
    """Return a number without an exponent."""
    return format(Decimal(str(value)).normalize(), "f")


TEXT = {name: shortened(most) for name, most in TEXTS.items()}
AMOUNT = {name: above_zero(most) for name, most in NUMBERS.items()}


@dataclass(frozen=True, slots=True)
class SheetFields:
    """Something described by fields, of which not all need be said."""

    def said(self) -> dict[str, Any]:
        """Return what is said, by field."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value not in ("", None)}


@dataclass(frozen=True, slots=True)
class Project(SheetFields):
    """A plant that its members paid for; empty and None: not said."""

    type: Annotated[ProjectType, word_of(ProjectType)]
    building: Annotated[str, TEXT["building"]] = ""
    commune: Annotated[str, TEXT["commune"]] = ""
    modules: Annotated[str, TEXT["modules"]] = ""
    inverters: Annotated[str, TEXT["inverters"]] = ""
    link: Annotated[str, shortened(TEXTS["link"], is_link)] = ""
    """A page of the web about it."""
    position: Annotated[str, shortened(80, _is_position)] = ""
    """Latitude and longitude, in degrees, no finer than `POSITION_STEP`."""
    peak_power: Annotated[float | None, AMOUNT["peak_power"]] = None
    """kW (of panels: kWp)."""
    year: Annotated[int | None, AMOUNT["year"]] = None
    """Of its commissioning."""
    surface: Annotated[float | None, AMOUNT["surface"]] = None
    """m²."""
    expected: Annotated[float | None, AMOUNT["expected"]] = None
    """kWh a year."""
    shares: Annotated[int | None, AMOUNT["shares"]] = None
    """All there are."""
    capital: Annotated[float | None, AMOUNT["capital"]] = None
    """What all shares cost together."""
    sale_price: Annotated[float | None, AMOUNT["sale_price"]] = None
    """Of a kWh."""
    currency: Annotated[str, shortened(3, CURRENCY.fullmatch)] = ""
    """ISO 4217, of the capital and the price."""
    yield_expected: Annotated[float | None, AMOUNT["yield_expected"]] = None
    """What a year is expected to bring back of the capital, per cent."""
    yield_from: Annotated[float | None, AMOUNT["yield_from"]] = None
    """The least that it may be, by whoever answers for the project."""
    yield_to: Annotated[float | None, AMOUNT["yield_to"]] = None

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


def is_range(values: Mapping[str, Any]) -> bool:
    """Return whether the yields of a sheet, as far as they are said, are in their order."""
    ends = ("yield_from", "yield_expected", "yield_to")
    said = [values[name] for name in ends if values.get(name)]
    return said == sorted(said)


def project_from_attributes(attributes: Mapping[str, str]) -> Project:
    """Return the sheet in the attributes of `<project>`; raises PayloadRefused.

    Attributes and types of later versions are passed over.
    """
    project = from_attributes(Project, attributes, "bad_description")
    if not is_range(project.said()):
        raise PayloadRefused("bad_description", "a yield outside its range")
    return project


def project_from_json(data: Mapping[str, Any]) -> Project:
    """Return the sheet that a subentry or the Store kept."""
    return Project(**dict(data, type=ProjectType(data["type"])))
