"""What is not shared: what a friend lent, where somebody is."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.publish.source import is_lent
from custom_components.sen1.figures.counting.balance import HomeQuantity
from custom_components.sen1.figures.site.statistics import statistic_id
from custom_components.sen1.homes import CONF_MEMBERS

from ...figures.comparison.test_group import add
from ...figures.conftest import told
from ..conftest import Home, until
from ..test_exchange import shared


async def refused(home: Home, entity_id: str) -> str | None:
    """Return why an entity cannot be shared; None when it can."""
    flows = home.hass.config_entries.subentries
    flow = await flows.async_init((home.entry.entry_id, "publication"), context={"source": "user"})
    result: Any = await flows.async_configure(flow["flow_id"], {"entity": entity_id})
    return None if result["step_id"] == "details" else str(result["errors"]["entity"])


async def figure_of(hass: HomeAssistant, **sources: Any) -> tuple[MockConfigEntry, str]:
    """Set a home up that is counted by these; return its entry, and the entity of a figure."""
    entry = MockConfigEntry(domain=DOMAIN, data={"kind": "home", **sources})
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    shown = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return entry, next(row.entity_id for row in shown if hass.states.get(row.entity_id))


async def test_what_a_friend_lent_is_shared_further_only_while_the_friend_allows_it(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
) -> None:
    publication, friend = await shared(house, cooperative)
    entity_id = cooperative.state().entity_id
    (series,) = cooperative.series()
    assert await refused(cooperative, entity_id) == "not_to_forward"
    await house.change_terms(friend, publication, may_forward=True)
    await until(lambda: series.follower.grant.terms.may_forward)
    assert await refused(cooperative, entity_id) is None
    passed_on = await cooperative.publish(entity_id)
    (running,) = cooperative.runtime[Publishing].publications.values()
    assert passed_on.title == "Meter"
    state = hass.states.get(entity_id)
    assert state is not None
    reading = running.reading(state)
    assert reading is not None
    assert reading.value == 640
    await house.change_terms(friend, publication, may_forward=False)
    await until(lambda: not series.follower.grant.terms.may_forward)
    assert running.reading(state) is None


async def test_a_figure_that_is_made_of_what_a_friend_lent_is_not_shared_either(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    publication, friend = await shared(house, cooperative)
    lent = er.async_get(hass).async_get(cooperative.state().entity_id)
    assert lent is not None
    entry, figure = await figure_of(hass, bought_power=[lent.id])
    assert await refused(cooperative, figure) == "not_to_forward"
    # Nor is the statistic that the home writes of it, as the past of another series.
    assert is_lent(hass, statistic_id(entry, HomeQuantity.BOUGHT))
    await house.change_terms(friend, publication, may_forward=True)
    assert await until(lambda: cooperative.series()[0].follower.grant.terms.may_forward)
    assert await refused(cooperative, figure) is None
    assert not is_lent(hass, statistic_id(entry, HomeQuantity.BOUGHT))
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_group_that_is_shared_falls_silent_once_a_friend_is_in_it(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    await shared(house, cooperative)
    registry = er.async_get(hass)
    power = {"unit_of_measurement": "VA", "device_class": "apparent_power"}
    other = registry.async_get_or_create("sensor", "test", "other").entity_id
    hass.states.async_set(other, "60", power)
    chosen = {"members": ["sensor.meter", other], "operation": "sum"}
    group = await add(hass, cooperative.entry, "group", name="Street", **chosen)
    entity = told(hass, cooperative.entry, "group").entity_id
    assert await refused(cooperative, entity) is None
    await cooperative.publish(entity)
    (running,) = cooperative.runtime[Publishing].publications.values()
    state = hass.states.get(entity)
    assert state is not None
    assert running.reading(state) is not None

    lent = registry.async_get(cooperative.state().entity_id)
    assert lent is not None
    members = {**group.data, CONF_MEMBERS: [*group.data[CONF_MEMBERS], lent.id]}
    hass.config_entries.async_update_subentry(cooperative.entry, group, data=members)
    assert running.reading(state) is None
    assert await refused(cooperative, entity) == "of_a_group"


async def test_what_a_friend_lent_is_not_shared_while_nobody_can_say_whether_it_may_be(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    publication, friend = await shared(house, cooperative)
    lent = cooperative.state().entity_id
    (series,) = cooperative.series()
    await house.change_terms(friend, publication, may_forward=True)
    await until(lambda: series.follower.grant.terms.may_forward)
    assert await refused(house, lent) is None
    await hass.config_entries.async_unload(cooperative.entry.entry_id)
    assert await refused(house, lent) == "not_to_forward"


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        pytest.param({"Location": [48.11, -1.68]}, "tells_position", id="where a telephone is"),
        pytest.param({"latitude": 48.11, "longitude": -1.68}, "tells_position", id="a position"),
        pytest.param({}, None, id="nothing of the kind"),
    ],
)
async def test_positions_are_not_shared(
    hass: HomeAssistant, house: Home, attributes: dict[str, Any], why: str | None
) -> None:
    er.async_get(hass).async_get_or_create("sensor", "test", "x", suggested_object_id="x")
    hass.states.async_set("sensor.x", "5", {"unit_of_measurement": "W", **attributes})
    assert await refused(house, "sensor.x") == why
