"""What a home has counted, kept in Stores beside its entry."""

from collections.abc import Callable, Mapping
from datetime import date
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


class MonthStore:
    """Keep days for ever, a file a month: one more day costs a month, not the years before it."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._hass = hass
        self._key = f"{DOMAIN}.{entry_id}.months"
        self._months: list[str] = []
        """Those that have a file, as `2026-11`."""

    async def async_load(self) -> None:
        """Learn which months there are."""
        self._months = await self._list().async_load() or []

    async def async_add(self, days: Mapping[date, Any]) -> None:
        """Put days away; one that is there is replaced."""
        months: dict[str, Memory] = {}
        for day, content in days.items():
            months.setdefault(_month(day), {})[day.isoformat()] = content
        if not months.keys() <= set(self._months):
            self._months = sorted({*self._months, *months})
            await self._list().async_save(self._months)
        for month, content in months.items():
            store = self._month(month)
            known = await store.async_load() or {}
            await store.async_save(known | {day: _written(one) for day, one in content.items()})

    async def async_days(self, begin: date, end: date) -> dict[date, Any]:
        """Return the days of [begin, end) that were put away."""
        days: dict[date, Any] = {}
        for month in self._months:
            if _month(begin) <= month <= _month(end):
                kept = await self._month(month).async_load() or {}
                days |= {date.fromisoformat(day): _read(one) for day, one in kept.items()}
        return {day: content for day, content in days.items() if begin <= day < end}

    async def async_forget(self, before: date) -> None:
        """Delete the months that end before a day."""
        old = [month for month in self._months if month < _month(before)]
        for month in old:
            await self._month(month).async_remove()
        if old:
            self._months = [month for month in self._months if month not in old]
            await self._list().async_save(self._months)

    async def async_remove(self) -> None:
        """Delete all files."""
        await self.async_load()
        for month in self._months:
            await self._month(month).async_remove()
        await self._list().async_remove()

    def _list(self) -> Store[list[str]]:
        return Store(self._hass, 1, self._key, private=True, atomic_writes=True)

    def _month(self, month: str) -> Store[Memory]:
        key = f"{self._key}.{month}"
        return Store(self._hass, 1, key, private=True, atomic_writes=True)


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _written(value: Any) -> Any:
    match value:
        case int() if abs(value) > LARGEST:
            return {LARGE: str(value)}
        case dict():
            return {key: _written(each) for key, each in value.items()}
        case list() | tuple():
            return [_written(each) for each in value]
    return value


def _read(value: Any) -> Any:
    match value:
        case dict() if LARGE in value:
            return int(value[LARGE])
        case dict():
            return {key: _read(each) for key, each in value.items()}
        case list():
            return [_read(each) for each in value]
    return value
