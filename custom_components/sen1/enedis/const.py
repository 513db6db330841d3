"""Names that the parts of Enedis's days share: keys of its entry."""

CONF_WAY, CONF_KEY, CONF_PRM = "gateway", "key", "prm"
CONF_PRODUCTION_PRM = "production_prm"
"""The meter of what is sold; absent: nothing is."""
CONF_CACHE = "cache"
"""Whether the gateway may keep what it answered."""
