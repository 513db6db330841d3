"""An archive of the weather on the loopback, in the place of the real one."""

from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from typing import Any

from aiohttp import web
import pytest

from custom_components.sen1.figures.outdoor import open_meteo
from testbed.process import LOOPBACK, free_port


def answer(begin: date, end: date, **daily: Any) -> dict[str, Any]:
    """Return an answer as the archive gives it, of made-up days."""
    days = [begin + timedelta(days=number) for number in range((end - begin).days)]
    lows = [round(1.5 + number % 7, 1) for number in range(len(days))]
    return {
        "latitude": 47.838314,
        "longitude": -3.411743,
        "generationtime_ms": 0.2,
        "utc_offset_seconds": 3600,
        "timezone": "Europe/Paris",
        "timezone_abbreviation": "CET",
        "elevation": 12.0,
        "daily_units": {
            "time": "iso8601",
            "temperature_2m_min": "°C",
            "temperature_2m_max": "°C",
        },
        "daily": {
            "time": [day.isoformat() for day in days],
            "temperature_2m_min": lows,
            "temperature_2m_max": [round(low + 4, 1) for low in lows],
            **daily,
        },
    }


class Archive:
    """Answers as it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.respond: Callable[[web.Request], web.StreamResponse] = lambda request: (
            web.json_response(
                answer(
                    date.fromisoformat(request.query["start_date"]),
                    date.fromisoformat(request.query["end_date"]) + timedelta(days=1),
                )
            )
        )

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(dict(request.query))
        return self.respond(request)


@pytest.fixture
async def archive(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Archive]:
    """Run an archive on the loopback, in the place of the real one."""
    served, port = Archive(), free_port()
    application = web.Application()
    application.router.add_get("/v1/archive", served.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, port).start()
    monkeypatch.setattr(open_meteo, "ADDRESS", f"http://{LOOPBACK}:{port}/v1/archive")
    yield served
    await runner.cleanup()
