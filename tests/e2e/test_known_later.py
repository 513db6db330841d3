"""From nothing to a full Home without any reader, in Chromium, whatever it is known from."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, datetime
from pathlib import Path

from playwright.async_api import Page, expect
import pytest
import pytest_socket

from testbed import exports
from testbed.background import Background
from testbed.browser import Browser
from testbed.certificates import CertificateAuthority
from testbed.consent import dialog, submit
from testbed.demo import day_for_a_check
from testbed.enedis import DAY, SimulatedEnedis
from testbed.home import DOMAIN
from testbed.home_assistant import HomeAssistant
from testbed.household import PARIS
from testbed.lovelace import PATH, add_dashboard
from testbed.names import NameServer
from testbed.relatives import CHALET, STUDIO, THEIRS, import_days, late_in_the_day
from testbed.years import Habits, halves, hours, midnight, total

# A day that is about to end is waited for.
pytestmark = pytest.mark.timeout(1500)

PATIENCE_MS = 60_000

MOST_SCREENS = 4

FLAT = Habits("Flat", 44, 2_300, 0.5)
"""Known from a file."""

FIRST_INDEX = 18_304


class Newcomer:
    """An empty Home Assistant, what Enedis tells it, and the browser."""

    def __init__(self, home_assistant: HomeAssistant, enedis: SimulatedEnedis, browser: Browser):
        self.home_assistant = home_assistant
        self.enedis = enedis
        self._browser = browser

    @asynccontextmanager
    async def adding(self, choice: str) -> AsyncIterator[Adding]:
        """Choose what to add, with nothing of ours there; no log may complain afterwards."""
        instance = self.home_assistant
        for entry in await instance.command("config_entries/get", domain=DOMAIN):
            await instance.request(
                "DELETE", f"/api/config/config_entries/entry/{entry['entry_id']}"
            )
        async with self._browser.look(instance) as page:
            await page.goto(f"{instance.url}/_my_redirect/config_flow_start?domain={DOMAIN}")
            await page.get_by_role("button", name="OK").click()
            adding = Adding(instance, page)
            await adding.see("What would you like to add?")
            await adding.form.get_by_text(choice, exact=True).click()
            yield adding
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

    async def submit(self, said: str) -> None:
        """Press the button, and come to the screen that says something."""
        await submit(self.page)
        await self.see(said)

    async def full_home(self, *figures: str) -> None:
        """See that few screens made a Home which tells yesterday in these figures, and the year."""
        assert self._screens <= MOST_SCREENS
        await self.page.goto(f"{self._home_assistant.url}/{PATH}/home")
        days = self.page.locator("sen1-energy-card")
        for figure in ("Yesterday", *figures):
            await expect(days.first).to_contain_text(figure, timeout=PATIENCE_MS)
        await expect(days.last).to_contain_text("This year")
        await expect(self.page.locator("sen1-forecast-card")).to_contain_text("kWh")
        await expect(self.page.locator("hui-error-card")).to_have_count(0)


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
            return Newcomer(page, enedis, await stack.enter_async_context(Browser()))

        try:
            yield background, background.do(begin())
        finally:
            pytest_socket.enable_socket()
            background.do(stack.aclose())


def today() -> date:
    """Return the day, where the home is."""
    return datetime.now(PARIS).date()


def kwh(wh: float) -> str:
    """Return an energy as Home shows it."""
    return f"{wh / 1000:.1f}"


def yesterday_of(habits: Habits) -> str:
    """Return what a home used yesterday, as Home shows it."""
    return kwh(total(habits, midnight(today() - DAY), midnight(today())))


def test_a_key_and_a_name_are_all_that_a_home_by_enedis_is_asked(
    newcomer: tuple[Background, Newcomer],
) -> None:
    background, made = newcomer

    async def scenario() -> None:
        async with made.adding("My meter, by Enedis") as adding:
            await adding.see("Key")
            await adding.write("Key", made.enedis.conso_key)
            await adding.submit("Your home")
            await adding.submit("Your meter and your home are there.")
            await adding.full_home(kwh(made.enedis.bought.day(today() - DAY)))

    background.do(scenario())


def test_days_that_another_program_writes_are_found_and_make_a_home(
    newcomer: tuple[Background, Newcomer],
) -> None:
    background, made = newcomer

    async def scenario() -> None:
        await import_days(made.home_assistant)
        grid = {"type": "grid", "stat_energy_from": THEIRS, "cost_adjustment_day": 0}
        await made.home_assistant.command("energy/save_prefs", energy_sources=[grid])
        async with made.adding("A home or building: balance and surplus") as adding:
            await adding.see("Where is it known from?")
            await adding.write("Name", STUDIO.name)
            await adding.submit("It is there.")
            await adding.full_home(yesterday_of(STUDIO))

    background.do(scenario())


def test_a_file_that_was_downloaded_makes_a_home(
    newcomer: tuple[Background, Newcomer], tmp_path: Path
) -> None:
    background, made = newcomer
    begin = midnight(today() - 400 * DAY)
    curve = [
        (at.timestamp() + 1800 * half, watts)
        for at in hours(begin, midnight(today()))
        for half, watts in enumerate(halves(FLAT, at))
    ]
    file = tmp_path / "curve.csv"
    file.write_text(exports.hdm(curve))

    async def scenario() -> None:
        async with made.adding("Import the past from a file") as adding:
            await adding.see("Import the past")
            await adding.write("Name of the series", "Flat")
            await adding.form.locator("input[type=file]").set_input_files(file)
            await expect(adding.form.get_by_text("curve.csv")).to_be_visible(timeout=PATIENCE_MS)
            await adding.submit("What is in the file")
            await adding.choose("It bought", "Flat: ")
            await adding.submit("Imported")
            await adding.full_home(yesterday_of(FLAT))

    background.do(scenario())


def test_readings_of_a_meter_make_a_home(newcomer: tuple[Background, Newcomer]) -> None:
    background, made = newcomer
    days = [midnight(today() - back * DAY) for back in (400, *range(360, -1, -30))]
    shown = [FIRST_INDEX + total(CHALET, days[0], day) / 1000 for day in days]
    lines = [f"{day:%Y-%m-%d} {index:.3f}" for day, index in zip(days, shown, strict=True)]

    async def scenario() -> None:
        async with made.adding("A meter that you read yourself") as adding:
            await adding.see("A meter that you read")
            await adding.write("Name", "Meter")
            await adding.form.get_by_role("radio", name="Electricity you buy").click()
            await adding.write("Readings so far", "\n".join(lines))
            await adding.submit("The meter is there.")
            # What lies between two readings is spread over it.
            hour = total(CHALET, *days[-2:]) / len(list(hours(*days[-2:])))
            await adding.full_home(kwh(hour * len(list(hours(days[-1] - DAY, days[-1])))))

    background.do(scenario())
