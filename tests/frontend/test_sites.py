"""What a page knows of the sites: read once, and again when they may have changed."""

from typing import Any

import pytest

from .conftest import Modules

HOUSE = """
    const answers = [...lists];
    const asked = [];
    let tell;
    const connection = {
        subscribeMessage: async (listener, message) => {
            asked.push(message.type);
            tell = listener;
        },
    };
    const hass = {
        connection,
        entities: {},
        callWS: async (message) => {
            asked.push(message.type);
            const answer = answers.shift();
            if (!answer) throw { code: "unknown_command" };
            return { sites: answer };
        },
    };
"""


def site(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "name": name, "is_main": False, "sources": {}, **more}


def test_all_cards_of_a_page_read_the_sites_once(modules: Modules) -> None:
    found = modules.run(
        HOUSE
        + """
        const before = sites.knownSites(hass);
        const all = await Promise.all([sites.sitesOf(hass), sites.sitesOf({ ...hass })]);
        return [before, all.map((list) => list.length), sites.knownSites(hass) === all[0], asked];
        """,
        lists=[[site("one")]],
    )
    assert found == [None, [1, 1], True, ["config_entries/subscribe", "sen1/sites"]]


@pytest.mark.parametrize(
    ("change", "times"),
    [
        pytest.param("hass.entities = {};", 2, id="an entity was renamed"),
        pytest.param('tell([{ type: "updated", entry: { domain: "sen1" } }]);', 2, id="an entry"),
        pytest.param('tell([{ type: null, entry: { domain: "sen1" } }]);', 1, id="what is there"),
        pytest.param(
            'tell([{ type: "added", entry: { domain: "hue" } }]);', 1, id="the entry of another"
        ),
    ],
)
def test_the_sites_are_read_again_when_they_may_have_changed(
    modules: Modules, change: str, times: int
) -> None:
    found = modules.run(
        f"""{HOUSE}
        await sites.sitesOf(hass);
        {change}
        const meanwhile = sites.knownSites(hass).length;
        return [meanwhile, (await sites.sitesOf(hass)).length, asked.length - 1];
        """,
        lists=[[site("one")], [site("one"), site("two")]],
    )
    assert found == [1, times, times]


def test_sites_that_did_not_change_are_the_same_list(modules: Modules) -> None:
    found = modules.run(
        HOUSE
        + """
        const first = await sites.sitesOf(hass);
        hass.entities = {};
        return first === await sites.sitesOf(hass);
        """,
        lists=[[site("one")], [site("one")]],
    )
    assert found is True


def test_without_an_answer_what_was_known_stays(modules: Modules) -> None:
    found = modules.run(
        HOUSE
        + """
        const first = await sites.sitesOf(hass);
        hass.entities = {};
        return [first, await sites.sitesOf(hass)].map((list) => list.length);
        """,
        lists=[[site("one")]],
    )
    assert found == [1, 1]
    nothing = modules.run(f"{HOUSE} return sites.sitesOf(hass);", lists=[])
    assert nothing == []


def test_what_nobody_told_yet_is_not_known_until_it_is_read_again(modules: Modules) -> None:
    found = modules.run(
        HOUSE
        + """
        await sites.sitesOf(hass);
        const before = sites.knownSites(hass);
        answers.push([{ id: "one" }]);
        const list = await sites.readSites(hass);
        return [before, list.length, sites.knownSites(hass) === list];
        """,
        lists=[],
    )
    assert found == [None, 1, True]


def test_a_late_answer_does_not_undo_a_later_one(modules: Modules) -> None:
    found = modules.run(
        """
        const answers = [];
        const hass = {
            connection: { subscribeMessage: async () => undefined },
            entities: {},
            callWS: () => new Promise((resolve) => answers.push(resolve)),
        };
        const first = sites.sitesOf(hass);
        hass.entities = {};
        const second = sites.sitesOf(hass);
        answers[1]({ sites: ["one", "two"] });
        await second;
        answers[0]({ sites: ["one"] });
        return [(await first).length, sites.knownSites(hass).length];
        """
    )
    assert found == [2, 2]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [(None, "b"), ("a", "a"), ("gone", None)],
)
def test_without_a_name_the_main_site_is_meant(
    modules: Modules, wanted: str | None, expected: str | None
) -> None:
    found = modules.value(
        "sites.siteOf(list, wanted)?.id",
        list=[site("a"), site("b", is_main=True)],
        wanted=wanted,
    )
    assert found == expected


@pytest.mark.parametrize(
    ("sources", "is_roof"),
    [
        ({"produced_power": ["sensor.a"]}, True),
        ({"sold_index": ["sensor.a"], "produced_power": []}, True),
        ({"sold_index": ["sensor.a"], "bought_index": ["sensor.b"]}, False),
        ({"bought_index": ["sensor.b"]}, False),
        ({}, False),
    ],
)
def test_a_roof_is_where_nothing_that_is_bought_is_measured(
    modules: Modules, sources: dict[str, list[str]], is_roof: bool
) -> None:
    assert modules.value("sites.isRoof(one)", one=site("a", sources=sources)) is is_roof
