"""What the Compare page asks: which series there are, and their values in steps."""

from typing import Any

from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import ERR_INVALID_FORMAT
from homeassistant.components.websocket_api.decorators import async_response, websocket_command
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..const import DOMAIN
from .comparing import SECONDS, Length, as_told, async_comparable, async_values, begins_of

MOST_NAMED = 1000
"""Series that may be named in one question."""

MOST_VALUES = 12
"""Series whose values are told at once."""

MOST_STEPS = 20_000

_ID = vol.All(str, vol.Length(max=255))
_PERIOD: dict[Any, Any] = {
    vol.Required("begin"): cv.datetime,
    vol.Required("end"): cv.datetime,
}


@callback
def async_register(hass: HomeAssistant) -> None:
    """Register both commands."""
    async_register_command(hass, _series)
    async_register_command(hass, _values)


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/series",
        **_PERIOD,
        vol.Optional("ids", default=[]): vol.All([_ID], vol.Length(max=MOST_NAMED)),
    }
)
@async_response
async def _series(
    hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]
) -> None:
    """Answer what can be compared, and how much of a period is known of each."""
    begin, end = _period(message)
    if end <= begin or "recorder" not in hass.config.components:
        _refuse(connection, message, "no period, or no recorder")
        return
    found = await async_comparable(
        hass, begin, end, message["ids"], is_admin=connection.user.is_admin
    )
    connection.send_result(message["id"], {"series": as_told(found)})


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/values",
        **_PERIOD,
        vol.Required("ids"): vol.All([_ID], vol.Length(max=MOST_VALUES)),
        vol.Required("step"): vol.Coerce(Length),
    }
)
@async_response
async def _values(
    hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]
) -> None:
    """Answer the values of series in steps."""
    begin, end = _period(message)
    step: Length = message["step"]
    steps = (end - begin) / SECONDS.get(step, 82_800)
    if not 0 < steps <= MOST_STEPS or "recorder" not in hass.config.components:
        _refuse(connection, message, f"no period of {MOST_STEPS} steps at most, or no recorder")
        return
    found = await async_values(
        hass, message["ids"], begin, end, step, is_admin=connection.user.is_admin
    )
    connection.send_result(
        message["id"],
        {
            "begins": [round(at * 1000) for at in begins_of(begin, end, step)],
            "end": round(end * 1000),
            "values": {statistic_id: values for statistic_id, (_shown, values) in found.items()},
            "unit": {statistic_id: shown.unit for statistic_id, (shown, _values) in found.items()},
        },
    )


def _period(message: dict[str, Any]) -> tuple[float, float]:
    """Return what [begin, end) is in Unix seconds; a time without an offset is the home's."""
    begin, end = (dt_util.as_utc(message[key]).timestamp() for key in ("begin", "end"))
    return begin, end


def _refuse(connection: ActiveConnection, message: dict[str, Any], why: str) -> None:
    connection.send_error(message["id"], ERR_INVALID_FORMAT, why)
