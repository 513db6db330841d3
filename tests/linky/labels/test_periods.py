"""A tariff period has one key, whichever way a meter writes it."""

import pytest

from custom_components.sen1.linky.labels.periods import (
    COLOURS,
    PERIODS,
    PME_PMI_PERIODS,
    PTEC_OPTIONS,
    colour_of,
    standard_period,
)
from custom_components.sen1.linky.labels.values import NOTHING

SAME = [
    ("TH..", "BASE", 1),
    ("HC..", "HEURE CREUSE", 1),
    ("HP..", "HEURE PLEINE", 2),
    ("HN..", "HEURE NORMALE", 1),
    ("PM..", "HEURE POINTE", 2),
    ("HCJB", "HC BLEU", 1),
    ("HPJB", "HP BLEU", 2),
    ("HCJW", "HC BLANC", 3),
    ("HPJW", "HP BLANC", 4),
    ("HCJR", "HC ROUGE", 5),
    ("HPJR", "HP ROUGE", 6),
]
"""What the historic mode writes, what the standard mode does, and its index."""


def test_every_period_of_the_historic_mode_is_compared() -> None:
    assert {ptec for ptec, _, _ in SAME} == PTEC_OPTIONS.keys()


@pytest.mark.parametrize(("ptec", "label", "number"), SAME)
def test_both_modes_of_a_linky_give_the_same_key(ptec: str, label: str, number: int) -> None:
    assert standard_period(label, None, number) == PTEC_OPTIONS[ptec]


@pytest.mark.parametrize(
    ("ptec", "number"), [(p, n) for p, _, n in SAME if p.endswith(("B", "W", "R"))]
)
def test_a_tempo_meter_without_a_label_tells_by_its_index(ptec: str, number: int) -> None:
    assert standard_period(None, "TEMPO", number) == PTEC_OPTIONS[ptec]


@pytest.mark.parametrize("label", ["INDEX NON CONSO", "INDEX INACTIF 2", "Heures solaires", None])
def test_a_text_nobody_knows_gives_the_number_of_the_index(label: str | None) -> None:
    assert standard_period(label, "ZEN FLEX", 4) == "index_4"
    assert standard_period(label, None, 11) is None
    assert standard_period(label, "TEMPO", 7) == "index_7"


def test_the_case_of_a_text_does_not_matter() -> None:
    assert standard_period("Heure Creuse", None, 1) == "off_peak"


def test_peak_and_off_peak_of_a_pme_pmi_are_those_of_a_linky() -> None:
    assert PME_PMI_PERIODS["HP"] == "peak"
    assert PME_PMI_PERIODS["HC"] == "off_peak"
    assert PME_PMI_PERIODS["PM"] == "mobile_peak"
    assert len(set(PME_PMI_PERIODS.values())) == len(PME_PMI_PERIODS) == 16


def test_keys_live_for_ever() -> None:
    """Automations compare with them: add to the list, take nothing away."""
    assert {
        *("all_hours", "off_peak", "peak", "normal", "mobile_peak", "weekend"),
        *("off_peak_blue", "peak_blue", "off_peak_white", "peak_white"),
        *("off_peak_red", "peak_red", "fixed_peak", "winter", "mobile_winter", "peak_winter"),
        *("off_peak_winter", "peak_summer", "off_peak_summer", "peak_mid_season"),
        *("off_peak_mid_season", "mid_season", "july_august", "mobile_mid_season"),
        *("mobile_low_season", "index_1", "index_2", "index_3", "index_4", "index_5"),
        *("index_6", "index_7", "index_8", "index_9", "index_10"),
    } == set(PERIODS)
    assert COLOURS == ("blue", "white", "red")


def test_a_tempo_period_names_the_colour_of_its_day() -> None:
    assert [colour_of(p) for p in ("off_peak_blue", "peak_white", "peak_red", "peak")] == [
        *COLOURS,
        NOTHING,
    ]
