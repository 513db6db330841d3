"""What a frame tells of the contract and of the connection. Pure."""

from dataclasses import dataclass

from ..line.tic import Frame, Mode
from . import status
from .values import hexadecimal, text


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
    if frame.mode is Mode.HISTORIC:
        contract = historic_contract(frame)
        return contract.name if contract else None
    return text_of(frame, "NGTF" if frame.mode is Mode.STANDARD else "MESURES1")


def historic_contract(frame: Frame) -> Contract | None:
    """Return the contract that OPTARIF names."""
    group = frame.groups.get("OPTARIF")
    return CONTRACTS.get(group.value[:3]) if group else None


def text_of(frame: Frame, label: str) -> str | None:
    """Return what the frame writes under a label, without its padding."""
    group = frame.groups.get(label)
    return text(group.value) if group else None


def register_of(frame: Frame) -> int | None:
    """Return the status register STGE."""
    group = frame.groups.get("STGE")
    return hexadecimal(8)(group.value) if group else None


def is_historic_single_phase(frame: Frame) -> bool:
    """Return whether the meter warns of over-power by ADPS."""
    return frame.mode is Mode.HISTORIC and "IINST" in frame.groups


def is_historic_three_phase(frame: Frame) -> bool:
    """Return whether the meter warns of over-power by ADIR1 to 3, phase by phase."""
    return frame.mode is Mode.HISTORIC and "IINST1" in frame.groups


def is_ejp(frame: Frame) -> bool:
    """Return whether the historic mode announces mobile peaks, by PEJP."""
    return historic_contract(frame) is CONTRACTS["EJP"]


def is_tempo(frame: Frame) -> bool:
    """Return whether days have colours."""
    if frame.mode is Mode.HISTORIC:
        return historic_contract(frame) is CONTRACTS["BBR"]
    return text_of(frame, "NGTF") == "TEMPO" or _stge(frame, status.COLOUR_TODAY) != 0


def has_mobile_peaks(frame: Frame) -> bool:
    """Return whether the standard mode has announced a mobile peak, or its calendar is EJP."""
    return register_of(frame) is not None and (
        text_of(frame, "NGTF") == "EJP"
        or "DPM1" in frame.groups
        or _stge(frame, status.NOTICE) != 0
        or _stge(frame, status.PEAK) != 0
    )


def has_no_mobile_peaks(frame: Frame) -> bool:
    """Return whether the standard mode has announced none yet."""
    return register_of(frame) is not None and not has_mobile_peaks(frame)


def _stge(frame: Frame, bits: status.Bits) -> int:
    return bits.of(register_of(frame) or 0)
