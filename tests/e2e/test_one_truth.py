"""One truth, in the demo: a figure that stands in two places is the same in both.

What the pages say is read from them, as their viewer reads numbers. It is held against the states
of the site's entities; those against the series of the site, and these against the recorder, so
that all of them are the same. Where figures are printed beside their sum, they add up to it; one
that covers less than its period says since when.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
import csv
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from io import StringIO
from itertools import product
import re

from playwright.async_api import Locator, expect
import pytest
import pytest_socket

from testbed.association import (
    BOUGHT,
    CONTRACT,
    DAY,
    FEWEST_DAYS,
    HOUSE,
    Project,
    bought_by_tariff,
    cold_of,
    cost_of,
    expected,
    goals_of,
    half_hours,
    season,
    year_before,
)
from testbed.exports import hdm
from testbed.home import DOMAIN
from testbed.home_assistant import HomeAssistant, Json
from testbed.household import PARIS
from testbed.relatives import CHALET, JEANNE, STUDIO, read_at
from testbed.translations import LANGUAGES
from testbed.waiting import until
from testbed.years import midnight, total as counted

from .looking import Show, Visit, card, flat, texts_of
from .truth import (
    CENT,
    DIGITS,
    MEASURED,
    PERIODS,
    STEPS,
    TARIFFS,
    TENTH,
    WATT_HOUR,
    Differences,
    Said,
    Site,
    Span,
    Words,
    agree,
    closed,
    half_up,
    parts_of_home,
    read,
    saved,
    seen,
    since_of,
    sites_of,
    span,
)

pytestmark = pytest.mark.timeout(400)

COMPARABLE = 95
"""So many % of both years are known where one is told beside the other."""


@pytest.fixture(scope="module", params=LANGUAGES)
def visit(request: pytest.FixtureRequest, show: Show) -> Iterator[Visit]:
    """Open a page in a language, once for all that is read there."""
    pytest_socket.enable_socket()  # Home Assistant's plugin forbids it, between tests too
    with show.visit(request.param) as opened:
        yield opened
        pytest_socket.enable_socket()


@pytest.fixture(scope="module", params=product(("house", "relatives"), LANGUAGES), ids="-".join)
def each_visit(request: pytest.FixtureRequest, show: Show) -> Iterator[Visit]:
    """Open a page as `visit`, also where no meter has a reader."""
    pytest_socket.enable_socket()
    name, language = request.param
    with show.visit(language, show.stage.relatives.page if name == "relatives" else None) as opened:
        yield opened
        pytest_socket.enable_socket()


async def all_sites(show: Show) -> list[Site]:
    """Return the sites of the house and of its relatives: one of each kind of source."""
    pages = (show.stage.page, show.stage.relatives.page)
    return [site for page in pages for site in await sites_of(page)]


def number(said: object) -> Decimal | None:
    """Return what is told as a number; None where nothing is known."""
    return None if said is None else Decimal(str(said))


# What is told to whoever asks


def test_what_entities_say_is_what_the_series_come_to(show: Show) -> None:
    async def scenario(show: Show) -> None:
        for site in await all_sites(show):
            for figure in site.figures:
                what = f"{site.name}, {figure}: entities and series"
                await agree(partial(of_a_period, site, figure), what)

    show.play(scenario)


async def of_a_period(site: Site, figure: str) -> Said:
    """Compare what entities say of a period and the one before with the series of a site."""
    unit, back = site.figures[figure]
    period = span(unit, back)
    found, before = await site.of(period), await site.of(span(unit, back + 1))
    said = Differences()
    for key in (key for key in MEASURED if site.has(f"{key}_{figure}")):
        entity, series = f"{key}_{figure}", found[key]
        last = number(site.told_by(entity, "last_period"))
        said.expect(f"{entity} before", number(before[key]["total"]), last)
        said.expect(f"{entity} is known", site.is_known(entity), series["total"] is not None)
        if site.is_known(entity):
            # What is used in a half-hour that goes on is a guess, which moves with each reading.
            said.same(entity, series["total"], site.value(entity), WATT_HOUR)
        else:
            until = datetime.fromisoformat(site.told_by(entity, "known_until"))
            said.expect(f"{entity} is known until {until}", until <= period.begin, True)
    bought = found["bought"]
    paid = number(site.told_by(f"cost_{figure}", "energy_cost"))
    said.expect(f"cost of the {figure}", number(bought["total_cost"]), paid)
    if site.has(f"income_{figure}"):
        income = Decimal(str(found["sold"]["total_cost"]))
        said.expect(f"income of the {figure}", income, site.value(f"income_{figure}"))
    for tariff in site.tariffs:
        for what, key in (("energy", "total"), ("cost", "total_cost")):
            exact = bought["tariffs"].get(tariff, {key: 0})[key]
            shown = half_up(exact, 4 if what == "energy" else 2)
            wanted = site.value(f"{what}_{tariff}_{figure}")
            said.expect(f"{what} of {tariff}, {figure}", shown, wanted)
    return said


def test_entities_say_since_when_their_series_are_known(show: Show) -> None:
    async def scenario(show: Show) -> None:
        late = 0
        for page in (show.stage.page, show.stage.cooperative.home_assistant):
            for site, unit in product(await sites_of(page), PERIODS):
                for key, series in (await site.of(span(unit))).items():
                    if site.has(f"{key}_{unit}"):
                        first = datetime.fromtimestamp(series["since"] / 1000, PARIS)
                        since = max(span(unit).begin, midnight(first.date()))
                        assert site.since(f"{key}_{unit}") == since, f"{key}_{unit}"
                        late += first > span(unit).begin
        assert late, "what the cooperative bought is known since the demo began"

    show.play(scenario)


def test_hours_add_up_to_days_days_to_months_months_to_years_and_periods_to_all(
    show: Show,
) -> None:
    async def scenario(show: Show) -> None:
        for site in await all_sites(show):
            for unit, back in product(PERIODS, (0, 1)):
                what = f"{site.name}, {unit} before {back}: parts and their sum"
                await agree(partial(added_up, site, span(unit, back)), what)

    show.play(scenario)


async def added_up(site: Site, period: Span) -> Said:
    """Compare what a site came to in a period with its steps, its half-hours and its tariffs."""
    said = Differences()
    whole = await site.of(period)
    step = "day" if period.unit == "year" else "half_hour"
    finer = (await site.energies(period.begin, period.end, step))["quantities"]
    for key, series in whole.items():
        if series["total"] is None:
            continue
        for steps in (series, finer[key]):
            added = sum(value or 0 for value in steps["values"])
            said.same(key, added, series["total"], WATT_HOUR)
            if "costs" in series:
                paid = sum(cost or 0 for cost in steps["costs"])
                said.same(f"cost of {key}", paid, series["total_cost"], CENT)
        if tariffs := series.get("tariffs"):
            parts = tariffs.values()
            for i, value in enumerate(series["values"]):
                added = sum(one["values"][i] for one in parts)
                said.same(f"{key}, step {i}", added, value or 0, WATT_HOUR)
            for total, to in (("total", WATT_HOUR), ("total_cost", CENT)):
                added = sum(one[total] for one in parts)
                said.same(f"periods of {key}", added, series[total], to)
    return said


def test_actions_give_out_and_take_in_what_the_series_are(show: Show) -> None:
    async def scenario(show: Show) -> None:
        page = show.stage.page
        (house, *_) = await sites_of(page)
        day = span("day", 1)
        series = (await house.energies(day.begin, day.end, "half_hour"))["quantities"]
        for statistic, key in (("sen1:enedis", "bought"), ("sen1:enedis_injection", "sold")):
            answer = await action(
                page,
                "export_series",
                series=statistic,
                format="csv",
                begin=day.begin.isoformat(),
                end=day.end.isoformat(),
            )
            rows = list(csv.DictReader(StringIO(answer["content"])))
            assert {(row["unit"], row["aggregation"]) for row in rows} == {("W", "mean")}
            given = [half_up(Decimal(row["value"]) / 2000, 6) for row in rows]
            assert given == [half_up(value, 6) for value in series[key]["values"]]
            assert half_up(sum(given), 4) == half_up(series[key]["total"], 4)
        curve = [
            (at, watts)
            for at, watts in half_hours(BOUGHT)
            if day.begin.timestamp() <= at < day.end.timestamp()
        ]
        (taken,) = (await action(page, "import_file", name="Enedis", content=hdm(curve)))["taken"]
        assert (taken["statistic_id"], taken["new"]) == ("sen1:enedis", 0)
        assert taken["unit"] == "Wh"
        assert half_up(taken["total"] / 1000, 3) == half_up(series["bought"]["total"], 3)

    show.play(scenario)


def test_what_comes_later_is_what_the_meters_counted(show: Show) -> None:
    async def scenario(show: Show) -> None:
        sites = {site.name: site for site in await sites_of(show.stage.relatives.page)}
        today = span("day").begin
        for habits in (JEANNE, STUDIO):
            for unit, back in (("day", 1), ("month", 1), ("year", 1), ("year", 0)):
                period = span(unit, back)
                wanted = counted(habits, period.begin, min(period.end, today))
                what = f"{habits.name}, {unit} before {back}"
                await agree(partial(as_counted, sites[habits.name], period, wanted), what)
        # Between two readings it is known how much was used, not when.
        first, *_between, last = read_at()
        wanted = counted(CHALET, first, last)
        await agree(
            partial(as_counted, sites[CHALET.name], Span("day", first, last), wanted), "Chalet"
        )

    show.play(scenario)


async def as_counted(site: Site, period: Span, wanted: int) -> Said:
    """Compare what a site knows of a period with what its meter counted, Wh."""
    said, step = Differences(), STEPS[period.unit]
    told = (await site.energies(period.begin, period.end, step))["quantities"]["bought"]["total"]
    said.same(site.name, told, Decimal(wanted) / 1000, WATT_HOUR)
    return said


def test_the_report_of_each_home_says_what_its_entities_say(show: Show) -> None:
    async def scenario(show: Show) -> None:
        for page in (show.stage.page, show.stage.relatives.page):
            for site, language in product(await sites_of(page), LANGUAGES):
                what = f"{site.name}, {language}: the report and the entities"
                await agree(partial(in_the_report, page, site, language), what)

    show.play(scenario)


async def months_reported(
    page: HomeAssistant, site: Site, language: str
) -> tuple[list[str], list[list[str]], list[str], str]:
    """Return the head, the months and the sum of the report of the year before, and its page."""
    year, separator = span("year", 1), Words(language, {}).separator
    begin, end = year.begin.date(), year.end.date() - DAY
    answer = await page.command(
        "sen1/report",
        site=site.id,
        begin=begin.isoformat(),
        end=end.isoformat(),
        language=language,
    )
    blocks = answer["csv"].removeprefix("\ufeff").split("\n\n")
    january = f"\n{begin}{separator}{begin.replace(day=31)}{separator}"
    block = next(one for one in blocks if january in one)
    _title, heads, *months, whole = csv.reader(StringIO(block), delimiter=separator)
    return heads, months, whole, answer["html"]


async def in_the_report(page: HomeAssistant, site: Site, language: str) -> Said:
    """Compare the months of a report of the year before, and their sum, with the entities."""
    said, year, words = Differences(), span("year", 1), Words(language, {})
    heads, months, whole, _html = await months_reported(page, site, language)
    total_at = next(at for at, head in enumerate(heads) if head.startswith("Total"))
    last = site.value("bought_year", "last_period")
    said.expect("year", words.number(whole[total_at]), half_up(last, 1))
    added = sum(words.number(row[total_at]) for row in months if row[total_at])
    said.expect("months", added, words.number(whole[total_at]))
    paid = (await site.of(year))["bought"]["total_cost"]
    said.expect("cost", words.number(whole[total_at + 1]), half_up(paid, 2))
    return said


async def action(page: HomeAssistant, service: str, **data: str) -> Json:
    """Return what an action of ours answers."""
    answer = await page.command(
        "call_service", domain=DOMAIN, service=service, service_data=data, return_response=True
    )
    response: Json = answer["response"]
    return response


def test_the_energy_dashboards_own_query_says_the_same_at_the_last_full_hour(show: Show) -> None:
    async def scenario(show: Show) -> None:
        for page in (show.stage.page, show.stage.relatives.page):
            for site, unit in product(await sites_of(page), PERIODS):
                what = f"{site.name}, {unit}: the recorder and the series"
                await agree(partial(recorded, page, site, unit), what)

    show.play(scenario)


async def recorded(page: HomeAssistant, site: Site, unit: str) -> Said:
    """Compare what the recorder has of a period, up to the last full hour, with the series."""
    said = Differences()
    begin = span(unit).begin
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    if begin >= end:
        return said
    found = (await site.energies(begin, end, STEPS[unit]))["quantities"]
    costs = {
        key: f"{statistic}_cost"
        for key, statistic in site.statistics.items()
        if found[key].get("total_cost")
    }
    rows = await page.command(
        "recorder/statistics_during_period",
        start_time=begin.isoformat(),
        end_time=end.isoformat(),
        statistic_ids=[*site.statistics.values(), *costs.values()],
        period="hour",
        types=["change"],
        units={"energy": "kWh"},
    )
    for ids, total, to in ((site.statistics, "total", WATT_HOUR), (costs, "total_cost", CENT)):
        for key, statistic in ids.items():
            changes = sum(row["change"] for row in rows.get(statistic, ()))
            said.same(f"{statistic} of the {unit}", changes, found[key][total] or 0, to)
    return said


# What is printed


def test_home_prints_what_its_entities_say(each_visit: Visit) -> None:
    async def scenario(visit: Visit) -> None:
        words = Words(visit.language, visit.texts)
        for site in await sites_of(visit.home_assistant):
            await visit.go(site.view)
            await agree(partial(on_home, visit, site, words), f"{site.name}: Home and its entities")

    each_visit.play(scenario)


HOME = ("today", "month", "year")
"""The parts of Home that tell a period."""


async def on_home(visit: Visit, site: Site, words: Words) -> Said:
    """Compare what Home prints of a site with what its entities say."""
    said = Differences()
    for figure, shown in zip(site.figures, await parts_of_home(visit.page, *HOME), strict=True):
        title = words[f"this_{figure}"]
        if not site.is_known(f"bought_{figure}"):
            said.expect(f"{title}, unknown", words["known_until"] in shown["text"], True)
            continue
        assert shown["titles"] == [title]
        bought, paid = site.bought(figure), site.paid(figure)
        energy, money = map(words.number, shown["figures"])
        said.expect(f"{title}, kWh", energy, half_up(bought, DIGITS))
        said.expect(f"{title}, money", money, half_up(paid, 2))
        if figure in ("month", "year"):
            beside_last_year(said, site, figure, words, shown)
            continue
        said.expect(f"{title}, rows", rows_of(shown, words), rows_said(site, figure, words))
        before = half_up(site.value(f"bought_{figure}", "last_period"), 1)
        path = "home.yesterday" if figure == "day" else "home.day_before"
        said.expect(f"before {title}", words.after(path, shown["text"]), before)
    (coming,) = await parts_of_home(visit.page, "forecast")
    total, paid = map(words.number, coming["figures"])
    said.expect("forecast", total, half_up(site.value("forecast_energy"), 0))
    said.expect("forecast, cost", paid, half_up(site.value("forecast_cost"), 0))
    so_far = words.after("home.already", coming["text"])
    said.expect("forecast, so far", so_far, half_up(site.bought("year"), 1))
    if site.has("sold_day") and site.has("produced_day"):
        (roof,) = await parts_of_home(visit.page, "roof")
        produced = half_up(site.value("produced_day"), 1)
        said.expect("the roof", words.number(roof["figures"][0]), produced)
        parts = [words.number(cells[0][0]) for _name, *cells in roof["tables"][0]]
        said.expect("the roof, its parts", sum(parts), produced)
        _used, sold = parts[:2]
        said.expect("the roof, sold", sold, half_up(site.value("sold_day"), 1))
    return said


def beside_last_year(said: Differences, site: Site, figure: str, words: Words, shown: Json) -> None:
    """Compare the sentence beside last year with what the entity says of it."""
    key = f"bought_{figure}"
    parts_known = [site.told_by(key, one) or 0 for one in ("known", "same_last_year_known")]
    is_told = min(parts_known) >= COMPARABLE
    said.expect(f"{figure}, beside last year", len(shown["beside"]), int(is_told))
    if said or not is_told:
        return
    more = half_up(site.bought(figure) - site.value(key, "same_last_year"), 1)
    said.expect(f"{figure}, change", words.number(shown["beside"][0]), abs(more))


def test_the_forecast_prints_what_its_entities_say(each_visit: Visit) -> None:
    async def scenario(visit: Visit) -> None:
        words = Words(visit.language, visit.texts)
        for site in await sites_of(visit.home_assistant):
            await visit.go(f"year{site.query}")
            what = f"{site.name}: the forecast and its entities"
            await agree(partial(in_the_forecast, visit, site, words), what)

    each_visit.play(scenario)


async def in_the_forecast(visit: Visit, site: Site, words: Words) -> Said:
    """Compare the forecast of the year with what a site's entities say."""
    said = Differences()
    (forecast,) = await seen(card(visit.page, "forecast"))
    so_far = words.after("forecast.used", forecast["text"])
    said.expect(words["forecast.used"], so_far, half_up(site.bought("year"), 1))
    *rows, total = [[cell[0] for cell in cells if cell] for _, *cells in forecast["tables"][0][1:]]
    coming = words.number(forecast["figures"][0])
    said.expect("forecast", coming, half_up(site.value("forecast_energy"), 0))
    said.expect("forecast, total", words.number(total[1]), coming)
    last = half_up(site.value("bought_year", "last_period"), 1)
    said.expect("forecast, last year", words.number(total[0]), last)
    for at in (0, 1):
        added = sum(words.number(row[at]) for row in rows if len(row) > 1)
        said.expect(f"forecast, column {at}", added, words.number(total[at]))
    added = sum(words.number(row[-1]) for row in rows)
    said.expect("forecast, costs", added, words.number(total[-1]))
    said.expect("forecast, cost", added, half_up(site.value("forecast_cost"), 0))
    return said


def rows_of(shown: Json, words: Words) -> dict[str, list[Decimal | None]]:
    """Return the rows of the table of an energy."""
    return {
        flat(name[0]): [words.number(cell[0]) if cell else None for cell in cells]
        for table in shown["tables"]
        for name, *cells in table
    }


def rows_said(site: Site, figure: str, words: Words) -> dict[str, list[Decimal | None]]:
    """Return what entities say of these rows."""
    bought, paid = site.bought(figure), site.paid(figure)
    # At the beginning of a day nothing was bought yet in some of them.
    begun = {
        name: one
        for name, one in zip(words.tariffs, site.tariffs, strict=False)
        if site.value(f"energy_{one}_{figure}") > 0
    }
    if not begun:
        return {}
    columns = [
        closed([site.value(f"{what}_{one}_{figure}") for one in begun.values()], to, total)
        for what, to, total in (("energy", DIGITS, bought), ("cost", 2, paid))
    ]
    return {name: [energy, cost] for name, energy, cost in zip(begun, *columns, strict=True)}


def test_the_past_prints_and_saves_what_home_says(each_visit: Visit) -> None:
    async def scenario(visit: Visit) -> None:
        words = Words(visit.language, visit.texts)
        for site in await sites_of(visit.home_assistant):
            for figure in site.figures:
                await visit.go(f"past?site={site.id}&period={site.newest(figure).unit}")
                what = f"{site.name}, {figure}: the past and Home"
                await agree(partial(in_the_past, visit, site, figure, words), what)

    each_visit.play(scenario)


async def newest(site: Site, figure: str) -> tuple[Decimal, Decimal]:
    """Return what was bought and paid in the newest period: by entities, else by the series."""
    if site.is_known(f"bought_{figure}"):
        return site.bought(figure), site.paid(figure)
    series = (await site.of(site.newest(figure)))["bought"]
    return half_up(series["total"], 4), half_up(series["total_cost"], 2)


async def in_the_past(visit: Visit, site: Site, figure: str, words: Words) -> Said:
    """Compare what the past prints and saves of the newest period with what entities say."""
    said = Differences()
    (shown,) = await seen(card(visit.page, "past"))
    if not shown["figures"]:
        said.append("it is loading")
        return said
    digits, (bought, paid), period = DIGITS, await newest(site, figure), site.newest(figure)
    energy, money = map(words.number, shown["figures"][:2])
    said.expect("head, kWh", energy, half_up(bought, digits))
    said.expect("head, money", money, half_up(paid, 2))
    to = digits + (period.unit == "day")
    heads, *rows = shown["tables"][-1]
    total, cost = words["total"], words["past.cost"]
    columns = {
        flat(head[0]): [words.amount(row[at][0]) for row in rows]
        for at, head in enumerate(heads)
        if at and head and flat(head[0]) in (*words.tariffs, total, cost)
    }
    for name, (*parts, whole) in columns.items():
        said.expect(f"column {name}", sum(parts), whole)
    said.expect("table, kWh", columns[total][-1], half_up(bought, to))
    said.expect("table, money", columns[cost][-1], half_up(paid, 2))
    energies = await site.of_tariffs(period) if site.tariffs else [Decimal(0)]
    of_tariffs = [columns[name] for name in words.tariffs if name in columns]
    # They stand apart once something was bought in both.
    said.expect("has periods", len(of_tariffs), len(energies) if all(energies) else 0)
    if of_tariffs and not said:
        said.expect("periods", [one[-1] for one in of_tariffs], closed(energies, to, bought))
        for *parts, whole in zip(*of_tariffs, columns[total], strict=True):
            said.expect("row", sum(parts), whole)
    if not said:
        await in_the_file(visit, site, figure, words, said)
    return said


async def in_the_file(
    visit: Visit, site: Site, figure: str, words: Words, said: Differences
) -> None:
    """Compare what a file adds up to with what entities say, to the Wh and the cent."""
    # While a card is drawn anew, its button may miss a click.
    if (text := await saved_past(visit, words)) is None:
        said.append("no file")
        return
    (exact, paid), period = await newest(site, figure), site.newest(figure)
    heads, *rows = csv.reader(StringIO(text), delimiter=words.separator)
    sums = {
        head.partition(" (")[0]: sum(words.number(row[at]) for row in rows if row[at])
        for at, head in enumerate(heads)
        if at and "(" in head
    }
    bought = sums[words["quantities.bought"]]
    said.expect("file, kWh", bought, half_up(exact, 3))
    said.expect("file, money", sums[words["past.cost"]], half_up(paid, 2))
    energies = await site.of_tariffs(period) if site.tariffs else [Decimal(0)]
    if all(energies):
        shown = [sums.get(name) for name in words.tariffs]
        said.expect("file, periods", shown, closed(energies, 3, exact))
    for key in ("self_consumed", "sold"):
        if site.has(f"{key}_{figure}"):
            wanted = half_up(site.value(f"{key}_{figure}"), 3)
            said.expect(f"file, {key}", sums[words[f"quantities.{key}"]], wanted)


def test_a_comparison_prints_what_the_series_are_and_the_past_leafs_to(each_visit: Visit) -> None:
    async def scenario(visit: Visit) -> None:
        words = Words(visit.language, visit.texts)
        sites = await sites_of(visit.home_assistant)
        await visit.go("compare")
        comparison = card(visit.page, "comparison")
        await expect(comparison.locator("tbody tr").first).to_be_visible()
        # Of several it counts what all of them know.
        is_later = any("yesterday" in site.figures for site in sites)
        groups = [[site] for site in sites] if is_later else [sites]
        for unit, group in product(PERIODS, groups):
            period = span(unit, 1)
            series = [(site, await site.of(period)) for site in group]
            # The hours of a year are many.
            keys = MEASURED if unit != "year" else ("bought",)
            chosen = {
                site.statistics[key]: found[key]["total"]
                for site, found in series
                for key in keys
                if key in site.statistics and found[key]["total"] is not None
            }
            if not chosen:
                continue
            await comparison.evaluate(CHOOSE, [list(chosen), unit, f"{period.begin.date()}"])
            wanted = [half_up(total, 1) for total in chosen.values()]

            async def compare(wanted: list[Decimal] = wanted) -> Said:
                said = Differences()
                (amounts,) = await comparison.evaluate_all(COMPARED)
                said.expect("amounts", list(map(words.number, amounts)), wanted)
                return said

            names = ", ".join(site.name for site in group)
            await agree(compare, f"{names}, the {unit} before: the comparison and the series")
        past = card(visit.page, "past")
        for site, figure in [(one, figure) for one in sites for figure in one.figures]:
            period = site.newest(figure)
            await visit.go(f"past?site={site.id}&period={period.unit}")
            await past.locator(".arrow-to").first.click()
            before = span(period.unit, 1, at=period.begin)
            total = (await site.of(before))["bought"]["total"]
            wanted_there = half_up(total, 1)

            async def leafed(wanted: Decimal = wanted_there) -> Said:
                said = Differences()
                (shown,) = await seen(past)
                figures = [words.number(one) for one in shown["figures"][:1]]
                said.expect("the past", figures, [wanted])
                return said

            await agree(leafed, f"{site.name}, before the {figure}: the past and the series")
            await past.locator(".arrow-to").last.click()

    each_visit.play(scenario)


COMPARED = """(cards) => cards.map(({shadowRoot: root}) =>
    [...root.querySelectorAll("tbody td:nth-child(6)")].map((amount) => amount.innerText))"""

CHOOSE = """({card}, [ids, unit, date]) => {
    card.choose(ids);
    card.move({how: "", as: "overlay", period: unit, date});
}"""


def test_the_table_of_buildings_prints_what_each_home_says(each_visit: Visit) -> None:
    async def scenario(visit: Visit) -> None:
        words = Words(visit.language, visit.texts)
        sites = await sites_of(visit.home_assistant)
        await visit.go("buildings")
        await agree(partial(in_the_table, visit, sites, words), "the buildings and their homes")

    each_visit.play(scenario)


async def in_the_table(visit: Visit, sites: Sequence[Site], words: Words) -> Said:
    """Compare the table of buildings with what their entities say.

    Each figure is Home's to the last digit, and each column adds up to its sum as printed.
    """
    said = Differences()
    (shown,) = await seen(card(visit.page, "buildings"))
    _head, *rows, sums = shown["tables"][-1]
    by_name = {row[0][0]: row for row in rows}
    sites = sorted(sites, key=lambda site: list(by_name).index(site.name))
    for column, unit in enumerate(PERIODS, start=2):
        known = [one for one in sites if unit in one.figures and one.is_known(f"bought_{unit}")]
        for one in (one for one in sites if one not in known):
            (cell,) = by_name[one.name][column]
            said.expect(f"{one.name}, {unit}", words["known_until"] in cell, True)
        if not known:
            said.expect(f"{unit}, unknown", sums[column], ["\u2013"])
            continue
        cells = [[words.number(line) for line in by_name[site.name][column]] for site in known]
        energies, costs = ([of(site, unit) for site in known] for of in (Site.bought, Site.paid))
        for at, (what, digits, values) in enumerate((("kWh", 1, energies), ("money", 2, costs))):
            total = words.number(sums[column][at])
            printed = [cell[at] for cell in cells]
            said.expect(f"{unit}, {what}", printed, [half_up(one, digits) for one in values])
            said.expect(f"column of the {unit}, {what}", sum(printed), total)
    for site in sites:
        change, per_area, letter = by_name[site.name][5:8]
        before = site.value("bought_year", "same_last_year")
        wanted = half_up(100 * (site.bought("year") / before - 1), 1)
        more, less = words["more"], words["less"]
        assert (more in change[0]) is (wanted >= 0), (more, less, change)
        said.expect(f"{site.name}, change", words.amount(change[0]), abs(wanted))
        by_area = half_up(site.value("energy_per_area"), 0)
        said.expect(f"{site.name}, kWh/m²", words.number(per_area[0]), by_area)
        said.expect(f"{site.name}, class", letter[0].rstrip("*"), class_said(site))
    return said


def class_said(site: Site) -> str:
    """Return the letter of a site's class."""
    (key,) = (one for one in site.entities if one.startswith("energy_class"))
    return site.state(key).upper()


def test_the_class_is_the_same_in_the_year_and_in_the_ranking(visit: Visit) -> None:
    async def scenario(visit: Visit) -> None:
        words, (house, *others) = (
            Words(visit.language, visit.texts),
            await sites_of(visit.show.stage.page),
        )
        page = visit.page

        async def in_the_year(site: Site) -> Said:
            said = Differences()
            mine = card(page, "class").locator("[aria-current]")
            letter, by_area = [await mine.locator(one).inner_text() for one in ("b", "strong")]
            said.expect("letter", letter, class_said(site))
            wanted = half_up(site.value("energy_per_area"), 0)
            said.expect("kWh/m²", words.number(by_area), wanted)
            by_form = site.value("forecast_energy") / Decimal(str(site.told["floor_area"]))
            said.same("kWh/m²", wanted, by_form, Decimal(2))
            return said

        for site in (house, *others):
            await visit.go(f"year{site.query}")
            await agree(partial(in_the_year, site), f"{site.name}: its class")

        async def ranked() -> Said:
            said = Differences()
            (amount,) = (
                await card(page, "together").locator(".ranks .mine .amount").all_inner_texts()
            )
            wanted = half_up(house.value("energy_per_area"), 0)
            said.expect("kWh/m²", words.number(amount), wanted)
            return said

        await visit.go("together")
        await expect(card(page, "together").locator(".ranks .mine .amount")).to_be_visible()
        await agree(ranked, "the class and the ranking")

    visit.play(scenario)


def test_the_screens_of_a_class_count_what_the_series_are(visit: Visit) -> None:
    async def scenario(visit: Visit) -> None:
        words, (house, other, *_) = (
            Words(visit.language, visit.texts),
            await sites_of(visit.show.stage.page),
        )
        wall = card(visit.page, "wall")
        # It shows what was compared last.
        await visit.show.forget()
        await visit.go("wall")
        await expect(wall.locator(".huge")).to_be_visible()
        assert await wall.evaluate(CHOSEN) == [house.statistics[one] for one in ON_THE_WALL]
        today = datetime.now(PARIS).date()
        monday = today - timedelta(days=today.weekday())
        week = Span("month", midnight(monday - timedelta(days=7)), midnight(monday))
        found = await house.of(week)
        produced, used, sent = (found[key]["total"] for key in (*ON_THE_WALL, "sold"))
        year = Span("year", span("month", 12).begin, span("month").begin)
        both = [
            (await site.of(year))[key]["total"]
            for site, key in ((house, "consumed"), (other, "bought"))
        ]
        screens = [
            (".below .big", [half_up(kwh, 0) for kwh in (produced, used, sent)]),
            (".below .big", [half_up(used / 7, 1)]),
            (".building .big", [half_up(kwh, 0) for kwh in both]),
            (".verdict .grow", [half_up(used, 0)]),
        ]
        dots = wall.locator(".dot")
        await expect(dots).to_have_count(len(screens))
        for at, (where, wanted) in enumerate(screens):
            await dots.nth(at).click()

            async def compare(where: str = where, wanted: list[Decimal] = wanted) -> Said:
                said = Differences()
                texts = await wall.locator(where).all_inner_texts()
                shown = list(map(words.number, texts[: len(wanted)]))
                said.expect(where, shown, wanted)
                return said

            await agree(compare, f"screen {where}: a class and the series")

    visit.play(scenario)


ON_THE_WALL = ("produced", "consumed")
CHOSEN = "({card}) => [card.production, card.consumption].map(({statistic}) => statistic)"


# The year


def test_the_cold_is_the_weathers_on_the_page_in_entities_and_in_what_is_asked(
    visit: Visit,
) -> None:
    async def scenario(visit: Visit) -> None:
        words = Words(visit.language, visit.texts)
        (house, *_) = await sites_of(visit.show.stage.page)
        await visit.go("year")
        await agree(partial(of_the_cold, visit, house, words), "the cold")

    visit.play(scenario)


async def of_the_cold(visit: Visit, site: Site, words: Words) -> Said:
    """Compare the degree-days of the winter, and of the one before, with those of the weather."""
    said, today = Differences(), datetime.now(PARIS).date()
    entity = "degree_days_season"
    begin, last = season(today)
    end = min(last, today)
    if begin == end:
        # The winter begins today: the page still shows the last, of which entities say no more.
        said.expect("entity", site.state(entity), "unknown")
        begin, end = season(today - DAY)
    before = date(begin.year - 1, begin.month, 1), year_before(end)
    now, then = await site.cold(begin, end), await site.cold(*before)
    for what, told, days in (("winter", now, (begin, end)), ("before", then, before)):
        said.same(f"weather of the {what}", told["total"], cold_of(*days), TENTH)
        said.same(f"months of the {what}", sum(told["degree_days"]), told["total"], TENTH)
        said.expect(f"known of the {what}", told["total_known"], 1)
    if site.state(entity) != "unknown":
        said.same("entity", site.value(entity), now["total"], TENTH)
        said.same("entity, before", site.value(entity, "last_year"), then["total"], TENTH)
        said.same("entity, usual", site.value(entity, "usual"), now["usual_total"], TENTH)
    bars = card(visit.page, "cold").locator(".ranks .hidden")
    await expect(bars.first).to_be_attached()
    figures = [words.number(text) for text in await bars.all_text_contents()]
    totals = (now["total"], then["total"], now["usual_total"])
    said.expect("page", figures, [half_up(one, 0) for one in totals])
    change = 100 * (now["total"] / then["total"] - 1) if then["total"] else 0
    title = await card(visit.page, "cold").locator(".header h2").inner_text()
    wanted = [str(half_up(abs(change), 0))] if abs(change) >= ALIKE else []
    said.expect("title", re.findall(r"\d+", title), wanted)
    return said


ALIKE = 2
"""Per cent of cold, below which two winters are as cold as each other."""


def test_what_the_home_learnt_is_the_habits_of_its_household(visit: Visit) -> None:
    async def scenario(visit: Visit) -> None:
        words = Words(visit.language, visit.texts)
        (house, *_) = await sites_of(visit.show.stage.page)
        await visit.go("year")
        await agree(partial(learnt, visit, house, words), "what the home learnt")

    visit.play(scenario)


async def learnt(visit: Visit, site: Site, words: Words) -> Said:
    """Compare what the home learnt with what its household does, and with the page."""
    said, model = Differences(), await site.ask("model")
    assert (model["state"], model["quantity"]) == ("fitted", "consumed")
    for what, told, truth in (
        ("working days", model["base"]["working"], HOUSE.unheated(is_weekend=False)),
        ("weekends", model["base"]["weekend"], HOUSE.unheated(is_weekend=True)),
        ("degree-days", model["slope"], HOUSE.per_degree_day),
    ):
        # The truth is outside of one interval in ten, and the demo runs on any day.
        room = (told["high"] - told["low"]) * ROOM
        is_near = told["low"] - room <= truth <= told["high"] + room
        said.expect(f"{what}: {truth} is near {told}", is_near, True)
    said.expect("explained", 0.85 < model["explained"] < 0.99, True)
    await unfold(card(visit.page, "learnt").locator("details"))
    (shown,) = await seen(card(visit.page, "learnt"))
    printed = list(map(words.number, shown["figures"][:3]))
    said.expect(
        "page",
        printed,
        [
            half_up(model["base_mean"]["value"], 1),
            half_up(model["slope"]["value"], 2),
            Decimal(int(100 * model["explained"])),
        ],
    )
    return said


async def unfold(details: Locator) -> None:
    await details.evaluate("(one) => { one.open = true; }")


ROOM = 0.39
"""Of an interval, on each side."""


def test_a_past_year_is_told_in_normal_weather_by_its_own_degree_days(visit: Visit) -> None:
    async def scenario(visit: Visit) -> None:
        words = Words(visit.language, visit.texts)
        (house, *_) = await sites_of(visit.show.stage.page)
        begin = span("year", 1).begin.date()
        await visit.go(f"past?site={house.id}&period=year&date={begin}")
        await agree(partial(in_normal_weather, visit, house, words), "the year before")

    visit.play(scenario)


async def saved_past(visit: Visit, words: Words) -> str | None:
    """Return the text of the file that the past saves, behind its three dots."""
    more = card(visit.page, "past").get_by_role("button", name=words["past.more_of"])
    await more.click()
    return await saved(visit.page, "past", words["file_long"])


async def in_normal_weather(visit: Visit, site: Site, words: Words) -> Said:
    """Compare the months of the year before, corrected, with their energy and their cold."""
    said, year = Differences(), span("year", 1)
    cold = await site.cold(year.begin.date(), year.end.date())
    told = await site.ask("corrected", begin=year.begin, end=year.end, step="month")
    energies = (await site.of(year))[told["quantity"]]["values"]
    series = (energies, told["values"], told["corrected"], cold["degree_days"], cold["usual"])
    months = zip(*series, strict=True)
    for at, (energy, value, corrected, degrees, usual) in enumerate(months):
        begin = date(year.begin.year, at + 1, 1)
        said.same(f"month {at}, weather", degrees, cold_of(begin, next_month(begin)), TENTH)
        said.same(f"month {at}, energy", value, energy, WATT_HOUR)
        wanted = energy + told["slope"] * (usual - degrees)
        said.same(f"month {at}, corrected", corrected, wanted, WATT_HOUR)
    said.same("sum", told["corrected_total"], sum(told["corrected"]), WATT_HOUR)
    await unfold(card(visit.page, "past").locator("details.fold"))
    await expect(card(visit.page, "past")).to_contain_text(words["past.in_normal"])
    if (text := await saved_past(visit, words)) is None:
        return [*said, "no file"]
    heads, *rows = csv.reader(StringIO(text), delimiter=words.separator)
    for name, values, digits in (
        (words["past.cold_of_month"], cold["degree_days"], 1),
        (words["past.usual_cold"], cold["usual"], 1),
        (words["past.in_normal"], told["corrected"], 3),
    ):
        columns = [at for at, one in enumerate(heads) if one.startswith(name)]
        if len(columns) != 1:
            said.append(f"no column {name} in {heads}")
            continue
        cells = [words.number(row[columns[0]]) for row in rows]
        said.expect(name, cells, [half_up(value, digits) for value in values])
    return said


def next_month(day: date) -> date:
    """Return the first day of the month after one's first."""
    return (day + timedelta(days=31)).replace(day=1)


def test_goals_are_told_alike_and_a_home_that_saves_nothing_is_not_praised(visit: Visit) -> None:
    async def scenario(visit: Visit) -> None:
        words = Words(visit.language, visit.texts)
        (house, *_) = await sites_of(visit.show.stage.page)
        await visit.go("year")
        await agree(partial(of_goals, visit, house, words), "the goals")

    visit.play(scenario)


async def of_goals(visit: Visit, site: Site, words: Words) -> Said:
    """Compare the goals with their entities, the household, and the page."""
    said = Differences()
    goals = {goal["kind"]: goal for goal in (await site.ask("goals"))["goals"]}
    today = datetime.now(PARIS).date()
    wanted = goals_of(today)
    said.expect("kinds", set(goals), set(wanted))
    for kind, goal in goals.items():
        said.expect(f"state of {kind}", site.state(f"{goal['id']}_goal_state"), goal["state"])
        progress = f"{goal['id']}_goal_progress"
        percent = goal["done"] and goal["done"]["percent"]
        if percent is None:
            said.expect(f"{kind}", site.state(progress), "unknown")
        else:
            said.same(f"{kind}", site.value(progress), percent, HUNDREDTH)
    await expect(card(visit.page, "goals").locator("h2").first).to_be_visible()
    shown = await read(card(visit.page, "goals"))
    titles = [title for one in shown for title in one["titles"]]
    said.expect("titles", set(titles), {goal["name"] for goal in goals.values()})
    saving = goals["saving"]
    begin, last = (date.fromisoformat(saving[key]) for key in ("begin", "end"))
    end = min(last + DAY, today)
    if (end - begin).days < FEWEST_DAYS:
        # The winter has just begun.
        said.expect("saving", (saving["state"], saving["done"]), ("unknown", None))
        return said
    used = Decimal(counted(HOUSE, midnight(begin), midnight(end))) / 1000
    said.same("used", saving["used"], used, WATT_HOUR)
    said.same("expected", saving["expected"]["value"], expected(HOUSE, begin, end), used / 25)
    said.expect("praise", saving["state"] in ("possible", "missed"), True)
    for key in ("expected", "used"):
        whole = saving[key] if key == "used" else saving[key]["value"]
        said.same(f"months, {key}", sum(one[key] for one in saving["months"]), whole, CENT)
    gap = 100 * (1 - saving["used"] / saving["expected"]["value"])
    said.same("saved, %", saving["done"]["percent"], gap, HUNDREDTH)
    (page,) = (one for one in shown if saving["name"] in one["titles"])
    if not page["figures"] or not page["tables"]:
        said.append("it is loading")
        return said
    percent = half_up(saving["done"]["percent"], 1)
    said.expect("page", words.number(page["figures"][0]), percent)
    *months, foot = [[cell[0] for cell in row] for row in page["tables"][0][1:]]
    printed = [words.number(cell) for cell in foot[1:]]
    sums = [half_up(saving["expected"]["value"], 1), half_up(saving["used"], 1)]
    said.expect("foot", printed, [*sums, percent])
    for at, whole in enumerate(sums, start=1):
        added = sum(words.number(row[at]) for row in months)
        said.expect(f"column {at}", added, whole)
    return said


HUNDREDTH = Decimal("0.021")
"""Of a per cent: half of it is what two that are written with two decimals may be apart."""


# The report


def test_the_report_of_a_year_is_what_the_house_drew_and_what_its_entities_say(
    show: Show,
) -> None:
    async def scenario(show: Show) -> None:
        (house, *_) = await sites_of(show.stage.page)
        await agree(partial(reported, show.stage.page, house), "the report of the year before")

    show.play(scenario)


async def reported(page: HomeAssistant, site: Site) -> Said:
    """Compare the months of a report, by tariff period, with the simulation."""
    said, year = Differences(), span("year", 1)
    heads, months, whole, html = await months_reported(page, site, "en")
    names = Words("en", {}).tariffs
    columns = [heads.index(f"{name}, kWh") for name in names]
    said.expect("months", len(months), 12)
    sums = dict.fromkeys(TARIFFS, 0.0)
    for row in months:
        first = date.fromisoformat(row[0])
        drawn = bought_by_tariff(midnight(first), midnight(next_month(first)))
        for tariff, at in zip(TARIFFS, columns, strict=True):
            said.same(f"{first}, {tariff}", Decimal(row[at]), drawn[tariff], TENTH)
            sums[tariff] += drawn[tariff]
        added = sum(Decimal(row[at]) for at in columns)
        said.expect(f"{first}, periods", added, Decimal(row[max(columns) + 1]))
    for tariff, at in zip(TARIFFS, columns, strict=True):
        said.same(f"year, {tariff}", Decimal(whole[at]), sums[tariff], TENTH)
        added = sum(Decimal(row[at]) for row in months)
        said.expect(f"column of {tariff}", added, Decimal(whole[at]))
    total_at = max(columns) + 1
    last = site.value("bought_year", "last_period")
    said.expect("year", Decimal(whole[total_at]), half_up(last, 1))
    said.same("cost", Decimal(whole[total_at + 1]), cost_of(year.begin, year.end), CENT * 2)
    said.expect("page", f"{Decimal(whole[total_at]):,}" in html, True)
    return said


# The cooperative


class Holding:
    """A part of a project, or all of them: what its entities say."""

    def __init__(self, page: HomeAssistant, name: str, entities: dict[str, str]) -> None:
        """Take its entities by what they mean."""
        self.name = name
        self._states = {key: page.states[entity_id] for key, entity_id in entities.items()}

    def has(self, key: str) -> bool:
        """Return whether a figure is known."""
        return bool(self._states[key]["state"] != "unavailable")

    def mine(self, key: str) -> Decimal:
        """Return a figure of the part."""
        return Decimal(self._states[key]["state"])

    def whole(self, key: str) -> Decimal:
        """Return it of the whole project."""
        return Decimal(str(self.told(key)["project"]))

    def told(self, key: str) -> Json:
        """Return the attributes of a figure."""
        attributes: Json = self._states[key]["attributes"]
        return attributes


async def holdings(page: HomeAssistant) -> tuple[list[Holding], Holding]:
    """Return the parts of projects, and all together."""
    devices = {one["id"]: one for one in await page.command("config/device_registry/list")}
    found: dict[str, dict[str, str]] = {}
    for row in await page.command("config/entity_registry/list"):
        key = row["translation_key"] or ""
        if row["platform"] == DOMAIN and key.startswith("holding_"):
            of = found.setdefault(row["device_id"], {})
            of[key.removeprefix("holding_")] = row["entity_id"]
    all_of_them: Holding | None = None
    each = []
    for device, entities in found.items():
        name = devices[device]["name_by_user"] or devices[device]["name"]
        one = Holding(page, name, entities)
        if "part" in entities:
            each.append(one)
        else:
            all_of_them = one
    assert all_of_them is not None
    return each, all_of_them


COLUMNS = {"shares": 0, "invested": 0, "surface": 1, "energy_year": 1}
"""Of the table of projects, with the decimals of what is mine."""

OF_PERIODS = {"day": "energy_today", "month": "energy_month", "year": "energy_year"}
UNITS = {key: unit for unit, key in OF_PERIODS.items()}


def test_the_cooperative_page_prints_what_entities_say(visit: Visit) -> None:
    async def scenario(visit: Visit) -> None:
        await visit.go("cooperative")
        texts = await texts_of(card(visit.page, "investment").first)
        words = Words(visit.language, texts)
        await agree(partial(at_the_cooperative, visit, words), "the page and the entities")

    visit.play(scenario)


async def at_the_cooperative(visit: Visit, words: Words) -> Said:
    """Compare what the page of the cooperative prints with what entities say."""
    said, page = Differences(), visit.show.stage.page
    each, together = await holdings(page)
    (shown,) = await seen(card(visit.page, "investment"))
    keys, returned, produced = (
        shown["figures"][: len(COLUMNS)],
        shown["figures"][len(COLUMNS) : -len(OF_PERIODS)],
        shown["figures"][-len(OF_PERIODS) :],
    )
    for key, text in zip(COLUMNS, keys, strict=True):
        said.expect(key, words.number(text), half_up(together.mine(key), COLUMNS[key]))
    rows = {
        row[0][0]: [words.number(cell[0]) for cell in row[1:]]
        for row in shown["tables"][0]
        if row[0] and row[0][0] in (words["total"], *(one.name for one in each))
    }
    wanted = {
        one.name: [
            half_up(value, digits)
            for key, to in COLUMNS.items()
            for value, digits in ((one.mine(key), to), (one.whole(key), 0))
        ]
        for one in each
    }
    wanted[words["total"]] = [
        half_up(value, digits)
        for key, to in COLUMNS.items()
        for value, digits in (
            (together.mine(key), to),
            (sum(one.whole(key) for one in each), 0),
        )
    ]
    said.expect("table", rows, wanted)
    income, invested = together.mine("income"), together.mine("invested")
    said.expect("paid", words.number(returned[0]), half_up(income, 2))
    wanted_paid = {one.name: half_up(one.mine("income"), 2) for one in each if one.has("income")}
    wanted_paid[words["investment.left"]] = half_up(max(Decimal(0), invested - income), 2)
    amounts = [(name, words.number(amount)) for name, amount in shown["rows"]]
    said.expect("paid by project", dict(amounts[: len(wanted_paid)]), wanted_paid)
    wanted_yields = {
        one.name: half_up(100 / years, 1)
        for one in each
        if one.has("payback") and (years := one.mine("payback"))
    }
    said.expect("yields", dict(amounts[len(wanted_paid) :]), wanted_yields)
    of_all = [one for one in shown["under"] if words["investment.of_produced"].split()[-1] in one]
    for (unit, key), text, whole in zip(OF_PERIODS.items(), produced, of_all, strict=True):
        said.expect(f"mine of the {unit}", words.number(text), half_up(together.mine(key), 1))
        total = sum(one.whole(key) for one in each)
        said.expect(f"the {unit}", words.number(whole), half_up(total, 1 if total < 100 else 0))
    return said


def test_a_project_gives_at_its_cooperative_what_it_gives_at_its_shareholder(show: Show) -> None:
    async def scenario(show: Show) -> None:
        await show.stage.filled_back()
        (roof,) = await sites_of(show.stage.cooperative.home_assistant)
        project = show.stage.association.projects[0]
        await agree(partial(at_both, show.stage.page, roof, project), "the roof at both")

    show.play(scenario)


async def at_both(page: HomeAssistant, roof: Site, project: Project) -> Said:
    """Compare a project as its cooperative counts it with what its shareholder was told of it."""
    said = Differences()
    each, _ = await holdings(page)
    (mine,) = (one for one in each if one.name == project.name)
    statistic = mine.told("energy_year")["statistic"]
    for unit, back in (("day", 1), ("month", 1), ("year", 1), ("year", 0)):
        begin = span(unit, back).begin
        end = min(span(unit, back).end, span("day").begin)
        if begin >= end:
            continue
        given = (await roof.energies(begin, end, STEPS[unit]))["quantities"]["sold"]["total"]
        told = await page.command(
            "sen1/values",
            ids=[statistic],
            begin=begin.isoformat(),
            end=end.isoformat(),
            step="hour",
        )
        assert told["unit"] == {statistic: "kW"}
        here = sum(value or 0 for value in told["values"][statistic])
        said.same(f"{unit} before {back}", here, given, WATT_HOUR)
    for key in OF_PERIODS.values():
        share = Decimal(project.held) / project.sheet["shares"]
        said.same(key, mine.mine(key), mine.whole(key) * share, WATT_HOUR)
        first = midnight(date.fromisoformat(mine.told(key)["begin"]))
        said.expect(f"since of {key}", first, span(UNITS[key]).begin)
    return said


# A building of which less is known


FEW_DAYS = 10


@asynccontextmanager
async def new_building(show: Show) -> AsyncIterator[Site]:
    """Add a building of which a file tells a few days."""
    house, page = show.stage.house, show.stage.page
    begin = span("day", FEW_DAYS).begin.timestamp()
    curve = [(at, watts) for at, watts in half_hours(BOUGHT) if at >= begin]
    (taken,) = (await action(page, "import_file", name="Atelier", content=hdm(curve)))["taken"]
    form: Json = {
        "name": "Atelier",
        "site_kind": "other",
        "grid": {
            "bought_index": [house.series["EAST"].entity_id],
            "bought_series": [taken["statistic_id"]],
        },
        "production": {},
        "storage": {},
        "house": {},
        "place": {},
    }
    entry = await house.add_home(form, CONTRACT)
    try:

        async def is_there() -> Site | None:
            found = [site for site in await sites_of(page) if site.id == entry["entry_id"]]
            return found[0] if found and found[0].has("cost_year") else None

        yield await until(is_there, "the building is there")
    finally:
        path = f"/api/config/config_entries/entry/{entry['entry_id']}"
        await page.request("DELETE", path)


def test_what_covers_less_than_its_period_says_since_when_wherever_it_stands(
    visit: Visit,
) -> None:
    async def scenario(visit: Visit) -> None:
        words = Words(visit.language, visit.texts)
        page = visit.page
        async with new_building(visit.show) as site:
            begin = site.since("bought_year")
            assert begin == max(span("year").begin, span("day", FEW_DAYS).begin)
            await visit.load(site.view)
            since = flat(await since_of(card(page, "home"), begin))

            async def on_home() -> Said:
                said = Differences()
                for unit, shown in zip(PERIODS, await parts_of_home(page, *HOME), strict=True):
                    says = since in flat(shown["text"])
                    said.expect(f"{unit} on Home", says, begin > span(unit).begin)
                return said

            await agree(on_home, "Home says since when")

            async def in_the_past() -> Said:
                said = Differences()
                (shown,) = await seen(card(page, "past"))
                for one in (*shown["under"], *shown["notes"]):
                    if words["past.days_known"] in one:
                        said.expect("coverage", since in flat(one), True)
                said.expect("the past", since in flat(shown["text"]), True)
                return said

            await visit.go(f"past?site={site.id}&period=year")
            await card(page, "past").locator("details:not([open]) > summary").click()
            await agree(in_the_past, "the past says since when")

            async def in_the_table() -> Said:
                said = Differences()
                (shown,) = await seen(card(page, "buildings"))
                (row,) = (row for row in shown["tables"][-1] if row[0][0] == site.name)
                # Of a day of this year, the year need not be said.
                short = since.rpartition(" ")[0].rstrip(",")
                says = flat(" ".join(row[5])).endswith(short)
                said.expect("the buildings", says, begin > span("year").begin)
                return said

            await visit.go("buildings")
            await agree(in_the_table, "the table says since when")
        await visit.load("home")

    visit.play(scenario)
