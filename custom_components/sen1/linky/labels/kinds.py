"""The kinds of rows in the table of `labels`: what a label measures, and in what unit.

A kind carries all that its labels share, so that a row says only what is particular to it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory

from ..line.tic import Frame, Group
from .contracts import historic_contract, is_tempo, text_of
from .pacing import Pace
from .periods import COLOURS, PERIODS, PME_PMI_PERIODS, PTEC_OPTIONS, colour_of, standard_period
from .rows import (
    Condition,
    Reader,
    SensorRow,
    described,
    horodate,
    of_stge,
    phases,
    state_of,
    written,
)
from .status import Bits
from .values import NOTHING, LabelValue, digits, pme_pmi_time, text, with_unit

FASTEST_LINKY = 20.0
"""Wh a second: twice the 36 kVA that a Linky can be set to."""
FASTEST_PME_PMI = 0.6
"""kWh a second: 2 MW, beyond any meter of the kind."""

MEASURED_IN = {
    "A": SensorDeviceClass.CURRENT,
    "V": SensorDeviceClass.VOLTAGE,
    "VA": SensorDeviceClass.APPARENT_POWER,
    "kVA": SensorDeviceClass.APPARENT_POWER,
    "W": SensorDeviceClass.POWER,
    "kW": SensorDeviceClass.POWER,
    "Wh": SensorDeviceClass.ENERGY,
    "kWh": SensorDeviceClass.ENERGY,
    "varh": SensorDeviceClass.REACTIVE_ENERGY,
    "kvarh": SensorDeviceClass.REACTIVE_ENERGY,
}
"""What is measured in each unit; Home Assistant has no class for what is told in VAh."""

type RowKind = Callable[..., SensorRow]


def sensor(
    label: str, name: str, read: Reader, *, unit: str | None = None, **rest: Any
) -> SensorRow:
    """Describe a sensor; what it measures follows from its unit, or is said in its place."""
    measured: dict[str, Any] = {"device_class": MEASURED_IN[unit]} if unit in MEASURED_IN else {}
    return described(
        SensorRow, label, name, read, native_unit_of_measurement=unit, **measured, **rest
    )


index: RowKind = partial(
    sensor,
    read=written(digits(9)),
    unit="Wh",
    state_class=SensorStateClass.TOTAL_INCREASING,
    pace=Pace.INTERVAL,
    fastest=FASTEST_LINKY,
)
"""An energy that only grows, Wh."""

reactive_index: RowKind = partial(index, unit="varh", enabled=False)
"""A reactive energy that only grows, varh."""

apparent_power: RowKind = partial(
    sensor,
    read=written(digits(5)),
    unit="VA",
    state_class=SensorStateClass.MEASUREMENT,
    pace=Pace.STEP,
)
"""An apparent power of this second, VA."""

_of_three_digits: RowKind = partial(
    sensor, read=written(digits(3)), state_class=SensorStateClass.MEASUREMENT, pace=Pace.INTERVAL
)

current: RowKind = partial(_of_three_digits, unit="A")
"""A current of this second, A."""

current_max: RowKind = partial(
    current, enabled=False, state_class=None, entity_category=EntityCategory.DIAGNOSTIC
)
"""The highest current that was drawn, A."""

voltage: RowKind = partial(_of_three_digits, unit="V")
"""A voltage, V."""

moment: RowKind = partial(
    sensor, enabled=False, device_class=SensorDeviceClass.TIMESTAMP, pace=Pace.INTERVAL
)
"""A moment of the meter's clock."""

number_of: RowKind = partial(sensor, entity_category=EntityCategory.DIAGNOSTIC)
"""A number that names something."""

words: RowKind = partial(number_of, read=written(text), enabled=False)
"""What the meter says of itself in its own words."""

subscribed: RowKind = partial(number_of, read=written(digits(2)))
"""What the contract, or the meter, allows to draw at most."""

announced: RowKind = partial(sensor, absent=NOTHING)
"""What is only sent while a mobile peak is announced."""


def timed(
    kind: RowKind, label: str, name: str, *, enabled: bool = True, **rest: Any
) -> Iterator[SensorRow]:
    """Describe a value, and the time it bears."""
    yield kind(label, name, enabled=enabled, **rest)
    yield moment(label, f"{name}_time", horodate, key=f"{label}_time", **rest)


# Begun anew each day, so that its mean over an hour tells nothing: no state class.
maximum = partial(timed, partial(apparent_power, pace=Pace.INTERVAL, state_class=None))
"""The highest apparent power of a day, VA, and when it was drawn."""

mean_power = partial(
    timed,
    partial(sensor, read=written(digits(5)), unit="W", state_class=SensorStateClass.MEASUREMENT),
)
"""A point of the load curve, the mean power of a whole period, W, and its end."""

mean_voltage = partial(timed, voltage)
"""The mean voltage of the last ten minutes, V, and their end."""


def connection(label: str, name: str) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """Yield the rows' beginnings of what a Linky tells once, or for each of three phases."""
    first = f"{label}1"

    def has(several: bool, frame: Frame) -> bool:
        return first in frame.groups and ("IRMS2" in frame.groups) is several

    yield (first, name), {"has": partial(has, False)}
    for number, placeholders in phases():
        condition = {"has": partial(has, True)} if number == "1" else {}
        yield (f"{label}{number}", f"{name}_of_phase"), {**placeholders, **condition}


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


def choice(label: str, name: str, options: Iterable[str], read: Reader, **rest: Any) -> SensorRow:
    """Describe one of some states, each with its name in the translations."""
    enum = SensorDeviceClass.ENUM
    return sensor(label, name, read, device_class=enum, options=list(options), **rest)


def choice_of_stge(
    key: str, name: str, bits: Bits, states: Sequence[LabelValue], **rest: Any
) -> SensorRow:
    """Describe the state that some bits of STGE number."""
    options = [state for state in states if isinstance(state, str)]
    return choice("STGE", name, options, of_stge(bits, state_of(states)), key=key, **rest)


def period_in_force(label: str, read: Reader) -> SensorRow:
    """Describe the tariff period in force, whatever the mode, under the key PTEC."""
    return choice(label, "tariff_period_in_force", PERIODS, read, key="PTEC")


def colour(label: str, key: str, name: str, read: Reader) -> SensorRow:
    """Describe the Tempo colour of a day."""
    return choice(label, name, COLOURS, read, key=key, has=is_tempo)


def colour_today(group: Group, values: Mapping[str, LabelValue]) -> LabelValue | None:
    """Read the colour that the tariff period names."""
    period = PTEC_OPTIONS.get(group.value)
    return None if period is None else colour_of(period)


def standard_tariff(group: Group, values: Mapping[str, LabelValue]) -> LabelValue | None:
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


def computed(row: SensorRow, computed_from: tuple[str, ...], has: Condition) -> SensorRow:
    """Describe what no label tells, but several together."""
    return replace(row, labels=(), computed_from=computed_from, has=has)


def has_several_indexes(frame: Frame) -> bool:
    """Return whether the historic contract counts in several indexes."""
    contract = historic_contract(frame)
    return contract is not None and len(contract.indexes) > 1


def in_unit(label: str, name: str, unit: str, **rest: Any) -> SensorRow:
    """Describe what a PME-PMI writes with its unit."""
    return sensor(label, name, written(with_unit(unit)), unit=unit, **rest)


def period_index(label: str, counts: str, name: str, unit: str, **rest: Any) -> Iterator[SensorRow]:
    """Describe the indexes of which a PME-PMI only sends that of the period in force.

    `counts` is the label of that period. One index a period, each kept while another counts: an
    index of a period that nobody knows is in none of them.
    """
    for period in PME_PMI_PERIODS:
        yield in_unit(
            label,
            name,
            unit,
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


def ten_minutes(label: str, name: str, unit: str) -> SensorRow:
    """Describe an energy counted since the last ten minutes began.

    It begins anew each ten minutes, often between two frames: no state class, since a sum over
    it would lack what was counted in between.
    """
    return in_unit(label, name, unit, enabled=False, pace=Pace.INTERVAL)


frozen_index: RowKind = partial(in_unit, enabled=False)
"""The index at the end of the billing period before: no state class, it stands."""

kilowatts: RowKind = partial(in_unit, unit="kW", state_class=SensorStateClass.MEASUREMENT)
"""A mean active power, kW."""

time_told: RowKind = partial(moment, read=written(pme_pmi_time))
"""A moment that a PME-PMI writes."""


def in_its_unit(label: str, name: str, **rest: Any) -> Iterator[SensorRow]:
    """Describe a power in kVA or in kW, as the contract says: a row each."""
    for unit in ("kVA", "kW"):
        yield in_unit(label, name, unit, **rest)
