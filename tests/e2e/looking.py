"""The dashboard of the demo, looked at in Chromium: what its tests share."""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from decimal import ROUND_HALF_UP, Decimal
import json
from pathlib import Path
import re
from typing import Any

import axe_playwright_python
from playwright.async_api import Locator, Page, expect

from testbed.background import Background
from testbed.browser import Browser
from testbed.dashboard import GUEST, Stage
from testbed.home_assistant import HomeAssistant, Json
from testbed.lovelace import PATH
from testbed.waiting import until

expect.set_options(timeout=45_000)

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
SERIOUS = ("serious", "critical")

CHANGING = """() => {
    const wrong = matchMedia("(prefers-color-scheme: dark)").matches ? ":not(.dark)" : ".dark";
    const changing = (root) => [...root.querySelectorAll("*")].flatMap((element) => [
        ...(element.matches(`.frame${wrong}`) ? [element.outerHTML.slice(0, 160)] : []),
        ...element.getAnimations().filter((one) => one instanceof CSSTransition)
            .map((one) => `${element.localName} ${one.transitionProperty} ${one.playState}`),
        ...(element.shadowRoot ? changing(element.shadowRoot) : []),
    ]);
    return changing(document);
}"""
"""What has other colours in a moment: Home Assistant's theme may come after what is shown in it."""

GO = """(path) => {
    history.pushState(null, "", path);
    dispatchEvent(new CustomEvent("location-changed", {detail: {replace: false}}));
}"""
"""As Home Assistant's own links do: what is loaded stays."""


TEXTS = """async ({card: {text, language}}) => {
    const {href} = document.querySelector("link[rel=modulepreload][href$='/card.js']");
    const {textsOf} = await import(new URL("texts.js", href).href);
    const past = await textsOf(language, "past", "year");
    const said = (one) => {
        if (typeof one === "object") {
            return Object.fromEntries(Object.entries(one).map(([key, of]) => [key, said(of)]));
        }
        if (typeof one !== "function") return one;
        try {
            return said(one("", "", ""));
        } catch {
            return null;
        }
    };
    return said({...past, ...text});
}"""
"""The texts of a card, of the past and of the year; of those that tell something what is around."""


class Show:
    """A stage with a browser before it."""

    def __init__(self, background: Background, stage: Stage, browser: Browser) -> None:
        self._background = background
        self.stage = stage
        self._browser = browser

    def play(self, scenario: Callable[[Show], Coroutine[Any, Any, None]]) -> None:
        """Play a scenario."""
        self._background.do(scenario(self))

    @asynccontextmanager
    async def view(
        self,
        path: str,
        *,
        dashboard: str = PATH,
        at: HomeAssistant | None = None,
        guest: bool = False,
        is_anew: bool = True,
        **look: Any,
    ) -> AsyncIterator[Page]:
        """Open a view of a dashboard, of ours if no other is named, at the house or elsewhere.

        If it is anew, nothing is remembered of what was compared before.
        """
        page = at or self.stage.page
        if is_anew:
            await self.forget(page)
        tokens: Json | None = await page.log_in_as(*GUEST) if guest else None
        async with self._browser.look(page, tokens=tokens, **look) as opened:
            await opened.goto(f"{page.url}/{dashboard}/{path}")
            yield opened

    async def forget(self, at: HomeAssistant | None = None) -> None:
        """Have nothing remembered of what was compared."""
        page = at or self.stage.page
        await page.command("frontend/set_user_data", key="sen1.compare", value={})

    @contextmanager
    def visit(
        self, language: str, at: HomeAssistant | None = None, *, guest: bool = False
    ) -> Iterator[Visit]:
        """Open Home for several scenarios, of the house or of another Home Assistant."""
        stack, at = AsyncExitStack(), at or self.stage.page
        try:
            view = self.view("home", at=at, language=language, guest=guest)
            opened = stack.enter_async_context(view)
            page = self._background.do(opened)
            texts = self._background.do(texts_of(card(page, "home")))
            yield Visit(self, self._background, at, page, language, texts)
        finally:
            self._background.do(stack.aclose())

    def attributes(self, key: str) -> Json:
        """Return the attributes of the house's first entity that means this."""
        attributes: Json = self._state(key)["attributes"]
        return attributes

    def state(self, key: str) -> str:
        """Return its state."""
        state: str = self._state(key)["state"]
        return state

    def value(self, key: str) -> float:
        """Return its number."""
        return float(self.state(key))

    def _state(self, key: str) -> Json:
        return self.stage.page.states[self.stage.entities[key]]


class Visit:
    """A page on which one goes from view to view."""

    def __init__(
        self,
        show: Show,
        background: Background,
        home_assistant: HomeAssistant,
        page: Page,
        language: str,
        texts: Json,
    ) -> None:
        self.show = show
        self.home_assistant = home_assistant
        self.page = page
        self.language = language
        self.texts = texts
        """The texts of the dashboard."""
        self._background = background

    def play(self, scenario: Callable[[Visit], Coroutine[Any, Any, None]]) -> None:
        """Play a scenario."""
        self._background.do(scenario(self))

    async def go(self, path: str) -> None:
        """Go to a view of our dashboard, as a link does."""
        await self.page.evaluate(GO, f"/{PATH}/{path}")

    async def load(self, path: str) -> None:
        """Open a view anew, of what there is now."""
        await self.page.goto(f"{self.home_assistant.url}/{PATH}/{path}")


async def texts_of(shown: Locator) -> Json:
    """Return the texts of the dashboard that a card has: some are of one page alone."""
    await expect(shown.locator(".figure").first).to_be_visible()
    texts: Json = await shown.evaluate(TEXTS)
    return texts


def figure(value: float | Decimal, digits: int = 0) -> str:
    """Return a figure as a browser writes it: halves of what is written in decimals go up."""
    return f"{Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):,}"


def flat(text: str) -> str:
    """Return a text with plain spaces."""
    return re.sub(r"\s+", " ", text).strip()


def card(page: Page, name: str) -> Locator:
    """Return the cards of a kind."""
    return page.locator(f"sen1-{name}-card")


def frame(page: Page, name: str) -> Locator:
    """Return what the cards of a kind show."""
    return card(page, name).locator(".frame")


HAS_FOCUS = "(element) => element.getRootNode().activeElement === element"


async def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Go to an element with the keyboard alone, and press a key on it."""
    await expect(target).to_be_visible()
    for _ in range(150):
        if await target.evaluate(HAS_FOCUS):
            break
        await page.keyboard.press("Tab")
    await expect(target).to_be_focused()
    await page.keyboard.press(key)


async def faults(page: Page, *, is_serious: bool = True) -> list[str]:
    """Return the faults that axe finds within our cards, or the serious ones, once colours stay."""
    changing: list[str] = []

    async def is_still() -> bool:
        changing[:] = await page.evaluate(CHANGING)
        return not changing

    try:
        await until(is_still, "the colours stay")
    except TimeoutError:
        raise AssertionError(f"still changing: {changing}") from None
    await page.evaluate(AXE)
    found = await page.evaluate(
        """async () => {
            const ours = [];
            const seek = (root) => root.querySelectorAll("*").forEach((element) => {
                if (element.localName.startsWith("sen1-")) ours.push(element);
                if (element.shadowRoot) seek(element.shadowRoot);
            });
            seek(document);
            const all = [];
            for (const element of ours) {
                const result = await axe.run(element, {resultTypes: ["violations"]});
                for (const one of result.violations) {
                    const where = one.nodes.map((node) => node.html.slice(0, 160));
                    all.push([one.impact, element.localName, one.id, where]);
                }
            }
            return all;
        }"""
    )
    return [json.dumps(row) for row in found if row[0] in SERIOUS or not is_serious]
