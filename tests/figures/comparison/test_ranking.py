"""Rankings: BMHS's order, ties, homes without a figure, and names that are not told."""

import random

from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.figures.comparison.ranking import Ranking, pseudonyms, ranking_of

from ...conftest import schema_of
from ..conftest import MakeAccount, told
from .test_group import add, change, friends, series

DECK = (17, 23, 44, 45, 70, 71, 75, 98)
"""The eight homes of BMHS's screen that have a figure, of twelve."""
BY_AREA = {"unit_of_measurement": "kWh/m²"}


def of(*values: float, mine: int | None = None) -> Ranking:
    return ranking_of((str(n), value, n == mine) for n, value in enumerate(values))


@pytest.mark.parametrize("seed", range(5))
def test_the_head_and_the_tail_are_those_of_the_deck(seed: int) -> None:
    values = list(DECK)
    random.Random(seed).shuffle(values)
    ranking = of(*values)
    assert [home.value for home in ranking.head] == [17, 23, 44, 45, 70]
    assert [home.value for home in ranking.tail] == [98, 75, 71, 70, 45]


def test_the_same_figure_is_the_same_rank_and_the_next_is_left_out() -> None:
    ranking = of(30, 10, 20, 20, mine=3)
    assert [home.rank for home in ranking.homes] == [1, 2, 2, 4]
    assert ranking.mine is not None
    assert ranking.mine.rank == 2


def test_decimals_do_not_tell_homes_apart() -> None:
    assert [home.rank for home in of(70.9, 70.1).homes] == [1, 1]


def test_a_few_homes_are_all_in_the_head_and_in_the_tail() -> None:
    ranking = of(3, 1)
    assert [home.value for home in ranking.head] == [1, 3]
    assert [home.value for home in ranking.tail] == [3, 1]
    assert of().head == []
    assert of(1).mine is None


def test_a_pseudonym_stays_and_follows_no_order() -> None:
    refs = [f"ref{number}" for number in range(30)]
    names = pseudonyms(refs, "salt")
    assert sorted(names.values(), key=lambda n: (len(n), n))[-1] == "AD"
    assert len(set(names.values())) == 30
    assert names == pseudonyms(reversed(refs), "salt")
    assert list(names.values()) != sorted(names.values())
    assert names != pseudonyms(refs, "other salt")


async def test_a_home_sees_its_rank_among_friends_and_no_name(
    hass: HomeAssistant, make_account: MakeAccount
) -> None:
    account = await make_account(*friends(11))
    members = series(hass, account)
    hass.states.async_set("sensor.mine", "75.9", BY_AREA)
    for entity_id, value in zip(members, (17, 23, 44, 45, 70, 71, 98), strict=False):
        hass.states.async_set(entity_id, str(value), BY_AREA)
    flows = hass.config_entries.subentries
    flow = await flows.async_init((account.entry_id, "ranking"), context={"source": "user"})
    suggested = {
        key.schema: key.description["suggested_value"]
        for key in schema_of(flow)
        if key.description and "suggested_value" in key.description
    }
    assert sorted(suggested["members"]) == sorted(members[:7])
    assert suggested["mine"] == "sensor.mine"

    given = {"name": "Street", "members": members, "mine": "sensor.mine", "names": False}
    ranking = await add(hass, account, "ranking", **given)
    rank = told(hass, account, "rank")
    assert (rank.state, rank.attributes["value"]) == ("7", 75)
    assert (rank.attributes["of"], rank.attributes["missing"]) == (8, 4)
    assert [row["value"] for row in rank.attributes["head"]] == [17, 23, 44, 45, 70]
    assert [row["value"] for row in rank.attributes["tail"]] == [98, 75, 71, 70, 45]
    assert [row["value"] for row in rank.attributes["tail"] if row.get("mine")] == [75]
    assert not any("Home" in row["name"] for row in rank.attributes["head"])

    hass.states.async_set("sensor.mine", "unavailable", BY_AREA)
    await hass.async_block_till_done()
    rank = told(hass, account, "rank")
    assert rank.state == "unknown"
    assert (rank.attributes["of"], rank.attributes["missing"]) == (7, 5)

    hass.states.async_set("sensor.mine", "1e16", BY_AREA)
    await hass.async_block_till_done()
    assert told(hass, account, "rank").attributes["of"] == 7

    hass.states.async_set("sensor.mine", "10", BY_AREA)
    await change(hass, account, ranking, **given | {"names": True})
    rank = told(hass, account, "rank")
    assert rank.state == "1"
    assert [row["name"] for row in rank.attributes["head"]][1] == "Home 0"


async def test_figures_of_different_units_are_refused(
    hass: HomeAssistant, make_account: MakeAccount
) -> None:
    account = await make_account(*friends(2))
    one, other = series(hass, account)
    hass.states.async_set(one, "1", BY_AREA)
    hass.states.async_set(other, "1", {"unit_of_measurement": "kWh"})
    flows = hass.config_entries.subentries
    flow = await flows.async_init((account.entry_id, "ranking"), context={"source": "user"})
    for members, error in (([one, other], "units_differ"), ([one], "too_few_members")):
        given = {"name": "x", "members": members, "names": False}
        flow = await flows.async_configure(flow["flow_id"], given)
        assert flow["errors"] == {"members": error}
