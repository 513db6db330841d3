"""What needs several parts at once."""

from homeassistant.core import HomeAssistant, callback

from .report import actions, commands


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Offer the actions and the commands, whatever entries there are."""
    actions.async_register(hass)
    commands.async_register(hass)
