"""What organisers say that this home holds of their projects, and what its household says to that.

What comes changes nothing of the household's own figures before it said that it is right; what it
said it said of so many shares, paid on that day, and is asked anew when these change.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
import time

from homeassistant.core import callback
from mashumaro.codecs import BasicDecoder, BasicEncoder

from ...listeners import Listeners
from ...protocol.collecting.register import (
    Held,
    News,
    RegisterSeen,
    Reply,
    ShareAnswer,
    SharesRegister,
    answer_from_json,
    answer_to_json,
)
from ...protocol.errors import PayloadRefused
from ...protocol.model import BareJid, PublicationId
from ...protocol.trust.kinds import StatementKind
from ..context import AccountContext
from ..issues import notify
from ..part import Heard, Part
from ..store import SOON
from ..talk.post import Post
from .kept import OwnRegister, TakenPart
from .participations import Participations


@dataclass(frozen=True, slots=True)
class OwnShare:
    """What an organiser says of one project, and what the household said to it."""

    subentry_id: str
    """The participation."""
    organiser: BareJid
    held: Held
    news: tuple[News, ...]
    """The newest last."""
    answer: ShareAnswer | None
    """What the household said last, be it of other shares than these."""
    holding: str | None
    """The part of a project that the answer made, by its subentry."""

    @property
    def question(self) -> tuple[str, int, date | None]:
        """Return what the household is asked: another is asked anew."""
        return self.held.project, self.held.shares, self.held.paid_on

    @property
    def is_asked(self) -> bool:
        """Return whether the household is to say whether it is right."""
        return self.answer is None or not self.answer.is_of(self.held)

    @property
    def is_confirmed(self) -> bool:
        """Return whether the household says that it is right as it is."""
        answer = self.answer
        return answer is not None and answer.is_of(self.held) and answer.verdict == Reply.CONFIRMED


class OwnShares(Part):
    """Take registers, and tell organisers whether they are right."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._post, self._participations = context[Post], context[Participations]
        self.changed = Listeners[()]()
        """Of what is held by the registers, and of what was said to it."""
        self.takes = {StatementKind.REGISTER: self._take}

    def all(self) -> Iterator[OwnShare]:
        """Yield what is held of each project."""
        for subentry_id, part in self._participations.taken.items():
            known = part.get("register")
            if known is None:
                continue
            news = [
                News(PublicationId(one["project"]), one["at"], one["text"]) for one in known["news"]
            ]
            for said in known["holdings"]:
                held = _held(said)
                answer = known["answers"].get(held.project)
                yield OwnShare(
                    subentry_id=subentry_id,
                    organiser=BareJid(part["jid"]),
                    held=held,
                    news=tuple(one for one in news if one.project == held.project),
                    answer=None if answer is None else answer_from_json(held.project, answer),
                    holding=known["made"].get(held.project),
                )

    def find(self, subentry_id: str, project: str) -> OwnShare:
        """Return what is held of a project; KeyError where nothing is."""
        for share in self.all():
            if (share.subentry_id, share.held.project) == (subentry_id, project):
                return share
        raise KeyError(project)

    def _take(self, heard: Heard[SharesRegister]) -> None:
        """Take what an organiser says that we hold; raises PayloadRefused."""
        sender, register, said = heard
        assert said is not None  # it is signed
        part = self._participations.part_of(sender, register.collection)
        known = part.get("register")
        if known is not None and said < known["said"]:
            raise PayloadRefused("bad_register", "old news")
        asked = {share.question for share in self.all()}
        part["register"] = OwnRegister(
            revision=register.revision,
            said=said,
            holdings=[_held_to_json(one) for one in register.holdings],
            news=[
                {"project": one.project, "at": one.said, "text": one.text} for one in register.news
            ],
            answers={} if known is None else known["answers"],
            made={} if known is None else known["made"],
        )
        self._say(part)
        if any(share.is_asked and share.question not in asked for share in self.all()):
            notify(self._hass, self._entry, "shares_asked")
        self._keep()

    @callback
    def answer(self, subentry_id: str, project: str, verdict: Reply) -> None:
        """Return whether what is held of a project is right; KeyError where nothing is."""
        held = self.find(subentry_id, project).held
        part = self._participations.taken[subentry_id]
        answer = ShareAnswer(
            held.project, verdict, held.shares, round(time.time(), 3), held.paid_on
        )
        part["register"]["answers"][held.project] = answer_to_json(answer)
        self._say(part)
        self._keep()

    @callback
    def note_made(self, share: OwnShare, holding: str) -> None:
        """Note which part of a project came of an answer."""
        part = self._participations.taken[share.subentry_id]
        part["register"]["made"][share.held.project] = holding
        self._store.save_within(SOON)

    @callback
    def online(self, *, resumed: bool) -> None:
        """Say again over a new link what was said: what went over the last may be lost."""
        if resumed:
            return
        for part in self._participations.taken.values():
            if "register" in part:
                self._say(part)

    def _say(self, part: TakenPart) -> None:
        """Tell an organiser that its register came, and what the household has said to it."""
        known = part["register"]
        held = {one["project"] for one in known["holdings"]}
        seen = RegisterSeen(
            collection=part["collection"],
            revision=known["revision"],
            answers=tuple(
                answer_from_json(PublicationId(project), answer)
                for project, answer in known["answers"].items()
                if project in held
            ),
        )
        self._post.tell(BareJid(part["jid"]), seen)

    def _keep(self) -> None:
        self._store.save_within(SOON)
        self.changed.tell()


_held_to_json = BasicEncoder(Held).encode
_held = BasicDecoder(Held).decode
