"""Who the server lets receive a publication: those granted, each from its own begin on.

A node has one list of items for all its members. So that nobody gets what is older than its own
grant, or what was measured while that was paused, a new member waits until nothing older is left
to be published, and what the node holds that is older is taken from it. What a live series shows
at that moment stays: a friend sees a value at once. Of periods, the newest is said again until the
next one is over, and those of others must go on hearing it: who may not have it waits for that.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
import math
import time

from ...listeners import Listeners
from ...protocol.errors import PayloadRefused
from ...protocol.model import BareJid, Item, PublicationId, Reading
from ...protocol.stamps import parse_stamp
from ...protocol.stanzas import item_from_element
from ..consent.policy import Policy
from ..consent.told import ToldGrants
from ..journal.journal import Journal
from ..store import SOON, AccountStore
from ..xmpp.session import Session
from .items import SignedItems
from .publication import Publication
from .pubsub_node import set_receivers, withdraw


class Affiliations:
    """Bring those whom nodes let receive, their members in XEP-0060, to what is granted."""

    def __init__(
        self,
        session: Session,
        store: AccountStore,
        policy: Policy,
        told: ToldGrants,
        journal: Journal,
        signed: SignedItems,
        on_added: Callable[[Publication], None],
        on_revived: Callable[[Publication, BareJid], None],
    ) -> None:
        """`on_added` is told where somebody was a member whom we did not let in; `on_revived` whom
        we had sent away since what we remember of a grant, as in a backup that was put back.
        """
        self._session = session
        self._store = store
        self._policy = policy
        self._told = told
        self._journal = journal
        self._signed = signed
        self._on_added = on_added
        self._on_revived = on_revived
        self.found = Listeners[BareJid, Publication, Sequence[Reading]]()
        """Of what one who is let in finds on a node."""
        self._sure: dict[PublicationId, set[BareJid]] = {}
        """Who is known to receive nothing any more, as far as this link goes back."""

    def reconnect(self) -> None:
        """Look again at who may still be subscribed: a killed server forgets what it did last."""
        self._sure.clear()

    def may_publish(self, publication: Publication) -> bool:
        """Return whether all whom the server lets receive a publication still may.

        Who was let in for an earlier stretch of a grant is to be let in anew.
        """
        return not self._gone(publication)

    async def put_in_order(self, publication: Publication, oldest: float) -> None:
        """Let exactly those receive a publication who may; nothing older than `oldest` follows.

        Raises RequestFailed.
        """
        wanted = self._policy.receivers(publication.id)
        known = self._store.data["members"].setdefault(publication.id, {})
        standing = {jid for jid, since in wanted.items() if known.get(jid) == since}
        sure = self._sure.setdefault(publication.id, set())
        sure.difference_update(wanted)
        changed = await set_receivers(self._session, publication.node, standing, sure)
        # Of a node that was deleted meanwhile, and made anew, nobody is a member.
        for member in changed.let_in:
            self._tell_again(publication, member)
        # A kill may have us forget whom we let in ourselves; who is granted nothing is another.
        if set(changed.sent_away) - known.keys() - wanted.keys():
            self._on_added(publication)
        for revived in changed.outcast:
            standing.discard(revived)
            wanted.pop(revived)
            self._on_revived(publication, revived)
        for jid in known.keys() - standing:
            del known[jid]
            self._journal.shut_out(BareJid(jid), publication.id)
        publication.receivers = standing
        later = {jid: since for jid, since in wanted.items() if jid not in standing}
        joining = {BareJid(jid): since for jid, since in later.items() if since <= oldest}
        publication.awaited_from = min(
            (since for jid, since in later.items() if jid not in joining), default=None
        )
        if joining:
            await self._forget_before(publication, max(joining.values()))
            await self._let_in(publication, joining, known)
            # What was published while the server let them in is there as well.
            items = await self.newest_items(publication)
            found = [reading for item in items for reading in item.readings]
            for jid in joining:
                self.found.tell(jid, publication, found)
            if any(map(self._signed.is_keyless, joining)):
                # What is on the node may be signed alone.
                publication.say_again()
        self._store.save_within(SOON)

    async def shut_out(self, publication: Publication) -> None:
        """Withdraw a publication from whoever may no longer receive it; others still may.

        Raises RequestFailed.
        """
        for jid in self._gone(publication):
            await withdraw(self._session, publication.node, jid)
            self._sure.setdefault(publication.id, set()).add(jid)
            publication.receivers = publication.receivers - {jid}

    def _gone(self, publication: Publication) -> set[BareJid]:
        """Return the receivers whose stretch is over."""
        wanted = self._policy.receivers(publication.id)
        known = self._store.data["members"].get(publication.id, {})
        return {jid for jid in publication.receivers if wanted.get(jid, math.inf) != known.get(jid)}

    async def close(self, publication: Publication) -> None:
        """Leave nothing of a publication on the server: nobody may receive it."""
        publication.close()
        publication.publisher.forget_sent()
        publication.receivers = set()
        self._sure.pop(publication.id, None)
        publication.awaited_from = None
        await self._session.delete_node(publication.node)
        for jid in self._store.data["members"].pop(publication.id, {}):
            self._journal.shut_out(BareJid(jid), publication.id)
        self._store.save_within(SOON)

    async def newest_items(self, publication: Publication, count: int | None = None) -> list[Item]:
        """Return the items of a node, or those that came last to it, in any order.

        What we did not sign is taken from it, and counted.
        """
        items = []
        for element in await self._session.items(None, publication.node, count=count):
            item_id = element.get("id", "")
            try:
                envelope = self._signed.read_back(publication, element)
            except PayloadRefused as error:
                self._journal.refused(error.reason)
                await self._session.retract(publication.node, item_id)
                continue
            with suppress(PayloadRefused):
                items.append(
                    item_from_element(item_id, envelope, publication.description, now=time.time())
                )
        return items

    async def _let_in(
        self, publication: Publication, joining: Mapping[BareJid, float], known: dict[str, float]
    ) -> None:
        for jid, since in joining.items():
            await self._session.set_affiliation(publication.node, jid, "member")
            publication.receivers = publication.receivers | {jid}
            known[jid] = since
            self._tell_again(publication, jid)

    def _tell_again(self, publication: Publication, jid: BareJid) -> None:
        """Have a member told once more: an earlier subscription ended with its membership."""
        self._told.of(jid).pop(publication.id, None)

    async def _forget_before(self, publication: Publication, moment: float) -> None:
        """Take what is older from the node, but for what the series shows."""
        publication.publisher.forget_sent()
        items = sorted(await self.newest_items(publication), key=lambda item: item.id)
        for item in items:
            is_newest = item is items[-1]
            begin = item.readings[0].time if item.readings else parse_stamp(item.id)
            if begin >= moment or (is_newest and item.unavailable):
                continue
            inside = tuple(each for each in item.readings if each.time >= moment)
            kept = (inside or publication.shown(item)) if is_newest else ()
            if not kept:
                await self._session.retract(publication.node, item.id)
            elif kept != item.readings:
                cut = replace(item, readings=kept)
                payload = self._signed.payload(publication, cut)
                await self._session.publish(publication.node, cut.id, payload)
                publication.publisher.replace_newest(cut)
