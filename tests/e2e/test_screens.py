"""A screen without a login, made on its page and opened by its link alone."""

from playwright.async_api import expect
import pytest

from testbed.browser import PHONE

from .looking import Show, card, figure, frame

pytestmark = pytest.mark.timeout(400)


def test_a_screen_that_is_made_on_its_page_opens_without_a_login(show: Show) -> None:
    async def scenario(show: Show) -> None:
        house = show.stage.page
        async with show.view("roles") as page:
            screens = card(page, "screens")
            await screens.get_by_role("button", name="Add a screen").click()
            await screens.locator("ha-form ha-selector-text input").fill("Front hall")
            await screens.get_by_role("button", name="Make the link").click()
            link = await frame(page, "screens").locator(".address").inner_text()
            assert link.startswith(f"{house.url}/sen1_screen#")
            (made,) = (await house.command("sen1/screens"))["screens"]
            assert (made["title"], made["shows"]) == ("Front hall", ["week", "sun", "hours"])

            browser = page.context.browser
            assert browser is not None
            async with await browser.new_context(viewport=PHONE, locale="en-GB") as nobody:
                hall = await nobody.new_page()
                await hall.goto(link)
                await expect(hall.locator("footer")).to_contain_text("Front hall")
                await expect(hall.locator(".slide h1")).to_be_visible()

                changed = {key: made[key] for key in ("title", "challenge", "seconds", "outside")}
                changed |= {"site": made["site"], "shows": ["figures"], "until": None}
                await house.command("sen1/set_screen", screen=made["id"], **changed)
                await hall.reload()
                year = hall.locator("ha-card").filter(has_text="This year")
                told = show.value("bought_year") - show.value("bought_day")
                await expect(year).to_contain_text(figure(told, 0))

                screens = card(page, "screens")
                await screens.get_by_role("button", name="Switch off").click()
                await screens.locator("dialog .danger").click()
                await hall.reload()
                await expect(hall.locator("h1")).to_have_text("This screen was switched off.")
        assert (await house.command("sen1/screens"))["screens"] == []

    show.play(scenario)
