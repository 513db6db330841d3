"""What the picker of cards is told of ours."""

from typing import Any

import pytest

from custom_components.sen1.frontend import MODULES

from .conftest import Modules
from .town import HASS, Town


def suggested(modules: Modules, town: Town, name: str, entity: str) -> Any:
    return modules.run(
        f"""{HASS}
        const seen = hass(told);
        await sites.sitesOf(seen);
        return picker.suggestionOf(name, seen, entity)?.config ?? null;
        """,
        told=town.given,
        name=name,
        entity=entity,
    )


@pytest.mark.parametrize(
    ("name", "entity", "config"),
    [
        ("home", "sensor.site0_bought_month", {"part": "month"}),
        ("home", "sensor.site1_cost_day", {"site": "site1", "part": "today"}),
        ("home", "sensor.site0_energy_class", None),
        (
            "home",
            "sensor.site1_consumption",
            {"site": "site1", "part": "now", "entity": "sensor.site1_consumption"},
        ),
        ("class", "sensor.site0_energy_per_area", {}),
        ("home", "binary_sensor.site1_meter_silent", {"site": "site1", "part": "watch"}),
        ("cold", "sensor.site0_degree_days_season", {}),
        ("goals", "sensor.site1_goal_saving", {"site": "site1"}),
        ("questions", "sensor.site0_bought_day", None),
        ("home", "sensor.not_ours", None),
        ("home", "sensor.nowhere", None),
    ],
)
def test_a_card_is_offered_for_entities_that_it_shows(
    modules: Modules, name: str, entity: str, config: dict[str, str] | None
) -> None:
    town = Town(2)
    town.add(0, "degree_days_season", 910)
    town.add(1, "goal_saving", 6.9)
    town.states["sensor.not_ours"] = {"state": "1", "attributes": {}}
    town.entities["sensor.not_ours"] = {
        "entity_id": "sensor.not_ours",
        "platform": "hue",
        "translation_key": "bought_day",
    }
    expected = None if config is None else {"type": f"custom:sen1-{name}-card", **config}
    assert suggested(modules, town, name, entity) == expected


def test_a_comparison_is_offered_for_what_has_statistics(modules: Modules) -> None:
    town = Town(2)
    entity = "sensor.site0_consumption"
    assert suggested(modules, town, "comparison", entity) is None
    town.set(0, "consumption", "1", state_class="measurement", device_class="power")
    assert suggested(modules, town, "comparison", entity)["series"] == [{"statistic": entity}]


def test_each_card_has_a_name_and_a_preview_in_the_language_of_the_page(modules: Modules) -> None:
    found = modules.run(
        """
        document.documentElement.lang = "en";
        window.customCards = [];
        const cards = window.customCards;
        await picker.list(["class", "home"]);
        const names = () => cards.map(({ name, description }) => [name, description.length > 9]);
        const english = names();
        document.documentElement.lang = "fr";
        // The texts of a language are a module, which the page has once it was asked for.
        await Promise.all(["every_page", "cards"].map((part) => import(`/texts/${part}/fr.js`)));
        await new Promise((resolve) => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = resolve;
            port2.postMessage(null);
        });
        return [english, names(), cards.map(({ type, preview }) => [type, preview])];
        """
    )
    assert found == [
        [["SEN1 · Energy class", True], ["SEN1 · Home", True]],
        [["SEN1 · Classe énergétique", True], ["SEN1 · Accueil", True]],
        [["sen1-class-card", True], ["sen1-home-card", True]],
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_card_says_what_it_is_for_in_the_words_of_the_page(
    modules: Modules, language: str
) -> None:
    # What a page is built with is not picked.
    built = {"place", "tabs", "town"}
    cards = sorted({path.stem for path in (MODULES / "cards").glob("*.js")} - built)
    told = modules.run(
        """
        document.documentElement.lang = language;
        window.customCards = [];
        await picker.list(names);
        const { textsOf } = await import("/texts.js");
        const text = await textsOf(language, "cards");
        // As Home Assistant's picker takes it over.
        return window.customCards.map(({ type, name, description }) => [
            type, name.endsWith(text.cards[type.split("-")[1]][0]), description,
        ]);
        """,
        language=language,
        names=cards,
    )
    assert [card for card, is_named, _description in told if is_named] == [
        f"sen1-{name}-card" for name in cards
    ]
    descriptions = [description for *_name, description in told]
    assert all(len(one) > 15 and " " in one for one in descriptions)
    assert len(set(descriptions)) == len(cards)
