"""The past of a building, leafed through beside Home Assistant's own Energy dashboard.

Both pages show the statistics of the same site, in the same browser, and draw them by the same
steps: months of a year, days of a month, hours of a day. Timed is what a family waits: from the
load of the page, or from the click of an arrow, until the browser has painted bars and table. Ours
fetches the year before as well, which it draws over; Home Assistant's draws one period.

Beside that, what the server takes to answer for a year, ours and the recorder's.
"""

from datetime import datetime
import json
import statistics
import time

from playwright.async_api import Page

from benchmarks.report import Report
from testbed.browser import Browser
from testbed.home_assistant import HomeAssistant, Json
from testbed.household import PARIS
from testbed.lovelace import PATH
from testbed.waiting import until
from testbed.years import midnight

ROUNDS = 5
ASKED = 30
"""How often the server is asked."""
STEPS = {"month": "<=1", "day": None, "hour": None}
"""By what a year is asked for: by months on the page, by what is finer to make files of it."""
LEAVES = {"year": 1, "month": 4, "day": 4}
"""How many pages of each length are leafed back, and forth again."""
PRESETS = {"year": "this_year", "month": "this_month", "day": "today"}
"""What Home Assistant's page calls the period of now."""
WRITTEN_S = 600
SAME_KWH = 0.0005

SIDES = {"ours": f"{PATH}/past?period={{unit}}", "own": "energy/electricity"}
"""The page of each."""

SCRIPT = """
window.leafing = (() => {
    const found = {};
    const seek = (name, root) => {
        for (const element of root.querySelectorAll("*")) {
            if (element.localName === name) return element;
            const inner = element.shadowRoot && seek(name, element.shadowRoot);
            if (inner) return inner;
        }
    };
    const one = (name) => {
        if (!found[name]?.isConnected) found[name] = seek(name, document);
        return found[name];
    };
    const sides = {
        ours: {
            // What is drawn: another object for each leaf.
            drawn: () => {
                const card = one("sen1-past-card")?.card;
                if (card?.leafed?.status !== "ready" || !card.shown) return undefined;
                const isThere = ["svg", "table"].every((name) => card.frame.querySelector(name));
                return isThere || !card.shown.isKnown ? card.leafed.current : undefined;
            },
            complete: async () => undefined,
            arrow: (by) => {
                const arrows = one("sen1-past-card").shadowRoot.querySelectorAll(".arrow-to");
                return arrows[by < 0 ? 0 : 1];
            },
        },
        own: {
            drawn: () => {
                const graph = one("hui-energy-usage-graph-card");
                const table = one("hui-energy-sources-table-card");
                if (!graph?._chartData?.length || !table?._data) return undefined;
                if (+graph._start !== +table._data.start) return undefined;
                if (!graph.shadowRoot.querySelector("ha-chart-base")?.chart) return undefined;
                return graph._chartData;
            },
            complete: async () => {
                const graph = one("hui-energy-usage-graph-card");
                await graph.updateComplete;
                await graph.shadowRoot.querySelector("ha-chart-base").updateComplete;
                await one("hui-energy-sources-table-card").updateComplete;
            },
            arrow: (by) => {
                const { shadowRoot } = one("hui-energy-period-selector");
                return shadowRoot.querySelectorAll(".overflow > ha-icon-button")[by < 0 ? 0 : 1];
            },
        },
    };
    const painted = (side, before) => new Promise((resolve) => {
        const look = async () => {
            const now = sides[side].drawn();
            if (now === undefined || now === before) return setTimeout(look, 2);
            await sides[side].complete();
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
        };
        look();
    });
    const leaf = async (side, by) => {
        const before = sides[side].drawn();
        const began = performance.now();
        sides[side].arrow(by).click();
        return (await painted(side, before)) - began;
    };
    return {painted, leaf};
})();
"""


class Times:
    """What both sides took, by what was done."""

    def __init__(self) -> None:
        self._times: dict[str, dict[str, list[float]]] = {}

    def add(self, what: str, side: str, milliseconds: float) -> None:
        self._times.setdefault(what, {name: [] for name in SIDES})[side].append(milliseconds)

    def report(self, report: Report) -> None:
        for what, times in self._times.items():
            ours, own = statistics.median(times["ours"]), statistics.median(times["own"])
            report.add(f"dashboard.past.{what}", ours, "ms")
            report.add(f"dashboard.past.{what}.home_assistant", own, "ms")
            report.add(f"dashboard.past.{what}.over_home_assistant", ours / own, "ratio", "<=1")


async def measure(browser: Browser, page: HomeAssistant, report: Report) -> None:
    """Measure the main site of a Home Assistant, once both pages have the same to draw."""
    site: Json = (await page.command("sen1/sites"))["sites"][0]
    await written(page, site)
    await show_site(page, site)
    await answers(page, site, report)
    await leaves(browser, page, report)


async def leaves(browser: Browser, page: HomeAssistant, report: Report) -> None:
    """Open both pages anew and leaf through them, one after the other."""
    times = Times()
    for unit in LEAVES:
        for number in range(ROUNDS):
            sides = list(SIDES) if number % 2 else list(reversed(SIDES))
            for side in sides:
                async with browser.look(page) as looked:
                    await looked.add_init_script(_begins_with(unit) + SCRIPT)
                    await _leaf(
                        looked, f"{page.url}/{SIDES[side].format(unit=unit)}", side, unit, times
                    )
    times.report(report)


def _begins_with(unit: str) -> str:
    """Return a script that has Home Assistant's page begin with the period of now."""
    preset = json.dumps(PRESETS[unit])
    return f"localStorage.setItem('energy-default-period-_energy_dashboard', {preset});"


async def _leaf(page: Page, url: str, side: str, unit: str, times: Times) -> None:
    await page.goto(url, wait_until="commit")
    loaded = await page.evaluate(f"leafing.painted('{side}')")
    if unit == "year":
        times.add("year", side, loaded)
    for way, by in (("previous", -1), ("next", 1)):
        for _ in range(LEAVES[unit]):
            took = await page.evaluate(f"leafing.leaf('{side}', {by})")
            times.add(f"{unit}.{way}", side, took)


async def show_site(page: HomeAssistant, site: Json) -> None:
    """Have Home Assistant's own page show what a site bought and sold, and what that cost."""
    told = site["statistics"]
    grid: Json = {
        "type": "grid",
        "stat_energy_from": told["bought"],
        "stat_cost": f"{told['bought']}_cost",
        "stat_energy_to": told.get("sold"),
        "stat_compensation": f"{told['sold']}_cost" if "sold" in told else None,
        "cost_adjustment_day": 0,
    }
    prices = ("entity_energy_price", "number_energy_price")
    grid |= {f"{price}{way}": None for price in prices for way in ("", "_export")}
    sources = [grid]
    if produced := told.get("produced"):
        sources.append({"type": "solar", "stat_energy_from": produced})
    await page.command("energy/save_prefs", energy_sources=sources)


async def written(page: HomeAssistant, site: Json) -> None:
    """Wait until the recorder has all that a site knows of two years."""

    async def is_written() -> bool:
        now = datetime.now(PARIS)
        end = now.replace(minute=0, second=0, microsecond=0)
        begin = midnight(now.date().replace(year=now.year - 1, month=1, day=1))
        period = {"begin": begin.isoformat(), "end": end.isoformat(), "step": "month"}
        found = await page.command("sen1/energies", site=site["id"], **period)
        # The cold is told beside the energies.
        told = {k: each for k, each in site["statistics"].items() if k in found["quantities"]}
        rows = await _rows(page, list(told.values()), begin, end, "hour")
        return all(
            abs(
                sum(row["change"] for row in rows.get(statistic, ()))
                - (found["quantities"][key]["total"] or 0)
            )
            < SAME_KWH
            for key, statistic in told.items()
        )

    await until(is_written, f"the statistics of {site['name']} are written", within=WRITTEN_S)


async def _rows(
    page: HomeAssistant, ids: list[str], begin: datetime, end: datetime, period: str
) -> Json:
    rows: Json = await page.command(
        "recorder/statistics_during_period",
        start_time=begin.isoformat(),
        end_time=end.isoformat(),
        statistic_ids=ids,
        period=period,
        types=["change"],
        units={"energy": "kWh"},
    )
    return rows


async def answers(page: HomeAssistant, site: Json, report: Report) -> None:
    """Ask the server for last year, by months, days and hours: the site, then the recorder."""
    ids = [site["statistics"]["bought"]]
    this_year = datetime.now(PARIS).year
    begin, end = (
        midnight(datetime(year, 1, 1, tzinfo=PARIS).date()) for year in (this_year - 1, this_year)
    )
    period = {"begin": begin.isoformat(), "end": end.isoformat()}
    for step, target in STEPS.items():
        spent: dict[str, list[float]] = {"ours": [], "own": []}
        for _ in range(ASKED):
            began = time.perf_counter()
            await page.command("sen1/energies", site=site["id"], step=step, **period)
            asked = time.perf_counter()
            await _rows(page, ids, begin, end, step)
            spent["ours"].append(asked - began)
            spent["own"].append(time.perf_counter() - asked)
        ours, own = (1000 * statistics.median(each) for each in spent.values())
        report.add(f"dashboard.energies.year_by_{step}", ours, "ms")
        report.add(f"dashboard.energies.year_by_{step}.recorder", own, "ms")
        report.add(f"dashboard.energies.year_by_{step}.over_recorder", ours / own, "ratio", target)
