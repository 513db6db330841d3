"""The challenges that this home takes part in, and what it says that it saved."""

from dataclasses import dataclass
from datetime import date
import time

from homeassistant.util import dt as dt_util

from ...protocol.collecting.challenge import Challenge, Score
from ...protocol.model import BareJid
from ...protocol.term import end_of
from ..config import participation_data, participations_of
from ..context import AccountContext
from ..part import Part
from ..store import SOON
from ..talk.post import Post
from .joining import is_another_challenge
from .kept import SaidScore
from .participations import SAID_AGAIN, Participations


@dataclass(frozen=True, slots=True)
class ChallengePart:
    """A challenge that this home takes part in."""

    title: str
    organiser: BareJid
    collection: str
    challenge: Challenge
    team: int
    """Which of its teams this home is in, 1 first; 0: none."""
    number: int | None
    """This home's among the members; None: the organiser has not answered yet."""
    until: float
    """When no score is told any more; Unix seconds."""


class OwnChallenges(Part):
    """Tell organisers what this home saved."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._post, self._participations = context[Post], context[Participations]

    def all(self) -> dict[str, ChallengePart]:
        """Return the challenges that this home takes part in, by subentry: as they were agreed to.

        One that is another by now is none until the household has agreed again: who chooses the
        days chooses what is told.
        """
        found: dict[str, ChallengePart] = {}
        for subentry_id, subentry in participations_of(self._entry).items():
            data, sheet = participation_data(subentry), self._participations.sheet(subentry_id)
            if sheet is None or sheet.challenge is None:
                continue
            if "entered" not in data or is_another_challenge(data, sheet):
                continue
            last = date.fromisoformat(data["entered"]["until"])
            found[subentry_id] = ChallengePart(
                title=subentry.title,
                organiser=data["jid"],
                collection=data["collection"],
                challenge=sheet.challenge,
                # The organiser may have moved it to another.
                team=sheet.team or data["entered"]["team"],
                number=self._participations.taken[subentry_id]["number"],
                until=min(sheet.until, end_of(last, dt_util.get_default_time_zone()).timestamp()),
            )
        return found

    def tell_score(self, subentry_id: str, score: Score) -> bool:
        """Say what this home saved; return whether the organiser was told, now or before.

        It is said when it counts a later day than what was said last, and again after a day: what
        went to a server may be lost there. KeyError where there is no such challenge.
        """
        part, taken = self.all()[subentry_id], self._participations.taken[subentry_id]
        now, known = time.time(), taken.get("score")
        if part.number is None or now >= part.until:
            return False
        if not part.challenge.counts(score.through, now):
            return False
        through = score.through.isoformat()
        if known is not None and through <= known["through"] and now < known["at"] + SAID_AGAIN:
            return True
        if not self._post.reaches(part.organiser):
            return False
        self._post.tell(part.organiser, score)
        taken["score"] = SaidScore(at=now, through=through)
        self._store.save_within(SOON)
        return True
