"""The dashboard: what a page must load, how soon it shows a figure, how long a year takes to draw.

A real Home Assistant with the demo's house, in Chromium, with nothing kept from before. Bytes are
those on the wire, in French, whose words are longest; the first figure on a phone is timed beside
that of a page with Home Assistant's own card. Until all cards of a page stand is timed from a
click, on a page that has Home Assistant's own cards already, at some latencies: with all that a
card needs fetched at once, and found out step by step. The year is ten series of half-hours, drawn
by the card's own code until the browser has painted it. A home that is known each day is timed
beside one that is live. `past` and `energies` are told in `leafing`, `town` is that of twelve
buildings beside one.

Names of parts may be given: `demo`, `town`.
"""

import asyncio
import statistics
import sys

from playwright.async_api import Page

from benchmarks import leafing
from benchmarks.report import Report
from benchmarks.town import BUILDINGS, town
from testbed.browser import PHONE, Browser
from testbed.dashboard import Stage, stage
from testbed.home_assistant import HomeAssistant
from testbed.lovelace import PATH

LOADS = 5
SERIES = 10
HALF_HOURS = 365 * 48

SHOWN = {
    "home": "sen1-home-card .foot",
    "year": "sen1-cold-card svg",
    "past": "sen1-past-card svg",
    "compare": "sen1-comparison-card svg",
    "cooperative": "sen1-investment-card svg",
    "together": "sen1-together-card .ranks",
    "participate": "sen1-participate-card .sheet-card",
    "sharing": "sen1-sharing-card .folded",
    "challenge": "sen1-challenge-card .teams-card",
    "wall": "sen1-wall-card svg",
    "collection": "sen1-collection-card .members",
}
"""What a view shows once it is there."""

ORGANISED = ("collection",)
"""The views of the cooperative's dashboard, since it is the cooperative that asks many."""

SIZES = """() => performance.getEntriesByType("resource")
    .filter(({name}) => name.includes("/sen1_static/"))
    .reduce((sum, {encodedBodySize}) => sum + encodedBodySize, 0)"""

OWN_FIRST = """() => new Promise((resolve) => {
    const words = (node) => node.nodeType === Node.TEXT_NODE ? node.data
        : [node.shadowRoot, node].flatMap((one) => [...(one?.childNodes ?? [])])
            .filter(({localName}) => localName !== "style").map(words).join("");
    const tiles = (root) => [...root.querySelectorAll("*")].flatMap((element) => [
        ...(element.localName === "hui-tile-card" ? [element] : []),
        ...(element.shadowRoot ? tiles(element.shadowRoot) : []),
    ]);
    const look = () => {
        if (tiles(document).some((one) => /\\d/.test(words(one)))) resolve(performance.now());
        else setTimeout(look, 20);
    };
    look();
})"""
"""When the first figure of Home Assistant's own card is there."""

STANDING = {"home": 1, "past": 1, "together": 1}
"""The pages of which all cards are awaited, and how many kinds of ours they have at least."""
BY_DAYS = {"home": 1, "past": 1, "year": 6}
"""Likewise, where no sensor tells anything now."""
STANDING_LOADS = 5
LATENCIES_MS = (0, 60, 150)
OWN = "own-cards"
"""A dashboard of Home Assistant's own cards."""

STEP_BY_STEP = """Object.defineProperty(HTMLLinkElement.prototype, "rel", {set() {}})"""
"""Nothing is preloaded."""

STAND = """([path, kinds]) => new Promise((resolve) => {
    const began = performance.now();
    const ours = (root) => [...root.querySelectorAll("*")].flatMap((element) => [
        ...(/^sen1-.*-card$/.test(element.localName) ? [element] : []),
        ...(element.shadowRoot ? ours(element.shadowRoot) : []),
    ]);
    const stands = ({shadowRoot}) =>
        shadowRoot.querySelector(".frame > *") && !shadowRoot.querySelector(".loading");
    const look = () => {
        const cards = ours(document);
        const isWhole = new Set(cards.map(({localName}) => localName)).size >= kinds;
        if (isWhole && cards.every(stands)) resolve(performance.now() - began);
        else setTimeout(look, 5);
    };
    history.pushState(null, "", path);
    dispatchEvent(new CustomEvent("location-changed", {detail: {replace: false}}));
    look();
})"""

TOWN_LOADS = 7
TOWN = {
    "alone": ("home", ["sen1-home-card", ".now .figure"]),
    "home": ("home", ["sen1-home-card", ".now .figure"]),
    "buildings": ("buildings", ["sen1-buildings-card", "tbody .now"]),
}
"""Of one building and of twelve, the view and where it has its first figure."""

FIRST = """([card, figure]) => new Promise((resolve) => {
    const isThere = (root) => [...root.querySelectorAll("*")].some(({shadowRoot, localName}) => {
        if (!shadowRoot) return false;
        const found = localName === card && shadowRoot.querySelector(figure);
        return (found && /\\d/.test(found.textContent)) || isThere(shadowRoot);
    });
    const look = () => {
        if (isThere(document)) resolve(performance.now()); else setTimeout(look, 20);
    };
    look();
})"""

DRAW = """async ([address, count, length]) => {
    const {lines} = await import(`${address}/curves.js`);
    const {formatsOf} = await import(`${address}/formats.js`);
    const {periodAt} = await import(`${address}/calendar.js`);
    const hass = document.querySelector("home-assistant").hass;
    const formats = formatsOf(hass);
    const period = periodAt(Date.now(), "year", formats.zone, -1);
    const day = (i, n) => Math.max(0, Math.sin((i % 48) / 7.6 - 1.6)) * (1 + n) + Math.random();
    const all = Array.from({length: count}, (_, n) => ({
        values: Float64Array.from({length}, (_, i) => day(i, n)), line: "#0d4a8f", pale: "none",
    }));
    const began = performance.now();
    const step = (period.end - period.begin) / length;
    const picture = lines("", {period, step, formats, width: 1000, height: 340, lines: all});
    document.body.append(picture);
    picture.getBBox();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const took = performance.now() - began;
    picture.remove();
    return took;
}"""


async def loads(browser: Browser, made: Stage, report: Report) -> None:
    """Open pages anew and count what each loads."""
    url = made.page.url
    async with browser.look(made.page) as page:
        await page.goto(f"{url}/config/dashboard")
        await page.wait_for_selector("ha-config-dashboard")
        await page.wait_for_function(
            "() => Boolean(customElements.get('ll-strategy-dashboard-sen1'))"
        )
        report.add("dashboard.bytes.other_page", await page.evaluate(SIZES), "B", "<=3000")
    for view, shown in SHOWN.items():
        at = made.cooperative.home_assistant if view in ORGANISED else made.page
        async with browser.look(at, language="fr") as page:
            await page.goto(f"{at.url}/{PATH}/{view}")
            await page.wait_for_selector(shown)
            await page.wait_for_load_state("networkidle")
            report.add(f"dashboard.bytes.{view}", await page.evaluate(SIZES), "B", "<=60000")


async def first_figures(browser: Browser, made: Stage, report: Report) -> None:
    """Time the first figure of ours and of Home Assistant's own card."""
    pages: dict[str, tuple[str, list[str]]] = {
        f"{PATH}/home": (FIRST, ["sen1-home-card", ".figure"]),
        OWN: (OWN_FIRST, []),
    }
    found: dict[str, list[float]] = {path: [] for path in pages}
    for _ in range(LOADS):
        for path, asked in pages.items():
            async with browser.look(made.page, size=PHONE) as page:
                await page.goto(f"{made.page.url}/{path}", wait_until="commit")
                found[path].append(await page.evaluate(*asked))
    ours, own = (statistics.median(each) for each in found.values())
    report.add("dashboard.first_figure", ours, "ms")
    report.add("dashboard.first_figure.home_assistant", own, "ms")
    report.add("dashboard.first_figure.over_home_assistant", ours / own, "ratio", "<=1.3")


async def add_own(at: HomeAssistant, entity: str = "sun.sun") -> None:
    """Add a dashboard of Home Assistant's own cards."""
    await at.command(
        "lovelace/dashboards/create", url_path=OWN, title=OWN, mode="storage", require_admin=False
    )
    own = [{"type": "heading", "heading": OWN}, {"type": "tile", "entity": entity}]
    views = [{"type": "sections", "sections": [{"type": "grid", "cards": own}]}]
    await at.command("lovelace/config/save", url_path=OWN, config={"views": views})


async def stand(
    browser: Browser,
    at: HomeAssistant,
    view: str,
    latency: int = 0,
    *,
    kinds: int,
    is_at_once: bool = True,
) -> float:
    """Return how long it takes until all cards of a page stand, milliseconds."""
    async with browser.look(at, language="fr") as page:
        if not is_at_once:
            await page.add_init_script(STEP_BY_STEP)
        await page.goto(f"{at.url}/{OWN}")
        await page.wait_for_selector("hui-tile-card")
        await page.wait_for_load_state("networkidle")
        far = await page.context.new_cdp_session(page)
        conditions = {"latency": latency, "downloadThroughput": -1, "uploadThroughput": -1}
        await far.send("Network.emulateNetworkConditions", {"offline": False, **conditions})
        took: float = await page.evaluate(STAND, [f"/{PATH}/{view}", kinds])
        return took


async def standing(browser: Browser, made: Stage, report: Report) -> None:
    """Time how long it takes until all cards of a page stand."""
    for view, kinds in STANDING.items():
        for latency in LATENCIES_MS:
            times: dict[bool, list[float]] = {True: [], False: []}
            for _ in range(STANDING_LOADS):
                for is_at_once, found in times.items():
                    found.append(
                        await stand(
                            browser, made.page, view, latency, kinds=kinds, is_at_once=is_at_once
                        )
                    )
            # The quickest of each: whatever else this machine does is no part of it.
            at_once, by_steps = (min(times[one]) for one in (True, False))
            name = f"dashboard.standing.{view}.{latency}_ms"
            report.add(name, at_once, "ms")
            report.add(f"{name}.step_by_step", by_steps, "ms")
            most = "<=0.65" if (view, latency) == ("home", 60) else None
            report.add(f"{name}.over_step_by_step", at_once / by_steps, "ratio", most)


async def by_days(browser: Browser, made: Stage, report: Report) -> None:
    """Time the pages of a home that is known each day, beside those of one that is live."""
    homes = {"live": made.page, "by_days": made.relatives.page}
    for view, kinds in BY_DAYS.items():
        times: dict[str, list[float]] = {name: [] for name in homes}
        for _ in range(STANDING_LOADS):
            for name, at in homes.items():
                times[name].append(await stand(browser, at, view, kinds=kinds))
        for name, found in times.items():
            report.add(f"dashboard.{name}.{view}", min(found), "ms")
        ratio = min(times["by_days"]) / min(times["live"])
        report.add(f"dashboard.by_days.{view}.over_live", ratio, "ratio", "<=1")


async def year(page: Page, address: str, report: Report) -> None:
    """Time the picture of a year."""
    times = [await page.evaluate(DRAW, [address, SERIES, HALF_HOURS]) for _ in range(LOADS)]
    report.add("dashboard.year.first", times[0], "ms", "<=1000")
    report.add("dashboard.year.median", statistics.median(times), "ms", "<=1000")


async def in_demo(report: Report) -> None:
    """Measure what the demo's house shows."""
    async with stage() as made, Browser() as browser:
        await loads(browser, made, report)
        await add_own(made.page, made.entities["bought_month"])
        await add_own(made.relatives.page)
        await standing(browser, made, report)
        await by_days(browser, made, report)
        await first_figures(browser, made, report)
        async with browser.look(made.page) as page:
            await page.goto(f"{made.page.url}/{PATH}/home")
            await page.wait_for_selector("sen1-home-card .limit")
            address = await page.evaluate(
                "performance.getEntriesByType('resource').map(({name}) => name)"
                ".find((name) => name.endsWith('/curves.js') || name.endsWith('/card.js'))"
            )
            await year(page, address.rpartition("/")[0], report)
        await made.filled_back()
        await leafing.measure(browser, made.page, report)


async def in_town(report: Report) -> None:
    """Time the first figure of each page of a town beside the home of one building alone."""
    times: dict[str, list[float]] = {name: [] for name in TOWN}
    async with town(1) as alone, town(len(BUILDINGS)) as many, Browser() as browser:
        for _ in range(TOWN_LOADS):
            for name, (view, shown) in TOWN.items():
                house = alone if name == "alone" else many
                async with browser.look(house) as page:
                    await page.goto(f"{house.url}/{PATH}/{view}", wait_until="commit")
                    times[name].append(await page.evaluate(FIRST, shown))
    medians = {name: statistics.median(each) for name, each in times.items()}
    for name, milliseconds in medians.items():
        report.add(f"dashboard.town.{name}", milliseconds, "ms")
    for name in ("home", "buildings"):
        ratio = medians[name] / medians["alone"]
        report.add(f"dashboard.town.{name}.over_alone", ratio, "ratio", "<=1.3")


PARTS = {"demo": in_demo, "town": in_town}


async def main() -> None:
    report = Report()
    for name in sys.argv[1:] or PARTS:
        await PARTS[name](report)
    report.exit()


if __name__ == "__main__":
    asyncio.run(main())
