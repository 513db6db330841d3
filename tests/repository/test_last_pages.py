"""Each form that makes something ends with a page that says what comes next."""

import ast
from collections.abc import Iterator

import pytest

from custom_components.sen1.last_page import VIEWS, Made
from testbed.translations import LANGUAGES, at, source

from .package import PACKAGE, parsed

TEXTS = source()

ACCOUNTS = {
    Made.ACCOUNT,
    Made.ACCOUNT_INVITED,
    Made.ACCOUNT_BEFRIENDED,
    Made.ACCOUNT_OFFERED,
}
ENTRIES = {Made.LINKY, Made.ENPHASE, Made.ENEDIS, Made.HOME, Made.ROOF, *ACCOUNTS}
"""What is an entry; all others are added to one."""

FRIENDS = {Made.GRANTED_FRIEND, Made.CIRCLE, Made.COLLECTION, Made.DATA_NODE, Made.PROXY}
"""What is added as a friend is."""


def made() -> Iterator[tuple[str, ast.ClassDef, ast.Call]]:
    """Yield each call that ends a flow with something made: file, class, call."""
    for path in PACKAGE.rglob("*.py"):
        for owner in ast.walk(parsed(path)):
            if not isinstance(owner, ast.ClassDef):
                continue
            for call in ast.walk(owner):
                if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(
                    ".async_create_entry"
                ):
                    yield path.relative_to(PACKAGE).as_posix(), owner, call


def page_of(call: ast.Call) -> list[str]:
    """Return what a call is given whole."""
    return [ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg is None]


def test_whatever_makes_an_entry_says_what_comes_next() -> None:
    calls = {
        f"{path} {owner.name}": page_of(call)
        for path, owner, call in made()
        # Options and repairs make nothing: Home Assistant says that they are saved, or solved.
        if any(keyword.arg == "title" for keyword in call.keywords)
    }
    assert len(calls) > 10
    without = {where for where, page in calls.items() if len(page) != 1}
    assert without == set()
    for where, (page,) in calls.items():
        module = (PACKAGE / where.split()[0]).read_text()
        assert page == "page" or page.startswith("await async_last_page("), where
        assert "async_last_page(self.hass, " in module, where


def test_only_options_and_repairs_make_nothing() -> None:
    others = {
        owner.name
        for path, owner, call in made()
        if not any(keyword.arg == "title" for keyword in call.keywords)
        and not path.startswith("federation/fixes/")
        and not {"OptionsFlow", "RepairsFlow"} & {ast.unparse(base) for base in owner.bases}
    }
    assert others == set()


@pytest.mark.parametrize("one", Made)
def test_each_last_page_has_a_text_with_a_link_in_each_language(one: Made) -> None:
    if one in ENTRIES:
        place = f"config::create_entry::{one}"
    else:
        kind = "friend" if one in FRIENDS else one
        place = f"config_subentries::{kind}::create_entry::{one}"
    text = at(TEXTS, place)
    assert isinstance(text, dict), place
    assert text.keys() == set(LANGUAGES)
    for said in text.values():
        # What is done stands first, then what it is good for, and one link.
        assert said.startswith("**")
        assert said.endswith("\n\n{next}")
        assert said.count("{next}") == 1
        # Nor is there another.
        assert "](" not in said


def test_what_comes_next_has_a_name_and_a_place() -> None:
    options = at(TEXTS, "selector::next_step::options")
    steps = {step for each in Made for step in each.wanted}
    looks = {each.look for each in Made}
    assert isinstance(options, dict)
    assert options.keys() == {*steps, *looks}
    assert steps <= VIEWS.keys()
    assert looks <= VIEWS.keys()
