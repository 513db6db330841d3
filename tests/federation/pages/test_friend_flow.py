"""The pages of friends, circles, data nodes and proxies: what they refuse, and what is away."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from homeassistant.config_entries import ConfigSubentry, ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import CONF_KIND, DOMAIN, FRIEND, Kind
from custom_components.sen1.federation.config import FriendKind, circle_data, friend_data
from custom_components.sen1.federation.follow.history_client import HistoryClient
from custom_components.sen1.federation.issues import Issue, async_tell
from custom_components.sen1.federation.legacy.data_nodes import DataNodes
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.repairs import async_create_fix_flow
from testbed.xmpp import Account

from ..conftest import Home, until
from ..legacy.test_data_nodes import add_node
from ..relations.test_circles import add_circle

NEXT_MONTH = (dt_util.now() + timedelta(days=30)).date().isoformat()
SERIES = "urn:dev:org:60060-elfe:42878"
PROXY = {
    "jid": "old@coop.test",
    "name": "Old",
    "theirs": "lognact",
    "ours": "ha",
    "zone": "Europe/Paris",
    "publications": [],
    "until": NEXT_MONTH,
    "purpose": "display",
}


async def opened(home: Home, step: str) -> Any:
    """Open the page that adds a friend of a kind."""
    flows = home.hass.config_entries.subentries
    flow = await flows.async_init((home.entry.entry_id, "friend"), context={"source": "user"})
    return await flows.async_configure(flow["flow_id"], {"next_step_id": step})


async def answered(home: Home, flow: Any, **fields: Any) -> Any:
    return await home.hass.config_entries.subentries.async_configure(flow["flow_id"], fields)


async def changing_node(home: Home, node: ConfigSubentry) -> Any:
    """Open the page that changes a data node."""
    return await home.hass.config_entries.subentries.async_init(
        (home.entry.entry_id, "friend"),
        context={"source": "reconfigure", "subentry_id": node.subentry_id},
    )


@pytest.fixture
async def unloaded(hass: HomeAssistant, house: Home) -> Home:
    """Return an account that does not run any more."""
    await hass.config_entries.async_unload(house.entry.entry_id)
    return house


@pytest.mark.parametrize(
    ("admission", "who", "error"),
    [("list", "nobody", "invalid_list"), ("domain", "coop.test and others", "no_server")],
)
async def test_a_circle_is_asked_for_again_when_nobody_can_belong_to_it(
    house: Home, admission: str, who: str, error: str
) -> None:
    flow = await opened(house, "circle")
    flow = await answered(house, flow, name="Members", admission=admission, who=who)
    assert flow["errors"] == {"who": error}
    flow = await answered(house, flow, name="Members", admission=admission, who="a@coop.test")
    assert flow["step_id"] == "circle_grants"


async def test_a_circle_keeps_its_members_when_the_new_list_has_a_slip(house: Home) -> None:
    circle = await add_circle(house, "list", who="a@coop.test")
    flow = await answered(house, await house.change(circle, "members"), who="a@coop.test, b@")
    assert flow["errors"] == {"who": "invalid_list"}
    assert circle_data(house.entry.subentries[circle.subentry_id])["addresses"] == ["a@coop.test"]


async def test_who_has_come_is_not_known_while_the_account_does_not_run(
    hass: HomeAssistant, house: Home
) -> None:
    circle = await add_circle(house, "list", who="a@coop.test")
    await hass.config_entries.async_unload(house.entry.entry_id)
    assert (await house.change(circle, "members"))["reason"] == "not_connected"


async def test_a_data_node_is_added_once(house: Home) -> None:
    await add_node(house, "sge@node.test/proxy", SERIES)
    flow = await answered(house, await opened(house, "data_node"), address="sge@node.test/proxy")
    assert flow["errors"] == {"address": "already_added"}


async def test_a_data_node_keeps_its_series_when_the_new_ones_cannot_be(house: Home) -> None:
    node = await add_node(house, "sge@node.test/proxy", SERIES)
    for wrong in ("no/series!", " "):
        flow = await changing_node(house, node)
        flow = await answered(house, flow, name="Node", identifiers=wrong)
        assert flow["errors"] == {"identifiers": "no_identifier"}
    assert house.entry.subentries[node.subentry_id].data["identifiers"] == [SERIES]


async def test_no_consent_is_given_while_the_account_does_not_run(unloaded: Home) -> None:
    flow = await opened(unloaded, "data_node")
    flow = await answered(unloaded, flow, address="sge@node.test/proxy")
    assert flow["reason"] == "not_connected"


async def test_a_node_that_is_away_has_no_page_for_a_consent(house: Home, bob: Account) -> None:
    await until(lambda: house.runtime.session.is_online)
    flow = await answered(house, await opened(house, "data_node"), address=f"{bob.jid}/proxy")
    assert flow["reason"] == "no_consent_page"
    assert not house.runtime[DataNodes].consents


async def test_a_consent_is_not_given_again_at_a_node_that_is_away(
    hass: HomeAssistant, house: Home, bob: Account
) -> None:
    node = await add_node(house, f"{bob.jid}/proxy", SERIES)
    await until(lambda: house.runtime.session.is_online)
    data: Any = {
        "entry_id": house.entry.entry_id,
        "issue": Issue.CONSENT_WANTED,
        "subject": node.subentry_id,
    }
    async_tell(hass, house.entry, Issue.CONSENT_WANTED, node.subentry_id)
    flow: Any = await async_create_fix_flow(hass, "consent", data)
    flow.hass, flow.handler, flow.flow_id = hass, DOMAIN, "f"
    assert (await flow.async_step_init())["reason"] == "no_consent_page"
    await hass.config_entries.async_unload(house.entry.entry_id)
    assert (await flow.async_step_init())["reason"] == "not_connected"


@pytest.mark.parametrize(
    ("jid", "error"), [("nobody", "invalid_address"), ("old@coop.test", "already_friend")]
)
async def test_a_proxy_needs_an_address_of_its_own(house: Home, jid: str, error: str) -> None:
    flow = await answered(house, await opened(house, "proxy"), **PROXY)
    result = await answered(house, flow)
    assert result["type"] == "create_entry", result
    flow = await answered(house, await opened(house, "proxy"), **(PROXY | {"jid": jid}))
    assert flow["errors"] == {"jid": error}
    flow = await answered(house, flow, **(PROXY | {"jid": "other@coop.test"}))
    assert flow["step_id"] == "proxy_series"


async def test_what_a_friend_who_is_away_offers_is_not_known(house: Home, bob: Account) -> None:
    friend = await house.befriend(Home(house.hass, bob, house.entry))
    assert (await house.change(friend, "offers"))["reason"] == "friend_away"


async def test_a_friend_who_left_while_a_series_was_chosen_is_asked_for_nothing(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    await house.publish("sensor.meter", listed=True)
    await house.befriend(cooperative)
    home = await cooperative.befriend(house)
    await until(lambda: house.account.jid in cooperative.runtime[HistoryClient].addresses)
    flow = await cooperative.change(home, "offers")
    (chosen,) = house.runtime[Publishing].publications
    await hass.config_entries.async_unload(house.entry.entry_id)
    asked = {"publication": chosen, "purpose": "display", "until": NEXT_MONTH}
    result = await answered(cooperative, flow, **asked)
    assert result["reason"] == "friend_away"
    assert not cooperative.runtime.store.content["wished"].get(house.account.jid)


async def test_what_a_friend_receives_is_changed_while_the_account_does_not_run(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    publication = await house.publish("sensor.meter")
    friend = await house.befriend(cooperative, publication)
    await hass.config_entries.async_unload(house.entry.entry_id)
    flow = await house.change(friend, "grants")
    assert "forgotten" not in {str(key) for key in flow["data_schema"].schema}
    await house.grant(friend)
    assert friend_data(house.entry.subentries[friend.subentry_id])["grants"] == []


async def test_what_a_friend_offers_is_not_known_to_an_account_that_never_ran(
    hass: HomeAssistant, bob: Account
) -> None:
    entry = MockConfigEntry(
        domain=DOMAIN,
        data={CONF_KIND: Kind.ACCOUNT},
        subentries_data=[
            ConfigSubentryData(
                data={CONF_KIND: FriendKind.HOME, "jid": bob.jid, "grants": []},
                subentry_type=FRIEND,
                title="Bob",
                unique_id=bob.jid,
            )
        ],
    )
    entry.add_to_hass(hass)
    (friend,) = entry.subentries.values()
    home = Home(hass, bob, entry)
    assert (await home.change(friend, "offers"))["reason"] == "not_connected"
