"""The past of a home beside what it is compared with: chosen, drawn over the bars, side by side."""

from typing import Any

import pytest

from .conftest import Modules
from .past_home import look
from .test_formats import flat
from .test_past import AXE, number

Json = dict[str, Any]

DUNE = ["Foyer Dune", "kWh", "2024-01-01T00:00Z", "2026-06-20T00:00+02:00"]
"""Half a kW at each hour, until the end of 19 June."""

OTHERS = {
    "sen1:dune": DUNE,
    "sen1:garden": ["Garden", "°C", "2024-01-01T00:00Z", "2026-06-20T00:00+02:00"],
    "sen1:former": ["Former", "kWh", "2024-01-01T00:00Z", "2025-01-01T00:00Z"],
}

SEEN = """
    return {
        chips: text(".chosen"), legend: text(".legend li"), table: table().slice(0, 5),
        told: root.querySelector(".slider").getAttribute("aria-valuetext"),
        side: text(".header h2, .header .under"), dots: root.querySelectorAll("circle").length,
    };
"""


def beside(modules: Modules, body: str = SEEN, **home: Any) -> Any:
    return look(modules, body, **{"others": OTHERS, "sites": 2, **home})


PANEL = """
    await press("Compare with…");
    const panel = root.querySelector("dialog");
    const rows = () => [...panel.querySelectorAll("li")].map((row) => [
        flat(row.querySelector(".grow").firstChild.textContent),
        flat(row.querySelector("small")?.textContent ?? ""),
        row.querySelector("input").disabled, row.querySelector("input").checked]);
    const tick = (name) => [...panel.querySelectorAll("label")]
        .find((one) => one.textContent.startsWith(name)).querySelector("input").click();
    const seek = (words) => {
        const field = panel.querySelector("[type=search]");
        field.value = words;
        field.dispatchEvent(new Event("input", {bubbles: true}));
    };
"""


def test_what_can_be_compared_is_offered_with_the_reason_where_it_makes_no_sense(
    modules: Modules,
) -> None:
    groups, rows, found = beside(
        modules,
        f"""{PANEL}
        const seen = [text("dialog h3"), rows()];
        seek("garden");
        return [...seen, rows()];
        """,
    )
    assert groups == ["Another time", "My homes", "Imported"]
    assert rows[:3] == [
        ["A year before", "June 2025", False, True],
        ["The month before", "May 2026", False, False],
        ["School", "", False, False],
    ]
    assert ["Foyer Dune", "", False, False] in rows
    (former,) = [row for row in rows if row[0] == "Former"]
    assert former[1].startswith("Data: January 1, 2024")
    assert former[2]
    assert found == [["Garden", "in °C: under Two measures, one on the other", True, False]]


def test_three_are_chosen_at_most_and_stand_in_the_address(modules: Modules) -> None:
    rest, chosen, asked, chips, again = beside(
        modules,
        f"""{PANEL}
        tick("The month before"); tick("Foyer Dune");
        const rest = rows().filter(([name]) => name === "School");
        const chosen = text("dialog footer strong")[0];
        [...panel.querySelectorAll("footer button")].at(-1).click();
        await settled();
        const found = [rest[0], chosen, new URLSearchParams(location.search).get("with"),
            text(".chosen")];
        await press("Take away: June 2025");
        return [...found, new URLSearchParams(location.search).get("with")];
        """,
    )
    assert rest[2]
    assert chosen == "3 of 3 chosen"
    assert asked == "year,before,sen1:dune"
    assert chips == ["June 2025", "May 2026", "Foyer Dune"]
    assert again == "before,sen1:dune"


def test_a_line_ends_where_it_is_known_and_says_so(modules: Modules) -> None:
    page = beside(modules, asked={"with": "year,sen1:dune"})
    assert page["chips"] == ["June 2025", "Foyer Dune"]
    assert "Foyer Dune, until 19 Fri" in page["legend"]
    # A dot a day, and those of the marks in the chip, the legend and the table.
    assert page["dots"] == 19 + 3
    told = beside(
        modules,
        'card.point(2); return root.querySelector(".slider").getAttribute("aria-valuetext");',
        asked={"with": "sen1:dune"},
    )
    assert "; Foyer Dune: 12.0 kWh" in flat(told)


def test_side_by_side_is_counted_over_the_days_that_all_know(modules: Modules) -> None:
    page = beside(modules, asked={"with": "year,sen1:dune,site1"})
    assert page["side"][:2] == ["Side by side", "June 1 \u2013 19, 2026, known by all"]
    head, mine, before, dune, school = page["table"]
    assert head[1:] == ["kWh", "kWh per m²", "Home saved"]
    assert dune[1] == f"{19 * 24 * 0.5:.1f}"
    totals = beside(
        modules,
        """
        const until = (list) => list.slice(0, 19).reduce((sum, one) => sum + one, 0);
        return [until(card.shown.values), until(card.shown.same.values)];
        """,
    )
    assert [number(row[1]) for row in (mine, before)] == pytest.approx(totals, abs=0.05)
    assert number(mine[2]) == pytest.approx(totals[0] / 100, abs=0.05)
    # Another home buys the same here, and is larger.
    assert school[1] == mine[1]
    assert number(school[2]) == pytest.approx(totals[0] / 120, abs=0.05)
    assert number(before[3].split()[0].split("%")[0].split("\n")[0]) is not None
    assert (dune[3], school[3]) == ("\u2013", "\u2013")


def test_what_all_know_in_parts_is_counted_in_days(modules: Modules) -> None:
    page = beside(
        modules,
        asked={"with": "sen1:dune"},
        gaps=[["2026-06-10T00:00+02:00", "2026-06-12T00:00+02:00"]],
    )
    assert page["side"][1] == "17 days, known by all"


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        # Of hours, days say nothing.
        ({"period": "day", "date": "2026-06-10", "with": "sen1:dune"}, "no data"),
        ({"in": "money", "with": "sen1:dune"}, "no data"),
        ({"with": "sen1:former"}, "no data"),
    ],
)
def test_what_is_not_known_is_no_zero(modules: Modules, asked: Json, why: str) -> None:
    others = OTHERS | {"sen1:dune": [*DUNE, True]}
    page = beside(modules, asked=asked, others=others)
    assert any(name.endswith(f", {why}") for name in page["legend"])
    assert page["table"][2][1] == "\u2013"


def test_a_month_before_is_compared_day_by_day_as_far_as_it_goes(modules: Modules) -> None:
    page = beside(modules, asked={"period": "month", "date": "2026-03-01", "with": "before"})
    # February has no more days.
    assert page["side"][1] == "March 1 \u2013 28, 2026, known by all"


def test_what_is_compared_is_fetched_on_its_press_alone(modules: Modules) -> None:
    asked = beside(modules, "return asked.map(({ type }) => type);")
    assert set(asked) == {"sen1/sites", "sen1/energies"}


@pytest.mark.parametrize("width", [1000, 366], ids=["desktop", "phone"])
def test_nobody_is_shut_out_of_what_is_compared(modules: Modules, width: int) -> None:
    found = beside(
        modules,
        """
        if (!window.axe) (0, eval)(home.axe);
        document.documentElement.lang = "en";
        document.title = "The past";
        document.body.style.cssText = "background:#fff";
        const look = async () => {
            const { violations } = await axe.run(host, { resultTypes: ["violations"] });
            return violations.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 160)]);
        };
        const page = await look();
        await press("Compare with…");
        const panel = await look();
        document.body.style.cssText = "";
        const frame = root.querySelector(".frame");
        return [...page, ...panel, ...(frame.scrollWidth > frame.clientWidth ? ["wide"] : [])];
        """,
        asked={"with": "year,before,sen1:dune"},
        axe=AXE,
        width=width,
    )
    assert found == []


@pytest.mark.parametrize("state", ["receiving", "withdrawn"])
def test_what_a_friend_shares_no_more_is_struck_and_can_be_asked_for_again(
    modules: Modules, state: str
) -> None:
    struck, notes, begun = beside(
        modules,
        """
        const said = { device_class: "energy", statistic: "sen1:dune", unit_of_measurement: "kWh" };
        const status = "sensor.dune_status";
        const row = { device_id: "f", platform: "sen1" };
        const friend = { id: "f", name: "Dune", identifiers: [["sen1", "part"]] };
        const calls = [];
        await card.take({
            ...hass,
            callApi: async (...call) => { calls.push(call); throw new Error("Not now"); },
            loadBackendTranslation: async () => () => "",
            callWS: async (message) => ({
                "config_entries/get": [{ entry_id: "home", title: "Home",
                    supported_subentry_types: { friend: {} } }],
                "config_entries/subentries/list":
                    [{ subentry_id: "part", subentry_type: "friend" }],
            })[message.type] ?? callWS(message),
            devices: { ...hass.devices, f: friend },
            entities: { ...hass.entities, "sensor.dune": { ...row, entity_id: "sensor.dune" },
                [status]: { ...row, entity_id: status, translation_key: "series_status" } },
            states: { ...hass.states,
                "sensor.dune": { state: "unavailable",
                    attributes: { ...said, friendly_name: "Dune Use" } },
                [status]: { state: state_of, attributes: { friendly_name: "Dune Use status" } } },
        });
        card.compare(["sen1:dune"]);
        await settled();
        const seen = [text(".chosen s"), text(".note").filter((one) => one.includes("Ask again"))];
        if (seen[1].length) await press("Ask again");
        return [...seen, calls.map(([, , data]) => data)];
        """.replace("state_of", f'"{state}"'),
    )
    if state == "receiving":
        assert (struck, notes, begun) == ([], [], [])
    else:
        assert struck == ["Dune Use"]
        assert notes == ["Dune Use is no longer shared with you. Ask again"]
        (begins,) = begun
        assert begins == {"handler": ["home", "friend"], "subentry_id": "part"}
