"""The kinds of rows in the table of `labels`: what a label measures, and in what unit.

A kind carries all that its labels share, so that a row says only what is particular to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import (
    EntityCategory,
    UnitOfApparentPower,
    UnitOfElectricCurrent,
    UnitOfElectricPotential,
    UnitOfEnergy,
    UnitOfPower,
    UnitOfReactiveEnergy,
)

from ..line.tic import Frame, Group
from .contracts import historic_contract, is_tempo, text_of
from .pacing import Pace
from .periods import COLOURS, PERIODS, PME_PMI_PERIODS, PTEC_OPTIONS, colour_of, standard_period
from .rows import Condition, Reader, SensorRow, horodate, written
from .values import NOTHING, Parser, Told, digits, pme_pmi_time, text, with_unit

FASTEST_LINKY = 20.0
"""Wh a second: twice the 36 kVA that a Linky can be set to."""
FASTEST_PME_PMI = 0.6
"""kWh a second: 2 MW, beyond any meter of the kind."""


def sensor(
    label: str,
    name: str,
    read: Reader,
    *,
    key: str | None = None,
    enabled: bool = True,
    **rest: Any,
) -> SensorRow:
    """Describe a sensor; the others below say what it measures."""
    return SensorRow(
        key=key or label,
        labels=(label,),
        translation_key=name,
        read=read,
        entity_registry_enabled_default=enabled,
        **rest,
    )


def numbered(numbers: str, name: str = "number") -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each number with what its name is completed by."""
    for number in numbers:
        yield number, {name: number}


def phases(numbers: str = "123") -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each phase with what its name is completed by."""
    return numbered(numbers, "phase")


ONE = {"phase": "1"}


def of_single_phase(label: str) -> Condition:
    """Return whether a single-phase Linky sends the label."""
    return lambda frame: label in frame.groups and "IRMS2" not in frame.groups


def of_three_phase(label: str) -> Condition:
    """Return whether a three-phase Linky sends the label."""
    return lambda frame: label in frame.groups and "IRMS2" in frame.groups


def index(label: str, name: str, **rest: Any) -> SensorRow:
    """Describe an energy that only grows, Wh."""
    return sensor(
        label,
        name,
        written(digits(9)),
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        pace=Pace.INTERVAL,
        fastest=FASTEST_LINKY,
        **rest,
    )


def reactive_index(label: str, name: str, **rest: Any) -> SensorRow:
    """Describe a reactive energy that only grows, varh."""
    return replace(
        index(label, name, enabled=False, **rest),
        device_class=SensorDeviceClass.REACTIVE_ENERGY,
        native_unit_of_measurement=UnitOfReactiveEnergy.VOLT_AMPERE_REACTIVE_HOUR,
    )


def supplier_index(number: int) -> SensorRow:
    """Describe one of the supplier's ten indexes, all sent, few used: by the contract in force."""
    label = f"EASF{number:02}"

    def is_used(frame: Frame) -> bool:
        group, in_force = frame.groups.get(label), frame.groups.get("NTARF")
        if group is None or (value := digits(9)(group.value)) is None:
            return False
        return value != 0 or (in_force is not None and in_force.value == f"{number:02}")

    return index(
        label, "supplier_index", has=is_used, translation_placeholders={"number": str(number)}
    )


def distributor_index(number: int) -> SensorRow:
    """Describe one of the distributor's four indexes.

    They count the same energy again, by the seasons of the grid's own tariff: off by default, so
    that nobody adds them to the supplier's in the Energy dashboard.
    """
    return index(
        f"EASD{number:02}",
        "distributor_index",
        enabled=False,
        translation_placeholders={"number": str(number)},
    )


def apparent_power(label: str, name: str, **rest: Any) -> SensorRow:
    """Describe an apparent power of this second, VA."""
    return sensor(
        label,
        name,
        written(digits(5)),
        **{
            "device_class": SensorDeviceClass.APPARENT_POWER,
            "state_class": SensorStateClass.MEASUREMENT,
            "native_unit_of_measurement": UnitOfApparentPower.VOLT_AMPERE,
            "pace": Pace.STEP,
            **rest,
        },
    )


def maximum(label: str, name: str, *, enabled: bool, **rest: Any) -> Iterator[SensorRow]:
    """Describe the highest apparent power of a day, VA, and when it was drawn.

    A maximum is begun anew each day, so its mean over an hour tells nothing: no state class.
    """
    yield apparent_power(label, name, enabled=enabled, pace=Pace.INTERVAL, state_class=None, **rest)
    yield moment(label, f"{name}_time", horodate, key=f"{label}_time", **rest)


def mean_power(label: str, name: str, *, enabled: bool) -> Iterator[SensorRow]:
    """Describe a point of the load curve, the mean power of a whole period, W, and its end."""
    yield sensor(
        label,
        name,
        written(digits(5)),
        enabled=enabled,
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
    )
    yield moment(label, f"{name}_time", horodate, key=f"{label}_time")


def current(label: str, name: str, **rest: Any) -> SensorRow:
    """Describe a current of this second, A."""
    return sensor(
        label,
        name,
        written(digits(3)),
        **{
            "device_class": SensorDeviceClass.CURRENT,
            "state_class": SensorStateClass.MEASUREMENT,
            "native_unit_of_measurement": UnitOfElectricCurrent.AMPERE,
            "pace": Pace.INTERVAL,
            **rest,
        },
    )


def voltage(label: str, name: str, **rest: Any) -> SensorRow:
    """Describe a voltage, V."""
    return sensor(
        label,
        name,
        written(digits(3)),
        device_class=SensorDeviceClass.VOLTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfElectricPotential.VOLT,
        pace=Pace.INTERVAL,
        **rest,
    )


def mean_voltage(label: str, name: str, **rest: Any) -> Iterator[SensorRow]:
    """Describe the mean voltage of the last ten minutes, V, and their end."""
    yield voltage(label, name, **rest)
    yield moment(label, f"{name}_time", horodate, key=f"{label}_time", **rest)


def subscribed(
    label: str, name: str, device_class: SensorDeviceClass, unit: str, parse: Parser, **rest: Any
) -> SensorRow:
    """Describe what the contract, or the meter, allows to draw at most."""
    return sensor(
        label,
        name,
        written(parse),
        device_class=device_class,
        native_unit_of_measurement=unit,
        entity_category=EntityCategory.DIAGNOSTIC,
        **rest,
    )


def moment(label: str, name: str, read: Reader, *, enabled: bool = False, **rest: Any) -> SensorRow:
    """Describe a moment of the meter's clock."""
    return sensor(
        label,
        name,
        read,
        enabled=enabled,
        device_class=SensorDeviceClass.TIMESTAMP,
        pace=Pace.INTERVAL,
        **rest,
    )


def words(label: str, name: str, *, enabled: bool = False, **rest: Any) -> SensorRow:
    """Describe what the meter says of itself in its own words."""
    return sensor(
        label,
        name,
        written(text),
        enabled=enabled,
        entity_category=EntityCategory.DIAGNOSTIC,
        **rest,
    )


def number_of(label: str, name: str, read: Reader, **rest: Any) -> SensorRow:
    """Describe a number that names something."""
    return sensor(label, name, read, entity_category=EntityCategory.DIAGNOSTIC, **rest)


def choice(
    label: str, *, translation_key: str, options: Iterable[str], read: Reader, **rest: Any
) -> SensorRow:
    """Describe one of some states, each with its name in the translations."""
    return sensor(
        label,
        translation_key,
        read,
        device_class=SensorDeviceClass.ENUM,
        options=list(options),
        **rest,
    )


def period_in_force(label: str, read: Reader) -> SensorRow:
    """Describe the tariff period in force, whatever the mode, under the key PTEC."""
    return choice(
        label, key="PTEC", translation_key="tariff_period_in_force", options=PERIODS, read=read
    )


def colour(label: str, key: str, name: str, read: Reader) -> SensorRow:
    """Describe the Tempo colour of a day."""
    return sensor(
        label,
        name,
        read,
        key=key,
        device_class=SensorDeviceClass.ENUM,
        options=list(COLOURS),
        has=is_tempo,
    )


def colour_today(group: Group, values: Mapping[str, Told]) -> Told | None:
    """Read the colour that the tariff period names."""
    period = PTEC_OPTIONS.get(group.value)
    return None if period is None else colour_of(period)


def standard_tariff(group: Group, values: Mapping[str, Told]) -> Told | None:
    """Read the tariff period: NTARF comes after the texts that may tell it better."""
    number = digits(2)(group.value)
    if not isinstance(number, int):
        return None
    if not {"LTARF", "NGTF"} <= values.keys():
        # Not heard yet: that the meter sends none would be known.
        return values.get("PTEC", NOTHING)
    label, calendar = values["LTARF"], values["NGTF"]
    return standard_period(
        label if isinstance(label, str) else None,
        calendar if isinstance(calendar, str) else None,
        number,
    )


def announced(label: str, name: str, read: Reader, **rest: Any) -> SensorRow:
    """Describe what is only sent while a mobile peak is announced."""
    return sensor(label, name, read, absent=NOTHING, **rest)


def computed(row: SensorRow, computed_from: tuple[str, ...], has: Condition) -> SensorRow:
    """Describe what no label tells, but several together."""
    return replace(row, labels=(), computed_from=computed_from, has=has)


def has_several_indexes(frame: Frame) -> bool:
    """Tell whether the historic contract counts in several indexes."""
    contract = historic_contract(frame)
    return contract is not None and len(contract.indexes) > 1


def period_index(
    label: str, counts: str, name: str, parse: Parser, **rest: Any
) -> Iterator[SensorRow]:
    """Describe the indexes of which a PME-PMI only sends that of the period in force.

    `counts` is the label of that period. One index a period, each kept while another counts: an
    index of a period that nobody knows is in none of them.
    """
    for period in PME_PMI_PERIODS:
        yield sensor(
            label,
            name,
            written(parse),
            key=f"{label}_{period}",
            has=_counts(label, counts, period),
            state_class=SensorStateClass.TOTAL_INCREASING,
            pace=Pace.INTERVAL,
            fastest=FASTEST_PME_PMI,
            period=period,
            translation_placeholders={"period": period},
            **rest,
        )


def _counts(label: str, counts: str, period: str) -> Condition:
    return lambda frame: label in frame.groups and text_of(frame, counts) == period


KWH = {
    "device_class": SensorDeviceClass.ENERGY,
    "native_unit_of_measurement": UnitOfEnergy.KILO_WATT_HOUR,
}
KVARH = {
    "device_class": SensorDeviceClass.REACTIVE_ENERGY,
    "native_unit_of_measurement": UnitOfReactiveEnergy.KILO_VOLT_AMPERE_REACTIVE_HOUR,
    "enabled": False,
}


def ten_minutes(label: str, name: str, unit: str, kind: SensorDeviceClass | None) -> SensorRow:
    """Describe an energy counted since the last ten minutes began.

    It begins anew each ten minutes, often between two frames: no state class, since a sum over
    it would lack what was counted in between.
    """
    return sensor(
        label,
        name,
        written(with_unit(unit)),
        enabled=False,
        pace=Pace.INTERVAL,
        device_class=kind,
        native_unit_of_measurement=unit,
    )


def frozen_index(label: str, name: str, parse: Parser, unit: dict[str, Any]) -> SensorRow:
    """Describe the index at the end of the billing period before: no state class, it stands."""
    return sensor(label, name, written(parse), **{**unit, "enabled": False})


def kilowatts(label: str, name: str, **rest: Any) -> SensorRow:
    """Describe a mean active power, kW."""
    return sensor(
        label,
        name,
        written(with_unit("kW")),
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.KILO_WATT,
        **rest,
    )


def in_its_unit(
    label: str,
    name: str,
    state_class: SensorStateClass | None = None,
    category: EntityCategory | None = None,
    **rest: Any,
) -> Iterator[SensorRow]:
    """Describe a power in kVA or in kW, as the contract says: a row each."""
    for unit, device_class in (
        (UnitOfApparentPower.KILO_VOLT_AMPERE, SensorDeviceClass.APPARENT_POWER),
        (UnitOfPower.KILO_WATT, SensorDeviceClass.POWER),
    ):
        yield sensor(
            label,
            name,
            written(with_unit(unit)),
            device_class=device_class,
            state_class=state_class,
            native_unit_of_measurement=unit,
            entity_category=category,
            **rest,
        )


def time_told(label: str, name: str, **rest: Any) -> SensorRow:
    """Describe a moment that a PME-PMI writes."""
    return moment(label, name, written(pme_pmi_time), **rest)
