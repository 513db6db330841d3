"""The report as a table for a spreadsheet: the figures of the page, block by block."""

from collections.abc import Iterable, Sequence
import csv
from datetime import date, datetime, timedelta
from decimal import Decimal
import io
import re

from ...figures.counting.amounts import half_up
from .facts import Facts
from .language import Language
from .printed import KILOWATT, MONEY, Printed, floored, roof_printed

MARK = "\ufeff"
"""By it a spreadsheet knows that accents are UTF-8."""

FORMULA = re.compile(r"""(^|[;,\t\r\n])(["\s]*)([=+\-@])""")
"""Where a formula begins: of a text, or of a cell where another sign separates them."""

type Cell = str | Decimal | date | int | None


def write_rows(rows: Iterable[Sequence[Cell]], language: Language) -> str:
    """Return rows as CSV; in French with decimal commas, so with semicolons between."""
    is_french = language.code == "fr"
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if is_french else ",", lineterminator="\n")
    for row in rows:
        writer.writerow([_written(cell, is_french=is_french) for cell in row])
    return MARK + text.getvalue()


def _written(cell: Cell, *, is_french: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}".replace(".", ",") if is_french else f"{cell:f}"
    # What somebody called something is no formula.
    return FORMULA.sub(r"\1\2'\3", cell) if isinstance(cell, str) else str(cell)


def table(facts: Facts, figures: Printed, language: Language) -> str:
    """Return the report as CSV."""
    return write_rows(_rows(facts, figures, language), language)


def _rows(facts: Facts, figures: Printed, language: Language) -> Iterable[Sequence[Cell]]:
    t = language.text
    last = facts.end - timedelta(days=1)
    yield [t("title", days=language.days(facts.begin, facts.end), site=facts.site.title)]
    yield [facts.begin, last, t("foot", moment=language.moment(facts.made))]
    yield []
    yield [t("by_month")]
    tariffs = [f"{language.tariff(name)}, kWh" for name in figures.columns]
    plain = [t(key).replace("|", " ") for key in ("cold_lines", "usual_lines", "corrected_lines")]
    yield [
        t("month"), t("last_day"), *tariffs, f"{t('total')}, kWh",
        t("energy_money"),
        f"{t('before')}, kWh", f"{t('less_column')}, %", *plain, f"{t('known')}, %",
    ]  # fmt: skip
    unknown: list[Cell] = [None] * len(figures.columns)
    for month, row in zip(facts.months, figures.months, strict=True):
        yield [
            month.begin, month.end - timedelta(days=1),
            *(row.periods or unknown),
            row.energy, row.cost, row.before, row.less, row.cold, row.usual, row.corrected,
            floored(month.amount.known),
        ]  # fmt: skip
    of_period = {row.name: row.energy for row in figures.periods}
    yield [
        t("total"), None, *(of_period[name] for name in figures.columns),
        figures.energy, figures.cost, figures.before, figures.less,
        figures.cold, figures.usual, figures.corrected, floored(facts.total.known),
    ]  # fmt: skip
    if figures.periods:
        yield []
        yield [t("by_period")]
        yield [
            t("by_period"), "kWh", f"{t('share')}, %",
            t("price"), t("energy_money"),
        ]  # fmt: skip
        for one in figures.periods:
            yield [language.tariff(one.name), one.energy, one.share, one.price, one.cost]
    if figures.paid is not None:
        yield []
        yield [t("energy_money"), figures.cost]
        yield [t("subscription_money"), figures.subscription]
        yield [t("total_money"), figures.paid]
    yield from _powers(facts, language)
    yield from _offers(facts, language)
    yield from _others(facts, language)


def _powers(facts: Facts, language: Language) -> Iterable[Sequence[Cell]]:
    t = language.text
    if facts.powers is not None:
        yield []
        yield [t("highest")]
        yield [t("month"), KILOWATT, t("day")]
        for month in facts.months:
            if month.peak is not None:
                yield [month.begin, half_up(month.peak.power, 2), month.peak.day]
    if facts.base_load is not None:
        yield []
        yield [f"{t('base_load')}, W", half_up(facts.base_load.watts, 0)]
        if facts.base_load.before is not None:
            yield [f"{t('base_load')}, {t('before')}, W", half_up(facts.base_load.before, 0)]


def _offers(facts: Facts, language: Language) -> Iterable[Sequence[Cell]]:
    comparison, t = facts.comparison, language.text
    if comparison is None:
        return
    yield []
    yield [t("other_contract")]
    yield [
        t("contract"), "kVA", t("energy_money"),
        t("subscription_money"), t("total_money"),
        t("difference_money"),
    ]  # fmt: skip
    own = half_up(comparison.offers[0].cost, MONEY)
    for one in comparison.offers:
        name = t(f"option_{one.offer.tariff.option}")
        energy, cost = half_up(one.energy_cost, MONEY), half_up(one.cost, MONEY)
        power = one.offer.power
        yield [
            t("own", contract=name) if one.offer.is_own else name,
            None if power is None else Decimal(f"{power:g}"),
            energy, cost - energy, cost,
            None if one.offer.is_own else cost - own,
        ]  # fmt: skip


def _others(facts: Facts, language: Language) -> Iterable[Sequence[Cell]]:
    t = language.text
    if facts.sun is not None:
        yield []
        yield [t("sun"), "kWh"]
        heads = map(t, ("sun_produced", "sun_used", "sun_sold"))
        yield from zip(heads, roof_printed(facts, facts.sun), strict=True)
    yield []
    yield [f"{t('coverage')}, %", floored(facts.coverage.part)]
    for gap in facts.coverage.gaps:
        yield [t("gap_counted" if gap.is_counted else "gap"), *map(_iso, (gap.begin, gap.end))]
    if facts.shared:
        yield []
        yield [t("shared")]
        yield [t("to_whom_alone"), t("series"), t("fineness"), t("points")]
        for one in facts.shared:
            yield [
                one.friend or t("former_friend"), one.series,
                t(f"granularity_{one.granularity.lower()}"), one.readings,
            ]  # fmt: skip


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
