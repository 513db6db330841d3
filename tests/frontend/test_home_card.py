"""Home, drawn on a blank page: what stands there, where each part leads, what a town sees."""

import re
from typing import Any

import pytest

from .conftest import Modules
from .town import HASS, SHOW, Town

NOW = "2026-11-29T17:42:00Z"
"""A Sunday, 18:42 in Paris."""

HALF_HOURS = [0.5] * 48

DRAWN = f"""{HASS}{SHOW}
    const seen = hass(told, language, isAdmin);
    const {{ callWS }} = seen;
    const questions = [];
    seen.callWS = async (message) => {{
        questions.push(message);
        return answers[message.type]?.find(({{ of }}) =>
            Object.entries(of).every(([key, value]) => message[key] === value))?.answer
            ?? callWS(message);
    }};
    history.replaceState(null, "", `/sen1-energy/home${{query}}`);
    const card = await shown("home", config, seen);
    card.width = width;
    card.redraw();
    for (let turn = 0; turn < 8; turn += 1) await painted();
    const of = (selector) => [...card.frame.querySelectorAll(selector)];
    const flat = (text) => text.replace(/\\s+/g, " ").trim();
    const at = (link) => link.getAttribute("href");
    {{code}}
"""

LINKS = """
    return of(".tap, .flow > .step").map((one) => [
        flat((one.querySelector("h2, .step > div > div") ?? one).textContent),
        at(one.querySelector("a") ?? one),
    ]);
"""


def drawn(
    modules: Modules,
    town: Town,
    code: str = "return flat(card.frame.innerText);",
    *,
    width: int = 1100,
    query: str = "",
    language: str = "en-GB",
    is_admin: bool = True,
    answers: dict[str, list[Any]] | None = None,
    **config: Any,
) -> Any:
    """Return what a body returns once Home is drawn."""
    return modules.run(
        DRAWN.replace("{code}", code),
        now=NOW,
        told=town.given,
        width=width,
        query=query,
        language=language,
        isAdmin=is_admin,
        answers=answers or {},
        config=config,
    )


def whole() -> Town:
    """Return a home that has all that Home tells of."""
    town = Town(1)
    (site,) = town.sites
    site |= {"kind": "home", "subscribed_power": 9}
    site["sources"]["sold_power"] = ["sensor.sold"]
    town.add(0, "produced_day", 4.2)
    town.add(
        0,
        "forecast_energy",
        9060,
        low=8920,
        high=9210,
        so_far=7812.5,
        last_year=9134,
    )
    town.add(0, "forecast_cost", 1947.6)
    town.devices["goal"] = {"id": "goal", "name": "8 % less this winter"}
    town.add(0, "goal_progress", 7.2, device="goal", **GOAL)
    homes = [{"name": "Ibis", "value": 40}, {"name": "Me", "value": 62, "mine": True}]
    town.add(0, "rank", 2, device="group", of=2, value=62, unit="kWh/m²", head=homes, tail=[])
    return town


GOAL: dict[str, Any] = {
    "kind": "saving",
    "target": 8,
    "begin": "2026-10-01",
    "end": "2027-03-31",
    "corrected": True,
    "used": 1633.3,
    "expected": 1760,
    "missing": 14.2,
    "unit": "kWh",
}


# Where each part leads


def test_each_part_is_one_link_to_where_more_of_it_is(modules: Modules) -> None:
    day = "/sen1-energy/past?period=day&date=2026-11-29"
    assert drawn(modules, whole(), LINKS) == [
        ["Today", day],
        ["Now", day],
        ["This month", "/sen1-energy/past?period=month&date=2026-11-01"],
        ["This year", "/sen1-energy/past?period=year&date=2026-01-01"],
        ["By 31 December", "/sen1-energy/year"],
        ["8 % less this winter", "/sen1-energy/year"],
        ["Among friends", "/sen1-energy/together"],
        ["The roof", f"{day}&what=roof"],
    ]
    code = 'return of(".tap").map((one) => one.querySelectorAll("a, button").length);'
    assert set(drawn(modules, whole(), code)) == {1}


def test_what_is_looked_at_less_often_is_one_list_on_a_phone(modules: Modules) -> None:
    code = 'return of(".flow > .step").map((one) => flat(one.innerText));'
    assert drawn(modules, whole(), code, width=374) == [
        "By 31 December: around 9,060 kWh 9 chances in 10: between 8,920 and 9,210",
        "8 % less this winter 7.2% saved, that is 126.7 kWh saved, 14.2 kWh missing",
        "Among friends: 2nd of 2 62 kWh/m²",
        "The roof: 4.2 kWh produced Today",
    ]


def test_the_site_of_the_address_goes_with_each_link(modules: Modules) -> None:
    found = drawn(modules, Town(2), LINKS, query="?site=site1")
    assert {"site=site1" in path for _title, path in found} == {True}
    assert "118.4" in drawn(modules, Town(2), query="?site=site1")


def test_a_part_that_stands_alone_leads_nowhere(modules: Modules) -> None:
    code = 'return [of("h2").map((one) => one.textContent), of("a").length];'
    assert drawn(modules, whole(), code, part="month") == [["This month"], 0]


def test_what_a_household_does_not_have_takes_no_place(modules: Modules) -> None:
    town = Town(1)
    for key in ("consumption", "cost_day", "cost_month", "cost_year"):
        town.remove(0, key)
    told = drawn(modules, town)
    assert [name for name, _path in drawn(modules, town, LINKS)] == [
        "Today",
        "This month",
        "This year",
    ]
    assert "€" not in told
    assert "Costs" not in told


# Beside other times


def energies(**quantities: Any) -> dict[str, Any]:
    return {"begins": [], "end": 0, "quantities": quantities}


@pytest.mark.parametrize(
    ("known", "language", "said"),
    [
        (1, "en-GB", "393.9 kWh more than last Sunday at the same hour"),
        (1, "fr", "393,9 kWh de plus que dimanche dernier, à la même heure"),
        (0.9, "en-GB", ""),
    ],
)
def test_today_is_told_beside_the_same_day_of_the_week_until_the_same_hour(
    modules: Modules, known: float, language: str, said: str
) -> None:
    week = energies(bought={"values": HALF_HOURS, "known": [known] * 48, "total": 24})
    asked = {"begin": "2026-11-21T23:00:00.000Z"}
    answers = {"sen1/energies": [{"of": asked, "answer": week}]}
    town = Town(1)
    town.set(0, "bought_day", "412.6", known_until="2026-11-29T18:42:00+01:00")
    told = drawn(modules, town, answers=answers, language=language, part="today")
    # Of 18:42, 37.4 half-hours are over.
    assert said in told
    assert said or "Sunday" not in told.replace("Sunday 29", "")


def test_yesterday_has_a_line_with_its_cost(modules: Modules) -> None:
    answer = energies(bought={"values": [43.2], "known": [1], "total": 43.2, "total_cost": 8.12})
    asked = {"begin": "2026-11-27T23:00:00.000Z"}
    town = Town(1)
    town.set(0, "bought_day", "22.2", last_period=43.2)
    answers = {"sen1/energies": [{"of": asked, "answer": answer}]}
    told = drawn(modules, town, answers=answers, part="today")
    assert told.endswith("yesterday, Saturday 43.2 kWh €8.12")


def test_months_have_a_bar_for_each_day_and_last_year_as_ticks(modules: Modules) -> None:
    days = [f"2026-11-{n:02}T00:00:00+01:00" for n in range(1, 31)]
    code = """
        const count = (what) => of(`.month .bars ${what}`).length;
        return ["i", "b", ".newest", ".unknown-step", ".coming-step"].map(count);
    """
    begins = modules.run("return days.map((one) => Date.parse(one));", days=days)
    known = [1] * 10 + [0] + [1] * 18 + [0]
    now = energies(bought={"values": [9.0] * 29 + [None], "known": known})
    last = energies(bought={"values": [8.0] * 30, "known": [1] * 30})
    asked = [
        {
            "of": {"begin": "2026-10-31T23:00:00.000Z", "step": "day"},
            "answer": now | {"begins": begins},
        },
        {"of": {"begin": "2025-10-31T23:00:00.000Z", "step": "day"}, "answer": last},
    ]
    found = drawn(modules, Town(1), code, answers={"sen1/energies": asked})
    # What is not known is as high as last year, dashed; what is to come has its tick alone.
    assert found == [29, 30, 1, 1, 1]


# Until when the tariff period lasts

HISTORY = [
    ("off_peak", "2026-11-28T00:00:00+01:00"),
    ("peak", "2026-11-28T06:30:00+01:00"),
    ("off_peak", "2026-11-28T22:30:00+01:00"),
    ("peak", "2026-11-29T06:30:00+01:00"),
]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("off_peak", "peak"), "peak until 22:30"),
        # Of other contracts a day need not be as the one before.
        (("off_peak", "peak", "weekend"), "peak"),
    ],
)
def test_until_when_the_period_lasts_is_known_where_each_day_has_the_same_hours(
    modules: Modules, names: tuple[str, ...], said: str
) -> None:
    town = Town(1)
    period = town.add(0, "tariff_period", "peak")
    for name in names:
        town.add(0, "energy_of_tariff_year", 1, device=name, tariff=name)
        town.entities[f"sensor.{name}_energy_of_tariff_year"]["device_id"] = "site0"
    begins = modules.run(
        "return days.map((one) => Date.parse(one) / 1000);", days=[at for _, at in HISTORY]
    )
    states = [{"s": state, "lu": at} for (state, _), at in zip(HISTORY, begins, strict=True)]
    answers = {
        "history/history_during_period": [{"of": {}, "answer": {period: states}}],
    }
    code = """
        while (!card.past) await painted();
        const hours = (time) => (time - card.past.period.begin) / 3_600_000;
        return [flat(of(".now .under")[0].textContent),
            card.past.bands.map(({ begin, end }) => [hours(begin), hours(end)])];
    """
    told, bands = drawn(modules, town, code, answers=answers)
    assert told == said
    assert bands[0] == [0, 6.5]
    assert bands[1:] == ([[22.5, 24]] if len(names) == 2 else [])


# What is wrong, and what is well


def test_what_is_wrong_stands_above_with_the_way_to_it(modules: Modules) -> None:
    town = Town(1)
    town.set(0, "meter_silent", "on", platform="binary_sensor")
    code = """
        const opened = [];
        card.frame.addEventListener("hass-more-info", ({ detail }) => opened.push(detail.entityId));
        of(".alert button")[0].click();
        return [flat(card.frame.querySelector(".home").firstElementChild.innerText), opened];
    """
    assert drawn(modules, town, code) == [
        "Meter Nothing heard of it (5 days ago) See",
        ["binary_sensor.site0_meter_silent"],
    ]
    assert "All is well" not in drawn(modules, town)


def test_a_home_of_which_nothing_is_known_now_is_not_called_well(modules: Modules) -> None:
    """A meter is wrong once it was silent for longer than it ever is; till then it is unheard."""
    town = Town(1)
    assert "All is well: 1 device answers" in drawn(modules, town)
    town.set(0, "consumption", "unavailable")
    shown = drawn(modules, town)
    assert "Nothing is known of this moment" in shown
    assert "All is well" not in shown


def test_what_is_well_is_one_line_that_stays_unfolded(modules: Modules) -> None:
    code = """
        const [foot] = of("details");
        const said = flat(foot.innerText);
        foot.querySelector("summary").click();
        await painted();
        card.redraw();
        return [said, foot.open, flat(foot.innerText)];
    """
    said, is_open, unfolded = drawn(modules, Town(1), code)
    assert said.startswith("All is well: 1 device answers")
    assert is_open
    assert "Meter Answers" in unfolded


# Where nothing is there yet, and where there is much


def test_the_first_visit_tells_the_ways_in_to_who_may_take_one(modules: Modules) -> None:
    told = drawn(modules, Town(0))
    assert told.startswith("Where to begin? One thing is enough.")
    assert "My meter, by Enedis" in told
    assert "figures tomorrow morning" in told
    assert "An administrator" in drawn(modules, Town(0), is_admin=False)


TOWN = f"""{HASS}{SHOW}
    for (const name of ["buildings", "home"]) {{
        if (customElements.get(`sen1-${{name}}-card`)) continue;
        customElements.define(`sen1-${{name}}-card`, class extends HTMLElement {{
            setConfig() {{}}
        }});
    }}
    history.replaceState(null, "", "/sen1-energy/home");
    const card = await shown("town", {{}}, hass(told));
    card.connect();
    const names = () => [...card.frame.children].map(({{ localName, innerText }}) =>
        innerText || localName);
    const found = [names()];
    card.frame.querySelector(".pill").click();
    while (!card.root.querySelector("dialog[open]")) await painted();
    card.root.querySelectorAll("dialog li button")[3].click();
    found.push(location.search, names());
    history.replaceState(null, "", "/sen1-energy/home");
    card.disconnect();
    return found;
"""


def test_a_town_begins_with_all_its_buildings_until_one_is_chosen(modules: Modules) -> None:
    assert modules.run(TOWN, told=Town(4).given) == [
        ["All buildings", "sen1-buildings-card"],
        "?site=site2",
        ["sen1-home-card"],
    ]


def test_the_name_leads_to_the_other_homes_with_how_each_is_known(modules: Modules) -> None:
    town = Town(3)
    town.remove(1, "consumption")
    for key in ("bought_day", "consumption"):
        town.remove(2, key)
    town.set(1, "bought_year", "9", known_until="2026-11-29T00:00:00+01:00")
    town.add(2, "read_index", 4210)
    town.remove(2, "meter_silent", "binary_sensor")
    town.set(2, "bought_year", "1480.2", known_until="2026-11-23T00:00:00+01:00")
    code = """
        card.connect();
        of(".pill")[0].click();
        while (!card.root.querySelector("dialog[open]")) await painted();
        const dialog = card.root.querySelector("dialog");
        const rows = [...dialog.querySelectorAll("li")].map((one) => flat(one.innerText));
        dialog.querySelectorAll("li button")[1].click();
        card.disconnect();
        return [rows, location.search, flat(of(".pill")[0].innerText)];
    """
    rows, query, name = drawn(modules, town, code)
    assert rows == [
        "Town hall Lorient, 2,900 m², live 412.6 kWh Today",
        "Library Lorient, 1,680 m², known until 28 Nov 118.4 kWh Today",
        "Workshops Lanester, 1,150 m², read by hand on 22 Nov 4.5 kWh a day",
    ]
    assert (query, name) == ("?site=site1", "Library")


# Goals


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        (
            {},
            "since 1 October, in equal cold 7.2% saved 0 goal 8% that is 126.7 kWh saved, "
            "14.2 kWh missing",
        ),
        (
            {"kind": "cost", "done": 39.94, "target": 55, "heading": 44, "corrected": False},
            "since 1 October €39.94 so far 0 goal €55 around €44 at the end",
        ),
        (
            {"kind": "max_power", "done": 3.414, "target": 6, "corrected": False},
            "since 1 October 3,414 W at most 0 goal 6,000 W",
        ),
        ({"kind": "cost", "done": None}, "Nothing sure can be said yet."),
    ],
)
def test_a_goal_says_how_far_it_is(modules: Modules, goal: dict[str, Any], said: str) -> None:
    town = Town(1)
    town.add(0, "goal_progress", 7.2, **GOAL | goal)
    assert said in drawn(modules, town, part="goal")


def test_a_goal_that_is_over_is_not_told(modules: Modules) -> None:
    town = Town(1)
    town.add(0, "goal_progress", 7.2, **GOAL | {"end": "2026-11-28"})
    assert "saved" not in drawn(modules, town)


def test_at_twice_the_size_nothing_is_wider_than_a_phone(modules: Modules) -> None:
    code = """
        card.root.host.style.cssText = "display: block; width: 195px";
        card.width = 195;
        card.redraw();
        await painted();
        const isSeen = (one) => !one.closest(".hidden, svg");
        return of("*").filter((one) => isSeen(one) && one.scrollWidth > 196)
            .map(({ className, textContent }) => [className, textContent]);
    """
    assert drawn(modules, whole(), code, width=195) == []


def test_money_has_cents_but_for_a_forecast_and_powers_are_in_watts(modules: Modules) -> None:
    told = drawn(modules, whole())
    assert not re.search(r"\bkW\b|kVA", told)
    money = re.findall(r"€[\d,]+(?:\.\d+)?", told)
    assert [one for one in money if not re.search(r"\.\d\d$", one)] == ["€1,948"]
