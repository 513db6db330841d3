"""The page of the past, drawn of a made-up home: what it shows, and how one leafs through it."""

from pathlib import Path
import re
from typing import Any

import axe_playwright_python
import pytest

from .conftest import Modules
from .past_home import look
from .test_formats import flat

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()

SEEN = """
    {
        heads: text(".keys > div"), titles: text("h2, h3"), legend: text(".legend li"),
        more: text(".fold .rows > div"), chips: text(".chosen"),
        table: table(), rows: root.querySelectorAll("tbody tr").length,
        bars: root.querySelectorAll(".pointable svg")[0]?.querySelectorAll("rect").length,
        frame: flat(root.querySelector(".frame").innerText),
    }
"""
"""What stands on the page."""

PAGE = f"""
    card.unfold("rows", true); card.unfold("more", true);
    await settled();
    return ({SEEN});
"""
"""The same, with all that folds unfolded."""

NBSP = "\u00a0"
WIDTHS = {"desktop": 1000, "phone": 366}
at_each_width = pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)


def number(text: str) -> float:
    """Return a number as the page writes it; what is not known is none."""
    bare = re.sub(r"[^\d.\u2212-]", "", text).replace("\u2212", "-")
    return float(bare)


def column(page: dict[str, Any], name: str) -> list[str]:
    """Return a column of the table, its sum last."""
    heads, *rows = page["table"]
    at = next(i for i, head in enumerate(heads) if head.startswith(name))
    return [row[at] for row in rows]


def adds_up(cells: list[str]) -> None:
    *parts, total = cells
    known = [number(part) for part in parts if part != "\u2013"]
    assert sum(known) == pytest.approx(number(total))


def test_of_a_roof_the_past_is_what_it_gave(modules: Modules) -> None:
    page = look(modules, PAGE, kind="roof")
    assert page["heads"][0].startswith("Produced by the roof")
    assert "Highest power" not in page["frame"]


def test_what_is_said_of_an_unfinished_day_is_told_apart(modules: Modules) -> None:
    page = look(modules, PAGE, gaps=[["2026-06-24T00:00+02:00", "2026-06-24T12:00+02:00"]])
    today = page["table"][1][0]
    assert re.search(r"until 6:42 PM, \d+% known", flat(today)), today


@pytest.mark.parametrize(
    ("language", "name", "strip"),
    [
        ("en", "Highest half-hour", "Highest half-hour of the day, on average, W"),
        ("fr", "Plus forte demi-heure", "Plus forte demi-heure du jour, en moyenne, W"),
    ],
)
def test_a_mean_of_half_hours_is_no_highest_power_and_has_no_limit(
    modules: Modules, language: str, name: str, strip: str
) -> None:
    page = look(modules, PAGE, basis="half_hour", language=language, asked={"under": "power"})
    assert any(row.startswith(name) for row in page["more"])
    assert strip in page["frame"]
    assert any(head.startswith(name) for head in page["table"][0])
    assert "12,000 W" not in page["frame"]


def test_what_is_known_by_days_alone_has_no_highest_power_and_says_why(modules: Modules) -> None:
    page = look(modules, PAGE, basis="days")
    assert "Highest powernot known: it needs readings of an hour or less" in page["more"]
    assert not any("Highest" in head for head in page["table"][0])


@at_each_width
def test_a_month_is_shown_by_days_and_adds_up(modules: Modules, width: int) -> None:
    page = look(modules, PAGE, width=width)
    assert "June 2026, day by day" in page["titles"]
    bought, *_ = page["heads"]
    assert "until 6:42 PM" in bought
    assert page["rows"] == 24
    for name in ("Off-peak", "Peak", "Total", "Cost"):
        adds_up(column(page, name))
    total = column(page, "Total")
    for off_peak, peak, both in zip(
        column(page, "Off-peak"), column(page, "Peak"), total, strict=True
    ):
        assert number(off_peak) + number(peak) == pytest.approx(number(both))
    assert f"PM{total[-1]} kWh" in bought
    # Of what is all known nothing is said.
    assert "days known" not in page["frame"]


@pytest.mark.parametrize(
    ("unit", "title", "rows"),
    [
        ("day", "Wednesday, June 24, 2026, hour by hour", 19),
        ("week", "June 22 - 28, 2026, day by day", 3),
        ("year", "2026, month by month", 6),
    ],
)
@at_each_width
def test_other_periods_add_up_too(
    modules: Modules, unit: str, title: str, rows: int, width: int
) -> None:
    page = look(modules, PAGE, width=width, asked={"period": unit})
    assert any(flat(one) == title for one in page["titles"])
    assert page["rows"] == rows
    for name in ("Off-peak", "Peak", "Total", "Cost"):
        adds_up(column(page, name))


def test_the_year_before_adds_up_to_the_same_moment(modules: Modules) -> None:
    page = look(modules, PAGE)
    total, before = look(modules, "return [card.shown.total, card.shown.same.total];")
    ((word, kwh, share),) = re.findall(
        r"^(More than|Saved on) June 2025([\d.,]+) kWh([\d.]+)%same days and hours, cold not",
        page["heads"][1],
    )
    assert number(kwh) == pytest.approx(abs(before - total), abs=0.05)
    assert float(share) == pytest.approx(100 * abs(total / before - 1), abs=0.05)
    assert word == ("More than" if total > before else "Saved on")


BESIDE = """
    const slider = root.querySelector(".slider");
    card.unfold("more", true);
    await settled();
    return { told: slider.getAttribute("aria-valuetext"), notes: text(".note") };
"""


def test_a_date_is_another_day_of_the_week_and_is_shown_but_not_compared(
    modules: Modules,
) -> None:
    month = look(modules, BESIDE)
    assert "Change" not in month["told"]
    assert "; Tue, Jun 24, 2025: " in month["told"]
    assert any("the same date a year before" in note for note in month["notes"])
    week = look(modules, BESIDE, asked={"period": "week"})
    assert "; Change: " in week["told"]
    assert week["told"].startswith("24 Wed; ")
    assert "; Wed, Jun 25, 2025: " in week["told"]
    assert not any("the same date" in note for note in week["notes"])


def test_a_month_with_a_gap_says_what_is_not_known(modules: Modules) -> None:
    page = look(
        modules,
        PAGE,
        asked={"period": "month", "date": "2026-05-01"},
        gaps=[["2026-05-08T00:00:00+02:00", "2026-05-14T12:00:00+02:00"]],
    )
    days = [row[0] for row in page["table"]]
    assert sum("no data" in day for day in days) == 6
    assert "14 Thu 50% known" in days
    assert "no data" in page["legend"]
    assert "24 of 31 days known" in page["heads"][0]
    assert "Known in part: not compared" in page["heads"][1]
    adds_up(column(page, "Total"))


def test_an_hour_that_is_missing_leaves_no_hundred_percent(modules: Modules) -> None:
    page = look(
        modules,
        PAGE,
        asked={"period": "year", "date": "2025-01-01"},
        gaps=[["2025-05-08T03:00:00+02:00", "2025-05-08T04:00:00+02:00"]],
    )
    assert page["heads"][0].endswith("364 of 365 days known")


@pytest.mark.parametrize(
    ("recorded", "said"),
    [
        pytest.param("2026-06-20T00:00:00+02:00", True, id="later than the energy"),
        pytest.param("2026-05-20T00:00:00+02:00", False, id="before the period"),
    ],
)
def test_the_highest_power_says_since_when_it_is_recorded(
    modules: Modules, recorded: str, said: bool
) -> None:
    page = look(modules, PAGE, recordedSince=recorded)
    assert any("recorded since 20 Sat" in row for row in page["more"]) is said


def test_what_began_later_says_since_when(modules: Modules) -> None:
    page = look(modules, PAGE, since="2026-06-05T00:00:00+02:00")
    assert "19 of 24 days known, since June 5, 2026" in page["heads"][0]
    assert "June 5 - 24, 2026" in flat(page["heads"][0])
    assert "Knownsince June 5, 2026" in page["more"]


@at_each_width
def test_a_period_without_data_leads_to_the_nearest_that_has_some(
    modules: Modules, width: int
) -> None:
    before, after = look(
        modules,
        """
        const before = flat(root.querySelector(".frame").innerText);
        await press("Go to February 2023");
        return [before, text("h2")];
        """,
        width=width,
        asked={"period": "month", "date": "2022-05-01"},
    )
    assert "No data in this period" in before
    assert "Data since February 3, 2023." in before
    assert "February 2023, day by day" in after


def test_a_meter_that_fell_silent_leads_back_to_its_last_day(modules: Modules) -> None:
    found = look(
        modules,
        'await press("Go to April 2026"); return text("h2");',
        gaps=[["2026-04-20T00:00:00+02:00", "2026-12-01T00:00:00+01:00"]],
    )
    assert "April 2026, day by day" in found


def test_money_needs_prices(modules: Modules) -> None:
    asked, frame = look(
        modules,
        """
        const euro = [...root.querySelectorAll("button")].find((one) => one.textContent === "€");
        return [euro.disabled, flat(root.querySelector(".frame").innerText)];
        """,
        prices=0,
        asked={"in": "money"},
    )
    assert asked is True
    assert "Money needs a contract with its prices." in frame
    assert "kWh" in frame


def test_money_adds_up_to_the_cent(modules: Modules) -> None:
    page = look(modules, f'await press("€");{PAGE}')
    for name in ("Off-peak", "Peak", "Total", "Energy"):
        adds_up(column(page, name))
    assert f"\u20ac{number(column(page, 'Total')[-1]):.2f}" in page["heads"][0]


@at_each_width
def test_six_periods_of_tempo_are_told_apart(modules: Modules, width: int) -> None:
    page = look(modules, PAGE, tariffs="tempo", width=width)
    assert len({name for name in page["legend"] if name.endswith(" day")}) == 6
    assert page["legend"][0] == "Off-peak, blue day"
    if width == WIDTHS["desktop"]:
        for name in page["legend"][:6]:
            adds_up(column(page, name))
        for row in page["table"][1:]:
            assert sum(map(number, row[1:7])) == pytest.approx(number(row[7]))


@pytest.mark.parametrize("unit", ["day", "week", "month", "year"])
def test_what_the_roof_made_is_used_or_sent_as_printed(modules: Modules, unit: str) -> None:
    page = look(modules, PAGE, asked={"period": unit})
    used, sent, produced = (number(text.split(" kWh")[0]) for text in page["legend"][-3:])
    assert used + sent == pytest.approx(produced)


def test_without_a_roof_there_is_nothing_that_it_made(modules: Modules) -> None:
    page = look(modules, PAGE, roof=False)
    assert page["legend"] == ["Off-peak", "Peak", "June 2025"]
    assert "the roof" not in page["frame"]


def test_a_roof_that_buys_nothing_shows_what_it_made(modules: Modules) -> None:
    page = look(modules, PAGE, grid=False)
    assert page["heads"][0].startswith("Produced by the roof, June 1")
    assert "Produced by the roof by day" in page["titles"]
    adds_up(column(page, "Total"))
    assert "Money needs a contract" not in page["frame"]


def test_what_can_be_chosen_stays_while_another_period_comes(modules: Modules) -> None:
    found = look(
        modules,
        """
        const before = text(".past-asked .segments button");
        hass.callWS = () => new Promise(() => {});
        await press("Period before");
        root.querySelector("[aria-label='Period before']").click();
        // What comes soon is not preceded by a sign that it comes.
        const soon = [text(".keys").length, text(".date")];
        while (!root.querySelector(".loading")) await passed();
        return [soon, before, text(".past-asked .segments button"), text(".keys"),
            root.querySelectorAll(".loading").length];
        """,
        more=["water"],
    )
    soon, before, after, keys, loading = found
    assert soon == [1, ["April 2026"]]
    assert before == after
    assert (keys, loading) == ([], 1)


def test_gas_and_water_have_a_switch(modules: Modules) -> None:
    electricity, water = look(
        modules,
        """
        const before = text(".segments button");
        await press("Water");
        return [before, [text(".keys > div")[0], text("h3")]];
        """,
        more=["gas", "water"],
    )
    assert {"Electricity", "Gas", "Water"} <= set(electricity)
    assert water[0].startswith("Water used")
    assert "m³" in water[0]
    assert water[1] == ["Water used by day"]


def state(value: float, begin: str = "2026-06-01") -> dict[str, Any]:
    """Return the state of what Home shows as bought this month."""
    return {"state": str(value), "attributes": {"begin": begin}}


def test_of_the_same_figure_on_home_nothing_is_said(modules: Modules) -> None:
    total = look(modules, "return card.shown.total;")
    page = look(modules, PAGE, shows={"bought_month": state(total)})
    assert "on Home" not in page["frame"]


@pytest.mark.parametrize(
    ("home", "said"),
    [
        ({}, "“This month” on Home says 20.5 kWh, since June 20, 2026"),
        (
            {"sites": 2, "config": {"site": "site1"}, "of": 1, "language": "fr"},
            "« Ce mois-ci » sur la page « School » dit 20,5 kWh",
        ),
    ],
)
def test_another_figure_on_home_says_since_when_it_counts(
    modules: Modules, home: dict[str, Any], said: str
) -> None:
    page = look(modules, PAGE, shows={"bought_month": state(20.5, "2026-06-20")}, **home)
    assert said in flat(page["frame"])


def test_a_month_that_is_over_is_not_compared_with_home(modules: Modules) -> None:
    page = look(
        modules,
        PAGE,
        shows={"bought_month": state(20.5)},
        asked={"period": "month", "date": "2026-05-01"},
    )
    assert "on Home" not in page["frame"]


@pytest.mark.parametrize(("kinds", "views"), [(["need"], ["home", "past", "year"]), ([], ["home"])])
def test_the_past_and_the_year_follow_home_where_there_is_one(
    modules: Modules, kinds: list[str], views: list[str]
) -> None:
    found = modules.run(
        """
        const { generate } = await import("/strategy.js");
        const types = Object.fromEntries(kinds.map((one) => [one, {}]));
        const entries = [{ supported_subentry_types: types }];
        const hass = { locale: { language: "en" }, entities: {}, devices: {}, states: {},
            connection: { subscribeMessage: async () => () => undefined },
            user: { is_admin: true },
            callWS: async ({ type }) => type === "sen1/sites" ? { sites: [] } : entries };
        const { views } = await generate({}, hass);
        return views.map(({ path }) => path);
        """,
        kinds=kinds,
    )
    assert [path for path in found if path in {"home", "past", "year"}] == views
    assert found[: len(views)] == views


# To leaf


def test_one_leafs_back_and_on_until_today(modules: Modules) -> None:
    found = look(
        modules,
        """
        const seen = [];
        const look = () => seen.push([text("h2")[0],
            root.querySelector("[aria-label='Period after']").disabled]);
        look();
        await press("Period before"); look();
        await press("Period before"); look();
        await press("Period after"); look();
        await press("Period after"); look();
        return seen;
        """,
    )
    names = ["June", "May", "April", "May", "June"]
    assert found == [[f"{name} 2026, day by day", name == "June"] for name in names]


def test_nothing_is_before_the_first_data(modules: Modules) -> None:
    found = look(
        modules,
        "return root.querySelector(\"[aria-label='Period before']\").disabled;",
        asked={"period": "month", "date": "2023-02-01"},
    )
    assert found is True


def test_the_date_opens_a_calendar_that_leads_to_the_chosen_day(modules: Modules) -> None:
    found = look(
        modules,
        """
        const field = root.querySelector("input[type=date]");
        const limits = [field.min, field.max];
        field.value = "2024-02-29";
        field.dispatchEvent(new Event("change", {bubbles: true}));
        await settled();
        const month = text("h2")[0];
        await press("Day");
        return [limits, month, text("h2")[0]];
        """,
    )
    assert found == [
        ["2023-02-03", "2026-06-24"],
        "February 2024, day by day",
        "Thursday, February 1, 2024, hour by hour",
    ]


def test_a_row_opens_its_day(modules: Modules) -> None:
    found = look(modules, 'await press("23 Tue"); return text("h2")[0];')
    assert found == "Tuesday, June 23, 2026, hour by hour"


def test_the_address_says_what_is_looked_at_and_back_leads_there(modules: Modules) -> None:
    found = look(
        modules,
        """
        const here = () => [location.search, text("h2")[0]];
        /** Go back, as the browser does. */
        const back = async () => {
            const gone = new Promise((done) => addEventListener("popstate", done, { once: true }));
            history.back();
            await gone;
            await settled();
        };
        const begun = here();
        await press("Week"); await press("Period before"); await press("€");
        const there = here();
        await back(); await back(); const first = here();
        await back();
        return [begun, there, first, here()];
        """,
    )
    begun, there, first, again = found
    assert there == ["?period=week&date=2026-06-15&in=money", "June 15 \u2013 21, 2026, day by day"]
    # What is now is named by its length alone, and stays now the day after.
    assert first == ["?period=week", "June 22 \u2013 28, 2026, day by day"]
    assert again == begun == ["", "June 2026, day by day"]


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ({"period": "day", "date": "2026-06-03"}, "Wednesday, June 3, 2026, hour by hour"),
        ({"period": "month", "date": "2026-05-17"}, "May 2026, day by day"),
        ({"period": "days", "date": "2026-05-28", "until": "2026-06-02"}, "May 28 - June 2, 2026"),
        # What is wrong or of others is ignored.
        ({"period": "century", "date": "soon", "edit": "1"}, "June 2026, day by day"),
        ({"period": "month", "date": "2031-01-01"}, "June 2026, day by day"),
        ({"period": "days", "date": "2026-05-28", "until": "2026-05-01"}, "May 2026"),
        ({"what": "steam", "in": "gold", "with": "nobody", "site": "none"}, "June 2026"),
    ],
)
def test_a_link_leads_to_a_period(modules: Modules, asked: dict[str, str], title: str) -> None:
    page = look(modules, PAGE, asked=asked)
    assert flat(page["titles"][0].replace("\u2013", "-")).startswith(title)
    assert page["heads"][0].startswith("Bought from the grid")


@pytest.mark.parametrize(
    ("what", "head"),
    [
        ("roof", "Produced by the roof"),
        ("produced", "Produced by the roof"),
        ("sold", "Sent to the grid"),
        ("consumed", "Used"),
        ("gas", "Gas used"),
    ],
)
def test_a_link_leads_to_what_is_counted(modules: Modules, what: str, head: str) -> None:
    assert look(modules, PAGE, asked={"what": what}, more=["gas"])["heads"][0].startswith(head)


def test_a_period_that_is_over_is_asked_for_once(modules: Modules) -> None:
    found = look(
        modules,
        """
        await press("Period before"); await press("Period before");
        const before = asked.length;
        await press("Period after");
        card.redraw();
        await settled();
        return [before, asked.length];
        """,
    )
    assert found[0] == found[1]


def test_the_period_before_was_asked_for_while_this_one_is_looked_at(modules: Modules) -> None:
    heads, loading = look(
        modules,
        """
        hass.callWS = () => new Promise(() => {});
        await press("Period before");
        return [text(".keys"), root.querySelectorAll(".loading").length];
        """,
    )
    assert "May 2026" in heads[0]
    assert loading == 0


def test_before_the_first_period_that_is_known_nothing_is_asked_for(modules: Modules) -> None:
    heads, begins = look(
        modules,
        """
        const back = () => root.querySelector(".arrow-to");
        while (!back().disabled) await press("Period before");
        return [text(".keys"), asked.map(({ begin }) => begin).filter(Boolean)];
        """,
    )
    assert "since February 3, 2023" in heads[0]
    # What the first month is drawn beside: the same of the year before.
    assert min(begins) == "2022-01-31T23:00:00.000Z"


def test_one_site_of_several_is_shown(modules: Modules) -> None:
    found = look(
        modules,
        'return [text("h1"), asked.at(-1).site];',
        sites=2,
        asked={"site": "site1"},
    )
    assert found == [["School"], "site1"]


def test_a_card_of_a_site_shows_that_one(modules: Modules) -> None:
    found = look(
        modules, "return asked.at(-1).site;", sites=2, config={"site": "site1"}, asked={"site": "x"}
    )
    assert found == "site1"


def test_the_year_before_can_be_left_out(modules: Modules) -> None:
    found = look(
        modules,
        """
        const count = () => root.querySelector(".pointable svg").querySelectorAll("path").length;
        const before = count();
        await press("Take away: June 2025");
        return [before, count(), location.search, text(".chosen")];
        """,
    )
    assert found[0] > 30
    assert found[1] < 4
    assert found[2:] == ["?with=", []]


# Step by step


def test_a_keyboard_goes_from_day_to_day(modules: Modules) -> None:
    found = look(
        modules,
        """
        const slider = root.querySelector("[role=slider]");
        const press = (key) => slider.dispatchEvent(new KeyboardEvent("keydown", { key }));
        const told = () => slider.getAttribute("aria-valuetext");
        press("Home"); const first = [told(), text(".tip")[0]];
        press("ArrowRight"); const second = told();
        press("End"); const last = told();
        press("Escape"); const none = text(".tip");
        press("Home"); press("Enter");
        await settled();
        return { first, second, last, none, opened: text("h2")[0] };
        """,
    )
    assert found["first"][0].startswith("1 Mon; Off-peak: ")
    assert "Highest power: " in found["first"][0]
    assert "1 Mon" in found["first"][1]
    assert found["second"].startswith("2 Tue; ")
    assert re.fullmatch(r"30 Tue; Mon, Jun 30, 2025: \d+\.\d kWh", found["last"].replace(NBSP, " "))
    assert found["none"] == []
    assert found["opened"] == "Monday, June 1, 2026, hour by hour"


def test_a_pointer_tells_the_day_below_it(modules: Modules) -> None:
    found = look(
        modules,
        """
        const area = root.querySelector(".pointable");
        const { left, width } = area.getBoundingClientRect();
        const move = (clientX) => area.dispatchEvent(new PointerEvent("pointermove", { clientX }));
        move(left + 40 + (width - 44) * 13.5 / 30);
        const told = text(".tip strong")[0];
        area.dispatchEvent(new PointerEvent("pointerleave", { pointerType: "mouse" }));
        return [told, text(".tip")];
        """,
    )
    assert found == ["14 Sun", []]


def test_a_press_on_a_bar_opens_its_day(modules: Modules) -> None:
    found = look(
        modules,
        """
        const area = root.querySelector(".pointable");
        const { left, width } = area.getBoundingClientRect();
        const at = (day) => left + 40 + (width - 44) * (day - 0.5) / 30;
        const press = async (clientX) => {
            area.dispatchEvent(new MouseEvent("click", { clientX }));
            await settled();
        };
        // A day to come, and what lies beside the bars, open nothing.
        await press(at(28)); await press(left + 5);
        const still = location.search;
        await press(at(14));
        const opened = text("h2")[0];
        area.dispatchEvent(new MouseEvent("click", { clientX: at(14) }));
        return [still, opened, location.search, text(".opening").length];
        """,
    )
    assert found == ["", "Sunday, June 14, 2026, hour by hour", "?period=day&date=2026-06-14", 0]


# The file


def test_a_file_has_what_is_seen(modules: Modules) -> None:
    content, name, page = look(
        modules,
        f"""
        const kept = [];
        instead(URL, "createObjectURL", (blob) => {{ kept.push(blob); return "blob:none"; }});
        instead(HTMLAnchorElement.prototype, "click", function () {{ kept.push(this.download); }});
        await press("Save as CSV");
        return [await kept[0].text(), kept[1], {SEEN}];
        """,
    )
    assert name == "sen1-home-2026-06.csv"
    head, *rows = content.removeprefix("\ufeff").splitlines()
    assert head.startswith("Day,Off-peak (kWh),Peak (kWh),Bought from the grid (kWh),Cost (€)")
    assert len(rows) == 24
    cells = [row.split(",") for row in rows]
    assert cells[0][0] == "2026-06-01"
    for row in cells:
        assert float(row[1]) + float(row[2]) == pytest.approx(float(row[3]))
    total = sum(float(row[3]) for row in cells)
    assert f"{total:.1f}" == column(page, "Total")[-1]
    cost = sum(float(row[4]) for row in cells)
    assert f"{cost:.2f}" == column(page, "Cost")[-1]


# What goes wrong


def test_what_could_not_be_read_is_asked_for_again(modules: Modules) -> None:
    found = look(
        modules,
        """
        const before = text(".alert")[0];
        const count = asked.length;
        await press("Try again");
        return [before, asked.length > count];
        """,
        lost=["sen1/energies"],
    )
    assert found == ["The past could not be readThe past is not thereTry again", True]


def test_sites_that_nobody_told_are_asked_for_again(modules: Modules) -> None:
    found = look(
        modules,
        """
        const before = text("ha-card");
        home.lost.length = 0;
        await press("Try again");
        return [before, text(".keys > div").length];
        """,
        lost=["sen1/sites"],
    )
    assert found == [["The past could not be readTry again"], 2]


def test_while_home_assistant_does_not_answer_the_last_known_stays(modules: Modules) -> None:
    found = look(
        modules,
        """
        await card.take({ ...hass, connected: false });
        const known = [text(".alert")[0], text(".keys > div").length];
        await press("Period before");
        while (root.querySelector(".keys")) await passed();
        return [...known, text(".alert"), text(".keys > div").length];
        """,
    )
    assert found[0].startswith("Home Assistant does not answer")
    assert found[1] == 2
    assert found[2] == ["Home Assistant does not answer"]
    assert found[3] == 0


def test_a_home_without_sites_says_what_to_add(modules: Modules) -> None:
    assert "No balance yet" in look(modules, PAGE, sites=0)["frame"]


@pytest.mark.parametrize(
    "home",
    [
        pytest.param({}, id="a month"),
        pytest.param({"dark": True}, id="a month in the dark"),
        pytest.param({"width": 366, "sites": 2}, id="a month on a phone"),
        pytest.param({"asked": {"period": "day"}}, id="a day"),
        pytest.param({"asked": {"period": "year"}, "language": "fr"}, id="a year, in French"),
        pytest.param({"tariffs": "tempo", "more": ["gas"]}, id="Tempo and gas"),
        pytest.param({"prices": 0}, id="no prices"),
        pytest.param({"asked": {"period": "month", "date": "2022-05-01"}}, id="no data"),
        pytest.param({"lost": ["sen1/energies"]}, id="an error"),
    ],
)
def test_nobody_is_shut_out(modules: Modules, home: dict[str, Any]) -> None:
    found = look(
        modules,
        """
        if (!window.axe) (0, eval)(home.axe);
        document.documentElement.lang = "en";
        document.title = "The past";
        document.body.style.cssText = home.dark
            ? "background:#1c1c1c;--primary-text-color:#e1e1e1;--card-background-color:#1c1c1c"
            : "background:#fff";
        card.point(3);
        const result = await axe.run(host, { resultTypes: ["violations"] });
        document.body.style.cssText = "";
        return result.violations.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 160)]);
        """,
        axe=AXE,
        **home,
    )
    assert found == []
