"""What the figures add to a sharing account: parts of projects, groups and rankings.

They are subentries of the account, since it is there that one meets the others, and they are
figures, since all they know are entities: a friend's series, or any other sensor. So the root has
an account served by two parts, the federation and this one, and neither imports the other.
"""

from typing import Any, Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import Event, HomeAssistant
from homeassistant.util.hass_dict import HassDict, HassKey

from ...listeners import Listeners
from ..project.holdings import Holdings

PLATFORMS = [Platform.SENSOR]


class AccountFigures:
    """What runs beside an account's session."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self.holdings = Holdings(hass, entry)
        self.listeners = Listeners[()]()
        """When subentries have changed."""

    async def async_apply(self) -> None:
        """Take over the subentries as they are now."""
        await self.holdings.async_apply()
        self.listeners.tell()


FIGURES: HassKey[AccountFigures] = HassKey("figures")


class AccountRuntime(Protocol):
    """What the entry's runtime, which is the federation's, has for the figures."""

    beside: HassDict


type SharingConfigEntry = ConfigEntry[AccountRuntime]


async def async_setup_entry(hass: HomeAssistant, entry: SharingConfigEntry) -> None:
    """Take up what was counted, and follow each change of the subentries."""
    figures = AccountFigures(hass, entry)
    await figures.holdings.async_start()
    entry.runtime_data.beside[FIGURES] = figures

    async def on_change(_hass: HomeAssistant, _entry: ConfigEntry) -> None:
        await figures.async_apply()

    async def on_stop(_event: Event) -> None:
        await figures.holdings.async_stop()

    entry.async_on_unload(entry.add_update_listener(on_change))
    entry.async_on_unload(hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, on_stop))


async def async_unload_entry(hass: HomeAssistant, entry: SharingConfigEntry) -> None:
    """Save what was counted."""
    await entry.runtime_data.beside[FIGURES].holdings.async_stop()


async def async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget what was counted."""
    await Holdings(hass, entry).async_remove()


async def async_diagnostics(hass: HomeAssistant, entry: SharingConfigEntry) -> dict[str, Any]:
    """Return what a helper needs to understand a fault: no name, no reading."""
    account = getattr(entry, "runtime_data", None)
    figures: AccountFigures | None = account and account.beside.get(FIGURES)
    return {} if figures is None else {"holdings": figures.holdings.diagnostics()}
