"""How cold it was at a site, by days or months: what the dashboard may ask, and reports."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from homeassistant.util import dt as dt_util

from ..counting.calendar import MS
from ..tariff.contract import first_of_next_month
from ..year.cold import ONE_DAY
from .energies import StepLength
from .site import Home


def cold_told(home: Home, begin: date, end: date, step: StepLength) -> dict[str, Any]:
    """Return the degree-days of the days of [begin, end), °C·d, in each step and together.

    Moments are Unix milliseconds. What is usual is told of whole steps, days to come too; together
    it is that of the days which are known, so that both totals are of the same.
    """
    cold = home.cold
    steps = list(steps_of(begin, end, step))
    sums = [cold.sums(*one) for one in steps]
    total = cold.sums(begin, end)
    known = [one.known for one in sums]
    if step is StepLength.DAY:
        known = home.outdoor.known(first for first, _after in steps)
    return {
        "begins": [moment_of(first) for first, _after in steps],
        "end": moment_of(end),
        "base": cold.base,
        "method": cold.method,
        "source": home.outdoor.source,
        "degree_days": [one.total for one in sums],
        "known": known,
        "usual": [cold.usual_on(list(_days(*one))) for one in steps],
        "usual_years": None if cold.usual is None else cold.usual.years,
        "total": total.total,
        "total_known": total.known,
        "usual_total": total.usual,
    }


def steps_of(begin: date, end: date, step: StepLength) -> Iterator[tuple[date, date]]:
    """Yield days, or the months of the calendar, of which the first and the last may be cut."""
    while begin < end:
        after = begin + ONE_DAY if step is StepLength.DAY else first_of_next_month(begin)
        yield begin, min(after, end)
        begin = after


def _days(begin: date, end: date) -> Iterator[date]:
    while begin < end:
        yield begin
        begin += ONE_DAY


def moment_of(day: date) -> int:
    """Return when a day begins, Unix milliseconds."""
    return round(dt_util.start_of_local_day(day).timestamp() * MS)
