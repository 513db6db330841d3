"""A year of the past in usual weather: what is told beside its months, and what is not."""

import re
from typing import Any

import pytest

from .conftest import Modules
from .past_home import look
from .test_past import AXE, PAGE, number

Json = dict[str, Any]

YEAR = {"period": "year"}

MONTHS = 12


def of_year(*values: float | None) -> list[float | None]:
    """Return values of the first months of a year; nothing is known of the others."""
    return [*values, *[None] * (MONTHS - len(values))]


def cold(*degree_days: float | None, **others: Any) -> Json:
    return {
        "base": 18,
        "method": "meteo",
        "source": "sensor",
        "degree_days": of_year(*degree_days),
        "known": [0 if value is None else 1 for value in of_year(*degree_days)],
        "usual": [345.2, 315.0, 280.0, 205.0, 125.0, 60.0, *[10.0] * 6],
        "usual_years": [2016, 2025],
        "total": sum(value or 0 for value in degree_days) if degree_days else None,
    } | others


def corrected(values: list[float], in_normal: list[float], quantity: str = "bought") -> Json:
    return {
        "quantity": quantity,
        "values": of_year(*values),
        "corrected": of_year(*in_normal),
        "reason": None,
    }


BEFORE = [290.0, 240.0, 200.0, 140.0, 70.0, 40.0, 5.0, 5.0, 30.0, 150.0, 260.0, 330.0]
USED = [1240.2, 1126.1, 1033.6, 729.8, 504.1, 310.5]
IN_NORMAL = [1425.0, 1240.0, 1180.0, 1000.8, 844.0, 320.0]


def weather(**others: Any) -> Json:
    """Return the weather of the mock-up: this year until June, and the last."""
    return {
        "sen1/cold": {
            "2026": cold(372.04, 288, 255, 180, 87, 21),
            "2025": cold(*BEFORE),
        },
        "sen1/corrected": {
            "2026": corrected(
                [1432.2, 1148.3, 1077.6, 831.9, 516.7], [1345.83, 1234.72, 1157.61, 911.91, 638.32]
            ),
            "2025": corrected(USED, IN_NORMAL),
        },
    } | others


def year(modules: Modules, body: str = PAGE, **home: Any) -> Any:
    return look(modules, body, **{"asked": YEAR, "weather": weather(), **home})


FILE = """
    const { fileOf } = await import("/past/file.js");
    return fileOf(card, card.shown).map(({ title, values }) => [title, values]);
"""


def test_the_months_are_told_with_their_cold_and_as_in_normal_weather(modules: Modules) -> None:
    assert "In usual weather" in year(modules)["legend"]
    columns = dict(year(modules, FILE))
    assert columns["Cold of the month (degree-days)"] == [372.04, 288, 255, 180, 87, None]
    assert columns["Usual cold (degree-days)"] == [345.2, 315, 280, 205, 125, None]
    assert columns["In usual weather, Bought from the grid (kWh)"][0] == 1345.83


def test_a_month_that_goes_on_is_not_corrected_and_the_page_says_so(modules: Modules) -> None:
    page = year(modules)
    assert (
        "June goes on and is not corrected yet: the weather is counted from January to May."
    ) in page["frame"]


def test_a_sentence_explains_the_difference(modules: Modules) -> None:
    frame = year(modules)["frame"]
    assert (
        "From January to May it was colder than in 2025 (1,182 degree-days against 940), "
        "but milder than usual (1,270). In usual weather the home took 7.1% less; "
        "as measured, the change is 8.0% more over these months."
    ) in frame


def test_the_change_in_normal_weather_stands_beside_the_raw_one(modules: Modules) -> None:
    page = year(modules)
    (row,) = [one for one in page["more"] if one.startswith("In usual weather")]
    assert row == "In usual weather, from January to May7.1% less, 5,288.4 kWh against 5,689.8"
    assert any("cold not corrected" in one for one in page["heads"])


def test_it_says_so_in_french(modules: Modules) -> None:
    frame = year(modules, language="fr")["frame"]
    told = re.sub(r"\s+", " ", frame)
    assert "De janvier à mai, il a fait plus froid qu\u2019en 2025" in told
    assert "Juin est encore en cours, pas encore corrigé" in told


def test_one_month_is_no_span(modules: Modules) -> None:
    now = {
        "sen1/cold": {"2026": cold(372), "2025": cold(*BEFORE)},
        "sen1/corrected": {
            "2026": corrected([1432.2], [1345.8]),
            "2025": corrected(USED, IN_NORMAL),
        },
    }
    assert "In January it was colder" in year(modules, weather=now)["frame"]


@pytest.mark.parametrize("period", ["month", "week", "day"])
def test_only_a_year_asks_for_the_weather(modules: Modules, period: str) -> None:
    asked = look(
        modules,
        "return asked.map(({ type }) => type);",
        asked={"period": period},
        weather=weather(),
    )
    assert "sen1/cold" not in asked


def test_the_bars_are_there_before_the_weather_is_asked_for(modules: Modules) -> None:
    body = """
        const { callWS } = hass;
        const seen = [];
        hass.callWS = async (message) => {
            if (message.type === "sen1/cold") {
                seen.push(root.querySelectorAll(".pointable svg").length > 0);
            }
            return callWS(message);
        };
        await press("Year");
        return seen;
    """
    assert look(modules, body, weather=weather()) == [True, True]


def test_a_home_that_knows_no_cold_shows_its_year_as_ever(modules: Modules) -> None:
    page = year(modules, weather=None)
    assert page["rows"] == 6
    assert "degree-days" not in page["frame"]
    nothing = weather() | {
        "sen1/cold": dict.fromkeys(("2026", "2025"), cold(source=None, usual_years=None)),
    }
    assert "degree-days" not in year(modules, weather=nothing)["frame"]


def test_cold_without_a_model_is_told_and_has_no_line(modules: Modules) -> None:
    none = {"quantity": "bought", "values": of_year(), "corrected": of_year(), "reason": "poor"}
    page = year(modules, weather=weather() | {"sen1/corrected": {"2026": none, "2025": none}})
    assert "In usual weather" not in page["frame"]
    assert "it was colder than in 2025 (1,182 degree-days against 940)" in page["frame"]


def test_cold_is_told_where_nothing_can_be_corrected(modules: Modules) -> None:
    page = year(modules, weather=weather() | {"sen1/corrected": {}})
    assert "it was colder than in 2025 (1,182 degree-days against 940)" in page["frame"]


def test_of_a_home_with_a_roof_what_was_used_is_corrected_and_named(modules: Modules) -> None:
    used = weather()
    for of in used["sen1/corrected"].values():
        of["quantity"] = "consumed"
    page = year(modules, weather=used)
    assert any("5,288.4 kWh against 5,689.8, used" in one for one in page["more"])
    assert "over these months, of all that it used." in page["frame"]
    assert "In usual weather" not in page["legend"]


def test_a_point_tells_of_the_weather(modules: Modules) -> None:
    told = year(
        modules,
        'card.point(0); return root.querySelector(".slider").getAttribute("aria-valuetext");',
    )
    assert "Cold of the month: 372\u00a0degree-days" in told
    assert number(told.split("In usual weather: ")[1].split("kWh")[0]) == 1345.8


def test_another_site_has_other_weather(modules: Modules) -> None:
    asked = year(
        modules,
        "return asked.filter(({ type }) => type === 'sen1/cold').map(({ site }) => site);",
        sites=2,
    )
    assert set(asked) == {"site0"}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1000, 366], ids=["desktop", "phone"])
def test_nobody_is_shut_out_of_a_year_in_normal_weather(
    modules: Modules, width: int, dark: bool
) -> None:
    found = year(
        modules,
        """
        card.unfold("more", true);
        await settled();
        if (!window.axe) (0, eval)(home.axe);
        document.documentElement.lang = "en";
        document.title = "The past";
        document.body.style.cssText = home.dark
            ? "background:#1c1c1c;--primary-text-color:#e1e1e1;--card-background-color:#1c1c1c"
            : "background:#fff";
        const result = await axe.run(host, { resultTypes: ["violations"] });
        document.body.style.cssText = "";
        const { scrollWidth, clientWidth } = root.querySelector(".sums");
        return [...result.violations.map(({ id, nodes }) => [id, nodes[0].html.slice(0, 160)]),
            ...(scrollWidth > clientWidth ? ["too wide"] : [])];
        """,
        axe=AXE,
        width=width,
        dark=dark,
    )
    assert found == []
