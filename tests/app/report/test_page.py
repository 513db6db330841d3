"""The page of a report: four sheets of paper, whole in each language, with names that are text."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
import re

import pytest

from custom_components.sen1.app.report.facts import Facts, Shared, SiteTold
from custom_components.sen1.app.report.language import (
    DASH,
    LANGUAGES,
    language_for,
    read_words,
)
from custom_components.sen1.app.report.page import page
from custom_components.sen1.app.report.printed import printed
from custom_components.sen1.app.report.table import table
from custom_components.sen1.figures.counting.balance import HomeQuantity
from custom_components.sen1.figures.tariff.contract import Option
from tests.repository.package import PACKAGE
from tests.repository.translated import placeholders

from ...conftest import Beside
from .made_up import bare, facts, language

VOID = {"meta", "br", "link", "img", "input", "hr"}

languages = pytest.mark.parametrize("code", LANGUAGES)


class Nested(HTMLParser):
    """Knows whether what begins also ends, in its order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what begins."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """See that it is the last that began."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep what is read."""
        self.text += data


def drawn(report: Facts, code: str = "fr") -> str:
    return page(report, printed(report), language(code))


CUT_OFF = """() => [...document.querySelectorAll(".sheet")].map((sheet) => {
    const content = sheet.querySelector(".content");
    const wide = Math.max(0, sheet.scrollWidth - sheet.clientWidth);
    return [Math.max(0, content.scrollHeight - content.clientHeight), wide];
})"""
"""How many pixels of each sheet are lost at its foot and at its side."""

REPORTS = {
    "full": facts(),
    "14 months of Tempo": facts(14, Option.TEMPO),
    "one month": facts(1),
    "bare": bare(facts()),
    "a roof": replace(bare(facts()), quantity=HomeQuantity.PRODUCED),
}


@languages
@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_a_report_is_four_well_formed_sheets_that_need_nothing_from_elsewhere(
    report: Facts, code: str
) -> None:
    html = drawn(report, code)
    read = Nested(html)
    sheets = [one for tag, one in read.tags if tag == "section"]
    assert len(sheets) == 4
    assert not {tag for tag, _ in read.tags} & {"script", "img", "link", "iframe", "a"}
    for _, attributes in read.tags:
        assert not attributes.keys() & {"src", "href", "onclick", "onload"}
    assert not re.search(r"(?:https?:)?//|@import|url\((?!#)", html)
    ids = [one["id"] for _, one in read.tags if "id" in one]
    assert len(ids) == len(set(ids))
    assert dict(read.tags)["html"] == {"lang": code}


def test_each_report_prints_on_four_sheets_and_nothing_is_cut_off(beside: Beside) -> None:
    for name, report in REPORTS.items():
        for code in LANGUAGES:
            printing = beside.browser.paper(drawn(report, code), CUT_OFF)
            pdf, sheets = beside.background.do(printing)
            assert sheets == [[0, 0]] * 4, (name, code)
            assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 4, (name, code)


def test_what_people_called_something_is_text_and_nothing_else() -> None:
    hostile = '<script>alert("1")</script>&amp;<b>'
    report = replace(
        facts(),
        site=SiteTold(hostile, "home", hostile),
        sources=[hostile],
        shared=[Shared(hostile, hostile, "P1D", 3)],
        goals=[replace(facts().goals[0], name=hostile)],
        currency=hostile,
    )
    html = page(report, printed(report), language("en", hostile))
    read = Nested(html)
    assert "script" not in {tag for tag, _ in read.tags}
    assert hostile in read.text
    assert "{site}" not in html


def test_a_name_that_begins_like_a_formula_is_none_in_the_table() -> None:
    report = replace(facts(), shared=[Shared("=HYPERLINK(1)", "+1", "P1D", 3)])
    text = table(report, printed(report), language("en"))
    assert "'=HYPERLINK(1)" in text
    assert "'+1" in text


@pytest.mark.parametrize("separator", [";", ",", "\t", "\n"])
def test_no_part_of_a_name_is_a_formula_where_another_sign_separates_cells(separator: str) -> None:
    report = replace(facts(), shared=[Shared(f"Ann{separator}=1+2", "a-b@c.test", "P1D", 3)])
    text = table(report, printed(report), language("en"))
    assert f"Ann{separator}'=1+2" in text
    assert "a-b@c.test" in text


def test_the_report_looks_as_the_mock_up_in_words_and_numbers() -> None:
    text = Nested(drawn(facts())).text
    for said in (
        "Bilan annuel 2025",
        "L’année en un coup d’œil",  # noqa: RUF001
        "12\u202f256,4",
        "7,1\u00a0% de moins",
        "Heures creuses, 12\u00a0kVA, le vôtre",
        "avec 22 jours rouges",
        "9\u00a0kVA dépassés\u00a0: 11 jours",
        "9,87\u00a0kW le 12\u00a0février vers 19\u00a0h",
        "186\u00a0W en continu",
        "186\u00a0W",
        "En 2024\u00a0: 203\u00a0W.",
        "bilan fait le 14\u00a0janvier 2026 à 18\u00a0h\u00a042",
        "1 sur 4",
        "26 heures, du 9\u00a0février à 8\u00a0h au 10\u00a0février à 10\u00a0h",
        "Un ancien ami",
    ):
        assert said in text, said
    english = Nested(drawn(facts(), "en")).text
    for said in (
        "12,256.4",
        "7.1% less",
        "€2,451.29 of energy",
        "on 12\u00a0February towards 19:00",
    ):
        assert said in english, said


def test_who_may_not_know_what_was_shared_is_told_so() -> None:
    text = Nested(drawn(replace(facts(), shared=None), "en")).text
    assert "Only administrators" in text
    assert "Défi énergie" not in text


@languages
def test_dates_and_months_are_called_as_people_call_them(code: str) -> None:
    words = language(code)
    year, month, winter = (
        (date(2025, 1, 1), date(2026, 1, 1)),
        (date(2025, 3, 1), date(2025, 4, 1)),
        (date(2024, 10, 1), date(2025, 4, 1)),
    )
    expected = {
        "en": ["in 2025", "in March 2025", "from 1\u00a0October 2024 to 31\u00a0March 2025"],
        "fr": ["en 2025", "en mars 2025", "du 1er\u00a0octobre 2024 au 31\u00a0mars 2025"],
    }
    assert [words.during(*each) for each in (year, month, winter)] == expected[code]
    assert words.month_of(date(2025, 1, 15), date(2025, 2, 1)).startswith(f"15{DASH}31")


def test_numbers_are_rounded_half_up_and_signed_as_they_are_printed() -> None:
    french, english = language("fr"), language("en")
    assert french.number(Decimal("1234.25"), 1) == "1\u202f234,3"
    assert english.number(Decimal("-0.04"), 1) == "0.0"
    assert french.percent(Decimal(-5), is_signed=True) == "\u22125,0\u00a0%"
    assert english.money(Decimal("-198.23")) == "\u2212€198.23"
    assert french.money(Decimal("198.23")) == "198,23\u00a0€"
    assert language("en", "CHF").money(Decimal(5)) == "5.00\u00a0CHF"
    assert [language_for(code) for code in ("fr-CA", "en-GB", "de", "fr")] == [
        "fr",
        "en",
        "en",
        "fr",
    ]


def test_each_word_is_said_in_each_language_and_asked_for() -> None:
    words = read_words()
    assert [key for key, said in words.items() if set(said) != set(LANGUAGES)] == []
    assert [
        key
        for key, said in words.items()
        if {key.lower() for key in placeholders(said["en"])}
        != {key.lower() for key in placeholders(said["fr"])}
    ] == []
    code = "".join(path.read_text() for path in (PACKAGE / "app/report").glob("*.py"))
    composed = re.compile(
        r"(heating|unfit|goal|option|granularity|short)_\w+|of_(produced|sold|gas)|\w+_(one|many|in|less|more|same|alone"
        r"|up|down|given|days)|winter|spring|summer|autumn|meteo|costic|from_days"
    )
    assert [
        key
        for key in words
        if not re.search(rf"""["']{key}["']""", code) and not composed.fullmatch(key)
    ] == []


MOST_AND_LEAST = "a été le mois le plus gourmand"


def by_energy(report: Facts) -> Facts:
    """Return a report of which each month took more than the one before."""
    months = [
        replace(m, amount=replace(m.amount, energy=Decimal(1000 + n)))
        for n, m in enumerate(report.months)
    ]
    return replace(report, months=months)


def test_a_calendar_year_is_called_by_its_number() -> None:
    text = Nested(drawn(facts())).text
    assert "Bilan annuel 2025" in text
    assert "Acheté au réseau en 2025" in text
    assert "En 2025, " in text


def test_the_months_with_the_most_and_the_least_are_named() -> None:
    assert f"Décembre {MOST_AND_LEAST}, janvier le plus sobre." in drawn(by_energy(facts()))


def test_a_month_that_is_cut_is_named_neither_the_most_nor_the_least() -> None:
    # From the 10th of a January to the 9th of the next.
    year = by_energy(facts(13))
    first, *others, last = year.months
    begin, end = date(2025, 1, 10), date(2026, 1, 10)
    months = [replace(first, begin=begin), *others, replace(last, end=end)]
    cut = replace(year, begin=begin, end=end, months=months)
    assert f"Décembre {MOST_AND_LEAST}, février le plus sobre." in drawn(cut)


def test_what_a_roof_sends_is_not_called_sold() -> None:
    report = replace(facts(), quantity=HomeQuantity.SOLD)
    text = Nested(drawn(report)).text
    assert "Injecté dans le réseau en 2025" in text
    assert "injectés dans le réseau qu" in text
    assert not re.search(r"[Vv]endu|[Cc]onsomm", text)
