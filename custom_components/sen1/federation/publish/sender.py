"""Publish what is due, live readings first, within the account's rate budget."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
import logging
import time
from typing import Any

from ...faults import contained
from ...listeners import Listeners
from ...protocol.errors import RequestFailed
from ...protocol.limits import size_of
from ...protocol.model import Item, PublicationId
from ...protocol.pacer import Pacer
from ..context import AccountContext
from ..journal.journal import Journal
from ..part import Part, wait_for
from ..store import LATER
from ..xmpp.events import Offline
from ..xmpp.session import RETRY
from .affiliations import Affiliations
from .items import SignedItems
from .publication import Publication, Publications
from .pushes import Pushes

_LOGGER = logging.getLogger(__name__)

ENVELOPE = 450
"""Bytes around an item's payload on the wire: the IQ, the pubsub elements, the condition."""

BACKLOG_RESERVE = 4096
"""Bytes of the burst that a backlog leaves to live readings."""

BACKLOG_PATIENCE = 10.0
"""Seconds after which a backlog goes before live readings: many could hold it up for ever."""

NODE_CHANGED = ("conflict", "item-not-found", "forbidden", "not-allowed")
"""Answers to a publish that mean the node is no longer as we left it."""


class Sender(Part):
    """Send one item at a time; `wake` when a publication has something new to say."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._journal = context[Journal]
        self.pacer = Pacer()
        self._publications = context[Publications]
        self._affiliations, self._signed = context[Affiliations], context[SignedItems]
        self.ways: list[Callable[[Publication, Item], int]] = [context[Pushes].push]
        """What sends each new item to those who follow no node, and returns the bytes it took."""
        self._watermarks: dict[str, float] = self._store.kept("watermarks", {})
        """Publication → time up to which the server acknowledged all."""
        self.node_changed = Listeners[()]()
        """Of a node that is to be looked at before more is published there."""
        self.published = Listeners[Publication, Item]()
        """Of each new item."""
        self._news = asyncio.Event()
        self._backlog_at: float | None = None
        """When a backlog was last sent from, or began; None: there is none."""
        self.runs = (self.run,)
        self.hears = {Offline: lambda _event: self._close()}

    def apply(self) -> None:
        """Send what is measured of a new publication from now on; forget those that are gone."""
        for gone in self._watermarks.keys() - self._publications.keys():
            del self._watermarks[gone]
        for publication in self._publications.values():
            self.watermark(publication)

    def watermark(self, publication: Publication) -> float:
        """Return the time up to which the server acknowledged all of a publication."""
        return self._watermarks.setdefault(publication.id, time.time())

    def begin_anew(self, publication: PublicationId) -> None:
        """Send nothing of what was measured of a publication until now."""
        self._watermarks[publication] = time.time()

    def wake(self) -> None:
        """Look again at what is due."""
        self._news.set()

    async def run(self) -> None:
        """Send until cancelled."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                self._news.clear()
                if (seconds := await self._send_next(loop.time())) != 0:
                    await wait_for(self._news, seconds)
        finally:
            self._close()

    def _close(self) -> None:
        """Note how far the server has all, and leave the rest to the recorder: no link."""
        for publication in self._publications.values():
            self._note_watermark(publication)
            publication.close()

    async def _send_next(self, now: float) -> float | None:
        """Publish the item that is due first, if one may go; return the seconds to wait."""
        running = [
            publication
            for publication in self._publications.values()
            if publication.is_open and publication.held_until <= now
        ]
        dues = [
            (due, publication)
            for publication in running
            if (due := publication.publisher.due(now)) is not None
        ]
        backlogged = next((p for p in running if p.publisher.backlog), None)
        if backlogged is None:
            self._backlog_at = None
        elif self._backlog_at is None:
            self._backlog_at = now
        has_waited = self._backlog_at is not None and now >= self._backlog_at + BACKLOG_PATIENCE
        if dues and not has_waited:
            # Of several that are due, the one silent longest: the budget may not do for all.
            due, publication = min(dues, key=lambda pair: (pair[0], pair[1].publisher.spoke_at))
            if due <= now:
                return await self._publish(publication, publication.publisher.item(), now, 0)
        if backlogged is not None:
            item = backlogged.publisher.backlog_item()
            reserve = 0 if has_waited else BACKLOG_RESERVE
            wait = await self._publish(backlogged, item, now, reserve)
            if wait == 0:
                self._backlog_at = now
            return wait if has_waited else min([wait, *(due - now for due, _ in dues)])
        held = [
            publication.held_until - now
            for publication in self._publications.values()
            if publication.held_until > now
        ]
        return min([*held, *(due - now for due, _ in dues)], default=None)

    async def _publish(
        self, publication: Publication, item: Item | None, now: float, reserve: int
    ) -> float:
        """Publish an item when the budget allows; return the seconds to wait before more."""
        with contained():
            return await self._publish_now(publication, item, now, reserve)
        # The other publications go on.
        publication.held_until = now + RETRY
        return 0

    async def _publish_now(
        self, publication: Publication, item: Item | None, now: float, reserve: int
    ) -> float:
        assert item is not None  # something is due
        if not self._affiliations.may_publish(publication):
            # A grant came to its end just now: whoever had it must be shut out first.
            publication.close()
            self.node_changed.tell()
            return 0
        is_repeat = publication.publisher.has_said(item)
        told = replace(item, owed_from=publication.publisher.owed_from(item))
        payload = self._signed.payload(publication, told, described=is_repeat)
        size = size_of(payload) + ENVELOPE
        if (wait := self.pacer.wait(size, now, reserve=reserve)) > 0:
            return wait
        self.pacer.spend(size, now)
        loop = asyncio.get_running_loop()
        try:
            await self._session.pubsub.publish(publication.node, item.id, payload)
        except RequestFailed as error:
            _LOGGER.debug("An item was not published: %s", error.condition)
            publication.held_until = now + RETRY
            if error.condition in NODE_CHANGED:
                publication.close()
                self.node_changed.tell()
            return 0
        is_backlog = any(each.publisher.backlog for each in self._publications.values())
        self.pacer.answered(loop.time() - now, is_backlog=is_backlog)
        if not is_repeat and publication.id in self._publications:
            self._journal.sent(publication.receivers, publication.id, len(item.readings), size)
            self.published.tell(publication, item)
            pushed = sum(push(publication, item) for push in self.ways)
            self.pacer.spend(pushed, loop.time())
        if publication.is_open:
            publication.publisher.acknowledge(item, now)
            self._note_watermark(publication)
            awaited_from = publication.awaited_from
            if awaited_from is not None and publication.oldest_waiting >= awaited_from:
                publication.awaited_from = None
                self.node_changed.tell()
        return 0

    def diagnostics(self) -> dict[str, Any]:
        """Return what the server may be sent now, and how fast."""
        available = self.pacer.available(asyncio.get_running_loop().time())
        return {"bytes_available": available, "bytes_per_second": round(self.pacer.rate)}

    def _note_watermark(self, publication: Publication) -> None:
        watermark = publication.publisher.watermark
        if watermark is not None and publication.id in self._publications:
            self._watermarks[publication.id] = watermark
            self._store.save_within(LATER)
