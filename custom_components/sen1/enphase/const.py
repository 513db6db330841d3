"""Names the parts of a gateway share: keys of its entry and of its options."""

from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_TOKEN, CONF_USERNAME

__all__ = ["CONF_HOST", "CONF_PASSWORD", "CONF_TOKEN", "CONF_USERNAME"]

CONF_READINGS_INTERVAL = "readings_interval"
CONF_WATCH = "watch"

READINGS_INTERVAL = 10
"""Seconds between two readings of the meters, unless the options say otherwise."""
