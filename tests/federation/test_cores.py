"""The pure cores: what is published when, and what a follower makes of what arrives."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
import os
import random

import pytest

from custom_components.sen1.protocol.follower import (
    SILENCE,
    Action,
    AskHistory,
    FetchItems,
    Follower,
    Received,
    Status,
    Subscribe,
)
from custom_components.sen1.protocol.model import (
    Description,
    Grant,
    GrantState,
    Granularity,
    Item,
    ItemId,
    PublicationId,
    Reading,
    parse_stamp,
    stamp,
)
from custom_components.sen1.protocol.pacer import BURST, RATE, Pacer
from custom_components.sen1.protocol.publisher import REPEAT, Publisher, held_until
from custom_components.sen1.protocol.stanzas import item_to_element, size_of

ID = PublicationId("p")
T = 1_780_000_000.0
DESCRIPTION = Description(
    "urn:uuid:x_consumption/power/apparent/live", "Meter", "VA", {}, Granularity.LIVE, 1
)
GRANT = Grant(ID, GrantState.ACTIVE, node="n", description=DESCRIPTION)


def reading(offset: float, value: float = 1) -> Reading:
    return Reading(round(T + offset, 3), value)


def item(offset: float, after: float | None = None, *, unavailable: bool = False) -> Item:
    return Item(
        ID,
        ItemId(stamp(T + offset)),
        None if after is None else ItemId(stamp(T + after)),
        1,
        () if unavailable else (reading(offset, offset),),
        unavailable,
    )


# The publisher


def test_a_first_reading_goes_at_once_and_the_next_at_the_end_of_the_interval() -> None:
    publisher = Publisher(ID, interval=5)
    publisher.add(reading(0))
    assert publisher.due(100) == 100
    first = publisher.item()
    assert first is not None
    publisher.acknowledge(first, 100)
    for offset in (1, 2, 3):
        publisher.add(reading(offset))
    assert publisher.due(101) == 105
    second = publisher.item()
    assert second is not None
    assert [r.time for r in second.readings] == [T + 1, T + 2, T + 3]
    assert second.id == stamp(T + 3)
    assert second.after == first.id


def test_a_reading_stays_until_the_server_acknowledged_it() -> None:
    publisher = Publisher(ID, interval=5)
    publisher.add(reading(0))
    item = publisher.item()
    publisher.add(reading(1))
    assert item is not None
    publisher.acknowledge(item, 100)
    assert publisher.waiting == 1
    assert publisher.watermark == T


def test_the_last_item_is_repeated_whole_under_its_own_name() -> None:
    publisher = Publisher(ID, interval=5)
    publisher.add(reading(0))
    publisher.add(reading(1))
    first = publisher.item()
    assert first is not None
    publisher.acknowledge(first, 100)
    assert publisher.due(101) == 100 + REPEAT
    assert publisher.item() == first


def test_a_source_without_value_is_told_once_and_after_its_last_readings() -> None:
    publisher = Publisher(ID, interval=5)
    publisher.add(reading(0))
    publisher.set_unavailable(T + 1)
    first = publisher.item()
    assert first is not None
    assert first.readings
    publisher.acknowledge(first, 100)
    second = publisher.item()
    assert second is not None
    assert (second.readings, second.unavailable, second.id) == ((), True, stamp(T + 1))
    publisher.acknowledge(second, 105)
    assert publisher.due(106) == 105 + REPEAT


def test_a_backlog_waits_behind_live_readings_and_holds_the_watermark_back() -> None:
    publisher = Publisher(ID, interval=5)
    publisher.resume([item(0)], T)
    publisher.add(reading(100))
    assert publisher.watermark is None
    publisher.add_backlog([reading(10), reading(20), reading(100)])
    live = publisher.item()
    assert live is not None
    assert [r.time for r in live.readings] == [T + 100]
    publisher.acknowledge(live, 1)
    assert publisher.watermark == pytest.approx(T + 10 - 0.001)
    old = publisher.backlog_item()
    assert old is not None
    assert [r.time for r in old.readings] == [T + 10, T + 20]
    assert old.after == live.id
    publisher.acknowledge(old, 2)
    assert publisher.backlog_item() is None
    assert (publisher.waiting, publisher.backlog) == (0, 0)
    # What is old may have pushed the newest off the node.
    assert publisher.due(2) == 2
    assert publisher.item() == replace(live, after=old.id)


def test_a_cut_while_catching_up_keeps_the_watermark_where_it_was() -> None:
    publisher = Publisher(ID, interval=5)
    publisher.resume([item(0)], T)
    publisher.add_backlog([reading(10), reading(20)])
    publisher.add(reading(100))
    live = publisher.item()
    assert live is not None
    publisher.acknowledge(live, 1)
    assert publisher.watermark == pytest.approx(T + 10 - 0.001)
    publisher.drop_pending()
    assert publisher.watermark is None


def test_two_readings_at_one_time_are_one_and_the_later_said_wins() -> None:
    publisher = Publisher(ID, interval=5)
    publisher.add(reading(0, 1))
    publisher.add(reading(0, 2))
    item = publisher.item()
    assert item is not None
    assert item.readings == (reading(0, 2),)


def test_an_item_stays_under_eight_kilobytes_whatever_its_readings() -> None:
    publisher = Publisher(ID, interval=5)
    for offset in range(400):
        publisher.add(Reading(T + offset, "x" * 255))
    sizes, texts = [], []
    while publisher.waiting:
        item = publisher.item()
        assert item is not None
        sizes.append(size_of(item_to_element(item, replace(DESCRIPTION, unit=None))))
        texts.extend(item.readings)
        publisher.acknowledge(item, 0)
    assert max(sizes) < 8192
    assert len(texts) == 400


# The budget


def test_the_average_rate_is_kept_after_one_burst() -> None:
    pacer = Pacer()
    now = sent = 0.0
    while now < 1000:
        wait = pacer.wait(700, now)
        now += wait
        pacer.spend(700, now)
        sent += 700
    assert sent <= BURST + RATE * now


def test_a_backlog_leaves_a_reserve_to_live_readings() -> None:
    pacer = Pacer()
    pacer.spend(BURST - 1000, 0)
    assert pacer.wait(900, 0) == 0
    assert pacer.wait(900, 0, reserve=4096) > 0


def test_a_backlog_goes_faster_while_the_server_answers_at_once() -> None:
    pacer = Pacer()
    for _ in range(20):
        pacer.answered(0.05, is_backlog=True)
    assert pacer.rate == 8 * RATE
    pacer.answered(2.0, is_backlog=True)
    assert pacer.rate == 4 * RATE
    for _ in range(5):
        pacer.answered(2.0, is_backlog=True)
    assert pacer.rate == RATE
    pacer.answered(0.05, is_backlog=True)
    pacer.answered(0.05, is_backlog=False)
    assert pacer.rate == RATE


# The follower


def received(actions: list[Action]) -> list[float]:
    return [r.time for a in actions if isinstance(a, Received) for r in a.readings]


def test_a_grant_makes_it_subscribe_and_its_end_makes_it_stop() -> None:
    follower = Follower(replace(GRANT, state=GrantState.PAUSED))
    assert follower.status(T) is Status.PAUSED
    assert follower.set_grant(GRANT) == [Subscribe()]
    assert follower.status(T) is Status.WAITING
    assert follower.set_grant(replace(GRANT, state=GrantState.WITHDRAWN)) == []
    assert follower.status(T) is Status.WITHDRAWN
    assert follower.reconnected() == []


def test_each_reading_is_received_once() -> None:
    follower = Follower(GRANT)
    assert received(follower.item(item(0), T)) == [T]
    assert received(follower.item(item(0), T)) == []
    assert received(follower.item(item(1, 0), T)) == [T + 1]
    assert received(follower.fetched([item(0), item(1, 0)], T)) == []


def test_a_missed_item_makes_it_ask_for_the_node_until_it_has_it() -> None:
    follower = Follower(GRANT)
    follower.item(item(0), T)
    assert FetchItems() in follower.item(item(20, 10), T + 20)
    assert FetchItems() in follower.item(item(30, 20), T + 30)
    actions = follower.fetched([item(0), item(10, 0), item(20, 10), item(30, 20)], T + 30)
    assert received(actions) == [T + 10]
    assert not any(isinstance(action, AskHistory) for action in actions)
    assert FetchItems() not in follower.item(item(40, 30), T + 40)


def test_what_is_no_longer_on_the_node_is_asked_from_the_history() -> None:
    follower = Follower(GRANT)
    follower.item(item(0), T)
    actions = follower.fetched([item(50, 40), item(60, 50)], T + 70)
    assert AskHistory(T, T + 70) in actions


def test_after_a_start_what_was_received_before_is_known_again() -> None:
    follower = Follower(GRANT, ItemId(stamp(T + 20)), last_after=ItemId(stamp(T + 10)))
    node = [item(0, -1), item(10, 0), item(20, 10), item(30, 20)]
    assert received(follower.fetched(node, T)) == [T + 30]
    assert follower.latest == reading(30, 30)


def test_an_outage_sent_after_a_live_reading_is_known_again_too() -> None:
    node = [item(0, -1), item(100, 0), item(50, 100), item(60, 50)]
    follower = Follower(GRANT)
    assert sorted(received(follower.fetched(node, T))) == [T, T + 50, T + 60, T + 100]
    again = Follower(GRANT, follower.last_item, last_after=follower.last_after)
    assert received(again.fetched([*node, item(70, 60)], T)) == [T + 70]


def node_full_of_an_outage() -> list[Item]:
    return [
        replace(
            item(1000 * number, 1000 * (number - 1)),
            readings=tuple(reading(1000 * number - 200 + second) for second in range(201)),
        )
        for number in range(1, 17)
    ]


def test_a_node_full_of_an_outage_is_received_once() -> None:
    follower, full = Follower(GRANT), node_full_of_an_outage()
    assert len(received(follower.fetched(full, T))) == 16 * 201
    assert received(follower.fetched(full, T)) == []


def test_what_came_before_the_node_could_be_asked_for_is_received_once() -> None:
    follower, full = Follower(GRANT, ItemId(stamp(T - 1000))), node_full_of_an_outage()
    pushed = [received(follower.item(one, T)) for one in full[8:]]
    assert sum(map(len, pushed)) == 8 * 201
    assert len(received(follower.fetched(full, T))) == 8 * 201


def test_readings_sent_anew_in_other_items_are_received_once() -> None:
    """As after a kill: the publisher goes on from what it last noted, minutes before."""
    follower = Follower(GRANT)
    for second in range(300):
        follower.item(item(second, second - 1), T + second)
    again = replace(item(310, 299), readings=tuple(reading(at, at) for at in range(311)))
    assert received(follower.item(again, T + 310)) == [T + at for at in range(300, 311)]


@pytest.mark.parametrize(("said", "corrected"), [(640, 641), (-1, -2), (0, False), ("a", "b")])
def test_another_value_of_one_time_is_a_correction(said: float | str, corrected: float) -> None:
    follower = Follower(GRANT)
    first = replace(item(0), readings=(Reading(T, said),))
    second = replace(first, readings=(Reading(T, corrected),))
    follower.item(first, T)
    assert received(follower.item(second, T)) == ([T] if said != corrected else [])
    assert received(follower.item(second, T)) == []
    assert received(follower.item(first, T)) == ([T] if said != corrected else [])


def test_the_greatest_time_wins_whatever_the_order_of_arrival() -> None:
    follower = Follower(GRANT)
    follower.item(item(100), T + 100)
    follower.item(item(10, 100), T + 101)
    assert follower.latest == reading(100, 100)


def test_silence_is_noticed_after_three_missed_repeats() -> None:
    follower = Follower(GRANT)
    follower.item(item(0), T)
    assert follower.status(T + SILENCE - 1) is Status.RECEIVING
    assert follower.status(T + SILENCE) is Status.SILENT
    follower.item(item(0), T + SILENCE)
    assert follower.status(T + SILENCE) is Status.RECEIVING


def test_an_old_item_is_a_sign_of_life_only_of_a_publisher_who_is_there() -> None:
    follower = Follower(GRANT)
    follower.fetched([item(0)], T + 2 * SILENCE)
    assert follower.status(T + 2 * SILENCE) is Status.SILENT
    follower.fetched([item(0)], T + 2 * SILENCE, is_present=True)
    assert follower.status(T + 2 * SILENCE) is Status.RECEIVING


def test_a_grant_that_reached_its_end_needs_nobody_to_say_so() -> None:
    follower = Follower(replace(GRANT, until=T + 60))
    follower.item(item(0), T)
    assert follower.changes_at(T) == T + 60
    assert follower.status(T + 60) is Status.ENDED


def test_unavailable_is_a_status_and_not_a_value() -> None:
    follower = Follower(GRANT)
    follower.item(item(0), T)
    follower.item(item(1, 0, unavailable=True), T + 1)
    assert follower.status(T + 1) is Status.SOURCE_UNAVAILABLE
    follower.item(item(2, 1), T + 2)
    assert follower.status(T + 2) is Status.RECEIVING


def test_a_lossy_link_delivers_every_reading_the_node_still_has() -> None:
    """A publisher and a follower joined by a wire that loses, doubles and swaps items."""
    rng = random.Random(7)
    publisher, follower = Publisher(ID, interval=1), Follower(GRANT)
    node: dict[str, Item] = {}
    got: set[float] = set()
    wire: list[Item] = []

    def deliver(now: float) -> None:
        while wire:
            actions = follower.item(wire.pop(rng.randrange(len(wire))), now)
            got.update(received(actions))
            if FetchItems() in actions and rng.random() < 0.7:
                got.update(received(follower.fetched(list(node.values()), now)))

    for second in range(2000):
        publisher.add(reading(second, second))
        next_item = publisher.item()
        assert next_item is not None
        node[next_item.id] = next_item
        while len(node) > 16:
            del node[min(node)]
        publisher.acknowledge(next_item, second)
        wire.extend([next_item] * rng.choice((0, 1, 1, 1, 2)))
        if rng.random() < 0.5:
            deliver(T + second)
    got.update(received(follower.fetched(list(node.values()), T + 2000)))
    assert got == {T + second for second in range(2000)}
    assert follower.latest == reading(1999, 1999)


def test_an_item_says_from_when_on_readings_of_an_outage_are_still_to_come() -> None:
    publisher = Publisher(ID, interval=1)
    publisher.resume([item(0)], T)
    publisher.add(reading(100))
    live = publisher.item()
    assert live is not None
    assert publisher.owed_from(live) == T
    publisher.acknowledge(live, 1)
    publisher.add_backlog(reading(second) for second in range(1, 100))
    assert publisher.owed_from(live) == T + 1
    old = publisher.backlog_item()
    assert old is not None
    assert publisher.owed_from(old) is None


def test_who_leaves_in_the_middle_of_a_long_outage_asks_for_all_that_is_missing() -> None:
    follower = Follower(GRANT)
    follower.item(item(0), T)
    live = replace(item(1000, 0), owed_from=T + 10)
    follower.item(live, T + 1000)
    again = Follower(GRANT, follower.last_item, follower.owed_from, follower.last_after)
    node = [item(250, 240), item(260, 250), item(1010, 260)]
    for returned in (follower, again):
        assert AskHistory(T + 10, T + 1010) in returned.fetched(node, T + 1010)
        assert returned.owed_from is None


def test_a_correction_on_a_node_does_not_turn_a_hole_around() -> None:
    follower = Follower(GRANT)
    follower.item(item(10), T)
    actions = follower.fetched([item(5, 60), item(50, 40), item(60, 50)], T + 60)
    assert AskHistory(T + 10, T + 60) in actions


def test_a_node_tells_from_when_on_its_server_lacks_readings() -> None:
    live, old = replace(item(1000, 0), owed_from=T + 10), replace(item(20, 1000), owed_from=T + 21)
    assert held_until([]) is None
    assert held_until([item(0), live]) == pytest.approx(T + 10 - 0.001)
    assert held_until([item(0), live, old]) == pytest.approx(T + 21 - 0.001)
    assert held_until([replace(live, after=old.id), replace(old, owed_from=None)]) == T + 1000


def test_what_the_server_lost_is_published_again_first_and_as_it_was() -> None:
    publisher = Publisher(ID, interval=5)
    sent = []
    for second in range(10):
        publisher.add(reading(second))
        sent.append(publisher.item())
        publisher.acknowledge(sent[-1], second)
    publisher.drop_pending()
    publisher.resume(sent[:7], T + 9)
    publisher.add(reading(20))
    publisher.add_backlog([])
    assert publisher.watermark == pytest.approx(T + 7 - 0.001)
    assert publisher.oldest == reading(7)
    for lost in sent[7:]:
        assert publisher.due(10) == 10
        assert publisher.item() == publisher.backlog_item() == lost
        assert publisher.has_said(lost)
        publisher.acknowledge(lost, 10)
    following = publisher.item()
    assert (following.readings, following.after) == ((reading(20),), sent[-1].id)


def test_what_not_all_may_have_is_not_published_again() -> None:
    publisher = Publisher(ID, interval=5)
    publisher.add(reading(0))
    first = publisher.item()
    publisher.acknowledge(first, 0)
    publisher.forget_sent()
    publisher.resume([], T)
    assert publisher.oldest is publisher.item() is None


@pytest.mark.parametrize("is_restarted", [False, True])
def test_an_item_said_again_hides_nothing_that_came_before_it(is_restarted: bool) -> None:
    follower = Follower(GRANT)
    follower.item(item(0), T)
    follower.item(item(100, 0), T + 100)
    if is_restarted:
        follower = Follower(GRANT, follower.last_item, follower.owed_from, follower.last_after)
    again = item(100, 60)
    assert FetchItems() in follower.item(again, T + 101)
    node = [item(50, 100), item(60, 50), again]
    assert {T + 50, T + 60} <= set(received(follower.fetched(node, T + 101)))
    assert FetchItems() not in follower.item(item(110, 60), T + 110)


def test_what_an_item_said_again_came_behind_and_is_gone_is_asked_for() -> None:
    follower = Follower(GRANT)
    follower.item(item(0), T)
    follower.item(replace(item(100, 0), owed_from=T + 10), T + 100)
    assert AskHistory(T + 10, T + 105) in follower.fetched([item(60, 50), item(100, 60)], T + 105)


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
    monkeypatch.setattr("custom_components.sen1.federation.publisher.ITEM_BYTES", 200)
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


def test_a_naive_time_is_refused() -> None:
    assert parse_stamp("2026-11-24T13:00:30.120+01:00") == parse_stamp("2026-11-24T12:00:30.120Z")
    with pytest.raises(ValueError, match="offset"):
        parse_stamp("2026-11-24T12:00:30")
