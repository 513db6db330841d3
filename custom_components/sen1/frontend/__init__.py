"""The dashboard: a strategy and cards, plain ES modules that the browser loads as they are.

Every page loads one small module, `sen1.js`; it fetches the others when a dashboard needs them.
"""

import gzip
from pathlib import Path

from aiohttp import web
from homeassistant.components.frontend import add_extra_js_url, async_register_built_in_panel
from homeassistant.components.http import HomeAssistantView
from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_integration

from ..const import DOMAIN

MODULES = Path(__file__).parent / "modules"

HEADERS = {
    "Content-Encoding": "gzip",
    # The address changes with the version.
    "Cache-Control": "public, max-age=2678400, immutable",
}


class ModulesView(HomeAssistantView):
    """Serves the modules compressed; Home Assistant's static files would be three times as large.

    There is nothing secret in them, and the login page loads one too.
    """

    name = f"{DOMAIN}:modules"
    requires_auth = False

    def __init__(self, address: str, modules: dict[str, bytes]) -> None:
        self.url = f"{address}/{{module:.+}}"
        self._modules = modules

    async def get(self, _request: web.Request, module: str) -> web.Response:
        """Answer a module that there is."""
        if (body := self._modules.get(module)) is None:
            raise web.HTTPNotFound
        return web.Response(body=body, content_type="text/javascript", headers=HEADERS)


def compressed_modules() -> dict[str, bytes]:
    """Return each module by its path below `MODULES`."""
    return {
        path.relative_to(MODULES).as_posix(): gzip.compress(path.read_bytes(), mtime=0)
        for path in MODULES.rglob("*.js")
    }


async def async_setup(hass: HomeAssistant) -> None:
    """Serve the modules, under an address with the version in it; have pages load the first.

    Links lead to the dashboard through a panel, `/sen1/VIEW`, wherever it is.
    """
    if "frontend" not in hass.config.components:
        return
    integration = await async_get_integration(hass, DOMAIN)
    address = f"/{DOMAIN}_static/{integration.version}"
    modules = await hass.async_add_executor_job(compressed_modules)
    hass.http.register_view(ModulesView(address, modules))
    add_extra_js_url(hass, f"{address}/{DOMAIN}.js")
    door = {"name": f"{DOMAIN}-door", "module_url": f"{address}/door.js"}
    # Without a title it is in no sidebar.
    async_register_built_in_panel(
        hass,
        "custom",
        frontend_url_path=DOMAIN,
        config={"_panel_custom": {**door, "embed_iframe": False, "trust_external": False}},
        require_admin=True,
    )
