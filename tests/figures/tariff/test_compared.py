"""What another contract would have cost: half-hour by half-hour, at one price list."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
import random

import pytest

from custom_components.sen1.figures.counting.calendar import HALF_HOUR_MS
from custom_components.sen1.figures.counting.steps import Step, Steps
from custom_components.sen1.figures.tariff.compared import (
    Offer,
    colours_in,
    compared,
    exceeded,
    offer_of,
)
from custom_components.sen1.figures.tariff.contract import COLOURS, Hours, Option, Tariff
from custom_components.sen1.figures.tariff.presets import newest, read_presets
from testbed.household import PARIS

BEGIN, END = date(2023, 10, 1), date(2024, 10, 1)
"""A leap day and two changes of clocks lie between."""

CENT = Decimal("0.01")


def half_hours(seed: int, name: str = "") -> dict[date, Steps]:
    """Return a year of half-hours of up to 6 kWh, as random as they are exact."""
    chance = random.Random(seed)
    days: dict[date, Steps] = {}
    at = datetime(2023, 10, 1, tzinfo=PARIS).astimezone(UTC)
    while at.astimezone(PARIS).date() < END:
        moment = round(at.timestamp() * 1000)
        steps = days.setdefault(at.astimezone(PARIS).date(), {})
        steps[moment] = Step(
            {name: chance.randrange(21_600_000_000_000)}, HALF_HOUR_MS, HALF_HOUR_MS
        )
        at += timedelta(minutes=30)
    return days


def colour_of(day: date) -> str:
    return COLOURS[day.toordinal() % 3]


def reference(days: Mapping[date, Steps], option: Option, prices: Mapping[str, float]) -> Decimal:
    """Return what they cost, added up one by one."""
    total = Decimal(0)
    for steps in days.values():
        for at, step in steps.items():
            local = datetime.fromtimestamp(at / 1000, PARIS)
            kind = "off_peak" if local.hour >= 22 or local.hour < 6 else "peak"
            if option is Option.BASE:
                name = "all_hours"
            elif option is Option.OFF_PEAK:
                name = kind
            else:
                tempo = local.date() if local.hour >= 6 else local.date() - timedelta(days=1)
                name = f"{kind}_{colour_of(tempo)}"
            total += Decimal(str(prices[name])) * step.amount / Decimal(3_600_000_000_000)
    return total


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("option", [Option.BASE, Option.OFF_PEAK, Option.TEMPO])
def test_each_regulated_contract_costs_what_its_half_hours_cost_one_by_one(
    option: Option, seed: int
) -> None:
    days = half_hours(seed)
    preset = newest(read_presets(), option, 12.0)
    assert preset is not None
    offer = offer_of(preset, 12.0, BEGIN, None)
    known = {date(2023, 9, 30) + timedelta(days=n): "" for n in range(368)}
    colours = {day: colour_of(day) for day in known}
    found = compared(offer, days.values(), BEGIN, END, PARIS, colours)
    assert found is not None
    expected = reference(days, option, preset.prices)
    assert found.energy_cost.quantize(CENT) == expected.quantize(CENT)
    # A month costs the same whatever its length.
    assert found.subscription == 12 * Decimal(str(preset.subscriptions[12.0]))
    assert found.cost == found.energy_cost + found.subscription
    assert sum(found.energies.values()) == sum(
        step.amount for steps in days.values() for step in steps.values()
    )


def test_tempo_is_left_out_where_the_colour_of_a_day_is_not_known() -> None:
    days = half_hours(1)
    preset = newest(read_presets(), Option.TEMPO, 6.0)
    assert preset is not None
    colours = {date(2023, 9, 30) + timedelta(days=n): "blue" for n in range(200)}
    offer = offer_of(preset, 6.0, BEGIN, None)
    assert compared(offer, days.values(), BEGIN, END, PARIS, colours) is None


def test_off_peak_hours_are_the_meters_where_it_told_them_else_those_entered() -> None:
    preset = newest(read_presets(), Option.OFF_PEAK, 6.0)
    assert preset is not None
    day = date(2024, 3, 1)
    noon = round(datetime(2024, 3, 1, 12, tzinfo=PARIS).timestamp() * 1000)
    step = {"off_peak_red": 3_600_000_000_000, "peak_blue": 7_200_000_000_000}
    offer = offer_of(preset, 6.0, day, Hours.parse("12:00-14:00"))
    found = compared(offer, [{noon: Step(step, HALF_HOUR_MS, HALF_HOUR_MS)}], day, day, PARIS, {})
    assert found is not None
    assert found.energies == {"off_peak": 3_600_000_000_000, "peak": 7_200_000_000_000}
    found = compared(
        offer, [{noon: Step({"": 1}, HALF_HOUR_MS, HALF_HOUR_MS)}], day, day, PARIS, {}
    )
    assert found is not None
    assert found.energies == {"off_peak": 1}


def test_the_own_contract_costs_what_its_periods_were_counted_as() -> None:
    own = Tariff(
        date(2024, 1, 1),
        Option.OFF_PEAK,
        {"off_peak": Decimal("0.1"), "peak": Decimal("0.2")},
        Decimal(10),
        off_peak_hours=Hours.parse("1:00-2:00"),
    )
    days = half_hours(2, "off_peak")
    found = compared(Offer(own, 9, is_own=True), days.values(), BEGIN, END, PARIS, {})
    assert found is not None
    total = sum(step.amount for steps in days.values() for step in steps.values())
    assert found.energies == {"off_peak": total}
    # It is taken as if it had held from the beginning.
    assert found.subscription == 120


def test_the_colours_that_a_meter_told_are_those_of_days_from_six_to_six() -> None:
    night = round(datetime(2024, 3, 1, 3, tzinfo=PARIS).timestamp() * 1000)
    noon = round(datetime(2024, 3, 1, 12, tzinfo=PARIS).timestamp() * 1000)
    steps = {night: Step({"off_peak_white": 1}), noon: Step({"peak_red": 1}), noon + 1: Step({})}
    assert colours_in([steps], PARIS) == {date(2024, 2, 29): "white", date(2024, 3, 1): "red"}


def test_a_power_is_exceeded_by_the_mean_of_a_half_hour_that_was_measured() -> None:
    at_most = 6 * 1_800_000_000_000
    steps = {
        0: Step({"": at_most}, HALF_HOUR_MS, HALF_HOUR_MS),
        1: Step({"": at_most + 1}, HALF_HOUR_MS, HALF_HOUR_MS),
        2: Step({"": at_most + 1}, HALF_HOUR_MS, 48 * HALF_HOUR_MS),
    }
    assert exceeded([steps], 6) == 1
