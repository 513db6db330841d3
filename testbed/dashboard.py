"""A house with a dashboard and a past that is known hour by hour, to be looked at in a browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
import math

from .demo import exchange
from .home import DOMAIN, PRODUCTION, Home
from .home_assistant import HomeAssistant, Json
from .household import PARIS
from .tic_meter import TicMeter
from .waiting import until

GUEST = ("lea", "lea")
"""A person who is no administrator: name and password."""

PROJECT: Json = {
    "type": "solar",
    "building": "École de Kersabiec",
    "commune": "Lorient",
    "year": 2018,
    "peak_power": 10,
    "modules": "40 of 250 W",
    "inverters": "Enphase M215",
    "surface": 64,
    "expected": 10_500,
    "shares": 160,
    "capital": 40_000,
    "sale_price": 0.18,
    "link": "https://www.oncime.fr",
}
NEIGHBOURS = {
    "Ajonc": 17,
    "Cormoran": 44,
    "Dune": 45,
    "Embrun": 70,
    "Lande": 71,
    "Sterne": 98,
    "Hermine": 23,
}
"""kWh/m² a year of other homes."""
HELD = 10
"""Shares of it that the house has."""

HISTORY = "sen1:enedis"
"""A statistic of two years, from before the house had a meter of ours."""

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
    """Return the same of what the house uses: more on Sundays, most in the evening."""
    local = at.astimezone(PARIS)
    return 300 + 900 * (18 <= local.hour < 22) + 200 * (local.weekday() == 6)


@dataclass
class Stage:
    """What a test looks at."""

    house: Home
    cooperative: Home
    entities: dict[str, str]
    """The first entity of the house that means something, by its translation key."""

    @property
    def page(self) -> HomeAssistant:
        """Return the house's Home Assistant."""
        return self.house.home_assistant


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Run the demo with all a dashboard shows; time stands still at its meters."""
    async with exchange(None) as (house, cooperative, _heater):
        page = house.home_assistant
        await import_years(page)
        await add_home(house)
        await add_shares(house, cooperative)
        entities: dict[str, str] = {}
        for row in await page.command("config/entity_registry/list"):
            is_shown = not row["entity_id"].startswith("event.")
            if row["platform"] == DOMAIN and row["translation_key"] and is_shown:
                entities.setdefault(row["translation_key"], row["entity_id"])
        holding = entities["holding_part"].replace("part_of_the_project", "power")
        await house.add_ranking("Bretagne", await neighbours(page), entities["energy_per_area"])
        await import_past(page, holding, lambda at: produced(at) * HELD / PROJECT["shares"])
        await import_past(page, entities["consumption"], consumed)
        await import_past(page, entities["production_power"], produced)
        await house.publish(ASKED, entities["consumption"])
        await house.offer(ASKED)
        await cooperative.ask(house, ASKED, "workshop")
        await add_guest(page)
        assert isinstance(house.meter, TicMeter)
        house.meter.household.freeze()
        yield Stage(house, cooperative, entities)


async def add_home(house: Home) -> None:
    """Add the entry of a home that the meter and the gateway of the panels measure."""
    assert house.gateway is not None
    page = house.home_assistant
    meter = {label: series.entity_id for label, series in house.series.items()}
    rows = {row["unique_id"]: row["entity_id"] for row in await house.gateway_entities()}
    serial = house.gateway.serial
    form: Json = {
        "grid": {
            "bought_power": [meter["SINSTS"]],
            "bought_index": [meter["EAST"]],
            "sold_power": [meter["SINSTI"]],
            "sold_index": [meter["EAIT"]],
        },
        "production": {
            "produced_power": [rows[f"{serial}_{PRODUCTION}"]],
            "produced_index": [rows[f"{serial}_production_lifetime"]],
        },
        "storage": {},
        "house": {
            "floor_area": 146,
            "subscribed_power": 6,
            "heating": "electric",
            "history": HISTORY,
        },
    }
    entry = await page.add(DOMAIN, {"next_step_id": "home"}, form)
    contract: Json = {
        "begin": "2024-01-01",
        "price_list": {"off_peak": 0.1203, "peak": 0.1543},
        "subscription": 12.5,
        "feed_in": 0.04,
        "known_by": {"off_peak_hours": "22:30-06:30"},
    }
    start = {"option": "off_peak", "subscribed_power": "6"}
    await page.add_subentry(entry["entry_id"], "tariff", start, contract)


async def add_shares(house: Home, cooperative: Home) -> None:
    """Have the cooperative describe its roof, and the house hold shares of it."""
    await cooperative.describe("EAIT", PROJECT)
    page = house.home_assistant
    followed = await house.followed(cooperative, ("EAIT", "SINSTI"))

    async def project() -> str | None:
        for row in await page.command("config/entity_registry/list"):
            if row["translation_key"] == "project" and row["entity_id"] in page.states:
                identifier: str = row["id"]
                return identifier
        return None

    await house.add_shares(
        {"project": await until(project, "the project is known", within=60)},
        {
            "name": "ONCIME",
            "shares": HELD,
            "paid_on": "2018-03-01",
            "dividends": 525,
            "energy": followed["EAIT"].reading,
            "project_power": followed["SINSTI"].reading,
        },
    )


def past_hours() -> list[datetime]:
    """Return the beginnings of the hours that have a known past, until now."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    return [now - timedelta(days=day) + timedelta(hours=n) for day in PAST_DAYS for n in range(24)]


async def neighbours(page: HomeAssistant) -> list[str]:
    """Let there be other homes that tell what they use for each square metre."""
    entities = []
    for name, value in NEIGHBOURS.items():
        entities.append(entity_id := f"sensor.foyer_{name.lower()}")
        await page.set_state(
            entity_id, str(value), friendly_name=f"Foyer {name}", unit_of_measurement="kWh/m²"
        )
    return entities


def bought(day: date) -> float:
    """Return what the house took from the grid on a day before it had a meter of ours, kWh."""
    return 30 + 18 * math.cos(2 * math.pi * (day.timetuple().tm_yday - 15) / 365)


async def import_years(page: HomeAssistant) -> None:
    """Import two years of daily energies, as from a file of Enedis."""
    metadata = {
        "mean_type": 0,
        "has_sum": True,
        "name": "Enedis",
        "source": DOMAIN,
        "statistic_id": HISTORY,
        "unit_class": "energy",
        "unit_of_measurement": "kWh",
    }
    today = datetime.now(PARIS).replace(hour=12, minute=0, second=0, microsecond=0)
    total, rows = 0.0, list[Json]()
    for back in range(730, 0, -1):
        at = today - timedelta(days=back)
        total += bought(at.date())
        rows.append({"start": at.isoformat(), "state": total, "sum": total})
    await page.command("recorder/import_statistics", metadata=metadata, stats=rows)
    await until_recorded(page, HISTORY, rows[-1]["start"])


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
