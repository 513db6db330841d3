"""What the address says of where one is, beside what Home Assistant says there."""

from typing import Any

import pytest

from .conftest import Modules

AT = """
    const { asked, hearMoves, move, pageBeside, taken } = await import("/address.js");
    const before = location.href;
    history.replaceState({ root: true }, "", `/sen1-energy/${at}`);
    const heard = [];
    const stop = hearMoves(() => heard.push(location.search));
    try {
        %s
    } finally {
        stop();
        history.replaceState(null, "", before);
    }
"""


def at(modules: Modules, address: str, body: str) -> Any:
    return modules.run(AT % body, at=address)


def test_what_is_asked_is_read_and_others_keys_are_left_alone(modules: Modules) -> None:
    told = at(
        modules,
        "past?edit=1&site=a",
        """move({ period: "day", site: undefined });
        return [asked("period"), asked("site") ?? null, location.search, heard];""",
    )
    assert told == ["day", None, "?edit=1&period=day", ["?edit=1&period=day"]]


def test_back_leads_to_what_was_looked_at(modules: Modules) -> None:
    told = at(
        modules,
        "past?period=month",
        """move({ period: "day" });
        const gone = new Promise((done) => addEventListener("popstate", done, { once: true }));
        history.back();
        await gone;
        return [asked("period"), heard, history.state];""",
    )
    assert told == ["month", ["?period=day", "?period=month"], {"root": True}]


def test_what_is_the_same_is_no_step_of_its_own(modules: Modules) -> None:
    told = at(
        modules,
        "past?period=day",
        """const { length } = history;
        move({ period: "day" });
        return [history.length - length, heard];""",
    )
    assert told == [0, []]


def test_what_is_asked_once_is_not_asked_by_a_reload(modules: Modules) -> None:
    told = at(
        modules,
        "sharing?share=friend&site=a",
        'return [taken("share"), taken("share") ?? null, location.search, history.state];',
    )
    assert told == ["friend", None, "?site=a", {"root": True}]


@pytest.mark.parametrize(
    ("address", "changes", "path"),
    [
        ("home?site=a&edit=1", "{}", "/sen1-energy/past?site=a"),
        ("home?site=a", "{ site: undefined }", "/sen1-energy/past"),
        ("home?date=2026-11-24", '{ period: "day" }', "/sen1-energy/past?period=day"),
    ],
)
def test_another_page_is_of_the_same_home(
    modules: Modules, address: str, changes: str, path: str
) -> None:
    assert at(modules, address, f'return pageBeside("past", {changes});') == path
