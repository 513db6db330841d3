"""What a home has counted is written and read back exactly, however much it is."""

from datetime import date
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import json_bytes
import pytest

from custom_components.sen1.figures.counting.store import HomeStore, MonthStore

LARGE = 2**80 + 1


@pytest.mark.parametrize("number", [0, -1, 2**63 - 1, 2**63, LARGE, -LARGE])
async def test_an_index_of_any_size_is_kept_exactly(
    hass: HomeAssistant, hass_storage: dict[str, Any], number: int
) -> None:
    memory = {"index": number, "hours": [[1, "2026-01-01", {"peak": number}]], "none": None}
    store = HomeStore(hass, "x", lambda: memory)
    await store.async_save()
    # What Home Assistant writes its files with takes no number of more than 64 bits.
    json_bytes(hass_storage["sen1.x"]["data"])
    assert await store.async_load() == memory


async def test_months_that_end_before_a_day_are_deleted(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    store = MonthStore(hass, "x")
    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1)]
    await store.async_add(dict.fromkeys(days, 1))
    await store.async_forget(date(2026, 2, 15))
    again = MonthStore(hass, "x")
    await again.async_load()
    assert await again.async_days(date.min, date.max) == dict.fromkeys(days[1:], 1)
    assert "sen1.x.months.2026-01" not in hass_storage
