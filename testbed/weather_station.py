"""A weather station beside a house, which tells Home Assistant how warm it is outside.

It fires an event, as those do that push what they measure; a template of the house makes a sensor
of it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

from .home_assistant import HomeAssistant
from .waiting import until
from .weather import temperature

ENTITY_ID = "sensor.outdoor_temperature"
EVENT = "weather_station"

CONFIGURATION = f"""\
template:
  - triggers:
      - trigger: event
        event_type: {EVENT}
    sensor:
      - name: Outdoor temperature
        unique_id: outdoor_temperature
        state: "{{{{ trigger.event.data.temperature }}}}"
        device_class: temperature
        state_class: measurement
        unit_of_measurement: °C
"""

PACE_S = 60


@asynccontextmanager
async def weather_station(page: HomeAssistant) -> AsyncIterator[None]:
    """Let the station of a house run, which was started with its configuration."""

    async def tell() -> None:
        told = {"temperature": temperature(datetime.now(UTC))}
        await page.request("POST", f"/api/events/{EVENT}", told)

    async def go_on() -> None:
        while True:
            await asyncio.sleep(PACE_S)
            await tell()

    await tell()
    await until(lambda: page.states[ENTITY_ID]["state"] != "unknown", "the temperature is there")
    task = asyncio.create_task(go_on())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
