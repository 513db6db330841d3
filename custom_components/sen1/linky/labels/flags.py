"""The labels, and bits of labels, that become binary sensors; `labels` says what keys are."""

from collections.abc import Callable
from functools import partial
from typing import Any

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.const import EntityCategory

from ..line.tic import Mode
from . import status
from .contracts import (
    has_mobile_peaks,
    has_no_mobile_peaks,
    is_ejp,
    is_historic_single_phase,
    is_historic_three_phase,
)
from .periods import PTEC_OPTIONS
from .rows import (
    DETAIL,
    BinarySensorRow,
    described,
    numbered,
    of_stge,
    phases,
    present,
    register,
    written,
)
from .status import Bits
from .values import LabelValue, Parser, digits, one_of, text

flag: Callable[..., BinarySensorRow] = partial(described, BinarySensorRow)
"""What is so or not, of a label, a name and a reader."""


def warning(
    key: str, name: str, parse: Parser, labels: tuple[str, ...] = (), **rest: Any
) -> BinarySensorRow:
    """Describe what a label, or one of several, says by being there."""
    return flag(
        key,
        name,
        present(parse),
        labels=labels,
        absent=False,
        device_class=BinarySensorDeviceClass.PROBLEM,
        **rest,
    )


def bit(key: str, name: str, bits: Bits, *, wanted: bool = True, **rest: Any) -> BinarySensorRow:
    """Describe what a bit of STGE says; it is so when the bit is as wanted."""
    return flag("STGE", name, of_stge(bits, lambda n: bool(n) is wanted), key=key, **rest)


problem = partial(bit, device_class=BinarySensorDeviceClass.PROBLEM)
"""A bit of STGE that is set when something is wrong."""


def mobile_peak(key: str, name: str, bits: Bits) -> tuple[BinarySensorRow, ...]:
    """Describe a mobile peak, on by default where one was announced: few contracts have any."""
    return (
        bit(key, name, bits, has=has_mobile_peaks),
        bit(key, name, bits, has=has_no_mobile_peaks, enabled=False),
    )


def _closed(number: int) -> Callable[[str], LabelValue | None]:
    # RELAIS is written in decimal.
    def parse(relays: str) -> LabelValue | None:
        value = digits(3)(relays)
        return bool(value >> (number - 1) & 1) if isinstance(value, int) else None

    return parse


AMPERES = digits(3)
OVERLOADED_PHASES = ("ADIR1", "ADIR2", "ADIR3")

HISTORIC_FLAGS = (
    warning("ADPS", "over_power", AMPERES, has=is_historic_single_phase),
    warning("ADPS", "over_power", AMPERES, OVERLOADED_PHASES, has=is_historic_three_phase),
    *(
        warning(f"ADIR{n}", "over_power_of_phase", AMPERES, has=is_historic_three_phase, **p)
        for n, p in phases()
    ),
    flag("PEJP", "peak_notice", present(digits(2)), absent=False, has=is_ejp),
    flag(
        "PTEC",
        "mobile_peak",
        written(lambda ptec: PTEC_OPTIONS[ptec] == "mobile_peak" if ptec in PTEC_OPTIONS else None),
        key="mobile_peak",
        has=is_ejp,
    ),
    *(
        flag(
            "PPOT",
            "phase_missing",
            register(2, Bits(int(n)), bool),
            key=f"PPOT_{n}",
            device_class=BinarySensorDeviceClass.PROBLEM,
            **DETAIL,
            **p,
        )
        for n, p in phases()
    ),
)

STANDARD_FLAGS = (
    bit("STGE_contact", "contact", status.CONTACT_OPEN, wanted=False),
    bit(
        "STGE_cover",
        "cover",
        status.COVER_OPEN,
        device_class=BinarySensorDeviceClass.OPENING,
        **DETAIL,
    ),
    problem("STGE_over_voltage", "over_voltage", status.OVER_VOLTAGE),
    problem("ADPS", "over_power", status.OVER_POWER),
    bit("STGE_producer", "producer", status.PRODUCER, entity_category=EntityCategory.DIAGNOSTIC),
    bit("STGE_injecting", "injecting", status.INJECTING),
    problem("STGE_clock", "clock_degraded", status.CLOCK_DEGRADED, **DETAIL),
    bit("STGE_cpl_synchronised", "cpl_synchronised", status.CPL_SYNCHRONISED, **DETAIL),
    *mobile_peak("PEJP", "peak_notice", status.NOTICE),
    *mobile_peak("mobile_peak", "mobile_peak", status.PEAK),
    *(
        flag("RELAIS", "relay", written(_closed(int(n))), key=f"RELAIS_{n}", enabled=False, **p)
        for n, p in numbered("12345678")
    ),
)

PME_PMI_FLAGS = (
    flag(
        "TARIFDYN", "dynamic_tariff", written(one_of({"ACTIF": True, "INACTIF": False})), **DETAIL
    ),
    warning("PREAVIS", "near_subscribed_power", text, has=lambda f: "PS" in f.groups),
)

FLAGS: dict[Mode, tuple[BinarySensorRow, ...]] = {
    Mode.HISTORIC: HISTORIC_FLAGS,
    Mode.STANDARD: STANDARD_FLAGS,
    Mode.PME_PMI: PME_PMI_FLAGS,
}
