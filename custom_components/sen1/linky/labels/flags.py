"""The labels, and bits of labels, that become binary sensors; `labels` says what keys are."""

from __future__ import annotations

from collections.abc import Callable
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
from .rows import BinarySensorRow, Reader, of_stge, present, register, written
from .status import Bits
from .values import Parser, Told, digits, one_of, text


def flag(
    label: str,
    name: str,
    read: Reader,
    *,
    key: str | None = None,
    enabled: bool = True,
    **rest: Any,
) -> BinarySensorRow:
    """Describe what is so or not."""
    return BinarySensorRow(
        key=key or label,
        labels=(label,),
        translation_key=name,
        read=read,
        entity_registry_enabled_default=enabled,
        **rest,
    )


def warning(
    labels: tuple[str, ...], name: str, parse: Parser, *, key: str, **rest: Any
) -> BinarySensorRow:
    """Describe what one of some labels says by being there."""
    return BinarySensorRow(
        key=key,
        labels=labels,
        translation_key=name,
        read=present(parse),
        absent=False,
        device_class=BinarySensorDeviceClass.PROBLEM,
        **rest,
    )


def bit(key: str, name: str, bits: Bits, *, wanted: bool = True, **rest: Any) -> BinarySensorRow:
    """Describe what a bit of STGE says; it is so when the bit is as wanted."""
    return flag("STGE", name, of_stge(bits, lambda n: bool(n) is wanted), key=key, **rest)


def mobile_peak(key: str, name: str, bits: Bits) -> tuple[BinarySensorRow, ...]:
    """Describe a mobile peak, on by default where one was announced: few contracts have any."""
    return (
        bit(key, name, bits, has=has_mobile_peaks),
        bit(key, name, bits, has=has_no_mobile_peaks, enabled=False),
    )


def _closed(number: int) -> Callable[[str], Told | None]:
    # RELAIS is written in decimal.
    def parse(relays: str) -> Told | None:
        value = digits(3)(relays)
        return bool(value >> (number - 1) & 1) if isinstance(value, int) else None

    return parse


AMPERES = digits(3)
OVERLOADED_PHASES = ("ADIR1", "ADIR2", "ADIR3")

HISTORIC_FLAGS = (
    warning(("ADPS",), "over_power", AMPERES, key="ADPS", has=is_historic_single_phase),
    warning(OVERLOADED_PHASES, "over_power", AMPERES, key="ADPS", has=is_historic_three_phase),
    *(
        warning(
            (label,),
            "over_power_of_phase",
            AMPERES,
            key=label,
            has=is_historic_three_phase,
            translation_placeholders={"phase": label[-1]},
        )
        for label in OVERLOADED_PHASES
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
            register(2, Bits(phase), bool),
            key=f"PPOT_{phase}",
            enabled=False,
            device_class=BinarySensorDeviceClass.PROBLEM,
            entity_category=EntityCategory.DIAGNOSTIC,
            translation_placeholders={"phase": str(phase)},
        )
        for phase in (1, 2, 3)
    ),
)

STANDARD_FLAGS = (
    bit("STGE_contact", "contact", status.CONTACT_OPEN, wanted=False),
    bit(
        "STGE_cover",
        "cover",
        status.COVER_OPEN,
        enabled=False,
        device_class=BinarySensorDeviceClass.OPENING,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    bit(
        "STGE_over_voltage",
        "over_voltage",
        status.OVER_VOLTAGE,
        device_class=BinarySensorDeviceClass.PROBLEM,
    ),
    bit(
        "ADPS",
        "over_power",
        status.OVER_POWER,
        device_class=BinarySensorDeviceClass.PROBLEM,
    ),
    bit(
        "STGE_producer",
        "producer",
        status.PRODUCER,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    bit("STGE_injecting", "injecting", status.INJECTING),
    bit(
        "STGE_clock",
        "clock_degraded",
        status.CLOCK_DEGRADED,
        enabled=False,
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    bit(
        "STGE_cpl_synchronised",
        "cpl_synchronised",
        status.CPL_SYNCHRONISED,
        enabled=False,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    *mobile_peak("PEJP", "peak_notice", status.NOTICE),
    *mobile_peak("mobile_peak", "mobile_peak", status.PEAK),
    *(
        flag(
            "RELAIS",
            "relay",
            written(_closed(number)),
            key=f"RELAIS_{number}",
            enabled=False,
            translation_placeholders={"number": str(number)},
        )
        for number in range(1, 9)
    ),
)

PME_PMI_FLAGS = (
    flag(
        "TARIFDYN",
        "dynamic_tariff",
        written(one_of({"ACTIF": True, "INACTIF": False})),
        enabled=False,
        entity_category=EntityCategory.DIAGNOSTIC,
    ),
    warning(
        ("PREAVIS",),
        "near_subscribed_power",
        key="PREAVIS",
        parse=text,
        has=lambda f: "PS" in f.groups,
    ),
)

FLAGS: dict[Mode, tuple[BinarySensorRow, ...]] = {
    Mode.HISTORIC: HISTORIC_FLAGS,
    Mode.STANDARD: STANDARD_FLAGS,
    Mode.PME_PMI: PME_PMI_FLAGS,
}
