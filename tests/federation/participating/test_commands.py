"""Take part in a collection by the commands of the dashboard, between real servers."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.app.next_steps import NextStep, async_next_steps
from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.config import (
    collection_data,
    friend_data,
    participation_data,
    participations_of,
    publication_data,
    publications_of,
)
from custom_components.sen1.federation.follow.following import Following
from custom_components.sen1.federation.organising.collections import Collections
from custom_components.sen1.federation.participating.offers import Offers
from custom_components.sen1.federation.participating.participations import Participations
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.relations.members import Memberships, has_agreed
from custom_components.sen1.protocol.collecting.challenge import challenge_data
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.protocol.sheet import Heating, SiteKind, SiteSheet
from custom_components.sen1.protocol.term import term_of
from custom_components.sen1.sheets import Measured, Shareable, async_sheets
from testbed.xmpp import Account

from ..conftest import Home, open_account_form, own_account, until
from ..organising.challenge.conftest import challenge, compete
from ..organising.conftest import ask, change, collect, current, is_member, members
from ..showing.test_share import INDEX, LIVE, add_sensor

type Ask = Callable[..., Awaitable[Any]]


@pytest.fixture
def page(hass: HomeAssistant, hass_ws_client: WebSocketGenerator) -> Ask:
    """Return what asks a command, and returns its answer, or the key of its error."""

    async def asked(command: str, **given: Any) -> Any:
        connection = await hass_ws_client(hass)
        await connection.send_json_auto_id({"type": f"sen1/{command}", **given})
        answer = await connection.receive_json()
        await connection.close()
        if answer["success"]:
            return answer["result"]
        error = answer["error"]
        return error.get("translation_key") or error["code"]

    return asked


@pytest.fixture
def site(hass: HomeAssistant) -> str:
    """Let a home be measured by an index and a power, and say what it is like."""
    home = MockConfigEntry(domain=DOMAIN, data={"kind": "home"}, title="Ibis", entry_id="ibis")
    home.add_to_hass(hass)
    index, power = add_sensor(hass, "east", **INDEX), add_sensor(hass, "used", **LIVE)
    measured = Measured(Shareable.CONSUMPTION, "Ibis", True, index, power, None)
    async_sheets(hass).offer_measured("ibis", lambda: [measured])
    told = SiteSheet(
        SiteKind.HOME,
        heating=Heating.HEAT_PUMP,
        floor_area=92.0,
        people=3,
        yearly=4200.0,
        commune="Lorient",
    )
    async_sheets(hass).offer("ibis", lambda: told)
    return "ibis"


def day_in(days: int) -> str:
    """Return a day to come."""
    return (dt_util.now() + timedelta(days=days)).date().isoformat()


async def opened(page: Ask, house: Home, cooperative: Home, subentry: ConfigSubentry) -> str:
    """Open the link of a collection; return the offer's id once its sheet is there."""
    link = cooperative.runtime[Collections].link(cooperative.entry.subentries[subentry.subentry_id])
    told = await page("open_collection", entry_id=house.entry.entry_id, link=f"Hello! {link}")
    offer_id: str = told["offer_id"]
    await until(lambda: house.runtime[Offers].all[offer_id]["sheet"])
    return offer_id


async def offer_of(page: Ask, offer_id: str) -> dict[str, Any]:
    """Return an offer as the page has it."""
    told = await page("collection_offers")
    found: dict[str, Any]
    (found,) = (one for one in told["offers"] if one["offer_id"] == offer_id)
    return found


def answer(offer_id: str, /, *, days: int = 30, **given: Any) -> dict[str, Any]:
    """Return what takes part with the consumption, without a name, for a month."""
    said = {
        "offer_id": offer_id,
        "gives": {"consumption": "consumption"},
        "name": "",
        "until": day_in(days),
        "charter_id": charter_id(),
    }
    return said | given


def charter_id(text: str = "We tell nobody what a home uses.", version: int = 1) -> str:
    """Return what stands for a charter that was read."""
    return f"{version}-{sha256(text.encode()).hexdigest()}"


async def test_one_page_says_all_and_one_press_takes_part(
    page: Ask, house: Home, cooperative: Home, site: str
) -> None:
    asks = (ask(granularity="P1D", past_days=31, is_needed=True), ask("production", "P1D"))
    subentry = collect(cooperative, asks)
    offer_id = await opened(page, house, cooperative, subentry)
    offer = await offer_of(page, offer_id)
    assert (offer["state"], offer["verified"], offer["failed"]) == ("ready", True, None)
    assert offer["organiser"] == "test home"
    sheet = offer["sheet"]
    assert (sheet["title"], sheet["responsible"]) == ("Lucioles", "The cooperative")
    assert (sheet["members"], sheet["expected"], sheet["needs_age"]) == (None, None, False)
    consumption, production = sheet["asks"]
    assert (consumption["needed"], consumption["past_days"]) == (True, 31)
    first = consumption["choices"][0]
    assert (first["id"], first["entity_id"]) == ("consumption", "sensor.east")
    assert (production["needed"], production["choices"]) == (False, [])

    told = await page("join_collection", **answer(offer_id, name=" Anne Riou "))
    assert told["offers"] == []
    (taken,) = told["participations"]
    assert taken["subentry_id"] == told["subentry_id"]
    assert (taken["title"], taken["organiser"]) == ("Lucioles", "test home")
    assert (taken["state"], taken["number"], taken["name"]) == ("waiting", None, "Anne Riou")
    (given,) = taken["gives"]
    assert (given["what"], given["granularity"]) == ("consumption", "P1D")
    (series,) = publications_of(house.entry).values()
    assert publication_data(series)["measurement"]["direction"] == "consumption"
    (grant,) = friend_data(house.entry.subentries[told["subentry_id"]])["grants"]
    assert (grant["purpose"], grant["retention_days"]) == ("investment", 365)
    assert grant["notice"].split(" ")[2] == "selector.share_tells"
    begin = dt_util.utc_from_timestamp(term_of(grant).begin)
    assert begin < dt_util.utcnow() - timedelta(days=30)

    member = await is_member(cooperative, house)
    assert (member.number, member.data["name"]) == (1, "Anne Riou")

    async def state() -> Any:
        (one,) = (await page("collection_offers"))["participations"]
        return (one["state"], one["number"]) == ("in", 1) and one

    known = await until(state)
    assert (known["asks_again"], known["notes"], known["receives"]) == (None, [], [])


@pytest.mark.parametrize(
    ("name", "is_shown", "kept"),
    [("Anne Riou", True, True), ("Anne Riou", False, False), ("", True, False)],
)
async def test_others_see_a_name_only_where_that_is_pressed_and_there_is_one(
    page: Ask, house: Home, cooperative: Home, site: str, name: str, *, is_shown: bool, kept: bool
) -> None:
    offer_id = await opened(page, house, cooperative, collect(cooperative, [ask()]))
    told = await page("join_collection", **answer(offer_id, name=name, is_shown=is_shown))
    (taken,) = told["participations"]
    assert taken["is_shown"] is kept
    (part,) = participations_of(house.entry).values()
    assert participation_data(part).get("is_shown", False) is kept


async def test_series_and_participation_are_there_together(
    hass: HomeAssistant, page: Ask, house: Home, cooperative: Home, site: str
) -> None:
    offer_id = await opened(page, house, cooperative, collect(cooperative, [ask("consumption")]))
    written: set[tuple[int, int]] = set()

    def look() -> None:
        written.add((len(publications_of(house.entry)), len(participations_of(house.entry))))

    def on_change(_change: Any, _entry: Any) -> None:
        # Whatever is done next, a write to the disk too, comes after this turn of the loop.
        hass.loop.call_soon(look)

    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, on_change)
    await page("join_collection", **answer(offer_id))
    await until(lambda: written)
    assert written == {(1, 1)}


async def test_what_is_published_already_is_given_if_it_is_the_same(
    page: Ask, house: Home, cooperative: Home, site: str
) -> None:
    asks = [ask(granularity="live")]
    offer_id = await opened(page, house, cooperative, collect(cooperative, asks))
    known = await house.publish("sensor.used", title="Mine")
    await page("join_collection", **answer(offer_id, name="Anne Riou"))
    (series,) = publications_of(house.entry).values()
    assert series.title == known.title


async def test_who_is_but_a_number_gives_a_series_that_names_neither_home_nor_sensor(
    page: Ask, house: Home, cooperative: Home, site: str
) -> None:
    offer_id = await opened(page, house, cooperative, collect(cooperative, [ask()]))
    known = await house.publish("sensor.used", title="Mine")
    await page("join_collection", **answer(offer_id, gives={"consumption": "sensor.used"}))
    received = cooperative.runtime[Following].series
    (series,) = await until(lambda: list(received.get(BareJid(house.account.jid), {}).values()))
    assert series.description.provenance is None
    assert series.description.title == "Consumption of the home"
    # Friends are still told whose theirs is.
    told = (
        house.runtime[Publishing].publications[publication_data(known)["publication"]].description
    )
    assert told.provenance is not None
    assert told.provenance.controller


async def test_the_home_tells_its_area_heating_and_people_beside_a_series_and_nothing_else(
    page: Ask, house: Home, cooperative: Home, site: str
) -> None:
    asks = [ask(granularity="P1D"), ask("site", "")]
    offer_id = await opened(page, house, cooperative, collect(cooperative, asks))
    known = await house.publish("sensor.east", title="Mine", granularity="p1d")
    _, of_site = (await offer_of(page, offer_id))["sheet"]["asks"]
    assert of_site["site"] == {
        "title": "Ibis",
        "floor_area": 92.0,
        "heating": "heat_pump",
        "people": 3,
    }
    gives = {"consumption": "consumption", "site": True}
    told = await page("join_collection", **answer(offer_id, gives=gives))
    data = participation_data(house.entry.subentries[told["subentry_id"]])
    assert data["gives"]["site"] == data["gives"]["consumption"]
    # What friends receive tells nothing of the home: it stays as it is.
    assert data["gives"]["site"] != publication_data(known)["publication"]
    given = publication_data(publications_of(house.entry)[data["gives"]["site"]])
    assert given["site"] == {
        "entry_id": site,
        "tells_commune": False,
        "only": ["kind", "floor_area", "heating", "people"],
    }
    # What they use in a year is not told.
    received = cooperative.runtime[Following].series
    (series,) = await until(lambda: list(received.get(BareJid(house.account.jid), {}).values()))
    told_of_home = SiteSheet(SiteKind.HOME, heating=Heating.HEAT_PUMP, floor_area=92.0, people=3)
    assert series.description.site == told_of_home


async def test_who_does_not_tell_of_the_home_gives_a_series_that_does_not(
    page: Ask, house: Home, cooperative: Home, site: str
) -> None:
    asks = [ask(granularity="P1D"), ask("site", "")]
    first = await opened(page, house, cooperative, collect(cooperative, asks))
    gives = {"consumption": "consumption", "site": True}
    await page("join_collection", **answer(first, gives=gives))
    other = collect(cooperative, [ask(granularity="P1D")], collection="0" * 16)
    second = await opened(page, house, cooperative, other)
    told = await page("join_collection", **answer(second))
    data = participation_data(house.entry.subentries[told["subentry_id"]])
    given = publications_of(house.entry)[data["gives"]["consumption"]]
    assert not publication_data(given).get("site")


@pytest.mark.parametrize(
    ("given", "key"),
    [
        pytest.param({"gives": {}}, "nothing_given", id="nothing"),
        pytest.param({"gives": {"site": True}}, "site_needs_series", id="the sheet alone"),
        pytest.param({"gives": {"per_area": "per_area"}}, "needed_missing", id="not the needed"),
        pytest.param({"charter_id": charter_id(version=2)}, "charter_changed", id="a new charter"),
        pytest.param({"charter_id": charter_id("All.")}, "charter_changed", id="another text"),
        pytest.param({"days": -1}, "end_is_past", id="over"),
        pytest.param({"days": 1200}, "end_too_far", id="too far"),
        pytest.param({"days": 400}, "end_after_collection", id="after its end"),
        pytest.param({"is_of_age": False}, "age_needed", id="a child may be asked"),
        pytest.param({"gives": {"consumption": "sensor.none"}}, "no_unique_id", id="no sensor"),
        pytest.param({"gives": {"consumption": "sensor.mood"}}, "not_so_fine", id="a text"),
        pytest.param({"gives": {"consumption": "per_area"}}, "not_asked", id="of a year"),
        pytest.param(
            {"gives": {"consumption": "consumption", "production": "sensor.used"}},
            "not_asked",
            id="more than is asked",
        ),
        pytest.param({"gives": {"money": "sensor.used"}}, "invalid_format", id="unknown"),
        pytest.param({"name": "a" * 81}, "invalid_format", id="a long name"),
        pytest.param({"until": "soon"}, "invalid_format", id="no day"),
        pytest.param({"offer_id": "none"}, "no_such_collection", id="no such offer"),
    ],
)
async def test_what_cannot_be_is_refused_by_name_and_nothing_is_made(
    hass: HomeAssistant,
    page: Ask,
    house: Home,
    cooperative: Home,
    site: str,
    given: dict[str, Any],
    key: str,
) -> None:
    add_sensor(hass, "mood")
    hass.states.async_set("sensor.mood", "good")
    asks = [ask(granularity="P1D", is_needed=True), ask("site", "")]
    subentry = collect(cooperative, asks)
    change(cooperative, subentry, purpose="workshop")
    offer_id = await opened(page, house, cooperative, subentry)
    wrong = {"is_of_age": True, **given}
    assert await page("join_collection", **answer(offer_id, **wrong)) == key
    assert publications_of(house.entry) == {}
    assert participations_of(house.entry) == {}
    told = await page("join_collection", **answer(offer_id, is_of_age=True))
    (grant,) = friend_data(house.entry.subentries[told["subentry_id"]])["grants"]
    assert grant["is_of_age"] is True


@pytest.mark.parametrize(
    ("link", "key"),
    [
        pytest.param("Hello there", "not_a_link", id="no link"),
        pytest.param("xmpp:coop@coop.test?roster", "not_a_collection", id="a friend's"),
        pytest.param("xmpp:coop@coop.test/one?collect;id=1", "cut_link", id="cut"),
        pytest.param("https://coop.test/i/", "invitation_page", id="a page"),
    ],
)
async def test_a_link_that_is_none_of_a_collection_is_refused_by_name(
    page: Ask, house: Home, link: str, key: str
) -> None:
    assert await page("open_collection", entry_id=house.entry.entry_id, link=link) == key
    assert (await page("collection_offers"))["offers"] == []


async def test_one_takes_part_once_and_not_in_ones_own(
    page: Ask, house: Home, cooperative: Home, site: str
) -> None:
    subentry = collect(cooperative)
    link = cooperative.runtime[Collections].link(subentry)
    own = await page("open_collection", entry_id=cooperative.entry.entry_id, link=link)
    assert own == "own_collection"
    assert await page("open_collection", entry_id="none", link=link) == "no_such_collection"
    offer_id = await opened(page, house, cooperative, subentry)
    await page("join_collection", **answer(offer_id))
    again = await page("open_collection", entry_id=house.entry.entry_id, link=link)
    assert again == "already_member"


async def test_a_link_that_is_good_no_more_says_so(
    page: Ask, house: Home, cooperative: Home
) -> None:
    subentry = collect(cooperative)
    link = cooperative.runtime[Collections].link(subentry)
    cooperative.runtime[Collections].renew(subentry)
    told = await page("open_collection", entry_id=house.entry.entry_id, link=link)

    async def failed() -> Any:
        offer = await offer_of(page, told["offer_id"])
        return offer["state"] == "failed" and offer["failed"]

    assert await until(failed) == "refused_link"
    assert await page("join_collection", **answer(told["offer_id"])) == "no_answer"


async def test_no_thanks_leaves_nothing(page: Ask, house: Home, cooperative: Home) -> None:
    offer_id = await opened(page, house, cooperative, collect(cooperative))
    told = await page("decline_collection", offer_id=offer_id)
    assert (told["offers"], told["participations"]) == ([], [])
    assert await page("decline_collection", offer_id=offer_id) == "no_such_collection"
    assert await page("join_collection", **answer(offer_id)) == "no_such_collection"


async def test_one_press_leaves_and_withdraws_all(
    page: Ask, house: Home, cooperative: Home, site: str
) -> None:
    subentry = collect(cooperative)
    offer_id = await opened(page, house, cooperative, subentry)
    joined = (await page("join_collection", **answer(offer_id)))["subentry_id"]
    await is_member(cooperative, house)
    told = await page("leave_collection", subentry_id=joined)
    assert told["participations"] == []
    await until(
        lambda: not cooperative.runtime[Memberships].of_collection(subentry.data["collection"])
    )
    assert await page("leave_collection", subentry_id=joined) == "no_such_collection"


def steps(hass: HomeAssistant) -> list[NextStep]:
    """Return what collections ask the household to do."""
    return [s for s in async_next_steps(hass) if s.step in ("collection", "charter", "challenge")]


async def test_home_says_that_an_invitation_waits_and_later_a_charter(
    hass: HomeAssistant, page: Ask, house: Home, cooperative: Home, site: str
) -> None:
    subentry = collect(cooperative)
    offer_id = await opened(page, house, cooperative, subentry)
    (step,) = steps(hass)
    assert (step.step, step.state, step.friend, step.what) == (
        "collection",
        "yours",
        "test home",
        "Lucioles",
    )
    joined = (await page("join_collection", **answer(offer_id)))["subentry_id"]
    assert steps(hass) == []
    await is_member(cooperative, house)
    change(cooperative, subentry, charter="Means.", charter_version=2, revision=2)

    async def asked_again() -> Any:
        (taken,) = (await page("collection_offers"))["participations"]
        return taken["asks_again"]

    again = await until(asked_again)
    assert (again["charter"], again["charter_version"]) == ("Means.", 2)
    assert (again["challenge"], again["challenge_agreed"]) == (None, None)
    (step,) = steps(hass)
    assert (step.step, step.state, step.what) == ("charter", "yours", "Lucioles")
    for read in (charter_id("Means.", 3), charter_id("All.", 2)):
        wrong = await page("agree_charter", subentry_id=joined, charter_id=read)
        assert wrong == "charter_changed"
    told = await page("agree_charter", subentry_id=joined, charter_id=again["charter_id"])
    (taken,) = told["participations"]
    assert (taken["asks_again"], taken["charter_version"]) == (None, 2)
    assert steps(hass) == []
    members = cooperative.runtime[Memberships].of_collection
    await until(lambda: members(subentry.data["collection"])[0].data["charter"] == 2)


async def test_another_text_under_the_same_version_is_not_the_one_agreed_to(
    page: Ask, house: Home, cooperative: Home, site: str
) -> None:
    subentry = collect(cooperative)
    offer_id = await opened(page, house, cooperative, subentry)
    told = await page("join_collection", **answer(offer_id))
    data = participation_data(house.entry.subentries[told["subentry_id"]])
    assert data["charter"] == "We tell nobody what a home uses."
    await is_member(cooperative, house)
    change(cooperative, subentry, charter="We sell all of it.", revision=2)

    async def asked_again() -> Any:
        (taken,) = (await page("collection_offers"))["participations"]
        return taken["asks_again"]

    again = await until(asked_again)
    assert (again["charter"], again["charter_version"], again["is_charter"]) == (
        "We sell all of it.",
        1,
        True,
    )
    # The organiser has it signed which text its member agreed to.
    (member,) = members(cooperative)
    assert not has_agreed(member.data, collection_data(current(cooperative, subentry)))
    read = {"subentry_id": told["subentry_id"], "charter_id": again["charter_id"]}
    (taken,) = (await page("agree_charter", **read))["participations"]
    assert taken["asks_again"] is None

    def agreed() -> bool:
        (member,) = members(cooperative)
        return has_agreed(member.data, collection_data(current(cooperative, subentry)))

    await until(agreed)


async def test_a_note_of_the_organiser_is_read_on_the_page(
    page: Ask, house: Home, cooperative: Home, site: str
) -> None:
    subentry = collect(cooperative)
    await page("join_collection", **answer(await opened(page, house, cooperative, subentry)))
    await is_member(cooperative, house)
    told = await page(
        "collection_note", subentry_id=subentry.subentry_id, numbers=[1, 7], text=" Thank you! "
    )
    assert told == {"told": 1}

    async def notes() -> Any:
        (taken,) = (await page("collection_offers"))["participations"]
        return [note["text"] for note in taken["notes"]]

    assert await until(notes) == ["Thank you!"]


async def test_a_new_account_opens_the_link_it_was_made_for(
    hass: HomeAssistant, page: Ask, cooperative: Home, alice: Account
) -> None:
    link = cooperative.runtime[Collections].link(collect(cooperative))
    flow_id = await open_account_form(hass)
    flows: Any = hass.config_entries.flow
    own = own_account(alice) | {"link": link}
    no_address = own | {"where": "inviter", "own": {}}
    shown = await flows.async_configure(flow_id, no_address)
    assert shown["errors"] == {"link": "collection_gives_no_address"}
    made = await flows.async_configure(flow_id, own)
    assert (made["type"], made["description"]) == ("create_entry", "account_offered")
    told = made["description_placeholders"]
    assert (told["title"], "(/sen1/participate)" in told["next"]) == ("Lucioles", True)
    entry = made["result"]
    assert entry.subentries == {}
    assert "link" not in entry.data
    offers = entry.runtime_data[Offers].all
    await until(lambda: all(offer["sheet"] for offer in offers.values()) and offers)
    (offer,) = (await page("collection_offers"))["offers"]
    assert (offer["entry_id"], offer["title"]) == (entry.entry_id, "Lucioles")
    await hass.config_entries.async_unload(entry.entry_id)


async def test_nobody_but_administrators_is_answered(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, hass_admin_user: Any, house: Home
) -> None:
    hass_admin_user.groups = []
    connection = await hass_ws_client(hass)
    await connection.send_json_auto_id({"type": "sen1/collection_offers"})
    assert (await connection.receive_json())["error"]["code"] == "unauthorized"


# A challenge


async def test_a_challenge_is_entered_with_a_team_and_a_word_on_age(
    hass: HomeAssistant, page: Ask, house: Home, cooperative: Home
) -> None:
    subentry = compete(cooperative)
    offer_id = await opened(page, house, cooperative, subentry)
    sheet = (await offer_of(page, offer_id))["sheet"]
    assert sheet["challenge"] == challenge_data(challenge())
    assert (sheet["asks"], sheet["needs_age"]) == ([], True)
    said = answer(offer_id, days=60, gives={}, name="Anne", is_shown=True)
    assert await page("join_collection", **said, team=2) == "age_needed"
    for none in ({}, {"team": 3}):
        assert await page("join_collection", **said, is_of_age=True, **none) == "no_team"
    told = await page("join_collection", **said, is_of_age=True, team=2)
    (taken,) = told["participations"]
    assert (taken["team"], taken["is_shown"], taken["gives"]) == (2, True, [])
    assert taken["challenge"] == challenge_data(challenge())
    data = participation_data(house.entry.subentries[told["subentry_id"]])
    assert data["entered"]["is_of_age"]
    assert data["grants"] == []
    member = await is_member(cooperative, house)
    assert (member.data.get("team"), member.data.get("is_shown")) == (2, True)

    # Other weeks are asked of the household, and agreed to as a charter is.
    first, last = challenge().action
    later = challenge(
        action=(first + timedelta(weeks=1), last),
        reference=(challenge().reference[0] + timedelta(weeks=1), challenge().reference[1]),
    )
    change(cooperative, subentry, challenge=challenge_data(later), revision=3)

    async def asked_again() -> dict[str, Any] | None:
        (taken,) = (await page("collection_offers"))["participations"]
        assert isinstance(taken, dict)
        again: dict[str, Any] | None = taken["asks_again"]
        return again

    taken_part = house.runtime[Participations].taken[told["subentry_id"]]
    await until(lambda: taken_part["sheet"] and taken_part["sheet"]["revision"] == 3)
    again = await asked_again()
    assert again is not None
    assert again["challenge"] == challenge_data(later)
    assert again["challenge_agreed"] == challenge_data(challenge())
    (step,) = steps(hass)
    assert (step.step, step.at, step.what) == ("challenge", None, sheet["title"])
    agreed = {"subentry_id": told["subentry_id"], "charter_id": again["charter_id"]}
    for read in (None, again["challenge_agreed"]):
        assert await page("agree_charter", **agreed, challenge=read) == "charter_changed"
    await page("agree_charter", **agreed, challenge=again["challenge"])
    assert await asked_again() is None


async def test_who_is_a_number_shows_no_name(page: Ask, house: Home, cooperative: Home) -> None:
    subentry = compete(cooperative)
    offer_id = await opened(page, house, cooperative, subentry)
    said = answer(offer_id, days=60, gives={}, is_of_age=True, team=1, is_shown=True)
    told = await page("join_collection", **said)
    assert not told["participations"][0]["is_shown"]
