"""What the entities of a friend's or a member's series share."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ...protocol.model import BareJid, Description
from ..account import AccountConfigEntry
from ..config import friends_of, participation_data, participations_of
from ..consent.members import Member, memberships
from ..follow.series import Series
from ..states import unique_id_of
from ..store import AccountStore
from . import FriendEntity


@dataclass(frozen=True, slots=True)
class Owner:
    """Under what a series is shown: a friend, an organiser, or a member of a collection."""

    id: str
    """In unique ids: nobody else has it, whatever publications are called."""
    subentry: ConfigSubentry
    member: Member | None = None


def owners_of(entry: ConfigEntry, store: AccountStore, series: Series) -> Iterator[Owner]:
    """Yield under what a series is shown; a friend who also joined a collection is there twice."""
    jid, publication = series.publisher, series.follower.grant.publication
    if (friend := friends_of(entry).get(jid)) is not None:
        yield Owner(friend.subentry_id, friend)
    members = memberships(entry, store, jid)
    named = [member for member in members if member.answers(publication) is not None]
    for member in named:
        yield Owner(member.owner, member.subentry, member)
    if friend is None and not named:
        for subentry in participations_of(entry).values():
            if participation_data(subentry)["jid"] == jid:
                yield Owner(subentry.subentry_id, subentry)
                return


@callback
def async_add_series(
    entry: AccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: Callable[[Series, Owner], Sequence[SeriesEntity]],
) -> None:
    """Add the entities of each series known, and of each that is granted later."""

    @callback
    def add(series: Series, owner: Owner) -> None:
        entities, subentry_id = entities_of(series, owner), owner.subentry.subentry_id
        async_add_entities(entities, config_subentry_id=subentry_id)

    async_each_series(entry, add)


@callback
def async_each_series(entry: AccountConfigEntry, listener: Callable[[Series, Owner], None]) -> None:
    """Call a listener with each series known, and with each that is granted later."""
    account = entry.runtime_data
    told: set[tuple[str, Series]] = set()

    @callback
    def tell(_publisher: BareJid, series: Series) -> None:
        for owner in owners_of(entry, account.store, series):
            if (owner.id, series) not in told:
                told.add((owner.id, series))
                listener(series, owner)

    @callback
    def look(publisher: BareJid) -> None:
        """Tell of what somebody gives to a collection by now, who gave it before."""
        for series in account.series.get(publisher, {}).values():
            tell(publisher, series)

    for publisher in account.series:
        look(publisher)
    entry.async_on_unload(account.following.listeners.add(tell))
    entry.async_on_unload(account.collections.came.add(look))


@callback
def async_add_told(
    entry: AccountConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    is_told: Callable[[Description], bool],
    make: Callable[[Series, Owner], SeriesEntity],
) -> None:
    """Add an entity of what is told of each series, whenever its publisher tells it.

    Of a member's there is none: six hundred homes would each have one more.
    """
    added: set[tuple[str, Series]] = set()

    @callback
    def look(series: Series, owner: Owner) -> None:
        if (owner.id, series) not in added and is_told(series.description):
            added.add((owner.id, series))
            subentry_id = owner.subentry.subentry_id
            async_add_entities([make(series, owner)], config_subentry_id=subentry_id)

    @callback
    def watch(series: Series, owner: Owner) -> None:
        if owner.member is None:
            look(series, owner)
            entry.async_on_unload(series.listeners.add(partial(look, series, owner)))

    async_each_series(entry, watch)


class SeriesEntity(FriendEntity):
    """An entity of a series."""

    def __init__(self, series: Series, owner: Owner, key: str) -> None:
        publication = series.follower.grant.publication
        unique_id = unique_id_of(owner.id, publication, key)
        super().__init__(unique_id, owner.subentry, series.listeners)
        self._series = series
