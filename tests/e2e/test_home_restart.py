"""A real Home Assistant with a home: it starts again at once, and has counted on."""

from collections.abc import Iterator
import time

import pytest
import pytest_socket

from testbed.background import Background
from testbed.home import DOMAIN
from testbed.home_assistant import HomeAssistant
from testbed.waiting import until

METER = """
template:
  - sensor:
      - name: Meter
        unique_id: meter
        unit_of_measurement: Wh
        device_class: energy
        state_class: total_increasing
        state: "{{ now().minute }}"
"""

QUICK_S = 60
"""A home that waits for the recorder, which waits for the start, is given up after 300."""


@pytest.fixture(scope="module")
def background() -> Iterator[Background]:
    pytest_socket.enable_socket()
    with Background() as made:
        yield made


async def restart() -> None:
    house = HomeAssistant("Maison", METER)
    async with house:
        form = {
            "grid": {"bought_index": ["sensor.meter"]},
            "production": {},
            "storage": {},
            "house": {},
        }
        await house.add(DOMAIN, {"next_step_id": "home"}, form)

        async def is_told() -> bool:
            rows = await house.command("config/entity_registry/list")
            keys = {row["unique_id"].partition("_")[2]: row["entity_id"] for row in rows}
            state = house.states.get(keys.get("bought_day", ""))
            return state is not None and state["state"] not in ("unknown", "unavailable")

        await until(is_told, "the day is told", within=30)
        await house.stop()
        began = time.monotonic()
        await house.start()
        assert time.monotonic() - began < QUICK_S
        await until(is_told, "the day is told again", within=30)
        assert not house.errors


def test_a_home_does_not_keep_home_assistant_from_starting(background: Background) -> None:
    background.do(restart())
