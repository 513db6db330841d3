"""What parts come to is what their whole does."""

import pytest

from custom_components.sen1.figures.counting.balance import Balance, HomeQuantity
from custom_components.sen1.figures.counting.calendar import HALF_HOUR_MS, Calendar
from custom_components.sen1.figures.counting.counter import MICROJOULES_OF_WH as WH
from custom_components.sen1.figures.counting.steps import Step, Steps
from custom_components.sen1.figures.tariff.book import Book
from custom_components.sen1.figures.tariff.contract import Tariffs
from custom_components.sen1.figures.tariff.tally import (
    Accountant,
    Derived,
    SiteQuantity,
    Tally,
    derived,
)
from testbed.household import PARIS

MIDNIGHT = 1_780_264_800_000
"""Of a first of June in Paris, milliseconds."""
DAY = 86_400_000
NEEDED = (HomeQuantity.PRODUCED, HomeQuantity.SOLD)


def tally(at: int, produced: int, sold: int, known: int = HALF_HOUR_MS) -> Tally:
    """Return what a half-hour came to; what was sold is known for a part of it."""
    pasts: dict[SiteQuantity, Steps] = {
        HomeQuantity.PRODUCED: {at: Step({"": produced}, HALF_HOUR_MS)},
        HomeQuantity.SOLD: {at: Step({"": sold}, known)},
    }
    return Accountant(Tariffs(()), PARIS).tally(pasts, NEEDED)


def test_what_was_used_of_a_roof_adds_up_where_a_part_of_a_day_is_known() -> None:
    parts = [
        tally(MIDNIGHT, 500, 100),
        # Of what was produced a sixth is taken for this time: 10 less than was sold in it.
        tally(MIDNIGHT + DAY, 60, 20, HALF_HOUR_MS // 6),
    ]
    whole = Tally()
    for part in parts:
        whole.add(part)
    assert [part.sums().self_consumed for part in parts] == [400, 0]
    assert whole.sums().self_consumed == 400


def test_half_hours_cut_from_an_hour_may_be_below_nothing_and_their_day_is_right() -> None:
    day = tally(MIDNIGHT, 50, 60)
    day.add(tally(MIDNIGHT + HALF_HOUR_MS, 50, 20))
    assert day.sums().self_consumed == 20


BOUGHT, SOLD, PRODUCED = HomeQuantity.BOUGHT, HomeQuantity.SOLD, HomeQuantity.PRODUCED
DISCHARGED, CHARGED = HomeQuantity.DISCHARGED, HomeQuantity.CHARGED


@pytest.mark.parametrize(
    ("amounts", "used"),
    [
        pytest.param({BOUGHT: 5, PRODUCED: 50, SOLD: 40}, 15, id="as far as it goes"),
        pytest.param({BOUGHT: 5, PRODUCED: 0, SOLD: 40}, 5, id="sold before it is told as made"),
        pytest.param({BOUGHT: 5, PRODUCED: 9, SOLD: 9, CHARGED: 30}, 0, id="stored before that"),
        pytest.param(
            {BOUGHT: 5, PRODUCED: 0, SOLD: 20, DISCHARGED: 30}, 15, id="sold from a battery"
        ),
    ],
)
def test_of_a_half_hour_that_goes_on_no_more_left_than_came_whatever_index_is_heard_first(
    amounts: dict[HomeQuantity, int], used: int
) -> None:
    pasts: dict[SiteQuantity, Steps] = {
        quantity: {MIDNIGHT: Step({"": amount}, HALF_HOUR_MS // 3)}
        for quantity, amount in amounts.items()
    }
    tally = Accountant(Tariffs(()), PARIS).tally(pasts, tuple(amounts))
    assert tally.sums().consumed == used
    assert derived(pasts, tuple(amounts))[Derived.CONSUMED][MIDNIGHT].amount == used
    # What was counted stays what was counted.
    assert {quantity: tally.sums().of(quantity) for quantity in amounts} == amounts


def test_what_one_index_counted_while_another_is_not_heard_is_told_but_not_as_known() -> None:
    book = Book(Tariffs(), PARIS)
    balance = Balance(Calendar(PARIS), (), {BOUGHT: ["off_peak", "peak"]}, MIDNIGHT, book)
    later = MIDNIGHT + HALF_HOUR_MS
    for name in ("off_peak", "peak"):
        balance.set_index(BOUGHT, name, 0, MIDNIGHT)
    balance.lose_index(BOUGHT, "peak", MIDNIGHT)
    balance.set_index(BOUGHT, "off_peak", 500 * WH, later)
    day = book.day(balance.today)
    assert (day.of(BOUGHT), day.known, day.first) == (500 * WH, {}, {})
    # What was not heard of tells what it counted as soon as it is back.
    balance.set_index(BOUGHT, "peak", 200 * WH, later)
    day = book.day(balance.today)
    assert day.of(BOUGHT) == 700 * WH
    assert day.known == {BOUGHT: HALF_HOUR_MS, None: HALF_HOUR_MS}
    assert day.first == {BOUGHT: MIDNIGHT, None: MIDNIGHT}
