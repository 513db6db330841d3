"""Boards of the collections that are organised here: each a sensor, which a publication tells.

A sensor bears the newest board as it goes, so that what members receive is what stands there.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from homeassistant.components.sensor import SensorEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import MATCH_ALL
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.restore_state import RestoredExtraData, RestoreEntity

from ...const import DOMAIN
from ...listeners import Listeners
from ...protocol.collecting.board import Board, board_from_text, board_to_text
from ...protocol.errors import PayloadRefused
from ..config import collection_data
from ..states import ATTR_BOARD, board_id

BETWEEN = 600.0
"""Seconds at least between two boards: each goes to all members."""

TOGETHER = 60.0
"""Seconds in which what comes is told together: many say what they saved at one time."""


class BoardSensor(SensorEntity, RestoreEntity):
    """How many homes have a rank; the board itself is an attribute."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    # A board has tens of kilobytes, and is made again of what members say now.
    _unrecorded_attributes = frozenset({MATCH_ALL})

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
        self._attr_unique_id = board_id(collection_data(subentry)["collection"], key)
        self._attr_translation_key = key
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, subentry.subentry_id)},
            name=subentry.title,
            entry_type=DeviceEntryType.SERVICE,
        )
        self._board_of = board_of
        self._changes = changes
        self._board: Board | None = None
        """As its readers have it."""
        self._text: str | None = None
        """The same, as it goes."""
        self._cancel_rest: CALLBACK_TYPE | None = None
        """While it is too early for another board."""
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
        known = await self.async_get_last_extra_data()
        if known is not None and (text := known.as_dict().get(ATTR_BOARD)) is not None:
            with suppress(PayloadRefused):
                self._show(text)
        if self._board is None:
            self._look()
        else:
            self._rest(BETWEEN)
            self._is_due = True
        self.async_on_remove(self._changes.add(self._on_change))
        self.async_on_remove(self._end_rest)

    @callback
    def _on_change(self) -> None:
        self._is_due = True
        if self._cancel_rest is None:
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
        self._cancel_rest = async_call_later(self.hass, seconds, self._on_rested)

    @callback
    def _end_rest(self) -> None:
        if self._cancel_rest is not None:
            self._cancel_rest()
            self._cancel_rest = None

    @callback
    def _on_rested(self, _now: object) -> None:
        self._cancel_rest = None
        if self._is_due and self._look():
            self.async_write_ha_state()
