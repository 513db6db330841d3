"""Amounts as they are shown: exact until then, and rounded once, half up. Pure."""

from decimal import ROUND_HALF_UP, Decimal

from .counter import MICROJOULES_OF_WH

MICROJOULES_OF_KWH = 1000 * MICROJOULES_OF_WH

KWH_PER_SQUARE_METRE = "kWh/m²"
"""How the units begin of what a home uses for each square metre."""

KWH_DIGITS = 4
"""Decimals of a kWh: a tenth of a watt-hour."""


def kilowatt_hours(microjoules: int) -> Decimal:
    """Return an energy in kWh, to the last microjoule."""
    return Decimal(microjoules) / MICROJOULES_OF_KWH


def half_up(value: Decimal | float, digits: int) -> Decimal:
    """Return a value with so many decimals; halves, as it is written, go away from zero."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def rounded(value: Decimal, digits: int = 2) -> float:
    """Return a value as a state or an attribute has it: by default an amount of money."""
    return float(half_up(value, digits))


def shown_kilowatt_hours(microjoules: int) -> float:
    """Return an energy in kWh as a state has it."""
    return rounded(kilowatt_hours(microjoules), KWH_DIGITS)
