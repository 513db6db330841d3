"""Debian's Chromium, without a screen, looking at the pages of a Home Assistant.

async with Browser() as browser, browser.look(house, language="fr") as page:
    await page.goto(f"{house.url}/sen1-energy/home")
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from pathlib import Path
import time
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser as Chromium,
    Page,
    Playwright,
    Route,
    ViewportSize,
    async_playwright,
)

from .home_assistant import HomeAssistant, Json

CHROMIUM = "/usr/bin/chromium"

DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
A4: ViewportSize = {"width": 794, "height": 1123}

LOCALES = {"en": "en-GB", "fr": "fr-FR"}

_HARMLESS = (
    "favicon",
    "map_tiles",
    "brands.home-assistant.io",
    "Failed to load resource",
    "Transition was skipped",
    "Failure writing unhandled promise rejection",
)
"""What the console says of pages without a network, and of the frontend's own quick changes."""


class Browser:
    """A browser whose every page belongs to one person, in a context of its own."""

    async def __aenter__(self) -> Self:
        """Start Chromium, as it must be started where a test runs as root."""
        self._playwright: Playwright = await async_playwright().start()
        self._chromium: Chromium = await self._playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop it."""
        await self._chromium.close()
        await self._playwright.stop()

    @asynccontextmanager
    async def look(
        self,
        home_assistant: HomeAssistant,
        *,
        tokens: Json | None = None,
        language: str = "en",
        size: ViewportSize | None = None,
        is_dark: bool = False,
        scale: float = 1,
        is_cut: bool = False,
    ) -> AsyncIterator[Page]:
        """Give a page of a person who is logged in; no errors of ours may be on its console.

        Where its connection is cut, there may be.
        """
        context = await self._chromium.new_context(
            viewport=size or DESKTOP,
            color_scheme="dark" if is_dark else "light",
            device_scale_factor=scale,
            reduced_motion="reduce",
            timezone_id="Europe/Paris",
            locale=LOCALES[language],
            has_touch=size == PHONE,
        )
        stored = {
            **(tokens or home_assistant.tokens),
            "hassUrl": home_assistant.url,
            "clientId": f"{home_assistant.url}/",
            "expires": int((time.time() + 1800) * 1000),
        }
        await context.add_init_script(
            f"localStorage.setItem('hassTokens', {json.dumps(json.dumps(stored))});"
            f"localStorage.setItem('selectedLanguage', {json.dumps(json.dumps(language))});"
        )
        page = await context.new_page()
        page.set_default_timeout(30_000)
        complaints: list[str] = []

        def complain(text: str) -> None:
            if not any(one in text for one in _HARMLESS):
                complaints.append(text)

        page.on("pageerror", lambda error: complain(error.stack or str(error)))
        page.on("console", lambda said: complain(said.text) if said.type == "error" else None)
        try:
            yield page
        finally:
            await context.close()
        if complaints and not is_cut:
            raise AssertionError("the console says: " + "; ".join(complaints))

    @asynccontextmanager
    async def visit(self, *, language: str) -> AsyncIterator[Page]:
        """Give a page of somebody on a phone who is logged in nowhere, and may copy."""
        context = await self._chromium.new_context(
            viewport=PHONE,
            locale=LOCALES[language],
            timezone_id="Europe/Paris",
            permissions=["clipboard-read", "clipboard-write"],
        )
        try:
            page = await context.new_page()
            page.set_default_timeout(30_000)
            yield page
        finally:
            await context.close()

    async def paper(self, html: str, look: str) -> tuple[bytes, Any]:
        """Return a page as it is printed, as PDF, and what a function finds on it then.

        It may ask for nothing from elsewhere.
        """
        context = await self._chromium.new_context(viewport=A4)
        asked: list[str] = []
        try:
            page = await context.new_page()
            page.on("request", lambda request: asked.append(request.url))
            await page.set_content(html)
            await page.emulate_media(media="print")
            found = await page.evaluate(look)
            printed = await page.pdf(prefer_css_page_size=True)
        finally:
            await context.close()
        if asked:
            raise AssertionError(f"the page asks for {asked}")
        return printed, found

    @asynccontextmanager
    async def blank(self, modules: Path, *, zone: str) -> AsyncIterator[Page]:
        """Give an empty page, of a person in a zone, that imports a folder's modules from `/`."""

        async def answer(route: Route) -> None:
            path = urlsplit(route.request.url).path
            if path == "/":
                await route.fulfill(content_type="text/html", body="<!doctype html>")
            else:
                module = modules / path[1:]
                if module.exists():
                    await route.fulfill(content_type="text/javascript", body=module.read_text())
                else:
                    await route.fulfill(status=404)

        context = await self._chromium.new_context(timezone_id=zone)
        try:
            page = await context.new_page()
            await page.route("**/*", answer)
            await page.goto("http://modules.test/")
            yield page
        finally:
            await context.close()
