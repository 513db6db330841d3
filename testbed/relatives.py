"""A family without a reader at any meter: by Enedis each day, by another program, and by hand.

Jeanne's meter is told by a gateway each morning, until yesterday; that of her studio by another
program, which writes a row a day; the meters of her chalet, for electricity and water, are read on
the first of each month, and once since. All are two years old.
"""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate, pairwise

from .association import CONTRACT_OF_SCHOOL, DAY, goals_of, past_begin
from .certificates import CertificateAuthority
from .enedis import CURVES, SimulatedEnedis, Truth
from .home import DOMAIN, add_site
from .home_assistant import FlowError, HomeAssistant, Json
from .household import PARIS
from .names import NameServer
from .waiting import until
from .years import HOUR, Habits, Source, halves, hours, midnight, total

SAVES_FROM = datetime.now(PARIS).date() - 300 * DAY
JEANNE = Habits("Chez Jeanne", 74, 6_400, 0.6, saves=0.14, saves_from=SAVES_FROM)
"""Who uses less than last year."""
CHALET = Habits("Chalet", 48, 2_900, 0.7, weekend=1.9)
STUDIO = Habits("Studio", 31, 1_900, 0.3)
THEIRS = "linky:studio"
"""The statistic of the other program."""
WATER = 0.11
"""m³ that are used at the chalet in a day."""
FIRST_INDEX = 4_210
"""Of the chalet's meters, two years ago: kWh and m³."""

READ_AT = 9 * HOUR
"""The hour at which meters are read."""
READ_DAYS_AGO = timedelta(days=3)


@dataclass(frozen=True)
class Counted(Truth):
    """What the meter of a home with habits counts, for its operator."""

    source: Source = field(default=JEANNE)

    def energy(self, begin: float, end: float) -> float:
        """Return what was counted in [begin, end), at whole half-hours, Wh."""
        return sum(watts / 2 for _, watts in self.steps(begin, end))

    def steps(self, begin: float, end: float) -> Iterator[tuple[float, int]]:
        """Yield when each half-hour of [begin, end) begins, and its mean power."""
        first, last = (datetime.fromtimestamp(at, PARIS) for at in (begin, end))
        for hour in hours(first.replace(minute=0), last):
            for at, watts in zip((hour, hour + HOUR / 2), halves(self.source, hour), strict=True):
                if begin <= at.timestamp() < end:
                    yield at.timestamp(), watts


def late_in_the_day() -> float:
    """Return a moment of today at which yesterday is there, whatever the hour is."""
    return datetime.now(PARIS).replace(hour=22).timestamp()


class Relatives:
    """Their Home Assistant, and what tells it of their homes."""

    def __init__(self) -> None:
        self.enedis = SimulatedEnedis(bought=Counted(), clock=late_in_the_day)
        self.homes: dict[str, str] = {}
        """Entries, by the names of their habits."""

    async def begin(self, stack: AsyncExitStack) -> None:
        """Start a Home Assistant, and have all homes in it."""
        await stack.enter_async_context(self.enedis)
        names = stack.enter_context(NameServer({}, CertificateAuthority()))
        names.environment |= self.enedis.environment
        self.page = await stack.enter_async_context(HomeAssistant("Jeanne", names=names))
        await import_days(self.page)
        for habits, commune, people in (
            (JEANNE, "Auray", 2),
            (STUDIO, "Vannes", 1),
            (CHALET, "Plouharnel", 3),
        ):
            form = _form(habits, commune, people)
            if habits is STUDIO:
                form["grid"] = {"bought_series": [THEIRS]}
            entry = await add_site(self.page, form, CONTRACT_OF_SCHOOL)
            self.homes[habits.name] = entry["entry_id"]
        await self.page.add(
            DOMAIN,
            {"next_step_id": "enedis"},
            {"gateway": "conso_api", "key": self.enedis.conso_key},
            {"name": JEANNE.name, "injects": False},
        )
        for name, kind in (("Compteur", "bought"), ("Eau", "water")):
            await self._add_meter(name, kind)

    async def _add_meter(self, name: str, kind: str) -> None:
        """Add a meter of the chalet, and all that it showed when it was read."""
        answer = {"name": name, "meter_kind": kind, "every": 31}
        subentry = await self.page.add_subentry(self.homes[CHALET.name], "manual_meter", answer)

        async def find() -> str | None:
            rows = await self.page.command("config/entity_registry/list")
            of = [row for row in rows if row["config_subentry_id"] == subentry["subentry_id"]]
            return of[0]["entity_id"] if of else None

        meter = await until(find, "the meter is there", within=30)
        for at, value in readings(kind):
            await self.page.action(
                DOMAIN, "add_reading", meter=meter, at=f"{at:%Y-%m-%d %H:%M:%S}", index=value
            )

    async def settle(self) -> None:
        """Wait until Enedis has told the days, the highest powers, and the curve of last week."""
        await until(
            lambda: any(kind in self.enedis.answered for kind in CURVES),
            "Enedis has told a curve",
            within=120,
        )
        saving = {**goals_of(datetime.now(PARIS).date())["saving"], "quantity": "bought"}
        goal = {**saving, "name": "10 % de moins", "target": 10}
        answer = {**goal, "kind": "saving", "corrected": False}

        async def set_goal() -> bool:
            try:
                await self.page.add_subentry(self.homes[JEANNE.name], "goal", answer)
            except FlowError:
                # What Enedis told is not counted yet.
                return False
            return True

        await until(set_goal, "Jeanne has a goal", within=120)


async def import_days(page: HomeAssistant) -> None:
    """Import what each day of the studio came to, as another program does."""
    begin, end = past_begin().date(), datetime.now(PARIS).date()
    days = [midnight(begin + number * DAY) for number in range((end - begin).days + 1)]
    sums = accumulate(total(STUDIO, *day) for day in pairwise(days))
    await page.command(
        "recorder/import_statistics",
        metadata={
            "has_mean": False,
            "has_sum": True,
            "mean_type": 0,
            "name": "Linky du studio",
            "source": "linky",
            "statistic_id": THEIRS,
            "unit_class": "energy",
            "unit_of_measurement": "Wh",
        },
        stats=[
            {"start": day.isoformat(), "state": wh, "sum": wh}
            for day, wh in zip(days, sums, strict=False)
        ],
    )


def read_at() -> list[datetime]:
    """Return when the meters of the chalet were read."""
    begin, today = past_begin().date(), datetime.now(PARIS).date()
    firsts = [
        midnight(date(month // 12, month % 12 + 1, 1)) + READ_AT
        for month in range(begin.year * 12 + begin.month, today.year * 12 + today.month)
    ]
    last = midnight(today - READ_DAYS_AGO) + READ_AT
    return sorted({*(at for at in firsts if at < last), last})


def readings(kind: str) -> Iterator[tuple[datetime, float]]:
    """Yield what a meter of the chalet showed whenever it was read, kWh or m³."""
    first = past_begin()
    for at in read_at():
        energy, volume = total(CHALET, first, at) / 1000, WATER * (at - first) / DAY
        yield at, round(FIRST_INDEX + (energy if kind == "bought" else volume), 3)


def _form(habits: Habits, commune: str, people: int) -> Json:
    """Return what the entry of a home without any sensor is asked for."""
    return {
        "name": habits.name,
        "site_kind": "home",
        "grid": {},
        "production": {},
        "storage": {},
        "house": {
            "floor_area": habits.floor_area,
            "subscribed_power": 6,
            "heating": "electric",
            "hot_water": "electric",
            "people": people,
        },
        "place": {"commune": commune},
    }
