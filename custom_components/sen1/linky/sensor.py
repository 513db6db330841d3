"""Sensors of a meter: one a label, and the sum of its indexes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from homeassistant.components.sensor import RestoreSensor, SensorEntity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..const import DOMAIN
from .labels import (
    PME_PMI_PERIODS,
    ROWS,
    TOTAL_ROW,
    LinkySensorDescription,
    contract_of,
    historic_contract,
    period_index,
)
from .meter import LinkyConfigEntry, LinkyMeter
from .pacing import Value, Writer
from .tic import Frame, Mode


async def async_setup_entry(
    hass: HomeAssistant,
    entry: LinkyConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Make the sensors of the first whole frame, and of each later one that has more."""
    meter = entry.runtime_data
    made: set[str] = set()

    @callback
    def add(sensors: Iterator[LinkySensor]) -> None:
        fresh = [sensor for sensor in sensors if sensor.entity_description.key not in made]
        if fresh:
            made.update(sensor.entity_description.key for sensor in fresh)
            async_add_entities(fresh)

    first = await meter.frame
    device = device_of(meter, first)
    registry = er.async_get(hass)
    add(
        PeriodIndex(meter, device, row)
        for row in map(period_index, PME_PMI_PERIODS)
        if registry.async_get_entity_id("sensor", DOMAIN, f"{meter.serial}_{row.key}")
    )
    add(sensors_of(meter, device, first))
    entry.async_on_unload(
        meter.async_listen_frames(lambda frame: add(sensors_of(meter, device, frame)))
    )


def device_of(meter: LinkyMeter, frame: Frame) -> DeviceInfo:
    """Describe the meter, its contract as its model."""
    return DeviceInfo(
        identifiers={(DOMAIN, meter.serial)},
        manufacturer="Enedis",
        model=contract_of(frame),
        translation_key="pme_pmi" if frame.mode is Mode.PME_PMI else "linky",
    )


def sensors_of(meter: LinkyMeter, device: DeviceInfo, frame: Frame) -> Iterator[LinkySensor]:
    """Yield a sensor for each row that the frame has."""
    for row in ROWS:
        if row.exists(frame):
            yield (PeriodIndex if row.key.startswith("EAP_s_") else LinkySensor)(meter, device, row)
    contract = historic_contract(frame)
    if contract is not None and len(contract.indexes) > 1:
        yield TotalIndex(meter, device, contract.indexes)


class LinkySensor(SensorEntity):
    """The value of one label, written at the pace of its row."""

    entity_description: LinkySensorDescription
    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, meter: LinkyMeter, device: DeviceInfo, row: LinkySensorDescription) -> None:
        self.entity_description = row
        self._attr_device_info = device
        self._attr_unique_id = f"{meter.serial}_{row.key}"
        self._attr_translation_placeholders = row.placeholders
        self._meter = meter
        self._listens_to: tuple[str, ...] = (row.key,)
        self._writer = Writer(row.pace)
        self._waiting: asyncio.TimerHandle | None = None

    @property
    def native_value(self) -> Value | None:
        """Return the last value, None while there is none."""
        return self._meter.values.get(self.entity_description.key)

    @property
    def available(self) -> bool:
        """Tell whether the meter sends this value."""
        return self.native_value is not None

    async def async_added_to_hass(self) -> None:
        """Listen; Home Assistant writes the first state after this."""
        self.async_on_remove(self._meter.async_listen(self._listens_to, self._received))
        self.async_on_remove(self._stop_waiting)
        self._writer.wrote(self.native_value, self.hass.loop.time())

    @callback
    def _received(self) -> None:
        now = self.hass.loop.time()
        due = self._writer.due(self.native_value, now, self._meter.pacing)
        if self._waiting is not None and self._waiting.when() == due:
            return
        self._stop_waiting()
        if due is None:
            return
        if due <= now:
            self._write()
        else:
            self._waiting = self.hass.loop.call_at(due, self._write)

    @callback
    def _write(self) -> None:
        self._stop_waiting()
        self._writer.wrote(self.native_value, self.hass.loop.time())
        self.async_write_ha_state()

    @callback
    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


class TotalIndex(LinkySensor):
    """The energy withdrawn under a historic contract: the sum of all its indexes, or nothing."""

    def __init__(self, meter: LinkyMeter, device: DeviceInfo, labels: tuple[str, ...]) -> None:
        super().__init__(meter, device, TOTAL_ROW)
        self._listens_to = labels

    @property
    def native_value(self) -> Value | None:
        """Return the sum, None while an index lacks."""
        values = [self._meter.values.get(label) for label in self._listens_to]
        indexes = [value for value in values if isinstance(value, int)]
        return sum(indexes) if len(indexes) == len(values) else None


class PeriodIndex(LinkySensor, RestoreSensor):
    """The index of a tariff period, which stands still and is not sent while another counts."""

    _kept: Value | None = None

    @property
    def native_value(self) -> Value | None:
        """Return the last value, sent now or before."""
        if (sent := super().native_value) is not None:
            self._kept = sent
        return self._kept if self._meter.answers else None

    async def async_added_to_hass(self) -> None:
        """Remember what Home Assistant showed before it stopped."""
        last = await self.async_get_last_sensor_data()
        if last is not None and isinstance(last.native_value, int):
            self._kept = last.native_value
        await super().async_added_to_hass()
