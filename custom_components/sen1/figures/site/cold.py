"""How cold it was at a site, by days or months: what the dashboard may ask, and reports."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from ..counting.calendar import ONE_DAY, days_of
from ..counting.local_days import begin_ms
from ..tariff.contract import first_of_next_month
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
        "begins": [begin_ms(first) for first, _after in steps],
        "end": begin_ms(end),
        "base": cold.base,
        "method": cold.method,
        "source": home.outdoor.source,
        "degree_days": [one.total for one in sums],
        "known": known,
        "usual": [cold.usual_on(list(days_of(*one))) for one in steps],
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
