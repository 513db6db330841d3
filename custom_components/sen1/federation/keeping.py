"""Bring the server to what the user decided: roster, nodes, members, grants."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
import logging
import math
import time

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .config import GrantData, friend_data, friends_of
from .errors import PayloadRefused, RequestFailed
from .following import Following
from .issues import Issue, async_tell
from .leaving import part_from
from .model import (
    BareJid,
    Grant,
    GrantSeen,
    GrantState,
    Item,
    PublicationId,
    node_of,
)
from .nodes import ensure_node, set_members
from .publication import Publication
from .session import RETRY, Session, Subscription
from .store import LATER, SOON, AccountStore, Chore, Told, description_from_json
from .wire import grant_to_element, item_from_element

_LOGGER = logging.getLogger(__name__)

BEFRIEND_MOST = 5
BEFRIEND_WITHIN = 65.0
"""So many presences of friendship may go in so many seconds.

Debian's ejabberd drops in silence what is more than five in a minute.
"""

OLDER_COPY = 2 * LATER
"""Seconds the server may be ahead of what we remember: progress is written every LATER seconds."""


class Keeper:
    """Compare what the server has with what was decided, and change it until they agree.

    It does so when told that something changed, when a grant begins or ends, and again after a
    while when the server did not do its part.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        session: Session,
        store: AccountStore,
        publications: Mapping[PublicationId, Publication],
        following: Following,
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._session = session
        self._store = store
        self._publications = publications
        self._following = following
        self._news = asyncio.Event()
        self._is_announced = False
        self._to_agree: set[BareJid] = set()
        """Friends whose request waits for our agreement."""
        self._asked: set[BareJid] = set()
        """Friends who were asked over this link."""
        self._befriended_at: deque[float] = deque(maxlen=BEFRIEND_MOST)
        self._befriend_again_at = 0.0
        """Monotonic times of what was said of friendship, and before which no more is."""
        self.is_roster_in_order = False
        self.are_nodes_in_order = False

    def wake(self) -> None:
        """Look at everything again: the user changed something, or the server did."""
        self.are_nodes_in_order = self.is_roster_in_order = False
        self._news.set()

    def wake_for_grants(self) -> None:
        """Tell grants again: a friend has come."""
        self._news.set()

    def reconnect(self, *, resumed: bool) -> None:
        """Look at everything again: the link is new."""
        if not resumed:
            self._is_announced = False
            self._asked.clear()
        self.wake()

    async def run(self) -> None:
        """Keep until cancelled."""
        wait: float | None = None
        while True:
            try:
                async with asyncio.timeout(wait):
                    await self._news.wait()
            except TimeoutError:
                self.are_nodes_in_order = self.is_roster_in_order = False
            self._news.clear()
            wait = None
            if not self._session.is_online:
                continue
            try:
                await self._put_in_order()
                wait = self._until_next_look()
            except RequestFailed as error:
                _LOGGER.debug("The server is not as wanted yet: %s", error.condition)
                wait = RETRY

    def agree(self, jid: BareJid) -> None:
        """Agree to a friend's request."""
        self._to_agree.add(jid)
        self.is_roster_in_order = False
        self._news.set()

    def granted_to(self, jid: BareJid) -> dict[PublicationId, Grant]:
        """Return the grants of a friend that are active now."""
        subentry = friends_of(self._entry).get(jid)
        return {} if subentry is None else self.granted_in(friend_data(subentry)["grants"])

    def granted_in(self, several: Iterable[GrantData]) -> dict[PublicationId, Grant]:
        """Return those of several grants that are active now."""
        now = time.time()
        grants = {}
        for data in several:
            begin = datetime.fromisoformat(data["begin"]).timestamp()
            until = datetime.fromisoformat(data["until"]).timestamp()
            publication = self._publications.get(data["publication"])
            if publication is not None and begin <= now < until:
                grants[publication.id] = Grant(
                    publication=publication.id,
                    state=GrantState.ACTIVE,
                    begin=begin,
                    until=until,
                    purpose=data["purpose"],
                    node=publication.node,
                    description=publication.description,
                )
        return grants

    def is_seen(self, publication: PublicationId, revision: int) -> bool:
        """Return whether all who are granted a publication acknowledged this revision of it."""
        told = self._store.data["told"]
        return all(
            (seen := told.get(jid, {}).get(publication)) and seen["revision"] == revision
            for jid in self._following.series
            if publication in self.granted_to(jid)
        )

    def announce_past(self, publication: Publication) -> None:
        """Tell all who are granted a publication that all its past may be another now."""
        begins = [
            grant.begin
            for jid in self._following.series
            for grant in self.granted_to(jid).values()
            if grant.publication == publication.id and grant.begin is not None
        ]
        if begins:
            self.announce(publication, min(begins), time.time())

    def announce(self, publication: Publication, begin: float, end: float) -> None:
        """Tell all who are granted a publication that its past changed: they ask for it anew."""
        known = self._store.data["descriptions"][publication.id]
        earlier = known.get("changed")
        if earlier and not self.is_seen(publication.id, known["revision"]):
            begin, end = min(begin, earlier[0]), max(end, earlier[1])
        # Stamps are written to the millisecond, which must not leave out a reading.
        known["changed"] = [math.floor(begin), math.ceil(end)]
        known["revision"] += 1
        self._store.save_within(SOON)
        publication.describe(description_from_json(known))
        self.wake_for_grants()

    def take_seen(self, friend: BareJid, seen: GrantSeen) -> None:
        """Take a friend's acknowledgement; raises PayloadRefused if nothing was told."""
        told = self._store.data["told"].setdefault(friend, {})
        if seen.publication not in told:
            raise PayloadRefused("not_granted")
        if seen.state not in (GrantState.ENDED, GrantState.WITHDRAWN):
            told[seen.publication] = {
                "state": seen.state,
                "revision": seen.revision,
                "until": seen.until,
                "node": node_of(seen.publication),
            }
        elif seen.publication not in self.granted_to(friend):
            del told[seen.publication]
        self._store.save_within(SOON)

    async def _put_in_order(self) -> None:
        """Bring roster, nodes and grant messages to what the user decided.

        Raises the last RequestFailed when a part could not be; the others are in order then.
        """
        failures: list[RequestFailed] = []
        # Each is noted before the work: what the user changes meanwhile undoes the note.
        if not self.is_roster_in_order:
            self.is_roster_in_order = True
            try:
                await self._put_roster_in_order()
            except RequestFailed as error:
                failures.append(error)
        if not self.are_nodes_in_order:
            self.are_nodes_in_order = True
            failures += await self._do_chores()
            for publication in list(self._publications.values()):
                try:
                    await self._put_node_in_order(publication)
                except RequestFailed as error:
                    failures.append(error)
        # A friend told before the node lets it in would be refused.
        if self.is_roster_in_order and self.are_nodes_in_order:
            self._tell_grants()
        if failures:
            self.are_nodes_in_order = self.is_roster_in_order = False
            raise failures[-1]

    async def _put_roster_in_order(self) -> None:
        roster = await self._session.roster()
        if not self._is_announced:
            self._session.announce()
            self._is_announced = True
            self._following.reconnect()
        friends = self._following.series.keys()
        self._asked &= friends
        self._to_agree &= friends
        for jid in friends:
            known = roster.get(jid, Subscription())
            if jid in self._to_agree and self._may_befriend():
                self._session.agree_friendship(jid)
                self._to_agree.discard(jid)
            # Who refused is not asked again over the same link.
            if known.ours or known.is_asked or jid in self._asked:
                continue
            if self._may_befriend():
                known_friend = friend_data(friends_of(self._entry)[jid])
                self._session.ask_friendship(jid, known_friend.get("preauth", ""))
                self._asked.add(jid)

    def _may_befriend(self) -> bool:
        """Take one of the stanzas of a minute; the others wait for the next look."""
        now = time.monotonic()
        if len(self._befriended_at) == BEFRIEND_MOST:
            self._befriend_again_at = self._befriended_at[0] + BEFRIEND_WITHIN
            if now < self._befriend_again_at:
                return False
        self._befriended_at.append(now)
        return True

    async def _do_chores(self) -> list[RequestFailed]:
        """Clean what was left behind; a chore that fails is kept for the next time."""
        failures: list[RequestFailed] = []
        for chore in list(self._store.data["chores"]):
            try:
                await self._do_chore(chore)
            except RequestFailed as error:
                failures.append(error)
            else:
                self._store.data["chores"].remove(chore)
                self._store.save_within(SOON)
        return failures

    async def _do_chore(self, chore: Chore) -> None:
        if chore["node"] is not None:
            await self._session.delete_node(chore["node"])
        if chore["friend"] is None or chore["friend"] in self._following.series:
            return
        friend = BareJid(chore["friend"])
        for publication in list(self._publications.values()):
            await self._put_members_in_order(publication)
        await part_from(self._session, friend, chore["granted"], chore["follows"])

    async def _put_node_in_order(self, publication: Publication) -> None:
        await ensure_node(self._session, publication.node, publication.max_items)
        await self._put_members_in_order(publication)
        if publication.is_open:
            return
        newest = await self._newest_items(publication, 1)
        last = newest[0] if newest else None
        if last is not None and last.unavailable:
            # The one before has the last reading.
            newest = await self._newest_items(publication, 2)
        watermark = self._watermark(publication, newest)
        publication.publisher.resume(last, watermark)
        await publication.async_open(watermark, time.time())

    async def _newest_items(self, publication: Publication, count: int) -> list[Item]:
        """Return the items that came last to the node, in any order."""
        items = []
        for element in await self._session.items(None, publication.node, count=count):
            with suppress(PayloadRefused, IndexError):
                items.append(
                    item_from_element(
                        element.get("id", ""), element[0], publication.description, now=time.time()
                    )
                )
        return items

    async def _put_members_in_order(self, publication: Publication) -> None:
        members = [jid for jid in self._following.series if publication.id in self.granted_to(jid)]
        await set_members(self._session, publication.node, members)

    def _watermark(self, publication: Publication, newest: Iterable[Item]) -> float:
        """Return the time up to which the server has all; tell if it has more than we remember.

        It has when this is a restored backup or a copy: what was published since is not doubled.
        """
        watermark = self._store.data["watermarks"].setdefault(publication.id, time.time())
        held = max((r.time for item in newest for r in item.readings), default=watermark)
        if held <= watermark + OLDER_COPY:
            return watermark
        placeholders = {"account": self._entry.title}
        async_tell(self._hass, Issue.OLDER_COPY, self._entry.entry_id, placeholders)
        return held

    def _tell_grants(self) -> None:
        """Send each friend the grants not acknowledged yet, and the ends of those that are over."""
        for jid in self._following.series:
            granted = self.granted_to(jid)
            # Granted again later, it must be asked for again.
            self._store.keep_subscribed(jid, self._store.subscribed(jid) & granted.keys())
            told = self._store.data["told"].setdefault(jid, {})
            for publication_id, grant in granted.items():
                if told.get(publication_id) != _told(grant):
                    self._session.tell(jid, grant_to_element(grant))
                    # Until it is acknowledged it differs, and is sent again at the next occasion.
                    told[publication_id] = {**_told(grant), "revision": None}
            for ended in told.keys() - granted.keys():
                over = self._over(jid, PublicationId(ended))
                self._session.tell(jid, grant_to_element(over))
                # Granted again before this is acknowledged, it differs and is told.
                told[ended] = {**told[ended], "state": over.state}
        self._store.save_within(SOON)

    def _over(self, jid: BareJid, publication_id: PublicationId) -> Grant:
        """Return why a grant is over: it came to its end, or was withdrawn."""
        now = datetime.now(UTC)
        ended = any(
            data["publication"] == publication_id and datetime.fromisoformat(data["until"]) <= now
            for data in friend_data(friends_of(self._entry)[jid])["grants"]
        )
        return Grant(publication_id, GrantState.ENDED if ended else GrantState.WITHDRAWN)

    def _until_next_look(self) -> float | None:
        """Return the seconds until something may differ by itself; None when nothing does."""
        waits = [wait for wait in (self._until_next_grant_changes(),) if wait is not None]
        if (befriend := self._befriend_again_at - time.monotonic()) > 0:
            waits.append(befriend)
        return min(waits, default=None)

    def _until_next_grant_changes(self) -> float | None:
        """Return the seconds until a grant begins or ends; None when none does."""
        now = time.time()
        moments = [
            moment
            for subentry in friends_of(self._entry).values()
            for grant in friend_data(subentry)["grants"]
            for text in (grant["begin"], grant["until"])
            if (moment := datetime.fromisoformat(text).timestamp()) > now
        ]
        return min(moments) - now + 0.05 if moments else None


def _told(grant: Grant) -> Told:
    return {
        "state": grant.state,
        "revision": grant.description.revision if grant.description else None,
        "until": grant.until,
        "node": grant.node,
    }
