"""The members of a collection, counted, sought, sorted, folded; links that are recognised."""

from typing import Any

import pytest

from .collecting_home import LINK, ORGANISER, PAUSED, TITLE, WAITING, member, silent, village
from .conftest import Modules


def numbers(modules: Modules, expression: str, members: list[dict[str, Any]], **given: Any) -> Any:
    code = f"({expression}).map(({{ number }}) => number)"
    return modules.value(code, people=members, **given)


@pytest.mark.parametrize(
    ("query", "found"), [("riou anne", [1]), ("41", [41]), ("041", [41]), ("lé", [187]), ("", 3)]
)
def test_members_are_sought_by_number_or_name(
    modules: Modules, query: str, found: list[int] | int
) -> None:
    some = [silent(41, 9), silent(187, 6, name="Yann Le Bris"), member(1, name="Anne Riou")]
    shown = numbers(modules, 'members.found(people, "all", query)', some, query=query)
    assert (shown if isinstance(found, list) else len(shown)) == found


def test_a_filter_keeps_one_state(modules: Modules) -> None:
    shown = numbers(modules, 'members.found(people, "silent", "")', village())
    assert len(shown) == 11


def test_who_needs_a_gesture_comes_first_and_of_those_who_is_silent_for_longest(
    modules: Modules,
) -> None:
    some = [member(2), PAUSED, silent(5, 3), member(1), WAITING, silent(9, 9)]
    order = 'members.sorted(people, "state", {})'
    assert numbers(modules, order.format("true"), some) == [9, 5, 296, 112, 1, 2]
    assert numbers(modules, order.format("false"), some) == [1, 2, 112, 296, 9, 5]


@pytest.mark.parametrize(
    ("column", "up", "down"),
    [
        ("number", [1, 2, 3, 10], [10, 3, 2, 1]),
        # What is not known stands last, whichever way.
        ("name", [3, 10, 1, 2], [10, 3, 1, 2]),
        ("shares", [10, 1, 2, 3], [2, 1, 10, 3]),
        ("coverage", [2, 3, 10, 1], [3, 10, 2, 1]),
        ("last", [2, 1, 10, 3], [1, 10, 2, 3]),
        ("since", [10, 1, 2, 3], [1, 2, 3, 10]),
        ("lacks", [2, 1, 3, 10], [2, 1, 3, 10]),
    ],
)
def test_each_column_sorts_both_ways(
    modules: Modules, column: str, up: list[int], down: list[int]
) -> None:
    some = [
        member(1, coverage=None, shares=3),
        silent(2, 9, shares=4),
        member(3, name="Anne", last=None, shares=None),
        member(10, name="Zoé", shares=2, since="2026-10-02T10:00:00+02:00"),
    ]
    order = "members.sorted(people, column, isUp)"
    assert numbers(modules, order, some, column=column, isUp=True) == up
    assert numbers(modules, order, some, column=column, isUp=False) == down


PARTS = """members.partsOf(members.sorted(people, column, true), column, new Map(more))
    .map(({ key, shown, hidden }) => [key, shown.length, hidden])"""


def parts(
    modules: Modules, members: list[dict[str, Any]], column: str = "state", **more: int
) -> Any:
    return modules.value(PARTS, people=members, column=column, more=list(more.items()))


def test_each_state_is_folded_and_what_is_shown_and_folded_adds_up(modules: Modules) -> None:
    assert parts(modules, village()) == [
        ["silent", 3, 8],
        ["waiting", 1, 4],
        ["paused", 1, 2],
        ["up_to_date", 4, 264],
    ]
    assert parts(modules, village(), up_to_date=50)[3] == ["up_to_date", 54, 214]
    assert parts(modules, village(), "number") == [["all", 50, 237]]


def test_few_are_never_folded_nor_is_one_row(modules: Modules) -> None:
    assert parts(modules, [silent(n, 2) for n in range(10)]) == [["all", 10, 0]]
    twelve = [*(silent(n, 2) for n in range(4)), *(member(n) for n in range(10, 18))]
    assert parts(modules, twelve) == [["silent", 4, 0], ["up_to_date", 4, 4]]


# Links


def test_the_link_of_a_collection_is_recognised_also_in_a_page_and_in_a_sentence(
    modules: Modules,
) -> None:
    escaped = LINK.replace(":", "%3A").replace("?", "%3F").replace(";", "%3B").replace("=", "%3D")
    page = f"https://scorff.example/c/#{escaped.replace('%20', '%2520').replace('%2C', '%252C')}"
    for text in (LINK, f" Ouvrez {LINK} merci", page):
        said = modules.value("opening.linkOf(text)", text=text)
        assert (said["name"], said["title"]) == (ORGANISER, TITLE)
        assert said["until"] == 1_830_297_600_000


@pytest.mark.parametrize(
    "text",
    ["", "coop@scorff.example", "xmpp:a@b?roster;name=A", "xmpp:a@b/c?collect;name=%E0%A4%A"],
)
def test_what_is_no_link_of_a_collection_is_not_recognised(modules: Modules, text: str) -> None:
    assert modules.value("opening.linkOf(text) ?? null", text=text) is None
