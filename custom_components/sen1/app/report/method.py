"""The last sheet: how it was worked out."""

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from . import drawings as draw
from .language import DASH
from .markup import Child, el
from .parts import MOST_ROWS, SheetPart, table
from .printed import MONEY, floored


class MethodSheet(SheetPart):
    """The last sheet: how it was computed."""

    def content(self) -> list[Child]:
        """Return what is on the sheet."""
        return [
            el("h2", self.t("known_by_month")),
            draw.coverage(
                [
                    (
                        f"{self.language.short_month(m.begin.month)}|"
                        f"{self.language.percent(floored(m.amount.known, 0), 0)}",
                        m.amount.known,
                    )
                    for m in self.facts.months
                ],
                self.t("known_by_month"),
            ),
            *self._prices(),
            el("div", list(self._paragraphs()), cls="columns"),
        ]

    def _prices(self) -> Iterable[Child]:
        language, t = self.language, self.t
        if not self.facts.contracts:
            return
        yield el("h2", t("prices_taken"))
        rows: list[Sequence[Child]] = []
        for one in self.facts.contracts[-MOST_ROWS:]:
            prices = ", ".join(
                f"{language.tariff(name)} {language.number(price, 4)}"
                for name, price in one.prices.items()
            )
            rows.append(
                (
                    language.day(one.begin),
                    t(f"option_{one.option}"),
                    prices,
                    self.number(one.subscription, MONEY),
                )
            )
        texts = [(t(key), "") for key in ("since", "contract", "prices_of_kwh")]
        yield table([*texts, (t("a_month"), "n")], rows)

    def _paragraphs(self) -> Iterable[Element]:
        facts, t, language = self.facts, self.t, self.language
        names = ", ".join(facts.sources) or DASH
        yield self._paragraph("method_sources", t("sources_are", names=names))
        yield self._paragraph("method_energies", t("energies_are"))
        yield self._paragraph("method_rounding", t("rounding_is"))
        if facts.total.cost is not None:
            yield self._paragraph("method_money", t("money_is"))
        if facts.comparison is not None:
            said = [t("comparison_is")]
            if facts.comparison.is_usual_hours:
                said.append(t("usual_hours"))
            yield self._paragraph("method_comparison", " ".join(said))
        if facts.powers is not None:
            key = "powers_recorded" if facts.powers.is_recorded else "powers_half_hours"
            yield self._paragraph("method_powers", t(key))
        if facts.base_load is not None:
            yield self._paragraph("method_base_load", t("base_load_is"))
        yield self._paragraph("method_before", t("before_is", before=self.before_name))
        weather = facts.weather
        if weather is None:
            yield self._paragraph("method_weather", t("weather_unknown"))
        else:
            said = [
                t("weather_is", base=language.unit(weather.base, 0, "°C"), method=t(weather.method))
            ]
            if facts.correction is not None:
                said.append(t("correction_is", slope=self.energy(facts.correction.slope, 2)))
                if facts.correction.is_of_consumption:
                    said.append(t("correction_sun"))
                if facts.explained is not None:
                    said.append(t("explained", part=language.percent(100 * facts.explained, 0)))
            elif facts.unfit is not None:
                said.append(t(f"unfit_{facts.unfit}"))
            yield self._paragraph("method_weather", " ".join(said))
        if facts.per_area is not None:
            yield self._paragraph("method_class", t("class_is"))
        if facts.sun is not None:
            yield self._paragraph("method_sun", t("sun_method"))
        yield self._paragraph("method_coverage", t("coverage_is"))
        if facts.shared is not None:
            yield self._paragraph("method_shared", t("shared_method"))
        yield self._paragraph("method_limits", t("limits_are"))

    def _paragraph(self, key: str, text: str) -> Element:
        return el("div", el("h3", self.t(key)), el("p", text))
