"""A page that is open while SEN1 is updated, or fetches fail, is right or says what to press."""

from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
import random
import shutil

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


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    pytest_socket.enable_socket()
    with Background() as made:
        yield made


@asynccontextmanager
async def home() -> AsyncIterator[HomeAssistant]:
    """Run a home with files of the integration that are its own, and a dashboard."""
    house = HomeAssistant("Maison", METER)
    installed = house.folder / "custom_components"
    installed.unlink()
    shutil.copytree(CUSTOM_COMPONENTS, installed)
    async with house:
        form = {
            "grid": {"bought_index": ["sensor.meter"]},
            "production": {},
            "storage": {},
            "house": {},
        }
        await house.add(DOMAIN, {"next_step_id": "home"}, form)
        await add_dashboard(house)
        yield house


def update(house: HomeAssistant) -> None:
    """Replace the files of the integration, as an update does."""
    modules: Path = house.folder / "custom_components" / DOMAIN / "frontend" / "modules"
    words = modules / "texts" / "en.js"
    words.write_text(words.read_text().replace('"Reload the page"', '"Load this page again"'))


async def restart(house: HomeAssistant) -> None:
    await house.stop()
    update(house)
    await house.start()


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


async def updated(house: HomeAssistant, page: Page, restarted: Awaitable[None]) -> None:
    """Update while a page is open, which goes to a card of which it has not got the module."""
    given = digests(page)
    await page.goto(f"{house.url}/{PATH}/home")
    await expect(frame(page, "energy").first).to_contain_text("Today")
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


def test_a_page_that_was_open_before_an_update_says_what_to_press(background: Background) -> None:
    async def play() -> None:
        async with home() as house, Browser() as browser, browser.look(house, is_cut=True) as page:
            await updated(house, page, restart(house))

    background.do(play())


def test_a_page_that_was_offline_during_an_update_says_what_to_press(
    background: Background,
) -> None:
    async def play() -> None:
        async with home() as house, Browser() as browser, browser.look(house, is_cut=True) as page:

            async def restarted() -> None:
                await page.context.set_offline(True)
                await restart(house)
                await page.context.set_offline(False)

            await updated(house, page, restarted())

    background.do(play())


def test_a_page_heals_by_itself_once_it_is_connected_again(background: Background) -> None:
    async def play() -> None:
        async with home() as house, Browser() as browser, browser.look(house, is_cut=True) as page:
            await page.goto(f"{house.url}/{PATH}/home")
            await expect(frame(page, "energy").first).to_contain_text("Today")
            await page.context.set_offline(True)
            await page.evaluate(GO, f"/{PATH}/past")
            await expect(card(page, "past")).to_contain_text("SEN1 could not be loaded")
            await page.context.set_offline(False)
            await expect(shown(page)).to_be_visible()
            await expect(card(page, "past")).not_to_contain_text("SEN1 could not be loaded")

    background.do(play())


def test_ten_fetches_that_fail_at_random_leave_nothing_to_be_done_by_hand(
    background: Background,
) -> None:
    """What fails is any module but the first, which the page of Home Assistant itself fetches."""

    async def play() -> None:
        async with home() as house, Browser() as browser:
            for seed in range(3):
                async with browser.look(house, is_cut=True) as page:
                    await failing(house, page, random.Random(seed))

    async def failing(house: HomeAssistant, page: Page, chance: random.Random) -> None:
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
        await page.goto(f"{house.url}/{PATH}/home")
        loads: list[str] = []
        page.on("load", lambda page: loads.append(page.url))
        await expect(frame(page, "energy").first).to_contain_text("Today")
        await expect(frame(page, "energy").last).to_contain_text("This year")
        await page.evaluate(GO, f"/{PATH}/past")
        await expect(shown(page)).to_be_visible()
        await expect(card(page, "past")).not_to_contain_text("could not be")
        assert len(failed) == FAILURES
        assert loads == []

    background.do(play())
