"""Where a series comes from, as a friend is told: who answers for it, and what measured it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.publish.source import provenance_of
from custom_components.sen1.protocol.provenance import Provenance, SourceKind

from ..conftest import Home, until
from ..test_exchange import shared
from .test_forwarding import refused

NAMELESS = MockConfigEntry(domain=DOMAIN, data={"kind": "account"})
"""An account whose home has no name of its own."""


def call(home: Home, name: str) -> None:
    """Give a home the name that its friends see."""
    data = {**home.entry.data, "name": name}
    home.hass.config_entries.async_update_entry(home.entry, data=data)


async def test_a_friend_is_told_who_answers_for_a_series_and_what_measured_it(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    call(house, "Foyer Ibis")
    await shared(house, cooperative)
    (series,) = cooperative.series()
    assert series.description.provenance == Provenance("Foyer Ibis", SourceKind.OTHER)
    status = cooperative.state("status")
    assert status is not None
    assert status.attributes["controller"] == "Foyer Ibis"
    assert status.attributes["source"] == "other"
    assert status.attributes["way"] == "node"


async def test_what_is_of_unknown_source_is_said_to_be_and_never_passed_on(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    publication, friend = await shared(house, cooperative)
    await house.change_terms(friend, publication, may_forward=True)
    (series,) = cooperative.series()
    await until(lambda: series.may_be_passed_on)
    entity_id = cooperative.state().entity_id
    assert await refused(cooperative, entity_id) is None
    series.follower.redescribe(replace(series.description, provenance=None))
    series.listeners.tell()
    status = cooperative.state("status")
    assert status is not None
    assert status.attributes["source"] == "unknown"
    assert "controller" not in status.attributes
    assert await refused(cooperative, entity_id) == "not_to_forward"


async def test_a_group_s_series_says_that_it_is_one(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    await shared(house, cooperative)
    (series,) = cooperative.series()
    assert "group" not in cooperative.state().attributes
    of_group = Provenance("Coop", SourceKind.GROUP)
    series.follower.redescribe(replace(series.description, provenance=of_group))
    series.listeners.tell()
    assert cooperative.state().attributes["group"] is True


async def test_what_is_passed_on_stays_its_friends_and_says_by_whom_it_came(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    call(house, "Foyer Ibis")
    await shared(house, cooperative)
    call(cooperative, "Coop")
    entity = er.async_get(hass).async_get(cooperative.state().entity_id)
    assert entity is not None
    told = provenance_of(hass, cooperative.entry, entity)
    assert told == Provenance("Foyer Ibis", SourceKind.OTHER, via="Coop")


@pytest.mark.parametrize(
    ("kind", "subentry", "source"),
    [
        pytest.param("linky", None, SourceKind.METER, id="a meter"),
        pytest.param("enphase", None, SourceKind.INVERTER, id="inverters"),
        pytest.param("home", "manual_meter", SourceKind.HAND, id="a meter read by hand"),
        pytest.param("home", None, SourceKind.FIGURE, id="a figure"),
        pytest.param("account", "group", SourceKind.GROUP, id="a group"),
        pytest.param("account", "friend", SourceKind.GROUP, id="members of a collection"),
    ],
)
async def test_each_kind_of_entry_is_a_kind_of_source(
    hass: HomeAssistant, kind: str, subentry: str | None, source: SourceKind
) -> None:
    subentries: Any = [
        {
            "data": {"kind": "collection"} if kind == "friend" else {},
            "subentry_type": kind,
            "title": "",
            "unique_id": None,
            "subentry_id": "s",
        }
        for kind in [subentry]
        if kind
    ]
    entry = MockConfigEntry(domain=DOMAIN, data={"kind": kind}, subentries_data=subentries)
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, "042176123456")},
        manufacturer="Enedis",
        model="Linky",
        name="Meter 042176123456",
        serial_number="042176123456",
    )
    entity = er.async_get(hass).async_get_or_create(
        "sensor",
        DOMAIN,
        "042176123456_power",
        config_entry=entry,
        config_subentry_id="s" if subentry else None,
        device_id=device.id,
    )
    told = provenance_of(hass, NAMELESS, entity)
    assert told is not None
    assert told.source is source
    assert "042176123456" not in str(told)
    is_measured = source not in (SourceKind.FIGURE, SourceKind.GROUP)
    assert (told.manufacturer, told.model) == (("Enedis", "Linky") if is_measured else ("", ""))


async def test_any_other_sensor_tells_the_maker_of_its_device(hass: HomeAssistant) -> None:
    entry = MockConfigEntry(domain="other")
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={("other", "1")},
        manufacturer=" Shelly " * 40,
        model="EM",
    )
    entity = er.async_get(hass).async_get_or_create(
        "sensor", "other", "1", config_entry=entry, device_id=device.id
    )
    told = provenance_of(hass, NAMELESS, entity)
    assert told is not None
    assert told.source is SourceKind.SENSOR
    assert len(told.manufacturer) == 80
    assert told.model == "EM"


async def test_a_home_without_a_name_answers_under_that_of_home_assistant(
    hass: HomeAssistant,
) -> None:
    hass.config.location_name = "Foyer Dune"
    entity = er.async_get(hass).async_get_or_create("sensor", "other", "1")
    told = provenance_of(hass, NAMELESS, entity)
    assert told is not None
    assert told.controller == "Foyer Dune"


async def test_friends_see_the_new_name_of_a_home(
    house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    await shared(house, cooperative)
    (series,) = cooperative.series()
    call(house, "Foyer Lande")

    def answers() -> bool:
        provenance = series.description.provenance
        return provenance is not None and provenance.controller == "Foyer Lande"

    await until(answers)
