"""What comes next and what is waited for, on Home and beside friends, in both languages."""

from typing import Any

import pytest

from .conftest import Modules
from .sharing_home import known, play, trusted
from .test_friends_card import town
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

TILES = """return all("a.step").map((one) => [
    ...[...one.querySelectorAll("div > div")].map(plain), one.getAttribute("href"),
]);"""


def tiles(modules: Modules, *steps: dict[str, Any], language: str = "en-GB") -> Any:
    """Return the tiles of Home: two lines and where each leads."""
    answers = {"sen1/next_steps": list(steps)}
    return play(modules, TILES, name="steps", language=language, answers=answers)


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
            ["Share my home", "Ibis would like your consumption by day", "sharing?share=ibis"],
        ),
        (
            WISH,
            "fr",
            [
                "Partager mon logement",
                "Ibis aimerait votre consommation par jour",
                "sharing?share=ibis",
            ],
        ),
        (
            step("share_home", "yours"),
            "en-GB",
            ["Share my home", "You choose what, to whom, until when", "sharing?share"],
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
                "/config/integrations/integration/sen1",
            ],
        ),
        (
            step("score", "yours", friend="Énergies en Rade", what="past"),
            "fr",
            [
                "Défi de Énergies en Rade : votre score n\u2019est pas encore dit",
                "L\u2019an dernier n\u2019est pas assez connu : importez vos mesures passées.",
                "/config/integrations/integration/sen1",
            ],
        ),
        (step("add_friend", "yours"), "fr", ["Inviter une famille", "Un lien à envoyer", "invite"]),
    ],
)
def test_each_step_is_told_with_its_date_and_leads_on(
    modules: Modules, row: dict[str, Any], language: str, said: list[str]
) -> None:
    assert tiles(modules, row, language=language) == [[one.replace("\u00a0", " ") for one in said]]


def test_what_is_done_and_what_comes_later_is_not_shown(modules: Modules) -> None:
    shown = tiles(
        modules,
        step("add_meter", "done", at=YESTERDAY),
        step("add_home", "yours"),
        step("add_tariff", "later"),
    )
    assert [title for title, *_ in shown] == ["Add your home"]


def test_four_are_shown_at_most_and_ones_own_turn_among_them(modules: Modules) -> None:
    waiting = [{**ASKED, "friend": f"Friend {n}"} for n in range(6)]
    yours = [{**WISH, "friend": f"Wisher {n}"} for n in range(5)]
    shown = tiles(modules, *waiting, step("add_home", "yours"))
    assert [title.split()[0] for title, *_ in shown] == ["Friend"] * 3 + ["Add"]
    shown = tiles(modules, *waiting, *yours)
    assert [title.split()[0] for title, *_ in shown] == ["Friend"] + ["Share"] * 3
    assert len(tiles(modules, *yours)) == 4


def test_when_all_is_done_while_one_looks_it_is_said(modules: Modules) -> None:
    answers = {"sen1/next_steps": [step("add_meter", "done")]}
    said = play(modules, "return page();", name="steps", answers=answers)
    assert said == "All is set up, and nothing is waited for."


def test_a_card_may_be_told_which_steps_to_show(modules: Modules) -> None:
    told = play(
        modules,
        'card.configure({ steps: ["add_account"] }); return all("a.step").map(plain);',
        name="steps",
        answers={"sen1/next_steps": [step("add_home", "yours"), step("add_account", "yours")]},
    )
    assert len(told) == 1
    assert told[0].startswith("Start sharing")


def test_friends_tell_who_is_waited_for_and_since_when_each_is_one(modules: Modules) -> None:
    page, waiting = play(
        modules,
        'return [page(), all(".waiting .step").map(plain)];',
        name="friends",
        town=town("Ibis"),
        trust=trusted(known("Ibis")),
        answers={
            "sen1/next_steps": [
                ASKED,
                step("friend", "done", friend="Ibis", friend_id="ibis", at=YESTERDAY),
                step("first_reading", "done", friend="Ibis", friend_id="ibis", at=TONIGHT),
            ]
        },
    )
    assert waiting == ["Dune has not answered yetasked today, 8:00; if it lasts, talk to them"]
    assert "Friend since 25 Nov 2026 · readings since 27 Nov 2026" in page


def test_friends_without_anybody_who_is_waited_for_say_nothing_of_it(modules: Modules) -> None:
    page = play(modules, "return page();", name="friends", town=town("Ibis"))
    assert "Waited for" not in page
    assert "Friend since" not in page


def test_who_waits_for_a_first_friend_is_not_told_to_have_none(modules: Modules) -> None:
    page, links = play(
        modules,
        'return [page(), all(".waiting a").map((one) => one.getAttribute("href"))];',
        name="friends",
        answers={"sen1/next_steps": [ASKED, INVITED]},
    )
    assert "No friends yet" not in page
    # Who was asked is waited for here; of an invitation there is more to see.
    assert links == ["invite"]
