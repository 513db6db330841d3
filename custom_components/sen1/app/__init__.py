"""What needs several parts at once."""

from homeassistant.core import HomeAssistant, callback

from . import challenge, collective, next_steps, report, shares


@callback
def async_setup(hass: HomeAssistant) -> None:
    """Offer the actions and the commands, whatever entries there are."""
    report.async_setup(hass)
    challenge.async_setup(hass)
    next_steps.async_register(hass)
    collective.async_register(hass)
    shares.async_register(hass)
