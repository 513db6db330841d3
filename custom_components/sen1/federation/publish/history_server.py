"""Answer Quoalise's commands: what is granted, no finer than it is published."""

from collections.abc import Sequence
import time
from xml.etree.ElementTree import Element

from homeassistant.util import dt as dt_util

from ...listeners import Listeners
from ...protocol.budget import Effort
from ...protocol.errors import FriendRefused
from ...protocol.forms import fields_of
from ...protocol.limits import MAX_TEXT, size_of
from ...protocol.model import BareJid, Description, PublicationId, Reading
from ...protocol.quoalise import (
    GET_HISTORY,
    MAX_RECORDS,
    SUBSCRIBE,
    TITLES,
    form_answer,
    history_answer,
    request_of,
    success,
)
from ..consent.policy import Policy
from ..context import AccountContext
from ..journal.journal import Journal
from ..part import Part, Responder, To
from .publication import Publication, Publications
from .pushes import Pushes


class HistoryServer(Part):
    """Serve Quoalise's commands for this account's publications."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._journal, self._budgets = context[Journal], context.budgets
        self._publications, self._policy = context[Publications], context[Policy]
        self._pushes = context[Pushes]
        self.gave = Listeners[BareJid, PublicationId, Sequence[Reading]]()
        """Of what friends are given."""
        self.answers = dict.fromkeys(TITLES, Responder(To.KNOWN, self.answer))

    async def answer(self, sender: BareJid, command: Element) -> Element:
        """Return the answer to a command; raises FriendRefused or PayloadRefused."""
        node = command.get("node", "")
        session = command.get("sessionid", "")
        fields = fields_of(command)
        if not fields:
            return form_answer(node, session, dt_util.start_of_local_day())
        publication = self._granted(sender, fields.get("identifier", ""))
        if node != GET_HISTORY:
            self._pushes.change(sender, publication.id, is_wanted=node == SUBSCRIBE)
            return success(node, session, publication.description.name)
        request = request_of(fields, dt_util.start_of_local_day())
        end = min(request.end, time.time())
        readings: list[Reading] = []
        for part in self._policy.stretches(sender, publication.id, request.begin, end):
            found = await publication.async_readings(*part, MAX_RECORDS)
            readings += [
                reading
                for reading in found or ()
                if self._policy.covers(sender, publication.id, publication.span(reading))
            ]
            if found is None or len(readings) > MAX_RECORDS:
                text = f"Response would be too big (max {MAX_RECORDS} records)."
                raise FriendRefused("bad-request", text)
        answer, size = await self._hass.async_add_executor_job(
            _written, session, publication.description, readings
        )
        # The grant may have ended while the recorder answered.
        self._granted(sender, publication.description.name)
        self._budgets.spend(Effort.ANSWER, sender, time.monotonic(), len(readings))
        if readings:
            self._journal.sent([sender], publication.id, len(readings), size)
            self.gave.tell(sender, publication.id, readings)
        return answer

    def _granted(self, sender: BareJid, identifier: str) -> Publication:
        for publication_id in self._policy.granted_to(sender):
            publication = self._publications[publication_id]
            if publication.description.name == identifier:
                return publication
        # The same for what there is not: nobody learns what is published to others.
        text = f"No consent registered for {identifier[:MAX_TEXT]}"
        raise FriendRefused("not-authorized", text)


def _written(
    session: str, description: Description, readings: Sequence[Reading]
) -> tuple[Element, int]:
    """Return an answer and its size: thousands of records would hold the event loop."""
    answer = history_answer(session, description, readings)
    return answer, size_of(answer)
