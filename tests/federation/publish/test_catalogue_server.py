"""A catalogue and requests: a friend sees what may be asked for, asks, and is answered."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
import time
from typing import Any
from xml.etree.ElementTree import Element

from homeassistant.components.recorder.core import Recorder
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from slixmpp.exceptions import IqError

from custom_components.sen1.const import plain
from custom_components.sen1.federation.config import friend_data, publication_data
from custom_components.sen1.federation.follow.catalogue_client import CatalogueClient
from custom_components.sen1.federation.follow.history_client import HistoryClient
from custom_components.sen1.federation.publish.catalogue_server import MOST_OF_ONE
from custom_components.sen1.federation.showing.overview import sharing_of
from custom_components.sen1.protocol.catalogue import (
    AccessRequest,
    OfferState,
    access_command,
    list_command,
    offers_of,
    state_of,
)
from custom_components.sen1.protocol.model import PublicationId
from custom_components.sen1.repairs import async_create_fix_flow
from testbed.client import connect
from testbed.xmpp import Account, XmppServer

from ..conftest import ON_BOTH_KINDS, Home, until
from .test_periodic import INDEX, record

type Meter = Callable[[object], None]

NEXT_MONTH = (dt_util.now() + timedelta(days=30)).date().isoformat()


async def friends(house: Home, cooperative: Home) -> tuple[ConfigSubentry, ConfigSubentry]:
    """Make the two friends of each other who are both there."""
    coop = await house.befriend(cooperative)
    home = await cooperative.befriend(house)
    await until(lambda: house.account.jid in cooperative.runtime[HistoryClient].addresses)
    # Until then what is asked is neither believed nor answered.
    pair = ((house, cooperative), (cooperative, house))
    await until(lambda: all(one.runtime.trust.signs(other.account.jid) for one, other in pair))
    return coop, home


async def open_offers(cooperative: Home, home: ConfigSubentry) -> Any:
    return await cooperative.change(home, "offers")


async def ask(cooperative: Home, home: ConfigSubentry, publication: ConfigSubentry) -> str:
    """Ask for a series through the flow; return what the household is told."""
    flow = await open_offers(cooperative, home)
    assert flow["type"] == "form", flow
    result = await cooperative.hass.config_entries.subentries.async_configure(
        flow["flow_id"],
        {
            "publication": publication_data(publication)["publication"],
            "purpose": "display",
            "until": NEXT_MONTH,
        },
    )
    return str(result["reason"])


async def asked(
    house: Home, cooperative: Home, entity_id: str = "sensor.meter", **details: Any
) -> tuple[ConfigSubentry, ConfigSubentry, ConfigSubentry]:
    """Let the cooperative ask for a series that the house lists.

    Returns the publication, the cooperative as a friend of the house, and the reverse.
    """
    publication = await house.publish(entity_id, listed=True, **details)
    coop, home = await friends(house, cooperative)
    assert await ask(cooperative, home, publication) == "asked"
    return publication, coop, home


def issues(hass: HomeAssistant, kind: str) -> list[ir.IssueEntry]:
    return [i for i in ir.async_get(hass).issues.values() if i.translation_key == kind]


async def open_request(hass: HomeAssistant) -> Any:
    """Open the flow of the one request that waits, at its first page."""
    flow = await open_issue(hass, "access_request")
    await flow.async_step_init()
    return flow


async def open_issue(hass: HomeAssistant, kind: str) -> Any:
    """Open the flow of the one issue of a kind."""
    (issue,) = await until(lambda: issues(hass, kind))
    return await flow_of(hass, issue)


async def flow_of(hass: HomeAssistant, issue: ir.IssueEntry) -> Any:
    """Open the flow of an issue."""
    flow: Any = await async_create_fix_flow(hass, issue.issue_id, issue.data)
    flow.hass, flow.issue_id, flow.flow_id = hass, issue.issue_id, "f"
    return flow


def choices_of(form: Any) -> list[str]:
    """Return how fine a form offers to grant a series."""
    (field,) = (f for key, f in form["data_schema"].schema.items() if str(key) == "granularities")
    options: list[str] = field.config["options"]
    return options


def answer(**fields: Any) -> dict[str, Any]:
    return {
        "granularities": [],
        "until": NEXT_MONTH,
        "retention_days": 30,
        "may_forward": False,
        **fields,
    }


@ON_BOTH_KINDS
async def test_a_friend_asks_for_a_series_and_receives_it_when_it_is_accepted(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    _publication, coop, home = await asked(house, cooperative)
    flow = await open_request(hass)
    told = (await flow.async_step_init())["description_placeholders"]
    (waits,) = sharing_of(house.entry)["requests"]
    assert (waits["friend"], waits["series"]) == (coop.title, "Meter")
    (wished,) = sharing_of(cooperative.entry)["asked"]
    assert (wished["friend"], wished["series"], wished["state"]) == (home.title, "Meter", "pending")
    assert told["address"] == plain(cooperative.account.jid)
    assert told["until"] == NEXT_MONTH
    assert told["series"] == "Meter"
    assert told["purpose"]
    form = await flow.async_step_accept()
    (choices,) = (key for key in form["data_schema"].schema if str(key) == "granularities")
    assert choices.default() == [], "nothing is ticked"
    refused = await flow.async_step_accept(answer())
    assert refused["errors"] == {"granularities": "nothing_ticked"}
    await flow.async_step_accept(answer(granularities=["live"]))
    await until(lambda: (s := cooperative.state()) and s.state == "640")
    (grant,) = friend_data(house.entry.subentries[coop.subentry_id])["grants"]
    assert grant["retention_days"] == 30
    assert grant["purpose"] == "display"
    (series,) = cooperative.series()
    assert series.follower.grant.terms.retention_days == 30
    assert not issues(hass, "access_request")
    offered = await open_offers(cooperative, home)
    assert "granted" in offered["description_placeholders"]["offers"]


async def test_an_owner_grants_less_than_was_asked_for(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    er.async_get(hass).async_get_or_create("sensor", "test", "p", suggested_object_id="p")
    power = {"unit_of_measurement": "W", "device_class": "power", "state_class": "measurement"}
    hass.states.async_set("sensor.p", "500", power)
    publication, coop, _home = await asked(house, cooperative, "sensor.p")
    flow = await open_request(hass)
    await flow.async_step_accept(answer(granularities=["pt1h", "p1d"]))
    await until(lambda: len(cooperative.series()) == 2)
    assert {series.description.granularity for series in cooperative.series()} == {"PT1H", "P1D"}
    granted = {
        g["publication"] for g in friend_data(house.entry.subentries[coop.subentry_id])["grants"]
    }
    assert publication_data(publication)["publication"] not in granted
    (wish,) = cooperative.runtime.store.content["wished"][house.account.jid].values()
    await until(lambda: wish["state"] == OfferState.GRANTED)


async def test_of_a_source_with_no_unit_only_what_was_asked_for_can_be_granted(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    er.async_get(hass).async_get_or_create("sensor", "test", "mode", suggested_object_id="mode")
    hass.states.async_set("sensor.mode", "winter")
    await asked(house, cooperative, "sensor.mode")
    flow = await open_request(hass)
    assert choices_of(await flow.async_step_accept()) == ["live"]


async def test_an_index_told_by_the_hour_is_granted_by_the_day_as_an_index(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    record(hass, INDEX, rising=True)
    await asked(house, cooperative, "sensor.p", granularity="pt1h", content="last")
    flow = await open_request(hass)
    assert choices_of(await flow.async_step_accept()) == ["pt1h", "p1d"]
    await flow.async_step_accept(answer(granularities=["p1d"]))
    (series,) = await until(cooperative.series)
    assert series.description.granularity == "P1D"
    assert series.description.measurement["aggregation"] == "last"


async def test_what_others_chose_makes_no_link_in_a_repair(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    series = "[pay](https://evil.test) <img src=x> **now** @all"
    _publication, _coop, home = await asked(house, cooperative, title=series)
    flow = await open_request(hass)
    await flow.async_step_refuse()
    flow = await open_issue(hass, "access_refused")
    told = await flow.async_step_init()
    assert told["description_placeholders"] == {
        "friend": home.title,
        "series": r"\[pay\]\(https\://evil\.test\) \<img src=x\> \*\*now\*\* \@all",
    }
    assert (await flow.async_step_notice({}))["type"] == "create_entry"


async def test_a_refusal_is_told_and_holds_for_a_week(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    publication, _coop, home = await asked(house, cooperative)
    flow = await open_request(hass)
    await flow.async_step_refuse()
    await until(lambda: issues(hass, "access_refused"))
    assert not issues(hass, "access_request")
    assert await ask(cooperative, home, publication) == "declined"
    assert not issues(hass, "access_request")
    identifier = publication_data(publication)["publication"]
    house.runtime.store.content["sought"][cooperative.account.jid][identifier]["at"] -= 8 * 86400
    assert await ask(cooperative, home, publication) == "asked"
    assert issues(hass, "access_request")


async def test_of_several_requests_each_is_answered_by_itself_and_once(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    series = [await house.publish("sensor.meter", title=title, listed=True) for title in "AB"]
    _coop, home = await friends(house, cooperative)
    flows = {}
    for publication in series:
        await ask(cooperative, home, publication)
    for issue in await until(lambda: (i := issues(hass, "access_request")) and len(i) == 2 and i):
        flow = await flow_of(hass, issue)
        menu = await flow.async_step_init()
        flows[menu["description_placeholders"]["series"]] = flow
    assert sorted(flows) == ["A", "B"]
    await flows["B"].async_step_refuse()
    (left,) = issues(hass, "access_request")
    assert left.issue_id == flows["A"].issue_id
    again = await flows["B"].async_step_init()
    assert again["reason"] == "already_settled"


async def test_a_request_for_a_series_that_is_removed_goes_with_it(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    publication, _coop, _home = await asked(house, cooperative)
    await until(lambda: issues(hass, "access_request"))
    hass.config_entries.async_remove_subentry(house.entry, publication.subentry_id)
    await until(lambda: not issues(hass, "access_request"))


async def test_a_request_answered_on_another_page_is_said_to_be_settled(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    await asked(house, cooperative)
    one, other = await open_request(hass), await open_request(hass)
    await one.async_step_refuse()
    assert (await other.async_step_init())["reason"] == "already_settled"


async def test_a_refusal_goes_with_the_friend_who_refused(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    _publication, _coop, home = await asked(house, cooperative)
    flow = await open_request(hass)
    await flow.async_step_refuse()
    page = await open_issue(hass, "access_refused")
    hass.config_entries.async_remove_subentry(cooperative.entry, home.subentry_id)
    await until(lambda: not issues(hass, "access_refused"))
    assert (await page.async_step_init())["reason"] == "already_settled"
    assert house.account.jid not in cooperative.runtime.store.content["wished"]


async def test_only_what_may_be_known_of_is_listed_and_never_a_value(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    await house.publish("sensor.meter", title="Secret")
    _coop, home = await friends(house, cooperative)
    flow = await open_offers(cooperative, home)
    assert flow["reason"] == "nothing_offered"
    listed = await house.publish("sensor.meter", title="Shown", listed=True)
    offers = await cooperative.runtime[CatalogueClient].offers(house.account.jid)
    assert [(offer.title, offer.state) for offer in offers] == [("Shown", OfferState.OPEN)]
    assert offers[0].publication == publication_data(listed)["publication"]


async def test_requests_survive_a_restart_and_go_with_the_friend(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    _publication, coop, _home = await asked(house, cooperative)
    await until(lambda: issues(hass, "access_request"))
    await hass.config_entries.async_unload(house.entry.entry_id)
    assert not issues(hass, "access_request")
    await hass.config_entries.async_setup(house.entry.entry_id)
    assert issues(hass, "access_request")
    hass.config_entries.async_remove_subentry(house.entry, coop.subentry_id)
    await until(lambda: not issues(hass, "access_request"))


@ON_BOTH_KINDS
async def test_a_flood_of_requests_leaves_few_waiting_and_the_account_at_work(
    hass: HomeAssistant,
    house: Home,
    bob: Account,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
    meter: Meter,
) -> None:
    shared = [await house.publish("sensor.meter", title=f"S{n}", listed=True) for n in range(6)]
    await house.befriend(Home(hass, bob, house.entry))
    await until(lambda: house.runtime.session.is_online)
    address = f"{house.account.jid}/{house.entry.data['resource']}"
    stranger = accounts(server_pair[1], "mallory")

    async def send(client: Any, command: Element) -> str:
        iq = client.make_iq_set(ito=address)
        iq.append(command)
        try:
            return state_of((await iq.send(timeout=60)).xml)
        except IqError as error:
            return str(error.condition)

    async with connect(bob) as client, connect(stranger) as other:
        requests = [
            access_command(
                AccessRequest(
                    publication_data(series)["publication"], "display", time.time() + 86400
                )
            )
            for _ in range(10)
            for series in shared
        ]
        outcomes = await asyncio.gather(*(send(client, request) for request in requests))
        assert set(outcomes) <= {"pending", "resource-constraint"}
        assert len(issues(hass, "access_request")) <= MOST_OF_ONE
        unknown = AccessRequest(PublicationId("unknown"), "display", time.time() + 86400)
        assert await send(client, access_command(unknown)) == "item-not-found"
        over = AccessRequest(
            PublicationId(publication_data(shared[0])["publication"]), "display", time.time() - 1
        )
        assert await send(client, access_command(over)) == "bad-request"
        vague = AccessRequest(PublicationId("x"), "whatever", time.time() + 86400)
        assert await send(client, access_command(vague)) == "bad-request"
        assert await send(other, requests[0]) == "not-authorized"
        assert await send(other, list_command()) == "not-authorized"
        iq = client.make_iq_set(ito=address)
        iq.append(list_command())
        assert len(offers_of((await iq.send(timeout=60)).xml)) == 6
    assert house.runtime.journal.refusals["stranger"] == 2


@pytest.mark.parametrize("is_of_age", [True, False])
async def test_a_workshop_needs_the_statement_of_age_of_who_grants(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter, is_of_age: bool
) -> None:
    publication = await house.publish("sensor.meter", listed=True)
    coop, _home = await friends(house, cooperative)
    offers = await cooperative.runtime[CatalogueClient].offers(house.account.jid)
    until_time = time.time() + 86400
    await cooperative.runtime[CatalogueClient].ask(
        house.account.jid, offers[0], "workshop", until_time
    )
    flow = await open_request(hass)
    form = await flow.async_step_accept(answer(granularities=["live"]))
    assert form["step_id"] == "age"
    await flow.async_step_age({"is_of_age": is_of_age})
    grants = friend_data(house.entry.subentries[coop.subentry_id])["grants"]
    assert [g["publication"] for g in grants] == (
        [publication_data(publication)["publication"]] if is_of_age else []
    )
