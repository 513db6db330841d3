"""What is shared and held, in one answer: the action, the command, the page."""

from collections.abc import Callable
import json
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized
import pytest

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.config import circle_data, publication_data
from custom_components.sen1.federation.follow.series import Series
from custom_components.sen1.federation.relations.circles import Circles
from testbed.client import connect
from testbed.xmpp import Account, XmppServer

from ..conftest import Home, until
from ..relations.test_circles import add_circle, come, shows
from ..test_attacks import SECRET
from ..test_exchange import shared

type Meter = Callable[[object], None]


async def answered(hass: HomeAssistant, home: Home) -> dict[str, Any]:
    """Return what the action says of an account."""
    answer = await hass.services.async_call(
        DOMAIN, "sharing", {}, blocking=True, return_response=True
    )
    json.dumps(answer)
    assert answer is not None
    accounts: Any = answer["accounts"]
    account: dict[str, Any]
    (account,) = (a for a in accounts if a["entry_id"] == home.entry.entry_id)
    return account


async def test_the_action_says_what_is_shared_with_whom_and_how_much(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    _publication, friend = await shared(house, cooperative)
    meter(650)
    await until(lambda: cooperative.state().state == "650")
    # The server's acknowledgement may come after the friend has it.
    (sent,) = house.runtime.store.content["sent"].values()
    await until(lambda: sent[cooperative.account.jid]["readings"] == 2)
    ours, theirs = await answered(hass, house), await answered(hass, cooperative)
    (series,) = ours["shares"]
    assert (series["title"], series["entity_id"]) == ("Meter", "sensor.meter")
    (grant,) = series["grants"]
    assert (grant["friend"], grant["state"], grant["purpose"]) == (
        friend.title,
        "active",
        "display",
    )
    assert grant["readings"] == 2
    assert grant["last_sent"] is not None
    assert grant["retention_days"] == 365
    (held,) = theirs["holds"]
    assert (held["series"], held["status"], held["readings"]) == ("Meter", "receiving", 2)
    assert held["friend_id"] in cooperative.entry.subentries
    assert held["unit"] == "VA"
    text = json.dumps([ours, theirs])
    assert house.account.jid not in text
    assert cooperative.account.jid not in text

    await house.grant(friend)
    await until(lambda: cooperative.state("status").state == "withdrawn")

    async def erased() -> bool:
        return bool((await answered(hass, house))["withdrawn"][0]["erased"])

    (withdrawn,) = (await answered(hass, house))["withdrawn"]
    assert (withdrawn["friend"], withdrawn["series"]) == (friend.title, "Meter")
    erasure = house.runtime.store.content["erasures"][cooperative.account.jid]
    await until(lambda: all(e["erased"] for e in erasure.values()))
    assert await erased()


async def test_the_page_shows_it_and_what_friends_wrote_is_shown_as_it_is(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter
) -> None:
    publication = await house.publish("sensor.meter", title="<b>*Meter*</b>")
    await house.befriend(cooperative, publication)
    await cooperative.befriend(house)
    await until(lambda: (s := cooperative.state()) and s.state == "640")
    for home, part in ((house, "shares"), (cooperative, "holds")):
        flow = await sharing_page(hass, home)
        text = flow["description_placeholders"][part]
        assert "\\<b\\>\\*Meter\\*\\</b\\>" in text
        result = await hass.config_entries.options.async_configure(flow["flow_id"], {})
        assert result["type"] == "create_entry"


async def test_only_administrators_may_ask(
    hass: HomeAssistant,
    house: Home,
    hass_ws_client: Any,
    hass_read_only_access_token: str,
    hass_read_only_user: Any,
) -> None:
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "sen1/sharing"})
    answer = await client.receive_json()
    assert [a["entry_id"] for a in answer["result"]["accounts"]] == [house.entry.entry_id]
    client = await hass_ws_client(hass, hass_read_only_access_token)
    await client.send_json_auto_id({"type": "sen1/sharing"})
    assert (await client.receive_json())["error"]["code"] == "unauthorized"
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN,
            "sharing",
            {},
            blocking=True,
            return_response=True,
            context=Context(user_id=hass_read_only_user.id),
        )


async def test_what_many_are_asked_to_erase_is_one_row_of_the_circle(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    silent = accounts(server_pair[1], "carole")
    publication = await house.publish("sensor.meter")
    who = f"{cooperative.account.jid} {silent.jid}"
    circle = await add_circle(house, "list", publication, who=who)
    async with connect(silent) as client:
        client.send_presence(pto=house.account.jid, ptype="subscribe")
        await come(cooperative, house)
        await shows(cooperative, "640")
        told = house.runtime.store.content["told"]
        await until(lambda: told.get(silent.jid))
        await house.grant(circle)
        erasures = house.runtime.store.content["erasures"]
        await until(lambda: silent.jid in erasures)
        await until(lambda: any(e["erased"] for e in erasures[cooperative.account.jid].values()))

    (row,) = (await answered(hass, house))["withdrawn"]
    assert (row["friend"], row["series"]) == ("Members", "Meter")
    assert (row["members"], row["confirmed"], row["erased"]) == (2, 1, None)
    assert "Meter → **Members**" in await taken_back(hass, house)
    assert "1/2, not confirmed yet" in await taken_back(hass, house)

    # Of who is a member no more, no name is left.
    hass.config_entries.async_remove_subentry(house.entry, circle.subentry_id)
    await until(lambda: not house.runtime[Circles].joined)
    (row,) = (await answered(hass, house))["withdrawn"]
    assert (row["friend"], row["members"], row["confirmed"]) == (None, 2, 1)
    assert "Meter → **former friends and members**" in await taken_back(hass, house)


async def sharing_page(hass: HomeAssistant, home: Home) -> Any:
    """Open the page that says what is shared and held."""
    flow = await hass.config_entries.options.async_init(home.entry.entry_id)
    assert flow["menu_options"] == ["sharing", "password"]
    return await hass.config_entries.options.async_configure(
        flow["flow_id"], {"next_step_id": "sharing"}
    )


def latest(series: Series) -> float | str:
    assert series.follower.latest is not None
    return series.follower.latest.value


async def taken_back(hass: HomeAssistant, home: Home) -> str:
    """Return what the page says of what was taken back."""
    flow = await sharing_page(hass, home)
    text: str = flow["description_placeholders"]["withdrawn"]
    hass.config_entries.options.async_abort(flow["flow_id"])
    return text


async def changed(
    client: Any, home: Home, friend: Any, publication: str, change: str
) -> dict[str, Any]:
    """Answer the command that changes one grant."""
    await client.send_json_auto_id(
        {
            "type": "sen1/change_grant",
            "entry_id": home.entry.entry_id,
            "friend": friend.subentry_id,
            "publication": publication,
            "change": change,
        }
    )
    answer: dict[str, Any] = await client.receive_json()
    return answer


async def test_a_grant_rests_goes_on_and_is_taken_back_by_a_command(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter, hass_ws_client: Any
) -> None:
    _publication, friend = await shared(house, cooperative)
    client = await hass_ws_client(hass)
    (series,) = (await answered(hass, house))["shares"]
    given = series["publication"]
    assert series["grants"][0]["friend_id"] == friend.subentry_id

    answer = await changed(client, house, friend, given, "pause")
    (account,) = (a for a in answer["result"]["accounts"] if a["entry_id"] == house.entry.entry_id)
    assert account["shares"][0]["grants"][0]["state"] == "paused"
    await until(lambda: cooperative.state("status").state == "paused")

    await changed(client, house, friend, given, "resume")
    meter(700)
    await until(lambda: cooperative.state().state == "700")

    await changed(client, house, friend, given, "withdraw")
    await until(lambda: cooperative.state("status").state == "withdrawn")
    assert (await answered(hass, house))["shares"][0]["grants"] == []
    again = await changed(client, house, friend, given, "pause")
    assert again["error"]["translation_key"] == "no_such_grant"
    hass.config_entries.async_remove_subentry(house.entry, friend.subentry_id)
    again = await changed(client, house, friend, given, "pause")
    assert again["error"]["translation_key"] == "no_such_grant"


async def test_the_grant_of_a_circle_rests_goes_on_and_is_taken_back_by_a_command(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter, hass_ws_client: Any
) -> None:
    kept, publication = await house.publish("sensor.meter"), await house.publish("sensor.meter")
    circle = await add_circle(
        house, "list", kept, publication, who=cooperative.account.jid, purpose="ranking"
    )
    await come(cooperative, house)
    await until(lambda: len(cooperative.series()) == 2)
    given = publication_data(publication)["publication"]
    (series,) = (s for s in cooperative.series() if s.follower.grant.publication == given)
    (other,) = (s for s in cooperative.series() if s is not series)
    await until(lambda: series.status == other.status == "receiving")
    client = await hass_ws_client(hass)

    answer = await changed(client, house, circle, given, "pause")
    (account,) = (a for a in answer["result"]["accounts"] if a["entry_id"] == house.entry.entry_id)
    states = {s["publication"]: g for s in account["shares"] for g in s["grants"]}
    assert (states[given]["state"], states[given]["members"]) == ("paused", 1)
    await until(lambda: series.status == "paused")
    meter(SECRET)
    await until(lambda: latest(other) == float(SECRET))
    assert latest(series) == 640
    await changed(client, house, circle, given, "resume")
    meter(700)
    await until(lambda: series.status == "receiving" and latest(series) == 700)

    await changed(client, house, circle, given, "withdraw")
    await until(lambda: series.status == "withdrawn")
    assert other.status == "receiving"
    circle = house.entry.subentries[circle.subentry_id]
    assert circle_data(circle)["addresses"] == [cooperative.account.jid]
    (left,) = circle_data(circle)["grants"]
    assert (left["publication"], left["purpose"]) == (
        publication_data(kept)["publication"],
        "ranking",
    )


async def test_only_administrators_change_a_grant(
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Meter,
    hass_ws_client: Any,
    hass_read_only_access_token: str,
) -> None:
    publication, friend = await shared(house, cooperative)
    client = await hass_ws_client(hass, hass_read_only_access_token)
    given = publication_data(publication)["publication"]
    answer = await changed(client, house, friend, given, "withdraw")
    assert answer["error"]["code"] == "unauthorized"
    assert cooperative.state("status").state == "receiving"
