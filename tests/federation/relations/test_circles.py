"""Many friends at once: who a circle admits and who comes receives, and nobody else."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
import json
import time
from typing import Any
from xml.etree.ElementTree import Element

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

from custom_components.sen1.federation.config import CircleData, circle_data, publication_data
from custom_components.sen1.federation.fixes.renewal import RenewFlow
from custom_components.sen1.federation.fixes.source import SourceMissingFlow
from custom_components.sen1.federation.follow import presences
from custom_components.sen1.federation.follow.catalogue_client import CatalogueClient
from custom_components.sen1.federation.follow.history_client import HistoryClient
from custom_components.sen1.federation.follow.presences import Presences
from custom_components.sen1.federation.friends import Friends
from custom_components.sen1.federation.pages.circle import take_who
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.relations.circles import Circles, is_in
from custom_components.sen1.federation.showing.overview import async_sharing
from custom_components.sen1.federation.talk.post import Post
from custom_components.sen1.federation.trust.publishing import IdentityNode
from custom_components.sen1.federation.xmpp.events import Presence
from custom_components.sen1.protocol.links import parse_link
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.protocol.stanzas import SEN1, grant_to_element
from custom_components.sen1.protocol.term import years_later
from custom_components.sen1.repairs import async_create_fix_flow
from testbed.client import connect, tell
from testbed.xmpp import Account, XmppServer

from ...protocol.samples import GRANT
from ..conftest import ON_BOTH_KINDS, Home, until
from ..consent.test_policy import all_is_told, iso, say
from ..test_attacks import SECRET, answered_last, attack, got, measured

__all__ = ["attack"]

type Meter = Callable[[object], None]

ADMISSIONS = ("list", "domain", "invitation", "everyone")
PROJECT = {"type": "solar", "peak_power": 10}


async def add_circle(
    house: Home, admission: str, *granted: ConfigSubentry, who: str = "", **terms: Any
) -> ConfigSubentry:
    """Add a circle through the flow."""
    flows = house.hass.config_entries.subentries
    known = set(house.entry.subentries)
    flow = await flows.async_init((house.entry.entry_id, "friend"), context={"source": "user"})
    flow = await flows.async_configure(flow["flow_id"], {"next_step_id": "circle"})
    flow = await flows.async_configure(
        flow["flow_id"], {"name": "Members", "admission": admission, "who": who}
    )
    assert flow["step_id"] == "circle_grants", flow
    fields = {
        "publications": [publication_data(s)["publication"] for s in granted],
        "until": years_later(dt_util.now().date(), 1).isoformat(),
        "purpose": "display",
        **terms,
    }
    result = await flows.async_configure(flow["flow_id"], fields)
    if admission in ("invitation", "everyone"):
        assert result["step_id"] == "circle_link", result
        result = await flows.async_configure(result["flow_id"], {})
    assert result["type"] == "create_entry", result
    (subentry_id,) = set(house.entry.subentries) - known
    return house.entry.subentries[subentry_id]


async def change_members(house: Home, circle: ConfigSubentry, **fields: Any) -> Any:
    """Change who belongs to a circle; return what its page showed."""
    flow = await house.change(circle, "members")
    shown = flow["description_placeholders"]
    known = {
        str(key): key.description["suggested_value"]
        for key in flow["data_schema"].schema
        if key.description
    }
    result = await house.hass.config_entries.subentries.async_configure(
        flow["flow_id"], known | fields
    )
    assert result["reason"] == "reconfigure_successful", result
    return shown


def link_of(house: Home, circle: ConfigSubentry) -> str:
    token = circle_data(house.entry.subentries[circle.subentry_id]).get("token", "")
    return house.runtime[IdentityNode].link(token)


async def come(member: Home, house: Home, link: str = "") -> ConfigSubentry:
    """Let a member add the house as a friend, by its address or a link."""
    return await member.befriend(house, jid=link or house.account.jid)


async def shows(member: Home, value: str) -> None:
    await until(lambda: (s := member.state()) and s.state == value)


def asked(house: Home) -> set[BareJid]:
    return house.runtime[Friends].requests


@ON_BOTH_KINDS
@pytest.mark.parametrize("admission", ADMISSIONS)
async def test_who_belongs_receives_without_a_click_and_who_leaves_receives_no_more(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    attack: Any,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
    admission: str,
) -> None:
    member = cooperative
    publication = await house.publish(
        "sensor.meter", direction="production", project=PROJECT, title="Roof"
    )
    who = {"list": f"Bob <{member.account.jid}>;", "domain": "@" + server_pair[1].domain}
    circle = await add_circle(house, admission, publication, who=who.get(admission, ""))
    home = await come(member, house, link_of(house, circle))
    await shows(member, "640")
    assert not asked(house), "nobody is asked whether to accept"
    shown = await change_members(house, circle)
    assert "**1**" in shown["joined"]
    assert member.account.jid in shown["joined"]
    assert shown["absent"] == "**0**"
    # The member's installation acknowledged it, as a friend's does.
    told = house.runtime.store.content["told"][member.account.jid]
    await until(lambda: [t["revision"] for t in told.values()] == [1])
    (account,) = (
        a for a in async_sharing(hass)["accounts"] if a["entry_id"] == house.entry.entry_id
    )
    ((grant,),) = (series["grants"] for series in account["shares"])
    assert (grant["friend"], grant["members"], grant["state"]) == ("Members", 1, "active")
    assert grant["seen"]
    assert member.account.jid not in json.dumps(account)

    # Somebody outside: at the house's own server, not on the list, without the link.
    if admission != "everyone":
        mallory = await attack(accounts(server_pair[0], "mallory"), publication)
        mallory.client.send_presence(pto=house.account.jid, ptype="subscribe")
        await until(lambda: mallory.client.boundjid.bare in asked(house))
        assert "given" not in (await mallory.try_all()).values()

    # The member leaves: from then on it is a stranger.
    await until(lambda: not any(series.is_asking for series in member.series()))
    hass.config_entries.async_remove_subentry(member.entry, home.subentry_id)
    await until(lambda: member.account.jid not in house.runtime[Circles].joined)
    await until(lambda: not [n for n in server_pair[0].nodes(user_of(house)) if "sen1:publ" in n])
    former = await attack(member.account, publication)
    await measured(house, meter)
    assert "given" not in (await former.try_all()).values()
    await answered_last(former)
    assert got(former) == []
    if admission != "everyone":
        assert got(mallory) == []
    await until(lambda: member.account.jid not in server_pair[0].roster(user_of(house)))


def running_id(publication: ConfigSubentry) -> Any:
    return publication_data(publication)["publication"]


def user_of(home: Home) -> str:
    return home.account.jid.partition("@")[0]


@ON_BOTH_KINDS
async def test_who_is_taken_off_the_list_gets_nothing_more_and_is_asked_to_erase(
    house: Home,
    cooperative: Home,
    meter: Meter,
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    member = cooperative
    publication = await house.publish("sensor.meter")
    circle = await add_circle(house, "list", publication, who=f"{member.account.jid} a@b.test")
    await come(member, house)
    await shows(member, "640")
    shown = await change_members(house, circle, who="a@b.test")
    assert "a@b.test" in shown["absent"]
    await until(lambda: member.state("status").state == "withdrawn")
    meter(SECRET)
    node = house.runtime[Publishing].publications[running_id(publication)]
    await until(lambda: not node.receivers)
    erasure = house.runtime.store.content["erasures"][member.account.jid][node.id]
    await until(lambda: erasure["erased"])
    assert member.state().state == "unavailable"


async def test_what_a_circle_is_granted_pauses_ends_and_is_narrowed_as_for_a_friend(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    circle = await add_circle(
        house, "list", publication, who=cooperative.account.jid, retention_days=30
    )
    await come(cooperative, house)
    await shows(cooperative, "640")
    (series,) = cooperative.series()
    assert series.follower.grant.terms.retention_days == 30
    await house.change_terms(circle, publication, paused=True)
    await until(lambda: series.status == "paused")
    await house.change_terms(circle, publication, paused=False, retention_days=7)
    await until(lambda: series.follower.grant.terms.retention_days == 7)
    meter(700)
    await shows(cooperative, "700")
    flow = await house.change(circle, "withdraw")
    await house.hass.config_entries.subentries.async_configure(flow["flow_id"], {})
    await until(lambda: series.status == "withdrawn")


async def test_who_is_a_friend_as_well_keeps_what_was_decided_for_the_friend(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    circle = await add_circle(house, "list", publication, who=cooperative.account.jid)
    await house.befriend(cooperative, publication, purpose="ranking")
    await cooperative.befriend(house)
    await shows(cooperative, "640")
    (series,) = cooperative.series()
    assert series.follower.grant.terms.purpose == "ranking"
    await until(lambda: cooperative.account.jid in house.runtime[Circles].joined)
    house.hass.config_entries.async_remove_subentry(house.entry, circle.subentry_id)
    await until(lambda: not house.runtime[Circles].joined)
    meter(700)
    await shows(cooperative, "700")
    assert not house.runtime.store.content["chores"]


async def test_an_invitation_that_was_renewed_lets_nobody_in_and_keeps_who_has_come(
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    publication = await house.publish("sensor.meter")
    circle = await add_circle(house, "invitation", publication)
    old = link_of(house, circle)
    await come(cooperative, house, old)
    await shows(cooperative, "640")
    await change_members(house, circle, new_link=True)
    assert link_of(house, circle) != old
    late = accounts(server_pair[1], "late")
    async with connect(late) as client:
        parsed = parse_link(old)
        assert parsed is not None
        tell(client, house.account.jid, invited(parsed.token))
        client.send_presence(pto=house.account.jid, ptype="subscribe")
        await until(lambda: late.jid in asked(house))
    meter(650)
    await shows(cooperative, "650")
    assert house.runtime.journal.refusals["bad_invitation"] == 1
    await change_members(house, circle, new_link=False, excluded=[cooperative.account.jid])
    await until(lambda: cooperative.state("status").state == "withdrawn")


async def test_an_invitation_shown_twice_has_one_holder_and_none_once_its_circle_is_gone(
    house: Home, meter: Meter, bob: Account
) -> None:
    circle = await add_circle(house, "invitation", await house.publish("sensor.meter"))
    parsed = parse_link(link_of(house, circle))
    assert parsed is not None
    invitations = house.runtime.store.content["invited"]
    async with connect(bob) as client:
        for token in (parsed.token, parsed.token, "another"):
            tell(client, house.account.jid, invited(token))
        await until(lambda: house.runtime.journal.refusals["bad_invitation"])
    assert invitations == {circle.subentry_id: [bob.jid]}
    house.hass.config_entries.async_remove_subentry(house.entry, circle.subentry_id)
    await until(lambda: not invitations)


@pytest.mark.parametrize("days", [(30, 60), (60, 30)], ids=["the second", "the first"])
async def test_of_two_circles_that_grant_the_same_the_one_that_lasts_longer_counts(
    house: Home, cooperative: Home, meter: Meter, days: tuple[int, int]
) -> None:
    publication = await house.publish("sensor.meter")
    for lasts in days:
        until_day = (dt_util.now() + timedelta(days=lasts)).date().isoformat()
        terms = {"until": until_day, "retention_days": lasts}
        await add_circle(house, "list", publication, who=cooperative.account.jid, **terms)
    await come(cooperative, house)
    await shows(cooperative, "640")
    (series,) = cooperative.series()
    assert series.follower.grant.terms.retention_days == 60


async def test_a_member_who_does_not_answer_is_not_told_its_grant_at_each_occasion(
    house: Home, meter: Meter, bob: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_circle(house, "list", await house.publish("sensor.meter"), who=bob.jid)
    told: list[str] = []

    def note(tag: str, _message: object) -> None:
        told.append(tag)

    async with connect(bob) as client:
        for tag in (f"{SEN1}grant", "{urn:test}marker"):
            matcher = MatchXPath("{jabber:client}message/" + tag)
            client.register_handler(Callback(tag, matcher, partial(note, tag)))
        client.send_presence(pto=house.account.jid, ptype="subscribe")
        await until(lambda: told)
        for _ in range(2):
            told.clear()
            await all_is_told(house, monkeypatch)
            house.runtime.session.tell(bob.jid, Element("{urn:test}marker"))
            await until(lambda: "{urn:test}marker" in told)
    assert told == ["{urn:test}marker"]


async def test_a_member_who_grants_something_in_turn_is_not_followed_for_it(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    await add_circle(house, "list", publication, who=cooperative.account.jid)
    await come(cooperative, house)
    await shows(cooperative, "640")
    cooperative.runtime[Post].tell(house.account.jid, grant_to_element(GRANT))
    await until(lambda: house.runtime.journal.refusals["stranger"] == 1)
    assert not house.series()


async def test_a_member_is_offered_no_more_than_it_has(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    await house.publish("sensor.meter", title="Listed", listed=True)
    await add_circle(house, "list", publication, who=cooperative.account.jid)
    await come(cooperative, house)
    await shows(cooperative, "640")
    await until(lambda: house.account.jid in cooperative.runtime[HistoryClient].addresses)
    offers = await cooperative.runtime[CatalogueClient].offers(house.account.jid)
    assert [(offer.title, offer.state) for offer in offers] == [("Meter", "granted")]


def invited(token: str) -> Any:
    return Element("{urn:sen1:0}invited", {"token": token})


async def test_a_meter_of_a_home_cannot_go_to_everyone(house: Home, meter: Meter) -> None:
    publication = await house.publish("sensor.meter")
    flows = house.hass.config_entries.subentries
    flow = await flows.async_init((house.entry.entry_id, "friend"), context={"source": "user"})
    flow = await flows.async_configure(flow["flow_id"], {"next_step_id": "circle"})
    flow = await flows.async_configure(
        flow["flow_id"], {"name": "All", "admission": "everyone", "who": ""}
    )
    fields = {
        "publications": [running_id(publication)],
        "until": years_later(dt_util.now().date(), 1).isoformat(),
        "purpose": "display",
    }
    flow = await flows.async_configure(flow["flow_id"], fields)
    assert flow["errors"] == {"publications": "private_life"}
    flow = await flows.async_configure(flow["flow_id"], fields | {"publications": []})
    result = await flows.async_configure(flow["flow_id"], {})
    assert result["type"] == "create_entry"
    # Nor later.
    (circle,) = (s for s in house.entry.subentries.values() if s.subentry_type == "friend")
    flow = await house.change(circle, "grants")
    flow = await flows.async_configure(flow["flow_id"], fields | {"name": "All"})
    assert flow["errors"] == {"publications": "private_life"}


async def change_project(house: Home, publication: ConfigSubentry, project: Any) -> Any:
    """Change the sheet of a publication's project; return what the form says."""
    flows = house.hass.config_entries.subentries
    flow = await flows.async_init(
        (house.entry.entry_id, "publication"),
        context={"source": "reconfigure", "subentry_id": publication.subentry_id},
    )
    fields = {"title": "Roof", "interval_s": 1, "listed": False, "project": project}
    result = await flows.async_configure(flow["flow_id"], fields)
    if result["type"] == "form":
        flows.async_abort(flow["flow_id"])
    return result


async def test_what_everyone_receives_keeps_its_project_until_it_is_taken_back(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    publication = await house.publish(
        "sensor.meter", direction="production", project=PROJECT, title="Roof"
    )
    circle = await add_circle(house, "everyone", publication)
    await come(cooperative, house)
    await shows(cooperative, "640")
    result = await change_project(house, publication, {})
    assert result["errors"] == {"base": "everyone_receives"}
    kept = publication_data(house.entry.subentries[publication.subentry_id])
    assert kept["project"]["type"] == "solar"
    result = await change_project(house, publication, {**PROJECT, "year": 2020})
    assert result["reason"] == "reconfigure_successful"
    assert cooperative.state("status").state == "receiving"

    await house.grant(circle)
    await until(lambda: cooperative.state("status").state == "withdrawn")
    result = await change_project(house, publication, {})
    assert result["reason"] == "reconfigure_successful"


async def test_a_sum_that_everyone_receives_is_not_replaced_by_a_home(
    hass: HomeAssistant, house: Home
) -> None:
    entities = er.async_get(hass)
    power = {"unit_of_measurement": "W", "device_class": "power"}
    for name in ("sum", "another_sum", "home"):
        entities.async_get_or_create("sensor", "test", name, suggested_object_id=name)
        homes = {} if name == "home" else {"homes": 7}
        hass.states.async_set(f"sensor.{name}", "5000", power | homes)
    publication = await house.publish("sensor.sum")
    await add_circle(house, "everyone", publication)
    entities.async_remove("sensor.sum")
    flow = SourceMissingFlow(house.entry, publication_data(publication)["publication"])
    flow.hass = hass
    result = await flow.async_step_choose({"entity": "sensor.home"})
    assert result["errors"] == {"entity": "everyone_receives"}
    result = await flow.async_step_choose({"entity": "sensor.another_sum"})
    assert result["type"] == "create_entry"


async def test_a_circle_for_a_challenge_needs_the_statement_of_age(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    flows = house.hass.config_entries.subentries
    flow = await flows.async_init((house.entry.entry_id, "friend"), context={"source": "user"})
    flow = await flows.async_configure(flow["flow_id"], {"next_step_id": "circle"})
    who = {"name": "Class", "admission": "list", "who": cooperative.account.jid}
    flow = await flows.async_configure(flow["flow_id"], who)
    fields = {
        "publications": [running_id(publication)],
        "until": years_later(dt_util.now().date(), 1).isoformat(),
        "purpose": "challenge",
    }
    flow = await flows.async_configure(flow["flow_id"], fields)
    assert flow["step_id"] == "age"
    flow = await flows.async_configure(flow["flow_id"], {"is_of_age": False})
    assert flow["errors"] == {"is_of_age": "age_needed"}
    result = await flows.async_configure(flow["flow_id"], {"is_of_age": True})
    assert result["type"] == "create_entry"
    (circle,) = (s for s in house.entry.subentries.values() if s.subentry_type == "friend")
    (grant,) = circle_data(circle)["grants"]
    assert grant["is_of_age"]


async def test_a_circle_lasts_three_years_at_most(house: Home, meter: Meter) -> None:
    publication = await house.publish("sensor.meter")
    flows = house.hass.config_entries.subentries
    flow = await flows.async_init((house.entry.entry_id, "friend"), context={"source": "user"})
    flow = await flows.async_configure(flow["flow_id"], {"next_step_id": "circle"})
    who = {"name": "Members", "admission": "list", "who": "a@b.test"}
    flow = await flows.async_configure(flow["flow_id"], who)
    fields = {"publications": [running_id(publication)], "purpose": "display"}
    three = years_later(dt_util.now().date(), 3)
    later = (three + timedelta(days=1)).isoformat()
    flow = await flows.async_configure(flow["flow_id"], fields | {"until": later})
    assert flow["errors"] == {"until": "end_too_far"}
    result = await flows.async_configure(flow["flow_id"], fields | {"until": three.isoformat()})
    assert result["type"] == "create_entry"


async def test_the_household_is_asked_before_the_grant_of_a_circle_ends(
    hass: HomeAssistant, house: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    circle = await add_circle(house, "list", publication, who="a@b.test")
    now = time.time()
    say(house, circle, begin=iso(now - 300 * 86400), until=iso(now + 5 * 86400))
    issues = ir.async_get(hass).issues.values
    issue = await until(lambda: next((i for i in issues() if i.translation_key == "grant_ends"), 0))
    flow = await async_create_fix_flow(hass, issue.issue_id, issue.data)
    assert isinstance(flow, RenewFlow)
    flow.hass, flow.issue_id, flow.flow_id = hass, issue.issue_id, "f"
    placeholders = (await flow.async_step_init())["description_placeholders"]
    assert placeholders is not None
    assert placeholders["friend"] == "Members"
    await flow.async_step_renew()
    changed = circle_data(house.entry.subentries[circle.subentry_id])
    assert changed["addresses"] == ["a@b.test"]
    assert datetime.fromisoformat(changed["grants"][0]["until"]).timestamp() > now + 300 * 86400
    await until(lambda: all(i.translation_key != "grant_ends" for i in issues()))


async def test_who_asked_before_the_circle_was_made_is_accepted_when_it_is(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    await come(cooperative, house)
    await until(lambda: cooperative.account.jid in asked(house))
    await add_circle(
        house, "list", await house.publish("sensor.meter"), who=cooperative.account.jid
    )
    await shows(cooperative, "640")
    assert not asked(house)


@pytest.mark.parametrize(
    ("pasted", "addresses"),
    [
        pytest.param("a@b.fr", ["a@b.fr"], id="one"),
        pytest.param("a@b.fr\nc@d.fr\n\n", ["a@b.fr", "c@d.fr"], id="lines"),
        pytest.param("Ann <a@b.fr>, Bob Coe <c@d.fr>;", ["a@b.fr", "c@d.fr"], id="mail"),
        pytest.param("xmpp:a@b.fr?roster A@B.fr", ["a@b.fr"], id="twice"),
    ],
)
def test_a_list_is_pasted_in_any_form(pasted: str, addresses: list[str]) -> None:
    circle = empty("list")
    assert take_who(circle, pasted) == {}
    assert circle["addresses"] == addresses


@pytest.mark.parametrize("pasted", ["", "nobody", "a@b.fr @", "a@"])
def test_a_list_with_a_slip_is_refused_whole(pasted: str) -> None:
    circle = empty("list")
    assert take_who(circle, pasted) == {"who": "invalid_list"}
    assert circle["addresses"] == []


@pytest.mark.parametrize(
    ("written", "domain"),
    [("coop.fr", "coop.fr"), ("@Coop.fr", "coop.fr"), ("home@coop.fr", "coop.fr"), ("", None)],
)
def test_a_server_is_named_with_or_without_an_at(written: str, domain: str | None) -> None:
    circle = empty("domain")
    errors = take_who(circle, written)
    assert (circle.get("domain"), bool(errors)) == (domain, domain is None)


def test_a_server_with_a_longer_name_is_another() -> None:
    circle: Any = empty("domain") | {"domain": "coop.fr"}
    assert is_in(circle, "a@coop.fr", ())  # type: ignore[arg-type]
    for other in ("a@evil-coop.fr", "a@x.coop.fr", "a@coop.fr.evil.org", "coop.fr@evil.org"):
        assert not is_in(circle, other, ())  # type: ignore[arg-type]


def empty(admission: str) -> CircleData:
    return CircleData(kind="circle", admission=admission, grants=[], addresses=[], excluded=[])


async def test_who_is_there_before_the_roster_says_that_it_came_is_known_to_be_there(
    house: Home, meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = await house.publish("sensor.meter")
    runtime = house.runtime

    async def comes(name: str) -> bool:
        jid = BareJid(f"{name}@elsewhere.test")
        runtime._events.put_nowait(Presence(jid, True, f"{jid}/sen1", True))
        await until(runtime._events.empty)
        return jid in runtime[Presences].clients

    assert not await comes("stranger")
    await add_circle(house, "domain", publication, who="@elsewhere.test")
    assert await comes("member")
    monkeypatch.setattr(presences, "MOST_THERE", 1)
    assert not await comes("another")
