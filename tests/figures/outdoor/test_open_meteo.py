"""An archive of the weather, honest and hostile: what is asked, and what is believed."""

from collections.abc import Callable
from datetime import date
import json
from typing import Any

from aiohttp import ClientSession, web
import pytest

from custom_components.sen1.figures.outdoor.days import DayTemperature
from custom_components.sen1.figures.outdoor.open_meteo import (
    LARGEST,
    ArchiveRefused,
    async_ask,
    days_in,
)

from . import conftest
from .conftest import Archive

BEGIN, END = date(2026, 1, 1), date(2026, 1, 4)
PLACE = (47.8, -3.4)


def answer(begin: date = BEGIN, end: date = END, **daily: Any) -> dict[str, Any]:
    return conftest.answer(begin, end, **daily)


async def ask() -> dict[date, DayTemperature]:
    async with ClientSession() as client:
        return await async_ask(client, PLACE, "Europe/Paris", BEGIN, END)


async def test_a_place_and_days_are_asked_for_and_nothing_else(archive: Archive) -> None:
    assert await ask() == {
        date(2026, 1, 1): DayTemperature(1.5, 5.5, 1.0),
        date(2026, 1, 2): DayTemperature(2.5, 6.5, 1.0),
        date(2026, 1, 3): DayTemperature(3.5, 7.5, 1.0),
    }
    assert archive.asked == [
        {
            "latitude": "47.8",
            "longitude": "-3.4",
            "start_date": "2026-01-01",
            "end_date": "2026-01-03",
            "daily": "temperature_2m_min,temperature_2m_max",
            "timezone": "Europe/Paris",
        }
    ]


def test_what_the_archive_does_not_know_is_unknown() -> None:
    told = answer(temperature_2m_max=[5, None, 7.0])
    assert days_in(told, BEGIN, END) == {
        date(2026, 1, 1): DayTemperature(1.5, 5.0, 1.0),
        date(2026, 1, 3): DayTemperature(3.5, 7.0, 1.0),
    }


@pytest.mark.parametrize(
    "hostile",
    [
        None,
        [],
        "daily",
        {"error": True, "reason": "Daily API request limit exceeded."},
        {**answer(), "daily": None},
        {**answer(), "daily_units": {}},
        {
            **answer(),
            "daily_units": {"temperature_2m_min": "°F", "temperature_2m_max": "°F"},
        },
        answer(temperature_2m_min=[1.5]),
        answer(temperature_2m_min=[1.5, 2.5, True]),
        answer(temperature_2m_min=[1.5, 2.5, "3.5"]),
        answer(temperature_2m_min=[1.5, 2.5, -300.0]),
        answer(temperature_2m_max=[5.5, 6.5, 1e308]),
        answer(temperature_2m_max=[5.5, 6.5, float("nan")]),
        answer(temperature_2m_max=[5.5, 6.5, 3.4]),
        answer(time=["2026-01-01", "2026-01-02", "2026-01-02"]),
        answer(time=["2026-01-01", "2026-01-02", "2026-01-04"]),
        answer(time=["2025-12-31", "2026-01-01", "2026-01-02"]),
        answer(time=["2026-01-01", "2026-01-02", "soon"]),
        answer(time=[1, 2, 3]),
        answer(date(2026, 1, 1), date(2026, 1, 10)),
    ],
)
def test_an_answer_with_one_thing_that_cannot_be_is_refused_whole(hostile: Any) -> None:
    with pytest.raises(ArchiveRefused):
        days_in(hostile, BEGIN, END)


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (lambda: web.Response(status=429, text="too many"), "status 429"),
        (lambda: web.Response(status=500), "status 500"),
        (
            lambda: web.Response(status=302, headers={"Location": "http://other.test/"}),
            "status 302",
        ),
        (lambda: web.Response(text="<html>"), "not JSON"),
        (lambda: web.Response(body=b"\xff\xfe"), "not JSON"),
        (lambda: web.Response(text="[" * 100_000), "not JSON"),
        (lambda: web.Response(text=json.dumps(answer()) + " " * LARGEST), "too long"),
        (lambda: web.Response(text='{"daily": NaN}'), "not JSON"),
    ],
)
async def test_what_is_no_answer_is_refused(
    archive: Archive, response: Callable[[], web.Response], reason: str
) -> None:
    archive.respond = lambda _request: response()
    with pytest.raises(ArchiveRefused, match=reason):
        await ask()
    assert len(archive.asked) == 1
