"""The first sheet: what was bought and paid, by tariff period, month by month."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from xml.etree.ElementTree import Element

from ...figures.counting.balance import HomeQuantity
from . import drawings as draw
from .markup import Child, el
from .parts import KWH, SheetPart, amount, capital, key_figure, of_numbers, rich, table
from .printed import ENERGY, MONEY, MonthRow, Printed, floored

ROW, ROWS, CLOSE = 22.0, 342.0, 19.0
"""Pixels: of a row, of all of them, and what a row has at least to be written in full size."""


class YearSheet(SheetPart):
    """The first sheet: what was bought and paid, by tariff period, month by month."""

    def content(self) -> list[Child]:
        """Return what is on the sheet."""
        rows = len(self.facts.months) + len(self.figures.periods) + 2
        # With many months or periods they stand closer, so that all are on the sheet.
        high = min(ROW, ROWS / rows)
        return [
            el("div", list(self._keys()), cls="keys"),
            el("p", list(self._sentence()), cls="grey"),
            el(
                "div",
                *self._periods(),
                *self._months(),
                cls="close" if high < CLOSE else None,
                style=f"--row:{high:.1f}px",
            ),
        ]

    def _keys(self) -> Iterable[Element]:
        facts, figures, t, language = self.facts, self.figures, self.t, self.language
        quantity = facts.quantity.value
        under: list[str] = []
        if facts.per_area is not None:
            under.append(t("per_area", value=self.number(facts.per_area, 0)))
        elif not facts.total.is_whole:
            under.append(t("known_only", part=language.percent(floored(facts.total.known))))
        yield key_figure(
            t(f"{quantity}_in", during=language.during(facts.begin, facts.end)),
            self.number(figures.energy, ENERGY),
            KWH,
            under,
        )
        if figures.paid is not None and figures.cost is not None:
            yield key_figure(
                t("paid"),
                *amount(language, figures.paid),
                [
                    t("of_energy", money=language.money(figures.cost)),
                    t("of_subscription", money=language.money(figures.subscription or 0)),
                ],
            )
        elif facts.sun is not None and facts.quantity is HomeQuantity.BOUGHT:
            yield key_figure(t("produced"), self.number(facts.sun.produced, ENERGY), KWH)
        if figures.less is not None and figures.before is not None:
            before = {"before": self.before_name}
            under = [t("in_before", energy=self.energy(figures.before), **before)]
            yield key_figure(t("than", **before), *language.change(figures.less), under)
        if figures.corrected is not None and facts.correction is not None:
            earlier, less = facts.correction.before, figures.corrected_less
            under = [] if less is None else [self.energy(figures.corrected)]
            if earlier is not None:
                under.append(t("against", energy=self.energy(earlier), before=self.before_name))
            elif facts.weather is not None:
                cold = facts.weather.total
                degrees = {
                    key: language.number(value or 0.0, 0)
                    for key, value in (("total", cold.total), ("usual", cold.usual))
                }
                under.append(t("cold_beside_usual", **degrees))
            shown = (self.number(figures.corrected, ENERGY), KWH)
            shown = shown if less is None else language.change(less)
            yield key_figure(t("in_usual_weather"), *shown, under)
        else:
            measured, hours = facts.coverage.measured, facts.coverage.hours
            told = {"measured": self.number(measured, 0), "hours": self.number(hours, 0)}
            part = language.percent(floored(facts.coverage.part))
            yield key_figure(t("coverage"), part, under=[t("hours_of", **told)])

    def _sentence(self) -> Iterable[Child]:
        facts, figures, t = self.facts, self.figures, self.language
        quantity = facts.quantity.value
        during = capital(t.during(facts.begin, facts.end))
        values = {"During": during, "before": self.before_name}
        if figures.before is not None:
            less = figures.before - figures.energy
            key = "less" if less > 0 else "more" if less < 0 else "same"
            yield rich(t, f"{quantity}_{key}", energy=self.energy(abs(less)), **values)
        else:
            yield rich(t, f"{quantity}_alone", energy=self.energy(figures.energy), **values)
        correction, weather = facts.correction, facts.weather
        if correction is not None and figures.corrected_less is not None and weather is not None:
            less = figures.corrected_less
            total, usual = weather.total.total or 0.0, weather.total.usual or 0.0
            cold = (
                "milder" if total < 0.97 * usual else "colder" if total > 1.03 * usual else "usual"
            )
            key = f"{cold}_{'down' if less > 0 else 'up'}"
            yield " "
            yield rich(t, key, change=t.percent(abs(less)))
        whole = [
            (month.amount.energy, month)
            for month in facts.months
            if month.is_whole and month.amount.energy is not None and month.amount.is_whole
        ]
        if len(whole) > 2 and facts.is_year:
            most, least = max(whole, key=lambda o: o[0])[1], min(whole, key=lambda o: o[0])[1]
            yield " "
            yield t.text(
                f"{'most_least' if facts.quantity is HomeQuantity.BOUGHT else 'most_least_given'}",
                most=capital(t.month(most.begin.month)),
                least=t.month(least.begin.month),
            )

    def _periods(self) -> Iterable[Child]:
        figures, language, t = self.figures, self.language, self.t
        if not figures.periods:
            return
        yield el("h2", t("by_period"))
        yield draw.parts(
            [
                (self.colour(row.name, n), self.colour(row.name, n), float(row.energy))
                for n, row in enumerate(figures.periods)
            ],
            682.0,
            t("by_period"),
        )
        yield table(
            [("", ""), *of_numbers(KWH, t("share"), t("price"), t("energy_money"))],
            [
                (
                    [self._swatch(row.name, n), language.tariff(row.name)],
                    self.number(row.energy, ENERGY),
                    language.percent(row.share),
                    self.number(row.price, 4),
                    self.number(row.cost, MONEY),
                )
                for n, row in enumerate(figures.periods)
            ],
            (
                t("total"),
                self.number(figures.energy, ENERGY),
                language.percent(Decimal(100)),
                "",
                self.number(figures.cost, MONEY),
            )
            if len(figures.periods) > 1
            else None,
            "wide",
        )

    def _swatch(self, name: str, place: int) -> Element:
        return el("i", cls="swatch", style=f"background:{self.colour(name, place)}")

    def _months(self) -> Iterable[Child]:
        facts, figures, language, t = self.facts, self.figures, self.language, self.t
        names = [row.name for row in figures.periods]
        has_before = any(row.before is not None for row in figures.months)
        has_cold = any(row.cold is not None for row in figures.months)
        has_corrected = figures.corrected is not None
        yield el("h2", t("by_month"))
        legend: list[Child] = []
        if len(names) > 1:
            legend += [
                el("span", self._swatch(name, n), language.tariff(name))
                for n, name in enumerate(names)
            ]
        if has_before:
            legend.append(el("span", el("i", cls="swatch ghost"), self.before_name))
        if has_corrected:
            sign = draw.svg(
                28,
                12,
                draw.line(0.0, 6.0, 28.0, 6.0, draw.WEATHER, stroke_width=2),
                draw.diamond(14.0, 6.0),
                label="",
            )
            legend.append(
                el("span", sign, t("corrected_legend", days=self.days_name), cls="corrected")
            )
        if legend:
            yield el("p", legend, cls="legend")
        single = draw.FILL if facts.quantity is HomeQuantity.BOUGHT else draw.PRODUCED
        yield draw.months(
            [
                draw.Bar(
                    language.short_month(month.begin.month),
                    [
                        (self.colour(name, n), float(month.amount.periods[name][0]))
                        for n, name in enumerate(names)
                        if name in month.amount.periods
                    ]
                    or [(single, float(month.amount.energy or 0))],
                    None
                    if row.before is None or month.before.energy is None
                    else float(month.before.energy),
                    None
                    if month.corrected is None or not has_corrected
                    else float(month.corrected),
                )
                for month, row in zip(facts.months, figures.months, strict=True)
            ],
            KWH,
            language.tick,
            t("by_month"),
        )
        columns: list[tuple[str, str, int | None]] = [("energy", f"{t('total')}|{KWH}", ENERGY)]
        if figures.cost is not None:
            columns.append(("cost", t("energy_money_lines"), MONEY))
        if has_before:
            columns.append(("before", f"{self.before_name}|{KWH}", ENERGY))
            columns.append(("less", t("less_column"), None))
        if has_cold:
            columns += [("cold", t("cold_lines"), 0), ("usual", t("usual_lines"), 0)]
        if has_corrected:
            columns.append(("corrected", t("corrected_lines"), ENERGY))
        has_coverage = not has_corrected and any(not m.amount.is_whole for m in facts.months)

        def cells(
            of: MonthRow | Printed, periods: Iterable[Decimal | None], known: float
        ) -> Iterator[str]:
            yield from (self.number(energy, ENERGY) for energy in periods)
            for key, _head, digits in columns:
                value = getattr(of, key)
                if digits is None:
                    yield language.percent(value, is_signed=True)
                else:
                    yield self.number(value, digits)
            if has_coverage:
                yield language.percent(floored(known, 0), 0)

        unknown = [None] * len(figures.columns)
        rows = [
            (
                language.month_of(month.begin, month.end),
                *cells(row, row.periods or unknown, month.amount.known),
            )
            for month, row in zip(facts.months, figures.months, strict=True)
        ]
        of_period = {row.name: row.energy for row in figures.periods}
        totals = cells(figures, map(of_period.__getitem__, figures.columns), facts.total.known)
        heads = [(t("month"), ""), *((f"{self._column(n)}|{KWH}", "n") for n in figures.columns)]
        heads += [(head, "n strong" if key == "energy" else "n") for key, head, _digits in columns]
        heads += [(t("known"), "n")] if has_coverage else []
        foot = (self.days_name if len(self.days_name) < 9 else t("total"), *totals)
        yield table(heads, rows, foot, "months")
        yield el("p", self._note(), cls="note")

    def _column(self, name: str) -> str:
        short = f"short_{name}"
        return self.t(short) if short in self.language.words else self.language.tariff(name)

    def _note(self) -> str:
        weather, correction, t = self.facts.weather, self.facts.correction, self.t
        language = self.language
        if weather is None:
            return t("not_corrected")
        said = [
            t("degree_days", base=language.unit(weather.base, 0, "°C"), method=t(weather.method))
        ]
        if weather.usual_years is not None:
            first, last = map(str, weather.usual_years)
            said.append(t("usual_of", first=first, last=last))
        elif self.facts.unfit != "no_usual":
            said.append(t("no_usual"))
        if correction is not None:
            slope = self.energy(correction.slope, 2)
            if correction.slope_before is None:
                said.append(t("slope", slope=slope))
            else:
                slopes = {"slope": slope, "slope_before": self.number(correction.slope_before, 2)}
                said.append(t("slope_both", **slopes, before=self.before_name))
        elif self.facts.unfit is not None:
            said.append(t(f"unfit_{self.facts.unfit}"))
        return " ".join(said)
