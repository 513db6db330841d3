"""The flow of a site, a home or another building: what it is, and which sensors measure it."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import (
    SOURCE_IMPORT,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlowResult,
    ConfigSubentry,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.const import (
    ATTR_UNIT_OF_MEASUREMENT,
    CONF_LATITUDE,
    CONF_LOCATION,
    CONF_LONGITUDE,
    CONF_NAME,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.core_config import Config
from homeassistant.data_entry_flow import section
from homeassistant.helpers import selector
from homeassistant.util.unit_conversion import VolumeConverter
import voluptuous as vol

from ...const import CONF_KIND, DOMAIN, MANUAL_METER, TARIFF, Kind, UserInput
from ...fields import CONF_HOME, FeedingFlow, box, dropdown, free_title, listed, show_form
from ...history.past import async_meaning
from ...homes import of_others
from ...last_page import Made, async_last_page
from ...protocol.project import coarse_position, is_link, place_of
from ...protocol.sheet import Heating, HotWater, SiteKind
from ..const import (
    CONF_COMMUNE,
    CONF_DEGREE_BASE,
    CONF_DEGREE_METHOD,
    CONF_FLOOR_AREA,
    CONF_GAS_COEFFICIENT,
    CONF_HEATING,
    CONF_HOT_WATER,
    CONF_MAIN,
    CONF_OUTDOOR,
    CONF_PEOPLE,
    CONF_PICTURE,
    CONF_POSITION,
    CONF_SITE_KIND,
    CONF_SUBSCRIBED_POWER,
    CONF_TRUSTED,
    CONF_WEATHER_ARCHIVE,
    GOAL,
    NEED,
)
from ..counting.balance import HomeQuantity
from ..counting.form import POWER_CLASSES, async_text
from ..counting.sites import main_site, no_longer_main, sites
from ..counting.sources import (
    SOURCES,
    Measure,
    series_key,
    series_of,
    statistic_of,
    with_entities,
    with_references,
)
from ..counting.states import is_energy, is_power
from ..goal.flow import GoalFlow
from ..meter.flow import NEW_METER_SCHEMA, MeterFlow
from ..meter.meters import meters_of
from ..outdoor.thermometer import Thermometer, tells_temperature
from ..surplus.flow import NeedFlow
from ..tariff.flow import TariffFlow
from ..tariff.tally import Commodity, SiteQuantity
from ..watch.watch import CONF_MUTED, HomeFault
from ..year.degree_days import BASE, Method
from .finding import TOLD, async_find, async_offered

ON_MAP = "on_map"
"""Whether the commune of the site is shown on a map."""

SECTION_GRID = "grid"
SECTION_PRODUCTION = "production"
SECTION_STORAGE = "storage"
SECTION_HOUSE = "house"
SECTION_PLACE = "place"
SECTION_OUTDOOR = "outdoor"
"""Sections of the form; what is stored is flat."""

CLASSES: dict[Measure, list[str]] = {
    Measure.POWER: POWER_CLASSES,
    Measure.INDEX: [SensorDeviceClass.ENERGY],
}


def _sensors(measure: Measure, others: Sequence[str] = ()) -> selector.EntitySelector:
    """Return the choice of sensors that tell something in one way, but for those of `others`."""
    return selector.EntitySelector(
        selector.EntitySelectorConfig(
            domain="sensor",
            device_class=CLASSES[measure],
            multiple=True,
            exclude_entities=list(others),
        )
    )


TELLING: dict[SiteQuantity, dict[Any, Any]] = {
    quantity: {
        vol.Optional(f"{quantity}_{measure}", default=list): _sensors(measure)
        for measure in Measure
        if quantity in HomeQuantity
    }
    | {vol.Optional(series_key(quantity), default=list): selector.StatisticSelector()}
    for quantity in TOLD
}
"""Fields of the sensors that measure each quantity, see `SOURCES`, and of statistics telling it."""

STATISTICS = tuple(map(series_key, TOLD))
ENTITIES = (*SOURCES, CONF_OUTDOOR)
REFERENCES = (*ENTITIES, *STATISTICS)

OUTDOOR = selector.EntitySelector(
    selector.EntitySelectorConfig(
        filter=[
            {"domain": Thermometer.SENSOR, "device_class": SensorDeviceClass.TEMPERATURE},
            {"domain": Thermometer.WEATHER},
        ]
    )
)
"""What tells the temperature outside."""


SECTIONS: dict[str, vol.Schema] = {
    SECTION_GRID: vol.Schema(TELLING[HomeQuantity.BOUGHT] | TELLING[HomeQuantity.SOLD]),
    SECTION_PRODUCTION: vol.Schema(TELLING[HomeQuantity.PRODUCED]),
    SECTION_STORAGE: vol.Schema(TELLING[HomeQuantity.DISCHARGED] | TELLING[HomeQuantity.CHARGED]),
    SECTION_HOUSE: vol.Schema(
        {
            vol.Optional(CONF_FLOOR_AREA): box(100_000, 0.1, "m²"),
            vol.Optional(CONF_SUBSCRIBED_POWER): box(1000, 0.1, "kVA"),
            vol.Optional(CONF_HEATING): dropdown("heating", Heating),
            vol.Optional(CONF_HOT_WATER): dropdown("hot_water", HotWater),
            vol.Optional(CONF_PEOPLE): box(100_000, minimum=1),
            **TELLING[Commodity.GAS],
            vol.Optional(CONF_GAS_COEFFICIENT): box(100, 0.01, "kWh/m³"),
            **TELLING[Commodity.WATER],
        }
    ),
    SECTION_PLACE: vol.Schema(
        {
            vol.Optional(CONF_COMMUNE): selector.TextSelector(),
            vol.Optional(ON_MAP, default=False): selector.BooleanSelector(),
            vol.Optional(CONF_LOCATION): selector.LocationSelector(),
            vol.Optional(CONF_PICTURE): selector.TextSelector(),
        }
    ),
    SECTION_OUTDOOR: vol.Schema(
        {
            vol.Optional(CONF_OUTDOOR): OUTDOOR,
            vol.Optional(CONF_DEGREE_BASE, default=BASE): box(30, 0.5, "°C"),
            vol.Optional(CONF_DEGREE_METHOD, default=Method.METEO): listed("degree_method", Method),
            vol.Optional(CONF_WEATHER_ARCHIVE, default=False): selector.BooleanSelector(),
        }
    ),
}
COLLAPSED = (SECTION_STORAGE, SECTION_PLACE, SECTION_OUTDOOR)

SUBENTRY_FLOWS: dict[str, type[ConfigSubentryFlow]] = {
    NEED: NeedFlow,
    TARIFF: TariffFlow,
    MANUAL_METER: MeterFlow,
    GOAL: GoalFlow,
}


class HomeFlow(FeedingFlow):
    """Say what a site is and which sensors measure it; there may be any number."""

    async def async_step_home(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask for the sensors, with those that were found filled in."""
        return await self._async_show_home("home", user_input)

    async def async_make_home(self, title: str, series: Mapping[str, str]) -> None:
        """Let statistics tell a home: the one that they tell already, or that of this name.

        There may be none of it yet.
        """
        told = {series_key(quantity): statistic for quantity, statistic in series.items()}
        known = [
            site
            for site in sites(self.hass)
            if any(statistic in site.data.get(key, ()) for key, statistic in told.items())
        ]
        for site in (known or [site for site in sites(self.hass) if site.title == title])[:1]:
            more = {
                key: list(dict.fromkeys([*site.data.get(key, ()), statistic]))
                for key, statistic in told.items()
            }
            self.hass.config_entries.async_update_entry(site, data={**site.data, **more})
            return
        await self.hass.config_entries.flow.async_init(
            DOMAIN,
            context={"source": SOURCE_IMPORT},
            data={CONF_NAME: title} | {key: [statistic] for key, statistic in told.items()},
        )

    async def async_step_import(self, import_data: dict[str, Any]) -> ConfigFlowResult:
        """Make a home of what another flow has asked."""
        data = {CONF_KIND: Kind.HOME, CONF_SITE_KIND: SiteKind.HOME, **import_data}
        return self.async_create_entry(title=data.pop(CONF_NAME), data=data)

    async def async_step_manual_meter(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask for a meter that people read, what it showed, and the home that it is of."""
        errors: dict[str, str] = {}
        if user_input is not None:
            title = user_input[CONF_HOME].strip()
            home = next((site for site in sites(self.hass) if site.title == title), None)
            taken = {meter.title for meter in meters_of(home).values()} if home else ()
            if not (errors := MeterFlow.check(taken, user_input)):
                page = await async_last_page(self.hass, Made.MANUAL_METER)
                meter = ConfigSubentry(
                    data=MappingProxyType(MeterFlow.stored(user_input)),
                    subentry_type=MANUAL_METER,
                    title=user_input[CONF_NAME],
                    unique_id=None,
                )
                if home is None:
                    data = {CONF_KIND: Kind.HOME, CONF_SITE_KIND: SiteKind.HOME}
                    meters = [meter.as_dict()]
                    return self.async_create_entry(
                        title=title, data=data, subentries=meters, **page
                    )
                self.hass.config_entries.async_add_subentry(home, meter)
                told = page["description_placeholders"]
                return self.async_abort(reason=Made.MANUAL_METER, description_placeholders=told)
        fields = await self.async_home_field(CONF_HOME) | NEW_METER_SCHEMA.schema
        return show_form(self, "manual_meter", fields, user_input, errors)

    async def async_step_home_reconfigure(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Change the sensors; what was counted stays."""
        return await self._async_show_home("home_reconfigure", user_input)

    async def _async_show_home(self, step_id: str, user_input: UserInput) -> ConfigFlowResult:
        changed = self._get_reconfigure_entry() if self.source == SOURCE_RECONFIGURE else None
        given = None if user_input is None else _flat(user_input)
        errors: dict[str, str] = {}
        if given is not None:
            errors = check_site(self.hass, given, changed) or await async_check(self.hass, given)
            if not errors:
                return await self._async_store_home(given, changed)
        elif changed is None:
            given = await async_find(self.hass)
        else:
            given = _shown(self.hass, changed)
        config = self.hass.config
        here = {CONF_LATITUDE: config.latitude, CONF_LONGITUDE: config.longitude}
        fields = await self._async_fields(changed, given)
        shown = _sectioned({CONF_LOCATION: here, **given})
        return show_form(self, step_id, fields, shown, errors)

    async def _async_store_home(
        self, given: dict[str, Any], changed: ConfigEntry | None
    ) -> ConfigFlowResult:
        said = _said(given, self.hass.config)
        data = {CONF_KIND: Kind.HOME, **with_references(self.hass, said, REFERENCES)}
        title = given[CONF_NAME].strip()
        if changed is None:
            made = Made.ROOF if data[CONF_SITE_KIND] == SiteKind.ROOF else Made.HOME
            page = await async_last_page(self.hass, made)
            return self.async_create_entry(title=title, data=data, **page)
        kept = {key: changed.data[key] for key in (CONF_MAIN, CONF_TRUSTED) if key in changed.data}
        becomes_main = given.get(CONF_MAIN, False)
        data |= kept | ({CONF_MAIN: True} if becomes_main else {})
        result = self.async_update_and_abort(changed, title=title, data=data)
        if becomes_main:
            no_longer_main(self.hass, changed)
        return result

    async def _async_fields(
        self, changed: ConfigEntry | None, given: Mapping[str, Any]
    ) -> dict[Any, Any]:
        """Return the form; only a site that is not the main one can be made so."""
        home = await async_text(self.hass, "device.home.name", "Home")
        name = free_title(self.hass, home) if changed is None else changed.title
        fields: dict[Any, Any] = {
            vol.Required(CONF_NAME, default=name): selector.TextSelector(),
            vol.Required(CONF_SITE_KIND, default=SiteKind.HOME): dropdown("site_kind", SiteKind),
        }
        if changed is not None and main_site(self.hass) is not changed:
            fields[vol.Required(CONF_MAIN, default=False)] = selector.BooleanSelector()
        offered: dict[str, selector.Selector[Any]] = dict(await async_offered(self.hass, given))
        others = of_others(self.hass)
        offered |= {key: _sensors(measure, others) for key, (_, measure) in SOURCES.items()}
        return {**fields, **dict(_with_offered(offered))}


OPTIONS = {vol.Required(CONF_MUTED, default=list): listed("fault", HomeFault, multiple=True)}


class HomeOptionsFlow(OptionsFlow):
    """Choose what shall not raise an issue."""

    async def async_step_watching(self, user_input: UserInput = None) -> ConfigFlowResult:
        """Ask what to mute; it applies at once."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        return show_form(self, "watching", OPTIONS, self.config_entry.options)

    async_step_init = async_step_watching


@callback
def check_site(
    hass: HomeAssistant, given: Mapping[str, Any], changed: ConfigEntry | None
) -> dict[str, str]:
    """Return what is wrong with what is said of a site itself."""
    name, picture = given[CONF_NAME].strip(), given.get(CONF_PICTURE, "").strip()
    if not name or name in {site.title for site in sites(hass) if site is not changed}:
        return {CONF_NAME: "site_name_taken"}
    # To a browser a path that begins with two strokes of any kind is another server's.
    is_path = picture.startswith("/") and picture[1:2] not in ("/", "\\")
    return {} if not picture or is_path or is_link(picture) else {"base": "no_picture"}


async def async_check(hass: HomeAssistant, given: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with a form: sensors, the temperature outside, the statistic of gas."""
    if errors := check_sources(hass, given):
        return errors
    if given.get(CONF_OUTDOOR) and not tells_temperature(hass.states.get(given[CONF_OUTDOOR])):
        return {"base": "no_temperature"}
    for statistic in series_of(given, Commodity.GAS):
        meaning = await async_meaning(hass, statistic)
        is_volume = meaning is not None and meaning.unit in VolumeConverter.VALID_UNITS
        if is_volume and not given.get(CONF_GAS_COEFFICIENT):
            return {"base": "no_gas_coefficient"}
    return {}


@callback
def check_sources(hass: HomeAssistant, given: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with the sensors and statistics of a form."""
    for keys in (SOURCES, STATISTICS):
        chosen = [source for key in keys for source in given.get(key, ())]
        if len(chosen) != len(set(chosen)):
            return {"base": "source_twice"}
    for key, (_quantity, measure) in SOURCES.items():
        fits = is_power if measure is Measure.POWER else is_energy
        for entity_id in given.get(key, ()):
            state = hass.states.get(entity_id)
            unit = None if state is None else state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
            if unit is not None and not fits(unit):
                return {"base": "wrong_unit"}
    return {}


def _with_offered(offered: Mapping[str, selector.Selector[Any]]) -> Iterator[tuple[Any, section]]:
    """Yield the sections of the form, with what there is to choose from in some of the fields."""
    for name, schema in SECTIONS.items():
        is_optional = name in (SECTION_PLACE, SECTION_OUTDOOR)
        key = vol.Optional(name, default=dict) if is_optional else vol.Required(name)
        fields = {field: offered.get(field.schema, of) for field, of in schema.schema.items()}
        yield key, section(vol.Schema(fields), {"collapsed": name in COLLAPSED})


def _flat(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a form without its sections."""
    flat: dict[str, Any] = {}
    for key, value in user_input.items():
        flat |= value if key in SECTIONS else {key: value}
    return flat


def _sectioned(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values under the sections of the form they are shown in."""
    return dict(values) | {
        name: {key.schema: values[key.schema] for key in schema.schema if key.schema in values}
        for name, schema in SECTIONS.items()
    }


def _said(given: Mapping[str, Any], home: Config) -> dict[str, Any]:
    """Return what an entry stores of the answers: texts that say something, whole people.

    Of the place no more than its commune is kept, and nothing if it is to be on no map.
    """
    passed_over = (CONF_NAME, CONF_MAIN, CONF_LOCATION, ON_MAP)
    said = {key: value for key, value in given.items() if key not in passed_over}
    for key in (CONF_COMMUNE, CONF_PICTURE):
        if text := said.pop(key, "").strip():
            said[key] = text
    if CONF_PEOPLE in said:
        said[CONF_PEOPLE] = int(said[CONF_PEOPLE])
    if given.get(ON_MAP):
        here = {CONF_LATITUDE: home.latitude, CONF_LONGITUDE: home.longitude}
        place = given.get(CONF_LOCATION, here)
        said[CONF_POSITION] = coarse_position(place[CONF_LATITUDE], place[CONF_LONGITUDE])
    return said


@callback
def _shown(hass: HomeAssistant, changed: ConfigEntry) -> dict[str, Any]:
    stored = changed.data
    shown = with_entities(hass, stored, ENTITIES)
    for key in STATISTICS:
        if stored.get(key):
            shown[key] = [statistic_of(hass, ref) for ref in stored[key]]
    if place := place_of(stored.get(CONF_POSITION, "")):
        shown |= {ON_MAP: True, CONF_LOCATION: place}
    return shown
