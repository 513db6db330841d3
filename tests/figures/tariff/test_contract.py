"""What energy costs: equal to a plain sum over half-hours, whatever happens to clock and meter."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
import json
from zoneinfo import ZoneInfo

import pytest

from custom_components.sen1.figures.counting.amounts import rounded
from custom_components.sen1.figures.counting.balance import Balance, HomeQuantity
from custom_components.sen1.figures.counting.calendar import Calendar, CalendarPeriod, Slot
from custom_components.sen1.figures.counting.counter import MICROJOULES_OF_WH
from custom_components.sen1.figures.tariff.book import Book
from custom_components.sen1.figures.tariff.clock import PeriodClock, colour_in, period_in
from custom_components.sen1.figures.tariff.contract import (
    PERIODS_OF,
    TARIFF_PERIODS,
    Hours,
    HoursError,
    Option,
    Tariff,
    Tariffs,
)
from custom_components.sen1.figures.tariff.presets import read_presets

PARIS = ZoneInfo("Europe/Paris")
HALF_HOUR = timedelta(minutes=30)

BASE = {"all_hours": Decimal("0.1940")}
OFF_PEAK = {"off_peak": Decimal("0.1579"), "peak": Decimal("0.2065")}
TEMPO = {
    "off_peak_blue": Decimal("0.1325"),
    "peak_blue": Decimal("0.1612"),
    "off_peak_white": Decimal("0.1499"),
    "peak_white": Decimal("0.1871"),
    "off_peak_red": Decimal("0.1575"),
    "peak_red": Decimal("0.7060"),
}
HOURS = Hours.parse("22:30-6:30, 12:00-14:00")


def is_off_peak(at: datetime) -> bool:
    """Say it another way than the code: by the half-hours that are."""
    return (at.hour, at.minute) >= (22, 30) or (at.hour, at.minute) < (6, 30) or 12 <= at.hour < 14


COLOURS = {date(2027, 12, 8): "red", date(2027, 12, 9): "white", date(2028, 1, 12): "red"}
"""Days of the year that are not blue."""


@dataclass(frozen=True)
class Home:
    """A home over more than a year: Base, off-peak since a 15th, Tempo since a 20th."""

    tariffs = Tariffs(
        [
            Tariff(date(2027, 1, 1), Option.BASE, BASE, Decimal(12)),
            Tariff(
                date(2027, 9, 15),
                Option.OFF_PEAK,
                OFF_PEAK,
                Decimal("15.65"),
                Decimal("0.04"),
                HOURS,
            ),
            Tariff(date(2027, 11, 20), Option.TEMPO, TEMPO, Decimal("15.59"), Decimal("0.04")),
        ]
    )

    def price(self, at: datetime) -> Decimal:
        """Return the price of a half-hour, told plainly."""
        if at.date() < date(2027, 9, 15):
            return BASE["all_hours"]
        if at.date() < date(2027, 11, 20):
            return OFF_PEAK["off_peak" if is_off_peak(at) else "peak"]
        of_day = at.date() if at.hour >= 6 else at.date() - timedelta(days=1)
        colour = COLOURS.get(of_day, "blue")
        return TEMPO[f"{'peak' if 6 <= at.hour < 22 else 'off_peak'}_{colour}"]


def half_hours(begin: date, end: date) -> Iterator[tuple[datetime, int]]:
    """Yield each half-hour, local, and what was bought in it, Wh."""
    at = datetime(begin.year, begin.month, begin.day, tzinfo=PARIS).astimezone(UTC)
    until = datetime(end.year, end.month, end.day, tzinfo=PARIS).astimezone(UTC)
    while at < until:
        yield at.astimezone(PARIS), 100 + (at.toordinal() * 48 + at.hour * 7 + at.minute) % 911
        at += HALF_HOUR


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def count(book: Book, quantity: HomeQuantity, day: date, tariff: str, energy: int) -> None:
    """Let an energy be counted in one half-hour of a day."""
    slot = Slot(ms(datetime(day.year, day.month, day.day, 12, tzinfo=PARIS)), day, tariff)
    book.note(quantity, slot, 1_800_000)
    book.credit(quantity, slot, energy, 0)


class Meter:
    """A meter read each half-hour, and the figures that follow it."""

    def __init__(self, tariffs: Tariffs, begin: datetime) -> None:
        self.clock = PeriodClock(tariffs, PARIS)
        self.book = Book(tariffs, PARIS)
        calendar = Calendar(PARIS, self.clock.at)
        indexes = {HomeQuantity.BOUGHT: ["index"]}
        self.balance = Balance(calendar, [], indexes, ms(begin), self.book)
        self.index = 1_000_000
        self.read(begin)

    def read(self, at: datetime) -> None:
        self.balance.set_index(HomeQuantity.BOUGHT, "index", self.index * MICROJOULES_OF_WH, ms(at))


def test_a_years_bills_equal_a_plain_sum_over_its_half_hours() -> None:
    """Both clock changes, a leap day, red days, contracts that begin mid-month, a new meter."""
    home, begin, end = Home(), date(2027, 2, 1), date(2028, 3, 2)
    meter = Meter(home.tariffs, datetime(2027, 2, 1, tzinfo=PARIS))
    costs: defaultdict[tuple[CalendarPeriod, date], Decimal] = defaultdict(Decimal)
    checked = 0
    for at, wh in half_hours(begin, end):
        if (at.hour, at.minute) == (0, 0):
            meter.clock.tell_colour(COLOURS.get(at.date(), "blue"), ms(at))
            meter.balance.advance(ms(at))
        if at == datetime(2027, 6, 10, 10, tzinfo=PARIS):
            meter.index = 0  # replaced
            meter.read(at)
        cost = wh * home.price(at) / 1000
        for period in CalendarPeriod:
            costs[period, period.first_day(at.date())] += cost
        meter.index += wh
        after = (at.astimezone(UTC) + HALF_HOUR).astimezone(PARIS)
        meter.read(after)
        if after.date() != at.date():
            for period in CalendarPeriod:
                bill = meter.book.bill(period, at.date())
                assert bill.energy_cost == costs[period, period.first_day(at.date())], at
                checked += 1
    assert checked == 3 * (end - begin).days


def test_missing_weeks_cost_what_their_energy_spread_evenly_would() -> None:
    tariffs = Tariffs([Tariff(date(2027, 1, 1), Option.OFF_PEAK, OFF_PEAK, off_peak_hours=HOURS)])
    begin, back = (datetime(2027, 3, day, 9, tzinfo=PARIS) for day in (10, 31))
    meter = Meter(tariffs, begin)
    meter.index += 200_000
    meter.read(back)
    missed = [at for at, _ in half_hours(date(2027, 3, 10), date(2027, 4, 1)) if begin <= at < back]
    each = Decimal(200) / len(missed)
    expected = sum(
        (each * OFF_PEAK["off_peak" if is_off_peak(at) else "peak"] for at in missed), Decimal(0)
    )
    assert meter.book.bill(CalendarPeriod.MONTH, back.date()).energy_cost == pytest.approx(
        expected, abs=Decimal("0.000001")
    )


def test_the_households_figures_of_the_proof_of_concept() -> None:
    """Démo Fam4 Elec, 2019: day, month, year; the prices that its amounts imply."""
    prices = {"off_peak": Decimal("0.1203"), "peak": Decimal("0.1543")}
    tariffs = Tariffs([Tariff(date(2019, 1, 1), Option.OFF_PEAK, prices, off_peak_hours=HOURS)])
    book = Book(tariffs, PARIS)

    def credit(day: date, off_peak_kwh: str, peak_kwh: str) -> None:
        for tariff, kwh in (("off_peak", off_peak_kwh), ("peak", peak_kwh)):
            energy = int(Decimal(kwh) * 1000 * MICROJOULES_OF_WH)
            count(book, HomeQuantity.BOUGHT, day, tariff, energy)

    today = date(2019, 6, 24)
    credit(date(2019, 3, 1), "2125.1", "2881.6")
    credit(date(2019, 6, 10), "145.3", "135.7")
    credit(today, "4.0", "2.5")
    expected = {
        CalendarPeriod.DAY: ("0.5", "0.4", "0.9"),
        CalendarPeriod.MONTH: ("18.0", "21.3", "39.3"),
        CalendarPeriod.YEAR: ("273.6", "466.0", "739.6"),
    }
    for period, (off_peak, peak, total) in expected.items():
        bill = book.bill(period, today)
        amounts = (bill.costs["off_peak"], bill.costs["peak"], bill.cost)
        assert [rounded(amount, 1) for amount in amounts] == [
            float(off_peak),
            float(peak),
            float(total),
        ]
    assert book.bill(CalendarPeriod.YEAR, today).energies == {
        "off_peak": int(Decimal("2274.4") * 1000) * MICROJOULES_OF_WH,
        "peak": int(Decimal("3019.8") * 1000) * MICROJOULES_OF_WH,
    }


def test_amounts_are_rounded_once_and_half_up() -> None:
    assert rounded(Decimal("0.125")) == 0.13
    assert rounded(Decimal("27.75"), 1) == 27.8
    assert rounded(Decimal("2.675")) == 2.68


def test_a_subscription_costs_the_same_each_month_and_its_part_of_a_broken_one() -> None:
    tariffs = Home().tariffs
    year = tariffs.subscription(date(2027, 1, 1), date(2027, 9, 1))
    assert year == 8 * 12
    september = tariffs.subscription(date(2027, 9, 1), date(2027, 10, 1))
    assert rounded(september) == rounded(Decimal(12) * 14 / 30 + Decimal("15.65") * 16 / 30)
    assert tariffs.subscription(date(2026, 11, 1), date(2027, 1, 1)) == 0
    february = tariffs.subscription(date(2028, 2, 1), date(2028, 3, 1))
    assert rounded(february) == 15.59


def test_a_subscription_counts_from_the_first_day_that_is_counted() -> None:
    book = Book(Home().tariffs, PARIS)
    count(book, HomeQuantity.BOUGHT, date(2027, 5, 31), "all_hours", 1)
    count(book, HomeQuantity.BOUGHT, date(2027, 6, 1), "all_hours", 1)
    assert rounded(book.bill(CalendarPeriod.YEAR, date(2027, 6, 1)).subscription) == 0.79
    assert (
        rounded(book.bill(CalendarPeriod.MONTH, date(2027, 6, 1), last=True).subscription) == 0.39
    )


def test_a_price_corrected_later_corrects_what_was_counted_with_it() -> None:
    def contract(price: str) -> Tariffs:
        return Tariffs(
            [
                Tariff(date(2027, 1, 1), Option.BASE, BASE),
                Tariff(date(2027, 3, 15), Option.BASE, {"all_hours": Decimal(price)}),
            ]
        )

    book = Book(contract("0.30"), PARIS)
    kwh = 1000 * MICROJOULES_OF_WH
    day = date(2027, 3, 1)
    while day < date(2027, 7, 1):
        count(book, HomeQuantity.BOUGHT, day, "all_hours", kwh)
        day += timedelta(days=1)
    again = Book(contract("0.20"), PARIS)
    again.restore(json.loads(json.dumps(book.snapshot())))
    # 14 days before, 108 days since.
    expected = 14 * BASE["all_hours"] + 108 * Decimal("0.20")
    assert again.bill(CalendarPeriod.YEAR, date(2027, 6, 30)).energy_cost == expected


def test_what_is_sold_brings_its_price() -> None:
    book = Book(Home().tariffs, PARIS)
    count(book, HomeQuantity.SOLD, date(2027, 9, 20), "peak", 2500 * MICROJOULES_OF_WH)
    assert book.bill(CalendarPeriod.DAY, date(2027, 9, 20)).income == Decimal("0.1")


# The period


def clock_of(option: Option, prices: dict[str, Decimal], hours: Hours | None = None) -> PeriodClock:
    tariff = Tariff(date(2027, 1, 1), option, prices, off_peak_hours=hours)
    return PeriodClock(Tariffs([tariff]), PARIS)


def period(clock: PeriodClock, text: str) -> str:
    return clock.at(ms(datetime.fromisoformat(text).replace(tzinfo=PARIS)))[0]


def test_the_meter_knows_best_then_the_hours_then_its_habit() -> None:
    clock = clock_of(Option.OFF_PEAK, OFF_PEAK, HOURS)
    assert period(clock, "2027-06-01 22:29") == "peak"
    assert period(clock, "2027-06-01 22:30") == "off_peak"
    clock.tell_period("peak")
    assert period(clock, "2027-06-01 22:31") == "peak"
    clock.tell_period(None)
    assert period(clock, "2027-06-01 22:32") == "off_peak"
    without_hours = clock_of(Option.OFF_PEAK, OFF_PEAK)
    without_hours.tell_period("off_peak")
    assert period(without_hours, "2027-06-01 23:10") == "off_peak"
    without_hours.tell_period(None)
    assert period(without_hours, "2027-06-02 23:20") == "off_peak"
    assert period(without_hours, "2027-06-02 23:40") == "peak"


def test_a_red_day_begins_at_six_whenever_its_sensor_says_so() -> None:
    clock = clock_of(Option.TEMPO, TEMPO)
    for text, colour in (("2027-12-07 00:01", "blue"), ("2027-12-08 00:01", "red")):
        clock.tell_colour(colour, ms(datetime.fromisoformat(text).replace(tzinfo=PARIS)))
    assert period(clock, "2027-12-08 05:59") == "off_peak_blue"
    assert period(clock, "2027-12-08 06:00") == "peak_red"
    clock.tell_colour("white", ms(datetime(2027, 12, 9, 6, 0, 2, tzinfo=PARIS)))
    assert period(clock, "2027-12-09 05:59") == "off_peak_red"
    assert period(clock, "2027-12-09 06:00") == "peak_white"


def test_a_colour_that_its_sensor_does_not_say_is_the_last_that_it_said() -> None:
    clock = clock_of(Option.TEMPO, TEMPO)
    clock.tell_colour("red", ms(datetime(2027, 12, 8, 0, 1, tzinfo=PARIS)))
    clock.tell_colour(colour_in("unavailable"), ms(datetime(2027, 12, 8, 9, tzinfo=PARIS)))
    assert period(clock, "2027-12-08 09:01") == "peak_red"


def test_the_clock_does_not_know_the_peaks_of_ejp() -> None:
    clock = clock_of(Option.EJP, {"normal": Decimal("0.17"), "mobile_peak": Decimal("1.2")})
    assert period(clock, "2027-12-08 09:00") == "normal"
    clock.tell_period("mobile_peak")
    assert period(clock, "2027-12-08 09:01") == "mobile_peak"
    clock.tell_period(None)
    assert period(clock, "2027-12-08 10:00") == "normal"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2027-06-05 10:00", "weekend"),
        ("2027-06-04 23:00", "off_peak"),
        ("2027-06-04 10:00", "peak_summer"),
        ("2027-12-03 10:00", "peak"),
    ],
)
def test_a_free_contract_takes_the_most_exact_price_it_has(at: str, expected: str) -> None:
    prices = dict.fromkeys(("peak", "off_peak", "weekend", "peak_summer"), Decimal(1))
    assert period(clock_of(Option.FREE, prices, HOURS), at) == expected


@pytest.mark.parametrize("hours", [None, HOURS])
def test_where_no_price_is_for_the_hour_it_costs_the_first(hours: Hours | None) -> None:
    prices = dict.fromkeys(("index_1", "weekend"), Decimal(1))
    assert period(clock_of(Option.FREE, prices, hours), "2027-06-04 10:00") == "index_1"
    assert period(clock_of(Option.FREE, prices, hours), "2027-06-05 10:00") == "weekend"


def test_the_words_of_other_sensors_are_understood() -> None:
    assert [period_in(text) for text in ("HC..", "HPJR", "peak_white", "on", "?")] == [
        *("off_peak", "peak_red", "peak_white", "mobile_peak"),
        None,
    ]
    assert [colour_in(text) for text in ("Bleu", "TEMPO_ROUGE", "white", "mercredi")] == [
        *("blue", "red", "white"),
        None,
    ]


@pytest.mark.parametrize("text", ["", "22:30", "25:00-6:00", "22:70-6:00", "at night"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(HoursError):
        Hours.parse(text)


def test_hours_are_read_as_people_write_them() -> None:
    hours = Hours.parse("22h30-6h30; 12h-14h")
    assert hours == HOURS
    assert hours.next_bound(0) == 6 * 60 + 30
    assert hours.next_bound(23 * 60) == 30 * 60 + 30


def test_every_preset_prices_each_period_of_its_option() -> None:
    for preset in read_presets():
        assert tuple(preset.prices) == PERIODS_OF[preset.option]
        assert preset.subscriptions
    assert set(TARIFF_PERIODS) == {name for names in PERIODS_OF.values() for name in names}
