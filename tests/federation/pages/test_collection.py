"""A collection by its forms: what an organiser says, and what changes when it says otherwise."""

from datetime import timedelta
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util
import pytest

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.config import collection_data, publication_data
from custom_components.sen1.federation.organising.collections import Collections
from custom_components.sen1.federation.participating.offers import Offers
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.protocol.collecting.collection import (
    GivenBack,
    collection_from_element,
    collection_to_element,
)
from custom_components.sen1.protocol.links import LinkKind, parse_link

from ..conftest import Home, until

WHO = {
    "name": "Our roofs, our uses",
    "reason": "To know which part of our sun is used on the spot.",
    "responsible": "Coop Soleil, Lorient",
    "contact": "data@coop.example",
    "purpose": "investment",
}

ASKS = {
    "consumption": "needed",
    "consumption_detail": "pt30m",
    "production": "optional",
    "production_detail": "p1d",
    "per_area": "no",
    "site": "optional",
    "past": "month",
    "retention_days": 730,
}

CHARTER = {"charter": "Nobody but us sees it."}


def in_a_year() -> str:
    """Return a last day."""
    return (dt_util.now() + timedelta(days=365)).date().isoformat()


async def begin(home: Home) -> Any:
    """Open the form of a new collection."""
    flows = home.hass.config_entries.subentries
    flow = await flows.async_init((home.entry.entry_id, "friend"), context={"source": "user"})
    return await flows.async_configure(flow["flow_id"], {"next_step_id": "collection"})


async def go_on(home: Home, flow: Any, *answers: dict[str, Any]) -> Any:
    """Answer one form after the other; return what is shown then."""
    for answer in answers:
        flow = await home.hass.config_entries.subentries.async_configure(flow["flow_id"], answer)
    return flow


async def organise(home: Home, **asks: Any) -> ConfigSubentry:
    """Add a collection of a home that shares nothing."""
    known = set(home.entry.subentries)
    answers = ASKS | {"until": in_a_year()} | asks
    flow = await go_on(home, await begin(home), WHO, answers, CHARTER, {})
    assert flow["type"] == "create_entry", flow
    (subentry_id,) = set(home.entry.subentries) - known
    return home.entry.subentries[subentry_id]


async def test_a_collection_is_made_in_four_pages_and_leads_to_its_view(
    cooperative: Home,
) -> None:
    flow = await begin(cooperative)
    flow = await go_on(cooperative, flow, WHO)
    assert flow["step_id"] == "collection_asks"
    flow = await go_on(cooperative, flow, ASKS | {"until": in_a_year()})
    assert flow["step_id"] == "charter"
    (field,) = flow["data_schema"].schema
    assert "erased" in field.description["suggested_value"]
    flow = await go_on(cooperative, flow, CHARTER)
    # Of what is shared there is nothing to choose from; the mean of the group is not ticked.
    assert flow["step_id"] == "collection_gives"
    assert [(str(key), key.default()) for key in flow["data_schema"].schema] == [
        ("group_mean", False)
    ]
    flow = await go_on(cooperative, flow, {})
    assert flow["type"] == "create_entry"
    assert flow["description"] == "collection"
    (subentry,) = cooperative.entry.subentries.values()
    data = collection_data(subentry)
    # There may be others.
    address = f"(/sen1/collection?of={data['collection']})"
    assert address in flow["description_placeholders"]["next"]
    assert subentry.title == WHO["name"]
    assert data["asks"] == [
        {"what": "consumption", "granularity": "PT30M", "past_days": 31, "is_needed": True},
        {"what": "production", "granularity": "P1D", "past_days": 31, "is_needed": False},
        {"what": "site", "granularity": "", "past_days": 0, "is_needed": False},
    ]
    assert (data["revision"], data["charter_version"]) == (1, 1)
    assert (data["grants"], data["retention_days"]) == ([], 730)
    # What it says can be said on the wire, and its link is one of a collection.
    sheet = cooperative.runtime[Collections].sheet(subentry)
    assert collection_from_element(collection_to_element(sheet)) == sheet
    link = parse_link(cooperative.runtime[Collections].link(subentry))
    assert link is not None
    assert (link.kind, link.title) == (LinkKind.COLLECTION, WHO["name"])


@pytest.mark.parametrize(
    ("language", "form", "charter"),
    [
        ("en", "Whoever can log in to this Home Assistant", "Whoever has an account"),
        ("fr", "Qui peut se connecter à ce Home Assistant", "Qui a un compte"),
    ],
)
async def test_the_form_and_the_proposed_charter_say_who_can_read_all(
    cooperative: Home, language: str, form: str, charter: str
) -> None:
    hass = cooperative.hass
    hass.config.language = language
    flow = await begin(cooperative)
    assert flow["step_id"] == "collection"
    steps = await async_get_translations(hass, language, "config_subentries", [DOMAIN])
    said = steps[f"component.{DOMAIN}.config_subentries.friend.step.collection.description"]
    assert form in said
    flow = await go_on(cooperative, flow, WHO, ASKS | {"until": in_a_year()})
    (field,) = flow["data_schema"].schema
    assert charter in field.description["suggested_value"]


async def test_nothing_is_asked_before_somebody_says_so_and_a_day_is_proposed(
    cooperative: Home,
) -> None:
    flow = await go_on(cooperative, await begin(cooperative), WHO)
    fields = flow["data_schema"].schema
    defaults = {str(key): key.default() for key in fields if callable(key.default)}
    asked = ("consumption", "production", "per_area", "site")
    assert [defaults[what] for what in asked] == ["no"] * 4
    assert (defaults["consumption_detail"], defaults["past"]) == ("p1d", "none")
    nothing = dict.fromkeys(asked, "no") | {"until": in_a_year(), "retention_days": 365}
    flow = await go_on(cooperative, flow, nothing)
    assert flow["errors"] == {"base": "nothing_asked"}


@pytest.mark.parametrize(
    ("answer", "errors"),
    [
        pytest.param({"reason": " \n"}, {"reason": "text_needed"}, id="no reason"),
        pytest.param({"reason": "a" * 501}, {"reason": "text_too_long"}, id="a long reason"),
        pytest.param({"name": "a" * 81}, {"name": "text_too_long"}, id="a long title"),
        pytest.param(
            {"responsible": "", "contact": "a" * 121},
            {"responsible": "text_needed", "contact": "text_too_long"},
            id="nobody answers",
        ),
    ],
)
async def test_what_members_read_says_something_and_fits(
    cooperative: Home, answer: dict[str, str], errors: dict[str, str]
) -> None:
    flow = await go_on(cooperative, await begin(cooperative), WHO | answer)
    assert flow["errors"] == errors


@pytest.mark.parametrize(
    ("days", "error"),
    [pytest.param(-1, "end_is_past", id="past"), pytest.param(1100, "end_too_far", id="too far")],
)
async def test_a_collection_ends_within_three_years(
    cooperative: Home, days: int, error: str
) -> None:
    until_day = (dt_util.now() + timedelta(days=days)).date().isoformat()
    flow = await go_on(cooperative, await begin(cooperative), WHO, ASKS | {"until": until_day})
    assert flow["errors"] == {"until": error}


async def test_a_charter_too_long_for_the_wire_is_refused(cooperative: Home) -> None:
    answers = (WHO, ASKS | {"until": in_a_year()}, {"charter": "a" * 8001})
    flow = await go_on(cooperative, await begin(cooperative), *answers)
    assert flow["errors"] == {"charter": "text_too_long"}


async def test_what_comes_back_is_granted_until_the_end_of_the_collection(
    cooperative: Home, meter: Any
) -> None:
    roof = await cooperative.publish("sensor.meter", title="Our roof")
    publication = publication_data(roof)["publication"]
    answers = (WHO, ASKS | {"until": in_a_year()}, CHARTER)
    flow = await go_on(cooperative, await begin(cooperative), *answers)
    assert flow["step_id"] == "collection_gives"
    flow = await go_on(cooperative, flow, {"publications": [publication]})
    assert flow["type"] == "create_entry"
    (subentry,) = (s for s in cooperative.entry.subentries.values() if s.subentry_type == "friend")
    (grant,) = collection_data(subentry)["grants"]
    assert (grant["publication"], grant["purpose"]) == (publication, "investment")
    assert grant["notice"].split(" ")[2].endswith("collection_gives")
    assert cooperative.runtime[Collections].sheet(subentry).gives == (
        GivenBack("Our roof", publication),
    )

    # Later and shorter: so is what they receive.
    sooner = (dt_util.now() + timedelta(days=30)).date().isoformat()
    flow = await cooperative.change(subentry, "collection_sheet")
    flow = await go_on(cooperative, flow, WHO, ASKS | {"until": sooner, "retention_days": 30})
    assert flow["reason"] == "reconfigure_successful"
    (changed,) = collection_data(cooperative.entry.subentries[subentry.subentry_id])["grants"]
    assert (changed["retention_days"], changed["begin"]) == (30, grant["begin"])
    assert changed["until"] < grant["until"]

    # Nothing comes back any more.
    flow = await cooperative.change(subentry, "grants")
    assert flow["step_id"] == "collection_gives"
    flow = await go_on(cooperative, flow, {"publications": []})
    data = collection_data(cooperative.entry.subentries[subentry.subentry_id])
    assert (data["grants"], data["revision"]) == ([], 3)


ASKS_YEARS = ASKS | {"per_area": "optional"}


def rankings(cooperative: Home) -> list[ConfigSubentry]:
    """Return the publications of boards."""
    subentries = cooperative.entry.subentries.values()
    return [one for one in subentries if "board" in one.data]


async def test_the_ranking_comes_back_in_one_press(cooperative: Home) -> None:
    answers = (WHO, ASKS_YEARS | {"until": in_a_year()}, CHARTER)
    flow = await go_on(cooperative, await begin(cooperative), *answers)
    # Nothing else is shared, and this can be.
    assert flow["step_id"] == "collection_gives"
    flow = await go_on(cooperative, flow, {"ranking": True})
    assert flow["type"] == "create_entry"
    (ranking,) = rankings(cooperative)
    (subentry,) = (s for s in cooperative.entry.subentries.values() if s.subentry_type == "friend")
    collection, data = collection_data(subentry), publication_data(ranking)
    assert (collection["charter_version"], collection["ranking_charter"]) == (1, 1)
    assert (data["board"], data["granularity"]) == (collection["collection"], "P1D")
    assert [grant["publication"] for grant in collection["grants"]] == [data["publication"]]
    (given,) = cooperative.runtime[Collections].sheet(subentry).gives
    assert given == GivenBack("Ranking of the homes", data["publication"], "board.ranking")
    # Its entity is there a moment later, and no repair was told meanwhile.
    publication = cooperative.runtime[Publishing].publications[data["publication"]]
    entity_id = await until(lambda: publication.entity_id)
    state = cooperative.hass.states.get(entity_id)
    assert state is not None
    assert state.state == "unknown"
    assert not ir.async_get(cooperative.hass).issues

    # Taken back and given again it is the same one, and nobody is asked anew.
    for is_given in (False, True):
        flow = await cooperative.change(subentry, "grants")
        await go_on(cooperative, flow, {"ranking": is_given})
        collection = collection_data(cooperative.entry.subentries[subentry.subentry_id])
        assert bool(collection["grants"]) is is_given
    assert (collection["charter_version"], collection["ranking_charter"]) == (1, 1)
    assert len(rankings(cooperative)) == 1


async def test_a_ranking_that_is_added_later_is_a_new_charter(
    cooperative: Home, meter: Any
) -> None:
    await cooperative.publish("sensor.meter", title="Our roof")
    answers = (WHO, ASKS_YEARS | {"until": in_a_year()}, CHARTER)
    flow = await go_on(cooperative, await begin(cooperative), *answers)
    await go_on(cooperative, flow, {"publications": [], "ranking": False})
    (subentry,) = (s for s in cooperative.entry.subentries.values() if s.subentry_type == "friend")
    assert "ranking_charter" not in collection_data(subentry)
    assert not rankings(cooperative)
    flow = await cooperative.change(subentry, "grants")
    await go_on(cooperative, flow, {"publications": [], "ranking": True})
    collection = collection_data(cooperative.entry.subentries[subentry.subentry_id])
    assert (collection["charter_version"], collection["ranking_charter"]) == (2, 2)
    assert collection["charter"] == CHARTER["charter"]


async def test_where_no_year_is_asked_no_ranking_is_offered(cooperative: Home, meter: Any) -> None:
    await cooperative.publish("sensor.meter", title="Our roof")
    answers = (WHO, ASKS | {"until": in_a_year()}, CHARTER)
    flow = await go_on(cooperative, await begin(cooperative), *answers)
    assert flow["step_id"] == "collection_gives"
    assert "ranking" not in {str(key) for key in flow["data_schema"].schema}


async def test_the_mean_of_a_group_is_made_with_its_collection_and_granted(
    cooperative: Home,
) -> None:
    answers = (WHO, ASKS | {"until": in_a_year()}, CHARTER, {"group_mean": True})
    flow = await go_on(cooperative, await begin(cooperative), *answers)
    assert flow["type"] == "create_entry"
    subentries = cooperative.entry.subentries.values()
    (collection,) = (one for one in subentries if one.subentry_type == "friend")
    made = {
        publication_data(one)["publication"]: publication_data(one)["unique_id"]
        for one in subentries
        if one.subentry_type == "publication"
    }
    of_it = collection_data(collection)["collection"]
    assert set(made.values()) == {f"{of_it}_{what}_given" for what in ("consumption", "production")}
    assert {grant["publication"] for grant in collection_data(collection)["grants"]} == set(made)
    # Each has its entity by then, and is missed by nobody.
    running = cooperative.runtime[Publishing].publications
    await until(lambda: all(running[one].entity_id for one in made))


async def test_a_changed_sheet_is_a_new_revision_with_the_same_link_and_charter(
    cooperative: Home,
) -> None:
    subentry = await organise(cooperative)
    before = collection_data(subentry)
    flow = await cooperative.change(subentry, "collection_sheet")
    shown = {str(key): key.description["suggested_value"] for key in flow["data_schema"].schema}
    assert shown == WHO
    flow = await go_on(cooperative, flow, WHO | {"name": "Our sun"})
    shown = {
        str(key): key.description["suggested_value"]
        for key in flow["data_schema"].schema
        if key.description
    }
    answers = ASKS | {"until": before["until"]}
    assert shown == {key: answer for key, answer in answers.items() if answer != "no"}
    await go_on(cooperative, flow, answers | {"production": "no"})
    changed = cooperative.entry.subentries[subentry.subentry_id]
    data = collection_data(changed)
    assert (changed.title, data["revision"]) == ("Our sun", 2)
    assert [ask["what"] for ask in data["asks"]] == ["consumption", "site"]
    kept = ("collection", "token", "charter", "charter_version", "charter_at", "begin")
    assert all(data.get(key) == before.get(key) for key in kept)


async def test_another_charter_is_another_version_and_the_same_is_not(cooperative: Home) -> None:
    subentry = await organise(cooperative)
    flow = await cooperative.change(subentry, "charter")
    assert flow["description_placeholders"] == {"version": "1"}
    await go_on(cooperative, flow, CHARTER)
    data = collection_data(cooperative.entry.subentries[subentry.subentry_id])
    assert (data["charter_version"], data["revision"]) == (1, 1)
    at = data["charter_at"]
    flow = await cooperative.change(subentry, "charter")
    await go_on(cooperative, flow, {"charter": "We publish means."})
    data = collection_data(cooperative.entry.subentries[subentry.subentry_id])
    assert (data["charter"], data["charter_version"], data["revision"]) == (
        "We publish means.",
        2,
        2,
    )
    assert data["charter_at"] > at


# The link, where friends' links go


async def paste(home: Home, text: str) -> Any:
    """Paste something into the form of a new friend."""
    flows = home.hass.config_entries.subentries
    flow = await flows.async_init((home.entry.entry_id, "friend"), context={"source": "user"})
    flow = await flows.async_configure(flow["flow_id"], {"next_step_id": "address"})
    fields = {"jid": text, "publications": [], "until": in_a_year(), "purpose": "display"}
    return await flows.async_configure(flow["flow_id"], fields)


async def test_a_collections_link_among_friends_becomes_an_offer(
    house: Home, cooperative: Home
) -> None:
    subentry = await organise(cooperative)
    link = cooperative.runtime[Collections].link(subentry)
    flow = await paste(house, f"Hello, take part with us: {link}.")
    assert (flow["type"], flow["reason"]) == ("abort", "offered")
    told = flow["description_placeholders"]
    assert told["title"] == "Our roofs, our uses"
    assert "(/sen1/participate)" in told["next"]
    assert house.entry.subentries == {}
    offers = house.runtime[Offers].all
    await until(lambda: [offer["sheet"] for offer in offers.values() if offer["sheet"]])


@pytest.mark.parametrize(
    ("change", "error"),
    [
        pytest.param(lambda link: link.replace(";key=", ";kye="), "cut_link", id="no key"),
        pytest.param(lambda link: link[: link.index(";name=")], "cut_link", id="cut"),
        pytest.param(
            lambda link: link.replace(";until=", ";until=20200101T0000Z;was="),
            "link_expired",
            id="over",
        ),
        pytest.param(lambda link: f"{link}1", "newer_link", id="of a newer version"),
    ],
)
async def test_a_spoilt_link_of_a_collection_is_refused_by_name(
    house: Home, cooperative: Home, change: Any, error: str
) -> None:
    link = cooperative.runtime[Collections].link(await organise(cooperative))
    flow = await paste(house, change(link))
    assert flow["errors"] == {"jid": error}
    assert house.runtime[Offers].all == {}


async def test_the_link_of_ones_own_collection_is_refused(cooperative: Home) -> None:
    link = cooperative.runtime[Collections].link(await organise(cooperative))
    assert (await paste(cooperative, link))["errors"] == {"jid": "own_collection"}


async def test_an_account_that_does_not_run_opens_no_link(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    link = cooperative.runtime[Collections].link(await organise(cooperative))
    await hass.config_entries.async_unload(house.entry.entry_id)
    assert (await paste(house, link))["reason"] == "not_connected"
