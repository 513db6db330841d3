"""Adding a meter, and each way it can fail, driven on to success."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
import fcntl
import os
from pathlib import Path
import socket
import termios

from homeassistant.components import usb
from homeassistant.components.usb.models import USBDevice
from homeassistant.config_entries import (
    SOURCE_USB,
    SOURCE_USER,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.service_info.usb import UsbServiceInfo
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.linky.const import (
    CONF_ADDRESS,
    CONF_INTERVAL,
    CONF_SERIAL_PORT,
    CONF_STEP,
)
from custom_components.sen1.linky.line.stream import LineFault
from custom_components.sen1.linky.meter import LinkyConfigEntry
from testbed.tic_groups import Kind
from testbed.tic_meter import TicMeter, open_pty, serve_socket
from testbed.waiting import until

from ..conftest import schema_of
from .conftest import Saying, quick_meter, serial_of


async def start(hass: HomeAssistant) -> ConfigFlowResult:
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert menu["type"] is FlowResultType.MENU
    form = await hass.config_entries.flow.async_configure(
        menu["flow_id"], {"next_step_id": "linky"}
    )
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "linky")
    return form


async def choose(hass: HomeAssistant, flow_id: str, port: str) -> ConfigFlowResult:
    """Give the port, wait until the meter was listened to, return the page that follows."""
    return await give(hass, flow_id, {field_of(port): port})


def field_of(port: str) -> str:
    return CONF_ADDRESS if "://" in port else CONF_SERIAL_PORT


async def give(hass: HomeAssistant, flow_id: str, given: dict[str, str]) -> ConfigFlowResult:
    """Fill the form, wait until the meter was listened to, return the page that follows."""
    result = await hass.config_entries.flow.async_configure(flow_id, given)
    if result["type"] is not FlowResultType.SHOW_PROGRESS:
        return result

    def step() -> str:
        (flow,) = hass.config_entries.flow.async_progress()
        return flow["step_id"]

    await until(lambda: step() != "linky_listen", "the end of listening")
    return await hass.config_entries.flow.async_configure(flow_id)


def error_of(form: ConfigFlowResult) -> str:
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] is not None
    ((field, error),) = form["errors"].items()
    # Beside what was typed or chosen.
    assert list(suggested(form)) == ([] if error == "no_port_given" else [field])
    return error


def suggested(form: ConfigFlowResult) -> dict[str, str]:
    """Return what the fields show."""
    return {
        str(field): field.description["suggested_value"]
        for field in schema_of(form)
        if field.description
    }


async def succeed(
    hass: HomeAssistant, flow_id: str, meter: TicMeter, port: str
) -> LinkyConfigEntry:
    confirm = await choose(hass, flow_id, port)
    assert (confirm["type"], confirm["step_id"]) == (FlowResultType.FORM, "linky_confirm")
    created = await hass.config_entries.flow.async_configure(flow_id, {})
    assert created["type"] is FlowResultType.CREATE_ENTRY
    entry = created["result"]
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert entry.unique_id == serial_of(meter)
    return entry


@pytest.mark.parametrize(
    ("kind", "title", "mode", "shown"),
    [
        (Kind.HISTORIC_HC, "Linky", "historic", ("historique", "Heures creuses")),
        (Kind.HISTORIC_TEMPO, "Linky", "historic", ("historique", "Tempo")),
        (Kind.STANDARD_HC, "Linky", "standard", ("standard", "H PLEINE/CREUSE")),
        (Kind.PME_PMI, "PME-PMI", "pme_pmi", ("PME-PMI", "BT 4 SUP36")),
    ],
)
async def test_a_meter_is_found_shown_and_added(
    hass: HomeAssistant, kind: Kind, title: str, mode: str, shown: tuple[str, str]
) -> None:
    meter = quick_meter(kind)
    async with serve_socket(meter) as url:
        form = await start(hass)
        confirm = await choose(hass, form["flow_id"], url)
        assert confirm["description_placeholders"] == {"mode": shown[0], "contract": shown[1]}
        entry = await succeed_from(hass, confirm)
        assert entry.title == title
        assert dict(entry.data) == {
            "kind": "linky",
            "serial_port": url,
            "mode": mode,
            "speed": None,
        }
        assert await hass.config_entries.async_unload(entry.entry_id)


async def succeed_from(hass: HomeAssistant, confirm: ConfigFlowResult) -> LinkyConfigEntry:
    created = await hass.config_entries.flow.async_configure(confirm["flow_id"], {})
    assert created["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    return created["result"]


async def test_an_address_is_typed_in_a_field_of_its_own_or_a_port_chosen(
    hass: HomeAssistant,
) -> None:
    form = await start(hass)
    assert [str(field) for field in schema_of(form)] == [CONF_SERIAL_PORT, CONF_ADDRESS]
    form = await give(hass, form["flow_id"], {})
    assert error_of(form) == "no_port_given"
    # One that another field shows already gives way to what is new.
    form = await give(hass, form["flow_id"], {CONF_ADDRESS: " socket://127.0.0.1:1 "})
    assert error_of(form) == LineFault.UNREACHABLE
    assert suggested(form) == {CONF_ADDRESS: "socket://127.0.0.1:1"}
    both = {CONF_ADDRESS: "socket://127.0.0.1:1", CONF_SERIAL_PORT: "/dev/no-such-port"}
    form = await give(hass, form["flow_id"], both)
    assert error_of(form) == LineFault.NO_PORT
    assert suggested(form) == {CONF_SERIAL_PORT: "/dev/no-such-port"}
    meter = quick_meter(Kind.STANDARD_HC)
    async with serve_socket(meter) as url:
        confirm = await give(
            hass, form["flow_id"], {CONF_ADDRESS: url, CONF_SERIAL_PORT: "/dev/no-such-port"}
        )
        entry = await succeed_from(hass, confirm)
        assert entry.data[CONF_SERIAL_PORT] == url
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_two_meters_are_told_apart_by_name_from_the_first_form_on(
    hass: HomeAssistant,
) -> None:
    MockConfigEntry(domain=DOMAIN, title="Linky", data={"kind": "linky"}).add_to_hass(hass)
    meter = quick_meter(Kind.STANDARD_HC)
    async with serve_socket(meter) as url:
        confirm = await choose(hass, (await start(hass))["flow_id"], url)
        assert confirm["data_schema"] is not None
        assert confirm["data_schema"]({}) == {"name": "Linky 2"}
        created = await hass.config_entries.flow.async_configure(
            confirm["flow_id"], {"name": "School"}
        )
        entry = created["result"]
        await hass.async_block_till_done()
        (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        assert (entry.title, device.name) == ("School", "School")
        hass.config_entries.async_update_entry(entry, title="Gymnasium")
        await hass.async_block_till_done()
        (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        assert device.name == "Gymnasium"
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_the_speed_of_a_serial_port_is_kept(hass: HomeAssistant) -> None:
    meter = TicMeter(Kind.STANDARD_HC)
    async with open_pty(meter) as port:
        entry = await succeed(hass, (await start(hass))["flow_id"], meter, port)
        assert entry.data["speed"] == 9600
        assert await hass.config_entries.async_unload(entry.entry_id)


@asynccontextmanager
async def saying(data: bytes) -> AsyncIterator[str]:
    async with serve_socket(Saying(data)) as url:
        yield url


@asynccontextmanager
async def nobody() -> AsyncIterator[str]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"socket://127.0.0.1:{taken.getsockname()[1]}"


@asynccontextmanager
async def hanging_up() -> AsyncIterator[str]:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        yield f"socket://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def path(port: str) -> AsyncIterator[str]:
    yield port


@asynccontextmanager
async def locked() -> AsyncIterator[str]:
    async with open_pty(Saying(b"")) as port:
        with locking(port):
            yield port


@contextmanager
def locking(port: str) -> Iterator[None]:
    held = os.open(port, os.O_RDWR | os.O_NOCTTY)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(held)


FAILURES = {
    LineFault.NO_PORT: lambda: path("/dev/no-such-port"),
    # The kernel lets nobody, not even root, write to it.
    LineFault.PORT_NOT_ALLOWED: lambda: path("/sys/kernel/uevent_seqnum"),
    LineFault.PORT_BUSY: locked,
    LineFault.UNREACHABLE: nobody,
    LineFault.CANNOT_OPEN: lambda: path("/dev/null"),
    LineFault.UNKNOWN_ADDRESS: lambda: path("nothing://127.0.0.1:1"),
    LineFault.NO_SIGNAL: lambda: saying(b""),
    LineFault.NO_VALID_GROUP: lambda: saying(b"\x80\x00\xe6\x98" * 20),
    LineFault.LINE_CLOSED: hanging_up,
}


def test_every_fault_of_a_line_is_tried() -> None:
    assert set(LineFault) - set(FAILURES) == {
        LineFault.OTHER_METER,  # a fault of a known meter
        LineFault.NO_WHOLE_FRAME,  # takes 20 s: tried on the line itself
    }


@pytest.mark.parametrize("fault", FAILURES)
async def test_each_failure_is_named_keeps_the_input_and_leads_to_success(
    hass: HomeAssistant, fault: LineFault
) -> None:
    form = await start(hass)
    async with FAILURES[fault]() as port:
        form = await choose(hass, form["flow_id"], port)
        assert form["step_id"] == "linky"
        assert error_of(form) == fault
        assert suggested(form) == {field_of(port): port}
    meter = quick_meter(Kind.STANDARD_HC)
    async with serve_socket(meter) as url:
        entry = await succeed(hass, form["flow_id"], meter, url)
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_port_that_another_integration_uses_is_told_by_its_name(
    hass: HomeAssistant, tmp_path: Path
) -> None:
    meter = TicMeter(Kind.STANDARD_HC)
    async with open_pty(meter) as port:
        alias = tmp_path / "by-id"
        alias.symlink_to(port)
        other = MockConfigEntry(
            domain="dsmr",
            title="12345678901234",
            data={"anything": {"path": str(alias)}},
            state=ConfigEntryState.LOADED,
        )
        other.add_to_hass(hass)
        form = await choose(hass, (await start(hass))["flow_id"], port)
        assert error_of(form) == "port_in_use"
        assert form["description_placeholders"] == {"integration": "DSMR Smart Meter"}
        assert suggested(form) == {field_of(port): port}

        other.mock_state(hass, ConfigEntryState.NOT_LOADED)
        entry = await succeed(hass, form["flow_id"], meter, port)
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_port_that_a_meter_of_ours_uses_is_told_too(hass: HomeAssistant) -> None:
    meter = TicMeter(Kind.STANDARD_HC)
    async with open_pty(meter) as port:
        entry = await succeed(hass, (await start(hass))["flow_id"], meter, port)
        form = await choose(hass, (await start(hass))["flow_id"], port)
        assert error_of(form) == "port_in_use"
        assert form["description_placeholders"] == {"integration": "SEN1"}
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_meter_already_set_up_is_refused(hass: HomeAssistant) -> None:
    meter = quick_meter(Kind.STANDARD_HC)
    async with serve_socket(meter) as url, serve_socket(meter) as other:
        entry = await succeed(hass, (await start(hass))["flow_id"], meter, url)
        refused = await choose(hass, (await start(hass))["flow_id"], other)
        assert (refused["type"], refused["reason"]) == (FlowResultType.ABORT, "already_configured")
        assert hass.config_entries.async_entries(DOMAIN) == [entry]
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_flow_that_is_closed_stops_listening(hass: HomeAssistant) -> None:
    async with saying(b"") as url:
        form = await start(hass)
        await hass.config_entries.flow.async_configure(form["flow_id"], {CONF_SERIAL_PORT: url})
        hass.config_entries.flow.async_abort(form["flow_id"])
        await until(
            lambda: not {task for task in asyncio.all_tasks() if "sen1" in task.get_name()},
            "no task left",
            within=2,
        )


async def reconfigure(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    form = await entry.start_reconfigure_flow(hass)
    assert form["step_id"] == "linky_reconfigure"
    return form


@pytest.fixture
async def moved(
    hass: HomeAssistant, linky_entry: MockConfigEntry
) -> AsyncIterator[MockConfigEntry]:
    yield linky_entry
    await hass.config_entries.async_unload(linky_entry.entry_id)


async def test_a_meter_moves_to_another_port_and_stays_itself(
    hass: HomeAssistant, meter: TicMeter, moved: MockConfigEntry, line: str
) -> None:
    before = set(hass.states.async_entity_ids("sensor"))
    form = await reconfigure(hass, moved)
    assert suggested(form) == {CONF_ADDRESS: line}
    form = await choose(hass, form["flow_id"], "/dev/no-such-port")
    assert (form["step_id"], error_of(form)) == ("linky_reconfigure", "no_port")
    async with serve_socket(meter) as other:
        await choose(hass, form["flow_id"], other)
        await until(
            lambda: (
                moved.data[CONF_SERIAL_PORT] == other
                and moved.state is ConfigEntryState.LOADED
                and moved.runtime_data.stream.port == other
            ),
            "the meter at its new port",
        )
        assert moved.unique_id == serial_of(meter)
        assert set(hass.states.async_entity_ids("sensor")) == before
        await hass.config_entries.async_unload(moved.entry_id)


async def test_a_port_where_another_meter_answers_is_refused(
    hass: HomeAssistant, moved: MockConfigEntry, line: str
) -> None:
    async with serve_socket(quick_meter(Kind.STANDARD_PRODUCER)) as other:
        form = await reconfigure(hass, moved)
        refused = await choose(hass, form["flow_id"], other)
    assert (refused["type"], refused["reason"]) == (FlowResultType.ABORT, "other_meter")
    assert moved.data[CONF_SERIAL_PORT] == line


async def test_the_same_port_again_changes_nothing_and_cuts_nothing(
    hass: HomeAssistant, moved: MockConfigEntry, line: str
) -> None:
    runtime = moved.runtime_data
    form = await reconfigure(hass, moved)
    done = await hass.config_entries.flow.async_configure(form["flow_id"], {CONF_SERIAL_PORT: line})
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    await hass.async_block_till_done()
    assert moved.runtime_data is runtime
    assert runtime.answers


async def test_a_meter_whose_port_is_gone_is_read_at_once_from_its_new_one(
    hass: HomeAssistant, moved: MockConfigEntry, meter: TicMeter
) -> None:
    assert await hass.config_entries.async_unload(moved.entry_id)
    hass.config_entries.async_update_entry(
        moved, data={**moved.data, CONF_SERIAL_PORT: "/dev/no-such-port"}
    )
    assert not await hass.config_entries.async_setup(moved.entry_id)
    assert moved.state is ConfigEntryState.SETUP_RETRY
    async with serve_socket(meter) as other:
        form = await reconfigure(hass, moved)
        await choose(hass, form["flow_id"], other)
        # Sooner than Home Assistant would try again by itself, after 5 s
        await until(
            lambda: moved.state is ConfigEntryState.LOADED, "the meter read again", within=4
        )
        await hass.config_entries.async_unload(moved.entry_id)


async def test_options_are_asked_with_what_stands_and_applied(
    hass: HomeAssistant, moved: MockConfigEntry
) -> None:
    form = await hass.config_entries.options.async_init(moved.entry_id)
    assert form["step_id"] == "init"
    values = {field.schema: field.description["suggested_value"] for field in schema_of(form)}
    assert values == {CONF_INTERVAL: 10, CONF_STEP: 20}
    done = await hass.config_entries.options.async_configure(
        form["flow_id"], {CONF_INTERVAL: 60, CONF_STEP: 100}
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    pacing = moved.runtime_data.pacing
    assert (pacing.interval, pacing.step) == (60, 100)


def reader(device: str) -> UsbServiceInfo:
    return UsbServiceInfo(
        device, "0403", "6001", "DA33DTBE", "Cartelectronic", "Interface USB 1 TIC"
    )


@pytest.mark.parametrize(
    ("manufacturer", "description", "serial_number", "is_offered"),
    [
        ("Cartelectronic", "Interface USB 1 TIC", "DA33DTBE", True),
        ("Cartelectronic", "Interface USB -> Compteur", "C10593", True),
        ("GCE Electronics", "TELEINFO 1-2", "X", True),
        ("FTDI", "FT230X Basic UART", "TINFO-1234", True),
        ("FTDI", "FT230X Basic UART", "DM02NVTV", False),
        ("Silicon Labs", "CP2102N USB to UART Bridge Controller", "0001", False),
        ("Cartelectronic", "Interface USB 8 relais", "X", False),
        ("Nabu Casa", "Home Assistant Connect ZBT-1", "X", False),
        ("Arctic", "Static optics", "X", False),
        (None, None, None, False),
    ],
)
async def test_only_what_calls_itself_a_reader_is_offered(
    hass: HomeAssistant,
    manufacturer: str | None,
    description: str | None,
    serial_number: str | None,
    is_offered: bool,
) -> None:
    assert await async_setup_component(hass, "usb", {})
    device = USBDevice(
        device="/dev/ttyUSB9",
        vid="0403",
        pid="6015",
        serial_number=serial_number,
        manufacturer=manufacturer,
        description=description,
    )
    matchers = usb.async_get_usb_matchers_for_device(hass, device)
    assert {matcher["domain"] for matcher in matchers} == ({DOMAIN} if is_offered else set())


async def plug_in(hass: HomeAssistant, device: UsbServiceInfo) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USB}, data=device
    )


async def listen(hass: HomeAssistant, flow_id: str) -> ConfigFlowResult:
    result = await hass.config_entries.flow.async_configure(flow_id, {})
    assert result["type"] is FlowResultType.SHOW_PROGRESS
    progress = hass.config_entries.flow.async_progress
    await until(lambda: progress()[0]["step_id"] != "linky_listen", "the end of listening")
    return await hass.config_entries.flow.async_configure(flow_id)


@contextmanager
def reading(port: str) -> Iterator[Callable[[], bytes]]:
    """Read the port as another program does, which nobody disturbs."""
    held = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    settings = termios.tcgetattr(held)

    def read() -> bytes:
        with suppress(BlockingIOError):
            return os.read(held, 4096)
        return b""

    try:
        yield read
        assert termios.tcgetattr(held) == settings
    finally:
        os.close(held)


async def test_a_reader_plugged_in_is_opened_when_asked_and_offered_when_its_meter_answers(
    hass: HomeAssistant,
) -> None:
    meter = TicMeter(Kind.STANDARD_HC)
    async with open_pty(meter) as port:
        with reading(port) as read:
            form = await plug_in(hass, reader(port))
            assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "linky_usb")
            assert form["description_placeholders"] == {"reader": "Interface USB 1 TIC"}
            await until(read, "what the program that reads the port hears")
        (flow,) = hass.config_entries.flow.async_progress()
        assert flow["context"]["title_placeholders"] == {"name": "Interface USB 1 TIC"}

        confirm = await listen(hass, form["flow_id"])
        assert (confirm["type"], confirm["step_id"]) == (FlowResultType.FORM, "linky_confirm")
        entry = await succeed_from(hass, confirm)
        assert (entry.unique_id, entry.data[CONF_SERIAL_PORT]) == (serial_of(meter), port)

        again = await plug_in(hass, reader(port))
        assert (again["type"], again["reason"]) == (FlowResultType.ABORT, "already_configured")
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_reader_that_another_integration_uses_is_left_alone(hass: HomeAssistant) -> None:
    async with open_pty(Saying(b"")) as port:
        other = MockConfigEntry(domain="dsmr", data={"port": port}, state=ConfigEntryState.LOADED)
        other.add_to_hass(hass)
        left = await plug_in(hass, reader(port))
        assert (left["type"], left["reason"]) == (FlowResultType.ABORT, "port_in_use")
        other.mock_state(hass, ConfigEntryState.NOT_LOADED)


async def test_a_reader_on_which_nothing_speaks_is_told_and_leads_on(hass: HomeAssistant) -> None:
    meter = quick_meter(Kind.STANDARD_HC)
    form = await plug_in(hass, reader("/dev/no-such-port"))
    form = await listen(hass, form["flow_id"])
    assert (form["step_id"], error_of(form)) == ("linky", "no_port")
    async with serve_socket(meter) as url:
        entry = await succeed(hass, form["flow_id"], meter, url)
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_meter_whose_reader_changes_place_is_found_there(
    hass: HomeAssistant, meter: TicMeter, moved: MockConfigEntry
) -> None:
    async with open_pty(TicMeter(Kind.STANDARD_HC)) as port:
        form = await plug_in(hass, reader(port))
        same = await listen(hass, form["flow_id"])
        assert (same["type"], same["reason"]) == (FlowResultType.ABORT, "already_configured")
        await until(
            lambda: (
                moved.data[CONF_SERIAL_PORT] == port
                and moved.state is ConfigEntryState.LOADED
                and moved.runtime_data.stream.port == port
            ),
            "the meter at its new port",
        )
        assert moved.unique_id == serial_of(meter)
        await hass.config_entries.async_unload(moved.entry_id)


async def test_the_same_reader_is_offered_once(hass: HomeAssistant) -> None:
    await plug_in(hass, reader("/dev/no-such-port"))
    again = await plug_in(hass, reader("/dev/no-such-port"))
    assert (again["type"], again["reason"]) == (FlowResultType.ABORT, "already_in_progress")
