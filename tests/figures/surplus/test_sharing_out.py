"""Sharing a surplus: order, patience, and no power offered twice."""

from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest

from custom_components.sen1.figures.surplus.modulation import (
    PACE_S,
    RISE_S,
    SETTLE_S,
    STEP_W,
)
from custom_components.sen1.figures.surplus.sharing_out import Need, Sharing

HEATER = Need("heater", 2000, 1, 200, 60, 300, 1)
CAR = Need("car", 3700, 1, 200, 60, 300, 2)
CHARGER = replace(CAR, id="charger", power=1400, maximum_power=7400)


class House:
    """Panels, a base load, and appliances that do as they are offered after a few seconds."""

    def __init__(self, *needs: Need, measured: bool = False, lag: float = 5) -> None:
        self.sharing = Sharing()
        self.sharing.set_needs(needs)
        self.needs = {need.id: need for need in needs}
        self.measured, self.lag = measured, lag
        self.now = 0.0
        self.switches: list[tuple[float, str, bool]] = []
        self.told: dict[str, list[tuple[float, float]]] = {need_id: [] for need_id in self.needs}
        self.wanted: dict[str, float] = {}
        """The most an appliance draws of what it may, where that is less."""
        self.grid_wh = 0.0
        """What the appliances took that the sun did not give."""

    def draws(self, need_id: str) -> float:
        """Return what an appliance draws now: it does as it is told with some delay."""
        told = self.told.get(need_id, [])
        power = next((power for at, power in reversed(told) if at <= self.now - self.lag), 0.0)
        return min(power, self.wanted.get(need_id, power))

    def power(self, need_id: str) -> float:
        """Return what an appliance may take now."""
        return self.sharing.offers[need_id].modulation.power

    def step(self, produced_w: float | None, seconds: float = 1) -> None:
        """Let a second pass under so much left over by the rest of the house."""
        draws = {need_id: self.draws(need_id) for need_id in self.needs}
        surplus = None if produced_w is None else produced_w - sum(draws.values())
        changes = self.sharing.update(
            self.now, {"home": surplus}, dict(draws) if self.measured else {}
        )
        offers = self.sharing.offers
        self.switches += [(self.now, need.id, offers[need.id].is_on) for need in changes]
        for need_id in self.needs:
            told = self.told.setdefault(need_id, [])
            if self.power(need_id) != (told[-1][1] if told else 0):
                told.append((self.now, self.power(need_id)))
        lacks = sum(draws.values()) - max(produced_w or 0, 0)
        self.grid_wh += max(lacks, 0) * seconds / 3600
        self.now += seconds

    def run(self, produced_w: float | None, seconds: float) -> None:
        for _ in range(round(seconds)):
            self.step(produced_w)

    @property
    def on(self) -> set[str]:
        return {need_id for need_id, offer in self.sharing.offers.items() if offer.is_on}


def test_it_begins_after_its_delay_and_ends_after_its_minimum() -> None:
    house = House(HEATER)
    house.run(2100, 60)
    assert house.on == set()
    house.run(2100, 1)
    assert house.on == {"heater"}
    house.run(0, 299)
    assert house.on == {"heater"}
    house.run(0, 2)
    assert house.on == set()


def test_what_is_missing_within_the_hysteresis_does_not_end_it() -> None:
    house = House(HEATER)
    house.run(2000, 400)
    house.run(1801, 400)
    assert house.on == {"heater"}
    house.run(1799, 62)
    assert house.on == set()


def test_a_cloud_shorter_than_the_delay_changes_nothing() -> None:
    house = House(HEATER)
    house.run(2100, 400)
    for _ in range(10):
        house.run(300, 50)
        house.run(2100, 50)
    assert [on for _, _, on in house.switches] == [True]


def test_ones_use_is_not_offered_to_the_next() -> None:
    for measured in (False, True):
        house = House(HEATER, CAR, measured=measured)
        house.run(4500, 600)
        assert house.on == {"heater"}, measured
        house.run(6000, 600)
        assert house.on == {"heater", "car"}, measured
        assert [name for _, name, _ in house.switches] == ["heater", "car"]


def test_the_first_in_rank_takes_back_what_the_next_has() -> None:
    house = House(HEATER, replace(CAR, power=1000))
    house.run(1500, 400)
    assert house.on == {"car"}
    house.run(2200, 400)
    assert house.on == {"heater"}


def test_two_never_begin_on_the_same_power_however_late_they_draw() -> None:
    for measured in (False, True):
        for lag in (0, 5, 25):
            twin = replace(HEATER, id="twin", priority=2)
            house = House(HEATER, twin, measured=measured, lag=lag)
            house.run(2500, 1200)
            assert house.on == {"heater"}, (measured, lag)
            begun = [at for at, _, on in house.switches if on]
            assert len(begun) == 1


def test_one_that_draws_nothing_leaves_its_power_to_the_next() -> None:
    sharing = Sharing()
    sharing.set_needs([HEATER, CAR])
    for second in range(600):  # the heater's thermostat is content: it is on, and draws nothing
        sharing.update(second, {"home": 4000}, {"heater": 0})
        if sharing.offers["car"].is_on:
            break
    assert sharing.offers["car"].is_on


def test_a_surplus_that_is_not_known_serves_nobody() -> None:
    house = House(HEATER)
    house.run(2500, 400)
    house.run(None, 59)
    assert house.on == {"heater"}
    house.run(None, 3)
    assert house.on == set()
    house.run(None, 600)
    assert house.on == set()


def test_each_source_is_shared_for_itself() -> None:
    sharing = Sharing()
    roof = replace(CAR, source="roof", is_counted=False)
    next_ = replace(CAR, id="other", priority=3, source="roof", is_counted=False)
    sharing.set_needs([HEATER, roof, next_])
    for second in range(400):
        sharing.update(second, {"home": 0, "roof": 5000}, {})
    assert {i for i, offer in sharing.offers.items() if offer.is_on} == {"car"}
    for second in range(400, 800):
        sharing.update(second, {"home": 0, "roof": 7500}, {})
    assert {i for i, offer in sharing.offers.items() if offer.is_on} == {"car", "other"}


def test_a_need_that_is_changed_goes_on() -> None:
    house = House(HEATER)
    house.run(2500, 100)
    house.sharing.set_needs([replace(HEATER, share=0.5), CAR])
    house.needs["car"] = CAR
    assert house.on == {"heater"}
    house.run(900, 400)
    assert house.on == {"heater"}


def test_nothing_changes_before_the_moment_it_says_and_it_does_then() -> None:
    random = Random(3)
    sharing = Sharing()
    sharing.set_needs([HEATER, CAR])
    now, due = 0.0, None
    for _ in range(2000):
        surplus = {"home": random.choice([None, -500.0, 1900.0, 2500.0, 6500.0])}
        sharing.update(now, surplus, {})
        due = sharing.due(now)
        while due is not None and random.random() < 0.8:
            assert due >= now
            if due - now > 1:
                assert sharing.update(due - 0.5, surplus, {}) == []
            now = due
            changes = sharing.update(now, surplus, {})
            due = sharing.due(now)
            assert changes or due is None or due > now
        now += random.uniform(0, SETTLE_S)


# A share of its power


def test_a_need_begins_and_ends_where_its_share_of_the_sun_does() -> None:
    house = House(replace(HEATER, share=0.6))
    house.run(1199, 600)
    assert house.on == set()
    house.run(1200, 61)
    assert house.on == {"heater"}
    house.run(1001, 600)
    assert house.on == {"heater"}
    house.run(999, 62)
    assert house.on == set()


def test_what_one_takes_from_the_grid_is_left_to_nobody() -> None:
    for measured in (False, True):
        lamp = Need("lamp", 100, 1, 200, 60, 300, 2)
        house = House(replace(HEATER, share=0.5), lamp, measured=measured)
        house.run(1000, 1200)
        assert house.on == {"heater"}, measured
        assert house.sharing.offers["lamp"].available == 0
        house.run(2101, 120)
        assert house.on == {"heater", "lamp"}, measured
        house.run(1500, 400)
        assert house.on == {"heater"}, "nothing is left, however little may lack"


def test_one_that_runs_on_the_grid_too_holds_back_nobody_before_it() -> None:
    for measured in (False, True):
        later = replace(HEATER, id="later", share=0.5, priority=2)
        house = House(HEATER, later, measured=measured)
        house.run(1500, 600)
        assert house.on == {"later"}, measured
        house.run(2000, 61)
        assert house.on == {"heater", "later"}, measured
        house.run(2000, 70)
        assert house.on == {"heater"}, measured


def test_nobody_has_a_share_of_nothing() -> None:
    house = House(Need("lamp", 100, 0.5, 200, 60, 300, 1))
    house.run(60, 100)
    assert house.on == {"lamp"}
    house.run(1, 600)
    assert house.on == {"lamp"}
    house.run(0, 62)
    assert house.on == set()


# A power that follows the sun


def test_a_charger_begins_with_its_least_and_rises_when_there_has_been_more_for_a_while() -> None:
    for measured in (False, True):
        house = House(CHARGER, measured=measured)
        house.run(5050, 61)
        assert house.power("charger") == 1400, measured
        house.run(5050, SETTLE_S + RISE_S - 1)
        assert house.power("charger") == 1400, measured
        house.run(5050, 2)
        # As much as was certain all the time, then the rest.
        assert house.power("charger") == (3600 if measured else 5000)
        house.run(5050, 120)
        assert house.power("charger") == 5000, measured
        house.run(9000, 120)
        assert house.power("charger") == 7400, measured
        assert house.grid_wh == 0


def test_a_charger_falls_at_once_when_the_sun_goes_and_ends_as_any_other() -> None:
    for measured in (False, True):
        house = House(CHARGER, measured=measured)
        house.run(5050, 400)
        house.run(3120, 1)
        assert house.power("charger") == 3100, measured
        house.run(3120, 300)
        assert [power for _, power in house.told["charger"]][-2:] == [5000, 3100], measured
        house.run(1300, 12)
        assert house.power("charger") == 1400, measured
        house.run(1300, 600)
        assert house.on == {"charger"}, measured
        house.run(1100, 62)
        assert house.on == set(), measured
        assert house.power("charger") == 0


def test_a_cloud_is_no_reason_to_tell_a_charger_more_again_and_again() -> None:
    house = House(CHARGER)
    house.run(5050, 400)
    told = len(house.told["charger"])
    for _ in range(20):
        house.run(3050, 30)
        house.run(5050, 30)
    assert len(house.told["charger"]) == told + 1
    assert house.power("charger") == 3000


def test_a_charger_may_begin_on_a_share_of_its_least() -> None:
    house = House(replace(CHARGER, share=0.5))
    house.run(700, 400)
    assert house.power("charger") == 1400
    house.run(1950, 200)
    assert house.power("charger") == 1900


def test_what_a_charger_takes_is_free_for_who_comes_before_it() -> None:
    for measured in (False, True):
        house = House(CHARGER, measured=measured)
        house.run(5050, 400)
        house.sharing.set_needs([HEATER, CHARGER])
        house.needs["heater"] = HEATER
        house.run(5050, 100)
        assert house.on == {"heater", "charger"}, measured
        assert house.power("charger") == 3000, measured
        house.run(2500, 400)
        assert house.on == {"heater"}, measured


def test_who_comes_after_a_charger_gets_what_that_leaves() -> None:
    for measured in (False, True):
        charger, heater = replace(CHARGER, priority=1), replace(HEATER, priority=2)
        house = House(charger, heater, measured=measured)
        house.run(7000, 1200)
        assert (house.on, house.power("charger")) == ({"charger"}, 7000), measured
        house.run(9500, 400)
        assert house.on == {"charger", "heater"}, measured
        house.run(8000, 400)
        assert (house.on, house.power("charger")) == ({"charger"}, 7400), measured


def test_who_comes_after_a_charger_does_not_begin_on_what_that_is_about_to_take() -> None:
    for measured in (False, True):
        charger, heater = replace(CHARGER, priority=1), replace(HEATER, priority=2, delay=10)
        house = House(charger, heater, measured=measured, lag=25)
        house.run(1450, 400)
        house.run(5000, 600)
        assert (house.on, house.power("charger")) == ({"charger"}, 5000), measured
        assert [name for _, name, _ in house.switches] == ["charger"], measured


def test_a_charger_does_not_fall_because_another_ends() -> None:
    charger = replace(CHARGER, priority=1, maximum_power=3000)
    house = House(charger, replace(HEATER, priority=2), lag=25)
    house.run(5200, 600)
    assert house.on == {"charger", "heater"}
    told = len(house.told["charger"])
    house.run(4500, 400)
    assert house.on == {"charger"}
    assert len(house.told["charger"]) == told


def test_a_charger_does_not_rise_on_what_another_has_just_been_offered() -> None:
    house = House(replace(HEATER, delay=20), CHARGER, lag=25)
    house.run(1450, 400)
    house.run(5050, 400)
    assert house.on == {"heater", "charger"}
    assert max(power for _, power in house.told["charger"]) == 3000


def test_nobody_begins_on_what_a_charger_has_been_told_but_does_not_take_yet() -> None:
    oven = Need("oven", 6000, 1, 200, 10, 300, 1)
    house = House(oven, CHARGER, lag=25)
    house.run(5050, 600)
    assert (house.on, house.power("charger")) == ({"charger"}, 5000)


def test_a_car_that_is_full_leaves_its_power_to_the_next() -> None:
    charger, heater = replace(CHARGER, priority=1), replace(HEATER, priority=2)
    house = House(charger, heater, measured=True)
    house.wanted["charger"] = 0
    house.run(5000, 600)
    assert house.on == {"charger", "heater"}
    assert house.power("charger") == 1400, "who does not take it is not told of more"
    house.wanted["charger"] = 7400
    house.run(5000, 600)
    assert (house.on, house.power("charger")) == ({"charger"}, 5000)


def test_two_chargers_share_in_their_order() -> None:
    first = replace(CHARGER, id="first", priority=1, maximum_power=3700)
    house = House(first, CHARGER)
    house.run(6250, 1200)
    assert (house.power("first"), house.power("charger")) == (3700, 2500)
    house.run(4000, 12)
    assert (house.power("first"), house.power("charger")) == (3700, 1400)


def test_a_charger_on_anothers_production_takes_no_more_than_that() -> None:
    charger = replace(CHARGER, source="roof", is_counted=False)
    sharing = Sharing()
    sharing.set_needs([charger])
    for second in range(300):
        sharing.update(second, {"roof": 4100}, {})
    assert sharing.offers["charger"].modulation.power == 4100
    sharing.update(300, {"roof": 3000}, {})
    assert sharing.offers["charger"].modulation.power == 3000


def test_a_surplus_that_is_not_known_leaves_a_charger_its_least_until_it_ends() -> None:
    house = House(CHARGER)
    house.run(5050, 400)
    house.run(None, 1)
    assert (house.on, house.power("charger")) == ({"charger"}, 1400)
    house.run(None, 62)
    assert (house.on, house.power("charger")) == (set(), 0)


def test_a_charger_whose_bounds_are_changed_keeps_to_them() -> None:
    house = House(CHARGER)
    house.run(5050, 400)
    house.sharing.set_needs([replace(CHARGER, maximum_power=3700)])
    house.run(5050, 12)
    assert house.power("charger") == 3700
    house.sharing.set_needs([replace(CHARGER, maximum_power=0)])
    house.run(5050, 12)
    assert house.power("charger") == 1400


# Whatever the sky does


def sky(random: Random) -> list[float | None]:
    """Return half a day of what is left over, second by second: clouds, kettles, silences."""
    seconds: list[float | None] = []
    while len(seconds) < 6 * 3600:
        level: float | None = random.choice([None, -400, *([random.uniform(0, 11_000)] * 10)])
        slope = random.choice([0, 0, random.uniform(-20, 20)])
        for second in range(random.randint(5, 400)):
            noise = random.gauss(0, 60)
            seconds.append(None if level is None else level + slope * second + noise)
    return seconds


@pytest.mark.parametrize("measured", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_sky_does_order_patience_and_shares_hold(seed: int, measured: bool) -> None:
    random = Random(seed)
    needs = [
        replace(HEATER, share=random.uniform(0.1, 1)),
        replace(CHARGER, share=random.uniform(0.1, 1)),
        Need("pump", 800, random.uniform(0.1, 1), 200, 60, 300, random.choice([0, 3])),
    ]
    house = House(*needs, measured=measured, lag=random.choice([1, 5, 25]))
    begun: dict[str, float] = {}
    enough_since: dict[str, float | None] = dict.fromkeys(house.needs)
    for left_over in sky(random):
        at, before = house.now, {need.id: house.power(need.id) for need in needs}
        count = len(house.switches)
        house.step(left_over)
        for need in needs:
            offer = house.sharing.offers[need.id]
            is_enough = (offer.available or 0) >= need.threshold
            if not is_enough:
                enough_since[need.id] = None
            elif enough_since[need.id] is None:
                enough_since[need.id] = at
            power = house.power(need.id)
            assert (power > 0) is offer.is_on
            assert power in (0, need.power) or need.power < power <= need.maximum_power
            if power > max(before[need.id], need.power):
                assert power <= (offer.available or 0), "more than what is there"
        for _, need_id, is_on in house.switches[count:]:
            need = house.needs[need_id]
            if is_on:
                since = enough_since[need_id]
                assert since is not None, "without its share"
                assert at - since >= need.delay
                begun[need_id] = at
            else:
                assert at - begun[need_id] >= need.minimum
    begins = [at for at, _, is_on in house.switches if is_on]
    assert len(begins) > 5
    assert all(later - one >= SETTLE_S for one, later in pairwise(begins))
    told = house.told["charger"]
    for (one, was), (later, power) in pairwise(told):
        if power and was:
            assert later - one >= PACE_S
            assert power < was or later - one >= SETTLE_S + RISE_S
            assert abs(power - was) >= STEP_W or power in (CHARGER.power, CHARGER.maximum_power)


def test_a_charger_is_told_nothing_before_the_moment_it_says() -> None:
    random = Random(5)
    sharing = Sharing()
    sharing.set_needs([HEATER, CHARGER])
    now = 0.0
    for _ in range(2000):
        surplus = {"home": random.choice([None, -1500.0, 300.0, 1900.0, 2500.0])}
        sharing.update(now, surplus, {})
        power, due = sharing.offers["charger"].modulation.power, sharing.due(now)
        later = now + random.uniform(0, 2 * SETTLE_S)
        while due is not None and due < later:
            if due - now > 0.5:
                assert sharing.update(due - 0.25, surplus, {}) == []
                assert sharing.offers["charger"].modulation.power == power
            now = due
            sharing.update(now, surplus, {})
            power, due = sharing.offers["charger"].modulation.power, sharing.due(now)
            assert due is None or due > now
        if due is not None and later > now + 0.5:
            sharing.update(later, surplus, {})
            assert sharing.offers["charger"].modulation.power == power
        now = max(now, later)
