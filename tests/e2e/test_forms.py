"""Each button of the dashboard opens its own form over the page, in Chromium."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

from playwright.async_api import Locator, Page, expect
import pytest
import pytest_socket

from testbed.background import Background
from testbed.browser import Browser
from testbed.home import DOMAIN
from testbed.home_assistant import HomeAssistant, Json
from testbed.lovelace import PATH, add_dashboard

pytestmark = pytest.mark.timeout(300)

PATIENCE_MS = 45_000

HOME = {"home": "La Maison", "name": "Compteur", "meter_kind": "bought", "every": 30}


class Reader:
    """Somebody before a home whose meter is read by hand."""

    def __init__(self, home_assistant: HomeAssistant, browser: Browser, entry: Json) -> None:
        self.home_assistant = home_assistant
        self.entry_id: str = entry["entry_id"]
        self._browser = browser

    @asynccontextmanager
    async def looking(self, view: str) -> AsyncIterator[Page]:
        """Look at a page of the dashboard."""
        async with self._browser.look(self.home_assistant, language="en") as page:
            await page.goto(f"{self.home_assistant.url}/{PATH}/{view}")
            yield page

    async def parts(self, kind: str) -> list[Json]:
        """Return what the home has of a kind."""
        listed = await self.home_assistant.command(
            "config_entries/subentries/list", entry_id=self.entry_id
        )
        return [one for one in listed if one["subentry_type"] == kind]


type Play = Callable[[Callable[[Reader], Awaitable[None]]], None]


@pytest.fixture(scope="module")
def reader() -> Iterator[Play]:
    """Run a Home Assistant with such a home, and the browser."""
    pytest_socket.enable_socket()  # Home Assistant's plugin forbids it, between tests too
    with Background() as background:
        stack = AsyncExitStack()

        async def begin() -> Reader:
            page = await stack.enter_async_context(HomeAssistant("Maison"))
            browser = await stack.enter_async_context(Browser())
            lines = "2026-01-01 1000\n2026-02-01 1300"
            entry = await page.add(
                DOMAIN, {"next_step_id": "manual_meter"}, {**HOME, "readings": lines}
            )
            await add_dashboard(page)
            return Reader(page, browser, entry)

        try:
            made = background.do(begin())

            async def play(scenario: Callable[[Reader], Awaitable[None]]) -> None:
                await scenario(made)

            yield lambda scenario: background.do(play(scenario))
        finally:
            pytest_socket.enable_socket()
            background.do(stack.aclose())


async def opened(page: Page, button: str, title: str) -> Locator:
    """Press a button once, and return the form that it opens."""
    await page.get_by_role("button", name=button).first.click(timeout=PATIENCE_MS)
    shown = page.locator("dialog[open]")
    await expect(shown.get_by_role("heading", name=title)).to_be_visible(timeout=PATIENCE_MS)
    return shown


async def ended(shown: Locator, said: str) -> None:
    """Have the form say what was done, and go back to the page."""
    await expect(shown).to_contain_text(said, timeout=PATIENCE_MS)
    await shown.get_by_role("button", name="Close").last.click()
    await expect(shown).to_have_count(0)


def test_a_contract_is_added_from_the_row_that_asks_for_it(reader: Play) -> None:
    async def scenario(at: Reader) -> None:
        async with at.looking("home") as page:
            shown = await opened(page, "Begin: Add a contract", "An electricity contract")
            await shown.get_by_role("radio", name="Base").click()
            await shown.get_by_role("button", name="Confirm").click()
            await expect(shown.get_by_role("heading", name="The same price")).to_be_visible()
            await shown.get_by_role("button", name="Confirm").click()
            await ended(shown, "The contract counts")
            assert "/home" in page.url
        assert len(await at.parts("tariff")) == 1

    reader(scenario)


def test_what_the_meter_shows_is_entered_from_its_day(reader: Play) -> None:
    async def scenario(at: Reader) -> None:
        async with at.looking("home") as page:
            shown = await opened(page, "Enter what the meter shows", "A reading")
            confirm = shown.get_by_role("button", name="Confirm")
            await confirm.click()
            await expect(shown.get_by_role("alert")).to_contain_text("marked with a star")
            await shown.get_by_role("spinbutton", name="Index").fill("900")
            await confirm.click()
            # What Home Assistant finds wrong is said where it was asked.
            await expect(shown).to_contain_text("A meter never goes down", timeout=PATIENCE_MS)
            await shown.get_by_role("spinbutton", name="Index").fill("2000")
            await confirm.click()
            await ended(shown, "The reading was saved")
            await expect(page.locator("sen1-home-card")).to_contain_text("1,000.0")

    reader(scenario)


def test_a_goal_is_set_and_changed_where_goals_are(reader: Play) -> None:
    async def scenario(at: Reader) -> None:
        async with at.looking("year") as page:
            shown = await opened(page, "New goal", "A goal")
            await page.keyboard.press("Escape")
            await expect(shown).to_have_count(0)
            shown = await opened(page, "New goal", "A goal")
            await shown.get_by_role("textbox", name="Name").fill("Less this winter")
            await shown.get_by_role("button", name="Confirm").click()
            await ended(shown, "The goal is set")
            shown = await opened(page, "Change “Less this winter”", "A goal")
            await expect(shown.get_by_role("textbox", name="Name")).to_have_value(
                "Less this winter"
            )
            await shown.get_by_role("textbox", name="Name").fill("Much less")
            await shown.get_by_role("button", name="Confirm").click()
            await ended(shown, "The change was saved")
        assert [one["title"] for one in await at.parts("goal")] == ["Much less"]

    reader(scenario)


def test_the_energy_dashboard_is_filled_once_and_keeps_what_it_has(reader: Play) -> None:
    there = {
        "type": "solar",
        "stat_energy_from": "sensor.their_roof",
        "config_entry_solar_forecast": None,
    }

    async def scenario(at: Reader) -> None:
        instance = at.home_assistant

        async def sources() -> list[Json]:
            kept: list[Json] = (await instance.command("energy/get_prefs"))["energy_sources"]
            return kept

        if not await at.parts("tariff"):
            contract = {"begin": "2026-01-01", "price_list": {"all_hours": 0.2}, "subscription": 0}
            kind = {"option": "base", "subscribed_power": "6"}
            await instance.add_subentry(at.entry_id, "tariff", kind, contract)
        await instance.command("energy/save_prefs", energy_sources=[there])
        async with at.looking("home") as page, at.looking("home") as other:
            row, title = "Begin: Your home on the page Energy", "Home Assistant\u2019s page Energy"
            shown, late = await opened(page, row, title), await opened(other, row, title)
            await expect(shown).to_contain_text("Bought from the grid, with its cost")
            await shown.get_by_role("button", name="Add").click()
            await expect(shown).to_contain_text("It is there")
            solar, grid = await sources()
            assert solar == there
            assert grid["stat_energy_from"].endswith("_bought")
            assert grid["stat_cost"].endswith("_bought_cost")
            # Pressed where it was not seen yet, it adds nothing.
            await late.get_by_role("button", name="Add").click()
            await expect(late).to_contain_text("It is there")
            assert await sources() == [solar, grid]
            await shown.get_by_role("button", name="Close").click()
            rows = page.locator("sen1-home-card")
            await expect(rows).not_to_contain_text("Your home on the page Energy")

    reader(scenario)
