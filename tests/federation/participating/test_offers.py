"""Links of collections that a home opens, at real servers: what is asked, and of whom."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from slixmpp import JID

from custom_components.sen1.federation.consent.policy import Policy
from custom_components.sen1.federation.organising.collections import Collections
from custom_components.sen1.federation.participating.kept import sheet_of
from custom_components.sen1.federation.participating.offers import MOST_OFFERS, Failure, Offers
from custom_components.sen1.federation.trust.peers import Standing
from custom_components.sen1.federation.trust.publishing import IdentityNode
from custom_components.sen1.protocol.errors import LinkRefused
from custom_components.sen1.protocol.links import Link
from custom_components.sen1.protocol.model import BareJid

from ..conftest import Home, until
from ..organising.conftest import ask, collect, members, offered

type Meter = Callable[[object], None]

OTHER = "77aa00c2d4e5f602"
NUMBERS = "1" * 24
"""The fingerprint of nobody's key."""


def link_of(cooperative: Home, collection: str = OTHER, **said: Any) -> str:
    """Return a link of the cooperative's, of a collection that need not be one."""
    fingerprint = cooperative.runtime.statements.keys.public.fingerprint
    known = {"token": "x" * 24, "fingerprint": fingerprint, "name": "Coop", "title": "Roofs"}
    data = cooperative.entry.data
    return Link(
        JID(f"{data['jid']}/{data['resource']}"),
        "collect",
        collection=collection,
        until=4e9,
        **{**known, **said},
    ).written()


async def test_a_link_that_is_opened_gives_nothing_and_declining_forgets_whose_it_was(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    await house.publish("sensor.meter")
    subentry = collect(cooperative, [ask(is_needed=True)])
    offer_id = await offered(house, cooperative, subentry)
    sheet = sheet_of(house.runtime[Offers].all[offer_id]["sheet"])
    assert sheet is not None
    assert (sheet.title, sheet.members, sheet.number) == ("Lucioles", None, None)
    await house.runtime.async_apply()
    assert not house.runtime.store.content["chores"]
    organiser = BareJid(cooperative.account.jid)
    # Its link verifies its key once the household takes part.
    assert house.runtime.trust.standing(organiser) is Standing.SEEN
    assert organiser in house.runtime[Policy].grantees
    assert not house.runtime[Policy].told_to(organiser)
    house.runtime[Offers].decline(offer_id)
    assert not house.runtime[Offers].all
    assert organiser not in house.runtime[Policy].grantees
    assert organiser not in house.runtime.trust.peers
    assert organiser not in house.runtime.store.content["told"]
    assert not members(cooperative)
    assert not await house.runtime.session.roster()


async def test_links_that_lead_nowhere_are_refused(house: Home, cooperative: Home) -> None:
    offers = house.runtime[Offers]
    cases = {
        "not_a_link": "good morning",
        "not_a_collection": cooperative.runtime[IdentityNode].link(),
        "own_collection": link_of(house),
        "cut_link": link_of(cooperative).partition(";key")[0],
    }
    for key, text in cases.items():
        with pytest.raises(LinkRefused) as refused:
            offers.open(text)
        assert refused.value.key == key
    for number in range(MOST_OFFERS):
        offers.open(link_of(cooperative, f"{number:016x}"))
    assert offers.open(link_of(cooperative, f"{0:016x}")) in offers.all
    with pytest.raises(LinkRefused) as refused:
        offers.open(link_of(cooperative))
    assert refused.value.key == "too_many_offers"
    assert offers.diagnostics() == {"offers": MOST_OFFERS}


async def test_a_link_that_the_organiser_does_not_know_is_told_apart_from_one_of_another_key(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    offers = house.runtime[Offers]
    unknown = offers.open(link_of(cooperative))
    await until(lambda: offers.all[unknown]["failed"] == Failure.REFUSED_LINK)
    forged = offers.open(link_of(cooperative, "0" * 16, fingerprint=NUMBERS))
    await until(lambda: offers.all[forged]["failed"] == Failure.WRONG_KEY)
    organiser = BareJid(cooperative.account.jid)
    assert house.runtime.trust.standing(organiser) is Standing.SEEN
    for offer_id in (unknown, forged):
        offers.decline(offer_id)
    # Of somebody who was never heard of, no household is asked what to think of its key.
    forged = offers.open(link_of(cooperative, fingerprint=NUMBERS))
    await until(lambda: offers.all[forged]["failed"] == Failure.WRONG_KEY)
    assert not ir.async_get(hass).issues
    subentry = collect(cooperative)
    await offered(house, cooperative, subentry)


async def test_a_forged_link_stops_no_friend(house: Home, cooperative: Home, meter: Meter) -> None:
    publication = await house.publish("sensor.meter")
    await house.befriend(cooperative, publication)
    await cooperative.befriend(house)
    await until(lambda: cooperative.state())
    offers = house.runtime[Offers]
    forged = offers.open(link_of(cooperative, fingerprint=NUMBERS))
    await until(lambda: offers.all[forged]["failed"] == Failure.WRONG_KEY)
    assert house.runtime.trust.signs(BareJid(cooperative.account.jid))
    offers.decline(forged)
    assert house.runtime[Policy].granted_to(BareJid(cooperative.account.jid))


async def test_an_organiser_that_is_away_is_asked_until_it_is_there(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    subentry = collect(cooperative)
    link = cooperative.runtime[Collections].link(subentry)
    await hass.config_entries.async_unload(cooperative.entry.entry_id)
    offers = house.runtime[Offers]
    offer_id = offers.open(link)
    await until(lambda: offers.all[offer_id]["failed"] == Failure.NO_ANSWER)
    await hass.config_entries.async_setup(cooperative.entry.entry_id)
    await until(lambda: offers.all[offer_id]["sheet"])
    assert offers.all[offer_id]["failed"] is None


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"charter": "x" * 8001}, id="too big"),
        pytest.param({"id": OTHER}, id="of another collection"),
        pytest.param({"asks": ()}, id="that asks nothing"),
    ],
)
async def test_a_sheet_that_is_none_is_refused(
    house: Home, cooperative: Home, monkeypatch: Any, answer: dict[str, Any]
) -> None:
    subentry = collect(cooperative)
    collections = cooperative.runtime[Collections]
    true = collections.sheet(subentry)
    monkeypatch.setattr(collections, "sheet", lambda *_: replace(true, **answer))
    offers = house.runtime[Offers]
    offer_id = offers.open(collections.link(subentry))
    await until(lambda: offers.all[offer_id]["failed"] == Failure.BAD_SHEET)
    assert offers.all[offer_id]["sheet"] is None
    assert house.runtime.journal.refusals
