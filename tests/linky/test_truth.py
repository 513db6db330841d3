"""What is made of lines that say the truth only in part."""

import asyncio

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.linky.line.stream import LineError, LineFault, Patience
from custom_components.sen1.linky.meter import LinkyMeter
from testbed.tic_groups import Kind
from testbed.tic_meter import TicMeter, serve_socket
from testbed.waiting import until

from .conftest import Saying, entry_of

EOT = b"\x04"


async def heard(hass: HomeAssistant, meter: TicMeter, data: bytes) -> LinkyMeter:
    """Return a meter that has heard these bytes for some frames, or has given up."""
    async with serve_socket(Saying(data)) as url:
        entry = entry_of(meter, url)
        entry.add_to_hass(hass)
        reader = LinkyMeter(hass, entry, Patience(link=3, listen=3))
        task = asyncio.create_task(reader.stream.run())
        await asyncio.wait([reader.frame])
        if reader.frame.exception() is None:
            frames = reader.stream.statistics.frames
            await until(lambda: reader.stream.statistics.frames > frames + 3, "more frames")
        task.cancel()
        await asyncio.wait([task])
    return reader


@pytest.mark.parametrize("kind", [Kind.HISTORIC_HC, Kind.STANDARD_HC])
@pytest.mark.parametrize("cut", [b"\x02", b"\x03"], ids=["no begin", "no end"])
async def test_a_frame_never_seen_whole_is_none(
    hass: HomeAssistant, meter: TicMeter, cut: bytes
) -> None:
    reader = await heard(hass, meter, meter.frame().replace(cut, b""))
    fault = reader.frame.exception()
    assert isinstance(fault, LineError)
    assert fault.fault is LineFault.NO_WHOLE_FRAME


@pytest.mark.parametrize("kind", [Kind.HISTORIC_HC])
async def test_an_interruption_amidst_a_group_costs_that_frame_alone(
    hass: HomeAssistant, meter: TicMeter
) -> None:
    meter.household.freeze()
    whole = meter.frame()
    middle = whole.index(b"HCHP") + 8
    reader = await heard(hass, meter, whole[:middle] + EOT + whole + whole + whole)
    assert reader.stream.statistics.interruptions > 0
    assert reader.values["HCHP"] == meter.registers.index_wh("HP..")


@pytest.mark.parametrize("damaged", [b"\r\x0e", b"\x0b\n", b"\x0c\r", b"\r\x0f"])
@pytest.mark.parametrize("kind", [Kind.STANDARD_HC])
async def test_groups_between_damaged_line_ends_are_all_used(
    hass: HomeAssistant, meter: TicMeter, damaged: bytes
) -> None:
    meter.household.freeze()
    whole = meter.frame()
    reader = await heard(hass, meter, whole.replace(b"\r\n", damaged))
    assert set(reader.beliefs.labels) == set((await heard(hass, meter, whole)).beliefs.labels)
    assert not reader.stream.statistics.bad


@pytest.mark.parametrize("kind", [Kind.STANDARD_HC])
async def test_a_degraded_clock_makes_no_value_wrong(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    meter.household.freeze()
    runtime = linky_entry.runtime_data
    frames = runtime.stream.statistics.frames
    await until(lambda: runtime.stream.statistics.frames > frames + 3, "frames")
    before = {key: runtime.values[key] for key in ("EAST", "EASF01", "PREF", "LTARF")}
    meter.registers.is_clock_degraded = True
    bad, frames = runtime.stream.statistics.bad.total(), runtime.stream.statistics.frames
    await until(lambda: runtime.stream.statistics.frames > frames + 3, "degraded frames")
    assert {key: runtime.values[key] for key in before} == before
    assert runtime.stream.statistics.bad.total() == bad
    assert not runtime.beliefs.refused
