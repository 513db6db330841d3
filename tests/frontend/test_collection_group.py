"""The curve of a collection's members together, on the page of its organiser."""

import re
from typing import Any

import pytest

from .collecting_home import ASKS, ASKS_BOTH, absent, collect, collection, group, member
from .conftest import Modules

DO = """
    const sent = () => calls.filter((call) => call.type === "sen1/collection_group");
    const part = () => all(".group-card")[0];
    const figures = () => all(".group-card .figure").map(plain);
    const chips = () => all(".choosing button").map(plain);
    const alert = () => plain(all(".group-card .alert")[0] ?? part());
    const slider = () => all(".group-card .slider")[0];
    const go = async (key) => {
        slider().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        await settled();
    };
"""
SOME = collection(member(1), member(2), asks=ASKS)


def look(modules: Modules, code: str, answer: dict[str, Any] | None = None, **said: Any) -> Any:
    """Return what a body returns on the page of an organiser whose group answers this."""
    collections = said.pop("collections", (SOME,))
    answers = {"sen1/collection_group": answer or group()}
    return collect(modules, DO + code, *collections, answers=answers, **said)


def number(figure: str) -> float:
    """Return the number that a figure begins with."""
    found = re.match(r"[\d,.]+", figure)
    assert found is not None
    return float(found[0].replace(",", ""))


def test_the_figure_above_the_curve_is_the_sum_of_the_hours_that_are_shown(
    modules: Modules,
) -> None:
    answer = group()
    answer["hours"][30] = [answer["hours"][30][0], None, 4, *[None] * 4]
    shown, days = look(
        modules,
        """return [figures(), all(".group-card tbody tr").map((row) => plain(row.cells[2]))];""",
        answer | {"total_kwh": 1.0},
    )
    hours = sum(row[1] for row in answer["hours"] if row[1] is not None)
    assert number(shown[1]) == round(hours)
    assert shown[1].endswith("kWh measured in 7 days")
    assert sum(map(number, days)) == pytest.approx(hours, abs=7)


def test_a_mean_is_a_home_s_day_and_each_measure_has_its_own(modules: Modules) -> None:
    answer = group()
    for row in answer["hours"]:
        row[3:] = [row[2] * 80, row[2] * 2, row[1] / row[2] / 90, row[1] / row[2] / 2.5]
    first, *others = look(
        modules,
        """const first = [figures()[0], chips()];
        const others = [];
        for (const label of ["Sum", "Per m²", "Per person", "Median"]) {
            await press(label);
            others.push(figures()[0]);
        }
        return [first, ...others];""",
        answer,
    )
    assert first == [
        "19.1 kWh for each home and day",
        ["Mean", "Sum", "Per m²", "Per person", "Median"],
    ]
    assert [number(one) for one in others] == [
        round(sum(row[1] for row in answer["hours"]) / 7),
        0.21,
        7.6,
        17.2,
    ]


def test_without_areas_nothing_is_told_of_them(modules: Modules) -> None:
    assert look(modules, "return chips();") == ["Mean", "Sum", "Median"]


def test_a_sum_of_hours_in_which_not_all_homes_are_is_dotted_and_said(modules: Modules) -> None:
    mean, whole = look(
        modules,
        """const dotted = () => [
            all(".group-card svg")[0].querySelectorAll('[stroke-dasharray="1 3"]').length,
            all(".group-card .note").some((one) => plain(one).startsWith("Dotted: not all homes")),
        ];
        const mean = dotted();
        await press("Sum");
        return [mean, dotted()];""",
    )
    assert (mean, whole) == ([0, False], [1, True])


def test_production_is_looked_at_where_it_is_asked(modules: Modules) -> None:
    before, asked, title = look(
        modules,
        """const before = chips();
        await press("Production");
        return [before, sent().map(({ what }) => what), plain(part().querySelector("h2"))];""",
        collections=(collection(member(1), asks=ASKS_BOTH),),
    )
    assert before[:2] == ["Consumption", "Production"]
    assert asked == ["consumption", "production"]
    assert title == "Production of the group, by hour"


def test_where_no_curve_is_asked_there_is_none(modules: Modules) -> None:
    per_area = [ASKS[0] | {"what": "per_area"}]
    count, asked = look(
        modules,
        'return [all(".group-card").length, sent().length];',
        collections=(collection(member(1), asks=per_area),),
    )
    assert (count, asked) == (0, 0)


@pytest.mark.parametrize(("width", "where"), [(1000, "svg text"), (390, ".note")])
def test_the_widest_gap_is_named_with_what_is_left(
    modules: Modules, width: int, where: str
) -> None:
    said, label = look(
        modules,
        f"""return [all(".group-card {where}").map(plain).join("|"),
            all(".group-card svg")[1].getAttribute("aria-label")];""",
        language="fr",
        width=width,
    )
    gap = "dim. 22, 2 h à 9 h : 62 %"
    assert gap in said.replace("\u00a0", " ")
    assert label.replace("\u00a0", " ") == f"Foyers mesurés : 98 %; {gap}"


def test_the_strip_lies_on_the_hours_of_the_curve(modules: Modules) -> None:
    left, right, gap, curve = look(
        modules,
        """const [curve, strip] = all(".group-card svg");
        const at = (one) => one.getBoundingClientRect();
        const area = at(strip.querySelector("path[d^=M]"));
        const line = at(curve.querySelector("path[fill=none]"));
        const worst = at(strip.querySelector("rect[stroke]"));
        const half = (area.right - area.left) / 168 / 2;
        return [line.left - area.left - half, area.right - line.right - half,
            [worst.left - area.left, worst.right - area.left], area.right - area.left];""",
    )
    assert (left, right) == (pytest.approx(0, abs=2), pytest.approx(0, abs=2))
    assert gap == pytest.approx([curve * 74 / 168, curve * 81 / 168], abs=2)


def test_a_keyboard_goes_from_hour_to_hour_and_hears_each(modules: Modules) -> None:
    before, first, tip, second, gone, has_focus = look(
        modules,
        """const value = () => slider().getAttribute("aria-valuetext");
        const before = [value(), all(".tip").length];
        slider().focus();
        await go("Home");
        const first = value();
        const tip = plain(all(".tip")[0]);
        await go("ArrowRight");
        const second = value();
        await go("Escape");
        return [before, first, tip, second, all(".tip").length,
            card.root.activeElement === slider()];""",
        language="fr",
    )
    assert before[0].replace("\u00a0", " ").startswith("mer. 25, 23 h à 24 h")
    assert before[1] == 0
    assert first.replace("\u00a0", " ") == (
        "jeu. 19, 0 h à 1 h; Moyenne : 303 W; Somme : 87,0 kWh; Foyers mesurés : 287 sur 287"
    )
    assert tip.replace("\u00a0", " ").startswith("jeu. 19, 0 h à 1 h")
    assert second.replace("\u00a0", " ").startswith("jeu. 19, 1 h à 2 h")
    assert (gone, has_focus) == (0, True)


def test_a_pointer_shows_the_hour_that_lies_under_it(modules: Modules) -> None:
    told, left = look(
        modules,
        """const picture = all(".group-card .pointable")[0];
        const box = picture.querySelector("svg").getBoundingClientRect();
        const over = (x) => picture.dispatchEvent(
            new PointerEvent("pointermove", { clientX: x, pointerType: "mouse" }));
        const area = all(".group-card svg")[1].querySelector("path[d^=M]").getBoundingClientRect();
        over(area.left + (area.width * 76.5) / 168);
        await settled();
        const told = plain(all(".tip")[0]);
        over(box.left + 2);
        await settled();
        return [told, all(".tip").length];""",
        language="fr",
    )
    assert told.replace("\u00a0", " ").startswith("dim. 22, 4 h à 5 h")
    assert "178 sur 287" in told
    assert left == 0


def test_what_the_periods_of_a_tariff_cost_is_told(modules: Modules) -> None:
    periods = [
        {"period": "off_peak", "kwh": 9120.4, "amount": 1550.47},
        {"period": "peak", "kwh": 27178.0, "amount": 5707.4},
    ]
    rows = look(
        modules,
        """house.localize = (key) => key.split(".").at(-1);
        card.redraw();
        return all(".group-card .rows > div").map(plain);""",
        group(costs={"currency": "EUR", "periods": periods}),
    )
    assert [row.replace("\u00a0", " ") for row in rows] == [
        "off_peak9,120 kWh · €1,550.47",
        "peak27,178 kWh · €5,707.40",
    ]


@pytest.mark.parametrize(
    ("answer", "said", "button"),
    [
        (group(0, hours=[], median=[], gaps=[]), "Nobody gives a consumption yet", ["Invite"]),
        (
            group(3, hours=[[1_795_600_800, None, 3, *[None] * 4]], median=[None], gaps=[]),
            "3 homes give it, and there is no curve of these days yet",
            [],
        ),
        (group(3, hours=[], median=[], gaps=[]), "The curve begins with the first hour", []),
    ],
)
def test_where_there_is_nothing_to_draw_it_says_what_comes_next(
    modules: Modules, answer: dict[str, Any], said: str, button: list[str]
) -> None:
    text, buttons, pictures = look(
        modules,
        """return [plain(part()), all(".group-card .empty button").map(plain),
            all(".group-card svg").length];""",
        answer,
    )
    assert said in text
    assert (buttons, pictures) == (button, 0)


def test_what_cannot_be_read_is_read_again_by_a_button(modules: Modules) -> None:
    before, rest, after = look(
        modules,
        """const kept = said["sen1/collection_group"];
        delete said["sen1/collection_group"];
        card.show("c1");
        await settled();
        const before = [alert(), all(".group-card button").map(plain)];
        const rest = all(".numbers").length;
        said["sen1/collection_group"] = kept;
        await press("Try again");
        return [before, rest, figures().length];""",
    )
    assert before[0].startswith("The curve of the group could not be read")
    assert before[1] == ["Try again"]
    assert (rest, after) == (1, 2)


def test_while_it_comes_it_says_so(modules: Modules) -> None:
    role = look(
        modules,
        """house.callWS = () => new Promise(() => undefined);
        card.show("c1");
        await settled();
        return all(".group-card .loading").map((one) => one.getAttribute("role"));""",
    )
    assert role == ["status"]


def test_it_is_asked_for_once_while_the_page_is_drawn_again(modules: Modules) -> None:
    asked = look(modules, "card.redraw(); await card.read(); await settled(); return sent();")
    assert asked == [{"type": "sen1/collection_group", "subentry_id": "c1", "what": "consumption"}]


def test_of_two_collections_each_has_its_own_curve(modules: Modules) -> None:
    asked = look(
        modules,
        'await press("Other"); return sent().map(({ subentry_id }) => subentry_id);',
        collections=(SOME, collection(member(1), asks=ASKS, subentry_id="c2", title="Other")),
    )
    assert asked == ["c1", "c2"]


@pytest.mark.parametrize(("width", "is_beside"), [(1000, True), (700, False), (390, False)])
def test_who_has_not_come_stands_beside_where_there_is_room_and_nothing_is_cut(
    modules: Modules, width: int, *, is_beside: bool
) -> None:
    group_box, absent_box, wide = look(
        modules,
        """const at = (one) => {
            const { left, right, top, bottom } = one.getBoundingClientRect();
            return { left, right, top, bottom };
        };
        return [at(part()), at(all(".absent-card")[0]), card.frame.scrollWidth];""",
        width=width,
        collections=(collection(member(1), asks=ASKS, absent=absent(13)),),
    )
    assert (absent_box["left"] >= group_box["right"]) is is_beside
    assert (absent_box["top"] >= group_box["bottom"]) is not is_beside
    assert wide <= width
