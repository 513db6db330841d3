"""A consent from the first question to the end, through the pages that two families see."""

from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from functools import partial
import json

import pytest
import pytest_socket

from testbed.background import Background
from testbed.browser import Browser
from testbed.consent import SERIES, Walk, both_there, homes, sharing
from testbed.home import Home
from testbed.home_assistant import HomeAssistant, Json
from testbed.waiting import until

pytestmark = pytest.mark.timeout(600)


class Stage:
    """Two homes and a browser, for all tests of this file."""

    def __init__(self, background: Background, homes: tuple[Home, Home], browser: Browser) -> None:
        self._background = background
        self.house, self.cooperative = homes
        self.browser = browser

    def play(self, language: str) -> None:
        """Walk through a consent in a language."""
        self._background.do(self._walk(language))

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition holds."""
        self._background.do(until(condition, "what is waited for", within=60))

    async def _walk(self, language: str) -> None:
        house, cooperative = self.house, self.cooperative
        walk = Walk(house, cooperative, self.browser, language)
        await walk.offer()
        await both_there(house, cooperative)

        await walk.ask()

        async def asked() -> list[Json]:
            requests: list[Json] = (await sharing(house))["requests"]
            return [one for one in requests if one["series"] == walk.series]

        (request,) = await until(asked, "the house is asked", within=60)
        assert request["purpose"] == "display"
        assert await granted(house) == {}
        ticked = await walk.narrow()
        assert len(ticked) == 5
        assert not any(ticked), "no box is ticked beforehand"
        assert await granted(house) == {walk.series: ["P1D"]}, "not what was asked for, but less"

        async def held(status: set[str]) -> bool:
            holds = (await sharing(cooperative))["holds"]
            found = [one for one in holds if one["series"] == walk.series]
            return [one["granularity"] for one in found] == ["P1D"] and all(
                one["status"] in status for one in found
            )

        await until(
            lambda: held({"waiting", "receiving"}), "the cooperative may follow it", within=60
        )
        await walk.take_back()
        assert await granted(house) == {}
        await until(lambda: held({"withdrawn"}), "the cooperative is told", within=60)

        async def erased() -> bool:
            withdrawn = (await sharing(house))["withdrawn"]
            return bool(withdrawn) and all(one["erased"] for one in withdrawn)

        await until(erased, "the cooperative has erased it, and says so", within=60)


def has_logged(home: Home, text: str) -> bool:
    """Return whether a home's Home Assistant logged a text."""
    return text in home.home_assistant.log


async def log_all(home_assistant: HomeAssistant) -> None:
    """Have our loggers say all they can, and all others what they may say of us."""
    await home_assistant.action("logger", "set_default_level", level="info")
    await home_assistant.action("logger", "set_level", **{"custom_components.sen1": "debug"})


async def granted(home: Home) -> dict[str, list[str]]:
    """Return the granularities that are granted of each series."""
    found: dict[str, list[str]] = {}
    for series in (await sharing(home))["shares"]:
        if series["grants"]:
            found.setdefault(series["title"], []).append(series["granularity"])
    return found


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """Run both homes and the browser."""
    pytest_socket.enable_socket()  # Home Assistant's plugin forbids it, between tests too
    with Background() as background:
        stack = AsyncExitStack()
        try:
            made = background.do(stack.enter_async_context(homes()))
            for home in made:
                background.do(log_all(home.home_assistant))
            yield Stage(background, made, background.do(stack.enter_async_context(Browser())))
        finally:
            pytest_socket.enable_socket()
            background.do(stack.aclose())


@pytest.mark.parametrize("language", SERIES)
def test_one_asks_the_other_sees_the_warning_grants_less_and_takes_it_back(
    stage: Stage, language: str
) -> None:
    stage.play(language)


def test_afterwards_the_files_are_their_users_alone_and_no_log_names_anybody(
    stage: Stage,
) -> None:
    homes = (stage.house, stage.cooperative)
    secrets = {"a password": [home.account.password for home in homes]}
    secrets["an address"] = [home.account.jid for home in homes]
    for home in homes:
        storage = home.home_assistant.folder / ".storage"
        entries = json.loads((storage / "core.config_entries").read_text())["data"]["entries"]
        ours = [entry for entry in entries if entry["domain"] == "sen1"]
        secrets.setdefault("a meter or an address", []).extend(e["unique_id"] for e in ours)
        assert all("@" not in entry["title"] for entry in ours)
        (account,) = (entry for entry in ours if "password" in entry["data"])
        stage.wait_for((storage / f"sen1.{account['entry_id']}").exists)
        kept = [file for root in storage.glob("sen1*") for file in (root, *root.rglob("*"))]
        modes = {(file.name, file.is_dir()): oct(file.stat().st_mode & 0o777) for file in kept}
        assert {mode for (_, is_folder), mode in modes.items() if not is_folder} == {"0o600"}, modes
        assert {mode for (_, is_folder), mode in modes.items() if is_folder} == {"0o700"}, modes
    for home in homes:
        home.server.disconnect(home.account.jid)
        stage.wait_for(partial(has_logged, home, "the link to the server is back"))
        log = home.home_assistant.log
        assert "INFO" in log
        for what, texts in secrets.items():
            for text in texts:
                assert text not in log, f"{what} in the log of {home.name}"
