"""What the dashboard asks for: a report to show, to print and to keep."""

from typing import Any

from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import ERR_INVALID_FORMAT, ERR_NOT_FOUND
from homeassistant.components.websocket_api.decorators import async_response, websocket_command
from homeassistant.core import HomeAssistant, callback
import voluptuous as vol

from ...const import DOMAIN
from ...figures.counting.asked import DAY
from ...texts import async_texts
from .errors import ReportError, WrongPeriod
from .language import language_for
from .making import async_make


@callback
def async_register(hass: HomeAssistant) -> None:
    """Register the command."""
    async_register_command(hass, _report)


@websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/report",
        vol.Required("site"): vol.All(str, vol.Length(max=255)),
        vol.Required("begin"): DAY,
        vol.Required("end"): DAY,
        vol.Optional("language"): vol.All(str, vol.Length(max=35)),
    }
)
@async_response
async def _report(
    hass: HomeAssistant, connection: ActiveConnection, message: dict[str, Any]
) -> None:
    """Answer a report, as a page and as a table."""
    code = message.get("language", hass.config.language)
    try:
        report = await async_make(
            hass,
            message["site"],
            message["begin"],
            message["end"],
            code,
            is_admin=connection.user.is_admin,
        )
    except ReportError as error:
        kind = ERR_INVALID_FORMAT if isinstance(error, WrongPeriod) else ERR_NOT_FOUND
        texts = await async_texts(hass, "exceptions", language_for(code))
        text = texts.get(f"{error.key}.message", error.key)
        connection.send_error(
            message["id"], kind, text, translation_domain=DOMAIN, translation_key=error.key
        )
        return
    connection.send_result(
        message["id"],
        {"title": report.title, "name": report.name, "html": report.html, "csv": report.csv},
    )
