"""Somebody who makes a home from nothing, in Chromium: what the tests of it share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime

from playwright.async_api import Page, expect

from testbed.browser import Browser
from testbed.consent import dialog, submit
from testbed.enedis import DAY
from testbed.home import DOMAIN
from testbed.home_assistant import HomeAssistant
from testbed.household import PARIS
from testbed.lovelace import PATH
from testbed.years import Habits, halves, hours, midnight, total

PATIENCE_MS = 60_000

MOST_SCREENS = 4


class Newcomer:
    """A Home Assistant without any home, and the browser."""

    def __init__(self, home_assistant: HomeAssistant, browser: Browser) -> None:
        self.home_assistant = home_assistant
        self._browser = browser

    @asynccontextmanager
    async def adding(self, choice: str) -> AsyncIterator[Adding]:
        """Choose what to add."""
        instance = self.home_assistant
        async with self.looking() as page:
            await page.goto(f"{instance.url}/_my_redirect/config_flow_start?domain={DOMAIN}")
            await page.get_by_role("button", name="OK").click()
            adding = Adding(instance, page)
            await adding.see("What would you like to add?")
            await adding.form.get_by_text(choice, exact=True).click()
            yield adding

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[Page]:
        """Begin with nothing of ours there but a sharing account; no log may complain after it."""
        instance = self.home_assistant
        for entry in await instance.command("config_entries/get", domain=DOMAIN):
            if "publication" not in entry["supported_subentry_types"]:
                path = f"/api/config/config_entries/entry/{entry['entry_id']}"
                await instance.request("DELETE", path)
        async with self._browser.look(instance) as page:
            yield page
        assert instance.errors == []
        assert instance.warnings == []


class Adding:
    """Somebody before the dialogue in which something is added, whose screens are counted."""

    def __init__(self, home_assistant: HomeAssistant, page: Page) -> None:
        self.page = page
        self.form = dialog(page)
        self._home_assistant = home_assistant
        self._screens = 0

    async def see(self, said: str) -> None:
        """Have come to a screen, which says something."""
        await expect(self.form.get_by_text(said).first).to_be_visible(timeout=PATIENCE_MS)
        self._screens += 1

    async def write(self, field: str, text: str) -> None:
        """Fill in a field."""
        await self.form.get_by_role("textbox", name=field).fill(text)

    async def choose(self, field: str, option: str) -> None:
        """Choose one of what a field offers."""
        offering = self.form.locator("ha-selector-select").filter(has_text=field)
        await offering.click()
        await offering.get_by_role("menuitem").filter(has_text=option).click()

    async def add(self, field: str, option: str) -> None:
        """Add one of what the first field of that name offers to what is chosen in it."""
        await self.form.get_by_text(field).first.click()
        await self.page.get_by_text(option).last.click()

    async def submit(self, said: str) -> None:
        """Press the button, and come to the screen that says something."""
        await submit(self.page)
        await self.see(said)

    async def full_home(self, *figures: str) -> None:
        """See that few screens made a Home which tells yesterday in these figures, and the year."""
        assert self._screens <= MOST_SCREENS
        await self.page.goto(f"{self._home_assistant.url}/{PATH}/home")
        home = self.page.locator("sen1-home-card")
        # It stands as the title, or on a line under today.
        day = home.locator(".today")
        await expect(day).to_contain_text("yesterday", ignore_case=True, timeout=PATIENCE_MS)
        for figure in figures:
            await expect(day).to_contain_text(figure, timeout=PATIENCE_MS)
        for part in ("today", "month", "year", "forecast"):
            await expect(home.locator(f".{part}")).to_contain_text("kWh")
        await expect(self.page.locator("hui-error-card")).to_have_count(0)


def today() -> date:
    """Return the day, where the home is."""
    return datetime.now(PARIS).date()


def kwh(wh: float) -> str:
    """Return an energy as Home shows it."""
    return f"{wh / 1000:.1f}"


def yesterday_of(habits: Habits) -> str:
    """Return what a home used yesterday, as Home shows it."""
    return kwh(total(habits, midnight(today() - DAY), midnight(today())))


def curve(habits: Habits, days: int) -> list[tuple[float, int]]:
    """Return the half-hours of so many days before today: when each began, and its mean watts."""
    return [
        (at.timestamp() + 1800 * half, watts)
        for at in hours(midnight(today() - days * DAY), midnight(today()))
        for half, watts in enumerate(halves(habits, at))
    ]
