"""Answer Quoalise's commands: what is granted, no finer than it is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from itertools import chain, islice
import time
import uuid
from xml.etree.ElementTree import Element

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ...history.recorder import async_converted, async_states
from ...history.units import shortened
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
from ...protocol.term import Span
from ..consent.policy import Granting
from ..store import AccountStore
from .periodic import PeriodicPublication
from .publication import Publication
from .pushes import Subscriptions


class HistoryServer:
    """Serve Quoalise's commands for this account's publications."""

    def __init__(
        self,
        hass: HomeAssistant,
        publications: Mapping[PublicationId, Publication],
        granting: Granting,
        subscriptions: Subscriptions,
        store: AccountStore,
    ) -> None:
        self._hass = hass
        self._publications = publications
        self._granting = granting
        self._subscriptions = subscriptions
        self._store = store

    async def answer(self, sender: BareJid, command: Element) -> Element:
        """Return the answer to a command; raises FriendRefused or PayloadRefused."""
        node = command.get("node", "")
        if node not in TITLES:
            raise FriendRefused("item-not-found", "No such command.")
        session = command.get("sessionid") or uuid.uuid4().hex
        fields = fields_of(command)
        if not fields:
            return form_answer(node, session, dt_util.start_of_local_day())
        publication = self._granted(sender, fields.get("identifier", ""))
        if node != GET_HISTORY:
            change = self._subscriptions
            (change.add if node == SUBSCRIBE else change.remove)(sender, publication.id)
            return success(node, session, publication.description.name)
        request = request_of(fields, dt_util.start_of_local_day())
        end = min(request.end, time.time())
        readings = []
        for part in self._parts(sender, publication, request.begin, end):
            found = await self._readings(publication, *part)
            readings += [
                reading
                for reading in found
                if self._granting.covers(sender, publication.id, publication.span(reading))
            ]
            _refuse_too_many(readings)
        answer, size = await self._hass.async_add_executor_job(
            _written, session, publication.description, readings
        )
        # The grant may have ended while the recorder answered.
        self._granted(sender, publication.description.name)
        if readings:
            self._store.note_sent(publication.id, [sender], len(readings), size)
        return answer

    def _granted(self, sender: BareJid, identifier: str) -> Publication:
        for publication_id in self._granting.granted_to(sender):
            publication = self._publications[publication_id]
            if publication.description.name == identifier:
                return publication
        # The same for what there is not: nobody learns what is published to others.
        text = f"No consent registered for {identifier[:MAX_TEXT]}"
        raise FriendRefused("not-authorized", text)

    def _parts(
        self, sender: BareJid, publication: Publication, begin: float, end: float
    ) -> list[Span]:
        """Return the parts of [begin, end) that are looked at: what the grant allows, not more."""
        parts = self._granting.stretches(sender, publication.id, begin, end)
        if isinstance(publication, PeriodicPublication):
            # Ten minutes since 1970 are three million: they are counted before they are looked at.
            periods = chain.from_iterable(publication.spans(*part) for part in parts)
            _refuse_too_many(list(islice(periods, MAX_RECORDS + 1)))
        return parts

    async def _readings(self, publication: Publication, begin: float, end: float) -> list[Reading]:
        """Return the readings of [begin, end], or its whole periods."""
        if isinstance(publication, PeriodicPublication):
            points = await publication.async_points(begin, end)
            return [Reading(point.begin, shortened(point.value)) for point in points]
        if publication.entity_id is None:
            return []
        # Of years of states no more is read than shows that they are too many.
        states = await async_states(
            self._hass, publication.entity_id, begin - 0.001, end, limit=MAX_RECORDS + 1
        )
        _refuse_too_many(states)
        return await async_converted(states, publication.reading)


def _refuse_too_many(found: Sized) -> None:
    if len(found) > MAX_RECORDS:
        text = f"Response would be too big (max {MAX_RECORDS} records)."
        raise FriendRefused("bad-request", text)


def _written(
    session: str, description: Description, readings: Sequence[Reading]
) -> tuple[Element, int]:
    """Return an answer and its size: thousands of records would hold the event loop."""
    answer = history_answer(session, description, readings)
    return answer, size_of(answer)
