"""What becomes a sensor, one row a value: of the gateway, a meter, an inverter, a battery.

Keys end in unique ids and live for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from homeassistant.components.sensor import (
    SensorDeviceClass,
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
from pyenphase.models.encharge import EnvoyEnchargeAggregate
from pyenphase.models.inverter import EnvoyInverter
from pyenphase.models.meters import CtType, EnvoyMeterData

from .readings import SYSTEM, Flow, Readings

type Value = float | datetime

PHASES = {"L1": "1", "L2": "2", "L3": "3"}
"""As the gateway calls them → as the page does."""


@dataclass(frozen=True, kw_only=True)
class Row[T](SensorEntityDescription):
    """One value, taken from what `T` holds."""

    value: Callable[[T], Value | None]
    has: Callable[[T], bool] | None = None
    """Does this gateway tell it? By default, if it has a value now."""
    is_lifetime: bool = False
    placeholders: Mapping[str, str] = field(default_factory=dict)
    """For the translated name."""

    def exists(self, source: T) -> bool:
        """Tell whether a gateway that says this has this value."""
        return self.has(source) if self.has is not None else self.value(source) is not None


def active_power[T](
    key: str,
    name: str | None,
    value: Callable[[T], float | None],
    *,
    has: Callable[[T], bool] | None = None,
    enabled: bool = True,
    **placeholders: str,
) -> Row[T]:
    """Describe an active power of now, W."""
    return Row(
        key=key,
        translation_key=name,
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_display_precision=0,
        entity_registry_enabled_default=enabled,
        value=value,
        has=has,
        placeholders=placeholders,
    )


def lifetime[T](
    key: str,
    name: str,
    value: Callable[[T], float | None],
    *,
    enabled: bool = True,
    **placeholders: str,
) -> Row[T]:
    """Describe an energy since the beginning, Wh: the one kind that goes into statistics."""
    return Row(
        key=key,
        translation_key=name,
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        entity_registry_enabled_default=enabled,
        value=value,
        is_lifetime=True,
        placeholders=placeholders,
    )


def period_energy[T](
    key: str,
    name: str,
    value: Callable[[T], float | None],
    *,
    has: Callable[[T], bool] | None = None,
    enabled: bool = True,
) -> Row[T]:
    """Describe an energy of some days, Wh.

    No state class: gateways begin their day late or twice, and the lifetime tells the same
    to the statistics without that.
    """
    return Row(
        key=key,
        translation_key=name,
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        entity_registry_enabled_default=enabled,
        value=value,
        has=has,
    )


def electric[T](
    key: str,
    name: str | None,
    device_class: SensorDeviceClass,
    unit: str | None,
    value: Callable[[T], float | None],
    **placeholders: str,
) -> Row[T]:
    """Describe a quantity that few want: disabled until somebody does."""
    return Row(
        key=key,
        translation_key=name,
        device_class=device_class,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=unit,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=value,
        placeholders=placeholders,
    )


# The gateway as a whole


def flow(key: str, name: str, of: Flow, phase: str, *, enabled: bool = True) -> Row[Readings]:
    """Describe what flows now; the sum of all phases, or one."""
    named = f"{name}_of_phase" if phase else name
    return active_power(
        _phased(key, phase),
        named,
        lambda r: r.power(of, phase),
        has=lambda r: _measures(r, of, phase),
        enabled=enabled,
        **_phase(phase),
    )


def _measures(readings: Readings, of: Flow, phase: str) -> bool:
    """Tell whether a gateway measures a flow, also while its meters stand still."""
    return Readings(readings.data, readings.meters).power(of, phase) is not None


def _positive(value: float | None, sign: int) -> float | None:
    return None if value is None else max(sign * value, 0)


def _phased(key: str, phase: str) -> str:
    return f"{key}_{phase.lower()}" if phase else key


def _phase(phase: str) -> dict[str, str]:
    return {"phase": PHASES[phase]} if phase else {}


def _grid_energy(r: Readings, phase: str, *, sent: bool) -> float | None:
    meter = r.meter(CtType.NET_CONSUMPTION, phase)
    if meter is None:
        return None
    return meter.energy_received if sent else meter.energy_delivered


def part[S, T](
    of: Callable[[S], T | None], value: Callable[[T], float]
) -> Callable[[S], float | None]:
    """Return what takes a value of a part that may lack."""

    def take(source: S) -> float | None:
        found = of(source)
        return None if found is None else value(found)

    return take


def _batteries(r: Readings) -> EnvoyEnchargeAggregate | None:
    return r.data.encharge_aggregate if r.batteries else None


def _storage(r: Readings) -> EnvoyMeterData | None:
    return r.meter(CtType.STORAGE)


def of_each_phase(phase: str) -> tuple[Row[Readings], ...]:
    """Return the rows that there are for the whole and for each phase."""
    is_all = phase == SYSTEM
    suffix = "" if is_all else "_of_phase"
    return (
        flow("production_power", "production_power", Flow.PRODUCTION, phase, enabled=is_all),
        lifetime(
            _phased("production_lifetime", phase),
            f"production_lifetime{suffix}",
            part(lambda r: r.production(phase), lambda p: p.watt_hours_lifetime),
            enabled=is_all,
            **_phase(phase),
        ),
        flow("consumption_power", "consumption_power", Flow.CONSUMPTION, phase, enabled=is_all),
        lifetime(
            _phased("consumption_lifetime", phase),
            f"consumption_lifetime{suffix}",
            part(lambda r: r.consumption(phase), lambda c: c.watt_hours_lifetime),
            enabled=is_all,
            **_phase(phase),
        ),
        flow("net_power", "net_power", Flow.NET, phase),
        lifetime(
            _phased("grid_import", phase),
            f"grid_import{suffix}",
            lambda r: _grid_energy(r, phase, sent=False),
            enabled=is_all,
            **_phase(phase),
        ),
        lifetime(
            _phased("grid_export", phase),
            f"grid_export{suffix}",
            lambda r: _grid_energy(r, phase, sent=True),
            enabled=is_all,
            **_phase(phase),
        ),
    )


GATEWAY: tuple[Row[Readings], ...] = (
    *of_each_phase(SYSTEM),
    active_power(
        "import_power",
        "import_power",
        lambda r: _positive(r.power(Flow.NET), 1),
        has=lambda r: _measures(r, Flow.NET, SYSTEM),
    ),
    active_power(
        "export_power",
        "export_power",
        lambda r: _positive(r.power(Flow.NET), -1),
        has=lambda r: _measures(r, Flow.NET, SYSTEM),
    ),
    period_energy(
        "production_today",
        "production_today",
        part(lambda r: r.days(Flow.PRODUCTION), lambda days: days.today),
        has=lambda r: r.production() is not None,
    ),
    period_energy(
        "production_seven_days",
        "production_seven_days",
        part(lambda r: r.days(Flow.PRODUCTION), lambda days: days.seven),
        has=lambda r: r.production() is not None,
    ),
    period_energy(
        "consumption_today",
        "consumption_today",
        part(lambda r: r.days(Flow.CONSUMPTION), lambda days: days.today),
        has=lambda r: r.consumption() is not None,
    ),
    period_energy(
        "consumption_seven_days",
        "consumption_seven_days",
        part(lambda r: r.days(Flow.CONSUMPTION), lambda days: days.seven),
        has=lambda r: r.consumption() is not None,
    ),
    active_power("battery_power", "battery_power", part(_storage, lambda m: m.active_power)),
    lifetime(
        "battery_discharged",
        "battery_discharged",
        part(_storage, lambda m: m.energy_delivered),
    ),
    lifetime("battery_charged", "battery_charged", part(_storage, lambda m: m.energy_received)),
    Row(
        key="battery_level",
        translation_key="battery_level",
        device_class=SensorDeviceClass.BATTERY,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=PERCENTAGE,
        value=part(_batteries, lambda a: a.state_of_charge),
    ),
    Row(
        key="battery_energy",
        translation_key="battery_energy",
        device_class=SensorDeviceClass.ENERGY_STORAGE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        value=part(_batteries, lambda a: a.available_energy),
    ),
    Row(
        key="battery_capacity",
        translation_key="battery_capacity",
        device_class=SensorDeviceClass.ENERGY_STORAGE,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value=part(_batteries, lambda a: a.max_available_capacity),
    ),
)

# A meter: two clamps and what they measure


def of_meter(phase: str) -> tuple[Row[EnvoyMeterData], ...]:
    """Return the rows of a meter, or of one phase of it; volts of several phases are a sum."""

    def phase_name(of: str) -> str | None:
        if not phase:
            return None  # the name of its device class
        return f"{of}_of_phase"

    return (
        electric(
            _phased("power", phase),
            phase_name("power"),
            SensorDeviceClass.POWER,
            UnitOfPower.WATT,
            lambda m: m.active_power,
            **_phase(phase),
        ),
        electric(
            _phased("voltage", phase),
            phase_name("voltage"),
            SensorDeviceClass.VOLTAGE,
            UnitOfElectricPotential.VOLT,
            lambda m: m.voltage,
            **_phase(phase),
        ),
        electric(
            _phased("current", phase),
            phase_name("current"),
            SensorDeviceClass.CURRENT,
            UnitOfElectricCurrent.AMPERE,
            lambda m: m.current,
            **_phase(phase),
        ),
        electric(
            _phased("frequency", phase),
            phase_name("frequency"),
            SensorDeviceClass.FREQUENCY,
            UnitOfFrequency.HERTZ,
            lambda m: m.frequency,
            **_phase(phase),
        ),
        electric(
            _phased("power_factor", phase),
            phase_name("power_factor"),
            SensorDeviceClass.POWER_FACTOR,
            None,
            lambda m: m.power_factor,
            **_phase(phase),
        ),
        lifetime(
            _phased("delivered", phase),
            "energy_delivered_of_phase" if phase else "energy_delivered",
            lambda m: m.energy_delivered,
            enabled=False,
            **_phase(phase),
        ),
        lifetime(
            _phased("received", phase),
            "energy_received_of_phase" if phase else "energy_received",
            lambda m: m.energy_received,
            enabled=False,
            **_phase(phase),
        ),
    )


# An inverter


def moment(seconds: float) -> datetime | None:
    """Return a time the gateway tells in seconds; 0 is none."""
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


INVERTER: tuple[Row[EnvoyInverter], ...] = (
    active_power("power", None, lambda i: i.last_report_watts),
    Row(
        key="last_report",
        translation_key="last_report",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda i: moment(i.last_report_date),
    ),
    electric(
        "max_power",
        "max_power",
        SensorDeviceClass.POWER,
        UnitOfPower.WATT,
        lambda i: i.max_report_watts,
    ),
    lifetime("lifetime", "energy_produced", lambda i: i.lifetime_energy, enabled=False),
    period_energy("today", "energy_today", lambda i: i.energy_today, enabled=False),
    electric(
        "dc_voltage",
        "dc_voltage",
        SensorDeviceClass.VOLTAGE,
        UnitOfElectricPotential.VOLT,
        lambda i: i.dc_voltage,
    ),
    electric(
        "dc_current",
        "dc_current",
        SensorDeviceClass.CURRENT,
        UnitOfElectricCurrent.AMPERE,
        lambda i: i.dc_current,
    ),
    electric(
        "ac_voltage",
        "ac_voltage",
        SensorDeviceClass.VOLTAGE,
        UnitOfElectricPotential.VOLT,
        lambda i: i.ac_voltage,
    ),
    electric(
        "ac_current",
        "ac_current",
        SensorDeviceClass.CURRENT,
        UnitOfElectricCurrent.AMPERE,
        lambda i: i.ac_current,
    ),
    electric(
        "ac_frequency",
        None,
        SensorDeviceClass.FREQUENCY,
        UnitOfFrequency.HERTZ,
        lambda i: i.ac_frequency,
    ),
    electric(
        "temperature",
        None,
        SensorDeviceClass.TEMPERATURE,
        UnitOfTemperature.CELSIUS,
        lambda i: i.temperature,
    ),
)

# A battery


@dataclass(frozen=True, slots=True)
class Battery:
    """What is told of one battery."""

    level: int
    last_report: int
    temperature: float
    power_mw: int | None
    apparent_power_mva: int | None
    capacity: int


def battery_of(readings: Readings, serial: str) -> Battery:
    """Join the inventory of a battery to what flows in and out of it."""
    inventory, flowing = readings.batteries[serial], readings.battery_power(serial)
    return Battery(
        level=flowing.soc if flowing else inventory.percent_full,
        last_report=inventory.last_report_date,
        temperature=inventory.temperature,
        power_mw=flowing.real_power_mw if flowing else None,
        apparent_power_mva=flowing.apparent_power_mva if flowing else None,
        capacity=inventory.encharge_capacity,
    )


BATTERY: tuple[Row[Battery], ...] = (
    Row(
        key="level",
        translation_key=None,
        device_class=SensorDeviceClass.BATTERY,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=PERCENTAGE,
        value=lambda b: b.level,
    ),
    active_power("power", None, lambda b: None if b.power_mw is None else b.power_mw / 1000),
    Row(
        key="last_report",
        translation_key="last_report",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value=lambda b: moment(b.last_report),
    ),
    electric(
        "apparent_power",
        None,
        SensorDeviceClass.APPARENT_POWER,
        UnitOfApparentPower.VOLT_AMPERE,
        lambda b: None if b.apparent_power_mva is None else b.apparent_power_mva / 1000,
    ),
    electric(
        "temperature",
        None,
        SensorDeviceClass.TEMPERATURE,
        UnitOfTemperature.CELSIUS,
        lambda b: b.temperature,
    ),
    electric(
        "capacity",
        "capacity",
        SensorDeviceClass.ENERGY_STORAGE,
        UnitOfEnergy.WATT_HOUR,
        lambda b: b.capacity,
    ),
)
