"""Names of what a Linky entry stores."""

CONF_SERIAL_PORT = "serial_port"
"""A path, or a URL such as `socket://host:port`; Home Assistant's picker looks under this name."""
CONF_MODE = "mode"
"""A value of `tic.Mode`, as last received."""
CONF_SPEED = "speed"
"""Bauds that worked last; None on a network."""

CONF_INTERVAL = "interval"
"""Option: seconds between two writings of small moves."""
CONF_STEP = "step"
"""Option: VA, the move of a power that is written at once."""
