"""The page that an invitation leads to, docs/server/invitation.html, as a server gives it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.async_api import Page
import pytest

from testbed.browser import Browser

from ..conftest import Beside

PAGE = Path(__file__).parents[2] / "docs" / "server" / "invitation.html"

TOKEN = "kEEp7hisTokenToYourself"
LINK = (
    f"xmpp:ibis@scorff.example?roster;preauth={TOKEN};ibr=y;name=Foyer%20Ibis;"
    "until=29991203T1900Z;key=123456789012345678901234;sen1=0"
)
OF_THE_SERVER = f"xmpp:scorff.example?register;preauth={TOKEN}"
"""What Prosody's own command prints."""

COPY = {"en": "Copy the link", "fr": "Copier le lien"}
COPIED = {"en": "Copied", "fr": "Copié"}
INVITES = {"en": "Foyer Ibis invites you", "fr": "Foyer Ibis vous invite"}


class Site:
    """A server of one file; what browsers ask it for is kept, byte by byte."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.address = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request with the page."""
        if not (request := await reader.readline()):
            writer.close()
            return
        said = request + await reader.readuntil(b"\r\n\r\n")
        self.asked.append(said.decode())
        body = PAGE.read_bytes()
        head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def opened(
    browser: Browser, fragment: str, *, language: str = "en"
) -> AsyncIterator[tuple[Page, Site]]:
    """Open the page with what stands behind the `#`."""
    site = Site()
    # Of the loopback a browser takes that it is as safe as https.
    server = await asyncio.start_server(site.answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    site.address = f"http://127.0.0.1:{port}/i/"
    try:
        async with browser.visit(language=language) as page:
            await page.goto(f"{site.address}#{fragment}")
            yield page, site
    finally:
        server.close()
        await server.wait_closed()


def in_its_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Have a test run in the loop of the browser."""

    @wraps(test)
    def run(beside: Beside, **given: Any) -> None:
        beside.background.do(test(beside, **given))

    return run


@pytest.mark.parametrize("language", ["en", "fr"])
@in_its_loop
async def test_the_button_copies_the_link_and_nothing_of_it_is_sent(
    beside: Beside, language: str
) -> None:
    async with opened(beside.browser, LINK, language=language) as (page, site):
        said: list[str] = []
        page.on("request", lambda request: said.append(request.url))
        assert await page.inner_text("h1") == INVITES[language]
        assert await page.get_attribute("html", "lang") == language
        assert "2999" in await page.inner_text("#until")
        assert await page.locator("li").count() == 3
        button = page.get_by_role("button", name=COPY[language])
        await button.click()
        await page.get_by_role("button", name=COPIED[language]).wait_for()
        assert await page.evaluate("navigator.clipboard.readText()") == LINK
        # Nor could a line that slipped in send it: the page's policy forbids all.
        sends = f"fetch('/?{TOKEN}').then(() => 'sent', () => 'refused')"
        assert await page.evaluate(sends) == "refused"
        await page.reload()
        assert said == [site.address]
        assert {one.partition("\r\n")[0] for one in site.asked} == {"GET /i/ HTTP/1.1"}
        assert not [one for one in site.asked if TOKEN in one or "ibis" in one]


@in_its_loop
async def test_the_other_language_is_a_button_away(beside: Beside) -> None:
    async with opened(beside.browser, LINK, language="fr") as (page, _):
        await page.get_by_role("button", name="English").click()
        assert await page.inner_text("h1") == INVITES["en"]
        assert await page.get_attribute("html", "lang") == "en"
        await page.get_by_role("button", name="Français").click()
        assert await page.inner_text("h1") == INVITES["fr"]


@pytest.mark.parametrize("fragment", [quote(LINK, safe=""), OF_THE_SERVER])
@in_its_loop
async def test_what_programs_escape_and_what_a_server_makes_is_read_as_well(
    beside: Beside, fragment: str
) -> None:
    async with opened(beside.browser, fragment) as (page, _):
        await page.get_by_role("button", name=COPY["en"]).click()
        await page.get_by_role("button", name=COPIED["en"]).wait_for()
        copied = await page.evaluate("navigator.clipboard.readText()")
        assert copied == (OF_THE_SERVER if fragment == OF_THE_SERVER else LINK)


@in_its_loop
async def test_where_nothing_may_be_copied_the_link_is_selected(beside: Beside) -> None:
    async with opened(beside.browser, LINK) as (page, _):
        # As over http, from another machine.
        refuse = "Object.defineProperty(navigator, 'clipboard', { value: undefined }) && null"
        await page.evaluate(refuse)
        await page.get_by_role("button", name=COPY["en"]).click()
        await page.get_by_role("button", name="Select the link above").wait_for()
        assert await page.evaluate("getSelection().toString()") == LINK


@pytest.mark.parametrize(
    ("fragment", "sentence"),
    [
        ("", "This link is not whole"),
        (LINK[:30], "This link is not whole"),
        ("xmpp%3", "This link is not whole"),
        ("xmpp%3A%E0%A4%A", "This link is not whole"),
        ("javascript:alert(1)", "This link is not whole"),
        (LINK.replace("2999", "2020"), "This link ended on"),
    ],
)
@in_its_loop
async def test_a_link_that_leads_nowhere_is_not_offered(
    beside: Beside, fragment: str, sentence: str
) -> None:
    async with opened(beside.browser, fragment) as (page, _):
        assert sentence in await page.inner_text("#until")
        assert not await page.locator("#copy").is_visible()
        assert not await page.locator("li").first.is_visible()


@in_its_loop
async def test_a_name_is_shown_as_text_whatever_it_is(beside: Beside) -> None:
    name = quote("<img src=x onerror=alert(1)>", safe="")
    async with opened(beside.browser, LINK.replace("Foyer%20Ibis", name)) as (page, site):
        assert "<img" in await page.inner_text("h1")
        assert len(site.asked) == 1
