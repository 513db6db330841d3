"""One truth, in the demo: a figure that stands in two places is the same in both.

What the pages say is read from them, as their viewer reads numbers. It is held against the states
of the site's entities; those against the series of the site, and these against the recorder, so
that all of them are the same. Where figures are printed beside their sum, they add up to it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cached_property, partial
from io import StringIO
from itertools import product
import os
import re

from playwright.async_api import Locator, Page, expect
import pytest

from testbed.home_assistant import Json
from testbed.household import PARIS
from testbed.waiting import until
from testbed.years import midnight

from .looking import Show, card, flat

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(not os.environ.get("SEN1_ONE_TRUTH"), reason="takes ten minutes"),
]

LANGUAGES = ("en", "fr")
PERIODS = ("day", "month", "year")
STEPS = {"day": "hour", "month": "day", "year": "month"}
TARIFFS = ("off_peak", "peak")

WATT_HOUR = Decimal("0.001")
CENT = Decimal("0.01")

FEW = 10_000
"""From so many kWh on, a figure is written without decimals."""

WRITTEN_S = 600
"""Within which the recorder has two years, however busy the machine is, up to the last hour."""

READ = """(cards) => cards.map(({shadowRoot: root}) => {
    const lines = (element) => element.innerText.split("\\n").filter((line) => line.trim());
    return {
        text: root.querySelector(".frame").innerText,
        titles: [...root.querySelectorAll("h2")].map((title) => title.innerText),
        figures: [...root.querySelectorAll(".figure")].map((figure) => figure.innerText),
        labels: [...root.querySelectorAll("[aria-label]")].map((one) => one.ariaLabel),
        tables: [...root.querySelectorAll("table")].map((table) =>
            [...table.rows].map((row) => [...row.cells].map(lines))),
    };
})"""
"""What cards show: the lines of each cell of their tables."""

type Said = list[str]
"""What is another in two places."""


@dataclass(frozen=True)
class Words:
    """What names figures, and how numbers are written."""

    group: str
    point: str
    separator: str
    """Of the cells of a file."""
    periods: tuple[str, str, str]
    units: tuple[str, str, str]
    tariffs: tuple[str, str]
    bought: str
    roof: str
    used: str
    sent: str
    total: str
    cost: str
    used_of: str
    sold_of: str
    so_far: str

    def number(self, text: str) -> Decimal:
        """Return the first number of a text."""
        found = re.search(rf"[\u2212-]?\d+(?:{self.group}\d{{3}})*(?:\{self.point}\d+)?", text)
        assert found is not None, f"no number in {text!r}"
        written = re.sub(self.group, "", found[0]).replace("\u2212", "-")
        return Decimal(written.replace(self.point, "."))


WORDS = {
    "en": Words(
        group=",",
        point=".",
        separator=",",
        periods=("Today", "This month", "This year"),
        units=("Day", "Month", "Year"),
        tariffs=("Off-peak", "Peak"),
        bought="Bought from the grid",
        roof="Used from the roof",
        used="Used",
        sent="Sent to the grid",
        total="Total",
        cost="Cost",
        used_of="used from the roof",
        sold_of="sent to the grid",
        so_far="Bought so far",
    ),
    "fr": Words(
        group=r"\s",
        point=",",
        separator=";",
        periods=("Aujourd\u2019hui", "Ce mois-ci", "Cette année"),
        units=("Jour", "Mois", "Année"),
        tariffs=("Heures creuses", "Heures pleines"),
        bought="Acheté au réseau",
        roof="Utilisé depuis le toit",
        used="Utilisé",
        sent="Injecté dans le réseau",
        total="Total",
        cost="Coût",
        used_of="utilisés depuis le toit",
        sold_of="injectés dans le réseau",
        so_far="Déjà acheté",
    ),
}


def half_up(value: Decimal | float | str, digits: int) -> Decimal:
    """Return a value as it is written with so many decimals."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def closed(values: Sequence[Decimal], digits: int, total: Decimal) -> list[Decimal]:
    """Return values rounded so that they add up to their total: the largest remainders go up."""
    unit = Decimal(1).scaleb(-digits)
    floors = [value.quantize(unit, ROUND_FLOOR) for value in values]
    left = int((half_up(total, digits) - sum(floors)) / unit)
    order = sorted(range(len(values)), key=lambda i: floors[i] - values[i])
    up = set(order[:left])
    return [floor + unit * (i in up) for i, floor in enumerate(floors)]


@dataclass(frozen=True)
class Span:
    """A period of the home's calendar."""

    unit: str
    begin: datetime
    end: datetime


def span(unit: str, back: int = 0) -> Span:
    """Return this day, month or year, or one before it."""
    first = datetime.now(PARIS).date()
    if unit == "day":
        first -= timedelta(days=back)
        after = first + timedelta(days=1)
    elif unit == "month":
        months = first.year * 12 + first.month - 1 - back
        first, after = (date(number // 12, number % 12 + 1, 1) for number in (months, months + 1))
    else:
        first, after = date(first.year - back, 1, 1), date(first.year - back + 1, 1, 1)
    return Span(unit, midnight(first), midnight(after))


class Site:
    """A site of the house, and what its entities say."""

    def __init__(self, show: Show, told: Json, rows: Sequence[Json]) -> None:
        """Take what `sen1/sites` tells of it, and the rows of the registry."""
        self._page = show.stage.page
        self.told = told
        self.id: str = told["id"]
        self.name: str = told["name"]
        self.entities: dict[str, str] = {
            row["unique_id"].removeprefix(f"{self.id}_"): row["entity_id"]
            for row in rows
            if row["config_entry_id"] == self.id
        }

    @property
    def view(self) -> str:
        """Return the path of its home."""
        return "home" if self.told["is_main"] else f"home-{self.id}"

    def has(self, key: str) -> bool:
        """Tell whether it has an entity."""
        return key in self.entities

    @cached_property
    def tariffs(self) -> list[str]:
        """Return the tariff periods of its contract that it tells apart."""
        return [one for one in TARIFFS if self.has(f"energy_{one}_day")]

    def value(self, key: str, attribute: str | None = None) -> Decimal:
        """Return what an entity says, or one of its attributes."""
        state = self._page.states[self.entities[key]]
        told = state["state"] if attribute is None else state["attributes"][attribute]
        return Decimal(str(told))

    def bought(self, unit: str) -> Decimal:
        """Return what was bought, kWh."""
        return self.value(f"bought_{unit}")

    def paid(self, unit: str) -> Decimal:
        """Return what it costs."""
        return self.value(f"cost_{unit}", "energy_cost")

    def digits(self, unit: str) -> int:
        """Return with how many decimals Home writes its energies."""
        return 0 if unit == "year" and self.bought(unit) >= FEW else 1

    async def energies(self, begin: datetime, end: datetime, step: str) -> Json:
        """Return its series."""
        answer: Json = await self._page.command(
            "sen1/energies",
            site=self.id,
            begin=begin.isoformat(),
            end=end.isoformat(),
            step=step,
        )
        return answer

    async def of(self, period: Span) -> Json:
        """Return its quantities in a period."""
        step = STEPS[period.unit]
        found: Json = (await self.energies(period.begin, period.end, step))["quantities"]
        return found

    async def of_tariffs(self, unit: str) -> list[Decimal]:
        """Return what was bought in each tariff period, kWh, as exactly as it is answered."""
        tariffs = (await self.of(span(unit)))["bought"]["tariffs"]
        return [Decimal(str(tariffs[one]["total"])) for one in self.tariffs]


async def sites_of(show: Show) -> list[Site]:
    """Return the sites, once each tells all that it will."""
    page = show.stage.page

    async def all_there() -> list[Site] | None:
        told = (await page.command("sen1/sites"))["sites"]
        rows = await page.command("config/entity_registry/list")
        found = [Site(show, one, rows) for one in told if one["loaded"] and one["statistics"]]
        is_there = len(found) == len(told) > 1 and all(one.has("cost_day") for one in found)
        return found if is_there else None

    return await until(all_there, "each site tells its series", within=60)


async def agree(compare: Callable[[], Awaitable[Said]], what: str, within: float = 30) -> None:
    """Compare until nothing differs: a figure may have moved while the other was read."""
    said: Said = []

    async def is_same() -> bool:
        said[:] = await compare()
        return not said

    try:
        await until(is_same, what, within)
    except TimeoutError:
        raise AssertionError("\n".join([what, *said])) from None


class Differences(list[str]):
    """Gathers what differs."""

    def expect(self, what: str, shown: object, wanted: object) -> None:
        """Note what is shown if it is not what it should be."""
        if shown != wanted:
            self.append(f"{what}: {shown}, not {wanted}")

    def same(self, what: str, one: Decimal | float, other: Decimal | float, to: Decimal) -> None:
        """Note two figures that are not the same to a unit."""
        if abs(Decimal(str(one)) - Decimal(str(other))) >= to / 2:
            self.append(f"{what}: {one}, not {other}")


async def seen(cards: Locator) -> list[Json]:
    """Return what cards show."""
    await expect(cards.locator(".figure, table").first).to_be_visible()
    found: list[Json] = await cards.evaluate_all(READ)
    return found


def test_what_entities_say_is_what_the_series_come_to(show: Show) -> None:
    async def scenario(show: Show) -> None:
        for site in await sites_of(show):
            for unit in PERIODS:

                async def compare(site: Site = site, unit: str = unit) -> Said:
                    found, said = await site.of(span(unit)), Differences()
                    keys = ("bought", "sold", "produced", "consumed", "self_consumed")
                    for key in (key for key in keys if site.has(f"{key}_{unit}")):
                        shown = Decimal(str(found[key]["total"]))
                        said.expect(f"{key} of the {unit}", shown, site.value(f"{key}_{unit}"))
                    bought = found["bought"]
                    cost = Decimal(str(bought["total_cost"]))
                    said.expect(f"cost of the {unit}", cost, site.paid(unit))
                    if site.has(f"income_{unit}"):
                        income = Decimal(str(found["sold"]["total_cost"]))
                        said.expect(f"income of the {unit}", income, site.value(f"income_{unit}"))
                    for tariff in site.tariffs:
                        for what, key in (("energy", "total"), ("cost", "total_cost")):
                            exact = bought["tariffs"][tariff][key]
                            shown = half_up(exact, 4 if what == "energy" else 2)
                            wanted = site.value(f"{what}_{tariff}_{unit}")
                            said.expect(f"{what} of {tariff}, {unit}", shown, wanted)
                    return said

                await agree(compare, f"{site.name}, {unit}: entities and series")

    show.play(scenario)


def test_hours_add_up_to_days_days_to_months_months_to_years_and_periods_to_all(
    show: Show,
) -> None:
    async def scenario(show: Show) -> None:
        for site in await sites_of(show):

            async def compare(site: Site = site) -> Said:
                said = Differences()
                for unit, back in ((unit, back) for unit in PERIODS for back in (0, 1)):
                    period = span(unit, back)
                    whole = await site.of(period)
                    finer = await site.energies(period.begin, period.end, "half_hour")
                    for key, series in whole.items():
                        where = f"{key}, {unit} before {back}"
                        if series["total"] is None:
                            continue
                        for steps in (series, finer["quantities"][key]):
                            added = sum(value or 0 for value in steps["values"])
                            said.same(where, added, series["total"], WATT_HOUR)
                            if "costs" in series:
                                paid = sum(cost or 0 for cost in steps["costs"])
                                said.same(f"cost of {where}", paid, series["total_cost"], CENT)
                        if tariffs := series.get("tariffs"):
                            parts = tariffs.values()
                            for i, value in enumerate(series["values"]):
                                added = sum(one["values"][i] for one in parts)
                                said.same(f"{where}, step {i}", added, value or 0, WATT_HOUR)
                            for total, to in (("total", WATT_HOUR), ("total_cost", CENT)):
                                added = sum(one[total] for one in parts)
                                said.same(f"periods of {where}", added, series[total], to)
                return said

            await agree(compare, f"{site.name}: parts and their sum")

    show.play(scenario)


@pytest.mark.parametrize("language", LANGUAGES)
def test_home_prints_what_its_entities_say(show: Show, language: str) -> None:
    async def scenario(show: Show) -> None:
        for site in await sites_of(show):
            async with show.view(site.view, language=language) as page:
                await agree(
                    partial(on_home, page, site, WORDS[language]),
                    f"{site.name}: Home and its entities",
                )

    show.play(scenario)


async def on_home(page: Page, site: Site, words: Words) -> Said:
    """Compare what Home prints of a site with what its entities say."""
    said = Differences()
    await expect(card(page, "energy")).to_have_count(3)
    for unit, title, shown in zip(
        PERIODS, words.periods, await seen(card(page, "energy")), strict=True
    ):
        assert shown["titles"] == [title]
        digits, bought, paid = site.digits(unit), site.bought(unit), site.paid(unit)
        energy, money = map(words.number, shown["figures"])
        said.expect(f"{title}, kWh", energy, half_up(bought, digits))
        said.expect(f"{title}, money", money, half_up(paid, 1))
        rows = {
            flat(name[0]): [words.number(cell[0]) if cell else None for cell in cells]
            for name, *cells in shown["tables"][0][1:]
        }
        wanted: dict[str, list[Decimal | None]] = {
            words.bought: [half_up(bought, digits), half_up(paid, 1)]
        }
        if site.tariffs:
            parts = [
                closed([site.value(f"{what}_{one}_{unit}") for one in site.tariffs], to, total)
                for what, to, total in (("energy", digits, bought), ("cost", 1, paid))
            ]
            wanted |= {
                name: [energy, cost]
                for name, energy, cost in zip(words.tariffs, *parts, strict=True)
            }
        if site.has(f"self_consumed_{unit}"):
            wanted[words.roof] = [half_up(site.value(f"self_consumed_{unit}"), digits), None]
            wanted[words.sent] = [
                half_up(site.value(f"sold_{unit}"), digits),
                half_up(-site.value(f"income_{unit}"), 1),
            ]
        if words.used in rows:
            consumed = half_up(site.value(f"consumed_{unit}"), digits)
            wanted[words.used] = [consumed, None]
            # What came from the roof is what was used without what was bought, as printed.
            wanted[words.roof] = [consumed - half_up(bought, digits), None]
        said.expect(f"{title}, rows", rows, wanted)
    if site.told["is_main"]:
        (forecast,) = await seen(card(page, "forecast"))
        labels = [label for label in forecast["labels"] if label and words.so_far in label]
        (so_far,) = {words.number(label.split(words.so_far)[1]) for label in labels}
        said.expect(words.so_far, so_far, half_up(site.bought("year"), 0))
    return said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_past_prints_and_saves_what_home_says(show: Show, language: str) -> None:
    async def scenario(show: Show) -> None:
        words = WORDS[language]
        async with show.view("past", language=language) as page:
            past = card(page, "past")
            for site in await sites_of(show):
                await past.locator("select").first.select_option(site.id)
                for unit, name in zip(PERIODS, words.units, strict=True):
                    await past.get_by_role("button", name=name, exact=True).click()
                    await agree(
                        partial(in_the_past, page, site, unit, words),
                        f"{site.name}, {unit}: the past and Home",
                    )

    show.play(scenario)


async def in_the_past(page: Page, site: Site, unit: str, words: Words) -> Said:
    """Compare what the past prints and saves of this day, month or year with what entities say."""
    said = Differences()
    (shown,) = await seen(card(page, "past"))
    digits, bought, paid = site.digits(unit), site.bought(unit), site.paid(unit)
    energy, money = map(words.number, shown["figures"][:2])
    said.expect("head, kWh", energy, half_up(bought, digits))
    said.expect("head, money", money, half_up(paid, 1))
    to = digits + (unit == "day")
    heads, *rows = shown["tables"][-1]
    columns = {
        flat(head[0]): [words.number(row[at][0]) for row in rows]
        for at, head in enumerate(heads)
        if at and head and flat(head[0]) in (*words.tariffs, words.total, words.cost)
    }
    for name, (*parts, total) in columns.items():
        said.expect(f"column {name}", sum(parts), total)
    said.expect("table, kWh", columns[words.total][-1], half_up(bought, to))
    said.expect("table, money", columns[words.cost][-1], half_up(paid, 2))
    if site.tariffs:
        energies = await site.of_tariffs(unit)
        of_tariffs = [columns[name] for name in words.tariffs]
        said.expect("periods", [one[-1] for one in of_tariffs], closed(energies, to, bought))
        for *parts, total in zip(*of_tariffs, columns[words.total], strict=True):
            said.expect("row", sum(parts), total)
    await in_the_file(page, site, unit, words, said)
    return said


async def in_the_file(page: Page, site: Site, unit: str, words: Words, said: Differences) -> None:
    """Compare what a file adds up to with what entities say, to the Wh and the cent."""
    async with page.expect_download() as download:
        await card(page, "past").get_by_role("button", name="CSV").click()
    path = await (await download.value).path()
    text = await asyncio.to_thread(path.read_text, "utf-8-sig")
    heads, *rows = csv.reader(StringIO(text), delimiter=words.separator)
    sums = {
        head.partition(" (")[0]: sum(words.number(row[at]) for row in rows if row[at])
        for at, head in enumerate(heads)
        if at and "(" in head
    }
    said.expect("file, kWh", sums[words.bought], half_up(site.bought(unit), 3))
    said.expect("file, money", sums[words.cost], half_up(site.paid(unit), 2))
    if site.tariffs:
        energies = await site.of_tariffs(unit)
        shown = [sums[name] for name in words.tariffs]
        said.expect("file, periods", shown, closed(energies, 3, site.bought(unit)))
    for name, key in ((words.roof, "self_consumed"), (words.sent, "sold")):
        if site.has(f"{key}_{unit}"):
            said.expect(f"file, {name}", sums[name], half_up(site.value(f"{key}_{unit}"), 3))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_of_buildings_prints_what_each_home_says(show: Show, language: str) -> None:
    async def scenario(show: Show) -> None:
        sites = await sites_of(show)
        async with show.view("buildings", language=language) as page:
            await agree(
                partial(in_the_table, page, sites, WORDS[language]), "the buildings and their homes"
            )

    show.play(scenario)


async def in_the_table(page: Page, sites: Sequence[Site], words: Words) -> Said:
    """Compare the table of buildings with what their entities say.

    Its columns add up to their sums as printed: by that the last digit may be another than Home's,
    exactly where the largest remainders are.
    """
    said = Differences()
    (shown,) = await seen(card(page, "buildings"))
    _head, *rows, sums = shown["tables"][-1]
    by_name = {row[0][0]: row for row in rows}
    for column, unit in enumerate(PERIODS, start=2):
        cells = [[words.number(line) for line in by_name[site.name][column]] for site in sites]
        energies, costs = ([of(site, unit) for site in sites] for of in (Site.bought, Site.paid))
        digits = 0 if unit != "day" and sum(energies) >= FEW else 1
        for at, (what, values) in enumerate((("kWh", energies), ("money", costs))):
            total = words.number(sums[column][at])
            printed = [cell[at] for cell in cells]
            said.expect(f"sum of the {unit}, {what}", total, half_up(sum(values), digits))
            said.expect(f"{unit}, {what}", printed, closed(values, digits, sum(values, Decimal(0))))
            said.expect(f"column of the {unit}, {what}", sum(printed), total)
    return said


COMPARED = """(cards) => cards.map(({shadowRoot: root}) =>
    [...root.querySelectorAll(".series .amount")].map((amount) => amount.innerText))"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comparison_of_a_month_and_of_a_day_prints_what_the_past_does(
    show: Show, language: str
) -> None:
    async def scenario(show: Show) -> None:
        words, sites, path = WORDS[language], await sites_of(show), f"one-truth-{language}"
        spans = {"last_month": "month", "yesterday": "day"}
        series = [
            {"statistic": site.told["statistics"]["bought"], "name": site.name, "kind": "bought"}
            for site in sites
        ]
        cards = [
            {"type": "custom:sen1-comparison-card", "period": period, "series": series}
            for period in spans
        ]
        await show.stage.page.command(
            "lovelace/dashboards/create",
            url_path=path,
            title="One truth",
            mode="storage",
            show_in_sidebar=False,
            require_admin=False,
        )
        await show.stage.page.command(
            "lovelace/config/save",
            url_path=path,
            config={"views": [{"path": "compared", "cards": cards}]},
        )
        printed: dict[str, list[Decimal]] = {}
        async with show.view("compared", dashboard=path, language=language) as page:

            async def compare() -> Said:
                said = Differences()
                shown = await card(page, "comparison").evaluate_all(COMPARED)
                for unit, amounts in zip(spans.values(), shown, strict=False):
                    printed[unit] = [words.number(amount) for amount in amounts]
                for unit in spans.values():
                    found = [(await site.of(span(unit, 1)))["bought"]["total"] for site in sites]
                    wanted = [half_up(total, 1) for total in found]
                    said.expect(f"the {unit} before", printed.get(unit), wanted)
                return said

            await agree(compare, "the comparison and the series")
        async with show.view("past", language=language) as page:
            past = card(page, "past")
            for site, (unit, name) in product(sites, zip(PERIODS[:2], words.units, strict=False)):
                await past.locator("select").first.select_option(site.id)
                await past.get_by_role("button", name=name, exact=True).click()
                await past.locator(".arrow-to").first.click()

                async def leafed(site: Site = site, unit: str = unit) -> Said:
                    said = Differences()
                    (shown,) = await seen(past)
                    wanted = printed[unit][sites.index(site)]
                    said.expect("the past", words.number(shown["figures"][0]), wanted)
                    return said

                await agree(leafed, f"{site.name}, the {unit} before: the past and the comparison")
                await past.locator(".arrow-to").last.click()

    show.play(scenario)


@pytest.mark.timeout(700)
def test_the_energy_dashboards_own_query_says_the_same_at_the_last_full_hour(show: Show) -> None:
    async def scenario(show: Show) -> None:
        for site in await sites_of(show):
            for unit in PERIODS:

                async def compare(site: Site = site, unit: str = unit) -> Said:
                    said = Differences()
                    begin = span(unit).begin
                    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
                    if begin >= end:
                        return said
                    found = (await site.energies(begin, end, STEPS[unit]))["quantities"]
                    statistics = site.told["statistics"]
                    costs = {
                        key: f"{statistics[key]}_cost"
                        for key in statistics
                        if "total_cost" in found[key] and found[key]["total_cost"]
                    }
                    rows = await show.stage.page.command(
                        "recorder/statistics_during_period",
                        start_time=begin.isoformat(),
                        end_time=end.isoformat(),
                        statistic_ids=[*statistics.values(), *costs.values()],
                        period="hour",
                        types=["change"],
                        units={"energy": "kWh"},
                    )
                    for ids, total, to in (
                        (statistics, "total", WATT_HOUR),
                        (costs, "total_cost", CENT),
                    ):
                        for key, statistic in ids.items():
                            changes = sum(row["change"] for row in rows.get(statistic, ()))
                            what = f"{statistic} of the {unit}"
                            said.same(what, changes, found[key][total] or 0, to)
                    return said

                await agree(compare, f"{site.name}, {unit}: the recorder and the series", WRITTEN_S)

    show.play(scenario)
