"""What says figures, read so that one can be held against another: sites, pages, words."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
import json
from pathlib import Path
import re
from typing import Any

from playwright.async_api import Locator, Page, TimeoutError as PlaywrightTimeout, expect

from testbed.home_assistant import HomeAssistant, Json
from testbed.household import PARIS
from testbed.translations import TRANSLATIONS
from testbed.waiting import until
from testbed.years import midnight

from .looking import card

PERIODS = ("day", "month", "year")
STEPS = {"day": "hour", "month": "day", "year": "month"}
TARIFFS = ("off_peak", "peak")
MEASURED = ("bought", "sold", "produced", "consumed", "self_consumed")

TENTH = Decimal("0.2")
"""Of a degree-day: half of it is what two that are written with a decimal may be apart."""
WATT_HOUR = Decimal("0.001")
CENT = Decimal("0.01")

DIGITS = 1
"""Decimals of an energy, kWh."""

WRITTEN_S = 90
"""Within which the entities of a site tell what its meter counted: they are written each minute."""

type Said = list[str]
"""What is another in two places."""


# Amounts, as they are written


def half_up(value: Decimal | float | str, digits: int) -> Decimal:
    """Return a value as it is written with so many decimals."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def closed(values: Sequence[Decimal], digits: int, total: Decimal | float) -> list[Decimal]:
    """Return values rounded so that they add up to their total: the largest remainders go up.

    Of two that are as large it is the first, or whichever is larger in a browser's numbers.
    """
    unit = Decimal(1).scaleb(-digits)
    near = [half_up(value, digits) for value in values]
    left = int((half_up(total, digits) - sum(near)) / unit)
    off = [
        float(value.scaleb(digits)) - float(one.scaleb(digits))
        for value, one in zip(values, near, strict=True)
    ]
    order = sorted((i for i, value in enumerate(values) if value), key=lambda i: -off[i])
    moved = order[left:] if left < 0 else order[:left]
    step = unit.copy_sign(left)
    return [one + step * (i in moved) for i, one in enumerate(near)]


# Times


@dataclass(frozen=True)
class Span:
    """A time of the home's calendar."""

    unit: str
    begin: datetime
    end: datetime


def span(unit: str, back: int = 0, at: datetime | None = None) -> Span:
    """Return this day, month or year, or that of a moment, or one before it."""
    first = (at or datetime.now(PARIS)).date()
    if unit == "day":
        first -= timedelta(days=back)
        after = first + timedelta(days=1)
    elif unit == "month":
        months = first.year * 12 + first.month - 1 - back
        first, after = (date(number // 12, number % 12 + 1, 1) for number in (months, months + 1))
    else:
        first, after = date(first.year - back, 1, 1), date(first.year - back + 1, 1, 1)
    return Span(unit, midnight(first), midnight(after))


# Sites


class Site:
    """A site, and what its entities say."""

    def __init__(self, page: HomeAssistant, told: Json, rows: Iterable[Json]) -> None:
        """Take what `sen1/sites` tells of it, and the rows of the registry."""
        self._page = page
        self.told = told
        self.id: str = told["id"]
        self.name: str = told["name"]
        self.statistics: dict[str, str] = {
            key: one for key, one in told["statistics"].items() if key != "degree_days"
        }
        """Of its energies, by quantity."""
        self.entities: dict[str, str] = {
            row["unique_id"].removeprefix(f"{self.id}_"): row["entity_id"]
            for row in rows
            if row["config_entry_id"] == self.id
        }

    @property
    def view(self) -> str:
        """Return the path of its home."""
        return f"home{self.query}"

    @property
    def query(self) -> str:
        """Return what the address of a page says of it: nothing of the main one."""
        return "" if self.told["is_main"] else f"?site={self.id}"

    @cached_property
    def figures(self) -> dict[str, tuple[str, int]]:
        """Return the units of what its entities tell, and how many ago, by what these say."""
        is_later = self.has("bought_yesterday")
        day: dict[str, tuple[str, int]] = (
            {"yesterday": ("day", 1)} if is_later else {"day": ("day", 0)}
        )
        return {**day, "month": ("month", 0), "year": ("year", 0)}

    def newest(self, figure: str) -> Span:
        """Return the newest day, month or year of which anything is known."""
        unit, _back = self.figures[figure]
        until = datetime.fromisoformat(self.told_by("bought_year", "known_until"))
        is_later = "yesterday" in self.figures
        return span(unit, at=until - timedelta(seconds=1) if is_later else None)

    def is_known(self, key: str) -> bool:
        """Return whether an entity tells anything."""
        return self.state(key) != "unknown"

    def has(self, key: str) -> bool:
        """Return whether it has an entity."""
        return key in self.entities

    @cached_property
    def tariffs(self) -> list[str]:
        """Return the tariff periods of its contract that it tells apart."""
        return [one for one in TARIFFS if self.has(f"energy_{one}_year")]

    def state(self, key: str) -> str:
        """Return what an entity says."""
        said: str = self._page.states[self.entities[key]]["state"]
        return said

    def told_by(self, key: str, attribute: str) -> Any:
        """Return one of its attributes."""
        return self._page.states[self.entities[key]]["attributes"].get(attribute)

    def value(self, key: str, attribute: str | None = None) -> Decimal:
        """Return what an entity says in numbers, or one of its attributes."""
        return Decimal(self.state(key) if attribute is None else str(self.told_by(key, attribute)))

    def bought(self, figure: str) -> Decimal:
        """Return what was bought, kWh."""
        return self.value(f"bought_{figure}")

    def paid(self, figure: str) -> Decimal:
        """Return what it costs."""
        return self.value(f"cost_{figure}", "energy_cost")

    def since(self, key: str) -> datetime:
        """Return when an entity began to count."""
        return midnight(date.fromisoformat(str(self.told_by(key, "begin"))))

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

    async def cold(self, begin: date, end: date) -> Json:
        """Return the degree-days of [begin, end), by month."""
        answer: Json = await self.ask("cold", begin=begin, end=end, step="month")
        return answer

    async def ask(self, what: str, **arguments: object) -> Json:
        """Return what a command tells of it; a day is asked for as the moment that it begins."""
        answer: Json = await self._page.command(
            f"sen1/{what}",
            site=self.id,
            **{
                key: _moment(value) if isinstance(value, date) else value
                for key, value in arguments.items()
            },
        )
        return answer

    async def of(self, period: Span) -> Json:
        """Return its quantities in a period."""
        step = STEPS[period.unit]
        found: Json = (await self.energies(period.begin, period.end, step))["quantities"]
        return found

    async def of_tariffs(self, period: Span) -> list[Decimal]:
        """Return what was bought in each tariff period, kWh, as exactly as it is answered.

        A period in which nothing was bought yet is not answered.
        """
        tariffs = (await self.of(period))["bought"]["tariffs"]
        return [
            Decimal(str(tariffs[one]["total"])) if one in tariffs else Decimal(0)
            for one in self.tariffs
        ]


def _moment(day: date) -> str:
    """Return when a day begins, or a moment as it is."""
    return (day if isinstance(day, datetime) else midnight(day)).isoformat()


async def sites_of(page: HomeAssistant) -> list[Site]:
    """Return the sites of a house, once each tells all that it will."""

    async def all_there() -> list[Site] | None:
        told = (await page.command("sen1/sites"))["sites"]
        rows = await page.command("config/entity_registry/list")
        found = [Site(page, one, rows) for one in told if one["loaded"] and one["statistics"]]
        return found if found and len(found) == len(told) else None

    return await until(all_there, "each site tells its series", within=60)


# Two that should be the same


async def agree(
    compare: Callable[[], Awaitable[Said]], what: str, within: float = WRITTEN_S
) -> None:
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


# Pages

READ = """(cards) => cards.map((one) => {
    const root = one.localName.startsWith("sen1-") ? one.shadowRoot : one;
    const lines = (element) => element.innerText.split("\\n").filter((line) => line.trim());
    const of = (selector) => [...root.querySelectorAll(selector)].map((one) => one.innerText);
    return {
        text: (root.querySelector(".frame") ?? root).innerText,
        titles: of("h2"),
        figures: of(".figure"),
        beside: of(".beside-it"),
        large: of(".big"),
        notes: of(".note"),
        under: of(".under"),
        rows: [...root.querySelectorAll(".rows > *")].map(lines),
        labels: [...root.querySelectorAll("[aria-label]")].map((one) => one.ariaLabel),
        tables: [...root.querySelectorAll("table")].map((table) =>
            [...table.rows].map((row) => [...row.cells].map(lines))),
    };
})"""
"""What cards show: the lines of each cell of their tables."""

SINCE = """({card: {text, formats}}, at) =>
    text.since(formats.date(at, {day: "numeric", month: "long", year: "numeric"}))"""

WRITTEN = {"en": (",", "."), "fr": (r"\s", ",")}
"""What stands between thousands, and before decimals."""


async def seen(cards: Locator) -> list[Json]:
    """Return what cards show."""
    await expect(cards.locator(".figure, table").first).to_be_visible()
    return await read(cards)


async def read(cards: Locator) -> list[Json]:
    """Return what cards show, once each of them shows something."""
    content = ".frame > *"
    await expect(cards.locator(content).first).to_be_attached()
    for one in await cards.all():
        await expect(one.locator(content).first).to_be_attached()
    found: list[Json] = await cards.evaluate_all(READ)
    return found


async def parts_of_home(page: Page, *names: str) -> list[Json]:
    """Return what these parts of Home show, once they are there."""
    home = card(page, "home")
    for name in names:
        await expect(home.locator(f".tap.{name}")).to_be_visible()
    return [one for name in names for one in await home.locator(f".tap.{name}").evaluate_all(READ)]


async def since_of(cards: Locator, begin: datetime) -> str:
    """Return how a card says since when something is counted."""
    said: str = await cards.first.evaluate(SINCE, begin.timestamp() * 1000)
    return said


class Words:
    """What the dashboard calls things, and how it writes numbers."""

    def __init__(self, language: str, texts: Json) -> None:
        """Take the texts of the dashboard in a language."""
        self._group, self.point = WRITTEN[language]
        self.separator = ";" if self.point == "," else ","
        """Of the cells of a file."""
        self._texts = texts
        path = Path(TRANSLATIONS) / f"{language}.json"
        states = json.loads(path.read_text())["entity"]["sensor"]["tariff_period"]["state"]
        self.tariffs: list[str] = [states[one] for one in TARIFFS]

    def __getitem__(self, path: str) -> str:
        """Return a text: `past.units.day`."""
        found = self._texts
        for key in path.split("."):
            found = found[key]
        said = str(found).strip()
        assert said, path
        return said

    def number(self, text: str) -> Decimal:
        """Return the first number of a text."""
        found = re.search(rf"[\u2212-]?\d+(?:{self._group}\d{{3}})*(?:\{self.point}\d+)?", text)
        assert found is not None, f"no number in {text!r}"
        written = re.sub(self._group, "", found[0]).replace("\u2212", "-")
        return Decimal(written.replace(self.point, "."))

    def amount(self, cell: str) -> Decimal:
        """Return the number of a cell of what adds up: a dash where nothing is known yet."""
        return Decimal(0) if cell == "\u2013" else self.number(cell)

    def after(self, path: str, text: str) -> Decimal:
        """Return the number that a text says."""
        assert self[path] in text, f"{self[path]!r} is not in {text!r}"
        return self.number(text.split(self[path])[1])


async def saved(page: Page, name: str, button: str) -> str | None:
    """Return the text of the file that a button of a card saves; None if none came."""
    try:
        async with page.expect_download(timeout=10_000) as download:
            await card(page, name).get_by_role("button", name=button).click()
    except PlaywrightTimeout:
        return None
    return (await (await download.value).path()).read_text("utf-8-sig")
