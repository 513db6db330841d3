"""The pages of an import: choose a file, see what is in it, import it for a home or as it is."""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from homeassistant.components.file_upload import process_uploaded_file
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import selector
from homeassistant.helpers.typing import VolDictType
from homeassistant.util.unit_conversion import EnergyConverter, PowerConverter, VolumeConverter
import voluptuous as vol

from ..const import UserInput, plain
from ..fields import CONF_HOME, FeedingFlow, box, show_form, titled
from ..last_page import Made, async_next_link
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

FIELDS = {
    vol.Required(CONF_NAME): selector.TextSelector(),
    vol.Required(CONF_FILE): selector.FileSelector(selector.FileSelectorConfig(accept=ACCEPTED)),
    vol.Optional(CONF_PRICE): box(1000, "any"),
}

ENERGIES = EnergyConverter.VALID_UNITS | PowerConverter.VALID_UNITS
TOLD = dict.fromkeys(("bought", "sold", "produced", "gas"), ENERGIES)
TOLD["water"] = VolumeConverter.VALID_UNITS
"""What a series may tell of a home, and the units in which it does."""


class ImportFlow(FeedingFlow):
    """Steps of the config flow that import a file."""

    _file: FileRead
    _importing: asyncio.Task[Import] | None = None
    _input: Mapping[str, Any] = {}
    _chosen: Collection[str] = ()
    _home = ""
    _told: Mapping[str, str] = {}
    """Of what is told of the home, which series tells it."""

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
        typed = {key: given for key, given in self._input.items() if key != CONF_FILE}
        return show_form(self, "import_file", FIELDS, typed, errors)

    async def async_step_import_preview(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Show what is in the file, and let choose of it; nothing is written yet."""
        errors: dict[str, str] = {}
        if user_input is not None:
            self._home = user_input.get(CONF_HOME, "").strip()
            self._told = {what: user_input[what] for what in TOLD if what in user_input}
            options = [*user_input[CONF_SERIES], *self._told.values()]
            self._chosen = [option.removeprefix("= ") for option in options]
            if not self._chosen:
                return self._show_choice({})
            if len(set(self._told.values())) == len(self._told):
                return await self.async_step_import_progress()
            errors["base"] = "source_twice"
        # A label may be empty, which an option may not be.
        labels = {f"= {each.series.label}": each for each in self._file.series}
        lines = {label: _line(self._input[CONF_NAME], each) for label, each in labels.items()}
        chosen = [label for label, each in labels.items() if each.series.is_chosen]
        ticked = titled(lines, multiple=True)
        fields: VolDictType = {vol.Optional(CONF_SERIES, default=chosen): ticked}
        telling = {
            vol.Optional(what): titled(fitting, mode=selector.SelectSelectorMode.DROPDOWN)
            for what, units in TOLD.items()
            if (fitting := {of: lines[of] for of in labels if labels[of].series.unit in units})
        }
        if telling:
            fields |= await self.async_home_field(CONF_HOME) | telling
        left_out = self._file.left_out
        step_id = "import_preview_partly" if left_out.total() else "import_preview"
        return show_form(self, step_id, fields, user_input, errors, _left_out(left_out))

    async_step_import_preview_partly = async_step_import_preview

    async def async_step_import_progress(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Show how far the import is; closing the page ends it, and a second one finishes it."""
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
        ids = {f"= {taken.label}": taken.statistic_id for taken in imported.series}
        if told := {what: ids[option] for what, option in self._told.items()}:
            await self.async_make_home(self._home, told)
        return self.async_abort(
            reason="import_done_partly" if imported.left_out.total() else "import_done",
            description_placeholders={
                **_left_out(imported.left_out),
                "next": await async_next_link(self.hass, Made.HOME) if told else "",
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
