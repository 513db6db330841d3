"""A simulated meter, its line, and the config entry that reads it."""

import asyncio
from collections.abc import AsyncIterator

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import CONF_KIND, DOMAIN, Kind
from custom_components.sen1.linky.const import CONF_MODE, CONF_SERIAL_PORT, CONF_SPEED
from custom_components.sen1.linky.labels.rows import BinarySensorRow, SensorRow
from custom_components.sen1.linky.labels.table import ROWS
from custom_components.sen1.linky.line.tic import Frame, TicDecoder
from testbed import tic_groups
from testbed.tic_meter import TicMeter, Transmitter, Write, serve_socket

QUICK = 115200
"""Bauds: a socket has none, so that most tests need not wait for those of a meter."""

ROWS_OF: dict[str, list[SensorRow | BinarySensorRow]] = {}
"""By key; it has several rows where its label, unit or name depends on the meter."""

for _row in (row for rows in ROWS.values() for row in rows):
    ROWS_OF.setdefault(_row.key, []).append(_row)

IDENTIFIERS = ("ADSC", "ADCO", "ADS")


class Saying(Transmitter):
    """Says the same for ever."""

    def __init__(self, data: bytes) -> None:
        super().__init__(QUICK)
        self.data = data

    async def run(self, write: Write) -> None:
        while True:
            write(self.data)
            await asyncio.sleep(0.02)


def quick_meter(kind: tic_groups.Kind) -> TicMeter:
    """Return a meter that speaks as fast as a test wishes."""
    meter = TicMeter(kind)
    meter.baud = QUICK
    return meter


def frame_of(meter: TicMeter) -> Frame:
    """Return a whole frame of this moment."""
    (frame,) = (event for event in TicDecoder().feed(meter.frame()) if isinstance(event, Frame))
    return frame


def serial_of(meter: TicMeter) -> str:
    """Return the meter's own number."""
    row = next(row for row in meter.output.rows if row.label in IDENTIFIERS)
    return row.value(meter.registers) or ""


def entry_of(meter: TicMeter, port: str, **options: float) -> MockConfigEntry:
    """Return the entry that the flow makes for this meter."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="Linky",
        unique_id=serial_of(meter),
        data={
            CONF_KIND: Kind.LINKY,
            CONF_SERIAL_PORT: port,
            CONF_MODE: meter.kind.mode.value,
            CONF_SPEED: None,
        },
        options=options,
    )


async def set_up(
    hass: HomeAssistant, meter: TicMeter, port: str, **options: float
) -> MockConfigEntry:
    """Add the entry of a meter, which its line must give."""
    entry = entry_of(meter, port, **options)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    return entry


@pytest.fixture
def kind() -> tic_groups.Kind:
    """Return the kind of meter; a test says another by parametrize."""
    return tic_groups.Kind.STANDARD_HC


@pytest.fixture
def meter(kind: tic_groups.Kind) -> TicMeter:
    """Return a simulated meter: `meter.truth` is what it sent last."""
    return quick_meter(kind)


@pytest.fixture
async def line(meter: TicMeter) -> AsyncIterator[str]:
    """Put the meter on a line; yield its URL."""
    async with serve_socket(meter) as url:
        yield url


@pytest.fixture
async def linky_entry(hass: HomeAssistant, meter: TicMeter, line: str) -> MockConfigEntry:
    """Return the entry of the meter, set up."""
    return await set_up(hass, meter, line)
