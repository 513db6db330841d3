"""The recorder is the outbox: what was measured while the link was down is sent afterwards."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
import threading

from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.tasks import RecorderTask
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.sen1.protocol.follower import Follower, Received, Status
from custom_components.sen1.protocol.model import Item
from testbed.xmpp import XmppServer

from ..conftest import ON_EACH_PAIR, Home, until
from ..test_exchange import shared


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the values the follower is given, in order of time once a test sorts them."""
    values: list[tuple[float, object]] = []
    take = Follower._take

    def note(follower: Follower, item: Item, **how: bool) -> object:
        actions = take(follower, item, **how)
        for action in actions:
            assert isinstance(action, Received)
            values.extend((r.time, r.value) for r in action.readings)
        return actions

    monkeypatch.setattr(Follower, "_take", note)
    return values  # type: ignore[return-value]


@ON_EACH_PAIR
async def test_everything_measured_during_a_cut_arrives_once(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    server_pair: tuple[XmppServer, XmppServer],
    received: list[tuple[float, object]],
) -> None:
    await shared(house, cooperative)
    await hass.async_add_executor_job(server_pair[0].stop)
    await until(lambda: not house.runtime.session.is_online)
    for power in range(1000, 1100):
        await asyncio.sleep(0.002)
        meter(power)
    await hass.async_add_executor_job(server_pair[0].start)
    await until(lambda: len(received) >= 101)
    assert [value for _time, value in sorted(received)] == [640, *range(1000, 1100)]
    assert cooperative.state().state == "1099"


async def test_everything_measured_while_the_account_was_unloaded_arrives_once(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    received: list[tuple[float, object]],
) -> None:
    await shared(house, cooperative)
    await hass.config_entries.async_unload(house.entry.entry_id)
    for power in range(1000, 1020):
        await asyncio.sleep(0.002)
        meter(power)
    await hass.config_entries.async_setup(house.entry.entry_id)
    await until(lambda: len(received) >= 21)
    assert [value for _time, value in sorted(received)] == [640, *range(1000, 1020)]


@dataclass
class Busy(RecorderTask):
    """What the recorder does until it is released: to import years takes it minutes."""

    released: threading.Event

    def run(self, instance: Recorder) -> None:
        self.released.wait()


async def test_a_busy_recorder_keeps_no_series_from_a_friend(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
) -> None:
    shared = [await house.publish("sensor.meter", title=title) for title in ("A", "B", "C")]
    released = threading.Event()
    recorder_mock.queue_task(Busy(released))
    try:
        await house.befriend(cooperative, *shared)
        await cooperative.befriend(house)
        await until(lambda: [s.status for s in cooperative.series()] == [Status.RECEIVING] * 3)
    finally:
        released.set()


async def test_a_recorded_series_raises_no_issue(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    meter: Callable[[object], None],
) -> None:
    await house.publish("sensor.meter")
    assert not ir.async_get(hass).issues


async def test_a_series_that_is_not_recorded_is_told(
    hass: HomeAssistant, house: Home, meter: Callable[[object], None]
) -> None:
    publication = await house.publish("sensor.meter")
    (issue,) = ir.async_get(hass).issues.values()
    assert issue.translation_key == "not_recorded"
    hass.config_entries.async_remove_subentry(house.entry, publication.subentry_id)
    await until(lambda: not ir.async_get(hass).issues)
