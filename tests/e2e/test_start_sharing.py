"""Start sharing in Chromium: one form, what is wrong is said and nothing typed is lost, an end."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
import time

from playwright.async_api import Locator, Page, ViewportSize, expect
import pytest
import pytest_socket
from slixmpp import JID

from custom_components.sen1.protocol.links import Link, parse_link
from testbed.background import Background
from testbed.browser import DESKTOP, PHONE, Browser
from testbed.certificates import CertificateAuthority
from testbed.consent import dialog, submit
from testbed.home_assistant import HomeAssistant
from testbed.process import LOOPBACK
from testbed.xmpp import ProsodyServer

from ..shown import TEXTS

pytestmark = pytest.mark.timeout(400)

PATIENCE_MS = 45_000

KEY = "123456789012345678901234"


class Invited:
    """Somebody who was invited, before a Home Assistant that has nothing but our files."""

    def __init__(self, home: HomeAssistant, browser: Browser, club: ProsodyServer) -> None:
        self.home_assistant = home
        self.browser = browser
        self.club = club

    def invitation(self, until: float) -> str:
        """Return a message as families send them, with a link that is good once."""
        made = parse_link(self.club.invite("ibis"))
        assert made is not None
        link = Link(
            JID(f"ibis@{self.club.domain}"),
            "roster",
            fingerprint=KEY,
            token=made.token,
            name="Foyer Ibis",
            until=until,
            gives_account=True,
        ).written()
        return f"Hello! Paste this into SEN1: {link} See you soon."


@pytest.fixture(scope="module")
def invited() -> Iterator[tuple[Background, Invited]]:
    """Run an empty Home Assistant, a server that invites, and the browser."""
    pytest_socket.enable_socket()  # Home Assistant's plugin forbids it, between tests too
    options = 'modules_enabled = { "invites_register" }'
    with (
        ProsodyServer("club.test", CertificateAuthority(), host_options=options) as club,
        Background() as background,
    ):
        club.register("ibis")
        stack = AsyncExitStack()

        async def begin() -> Invited:
            home = await stack.enter_async_context(HomeAssistant("Maison"))
            return Invited(home, await stack.enter_async_context(Browser()), club)

        try:
            yield background, background.do(begin())
        finally:
            pytest_socket.enable_socket()
            background.do(stack.aclose())


class Form:
    """The form on the screen."""

    def __init__(self, page: Page, language: str) -> None:
        self.page = page
        self.texts = TEXTS[language]
        self.clicks = 0

    async def click(self, what: Locator) -> None:
        """Click, and count it."""
        await what.click()
        self.clicks += 1

    async def paste(self, message: str) -> None:
        """Put a message into the field of the link, in the place of what it held."""
        await self.click(self.link)
        await self.link.fill(message)

    async def submit(self) -> None:
        """Press the one button."""
        await submit(self.page)
        self.clicks += 1

    @property
    def link(self) -> Locator:
        """The field of the link."""
        return dialog(self.page).locator("ha-selector-text input:visible").nth(1)

    async def says(self, error: str) -> None:
        """See what is wrong."""
        alert = dialog(self.page).locator("ha-alert")
        await expect(alert).to_contain_text(
            self.texts[f"config.error.{error}"], timeout=PATIENCE_MS
        )


async def reach(form: Form, club: ProsodyServer) -> None:
    """Say where the server is, which no name leads to here."""
    of_form = dialog(form.page)
    name = form.texts["config.step.account.sections.advanced.name"]
    await of_form.get_by_text(name).click()
    await of_form.locator("ha-selector-number input:visible").fill(str(club.c2s_port))
    await of_form.locator("ha-selector-text input:visible").nth(2).fill(LOOPBACK)
    await of_form.locator("ha-selector-text textarea:visible").fill(club.authority.pem)


@pytest.mark.parametrize(("language", "size"), [("en", DESKTOP), ("fr", PHONE)])
def test_from_an_invitation_to_a_friend_by_one_form(
    invited: tuple[Background, Invited], language: str, size: ViewportSize
) -> None:
    background, somebody = invited

    async def scenario() -> None:
        home_assistant, club = somebody.home_assistant, somebody.club
        look = somebody.browser.look(home_assistant, language=language, size=size)
        async with look as page:
            form = Form(page, language)
            await page.goto(f"{home_assistant.url}/config/integrations/dashboard/add?domain=sen1")
            await form.click(page.get_by_role("button", name="OK"))
            start = form.texts["config.step.user.menu_options.account"]
            await form.click(dialog(page).get_by_text(start).first)
            await expect(form.link).to_be_visible(timeout=PATIENCE_MS)
            name = dialog(page).locator("ha-selector-text input:visible").first
            await expect(name).to_have_value("Maison")

            # What is wrong is said, and costs nothing that was typed.
            spent = form.clicks
            await name.fill("Foyer Lande")
            await form.submit()
            await form.says("link_needed")
            await form.paste(somebody.invitation(until=time.time() - 60))
            await form.submit()
            await form.says("link_expired")
            await expect(name).to_have_value("Foyer Lande")
            await reach(form, club)
            form.clicks = spent

            await form.paste(somebody.invitation(until=time.time() + 86_400))
            await form.submit()
            end = dialog(page).locator("ha-markdown").filter(has_text="foyer-lande")
            await expect(end).to_be_visible(timeout=PATIENCE_MS)
            await expect(end).to_contain_text("Foyer Ibis")
            await expect(end.locator("a")).to_have_count(1)
            print(f"{language}: {form.clicks} clicks to an address and a friend")
            assert form.clicks <= 6

    background.do(scenario())
    rows = somebody.club.roster("ibis")
    assert len(rows) >= 1
    assert set(rows.values()) == {"both"}
