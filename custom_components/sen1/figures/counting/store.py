"""What a home has counted, kept in a Store beside its entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from ...const import DOMAIN

LATER = 300.0
"""Seconds until what was counted is written: the recorder has what a crash loses of it."""

type Memory = dict[str, Any]


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
        return await self._store.async_load()

    def save_later(self) -> None:
        """Write within five minutes, however often this is called."""
        # Home Assistant's own delay begins anew at each call, so would never end.
        if not self._is_due:
            self._is_due = True
            self._store.async_delay_save(self._saved, LATER)

    def _saved(self) -> Memory:
        self._is_due = False
        return self._content()

    async def async_save(self) -> None:
        """Write now."""
        self._is_due = False
        await self._store.async_save(self._content())

    async def async_remove(self) -> None:
        """Delete the file."""
        await self._store.async_remove()
