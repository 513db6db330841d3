"""What parts come to is what their whole does."""

from custom_components.sen1.figures.counting.balance import HomeQuantity
from custom_components.sen1.figures.counting.calendar import HALF_HOUR_MS
from custom_components.sen1.figures.counting.steps import Step, Steps
from custom_components.sen1.figures.tariff.contract import Tariffs
from custom_components.sen1.figures.tariff.tally import Accountant, Quantity, Tally
from testbed.household import PARIS

MIDNIGHT = 1_780_264_800_000
"""Of a first of June in Paris, milliseconds."""
DAY = 86_400_000
NEEDED = (HomeQuantity.PRODUCED, HomeQuantity.SOLD)


def tally(at: int, produced: int, sold: int, known: int = HALF_HOUR_MS) -> Tally:
    """Return what a half-hour came to; what was sold is known for a part of it."""
    pasts: dict[Quantity, Steps] = {
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
