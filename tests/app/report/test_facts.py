"""Each figure of a report is the sum of the half-hours it is of."""

from collections.abc import Iterable, Mapping
import csv
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
import io
from itertools import pairwise
import re
from statistics import quantiles
from typing import Any

from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.app.report.language import DASH
from custom_components.sen1.figures.tariff.contract import Option
from custom_components.sen1.figures.tariff.presets import newest, read_presets
from custom_components.sen1.history.points import Point

from ...figures.conftest import settled
from .conftest import (
    BEGIN,
    OFF_PEAK,
    PEAK,
    PEAK_HOURS,
    ROOF,
    SUBSCRIPTION,
    SUNNY,
    ask,
    bought,
    day,
    local,
    of_source,
    within,
)

PRICES = {"off_peak": Decimal(str(OFF_PEAK)), "peak": Decimal(str(PEAK))}
ALL = bought(BEGIN, day("2026-02-14"))

TENTH, CENT = Decimal("0.1"), Decimal("0.01")


def rounded(value: Decimal, one: Decimal) -> Decimal:
    return value.quantize(one, ROUND_HALF_UP)


def energies(points: Iterable[Point]) -> dict[str, Decimal]:
    """Return the kWh of half-hours, by the tariff period of their clock."""
    sums = dict.fromkeys(PRICES, Decimal(0))
    for point in points:
        name = "peak" if local(point).hour in PEAK_HOURS else "off_peak"
        sums[name] += Decimal(repr(point.value))
    return sums


def whole_of(sums: Mapping[str, Decimal]) -> Decimal:
    return sum(sums.values(), Decimal(0))


def cost(sums: Mapping[str, Decimal]) -> Decimal:
    return sum((sums[name] * PRICES[name] for name in PRICES), Decimal(0))


def of_days(begin: str, end: str) -> list[Point]:
    return within(ALL, day(begin), day(end))


YEAR = ("2025-01-01", "2025-12-31")
PERIODS = (
    YEAR,
    ("2023-10-15", "2024-11-10"),
    ("2025-02-01", "2025-02-28"),
    ("2026-01-01", "2026-12-31"),
)

type Reports = Mapping[tuple[str, str], Mapping[str, Any]]

_reports: dict[tuple[str, str], dict[str, Any]] = {}


@pytest.fixture
async def asked(
    recorder_mock: Recorder,
    enable_custom_integrations: None,
    site: MockConfigEntry,
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Ask the home for all reports."""
    for begin, end in PERIODS:
        answer = await ask(hass, hass_ws_client, site.entry_id, begin=begin, end=end, language="en")
        assert answer["success"], answer
        _reports[begin, end] = answer["result"]


@pytest.fixture
def reports(request: pytest.FixtureRequest) -> Reports:
    """Return reports in English, by their first and last day, made once for all tests."""
    if len(_reports) < len(PERIODS):
        request.getfixturevalue("asked")
    return _reports


type Rows = list[list[str]]


def blocks(report: Mapping[str, Any]) -> dict[str, Rows]:
    """Return the blocks of a table, by their titles."""
    found: dict[str, Rows] = {}
    rows = list(csv.reader(io.StringIO(report["csv"].removeprefix("\ufeff"))))
    block: Rows = []
    for row in rows:
        if not row:
            block = []
        elif not block:
            block.append(row)
            found[row[0]] = block
        else:
            block.append(row)
    return {title: block[1:] for title, block in found.items()}


def numbers(row: Iterable[str]) -> list[Decimal | None]:
    return [Decimal(cell) if cell else None for cell in row]


def months_of(report: Mapping[str, Any]) -> tuple[Rows, list[str]]:
    """Return the rows of months and their total."""
    _, *months, total = blocks(report)["Month by month"]
    return months, total


def test_each_month_and_the_year_are_the_sums_of_their_half_hours(reports: Reports) -> None:
    report = reports[YEAR]
    months, total = months_of(report)
    assert len(months) == 12
    for row in months:
        begin, end = date.fromisoformat(row[0]), date.fromisoformat(row[1]) + timedelta(days=1)
        points = of_days(f"{begin}", f"{end}")
        expected = energies(points)
        off_peak, peak, energy, money, before, change, *_, known = numbers(row[2:])
        # A part may be rounded otherwise than to the nearest, so that columns add up.
        for found, exact, one in (
            (off_peak, expected["off_peak"], TENTH),
            (peak, expected["peak"], TENTH),
            (energy, whole_of(expected), TENTH),
            (money, cost(expected), CENT),
        ):
            assert found is not None
            assert abs(found - exact) < one
        assert off_peak is not None
        assert peak is not None
        assert off_peak + peak == energy
        last_year = energies(
            of_days(f"{begin.replace(year=2024)}", f"{end.replace(year=end.year - 1)}")
        )
        assert before is not None
        assert abs(before - whole_of(last_year)) < TENTH
        if begin.month == 2:
            # Of a month of which too little is known no change is told.
            assert (change, known) == (None, Decimal("96.1"))
        else:
            exact = 100 * (1 - whole_of(expected) / whole_of(last_year))
            assert (change, known) == (rounded(exact, TENTH), 100)
    columns = [numbers(column) for column in zip(*(row[2:7] for row in months), strict=True)]
    assert [sum(filter(None, column)) for column in columns] == numbers(total[2:7])
    whole = energies(of_days("2025-01-01", "2026-01-01"))
    year_before = whole_of(energies(of_days("2024-01-01", "2025-01-01")))
    assert numbers(total[4:8]) == [
        rounded(whole_of(whole), TENTH),
        rounded(cost(whole), CENT),
        rounded(year_before, TENTH),
        rounded(100 * (1 - whole_of(whole) / year_before), TENTH),
    ]
    paid = blocks(report)["Energy, €"]
    assert paid == [
        ["Subscription, €", "279.84"],
        ["Total, €", str(rounded(cost(whole), CENT) + Decimal("279.84"))],
    ]
    assert pytest.approx(279.84) == 12 * SUBSCRIPTION


def cells(html: str, table: str) -> list[list[str]]:
    """Return the texts of the body and the foot of a table of a page."""
    found = re.search(rf'<table class="{table}">(.*?)</table>', html, re.DOTALL)
    assert found is not None
    rows = re.findall(r"<tr>(.*?)</tr>", found[1], re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]
        for row in rows
        if "<td" in row
    ]


def test_the_page_and_the_table_have_the_same_figures(reports: Reports) -> None:
    report = reports[YEAR]
    months, total = months_of(report)
    shown = cells(report["html"], "months")
    for printed, row in zip(shown, [*months, total], strict=True):
        written = [text.replace(",", "").replace("\u2212", "-").rstrip("%") for text in printed[1:]]
        known = written.pop()
        told = [cell.rstrip("%") for cell in row[2:8]]
        assert [float(one) if one != DASH else None for one in written] == [
            float(one) if one else None for one in told
        ]
        assert float(known) == int(Decimal(row[-1]))
    for title, table in (("By tariff period", "wide"), ("And with another contract?", "contracts")):
        for printed, row in zip(
            cells(report["html"], table), blocks(report)[title][1:], strict=False
        ):
            for cell in row[1:]:
                if "." in cell:
                    text = f"{Decimal(cell):,}".replace("-", "\u2212")
                    assert any(text in one for one in printed), (text, printed)


def test_any_days_are_reported_over_a_leap_day_and_both_changes_of_the_clock(
    reports: Reports,
) -> None:
    report = reports["2023-10-15", "2024-11-10"]
    months, total = months_of(report)
    firsts = [row[0] for row in months]
    assert (len(months), firsts[:2], months[0][1]) == (
        14,
        ["2023-10-15", "2023-11-01"],
        "2023-10-31",
    )
    assert months[-1][:2] == ["2024-11-01", "2024-11-10"]
    (february,) = [row for row in months if row[0] == "2024-02-01"]
    assert february[1] == "2024-02-29"
    bounds = [*firsts, "2024-11-11"]
    for row, (begin, end) in zip(months, pairwise(bounds), strict=True):
        exact = whole_of(energies(of_days(begin, end)))
        assert abs(Decimal(row[4]) - exact) < TENTH
    whole = energies(of_days("2023-10-15", "2024-11-11"))
    assert Decimal(total[4]) == rounded(whole_of(whole), TENTH)
    # Of the year before too little is known: nothing is compared.
    assert total[6:8] == ["", ""]
    assert "Compared with" not in report["html"]
    hours = (day("2024-11-11").timestamp() - day("2023-10-15").timestamp()) / 3600
    assert f"{hours:,.0f} of {hours:,.0f} hours measured" in report["html"]


def test_what_is_not_known_is_said_with_its_hours(reports: Reports) -> None:
    report = reports[YEAR]
    html = report["html"].replace("\u00a0", " ")
    assert "99.7%: 8,734 of 8,760 hours measured" in html
    assert "26 hours, 9 February at 8:00 to 10 February at 10:00" in html
    assert ["Unknown", "2025-02-09T08:00+01:00", "2025-02-10T10:00+01:00"] in blocks(report)[
        "Known, %"
    ]
    february = reports["2025-02-01", "2025-02-28"]
    months, _ = months_of(february)
    assert months[0][-1] == "96.1"


def test_the_base_load_is_that_of_the_nights_and_the_highest_power_of_a_half_hour(
    reports: Reports,
) -> None:
    report = reports[YEAR]
    found = blocks(report)
    for year, title in ((2025, "Base load of the night, W"), (2024, None)):
        points = of_days(f"{year}-01-01", f"{year + 1}-01-01")
        nights = [2000 * point.value for point in points if local(point).hour in (4, 5)]
        watts = round(quantiles(nights, n=100, method="inclusive")[9])
        if title is None:
            assert found["Base load of the night, W"] == [
                ["Base load of the night, Year before, W", str(watts)]
            ]
        else:
            assert f"{watts}\u00a0W without a break" in report["html"]
    points = of_days("2025-01-01", "2026-01-01")
    for row in found["Highest power"][1:]:
        month = [point for point in points if local(point).date().isoformat()[:7] == row[0][:7]]
        best = max(month, key=lambda point: point.value)
        assert float(row[1]) == pytest.approx(2 * best.value, abs=0.005_001)
        assert row[2] == f"{local(best):%Y-%m-%d}"


def test_other_contracts_cost_what_their_half_hours_cost_to_the_cent(reports: Reports) -> None:
    report = reports[YEAR]
    _, own, *others = blocks(report)["And with another contract?"]
    sums = energies(of_days("2025-01-01", "2026-01-01"))
    presets = read_presets()
    own_cost = rounded(cost(sums) + 12 * Decimal(str(SUBSCRIPTION)), CENT)
    assert own == [
        "Off-peak hours, yours",
        "12",
        *map(str, (rounded(cost(sums), CENT), own_cost - rounded(cost(sums), CENT), own_cost)),
        "",
    ]
    options = {"One price": Option.BASE, "Off-peak hours": Option.OFF_PEAK}
    assert [(row[0], row[1]) for row in others] == [
        ("One price", "12"),
        ("Off-peak hours", "9"),
        ("Off-peak hours", "15"),
    ]
    for name, power, energy, subscription, total, difference in others:
        preset = newest(presets, options[name], float(power))
        assert preset is not None
        prices = {key: Decimal(str(price)) for key, price in preset.prices.items()}
        if options[name] is Option.BASE:
            exact = whole_of(sums) * prices["all_hours"]
        else:
            exact = sum((sums[key] * prices[key] for key in sums), Decimal(0))
        yearly = 12 * Decimal(str(preset.subscriptions[float(power)]))
        assert Decimal(energy) == rounded(exact, CENT)
        assert Decimal(total) == rounded(exact + yearly, CENT)
        assert Decimal(energy) + Decimal(subscription) == Decimal(total)
        assert Decimal(difference) == Decimal(total) - own_cost
    assert "Tempo is left out" in report["html"]
    assert "9\u00a0kVA never exceeded" in report["html"]


def test_the_sun_is_told_since_it_is_known(reports: Reports) -> None:
    report = reports[YEAR]
    produced, sold = (
        sum(
            (
                Decimal(repr(point.value))
                for point in of_source(ROOF, part, SUNNY, day("2026-01-01"))
            ),
            Decimal(0),
        )
        for part in (1, 0.25)
    )
    assert blocks(report)["Sun"] == [
        ["Produced", str(rounded(produced, TENTH))],
        ["Used here", str(rounded(produced - sold, TENTH))],
        ["Sent to the grid", str(rounded(sold, TENTH))],
    ]
    assert "Sun, since 2\u00a0September 2025" in report["html"]


def test_days_that_are_not_over_are_left_out(reports: Reports) -> None:
    report = reports["2026-01-01", "2026-12-31"]
    months, _ = months_of(report)
    assert [row[:2] for row in months] == [
        ["2026-01-01", "2026-01-31"],
        ["2026-02-01", "2026-02-13"],
    ]
    exact = energies(of_days("2026-02-01", "2026-02-14"))
    assert abs(Decimal(months[1][4]) - whole_of(exact)) < TENTH


async def test_what_the_roof_gave_is_not_taken_for_used_where_nobody_knows_what_was_sent(
    recorder_mock: Recorder,
    enable_custom_integrations: None,
    site: MockConfigEntry,
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
) -> None:
    hass.config_entries.async_update_entry(site, data={**site.data, "sold_series": []})
    for _ in range(3):
        await settled(hass)
    begin, end = YEAR
    answer = await ask(hass, hass_ws_client, site.entry_id, begin=begin, end=end, language="en")
    (head, produced), *others = blocks(answer["result"])["Sun"]
    assert (head, Decimal(produced) > 100) == ("Produced", True)
    assert others == [["Used here", ""], ["Sent to the grid", ""]]
    assert "sent to the grid is not known, so neither is how much was used here" in re.sub(
        r"\s+", " ", answer["result"]["html"]
    )
    assert "Earned" not in answer["result"]["html"]
