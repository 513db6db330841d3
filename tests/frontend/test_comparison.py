"""The Compare page: what is chosen, how it is drawn, what is taken away; in a page of its own."""

from typing import Any

import pytest

from .conftest import Modules, at
from .house import SITES, House

SCHOOL = ["sen1:school_produced", "sen1:school_consumed"]
FIVE = [*SCHOOL, "sen1:house_bought", "sen1:house_water", "sen1:gite_bought"]
WEEK = {"unit": "week", "begin": "2026-06-14T22:00:00.000Z", "end": "2026-06-21T22:00:00.000Z"}


@pytest.fixture
def house(modules: Modules) -> House:
    """Return the page of a comparison."""
    return House(modules, "comparison")


def of(*series: str, mode: str = "overlay", **more: Any) -> dict[str, Any]:
    """Return what was compared last."""
    return {"series": list(series), "mode": mode, "period": WEEK, **more}


# What is shown at first


def test_the_first_visit_shows_a_production_and_a_consumption_of_one_site(house: House) -> None:
    found = house.play("return [card.chosen, texts('.answer'), texts('.chosen'), card.moved];")
    assert found[0] == SCHOOL
    assert found[1] == ["89% covered"]
    assert found[2] == [
        "École de Kersabiec, produced by the roof",
        "École de Kersabiec, used",
    ]
    assert found[3] is None


def test_a_site_is_written_as_it_is_called(house: House) -> None:
    title = "École de Kersabiec, produced by the roof over École de Kersabiec, used"
    assert title in house.play("return texts('h2');")


def test_what_has_no_data_now_is_shown_where_it_has_some_and_this_is_said(house: House) -> None:
    found = house.play(
        """
        return [card.chosen, card.rangeOf(), shown(), texts("button.way"), texts(".answer")];
        """,
        more="""Object.fromEntries(["sen1:school_produced", "sen1:school_consumed",
            "sen1:house_bought", "sen1:house_water", "sensor.friend_power"]
            .map((id) => [id, ["kWh", () => 1, Date.parse("2026-03-01T00:00:00Z"),
                Date.parse("2026-05-10T00:00:00Z")]]))""",
    )
    chosen, period, shown, ways, answers = found
    assert chosen == SCHOOL
    assert period == "May 4 \u2013 10, 2026"
    assert (
        "nothing for June 17 \u2013 23, 2026. Here is what is nearest: May 4 \u2013 10, 2026"
        in shown
    )
    assert ways == []
    assert answers == ["100% covered"]


def test_the_last_choice_is_found_again_with_its_mode_and_period(house: House) -> None:
    found = house.play(
        """
        const before = [card.chosen, card.mode, card.how, card.rangeOf()];
        await press("Stack");
        const kept_ = kept.value;
        await press("Take away: Maison, water used");
        await press("Month");
        return [before, kept_, kept.value];
        """,
        memory=of("sen1:house_bought", "sen1:house_water", *SCHOOL, "sen1:gone", how="week"),
    )
    before, stacked, after = found
    left = ["sen1:house_bought", "sen1:house_water", *SCHOOL]
    assert before == [left, "overlay", "week", "June 15 \u2013 21, 2026"]
    assert stacked == {"series": left, "mode": "stack", "how": "week", "period": WEEK}
    assert after["series"] == ["sen1:house_bought", *SCHOOL]
    # The month that goes on stays the latest.
    assert after["period"] == {"unit": "month"}


def test_a_card_whose_series_are_set_keeps_nothing_and_offers_no_other(house: House) -> None:
    found = house.play(
        """
        await press("Month");
        const others = asked.filter(({ type }) => type.startsWith("frontend/"));
        return [others, texts(".chosen"), texts("tbody th"), Boolean(button("Choose"))];
        """,
        config={"series": [{"statistic": "sensor.friend_power", "name": "Theirs"}]},
        is_admin=False,
        width=420,
    )
    assert found == [[], [], ["Theirs"], False]


def test_who_is_no_administrator_is_offered_nothing_of_friends(house: House) -> None:
    found = house.play("return card.groups.map(({ key }) => key);", is_admin=False)
    assert found == ["school", "house", "gite", "imported"]


# What has no data


def test_what_has_no_data_stays_and_one_button_leads_to_where_all_have_some(house: House) -> None:
    found = house.play(
        """
        const before = [texts(".series .resting div"), texts(".hollow"), all_("button.way").length];
        await press("Go to");
        return [before, card.rangeOf(), texts(".series .resting"), texts(".hollow"),
            texts(".series .amount").length, texts("button.way")];
        """,
        memory=of(*FIVE),
    )
    (missing, hollow, ways), period, *after = found
    assert len(missing) == 1
    assert missing[0].startswith("Gîte, bought from the gridNothing in this period.")
    assert "Data: July 1, 2023 \u2013 June 7, 2026" in missing[0]
    assert "Go to June 1 \u2013 7, 2026, where all 5 have data" in missing[0]
    assert (hollow, ways) == (["Gîte, bought from the grid"], 1)
    assert period == "June 1 \u2013 7, 2026"
    assert after == [[], [], 5, []]


def test_without_a_period_that_all_share_no_button_is_offered(house: House) -> None:
    found = house.play(
        "return [texts('.series .resting'), texts('button.way')];",
        memory=of("sen1:house_bought", "sen1:old_file", "sen1:late"),
        more="""{ "sen1:late": ["kWh", () => 1, Date.parse("2026-06-23T00:00:00Z"),
            Date.parse("2026-06-24T00:00:00Z")] }""",
    )
    resting, ways = found
    assert len(resting) == 2
    assert "No other period of this length has data of all." in resting[-1]
    assert ways == []


@pytest.mark.parametrize(
    ("spans", "period", "expected"),
    [
        pytest.param(
            [("2024-01-01", "2026-06-07")],
            ("week", "2026-06-15", "2026-06-22"),
            ("2026-06-01", "2026-06-08"),
            id="later than its end",
        ),
        pytest.param(
            [("2026-06-10", "2026-06-20"), ("2024-01-01", "2026-06-20")],
            ("days", "2026-05-01", "2026-05-08"),
            ("2026-06-10", "2026-06-17"),
            id="before the last of them begins",
        ),
        pytest.param(
            [("2024-01-01", "2026-06-07")],
            ("days", "2026-06-15", "2026-06-22"),
            ("2026-05-31", "2026-06-07"),
            id="days that end with the data",
        ),
        pytest.param(
            [("2024-01-01", "2026-06-07"), ("2026-06-07", "2026-06-20")],
            ("week", "2026-06-15", "2026-06-22"),
            None,
            id="none that all share",
        ),
        pytest.param(
            [("2024-01-01", "2026-06-18")],
            ("week", "2026-06-15", "2026-06-22"),
            None,
            id="the one that is shown",
        ),
        pytest.param([], ("week", "2026-06-15", "2026-06-22"), None, id="nothing known of one"),
    ],
)
def test_the_nearest_period_is_as_long_and_never_the_one_that_is_shown(
    modules: Modules,
    spans: list[tuple[str, str]],
    period: tuple[str, str, str],
    expected: tuple[str, str] | None,
) -> None:
    zone = "Europe/Paris"
    known = [
        {"first": at(first, zone).timestamp() * 1000, "last": at(last, zone).timestamp() * 1000}
        for first, last in spans
    ]
    unit, begin, end = period
    found = modules.value(
        "series.nearest(known, period, zone) ?? null",
        known=known or [{}],
        period={"unit": unit, "begin": at(begin, zone), "end": at(end, zone)},
        zone=zone,
    )
    assert (found and [found["begin"], found["end"]]) == (
        expected and [at(one, zone) for one in expected]
    )


# The picker


PICKED = """
    const rows = (selector) => [...card.root.querySelectorAll(`dialog ${selector}`)]
        .map((one) => one.textContent.replace(/\\s+/g, " ").trim());
    const type = async (words) => {
        const field = card.root.querySelector("dialog input[type=search]");
        field.value = words;
        field.dispatchEvent(new Event("input"));
        await settled();
    };
    const tick = async (label) => {
        const row = [...card.root.querySelectorAll("dialog label.pick")]
            .find((one) => one.textContent.includes(label));
        row.querySelector("input").click();
        await settled();
    };
    await press("Choose (");
"""


def test_series_stand_in_groups_what_has_data_first(house: House) -> None:
    found = house.play(
        PICKED + "return [rows('h3 .grow'), rows('li'), rows('h3').length];",
        memory=of(*SCHOOL),
        more="""{ "sen1:a_file": ["kWh", () => 1, Date.parse("2026-01-01T00:00:00Z"),
            Date.parse("2026-06-18T10:00:00Z")] }""",
    )
    groups, series, _count = found
    assert groups == ["École de Kersabiec", "Maison", "Gîte", "Foyer Écume", "Imported"]
    assert series == [
        "Produced by the roofkWh100%",
        "UsedkWh100%",
        "Water usedL100%",
        "Bought from the gridkWh100%",
        "Bought from the gridData: July 1, 2023 \u2013 June 7, 2026kWh0%",
        "PuissanceW100%",
        "a_filekWh50%",
        "old_fileData: February 3, 2023 \u2013 May 10, 2024kWh0%",
    ]


def test_what_a_contract_says_is_not_offered_and_a_silent_roof_stays_a_production(
    house: House,
) -> None:
    found = house.play(
        """
        own({ entity_id: "sensor.roof", device_id: "friend" });
        hass.states["sensor.roof"] = { state: "unavailable", attributes: {
            friendly_name: "Foyer Écume Toit", device_class: "power", direction: "production",
            state_class: "measurement",
        } };
        card.redraw();
        const all = card.groups.flatMap(({ series }) => series);
        return all.filter(({ friend }) => friend).map(({ name, kind }) => [name, kind]);
        """
    )
    assert sorted(found) == [["Puissance", "consumption"], ["Toit", "production"]]


def test_a_group_of_homes_is_offered_and_an_inverter_is_none(house: House) -> None:
    found = house.play(
        """
        for (const [id, said] of [["inverter", {}], ["group", { reporting: 9, of: 9 }]]) {
            const entity_id = `sensor.${id}`;
            own({ entity_id });
            const attributes = { friendly_name: id, state_class: "measurement", ...said };
            hass.states[entity_id] = { state: "1", attributes };
        }
        card.redraw();
        return card.groups.find(({ key }) => key === "groups").series.map(({ name }) => name);
        """
    )
    assert found == ["group"]


def test_groups_of_a_collection_are_offered_and_no_member_is(house: House) -> None:
    found = house.play(
        """
        const told = {
            device_class: "energy", direction: "production", unit_of_measurement: "kWh",
        };
        for (const [key, said] of [
            ["group_production_mean", { statistic: "sen1:collected_a_production_mean" }],
            ["group_production_reporting", { statistic: "sen1:collected_a_production_reporting",
                                             unit_of_measurement: undefined }],
            ["member_production", { statistic: "sen1:friend_a" }],
        ]) {
            const entity_id = `sensor.${key}`;
            own({ entity_id, translation_key: key });
            const attributes = { friendly_name: key, ...told, ...said };
            hass.states[entity_id] = { state: "1", attributes };
        }
        card.redraw();
        return card.groups.flatMap(({ key, series }) => series
            .filter(({ statistic }) => /collected_|friend_a/.test(statistic))
            .map(({ statistic, kind }) => [key, statistic, kind]));
        """
    )
    assert found == [["groups", "sen1:collected_a_production_mean", "production"]]


def test_series_are_sought_by_words_and_by_unit_and_others_too(house: House) -> None:
    found = house.play(
        PICKED
        + """
        const before = rows("li").length;
        await type("ecume");
        const friend = rows("li");
        await type("sejour");
        const others = [rows("h3 .grow"), rows("li")];
        await type("nothing of that name");
        const none = rows(".rows-of");
        await type("");
        [...card.root.querySelectorAll("dialog button")]
            .find((one) => one.textContent === "m³, L").click();
        await settled();
        return [before, friend, others, none, rows("li")];
        """
    )
    before, friend, others, none, volumes = found
    assert before == 7
    assert friend == ["PuissanceW100%"]
    assert others == [["Other sensors"], ["Séjour°C100%"]]
    assert none == ["Nothing of that name"]
    assert volumes == ["Water usedL100%"]


def test_six_are_chosen_at_most_and_compared_at_once(house: House) -> None:
    found = house.play(
        PICKED
        + """
        await tick("Puissance");
        const fields = () => [...card.root.querySelectorAll("dialog li input")];
        const disabled = fields().filter((one) => one.disabled).length;
        const state = rows("footer strong");
        const unchanged = card.chosen.length;
        [...card.root.querySelectorAll("dialog footer button")].at(-1).click();
        await settled();
        const open = Boolean(find("dialog"));
        return [disabled, state, unchanged, card.chosen, open, kept.value.series];
        """,
        memory=of(*FIVE),
    )
    six = [*FIVE, "sensor.friend_power"]
    assert found == [1, ["6 chosen"], 5, six, False, six]


def test_a_picker_that_is_closed_changes_nothing_and_takes_the_keyboard_back(house: House) -> None:
    found = house.play(
        """
        button("Choose (").focus();
        """
        + PICKED
        + """
        const dialog = find("dialog") ?? card.root.querySelector("dialog");
        const inside = dialog.contains(card.root.activeElement);
        await tick("Puissance");
        dialog.close();
        await settled();
        const focused = card.root.activeElement.textContent;
        return [inside, card.chosen, focused, card.picker ?? null];
        """,
        memory=of(*SCHOOL),
    )
    assert found == [True, SCHOOL, "Choose (2)", None]


# How it is drawn


def test_what_is_in_a_unit_of_its_own_has_a_strip_below(house: House) -> None:
    found = house.play(
        """
        const drawn = all_("ha-card svg").map((one) =>
            [one.getAttribute("aria-label"), one.querySelectorAll("path").length,
                one.querySelectorAll("rect").length]);
        return [drawn, texts(".series .amount"), texts(".series .known")];
        """,
        memory=of(*SCHOOL, "sen1:house_water", "sensor.living_room"),
    )
    drawn, amounts, known = found
    assert [(label.partition(":")[0], paths) for label, paths, _bars in drawn] == [
        ("École de Kersabiec, produced by the roof, École de Kersabiec, used", 2),
        ("Maison, water used", 0),
        ("Séjour", 1),
    ]
    # Two hours of each of seven days, in half-hours.
    assert drawn[1][2] == 7 * 2 * 2
    assert amounts[2:] == ["1,260.0\xa0L".replace("\xa0", " "), "19.8 °C"]
    assert known == ["100% known"] * 4


@pytest.mark.parametrize(
    ("series", "possible", "reasons"),
    [
        pytest.param(
            SCHOOL,
            ["Overlay", "Side by side", "Stack", "Production over consumption"],
            [],
            id="both",
        ),
        pytest.param(
            SCHOOL[:1],
            ["Side by side"],
            [
                "To overlay or stack, choose two powers or energies. "
                "To see what the sun covers, choose a production and a consumption."
            ],
            id="one",
        ),
        pytest.param(
            ["sen1:house_bought", "sen1:school_consumed"],
            ["Overlay", "Side by side", "Stack"],
            ["To see what the sun covers, choose a production and a consumption."],
            id="two uses",
        ),
        pytest.param(
            ["sen1:house_water", "sensor.living_room"],
            ["Side by side"],
            [
                "To overlay or stack, choose two powers or energies. "
                "To see what the sun covers, choose a production and a consumption."
            ],
            id="nothing of a power",
        ),
    ],
)
def test_what_makes_no_sense_for_the_choice_cannot_be_asked_and_the_reason_is_told(
    house: House, series: list[str], possible: list[str], reasons: list[str]
) -> None:
    found = house.play(
        """
        const modes = all_('[aria-label="How to compare"] button');
        const name = (one) => one.textContent;
        return [modes.filter((one) => !one.disabled).map(name), texts(".note"),
            modes.filter((one) => one.getAttribute("aria-pressed") === "true").map(name),
            all_("ha-card svg").length];
        """,
        memory=of(*series, mode="coverage"),
    )
    assert found[:2] == [possible, reasons]
    # What is shown is what is marked.
    assert len(found[2]) == 1
    assert found[2][0] in possible
    assert found[3] > 0


@pytest.mark.parametrize(
    ("length", "period", "steps"),
    [
        pytest.param(
            "Hour", "June 21, 2026, 11:00 PM \u2013 12:00 AM", ["five_minutes", 12], id="hour"
        ),
        pytest.param("Day", "June 21, 2026", ["half_hour", 48], id="day"),
        pytest.param("30 days", "May 23 \u2013 June 21, 2026", ["hour", 720], id="30 days"),
        pytest.param("90 days", "March 24 \u2013 June 21, 2026", ["hour", 2159], id="90 days"),
        pytest.param("Month", "June 1 \u2013 30, 2026", ["hour", 720], id="month"),
        pytest.param("Year", "January 1 \u2013 December 31, 2026", ["hour", 8760], id="year"),
        pytest.param(
            "2 years", "January 1, 2025 \u2013 December 31, 2026", ["hour", 17520], id="2 years"
        ),
    ],
)
def test_each_length_of_time_is_one_click_away_and_has_one_before(
    house: House, length: str, period: str, steps: list[Any]
) -> None:
    found = house.play(
        """
        await press(length);
        const of = card.rangeOf();
        const last = asked.filter(({ type }) => type === "sen1/values").at(-1);
        const count = card.compared.values[card.chosen[0]].length;
        const next = button("Period after").disabled;
        const begin = card.period.begin;
        await press("Period before");
        return [of, [last.step, count], next, +card.period.end === +begin, shown().length > 0,
            all_("svg").length > 0];
        """.replace("length)", f"{length!r})", 1),
        memory=of(*SCHOOL),
    )
    assert " ".join(found[0].split()) == period
    assert found[1] == steps
    assert found[2] is (length in ("Month", "Year", "2 years"))
    assert found[3:] == [True, True, True]


def test_any_dates_can_be_given(house: House) -> None:
    found = house.play(
        """
        await press("Dates");
        const fields = all_("input[type=date]");
        const give = async (at, value) => {
            const field = all_("input[type=date]")[at];
            field.value = value;
            field.dispatchEvent(new Event("change"));
            await settled();
        };
        await give(0, "2026-05-05");
        await give(1, "2026-05-07");
        return [fields.length, card.rangeOf()];
        """,
        memory=of(*SCHOOL),
    )
    assert found == [2, "May 5 \u2013 7, 2026"]


def test_the_sheets_of_places_stand_beside_their_curves(house: House) -> None:
    found = house.play(
        """
        const beside = texts(".columns ha-card");
        await press("Side by side");
        return [beside, texts(".pair > ha-card:first-child .rows")];
        """,
        memory=of("sen1:school_consumed", "sensor.friend_power"),
    )
    beside, sheets = found
    assert beside == [
        "École de KersabiecHeatinggasFloor area1,240 m²People160",
        "Foyer ÉcumeFloor area100 m²People4",
    ]
    assert sheets[0].startswith("HeatinggasFloor area1,240 m²People160Maximum11.00 kW")
    assert sheets[1].startswith("Shared byFoyer ÉcumeFloor area100 m²People4Maximum")


def test_a_production_over_a_consumption_is_one_picture_and_the_place_is_told_below(
    house: House,
) -> None:
    found = house.play(
        """return [all_("ha-card svg").length, texts(".columns ha-card"), texts(".title h2")];""",
        memory=of(*SCHOOL, mode="coverage"),
    )
    assert found == [
        1,
        ["École de KersabiecHeatinggasFloor area1,240 m²People160"],
        ["The places compared"],
    ]


@pytest.mark.parametrize("width", [320, 390, 1100])
@pytest.mark.parametrize("mode", ["overlay", "side", "stack", "coverage"])
def test_it_fits_a_column_of_any_width(house: House, width: int, mode: str) -> None:
    found = house.play(
        "return [document.documentElement.scrollWidth, all_('ha-card svg').length];",
        memory=of(*FIVE, mode=mode),
        width=width,
    )
    assert found[0] <= max(width, 1280)
    assert found[1] > 0


# What is not known


PARTLY = """{
    "sen1:a_roof": ["kWh", (h) => h === 12 ? 2 : 1, past, at("2026-06-18T22:00:00Z"),
        { partial: { "2026-06-17T10:00:00Z": 0.1, "2026-06-18T10:00:00Z": 0.6 } }],
    "sen1:linky": ["kWh", () => 0.9, past, now, { isOfDays: true }],
    "sen1:cold": ["°C·d", () => 0.125, past, now, { isOfDays: true }],
}"""
"""Of the roof four days of the week but for an edge; of the others each day, and no hour."""


def test_series_are_compared_over_what_all_know_in_one_text_wherever_they_are(
    house: House,
) -> None:
    found = house.play(
        """
        const { drawingOf, workshopSheet } = await import("/comparison/outputs.js");
        const page = document.createElement("div");
        page.append(...workshopSheet(card, card.shown));
        return [texts(".series .amount"), texts(".series .known"),
            [...card.root.querySelectorAll("tbody td:nth-child(6)")].map((one) => one.textContent),
            texts(".note"), page.textContent, drawingOf(card, card.shown).image];
        """,
        memory=of("sen1:a_roof", "sen1:house_bought"),
        more=PARTLY,
    )
    amounts, known, totals, notes, sheet, image = found
    # 96 hours, four of them of 2 kWh. Of two half-hours, too little is known of one.
    roof, house_kwh = 96 + 4 - 0.5 * (1 + 0.4), 4 * (12 + 2.5) - 0.5 * 0.5 * 1.4 + 1e-9
    assert amounts == [f"{roof:.1f} kWh", f"{house_kwh:.1f} kWh"]
    assert known == ["56% known", "100% known"]
    assert [one.replace("\xa0", " ") for one in totals] == amounts
    assert notes.count("Counted over the 4 days known of each.") == 2
    for paper in (sheet, image):
        assert "Counted over the 4 days known of each." in paper
        assert amounts[0] in paper.replace("\xa0", " ")


def test_where_nothing_is_common_there_is_no_change_and_a_reason(house: House) -> None:
    found = house.play(
        "return [texts('tbody tr'), texts('.note')];",
        memory=of("sen1:new", "sen1:house_bought", how="year"),
        more="""{ "sen1:new": ["kWh", () => 1, at("2026-06-20T00:00Z"), now] }""",
    )
    assert found[0][0].endswith("\N{EN DASH}\N{EN DASH}")
    assert "Counted over the 2 days known of each." in found[1]
    found = house.play(
        "return [texts('tbody tr'), texts('.note'), texts('.series .amount')];",
        memory=of("sen1:new", "sen1:old", how="week"),
        more="""{
            "sen1:new": ["kWh", () => 1, at("2026-06-20T22:00Z"), now],
            "sen1:old": ["kWh", () => 1, past, at("2026-06-16T22:00Z")],
        }""",
    )
    assert [row[-1] for row in found[0]] == ["\N{EN DASH}"] * 2
    assert (
        "Nothing is known of all at the same time: each is counted by itself, and not compared."
        in found[1]
    )
    assert found[2] == ["24.0 kWh", "48.0 kWh"]


def test_the_value_of_a_day_is_no_peak_and_no_bar_of_an_hour(house: House) -> None:
    found = house.play(
        """
        const drawn = all_("ha-card svg").map((one) => [one.querySelectorAll("rect").length,
            one.querySelectorAll('[stroke-dasharray="1 3"]').length]);
        return [drawn, [...card.root.querySelectorAll("tbody tr")].map((row) =>
            [...row.querySelectorAll("td")].map((one) => one.textContent.replace("\xa0", " "))),
            texts(".note")];
        """,
        memory=of("sen1:linky", "sen1:cold"),
        more=PARTLY,
    )
    drawn, rows, notes = found
    # Degree-days are a bar a day, and add up: 7 days of 48 half-hours.
    assert drawn == [[0, 1], [7, 0]]
    dash = "\N{EN DASH}"
    assert rows == [
        [dash, "0.90 kW", dash, dash, "151.2 kWh"],
        [dash, dash, dash, dash, "42.0 °C·d"],
    ]
    assert notes[-2:] == [
        "Known by days, not by hours: linky.",
        "Known by days, not by hours: cold.",
    ]


def test_what_the_sun_covers_is_not_told_by_days(house: House) -> None:
    sites = [{**SITES[0], "statistics": {"produced": "sen1:linky", "consumed": SCHOOL[1]}}]
    found = house.play(
        "return [card.modeOf(card.shown), texts('.note'), texts('.answer')];",
        memory=of("sen1:linky", SCHOOL[1], mode="coverage"),
        sites=sites,
        more=PARTLY,
    )
    assert found[0] != "coverage"
    assert found[1][0].startswith("What the sun covers is counted hour by hour")
    assert found[2] == []


def test_what_is_known_in_part_is_hatched_and_tells_no_extreme(house: House) -> None:
    found = house.play(
        """
        const [svg] = all_("ha-card svg");
        const x = [...svg.querySelectorAll('rect[fill="url(#hatch-none)"]')]
            .map((one) => Number(one.getAttribute("width")));
        return [x, card.compared.summary("sen1:a_roof").min, texts("tbody td")[0]];
        """,
        memory=of("sen1:a_roof", mode="side"),
        more=PARTLY.replace("h === 12 ? 2 : 1", "h === 12 ? 2 : h === 10 ? 0.01 : 1"),
    )
    widths, least, _ = found
    # A half-hour of which a tenth is known, and three days.
    assert widths == pytest.approx([widths[1] / 144, widths[1]])
    assert least == 0.01


# What is taken away


def test_the_values_are_a_table_of_text_in_the_way_the_person_writes(house: House) -> None:
    code = """
        const { columnsOf } = await import("/comparison/outputs.js");
        const lines = csv.csvOf(columnsOf(card, card.shown), card.formats).split("\\r\\n");
        return [lines.length, lines[0], lines[1], lines[26], card.shown.length];
    """
    memory = of("sen1:school_consumed", "sen1:gite_bought")
    english = house.play(code, memory=memory)
    assert english == [
        1 + 7 * 48 + 1,
        'time,"École de Kersabiec, used (kW)","Gîte, bought from the grid (kW)"',
        "2026-06-15T00:00+02:00,1,",
        "2026-06-15T12:30+02:00,11,",
        2,
    ]
    french = house.play(code.replace("lines[26]", "lines[18]"), memory=memory, language="fr")
    assert french[1] == "heure;École de Kersabiec, utilisé (kW);Gîte, acheté au réseau (kW)"
    assert french[3] == "2026-06-15T08:30+02:00;7;"


def test_the_name_of_a_file_has_the_day_of_the_home(house: House) -> None:
    code = """
        const names = [];
        instead(HTMLAnchorElement.prototype, "click", function () { names.push(this.download); });
        const { saveTable } = await import("/comparison/outputs.js");
        saveTable(card, card.shown);
        return names;
    """
    memory = of("sen1:school_consumed", "sen1:gite_bought")
    assert house.play(code, memory=memory) == ["compare-2026-06-15.csv"]


def test_a_picture_is_drawn_that_needs_no_style_sheet(house: House) -> None:
    found = house.play(
        """
        const saved = [];
        const done = new Promise((resolve) => {
            instead(HTMLAnchorElement.prototype, "click", async function () {
                const blob = await (await fetch(this.href)).blob();
                saved.push(this.download, blob.type, await createImageBitmap(blob));
                resolve();
            });
        });
        const { drawingOf } = await import("/comparison/outputs.js");
        const { image, width, height } = drawingOf(card, card.shown.slice(0, 4));
        button("PNG picture").click();
        await done;
        const [name, type, bitmap] = saved;
        const says = (words) => image.includes(words);
        return [says("var("), says("École de Kersabiec, used: 719.3"), name, type,
            bitmap.width === Math.floor(2 * width), bitmap.height === Math.floor(2 * height)];
        """,
        memory=of(*FIVE),
    )
    assert found == [False, True, "compare-2026-06-15.png", "image/png", True, True]


def test_a_sheet_for_a_workshop_has_the_pictures_the_figures_and_room_to_answer(
    house: House,
) -> None:
    found = house.play(
        """
        const { workshopSheet } = await import("/comparison/outputs.js");
        const page = document.createElement("div");
        page.append(...workshopSheet(card, card.shown));
        const count = (selector) => page.querySelectorAll(selector).length;
        return [page.querySelector("h1").textContent, count("svg[role=img]"),
            count("tbody tr"), count("ol li .answer"),
            page.textContent.includes("Heating: gas")];
        """,
        memory=of(*SCHOOL),
    )
    assert found == ["Let us compare", 1, 2, 8, True]


def test_the_sheet_is_printed_from_this_page_and_leaves_nothing_behind(house: House) -> None:
    found = house.play(
        """
        const { append } = document.body;
        const printed = await new Promise((resolve) => {
            document.body.append = function (page) {
                append.call(this, page);
                const { contentDocument, contentWindow } = page;
                contentWindow.print = () => {
                    contentWindow.dispatchEvent(new Event("afterprint"));
                    resolve([contentDocument.title, contentDocument.documentElement.lang,
                        contentDocument.querySelectorAll("svg[role=img]").length]);
                };
            };
            button("Feuille").click();
        });
        delete document.body.append;
        return [printed, document.querySelectorAll("iframe").length];
        """,
        memory=of(*SCHOOL),
        language="fr",
    )
    assert found == [["Comparons", "fr", 1], 0]


def test_a_card_of_a_place_begins_with_its_series_and_keeps_nothing(house: House) -> None:
    found = house.play(
        """
        await press("Month");
        return [card.chosen, asked.filter(({ type }) => type.startsWith("frontend/")).length];
        """,
        config={"site": "house"},
        memory=of(*SCHOOL),
    )
    assert found == [["sen1:house_bought"], 0]


def test_without_sites_our_own_entities_are_offered_as_they_were(house: House) -> None:
    found = house.play(
        """
        for (const translation_key of ["production_power", "consumption"]) {
            const entity_id = `sensor.${translation_key}`;
            own({ entity_id, translation_key });
            hass.states[entity_id] = { state: "1", attributes: { state_class: "measurement" } };
        }
        card.redraw();
        const group = card.groups.find(({ key }) => key === "mine");
        return [group.name, group.series.map(({ full, kind }) => [full, kind])];
        """,
        sites=[],
    )
    assert found == [
        "This home",
        [["My production", "production"], ["My consumption", "consumption"]],
    ]


def test_series_of_a_site_have_our_words_for_what_they_are_and_none_is_offered_twice(
    house: House,
) -> None:
    site = {**SITES[1], "id": "HOUSE", "statistics": {"bought": "sen1:house_bought"}}
    code = """
        return card.groups.map(({ key, series }) => [key, series.map(({ name }) => name)]);
    """
    files = ["school_produced", "school_consumed", "gite_bought", "old_file"]
    told = [["HOUSE", ["Acheté au réseau"]], ["friend", ["Puissance"]], ["imported", files]]
    assert house.play(code, sites=[site], language="fr") == told
    # One that does not run keeps what it wrote.
    gone = {**site, "loaded": False, "statistics": {}}
    told[0] = ["HOUSE", ["Acheté au réseau", "Eau utilisée"]]
    assert house.play(code, sites=[gone], language="fr") == told


def test_of_a_home_assistant_without_sites_nothing_breaks(house: House) -> None:
    found = house.play(
        """
        return [card.offered.sites, card.groups.map(({ key }) => key)];
        """,
        are_sites_told=False,
    )
    assert found == [[], ["friend", "imported"]]


def test_each_series_has_a_colour_and_a_dash_of_its_own(modules: Modules) -> None:
    kinds = ["production", "consumption", "bought", "water", "other", "injected"]
    found = modules.value(
        "[...strokes.colours(kinds.map((kind, i) => ({ kind, statistic: String(i) }))).values()]",
        kinds=kinds,
    )
    assert len({(one["line"], one.get("dash")) for one in found}) == len(kinds)
