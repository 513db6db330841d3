"""Ask friends for the past: what a new series had, what a hole or a change left out."""

import asyncio
from collections import deque
from collections.abc import Sequence
import logging
import math
import time

from ...faults import note_fault
from ...listeners import Listeners
from ...protocol.errors import PayloadRefused, RequestFailed
from ...protocol.limits import EARLIEST
from ...protocol.model import BareJid, GrantState, Granularity, Reading
from ...protocol.quoalise import history_request, readings_of
from ...protocol.term import Span
from ..context import AccountContext
from ..journal.journal import Journal
from ..part import Part, wait_for
from ..talk.questions import Questions
from ..xmpp.session import RETRY
from .recording import Recording, seconds_of
from .series import Series

_LOGGER = logging.getLogger(__name__)

SLICE = 336
"""Periods asked for at a time: a week of half-hours is 10 kB, which no event loop notices."""

LIVE_SLICE = 3600.0
"""Seconds of a live series asked for at a time; a node that finds it too much is asked for less."""

LEAST_SLICE = 60.0

AHEAD = 2
"""Slices asked for at once: one is on its way while the other is read."""

EMPTY_STEPS = 12
"""How many slices at once are asked for after an empty one: a node gives 5,000 records at most."""

ASKED_AT_ONCE = 32
"""Slices of all friends that are asked for at a time: those who do not answer hold two each."""

MOST = 3600.0
"""Seconds at most between two attempts to ask a friend who gives nothing."""


class HistoryClient(Part):
    """Ask for what is missing of friends' series that are recorded: of each friend one by one."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self.addresses: dict[BareJid, str] = {}
        """Friends whose installation is there, and its full address."""
        self._questions, self._recording = context[Questions], context[Recording]
        self._journal = context[Journal]
        self._wanted: dict[Series, Span] = {}
        """Between which times a series must be asked for."""
        self._asking: set[Series] = set()
        """What is being asked for, until it is dropped."""
        self.came = Listeners[Series, Sequence[Reading]]()
        """Of readings of the past as they come."""
        self._turns = asyncio.Semaphore(ASKED_AT_ONCE)
        self._running: dict[BareJid, asyncio.Event] = {}
        """Friends who are being asked; set when there is more to ask, or they came."""
        self._news = asyncio.Event()
        self.runs = (self.run,)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is wanted, and all that came is recorded."""
        return not self._wanted and not self._asking and self._recording.is_idle

    def is_wanted(self, series: Series) -> bool:
        """Return whether anything of a series is still to be asked for."""
        return series in self._wanted or series in self._asking

    def set_addresses(self, friend: BareJid, addresses: Sequence[str]) -> None:
        """Ask one of these of a friend's installations from now on, the same while it is there."""
        if not addresses:
            self.addresses.pop(friend, None)
            return
        if self.addresses.get(friend) not in addresses:
            self.addresses[friend] = addresses[-1]
        self._wake(friend)

    def _wake(self, friend: BareJid) -> None:
        """Look again at what is wanted of a friend."""
        self._running.get(friend, self._news).set()

    def begin(self, series: Series) -> None:
        """Fill a series of periods from where its grant begins, or from where that ended.

        Of a live one, the hole that a restart left.
        """
        if series in self._asking:
            return
        begin = series.follower.grant.begin
        if series.description.granularity is Granularity.LIVE:
            if (hole := series.progress.hole) is not None:
                self._want(series, *hole)
        elif begin is not None:
            self._want(series, max(begin, series.progress.filled), math.inf)

    def ask(self, series: Series, begin: float, end: float) -> None:
        """Ask for what came between two times: it is not on the node, or changed."""
        if not self._recording.is_kept(series):
            return
        begin = max(begin, series.follower.grant.begin or begin)
        if series.description.granularity is Granularity.LIVE:
            # A backlog goes out after what is live: its hole may lie before what came last.
            first, last = series.progress.hole or (begin, end)
            hole = min(begin, end, first), max(begin, end, last)
            self._want(series, *hole)
            series.progress.hole = hole
        else:
            # What a restart cuts short goes on from there.
            series.progress.fill_again(begin)
            self._want(series, begin, math.inf)

    def _want(self, series: Series, begin: float, end: float) -> None:
        if self._recording.is_kept(series):
            self._note_wanted(series, begin, end)
            self._wake(series.publisher)

    def _note_wanted(self, series: Series, begin: float, end: float) -> None:
        # Nothing older is believed.
        begin = max(begin, EARLIEST)
        first, last = self._wanted.get(series, (begin, end))
        self._wanted[series] = (min(begin, first), max(end, last))

    def drop(self, series: Series) -> None:
        """Ask for nothing more of a series."""
        self._wanted.pop(series, None)
        self._asking.discard(series)
        # Who waits to ask again, it may be for an hour, need not.
        self._wake(series.publisher)

    def move(self, old: BareJid) -> None:
        """Ask a friend no more at an old address; what is wanted is asked for at the new one."""
        self.addresses.pop(old, None)
        self._wake(old)

    def forget(self, series: Series) -> None:
        """Ask and keep nothing more of a series: it was taken back."""
        self.drop(series)
        self._recording.forget(series)

    async def run(self) -> None:
        """Ask until cancelled, each friend in a task of its own: who is slow holds up no other."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                wanted = {series.publisher for series in self._wanted}
                for friend in wanted & self.addresses.keys():
                    if friend not in self._running:
                        self._running[friend] = asyncio.Event()
                        tasks.create_task(self._fill_of(friend))
                self._news.clear()
                await self._news.wait()

    async def _fill_of(self, friend: BareJid) -> None:
        """Ask a friend until nothing is wanted, less and less often while it gives nothing."""
        news, delay = self._running[friend], RETRY
        try:
            while friend in self.addresses and self._wanted_of(friend):
                news.clear()
                if await self._fill_wanted(friend):
                    delay = RETRY
                    continue
                await wait_for(news, delay)
                delay = min(MOST, 2 * delay)
        finally:
            del self._running[friend]

    async def _fill_wanted(self, friend: BareJid) -> bool:
        """Ask for all that is wanted of a friend; return whether it was given."""
        is_given = True
        for series in self._wanted_of(friend):
            if series not in self._wanted:
                # Forgotten while another was asked for.
                continue
            begin, end = self._wanted.pop(series)
            if series.follower.grant.state is not GrantState.ACTIVE:
                continue
            self._asking.add(series)
            try:
                await self._fill(series, begin, end)
            except RequestFailed as error:
                _LOGGER.debug("A friend gave no history: %s", error.condition)
                is_given = False
            except PayloadRefused as error:
                self._journal.refused(error.reason)
            except Exception as error:
                # A fault of ours stays with this series.
                note_fault(error)
            finally:
                self._asking.discard(series)
            # What failed is shown again when it is asked for again.
            series.set_history(None)
        return is_given

    def _wanted_of(self, friend: BareJid) -> list[Series]:
        return [series for series in self._wanted if series.publisher == friend]

    async def _fill(self, series: Series, begin: float, end: float) -> None:
        """Ask slice by slice; what a failure leaves is wanted again."""
        first, until = begin, min(end, time.time())
        # The friend may be behind: what follows its last reading is asked for another time.
        told = begin
        is_live = series.description.granularity is Granularity.LIVE
        base = LIVE_SLICE if is_live else SLICE * seconds_of(series.description)
        # A period that a slice cuts is whole in the next; a day may have 25 hours.
        overlap = 0.0 if is_live else 2 * seconds_of(series.description)
        step, asked_until = base, begin
        asked: deque[tuple[float, asyncio.Task[list[Reading]]]] = deque()
        try:
            while begin < until:
                while asked_until < until and len(asked) < AHEAD:
                    last = min(asked_until + step, until)
                    ask = self._ask(series, max(first, asked_until - overlap), last)
                    asked.append((last, asyncio.create_task(ask)))
                    asked_until = last
                last, answer = asked[0]
                try:
                    readings = await answer
                except RequestFailed as error:
                    if error.condition == "bad-request" and step > LEAST_SLICE:
                        step /= 2
                        base = min(base, step)
                        # What follows was asked for in slices as long.
                        await _let_go(asked)
                        asked_until = begin
                        continue
                    raise
                asked.popleft()
                self._journal.received(series.publisher, len(readings))
                if series not in self._asking:
                    # Taken back, or stopped, while the friend answered; its hole stays one.
                    return
                if readings:
                    series.progress.note_came(time.time())
                self.came.tell(series, readings)
                reached = max([told, *(each.time for each in readings if each.time < last)])
                await self._recording.keep_asked(series, readings, told, reached)
                told, begin = reached, last
                # Where there is nothing, there is often nothing for months.
                step = base if readings else min(2 * step, EMPTY_STEPS * base)
                series.set_history((begin - first) / (until - first))
        except RequestFailed:
            if series in self._asking:
                # Not at once: it is asked for again after a while.
                self._note_wanted(series, told, end)
            raise
        finally:
            await _let_go(asked)
        await self._recording.drained(series)
        # What was missed meanwhile is wanted.
        series.progress.hole = self._wanted.get(series) if is_live else None

    async def _ask(self, series: Series, begin: float, end: float) -> list[Reading]:
        command = history_request(series.description.name, begin, end)
        if (address := self.addresses.get(series.publisher)) is None:
            # Gone between two slices.
            raise RequestFailed("recipient-unavailable")
        async with self._turns:
            answer = await self._questions.ask(series.publisher, address, command)
        # Thousands of records would hold the event loop.
        return await asyncio.get_running_loop().run_in_executor(
            None, readings_of, answer, series.description, time.time()
        )


async def _let_go(asked: deque[tuple[float, asyncio.Task[list[Reading]]]]) -> None:
    for _last, answer in asked:
        answer.cancel()
    await asyncio.gather(*(answer for _last, answer in asked), return_exceptions=True)
    asked.clear()
