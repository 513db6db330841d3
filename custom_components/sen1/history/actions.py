"""The actions that take files in and give them out; both need an administrator."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ..commands import Refused
from ..const import DOMAIN
from ..moments import local
from .errors import HistoryError
from .exporting import async_export
from .files import Format
from .files.documents import MAX_BYTES
from .importing import Import, async_import, async_read

IMPORT_FILE = "import_file"
EXPORT_SERIES = "export_series"

IMPORT_SCHEMA = vol.Schema(
    {
        vol.Required("name"): vol.All(cv.string, vol.Length(min=1, max=100)),
        vol.Exclusive("path", "source"): cv.string,
        vol.Exclusive("content", "source"): cv.string,
        vol.Optional("series"): [cv.string],
        vol.Optional("price"): vol.All(vol.Coerce(float), vol.Range(min=0)),
    }
)
EXPORT_SCHEMA = vol.Schema(
    {
        vol.Required("series"): cv.string,
        vol.Required("format", default=Format.SENML_XML): vol.Coerce(Format),
        vol.Optional("begin"): cv.datetime,
        vol.Optional("end"): cv.datetime,
        vol.Optional("path"): cv.string,
    }
)


@callback
def async_register(hass: HomeAssistant) -> None:
    """Offer the actions, whatever entries there are."""
    for name, action, schema in (
        (IMPORT_FILE, _import_file, IMPORT_SCHEMA),
        (EXPORT_SERIES, _export_series, EXPORT_SCHEMA),
    ):
        async_register_admin_service(hass, DOMAIN, name, action, schema, SupportsResponse.OPTIONAL)


@contextmanager
def said_to_user() -> Iterator[None]:
    """Say what went wrong with a file in the user's language."""
    try:
        yield
    except HistoryError as error:
        raise Refused(error.key) from error
    except OSError as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="file_not_opened"
        ) from error


async def _import_file(call: ServiceCall) -> dict[str, Any]:
    """Import a file of this machine, or a text that an automation brings."""
    with said_to_user():
        if "content" in call.data:
            octets = call.data["content"].encode()
        else:
            path = allowed_path(call.hass, call.data.get("path", ""))
            octets = await call.hass.async_add_executor_job(_read, path)
        imported = await async_import(
            call.hass,
            await async_read(call.hass, octets),
            call.data["name"],
            per_kwh=call.data.get("price"),
            chosen=call.data.get("series"),
        )
        return answer_of(imported)


async def _export_series(call: ServiceCall) -> dict[str, Any]:
    """Export a series as text, or into a file of this machine."""
    begin, end = (
        dt_util.as_utc(moment).timestamp() if (moment := call.data.get(key)) else default
        for key, default in (("begin", 0.0), ("end", dt_util.utcnow().timestamp()))
    )
    answer: dict[str, Any] = {"series": call.data["series"]}
    with said_to_user():
        path = allowed_path(call.hass, call.data["path"]) if "path" in call.data else None
        text, count = await async_export(
            call.hass, call.data["series"], call.data["format"], begin, end
        )
        if path is None:
            answer["content"] = text
        else:
            await call.hass.async_add_executor_job(path.write_text, text, "utf-8")
            answer["path"] = str(path)
    return answer | {"values": count}


def answer_of(imported: Import) -> dict[str, Any]:
    """Return what an import took and did not take, for automations."""
    return {
        "taken": [
            {
                "statistic_id": taken.statistic_id,
                "values": taken.values,
                "new": taken.changed,
                "begin": local(taken.begin).isoformat(),
                "end": local(taken.end).isoformat(),
                "total": taken.total,
                "unit": taken.unit,
            }
            | ({} if taken.cost is None else {"cost": taken.cost})
            for taken in imported.series
        ],
        "not_taken": imported.not_taken,
        "left_out": {str(why): count for why, count in imported.left_out.items() if count},
    }


def allowed_path(hass: HomeAssistant, path: str) -> Path:
    """Return a path that Home Assistant's settings allow; others are nobody's business here."""
    if not hass.config.is_allowed_path(path):
        raise Refused("path_not_allowed")
    return Path(path)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)
