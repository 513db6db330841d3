"""The labels that become sensors, a row each, in the order of the meter's own documents.

Enedis-NOI-CPT_54E for Linky (historic mode in section 5, standard mode in section 6.2), CPT_02E
table 10 for PME-PMI. Keys are the labels: they end in unique ids and live for ever. What means
the same in both modes of a Linky, as the tariff period, has one key, that of the historic label:
an automation goes on when Enedis changes the mode.

A row is on by default when a household looks at what it tells, or an automation may want it.
"""

from dataclasses import replace

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory

from ..line.tic import Frame, Mode
from . import status
from .contracts import CONTRACTS, is_tempo
from .flags import FLAGS
from .kinds import (
    announced,
    apparent_power,
    choice_of_stge,
    colour,
    colour_today,
    computed,
    connection,
    current,
    current_max,
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
    period_in_force,
    period_index,
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
from .rows import (
    DETAIL,
    BinarySensorRow,
    Row,
    SensorRow,
    horodate,
    numbered,
    of_stge,
    phases,
    written,
)
from .values import NOTHING, LabelValue, decimal, digits, message, one_of

TOTAL = "total"
"""Key of the sum of a historic contract's indexes."""

NEXT_CHANGE = "next_change"
"""Key of the time at which another index begins to count."""

HISTORIC_ROWS = (
    words("OPTARIF", "contract"),
    subscribed("ISOUSC", "subscribed_current", unit="A"),
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
    *(current(f"IINST{n}", "current_of_phase", **p) for n, p in phases()),
    current_max("IMAX", "current_max"),
    *(current_max(f"IMAX{n}", "current_max_of_phase", **p) for n, p in phases()),
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
    words("LTARF", "tariff_label", absent=NOTHING),
    index("EAST", "index_total"),
    *(supplier_index(number) for number in range(1, 11)),
    # The same energy again, by the seasons of the grid's own tariff: off, so that nobody adds it
    # to the supplier's in the Energy dashboard.
    *(index(f"EASD0{n}", "distributor_index", enabled=False, **p) for n, p in numbered("1234")),
    index("EAIT", "index_injected"),
    *(reactive_index(f"ERQ{n}", "reactive_index", **p) for n, p in numbered("1234", "quadrant")),
    *(current(*row, **rest) for row, rest in connection("IRMS", "current")),
    # A state each few seconds, for what hardly moves: the mean of ten minutes is on instead.
    *(voltage(*row, enabled=False, **rest) for row, rest in connection("URMS", "voltage")),
    subscribed("PREF", "subscribed_power", unit="kVA"),
    subscribed("PCOUP", "cut_off_power", enabled=False, unit="kVA"),
    apparent_power("SINSTS", "apparent_power"),
    *(apparent_power(f"SINSTS{n}", "apparent_power_of_phase", **p) for n, p in phases()),
    *maximum("SMAXSN", "apparent_power_max_today"),
    *(
        row
        for n, p in phases()
        for row in maximum(f"SMAXSN{n}", "apparent_power_max_today_of_phase", enabled=False, **p)
    ),
    *maximum("SMAXSN-1", "apparent_power_max_yesterday", enabled=False),
    *(
        row
        for n, p in phases()
        for row in maximum(
            f"SMAXSN{n}-1", "apparent_power_max_yesterday_of_phase", enabled=False, **p
        )
    ),
    apparent_power("SINSTI", "apparent_power_injected"),
    *maximum("SMAXIN", "apparent_power_max_injected_today"),
    *maximum("SMAXIN-1", "apparent_power_max_injected_yesterday", enabled=False),
    *mean_power("CCASN", "mean_power"),
    *mean_power("CCASN-1", "mean_power_before", enabled=False),
    *mean_power("CCAIN", "mean_power_injected"),
    *mean_power("CCAIN-1", "mean_power_injected_before", enabled=False),
    *(
        row
        for label_and_name, rest in connection("UMOY", "mean_voltage")
        for row in mean_voltage(*label_and_name, **rest)
    ),
    choice_of_stge(
        "STGE_cut_off", "cut_off_device", status.CUT_OFF, status.CUT_OFF_STATES, **DETAIL
    ),
    *(
        number_of(
            "STGE",
            f"{whose}_index_in_use",
            of_stge(bits, lambda n: n + 1),
            key=f"STGE_{whose}_index",
            enabled=False,
        )
        for whose, bits in status.INDEXES_IN_USE.items()
    ),
    choice_of_stge("STGE_tic", "tic_mode", status.TIC_MODE, status.TIC_MODES, **DETAIL),
    choice_of_stge("STGE_euridis", "euridis", status.EURIDIS, status.EURIDIS_STATES, **DETAIL),
    choice_of_stge("STGE_cpl", "cpl", status.CPL, status.CPL_STATES, **DETAIL),
    choice_of_stge("colour_today", "colour_today", status.COLOUR_TODAY, STGE_COLOURS, has=is_tempo),
    choice_of_stge("DEMAIN", "colour_tomorrow", status.COLOUR_TOMORROW, STGE_COLOURS, has=is_tempo),
    choice_of_stge("STGE_notice", "announced_peak", status.NOTICE, status.PEAKS, enabled=False),
    choice_of_stge("STGE_peak", "peak_in_force", status.PEAK, status.PEAKS, enabled=False),
    *(
        announced(f"{label}{n}", name, horodate, device_class=SensorDeviceClass.TIMESTAMP, **p)
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
    announced("PPOINTE", "profile_peak", written(day_profile), **DETAIL),
)


PME_PMI_ROWS = (
    words("MESURES1", "contract"),
    time_told("DATE", "clock", entity_category=EntityCategory.DIAGNOSTIC),
    ten_minutes("EA_s", "energy_ten_minutes", "Wh"),
    ten_minutes("ER+_s", "reactive_plus_ten_minutes", "varh"),
    ten_minutes("ER-_s", "reactive_minus_ten_minutes", "varh"),
    ten_minutes("EAPP_s", "apparent_ten_minutes", "VAh"),
    ten_minutes("EA_i", "injected_ten_minutes", "Wh"),
    ten_minutes("ER+_i", "injected_reactive_plus_ten_minutes", "varh"),
    ten_minutes("ER-_i", "injected_reactive_minus_ten_minutes", "varh"),
    ten_minutes("EAPP_i", "injected_apparent_ten_minutes", "VAh"),
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
            kilowatts(f"PA{n}_s", "mean_power_ten_minutes_n", enabled=False, **p),
            time_told(f"DATEPA{n}", "mean_power_ten_minutes_n_time", **p),
        )
    ),
    kilowatts("PA1_i", "injected_mean_power_ten_minutes"),
    *(
        kilowatts(f"PA{n}_i", "injected_mean_power_ten_minutes_n", enabled=False, **p)
        for n, p in numbered("23456")
    ),
    time_told("DebP", "billing_begin"),
    *period_index("EAP_s", "PTCOUR1", "index_of_period", "kWh"),
    *period_index("ER+P_s", "PTCOUR1", "reactive_plus_of_period", "kvarh", enabled=False),
    *period_index("ER-P_s", "PTCOUR1", "reactive_minus_of_period", "kvarh", enabled=False),
    *period_index("EAP_i", "PTCOUR1", "injected_of_period", "kWh"),
    *period_index("ER+P_i", "PTCOUR1", "injected_reactive_plus_of_period", "kvarh", enabled=False),
    *period_index("ER-P_i", "PTCOUR1", "injected_reactive_minus_of_period", "kvarh", enabled=False),
    time_told("DebP-1", "billing_before_begin"),
    time_told("FinP-1", "billing_before_end"),
    frozen_index("EAP-1_s", "index_before", "kWh"),
    frozen_index("ER+P-1_s", "reactive_plus_before", "kvarh"),
    frozen_index("ER-P-1_s", "reactive_minus_before", "kvarh"),
    frozen_index("EAP-1_i", "injected_before", "kWh"),
    frozen_index("ER+P-1_i", "injected_reactive_plus_before", "kvarh"),
    frozen_index("ER-P-1_i", "injected_reactive_minus_before", "kvarh"),
    *in_its_unit("PS", "subscribed_power", entity_category=EntityCategory.DIAGNOSTIC),
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
    *period_index("EAP_s2", "PTCOUR2", "second_index_of_period", "kWh", enabled=False),
    time_told("DebP-1_2", "second_billing_before_begin"),
    time_told("FinP-1_2", "second_billing_before_end"),
    frozen_index("EAP-1_s2", "second_index_before", "kWh"),
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

KEYS_OF: dict[str, dict[str, list[Row]]] = {}
"""By label, then by key: what a group is read by."""

PERIOD_ROWS: dict[tuple[str, str], Row] = {}
"""By label and tariff period: of a PME-PMI, read frame by frame."""

for _row in (row for mode in Mode for row in ROWS[mode]):
    for _label in _row.labels:
        if _row.period is not None:
            PERIOD_ROWS[_label, _row.period] = _row
        else:
            KEYS_OF.setdefault(_label, {}).setdefault(_row.key, []).append(_row)

COUNTED_BY = {label: "PTCOUR2" if label == "EAP_s2" else "PTCOUR1" for label, _ in PERIOD_ROWS}
"""The labels whose index is that of a period, and the label that says which."""

ABSENT: dict[Mode, dict[str, tuple[frozenset[str], LabelValue]]] = {mode: {} for mode in Mode}
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
