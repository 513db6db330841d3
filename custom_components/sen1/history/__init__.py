"""History: the recorder, read back and written, and files in and out."""

from homeassistant.core import HomeAssistant, callback

from .actions import async_register


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Offer the actions, whatever entries there are."""
    async_register(hass)
