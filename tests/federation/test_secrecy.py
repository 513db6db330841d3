"""A full run leaves no secret and no identifier in logs, diagnostics and files others can read."""

from collections.abc import Callable
import json
import logging

from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation import async_diagnostics
from custom_components.sen1.federation.config import circle_data, publication_data
from testbed.client import connect, tell
from testbed.xmpp import Account, XmppServer

from .conftest import ON_EACH_PAIR, Home, until
from .publish.test_catalogue_server import answer, asked, open_request
from .relations.test_circles import add_circle, change_members, come, invited, link_of, shows

type Meter = Callable[[object], None]

SECRET = "77123.25"


@ON_EACH_PAIR
async def test_a_full_run_names_nobody_and_tells_nothing(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    server_pair: tuple[XmppServer, XmppServer],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, "custom_components.sen1")
    publication, coop, _home = await asked(house, cooperative, title="Villa Mimosa")
    flow = await open_request(hass)
    await flow.async_step_accept(answer(granularities=["live"]))
    await until(lambda: (s := cooperative.state()) and s.state == "640")
    meter(SECRET)
    await until(lambda: cooperative.state().state == SECRET)
    server_pair[0].disconnect(house.account.jid)
    await until(lambda: house.runtime.session.drops)
    await until(lambda: house.runtime.session.is_online)
    diagnostics = json.dumps(
        [await async_diagnostics(hass, entry) for entry in (house.entry, cooperative.entry)],
        default=str,
    )
    await house.grant(coop)
    erasures = house.runtime.store.content["erasures"]
    await until(
        lambda: any(e["erased"] for e in erasures.get(cooperative.account.jid, {}).values())
    )
    for entry in (house.entry, cooperative.entry):
        await hass.config_entries.async_unload(entry.entry_id)
    data = publication_data(publication)
    personal: dict[str, list[str]] = {
        "an address": [house.account.jid, cooperative.account.jid],
        "a password": [house.account.password, cooperative.account.password],
        "a series": [data["name"], data["publication"]],
        "a reading": [SECRET],
    }
    ours = "\n".join(
        caplog.handler.format(record)
        for record in caplog.records
        if record.name.startswith(("custom_components.sen1", "slixmpp"))
    )
    assert "no link to the server" in ours, "what is looked for in is there"
    everything = caplog.text
    for what, texts in personal.items():
        for text in texts:
            assert text not in diagnostics, f"{what} in the diagnostics"
            assert text not in ours, f"{what} in our logs"
            # Home Assistant's own name entities by what identifies them.
            assert what == "a series" or text not in everything, f"{what} in the logs"
    assert "Mimosa" not in ours + diagnostics
    for entry in (house.entry, cooperative.entry):
        assert "@" not in entry.title
        assert all("@" not in subentry.title for subentry in entry.subentries.values())


@ON_EACH_PAIR
async def test_a_circle_names_none_of_its_members_and_keeps_its_link_to_itself(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, "custom_components.sen1")
    publication = await house.publish("sensor.meter", title="Villa Mimosa")
    circle = await add_circle(house, "invitation", publication)
    await add_circle(house, "list", who="jeanne.martin@coop.test")
    token = circle_data(circle)["token"]
    late = accounts(server_pair[1], "late")
    async with connect(late) as client:
        tell(client, house.account.jid, invited("an old link of ours"))
        client.send_presence(pto=house.account.jid, ptype="subscribe")
        await until(lambda: house.runtime.journal.refusals["bad_invitation"])
        await come(cooperative, house, link_of(house, circle))
        await shows(cooperative, "640")
    meter(SECRET)
    await shows(cooperative, SECRET)
    await change_members(house, circle, new_link=False, excluded=[cooperative.account.jid])
    await until(lambda: cooperative.state("status").state == "withdrawn")
    await until(lambda: not house.runtime.store.content["chores"])
    diagnostics = json.dumps(
        [await async_diagnostics(hass, entry) for entry in (house.entry, cooperative.entry)],
        default=str,
    )
    for entry in (house.entry, cooperative.entry):
        await hass.config_entries.async_unload(entry.entry_id)
    assert "sen1" in caplog.text
    personal = (token, house.account.jid, cooperative.account.jid, late.jid, "jeanne", SECRET)
    for text in (*personal, "Mimosa"):
        assert text not in diagnostics, text
        of_ours = [
            line
            for record in caplog.records
            if record.name.startswith(("custom_components.sen1", "slixmpp"))
            and text in (line := caplog.handler.format(record))
        ]
        assert not of_ours, text
        assert text == "Mimosa" or text not in caplog.text, text
