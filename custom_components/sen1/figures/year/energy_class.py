"""The indicative energy class that BMHS gave homes: final energy a year and square metre. Pure.

The scale is that of French homes before July 2021, applied to what is delivered: bought and gas, as
a DPE leaves out the sun that a home uses from its roof. It is no DPE.
"""

CLASSES = {"A": 50, "B": 90, "C": 150, "D": 230, "E": 330, "F": 450}
"""Up to how many kWh/m²/year, whole; above is G."""


def per_area(kilowatt_hours: float, floor_area: float) -> int:
    """Return kWh/m²/year, cut to a whole number as BMHS did."""
    return int(kilowatt_hours / floor_area)


def class_of(per_square_metre: int) -> str:
    """Return the letter of a home."""
    return next((letter for letter, most in CLASSES.items() if per_square_metre <= most), "G")
