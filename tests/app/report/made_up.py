"""A report that nobody measured, as full as one can be."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
import json
from typing import Any

from custom_components.sen1.app.report.facts import (
    Amount,
    BaseLoad,
    ColdOfMonth,
    Comparison,
    Correction,
    Coverage,
    Facts,
    Gap,
    GoalReached,
    Month,
    Peak,
    Powers,
    Shared,
    SiteTold,
    Sun,
    TimesOfUse,
    WeatherOfPeriod,
)
from custom_components.sen1.app.report.language import Language, read_words
from custom_components.sen1.figures.counting.balance import HomeQuantity
from custom_components.sen1.figures.tariff.compared import Compared, OfferedContract
from custom_components.sen1.figures.tariff.contract import PERIODS_OF, Option, Tariff
from testbed.translations import TRANSLATIONS

BEGIN, END = date(2025, 1, 1), date(2026, 1, 1)
MADE = datetime(2026, 1, 14, 18, 42, tzinfo=UTC)


def language(code: str, currency: str = "EUR") -> Language:
    """Return a language of the report, without a Home Assistant."""
    texts: dict[str, Any] = json.loads((TRANSLATIONS / f"{code}.json").read_text())
    names: dict[str, str] = {}

    def flatten(tree: dict[str, Any], above: str) -> None:
        for key, value in tree.items():
            if isinstance(value, dict):
                flatten(value, f"{above}{key}.")
            else:
                names[f"{above}{key}"] = value

    flatten({key: texts[key] for key in ("entity", "selector")}, "")
    return Language(code, read_words(), names, currency)


def amount(energy: str, option: Option = Option.OFF_PEAK) -> Amount:
    """Return an amount that is known, shared evenly by the periods of a contract."""
    names = PERIODS_OF[option]
    part = Decimal(energy) / len(names)
    return Amount(Decimal(energy), 1.0, Decimal(energy) / 5, dict.fromkeys(names, (part, part / 5)))


def offer(option: Option, power: float, *, is_own: bool = False) -> Compared:
    """Return what a contract would have cost."""
    prices = {name: Decimal("0.2") for name in PERIODS_OF[option]}
    tariff = Tariff(BEGIN, option, prices, Decimal(20))
    cost = Decimal(2000) + Decimal(str(power))
    return Compared(OfferedContract(tariff, power, is_own), {}, cost, Decimal(240))


def facts(count: int = 12, option: Option = Option.OFF_PEAK) -> Facts:
    """Return a report of so many months with everything that there can be."""
    firsts = [date(2025 + n // 12, n % 12 + 1, 1) for n in range(count + 1)]
    cold = ColdOfMonth(149.5, 172.6, 1.0)
    months = [
        Month(
            begin,
            end,
            amount("1021.37", option),
            amount("1100.01"),
            Peak(9.87, begin, 19),
            cold,
            Decimal("1060.55"),
        )
        for begin, end in pairwise(firsts)
    ]
    end = firsts[-1]
    days = [BEGIN + timedelta(days=n) for n in range((end - BEGIN).days)]
    hours = [0.2 + 0.1 * n for n in range(24)]
    gap = datetime(2025, 2, 9, 8, tzinfo=UTC)
    return Facts(
        site=SiteTold("Maison", "home", "Lorient", 146, 4, "electric"),
        quantity=HomeQuantity.BOUGHT,
        begin=BEGIN,
        end=end,
        made=MADE,
        currency="EUR",
        months=months,
        total=amount(str(Decimal("1021.37") * count), option),
        before=amount(str(Decimal("1100.01") * count)),
        subscription=Decimal("279.84"),
        per_area=84,
        gas=None,
        contracts=[
            Tariff(
                date(2023, 1, 1),
                option,
                dict.fromkeys(PERIODS_OF[option], Decimal("0.2065")),
                Decimal("23.32"),
            )
        ],
        coverage=Coverage(
            len(days) * 24,
            len(days) * 24 - 46,
            [
                Gap(gap, gap + timedelta(hours=26), is_counted=True),
                Gap(gap + timedelta(days=90), gap + timedelta(days=90, hours=20), is_counted=False),
            ],
        ),
        hours=TimesOfUse(
            {day: [None if day.day == 9 else power for power in hours] for day in days},
            dict.fromkeys(("winter", "spring", "summer", "autumn"), hours),
            dict.fromkeys(("working", "weekend"), hours),
            [Decimal(20 + n) for n in range(7)],
            (days[3], Decimal("50.5")),
            (days[4], Decimal("8.5")),
        ),
        sources=["Meter", "Imported half-hours"],
        powers=Powers(Peak(9.87, date(2025, 2, 12), 19), True, 12, {6: 120, 9: 11, 12: 0, 15: 0}),
        base_load=BaseLoad(186.4, 203.2, [500.0] * 48, is_summer=True),
        sun=Sun(Decimal("402.4"), Decimal("301.3"), Decimal("101.1"), Decimal(4), date(2025, 9, 2)),
        comparison=Comparison(
            [
                offer(option, 12, is_own=True),
                *(offer(one, 12) for one in (Option.BASE, Option.TEMPO)),
                *(offer(option, power) for power in (9, 15)),
            ],
            date(2025, 8, 1),
            is_tempo_unknown=False,
            red_days=22,
            is_usual_hours=True,
        ),
        weather=WeatherOfPeriod(18.0, "meteo", (2016, 2025), ColdOfMonth(1794.2, 2071.3, 1.0)),
        correction=Correction(Decimal("12726.6"), Decimal("13000.1"), 3.2, 3.45),
        explained=0.91,
        goals=[
            GoalReached(
                "8 % de moins cet hiver", "possible", 3479.9, 3262.2, 6.3, date(2026, 3, 31)
            )
        ],
        shared=[
            Shared("Défi énergie 2025, équipe", "Maison, par jour", "P1D", 61),
            Shared("", "Maison", "LIVE", 12_345),
            *(Shared(f"Friend {n}", "kWh/m²", "P1D", 1) for n in range(6)),
        ],
    )


def bare(report: Facts) -> Facts:
    """Return a report of which nothing is known but energies."""
    plain = [
        replace(m, peak=None, cold=None, corrected=None, before=Amount(None, 0.0))
        for m in report.months
    ]
    nothing: list[float | None] = [None] * 24
    return replace(
        report,
        site=SiteTold("Maison", "home"),
        months=[replace(m, amount=Amount(m.amount.energy, 0.6)) for m in plain],
        total=Amount(report.total.energy, 0.6),
        before=Amount(None, 0.0),
        subscription=None,
        per_area=None,
        contracts=[],
        hours=TimesOfUse(
            dict.fromkeys(report.hours.days, nothing),
            dict.fromkeys(("winter", "summer"), nothing),
            dict.fromkeys(("working", "weekend"), nothing),
            [None] * 7,
            None,
            None,
        ),
        sources=[],
        powers=None,
        base_load=None,
        sun=None,
        comparison=None,
        weather=None,
        correction=None,
        goals=(),
        shared=None,
    )
