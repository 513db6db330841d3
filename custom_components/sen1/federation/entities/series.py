"""What the entities of a friend's or a member's series share."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ...const import DOMAIN
from ...protocol.follower import OVER
from ...protocol.model import BareJid, Description, PublicationId
from ..config import friends_of, participation_data, participations_of
from ..follow.following import Following
from ..follow.series import Series
from ..organising.collections import Collections
from ..own_words import key_of
from ..participating.participations import Participations
from ..relations.members import Member, Memberships, organisers_of
from ..running import RunningEntry
from ..states import unique_id_of
from . import FriendEntity


@dataclass(frozen=True, slots=True)
class Owner:
    """Under what a series is shown: a friend, an organiser, or a member of a collection."""

    id: str
    """In unique ids: nobody else has it, whatever publications are called."""
    subentry: ConfigSubentry
    member: Member | None = None
    is_again: bool = False
    """Whether it is shown elsewhere as well: there is its status, and there it is counted."""


def owners_of(hass: HomeAssistant, entry: RunningEntry, series: Series) -> Iterator[Owner]:
    """Yield under what a series is shown, where it is counted first.

    What the sheet of a collection says that its members receive is of that participation, and of
    the friend as well who granted it before. All else that a friend grants is the friend's; of an
    organiser who is none it is of the participation whose sheet does not say what it gives, or of
    the first. What a member gives to a collection organised here is there beside that.
    """
    jid, publication = series.publisher, series.follower.grant.publication
    shown = [*_granting(hass, entry, series), *_naming(entry, jid, publication)]
    for nth, subentry in enumerate({one.subentry_id: one for one in shown}.values()):
        yield Owner(subentry.subentry_id, subentry, is_again=nth > 0)
    for member in entry.runtime_data[Memberships].of(jid):
        if member.answers(publication) is not None:
            yield Owner(member.owner, member.subentry, member)


def _granting(hass: HomeAssistant, entry: RunningEntry, series: Series) -> Iterator[ConfigSubentry]:
    """Yield under what a series is shown whatever sheets say; what was shown there stays."""
    jid, publication = series.publisher, series.follower.grant.publication
    subentry = friends_of(entry).get(jid)
    if subentry is None:
        members = entry.runtime_data[Memberships].of(jid)
        if any(member.answers(publication) is not None for member in members):
            return
        subentry = _unsaid(entry, jid)
    if subentry is None:
        return
    unique_id = unique_id_of(subentry.subentry_id, publication, "status")
    is_shown = er.async_get(hass).async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id)
    is_named = any(_naming(entry, jid, publication))
    # What came back of a collection that was left is nobody's.
    if is_shown or not (is_named or series.status in OVER):
        yield subentry


def _naming(
    entry: RunningEntry, jid: BareJid, publication: PublicationId
) -> Iterator[ConfigSubentry]:
    """Yield the participations whose sheet says that their members receive a publication."""
    for subentry in _parts_with(entry, jid):
        if publication in _given_back(entry, subentry):
            yield subentry


def _unsaid(entry: RunningEntry, jid: BareJid) -> ConfigSubentry | None:
    """Return the participation that is likeliest to be meant by what no sheet names."""
    parts = list(_parts_with(entry, jid))
    silent = (one for one in parts if None in _given_back(entry, one))
    return next(silent, parts[0] if parts else None)


def _parts_with(entry: ConfigEntry, jid: BareJid) -> Iterator[ConfigSubentry]:
    for subentry in participations_of(entry).values():
        if participation_data(subentry)["jid"] == jid:
            yield subentry


def _given_back(entry: RunningEntry, subentry: ConfigSubentry) -> list[PublicationId | None]:
    """Return the publications that a participation receives; None: one that is not said."""
    sheet = entry.runtime_data[Participations].sheet(subentry.subentry_id)
    return [None] if sheet is None else [one.publication for one in sheet.gives]


@callback
def async_add_series(
    hass: HomeAssistant,
    entry: RunningEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: Callable[[Series, Owner], Sequence[SeriesEntity]],
) -> None:
    """Add the entities of each series known, and of each that is granted later."""

    @callback
    def add(series: Series, owner: Owner) -> None:
        entities, subentry_id = entities_of(series, owner), owner.subentry.subentry_id
        async_add_entities(entities, config_subentry_id=subentry_id)

    async_each_series(hass, entry, add)


@callback
def async_each_series(
    hass: HomeAssistant, entry: RunningEntry, listener: Callable[[Series, Owner], None]
) -> None:
    """Call a listener with each series known, and with each that is granted later."""
    account = entry.runtime_data
    told: set[tuple[str, Series]] = set()

    @callback
    def tell(_publisher: BareJid, series: Series) -> None:
        for owner in owners_of(hass, entry, series):
            if (owner.id, series) not in told:
                told.add((owner.id, series))
                listener(series, owner)

    @callback
    def look(publisher: BareJid) -> None:
        """Tell of what somebody gives to a collection by now, who gave it before."""
        for series in account[Following].series.get(publisher, {}).values():
            tell(publisher, series)

    @callback
    def look_at_sheets() -> None:
        """Tell of what a sheet names by now; what none names any more is about to be withdrawn."""
        for publisher in organisers_of(entry):
            for publication, series in account[Following].series.get(publisher, {}).items():
                if any(_naming(entry, publisher, publication)):
                    tell(publisher, series)

    for publisher in account[Following].series:
        look(publisher)
    entry.async_on_unload(account[Following].listeners.add(tell))
    entry.async_on_unload(account[Collections].came.add(look))
    entry.async_on_unload(account[Participations].changed.add(look_at_sheets))


@callback
def async_add_told(
    hass: HomeAssistant,
    entry: RunningEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    is_told: Callable[[Description], bool],
    make: Callable[[Series, Owner], SeriesEntity],
) -> None:
    """Add an entity of what is told of each series, whenever its publisher tells it.

    Of a member's there is none: six hundred homes would each have one more. Nor is there a second
    where the series is shown again.
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
        if owner.member is None and not owner.is_again:
            look(series, owner)
            entry.async_on_unload(series.listeners.add(partial(look, series, owner)))

    async_each_series(hass, entry, watch)


class SeriesEntity(FriendEntity):
    """An entity of a series."""

    def __init__(self, series: Series, owner: Owner, key: str) -> None:
        publication = series.follower.grant.publication
        unique_id = unique_id_of(owner.id, publication, key)
        super().__init__(unique_id, owner.subentry, series.listeners)
        self._series = series

    @property
    def capability_attributes(self) -> dict[str, Any] | None:
        """Return also by what its name is known in each language, unless somebody wrote it."""
        told = super().capability_attributes
        key = key_of(self.hass, self._series.description.title)
        is_renamed = self.registry_entry is not None and self.registry_entry.name is not None
        return {**(told or {}), "called": key} if key and not is_renamed else told
