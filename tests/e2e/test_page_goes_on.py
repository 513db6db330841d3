"""A page that is open while SEN1 is updated, or fetches fail, is right or says what to press."""

from collections.abc import Awaitable, Coroutine, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
import random
import shutil
from typing import Any

from playwright.async_api import Locator, Page, Request, Route, expect
import pytest
import pytest_socket

from testbed.background import Background
from testbed.browser import Browser
from testbed.configuration import CUSTOM_COMPONENTS
from testbed.home import DOMAIN
from testbed.home_assistant import HomeAssistant
from testbed.lovelace import PATH, add_dashboard

from .looking import GO, card, frame
from .test_home_restart import METER

FAILURES = 10
RELOAD = "Reload the page"


class Updated:
    """A home with files of the integration that are its own, a dashboard, and a browser."""

    def __init__(self, background: Background, house: HomeAssistant, browser: Browser) -> None:
        self._background = background
        self.house = house
        self.browser = browser
        modules: Path = house.folder / "custom_components" / DOMAIN / "frontend" / "modules"
        self._words = modules / "texts" / "every_page" / "en.js"

    def play(self, scenario: Coroutine[Any, Any, None]) -> None:
        """Play a scenario."""
        self._background.do(scenario)

    async def restart(self) -> None:
        """Replace the files of the integration, as an update does, while Home Assistant stops."""
        await self.house.stop()
        self._words.write_text(f"{self._words.read_text()}// Updated.\n")
        await self.house.start()


@pytest.fixture(scope="module")
def home() -> Iterator[Updated]:
    """Run the home and the browser, for all tests of this file."""
    pytest_socket.enable_socket()  # Home Assistant's plugin forbids it, between tests too
    with Background() as background:
        stack = AsyncExitStack()

        async def begin() -> Updated:
            house = HomeAssistant("Maison", METER)
            installed = house.folder / "custom_components"
            installed.unlink()
            shutil.copytree(CUSTOM_COMPONENTS, installed)
            await stack.enter_async_context(house)
            form = {
                "grid": {"bought_index": ["sensor.meter"]},
                "production": {},
                "storage": {},
                "house": {},
            }
            await house.add(DOMAIN, {"next_step_id": "home"}, form)
            await add_dashboard(house)
            return Updated(background, house, await stack.enter_async_context(Browser()))

        try:
            yield background.do(begin())
        finally:
            pytest_socket.enable_socket()
            background.do(stack.aclose())


def digests(page: Page) -> set[str]:
    """Return the part that changes with an update of the addresses that are given from now on."""
    found: set[str] = set()

    def note(request: Request) -> None:
        if "/sen1_static/" in request.url:
            found.add(request.url.split("/")[4])

    page.on("requestfinished", note)
    return found


def shown(page: Page) -> Locator:
    """Return what the page of the past shows, whatever is known."""
    return frame(page, "past").get_by_role("group", name="Length of the period")


async def connected(page: Page) -> None:
    """Wait until the page has its Home Assistant again."""
    await page.wait_for_function(
        "() => document.querySelector('home-assistant').hass?.connected", timeout=60_000
    )


async def updated(home: Updated, page: Page, restarted: Awaitable[None]) -> None:
    """Update while a page is open, which goes to a card of which it has not got the module."""
    given = digests(page)
    await page.goto(f"{home.house.url}/{PATH}/home")
    await expect(frame(page, "home")).to_contain_text("Today")
    [before] = given
    await restarted
    await connected(page)
    given.clear()
    await page.evaluate(GO, f"/{PATH}/past")
    said = card(page, "past")
    await expect(said).to_contain_text("SEN1 could not be loaded")
    await expect(said).to_contain_text("reload the page")
    # Nothing of the new version came to what there is of the former.
    assert given <= {before}
    given.clear()
    await said.get_by_role("button", name=RELOAD).click()
    await expect(shown(page)).to_be_visible()
    assert len(given) == 1
    assert before not in given


def test_a_page_that_was_open_before_an_update_says_what_to_press(home: Updated) -> None:
    async def play() -> None:
        async with home.browser.look(home.house, is_cut=True) as page:
            await updated(home, page, home.restart())

    home.play(play())


def test_a_page_that_was_offline_during_an_update_says_what_to_press(home: Updated) -> None:
    async def play() -> None:
        async with home.browser.look(home.house, is_cut=True) as page:

            async def restarted() -> None:
                await page.context.set_offline(True)
                await home.restart()
                await page.context.set_offline(False)

            await updated(home, page, restarted())

    home.play(play())


def test_a_page_heals_by_itself_once_it_is_connected_again(home: Updated) -> None:
    async def play() -> None:
        async with home.browser.look(home.house, is_cut=True) as page:
            await page.goto(f"{home.house.url}/{PATH}/home")
            await expect(frame(page, "home")).to_contain_text("Today")
            await page.context.set_offline(True)
            await page.evaluate(GO, f"/{PATH}/past")
            await expect(card(page, "past")).to_contain_text("SEN1 could not be loaded")
            await page.context.set_offline(False)
            await expect(shown(page)).to_be_visible()
            await expect(card(page, "past")).not_to_contain_text("SEN1 could not be loaded")

    home.play(play())


def test_ten_fetches_that_fail_at_random_leave_nothing_to_be_done_by_hand(home: Updated) -> None:
    """What fails is any module but the first, which the page of Home Assistant itself fetches."""

    async def play() -> None:
        for seed in range(3):
            async with home.browser.look(home.house, is_cut=True) as page:
                await failing(page, random.Random(seed))

    async def failing(page: Page, chance: random.Random) -> None:
        failed: list[str] = []

        async def answer(route: Route) -> None:
            path = route.request.url
            is_first = path.endswith(f"/{DOMAIN}.js")
            if not is_first and len(failed) < FAILURES and chance.random() < 1 / 2:
                failed.append(path)
                await route.abort()
            else:
                await route.continue_()

        await page.route("**/sen1_static/**", answer)
        await page.goto(f"{home.house.url}/{PATH}/home")
        loads: list[str] = []
        page.on("load", lambda page: loads.append(page.url))
        await expect(frame(page, "home")).to_contain_text("Today")
        await expect(frame(page, "home")).to_contain_text("This year")
        await page.evaluate(GO, f"/{PATH}/past")
        await expect(shown(page)).to_be_visible()
        await expect(card(page, "past")).not_to_contain_text("could not be")
        assert len(failed) == FAILURES
        assert loads == []

    home.play(play())
