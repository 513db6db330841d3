"""Outages longer than a node, of a publisher and its follower together: no reading is lost."""

from collections import deque
from dataclasses import replace
import os
import random

import pytest

from custom_components.sen1.protocol.follower import (
    Action,
    AskHistory,
    FetchItems,
    Follower,
)
from custom_components.sen1.protocol.model import Item, Reading
from custom_components.sen1.protocol.publisher import Publisher, held_until
from custom_components.sen1.protocol.stamps import parse_stamp

from .samples import GRANT, ID, T, reading
from .test_follower import received


class LongOutages:
    """A publisher whose outages are longer than its node, and a follower who comes and goes.

    By the seed the source measures often or seldom, and an item that is said again moves to the
    end of the node, as with Prosody, or keeps its place.
    """

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.publisher, self.follower = Publisher(ID, interval=1), Follower(GRANT)
        self.node: dict[str, Item] = {}
        self.earlier: deque[dict[str, Item]] = deque(maxlen=30)
        """What the node held before, each time that something was published."""
        self.measured: list[Reading] = []
        self.watermarks = [T]
        self.came: set[float] = set()
        self.holes: list[AskHistory] = []
        self.second = 0
        self.is_there = self.hears_all = True
        self.must_fetch = False
        self.pause_s = self.chance.choice((1, 1, 40))
        self.does_move = self.chance.random() < 0.5

    def measure(self) -> None:
        self.second += self.pause_s
        self.measured.append(reading(self.second, self.second))

    def live(self) -> None:
        self.measure()
        self.publisher.add(self.measured[-1])
        self.publish(self.publisher.item())

    def publish(self, item: Item | None) -> None:
        assert item is not None
        told = replace(item, owed_from=self.publisher.owed_from(item))
        self.earlier.append(self.node.copy())
        if self.does_move:
            self.node.pop(item.id, None)
        self.node[item.id] = told
        while len(self.node) > 16:
            del self.node[next(iter(self.node))]
        self.publisher.acknowledge(item, self.second)
        if (watermark := self.publisher.watermark) is not None:
            self.watermarks.append(watermark)
        if self.is_there and (self.hears_all or self.chance.random() < 0.9):
            self.act(self.follower.item(told, T + self.second + 0.5))
        if self.must_fetch and (self.hears_all or self.chance.random() < 0.5):
            self.fetch()
        if self.chance.random() < 0.05:
            self.come_or_go()

    def come_or_go(self) -> None:
        self.is_there = not self.is_there
        if not self.is_there:
            return
        if self.chance.random() < 0.5:
            known = self.follower
            self.follower = Follower(GRANT, known.last_item, known.owed_from, known.last_after)
        self.fetch()

    def fetch(self) -> None:
        self.must_fetch = False
        items = list(self.node.values())
        self.chance.shuffle(items)
        self.act(self.follower.fetched(items, T + self.second + 0.5))

    def fail(self) -> None:
        """Lose the link for a while; once it is back, what is live goes, and the rest between."""
        self.publisher.drop_pending()
        for _ in range(self.chance.randrange(500 // self.pause_s)):
            self.measure()
        what = self.chance.random()
        if what < 0.3:
            # It was killed: what it noted last may be older.
            self.publisher = Publisher(ID, interval=1)
            since = min(self.chance.choice(self.watermarks), self.watermarks[-1])
            self.watermarks = [since]
            self.earlier.clear()
        else:
            since = self.watermarks[-1]
            if what < 0.6 and self.earlier:
                # The server lost its power, and with it what it held last.
                self.node = self.chance.choice(self.earlier)
        self.go_on(since)

    def go_on(self, since: float) -> None:
        held = list(self.node.values())
        since = max(since, held_until(held) or since)
        self.publisher.resume(held, since)
        newest = self.publisher.newest
        assert newest is not None
        if self.measured[-1].time > max(since, parse_stamp(newest.id)):
            self.publisher.add(self.measured[-1])
        while self.chance.random() < 0.5:
            self.say_next()
        self.publisher.add_backlog([one for one in self.measured if one.time > since])
        while self.publisher.backlog or self.publisher.waiting:
            what = self.chance.random()
            if what < 0.002:
                self.fail()
                return
            if what < 0.02:
                self.publish(self.publisher.item())
            elif what < 0.2:
                self.live()
            else:
                self.say_next()
        self.publish(self.publisher.item())

    def say_next(self) -> None:
        """Publish what waits; before anything else what is live."""
        item = self.publisher.backlog_item()
        self.publish(self.publisher.item() if self.publisher.waiting or item is None else item)

    def act(self, actions: list[Action]) -> None:
        self.came.update(received(actions))
        self.holes += [action for action in actions if isinstance(action, AskHistory)]
        self.must_fetch |= FetchItems() in actions

    def end(self) -> set[float]:
        """Let the follower be there and hear what comes next; return what it does not have."""
        self.hears_all = True
        if not self.is_there:
            self.come_or_go()
        for _ in range(20):
            self.live()
        if not self.is_there:
            self.come_or_go()
        return {one.time for one in self.measured} - self.came


OUTAGES = int(os.environ.get("SEN1_OUTAGES", "100"))
"""How many seeds the outages of one publisher are drawn from."""


@pytest.mark.parametrize("seed", range(OUTAGES))
def test_whoever_comes_and_goes_receives_each_reading_or_asks_for_it(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.sen1.protocol.publisher.ITEM_BYTES", 200)
    exchange = LongOutages(seed)
    exchange.live()
    exchange.hears_all = False
    for _ in range(5):
        for _ in range(exchange.chance.randrange(1, 100)):
            exchange.live()
        exchange.fail()
    missing = exchange.end()
    assert all(hole.begin < hole.end for hole in exchange.holes)
    asked = {at for at in missing if any(h.begin <= at <= h.end for h in exchange.holes)}
    assert missing == asked
