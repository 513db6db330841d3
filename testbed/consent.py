"""The walk of a consent through the real pages: one asks, the other grants less and takes it back.

async with homes() as (house, cooperative), Browser() as browser:
    await Walk(house, cooperative, browser, "fr").ask()
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
import json
from pathlib import Path

from playwright.async_api import Locator, Page, ViewportSize

from .browser import Browser
from .home import DOMAIN, Home
from .home_assistant import HomeAssistant, Json
from .household import PARIS, Household
from .tic_groups import Kind
from .tic_meter import TicMeter, serve_socket
from .waiting import until
from .xmpp import federation

TRANSLATIONS = Path(__file__).parents[1] / "custom_components" / DOMAIN / "translations"

SERIES = {"en": ("SINSTS", "Our electricity"), "fr": ("EAST", "Notre électricité")}
"""What the house lets friends ask for: another sensor in each language, so that walks do not meet.
"""

WINDOW: ViewportSize = {"width": 900, "height": 1140}
"""High enough for the longest dialog."""

PATIENCE_MS = 90_000

type Picture = Callable[[Page, str], Awaitable[None]]


async def no_picture(_page: Page, _name: str) -> None:
    """Take no picture."""


@asynccontextmanager
async def homes() -> AsyncIterator[tuple[Home, Home]]:
    """Run a house and a cooperative who are friends and grant each other nothing yet."""
    family = Household(seed=1, begin=datetime.now(PARIS).replace(hour=12, minute=30))
    meter = TicMeter(Kind.STANDARD_PRODUCER, family)
    async with AsyncExitStack() as stack:
        servers = stack.enter_context(federation("maison.test", "coop.test"))
        instances = [HomeAssistant("Maison"), HomeAssistant("Coopérative")]
        for instance in instances:
            stack.push_async_exit(instance)
        await asyncio.gather(*(instance.start() for instance in instances))
        house, cooperative = (
            Home(instance, server, user, meter, direction="consumption")
            for instance, server, user in zip(instances, servers, ("maison", "coop"), strict=True)
        )
        await house.add_meter(await stack.enter_async_context(serve_socket(meter)))
        await asyncio.gather(house.add_account(), cooperative.add_account())
        await house.grant(cooperative, ())
        await cooperative.grant(house, ())
        yield house, cooperative


class Walk:
    """One language's walk; each step is one person's, before that person's own pages."""

    def __init__(
        self,
        house: Home,
        cooperative: Home,
        browser: Browser,
        language: str,
        picture: Picture = no_picture,
    ) -> None:
        self.house = house
        self.cooperative = cooperative
        self._browser = browser
        self._language = language
        self._picture = picture
        words: Json = json.loads((TRANSLATIONS / f"{language}.json").read_text())
        self._steps = words["config_subentries"]["friend"]["step"]
        self._change = words["config_subentries"]["friend"]["initiate_flow"]["reconfigure"]
        self._done = words["config_subentries"]["friend"]["abort"]
        self._issue = words["issues"]["access_request"]
        self._answers = self._issue["fix_flow"]["step"]
        self._granularities = words["selector"]["granularity"]["options"]
        self._label, self.series = SERIES[language]

    async def offer(self) -> None:
        """Let friends see that the house's power exists; both homes speak the walk's language."""
        for home in (self.house, self.cooperative):
            # What a form says of series is in the home's language, not in the browser's.
            await home.home_assistant.command("config/core/update", language=self._language)
        details = {"title": self.series, "listed": True}
        await self.house.publish_meter((self._label,), details)

    async def ask(self) -> None:
        """Ask for the series, as the cooperative does from its friend's page."""
        async with self._look(self.cooperative) as page:
            await self._open_friend(page, self.house)
            await self._choose(page, self._steps["reconfigure"]["menu_options"]["offers"])
            # It is also in the text above the choices, which is there before them.
            named = dialog(page).get_by_text(self.series)
            await named.nth(1).wait_for()
            await named.last.click()
            await self._picture(page, "ask")
            await submit(page)
            await dialog(page).get_by_text(self._done["asked"].partition(".")[0]).wait_for()

    async def narrow(self) -> list[bool]:
        """Grant one value a day of what was asked for live; return which boxes were ticked."""
        async with self._look(self.house) as page:
            await page.goto(f"{self.house.home_assistant.url}/config/repairs")
            await page.get_by_text(self._issue["title"]).first.click()
            await self._picture(page, "request")
            await self._choose(page, self._answers["init"]["menu_options"]["accept"])
            boxes = dialog(page).locator("ha-checkbox")
            await boxes.first.wait_for()
            ticked = [await box.evaluate("box => box.checked") for box in await boxes.all()]
            await dialog(page).get_by_text(self._granularities["p1d"], exact=True).click()
            await self._picture(page, "narrow")
            await submit(page)
            await boxes.first.wait_for(state="hidden")
            return ticked

    async def take_back(self) -> None:
        """Take all back from the cooperative, in one step."""
        async with self._look(self.house) as page:
            await self._open_friend(page, self.cooperative)
            await self._choose(page, self._steps["reconfigure"]["menu_options"]["withdraw"])
            await self._picture(page, "withdraw")
            await submit(page)
            title = self._steps["withdraw"]["title"]
            await dialog(page).get_by_text(title).first.wait_for(state="hidden")

    @asynccontextmanager
    async def _look(self, home: Home) -> AsyncIterator[Page]:
        instance = home.home_assistant
        async with self._browser.look(instance, language=self._language, size=WINDOW) as page:
            page.set_default_timeout(PATIENCE_MS)
            yield page

    async def _open_friend(self, page: Page, friend: Home) -> None:
        await page.goto(page_of(self.house if friend is self.cooperative else self.cooperative))
        row = page.locator("ha-config-sub-entry-row").filter(has_text=friend.name)
        # Once the friend shares something, there is also a button to unfold it.
        await row.get_by_role("button", name=self._change).click()

    async def _choose(self, page: Page, option: str) -> None:
        await dialog(page).get_by_text(option, exact=True).click()


def page_of(home: Home) -> str:
    """Return the address of the integration's page."""
    return f"{home.home_assistant.url}/config/integrations/integration/{DOMAIN}"


def dialog(page: Page) -> Locator:
    """Return the dialog that is open."""
    return page.locator("ha-dialog")


async def submit(page: Page) -> None:
    """Press the button of the dialog, whatever it is called."""
    await dialog(page).locator("ha-dialog-footer ha-button").last.click()


async def sharing(home: Home) -> Json:
    """Return what a home says it shares and holds."""
    (account,) = (await home.home_assistant.command(f"{DOMAIN}/sharing"))["accounts"]
    found: Json = account
    return found


async def both_there(house: Home, cooperative: Home) -> None:
    """Wait until each sees that the other is online."""

    async def present() -> bool:
        seen = [await house.diagnostics(), await cooperative.diagnostics()]
        return all(friend["present"] for account in seen for friend in account["friends"])

    await until(present, "both are online", within=90)
