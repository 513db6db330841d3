"""Moving to another address: friends who sign come along, and nobody is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest

from custom_components.sen1.const import DOMAIN, plain
from custom_components.sen1.federation import farewell, moving
from custom_components.sen1.federation.config import (
    friend_data,
    friends_of,
    origin_of,
    publication_data,
)
from custom_components.sen1.federation.farewell import FAREWELLS
from custom_components.sen1.federation.follow.following import Following
from custom_components.sen1.federation.moving import Moving
from custom_components.sen1.federation.own_keys import made_keys
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.relations.circles import Circles
from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.protocol.trust.identity import (
    IDENTITY_NODE,
    identity_from_element,
    moved_to_element,
)
from custom_components.sen1.protocol.trust.kinds import StatementKind
from custom_components.sen1.protocol.trust.signed import Statement, sign
from testbed.client import connect, tell
from testbed.xmpp import Account, XmppServer

from .conftest import ON_EACH_PAIR, Home, until
from .pages.test_flows import form
from .relations.test_circles import add_circle, come, link_of
from .test_exchange import shared
from .test_farewell import nodes

type Meter = Callable[[object], None]
type Servers = tuple[XmppServer, XmppServer]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell friends again within a second."""
    monkeypatch.setattr(moving, "AGAIN_FIRST", 1.0)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clean the old server within seconds, where a household would wait a minute."""
    monkeypatch.setattr(farewell, "AGAIN_FIRST", 0.5)


async def move(home: Home, new: Account) -> Home:
    """Change the address of an account through its flow; return it where it is now."""
    flow = await home.hass.config_entries.flow.async_init(
        DOMAIN, context={"source": "reconfigure", "entry_id": home.entry.entry_id}
    )
    result = await home.hass.config_entries.flow.async_configure(flow["flow_id"], form(new))
    assert result["reason"] == "reconfigure_successful", result
    before = home.runtime
    await until(lambda: getattr(home.entry, "runtime_data", before) is not before)
    await until(lambda: home.entry.state is ConfigEntryState.LOADED)
    return Home(home.hass, new, home.entry)


def friend_of(home: Home) -> ConfigSubentry:
    """Return the one friend of a home."""
    (friend,) = friends_of(home.entry).values()
    return friend


def entities(home: Home) -> dict[str, str]:
    """Return the entities of what a home follows."""
    registry = er.async_get(home.hass)
    found = er.async_entries_for_config_entry(registry, home.entry.entry_id)
    return {entity.unique_id: entity.entity_id for entity in found}


def issues(hass: HomeAssistant) -> set[str]:
    """Return what the household is told, or asked, in the repairs."""
    return {issue_id for domain, issue_id in ir.async_get(hass).issues if domain == DOMAIN}


async def knows(home: Home, friend: Account) -> None:
    """Wait until a home has pinned a friend's key."""
    await until(lambda: home.runtime.trust.signs(friend.jid))


async def stands(home: Home, friend: Account) -> None:
    """Wait until a friendship stands in a roster."""

    async def is_so() -> bool:
        if not home.runtime.session.is_online:
            return False
        known = (await home.runtime.session.roster()).get(friend.jid)
        return known is not None and known.ours and known.theirs

    await until(is_so)


@ON_EACH_PAIR
async def test_who_moves_keeps_its_friends_and_they_its_readings(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: Servers,
    impatient: None,
) -> None:
    publication, _friend = await shared(house, cooperative)
    await knows(house, cooperative.account)
    await knows(cooperative, house.account)
    (series,) = cooperative.series()
    statistic, followed = series.statistic_id, friend_of(cooperative)
    known, key = entities(cooperative), house.runtime.statements.keys.public
    told = issues(hass)
    moved = await move(house, accounts(server_pair[1], "alice"))
    await until(lambda: friend_data(friend_of(cooperative))["jid"] == moved.account.jid)
    meter(700)
    await until(lambda: (state := cooperative.state()) and state.state == "700")
    assert issues(hass) == told
    assert moved.runtime.statements.keys.public == key
    # The friend is the one it was, and so are its series and what shows them.
    assert friend_of(cooperative).subentry_id == followed.subentry_id
    assert friend_of(cooperative).unique_id == moved.account.jid
    assert cooperative.series() == [series]
    assert series.statistic_id == statistic
    assert entities(cooperative) == known
    await stands(moved, cooperative.account)
    await stands(cooperative, moved.account)
    expected = [f"urn:sen1:publication:0:{publication_data(publication)['publication']}"]
    assert nodes(server_pair[1], moved.account) == expected
    # The old server keeps no more than the word of where it is now.
    await until(lambda: not nodes(server_pair[0], house.account))
    await until(lambda: not hass.data[FAREWELLS])
    assert not server_pair[0].roster(house.account.jid.partition("@")[0])
    assert house.account.jid not in await cooperative.runtime.session.roster()


async def joined(house: Home, cooperative: Home) -> tuple[ConfigSubentry, ConfigSubentry]:
    """Let the house share with the cooperative, each knowing the other's key."""
    publication, friend = await shared(house, cooperative)
    await knows(house, cooperative.account)
    await knows(cooperative, house.account)
    return publication, friend


async def follows(home: Home, friend: Account) -> None:
    """Wait until a home has followed its one friend to an address."""
    await until(lambda: friend_data(friend_of(home))["jid"] == friend.jid)


async def shows(home: Home, value: str) -> None:
    await until(lambda: (state := home.state()) and state.state == value)


@ON_EACH_PAIR
async def test_who_receives_and_moves_goes_on_receiving(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: Servers,
) -> None:
    _publication, friend = await joined(house, cooperative)
    sent = house.runtime.store.content["sent"]
    ((of_friend,),) = (sent.values(),)
    before = of_friend[cooperative.account.jid]["readings"]
    told, known = issues(hass), entities(cooperative)
    moved = await move(cooperative, accounts(server_pair[0], "bob"))
    await follows(house, moved.account)
    meter(700)
    await shows(moved, "700")
    assert issues(hass) == told
    assert entities(moved) == known
    # It is the same friend: what it has received is counted on.
    assert list(of_friend) == [moved.account.jid]
    # The first was on the node when the friend was let in; what goes from now on is counted.
    (publication,) = house.runtime[Publishing].publications.values()
    await until(lambda: moved.account.jid in publication.receivers)
    meter(701)
    await shows(moved, "701")
    await until(lambda: of_friend[moved.account.jid]["readings"] > before)
    # And what it is no longer to have, is withdrawn as from any.
    await house.grant(house.entry.subentries[friend.subentry_id])
    await until(lambda: moved.state("status").state == "withdrawn")


async def test_an_old_server_that_is_away_holds_nobody_back_and_is_cleaned_when_it_is_back(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: Servers,
    impatient: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(farewell, "PATIENCE", 1.0)
    await joined(house, cooperative)
    await hass.async_add_executor_job(server_pair[0].stop)
    moved = await move(house, accounts(server_pair[1], "alice"))
    await follows(cooperative, moved.account)
    meter(700)
    await shows(cooperative, "700")
    assert len(hass.data[FAREWELLS]) == 1
    await hass.async_add_executor_job(server_pair[0].start)
    await until(lambda: not hass.data[FAREWELLS])
    assert not nodes(server_pair[0], house.account)
    assert not server_pair[0].roster(house.account.jid.partition("@")[0])
    await shows(cooperative, "700")


@pytest.mark.parametrize("is_back", [False, True], ids=["to a third address", "and back"])
async def test_who_was_away_while_a_friend_moved_twice_follows_all_the_way(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: Servers,
    is_back: bool,
) -> None:
    await joined(house, cooperative)
    (series,) = cooperative.series()
    statistic, told = series.statistic_id, issues(hass)
    await hass.config_entries.async_unload(cooperative.entry.entry_id)
    moved = await move(house, accounts(server_pair[1], "alice"))
    moved = await move(moved, house.account if is_back else accounts(server_pair[0], "alice"))
    await hass.config_entries.async_setup(cooperative.entry.entry_id)
    await follows(cooperative, moved.account)
    meter(700)
    await shows(cooperative, "700")
    (series,) = cooperative.series()
    assert series.statistic_id == statistic
    assert issues(hass) == told
    await until(lambda: not moved.runtime.store.content["arriving"])


async def test_who_moves_back_is_followed_back(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: Servers,
    impatient: None,
) -> None:
    await joined(house, cooperative)
    told, known = issues(hass), entities(cooperative)
    moved = await move(house, accounts(server_pair[1], "alice"))
    await follows(cooperative, moved.account)
    meter(700)
    await shows(cooperative, "700")
    moved = await move(moved, house.account)
    await follows(cooperative, house.account)
    meter(710)
    await shows(cooperative, "710")
    assert issues(hass) == told
    assert entities(cooperative) == known
    # The word that it was elsewhere is gone from the node of its identity.
    await until(lambda: not hass.data[FAREWELLS])
    (item,) = await moved.runtime.session.pubsub.items(None, IDENTITY_NODE)
    assert identity_from_element(item[0], house.account.jid).moved is None


async def test_a_restart_before_friends_could_follow_changes_nothing(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: Servers,
) -> None:
    await joined(house, cooperative)
    await hass.config_entries.async_unload(cooperative.entry.entry_id)
    moved = await move(house, accounts(server_pair[1], "alice"))
    await hass.config_entries.async_unload(house.entry.entry_id)
    await hass.config_entries.async_setup(cooperative.entry.entry_id)
    await until(lambda: cooperative.runtime.session.is_online)
    await hass.config_entries.async_setup(house.entry.entry_id)
    await follows(cooperative, moved.account)
    meter(700)
    await shows(cooperative, "700")
    # And one of who followed, after.
    await hass.config_entries.async_reload(cooperative.entry.entry_id)
    meter(710)
    await shows(cooperative, "710")


async def test_an_address_that_was_changed_while_the_account_did_not_run_is_told_when_it_does(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: Servers,
) -> None:
    await joined(house, cooperative)
    await hass.config_entries.async_unload(house.entry.entry_id)
    new = accounts(server_pair[1], "alice")
    data = {**house.entry.data, "jid": new.jid, "password": new.password}
    data |= {"host": new.host, "port": new.port, "ca": new.ca, "server_proves": False}
    hass.config_entries.async_update_entry(house.entry, unique_id=new.jid, data=data)
    await hass.config_entries.async_setup(house.entry.entry_id)
    await follows(cooperative, new)
    meter(700)
    await shows(cooperative, "700")


@pytest.mark.parametrize("admission", ["list", "invitation"])
@pytest.mark.parametrize("mover", ["member", "organiser"])
async def test_in_a_circle_members_and_who_made_it_may_move(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: Servers,
    admission: str,
    mover: str,
) -> None:
    member = cooperative
    publication = await house.publish("sensor.meter")
    circle = await add_circle(house, admission, publication, who=member.account.jid)
    await come(member, house, link_of(house, circle))
    await shows(member, "640")
    await knows(house, member.account)
    await knows(member, house.account)
    told, known = issues(hass), entities(member)
    if mover == "member":
        member = await move(member, accounts(server_pair[0], "bob"))
    else:
        house = await move(house, accounts(server_pair[1], "alice"))
        await follows(member, house.account)
    circles = house.runtime[Circles]
    await until(
        lambda: circles.members(house.entry.subentries[circle.subentry_id]) == [member.account.jid]
    )
    meter(700)
    await shows(member, "700")
    assert issues(hass) == told
    assert entities(member) == known
    await until(lambda: not house.runtime.store.content["arriving"])
    assert circles.members(house.entry.subentries[circle.subentry_id]) == [member.account.jid]
    assert member.state().state == "700"


async def test_the_page_of_a_friend_says_that_it_moved_and_from_where(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: Servers,
) -> None:
    async def about() -> str:
        flow = await hass.config_entries.subentries.async_init(
            (cooperative.entry.entry_id, "friend"),
            context={"source": "reconfigure", "subentry_id": friend_of(cooperative).subentry_id},
        )
        shown = flow["description_placeholders"]
        assert shown is not None
        return shown["about"]

    await joined(house, cooperative)
    assert await about() == plain(house.account.jid)
    moved = await move(house, accounts(server_pair[1], "alice"))
    await follows(cooperative, moved.account)
    shown = await about()
    assert plain(moved.account.jid) in shown
    assert plain(house.account.jid) in shown
    at = dt_util.utc_from_timestamp(friend_data(friend_of(cooperative))["moved"]["at"])
    assert dt_util.as_local(at).date().isoformat() in shown


async def test_the_journal_names_the_friend_that_moved_as_the_same_person(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: Servers,
) -> None:
    await joined(house, cooperative)
    moved = await move(house, accounts(server_pair[1], "alice"))
    await follows(cooperative, moved.account)
    exported = await cooperative.runtime.journal.export()
    (person,) = [one for one in exported["people"] if one["address"]]
    assert person["address"] == moved.account.jid
    kinds = [statement["kind"] for statement in person["statements"]]
    assert kinds.index("grant") < kinds.index("moved")


# Who only says so


@dataclass
class Claim:
    """What somebody says who may not be who a friend was before."""

    sender: BareJid
    element: Element


type Make = Callable[[Home, Home, Account], Claim]


def said(house: Home, cooperative: Home, new: BareJid, **other: Any) -> Element:
    """Return what the house would say to the cooperative at a new address, but for a part of it."""
    statements = house.runtime.statements
    kind = other.pop("kind", StatementKind.MOVED)
    keys = other.pop("keys", statements.keys)
    said = other.pop("said", statements.moment())
    whole: dict[str, Any] = {
        "sender": new,
        "said": said,
        "payload": moved_to_element(other.pop("old", house.account.jid)),
        "to": cooperative.account.jid,
        **other,
    }
    return sign(keys, kind, Statement(**whole))


def of_other_keys(house: Home, cooperative: Home, new: Account) -> Claim:
    return Claim(new.jid, said(house, cooperative, new.jid, keys=made_keys()))


def said_by_another(house: Home, cooperative: Home, new: Account) -> Claim:
    return Claim(BareJid("mallory@coop.test"), said(house, cooperative, new.jid))


def said_to_another(house: Home, cooperative: Home, new: Account) -> Claim:
    return Claim(new.jid, said(house, cooperative, new.jid, to=BareJid("carol@coop.test")))


def said_before(house: Home, cooperative: Home, new: Account) -> Claim:
    return Claim(new.jid, said(house, cooperative, new.jid, said=1.0))


def of_another_friend(house: Home, cooperative: Home, new: Account) -> Claim:
    return Claim(new.jid, said(house, cooperative, new.jid, old=BareJid("carol@coop.test")))


def of_another_kind(house: Home, cooperative: Home, new: Account) -> Claim:
    return Claim(new.jid, said(house, cooperative, new.jid, kind=StatementKind.GRANT))


def to_ours(house: Home, cooperative: Home, _new: Account) -> Claim:
    jid = cooperative.account.jid
    return Claim(jid, said(house, cooperative, jid))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (of_other_keys, "unknown_key"),
        (said_by_another, "wrong_sender"),
        (said_to_another, "wrong_receiver"),
        (said_before, "replayed"),
        (of_another_friend, "unknown_key"),
        (of_another_kind, "wrong_kind"),
        (to_ours, "address_taken"),
    ],
)
async def test_who_cannot_prove_to_be_a_friend_is_not_followed(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: Servers,
    make: Make,
    reason: str,
) -> None:
    await joined(house, cooperative)
    claim = make(house, cooperative, accounts(server_pair[1], "mallory"))
    with pytest.raises(PayloadRefused) as refusal:
        cooperative.runtime[Moving].take(claim.sender, claim.element)
    assert refusal.value.reason == reason
    assert friend_data(friend_of(cooperative))["jid"] == house.account.jid
    meter(700)
    await shows(cooperative, "700")


@ON_EACH_PAIR
async def test_a_stranger_who_says_to_be_a_friend_is_refused_and_counted(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: Servers,
) -> None:
    await joined(house, cooperative)
    mallory = accounts(server_pair[1], "mallory")
    forged = said(house, cooperative, mallory.jid, keys=made_keys())
    async with connect(mallory) as client:
        tell(client, cooperative.account.jid, forged)
        await until(lambda: cooperative.runtime.refusals["unknown_key"] == 1)
    assert friend_data(friend_of(cooperative))["jid"] == house.account.jid


async def test_a_move_that_is_said_again_after_the_next_one_leads_nobody_back(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: Servers,
) -> None:
    await joined(house, cooperative)
    there = accounts(server_pair[1], "alice")
    first = said(house, cooperative, there.jid)
    moved = await move(house, there)
    await follows(cooperative, there)
    moved = await move(moved, house.account)
    await follows(cooperative, house.account)
    # By whoever runs the server that was left, or has the address now.
    with pytest.raises(PayloadRefused, match="replayed"):
        cooperative.runtime[Moving].take(there.jid, first)


async def test_a_friend_whose_key_is_in_question_is_not_followed(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    await joined(house, cooperative)
    cooperative.runtime.trust.confirm(house.account.jid, same=False)
    new = BareJid("alice@elsewhere.test")
    with pytest.raises(PayloadRefused, match="key_changed"):
        cooperative.runtime[Moving].take(new, said(house, cooperative, new))
    assert friend_data(friend_of(cooperative))["jid"] == house.account.jid


async def test_who_is_a_friend_no_more_is_not_followed(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    await joined(house, cooperative)
    gone = friend_of(cooperative)
    hass.config_entries.async_remove_subentry(cooperative.entry, gone.subentry_id)
    await until(lambda: not cooperative.runtime[Following].series)
    new = BareJid("alice@elsewhere.test")
    with pytest.raises(PayloadRefused, match="stranger"):
        cooperative.runtime[Moving].take(new, said(house, cooperative, new))
    assert not friends_of(cooperative.entry)


async def test_who_comes_to_an_address_that_a_friend_left_has_statistics_of_its_own(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: Servers,
) -> None:
    await joined(house, cooperative)
    moved = await move(house, accounts(server_pair[1], "alice"))
    await follows(cooperative, moved.account)
    later = await cooperative.befriend(house)
    origin = friend_data(later)["origin"]
    assert origin.startswith(f"{house.account.jid} ")
    assert origin_of(cooperative.entry, house.account.jid) == origin
    assert origin_of(cooperative.entry, moved.account.jid) == house.account.jid
    store = cooperative.runtime.store
    assert store.person(house.account.jid) != store.person(moved.account.jid)
    assert store.person(moved.account.jid) == store.pseudonym(house.account.jid)
