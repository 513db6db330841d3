"""The dashboard: a strategy and cards, plain ES modules that the browser loads without a bundler.

Every page loads one small module, `sen1.js`; it fetches the others when a dashboard needs them,
all of a card at once: `closures.js`, which is made here, tells it which those are.

The address holds a digest of all modules. Under a former digest no module of today is given: it
would be mixed with those of before that the page has, which says what to press instead. Those of
before are no longer there once the files were replaced. Only what pages begin with leads on to the
same of today, and so to all of today: the service worker of Home Assistant's frontend may show the
page of before an update once more.
"""

from collections.abc import Iterator
import gzip
import hashlib
import json
from pathlib import Path
import posixpath
import re

from aiohttp import web
from homeassistant.components.frontend import add_extra_js_url, async_register_built_in_panel
from homeassistant.components.http import HomeAssistantView
from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN

MODULES = Path(__file__).parent / "modules"

ROOT = f"/{DOMAIN}_static"

CLOSURES = "closures.js"

BEGINNINGS = (f"{DOMAIN}.js", "door.js")
"""What pages of Home Assistant load by themselves."""

HEADERS = {
    "Content-Encoding": "gzip",
    # The address changes with any module.
    "Cache-Control": "public, max-age=2678400, immutable",
}

_IMPORT = re.compile(r'^(?:import|export|\}) .*from "(.+)";$', re.MULTILINE)
_COMMENT = re.compile(r"^ *(?:/\*(?:(?!\*/)[\s\S])*\*/|//.*)$", re.MULTILINE)
_INDENTATION = re.compile(r"^ +", re.MULTILINE)
_WORDS = re.compile(r"static words = (.+);")


class ModulesView(HomeAssistantView):
    """Serves the modules compressed; Home Assistant's static files would be three times as large.

    There is nothing secret in them, and the login page loads one too.
    """

    name = f"{DOMAIN}:modules"
    url = f"{ROOT}/{{digest}}/{{module:.+}}"
    requires_auth = False

    def __init__(self, modules: dict[str, str]) -> None:
        served = {**modules, CLOSURES: f"export default {json.dumps(closures(modules))};"}
        self.digest = hashlib.sha256(json.dumps(served).encode()).hexdigest()[:16]
        self._modules = {
            path: gzip.compress(shortened(text).encode(), mtime=0) for path, text in served.items()
        }

    def address(self, module: str) -> str:
        """Return where a module of today is."""
        return f"{ROOT}/{self.digest}/{module}"

    async def get(self, _request: web.Request, digest: str, module: str) -> web.Response:
        """Answer a module that there is."""
        if digest != self.digest and module in BEGINNINGS:
            raise web.HTTPFound(self.address(module), headers={"Cache-Control": "no-store"})
        if digest != self.digest or (body := self._modules.get(module)) is None:
            raise web.HTTPNotFound
        return web.Response(body=body, content_type="text/javascript", headers=HEADERS)


MODULES_VIEW: HassKey[ModulesView] = HassKey(f"{DOMAIN}.modules")


def read_modules() -> dict[str, str]:
    """Return each module by its path below `MODULES`, in the order of these."""
    return {
        path.relative_to(MODULES).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(MODULES.rglob("*.js"))
    }


def shortened(text: str) -> str:
    """Return a module without indentation, and without comments that have lines of their own.

    Every line keeps its number. What is written over several lines is all rules of style, of which
    the indentation says nothing.
    """
    return _INDENTATION.sub("", _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text))


def closures(modules: dict[str, str]) -> dict[str, list[str]]:
    """Return what the strategy and each card need besides; `*` stands for the person's language.

    With the strategy comes what all cards need, fetched while the strategy asks what there is.
    """
    beginnings = (path for path in modules if path.startswith("cards/") or path == "strategy.js")
    needs = {path: sorted(_closure(path, modules) - {path}) for path in beginnings}
    needs["strategy.js"] += sorted(_closure("card.js", modules) - {*needs["strategy.js"]})
    return needs


def _closure(path: str, modules: dict[str, str]) -> set[str]:
    found: set[str] = set()
    more = {path}
    while more:
        found |= more
        more = {need for one in more for need in _needs(one, modules.get(one, ""))} - found
    return found


def _needs(path: str, text: str) -> Iterator[str]:
    """Yield what a module imports, and the words that it is drawn with."""
    for target in _IMPORT.findall(text):
        yield posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    if path == "texts.js":
        yield "texts/every_page/*.js"
    for parts in _WORDS.findall(text):
        yield from (f"texts/{part}/*.js" for part in re.findall(r'"(\w+)"', parts))


async def async_setup(hass: HomeAssistant) -> None:
    """Serve the modules; have pages load the first.

    Links lead to the dashboard through a panel, `/sen1/VIEW`, wherever it is.
    """
    if "frontend" not in hass.config.components:
        return
    modules = await hass.async_add_executor_job(lambda: ModulesView(read_modules()))
    hass.http.register_view(modules)
    hass.data[MODULES_VIEW] = modules
    add_extra_js_url(hass, modules.address(f"{DOMAIN}.js"))
    door = {"name": f"{DOMAIN}-door", "module_url": modules.address("door.js")}
    # Without a title it is in no sidebar.
    async_register_built_in_panel(
        hass,
        "custom",
        frontend_url_path=DOMAIN,
        config={"_panel_custom": {**door, "embed_iframe": False, "trust_external": False}},
        require_admin=True,
    )
