"""SEN1: share energy readings between homes and cooperatives, with no central owner."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import ModuleType

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.device_registry import DeviceEntry
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import ConfigType

from . import app, enedis, enphase, federation, figures, frontend, history, linky, roles
from .app import shares
from .const import CONF_KIND, DOMAIN, Kind
from .figures import account as account_figures

PARTS: dict[str, tuple[ModuleType, ...]] = {
    Kind.LINKY: (linky,),
    Kind.ENPHASE: (enphase,),
    Kind.ENEDIS: (enedis,),
    Kind.ACCOUNT: (federation, account_figures, shares),
    Kind.HOME: (figures,),
}
"""What serves each kind of entry: a part, and for an account also what the figures make of it, and
of the shares that it is told."""


CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Offer the actions, and let the parts do what belongs to no entry alone."""
    await roles.async_setup(hass)
    history.async_setup(hass)
    figures.async_setup(hass)
    await frontend.async_setup(hass)
    await app.async_setup(hass)
    await federation.async_setup(hass)
    await enphase.async_setup(hass)
    return True


async def async_migrate_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Bring an entry of before to what is stored now: what tells a quantity was one statistic.

    One of a later SEN1 is not understood.
    """
    if entry.version > 1:
        return False
    renamed = {
        "history": "bought_series",
        "sold_history": "sold_series",
        "produced_history": "produced_series",
        "gas": "gas_series",
    }
    data = {key: value for key, value in entry.data.items() if key != "by_hand"}
    for old, new in renamed.items():
        if (statistic := data.pop(old, None)) and entry.data[CONF_KIND] == Kind.HOME:
            data[new] = [statistic]
    hass.config_entries.async_update_entry(entry, data=data, version=2)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Hand the entry to its parts, then to their platforms."""
    for part in PARTS[entry.data[CONF_KIND]]:
        await part.async_setup_entry(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, _platforms(entry))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Unload the platforms, then the parts: nothing is left running."""
    if not await hass.config_entries.async_unload_platforms(entry, _platforms(entry)):
        return False
    for part in reversed(PARTS[entry.data[CONF_KIND]]):
        await part.async_unload_entry(hass, entry)
    return True


def platform_of(parts: Mapping[Kind, Sequence[ModuleType]]) -> Callable[..., Awaitable[None]]:
    """Return what sets up the entities of the parts that serve an entry."""

    async def async_setup_entry(
        hass: HomeAssistant, entry: ConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
    ) -> None:
        for part in parts[entry.data[CONF_KIND]]:
            await part.async_setup_entry(hass, entry, async_add_entities)

    return async_setup_entry


def _platforms(entry: ConfigEntry) -> list[Platform]:
    parts = PARTS[entry.data[CONF_KIND]]
    return list(dict.fromkeys(platform for part in parts for platform in part.PLATFORMS))


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: ConfigEntry, device: DeviceEntry
) -> bool:
    """Let the part say whether a device may be removed; most come and go by themselves."""
    if entry.data[CONF_KIND] != Kind.ENPHASE:
        return False
    return await enphase.async_remove_config_entry_device(hass, entry, device)


async def async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Let the parts clean what they left elsewhere."""
    for part in PARTS[entry.data[CONF_KIND]]:
        await part.async_remove_entry(hass, entry)
