"""Every unit and device class of Home Assistant, through the wire and back."""

from collections.abc import Iterator
from enum import StrEnum
import time
from typing import Any
from xml.etree import ElementTree

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.components.sensor.const import (
    DEVICE_CLASS_UNITS,
    NON_NUMERIC_DEVICE_CLASSES,
    SensorDeviceClass,
)
from homeassistant.const import UnitOfTime
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.sen1.federation.states import (
    binary_device_class_of,
    reading_of,
    series_of,
    shown_of,
    told_of,
    unique_id_of,
)
from custom_components.sen1.history.units import WIRES
from custom_components.sen1.protocol.model import (
    Description,
    Grant,
    GrantState,
    Granularity,
    Item,
    ItemId,
    PublicationId,
    Reading,
    node_of,
)
from custom_components.sen1.protocol.stamps import stamp
from custom_components.sen1.protocol.stanzas import (
    grant_from_element,
    grant_to_element,
    item_from_element,
    item_to_element,
)

from .conftest import Home, until

NUMBERS = ("0", "-1", "12", "21.3", "1234.567", "0.001", "98765432.1", "1e-07")

CURRENCIES = ("EUR", "CHF")
OTHER_UNITS = ("furlong", "€/kWh", UnitOfTime.YEARS, "°", "UV index", "rpm", "dBA")


def numbers() -> Iterator[tuple[str | None, type[StrEnum] | str | None]]:
    for device_class, units in DEVICE_CLASS_UNITS.items():
        for unit in units:
            yield device_class, unit
    for currency in CURRENCIES:
        yield SensorDeviceClass.MONETARY, currency
    for unit in OTHER_UNITS:
        yield None, unit
    for unit in WIRES:
        yield None, unit
    yield None, None


def through(state: State) -> tuple[Description, Any]:
    """Return what a friend is told of a state, and what the friend shows."""
    told = told_of(state)
    publication = PublicationId("0b9fd1b6-6f4c-4a3c-9d5e-2f1f6c2f4a10")
    description = Description(
        name=f"urn:uuid:{publication}_measurement/x/{told.kind}/live",
        title="Series",
        unit=told.unit,
        measurement=told.measurement,
        granularity=Granularity.LIVE,
        revision=1,
    )
    grant = Grant(
        publication, GrantState.ACTIVE, node=node_of(publication), description=description
    )
    received = grant_from_element(over_the_wire(grant_to_element(grant))).description
    assert received == description
    reading = reading_of(state, description)
    assert reading is not None
    item = Item(publication, ItemId(stamp(reading.time)), None, 1, (reading,))
    envelope = over_the_wire(item_to_element(item, description))
    read = item_from_element(item.id, envelope, received, now=time.time())
    return received, shown_of(received).value(read.readings[-1])


def over_the_wire(element: ElementTree.Element) -> ElementTree.Element:
    return ElementTree.fromstring(ElementTree.tostring(element))


@pytest.mark.parametrize(
    ("device_class", "unit"), sorted(set(numbers()), key=str), ids=lambda text: str(text)
)
def test_a_number_comes_back_in_its_own_unit(device_class: str | None, unit: str | None) -> None:
    attributes = {"device_class": device_class, "unit_of_measurement": unit}
    attributes = {key: text for key, text in attributes.items() if text is not None}
    for number in NUMBERS:
        description, value = through(State("sensor.x", number, attributes))
        assert value == float(number)
        shown = shown_of(description)
        assert shown.unit == unit
        assert shown.device_class == device_class
        if float(number).is_integer():
            assert isinstance(value, int)


def test_what_others_read_is_of_the_size_they_are_told() -> None:
    def wire(number: str, unit: str, device_class: str | None = None) -> object:
        state = State(
            "sensor.x", number, {"unit_of_measurement": unit, "device_class": device_class}
        )
        told = told_of(state)
        description = Description("x", "x", told.unit, told.measurement, Granularity.LIVE, 1)
        reading = reading_of(state, description)
        assert reading is not None
        return reading.value, told.unit

    assert wire("68", "°F", "temperature") == (20, "Cel")
    assert wire("9", "°F", "temperature_delta") == (5, "K")
    assert wire("1.5", "MWh", "energy") == (1_500_000, "Wh")
    assert wire("2", "bar", "pressure") == (200_000, "Pa")
    assert wire("55", "%", "humidity") == (55, "%RH")
    assert wire("55", "%", "moisture") == (55, "/100")
    assert wire("90", "L/min", "volume_flow_rate") == (0.0015, "m3/s")
    assert wire("12.5", "EUR", "monetary") == ("12.5", None)


@pytest.mark.parametrize("device_class", [None, *sorted(NON_NUMERIC_DEVICE_CLASSES)])
def test_a_text_comes_back_as_it_was(device_class: str | None) -> None:
    text = "2026-11-24T12:00:00+00:00" if device_class == "timestamp" else "off-peak, blue"
    description, value = through(State("sensor.x", text, {"device_class": device_class}))
    assert value == text
    assert (shown_of(description).unit, shown_of(description).is_number) == (None, False)


@pytest.mark.parametrize("device_class", [None, *BinarySensorDeviceClass])
@pytest.mark.parametrize("state", ["on", "off"])
def test_a_binary_state_comes_back_as_it_was(device_class: str | None, state: str) -> None:
    description, value = through(State("binary_sensor.x", state, {"device_class": device_class}))
    assert value is (state == "on")
    assert binary_device_class_of(description.measurement) == device_class


def test_a_number_of_a_friend_whose_unit_is_not_what_came_is_shown_as_it_came() -> None:
    measurement = {"name": "active-power", "quantity": "power", "unit": "°C"}
    shown = shown_of(Description("x", "x", "kW", measurement, Granularity.LIVE, 1))
    assert (shown.unit, shown.device_class) == ("kW", SensorDeviceClass.POWER)
    assert shown.value(Reading(0, 1.5)) == 1.5


def test_a_unit_that_home_assistant_does_not_know_is_shown_as_it_came() -> None:
    shown = shown_of(Description("x", "x", "cd/m2", {"name": "luminance"}, Granularity.LIVE, 1))
    assert (shown.unit, shown.device_class, shown.value(Reading(0, 7))) == ("cd/m2", None, 7)


@pytest.mark.parametrize(
    ("promised", "said"),
    [
        pytest.param(
            State("binary_sensor.x", "on"),
            State("binary_sensor.x", "open"),
            id="neither on nor off",
        ),
        pytest.param(State("sensor.x", "1"), State("sensor.x", "inf"), id="not finite"),
        pytest.param(
            State("sensor.x", "1", {"unit_of_measurement": "rpm"}),
            State("sensor.x", "1", {"unit_of_measurement": "dBA"}),
            id="a unit of which nothing is known",
        ),
        pytest.param(
            State("sensor.x", "1", {"unit_of_measurement": "W", "device_class": "power"}),
            State("sensor.x", "1", {"unit_of_measurement": "°C", "device_class": "temperature"}),
            id="a unit of another quantity",
        ),
    ],
)
def test_a_state_that_is_not_what_was_promised_is_not_told(promised: State, said: State) -> None:
    told = told_of(promised)
    description = Description("x", "x", told.unit, told.measurement, Granularity.LIVE, 1)
    assert reading_of(promised, description) is not None
    with pytest.raises(ValueError, match=r"on nor off|finite|cannot be converted"):
        reading_of(said, description)


def test_a_text_of_a_friend_who_promised_numbers_is_not_shown() -> None:
    shown = shown_of(Description("x", "x", "W", {"name": "power"}, Granularity.LIVE, 1))
    assert shown.is_number
    assert shown.value(Reading(0, "off-peak")) is None


OF_A_HOUSE = {
    "sensor.room": ("68.4", {"unit_of_measurement": "°F", "device_class": "temperature"}),
    "sensor.bill": ("12.34", {"unit_of_measurement": "EUR", "device_class": "monetary"}),
    "sensor.pool": ("7.2", {"device_class": "ph", "state_class": "measurement"}),
    "sensor.tariff": ("off-peak", {"device_class": "enum"}),
    "sensor.count": ("42", {}),
    "binary_sensor.door": ("on", {"device_class": "door"}),
}


async def test_sensors_of_every_kind_are_shared_and_shown(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    registry = er.async_get(hass)
    published = []
    for entity_id, (state, attributes) in OF_A_HOUSE.items():
        domain, name = entity_id.split(".")
        registry.async_get_or_create(domain, "test", name, suggested_object_id=name)
        hass.states.async_set(entity_id, state, attributes)
        published.append(await house.publish(entity_id, title=name, direction="none"))
    await house.befriend(cooperative, *published)
    await cooperative.befriend(house)

    def shown() -> dict[str, tuple[str, object, object]]:
        entities = er.async_entries_for_config_entry(registry, cooperative.entry.entry_id)
        states = [hass.states.get(e.entity_id) for e in entities if e.entity_category is None]
        return {
            f"{state.domain}.{state.name.rpartition(' ')[2]}": (
                state.state,
                state.attributes.get("unit_of_measurement"),
                state.attributes.get("device_class"),
            )
            for state in states
            if state and state.state not in ("unavailable", "unknown")
        }

    await until(lambda: len(shown()) == len(OF_A_HOUSE))
    found = shown()
    assert found.pop("sensor.room")[1:] == ("°C", "temperature")  # Home Assistant converts it
    assert found == {
        "sensor.bill": ("12.34", "EUR", "monetary"),
        "sensor.pool": ("7.2", None, "ph"),
        "sensor.tariff": ("off-peak", None, None),
        "sensor.count": ("42", None, None),
        "binary_sensor.door": ("on", None, "door"),
    }
    hass.states.async_set("binary_sensor.door", "off", {"device_class": "door"})
    await until(lambda: shown().get("binary_sensor.door", ("",))[0] == "off")
    assert not cooperative.runtime.journal.refusals


def test_an_entity_is_known_by_its_series() -> None:
    publication = PublicationId("0b9fd1b6-0000-4000-8000-000000000001")
    unique_id = unique_id_of("01JABCDEFGHJKMNPQRSTVWXYZ0", publication, "reading_of_now")
    assert series_of(unique_id) == ("01JABCDEFGHJKMNPQRSTVWXYZ0", publication)
    assert series_of("990000") is None
