"""A challenge at home: what this home saved in it, said to who organises it in per cent alone."""

from homeassistant.core import HomeAssistant, callback

from . import commands
from .telling import async_scores


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Tell scores from now on, and offer the command."""
    async_scores(hass).start()
    commands.async_register(hass)
