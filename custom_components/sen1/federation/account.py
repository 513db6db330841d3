"""A sharing account while it runs: it hands what comes of its link to the parts that see to it.

Three loops, each with one job: the session keeps the link; `_consume` takes what comes from it and
hands it on; each part runs what is its own. What the parts are, composition.py says.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from functools import partial
import time
from typing import Any
from xml.etree.ElementTree import Element, tostring

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassDict

from ..const import docs_page
from ..faults import contained, note_fault
from ..protocol.budget import Effort
from ..protocol.errors import LoginRefused, PayloadRefused, ResourceConflict
from ..protocol.model import BareJid
from ..protocol.trust.chain import details_of
from ..protocol.trust.kinds import KINDS, StatementKind, kind_of, message_from_element
from ..protocol.trust.signed import said_of
from ..protocol.trust.wire import claimed_kind
from ..texts import async_texts
from .composition import parts_of
from .config import friends_of
from .context import AccountContext
from .issues import Issue, async_tell
from .journal.journal import Journal
from .kept import Farewell
from .own_keys import OwnKeys
from .part import Heard, Part
from .relations.relations import Relations
from .store import AccountStore
from .talk.post import Post
from .trust.statements import Statements
from .trust.trust import UNKNOWN_KEY, Trust
from .xmpp.events import CommandRequest, Event, GrantMessage, Notification, Online
from .xmpp.session import Session

RESTART = 60.0
"""Seconds before an account begins anew after a fault of ours."""

FOR_NOW = ("too_often", "too_many_members")
"""Why something is not taken that may be in a while."""

type AccountConfigEntry = ConfigEntry[Account]


class Account:
    """Run one sharing account; `async_apply` takes what the user changed, without reconnecting."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: AccountConfigEntry,
        store: AccountStore,
        own: OwnKeys,
        make_session: Callable[[Callable[[Event], None]], Session],
    ) -> None:
        self.task: asyncio.Task[None]
        """What `run` runs in; whoever starts the account makes it."""
        self.beside = HassDict()
        self._is_stopped = False
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self.session = make_session(self._events.put_nowait)
        # What comes while the link is being closed is for the next start.
        self.session.acknowledge_taken(self._events.empty)
        self.context = AccountContext(hass, entry, store, own, self.session)
        self.store, self._parts = store, parts_of(self.context)
        self.trust, self.journal = self.context[Trust], self.context[Journal]
        self.statements = self.context[Statements]
        self._hearers = defaultdict[type[Event], list[Callable[[Any], None]]](list)
        for part in self._parts:
            for event, hear in part.hears.items():
                self._hearers[event].append(hear)
        self._takes = {kind: one for part in self._parts for kind, one in part.takes.items()}
        self._verifies = {kind: one for part in self._parts for kind, one in part.verifies.items()}
        self._admits = {kind: one for part in self._parts for kind, one in part.admits.items()}
        self.trust.listeners.add(lambda jid: self._tell_all(lambda part: part.known(jid)))
        self.context.arrived.add(lambda jid: self._tell_all(lambda part: part.there(jid)))
        self.context.moved.add(lambda old, new: self._tell_all(lambda part: part.moved(old, new)))

    def __getitem__[P: Part](self, kind: type[P]) -> P:
        """Return a part."""
        return self.context[kind]

    # Life

    async def async_start(self) -> None:
        """Make what the subentries say, from what is remembered; nothing is sent yet."""
        hass = self.context.hass
        texts = await async_texts(hass, "selector.introduction.options")
        page = docs_page(hass.config.language, "sharing")
        self.session.introduction = texts["line"].format(page=page)
        for part in self._parts:
            await part.async_load()
        await self.async_apply()

    async def async_apply(self) -> None:
        """Take over the subentries as they are now."""
        for part in self._parts:
            await part.async_prepare()
        if not self._is_stopped:
            # None waits: what one takes over the next finds.
            for part in self._parts:
                part.apply()

    async def run(self) -> None:
        """Run until cancelled, or until only the user can help."""
        while True:
            if not await self._run_once():
                return
            await asyncio.sleep(RESTART)

    async def _run_once(self) -> bool:
        """Run the parts; return whether to begin anew after they failed."""
        hass, entry, has_failed = self.context.hass, self.context.entry, False
        try:
            async with asyncio.TaskGroup() as tasks:
                for run in (run for part in self._parts for run in part.runs):
                    tasks.create_task(run())
                tasks.create_task(self.session.run())
                tasks.create_task(self._consume())
        except* LoginRefused:
            entry.async_start_reauth(hass)
        except* ResourceConflict:
            async_tell(hass, entry, Issue.RESOURCE_CONFLICT, entry.entry_id)
        except* Exception as group:
            note_fault(group)
            has_failed = True
        return has_failed

    async def async_stop(self) -> None:
        """End all tasks, stop watching, save what was learnt."""
        self._is_stopped = True
        self.task.cancel()
        await asyncio.wait([self.task])
        for part in reversed(self._parts):
            with contained():
                await part.async_stop()
        await self.store.async_save()

    # What comes from the link

    async def _consume(self) -> None:
        while True:
            self._take_or_refuse(await self._events.get())
            self.session.acknowledge()

    def _take_or_refuse(self, event: Event) -> None:
        try:
            self._take(event)
        except PayloadRefused as error:
            if error.reason == UNKNOWN_KEY and isinstance(event, GrantMessage):
                again = partial(self._take_or_refuse, event)
                if self.trust.wanted.hold(event.sender, again):
                    return
            if error.reason in FOR_NOW and isinstance(event, GrantMessage):
                self._put_off(event)
            self.journal.refused(error.reason)
        except Exception as error:
            note_fault(error)
            self.journal.refused("unexpected")

    def _put_off(self, event: GrantMessage) -> None:
        """Let who joins, and cannot be taken now, say so again soon rather than in a day."""
        if claimed_kind(event.element) is StatementKind.JOINED:
            self.session.put_off(event.sender)

    def _take(self, event: Event) -> None:
        self._refuse_stopped(event)
        match event:
            case Online(resumed=resumed):
                self._tell_all(lambda part: part.online(resumed=resumed))
            case GrantMessage():
                self._take_statement(event.sender, event.element)
        for hear in self._hearers[type(event)]:
            hear(event)

    def _refuse_stopped(self, event: Event) -> None:
        """Raise PayloadRefused for what comes of a friend whose key changed."""
        match event:
            case Notification(publisher=sender) | GrantMessage(sender=sender):
                pass
            case CommandRequest(sender=sender):
                pass
            case _:
                return
        if self.trust.is_stopped(sender):
            if isinstance(event, CommandRequest):
                self.session.refuse_command(event, "not-authorized", "Another key.")
            raise PayloadRefused("key_changed")

    def _take_statement(self, sender: BareJid, element: Element) -> None:
        """Take what somebody says, known or not: who may say it, at what cost, who takes it."""
        relations, kind = self[Relations], claimed_kind(element)
        admits = self._admits.get(kind) if kind else None
        if not (relations.may_say(sender, element) or (admits and admits(sender, element))):
            raise PayloadRefused("stranger")
        if kind is None:
            raise PayloadRefused("wrong_kind")
        is_sure = KINDS[kind].takes_back and relations.is_remembered(sender)
        budgets, now = self.context.budgets, time.monotonic()
        budgets.charge(Effort.RESERVE if is_sure else Effort.MESSAGE, sender, now)
        if (verify := self._verifies.get(kind)) is not None:
            verify(sender, element)
            return
        payload, signed = self[Post].opened(sender, element)
        size = len(tostring(payload) if signed is None else signed.statement)
        budgets.charge(Effort.RESERVE if is_sure else Effort.KEPT, sender, now, size)
        if (kind := kind_of(payload)) is None:
            raise PayloadRefused("wrong_kind")
        row, take, said = KINDS[kind], self._takes.get(kind), message_from_element(payload)
        is_signed = signed is not None or not row.needs_key
        if take is None or not is_signed or not row.says & relations.ties(sender):
            raise PayloadRefused("stranger")
        take(Heard(sender, said, None if signed is None else said_of(signed.statement)))
        if row.entered is not None:
            plain = {} if signed is not None else details_of(payload)
            self.journal.entered(kind, sender, signed, ours=False, **plain)

    def _tell_all(self, tell: Callable[[Part], None]) -> None:
        """Call a hook of each part: one that fails ends no other."""
        for part in self._parts:
            with contained():
                tell(part)

    def we_moved(self, here: BareJid, along: Collection[BareJid]) -> None:
        """Take that we are at another address, while nothing runs; `along`: who follows us."""
        for part in self._parts:
            part.we_moved(here, along)

    def bequeath(self, farewell: Farewell, along: Collection[BareJid]) -> None:
        """Add to a farewell what must be cleaned, while nothing runs; `along`: who follows us."""
        for part in self._parts:
            part.bequeath(farewell, along)

    async def async_remove(self) -> None:
        """Delete all that is kept of the account here."""
        for part in self._parts:
            await part.async_remove()
        await self.store.async_remove()

    # Diagnostics

    @property
    def refusals(self) -> Counter[str]:
        """What was not taken, by reason: at the door of the link, or for what it says."""
        return self.journal.refused_in_all

    def diagnostics(self) -> dict[str, Any]:
        """Return states, counts and reasons; no address, name or value."""
        found: dict[str, Any] = {
            "online": self.session.is_online,
            "drops": self.session.drops,
            "refused": dict(self.refusals),
            "over_budget": dict(self.context.budgets.refused),
        }
        for part in self._parts:
            found |= part.diagnostics()
        friends = friends_of(self.context.entry)
        found["friends"] = [
            {name: each for part in self._parts for name, each in part.of_friend(jid).items()}
            for jid in friends
        ]
        return found
