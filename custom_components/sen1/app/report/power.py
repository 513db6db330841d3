"""The second sheet: powers, contracts, class, goals, what was shared and what is known."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal

from ...figures.counting.amounts import half_up
from ...figures.tariff.compared import Compared
from ...figures.tariff.contract import Option
from ...figures.year.energy_class import CLASSES, class_of
from . import drawings as draw
from .facts import Gap, Peak
from .half_hours import BASE_HOURS
from .language import DASH
from .markup import Child, el
from .parts import SheetPart, of_numbers, rich, table
from .printed import KILOWATT, MONEY, floored, roof_printed

MOST_OFFERS = 5
MOST_SHARED = 3
"""Rows of contracts, and of what was shared: more would not be on the sheet."""


class PowerSheet(SheetPart):
    """The second sheet: powers, contracts, class, goals, what was shared and what is known."""

    def content(self) -> list[Child]:
        """Return what is on the sheet."""
        pairs: list[list[Child]] = [
            [self._peaks(), self._night()],
            [self._contracts()],
            [self._energy_class(), [self._goals(), self._sun()]],
            [self._shared(), self._known()],
        ]
        remembered = list(self._remembered())
        return [
            el("p", el("b", self.t("remember")), " ", remembered, cls="grey")
            if remembered
            else None,
            *[
                el("div", [el("div", one) for one in row], cls="row" if len(row) > 1 else "row one")
                for row in pairs
            ],
        ]

    def _remembered(self) -> Iterable[Child]:
        facts, language = self.facts, self.language
        comparison, powers, base = facts.comparison, facts.powers, facts.base_load
        if comparison is not None and comparison.offers and facts.total.is_whole:
            own = comparison.offers[0]
            others = [o for o in comparison.offers[1:] if o.offer.power == own.offer.power]
            best = min(others, key=lambda one: one.cost, default=None)
            if best is not None and best.cost < own.cost:
                yield rich(
                    language,
                    "other_cheaper",
                    of=self.of_days,
                    contract=self._option(best),
                    money=language.money(own.cost - best.cost),
                )
            elif best is not None:
                yield rich(language, "own_cheapest", of=self.of_days)
            yield " "
        if powers is not None and powers.subscribed is not None:
            lower = max((p for p in powers.exceeded if p < powers.subscribed), default=None)
            if lower is not None:
                times, power = powers.exceeded[lower], self._power(lower)
                if times:
                    counted = language.count(self._times, times)
                    yield self.t("lower_not_enough", power=power, times=counted)
                elif (saved := self._saved(lower)) is not None:
                    money = language.money(saved)
                    yield rich(language, "lower_cheaper", power=power, money=money)
                else:
                    yield self.t("lower_enough", power=power)
                yield " "
        if base is not None:
            yield self.t("each_watt", energy=self.energy(8.76, 1))

    def _saved(self, power: float) -> Decimal | None:
        """Return what the own contract would cost less at a lower power."""
        offers = self.facts.comparison.offers if self.facts.comparison else ()
        for one in offers[1:]:
            option = one.offer.tariff.option
            if one.offer.power == power and option is offers[0].offer.tariff.option:
                saved = offers[0].cost - one.cost
                return saved if saved > 0 else None
        return None

    @property
    def _times(self) -> str:
        powers = self.facts.powers
        return "days" if powers is not None and powers.is_recorded else "half_hours"

    def _power(self, kilowatts: float, digits: int = 0) -> str:
        return self.language.unit(kilowatts, digits, "kVA")

    def _peaks(self) -> Child:
        facts, language, t = self.facts, self.language, self.t
        powers = facts.powers
        if powers is None:
            return self.block(t("highest"), note=t("no_power"))
        subscribed = powers.subscribed
        said: list[str] = []
        if subscribed:
            part = language.percent(100 * powers.highest.power / subscribed, 0)
            said.append(t("of_subscribed", part=part))
            power = max((p for p in powers.exceeded if p < subscribed), default=0.0)
            if times := powers.exceeded.get(power):
                said.append(
                    t("above", power=self._power(power), times=language.count(self._times, times))
                )
        said.append(t("peaks_recorded" if powers.is_recorded else "peaks_half_hours"))
        highest = language.unit(powers.highest.power, 2, KILOWATT)
        return self.block(
            t("highest"),
            draw.peaks(
                [
                    (
                        language.short_month(month.begin.month)[:1].upper(),
                        None if month.peak is None else month.peak.power,
                    )
                    for month in facts.months
                ],
                (subscribed, t("subscribed", power=self._power(subscribed)))
                if subscribed
                else None,
                language.tick,
                lambda value: language.number(value, 2),
                t("highest"),
            ),
            sub=t("highest_at", unit=KILOWATT, power=highest, when=self._when(powers.highest)),
            note=" ".join(said),
        )

    def _when(self, peak: Peak) -> str:
        day = self.language.day(peak.day, has_year=False)
        if peak.hour is None:
            return self.t("on_day", day=day)
        return self.t("on_day_at", day=day, time=self.language.hour(peak.hour))

    def _night(self) -> Child:
        base, language, t = self.facts.base_load, self.language, self.t
        if base is None:
            return self.block(t("base_load"), note=t("no_base_load"))
        watts = language.unit(base.watts, 0, "W")
        hours = BASE_HOURS.start, BASE_HOURS.stop
        days = (self.facts.end - self.facts.begin).days
        whole = base.watts * 24 * days / 1000
        part, energy = DASH, float(self.figures.energy)
        if energy:
            part = language.percent(100 * whole / energy, 0)
        said = [t("base_is", watts=watts, energy=self.energy(whole, 0), part=part)]
        if base.before is not None:
            earlier = language.unit(base.before, 0, "W")
            said.append(t("base_before", before=self.before_name, watts=earlier))
        begin, end = map(language.hour, hours)
        return self.block(
            t("base_load"),
            draw.night(
                base.median_day,
                base.watts,
                (watts, t("measured_at", begin=begin, end=end)),
                hours,
                lambda value: language.number(value, 0),
                language.hour,
                t("base_load"),
            ),
            sub=t("median_summer" if base.is_summer else "median_all"),
            note=" ".join(said),
        )

    def _option(self, one: Compared) -> str:
        return self.t(f"option_{one.offer.tariff.option}")

    def _contracts(self) -> Child:
        facts, language, t = self.facts, self.language, self.t
        comparison = facts.comparison
        if comparison is None:
            return self.block(t("other_contract"), note=t("no_contract"))
        own = comparison.offers[0]
        day = language.day(facts.made.date())
        said = [t("compared", of=self.of_days, day=day)]
        if comparison.preset_begin is not None:
            said.append(t("regulated", day=language.day(comparison.preset_begin)))
        elif len(comparison.offers) == 1:
            said.append(t("no_regulated"))
        if comparison.is_tempo_unknown:
            said.append(t("tempo_unknown"))
        if comparison.is_usual_hours:
            said.append(t("usual_hours"))
        rows = []
        for one in comparison.offers[:MOST_OFFERS]:
            name = self._option(one)
            if one.offer.power is not None:
                name = t("contract_power", contract=name, power=self._power(one.offer.power))
            if one.offer.is_own:
                name = t("own", contract=name)
            energy, total = half_up(one.energy_cost, MONEY), half_up(one.cost, MONEY)
            difference = total - half_up(own.cost, MONEY)
            cells = [
                name,
                self.number(energy, MONEY),
                self.number(total - energy, MONEY),
                self.number(total, MONEY),
                DASH if one.offer.is_own else self.number(difference, MONEY, is_signed=True),
                self._remark(one),
            ]
            rows.append([el("b", c) if one.offer.is_own and c != DASH else c for c in cells])
        amounts = ("energy_money", "subscription_money", "total_money", "difference_money")
        heads = [(t("contract_and_power"), ""), *of_numbers(*map(t, amounts)), ("", "remark")]
        listed = table(heads, rows, cls="contracts")
        return self.block(t("other_contract"), listed, sub=" ".join(said))

    def _remark(self, one: Compared) -> str:
        powers, comparison = self.facts.powers, self.facts.comparison
        power = one.offer.power
        own = comparison.offers[0].offer.power if comparison else None
        if power is not None and power != own and powers is not None:
            times = powers.exceeded.get(power, 0)
            if times:
                counted = self.language.count(self._times, times)
                return self.t("exceeded", power=self._power(power), times=counted)
            return self.t("never_exceeded", power=self._power(power))
        if one.offer.tariff.option is Option.TEMPO and comparison is not None:
            return self.language.count("red_days", comparison.red_days)
        return ""

    def _energy_class(self) -> Child:
        facts, language, t = self.facts, self.language, self.t
        if facts.per_area is None or facts.site.floor_area is None:
            return self.block(t("class_unknown"), note=t("no_class"))
        letter = class_of(facts.per_area)
        bounds = [0, *CLASSES.values()]
        rows = [
            (name, f"≤ {most}" if n == 0 else t("from_to_number", low=str(low + 1), high=str(most)))
            for n, (name, low, most) in enumerate(
                zip(CLASSES, bounds, CLASSES.values(), strict=False)
            )
        ]
        rows.append(("G", f"> {bounds[-1]}"))
        title, value = t("class", letter=letter), language.number(facts.per_area, 0)
        return self.block(
            title,
            draw.arrows(rows, letter, value, "kWh/m²", title),
            sub=t(
                "class_of_gas" if facts.gas is not None else "class_of",
                energy=self.energy(self.figures.energy),
                gas=self.energy(facts.gas or 0),
                area=language.unit(facts.site.floor_area, 0, "m²"),
            ),
        )

    def _goals(self) -> Child:
        language, t = self.language, self.t
        if not self.facts.goals:
            return self.block(t("goals"), note=t("no_goals"))
        (first, *others) = self.facts.goals
        rows: list[Sequence[Child]] = []
        if first.expected is not None:
            rows.append((t("expected"), self.energy(first.expected)))
        if first.used is not None:
            rows.append((t("used"), self.energy(first.used)))
        foot = None
        if first.percent is not None:
            foot = (t("done"), language.percent(first.percent, 1))
        return self.block(
            t("goals"),
            table([("", ""), ("", "n")], rows, foot, "bare"),
            sub=first.name,
            note=" ".join(
                t(f"goal_{one.state}", name=one.name, day=language.day(one.end))
                for one in (others[:2] or (first,))
            ),
        )

    def _sun(self) -> Child:
        sun, language, t = self.facts.sun, self.language, self.t
        if sun is None:
            return None
        is_later = sun.since > self.facts.begin
        title = t("sun_since", day=language.day(sun.since)) if is_later else t("sun")
        made, used_here, sent = roof_printed(self.facts, sun)
        produced = self.energy(made)
        if sun.used is None or sun.sold is None or used_here is None or sent is None:
            return self.block(title, note=t("sun_unknown", produced=produced))
        part = 100 * float(sun.used) / float(sun.produced) if sun.produced else 0.0
        used, sold, share = self.energy(used_here), self.energy(sent), language.percent(part)
        said = t("sun_is", produced=produced, used=used, part=share, sold=sold)
        if sun.income is not None:
            said = f"{said} {t('sun_income', money=language.money(sun.income))}"
        parts = [
            (draw.PRODUCED, draw.PRODUCED_LINE, float(sun.used)),
            (draw.SOLD, draw.SOLD_LINE, float(sun.sold)),
        ]
        return self.block(title, draw.parts(parts, 328.0, title), note=said)

    def _shared(self) -> Child:
        shared, language, t = self.facts.shared, self.language, self.t
        if not shared:
            key = "shared_hidden" if shared is None else "shared_nothing"
            return self.block(t("shared"), note=t(key))
        rows: list[Sequence[Child]] = [
            (
                [el("span", one.friend or t("former_friend")), el("small", f" {one.series}")],
                t(f"granularity_{one.granularity.lower()}"),
                language.number(float(one.readings), 0),
            )
            for one in shared[:MOST_SHARED]
        ]
        others = sum(one.readings for one in shared[MOST_SHARED:])
        if others:
            rows.append((t("others"), "", language.number(float(others), 0)))
        total = sum(one.readings for one in shared)
        heads = [(t("to_whom"), ""), (t("fineness"), ""), (t("points"), "n")]
        foot = (t("in_all"), "", language.number(float(total), 0))
        listed = table(heads, rows, foot, "shared")
        return self.block(t("shared"), listed, note=t("shared_rest"))

    def _known(self) -> Child:
        facts, language, t = self.facts, self.language, self.t
        coverage = facts.coverage
        begin, whole = facts.begin, facts.end - facts.begin
        spans = []
        for gap in coverage.gaps:
            first, last = (
                (at.date() - begin).days + (at.hour + at.minute / 60) / 24
                for at in (gap.begin, gap.end)
            )
            spans.append((first / whole.days, last / whole.days, gap.is_counted))
        said = [
            t(
                "known_is",
                part=language.percent(floored(coverage.part)),
                measured=self.number(coverage.measured, 0),
                hours=self.number(coverage.hours, 0),
            )
        ]
        gaps = sorted(coverage.gaps, key=lambda gap: gap.begin - gap.end)
        named = sorted(gaps[:3], key=lambda gap: gap.begin)
        if named:
            said.append(t("lacking", spans="; ".join(self._span(gap) for gap in named)))
            if len(gaps) > len(named):
                said.append(language.count("gaps_more", len(gaps) - len(named)))
            if all(gap.is_counted for gap in gaps):
                said.append(t("all_counted"))
            elif any(gap.is_counted for gap in gaps):
                said.append(t("some_counted"))
            else:
                said.append(t("not_counted"))
        last_day = facts.end - timedelta(days=1)
        ends = [el("span", language.short_day(day)) for day in (facts.begin, last_day)]
        return self.block(
            t("known_lacking"),
            draw.known(facts.begin, facts.end, spans, t("known_lacking")),
            el("p", ends, cls="ends"),
            note=" ".join(said),
        )

    def _span(self, gap: Gap) -> str:
        begin, end = gap.begin, gap.end
        day = self.language.day
        hours = self.number((end.timestamp() - begin.timestamp()) / 3600, 0)
        key = "span" if begin.date() != end.date() else "span_of_day"
        return self.t(
            key,
            hours=hours,
            begin=day(begin.date(), has_year=False),
            begin_time=self.language.hour(begin.hour, begin.minute),
            end=day(end.date(), has_year=False),
            end_time=self.language.hour(end.hour, end.minute),
        )
