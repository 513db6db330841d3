"""The page of a town's buildings, drawn on a blank page."""

import csv
from io import StringIO
from pathlib import Path
import re
from typing import Any

import axe_playwright_python
import pytest

from .conftest import Modules
from .town import BUILDINGS, HASS, SHOW, Town

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()

MINUS = "\u2212"
DASH = "\u2013"
PERIODS = ("day", "month", "year")

DRAW = f"""{HASS}{SHOW}
    window.history.replaceState(null, "", "/sen1-energy/buildings");
    const drawn = async (width, {{ language, isAdmin, config = {{ home: "home" }} }} = {{}}) => {{
        const card = await shown("buildings", config, hass(told, language, isAdmin));
        card.width = width;
        card.redraw();
        return card;
    }};
    const table = (card) => [...card.root.querySelectorAll("table tr")].map(
        (row) => [...row.cells].map((cell) => cell.innerText.replace(/\\s+/g, " ").trim()));
    const named = (card, name) =>
        [...card.root.querySelectorAll("button")].find((one) => one.innerText.startsWith(name));
"""


def draw(modules: Modules, town: Town, code: str, **given: Any) -> Any:
    return modules.run(DRAW + code, told=town.given, **given)


def number(cell: str) -> float:
    """Return the first number of a cell, as English writes it."""
    found = re.match(r"[\d,.]+", cell)
    assert found is not None, cell
    return float(found[0].replace(",", ""))


@pytest.fixture
def town() -> Town:
    """Return twelve buildings, of which one is silent and one is measured since March."""
    town = Town()
    town.set(1, "consumption", "unavailable")
    town.set(1, "meter_silent", "on", "binary_sensor")
    town.set(3, "bought_year", "30870.1", begin="2026-03-03", same_last_year=None)
    return town


def test_the_table_tells_each_building_and_all_together(modules: Modules, town: Town) -> None:
    head, *rows, total = draw(modules, town, "return table(await drawn(1200));")
    assert head == [
        "Building",
        "Now W",
        "Today kWh, €",
        "This month kWh, €",
        "This year ↓ kWh, €",
        "Change from 2025",
        "kWh/m² a year",
        "Class",
        "State",
        "Known 2026",
    ]
    assert rows[1] == [
        "Library Lorient, 1,680 m²",
        DASH,
        "118.4 €16.58",
        "7,016.2 €982.27",
        "64,180.2 €8,985.23",
        "2.0% less",
        "38",
        "B",
        "Silent",
        "100%",
    ]
    assert rows[3][5] == f"{DASH} since 3 March"
    assert total[0] == "12 buildings"
    assert total[1] == "53,200 11 of 12"
    assert total[5] == "2.0% less 11 of 12"
    assert total[8] == "1 alert"
    for column in (2, 3, 4):
        assert sum(number(row[column]) for row in rows) == pytest.approx(number(total[column]))


def test_a_head_sorts_and_says_so(modules: Modules, town: Town) -> None:
    found = draw(
        modules,
        town,
        """
        const card = await drawn(1200);
        const look = () => [
            [...card.root.querySelectorAll("th[aria-sort]")].map(
                (head) => [head.innerText.split("\\n")[0], head.ariaSort]),
            table(card).slice(1, 3).map(([name]) => name.split(" ")[0]),
        ];
        const looks = [look()];
        for (const name of ["Now", "Now", "Building"]) {
            named(card, name).click();
            looks.push(look());
        }
        return looks;
        """,
    )
    assert found == [
        [[["This year ↓", "descending"]], ["Town", "Library"]],
        [[["Now ↓", "descending"]], ["Town", "Gymnasium"]],
        [[["Now ↑", "ascending"]], ["Stadium", "House"]],
        [[["Building ↑", "ascending"]], ["Festival", "Gymnasium"]],
    ]


def test_buildings_are_sought_and_chosen_by_kind_or_alert(modules: Modules, town: Town) -> None:
    found = draw(
        modules,
        town,
        """
        const card = await drawn(1200);
        const look = () => table(card).slice(1).map(([name]) => name.split(" Lorient")[0]);
        const looks = [];
        for (const name of ["Schools (2)", "With alert (1)", "All (12)"]) {
            named(card, name).click();
            looks.push(look());
        }
        const field = card.root.querySelector("input");
        field.value = "lanester";
        field.dispatchEvent(new Event("input", {bubbles: true}));
        looks.push(look());
        field.value = "cinema";
        field.dispatchEvent(new Event("input", {bubbles: true}));
        return [looks, look(), card.root.querySelector(".empty").innerText];
        """,
    )
    looks, none, words = found
    assert looks[0] == ["School of Kersabiec", "School of Kermelo", "2 buildings"]
    assert looks[1] == ["Library", "1 building"]
    assert len(looks[2]) == 13
    assert looks[3] == ["Workshops Lanester, 1,150 m²", "1 building"]
    assert (none, words.strip()) == ([], "No building of this name")


def test_a_few_buildings_need_no_search(modules: Modules) -> None:
    code = "return (await drawn(1200)).root.querySelectorAll('input').length;"
    assert [draw(modules, Town(count), code) for count in (10, 11)] == [0, 1]


def test_a_row_opens_the_home_of_its_building(modules: Modules, town: Town) -> None:
    found = draw(
        modules,
        town,
        """
        const card = await drawn(1200);
        const links = [...card.root.querySelectorAll("tbody a")].slice(0, 2);
        const paths = links.map((link) => link.getAttribute("href"));
        card.root.querySelectorAll("tbody tr")[2].click();
        const after = location.pathname + location.search;
        const other = await drawn(1200, { config: {} });
        return [paths, after, other.root.querySelectorAll("tbody a").length];
        """,
    )
    paths = ["/sen1-energy/home?site=site0", "/sen1-energy/home?site=site1"]
    assert found == [paths, "/sen1-energy/home?site=site2", 0]


def test_what_is_wrong_stands_first_with_its_words(modules: Modules, town: Town) -> None:
    town.sites[2]["loaded"] = False
    found = draw(
        modules,
        town,
        """
        const card = await drawn(1200);
        const shows = [];
        card.root.addEventListener("hass-more-info", ({ detail }) => shows.push(detail.entityId));
        named(card, "See").click();
        return [
            texts(card.root, ".alert strong, .alert p"), texts(card.root, ".list li > div"), shows,
        ];
        """,
    )
    assert found == [
        ["2 alerts", "10 of 12 buildings are well"],
        [
            "LibraryNothing heard of it (2 hr ago)",
            "WorkshopsSEN1 does not run for it: look at its entry in the settings",
        ],
        ["binary_sensor.site1_meter_silent"],
    ]


def test_on_a_phone_each_building_is_a_card_in_an_order_that_is_chosen(
    modules: Modules, town: Town
) -> None:
    found = draw(
        modules,
        town,
        """
        const card = await drawn(390, { language: "fr" });
        const names = () => texts(card.root, ".columns .place a");
        const first = names();
        const menu = card.root.querySelector("select");
        menu.value = "power true";
        menu.dispatchEvent(new Event("change", {bubbles: true}));
        return [
            card.root.querySelectorAll("table").length,
            first.slice(0, 2), menu.selectedOptions[0].text, names().slice(0, 2),
            card.root.querySelector(".columns > *").innerText.replace(/\\s+/g, " "),
        ];
        """,
    )
    tables, first, order, names, told = found
    assert (tables, first) == (0, ["Town hall", "Library"])
    assert (order, names) == ("Maintenant, du moins au plus", ["Stadium", "House of the quarter"])
    assert "800 W" in told
    assert "22,1 kWh" in told
    assert "Tout va bien" in told


def test_the_file_has_what_is_seen_unrounded(modules: Modules, town: Town) -> None:
    name, text = draw(
        modules,
        town,
        """
        const card = await drawn(1200);
        named(card, "Schools").click();
        const files = [];
        instead(HTMLAnchorElement.prototype, "click", function () {
            files.push([this.download, fetch(this.href).then((answer) => answer.text())]);
        });
        named(card, "CSV").click();
        return Promise.all(files[0]);
        """,
    )
    assert name == "sen1-buildings-2026-11-24.csv"
    head, *rows = csv.reader(StringIO(text, newline=""))
    assert head[:7] == ["Building", "Kind", "Commune", "m²", "Now, W", "Today, kWh", "Today, EUR"]
    assert [row[:6] for row in rows] == [
        [name, "School", place, str(area), str(round(1000 * power)), str(today)]
        for name, _, place, area, power, today, *_ in (BUILDINGS[4], BUILDINGS[6])
    ]
    assert rows[0][9] == str(BUILDINGS[4][-1])


def test_who_administers_adds_a_building(modules: Modules, town: Town) -> None:
    code = "return texts((await drawn(1200, { isAdmin })).root, 'button.strong');"
    found = [draw(modules, town, code, isAdmin=is_admin) for is_admin in (True, False)]
    assert found == [["Add a building"], []]


def test_today_is_read_once_of_each_building(modules: Modules, town: Town) -> None:
    found = draw(
        modules,
        town,
        """
        const card = await drawn(1200);
        for (let turn = 0; turn < 3; turn += 1) card.redraw();
        await new Promise((resolve) => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = resolve;
            port2.postMessage(null);
        });
        return asked.filter((type) => type === "sen1/energies").length;
        """,
    )
    assert found == len(BUILDINGS)


def test_a_single_site_is_no_table(modules: Modules) -> None:
    found = draw(modules, Town(1), "return (await drawn(1200)).frame.innerText;")
    assert "With two homes or buildings, they stand here beside each other." in found


@pytest.mark.parametrize("width", [1200, 390])
def test_it_is_read_without_seeing_it(modules: Modules, town: Town, width: int) -> None:
    found = draw(
        modules,
        town,
        """
        const card = await drawn(width);
        const script = document.createElement("script");
        script.textContent = axeCode;
        document.head.append(script);
        const { violations } = await window.axe.run(card.root.host, {
            resultTypes: ["violations"],
        });
        return violations
            .filter(({ impact }) => ["serious", "critical"].includes(impact))
            .map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 120))]);
        """,
        width=width,
        axeCode=AXE,
    )
    assert found == []


def known_by_days(town: Town) -> Town:
    """Let a building be known from 28 October to 2 November, and nothing tell it at this moment."""
    without_entities(town)
    end = "2026-11-03T00:00:00+01:00"
    for period, energy, cost in (("month", 20.08, 4.02), ("year", 60.24, 12.06)):
        town.add(2, f"bought_{period}", energy, begin="2026-10-28", known=2, known_until=end)
        town.add(2, f"cost_{period}", cost, energy_cost=cost)
    return town


def without_entities(town: Town) -> Town:
    """Take all entities of a building's figures away."""
    for key in ("consumption", *(f"{a}_{b}" for a in ("bought", "cost") for b in PERIODS)):
        town.remove(2, key)
    return town


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (1200, f"{DASH} known until 2 November 20.1 €4.02 60.2 €12.06"),
        (390, "Today known until 2 November This month 20.1 kWh €4.02 This year 60.2 kWh €12.06"),
    ],
)
def test_a_building_known_by_files_alone_has_its_figures_and_says_until_when(
    modules: Modules, town: Town, width: int, said: str
) -> None:
    drawn = r"return (await drawn(width)).frame.innerText.replace(/\s+/g, ' ');"
    shown = draw(modules, known_by_days(town), drawn, width=width)
    assert "Workshops Lanester, 1,150 m², known until 2 November" in shown
    assert said in shown


def test_a_building_that_nothing_tells_of_this_year_says_until_when_with_the_year(
    modules: Modules, town: Town
) -> None:
    without_entities(town)
    town.add(2, "bought_year", "unknown", known_until="2025-11-29T00:00:00+01:00")
    shown = draw(modules, town, "return (await drawn(1200)).frame.innerText;")
    assert "Workshops\nLanester, 1,150\xa0m², known until 28 November 2025" in shown


def test_a_building_that_was_never_measured_is_not_well(modules: Modules, town: Town) -> None:
    shown = draw(modules, without_entities(town), "return (await drawn(1200)).frame.innerText;")
    assert "10 of 12 buildings are well" in shown
    assert "Not measured yet" in shown


def test_a_building_that_sends_to_the_grid_says_so(modules: Modules, town: Town) -> None:
    town.add(2, "surplus", 2512, unit_of_measurement="W")
    shown = draw(modules, town, "return (await drawn(1200)).frame.innerText;")
    assert "sends 2,512 W to the grid now" in shown.replace("\u00a0", " ")
