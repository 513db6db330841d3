"""What is made of friends' readings is shared again when five homes are in it, and only then."""

from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from ..conftest import Home, until
from ..follow.test_past import half_hours, imported
from .test_periodic import POWER, record


def village(hass: HomeAssistant, value: int, homes: int) -> None:
    attributes = {"unit_of_measurement": "W", "device_class": "power", "homes": homes}
    hass.states.async_set("sensor.village", str(value), attributes)


@pytest.mark.parametrize("granularity", ["pt1h", "p1d"])
async def test_of_hours_of_which_nobody_knows_how_many_homes_were_in_them_nothing_is_told(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, granularity: str
) -> None:
    record(hass, POWER, rising=False)
    curve = half_hours(96)
    await imported(hass, curve)
    await house.publish("sensor.p", granularity=granularity, past="sen1:file")
    running = house.periodic()
    span = (curve[0].begin, curve[-1].end)
    assert await running.async_points(*span)
    hass.states.async_set("sensor.p", "500", POWER | {"homes": 6})
    assert await running.async_points(*span) == []


async def test_a_group_is_shared_while_it_is_made_of_five_homes(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    er.async_get(hass).async_get_or_create("sensor", "test", "v", suggested_object_id="village")
    flows = hass.config_entries.subentries
    flow = await flows.async_init((house.entry.entry_id, "publication"), context={"source": "user"})
    village(hass, 400, homes=4)
    flow = await flows.async_configure(flow["flow_id"], {"entity": "sensor.village"})
    assert flow["errors"] == {"entity": "too_few_homes"}
    flows.async_abort(flow["flow_id"])

    village(hass, 500, homes=5)
    publication = await house.publish("sensor.village")
    await house.befriend(cooperative, publication)
    await cooperative.befriend(house)
    await until(lambda: (s := cooperative.state()) and s.state == "500")
    village(hass, 400, homes=4)
    await until(lambda: cooperative.state("status").state == "source_unavailable")
    assert cooperative.state().state == "unavailable"
    village(hass, 600, homes=6)
    await until(lambda: cooperative.state().state == "600")
