"""How a report says things in one language: its words, its numbers, its dates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
import json
from pathlib import Path
import re

from homeassistant.core import HomeAssistant

from ...figures.counting.amounts import half_up
from ...texts import async_texts

LANGUAGES = ("en", "fr")

NARROW, SPACE, MINUS, DASH = "\u202f", "\u00a0", "\u2212", "\u2013"
SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "CHF": "CHF"}

type Number = Decimal | float


@cache
def read_words() -> Mapping[str, Mapping[str, str]]:
    """Read all words of the report; by key, then by language."""
    found: dict[str, dict[str, str]] = json.loads(
        Path(__file__).with_name("words.json").read_text("utf-8")
    )
    return found


@cache
def read_style() -> str:
    """Read how the report looks."""
    return Path(__file__).with_name("report.css").read_text("utf-8")


def language_for(code: str) -> str:
    """Return the language of a report for one of Home Assistant's: English where there is none."""
    first = code.replace("_", "-").partition("-")[0].lower()
    return first if first in LANGUAGES else LANGUAGES[0]


async def async_language(hass: HomeAssistant, code: str, currency: str) -> Language:
    """Return the language of a report."""
    language = language_for(code)
    words = await hass.async_add_executor_job(read_words)
    names: dict[str, str] = {}
    for category in ("entity", "selector"):
        texts = await async_texts(hass, category, language)
        names |= {f"{category}.{key}": text for key, text in texts.items()}
    return Language(language, words, names, currency)


@dataclass(frozen=True, slots=True)
class Language:
    """One language of a report."""

    code: str
    words: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]
    """What entities and choices are called, by their place in the translations."""
    currency: str

    # Words

    def text(self, key: str, **values: str) -> str:
        """Return a text with what it tells of; what money is counted in need not be said."""
        return self.words[key][self.code].format(symbol=self.symbol, **values)

    def rich(self, key: str, **values: str) -> Iterator[tuple[bool, str]]:
        """Yield the parts of a text, each with whether it is to be seen first."""
        parts = re.split(r"\*\*", self.words[key][self.code])
        for number, part in enumerate(parts):
            if part:
                yield number % 2 == 1, part.format(**values)

    def count(self, key: str, number: int) -> str:
        """Return how many of something there are; French has one of 0 as of 1."""
        is_one = number == 1 or (self.code == "fr" and number == 0)
        return self.text(f"{key}_{'one' if is_one else 'many'}", n=self.number(number, 0))

    def tariff(self, name: str) -> str:
        """Return what a tariff period is called."""
        if not name:
            return self.text("no_tariff")
        return self.names.get(f"entity.sensor.tariff_period.state.{name}", name)

    def choice(self, selector: str, option: str) -> str:
        """Return what a choice of a form is called."""
        return self.names.get(f"selector.{selector}.options.{option.lower()}", option)

    # Numbers

    def number(self, value: Number | None, digits: int, *, is_signed: bool = False) -> str:
        """Return a number, rounded half up; a dash for what is not known."""
        if value is None:
            return DASH
        exact = half_up(value, digits)
        text = f"{abs(exact):,.{digits}f}"
        if self.code == "fr":
            text = text.replace(",", NARROW).replace(".", ",")
        if exact < 0:
            return f"{MINUS}{text}"
        return f"+{text}" if is_signed and exact > 0 else text

    def tick(self, value: float) -> str:
        """Return a number on an axis: with a decimal where it is not whole."""
        return self.number(value, 0 if value == int(value) else 1)

    def unit(self, value: Number, digits: int, unit: str) -> str:
        """Return a number with its unit."""
        return f"{self.number(value, digits)}{SPACE}{unit}"

    def percent(self, value: Number | None, digits: int = 1, *, is_signed: bool = False) -> str:
        """Return a number of per cent; a dash for what is not known."""
        if value is None:
            return DASH
        space = SPACE if self.code == "fr" else ""
        return f"{self.number(value, digits, is_signed=is_signed)}{space}%"

    def change(self, value: Decimal) -> tuple[str, str]:
        """Return by how many per cent something is less, or more, and which of both it is."""
        said = self.text("less" if value > 0 else "more", percent="")
        return self.percent(abs(value)), said.strip()

    @property
    def symbol(self) -> str:
        """Return the sign of the currency."""
        return SYMBOLS.get(self.currency, self.currency)

    def money(self, value: Number, digits: int = 2) -> str:
        """Return an amount of money."""
        text = self.number(value, digits)
        if self.code == "fr" or len(self.symbol) > 1:
            return f"{text}{SPACE}{self.symbol}"
        sign = MINUS if text.startswith(MINUS) else ""
        return f"{sign}{self.symbol}{text.removeprefix(MINUS)}"

    # Dates

    def month(self, number: int) -> str:
        """Return the name of a month."""
        return self.choice("month", str(number))

    def short_month(self, number: int) -> str:
        """Return its short name."""
        return self.text("short_months").split()[number - 1]

    def weekday(self, number: int) -> str:
        """Return the short name of a day of the week, 0 is Monday."""
        return self.text("short_weekdays").split()[number]

    def day(self, day: date, *, has_year: bool = True) -> str:
        """Return a date."""
        first = day.day == 1 and self.code == "fr"
        text = f"{day.day}{'er' if first else ''} {self.month(day.month)}"
        text = text.replace(" ", SPACE)
        return f"{text} {day.year}" if has_year else text

    def short_day(self, day: date) -> str:
        """Return a date with the short name of its month."""
        return f"{day.day}{SPACE}{self.short_month(day.month)}"

    def hour(self, hour: int, minute: int = 0) -> str:
        """Return a time of the day."""
        if self.code == "fr":
            return f"{hour}{SPACE}h{f'{SPACE}{minute:02}' if minute else ''}"
        return f"{hour}:{minute:02}"

    def moment(self, at: datetime) -> str:
        """Return a date with a time of the day."""
        return self.text("moment", day=self.day(at.date()), time=self.hour(at.hour, at.minute))

    def days(self, begin: date, end: date) -> str:
        """Return what the days of [begin, end) are called: a year, a month, else both ends."""
        if begin == date(begin.year, 1, 1) and end == date(begin.year + 1, 1, 1):
            return str(begin.year)
        last = end - timedelta(days=1)
        if begin.day == 1 and end.day == 1 and (end - begin).days <= 31:
            return f"{self.month(begin.month)} {begin.year}"
        has_year = begin.year != last.year
        return self.text("from_to", begin=self.day(begin, has_year=has_year), end=self.day(last))

    def during(self, begin: date, end: date) -> str:
        """Return when it was: in a year, in a month, else from when to when."""
        return self._when("in_days", begin, end)

    def of(self, begin: date, end: date) -> str:
        """Return of when it is."""
        return self._when("of_days", begin, end)

    def _when(self, key: str, begin: date, end: date) -> str:
        days, last = self.days(begin, end), end - timedelta(days=1)
        if (begin.month, begin.year) == (last.month, last.year) or days.isdecimal():
            return self.text(key, days=days)
        has_year = begin.year != last.year
        begins = self.day(begin, has_year=has_year)
        return self.text("from_days", begin=begins, end=self.day(last))

    def month_of(self, begin: date, end: date) -> str:
        """Return what a step of a report is called: its month, or the days of it."""
        if begin.day == 1 and end.day == 1:
            return self.month(begin.month)
        last = (end - timedelta(days=1)).day
        days = str(begin.day) if begin.day == last else f"{begin.day}{DASH}{last}"
        return f"{days}{SPACE}{self.short_month(begin.month)}"
