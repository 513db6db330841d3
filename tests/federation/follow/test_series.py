"""A friend's series: what wakes who listens, and what a friend may cost."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from unittest.mock import MagicMock

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sen1.federation.follow.following import Following
from custom_components.sen1.federation.follow.history_client import HistoryClient
from custom_components.sen1.federation.follow.presences import Presences
from custom_components.sen1.federation.follow.progress import Progress
from custom_components.sen1.federation.follow.recording import Recording
from custom_components.sen1.federation.follow.series import TEXT_OF_A_ROW, Series
from custom_components.sen1.federation.states import statistic_of
from custom_components.sen1.federation.store import AccountStore
from custom_components.sen1.protocol.budget import ALLOWANCES, Allowance, Budgets, Effort
from custom_components.sen1.protocol.model import BareJid

from ...protocol.samples import GRANT, ID, T, item
from ..conftest import a_context

FRIEND = BareJid("bob@coop.test")


def new_progress(hass: HomeAssistant) -> Progress:
    """Return that of a series that is granted now."""
    return Progress.begin(AccountStore(hass, "test"), GRANT)


async def test_of_more_states_than_a_friend_may_cause_the_newest_is_written_in_the_end(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ALLOWANCES, Effort.ROW, Allowance(3, 0.1))
    freezer.move_to(dt_util.utc_from_timestamp(T))
    budgets = Budgets()
    series = Series(hass, budgets, FRIEND, new_progress(hass))
    shown: list[float | str] = []

    def show() -> None:
        assert series.follower.latest is not None
        shown.append(series.follower.latest.value)

    series.listeners.add(show)
    for second in range(10):
        series.take_item(item(second, second - 1))
    assert shown == [0, 1, 2]
    freezer.tick(timedelta(minutes=1))
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    assert shown == [0, 1, 2, 9]
    assert budgets.refused[Effort.ROW] == 1
    series.stop()


async def test_a_long_text_costs_as_many_states(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ALLOWANCES, Effort.ROW, Allowance(30, 0.1))
    freezer.move_to(dt_util.utc_from_timestamp(T))
    series, shown = Series(hass, Budgets(), FRIEND, new_progress(hass)), []
    series.listeners.add(lambda: shown.append(series.follower.latest))
    for second in range(10):
        board = item(second, second - 1)
        (reading,) = board.readings
        text = "x" * 10 * TEXT_OF_A_ROW
        series.take_item(replace(board, readings=(replace(reading, value=text),)))
    assert len(shown) == 3
    series.stop()


async def test_a_listener_that_fails_keeps_no_other_from_hearing(
    hass: HomeAssistant, faults: Counter[str]
) -> None:
    series = Series(hass, Budgets(), FRIEND, new_progress(hass))
    heard: list[str] = []

    def fail() -> None:
        raise OverflowError

    series.listeners.add(fail)
    series.listeners.add(lambda: heard.append("heard"))
    series.take_grant(GRANT)
    series.stop()
    assert heard
    (place,) = faults
    assert place.startswith("OverflowError at ")


def test_two_who_give_theirs_the_same_id_have_statistics_of_their_own() -> None:
    mine, theirs = statistic_of(FRIEND, ID), statistic_of(BareJid("mallory@coop.test"), ID)
    assert mine != theirs
    # Statistics are found again by it, and it tells nobody's address.
    assert mine == "sen1:friend_38ae9c1242c6da58ee8ba71087f76d5d"


async def test_what_is_remembered_of_a_series_and_cannot_be_read_keeps_no_other_from_going_on(
    hass: HomeAssistant, faults: Counter[str]
) -> None:
    store = AccountStore(hass, "test")
    store.content["followed"] = {
        FRIEND: {
            ID: Progress.begin(store, GRANT).known,
            "bad": {"grant": {"state": "nonsense"}, "last_item": None},
            "worse": {"grant": {}, "last_item": None},
        }
    }
    context = a_context(hass, store)
    context.made |= dict.fromkeys((HistoryClient, Recording, Presences), MagicMock())
    following = context[Following]
    following.add(FRIEND)
    assert following.series[FRIEND].keys() == {ID}
    assert faults.total() == 2
    await following.async_stop()
    await store.async_save()


async def test_a_state_that_is_held_back_is_not_shown_once_the_friend_is_gone(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ALLOWANCES, Effort.ROW, Allowance(1, 0.1))
    freezer.move_to(dt_util.utc_from_timestamp(T))
    series = Series(hass, Budgets(), FRIEND, new_progress(hass))
    shown: list[object] = []
    series.listeners.add(lambda: shown.append(series.follower.latest))
    series.take_item(item(0))
    series.take_item(item(1, 0))
    assert len(shown) == 1
    series.stop()
    freezer.tick(timedelta(minutes=1))
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    assert len(shown) == 1


async def test_a_series_keeps_its_name_and_its_past_wherever_its_publisher_moves(
    hass: HomeAssistant,
) -> None:
    old, new = FRIEND, BareJid("friend@elsewhere.test")
    series = Series(hass, Budgets(), old, new_progress(hass))
    key, statistic = series.key, series.statistic_id
    series.is_pushed = True
    series.move(new)
    assert series.publisher == new
    assert not series.is_pushed, "another server pushes nothing yet"
    assert (series.key, series.statistic_id) == (key, statistic)
    series.stop()
    again = Series(hass, Budgets(), new, new_progress(hass), old)
    assert (again.key, again.statistic_id) == (key, statistic)
    again.stop()
