"""The life of a grant, as tables: begins, pauses, ends, years and clock changes."""

from datetime import UTC, date, datetime, timedelta
import math
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from custom_components.sen1.protocol.model import PublicationId
from custom_components.sen1.protocol.term import (
    GrantData,
    Phase,
    Term,
    begin_of,
    changed,
    end_of,
    ends_soon,
    last_day,
    lasting,
    paused,
    renewed,
    resumed,
    term_of,
    years_later,
)

PARIS = ZoneInfo("Europe/Paris")
DAY = 86400.0


def grant(begin: str, until: str, **more: Any) -> GrantData:
    granted: dict[str, Any] = {
        "publication": PublicationId("p"),
        "begin": begin,
        "until": until,
        "purpose": "display",
    }
    return cast("GrantData", granted | more)


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


PAUSED_TWICE = Term(100, 1000, ((200, 300), (400, math.inf)))
RESUMED = Term(100, 1000, ((200, 300), (400, 500)))


@pytest.mark.parametrize(
    ("term", "now", "phase", "changes_at"),
    [
        pytest.param(RESUMED, 99.9, Phase.COMING, 100, id="before"),
        pytest.param(RESUMED, 100, Phase.ACTIVE, 300, id="at its begin"),
        pytest.param(RESUMED, 200, Phase.PAUSED, 300, id="at the begin of a pause"),
        pytest.param(RESUMED, 300, Phase.ACTIVE, 500, id="at the end of a pause"),
        pytest.param(RESUMED, 500, Phase.ACTIVE, 1000, id="after the last pause"),
        pytest.param(RESUMED, 1000, Phase.ENDED, None, id="at its end"),
        pytest.param(PAUSED_TWICE, 999, Phase.PAUSED, 1000, id="a pause that lasts"),
        pytest.param(PAUSED_TWICE, 1000, Phase.ENDED, None, id="a pause outlived by no grant"),
    ],
)
def test_a_grant_lets_through_from_its_begin_to_its_end_but_for_pauses(
    term: Term, now: float, phase: Phase, changes_at: float | None
) -> None:
    assert term.phase(now) is phase
    assert term.changes_at(now) == changes_at


@pytest.mark.parametrize(
    ("term", "asked", "told"),
    [
        pytest.param(RESUMED, (0, 2000), [(100, 200), (300, 400), (500, 1000)], id="all"),
        pytest.param(RESUMED, (150, 350), [(150, 200), (300, 350)], id="across a pause"),
        pytest.param(RESUMED, (220, 280), [], id="within a pause"),
        pytest.param(RESUMED, (0, 100), [], id="before"),
        pytest.param(RESUMED, (1000, 2000), [], id="after"),
        pytest.param(PAUSED_TWICE, (350, 900), [(350, 400)], id="into a pause that lasts"),
    ],
)
def test_what_may_be_told_lies_in_the_grant_and_in_no_pause(
    term: Term, asked: tuple[float, float], told: list[tuple[float, float]]
) -> None:
    assert term.stretches(*asked) == told


@pytest.mark.parametrize(
    ("span", "is_covered"),
    [
        pytest.param((100, 200), True, id="all of a stretch"),
        pytest.param((99, 110), False, id="begun before the grant"),
        pytest.param((150, 201), False, id="into a pause"),
        pytest.param((190, 310), False, id="around a pause"),
        pytest.param((210, 220), False, id="within a pause"),
        pytest.param((299, 310), False, id="out of a pause"),
        pytest.param((300, 400), True, id="between two pauses"),
        pytest.param((500, 1000), True, id="up to the end"),
        pytest.param((990, 1001), False, id="over the end"),
        pytest.param((99, 99), False, id="a moment before"),
        pytest.param((100, 100), True, id="the moment of the begin"),
        pytest.param((200, 200), False, id="the moment a pause begins"),
        pytest.param(
            (300, 300), False, id="the moment a pause ends, to which one in it is rounded"
        ),
        pytest.param((300.001, 300.001), True, id="the moment after"),
        pytest.param((1000, 1000), False, id="the moment of the end"),
    ],
)
def test_what_lies_whole_in_one_stretch_may_be_told(
    span: tuple[float, float], is_covered: bool
) -> None:
    assert RESUMED.covers(span) is is_covered
    # Of what may be told a span is a part, whole.
    assert (span in RESUMED.stretches(*span)) is (is_covered and span[0] < span[1])


def test_a_pause_lasts_when_the_clock_is_set_back_to_before_it() -> None:
    assert PAUSED_TWICE.phase(350) is Phase.PAUSED
    assert PAUSED_TWICE.covers((350, 360)), "measured before it"
    data = grant("2026-01-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00")
    data = paused(data, at("2026-03-01T12:00:00+00:00"))
    term = term_of(resumed(data, at("2026-03-01T10:30:00+00:00")))
    # When it began by this clock nobody knows.
    assert not term.covers((at("2026-03-01T10:10:00+00:00"), at("2026-03-01T10:20:00+00:00")))
    assert term.phase(at("2026-03-01T10:30:00+00:00")) is Phase.ACTIVE


def test_pauses_out_of_order_leave_out_what_lies_in_each() -> None:
    pauses = [
        {"begin": "2026-03-01T12:00:00+00:00", "end": "2026-03-01T12:30:00+00:00"},
        {"begin": "2026-03-01T10:00:00+00:00", "end": "2026-03-01T12:10:00+00:00"},
    ]
    data = grant("2026-03-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00", pauses=pauses)
    told = term_of(data).stretches(at("2026-03-01T09:00+00:00"), at("2026-03-01T13:00+00:00"))
    assert told == [
        (at("2026-03-01T09:00+00:00"), at("2026-03-01T10:00+00:00")),
        (at("2026-03-01T12:30+00:00"), at("2026-03-01T13:00+00:00")),
    ]


def test_what_had_ended_lets_nothing_through_of_the_time_until_it_was_renewed() -> None:
    data = grant("2026-01-01T00:00:00+00:00", "2026-06-01T00:00:00+00:00")
    now, until = at("2026-06-10T08:00:00+00:00"), datetime(2027, 1, 1, tzinfo=UTC)
    term = term_of(lasting(data, until, now))
    assert term.phase(now) is Phase.ACTIVE
    assert term.stretches(0, 2e9) == [
        (term.begin, at("2026-06-01T00:00:00+00:00")),
        (now, until.timestamp()),
    ]
    in_time = lasting(data, until, at("2026-05-31T23:00:00+00:00"))
    assert "pauses" not in in_time
    assert term_of(in_time).until == until.timestamp()
    narrower = lasting(data, datetime(2026, 3, 1, tzinfo=UTC), at("2026-02-01T00:00:00+00:00"))
    assert "pauses" not in narrower


def test_after_a_pause_nothing_of_the_pause_is_told() -> None:
    data = grant("2026-01-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00")
    data = paused(data, at("2026-03-01T10:00:00+00:00"))
    assert paused(data, at("2026-03-01T11:00:00+00:00")) == data, "paused already"
    assert term_of(data).phase(at("2026-12-31T23:00:00+00:00")) is Phase.PAUSED
    data = resumed(data, at("2026-03-01T12:00:00+00:00"))
    term = term_of(data)
    assert term.phase(at("2026-03-01T12:00:00+00:00")) is Phase.ACTIVE
    assert term.since(at("2026-03-02T00:00:00+00:00")) == at("2026-03-01T12:00:00+00:00")
    assert term.since(at("2026-02-01T00:00:00+00:00")) == at("2026-01-01T00:00:00+00:00")
    assert term.stretches(at("2026-03-01T09:00+00:00"), at("2026-03-01T13:00+00:00")) == [
        (at("2026-03-01T09:00+00:00"), at("2026-03-01T10:00+00:00")),
        (at("2026-03-01T12:00+00:00"), at("2026-03-01T13:00+00:00")),
    ]


@pytest.mark.parametrize(
    ("day", "end"),
    [
        pytest.param(date(2026, 3, 28), "2026-03-28T23:00:00+00:00", id="before summer time"),
        pytest.param(date(2026, 3, 29), "2026-03-29T22:00:00+00:00", id="a day of 23 hours"),
        pytest.param(date(2026, 10, 25), "2026-10-25T23:00:00+00:00", id="a day of 25 hours"),
        pytest.param(date(2026, 12, 31), "2026-12-31T23:00:00+00:00", id="new year's eve"),
        pytest.param(date(2028, 2, 29), "2028-02-29T23:00:00+00:00", id="a leap day"),
    ],
)
def test_the_last_day_is_granted_to_its_last_second(day: date, end: str) -> None:
    assert end_of(day, PARIS).isoformat() == end
    data = grant("2026-01-01T00:00:00+00:00", end)
    assert last_day(data, PARIS) == day
    assert term_of(data).phase(at(end) - 1) is Phase.ACTIVE
    assert term_of(data).phase(at(end)) is Phase.ENDED


def test_a_day_begins_where_the_one_before_ends() -> None:
    day = date(2026, 1, 1)
    while day.year == 2026:
        assert end_of(day, PARIS) == begin_of(day + timedelta(days=1), PARIS)
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        pytest.param(date(2026, 11, 24), 1, date(2027, 11, 24), id="a year"),
        pytest.param(date(2027, 11, 24), 1, date(2028, 11, 24), id="a year of 366 days"),
        pytest.param(date(2028, 2, 29), 1, date(2029, 2, 28), id="from a leap day"),
        pytest.param(date(2028, 2, 29), 4, date(2032, 2, 29), id="to a leap day"),
    ],
)
def test_a_year_later_is_the_same_day(day: date, years: int, later: date) -> None:
    assert years_later(day, years) == later


@pytest.mark.parametrize(
    ("last", "today", "renewed_to"),
    [
        pytest.param("2026-12-24", "2026-12-01", "2027-12-24", id="from its last day"),
        pytest.param("2028-02-29", "2028-02-10", "2029-02-28", id="from a leap day"),
        pytest.param("2026-11-01", "2026-12-01", "2027-11-01", id="when it has ended"),
        pytest.param("2029-06-01", "2026-12-01", "2029-12-01", id="three years from today at most"),
    ],
)
def test_a_renewed_grant_lasts_a_year_more(last: str, today: str, renewed_to: str) -> None:
    until = end_of(date.fromisoformat(last), PARIS)
    data = grant("2026-01-01T00:00:00+00:00", until.isoformat(), retention_days=30)
    now = begin_of(date.fromisoformat(today), PARIS).timestamp()
    after = renewed(data, now, PARIS)
    assert last_day(after, PARIS) == date.fromisoformat(renewed_to)
    assert {**after, "until": "", "pauses": []} == {**data, "until": "", "pauses": []}


@pytest.mark.parametrize(
    ("days", "before"),
    [
        pytest.param(365, 30, id="a month before the end of a year"),
        pytest.param(40, 10, id="the last quarter of a few weeks"),
        pytest.param(10, None, id="no question for a few days"),
    ],
)
def test_the_household_is_reminded_in_time(days: int, before: float | None) -> None:
    term = Term(0, days * DAY)
    assert term.reminds_at == (None if before is None else (days - before) * DAY)


def test_what_is_let_end_is_asked_about_once_and_again_when_it_was_renewed() -> None:
    data = grant("2026-01-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00")
    assert not ends_soon(data, at("2026-12-01T00:00:00+00:00"))
    assert ends_soon(data, at("2026-12-02T00:00:00+00:00"))
    assert not ends_soon(data, at("2027-01-01T00:00:00+00:00")), "over"
    silent = changed(data, let_end=data["until"])
    assert not ends_soon(silent, at("2026-12-02T00:00:00+00:00"))
    again = renewed(silent, at("2026-12-03T12:00:00+00:00"), PARIS)
    assert ends_soon(again, at("2027-12-20T00:00:00+00:00"))


def test_a_narrowed_grant_ends_earlier_and_keeps_its_begin() -> None:
    data = grant("2026-01-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00")
    narrower = term_of({**data, "until": end_of(date(2026, 6, 30), PARIS).isoformat()})
    assert narrower.begin == term_of(data).begin
    assert narrower.phase(at("2026-07-01T00:00:00+00:00")) is Phase.ENDED
    assert datetime.fromtimestamp(narrower.until, UTC).hour == 22


def test_a_reading_in_the_last_millisecond_of_a_pause_is_of_the_pause() -> None:
    grant: Any = {"begin": "2026-11-25T00:00:00+00:00", "until": "2027-11-25T00:00:00+00:00"}
    begin = datetime(2026, 11, 25, 3, tzinfo=UTC).timestamp()
    rested = resumed(paused(grant, begin), begin + 60.0002)
    assert term_of(rested).phase(round(begin + 60.0001, 3)) is Phase.PAUSED
    assert term_of(rested).phase(begin + 60.002) is Phase.ACTIVE


def test_a_reading_that_is_rounded_to_the_end_of_a_pause_is_of_the_pause() -> None:
    grant: Any = {"begin": "2026-11-25T00:00:00+00:00", "until": "2027-11-25T00:00:00+00:00"}
    begin = datetime(2026, 11, 25, 3, tzinfo=UTC).timestamp()
    term = term_of(resumed(paused(grant, begin), begin + 60.0009))
    in_it, after = round(begin + 60.0007, 3), round(begin + 60.002, 3)
    assert not term.covers((in_it, in_it))
    assert term.covers((after, after))
    assert term.covers((in_it, in_it + 1800)), "a period that begins with the end of the pause"
