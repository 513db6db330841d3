"""A home's contract: entered in a form, told by sensors, written for dashboards."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.sen1.const import DOMAIN

from ...conftest import schema_of
from ..conftest import MakeHome, contract, home_with, measure, sensor, settled, told
from ..site.test_flow import filled_in, register

PARIS = ZoneInfo("Europe/Paris")


async def pass_to(hass: HomeAssistant, freezer: FrozenDateTimeFactory, at: datetime) -> None:
    freezer.move_to(at)
    async_fire_time_changed(hass, at)
    await settled(hass)


async def count(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, moment: datetime, index: int
) -> None:
    """Let what was bought stand at an index of Wh at a moment."""
    freezer.move_to(moment)
    measure(hass, "bought_index", index)
    await settled(hass)


async def begin_contract(hass: HomeAssistant, entry: ConfigEntry, **given: str) -> Any:
    """Open the form of a new contract and fill in its first page; return what follows."""
    flows = hass.config_entries.subentries
    form = await flows.async_init((entry.entry_id, "tariff"), context={"source": "user"})
    return await flows.async_configure(form["flow_id"], given)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


async def test_the_meters_own_period_decides_which_price_counts(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await count(hass, freezer, at("2026-06-10 21:00"), 100_000)
    hass.states.async_set("sensor.period", "peak")
    entry = await home_with(hass, contract(period_sensor="sensor.period"))
    assert told(hass, entry, "price").state == "0.2065"
    await count(hass, freezer, at("2026-06-10 22:00"), 101_000)
    # Later than any hours would say: the meter knows.
    await pass_to(hass, freezer, at("2026-06-10 22:07"))
    hass.states.async_set("sensor.period", "off_peak")
    await settled(hass)
    assert told(hass, entry, "tariff_period").state == "off_peak"
    assert told(hass, entry, "price").state == "0.1579"
    await pass_to(hass, freezer, at("2026-06-10 23:07"))
    await count(hass, freezer, at("2026-06-10 23:07"), 103_000)
    await pass_to(hass, freezer, at("2026-06-10 23:09"))
    peak = 1 + 2 * 7 / 67
    assert float(told(hass, entry, "energy_peak_day").state) == pytest.approx(peak, abs=0.0001)
    assert float(told(hass, entry, "cost_peak_day").state) == round(peak * 0.2065, 2)
    cost = told(hass, entry, "cost_day")
    assert cost.attributes["unit_of_measurement"] == "EUR"
    energy = peak * 0.2065 + (3 - peak) * 0.1579
    assert cost.attributes["energy_cost"] == round(energy, 2)
    assert cost.attributes["subscription"] == round(15.65 / 30, 2)
    assert float(cost.state) == round(energy + 15.65 / 30, 2)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_the_clock_tells_the_period_where_no_sensor_does(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(at("2026-06-10 22:20"))
    measure(hass, "bought_power", 1000)
    entry = await home_with(hass, contract(off_peak_hours="22:30-6:30"), sources=("bought_power",))
    assert told(hass, entry, "tariff_period").state == "peak"
    await pass_to(hass, freezer, at("2026-06-10 22:30"))
    assert told(hass, entry, "tariff_period").state == "off_peak"
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_the_colour_of_the_day_decides_the_price_of_tempo(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await count(hass, freezer, at("2026-12-10 12:00"), 100_000)
    colours = {"blue": 0.16, "white": 0.19, "red": 0.71}
    prices = {f"{k}_{c}": price for k in ("off_peak", "peak") for c, price in colours.items()}
    hass.states.async_set("sensor.colour", "Rouge")
    entry = await home_with(
        hass, contract(option="tempo", prices=prices, colour_sensor="sensor.colour")
    )
    for said, price in (("Rouge", "0.71"), ("unavailable", "0.71"), ("Blanc", "0.19")):
        hass.states.async_set("sensor.colour", said)
        await settled(hass)
        assert told(hass, entry, "price").state == price
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_contract_is_entered_with_the_regulated_prices_and_corrected(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await count(hass, freezer, at("2026-06-10 12:00"), 100_000)
    entry = await home_with(hass)
    registry = er.async_get(hass)
    assert "cost_day" not in str([row.unique_id for row in registry.entities.values()])
    flows = hass.config_entries.subentries
    wrong = await begin_contract(hass, entry, option="off_peak", subscribed_power="nine")
    assert wrong["errors"] == {"subscribed_power": "not_a_number"}
    form = await flows.async_configure(
        wrong["flow_id"], {"option": "off_peak", "subscribed_power": "9"}
    )
    shown = {key.schema: key.description for key in schema_of(form)}
    assert shown["begin"] == {"suggested_value": "2026-02-01"}
    assert shown["subscription"] == {"suggested_value": 19.56}
    given = {
        "begin": "2026-02-01",
        "price_list": {"off_peak": 0.1579, "peak": 0.2065},
        "subscription": 19.56,
        "known_by": {},
    }
    for known_by, error in (({}, "no_hours"), ({"off_peak_hours": "at night"}, "wrong_hours")):
        form = await flows.async_configure(form["flow_id"], {**given, "known_by": known_by})
        assert form["errors"] == {"base": error}
    given["known_by"] = {"off_peak_hours": "22:30-6:30"}
    result = await flows.async_configure(form["flow_id"], given)
    assert result["type"] == "create_entry"
    await settled(hass)
    assert told(hass, entry, "price").state == "0.2065"
    (subentry,) = entry.subentries.values()
    assert subentry.title == "Peak and off-peak, 2026-02-01"
    form = await flows.async_init(
        (entry.entry_id, "tariff"),
        context={"source": "reconfigure", "subentry_id": subentry.subentry_id},
    )
    assert form["step_id"] == "off_peak"
    given["price_list"] = {"off_peak": 0.16, "peak": 0.21}
    result = await flows.async_configure(form["flow_id"], given)
    assert result["reason"] == "reconfigure_successful"
    await settled(hass)
    assert told(hass, entry, "price").state == "0.21"
    hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)
    await settled(hass)
    with pytest.raises(KeyError):
        told(hass, entry, "price")
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_the_period_is_suggested_of_the_meter_that_measures_this_site_alone(
    hass: HomeAssistant, make_home: MakeHome
) -> None:
    meters = []
    for serial in ("0123", "0456"):
        entry = MockConfigEntry(domain=DOMAIN, data={"kind": "linky"})
        entry.add_to_hass(hass)
        labels = ("EAST", "PTCOUR1", "SINSTS")
        meters.append({one: register(hass, DOMAIN, f"{serial}_{one}", entry) for one in labels})
    measure(hass, "bought_power", 400)

    def ref(meter: int, label: str) -> str:
        return er.async_get(hass).entities[meters[meter][label]].id

    for measured, suggested in (
        ({"bought_index": [ref(0, "EAST")]}, meters[0]["PTCOUR1"]),
        ({"bought_power": [ref(1, "SINSTS")]}, meters[1]["PTCOUR1"]),
        ({"bought_power": [sensor("bought_power")]}, None),
    ):
        site = await make_home(**measured)
        flows = hass.config_entries.subentries
        form = await flows.async_init((site.entry_id, "tariff"), context={"source": "user"})
        form = await flows.async_configure(
            form["flow_id"], {"option": "ejp", "subscribed_power": "9"}
        )
        assert filled_in(form).get("period_sensor") == suggested
        flows.async_abort(form["flow_id"])


@pytest.mark.parametrize(
    ("model", "option"),
    [
        ("H PLEINE/CREUSE", "off_peak"),
        ("Heures creuses", "off_peak"),
        ("BASE", "base"),
        ("Tempo", "tempo"),
        ("ZEN FLEX", None),
        (None, None),
    ],
)
async def test_the_option_is_suggested_that_the_meter_says(
    hass: HomeAssistant, make_home: MakeHome, model: str | None, option: str | None
) -> None:
    meter = MockConfigEntry(domain=DOMAIN, data={"kind": "linky"})
    meter.add_to_hass(hass)
    index = register(hass, DOMAIN, "0123_EAST", meter)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=meter.entry_id, identifiers={(DOMAIN, "0123")}, model=model
    )
    entities = er.async_get(hass)
    entities.async_update_entity(index, device_id=device.id)
    site = await make_home(bought_index=[entities.entities[index].id])
    flows = hass.config_entries.subentries
    form = await flows.async_init((site.entry_id, "tariff"), context={"source": "user"})
    schema = form["data_schema"]
    assert schema is not None
    (field,) = (one for one in schema.schema if one == "option")
    assert (field.description or {}).get("suggested_value") == option
    flows.async_abort(form["flow_id"])


@pytest.mark.parametrize(
    ("option", "prices", "known_by", "error"),
    [
        ("tempo", ("off_peak_blue", "peak_blue"), {}, "no_colour"),
        ("ejp", ("normal", "mobile_peak"), {}, "no_peaks"),
        ("free", (), {}, "no_price"),
        ("free", ("peak", "off_peak"), {}, "no_hours"),
        ("free", ("peak", "weekend"), {}, None),
        ("ejp", ("normal", "mobile_peak"), {"period_sensor": "sensor.period"}, None),
        ("base", ("all_hours",), None, None),
    ],
)
async def test_each_option_says_what_it_lacks(
    hass: HomeAssistant,
    make_home: MakeHome,
    option: str,
    prices: tuple[str, ...],
    known_by: dict[str, str] | None,
    error: str | None,
) -> None:
    measure(hass, "bought_index", 100_000)
    entry = await make_home("bought_index")
    form = await begin_contract(hass, entry, option=option, subscribed_power="7")
    names = {
        "tempo": [f"{k}_{c}" for k in ("off_peak", "peak") for c in ("blue", "white", "red")]
    }.get(option, prices)
    given: dict[str, Any] = {
        "begin": "2026-01-01",
        "price_list": dict.fromkeys(names, 0.2),
        "subscription": 0,
    }
    if known_by is not None:
        given["known_by"] = known_by
    if option == "free":
        given["numbered"] = {}
    result = await hass.config_entries.subentries.async_configure(form["flow_id"], given)
    if error is None:
        assert result["type"] == "create_entry"
        await settled(hass)
    else:
        assert result["errors"] == {"base": error}


async def test_costs_are_there_after_a_restart_and_counted_once(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    await count(hass, freezer, at("2026-06-10 10:00"), 100_000)
    entry = await home_with(hass, contract(off_peak_hours="22:30-6:30", feed_in=0.04))
    await count(hass, freezer, at("2026-06-10 11:00"), 104_000)
    await hass.config_entries.async_reload(entry.entry_id)
    await settled(hass)
    assert told(hass, entry, "cost_day").attributes["energy_cost"] == round(4 * 0.2065, 2)
    # Nothing tells what it sends.
    with pytest.raises(KeyError):
        told(hass, entry, "income_day")
    assert await hass.config_entries.async_unload(entry.entry_id)
