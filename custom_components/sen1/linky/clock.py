"""The legal time that a meter's clock shows."""

from datetime import tzinfo

from homeassistant.util import dt as dt_util

PARIS = "Europe/Paris"

OVERSEAS = {
    "America/Cayenne", "America/Guadeloupe", "America/Marigot", "America/Martinique",
    "America/Miquelon", "America/St_Barthelemy", "Indian/Mayotte", "Indian/Reunion",
    "Pacific/Gambier", "Pacific/Marquesas", "Pacific/Noumea", "Pacific/Tahiti",
    "Pacific/Wallis",
}  # fmt: skip
"""Time zones of France other than that of Paris, where there are TIC outputs too."""


async def legal_zone(home: str) -> tzinfo:
    """Return the time zone of a meter, from that of its Home Assistant.

    A home that is set to another time, as UTC, still has a meter that shows that of Paris.
    """
    zone = await dt_util.async_get_time_zone(home if home in OVERSEAS else PARIS)
    assert zone is not None  # both are in every database of time zones
    return zone
