"""Mutated stanzas of ours, by the thousand: none raises, none shows what nobody said.

CI takes some thousands; `SEN1_MUTATIONS=1000000` takes the million.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import fields, is_dataclass, replace
from datetime import UTC
import json
import logging
import math
import os
import random
import ssl
import time
from typing import Any
from unittest.mock import MagicMock
from xml.etree.ElementTree import Element, ParseError, SubElement, fromstring, tostring

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.json import json_bytes
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.config import DATA_NODE, PROXY
from custom_components.sen1.federation.follow.following import Following
from custom_components.sen1.federation.legacy.data_node import given_of
from custom_components.sen1.federation.legacy.feeds import Feeds
from custom_components.sen1.federation.xmpp.credentials import Credentials
from custom_components.sen1.federation.xmpp.events import (
    GRANT_WORDS,
    OLDER_TAGS,
    ROSTER,
    Event,
    GrantMessage,
    Notification,
    OlderMessage,
)
from custom_components.sen1.federation.xmpp.session import Session
from custom_components.sen1.protocol.catalogue import (
    AccessRequest,
    OfferState,
    access_answer,
    access_command,
    access_request_of,
    list_answer,
    list_command,
    offer_of,
    offers_of,
    state_of,
)
from custom_components.sen1.protocol.collecting.collection import (
    CollectionNote,
    collection_answer,
    collection_answered,
    collection_asked,
    collection_request,
    collection_to_element,
    joined_to_element,
    note_to_element,
)
from custom_components.sen1.protocol.collecting.register import (
    register_from_element,
    register_seen_from_element,
    register_seen_to_element,
    register_to_element,
)
from custom_components.sen1.protocol.errors import PayloadRefused
from custom_components.sen1.protocol.follower import Follower
from custom_components.sen1.protocol.forms import DATA, fields_of
from custom_components.sen1.protocol.legacy.sen1_message import (
    ROCKS,
    Datum,
    Sen1Message,
    to_element as older_to_element,
    written,
)
from custom_components.sen1.protocol.limits import FUTURE, MAX_NUMBER, MAX_ON_WIRE, check_stanza
from custom_components.sen1.protocol.model import (
    BareJid,
    Description,
    Grant,
    GrantState,
    Granularity,
    Item,
    ItemId,
    PublicationId,
    Reading,
    node_of,
)
from custom_components.sen1.protocol.quoalise import (
    history_answer,
    history_request,
    readings_of,
    request_of,
)
from custom_components.sen1.protocol.stamps import stamp
from custom_components.sen1.protocol.stanzas import (
    QUOALISE,
    SEN1,
    SENML,
    envelope_of,
    grant_seen_to_element,
    grant_to_element,
    item_to_element,
)
from custom_components.sen1.protocol.terms import Terms
from custom_components.sen1.protocol.trust.kinds import Decision, Erased, Left, message_to_element
from custom_components.sen1.protocol.wishes import What, Wish, Wishes, wishes_to_element
from testbed.process import free_port

from ..protocol.collecting.test_collection import COLLECTION, JOINED, SHEET, TOKEN
from ..protocol.collecting.test_register import REGISTER, SEEN
from .conftest import Home, until
from .legacy.test_data_nodes import CURVE
from .legacy.test_proxies import ROW
from .test_bad_input import item_element, push
from .test_exchange import shared

MUTATIONS = int(os.environ.get("SEN1_MUTATIONS", "40000"))

"""In which nothing is begun: none of the stanzas asks something of us."""
BATCH = 1000
"""Mutated stanzas before a good one must be shown as if they had not been."""

THROUGH_A_SESSION = 500

STREAM = (
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
    " version='1.0'>"
)

FRIEND = BareJid("coop@coop.test")
ID = PublicationId("3c6a0d5e-5b0c-4d7e-9a51-2f1f6c2f4a10")
DESCRIPTION = Description(
    "urn:uuid:3c6a_consumption/energy/index",
    "Meter",
    "Wh",
    {"name": "active-energy-index", "direction": "consumption", "unit": "Wh"},
    Granularity.LIVE,
    1,
)
GRANT = Grant(ID, GrantState.ACTIVE, Terms(2e9, "display"), 1.7e9, "", node_of(ID), DESCRIPTION)

HOSTILE = (
    *("", " ", "0", "-0", "-1", "1e308", "-1e999", "NaN", "INF", "0x10", "1_0", "١٢"),
    *(
        "9" * 30,
        "9" * 400,
        "9" * 5000,
        "1." + "0" * 5000 + "1",
        "x" * 10_000,
        "é" * 300,
        "\U0001f4a1",
    ),
    *("true", "null", "None", "active", "paused", "ended", "withdrawn", "unavailable", "live"),
    *("Wh", "kWh", "W", "VA", "%EL", "lat", "26", "urn:sen1:0", node_of(ID)),
    *("2026-11-24", "2026-11-24T12:00:00", "2026-W48-2T12:00:00Z", "20261124T120000Z"),
    *("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999Z"),
    *("9999-12-31T23:59:59.999999-14:00", "9999-12-31T23:59:59.9999Z", "2200-01-01T00:00:00Z"),
    *("active-power", "temperature", "timestamp", "enum", "date", "monetary", "energy-index"),
    *("1.7e308", "-1.7e308", "1e16", "253402300799", "9999-12-31T23:59:59", "'" * 300, "'" * 4000),
    *("P99999D", "PT999999999H", "a" * 256, "\N{MODIFIER LETTER SMALL C}oop@coop.test"),
)
NO_ADDRESSES = (
    *("@coop.test", "coop@", "a@b@coop.test", "coop@-coop.test", "coop@coop..test"),
    *("coop@xn--a.test", f"coop@{'x' * 64}.test", "coop@coop.test/", "a b@coop.test"),
    *("\N{MODIFIER LETTER SMALL C}oop@coop.test", "coop@\N{MODIFIER LETTER SMALL C}oop.test/sen1"),
    *("\u06ddcoop@coop.test", "coop@coop.test/\u06dd", "x" * 1024 + "@coop.test"),
)
"""What a server may hand on as the sender, and slixmpp takes for no address, or for another."""

NAMES = (
    *("id", "revision", "after", "state", "title", "name", "unit", "granularity", "publication"),
    *("node", "from", "until", "purpose", "reason", "type", "quantity", "direction", "xml:lang"),
    *("collection", "token", "address", "charter", "members", "what", "past", "needed", "said"),
    *("digest",),
    *("bn", "bt", "bu", "bv", "bs", "bver", "n", "u", "v", "vs", "vb", "vd", "s", "t", "ut", "x_"),
)
TAGS = (
    *(QUOALISE + name for name in ("quoalise", "data", "meta", "measurement", "device")),
    *(SEN1 + name for name in ("grant", "grant-seen", "publication", "decision")),
    *(SEN1 + name for name in ("wishes", "wish", "left")),
    *(SEN1 + name for name in ("collection", "ask", "gives", "charter", "joined", "note")),
    *(SEN1 + name for name in ("project", "site", "challenge", "team", "score", "saved")),
    *(ROCKS + name for name in ("Sen1Message", "Sen1Data", "value", "timestamp", "name", "type")),
    *(DATA + name for name in ("x", "item", "field", "value")),
    *(SENML + name for name in ("sensml", "senml")),
    *("data", "meta", "measurement", "publication", "sensml", "senml", "{urn:x}x"),
)


class Mutator:
    """Damage stanzas in as many ways as a hostile or broken friend could; the seed decides."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._ways = (
            self._drop_attribute,
            self._replace_attribute,
            self._add_attribute,
            self._change_number,
            self._change_number,
            self._drop_element,
            self._double_element,
            self._move_element,
            self._rename_element,
            self._add_text,
        )

    def mutate(self, element: Element) -> Element | None:
        """Return a damaged copy; None when it is no longer XML, which no server hands on."""
        if self._chance.random() < 0.3:
            return self._flip_bytes(element)
        element = deepcopy(element)
        for _ in range(self._chance.choice((1, 1, 1, 2, 3, 8))):
            self._chance.choice(self._ways)(element)
        return element

    def choose[T](self, *choices: T) -> T:
        """Return one of the choices."""
        return self._chance.choice(choices)

    def _any(self, root: Element) -> Element:
        return self._chance.choice(list(root.iter()))

    def _attribute(self, root: Element) -> tuple[Element, str] | None:
        owners = [element for element in root.iter() if element.attrib]
        if not owners:
            return None
        owner = self._chance.choice(owners)
        return owner, self._chance.choice(list(owner.attrib))

    def _drop_attribute(self, root: Element) -> None:
        if found := self._attribute(root):
            del found[0].attrib[found[1]]

    def _replace_attribute(self, root: Element) -> None:
        if found := self._attribute(root):
            found[0].set(found[1], self._chance.choice(HOSTILE))

    def _add_attribute(self, root: Element) -> None:
        self._any(root).set(self._chance.choice(NAMES), self._chance.choice(HOSTILE))

    def _change_number(self, root: Element) -> None:
        if (found := self._attribute(root)) is None:
            return
        owner, name = found
        text = owner.get(name, "")
        digits = [at for at, character in enumerate(text) if character.isdecimal()]
        if digits:
            at = self._chance.choice(digits)
            owner.set(name, text[:at] + self._chance.choice("0123456789-.eE") + text[at + 1 :])

    def _drop_element(self, root: Element) -> None:
        parent = self._any(root)
        if len(parent):
            parent.remove(self._chance.choice(list(parent)))

    def _double_element(self, root: Element) -> None:
        parent = self._any(root)
        if len(parent):
            child = deepcopy(self._chance.choice(list(parent)))
            parent.insert(self._chance.randrange(len(parent) + 1), child)

    def _move_element(self, root: Element) -> None:
        parent = self._any(root)
        if len(parent):
            child = self._chance.choice(list(parent))
            parent.remove(child)
            self._any(root).append(child)

    def _rename_element(self, root: Element) -> None:
        self._any(root).tag = self._chance.choice(TAGS)

    def _add_text(self, root: Element) -> None:
        self._any(root).text = self._chance.choice(HOSTILE)

    def _flip_bytes(self, element: Element) -> Element | None:
        wire = bytearray(tostring(element))
        for _ in range(self._chance.choice((1, 1, 2, 4))):
            wire[self._chance.randrange(len(wire))] ^= 1 << self._chance.randrange(8)
        try:
            return fromstring(bytes(wire))
        except ParseError, ValueError, LookupError:
            return None


def said(element: Element, now: float) -> list[tuple[float, float]]:
    """Return the times and numbers of every pack in a stanza, told without the integration."""
    readings = []
    for pack in element.iter(SENML + "sensml"):
        base = {"bt": 0.0, "bv": 0.0}
        try:
            for record in pack:
                base |= {key: float(record.attrib[key]) for key in base if key in record.attrib}
                at = base["bt"] + float(record.get("t", 0))
                at += now if abs(at) < 2**28 else 0
                readings.append((at, base["bv"] + float(record.get("v", 0))))
        except ValueError:
            continue
    return readings


def stanza(mutator: Mutator, now: float) -> Notification | GrantMessage | OlderMessage:
    """Return a good stanza: items of a node, what is said of grants, what older nodes push."""
    kind = mutator.choose("item", "item", "item", "item", "grant", "grant", "said", "older")
    if kind == "grant":
        state = mutator.choose(*GrantState, GrantState.ACTIVE)
        return GrantMessage(FRIEND, grant_to_element(replace(GRANT, state=state)))
    if kind == "said":
        said = (
            grant_seen_to_element(GRANT.seen),
            message_to_element(Erased(ID)),
            message_to_element(Decision(ID, OfferState.REFUSED)),
            Element(SEN1 + "invited", {"token": "x"}),
            wishes_to_element(Wishes((Wish(What.CONSUMPTION, "P1D"),))),
            message_to_element(Left(COLLECTION)),
            collection_to_element(SHEET),
            joined_to_element(JOINED),
            note_to_element(CollectionNote(COLLECTION, "Hello")),
            register_to_element(REGISTER),
            register_seen_to_element(SEEN),
        )
        return GrantMessage(FRIEND, mutator.choose(*said))
    if kind == "older":
        return OlderMessage(FRIEND, mutator.choose(pushed_by_a_node(now), sent_by_a_proxy(now)))
    times = [round(now - 0.5 * back, 3) for back in range(mutator.choose(0, 1, 2, 5))][::-1]
    readings = tuple(Reading(at, 123_456_000 + int(at) % 1000) for at in times)
    last = readings[-1].time if readings else round(now, 3)
    item = Item(ID, ItemId(stamp(last)), ItemId(stamp(last - 5)), 1, readings, not readings)
    payload = item_to_element(item, DESCRIPTION, described=mutator.choose(True, False))
    return Notification(FRIEND, node_of(ID), (item_element(item.id, payload),))


def pushed_by_a_node(now: float) -> Element:
    """Return what a data node pushes."""
    description = replace(DESCRIPTION, name=CURVE, unit="W")
    return envelope_of([Reading(now - 1800 * n, 300.0) for n in (2, 1)], description)


def sent_by_a_proxy(now: float) -> Element:
    """Return what a proxy of 2019 sends."""
    data = tuple(Datum(str(230 + n), written(now - n, UTC)) for n in (2, 1, 0))
    names = {key: ROW[key] for key in ("username", "name", "metaname", "unit", "type")}
    message = Sen1Message(source="a", destination="b", data=data, **names)
    # As a parser gives it: with prefixes that are written out a part of it would be no XML.
    return fromstring(tostring(older_to_element(message)))


def mutated(mutator: Mutator, event: Notification | GrantMessage | OlderMessage) -> Any:
    """Return the event with its element damaged; None when nothing of XML is left."""
    if not isinstance(event, Notification):
        element = mutator.mutate(event.element)
        # By its name a stanza finds its handler; under another it finds none.
        words = GRANT_WORDS if isinstance(event, GrantMessage) else OLDER_TAGS
        if element is None or element.tag not in words:
            return None
        return replace(event, element=element)
    element = mutator.mutate(event.items[0])
    return None if element is None else replace(event, items=(element,))


@pytest.fixture
async def follower(hass: HomeAssistant) -> AsyncIterator[Any]:
    """Return an account with one friend, who is an older node too, and no server to reach."""
    friend = {"jid": FRIEND, "grants": []}
    node = {"kind": DATA_NODE, "address": f"{FRIEND}/proxy", "identifiers": [CURVE]}
    proxy = {
        "kind": PROXY,
        "jid": FRIEND,
        "grants": [],
        "zone": "Europe/Paris",
        "ours": "b",
        "theirs": "a",
        "sent": [],
        "received": [ROW],
    }
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Sharing account",
        data={
            "kind": "account",
            "jid": "alice@maison.test",
            "password": "",
            "resource": "sen1",
            "host": "127.0.0.1",
            "port": free_port(),
        },
        subentries_data=[
            {"data": data, "subentry_type": "friend", "title": "Friend", "unique_id": FRIEND + kind}
            for kind, data in (("", friend), (DATA_NODE, node), (PROXY, proxy))
        ],
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    yield entry.runtime_data
    await hass.config_entries.async_unload(entry.entry_id)


def reading_of(hass: HomeAssistant, publication: PublicationId) -> str:
    """Return the entity of a publication."""
    (found,) = (
        row.entity_id
        for row in er.async_get(hass).entities.values()
        if row.unique_id.endswith(f"_{publication}_reading")
    )
    return found


@pytest.mark.timeout(120 + MUTATIONS // 100)
async def test_no_mutated_stanza_raises_or_shows_what_nobody_said(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    follower: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    mutator = Mutator(seed=20261124)
    outcome: Counter[str] = Counter()
    began = time.monotonic()
    caplog.set_level(logging.ERROR, "homeassistant.helpers")
    # One who has no key: what is signed and changed is refused before it is parsed.
    follower.store.content["keyless"][FRIEND] = 0.0
    follower._take(GrantMessage(FRIEND, grant_to_element(GRANT)))
    await hass.async_block_till_done()
    entity_id = reading_of(hass, ID)
    series = follower[Following].series[FRIEND][ID]
    for number in range(MUTATIONS):
        now = time.time()
        # What a friend may cost is tested elsewhere: here each is looked at.
        follower.context.budgets._left.clear()
        event = mutated(mutator, stanza(mutator, now))
        if event is None:
            outcome["nothing to hand on"] += 1
            continue
        refused, before = (
            follower.journal.refusals.total(),
            (series.follower.latest, series.follower.grant),
        )
        try:
            follower._take(event)
        except PayloadRefused as refusal:
            follower.journal.refused(refusal.reason)
        except Exception as error:
            wire = tostring(event.items[0] if isinstance(event, Notification) else event.element)
            error.add_note(f"mutation {number}: {wire[:2000]!r}")
            raise
        latest = series.follower.latest
        if follower.journal.refusals.total() > refused:
            assert (latest, series.follower.grant) == before, number
        elif latest != before[0]:
            outcome["shown"] += 1
            assert latest.time <= now + FUTURE + 1
            assert before[0] is None or latest.time >= before[0].time, number
            assert math.isfinite(latest.value)
            assert any(
                math.isclose(at, latest.time, rel_tol=0, abs_tol=0.1)
                and math.isclose(value, latest.value, rel_tol=1e-9)
                for at, value in said(event.items[0], now)
            ), f"{number}: {latest} is not in {tostring(event.items[0])!r}"
        else:
            outcome["nothing to show"] += 1
        for feed in follower[Feeds].all_feeds():
            if feed.latest is not None:
                assert 0 < feed.latest.time <= now + FUTURE + 1
                assert isinstance(feed.latest.value, str) or abs(feed.latest.value) <= MAX_NUMBER
        if number % BATCH == BATCH - 1:
            await check_good_stanza(hass, follower, entity_id, number)
    elapsed = time.monotonic() - began
    outcome.update({f"refused: {reason}": n for reason, n in follower.journal.refusals.items()})
    print(f"\n{MUTATIONS} in {elapsed:.0f} s: {json.dumps(dict(outcome.most_common()))}")
    assert outcome["shown"] > MUTATIONS / 1000
    assert follower.journal.refusals.total() > MUTATIONS / 5


async def check_good_stanza(
    hass: HomeAssistant, follower: Any, entity_id: str, number: int
) -> None:
    """Show a good reading, and find all that was learnt fit to be stored."""
    series = follower[Following].series[FRIEND][ID]
    follower._take(GrantMessage(FRIEND, grant_to_element(GRANT)))
    latest = series.follower.latest
    at = round(max(time.time(), latest.time if latest else 0), 3)
    item = Item(ID, ItemId(stamp(at)), None, 1, (Reading(at, number),))
    payload = item_to_element(item, DESCRIPTION)
    follower._take(Notification(FRIEND, node_of(ID), (item_element(item.id, payload),)))
    await hass.async_block_till_done()
    state = hass.states.get(entity_id)
    assert state is not None
    assert float(state.state) == number
    assert state.attributes["unit_of_measurement"] == "Wh"
    json_bytes(follower.store.content)
    # The next begin without a reading up to five minutes ahead, which hides all good ones.
    series.follower = Follower(GRANT)


READERS: dict[str, tuple[Callable[[float], Element], Callable[[Element, float], object]]] = {
    "answer of the past": (
        lambda now: history_answer("1", DESCRIPTION, [Reading(now - n, n) for n in (3, 2, 1)]),
        lambda answer, now: readings_of(answer, DESCRIPTION, now),
    ),
    "answer of a data node": (
        pushed_by_a_node,
        lambda answer, now: given_of(answer, now, asked_until=now),
    ),
    "catalogue": (
        lambda _now: list_answer("1", [offer_of(ID, DESCRIPTION, OfferState.OPEN)] * 3),
        lambda answer, _now: offers_of(answer),
    ),
    "answer to a request": (
        lambda _now: access_answer("1", OfferState.PENDING),
        lambda answer, _now: state_of(answer),
    ),
    "request": (
        lambda now: access_command(AccessRequest(ID, "display", now)),
        lambda command, _now: access_request_of(command),
    ),
    "question of the past": (
        lambda now: history_request(DESCRIPTION.name, now - 60, now),
        lambda command, _now: request_of(fields_of(command), dt_util.start_of_local_day()),
    ),
    "question of a collection": (
        lambda _now: collection_request(COLLECTION, TOKEN),
        lambda command, _now: collection_asked(command),
    ),
    "sheet of a collection": (
        lambda _now: collection_answer("1", SHEET),
        lambda answer, _now: collection_answered(answer),
    ),
    "what a member holds": (
        lambda _now: register_to_element(REGISTER),
        lambda element, _now: register_from_element(element),
    ),
    "whether that is right": (
        lambda _now: register_seen_to_element(SEEN),
        lambda element, _now: register_seen_from_element(element),
    ),
}
"""What is asked and answered: one that is good, and what reads it."""


@pytest.mark.timeout(60 + MUTATIONS // 100)
@pytest.mark.parametrize("kind", READERS)
def test_what_is_asked_and_answered_is_read_or_refused(kind: str) -> None:
    mutator = Mutator(seed=20261126)
    make, read = READERS[kind]
    now = time.time()
    good = make(now)
    read(good, now)
    outcome: Counter[str] = Counter()
    for number in range(MUTATIONS // len(READERS)):
        damaged = mutator.mutate(good)
        if damaged is None:
            outcome["no XML"] += 1
            continue
        try:
            check_stanza(damaged)
            found = read(damaged, now)
        except PayloadRefused as refusal:
            outcome[f"refused: {refusal.reason}"] += 1
        except Exception as error:
            error.add_note(f"mutation {number}: {tostring(damaged)[:2000]!r}")
            raise
        else:
            outcome["read"] += 1
            for text in texts_in(found):
                assert isinstance(text, str) or abs(text) <= MAX_ON_WIRE
    print(f"\n{kind}: {json.dumps(dict(outcome.most_common()))}")
    assert outcome["read"]
    assert outcome.total() > outcome["read"]


def texts_in(found: object) -> Iterator[str | float]:
    """Yield every text and number of what was read."""
    if isinstance(found, str | float | int):
        yield found
    elif isinstance(found, Mapping):
        for key, value in found.items():
            yield from texts_in(key)
            yield from texts_in(value)
    elif isinstance(found, list | tuple):
        for each in found:
            yield from texts_in(each)
    elif is_dataclass(found):
        for each in fields(found):
            yield from texts_in(getattr(found, each.name))


async def test_mutated_stanzas_leave_the_link_and_the_newest_reading_alone(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    await shared(house, cooperative)
    mutator = Mutator(seed=20261124)
    (series,) = cooperative.series()
    grant = series.follower.grant
    assert grant.node is not None
    assert grant.description is not None
    # Long past, so that none can be newer than the meter's.
    item = Item(grant.publication, ItemId(stamp(1.78e9)), None, 1, (Reading(1.78e9, 1),))
    address = cooperative.account.jid
    payloads = (
        push(grant.node, item_element(item.id, item_to_element(item, grant.description))),
        grant_to_element(grant),
        grant_seen_to_element(grant.seen),
        pushed_by_a_node(1.78e9),
        sent_by_a_proxy(1.78e9),
    )
    roster = Element(ROSTER)
    SubElement(roster, "{jabber:iq:roster}item", {"jid": house.account.jid, "subscription": "both"})
    questions = (
        roster,
        list_command(),
        history_request(grant.description.name, 1.7e9, 1.78e9),
        access_command(AccessRequest(grant.publication, "display", 1.9e9)),
        list_answer("1", []),
    )
    lookalike = f"\N{MODIFIER LETTER SMALL A}{house.account.jid[1:]}"
    client = cooperative.runtime.session._client
    handled = client.plugin["xep_0198"].handled
    for _ in range(THROUGH_A_SESSION):
        sender = mutator.choose(*(house.account.jid,) * 20, lookalike, *NO_ADDRESSES)
        addresses = {"from": sender, "to": address}
        kind = mutator.choose("message", "message", "message", "iq", "presence")
        stanza = Element(f"{{jabber:client}}{kind}", addresses)
        if kind == "message":
            stanza.append(mutator.choose(*payloads))
        elif kind == "iq":
            stanza.attrib |= {"type": mutator.choose("set", "get", "result"), "id": "1"}
            stanza.append(mutator.choose(*questions))
        damaged = mutator.mutate(stanza)
        if damaged is not None:
            client.data_received(tostring(damaged))
    # The server, which sent none of these, would end a stream that acknowledges them.
    client.plugin["xep_0198"].handled = handled
    house.runtime.session.tell(BareJid(cooperative.account.jid), grant_to_element(grant))
    meter(641)
    entity_id = reading_of(hass, grant.publication)
    await until(lambda: (state := hass.states.get(entity_id)) and state.state == "641")
    assert cooperative.runtime.session.drops == 0
    door = cooperative.runtime.session.door.refused
    assert door["bad_address"]
    assert not door["malformed"]
    assert cooperative.runtime.refusals.total() > THROUGH_A_SESSION / 10
    assert cooperative.runtime.journal.refusals["unexpected"] == 0
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("end", ["from", "to"])
@pytest.mark.parametrize(
    ("kind", "attributes"),
    [
        ("message", {}),
        ("message", {"type": "error"}),
        ("presence", {}),
        ("presence", {"type": "subscribe"}),
        ("presence", {"type": "error"}),
        ("iq", {"type": "get", "id": "1"}),
        ("iq", {"type": "result", "id": "1"}),
    ],
)
async def test_a_stanza_with_no_address_is_counted_and_passed_over(
    caplog: pytest.LogCaptureFixture, kind: str, attributes: dict[str, str], end: str
) -> None:
    events: list[Event] = []
    credentials = Credentials(BareJid("alice@maison.test"), "", "sen1")
    session = Session(credentials, ssl.create_default_context(), on_event=events.append)
    client = session._client
    client.connection_made(MagicMock(**{"get_extra_info.return_value": None}))
    client.data_received(STREAM)
    management = client.plugin["xep_0198"]
    management.enabled_in, management.handled = True, 0
    for number, address in enumerate(NO_ADDRESSES, start=1):
        stanza = Element(f"{{jabber:client}}{kind}", {**attributes, end: address})
        stanza.append(grant_to_element(GRANT))
        client.data_received(tostring(stanza))
        assert management.handled == number
    await asyncio.sleep(0)
    await session.close()
    assert not events
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
