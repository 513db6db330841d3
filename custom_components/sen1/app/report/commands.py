"""What the dashboard asks for: a report to show, to print and to keep."""

from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.const import ERR_INVALID_FORMAT, ERR_NOT_FOUND
from homeassistant.core import HomeAssistant, callback
import voluptuous as vol

from ...commands import Answer, Asked, Refused, Role, command
from ...figures.counting.asked import DAY
from .errors import ReportError, WrongPeriod
from .making import async_make


@callback
def async_register(hass: HomeAssistant) -> None:
    """Register the command."""
    async_register_command(hass, _report)


@command(
    "report",
    {
        vol.Required("site"): vol.All(str, vol.Length(max=255)),
        vol.Required("begin"): DAY,
        vol.Required("end"): DAY,
        vol.Optional("language"): vol.All(str, vol.Length(max=35)),
    },
    who=Role.ANYBODY,
)
async def _report(hass: HomeAssistant, asked: Asked) -> Answer:
    code = asked.get("language", hass.config.language)
    try:
        report = await async_make(
            hass, asked["site"], asked["begin"], asked["end"], code, is_admin=asked["is_admin"]
        )
    except ReportError as error:
        kind = ERR_INVALID_FORMAT if isinstance(error, WrongPeriod) else ERR_NOT_FOUND
        raise Refused(error.key, kind) from error
    return {"title": report.title, "name": report.name, "html": report.html, "csv": report.csv}
