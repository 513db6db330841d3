"""Read states back from Home Assistant's recorder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from homeassistant.components import recorder
from homeassistant.components.recorder import history
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.recorder import get_instance


def async_is_recorded(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether the recorder keeps the states of an entity."""
    if "recorder" not in hass.config.components:
        return False
    return recorder.is_entity_recorded(hass, entity_id)  # type: ignore[attr-defined]


async def async_states(
    hass: HomeAssistant, entity_id: str, begin: float, end: float
) -> list[State]:
    """Return the states of (begin, end] that the recorder keeps, oldest first.

    Times are Unix seconds. What was measured before this call is committed first, so nothing is
    missed between the recorder and a listener that already runs.
    """
    if not async_is_recorded(hass, entity_id):
        return []
    instance = get_instance(hass)
    if (committed := instance.async_get_commit_future()) is not None:
        await committed
    # The end is open for the recorder's query.
    found = await instance.async_add_executor_job(
        history.state_changes_during_period,
        hass,
        datetime.fromtimestamp(begin, UTC),
        datetime.fromtimestamp(end, UTC) + timedelta(milliseconds=1),
        entity_id,
        False,  # with attributes: each state carries its own unit
        False,
        None,
        False,  # without the state in force at the beginning
    )
    return [state for state in found.get(entity_id, []) if state.last_changed_timestamp > begin]
