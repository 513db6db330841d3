"""Proxies of 2019 while their account runs: what they send becomes feeds, what is granted goes out.

Nothing they send is lost: what has no place is kept, shown, and placed once the household says
where it belongs.
"""

from collections import Counter
from datetime import datetime
import time
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigSubentry

from ...protocol.budget import Effort
from ...protocol.errors import PayloadRefused
from ...protocol.legacy.local_clock import LocalClock
from ...protocol.legacy.sen1_message import (
    SEN1_MESSAGE,
    DataType,
    Datum,
    Sen1Message,
    from_element,
    to_element,
    value_of,
    written,
)
from ...protocol.limits import check_time, size_of
from ...protocol.model import Item, Reading
from ..config import MappedData, ReceivedData, proxies_of, proxy_data
from ..consent.policy import Policy
from ..context import AccountContext
from ..issues import Issue, async_tell_only
from ..journal.journal import Journal
from ..part import Part
from ..publish.publication import Publication
from ..publish.sender import Sender
from ..states import shown_of
from ..store import SOON
from ..xmpp.events import OlderMessage
from .feed import Content, FeedDescription, FeedQuantity
from .feeds import Feeds

MOST_UNPLACED = 10_000
"""Values kept without a place for one proxy: three months of a series each quarter of an hour. More
is refused and counted: a stranger to our names must not fill the disk."""

type Key = tuple[str, str, str]
"""User, name and metaname: what tells a series in the dialect."""


class Unplaced(TypedDict):
    """A value of a proxy of 2019 that has no place yet, as it came."""

    username: str
    name: str
    metaname: str
    unit: str
    type: str
    value: str
    timestamp: str


class Proxies(Part):
    """Take what proxies of 2019 send, and send them what they are granted."""

    def __init__(self, context: AccountContext) -> None:
        super().__init__(context)
        self._journal, self._budgets = context[Journal], context.budgets
        self._unplaced: dict[str, list[Unplaced]] = self._store.kept("unplaced", {})
        """Proxy's subentry → what came and has no place, in the order of arrival."""
        self._clocks: dict[str, dict[str, tuple[str, int]]] = self._store.kept("clocks", {})
        """Proxy's subentry → series → its last time without an offset, and which of two it was."""
        self._feeds, self._policy = context[Feeds], context[Policy]
        context[Sender].ways.append(self.send)
        self._zones: dict[str, ZoneInfo] = {}
        self.hears = {OlderMessage: self._hear}

    # What the user decided

    async def async_prepare(self) -> None:
        """Read the time zones off the event loop, before the first message is placed."""
        names = {proxy_data(subentry)["zone"] for subentry in proxies_of(self._entry).values()}
        for name in names - self._zones.keys():
            self._zones[name] = await self._hass.async_add_executor_job(ZoneInfo, name)

    def apply(self) -> None:
        """Take over the proxies as they are configured now; place what has a place by now."""
        proxies = proxies_of(self._entry)
        for subentry_id in self._unplaced.keys() - proxies.keys():
            del self._unplaced[subentry_id]
        for subentry_id in self._clocks.keys() - proxies.keys():
            del self._clocks[subentry_id]
        for subentry_id, subentry in proxies.items():
            rows = {_name(_key(row)): row for row in proxy_data(subentry)["received"]}
            self._feeds.take_over(subentry_id, rows.__contains__)
            for name, row in rows.items():
                self._feeds.ensure(subentry_id, name, _description(row), row["title"])
            self._place(subentry, self._unplaced.pop(subentry_id, []))
        async_tell_only(self._hass, self._entry, Issue.UNPLACED, self._unplaced)

    # What comes

    def _hear(self, event: OlderMessage) -> None:
        """Take what a proxy says, if it is one; raises PayloadRefused."""
        if event.element.tag == SEN1_MESSAGE:
            proxies = proxies_of(self._entry).values()
            of_sender = (one for one in proxies if proxy_data(one)["jid"] == event.sender)
            if (subentry := next(of_sender, None)) is None:
                raise PayloadRefused("stranger")
            self._budgets.charge(Effort.ROW, event.sender, time.monotonic())
            self._take(subentry, from_element(event.element))

    def _take(self, subentry: ConfigSubentry, message: Sen1Message) -> None:
        if len(self._unplaced.get(subentry.subentry_id, ())) + len(message.data) > MOST_UNPLACED:
            raise PayloadRefused("too_many_unplaced")
        self._place(
            subentry,
            [
                Unplaced(
                    username=message.username,
                    name=message.name,
                    metaname=message.metaname,
                    unit=message.unit,
                    type=message.type,
                    value=datum.value,
                    timestamp=datum.timestamp,
                )
                for datum in message.data
            ],
        )

    def unplaced(self, subentry_id: str) -> dict[Key, list[Unplaced]]:
        """Return what has no place, by series."""
        found: dict[Key, list[Unplaced]] = {}
        for value in self._unplaced.get(subentry_id, ()):
            found.setdefault(_key(value), []).append(value)
        return found

    def forget_unplaced(self, subentry_id: str) -> None:
        """Forget what has no place, as the household wishes."""
        self._unplaced.pop(subentry_id, None)
        async_tell_only(self._hass, self._entry, Issue.UNPLACED, self._unplaced)
        self._store.save_within(SOON)

    def _place(self, subentry: ConfigSubentry, values: list[Unplaced]) -> None:
        """Hand values to their feeds in the order they came; keep those without a place."""
        rows = {_key(row): row for row in proxy_data(subentry)["received"]}
        readings: dict[Key, list[Reading]] = {}
        kept: list[Unplaced] = []
        for value in values:
            key = _key(value)
            try:
                reading = self._reading(subentry, value) if key in rows else None
            except PayloadRefused as error:
                self._journal.refused(error.reason)
                continue
            if reading is None:
                kept.append(value)
            else:
                readings.setdefault(key, []).append(reading)
        for key, several in readings.items():
            row = rows[key]
            feed = self._feeds.ensure(
                subentry.subentry_id, _name(key), _description(row), row["title"]
            )
            self._feeds.take(feed, several)
        if kept:
            self._unplaced.setdefault(subentry.subentry_id, []).extend(kept)
        async_tell_only(self._hass, self._entry, Issue.UNPLACED, self._unplaced)
        self._store.save_within(SOON)

    def _reading(self, subentry: ConfigSubentry, value: Unplaced) -> Reading | None:
        """Return a value of a series that is known; None: its time is none, or cannot be told yet.

        Raises PayloadRefused for what cannot be, now or later.
        """
        clocks, name = self._clocks.setdefault(subentry.subentry_id, {}), _name(_key(value))
        try:
            content = value_of(value["value"], value["type"])
            if (zone := self._zones.get(proxy_data(subentry)["zone"])) is None:
                return None
            last, fold = clocks.get(name, ("", 0))
            clock = LocalClock(zone, datetime.fromisoformat(last) if last else None, fold)
            at = clock.place(value["timestamp"])
        except ValueError:
            return None
        check_time(at, time.time())
        if clock.last is not None:
            clocks[name] = (clock.last.isoformat(), clock.fold)
        return Reading(round(at, 3), content)

    # What goes out

    def send(self, publication: Publication, item: Item) -> int:
        """Send an item's readings to the proxies granted them; return the bytes that took."""
        size = 0
        for subentry in proxies_of(self._entry).values():
            data = proxy_data(subentry)
            term = self._policy.active_in(data["grants"]).get(publication.id)
            zone = self._zones.get(data["zone"])
            if term is None or zone is None:
                continue
            shown = shown_of(publication.description)
            told = tuple(
                Datum(_text(shown.value(reading)), written(reading.time, zone))
                for reading in item.readings
                if term.covers(publication.span(reading))
            )
            before = size
            for row in data["sent"] if told else ():
                if row["publication"] == publication.id:
                    message = Sen1Message(
                        username=row["username"],
                        name=row["name"],
                        metaname=row.get("metaname", ""),
                        unit=row.get("unit", ""),
                        type=row["type"],
                        source=data["ours"],
                        destination=data["theirs"],
                        data=told,
                    )
                    payload = to_element(message)
                    # In a chat, so that the proxies' servers keep it for the absent.
                    self._session.tell(data["jid"], payload, kind="chat")
                    size += size_of(payload)
            if size > before:
                self._journal.sent([data["jid"]], publication.id, len(told), size - before)
        return size

    def diagnostics(self) -> dict[str, Any]:
        """Return what waits for a place; no name or value."""
        several = []
        for subentry_id, subentry in proxies_of(self._entry).items():
            data, unplaced = proxy_data(subentry), self._unplaced.get(subentry_id, [])
            # A type that is not one of the dialect is what somebody wrote.
            types = Counter(v["type"] if v["type"] in DataType else "other" for v in unplaced)
            counts = {"sent": len(data["sent"]), "received": len(data["received"])}
            several.append({"unplaced": len(unplaced), "types": dict(types), **counts})
        return {"proxies": several}


def _key(row: MappedData | Unplaced) -> Key:
    return row["username"], row["name"], row.get("metaname", "")


def _name(key: Key) -> str:
    """Return the name of a feed: no part of a key can hold the sign between them."""
    return "\n".join(key)


def _description(row: ReceivedData) -> FeedDescription:
    return FeedDescription(FeedQuantity.SERIES, Content(row["content"]), row.get("unit") or None)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
