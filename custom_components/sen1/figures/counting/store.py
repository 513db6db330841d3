"""What a home has counted, kept in a Store beside its entry."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from ...const import DOMAIN

LATER = 300.0
"""Seconds until what was counted is written: the recorder has what a crash loses of it."""

type Memory = dict[str, Any]

LARGEST = 2**63 - 1
"""Home Assistant writes no larger whole number, and an index of 3 GWh is one in microjoules."""
LARGE = "whole_number"
"""Such a number is written as text, under this name."""


class HomeStore:
    """Load and save a home's memory."""

    def __init__(self, hass: HomeAssistant, entry_id: str, content: Callable[[], Memory]) -> None:
        self._store: Store[Memory] = Store(
            hass, 1, f"{DOMAIN}.{entry_id}", private=True, atomic_writes=True
        )
        self._content = content
        self._is_due = False

    async def async_load(self) -> Memory | None:
        """Read the file, if there is one."""
        if (written := await self._store.async_load()) is None:
            return None
        return {key: _read(each) for key, each in written.items()}

    def save_later(self) -> None:
        """Write within five minutes, however often this is called."""
        # Home Assistant's own delay begins anew at each call, so would never end.
        if not self._is_due:
            self._is_due = True
            self._store.async_delay_save(self._saved, LATER)

    def _saved(self) -> Memory:
        self._is_due = False
        written: Memory = _written(self._content())
        return written

    async def async_save(self) -> None:
        """Write now."""
        self._is_due = False
        await self._store.async_save(_written(self._content()))

    async def async_remove(self) -> None:
        """Delete the file."""
        await self._store.async_remove()


def _written(value: Any) -> Any:
    """Return a value as the file takes it."""
    match value:
        case int() if abs(value) > LARGEST:
            return {LARGE: str(value)}
        case dict():
            return {key: _written(each) for key, each in value.items()}
        case list() | tuple():
            return [_written(each) for each in value]
    return value


def _read(value: Any) -> Any:
    """Return a value as it was before it was written."""
    match value:
        case dict() if LARGE in value:
            return int(value[LARGE])
        case dict():
            return {key: _read(each) for key, each in value.items()}
        case list():
            return [_read(each) for each in value]
    return value
