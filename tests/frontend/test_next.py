"""What comes next and what is waited for, on Home and beside friends, in both languages."""

import json
from typing import Any

import pytest

from .conftest import Modules
from .sharing_home import play
from .town import step

# It is 18:42 of Thursday, 26 November, in Paris.
YESTERDAY = "2026-11-25T09:05:00+01:00"
TONIGHT = "2026-11-27T00:10:00+01:00"
LATER = "2026-12-03T20:00:00+01:00"

INVITED = step(
    "invitation", "waiting", friend="The Landes", what="sent", at=YESTERDAY, expected=LATER
)
OPENED = {**INVITED, "what": "opened"}
ASKED = step("friend", "waiting", friend="Dune", friend_id="dune", at="2026-11-26T08:00:00+01:00")
DUE = step(
    "first_reading",
    "waiting",
    friend="Ibis",
    friend_id="ibis",
    what="Consumption",
    granularity="P1D",
    expected=TONIGHT,
)
LIVE = step("first_reading", "waiting", friend="Ibis", friend_id="ibis", what="Power")
WISH = step(
    "share_home",
    "yours",
    friend="Ibis",
    friend_id="ibis",
    what="consumption",
    granularity="P1D",
    at=YESTERDAY,
)

ALONE = """
    card.configure({ part: "turn" });
    card.width = 400;
    await card.turn.read();
"""
"""What awaits, as it stands alone."""

QUESTION = {
    "domain": "sen1",
    "translation_key": "friend_request",
    "issue_id": "friend_request_1",
    "created": "2026-11-24T09:00:00+00:00",
}

ROWS = """const rows = () => all(".turn > li").map((one) => plain(one.querySelector("div > div")));
localStorage.clear();"""


def rows(
    modules: Modules, code: str, *steps: dict[str, Any], issues: list[dict[str, Any]] | None = None
) -> Any:
    """Return what a function's body returns, with the rows of Home as `rows`."""
    answers = {"sen1/next_steps": list(steps), "repairs/list_issues": {"issues": issues or []}}
    return play(modules, ALONE + ROWS + code, name="home", answers=answers)


@pytest.mark.parametrize(
    ("row", "language", "said"),
    [
        (
            INVITED,
            "en-GB",
            [
                "Invitation for The Landes",
                "sent yesterday, 9:05; ends on 3 December, 20:00",
                "invite",
            ],
        ),
        (
            INVITED,
            "fr",
            [
                "Invitation pour The Landes",
                "envoyée hier, 9 h 05 ; expire le 3 décembre, 20 h 00",
                "invite",
            ],
        ),
        (
            OPENED,
            "en-GB",
            ["Invitation for The Landes", "opened yesterday, 9:05, not accepted yet", "invite"],
        ),
        (
            OPENED,
            "fr",
            ["Invitation pour The Landes", "ouverte hier, 9 h 05, pas encore acceptée", "invite"],
        ),
        (
            ASKED,
            "en-GB",
            [
                "Dune has not answered yet",
                "asked today, 8:00; if it lasts, talk to them",
                "friends",
            ],
        ),
        (
            ASKED,
            "fr",
            [
                "Dune n\u2019a pas encore répondu",
                "demandé aujourd\u2019hui, 8 h 00 ; si cela dure, parlez-leur-en",
                "friends",
            ],
        ),
        (
            DUE,
            "en-GB",
            ["First reading of Ibis", "Consumption: expected tomorrow, around 0:10", "friends"],
        ),
        (
            DUE,
            "fr",
            ["Première mesure de Ibis", "Consumption : attendue demain, vers 0 h 10", "friends"],
        ),
        (LIVE, "en-GB", ["First reading of Ibis", "Power: as soon as it changes", "friends"]),
        (
            WISH,
            "en-GB",
            ["Ibis would like your consumption by day", None, None],
        ),
        (
            WISH,
            "fr",
            ["Ibis aimerait votre consommation par jour", None, None],
        ),
        (
            step("share_home", "yours"),
            "en-GB",
            ["Share my home", "You choose what, to whom, until when", None],
        ),
        (
            step("collection", "yours", friend="Coop", what="Nos toits"),
            "en-GB",
            ["Answer the invitation of Coop", "Nos toits", "participate"],
        ),
        (
            step("collection", "waiting", friend="Coop", what="Nos toits"),
            "fr",
            ["Invitation de Coop : en chemin", "Nos toits", "participate"],
        ),
        (
            step("charter", "yours", friend="Coop", what="Nos toits"),
            "en-GB",
            ["Coop proposes a new charter", "Nos toits", "participate"],
        ),
        (
            step("challenge", "yours", friend="Coop", what="Nos toits"),
            "en-GB",
            ["Coop has changed the challenge", "Nos toits", "participate"],
        ),
        (
            step("score", "yours", friend="Énergies en Rade", what="temperature"),
            "en-GB",
            [
                "Challenge of Énergies en Rade: your score is not said yet",
                "Say where the outdoor temperature comes from, that of last year too.",
                {"takes": "goal"},
            ],
        ),
        (
            step("score", "yours", friend="Énergies en Rade", what="past"),
            "fr",
            [
                "Défi de Énergies en Rade : votre score n\u2019est pas encore dit",
                "L\u2019an dernier n\u2019est pas assez connu : importez vos mesures passées.",
                {"steps": ["import_file"]},
            ],
        ),
        (step("add_friend", "yours"), "fr", ["Inviter une famille", "Un lien à envoyer", "invite"]),
    ],
)
def test_each_step_is_told_with_its_date_and_leads_on(
    modules: Modules, row: dict[str, Any], language: str, said: list[Any]
) -> None:
    told = play(
        modules,
        f"""const {{ title, under = null, path, form }} =
            next.tell({json.dumps(row)}, card.text, card.formats);
        return [title, under, path ?? form ?? null];""",
        name="home",
        language=language,
    )
    spaced = [one.replace("\u00a0", " ") if isinstance(one, str) else one for one in told]
    assert spaced == [one.replace("\u00a0", " ") if isinstance(one, str) else one for one in said]


def test_what_is_done_what_comes_later_and_what_others_do_is_nobodys_turn(modules: Modules) -> None:
    done = [step("add_meter", "done", at=YESTERDAY), step("add_tariff", "later"), ASKED, INVITED]
    assert rows(modules, "return rows();", *done, step("add_home", "yours")) == ["Add your home"]
    said = rows(modules, "return card.frame.textContent;", *done)
    assert said == "Nothing awaits you."


def test_ones_own_turn_is_told_the_oldest_first(modules: Modules) -> None:
    found = rows(modules, "return rows();", step("add_home", "yours"), WISH, issues=[QUESTION])
    assert found == [
        "component.sen1.issues.friend_request.title",
        "Ibis would like your consumption by day",
        "Add your home",
    ]


def test_what_is_put_off_comes_again_the_next_day(modules: Modules) -> None:
    later = """await press("Later: Add your home"); const soon = rows();
    instead(Date, "now", (now => () => now + 86_400_001)(Date.now())); card.redraw();
    return [soon, rows()];"""
    assert rows(modules, later, step("add_home", "yours")) == [[], ["Add your home"]]


def test_a_changed_key_is_not_put_off(modules: Modules) -> None:
    buttons = rows(
        modules,
        'return all(".turn button").map(plain);',
        issues=[QUESTION | {"translation_key": "key_changed"}],
    )
    assert buttons == ["Answer"]


def test_questions_that_cannot_be_read_say_so(modules: Modules) -> None:
    said = play(modules, f"{ALONE} return page();", name="home", answers={"sen1/next_steps": []})
    assert "What waits for your answer could not be read" in said
    assert "Try again" in said
