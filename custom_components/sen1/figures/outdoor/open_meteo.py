"""The archive of Open-Meteo: the lowest and the highest temperature of each day of a place.

It is read with Home Assistant's own session. The client that Home Assistant itself uses
(`open-meteo`) has the archive only in versions that Home Assistant excludes by its exact pin, so
that of two integrations in one house one would break; it also reads an answer of any length, and
follows wherever it is sent.
"""

from datetime import date, timedelta
from typing import Any

import aiohttp
from homeassistant.util.json import JSON_DECODE_EXCEPTIONS, json_loads

from .days import DayTemperature, can_be

ADDRESS = "https://archive-api.open-meteo.com/v1/archive"

LOW, HIGH = "temperature_2m_min", "temperature_2m_max"

LARGEST = 1_000_000
"""Bytes of an answer: one of eleven years has 120,000."""

CHUNK = 65_536

PATIENCE = aiohttp.ClientTimeout(total=60, sock_connect=10)


class ArchiveRefused(Exception):
    """What came is no answer; the reason is in its text, with nothing of what came."""


async def async_ask(
    client: aiohttp.ClientSession, place: tuple[float, float], zone: str, begin: date, end: date
) -> dict[date, DayTemperature]:
    """Return the days of [begin, end) that the archive knows, of a place in degrees.

    Raises ArchiveRefused, aiohttp.ClientError or TimeoutError.
    """
    asked = {
        "latitude": f"{place[0]:.1f}",
        "longitude": f"{place[1]:.1f}",
        "start_date": begin.isoformat(),
        "end_date": (end - timedelta(days=1)).isoformat(),
        "daily": f"{LOW},{HIGH}",
        "timezone": zone,
    }
    async with client.get(
        ADDRESS, params=asked, timeout=PATIENCE, allow_redirects=False
    ) as response:
        if response.status != 200:
            raise ArchiveRefused(f"status {response.status}")
        content = b""
        async for chunk in response.content.iter_chunked(CHUNK):
            content += chunk
            if len(content) > LARGEST:
                raise ArchiveRefused("too long")
    try:
        answer = json_loads(content)
    except JSON_DECODE_EXCEPTIONS as error:
        raise ArchiveRefused("not JSON") from error
    return days_in(answer, begin, end)


def days_in(answer: Any, begin: date, end: date) -> dict[date, DayTemperature]:
    """Return the days that an answer tells of [begin, end), °C; raises ArchiveRefused.

    What it says that it does not know is left out; one thing that cannot be refuses all of it.
    """
    match answer:
        case {
            "daily_units": {"temperature_2m_min": "°C", "temperature_2m_max": "°C"},
            "daily": {
                "time": list() as days,
                "temperature_2m_min": list() as lows,
                "temperature_2m_max": list() as highs,
            },
        }:
            pass
        case _:
            raise ArchiveRefused("not what was asked for")
    if not len(days) == len(lows) == len(highs) <= (end - begin).days:
        raise ArchiveRefused("too many days, or too few values")
    found: dict[date, DayTemperature] = {}
    told: set[date] = set()
    for text, low, high in zip(days, lows, highs, strict=True):
        day = _day(text)
        if not begin <= day < end or day in told:
            raise ArchiveRefused("a day that was not asked for")
        told.add(day)
        if low is None or high is None:
            continue
        if not (_is_temperature(low) and _is_temperature(high) and low <= high):
            raise ArchiveRefused("no temperature")
        found[day] = DayTemperature(float(low), float(high), 1.0)
    return found


def _day(text: Any) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise ArchiveRefused("no day") from error


def _is_temperature(value: Any) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and can_be(value)
