"""The power of today on what is usual, as Home draws it on a blank page."""

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
    const card = await shown("home", {{ part: "now", ...config }}, seen);
    card.width = 420;
    card.redraw();
    while (!card.past) await painted();
    const of = (selector) => Array.from(card.frame.querySelectorAll(selector));
    return {{
        words: card.frame.innerText,
        picture: of("svg text").map((one) => one.textContent),
        band: of("svg path[fill='var(--usual)']").length,
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
    modules: Modules, usual: dict[str, Any] | None, language: str = "en-GB", **config: Any
) -> dict[str, Any]:
    found: dict[str, Any] = modules.run(
        DRAWN, now=NOW, told=Town(2).given, config=config, usual=usual, language=language
    )
    found["words"] = re.sub(r"\s+", " ", found["words"]).strip()
    return found


def test_the_band_stands_behind_the_power_and_says_what_it_is(modules: Modules) -> None:
    found = drawn(modules, day())
    assert found["band"] == 1
    assert "usual" in found["picture"]
    assert found["answered"][-1] == {"type": "sen1/usual", "site": "site0"}


@pytest.mark.parametrize(
    ("state", "language", "said"),
    [
        ("usual", "en-GB", "As usual: between 1,820 and 2,850 W at this hour."),
        ("above", "en-GB", "More than usual: it is between 1,820 and 2,850 W at this hour."),
        ("below", "en-GB", "Less than usual: it is between 1,820 and 2,850 W at this hour."),
        (
            "above",
            "fr",
            "Plus que d\u2019habitude : c\u2019est entre 1 820 et 2 850 W à cette heure.",
        ),
    ],
)
def test_whether_now_is_unusual_is_said_in_words(
    modules: Modules, state: str, language: str, said: str
) -> None:
    now = {"state": state, "power": 4000, "low": 1820, "high": 2850}
    assert said in drawn(modules, day(now=now), language)["words"]


@pytest.mark.parametrize("usual", [None, day(**NOBODY_KNOWS, days=5)])
def test_home_is_as_ever_where_nothing_is_usual(
    modules: Modules, usual: dict[str, Any] | None
) -> None:
    found = drawn(modules, usual)
    assert found["band"] == 0
    assert "usual" not in found["words"]


def test_an_appliance_is_asked_for_by_its_sensor(modules: Modules) -> None:
    found = drawn(modules, day(), entity="sensor.freezer_power", site="site1")
    asked = {"type": "sen1/usual", "site": "site1", "entity": "sensor.freezer_power"}
    assert found["answered"][-1] == asked
    assert found["band"] == 1
