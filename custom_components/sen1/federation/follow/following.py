"""What friends grant us: their series, and what must be asked of their servers."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
import logging
import time
from typing import Any
from xml.etree.ElementTree import Element

from homeassistant.core import callback

from ...faults import contained, note_fault
from ...listeners import Listeners
from ...protocol.budget import Effort
from ...protocol.errors import PayloadRefused, RequestFailed
from ...protocol.follower import Action, AskHistory, FetchItems, Subscribe
from ...protocol.model import (
    NODE_PREFIX,
    BareJid,
    Description,
    Grant,
    GrantState,
    Item,
    PublicationId,
    Reading,
)
from ...protocol.publisher import REPEAT
from ...protocol.quantities import is_board
from ...protocol.stanzas import description_from_item, grant_seen_to_element, item_from_element
from ...protocol.trust.kinds import StatementKind
from ...protocol.trust.wire import envelope_said, signed_part
from ..config import friends_of
from ..consent.members import (
    MOST_GIVEN_BACK,
    check_board,
    organisers_of,
)
from ..consent.relations import Relations
from ..context import AccountContext
from ..part import Heard, Part
from ..trust.peers import Standing
from ..xmpp.events import GrantMessage, Notification, Presence
from ..xmpp.session import RETRY
from .history_client import HistoryClient
from .progress import Progress
from .recording import Recording
from .series import Series

_LOGGER = logging.getLogger(__name__)

ASKED_AT_ONCE = 8
"""Series asked for at the same time: what hides a server's wait for its disk and for another one's
answer. A thousand at once would be more than a server that throttles (3 kB/s) takes in time, and
what is not answered would be asked again."""

MOST_CLIENTS = 16
"""Clients of one friend that are known; more is nobody's telephones."""

MOST_THERE = 2000
"""Who is noted to be there before it is known to be a friend: as many as circles have, twice."""

MOST_SERIES = 256
"""Publications one friend may grant us; more is no household and no cooperative."""


UNHEARD = 60.0
"""Seconds in which nothing came of who sends no presence: what comes then says that it is there."""


class Following(Part):
    """Hold the series of all friends; take what comes, ask for what is missing."""

    def __init__(
        self,
        context: AccountContext,
        relations: Relations,
        history: HistoryClient,
        recording: Recording,
    ) -> None:
        self._hass, self._entry, self._session = context.hass, context.entry, context.session
        self._store, self._journal, self._post = context.store, context.journal, context.post
        self._memberships = context.memberships
        self._trust, self._budgets, self._relations = context.trust, context.budgets, relations
        self.history = history
        self.recording = recording
        self.series: dict[BareJid, dict[PublicationId, Series]] = {}
        self.present: dict[BareJid, dict[str, bool]] = {}
        """Friends who are there: the full address of each client, and whether it is of SEN1."""
        self.without_presence: Mapping[BareJid, str] = {}
        """Who sends no presence, and the full address that answers when it is there."""
        self._heard: dict[BareJid, float] = {}
        """Of these, when something came last; monotonic, seconds."""
        self.listeners = Listeners[BareJid, Series]()
        """Of each series that a friend grants."""
        self.came = Listeners[Series, Sequence[Reading], bool]()
        """Of readings as they come, and of all that a node has when it is read (True)."""
        self._arrived = context.arrived
        self.holes = 0
        """How often readings were missed that the publisher's node no longer had."""
        self._tasks: asyncio.TaskGroup | None = None
        self._turns = asyncio.Semaphore(ASKED_AT_ONCE)
        self._subscribed: dict[BareJid, Collection[str]] = {}
        """Nodes of friends that their servers say we are subscribed to. A server that names none,
        or does not answer, is not asked again."""
        self._questions: defaultdict[BareJid, asyncio.Lock] = defaultdict(asyncio.Lock)
        """Held while a friend's server is asked for these; all its series share the answer."""
        self.runs = (self.run,)
        self.takes = {StatementKind.GRANT: self._take_granted}
        self.hears = {
            Notification: self._hear_notification,
            Presence: self._hear_presence,
            GrantMessage: self._hear_sign,
        }

    def all_series(self) -> list[Series]:
        """Return every series that is followed."""
        return [series for of_friend in self.series.values() for series in of_friend.values()]

    async def run(self) -> None:
        """Ask in tasks of their own until cancelled; else nothing is asked."""
        try:
            async with asyncio.TaskGroup() as self._tasks:
                await asyncio.Event().wait()
        finally:
            self._tasks = None

    def add(self, friend: BareJid) -> None:
        """Go on with what is remembered of a friend."""
        of_friend = self.series[friend] = {}
        for publication, known in self._store.data["followed"].get(friend, {}).items():
            # What cannot be read is left as it is; a new grant makes it anew.
            with contained():
                progress = Progress(self._store, known)
                of_friend[PublicationId(publication)] = self._series(friend, progress)

    def remove(self, friend: BareJid) -> list[Series]:
        """Follow a former friend no more; return the series that were followed."""
        gone = list(self.series.pop(friend).values())
        for series in gone:
            series.stop()
            self.history.drop(series)
        self._store.data["followed"].pop(friend, None)
        self._subscribed.pop(friend, None)
        self._questions.pop(friend, None)
        return gone

    def forget(self, friend: BareJid, publication: PublicationId) -> Series:
        """Forget a series that is over, and return it; a new grant makes it anew."""
        series = self.series[friend].pop(publication)
        series.stop()
        self.history.drop(series)
        self._store.forget_series(friend, publication)
        return series

    @callback
    def moved(self, old: BareJid, new: BareJid) -> None:
        """Follow a friend at its new address."""
        if old not in self.series:
            return
        of_friend = self.series[new] = self.series.pop(old)
        for series in of_friend.values():
            series.move(new)
        self.present.pop(old, None)
        self._heard.pop(old, None)
        self._subscribed.pop(old, None)
        self._questions.pop(old, None)
        self.history.move(old)

    def _series(self, friend: BareJid, progress: Progress) -> Series:
        origin = self._memberships.first_address(friend)
        series = Series(self._hass, self._budgets, friend, progress, origin)
        series.is_stopped = self._trust.is_stopped(friend)
        return series

    @callback
    def known(self, jid: BareJid) -> None:
        """Ask nothing more of a friend whose key changed, or all that was missed meanwhile."""
        several, is_stopped = self.series.get(jid, {}).values(), self._trust.is_stopped(jid)
        for series in several:
            if series.is_stopped != is_stopped:
                series.set_stopped(is_stopped=is_stopped)
            if is_stopped:
                self.history.drop(series)
        self._set_addresses(jid)
        self._begin_anew(several)

    def _set_addresses(self, friend: BareJid) -> None:
        """Let what is asked of a friend go to its installations, while its key is the one known."""
        addresses: list[str] = []
        if not self._trust.is_stopped(friend):
            clients = self.present.get(friend, {})
            addresses += [address for address in clients if clients[address]]
            if not addresses and friend in self.without_presence:
                addresses.append(self.without_presence[friend])
        self.history.set_addresses(friend, addresses)

    def set_without_presence(self, addresses: Mapping[BareJid, str]) -> None:
        """Ask these where they say they are, whether they are there or not."""
        before, self.without_presence = self.without_presence, dict(addresses)
        for jid in {jid for jid, _ in before.items() ^ addresses.items()}:
            self._set_addresses(jid)
            if jid not in addresses:
                self._heard.pop(jid, None)

    def is_there(self, friend: BareJid) -> bool:
        """Return whether somebody is there, or may be: of some nobody knows."""
        return friend in self.present or friend in self.without_presence

    def take_sign(self, jid: BareJid) -> bool:
        """Note that something came; return whether somebody who sends no presence came by it.

        What waits to be asked again is asked now.
        """
        if jid not in self.without_presence:
            return False
        now = time.monotonic()
        before, self._heard[jid] = self._heard.get(jid, -UNHEARD), now
        if now < before + UNHEARD:
            return False
        for series in self.series.get(jid, {}).values():
            if series.ask_now is not None:
                series.ask_now.set()
        self._set_addresses(jid)
        return True

    async def async_stop(self) -> None:
        """Leave no timer."""
        for series in self.all_series():
            series.stop()

    # What comes

    def reconnect(self) -> None:
        """Begin anew with all series: our link is new."""
        several = self.all_series()
        for series in several:
            series.is_pushed, series.progress.is_pushed = series.progress.is_pushed, False
        self._begin_anew(several)

    @callback
    def online(self, *, resumed: bool) -> None:
        """Note that nobody is known to be there over a new link."""
        if resumed:
            return
        self.present.clear()
        self.history.addresses.clear()
        for jid in self.without_presence:
            self._set_addresses(jid)

    def _hear_presence(self, event: Presence) -> None:
        """Take who is there where that matters; presences of strangers end here."""
        if not self._is_awaited(event.sender):
            if self.present.pop(event.sender, None) is not None:
                self.history.set_addresses(event.sender, ())
            return
        if event.available:
            is_new = event.is_installation and event.sender not in self.history.addresses
            self._trust.take_coming(event.sender, event.address, is_new=is_new)
        if self.take_presence(event):
            self._arrived.tell(event.sender)

    def _is_awaited(self, jid: BareJid) -> bool:
        """Return whether it matters that somebody is there.

        Of who comes to a circle the presence may be here before the roster says that it came.
        """
        is_room = len(self.present) < MOST_THERE
        return self._relations.is_friend(jid) or (is_room and self._relations.may_come(jid))

    def _hear_sign(self, event: GrantMessage) -> None:
        if self.take_sign(event.sender):
            self._arrived.tell(event.sender)

    def take_presence(self, event: Presence) -> bool:
        """Note who is there; return whether a friend, or a friend's installation, has just come."""
        friend, clients = event.sender, self.present.pop(event.sender, {})
        was_there, was_installed = bool(clients), any(clients.values())
        if event.available and (event.address in clients or len(clients) < MOST_CLIENTS):
            clients[event.address] = event.is_installation
        elif event.address == friend:
            clients.clear()
        elif not event.available:
            clients.pop(event.address, None)
        if clients:
            self.present[friend] = clients
        self._set_addresses(friend)
        has_installation_come = any(clients.values()) and not was_installed
        has_come = has_installation_come or (bool(clients) and not was_there)
        if has_come and not self._budgets.take(Effort.PRESENCE, friend, time.monotonic()):
            # What it missed it hears of with the next reading.
            return False
        if has_installation_come:
            # One who grants us nothing, a member of a circle, has none.
            self._begin_anew(self.series.get(friend, {}).values())
        return has_come

    def _hear_notification(self, event: Notification) -> None:
        self.take_notification(event)
        if self.take_sign(event.publisher):
            self._arrived.tell(event.publisher)

    def take_notification(self, event: Notification) -> None:
        """Take what a node pushed; a push nobody granted, or of no friend, is refused."""
        series = self._series_of_node(event.publisher, event.node)
        if series is None or series.follower.grant.state is not GrantState.ACTIVE:
            if event.node.startswith(NODE_PREFIX):
                self._journal.refused("not_granted")
            return
        series.is_pushed = series.progress.is_pushed = True
        for element in event.items:
            if (item := self._item(series, element)) is not None:
                self._act(series, series.take_item(item))

    def _take_granted(self, heard: Heard[Grant]) -> None:
        self.take_grant(heard.sender, heard.said)

    def take_grant(self, friend: BareJid, grant: Grant) -> None:
        """Take what a friend grants, or no longer does, and acknowledge it.

        Raises PayloadRefused.
        """
        if (of_friend := self.series.get(friend)) is None:
            raise PayloadRefused("stranger")
        series = of_friend.get(grant.publication)
        if grant.description is not None:
            self._memberships.check_given(friend, grant.publication, grant.description)
        if series is None and grant.description is not None:
            if len(of_friend) >= self._most_series(friend):
                raise PayloadRefused("too_many_series")
            progress = Progress.begin(self._store, friend, grant)
            series = of_friend[grant.publication] = self._series(friend, progress)
            self.listeners.tell(friend, series)
        # The end of something we never had needs no more than the acknowledgement.
        if series is not None:
            known = series.follower.grant
            self._act(series, series.take_grant(grant))
            grant = series.follower.grant
            self._ask_changed(series, known.description)
            if known.begin is not None and grant.begin is not None and grant.begin < known.begin:
                self.history.ask(series, grant.begin, known.begin)
        self._post.tell(friend, grant_seen_to_element(grant))

    def _most_series(self, friend: BareJid) -> int:
        is_friend = friend in friends_of(self._entry)
        is_organiser = not is_friend and friend in organisers_of(self._entry)
        return MOST_GIVEN_BACK if is_organiser else MOST_SERIES

    def _item(self, series: Series, element: Element) -> Item | None:
        """Return the item in an `<item>` element; None if it was refused."""
        grant = series.follower.grant
        description = grant.description
        payload = next(iter(element), None)
        if description is None or payload is None:
            return None
        try:
            envelope, said = self._opened(series, element.get("id", ""), payload)
            repeated = description_from_item(envelope)
            if repeated is not None and repeated.revision > description.revision:
                description = repeated
                self._memberships.check_given(series.publisher, grant.publication, repeated)
            item = item_from_element(element.get("id", ""), envelope, description, now=time.time())
            if item.publication != grant.publication:
                raise PayloadRefused("wrong_publication")
            if is_board(description.measurement):
                for reading in item.readings:
                    check_board(self._entry, series.publisher, str(reading.value))
        except PayloadRefused as error:
            self._journal.refused(error.reason)
            return None
        if description is not grant.description:
            series.follower.redescribe(description)
            self._ask_changed(series, grant.description)
        return replace(item, said=said)

    def _opened(
        self, series: Series, item_id: str, payload: Element
    ) -> tuple[Element, float | None]:
        """Return the envelope in an item and when it was said, if it was signed.

        Raises PayloadRefused: of who signs nothing else is taken.
        """
        publisher, signed = series.publisher, signed_part(payload)
        if signed is None:
            if self._trust.standing(publisher) is not Standing.KEYLESS:
                raise PayloadRefused("unsigned")
            return payload, None
        statement = self._trust.opened(publisher, signed, StatementKind.ITEM)
        node = series.follower.grant.node
        assert node is not None  # what is described has one
        return envelope_said(statement, node, item_id), statement.said

    def _ask_changed(self, series: Series, known: Description | None) -> None:
        """Ask for the part of the past that a newer description says changed."""
        description = series.description
        if (
            description.changed is not None
            and known is not None
            and description.revision > known.revision
        ):
            self.history.ask(series, *description.changed)

    def diagnostics(self) -> dict[str, Any]:
        """Return how often readings were missed."""
        return {"holes": self.holes}

    def of_friend(self, jid: BareJid) -> dict[str, Any]:
        """Return whether a friend is there, and what it grants."""
        series = [one.diagnostics() for one in self.series.get(jid, {}).values()]
        return {"present": jid in self.present, "series": series}

    def _series_of_node(self, publisher: BareJid, node: str) -> Series | None:
        for series in self.series.get(publisher, {}).values():
            if series.follower.grant.node == node:
                return series
        return None

    # What must be asked for

    def _begin_anew(self, several: Iterable[Series]) -> None:
        for series in several:
            if series.is_stopped:
                continue
            if self._subscribed.get(series.publisher):
                del self._subscribed[series.publisher]
            self._act(series, series.follower.reconnected())

    def _act(self, series: Series, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Subscribe():
                    self.history.begin(series)
                    series.wants_subscription = series.wants_items = True
                    if series.ask_now is not None:
                        series.ask_now.set()
                    self._start_asking(series)
                case FetchItems():
                    series.wants_items = True
                    self._start_asking(series)
                case AskHistory(begin=begin, end=end):
                    self.holes += 1
                    self.history.ask(series, begin, end)
                case _:
                    readings = action.readings
                    self._journal.received(series.publisher, len(readings))
                    now, many = time.monotonic(), len(readings)
                    if self._budgets.take(Effort.VALUE, series.publisher, now, many):
                        self.came.tell(series, readings, False)
                        self.recording.keep(series, readings)

    def _start_asking(self, series: Series) -> None:
        if self._tasks is not None and series.ask_now is None:
            series.ask_now = asyncio.Event()
            series.asking = self._tasks.create_task(self._ask(series, series.ask_now))

    async def _ask(self, series: Series, ask_now: asyncio.Event) -> None:
        """Ask the publisher's server until nothing is wanted any more, or the link goes."""
        wait = RETRY
        try:
            while series.wants_items and self._is_followed(series):
                ask_now.clear()
                is_subscribed = await self._is_subscribed(series)
                try:
                    async with self._turns:
                        # What comes while it waits for its turn is in the same answer.
                        if self._is_followed(series):
                            await self._ask_once(series, is_subscribed=is_subscribed)
                except RequestFailed as error:
                    _LOGGER.debug("A friend's node gave no items: %s", error.condition)
                    with suppress(TimeoutError):
                        async with asyncio.timeout(wait):
                            await ask_now.wait()
                    wait = min(2 * wait, REPEAT)
        except Exception as error:
            note_fault(error)
        finally:
            series.ask_now = None

    async def _is_subscribed(self, series: Series) -> bool:
        """Return whether the publisher's server says that we are subscribed to a series.

        It is believed only of what it pushed: it may not know that a node was made anew.
        """
        friend = series.publisher
        if not (series.wants_subscription and series.is_pushed):
            return False
        async with self._questions[friend]:
            if friend not in self._subscribed:
                try:
                    async with self._turns:
                        self._subscribed[friend] = await self._session.subscriptions(friend)
                except RequestFailed as error:
                    _LOGGER.debug("A friend's server tells no subscriptions: %s", error.condition)
                    if error.condition == "offline":
                        return False
                    self._subscribed[friend] = ()
            return series.follower.grant.node in self._subscribed[friend]

    async def _ask_once(self, series: Series, *, is_subscribed: bool) -> None:
        node = series.follower.grant.node
        assert node is not None  # an active grant has one
        if series.wants_subscription:
            # What was pushed is forgotten when another grant comes meanwhile.
            if not (is_subscribed and series.is_pushed):
                await self._session.subscribe(series.publisher, node)
            series.wants_subscription = False
        series.wants_items = False
        asked_at = series.follower.place
        try:
            elements = await self._session.items(series.publisher, node)
        except RequestFailed:
            series.wants_items = True
            raise
        if not self._is_granted(series):
            # Taken back, or forgotten, while the server answered.
            return
        items = [item for element in elements if (item := self._item(series, element))]
        is_present = series.publisher in self.history.addresses
        self.came.tell(series, [reading for item in items for reading in item.readings], True)
        self._act(series, series.take_fetched(items, asked_at, is_present=is_present))

    def _is_followed(self, series: Series) -> bool:
        """Return whether a series may be asked for: granted, of a friend, over a link that is up.

        A link that comes back asks for all anew.
        """
        return self._session.is_online and self._is_granted(series)

    def _is_granted(self, series: Series) -> bool:
        of_friend = self.series.get(series.publisher, {})
        is_known = of_friend.get(series.follower.grant.publication) is series
        is_active = series.follower.grant.state is GrantState.ACTIVE
        return is_known and is_active and not series.is_stopped
