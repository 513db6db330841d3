"""Who may ask for which report, and what is answered; all buildings, and the sums of a group."""

from collections.abc import AsyncIterator
import csv
from decimal import ROUND_HALF_UP, Decimal
import io
from pathlib import Path
import re
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.history.recorder import async_committed
from testbed.years import Habits, hours

from ...conftest import Beside
from ...figures.conftest import home_with, measure
from ...figures.site.test_past import at
from .conftest import ask, day
from .test_page import CUT_OFF, Nested

SCHOOL = Habits("School", 820, 61_000, 0.4)
HALL = Habits("Hall", 400, 22_000, 0.7)
NAMES = {SCHOOL: "School <of the town>", HALL: "Hall"}
BEGIN, END = day("2024-01-01"), day("2026-01-01")
YEAR = {"begin": "2025-01-01", "end": "2025-12-31"}


def points_of(building: Habits) -> list[Point]:
    begin = BEGIN if building is SCHOOL else day("2024-07-01")
    return [Point(hour.timestamp(), 3600, building.hour(hour) / 1000) for hour in hours(begin, END)]


def of_year(building: Habits, year: int) -> Decimal:
    begin, end = day(f"{year}-01-01").timestamp(), day(f"{year + 1}-01-01").timestamp()
    return sum(
        (Decimal(repr(p.value)) for p in points_of(building) if begin <= p.begin < end), Decimal(0)
    )


@pytest.fixture
async def town(
    recorder_mock: Recorder, hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> AsyncIterator[list[MockConfigEntry]]:
    """Return two buildings with a past, and one of which nothing is known."""
    freezer.move_to(at("2026-01-14 18:42"))
    await hass.config.async_set_time_zone("Europe/Paris")
    for building in NAMES:
        await async_archive(hass).async_add(
            f"sen1:{building.name.lower()}",
            building.name,
            "kWh",
            Aggregation.SUM,
            points_of(building),
        )
    await async_committed(hass)
    measure(hass, "bought_index", "unavailable")
    entries = [
        await home_with(
            hass,
            sources=(),
            data={"bought_series": [f"sen1:{one.name.lower()}"], "floor_area": one.floor_area},
            title=name,
        )
        for one, name in NAMES.items()
    ]
    entries.append(await home_with(hass, title="Library"))
    yield entries
    for entry in entries:
        assert await hass.config_entries.async_unload(entry.entry_id)


def tenth(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


async def test_the_report_of_all_buildings_has_a_line_each_and_adds_up(
    beside: Beside,
    hass: HomeAssistant,
    town: list[MockConfigEntry],
    hass_ws_client: WebSocketGenerator,
) -> None:
    answer = await ask(hass, hass_ws_client, "all", language="en", **YEAR)
    report = answer["result"]
    rows = list(csv.reader(io.StringIO(report["csv"].removeprefix("\ufeff"))))
    lines = {row[0]: row for row in rows if row}
    energies = {name: of_year(building, 2025) for building, name in NAMES.items()}
    for building, name in NAMES.items():
        _, energy, paid, area, before, change, known = lines[name]
        assert Decimal(energy) == tenth(energies[name])
        assert (paid, int(area), known) == (
            "",
            int(energies[name] / building.floor_area),
            "100.0",
        )
        # Of half a year nothing is compared.
        assert bool(before) == bool(change) == (building is SCHOOL)
    total = lines["All together"]
    assert Decimal(total[1]) == sum(map(tenth, energies.values()))
    assert Decimal(total[4]) == tenth(of_year(SCHOOL, 2024))
    exact = 100 * (1 - energies[NAMES[SCHOOL]] / of_year(SCHOOL, 2024))
    assert Decimal(total[5]) == tenth(exact)
    assert [row for row in rows if row and not row[0]] == [["", "2 of 3", "", "", "1 of 3"]]
    months = [row for row in rows if row and re.fullmatch(r"2025-\d\d-01", row[0])]
    assert len(months) == 12
    assert sum(Decimal(row[1]) for row in months) == Decimal(total[1])
    text = Nested(report["html"]).text
    assert "Compared are the 1 of 2 buildings" in text
    assert "Nothing is known of: Library." in text
    assert NAMES[SCHOOL] in text
    assert (report["title"], report["name"]) == (
        "Report 2025, All buildings",
        "sen1_20250101_20251231_all",
    )
    pdf, sheets = beside.background.do(beside.browser.paper(report["html"], CUT_OFF))
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == len(sheets) == 1
    assert sheets == [[0, 0]]


async def test_what_a_roof_gives_is_in_no_sum_of_what_is_used(
    hass: HomeAssistant, town: list[MockConfigEntry], hass_ws_client: WebSocketGenerator
) -> None:
    for title, name in (("Solar hall", "sold_series"), ("Solar school", "produced_series")):
        town.append(await home_with(hass, sources=(), data={name: ["sen1:hall"]}, title=title))
    report = (await ask(hass, hass_ws_client, "all", language="en", **YEAR))["result"]
    rows = [row for row in csv.reader(io.StringIO(report["csv"].removeprefix("\ufeff"))) if row]
    total, _ = (row for row in rows if row[0] == "All together")
    assert Decimal(total[1]) == sum(tenth(of_year(building, 2025)) for building in NAMES)
    months = [row for row in rows if re.fullmatch(r"2025-\d\d-01", row[0])]
    assert sum(Decimal(row[1]) for row in months) == Decimal(total[1])
    # What each gave has a column of its own, with its own sum.
    at = rows.index(["Other energies, in none of the sums above"])
    assert not [row for row in rows[:at] if "Solar" in row[0]]
    gave = str(tenth(of_year(HALL, 2025)))
    assert rows[at + 1 :] == [
        ["Building", "Produced, kWh", "Sent to the grid, kWh"],
        ["Solar hall", "", gave],
        ["Solar school", gave, ""],
        ["All together", gave, gave],
    ]
    assert Nested(report["html"]).text.count("Solar") == 2


async def test_the_report_of_a_sum_has_its_months_beside_those_of_the_year_before(
    hass: HomeAssistant, town: list[MockConfigEntry], hass_ws_client: WebSocketGenerator
) -> None:
    report = (await ask(hass, hass_ws_client, "sen1:hall", language="en", **YEAR))["result"]
    rows = [row for row in csv.reader(io.StringIO(report["csv"].removeprefix("\ufeff"))) if row]
    months = [row for row in rows if re.fullmatch(r"2025-\d\d-01", row[0])]
    total = rows[-1]
    assert Decimal(total[1]) == tenth(of_year(HALL, 2025)) == sum(Decimal(r[1]) for r in months)
    # It began in July: of the months before there is nothing, and of the year no change.
    assert [bool(row[2]) for row in months] == [False] * 6 + [True] * 6
    assert total[2:] == ["", "", "100.0"]
    assert "Hall" in report["html"]


async def test_what_cannot_be_reported_is_refused_with_the_reason(
    hass: HomeAssistant, town: list[MockConfigEntry], hass_ws_client: WebSocketGenerator
) -> None:
    school, _, library = town
    for site, days, reason in (
        (library.entry_id, YEAR, "report_nothing_known"),
        ("unknown", YEAR, "report_no_site"),
        ("sen1:unknown", YEAR, "report_no_site"),
        (school.entry_id, {"begin": "2020-01-01", "end": "2020-12-31"}, "report_nothing_known"),
        (school.entry_id, {"begin": "2025-12-31", "end": "2025-01-01"}, "report_wrong_period"),
        (school.entry_id, {"begin": "2024-01-01", "end": "2025-12-31"}, "report_wrong_period"),
        (school.entry_id, {"begin": "2026-01-14", "end": "2026-02-01"}, "report_wrong_period"),
        ("all", {"begin": "2020-01-01", "end": "2020-12-31"}, "report_nothing_known"),
    ):
        answer = await ask(hass, hass_ws_client, site, **days)
        assert not answer["success"]
        assert answer["error"]["translation_key"] == reason, (site, days)
    for days in ({"begin": "0001-01-01", "end": "0001-01-01"}, {**YEAR, "end": "9999-12-31"}):
        answer = await ask(hass, hass_ws_client, school.entry_id, **days)
        assert answer["error"]["code"] == "invalid_format"
    answer = await ask(hass, hass_ws_client, library.entry_id, language="fr", **YEAR)
    assert answer["error"]["message"].startswith("Rien n’est connu")  # noqa: RUF001


async def test_the_action_answers_a_report_or_writes_it_where_home_assistant_may(
    hass: HomeAssistant, town: list[MockConfigEntry], tmp_path: Path, hass_admin_user: MockUser
) -> None:
    site = town[0].entry_id
    hass.config.allowlist_external_dirs = {str(tmp_path)}

    async def make(**more: str) -> dict[str, Any]:
        answer: dict[str, Any] | None = await hass.services.async_call(
            DOMAIN,
            "make_report",
            {"site": site, "language": "fr", **YEAR, **more},
            blocking=True,
            return_response=True,
        )
        assert answer is not None
        return answer

    answer = await make()
    assert answer["title"] == "Bilan annuel 2025, School <of the town>"
    assert Nested(answer["html"]).text.count("sur 4") == 4
    assert ";" in answer["csv"].splitlines()[4]
    for name, part in (("report.html", "html"), ("report.CSV", "csv")):
        path = tmp_path / name
        written = await make(path=str(path))
        assert written["path"] == str(path)
        assert path.read_text() == answer[part]
    with pytest.raises(ServiceValidationError, match="may not use this path"):
        await make(path="/etc/report.html")
    with pytest.raises(ServiceValidationError, match="Nothing is known"):
        await make(begin="2020-01-01", end="2020-12-31")
