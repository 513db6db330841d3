"""Sensors of a meter that people read: its last index, and when it was read."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.util import dt as dt_util

from ..counting.entity import ValueDescription, ValueSensor, subentry_device
from .hand_readings import per_day
from .meters import INDEXES, ONLY, Meters, factor_of, quantity_of, registers_of

type MeterRow = ValueDescription[Meters]


def meter_sensors(
    entry: ConfigEntry, meters: Meters, names: Mapping[str, str]
) -> Iterator[tuple[str, list[ValueSensor[Meters]]]]:
    """Yield the sensors of each meter with its subentry's id, written at each reading."""
    for subentry_id, subentry in meters.subentries.items():
        device = subentry_device(subentry, entry)
        rows = [read_at_row(subentry_id)]
        rows += [index_row(subentry, one, names.get(one, "")) for one in registers_of(subentry)]
        yield subentry_id, [ValueSensor(device, row, meters, meters.listeners.add) for row in rows]


def read_at_row(subentry_id: str) -> MeterRow:
    """Describe when the meter was last read."""

    def moment(meters: Meters) -> datetime | None:
        readings = meters.readings(subentry_id)
        return dt_util.utc_from_timestamp(readings[-1].at) if readings else None

    return ValueDescription(
        key="last_reading",
        device_class=SensorDeviceClass.TIMESTAMP,
        value=moment,
    )


def index_row(subentry: ConfigSubentry, register: str, name: str) -> MeterRow:
    """Describe what a register showed at the last reading.

    No state class: its long-term statistic is the external one, spread between readings.
    """
    subentry_id = subentry.subentry_id
    device_class, unit = INDEXES[quantity_of(subentry)]

    def index(meters: Meters) -> float | None:
        readings = meters.readings(subentry_id)
        return readings[-1].values.get(register) if readings else None

    def attributes(meters: Meters) -> dict[str, Any]:
        """Return where the statistic is, and what a day came to since the reading before."""
        daily = per_day(meters.readings(subentry_id), register, factor_of(subentry))
        statistic = meters.statistic(subentry_id, register)
        return {
            "statistic": statistic.statistic_id,
            "per_day": None if daily is None else round(daily, 3),
            "per_day_unit": statistic.unit,
        }

    return ValueDescription(
        key=f"index_{register}",
        translation_key="read_index" if register == ONLY else "read_index_of_tariff",
        tariff_name=name,
        device_class=device_class,
        native_unit_of_measurement=unit,
        value=index,
        attributes=attributes,
    )
