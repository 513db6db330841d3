"""What friends lent us is erased: as old as they allow, taken back, or of a friend who is gone."""

import asyncio
from collections.abc import Collection, Iterable, Iterator
import math
import time

from homeassistant.helpers import entity_registry as er

from ...const import DOMAIN
from ...faults import contained
from ...history.archive import async_archive
from ...history.erasing import async_erase, async_erase_states, async_trim_statistics
from ...listeners import Listeners
from ...protocol.model import BareJid, Grant, GrantState, PublicationId
from ...protocol.trust.kinds import Erased, StatementKind
from ..context import AccountContext
from ..kept import Farewell, LeftSeries
from ..part import Heard, Part, wait_for
from ..relations.members import Memberships
from ..states import series_of, statistic_of
from ..talk.chores import Chores
from ..talk.post import Post
from ..xmpp.session import RETRY
from .following import Following
from .history_client import HistoryClient
from .series import Series

DAY = 86400.0

ROUND = 6 * 3600.0
"""Seconds between two looks for what has become too old."""

GRANTED = (GrantState.ACTIVE, GrantState.PAUSED)

AT_ONCE = 0.1
"""Of a retention, so much more is dropped from statistics at a time: each time costs them whole."""


class Retention(Part):
    """Erase until cancelled; what is to be erased is remembered until it is."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._chores, self._post = context[Chores], context[Post]
        self._memberships, self._following = context[Memberships], context[Following]
        self._history = context[HistoryClient]
        self.erasing = Listeners[BareJid, PublicationId]()
        """Of each series of which nothing is to be left."""
        self._news = asyncio.Event()
        self.runs = (self.run,)
        self.takes = {StatementKind.WITHDRAWAL: self._take_withdrawal}

    def online(self, *, resumed: bool) -> None:
        """Say what is erased: the link is there."""
        self._news.set()

    def known(self, jid: BareJid) -> None:
        """Say what is erased: it can be said to somebody."""
        self._news.set()

    def _take_withdrawal(self, heard: Heard[Grant]) -> None:
        self._following.take_grant(heard)
        if heard.said.erase_by is not None:
            self.take_back(heard.sender, heard.said.publication)

    def leave(self, friend: BareJid, several: Iterable[Series]) -> None:
        """Erase what came of series of a friend that are followed no more, after a restart too."""
        for series in several:
            # What is on its way to the recorder stops there.
            series.follower.end()
            self._history.forget(series)
            publication = series.follower.grant.publication
            self._chores.erase(self._left(friend, publication, series.statistic_id))
            self.erasing.tell(friend, publication)
        self._news.set()

    def bequeath(self, farewell: Farewell, along: Collection[BareJid]) -> None:
        """Have erased what friends lent, unless it comes along."""
        first = self._memberships.first_address
        if "moved" not in farewell:
            farewell["lent"] += [
                self._left(friend, publication, statistic_of(first(friend), publication))
                for friend, publication in self._remembered()
            ]

    def take_back(self, friend: BareJid, publication: PublicationId) -> None:
        """Erase what came of a series until now, after a restart too."""
        if (series := self._following.series[friend].get(publication)) is not None:
            self._history.forget(series)
            series.forget()
            series.progress.must_erase = True
            self.erasing.tell(friend, publication)
            self._news.set()

    async def run(self) -> None:
        """Erase what is due, and look again when more may be."""
        round_at = 0.0
        while True:
            self._news.clear()
            is_done = await self._erase_withdrawn() & await self._erase_left()
            if time.monotonic() >= round_at:
                await self._erase_old()
                round_at = time.monotonic() + ROUND
            seconds = min(round_at - time.monotonic(), math.inf if is_done else RETRY)
            await wait_for(self._news, max(0, seconds))

    async def _erase_left(self) -> bool:
        """Erase what was left and say so; return whether nothing is left to do."""
        is_done = True
        for left in self._chores.to_erase():
            friend, publication = BareJid(left["friend"]), PublicationId(left["publication"])
            if not left.get("is_erased"):
                is_erased = False
                with contained():
                    is_erased = await self._erase_all(
                        friend, publication, left["statistic"], left["entity_ids"]
                    )
                if not is_erased:
                    is_done = False
                    continue
                self._chores.note_erased(left, is_told=False)
            if not self._post.reaches(friend):
                # It is said when the link is back, or its keys are known.
                continue
            self._post.tell(friend, Erased(publication))
            await self._post.sent()
            self._chores.note_erased(left, is_told=True)
        return is_done

    async def _erase_withdrawn(self) -> bool:
        """Erase what was taken back; return whether nothing is left to do."""
        is_done = True
        for series in self._following.all_series():
            if series.progress.must_erase:
                is_erased = False
                with contained():
                    is_erased = await self._erase(series)
                is_done &= is_erased
        return is_done

    async def _erase(self, series: Series) -> bool:
        """Erase all of a series but its name and that it was taken back; return whether it is."""
        friend, publication = series.publisher, series.follower.grant.publication
        entity_ids = self._entities_of(friend, publication)
        if not await self._erase_all(friend, publication, series.statistic_id, entity_ids):
            return False
        series.progress.must_erase = False
        # It is said when the link is there.
        left = self._left(friend, publication, series.statistic_id)
        self._chores.erase({**left, "is_erased": True})
        return True

    async def _erase_all(
        self,
        friend: BareJid,
        publication: PublicationId,
        statistic_id: str,
        entity_ids: Collection[str],
    ) -> bool:
        """Erase all that came of a series but for what is granted again; return whether it is."""
        begin = self._granted_again(friend, publication)
        if begin is None:
            # A kill may have kept it from what was told of it first.
            self.erasing.tell(friend, publication)
        if not await async_erase(self._hass, statistic_id, entity_ids, begin):
            return False
        if (begin := self._granted_again(friend, publication)) is not None:
            # Statistics are erased whole: what came meanwhile is asked for again.
            series = self._following.series[friend][publication]
            self._history.forget(series)
            series.progress.forget_readings()
            self._history.ask(series, begin, time.time())
        return True

    def _granted_again(self, friend: BareJid, publication: PublicationId) -> float | None:
        """Return from when on a series that is to be erased is granted again, if it is."""
        series = self._following.series.get(friend, {}).get(publication)
        if series is None or series.follower.grant.state not in GRANTED:
            return None
        return series.follower.grant.begin

    async def _erase_old(self) -> None:
        """Erase the readings that are older than their publishers allow."""
        now = time.time()
        for series in self._following.all_series():
            if (days := series.follower.grant.terms.retention_days) is not None:
                with contained():
                    await self._erase_older(series, now - days * DAY, min(30, AT_ONCE * days))

    async def _erase_older(self, series: Series, before: float, days: float) -> None:
        """Erase what of a series is older than `before`, then so many days more of it."""
        keep_from = before + days * DAY
        await async_archive(self._hass).async_forget_before(series.statistic_id, before, keep_from)
        if "recorder" in self._hass.config.components:
            publication = series.follower.grant.publication
            entity_ids = self._entities_of(series.publisher, publication)
            await async_erase_states(self._hass, entity_ids, before)
            for entity_id in entity_ids:
                await async_trim_statistics(self._hass, entity_id, before, keep_from)

    def _remembered(self) -> Iterator[tuple[BareJid, PublicationId]]:
        for friend, of_friend in self._following.remembered.items():
            for publication in of_friend:
                yield BareJid(friend), PublicationId(publication)

    def _left(self, friend: BareJid, publication: PublicationId, statistic: str) -> LeftSeries:
        return LeftSeries(
            publication=publication,
            friend=friend,
            statistic=statistic,
            entity_ids=self._entities_of(friend, publication),
        )

    def _entities_of(self, friend: BareJid, publication: PublicationId) -> list[str]:
        """Return the entities that show a friend's series or did, by the names they have or had.

        The friend may be one no more: what is another friend's under the same id is left out.
        """
        registry = er.async_get(self._hass)
        others = {owner for owner, jid in self._memberships.owners().items() if jid != friend}

        def is_of(unique_id: str) -> bool:
            owner, shown = series_of(unique_id) or (None, None)
            return shown == publication and owner not in others

        shown = er.async_entries_for_config_entry(registry, self._entry.entry_id)
        return [
            *(entity.entity_id for entity in shown if is_of(entity.unique_id)),
            *(
                gone.entity_id
                for gone in registry.deleted_entities.values()
                # The registry has no index of what is gone. Its name may be another's by now.
                if gone.platform == DOMAIN
                and is_of(gone.unique_id)
                and registry.async_get(gone.entity_id) is None
            ),
        ]
