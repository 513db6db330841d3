"""Steps that add a meter: choose a port, wait for its first whole frame, confirm what it is."""

import asyncio
from collections.abc import Iterator, Mapping
import os
import re
from typing import Any

from homeassistant.components import usb
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USB,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlow,
    ConfigFlowResult,
    OptionsFlow,
)
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers import selector
from homeassistant.helpers.service_info.usb import UsbServiceInfo
from homeassistant.loader import async_get_integration
import voluptuous as vol

from ..const import CONF_KIND, Kind, UserInput
from ..fields import box, free_title, show_form
from ..last_page import Made, async_last_page
from . import elsewhere
from .const import CONF_ADDRESS, CONF_INTERVAL, CONF_MODE, CONF_SERIAL_PORT, CONF_SPEED, CONF_STEP
from .labels.contracts import contract_of
from .line.identity import serial_of
from .line.stream import LineError, Patience, find_meter
from .line.tic import Frame, Mode
from .meter import pacing_of

MODES = {Mode.HISTORIC: "historique", Mode.STANDARD: "standard", Mode.PME_PMI: "PME-PMI"}
"""What the meter's own screen calls its mode, in any language."""

MOST_NAMED = 10
"""Sensors that a page names."""

PORT = {
    vol.Optional(CONF_SERIAL_PORT): selector.SerialPortSelector(),
    # The list of ports shows what is typed into it as an unknown item.
    vol.Optional(CONF_ADDRESS): selector.TextSelector(),
}

TYPED = re.compile(r"(?!esphome-hass:)[a-z0-9]+://", re.IGNORECASE)
"""How the address of a port begins that no list of ports has."""

OPTIONS = {
    vol.Required(CONF_INTERVAL): box(3600, unit="s"),
    vol.Required(CONF_STEP): box(10000, unit="VA", minimum=1),
}


async def async_user_of(
    hass: HomeAssistant, port: str, *, but: ConfigEntry | None = None
) -> str | None:
    """Return the name of the integration that uses the same port, under whichever path.

    A loaded entry that stores the path of the same device uses it, even between two readings.
    """
    entries = [
        entry
        for entry in hass.config_entries.async_entries(include_ignore=False)
        if entry is not but and entry.state is not ConfigEntryState.NOT_LOADED
    ]
    paths = {entry.domain: [*_paths(entry.data), *_paths(entry.options)] for entry in entries}

    def domain_of_user() -> str | None:
        device = os.path.realpath(port)
        for domain, stored in paths.items():
            if any(os.path.realpath(path) == device for path in stored):
                return domain
        return None

    if not port.startswith("/"):
        return None
    domain = await hass.async_add_executor_job(domain_of_user)
    return None if domain is None else (await async_get_integration(hass, domain)).name


def _paths(stored: Any) -> Iterator[str]:
    """Yield each string that may be the path of a port, at any depth."""
    if isinstance(stored, str):
        if stored.startswith("/"):
            yield stored
    elif isinstance(stored, Mapping):
        for value in stored.values():
            yield from _paths(value)


class LinkyFlow(ConfigFlow):
    """Add a meter, or move it to another port."""

    _port = ""
    """As the user gave it."""
    _reader = ""
    """What a reader that was plugged in calls itself."""
    _found_elsewhere: list[elsewhere.Elsewhere] | None = None
    """Sensors of a meter that Home Assistant has already; None while nobody has looked."""
    _used_by: str | None = None
    _error = ""
    """Why the port that was given will not do."""
    _listening: asyncio.Task[tuple[int | None, Frame]] | None = None
    _speed: int | None
    _frame: Frame

    async def async_step_linky(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask for the port, if Home Assistant has not the meter already."""
        if self._found_elsewhere is None:
            self._found_elsewhere = await elsewhere.async_find(self.hass)
            if self._found_elsewhere:
                return await self.async_step_linky_found()
        if user_input is not None and await self._is_free(self._given(user_input)):
            return await self.async_step_linky_listen()
        return self._ask_for_port("linky")

    async def async_step_linky_found(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Name the sensors of a meter that are there, and ask whether they will do."""
        return self.async_show_menu(
            step_id="linky_found",
            menu_options=["linky_use_found", "linky_read"],
            description_placeholders=self._named_elsewhere(),
        )

    async def async_step_linky_use_found(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Say how to go on with the sensors that are there: nothing has to be added."""
        return self.async_abort(
            reason="use_found", description_placeholders=self._named_elsewhere()
        )

    async def async_step_linky_read(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Read the meter all the same."""
        return await self.async_step_linky()

    def _named_elsewhere(self) -> dict[str, str]:
        found = self._found_elsewhere or []
        names = [entity_id for one in found for entity_id in one.entity_ids]
        shown = names if len(names) <= MOST_NAMED else [*names[: MOST_NAMED - 1], "…"]
        return {
            "integrations": ", ".join(one.integration for one in found),
            "entities": "\n".join(f"- {name}" for name in shown),
        }

    async def async_step_usb(self, discovery_info: UsbServiceInfo) -> ConfigFlowResult:
        """Offer to listen to a reader that was plugged in.

        Its port is opened when somebody asks for it, not before: another program may read it.
        """
        await self.async_set_unique_id(usb.usb_unique_id_from_service_info(discovery_info))
        port = await self.hass.async_add_executor_job(usb.get_serial_by_id, discovery_info.device)
        self._async_abort_entries_match({CONF_SERIAL_PORT: port})
        if not await self._is_free(port):
            return self.async_abort(
                reason="port_in_use", description_placeholders={"integration": self._used_by or ""}
            )
        self._reader = discovery_info.description or discovery_info.manufacturer or "TIC"
        self.context["title_placeholders"] = {"name": self._reader}
        return await self.async_step_linky_usb()

    async def async_step_linky_usb(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Listen when somebody says so; the meter is offered once it has answered."""
        self._found_elsewhere = []
        if user_input is not None:
            return await self.async_step_linky_listen()
        self._set_confirm_only()
        return self.async_show_form(
            step_id="linky_usb", description_placeholders={"reader": self._reader}
        )

    async def async_step_linky_reconfigure(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask for another port of the same meter: its entities and their history stay."""
        entry = self._get_reconfigure_entry()
        self._port = self._port or entry.data[CONF_SERIAL_PORT]
        if user_input is not None and await self._is_free(self._given(user_input), entry):
            if await self._is_same_port(entry.data[CONF_SERIAL_PORT]):
                return self.async_update_and_abort(entry)
            return await self.async_step_linky_listen()
        return self._ask_for_port("linky_reconfigure")

    async def async_step_linky_listen(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Wait for the meter while the user is told what happens."""
        if self._listening is None:
            # Not eagerly: what is done before it is shown as in progress goes round for ever.
            self._listening = self.hass.async_create_task(
                find_meter(self._port, Patience()), "sen1 linky flow", eager_start=False
            )
        if not self._listening.done():
            return self.async_show_progress(
                step_id="linky_listen",
                progress_action="linky_listen",
                progress_task=self._listening,
            )
        moves = self.source == SOURCE_RECONFIGURE
        try:
            self._speed, self._frame = await self._listening
        except LineError as err:
            self._error = err.fault.value
            step = "linky_reconfigure" if moves else "linky"
            return self.async_show_progress_done(next_step_id=step)
        finally:
            self._listening = None
        step = "linky_moved" if moves else "linky_confirm"
        return self.async_show_progress_done(next_step_id=step)

    async def async_step_linky_confirm(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Show which meter answers, and add it."""
        await self.async_set_unique_id(serial_of(self._frame))
        # A reader that was plugged in elsewhere takes its meter along.
        moved = await self._found() if self.source == SOURCE_USB else None
        self._abort_if_unique_id_configured(moved, reload_on_update=False)
        if user_input is None:
            name = "PME-PMI" if self._frame.mode is Mode.PME_PMI else "Linky"
            name = free_title(self.hass, name)
            fields = {vol.Required(CONF_NAME, default=name): selector.TextSelector()}
            told = {"mode": MODES[self._frame.mode], "contract": contract_of(self._frame) or "?"}
            return show_form(self, "linky_confirm", fields, placeholders=told)
        data = {CONF_KIND: Kind.LINKY, **await self._found()}
        page = await async_last_page(self.hass, Made.LINKY)
        return self.async_create_entry(title=user_input[CONF_NAME], data=data, **page)

    async def async_step_linky_moved(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Move the entry to its new port, if the same meter answers there."""
        entry = self._get_reconfigure_entry()
        await self.async_set_unique_id(serial_of(self._frame))
        self._abort_if_unique_id_mismatch(reason="other_meter")
        result = self.async_update_and_abort(entry, data_updates=await self._found())
        if entry.state is ConfigEntryState.SETUP_RETRY:
            # Nothing listens for its update, and its next try may be far.
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return result

    async def _found(self) -> dict[str, Any]:
        """Return what the entry stores of the line; a path that survives a change of socket."""
        port = await self.hass.async_add_executor_job(usb.get_serial_by_id, self._port)
        return {CONF_SERIAL_PORT: port, CONF_MODE: self._frame.mode.value, CONF_SPEED: self._speed}

    def _given(self, user_input: dict[str, Any]) -> str:
        """Return the port that was chosen or the address that was typed, the new one of both."""
        typed = user_input.get(CONF_ADDRESS, "").strip()
        chosen: str = user_input.get(CONF_SERIAL_PORT, "")
        return chosen if not typed or (chosen and typed == self._port) else typed

    async def _is_free(self, port: str, entry: ConfigEntry | None = None) -> bool:
        """Take the port from the form, and look whether another entry uses it."""
        self._port = port
        self._used_by = await async_user_of(self.hass, port, but=entry)
        self._error = "port_in_use" if self._used_by else "" if port else "no_port_given"
        return not self._error

    async def _is_same_port(self, other: str) -> bool:
        one, two = await asyncio.gather(
            *(self.hass.async_add_executor_job(os.path.realpath, p) for p in (self._port, other))
        )
        return one == two

    def _ask_for_port(self, step_id: str) -> ConfigFlowResult:
        field = CONF_ADDRESS if TYPED.match(self._port) else CONF_SERIAL_PORT
        given = {field: self._port} if self._port else {}
        errors = {field: self._error} if self._error else {}
        return show_form(self, step_id, PORT, given, errors, {"integration": self._used_by or ""})


class LinkyOptionsFlow(OptionsFlow):
    """Choose between freshness and the size of the recorder."""

    async def async_step_init(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask for the interval and the step; the running meter takes them without a cut."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        pacing = pacing_of(self.config_entry.options)
        known = {CONF_INTERVAL: pacing.interval, CONF_STEP: pacing.step}
        return show_form(self, "init", OPTIONS, known)
