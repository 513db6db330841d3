"""What a home's own days taught: its model, of the newest twelve months or of any others."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import callback

from ...listeners import Listeners
from ..const import CONF_HEATING
from ..counting.amounts import MICROJOULES_OF_KWH
from ..counting.balance import Balance, HomeQuantity
from ..counting.calendar import DaySpan
from ..tariff.book import Book
from ..tariff.tally import Derived
from .cold import Cold
from .forecast import mended
from .model import HomeModel, Unfit, fit

TWELVE_MONTHS = timedelta(days=365)
A_MONTH = timedelta(days=30)
MONTHS_BACK = 24
"""How far back twelve months are sought that can be fitted."""

MEASURED_ELSEWHERE = ("gas", "oil", "wood", "district")
"""Heatings of which electricity tells little."""


class Learnt:
    """Knows what a home's day takes by its degree-days, as its own days say."""

    def __init__(self, entry: ConfigEntry, cold: Cold, balance: Balance, book: Book) -> None:
        self._entry = entry
        self._cold = cold
        self._balance = balance
        self._book = book
        self.energies: dict[date, float] = {}
        """All whole days that are known, kWh, of the quantity that is fitted."""
        self._degree_days: Mapping[date, float] = {}
        self._today = cold.today
        self._fits: dict[DaySpan, HomeModel | Unfit] = {}
        self.listeners = Listeners[()]()
        """When days became others."""

    @property
    def quantity(self) -> HomeQuantity | Derived:
        """Return what is fitted: what is bought, or used where the home makes some itself.

        What is made and told by others is known of a year at first, or it says too little.
        """
        since, year_ago = self._book.first_day(None), self._cold.today - TWELVE_MONTHS
        is_known = since is not None and since <= year_ago
        makes = HomeQuantity.PRODUCED in self._book.needed
        is_live = self._balance.is_live(HomeQuantity.PRODUCED)
        return Derived.CONSUMED if makes and (is_live or is_known) else HomeQuantity.BOUGHT

    @callback
    def update(self) -> bool:
        """Take the days that are known now; return whether they are others."""
        known = self._cold.today, self._days(), self._cold.days
        if known == (self._today, self.energies, self._degree_days):
            return False
        self._today, self.energies, self._degree_days = known
        self._fits = {}
        self.listeners.tell()
        return True

    def _days(self) -> dict[date, float]:
        quantity = self.quantity
        days = self._book.whole_days(None if isinstance(quantity, Derived) else quantity)
        today = self._cold.today
        return mended({day: e / MICROJOULES_OF_KWH for day, e in days if day < today})

    @property
    def model(self) -> HomeModel | Unfit:
        """Return the model of the newest twelve months that have one; else why the last lack it."""
        spans = (
            (end - TWELVE_MONTHS, end)
            for end in (self._today - n * A_MONTH for n in range(MONTHS_BACK))
        )
        return self._first(spans)

    def of(self, begin: date, end: date) -> HomeModel | Unfit:
        """Return the model of days of [begin, end).

        Of less than twelve months it is that of twelve with them: they end with these, have them in
        the middle or begin with them, whichever can be fitted first. A winter alone does not tell
        what a home takes without heating.
        """
        lacking = TWELVE_MONTHS - (end - begin)
        if lacking <= timedelta(0):
            return self._fit((begin, end))
        parts = (lacking, timedelta(days=lacking.days // 2), timedelta(0))
        return self._first((begin - part, begin - part + TWELVE_MONTHS) for part in parts)

    def _first(self, spans: Iterator[DaySpan]) -> HomeModel | Unfit:
        reason: Unfit | None = None
        for span in spans:
            model = self._fit(span)
            if isinstance(model, HomeModel):
                return model
            reason = reason or model
            if reason is Unfit.NO_TEMPERATURE and not self._degree_days:
                break
        assert reason is not None
        return reason

    def _fit(self, span: DaySpan) -> HomeModel | Unfit:
        if span not in self._fits:
            begin, end = span
            energies = {day: e for day, e in self.energies.items() if begin <= day < end}
            model = fit(energies, self._degree_days)
            if model is Unfit.POOR and self._entry.data.get(CONF_HEATING) in MEASURED_ELSEWHERE:
                model = Unfit.HEATING_NOT_MEASURED
            self._fits[span] = model
        return self._fits[span]
