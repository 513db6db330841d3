"""From the meter's bytes to Home Assistant's states."""

import asyncio
from functools import partial
import logging
import re
import socket

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    mock_restore_cache_with_extra_data,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1 import linky
from custom_components.sen1.const import DOMAIN
from custom_components.sen1.diagnostics import async_get_config_entry_diagnostics
from custom_components.sen1.linky.const import (
    CONF_INTERVAL,
    CONF_MODE,
    CONF_SERIAL_PORT,
    CONF_STEP,
)
from custom_components.sen1.linky.labels.periods import PTEC_OPTIONS
from custom_components.sen1.linky.line.stream import LineFault, Patience
from custom_components.sen1.linky.line.tic import Frame, Group, Mode
from custom_components.sen1.linky.line_sensors import LINE
from custom_components.sen1.linky.meter import LinkyMeter
from custom_components.sen1.linky.replacement import ReplacementFlow
from custom_components.sen1.repairs import async_create_fix_flow
from testbed.tic_groups import Kind
from testbed.tic_meter import TicMeter, serve_socket
from testbed.waiting import until

from ..conftest import known_state
from .conftest import Saying, entry_of, quick_meter, serial_of, set_up

HISTORIC = {"ISOUSC", "PTEC", "IINST", "PAPP", "ADPS"}
STANDARD = {
    *("EAST", "EASF01", "EASF02", "IRMS1", "PREF", "SINSTS", "NTARF"),
    *("SMAXSN", "CCASN", "UMOY1", "PTEC", "MSG1", "next_change"),
    *("ADPS", "STGE_contact", "STGE_over_voltage", "STGE_producer", "STGE_injecting"),
}
EXPECTED = {
    Kind.HISTORIC_BASE: HISTORIC | {"BASE"},
    Kind.HISTORIC_HC: HISTORIC | {"HCHC", "HCHP", "total"},
    Kind.HISTORIC_TEMPO: HISTORIC
    | {
        *("BBRHCJB", "BBRHPJB", "BBRHCJW", "BBRHPJW", "BBRHCJR", "BBRHPJR", "total"),
        *("DEMAIN", "colour_today"),
    },
    Kind.STANDARD_HC: STANDARD,
    Kind.STANDARD_PRODUCER: STANDARD | {"EAIT", "SINSTI", "SMAXIN", "CCAIN"},
}
"""What is on by default, events aside."""

STGE_BITS = {
    "STGE_over_voltage": 6,
    "ADPS": 7,
    "STGE_producer": 8,
    "STGE_injecting": 9,
}
COLOURS = {"B": "blue", "W": "white", "R": "red"}


def states(hass: HomeAssistant, meter: TicMeter) -> dict[str, State]:
    """Return the states by label, but for what tells of the line itself."""
    registry = er.async_get(hass)
    found = {}
    for entity in registry.entities.values():
        if entity.platform != DOMAIN or entity.domain == "event":
            continue
        if entity.unique_id.endswith(f"_{LINE}"):
            continue
        if (state := hass.states.get(entity.entity_id)) is not None:
            found[entity.unique_id.removeprefix(f"{serial_of(meter)}_")] = state
    return found


def expected(meter: TicMeter, key: str) -> str:
    """Return the meter's truth as a state says it."""
    said = meter.truth
    if key == "total":
        return str(sum(int(v) for k, v in said.items() if re.match("HCH|BBR", k)))
    if key == "PTEC":
        return PTEC_OPTIONS[said.get("PTEC") or meter.registers.period]
    if key == "colour_today":
        return COLOURS[said["PTEC"][-1]]
    if key == "DEMAIN":
        return {"BLEU": "blue", "BLAN": "white", "ROUG": "red"}.get(said[key], STATE_UNKNOWN)
    if key in STGE_BITS and "STGE" in said:
        return "on" if int(said["STGE"], 16) >> STGE_BITS[key] & 1 else "off"
    if key == "STGE_contact":
        return "off" if int(said["STGE"], 16) & 1 else "on"
    if key == "ADPS":
        return "on" if key in said else "off"
    if key == "MSG1":
        return STATE_UNKNOWN
    written = said["EAP_s" if key.startswith("EAP_s_") else key]
    if (number := re.fullmatch("([0-9]+)(kWh|kW|kVA)?", written)) is not None:
        return str(int(number[1]))
    return written.strip()


def differences(hass: HomeAssistant, meter: TicMeter) -> dict[str, tuple[str, str]]:
    return {
        key: (state.state, expected(meter, key))
        for key, state in states(hass, meter).items()
        if key != "next_change" and state.state != expected(meter, key)
    }


def all_unavailable(hass: HomeAssistant, meter: TicMeter) -> bool:
    return {state.state for state in states(hass, meter).values()} == {STATE_UNAVAILABLE}


def link_lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components.sen1") and record.levelno >= logging.INFO
    ]


@pytest.mark.parametrize("kind", EXPECTED)
async def test_each_kind_of_meter_becomes_entities_equal_to_its_truth(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry, kind: Kind
) -> None:
    meter.household.freeze()
    assert states(hass, meter).keys() == EXPECTED[kind]
    await until(lambda: not differences(hass, meter), "the states equal the truth")


@pytest.mark.parametrize("kind", [Kind.PME_PMI])
async def test_a_school_keeps_one_index_per_tariff_period(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    now = meter.registers.period
    await until(lambda: states(hass, meter)[f"EAP_s_{now}"].state.isdigit(), "an index")
    before = states(hass, meter)[f"EAP_s_{now}"].state

    meter.override("PTCOUR1", "HPD")
    meter.override("EAP_s", "77kWh")
    await until(
        lambda: (
            "EAP_s_HPD" in states(hass, meter) and states(hass, meter)["EAP_s_HPD"].state == "77"
        ),
        "the index of the period that begins",
    )
    assert states(hass, meter)[f"EAP_s_{now}"].state == before
    assert states(hass, meter)["PTCOUR1"].state == "HPD"

    meter.override("PTCOUR1", "UNKNOWN")
    meter.override("EAP_s", "78kWh")
    await until(lambda: states(hass, meter)["PTCOUR1"].state == "UNKNOWN", "the unknown period")
    assert {key for key in states(hass, meter) if key.startswith("EAP_s_")} == {
        f"EAP_s_{now}",
        "EAP_s_HPD",
    }


async def test_a_damaged_word_is_not_shown_and_a_new_one_is(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    runtime = linky_entry.runtime_data
    before = await until(lambda: runtime.values.get("LTARF"), "the tariff")
    shown = set()
    runtime.async_listen(["LTARF"], lambda: shown.add(runtime.values.get("LTARF")))
    for label, value in (("LTARF", "HEURE TREUSE    "), ("LTARF", "HEURE CREUSG    ")):
        runtime._received(Group(label, value))
    heard = runtime.beliefs.labels["LTARF"]
    await until(lambda: runtime.beliefs.labels["LTARF"] > heard + 2, "what the meter says")
    assert shown == {before}
    meter.override("LTARF", "SUPER CREUSE    ")
    await until(lambda: runtime.values["LTARF"] == "SUPER CREUSE", "the new tariff")


async def test_a_label_heard_once_makes_no_entity(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    runtime = linky_entry.runtime_data
    stray = Group("EASF09", "000000012")
    runtime._received(stray)
    groups = {"ADSC": Group("ADSC", serial_of(meter)), "EASF09": stray}
    runtime._received(Frame(Mode.STANDARD, groups))
    heard = runtime.beliefs.labels["EAST"]
    await until(lambda: runtime.beliefs.labels["EAST"] > heard + 1, "more frames")
    await hass.async_block_till_done()
    assert "EASF09" not in states(hass, meter)


async def test_an_index_that_begins_again_is_believed_and_told_once(
    hass: HomeAssistant,
    meter: TicMeter,
    linky_entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    meter.household.freeze()
    await until(lambda: not differences(hass, meter), "the truth")
    meter.override("EASF01", "000000003")
    await until(lambda: linky_entry.runtime_data.values["EASF01"] == 3, "the register anew")
    assert link_lines(caplog) == ["Linky: the index EASF01 goes on from elsewhere"]


async def test_rests_of_groups_on_a_line_of_noise_do_not_bring_values_back(
    hass: HomeAssistant,
) -> None:
    meter = quick_meter(Kind.STANDARD_HC)
    meter.household.freeze()
    said = Saying(meter.frame())
    async with serve_socket(said) as url:
        entry = entry_of(meter, url)
        entry.add_to_hass(hass)
        reader = LinkyMeter(hass, entry, Patience(link=2, retry=0.05))
        task = asyncio.create_task(reader.stream.run())
        await until(lambda: "EAST" in reader.values, "an index")
        said.data = meter.frame().strip(b"\x02\x03")
        await until(lambda: reader.fault is not None, "the loss of the link")
        assert reader.fault is LineFault.NO_WHOLE_FRAME
        good = reader.stream.statistics.good
        await until(lambda: reader.stream.statistics.good > good + 200, "groups")
        assert not reader.values
        said.data = meter.frame()
        await until(lambda: reader.fault is None and "EAST" in reader.values, "the meter again")
        task.cancel()
        await asyncio.wait([task])


async def test_the_device_is_the_meter_and_its_model_the_contract(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), linky_entry.entry_id)
    assert device.identifiers == {(DOMAIN, serial_of(meter))}
    assert (device.name, device.model) == ("Linky", "H PLEINE/CREUSE")


async def test_a_step_in_power_is_written_as_its_group_arrives(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    options = {CONF_INTERVAL: 3600, CONF_STEP: 20}
    hass.config_entries.async_update_entry(linky_entry, options=options)
    meter.override("SINSTS", "01000")
    await until(lambda: states(hass, meter)["SINSTS"].state == "1000", "the first step")
    meter.override("SINSTS", "04000")
    await until(lambda: states(hass, meter)["SINSTS"].state == "4000", "the second")


async def test_a_small_move_waits_and_lands(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(linky_entry, options={CONF_INTERVAL: 1, CONF_STEP: 20})
    meter.override("SINSTS", "01000")
    await until(lambda: states(hass, meter)["SINSTS"].state == "1000", "a step")
    written = states(hass, meter)["SINSTS"].last_updated
    meter.override("SINSTS", "01010")
    await until(lambda: states(hass, meter)["SINSTS"].state == "1010", "the small move")
    waited = states(hass, meter)["SINSTS"].last_updated - written
    assert waited.total_seconds() > 0.99


async def test_options_apply_without_opening_the_line_again(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    runtime = linky_entry.runtime_data
    hass.config_entries.async_update_entry(linky_entry, options={CONF_INTERVAL: 60, CONF_STEP: 50})
    await hass.async_block_till_done()
    assert linky_entry.runtime_data is runtime
    assert (runtime.pacing.interval, runtime.pacing.step) == (60, 50)
    assert runtime.answers


async def test_a_label_that_shows_up_later_makes_its_entity_then(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    assert "EASF03" not in states(hass, meter)
    meter.override("EASF03", "000000012")
    await until(
        lambda: "EASF03" in states(hass, meter) and states(hass, meter)["EASF03"].state == "12",
        "the index that is now in use",
    )


async def test_a_cut_is_told_once_and_ends_by_itself(
    hass: HomeAssistant,
    meter: TicMeter,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serve_socket(meter) as url:
        await set_up(hass, meter, url)
        await until(lambda: states(hass, meter)["EAST"].state.isdigit(), "an index")
        caplog.clear()
    await until(lambda: all_unavailable(hass, meter), "all entities unavailable")

    port = int(url.rpartition(":")[2])
    in_vain = 0

    async def turn_away(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal in_vain
        in_vain += 1
        writer.close()

    async with await asyncio.start_server(turn_away, "127.0.0.1", port):
        await until(lambda: in_vain >= 2, "attempts in vain, of which nobody need hear")
    assert link_lines(caplog) == ["Linky: the meter no longer answers: line closed"]

    async with serve_socket(meter, port=port):
        meter.household.freeze()
        await until(lambda: not differences(hass, meter), "the truth again", within=30)
    assert link_lines(caplog)[:2] == [
        "Linky: the meter no longer answers: line closed",
        "Linky: the meter answers again",
    ]
    assert serial_of(meter) not in caplog.text


async def test_unloading_leaves_no_task_and_frees_the_line(
    hass: HomeAssistant, meter: TicMeter, line: str, linky_entry: MockConfigEntry
) -> None:
    ours = {task for task in asyncio.all_tasks() if "sen1" in task.get_name()}
    assert ours
    assert await hass.config_entries.async_unload(linky_entry.entry_id)
    assert linky_entry.state is ConfigEntryState.NOT_LOADED
    assert not {task for task in asyncio.all_tasks() if "sen1" in task.get_name()}
    assert await hass.config_entries.async_setup(linky_entry.entry_id)


async def test_the_device_of_a_meter_goes_with_its_entry_only(
    hass: HomeAssistant, linky_entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    assert await async_setup_component(hass, "config", {})
    devices = dr.async_get(hass)
    (device,) = dr.async_entries_for_config_entry(devices, linky_entry.entry_id)
    client = await hass_ws_client()
    await client.send_json_auto_id(
        {
            "type": "config/device_registry/remove_config_entry",
            "device_id": device.id,
            "config_entry_id": linky_entry.entry_id,
        }
    )
    assert not (await client.receive_json())["success"]
    assert devices.async_get(device.id) is not None


async def test_a_port_that_does_not_open_is_tried_again_by_home_assistant(
    hass: HomeAssistant, meter: TicMeter
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    entry = entry_of(meter, f"socket://127.0.0.1:{port}")
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "unreachable"
    assert not {task for task in asyncio.all_tasks() if "sen1" in task.get_name()}


async def test_a_line_whose_numbers_are_all_damaged_is_tried_again_by_home_assistant(
    hass: HomeAssistant, meter: TicMeter, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A minute is waited, each speed having had its turn.
    monkeypatch.setattr(linky, "Patience", partial(Patience, listen=0.5, link=1, frame=0.1))
    without = re.sub(rb"\nADSC[^\r]*\r", b"", meter.frame())
    async with serve_socket(Saying(without)) as url:
        entry = entry_of(meter, url)
        entry.add_to_hass(hass)
        assert not await hass.config_entries.async_setup(entry.entry_id)
        assert entry.error_reason_translation_key == "no_valid_group"
        assert not {task for task in asyncio.all_tasks() if "sen1" in task.get_name()}


async def test_another_meter_on_the_line_is_not_taken_for_this_one(
    hass: HomeAssistant, meter: TicMeter, line: str
) -> None:
    entry = entry_of(quick_meter(Kind.STANDARD_PRODUCER), line)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.error_reason_translation_key == "other_meter"


async def test_a_meter_exchanged_on_the_line_makes_entities_unavailable(
    hass: HomeAssistant,
    meter: TicMeter,
    linky_entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    meter.override("ADSC", "991976000999")
    await until(lambda: all_unavailable(hass, meter), "all entities unavailable")
    meter.override("ADSC", None)
    await until(lambda: states(hass, meter)["EAST"].state.isdigit(), "an index again")
    assert link_lines(caplog) == [
        "Linky: the meter no longer answers: other meter",
        "Linky: the meter answers again",
    ]


def replaced(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"meter_replaced_{entry.entry_id}")


async def test_a_number_damaged_now_and_then_is_not_another_meter(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    runtime = linky_entry.runtime_data

    def has_heard(frames: int) -> bool:
        return bool(runtime.stream.statistics.frames > frames)

    for number in range(4):
        heard = runtime.stream.statistics.frames
        meter.override("ADSC", f"99197600099{number}")
        await until(partial(has_heard, heard), "a frame")
        meter.override("ADSC", None)
        heard = runtime.stream.statistics.frames
        await until(partial(has_heard, heard + 1), "frames")
    assert runtime.fault is None
    assert replaced(hass, linky_entry) is None


async def test_the_question_goes_when_the_meter_is_back(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    meter.override("ADSC", "991976000999")
    issue = await until(lambda: replaced(hass, linky_entry), "the question")
    assert issue.is_fixable
    assert "991976000999" not in str(issue)
    meter.override("ADSC", None)
    await until(lambda: replaced(hass, linky_entry) is None, "no question any more")


@pytest.mark.parametrize("while_stopped", [False, True], ids=["running", "stopped"])
async def test_a_replaced_meter_keeps_names_rooms_and_entities(
    hass: HomeAssistant,
    meter: TicMeter,
    linky_entry: MockConfigEntry,
    while_stopped: bool,
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    registry, devices = er.async_get(hass), dr.async_get(hass)
    index = next(e for e in registry.entities.values() if e.unique_id.endswith("_EAST"))
    registry.async_update_entity(index.entity_id, name="All we used", area_id="cellar")
    (device,) = dr.async_entries_for_config_entry(devices, linky_entry.entry_id)
    before = set(hass.states.async_entity_ids())

    if while_stopped:
        assert await hass.config_entries.async_unload(linky_entry.entry_id)
    new = "991976000999"
    meter.override("ADSC", new)
    meter.override("EAST", "000000012")
    if while_stopped:
        assert not await hass.config_entries.async_setup(linky_entry.entry_id)
    issue = await until(lambda: replaced(hass, linky_entry), "the question")

    flow = await async_create_fix_flow(hass, issue.issue_id, issue.data)
    assert isinstance(flow, ReplacementFlow)
    flow.hass = hass
    assert (await flow.async_step_init())["step_id"] == "confirm"
    assert (await flow.async_step_confirm({}))["type"] is FlowResultType.CREATE_ENTRY
    await until(
        lambda: (
            linky_entry.state is ConfigEntryState.LOADED
            and known_state(hass, index.entity_id).state == "12"
        ),
        "the new meter's index",
    )
    assert linky_entry.unique_id == new
    kept = registry.entities[index.entity_id]
    assert (kept.unique_id, kept.name, kept.area_id) == (f"{new}_EAST", "All we used", "cellar")
    (same,) = dr.async_entries_for_config_entry(devices, linky_entry.entry_id)
    assert (same.id, same.identifiers) == (device.id, {(DOMAIN, new)})
    assert set(hass.states.async_entity_ids()) == before
    assert replaced(hass, linky_entry) is None


async def test_a_meter_already_set_up_does_not_replace_another(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    other = quick_meter(Kind.STANDARD_PRODUCER)
    entry_of(other, "/dev/no-such-port").add_to_hass(hass)
    meter.override("ADSC", serial_of(other))
    issue = await until(lambda: replaced(hass, linky_entry), "the question")
    flow = await async_create_fix_flow(hass, issue.issue_id, issue.data)
    assert isinstance(flow, ReplacementFlow)
    flow.hass = hass
    refused = await flow.async_step_init()
    assert (refused["type"], refused["reason"]) == (FlowResultType.ABORT, "already_configured")
    assert linky_entry.unique_id != serial_of(other)


async def test_a_port_changed_in_the_entry_is_opened(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    async with serve_socket(meter) as other:
        hass.config_entries.async_update_entry(
            linky_entry, data={**linky_entry.data, CONF_SERIAL_PORT: other}
        )
        await until(
            lambda: (
                linky_entry.state is ConfigEntryState.LOADED
                and linky_entry.runtime_data.stream.port == other
                and linky_entry.runtime_data.answers
            ),
            "the meter on the other line",
        )
        assert await hass.config_entries.async_unload(linky_entry.entry_id)


async def test_diagnostics_count_and_name_nobody(
    hass: HomeAssistant, meter: TicMeter, linky_entry: MockConfigEntry
) -> None:
    await until(lambda: linky_entry.runtime_data.stream.statistics.frames > 2, "some frames")
    told = await async_get_config_entry_diagnostics(hass, linky_entry)
    assert told["link"] == "up"
    assert told["mode"] == "standard"
    assert told["groups"]["good"] > 80
    assert {"EAST", "PRM", "STGE"} <= set(told["labels"])
    for personal in (serial_of(meter), meter.truth["PRM"], meter.truth["EAST"]):
        assert personal not in str(told)


async def test_diagnostics_of_a_meter_that_is_disabled_say_that_it_was_never_read(
    hass: HomeAssistant, meter: TicMeter, line: str
) -> None:
    told = await async_get_config_entry_diagnostics(hass, entry_of(meter, line))
    assert told == {"faults": {}, "link": "never opened"}


async def test_a_day_profile_is_told_in_words_and_change_by_change(
    hass: HomeAssistant, meter: TicMeter, line: str
) -> None:
    entry = entry_of(meter, line)
    entry.add_to_hass(hass)
    for key in ("PJOURF+1", "PPOINTE"):
        er.async_get(hass).async_get_or_create(
            "sensor", DOMAIN, f"{serial_of(meter)}_{key}", config_entry=entry
        )
    blocks = ["00008002", "0130C001", "23008002", *["NONUTILE"] * 8]
    meter.override("PJOURF+1", " ".join(blocks))
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(lambda: states(hass, meter)["PPOINTE"].state == STATE_UNKNOWN, "the profiles")
    tomorrow, peak = (states(hass, meter)[key] for key in ("PJOURF+1", "PPOINTE"))
    assert tomorrow.state == "00:00 2, 01:30 1, 23:00 2"
    assert tomorrow.attributes["changes"] == [
        {"at": at, "index": index, "contact": contact, "virtual_contacts": []}
        for at, index, contact in (
            ("00:00", 2, "open"),
            ("01:30", 1, "closed"),
            ("23:00", 2, "open"),
        )
    ]
    assert "changes" not in peak.attributes
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("kind", [Kind.HISTORIC_HC])
async def test_a_meter_switched_to_standard_mode_stays_the_same_device(
    hass: HomeAssistant, meter: TicMeter
) -> None:
    async with serve_socket(meter) as url:
        entry = await set_up(hass, meter, url)
    switched = quick_meter(Kind.STANDARD_HC)
    switched.override("ADSC", serial_of(meter))
    async with serve_socket(switched, port=int(url.rpartition(":")[2])):
        await until(
            lambda: "EAST" in states(hass, meter) and states(hass, meter)["EAST"].state.isdigit(),
            "an index of the standard mode",
        )
        assert states(hass, meter)["HCHP"].state == STATE_UNAVAILABLE
        assert entry.data[CONF_MODE] == "standard"
        assert await hass.config_entries.async_unload(entry.entry_id)
    assert len(dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)) == 1


async def test_a_label_no_longer_sent_is_no_longer_told(hass: HomeAssistant) -> None:
    meter = quick_meter(Kind.HISTORIC_HC)
    meter.household.freeze()
    said = Saying(meter.frame())
    async with serve_socket(said) as url:
        reader = LinkyMeter(hass, entry_of(meter, url), Patience(stale=0.3))
        task = asyncio.create_task(reader.stream.run())
        await until(lambda: "HCHC" in reader.values, "an index")
        said.data = re.sub(rb"\nHCHC [^\r]*\r", b"", said.data)
        await until(lambda: "HCHC" not in reader.values, "the index gone")
        assert "HCHP" in reader.values
        task.cancel()
        await asyncio.wait([task])


@pytest.mark.parametrize("kind", [Kind.PME_PMI])
async def test_the_index_of_a_period_not_in_force_survives_a_restart(
    hass: HomeAssistant, meter: TicMeter, line: str
) -> None:
    entry = entry_of(meter, line)
    entry.add_to_hass(hass)
    entity = er.async_get(hass).async_get_or_create(
        "sensor", DOMAIN, f"{serial_of(meter)}_EAP_s_HPD", config_entry=entry
    )
    mock_restore_cache_with_extra_data(
        hass,
        [
            (
                State(entity.entity_id, "4321"),
                {"native_value": 4321, "native_unit_of_measurement": "kWh"},
            )
        ],
    )
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert states(hass, meter)["EAP_s_HPD"].state == "4321"
    assert await hass.config_entries.async_unload(entry.entry_id)
