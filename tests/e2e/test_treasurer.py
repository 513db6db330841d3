"""The collection of the demo in Chromium: its treasurer finds who is silent."""

from playwright.async_api import expect
import pytest

from testbed.collecting import FAMILIES, SILENT
from testbed.invited import PATIENCE_MS, Counted, Person, no_picture

from .looking import Show

pytestmark = pytest.mark.timeout(400)


def test_the_treasurer_finds_who_is_silent_in_two_clicks(show: Show) -> None:
    async def scenario(show: Show) -> None:
        coop = show.stage.cooperative.home_assistant
        async with show.view("home", at=coop, language="fr") as page:
            page.set_default_timeout(PATIENCE_MS)
            person = Person(page, counted := Counted(), no_picture)
            await person.press(page.get_by_role("tab", name="Ensemble"))
            silent = f"{len(SILENT)} membres silencieux"
            await person.press(page.get_by_role("link", name=silent))
            card = page.locator("sen1-collection-card")
            await expect(card.locator("tbody tr input[type=checkbox]")).to_have_count(len(SILENT))
            table = card.locator("tbody", has=page.locator("input[type=checkbox]"))
            for place in SILENT:
                await expect(table).to_contain_text(FAMILIES[place])
            assert counted.presses == 2

    show.play(scenario)
