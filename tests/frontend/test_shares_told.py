"""Shares that are told: the member's question, its page of the investment, the treasurer's page."""

from typing import Any

import pytest

from .collecting_home import (
    ORGANISER,
    collect,
    collection,
    member,
    participate,
    participation,
    told,
)
from .conftest import Modules
from .sharing_home import play
from .town import Town

DO = """
    const sent = (type) => calls.filter((call) => call.type === `sen1/${type}`);
    const shown = () => all(".told-shares").map(plain);
"""
TAKING_PART = told(participations=(participation(),))


def share(**said: Any) -> dict[str, Any]:
    """Return what `sen1/register` tells of a project, which is not answered."""
    return {
        "subentry_id": "p1",
        "organiser": ORGANISER,
        "project": "roof",
        "title": "ONCIME",
        "shares": 11,
        "paid_on": "2024-03-01",
        "dividends": 35.2,
        "currency": "EUR",
        "state": "asked",
        "at": None,
        "held": None,
        "parts": 0,
        "awaits": None,
        "news": [],
    } | said


def answered(state: str, **said: Any) -> dict[str, Any]:
    """Return a share of which the household has said something."""
    return share(state=state, at="2026-11-20T18:30:00+01:00") | said


def asked(modules: Modules, code: str, *shares: dict[str, Any], **said: Any) -> Any:
    """Return what a body returns on the member's page."""
    answers = {"sen1/register": {"shares": list(shares)}, **said.pop("answers", {})}
    return participate(modules, f"{DO} {code}", TAKING_PART, answers=answers, **said)


def test_the_question_names_who_says_so_how_many_and_when_they_were_paid(
    modules: Modules,
) -> None:
    (page,) = asked(modules, "return shown();", share(), language="fr")
    assert page.replace("\u00a0", " ").replace("\u202f", " ") == (
        f"Vos parts{ORGANISER} dit que vous avez 11 parts du projet « ONCIME », "
        "payées le 1er mars 2024. Est-ce juste ?"
        "Dividendes reçus jusqu\u2019ici : 35,20 €"
        "C\u2019est justeCe n\u2019est pas juste"
    )


@pytest.mark.parametrize(
    ("label", "is_right", "state", "says"),
    [
        ("That is right", True, "confirmed", "you said that this is right"),
        ("That is not right", False, "contested", "you said that this is not right"),
    ],
)
def test_one_press_answers_so_many_shares_and_nothing_else(
    modules: Modules, label: str, is_right: bool, state: str, says: str
) -> None:
    before, sent, page = asked(
        modules,
        f"""const before = sent("answer_shares").length;
        await press("{label}");
        return [before, sent("answer_shares"), shown()[0]];""",
        share(),
        answers={"sen1/answer_shares": {"shares": [answered(state, held=11, parts=1)]}},
    )
    assert before == 0
    assert sent == [
        {
            "type": "sen1/answer_shares",
            "subentry_id": "p1",
            "project": "roof",
            "shares": 11,
            "is_right": is_right,
        }
    ]
    assert says in page
    assert "20 Nov 2026" in page
    assert label not in page or not is_right


@pytest.mark.parametrize(
    ("of", "says"),
    [
        (share(awaits="series"), "The readings of this project are awaited from"),
        (share(awaits="energy"), "The energy of this project is awaited from"),
        (share(held=10, parts=1), "Your page of the investment has 10."),
        (share(held=10, parts=2), "You entered this project 2 times (10 shares in all)"),
        (answered("confirmed", held=13, parts=1), "Take these 11 shares again"),
        (answered("confirmed"), "Take these 11 shares again"),
        (answered("confirmed", awaits="series"), "are entered as soon as they are here"),
        (share(paid_on=None, dividends=None), "project “ONCIME”. Is that right?"),
    ],
)
def test_what_is_awaited_or_typed_otherwise_is_said(
    modules: Modules, of: dict[str, Any], says: str
) -> None:
    (page,) = asked(modules, "return shown();", of)
    assert says in page


def test_what_is_right_and_here_leaves_nothing_to_press(modules: Modules) -> None:
    count, others = asked(
        modules,
        'return [all(".told-shares button").length, shown().length];',
        answered("confirmed", held=11, parts=1),
        share(subentry_id="elsewhere"),
    )
    assert (count, others) == (0, 1)


def test_without_shares_the_page_says_nothing_of_them(modules: Modules) -> None:
    assert asked(modules, "return shown();") == []


# The page of the investment


def invested(**said: Any) -> Town:
    """Return a home with shares in a project, of which this was told."""
    town = Town(1)
    town.devices["oncime"] = {"id": "oncime", "name": "ONCIME"}
    for device in ("oncime", "all"):
        town.add(0, "holding_shares", 11, device=device, project=160, **said)
        town.add(0, "holding_invested", 2750, device=device, project=40_000)
        town.add(0, "holding_income", 35.2, device=device)
        town.add(0, "holding_payback", 40, device=device)
    town.devices["all"] = {"id": "all", "name": "All"}
    town.add(0, "holding_part", 6.9, device="oncime")
    return town


TOLD = {
    "told": {
        "by": ORGANISER,
        "confirmed": "2026-11-20T18:30:00+01:00",
        "news": [{"text": "We mend the roof.", "at": "2026-11-22T09:00:00+01:00"}],
    },
    "paid_on": "2024-03-01",
    "dividends": 35.2,
    "yield_expected": 3.5,
    "yield_from": 2,
    "yield_to": 4,
}


def test_the_page_shows_what_came_from_whom_and_when_it_was_confirmed(modules: Modules) -> None:
    card, page = play(
        modules,
        'return [plain(all("ha-card.told")[0]), page()];',
        name="investment",
        town=invested(**TOLD),
        language="fr",
    )
    said = card.replace("\u00a0", " ").replace("\u202f", " ")
    for one in (
        f"d\u2019après {ORGANISER}, confirmé le 20 novembre 2026",
        "11 parts, payées le 1er mars 2024",
        "Dividendes reçus jusqu\u2019ici : 35,20 €",
        "22 novembre 2026We mend the roof.",
    ):
        assert one in said
    assert "2,5 %, attendu 3,5 %, entre 2,0 et 4,0 %" in page.replace("\u00a0", " ").replace(
        "\u202f", " "
    )
    assert "Ombré" in page


def test_of_shares_that_were_typed_nothing_is_said_to_be_told_or_expected(
    modules: Modules,
) -> None:
    cards, page = play(
        modules,
        'return [all("ha-card.told").length, page()];',
        name="investment",
        town=invested(),
    )
    assert cards == 0
    assert "2.5%" in page
    for word in ("expected", "Shaded", "between"):
        assert word not in page


@pytest.mark.parametrize("has_shares", [False, True])
def test_who_carries_a_project_finds_it_whether_it_has_shares_or_not(
    modules: Modules, has_shares: bool
) -> None:
    town = invested() if has_shares else Town(1)
    sheet: dict[str, Any] = {"building": "Moulin", "commune": "Rennes", "peak_power": 12.5}
    town.add(0, "own_project", "hydro", device="own", **sheet)
    town.add(0, "own_project", "unavailable", device="over")
    (own,) = play(modules, 'return all("ha-card.own").map(plain);', name="investment", town=town)
    assert own.replace("\u00a0", " ") == "The projects you carryMoulin, Rennes12.5 kWc"


# The treasurer's page

PROJECTS = {"projects": [{"project": "roof", "title": "ONCIME"}], "shares_told": True}


def holder(number: int, state: str, at: str | None = None, **said: Any) -> dict[str, Any]:
    """Return a member who holds shares of a project."""
    register = {
        "row": "Anne Riou",
        "state": state,
        "at": at,
        "holdings": [{"project": "roof", "shares": 11}],
        "seen": f"digest of {number}",
    }
    return member(number, shares=11, register=register, **said)


HOLDERS = (
    holder(1, "confirmed", "2026-11-20T18:30:00+01:00", name="Anne Riou"),
    holder(2, "contested", "2026-11-21T18:30:00+01:00"),
    holder(3, "asked"),
    holder(4, "untold", name="Anne Riou"),
    member(5, register=None),
)


def test_the_treasurer_sees_who_confirms_and_who_contests(modules: Modules) -> None:
    said, rows = collect(
        modules,
        f'{DO} return [shown()[0], all(".members tbody tr").map(plain)];',
        collection(*HOLDERS, **PROJECTS),
    )
    assert "4 members have shares, 1 contests them, 1 not told yet, 1 to be confirmed" in said
    for row, words in zip(
        sorted(rows),
        ("confirmed on 20 Nov 2026", "contested by the member", "to be confirmed", "not told yet"),
        strict=False,
    ):
        assert words in row
    assert "confirm" not in sorted(rows)[4]


def test_nothing_is_told_before_the_treasurer_has_seen_who_is_whom(modules: Modules) -> None:
    listed, before, sent = collect(
        modules,
        f"""{DO}
        await press("Tell 1 member their shares…");
        const listed = all(".told-list li").map(plain);
        const before = sent("tell_shares").length;
        all("dialog .strong")[0].click();
        await settled();
        return [listed, before, sent("tell_shares")];""",
        collection(*HOLDERS, **PROJECTS),
        answers={"sen1/tell_shares": {"collections": [collection(*HOLDERS[:3], **PROJECTS)]}},
    )
    assert [one.replace("\u00a0", " ") for one in listed] == [
        "no. 004, Anne Riou: Anne Riou of your list, 11 shares"
    ]
    assert before == 0
    (call,) = sent
    assert (call["subentry_id"], call["seen"]) == ("c1", {"4": "digest of 4"})


def test_news_go_to_those_who_hold_shares_in_the_project(modules: Modules) -> None:
    sent, page = collect(
        modules,
        f"""{DO}
        await press("News of “ONCIME”…");
        const [area] = all("dialog textarea");
        area.value = "We mend the roof.";
        area.dispatchEvent(new Event("input", {{bubbles: true}}));
        await settled();
        await press("Send to 3 members");
        return [sent("project_news"), page()];""",
        collection(*HOLDERS, **PROJECTS),
        answers={"sen1/project_news": {"told": 3}},
    )
    assert sent == [
        {
            "type": "sen1/project_news",
            "subentry_id": "c1",
            "project": "roof",
            "text": "We mend the roof.",
        }
    ]
    assert "3 members" in page


def test_before_there_are_shares_the_page_says_which_columns_tell_them(modules: Modules) -> None:
    none, without = (
        collect(modules, f"{DO} return shown();", collection(member(1), **said))
        for said in (PROJECTS | {"shares_told": False}, {})
    )
    assert "“Shares ONCIME”" in none[0]
    assert without == []


def test_the_day_of_payment_is_the_one_that_was_told_wherever_the_home_is(modules: Modules) -> None:
    said = play(
        modules,
        """
        const { config } = card.hass;
        card.hass = { ...card.hass, config: { ...config, time_zone: "Pacific/Kiritimati" } };
        card.redraw();
        return plain(all("ha-card.told")[0]);
        """,
        name="investment",
        town=invested(**TOLD),
    )
    assert "1 March 2024" in said
