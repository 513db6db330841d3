"""What the sheets of a report share."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from xml.etree.ElementTree import Element

from . import drawings as draw
from .facts import Facts
from .language import DASH, Language
from .markup import Child, el
from .printed import ENERGY, Printed

KWH = "kWh"
MOST_ROWS = 6
"""Of contracts that were in force: more would not be on the sheet."""


def years_before(begin: date, last: date) -> str:
    """Return what the year before is called, of the days from one to another."""
    first, end = begin.year - 1, last.year - 1
    return str(first) if first == end else f"{first}{DASH}{end}"


def capital(text: str) -> str:
    """Return a text as it begins a sentence."""
    return text[:1].upper() + text[1:]


def rich(language: Language, key: str, **values: str) -> list[Child]:
    """Return a text with what is to be seen first."""
    return [el("b", text) if is_bold else text for is_bold, text in language.rich(key, **values)]


def table(
    heads: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[Child]],
    foot: Sequence[Child] | None = None,
    cls: str = "",
) -> Element:
    """Return a table; heads are words and the class of their column."""
    classes = [of_column for _, of_column in heads]

    def row(cells: Sequence[Child]) -> Element:
        return el(
            "tr",
            [el("td", cell, cls=one or None) for cell, one in zip(cells, classes, strict=True)],
        )

    return el(
        "table",
        el(
            "thead",
            el("tr", [el("th", lines(head), cls=one or None, scope="col") for head, one in heads]),
        ),
        el("tbody", [row(cells) for cells in rows]),
        None if foot is None else el("tfoot", row(foot)),
        cls=cls or None,
    )


def of_numbers(*heads: str) -> list[tuple[str, str]]:
    """Return the heads of columns of numbers."""
    return [(head, "n") for head in heads]


def lines(text: str) -> list[Child]:
    """Return the head of a column, in lines."""
    first, *others = text.split("|")
    found: list[Child] = [first]
    for other in others:
        found += [el("br"), other]
    return found


def amount(language: Language, money: Decimal, digits: int = 2) -> tuple[str, str]:
    """Return an amount of money and its sign, where that comes after it."""
    text = language.money(money, digits)
    if text.endswith(language.symbol):
        return text.removesuffix(language.symbol).rstrip(), language.symbol
    return text, ""


def key_figure(name: str, value: str, unit: str = "", under: Sequence[str] = ()) -> Element:
    """Return one of the figures that are seen first."""
    return el(
        "div",
        el("p", name, cls="name"),
        el("p", value, [el("small", f" {unit}")] if unit else None, cls="value"),
        [el("p", line, cls="under") for line in under],
    )


def sheet(
    language: Language,
    place: tuple[int, int],
    made: datetime,
    kicker: str,
    heading: str,
    about: Sequence[str],
    content: Child,
) -> Element:
    """Return a sheet of paper, the n-th of so many."""
    number, count = place
    return el(
        "section",
        el(
            "header",
            el("div", el("p", kicker, cls="kicker"), el("h1", heading)),
            el("p", [el("span", line) for line in about if line], cls="about"),
        ),
        el("div", content, cls="content"),
        el(
            "footer",
            el("span", language.text("foot", moment=language.moment(made))),
            el("span", language.text("page", number=str(number), count=str(count))),
        ),
        cls=f"sheet sheet-{number}",
    )


class SheetPart(ABC):
    """A sheet that is being made."""

    def __init__(self, facts: Facts, figures: Printed, language: Language) -> None:
        self.facts = facts
        self.figures = figures
        self.language = language
        self.t = language.text
        self.number = language.number

    @abstractmethod
    def content(self) -> list[Child]:
        """Return what is on the sheet."""

    def block(self, title: str, *content: Child, sub: str = "", note: str = "") -> list[Child]:
        """Return what stands under a title, with what is said above it and below."""
        return [
            el("h2", title),
            el("p", sub, cls="sub") if sub else None,
            *content,
            el("p", note, cls="note") if note else None,
        ]

    def energy(self, value: Decimal | float | None, digits: int = ENERGY) -> str:
        """Return an energy, in kWh."""
        return DASH if value is None else self.language.unit(value, digits, KWH)

    def colour(self, name: str, place: int) -> str:
        """Return the colour of a tariff period, the n-th of those shown."""
        if name in draw.COLOURS:
            return draw.COLOURS[name]
        return draw.SHADES[place % len(draw.SHADES)]

    @property
    def before_name(self) -> str:
        """Return what the year before is called."""
        return years_before(self.facts.begin, self.facts.end - timedelta(days=1))

    @property
    def of_days(self) -> str:
        """Return of which days the report is, within a sentence."""
        return self.language.of(self.facts.begin, self.facts.end)

    @property
    def days_name(self) -> str:
        """Return what the days of the report are called."""
        return self.language.days(self.facts.begin, self.facts.end)
