"""What is made of a gateway's documents; energies that cannot be are not told."""

from typing import Any

from pyenphase import EnvoyData
from pyenphase.models.system_consumption import EnvoySystemConsumption
from pyenphase.models.system_production import EnvoySystemProduction
import pytest

from custom_components.sen1.enphase.readings import SYSTEM, Flow, Readings, meters_of


@pytest.mark.parametrize(
    ("today", "seven", "lifetime", "is_told"),
    [
        pytest.param(14_405_000, 14_405_000, 14_405_000, False, id="one number for all three"),
        pytest.param(14_405_000, 14_405_000, 20_000_000, False, id="but for the lifetime"),
        pytest.param(14_405_000, 0, 14_405_000, False, id="but for the seven days"),
        pytest.param(584_367, 584_367, 584_367, False, id="a clamp that was taken off"),
        pytest.param(21_000, 0, 21_000, True, id="the first day of a gateway"),
        pytest.param(21_000, 21_000, 21_000, True, id="the first day, counted in the seven"),
        pytest.param(0, 0, 0, True, id="before the first sun"),
        pytest.param(0, 86_068, 86_068, True, id="the first week, at night"),
        pytest.param(13_233, 86_068, 1_243_605, True, id="a day like others"),
        pytest.param(150_000, 900_000, 99_000_000, True, id="a day of a large roof"),
    ],
)
@pytest.mark.parametrize("flow", [Flow.PRODUCTION, Flow.CONSUMPTION])
def test_a_day_is_not_what_is_the_lifetime_too(
    flow: Flow, today: int, seven: int, lifetime: int, is_told: bool
) -> None:
    data, known = (
        EnvoyData(),
        {
            "watt_hours_today": today,
            "watt_hours_last_7_days": seven,
            "watt_hours_lifetime": lifetime,
            "watts_now": 0,
        },
    )
    data.system_production = EnvoySystemProduction(**known)
    data.system_consumption = EnvoySystemConsumption(**known)
    days = Readings(data, {}).days(flow)
    assert (days is not None) is is_told
    if days is not None:
        assert (days.watt_hours_today, days.watt_hours_last_7_days) == (today, seven)


def measured(eid: int, watts: int, *phases: int) -> dict[str, Any]:
    """Return what a meter measures, and each of its phases."""
    numbers = dict.fromkeys(("actEnergyDlvd", "actEnergyRcvd", "voltage", "current", "freq"), 1)
    channels = [measured(eid + 1 + number, one) for number, one in enumerate(phases)]
    return {
        **numbers,
        "eid": eid,
        "timestamp": 1,
        "activePower": watts,
        "pwrFactor": 1,
        **({"channels": channels} if channels else {}),
    }


def configured(eid: int, kind: str, state: str = "enabled") -> dict[str, Any]:
    return {"eid": eid, "state": state, "measurementType": kind, "meteringStatus": "normal"}


def test_only_meters_switched_on_are_read_and_only_phases_they_measure() -> None:
    found = meters_of(
        [measured(10, 600, 250, 350), measured(20, 50), measured(30, 1), measured(40, 7)],
        [
            configured(10, "production"),
            configured(20, "net-consumption"),
            configured(30, "storage", "disabled"),
        ],
        3,
    )
    assert {at: meter.active_power for at, meter in found.items()} == {
        ("production", SYSTEM): 600,
        ("production", "L1"): 250,
        ("production", "L2"): 350,
        ("net-consumption", SYSTEM): 50,
    }


NET = EnvoySystemConsumption(5_000, 3_000, 400, -200)
TOTAL = EnvoySystemConsumption(9_000, 3_000, 400, 700)
PRODUCED = EnvoySystemProduction(8_000, 2_000, 300, 900)


@pytest.mark.parametrize(
    ("told", "net", "produced", "used"),
    [
        pytest.param(TOTAL, NET, PRODUCED, (9_000, 700), id="as told"),
        pytest.param(TOTAL, None, PRODUCED, (9_000, 700), id="without a net energy"),
        pytest.param(NET, NET, PRODUCED, (13_000, 700), id="the net energy, and the production"),
        pytest.param(NET, NET, None, None, id="the net energy alone"),
        pytest.param(None, NET, PRODUCED, None, id="nothing"),
    ],
)
def test_a_net_energy_in_the_place_of_the_consumption_has_the_production_added(
    told: EnvoySystemConsumption | None,
    net: EnvoySystemConsumption | None,
    produced: EnvoySystemProduction | None,
    used: tuple[int, int] | None,
) -> None:
    data = EnvoyData()
    data.system_consumption, data.system_net_consumption = told, net
    data.system_production = produced
    found = Readings(data, {}).consumption()
    assert (found and (found.watt_hours_lifetime, found.watts_now)) == used
