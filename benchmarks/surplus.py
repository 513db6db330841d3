"""Surplus: how often an appliance is switched on a cloudy day, beside a bare threshold.

The simulated household's own day: panels under clouds that change each minute, a fridge, a hob, a
base load. Its meter tells the power each second. A 2 kW water heater draws what it is offered, two
seconds late. "bare" switches on when the surplus is 2 kW and off when it is gone; "sen1" is the
integration's own sharing, with what its form fills in.
"""

from collections.abc import Callable
from datetime import datetime

from benchmarks.report import Report
from custom_components.sen1.figures.surplus.flow import DEFAULTS
from custom_components.sen1.figures.surplus.needs import CONF_DELAY, CONF_HYSTERESIS, CONF_MINIMUM
from custom_components.sen1.figures.surplus.sharing_out import Need, Sharing
from testbed.household import PARIS, SECOND, Household, moment

POWER = 2000.0
LAG_S = 2
DAYS = [datetime(2026, month, 15, tzinfo=PARIS) for month in (4, 6, 8)]
BEGIN_S, END_S = 8 * 3600, 20 * 3600

type Decide = Callable[[float, float], bool]
"""(second, surplus in W) → whether the appliance should run."""


def bare_threshold() -> Decide:
    is_on = False

    def decide(_now: float, surplus: float) -> bool:
        nonlocal is_on
        is_on = surplus >= (0 if is_on else POWER)
        return is_on

    return decide


def sen1() -> Decide:
    sharing = Sharing()
    need = Need(
        "heater",
        POWER,
        POWER,
        DEFAULTS[CONF_HYSTERESIS],
        DEFAULTS[CONF_DELAY],
        DEFAULTS[CONF_MINIMUM],
        priority=1,
    )
    sharing.set_needs([need])

    def decide(now: float, surplus: float) -> bool:
        sharing.update(now, {"home": surplus}, {})
        return sharing.offers["heater"].is_on

    return decide


def day_of(decide: Decide, day: datetime) -> tuple[int, float, float]:
    """Return how often it switched, and the kWh it drew of the surplus and of the grid."""
    house = Household(seed=day.month, solar_peak_w=5000, begin=day)
    midnight = moment(day)
    offers = [False] * (LAG_S + 1)
    switches, own, bought = 0, 0.0, 0.0
    for second in range(BEGIN_S, END_S):
        left_over = -house.watts(midnight + second * SECOND)
        draw = POWER if offers[-1 - LAG_S] else 0.0
        is_on = decide(second, left_over - draw)
        switches += is_on != offers[-1]
        offers.append(is_on)
        from_surplus = min(draw, max(left_over, 0))
        own += from_surplus / 3.6e6
        bought += (draw - from_surplus) / 3.6e6
    return switches, own, bought


def main() -> None:
    report = Report()
    counts = {}
    for name, make in (("bare", bare_threshold), ("sen1", sen1)):
        days = [day_of(make(), day) for day in DAYS]
        switches, own, bought = (sum(column) / len(DAYS) for column in zip(*days, strict=True))
        counts[name] = switches
        report.add(f"surplus.{name}.switches", switches, "/day")
        report.add(f"surplus.{name}.from_surplus", own, "kWh/day")
        report.add(f"surplus.{name}.from_grid", bought, "kWh/day")
    report.add("surplus.sen1_over_bare", counts["sen1"] / counts["bare"], "ratio", "<=0.25")
    report.exit()


if __name__ == "__main__":
    main()
