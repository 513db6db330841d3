"""What forms of several parts have: a box for a number, a name that is free."""

from itertools import count
from typing import Literal

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.selector import NumberSelector, NumberSelectorConfig, NumberSelectorMode

from .const import DOMAIN


def box(
    maximum: float, step: float | Literal["any"] = 1, unit: str | None = None, minimum: float = 0
) -> NumberSelector:
    """Return a box for a number."""
    config = NumberSelectorConfig(min=minimum, max=maximum, step=step, mode=NumberSelectorMode.BOX)
    if unit is not None:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


@callback
def free_title(hass: HomeAssistant, title: str) -> str:
    """Return a title that no entry of ours bears: “Linky”, then “Linky 2”."""
    taken = {entry.title for entry in hass.config_entries.async_entries(DOMAIN)}
    numbered = (title if number == 1 else f"{title} {number}" for number in count(1))
    return next(one for one in numbered if one not in taken)
