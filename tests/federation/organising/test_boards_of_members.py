"""A ranking that comes back to all who take part, at real servers: who sees what of whom."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
import time
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sen1.const import DOMAIN, LEAST_HOMES
from custom_components.sen1.federation.config import PUBLICATION, publication_data
from custom_components.sen1.federation.consent.policy import Policy
from custom_components.sen1.federation.entities import boards
from custom_components.sen1.federation.organising.collections import Collections
from custom_components.sen1.federation.organising.ranking import BETWEEN, RANKING
from custom_components.sen1.federation.pages.publication import new_board_publication
from custom_components.sen1.federation.participating.participations import Participations
from custom_components.sen1.federation.publish.catalogue_server import CatalogueServer
from custom_components.sen1.federation.publish.publication import BoardPublication
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.publish.source import choose, is_lent
from custom_components.sen1.federation.showing.overview import sharing_of
from custom_components.sen1.federation.states import unique_id_of
from custom_components.sen1.protocol.collecting.board import board_from_text, board_to_text
from custom_components.sen1.protocol.errors import NotShareable, Unshareable
from custom_components.sen1.protocol.model import BareJid, Reading

from ..conftest import Home, until
from .conftest import (
    COLLECTION,
    Newcomer,
    agree,
    ask,
    change,
    collect,
    current,
    granted,
    is_member,
    join,
    members,
    series_of,
)

pytestmark = pytest.mark.usefixtures("boards_at_once")

OTHER = "77aa00c2d4e5f602"
VALUES = (120.9, 88.2, 102.1, 102.7, 131.0, 60.0)

type Figure = Callable[[Home, float], Awaitable[ConfigSubentry]]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let boards follow one another at once."""
    monkeypatch.setattr(boards, "BETWEEN", 0.05)


@pytest.fixture
def figure(hass: HomeAssistant) -> Figure:
    """Return what makes available what a year of a home comes to."""

    async def publish(home: Home, value: float) -> ConfigSubentry:
        name = home.account.jid.partition("@")[0]
        entity = er.async_get(hass).async_get_or_create(
            "sensor", "test", f"area {name}", suggested_object_id=f"area_{name}"
        )
        unit = {"unit_of_measurement": "kWh/m²", "state_class": "measurement"}
        hass.states.async_set(entity.entity_id, str(value), unit)
        return await home.publish(entity.entity_id, title="Our year")

    return publish


def ask_for_years(cooperative: Home, ranking: ConfigSubentry) -> ConfigSubentry:
    """Organise what gives its ranking back from the first charter on."""
    subentry = collect(cooperative, [ask("per_area", "P1Y")], ranking)
    change(cooperative, subentry, ranking_charter=1)
    return subentry


def give_ranking(organiser: Home, interval_s: int = 0) -> ConfigSubentry:
    """Make the ranking available, as the form does."""
    data: dict[str, Any] = dict(new_board_publication(COLLECTION, RANKING), interval_s=interval_s)
    subentry = ConfigSubentry(
        data=MappingProxyType(data),
        subentry_type=PUBLICATION,
        title="Ranking of the homes",
        unique_id=data["publication"],
    )
    organiser.hass.config_entries.async_add_subentry(organiser.entry, subentry)
    return subentry


def published(organiser: Home, ranking: ConfigSubentry) -> BoardPublication:
    publication = organiser.runtime[Publishing].publications[
        publication_data(ranking)["publication"]
    ]
    assert isinstance(publication, BoardPublication)
    return publication


def borne(organiser: Home) -> Any:
    """Return the state of the organiser's entity that bears the ranking."""
    return organiser.state(RANKING)


def board_of(home: Home) -> Any:
    """Return what a member's entity tells, while it tells anything."""
    state = home.state("place")
    return state.attributes if state is not None and "board" in state.attributes else None


def numbers(home: Home) -> list[int]:
    told = board_of(home)
    return [] if told is None else [one["number"] for one in told["board"]["homes"]]


async def test_the_figure_of_a_member_has_no_state_that_others_could_read(
    hass: HomeAssistant, house: Home, cooperative: Home, figure: Figure
) -> None:
    subentry = collect(cooperative, [ask("per_area", "P1Y")])
    await join(house, cooperative, subentry, per_area=await figure(house, 100))
    await series_of(cooperative, house)
    (member,) = members(cooperative)
    registry = er.async_get(hass)
    unique_id = unique_id_of(member.owner, member.gives["per_area"], "reading")
    entity_id = await until(lambda: registry.async_get_entity_id("sensor", DOMAIN, unique_id))
    entity = registry.entities[entity_id]
    assert entity.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert entity.hidden_by is er.RegistryEntryHider.INTEGRATION
    assert hass.states.get(entity_id) is None


@pytest.mark.usefixtures("impatient")
async def test_each_sees_its_place_and_nothing_of_another_beyond_the_board(
    house: Home, cooperative: Home, newcomer: Newcomer, figure: Figure
) -> None:
    ranking = give_ranking(cooperative)
    subentry = ask_for_years(cooperative, ranking)
    homes = [house, *[await newcomer(f"home{number}") for number in range(5)]]
    joined = []
    for number, (home, value) in enumerate(zip(homes, VALUES, strict=True), 1):
        assert borne(cooperative) is None or len(members(cooperative)) == number - 1
        publication = await figure(home, value)
        joined.append(
            await join(home, cooperative, subentry, name=f"Family {number}", per_area=publication)
        )
        await is_member(cooperative, home)
        await series_of(cooperative, home)
        if number < LEAST_HOMES:
            # Not even how many there are.
            state = await until(lambda: borne(cooperative))
            assert (state.state, "board" in state.attributes) == ("unknown", False)
            assert published(cooperative, ranking).publisher.newest is None
    everyone = [6, 2, 3, 4, 1, 5]
    await until(lambda: all(numbers(home) == everyone for home in homes))
    told, state = board_of(house), house.state("place")
    assert (state.state, told["of"]) == ("5", 6)
    assert (told["mine"]["number"], told["mine"]["value"], told["mine"]["rank"]) == (1, 120, 5)
    assert [one["rank"] for one in told["board"]["homes"]] == [1, 2, 3, 3, 5, 6]
    assert borne(cooperative).state == "6"
    text = str(borne(cooperative).attributes["board"])
    assert "Family" not in text
    assert not any(home.account.jid.partition("@")[0] in text for home in homes)
    (share,) = shares(cooperative)
    assert [(one["kind"], one["members"]) for one in share["grants"]] == [("collection", 6)]
    # A member follows the organiser alone, and the organiser's board is all it has.
    assert [series.publisher for series in house.series()] == [cooperative.account.jid]

    # Who says so stands under its name.
    member = members(cooperative)[1]
    member.data["is_shown"] = True
    cooperative.runtime[Collections].changed.tell()
    await until(lambda: board_of(house)["board"]["homes"][1]["name"] == "Family 2")
    assert [one["name"] for one in board_of(house)["board"]["homes"]].count("") == 5

    # Who leaves is gone with the next one, and its own is erased.
    homes[3].runtime[Participations].leave(joined[3])
    await until(lambda: numbers(house) == [6, 2, 3, 1, 5])
    assert house.state("place").state == "4"
    await until(lambda: homes[3].state("place") is None)

    # One more, and there are too few: nobody is told anything any more.
    homes[4].runtime[Participations].leave(joined[4])
    await until(lambda: house.state("place").state == "unavailable")
    assert borne(cooperative).state == "unknown"
    assert board_of(house) is None


async def five(
    house: Home, cooperative: Home, newcomer: Newcomer, figure: Figure, subentry: ConfigSubentry
) -> list[Home]:
    """Let five homes take part, whose figures have come."""
    homes = [house, *[await newcomer(f"home{number}") for number in range(4)]]
    for home, value in zip(homes, VALUES, strict=False):
        await join(home, cooperative, subentry, per_area=await figure(home, value))
        await is_member(cooperative, home)
        await series_of(cooperative, home)
    return homes


async def test_a_board_waits_for_the_one_before_and_is_there_again_after_a_start(
    hass: HomeAssistant, house: Home, cooperative: Home, newcomer: Newcomer, figure: Figure
) -> None:
    ranking = give_ranking(cooperative)
    subentry = ask_for_years(cooperative, ranking)
    homes = await five(house, cooperative, newcomer, figure, subentry)
    await until(lambda: numbers(house))
    text = borne(cooperative).attributes["board"]

    # What changes meanwhile is told together.
    entity_id = f"sensor.area_{homes[1].account.jid.partition('@')[0]}"
    unit = {"unit_of_measurement": "kWh/m²", "state_class": "measurement"}
    hass.states.async_set(entity_id, "40", unit)
    series = await series_of(cooperative, homes[1])
    await until(lambda: series.follower.latest and series.follower.latest.value == "40")
    assert borne(cooperative).attributes["board"] == text
    now = time.time()
    async_fire_time_changed(hass, dt_util.utc_from_timestamp(now + BETWEEN / 2))
    assert borne(cooperative).attributes["board"] == text
    async_fire_time_changed(hass, dt_util.utc_from_timestamp(now + BETWEEN + 5))
    await until(lambda: board_of(house)["board"]["homes"][0]["value"] == 40)

    # After a start it is what it was, and is told to nobody as if it were another.
    text = borne(cooperative).attributes["board"]
    await hass.config_entries.async_unload(cooperative.entry.entry_id)
    await hass.config_entries.async_setup(cooperative.entry.entry_id)
    state = await until(lambda: (s := borne(cooperative)) and "board" in s.attributes and s)
    assert state.attributes["board"] == text
    publication = published(cooperative, ranking)
    newest = await until(lambda: publication.is_open and publication.publisher.newest)
    assert not newest.unavailable
    assert (newest.readings[-1].time, publication.publisher.waiting) == (
        board_from_text(text).at,
        0,
    )


async def test_a_board_goes_to_no_friend_whoever_grants_it(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    ranking = give_ranking(cooperative)
    publication = publication_data(ranking)["publication"]
    friend = await cooperative.befriend(house)
    # No form offers it.
    flow = await cooperative.change(friend, "grants")
    key = next(key for key in flow["data_schema"].schema if key == "publications")
    assert publication not in str(flow["data_schema"].schema[key].config["options"])
    # Nor does a grant that is there by whatever way let it through, nor one of another collection.
    granting = {**friend.data, "grants": granted(ranking)}
    hass.config_entries.async_update_subentry(cooperative.entry, friend, data=granting)
    hass.config_entries.async_update_subentry(
        cooperative.entry, ranking, data={**ranking.data, "listed": True}
    )
    collect(cooperative, [ask()], ranking, collection=OTHER)
    jid = BareJid(house.account.jid)
    cooperative.runtime.store.content["collected"][OTHER] = {
        jid: {"number": 1, "name": "", "address": jid, "joined": 0.0, "charter": 1, "gives": {},
              "told": 1}
    }  # fmt: skip
    await hass.async_block_till_done()
    policy = cooperative.runtime[Policy]
    policy.apply()
    assert jid in policy.grantees
    assert not policy.told_to(jid)
    assert not policy.is_wanted(publication)
    assert not cooperative.runtime[CatalogueServer]._offers(jid)
    assert publication in {one["publication"] for one in shares(cooperative)}


def shares(home: Home) -> list[Any]:
    return list(sharing_of(home.entry)["shares"])


async def test_what_is_made_of_a_board_is_not_shared_further(
    hass: HomeAssistant, cooperative: Home
) -> None:
    collect(cooperative, [ask("per_area", "P1Y")])
    state = await until(lambda: borne(cooperative))
    with pytest.raises(NotShareable) as refused:
        choose(hass, state.entity_id)
    assert refused.value.key is Unshareable.NOT_TO_FORWARD
    hass.states.async_set("sensor.homes", "7", {"entity_id": [state.entity_id]})
    assert is_lent(hass, "sensor.homes")


async def test_the_board_of_another_collection_and_what_is_none_are_counted_and_not_shown(
    house: Home, cooperative: Home, newcomer: Newcomer, figure: Figure
) -> None:
    ranking = give_ranking(cooperative)
    subentry = ask_for_years(cooperative, ranking)
    await five(house, cooperative, newcomer, figure, subentry)
    await until(lambda: numbers(house))
    true = board_from_text(borne(cooperative).attributes["board"])
    publication, refusals = published(cooperative, ranking), house.runtime.journal.refusals

    def lie(text: str) -> None:
        publication.publisher.add(Reading(round(time.time(), 3), text))
        publication._on_change()

    lie(board_to_text(replace(true, collection=OTHER)))
    await until(lambda: refusals["wrong_collection"])
    lie("{}")
    await until(lambda: refusals["bad_board"])
    assert board_of(house)["board"]["collection"] == COLLECTION


async def test_with_its_collection_the_board_goes(cooperative: Home) -> None:
    ranking = give_ranking(cooperative)
    subentry = collect(cooperative, [ask("per_area", "P1Y")], ranking)
    await until(lambda: borne(cooperative))
    assert publication_data(current(cooperative, ranking))["registry_id"]
    cooperative.hass.config_entries.async_remove_subentry(cooperative.entry, subentry.subentry_id)
    await until(lambda: ranking.subentry_id not in cooperative.entry.subentries)
    assert borne(cooperative) is None


async def test_a_collection_that_does_not_ask_for_it_has_no_ranking(
    hass: HomeAssistant, cooperative: Home
) -> None:
    collect(cooperative, [ask()])
    await hass.async_block_till_done()
    assert borne(cooperative) is None


async def test_who_agreed_before_there_was_a_ranking_is_in_it_once_it_agrees_again(
    house: Home, cooperative: Home, newcomer: Newcomer, figure: Figure
) -> None:
    ranking = give_ranking(cooperative)
    subentry = ask_for_years(cooperative, ranking)
    change(cooperative, subentry, charter_version=2, ranking_charter=2, revision=2)
    homes = [house, *[await newcomer(f"home{number}") for number in range(4)]]
    joined = []
    for home, value in zip(homes, VALUES, strict=False):
        year = await figure(home, value)
        joined.append(await join(home, cooperative, subentry, per_area=year))
        await is_member(cooperative, home)
        # The first of them agreed to the one before.
        members(cooperative)[0].data["charter"] = 1
        await series_of(cooperative, home)
    cooperative.runtime[Collections].changed.tell()
    assert borne(cooperative).state == "unknown"
    agree(house, joined[0])
    await until(lambda: borne(cooperative).state == "5")
    assert len(await until(lambda: numbers(house))) == LEAST_HOMES
