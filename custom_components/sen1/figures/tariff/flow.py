"""The flow of a contract: how it divides time, what it costs, since when."""

from collections.abc import Container, Mapping
from functools import partialmethod
from typing import Any

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers import device_registry as dr, entity_registry as er, selector
from homeassistant.util import dt as dt_util
import voluptuous as vol

from ...const import DOMAIN, UserInput
from ...fields import box, dropdown, listed, show_form
from ...last_page import Made, async_last_page
from ..const import CONF_BOUGHT_INDEX, CONF_BOUGHT_POWER, CONF_SUBSCRIBED_POWER
from ..counting.form import async_text
from ..counting.sources import entities_of, sensors_by_serial, with_entities, with_references
from .contract import NUMBERED_PERIODS, PERIODS_OF, WINTER, Hours, HoursError, Option
from .presets import newest, read_presets
from .spending import (
    CONF_BEGIN,
    CONF_COLOUR_SENSOR,
    CONF_FEED_IN,
    CONF_OFF_PEAK_HOURS,
    CONF_OPTION,
    CONF_PERIOD_SENSOR,
    CONF_PRICES,
    CONF_SUBSCRIPTION,
    CONF_WINTER,
)

SECTION_PRICES = "price_list"
SECTION_KNOWN_BY = "known_by"
SECTION_NUMBERED = "numbered"

POWERS = ["3", "6", "9", "12", "15", "18", "24", "30", "36"]
"""kVA that can be subscribed at a single-family meter."""
MONTHS = [str(month) for month in range(1, 13)]

REFERENCES = (CONF_PERIOD_SENSOR, CONF_COLOUR_SENSOR)

TOLD = {
    "BASE": Option.BASE,
    "HEURES CREUSES": Option.OFF_PEAK,
    "H PLEINE/CREUSE": Option.OFF_PEAK,
    "HP/HC": Option.OFF_PEAK,
    "TEMPO": Option.TEMPO,
    "EJP": Option.EJP,
}
"""What meters call their contract, in capitals: NGTF, or the name of OPTARIF. Others are not known
to be any of these."""

PERIOD_LABELS = ("PTEC", "PTCOUR1")
"""By which a meter tells its tariff period."""
COLOUR_LABELS = ("colour_today",)
"""By which it tells the colour of today."""

PRICE = box(10, "any", minimum=-10)
AMOUNT = box(10_000, 0.01)
SENSOR = selector.EntitySelector(selector.EntitySelectorConfig(domain=["sensor", "binary_sensor"]))

PERIOD_SENSOR = {vol.Optional(CONF_PERIOD_SENSOR): SENSOR}
HOURS = {vol.Optional(CONF_OFF_PEAK_HOURS): selector.TextSelector()}

START = {
    vol.Required(CONF_OPTION): listed("tariff_option", Option),
    vol.Required(CONF_SUBSCRIBED_POWER): selector.SelectSelector(
        selector.SelectSelectorConfig(
            options=POWERS, custom_value=True, mode=selector.SelectSelectorMode.DROPDOWN
        )
    ),
}


def form(
    prices: dict[Any, Any],
    known_by: dict[Any, Any] | None = None,
    numbered: dict[Any, Any] | None = None,
) -> dict[Any, Any]:
    """Return the form of an option: its prices, and how its periods are known."""
    fields: dict[Any, Any] = {
        vol.Required(CONF_BEGIN): selector.DateSelector(),
        vol.Required(SECTION_PRICES): section(vol.Schema(prices), {"collapsed": False}),
        vol.Required(CONF_SUBSCRIPTION, default=0): AMOUNT,
        vol.Optional(CONF_FEED_IN): PRICE,
    }
    if known_by is not None:
        fields[vol.Required(SECTION_KNOWN_BY)] = section(vol.Schema(known_by), {"collapsed": False})
    if numbered is not None:
        fields[vol.Required(SECTION_NUMBERED)] = section(vol.Schema(numbered), {"collapsed": True})
    return fields


PRICES_OF = {
    option: {vol.Required(name): PRICE for name in PERIODS_OF[option]}
    for option in (Option.BASE, Option.OFF_PEAK, Option.TEMPO, Option.EJP)
}
FREE_PRICES = {
    vol.Optional(name): PRICE for name in PERIODS_OF[Option.FREE] if name not in NUMBERED_PERIODS
}
NUMBERED_PRICES = {vol.Optional(name): PRICE for name in NUMBERED_PERIODS}

FORMS = {
    Option.BASE: form(PRICES_OF[Option.BASE]),
    Option.OFF_PEAK: form(PRICES_OF[Option.OFF_PEAK], {**PERIOD_SENSOR, **HOURS}),
    Option.TEMPO: form(
        PRICES_OF[Option.TEMPO], {**PERIOD_SENSOR, vol.Optional(CONF_COLOUR_SENSOR): SENSOR}
    ),
    Option.EJP: form(PRICES_OF[Option.EJP], PERIOD_SENSOR),
    Option.FREE: form(
        FREE_PRICES,
        {
            **PERIOD_SENSOR,
            **HOURS,
            vol.Optional(CONF_WINTER): dropdown("month", MONTHS, multiple=True),
        },
        NUMBERED_PRICES,
    ),
}


class TariffFlow(ConfigSubentryFlow):
    """Add a contract, with the regulated prices filled in, or change one."""

    _power = 0.0

    async def async_step_user(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Ask how the contract divides time."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                self._power = float(str(user_input[CONF_SUBSCRIBED_POWER]).replace(",", "."))
            except ValueError:
                errors[CONF_SUBSCRIBED_POWER] = "not_a_number"
            else:
                return await self._async_price(Option(user_input[CONF_OPTION]))
        power = self._get_entry().data.get(CONF_SUBSCRIBED_POWER)
        shown = user_input or {CONF_SUBSCRIBED_POWER: "6" if power is None else f"{power:g}"}
        if user_input is None and (told := _told_option(self.hass, self._get_entry())) is not None:
            shown[CONF_OPTION] = told.value
        return show_form(self, "user", START, shown, errors)

    async def async_step_reconfigure(self, user_input: UserInput = None) -> SubentryFlowResult:
        """Change a contract: the form is that of its option."""
        return await self._async_price(Option(self._get_reconfigure_subentry().data[CONF_OPTION]))

    async def _async_price(
        self, option: Option, user_input: UserInput = None
    ) -> SubentryFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None and not (errors := check_tariff(option, user_input)):
            return await self._async_stored(option, user_input)
        shown = await self._async_suggested(option) if user_input is None else user_input
        return show_form(self, option.value, FORMS[option], shown, errors)

    async_step_base = partialmethod(_async_price, Option.BASE)
    async_step_off_peak = partialmethod(_async_price, Option.OFF_PEAK)
    async_step_tempo = partialmethod(_async_price, Option.TEMPO)
    async_step_ejp = partialmethod(_async_price, Option.EJP)
    async_step_free = partialmethod(_async_price, Option.FREE)

    async def _async_stored(
        self, option: Option, user_input: Mapping[str, Any]
    ) -> SubentryFlowResult:
        known_by = user_input.get(SECTION_KNOWN_BY, {})
        data = {
            CONF_OPTION: option.value,
            **{k: user_input[k] for k in (CONF_BEGIN, CONF_SUBSCRIPTION)},
            **({CONF_FEED_IN: user_input[CONF_FEED_IN]} if CONF_FEED_IN in user_input else {}),
            CONF_PRICES: prices_in(option, user_input),
            **with_references(self.hass, {k: v for k, v in known_by.items() if v}, REFERENCES),
        }
        # A contract is called by its option and since when it holds.
        name = await async_text(self.hass, f"selector.tariff_option.options.{option}", option)
        title = f"{name}, {data[CONF_BEGIN]}"
        if self.source == SOURCE_RECONFIGURE:
            return self.async_update_and_abort(
                self._get_entry(), self._get_reconfigure_subentry(), title=title, data=data
            )
        page = await async_last_page(self.hass, Made.TARIFF)
        return self.async_create_entry(title=title, data=data, **page)

    async def _async_suggested(self, option: Option) -> dict[str, Any]:
        """Return what the form shows at first: what is stored, else the regulated prices."""
        if self.source == SOURCE_RECONFIGURE:
            stored = self._get_reconfigure_subentry().data
            prices = stored[CONF_PRICES]
            return {
                **stored,
                SECTION_PRICES: prices,
                SECTION_NUMBERED: prices,
                SECTION_KNOWN_BY: with_entities(self.hass, stored, REFERENCES),
            }
        site = self._get_entry()
        found = {
            CONF_PERIOD_SENSOR: _own_sensor(self.hass, site, PERIOD_LABELS),
            CONF_COLOUR_SENSOR: _own_sensor(self.hass, site, COLOUR_LABELS),
            CONF_WINTER: [str(month) for month in sorted(WINTER)],
        }
        known_by = {key: value for key, value in found.items() if value is not None}
        presets = await self.hass.async_add_executor_job(read_presets)
        preset = newest(presets, option, self._power)
        if preset is None:
            begin = dt_util.now().date().replace(month=1, day=1)
            return {CONF_BEGIN: begin.isoformat(), SECTION_KNOWN_BY: known_by}
        return {
            CONF_BEGIN: preset.begin.isoformat(),
            SECTION_PRICES: preset.prices,
            CONF_SUBSCRIPTION: preset.subscriptions[self._power],
            SECTION_KNOWN_BY: known_by,
        }


@callback
def _measuring(hass: HomeAssistant, site: ConfigEntry) -> list[str]:
    """Return the sensors of what a site buys."""
    return [
        entity_id
        for key in (CONF_BOUGHT_INDEX, CONF_BOUGHT_POWER)
        for entity_id in entities_of(hass, site.data.get(key, ()))
    ]


@callback
def _told_option(hass: HomeAssistant, site: ConfigEntry) -> Option | None:
    """Return the option that the meter of a site says, as its device has it."""
    entities, devices = er.async_get(hass), dr.async_get(hass)
    for entity_id in _measuring(hass, site):
        row = entities.async_get(entity_id)
        device = devices.async_get(row.device_id) if row and row.device_id else None
        model = getattr(device, "model", None) or ""
        if (option := TOLD.get(model.upper())) is not None:
            return option
    return None


@callback
def _own_sensor(hass: HomeAssistant, site: ConfigEntry, labels: Container[str]) -> str | None:
    """Return the sensor with one of the labels of the meter that measures a site, if one does."""
    measuring = set(_measuring(hass, site))
    for sensors in sensors_by_serial(hass, DOMAIN).values():
        if not measuring.isdisjoint(sensors.values()):
            for label, entity_id in sensors.items():
                if label in labels:
                    return entity_id
    return None


def prices_in(option: Option, user_input: Mapping[str, Any]) -> dict[str, float]:
    """Return the prices that were entered, in the order of the option's periods."""
    given = {**user_input.get(SECTION_PRICES, {}), **user_input.get(SECTION_NUMBERED, {})}
    return {name: given[name] for name in PERIODS_OF[option] if given.get(name) is not None}


def check_tariff(option: Option, user_input: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with a contract as it was entered."""
    prices, known_by = prices_in(option, user_input), user_input.get(SECTION_KNOWN_BY, {})
    if not prices:
        return {"base": "no_price"}
    hours = known_by.get(CONF_OFF_PEAK_HOURS)
    if hours:
        try:
            Hours.parse(hours)
        except HoursError:
            return {"base": "wrong_hours"}
    if known_by.get(CONF_PERIOD_SENSOR):
        return {}
    if option is Option.TEMPO and not known_by.get(CONF_COLOUR_SENSOR):
        return {"base": "no_colour"}
    if option is Option.EJP:
        return {"base": "no_peaks"}
    has_hours = hours or option not in (Option.OFF_PEAK, Option.FREE)
    if not has_hours and any(name.startswith(("off_peak", "index")) for name in prices):
        return {"base": "no_hours"}
    return {}
