"""Hold what came beside what a friend says to have sent, and ask where the two part."""

import asyncio
import time

from ...protocol.budget import Effort
from ...protocol.errors import PayloadRefused, RequestFailed
from ...protocol.model import BareJid, PublicationId
from ...protocol.trust.day import (
    DAY,
    DayTotals,
    Discrepancy,
    Leaves,
    Verdict,
    answers_compared,
    compared,
    hours_of,
    of_hour,
    totals_of,
    totals_of_answers,
)
from ...protocol.trust.receipts import (
    DayRequest,
    GotDay,
    Place,
    SentDay,
    Way,
    cut,
    day_command,
    got_of,
    hours_from_element,
    readings_from_element,
)
from ..context import AccountContext
from ..follow.following import Following
from ..follow.series import Series
from ..journal.journal import Journal
from ..talk.questions import Questions
from .records import Records, answers_of

COMING = 60.0
"""Seconds that a friend's server is waited for, which is asked for what its node has."""

FINAL = ("item-not-found", "not-authorized", "bad-request", "feature-not-implemented", "forbidden")
"""Answers that mean that a friend will not say what a day holds."""


class Comparing:
    """Answer what friends say to have sent."""

    def __init__(self, context: AccountContext, records: Records) -> None:
        self._journal, self._budgets = context[Journal], context.budgets
        self._records, self._following = records, context[Following]
        self._questions = context[Questions]
        self._compared: dict[tuple[BareJid, int, Place], tuple[SentDay, int, GotDay]] = {}
        """What an answer was made of: it is made anew when one of these is another."""

    async def answer_to(
        self, friend: BareJid, day: int, place: Place, theirs: SentDay
    ) -> GotDay | None:
        """Return the answer to what a friend says to have sent; None: it is not known yet."""
        publication, way = place
        series = self._following.series.get(friend, {}).get(publication)
        if series is None:
            return None
        name = self._records.name(friend, publication)
        if way is Way.HISTORY:
            own = await self._records.ask(
                lambda files: totals_of_answers(
                    files.digests(answers_of(name), day, None), theirs.salt
                )
            )
            return GotDay(answers_compared(theirs.totals, own), own.count, own.root)
        if await self._is_coming(series, day):
            return None
        size = await self._records.ask(lambda files: files.size(name, day))
        key = (friend, day, place)
        if (known := self._compared.get(key)) is not None and known[:2] == (theirs, size):
            return known[2]
        # Who says ever other things of long days costs no more than who asks for its past.
        if not self._budgets.take(Effort.ANSWER, friend, time.monotonic(), 1 + size // 21):
            return None
        leaves = await self._records.ask(lambda files: files.leaves(name, day, None, theirs.salt))
        own = totals_of(leaves)
        if (own.count, own.root) == (theirs.totals.count, theirs.totals.root):
            return GotDay(Verdict.EQUAL, own.count, own.root)
        answer = await self._parted(series, day, theirs, leaves, own)
        if answer is not None:
            self._compared[key] = (theirs, size, answer)
            for each in answer.missing:
                self._following.history.ask(series, each.begin / 1000, (each.end + 1) / 1000)
        return answer

    async def _is_coming(self, series: Series, day: int) -> bool:
        """Return whether what a friend's server or its past has of a day is still on its way."""
        if series.asking is not None and series.is_asking:
            await asyncio.wait([series.asking], timeout=COMING)
        is_recent = time.time() < (day + 2) * DAY / 1000
        return series.is_owed or (is_recent and self._following.history.is_wanted(series))

    async def _parted(
        self, series: Series, day: int, theirs: SentDay, leaves: Leaves, own: DayTotals
    ) -> GotDay | None:
        """Ask where what was sent parts from what came; None: the friend cannot be asked now."""
        friend, publication = series.key
        if (address := self._following.history.addresses.get(friend)) is None:
            return None
        try:
            comparison = await self._asked(friend, address, publication, day, theirs, leaves)
        except RequestFailed as error:
            if error.condition not in FINAL:
                return None
            comparison = None
        except PayloadRefused as error:
            self._journal.refused(error.reason)
            comparison = None
        if comparison is None or comparison.verdict is Verdict.EQUAL:
            # It does not stand to what it signed: how much came is all that is sure.
            is_short = own.count < theirs.totals.count
            state = Verdict.NOT_RECEIVED if is_short else Verdict.DIFFERS
            return GotDay(state, own.count, own.root)
        return got_of(comparison, own)

    async def _asked(
        self,
        friend: BareJid,
        address: str,
        publication: PublicationId,
        day: int,
        theirs: SentDay,
        leaves: Leaves,
    ) -> Discrepancy | None:
        """Return where a day parts; None if what the friend says is not what it signed."""
        request = DayRequest(publication, day)
        answer = await self._questions.ask(friend, address, day_command(request))
        hours = hours_from_element(answer, request)
        if sum(hour.count for hour in hours) != theirs.totals.count:
            return None
        sent: dict[int, bytes] = {}
        got: dict[int, bytes] = {}
        for number, (hour, own) in enumerate(zip(hours, hours_of(leaves), strict=True)):
            ours = cut(of_hour(leaves, number))
            if (hour.count, hour.root) == (own.count, own.root):
                sent |= ours
            elif hour.count:
                request = DayRequest(publication, day, number)
                answer = await self._questions.ask(friend, address, day_command(request))
                sent |= readings_from_element(answer, request)
            got |= ours
        return compared(sent, got) if len(sent) == theirs.totals.count else None
