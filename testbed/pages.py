"""The pages of the demo, opened in Chromium one after the other, as a newcomer would."""

from playwright.async_api import Page, expect

from .browser import Browser
from .consent import dialog
from .home import DOMAIN
from .home_assistant import HomeAssistant
from .lovelace import PATH
from .screenshots import settled

PATIENCE_MS = 45_000


async def draw_views(browser: Browser, page: HomeAssistant) -> None:
    """See that each view of the dashboard is drawn."""
    async with browser.look(page) as shown:
        await shown.goto(f"{page.url}/{PATH}/home")
        await settled(shown)
        views = shown.get_by_role("tab")
        for number in range(await views.count()):
            await views.nth(number).click()
            await settled(shown)
            await expect(shown.locator("hui-error-card")).to_have_count(0)


async def add_building(browser: Browser, page: HomeAssistant) -> None:
    """Add a building whose meters are read by hand, from the link that begins to its last page."""
    async with browser.look(page) as shown:
        await shown.goto(f"{page.url}/_my_redirect/config_flow_start?domain={DOMAIN}")
        await shown.get_by_role("button", name="OK").click()
        form = dialog(shown)
        await form.get_by_text("A home or building").click()
        await form.get_by_role("button", name="Submit").click()
        await expect(form.get_by_text("It is there.")).to_be_visible(timeout=PATIENCE_MS)


async def add_card(browser: Browser, page: HomeAssistant) -> None:
    """Add a card of ours to a dashboard of somebody's own, from the card picker."""
    await page.command("lovelace/dashboards/create", url_path="my-own", title="Own", mode="storage")
    views = [{"title": "Own", "cards": []}]
    await page.command("lovelace/config/save", url_path="my-own", config={"views": views})
    async with browser.look(page) as shown:
        await shown.goto(f"{page.url}/my-own/0?edit=1")
        await shown.get_by_role("button", name="Add card").click()
        await shown.get_by_role("tab", name="By card").click()
        await _pick(shown, "SEN1 · Buildings")
        await shown.get_by_role("button", name="Save").click()
        card = shown.locator("hui-view sen1-buildings-card .frame")
        await expect(card).to_contain_text("2 buildings", timeout=PATIENCE_MS)


async def _pick(shown: Page, name: str) -> None:
    """Pick a card by its name, among ours."""
    picker = shown.locator("hui-card-picker")
    await picker.locator("input").fill("SEN1")
    offered = picker.locator(".card").filter(has=shown.get_by_text(name, exact=True))
    await offered.locator(".overlay").click()
