"""The report of a site between two days: gathered, drawn on sheets of paper, written as a table."""

from homeassistant.core import HomeAssistant, callback

from . import actions, commands


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Offer the action and the command."""
    actions.async_register(hass)
    commands.async_register(hass)
