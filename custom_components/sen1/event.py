"""Events: each part brings its own."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import CONF_KIND, Kind
from .federation import event as federation_event
from .figures.site import event as figures_event
from .linky import event as linky_event

PARALLEL_UPDATES = 0

PARTS = {Kind.LINKY: linky_event, Kind.ACCOUNT: federation_event, Kind.HOME: figures_event}


async def async_setup_entry(
    hass: HomeAssistant, entry: ConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the events of the part the entry belongs to."""
    await PARTS[entry.data[CONF_KIND]].async_setup_entry(hass, entry, async_add_entities)
