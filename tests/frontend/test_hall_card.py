"""The screen of a challenge for a hall: teams, what all saved, and nothing of any home."""

from typing import Any

import pytest

from .challenge_home import (
    AFTER,
    HOMES,
    MERVILLE,
    TEAMS,
    board,
    challenge,
    ended,
    play,
    team,
)
from .conftest import Modules
from .town import Town

HALL: dict[str, Any] = {"name": "../screen/teams", "width": 1920}


def test_the_hall_reads_the_teams_and_what_all_saved(modules: Modules) -> None:
    rows, huge, words, figures = play(
        modules,
        """
        return [read(".hall li"), read(".huge")[0], read(".share .words"),
            read(".below ha-card")];""",
        challenge(),
        **HALL,
    )
    assert rows == [
        "1Les Cormorans11 of 12 homes8.4%",
        "2Les Ajoncs9 of 9 homes6.8%",
        "3École de Kersabiec6 of 6 homes5.2%",
        "\u2013Quartier Mervillefewer than 5 homesscore told from 5 homes on\u2013",
    ]
    assert huge == "7.1%"
    assert words == [
        "saved together",
        "Of 100 kWh expected,7 were not usedin the mean of the homes",
    ]
    assert figures == [
        "26 of 27 homeshave a score",
        "93% of readingshave arrived",
        "32 daysleft, until 27 December",
    ]


def test_the_hall_is_told_nothing_of_any_home(modules: Modules) -> None:
    text = play(modules, "return page();", challenge(), **HALL)
    for one in HOMES:
        assert not one["name"] or one["name"] not in text
    assert "6.1" not in text
    assert "kWh" in text
    assert "559" not in text


@pytest.mark.parametrize(
    ("value", "squares", "words"),
    [
        (7.1, 7, "saved togetherOf 100 kWh expected,7 were not used"),
        (1.2, 1, "saved togetherOf 100 kWh expected,1 was not used"),
        (
            0.3,
            0,
            "saved togetherOf 100 kWh expected,less than 1 was not used",
        ),
        (
            -3.2,
            0,
            "used in addition, togetherOf 100 kWh expected,3 were used in addition",
        ),
    ],
)
def test_squares_are_rounded_to_the_nearest_and_a_loss_is_told_in_words(
    modules: Modules, value: float, squares: int, words: str
) -> None:
    found = play(
        modules,
        """
        return [all(".squares span").length, all(".squares .saved").length,
            read(".share .words").join(""), read(".huge")[0]];""",
        challenge(board=board(value=value)),
        **HALL,
    )
    assert found == [100, squares, f"{words}in the mean of the homes", f"{abs(value)}%"]


def test_beside_a_mean_nothing_is_told_of_a_hundred(modules: Modules) -> None:
    found = play(
        modules,
        'return [all(".squares").length, read(".huge")[0]];',
        challenge(rule="grand-defi-2019"),
        **HALL,
    )
    assert found == [0, "+7.1%"]


def test_the_bars_of_the_hall_are_as_long_as_their_figures(modules: Modules) -> None:
    lengths = play(
        modules,
        'return all(".track span").map(({ style }) => parseFloat(style.width));',
        challenge(),
        **HALL,
    )
    assert lengths == pytest.approx([84, 68, 52])


@pytest.mark.parametrize("count", [4, 5, 6, 8, 9, 14])
def test_the_hall_needs_no_scrolling_and_nothing_is_small(modules: Modules, count: int) -> None:
    more = [team(f"Équipe {n}", 5, 7, 4.0 - n / 10, rank=4 + n) for n in range(count - 4)]
    height, least, shown = play(
        modules,
        """
        const texts = all("*").filter((one) =>
            [...one.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim()));
        const size = (one) => parseFloat(getComputedStyle(one).fontSize);
        const visible = texts.filter((one) => one.getClientRects().length);
        return [card.frame.scrollHeight, Math.min(...visible.map(size)), all(".hall li").length];
        """,
        challenge(board=board(*TEAMS[:3], *more, MERVILLE)),
        **HALL,
    )
    assert height <= 1080
    assert least >= 26
    assert shown == (count if count <= 8 else 7)


@pytest.mark.parametrize(
    ("said", "now", "date", "days"),
    [
        (
            challenge(through=None, board=None),
            "2026-10-31T10:00:00Z",
            "begins on 2 November 2026",
            "2 daysbefore it begins, on 2 November",
        ),
        (
            challenge(),
            "2026-11-26T17:42:00Z",
            "week 4 of 8, until 25 November 2026",
            "32 daysleft, until 27 December",
        ),
        (
            challenge(),
            "2026-12-27T17:42:00Z",
            "week 4 of 8, until 25 November 2026",
            "1 dayleft, until 27 December",
        ),
        (
            challenge(),
            "2026-12-28T10:00:00Z",
            "ended on 27 December 2026, the last scores are coming",
            "Endedthe last scores are coming",
        ),
        (
            ended(),
            AFTER,
            "Ended: Les Cormorans, 8.4%",
            "Endedon 27 December 2026",
        ),
    ],
    ids=["before", "goes on", "last day", "over", "final"],
)
def test_the_hall_says_how_far_it_is(
    modules: Modules, said: dict[str, Any], now: str, date: str, days: str
) -> None:
    found = play(
        modules,
        """
        return [read(".date")[0], read(".below ha-card")[2].replace(/\\u2009/g, " ")];""",
        said,
        now=now,
        **HALL,
    )
    assert found == [date, days]


def test_teams_that_saved_the_same_share_the_end(modules: Modules) -> None:
    teams = [TEAMS[0], TEAMS[1] | {"value": 8.4, "rank": 1}, TEAMS[2], TEAMS[3]]
    date = play(
        modules,
        'return read(".date")[0];',
        ended(board=board(*teams, is_final=True)),
        now=AFTER,
        language="fr",
        **HALL,
    )
    assert date.replace("\u00a0", " ") == ("Terminé : Les Cormorans et Les Ajoncs à égalité, 8,4 %")


def test_the_hall_is_asked_for_anew_by_a_board_and_by_the_day(modules: Modules) -> None:
    town = Town(0)
    town.devices["x"] = {"id": "x"}
    entity = town.add(0, "board", 4, device="x", board={})
    counts = play(
        modules,
        """
        const counts = [sent("challenges").length];
        const look = async (states) => {
            await card.take({ ...house, states: { ...house.states, ...states } });
            card.redraw();
            await settled();
            counts.push(sent("challenges").length);
        };
        await look({});
        await look({ "sensor.other": { state: "1", attributes: {} } });
        await look({ [entity]: { ...house.states[entity], state: "5" } });
        // The states that are known again are another board.
        const { now } = Date;
        Date.now = () => now() + 86_400_000;
        card.redraw();
        await settled();
        Date.now = now;
        counts.push(sent("challenges").length);
        return counts;""",
        challenge(),
        town=town,
        entity=entity,
        **HALL,
    )
    assert counts == [1, 1, 1, 2, 3]


def test_a_hall_without_a_board_says_that_none_is_there(modules: Modules) -> None:
    text, rows = play(
        modules,
        'return [read(".share")[0], read(".hall li")];',
        challenge(board=None),
        **HALL,
    )
    assert text == "No common score yetIt is told from 5 homes on."
    assert rows[0] == "\u2013Les Cormoransscore told from 5 homes on\u2013"
