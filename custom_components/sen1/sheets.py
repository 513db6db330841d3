"""What each site tells of itself: offered by the part that knows it, taken by the one that shares.

By the entry of the site, while that is loaded.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .listeners import Listeners
from .protocol.sheet import SiteSheet


class Shareable(StrEnum):
    """What of a site is shared most often."""

    CONSUMPTION = "consumption"
    """Drawn from the grid."""
    PRODUCTION = "production"
    SURPLUS = "surplus"
    """Sent to the grid."""
    PER_AREA = "per_area"
    """Of a whole year, by area."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A quantity of a site, and the entities that tell it; one of them at least."""

    what: Shareable
    site: str
    """What its owner calls the site."""
    is_main: bool
    energy: str | None
    """The one that counts it, or tells what a year of it comes to."""
    power: str | None
    statistic_id: str | None
    """Its long-term statistic, where that reaches further back than the entity's own."""


class Sheets:
    """The sheets of the sites of this installation, and what measures each of them."""

    def __init__(self) -> None:
        self._offered: dict[str, Callable[[], SiteSheet]] = {}
        self._measured: dict[str, Callable[[], list[Measured]]] = {}
        self.listeners = Listeners[()]()
        """When one may be another than before."""

    @callback
    def offer(self, entry_id: str, sheet: Callable[[], SiteSheet]) -> CALLBACK_TYPE:
        """Let the sheet of a site be taken; return how to end that."""
        self._offered[entry_id] = sheet
        self.listeners.tell()
        return partial(self._offered.__delitem__, entry_id)

    @callback
    def offer_measured(
        self, entry_id: str, measured: Callable[[], list[Measured]]
    ) -> CALLBACK_TYPE:
        """Let it be known what measures a site; return how to end that."""
        self._measured[entry_id] = measured
        return partial(self._measured.__delitem__, entry_id)

    @callback
    def measured(self) -> Iterator[tuple[str, Measured]]:
        """Yield what is measured of each site, with its entry; the main one first."""
        told = [(entry_id, one) for entry_id, all_of in self._measured.items() for one in all_of()]
        yield from sorted(told, key=lambda pair: not pair[1].is_main)

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
