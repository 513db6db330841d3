"""Sensors: each part brings its own."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import CONF_KIND, Kind
from .enphase import sensor as enphase_sensor
from .federation import sensor as federation_sensor
from .figures.account import sensor as account_sensor
from .figures.site import sensor as figures_sensor
from .linky import sensor as linky_sensor

PARALLEL_UPDATES = 0

PARTS = {
    Kind.LINKY: (linky_sensor,),
    Kind.ENPHASE: (enphase_sensor,),
    Kind.ACCOUNT: (federation_sensor, account_sensor),
    Kind.HOME: (figures_sensor,),
}


async def async_setup_entry(
    hass: HomeAssistant, entry: ConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the sensors of the parts that serve the entry."""
    for part in PARTS[entry.data[CONF_KIND]]:
        await part.async_setup_entry(hass, entry, async_add_entities)
