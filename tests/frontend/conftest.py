"""The pure modules of the dashboard, run in one blank page of Chromium."""

from collections.abc import Iterable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
import re
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import Page
import pytest
import pytest_socket

from custom_components.sen1.frontend import MODULES
from testbed.background import Background

from ..conftest import Beside

ELSEWHERE = "Pacific/Chatham"
"""The zone of the browser, 12:45 or 13:45 ahead of Greenwich: no home of a test is there."""

NOW = "2026-11-24T14:20:00Z"
"""What the page's clock says where a test does not say it."""

NAMES = (
    "buildings/rows",
    "calendar",
    "cards/past",
    "challenge/scores",
    "closing",
    "collecting/hours",
    "collecting/members",
    "collecting/opening",
    "collecting/places",
    "collecting/received",
    "common",
    "compared",
    "csv",
    "curves",
    "dom",
    "fetched",
    "formats",
    "holdings",
    "installation",
    "investment/figures",
    "next",
    "others",
    "picker",
    "past/spans",
    "past/sums",
    "powers",
    "recorder",
    "sharing/fineness",
    "sharing/groups",
    "sharing/sentences",
    "sites",
    "series",
    "strokes",
    "texts",
    "times",
    "wall/means",
)
"""The modules that a test's code finds, each by the last part of its name."""

LATER = sorted(
    {
        (path.parent / later).resolve().relative_to(MODULES).with_suffix("").as_posix()
        for path in MODULES.rglob("*.js")
        for later in re.findall(r'await import\("([^"]+)"\)', path.read_text())
    }
)
"""What cards fetch once it is needed. It is there before, so that no test's steps wait for it."""

EVALUATE = """async (given) => {{
    const [{modules}] = await Promise.all({paths}.map((name) => import(`/${{name}}.js`)));
    /** Wait for a frame of the browser: those of a clock that stands are made up. */
    const painted = () => new Promise((done) => {{
        const observer = new IntersectionObserver(() => {{ observer.disconnect(); done(); }});
        observer.observe(document.body);
    }});
    const left = [];
    /** Put something in the place of what all tests of this page share, until this one is over. */
    const instead = (owner, name, other) => {{
        const own = Object.getOwnPropertyDescriptor(owner, name);
        left.push(() => own ? Object.defineProperty(owner, name, own) : delete owner[name]);
        owner[name] = other;
    }};
    // What fails where nobody waits for it ends the test, which may wait for what came after.
    const {{ promise: failure, reject }} = Promise.withResolvers();
    const fail = ({{ type, reason, error }}) => {{
        // What is measured again in the next frame is told as an event too, without an error.
        if (type === "unhandledrejection" || error) reject(reason ?? error);
    }};
    const failures = ["unhandledrejection", "error"];
    for (const type of failures) addEventListener(type, fail);
    try {{
        // In a scope of its own: what is given may have the name of a module.
        const played = async ({{{names}}}) => {{
            {code}
        }};
        return await Promise.race([played(given), failure]);
    }} finally {{
        for (const type of failures) removeEventListener(type, fail);
        for (const restore of left.reverse()) restore();
    }}
}}"""


class Modules:
    """The modules, by name, for JavaScript that a test gives."""

    def __init__(self, background: Background, page: Page) -> None:
        self._background = background
        self._page = page

    def value(self, expression: str, *, now: str = NOW, **given: Any) -> Any:
        """Return what an expression is, of the modules and of what is given."""
        return self.run(f"return ({expression});", now=now, **given)

    def run(self, code: str, *, now: str = NOW, **given: Any) -> Any:
        """Return what a function's body returns, while the page's clock stands still."""

        async def run() -> Any:
            await self._page.clock.set_fixed_time(now)
            modules = ", ".join(name.rpartition("/")[2] for name in NAMES)
            names = ", ".join(given)
            function = EVALUATE.format(
                modules=modules, paths=[*NAMES, *LATER], names=names, code=code
            )
            return await self._page.evaluate(function, given)

        return self._background.do(run())

    def measure(self) -> None:
        """Let the page's code ask, by `measured()`, what the browser holds after garbage went."""

        async def start() -> None:
            session = await self._page.context.new_cdp_session(self._page)
            await session.send("Performance.enable")

            async def measured() -> dict[str, float]:
                await session.send("HeapProfiler.collectGarbage")
                found = await session.send("Performance.getMetrics")
                return {one["name"]: one["value"] for one in found["metrics"]}

            await self._page.expose_function("measured", measured)

        self._background.do(start())


@pytest.fixture(scope="session")
def modules(beside: Beside) -> Iterator[Modules]:
    """Open a blank page for all tests: to import the modules takes longer than most of them."""
    stack = AsyncExitStack()
    blank = beside.browser.blank(MODULES, zone=ELSEWHERE)
    try:
        yield Modules(beside.background, beside.background.do(stack.enter_async_context(blank)))
    finally:
        pytest_socket.enable_socket()  # Home Assistant's plugin forbids it, between tests too
        beside.background.do(stack.aclose())


def at(text: str, zone: str = "UTC", *, fold: int = 0) -> datetime:
    """Return a time that a clock of a zone shows; in UTC, as the page gives its times."""
    local = datetime.fromisoformat(text)
    return local.replace(tzinfo=local.tzinfo or ZoneInfo(zone), fold=fold).astimezone(UTC)


def near(values: Iterable[float]) -> Any:
    """Return what is equal to numbers but for the last bits; what is not known is equal too."""
    return pytest.approx(list(values), nan_ok=True)
