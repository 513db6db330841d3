"""A home that is asked to take part, at real servers: what it says, gives and leaves."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
import time
from typing import Any
from uuid import UUID

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.sen1.federation.config import (
    ParticipationData,
    collection_data,
    friend_data,
    participation_data,
    participations_of,
    publication_data,
)
from custom_components.sen1.federation.consent.grant_changes import (
    GrantChange,
    async_change_grant,
)
from custom_components.sen1.federation.consent.policy import Policy
from custom_components.sen1.federation.farewell import FAREWELLS
from custom_components.sen1.federation.follow.following import Following
from custom_components.sen1.federation.follow.series import Series
from custom_components.sen1.federation.organising.collections import Collections
from custom_components.sen1.federation.part import Heard
from custom_components.sen1.federation.participating.joining import Joining, charter_id
from custom_components.sen1.federation.participating.kept import sheet_of
from custom_components.sen1.federation.participating.offers import Offers
from custom_components.sen1.federation.participating.participations import (
    MOST_NOTES,
    Participations,
)
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.relations.members import MOST_GIVEN_BACK
from custom_components.sen1.federation.showing.overview import async_sharing
from custom_components.sen1.federation.store import AccountStore
from custom_components.sen1.federation.talk.post import Post
from custom_components.sen1.protocol.collecting.collection import (
    CollectionSheet,
    collection_to_element,
)
from custom_components.sen1.protocol.errors import ParticipationRefused
from custom_components.sen1.protocol.model import BareJid, GrantState, PublicationId, node_of
from custom_components.sen1.protocol.stanzas import grant_to_element
from custom_components.sen1.protocol.trust.kinds import StatementKind
from testbed.xmpp import Account

from ...protocol.samples import GRANT
from ..conftest import Home, until
from ..organising.conftest import (
    agree,
    ask,
    change,
    collect,
    current,
    granted,
    is_member,
    join,
    joining,
    members,
    offered,
    series_of,
)
from ..test_moving import Servers, impatient, move

__all__ = ["impatient"]

type Meter = Callable[[object], None]

OTHER = "77aa00c2d4e5f602"


def part_of(home: Home, subentry_id: str) -> Any:
    return home.runtime[Participations].taken[subentry_id]


def data_of(home: Home, subentry_id: str) -> ParticipationData:
    return participation_data(home.entry.subentries[subentry_id])


def is_erased(home: Home, friend: BareJid, publication: PublicationId) -> bool:
    """Return whether somebody said that it has erased a publication of a home's."""
    asked = home.runtime.store.content["erasures"].get(friend, {})
    return publication in asked and asked[publication]["erased"] is not None


async def test_what_is_joined_otherwise_than_asked_gives_nothing(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    named = publication_data(publication)["publication"]
    subentry = collect(cooperative, [ask(is_needed=True), ask("production")])
    offer_id = await offered(house, cooperative, subentry)
    join_in = house.runtime[Participations].join
    right = joining(house, offer_id)
    cases: dict[str, tuple[Joining, dict[str, PublicationId], list[Any]]] = {
        "charter_changed": (
            replace(right, charter_id=f"2{right.charter_id[1:]}"),
            {"consumption": named},
            granted(publication),
        ),
        "needed_missing": (right, {"production": named}, granted(publication)),
        "not_asked": (right, {"consumption": named}, []),
        "no_team": (replace(right, team=1), {"consumption": named}, granted(publication)),
    }
    for key, said in cases.items():
        with pytest.raises(ParticipationRefused) as refused:
            join_in(offer_id, *said)
        assert refused.value.key == key
    assert not participations_of(house.entry)
    assert not house.runtime[Policy].told_to(BareJid(cooperative.account.jid))


async def test_what_was_pressed_while_the_organiser_was_away_is_told_after_a_restart(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    subentry = collect(cooperative)
    offer_id = await offered(house, cooperative, subentry)
    await hass.config_entries.async_unload(cooperative.entry.entry_id)
    named = publication_data(publication)["publication"]
    joined = house.runtime[Participations].join(
        offer_id, joining(house, offer_id, "Heron"), {"consumption": named}, granted(publication)
    )
    assert joined in participations_of(house.entry)
    await hass.config_entries.async_reload(house.entry.entry_id)
    assert not house.runtime[Offers].all
    assert part_of(house, joined)["number"] is None
    await hass.config_entries.async_setup(cooperative.entry.entry_id)
    member = await is_member(cooperative, house)
    assert (member.number, member.data["name"]) == (1, "Heron")
    assert part_of(house, joined)["number"] == 1
    await series_of(cooperative, house)


async def test_a_kill_between_the_press_and_the_message_loses_neither(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter, monkeypatch: Any
) -> None:
    publication = await house.publish("sensor.meter")
    subentry = collect(cooperative)
    offer_id = await offered(house, cooperative, subentry)
    await house.runtime.store.async_save()
    with monkeypatch.context() as killed:
        # Of the store nothing is written any more, and nothing goes: only the entry was in time.
        killed.setattr(AccountStore, "async_save", _nothing)
        killed.setattr(AccountStore, "save_within", lambda *_: None)
        killed.setattr(house.runtime[Post], "tell", lambda *_, **_how: None)
        named = publication_data(publication)["publication"]
        joined = house.runtime[Participations].join(
            offer_id, joining(house, offer_id), {"consumption": named}, granted(publication)
        )
        await hass.config_entries.async_unload(house.entry.entry_id)
    await hass.config_entries.async_setup(house.entry.entry_id)
    assert not house.runtime[Offers].all
    assert part_of(house, joined)["sheet"]["title"] == "Lucioles"
    await is_member(cooperative, house)
    await series_of(cooperative, house)


async def _nothing(*_: Any) -> None:
    pass


async def test_who_leaves_one_collection_goes_on_as_a_friend_and_in_the_other(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    lent = await cooperative.publish("sensor.meter", title="Roof")
    as_friend = await house.publish("sensor.meter", title="Friend")
    first = await house.publish("sensor.meter", title="First")
    second = await house.publish("sensor.meter", title="Second")
    friend = await house.befriend(cooperative, as_friend)
    await cooperative.befriend(house)
    one, other = collect(cooperative, [ask()], lent), collect(cooperative, collection=OTHER)
    left = await join(house, cooperative, one, consumption=first)
    kept = await join(house, cooperative, other, consumption=second)
    jid, organiser = BareJid(house.account.jid), BareJid(cooperative.account.jid)
    named = {s.title: publication_data(s)["publication"] for s in (as_friend, first, second)}
    await until(lambda: cooperative.runtime[Following].series[jid].keys() == set(named.values()))
    await until(house.series)
    house.runtime[Participations].leave(left)
    await until(lambda: not members(cooperative))
    assert len(members(cooperative, OTHER)) == 1
    rest = {named["Friend"], named["Second"]}
    await until(lambda: house.runtime[Policy].granted_to(organiser).keys() == rest)
    await until(lambda: is_erased(house, organiser, named["First"]))
    assert house.runtime.store.content["erasures"][organiser].keys() == {named["First"]}
    # What came back with it is withdrawn by the organiser, and erased here.
    await until(lambda: all(s.follower.grant.state is GrantState.WITHDRAWN for s in house.series()))
    house.runtime[Participations].leave(kept)
    await until(lambda: not members(cooperative, OTHER))
    await until(lambda: is_erased(house, organiser, named["Second"]))
    assert house.runtime[Policy].granted_to(organiser).keys() == {named["Friend"]}
    assert friend_data(house.entry.subentries[friend.subentry_id])["grants"]
    assert (await house.runtime.session.roster())[organiser].ours


async def test_a_friendship_that_ends_leaves_the_collection(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    friend = await house.befriend(cooperative)
    await cooperative.befriend(house)
    organiser = BareJid(cooperative.account.jid)

    async def is_on_roster() -> bool:
        known = (await house.runtime.session.roster()).get(organiser)
        return known is not None and known.ours and known.theirs

    await until(is_on_roster)
    await join(house, cooperative, collect(cooperative), consumption=publication)
    await is_member(cooperative, house)
    series = await series_of(cooperative, house)
    hass.config_entries.async_remove_subentry(house.entry, friend.subentry_id)

    async def is_gone() -> bool:
        return organiser not in await house.runtime.session.roster()

    await until(is_gone)
    meter(700)
    await until(lambda: series.follower.latest and series.follower.latest.value == 700)
    assert len(members(cooperative)) == 1


async def test_who_leaves_all_is_known_no_more_and_may_come_again(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    lent = await cooperative.publish("sensor.meter", title="Roof")
    publication = await house.publish("sensor.meter")
    subentry = collect(cooperative, [ask()], lent)
    joined = await join(house, cooperative, subentry, consumption=publication)
    assert (await is_member(cooperative, house)).number == 1
    await until(house.series)
    jid, organiser = BareJid(house.account.jid), BareJid(cooperative.account.jid)
    await series_of(cooperative, house)
    house.runtime[Participations].leave(joined)
    await until(lambda: jid not in cooperative.runtime[Following].series)
    await until(lambda: organiser not in house.runtime[Following].series)
    (erasure,) = house.runtime.store.content["erasures"][organiser].values()
    await until(lambda: erasure["erased"])
    given_back = cooperative.runtime.store.content["erasures"]
    await until(lambda: given_back.get(jid) and all(e["erased"] for e in given_back[jid].values()))
    # However often somebody comes and goes, nothing of it stays in the registry.
    removed = er.async_get(hass).deleted_entities
    assert not [unique_id for *_, unique_id in removed if subentry.subentry_id in unique_id]
    await join(house, cooperative, subentry, consumption=publication)
    assert (await is_member(cooperative, house)).number == 2
    await series_of(cooperative, house)
    await until(house.series)


async def test_who_leaves_and_comes_again_at_once_is_a_member(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    subentry = collect(cooperative)
    joined = await join(house, cooperative, subentry, consumption=publication)
    await is_member(cooperative, house)
    link = cooperative.runtime[Collections].link(subentry)
    part, offers = house.runtime[Participations], house.runtime[Offers]
    part.leave(joined)
    offer_id = offers.open(link)
    await until(lambda: offers.all[offer_id]["sheet"])
    given = {"consumption": publication_data(publication)["publication"]}
    again = part.join(offer_id, joining(house, offer_id, "Again"), given, granted(publication))
    await until(lambda: part_of(house, again)["is_told"])
    (member,) = members(cooperative)
    assert member.data["name"] == "Again"
    meter(777)
    await until(lambda: [s.follower.latest.value for s in _given(cooperative)] == [777])


def _given(cooperative: Home) -> list[Any]:
    return [series for series in cooperative.series() if series.follower.latest]


async def test_a_grant_is_paused_and_withdrawn_alone(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    subentry = collect(cooperative)
    joined = await join(house, cooperative, subentry, consumption=publication)
    series = await series_of(cooperative, house)
    named = publication_data(publication)["publication"]
    sharing = async_sharing(hass)["accounts"]
    (shared,) = (one for one in sharing if one["entry_id"] == house.entry.entry_id)
    ((grant,),) = (one["grants"] for one in shared["shares"])
    assert (grant["friend_id"], grant["friend"]) == (joined, "Lucioles")
    for change_of, state in (
        (GrantChange.PAUSE, GrantState.PAUSED),
        (GrantChange.RESUME, GrantState.ACTIVE),
        (GrantChange.WITHDRAW, GrantState.WITHDRAWN),
    ):
        async_change_grant(hass, house.entry.entry_id, joined, named, change_of)
        await until(partial(_is_in, series, state))
    assert part_of(house, joined)["number"] == 1


def _is_in(series: Series, state: GrantState) -> bool:
    return series.follower.grant.state is state


async def test_another_charter_asks_again_and_changes_nothing_that_is_given(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    subentry = collect(cooperative)
    joined = await join(house, cooperative, subentry, consumption=publication)
    await is_member(cooperative, house)
    organiser = BareJid(cooperative.account.jid)
    before = house.runtime[Policy].told_to(organiser)
    asks = [ask(is_needed=True), ask("production", is_needed=True)]
    sheet = house.runtime[Participations].sheet(joined)
    assert sheet is not None
    first = charter_id(sheet)
    change(cooperative, subentry, revision=2, charter="All.", charter_version=2, asks=asks)
    await until(lambda: part_of(house, joined)["sheet"]["charter_version"] == 2)
    await until(lambda: members(cooperative)[0].data["told"] == 2)
    assert house.runtime[Policy].told_to(organiser) == before
    assert data_of(house, joined)["charter_version"] == members(cooperative)[0].data["charter"] == 1
    with pytest.raises(ParticipationRefused):
        house.runtime[Participations].agree(joined, first)
    agree(house, joined)
    await until(lambda: members(cooperative)[0].data["charter"] == 2)
    await until(lambda: part_of(house, joined)["is_told"])
    assert data_of(house, joined)["charter_version"] == 2
    assert house.runtime[Policy].told_to(organiser) == before


async def test_the_text_of_a_charter_is_told_to_who_did_not_agree_to_it(
    house: Home, cooperative: Home, meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = await house.publish("sensor.meter")
    subentry = collect(cooperative)
    takes, told = house.runtime._takes, set[str]()
    take = takes[StatementKind.COLLECTION]

    def spy(heard: Heard[CollectionSheet]) -> None:
        told.add(heard.said.charter)
        take(heard)

    monkeypatch.setitem(takes, StatementKind.COLLECTION, spy)
    joined = await join(house, cooperative, subentry, consumption=publication)
    await is_member(cooperative, house)

    async def seen(revision: int) -> tuple[set[str], str]:
        """Return what was told of the charter until a revision was seen, and what is known."""
        await until(lambda: members(cooperative)[0].data["told"] == revision)
        before = {*told}
        told.clear()
        return before, part_of(house, joined)["sheet"]["charter"]

    first = collection_data(current(cooperative, subentry))["charter"]
    assert await seen(1) == ({""}, first)
    change(cooperative, subentry, revision=2, charter="All.", charter_version=2)
    assert await seen(2) == ({"All."}, "All.")
    change(cooperative, subentry, revision=3, reason="Why not.")
    assert await seen(3) == ({"All."}, "All.")
    agree(house, joined)
    await until(lambda: members(cooperative)[0].data["charter"] == 2)
    change(cooperative, subentry, revision=4, reason="Because.")
    assert await seen(4) == ({""}, "All.")


async def test_the_text_of_a_charter_that_is_gone_is_asked_for(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    subentry = collect(cooperative)
    joined = await join(house, cooperative, subentry, consumption=publication)
    await is_member(cooperative, house)
    # As after a backup of a store that was older than the press.
    part_of(house, joined)["sheet"] = None
    change(cooperative, subentry, revision=2)
    await until(lambda: members(cooperative)[0].data["told"] == 2)
    sheet = sheet_of(part_of(house, joined)["sheet"])
    assert sheet is not None
    assert sheet.charter == collection_data(current(cooperative, subentry))["charter"]
    assert (sheet.revision, part_of(house, joined)["number"]) == (2, 1)


async def test_who_is_sent_away_gives_nothing_more(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    subentry = collect(cooperative)
    await join(house, cooperative, subentry, consumption=publication)
    await is_member(cooperative, house)
    await series_of(cooperative, house)
    cooperative.runtime[Collections].remove(members(cooperative)[0].collection, 1)
    await until(lambda: not participations_of(house.entry))
    organiser = BareJid(cooperative.account.jid)
    await until(lambda: organiser not in house.runtime[Policy].grantees)
    (running,) = house.runtime[Publishing].publications.values()
    await until(lambda: not running.receivers)


async def test_notes_are_kept_the_newest_of_them(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    subentry = collect(cooperative)
    joined = await join(house, cooperative, subentry, consumption=publication)
    member = await is_member(cooperative, house)
    for number in range(MOST_NOTES + 5):
        assert cooperative.runtime[Collections].note(member.collection, [1], f"Note {number}") == 1
    last = f"Note {MOST_NOTES + 4}"
    await until(lambda: part_of(house, joined)["notes"][-1:] and _texts(house, joined)[-1] == last)
    assert _texts(house, joined)[0] == "Note 5"
    assert len(_texts(house, joined)) == MOST_NOTES
    assert {note["text"] for note in part_of(house, joined)["notes"]} == set(_texts(house, joined))


async def test_a_note_that_waited_says_when_it_was_written(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    subentry = collect(cooperative)
    joined = await join(house, cooperative, subentry, consumption=publication)
    member = await is_member(cooperative, house)
    await hass.config_entries.async_unload(house.entry.entry_id)
    cooperative.runtime[Collections].note(member.collection, [1], "Your meter tells nothing.")
    await cooperative.runtime[Post].sent()
    written = time.time()
    await hass.config_entries.async_setup(house.entry.entry_id)
    (note,) = await until(lambda: part_of(house, joined)["notes"])
    assert note["at"] <= written


def _texts(house: Home, joined: str) -> list[str]:
    return [note["text"] for note in part_of(house, joined)["notes"]]


async def test_a_hostile_organiser_gets_nothing_and_gives_no_more_than_it_may(
    house: Home, cooperative: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter")
    subentry = collect(cooperative)
    joined = await join(house, cooperative, subentry, consumption=publication)
    await is_member(cooperative, house)
    jid, organiser = BareJid(house.account.jid), BareJid(cooperative.account.jid)
    before = house.runtime[Policy].told_to(organiser)
    post, true = (
        cooperative.runtime[Post],
        cooperative.runtime[Collections].sheet(subentry, members(cooperative)[0].data),
    )
    assert isinstance(true, CollectionSheet)
    stranger = replace(true, id=OTHER)
    post.tell(jid, collection_to_element(stranger))
    for number in range(MOST_GIVEN_BACK + 3):
        publication_id = PublicationId(str(UUID(int=number)))
        grant = replace(GRANT, publication=publication_id, node=node_of(publication_id))
        post.tell(jid, grant_to_element(grant))
    await until(lambda: house.runtime.journal.refusals["too_many_series"] == 3)
    assert len(house.series()) == MOST_GIVEN_BACK
    assert house.runtime.journal.refusals["stranger"] == 1
    assert house.runtime[Policy].told_to(organiser) == before
    assert part_of(house, joined)["sheet"]["id"] == true.id


async def test_a_member_that_moves_keeps_its_number_and_its_series(
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: Servers,
    impatient: None,
) -> None:
    publication = await house.publish("sensor.meter")
    joined = await join(house, cooperative, collect(cooperative), consumption=publication)
    await is_member(cooperative, house)
    series = await series_of(cooperative, house)
    moved = await move(house, accounts(server_pair[1], "alice"))
    await until(lambda: [one.jid for one in members(cooperative)] == [moved.account.jid])
    await until(lambda: part_of(moved, joined)["is_told"])
    assert members(cooperative)[0].number == part_of(moved, joined)["number"] == 1
    assert members(cooperative)[0].data["address"].startswith(moved.account.jid)
    meter(700)
    await until(lambda: series.follower.latest and series.follower.latest.value == 700)
    await until(lambda: not house.hass.data[FAREWELLS])
    assert cooperative.series() == [series]
    assert not moved.runtime.store.content["arriving"]


async def test_an_organiser_that_moves_keeps_its_members(
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: Servers,
    impatient: None,
) -> None:
    publication = await house.publish("sensor.meter")
    joined = await join(house, cooperative, collect(cooperative), consumption=publication)
    await is_member(cooperative, house)
    series = await series_of(cooperative, house)
    moved = await move(cooperative, accounts(server_pair[0], "bob"))
    await until(lambda: data_of(house, joined)["jid"] == moved.account.jid)
    assert (
        data_of(house, joined)["address"] == f"{moved.account.jid}/{moved.entry.data['resource']}"
    )
    await until(lambda: not moved.runtime.store.content["arriving"])
    await until(lambda: part_of(house, joined)["is_told"])
    (member,) = members(moved)
    assert member.number == 1
    meter(700)
    (again,) = await until(moved.series)
    await until(lambda: again.follower.latest and again.follower.latest.value == 700)
    assert again.statistic_id == series.statistic_id
