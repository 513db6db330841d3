"""The actions that take readings of meters, for automations and voice as for the form."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...commands import Refused
from ...const import DOMAIN
from ...roles import Role, async_check
from .flow import CONF_AT, CONF_NEW_METER, REGISTERS
from .hand_readings import MOST, HandReading, ReadingError
from .meters import ONLY, Meters, meters_of

ADD_READING = "add_reading"
REMOVE_READING = "remove_reading"

INDEX = vol.All(vol.Coerce(float), vol.Range(min=0, max=MOST))
ADD_SCHEMA = vol.Schema(
    {
        vol.Required("meter"): cv.entity_id,
        vol.Optional(ONLY): INDEX,
        **{vol.Optional(register): INDEX for register in REGISTERS},
        vol.Optional(CONF_AT): cv.datetime,
        vol.Optional(CONF_NEW_METER, default=False): cv.boolean,
    }
)
REMOVE_SCHEMA = vol.Schema({vol.Required("meter"): cv.entity_id, vol.Required("date"): cv.date})


@callback
def async_register(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(DOMAIN, ADD_READING, _add_reading, ADD_SCHEMA)
    hass.services.async_register(DOMAIN, REMOVE_READING, _remove_reading, REMOVE_SCHEMA)


async def _add_reading(call: ServiceCall) -> None:
    meters, subentry_id = await _async_meter(call)
    given: dict[str, Any] = dict(call.data)
    at = given.get(CONF_AT)
    moment = dt_util.utcnow() if at is None else dt_util.as_utc(at)
    values = {name: given[name] for name in (ONLY, *REGISTERS) if name in given}
    try:
        await meters.async_add(
            subentry_id, HandReading(moment.timestamp(), values, given[CONF_NEW_METER])
        )
    except ReadingError as error:
        raise Refused(error.key) from error


async def _remove_reading(call: ServiceCall) -> None:
    meters, subentry_id = await _async_meter(call)
    if not await meters.async_take_out(subentry_id, call.data["date"]):
        raise Refused("no_such_reading")


async def _async_meter(call: ServiceCall) -> tuple[Meters, str]:
    """Return the meter that an entity of it names, for who organises its site."""
    row = er.async_get(call.hass).async_get(call.data["meter"])
    entry = call.hass.config_entries.async_get_entry(row.config_entry_id or "") if row else None
    if (
        row is None
        or entry is None
        or entry.domain != DOMAIN
        or entry.state is not ConfigEntryState.LOADED
        or row.config_subentry_id not in meters_of(entry)
    ):
        raise Refused("no_such_meter")
    await async_check(call, Role.ORGANISE, entry.entry_id)
    return entry.runtime_data.meters, row.config_subentry_id
