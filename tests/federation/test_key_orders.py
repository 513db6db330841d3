"""Each order in which the key of somebody can be met, before an operator who wants to be believed.

Whatever comes first, no row ends with the operator's key verified: a link verifies only the key of
one of whom nothing else is known, a collection's not before it is taken.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
import os
from secrets import token_hex
import time
from typing import Any
from xml.etree.ElementTree import Element, tostring

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util import dt as dt_util
import pytest
import pytest_socket
from slixmpp import JID

from custom_components.sen1.federation.config import participations_of
from custom_components.sen1.federation.consent.policy import Policy
from custom_components.sen1.federation.friends import Friends
from custom_components.sen1.federation.moving import Moving
from custom_components.sen1.federation.participating.kept import kept
from custom_components.sen1.federation.participating.offers import Offers
from custom_components.sen1.federation.participating.participations import Participations
from custom_components.sen1.federation.relations.members import MemberData
from custom_components.sen1.federation.trust.peers import Standing
from custom_components.sen1.federation.xmpp.events import FriendRequest
from custom_components.sen1.protocol.collecting.collection import CollectionSheet
from custom_components.sen1.protocol.links import Link
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.protocol.trust.identity import (
    IDENTITY_ITEM,
    IDENTITY_NODE,
    identity_to_element,
    keys_to_element,
    moved_to_element,
)
from custom_components.sen1.protocol.trust.keys import Keys
from custom_components.sen1.protocol.trust.kinds import StatementKind
from custom_components.sen1.protocol.trust.signed import Statement, sign
from testbed.ejabberd import EjabberdServer
from testbed.lying import LyingServer
from testbed.session import session_of
from testbed.xmpp import Account, ProsodyServer, ServerKind, XmppServer, federation_of

from .conftest import Home, until
from .organising.conftest import COLLECTION, collect, joining
from .test_lying_server import FALSE

ROWS = {
    "link": "verified true",
    "address": "seen true",
    "lie address": "seen false",
    "lie link": "stopped none",
    # A collection's link says nothing of a friend.
    "address forged-offer": "seen true",
    "address forged-offer declined": "seen true",
    "address lie forged-offer": "stopped true",
    "address lie forged-offer declined": "stopped true",
    "link lie forged-offer declined honest": "stopped true",
    "lie address forged-offer": "seen false",
    "lie address forged-offer joined": "seen false",
    "lie address forged-offer joined lost": "seen false",
    "lie member forged-offer joined": "seen false",
    "lie member forged-link": "seen false",
    "keyless forged-link lie": "seen false",
    "link offer lie declined": "stopped true",
    "link offer declined": "verified true",
    # A link with a key from before stops nobody, and does not vouch.
    "link roll former-offer": "verified true",
    "address roll former-offer": "seen true",
    "address roll forged-link": "seen true",
    # Who is known by a collection's link alone is verified once the household takes part.
    "offer": "seen true",
    "offer declined": "unknown none",
    "offer joined": "verified true",
    "offer joined lie": "stopped true",
    "offer joined lost": "verified true",
    "offer joined lie forged-offer declined": "stopped true",
    "offer declined address": "seen true",
    "lie offer": "seen false",
    "lie offer honest offer joined": "verified true",
    "lie offer address": "seen false",
    "lie offer address honest offer joined": "stopped false",
    "forged-offer": "seen true",
    "forged-offer lie address": "stopped true",
    "forged-offer offer joined": "verified true",
    # What was known of a former friend is known.
    "link removed forged-offer declined address": "verified true",
    "link removed lie forged-offer joined": "verified true",
    "lie address removed forged-offer joined": "seen false",
    "address removed link": "seen true",
    "link lost": "verified true",
    "link lie lost": "stopped none",
    "link remember roll restored": "verified true",
    "link remember lie restored": "stopped true",
    "link moved forged-offer": "verified true",
    "address moved lie forged-offer declined": "stopped true",
}
"""What happens, in order → how far the peer is known then, and by whose key."""


@pytest.fixture(scope="module")
def kinds() -> Iterator[dict[str, XmppServer]]:
    """Run the victim's server, of each kind, and that of the operator."""
    pytest_socket.enable_socket()
    several: dict[str, ServerKind] = {
        "maison.test": ProsodyServer,
        "village.test": EjabberdServer,
        "coop.test": LyingServer,
    }
    with federation_of(several, limits=False) as (maison, village, coop):
        yield {"Prosody": maison, "ejabberd": village, "": coop}


@pytest.fixture
def server_pair(
    request: pytest.FixtureRequest, kinds: dict[str, XmppServer]
) -> tuple[XmppServer, XmppServer]:
    """Return the victim's server, and the operator's."""
    return kinds[request.param], kinds[""]


def made_keys() -> Keys:
    """Return keys of somebody."""
    return Keys(os.urandom(32), os.urandom(32))


@dataclass
class Peer:
    """Somebody whom the victim is to know, and the operator between them."""

    victim: Home
    liar: LyingServer
    accounts: Callable[..., Account]
    account: Account
    session: Any
    keys: Keys = field(default_factory=made_keys)
    former: list[tuple[Keys, Element]] = field(default_factory=list)
    """Keys that it had, and what each of them signed of the next."""
    is_false: bool = False
    """Whether the operator shows a key of its own."""
    known: Any = None
    """What the victim knew once, to be put back."""

    @property
    def jid(self) -> BareJid:
        return BareJid(self.account.jid)

    @property
    def shown(self) -> Keys:
        return FALSE if self.is_false else self.keys

    def standing(self) -> str:
        """Return how far it is known, and whose key that is."""
        trust = self.victim.runtime.trust
        peer = trust.peers.get(self.jid)
        keys = peer.keys if peer else None
        whose = "none" if keys is None else "false" if keys == FALSE.public else "true"
        return f"{trust.standing(self.jid)} {whose}"

    # What it does, and its operator

    def identity(self, keys: Keys) -> Element:
        """Return what is published of these keys."""
        statement = Statement(self.jid, time.time(), keys_to_element(keys.public))
        rollovers = [] if keys is FALSE else [rollover for _, rollover in self.former]
        return identity_to_element(sign(keys, StatementKind.IDENTITY, statement), rollovers)

    async def publish(self) -> None:
        """Let the server have what is true."""
        await self.session.pubsub.ensure_open_node(IDENTITY_NODE)
        await self.session.pubsub.publish(
            IDENTITY_NODE, IDENTITY_ITEM, self.identity(self.keys), "open"
        )

    async def looked(self) -> None:
        """Let the victim ask, and wait until it has what is shown."""
        trust = self.victim.runtime.trust
        if self.jid not in trust.wanted.jids:
            return

        def has_asked() -> bool:
            return not trust._identities.is_asked(self.jid) or self._is_known_by_now()

        trust.wanted.look(self.jid)
        await until(has_asked)

    def _is_known_by_now(self) -> bool:
        peer = self.victim.runtime.trust.peers.get(self.jid)
        return peer is not None and self.shown.public in (peer.keys, peer.changed)

    async def lie(self) -> None:
        """Let the operator show its own key."""
        self.is_false = True
        identity = tostring(self.identity(FALSE), encoding="unicode")
        self._show("<identity", "</identity>", identity)
        await self.looked()

    def _show(self, first: str, last: str, new: str) -> None:
        texts = (IDENTITY_NODE, f"from='{self.jid}'", f"to='{self.victim.account.jid}")
        self.liar.be_honest()
        self.liar.replace(*texts, first=first, last=last, new=new)

    async def honest(self) -> None:
        """Let the operator show what is true."""
        self.is_false = False
        self.liar.be_honest()
        await self.looked()

    async def roll(self) -> None:
        """Change its key, which the one before signs."""
        new = made_keys()
        statement = Statement(self.jid, time.time(), keys_to_element(new.public))
        self.former.append((self.keys, sign(self.keys, StatementKind.ROLLOVER, statement)))
        self.keys = new
        await self.publish()
        await self.looked()

    async def moved(self) -> None:
        """Be at another address, by the same key."""
        old, self.account = self.jid, self.accounts(self.liar, "moved")
        async with logged_in(self.account) as self.session:
            await self.publish()
        payload = moved_to_element(old)
        statement = Statement(self.jid, time.time(), payload, to=BareJid(self.victim.account.jid))
        said = sign(self.keys, StatementKind.MOVED, statement)
        self.victim.runtime[Moving].take(self.jid, said)
        await self.victim.hass.async_block_till_done()

    # What the victim does

    async def address(self) -> None:
        """Make it a friend by its address."""
        await self._befriend(self.jid)

    async def link(self) -> None:
        """Make it a friend by its own link, which came another way."""
        await self._befriend(
            Link(JID(self.jid), "roster", fingerprint=self.keys.public.fingerprint).written()
        )

    async def forged_link(self) -> None:
        """Make it a friend by a link that the operator made up."""
        await self._befriend(
            Link(JID(self.jid), "roster", fingerprint=FALSE.public.fingerprint).written()
        )

    async def _befriend(self, pasted: str) -> None:
        flows = self.victim.hass.config_entries.subentries
        context: Any = {"source": "user"}
        flow: Any = await flows.async_init((self.victim.entry.entry_id, "friend"), context=context)
        flow = await flows.async_configure(flow["flow_id"], {"next_step_id": "address"})
        until_day = dt_util.now().date().isoformat()
        fields = {"jid": pasted, "publications": [], "until": until_day, "purpose": "display"}
        flow = await flows.async_configure(flow["flow_id"], fields)
        if flow.get("step_id") == "whose":
            flow = await flows.async_configure(flow["flow_id"], {})
        if flow["type"] is FlowResultType.CREATE_ENTRY:
            await self.victim.hass.async_block_till_done()
            await self.looked()
        else:
            assert flow["errors"]["jid"] in ("wrong_key", "already_friend")

    async def keyless(self) -> None:
        """Be a member of whom the operator says that it has no key."""
        self._show("<pubsub", "</pubsub>", "")
        trust = self.victim.runtime.trust
        trust._hear_request(FriendRequest(self.jid))
        await self.member()
        await until(lambda: trust.standing(self.jid) is Standing.KEYLESS)

    async def member(self) -> None:
        """Have it among the members of a collection of the victim's."""
        collected = self.victim.runtime.store.content["collected"].setdefault(COLLECTION, {})
        collected[self.jid] = MemberData(
            number=len(collected) + 1,
            name="",
            address=f"{self.jid}/sen1",
            joined=time.time(),
            charter=1,
            gives={},
            told=None,
            is_shown=False,
        )
        self.victim.runtime[Policy].apply()
        self.victim.runtime[Friends].apply()
        await self.looked()

    async def offer(self) -> None:
        """Read the link of its collection, which it gave."""
        await self._read(self.keys.public.fingerprint)

    async def forged_offer(self) -> None:
        """Read a link of a collection that the operator made up."""
        await self._read(FALSE.public.fingerprint)

    async def former_offer(self) -> None:
        """Read a link with a key that it had before."""
        await self._read(self.former[0][0].public.fingerprint)

    async def _read(self, fingerprint: str) -> None:
        offers = self.victim.runtime[Offers]
        link = Link(
            JID(f"{self.jid}/away"),
            "collect",
            collection=token_hex(8),
            fingerprint=fingerprint,
            token="x" * 24,
            name="Coop",
            title="Roofs",
            until=4e9,
        ).written()
        offer_id = offers.open(link)
        # Nobody answers for the collection here: what it is, `joined` puts there.
        await until(lambda: offers.all[offer_id]["failed"])

    async def declined(self) -> None:
        """Say no to the collection."""
        self.victim.runtime[Offers].decline(self._offer())
        await self.looked()

    async def joined(self) -> None:
        """Take part, where whoever answers has the link's key; the answer is made up here."""
        offers = self.victim.runtime[Offers]
        offer = offers.all[offer_id := self._offer()]
        trust = self.victim.runtime.trust
        peer = trust.peers.get(self.jid)
        keys = peer.keys if peer and trust.signs(self.jid) else None
        if keys is None or keys.fingerprint != offer["fingerprint"]:
            assert offer["failed"] == "wrong_key"
            return
        offer["sheet"] = kept(
            CollectionSheet(
                *(
                    offer["collection"],
                    1,
                    "Roofs",
                    "investment",
                    "Why",
                    "Coop",
                    "data@coop.test",
                    (),
                ),
                until=4e9,
                retention_days=30,
                charter="We tell nobody.",
                charter_version=1,
                charter_at=time.time(),
            )
        )
        # It is asked for no more.
        offers.known(self.jid)
        said = joining(self.victim, offer_id)
        self.victim.runtime[Participations].join(offer_id, said, {}, [])
        await self.victim.hass.async_block_till_done()

    def _offer(self) -> str:
        offers = self.victim.runtime[Offers].all
        return [offer_id for offer_id, one in offers.items() if one["jid"] == self.jid][-1]

    async def removed(self) -> None:
        """Be friends no more, and owe nothing."""
        entry = self.victim.entry
        (friend,) = (one for one in entry.subentries.values() if one.data.get("jid") == self.jid)
        self.victim.hass.config_entries.async_remove_subentry(entry, friend.subentry_id)
        await self.victim.hass.async_block_till_done()
        runtime = self.victim.runtime
        await until(lambda: not runtime.store.content["chores"])
        # What is still being answered would be an answer to what comes next.
        await until(lambda: not runtime.trust._identities.is_asked(self.jid))

    async def lost(self) -> None:
        """Know no key any more, as of a file that was lost; what the household decided is there."""
        runtime = self.victim.runtime
        runtime.store.content["keys"].pop(self.jid)
        for one in participations_of(self.victim.entry):
            runtime[Participations].taken.pop(one, None)
        await runtime.async_apply()
        await self.looked()

    async def remember(self) -> None:
        """Keep what is known now, as in a backup."""
        self.known = deepcopy(self.victim.runtime.store.content["keys"][self.jid])

    async def restored(self) -> None:
        """Know what was known then."""
        self.victim.runtime.store.content["keys"][self.jid] = self.known
        await self.looked()

    async def leave_no_trace(self) -> None:
        """Part from it, whatever it is."""
        self.liar.be_honest()
        entry, runtime = self.victim.entry, self.victim.runtime
        offers = runtime[Offers].all
        for offer_id in [one for one, offer in offers.items() if offer["jid"] == self.jid]:
            runtime[Offers].decline(offer_id)
        for one in [one for one in entry.subentries.values() if one.data.get("jid") == self.jid]:
            self.victim.hass.config_entries.async_remove_subentry(entry, one.subentry_id)
        runtime.store.content["collected"].get(COLLECTION, {}).pop(self.jid, None)
        await self.victim.hass.async_block_till_done()


@asynccontextmanager
async def logged_in(account: Account) -> AsyncIterator[Any]:
    """Yield a link of an account."""
    session = session_of(account)
    running = asyncio.create_task(session.run())
    await until(lambda: session.is_online)
    try:
        yield session
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def ends(peer: Peer, steps: Sequence[str]) -> str:
    """Return how far somebody is known at last; the operator's key is verified at no time."""
    await peer.publish()
    for step in steps:
        act: Callable[[], Awaitable[None]] = getattr(peer, step.replace("-", "_"))
        await act()
        assert peer.standing() != "verified false", (steps, step)
    return peer.standing()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("server_pair", ["Prosody", "ejabberd"], indirect=True)
async def test_no_order_ends_with_the_operators_key_verified(
    hass: HomeAssistant,
    house: Home,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, LyingServer],
) -> None:
    _collection: ConfigSubentry = collect(house)
    found = {}
    for row in ROWS:
        account = accounts(server_pair[1], "peer")
        async with logged_in(account) as session:
            peer = Peer(house, server_pair[1], accounts, account, session)
            found[row] = await ends(peer, row.split())
            await peer.leave_no_trace()
    assert found == ROWS
