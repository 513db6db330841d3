"""The one book of a site: what leaves the half-hours that are kept is lost at no moment."""

from datetime import date, datetime, timedelta
import json
from random import Random
from zoneinfo import ZoneInfo

from custom_components.sen1.figures.counting.balance import HomeQuantity
from custom_components.sen1.figures.counting.calendar import CalendarPeriod, Slot
from custom_components.sen1.figures.counting.steps import Step
from custom_components.sen1.figures.tariff.book import KEPT_DAYS, Book
from custom_components.sen1.figures.tariff.contract import Tariffs

PARIS = ZoneInfo("Europe/Paris")
BOUGHT = HomeQuantity.BOUGHT
FIRST = date(2026, 6, 1)
KWH = 3_600_000_000_000
HALF_HOUR_MS = 1_800_000


def midnight(day: date) -> int:
    """Return when a day begins, milliseconds."""
    return round(datetime(day.year, day.month, day.day, tzinfo=PARIS).timestamp() * 1000)


def count(book: Book, day: date, kwh: int) -> None:
    """Let so many kWh be counted in the first half-hour of a day."""
    begin = midnight(day)
    book.note(BOUGHT, Slot(begin, day), HALF_HOUR_MS)
    book.credit(BOUGHT, Slot(begin, day), kwh * KWH, 0)


def month(book: Book) -> int:
    """Return the kWh of June."""
    return book.period(CalendarPeriod.MONTH, FIRST).of(BOUGHT) // KWH


def counted(days: int) -> Book:
    """Return a book of so many days, a kWh each."""
    book = Book(Tariffs(), PARIS)
    book.need([BOUGHT])
    for number in range(days):
        count(book, FIRST + timedelta(days=number), 1)
    return book


def put_away(book: Book, today: date) -> None:
    """Put away what is old, as it is done each midnight."""
    kept = today - timedelta(days=KEPT_DAYS)
    left, _whole = book.leave(kept)
    joined = {day: book.accountant.tally(pasts, book.needed) for day, pasts in left.items()}
    book.settle(FIRST, joined, {}, kept, tuple(left))


def test_days_count_while_they_are_put_away_and_after_it() -> None:
    book, today = counted(10), FIRST + timedelta(days=9)
    kept = today - timedelta(days=KEPT_DAYS)
    left, whole = book.leave(kept)
    assert whole == set(left) == {FIRST + timedelta(days=number) for number in range(6)}
    assert month(book) == 10
    # Meanwhile something else becomes known, and a restart takes all of it back.
    book.settle(FIRST, {}, {}, book.kept_from)
    assert month(book) == 10
    again = Book(Tariffs(), PARIS)
    again.restore(json.loads(json.dumps(book.snapshot())))
    assert month(again) == 10
    # Putting them away failed, and is done another time.
    put_away(book, today)
    assert month(book) == 10
    assert book.tally(FIRST, kept).of(BOUGHT) == 6 * KWH
    assert book.day(FIRST).known == {BOUGHT: HALF_HOUR_MS, None: HALF_HOUR_MS}


def test_what_comes_late_of_a_day_that_was_put_away_is_added_to_it() -> None:
    book, today = counted(10), FIRST + timedelta(days=9)
    put_away(book, today)
    count(book, FIRST, 5)
    assert month(book) == 15
    assert book.day(FIRST).of(BOUGHT) == 6 * KWH
    left, whole = book.leave(today - timedelta(days=KEPT_DAYS))
    assert list(left) == [FIRST]
    assert whole == set(), "the rest of that day is put away already"
    assert month(book) == 15


def test_the_first_moment_that_is_known_is_found_wherever_it_is() -> None:
    book, today = counted(10), FIRST + timedelta(days=9)
    assert book.first_day(BOUGHT) == FIRST
    put_away(book, today)
    assert book.first_day(BOUGHT) == FIRST
    assert book.first_day(HomeQuantity.SOLD) is None


def test_on_a_leap_day_february_is_that_of_last_year_up_to_the_same_hour_of_its_last_day() -> None:
    book = Book(Tariffs(), PARIS)
    last = date(2027, 2, 28)
    for number in range(28):
        count(book, date(2027, 2, 1) + timedelta(days=number), 1)
    put_away(book, date(2028, 2, 29))
    noon = datetime(2028, 2, 29, 12, tzinfo=PARIS)
    book.day_a_year_before = {BOUGHT: {midnight(last): Step({"": KWH}, HALF_HOUR_MS)}}
    energy, known = book.same_last_year(
        BOUGHT, CalendarPeriod.MONTH, round(noon.timestamp() * 1000)
    )
    assert energy == 28 * KWH
    assert known == 28 / (27.5 * 48)


def test_what_becomes_known_between_two_days_leaves_all_others_as_they_were() -> None:
    random, kept = Random(39), date(2027, 3, 1)
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(424)]
    known: dict[date, int] = {}
    whole: set[date] = set()
    book = Book(Tariffs(), PARIS)
    book.need([BOUGHT])
    book.settle(days[0], {}, {}, kept)
    for _ in range(60):
        since = random.choice(days).replace(day=1)
        until = random.choice([None, *(day for day in days if day.day == 1 and day > since)])
        joined = {}
        for day in days:
            if day < since or (until and day >= until):
                continue
            known.pop(day, None)
            whole.discard(day)
            if random.random() < 0.8:
                known[day] = random.randrange(1, 50)
                length = HALF_HOUR_MS
                if random.random() < 0.5:
                    whole.add(day)
                    length = midnight(day + timedelta(days=1)) - midnight(day)
                step = Step({"": known[day] * KWH}, length)
                joined[day] = book.accountant.tally({BOUGHT: {midnight(day): step}}, book.needed)
        book.settle(since, joined, {}, kept, until=until)
        assert {day: book.day(day).of(BOUGHT) // KWH for day in book.days()} == known
        found = [(day, energy // KWH) for day, energy in book.whole_days(BOUGHT)]
        assert found == [(day, known[day]) for day in sorted(whole)]
        begin, end = sorted(random.choices(days, k=2))
        total = sum(kwh for day, kwh in known.items() if begin <= day < end)
        assert book.tally(begin, end).of(BOUGHT) == total * KWH
        for year in (2026, 2027):
            total = sum(kwh for day, kwh in known.items() if day.year == year)
            assert book.period(CalendarPeriod.YEAR, date(year, 1, 1)).of(BOUGHT) == total * KWH
