"""From nothing to a full Home without any reader, in Chromium: by Enedis, and by others' days."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import datetime

from playwright.async_api import expect
import pytest
import pytest_socket

from testbed.background import Background
from testbed.browser import Browser
from testbed.certificates import CertificateAuthority
from testbed.consent import dialog
from testbed.demo import day_for_a_check
from testbed.enedis import DAY, SimulatedEnedis
from testbed.home import DOMAIN
from testbed.home_assistant import HomeAssistant
from testbed.household import PARIS
from testbed.lovelace import PATH, add_dashboard
from testbed.names import NameServer
from testbed.relatives import STUDIO, THEIRS, import_days, late_in_the_day
from testbed.years import midnight, total

# A day that is about to end is waited for.
pytestmark = pytest.mark.timeout(1500)

PATIENCE_MS = 60_000


type Newcomer = tuple[HomeAssistant, Browser, SimulatedEnedis]


@pytest.fixture(scope="module")
def newcomer() -> Iterator[tuple[Background, Newcomer]]:
    """Run an empty Home Assistant, what Enedis tells it, and the browser."""
    pytest_socket.enable_socket()  # Home Assistant's plugin forbids it, between tests too
    with Background() as background:
        stack = AsyncExitStack()

        async def begin() -> Newcomer:
            await day_for_a_check()
            enedis = await stack.enter_async_context(SimulatedEnedis(clock=late_in_the_day))
            names = stack.enter_context(NameServer({}, CertificateAuthority()))
            names.environment |= enedis.environment
            page = await stack.enter_async_context(HomeAssistant("Maison", names=names))
            await add_dashboard(page)
            return page, await stack.enter_async_context(Browser()), enedis

        try:
            yield background, background.do(begin())
        finally:
            pytest_socket.enable_socket()
            background.do(stack.aclose())


def test_a_key_and_a_name_are_all_that_a_home_by_enedis_is_asked(
    newcomer: tuple[Background, Newcomer],
) -> None:
    background, (home_assistant, browser, enedis) = newcomer

    async def scenario() -> None:
        async with browser.look(home_assistant) as page:
            await page.goto(f"{home_assistant.url}/_my_redirect/config_flow_start?domain={DOMAIN}")
            await page.get_by_role("button", name="OK").click()
            form = dialog(page)
            # The first screen: where to begin.
            await form.get_by_text("My meter, by Enedis").click()
            # The second: the key. The third: the home. The fourth says what is done.
            await form.get_by_role("textbox", name="Key").fill(enedis.conso_key)
            await form.get_by_role("button", name="Submit").click()
            await expect(form.get_by_text("Your home")).to_be_visible(timeout=PATIENCE_MS)
            await form.get_by_role("button", name="Submit").click()
            await expect(form.locator("ha-markdown a")).to_be_visible(timeout=PATIENCE_MS)
            await page.goto(f"{home_assistant.url}/{PATH}/home")
            days = page.locator("sen1-energy-card")
            yesterday = datetime.now(PARIS).date() - DAY
            kwh = f"{enedis.bought.day(yesterday) / 1000:.1f}"
            await expect(days.first).to_contain_text("Yesterday", timeout=PATIENCE_MS)
            await expect(days.first).to_contain_text(kwh, timeout=PATIENCE_MS)
            await expect(days.last).to_contain_text("This year")
            await expect(page.locator("sen1-forecast-card")).to_contain_text("kWh")
            await expect(page.locator("hui-error-card")).to_have_count(0)
        assert home_assistant.errors == []
        assert home_assistant.warnings == []

    background.do(scenario())


def test_days_that_another_program_writes_are_found_and_make_a_home(
    newcomer: tuple[Background, Newcomer],
) -> None:
    background, (home_assistant, browser, _enedis) = newcomer

    async def scenario() -> None:
        await import_days(home_assistant)
        grid = {"type": "grid", "stat_energy_from": THEIRS, "cost_adjustment_day": 0}
        await home_assistant.command("energy/save_prefs", energy_sources=[grid])
        async with browser.look(home_assistant) as page:
            await page.goto(f"{home_assistant.url}/_my_redirect/config_flow_start?domain={DOMAIN}")
            await page.get_by_role("button", name="OK").click()
            form = dialog(page)
            # The first screen: where to begin. The second: the home, of the Energy dashboard.
            await form.get_by_text("A home or building").click()
            await form.get_by_role("textbox", name="Name").fill(STUDIO.name)
            await form.get_by_role("button", name="Submit").click()
            await expect(form.get_by_text("It is there.")).to_be_visible(timeout=PATIENCE_MS)
            entries = await home_assistant.command("config_entries/get", domain=DOMAIN)
            (home,) = (one["entry_id"] for one in entries if one["title"] == STUDIO.name)
            await page.goto(f"{home_assistant.url}/{PATH}/home-{home}")
            today = datetime.now(PARIS).date()
            kwh = total(STUDIO, midnight(today - DAY), midnight(today)) / 1000
            days = page.locator("sen1-energy-card")
            await expect(days.first).to_contain_text(f"{kwh:.1f}", timeout=PATIENCE_MS)
            await expect(page.locator("sen1-forecast-card")).to_contain_text("kWh")
            await expect(page.locator("hui-error-card")).to_have_count(0)
        assert home_assistant.errors == []
        assert home_assistant.warnings == []

    background.do(scenario())
