"""Challenges on the wire: what teams compete in, and what a home says that it saved."""

from dataclasses import replace
from datetime import date
import json
from typing import Any
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring

import pytest

from custom_components.sen1.protocol.collecting.challenge import (
    MAX_TEAM,
    MOST_TEAMS,
    SAVED,
    TEAM,
    Challenge,
    Energy,
    Rule,
    Saved,
    Score,
    challenge_data,
    challenge_from_element,
    challenge_of,
    challenge_to_element,
    score_from_element,
    score_to_element,
)
from custom_components.sen1.protocol.errors import PayloadRefused

CHALLENGED = Challenge(
    rule=Rule.CORRECTED,
    reference=(date(2025, 11, 3), date(2025, 12, 28)),
    action=(date(2026, 11, 2), date(2026, 12, 27)),
    teams=("Les Cormorans", "Les Loutres"),
    energies=(Energy.ELECTRICITY, Energy.GAS),
)
SCORE = Score(
    collection="3f6a0d5e5b0c4d7e",
    through=date(2026, 11, 25),
    coverage=0.94,
    saved={Energy.ELECTRICITY: Saved(9.4, 6.1), Energy.WATER: Saved(-3.0)},
    week=7.4,
)


def sent(element: Element) -> Element:
    """Return an element as it arrives."""
    return fromstring(tostring(element))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        *({"rule": rule} for rule in Rule),
        {"energies": (Energy.WATER,)},
        {"energies": tuple(Energy)},
        {"teams": tuple(f"{n:02}" + (MAX_TEAM - 2) * "é" for n in range(MOST_TEAMS))},
        # One day, and a whole leap year.
        {"reference": (date(2026, 11, 2),) * 2, "action": (date(2026, 11, 9),) * 2},
        {
            "reference": (date(2023, 3, 6), date(2024, 3, 5)),
            "action": (date(2024, 3, 11), date(2025, 3, 11)),
        },
    ],
    ids=str,
)
def test_a_challenge_is_read_as_it_was_written_and_as_it_was_kept(changes: dict[str, Any]) -> None:
    challenge = replace(CHALLENGED, **changes)
    assert challenge_from_element(sent(challenge_to_element(challenge))) == challenge
    assert challenge_of(json.loads(json.dumps(challenge_data(challenge)))) == challenge


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        # A day longer.
        ({"action": (date(2026, 11, 2), date(2026, 12, 28))}, "periods_differ"),
        # Tuesday and Monday.
        ({"action": (date(2026, 11, 3), date(2026, 12, 28))}, "weekdays_differ"),
        (
            {
                "reference": (date(2025, 12, 28), date(2025, 11, 3)),
                "action": (date(2026, 12, 27), date(2026, 11, 2)),
            },
            "period_length",
        ),
        (
            {
                "reference": (date(2023, 1, 2), date(2024, 1, 3)),
                "action": (date(2024, 1, 8), date(2025, 1, 8)),
            },
            "period_length",
        ),
        ({"reference": (date(2026, 10, 5), date(2026, 11, 29))}, "periods_overlap"),
        ({"reference": (date(2027, 11, 1), date(2027, 12, 26))}, "periods_overlap"),
        (
            {
                "reference": (date(2098, 1, 6), date(2098, 1, 6)),
                "action": (date(2100, 1, 4), date(2100, 1, 4)),
            },
            "periods_overlap",
        ),
        ({"teams": ("Alone",)}, "number_of_teams"),
        ({"teams": tuple(map(str, range(MOST_TEAMS + 1)))}, "number_of_teams"),
        ({"teams": ("A", "")}, "team_name"),
        ({"teams": ("A", (MAX_TEAM + 1) * "b")}, "team_name"),
        ({"teams": ("Otters", "otters")}, "team_twice"),
        ({"energies": ()}, "energies_needed"),
        ({"energies": (Energy.GAS, Energy.GAS)}, "energies_needed"),
    ],
)
def test_a_challenge_that_cannot_be_is_refused_whole(changes: dict[str, Any], fault: str) -> None:
    element = sent(challenge_to_element(replace(CHALLENGED, **changes)))
    with pytest.raises(PayloadRefused, match="bad_collection") as refusal:
        challenge_from_element(element)
    assert fault in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rule", ""),
        ("rule", "luck"),
        ("reference", "2025-11-03"),
        ("reference", "2025-W45-1/2025-W52-7"),
        ("action", "2026-11-02/2026-02-30"),
        ("action", "20261102/20261227"),
        ("energies", "electricity oil"),
    ],
)
def test_a_challenge_that_says_what_nobody_knows_is_refused(name: str, text: str) -> None:
    element = challenge_to_element(CHALLENGED)
    element.set(name, text)
    with pytest.raises(PayloadRefused, match="bad_collection"):
        challenge_from_element(element)


def test_a_team_without_a_name_is_refused() -> None:
    element = challenge_to_element(CHALLENGED)
    SubElement(element, TEAM)
    with pytest.raises(PayloadRefused, match="bad_collection"):
        challenge_from_element(element)


@pytest.mark.parametrize(
    "score",
    [
        SCORE,
        replace(SCORE, week=None, coverage=0.0, saved={Energy.GAS: Saved(0.0, 0.0)}),
        replace(SCORE, week=-1000.0, coverage=1.0, saved={Energy.GAS: Saved(100.0, -1000.0)}),
    ],
    ids=["a common one", "nothing at all", "to its bounds"],
)
def test_a_score_is_read_as_it_was_written(score: Score) -> None:
    assert score_from_element(sent(score_to_element(score))) == score


def test_a_score_tells_tenths_of_a_per_cent_and_no_more() -> None:
    score = replace(SCORE, coverage=0.93719, week=-0.04, saved={Energy.GAS: Saved(6.149, 1 / 3)})
    said = score_from_element(score_to_element(score))
    assert said == replace(SCORE, coverage=0.94, week=0.0, saved={Energy.GAS: Saved(6.1, 0.3)})
    assert score_to_element(score).get("week") == "0.0"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("collection", ""),
        ("collection", "3f6a"),
        ("through", ""),
        ("through", "2026-11-31"),
        ("through", "2026-W48-3"),
        ("through", "2026-11-25T00:00:00Z"),
        ("coverage", ""),
        ("coverage", "1.01"),
        ("coverage", "-0.1"),
        ("coverage", "nan"),
        ("week", "100.1"),
        ("week", "-1000.1"),
        ("week", "inf"),
        ("week", "\u0661"),
        ("week", "1e1"),
    ],
)
def test_a_score_out_of_bounds_is_refused(name: str, text: str) -> None:
    element = score_to_element(SCORE)
    element.set(name, text)
    with pytest.raises(PayloadRefused, match="bad_score"):
        score_from_element(element)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("energy", "oil"),
        ("energy", "water"),
        ("plain", "101"),
        ("plain", "nan"),
        ("plain", ""),
        ("corrected", "-1001"),
        ("corrected", ""),
    ],
)
def test_a_saving_out_of_bounds_or_told_twice_is_refused(name: str, text: str) -> None:
    element = score_to_element(SCORE)
    saved = element.find(SAVED)
    assert saved is not None
    saved.set(name, text)
    with pytest.raises(PayloadRefused, match="bad_score"):
        score_from_element(element)


def test_a_score_of_nothing_is_none() -> None:
    with pytest.raises(PayloadRefused, match="bad_score"):
        score_from_element(score_to_element(replace(SCORE, saved={})))
