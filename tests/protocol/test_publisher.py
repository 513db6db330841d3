"""What is published when, and what of it a server that lost it is given again."""

from dataclasses import replace

import pytest

from custom_components.sen1.protocol.limits import size_of
from custom_components.sen1.protocol.model import Reading
from custom_components.sen1.protocol.publisher import BOARD_REPEAT, REPEAT, Publisher, held_until
from custom_components.sen1.protocol.stamps import stamp
from custom_components.sen1.protocol.stanzas import item_to_element

from .samples import DESCRIPTION, ID, T, item, reading, there


def test_a_first_reading_goes_at_once_and_the_next_at_the_end_of_the_interval() -> None:
    publisher = Publisher(ID, interval=5)
    publisher.add(reading(0))
    assert publisher.due(100) == 100
    first = there(publisher.item())
    publisher.acknowledge(first, 100)
    for offset in (1, 2, 3):
        publisher.add(reading(offset))
    assert publisher.due(101) == 105
    second = there(publisher.item())
    assert [r.time for r in second.readings] == [T + 1, T + 2, T + 3]
    assert second.id == stamp(T + 3)
    assert second.after == first.id


def test_a_reading_stays_until_the_server_acknowledged_it() -> None:
    publisher = Publisher(ID, interval=5)
    publisher.add(reading(0))
    item = there(publisher.item())
    publisher.add(reading(1))
    publisher.acknowledge(item, 100)
    assert publisher.waiting == 1
    assert publisher.watermark == T


def test_the_last_item_is_repeated_whole_under_its_own_name() -> None:
    publisher = Publisher(ID, interval=5)
    publisher.add(reading(0))
    publisher.add(reading(1))
    first = there(publisher.item())
    publisher.acknowledge(first, 100)
    assert publisher.due(101) == 100 + REPEAT
    assert publisher.item() == first


def test_a_board_is_repeated_once_a_day() -> None:
    publisher = Publisher(ID, 600, BOARD_REPEAT)
    publisher.add(reading(0))
    publisher.acknowledge(there(publisher.item()), 100)
    assert publisher.due(101) == 100 + BOARD_REPEAT == 100 + 86_400
    publisher.add(reading(1))
    assert publisher.due(101) == 100 + 600


def test_a_source_without_value_is_told_once_and_after_its_last_readings() -> None:
    publisher = Publisher(ID, interval=5)
    publisher.add(reading(0))
    publisher.set_unavailable(T + 1)
    publisher.set_unavailable(T + 2)
    first = there(publisher.item())
    assert first.readings
    publisher.acknowledge(first, 100)
    second = there(publisher.item())
    assert (second.readings, second.unavailable, second.id) == ((), True, stamp(T + 1))
    publisher.acknowledge(second, 105)
    assert publisher.due(106) == 105 + REPEAT


def test_a_backlog_waits_behind_live_readings_and_holds_the_watermark_back() -> None:
    publisher = Publisher(ID, interval=5)
    publisher.resume([item(0)], T)
    publisher.add(reading(100))
    assert publisher.watermark is None
    publisher.add_backlog([reading(10), reading(20), reading(100)])
    live = there(publisher.item())
    assert [r.time for r in live.readings] == [T + 100]
    publisher.acknowledge(live, 1)
    assert publisher.watermark == pytest.approx(T + 10 - 0.001)
    old = there(publisher.backlog_item())
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
    live = there(publisher.item())
    publisher.acknowledge(live, 1)
    assert publisher.watermark == pytest.approx(T + 10 - 0.001)
    publisher.drop_pending()
    assert publisher.watermark is None


def test_two_readings_at_one_time_are_one_and_the_later_said_wins() -> None:
    publisher = Publisher(ID, interval=5)
    publisher.add(reading(0, 1))
    publisher.add(reading(0, 2))
    item = there(publisher.item())
    assert item.readings == (reading(0, 2),)


def test_an_item_stays_under_eight_kilobytes_whatever_its_readings() -> None:
    publisher = Publisher(ID, interval=5)
    for offset in range(400):
        publisher.add(Reading(T + offset, "x" * 255))
    sizes: list[int] = []
    texts: list[Reading] = []
    while publisher.waiting:
        item = there(publisher.item())
        sizes.append(size_of(item_to_element(item, replace(DESCRIPTION, unit=None))))
        texts.extend(item.readings)
        publisher.acknowledge(item, 0)
    assert max(sizes) < 8192
    assert len(texts) == 400


def test_an_item_says_from_when_on_readings_of_an_outage_are_still_to_come() -> None:
    publisher = Publisher(ID, interval=1)
    publisher.resume([item(0)], T)
    publisher.add(reading(100))
    live = there(publisher.item())
    assert publisher.owed_from(live) == T
    publisher.acknowledge(live, 1)
    publisher.add_backlog(reading(second) for second in range(1, 100))
    assert publisher.owed_from(live) == T + 1
    old = there(publisher.backlog_item())
    assert publisher.owed_from(old) is None


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
        sent.append(there(publisher.item()))
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
    following = there(publisher.item())
    assert (following.readings, following.after) == ((reading(20),), sent[-1].id)


def test_what_not_all_may_have_is_not_published_again() -> None:
    publisher = Publisher(ID, interval=5)
    publisher.add(reading(0))
    publisher.acknowledge(there(publisher.item()), 0)
    publisher.forget_sent()
    publisher.resume([], T)
    assert publisher.oldest is publisher.item() is None


@pytest.mark.parametrize(
    ("cut", "repeated"),
    [
        pytest.param(1, [1], id="the newest"),
        pytest.param(0, [0, 1], id="another"),
    ],
)
def test_what_was_cut_out_of_the_newest_item_is_not_repeated(cut: int, repeated: list[int]) -> None:
    publisher = Publisher(ID, interval=5)
    publisher.add(reading(0))
    publisher.add(reading(1))
    publisher.acknowledge(there(publisher.item()), 0)
    publisher.replace_newest(replace(item(cut), readings=(reading(cut),)))
    newest = there(publisher.item())
    assert newest.readings == tuple(reading(second) for second in repeated)
    assert (newest.id, publisher.has_said(newest)) == (stamp(T + 1), True)


def test_where_nothing_was_published_nothing_is_cut() -> None:
    publisher = Publisher(ID, interval=5)
    publisher.replace_newest(item(0))
    assert publisher.item() is None
