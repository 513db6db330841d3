"""A simulated meter read at moments of its own time: an hour, or a week, in as long as it takes.

The line of a real meter gives a reading every second or two, whatever is done to its household's
clock. These readings come as events, which sensors of the Home Assistant show.
"""

import asyncio

from .contracts import BASE
from .home_assistant import HomeAssistant
from .household import Household
from .registers import Registers, apparent

EVENT = "testbed_sample"

CONFIGURATION = f"""\
template:
  - triggers:
      - trigger: event
        event_type: {EVENT}
    sensor:
      - name: Sampled power
        unique_id: sampled_power
        device_class: apparent_power
        state_class: measurement
        unit_of_measurement: VA
        state: "{{{{ trigger.event.data.power }}}}"
      - name: Sampled index
        unique_id: sampled_index
        device_class: energy
        state_class: total_increasing
        unit_of_measurement: Wh
        state: "{{{{ trigger.event.data.index }}}}"
"""
"""For the Home Assistant that shows it."""

SENSORS = {"power": "sensor.sampled_power", "index": "sensor.sampled_index"}
"""What is sampled, and the entity that shows it."""


class SampledMeter:
    """Power and index of a household whose clock stands still between two samples."""

    def __init__(self, home_assistant: HomeAssistant, household_seed: int) -> None:
        self.truth: dict[str, str] = {}
        """What was last sampled, by its name."""
        self._home_assistant = home_assistant
        self._elapsed_s = 0.0
        household = Household(household_seed, clock=lambda: self._elapsed_s)
        self._registers = Registers(household, BASE)

    async def sample(self, count: int = 1, every_s: float = 60, pause_s: float = 0.002) -> None:
        """Read so many times, `every_s` of the household's time and `pause_s` of ours apart.

        Two states within a millisecond would be one reading.
        """
        for number in range(count):
            if number:
                await asyncio.sleep(pause_s)
            self._elapsed_s += every_s
            self._registers.update()
            self.truth = {
                "power": str(apparent(self._registers.watts)),
                "index": str(self._registers.total_wh),
            }
            await self._home_assistant.command(
                "fire_event", event_type=EVENT, event_data=dict(self.truth)
            )
