"""The third sheet: days and hours."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from statistics import mean, quantiles

from ...figures.counting.balance import HomeQuantity
from ...figures.year.model import DayKind
from . import drawings as draw
from .markup import Child, el
from .parts import SheetPart, rich, table


class TimesSheet(SheetPart):
    """The third sheet: days and hours."""

    def content(self) -> list[Child]:
        """Return what is on the sheet."""
        return [
            el("p", list(self._sentence()), cls="grey"),
            *self._heat(),
            *self._seasons(),
            el("div", el("div", self._kinds()), el("div", self._week()), cls="row"),
            *self._extremes(),
        ]

    def _sentence(self) -> Iterable[Child]:
        hours, language = self.facts.hours, self.language
        powers = [
            (value, n)
            for day in hours.days.values()
            for n, value in enumerate(day)
            if value is not None
        ]
        if not powers:
            yield self.t("no_hours")
            return
        sums = [0.0] * 24
        for value, n in powers:
            sums[n] += value
        # Three hours in a row have the most.
        first = max(range(24), key=lambda n: sum(sums[(n + k) % 24] for k in range(3)))
        part = 100 * sum(sums[(first + k) % 24] for k in range(3)) / (sum(sums) or 1.0)
        yield rich(
            language,
            "busiest" if self.facts.quantity is HomeQuantity.BOUGHT else "busiest_given",
            begin=language.hour(first),
            end=language.hour((first + 3) % 24),
            part=language.percent(part, 0),
        )
        week = hours.weekdays
        working = [one for one in week[:5] if one is not None]
        weekend = [one for one in week[5:] if one is not None]
        if working and weekend:
            a, b = mean(working), mean(weekend)
            if a and abs(b - a) / a >= Decimal("0.01"):
                change = 100 * (b - a) / a
                yield " "
                yield rich(
                    language,
                    "weekend_more" if change > 0 else "weekend_less",
                    change=language.percent(abs(change), 0),
                )

    def _heat(self) -> Iterable[Child]:
        facts, language, t = self.facts, self.language, self.t
        values = [v for day in facts.hours.days.values() for v in day if v is not None]
        yield el("h2", t("each_hour"))
        yield el("p", t("each_hour_is"), cls="sub")
        if len(values) < 2:
            yield el("p", t("no_hours"), cls="note")
            return
        bounds = quantiles(values, n=len(draw.HEAT), method="inclusive")
        yield draw.heat(
            facts.hours.days,
            bounds,
            lambda day: language.short_month(day.month),
            language.hour,
            t("each_hour"),
        )
        names = [t("up_to", power=language.number(bounds[0], 2))]
        names += [language.number(bound, 2) for bound in bounds[1:]]
        names.append(t("beyond"))
        yield el(
            "p",
            [
                el("span", el("i", cls="swatch", style=f"background:{colour}"), name)
                for colour, name in zip(draw.HEAT, names, strict=True)
            ],
            el("span", el("i", cls="swatch hatched"), t("no_data")),
            cls="legend scale",
        )

    def _seasons(self) -> Iterable[Child]:
        facts, language, t = self.facts, self.language, self.t
        seasons = {
            name: day
            for name, day in facts.hours.seasons.items()
            if any(v is not None for v in day)
        }
        if not seasons:
            return
        yield el("h2", t("mean_days"))
        yield el("p", t("mean_days_are"), cls="sub")
        most = draw.ticks(max(v for day in seasons.values() for v in day if v is not None), 3)
        yield el(
            "div",
            [
                el(
                    "div",
                    el("h3", t(name)),
                    draw.mean_day(day, most, language.tick, language.hour, t(name)),
                    el("p", self._of_day(day), cls="note"),
                )
                for name, day in seasons.items()
            ],
            cls="four",
        )

    def _of_day(self, day: Sequence[float | None]) -> str:
        values = [v for v in day if v is not None]
        return self.t("a_day", energy=self.energy(sum(values) / len(values) * 24))

    def _kinds(self) -> Child:
        language, t = self.language, self.t
        kinds = self.facts.hours.kinds
        working, weekend = kinds.get(DayKind.WORKING, []), kinds.get(DayKind.WEEKEND, [])
        values = [v for v in (*working, *weekend) if v is not None]
        if not values:
            return self.block(t("working_weekend"), note=t("no_hours"))
        return self.block(
            t("working_weekend"),
            el(
                "p",
                [
                    el("span", el("i", cls=f"swatch {kind}"), t(kind))
                    for kind in ("working", "weekend")
                ],
                cls="legend",
            ),
            draw.mean_day(
                working,
                draw.ticks(max(values)),
                language.tick,
                language.hour,
                t("working_weekend"),
                weekend,
                328.0,
            ),
        )

    def _week(self) -> Child:
        language, t = self.language, self.t
        return self.block(
            t("of_week"),
            draw.week(
                [
                    (language.weekday(n), None if one is None else float(one))
                    for n, one in enumerate(self.facts.hours.weekdays)
                ],
                language.tick,
                lambda value: language.number(value, 1),
                t("of_week"),
            ),
            sub=t("of_week_is"),
        )

    def _extremes(self) -> Iterable[Child]:
        hours, language, t = self.facts.hours, self.language, self.t
        if hours.highest is None or hours.lowest is None:
            return
        rows: list[Sequence[Child]] = []
        for name, (day, energy) in (("most_day", hours.highest), ("least_day", hours.lowest)):
            key = name if self.facts.quantity is HomeQuantity.BOUGHT else f"{name}_given"
            rows.append(
                (
                    t(key),
                    f"{t('weekdays').split()[day.weekday()]} {language.day(day)}",
                    self.energy(energy),
                )
            )
        yield table([("", ""), ("", ""), ("", "n")], rows, cls="bare")
