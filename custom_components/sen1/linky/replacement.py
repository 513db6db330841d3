"""Another meter answers in the place of one that is set up: a repair issue asks what happened."""

from typing import TYPE_CHECKING

from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN, UserInput
from ..fields import show_form

if TYPE_CHECKING:
    from homeassistant.components.repairs.models import RepairsFlowResult

ISSUE = "meter_replaced"

REPLACING: HassKey[dict[str, str]] = HassKey(f"{DOMAIN}_replacing")
"""Entry → the number of the meter that is asked about: every user of the house reads issues."""


@callback
def async_create_issue(hass: HomeAssistant, entry: ConfigEntry, serial: str) -> None:
    """Ask whether this other meter replaces that of the entry; the issue tells no number."""
    hass.data.setdefault(REPLACING, {})[entry.entry_id] = serial
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(entry),
        data={"entry_id": entry.entry_id},
        is_fixable=True,
        severity=ir.IssueSeverity.ERROR,
        translation_key=ISSUE,
    )


@callback
def async_delete_issue(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Ask no more: the entry's own meter answers, or the entry is gone."""
    hass.data.get(REPLACING, {}).pop(entry.entry_id, None)
    ir.async_delete_issue(hass, DOMAIN, _issue_id(entry))


def _issue_id(entry: ConfigEntry) -> str:
    return f"{ISSUE}_{entry.entry_id}"


class ReplacementFlow(RepairsFlow):
    """Let the new meter take the place of the old one."""

    def __init__(self, entry: ConfigEntry, serial: str) -> None:
        self._entry = entry
        self._serial = serial

    async def async_step_init(self, user_input: UserInput = None) -> RepairsFlowResult:
        """Begin with the only step."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: UserInput = None) -> RepairsFlowResult:
        """Say what happens to sensors and history, and do it."""
        entries = self.hass.config_entries
        if entries.async_entry_for_domain_unique_id(DOMAIN, self._serial) is not None:
            return self.async_abort(reason="already_configured")
        if user_input is None:
            return show_form(self, "confirm", {}, placeholders={"meter": self._entry.title})
        async_adopt(self.hass, self._entry, self._serial)
        return self.async_create_entry(data={})


@callback
def async_adopt(hass: HomeAssistant, entry: ConfigEntry, serial: str) -> None:
    """Make the entry that of another meter: its sensors keep names, rooms and history."""
    entities = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(entities, entry.entry_id):
        key = entity.unique_id.removeprefix(f"{entry.unique_id}_")
        entities.async_update_entity(entity.entity_id, new_unique_id=f"{serial}_{key}")
    devices = dr.async_get(hass)
    for device in dr.async_entries_for_config_entry(devices, entry.entry_id):
        devices.async_update_device(device.id, new_identifiers={(DOMAIN, serial)})
    hass.config_entries.async_update_entry(entry, unique_id=serial)
    hass.config_entries.async_schedule_reload(entry.entry_id)
