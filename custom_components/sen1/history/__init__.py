"""History: the recorder, read back and written, and files in and out."""

from homeassistant.core import HomeAssistant, callback

from . import actions, commands


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Offer the actions and the commands, whatever entries there are."""
    actions.async_register(hass)
    commands.async_register(hass)
