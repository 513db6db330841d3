"""The modules are served once Home Assistant has pages, and every page loads the small one."""

from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL, DATA_PANELS
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.frontend import MODULES


async def test_every_page_loads_the_small_module_under_an_address_with_the_version(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "frontend", {})
    assert await async_setup_component(hass, DOMAIN, {})
    assert "/sen1_static/0.1.0/sen1.js" in hass.data[DATA_EXTRA_MODULE_URL].urls
    client = await hass_client_no_auth()
    answer = await client.get("/sen1_static/0.1.0/sen1.js")
    assert answer.status == 200
    assert "javascript" in answer.headers["Content-Type"]
    assert await answer.text() == (MODULES / "sen1.js").read_text()
    for path in ("none.js", "../__init__.py", "sen1.js/"):
        assert (await client.get(f"/sen1_static/0.1.0/{path}")).status == 404


async def test_links_lead_to_the_dashboard_through_a_panel_that_is_in_no_sidebar(
    hass: HomeAssistant,
) -> None:
    assert await async_setup_component(hass, "frontend", {})
    assert await async_setup_component(hass, DOMAIN, {})
    panel = hass.data[DATA_PANELS][DOMAIN].to_response()
    assert panel["title"] is None
    assert panel["require_admin"]
    assert panel["config"] is not None
    assert panel["config"]["_panel_custom"]["module_url"] == "/sen1_static/0.1.0/door.js"


async def test_an_installation_without_pages_sets_up_as_well(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
