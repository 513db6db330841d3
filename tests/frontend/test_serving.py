"""The modules are served once Home Assistant has pages, and every page loads the small one."""

from functools import cache
import gzip
import json
import posixpath
import re

from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request
from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL, DATA_PANELS
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.frontend import (
    CLOSURES,
    MODULES,
    ModulesView,
    closures,
    read_modules,
    shortened,
)

type Client = TestClient[Request, Application]

OLDER = "/sen1_static/0.1.0"


@pytest.fixture
async def client(hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator) -> Client:
    """Serve the modules."""
    assert await async_setup_component(hass, "frontend", {})
    assert await async_setup_component(hass, DOMAIN, {})
    return await hass_client_no_auth()


def first_of(hass: HomeAssistant) -> str:
    """Return the address of what every page loads."""
    return next(one for one in hass.data[DATA_EXTRA_MODULE_URL].urls if one.endswith("/sen1.js"))


async def test_every_page_loads_the_small_module_which_is_kept_for_ever(
    hass: HomeAssistant, client: Client
) -> None:
    address = first_of(hass)
    answer = await client.get(address)
    assert answer.status == 200
    assert "javascript" in answer.headers["Content-Type"]
    assert "immutable" in answer.headers["Cache-Control"]
    assert await answer.text() == shortened((MODULES / "sen1.js").read_text())
    for path in ("none.js", "../__init__.py", "sen1.js/"):
        assert (await client.get(address.replace("sen1.js", path))).status == 404


def test_the_address_is_another_as_soon_as_any_module_is() -> None:
    modules = read_modules()
    changed = {**modules, "cards/wall.js": modules["cards/wall.js"] + "\n"}
    address = ModulesView(modules).address("sen1.js")
    assert ModulesView(read_modules()).address("sen1.js") == address
    assert ModulesView(changed).address("sen1.js") != address


@pytest.mark.parametrize("path", ["sen1.js", "door.js"])
async def test_a_page_that_begins_with_a_former_address_gets_all_of_today(
    hass: HomeAssistant, client: Client, path: str
) -> None:
    answer = await client.get(f"{OLDER}/{path}", allow_redirects=False)
    assert answer.status == 302
    assert answer.headers["Location"] == first_of(hass).replace("sen1.js", path)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["card.js", "cards/wall.js", "texts/year/fr.js", "closures.js"])
async def test_a_page_that_was_open_before_an_update_gets_no_module_of_today(
    client: Client, path: str
) -> None:
    assert (await client.get(f"{OLDER}/{path}")).status == 404


async def test_what_each_card_needs_is_served(hass: HomeAssistant, client: Client) -> None:
    answer = await client.get(first_of(hass).replace("sen1.js", "closures.js"))
    told = json.loads((await answer.text()).removeprefix("export default ").removesuffix(";"))
    assert told == closures(read_modules())


def test_only_comments_and_indentation_are_left_out_and_lines_keep_their_numbers() -> None:
    for path, text in read_modules().items():
        for line, served in zip(text.split("\n"), shortened(text).split("\n"), strict=True):
            is_comment = re.match(r" *(/\*|\*|//)", line)
            assert served == line.lstrip(" ") or (not served and is_comment), path


def test_what_is_written_over_several_lines_is_rules_of_style() -> None:
    """Of these alone lines may lose their indentation; no string of them goes over a line."""
    for path, text in read_modules().items():
        literals = re.split(r"(?<!\\)`", shortened(text))
        assert len(literals) % 2, f"not every literal of {path} is closed on the line it ends on"
        for before, literal in zip(literals[::2], literals[1::2], strict=False):
            if "\n" in literal:
                assert re.search(r"(sheetOf\(|const (RULES|PAPER|light|dark) = )$", before), path
                assert all(line.count('"') % 2 == 0 for line in literal.split("\n")), path
                assert "'" not in literal, path


def test_a_comment_ends_where_it_ends() -> None:
    text = "/** One. */\na(); // kept\n/*\n two\n */\n  // three\n/* kept */ b();\nc();\n/* */\n"
    assert shortened(text) == "\na(); // kept\n\n\n\n\n/* kept */ b();\nc();\n\n"


def test_all_that_is_imported_is_needed_with_the_words_of_the_person_and_once() -> None:
    modules = {
        "cards/sun.js": 'import {\n  one,\n} from "../one.js";\nstatic words = ["year"];\n',
        "one.js": 'import { s } from "./dom.js";\nexport { t } from "./texts.js";\n',
        "dom.js": 'const later = import("./later.js");\n',
        "texts.js": 'import { s } from "./dom.js";\n',
        "later.js": "",
        "card.js": 'import { s } from "./dom.js";\nimport { t } from "./texts.js";\n',
        "strategy.js": 'import { t } from "./texts.js";\n',
    }
    texts = ["texts.js", "texts/every_page/*.js"]
    assert closures(modules) == {
        "cards/sun.js": ["dom.js", "one.js", *texts, "texts/year/*.js"],
        "strategy.js": ["dom.js", *texts, "card.js"],
    }


def test_a_browser_fetches_all_of_the_strategy_at_once() -> None:
    """A browser asks a server six things at a time; what waits for one of them takes twice that."""
    modules = read_modules()
    *own, _ = closures({**modules, "card.js": ""})["strategy.js"]
    assert len(["strategy.js", *own]) <= 6


def test_each_need_is_a_module_that_there_is() -> None:
    modules = read_modules()
    for path, needs in closures(modules).items():
        for need in (path, *needs):
            assert {need.replace("*", language) for language in ("en", "fr")} <= modules.keys()


async def test_links_lead_to_the_dashboard_through_a_panel_that_is_in_no_sidebar(
    hass: HomeAssistant, client: Client
) -> None:
    panel = hass.data[DATA_PANELS][DOMAIN].to_response()
    assert panel["title"] is None
    assert panel["require_admin"]
    assert panel["config"] is not None
    door = panel["config"]["_panel_custom"]["module_url"]
    assert door == first_of(hass).replace("sen1.js", "door.js")


async def test_an_installation_without_pages_sets_up_as_well(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})


@cache
def sizes() -> dict[str, int]:
    """Return how many bytes each module is on the wire."""
    modules = read_modules()
    served = modules | {CLOSURES: f"export default {json.dumps(closures(modules))};"}
    return {path: len(gzip.compress(shortened(text).encode())) for path, text in served.items()}


def test_a_page_without_our_cards_loads_less_than_3_kb() -> None:
    assert sizes()["sen1.js"] < 3000


PAGES = {
    "home": ("home", "tabs"),
    "town": ("town", "buildings", "tabs"),
    "buildings": ("buildings",),
    "past": ("past",),
    "year": ("place", "goals", "report", "forecast", "class", "cold", "learnt"),
    "compare": ("comparison",),
    "wall": ("wall",),
    "cooperative": ("investment",),
    "together": ("together", "tabs"),
    "invite": ("invite",),
    "participate": ("participate",),
    "sharing": ("sharing",),
    "roles": ("roles", "screens"),
    "challenge": ("challenge",),
    "collection": ("collection",),
}
"""The cards of each page, in the order of the strategy."""

LOOKED_AT = "energy_dashboard.js"
"""What a page fetches once it stands, to know whether there is more to tell."""

MORE = {
    "home": [["homepage/begin.js"], [LOOKED_AT]],
    "together": [
        ["together/parts.js"],
        ["together/friend.js", "texts/sharing/fr.js", "texts/trust/fr.js"],
    ],
    "past": [["past/weather.js"]],
    "participate": [
        ["collecting/back.js"],
        ["collecting/offer.js", "collecting/seen.js"],
        ["collecting/offer.js", "collecting/challenge.js", "texts/challenge/fr.js"],
    ],
}
"""What a page fetches besides for who has something to show in it: each case.

What comes back to a member is fetched below an invitation too, once somebody looks there.
"""


def test_the_pages_have_all_cards() -> None:
    cards = {f"cards/{name}.js" for names in PAGES.values() for name in names}
    assert cards == {path for path in read_modules() if path.startswith("cards/")}


def test_all_that_a_card_shows_at_once_comes_with_it_but_for_what_is_said_here() -> None:
    found = {
        posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        for path, text in read_modules().items()
        for target in re.findall(r"needed\([^;]*?import\(\"(.+?)\"\)", text)
    }
    told = {path for cases in MORE.values() for case in cases for path in case}
    assert found | {LOOKED_AT} == {path for path in told if not path.startswith("texts/")}


def test_what_is_fetched_later_says_so_where_that_fails() -> None:
    """But for what pages begin with, and words; what picks and is taken is fetched within."""
    begun = ("sen1.js", "door.js", "texts.js", "screen/slides.js")
    elsewhere = (*begun, "cards/comparison.js", "cards/past.js")
    asking = r"(attempt|needed|pressed)\((?:(?!\n\n)[\s\S])*$"
    for path, text in read_modules().items():
        for before in re.split(r"\bimport\(", text)[:-1]:
            is_told = re.search(asking, before)
            assert is_told or path in elsewhere, path


@pytest.mark.parametrize(
    ("page", "more"),
    [(page, more) for page in PAGES for more in MORE.get(page, [[]])],
)
def test_a_page_loads_60_kb_at_most_of_french_whose_words_are_longest(
    page: str, more: list[str]
) -> None:
    modules = read_modules()
    begun = ["strategy.js", *(f"cards/{name}.js" for name in PAGES[page]), *more]
    text = "\n".join(f'export * from "../{path}";' for path in begun)
    needs = closures(modules | {"cards/page.js": text})["cards/page.js"]
    loaded = {"sen1.js", CLOSURES, *(need.replace("*", "fr") for need in needs)}
    size = sizes()
    assert sum(size[path] for path in loaded) <= 60_000


@pytest.mark.parametrize("slide", ["cards/wall", "screen/teams", "screen/now", "screen/figures"])
def test_the_page_of_a_screen_loads_60_kb_at_most_for_each_slide(slide: str) -> None:
    begun = "\n".join(f'export * from "../{path}.js";' for path in ("screen", slide))
    needs = closures(read_modules() | {"cards/page.js": begun})["cards/page.js"]
    loaded = {"texts/screen/fr.js", *(need.replace("*", "fr") for need in needs)}
    size = sizes()
    assert sum(size[path] for path in loaded) <= 60_000
