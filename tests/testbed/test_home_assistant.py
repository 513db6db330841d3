"""The Home Assistant the demo stands on can be driven, restarted and read."""

import pytest

from testbed.home_assistant import FlowError, HomeAssistant
from testbed.waiting import until


async def test_a_home_assistant_starts_clean_keeps_its_user_and_answers_flows() -> None:
    async with HomeAssistant("Maison") as house:
        with pytest.raises(FlowError, match="user"):
            await house.add("sen1")
        await house.set_state("sensor.roof", "120", unit_of_measurement="W")
        await until(lambda: "sensor.roof" in house.states, "the new state is heard")

        await house.stop()
        await house.start()
        assert "sun.sun" in house.states
        assert house.errors == []
