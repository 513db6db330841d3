"""The entity of a publication: found again after a power cut, told when it is gone, replaced."""

import asyncio
from collections.abc import Callable
from typing import Any

from homeassistant.components.recorder.core import Recorder
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest

from custom_components.sen1.federation.config import publication_data
from custom_components.sen1.federation.fixes.source import SourceMissingFlow
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.repairs import async_create_fix_flow

from ..conftest import Home, until
from ..test_exchange import shared
from .test_outbox import received  # noqa: F401 - a fixture

ENTITY = "sensor.meter"
VA = {"unit_of_measurement": "VA", "device_class": "apparent_power"}

type Meter = Callable[[object], None]


def make_entity(hass: HomeAssistant, unique_id: str = "power", name: str = "meter") -> str:
    """Make an entity as its integration does at each start; return its registry id."""
    registry = er.async_get(hass)
    known = ("sensor", "test", unique_id)
    return registry.async_get_or_create(*known, suggested_object_id=name).id


def remove(hass: HomeAssistant) -> None:
    """Remove the meter's entity, as its integration or the user would."""
    er.async_get(hass).async_remove(ENTITY)
    hass.states.async_remove(ENTITY)


def lose(hass: HomeAssistant) -> None:
    """Have the registry forget that the meter's entity ever was there, as a power cut can."""
    remove(hass)
    er.async_get(hass).deleted_entities.clear()


def make_older(hass: HomeAssistant, home: Home, subentry: ConfigSubentry) -> None:
    """Take from a publication what the first version did not store."""
    new = {"platform", "unique_id"}
    old = {key: value for key, value in subentry.data.items() if key not in new}
    hass.config_entries.async_update_subentry(home.entry, subentry, data=old)


def missing(hass: HomeAssistant) -> ir.IssueEntry | None:
    issues = ir.async_get(hass).issues.values()
    return next((i for i in issues if i.translation_key == "source_missing"), None)


def only_publication(home: Home) -> Any:
    (subentry,) = (s for s in home.entry.subentries.values() if s.subentry_type == "publication")
    return publication_data(subentry)


async def test_an_entity_the_registry_forgot_is_found_again_at_the_next_start(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    await shared(house, cooperative)
    await hass.config_entries.async_unload(house.entry.entry_id)
    lose(hass)
    registry_id = make_entity(hass)
    assert only_publication(house)["registry_id"] != registry_id
    await hass.config_entries.async_setup(house.entry.entry_id)
    assert only_publication(house)["registry_id"] == registry_id
    meter(700)
    await until(lambda: cooperative.state().state == "700")
    assert missing(hass) is None


async def test_an_entity_whose_integration_names_it_otherwise_is_found_by_its_new_identity(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    await shared(house, cooperative)
    er.async_get(hass).async_update_entity(ENTITY, new_unique_id="meter_1")
    await until(lambda: only_publication(house)["unique_id"] == "meter_1")
    lose(hass)
    make_entity(hass, "meter_1")
    meter(700)
    await until(lambda: cooperative.state().state == "700")


async def test_what_was_recorded_before_a_forgotten_entity_is_back_arrives_once(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    received: list[tuple[float, object]],  # noqa: F811
) -> None:
    await shared(house, cooperative)
    await hass.config_entries.async_unload(house.entry.entry_id)
    for power in range(1000, 1010):
        await asyncio.sleep(0.002)
        meter(power)
    lose(hass)
    await hass.config_entries.async_setup(house.entry.entry_id)
    await until(lambda: cooperative.state("status").state == "source_unavailable")
    make_entity(hass)
    meter(2000)
    await until(lambda: len(received) >= 12)
    assert [value for _time, value in sorted(received)] == [640, *range(1000, 1010), 2000]


async def test_a_publication_of_an_earlier_version_learns_what_finds_its_entity_again(
    hass: HomeAssistant, house: Home, meter: Meter
) -> None:
    subentry = await house.publish(ENTITY)
    await until(lambda: house.runtime.session.is_online)
    await hass.config_entries.async_unload(house.entry.entry_id)
    make_older(hass, house, subentry)
    await hass.config_entries.async_setup(house.entry.entry_id)
    assert only_publication(house) == subentry.data


async def test_a_publication_of_an_earlier_version_whose_entity_is_gone_tells_so(
    hass: HomeAssistant, house: Home, meter: Meter
) -> None:
    subentry = await house.publish(ENTITY)
    await until(lambda: house.runtime.session.is_online)
    await hass.config_entries.async_unload(house.entry.entry_id)
    make_older(hass, house, subentry)
    lose(hass)
    await hass.config_entries.async_setup(house.entry.entry_id)
    assert missing(hass)


async def test_an_entity_that_is_gone_is_told_until_it_is_back(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    await shared(house, cooperative)
    remove(hass)
    await until(lambda: cooperative.state("status").state == "source_unavailable")
    issue = missing(hass)
    assert issue
    make_entity(hass)
    assert missing(hass) is None
    meter(710)
    await until(lambda: cooperative.state().state == "710")


async def test_an_entity_is_not_told_gone_before_home_assistant_has_started(
    hass: HomeAssistant, house: Home, meter: Meter
) -> None:
    await house.publish(ENTITY)
    await until(lambda: house.runtime.session.is_online)
    await hass.config_entries.async_unload(house.entry.entry_id)
    lose(hass)
    hass.set_state(CoreState.starting)
    await hass.config_entries.async_setup(house.entry.entry_id)
    assert missing(hass) is None
    hass.set_state(CoreState.running)
    hass.bus.async_fire("homeassistant_started")
    await until(lambda: missing(hass))


async def test_removing_the_account_takes_the_issue_back(
    hass: HomeAssistant, house: Home, meter: Meter
) -> None:
    await house.publish(ENTITY)
    remove(hass)
    assert missing(hass)
    await hass.config_entries.async_remove(house.entry.entry_id)
    assert missing(hass) is None


async def mend(hass: HomeAssistant, step: str) -> Any:
    """Open the flow of the issue at one of its answers."""
    issue = missing(hass)
    assert issue
    flow = await async_create_fix_flow(hass, issue.issue_id, issue.data)
    assert isinstance(flow, SourceMissingFlow)
    flow.hass = hass
    flow.issue_id, flow.flow_id, flow.handler = issue.issue_id, "f", "sen1"
    menu = await flow.async_step_init()
    assert menu["description_placeholders"] == {"series": "Meter"}
    assert step in menu["menu_options"]
    form = await getattr(flow, f"async_step_{step}")()
    assert form["step_id"] == step
    return flow


@pytest.mark.parametrize(
    ("entity_id", "attributes", "error"),
    [
        pytest.param("sensor.yaml", VA, "no_unique_id", id="no identity"),
        pytest.param("sensor.other", None, "no_state", id="no state"),
        pytest.param(
            "sensor.other", {"unit_of_measurement": "°C"}, "measures_other", id="another quantity"
        ),
        pytest.param(
            "sensor.other", VA | {"state_class": "total"}, "measures_other", id="an index"
        ),
        pytest.param("binary_sensor.other", {}, "measures_other", id="on or off"),
    ],
)
async def test_another_entity_must_measure_the_same(
    hass: HomeAssistant,
    house: Home,
    meter: Meter,
    entity_id: str,
    attributes: dict[str, str] | None,
    error: str,
) -> None:
    await house.publish(ENTITY)
    lose(hass)
    make_entity(hass, "another", "other")
    binary = ("binary_sensor", "test", "another")
    er.async_get(hass).async_get_or_create(*binary, suggested_object_id="other")
    if attributes is not None:
        hass.states.async_set(entity_id, "12", attributes)
    flow = await mend(hass, "choose")
    result = await flow.async_step_choose({"entity": entity_id})
    assert result["errors"] == {"entity": error}
    assert missing(hass)


async def test_another_entity_is_shared_from_its_choice_on_in_the_same_unit(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    received: list[tuple[float, object]],  # noqa: F811
) -> None:
    await shared(house, cooperative)
    kilo = VA | {"unit_of_measurement": "kVA"}
    lose(hass)
    make_entity(hass, "another", "other")
    for power in (1, 2, 3):
        await asyncio.sleep(0.002)
        hass.states.async_set("sensor.other", str(power), kilo)
    flow = await mend(hass, "choose")
    result = await flow.async_step_choose({"entity": "sensor.other"})
    assert result["type"] == "create_entry"
    assert missing(hass) is None
    await until(lambda: cooperative.state().state == "3000")
    await asyncio.sleep(0.002)
    hass.states.async_set("sensor.other", "4", kilo)
    await until(lambda: cooperative.state().state == "4000")
    assert [value for _time, value in sorted(received)] == [640, 3000, 4000]


async def test_the_series_of_an_entity_that_is_gone_can_be_removed(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    await shared(house, cooperative)
    lose(hass)
    flow = await mend(hass, "remove")
    await flow.async_step_remove({})
    assert missing(hass) is None
    await until(lambda: cooperative.state("status").state == "withdrawn")


async def test_a_source_long_without_value_is_not_taken_for_a_restored_backup(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.sen1.federation.publish.reconciler.OLDER_COPY", 0)
    await shared(house, cooperative)
    (publication,) = house.runtime[Publishing].publications.values()
    await until(lambda: publication.publisher.watermark)
    meter("unavailable")
    await until(lambda: cooperative.state("status").state == "source_unavailable")
    await hass.config_entries.async_reload(house.entry.entry_id)
    meter(700)
    await until(lambda: cooperative.state().state == "700")
    told = [issue.translation_key for issue in ir.async_get(hass).issues.values()]
    assert "older_copy" not in told
