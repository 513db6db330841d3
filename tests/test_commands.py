"""The commands of the pages: how a refusal is said. Who may ask: test_roles.py."""

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.const import DOMAIN


@pytest.fixture(autouse=True)
async def _set_up(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "This home or building is"), ("fr", "Ce logement ou bâtiment n")],
)
async def test_why_not_is_said_in_the_language_that_is_asked_for(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, language: str, said: str
) -> None:
    hass.config.language = language
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": f"{DOMAIN}/goals", "site": "none"})
    error = (await client.receive_json())["error"]
    assert (error["code"], error["translation_key"]) == ("not_found", "no_such_site")
    assert error["message"].startswith(said)
