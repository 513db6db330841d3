"""What a collection makes of what its members give, made available in the steps of its form."""

from collections.abc import Collection, Mapping

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant, State

from ...const import DOMAIN
from ...protocol.model import Granularity, PublicationId
from ..config import (
    DEFAULT_INTERVAL,
    PUBLICATION,
    CollectionData,
    PublicationData,
    add_subentry,
    publication_data,
    publications_of,
)
from ..publish.new_series import new_publication
from ..publish.source import SourceData
from ..relations.group_names import GroupKey, GroupName, given_name
from ..states import board_id
from .publication import QUANTITIES, new_board_publication


class GivenSeries:
    """What a collection makes of what its members give: published once its steps are at their end.

    Whatever a step asks for twice is the same.
    """

    def __init__(self, entry: ConfigEntry) -> None:
        self._entry = entry
        self._new: dict[str, PublicationData] = {}
        """By what titles them."""

    def known_board(self, collection: CollectionData, key: str) -> PublicationId | None:
        """Return the publication of a board of a collection, if there is one."""
        wanted = board_id(collection["collection"], key)
        for publication, subentry in publications_of(self._entry).items():
            if publication_data(subentry).get("unique_id") == wanted:
                return publication
        return None

    def board(self, collection: CollectionData, key: str) -> PublicationId:
        """Return the publication of a board of a collection."""
        if (known := self.known_board(collection, key)) is not None:
            return known
        board = new_board_publication(collection["collection"], key)
        return self._once(f"board.options.{key.removeprefix('board_')}", board)

    def known_means(self, collection: CollectionData) -> dict[str, PublicationId]:
        """Return what publishes the mean of each group of a collection, by what was asked."""
        return {
            name.what: publication
            for publication, series in publications_of(self._entry).items()
            if (name := given_name(series.data)) is not None
            and name.group == collection["collection"]
        }

    def means(self, collection: CollectionData) -> list[PublicationId]:
        """Return the publications of the mean of each group."""
        known = self.known_means(collection)
        return [
            known.get(what)
            or self._once(f"group_mean.options.{what}", _mean_of_group(collection, what))
            for what in grouped(collection)
        ]

    def _once(self, title: str, publication: PublicationData) -> PublicationId:
        return self._new.setdefault(title, publication)["publication"]

    def publish(
        self, hass: HomeAssistant, granted: Collection[PublicationId], words: Mapping[str, str]
    ) -> None:
        """Make what is given back for the first time available."""
        for title, new in self._new.items():
            if new["publication"] in granted:
                add_subentry(hass, self._entry, PUBLICATION, new["publication"], words[title], new)


def grouped(collection: CollectionData) -> list[str]:
    """Return what members are asked for that is put together by groups."""
    return [ask["what"] for ask in collection["asks"] if ask["what"] in QUANTITIES]


def _mean_of_group(collection: CollectionData, what: str) -> PublicationData:
    """Return a publication of the mean of a group by hours: its entity comes with the group."""
    name = GroupName(collection["collection"], what, GroupKey.GIVEN)
    source = SourceData(registry_id="", platform=DOMAIN, unique_id=name.unique_id)
    shows = {ATTR_UNIT_OF_MEASUREMENT: "kWh", ATTR_DEVICE_CLASS: SensorDeviceClass.ENERGY}
    details = {
        "direction": what,
        "granularity": Granularity.HOUR.lower(),
        "interval_s": DEFAULT_INTERVAL,
        "listed": False,
    }
    return new_publication(source, State("sensor.group", "0", shows), details, {})
