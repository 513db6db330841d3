"""A family that was invited, in Chromium: from nothing, by a pasted text, to a friend's reading.

One language and one width each; `SEN1_INVITED=all` walks in both languages on both.
"""

from contextlib import AsyncExitStack
import os
import re

from playwright.async_api import ViewportSize
import pytest
import pytest_socket

from testbed.background import Background
from testbed.browser import DESKTOP, PHONE, Browser
from testbed.consent import sharing
from testbed.home_assistant import Json
from testbed.invited import Families, Walk, families
from testbed.waiting import until

pytestmark = pytest.mark.timeout(600)

IS_WHOLE = os.environ.get("SEN1_INVITED") == "all"

WALKS = [("fr", PHONE), ("en", DESKTOP), *[("fr", DESKTOP), ("en", PHONE)] * IS_WHOLE]

MOST_SCREENS = 6
MOST_PRESSES = 12
MOST_SCREENS_OF_INVITING = 3


def number(shown: str) -> float:
    """Return the number of a reading as a page shows it."""
    digits = re.sub(r"[^\d,.]", "", shown.replace(" ", "")).replace(",", ".")
    return float(digits)


async def walk_through(made: Families, browser: Browser, language: str, size: ViewportSize) -> Walk:
    """Have a family invited, join, and share what was asked of it."""
    walk = Walk(made, browser, language, size)
    text = await walk.invite()
    shown = await walk.join(text)
    power = made.ibis.home_assistant.states[made.ibis.series["SINSTS"].entity_id]
    assert number(shown) == float(power["state"])
    await walk.answer()

    async def came() -> Json | None:
        holds = (await sharing(made.ibis))["holds"]
        return next((one for one in holds if one["granularity"] == "P1D"), None)

    held = await until(came, "what was asked for has come", within=60)
    assert held["friend"] == "Foyer Lande"
    return walk


@pytest.mark.parametrize(("language", "size"), WALKS, ids=lambda one: str(one))
def test_a_family_comes_by_one_link_and_shares_what_it_is_asked_for(
    language: str, size: ViewportSize
) -> None:
    pytest_socket.enable_socket()  # Home Assistant's plugin forbids it
    with Background() as background:
        stack = AsyncExitStack()
        try:
            made = background.do(stack.enter_async_context(families(language)))
            browser = background.do(stack.enter_async_context(Browser()))
            walk = background.do(walk_through(made, browser, language, size))
        finally:
            pytest_socket.enable_socket()
            background.do(stack.aclose())
    print(f"inviting: {walk.inviting}; invited: {walk.invited}; sharing: {walk.sharing}")
    assert len(walk.inviting.screens) <= MOST_SCREENS_OF_INVITING
    assert len(walk.invited.screens) <= MOST_SCREENS
    assert walk.invited.presses <= MOST_PRESSES
