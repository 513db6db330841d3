"""Surplus: what appliances take of a cloudy day, how often they are switched, beside bare rules.

The simulated household's own day: panels under clouds that change each minute, a fridge, a hob, a
base load. Its meter tells the power each second.

A 2 kW water heater draws what it is offered, two seconds late. "bare" switches on when the surplus
is 2 kW and off when it is gone; "sen1" is the integration's own sharing, with what its form fills
in; "sen1_share" begins when 60 % of the power is covered.

A charger of 1.4 to 7.4 kW does as it is told ten seconds late; nobody measures it. "fixed" always
draws 3.7 kW of what it is offered; "bare" is told the surplus of the moment every 15 s, when it has
done as it was told before; "sen1" is told the power by the integration. `there` is what the sun
gives within the charger's bounds.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from benchmarks.report import Report
from custom_components.sen1.figures.surplus.flow import DEFAULTS
from custom_components.sen1.figures.surplus.needs import CONF_DELAY, CONF_HYSTERESIS, CONF_MINIMUM
from custom_components.sen1.figures.surplus.sharing_out import Need, Sharing
from testbed.household import PARIS, SECOND, Household, moment

HEATER_W, HEATER_LAG_S = 2000.0, 2
FIXED_W = 3700.0
LEAST_W, MOST_W, CHARGER_LAG_S = 1400.0, 7400.0, 10
BARE_EVERY_S = 15
SHARE = 0.6
DAYS = [datetime(2026, month, 15, tzinfo=PARIS) for month in (4, 6, 8)]
BEGIN_S, END_S = 8 * 3600, 20 * 3600

type Decide = Callable[[float, float], float]
"""(second, surplus in W) → the power in W that the appliance may take."""


class Day(NamedTuple):
    """What came of one day, or of the mean of several."""

    switches: float
    tellings: float
    """How often it was told another power, beginnings and ends included."""
    own: float
    """kWh of the surplus that it took."""
    bought: float
    """kWh of the grid that it took."""
    there: float
    """kWh of surplus between the least and the most that a charger can take."""


def bare_threshold() -> Decide:
    is_on = False

    def decide(_now: float, surplus: float) -> float:
        nonlocal is_on
        is_on = surplus >= (0 if is_on else HEATER_W)
        return HEATER_W if is_on else 0.0

    return decide


def bare_following() -> Decide:
    told = 0.0

    def decide(now: float, surplus: float) -> float:
        nonlocal told
        if now % BARE_EVERY_S:
            return told
        left_over = surplus + told
        told = min(left_over, MOST_W) if left_over >= LEAST_W else 0.0
        return told

    return decide


def sen1(power: float, share: float = 1, maximum_power: float = 0) -> Decide:
    sharing = Sharing()
    need = Need(
        "appliance",
        power,
        share,
        DEFAULTS[CONF_HYSTERESIS],
        DEFAULTS[CONF_DELAY],
        DEFAULTS[CONF_MINIMUM],
        priority=1,
        maximum_power=maximum_power,
    )
    sharing.set_needs([need])

    def decide(now: float, surplus: float) -> float:
        sharing.update(now, {"home": surplus}, {})
        return sharing.offers["appliance"].modulation.power

    return decide


def day_of(decide: Decide, lag_s: int, day: datetime) -> Day:
    """Return what comes of a day if an appliance does what is decided."""
    house = Household(seed=day.month, solar_peak_w=5000, begin=day)
    midnight = moment(day)
    offers = [0.0] * (lag_s + 1)
    switches, tellings, own, bought, there = 0, 0, 0.0, 0.0, 0.0
    for second in range(BEGIN_S, END_S):
        left_over = -house.watts(midnight + second * SECOND)
        draw = offers[-1 - lag_s]
        offer = decide(second, left_over - draw)
        switches += (offer > 0) is not (offers[-1] > 0)
        tellings += offer != offers[-1]
        offers.append(offer)
        from_surplus = min(draw, max(left_over, 0))
        own += from_surplus / 3.6e6
        bought += (draw - from_surplus) / 3.6e6
        there += min(left_over, MOST_W) / 3.6e6 if left_over >= LEAST_W else 0
    return Day(switches, tellings, own, bought, there)


def mean_day(make: Callable[[], Decide], lag_s: int) -> Day:
    """Return the mean of all days."""
    days = [day_of(make(), lag_s, day) for day in DAYS]
    return Day(*(sum(column) / len(days) for column in zip(*days, strict=True)))


def add_day(report: Report, name: str, day: Day) -> None:
    report.add(f"surplus.{name}.switches", day.switches, "/day")
    report.add(f"surplus.{name}.from_surplus", day.own, "kWh/day")
    report.add(f"surplus.{name}.from_grid", day.bought, "kWh/day")


def main() -> None:
    report = Report()
    heaters = {
        "bare": mean_day(bare_threshold, HEATER_LAG_S),
        "sen1": mean_day(lambda: sen1(HEATER_W), HEATER_LAG_S),
        "sen1_share": mean_day(lambda: sen1(HEATER_W, SHARE), HEATER_LAG_S),
    }
    for name, day in heaters.items():
        add_day(report, name, day)
    bare, whole, share = heaters.values()
    report.add("surplus.sen1_over_bare", whole.switches / bare.switches, "ratio", "<=0.25")
    report.add("surplus.share_over_bare", share.switches / bare.switches, "ratio", "<=0.25")
    report.add("surplus.share_uses_more_sun", share.own / whole.own, "ratio", ">=1.05")
    bought = share.bought / (share.bought + share.own)
    report.add("surplus.share_from_grid", bought, "part", f"<={1 - SHARE}")
    chargers = {
        "charger_fixed": mean_day(lambda: sen1(FIXED_W), CHARGER_LAG_S),
        "charger_bare": mean_day(bare_following, CHARGER_LAG_S),
        "charger_sen1": mean_day(lambda: sen1(LEAST_W, 1, MOST_W), CHARGER_LAG_S),
    }
    for name, day in chargers.items():
        add_day(report, name, day)
        report.add(f"surplus.{name}.tellings", day.tellings, "/day")
    fixed, following, told = chargers.values()
    report.add("surplus.charger.there", told.there, "kWh/day")
    report.add("surplus.charger.over_fixed", told.own / fixed.own, "ratio", ">=1.5")
    report.add("surplus.charger.of_what_is_there", told.own / told.there, "part", ">=0.8")
    bought = told.bought / (told.bought + told.own)
    report.add("surplus.charger.from_grid", bought, "part", "<=0.08")
    switches = told.switches / following.switches
    report.add("surplus.charger.switches_over_bare", switches, "ratio", "<=0.25")
    tellings = told.tellings / following.tellings
    report.add("surplus.charger.tellings_over_bare", tellings, "ratio", "<=0.75")
    report.exit()


if __name__ == "__main__":
    main()
