"""A town hall's Home Assistant: buildings with a year behind them, imported from files.

Its sensors are those of twelve buildings whatever the number of those that are added, so that only
the sites make the difference.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from testbed.association import CLASSROOMS, CONTRACT_OF_SCHOOL
from testbed.exports import hdm
from testbed.home import DOMAIN, add_site, import_past
from testbed.home_assistant import HomeAssistant, Json
from testbed.household import PARIS
from testbed.lovelace import add_dashboard
from testbed.waiting import until
from testbed.years import SCHOOL_SHAPE, Habits, halves, hours, midnight

BUILDINGS = (
    Habits("Mairie", 620, 24_000, 0.4, SCHOOL_SHAPE, 0.3),
    CLASSROOMS,
    Habits("École du bourg", 840, 31_000, 0.5, SCHOOL_SHAPE, 0.2),
    Habits("Bibliothèque", 280, 9_800, 0.3, SCHOOL_SHAPE, 0.9),
    Habits("Salle des fêtes", 430, 12_400, 0.6, weekend=2.2),
    Habits("Gymnase", 1_150, 38_000, 0.2, weekend=1.6),
    Habits("Centre technique", 510, 16_200, 0.3, SCHOOL_SHAPE, 0.2),
    Habits("Crèche", 260, 15_300, 0.6, SCHOOL_SHAPE, 0.1),
    Habits("Maison des associations", 190, 5_400, 0.4, weekend=1.4),
    Habits("Camping", 350, 21_000, 0.0, weekend=1.3),
    Habits("Capitainerie", 140, 7_700, 0.5),
    Habits("Logement de la gare", 88, 6_900, 0.6),
)

_NOW = datetime.now(UTC)
_BEGIN = midnight(_NOW.astimezone(PARIS).date() - timedelta(days=365))
_END = _NOW.replace(minute=0, second=0, microsecond=0)


def _sensors(number: int) -> str:
    """Return a building's meter in YAML: a power, W, and an index, Wh, that moves each minute."""
    watts = 60 * (5 + number)
    return f"""
      - name: Meter {number} power
        unique_id: power_{number}
        unit_of_measurement: W
        device_class: power
        state_class: measurement
        state: "{{{{ {watts} + now().minute }}}}"
      - name: Meter {number} index
        unique_id: index_{number}
        unit_of_measurement: Wh
        device_class: energy
        state_class: total_increasing
        state: "{{{{ (now().timestamp() - {_NOW.timestamp():.0f}) // 60 * {watts // 60} }}}}"
"""


def _form(number: int, history: str) -> Json:
    building = BUILDINGS[number]
    return {
        "name": building.name,
        "site_kind": "school" if building is CLASSROOMS else "town_hall",
        "grid": {
            "bought_power": [f"sensor.meter_{number}_power"],
            "bought_index": [f"sensor.meter_{number}_index"],
            "bought_series": [history],
        },
        "production": {},
        "storage": {},
        "house": {
            "floor_area": building.floor_area,
            "subscribed_power": 36,
            "heating": "electric",
            "hot_water": "electric",
        },
        "place": {"commune": "Étel"},
    }


@asynccontextmanager
async def town(count: int) -> AsyncIterator[HomeAssistant]:
    """Run a town hall's Home Assistant that has so many of the buildings."""
    sensors = "".join(map(_sensors, range(len(BUILDINGS))))
    page = HomeAssistant("Mairie", f"\ntemplate:\n  - sensor:{sensors}")
    async with page:
        for number in range(count):
            curve = [
                (at.timestamp() + 1800 * half, watts)
                for at in hours(_BEGIN, _END)
                for half, watts in enumerate(halves(BUILDINGS[number], at))
            ]
            history = await import_past(page, BUILDINGS[number].name, hdm(curve))
            await add_site(page, _form(number, history), CONTRACT_OF_SCHOOL)
        await add_dashboard(page)

        async def years() -> list[float]:
            rows = await page.command("config/entity_registry/list")
            ids = (
                row["entity_id"]
                for row in rows
                if row["platform"] == DOMAIN and row["translation_key"] == "bought_year"
            )
            states = (page.states.get(entity_id, {}).get("state", "") for entity_id in ids)
            return [float(state) for state in states if state.replace(".", "", 1).isdigit()]

        async def is_told() -> bool:
            told = await years()
            return len(told) == count and min(told) > 0

        await until(is_told, "each building's year is told", within=300)
        yield page
