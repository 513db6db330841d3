"""What both homes say of the days they exchanged, in words."""

from typing import Any

import pytest

from .conftest import Modules
from .sharing_home import changed, known, trusted

DIFFERENCE = {
    "day": "2026-11-12",
    "series": "Use",
    "sent": 48,
    "received": 46,
    "missing": [{"begin": "2026-11-12T06:30:00+01:00", "end": "2026-11-12T07:00:00+01:00"}],
    "differs": [],
    "state": "not_received",
    "mended": "2026-11-13T00:20:00+01:00",
}


def told(modules: Modules, expression: str, language: str = "en", **given: Any) -> Any:
    code = f"""
        const {{ textsOf }} = await import("/texts.js");
        const {{ trust: words }} = await textsOf(language, "trust");
        const written = formats.formatsOf({{
            locale: {{ language, number_format: "language", time_format: "24" }},
            config: {{ time_zone: "Europe/Paris", currency: "EUR" }},
        }});
        const dated = (time) => time;
        return ({expression});
    """
    return modules.run(code, language=language, **given)


@pytest.mark.parametrize(
    ("account", "kind", "title"),
    [
        pytest.param(
            trusted(known("Dune", days=(8, 8, 0, 0))), "good", "since 2026-03-03.", id="all"
        ),
        pytest.param(
            trusted(known("Dune", days=(8, 7, 1, 0), told=[DIFFERENCE])),
            "good",
            "since 2026-03-03, but 1 day, explained.",
            id="explained",
        ),
        pytest.param(
            trusted(known("Dune", days=(8, 6, 2, 0), told=[DIFFERENCE | {"mended": None}])),
            "good",
            "but 2 days, looked at below.",
            id="not yet",
        ),
        pytest.param(
            trusted(known("Dune", days=(8, 7, 0, 1)), state="differs"),
            "warning",
            "1 day on which the two sides disagree.",
            id="disagrees",
        ),
        pytest.param(trusted(state="broken"), "error", "not as it was written", id="broken"),
        pytest.param(trusted(state="none", since=None), "none", "Nothing to compare", id="none"),
    ],
)
def test_one_sentence_says_whether_all_agrees(
    modules: Modules, account: dict[str, Any], kind: str, title: str
) -> None:
    found = told(modules, "sentences.verdictOf(account, words, dated)", account=account)
    assert found["kind"] == kind
    assert title in found["title"]


@pytest.mark.parametrize(
    ("now", "is_over"), [("2026-11-28T01:59:00Z", False), ("2026-11-28T02:01:00Z", True)]
)
def test_the_first_day_to_compare_is_that_on_which_somebody_signed_first(
    modules: Modules, now: str, is_over: bool
) -> None:
    friends = [
        known("A", since="2026-11-27T18:21:00+01:00"),
        known("B", "seen", since="2026-11-29T00:30:00+01:00"),
        # Nothing is sent, nothing goes through, nothing is signed.
        known("C", shares=0, holds=0),
        known("D", "stopped"),
        known("E", "keyless", since=None),
    ]
    found = told(modules, "sentences.firstOf(friends, Date.parse(at))", friends=friends, at=now)
    assert found == {"day": "2026-11-27", "names": ["A", "B"], "isOver": is_over}


def test_without_anybody_who_signs_there_is_no_first_day(modules: Modules) -> None:
    friends = [known("E", "keyless", since=None)]
    assert told(modules, "sentences.firstOf(friends, 0) ?? null", friends=friends) is None


def test_friends_with_whom_all_agrees_share_a_row_and_no_other_does(modules: Modules) -> None:
    friends = [
        known("A", days=(214, 214, 0, 0)),
        known("B", days=(96, 95, 1, 0)),
        known("C", days=(8, 8, 0, 0)),
        known("D", days=(20, 20, 0, 0)),
        known("E", days=(30, 30, 0, 0)),
        changed("F"),
        known("Node", "keyless"),
        known("Circle", "unknown"),
        known("Stranger", shares=0, holds=0),
    ]
    rows = (
        "Object.fromEntries(Object.entries(sentences.friendRows(friends, named))"
        ".map(([key, all]) => [key, all.map(({ friend }) => friend)]))"
    )
    assert told(modules, rows, friends=friends, named=1) == {
        "shown": ["A", "B", "F"],
        "others": ["E", "D", "C"],
        "silent": ["Node"],
    }
    # One alone is named.
    assert told(modules, rows, friends=friends, named=3)["others"] == []


def test_a_day_that_was_mended_is_still_told_as_a_difference(modules: Modules) -> None:
    friend = known("A", days=(96, 96, 0, 0), told=[DIFFERENCE, DIFFERENCE | {"series": "Heat"}])
    assert told(modules, "sentences.tallyOf(friend)", friend=friend) == {
        "known": 96,
        "equal": 95,
        "different": 1,
        "unconfirmed": 0,
    }
    found = told(modules, "sentences.verdictOf(one, words, dated)", one=trusted(friend))
    assert "but 1 day, explained." in found["title"]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Auckland"])
def test_a_day_without_a_time_is_that_of_greenwich(modules: Modules, zone: str) -> None:
    written = (
        "sentences.dayIn('2026-11-26', formats.formatsOf({ locale: { language: 'en-GB' },"
        " config: { time_zone: zone } }))"
    )
    assert modules.value(written, zone=zone) == "26 November 2026"


def test_the_newest_difference_comes_first_and_what_is_equal_is_none(modules: Modules) -> None:
    friends = [
        known("A", told=[DIFFERENCE, DIFFERENCE | {"day": "2026-11-14", "state": "equal"}]),
        known("B", told=[DIFFERENCE | {"day": "2026-11-13"}]),
    ]
    found = told(modules, "sentences.toldOf(friends)", friends=friends)
    assert [(one["day"], one["friend"]) for one in found] == [
        ("2026-11-13", "B"),
        ("2026-11-12", "A"),
    ]


@pytest.mark.parametrize(
    ("language", "more", "text"),
    [
        pytest.param(
            "en",
            {},
            "48 readings sent, 46 received. Missing: 06:30 to 07:00. Sent again on November 13 at"
            " 00:20, received, signed by both sides.",
            id="came after all",
        ),
        pytest.param(
            "fr",
            {},
            "48 mesures envoyées, 46 reçues. Il manquait : de 6 h 30 à 7 h 00. Envoyées de nouveau"
            " le 13 novembre à 0 h 20, reçues, signé des deux côtés.",
            id="in French",
        ),
        pytest.param("en", {"mended": None}, "Asked for again; not there yet.", id="not yet"),
        pytest.param(
            "en",
            {
                "mended": None,
                "state": "differs",
                "missing": [],
                "differs": [{"begin": "2026-11-12T05:30:00Z", "end": "2026-11-12T05:30:00Z"}],
            },
            "Not the same at both: 06:30. Ask them what they read at theirs",
            id="differs",
        ),
    ],
)
def test_a_difference_is_told_with_what_became_of_it(
    modules: Modules, language: str, more: dict[str, Any], text: str
) -> None:
    said = told(
        modules,
        "sentences.differenceIn(one, words, written)",
        language=language,
        one=DIFFERENCE | more,
    )
    assert text in said.replace("\N{NO-BREAK SPACE}", " ")
