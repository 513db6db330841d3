"""A helper that is made of what a friend lent is not shared, however many helpers lie between."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.publish.source import made_of

from ..conftest import Home, until
from ..test_exchange import shared
from .test_forwarding import refused

SENSOR = {"template_type": "sensor"}
HELPERS: dict[str, tuple[str, Callable[[str], dict[str, Any]]]] = {
    "a template": ("template", lambda of: {**SENSOR, "state": f"{{{{ states('{of}') | float }}}}"}),
    "a template by attribute": (
        "template",
        lambda of: {**SENSOR, "state": f"{{{{ 2 * states.{of}.state | float(0) }}}}"},
    ),
    "a sum": (
        "group",
        lambda of: {"group_type": "sensor", "type": "sum", "entities": [of], "hide_members": False},
    ),
    "a maximum": ("min_max", lambda of: {"type": "max", "entity_ids": [of], "round_digits": 2.0}),
    "a meter of months": (
        "utility_meter",
        lambda of: {
            "source": of,
            "cycle": "monthly",
            "offset": 0,
            "tariffs": [],
            "delta_values": False,
            "net_consumption": True,
        },
    ),
    "a derivative": (
        "derivative",
        lambda of: {"source": of, "round": 1.0, "time_window": {"seconds": 0}, "unit_time": "min"},
    ),
    "an integral": (
        "integration",
        lambda of: {"source": of, "method": "left", "round": 1.0, "unit_time": "h"},
    ),
    "statistics": (
        "statistics",
        lambda of: {
            "entity_id": of,
            "state_characteristic": "mean",
            "keep_last_sample": False,
            "percentile": 50.0,
            "precision": 2.0,
            "sampling_size": 20.0,
        },
    ),
}


async def add_helper(hass: HomeAssistant, kind: str, of: str, name: str = "Copy") -> str:
    """Make a helper of an entity, as its form does; return its own."""
    domain, options = HELPERS[kind]
    entry = MockConfigEntry(domain=domain, title=name, options={"name": name, **options(of)})
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    (entity,) = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert hass.states.get(entity.entity_id) is not None
    return entity.entity_id


@pytest.mark.parametrize("kind", HELPERS)
async def test_what_a_helper_is_made_of_is_seen(hass: HomeAssistant, kind: str) -> None:
    er.async_get(hass).async_get_or_create("sensor", "test", "x", suggested_object_id="own")
    hass.states.async_set("sensor.own", "5", {"unit_of_measurement": "W"})
    helper = await add_helper(hass, kind, "sensor.own")
    assert made_of(hass, helper) == {"sensor.own"}


async def test_what_a_sensor_in_yaml_says_it_is_made_of_is_seen(hass: HomeAssistant) -> None:
    hass.states.async_set("sensor.own", "5", {"unit_of_measurement": "W"})
    group = {"platform": "group", "type": "sum", "name": "Both", "entities": ["sensor.own"]}
    assert await async_setup_component(hass, "sensor", {"sensor": [group]})
    await hass.async_block_till_done()
    assert made_of(hass, "sensor.both") == {"sensor.own"}


async def test_a_helper_that_names_another_source_is_read_anew(hass: HomeAssistant) -> None:
    for name in ("one", "other"):
        hass.states.async_set(f"sensor.{name}", "5", {"unit_of_measurement": "W"})
    helper = await add_helper(hass, "a template", "sensor.one")
    assert made_of(hass, helper) == {"sensor.one"}
    entity = er.async_get(hass).async_get(helper)
    assert entity is not None
    entry = hass.config_entries.async_get_entry(entity.config_entry_id or "")
    assert entry is not None
    options = {**entry.options, "state": "{{ states('sensor.other') }}"}
    hass.config_entries.async_update_entry(entry, options=options)
    assert made_of(hass, helper) == {"sensor.other"}


async def test_a_helper_of_what_a_friend_lent_is_not_shared_at_any_remove(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    publication, friend = await shared(house, cooperative)
    lent = cooperative.state().entity_id
    (series,) = cooperative.series()
    copy = await add_helper(hass, "a template", lent)
    total = await add_helper(hass, "a sum", copy, "Total")
    own = await add_helper(hass, "a template", "sensor.meter", "Own")
    assert await refused(cooperative, copy) == "not_to_forward"
    assert await refused(cooperative, total) == "not_to_forward"
    assert await refused(cooperative, own) is None

    await house.change_terms(friend, publication, may_forward=True)
    await until(lambda: series.follower.grant.terms.may_forward)
    assert await refused(cooperative, total) is None
    await cooperative.publish(total)
    (running,) = cooperative.runtime[Publishing].publications.values()
    state = hass.states.get(total)
    assert state is not None
    told = running.reading(state)
    assert told is not None
    assert told.value == 640
    await house.change_terms(friend, publication, may_forward=False)
    await until(lambda: not series.follower.grant.terms.may_forward)
    assert running.reading(state) is None


async def test_helpers_in_a_circle_are_followed_once(hass: HomeAssistant, house: Home) -> None:
    hass.states.async_set("sensor.second", "5", {"unit_of_measurement": "W"})
    first = await add_helper(hass, "a template", "sensor.second", "First")
    second = await add_helper(hass, "a maximum", first, "Again")
    hass.states.async_set("sensor.second", "5", {"unit_of_measurement": "W", "of": [second]})
    assert await refused(house, second) is None
