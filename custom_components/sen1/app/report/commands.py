"""The command by which the dashboard asks for a report, and the action of administrators."""

from dataclasses import asdict
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.helpers.typing import VolDictType
import voluptuous as vol

from ...commands import ASKER, Answer, Asked, command
from ...const import DOMAIN
from ...figures.counting.asked import DAY
from ...history.actions import allowed_path, said_to_user
from ...roles import Asker, Role
from .making import async_make

FIELDS: VolDictType = {
    vol.Required("site"): vol.All(cv.string, vol.Length(max=255)),
    vol.Required("begin"): DAY,
    vol.Required("end"): DAY,
    vol.Optional("language"): vol.All(cv.string, vol.Length(max=35)),
}


@callback
def async_register(hass: HomeAssistant) -> None:
    """Offer the action, whatever entries there are."""
    schema = vol.Schema({**FIELDS, vol.Optional("path"): cv.string})
    async_register_admin_service(
        hass, DOMAIN, "make_report", _make_report, schema, SupportsResponse.OPTIONAL
    )


async def _make_report(call: ServiceCall) -> dict[str, Any]:
    """Answer a report, or write it into a file of this machine."""
    hass, path = call.hass, call.data.get("path")
    file = None if path is None else allowed_path(hass, path)
    made = await async_make(Asker(hass, is_admin=True), call.data)
    if file is None:
        return asdict(made)
    # How a path ends says whether the table is wanted; else it is the page.
    text = made.csv if file.name.lower().endswith(".csv") else made.html
    with said_to_user():
        await hass.async_add_executor_job(file.write_text, text, "utf-8")
    return {"title": made.title, "name": made.name, "path": path}


@command("report", FIELDS, who=Role.LOOK)
async def report(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer a report to show, to print and to keep."""
    return asdict(await async_make(asked[ASKER], asked))
