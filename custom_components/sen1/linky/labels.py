"""The labels that become sensors, a row each, in the order of the meter's own documents.

Enedis-NOI-CPT_54E for Linky (historic mode in section 5, standard mode in section 6.2), CPT_02E
table 10 for PME-PMI. Keys are the labels: they end in unique ids and live for ever. What means
the same in both modes of a Linky, as the tariff period, has one key, that of the historic label:
an automation goes on when Enedis changes the mode.

A row is on by default when a household looks at what it tells, or an automation may want it.
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

from . import status
from .contracts import CONTRACTS, historic_contract, is_tempo, text_of
from .flags import FLAGS
from .pacing import Pace
from .periods import (
    COLOURS,
    DEMAIN_COLOURS,
    PERIODS,
    PME_PMI_PERIODS,
    PTEC_OPTIONS,
    STGE_COLOURS,
    colour_of,
    standard_period,
)
from .profiles import day_profile
from .rows import (
    BinarySensorRow,
    Condition,
    Reader,
    Row,
    SensorRow,
    horodate,
    of_stge,
    state_of,
    written,
)
from .tic import Frame, Group, Mode
from .values import (
    NOTHING,
    Parser,
    Told,
    decimal,
    digits,
    message,
    one_of,
    pme_pmi_time,
    text,
    with_unit,
)

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


TOTAL = "total"
"""Key of the sum of a historic contract's indexes."""

NEXT_CHANGE = "next_change"
"""Key of the time at which another index begins to count."""

HISTORIC_ROWS = (
    words("OPTARIF", "contract"),
    subscribed(
        "ISOUSC",
        "subscribed_current",
        SensorDeviceClass.CURRENT,
        UnitOfElectricCurrent.AMPERE,
        digits(2),
    ),
    index("BASE", "index_total"),
    index("HCHC", "index_off_peak"),
    index("HCHP", "index_peak"),
    index("EJPHN", "index_normal"),
    index("EJPHPM", "index_mobile_peak"),
    index("BBRHCJB", "index_off_peak_blue"),
    index("BBRHPJB", "index_peak_blue"),
    index("BBRHCJW", "index_off_peak_white"),
    index("BBRHPJW", "index_peak_white"),
    index("BBRHCJR", "index_off_peak_red"),
    index("BBRHPJR", "index_peak_red"),
    computed(
        index(TOTAL, "index_total"),
        tuple(label for contract in CONTRACTS.values() for label in contract.indexes),
        has_several_indexes,
    ),
    period_in_force("PTEC", written(PTEC_OPTIONS.get)),
    colour("PTEC", "colour_today", "colour_today", colour_today),
    colour("DEMAIN", "DEMAIN", "colour_tomorrow", written(one_of(DEMAIN_COLOURS))),
    current("IINST", "current"),
    *(current(f"IINST{n}", "current_of_phase", translation_placeholders=p) for n, p in phases()),
    current(
        "IMAX",
        "current_max",
        enabled=False,
        state_class=None,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    *(
        current(
            f"IMAX{n}",
            "current_max_of_phase",
            enabled=False,
            state_class=None,
            entity_category=EntityCategory.DIAGNOSTIC,
            translation_placeholders=p,
        )
        for n, p in phases()
    ),
    apparent_power(
        "PMAX", "apparent_power_max_yesterday", enabled=False, pace=Pace.CHANGE, state_class=None
    ),
    apparent_power("PAPP", "apparent_power"),
    words("HHPHC", "schedule"),
    words("MOTDETAT", "status_word"),
)

STANDARD_ROWS = (
    words("VTIC", "tic_version"),
    moment("DATE", "clock", horodate, entity_category=EntityCategory.DIAGNOSTIC),
    words("NGTF", "calendar", absent=NOTHING),
    words("LTARF", "tariff_label", enabled=True, absent=NOTHING),
    index("EAST", "index_total"),
    *(supplier_index(number) for number in range(1, 11)),
    *(distributor_index(number) for number in range(1, 5)),
    index("EAIT", "index_injected"),
    *(
        reactive_index(f"ERQ{n}", "reactive_index", translation_placeholders=p)
        for n, p in numbered("1234", "quadrant")
    ),
    current("IRMS1", "current", has=of_single_phase("IRMS1")),
    current("IRMS1", "current_of_phase", has=of_three_phase("IRMS1"), translation_placeholders=ONE),
    *(current(f"IRMS{n}", "current_of_phase", translation_placeholders=p) for n, p in phases("23")),
    # A state each few seconds, for what hardly moves: the mean of ten minutes is on instead.
    voltage("URMS1", "voltage", enabled=False, has=of_single_phase("URMS1")),
    voltage(
        "URMS1",
        "voltage_of_phase",
        enabled=False,
        has=of_three_phase("URMS1"),
        translation_placeholders=ONE,
    ),
    *(
        voltage(f"URMS{n}", "voltage_of_phase", enabled=False, translation_placeholders=p)
        for n, p in phases("23")
    ),
    subscribed(
        "PREF",
        "subscribed_power",
        SensorDeviceClass.APPARENT_POWER,
        UnitOfApparentPower.KILO_VOLT_AMPERE,
        digits(2),
    ),
    subscribed(
        "PCOUP",
        "cut_off_power",
        SensorDeviceClass.APPARENT_POWER,
        UnitOfApparentPower.KILO_VOLT_AMPERE,
        digits(2),
        enabled=False,
    ),
    apparent_power("SINSTS", "apparent_power"),
    *(
        apparent_power(f"SINSTS{n}", "apparent_power_of_phase", translation_placeholders=p)
        for n, p in phases()
    ),
    *maximum("SMAXSN", "apparent_power_max_today", enabled=True),
    *(
        row
        for n, p in phases()
        for row in maximum(
            f"SMAXSN{n}",
            "apparent_power_max_today_of_phase",
            enabled=False,
            translation_placeholders=p,
        )
    ),
    *maximum("SMAXSN-1", "apparent_power_max_yesterday", enabled=False),
    *(
        row
        for n, p in phases()
        for row in maximum(
            f"SMAXSN{n}-1",
            "apparent_power_max_yesterday_of_phase",
            enabled=False,
            translation_placeholders=p,
        )
    ),
    apparent_power("SINSTI", "apparent_power_injected"),
    *maximum("SMAXIN", "apparent_power_max_injected_today", enabled=True),
    *maximum("SMAXIN-1", "apparent_power_max_injected_yesterday", enabled=False),
    *mean_power("CCASN", "mean_power", enabled=True),
    *mean_power("CCASN-1", "mean_power_before", enabled=False),
    *mean_power("CCAIN", "mean_power_injected", enabled=True),
    *mean_power("CCAIN-1", "mean_power_injected_before", enabled=False),
    *mean_voltage("UMOY1", "mean_voltage", has=of_single_phase("UMOY1")),
    *mean_voltage(
        "UMOY1",
        "mean_voltage_of_phase",
        has=of_three_phase("UMOY1"),
        translation_placeholders=ONE,
    ),
    *(
        row
        for n, p in phases("23")
        for row in mean_voltage(f"UMOY{n}", "mean_voltage_of_phase", translation_placeholders=p)
    ),
    choice(
        "STGE",
        key="STGE_cut_off",
        translation_key="cut_off_device",
        options=status.CUT_OFF_STATES,
        read=of_stge(status.CUT_OFF, state_of(status.CUT_OFF_STATES)),
        enabled=False,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    number_of(
        "STGE",
        "supplier_index_in_use",
        of_stge(status.SUPPLIER_INDEX, lambda n: n + 1),
        key="STGE_supplier_index",
        enabled=False,
    ),
    number_of(
        "STGE",
        "distributor_index_in_use",
        of_stge(status.DISTRIBUTOR_INDEX, lambda n: n + 1),
        key="STGE_distributor_index",
        enabled=False,
    ),
    choice(
        "STGE",
        key="STGE_tic",
        translation_key="tic_mode",
        options=status.TIC_MODES,
        read=of_stge(status.TIC_MODE, state_of(status.TIC_MODES)),
        enabled=False,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    choice(
        "STGE",
        key="STGE_euridis",
        translation_key="euridis",
        options=status.EURIDIS_STATES.values(),
        read=of_stge(status.EURIDIS, lambda n: status.EURIDIS_STATES.get(n, NOTHING)),
        enabled=False,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    choice(
        "STGE",
        key="STGE_cpl",
        translation_key="cpl",
        options=status.CPL_STATES,
        read=of_stge(status.CPL, state_of(status.CPL_STATES)),
        enabled=False,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    colour(
        "STGE",
        "colour_today",
        "colour_today",
        of_stge(status.COLOUR_TODAY, state_of(STGE_COLOURS)),
    ),
    colour(
        "STGE",
        "DEMAIN",
        "colour_tomorrow",
        of_stge(status.COLOUR_TOMORROW, state_of(STGE_COLOURS)),
    ),
    choice(
        "STGE",
        key="STGE_notice",
        translation_key="announced_peak",
        options=status.PEAKS,
        read=of_stge(status.NOTICE, state_of(status.PEAKS)),
        enabled=False,
    ),
    choice(
        "STGE",
        key="STGE_peak",
        translation_key="peak_in_force",
        options=status.PEAKS,
        read=of_stge(status.PEAK, state_of(status.PEAKS)),
        enabled=False,
    ),
    *(
        announced(
            f"{label}{n}",
            name,
            horodate,
            device_class=SensorDeviceClass.TIMESTAMP,
            translation_placeholders=p,
        )
        for n, p in numbered("123")
        for label, name in (("DPM", "peak_begin"), ("FPM", "peak_end"))
    ),
    sensor("MSG1", "message", written(message)),
    sensor("MSG2", "short_message", written(message), absent=NOTHING),
    words("PRM", "delivery_point"),
    period_in_force("NTARF", standard_tariff),
    number_of("NTARF", "tariff_number", written(digits(2))),
    number_of("NJOURF", "day_today", written(digits(2)), enabled=False),
    number_of("NJOURF+1", "day_tomorrow", written(digits(2)), enabled=False),
    computed(
        moment(NEXT_CHANGE, "next_change", horodate, enabled=True),
        ("PJOURF+1",),
        lambda frame: "PJOURF+1" in frame.groups,
    ),
    number_of("PJOURF+1", "profile_tomorrow", written(day_profile), enabled=False),
    announced(
        "PPOINTE",
        "profile_peak",
        written(day_profile),
        enabled=False,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
)


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


PME_PMI_ROWS = (
    words("MESURES1", "contract"),
    time_told("DATE", "clock", entity_category=EntityCategory.DIAGNOSTIC),
    ten_minutes("EA_s", "energy_ten_minutes", "Wh", SensorDeviceClass.ENERGY),
    ten_minutes("ER+_s", "reactive_plus_ten_minutes", "varh", SensorDeviceClass.REACTIVE_ENERGY),
    ten_minutes("ER-_s", "reactive_minus_ten_minutes", "varh", SensorDeviceClass.REACTIVE_ENERGY),
    ten_minutes("EAPP_s", "apparent_ten_minutes", "VAh", None),
    ten_minutes("EA_i", "injected_ten_minutes", "Wh", SensorDeviceClass.ENERGY),
    ten_minutes(
        "ER+_i", "injected_reactive_plus_ten_minutes", "varh", SensorDeviceClass.REACTIVE_ENERGY
    ),
    ten_minutes(
        "ER-_i", "injected_reactive_minus_ten_minutes", "varh", SensorDeviceClass.REACTIVE_ENERGY
    ),
    ten_minutes("EAPP_i", "injected_apparent_ten_minutes", "VAh", None),
    period_in_force("PTCOUR1", written(one_of(PME_PMI_PERIODS))),
    words("PTCOUR1", "tariff_label", enabled=True),
    words("ETATDYN1", "dynamic_state"),
    words("MODE", "mode"),
    words("CONFIG", "connection"),
    kilowatts("PA1_s", "mean_power_ten_minutes"),
    time_told("DATEPA1", "mean_power_ten_minutes_time"),
    *(
        row
        for n, p in numbered("23456")
        for row in (
            kilowatts(
                f"PA{n}_s", "mean_power_ten_minutes_n", enabled=False, translation_placeholders=p
            ),
            time_told(f"DATEPA{n}", "mean_power_ten_minutes_n_time", translation_placeholders=p),
        )
    ),
    kilowatts("PA1_i", "injected_mean_power_ten_minutes"),
    *(
        kilowatts(
            f"PA{n}_i",
            "injected_mean_power_ten_minutes_n",
            enabled=False,
            translation_placeholders=p,
        )
        for n, p in numbered("23456")
    ),
    time_told("DebP", "billing_begin"),
    *period_index("EAP_s", "PTCOUR1", "index_of_period", with_unit("kWh"), **KWH),
    *period_index("ER+P_s", "PTCOUR1", "reactive_plus_of_period", with_unit("kvarh"), **KVARH),
    *period_index("ER-P_s", "PTCOUR1", "reactive_minus_of_period", with_unit("kvarh"), **KVARH),
    *period_index("EAP_i", "PTCOUR1", "injected_of_period", with_unit("kWh"), **KWH),
    *period_index(
        "ER+P_i", "PTCOUR1", "injected_reactive_plus_of_period", with_unit("kvarh"), **KVARH
    ),
    *period_index(
        "ER-P_i", "PTCOUR1", "injected_reactive_minus_of_period", with_unit("kvarh"), **KVARH
    ),
    time_told("DebP-1", "billing_before_begin"),
    time_told("FinP-1", "billing_before_end"),
    frozen_index("EAP-1_s", "index_before", with_unit("kWh"), KWH),
    frozen_index("ER+P-1_s", "reactive_plus_before", with_unit("kvarh"), KVARH),
    frozen_index("ER-P-1_s", "reactive_minus_before", with_unit("kvarh"), KVARH),
    frozen_index("EAP-1_i", "injected_before", with_unit("kWh"), KWH),
    frozen_index("ER+P-1_i", "injected_reactive_plus_before", with_unit("kvarh"), KVARH),
    frozen_index("ER-P-1_i", "injected_reactive_minus_before", with_unit("kvarh"), KVARH),
    *in_its_unit("PS", "subscribed_power", category=EntityCategory.DIAGNOSTIC),
    kilowatts("PA1MN", "active_power"),
    *in_its_unit("PMAX_s", "power_max"),
    *in_its_unit("PMAX_i", "injected_power_max"),
    *(
        sensor(
            label,
            name,
            written(decimal),
            enabled=False,
            state_class=SensorStateClass.MEASUREMENT,
            pace=Pace.INTERVAL,
        )
        for label, name in (("TGPHI_s", "tan_phi"), ("TGPHI_i", "injected_tan_phi"))
    ),
    words("MESURES2", "second_contract"),
    words("PTCOUR2", "second_tariff_label"),
    words("ETATDYN2", "second_dynamic_state"),
    time_told("DebP_2", "second_billing_begin"),
    # The same energy again, by a second tariff: off, so that nobody adds both.
    *period_index(
        "EAP_s2", "PTCOUR2", "second_index_of_period", with_unit("kWh"), **KWH, enabled=False
    ),
    time_told("DebP-1_2", "second_billing_before_begin"),
    time_told("FinP-1_2", "second_billing_before_end"),
    frozen_index("EAP-1_s2", "second_index_before", with_unit("kWh"), KWH),
)

SENSORS: dict[Mode, tuple[SensorRow, ...]] = {
    Mode.HISTORIC: HISTORIC_ROWS,
    Mode.STANDARD: STANDARD_ROWS,
    Mode.PME_PMI: PME_PMI_ROWS,
}

ROWS: dict[Mode, tuple[SensorRow | BinarySensorRow, ...]] = {
    mode: (*SENSORS[mode], *FLAGS[mode]) for mode in Mode
}
"""All rows, of sensors and binary sensors."""

ROWS_OF: dict[str, list[Row]] = {}
"""By key; it has several rows where its label, unit or name depends on the meter."""

KEYS_OF: dict[str, dict[str, list[Row]]] = {}
"""By label, then by key: what a group is read by."""

PERIOD_ROWS: dict[tuple[str, str], Row] = {}
"""By label and tariff period: of a PME-PMI, read frame by frame."""

for _row in (row for mode in Mode for row in ROWS[mode]):
    ROWS_OF.setdefault(_row.key, []).append(_row)
    for _label in _row.labels:
        if _row.period is not None:
            PERIOD_ROWS[_label, _row.period] = _row
        else:
            KEYS_OF.setdefault(_label, {}).setdefault(_row.key, []).append(_row)

COUNTED_BY = {label: "PTCOUR2" if label == "EAP_s2" else "PTCOUR1" for label, _ in PERIOD_ROWS}
"""The labels whose index is that of a period, and the label that says which."""

ABSENT: dict[Mode, dict[str, tuple[frozenset[str], Told]]] = {mode: {} for mode in Mode}
"""By key, for what comes and goes: its labels, and what it means that none of them is sent."""

for _mode, _rows in ROWS.items():
    for _row in _rows:
        if _row.absent is not None:
            _labels, _ = ABSENT[_mode].get(_row.key, (frozenset(), None))
            ABSENT[_mode][_row.key] = (_labels.union(_row.labels), _row.absent)

_SPELLINGS = {
    label.casefold(): label
    for label in (
        *(label for row in ROWS[Mode.PME_PMI] for label in row.labels),
        *COUNTED_BY.values(),
    )
}


def spelling(label: str) -> str:
    """Return a label as the table spells it: PME-PMI meters write some otherwise (EaP_s, DébP)."""
    if label in KEYS_OF:
        return label
    return _SPELLINGS.get(label.casefold().replace("é", "e"), label)


def respelled(frame: Frame) -> Frame:
    """Return a frame whose labels are spelled as in the table."""
    if frame.mode is not Mode.PME_PMI:
        return frame
    return replace(frame, groups={spelling(label): g for label, g in frame.groups.items()})
