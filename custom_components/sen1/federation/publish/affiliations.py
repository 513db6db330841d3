"""Who the server lets receive a publication: those granted, each from its own begin on.

A node has one list of items for all its members. So that nobody gets what is older than its own
grant, or what was measured while that was paused, a new member waits until nothing older is left
to be published, and what the node holds that is older is taken from it. What a live series shows
at that moment stays: a friend sees a value at once. Of periods, the newest is said again until the
next one is over, and those of others must go on hearing it: who may not have it waits for that.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
import math
import time

from ...listeners import Listeners
from ...protocol.errors import PayloadRefused
from ...protocol.model import BareJid, Item, PublicationId, Reading
from ...protocol.stamps import parse_stamp
from ...protocol.stanzas import item_from_element
from ..config import CONF_JID
from ..consent.grant_changes import GrantChange, async_change_grant
from ..consent.policy import Policy
from ..context import AccountContext
from ..issues import Issue, async_tell
from ..journal.journal import Journal
from ..part import Part
from ..store import SOON
from ..talk.told import ToldGrants
from .items import SignedItems
from .publication import Publication, Publications
from .pubsub_node import set_receivers, withdraw


class Affiliations(Part):
    """Bring those whom nodes let receive, their members in XEP-0060, to what is granted."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._told, self._journal = context[ToldGrants], context[Journal]
        self._members: dict[str, dict[str, float]] = self._store.kept("members", {})
        """Publication → who the server lets receive it → from which time on."""
        self._publications, self._policy = context[Publications], context[Policy]
        self._signed = context[SignedItems]
        self.found = Listeners[BareJid, Publication, Sequence[Reading]]()
        """Of what one who is let in finds on a node."""
        self._sure: dict[PublicationId, set[BareJid]] = {}
        """Who is known to receive nothing any more, as far as this link goes back."""

    def apply(self) -> None:
        """Forget who received what is published no more."""
        for gone in self._members.keys() - self._publications.keys():
            del self._members[gone]

    def online(self, *, resumed: bool) -> None:
        """Look again at who may still be subscribed: a killed server forgets what it did last."""
        if not resumed:
            self._sure.clear()

    def moved(self, old: BareJid, new: BareJid) -> None:
        """Have a friend let in anew, at its new address."""
        for members in self._members.values():
            members.pop(old, None)

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
        known = self._members.setdefault(publication.id, {})
        standing = {jid for jid, since in wanted.items() if known.get(jid) == since}
        sure = self._sure.setdefault(publication.id, set())
        sure.difference_update(wanted)
        changed = await set_receivers(self._session.pubsub, publication.node, standing, sure)
        # Of a node that was deleted meanwhile, and made anew, nobody is a member.
        for member in changed.let_in:
            self._tell_again(publication, member)
        # A kill may have us forget whom we let in ourselves; who is granted nothing is another.
        if set(changed.sent_away) - known.keys() - wanted.keys():
            async_tell(self._hass, self._entry, Issue.MEMBER_ADDED, publication.id)
        for revived in changed.outcast:
            standing.discard(revived)
            wanted.pop(revived)
            self._pause_revived(publication, revived)
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
            for jid, since in joining.items():
                await self._session.pubsub.set_affiliation(publication.node, jid, "member")
                publication.receivers = publication.receivers | {jid}
                known[jid] = since
                self._tell_again(publication, jid)
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
            await withdraw(self._session.pubsub, publication.node, jid)
            self._sure.setdefault(publication.id, set()).add(jid)
            publication.receivers = publication.receivers - {jid}

    def _gone(self, publication: Publication) -> set[BareJid]:
        """Return the receivers whose stretch is over."""
        wanted = self._policy.receivers(publication.id)
        known = self._members.get(publication.id, {})
        return {jid for jid in publication.receivers if wanted.get(jid, math.inf) != known.get(jid)}

    async def close(self, publication: Publication) -> None:
        """Leave nothing of a publication on the server: nobody may receive it."""
        publication.close()
        publication.publisher.forget_sent()
        publication.receivers = set()
        self._sure.pop(publication.id, None)
        publication.awaited_from = None
        await self._session.pubsub.delete_node(publication.node)
        for jid in self._members.pop(publication.id, {}):
            self._journal.shut_out(BareJid(jid), publication.id)
        self._store.save_within(SOON)

    async def newest_items(self, publication: Publication, count: int | None = None) -> list[Item]:
        """Return the items of a node, or those that came last to it, in any order.

        What we did not sign is taken from it, and counted.
        """
        items = []
        for element in await self._session.pubsub.items(None, publication.node, count=count):
            item_id = element.get("id", "")
            try:
                envelope = self._signed.read_back(publication, element)
            except PayloadRefused as error:
                self._journal.refused(error.reason)
                await self._session.pubsub.retract(publication.node, item_id)
                continue
            with suppress(PayloadRefused):
                items.append(
                    item_from_element(item_id, envelope, publication.description, now=time.time())
                )
        return items

    def _tell_again(self, publication: Publication, jid: BareJid) -> None:
        """Have a member told once more: an earlier subscription ended with its membership."""
        self._told.of(jid).pop(publication.id, None)

    def _pause_revived(self, publication: Publication, jid: BareJid) -> None:
        """Let a grant rest that was taken back since what we remember of it, as in a backup that
        was put back, and have the household asked.

        Of circles and collections who comes is asked of those who come.
        """
        for subentry_id, subentry in list(self._entry.subentries.items()):
            if subentry.data.get(CONF_JID) == jid and any(
                grant["publication"] == publication.id for grant in subentry.data.get("grants", ())
            ):
                names = (self._entry.entry_id, subentry_id, publication.id)
                async_change_grant(self._hass, *names, GrantChange.PAUSE)
                async_tell(self._hass, self._entry, Issue.GRANT_REVIVED, publication.id)

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
                await self._session.pubsub.retract(publication.node, item.id)
            elif kept != item.readings:
                cut = replace(item, readings=kept)
                payload = self._signed.payload(publication, cut)
                await self._session.pubsub.publish(publication.node, cut.id, payload)
                publication.publisher.replace_newest(cut)
