"""The flow of a meter that people read: add it, enter a reading, change it."""

from collections.abc import Container, Mapping
from dataclasses import asdict
from datetime import datetime
import time
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntryState, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.helpers import selector
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...const import UserInput
from ...fields import LINES, box, dropdown, listed, show_form
from ...last_page import Made
from ..counting.balance import HomeQuantity
from ..counting.form import FormFlow
from ..tariff.contract import PERIODS_OF, Option
from ..tariff.tally import Commodity
from .hand_readings import MOST, HandReading, ReadingError, read_lines
from .meters import (
    CONF_COEFFICIENT,
    CONF_EVERY,
    CONF_METER_KIND,
    CONF_READINGS,
    CONF_REGISTERS,
    INDEXES as KINDS,
    ONLY,
    meters_of,
    registers_of,
)

CONF_AT = "at"
CONF_NEW_METER = "new_meter"

REGISTERS = (*PERIODS_OF[Option.OFF_PEAK], *PERIODS_OF[Option.EJP], *PERIODS_OF[Option.TEMPO])
"""Tariff periods that a meter shows an index of."""

METER_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_NAME): selector.TextSelector(),
        vol.Required(CONF_METER_KIND): listed("meter_kind", KINDS),
        vol.Optional(CONF_REGISTERS, default=list): dropdown("register", REGISTERS, multiple=True),
        vol.Optional(CONF_COEFFICIENT): box(100, "any", "kWh/m³"),
        vol.Required(CONF_EVERY, default=30): box(1000, 1, "d"),
    }
)

NEW_METER_SCHEMA = METER_SCHEMA.extend({vol.Optional(CONF_READINGS): LINES})

INDEX = box(MOST, "any")
INDEXES = {name: vol.Required(name) for name in (ONLY, *REGISTERS)}


class MeterFlow(FormFlow):
    """Add a meter that people read, and enter what it shows."""

    schema = NEW_METER_SCHEMA
    made = Made.MANUAL_METER

    async def async_step_reconfigure(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Offer what is done each month first."""
        return self.async_show_menu(step_id="reconfigure", menu_options=["reading", "meter"])

    async def async_step_meter(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Change what is known of the meter; its readings stay."""
        return await self.async_show_until_stored("meter", user_input, METER_SCHEMA)

    async def async_step_reading(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Ask what the meter shows."""
        entry, subentry = self._get_entry(), self._get_reconfigure_subentry()
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="home_not_loaded")
        registers = registers_of(subentry)
        errors: dict[str, str] = {}
        if user_input is not None:
            reading = HandReading(
                dt_util.as_utc(datetime.fromisoformat(user_input[CONF_AT])).timestamp(),
                {name: user_input[name] for name in registers},
                user_input[CONF_NEW_METER],
            )
            try:
                await entry.runtime_data.meters.async_add(subentry.subentry_id, reading)
            except ReadingError as error:
                errors["base"] = error.key
            else:
                return self.async_abort(reason="reading_added")
        fields = {
            vol.Required(CONF_AT): selector.DateTimeSelector(),
            **{INDEXES[name]: INDEX for name in registers},
            vol.Required(CONF_NEW_METER, default=False): selector.BooleanSelector(),
        }
        shown = user_input or {CONF_AT: dt_util.now().strftime("%Y-%m-%d %H:%M:%S")}
        return show_form(self, "reading", fields, shown, errors)

    def errors(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with a meter as it was entered."""
        others = meters_of(self._get_entry())
        if self.source == SOURCE_RECONFIGURE:
            del others[self._get_reconfigure_subentry().subentry_id]
        return self.check({other.title for other in others.values()}, given)

    @classmethod
    def check(cls, taken: Container[str], given: Mapping[str, Any]) -> dict[str, str]:
        """Return what is wrong with a meter of a home whose others have taken these names."""
        if given[CONF_NAME] in taken:
            return {CONF_NAME: "meter_name_taken"}
        if given[CONF_METER_KIND] == Commodity.GAS and not given.get(CONF_COEFFICIENT):
            return {CONF_COEFFICIENT: "no_coefficient"}
        try:
            cls.stored(given)
        except ReadingError as error:
            return {CONF_READINGS: error.key}
        return {}

    @staticmethod
    def stored(given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the subentry stores: what is of no use to its kind is left out.

        Raises ReadingError.
        """
        kind = given[CONF_METER_KIND]
        data = {CONF_METER_KIND: kind, CONF_EVERY: given[CONF_EVERY]}
        if kind == HomeQuantity.BOUGHT and given.get(CONF_REGISTERS):
            data[CONF_REGISTERS] = given[CONF_REGISTERS]
        if kind == Commodity.GAS:
            data[CONF_COEFFICIENT] = given[CONF_COEFFICIENT]
        if text := given.get(CONF_READINGS):
            registers, zone = data.get(CONF_REGISTERS) or [ONLY], dt_util.get_default_time_zone()
            readings = read_lines(text, registers, time.time(), zone)
            data[CONF_READINGS] = [asdict(reading) for reading in readings]
        return data
