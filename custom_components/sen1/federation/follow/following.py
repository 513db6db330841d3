"""What friends grant us: their series, and what must be asked of their servers."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
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
from ...protocol.follower import Action, AskHistory, FetchItems, LastItems, Subscribe
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
from ...protocol.stanzas import description_from_item, item_from_element
from ...protocol.trust.kinds import StatementKind
from ...protocol.trust.wire import envelope_said, signed_part
from ..context import AccountContext
from ..journal.journal import Journal
from ..part import Heard, Part, Tasks, wait_for
from ..relations.members import MOST_GIVEN_BACK, Memberships, check_board
from ..relations.relations import Relations
from ..store import SOON
from ..talk.post import Post
from ..trust.peers import Standing
from ..trust.statements import Statements
from ..trust.trust import Trust
from ..xmpp.events import Notification
from ..xmpp.session import RETRY, Session
from .history_client import HistoryClient
from .presences import Presences
from .progress import Progress
from .recording import Recording
from .series import Series

MOST_SERIES = 256
"""Publications one friend may grant us; more is no household and no cooperative."""


_LOGGER = logging.getLogger(__name__)

ASKED_AT_ONCE = 8
"""Series asked for at the same time: what hides a server's wait for its disk and for another one's
answer. A thousand at once would be more than a server that throttles (3 kB/s) takes in time, and
what is not answered would be asked again."""


class NodeClient:
    """Ask for what a series wants of its node, until it has it."""

    def __init__(
        self,
        session: Session,
        is_granted: Callable[[Series], bool],
        take: Callable[[Series, Collection[Element], LastItems], None],
    ) -> None:
        """`take` is given all items of a node, and the place of its series when it was asked."""
        self.tasks = Tasks()
        self._session = session
        self._is_granted = is_granted
        self._take = take
        self._turns = asyncio.Semaphore(ASKED_AT_ONCE)
        self._subscribed: dict[BareJid, Collection[str]] = {}
        """Nodes of friends that their servers say we are subscribed to. A server that names none,
        or does not answer, is not asked again."""
        self._questions: defaultdict[BareJid, asyncio.Lock] = defaultdict(asyncio.Lock)
        """Held while a friend's server is asked for these; all its series share the answer."""

    def forget(self, friend: BareJid) -> None:
        """Forget what a former friend's server said, or that of an address it left."""
        self._subscribed.pop(friend, None)
        self._questions.pop(friend, None)

    def ask_anew(self, friend: BareJid) -> None:
        """Believe what a friend's server said of subscriptions no more; not that it says none."""
        if self._subscribed.get(friend):
            del self._subscribed[friend]

    def ask(self, series: Series) -> None:
        """Begin to ask for what a series wants, unless that goes on."""
        if self.tasks.group is not None and series.ask_now is None:
            series.ask_now = asyncio.Event()
            series.asking = self.tasks.group.create_task(self._ask(series, series.ask_now))

    async def _ask(self, series: Series, ask_now: asyncio.Event) -> None:
        """Ask the publisher's server until nothing is wanted any more, or the link goes."""
        delay = RETRY
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
                    await wait_for(ask_now, delay)
                    delay = min(2 * delay, REPEAT)
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
                        self._subscribed[friend] = await self._session.pubsub.subscriptions(friend)
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
                await self._session.pubsub.subscribe(series.publisher, node)
            series.wants_subscription = False
        series.wants_items = False
        asked_at = series.follower.place
        try:
            elements = await self._session.pubsub.items(series.publisher, node)
        except RequestFailed:
            series.wants_items = True
            raise
        # Else taken back, or forgotten, while the server answered.
        if self._is_granted(series):
            self._take(series, elements, asked_at)

    def _is_followed(self, series: Series) -> bool:
        """Return whether a series may be asked for: granted, of a friend, over a link that is up.

        A link that comes back asks for all anew.
        """
        return self._session.is_online and self._is_granted(series)


class Following(Part):
    """Hold the series of all friends; take what comes, ask for what is missing."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._journal, self._post, self._trust = context[Journal], context[Post], context[Trust]
        self._statements, self._relations = context[Statements], context[Relations]
        self._memberships = context[Memberships]
        self._budgets, self._recording = context.budgets, context[Recording]
        presences = context[Presences]
        self.remembered: dict[str, dict[str, dict[str, Any]]] = self._store.by_friend("followed")
        """Friend → publication → how far we followed it, or did; written here alone."""
        self.history = context[HistoryClient]
        self.series: dict[BareJid, dict[PublicationId, Series]] = {}
        self.listeners = Listeners[BareJid, Series]()
        """Of each series that a friend grants."""
        self.came = Listeners[Series, Sequence[Reading], bool]()
        """Of readings as they come, and of all that a node has when it is read (True)."""
        self.holes = 0
        """How often readings were missed that the publisher's node no longer had."""
        self._nodes = NodeClient(self._session, self._is_granted, self._take_fetched)
        presences.installed.add(lambda friend: self._begin_anew(self._of(friend)))
        presences.heard.add(self._ask_now)
        self.runs = (self._nodes.tasks.run,)
        self.takes = {StatementKind.GRANT: self.take_grant}
        self.hears = {Notification: self.take_notification}

    def _of(self, friend: BareJid) -> Collection[Series]:
        return self.series.get(friend, {}).values()

    def all_series(self) -> list[Series]:
        """Return every series that is followed."""
        return [series for of_friend in self.series.values() for series in of_friend.values()]

    def add(self, friend: BareJid) -> None:
        """Go on with what is remembered of a friend."""
        of_friend = self.series[friend] = {}
        for publication, known in self.remembered.get(friend, {}).items():
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
        self.remembered.pop(friend, None)
        self._nodes.forget(friend)
        return gone

    def forget(self, friend: BareJid, publication: PublicationId) -> Series:
        """Forget a series that is over, and return it; a new grant makes it anew."""
        series = self.series[friend].pop(publication)
        series.stop()
        self.history.drop(series)
        self.remembered.get(friend, {}).pop(publication, None)
        self._store.save_within(SOON)
        return series

    @callback
    def moved(self, old: BareJid, new: BareJid) -> None:
        """Follow a friend at its new address."""
        if old not in self.series:
            return
        of_friend = self.series[new] = self.series.pop(old)
        for series in of_friend.values():
            series.move(new)
        self._nodes.forget(old)

    def _series(self, friend: BareJid, progress: Progress) -> Series:
        origin = self._memberships.first_address(friend)
        series = Series(self._hass, self._budgets, friend, progress, origin)
        series.is_stopped = self._trust.is_stopped(friend)
        return series

    @callback
    def known(self, jid: BareJid) -> None:
        """Ask nothing more of a friend whose key changed, or all that was missed meanwhile."""
        several, is_stopped = self._of(jid), self._trust.is_stopped(jid)
        for series in several:
            if series.is_stopped != is_stopped:
                series.set_stopped(is_stopped=is_stopped)
            if is_stopped:
                self.history.drop(series)
        self._begin_anew(several)

    def _ask_now(self, jid: BareJid) -> None:
        for series in self._of(jid):
            if series.ask_now is not None:
                series.ask_now.set()

    async def async_stop(self) -> None:
        """Leave no timer."""
        for series in self.all_series():
            series.stop()

    # What comes

    def reconnect(self) -> None:
        """Begin anew with all series: our link is new."""
        several = self.all_series()
        for series in several:
            series.is_pushed, series.progress.is_pushed = bool(series.progress.is_pushed), False
        self._begin_anew(several)

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

    def take_grant(self, heard: Heard[Grant]) -> None:
        """Take what a friend grants, or no longer does, and acknowledge it.

        Raises PayloadRefused.
        """
        friend, grant, _ = heard
        if (of_friend := self.series.get(friend)) is None:
            raise PayloadRefused("stranger")
        series = of_friend.get(grant.publication)
        if grant.description is not None:
            self._memberships.check_given(friend, grant.publication, grant.description)
        if series is None and grant.description is not None:
            is_friend = self._relations.is_named(friend)
            is_organiser = not is_friend and self._relations.organises(friend)
            if len(of_friend) >= (MOST_GIVEN_BACK if is_organiser else MOST_SERIES):
                raise PayloadRefused("too_many_series")
            progress = Progress.begin(self._store, grant)
            self.remembered.setdefault(friend, {})[grant.publication] = progress.known
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
        self._post.tell(friend, grant.seen)

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
        statement = self._statements.opened(publisher, signed, StatementKind.ITEM)
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
        """Return what a friend grants."""
        return {"series": [one.diagnostics() for one in self._of(jid)]}

    def _series_of_node(self, publisher: BareJid, node: str) -> Series | None:
        of_node = (one for one in self._of(publisher) if one.follower.grant.node == node)
        return next(of_node, None)

    # What must be asked for

    def _begin_anew(self, several: Iterable[Series]) -> None:
        for series in several:
            if series.is_stopped:
                continue
            self._nodes.ask_anew(series.publisher)
            self._act(series, series.follower.reconnected())

    def _act(self, series: Series, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Subscribe():
                    self.history.begin(series)
                    series.wants_subscription = series.wants_items = True
                    if series.ask_now is not None:
                        series.ask_now.set()
                    self._nodes.ask(series)
                case FetchItems():
                    series.wants_items = True
                    self._nodes.ask(series)
                case AskHistory(begin=begin, end=end):
                    self.holes += 1
                    self.history.ask(series, begin, end)
                case _:
                    readings = action.readings
                    self._journal.received(series.publisher, len(readings))
                    now, many = time.monotonic(), len(readings)
                    if self._budgets.take(Effort.VALUE, series.publisher, now, many):
                        self.came.tell(series, readings, False)
                        self._recording.keep(series, readings)

    def _take_fetched(
        self, series: Series, elements: Collection[Element], asked_at: LastItems
    ) -> None:
        items = [item for element in elements if (item := self._item(series, element))]
        is_present = series.publisher in self.history.addresses
        self.came.tell(series, [reading for item in items for reading in item.readings], True)
        self._act(series, series.take_fetched(items, asked_at, is_present=is_present))

    def _is_granted(self, series: Series) -> bool:
        of_friend = self.series.get(series.publisher, {})
        is_known = of_friend.get(series.follower.grant.publication) is series
        is_active = series.follower.grant.state is GrantState.ACTIVE
        return is_known and is_active and not series.is_stopped
