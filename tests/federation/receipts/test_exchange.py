"""Two installations say to each other what a day came to."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from freezegun import freeze_time
from freezegun.api import TickingDateTimeFactory
from homeassistant.core import Event, HomeAssistant
import pytest

from custom_components.sen1.federation.receipts.receipts import EVENT_COMPARED, Days
from custom_components.sen1.protocol.model import BareJid

from ..conftest import Home, until
from ..test_exchange import shared

DAY = 86_400
MORNING = datetime(2026, 11, 26, 9, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[TickingDateTimeFactory]:
    """Return a clock that goes on and can be moved, from the morning of a day on."""
    with freeze_time(MORNING, tick=True) as clock:
        assert isinstance(clock, TickingDateTimeFactory)
        yield clock


@pytest.fixture
def told(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return what the bus is told of days."""
    events: list[dict[str, Any]] = []

    def note(event: Event) -> None:
        events.append(event.data)

    hass.bus.async_listen(EVENT_COMPARED, note)
    return events


def days(home: Home, other: Home) -> Days:
    """Return what the days between two came to, as one of them knows."""
    return home.runtime.receipts.days_of(BareJid(other.account.jid))


async def measure(home: Home, other: Home, meter: Callable[[object], None], *powers: int) -> None:
    """Measure powers, each once the one before is shown at the friend."""
    for power in powers:
        meter(power)
        await until(lambda: other.state().state == str(power))  # noqa: B023
        await asyncio.sleep(0.002)


async def test_a_day_of_which_all_came_is_equal_on_both_sides(
    clock: TickingDateTimeFactory,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    told: list[dict[str, Any]],
) -> None:
    await shared(house, cooperative)
    await measure(house, cooperative, meter, 700, 701, 702)
    assert days(house, cooperative).known == 0
    clock.tick(DAY)
    for home, other in ((house, cooperative), (cooperative, house)):
        await until(lambda: days(home, other).equal == 1)  # noqa: B023
        assert days(home, other) == Days(1, 1, 0, 0, 0, [])
    assert {(each["entry_id"], each["day"], each["state"]) for each in told} == {
        (home.entry.entry_id, "2026-11-26", "equal") for home in (house, cooperative)
    }
