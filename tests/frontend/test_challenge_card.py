"""The page of a challenge: the teams, my home, week after week, my team; and what is organised."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest

from .challenge_home import (
    AFTER,
    HOMES,
    ME,
    MERVILLE,
    ORGANISER,
    TEAMS,
    TITLE,
    board,
    challenge,
    ended,
    home,
    mine,
    organised,
    play,
    team,
    week,
    without_score,
)
from .conftest import Modules
from .town import Town

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()

# The teams


def test_teams_stand_in_order_with_what_they_saved_and_of_how_many_homes(
    modules: Modules,
) -> None:
    rows = play(modules, 'return read(".teams > li");', challenge())
    assert rows == [
        "1place 1Les Cormorans11 of 12 homes · 91% of readings8.4%",
        "2place 2Les Ajoncs (my team)9 of 9 homes · 94% of readings6.8%",
        "3place 3École de Kersabiec6 of 6 homes · 97% of readings5.2%",
        "\u2013not ranked yetQuartier Merville"
        "fewer than 5 homes registered"
        "score told from 5 measured homes on\u2013",
        "All together26 of 27 homes · 93% of readings7.1%",
    ]


def test_the_bars_are_as_long_as_their_figures(modules: Modules) -> None:
    lengths, mine_is = play(
        modules,
        """
        const style = ({ style }) => parseFloat(style.width);
        return [all(".teams .track span").map(style), read(".teams .mine strong")];""",
        challenge(),
    )
    # The axis ends at 10 %.
    assert lengths == pytest.approx([84, 68, 52, 71])
    assert mine_is == ["Les Ajoncs (my team)"]


def test_a_team_that_used_more_has_its_bar_on_the_other_side(modules: Modules) -> None:
    worse = team("Mates", 5, 6, -2.0, rank=4)
    found = play(
        modules,
        """
        const place = ({ style }) => [style.marginInlineStart, style.width].map(parseFloat);
        return [all(".teams .track span").map(place), read(".teams .percent")];""",
        challenge(board=board(*TEAMS[:3], worse, value=None)),
    )
    places, percents = found
    # From -2.5 to 10 %.
    assert [one for pair in places for one in pair] == pytest.approx(
        [8 * n for n in (2.5, 8.4, 2.5, 6.8, 2.5, 5.2, 0.5, 2)], abs=0.01
    )
    assert percents[-1] == "\u22122.0%"


def test_of_a_team_of_too_few_no_figure_is_told(modules: Modules) -> None:
    few = MERVILLE | {"of": 8, "coverage": 0.5, "captain": 4}
    row = play(
        modules,
        'return read(".teams > li")[3];',
        challenge(board=board(*TEAMS[:3], few)),
    )
    assert row == (
        "\u2013not ranked yetQuartier Merville8 homes registered"
        "score told from 5 measured homes on\u2013"
    )


def test_a_rule_that_tells_teams_in_the_end_says_so(modules: Modules) -> None:
    teams = [one | {"value": None, "rank": None, "weeks": []} for one in TEAMS]
    rows, homes = play(
        modules,
        'return [read(".teams > li"), read(".homes > li").length];',
        challenge(rule="grand-defi-2021", board=board(*teams, value=None)),
    )
    assert rows[0] == (
        "\u2013not ranked yetLes Cormorans11 of 12 homes · 91% of readings"
        "score told in the end\u2013"
    )
    assert (len(rows), homes) == (4, 9)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("corrected", "A mild winter wins nothing."),
        ("percentage", "a mild winter helps everybody."),
        ("grand-defi-2019", "homes weigh twice as much"),
        ("grand-defi-2020", "Water counts too."),
        ("grand-defi-2021", "Teams have no score before the end."),
    ],
)
def test_what_a_rule_does_is_told_in_words(modules: Modules, rule: str, said: str) -> None:
    found = play(modules, 'return read(".rule")[0];', challenge(rule=rule))
    assert said in found


def test_without_a_board_it_is_told_where_one_comes_from(modules: Modules) -> None:
    read = play(
        modules,
        'return [read(".teams-card")[0], read(".homes-card")[0], read(".place")];',
        challenge(board=None),
    )
    assert f"It comes from {ORGANISER}, as soon as 5 homes have a score." in read[0]
    assert "told from 5 measured homes on" in read[1]
    assert read[2] == []


# My home


def test_last_year_less_the_weather_is_expected_and_that_less_me_is_measured(
    modules: Modules,
) -> None:
    said, lengths, why = play(
        modules,
        """
        const long = ({ style }) => parseFloat(style.width);
        return [read(".steps > li"), all(".steps .track span").map(long),
            read(".mine-card > .under")];""",
        challenge(),
    )
    assert said == [
        "last year617 kWh",
        "expected, in this weather595 kWhweather: \u221222",
        "measured559 kWhyou: \u221236",
    ]
    assert lengths == pytest.approx([lengths[0] * n / 617 for n in (617, 595, 559)])
    assert why[0] == ("The weather, milder than last year, explains 22 kWh, which do not count.")


def test_my_home_has_its_percentage_and_its_place_in_the_team(modules: Modules) -> None:
    answer, what, place = play(
        modules,
        'return [read(".answer")[0], read(".is")[0], read(".place")[0]];',
        challenge(),
        language="fr",
    )
    assert (answer, what) == ("6,1 %", "d\u2019économie, soit 36 kWh")
    assert place == "4e sur 9dans mon équipe"


def test_who_used_more_is_told_so_in_words(modules: Modules) -> None:
    worse = mine(value=-3.4, used_kwh=615.3, by_us_kwh=-20.2)
    read = play(
        modules,
        'return [read(".answer")[0], read(".is")[0], read(".steps .percent")];',
        challenge(mine=worse),
    )
    assert read[:2] == ["3.4%", "more than expected, which is 20 kWh"]
    assert "+20" in read[2][-1]


def test_what_is_not_corrected_has_two_bars(modules: Modules) -> None:
    plain = mine(by_weather_kwh=None, expected_kwh=616.8, value=9.4)
    bars, said, why = play(
        modules,
        """
        return [all(".steps > li").map(({ className }) => className), read(".is")[0],
            read(".mine-card > .under")[0]];""",
        challenge(rule="percentage", mine=plain),
    )
    assert (bars, said) == (["before", "used"], "saved, which is 58 kWh")
    assert why == "The weather is not corrected."


def test_what_is_counted_in_several_units_comes_to_no_one_quantity(modules: Modules) -> None:
    read = play(
        modules,
        'return [read(".is")[0], read(".mine-card")[0]];',
        challenge(energies=["electricity", "water"]),
    )
    assert read[0] == "saved"
    assert "electricity and water" in read[1]
    assert "Below: electricity." in read[1]


@pytest.mark.parametrize(
    ("reason", "said", "path"),
    [
        ("not_begun", "The challenge has not begun: begins on 2 November 2026.", None),
        ("few_days", "Too few days are measured.", "/past"),
        ("no_reference", "Nothing is known of the same time before.", "Import the past"),
        ("not_corrected", "has not learnt yet what it uses when it is cold.", "/year"),
        ("no_home", "Your home is not described yet.", "Add my home"),
        ("not_measured", "Nothing here measures what the challenge counts.", "Say it"),
        ("another", "Your home cannot make its score yet.", "/past"),
    ],
)
def test_without_a_score_it_is_told_why_and_what_to_do(
    modules: Modules, reason: str, said: str, path: str | None
) -> None:
    text, links, answers, weeks = play(
        modules,
        """
        return [read(".mine-card")[0],
            all(".mine-card :is(a, button)").map((one) => one.getAttribute("href") ?? plain(one)),
            all(".answer").length,
            read(".weeks-card")[0]];""",
        challenge(mine=without_score(reason)),
    )
    assert f"No score yet{said}" in text or said in text
    assert answers == 0
    assert "The first week is not measured yet." in weeks
    assert [link.endswith(path or "?") for link in links] == ([True] if path else [])


@pytest.mark.parametrize(
    ("why", "said", "path"),
    [
        ("no_temperature", "The outdoor temperature is not known.", "Say it"),
        ("heating_not_measured", "is not what the challenge measures.", "Say it"),
        ("poor", "follows the cold too little to be corrected.", "/year"),
        ("few_days", "has not learnt yet what it uses when it is cold.", "/year"),
    ],
)
def test_what_cannot_be_corrected_says_what_that_takes(
    modules: Modules, why: str, said: str, path: str
) -> None:
    text, link = play(
        modules,
        """
        const [lead] = all(".mine-card :is(a, button)");
        return [read(".mine-card")[0], lead.getAttribute("href") ?? plain(lead)];""",
        challenge(mine=without_score("not_corrected", why=why)),
    )
    assert said in text
    assert link.endswith(path)


# Week after week


def test_what_is_printed_of_the_weeks_adds_up(modules: Modules) -> None:
    rows = play(
        modules,
        """
        const cells = ({ cells }) => [...cells].map(plain);
        return all(".weeks-card tbody tr, .weeks-card tfoot tr").map(cells);""",
        challenge(),
    )
    assert [row[0] for row in rows] == [
        *("2 November", "9 November", "16 November", "23 November (3 days)", "Total")
    ]
    *weeks, total = [[int(cell) for cell in row[1:4]] for row in rows]
    assert total == [595, 559, 36]
    for column in range(3):
        assert sum(one[column] for one in weeks) == total[column]
    for expected, used, saved in weeks:
        assert expected - used == saved
    assert [row[4:6] for row in rows] == [
        *(["3.6%", "4.9%"], ["5.7%", "6.4%"], ["8.2%", "8.0%"], ["7.4%", "9.3%"]),
        ["6.1%", "6.8%"],
    ]


def test_the_bars_of_the_weeks_are_as_long_as_their_figures(modules: Modules) -> None:
    lengths = play(
        modules,
        """
        const long = ({ style }) => parseFloat(style.width);
        return all(".weeks-card .bars .track span").map(long);""",
        challenge(),
    )
    values = [3.6, 4.9, 5.7, 6.4, 8.2, 8.0, 7.4, 9.3]
    assert lengths == pytest.approx([lengths[0] * value / 3.6 for value in values])


def test_a_week_without_readings_tells_of_the_team_alone(modules: Modules) -> None:
    weeks = [week("2026-11-02", 168, 162, 3.6), week("2026-11-16", 184, 169, 8.2)]
    rows, bars = play(
        modules,
        """
        const cells = ({ cells }) => [...cells].map(plain);
        return [all(".weeks-card tbody tr").map(cells),
            all(".weeks-card .bars").map((one) => one.querySelectorAll(".track").length)];""",
        challenge(mine=mine(weeks=weeks)),
    )
    assert rows[1] == ["9 November", "\u2013", "\u2013", "\u2013", "\u2013", "6.4%", ""]
    assert [row[5] for row in rows] == ["4.9%", "6.4%", "8.0%", "9.3%"]
    assert bars[:4] == [2, 1, 2, 1]


def test_a_long_challenge_has_its_first_weeks_in_one_row_and_still_adds_up(
    modules: Modules,
) -> None:
    begins = [date(2026, 11, 2) + timedelta(weeks=n) for n in range(20)]
    weeks = [week(day.isoformat(), 100.4 + n, 90.3, 10.0) for n, day in enumerate(begins)]
    expected, used = (sum(one[key] for one in weeks) for key in ("expected_kwh", "used_kwh"))
    rows = play(
        modules,
        """
        const cells = ({ cells }) => [...cells].map(plain);
        return all(".weeks-card tbody tr, .weeks-card tfoot tr").map(cells);""",
        challenge(
            action=["2026-11-02", "2027-05-02"],
            weeks=26,
            through="2027-03-21",
            mine=mine(weeks=weeks, expected_kwh=expected, used_kwh=used),
        ),
    )
    assert (len(rows), rows[0][0]) == (9, "13 weeks before")
    *before, total = [[int(cell.replace(",", "")) for cell in row[1:4]] for row in rows]
    for column in range(3):
        assert sum(one[column] for one in before) == total[column]


# My team


def test_my_team_stands_in_order_with_me_in_place(modules: Modules) -> None:
    title, rows = play(
        modules, 'return [read(".homes-card .header")[0], read(".homes > li")];', challenge()
    )
    assert title == (
        "My team, Les Ajoncs9 of 9 homes, mean 6.8%, names as each chosecaptain: Foyer Dune"
    )
    assert rows == [
        "1Foyer Dunechecked11.3%",
        "2Foyer Écumesaid by the home9.6%",
        "3no. 008said by the home7.9%",
        "4Mesaid by the home6.1%",
        "5Foyer Cormorandiffers5.8%",
        "6no. 045said by the home5.6%",
        "7Foyer Ajoncsaid by the home5.4%",
        "8no. 102said by the home5.1%",
        "9Foyer Sternesaid by the home4.4%",
    ]


def test_each_mark_has_an_icon_of_its_own(modules: Modules) -> None:
    icons = play(
        modules,
        """
        const icon = (mark) =>
            all(`.mark.${mark} ha-icon`).map((one) => one.getAttribute("icon"))[0];
        return ["declared", "checked", "differs"].map(icon);""",
        challenge(),
    )
    assert len(set(icons)) == 3


def test_of_a_large_team_the_first_and_last_are_shown_and_me(modules: Modules) -> None:
    homes = [home(n, 30.0 - n) for n in range(1, 25)] + [home(ME, 19.5)]
    rows = play(
        modules,
        'return read(".homes > li");',
        challenge(board=board(homes=homes)),
    )
    assert len(rows) == 13
    assert rows[5:8] == ["… 5 homes …", "11Mesaid by the home19.5%", "… 9 homes …"]


def test_in_a_team_of_too_few_no_home_is_shown(modules: Modules) -> None:
    rows, text = play(
        modules,
        'return [read(".homes > li"), read(".homes-card")[0]];',
        challenge(mine=mine(team=3), board=board(homes=[home(ME, 6.1, team=3), *HOMES[:3]])),
    )
    assert rows == []
    assert "told from 5 measured homes on" in text
    assert "%" not in text


def test_who_is_in_no_team_is_told_whom_to_ask(modules: Modules) -> None:
    text = play(modules, 'return read(".homes-card")[0];', challenge(mine=mine(team=None)))
    assert text.startswith(f"You are in no teamAsk {ORGANISER} to give you one.")


def test_what_leaves_the_home_is_told(modules: Modules) -> None:
    assert play(modules, 'return read(".privacy")[0];', challenge(), language="fr") == (
        "Votre maison calcule son score elle-même. Elle ne donne que des pourcentages et la part "
        "de mesures reçues."
    )


# The head and the foot


@pytest.mark.parametrize(
    ("now", "said", "expected"),
    [
        ("2026-10-20T10:00:00Z", {"through": None}, "begins on 2 November 2026"),
        (
            "2026-11-26T17:42:00Z",
            {},
            "week 4 of 8, measured until Wednesday 25 November",
        ),
        ("2026-12-28T10:00:00Z", {}, "ended on 27 December 2026, the last scores are coming"),
        (AFTER, {"is_final": True}, "ended on 27 December 2026"),
    ],
)
def test_the_head_says_how_far_it_is(
    modules: Modules, now: str, said: dict[str, Any], expected: str
) -> None:
    found = play(modules, 'return read(".progress p")[0];', challenge(**said), now=now)
    assert found == expected


def test_the_head_has_both_times_and_a_square_a_week(modules: Modules) -> None:
    about, squares = play(
        modules,
        """
        return [read(".page-head .grow p")[0].replace(/\\u2009/g, " "),
            all(".progress i").map(({ style }) => Math.round(parseFloat(style.width)))];""",
        challenge(),
    )
    assert about == (
        f"{ORGANISER} · 2 November \u2013 27 December 2026, "
        "compared with 3 November \u2013 28 December 2025"
    )
    assert squares == [100, 100, 100, 43, 0, 0, 0, 0]


def test_leaving_asks_first_and_says_what_it_does(modules: Modules) -> None:
    body, before, stayed, sent, said = play(
        modules,
        """
        await press("Leave the challenge");
        const dialog = () => card.root.querySelector("dialog");
        const body = plain(dialog());
        const before = sent("leave_collection").length;
        await press("Stay");
        const stayed = sent("leave_collection").length;
        await press("Leave the challenge");
        [...dialog().querySelectorAll("button")].at(-1).click();
        await settled();
        return [body, before, stayed, sent("leave_collection"), read(".alert")[0]];""",
        challenge(),
    )
    assert body.startswith(f"Leave “{TITLE}”?Your score is taken out of the team.")
    assert (before, stayed) == (0, 0)
    assert sent == [{"type": "sen1/leave_collection", "subentry_id": "p1"}]
    assert said == f"You have left “{TITLE}”.Your score is taken out of the team."


def test_who_could_not_leave_is_told_to_take_part_still(modules: Modules) -> None:
    said = play(
        modules,
        """
        await press("Leave the challenge");
        [...card.root.querySelectorAll("dialog button")].at(-1).click();
        await settled();
        return read(".alert.error")[0];""",
        challenge(),
        failures=("sen1/leave_collection",),
    )
    assert said == "You still take part.Try again in a moment."


def test_of_several_challenges_one_is_chosen(modules: Modules) -> None:
    other = challenge(id="p2", title="Hiver doux")
    titles = play(
        modules,
        """
        const before = read(".page-head h2")[0];
        await press("Hiver doux");
        return [before, read(".page-head h2")[0],
            all("[aria-pressed=true]").map(plain)];""",
        challenge(),
        other,
    )
    assert titles == [TITLE, "Hiver doux", ["Hiver doux"]]


def test_who_gives_roles_is_led_to_the_screens_of_a_hall(modules: Modules) -> None:
    code = """return all("a").find((one) => one.textContent === "Screen for a hall")
        ?.getAttribute("href");"""
    assert play(modules, code, challenge()).endswith("/roles")
    assert play(modules, code, challenge(), is_admin=False) is None


def test_who_may_look_at_none_is_told_who_can_change_that(modules: Modules) -> None:
    code = "return [page(), all('a, button').length];"
    text, ways = play(modules, code, is_admin=False)
    assert text == "No challenge is shown to you.An administrator can give you the role: look."
    assert ways == 0


def test_who_looks_at_a_challenge_that_is_organised_here_sees_the_teams_alone(
    modules: Modules,
) -> None:
    seen = organised(role="onlooker", members=[])
    code = "return all('.challenge > ha-card').map((one) => one.className);"
    assert play(modules, code, seen, is_admin=False) == ["teams-card"]
    assert len(play(modules, code, organised(), is_admin=False)) == 3


def test_who_looks_at_a_challenge_of_this_home_cannot_leave_it(modules: Modules) -> None:
    code = "return [button('Leave') !== undefined, all('.mine-card, .teams-card').length > 0];"
    assert play(modules, code, challenge()) == [True, True]
    assert play(modules, code, challenge(), is_admin=False) == [False, True]


def test_a_board_that_changes_is_asked_for_at_once(modules: Modules) -> None:
    town = Town(0)
    town.devices["x"] = {"id": "x"}
    entity = town.add(0, "board", 4, device="x", board={})
    counts = play(
        modules,
        """
        const counts = [sent("challenges").length];
        card.redraw();
        await card.take({ ...house });
        await settled();
        counts.push(sent("challenges").length);
        const changed = { ...house.states[entity], state: "5" };
        await card.take({ ...house, states: { ...house.states, [entity]: changed } });
        await settled();
        counts.push(sent("challenges").length);
        return counts;""",
        challenge(),
        town=town,
        entity=entity,
    )
    assert counts == [1, 1, 2]


def test_what_could_not_be_read_is_asked_for_again(modules: Modules) -> None:
    text, before, after = play(
        modules,
        """
        const text = page();
        const before = sent("challenges").length;
        failing.clear();
        await card.take({ ...house });
        await settled();
        const still = sent("challenges").length;
        card.redraw();
        await settled();
        return [text, still - before, read(".page-head h2").length];""",
        challenge(),
        failures=("sen1/challenges",),
    )
    assert text.startswith("The challenge could not be read")
    assert (before, after) == (0, 1)


# The certificate


@pytest.mark.parametrize(
    ("now", "said", "is_off", "when"),
    [
        ("2026-11-26T17:42:00Z", challenge(), True, "from 28 December 2026 on"),
        ("2026-12-28T10:00:00Z", challenge(), True, "with the final board"),
        (AFTER, ended(), False, ""),
    ],
    ids=["goes on", "over", "final"],
)
def test_the_certificate_is_greyed_until_the_end(
    modules: Modules, now: str, said: dict[str, Any], is_off: bool, when: str
) -> None:
    found = play(
        modules,
        'return [button("Certificate").disabled, read("#when")[0]];',
        said,
        now=now,
    )
    assert found == [is_off, when]


PRINT = """
    const kept = [];
    instead(URL, "createObjectURL", (blob) => { kept.push(blob); return "blob:there"; });
    const went = [];
    instead(window, "open", () => ({ location: { replace: (path) => went.push(path) } }));
    await press(label);
    const paper = await kept[0].text();
    const made = new DOMParser().parseFromString(paper, "application/xhtml+xml");
    const said = [...made.querySelectorAll("main p, main h1, main h2, footer div")]
        .map(plain);
"""


def certificate(modules: Modules, said: dict[str, Any], language: str = "en-GB") -> list[str]:
    label = "Diplôme" if language == "fr" else "Certificate"
    found: list[str] = play(
        modules, f"{PRINT} return said;", said, now=AFTER, language=language, label=label
    )
    return [one.replace("\u2009", " ").replace("\u202f", " ") for one in found]


def test_the_certificate_says_what_the_board_says_and_who_declared_it(modules: Modules) -> None:
    assert certificate(modules, ended()) == [
        "Certificate",
        TITLE,
        "The team",
        "Les Ajoncs",
        "2nd of 3 ranked teams",
        "6.8% of electricity saved",
        "Home no. 203 · 6.1% of electricity saved once the weather is corrected",
        "score said by the home",
        "Dates of the challenge2 November \u2013 27 December 2026",
        f"Organised by{ORGANISER}",
    ]


def test_the_certificate_is_told_in_french(modules: Modules) -> None:
    said = certificate(modules, ended(), "fr")
    assert said[0] == "Diplôme"
    assert "2e sur 3 équipes classées" in said
    assert "score dit par le foyer" in said


def test_a_team_of_too_few_has_a_certificate_without_a_figure(modules: Modules) -> None:
    said = certificate(modules, ended(mine=mine(team=3, value=None)))
    assert said[2:7] == [
        *("The team", "Quartier Merville", "took part until the end", "Home no. 203"),
        "Dates of the challenge2 November \u2013 27 December 2026",
    ]
    assert not any("%" in one for one in said)


def test_teams_that_share_a_place_are_told_so(modules: Modules) -> None:
    teams = [TEAMS[0] | {"value": 6.8, "rank": 1}, TEAMS[1] | {"rank": 1}, TEAMS[2], TEAMS[3]]
    said = certificate(modules, ended(board=board(*teams, is_final=True)))
    assert "1st of 3 ranked teams, shared" in said


def test_what_others_wrote_stays_text_on_the_certificate(modules: Modules) -> None:
    title = '<img src=x> & "d\'été"'
    said, images = play(
        modules,
        f'{PRINT} return [said, made.querySelectorAll("img, script").length];',
        ended(title=title),
        now=AFTER,
        label="Certificate",
    )
    assert (said[1], images) == (title, 0)


# Who organises


def test_an_organiser_sees_the_teams_and_no_home(modules: Modules) -> None:
    cards, rows = play(
        modules,
        """
        return [all(".challenge > ha-card").map(({ className }) => className),
            read(".teams .mine")];""",
        organised(),
    )
    assert cards == ["teams-card", "captains-card", "lacking-card"]
    assert rows == []


def test_a_captain_is_chosen_among_the_homes_of_the_team(modules: Modules) -> None:
    options, chosen, off, asked = play(
        modules,
        """
        const selects = all(".captains-card select");
        const options = [...selects[1].options].map(plain);
        const chosen = selects.map(({ value }) => value);
        const off = selects.map(({ disabled }) => disabled);
        await choose(selects[1], "8");
        await choose(all(".captains-card select")[1], "");
        return [options, chosen, off, sent("challenge_captain")];""",
        organised(),
    )
    assert options == ["nobody", "Yann Le Bris, no. 012", "no. 008"]
    assert chosen == ["", "12", "", ""]
    assert off == [False, False, True, False]
    asks = {"type": "sen1/challenge_captain", "subentry_id": "c1", "team": 2}
    assert asked == [asks | {"number": 8}, asks | {"number": None}]


def test_who_has_no_team_is_given_one(modules: Modules) -> None:
    text, asked = play(
        modules,
        """
        const text = read(".lacking-card")[0];
        await choose(all(".lacking-card select")[0], "3");
        return [text, sent("challenge_team")];""",
        organised(),
    )
    assert text.startswith("1 home without a team")
    assert "Lucie Hénaff, no. 030" in text
    assert asked == [{"type": "sen1/challenge_team", "subentry_id": "c1", "number": 30, "team": 3}]


def test_who_has_no_score_yet_is_named(modules: Modules) -> None:
    text, good = play(
        modules,
        """
        const text = read(".lacking-card")[0];
        for (const one of challenges[0].members) one.through = "2026-11-25";
        await card.read();
        await settled();
        return [text, read(".lacking-card")[0]];""",
        organised(),
    )
    assert "2 homes have no scoreno. 021, Lucie Hénaff" in text
    assert "All homes have a score" in good


def test_a_captain_who_could_not_be_set_is_told(modules: Modules) -> None:
    said = play(
        modules,
        """
        await choose(all(".captains-card select")[1], "8");
        return read(".alert.error")[0];""",
        organised(),
        failures=("sen1/challenge_captain",),
    )
    assert said == "The captain was not changed.Try again in a moment."


# Everybody


@pytest.mark.parametrize("width", [1100, 366], ids=["desktop", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    "said",
    [challenge(), challenge(mine=without_score("no_reference")), organised()],
    ids=["member", "no score", "organiser"],
)
def test_nobody_is_shut_out_of_a_challenge(
    modules: Modules, said: dict[str, Any], dark: bool, width: int
) -> None:
    found, overflow, height = play(
        modules,
        """
        if (!window.axe) (0, eval)(axeText);
        document.documentElement.lang = "en";
        document.title = "Challenge";
        document.body.style.cssText = dark
            ? "background:#1c1c1c;--primary-text-color:#e1e1e1;--card-background-color:#1c1c1c"
            : "background:#fff";
        document.body.style.width = `${width}px`;
        await settled();
        const result = await axe.run(document.body.firstChild, { resultTypes: ["violations"] });
        const overflow = card.frame.scrollWidth - width;
        const height = card.frame.scrollHeight;
        document.body.style.cssText = "";
        return [result.violations.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 160)]),
            overflow, height];""",
        said,
        dark=dark,
        width=width,
        axeText=AXE,
    )
    assert found == []
    assert overflow <= 0
    # Three screens of a phone.
    assert width > 400 or height < 3 * 844
