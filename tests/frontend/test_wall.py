"""The screens for a class, in a page with a Home Assistant of its own."""

from collections.abc import Mapping, Sequence
import json
from math import nan
from typing import Any

import pytest

from .conftest import Modules, at, near
from .house import SITES, House

PARIS = "Europe/Paris"
HALF = 1_800_000
HOUR = 2 * HALF


@pytest.fixture
def house(modules: Modules) -> House:
    """Return the page of a wall."""
    return House(modules, "wall")


def test_all_that_has_data_is_shown_one_after_the_other_by_hand(house: House) -> None:
    found = house.play(
        """
        const titles = [];
        for (const dot of all_(".dot")) {
            dot.click();
            await settled();
            titles.push(texts("h1")[0], all_('.dot[aria-current="true"]').length);
        }
        return [titles, texts(".dot"), all_(".dot").map((one) => one.getAttribute("aria-label"))];
        """,
        width=1920,
    )
    titles = [
        "Is the sun enough?",
        "At which hour does the school use most?",
        "Our building or Maison?",
        "What does 1 kWh do?",
    ]
    assert found == [[one for title in titles for one in (title, 1)], [""] * 4, titles]


def test_screens_turn_by_themselves_unless_nothing_is_to_move(house: House) -> None:
    found = house.play(
        """
        const rang = [];
        const told = [];
        for (const isStill of [false, true]) {
            instead(window, "matchMedia", () => ({ matches: isStill }));
            instead(window, "setInterval", (ring, ms) => rang.push([ring, ms]));
            card.at = 0;
            card.turn();
            rang.at(-1)?.[0]();
            card.redraw();
            told.push(rang.length, texts("h1")[0]);
            rang.length = 0;
        }
        return told;
        """,
        config={"rotate": 20},
        width=1920,
    )
    assert found == [1, "At which hour does the school use most?", 0, "Is the sun enough?"]


def test_screens_and_their_title_are_those_that_are_set(house: House) -> None:
    found = house.play(
        "return [texts('h1'), all_('.dot').length];",
        config={"screens": ["kwh", "none of these"], "title": "Look", "rotate": 20},
    )
    assert found == [["Look"], 0]


def test_the_hour_that_uses_most_is_told_by_a_bar_a_clock_and_a_question(house: House) -> None:
    found = house.play(
        """
        return [texts(".huge"), all_(".main svg rect[rx]").length, texts(".below .big"), shown(),
            texts(".main svg text[font-weight]")];
        """,
        config={"screens": ["hours"]},
        width=1920,
    )
    huge, bars, figures, shown, label = found
    # Ten o'clock of Greenwich is noon in Paris, where the school uses 11 kWh.
    assert huge == ["12 PM"]
    assert bars == 24
    assert label == ["11.0 kWh"]
    assert figures == ["102.8 kWh", "11.0 kWh", "11 times"]
    assert "What runs at that hour?Let us find out together." in shown


def test_our_building_stands_against_another_for_each_m2_and_person(house: House) -> None:
    found = house.play(
        """
        return [texts("h1"), texts(".building .big"), texts(".rate .big"), texts(".sum"),
            all_(".striped").length, shown()];
        """,
        config={"screens": ["against"], "site": "house", "against": "school"},
        width=1920,
    )
    title, whole, rates, sums, striped, shown = found
    # The page rounds halves up.
    house_kwh, school_kwh = 365 * (12 + 2.5) + 1e-6, 365 * 102.75 + 1e-6
    assert title == ["Our building or École de Kersabiec?"]
    assert whole == [f"{house_kwh:,.0f} kWh", f"{school_kwh:,.0f} kWh"]
    assert rates == [
        f"{house_kwh / 146:.1f} kWh",
        f"{school_kwh / 1240:.1f} kWh",
        f"{house_kwh / 4:,.0f} kWh",
        f"{school_kwh / 160:.0f} kWh",
    ]
    assert [one.partition(" uses")[0] for one in sums] == ["École de Kersabiec"] * 2
    assert striped == 2
    assert "École de Kersabiec, for this time." in shown


@pytest.mark.parametrize(
    ("sources", "counted"),
    [
        pytest.param({}, "all the electricity used, bought or from the roof.", id="used"),
        pytest.param(
            {"sold_power": ["sensor.sold"]},
            "what Maison bought from the grid, without what a roof gave.",
            id="bought, where there is a roof",
        ),
    ],
)
def test_a_building_against_another_says_what_is_counted(
    house: House, sources: dict[str, Any], counted: str
) -> None:
    sites = [SITES[0], {**SITES[1], "sources": sources}, *SITES[2:]]
    found = house.play(
        "return texts('footer p')[0];",
        config={"screens": ["against"], "site": "house", "against": "school"},
        sites=sites,
        width=1920,
    )
    assert found.startswith(f"Counted: {counted} The energy class counts what is bought.")


def test_who_uses_less_depends_on_what_is_counted_where_both_disagree(house: House) -> None:
    crowded = [{**SITES[0], "people": 10}, *SITES[1:]]
    found = house.play(
        "return shown();", config={"screens": ["against"]}, sites=crowded, width=1920
    )
    assert "It depends on what is counted." in found


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"floor_area": None, "people": None}, id="tells no size"),
        pytest.param({"statistics": {}}, id="has no series"),
    ],
)
def test_a_building_that_cannot_be_compared_is_left_out(
    house: House, change: dict[str, Any]
) -> None:
    sites = [SITES[0], {**SITES[1], **change}]
    found = house.play(
        """
        const { "sensor.friend_sheet": sheet, ...others } = hass.entities;
        hass.entities = others;
        card.redraw();
        await settled();
        return all_(".dot").length;
        """,
        sites=sites,
    )
    assert found == 3


def test_what_one_kwh_does_ends_with_the_buildings_own(house: House) -> None:
    found = house.play(
        "return [all_('.six > ha-card').length, texts('.verdict')];",
        config={"screens": ["kwh"]},
        width=1920,
    )
    assert found == [
        6,
        [
            "We used 719 of them in 7 days: on average 1 kWh every 14 minutes, day and night."
            "103 kWh a day"
        ],
    ]


def test_a_wall_without_data_goes_to_the_last_week_with_data_and_says_which(house: House) -> None:
    found = house.play(
        "return [texts('.date'), texts('footer .words'), texts('.huge').length];",
        more="""Object.fromEntries(["sen1:school_produced", "sen1:school_consumed"]
            .map((id) => [id, ["kWh", () => 1, Date.parse("2026-03-01T00:00:00Z"),
                Date.parse("2026-05-10T22:00:00Z")]]))""",
        sites=SITES[:1],
        width=1920,
    )
    date, foot, answers = found
    assert date == ["May 4 \u2013 10, 2026"]
    assert "Nothing was measured: June 15 \u2013 21, 2026." in foot[0]
    assert answers == 1


def test_a_wall_takes_the_choice_of_the_compare_page_when_nothing_is_set(house: House) -> None:
    found = house.play(
        "return [card.production ?? null, card.consumption.statistic, texts('h1')];",
        memory={"series": ["sen1:house_bought", "sen1:house_water"]},
    )
    assert found == [None, "sen1:house_bought", ["At which hour do we use most?"]]


def test_a_wall_of_nothing_says_what_it_needs(house: House) -> None:
    found = house.play("return shown();", sites=[], is_admin=False)
    assert "A production and a consumption are needed" in found


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("screen", ["sun", "hours", "against", "kwh"])
def test_each_screen_fits(house: House, width: int, screen: str) -> None:
    found = house.play(
        """
        return [card.frame.scrollWidth, all_("h1").length];
        """,
        config={"screens": [screen]},
        width=width,
    )
    assert found[0] <= width
    assert found[1] == 1


# Figures


def test_hours_are_those_of_the_clock_of_the_home_when_it_changes(modules: Modules) -> None:
    begin = at("2026-03-28", PARIS)
    # Two days, of which the second has no hour that begins at two.
    values = [float(n % 2) if n < 94 else nan for n in range(96)]
    found = modules.value(
        "[...means.hourMeans(Float64Array.from(values, (one) => one ?? NaN), begin, step, zone)]",
        values=[None if one != one else one for one in values],
        begin=begin,
        step=HALF,
        zone=PARIS,
    )
    assert len(found) == 24
    assert found == near([0.5] * 24)


def test_only_days_of_school_are_counted_where_it_is_one(modules: Modules) -> None:
    friday = at("2026-06-19", PARIS)
    values = [1.0] * 24 + [5.0] * 48 + [3.0] * 24
    given: dict[str, Any] = {"values": values, "begin": friday, "step": HOUR, "zone": PARIS}
    code = "[...means.hourMeans(Float64Array.from(values), begin, step, zone, {})]"
    assert modules.value(code.format("true"), **given) == [2.0] * 24
    assert modules.value(code.format("false"), **given) == [3.5] * 24


def test_the_highest_hour_is_the_first_of_those(modules: Modules) -> None:
    assert modules.value("means.highest([1, 3, NaN, 3, 2])") == 1
    assert modules.value("means.highest([NaN, NaN])") == -1


# The week

DAYS: dict[str, list[float | None]] = {
    "consumed": [*([96.4] * 5), 20, 20, 98, 101, 52, *([None] * 4)],
    "self_consumed": [*([9] * 5), 5, 5, 9, 14, 9, *([None] * 4)],
}
"""What a school used on the days of two weeks, of which the second is known until Wednesday."""


def week_of(
    house: House,
    days: Mapping[str, Sequence[float | None]],
    code: str,
    *,
    site: str = "school",
    **said: Any,
) -> Any:
    """Return what a body returns of the screen of the week, with what was used on each day."""
    return house.play(
        f"""
        answers["sen1/energies"] = () => ({{ quantities: Object.fromEntries(
            Object.entries(days()).map(([name, values]) => [name, {{
                values, known: values.map((one) => one === null ? 0 : 1) }}])) }});
        card.asked = undefined;
        card.redraw();
        await settled();
        {code}
        """,
        config={"screens": ["week"], "site": site},
        more=f"{{}}); const days = () => ({json.dumps(days)}",
        **said,
    )


def test_the_week_tells_what_was_saved_on_the_same_days(house: House) -> None:
    found = week_of(
        house,
        DAYS,
        """
        const message = asked.findLast(({ type }) => type === "sen1/energies");
        return [texts("h1"), texts(".date"), texts(".huge"), texts(".main > :first-child > p"),
            texts(".week li"), texts(".share .words"), all_(".squares .sun").length,
            [message.site, new Date(message.begin), new Date(message.end), message.step]];
        """,
        width=1920,
        now="2026-06-25T10:00:00Z",
    )
    title, date, huge, said, days, share, squares, message = found
    assert title == ["This week at school"]
    assert date == ["June 22 \u2013 24, 2026"]
    assert [*huge, said[1]] == ["38 kWh saved", "251 used, against 289 the week before"]
    assert days == ["98Mon", "101Tue", "52Wed", "Thu", "Fri"]
    assert share == ["Of 100 kWh used,13 come from the sun"]
    assert squares == 13
    # Wednesday ended at midnight of Paris.
    assert message == ["school", at("2026-06-15", PARIS), at("2026-06-25", PARIS), "day"]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        pytest.param(
            {"consumed": [*([10] * 7), *([20] * 3), *([None] * 4)]},
            ["60 kWh used", "against 30 the week before"],
            id="more than before",
        ),
        pytest.param(
            {"bought": [None, *([10] * 6), *([2] * 3), *([None] * 4)]},
            ["6 kWh used"],
            id="not known before, without a roof",
        ),
    ],
)
def test_the_week_tells_what_was_used_where_nothing_was_saved(
    house: House, days: dict[str, list[float | None]], said: list[str]
) -> None:
    found = week_of(
        house, days, "return [texts('.wall > ha-card > p'), all_('.squares').length];", width=1920
    )
    assert found == [said, 0]


def test_on_monday_the_last_week_is_told(house: House) -> None:
    days = {"consumed": [*([10] * 7), *([9] * 7)]}
    found = week_of(
        house,
        days,
        "return [texts('h1'), texts('.huge'), all_('.week li').length];",
        site="house",
        now="2026-06-29T16:00:00Z",
    )
    assert found == [["Last week at home"], ["7 kWh saved"], 7]


def test_a_week_of_which_nothing_is_known_is_left_out(house: House) -> None:
    found = week_of(house, {"consumed": [None] * 14}, "return shown();")
    assert "No data in this period" in found
