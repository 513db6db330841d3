"""What the entities of a friend's series share."""

from collections.abc import Callable, Sequence
from functools import partial

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ...protocol.model import BareJid, Description
from ..account import AccountConfigEntry
from ..config import friends_of
from ..follow.series import Series
from ..states import unique_id_of
from . import FriendEntity


@callback
def async_add_series(
    entry: AccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: Callable[[Series, ConfigSubentry], Sequence[SeriesEntity]],
) -> None:
    """Add the entities of each series known, and of each that a friend grants later."""

    @callback
    def add(series: Series, subentry: ConfigSubentry) -> None:
        async_add_entities(entities_of(series, subentry), config_subentry_id=subentry.subentry_id)

    async_each_series(entry, add)


@callback
def async_each_series(
    entry: AccountConfigEntry, listener: Callable[[Series, ConfigSubentry], None]
) -> None:
    """Call a listener with each series known, and with each that a friend grants later."""
    account = entry.runtime_data

    @callback
    def tell(friend: BareJid, series: Series) -> None:
        listener(series, friends_of(entry)[friend])

    for friend, of_friend in account.series.items():
        for series in of_friend.values():
            tell(friend, series)
    entry.async_on_unload(account.following.listeners.add(tell))


@callback
def async_add_told(
    entry: AccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    is_told: Callable[[Description], bool],
    make: Callable[[Series, ConfigSubentry], SeriesEntity],
) -> None:
    """Add an entity of what is told of each series, whenever the friend tells it."""
    added: set[Series] = set()

    @callback
    def look(series: Series, subentry: ConfigSubentry) -> None:
        if series not in added and is_told(series.description):
            added.add(series)
            entity = make(series, subentry)
            async_add_entities([entity], config_subentry_id=subentry.subentry_id)

    @callback
    def watch(series: Series, subentry: ConfigSubentry) -> None:
        look(series, subentry)
        entry.async_on_unload(series.listeners.add(partial(look, series, subentry)))

    async_each_series(entry, watch)


class SeriesEntity(FriendEntity):
    """An entity of a friend's series."""

    def __init__(self, series: Series, subentry: ConfigSubentry, key: str) -> None:
        publication = series.follower.grant.publication
        unique_id = unique_id_of(subentry.subentry_id, publication, key)
        super().__init__(unique_id, subentry, series.listeners)
        self._series = series
