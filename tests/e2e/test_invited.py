"""A family that was invited, in Chromium: from nothing, by a pasted text, to a friend's reading.

In French on a phone and in English on a desktop, and what may go wrong once;
`SEN1_INVITED=all` takes each in both languages on both.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
import os
import re

from playwright.async_api import ViewportSize, expect
import pytest
import pytest_socket

from testbed.background import Background
from testbed.browser import DESKTOP, PHONE, Browser
from testbed.consent import sharing
from testbed.home_assistant import Json
from testbed.invited import NAMES, PATIENCE_MS, Families, Walk, families
from testbed.waiting import until

pytestmark = pytest.mark.timeout(600)

IS_WHOLE = os.environ.get("SEN1_INVITED") == "all"

SIZES: dict[str, ViewportSize] = {"phone": PHONE, "desktop": DESKTOP}

ALL = [(language, size) for language in ("fr", "en") for size in SIZES]

WALKS = ALL if IS_WHOLE else [("fr", "phone"), ("en", "desktop")]
FAULTS = ALL if IS_WHOLE else [("en", "phone")]

MOST_SCREENS = 6
MOST_PRESSES = 12
MOST_SCREENS_OF_INVITING = 3


class Stage:
    """Both families and a browser, for all tests of this file."""

    def __init__(self, background: Background, made: Families, browser: Browser) -> None:
        self._background = background
        self.made = made
        self._browser = browser

    def play(
        self, language: str, size: str, scenario: Callable[[Families, Walk], Awaitable[None]]
    ) -> None:
        """Play a scenario, which begins with nothing of ours in the invited home."""

        async def begin() -> None:
            await self.made.forget()
            await self.made.speak(language)
            await scenario(self.made, Walk(self.made, self._browser, language, SIZES[size]))

        self._background.do(begin())


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """Run both homes, their servers and the browser."""
    pytest_socket.enable_socket()  # Home Assistant's plugin forbids it, between tests too
    with Background() as background:
        stack = AsyncExitStack()
        try:
            made = background.do(stack.enter_async_context(families()))
            yield Stage(background, made, background.do(stack.enter_async_context(Browser())))
        finally:
            pytest_socket.enable_socket()
            background.do(stack.aclose())


def number(shown: str) -> float:
    """Return the number of a reading as a page shows it."""
    return float(re.sub(r"[^\d.]", "", shown.replace(",", ".")))


@pytest.mark.parametrize(("language", "size"), WALKS)
def test_a_family_comes_by_one_link_and_shares_what_it_is_asked_for(
    stage: Stage, language: str, size: str
) -> None:
    async def scenario(made: Families, walk: Walk) -> None:
        held_before = (await sharing(made.ibis))["holds"]
        shown = await walk.join(await walk.invite())
        assert number(shown) == made.power
        await walk.answer()

        async def came() -> list[Json]:
            holds = (await sharing(made.ibis))["holds"]
            return [one for one in holds if one not in held_before]

        (held,) = await until(came, "what was asked for has come", within=60)
        assert (held["friend"], held["granularity"]) == (NAMES[1], "P1D")
        print(f"inviting: {walk.inviting}")
        print(f"invited: {walk.invited}")
        print(f"sharing: {walk.sharing}")
        assert len(walk.inviting.screens) <= MOST_SCREENS_OF_INVITING
        assert len(walk.invited.screens) <= MOST_SCREENS
        assert walk.invited.presses <= MOST_PRESSES

    stage.play(language, size, scenario)


@pytest.mark.parametrize(("language", "size"), FAULTS)
def test_each_link_that_gives_no_address_says_what_to_do_until_one_has_one_of_ones_own(
    stage: Stage, language: str, size: str
) -> None:
    async def scenario(made: Families, walk: Walk) -> None:
        used = await walk.invite()
        await walk.join(used)
        await made.forget()
        fresh = await walk.invite()
        account = made.other.register(f"lande-{language}-{size}")
        async with walk.form() as lande:
            await walk.refused(lande, "link_needed")
            for text, key in {
                "See you soon!": "not_a_link",
                "https://scorff.test/i": "invitation_page",
                re.sub(r"until=\w+", "until=20260101T1200Z", fresh): "link_expired",
                used: "invitation_refused",
                f"Ours: {(await made.ibis.trust())['link']}": "inviter_gives_no_address",
            }.items():
                await walk.paste(lande, text)
                await walk.refused(lande, key)
            await walk.paste(lande, fresh)
            await walk.choose_own(lande, account.jid, "not the password")
            await walk.refused(lande, "invalid_auth")
            await walk.choose_own(lande, account.jid, account.password)
            await walk.submit(lande)
            assert number(await walk.end(lande)) == made.power

    stage.play(language, size, scenario)


@pytest.mark.parametrize(("language", "size"), FAULTS)
def test_where_the_server_gives_nobody_an_address_the_link_makes_friends_all_the_same(
    stage: Stage, language: str, size: str
) -> None:
    async def scenario(made: Families, walk: Walk) -> None:
        await made.account_elsewhere(language)
        text = await walk.invite(account=1)
        assert made.other.domain not in text.splitlines()[-1]
        account = made.other.register(f"guest-{language}-{size}")
        async with walk.form() as lande:
            await walk.paste(lande, text)
            await walk.refused(lande, "inviter_gives_no_address")
            await walk.choose_own(lande, account.jid, account.password)
            await walk.submit(lande)
            assert number(await walk.end(lande)) == made.power

    stage.play(language, size, scenario)


@pytest.mark.parametrize(("language", "size"), FAULTS)
def test_a_server_that_is_down_meanwhile_costs_one_more_press(
    stage: Stage, language: str, size: str
) -> None:
    async def scenario(made: Families, walk: Walk) -> None:
        text = await walk.invite()
        async with walk.form() as lande:
            await walk.paste(lande, text)
            made.server.stop()
            try:
                await walk.refused(lande, "cannot_connect")
            finally:
                made.server.start()
            await walk.submit(lande)
            assert number(await walk.end(lande)) == made.power

    stage.play(language, size, scenario)


@pytest.mark.parametrize(("language", "size"), FAULTS)
def test_a_friend_who_takes_the_link_or_the_friendship_back_is_waited_for(
    stage: Stage, language: str, size: str
) -> None:
    async def scenario(made: Families, walk: Walk) -> None:
        text = await walk.invite()
        await walk.take_back()
        async with walk.form() as lande:
            await walk.paste(lande, text)
            await walk.submit(lande)
            await walk.go_on(lande)
            waiting = lande.page.locator("sen1-together-card .waiting")
            await expect(waiting).to_contain_text(NAMES[0], timeout=PATIENCE_MS)
            await expect(walk.rows(lande)).to_have_count(0)
        await made.forget()
        fresh = await walk.invite()
        async with walk.form() as lande:
            await walk.paste(lande, fresh)
            await walk.submit(lande)
            assert number(await walk.end(lande)) == made.power
            await made.leave_friends()
            waiting = lande.page.locator("sen1-together-card .waiting")
            await expect(waiting).to_contain_text(NAMES[0], timeout=2 * PATIENCE_MS)

    stage.play(language, size, scenario)
