"""The Compare page: what is chosen, how it is drawn, what is taken away; in a page of its own."""

from typing import Any

import pytest

from .conftest import Modules, at
from .house import SITES, House

SCHOOL = ["sen1:school_produced", "sen1:school_consumed"]
FIVE = [*SCHOOL, "sen1:house_bought", "sen1:house_water", "sen1:gite_bought"]
WEEK = {"period": "days", "date": "2026-06-15", "until": "2026-06-21"}


@pytest.fixture
def house(modules: Modules) -> House:
    """Return the page of a comparison."""
    return House(modules, "comparison")


def of(*series: str, mode: str = "overlay", **more: str) -> dict[str, str]:
    """Return what an address asks for: some series of a week."""
    return {"with": ",".join(series), "as": mode} | WEEK | more


# What is shown at first


def test_the_first_visit_shows_a_production_and_a_consumption_of_one_site(house: House) -> None:
    found = house.play("return [card.chosen, texts('.answer'), texts('.chosen')];")
    assert found[0] == SCHOOL
    assert found[1] == ["89% covered"]
    assert found[2] == [
        "École de Kersabiec, produced by the roof",
        "École de Kersabiec, used",
    ]


def test_a_site_is_written_as_it_is_called(house: House) -> None:
    title = "École de Kersabiec, produced by the roof over École de Kersabiec, used"
    assert title in house.play("return texts('h2');")


def test_the_address_says_what_is_compared_and_how(house: House) -> None:
    found = house.play(
        """
        const before = [card.chosen, card.mode(card.shown), card.rangeOf()];
        await press("Stack");
        await press("Take away: Maison, water used");
        await press("Month");
        return [before, Object.fromEntries(new URLSearchParams(location.search)), kept.value];
        """,
        asked=of("sen1:house_bought", "sen1:house_water", *SCHOOL, "sen1:gone"),
    )
    before, after, kept = found
    left = ["sen1:house_bought", "sen1:house_water", *SCHOOL]
    assert before == [left, "overlay", "June 15 \u2013 21, 2026"]
    left.remove("sen1:house_water")
    # A month that goes on is named by its length alone.
    asked = {"with": ",".join(left), "as": "stack", "period": "month"}
    assert after == asked
    # The screens for a class, and the next visit, begin with the same.
    assert kept == {"series": left}


def test_the_last_choice_is_found_again(house: House) -> None:
    found = house.play("return card.chosen;", memory={"series": ["sen1:house_bought"]})
    assert found == ["sen1:house_bought"]


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
        const before = [texts("tr.resting"), texts("button.way")];
        await press("Go to");
        return [before, card.rangeOf(), texts("tr.resting"), texts("tbody tr").length,
            texts("button.way")];
        """,
        asked=of(*FIVE),
    )
    (missing, ways), period, *after = found
    assert len(missing) == 1
    assert missing[0].startswith("Gîte, bought from the gridNothing in this period.")
    assert "Data: July 1, 2023 \u2013 June 7, 2026" in missing[0]
    assert ways == ["Go to June 1 \u2013 7, 2026, where all 5 have data"]
    assert period == "June 1 \u2013 7, 2026"
    assert after == [[], 5, []]


def test_without_a_period_that_all_share_no_button_is_offered(house: House) -> None:
    found = house.play(
        "return [texts('tr.resting'), texts('button.way'), shown()];",
        asked=of("sen1:house_bought", "sen1:old_file", "sen1:late"),
        more="""{ "sen1:late": ["kWh", () => 1, Date.parse("2026-06-23T00:00:00Z"),
            Date.parse("2026-06-24T00:00:00Z")] }""",
    )
    resting, ways, shown = found
    assert len(resting) == 2
    assert "No other period of this length has data of all." in shown
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
        field.dispatchEvent(new Event("input", {bubbles: true}));
        await settled();
    };
    const tick = async (label) => {
        const row = [...card.root.querySelectorAll("dialog label.pick")]
            .find((one) => one.textContent.includes(label));
        row.querySelector("input").click();
        await settled();
    };
    await press("Choose");
"""


def test_series_stand_in_groups_what_has_data_first(house: House) -> None:
    found = house.play(
        PICKED + "return [rows('h3'), rows('li'), rows('h3').length];",
        asked=of(*SCHOOL),
        more="""{ "sen1:a_file": ["kWh", () => 1, Date.parse("2026-01-01T00:00:00Z"),
            Date.parse("2026-06-18T10:00:00Z")] }""",
    )
    groups, series, _count = found
    assert groups == ["École de Kersabiec", "Maison", "Gîte", "Foyer Écume", "Imported"]
    assert series == [
        "Produced by the roofkWh",
        "UsedkWh",
        "Water usedL",
        "Bought from the gridkWh",
        "Bought from the gridData: July 1, 2023 \u2013 June 7, 2026",
        "PuissanceW",
        "a_filekWh",
        "old_fileData: February 3, 2023 \u2013 May 10, 2024",
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
        const others = [rows("h3"), rows("li")];
        await type("nothing of that name");
        const none = rows(".rows-of");
        await type("kersabiec used");
        return [before, friend, others, none, rows("li")];
        """
    )
    before, friend, others, none, places = found
    assert before == 7
    assert friend == ["PuissanceW"]
    assert others == [["Other sensors"], ["Séjour°C"]]
    assert none == ["Nothing of that name"]
    assert places == ["UsedkWh"]


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
        asked=of(*FIVE),
    )
    six = [*FIVE, "sensor.friend_power"]
    assert found == [1, ["6 of 6 chosen"], 5, six, False, six]


def test_a_picker_that_is_closed_changes_nothing_and_takes_the_keyboard_back(house: House) -> None:
    found = house.play(
        """
        button("Choose").focus();
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
        asked=of(*SCHOOL),
    )
    assert found == [True, SCHOOL, "Choose", None]


# How it is drawn


def test_what_is_in_a_unit_of_its_own_has_a_strip_below(house: House) -> None:
    found = house.play(
        """
        const drawn = all_("ha-card svg[aria-label]").map((one) =>
            [one.getAttribute("aria-label"), one.querySelectorAll("path").length,
                one.querySelectorAll("rect").length]);
        return [drawn, texts("tbody td:nth-child(6)"), texts("tbody td:nth-child(7)")];
        """,
        asked=of(*SCHOOL, "sen1:house_water", "sensor.living_room"),
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
    assert known == ["100%"] * 4


@pytest.mark.parametrize(
    ("series", "possible", "reasons"),
    [
        pytest.param(
            SCHOOL,
            ["Production over consumption", "Overlay", "Stack"],
            [],
            id="both",
        ),
        pytest.param(
            SCHOOL[:1],
            ["Overlay"],
            [
                "To see what the sun covers, choose a production and a consumption. "
                "To stack, choose two powers or energies."
            ],
            id="one",
        ),
        pytest.param(
            ["sen1:house_bought", "sen1:school_consumed"],
            ["Overlay", "Stack"],
            ["To see what the sun covers, choose a production and a consumption."],
            id="two uses",
        ),
        pytest.param(
            ["sen1:house_water", "sensor.living_room"],
            ["Overlay"],
            [
                "To see what the sun covers, choose a production and a consumption. "
                "To stack, choose two powers or energies."
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
        return [modes.filter((one) => !one.disabled).map(name), texts(".chips + .note"),
            modes.filter((one) => one.getAttribute("aria-pressed") === "true").map(name),
            all_("ha-card svg[aria-label]").length];
        """,
        asked=of(*series, mode="coverage"),
    )
    assert found[:2] == [possible, reasons]
    # What is shown is what is marked.
    assert len(found[2]) == 1
    assert found[2][0] in possible
    assert found[3] > 0


@pytest.mark.parametrize(
    ("length", "period", "steps"),
    [
        pytest.param("Day", "June 21, 2026", ["half_hour", 48], id="day"),
        pytest.param("Week", "June 15 \u2013 21, 2026", ["half_hour", 336], id="week"),
        pytest.param("Month", "June 1 \u2013 30, 2026", ["hour", 720], id="month"),
        pytest.param("Year", "January 1 \u2013 December 31, 2026", ["hour", 8760], id="year"),
    ],
)
def test_each_length_of_time_is_one_press_away_and_has_one_before(
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
        asked=of(*SCHOOL),
    )
    assert " ".join(found[0].split()) == period
    assert found[1] == steps
    assert found[2] is (length in ("Month", "Year"))
    assert found[3:] == [True, True, True]


def test_any_dates_can_be_given(house: House) -> None:
    found = house.play(
        """
        await press("Two dates…");
        const fields = all_("dialog input[type=date]");
        fields[0].value = "2026-05-05";
        fields[0].dispatchEvent(new Event("change", {bubbles: true}));
        fields[1].value = "2026-05-07";
        all_("dialog button").at(-1).click();
        await settled();
        return [fields.length, card.rangeOf()];
        """,
        asked=of(*SCHOOL),
    )
    assert found == [2, "May 5 \u2013 7, 2026"]


@pytest.mark.parametrize("width", [320, 390, 1100])
@pytest.mark.parametrize("mode", ["overlay", "stack", "coverage"])
def test_it_fits_a_column_of_any_width(house: House, width: int, mode: str) -> None:
    found = house.play(
        "return [document.documentElement.scrollWidth, all_('ha-card svg').length];",
        asked=of(*FIVE, mode=mode),
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
        const { drawingOf, workshopSheet } = await import("/past/outputs.js");
        const page = document.createElement("div");
        page.append(...workshopSheet(card, card.taken()));
        return [texts("tbody td:nth-child(6)"), texts("tbody td:nth-child(7)"), texts(".note"),
            page.textContent, drawingOf(card, card.taken()).image];
        """,
        asked=of("sen1:a_roof", "sen1:house_bought"),
        more=PARTLY,
    )
    amounts, known, notes, sheet, image = found
    # 96 hours, four of them of 2 kWh. Of two half-hours, too little is known of one.
    roof, house_kwh = 96 + 4 - 0.5 * (1 + 0.4), 4 * (12 + 2.5) - 0.5 * 0.5 * 1.4 + 1e-9
    assert amounts == [f"{roof:.1f} kWh", f"{house_kwh:.1f} kWh"]
    assert known == ["56%", "100%"]
    assert notes.count("Counted over the 4 days known of each.") == 1
    for paper in (sheet, image):
        assert "Counted over the 4 days known of each." in paper
        assert amounts[0] in paper.replace("\xa0", " ")


def test_where_nothing_is_common_each_is_counted_by_itself_and_why_is_said(house: House) -> None:
    found = house.play(
        "return [texts('.note'), texts('tbody td:nth-child(6)')];",
        asked=of("sen1:new", "sen1:old"),
        more="""{
            "sen1:new": ["kWh", () => 1, at("2026-06-20T22:00Z"), now],
            "sen1:old": ["kWh", () => 1, past, at("2026-06-16T22:00Z")],
        }""",
    )
    assert (
        "Nothing is known of all at the same time: each is counted by itself, and not compared."
        in found[0]
    )
    assert found[1] == ["24.0 kWh", "48.0 kWh"]


def test_the_value_of_a_day_is_no_peak_and_no_bar_of_an_hour(house: House) -> None:
    found = house.play(
        """
        const drawn = all_("ha-card svg[aria-label]").map((one) => [
            one.querySelectorAll("rect").length,
            one.querySelectorAll('[stroke-dasharray="1 3"]').length]);
        return [drawn, [...card.root.querySelectorAll("tbody tr")].map((row) =>
            [...row.querySelectorAll("td")].map((one) => one.textContent.replace("\xa0", " "))),
            texts(".note")];
        """,
        asked=of("sen1:linky", "sen1:cold"),
        more=PARTLY,
    )
    drawn, rows, notes = found
    # Degree-days are a bar a day, and add up: 7 days of 48 half-hours.
    assert drawn == [[0, 1], [7, 0]]
    dash = "\N{EN DASH}"
    assert rows == [
        [dash, "900 W", dash, dash, "151.2 kWh", "100%"],
        [dash, dash, dash, dash, "42.0 °C·d", "100%"],
    ]
    assert "Known by days, not by hours: linky, cold." in notes


def test_what_the_sun_covers_is_not_told_by_days(house: House) -> None:
    sites = [{**SITES[0], "statistics": {"produced": "sen1:linky", "consumed": SCHOOL[1]}}]
    found = house.play(
        "return [card.mode(card.shown), texts('.note'), texts('.answer')];",
        asked=of("sen1:linky", SCHOOL[1], mode="coverage"),
        sites=sites,
        more=PARTLY,
    )
    assert found[0] != "coverage"
    assert found[1][0].startswith("What the sun covers is counted hour by hour")
    assert found[2] == []


def test_what_is_known_in_part_is_hatched_and_tells_no_extreme(house: House) -> None:
    found = house.play(
        """
        const [svg] = all_("ha-card svg[aria-label]");
        const x = [...svg.querySelectorAll('rect[fill="url(#hatch-none)"]')]
            .map((one) => Number(one.getAttribute("width")));
        return [x, card.compared.summary("sen1:a_roof").min, texts("tbody td")[0]];
        """,
        asked=of("sen1:a_roof", mode="overlay"),
        more=PARTLY.replace("h === 12 ? 2 : 1", "h === 12 ? 2 : h === 10 ? 0.01 : 1"),
    )
    widths, least, _ = found
    # A half-hour of which a tenth is known, and three days.
    assert widths == pytest.approx([widths[1] / 144, widths[1]])
    assert least == 0.01


# What is taken away


def test_the_values_are_a_table_of_text_in_the_way_the_person_writes(house: House) -> None:
    code = """
        const lines = csv.csvOf(card.taken().columns, card.formats).split("\\r\\n");
        return [lines.length, lines[0], lines[1], lines[26], card.shown.length];
    """
    asked = of("sen1:school_consumed", "sen1:gite_bought")
    english = house.play(code, asked=asked)
    assert english == [
        1 + 7 * 48 + 1,
        'time,"École de Kersabiec, used (W)"',
        "2026-06-15T00:00+02:00,1000",
        "2026-06-15T12:30+02:00,11000",
        2,
    ]
    french = house.play(code.replace("lines[26]", "lines[18]"), asked=asked, language="fr")
    assert french[1] == "heure;École de Kersabiec, utilisé (W)"
    assert french[3] == "2026-06-15T08:30+02:00;7000"


def test_the_name_of_a_file_has_the_day_of_the_home(house: House) -> None:
    code = """
        const names = [];
        instead(HTMLAnchorElement.prototype, "click", function () { names.push(this.download); });
        await press("Save as CSV");
        return names;
    """
    asked = of("sen1:school_consumed", "sen1:gite_bought")
    assert house.play(code, asked=asked) == ["compare-2026-06-15.csv"]


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
        const { drawingOf } = await import("/past/outputs.js");
        const { image, width, height } = drawingOf(card, card.taken());
        button("Save as picture (PNG)").click();
        await done;
        const [name, type, bitmap] = saved;
        const says = (words) => image.includes(words);
        return [says("var("), says("École de Kersabiec, used: 719.3"), name, type,
            bitmap.width === Math.floor(2 * width), bitmap.height === Math.floor(2 * height)];
        """,
        asked=of(*FIVE),
    )
    assert found == [False, True, "compare-2026-06-15.png", "image/png", True, True]


def test_a_sheet_for_a_workshop_has_the_pictures_the_figures_and_room_to_answer(
    house: House,
) -> None:
    found = house.play(
        """
        const { workshopSheet } = await import("/past/outputs.js");
        const page = document.createElement("div");
        page.append(...workshopSheet(card, card.taken()));
        const count = (selector) => page.querySelectorAll(selector).length;
        return [page.querySelector("h1").textContent, count("svg[role=img]"),
            count("tbody tr"), count("ol li .answer")];
        """,
        asked=of(*SCHOOL),
    )
    assert found == ["Let us compare", 1, 2, 8]


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
        asked=of(*SCHOOL),
        language="fr",
    )
    assert found == [["Comparons", "fr", 1], 0]


def test_a_card_of_a_place_begins_with_its_series(house: House) -> None:
    found = house.play("return card.chosen;", config={"site": "house"})
    assert found == ["sen1:house_bought"]


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
