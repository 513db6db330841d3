"""Every page of the dashboard, for whoever sees little: with axe, on 320 px, in both themes.

640 px at a text of 200 % are 320 px to a page.
"""

from typing import Any

from playwright.async_api import Page, ViewportSize
import pytest

from testbed.lovelace import PATH

from .looking import GO, Show, card, faults

pytestmark = pytest.mark.timeout(1500)

NARROW: ViewportSize = {"width": 320, "height": 568}

PAGES = {
    "home": "home",
    "past": "past",
    "year": "learnt",
    "together": "together",
    "sharing": "sharing",
    "buildings": "buildings",
    "compare": "comparison",
    "wall": "wall",
    "cooperative": "investment",
    "invite": "invite",
    "participate": "participate",
    "challenge": "challenge",
    "roles": "roles",
}
"""The pages of the house, each with a card of it."""

BADLY_SET = """() => {
    const ours = [], wrong = [], texts = [];
    const seek = (root) => root.querySelectorAll("*").forEach((one) => {
        if (one.localName.startsWith("sen1-") && one.localName !== "sen1-tabs-card") ours.push(one);
        if (one.shadowRoot) seek(one.shadowRoot);
    });
    seek(document);
    const up = (one) => one.parentElement ?? one.getRootNode().host;
    const scrolls = ({overflowX, overflowY}) => /auto|scroll/.test(overflowX + overflowY);
    const shown = (node, rect) => {
        let {left, right, top, bottom} = rect;
        for (let one = node.parentElement; one; one = up(one)) {
            const style = getComputedStyle(one);
            if (style.overflowX === "visible" && style.overflowY === "visible") continue;
            const edge = one.getBoundingClientRect();
            [left, top] = [Math.max(left, edge.left), Math.max(top, edge.top)];
            [right, bottom] = [Math.min(right, edge.right), Math.min(bottom, edge.bottom)];
        }
        return {node, left, right, top, bottom};
    };
    const said = ({node}) => node.textContent.trim().slice(0, 40);
    const {scrollWidth} = document.documentElement;
    if (scrollWidth > innerWidth) wrong.push(`the page is ${scrollWidth} px wide`);
    for (const root of ours.map((one) => one.shadowRoot).filter(Boolean)) {
        const own = [];
        for (const one of root.querySelectorAll("*")) {
            const style = getComputedStyle(one);
            const {width} = one.getBoundingClientRect();
            if (width <= 1 || !one.checkVisibility({visibilityProperty: true})) continue;
            const isCut = one.scrollWidth > one.clientWidth + 1 && style.overflowX === "hidden";
            if (!isCut || one.textContent.trim() === "") continue;
            wrong.push(`cut off: ${one.outerHTML.slice(0, 120)}`);
        }
        const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        for (let node = walk.nextNode(); node; node = walk.nextNode()) {
            const parent = node.parentElement, isText = node.textContent.trim() !== "";
            if (!isText || parent?.closest("style, svg, option") !== null) continue;
            if (!parent.checkVisibility({visibilityProperty: true})) continue;
            const range = document.createRange();
            range.selectNodeContents(node);
            for (const rect of range.getClientRects()) {
                const one = shown(node, rect);
                if (one.right - one.left < 2 || one.bottom - one.top < 2) continue;
                if (one.right > innerWidth + 1) wrong.push(`beyond the edge: ${said(one)}`);
                own.push(one);
            }
        }
        own.forEach((one, at) => own.slice(at + 1).forEach((other) => {
            const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
            const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
            if (one.node !== other.node && wide > 2 && high > 4) {
                wrong.push(`overlapping: ${said(one)} | ${said(other)}`);
            }
        }));
    }
    return wrong;
}"""
"""What makes the page wider than the screen, is cut off, or lies on another text."""


LOOKS = [
    pytest.param({}, id="light"),
    pytest.param({"is_dark": True}, id="dark"),
    pytest.param({"size": NARROW}, id="320 px"),
    pytest.param({"size": NARROW, "is_dark": True, "language": "fr"}, id="320 px, dark, in French"),
]


async def opened(page: Page, path: str, name: str) -> None:
    """Go to a page, and wait until nothing of it is loading."""
    await page.evaluate(GO, f"/{PATH}/{path}")
    await card(page, name).first.locator(".frame > :visible").first.wait_for()
    await page.wait_for_function(STILL)


STILL = """() => {
    const loading = [];
    const seek = (root) => root.querySelectorAll("*").forEach((one) => {
        if (one.matches(".loading")) loading.push(one);
        if (one.shadowRoot) seek(one.shadowRoot);
    });
    seek(document);
    loading[0]?.scrollIntoView();
    return !loading.length;
}"""
"""Whether nothing is loading; what loads once it is seen is brought into view."""


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_any_page_and_no_text_is_cut_off(
    show: Show, look: dict[str, Any]
) -> None:
    async def scenario(show: Show) -> None:
        stage = show.stage
        found: list[str] = []
        at_house = [(stage.page, path, name) for path, name in PAGES.items()]
        at_cooperative = [(stage.cooperative.home_assistant, "collection", "collection")]
        for pages in (at_house, at_cooperative):
            async with show.view("home", at=pages[0][0], **look) as page:
                await card(page, "home").locator(".frame > :visible").first.wait_for()
                for _, path, name in pages:
                    await opened(page, path, name)
                    wrong = await faults(page, is_serious=False)
                    if look.get("size") == NARROW:
                        wrong += await page.evaluate(BADLY_SET)
                    found += [f"{path}: {one}" for one in wrong]
        assert not found, "\n".join(found)

    show.play(scenario)
