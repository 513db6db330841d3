"""What each site tells of itself: offered by the part that knows it, taken by the one that shares.

By the entry of the site, while that is loaded.
"""

from collections.abc import Callable

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .listeners import Listeners
from .protocol.sheet import SiteSheet


class Sheets:
    """The sheets of the sites of this installation."""

    def __init__(self) -> None:
        self._offered: dict[str, Callable[[], SiteSheet]] = {}
        self.listeners = Listeners[()]()
        """When one may be another than before."""

    @callback
    def offer(self, entry_id: str, sheet: Callable[[], SiteSheet]) -> CALLBACK_TYPE:
        """Let the sheet of a site be taken; return how to end that."""
        self._offered[entry_id] = sheet
        self.listeners.tell()

        @callback
        def end() -> None:
            del self._offered[entry_id]

        return end

    @callback
    def of(self, entry_id: str) -> SiteSheet | None:
        """Return the sheet of a site as it is now; None while nobody knows it."""
        sheet = self._offered.get(entry_id)
        return None if sheet is None else sheet()


_SHEETS: HassKey[Sheets] = HassKey(f"{DOMAIN}_sheets")


@callback
def async_sheets(hass: HomeAssistant) -> Sheets:
    """Return the sheets of all sites."""
    return hass.data.setdefault(_SHEETS, Sheets())
