"""The Home Assistant the demo stands on can be driven, restarted and read."""

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
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


async def test_a_change_that_comes_right_behind_all_states_is_the_newest() -> None:
    async def tell(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "auth_required"})
        await socket.receive_json()
        await socket.send_json({"type": "auth_ok"})
        for result in (None, [{"entity_id": "sensor.index", "state": "600"}]):
            number = (await socket.receive_json())["id"]
            await socket.send_json(
                {"id": number, "type": "result", "success": True, "result": result}
            )
        for entity_id, state in (("sensor.index", "601"), ("sensor.last", "told")):
            data = {"entity_id": entity_id, "new_state": {"state": state}}
            await socket.send_json({"id": 1, "type": "event", "event": {"data": data}})
        await socket.receive()
        return socket

    application = web.Application()
    application.router.add_get("/api/websocket", tell)
    house = HomeAssistant("Maison")
    house.tokens = {"access_token": ""}
    async with TestServer(application) as server, ClientSession(server.make_url("/")) as session:
        house._session = session
        await house._listen()
        await until(lambda: "sensor.last" in house.states, "all is read")
        assert house.states["sensor.index"]["state"] == "601"
        await house.__aexit__()


async def test_warnings_are_ours_but_of_a_starved_machine_and_of_being_custom() -> None:
    meter = "[custom_components.sen1.linky.meter] Linky: "
    slow = (
        "[homeassistant.helpers.entity] Updating state for sensor.cost (<class"
        " 'custom_components.sen1.figures.counting.entity.ValueSensor'>) took "
    )
    counted = [
        meter + "the index EAST goes on from elsewhere",
        "[custom_components.sen1.federation.xmpp.connection] Account: the link is back",
        "[homeassistant.helpers.frame] Detected that custom integration 'sen1' calls what ends",
        slow + "2.001 seconds. Please create a bug report",
        slow + "12.345 seconds. Please create a bug report",
    ]
    others = [
        meter + "the meter no longer answers: line closed",
        meter + "the meter answers again",
        slow + "0.444 seconds. Please create a bug report",
        "[homeassistant.loader] We found a custom integration sen1 which has not been tested",
        "[homeassistant.components.zeroconf] nothing of ours",
    ]
    lines = [f"2026-11-30 01:00:00.000 WARNING (MainThread) {said}" for said in counted + others]
    house = HomeAssistant("Maison")
    (house.folder / "output.log").write_text("\n".join(lines))
    assert house.warnings == lines[: len(counted)]
    await house.__aexit__()
