"""What a follower makes of what arrives: each reading once, and what is missing is asked for."""

from dataclasses import replace
import random

import pytest

from custom_components.sen1.protocol.follower import (
    BOARD_SILENCE,
    SILENCE,
    Action,
    AskHistory,
    FetchItems,
    Follower,
    Received,
    Status,
    Subscribe,
)
from custom_components.sen1.protocol.model import GrantState, Item, ItemId, Reading
from custom_components.sen1.protocol.publisher import Publisher
from custom_components.sen1.protocol.stamps import stamp
from custom_components.sen1.protocol.terms import Terms

from .samples import DESCRIPTION, GRANT, ID, T, item, reading


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


def test_an_item_on_its_way_when_the_grant_was_paused_is_received_and_ends_no_pause() -> None:
    follower = Follower(GRANT)
    follower.item(item(0), T)
    follower.set_grant(replace(GRANT, state=GrantState.PAUSED))
    assert received(follower.item(item(1, 0), T + 1)) == [T + 1]
    assert follower.latest == reading(1, 1)
    assert follower.status(T + 1) is Status.PAUSED


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


@pytest.mark.parametrize("pushed", [(1,), (1, 2, 3)])
def test_a_push_that_overtakes_the_answer_of_the_node_is_no_hole(pushed: tuple[int, ...]) -> None:
    follower, node = Follower(GRANT), [item(-1), item(0, -1)]
    follower.fetched(node, T)
    asked_at = follower.place
    for at in pushed:
        follower.item(item(at, at - 1), T + at)
    assert follower.fetched(node, T + 4, asked_at=asked_at) == []
    assert follower.item(item(4, pushed[-1]), T + 4) == [Received((reading(4, 4),))]


def test_a_push_that_overtakes_the_answer_hides_no_hole_before_it() -> None:
    follower = Follower(GRANT)
    follower.item(item(0), T)
    asked_at = follower.place
    follower.item(item(9, 8), T + 9)
    assert AskHistory(T, T + 9) in follower.fetched(
        [item(7, 6), item(8, 7)], T + 9, asked_at=asked_at
    )


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


def board(offset: float, after: float | None = None) -> Item:
    return replace(item(offset, after), readings=(Reading(T + offset, "{}"),))


def test_a_board_is_said_once_a_day_and_each_is_all_that_there_is() -> None:
    measurement = {"name": "board", "quantity": "board"}
    follower = Follower(
        replace(GRANT, description=replace(DESCRIPTION, unit=None, measurement=measurement))
    )
    follower.item(board(0), T)
    assert follower.status(T + BOARD_SILENCE - 1) is Status.RECEIVING
    assert follower.status(T + BOARD_SILENCE) is Status.SILENT
    assert follower.changes_at(T) == T + BOARD_SILENCE
    # What was between the two, nobody needs to have had.
    assert follower.item(board(1800, 1200), T + 1800) == [Received((Reading(T + 1800, "{}"),))]
    actions = follower.fetched([board(9000, 8400)], T + 9000)
    assert not any(isinstance(action, AskHistory) for action in actions)
    assert follower.latest == Reading(T + 9000, "{}")


def test_an_old_item_is_a_sign_of_life_only_of_a_publisher_who_is_there() -> None:
    follower = Follower(GRANT)
    follower.fetched([item(0)], T + 2 * SILENCE)
    assert follower.status(T + 2 * SILENCE) is Status.SILENT
    follower.fetched([item(0)], T + 2 * SILENCE, is_present=True)
    assert follower.status(T + 2 * SILENCE) is Status.RECEIVING


def test_a_grant_that_reached_its_end_needs_nobody_to_say_so() -> None:
    follower = Follower(replace(GRANT, terms=Terms(T + 60)))
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


def said(offset: float, at: float, after: float | None = None) -> Item:
    """Return an item that was signed some seconds after T."""
    return replace(item(offset, after), said=T + at)


def test_an_item_that_a_server_says_again_and_again_is_no_sign_of_life() -> None:
    follower = Follower(GRANT)
    follower.item(said(0, at=0), T)
    for later in (1000.0, SILENCE - 1, SILENCE):
        follower.item(said(0, at=0), T + later)
    assert follower.status(T + SILENCE) is Status.SILENT
    # The publisher signs what it repeats anew.
    follower.item(said(0, at=SILENCE), T + SILENCE)
    assert follower.status(T + SILENCE) is Status.RECEIVING


def test_what_was_heard_last_is_known_after_a_start() -> None:
    follower = Follower(GRANT, last_said=T + 100)
    follower.item(said(0, at=0), T + 2 * SILENCE)
    assert follower.status(T + 2 * SILENCE) is Status.SILENT
    assert follower.last_said == T + 100
    follower.item(said(5, at=101, after=0), T + 2 * SILENCE)
    assert follower.status(T + 2 * SILENCE) is Status.RECEIVING


def test_what_a_node_gives_is_a_sign_of_life_of_the_time_at_which_it_was_said() -> None:
    follower = Follower(GRANT)
    follower.fetched([said(0, at=600)], T + SILENCE, is_present=True)
    assert follower.status(T + SILENCE) is Status.RECEIVING
    assert follower.status(T + 600 + SILENCE) is Status.SILENT


def test_of_an_item_that_comes_twice_the_later_said_counts() -> None:
    follower = Follower(GRANT)
    corrected = replace(said(0, at=20), readings=(reading(0, 7),))
    assert received(follower.item(said(0, at=10), T)) == [T]
    assert received(follower.item(corrected, T)) == [T]
    assert follower.item(said(0, at=10), T) == []
    assert follower.fetched([said(0, at=10)], T) == []
    assert follower.latest == reading(0, 7)
