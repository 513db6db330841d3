"""Boards as entities: those of the collections organised here, and one's own place in others'."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
import math
import time
from typing import Any

from homeassistant.components.sensor import SensorEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoredExtraData, RestoreEntity

from ...alarm import Alarm
from ...listeners import Listeners
from ...protocol.collecting.board import Board, BoardHome, board_from_text, board_to_text
from ...protocol.collecting.collection import SITE
from ...protocol.errors import PayloadRefused
from ...protocol.follower import OVER, Status
from ...protocol.wishes import What
from ..config import collection_data, collections_of
from ..follow.following import Following
from ..follow.series import Series
from ..organising.challenge.challenges import CHALLENGE, Challenges, challenge_in
from ..organising.collections import Collections
from ..organising.ranking import BETWEEN, RANKING, ranking_board
from ..participating.participations import Participations
from ..relations.members import Member, Memberships, shown_names
from ..running import Running, RunningEntry
from ..states import ATTR_BOARD, board_id, shown_of
from . import FriendEntity
from .series import Owner, SeriesEntity, async_each_series


@callback
def async_add_boards(
    hass: HomeAssistant,
    entry: RunningEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the ranking of each collection that asks for what it is made of, also of later ones."""
    account = entry.runtime_data
    added: set[str] = set()
    challenged: set[str] = set()
    changes = Listeners[()]()

    @callback
    def look() -> None:
        for subentry_id, subentry in collections_of(entry).items():
            if subentry_id not in added and asks(subentry, What.PER_AREA):
                added.add(subentry_id)
                ranking = partial(_ranking, entry, subentry_id)
                sensor = BoardSensor(subentry, RANKING, ranking, changes)
                async_add_entities([sensor], config_subentry_id=subentry_id)
            if subentry_id not in challenged and challenge_in(subentry) is not None:
                challenged.add(subentry_id)
                board = partial(_challenge, entry, subentry_id)
                sensor = BoardSensor(subentry, CHALLENGE, board, account[Challenges].changed)
                async_add_entities([sensor], config_subentry_id=subentry_id)

    @callback
    def watch(series: Series, owner: Owner) -> None:
        if owner.member is not None:
            what = owner.member.answers(series.follower.grant.publication)
            if what in (What.PER_AREA, SITE):
                entry.async_on_unload(series.listeners.add(changes.tell))
                changes.tell()

    look()
    entry.async_on_unload(account[Collections].applied.add(look))
    entry.async_on_unload(account[Collections].changed.add(changes.tell))
    async_each_series(hass, entry, watch)


def asks(subentry: ConfigSubentry, what: str) -> bool:
    """Return whether a collection asks for something."""
    return any(ask["what"] == what for ask in collection_data(subentry)["asks"])


def _challenge(entry: RunningEntry, subentry_id: str) -> Board | None:
    """Return the board of a challenge as it is now; None: of no team anything may be told."""
    subentry = collections_of(entry).get(subentry_id)
    board = None if subentry is None else entry.runtime_data[Challenges].board(subentry)
    return board if board is not None and any(team.of for team in board.teams) else None


def _ranking(entry: RunningEntry, subentry_id: str) -> Board | None:
    """Return the ranking of a collection as it is now, of who knows that it is one of it."""
    subentry = collections_of(entry).get(subentry_id)
    if subentry is None or not asks(subentry, What.PER_AREA):
        return None
    account, data = entry.runtime_data, collection_data(subentry)
    collection, agreed = data["collection"], data.get("ranking_charter", math.inf)
    members = account[Memberships].of_collection(collection)
    names = shown_names(members)
    homes = [
        _home(account, member, names.get(member.number, ""))
        for member in members
        if member.data["charter"] >= agreed
    ]
    return ranking_board(collection, subentry.title, homes, round(time.time(), 3))


def _home(account: Running, member: Member, name: str) -> BoardHome:
    """Return what a member says, of what it still grants, in kWh/m² of a year."""
    given = member.gives.get(What.PER_AREA)
    series = None if given is None else account[Following].series.get(member.jid, {}).get(given)
    value = None
    if series is not None and series.status not in OVER and series.follower.latest is not None:
        # SenML has no such unit: it comes as a text.
        value = shown_of(series.description).value(series.follower.latest)
    return BoardHome(
        number=member.number, name=name, value=value if isinstance(value, int | float) else None
    )


TOGETHER = 60.0
"""Seconds in which what comes is told together: many say what they saved at one time."""


class BoardSensor(FriendEntity, SensorEntity, RestoreEntity):
    """How many homes have a rank; the board itself is an attribute."""

    def __init__(
        self,
        subentry: ConfigSubentry,
        key: str,
        board_of: Callable[[], Board | None],
        changes: Listeners[()],
    ) -> None:
        """`key` ends the unique id, and is its name in the texts.

        `board_of` returns the board as it is now; None: of so few homes none is told. It is asked
        when `changes` tells, and between two boards no sooner than members may be told.
        """
        unique_id = board_id(collection_data(subentry)["collection"], key)
        super().__init__(unique_id, subentry, changes)
        self._attr_translation_key = key
        self._board_of = board_of
        self._board: Board | None = None
        """As its readers have it."""
        self._text: str | None = None
        """The same, as it goes."""
        self._is_due = False
        """Whether something changed meanwhile."""

    @property
    def native_value(self) -> int | None:
        """Return how many homes have a rank."""
        if self._board is None:
            return None
        return sum(home.rank is not None for home in self._board.homes)

    @property
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return the board."""
        return {} if self._text is None else {ATTR_BOARD: self._text}

    @property
    def extra_restore_state_data(self) -> RestoredExtraData:
        """Keep the board: what members gave comes again some time after a start."""
        return RestoredExtraData({ATTR_BOARD: self._text})

    async def async_added_to_hass(self) -> None:
        """Show the board that there was, and follow what changes it."""
        self._rested = Alarm(self.hass, self._on_rested)
        """Until it rings it is too early for another board."""
        self.async_on_remove(partial(self._rested.set, None))
        known = await self.async_get_last_extra_data()
        if known is not None and (text := known.as_dict().get(ATTR_BOARD)) is not None:
            with suppress(PayloadRefused):
                self._show(text)
        if self._board is None:
            self._look()
        else:
            self._rest(BETWEEN)
            self._is_due = True
        await super().async_added_to_hass()

    @callback
    def _on_change(self) -> None:
        self._is_due = True
        if not self._rested.is_set:
            self._rest(TOGETHER)

    def _look(self) -> bool:
        """Take the board as it is now; return whether it is another one."""
        self._is_due = False
        board = self._board_of()
        text = None if board is None else board_to_text(board)
        if board is not None and self._board is not None:
            # Nothing is told again for having been looked at.
            same = board_to_text(replace(board, at=self._board.at))
            text = self._text if same == self._text else text
        is_another = text != self._text
        if is_another or text is not None:
            # Hundreds of members say each ten minutes what they said before.
            self._rest(BETWEEN)
        if is_another:
            self._show(text)
        return is_another

    def _show(self, text: str | None) -> None:
        """Bear a board; raises PayloadRefused where it is none."""
        self._board = None if text is None else board_from_text(text)
        self._text = text

    def _rest(self, seconds: float) -> None:
        self._rested.set(time.time() + seconds)

    @callback
    def _on_rested(self) -> None:
        if self._is_due and self._look():
            self.async_write_ha_state()


class PlaceSensor(SeriesEntity, SensorEntity):
    """One's own place on a board that an organiser gives back."""

    _attr_translation_key = "place"

    def __init__(
        self, series: Series, owner: Owner, number_of: Callable[[Series, Board], int | None]
    ) -> None:
        """`number_of` returns what this home is known by on a board."""
        super().__init__(series, owner, "place")
        self._number_of = number_of
        self._text: str | None = None
        self._update()

    def _update(self) -> None:
        self._attr_translation_placeholders = {"series": self._series.description.title}
        latest = self._series.follower.latest
        is_told = latest is not None and self._series.status is Status.RECEIVING
        self._attr_available = is_told
        text = str(latest.value) if latest is not None and is_told else None
        if text != self._text:
            # Said again each day, and a thousand homes take a while to read.
            self._text = text
            self._show(None if text is None else board_from_text(text))

    def _show(self, board: Board | None) -> None:
        mine = None if board is None else self._mine(board)
        self._attr_native_value = None if mine is None else mine.rank
        self._attr_extra_state_attributes = (
            {}
            if board is None
            else {
                "board": asdict(board),
                "mine": None if mine is None else asdict(mine),
                "of": sum(home.rank is not None for home in board.homes),
            }
        )

    def _mine(self, board: Board) -> BoardHome | None:
        number = self._number_of(self._series, board)
        return next((home for home in board.homes if home.number == number), None)


def own_number(account: Running, series: Series, board: Board) -> int | None:
    """Return what this home is known by in the collection of a board."""
    for part in account[Participations].taken.values():
        if part["jid"] == series.publisher and part["collection"] == board.collection:
            return part["number"]
    return None
