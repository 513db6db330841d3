"""A newcomer's path in Chromium: an empty Home Assistant, its dashboard, a first meter."""

from collections.abc import Iterator
from contextlib import AsyncExitStack

from playwright.async_api import Page, expect
import pytest
import pytest_socket

from testbed.background import Background
from testbed.browser import Browser
from testbed.consent import dialog
from testbed.home import DOMAIN
from testbed.home_assistant import HomeAssistant
from testbed.household import Household
from testbed.tic_groups import Kind
from testbed.tic_meter import TicMeter, serve_socket
from testbed.waiting import until

pytestmark = pytest.mark.timeout(400)

PATIENCE_MS = 45_000


class Newcomer:
    """Somebody before a Home Assistant that has nothing but our files, and a meter on a line."""

    def __init__(self, page: HomeAssistant, browser: Browser, meter: TicMeter, port: str) -> None:
        self.home_assistant = page
        self.browser = browser
        self.meter = meter
        self.port = port


@pytest.fixture(scope="module")
def newcomer() -> Iterator[tuple[Background, Newcomer]]:
    """Run an empty Home Assistant, a meter and the browser."""
    pytest_socket.enable_socket()  # Home Assistant's plugin forbids it, between tests too
    with Background() as background:
        stack = AsyncExitStack()

        async def begin() -> Newcomer:
            meter = TicMeter(Kind.STANDARD_HC, Household(seed=3))
            page = await stack.enter_async_context(HomeAssistant("Maison"))
            browser = await stack.enter_async_context(Browser())
            port = await stack.enter_async_context(serve_socket(meter))
            return Newcomer(page, browser, meter, port)

        try:
            yield background, background.do(begin())
        finally:
            pytest_socket.enable_socket()
            background.do(stack.aclose())


async def offered(page: Page) -> list[str]:
    """Return the next steps that the dashboard offers."""
    rows = page.locator("sen1-home-card .turn > li")
    await expect(rows.first).to_be_visible(timeout=PATIENCE_MS)
    return await rows.locator("> div > div:first-child").all_inner_texts()


async def add_by_dialog(page: Page, home_assistant: HomeAssistant) -> str:
    """Add the dashboard where Home Assistant offers new ones; return its path."""
    await page.get_by_role("button", name="Add dashboard").first.click()
    await page.get_by_text("Your energy, your friends").click()
    await dialog(page).get_by_role("button", name="Create").click()

    async def made() -> str | None:
        for row in await home_assistant.command("lovelace/dashboards/list"):
            if row["title"] == "SEN1":
                path: str = row["url_path"]
                return path
        return None

    path = await until(made, "the dashboard is there", within=30)
    # It goes back in the history as it closes.
    await expect(page.get_by_role("cell", name="Overflow menu").first).to_be_visible()
    await expect(dialog(page).locator("dialog[open]")).to_have_count(0)
    return path


async def followed(page: Page, name: str) -> None:
    """Follow the one link of a form's last page."""
    link = page.locator("dialog.flow ha-markdown a")
    await expect(link).to_have_text(name, timeout=PATIENCE_MS)
    await link.click()


async def add_what_comes_next(page: Page, home_assistant: HomeAssistant, path: str) -> None:
    """Go from form to form by what each last page leads to, back to the dashboard."""
    form = page.locator("dialog.flow")
    submit = form.get_by_role("button", name="Confirm")
    await page.get_by_role("button", name="Begin: Add your home").click()
    await submit.click(timeout=PATIENCE_MS)
    await followed(page, "Next: add your contract")
    option = form.get_by_role("radio", name="Base")
    await option.click(timeout=PATIENCE_MS)
    await submit.click()
    await expect(form.get_by_text("Subscription, per month")).to_be_visible()
    await submit.click()
    await followed(page, "See it on your dashboard")
    await expect(form).to_have_count(0)
    await expect(page).to_have_url(f"{home_assistant.url}/{path}/home")


def test_from_the_first_meter_to_the_dashboard_and_what_comes_next(
    newcomer: tuple[Background, Newcomer],
) -> None:
    background, somebody = newcomer

    async def scenario() -> None:
        home_assistant = somebody.home_assistant
        async with somebody.browser.look(home_assistant) as page:
            await home_assistant.add(
                DOMAIN, {"next_step_id": "linky"}, {"serial_port": somebody.port}, {}
            )
            await page.goto(f"{home_assistant.url}/config/lovelace/dashboards")
            path = await add_by_dialog(page, home_assistant)
            await page.goto(f"{home_assistant.url}/{path}/home")
            await expect(page.locator("sen1-home-card .now")).to_contain_text(
                "of the limit", timeout=PATIENCE_MS
            )
            assert await offered(page) == ["Add your home", "Start sharing"]
            # There is nothing of friends, of projects or of sharing yet.
            for view in ("Cooperative", "Friends", "Sharing"):
                await expect(page.get_by_role("tab", name=view)).to_have_count(0)
            await add_what_comes_next(page, home_assistant, path)
            assert await offered(page) == ["Start sharing"]

    background.do(scenario())
