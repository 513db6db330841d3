"""The status register STGE of a Linky: which bits mean what (54E, section 6.2.3.14). Pure."""

from dataclasses import dataclass

from .values import NOTHING


@dataclass(frozen=True, slots=True)
class Bits:
    """Some bits of a register."""

    first: int
    """Number of the lowest, from 0 on."""
    count: int = 1

    def of(self, register: int) -> int:
        """Return the number these bits form."""
        return register >> self.first & (1 << self.count) - 1


CONTACT_OPEN = Bits(0)
CUT_OFF = Bits(1, 3)
COVER_OPEN = Bits(4)
OVER_VOLTAGE = Bits(6)
OVER_POWER = Bits(7)
PRODUCER = Bits(8)
INJECTING = Bits(9)
INDEXES_IN_USE = {"supplier": Bits(10, 4), "distributor": Bits(14, 2)}
"""Whose index counts, as its number less one."""
CLOCK_DEGRADED = Bits(16)
TIC_MODE = Bits(17)
EURIDIS = Bits(19, 2)
CPL = Bits(21, 2)
CPL_SYNCHRONISED = Bits(23)
COLOUR_TODAY = Bits(24, 2)
COLOUR_TOMORROW = Bits(26, 2)
NOTICE = Bits(28, 2)
"""Of which mobile peak; 0 is none."""
PEAK = Bits(30, 2)
"""Which mobile peak is in force; 0 is none."""

CUT_OFF_STATES = (
    "closed",
    "open_over_power",
    "open_over_voltage",
    "open_load_shedding",
    "open_by_order",
    "open_overheating_high_current",
    "open_overheating_low_current",
)
"""By number. Its current is high or low beside the highest that the device can switch."""
TIC_MODES = ("historic", "standard")
EURIDIS_STATES = ("disabled", "enabled_unsecured", NOTHING, "enabled_secured")
CPL_STATES = ("new_unlocked", "new_locked", "registered")
PEAKS = ("none", "peak_1", "peak_2", "peak_3")
