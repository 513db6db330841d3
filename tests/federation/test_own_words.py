"""Words of SEN1's own, of a cooperative in English at a house in French, and of others who look."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.federation.config import AGED_PURPOSES
from custom_components.sen1.federation.own_words import LANGUAGES, async_load_own_words, key_of
from custom_components.sen1.protocol.terms import PURPOSES
from custom_components.sen1.texts import async_texts

from .conftest import Home
from .organising.conftest import ask, change, collect, is_member, join, offered
from .organising.test_boards_of_members import Figure, figure as figure_fixture, give_ranking
from .organising.test_given_back import receives, state

figure = figure_fixture

MEAN = "Consumption, mean of the members"
MEAN_FR = "Consommation, moyenne des membres"
RANKING_FR = "Classement des foyers"
THEIRS = "Our roof"

type Meter = Callable[[object], None]


async def told(
    hass: HomeAssistant, connect: WebSocketGenerator, command: str, language: str
) -> dict[str, Any]:
    """Return what a command answers to a page in a language."""
    connection = await connect(hass)
    await connection.send_json_auto_id({"type": f"sen1/{command}", "language": language})
    answer = await connection.receive_json()
    await connection.close()
    result: dict[str, Any] = answer["result"]
    return result


@pytest.fixture
async def drafts(hass: HomeAssistant) -> dict[str, str]:
    """Return the charter that SEN1 proposes, by language."""
    words = {one: await async_texts(hass, "selector", one) for one in LANGUAGES}
    return {one: of["charter.options.draft"] for one, of in words.items()}


async def test_each_reads_what_sen1_names_in_its_own_words_and_what_people_wrote_as_it_is(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    house: Home,
    cooperative: Home,
    meter: Meter,
    figure: Figure,
    drafts: dict[str, str],
) -> None:
    mean = await cooperative.publish("sensor.meter", title=f"{MEAN}, rue Neuve")
    roof = await cooperative.publish("sensor.meter", title=THEIRS)
    ranking = give_ranking(cooperative)
    collection = collect(cooperative, [ask("per_area", "P1Y")], mean, roof, ranking)
    change(cooperative, collection, charter=drafts["en"])

    # The cooperative has made all of it; the house is another one's, and in French.
    hass.config.language = "fr"
    offer = await offered(house, cooperative, collection)
    for language, names in (
        ("fr", [f"{MEAN_FR}, rue Neuve", THEIRS, RANKING_FR]),
        ("en", [f"{MEAN}, rue Neuve", THEIRS, "Ranking of the homes"]),
    ):
        answer = await told(hass, hass_ws_client, "collection_offers", language)
        (found,) = (one for one in answer["offers"] if one["offer_id"] == offer)
        assert found["sheet"]["gives"] == names
        assert found["sheet"]["charter"] == drafts[language]
        # It goes as a key; the page has the words.
        assert found["sheet"]["purpose"] == "investment"
        organised = await told(hass, hass_ws_client, "collections", language)
        assert organised["collections"][0]["gives"] == names

    change(cooperative, collection, charter="We tell nobody what a home uses.")
    joined = await join(house, cooperative, collection)
    await is_member(cooperative, house)
    await receives(house, cooperative, mean, roof)
    shown = {title: state(house, joined, one) for title, one in (("mean", mean), (THEIRS, roof))}
    assert shown["mean"].name == f"Lucioles {MEAN_FR}, rue Neuve"
    assert shown["mean"].attributes["called"] == "mean.consumption, rue Neuve"
    assert shown[THEIRS].name == f"Lucioles {THEIRS}"
    assert "called" not in shown[THEIRS].attributes
    for language, name in (("fr", MEAN_FR), ("en", MEAN)):
        answer = await told(hass, hass_ws_client, "collection_offers", language)
        (taken,) = answer["participations"]
        assert taken["receives"][0] == f"{name}, rue Neuve"
        answer = await told(hass, hass_ws_client, "sharing", language)
        titles = {one["title"] for account in answer["accounts"] for one in account["shares"]}
        assert {f"{name}, rue Neuve", THEIRS} <= titles

    # A household that gives it a name of its own reads that name, in any language.
    er.async_get(hass).async_update_entity(shown["mean"].entity_id, name="Our mean")
    await hass.async_block_till_done()
    renamed = state(house, joined, mean)
    assert renamed.name.endswith("Our mean")
    assert "called" not in renamed.attributes


async def test_a_charter_that_differs_by_a_word_is_shown_as_it_was_written(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    house: Home,
    cooperative: Home,
    drafts: dict[str, str],
) -> None:
    written = drafts["en"].replace("Nothing is sold", "Little is sold")
    collection = collect(cooperative)
    change(cooperative, collection, charter=written)
    await offered(house, cooperative, collection)
    answer = await told(hass, hass_ws_client, "collection_offers", "fr")
    assert [one["sheet"]["charter"] for one in answer["offers"]] == [written]


async def test_no_name_is_another_in_another_language(hass: HomeAssistant) -> None:
    await async_load_own_words(hass)
    for language in LANGUAGES:
        words = await async_texts(hass, "selector", language)
        for above in ("share_what", "group_mean", "board"):
            named = {
                key.rpartition(".")[2]: name
                for key, name in words.items()
                if key.startswith(f"{above}.options.")
            }
            assert named
            for what, name in named.items():
                assert key_of(hass, name).endswith(f".{what}")
        purposes = {key.rpartition(".")[2] for key in words if key.startswith("purpose.options.")}
        assert purposes >= {*PURPOSES, *AGED_PURPOSES}
