"""What is told goes in order, signed for who signs, once the journal has it on disk."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import AsyncMock, MagicMock
from xml.etree.ElementTree import Element, fromstring, tostring

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.context import AccountContext
from custom_components.sen1.federation.journal.journal import Journal
from custom_components.sen1.federation.own_keys import OwnKeys
from custom_components.sen1.federation.publish.items import SignedItems
from custom_components.sen1.federation.publish.publication import Publication
from custom_components.sen1.federation.store import AccountStore
from custom_components.sen1.federation.talk.post import Post
from custom_components.sen1.federation.talk.questions import Questions
from custom_components.sen1.federation.trust.peers import How
from custom_components.sen1.federation.trust.publishing import IdentityNode
from custom_components.sen1.federation.trust.statements import Statements
from custom_components.sen1.federation.trust.trust import Trust
from custom_components.sen1.protocol.catalogue import OfferState, access_answer, list_command
from custom_components.sen1.protocol.errors import PayloadRefused, RequestFailed
from custom_components.sen1.protocol.forms import COMMAND
from custom_components.sen1.protocol.model import BareJid, PublicationId, node_of
from custom_components.sen1.protocol.stanzas import (
    SEN1,
    item_to_element,
)
from custom_components.sen1.protocol.trust.keys import PublicKeys
from custom_components.sen1.protocol.trust.kinds import (
    Erased,
    Invited,
    Left,
    StatementKind,
    message_to_element,
)
from custom_components.sen1.protocol.trust.signed import SIGNED
from custom_components.sen1.protocol.trust.wire import signed_command, signed_part

from ...protocol.samples import DESCRIPTION, ID, item, there
from ..conftest import until

HOUSE, COOP, PLAIN, NEW = map(
    BareJid, ("house@one.test", "coop@two.test", "plain@two.test", "new@two.test")
)
ERASED = StatementKind.ERASED


@dataclass
class Ledger:
    """A journal whose disk a test may hold up, and what was entered in it."""

    entered_: list[tuple[Any, ...]] = field(default_factory=list)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    def entered(self, kind: str, friend: BareJid, signed: Any, **_plain: Any) -> None:
        self.entered_.append((kind, friend, signed is not None))

    async def written(self) -> None:
        await self.go.wait()


@dataclass
class House:
    """The parts that speak for a house, and what left it."""

    trust: Trust
    statements: Statements
    ledger: Ledger = field(default_factory=Ledger)
    link: MagicMock = field(default_factory=lambda: MagicMock(is_online=True))

    def __post_init__(self) -> None:
        self.ledger.go.set()
        context = AccountContext(
            *(MagicMock(), MagicMock(), MagicMock(async_save=AsyncMock()), MagicMock(), self.link)
        )
        context.made |= {Trust: self.trust, Statements: self.statements, Journal: self.ledger}
        self.post, self.questions = context[Post], context[Questions]
        self.items = context[SignedItems]

    def went(self) -> list[tuple[BareJid, Element]]:
        return [call.args for call in self.link.tell.call_args_list]

    def refusal(self, sender: BareJid, element: Element) -> str:
        with pytest.raises(PayloadRefused) as refused:
            self.post.opened(sender, element)
        return refused.value.reason


async def speaker(hass: HomeAssistant, jid: BareJid) -> Statements:
    """Return who speaks for an address."""
    entry = MockConfigEntry(domain=DOMAIN, entry_id=jid, data={"jid": jid})
    own, store = OwnKeys(hass, jid), AccountStore(hass, jid)
    await own.async_load()
    return AccountContext(hass, entry, store, own, MagicMock())[Statements]


@pytest.fixture
async def coop(hass: HomeAssistant, hass_storage: dict[str, Any]) -> Statements:
    """Return who speaks for the cooperative, and knows the house's key by then."""
    return await speaker(hass, COOP)


@pytest.fixture
async def house(hass: HomeAssistant, coop: Statements) -> AsyncIterator[House]:
    """Return a house whose post runs: it knows the cooperative's key, and that one has none."""
    ours = await speaker(hass, HOUSE)
    trust = ours._trust
    trust.peers.pin(COOP, coop.keys.public, How.SEEN)
    coop._trust.peers.pin(HOUSE, ours.keys.public, How.SEEN)
    trust._store.content["keyless"][PLAIN] = 0.0
    house = House(trust, ours)
    task = asyncio.create_task(house.post.run())
    yield house
    task.cancel()
    await asyncio.wait([task])


def erased(number: int) -> Element:
    return message_to_element(Erased(PublicationId(str(number))))


async def test_what_is_told_goes_in_order_signed_for_who_signs(
    house: House, coop: Statements
) -> None:
    for number in range(3):
        house.post.tell(COOP, erased(number))
        house.post.tell(PLAIN, erased(number))
    await house.post.sent()
    of_coop = [element for jid, element in house.went() if jid == COOP]
    read = [coop.opened(HOUSE, fromstring(tostring(each)), ERASED).payload for each in of_coop]
    assert [each.get("publication") for each in read] == ["0", "1", "2"]
    of_plain = [element for jid, element in house.went() if jid == PLAIN]
    assert [each.get("publication") for each in of_plain] == ["0", "1", "2"]
    assert house.ledger.entered_[:2] == [(ERASED, COOP, True), (ERASED, PLAIN, False)]


async def test_nothing_goes_before_the_journal_has_it_on_disk(house: House) -> None:
    house.ledger.go.clear()
    for number in range(3):
        house.post.tell(COOP, erased(number))
    await until(lambda: len(house.ledger.entered_) == 3)
    assert house.went() == []
    house.ledger.go.set()
    await house.post.sent()
    assert len(house.went()) == 3


async def test_to_whom_it_is_not_known_and_without_a_link_nothing_is_said(house: House) -> None:
    assert not house.post.reaches(NEW)
    house.post.tell(NEW, erased(1))
    house.trust.peers.stop(COOP, PublicKeys(bytes(32), bytes(32)))
    house.post.tell(COOP, erased(1))
    house.link.is_online = False
    house.post.tell(PLAIN, erased(1))
    await house.post.sent()
    assert house.went() == []
    assert house.ledger.entered_ == []


async def test_of_who_signs_nothing_else_is_taken(house: House, coop: Statements) -> None:
    assert house.refusal(COOP, erased(1)) == "unsigned"
    assert house.refusal(NEW, erased(1)) == "unknown_key"
    assert house.post.opened(PLAIN, erased(1))[1] is None
    payload, signed = house.post.opened(COOP, coop.sign(HOUSE, ERASED, erased(1)))
    assert payload.get("publication") == "1"
    assert there(signed).kind is ERASED
    # A secret that is told before we are known.
    assert house.post.opened(NEW, message_to_element(Invited("x")))[0].get("token") == "x"


async def test_a_signature_counts_for_what_it_was_made_for(house: House, coop: Statements) -> None:
    once = coop.sign(HOUSE, ERASED, erased(1))
    house.post.opened(COOP, once)
    assert house.refusal(COOP, once) == "replayed"
    assert house.refusal(COOP, coop.sign(PLAIN, ERASED, erased(1))) == "wrong_receiver"
    assert house.refusal(COOP, coop.sign(HOUSE, ERASED, message_to_element(Left()))) == "wrong_kind"
    assert house.refusal(COOP, coop.sign(HOUSE, StatementKind.ANSWER, erased(1))) == "wrong_kind"
    assert house.refusal(COOP, coop.sign(HOUSE, ERASED, Element(SEN1 + "what"))) == "wrong_kind"
    edited = coop.sign(HOUSE, ERASED, erased(1))
    edited.set("kind", "left")
    assert house.refusal(COOP, edited) == "bad_signature"
    assert house.refusal(PLAIN, coop.sign(HOUSE, ERASED, erased(1))) == "unknown_key"


# What is asked


def answering(house: House, answer: Any) -> None:
    """Let the other end answer a command with what a function makes of the request."""

    async def ask(_address: str, command: Element) -> Element:
        iq = Element("{jabber:client}iq")
        iq.append(answer(command))
        return iq

    house.link.ask = ask


def answer_of(coop: Statements, outer: Element, **changes: Any) -> Element:
    """Return an honest answer but for what is changed of it."""
    request = coop.opened(HOUSE, there(signed_part(outer)), StatementKind.REQUEST)
    about = changes.get("about", request.about)
    answer = access_answer("1", OfferState.OPEN)
    answer.set("node", changes.get("node", "list"))
    signed = coop.sign(HOUSE, changes.get("kind", StatementKind.CATALOGUE), answer, about)
    answer.set("node", "list")
    return signed_command(answer, signed)


async def test_an_answer_is_taken_that_was_signed_for_the_question(
    house: House, coop: Statements
) -> None:
    answering(house, lambda outer: answer_of(coop, outer))
    answer = await house.questions.ask(COOP, f"{COOP}/sen1", list_command(), is_entered=True)
    assert answer.tag == COMMAND
    assert house.ledger.entered_ == [(StatementKind.REQUEST, COOP, True)]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"about": "another"}, "replayed"),
        ({"kind": StatementKind.ANSWER}, "wrong_kind"),
        ({"node": "request_access"}, "wrong_command"),
    ],
)
async def test_an_answer_to_something_else_is_refused(
    house: House, coop: Statements, changes: dict[str, Any], reason: str
) -> None:
    answering(house, lambda outer: answer_of(coop, outer, **changes))
    with pytest.raises(PayloadRefused, match=reason):
        await house.questions.ask(COOP, f"{COOP}/sen1", list_command())


async def test_who_signs_answers_signed_and_who_has_no_key_as_ever(house: House) -> None:
    answering(house, lambda _outer: access_answer("1", OfferState.OPEN))
    with pytest.raises(PayloadRefused, match="unsigned"):
        await house.questions.ask(COOP, f"{COOP}/sen1", list_command())
    plain = await house.questions.ask(PLAIN, f"{PLAIN}/x", list_command())
    assert plain.find(f".//{SIGNED}") is None
    with pytest.raises(RequestFailed, match="not-acceptable"):
        await house.questions.ask(NEW, f"{NEW}/sen1", list_command())


# What is read back


def shared(*receivers: BareJid) -> Publication:
    """Return a publication of the house."""
    told = SimpleNamespace(node=node_of(ID), description=DESCRIPTION, receivers=set(receivers))
    return cast("Publication", told)


def on_node(payload: Element, item_id: str = item(0).id) -> Element:
    element = Element("item", id=item_id)
    element.append(fromstring(tostring(payload)))
    return element


async def test_who_has_no_key_is_the_reason_for_a_plain_copy(house: House) -> None:
    alone = house.items.payload(shared(COOP), item(0))
    both = house.items.payload(shared(COOP, PLAIN), item(0))
    assert alone.tag == SIGNED
    assert [child.tag for child in both][1:] == [SIGNED]
    for payload in (alone, both):
        envelope = house.items.read_back(shared(), on_node(payload))
        assert envelope.tag == item_to_element(item(0), DESCRIPTION).tag


async def test_of_our_node_what_we_did_not_put_there_is_refused(
    house: House, coop: Statements
) -> None:
    ours = house.items.payload(shared(), item(0))
    theirs = coop.sign_item(node_of(ID), item(0).id, item_to_element(item(0), DESCRIPTION))
    message = house.statements.sign(COOP, ERASED, erased(1))
    for element, reason in (
        (on_node(item_to_element(item(0), DESCRIPTION)), "not_ours"),
        (on_node(theirs), "not_ours"),
        (on_node(message), "not_ours"),
        (on_node(ours, item(1).id), "wrong_item"),
        (Element("item", id=item(0).id), "not_ours"),
    ):
        with pytest.raises(PayloadRefused, match=reason):
            house.items.read_back(shared(), element)


async def test_what_a_former_key_of_ours_signed_is_ours(hass: HomeAssistant, house: House) -> None:
    before = house.items.payload(shared(), item(0))
    entry = MockConfigEntry(data={"jid": HOUSE})
    link = MagicMock(is_online=False)
    context = AccountContext(hass, entry, MagicMock(), house.statements.own, link)
    context.made |= {Trust: house.trust, Statements: house.statements}
    await context[IdentityNode].roll_over()
    assert house.items.payload(shared(), item(0)).get("key") != before.get("key")
    assert house.items.read_back(shared(), on_node(before)).tag.endswith("quoalise")
