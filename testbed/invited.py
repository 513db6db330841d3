"""The walk of a family that was invited, through the real pages, its screens and presses counted.

    async with families() as made, Browser() as browser:
        await made.speak("fr")
        walk = Walk(made, browser, "fr", PHONE)
        await walk.join(await walk.invite())

A screen is a page, or a step of a dialogue, that a press leads to; the page on which somebody
stands at first is none.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
import json
from pathlib import Path
import re

from playwright.async_api import Locator, Page, ViewportSize

from custom_components.sen1.const import FRIEND

from .browser import Browser
from .home import DOMAIN, Home
from .home_assistant import HomeAssistant, Json
from .household import PARIS, Household
from .lovelace import PATH, add_dashboard
from .names import NameServer
from .tic_groups import Kind
from .tic_meter import TicMeter, serve_socket
from .waiting import until
from .xmpp import USER_INVITES, ProsodyServer, ServerKind, federation_of

TRANSLATIONS = Path(__file__).parents[1] / "custom_components" / DOMAIN / "translations"

METER = """
template:
  - sensor:
      - name: Electricity meter
        unique_id: electricity_meter
        unit_of_measurement: kWh
        device_class: energy
        state_class: total_increasing
        state: "{{ (as_timestamp(now()) / 3600) | round(3) }}"
"""
"""What another integration knows of the invited home: an index."""

SERIES = {"en": ("Our power", "Our energy"), "fr": ("Notre puissance", "Notre énergie")}
"""What the inviting home publishes, live and by day, by the language of its people."""

TOGETHER = {"en": "Together", "fr": "Ensemble"}
"""What the page of friends is called."""

LABELS = ("SINSTS", "EAST")

NAMES = ("Foyer Ibis", "Foyer Lande")
DOMAINS = ("scorff.test", "rade.test")
"""The server that invites, and another that does not."""

NAME, LINK = range(2)
"""Fields for text of the form."""

DIGIT = re.compile(r"\d")

PATIENCE_MS = 45_000

type Picture = Callable[[Page, str], Awaitable[None]]


async def no_picture(_page: Page, _name: str) -> None:
    """Take no picture."""


class Families:
    """Homes that invite and are invited, the servers, and who says where these are."""

    def __init__(
        self,
        ibis: Home,
        lande: HomeAssistant,
        servers: tuple[ProsodyServer, ProsodyServer],
        household: Household,
    ) -> None:
        self.ibis = ibis
        self.lande = lande
        self.server, self.other = servers
        """Where the inviting home is; and one that gives nobody an address."""
        self.household = household
        """Of the inviting home."""

        self._spoken: set[str] = set()
        self._elsewhere: Home | None = None

    @property
    def power(self) -> float:
        """Return what the inviting home draws now, VA, as its own sensor says."""
        entity_id = self.ibis.series[LABELS[0]].entity_id
        return float(self.ibis.home_assistant.states[entity_id]["state"])

    async def speak(self, language: str) -> None:
        """Have both homes speak a language, and the inviting one publish series named in it."""
        for instance in (self.ibis.home_assistant, self.lande):
            # What a form says of itself is in the home's language, not in the browser's.
            await instance.command("config/core/update", language=language)
        if language not in self._spoken:
            self._spoken.add(language)
            for label, details in published(language).items():
                await self.ibis.publish_meter((label,), details)

    async def account_elsewhere(self, language: str) -> Home:
        """Return a second account of the inviting home, where links can give no address."""
        if self._elsewhere is None:
            ibis = self.ibis
            made = Home(
                ibis.home_assistant, self.other, "ibis", ibis.meter, direction="consumption"
            )
            await made.add_account()
            for label, details in published(language).items():
                await made.publish(label, ibis.series[label].entity_id, details=details)
            self._elsewhere = made
        return self._elsewhere

    async def leave_friends(self) -> None:
        """Have the inviting home remove all its friends."""
        command = self.ibis.home_assistant.command
        for entry in await command("config_entries/get", domain=DOMAIN):
            entry_id = entry["entry_id"]
            for one in await command("config_entries/subentries/list", entry_id=entry_id):
                if one["subentry_type"] == FRIEND:
                    await command(
                        "config_entries/subentries/delete",
                        entry_id=entry_id,
                        subentry_id=one["subentry_id"],
                    )

    async def forget(self) -> None:
        """Have nothing of ours in the invited home any more, but our files."""
        for entry in await self.lande.command("config_entries/get", domain=DOMAIN):
            path = f"/api/config/config_entries/entry/{entry['entry_id']}"
            await self.lande.request("DELETE", path)
        for dashboard in await self.lande.command("lovelace/dashboards/list"):
            if dashboard["url_path"] == PATH:
                await self.lande.command("lovelace/dashboards/delete", dashboard_id=dashboard["id"])


def published(language: str) -> dict[str, Json]:
    """Return how a home publishes what its meter says, by label: live and by day."""
    named = zip(LABELS, SERIES[language], ("live", "p1d"), strict=True)
    return {label: {"title": title, "granularity": fine} for label, title, fine in named}


@asynccontextmanager
async def families() -> AsyncIterator[Families]:
    """Run a home with a meter, an account and a dashboard, and one with nothing but our files."""
    family = Household(seed=1, begin=datetime.now(PARIS).replace(hour=12, minute=30))
    meter = TicMeter(Kind.STANDARD_HC, family)
    async with AsyncExitStack() as stack:
        kinds: dict[str, ServerKind] = {
            DOMAINS[0]: partial(ProsodyServer, host_options=USER_INVITES),
            DOMAINS[1]: ProsodyServer,
        }
        server, other = stack.enter_context(federation_of(kinds))
        assert isinstance(server, ProsodyServer)
        assert isinstance(other, ProsodyServer)
        ports = {one.domain: one.c2s_port for one in (server, other)}
        names = stack.enter_context(NameServer(ports, server.authority))
        inviting, invited = (
            HomeAssistant(NAMES[0], names=names),
            HomeAssistant(NAMES[1], METER, names=names),
        )
        for instance in (inviting, invited):
            stack.push_async_exit(instance)
        await asyncio.gather(inviting.start(), invited.start())
        ibis = Home(inviting, server, "foyer-ibis", meter, direction="consumption")
        await ibis.add_meter(await stack.enter_async_context(serve_socket(meter)))
        await ibis.add_account()
        # What the friend shows can then be held against what the meter says, whenever one looks.
        family.freeze()
        await add_dashboard(inviting)
        yield Families(ibis, invited, (server, other), family)


@dataclass
class Counted:
    """What one family saw and pressed."""

    screens: list[str] = field(default_factory=list)
    presses: int = 0

    def __str__(self) -> str:
        return f"{len(self.screens)} screens ({', '.join(self.screens)}), {self.presses} presses"


class Person:
    """Somebody before a page, whose screens and presses are counted."""

    def __init__(self, page: Page, counted: Counted, picture: Picture) -> None:
        self.page = page
        self._counted = counted
        self._picture = picture

    async def press(self, what: Locator) -> None:
        """Press something once."""
        await what.click()
        self._counted.presses += 1

    async def see(self, name: str, landmark: Locator) -> None:
        """Have come to a screen, which something on it shows."""
        await landmark.wait_for()
        self._counted.screens.append(name)

    async def picture(self, name: str) -> None:
        """Have a picture taken, if somebody wants one."""
        await self._picture(self.page, name)

    @property
    def dialog(self) -> Locator:
        """Return the dialogue of Home Assistant that is open."""
        return self.page.locator("ha-dialog")


class Walk:
    """The walk of two families in a language, on pages of a size."""

    def __init__(
        self,
        made: Families,
        browser: Browser,
        language: str,
        size: ViewportSize,
        picture: Picture = no_picture,
    ) -> None:
        self.made = made
        self.inviting, self.invited, self.sharing = Counted(), Counted(), Counted()
        self._browser = browser
        self._language = language
        self._size = size
        self._picture = picture
        words: Json = json.loads((TRANSLATIONS / f"{language}.json").read_text())
        self._menu = words["config"]["step"]["user"]["menu_options"]
        self._errors = words["config"]["error"]
        self._where = words["selector"]["where"]["options"]

    # The inviting family

    async def invite(self, *, account: int = 0) -> str:
        """Make a link on the dashboard, offering and asking; return the text that is sent.

        `account` is the place of the one that invites.
        """
        page = self.made.ibis.home_assistant
        async with self._before(page, self.inviting) as ibis:
            await ibis.page.goto(f"{page.url}/{PATH}/home")
            await ibis.press(self._page_of_friends(ibis))
            friends = ibis.page.locator("sen1-together-card")
            invite = friends.locator("a.strong[href$='/invite']")
            await ibis.see("friends", invite)
            await ibis.press(invite)
            card = ibis.page.locator("sen1-invite-card")
            label_field = card.locator("input[name=label]")
            await ibis.see("form", label_field)
            if account:
                await card.locator("select").first.select_option(index=account)
            await label_field.fill(NAMES[1])
            offered, asked = card.locator("fieldset").first, card.locator("fieldset").last
            for title in SERIES[self._language]:
                await ibis.press(offered.locator(".tick label").filter(has_text=title))
            await ibis.press(asked.locator(".tick input").first)
            await ibis.press(card.locator("button[type=submit]"))
            text = card.locator("#text")
            await ibis.see("link", text)
            await ibis.picture("invite")
            await ibis.press(card.locator(".text-card button.strong"))
            await card.locator(".text-card .said").wait_for()
            copied: str = await ibis.page.evaluate("() => navigator.clipboard.readText()")
            return copied

    def _page_of_friends(self, ibis: Person) -> Locator:
        """Return what leads there: a tab, at the foot of a phone a link."""
        name = TOGETHER[self._language]
        tab = ibis.page.get_by_role("tab", name=name)
        return tab.or_(ibis.page.get_by_role("link", name=name, exact=True)).first

    # The invited family

    @asynccontextmanager
    async def form(self) -> AsyncIterator[Person]:
        """Come to the one form, from the settings of a Home Assistant that has nothing of ours."""
        page = self.made.lande
        async with self._before(page, self.invited) as lande:
            await lande.page.goto(f"{page.url}/config/dashboard")
            await lande.press(lande.page.locator("a[href='/config/integrations']").last)
            add = lande.page.locator("ha-button[slot=fab]").last
            await lande.see("services", add)
            await lande.press(add)
            search = lande.dialog.locator("input").first
            await lande.see("brands", search)
            await lande.press(search)
            await lande.page.keyboard.type(DOMAIN)
            await lande.press(lande.dialog.get_by_text("SEN1", exact=True))
            entry = lande.dialog.get_by_text(self._menu["account"], exact=True)
            await lande.see("menu", entry)
            await lande.press(entry)
            await lande.see("form", self.field(lande, LINK))
            yield lande

    async def take_back(self) -> None:
        """Take the newest link back, on the page on which it was made."""
        page = self.made.ibis.home_assistant
        async with self._before(page, self.inviting) as ibis:
            await ibis.page.goto(f"{page.url}/{PATH}/invite")
            await ibis.press(ibis.page.locator("sen1-invite-card button.danger").first)
            await ibis.press(ibis.page.locator("dialog[open] button").last)
            await ibis.page.locator("dialog[open]").wait_for(state="detached")

    async def refused(self, lande: Person, key: str) -> None:
        """Press the button, and read why nothing is made; what was entered stays."""
        entered = await self.entered(lande)
        await self.submit(lande)
        said = self._errors[key].partition("{")[0]
        await lande.dialog.get_by_text(said).first.wait_for()

        async def stays() -> bool:
            # The form is drawn anew with what it says.
            return await self.entered(lande) == entered

        await until(stays, f"what was entered stays: {key}")

    @staticmethod
    async def entered(lande: Person) -> list[str]:
        """Return what is entered and chosen in the form."""
        chosen = await lande.dialog.get_by_role("radio", checked=True).inner_text()
        fields = await lande.dialog.locator("ha-form input").all()
        return [chosen, *filter(None, [await field.input_value() for field in fields])]

    async def choose_own(self, lande: Person, jid: str, password: str) -> None:
        """Choose an address that the family has, and enter it."""
        where = lande.dialog.locator("ha-selector-select")
        await lande.press(where.get_by_text(self._where["own"]))
        address = lande.dialog.locator("input[type=email]")
        if not await address.is_visible():
            await lande.press(lande.dialog.locator("ha-expansion-panel").first)
        await address.fill(jid)
        await lande.dialog.locator("input[type=password]").fill(password)

    @staticmethod
    def field(person: Person, position: int) -> Locator:
        """Return a field for text of the form: the name of the home, the link."""
        return person.dialog.locator("ha-form ha-selector-text input").nth(position)

    async def paste(self, lande: Person, text: str) -> None:
        """Paste a text into the field of the link."""
        await lande.press(self.field(lande, LINK))
        await lande.page.keyboard.press("ControlOrMeta+A")
        await lande.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
        await lande.page.keyboard.press("ControlOrMeta+V")

    async def submit(self, lande: Person) -> None:
        """Press the button of the form."""
        await lande.press(lande.dialog.locator("ha-dialog-footer ha-button").last)

    async def end(self, lande: Person) -> str:
        """Come to the last page, and from there to the friend's; return the reading it shows."""
        await self.go_on(lande)
        reading = self.reading(lande)
        await lande.see("friend", reading)
        await lande.picture("friend")
        return await reading.inner_text()

    async def go_on(self, lande: Person) -> None:
        """Come to the last page, and press what leads on."""
        link = lande.dialog.locator("ha-markdown a[href^='/']")
        await lande.see("done", link)
        await lande.picture("done")
        await lande.press(link)

    def reading(self, lande: Person) -> Locator:
        """Return what the friend's power is on the page, once there is one."""
        return self.rows(lande).locator(".amount > span").first.filter(has_text=DIGIT)

    @staticmethod
    def rows(lande: Person) -> Locator:
        """Return what is said of friends, a row each."""
        return lande.page.locator("sen1-together-card .friends > li")

    async def join(self, text: str) -> str:
        """Walk from nothing to the friend's first reading; return how it is shown."""
        async with self.form() as lande:
            await self.paste(lande, text)
            await lande.picture("form")
            await self.submit(lande)
            return await self.end(lande)

    async def answer(self) -> None:
        """Share what the friend would like, from its line on the page Sharing."""
        page = self.made.lande
        async with self._before(page, self.sharing) as lande:
            await lande.page.goto(f"{page.url}/{PATH}/sharing")
            await lande.press(lande.page.locator("sen1-sharing-card .wishes button.full").first)
            form = lande.page.locator("dialog.share")
            days = form.locator(".detail input[type=checkbox]").first
            await lande.see("share", days)
            await lande.press(days)
            await lande.press(form.locator("button.strong").last)
            await form.wait_for(state="detached")

    @asynccontextmanager
    async def _before(self, page: HomeAssistant, counted: Counted) -> AsyncIterator[Person]:
        async with self._browser.look(page, language=self._language, size=self._size) as shown:
            shown.set_default_timeout(PATIENCE_MS)
            await shown.context.grant_permissions(["clipboard-read", "clipboard-write"])
            yield Person(shown, counted, self._picture)
