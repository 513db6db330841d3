"""The power of today over what is usual, drawn on a blank page."""

import re
from typing import Any

import pytest

from .conftest import Modules
from .town import HASS, SHOW, Town

NOW = "2026-11-25T12:40:00Z"
"""A Wednesday, 13:40 in Paris."""

BEGIN = 1_795_561_200_000
"""Its midnight."""

QUARTER = 900_000

DRAWN = f"""{HASS}{SHOW}
    const seen = hass(told, language);
    const {{ callWS }} = seen;
    const answered = [];
    seen.callWS = async (message) => {{
        if (message.type !== "sen1/usual") return callWS(message);
        answered.push(message);
        if (!usual) throw new Error("not_found");
        return usual;
    }};
    const card = await shown(name, config, seen);
    card.width = 420;
    card.asked = undefined;
    await card.fetch();
    for (let i = 0; i < 4; i += 1) await new Promise(requestAnimationFrame);
    const of = (selector) => Array.from(card.frame.querySelectorAll(selector));
    return {{
        words: card.frame.innerText,
        picture: of("svg text").map((one) => one.textContent),
        hatched: of("svg rect[fill^='url']").length,
        band: of("svg path[stroke='var(--consumption-fill)']").map((one) => one.getAttribute("d")),
        areas: of("svg path[fill='var(--consumption-pale)']").length,
        answered,
    }};
"""


def quarters(ended: int, watts: int) -> list[int | None]:
    return [watts] * ended + [None] * (96 - ended)


def day(**change: Any) -> dict[str, Any]:
    """Return what is answered of a day that goes on."""
    return {
        "begins": [BEGIN + number * QUARTER for number in range(96)],
        "low": [1820] * 96,
        "median": [2300] * 96,
        "high": [2850] * 96,
        "power": quarters(54, 2140),
        "day_kind": "working",
        "degrees": [11.0, 14.0],
        "temperatures": [4, 7],
        "days": 38,
        "now": {"state": "usual", "power": 2140, "low": 1820, "high": 2850},
        "unusual": [],
        **change,
    }


NOBODY_KNOWS = {"low": [None] * 96, "median": [None] * 96, "high": [None] * 96, "now": None}


def drawn(
    modules: Modules,
    usual: dict[str, Any] | None,
    name: str = "usual",
    language: str = "en-GB",
    **config: Any,
) -> dict[str, Any]:
    town = Town(2)
    found: dict[str, Any] = modules.run(
        DRAWN,
        now=NOW,
        told=town.given,
        name=name,
        config=config,
        usual=usual,
        language=language,
    )
    found["words"] = re.sub(r"\s+", " ", found["words"]).strip()
    return found


def test_the_power_of_today_is_told_beside_the_usual_in_words(modules: Modules) -> None:
    found = drawn(modules, day())
    assert "power Town hall, Wednesday, 25 November 2026" in found["words"]
    assert "2,140 W in these minutes As usual" in found["words"]
    assert "usually between 1,820 and 2,850 W at this hour" in found["words"]
    assert "One time in two, on working days, from 4 to 7 °C" in found["words"]
    assert len(found["band"]) == 1
    assert "usual" in found["picture"]
    assert found["answered"][-1] == {"type": "sen1/usual", "site": "site0"}


def test_it_is_told_in_french(modules: Modules) -> None:
    found = drawn(modules, day(), language="fr")
    assert "2 140 W ces dernières minutes Dans l" in found["words"]
    assert "habitude entre 1 820 et 2 850 W à cette heure" in found["words"]
    assert "Une fois sur deux, en semaine, de 4 à 7 °C" in found["words"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"temperatures": [15, None]}, "One time in two, on working days, above 15 °C"),
        ({"temperatures": None, "degrees": None}, "on working days, in this season"),
        ({"day_kind": "weekend"}, "One time in two, at weekends, from 4 to 7 °C"),
        (
            {"now": {"state": "above", "power": 4000, "low": 1820, "high": 2850}},
            "More than usual",
        ),
    ],
)
def test_the_days_and_the_state_are_said(
    modules: Modules, change: dict[str, Any], said: str
) -> None:
    assert said in drawn(modules, day(**change))["words"]


def test_what_is_unusual_is_hatched_and_named_with_its_times(modules: Modules) -> None:
    span = {"begin": BEGIN + 49 * QUARTER, "end": BEGIN + 54 * QUARTER}
    found = drawn(modules, day(unusual=[span]))
    assert found["hatched"] == 1
    assert {"unusual", "12:15 to 13:30"} <= set(found["picture"])


def test_the_curve_stands_alone_while_too_few_days_are_known(modules: Modules) -> None:
    found = drawn(modules, day(**NOBODY_KNOWS, days=5))
    assert "What is usual is known from 14 days like today on; 5 are known." in found["words"]
    assert "One time in two" not in found["words"]
    assert found["band"] == []


def test_a_site_of_which_nothing_is_measured_says_so(modules: Modules) -> None:
    assert "Nothing measures what is used here" in drawn(modules, None)["words"]


def test_an_appliance_is_asked_for_by_its_sensor(modules: Modules) -> None:
    found = drawn(modules, day(), entity="sensor.freezer_power", site="site1")
    asked = {"type": "sen1/usual", "site": "site1", "entity": "sensor.freezer_power"}
    assert found["answered"][-1] == asked


# Behind the power of Home


def test_the_band_stands_behind_the_curve_of_home_where_it_is_known(modules: Modules) -> None:
    found = drawn(modules, day(), "power")
    assert len(found["band"]) == 1
    # The area under the curve would hide it.
    assert found["areas"] == 1
    assert "Band: what the home uses one time in two at this hour." in found["words"]


@pytest.mark.parametrize("usual", [None, day(**NOBODY_KNOWS)])
def test_home_is_as_ever_where_nothing_is_usual(
    modules: Modules, usual: dict[str, Any] | None
) -> None:
    found = drawn(modules, usual, "power")
    assert (found["band"], found["areas"]) == ([], 1)
    assert "Band" not in found["words"]
