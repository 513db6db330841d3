"""The page to choose a file: it imports, says what was taken, and leaves no entry."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from homeassistant.components.file_upload import process_uploaded_file
from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.selector import (
    FileSelector,
    FileSelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .errors import FileRefused
from .files import LeftOut
from .importing import Import, async_import

CONF_FILE = "file"
CONF_NAME = "series_name"
CONF_PRICE = "price"

ACCEPTED = ".csv,.xml,.json,.xlsx,.zip,.txt"

SCHEMA = vol.Schema(
    {
        vol.Required(CONF_NAME): TextSelector(),
        vol.Required(CONF_FILE): FileSelector(FileSelectorConfig(accept=ACCEPTED)),
        vol.Optional(CONF_PRICE): NumberSelector(
            NumberSelectorConfig(min=0, step="any", mode=NumberSelectorMode.BOX)
        ),
    }
)


class ImportFlow(ConfigFlow):
    """Steps of the config flow that import a file."""

    _importing: asyncio.Task[Import] | None = None
    _input: dict[str, Any] | None = None

    async def async_step_import_file(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Choose the file and what its series is called."""
        if user_input is not None:
            self._input = user_input
            self._importing = None
            return await self.async_step_import_progress()
        return self.async_show_form(step_id="import_file", data_schema=SCHEMA)

    async def async_step_import_progress(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show how far the import is; closing the page ends it, and a second one finishes it."""
        assert self._input is not None  # the step before took it
        if self._importing is None:
            octets = await self.hass.async_add_executor_job(
                _uploaded, self.hass, self._input[CONF_FILE]
            )
            self._importing = self.hass.async_create_task(
                async_import(
                    self.hass,
                    octets,
                    self._input[CONF_NAME],
                    self.async_update_progress,
                    per_kwh=self._input.get(CONF_PRICE),
                )
            )
        if not self._importing.done():
            return self.async_show_progress(
                step_id="import_progress",
                progress_action="import_file",
                progress_task=self._importing,
            )
        return self.async_show_progress_done(next_step_id="import_done")

    async def async_step_import_done(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say what was taken and what was not, or why nothing was."""
        assert self._importing is not None  # the step before ended it
        try:
            imported = self._importing.result()
        except FileRefused as error:
            # The page has dropped the file: it must be chosen again.
            typed = {key: given for key, given in (self._input or {}).items() if key != CONF_FILE}
            return self.async_show_form(
                step_id="import_file",
                data_schema=self.add_suggested_values_to_schema(SCHEMA, typed),
                errors={"base": error.key},
            )
        begin, end = imported.period()
        left_out = imported.left_out
        return self.async_abort(
            reason="import_done",
            description_placeholders={
                "series": ", ".join(taken.statistic_id for taken in imported.series),
                "values": str(sum(taken.values for taken in imported.series)),
                "new": str(sum(taken.changed for taken in imported.series)),
                "begin": _written(begin),
                "end": _written(end),
                "totals": ", ".join(
                    f"{taken.total:.10g} {taken.unit or ''}".strip() for taken in imported.series
                ),
                "empty": str(left_out[LeftOut.EMPTY]),
                "unreadable": str(left_out[LeftOut.UNREADABLE]),
                "other": str(left_out[LeftOut.OTHER]),
                "finer": str(left_out[LeftOut.FINER]),
            },
        )

    @callback
    def async_remove(self) -> None:
        """End an import whose page was closed."""
        if self._importing is not None:
            self._importing.cancel()
        super().async_remove()


def _uploaded(hass: HomeAssistant, file_id: str) -> bytes:
    with process_uploaded_file(hass, file_id) as path:
        return Path(path).read_bytes()


def _written(moment: Any) -> str:
    return dt_util.as_local(moment).strftime("%Y-%m-%d %H:%M")
