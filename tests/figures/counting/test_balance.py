"""The balance: exact energies from powers, indexes or both, whatever happens to them."""

from datetime import date, datetime
import json
from random import Random
from zoneinfo import ZoneInfo

import pytest

from custom_components.sen1.figures.counting.balance import Balance, HomeQuantity, Sums
from custom_components.sen1.figures.counting.calendar import Calendar, CalendarPeriod
from custom_components.sen1.figures.counting.counter import MICROJOULES_OF_WH
from custom_components.sen1.figures.tariff.book import Book
from custom_components.sen1.figures.tariff.contract import Tariffs

PARIS = ZoneInfo("Europe/Paris")
WH = MICROJOULES_OF_WH
W = 1000
SECOND = 1000
HOUR = 3600 * SECOND

BOUGHT, SOLD, PRODUCED = HomeQuantity.BOUGHT, HomeQuantity.SOLD, HomeQuantity.PRODUCED


def moment(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=PARIS).timestamp() * 1000)


NOON = moment("2026-06-10 12:00")


def balance_of(
    *powers: HomeQuantity, at: int = NOON, indexes: tuple[HomeQuantity, ...] = ()
) -> Balance:
    names = {q: [f"{q}_index"] for q in indexes}
    return Balance(Calendar(PARIS), powers, names, at, Book(Tariffs(), PARIS))


def read(balance: Balance, quantity: HomeQuantity, wh: float, at: int) -> None:
    balance.set_index(quantity, f"{quantity}_index", round(wh * WH), at)


def sums_of(balance: Balance, period: CalendarPeriod, *, last: bool = False) -> Sums:
    book = balance._book
    assert isinstance(book, Book)
    return book.sums(period, balance.today, last=last)


def today(balance: Balance, quantity: HomeQuantity) -> float:
    return sums_of(balance, CalendarPeriod.DAY).of(quantity) / WH


def test_a_power_that_holds_for_a_time_is_exactly_its_energy() -> None:
    balance = balance_of(BOUGHT)
    balance.set_power(BOUGHT, 333, NOON)
    for step in range(1, 3601):
        balance.advance(NOON + step * SECOND)
    assert balance.totals[BOUGHT] == 333 * HOUR


def test_an_unknown_power_is_no_power() -> None:
    balance = balance_of(BOUGHT, PRODUCED)
    balance.set_power(BOUGHT, 100 * W, NOON)
    assert balance.surplus == -100 * W
    assert balance.consumption is None
    assert balance.missing is PRODUCED
    balance.set_power(BOUGHT, None, NOON + HOUR)
    assert balance.surplus is None
    balance.set_power(BOUGHT, 100 * W, NOON + 2 * HOUR)
    balance.advance(NOON + 3 * HOUR)
    assert today(balance, BOUGHT) == 200


def test_one_power_below_zero_is_what_is_sold() -> None:
    balance = balance_of(BOUGHT, PRODUCED)
    balance.set_power(PRODUCED, 3000 * W, NOON)
    balance.set_power(BOUGHT, -1800 * W, NOON)
    assert balance.surplus == 1800 * W
    assert balance.self_consumption == balance.consumption == 1200 * W
    balance.advance(NOON + HOUR)
    sums = sums_of(balance, CalendarPeriod.DAY)
    assert (sums[SOLD], sums[BOUGHT]) == (1800 * WH, 0)
    assert sums.self_consumption_rate == pytest.approx(0.4)
    assert sums.self_production_rate == 1


def test_a_meter_that_shows_zero_while_it_exports_says_nothing_of_the_export() -> None:
    balance = balance_of(BOUGHT, indexes=(SOLD,))
    balance.set_power(BOUGHT, 0, NOON)
    read(balance, SOLD, 1000, NOON)
    assert balance.surplus is None
    read(balance, SOLD, 1100, NOON + 300 * SECOND)
    assert balance.surplus == 1200 * W


@pytest.mark.parametrize("is_one_power", [True, False])
def test_where_energy_leaves_from_a_source_that_nothing_measures_nobody_knows_what_is_used(
    is_one_power: bool,
) -> None:
    balance = balance_of(BOUGHT, *[] if is_one_power else [SOLD])
    balance.set_power(BOUGHT, 300 * W, NOON)
    if is_one_power:
        assert balance.consumption == 300 * W
        balance.set_power(BOUGHT, -200 * W, NOON + HOUR)
    else:
        balance.set_power(SOLD, 0, NOON)
        balance.set_power(BOUGHT, 0, NOON + HOUR)
        balance.set_power(SOLD, 200 * W, NOON + HOUR)
    balance.advance(NOON + 2 * HOUR)
    assert (balance.surplus, balance.consumption) == (200 * W, None)
    assert (today(balance, BOUGHT), today(balance, SOLD)) == (300, 200)
    assert (balance.needed, balance.known) == ([], [BOUGHT, SOLD])


def test_storage_counts_as_home() -> None:
    balance = balance_of(BOUGHT, SOLD, PRODUCED, HomeQuantity.DISCHARGED)
    for quantity, power in ((BOUGHT, 0), (SOLD, 500), (PRODUCED, 3000)):
        balance.set_power(quantity, power * W, NOON)
    balance.set_power(HomeQuantity.DISCHARGED, -2000 * W, NOON)
    assert balance.power(HomeQuantity.CHARGED) == 2000 * W
    assert balance.consumption == 500 * W
    balance.set_power(HomeQuantity.DISCHARGED, 100 * W, NOON + HOUR)
    assert balance.consumption == 2600 * W
    assert sums_of(balance, CalendarPeriod.DAY).self_consumed == 2500 * WH


def test_an_index_is_the_truth_where_a_power_differs() -> None:
    balance = balance_of(BOUGHT, indexes=(BOUGHT,))
    balance.set_power(BOUGHT, 1000 * W, NOON)
    read(balance, BOUGHT, 5000, NOON)
    read(balance, BOUGHT, 5900, NOON + HOUR)
    assert today(balance, BOUGHT) == 900


def test_a_power_is_derived_from_an_index_alone_and_ends_when_it_stands_still() -> None:
    balance = balance_of(indexes=(BOUGHT,))
    assert balance.power(BOUGHT) is None
    read(balance, BOUGHT, 5000, NOON)
    for step in range(1, 13):
        read(balance, BOUGHT, 5000 + step, NOON + step * 10 * SECOND)
    assert balance.power(BOUGHT) == 360 * W
    change = balance.next_change()
    assert change == NOON + 240 * SECOND
    balance.advance(change)
    assert balance.power(BOUGHT) == 0


def test_an_index_that_stands_still_beside_a_power_changes_nothing_again_and_again() -> None:
    balance = balance_of(BOUGHT, indexes=(BOUGHT,))
    balance.set_power(BOUGHT, 0, NOON)
    read(balance, BOUGHT, 5000, NOON)
    change = balance.next_change()
    assert change == NOON + HOUR
    balance.advance(change)
    assert balance.next_change() is None


def test_after_silence_the_mean_of_the_silence_is_not_taken_for_the_moment() -> None:
    balance = balance_of(indexes=(BOUGHT,))
    read(balance, BOUGHT, 5000, NOON)
    balance.lose_index(BOUGHT, "bought_index", NOON + HOUR)
    read(balance, BOUGHT, 9000, NOON + 5 * HOUR)
    assert balance.power(BOUGHT) is None
    assert today(balance, BOUGHT) == 4000


def test_what_an_index_counted_over_midnight_lies_where_the_power_was() -> None:
    at = moment("2026-06-10 23:00")
    balance = balance_of(BOUGHT, indexes=(BOUGHT,), at=at)
    balance.set_power(BOUGHT, 3000 * W, at)
    read(balance, BOUGHT, 0, at)
    balance.set_power(BOUGHT, 1000 * W, at + HOUR)
    read(balance, BOUGHT, 4400, at + 2 * HOUR)
    assert sums_of(balance, CalendarPeriod.DAY, last=True)[BOUGHT] == 3300 * WH
    assert today(balance, BOUGHT) == 1100


def test_a_gap_is_filled_by_the_index_evenly_over_what_is_not_known() -> None:
    at = moment("2026-06-10 18:00")
    balance = balance_of(BOUGHT, indexes=(BOUGHT,), at=at)
    balance.set_power(BOUGHT, 500 * W, at)
    read(balance, BOUGHT, 0, at)
    balance.set_power(BOUGHT, None, at + 3 * HOUR)  # 1500 Wh known, nine hours not
    balance.set_power(BOUGHT, 500 * W, at + 12 * HOUR)
    read(balance, BOUGHT, 10_500, at + 12 * HOUR)
    assert sums_of(balance, CalendarPeriod.DAY, last=True)[BOUGHT] == 4500 * WH
    assert today(balance, BOUGHT) == 6000


@pytest.mark.parametrize(
    ("night", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-10", 24)]
)
def test_a_day_lasts_as_long_as_it_does(night: str, hours: int) -> None:
    at = moment(f"{night} 00:00")
    balance = balance_of(BOUGHT, at=at)
    balance.set_power(BOUGHT, 1000 * W, at)
    balance.advance(at + hours * HOUR - 1)
    assert CalendarPeriod.DAY.first_day(balance.today) == date.fromisoformat(night)
    balance.advance(at + hours * HOUR)
    assert sums_of(balance, CalendarPeriod.DAY, last=True)[BOUGHT] == hours * 1000 * WH
    assert today(balance, BOUGHT) == 0


def test_a_new_meter_begins_at_zero() -> None:
    balance = balance_of(indexes=(BOUGHT,))
    read(balance, BOUGHT, 9_744_495, NOON)
    read(balance, BOUGHT, 300, NOON + HOUR)
    read(balance, BOUGHT, 700, NOON + 2 * HOUR)
    assert today(balance, BOUGHT) == 700


@pytest.mark.parametrize("value", [4_000_000, 95_000_000])
def test_another_meters_index_is_no_energy_but_the_power_is(value: int) -> None:
    balance = balance_of(BOUGHT, indexes=(BOUGHT,))
    balance.set_power(BOUGHT, 800 * W, NOON)
    read(balance, BOUGHT, 9_744_495, NOON)
    read(balance, BOUGHT, value, NOON + HOUR)
    assert today(balance, BOUGHT) == 800
    read(balance, BOUGHT, value + 500, NOON + 2 * HOUR)
    assert today(balance, BOUGHT) == 1300


def test_an_index_that_falls_to_zero_and_comes_back_adds_nothing() -> None:
    balance = balance_of(indexes=(BOUGHT,))
    read(balance, BOUGHT, 9_744_495, NOON)
    read(balance, BOUGHT, 0, NOON + 10 * SECOND)
    read(balance, BOUGHT, 9_744_500, NOON + 20 * SECOND)
    assert today(balance, BOUGHT) == 0


def test_month_and_year_begin_anew_and_the_last_ones_are_kept() -> None:
    at = moment("2026-12-31 22:00")
    balance = balance_of(BOUGHT, at=at)
    balance.set_power(BOUGHT, 1000 * W, at)
    balance.advance(at + 3 * HOUR)
    for period in CalendarPeriod:
        assert period.first_day(balance.today) == date(2027, 1, 1)
        assert sums_of(balance, period)[BOUGHT] == 1000 * WH
        assert sums_of(balance, period, last=True)[BOUGHT] == 2000 * WH


def test_a_snapshot_goes_on_where_it_was() -> None:
    random = Random(5)
    one = balance_of(BOUGHT, PRODUCED, indexes=(BOUGHT,))
    value, at = 1000, NOON
    for _ in range(500):
        at += random.randrange(60 * SECOND)
        one.set_power(BOUGHT, random.randrange(-2_000_000, 2_000_000), at)
        one.set_power(PRODUCED, random.randrange(3_000_000), at)
        value += random.randrange(50)
        if random.random() < 0.3:
            read(one, BOUGHT, value, at)
    other = balance_of(BOUGHT, PRODUCED, indexes=(BOUGHT,))
    other.restore(json.loads(json.dumps(one.snapshot())))
    assert other.snapshot() == one.snapshot()
    for balance in (one, other):
        balance.interrupt(at + 20 * HOUR)
        read(balance, BOUGHT, value + 7000, at + 20 * HOUR)
    assert other.snapshot() == one.snapshot()


def test_energies_add_up_however_they_come() -> None:
    random = Random(7)
    balance = balance_of(BOUGHT, indexes=(BOUGHT,))
    value, at = 0, NOON
    read(balance, BOUGHT, 0, at)
    for _ in range(3000):
        at += random.randrange(2 * HOUR)
        if random.random() < 0.2:
            balance.set_power(BOUGHT, random.choice([None, 0, 700_000]), at)
        value += random.randrange(400)
        read(balance, BOUGHT, value, at)
    assert balance.totals[BOUGHT] == value * WH
