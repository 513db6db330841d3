"""A house with a dashboard and a past that is known hour by hour, to be looked at in a browser."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import math

from .association import Association
from .demo import FILLED_BACK_S, exchange
from .home import DOMAIN, Home
from .home_assistant import HomeAssistant, Json
from .household import PARIS
from .tic_meter import TicMeter
from .waiting import until

GUEST = ("lea", "lea")
"""A person who is no administrator: name and password."""

ASKED = "consumption"
"""What the cooperative asks of the house, who has not answered yet."""

PAST_DAYS = (*range(370, 355, -1), *range(21, 0, -1))
"""Days ago of which there are statistics: three weeks, and the same time a year before."""


def produced(at: datetime) -> float:
    """Return the mean power of the hour that begins at a time, W: a sun that shines every day."""
    hour = at.astimezone(PARIS).hour
    season = 1 + 0.4 * math.cos(2 * math.pi * (at.timetuple().tm_yday - 172) / 365)
    return round(max(0.0, math.sin(math.pi * (hour - 6) / 14)) * 2000 * season)


def consumed(at: datetime) -> float:
    """Return the same of what the house uses: more on Sundays, at meals, most in the evening."""
    local = at.astimezone(PARIS)
    meals = 500 * (local.hour == 7) + 700 * (local.hour == 12)
    return 300 + meals + 900 * (18 <= local.hour < 22) + 200 * (local.weekday() == 6)


@dataclass
class Stage:
    """What a test looks at."""

    house: Home
    cooperative: Home
    association: Association
    entities: dict[str, str]
    """The first entity of the house that means something, by its translation key."""

    @property
    def page(self) -> HomeAssistant:
        """Return the house's Home Assistant."""
        return self.house.home_assistant

    async def filled_back(self) -> None:
        """Wait until the two years of the projects have come."""
        await until(
            lambda: all(figure.agrees for figure in self.association.figures()),
            "the two years of the projects have come",
            within=FILLED_BACK_S,
        )


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Run the demo with all a dashboard shows; time stands still at its meters."""
    async with exchange(None) as demo:
        assert demo.association is not None
        house, association = demo.house, demo.association
        page = house.home_assistant
        entities: dict[str, str] = {}
        for row in await page.command("config/entity_registry/list"):
            is_shown = not row["entity_id"].startswith("event.")
            if row["platform"] == DOMAIN and row["translation_key"] and is_shown:
                entities.setdefault(row["translation_key"], row["entity_id"])
        await import_past(page, entities["consumption"], consumed)
        await import_past(page, entities["production_power"], produced)
        await house.publish(ASKED, entities["consumption"])
        await house.offer(ASKED)
        await demo.cooperative.ask(house, ASKED, "workshop")
        await add_guest(page)
        assert isinstance(house.meter, TicMeter)
        house.meter.household.freeze()
        association.freeze()
        yield Stage(house, demo.cooperative, association, entities)


def past_hours() -> list[datetime]:
    """Return the beginnings of the hours that have a known past, until now."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    return [now - timedelta(days=day) + timedelta(hours=n) for day in PAST_DAYS for n in range(24)]


async def import_past(
    page: HomeAssistant, entity_id: str, watts: Callable[[datetime], float]
) -> None:
    """Give an entity's statistic its past."""
    metadata = {
        "mean_type": 1,
        "has_sum": False,
        "name": None,
        "source": "recorder",
        "statistic_id": entity_id,
        "unit_class": "power",
        "unit_of_measurement": "W",
    }
    past = past_hours()
    rows: list[Json] = [
        {"start": at.isoformat(), **dict.fromkeys(("mean", "min", "max"), watts(at))} for at in past
    ]
    await page.command("recorder/import_statistics", metadata=metadata, stats=rows)
    await until_recorded(page, entity_id, rows[-1]["start"])


async def until_recorded(page: HomeAssistant, statistic_id: str, start: str) -> None:
    """Wait until a row that begins at a time is in the database."""

    async def is_there() -> bool:
        found = await page.command(
            "recorder/statistics_during_period",
            start_time=start,
            statistic_ids=[statistic_id],
            period="hour",
        )
        return bool(found)

    await until(is_there, f"the past of {statistic_id} is recorded", within=120)


async def add_guest(page: HomeAssistant) -> None:
    """Add a person who is no administrator."""
    name, password = GUEST
    user = await page.command("config/auth/create", name="Léa", group_ids=["system-users"])
    await page.command(
        "config/auth_provider/homeassistant/create",
        user_id=user["user"]["id"],
        username=name,
        password=password,
    )
