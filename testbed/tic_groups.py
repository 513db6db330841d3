"""The kinds of meters that can be simulated, and what each says.

Sources: Enedis-NOI-CPT_54E (Linky), Enedis-NOI-CPT_02E and a real ACE6000 (PME-PMI).
Addresses and delivery points are fictive: no manufacturer is number 99.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import ClassVar

from testbed.contracts import BASE, EJP, OFF_PEAK, SCHOOL, TEMPO, WEEKEND, Contract
from testbed.tic_historic import historic
from testbed.tic_pme_pmi import pme_pmi
from testbed.tic_rows import Output, Row, encode_historic, encode_standard
from testbed.tic_standard import standard

__all__ = [
    "KINDS",
    "Kind",
    "Mode",
    "Output",
    "Row",
    "encode_historic",
    "encode_standard",
    "output_of",
]


class Mode(StrEnum):
    """What a meter speaks."""

    HISTORIC = "historic"
    STANDARD = "standard"
    PME_PMI = "pme_pmi"


@dataclass(frozen=True, slots=True)
class Kind:
    """A meter, its contract and what it is wired to; any combination can be simulated.

    Historic mode has no words for a producer: such a meter keeps silent on what it counts.
    """

    mode: Mode
    contract: Contract = OFF_PEAK
    phases: int = 1
    is_producer: bool = False
    is_documented: bool = False
    """Of a PME-PMI: spells as the document does; else as an ACE6000."""

    HISTORIC_BASE: ClassVar[Kind]
    HISTORIC_HC: ClassVar[Kind]
    HISTORIC_TEMPO: ClassVar[Kind]
    STANDARD_HC: ClassVar[Kind]
    STANDARD_PRODUCER: ClassVar[Kind]
    PME_PMI: ClassVar[Kind]

    @property
    def name(self) -> str:
        words: list[str] = [self.mode]
        if self.mode is not Mode.PME_PMI:
            words.append(self.contract.key)
        words += ["tri"] if self.phases == 3 else []
        words += ["producer"] if self.is_producer else []
        words += ["documented"] if self.is_documented else []
        return "_".join(words)

    def __str__(self) -> str:
        return self.name

    @property
    def subscribed_kva(self) -> int:
        if self.mode is Mode.PME_PMI:
            return 42
        return 6 if self.phases == 1 else 9

    @property
    def serial(self) -> str:
        """The number of the meter, unless a test gives another."""
        return (
            "991976000"
            + {
                Mode.HISTORIC: "101",
                Mode.STANDARD: "303" if self.is_producer else "202",
                Mode.PME_PMI: "404",
            }[self.mode]
        )


Kind.HISTORIC_BASE = Kind(Mode.HISTORIC, BASE)
Kind.HISTORIC_HC = Kind(Mode.HISTORIC, OFF_PEAK)
Kind.HISTORIC_TEMPO = Kind(Mode.HISTORIC, TEMPO)
Kind.STANDARD_HC = Kind(Mode.STANDARD, OFF_PEAK)
Kind.STANDARD_PRODUCER = Kind(Mode.STANDARD, OFF_PEAK, is_producer=True)
Kind.PME_PMI = Kind(Mode.PME_PMI, SCHOOL)

KINDS = (
    *(
        Kind(mode, contract, phases)
        for mode in (Mode.HISTORIC, Mode.STANDARD)
        for contract in (BASE, OFF_PEAK, TEMPO, EJP, WEEKEND)
        for phases in (1, 3)
    ),
    *(
        Kind(Mode.STANDARD, contract, phases, is_producer=True)
        for contract in (OFF_PEAK, TEMPO)
        for phases in (1, 3)
    ),
    *(
        Kind(Mode.PME_PMI, SCHOOL, is_producer=is_producer, is_documented=is_documented)
        for is_producer in (False, True)
        for is_documented in (False, True)
    ),
)
"""Every mode with every contract it meets, single- and three-phase, and the producers."""


@lru_cache
def output_of(kind: Kind) -> Output:
    """Return what a kind of meter says."""
    match kind.mode:
        case Mode.HISTORIC:
            return historic(kind.contract, kind.phases)
        case Mode.STANDARD:
            return standard(kind.contract, kind.phases, is_producer=kind.is_producer)
        case Mode.PME_PMI:
            return pme_pmi(
                kind.contract, is_producer=kind.is_producer, is_documented=kind.is_documented
            )
