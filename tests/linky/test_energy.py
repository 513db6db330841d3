"""What the Energy dashboard offers of a meter, by the filter of its own picker."""

from homeassistant.components.recorder.statistics import async_list_statistic_ids
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import DOMAIN
from testbed.contracts import BASE, SCHOOL, TEMPO
from testbed.tic_groups import Kind, Mode
from testbed.tic_meter import TicMeter
from testbed.waiting import until

from .conftest import serial_of

TOTAL_AND_TWO = {"EAST", "EASF01", "EASF02"}
OFFERED = {
    Kind.HISTORIC_BASE: {"BASE"},
    Kind.HISTORIC_HC: {"total", "HCHC", "HCHP"},
    Kind.STANDARD_HC: TOTAL_AND_TWO,
    Kind.STANDARD_PRODUCER: TOTAL_AND_TWO | {"EAIT"},
    Kind(Mode.STANDARD, BASE, 3): {"EAST", "EASF01"},
    Kind(Mode.STANDARD, TEMPO): {"EAST", *(f"EASF0{number}" for number in range(1, 7))},
    Kind.PME_PMI: {"EAP_s_{period}"},
    Kind(Mode.PME_PMI, SCHOOL, is_producer=True): {"EAP_s_{period}", "EAP_i_{period}"},
}
"""A total, and an index for each tariff period: not the distributor's, which count again. A PME-PMI
offers that of the period in force, and each other once it was: not what begins anew each ten
minutes, nor what was counted in the billing period before."""


@pytest.mark.usefixtures("recorder_mock")
@pytest.mark.parametrize("kind", OFFERED, ids=str)
async def test_the_energy_dashboard_offers_the_right_indexes_and_nothing_else(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry, kind: Kind
) -> None:
    meter.household.freeze()
    right = {key.format(period=meter.registers.period) for key in OFFERED[kind]}
    await until(lambda: right <= linky_entry.runtime_data.values.keys() | {"total"}, "all")
    await hass.async_block_till_done()
    await get_instance(hass).async_block_till_done()
    registry = er.async_get(hass)
    # Its picker asks for sums, of the unit class energy.
    listed = await async_list_statistic_ids(hass, statistic_type="sum")
    offered = {
        registry.entities[one["statistic_id"]].unique_id.removeprefix(f"{serial_of(meter)}_")
        for one in listed
        if one["unit_class"] == "energy"
    }
    assert offered == right
    assert all(e.platform == DOMAIN for e in registry.entities.values())
