"""The report of all buildings, or of a group, as a page and as a table."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import batched

from . import drawings as draw
from .buildings import BuildingRow, BuildingsFacts, BuildingsMonth, BuildingsPrinted, total_of
from .language import Language, read_style
from .markup import Child, document, el
from .parts import KWH, amount, key_figure, of_numbers, sheet, table, years_before
from .printed import ENERGY, MONEY, floored
from .table import Cell, write_rows

FIRST, LATER = 14, 34
"""How many buildings are on the first sheet, and on each other."""


def buildings_title(facts: BuildingsFacts, language: Language) -> str:
    """Return what the report is called."""
    title = facts.title or language.text("all_buildings")
    days = language.days(facts.begin, facts.end)
    return language.text("title", days=days, site=title)


def buildings_page(facts: BuildingsFacts, figures: BuildingsPrinted, language: Language) -> str:
    """Return the report as HTML."""
    rows = list(range(len(figures.rows)))
    chunks = [rows[:FIRST], *batched(rows[FIRST:], LATER, strict=False)]
    kicker = language.text("report_of", days=language.days(facts.begin, facts.end))
    count = len(figures.rows)
    about = "" if facts.is_group else language.count("buildings", count)
    body = []
    for number, chunk in enumerate(chunks, 1):
        content: list[Child] = []
        if number == 1:
            content += _first(facts, figures, language)
        if not facts.is_group:
            content += _buildings(figures, chunk, language, is_last=number == len(chunks))
        if number == len(chunks):
            content += _notes(facts, figures, language)
        heading = facts.title or language.text("all_buildings")
        body.append(
            sheet(language, (number, len(chunks)), facts.made, kicker, heading, [about], content)
        )
    return document(language.code, buildings_title(facts, language), read_style(), body)


def _partly(language: Language, count: int, every: int) -> str:
    """Return of how many a total is, where that is not all."""
    return language.text("of_all", count=str(count), all=str(every)) if 0 < count < every else ""


type BuildingsLine = BuildingRow | BuildingsMonth | BuildingsPrinted


def _beside(language: Language, of: BuildingsLine) -> Sequence[str]:
    """Return what an energy is compared with, and which part of it is known."""
    known = language.percent(floored(of.known, 0), 0)
    return language.number(of.before, ENERGY), language.percent(of.less, is_signed=True), known


def _first(facts: BuildingsFacts, figures: BuildingsPrinted, language: Language) -> Iterable[Child]:
    t, before = language.text, years_before(facts.months[0][0], facts.months[-1][0])
    name = t("energy_in", during=language.during(facts.begin, facts.end))
    keys = [key_figure(name, language.number(figures.energy, ENERGY), KWH)]
    if figures.paid is not None:
        keys.append(key_figure(t("paid"), *amount(language, figures.paid)))
    if figures.less is not None:
        energy = f"{language.number(figures.before, ENERGY)} {KWH}"
        under = [t("in_before", energy=energy, before=before)]
        keys.append(key_figure(t("than", before=before), *language.change(figures.less), under))
    keys.append(key_figure(t("coverage"), language.percent(floored(figures.known))))
    yield el("div", keys, cls="keys")
    yield el("h2", t("by_month"))
    yield draw.months(
        [
            draw.Bar(
                language.short_month(month.begin.month),
                [(draw.FILL, float(month.energy or 0))],
                None if month.before is None else float(month.before),
                None,
            )
            for month in figures.months
        ],
        KWH,
        lambda value: language.number(value, 0),
        t("by_month"),
    )
    if facts.is_group:

        def line(name: str, of: BuildingsLine) -> Sequence[str]:
            return name, language.number(of.energy, ENERGY), *_beside(language, of)

        yield table(
            [(t("month"), ""), *of_numbers(KWH, f"{before}, {KWH}", t("less_column"), t("known"))],
            [line(language.month_of(month.begin, month.end), month) for month in figures.months],
            line(t("total"), figures),
        )


def _buildings(
    figures: BuildingsPrinted, chunk: Sequence[int], language: Language, *, is_last: bool
) -> Iterable[Child]:
    t = language.text
    yield el("h2", t("page_of_buildings"))
    rows: list[Sequence[Child]] = [
        (
            [el("span", row.title), el("small", f" {row.about}") if row.about else None],
            draw.sparks([None if month is None else float(month) for month in row.months]),
            language.number(row.energy, ENERGY),
            language.number(row.paid, MONEY),
            language.number(row.per_area, 0),
            *_beside(language, row),
        )
        for row in (figures.rows[n] for n in chunk)
    ]
    before, *others = _beside(language, figures)
    totals = (language.number(figures.energy, ENERGY), language.number(figures.paid, MONEY), before)
    of_some = (_partly(language, count, figures.all) for count in figures.counts)
    energy, paid, before_cell = (
        [total, el("small", f" {some}") if some else None]
        for total, some in zip(totals, of_some, strict=True)
    )
    foot: Sequence[Child] = (t("all_together"), "", energy, paid, "", before_cell, *others)
    yield table(
        [
            (t("building"), ""),
            (t("months_lines"), ""),
            *of_numbers(KWH, t("money_lines"), t("per_area_lines")),
            *of_numbers(f"{t('before')}|{KWH}", t("less_column"), t("known")),
        ],
        rows,
        foot if is_last else None,
        "buildings",
    )
    if is_last and figures.kinds:
        yield el("h2", t("others_apart"))
        *lines, sums = (
            [title, *(language.number(energy, ENERGY) for energy in energies)]
            for title, energies in _others(figures, language)
        )
        yield table([(t("building"), ""), *of_numbers(*_kinds(figures, language))], lines, sums)


def _kinds(figures: BuildingsPrinted, language: Language) -> Sequence[str]:
    return [language.text(f"of_{kind}") for kind in figures.kinds]


def _others(
    figures: BuildingsPrinted, language: Language
) -> Iterable[tuple[str, Sequence[Decimal | None]]]:
    """Yield what else is known of each building, and the sum of each kind."""
    yield from figures.others
    columns = zip(*(energies for _, energies in figures.others), strict=True)
    yield language.text("all_together"), [total_of(column) for column in columns]


def _notes(facts: BuildingsFacts, figures: BuildingsPrinted, language: Language) -> Iterable[Child]:
    t = language.text
    if facts.is_group:
        yield el("p", t("group_method"), cls="note")
        return
    said = []
    if figures.less is not None and figures.counts[2] < len(figures.rows):
        said.append(t("comparable", known=str(figures.counts[2]), all=str(len(figures.rows))))
    if figures.unknown:
        said.append(t("unknown_buildings", names=", ".join(figures.unknown)))
    yield el("p", " ".join([*said, t("all_method")]), cls="note")


def buildings_table(facts: BuildingsFacts, figures: BuildingsPrinted, language: Language) -> str:
    """Return the report as CSV."""
    return write_rows(_rows(facts, figures, language), language)


def _rows(
    facts: BuildingsFacts, figures: BuildingsPrinted, language: Language
) -> Iterable[Sequence[Cell]]:
    t = language.text
    yield [buildings_title(facts, language)]
    yield []
    yield [
        t("month"),
        t("kwh_lines"),
        f"{t('before')}, {KWH}",
        f"{t('less_column')}, %",
        f"{t('known')}, %",
    ]
    for month in figures.months:
        known = floored(month.known)
        yield [month.begin, month.energy, month.before, month.less, known]
    total = floored(figures.known)
    yield [t("total"), figures.energy, figures.before, figures.less, total]
    if facts.is_group:
        return
    yield []
    yield [
        t("building"), t("kwh_lines"),
        t("money_lines").replace("|", " "),
        t("per_area_lines").replace("|", " "), f"{t('before')}, {KWH}",
        f"{t('less_column')}, %", f"{t('known')}, %",
    ]  # fmt: skip
    for row in figures.rows:
        yield [
            row.title, row.energy, row.paid, row.per_area, row.before, row.less,
            floored(row.known),
        ]  # fmt: skip
    yield [
        t("all_together"), figures.energy, figures.paid, None, figures.before, figures.less,
        total,
    ]  # fmt: skip
    energy, paid, before = (_partly(language, count, figures.all) for count in figures.counts)
    if energy or paid or before:
        yield [None, energy, paid, None, before]
    if figures.kinds:
        yield []
        yield [t("others_apart")]
        yield [t("building"), *_kinds(figures, language)]
        yield from ([title, *energies] for title, energies in _others(figures, language))
