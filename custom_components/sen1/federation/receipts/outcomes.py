"""What the days between us and a friend came to: noted, told, and shown."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
import time

from ...listeners import Listeners
from ...protocol.model import BareJid, PublicationId
from ...protocol.trust.day import Verdict, day_to_text
from ...protocol.trust.receipts import GotDay, Place, SentDay, Way
from ..config import friends_of
from ..context import AccountContext
from ..follow.following import Following
from ..follow.series import Series
from ..publish.publication import Publication, Publications
from .book import Between, Page, State, ToldData

EVENT_COMPARED = "sen1_day_compared"


@dataclass(frozen=True, slots=True)
class ComparedDays:
    """What the days between us and a friend came to."""

    known: int
    equal: int
    not_received: int
    differs: int
    unconfirmed: int
    told: list[tuple[int, ToldData]]
    """The day, and a series of it that was not equal."""


class Outcomes:
    """Note what days came to; `listeners` are told friend, day and state of each that is new."""

    def __init__(self, context: AccountContext) -> None:
        self._hass, self._entry = context.hass, context.entry
        self._publications, self._following = context[Publications], context[Following]
        self.listeners = Listeners[BareJid, str, State]()

    def note(
        self,
        friend: BareJid,
        day: int,
        between: Between,
        sent: Mapping[Place, SentDay],
        answers: Mapping[Place, GotDay],
        got: Mapping[Place, GotDay],
        *,
        is_open: bool,
    ) -> None:
        """Note what a day came to; tell it when it is another state.

        `sent` and its `answers` are of our series; what the friend says to have sent is in
        `between`, and `got` are our answers; `is_open`: something is still to be said or answered.
        """
        heard = between.heard
        theirs = {} if heard is None else heard.sent
        verdicts = set()
        for ours, said, answered in ((True, sent, answers), (False, theirs, got)):
            for place, answer in answered.items():
                verdict = _shown(place, answer)
                verdicts.add(verdict)
                if place in said:
                    self._note_series(
                        friend, between, place, said[place], answer, verdict, ours=ours
                    )
        between.state = State.UNCONFIRMED if is_open else State.EQUAL
        for verdict in (Verdict.NOT_RECEIVED, Verdict.DIFFERS):
            if verdict in verdicts:
                between.state = State(verdict)
        if between.state not in (State.UNCONFIRMED, between.announced):
            between.announced = between.state
            self._announce(friend, day_to_text(day), between.state)

    def _note_series(
        self,
        friend: BareJid,
        between: Between,
        place: Place,
        sent: SentDay,
        answer: GotDay,
        verdict: Verdict,
        *,
        ours: bool,
    ) -> None:
        publication, way = place
        known = [
            told
            for told in between.told
            if (told["publication"], told["way"], told["ours"]) == (publication, way, ours)
        ]
        if verdict is Verdict.EQUAL:
            for told in known:
                told["mended"] = told["mended"] or time.time()
            return
        for told in known:
            between.told.remove(told)
        several: Mapping[PublicationId, Publication | Series] = (
            self._publications if ours else self._following.series[friend]
        )
        between.told.append(
            ToldData(
                publication=publication,
                way=way,
                title=several[publication].description.title,
                ours=ours,
                sent=sent.totals.count,
                received=answer.count,
                missing=[(each.begin, each.end) for each in answer.missing],
                differs=[(each.begin, each.end) for each in answer.differs],
                state=verdict,
                mended=None,
            )
        )

    def _announce(self, friend: BareJid, day: str, state: State) -> None:
        subentry = friends_of(self._entry).get(friend)
        friend_id = None if subentry is None else subentry.subentry_id
        told = {"friend_id": friend_id, "day": day, "state": state}
        self._hass.bus.async_fire(EVENT_COMPARED, {"entry_id": self._entry.entry_id, **told})
        self.listeners.tell(friend, day, state)


def compared_days(page: Page) -> ComparedDays:
    """Return what the days of a page came to."""
    counts = page.over + Counter(between.state for between in page.days.values())
    told = [*page.told]
    told += ((day, each) for day, between in page.days.items() for each in between.told)
    return ComparedDays(
        known=counts.total(),
        equal=counts[State.EQUAL],
        not_received=counts[State.NOT_RECEIVED],
        differs=counts[State.DIFFERS],
        unconfirmed=counts[State.UNCONFIRMED],
        told=sorted(told, key=lambda pair: pair[0]),
    )


def _shown(place: Place, answer: GotDay) -> Verdict:
    """Return what an answer means: an answer of the past that is lost is asked for again."""
    is_lost_answer = place[1] is Way.HISTORY and answer.state is Verdict.NOT_RECEIVED
    return Verdict.EQUAL if is_lost_answer else answer.state
