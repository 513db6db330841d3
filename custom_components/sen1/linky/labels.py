"""The labels that become sensors, one row a label, in the order of the meter's own documents.

Enedis-NOI-CPT_54E for Linky (historic mode in section 5, standard mode in section 6.2), CPT_02E
table 10 for PME-PMI. Keys are the labels: they end in unique ids and live for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
import re

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    EntityCategory,
    UnitOfApparentPower,
    UnitOfElectricCurrent,
    UnitOfEnergy,
    UnitOfPower,
)

from .pacing import Pace, Value
from .tic import Frame, Mode

type Parser = Callable[[str], Value | None]
"""Turns what the meter writes into a value; None if it has not the form of one."""

FASTEST_LINKY = 20.0
"""Wh a second: twice the 36 kVA that a Linky can be set to."""
FASTEST_PME_PMI = 0.6
"""kWh a second: 2 MW, beyond any meter of the kind."""

PTEC_OPTIONS = {
    "TH..": "all_hours",
    "HC..": "off_peak",
    "HP..": "peak",
    "HN..": "normal",
    "PM..": "mobile_peak",
    "HCJB": "off_peak_blue",
    "HPJB": "peak_blue",
    "HCJW": "off_peak_white",
    "HPJW": "peak_white",
    "HCJR": "off_peak_red",
    "HPJR": "peak_red",
}
"""Tariff period in force, as the historic mode writes it → as states and automations know it."""

PME_PMI_PERIODS = (
    *("P", "PM", "HH", "HM", "HP", "HC", "HPH", "HCH", "HPE", "HCE", "HPD", "HCD", "HD"),
    *("JA", "DSM", "SCM"),
)
"""Tariff periods a PME-PMI can name in PTCOUR1 (CPT_02E)."""


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract of the historic mode."""

    name: str
    """As Enedis and suppliers call it."""
    indexes: tuple[str, ...]
    """Labels of all its indexes; their sum is the energy withdrawn."""


CONTRACTS = {
    "BAS": Contract("Base", ("BASE",)),
    "HC.": Contract("Heures creuses", ("HCHC", "HCHP")),
    "EJP": Contract("EJP", ("EJPHN", "EJPHPM")),
    "BBR": Contract("Tempo", ("BBRHCJB", "BBRHPJB", "BBRHCJW", "BBRHPJW", "BBRHCJR", "BBRHPJR")),
}
"""By the first three characters of OPTARIF: Tempo's fourth is a program of contacts."""


def contract_of(frame: Frame) -> str | None:
    """Return the contract's name as the frame tells it."""
    match frame.mode:
        case Mode.HISTORIC:
            contract = historic_contract(frame)
            return contract.name if contract else None
        case Mode.STANDARD:
            label = "NGTF"
        case Mode.PME_PMI:
            label = "MESURES1"
    group = frame.groups.get(label)
    return text(group.value) if group else None


def historic_contract(frame: Frame) -> Contract | None:
    """Return the contract that OPTARIF names."""
    group = frame.groups.get("OPTARIF")
    return CONTRACTS.get(group.value[:3]) if group else None


def digits(count: int) -> Parser:
    """Parse a number written in exactly `count` digits."""
    form = re.compile(rf"[0-9]{{{count}}}")
    return lambda written: int(written) if form.fullmatch(written) else None


def with_unit(unit: str) -> Parser:
    """Parse a whole number followed by its unit, as PME-PMI meters write."""
    form = re.compile(rf"([0-9]{{1,9}}){unit}")
    return lambda written: int(m[1]) if (m := form.fullmatch(written)) else None


def text(written: str) -> str | None:
    """Return what is written without its padding, if anything."""
    return " ".join(written.split()) or None


@dataclass(frozen=True, kw_only=True)
class LinkySensorDescription(SensorEntityDescription):
    """One row: what a label becomes."""

    parse: Parser
    pace: Pace = Pace.CHANGE
    fastest: float | None = None
    """Of an index: units a second that it cannot outrun."""
    placeholders: Mapping[str, str] = field(default_factory=dict)
    """For the translated name."""
    has: Callable[[Frame], bool] | None = None
    """Does this meter use it? By default, if its frame has the label."""

    def exists(self, frame: Frame) -> bool:
        """Tell whether a meter that sends this frame has this value."""
        if self.has is not None:
            return self.has(frame)
        group = frame.groups.get(self.key)
        return group is not None and self.parse(group.value) is not None


def index(
    label: str,
    name: str,
    *,
    has: Callable[[Frame], bool] | None = None,
    **placeholders: str,
) -> LinkySensorDescription:
    """Describe an energy that only grows, Wh."""
    return LinkySensorDescription(
        key=label,
        translation_key=name,
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        parse=digits(9),
        pace=Pace.INTERVAL,
        fastest=FASTEST_LINKY,
        placeholders=placeholders,
        has=has,
    )


def period_index(period: str) -> LinkySensorDescription:
    """Describe the index of one tariff period of a PME-PMI, kWh.

    The meter sends only that of the period in force, EAP_s: one key a period.
    """
    return LinkySensorDescription(
        key=f"EAP_s_{period}",
        translation_key="index_of_period",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        parse=with_unit("kWh"),
        pace=Pace.INTERVAL,
        fastest=FASTEST_PME_PMI,
        placeholders={"period": period},
        has=lambda frame: period_in_force(frame) == period and "EAP_s" in frame.groups,
    )


def period_in_force(frame: Frame) -> str | None:
    """Return the tariff period that a PME-PMI counts in."""
    group = frame.groups.get("PTCOUR1")
    return text(group.value) if group else None


def supplier_index(number: int) -> LinkySensorDescription:
    """Describe one of the supplier's ten indexes, all sent, few used: by the contract in force."""
    label = f"EASF{number:02}"

    def is_used(frame: Frame) -> bool:
        group, in_force = frame.groups.get(label), frame.groups.get("NTARF")
        if group is None or (value := digits(9)(group.value)) is None:
            return False
        return value != 0 or (in_force is not None and in_force.value == f"{number:02}")

    return index(label, "supplier_index", has=is_used, number=str(number))


def apparent_power(label: str, name: str, **placeholders: str) -> LinkySensorDescription:
    """Describe an apparent power of this second, VA."""
    return LinkySensorDescription(
        key=label,
        translation_key=name,
        device_class=SensorDeviceClass.APPARENT_POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfApparentPower.VOLT_AMPERE,
        parse=digits(5),
        pace=Pace.STEP,
        placeholders=placeholders,
    )


def current(
    label: str,
    name: str,
    *,
    has: Callable[[Frame], bool] | None = None,
    **placeholders: str,
) -> LinkySensorDescription:
    """Describe a current of this second, A."""
    return LinkySensorDescription(
        key=label,
        translation_key=name,
        device_class=SensorDeviceClass.CURRENT,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        parse=digits(3),
        pace=Pace.INTERVAL,
        placeholders=placeholders,
        has=has,
    )


def subscribed(
    label: str, name: str, device_class: SensorDeviceClass, unit: str, parse: Parser
) -> LinkySensorDescription:
    """Describe what the contract allows to draw at most."""
    return LinkySensorDescription(
        key=label,
        translation_key=name,
        device_class=device_class,
        native_unit_of_measurement=unit,
        entity_category=EntityCategory.DIAGNOSTIC,
        parse=parse,
    )


def tariff_period(label: str) -> LinkySensorDescription:
    """Describe the tariff period in force in the meter's own words."""
    return LinkySensorDescription(key=label, translation_key="tariff_period", parse=text)


TOTAL = "total"
"""Key of the sum of a historic contract's indexes; no label of the meter tells it."""

ROWS = (
    # Historic mode
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
    LinkySensorDescription(
        key="PTEC",
        translation_key="tariff_period_in_force",
        device_class=SensorDeviceClass.ENUM,
        options=list(PTEC_OPTIONS.values()),
        parse=PTEC_OPTIONS.get,
    ),
    current("IINST", "current"),
    *(current(f"IINST{phase}", "current_of_phase", phase=phase) for phase in "123"),
    apparent_power("PAPP", "apparent_power"),
    # Standard mode
    tariff_period("LTARF"),
    index("EAST", "index_total"),
    *(supplier_index(number) for number in range(1, 11)),
    index("EAIT", "index_injected"),
    current("IRMS1", "current", has=lambda f: "IRMS1" in f.groups and "IRMS2" not in f.groups),
    current("IRMS1", "current_of_phase", has=lambda f: "IRMS2" in f.groups, phase="1"),
    *(current(f"IRMS{phase}", "current_of_phase", phase=phase) for phase in "23"),
    subscribed(
        "PREF",
        "subscribed_power",
        SensorDeviceClass.APPARENT_POWER,
        UnitOfApparentPower.KILO_VOLT_AMPERE,
        digits(2),
    ),
    apparent_power("SINSTS", "apparent_power"),
    *(apparent_power(f"SINSTS{phase}", "apparent_power_of_phase", phase=phase) for phase in "123"),
    apparent_power("SINSTI", "apparent_power_injected"),
    LinkySensorDescription(
        key="NTARF",
        translation_key="tariff_number",
        entity_category=EntityCategory.DIAGNOSTIC,
        parse=digits(2),
    ),
    # PME-PMI
    tariff_period("PTCOUR1"),
    *(period_index(period) for period in PME_PMI_PERIODS),
    # In kVA or in kW, as the contract says
    subscribed(
        "PS",
        "subscribed_power",
        SensorDeviceClass.APPARENT_POWER,
        UnitOfApparentPower.KILO_VOLT_AMPERE,
        with_unit("kVA"),
    ),
    subscribed(
        "PS",
        "subscribed_power",
        SensorDeviceClass.POWER,
        UnitOfPower.KILO_WATT,
        with_unit("kW"),
    ),
    LinkySensorDescription(
        key="PA1MN",
        translation_key="active_power",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.KILO_WATT,
        parse=with_unit("kW"),
    ),
)

TOTAL_ROW = index(TOTAL, "index_total")

ROWS_OF: dict[str, list[LinkySensorDescription]] = {}
"""By key; a label has several rows where its unit or its name depends on the meter."""
for _row in ROWS:
    ROWS_OF.setdefault(_row.key, []).append(_row)
