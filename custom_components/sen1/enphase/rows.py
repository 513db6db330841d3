"""What becomes a sensor, one row a value: of the gateway, a meter, an inverter, a battery.

Keys end in unique ids and live for ever. A name is the key, if the row does not say otherwise;
without one, or where the key is that of the device class, it is that of the class.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, partial
from operator import attrgetter
from typing import Any

from homeassistant.components.sensor import (
    SensorDeviceClass as Quantity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    PERCENTAGE,
    EntityCategory,
    UnitOfApparentPower,
    UnitOfElectricCurrent,
    UnitOfElectricPotential,
    UnitOfEnergy,
    UnitOfFrequency,
    UnitOfPower,
    UnitOfTemperature,
)
from pyenphase.models.encharge import EnvoyEncharge, EnvoyEnchargeAggregate, EnvoyEnchargePower
from pyenphase.models.inverter import EnvoyInverter
from pyenphase.models.meters import CtType, EnvoyMeterData

from .readings import SYSTEM, Flow, Readings

type SensorValue = float | datetime

PHASES = {"L1": "1", "L2": "2", "L3": "3"}
"""As the gateway calls them → as the page does."""

UNITS = {
    Quantity.APPARENT_POWER: UnitOfApparentPower.VOLT_AMPERE,
    Quantity.BATTERY: PERCENTAGE,
    Quantity.CURRENT: UnitOfElectricCurrent.AMPERE,
    Quantity.ENERGY: UnitOfEnergy.WATT_HOUR,
    Quantity.ENERGY_STORAGE: UnitOfEnergy.WATT_HOUR,
    Quantity.FREQUENCY: UnitOfFrequency.HERTZ,
    Quantity.POWER: UnitOfPower.WATT,
    Quantity.TEMPERATURE: UnitOfTemperature.CELSIUS,
    Quantity.VOLTAGE: UnitOfElectricPotential.VOLT,
}
"""What gateways tell each quantity in; others have no unit."""


@dataclass(frozen=True, kw_only=True)
class ValueRow[T](SensorEntityDescription):
    """One value, taken from what `T` holds."""

    value: Callable[[T], SensorValue | None]
    has: Callable[[T], bool] | None = None
    """Does this gateway tell it? By default, if it has a value now."""
    is_lifetime: bool = False
    placeholders: Mapping[str, str] = field(default_factory=dict)
    """For the translated name."""

    def exists(self, source: T) -> bool:
        """Return whether a gateway that says this has this value."""
        return self.has(source) if self.has is not None else self.value(source) is not None


def sensor[T](
    key: str,
    quantity: Quantity,
    value: Callable[[T], SensorValue | None],
    *,
    enabled: bool = True,
    **rest: Any,
) -> ValueRow[T]:
    """Describe a sensor; the others below say more of it."""
    return ValueRow(
        **{
            "key": key,
            "translation_key": None if key == quantity else key,
            "device_class": quantity,
            "native_unit_of_measurement": UNITS.get(quantity),
            "entity_registry_enabled_default": enabled,
            "value": value,
            **rest,
        }
    )


def measured[T](
    key: str, quantity: Quantity, value: Callable[[T], float | None], **rest: Any
) -> ValueRow[T]:
    """Describe a quantity of now."""
    return sensor(key, quantity, value, state_class=SensorStateClass.MEASUREMENT, **rest)


def active_power[T](key: str, value: Callable[[T], float | None], **rest: Any) -> ValueRow[T]:
    """Describe an active power of now, W."""
    return measured(key, Quantity.POWER, value, suggested_display_precision=0, **rest)


def watt_hours[T](key: str, value: Callable[[T], float | None], **rest: Any) -> ValueRow[T]:
    """Describe an energy of some days, Wh.

    No state class: gateways begin their day late or twice, and the lifetime tells the same
    to the statistics without that.
    """
    return sensor(
        key,
        Quantity.ENERGY,
        value,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        **rest,
    )


def lifetime[T](key: str, value: Callable[[T], float | None], **rest: Any) -> ValueRow[T]:
    """Describe an energy since the beginning, Wh: the one kind that goes into statistics."""
    state_class = SensorStateClass.TOTAL_INCREASING
    return watt_hours(key, value, state_class=state_class, is_lifetime=True, **rest)


def electric[T](
    key: str, quantity: Quantity, value: Callable[[T], float | None], **rest: Any
) -> ValueRow[T]:
    """Describe a quantity that few want: disabled until somebody does."""
    category = EntityCategory.DIAGNOSTIC
    return measured(key, quantity, value, entity_category=category, enabled=False, **rest)


def last_report[T](seconds: Callable[[T], float]) -> ValueRow[T]:
    """Describe when a device last told; 0 is never."""

    def moment(source: T) -> datetime | None:
        told = seconds(source)
        return datetime.fromtimestamp(told, UTC) if told else None

    category = EntityCategory.DIAGNOSTIC
    return sensor("last_report", Quantity.TIMESTAMP, moment, entity_category=category)


def of_phase[T](row: ValueRow[T], phase: str) -> ValueRow[T]:
    """Return a row as that of one phase; as it is for the sum of all."""
    if phase == SYSTEM:
        return row
    return replace(
        row,
        key=f"{row.key}_{phase.lower()}",
        translation_key=f"{row.translation_key or row.key}_of_phase",
        placeholders={"phase": PHASES[phase]},
    )


def part[S, T](
    of: Callable[[S], T | None], value: Callable[[T], float]
) -> Callable[[S], float | None]:
    """Return what takes a value of a part that may lack."""

    def take(source: S) -> float | None:
        found = of(source)
        return None if found is None else value(found)

    return take


# The gateway as a whole


def flow(
    key: str, of: Flow, phase: str = SYSTEM, sign: int | None = None, *, enabled: bool = True
) -> ValueRow[Readings]:
    """Describe what flows now, in the sum of all phases or one; of a sign, what has that alone."""

    def value(readings: Readings) -> float | None:
        power = readings.power(of, phase)
        return power if power is None or sign is None else max(sign * power, 0)

    def has(readings: Readings) -> bool:
        # Also while its meters stand still.
        return Readings(readings.data, readings.meters).power(of, phase) is not None

    return active_power(key, value, has=has, enabled=enabled)


def of_days(of: Flow) -> tuple[ValueRow[Readings], ...]:
    """Describe the energies of today and of seven days; there while the gateway tells any."""
    days = partial(Readings.days, flow=of)

    def has(readings: Readings) -> bool:
        return readings.told(of) is not None

    return (
        watt_hours(f"{of}_today", part(days, attrgetter("watt_hours_today")), has=has),
        watt_hours(f"{of}_seven_days", part(days, attrgetter("watt_hours_last_7_days")), has=has),
    )


def _batteries(r: Readings) -> EnvoyEnchargeAggregate | None:
    return r.data.encharge_aggregate if r.batteries else None


def _storage(r: Readings) -> EnvoyMeterData | None:
    return r.meter(CtType.STORAGE)


@cache
def of_each_phase(phase: str) -> tuple[ValueRow[Readings], ...]:
    """Return the rows that there are for the whole and for each phase."""
    is_all = phase == SYSTEM

    def grid(readings: Readings) -> EnvoyMeterData | None:
        return readings.meter(CtType.NET_CONSUMPTION, phase)

    rows: tuple[ValueRow[Readings], ...] = (
        flow("production_power", Flow.PRODUCTION, phase, enabled=is_all),
        lifetime(
            "production_lifetime",
            part(lambda r: r.production(phase), lambda p: p.watt_hours_lifetime),
            enabled=is_all,
        ),
        flow("consumption_power", Flow.CONSUMPTION, phase, enabled=is_all),
        lifetime(
            "consumption_lifetime",
            part(lambda r: r.consumption(phase), lambda c: c.watt_hours_lifetime),
            enabled=is_all,
        ),
        flow("net_power", Flow.NET, phase),
        lifetime("grid_import", part(grid, lambda m: m.energy_delivered), enabled=is_all),
        lifetime("grid_export", part(grid, lambda m: m.energy_received), enabled=is_all),
    )
    return tuple(of_phase(row, phase) for row in rows)


GATEWAY: tuple[ValueRow[Readings], ...] = (
    *of_each_phase(SYSTEM),
    flow("import_power", Flow.NET, sign=1),
    flow("export_power", Flow.NET, sign=-1),
    *of_days(Flow.PRODUCTION),
    *of_days(Flow.CONSUMPTION),
    active_power("battery_power", part(_storage, lambda m: m.active_power)),
    lifetime("battery_discharged", part(_storage, lambda m: m.energy_delivered)),
    lifetime("battery_charged", part(_storage, lambda m: m.energy_received)),
    measured("battery_level", Quantity.BATTERY, part(_batteries, lambda a: a.state_of_charge)),
    measured(
        "battery_energy", Quantity.ENERGY_STORAGE, part(_batteries, lambda a: a.available_energy)
    ),
    sensor(
        "battery_capacity",
        Quantity.ENERGY_STORAGE,
        part(_batteries, lambda a: a.max_available_capacity),
        enabled=False,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
)

# A meter: two clamps and what they measure


@cache
def of_meter(phase: str) -> tuple[ValueRow[EnvoyMeterData], ...]:
    """Return the rows of a meter, or of one phase of it; volts of several phases are a sum."""
    return tuple(of_phase(row, phase) for row in METER)


METER: tuple[ValueRow[EnvoyMeterData], ...] = (
    electric("power", Quantity.POWER, lambda m: m.active_power),
    electric("voltage", Quantity.VOLTAGE, lambda m: m.voltage),
    electric("current", Quantity.CURRENT, lambda m: m.current),
    electric("frequency", Quantity.FREQUENCY, lambda m: m.frequency),
    electric("power_factor", Quantity.POWER_FACTOR, lambda m: m.power_factor),
    lifetime(
        "delivered", lambda m: m.energy_delivered, enabled=False, translation_key="energy_delivered"
    ),
    lifetime(
        "received", lambda m: m.energy_received, enabled=False, translation_key="energy_received"
    ),
)

# An inverter

INVERTER: tuple[ValueRow[EnvoyInverter], ...] = (
    active_power("power", lambda i: i.last_report_watts),
    last_report(lambda i: i.last_report_date),
    electric("max_power", Quantity.POWER, lambda i: i.max_report_watts),
    lifetime(
        "lifetime", lambda i: i.lifetime_energy, enabled=False, translation_key="energy_produced"
    ),
    watt_hours("today", lambda i: i.energy_today, enabled=False, translation_key="energy_today"),
    electric("dc_voltage", Quantity.VOLTAGE, lambda i: i.dc_voltage),
    electric("dc_current", Quantity.CURRENT, lambda i: i.dc_current),
    electric("ac_voltage", Quantity.VOLTAGE, lambda i: i.ac_voltage),
    electric("ac_current", Quantity.CURRENT, lambda i: i.ac_current),
    electric("ac_frequency", Quantity.FREQUENCY, lambda i: i.ac_frequency, translation_key=None),
    electric("temperature", Quantity.TEMPERATURE, lambda i: i.temperature),
)

# A battery


@dataclass(frozen=True, slots=True)
class Battery:
    """A battery of the inventory, and what flows in and out of it, if that is told."""

    inventory: EnvoyEncharge
    flowing: EnvoyEnchargePower | None

    @classmethod
    def of(cls, readings: Readings, serial: str) -> Battery | None:
        """Return one battery, None if it is gone."""
        if (inventory := readings.batteries.get(serial)) is None:
            return None
        return cls(inventory, readings.battery_power(serial))


def _flowing(battery: Battery) -> EnvoyEnchargePower | None:
    return battery.flowing


BATTERY: tuple[ValueRow[Battery], ...] = (
    measured(
        "level",
        Quantity.BATTERY,
        lambda b: b.flowing.soc if b.flowing else b.inventory.percent_full,
        translation_key=None,
    ),
    active_power("power", part(_flowing, lambda f: f.real_power_mw / 1000)),
    last_report(lambda b: b.inventory.last_report_date),
    electric(
        "apparent_power",
        Quantity.APPARENT_POWER,
        part(_flowing, lambda f: f.apparent_power_mva / 1000),
    ),
    electric("temperature", Quantity.TEMPERATURE, lambda b: b.inventory.temperature),
    electric("capacity", Quantity.ENERGY_STORAGE, lambda b: b.inventory.encharge_capacity),
)
