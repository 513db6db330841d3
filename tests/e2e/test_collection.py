"""A collection in Chromium: a household takes part by its link."""

from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest
import pytest_socket

from testbed.background import Background
from testbed.browser import PHONE, Browser
from testbed.collecting import PAGES
from testbed.home import Home
from testbed.home_assistant import Json
from testbed.invited import PATIENCE_MS, Counted, Families, Person, families, no_picture
from testbed.lovelace import PATH, add_dashboard
from testbed.waiting import until

pytestmark = pytest.mark.timeout(600)

MOST_SCREENS = 5

LIVE: Json = {"consumption": "needed", "consumption_detail": "live", "production": "no"}


@pytest.fixture(scope="module")
def made() -> Iterator[tuple[Background, Families, Browser]]:
    """Run an organiser's home and a household's, their servers and the browser."""
    pytest_socket.enable_socket()  # Home Assistant's plugin forbids it, between tests too
    with Background() as background:
        stack = AsyncExitStack()
        try:
            homes = background.do(stack.enter_async_context(families()))
            yield background, homes, background.do(stack.enter_async_context(Browser()))
        finally:
            pytest_socket.enable_socket()
            background.do(stack.aclose())


async def collected(home: Home) -> Json:
    """Return the one collection of an organiser, as its page is told it."""
    (collection,) = (await home.home_assistant.command("sen1/collections"))["collections"]
    found: Json = collection
    return found


def test_from_the_link_to_the_first_value_at_the_organiser_it_is_five_screens_at_most(
    made: tuple[Background, Families, Browser],
) -> None:
    background, homes, browser = made

    async def scenario() -> None:
        ibis, lande = homes.ibis, homes.lande
        await homes.speak("fr")
        menu, sheet, asks, charter, gives = PAGES
        await ibis.add_collection(menu, sheet, asks | LIVE, charter, gives)
        household = Home(lande, homes.server, "lande", ibis.meter, direction="consumption")
        await household.add_account()
        await add_dashboard(lande)
        link = (await collected(ibis))["link"]
        counted = Counted()
        async with browser.look(lande, language="fr", size=PHONE) as page:
            page.set_default_timeout(PATIENCE_MS)
            person = Person(page, counted, no_picture)
            await page.goto(f"{lande.url}/{PATH}/participate")
            card = page.locator("sen1-participate-card")
            field = card.locator("input[name=link]")
            await person.see("link", field)
            await field.fill(link)
            await person.press(card.locator("button[type=submit]"))
            ask = card.locator(".ask").first
            await person.see("offer", ask)
            ticks = card.locator(".offer input[type=checkbox]")
            for tick in await ticks.all():
                assert not await tick.is_checked(), "nothing is ticked beforehand"
            await person.press(ask.locator("input[type=checkbox]"))
            await person.press(card.locator(".agreeing input[type=checkbox]"))
            if await card.locator(".of-age").count():
                await person.press(card.locator(".of-age input"))
            await person.press(card.locator(".press button.strong"))
            await person.see("joined", card.locator("h2.joined"))

            async def first_value() -> Json | None:
                members = (await collected(ibis))["members"]
                return next((member for member in members if member["last"]), None)

            member = await until(first_value, "the first value is at the organiser", within=60)
            assert (member["number"], member["state"]) == (1, "up_to_date")
        print(counted)
        assert len(counted.screens) <= MOST_SCREENS

    background.do(scenario())
