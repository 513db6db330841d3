"""Bring the server to what the user decided: roster, nodes, receivers, grants."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
import logging
import math
import time
from typing import TypedDict

from ...faults import contained
from ...listeners import Listeners
from ...protocol.errors import RequestFailed
from ...protocol.model import BareJid, Item, PublicationId
from ...protocol.publisher import held_until
from ...protocol.trust.kinds import Left
from ..config import CONF_JID, friend_data, friends_of
from ..consent.policy import Policy
from ..context import AccountContext
from ..follow.following import Following
from ..issues import Issue, async_tell
from ..part import Part
from ..relations.addresses import Addresses
from ..relations.circles import Circles
from ..relations.members import Memberships
from ..relations.relations import Relations
from ..store import LATER, SOON
from ..talk.chores import Chore, Chores
from ..talk.parting import part_from, tell_withdrawn, unfollow
from ..talk.post import Post
from ..talk.told import ToldGrants
from ..trust.publishing import IdentityNode
from ..xmpp.events import RosterChanged, Unreached
from ..xmpp.roster import Befriender
from ..xmpp.session import RETRY, Subscription
from .affiliations import Affiliations
from .grant_announcer import GrantAnnouncer
from .publication import Publication, Publications
from .pubsub_node import ensure_node
from .sender import Sender

_LOGGER = logging.getLogger(__name__)

OLDER_COPY = 2 * LATER
"""Seconds the server may be ahead of what we remember: progress is written every LATER seconds."""

HELD = 16
"""Items of a node that are looked at when a link is new: all of a live one."""

CLOCK = 60.0
"""Seconds after which the clock is read again: it may have been set since."""

type Stuck = dict[PublicationId, RequestFailed]
"""Publications that the server did not withdraw, and why."""


class Friendship(TypedDict):
    """How far one is friends with somebody."""

    asked: float
    """When the friend was asked first."""
    answered: float | None
    """When the friend's answer was here."""


class Reconciler(Part):
    """Compare what the server has with what was decided, and change it until they agree.

    It does so when told that something changed, when a grant begins or ends, and again after a
    while when the server did not do its part.
    """

    has_told: Callable[[BareJid], bool]
    """Says who knows that its secret is here, since it said what it would like; joined to it."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._identity, self._post = context[IdentityNode], context[Post]
        self._memberships, self._relations = context[Memberships], context[Relations]
        self._chores, self._told = context[Chores], context[ToldGrants]
        self._friendships: dict[str, Friendship] = self._store.by_friend("friendships")
        """Friend → since when the household waits for an answer, or has one."""
        self._publications, self._policy = context[Publications], context[Policy]
        self._addresses, self._circles = context[Addresses], context[Circles]
        self._announcer, self._affiliations = context[GrantAnnouncer], context[Affiliations]
        self._news = self._announcer.news
        self._sender, self._following = context[Sender], context[Following]
        self.held = Listeners[Publication, Sequence[Item]]()
        """Of what a node of ours has when it is read."""
        self.outlived = Listeners[()]()
        """Of that the server has more than is remembered here: this is an older copy."""
        self.rosters = Listeners[Mapping[BareJid, Subscription]]()
        """Of the roster, whenever it is read."""
        self._befriender = Befriender(self._session)
        self._left: set[BareJid] = set()
        """Who said to have left, whatever the roster says."""
        self._is_announced = False
        self._closed: set[PublicationId] = set()
        """Publications of which the server is known to have nothing."""
        self.is_roster_in_order = False
        self.are_nodes_in_order = False
        self._grants_change_at: float | None = None
        """When a grant begins or ends next, as far as the server was brought to."""
        self._policy.stopped.add(self.wake)
        self._sender.node_changed.add(self.wake)
        self.runs = (self.run,)
        self.hears = {
            Unreached: self._hear_unreached,
            RosterChanged: lambda _event: self.look_at_roster(),
        }

    def wake(self) -> None:
        """Look at everything again."""
        self.are_nodes_in_order = self.is_roster_in_order = False
        self._news.set()

    apply = wake

    def friendship(self, jid: BareJid) -> Friendship | None:
        """Return how far a friend by name is one; None: it was not looked at yet."""
        return self._friendships.get(jid)

    def end_friendship(self, jid: BareJid) -> bool:
        """Return whether somebody was a friend by name, who is none any more."""
        return self._friendships.pop(jid, None) is not None

    def take_left(self, member: BareJid) -> None:
        """Part from a member of a circle who says so."""
        self._left.add(member)
        self.look_at_roster()

    def look_at_roster(self) -> None:
        """Ask for the roster: somebody may have come to a circle, or left."""
        self.is_roster_in_order = False
        self._news.set()

    def online(self, *, resumed: bool) -> None:
        """Look at everything again: the link is new."""
        if not resumed:
            self._is_announced = False
            self._closed.clear()
            self._announcer.reconnect()
            self._befriender.reconnect()
        self.wake()

    async def run(self) -> None:
        """Keep until cancelled."""
        again_at = math.inf
        self._grants_change_at = self._policy.changes_at()
        while True:
            try:
                async with asyncio.timeout(self._wait(again_at)):
                    await self._news.wait()
            except TimeoutError:
                now, changes_at = time.monotonic(), self._grants_change_at
                if now >= again_at or (changes_at is not None and time.time() >= changes_at):
                    self.are_nodes_in_order = self.is_roster_in_order = False
                elif now < self._announcer.again_at:
                    continue
            self._news.clear()
            again_at = math.inf
            if not self._session.is_online:
                # An end that comes meanwhile is one, whatever the clock says when the link is back.
                self._policy.look()
                self._grants_change_at = self._policy.changes_at()
                continue
            try:
                await self._put_in_order()
            except RequestFailed as error:
                _LOGGER.debug("The server is not as wanted yet: %s", error.condition)
                again_at = time.monotonic() + RETRY
            else:
                if (wait := self._befriender.wait()) is not None:
                    again_at = time.monotonic() + wait

    def agree(self, jid: BareJid) -> None:
        """Agree to a friend's request; who was away from us for a while knows of no grant."""
        self._told.anew(jid)
        self._befriender.agree(jid)
        self._befriender.ask_soon(jid)
        self.look_at_roster()

    def _hear_unreached(self, event: Unreached) -> None:
        self._befriender.take_back(event.sender)
        self._news.set()

    async def _put_in_order(self) -> None:
        """Bring roster, nodes and grant messages to what the user decided.

        Raises the last RequestFailed when a part could not be; the others are in order then.
        """
        failures: list[RequestFailed] = []
        stuck: Stuck = {}
        await self._shut_out(stuck)
        # Each is noted before the work: what the user changes meanwhile undoes the note.
        if not self.is_roster_in_order:
            self.is_roster_in_order = True
            try:
                await self._put_roster_in_order()
            except RequestFailed as error:
                failures.append(error)
        if not self.are_nodes_in_order:
            self.are_nodes_in_order = True
            self._grants_change_at = self._policy.changes_at()
            failures += await self._do_chores(stuck)
            for publication in list(self._publications.values()):
                await self._shut_out(stuck)
                with contained():
                    try:
                        await self._put_node_in_order(publication)
                    except RequestFailed as error:
                        failures.append(error)
        # A friend told before the node lets it in would be refused.
        if self.is_roster_in_order and self.are_nodes_in_order:
            self._announcer.tell()
        failures += stuck.values()
        if failures:
            self.are_nodes_in_order = self.is_roster_in_order = False
            raise failures[-1]

    async def _shut_out(self, stuck: Stuck) -> None:
        """Withdraw first from whoever may no longer receive, whatever else is still to be done.

        Where the server does not do it is noted in `stuck`, and not tried again.
        """
        for publication in list(self._publications.values()):
            if publication.id in stuck or self._affiliations.may_publish(publication):
                continue
            try:
                if self._policy.is_wanted(publication.id):
                    await self._affiliations.shut_out(publication)
                else:
                    await self._put_receivers_in_order(publication)
            except RequestFailed as error:
                stuck[publication.id] = error

    async def _put_roster_in_order(self) -> None:
        roster = await self._session.roster()
        for jid, known_as in roster.items():
            if known_as.theirs:
                self._addresses.has_come(jid)
        for jid in self._left:
            roster.pop(jid, None)
            self._addresses.has_come(jid)
        self._left.clear()
        self.rosters.tell(roster)
        if self._circles.take_roster(roster):
            self._policy.apply()
            self.are_nodes_in_order = False
        if not self._is_announced:
            # Who sees us come asks for our key.
            await self._identity.settled.wait()
            self._session.announce()
            self._is_announced = True
            self._following.reconnect()
        self._note_friendships(roster)
        named = {jid: friend_data(each) for jid, each in friends_of(self._entry).items()}
        tokens = {jid: data.get("preauth", "") for jid, data in named.items()}
        members = self._circles.expected | set(map(BareJid, self._circles.joined))
        friends = self._policy.friends | members - {self._entry.data[CONF_JID]}
        # Who does not know yet where we are would ask its household who that is.
        friends = friends - {jid for jid in friends if self._addresses.arriving.get(jid)}
        # Who was added by a link of its own may not know yet that we hold its token. Who said what
        # it would like, or granted anything, knows. A link without a key is a server's, whose token
        # says nothing to the friend.
        series = self._following.series
        untold = {
            jid
            for jid, data in named.items()
            if "fingerprint" in data and not (self.has_told(jid) or series.get(jid))
        }
        self._befriender.put_in_order(friends, roster, tokens, untold, self._circles.agrees_to)

    def _note_friendships(self, roster: Mapping[BareJid, Subscription]) -> None:
        """Keep since when each friend is asked, and since when there is an answer."""
        known, now = self._friendships, time.time()
        noted: dict[str, Friendship] = {}
        for jid in friends_of(self._entry):
            friendship = known.get(jid, Friendship(asked=now, answered=None))
            asked, answered = friendship["asked"], friendship["answered"]
            if not roster.get(jid, Subscription()).ours:
                # Who took the answer back is asked anew.
                asked, answered = asked if answered is None else now, None
            elif answered is None:
                answered = now
            noted[jid] = Friendship(asked=asked, answered=answered)
        if noted != known:
            known.clear()
            known |= noted
            self._store.save_within(SOON)

    async def _do_chores(self, stuck: Stuck) -> list[RequestFailed]:
        """Clean what was left behind; a chore that fails is kept for the next time."""
        failures: list[RequestFailed] = []
        # Nodes first: a former friend's server may not answer.
        chores = sorted(self._chores, key=lambda chore: chore["node"] is None)
        is_shut_out = False
        for chore in chores:
            await self._shut_out(stuck)
            try:
                if chore["friend"] is not None and not is_shut_out:
                    # Once for all who are parted from: a circle may lose a hundred in one step.
                    for publication in list(self._publications.values()):
                        await self._put_receivers_in_order(publication)
                    is_shut_out = True
                if chore["node"] is not None:
                    await self._session.pubsub.delete_node(chore["node"])
                if chore["friend"] is not None:
                    await self._part_from(BareJid(chore["friend"]), chore)
            except RequestFailed as error:
                failures.append(error)
            else:
                self._chores.note_done(chore)
        return failures

    async def _part_from(self, friend: BareJid, chore: Chore) -> None:
        """Part from a friend, or tell one who is something else to us what is left."""
        if chore.get("is_moved"):
            if not self._relations.is_friend(friend):
                await self._session.unfriend(friend)
            return
        left = chore.get("collections")
        granted, follows = chore["granted"], chore["follows"]
        if friend in self._policy.grantees:
            told = self._policy.told_to(friend)
            tell_withdrawn(self._post, friend, (each for each in granted if each not in told))
            of_friend = self._following.series.get(friend, {}).values()
            # Granted again, it is followed by now.
            followed = {series.follower.grant.node for series in of_friend}
            await unfollow(self._session, friend, [one for one in follows if one not in followed])
            for collection in left or ():
                # Of what is taken part in again it was told so.
                if not self._memberships.is_between(friend, collection):
                    self._post.tell(friend, Left(collection))
            await self._post.sent()
        else:
            await part_from(self._session, self._post, friend, granted, follows, left)

    async def _put_node_in_order(self, publication: Publication) -> None:
        if not await self._put_receivers_in_order(publication) or publication.is_open:
            return
        held = await self._affiliations.newest_items(publication, HELD)
        floor = self._policy.floor(publication.id)
        if floor == math.inf:
            # The last grant ended while the server answered: what follows closes the node.
            return
        # What is measured at the begin is inside.
        watermark = max(self._watermark(publication, held), round(floor - 0.001, 3))
        publication.publisher.resume(held, watermark)
        self.held.tell(publication, held)
        # A recorder that is busy, with an import of years, keeps nobody else waiting.
        self._entry.async_create_background_task(
            self._hass, self._open(publication, watermark), "sen1 reading back"
        )

    async def _open(self, publication: Publication, watermark: float) -> None:
        await publication.async_open(watermark, time.time())
        if publication.awaited_from is not None and publication.is_open:
            self.wake()

    async def _put_receivers_in_order(self, publication: Publication) -> bool:
        """Let those receive a publication who may; return whether there is anybody."""
        floor = self._policy.floor(publication.id)
        if floor == math.inf:
            if publication.id not in self._closed:
                await self._affiliations.close(publication)
                self._closed.add(publication.id)
            return False
        self._closed.discard(publication.id)
        await ensure_node(self._session.pubsub, publication.node, publication.max_items)
        oldest = publication.oldest_waiting
        if not publication.is_open:
            watermark = self._sender.watermark(publication)
            # What the server lost is sent again once the node was read.
            oldest = publication.begin_of(min(watermark, publication.oldest_sent))
            oldest = max(oldest, floor)
        await self._affiliations.put_in_order(publication, oldest)
        return True

    def _watermark(self, publication: Publication, items: Collection[Item]) -> float:
        """Return the time up to which the server has all; tell if it has more than we remember.

        It has when this is a restored backup or a copy: what was published since is not doubled.
        """
        watermark = self._sender.watermark(publication)
        held = held_until(items)
        if held is None or held <= watermark:
            return watermark
        if held > watermark + OLDER_COPY:
            async_tell(self._hass, self._entry, Issue.OLDER_COPY, self._entry.entry_id)
            self.outlived.tell()
        return held

    def _wait(self, again_at: float) -> float | None:
        """Return the seconds until the clocks are to be read; None when nothing depends on one."""
        # Without a link nothing is said again; a new one wakes this anyway.
        told_at = self._announcer.again_at if self._session.is_online else math.inf
        wait = min(again_at, told_at) - time.monotonic()
        if self._grants_change_at is not None:
            wait = min(wait, CLOCK, self._grants_change_at - time.time() + 0.05)
        return max(0.0, wait) if wait < math.inf else None
