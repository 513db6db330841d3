"""The cards of the year: what they say of goals, the cold, the home and its report."""

from pathlib import Path
import re
from typing import Any

import axe_playwright_python
import pytest

from .conftest import Modules
from .year_home import SITE, answers, cold, goal, limit, look, model, unfit, years

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()

SHOWN = "return shown();"

Json = dict[str, Any]


def goals(modules: Modules, *each: Json, body: str = SHOWN, **home: Any) -> Any:
    """Return what the card says of these goals."""
    return look(modules, "goals", body, answers=answers(goals={"goals": list(each)}), **home)


# A saving


def test_a_saving_says_what_is_done_where_it_leads_and_what_is_missing(modules: Modules) -> None:
    said = goals(modules, goal())
    assert "Saved so far 6.9% that is 289.9 kWh saved" in said
    assert "March 31, if nothing changes around 7.1%" in said
    assert "9 chances in 10: between 5.3% and 8.9%" in said
    assert "Goal possible, not yet reached." in said
    assert "45.3 kWh are missing to date. One more week like the last: 7.3%." in said
    assert "in equal cold" in said


def test_a_saving_is_said_in_french(modules: Modules) -> None:
    said = goals(modules, goal(), language="fr")
    assert "Économisé à ce jour 6,9 % soit 289,9 kWh économisés" in said
    assert "Au 31 mars, si rien ne change vers 7,1 %" in said
    assert "comparé à 1er octobre 2024 \u2013 31 mars 2025, à froid égal" in said


def test_its_months_add_up_as_printed(modules: Modules) -> None:
    rows = goals(modules, goal(), body="return table();")
    assert [row[0] for row in rows[1:]] == [
        "October",
        "November",
        "December",
        "January, 13 days",
        "So far",
    ]
    for at in (1, 2):
        *parts, total = [float(row[at].replace(",", "")) for row in rows[1:]]
        assert sum(parts) == pytest.approx(total)
    assert rows[-1] == ["So far", "4,189.5", "3,899.6", "6.9%"]


def test_the_picture_shows_the_line_the_fan_and_the_goal(modules: Modules) -> None:
    label, words, paths = goals(
        modules,
        goal(),
        body="""
            const svg = root.querySelector("svg");
            return [svg.getAttribute("aria-label"),
                [...svg.querySelectorAll("text")].map((one) => one.textContent),
                svg.querySelectorAll("path").length];
        """,
    )
    assert label == "6.9% on Jan 13, goal 8%, around 7.1%"
    assert {
        "5.3%",
        "around 7.1%",
        "8.9%",
        "goal 8%",
        "6.9% on Jan 13",
    } <= set(words)
    # The first wild days set no scale.
    assert "0%" in words
    assert not any(word.startswith("40") for word in words)
    assert paths == 5


@pytest.mark.parametrize(
    ("state", "praised", "said"),
    [
        ("met", True, "Goal reached."),
        ("ahead", True, "Ahead of the goal."),
        ("possible", False, "Goal possible, not yet reached."),
        ("missed", False, "Goal missed."),
    ],
)
def test_only_what_is_sure_is_praised(
    modules: Modules, state: str, praised: bool, said: str
) -> None:
    words, good = goals(
        modules,
        goal(state=state),
        body='return [shown(), root.querySelector(".state .good") !== null];',
    )
    assert said in words
    assert good is praised


def test_what_leads_short_of_the_goal_says_so(modules: Modules) -> None:
    assert "Not reached if nothing changes." in goals(
        modules, goal(heading={"value": 5, "low": 3, "high": 7})
    )


def test_who_used_more_reads_so(modules: Modules) -> None:
    done = {"value": -120.0, "unit": "kWh", "percent": -3.0}
    said = goals(modules, goal(done=done, used=4309.5))
    assert "\u22123.0% that is 120.0 kWh more than expected" in said


def test_a_goal_that_is_over_leads_nowhere(modules: Modules) -> None:
    said, fans = goals(
        modules,
        goal(state="met"),
        body='return [shown(), root.querySelectorAll("svg path").length];',
        now="2026-04-02T10:00:00Z",
    )
    assert "if nothing changes" not in said
    assert "One more week" not in said
    assert fans == 3


def test_a_goal_that_is_too_close_to_call_is_neither_reached_nor_missed(
    modules: Modules,
) -> None:
    close = goal(reason="too_close")
    assert "Over, and too close to call." in goals(modules, close, now="2026-04-02T10:00:00Z")
    sun = limit("self_consumption", state="possible", reason="too_close")
    assert "Over, and too close to call." in goals(modules, sun, now="2027-01-02T10:00:00Z")


def test_a_saving_that_a_mild_winter_may_have_made_says_so(modules: Modules) -> None:
    one = goal(reason="not_corrected", corrected=False)
    why = "Not corrected for the cold: a mild winter may have done it."
    assert f"Goal possible, not yet reached. {why}" in goals(modules, one)
    over = goals(modules, one, now="2026-04-02T10:00:00Z")
    assert f"Over, and not sure. {why}" in over
    assert "not yet reached" not in over
    said = goals(modules, one, language="fr")
    assert "Non corrigé du froid : un hiver doux a pu le faire." in said


def test_a_share_says_when_it_will_know_where_it_leads(modules: Modules) -> None:
    sun = limit("self_consumption", state="possible", reason="no_last_year")
    said = goals(modules, sun)
    assert "Possible, not yet reached Where it leads is told once a whole year is known." in said


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("not_begun", "It has not begun."),
        ("no_temperature", "choose a temperature in its form"),
        ("few_days", "it takes some weeks"),
        ("something_new", "Something that it needs is not known yet."),
    ],
)
def test_what_cannot_be_told_says_why(modules: Modules, reason: str, said: str) -> None:
    nothing: Json = dict.fromkeys(
        ("done", "expected", "used", "missing", "heading", "one_more_week")
    )
    untold = goal(state="unknown", reason=reason, known=0.0, days=[], months=[], **nothing)
    assert said in goals(modules, untold)


def test_days_that_are_missing_are_said(modules: Modules) -> None:
    assert "Counted on the 93% of the days that are known." in goals(modules, goal(known=0.937))


# Limits


def test_a_power_has_its_margin(modules: Modules) -> None:
    said = goals(modules, limit("max_power"))
    assert "8,740 W, Jan 6 at 7:20 PM" in said
    assert "Kept so far: margin 260 W" in said
    beyond = limit("max_power", state="missed", done={"value": 9.4, "unit": "kVA", "percent": 104})
    assert "Gone beyond: 400 W beyond" in goals(modules, beyond)


def test_a_power_in_kilowatts_has_a_limit_in_kva_and_no_margin(modules: Modules) -> None:
    said = goals(modules, limit("max_power", done={"value": 3.41, "unit": "kW", "percent": 38}))
    assert "9 kVA" in said
    assert "3,410 W" in said
    assert "margin" not in said


def test_a_share_of_the_sun_says_of_how_much(modules: Modules) -> None:
    said = goals(modules, limit("self_consumption"))
    assert "74.7%: 19.8 kWh used of 26.5 kWh produced." in said
    assert "Ahead" in said


def test_a_budget_says_where_it_leads(modules: Modules) -> None:
    said = goals(modules, limit("energy"))
    assert "bought from the grid" in said
    assert "If nothing changes around 8,700 kWh, between 8,200 kWh and 9,200 kWh." in said
    assert "May be kept: 8,387.6 kWh left" in said
    money = goals(modules, limit("cost"))
    assert "€101.50 so far. If nothing changes around €1,630" in money
    # What is left today is no comfort.
    assert "left" not in money
    assert "Too much, if nothing changes" in money


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ("last_year", "Spread over its days as last year"),
        ("usual", "Spread over its days as they usually are here."),
        ("even", "Spread evenly over its days."),
    ],
)
def test_a_budget_says_what_it_is_spread_by(modules: Modules, shape: str, said: str) -> None:
    one = limit("energy", shape=shape)
    assert said in goals(modules, one)
    assert said not in goals(modules, one, now="2027-01-02T10:00:00Z")


def test_a_budget_draws_no_more_than_it_knows(modules: Modules) -> None:
    bars = 'return [...root.querySelectorAll(".gauge i")].map((one) => one.className);'
    assert goals(modules, limit("energy"), body=bars) == ["pale", "unsure", ""]
    assert goals(modules, limit("energy", heading=None), body=bars) == [""]


# Without a goal, and where they stand


def test_without_a_goal_one_is_offered_to_who_may_add_it(modules: Modules) -> None:
    said, link = goals(
        modules,
        body='return [shown(), root.querySelector(".empty button").textContent];',
    )
    assert "No goal yet" in said
    assert link == "New goal"
    guest = goals(modules, is_admin=False, isAdmin=False)
    assert "An administrator" in guest
    assert "New goal" not in guest


def test_a_page_has_savings_at_one_place_and_limits_at_another(modules: Modules) -> None:
    both = [goal(), limit("max_power")]
    savings = goals(modules, *both, config={"part": "savings"})
    assert "8 % less" in savings
    assert "Stay below" not in savings
    assert "New goal" not in savings
    limits = goals(modules, *both, config={"part": "limits"})
    assert "Stay below" in limits
    assert "8 % less" not in limits
    assert "New goal" in limits
    none = goals(modules, limit("max_power"), config={"part": "savings"})
    assert "No saving is a goal yet" in none


@pytest.mark.parametrize(
    ("query", "name"),
    [("?site=site1&edit=1", "School"), ("?site=gone", "Home"), ("", "Home")],
)
def test_the_address_says_whose_year_it_is(modules: Modules, query: str, name: str) -> None:
    two = {"sites": [SITE, {**SITE, "id": "site1", "name": "School", "is_main": False}]}
    shown = look(
        modules,
        "cold",
        f"history.replaceState(null, '', location.pathname + '{query}');"
        "try { return card.site.name; }"
        "finally { history.replaceState(null, '', location.pathname); }",
        answers=answers(sites=two),
    )
    assert shown == name


# The cold


def test_the_cold_of_this_winter_stands_beside_the_last_and_the_usual(modules: Modules) -> None:
    said = look(modules, "cold", SHOWN)
    assert "A winter 25% colder than the last October 1, 2025 \u2013 January 13, 2026" in said
    assert "This winter 910 Last winter 728 Usually 810 More about the cold" in said
    assert "the colder outside, the larger their number. They count from 18 °C down." in said
    assert "(method of weather services)" in said
    assert "From your temperature sensor." in said
    assert "Usually, 2016\u20132025" in said


def test_the_cold_is_said_in_french(modules: Modules) -> None:
    said = look(modules, "cold", SHOWN, language="fr")
    assert "Un hiver 25 % plus froid que le dernier" in said
    assert re.search(r"\b1(er)? ?\u2013 ?13 janvier 2026", said)


def test_the_colder_winter_has_the_longer_bar(modules: Modules) -> None:
    widths = look(
        modules,
        "cold",
        'return [...root.querySelectorAll(".bar-of")].map(({ style }) => parseInt(style.width));',
    )
    assert widths == [100, 80, 89]


def test_what_is_unfolded_stays_so_when_the_card_is_drawn_anew(modules: Modules) -> None:
    is_open = look(
        modules,
        "cold",
        """const folded = root.querySelector("details");
        folded.open = true;
        card.redraw();
        return root.querySelector("details").open;""",
    )
    assert is_open


def test_its_months_have_their_numbers(modules: Modules) -> None:
    numbers = look(
        modules,
        "cold",
        'return [...root.querySelectorAll("td")].map((one) => one.textContent);',
    )
    assert {"140", "262", "340", "168", "110", "205", "300", "113"} <= set(numbers)


@pytest.mark.parametrize(
    ("total", "title"),
    [(728.0 * 1.01, "A winter like the last"), (600.0, "A winter 18% milder than the last")],
)
def test_winters_are_compared_in_words(modules: Modules, total: float, title: str) -> None:
    assert title in look(modules, "cold", SHOWN, answers=answers(cold=cold(total=total)))


def test_a_winter_known_in_part_is_not_compared(modules: Modules) -> None:
    said = look(modules, "cold", SHOWN, answers=answers(cold=cold(total_known=0.8)))
    assert "The cold of the winter" in said
    assert "colder than" not in said
    assert "80% of this time is known" in said


def test_arrows_turn_winters_as_far_as_one_is_known(modules: Modules) -> None:
    known = cold()
    lasted = known["2024"] | {"degree_days": [100.0] * 8, "known": [1] * 8, "total": 1500.0}
    of_years = answers(cold=known | {"2024": lasted, "2023": cold(total=None)["2025"]})
    found = look(
        modules,
        "cold",
        """
        const arrows = () => [...root.querySelectorAll(".aside button")];
        const state = () => [shown(), arrows().map(({disabled}) => disabled), location.search];
        const now = state();
        await press("The winter before");
        const before = state();
        await press("The winter after");
        const after = state();
        history.replaceState(null, "", "/");
        return [now, before, after];
        """,
        answers=of_years,
    )
    (now, turns, _), (before, turned, query), (after, *_) = found
    assert "October 1, 2025 \u2013 January 13, 2026" in now
    assert turns == [False, True]
    assert "October 1, 2024 \u2013 May 20, 2025" in before
    assert "That winter 1,500" in before
    # Nothing is known of the winter before.
    assert (turned, query) == ([True, False], "?winter=2024")
    assert after == now


def test_without_usual_years_nothing_is_usual(modules: Modules) -> None:
    said = look(
        modules, "cold", SHOWN, answers=answers(cold=cold(usual_years=None, usual_total=None))
    )
    assert "usually" not in said.lower()


def test_a_home_without_a_temperature_leads_to_its_form(modules: Modules) -> None:
    none = cold(source=None, total=None)
    said, link = look(
        modules,
        "cold",
        'return [shown(), texts("button")];',
        answers=answers(cold=none),
    )
    assert "The home does not know how cold it is outside" in said
    assert link == ["Choose a temperature"]
    guest = look(
        modules, "cold", 'return texts("button");', answers=answers(cold=none), isAdmin=False
    )
    assert guest == []


def test_a_new_sensor_says_when_its_first_day_comes(modules: Modules) -> None:
    none = cold(total=None)
    assert "No whole day is known yet" in look(modules, "cold", SHOWN, answers=answers(cold=none))


def test_on_its_first_day_the_winter_has_just_begun(modules: Modules) -> None:
    first_day = "2026-10-01T10:00:00Z"
    none = answers(cold={"2026": cold(total=None)["2025"]})
    said = look(modules, "cold", SHOWN, answers=none, now=first_day)
    assert "The winter has just begun Its first whole day is told tomorrow." in said
    assert "last winter" not in said
    unset = answers(cold={"2026": cold(total=None, source=None)["2025"]})
    said = look(modules, "cold", SHOWN, answers=unset, now=first_day)
    assert "The home does not know how cold it is outside" in said


@pytest.mark.parametrize(
    ("now", "latitude", "begin", "end", "is_over"),
    [
        ("2026-01-14T17:00:00Z", 48, "2025-10-01", "2026-01-14", False),
        ("2026-09-30T10:00:00Z", 48, "2025-10-01", "2026-05-21", True),
        ("2026-10-01T10:00:00Z", 48, "2026-10-01", "2026-10-01", False),
        ("2026-10-02T10:00:00Z", 48, "2026-10-01", "2026-10-02", False),
        ("2026-08-14T17:00:00Z", 48, "2025-10-01", "2026-05-21", True),
        ("2026-08-14T17:00:00Z", -20, "2026-04-01", "2026-08-14", False),
        ("2026-01-14T17:00:00Z", -20, "2025-04-01", "2025-11-21", True),
    ],
)
def test_a_season_begins_in_autumn_on_either_half_of_the_globe(
    modules: Modules, now: str, latitude: float, begin: str, end: str, is_over: bool
) -> None:
    found = modules.run(
        """
        const { seasonAt } = await import("/year/season.js");
        const zone = "Europe/Paris";
        const { begin, end, before, isOver } =
            seasonAt(Date.now(), { time_zone: zone, latitude });
        const day = (time) => calendar.toField(time, zone);
        return [day(begin), day(end), isOver, day(before.begin), day(before.end)];
        """,
        now=now,
        latitude=latitude,
    )
    year = str(int(begin[:4]) - 1)
    assert found[:3] == [begin, end, is_over]
    assert found[3] == year + begin[4:]
    assert found[4] == str(int(end[:4]) - 1) + end[4:]


# What the home has learnt


def test_what_the_home_has_learnt_is_told_with_how_sure_it_is(modules: Modules) -> None:
    said = look(modules, "learnt", SHOWN)
    assert "Without heating 10.0 kWh a day between 9.4 and 10.6" in said
    assert "working days 9.8, weekends 10.5" in said
    assert "For each degree of cold in a day 3.45 kWh between 3.31 and 3.59" in said
    assert "91% of the winter 182 days" in said
    assert "Good enough to correct for the cold" in said
    assert "October 1, 2024 \u2013 March 31, 2025" in said


def test_a_fair_model_is_not_called_good(modules: Modules) -> None:
    said, good = look(
        modules,
        "learnt",
        'return [shown(), root.querySelector(".good") !== null];',
        answers=answers(model=model(trust="fair")),
    )
    assert "Fair" in said
    assert good is False


@pytest.mark.parametrize(
    ("reason", "said", "leads"),
    [
        ("no_temperature", "The home does not know how cold it is outside", True),
        ("few_days", "Too few days are known yet", False),
        ("no_winter", "No winter is known yet", False),
        ("no_summer", "No warm season is known yet", False),
        ("poor", "The cold explains too little of what this home uses", False),
        ("heating_not_measured", "What heats this home is not measured here", True),
    ],
)
def test_what_could_not_be_learnt_says_why_and_what_to_do(
    modules: Modules, reason: str, said: str, leads: bool
) -> None:
    words, links = look(
        modules,
        "learnt",
        'return [shown(), root.querySelectorAll("button").length];',
        answers=answers(model=unfit(reason)),
    )
    assert said in words
    assert links == int(leads)


# The report

OPEN = """
    const opened = [];
    instead(window, "open", (...given) => {
        opened.push(given);
        return isBlocked ? null : { document: {}, closed: false, close: () => opened.push("closed"),
            location: { replace: (address) => opened.push(address) } };
    });
    const saved = [];
    instead(HTMLAnchorElement.prototype, "click", function () { saved.push(this.download); });
"""


def report(modules: Modules, body: str, *, is_blocked: bool = False, **home: Any) -> Any:
    """Do something with the card, of a browser that opens pages or does not."""
    code = f"const isBlocked = {str(is_blocked).lower()}; {OPEN} {body}"
    return look(modules, "report", code, **home)


def test_the_last_year_is_told_in_short(modules: Modules) -> None:
    said = look(modules, "report", SHOWN)
    assert said.startswith("Yearly report 2025 is complete Bought from the grid 9,379.1 kWh")
    assert "Compared with 2024 7.2% less" in said
    assert "Hours measured 99.7%" in said
    assert "Report of 2025" in said


def test_a_year_known_in_part_is_not_compared(modules: Modules) -> None:
    part = years((420.0, 1.0), (4100.0, 0.6), (10106.8, 1.0))
    said = look(modules, "report", SHOWN, answers=answers(energies=part))
    assert "2025, known in part" in said
    assert "Compared with 2024 \u2013" in said


def test_in_its_first_year_a_home_has_what_there_is(modules: Modules) -> None:
    first = years((420.0, 0.8), (None, 0.0), (None, 0.0))
    asked = report(
        modules,
        'await press("Report of 2026"); return [shown(), asked.at(-1)];',
        answers=answers(energies=first),
    )
    assert "2026 goes on" in asked[0]
    assert (asked[1]["begin"], asked[1]["end"]) == ("2026-01-01", "2026-01-13")
    nothing = years((None, 0.0), (None, 0.0), (None, 0.0))
    said = look(modules, "report", SHOWN, answers=answers(energies=nothing))
    assert "Nothing to report yet" in said


def test_the_report_opens_on_a_page_of_its_own(modules: Modules) -> None:
    asked, opened, saved = report(
        modules, 'await press("Report of 2025"); return [asked.at(-1), opened, saved];'
    )
    assert asked == {
        "type": "sen1/report",
        "site": "site0",
        "begin": "2025-01-01",
        "end": "2025-12-31",
        "language": "en",
    }
    assert opened[0] == ["", "_blank"]
    assert opened[1].startswith("blob:")
    assert saved == []


def test_where_no_page_opens_it_is_kept_as_a_file(modules: Modules) -> None:
    saved, said = report(
        modules, 'await press("Report of 2025"); return [saved, shown()];', is_blocked=True
    )
    assert saved == ["sen1-home-2025.html"]
    assert "Saved as sen1-home-2025.html" in said


def test_the_app_keeps_it_as_a_file(modules: Modules) -> None:
    opened, saved = report(
        modules,
        """
        window.externalApp = {};
        await press("Report of 2025");
        delete window.externalApp;
        return [opened, saved];
        """,
    )
    assert opened == []
    assert saved == ["sen1-home-2025.html"]


def test_a_report_that_fails_says_so_and_leaves_no_page(modules: Modules) -> None:
    lost = answers()
    del lost["sen1/report"]
    opened, said = report(
        modules, 'await press("Report of 2025"); return [opened, shown()];', answers=lost
    )
    assert opened[-1] == "closed"
    assert "The report could not be made" in said


def test_why_a_report_fails_is_said_in_words(modules: Modules) -> None:
    said = report(
        modules,
        """
        hass.callWS = async () => {
            throw { message: "report_wrong_period", translation_key: "report_wrong_period" };
        };
        await press("Report of 2025");
        return shown();
        """,
    )
    assert "It needs a day that is over, and has 400 days at most." in said


def test_a_report_of_all_buildings_is_offered_where_there_are_several(modules: Modules) -> None:
    two = {"sites": [SITE, {**SITE, "id": "site1", "name": "School", "is_main": False}]}
    press = 'await press("All homes and buildings"); return asked.at(-1).site;'
    assert report(modules, press, answers=answers(sites=two)) == "all"
    buttons = 'return texts("button");'
    of_one = report(modules, buttons, answers=answers(sites=two), config={"site": "site1"})
    assert "All homes and buildings" not in of_one
    assert "All homes and buildings" not in report(modules, buttons)


def test_figures_are_kept_as_a_table(modules: Modules) -> None:
    saved = report(modules, 'await press("Save as CSV"); return saved;')
    assert saved == ["sen1-home-2025.csv"]


def test_other_dates_are_asked_for(modules: Modules) -> None:
    body = """
        const { click } = HTMLElement.prototype;
        button("Other dates").click();
        await settled();
        const [from, to] = root.querySelectorAll("dialog input");
        const before = [from.value, to.value, to.max];
        from.value = "2025-07-01";
        to.value = "2025-12-24";
        root.querySelector("dialog [type=submit]").click();
        await settled();
        return [before, asked.at(-1), root.querySelectorAll("dialog").length];
    """
    before, asked, dialogs = report(modules, body)
    assert before == ["2025-01-01", "2025-12-31", "2026-01-14"]
    assert (asked["begin"], asked["end"]) == ("2025-07-01", "2025-12-24")
    assert dialogs == 0


def test_other_dates_may_be_left(modules: Modules) -> None:
    body = """
        button("Other dates").click();
        await settled();
        const before = asked.length;
        button("Cancel").click();
        await settled();
        return [asked.length - before, root.querySelectorAll("dialog").length];
    """
    assert report(modules, body) == [0, 0]


# Of all


@pytest.mark.parametrize("name", ["goals", "cold", "learnt", "report"])
def test_what_cannot_be_read_can_be_asked_for_again(modules: Modules, name: str) -> None:
    command = {"goals": "goals", "cold": "cold", "learnt": "model", "report": "energies"}[name]
    lost = answers()
    answer = lost.pop(f"sen1/{command}")
    said, after = look(
        modules,
        name,
        """
        const before = shown();
        home.answers[command] = home.answer;
        await press("Try again");
        return [before, shown()];
        """.replace("command", f"'sen1/{command}'"),
        answers=lost,
        answer=answer,
    )
    assert "This could not be read" in said
    assert "could not be read" not in after


@pytest.mark.parametrize("name", ["goals", "cold", "learnt", "report"])
def test_what_was_known_stays_while_home_assistant_does_not_answer(
    modules: Modules, name: str
) -> None:
    before, after = look(
        modules,
        name,
        """
        const before = shown();
        await card.take({ ...hass, connected: false });
        return [before, shown()];
        """,
    )
    assert "Home Assistant does not answer" in after
    assert before[-40:] in after


@pytest.mark.parametrize("name", ["goals", "cold", "learnt", "report"])
def test_a_card_of_the_year_without_a_home_says_what_to_add(modules: Modules, name: str) -> None:
    said = look(modules, name, SHOWN, answers=answers(sites={"sites": []}))
    assert "No balance yet" in said


def test_two_cards_that_ask_the_same_ask_once(modules: Modules) -> None:
    count = look(
        modules,
        "goals",
        """
        const another = () => {
            const host = document.createElement("div");
            host.attachShadow({ mode: "open" });
            return new Shown(host);
        };
        const [other, third] = [another(), another()];
        asked.length = 0;
        let tell;
        const told = new Promise((resolve) => { tell = resolve; });
        hass.callWS = (message) => { asked.push(message); return told; };
        for (const one of [other, third]) one.configure({});
        await Promise.all([other.take(hass), third.take(hass)]);
        tell({ goals: [] });
        await settled();
        return asked.filter(({ type }) => type === "sen1/goals").length;
        """,
    )
    assert count == 1


@pytest.mark.parametrize("width", [1000, 358], ids=["desktop", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["goals", "cold", "learnt", "report"])
def test_nobody_is_shut_out_of_the_year(
    modules: Modules, name: str, dark: bool, width: int
) -> None:
    found, overflow = look(
        modules,
        name,
        """
        if (!window.axe) (0, eval)(home.axe);
        document.documentElement.lang = "en";
        document.title = "The year";
        document.body.style.cssText = dark
            ? "background:#1c1c1c;--primary-text-color:#e1e1e1;--card-background-color:#1c1c1c"
            : "background:#fff";
        document.body.style.width = `${width}px`;
        await settled();
        const result = await axe.run(host, { resultTypes: ["violations"] });
        const overflow = root.querySelector(".frame").scrollWidth - width;
        document.body.style.cssText = "";
        return [result.violations.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 160)]),
            overflow];
        """,
        axe=AXE,
        dark=dark,
        width=width,
    )
    assert found == []
    assert overflow <= 0
