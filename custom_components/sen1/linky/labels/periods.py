"""Tariff periods and Tempo colours: one key each, whichever way a meter writes it. Pure.

Automations know these keys: they live for ever.
"""

from .values import NOTHING, Nothing

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
"""What the historic mode writes in PTEC (54E, section 5)."""

LTARF_PERIODS = {
    "BASE": "all_hours",
    "TOUTES HEURES": "all_hours",
    "HC": "off_peak",
    "HEURE CREUSE": "off_peak",
    "HEURES CREUSES": "off_peak",
    "HP": "peak",
    "HEURE PLEINE": "peak",
    "HEURES PLEINES": "peak",
    "HEURE NORMALE": "normal",
    "HEURES NORMALES": "normal",
    "HEURE POINTE": "mobile_peak",
    "POINTE MOBILE": "mobile_peak",
    "HC BLEU": "off_peak_blue",
    "HP BLEU": "peak_blue",
    "HC BLANC": "off_peak_white",
    "HP BLANC": "peak_white",
    "HC ROUGE": "off_peak_red",
    "HP ROUGE": "peak_red",
    "WEEK-END": "weekend",
    "HEURE WEEK-END": "weekend",
}
"""What is known of LTARF, a free text of the supplier's: as seen on meters, without padding."""

TEMPO_PERIODS = (
    "off_peak_blue", "peak_blue", "off_peak_white", "peak_white", "off_peak_red", "peak_red",
)  # fmt: skip
"""What the indexes of the calendar TEMPO count, from number 1 on."""

PME_PMI_PERIODS = {
    "P": "fixed_peak",
    "PM": "mobile_peak",
    "HH": "winter",
    "HM": "mobile_winter",
    "HP": "peak",
    "HC": "off_peak",
    "HPH": "peak_winter",
    "HCH": "off_peak_winter",
    "HPE": "peak_summer",
    "HCE": "off_peak_summer",
    "HPD": "peak_mid_season",
    "HCD": "off_peak_mid_season",
    "HD": "mid_season",
    "JA": "july_august",
    "DSM": "mobile_mid_season",
    "SCM": "mobile_low_season",
}
"""What a PME-PMI can name in PTCOUR1 (CPT_02E)."""

NUMBERED = tuple(f"index_{number}" for number in range(1, 11))
"""Periods of a Linky's supplier that nobody else knows: each has the number of its index."""

PERIODS = tuple(
    dict.fromkeys(
        (*PTEC_OPTIONS.values(), *LTARF_PERIODS.values(), *PME_PMI_PERIODS.values(), *NUMBERED)
    )
)
"""All keys."""

BLUE, WHITE, RED = COLOURS = ("blue", "white", "red")

DEMAIN_COLOURS: dict[str, str | Nothing] = {
    "BLEU": BLUE,
    "BLAN": WHITE,
    "ROUG": RED,
    "----": NOTHING,
}
"""What the historic mode writes in DEMAIN; the colour is not known all day."""

STGE_COLOURS: tuple[str | Nothing, ...] = (NOTHING, *COLOURS)
"""By the two bits of STGE."""


def standard_period(label: str | None, calendar: str | None, number: int) -> str | None:
    """Return the period that the standard mode tells by LTARF, NGTF and NTARF.

    A text that is not known gives the number of the index that counts.
    """
    if (period := LTARF_PERIODS.get((label or "").upper())) is not None:
        return period
    if calendar == "TEMPO" and 1 <= number <= len(TEMPO_PERIODS):
        return TEMPO_PERIODS[number - 1]
    return NUMBERED[number - 1] if 1 <= number <= len(NUMBERED) else None


def colour_of(period: str) -> str | Nothing:
    """Return the colour that a Tempo period names."""
    colour = period.rpartition("_")[2]
    return colour if colour in COLOURS else NOTHING
