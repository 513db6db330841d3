"""What the operator of a server tries, the house's or its friend's: each lie is refused, or shown.

Whatever the servers say meanwhile, nothing is ever shown that the house did not measure, nor a
reading before one that was shown already, and nothing is erased that was not taken back.
"""

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from copy import deepcopy
from itertools import pairwise
import re
import time
from typing import Any
from xml.etree.ElementTree import Element, fromstring, tostring

from homeassistant.components.recorder.core import Recorder
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import Event, EventStateChangedData, HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest
import pytest_socket
from slixmpp.exceptions import IqError

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.config import publication_data
from custom_components.sen1.federation.follow.following import Following
from custom_components.sen1.federation.follow.history_client import HistoryClient
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.publish.reconciler import Reconciler
from custom_components.sen1.federation.receipts.receipts import Receipts
from custom_components.sen1.federation.trust.peers import Standing
from custom_components.sen1.federation.trust.publishing import IdentityNode
from custom_components.sen1.protocol.catalogue import OfferState
from custom_components.sen1.protocol.model import BareJid, Grant, GrantState, PublicationId, node_of
from custom_components.sen1.protocol.stanzas import (
    grant_seen_to_element,
    grant_to_element,
)
from custom_components.sen1.protocol.trust.identity import identity_to_element, keys_to_element
from custom_components.sen1.protocol.trust.keys import Keys
from custom_components.sen1.protocol.trust.kinds import (
    Decision,
    Erased,
    Left,
    StatementKind,
    message_to_element,
)
from custom_components.sen1.protocol.trust.packing import packed, unpacked
from custom_components.sen1.protocol.trust.signed import SIGNED, Statement, sign, signed_in
from testbed.client import connect
from testbed.lying import LyingServer
from testbed.statistics import changes
from testbed.xmpp import Account, federation_of

from .conftest import DAY, Clock, Home, add_account, until
from .publish.test_periodic import POWER, YESTERDAY, record
from .test_exchange import shared

type Meter = Callable[[object], None]

FALSE = Keys(bytes(range(1, 33)), bytes(range(33, 65)))
"""An operator's own."""

IDENTITY = "urn:sen1:identity:0"
ITEM = "kind='item'"
ANSWER = "kind='answer'"

MOST = 1_000_000
"""Bytes of a statement."""


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[LyingServer, LyingServer]]:
    """Run two servers that may lie, and throttle nobody."""
    pytest_socket.enable_socket()
    kinds = dict.fromkeys(("maison.test", "coop.test"), LyingServer)
    with federation_of(kinds, limits=False) as (maison, coop):
        assert isinstance(maison, LyingServer)
        assert isinstance(coop, LyingServer)
        yield maison, coop


@pytest.fixture
def server_pair(pair: tuple[LyingServer, LyingServer]) -> Iterator[tuple[LyingServer, LyingServer]]:
    """Return the servers of the house and of the cooperative, honest until told otherwise."""
    yield pair
    for server in pair:
        server.be_honest()


@pytest.fixture
def liar(
    request: pytest.FixtureRequest, server_pair: tuple[LyingServer, LyingServer]
) -> LyingServer:
    """Return the server that lies: the cooperative's, or what the test is parametrised with."""
    return server_pair[getattr(request, "param", 1)]


BY_EITHER = pytest.mark.parametrize(
    "liar",
    [pytest.param(0, id="the house's operator"), pytest.param(1, id="its friend's operator")],
    indirect=True,
)


@pytest.fixture
async def third(
    hass: HomeAssistant,
    accounts: Callable[..., Account],
    server_pair: tuple[LyingServer, LyingServer],
) -> AsyncIterator[Home]:
    """Return a second friend of the house, at the cooperative's server."""
    account = accounts(server_pair[1], "carole")
    entry = await add_account(hass, account)
    yield Home(hass, account, entry)
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
def meter(hass: HomeAssistant, meter: Meter) -> Iterator[Meter]:
    """Return what sets the meter, whose numbers rise; no entity ever shows others."""
    told, shown = [640.0], dict[str, list[float]]()

    def note(event: Event[EventStateChangedData]) -> None:
        entity_id, state = event.data["entity_id"], event.data["new_state"]
        entry = er.async_get(hass).async_get(entity_id)
        if state is None or entry is None or entry.platform != DOMAIN:
            return
        is_power = state.attributes.get("device_class") == "apparent_power"
        if is_power and state.state not in ("unknown", "unavailable"):
            shown.setdefault(entity_id, []).append(float(state.state))

    def set_power(value: object) -> None:
        power = float(str(value))
        assert power > told[-1]
        told.append(power)
        meter(value)

    stop = hass.bus.async_listen("state_changed", note)
    yield set_power
    stop()
    for powers in shown.values():
        assert set(powers) <= set(told)
        assert all(one <= next_one for one, next_one in pairwise(powers))


async def trusted(house: Home, cooperative: Home) -> tuple[str, Any]:
    """Share the meter; return the publication and the friend once each knows the other's key."""
    publication, friend = await shared(house, cooperative)
    for one, other in ((house, cooperative), (cooperative, house)):
        await until(lambda: one.runtime.trust.signs(other.account.jid))  # noqa: B023
    return publication_data(publication)["publication"], friend


def published_by(house: Home) -> ConfigSubentry:
    """Return the one publication of a house."""
    (found,) = (s for s in house.entry.subentries.values() if s.subentry_type == "publication")
    return found


async def goes_on(cooperative: Home, meter: Meter, power: int) -> None:
    """Wait until the cooperative shows what the house measures now."""
    meter(power)
    await until(lambda: (s := cooperative.state()) and s.state == str(power))


def message(sender: Home, receiver: Home, payload: Element) -> str:
    """Return a message as if somebody had said it."""
    element = Element("message", {"from": sender.account.jid, "to": receiver.account.jid})
    element.append(payload)
    return tostring(element, encoding="unicode")


def falsely(sender: Home, receiver: Home, kind: StatementKind, payload: Element) -> Element:
    """Return what an operator signs for somebody, with a key of its own."""
    said = sender.runtime.statements.moment() + 1
    statement = Statement(sender.account.jid, said, payload, to=receiver.account.jid)
    return sign(FALSE, kind, statement)


def refused(home: Home) -> int:
    """Return how much a home has refused so far."""
    return home.runtime.refusals.total()


def withdrawn(publication: str) -> Element:
    return grant_to_element(Grant(PublicationId(publication), GrantState.WITHDRAWN))


def received(home: Home) -> int:
    """Return how many readings came of the one series that a home follows."""
    (series,) = home.series()
    return series.received


def said_in(stanza: str) -> str:
    """Return the base64 of the one statement in a stanza."""
    (said,) = re.findall(r">([A-Za-z0-9+/=]{100,})</signed>", stanza)
    return str(said)


def signed_of(stanza: str) -> str:
    (signed,) = re.findall(r"<signed.*</signed>", stanza)
    return str(signed)


def item_of(stanza: str) -> str:
    (item,) = re.findall(r"<item .*</item>", stanza)
    return str(item)


async def held_back(liar: LyingServer, meter: Meter, power: int) -> str:
    """Measure; return the stanza that says so, which was not passed on.

    Before it the newest item may be said again, for whoever was let in just now.
    """
    liar.hold(ITEM, "<event")
    meter(power)
    stanza = await until(lambda: next((s for s in liar.caught() if says(s, power)), None))
    liar.be_honest()
    return str(stanza)


def says(stanza: str, power: int) -> bool:
    """Return whether a stanza bears a reading of a meter."""
    return f'v="{power}"'.encode() in unpacked(b64decode(said_in(stanza)), MOST)


def with_a_byte_changed(stanza: str) -> str:
    """Return a stanza with one byte of what was signed changed: a number of the reading."""
    said = said_in(stanza)
    statement = unpacked(b64decode(said), MOST)
    changed = packed(statement.replace(b'v="700"', b'v="900"'))
    return stanza.replace(said, b64encode(changed).decode())


# Readings


@BY_EITHER
async def test_a_reading_with_one_byte_changed_is_refused_and_the_true_one_fetched(
    house: Home, cooperative: Home, meter: Meter, liar: LyingServer
) -> None:
    await trusted(house, cooperative)
    liar.make_up(with_a_byte_changed(await held_back(liar, meter, 700)))
    await until(lambda: cooperative.runtime.refusals["bad_signature"] == 1)
    await goes_on(cooperative, meter, 701)
    # That one names the one before it, which is then asked for.
    await until(lambda: received(cooperative) >= 3)


@BY_EITHER
async def test_a_reading_that_nobody_signed_is_refused(
    house: Home, cooperative: Home, meter: Meter, liar: LyingServer
) -> None:
    await trusted(house, cooperative)
    before = cooperative.runtime.refusals["unsigned"]
    held = await held_back(liar, meter, 700)
    envelope = tostring(fromstring(unpacked(b64decode(said_in(held)), MOST))[0], encoding="unicode")
    false = envelope.replace('"700"', '"900"')
    assert false != envelope
    liar.make_up(re.sub(r"<signed.*</signed>", false, held))
    await until(lambda: cooperative.runtime.refusals["unsigned"] > before)
    await goes_on(cooperative, meter, 701)


@BY_EITHER
async def test_an_old_reading_is_not_the_newest_however_often_it_is_said(
    house: Home, cooperative: Home, meter: Meter, liar: LyingServer
) -> None:
    await trusted(house, cooperative)
    liar.copy(ITEM, "<event", times=1)
    await goes_on(cooperative, meter, 700)
    (old,) = liar.caught()
    await goes_on(cooperative, meter, 701)
    for _ in range(3):
        liar.make_up(old)
    # Under the name of one to come, it is not what was signed.
    liar.make_up(re.sub(r"(<item [^>]*id=')[^']*", r"\g<1>2099-01-01T00:00:00.000Z", old))
    await until(lambda: cooperative.runtime.refusals["wrong_item"] == 1)
    assert cooperative.state().state == "701"
    # And when the node is asked, it holds nothing else.
    liar.replace(
        f"to='{cooperative.account.jid}",
        "<items node=",
        "type='result'",
        first="<item ",
        last="</item>",
        new=item_of(old),
    )
    cooperative.runtime[Following].reconnect()
    await until(lambda: len(liar.caught()) >= 2)
    assert cooperative.state().state == "701"
    liar.be_honest()
    await goes_on(cooperative, meter, 702)


@BY_EITHER
async def test_readings_of_two_series_that_are_swapped_are_refused(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter, liar: LyingServer
) -> None:
    publication, friend = await trusted(house, cooperative)
    first = published_by(house)
    other = await house.publish("sensor.meter", title="Other")
    await house.grant(friend, first, other)
    await until(lambda: len(cooperative.series()) == 2)
    await until(lambda: all(s.follower.latest for s in cooperative.series()))
    liar.hold(ITEM, "<event", times=2)
    meter(700)
    await until(lambda: len(liar.caught()) == 2)
    nodes = publication, publication_data(other)["publication"]
    for held in liar.caught():
        (there,) = (node for node in nodes if f"0:{node}'" in held)
        (elsewhere,) = (node for node in nodes if node != there)
        liar.make_up(held.replace(f"0:{there}'", f"0:{elsewhere}'"))
    await until(lambda: cooperative.runtime.refusals["wrong_node"] == 2)
    meter(701)
    followers = [series.follower for series in cooperative.series()]
    await until(lambda: [f.latest and f.latest.value for f in followers] == [701, 701])


async def test_readings_that_a_server_drops_are_missing_from_the_day_on_both_sides(
    clock: Clock,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    server_pair: tuple[LyingServer, LyingServer],
) -> None:
    liar = server_pair[0]
    publication, _friend = await trusted(house, cooperative)
    await goes_on(cooperative, meter, 700)
    # It says to have taken them.
    liar.hold(ITEM, "<publish ", way="in", times=2)
    for number, power in enumerate((701, 702), 1):
        meter(power)
        await until(lambda: len(liar.caught()) == number)  # noqa: B023
    await goes_on(cooperative, meter, 703)
    clock.forward(DAY)
    for home, other, is_ours in ((house, cooperative, True), (cooperative, house, False)):
        jid = other.account.jid
        days = await until(
            lambda: (d := home.runtime[Receipts].days_of(jid)) and d.not_received and d  # noqa: B023
        )
        assert (days.known, days.equal, days.differs) == (1, 0, 0)
        ((_, told),) = days.told
        assert (told["publication"], told["ours"]) == (publication, is_ours)
        assert told["sent"] - told["received"] == 2
        assert len(told["missing"]) == 1
        assert not told["differs"]
    assert cooperative.state().state == "703"


@BY_EITHER
async def test_a_past_that_is_changed_or_an_old_answer_is_not_taken(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, cooperative: Home, liar: LyingServer
) -> None:
    record(hass, POWER, rising=False)
    liar.replace(ANSWER, first="signature='", last="'", new=f"signature='{'A' * 86}=='")
    publication = await house.publish("sensor.p", granularity="pt10m")
    await cooperative.befriend(house)
    await house.befriend(cooperative, publication, since=YESTERDAY)
    await until(lambda: cooperative.runtime.refusals["bad_signature"])
    (series,) = cooperative.series()
    assert not await changes(hass, series.statistic_id)
    liar.be_honest()
    # A period that is over meanwhile would be beside the question.
    liar.hold(ITEM)
    liar.copy(ANSWER)
    now = time.time()
    cooperative.runtime[HistoryClient].ask(series, now - 7200, now - 3600)
    answer = await until(liar.caught)
    known = await until(lambda: changes(hass, series.statistic_id))
    await until(lambda: cooperative.runtime[HistoryClient].is_idle)
    liar.be_honest()
    liar.hold(ITEM)
    liar.replace(ANSWER, first="<signed", last="</signed>", new=signed_of(answer[0]))
    cooperative.runtime[HistoryClient].ask(series, now - 3600, now)
    await until(lambda: cooperative.runtime.refusals["replayed"])
    assert await changes(hass, series.statistic_id) == known


# What is said of grants


def forged(kind: str, publication: PublicationId, house: Home) -> tuple[StatementKind, Element]:
    """Return what an operator would like to have been said."""
    known = Grant(publication, GrantState.WITHDRAWN, erase_by=0)
    description = house.runtime[Publishing].publications[publication].description
    another = PublicationId("11111111-1111-4111-8111-111111111111")
    granted = Grant(
        another, GrantState.ACTIVE, begin=0, node=node_of(another), description=description
    )
    paused = Grant(publication, GrantState.PAUSED, description=description)
    return {
        "grant": (StatementKind.GRANT, grant_to_element(granted)),
        "withdrawal": (StatementKind.WITHDRAWAL, grant_to_element(known)),
        "decision": (
            StatementKind.DECISION,
            message_to_element(Decision(publication, OfferState.REFUSED)),
        ),
        "grant_seen": (StatementKind.GRANT_SEEN, grant_seen_to_element(paused.seen)),
        "erased": (StatementKind.ERASED, message_to_element(Erased(publication))),
        "left": (StatementKind.LEFT, message_to_element(Left())),
    }[kind]


@pytest.mark.parametrize("signed", [False, True], ids=["not signed", "signed by another key"])
@pytest.mark.parametrize(
    "kind", ["grant", "withdrawal", "decision", "grant_seen", "erased", "left"]
)
async def test_what_a_server_says_for_a_friend_is_refused(
    house: Home, cooperative: Home, meter: Meter, liar: LyingServer, kind: str, signed: bool
) -> None:
    text, _friend = await trusted(house, cooperative)
    publication = PublicationId(text)
    told = house.runtime.store.content["told"].setdefault(cooperative.account.jid, {})
    await until(lambda: publication in told and told[publication]["revision"])
    before = deepcopy(told)
    of_house = kind in ("grant", "withdrawal", "decision")
    sender, receiver = (house, cooperative) if of_house else (cooperative, house)
    statement, payload = forged(kind, publication, house)
    if signed:
        payload = falsely(sender, receiver, statement, payload)
    for number in range(1, 3):
        liar.make_up(message(sender, receiver, payload))
        await until(lambda: refused(receiver) == number)  # noqa: B023
    assert set(receiver.runtime.refusals) <= {"unsigned", "unknown_key", "bad_signature"}
    assert receiver.runtime.trust.standing(sender.account.jid) is Standing.SEEN
    assert told == before
    assert not house.runtime.store.content["erasures"].get(cooperative.account.jid)
    assert list(cooperative.runtime[Following].series[house.account.jid]) == [publication]
    assert not cooperative.runtime.store.content["left"]
    assert cooperative.state().state == "640"
    await goes_on(cooperative, meter, 700)


async def test_true_words_said_again_undo_nothing(
    house: Home, cooperative: Home, meter: Meter, liar: LyingServer
) -> None:
    liar.copy("<message", "kind='grant'", "</signed>")
    _publication, friend = await trusted(house, cooperative)
    # A grant is told again until it is acknowledged.
    granted = (await until(liar.caught))[-1]
    await house.grant(friend)
    await until(lambda: cooperative.state("status").state == "withdrawn")
    await until(lambda: cooperative.state().state == "unavailable")
    before = refused(cooperative)
    liar.make_up(granted)
    await until(lambda: refused(cooperative) > before)
    assert cooperative.runtime.refusals["replayed"]
    assert cooperative.state("status").state == "withdrawn"


async def test_an_acknowledgement_that_is_held_back_is_not_one(
    house: Home, cooperative: Home, meter: Meter, liar: LyingServer
) -> None:
    liar.hold("kind='grant-seen'")
    publication = await house.publish("sensor.meter")
    await house.befriend(cooperative, publication)
    await cooperative.befriend(house)
    held = await until(liar.caught)
    told = house.runtime.store.content["told"]
    known = publication_data(publication)["publication"]

    def is_acknowledged() -> bool:
        of_friend = told.get(cooperative.account.jid, {})
        return known in of_friend and of_friend[known]["revision"] is not None

    assert not is_acknowledged()
    liar.be_honest()
    liar.make_up(held[-1])
    await until(is_acknowledged)


async def test_what_was_said_to_one_friend_is_refused_by_another(
    house: Home,
    cooperative: Home,
    third: Home,
    meter: Meter,
    liar: LyingServer,
) -> None:
    liar.copy("kind='grant'", f"to='{cooperative.account.jid}")
    await trusted(house, cooperative)
    await house.befriend(third)
    await third.befriend(house)
    await until(lambda: third.runtime.trust.signs(house.account.jid))
    granted = liar.caught()[0]
    liar.make_up(granted.replace(cooperative.account.jid, third.account.jid))
    await until(lambda: third.runtime.refusals["wrong_receiver"])
    assert not third.series()


# Who reads


async def test_a_member_that_the_server_adds_reads_until_the_next_look_and_is_told_of(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    server_pair: tuple[LyingServer, LyingServer],
    accounts: Callable[..., Account],
) -> None:
    publication, _friend = await trusted(house, cooperative)
    liar, node = server_pair[0], node_of(PublicationId(publication))
    user, mallory = house.account.jid.partition("@")[0], accounts(server_pair[1], "mallory")
    liar.affiliate(user, node, mallory.jid, "member")
    async with connect(mallory) as client:
        # What is not sealed is read by whomever a server lets read it.
        pubsub = client.plugin["xep_0060"]
        await pubsub.subscribe(house.account.jid, node, timeout=30)
        answer = await pubsub.get_items(house.account.jid, node, timeout=30)
        assert any(b'v="640"' in signed_in(one).statement for one in answer.xml.iter(SIGNED))
        house.runtime[Reconciler].wake()
        await until(lambda: liar.nodes(user)[node].affiliations.get(mallory.jid) == "outcast")
        with pytest.raises(IqError):
            await pubsub.get_items(house.account.jid, node, timeout=30)
    await until(lambda: issues(hass, "member_added") == [f"member_added_{publication}"])
    await goes_on(cooperative, meter, 700)


# Identities


def identity_of(jid: BareJid, keys: Keys, said: float) -> str:
    """Return an identity as an operator makes one up."""
    payload = keys_to_element(keys.public)
    current = sign(keys, StatementKind.IDENTITY, Statement(jid, said, payload))
    return tostring(identity_to_element(current, ()), encoding="unicode")


def forge_identity(liar: LyingServer, of: Home, to: Home) -> None:
    """Let a server give one who asks a false identity of a home."""
    liar.replace(
        # A server's answer about ourselves bears no sender.
        *([] if to is of else [f"from='{of.account.jid}'"]),
        IDENTITY,
        f"to='{to.account.jid}",
        first="<identity",
        last="</identity>",
        new=identity_of(of.account.jid, FALSE, of.runtime.statements.moment() + 1),
    )


def issues(hass: HomeAssistant, kind: str) -> list[str]:
    return [issue for _, issue in ir.async_get(hass).issues if issue.startswith(kind)]


@BY_EITHER
async def test_another_key_stops_both_directions_until_the_household_has_compared(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter, liar: LyingServer
) -> None:
    await trusted(house, cooperative)
    forge_identity(liar, house, cooperative)
    trust, jid = cooperative.runtime.trust, house.account.jid
    trust.wanted.look(jid)
    await until(lambda: trust.standing(jid) is Standing.STOPPED)
    assert len(issues(hass, "key_changed")) == 1
    shown = received(cooperative)
    meter(700)
    await until(lambda: cooperative.runtime.refusals["key_changed"])
    assert received(cooperative) == shown
    # Whoever reads the six numbers to the other hears others.
    assert trust.peers[jid].changed == FALSE.public
    trust.confirm(jid, same=False)
    assert trust.standing(jid) is Standing.STOPPED
    liar.be_honest()
    trust.wanted.look(jid)
    own = house.runtime.statements.keys.public
    await until(lambda: trust.peers[jid].changed == own)
    trust.confirm(jid, same=True)
    assert trust.standing(jid) is Standing.VERIFIED
    assert not issues(hass, "key_changed")
    await goes_on(cooperative, meter, 701)


@BY_EITHER
async def test_a_false_identity_at_the_first_meeting_shows_nothing_and_other_numbers(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter, liar: LyingServer
) -> None:
    forge_identity(liar, house, cooperative)
    publication = await house.publish("sensor.meter")
    await house.befriend(cooperative, publication)
    await cooperative.befriend(house)
    trust, jid = cooperative.runtime.trust, house.account.jid
    await until(lambda: trust.signs(jid))
    assert trust.peers[jid].keys == FALSE.public
    assert FALSE.public.fingerprint != house.runtime.statements.keys.public.fingerprint
    await until(lambda: refused(cooperative))
    assert not cooperative.series()
    # Once the operator shows the true one, both households hear of it.
    liar.be_honest()
    trust.wanted.look(jid)
    await until(lambda: trust.standing(jid) is Standing.STOPPED)
    assert len(issues(hass, "key_changed")) == 1


async def test_two_friends_who_are_given_two_identities_find_out(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    third: Home,
    meter: Meter,
    server_pair: tuple[LyingServer, LyingServer],
) -> None:
    liar = server_pair[0]
    await trusted(house, cooperative)
    forge_identity(liar, house, third)
    await house.befriend(third, published_by(house))
    await third.befriend(house)
    jid = house.account.jid
    await until(lambda: third.runtime.trust.signs(jid))
    seen = [home.runtime.trust.peers[jid].keys for home in (cooperative, third)]
    assert seen == [house.runtime.statements.keys.public, FALSE.public]
    await until(lambda: refused(third))
    assert not third.series()
    liar.be_honest()
    third.runtime.trust.wanted.look(jid)
    await until(lambda: third.runtime.trust.standing(jid) is Standing.STOPPED)
    assert len(issues(hass, "key_changed")) == 1
    await goes_on(cooperative, meter, 700)


async def test_a_server_that_denies_the_identity_of_a_link_gets_nothing_taken(
    house: Home, cooperative: Home, meter: Meter, liar: LyingServer
) -> None:
    trust, jid = cooperative.runtime.trust, house.account.jid
    liar.replace(IDENTITY, f"from='{jid}'", first="<pubsub", last="</pubsub>", new="")
    trust.expect(jid, house.runtime.statements.keys.public.fingerprint)
    publication = await house.publish("sensor.meter")
    await house.befriend(cooperative, publication)
    await cooperative.befriend(house)
    await until(liar.caught)
    statement, payload = forged("grant", next(iter(house.runtime[Publishing].publications)), house)
    assert statement is StatementKind.GRANT
    liar.make_up(message(house, cooperative, payload))
    liar.be_honest()
    trust.wanted.look(jid)
    await until(lambda: trust.standing(jid) is Standing.VERIFIED)
    await until(lambda: (s := cooperative.state()) and s.state == "640")
    known = publication_data(publication)["publication"]
    assert list(cooperative.runtime[Following].series[jid]) == [known]


async def test_a_false_identity_of_ours_at_our_own_server_is_told(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    server_pair: tuple[LyingServer, LyingServer],
) -> None:
    await trusted(house, cooperative)
    liar = server_pair[0]
    forge_identity(liar, house, house)
    liar.disconnect(house.account.jid)
    await until(lambda: house.runtime[IdentityNode].is_forged)
    assert len(issues(hass, "own_key_forged")) == 1
    liar.be_honest()
    await until(lambda: house.runtime.session.is_online)
    await goes_on(cooperative, meter, 700)
