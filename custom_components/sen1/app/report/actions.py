"""The action that makes a report; it needs an administrator."""

from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_register_admin_service
import voluptuous as vol

from ...commands import Refused
from ...const import DOMAIN
from ...figures.counting.asked import DAY
from ...history.actions import allowed_path, said_to_user
from .errors import ReportError
from .making import async_make

MAKE_REPORT = "make_report"

TABLE = ".csv"
"""How a path ends where the table is wanted; else it is the page."""

SCHEMA = vol.Schema(
    {
        vol.Required("site"): vol.All(cv.string, vol.Length(max=255)),
        vol.Required("begin"): DAY,
        vol.Required("end"): DAY,
        vol.Optional("language"): vol.All(cv.string, vol.Length(max=35)),
        vol.Optional("path"): cv.string,
    }
)


@callback
def async_register(hass: HomeAssistant) -> None:
    """Offer the action, whatever entries there are."""
    async_register_admin_service(
        hass, DOMAIN, MAKE_REPORT, _make_report, SCHEMA, SupportsResponse.OPTIONAL
    )


async def _make_report(call: ServiceCall) -> dict[str, Any]:
    """Answer a report, or write it into a file of this machine."""
    hass, path = call.hass, call.data.get("path")
    file = None if path is None else allowed_path(hass, path)
    try:
        report = await async_make(
            hass,
            call.data["site"],
            call.data["begin"],
            call.data["end"],
            call.data.get("language", hass.config.language),
            is_admin=True,
        )
    except ReportError as error:
        raise Refused(error.key) from error
    answer = {"title": report.title, "name": report.name}
    if file is None:
        return answer | {"html": report.html, "csv": report.csv}
    text = report.csv if file.name.lower().endswith(TABLE) else report.html
    with said_to_user():
        await hass.async_add_executor_job(file.write_text, text, "utf-8")
    return answer | {"path": path}
