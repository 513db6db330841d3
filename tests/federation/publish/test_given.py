"""The mean of a group as it is given on: who may have which figure, how fine, and how often."""

from datetime import UTC, datetime
from typing import Any

from homeassistant.components.recorder.core import Recorder
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.config import collection_data, publication_data
from custom_components.sen1.federation.organising.groups import groups as groups_module
from custom_components.sen1.federation.organising.groups.groups import Groups
from custom_components.sen1.federation.publish.periodic import GivenPublication
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.publish.source import is_lent
from custom_components.sen1.federation.relations.group_names import GroupKey, GroupName

from ..conftest import Home, until
from ..organising.conftest import COLLECTION, change, collect, current, is_member, join
from ..organising.groups.conftest import Village
from .test_periodic import since


@pytest.fixture
async def village(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    cooperative: Home,
    monkeypatch: pytest.MonkeyPatch,
) -> Village:
    """Return the members of the cooperative's collection, none of whom is anywhere."""
    for name in ("GATHERED", "SOON_AFTER", "QUIET"):
        monkeypatch.setattr(groups_module, name, 0.0)
    village = Village(hass, cooperative.entry, cooperative.runtime.store)
    village.groups = cooperative.runtime[Groups]
    monkeypatch.setattr(
        groups_module, "giving_of", lambda _hass, member, what, _: village.giving_of(member, what)
    )
    return village


def entity_of(hass: HomeAssistant, key: GroupKey) -> str:
    """Return the entity of a figure."""
    name = GroupName(COLLECTION, "consumption", key)
    entity_id = er.async_get(hass).async_get_entity_id("sensor", DOMAIN, name.unique_id)
    assert entity_id is not None
    return entity_id


async def six_have_given(village: Village, hours: int = 3, first: int = 1) -> None:
    """Let six homes have told some hours, each of which is given on."""
    numbers = range(first, first + 6)
    village.add(*numbers)
    for number in numbers:
        await village.tell(number, dict.fromkeys(range(2, hours + 2), float(number)))
    # Who has told nothing yet would not count today.
    village.give_since(hours)
    for number in numbers:
        await village.tell(number, {1: float(number)})
    (group,) = village.groups
    await until(lambda: group.given == (village.now - 3600, first + 2.5))


async def tried(home: Home, entity_id: str, **details: Any) -> Any:
    """Return what the form of a series says, with its second page if there is one."""
    flows = home.hass.config_entries.subentries
    flow = await flows.async_init((home.entry.entry_id, "publication"), context={"source": "user"})
    flow = await flows.async_configure(flow["flow_id"], {"entity": entity_id})
    if flow["step_id"] == "details":
        defaults = {"title": "Group", "direction": "consumption", "interval_s": 1}
        flow = await flows.async_configure(flow["flow_id"], defaults | details)
    return flow


async def test_a_group_is_shown_on_the_one_device_of_its_collection(
    hass: HomeAssistant, village: Village, cooperative: Home
) -> None:
    collect(cooperative)
    await until(lambda: list(village.groups))
    await six_have_given(village)
    state = hass.states.get(entity_of(hass, GroupKey.SUM))
    assert state is not None
    said = state.attributes
    assert (state.state, said["homes"], said["reporting"], said["of"]) == ("21", 6, 6, 6)
    assert said["statistic"] == f"sen1:collected_{COLLECTION}_consumption_sum"
    assert (said["unit_of_measurement"], said["device_class"]) == ("kWh", "energy")
    for key, value in ((GroupKey.MEAN, "3.5"), (GroupKey.GIVEN, "3.5"), (GroupKey.REPORTING, "6")):
        shown = hass.states.get(entity_of(hass, key))
        assert shown is not None
        assert shown.state == value
    registry = er.async_get(hass)
    entities = [registry.async_get(entity_of(hass, key)) for key in GroupKey]
    assert len({entity.device_id for entity in entities if entity is not None}) == 1


@pytest.mark.parametrize("key", [key for key in GroupKey if key is not GroupKey.GIVEN])
async def test_the_organisers_own_figures_are_refused(
    hass: HomeAssistant, village: Village, cooperative: Home, key: GroupKey
) -> None:
    collect(cooperative)
    await until(lambda: list(village.groups))
    await six_have_given(village)
    flow = await tried(cooperative, entity_of(hass, key))
    assert flow["errors"] == {"entity": "of_a_group"}
    # Nor is what is made of them, nor their past.
    helper = er.async_get(hass).async_get_or_create("sensor", "test", "h", suggested_object_id="h")
    sources = {"source": entity_of(hass, key), "unit_of_measurement": "kWh"}
    hass.states.async_set(helper.entity_id, "1", sources)
    flow = await tried(cooperative, helper.entity_id)
    assert flow["errors"] == {"entity": "not_to_forward"}
    assert is_lent(hass, GroupName(COLLECTION, "consumption", key).statistic_id)


async def test_the_mean_as_given_on_is_told_by_hours_or_days_and_no_finer(
    hass: HomeAssistant, village: Village, cooperative: Home
) -> None:
    collect(cooperative)
    await until(lambda: list(village.groups))
    await six_have_given(village)
    for fine in ("live", "pt10m", "pt30m"):
        flow = await tried(cooperative, entity_of(hass, GroupKey.GIVEN), granularity=fine)
        assert flow["errors"] == {"granularity": "not_so_fine"}, fine
    flow = await tried(cooperative, entity_of(hass, GroupKey.GIVEN), granularity="pt1h")
    assert flow["type"] == "create_entry"
    await until(lambda: cooperative.runtime[Publishing].publications)
    running = cooperative.periodic()
    assert isinstance(running, GivenPublication)
    assert running.description.measurement["aggregation"] == "sum"
    points = await running.async_points(village.now - 10 * 3600, village.now)
    assert [(point.begin, point.value) for point in points] == [
        (village.now - ago * 3600, 3.5) for ago in (3, 2, 1)
    ]


async def test_a_day_is_told_once_each_of_its_hours_was_given(
    hass: HomeAssistant, village: Village, cooperative: Home
) -> None:
    collect(cooperative)
    await until(lambda: list(village.groups))
    await six_have_given(village, hours=50)
    await tried(cooperative, entity_of(hass, GroupKey.GIVEN), granularity="p1d")
    await until(lambda: cooperative.runtime[Publishing].publications)
    running = cooperative.periodic()
    begin = village.now - 50 * 3600
    points = await running.async_points(begin - 5 * 86400, village.now + 86400)
    assert points
    assert all(point.value == pytest.approx(3.5 * point.seconds / 3600) for point in points)
    assert all(begin <= point.begin and point.end <= village.now for point in points)


async def test_a_collection_gives_its_mean_to_each_member_once_it_is_ticked(
    hass: HomeAssistant, village: Village, cooperative: Home, house: Home, meter: Any
) -> None:
    subentry = collect(cooperative)
    await until(lambda: list(village.groups))
    flow = await cooperative.change(subentry, "grants")
    assert flow["step_id"] == "collection_gives"
    flows = hass.config_entries.subentries
    flow = await flows.async_configure(flow["flow_id"], {"group_mean": True})
    assert flow["reason"] == "reconfigure_successful", flow
    (series,) = _publications(cooperative)
    assert publication_data(series)["granularity"] == "PT1H"
    (grant,) = collection_data(current(cooperative, subentry))["grants"]
    assert grant["publication"] == publication_data(series)["publication"]
    # Granted for longer, so that there is something to receive.
    earlier = village.now - 6 * 3600
    grant = {**grant, "begin": datetime.fromtimestamp(earlier, UTC).isoformat()}
    change(cooperative, subentry, grants=[grant])
    await since(cooperative, series, earlier)

    # Ticked still, and made once.
    flow = await cooperative.change(current(cooperative, subentry), "grants")
    (field,) = flow["data_schema"].schema
    assert field.description["suggested_value"] is True
    await flows.async_configure(flow["flow_id"], {"group_mean": True})
    assert len(_publications(cooperative)) == 1

    own = await house.publish("sensor.meter")
    await join(house, cooperative, subentry, consumption=own)
    await is_member(cooperative, house)
    await six_have_given(village, first=2)
    await until(lambda: (state := house.state()) and state.state == "4.5")
    assert house.series()[0].description.measurement["aggregation"] == "sum"

    flow = await cooperative.change(current(cooperative, subentry), "grants")
    await flows.async_configure(flow["flow_id"], {"group_mean": False})
    assert collection_data(current(cooperative, subentry))["grants"] == []


def _publications(home: Home) -> list[ConfigSubentry]:
    subentries = home.entry.subentries.values()
    return [one for one in subentries if one.subentry_type == "publication"]


async def test_a_collection_that_asks_for_it_no_more_shares_no_mean_of_it(
    hass: HomeAssistant, village: Village, cooperative: Home
) -> None:
    subentry = collect(cooperative)
    await until(lambda: list(village.groups))
    await six_have_given(village)
    await tried(cooperative, entity_of(hass, GroupKey.GIVEN), granularity="pt1h")
    assert len(_publications(cooperative)) == 1
    change(cooperative, subentry, asks=[])
    await until(lambda: not _publications(cooperative))
    assert list(village.groups) == []
