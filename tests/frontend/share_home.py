"""What a home may share, and the last days of what it measures, as the page is told."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
TODAY = datetime(2026, 11, 26, tzinfo=PARIS)
"""Midnight of the day of the page."""

STATISTIC = "sen1:ibis_bought"
LIVE = "sensor.used"


def friend(name: str, standing: str = "verified") -> dict[str, Any]:
    """Return a friend, whose id is its name in small letters."""
    return {"friend_id": name.lower(), "title": name, "standing": standing}


def what(of: str, title: str, **said: Any) -> dict[str, Any]:
    """Return something that can be shared."""
    return {
        "id": of,
        "title": title,
        "unit": "kWh",
        "direction": "consumption",
        "entity_id": f"sensor.{of}",
        "live": True,
        "live_entity_id": LIVE,
        "is_later": False,
        "statistic_id": STATISTIC,
        "shared_as": {},
    } | said


HOME = what("consumption", "Consumption of the home", entity_id="sensor.linky")
ATTIC = what(
    "sensor.attic",
    "Attic",
    unit="°C",
    direction="none",
    entity_id="sensor.attic",
    live_entity_id="sensor.attic",
    statistic_id="sensor.attic",
)
AREA = what("per_area", "Consumption per square metre", unit="kWh/m²", live=False)


def choices(
    *friends: dict[str, Any], of: tuple[dict[str, Any], ...] = (HOME, ATTIC), **said: Any
) -> dict[str, Any]:
    """Return what `sen1/share_choices` answers."""
    purposes = ("display", "ranking", "investment", "challenge", "workshop")
    account = {
        "entry_id": "a",
        "title": "Ibis",
        "friends": list(friends),
        "what": list(of),
        "purposes": [
            {
                "purpose": one,
                "coarsest": "live" if one == "workshop" else "P1D",
                "needs_age": one in ("challenge", "workshop"),
            }
            for one in purposes
        ],
        "asked": [],
    }
    return {"accounts": [account | said]}


def wish(name: str, of: str = "consumption", granularity: str = "P1D") -> dict[str, Any]:
    """Return what a friend would like."""
    at = "2026-11-26T16:42:00Z"
    return {"friend_id": name.lower(), "what": of, "granularity": granularity, "at": at}


DAYS = (21.3, 22.8, 27.9, 28.6, 23.1, 22.9, 17.0)
"""kWh of the seven days before."""

SHAPE = (1, 1, 7, 5, 1, 1, 2, 3, 4, 2, 1, 1, 3, 2, 1, 1, 1, 3, 7, 6, 4, 3, 2, 1)
"""How a day goes."""


def in_steps(of: str, values: Sequence[float | None]) -> dict[str, Any]:
    """Return what `sen1/values` answers of a series, kW of energies and powers."""
    return {
        "unit": {of: "kW"},
        "values": {of: list(values)},
        "partial": {},
        "of_days": {},
        "is_amount": {},
    }


def recorded() -> dict[str, Any]:
    """Return what the recorder answers: an index of seven days, and the curve of yesterday."""
    hours = []
    for energy in DAYS:
        hours += [energy * part / sum(SHAPE) for part in SHAPE]
    curve = []
    for minute in range(0, 1440, 5):
        power = 260 + 400 * SHAPE[minute // 60] * (1 if minute % 20 else 0.3)
        at = (TODAY - timedelta(days=1, minutes=-minute)).timestamp()
        curve.append({"s": str(round(power)), "lu": at})
    metadata = {
        "statistic_id": STATISTIC,
        "has_sum": True,
        "display_unit_of_measurement": "kWh",
    }
    return {
        "recorder/get_statistics_metadata": [metadata],
        "sen1/values/hour": in_steps(STATISTIC, hours),
        "history/history_during_period": {LIVE: curve},
    }


def unrecorded() -> dict[str, Any]:
    """Return what the recorder answers of a home that was set up today."""
    return {
        "recorder/get_statistics_metadata": [],
        "sen1/values/hour": in_steps(STATISTIC, []),
        "history/history_during_period": {},
    }
