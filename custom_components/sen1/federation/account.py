"""A sharing account while it runs: what the user decided, and the parts that see to it.

Four loops, each with one job: the session keeps the link; `_consume` takes what comes from it and
hands it on; the reconciler brings the server to what the user decided; the sender publishes.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
import time
from typing import Any
from xml.etree.ElementTree import Element, tostring

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util.hass_dict import HassDict

from ..const import CONF_KIND, Kind, docs_page
from ..faults import note_fault
from ..protocol.budget import Budgets, Effort
from ..protocol.collecting.challenge import Score
from ..protocol.collecting.collection import COLLECT, CollectionNote, CollectionSheet, Joined
from ..protocol.collecting.register import RegisterSeen, SharesRegister
from ..protocol.errors import LoginRefused, PayloadRefused, RequestFailed, ResourceConflict
from ..protocol.legacy.sen1_message import SEN1_MESSAGE
from ..protocol.links import friend_link
from ..protocol.messages import Decision, Erased, Invited, Left
from ..protocol.model import BareJid, Grant, GrantSeen, GrantState, Item, PublicationId
from ..protocol.quoalise import AUTHORIZED
from ..protocol.trust.chain import details_of
from ..protocol.trust.kinds import KINDS, StatementKind, kind_of, message_from_element
from ..protocol.trust.receipts import DAY_STATEMENT, GET_DAY
from ..protocol.trust.signed import SIGNED, Signed, said_of
from ..protocol.trust.wire import claimed_kind
from ..protocol.wishes import Wishes
from ..texts import async_texts
from .collecting.challenge.challenges import Challenges
from .collecting.collections import Collections
from .collecting.groups.groups import Groups
from .collecting.own_shares import OwnShares
from .collecting.participations import Participations
from .collecting.registers import Registers
from .config import CONF_JID, data_nodes_of, friends_of, proxies_of
from .consent.circles import Circles
from .consent.journal import Journal
from .consent.policy import Policy
from .consent.post import Post
from .consent.questions import Questions
from .consent.relations import Relations
from .consent.reminder import Reminder
from .context import AccountContext
from .follow.catalogue_client import CatalogueClient
from .follow.following import Following
from .follow.giving import FollowedMembers, giving_of, givings_of_sensors
from .follow.history_client import HistoryClient
from .follow.recording import Recording
from .follow.retention import Retention
from .follow.series import Series
from .friends import Friends
from .inviting.invitations import Invitations
from .inviting.wishes import AskedWishes
from .issues import Issue, async_tell
from .legacy.data_nodes import DataNodes
from .legacy.feeds import Feeds
from .legacy.proxies import Proxies
from .moving import Moving
from .publish.catalogue_server import CatalogueServer
from .publish.commands import CommandServer
from .publish.grant_announcer import GrantAnnouncer
from .publish.history_server import HistoryServer
from .publish.items import SignedItems
from .publish.publication import Publication
from .publish.publications import Publishing
from .publish.pushes import Pushes
from .publish.reconciler import Reconciler
from .publish.sender import Sender
from .receipts.receipts import Receipts
from .receipts.records import compared
from .store import AccountStore
from .trust.own import OwnKeys
from .trust.peers import Standing
from .trust.trust import UNKNOWN_KEY, Trust
from .xmpp.data_policy import DataPolicy
from .xmpp.events import (
    CommandRequest,
    Event,
    FriendRequest,
    GrantMessage,
    Notification,
    Offline,
    OlderMessage,
    Online,
    Presence,
    Returned,
    RosterChanged,
    Unreached,
)
from .xmpp.session import Session

RESTART = 60.0
"""Seconds before an account begins anew after a fault of ours."""

MOST_THERE = 2000
"""Who is noted to be there before it is known to be a friend: as many as circles have, twice."""

FOR_NOW = ("too_often", "too_many_members")
"""Why something is not taken that may be in a while."""

type AccountConfigEntry = ConfigEntry[Account]


class Account:
    """Run one sharing account; `async_apply` takes what the user changed, without reconnecting."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: AccountConfigEntry,
        store: AccountStore,
        own: OwnKeys,
        make_session: Callable[[Callable[[Event], None]], Session],
    ) -> None:
        self.publications: dict[PublicationId, Publication] = {}
        self.task: asyncio.Task[None]
        """What `run` runs in; whoever starts the account makes it."""
        self.beside = HassDict()
        """What other parts run for this account, each under its own key."""
        self._hass = hass
        self._entry = entry
        self.store = store
        self._is_stopped = False
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self.session = make_session(self._events.put_nowait)
        # What comes while the link is being closed is for the next start.
        self.session.acknowledge_taken(self._events.empty)
        self.data_policy = DataPolicy()
        """What our server says of itself."""
        self.budgets = Budgets()
        self.recording = Recording(hass, self._name_of)
        self.trust = Trust(hass, entry, self.session, store, own, self.budgets)
        self.journal = Journal(hass, entry, store, self.trust, self._refused_elsewhere)
        self.post = Post(self.session, self.trust, self.journal, store)
        context = AccountContext(
            hass, entry, self.session, store, self.journal, self.trust, self.post
        )
        self.questions = Questions(self.session, self.trust, self.journal)
        signed_items = SignedItems(self.trust)
        self.history = HistoryClient(self.questions, self.recording, self.journal)
        self.following = Following(context, self.budgets, self.history, self.recording)
        self.feeds = Feeds(hass, store, self._name_of_node)
        self.data_nodes = DataNodes(context, self.feeds)
        self.circles = Circles(entry, store, self.journal)
        self.relations = Relations(entry, store)
        self.policy = Policy(entry, self.publications, self.circles, store, self.trust)
        self._reminder = Reminder(hass, entry, store)
        self._retention = Retention(context, self.following, self.history)
        news = asyncio.Event()
        self.announcer = GrantAnnouncer(
            context, self.publications, self.policy, self.relations, self.following.present, news
        )
        self.reconciler = Reconciler(
            context,
            self.publications,
            self.policy,
            self.circles,
            self.announcer,
            news,
            signed_items,
            self.following.reconnect,
        )
        self._pushes = Pushes(self.session, store, self.policy, self.trust, self.following.present)
        self.proxies = Proxies(context, self.feeds, self.policy.active_in)
        self.catalogue_server = CatalogueServer(context, self.publications, self.policy)
        self.catalogue_client = CatalogueClient(context, self.questions, self.history.addresses)
        self.invitations = Invitations(context)
        self.wishes = AskedWishes(entry, store)
        self.collections = Collections(context, self.budgets)
        self.challenges = Challenges(
            hass, entry, store, FollowedMembers(hass, self.following.series)
        )
        self.challenges.moved.add(self.collections.tell_again)
        for changed in (self.collections.changed, self.collections.applied):
            changed.add(self.challenges.look)
        self.groups = Groups(
            context,
            self.collections,
            lambda member, what: giving_of(hass, member, what, self.series.get(member.jid, {})),
            lambda refs: givings_of_sensors(hass, refs, self.following.all_series()),
        )
        self.participations = Participations(context, self.questions, self.policy, self.relations)
        # Of who comes with two things an organiser takes one, until it knows who it is.
        self.participations.admitted.add(self.participations.tell_again)
        self.participations.admitted.add(self.announcer.tell_again)
        self.registers = Registers(context, self.collections)
        self.own_shares = OwnShares(context, self.participations)
        self.friends = Friends(
            context,
            self.invitations,
            self.circles,
            self.collections,
            self.following,
            self._retention,
            self.catalogue_client,
            self.reconciler,
        )
        history_server = HistoryServer(
            hass, self.publications, self.policy, self._pushes, self.journal, self.budgets
        )
        self.moving = Moving(
            context,
            self.budgets,
            self.circles,
            self.policy,
            self.following,
            self.catalogue_client,
            self.relations,
            self.friends,
            self.reconciler,
        )
        self._command_server = CommandServer(
            self.session,
            self.trust,
            self.relations,
            history_server,
            self.catalogue_server,
            self.journal,
            self.budgets,
        )
        self.receipts = Receipts(
            context, self.publications, self.policy, self.following, self.questions, self.budgets
        )
        self._command_server.open[COLLECT] = self.collections.answer
        self.collections.changed.add(self._on_members)
        self._keep_groups()
        for has_come in (self.participations.admitted, self.collections.came):
            has_come.add(self.moving.take_come)
        self._keep_receipts(self._command_server, history_server)
        self._watch_invitations(history_server)
        self.trust.listeners.add(self._on_standing)
        self._sender = Sender(
            context,
            self.publications,
            self.reconciler.wake,
            self.reconciler.affiliations.may_publish,
            signed_items,
            self._on_published,
        )
        self.publishing = Publishing(
            context,
            self.publications,
            self.policy,
            self.announcer,
            self.reconciler.wake,
            self._sender.wake,
        )

    def _keep_receipts(self, command_server: CommandServer, history: HistoryServer) -> None:
        """Have what goes and comes kept, and answered for."""
        records = self.receipts.records
        self.reconciler.held.add(self.receipts.note_held)
        self.reconciler.affiliations.found.add(
            lambda jid, publication, readings: records.gave(
                jid, publication.id, compared(publication.description, readings)
            )
        )
        history.gave.add(records.gave)
        self.following.came.add(
            lambda series, readings, is_again: records.came(
                *series.key, compared(series.description, readings), is_again=is_again
            )
        )
        self.history.came.add(lambda series, readings: records.came(*series.key, readings))
        self._retention.erasing.add(records.forget)
        command_server.answered.add(self.receipts.note_answer_said)
        self.questions.answered.add(self.receipts.note_answer_came)
        command_server.others[GET_DAY] = self.receipts.answer

    def _keep_groups(self) -> None:
        """Have the groups of collections follow who takes part, and what comes of them."""
        self.collections.changed.add(self.groups.wake)
        self.following.listeners.add(lambda _publisher, _series: self.groups.wake())
        self._retention.erasing.add(lambda _publisher, _publication: self.groups.wake())

    def _watch_invitations(self, history: HistoryServer) -> None:
        """Have it noted how far those are who came with a link."""
        note = self.invitations.note_readings
        self.reconciler.rosters.add(self.invitations.take_roster)
        self.reconciler.outlived.add(self.invitations.close)
        self.invitations.changed.add(self.reconciler.wake)
        self.following.came.add(lambda series, _readings, _is_again: note([series.key[0]]))
        self.history.came.add(lambda series, _readings: note([series.key[0]]))
        history.gave.add(lambda jid, _publication, readings: note([jid] if readings else []))
        self.reconciler.affiliations.found.add(
            lambda jid, _publication, readings: note([jid] if readings else [])
        )

    def _on_members(self) -> None:
        """Grant to who is a member by now, and follow what they give."""
        self.policy.refresh()
        self.friends.apply()
        self.reconciler.wake()

    def _on_standing(self, jid: BareJid) -> None:
        """Stop all with a friend whose key changed, or let it go on; tell what waited for a key."""
        is_stopped = self.trust.is_stopped(jid)
        if is_stopped == (jid in self.policy.grantees):
            self.policy.refresh()
            self.following.set_stopped(jid, is_stopped=is_stopped)
            self.reconciler.wake()
        self.announcer.tell_again(jid)
        self.invitations.tell_again(jid)
        self.participations.tell_again(jid)
        self.collections.wake()
        self.registers.wake()
        self.following.begin_anew(jid)
        self._retention.wake()
        for publication in self.publications.values():
            if jid in publication.receivers and self.trust.standing(jid) is Standing.KEYLESS:
                publication.say_again()

    def _on_published(self, publication: Publication, item: Item) -> int:
        """Send what was published to those who do not follow nodes; return the bytes."""
        readings = compared(publication.description, item.readings)
        self.receipts.records.sent(publication.id, publication.receivers, readings)
        if item.readings:
            self.invitations.note_readings(publication.receivers)
        return self._pushes.push(publication, item) + self.proxies.send(publication, item)

    # Life

    async def async_start(self) -> None:
        """Make what the subentries say, from what is remembered; nothing is sent yet."""
        texts = await async_texts(self._hass, "selector.introduction.options")
        page = docs_page(self._hass.config.language, "sharing")
        self.session.introduction = texts["line"].format(page=page)
        await self.journal.async_load()
        await self.receipts.async_load()
        await self.proxies.async_load_zones()
        self.circles.refresh()
        self.participations.apply()
        self.collections.refresh()
        self.groups.refresh()
        self.policy.refresh()
        self._reminder.look()
        self.publishing.start()
        self._apply_others()

    async def run(self) -> None:
        """Run until cancelled, or until only the user can help."""
        while True:
            if not await self._run_once():
                return
            await asyncio.sleep(RESTART)

    async def _run_once(self) -> bool:
        """Run the loops; return whether to begin anew after they failed."""
        begin_anew = False
        try:
            async with asyncio.TaskGroup() as tasks:
                self.following.run_in(tasks)
                tasks.create_task(self.session.run())
                tasks.create_task(self.trust.run())
                tasks.create_task(self.moving.run())
                tasks.create_task(self.journal.run())
                tasks.create_task(self._consume(tasks))
                tasks.create_task(self.post.run())
                tasks.create_task(self.reconciler.run())
                tasks.create_task(self._sender.run())
                tasks.create_task(self.history.run())
                tasks.create_task(self.feeds.run())
                tasks.create_task(self.data_nodes.run())
                tasks.create_task(self.recording.run())
                tasks.create_task(self._retention.run())
                tasks.create_task(self.receipts.run())
                tasks.create_task(self.invitations.run())
                tasks.create_task(self.participations.run())
                tasks.create_task(self.collections.run())
                tasks.create_task(self.challenges.run())
                tasks.create_task(self.groups.run())
                tasks.create_task(self.registers.run())
        except* LoginRefused:
            self._entry.async_start_reauth(self._hass)
        except* ResourceConflict:
            async_tell(
                self._hass,
                self._entry,
                Issue.RESOURCE_CONFLICT,
                self._entry.entry_id,
                severity=ir.IssueSeverity.ERROR,
            )
        except* Exception as group:
            note_fault(group)
            begin_anew = True
        finally:
            self.following.run_in(None)
            self._sender.close()
        return begin_anew

    async def async_stop(self) -> None:
        """End all tasks, stop watching, save what was learnt."""
        self._is_stopped = True
        self.task.cancel()
        await asyncio.wait([self.task])
        self.publishing.stop()
        self.trust.stop()
        self._reminder.stop()
        self.catalogue_server.stop()
        self.catalogue_client.stop()
        self.following.stop()
        self.friends.stop()
        self.groups.stop()
        await self.recording.async_finish()
        await self.receipts.async_stop()
        await self.journal.async_stop()
        await self.store.async_save()

    # What the user changes

    async def async_apply(self) -> None:
        """Take over the subentries as they are now."""
        await self.proxies.async_load_zones()
        if self._is_stopped:
            return
        self.circles.refresh()
        self.participations.apply()
        self.collections.refresh()
        self.groups.refresh()
        self.registers.wake()
        self.policy.refresh()
        self._reminder.look()
        self.announcer.note_decided()
        self.publishing.apply()
        self._apply_others()
        self.reconciler.wake()

    def _apply_others(self) -> None:
        """Take over who follows, is followed, is invited and asks, once it is known who may."""
        self.friends.apply()
        self.invitations.refresh()
        self.wishes.look()
        self.data_nodes.apply()
        self.proxies.apply()
        self.feeds.keep_only(data_nodes_of(self._entry) | proxies_of(self._entry))
        self.catalogue_server.look()

    # What comes from the link

    async def _consume(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            self._take_or_refuse(await self._events.get(), tasks)
            self.session.acknowledge()

    def _take_or_refuse(self, event: Event, tasks: asyncio.TaskGroup) -> None:
        try:
            self._take(event, tasks)
        except PayloadRefused as error:
            if error.reason == UNKNOWN_KEY and isinstance(event, GrantMessage):
                again = partial(self._take_or_refuse, event, tasks)
                if self.trust.hold(event.sender, again):
                    return
            if error.reason in FOR_NOW and isinstance(event, GrantMessage):
                self._put_off(event)
            self.journal.refused(error.reason)
        except Exception as error:
            note_fault(error)
            self.journal.refused("unexpected")

    def _put_off(self, event: GrantMessage) -> None:
        """Let who joins, and cannot be taken now, say so again soon rather than in a day."""
        if claimed_kind(event.element) is StatementKind.JOINED:
            self.session.put_off(event.sender)

    def _take(self, event: Event, tasks: asyncio.TaskGroup) -> None:
        self._refuse_stopped(event)
        match event:
            case Online():
                if not event.resumed:
                    self.following.forget_presences()
                    tasks.create_task(self._read_data_policy())
                    self.trust.reconnect()
                    self.moving.reconnect()
                    self.invitations.reconnect()
                    self.collections.reconnect()
                    self.registers.reconnect()
                    self.own_shares.reconnect()
                self.participations.reconnect()
                self.reconciler.reconnect(resumed=event.resumed)
                self.receipts.reconnect()
                self.data_nodes.wake()
                self._retention.wake()
            case Offline():
                self._sender.close()
            case Notification():
                self.following.take_notification(event)
                self._take_sign(event.publisher)
            case GrantMessage():
                self._take_grant_message(event)
                self._take_sign(event.sender)
            case OlderMessage():
                self._take_older_message(event)
            case CommandRequest():
                self._command_server.take(event, tasks)
            case Presence() if not self._is_awaited(event.sender):
                self.following.forget_presence(event.sender)
            case Presence():
                if event.available:
                    self.trust.take_coming(
                        event.sender,
                        event.address,
                        is_new=event.is_installation and event.sender not in self.history.addresses,
                    )
                if self.following.take_presence(event):
                    self.announcer.tell_again(event.sender)
                    self.invitations.tell_again(event.sender)
                    self.receipts.take_coming(event.sender)
            case FriendRequest():
                self.moving.take_request(event.sender)
                self.trust.take_request(event.sender)
                self.friends.take_request(event.sender)
            case Unreached():
                self.reconciler.take_unreached(event.sender)
            case Returned():
                self.participations.take_returned(event.sender)
            case _:
                assert isinstance(event, RosterChanged)
                self.reconciler.look_at_roster()

    def _is_awaited(self, jid: BareJid) -> bool:
        """Return whether it matters that somebody is there.

        Of who comes to a circle the presence may be here before the roster says that it came.
        """
        is_room = len(self.following.present) < MOST_THERE
        return self.relations.is_friend(jid) or (is_room and self.circles.admits(jid))

    def _take_sign(self, jid: BareJid) -> None:
        """Say again what waits for who sends no presence, and has just come."""
        if self.following.take_sign(jid):
            self.announcer.tell_again(jid)
            self.receipts.take_coming(jid)

    async def _read_data_policy(self) -> None:
        with suppress(RequestFailed):
            self.data_policy = await self.session.data_policy()

    def _refuse_stopped(self, event: Event) -> None:
        """Raise PayloadRefused for what comes of a friend whose key changed."""
        match event:
            case Notification(publisher=sender) | GrantMessage(sender=sender):
                pass
            case CommandRequest(sender=sender):
                pass
            case _:
                return
        if self.trust.is_stopped(sender):
            if isinstance(event, CommandRequest):
                self.session.refuse_command(event, "not-authorized", "Another key.")
            raise PayloadRefused("key_changed")

    def _take_older_message(self, event: OlderMessage) -> None:
        sender, element = event.sender, event.element
        if element.tag == AUTHORIZED:
            self.data_nodes.take_consent(sender, element)
            return
        older = self.proxies if element.tag == SEN1_MESSAGE else self.data_nodes
        if not older.knows(sender):
            raise PayloadRefused("stranger")
        self._let_cost(Effort.ROW, sender)
        older.take(sender, element)

    def _name_of(self, friend: BareJid) -> str:
        subentry = friends_of(self._entry).get(friend)
        return self.collections.name_of(friend) if subentry is None else subentry.title

    def _name_of_node(self, subentry_id: str) -> str:
        subentry = self._entry.subentries.get(subentry_id)
        return "" if subentry is None else subentry.title

    def _take_grant_message(self, event: GrantMessage) -> None:
        """Take what somebody says of a grant, a friend or not."""
        sender, kind = event.sender, claimed_kind(event.element)
        if kind is StatementKind.MOVED:
            self.moving.take(sender, event.element)
            return
        is_known = self.relations.is_known(sender)
        if not is_known and not self._may_say(sender, event.element):
            raise PayloadRefused("stranger")
        first, then = Effort.MESSAGE, Effort.KEPT
        takes_back = kind is not None and KINDS[kind].takes_back
        if takes_back and (is_known or self.relations.is_owed(sender)):
            first = then = Effort.RESERVE
        self._let_cost(first, sender)
        if kind is StatementKind.ROLLOVER:
            self.trust.take_rollover(sender)
            return
        payload, signed = self.post.opened(sender, event.element)
        self._let_cost(then, sender, len(tostring(payload) if signed is None else signed.statement))
        self._take_message(sender, payload, signed)
        if (kind := kind_of(payload)) is not None and KINDS[kind].is_signed:
            plain = {} if signed is not None else details_of(payload)
            self.journal.entered(kind, sender, signed, ours=False, **plain)

    def _let_cost(self, effort: Effort, sender: BareJid, cost: float = 1) -> None:
        """Note what somebody costs; raises PayloadRefused where it is too much for now."""
        if not self.budgets.take(effort, sender, time.monotonic(), cost):
            raise PayloadRefused("too_often")

    def _may_say(self, stranger: BareJid, element: Element) -> bool:
        """Return whether one who is no friend, not yet or no more, has a reason to say this."""
        kind = claimed_kind(element)
        row = None if kind is None else KINDS[kind]
        if element.tag != SIGNED:
            is_keyless = self.trust.standing(stranger) is Standing.KEYLESS
            return row is not None and row.is_of_anybody and (is_keyless or not row.is_signed)
        is_answer = row is not None and row.is_of_former and stranger in self.trust.peers()
        # Who joins is taken once its key is known, and then what it said since.
        is_coming = self.trust.is_coming(stranger)
        return is_answer or is_coming or self.collections.may_join(stranger, element)

    def _take_message(self, sender: BareJid, element: Element, signed: Signed | None) -> None:
        if element.tag == DAY_STATEMENT:
            self.receipts.take(sender, element)
            return
        grants_us, is_friend = sender in self.series, self.relations.is_friend(sender)
        match said := message_from_element(element):
            case Erased():
                self.announcer.take_erased(sender, said.publication)
            case Invited():
                self.friends.take_invited(sender, said.token)
            case Left():
                self._take_left(sender, said.collection)
            case Joined():
                self.collections.take_joined(sender, said)
            case GrantSeen():
                self.announcer.take_seen(sender, said)
            case Decision() if grants_us and is_friend:
                self.catalogue_client.take_decision(sender, said.publication, said.state)
            case CollectionSheet():
                self.participations.take_sheet(sender, said)
            case CollectionNote() if signed is not None:
                self.participations.take_note(sender, said, said_of(signed.statement))
            case Score() if signed is not None:
                self.challenges.take(sender, said)
            case SharesRegister() if signed is not None:
                self.own_shares.take(sender, said, said_of(signed.statement))
            case RegisterSeen():
                self.registers.take_seen(sender, said)
            case Wishes() if grants_us and is_friend:
                self.wishes.take(sender, said)
            case Grant() if grants_us:
                self.following.take_grant(sender, said)
                if said.state is GrantState.WITHDRAWN and said.erase_by is not None:
                    self._retention.take_back(sender, said.publication)
            case _:
                raise PayloadRefused("stranger")

    def _take_left(self, sender: BareJid, collection: str) -> None:
        """Take that somebody left a collection, or, of the empty one, all there was with us."""
        was_member = self.collections.take_left(sender, collection)
        if not self.participations.take_left(sender, collection) | was_member and collection:
            raise PayloadRefused("stranger")
        if not collection:
            self.reconciler.take_left(sender)

    def link(self, token: str = "") -> str:
        """Return the link by which others add this account, with the secret of an invitation."""
        fingerprint = self.trust.keys.public.fingerprint
        return friend_link(self._entry.data[CONF_JID], fingerprint, token)

    @property
    def refusals(self) -> Counter[str]:
        """What was not taken, by reason: at the door of the link, or for what it says."""
        return self._refused_elsewhere() + self.journal.refusals

    def _refused_elsewhere(self) -> Counter[str]:
        return self.session.door.refused + self.trust.refused

    @property
    def series(self) -> dict[BareJid, dict[PublicationId, Series]]:
        """The series of each friend."""
        return self.following.series

    # Diagnostics

    def diagnostics(self) -> dict[str, Any]:
        """Return states, counts and reasons; no address, name or value."""
        return {
            "online": self.session.is_online,
            "drops": self.session.drops,
            **self._sender.diagnostics(),
            "refused": dict(self.refusals),
            "over_budget": dict(self.budgets.refused),
            "holes": self.following.holes,
            "requests_waiting": len(self.friends.requests),
            "chores": len(self.store.data["chores"]),
            "publications": [each.diagnostics() for each in self.publications.values()],
            "members": len(self.circles.joined),
            **self.participations.diagnostics(),
            "collections": self.collections.diagnostics(),
            "challenges": self.challenges.diagnostics(),
            "registers": self.registers.diagnostics(),
            "friends": [
                {
                    "present": jid in self.following.present,
                    "key": self.trust.standing(jid),
                    "granted": len(self.policy.granted_to(jid)),
                    "journal": self.journal.counts(jid),
                    "series": [series.diagnostics() for series in of_friend.values()],
                }
                for jid, of_friend in self.series.items()
                if self.relations.is_friend(jid)
            ],
            "feeds": self.feeds.diagnostics(),
            "data_nodes": self.data_nodes.diagnostics(),
            "proxies": self.proxies.diagnostics(),
        }


def running_account(hass: HomeAssistant, entry_id: str) -> AccountConfigEntry | None:
    """Return the entry of a sharing account that runs; None where there is no such one."""
    entry: AccountConfigEntry | None = hass.config_entries.async_get_entry(entry_id)
    is_account = entry is not None and entry.data.get(CONF_KIND) == Kind.ACCOUNT
    return entry if entry and is_account and entry.state is ConfigEntryState.LOADED else None
