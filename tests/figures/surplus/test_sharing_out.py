"""Sharing a surplus: order, patience, and no power offered twice."""

from dataclasses import replace
from random import Random

from custom_components.sen1.figures.surplus.sharing_out import SETTLE_S, Need, Sharing

HEATER = Need("heater", 2000, 2000, 200, 60, 300, 1)
CAR = Need("car", 3700, 3700, 200, 60, 300, 2)


class House:
    """Panels, a base load, and appliances that do as they are offered after a few seconds."""

    def __init__(self, *needs: Need, measured: bool = False, lag: float = 5) -> None:
        self.sharing = Sharing()
        self.sharing.set_needs(needs)
        self.needs = {need.id: need for need in needs}
        self.measured, self.lag = measured, lag
        self.now = 0.0
        self.switches: list[tuple[float, str, bool]] = []

    def draws(self, need_id: str) -> float:
        """Return what an appliance draws now: it follows its offer with some delay."""
        offered = [
            on for at, name, on in self.switches if name == need_id and at <= self.now - self.lag
        ]
        return self.needs[need_id].power if offered and offered[-1] else 0.0

    def step(self, produced_w: float | None, seconds: float = 1) -> None:
        """Let a second pass under so much left over by the rest of the house."""
        draws = {need_id: self.draws(need_id) for need_id in self.needs}
        surplus = None if produced_w is None else produced_w - sum(draws.values())
        changes = self.sharing.update(
            self.now, {"home": surplus}, dict(draws) if self.measured else {}
        )
        offers = self.sharing.offers
        self.switches += [(self.now, need.id, offers[need.id].is_on) for need in changes]
        self.now += seconds

    def run(self, produced_w: float | None, seconds: int) -> None:
        for _ in range(seconds):
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
    house = House(HEATER, replace(CAR, power=1000, threshold=1000))
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
    house.sharing.set_needs([replace(HEATER, threshold=1000), CAR])
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
