"""A sharing account while it runs: the session, what is published, who is followed.

Four loops, each with one job: the session keeps the link; `_consume` takes what comes from it;
`_keep` brings the server to what the user decided; `_send` publishes within the rate budget.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
import logging
import time
from typing import Any
from xml.etree.ElementTree import Element

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, issue_registry as ir

from ..const import DOMAIN
from ..history.recorder import async_is_recorded
from . import requests
from .config import friend_data, friends_of, publication_data, publications_of
from .errors import LoginRefused, PayloadRefused, RequestFailed, ResourceConflict
from .follower import Action, AskHistory, FetchItems, Subscribe
from .leaving import part_from
from .model import (
    BareJid,
    Description,
    Grant,
    GrantState,
    Item,
    PublicationId,
    node_of,
    parse_stamp,
)
from .nodes import ensure_node, set_members
from .pacing import Pacer
from .publication import Publication
from .publisher import REPEAT
from .series import Series
from .session import (
    Event,
    FriendRequest,
    GrantMessage,
    Notification,
    Offline,
    Online,
    Presence,
    Session,
)
from .store import LATER, SOON, AccountStore, Chore, Told, description_from_json
from .wire import (
    SEN1,
    description_from_item,
    grant_from_element,
    grant_seen_from_element,
    grant_seen_to_element,
    grant_to_element,
    item_from_element,
    item_to_element,
    size_of,
)

_LOGGER = logging.getLogger(__name__)

RETRY = 15.0
"""Seconds before the server is asked again for what it refused or did not answer."""

RESTART = 60.0
"""Seconds before an account begins anew after a fault of ours."""

ENVELOPE = 450
"""Bytes around an item's payload on the wire: the IQ, the pubsub elements, the condition."""

BACKLOG_RESERVE = 4096
"""Bytes of the burst that a backlog leaves to live readings."""

NODE_CHANGED = ("conflict", "item-not-found", "forbidden", "not-allowed")
"""Answers to a publish that mean the node is no longer as we left it."""

OLDER_COPY = 2 * LATER
"""Seconds the server may be ahead of what we remember: progress is written every LATER seconds."""

MOST_SERIES = 256
"""Publications one friend may grant us; more is no household and no cooperative."""

type AccountConfigEntry = ConfigEntry[Account]


class Account:
    """Run one sharing account; `async_apply` takes what the user changed, without reconnecting."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: AccountConfigEntry,
        store: AccountStore,
        make_session: Callable[[Callable[[Event], None]], Session],
    ) -> None:
        self.entry = entry
        self.refused: Counter[str] = Counter()
        """Stanzas dropped, by reason."""
        self.publications: dict[PublicationId, Publication] = {}
        self.series: dict[BareJid, dict[PublicationId, Series]] = {}
        self.holes = 0
        """How often readings were missed that the publisher's node no longer had."""
        self.requests: set[BareJid] = set()
        """Who asks to be a friend and waits for an answer."""
        self.task: asyncio.Task[None] | None = None
        """What `run` runs in."""
        self._hass = hass
        self._store = store
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self.session = make_session(self._events.put_nowait)
        self._pacer = Pacer()
        self._present: set[BareJid] = set()
        self._wake_keeper = asyncio.Event()
        self._wake_sender = asyncio.Event()
        self._are_nodes_in_order = False
        self._is_roster_in_order = False
        self._is_announced = False
        self._new_series_listeners: list[Callable[[BareJid, Series], None]] = []
        self._tasks: asyncio.TaskGroup | None = None

    # Life

    @callback
    def start(self) -> None:
        """Make what the subentries say, from what is remembered; nothing is sent yet."""
        self._apply_publications()
        self._apply_friends()

    async def run(self) -> None:
        """Run until cancelled, or until only the user can help."""
        while True:
            if not await self._run_once():
                return
            await asyncio.sleep(RESTART)

    async def _run_once(self) -> bool:
        """Run the loops; return whether to begin anew after they failed."""
        begin_anew = False
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                tasks.create_task(self.session.run())
                tasks.create_task(self._consume())
                tasks.create_task(self._keep())
                tasks.create_task(self._send())
        except* LoginRefused:
            self.entry.async_start_reauth(self._hass)
        except* ResourceConflict:
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                resource_conflict_issue(self.entry.entry_id),
                is_fixable=False,
                severity=ir.IssueSeverity.ERROR,
                translation_key="resource_conflict",
                translation_placeholders={"account": self.entry.title},
            )
        except* Exception:
            # The last resort: a fault of ours must not end the sharing for good.
            _LOGGER.exception("%s: the account begins anew after a fault", self.entry.title)
            begin_anew = True
        finally:
            self._tasks = None
            self._on_offline()
        return begin_anew

    async def async_stop(self) -> None:
        """End all tasks, stop watching, save what was learnt."""
        if self.task is not None:
            self.task.cancel()
            await asyncio.wait([self.task])
        for publication in self.publications.values():
            publication.stop()
        for series in self.all_series():
            series.stop()
        for jid in list(self.requests):
            self.async_forget_request(jid)
        await self._store.async_save()

    # What the user changes

    @callback
    def async_apply(self) -> None:
        """Take over the subentries as they are now."""
        self._apply_publications()
        self._apply_friends()
        self._are_nodes_in_order = self._is_roster_in_order = False
        self._wake_keeper.set()

    def _apply_publications(self) -> None:
        wanted = publications_of(self.entry)
        for publication_id in self.publications.keys() - wanted.keys():
            publication = self.publications.pop(publication_id)
            publication.stop()
            self._add_chore(node=publication.node)
            ir.async_delete_issue(self._hass, DOMAIN, not_recorded_issue(publication_id))
            self._store.data["watermarks"].pop(publication_id, None)
            self._store.data["descriptions"].pop(publication_id, None)
        for publication_id, subentry in wanted.items():
            data = publication_data(subentry)
            description = self._description(publication_id)
            if (running := self.publications.get(publication_id)) is not None:
                running.describe(description, data["interval_s"])
                continue
            publication = Publication(self._hass, data, description, self._wake_sender.set)
            self.publications[publication_id] = publication
            self._store.data["watermarks"].setdefault(publication_id, time.time())
            publication.start()
            self._check_recorded(publication)

    def _check_recorded(self, publication: Publication) -> None:
        """Tell the user when what a cut loses cannot be sent afterwards."""
        entity_id, issue_id = publication.entity_id, not_recorded_issue(publication.id)
        if entity_id is None or async_is_recorded(self._hass, entity_id):
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="not_recorded",
            translation_placeholders={"series": publication.description.title},
        )

    def _apply_friends(self) -> None:
        wanted = friends_of(self.entry)
        for jid in self.series.keys() - wanted.keys():
            gone = self.series.pop(jid)
            for series in gone.values():
                series.stop()
            self._add_chore(
                friend=jid,
                follows=[s.follower.grant.node for s in gone.values() if s.follower.grant.node],
                granted=list(self._store.data["told"].pop(jid, {})),
            )
            self._store.data["followed"].pop(jid, None)
        self._rename_devices()
        for jid in wanted:
            self.async_forget_request(jid)
            if jid in self.series:
                continue
            self.series[jid] = {
                publication: Series(self._hass, jid, grant, last_item)
                for publication, (grant, last_item) in self._store.followed(jid).items()
            }

    def _rename_devices(self) -> None:
        """Let each friend's device bear the name the user gave the friend."""
        titles = {
            (DOMAIN, subentry.subentry_id): subentry.title
            for subentry in friends_of(self.entry).values()
        }
        devices = dr.async_get(self._hass)
        for device in dr.async_entries_for_config_entry(devices, self.entry.entry_id):
            for identifier in device.identifiers & titles.keys():
                if device.name != titles[identifier]:
                    devices.async_update_device(device.id, name=titles[identifier])

    def _description(self, publication_id: PublicationId) -> Description:
        """Return a publication's description; its revision rises when it changed."""
        subentry = publications_of(self.entry)[publication_id]
        data = publication_data(subentry)
        content: dict[str, Any] = {
            "name": data["name"],
            "title": subentry.title,
            "unit": data["unit"],
            "measurement": dict(data["measurement"]),
            "granularity": str(data["granularity"]),
        }
        known = self._store.data["descriptions"].get(publication_id)
        revision = known["revision"] if known else 1
        if known and {**known, "revision": 0} != {**content, "revision": 0}:
            revision += 1
        content["revision"] = revision
        self._store.data["descriptions"][publication_id] = content
        self._store.save_within(SOON)
        return description_from_json(content)

    def _add_chore(
        self,
        *,
        node: str | None = None,
        friend: BareJid | None = None,
        follows: list[str] | None = None,
        granted: list[str] | None = None,
    ) -> None:
        chore: Chore = {
            "node": node,
            "friend": friend,
            "follows": follows or [],
            "granted": granted or [],
        }
        self._store.data["chores"].append(chore)
        self._store.save_within(SOON)

    # Entities

    @callback
    def async_listen_new_series(self, listener: Callable[[BareJid, Series], None]) -> CALLBACK_TYPE:
        """Call a listener for each series a friend grants from now on; return how to stop."""
        self._new_series_listeners.append(listener)
        return lambda: self._new_series_listeners.remove(listener)

    def all_series(self) -> list[Series]:
        """Return every series that is followed."""
        return [series for of_friend in self.series.values() for series in of_friend.values()]

    # What comes from the link

    async def _consume(self) -> None:
        while True:
            event = await self._events.get()
            try:
                self._take(event)
            except Exception:
                # The last resort: whatever somebody sent, the account goes on.
                _LOGGER.exception("%s: a stanza was not understood", self.entry.title)
                self.refused["unexpected"] += 1

    def _take(self, event: Event) -> None:
        match event:
            case Online():
                self._on_online(event.resumed)
            case Offline():
                self._on_offline()
            case Notification():
                self._on_notification(event)
            case GrantMessage():
                self._on_grant_message(event)
            case Presence():
                self._on_presence(event)
            case FriendRequest():
                self._on_friend_request(event.sender)

    def _on_online(self, resumed: bool) -> None:
        if not resumed:
            self._present.clear()
            self._is_announced = False
        self._are_nodes_in_order = self._is_roster_in_order = False
        self._wake_keeper.set()

    def _on_offline(self) -> None:
        self._note_progress()
        for publication in self.publications.values():
            publication.close()

    def _on_notification(self, event: Notification) -> None:
        series = self._series_of_node(event.publisher, event.node)
        if series is None:
            # A push nobody granted, or of somebody who is no friend.
            if event.node.startswith(node_of(PublicationId(""))):
                self.refused["not_granted"] += 1
            return
        for element in event.items:
            if (item := self._item(series, element)) is not None:
                self._act(series, series.take_item(item))
        self._remember_item(series)

    def _on_grant_message(self, event: GrantMessage) -> None:
        friend = friends_of(self.entry).get(event.sender)
        try:
            if friend is None:
                raise PayloadRefused("stranger")
            if event.element.tag == SEN1 + "grant-seen":
                seen = grant_seen_from_element(event.element)
                told = self._store.data["told"].setdefault(event.sender, {})
                if seen.publication not in told:
                    raise PayloadRefused("not_granted")
                if seen.state in (GrantState.ENDED, GrantState.WITHDRAWN):
                    if seen.publication not in self._granted_to(event.sender):
                        told.pop(seen.publication, None)
                else:
                    told[seen.publication] = {
                        "state": seen.state,
                        "revision": seen.revision,
                        "until": seen.until,
                        "node": node_of(seen.publication),
                    }
                self._store.save_within(SOON)
                return
            self._take_grant(event.sender, grant_from_element(event.element))
        except PayloadRefused as error:
            self.refused[error.reason] += 1

    def _take_grant(self, sender: BareJid, grant: Grant) -> None:
        of_friend = self.series[sender]
        series = of_friend.get(grant.publication)
        if series is None:
            if grant.description is None:
                # The end of something we never had: only to be acknowledged.
                self.session.tell(sender, grant_seen_to_element(grant))
                return
            if len(of_friend) >= MOST_SERIES:
                raise PayloadRefused("too_many_series")
            series = of_friend[grant.publication] = Series(self._hass, sender, grant, None)
            actions = series.take_grant(grant)
            for listener in self._new_series_listeners:
                listener(sender, series)
        else:
            known = series.follower.grant
            if grant.description is None:
                # What was granted stays described, so that the entity keeps its name and unit.
                grant = replace(known, state=grant.state, reason=grant.reason)
            actions = series.take_grant(grant)
        self._act(series, actions)
        self._store.remember_grant(sender, series.follower.grant, series.follower.last_item)
        self.session.tell(sender, grant_seen_to_element(grant))

    def _on_presence(self, event: Presence) -> None:
        if event.sender not in self.series:
            return
        if not event.available:
            self._present.discard(event.sender)
            return
        if event.sender in self._present:
            return
        self._present.add(event.sender)
        for series in self.series[event.sender].values():
            self._act(series, series.follower.reconnected())
        self._wake_keeper.set()

    def _on_friend_request(self, sender: BareJid) -> None:
        if sender in self.series:
            self.session.befriend(sender)
        elif sender not in self.requests and len(self.requests) < requests.MOST_WAITING:
            self.requests.add(sender)
            requests.async_create_issue(self._hass, self.entry, sender)

    def _item(self, series: Series, element: Element) -> Item | None:
        grant = series.follower.grant
        description = grant.description
        envelope = next(iter(element), None)
        if description is None or envelope is None:
            return None
        try:
            repeated = description_from_item(envelope)
            if repeated is not None and repeated.revision > description.revision:
                description = repeated
            item = item_from_element(element.get("id", ""), envelope, description, now=time.time())
            if item.publication != grant.publication:
                raise PayloadRefused("wrong_publication")
        except PayloadRefused as error:
            self.refused[error.reason] += 1
            return None
        if description is not grant.description:
            series.follower.grant = replace(grant, description=description)
        return item

    def _remember_item(self, series: Series) -> None:
        follower = series.follower
        self._store.remember_item(series.publisher, follower.grant.publication, follower.last_item)

    def _series_of_node(self, publisher: BareJid, node: str) -> Series | None:
        for series in self.series.get(publisher, {}).values():
            if series.follower.grant.node == node:
                return series
        return None

    # What must be asked for

    def _act(self, series: Series, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Subscribe():
                    series.wants_subscription = series.wants_items = True
                    self._start_asking(series)
                case FetchItems():
                    series.wants_items = True
                    self._start_asking(series)
                case AskHistory():
                    self.holes += 1

    def _start_asking(self, series: Series) -> None:
        if self._tasks is not None and not series.is_asking:
            series.is_asking = True
            self._tasks.create_task(self._ask(series))

    async def _ask(self, series: Series) -> None:
        """Ask the publisher's server until nothing is wanted any more, or the link goes."""
        wait = RETRY
        try:
            while series.wants_items and self._is_followed(series):
                try:
                    await self._ask_once(series)
                except RequestFailed as error:
                    _LOGGER.debug("A friend's node gave no items: %s", error.condition)
                    await asyncio.sleep(wait)
                    wait = min(2 * wait, REPEAT)
        finally:
            series.is_asking = False

    async def _ask_once(self, series: Series) -> None:
        node = series.follower.grant.node
        assert node is not None  # an active grant has one
        if series.wants_subscription:
            await self.session.subscribe(series.publisher, node)
            series.wants_subscription = False
        series.wants_items = False
        try:
            elements = await self.session.items(series.publisher, node)
        except RequestFailed:
            series.wants_items = True
            raise
        items = [item for element in elements if (item := self._item(series, element))]
        is_present = series.publisher in self._present
        self._act(series, series.take_fetched(items, is_present=is_present))
        self._remember_item(series)

    def _is_followed(self, series: Series) -> bool:
        """Return whether a series may be asked for: granted, of a friend, over a link that is up.

        A link that comes back asks for all anew.
        """
        return (
            self.session.is_online
            and series.publisher in self.series
            and series.follower.grant.state is GrantState.ACTIVE
        )

    # What the user decided, brought to the server

    async def _keep(self) -> None:
        wait: float | None = None
        while True:
            try:
                async with asyncio.timeout(wait):
                    await self._wake_keeper.wait()
            except TimeoutError:
                self._are_nodes_in_order = False
            self._wake_keeper.clear()
            wait = None
            if not self.session.is_online:
                continue
            wait = RETRY
            try:
                await self._put_in_order()
            except RequestFailed as error:
                self._are_nodes_in_order = self._is_roster_in_order = False
                _LOGGER.debug("The server is not as wanted yet: %s", error.condition)
                continue
            wait = self._until_next_grant_changes()

    async def _put_in_order(self) -> None:
        """Bring roster, nodes and grant messages to what the user decided.

        Raises the last RequestFailed when a part could not be; the others are in order then.
        """
        failures: list[RequestFailed] = []
        # Each is noted before the work: what the user changes meanwhile undoes the note.
        if not self._is_roster_in_order:
            self._is_roster_in_order = True
            try:
                await self._put_roster_in_order()
            except RequestFailed as error:
                self._is_roster_in_order = False
                failures.append(error)
        if not self._are_nodes_in_order:
            self._are_nodes_in_order = True
            failures += await self._do_chores()
            for publication in list(self.publications.values()):
                try:
                    await self._put_node_in_order(publication)
                except RequestFailed as error:
                    failures.append(error)
        # A friend told before the node lets it in would be refused.
        if self._is_roster_in_order and self._are_nodes_in_order:
            self._tell_grants()
        if failures:
            self._are_nodes_in_order = False
            raise failures[-1]

    async def _put_roster_in_order(self) -> None:
        roster = await self.session.roster()
        if not self._is_announced:
            self.session.announce()
            self._is_announced = True
            for series in self.all_series():
                self._act(series, series.follower.reconnected())
        for jid in self.series:
            if roster.get(jid) != "both":
                self.session.befriend(jid)

    async def _do_chores(self) -> list[RequestFailed]:
        """Clean what was left behind; a chore that fails is kept for the next time."""
        failures: list[RequestFailed] = []
        for chore in list(self._store.data["chores"]):
            try:
                await self._do_chore(chore)
            except RequestFailed as error:
                failures.append(error)
            else:
                self._store.data["chores"].remove(chore)
                self._store.save_within(SOON)
        return failures

    async def _do_chore(self, chore: Chore) -> None:
        if chore["node"] is not None:
            await self.session.delete_node(chore["node"])
        if chore["friend"] is None or chore["friend"] in self.series:
            return
        friend = BareJid(chore["friend"])
        for publication in self.publications.values():
            await self._put_members_in_order(publication)
        await part_from(self.session, friend, chore["granted"], chore["follows"])

    async def _put_node_in_order(self, publication: Publication) -> None:
        await ensure_node(self.session, publication.node)
        await self._put_members_in_order(publication)
        if publication.is_open:
            return
        newest = None
        for element in await self.session.items(None, publication.node, count=1):
            try:
                newest = item_from_element(
                    element.get("id", ""), element[0], publication.description, now=time.time()
                )
            except (PayloadRefused, IndexError):
                continue
        publication.publisher.resume(newest)
        await publication.async_open(self._watermark(publication, newest), time.time())

    def _watermark(self, publication: Publication, newest: Item | None) -> float:
        """Return the time up to which the server has all; tell if it has more than we remember.

        It has when this is a restored backup or a copy: what was published since is not doubled.
        """
        watermark = self._store.data["watermarks"].setdefault(publication.id, time.time())
        if newest is None or parse_stamp(newest.id) <= watermark + OLDER_COPY:
            return watermark
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            older_copy_issue(self.entry.entry_id),
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="older_copy",
            translation_placeholders={"account": self.entry.title},
        )
        return parse_stamp(newest.id)

    async def _put_members_in_order(self, publication: Publication) -> None:
        members = [jid for jid in self.series if publication.id in self._granted_to(jid)]
        await set_members(self.session, publication.node, members)

    def _granted_to(self, jid: BareJid) -> dict[PublicationId, Grant]:
        """Return the grants of a friend that are active now."""
        subentry = friends_of(self.entry).get(jid)
        if subentry is None:
            return {}
        now = time.time()
        grants = {}
        for data in friend_data(subentry)["grants"]:
            begin = datetime.fromisoformat(data["begin"]).timestamp()
            until = datetime.fromisoformat(data["until"]).timestamp()
            publication = self.publications.get(data["publication"])
            if publication is not None and begin <= now < until:
                grants[publication.id] = Grant(
                    publication=publication.id,
                    state=GrantState.ACTIVE,
                    begin=begin,
                    until=until,
                    purpose=data["purpose"],
                    node=publication.node,
                    description=publication.description,
                )
        return grants

    def _tell_grants(self) -> None:
        """Send each friend the grants not acknowledged yet, and the ends of those that are over."""
        for jid in self.series:
            granted = self._granted_to(jid)
            told = self._store.data["told"].setdefault(jid, {})
            for publication_id, grant in granted.items():
                if told.get(publication_id) != _told(grant):
                    self.session.tell(jid, grant_to_element(grant))
                    # Until it is acknowledged it differs, and is sent again at the next occasion.
                    told[publication_id] = {**_told(grant), "revision": None}
            for ended in told.keys() - granted.keys():
                over = self._over(jid, PublicationId(ended))
                self.session.tell(jid, grant_to_element(over))
        self._store.save_within(SOON)

    def _over(self, jid: BareJid, publication_id: PublicationId) -> Grant:
        """Return why a grant is over: it came to its end, or was withdrawn."""
        now = datetime.now(UTC)
        ended = any(
            data["publication"] == publication_id and datetime.fromisoformat(data["until"]) <= now
            for data in friend_data(friends_of(self.entry)[jid])["grants"]
        )
        return Grant(publication_id, GrantState.ENDED if ended else GrantState.WITHDRAWN)

    def _until_next_grant_changes(self) -> float | None:
        """Return the seconds until a grant begins or ends; None when none does."""
        now = time.time()
        moments = [
            moment
            for subentry in friends_of(self.entry).values()
            for data in friend_data(subentry)["grants"]
            for key in ("begin", "until")
            if (moment := datetime.fromisoformat(data[key]).timestamp()) > now  # type: ignore[literal-required]
        ]
        return min(moments) - now + 0.05 if moments else None

    # Publishing

    async def _send(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._wake_sender.clear()
            wait = await self._send_next(loop.time())
            if wait == 0:
                continue
            try:
                async with asyncio.timeout(wait):
                    await self._wake_sender.wait()
            except TimeoutError:
                pass

    async def _send_next(self, now: float) -> float | None:
        """Publish the item that is due first, if one may go; return the seconds to wait."""
        running = [
            publication
            for publication in self.publications.values()
            if publication.is_open and publication.held_until <= now
        ]
        dues = [
            (due, publication)
            for publication in running
            if (due := publication.publisher.due(now)) is not None
        ]
        if dues:
            due, publication = min(dues, key=lambda pair: pair[0])
            if due <= now:
                return await self._publish(publication, publication.publisher.item(), now, 0)
        for publication in running:
            item = publication.publisher.backlog_item()
            if item is not None:
                wait = await self._publish(publication, item, now, BACKLOG_RESERVE)
                return min([wait, *(due - now for due, _ in dues)])
        held = [
            publication.held_until - now
            for publication in self.publications.values()
            if publication.held_until > now
        ]
        return min([*held, *(due - now for due, _ in dues)], default=None)

    async def _publish(
        self, publication: Publication, item: Item | None, now: float, reserve: int
    ) -> float:
        """Publish an item when the budget allows; return the seconds to wait before more."""
        assert item is not None  # something is due
        is_repeat = item is publication.publisher.newest
        payload = item_to_element(item, publication.description, described=is_repeat)
        size = size_of(payload) + ENVELOPE
        if (wait := self._pacer.wait(size, now, reserve=reserve)) > 0:
            return wait
        self._pacer.spend(size, now)
        loop = asyncio.get_running_loop()
        try:
            await self.session.publish(publication.node, item.id, payload)
        except RequestFailed as error:
            if error.condition in NODE_CHANGED:
                publication.close()
                self._are_nodes_in_order = False
                self._wake_keeper.set()
            _LOGGER.debug("An item was not published: %s", error.condition)
            publication.held_until = now + RETRY
            return 0
        self._pacer.answered(loop.time() - now, is_backlog=self._has_backlog())
        if publication.is_open:
            publication.publisher.acknowledge(item, now)
            self._note_watermark(publication)
        return 0

    def _has_backlog(self) -> bool:
        return any(p.publisher.backlog for p in self.publications.values())

    def _note_watermark(self, publication: Publication) -> None:
        watermark = publication.publisher.watermark
        if watermark is not None and publication.id in self.publications:
            self._store.data["watermarks"][publication.id] = watermark
            self._store.save_within(LATER)

    def _note_progress(self) -> None:
        for publication in self.publications.values():
            self._note_watermark(publication)

    # Diagnostics

    def diagnostics(self) -> dict[str, Any]:
        """Return states, counts and reasons; no address, name or value."""
        now = time.time()
        return {
            "online": self.session.is_online,
            "drops": self.session.drops,
            "bytes_available": self._pacer.available(asyncio.get_running_loop().time()),
            "bytes_per_second": round(self._pacer.rate),
            "refused": dict(self.refused),
            "holes": self.holes,
            "requests_waiting": len(self.requests),
            "chores": len(self._store.data["chores"]),
            "publications": [
                {
                    "open": publication.is_open,
                    "measurement": publication.description.measurement,
                    "interval_s": publication.publisher.interval,
                    "waiting": publication.publisher.waiting,
                    "backlog": publication.publisher.backlog,
                    "bad_values": publication.bad_values,
                    "has_entity": publication.entity_id is not None,
                }
                for publication in self.publications.values()
            ],
            "friends": [
                {
                    "present": jid in self._present,
                    "granted": len(self._granted_to(jid)),
                    "series": [
                        {
                            "status": series.follower.status(now),
                            "received": series.received,
                            "age_s": round(now - latest.time, 1)
                            if (latest := series.follower.latest)
                            else None,
                        }
                        for series in of_friend.values()
                    ],
                }
                for jid, of_friend in self.series.items()
            ],
        }

    # Requests for friendship

    @callback
    def async_forget_request(self, jid: BareJid) -> None:
        """Forget a request that was answered."""
        if jid in self.requests:
            self.requests.discard(jid)
            requests.async_delete_issue(self._hass, self.entry, jid)


def not_recorded_issue(publication_id: PublicationId) -> str:
    """Return the id of the repair issue of a publication that the recorder leaves out."""
    return f"not_recorded_{publication_id}"


def resource_conflict_issue(entry_id: str) -> str:
    """Return the id of the repair issue of an account that another copy logs in with."""
    return f"resource_conflict_{entry_id}"


def older_copy_issue(entry_id: str) -> str:
    """Return the id of the repair issue of an account whose server is ahead of it."""
    return f"older_copy_{entry_id}"


def _told(grant: Grant) -> Told:
    return {
        "state": grant.state,
        "revision": grant.description.revision if grant.description else None,
        "until": grant.until,
        "node": grant.node,
    }
