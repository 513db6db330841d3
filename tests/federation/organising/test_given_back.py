"""What comes back of a collection, at real servers: under which device a member finds it."""

from collections.abc import Callable
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.sen1.federation.config import publication_data
from custom_components.sen1.federation.entities.series import owners_of
from custom_components.sen1.federation.follow.following import Following
from custom_components.sen1.federation.friends import Friends
from custom_components.sen1.federation.participating.participations import Participations
from custom_components.sen1.federation.states import series_of
from custom_components.sen1.protocol.model import BareJid, GrantState

from ..conftest import Home, until
from .conftest import (
    COLLECTION,
    Newcomer,
    ask,
    change,
    collect,
    granted,
    is_member,
    join,
    members,
)
from .test_boards_of_members import Figure, figure as figure_fixture, give_ranking

figure = figure_fixture

type Meter = Callable[[object], None]

OTHER = "77aa00c2d4e5f602"


def shown(home: Home, subentry_id: str, publication: ConfigSubentry) -> set[str]:
    """Return what stands under a friend or a participation of a publication, by its keys."""
    wanted = publication_data(publication)["publication"]
    registry = er.async_get(home.hass)
    return {
        row.unique_id.rpartition("_")[2]
        for row in er.async_entries_for_config_entry(registry, home.entry.entry_id)
        if row.config_subentry_id == subentry_id
        and series_of(row.unique_id) == (subentry_id, wanted)
    }


def state(home: Home, subentry_id: str, publication: ConfigSubentry, key: str = "reading") -> Any:
    """Return the state of one of these."""
    wanted = publication_data(publication)["publication"]
    registry = er.async_get(home.hass)
    for row in er.async_entries_for_config_entry(registry, home.entry.entry_id):
        if row.unique_id == f"{subentry_id}_{wanted}_{key}":
            return home.hass.states.get(row.entity_id)
    return None


async def receives(home: Home, organiser: Home, *several: ConfigSubentry) -> None:
    """Wait until a home has series of an organiser, and their readings."""

    def is_there() -> bool:
        of_organiser = home.runtime[Following].series.get(BareJid(organiser.account.jid), {})
        found = [of_organiser.get(publication_data(one)["publication"]) for one in several]
        return all(one is not None and one.follower.latest for one in found)

    await until(is_there)
    await home.hass.async_block_till_done()


async def test_what_a_friend_gives_to_a_collection_alone_is_the_participation_s(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    roof = await cooperative.publish("sensor.meter", title="Our roof")
    lent = await cooperative.publish("sensor.meter", title="Our hall")
    friend = await house.befriend(cooperative)
    await cooperative.befriend(house, lent)
    await receives(house, cooperative, lent)
    publication = await house.publish("sensor.meter", title="Home")
    joined = await join(
        house, cooperative, collect(cooperative, [ask()], roof), consumption=publication
    )
    await is_member(cooperative, house)
    await receives(house, cooperative, roof, lent)
    both = {"reading", "status"}
    assert shown(house, joined, roof) == shown(house, friend.subentry_id, lent) == both
    assert not shown(house, friend.subentry_id, roof)
    assert not shown(house, joined, lent)
    assert "state_class" in state(house, joined, roof).attributes

    # So it is after a start, and what came with the collection goes with it.
    await hass.config_entries.async_unload(house.entry.entry_id)
    await hass.config_entries.async_setup(house.entry.entry_id)
    await receives(house, cooperative, roof, lent)
    assert not shown(house, friend.subentry_id, roof)
    house.runtime[Participations].leave(joined)
    await until(lambda: not members(cooperative))
    gone = next(one for one in house.series() if one.description.title == "Our roof")
    await until(lambda: gone.follower.grant.state is GrantState.WITHDRAWN)
    await hass.config_entries.async_unload(house.entry.entry_id)
    await hass.config_entries.async_setup(house.entry.entry_id)
    await receives(house, cooperative, lent)
    assert not shown(house, joined, roof)
    assert not shown(house, friend.subentry_id, roof)
    assert shown(house, friend.subentry_id, lent) == both


async def test_what_a_friend_granted_before_is_shown_twice_and_counted_once(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    roof = await cooperative.publish("sensor.meter", title="Our roof")
    friend = await house.befriend(cooperative)
    await cooperative.befriend(house, roof)
    await receives(house, cooperative, roof)
    publication = await house.publish("sensor.meter", title="Home")
    joined = await join(
        house, cooperative, collect(cooperative, [ask()], roof), consumption=publication
    )
    await until(lambda: state(house, joined, roof))
    assert shown(house, friend.subentry_id, roof) == {"reading", "status"}
    assert shown(house, joined, roof) == {"reading"}
    meter(815)
    await until(lambda: state(house, joined, roof).state == "815")
    own, again = (state(house, one, roof) for one in (friend.subentry_id, joined))
    assert own.state == "815"
    assert ("state_class" in own.attributes, "state_class" in again.attributes) == (True, False)
    assert len(house.series()) == 1

    house.runtime[Participations].leave(joined)
    await until(lambda: not members(cooperative))
    assert not shown(house, joined, roof)
    assert shown(house, friend.subentry_id, roof) == {"reading", "status"}
    meter(816)
    await until(lambda: state(house, friend.subentry_id, roof).state == "816")


async def test_a_series_that_is_forgotten_is_gone_from_the_collection_as_well(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    roof = await cooperative.publish("sensor.meter", title="Our roof")
    friend = await house.befriend(cooperative)
    await cooperative.befriend(house, roof)
    await receives(house, cooperative, roof)
    joined = await join(house, cooperative, collect(cooperative, [ask()], roof))
    await until(lambda: state(house, joined, roof))
    publication = publication_data(roof)["publication"]
    house.runtime[Friends].async_forget_series(BareJid(cooperative.account.jid), [publication])
    await hass.async_block_till_done()
    assert not shown(house, joined, roof)
    assert not shown(house, friend.subentry_id, roof)


@pytest.mark.usefixtures("boards_at_once")
async def test_each_collection_of_an_organiser_has_its_own_and_its_own_board(
    house: Home, cooperative: Home, newcomer: Newcomer, figure: Figure, meter: Meter
) -> None:
    roof = await cooperative.publish("sensor.meter", title="Our roof")
    hall = await cooperative.publish("sensor.meter", title="Our hall")
    ranking = give_ranking(cooperative)
    first = collect(cooperative, [ask()], roof, hall, collection=OTHER)
    second = collect(cooperative, [ask("per_area", "P1Y")], ranking, hall)
    change(cooperative, second, ranking_charter=1)
    publication = await house.publish("sensor.meter", title="Home")
    one = await join(house, cooperative, first, consumption=publication)
    other = await join(house, cooperative, second, per_area=await figure(house, 100))
    for number in range(4):
        home = await newcomer(f"home{number}")
        await join(home, cooperative, second, per_area=await figure(home, 90 - number))
        await is_member(cooperative, home)
    await receives(house, cooperative, roof, hall, ranking)
    assert shown(house, one, roof) == {"reading", "status"}
    assert shown(house, other, ranking) == {"place", "status"}
    assert not shown(house, other, roof)
    assert not shown(house, one, ranking)
    place = await until(lambda: state(house, other, ranking, "place"))
    assert place.attributes["board"]["collection"] == COLLECTION
    # What both give stands at both; the status stands where it is counted.
    assert shown(house, one, hall) == {"reading", "status"}
    assert shown(house, other, hall) == {"reading"}

    # With the first its own goes, and does not turn up in the other.
    house.runtime[Participations].leave(one)
    await until(lambda: not members(cooperative, OTHER))
    gone = next(one for one in house.series() if one.description.title == "Our roof")
    await until(lambda: gone.follower.grant.state is GrantState.WITHDRAWN)
    assert not list(owners_of(house.hass, house.entry, gone))
    assert not shown(house, one, hall)
    assert shown(house, other, hall) >= {"reading"}


@pytest.mark.parametrize("is_friend", [True, False])
async def test_of_a_sheet_that_names_no_publication_all_is_where_it_was(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter, *, is_friend: bool
) -> None:
    roof = await cooperative.publish("sensor.meter", title="Our roof")
    publication = await house.publish("sensor.meter", title="Home")
    before = (await house.befriend(cooperative)).subentry_id if is_friend else ""
    if is_friend:
        await cooperative.befriend(house)
    subentry = collect(cooperative, [ask()])
    one = await join(house, cooperative, subentry, consumption=publication)
    await is_member(cooperative, house)
    part: Any = house.runtime[Participations].taken[one]
    await until(lambda: part["number"])
    # As the Store kept it, and as an organiser says it who names none.
    part["sheet"] = {**part["sheet"], "gives": ["Our roof"]}
    change(cooperative, subentry, grants=granted(roof))
    await receives(house, cooperative, roof)
    owner = before or one
    assert shown(house, owner, roof) == {"reading", "status"}

    # Once it names it, it is there as well, and nothing is taken away.
    change(cooperative, subentry, revision=2)
    await until(lambda: part["sheet"]["revision"] == 2)
    await until(lambda: shown(house, one, roof))
    await hass.async_block_till_done()
    assert shown(house, owner, roof) == {"reading", "status"}
    assert shown(house, one, roof) == ({"reading"} if is_friend else {"reading", "status"})
