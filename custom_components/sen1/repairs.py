"""Repairs: the part that raised an issue brings the flow that answers it."""

from homeassistant.components.repairs import RepairsFlow
from homeassistant.core import HomeAssistant

from .const import CONF_KIND, Kind
from .federation.repairs import fix_flow
from .figures.site.differing import TakeOtherFlow
from .linky.replacement import REPLACING, ReplacementFlow


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow of an issue, from the part its entry belongs to."""
    assert data is not None  # our fixable issues all carry some
    entry = hass.config_entries.async_get_known_entry(str(data["entry_id"]))
    if entry.data[CONF_KIND] == Kind.HOME:
        return TakeOtherFlow(entry, str(data["subject"]))
    if entry.data[CONF_KIND] == Kind.LINKY:
        return ReplacementFlow(entry, hass.data[REPLACING][entry.entry_id])
    return fix_flow(entry, data)
