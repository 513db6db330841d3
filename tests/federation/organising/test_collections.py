"""Collections of an account, at real servers: who comes, what is taken of them, who leaves."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
import json
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.config import AskData, collection_data, publication_data
from custom_components.sen1.federation.consent.policy import Policy
from custom_components.sen1.federation.follow.history_client import HistoryClient
from custom_components.sen1.federation.journal.disclosures import Erasure
from custom_components.sen1.federation.organising import collections
from custom_components.sen1.federation.organising.collections import Collections, new_token
from custom_components.sen1.federation.organising.kept import ExpectedData, ListData
from custom_components.sen1.federation.participating import participations
from custom_components.sen1.federation.participating.kept import sheet_of
from custom_components.sen1.federation.participating.offers import Offers
from custom_components.sen1.federation.participating.participations import Participations
from custom_components.sen1.federation.relations.members import MemberData
from custom_components.sen1.federation.relations.relations import Relations
from custom_components.sen1.federation.talk.post import Post
from custom_components.sen1.federation.trust.peers import Standing
from custom_components.sen1.protocol.budget import ALLOWANCES, Allowance, Effort
from custom_components.sen1.protocol.catalogue import list_command
from custom_components.sen1.protocol.collecting.collection import (
    CollectionNote,
    Joined,
    collection_answered,
    collection_request,
    joined_to_element,
    note_to_element,
)
from custom_components.sen1.protocol.errors import RequestFailed
from custom_components.sen1.protocol.forms import COMMAND
from custom_components.sen1.protocol.links import parse_link
from custom_components.sen1.protocol.model import BareJid, node_of
from custom_components.sen1.protocol.quoalise import history_request
from custom_components.sen1.protocol.trust.kinds import (
    Left,
    StatementKind,
    kind_of,
    message_to_element,
)
from custom_components.sen1.protocol.trust.signed import signed_in, verified
from testbed.xmpp import XmppServer

from ..conftest import ON_BOTH_KINDS, ON_EACH_PAIR, Home, until
from .conftest import (
    COLLECTION,
    Newcomer,
    agree,
    ask,
    change,
    collect,
    current,
    granted,
    is_done,
    is_member,
    join,
    joining,
    members,
    offered,
    series_of,
)

type Meter = Callable[[object], None]


def shown(home: Home) -> list[er.RegistryEntry]:
    """Return the entities of members."""
    return [one for one in readings_shown(home) if "-" in one.unique_id.partition("_")[0]]


def all_erased(erasures: dict[str, Erasure]) -> bool:
    """Return whether all that was taken back is erased."""
    return all(each["erased"] for each in erasures.values())


def readings_shown(home: Home) -> list[er.RegistryEntry]:
    """Return the entities of readings."""
    registry = er.async_get(home.hass)
    entities = er.async_entries_for_config_entry(registry, home.entry.entry_id)
    return [one for one in entities if one.unique_id.endswith("_reading")]


@ON_BOTH_KINDS
async def test_who_joins_gets_a_number_and_its_readings_come(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    subentry = collect(cooperative)
    publication = await house.publish("sensor.meter")
    await join(house, cooperative, subentry, consumption=publication)
    member = await is_member(cooperative, house)
    assert member.number == 1
    assert member.data["name"] == ""
    series = await series_of(cooperative, house)
    assert series.follower.latest is not None
    assert series.follower.latest.value == 640
    meter(700)
    await until(lambda: series.follower.latest and series.follower.latest.value == 700)
    assert house.runtime.trust.standing(cooperative.account.jid) is Standing.VERIFIED
    assert cooperative.runtime.trust.standing(house.account.jid) is Standing.SEEN
    assert not await house.runtime.session.roster()
    assert not await cooperative.runtime.session.roster()
    assert not cooperative.runtime.journal.refusals
    assert not house.runtime.journal.refusals


async def test_what_a_member_gives_is_hidden_and_bears_its_number(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    subentry = collect(cooperative)
    publication = await house.publish("sensor.meter", title="Madame Héron")
    await join(house, cooperative, subentry, consumption=publication)
    await series_of(cooperative, house)
    await until(lambda: shown(cooperative))
    (entity,) = shown(cooperative)
    assert entity.hidden_by is er.RegistryEntryHider.INTEGRATION
    # The recorder makes its statistic of its states.
    assert entity.disabled_by is None
    state = hass.states.get(entity.entity_id)
    assert state is not None
    assert state.name == "Lucioles Member 001, consumption"
    assert state.state == "640"
    assert entity.device_id is not None
    device = dr.async_get(hass).async_get(entity.device_id)
    assert device is not None
    assert device.name == "Lucioles"
    assert device.identifiers == {(DOMAIN, subentry.subentry_id)}


async def test_two_members_who_call_their_series_the_same_have_one_each(
    hass: HomeAssistant, house: Home, cooperative: Home, newcomer: Newcomer, meter: Meter
) -> None:
    subentry = collect(cooperative)
    publication = await house.publish("sensor.meter")
    other = await newcomer("heron")
    copy = ConfigSubentry(
        data=publication.data, subentry_type="publication", title="Meter", unique_id=None
    )
    hass.config_entries.async_add_subentry(other.entry, copy)
    for home, given in ((house, publication), (other, copy)):
        await join(home, cooperative, subentry, consumption=given)
        await series_of(cooperative, home)
    assert [member.number for member in members(cooperative)] == [1, 2]
    await until(lambda: len(shown(cooperative)) == 2)
    states = {hass.states.get(entity.entity_id) for entity in shown(cooperative)}
    assert sorted(state.name for state in states if state) == [
        "Lucioles Member 001, consumption",
        "Lucioles Member 002, consumption",
    ]
    await until(lambda: all(member.data["told"] for member in members(cooperative)))
    first, second = members(cooperative)
    cooperative.runtime[Collections].remove(COLLECTION, first.number)
    await is_done(cooperative)
    (left,) = shown(cooperative)
    state = hass.states.get(left.entity_id)
    assert state is not None
    assert state.state == "640"
    assert members(cooperative) == [second]


async def test_a_wrong_token_lets_nobody_read_or_join(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    subentry = collect(cooperative)
    publication = await house.publish("sensor.meter")
    await until(lambda: cooperative.runtime.session.is_online)
    right = cooperative.runtime[Collections].link(current(cooperative, subentry))
    token = collection_data(current(cooperative, subentry))["token"]
    part = house.runtime[Offers]
    offer_id = part.open(right.replace(token, new_token()))
    await until(lambda: part.all[offer_id]["failed"] == "refused_link")
    assert cooperative.runtime.refusals["bad_invitation"]
    part.decline(offer_id)
    offer_id = await offered(house, cooperative, subentry)
    part.all[offer_id]["token"] = new_token()
    given = {"consumption": publication_data(publication)["publication"]}
    before = cooperative.runtime.refusals["bad_invitation"]
    house.runtime[Participations].join(
        offer_id, joining(house, offer_id), given, granted(publication)
    )
    await until(lambda: cooperative.runtime.refusals["bad_invitation"] > before)
    assert not members(cooperative)
    assert not cooperative.runtime[Relations].is_known(house.account.jid)


async def test_a_plain_question_with_the_right_token_is_answered_signed(
    house: Home, cooperative: Home
) -> None:
    subentry = collect(cooperative)
    await until(lambda: house.runtime.session.is_online and cooperative.runtime.session.is_online)
    link = parse_link(cooperative.runtime[Collections].link(current(cooperative, subentry)))
    assert link is not None
    command = collection_request(link.collection, link.token)
    command.set("sessionid", "4711")
    answer = (await house.runtime.session.ask(link.jid.full, command)).find(COMMAND)
    assert answer is not None
    (element,) = answer
    signed = signed_in(element)
    statement = verified(signed, cooperative.runtime.statements.keys.public.signing)
    assert (statement.to, statement.about) == (house.account.jid, "4711")
    sheet = collection_answered(statement.payload)
    assert (sheet.title, sheet.number, sheet.members) == ("Lucioles", None, None)
    with pytest.raises(RequestFailed) as refused:
        await house.runtime.session.ask(link.jid.full, collection_request(COLLECTION, new_token()))
    assert refused.value.condition == "item-not-found"


async def test_a_strangers_words_and_questions_are_not_heard(
    house: Home, cooperative: Home
) -> None:
    collect(cooperative)
    house.runtime.trust.want([cooperative.account.jid])
    await until(lambda: house.runtime.trust.signs(cooperative.account.jid))
    said = {
        StatementKind.LEFT: message_to_element(Left(COLLECTION)),
        StatementKind.NOTE: note_to_element(CollectionNote(COLLECTION, "Hello")),
    }
    for element in said.values():
        house.runtime[Post].tell(cooperative.account.jid, element)
    await until(lambda: cooperative.runtime.refusals["stranger"] == len(said))
    address = cooperative.runtime.session._client.boundjid.full
    with pytest.raises(RequestFailed) as refused:
        await house.runtime[HistoryClient]._questions.ask(
            cooperative.account.jid, address, history_request("urn:x", 0, 1)
        )
    assert refused.value.condition == "not-authorized"


async def test_with_an_old_link_nobody_comes_and_who_has_come_stays(
    house: Home, cooperative: Home, newcomer: Newcomer, meter: Meter
) -> None:
    subentry = collect(cooperative)
    publication = await house.publish("sensor.meter")
    await join(house, cooperative, subentry, consumption=publication)
    await is_member(cooperative, house)
    old = cooperative.runtime[Collections].link(current(cooperative, subentry))
    cooperative.runtime[Collections].renew(current(cooperative, subentry))
    other = await newcomer("late")
    part = other.runtime[Offers]
    offer_id = part.open(old)
    await until(lambda: part.all[offer_id]["failed"] == "refused_link")
    assert len(members(cooperative)) == 1
    meter(710)
    series = await series_of(cooperative, house)
    await until(lambda: series.follower.latest and series.follower.latest.value == 710)
    await offered(other, cooperative, subentry)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        pytest.param(ask(granularity="PT30M"), "not_as_asked", id="finer than it was asked for"),
        pytest.param(ask("production"), "not_as_asked", id="of what was not asked for"),
    ],
)
async def test_a_member_cannot_give_what_does_not_fit(
    house: Home, cooperative: Home, meter: Meter, asked: AskData, reason: str
) -> None:
    subentry = collect(cooperative, [asked])
    publication = await house.publish("sensor.meter")
    given: dict[str, Any] = {asked["what"]: publication}
    await join(house, cooperative, subentry, **given)
    await is_member(cooperative, house)
    await until(lambda: cooperative.runtime.refusals[reason])
    assert not cooperative.series()


async def test_a_member_cannot_give_more_than_it_said(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    subentry = collect(cooperative)
    publication = await house.publish("sensor.meter")
    more = await house.publish("sensor.meter", title="More")
    subentry_id = await join(house, cooperative, subentry, consumption=publication)
    await series_of(cooperative, house)
    part = house.entry.subentries[subentry_id]
    grants = granted(publication, more)
    hass.config_entries.async_update_subentry(
        house.entry, part, data={**part.data, "grants": grants}
    )
    await until(lambda: cooperative.runtime.refusals["not_asked"])
    (series,) = cooperative.series()
    assert series.follower.grant.publication == publication_data(publication)["publication"]


async def test_a_member_sees_no_catalogue_and_nothing_of_other_members(
    house: Home, cooperative: Home, newcomer: Newcomer, meter: Meter
) -> None:
    roof = await cooperative.publish("sensor.meter", title="Roof")
    own = await cooperative.publish("sensor.meter", title="Own")
    subentry = collect(cooperative, [ask()], roof)
    publication = await house.publish("sensor.meter")
    await join(house, cooperative, subentry, consumption=publication)
    await is_member(cooperative, house)
    (given,) = await until(lambda: house.series())
    assert given.description.title == "Roof"
    cooperative_jid = cooperative.account.jid
    address = cooperative.runtime.session._client.boundjid.full
    other = await newcomer("other")
    theirs = await other.publish("sensor.meter")
    await join(other, cooperative, subentry, consumption=theirs)
    await series_of(cooperative, other)
    names = [
        publication_data(own)["name"],
        publication_data(theirs)["name"],
    ]
    questions = [list_command(), *(history_request(name, 0, 1) for name in names)]
    for question in questions:
        with pytest.raises(RequestFailed) as refused:
            await house.runtime[HistoryClient]._questions.ask(cooperative_jid, address, question)
        assert refused.value.condition == "not-authorized"
    with pytest.raises(RequestFailed):
        await house.runtime.session.pubsub.items(
            cooperative_jid, node_of(publication_data(own)["publication"])
        )
    assert len(house.series()) == 1


@ON_EACH_PAIR
async def test_an_organiser_that_was_away_hears_who_joined(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    subentry = collect(cooperative)
    publication = await house.publish("sensor.meter")
    offer_id = await offered(house, cooperative, subentry)
    await hass.config_entries.async_unload(cooperative.entry.entry_id)
    given = {"consumption": publication_data(publication)["publication"]}
    house.runtime[Participations].join(
        offer_id, joining(house, offer_id, "Ibis"), given, granted(publication)
    )
    await house.runtime[Post].sent()
    await hass.config_entries.async_setup(cooperative.entry.entry_id)
    member = await is_member(cooperative, house)
    assert member.data["name"] == "Ibis"
    await series_of(cooperative, house)


@ON_EACH_PAIR
async def test_what_came_back_from_a_server_that_was_away_is_said_again(
    house: Home,
    cooperative: Home,
    meter: Meter,
    server_pair: Sequence[XmppServer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(participations, "RETRY", 0.1)
    said: list[StatementKind | None] = []
    tell = house.runtime[Post].tell

    def told(jid: BareJid, one: object, **how: Any) -> None:
        said.append(kind_of(message_to_element(one)))
        tell(jid, one, **how)

    monkeypatch.setattr(house.runtime[Post], "tell", told)
    subentry = collect(cooperative)
    publication = await house.publish("sensor.meter")
    offer_id = await offered(house, cooperative, subentry)
    server_pair[1].stop()
    try:
        given = {"consumption": publication_data(publication)["publication"]}
        house.runtime[Participations].join(
            offer_id, joining(house, offer_id, "Ibis"), given, granted(publication)
        )
        await until(lambda: said.count(StatementKind.JOINED) > 1)
    finally:
        server_pair[1].start()
    assert (await is_member(cooperative, house)).data["name"] == "Ibis"
    await series_of(cooperative, house)
    # The last says that the sheet was seen with the number in it.
    times = said.count(StatementKind.JOINED)
    await asyncio.sleep(1)
    assert said.count(StatementKind.JOINED) == times


async def test_after_a_restart_members_and_numbers_are_what_they_were(
    hass: HomeAssistant, house: Home, cooperative: Home, newcomer: Newcomer, meter: Meter
) -> None:
    subentry = collect(cooperative)
    publication = await house.publish("sensor.meter")
    part_id = await join(house, cooperative, subentry, consumption=publication)
    await is_member(cooperative, house)
    await series_of(cooperative, house)
    await hass.config_entries.async_reload(cooperative.entry.entry_id)
    assert [member.number for member in members(cooperative)] == [1]
    meter(720)
    series = await series_of(cooperative, house)
    await until(lambda: series.follower.latest and series.follower.latest.value == 720)
    (entity,) = shown(cooperative)
    assert entity.unique_id.startswith(f"{subentry.subentry_id}-1_")
    house.runtime[Participations].leave(part_id)
    await until(lambda: not members(cooperative))
    await hass.config_entries.async_reload(cooperative.entry.entry_id)
    other = await newcomer("second")
    theirs = await other.publish("sensor.meter")
    await join(other, cooperative, subentry, consumption=theirs)
    assert (await is_member(cooperative, other)).number == 2


async def has_heard(one: Home, other: Home) -> None:
    """Wait until all that the other has said by now is here: what is asked comes after it."""
    await other.runtime[Post].sent()
    client = other.runtime.session._client
    await client.plugin["xep_0199"].ping(one.runtime.session._client.boundjid)


@ON_BOTH_KINDS
async def test_what_a_member_gave_is_erased_when_it_leaves_and_it_is_told(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    subentry = collect(cooperative)
    publication = await house.publish("sensor.meter")
    part_id = await join(house, cooperative, subentry, consumption=publication, name="Ibis")
    await series_of(cooperative, house)
    # What is said twice as both come to know each other is answered twice.
    await has_heard(cooperative, house)
    await has_heard(house, cooperative)
    house.runtime[Participations].leave(part_id)
    await until(lambda: not members(cooperative))
    await until(lambda: not shown(cooperative) and not cooperative.series())
    erasures = house.runtime.store.content["erasures"]
    erasure = await until(
        lambda: next(iter(erasures.get(cooperative.account.jid, {}).values()), None)
    )
    await until(lambda: erasure["erased"])
    await until(
        lambda: (
            not cooperative.runtime.store.content["chores"]
            and not cooperative.runtime.store.content["left"]
        )
    )
    kept = cooperative.runtime.store.content
    for part in ("followed", "told", "joined", "friendships"):
        assert not kept[part], part
    assert kept["collected"] == {COLLECTION: {}}
    assert "Ibis" not in json.dumps(kept)
    await until(lambda: not house.runtime.store.content["chores"])
    assert not house.series()
    # Neither is a stranger to the other for what is said at the end.
    assert cooperative.runtime.refusals["stranger"] == 0
    assert house.runtime.refusals["stranger"] == 0


async def test_a_member_that_is_sent_away_is_told_and_gives_no_more(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    roof = await cooperative.publish("sensor.meter", title="Roof")
    subentry = collect(cooperative, [ask()], roof)
    publication = await house.publish("sensor.meter")
    await join(house, cooperative, subentry, consumption=publication)
    await series_of(cooperative, house)
    await until(lambda: house.series() and house.series()[0].follower.latest)
    cooperative.runtime[Collections].remove(COLLECTION, 1)
    await until(lambda: not house.runtime[Participations].taken)
    await until(lambda: not house.runtime[Policy].grantees)
    await until(lambda: not house.series() and not cooperative.series())
    for home, other in ((house, cooperative), (cooperative, house)):
        erasures = home.runtime.store.content["erasures"][other.account.jid]
        await until(partial(all_erased, erasures))
        await is_done(home)
    with pytest.raises(KeyError):
        cooperative.runtime[Collections].remove(COLLECTION, 1)


async def test_with_a_collection_that_is_deleted_all_of_it_goes(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    subentry = collect(cooperative)
    publication = await house.publish("sensor.meter")
    await join(house, cooperative, subentry, consumption=publication)
    await series_of(cooperative, house)
    hass.config_entries.async_remove_subentry(cooperative.entry, subentry.subentry_id)
    await until(lambda: not house.runtime[Participations].taken)
    await until(
        lambda: (
            not cooperative.runtime.store.content["left"]
            and not cooperative.runtime.store.content["chores"]
        )
    )
    for part in ("collected", "numbers", "followed"):
        assert not cooperative.runtime.store.content[part], part
    erasures = house.runtime.store.content["erasures"][cooperative.account.jid]
    await until(partial(all_erased, erasures))


async def test_a_friend_who_also_joins_goes_on_being_one(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    await house.befriend(cooperative, publication)
    await cooperative.befriend(house)
    await series_of(cooperative, house)
    subentry = collect(cooperative)
    part_id = await join(house, cooperative, subentry, consumption=publication)
    await is_member(cooperative, house)
    await until(lambda: len(readings_shown(cooperative)) == 2)
    house.runtime[Participations].leave(part_id)
    await until(lambda: not members(cooperative))
    await until(lambda: len(readings_shown(cooperative)) == 1)
    meter(730)
    series = await series_of(cooperative, house)
    await until(lambda: series.follower.latest and series.follower.latest.value == 730)
    assert cooperative.runtime[Relations].is_friend(house.account.jid)


@pytest.mark.parametrize(("what", "count"), [("consumption", 2), ("site", 1)])
async def test_what_a_friend_gives_unasked_is_visible_as_the_friend_s_alone(
    hass: HomeAssistant, house: Home, cooperative: Home, what: str, count: int
) -> None:
    door = er.async_get(hass).async_get_or_create(
        "binary_sensor", "test", "door", suggested_object_id="door"
    )
    hass.states.async_set(door.entity_id, "on", {"device_class": "door"})
    publication = await house.publish(door.entity_id, title="Door")
    friend = await cooperative.befriend(house)
    await house.befriend(cooperative, publication)
    subentry = collect(cooperative, [ask(), ask("site", "")])
    gives: Any = {what: publication}
    await join(house, cooperative, subentry, **gives)
    await is_member(cooperative, house)
    # So it is after a start.
    await hass.config_entries.async_reload(cooperative.entry.entry_id)
    await until(lambda: cooperative.runtime.session.is_online)
    await until(lambda: len(readings_shown(cooperative)) == count)
    visible = [one for one in readings_shown(cooperative) if not one.hidden]
    assert [one.config_subentry_id for one in visible] == [friend.subentry_id]


async def test_a_changed_sheet_is_told_until_it_was_seen_and_no_more(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    subentry = collect(cooperative)
    publication = await house.publish("sensor.meter")
    part_id = await join(house, cooperative, subentry, consumption=publication)
    member = await is_member(cooperative, house)
    assert member.data["told"] == 1
    change(cooperative, subentry, revision=2, charter_version=2, charter="We tell a few.")
    await until(lambda: members(cooperative)[0].data["told"] == 2)
    (member,) = members(cooperative)
    assert member.data["charter"] == 1
    agree(house, part_id)
    await until(lambda: members(cooperative)[0].data["charter"] == 2)
    await until(lambda: members(cooperative)[0].data["told"] == 2)


async def test_a_note_reaches_the_members_it_is_written_to(
    house: Home, cooperative: Home, newcomer: Newcomer, meter: Meter
) -> None:
    subentry = collect(cooperative)
    for home in (house, await newcomer("other")):
        await join(home, cooperative, subentry, consumption=await home.publish("sensor.meter"))
        member = await is_member(cooperative, home)
    assert cooperative.runtime[Collections].note(COLLECTION, [member.number, 7], "Hello") == 1
    (part,) = home.runtime[Participations].taken.values()
    await until(lambda: part["notes"])
    assert [note["text"] for note in part["notes"]] == ["Hello"]
    (other,) = house.runtime[Participations].taken.values()
    assert not other["notes"]


async def test_beyond_so_many_nobody_is_taken(
    house: Home, cooperative: Home, meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collections, "MOST_MEMBERS", 0)
    subentry = collect(cooperative)
    publication = await house.publish("sensor.meter")
    await join(house, cooperative, subentry, consumption=publication)
    await until(lambda: cooperative.runtime.refusals["too_many_members"])
    assert not members(cooperative)


@pytest.mark.parametrize("name", ["Le Goff", ""])
async def test_a_place_is_kept_for_who_is_on_the_list(
    house: Home, cooperative: Home, meter: Meter, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(collections, "MOST_MEMBERS", 1)
    subentry = collect(cooperative)
    row = ExpectedData(name="Le Goff", shares=1, address=None, number=None)
    cooperative.runtime.store.content["expected"][COLLECTION] = ListData(at=0, rows=[row])
    publication = await house.publish("sensor.meter")
    await join(house, cooperative, subentry, name=name, consumption=publication)
    if name:
        await until(lambda: members(cooperative))
    else:
        await until(lambda: cooperative.runtime.refusals["too_many_members"])
        assert not members(cooperative)


@pytest.mark.parametrize(("count", "told"), [(0, None), (4, None), (5, 5), (6, 6)])
async def test_who_has_the_link_is_not_told_of_how_few_they_are(
    house: Home, cooperative: Home, count: int, told: int | None
) -> None:
    subentry = collect(cooperative)
    cooperative.runtime.store.content["collected"][COLLECTION] = {
        f"{place}@coop.test": MemberData(
            number=place,
            name="",
            address=f"{place}@coop.test/sen1",
            joined=0,
            charter=1,
            gives={},
            told=1,
        )
        for place in range(count)
    }
    offer_id = await offered(house, cooperative, subentry)
    sheet = sheet_of(house.runtime[Offers].all[offer_id]["sheet"])
    assert sheet is not None
    assert sheet.members == told


async def test_what_a_member_says_anew_takes_the_place_of_what_it_said(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    subentry = collect(cooperative, [ask(), ask("production")])
    used = await house.publish("sensor.meter")
    made = await house.publish("sensor.meter", title="Roof", direction="production")
    await join(house, cooperative, subentry, consumption=used, production=made)
    await is_member(cooperative, house)
    await until(lambda: len(shown(cooperative)) == 2)
    part = house.runtime[Participations]
    jid, kept = cooperative.account.jid, publication_data(used)["publication"]
    said = Joined(
        collection=COLLECTION,
        token=new_token(),
        address=f"{house.account.jid}/elsewhere",
        charter_version=1,
        name="Ibis",
        gives={"consumption": kept, "site": kept},
        seen=1,
    )
    house.runtime[Post].tell(jid, joined_to_element(said))
    await until(lambda: members(cooperative)[0].data["name"] == "Ibis")
    (member,) = members(cooperative)
    assert (member.number, member.data["gives"]) == (1, {"consumption": kept})
    assert cooperative.runtime[HistoryClient].addresses[house.account.jid] == said.address
    # What it does not name any more is erased here.
    await until(lambda: len(shown(cooperative)) == 1 and len(cooperative.series()) == 1)
    await is_done(cooperative)
    assert part.taken


async def test_nobody_joins_for_somebody_else_and_strangers_have_a_limit(
    house: Home, cooperative: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    subentry = collect(cooperative)
    jid, refusals = cooperative.account.jid, cooperative.runtime.journal.refusals
    house.runtime.trust.want([jid])
    await until(lambda: house.runtime.trust.signs(jid))
    said = Joined(
        collection=COLLECTION,
        token=collection_data(current(cooperative, subentry))["token"],
        address="somebody@coop.test/else",
        charter_version=1,
    )
    house.runtime[Post].tell(jid, joined_to_element(said))
    await until(lambda: refusals["wrong_sender"])
    forged = house.runtime.statements.sign(jid, StatementKind.JOINED, joined_to_element(said))
    forged.set("signature", "A" * 86 + "==")
    house.runtime.session.tell(jid, forged)
    await until(lambda: refusals["bad_signature"])
    monkeypatch.setitem(ALLOWANCES, Effort.STRANGER, Allowance(0, 0.0))
    house.runtime[Post].tell(jid, joined_to_element(said))
    await until(lambda: refusals["too_often"])
    assert not members(cooperative)
