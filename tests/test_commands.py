"""The commands of the pages: all of them are for administrators, but for what everybody sees."""

from unittest.mock import MagicMock

from homeassistant.components.websocket_api import DOMAIN as WEBSOCKET_API
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import Unauthorized
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.const import DOMAIN

OF_ANYBODY = {
    *("series", "values", "report"),
    *("sites", "energies", "usual", "cold", "goals", "model", "corrected"),
}
"""What tells no more than entities do, which anybody sees who is logged in."""


@pytest.fixture(autouse=True)
async def _set_up(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})


async def test_all_but_what_everybody_sees_is_for_administrators(hass: HomeAssistant) -> None:
    commands = {
        name.partition("/")[2]: handler
        for name, (handler, _schema) in hass.data[WEBSOCKET_API].items()
        if name.startswith(f"{DOMAIN}/")
    }
    assert commands.keys() > OF_ANYBODY
    guest = MagicMock()
    guest.user.is_admin = False
    for name in commands.keys() - OF_ANYBODY:
        with pytest.raises(Unauthorized):
            commands[name](hass, guest, {"id": 1, "type": f"{DOMAIN}/{name}"})


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
