"""The labels that become sensors, a row each, in the order of the meter's own documents.

Enedis-NOI-CPT_54E for Linky (historic mode in section 5, standard mode in section 6.2), CPT_02E
table 10 for PME-PMI. Keys are the labels: they end in unique ids and live for ever. What means
the same in both modes of a Linky, as the tariff period, has one key, that of the historic label:
an automation goes on when Enedis changes the mode.

A row is on by default when a household looks at what it tells, or an automation may want it.
"""

from __future__ import annotations

from dataclasses import replace

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfApparentPower, UnitOfElectricCurrent

from ..line.tic import Frame, Mode
from . import status
from .contracts import CONTRACTS
from .flags import FLAGS
from .kinds import (
    KVARH,
    KWH,
    ONE,
    announced,
    apparent_power,
    choice,
    colour,
    colour_today,
    computed,
    current,
    distributor_index,
    frozen_index,
    has_several_indexes,
    in_its_unit,
    index,
    kilowatts,
    maximum,
    mean_power,
    mean_voltage,
    moment,
    number_of,
    numbered,
    of_single_phase,
    of_three_phase,
    period_in_force,
    period_index,
    phases,
    reactive_index,
    sensor,
    standard_tariff,
    subscribed,
    supplier_index,
    ten_minutes,
    time_told,
    voltage,
    words,
)
from .pacing import Pace
from .periods import DEMAIN_COLOURS, PME_PMI_PERIODS, PTEC_OPTIONS, STGE_COLOURS
from .profiles import day_profile
from .rows import BinarySensorRow, Row, SensorRow, horodate, of_stge, state_of, written
from .values import NOTHING, Told, decimal, digits, message, one_of, with_unit

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
