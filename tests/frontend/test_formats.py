"""Numbers and times as each person reads them, against Python's decimals and zones.

The browser is in another zone and language than the person throughout.
"""

from decimal import ROUND_HALF_UP, Decimal
from math import inf, nan
import random
import re
from typing import Any

import pytest

from .conftest import Modules, at

PARIS = "Europe/Paris"
PHOENIX = "America/Phoenix"

MINUS = "\u2212"
NBSP = "\u00a0"
NARROW = "\u202f"
DASH = "\u2013"


def person(
    language: str,
    *,
    numbers: str = "language",
    times: str = "language",
    zone: str = PARIS,
    currency: str = "EUR",
) -> dict[str, Any]:
    """Return what a page knows of a person, and of the home."""
    return {
        "locale": {"language": language, "number_format": numbers, "time_format": times},
        "config": {"time_zone": zone, "currency": currency},
    }


def flat(text: str) -> str:
    """Return a text with plain spaces and dashes."""
    return re.sub(r"\s+", " ", text).replace(DASH, "-")


FRENCH = person("fr")
ENGLISH = person("en-GB")


# Numbers


def written(value: float, digits: int, *, group: str, point: str) -> str:
    """Return a number as it is written: halves of what is written in decimals go up."""
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    text = f"{abs(rounded):,}".replace(",", "g").replace(".", point).replace("g", group)
    return MINUS * (rounded < 0) + text


@pytest.mark.parametrize(
    ("who", "group", "point"),
    [
        pytest.param(FRENCH, NARROW, ",", id="in French"),
        pytest.param(ENGLISH, ",", ".", id="in English"),
        pytest.param(person("fr", numbers="comma_decimal"), ",", ".", id="1,234,567.89"),
        pytest.param(person("en", numbers="decimal_comma"), ".", ",", id="1.234.567,89"),
        pytest.param(person("en", numbers="space_comma"), NARROW, ",", id="1 234 567,89"),
        pytest.param(person("en", numbers="quote_decimal"), "'", ".", id="1'234'567.89"),
        pytest.param(person("fr", numbers="none"), "", ".", id="1234567.89"),
        pytest.param(person("fr", numbers="system"), ",", ".", id="as the browser, in English"),
    ],
)
@pytest.mark.parametrize("digits", [0, 1, 2])
def test_numbers_are_rounded_once_and_written_as_the_person_chose(
    modules: Modules, who: dict[str, Any], group: str, point: str, digits: int
) -> None:
    chance = random.Random(digits)
    halves = [0.5, 1.5, 2.5, 0.05, 0.15, 1.005, 2.675, 1234.5, 9999.995, 1234567.89]
    values = [0.0, 1234.0, *halves, *(round(chance.uniform(0, 1e5), 3) for _ in range(100))]
    values += [-value for value in values]
    found = modules.value(
        "values.map((value) => formats.formatsOf(who).number(value, digits))",
        who=who,
        values=values,
        digits=digits,
    )
    # Which apostrophe it is changes with the browser.
    assert [text.replace("\u2019", "'") for text in found] == [
        written(value, digits, group=group, point=point) for value in values
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.26, "+0.3"), (-0.26, f"{MINUS}0.3"), (0, "0.0"), (0.04, "0.0"), (-0.04, "0.0")],
)
def test_a_signed_number_has_a_plus_unless_it_is_nothing(
    modules: Modules, value: float, text: str
) -> None:
    given: dict[str, Any] = {"who": ENGLISH, "value": value}
    assert modules.value("formats.formatsOf(who).number(value, 1, true)", **given) == text
    unsigned = modules.value("formats.formatsOf(who).number(value, 1)", **given)
    assert unsigned == text.removeprefix("+")


@pytest.mark.parametrize("value", [None, nan, inf, -inf], ids=str)
def test_what_is_not_known_is_a_dash(modules: Modules, value: float | None) -> None:
    found = modules.run(
        """
        const own = formats.formatsOf(who);
        return [own.number(value), own.money(value), own.percent(value), own.quantity(value, "m²")];
        """,
        who=ENGLISH,
        value=value,
    )
    assert found == [DASH, DASH, f"{DASH}%", f"{DASH}{NBSP}m²"]
    assert modules.value("formats.formatsOf(who).number(undefined)", who=ENGLISH) == DASH


@pytest.mark.parametrize(
    ("who", "share", "energy", "change"),
    [
        pytest.param(FRENCH, f"46{NBSP}%", f"1{NARROW}234,5{NBSP}kWh", f"+3,1{NBSP}%", id="French"),
        pytest.param(ENGLISH, "46%", f"1,234.5{NBSP}kWh", "+3.1%", id="English"),
    ],
)
def test_no_line_break_parts_a_number_and_its_unit(
    modules: Modules, who: dict[str, Any], share: str, energy: str, change: str
) -> None:
    found = modules.run(
        """
        const own = formats.formatsOf(who);
        return [own.percent(45.5), own.quantity(1234.5, "kWh", 1), own.percent(3.14, 1, true),
            own.quantity(2, "kW", 0, true)];
        """,
        who=who,
    )
    assert found == [share, energy, change, f"+2{NBSP}kW"]


@pytest.mark.parametrize(
    ("who", "paid", "earned", "nothing", "symbol"),
    [
        pytest.param(*(FRENCH, "1 234,57 €", f"{MINUS}0,5 €", "0,00 €", "€"), id="euros in French"),
        pytest.param(*(ENGLISH, "€1,234.57", f"{MINUS}€0.5", "€0.00", "€"), id="euros in English"),
        pytest.param(
            person("fr", currency="CAD", numbers="comma_decimal"),
            *("$1,234.57", f"{MINUS}$0.5", "$0.00", "$"),
            id="dollars in French, with a point",
        ),
    ],
)
def test_money_is_of_the_home_and_its_number_of_the_person(
    modules: Modules, who: dict[str, Any], paid: str, earned: str, nothing: str, symbol: str
) -> None:
    found = modules.run(
        """
        const own = formats.formatsOf(who);
        return [own.money(1234.565), own.money(-0.5, 1), own.money(-0.004), own.symbol];
        """,
        who=who,
    )
    assert [flat(text) for text in found] == [paid, earned, nothing, symbol]


@pytest.mark.parametrize(
    ("who", "text"),
    [
        pytest.param(person("fr", numbers="none"), "€1234567.80", id="no groups"),
        pytest.param(person("es"), "1.234,50 €", id="Spanish, whose groups begin with 10.000"),
    ],
)
def test_money_has_groups_where_numbers_have(
    modules: Modules, who: dict[str, Any], text: str
) -> None:
    value = 1234567.8 if "567" in text else 1234.5
    found = modules.run(
        """
        const own = formats.formatsOf(who);
        return [own.money(value), own.number(value, 2)];
        """,
        who=who,
        value=value,
    )
    assert [flat(one) for one in found] == [text, re.sub(r"\s?€", "", flat(text))]


# Times


@pytest.mark.parametrize(
    ("who", "texts"),
    [
        pytest.param(FRENCH, ("18 h 42", "0 h 05", "18 h", "0 h"), id="French"),
        pytest.param(
            person("fr", times="24"), ("18 h 42", "0 h 05", "18 h", "0 h"), id="French, 24 hours"
        ),
        pytest.param(
            person("fr", times="12"),
            ("6:42 PM", "12:05 AM", "6 PM", "12 AM"),
            id="French, 12 hours",
        ),
        pytest.param(
            person("en"), ("6:42 PM", "12:05 AM", "6 PM", "12 AM"), id="English of America"
        ),
        pytest.param(person("en-GB"), ("18:42", "0:05", "18", "00"), id="English of Great Britain"),
        pytest.param(
            person("en", times="24"), ("18:42", "00:05", "18", "00"), id="English, 24 hours"
        ),
        pytest.param(
            person("en-GB", times="12"),
            ("6:42 pm", "12:05 am", "6 pm", "12 am"),
            id="English of Great Britain, 12 hours",
        ),
    ],
)
@pytest.mark.parametrize("zone", [PARIS, PHOENIX])
def test_times_are_those_of_the_home_as_the_person_reads_them(
    modules: Modules, who: dict[str, Any], texts: tuple[str, ...], zone: str
) -> None:
    found = modules.run(
        """
        const own = formats.formatsOf(who);
        return [...times.map((time) => own.time(time)), ...times.map((time) => own.hour(time))];
        """,
        who={**who, "config": {"time_zone": zone, "currency": "EUR"}},
        times=[at("2026-10-25T18:42", zone), at("2026-10-25T00:05", zone)],
    )
    assert tuple(flat(text) for text in found) == texts


@pytest.mark.parametrize(
    ("who", "text"),
    [
        pytest.param(FRENCH, "24 h", id="French"),
        pytest.param(person("fr", times="12"), "12 AM", id="French, 12 hours"),
        pytest.param(person("en"), "12 AM", id="English of America"),
        pytest.param(person("en", times="24"), "24", id="English, 24 hours"),
        pytest.param(ENGLISH, "24", id="English of Great Britain"),
        pytest.param(person("en-GB", times="12"), "12 am", id="English of Great Britain, 12 hours"),
        pytest.param(person("de"), "24 Uhr", id="German"),
    ],
)
@pytest.mark.parametrize("zone", [PARIS, PHOENIX])
def test_a_day_ends_at_24_where_hours_are_counted_through(
    modules: Modules, who: dict[str, Any], text: str, zone: str
) -> None:
    own = {**who, "config": {"time_zone": zone, "currency": "EUR"}}
    period = {"begin": at("2026-10-26", zone), "end": at("2026-10-27", zone)}
    found = modules.value(
        "[true, false].map((isNarrow) => times.timesOf(period, formats.formatsOf(who), isNarrow)"
        ".labels.map(({ text }) => text))",
        who=own,
        period=period,
    )
    narrow, wide = ([flat(one) for one in labels] for labels in found)
    assert (narrow[-1], wide[-1]) == (text, text)
    assert (len(narrow), len(wide)) == (5, 9)
    assert text not in wide[1:-1]


def test_24_hours_are_counted_from_0_in_every_browser(modules: Modules) -> None:
    """One that is told `hour12: false` may count them from 1, and write midnight as 24:05."""
    found = modules.run(
        """
        const asked = [];
        const { DateTimeFormat } = Intl;
        Intl.DateTimeFormat = class extends DateTimeFormat {
            constructor(language, options) {
                super(language, options);
                if (options.hour) asked.push([options.hour12 ?? null, options.hourCycle]);
            }
        };
        try {
            const own = formats.formatsOf(who);
            own.time(time);
            own.hour(time);
        } finally {
            Intl.DateTimeFormat = DateTimeFormat;
        }
        return asked;
        """,
        who=person("en", times="24"),
        time=at("2026-10-25T00:05", PARIS),
    )
    assert found
    assert all(one == [None, "h23"] for one in found)


def test_no_line_break_parts_an_hour(modules: Modules) -> None:
    given: dict[str, Any] = {"who": FRENCH, "time": at("2026-10-25T18:42", PARIS)}
    assert modules.value("formats.formatsOf(who).time(time)", **given) == f"18{NBSP}h{NBSP}42"
    assert modules.value("formats.formatsOf(who).hour(time)", **given) == f"18{NBSP}h"


WHOLE = {"weekday": "long", "day": "numeric", "month": "long", "year": "numeric"}


@pytest.mark.parametrize(
    ("who", "day", "options", "text"),
    [
        pytest.param(FRENCH, "2026-03-01", WHOLE, "dimanche 1er mars 2026", id="a first in French"),
        pytest.param(FRENCH, "2026-03-11", WHOLE, "mercredi 11 mars 2026", id="an eleventh"),
        pytest.param(FRENCH, "2026-12-31", WHOLE, "jeudi 31 décembre 2026", id="a last"),
        pytest.param(
            *(FRENCH, "2026-03-01", {"day": "numeric", "month": "short"}, "1er mars"),
            id="a first without its year",
        ),
        pytest.param(FRENCH, "2026-03-01", {"day": "numeric"}, "1", id="a number alone"),
        pytest.param(FRENCH, "2026-03-01", {"month": "long"}, "mars", id="a month alone"),
        pytest.param(ENGLISH, "2026-03-01", WHOLE, "Sunday 1 March 2026", id="a first in English"),
    ],
)
def test_a_date_is_that_of_the_home(
    modules: Modules, who: dict[str, Any], day: str, options: dict[str, str], text: str
) -> None:
    found = modules.value(
        "times.map((time) => formats.formatsOf(who).date(time, options))",
        who=who,
        times=[at(f"{day}T00:00", PARIS), at(f"{day}T23:59:59", PARIS)],
        options=options,
    )
    assert [flat(one).replace(",", "") for one in found] == [text, text]


@pytest.mark.parametrize(
    "zone", ["Europe/Paris", "Pacific/Auckland", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
)
def test_a_day_of_a_field_is_read_as_that_day_whatever_the_zone(
    modules: Modules, zone: str
) -> None:
    said = modules.value(
        """[undefined, { day: "numeric", month: "short" }]
            .map((parts) => formats.formatsOf(who).day("2027-12-31", parts))""",
        who=person("en-GB", zone=zone),
    )
    assert said == ["31 December 2027", "31 Dec"]


@pytest.mark.parametrize(
    ("begin", "end", "french", "english"),
    [
        pytest.param(
            *("2026-03-29", "2026-03-30", "29 mars 2026", "29 March 2026"), id="a day of 23 h"
        ),
        pytest.param(
            *("2026-10-19", "2026-10-26", "19-25 octobre 2026", "19 - 25 October 2026"),
            id="days of a month",
        ),
        pytest.param(
            *("2026-09-28", "2026-10-05"),
            *("28 septembre - 4 octobre 2026", "28 September - 4 October 2026"),
            id="days of two months",
        ),
        pytest.param(
            *("2025-12-29", "2026-01-05"),
            *("29 décembre 2025 - 4 janvier 2026", "29 December 2025 - 4 January 2026"),
            id="days of two years",
        ),
        pytest.param(*("2026-03-01", "2026-03-02", "1er mars 2026", "1 March 2026"), id="a first"),
        pytest.param(
            *("2026-03-01", "2026-04-01", "1er-31 mars 2026", "1 - 31 March 2026"),
            id="a whole month",
        ),
        pytest.param(
            *("2026-02-23", "2026-03-02"),
            *("23 février - 1er mars 2026", "23 February - 1 March 2026"),
            id="days to a first",
        ),
        pytest.param(
            *("2026-10-01", "2026-11-02"),
            *("1er octobre - 1er novembre 2026", "1 October - 1 November 2026"),
            id="from a first to another",
        ),
        pytest.param(
            *("2026-10-11", "2026-10-22", "11-21 octobre 2026", "11 - 21 October 2026"),
            id="days that end with a one",
        ),
    ],
)
def test_the_ends_of_a_period_are_days_of_it(
    modules: Modules, begin: str, end: str, french: str, english: str
) -> None:
    found = modules.value(
        "people.map((who) => formats.formatsOf(who).range(begin, end))",
        people=[FRENCH, ENGLISH],
        begin=at(begin, PARIS),
        end=at(end, PARIS),
    )
    assert [flat(text) for text in found] == [french, english]


@pytest.mark.parametrize(
    ("seconds", "french", "english"),
    [
        pytest.param(-5, "il y a 0 s", "0 sec ago", id="a clock that is ahead"),
        pytest.param(59.9, "il y a 59 s", "59 sec ago", id="nearly a minute"),
        pytest.param(60, "il y a 1 min", "1 min ago", id="a minute"),
        pytest.param(3599, "il y a 59 min", "59 min ago", id="nearly an hour"),
        pytest.param(3600, "il y a 1 h", "1 hr ago", id="an hour"),
        pytest.param(86_399, "il y a 23 h", "23 hr ago", id="nearly a day"),
        pytest.param(86_400, "il y a 1 j", "1 day ago", id="a day"),
        pytest.param(200_000, "il y a 2 j", "2 days ago", id="two days"),
    ],
)
def test_how_long_ago_is_said_in_one_unit(
    modules: Modules, seconds: float, french: str, english: str
) -> None:
    time = at("2026-10-25T02:30:00Z")
    given: dict[str, Any] = {"people": [FRENCH, ENGLISH], "time": time, "seconds": seconds}
    found = modules.value(
        "people.map((who) => formats.formatsOf(who).ago(time, +time + 1000 * seconds))", **given
    )
    assert [flat(text).replace(".", "") for text in found] == [french, english]


def test_how_long_ago_is_counted_from_now(modules: Modules) -> None:
    found = modules.value(
        "formats.formatsOf(who).ago(time)",
        now="2026-10-25T02:30:00Z",
        who=FRENCH,
        time=at("2026-10-25T01:30:00Z"),
    )
    assert flat(found) == "il y a 1 h"


# Whose they are


def test_formats_are_made_once_for_a_person_and_a_home(modules: Modules) -> None:
    found = modules.run(
        """
        const own = formats.formatsOf(who);
        return [
            formats.formatsOf({ ...who }) === own,
            formats.formatsOf({ ...who, locale: { ...who.locale, language: "fr" } }).language,
            formats.formatsOf({ ...who, config: { ...who.config, currency: "CHF" } }).currency,
            formats.formatsOf({ ...who, config: { ...who.config, time_zone: "UTC" } }).zone,
        ];
        """,
        who=ENGLISH,
    )
    assert found == [True, "fr", "CHF", "UTC"]
