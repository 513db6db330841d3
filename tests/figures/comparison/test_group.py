"""Groups: sums and means of several series, and how many report."""

from homeassistant.config_entries import ConfigEntry, ConfigSubentry, ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.figures.comparison.group import (
    Combined,
    MemberGroup,
    Operation,
)

from ..conftest import MakeAccount, told

POWER = {"unit_of_measurement": "W", "device_class": "power", "state_class": "measurement"}
INDEX = {"unit_of_measurement": "kWh", "device_class": "energy"}


def said(*values: float | None) -> dict[str, float | None]:
    return {str(number): value for number, value in enumerate(values)}


@pytest.mark.parametrize(
    ("operation", "is_index", "rounds", "expected"),
    [
        (Operation.SUM, False, [(1, 2, None)], Combined(3, 2)),
        (Operation.MEAN, False, [(1, 2, None)], Combined(1.5, 2)),
        (Operation.MEDIAN, False, [(1, 9, None, 2)], Combined(2, 3)),
        (Operation.MEDIAN, False, [(1, 9, 4, 2)], Combined(3, 4)),
        (Operation.SUM, False, [(0.1, 0.2)], Combined(0.3, 2)),
        (Operation.SUM, False, [(None, None)], Combined(None, 0)),
        (Operation.SUM, True, [(10, None)], Combined(None, 1)),
        (Operation.SUM, True, [(10, 20), (11, None)], Combined(31, 1)),
        (Operation.MEAN, True, [(10, 20), (12, None)], Combined(16, 1)),
    ],
    ids=[
        "sum",
        "mean",
        "median",
        "median of two",
        "no noise",
        "silence",
        "index not whole",
        "index holds",
        "mean of indexes",
    ],
)
def test_members_come_to(
    operation: Operation,
    is_index: bool,
    rounds: list[tuple[float | None, ...]],
    expected: Combined,
) -> None:
    group = MemberGroup(operation, is_index=is_index)
    for values in rounds:
        combined = group.combine(said(*values))
    assert combined == expected


def friends(count: int) -> list[ConfigSubentryData]:
    return [
        ConfigSubentryData(
            data={"jid": f"home{number}@village.test", "grants": []},
            subentry_type="friend",
            title=f"Home {number}",
            unique_id=f"home{number}@village.test",
        )
        for number in range(count)
    ]


def series(hass: HomeAssistant, account: MockConfigEntry) -> list[str]:
    """Make a series of each friend, on the friend's device; return their entities."""
    made = []
    for subentry_id, subentry in account.subentries.items():
        device = dr.async_get(hass).async_get_or_create(
            config_entry_id=account.entry_id,
            config_subentry_id=subentry_id,
            identifiers={(DOMAIN, subentry_id)},
            name=subentry.title,
        )
        entity = er.async_get(hass).async_get_or_create(
            "sensor",
            DOMAIN,
            f"{subentry_id}_x_reading",
            suggested_object_id=subentry.title,
            config_entry=account,
            config_subentry_id=subentry_id,
            device_id=device.id,
        )
        made.append(entity.entity_id)
    return made


async def add(
    hass: HomeAssistant, account: ConfigEntry, kind: str, **given: object
) -> ConfigSubentry:
    flows = hass.config_entries.subentries
    known = set(account.subentries)
    flow = await flows.async_init((account.entry_id, kind), context={"source": "user"})
    result = await flows.async_configure(flow["flow_id"], given)
    assert result["type"] == "create_entry", result
    await hass.async_block_till_done()
    (subentry_id,) = set(account.subentries) - known
    return account.subentries[subentry_id]


async def change(
    hass: HomeAssistant, account: MockConfigEntry, subentry: ConfigSubentry, **given: object
) -> None:
    flows = hass.config_entries.subentries
    flow = await flows.async_init(
        (account.entry_id, subentry.subentry_type),
        context={"source": "reconfigure", "subentry_id": subentry.subentry_id},
    )
    result = await flows.async_configure(flow["flow_id"], given)
    assert result["reason"] == "reconfigure_successful", result
    await hass.async_block_till_done()


async def test_a_group_of_nine_says_how_many_report(
    hass: HomeAssistant, make_account: MakeAccount
) -> None:
    account = await make_account(*friends(9))
    members = series(hass, account)
    for number, entity_id in enumerate(members):
        hass.states.async_set(entity_id, str(100 * number), POWER)
    await add(hass, account, "group", name="Village", members=members, operation="sum")
    state = told(hass, account, "group")
    assert state.name == "Village"
    assert (state.state, state.attributes["reporting"], state.attributes["of"]) == ("3600", 9, 9)
    assert state.attributes["unit_of_measurement"] == "W"
    assert state.attributes["device_class"] == "power"
    assert state.attributes["state_class"] == "measurement"
    hass.states.async_set(members[8], "unavailable", POWER)
    await hass.async_block_till_done()
    state = told(hass, account, "group")
    assert (state.state, state.attributes["reporting"], state.attributes["of"]) == ("2800", 8, 9)
    reporting = told(hass, account, "reporting")
    assert (reporting.state, reporting.attributes["missing"]) == ("8", [members[8]])


async def test_units_of_one_kind_are_converted_and_names_may_change(
    hass: HomeAssistant, make_account: MakeAccount
) -> None:
    account = await make_account(*friends(2))
    one, other = series(hass, account)
    hass.states.async_set(one, "1000", POWER)
    hass.states.async_set(other, "2", POWER | {"unit_of_measurement": "kW"})
    await add(hass, account, "group", name="Both", members=[one, other], operation="mean")
    assert told(hass, account, "group").state == "1500"
    er.async_get(hass).async_update_entity(one, new_entity_id="sensor.renamed")
    await hass.async_block_till_done()
    hass.states.async_set("sensor.renamed", "4000", POWER)
    await hass.async_block_till_done()
    assert told(hass, account, "group").state == "3000"


@pytest.mark.parametrize("said", ["nan", "inf", "1e16", "1e300"])
async def test_a_number_that_cannot_be_is_in_no_group(
    hass: HomeAssistant, make_account: MakeAccount, said: str
) -> None:
    account = await make_account(*friends(2))
    one, other = series(hass, account)
    hass.states.async_set(one, "1000", POWER)
    hass.states.async_set(other, "2000", POWER)
    await add(hass, account, "group", name="Both", members=[one, other], operation="sum")
    hass.states.async_set(other, said, POWER)
    await hass.async_block_till_done()
    assert told(hass, account, "group").state == "1000"
    assert told(hass, account, "group").attributes["reporting"] == 1


@pytest.mark.parametrize(
    ("kind", "other_unit"),
    [
        pytest.param(POWER, "kWh", id="powers"),
        pytest.param(
            {"unit_of_measurement": "people"}, "rooms", id="what Home Assistant knows not"
        ),
    ],
)
async def test_a_member_that_says_something_else_by_now_is_in_no_sum(
    hass: HomeAssistant, make_account: MakeAccount, kind: dict[str, str], other_unit: str
) -> None:
    account = await make_account(*friends(2))
    one, other = series(hass, account)
    hass.states.async_set(one, "3", kind)
    hass.states.async_set(other, "4", kind)
    await add(hass, account, "group", name="Both", members=[one, other], operation="sum")
    assert told(hass, account, "group").state == "7"
    hass.states.async_set(other, "4", {**kind, "unit_of_measurement": other_unit})
    await hass.async_block_till_done()
    assert told(hass, account, "group").state == "3"
    assert told(hass, account, "group").attributes["reporting"] == 1


async def test_a_member_that_was_removed_is_followed_when_it_is_made_again(
    hass: HomeAssistant, make_account: MakeAccount
) -> None:
    account = await make_account()
    registry = er.async_get(hass)
    for name in ("one", "other"):
        registry.async_get_or_create("sensor", "test", name, suggested_object_id=name)
        hass.states.async_set(f"sensor.{name}", "1000", POWER)
    members = ["sensor.one", "sensor.other"]
    await add(hass, account, "group", name="Both", members=members, operation="sum")
    registry.async_remove("sensor.other")
    hass.states.async_remove("sensor.other")
    await hass.async_block_till_done()
    assert told(hass, account, "group").state == "1000"
    registry.async_get_or_create("sensor", "test", "other", suggested_object_id="other")
    hass.states.async_set("sensor.other", "500", POWER)
    await hass.async_block_till_done()
    assert told(hass, account, "group").state == "1500"


async def test_a_changed_group_takes_its_new_members_at_once(
    hass: HomeAssistant, make_account: MakeAccount
) -> None:
    account = await make_account(*friends(3))
    members = series(hass, account)
    for entity_id in members:
        hass.states.async_set(entity_id, "10", INDEX)
    group = await add(hass, account, "group", name="Some", members=members[:2], operation="sum")
    assert told(hass, account, "group").state == "20"
    assert told(hass, account, "group").attributes["state_class"] == "total"
    await change(hass, account, group, name="All", members=members, operation="sum")
    assert told(hass, account, "group").state == "30"
    hass.states.async_set(members[2], "11", INDEX)
    await hass.async_block_till_done()
    assert told(hass, account, "group").state == "31"
    hass.config_entries.async_remove_subentry(account, group.subentry_id)
    await hass.async_block_till_done()
    hass.states.async_set(members[2], "12", INDEX)
    await hass.async_block_till_done()


async def test_members_that_do_not_fit_are_refused(
    hass: HomeAssistant, make_account: MakeAccount
) -> None:
    account = await make_account(*friends(3))
    one, other, third = series(hass, account)
    hass.states.async_set(one, "1", POWER)
    hass.states.async_set(other, "1", INDEX)
    flows = hass.config_entries.subentries

    async def refused(*members: str) -> object:
        flow = await flows.async_init((account.entry_id, "group"), context={"source": "user"})
        given = {"name": "x", "members": list(members), "operation": "sum"}
        result = await flows.async_configure(flow["flow_id"], given)
        assert result["errors"] is not None
        return result["errors"]["members"]

    assert await refused(one) == "too_few_members"
    assert await refused(one, other) == "units_differ"
    assert await refused(one, third) == "no_state"
    hass.states.async_set(third, "1", POWER)
    await add(hass, account, "group", name="x", members=[one, third], operation="sum")
    group = told(hass, account, "group").entity_id
    assert await refused(one, group) == "group_of_groups"
