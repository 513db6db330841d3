"""What the Compare page asks: which series there are, and their values in steps."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.const import ERR_INVALID_FORMAT
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..commands import ASKER, Answer, Asked, Refused, command
from ..roles import Role
from .comparing import SECONDS, InStep, Length, as_told, async_comparable, async_values, begins_of

MOST_NAMED = 1000
"""Series that may be named in one question."""

MOST_VALUES = 12
"""Series whose values are told at once."""

MOST_STEPS = 20_000

_ID = vol.All(str, vol.Length(max=255))
_PERIOD: dict[Any, Any] = {vol.Required("begin"): cv.datetime, vol.Required("end"): cv.datetime}


@callback
def async_register(hass: HomeAssistant) -> None:
    """Register both commands."""
    async_register_command(hass, _series)
    async_register_command(hass, _values)


@command(
    "series",
    {**_PERIOD, vol.Optional("ids", default=[]): vol.All([_ID], vol.Length(max=MOST_NAMED))},
    who=Role.LOOK,
)
async def _series(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer what can be compared, and how much of a period is known of each."""
    begin, end = (dt_util.as_utc(asked[key]).timestamp() for key in ("begin", "end"))
    if end <= begin or "recorder" not in hass.config.components:
        raise Refused("no_such_period", ERR_INVALID_FORMAT)
    found = await async_comparable(hass, begin, end, asked["ids"], asker=asked[ASKER])
    return {"series": as_told(found)}


@command(
    "values",
    {
        **_PERIOD,
        vol.Required("ids"): vol.All([_ID], vol.Length(max=MOST_VALUES)),
        vol.Required("step"): vol.Coerce(Length),
    },
    who=Role.LOOK,
)
async def _values(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer the values of series; `partial` has `[step, part known]` of what is known in part.

    `of_days` has `[first step, step after the last]` of what is the value of a day or more.
    """
    begin, end = (dt_util.as_utc(asked[key]).timestamp() for key in ("begin", "end"))
    step: Length = asked["step"]
    steps = (end - begin) / SECONDS.get(step, 82_800)
    if not 0 < steps <= MOST_STEPS or "recorder" not in hass.config.components:
        raise Refused("no_such_period", ERR_INVALID_FORMAT)
    found = await async_values(hass, asked["ids"], begin, end, step, asker=asked[ASKER])
    return {
        "begins": [round(at * 1000) for at in begins_of(begin, end, step)],
        "end": round(end * 1000),
        "values": {one: [step.value for step in steps] for one, (_shown, steps) in found.items()},
        "partial": {
            one: [[n, step.part] for n, step in enumerate(steps) if 0 < step.part < 1]
            for one, (_shown, steps) in found.items()
        },
        "of_days": {one: _of_days(steps) for one, (_shown, steps) in found.items()},
        "unit": {one: shown.unit for one, (shown, _steps) in found.items()},
        "is_amount": {one: shown.is_amount for one, (shown, _steps) in found.items()},
    }


def _of_days(steps: Sequence[InStep]) -> list[tuple[int, int]]:
    """Return between which steps, the last not among them, values are of days."""
    edges = pairwise([False, *(step.is_of_days for step in steps), False])
    changes = [n for n, (before, after) in enumerate(edges) if before is not after]
    return list(zip(changes[::2], changes[1::2], strict=True))
