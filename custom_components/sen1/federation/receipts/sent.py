"""What friends were sent on a day: said to them, and by hours and readings to who asks."""

from collections.abc import Callable
from functools import partial
from xml.etree.ElementTree import Element

from ...protocol.errors import FriendRefused
from ...protocol.forms import fields_of
from ...protocol.model import BareJid, PublicationId
from ...protocol.trust.day import (
    DAY,
    SALT_BYTES,
    DayTotals,
    hours_of,
    of_hour,
    totals_of,
    totals_of_answers,
)
from ...protocol.trust.receipts import (
    Place,
    SentDay,
    Way,
    day_answer,
    day_request_of,
    hours_to_element,
    readings_to_element,
)
from ..consent.policy import Policy
from ..context import AccountContext
from ..publish.publication import Publications
from ..trust.trust import Trust
from .files import DayFiles, Name
from .records import Records, answers_of


class SentDays:
    """Tell of what our records have."""

    def __init__(
        self, context: AccountContext, records: Records, secret: Callable[..., bytes]
    ) -> None:
        """`secret` gives what nobody guesses of something, the same after a restart."""
        self._publications, self._policy = context[Publications], context[Policy]
        self._trust, self._records, self._secret = context[Trust], records, secret

    async def of(self, friend: BareJid, day: int) -> dict[Place, SentDay]:
        """Return what we sent a friend on a day."""
        member, begin, end = self._records.member(friend), day * DAY / 1000, (day + 1) * DAY / 1000
        sent: dict[Place, SentDay] = {}
        for publication in list(self._publications):
            if not self._policy.concerns(friend, publication):
                continue
            salt = self._salt(publication, day)
            name = self._records.name(None, publication)
            totals, answers = await self._records.ask(partial(_totals, name, day, member, salt))
            if totals.count or self._policy.stretches(friend, publication, begin, end):
                sent[publication, Way.NODE] = SentDay(totals, salt)
            if answers.count:
                sent[publication, Way.HISTORY] = SentDay(answers, salt)
        return sent

    async def answer(self, friend: BareJid, command: Element) -> Element:
        """Answer what a friend was sent on a day; raises FriendRefused or PayloadRefused."""
        if not self._trust.signs(friend):
            raise FriendRefused("not-authorized", "No receipts without a key.")
        request = day_request_of(fields_of(command))
        publication = request.publication
        if publication not in self._publications or not self._policy.concerns(friend, publication):
            raise FriendRefused("item-not-found", "No such publication.")
        member = self._records.member(friend)
        name, salt = self._records.name(None, publication), self._salt(publication, request.day)

        def found(files: DayFiles) -> Element:
            leaves = files.leaves(name, request.day, member, salt)
            if request.hour is None:
                return hours_to_element(request, hours_of(leaves))
            return readings_to_element(request, of_hour(leaves, request.hour))

        return day_answer(command.get("sessionid", ""), await self._records.ask(found))

    def _salt(self, publication: PublicationId, day: int) -> bytes:
        return self._secret("salt", str(day), publication)[:SALT_BYTES]


def _totals(
    name: Name, day: int, member: bytes, salt: bytes, files: DayFiles
) -> tuple[DayTotals, DayTotals]:
    """Return what readings and answers of the past come to that somebody was sent."""
    return (
        totals_of(files.leaves(name, day, member, salt)),
        totals_of_answers(files.digests(answers_of(name), day, member), salt),
    )
