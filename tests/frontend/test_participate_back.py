"""What comes back to a member: the group beside its own, its place, and all else."""

import re
from typing import Any

import pytest

from .collecting_home import (
    CURVE,
    ORGANISER,
    OWN,
    give,
    give_board,
    give_curve,
    homes,
    member_town,
    offer,
    participate,
    participation,
    told,
    week,
)
from .conftest import Modules
from .test_participate_card import DO
from .town import Town


def look(
    modules: Modules,
    code: str,
    town: Town,
    *,
    values: dict[str, Any] | None = None,
    one: dict[str, Any] | None = None,
    **said: Any,
) -> Any:
    """Return what a body returns on the page of a member to whom something comes back."""
    return participate(
        modules,
        f"""{DO}
        const parts = () => all(".back-part").map(plain);
        const lines = () => all(".back-part svg path[fill=none]").length;
        const rows = () => all(".places li").map(plain);
        {code}""",
        told(participations=(one or participation(receives=[]),)),
        town=town,
        answers={"sen1/values": values or week(), "sen1/sites": {"sites": town.sites}},
        **said,
    )


def spaced(text: str) -> str:
    return text.replace("\u00a0", " ")


# The group beside one's own


def test_the_group_stands_beside_one_s_own_of_the_same_days(modules: Modules) -> None:
    town = member_town()
    give_curve(town)
    part, lines, asked, key = look(
        modules,
        """return [parts()[0], lines(), sent("values").at(-1), all(".legend li").map(plain)];""",
        town,
    )
    assert part.startswith("Curve of the group")
    assert "You: 12.0 kWh a day, the group: 18.0." in spaced(part)
    assert re.search(r"19\s?\u2013\s?25 November 2026", part)
    assert lines == 2
    assert key == ["You", "The group"]
    assert asked["ids"] == [OWN, CURVE]
    assert asked["begin"] == "2026-11-18T23:00:00.000Z"


def test_below_an_invitation_it_comes_as_soon_as_somebody_looks(modules: Modules) -> None:
    town = member_town()
    give_curve(town)
    before, after = participate(
        modules,
        f"""{DO}
        const parts = () => all(".back-part").map(plain);
        const before = parts();
        all(".danger").at(-1).scrollIntoView();
        for (let turn = 0; turn < 100 && !parts().length; turn++) await settled();
        return [before, parts()];""",
        told(offer(), participations=(participation(receives=[]),)),
        town=town,
        answers={"sen1/values": week(), "sen1/sites": {"sites": town.sites}},
    )
    assert before == []
    assert len(after) == 1
    assert after[0].startswith("Curve of the group")


def test_only_hours_that_both_know_are_compared(modules: Modules) -> None:
    values = week(known=168)
    values["values"][OWN][168:] = [9.0] * 168
    town = member_town()
    give_curve(town)
    (part,) = look(modules, "return parts();", town, values=values, language="fr")
    assert "Vous : 12,0 kWh par jour, le groupe : 18,0." in spaced(part)
    assert "d\u2019après 50 % des heures" in spaced(part)


def test_a_production_is_compared_with_one_s_own_production(modules: Modules) -> None:
    town = member_town(consumed="sen1:used", produced=OWN)
    give_curve(town, direction="production")
    asked = look(modules, 'return sent("values").at(-1).ids;', town)
    assert asked == [OWN, CURVE]


def test_without_a_reading_of_one_s_own_the_group_stands_alone_with_a_way_on(
    modules: Modules,
) -> None:
    town = member_town(produced="sen1:made")
    give_curve(town)
    part, lines, buttons = look(
        modules,
        """return [parts()[0], lines(), all(".back-part button.small").map(plain)];""",
        town,
    )
    assert "Your own reading is not known here yet." in part
    assert lines == 1
    assert buttons == ["Add your home"]


def test_of_a_group_that_is_silent_it_says_what_is_awaited(modules: Modules) -> None:
    town = member_town()
    give_curve(town)
    (part,) = look(modules, "return parts();", town, values=week(group=None))
    assert f"It comes from {ORGANISER}, of 5 homes at least" in part


def test_a_curve_that_cannot_be_read_is_read_again_by_a_button(modules: Modules) -> None:
    town = member_town()
    give_curve(town)
    before, after = look(
        modules,
        """const kept = said["sen1/values"];
        delete said["sen1/values"];
        card.fetched.back = new card.fetched.back.constructor(card);
        card.redraw();
        await settled();
        const before = parts()[0];
        said["sen1/values"] = kept;
        await press("Try again");
        return [before, lines()];""",
        town,
    )
    assert "The curve of the group could not be read" in before
    assert after == 2


def test_a_keyboard_hears_both_of_each_hour(modules: Modules) -> None:
    town = member_town()
    give_curve(town)
    first, tip, has_focus = look(
        modules,
        """const slider = all(".back-part .slider")[0];
        slider.focus();
        slider.dispatchEvent(new KeyboardEvent("keydown", { key: "Home", bubbles: true }));
        await settled();
        return [slider.getAttribute("aria-valuetext"), all(".back-part .tip").length,
            card.root.activeElement === slider];""",
        town,
        language="fr",
    )
    assert spaced(first) == "jeu. 19, 0 h à 1 h; Vous : 500 W; Le groupe : 750 W"
    assert (tip, has_focus) == (1, True)


def test_the_days_are_in_figures_for_who_does_not_see_the_curves(modules: Modules) -> None:
    town = member_town()
    give_curve(town)
    values = week(known=48 + 4)
    rows = look(modules, 'return all(".back-part tbody tr").map(plain);', town, values=values)
    assert len(rows) == 7
    assert rows[:3] == [
        "Thursday 19 November12.018.0",
        "Friday 20 November12.01.5 in 2 hours",
        "Saturday 21 November12.0\u2013",
    ]


# A ranking


def test_one_s_place_stands_among_the_head_the_tail_and_the_neighbours(modules: Modules) -> None:
    town = member_town()
    ranked = homes(38)
    ranked[9]["name"] = "Anne Riou"
    give_board(town, *ranked, number=12)
    part, rows, mine = look(
        modules,
        """return [parts()[0], rows(), all(".places .mine").map(plain)];""",
        town,
        language="fr",
    )
    assert "Votre place : 12ᵉ sur 38" in part
    assert "compté jusqu\u2019au 25 novembre 2026" in part
    assert spaced(rows[0]) == "1n° 00141,5"
    assert rows[6] == "10Anne Riou50,5"
    assert mine == ["12Vous52,5"]
    assert [row for row in rows if "…" in row] == ["… 4 foyers …", "… 19 foyers …"]
    assert len(rows) == 5 + 1 + 5 + 1 + 5


@pytest.mark.parametrize(
    ("place", "language", "said"),
    [
        (1, "en-GB", "Your place: 1st of 38"),
        (2, "en-GB", "Your place: 2nd of 38"),
        (3, "en-GB", "Your place: 3rd of 38"),
        (11, "en-GB", "Your place: 11th of 38"),
        (22, "en-GB", "Your place: 22nd of 38"),
        (1, "fr", "Votre place : 1ʳᵉ sur 38"),
        (2, "fr", "Votre place : 2ᵉ sur 38"),
    ],
)
def test_a_place_is_said_as_one_says_it(
    modules: Modules, place: int, language: str, said: str
) -> None:
    town = member_town()
    give_board(town, *homes(38), number=place)
    (part,) = look(modules, "return parts();", town, language=language)
    assert said in part


@pytest.mark.parametrize("is_told", [True, False])
def test_fewer_than_five_are_not_ranked_and_that_is_said(
    modules: Modules, *, is_told: bool
) -> None:
    town = member_town()
    if is_told:
        give_board(town)
    else:
        give(town, "place", "Ranking, own place", "unavailable")
    part, rows = look(modules, "return [parts()[0], rows()];", town, language="fr")
    assert "Classement dit à partir de 5 foyers" in part
    assert ORGANISER in part
    assert rows == []


def test_whole_values_are_told_whole(modules: Modules) -> None:
    town = member_town()
    whole = [home | {"value": 40 + home["number"]} for home in homes(6)]
    give_board(town, *whole, number=2)
    rows = look(modules, "return rows();", town)
    assert spaced(rows[0]) == "1no. 00141"


def test_who_has_no_place_yet_sees_the_ranking_and_why(modules: Modules) -> None:
    town = member_town()
    give_board(town, *homes(6))
    part, rows = look(modules, "return [parts()[0], rows().length];", town)
    assert "You have no place in it yet" in part
    assert f"as soon as {ORGANISER} has the figure" in part
    assert "6 homes ranked" in part
    assert rows == 6


def test_of_the_names_of_others_none_becomes_markup(modules: Modules) -> None:
    html = "<img src=x onerror=alert(1)>"
    town = member_town()
    give_board(town, *homes(6, name=html))
    give(town, "roof", html, 1)
    count, page = look(modules, 'return [all("img").length, page()];', town)
    assert count == 0
    assert page.count(html) == 7


# All else


def test_other_series_have_their_newest_value_and_open(modules: Modules) -> None:
    town = member_town()
    entity = give(town, "roof", "Roof", 3.4)
    give(town, "cellar", "Cellar", "unavailable")
    rows, opened = look(
        modules,
        """let opened;
        const open = ({ detail }) => { opened = detail.entityId; };
        card.frame.addEventListener("hass-more-info", open);
        const found = all(".parted").at(-1).querySelectorAll("li");
        found[0].querySelector("button").click();
        return [[...found].map(plain), opened];""",
        town,
    )
    assert rows == ["Roof3.4", "Cellarawaited"]
    assert opened == entity


def test_what_was_promised_is_awaited_until_it_comes(modules: Modules) -> None:
    town = member_town()
    one = participation(receives=["Curve of the group", "Roof"])
    code = 'return all(".parted").at(-1).textContent;'
    before = look(modules, code, town, one=one)
    give(town, "roof", "Roof", 3.4)
    after = look(modules, code, town, one=one)
    awaited = f"awaited from {ORGANISER}, as soon as its home is online"
    assert before == f"Curve of the group{awaited}Roof{awaited}"
    assert after == f"Roof3.4Curve of the group{awaited}"


def test_of_two_names_that_begin_alike_each_is_what_comes_by_it(modules: Modules) -> None:
    town = member_town()
    give(town, "hall", "Roof of the hall", 3.4)
    rows = look(
        modules,
        'return all(".parted").at(-1).textContent;',
        town,
        one=participation(receives=["Roof", "Roof of the hall"]),
    )
    awaited = f"awaited from {ORGANISER}, as soon as its home is online"
    assert rows == f"Roof of the hall3.4Roof{awaited}"


@pytest.mark.parametrize(
    ("state", "said"), [("in", "gives nothing back yet"), ("over", "nothing more comes of it")]
)
def test_where_nothing_comes_back_that_is_said(modules: Modules, state: str, said: str) -> None:
    page = look(modules, "return page();", Town(1), one=participation(receives=[], state=state))
    assert f"What you receive{ORGANISER if state == 'in' else 'over'}" in page
    assert said in page


def test_what_changes_is_shown_as_it_changes(modules: Modules) -> None:
    town = member_town()
    entity = give(town, "roof", "Roof", 3.4)
    rows = look(
        modules,
        f"""const {{ states }} = house;
        const one = {{ ...states["{entity}"], state: "5.1" }};
        await card.take({{ ...house, states: {{ ...states, "{entity}": one }} }});
        await settled();
        return all(".parted").at(-1).textContent;""",
        town,
    )
    assert rows == "Roof5.1"


@pytest.mark.parametrize("width", [1000, 390])
def test_nothing_is_cut(modules: Modules, width: int) -> None:
    town = member_town()
    give_curve(town)
    give_board(town, *homes(38, name="Association des habitants du quartier"), number=12)
    wide, over = look(
        modules,
        """const over = all(".back-part *").filter((one) =>
            !one.closest(".hidden") && one.getBoundingClientRect().right
            > card.frame.getBoundingClientRect().right + 1);
        return [card.frame.scrollWidth, over.map((one) => one.outerHTML)];""",
        town,
        width=width,
    )
    assert wide <= width
    assert over == []


# The name that others see


def test_whether_others_see_the_name_is_asked_and_not_assumed(modules: Modules) -> None:
    before, first, second = participate(
        modules,
        f"""{DO}
        await give(0);
        await charter();
        const boxes = () => all("input[name=is-shown]").map(({{ checked }}) => checked);
        const before = [boxes()];
        await tick(".naming input[type=radio]", 1);
        before.push(boxes());
        await write("input[name=member-name]", "Anne");
        await press("Take part");
        const first = sent("join_collection")[0].is_shown;
        await tick("input[name=is-shown]");
        await press("Take part");
        return [before, first, sent("join_collection")[1].is_shown];""",
        told(offer()),
    )
    assert before == [[], [False]]
    assert (first, second) == (False, True)


def test_who_is_a_number_sends_nothing_of_a_name(modules: Modules) -> None:
    asked = participate(
        modules,
        f"""{DO}
        await give(0);
        await charter();
        await tick(".naming input[type=radio]", 1);
        await write("input[name=member-name]", "Anne");
        await tick("input[name=is-shown]");
        await tick(".naming input[type=radio]", 0);
        await press("Take part");
        return sent("join_collection")[0];""",
        told(offer()),
    )
    assert asked["name"] == ""
    assert "is_shown" not in asked


@pytest.mark.parametrize("is_shown", [True, False])
def test_one_reads_who_sees_one_s_name(modules: Modules, *, is_shown: bool) -> None:
    page = participate(
        modules,
        "return page();",
        told(participations=(participation(name="Anne", is_shown=is_shown),)),
    )
    assert ("which the other members see" in page) is is_shown
    assert re.search("as “Anne”", page)
