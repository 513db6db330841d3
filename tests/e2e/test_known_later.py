"""From nothing to a full Home without any reader, in Chromium, whatever it is known from."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import expect
import pytest
import pytest_socket

from testbed import exports
from testbed.background import Background
from testbed.browser import Browser
from testbed.certificates import CertificateAuthority
from testbed.consent import dialog, submit
from testbed.demo import day_for_a_check
from testbed.enedis import DAY, SimulatedEnedis
from testbed.home import DOMAIN, import_past
from testbed.home_assistant import HomeAssistant, Json
from testbed.lovelace import PATH, add_dashboard
from testbed.names import NameServer
from testbed.relatives import CHALET, STUDIO, THEIRS, import_days, late_in_the_day
from testbed.years import Habits, hours, midnight, total

from .adding import PATIENCE_MS, Newcomer, curve, kwh, today, yesterday_of

# A day that is about to end is waited for.
pytestmark = pytest.mark.timeout(1500)

FLAT = Habits("Flat", 44, 2_300, 0.5)
"""Known from a file."""

FIRST_INDEX = 18_304

type Stage = tuple[Background, Newcomer, SimulatedEnedis]


@pytest.fixture(scope="module")
def newcomer() -> Iterator[Stage]:
    """Run an empty Home Assistant, what Enedis tells it, and the browser."""
    pytest_socket.enable_socket()  # Home Assistant's plugin forbids it, between tests too
    with Background() as background:
        stack = AsyncExitStack()

        async def begin() -> tuple[Newcomer, SimulatedEnedis]:
            await day_for_a_check()
            enedis = await stack.enter_async_context(SimulatedEnedis(clock=late_in_the_day))
            names = stack.enter_context(NameServer({}, CertificateAuthority()))
            names.environment |= enedis.environment
            page = await stack.enter_async_context(HomeAssistant("Maison", names=names))
            await add_dashboard(page)
            browser = await stack.enter_async_context(Browser())
            return Newcomer(page, browser), enedis

        try:
            yield background, *background.do(begin())
        finally:
            pytest_socket.enable_socket()
            background.do(stack.aclose())


def test_a_key_and_a_name_are_all_that_a_home_by_enedis_is_asked(newcomer: Stage) -> None:
    background, made, enedis = newcomer

    async def scenario() -> None:
        async with made.adding("My meter, by Enedis") as adding:
            await adding.see("Key")
            await adding.write("Key", enedis.conso_key)
            await adding.submit("Your home")
            await adding.submit("Your meter and your home are there.")
            await adding.full_home(kwh(enedis.bought.day(today() - DAY)))

    background.do(scenario())


def test_days_that_another_program_writes_are_found_and_make_a_home(newcomer: Stage) -> None:
    background, made, _enedis = newcomer

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


def test_a_file_that_was_downloaded_makes_a_home(newcomer: Stage, tmp_path: Path) -> None:
    background, made, _enedis = newcomer
    file = tmp_path / "curve.csv"
    file.write_text(exports.hdm(curve(FLAT, 400)))

    async def scenario() -> None:
        async with made.adding("Import the past from a file") as adding:
            await adding.see("Import the past")
            await adding.write("Name of the measure", "Flat")
            await adding.form.locator("input[type=file]").set_input_files(file)
            await expect(adding.form.get_by_text("curve.csv")).to_be_visible(timeout=PATIENCE_MS)
            await adding.submit("What is in the file")
            await adding.choose("It bought", "Flat: ")
            await adding.submit("Imported")
            await adding.full_home(yesterday_of(FLAT))

    background.do(scenario())


def test_readings_of_a_meter_make_a_home(newcomer: Stage) -> None:
    background, made, _enedis = newcomer
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


def test_of_two_that_differ_the_other_is_taken_in_one_press(newcomer: Stage) -> None:
    background, made, _enedis = newcomer
    instance, told = made.home_assistant, curve(FLAT, 40)

    async def scenario() -> None:
        right = await import_past(instance, "Right", exports.hdm(told))
        wrong = await import_past(instance, "Wrong", exports.hdm([(at, 2 * w) for at, w in told]))
        form: Json = {"name": "Twice", "grid": {"bought_series": [wrong, right]}}
        form |= {name: {} for name in ("production", "storage", "house")}
        async with made.looking() as page:
            await instance.add(DOMAIN, {"next_step_id": "home"}, form)
            await page.goto(f"{instance.url}/config/repairs")
            issue = page.get_by_text("Twice: what the grid delivered is known twice")
            await issue.click(timeout=PATIENCE_MS)
            both = total(FLAT, midnight(today() - 30 * DAY), midnight(today())) / 1000
            for name, kwh_told in (("Wrong", 2 * both), ("Right", both)):
                line = dialog(page).get_by_role("listitem").filter(has_text=name)
                await expect(line).to_contain_text(f"{kwh_told:.0f} kWh", timeout=PATIENCE_MS)
            await submit(page)
            await page.goto(f"{instance.url}/{PATH}/home")
            day = page.locator("sen1-home-card .today").filter(has_text="Yesterday")
            await expect(day).to_contain_text(yesterday_of(FLAT), timeout=PATIENCE_MS)

    background.do(scenario())
