"""What a home usually buys in a day, where that is known later than now."""

from typing import Any

from ..counting.balance import HomeQuantity
from ..counting.calendar import HOUR_MS, ONE_DAY
from ..tariff.book import Book
from ..year.cold import Cold
from .bands import HOME_W, KEPT, Side, alike, band_of, side_of

DAY_MS = 25 * HOUR_MS
"""What was counted over a longer time says nothing of a day."""


def usual_of_yesterday(book: Book, cold: Cold) -> tuple[Side | None, dict[str, Any]]:
    """Return where yesterday is, None if that cannot be said, and what explains it, kWh."""
    yesterday = cold.today - ONE_DAY
    means = {
        # Microjoules in a millisecond: a day of 23 hours is none of 24.
        day: energy / (book.begin(day + ONE_DAY) - book.begin(day)) / 1000
        for day, energy in book.whole_days(HomeQuantity.BOUGHT, DAY_MS)
        if yesterday - KEPT <= day <= yesterday
    }
    days = alike(yesterday, means, cold.days.get)
    mean, band = means.get(yesterday), band_of([means[day] for day in days.days])
    hours = (book.begin(cold.today) - book.begin(yesterday)) / HOUR_MS

    def energy(power: float | None) -> float | None:
        return None if power is None else round(power * hours / 1000, 3)

    told: dict[str, Any] = {
        "day": yesterday.isoformat(),
        "energy": energy(mean),
        "days": len(days.days),
        "day_kind": days.kind,
        "temperatures": days.temperatures(cold.base),
    }
    if mean is None or band is None:
        return None, told
    told |= {key: energy(getattr(band, key)) for key in ("low", "median", "high")}
    below, above = band.fence(HOME_W)
    return side_of(mean, band, None), told | {"unusual": not below <= mean <= above}
