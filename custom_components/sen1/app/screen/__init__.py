"""Screens without a login: a link, the figures of one screen, and nothing else."""

from homeassistant.components.websocket_api import async_register_command
from homeassistant.core import HomeAssistant

from .commands import COMMANDS
from .door import ScreenPage, ScreenQuestions
from .screens import SCREENS, Screens


async def async_setup(hass: HomeAssistant) -> None:
    """Take up the screens; answer them where there is a dashboard."""
    screens = hass.data[SCREENS] = Screens(hass)
    await screens.async_load()
    for each in COMMANDS:
        async_register_command(hass, each)
    if "frontend" in hass.config.components:
        hass.http.register_view(ScreenPage)
        hass.http.register_view(ScreenQuestions)
