"""Energies of the last days: what cannot be is not told."""

from pyenphase import EnvoyData
from pyenphase.models.system_consumption import EnvoySystemConsumption
from pyenphase.models.system_production import EnvoySystemProduction
import pytest

from custom_components.sen1.enphase.readings import Flow, Readings


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
