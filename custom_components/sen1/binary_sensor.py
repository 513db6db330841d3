"""Binary sensors: each part brings its own."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import CONF_KIND, Kind
from .enphase import binary_sensor as enphase_binary_sensor
from .federation import binary_sensor as federation_binary_sensor
from .figures.site import binary_sensor as figures_binary_sensor
from .linky import binary_sensor as linky_binary_sensor

PARALLEL_UPDATES = 0

PARTS = {
    Kind.ENPHASE: enphase_binary_sensor,
    Kind.LINKY: linky_binary_sensor,
    Kind.ACCOUNT: federation_binary_sensor,
    Kind.HOME: figures_binary_sensor,
}


async def async_setup_entry(
    hass: HomeAssistant, entry: ConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the binary sensors of the part the entry belongs to."""
    await PARTS[entry.data[CONF_KIND]].async_setup_entry(hass, entry, async_add_entities)
