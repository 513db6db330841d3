"""A challenge by its form: what is proposed, what is refused, what comes of it."""

from datetime import date, timedelta
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.util import dt as dt_util
import pytest

from custom_components.sen1.federation.config import collection_data
from custom_components.sen1.federation.organising.collections import Collections
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.relations.members import MemberData
from custom_components.sen1.protocol.collecting.challenge import Energy, Rule
from custom_components.sen1.protocol.collecting.collection import (
    collection_from_element,
    collection_to_element,
)

from ..conftest import Home, until
from .test_collection import ASKS, CHARTER, WHO, begin, go_on, rankings

WHO_COMPETE = WHO | {"purpose": "challenge"}
NOTHING = ASKS | {"consumption": "no", "production": "no", "site": "no"}


def day_in(days: int) -> str:
    """Return a day after the Monday that comes."""
    today = dt_util.now().date()
    return (today + timedelta(days=7 - today.weekday() + days)).isoformat()


def challenge(**said: Any) -> dict[str, Any]:
    """Return the answer to the form: eight weeks, two teams."""
    return {
        "rule": "corrected",
        "action_begin": day_in(0),
        "action_end": day_in(55),
        "teams": "Cormorans\n Loutres \n\n",
        "energies": ["electricity"],
    } | said


async def organise(home: Home) -> ConfigSubentry:
    """Add a challenge that asks for nothing."""
    answers = (
        WHO_COMPETE,
        challenge(),
        NOTHING | {"until": day_in(90)},
        CHARTER,
        {"is_of_age": True},
    )
    flow = await go_on(home, await begin(home), *answers)
    assert flow["type"] == "create_entry", flow
    return organised(home)


def organised(home: Home) -> ConfigSubentry:
    """Return the one collection as it is now."""
    (subentry,) = (one for one in home.entry.subentries.values() if one.subentry_type == "friend")
    return subentry


async def test_a_challenge_needs_one_page_more_and_asks_for_nothing_else(
    cooperative: Home,
) -> None:
    flow = await go_on(cooperative, await begin(cooperative), WHO_COMPETE)
    assert flow["step_id"] == "challenge"
    shown = {
        str(key): key.description["suggested_value"]
        for key in flow["data_schema"].schema
        if key.description
    }
    assert shown == {"action_begin": day_in(0), "action_end": day_in(55)}
    assert date.fromisoformat(shown["action_begin"]).weekday() == 0
    flow = await go_on(cooperative, flow, challenge())
    assert flow["step_id"] == "collection_asks"
    flow = await go_on(cooperative, flow, NOTHING | {"until": day_in(61)})
    assert flow["errors"] == {"until": "ends_before_challenge"}
    flow = await go_on(cooperative, flow, NOTHING | {"until": day_in(62)}, CHARTER)
    # Whoever gives the board says that they may.
    assert flow["step_id"] == "age"
    flow = await go_on(cooperative, flow, {"is_of_age": True})
    assert flow["type"] == "create_entry"

    subentry = organised(cooperative)
    sheet = cooperative.runtime[Collections].sheet(subentry)
    assert collection_from_element(collection_to_element(sheet)) == sheet
    assert (sheet.asks, sheet.purpose) == ((), "challenge")
    told = sheet.challenge
    assert told is not None
    assert (told.rule, told.teams, told.energies) == (
        Rule.CORRECTED,
        ("Cormorans", "Loutres"),
        (Energy.ELECTRICITY,),
    )
    # The same weeks, a year before.
    assert [day + timedelta(weeks=52) for day in told.reference] == list(told.action)


async def test_the_board_is_given_back_by_itself(cooperative: Home) -> None:
    subentry = await organise(cooperative)
    (board,) = rankings(cooperative)
    (grant,) = collection_data(subentry)["grants"]
    assert grant["publication"] == board.data["publication"]
    assert grant["purpose"] == "challenge"
    (given,) = cooperative.runtime[Collections].sheet(subentry).gives
    assert given.title == "Board of the challenge"
    publication = cooperative.runtime[Publishing].publications[board.data["publication"]]
    entity_id = await until(lambda: publication.entity_id)
    state = cooperative.hass.states.get(entity_id)
    assert state is not None
    # Before five have come there is nothing to tell.
    assert state.state == "unknown"
    assert "board" not in state.attributes

    # What else comes back is chosen, and this is not.
    flow = await cooperative.change(subentry, "grants")
    flow = await go_on(cooperative, flow, {})
    assert flow["reason"] == "reconfigure_successful"
    assert collection_data(organised(cooperative))["grants"] == [grant]
    assert len(rankings(cooperative)) == 1


@pytest.mark.parametrize(
    ("said", "errors"),
    [
        pytest.param({"action_end": -1}, {"action_end": "period_length"}, id="no day"),
        pytest.param({"action_end": 366}, {"action_end": "period_length"}, id="too long"),
        pytest.param({"reference_begin": -363}, {"reference_begin": "weekdays_differ"}, id="Tue"),
        pytest.param(
            {"reference_begin": -49}, {"reference_begin": "periods_overlap"}, id="overlap"
        ),
        pytest.param({"teams": "Alone"}, {"teams": "number_of_teams"}, id="one team"),
        pytest.param({"teams": "Alone\n" + 41 * "a"}, {"teams": "team_name"}, id="a long name"),
        pytest.param({"teams": "Otters\notters"}, {"teams": "team_twice"}, id="a name twice"),
        pytest.param({"energies": []}, {"energies": "energies_needed"}, id="no energy"),
    ],
)
async def test_what_cannot_be_is_said_where_it_stands(
    cooperative: Home, said: dict[str, Any], errors: dict[str, str]
) -> None:
    # Of which Monday a day is counted is known in the home's own zone alone.
    wrong = {key: day_in(one) if isinstance(one, int) else one for key, one in said.items()}
    answers = (WHO_COMPETE, challenge(**wrong))
    flow = await go_on(cooperative, await begin(cooperative), *answers)
    assert (flow["step_id"], flow["errors"]) == ("challenge", errors)
    flow = await go_on(cooperative, flow, challenge())
    assert flow["step_id"] == "collection_asks"


async def test_other_weeks_and_teams_are_another_revision(cooperative: Home) -> None:
    subentry = await organise(cooperative)
    flow = await cooperative.change(subentry, "collection_sheet")
    flow = await go_on(cooperative, flow, WHO_COMPETE)
    shown = {
        str(key): key.description["suggested_value"]
        for key in flow["data_schema"].schema
        if key.description
    }
    assert shown == challenge(teams="Cormorans\nLoutres", reference_begin=day_in(-364))
    said = challenge(rule="grand_defi_2020", teams="Cormorans\nLoutres\nHérons")
    flow = await go_on(cooperative, flow, said, NOTHING | {"until": day_in(90)})
    assert flow["reason"] == "reconfigure_successful"
    data = collection_data(organised(cooperative))
    assert (data["revision"], data["challenge"]["rule"]) == (2, "grand-defi-2020")
    assert data["challenge"]["teams"] == ["Cormorans", "Loutres", "Hérons"]
    assert len(data["grants"]) == 1


async def test_a_team_that_has_members_stays(cooperative: Home) -> None:
    subentry = await organise(cooperative)
    member = MemberData(
        number=1,
        name="",
        address="a@b/c",
        joined=0.0,
        charter=1,
        gives={},
        told=1,
        team=3,
    )
    collection = collection_data(subentry)["collection"]
    cooperative.runtime.store.content["collected"][collection] = {"a@b": member}
    flow = await cooperative.change(subentry, "collection_sheet")
    flow = await go_on(cooperative, flow, WHO_COMPETE, challenge())
    assert flow["errors"] == {"teams": "team_taken"}
    flow = await go_on(cooperative, flow, challenge(teams="A\nB\nC"))
    assert flow["step_id"] == "collection_asks"


async def test_what_it_is_for_neither_becomes_nor_ceases_to_be_a_challenge(
    cooperative: Home,
) -> None:
    subentry = await organise(cooperative)
    flow = await cooperative.change(subentry, "collection_sheet")
    flow = await go_on(cooperative, flow, WHO)
    assert flow["errors"] == {"purpose": "purpose_stays"}
