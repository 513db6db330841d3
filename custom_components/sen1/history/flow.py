"""The pages of an import: choose a file, see what is in it, import it; they leave no entry."""

import asyncio
from collections import Counter
from typing import Any

from homeassistant.components.file_upload import process_uploaded_file
from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import selector
import voluptuous as vol

from ..const import UserInput, plain
from ..fields import box
from ..moments import local
from .errors import FileRefused
from .files import LeftOut
from .files.documents import MAX_BYTES
from .importing import FileRead, Import, Overview, async_import, async_read
from .points import HOUR, Aggregation

CONF_FILE = "file"
CONF_NAME = "series_name"
CONF_PRICE = "price"
CONF_SERIES = "series"

NAMED = vol.Length(min=1, max=100)
"""What a series is called."""

ACCEPTED = ".csv,.xml,.json,.xlsx,.zip,.txt"

SCHEMA = vol.Schema(
    {
        vol.Required(CONF_NAME): selector.TextSelector(),
        vol.Required(CONF_FILE): selector.FileSelector(
            selector.FileSelectorConfig(accept=ACCEPTED)
        ),
        vol.Optional(CONF_PRICE): box(1000, "any"),
    }
)


class ImportFlow(ConfigFlow):
    """Steps of the config flow that import a file."""

    _file: FileRead | None = None
    _importing: asyncio.Task[Import] | None = None
    _input: dict[str, Any] | None = None
    _chosen: list[str] | None = None

    async def async_step_import_file(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Choose the file and what its series is called."""
        errors: dict[str, str] = {}
        if user_input is not None:
            self._input = user_input
            self._importing = None
            try:
                NAMED(user_input[CONF_NAME].strip())
                octets = await self.hass.async_add_executor_job(
                    _uploaded, self.hass, user_input[CONF_FILE]
                )
                self._file = await async_read(self.hass, octets)
            except FileRefused as error:
                errors["base"] = error.key
            except vol.Invalid:
                errors[CONF_NAME] = "invalid_series_name"
            else:
                return await self.async_step_import_preview()
        return self._show_choice(errors)

    def _show_choice(self, errors: dict[str, str]) -> ConfigFlowResult:
        # The page has dropped the file: it must be chosen again.
        typed = {key: given for key, given in (self._input or {}).items() if key != CONF_FILE}
        schema = self.add_suggested_values_to_schema(SCHEMA, typed)
        return self.async_show_form(step_id="import_file", data_schema=schema, errors=errors)

    async def async_step_import_preview(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Show what is in the file, and let choose of it; nothing is written yet."""
        # The step before read it.
        assert self._input is not None
        assert self._file is not None
        if user_input is not None:
            self._chosen = [option.removeprefix("= ") for option in user_input[CONF_SERIES]]
            if self._chosen:
                return await self.async_step_import_progress()
            return self._show_choice({})
        # A label may be empty, which an option may not be.
        labels = {f"= {each.series.label}": each for each in self._file.series}
        lines = {label: _line(self._input[CONF_NAME], each) for label, each in labels.items()}
        config = selector.SelectSelectorConfig(
            options=[selector.SelectOptionDict(value=of, label=lines[of]) for of in labels],
            multiple=True,
            mode=selector.SelectSelectorMode.LIST,
        )
        chosen = [label for label, each in labels.items() if each.series.is_chosen]
        fields = {vol.Optional(CONF_SERIES, default=chosen): selector.SelectSelector(config)}
        return self.async_show_form(
            step_id="import_preview_partly" if self._file.left_out.total() else "import_preview",
            data_schema=vol.Schema(fields),
            description_placeholders=_left_out(self._file.left_out),
        )

    async_step_import_preview_partly = async_step_import_preview

    async def async_step_import_progress(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Show how far the import is; closing the page ends it, and a second one finishes it."""
        # A step before read it.
        assert self._input is not None
        assert self._file is not None
        if self._importing is None:
            self._importing = self.hass.async_create_task(
                async_import(
                    self.hass,
                    self._file,
                    self._input[CONF_NAME].strip(),
                    self.async_update_progress,
                    per_kwh=self._input.get(CONF_PRICE),
                    chosen=self._chosen,
                )
            )
        if not self._importing.done():
            return self.async_show_progress(
                step_id="import_progress",
                progress_action="import_file",
                progress_task=self._importing,
            )
        return self.async_show_progress_done(next_step_id="import_done")

    async def async_step_import_done(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Say what was taken and what was not, or why nothing was."""
        assert self._importing is not None  # the step before ended it
        try:
            imported = self._importing.result()
        except FileRefused as error:
            return self._show_choice({"base": error.key})
        return self.async_abort(
            reason="import_done_partly" if imported.left_out.total() else "import_done",
            description_placeholders={
                **_left_out(imported.left_out),
                "series": ", ".join(taken.statistic_id for taken in imported.series),
                "values": str(sum(taken.values for taken in imported.series)),
                "new": str(sum(taken.changed for taken in imported.series)),
                "begin": _written(min(taken.begin for taken in imported.series)),
                "end": _written(max(taken.end for taken in imported.series)),
                "totals": ", ".join(
                    _measured(taken.total, taken.unit) for taken in imported.series
                ),
            },
        )

    @callback
    def async_remove(self) -> None:
        """End an import whose page was closed."""
        if self._importing is not None:
            self._importing.cancel()
        super().async_remove()


def _uploaded(hass: HomeAssistant, file_id: str) -> bytes:
    with process_uploaded_file(hass, file_id) as path, path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _left_out(left_out: Counter[LeftOut]) -> dict[str, str]:
    return {reason: str(left_out[reason]) for reason in LeftOut}


def _line(name: str, overview: Overview) -> str:
    """Return what an option says: in no language, since signs and units are of all."""
    series = overview.series
    sign = "⌀" if series.aggregation is Aggregation.MEAN else "Σ"
    points = series.points
    how_many = f"{len(points)} \N{MULTIPLICATION SIGN} {_steps(overview)}"
    span = f"{_written(points[0].begin)} → {_written(points[-1].end)}"
    figure = f"{sign} {_measured(overview.figure, series.unit)}"
    sums = "".join(f" = {' + '.join(parts)}" for parts in series.sums)
    return f"{f'{name} {series.label}'.strip()}: {how_many}, {span}, {figure}{sums}"


def _steps(overview: Overview) -> str:
    """Return the length of the periods, of the shortest and of the longest."""
    lengths = (
        f"{seconds / HOUR:.0f} h" if seconds % HOUR == 0 else f"{seconds / 60:.4g} min"
        for seconds in (overview.shortest, overview.longest)
    )
    return " … ".join(dict.fromkeys(lengths))


def _measured(value: float, unit: str | None) -> str:
    return f"{round(value, 3):.15g} {plain(unit or '')}".strip()


def _written(at: float) -> str:
    return local(at).strftime("%Y-%m-%d %H:%M")
