"""What is said of something in the attributes of its element, each by a field of its dataclass.

A field says how: `Annotated[int, whole(1, 9)]`, and what the attribute is called where that is
another name. A default is left out. What has not its form is refused, and so the whole. Pure.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date
from functools import cache
import re
from typing import Any, get_type_hints

from .errors import PayloadRefused
from .limits import MAX_TEXT, check_text
from .stamps import parse_stamp, stamp

WHOLE = re.compile(r"\d{1,10}", re.ASCII)


@dataclass(frozen=True, slots=True)
class AttributeForm[T]:
    """How something is said in a text; `read` raises ValueError or PayloadRefused."""

    read: Callable[[str], T]
    write: Callable[[T], str] = str


def matching[T](
    pattern: re.Pattern[str], read: Callable[[str], T], write: Callable[[T], str] = str
) -> AttributeForm[T]:
    """Return the form of what is read of a text of a form."""

    def matched(text: str) -> T:
        if not pattern.fullmatch(text):
            raise ValueError("of another form")
        return read(text)

    return AttributeForm(matched, write)


def within[T: float](form: AttributeForm[T], least: float, most: float) -> AttributeForm[T]:
    """Return the form of a number within bounds."""

    def bounded(text: str) -> T:
        number = form.read(text)
        if not least <= number <= most:
            raise ValueError("out of bounds")
        return number

    return AttributeForm(bounded, form.write)


def whole(least: int, most: int) -> AttributeForm[int]:
    """Return the form of a whole number."""
    return within(matching(WHOLE, int), least, most)


def days(pattern: re.Pattern[str]) -> AttributeForm[int]:
    """Return the form of so many days, in ISO 8601."""
    return matching(pattern, lambda text: int(text[1:-1]), lambda count: f"P{count}D")


def day(pattern: re.Pattern[str]) -> AttributeForm[date]:
    """Return the form of a day: a week, or a day of the year, is a date to Python too."""
    return matching(pattern, date.fromisoformat, date.isoformat)


def wording(most: int = MAX_TEXT) -> AttributeForm[str]:
    """Return the form of a text that has something in it."""

    def filled(said: str) -> str:
        if not (said := said.strip()):
            raise ValueError("missing")
        return check_text(said, "text", most)

    return AttributeForm(filled)


TIME = AttributeForm(parse_stamp, stamp)
"""Unix seconds."""


def read[T](form: AttributeForm[T], said: str | None, what: str, reason: str) -> T:
    """Return what a text says; raises PayloadRefused, counted by a reason."""
    try:
        return form.read(said or "")
    except ValueError as error:
        raise PayloadRefused(reason, f"{what} is {error}") from error


def to_attributes(one: Any) -> dict[str, str]:
    """Return what is said of something, without what is as it is by default."""
    return {
        name: form.write(value)
        for field, name, form in _forms(one.__class__)
        if (value := getattr(one, field.name)) != field.default
    }


def from_attributes[T](
    of: Callable[..., T], said: Mapping[str, str], refusal: str, /, **beside: Any
) -> T:
    """Return what attributes say, and what is said `beside` them; raises PayloadRefused."""
    told = {
        field.name: read(form, said.get(name), name, refusal)
        for field, name, form in _forms(of)
        if name in said or field.default is MISSING
    }
    return of(**told, **beside)


@cache
def _forms(of: Any) -> list[tuple[Field[Any], str, AttributeForm[Any]]]:
    """Return the fields that are attributes, with the names and the forms of these."""
    hints, forms = get_type_hints(of, include_extras=True), []
    for field in fields(of):
        match getattr(hints[field.name], "__metadata__", ()):
            case (AttributeForm() as form, *names):
                name = names[0] if names else field.name.replace("_", "-")
                forms.append((field, name, form))
    return forms
