"""Adding a meter by Enedis, each way it can fail, another key."""

from collections.abc import Mapping
from hashlib import sha256
import re
import time
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.sen1.config_flow import Sen1ConfigFlow
from custom_components.sen1.const import DOMAIN
from custom_components.sen1.enedis.flow import EnedisFlow
from custom_components.sen1.enedis.gateways import GatewayName
from testbed.enedis import DAY, Faults, SimulatedEnedis
from tests.conftest import schema_of

from .conftest import TODAY, entry_of, set_up, settled

pytestmark = pytest.mark.usefixtures("recorder_mock")

OTHER = "30002630202020"

type Made = list[tuple[str, Mapping[str, str]]]


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """Return the homes that were made: by whom, is not of this part."""
    homes: Made = []

    async def make(_flow: EnedisFlow, title: str, series: Mapping[str, str]) -> None:
        homes.append((title, series))

    monkeypatch.setattr(Sen1ConfigFlow, "async_make_home", make)
    return homes


async def start(hass: HomeAssistant) -> ConfigFlowResult:
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    return await answer(hass, menu, next_step_id="enedis")


async def answer(hass: HomeAssistant, shown: ConfigFlowResult, **given: Any) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_configure(shown["flow_id"], given)


async def created(hass: HomeAssistant, result: ConfigFlowResult) -> dict[str, Any]:
    assert result["type"] is FlowResultType.CREATE_ENTRY, result
    entry = result["result"]
    await settled(hass, entry)
    assert await hass.config_entries.async_unload(entry.entry_id)
    return dict(entry.data)


async def test_a_key_of_conso_api_names_its_meter_and_makes_the_home(
    hass: HomeAssistant, enedis: SimulatedEnedis, made: Made
) -> None:
    half = len(enedis.conso_key) // 2
    wrapped = f" {enedis.conso_key[:half]}\n{enedis.conso_key[half:]} "
    form = await answer(hass, await start(hass), gateway="conso_api", key=wrapped)
    assert form["step_id"] == "enedis_home"
    assert form["description_placeholders"] == {"meter": f"…{enedis.prm[-4:]}"}
    assert schema_of(form).keys() == {"name", "injects"}
    shown = form["data_schema"]
    assert shown is not None
    assert shown({}) == {"name": "Home", "injects": False}
    result = await answer(hass, form, name="Our house", injects=False)
    assert result["title"] == "Our house"
    # From what it is known by nobody learns the meter's number: it is of chance.
    known_by = result["result"].unique_id
    assert re.fullmatch("[0-9a-f]{12}", known_by)
    assert known_by not in sha256(enedis.prm.encode()).hexdigest()
    assert made == [("Our house", {"bought": f"sen1:enedis_{known_by}_bought"})]
    assert await created(hass, result) == {
        "kind": "enedis",
        "gateway": "conso_api",
        "key": enedis.conso_key,
        "prm": enedis.prm,
        "cache": False,
    }
    assert all("SEN1" in one and "https://" in one for one in enedis.agents)
    # There is one entry of a meter.
    again = await answer(hass, await start(hass), gateway="conso_api", key=enedis.conso_key)
    assert (again["type"], again["reason"]) == (FlowResultType.ABORT, "already_configured")


@pytest.mark.parametrize("options", [{"production_prm": OTHER}])
async def test_of_several_meters_one_is_chosen_and_the_other_one_is_found_to_sell(
    hass: HomeAssistant, enedis: SimulatedEnedis, made: Made
) -> None:
    form = await answer(hass, await start(hass), gateway="conso_api", key=enedis.conso_key)
    assert form["step_id"] == "enedis_meter"
    labels = [one["label"] for one in schema_of(form)["prm"].config["options"]]
    assert labels == [f"…{enedis.prm[-4:]}", f"…{OTHER[-4:]}"]
    form = await answer(hass, form, prm=enedis.prm)
    assert form["data_schema"] is not None
    assert form["data_schema"]({})["injects"]
    data = await created(hass, await answer(hass, form, name="Home", injects=True))
    assert (data["prm"], data["production_prm"]) == (enedis.prm, OTHER)
    assert made[0][1].keys() == {"bought", "sold"}


@pytest.mark.parametrize("options", [{"production_prm": OTHER}])
async def test_my_electrical_data_is_told_the_meters_and_whether_it_may_keep(
    hass: HomeAssistant, enedis: SimulatedEnedis
) -> None:
    form = await answer(hass, await start(hass), gateway="my_electrical_data", key=enedis.key)
    form = await answer(hass, form, prm="123", production_prm=OTHER)
    assert form["errors"] == {"prm": "enedis_no_meter"}
    form = await answer(hass, form, prm=enedis.prm, production_prm=OTHER)
    assert schema_of(form).keys() == {"name", "injects", "cache"}
    result = await answer(hass, form, name="Home", injects=True, cache=True)
    data = await created(hass, result)
    assert (data["cache"], data["production_prm"]) == (True, OTHER)
    assert enedis.cached > 0


@pytest.mark.parametrize("key", ["", "a.b.c", "é", "b3BlbnNlc2FtZQ=="])
async def test_what_is_no_key_of_conso_api_is_refused_before_it_is_sent(
    hass: HomeAssistant, enedis: SimulatedEnedis, key: str
) -> None:
    form = await answer(hass, await start(hass), gateway="conso_api", key=key)
    assert (form["step_id"], form["errors"]) == ("enedis", {"key": "enedis_not_a_key"})
    assert enedis.questions == []
    form = await answer(hass, form, gateway="conso_api", key=enedis.conso_key)
    assert form["step_id"] == "enedis_home"


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        ({"status": 502}, "gateway_down"),
        ({"quota": 0}, "quota"),
        ({"banned": True}, "banned"),
        ({"consent_ended": True}, "consent_ended"),
        ({"other_meter": True}, "other_meter"),
    ],
    ids=str,
)
@pytest.mark.parametrize("way", GatewayName)
async def test_each_refusal_is_said_and_the_same_form_goes_on(
    hass: HomeAssistant,
    enedis: SimulatedEnedis,
    way: GatewayName,
    faults: dict[str, Any],
    error: str,
) -> None:
    enedis.faults = Faults(**faults)
    given: dict[str, Any] = {"gateway": way, "key": enedis.conso_key}
    form = await start(hass)
    if way is GatewayName.MY_ELECTRICAL_DATA:
        form = await answer(hass, form, gateway=way, key=enedis.key)
        given = {"prm": enedis.prm}
    form = await answer(hass, form, **given)
    assert form["errors"] == {"base": f"enedis_{error}"}
    enedis.faults = Faults()
    assert (await answer(hass, form, **given))["step_id"] == "enedis_home"


async def test_a_key_that_is_void_is_refused(hass: HomeAssistant, enedis: SimulatedEnedis) -> None:
    void = enedis.conso_key
    enedis.make_key()
    form = await answer(hass, await start(hass), gateway="conso_api", key=void)
    assert form["errors"] == {"base": "enedis_key_refused"}


async def test_a_meter_that_is_a_day_old_is_taken(
    hass: HomeAssistant, enedis: SimulatedEnedis
) -> None:
    enedis.faults.activated = TODAY - DAY
    form = await answer(hass, await start(hass), gateway="conso_api", key=enedis.conso_key)
    assert form["step_id"] == "enedis_home"


async def test_a_new_key_goes_on_where_the_void_one_stopped(
    hass: HomeAssistant, enedis: SimulatedEnedis
) -> None:
    entry = entry_of(enedis)
    void = enedis.conso_key
    enedis.make_key()
    await set_up(hass, entry)
    (flow,) = hass.config_entries.flow.async_progress()
    form = await hass.config_entries.flow.async_configure(flow["flow_id"])
    enedis.prm, mine = OTHER, enedis.prm
    other = enedis.make_key()
    enedis.prm = mine
    form = await answer(hass, form, key=other, injects=False)
    assert form["errors"] == {"key": "enedis_other_meter"}
    form = await answer(hass, form, key="a key", injects=False)
    assert form["errors"] == {"key": "enedis_not_a_key"}
    form = await answer(hass, form, key=void, injects=False)
    assert form["errors"] == {"base": "enedis_key_refused"}
    key = enedis.make_key()
    form = await answer(hass, form, key=key, injects=False)
    assert (form["type"], form["reason"]) == (FlowResultType.ABORT, "reauth_successful")
    await hass.async_block_till_done()
    await settled(hass, entry)
    assert entry.data["key"] == key
    assert entry.runtime_data.plan.statuses(time.time()) == ["filling"]
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_what_is_read_can_be_changed(hass: HomeAssistant, enedis: SimulatedEnedis) -> None:
    entry = entry_of(enedis, GatewayName.MY_ELECTRICAL_DATA)
    await set_up(hass, entry)
    context = {"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
    form = await hass.config_entries.flow.async_init(DOMAIN, context=context)
    assert schema_of(form).keys() == {"key", "injects", "cache"}
    form = await answer(hass, form, key=enedis.key, injects=True, cache=True)
    assert form["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    await settled(hass, entry)
    assert (entry.data["cache"], entry.data["production_prm"]) == (True, enedis.prm)
    assert not entry.supports_options
    assert await hass.config_entries.async_unload(entry.entry_id)
