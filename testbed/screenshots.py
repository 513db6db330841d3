"""Take the pictures of the documentation, in Chromium: `python -m testbed.screenshots`.

python -m testbed.screenshots               docs/images/dashboard-VIEW-LANGUAGE.png,
                                            consent-STEP-LANGUAGE.png, invited-STEP-LANGUAGE.png
python -m testbed.screenshots --consent     those of a consent alone
python -m testbed.screenshots --invited     those of a family that was invited alone
python -m testbed.screenshots FOLDER --all  there, also in the dark and on a phone
"""

import argparse
import asyncio
from itertools import product
from pathlib import Path

from playwright.async_api import Page, ViewportSize, expect

from .browser import DESKTOP, PHONE, Browser
from .consent import SERIES, Walk, both_there, dialog, homes
from .dashboard import Stage, stage
from .invited import Walk as InvitedWalk, families
from .lovelace import PATH

VIEWS = (
    "home",
    "buildings",
    "past",
    "year",
    "compare",
    "wall",
    "together",
    "invite",
    "participate",
    "sharing",
    "cooperative",
    "challenge",
)
ORGANISED = ("collection",)
"""The views of the cooperative's dashboard, since it is the cooperative that asks many."""
RELATIVES = tuple(f"relatives-{view}" for view in ("home", "buildings", "past", "year", "compare"))
"""The views of who has no reader, where all are taken."""
WALLS = ("wall",)
IMAGES = Path(__file__).parents[1] / "docs" / "images"
WALL: ViewportSize = {"width": 1920, "height": 1080}

SETTLED_MS = 600
"""Until a dialog has unfolded and a button has lost the shade of the click."""

CONTENT = """() => {
    let bottom = 0;
    const seek = (root) => {
        for (const element of root.querySelectorAll("*")) {
            const isCard = element.localName === "hui-card";
            if (isCard) bottom = Math.max(bottom, element.getBoundingClientRect().bottom);
            if (element.shadowRoot) seek(element.shadowRoot);
        }
    };
    seek(document);
    return Math.ceil(bottom) + 24;
}"""


async def picture(page: Page, path: Path) -> None:
    """Take a picture of a whole view, however long."""
    size = page.viewport_size
    assert size is not None  # each page of ours has one
    height = 0
    # What is fetched late makes a view longer.
    while height != (height := await settled(page)):
        await page.set_viewport_size({"width": size["width"], "height": height})
    await page.screenshot(path=path)


async def settled(page: Page) -> int:
    """Return the height of a view once nothing on it is awaited."""
    await page.evaluate(PAINTED)
    await page.wait_for_function(READY)
    height: int = await page.evaluate(CONTENT)
    return height


PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

READY = """() => {
    let cards = 0, waiting = 0;
    const seek = (root) => {
        for (const element of root.querySelectorAll("*")) {
            if (element.localName.startsWith("sen1-")) {
                cards += 1;
                const frame = element.shadowRoot?.querySelector(".frame");
                if (!frame?.childElementCount) waiting += 1;
                // What is out of view may come once the view is longer.
                for (const place of frame?.querySelectorAll(".loading") ?? []) {
                    if (!place.onlook) waiting += 1;
                }
                // An icon is fetched when it is first shown.
                for (const icon of frame?.querySelectorAll("ha-icon") ?? []) {
                    if (!icon.shadowRoot?.querySelector("ha-svg-icon")) waiting += 1;
                }
            }
            if (element.localName === "hui-card" && !element.childElementCount) waiting += 1;
            if (element.shadowRoot) seek(element.shadowRoot);
        }
    };
    seek(document);
    return cards > 0 && waiting === 0;
}"""


async def take(made: Stage, folder: Path, *, is_all: bool) -> None:
    """Take every picture."""
    await made.filled_back()
    themes, sizes = ((False, True), (DESKTOP, PHONE)) if is_all else ((False,), (DESKTOP,))
    async with Browser() as browser:
        views = (*VIEWS, *ORGANISED, *(RELATIVES if is_all else ()))
        for view, language, is_dark, size in product(views, ("en", "fr"), themes, sizes):
            marks = [view, language, *["dark"] * is_dark, *["phone"] * (size == PHONE)]
            shown = WALL if view in WALLS and size == DESKTOP else size
            at = made.cooperative.home_assistant if view in ORGANISED else made.page
            if view in RELATIVES:
                at = made.relatives.page
            async with browser.look(at, language=language, is_dark=is_dark, size=shown) as page:
                await page.goto(f"{at.url}/{PATH}/{view.removeprefix('relatives-')}")
                await picture(page, folder / f"dashboard-{'-'.join(marks)}.png")


async def take_consents(folder: Path) -> None:
    """Take a picture of each step of a consent, of its dialog alone."""
    async with homes() as (house, cooperative), Browser() as browser:
        for language in SERIES:

            async def take_dialog(page: Page, name: str, language: str = language) -> None:
                shown = dialog(page).locator("dialog").last
                await expect(shown).to_be_visible()
                await page.wait_for_timeout(SETTLED_MS)
                await shown.screenshot(path=folder / f"consent-{name}-{language}.png")

            walk = Walk(house, cooperative, browser, language, take_dialog)
            await walk.offer()
            await both_there(house, cooperative)
            await walk.ask()
            await walk.narrow()
            await walk.take_back()


async def take_invited(folder: Path) -> None:
    """Take pictures of a family that is invited: of the form and its end the dialog alone."""
    for language in SERIES:

        async def take_screen(page: Page, name: str, language: str = language) -> None:
            path = folder / f"invited-{name}-{language}.png"
            shown = dialog(page).locator("dialog[open]").last
            if await shown.count():
                await page.wait_for_timeout(SETTLED_MS)
                await shown.screenshot(path=path)
            else:
                await picture(page, path)

        # Homes of its own each: the second address would get a number.
        async with families() as made, Browser() as browser:
            await made.speak(language)
            walk = InvitedWalk(made, browser, language, DESKTOP, take_screen)
            await walk.join(await walk.invite())


async def main() -> None:
    """Read the arguments and take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m testbed.screenshots")
    parser.add_argument("folder", nargs="?", type=Path, default=IMAGES)
    parser.add_argument("--all", action="store_true", help="also in the dark and on a phone")
    parser.add_argument("--consent", action="store_true", help="those of a consent alone")
    parser.add_argument("--invited", action="store_true", help="those of a family invited alone")
    arguments = parser.parse_args()
    is_whole = not (arguments.consent or arguments.invited)
    if is_whole:
        async with stage() as made:
            await take(made, arguments.folder, is_all=arguments.all)
    if is_whole or arguments.consent:
        await take_consents(arguments.folder)
    if is_whole or arguments.invited:
        await take_invited(arguments.folder)


if __name__ == "__main__":
    asyncio.run(main())
