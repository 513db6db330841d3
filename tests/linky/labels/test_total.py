"""The total goes on when the contract changes, as the energy does."""

import json

from homeassistant.core import Event, EventStateChangedData, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_mock_restore_state_shutdown_restart

from custom_components.sen1.linky.labels.total import Total
from testbed.tic_groups import Kind
from testbed.tic_meter import serve_socket
from testbed.waiting import until

from ...conftest import known_state
from ..conftest import Saying, quick_meter, serial_of, set_up
from ..test_meter import states

OFF_PEAK, EJP = ("HCHC", "HCHP"), ("EJPHN", "EJPHPM")


def test_the_total_is_the_sum_of_its_indexes_and_nothing_while_one_lacks() -> None:
    total = Total()
    assert total.of(OFF_PEAK, {"HCHC": 100}) is None
    assert total.of(OFF_PEAK, {"HCHC": 100, "HCHP": 20}) == 120
    assert total.of(OFF_PEAK, {"HCHC": 103, "HCHP": 20}) == 123


@pytest.mark.parametrize("begins", [0, 7, 5_000_000])
@pytest.mark.parametrize("restarts", [False, True])
def test_another_contract_begins_where_the_last_one_ended(begins: int, restarts: bool) -> None:
    total = Total()
    total.of(OFF_PEAK, {"HCHC": 100, "HCHP": 20})
    assert total.of(EJP, {"EJPHN": begins}) is None
    if restarts:
        total = Total(json.loads(json.dumps(total.kept)))
    assert total.of(EJP, {"EJPHN": begins, "EJPHPM": 3}) == 120
    assert total.of(EJP, {"EJPHN": begins + 4, "EJPHPM": 3}) == 124
    if restarts:
        total = Total(json.loads(json.dumps(total.kept)))
    assert total.of(EJP, {"EJPHN": begins + 5, "EJPHPM": 4}) == 126


async def test_a_contract_that_changes_while_running_makes_no_false_energy(
    hass: HomeAssistant,
) -> None:
    meter, after = quick_meter(Kind.HISTORIC_HC), quick_meter(Kind.HISTORIC_TEMPO)
    for one in (meter, after):
        one.household.freeze()
    after.override("ADCO", serial_of(meter))
    said = Saying(meter.frame())
    written: list[int] = []

    async with serve_socket(said) as url:
        entry = await set_up(hass, meter, url, interval=0)
        entity_id = states(hass, meter)["total"].entity_id

        def total() -> str:
            return known_state(hass, entity_id).state

        def changed(event: Event[EventStateChangedData]) -> None:
            if event.data["entity_id"] == entity_id and total().isdigit():
                written.append(int(total()))

        hass.bus.async_listen("state_changed", changed)
        await until(lambda: total().isdigit(), "a total")
        before = int(total())

        said.data = after.frame()
        values = entry.runtime_data.values
        index = "BBRHCJB"
        await until(lambda: str(values.get("OPTARIF")).startswith("BBR"), "the new contract")
        await until(lambda: index in values, "its indexes")
        after.override(index, f"{values[index] + 5:09}")
        said.data = after.frame()
        await until(lambda: total() == str(before + 5), "what was drawn since")
        assert set(written) <= {before, before + 5}

        await async_mock_restore_state_shutdown_restart(hass)
        assert await hass.config_entries.async_reload(entry.entry_id)
        await until(lambda: total() == str(before + 5), "the same again")
        assert await hass.config_entries.async_unload(entry.entry_id)
