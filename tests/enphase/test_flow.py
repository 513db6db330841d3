"""Adding a gateway, and each way it can fail, driven on to success."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from ipaddress import ip_address
from typing import Any

from aiohttp import web
from homeassistant.config_entries import (
    SOURCE_IGNORE,
    SOURCE_USER,
    SOURCE_ZEROCONF,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from pyenphase import EnvoyTokenAuth
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.app.next_steps import async_next_steps
from custom_components.sen1.const import DOMAIN
from custom_components.sen1.enphase.faults import GatewayFault
from custom_components.sen1.federation.participating.own_site import site_shown
from custom_components.sen1.last_page import set_up as set_up_so_far
from testbed.envoy import Enlighten, Gateway, SimulatedGateway, token
from testbed.process import LOOPBACK, free_port

from .conftest import entry_of, set_up


async def start(hass: HomeAssistant) -> str:
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    form = await hass.config_entries.flow.async_configure(
        menu["flow_id"], {"next_step_id": "enphase"}
    )
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "enphase")
    return form["flow_id"]


async def answer(hass: HomeAssistant, flow_id: str, **given: str) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_configure(flow_id, given)


async def to_access(hass: HomeAssistant, gateway: Gateway, how: str) -> str:
    flow_id = await start(hass)
    menu = await answer(hass, flow_id, host=gateway.host)
    assert (menu["type"], menu["step_id"]) == (FlowResultType.MENU, "enphase_access")
    assert menu["menu_options"] == ["enphase_token", "enphase_login"]
    form = await answer(hass, flow_id, next_step_id=how)
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, how)
    return flow_id


async def created(
    hass: HomeAssistant, result: ConfigFlowResult, gateway: Gateway
) -> ConfigEntry[Any]:
    assert result["type"] is FlowResultType.CREATE_ENTRY, result
    entry = result["result"]
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert entry.unique_id == gateway.serial
    assert gateway.serial not in entry.title
    return entry


async def test_a_gateway_is_added_with_a_token_pasted(
    hass: HomeAssistant, gateway: SimulatedGateway
) -> None:
    flow_id = await to_access(hass, gateway, "enphase_token")
    half = len(gateway.token) // 2
    pasted = f"  {gateway.token[:half]}\n{gateway.token[half:]}\n"  # as a page may wrap it
    entry = await created(hass, await answer(hass, flow_id, token=pasted), gateway)
    assert dict(entry.data) == {"kind": "enphase", "host": gateway.host, "token": gateway.token}
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_two_gateways_are_told_apart_by_name_from_the_first_form_on(
    hass: HomeAssistant, gateway: SimulatedGateway
) -> None:
    other = MockConfigEntry(domain=DOMAIN, title="Enphase", data={"kind": "enphase"})
    other.add_to_hass(hass)
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    form = await answer(hass, menu["flow_id"], next_step_id="enphase")
    assert form["data_schema"] is not None
    assert form["data_schema"]({"host": "x"}) == {"name": "Enphase 2", "host": "x"}
    await answer(hass, form["flow_id"], name="Barn", host=gateway.host)
    await answer(hass, form["flow_id"], next_step_id="enphase_token")
    result = await answer(hass, form["flow_id"], token=gateway.token)
    entry = await created(hass, result, gateway)
    assert (entry.title, gateway_name(hass, entry, gateway)) == ("Barn", "Barn")
    hass.config_entries.async_update_entry(entry, title="Sheepfold")
    await hass.async_block_till_done()
    assert gateway_name(hass, entry, gateway) == "Sheepfold"
    assert await hass.config_entries.async_unload(entry.entry_id)


def gateway_name(hass: HomeAssistant, entry: ConfigEntry, gateway: SimulatedGateway) -> str | None:
    """Return what the device of a gateway is called."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    (top,) = (one for one in devices if (DOMAIN, gateway.serial) in one.identifiers)
    return top.name


async def test_a_gateway_is_added_with_the_enphase_login(
    hass: HomeAssistant, gateway: SimulatedGateway, enlighten: Enlighten
) -> None:
    flow_id = await to_access(hass, gateway, "enphase_login")
    result = await answer(hass, flow_id, username=enlighten.user, password=enlighten.password)
    entry = await created(hass, result, gateway)
    assert entry.data["token"] == gateway.token
    assert enlighten.made == 1
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("options", [{"firmware": "5.0.62", "has_meters": False}])
async def test_an_old_gateway_opens_by_itself(
    hass: HomeAssistant, gateway: SimulatedGateway
) -> None:
    entry = await created(hass, await answer(hass, await start(hass), host=gateway.host), gateway)
    assert dict(entry.data) == {"kind": "enphase", "host": gateway.host}
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("options", [{"firmware": "5.0.62", "has_meters": False}])
async def test_an_old_gateway_whose_password_was_changed_asks_for_it(
    hass: HomeAssistant, gateway: SimulatedGateway
) -> None:
    gateway.password = "changed"
    flow_id = await start(hass)
    form = await answer(hass, flow_id, host=gateway.host)
    assert (form["step_id"], form["errors"]) == (
        "enphase_password",
        {"password": GatewayFault.PASSWORD_REFUSED},
    )
    # pyenphase computes the installer's password itself; any other name has its own.
    gateway.user = "envoy"
    result = await answer(hass, flow_id, username="envoy", password="changed")
    entry = await created(hass, result, gateway)
    assert await hass.config_entries.async_unload(entry.entry_id)


# Each failure, then the same flow driven to success

type Place = Callable[[SimulatedGateway], AbstractAsyncContextManager[str]]


@asynccontextmanager
async def nothing(gateway: SimulatedGateway) -> AsyncIterator[str]:
    yield f"{LOOPBACK}:{free_port()}"


@asynccontextmanager
async def serving(body: str, status: int = 200) -> AsyncIterator[str]:
    async def say(request: web.Request) -> web.Response:
        return web.Response(text=body, status=status)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", say)
    runner, port = web.AppRunner(app), free_port()
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, port).start()
    yield f"{LOOPBACK}:{port}"
    await runner.cleanup()


def info(software: str) -> str:
    """Return what a gateway tells everybody of itself, as its owner's Envoy of 2015 does."""
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n<envoy_info><time>1691342592</time><device>"
        "<sn>121400000042</sn><pn>800-00069-r05</pn>"
        f"<software>{software}</software><apiver>1</apiver></device></envoy_info>"
    )


@asynccontextmanager
async def cutting(gateway: SimulatedGateway) -> AsyncIterator[str]:
    gateway.cut_off("/info")
    yield gateway.host
    gateway.cut_off(None)


PLACES: dict[str, tuple[GatewayFault, Place]] = {
    "nobody there": (GatewayFault.NO_ANSWER, nothing),
    "a page": (GatewayFault.NOT_A_GATEWAY, lambda _: serving("<html><p>Hello</html>")),
    "other XML": (GatewayFault.NOT_A_GATEWAY, lambda _: serving("<a><b/></a>")),
    "no such page": (GatewayFault.NOT_A_GATEWAY, lambda _: serving("", 404)),
    "cut in the middle": (GatewayFault.BAD_ANSWER, cutting),
    "firmware of pages": (GatewayFault.TOO_OLD, lambda _: serving(info("D3.7.0"))),
    "firmware of more pages": (GatewayFault.TOO_OLD, lambda _: serving(info("R3.7.28"))),
}


@pytest.mark.parametrize("name", PLACES)
async def test_each_wrong_address_is_named_and_leads_to_success(
    hass: HomeAssistant, gateway: SimulatedGateway, name: str
) -> None:
    fault, place = PLACES[name]
    flow_id = await start(hass)
    async with place(gateway) as host:
        form = await answer(hass, flow_id, host=host)
    assert (form["step_id"], form["errors"]) == ("enphase", {"host": fault})
    assert form["data_schema"] is not None
    suggested = {f.schema: f.description["suggested_value"] for f in form["data_schema"].schema}
    assert suggested == {"name": "Enphase", "host": host}
    await answer(hass, flow_id, host=gateway.host)
    await answer(hass, flow_id, next_step_id="enphase_token")
    entry = await created(hass, await answer(hass, flow_id, token=gateway.token), gateway)
    assert await hass.config_entries.async_unload(entry.entry_id)


def broken(gateway: SimulatedGateway) -> str:
    gateway.status = 503
    return gateway.token


TOKENS: dict[GatewayFault, Callable[[SimulatedGateway], str]] = {
    GatewayFault.NOT_A_TOKEN: lambda _: "password",
    GatewayFault.TOKEN_OF_ANOTHER: lambda _: token(b"", "122300000099"),
    GatewayFault.TOKEN_EXPIRED: lambda g: g.make_token(lasts_s=-3600),
    GatewayFault.TOKEN_REFUSED: lambda g: token(b"other", g.serial),
    GatewayFault.NOT_READY: broken,
}


@pytest.mark.parametrize("fault", TOKENS)
async def test_each_wrong_token_is_named_and_leads_to_success(
    hass: HomeAssistant, gateway: SimulatedGateway, fault: GatewayFault
) -> None:
    flow_id = await to_access(hass, gateway, "enphase_token")
    form = await answer(hass, flow_id, token=TOKENS[fault](gateway))
    assert form["step_id"] == "enphase_token"
    assert form["errors"] == {"base" if fault is GatewayFault.NOT_READY else "token": fault}
    gateway.status = None
    gateway.rotate()
    entry = await created(hass, await answer(hass, flow_id, token=gateway.token), gateway)
    assert await hass.config_entries.async_unload(entry.entry_id)


LOGINS: dict[GatewayFault, dict[str, Any]] = {
    GatewayFault.LOGIN_REFUSED: {"password": "moon"},
    GatewayFault.TWO_STEPS: {"wants_two_steps": True},
    GatewayFault.CLOUD_UNREACHABLE: {"status": 503},
}


@pytest.mark.parametrize("fault", LOGINS)
async def test_each_wrong_login_is_named_and_leads_to_success(
    hass: HomeAssistant, gateway: SimulatedGateway, enlighten: Enlighten, fault: GatewayFault
) -> None:
    good = (enlighten.password, enlighten.wants_two_steps, enlighten.status)
    vars(enlighten).update(LOGINS[fault])
    flow_id = await to_access(hass, gateway, "enphase_login")
    form = await answer(hass, flow_id, username=enlighten.user, password="sun")
    assert form["step_id"] == "enphase_login"
    assert form["errors"] == {"password" if fault is GatewayFault.LOGIN_REFUSED else "base": fault}
    enlighten.password, enlighten.wants_two_steps, enlighten.status = good
    result = await answer(hass, flow_id, username=enlighten.user, password="sun")
    entry = await created(hass, result, gateway)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_cloud_that_nobody_reaches_is_named_and_leads_to_success(
    hass: HomeAssistant,
    gateway: SimulatedGateway,
    enlighten: Enlighten,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flow_id = await to_access(hass, gateway, "enphase_login")
    with monkeypatch.context() as patch:
        patch.setattr(EnvoyTokenAuth, "JSON_LOGIN_URL", f"http://{LOOPBACK}:{free_port()}/?")
        patch.setattr("custom_components.sen1.enphase.gateway.CLOUD_S", 0.2)
        form = await answer(hass, flow_id, username=enlighten.user, password="sun")
    assert form["errors"] == {"base": GatewayFault.CLOUD_UNREACHABLE}
    result = await answer(hass, flow_id, username=enlighten.user, password="sun")
    entry = await created(hass, result, gateway)
    assert await hass.config_entries.async_unload(entry.entry_id)


def test_every_fault_of_a_gateway_is_tried() -> None:
    tried = {fault for fault, _ in PLACES.values()} | TOKENS.keys() | LOGINS.keys()
    assert set(GatewayFault) - tried == {
        GatewayFault.PASSWORD_REFUSED,  # above
        GatewayFault.OTHER_GATEWAY,  # below
    }


# Discovery


async def discover(hass: HomeAssistant, serial: str, host: str) -> ConfigFlowResult:
    address = ip_address(host.partition(":")[0] if "." in host else host)
    info = ZeroconfServiceInfo(
        ip_address=address,
        ip_addresses=[address],
        port=80,
        hostname="envoy.local.",
        type="_enphase-envoy._tcp.local.",
        name="envoy._enphase-envoy._tcp.local.",
        properties={"serialnum": serial, "protovers": "8.2.4345"},
    )
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_ZEROCONF}, data=info
    )


async def test_a_gateway_that_is_ignored_leaves_every_page_as_it_is(hass: HomeAssistant) -> None:
    form = await discover(hass, "122015000111", "127.0.0.1")
    assert form["type"] is FlowResultType.FORM
    await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_IGNORE},
        data={"unique_id": "122015000111", "title": "Enphase"},
    )
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    # The list of all entries is made of these.
    assert entry.as_json_fragment
    assert entry.supported_subentry_types == {}
    assert set_up_so_far(hass) == {}
    assert {step.state for step in async_next_steps(hass)} == {"yours", "later"}
    assert site_shown(hass) is None


async def test_a_gateway_that_announces_itself_is_offered_and_added(
    hass: HomeAssistant, gateway: SimulatedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is announced has no port: the simulated one cannot have that of a real gateway.
    monkeypatch.setattr(ZeroconfServiceInfo, "host", gateway.host)
    form = await discover(hass, gateway.serial, "127.0.0.1")
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "enphase_discovered")
    await answer(hass, form["flow_id"])
    await answer(hass, form["flow_id"], next_step_id="enphase_token")
    entry = await created(hass, await answer(hass, form["flow_id"], token=gateway.token), gateway)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_gateway_that_went_since_it_announced_itself_is_added_once_it_is_back(
    hass: HomeAssistant, gateway: SimulatedGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ZeroconfServiceInfo, "host", gateway.host)
    form = await discover(hass, gateway.serial, "127.0.0.1")
    await gateway.stop()
    form = await answer(hass, form["flow_id"], name="Barn")
    assert (form["step_id"], form["errors"]) == (
        "enphase_discovered",
        {"base": "gateway_no_answer"},
    )
    assert form["data_schema"] is not None
    assert form["data_schema"]({}) == {"name": "Barn"}
    await gateway.start()
    await answer(hass, form["flow_id"], name="Barn")
    await answer(hass, form["flow_id"], next_step_id="enphase_token")
    entry = await created(hass, await answer(hass, form["flow_id"], token=gateway.token), gateway)
    assert entry.title == "Barn"
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_one_we_have_is_followed_to_its_new_address(
    hass: HomeAssistant, gateway: SimulatedGateway
) -> None:
    entry = entry_of(gateway)
    entry.add_to_hass(hass)
    result = await discover(hass, gateway.serial, "192.168.1.77")
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")
    assert entry.data["host"] == "192.168.1.77"


@pytest.mark.parametrize(
    ("host", "reason"), [("fd00::1", "not_ipv4_address"), ("192.168.1.30", "already_configured")]
)
async def test_what_cannot_be_read_or_core_reads_is_not_offered(
    hass: HomeAssistant, host: str, reason: str
) -> None:
    MockConfigEntry(domain="enphase_envoy", data={"host": "192.168.1.30"}).add_to_hass(hass)
    result = await discover(hass, "122300000042", host)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, reason)


# What is there already


async def test_a_gateway_set_up_already_is_refused(
    hass: HomeAssistant, gateway: SimulatedGateway, entry: MockConfigEntry
) -> None:
    result = await answer(hass, await start(hass), host=gateway.host)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")


async def test_one_that_core_reads_is_not_read_twice_and_its_entities_are_offered(
    hass: HomeAssistant, gateway: SimulatedGateway
) -> None:
    core = MockConfigEntry(
        domain="enphase_envoy", unique_id=gateway.serial, data={"host": "192.168.1.30"}
    )
    core.add_to_hass(hass)
    for key in ("production", "inverters_off_few_want"):
        er.async_get(hass).async_get_or_create(
            "sensor", "enphase_envoy", f"{gateway.serial}_{key}", config_entry=core
        )
    result = await answer(hass, await start(hass), host=gateway.host)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "read_by_core")
    assert result["description_placeholders"] is not None
    (offered,) = result["description_placeholders"]["entities"].splitlines()
    assert offered == f"- sensor.enphase_envoy_{gateway.serial}_production"
    assert set(gateway.requests) == {"/info"}


# Later


async def test_a_refused_token_asks_for_another_and_all_goes_on(
    hass: HomeAssistant, gateway: SimulatedGateway
) -> None:
    entry = entry_of(gateway)
    gateway.rotate()
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["step_id"] == "enphase_access"
    await answer(hass, flow["flow_id"], next_step_id="enphase_token")
    done = await answer(hass, flow["flow_id"], token=gateway.token)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reauth_successful")
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data["token"] == gateway.token
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("is_another", [True, False], ids=["another", "the same"])
async def test_a_token_refused_while_it_is_read_is_asked_for_and_all_is_set_up_anew_once(
    hass: HomeAssistant, gateway: SimulatedGateway, entry: MockConfigEntry, is_another: bool
) -> None:
    known = gateway.token
    gateway.rotate()
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    if not is_another:
        gateway.token = known
    await answer(hass, flow["flow_id"], next_step_id="enphase_token")
    asked = gateway.requests["/info"]
    done = await answer(hass, flow["flow_id"], token=gateway.token)
    assert done["reason"] == "reauth_successful"
    await hass.async_block_till_done()
    assert gateway.requests["/info"] == asked + 1
    assert entry.runtime_data.last_update_success


async def test_a_gateway_that_moved_keeps_what_opens_it(
    hass: HomeAssistant, gateway: SimulatedGateway
) -> None:
    entry = entry_of(gateway, host=f"{LOOPBACK}:{free_port()}")
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    form = await entry.start_reconfigure_flow(hass)
    assert form["step_id"] == "enphase_reconfigure"
    menu = await answer(hass, form["flow_id"], host=gateway.host)
    assert menu["menu_options"] == ["enphase_token", "enphase_login", "enphase_keep"]
    done = await answer(hass, form["flow_id"], next_step_id="enphase_keep")
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_what_opened_it_no_longer_does_is_told(
    hass: HomeAssistant, gateway: SimulatedGateway, entry: MockConfigEntry
) -> None:
    gateway.rotate()
    form = await entry.start_reconfigure_flow(hass)
    await answer(hass, form["flow_id"], host=gateway.host)
    form = await answer(hass, form["flow_id"], next_step_id="enphase_keep")
    assert (form["step_id"], form["errors"]) == (
        "enphase_token",
        {"token": GatewayFault.TOKEN_REFUSED},
    )
    asked = gateway.requests["/info"]
    done = await answer(hass, form["flow_id"], token=gateway.token)
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.data["token"] == gateway.token
    assert gateway.requests["/info"] == asked + 1, "set up anew, once"


async def test_a_gateway_reconfigured_as_it_was_is_not_set_up_anew(
    hass: HomeAssistant, gateway: SimulatedGateway, entry: MockConfigEntry
) -> None:
    before = entry.runtime_data
    form = await entry.start_reconfigure_flow(hass)
    await answer(hass, form["flow_id"], host=gateway.host)
    done = await answer(hass, form["flow_id"], next_step_id="enphase_keep")
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.runtime_data is before


async def test_an_entry_is_not_moved_to_another_gateway(
    hass: HomeAssistant, gateway: SimulatedGateway, entry: MockConfigEntry
) -> None:
    async with SimulatedGateway(gateway.household, serial="122300000099") as other:
        form = await entry.start_reconfigure_flow(hass)
        result = await answer(hass, form["flow_id"], host=other.host)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "other_gateway")
    assert entry.data["host"] == gateway.host


async def test_the_options_are_applied_without_a_new_login(
    hass: HomeAssistant, gateway: SimulatedGateway, entry: MockConfigEntry
) -> None:
    before = dict(gateway.requests)
    form = await hass.config_entries.options.async_init(entry.entry_id)
    assert form["step_id"] == "enphase"
    await hass.config_entries.options.async_configure(
        form["flow_id"], {"readings_interval": 30, "watch": False}
    )
    await hass.async_block_till_done()
    assert entry.runtime_data.update_interval.total_seconds() == 30
    assert dict(gateway.requests) == before


async def test_another_gateway_at_the_address_is_not_read(
    hass: HomeAssistant, gateway: SimulatedGateway
) -> None:
    async with SimulatedGateway(gateway.household, serial="122300000099") as other:
        entry = await set_up(hass, gateway, host=other.host)
        assert entry.state is ConfigEntryState.SETUP_RETRY
        assert entry.reason == (
            "Another gateway answers at this address. Give the address of yours with Reconfigure, "
            "or add the other one as a new gateway"
        )
        assert set(other.requests) == {"/info"}
