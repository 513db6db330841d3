"""An association of nine homes and the two solar roofs they paid for, with two years behind them.

The house of the demo and its Home Assistant are one of the homes; eight neighbours are plain
clients. Each shares its power and what it needs for each square metre; the house adds them up and
ranks them. Two cooperatives, served by one Home Assistant, share their roofs by hours, with the
past since the beginning; the house has a part of each. `figures` holds all of it against the
simulation.

The two years are there as their owners would have them. The gateway of the house's panels, the
meter of the first roof and that of the school beside the house have been in their Home Assistants
all the time, whose recorders kept it; the meters of the house and of the second roof are new, and
what they counted before comes from their operator's files, imported on the page.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
import math
from pathlib import Path
import shutil

from . import weather_station
from .envoy import SimulatedGateway
from .exports import Curve, hdm
from .habitual import HabitualHousehold
from .home import DOMAIN, PRODUCTION, Home
from .home_assistant import HomeAssistant, Json
from .household import FRIDGE, LIVED_WITH, PARIS, Household
from .neighbour import Neighbour, neighbourhood
from .past import IndexPast, Past, PowerPast, TemperaturePast, write_past
from .registers import WATT_HOUR
from .tic_groups import Kind
from .tic_meter import TicMeter, serve_socket
from .waiting import until
from .weather import degree_days
from .xmpp import ProsodyServer
from .years import (
    HOUR,
    SCHOOL_SHAPE,
    Bought,
    Habits,
    Roof,
    Sold,
    Source,
    daylight,
    halves,
    hours,
    midnight,
    total,
    total_of_year,
)

HOUSE = Habits("Maison", 146, 10_900, 0.55)
PANELS = Roof("Maison", 3_000)
"""At midday the house sends energy out."""
BOUGHT, SOLD = Bought(HOUSE, PANELS), Sold(HOUSE, PANELS)

CLASSROOMS = Habits("École du port", 520, 11_500, 0.15, SCHOOL_SHAPE, 0.3)
"""The second building: a school that is heated with gas."""
PICTURE = Path(__file__).with_name("school.svg")
"""Of that building."""

NEIGHBOURS = (
    Habits("Ajonc", 64, 1_124, 0.0),
    Habits("Hermine", 331, 7_778, 0.4),
    Habits("Cormoran", 96, 4_260, 0.3),
    Habits("Dune", 117, 5_352, 0.5),
    Habits("Embrun", 110, 7_779, 0.6),
    Habits("Lande", 88, 5_500, 0.5),
    Habits("Sterne", 104, 10_300, 0.7),
    Habits("Goéland", 58, 7_200, 0.6),
)

SCHOOL = Roof("École de Kersabiec", 10_000)
HALL = Roof("Halle du marché", 15_000)

GATEWAY = "sensor.enphase"
"""How what the house's gateway tells is named, of the name of its device."""

GATEWAY_INDEXES: dict[str, tuple[str, Source]] = {
    "production_lifetime": (f"{GATEWAY}_energy_produced", PANELS),
    "consumption_lifetime": (f"{GATEWAY}_energy_used", HOUSE),
    "grid_import": (f"{GATEWAY}_energy_from_the_grid", BOUGHT),
    "grid_export": (f"{GATEWAY}_energy_to_the_grid", SOLD),
}
"""What the house's gateway counts, by its key: the sensor, and what it counted in two years."""

GATEWAY_POWERS: dict[str, tuple[str, Source]] = {
    "production_power": (f"{GATEWAY}_production", PANELS),
    "consumption_power": (f"{GATEWAY}_consumption", HOUSE),
    "import_power": (f"{GATEWAY}_grid_import_power", BOUGHT),
    "export_power": (f"{GATEWAY}_grid_export_power", SOLD),
}
"""What it measures, likewise."""

SCHOOL_INDEX = "sensor.linky_index_injected"
"""Of the first roof's meter."""
CLASSROOMS_INDEX = "sensor.ecole_du_port_index_total"
"""Of the second building's."""

SCHOOL_SHEET: Json = {
    "type": "solar",
    "building": "École de Kersabiec",
    "commune": "Lorient",
    "on_map": True,
    "year": 2018,
    "peak_power": 10,
    "modules": "40 de 250 W",
    "inverters": "Enphase M215",
    "surface": 64,
    "expected": 10_500,
    "shares": 160,
    "capital": 40_000,
    "sale_price": 0.18,
    "yield_expected": 3.5,
    "yield_from": 2,
    "yield_to": 4.5,
    "link": "https://www.oncime.fr",
}
HALL_SHEET: Json = {
    "type": "solar",
    "building": "Halle du marché",
    "commune": "Étel",
    "year": 2020,
    "peak_power": 15,
    "modules": "60 de 250 W",
    "surface": 96,
    "expected": 15_500,
    "shares": 400,
    "capital": 60_000,
    "sale_price": 0.13,
    "yield_expected": 2.5,
    "yield_from": 1.5,
    "yield_to": 3.5,
}

PRICES = {"off_peak": 0.1203, "peak": 0.1543}
OFF_PEAK = "22:30-06:30"

DAY = timedelta(days=1)
TENTH = 0.1 + 1e-9

FORECAST_WITHIN = 0.1
"""So near the truth is the forecast of a year, in January too: no winter is like the last."""

FEWEST_DAYS = 7
"""Before which nothing is said of a goal."""
LEARNT_WITHIN = 0.02
"""So near the truth is what the house has learnt of its winter, whatever the year."""

WEATHER_YEARS = 5
"""Whole ones that the house's weather station has told."""

_STARTED = datetime.now(UTC)


def past_begin() -> datetime:
    """Return when the two years begin: at a local midnight."""
    return midnight(_STARTED.astimezone(PARIS).date() - timedelta(days=730))


def weather_begin() -> datetime:
    """Return when the house's weather station was put up: so many whole years are usual."""
    return midnight(date(_STARTED.astimezone(PARIS).year - WEATHER_YEARS, 1, 1))


def past_end() -> datetime:
    """Return the last whole hour before the demo began."""
    return _STARTED.replace(minute=0, second=0, microsecond=0)


CONTRACT: tuple[Json, Json] = (
    {"option": "off_peak", "subscribed_power": "6"},
    {
        "begin": past_begin().date().isoformat(),
        "price_list": PRICES,
        "subscription": 12.5,
        "feed_in": 0.04,
        "known_by": {"off_peak_hours": OFF_PEAK},
    },
)
CONTRACT_OF_SCHOOL: tuple[Json, Json] = (
    {"option": "base", "subscribed_power": "6"},
    {
        "begin": past_begin().date().isoformat(),
        "price_list": {"all_hours": 0.1386},
        "subscription": 13.1,
    },
)
"""What the pages of a contract are asked, each."""

INVITED = "Famille Le Goff"
WISHED: Json = {"what": "consumption", "granularity": "P1D"}
"""Who is invited by a link that waits, and what of it."""

HOURS = "hours"
BY_AREA = "by_area"
"""Names of what is shared beside the meters' own labels."""

SERIAL = "041836154387"
"""Of the second roof's meter."""
CLASSROOMS_SERIAL = "021861348509"
"""Of the second building's."""


@dataclass(frozen=True)
class Project:
    """A roof, who shares it, and the house's part of it."""

    roof: Roof
    sheet: Json
    name: str
    """Of the house's part."""
    held: int
    paid_on: str
    dividends: int | None
    home: Home

    @property
    def part(self) -> Fraction:
        """Return the house's part of it."""
        return Fraction(self.held, int(self.sheet["shares"]))


@dataclass(frozen=True)
class Figure:
    """A figure that the house shows, and what it should be."""

    name: str
    shown: float | None
    low: float
    high: float

    @property
    def agrees(self) -> bool:
        """Return whether it is what it should be."""
        return self.shown is not None and self.low <= self.shown <= self.high

    def __str__(self) -> str:
        # All digits: what differs may differ by 1 Wh of a year.
        low, high = f"{self.low:.10g}", f"{self.high:.10g}"
        truth = low if self.low == self.high else f"{low} to {high}"
        shown = "-" if self.shown is None else f"{self.shown:.10g}"
        return f"{self.name:<54} {shown:>12}  {truth:<22} {'=' if self.agrees else '≠'}"


class Association:
    """The house's figures of itself, of its neighbours and of its projects."""

    def __init__(
        self,
        house: Home,
        cooperative: Home,
        servers: Sequence[ProsodyServer],
        classrooms: TicMeter,
        begin: datetime,
    ) -> None:
        """Belong to a house and a cooperative that are not online yet; each has its server.

        `classrooms` is the meter of the second building, `begin` the time of the suns.
        The neighbours are friends of the house already: a home asks for five friendships a
        minute.
        """
        self.house = house
        self.cooperative = cooperative
        self.classrooms = classrooms
        self.neighbours: list[Neighbour] = []
        self.projects: list[Project] = []
        self.entities: dict[str, str] = {}
        """The house's figures, by unique id."""
        self._servers = servers
        self._begin = begin
        self._first_index = 0.0
        """What the house's meter had counted when its Home Assistant first heard it, Wh."""
        self._ids: dict[str, str] = {}
        """Subentries and the home's entry, by what they are."""
        self._pasts: dict[str, str] = {}
        """Statistics that were imported, by what they are of."""
        for number, habits in enumerate(NEIGHBOURS):
            server = servers[number % len(servers)]
            account = server.register(f"voisin{number}")
            server.befriend(f"voisin{number}", house.account.jid)
            servers[0].befriend(house.user, account.jid)
            neighbour = Neighbour(account, habits, house.account.jid, seed=100 + number)
            self.neighbours.append(neighbour)

    async def begin(self, stack: AsyncExitStack) -> None:
        """Let the second cooperative and the neighbours come to live."""
        other = await self._second_cooperative(stack, self._servers[1])
        self.projects = [
            Project(SCHOOL, SCHOOL_SHEET, "ONCIME", 10, "2018-03-01", 525, self.cooperative),
            Project(HALL, HALL_SHEET, "Lucioles", 1, "2020-06-15", None, other),
        ]
        await stack.enter_async_context(neighbourhood(self.neighbours))

    async def _second_cooperative(self, stack: AsyncExitStack, server: ProsodyServer) -> Home:
        household = Household(
            seed=3, begin=self._begin, solar_peak_w=HALL.peak_w, daylight=daylight
        )
        meter = TicMeter(Kind.STANDARD_PRODUCER, household, SERIAL)
        home = Home(
            self.cooperative.home_assistant,
            server,
            "lucioles",
            meter,
            direction="production",
            name="Lucioles",
        )
        await home.add_meter(await stack.enter_async_context(serve_socket(meter)))
        await home.add_account()
        await home.publish_meter(("SINSTI", "EAIT"))
        await home.grant(self.house, home.series)
        await self.house.grant(home, ())
        return home

    @property
    def _index(self) -> float:
        """Return what the house's meter has counted, Wh."""
        return float(self.house.truth("EAST") or 0)

    # What the house adds

    async def import_pasts(self) -> None:
        """Import what the operator counted at the meters that are new."""
        await asyncio.gather(self._import_of_house(), self._import_of_hall())

    async def _import_of_house(self) -> None:
        self._pasts["bought"] = await self.house.import_past("Enedis", hdm(half_hours(BOUGHT)))
        sold = hdm(half_hours(SOLD), direction="Production")
        self._pasts["sold"] = await self.house.import_past("Enedis injection", sold)

    async def _import_of_hall(self) -> None:
        produced = hdm(half_hours(HALL), direction="Production")
        self._pasts[HALL.name] = await self.cooperative.import_past(HALL.name, produced)

    async def add_projects(self) -> None:
        """Have each roof described and shared by hours with its past; the house adds its parts."""
        for project in self.projects:
            home, past = project.home, self._pasts.get(project.roof.name)
            await home.publish_figure(
                HOURS,
                home.series["EAIT"].entity_id,
                title=f"{project.roof.name}, 1 h",
                granularity="pt1h",
                **({} if past is None else {"past": past}),
            )
            await home.describe("EAIT", project.sheet)
            await home.grant(self.house, [*home.series, HOURS], since=past_begin().date())
        for project in self.projects:
            await self._add_shares(project)

    async def _add_shares(self, project: Project) -> None:
        followed = await self.house.followed(project.home, ("EAIT", "SINSTI", HOURS))
        page = self.house.home_assistant
        energy = followed[HOURS].reading
        sheet_id = project.home.series["EAIT"].publication

        async def sheet() -> str | None:
            for row in await page.command("config/entity_registry/list"):
                is_there = row["unique_id"].endswith(f"{sheet_id}_project")
                if is_there and row["entity_id"] in page.states:
                    identifier: str = row["id"]
                    return identifier
            return None

        answer: Json = {
            "name": project.name,
            "shares": project.held,
            "paid_on": project.paid_on,
            "energy": energy,
            "project_power": followed["SINSTI"].reading,
        }
        if project.dividends is not None:
            answer["dividends"] = project.dividends
        reference = await until(sheet, f"the sheet of {project.name} is known", within=60)
        subentry = await self.house.add_shares({"project": reference}, answer)
        self._ids[project.name] = subentry["subentry_id"]

    async def add_home(self) -> None:
        """Add the entry of the house, its contract, its past, and share its figure."""
        page, index = self.house.home_assistant, self.house.series["EAST"].entity_id
        recorded = await page.command(
            "history/history_during_period",
            start_time=past_end().isoformat(),
            entity_ids=[index],
            no_attributes=True,
            significant_changes_only=False,
        )
        # The home counts from what the recorder has of its meter, which was added a while ago.
        states = (state["s"] for state in recorded[index])
        self._first_index = float(next(state for state in states if state.isdecimal()))
        entry = await self.house.add_home(await self._form_of_house(), CONTRACT)
        self._ids["home"] = entry["entry_id"]

        async def is_whole() -> bool:
            # A contract has the entry loaded anew.
            await self._find_entities()
            return f"{entry['entry_id']}_cost_day" in self.entities

        await until(is_whole, "the home's entry has its costs", within=60)
        by_area = self.entities[f"{entry['entry_id']}_energy_per_area"]
        # As it is called when a home is shared: in the words of who looks.
        await self.house.publish_figure(BY_AREA, by_area, title="Consumption per square metre")

    async def invite_family(self) -> None:
        """Have the house invite a family, to which it offers its figure."""
        await self.house.invite(INVITED, [BY_AREA], WISHED)

    async def add_goals(self) -> None:
        """Set the house its goals: of the winter that goes on, else the last, and of the year."""
        page, today = self.house.home_assistant, datetime.now(PARIS).date()
        for kind, goal in goals_of(today).items():
            answer = {**goal, "kind": kind, "corrected": kind == "saving"}
            subentry = await page.add_subentry(self._ids["home"], "goal", answer)
            self._ids[kind] = subentry["subentry_id"]

    async def _form_of_house(self) -> Json:
        """Return what the entry of the house is asked for."""
        assert self.house.gateway is not None
        meter = {label: series.entity_id for label, series in self.house.series.items()}
        rows = {row["unique_id"]: row["entity_id"] for row in await self.house.gateway_entities()}
        serial = self.house.gateway.serial
        for key, (entity_id, _source) in (GATEWAY_INDEXES | GATEWAY_POWERS).items():
            self._has_past(rows[f"{serial}_{key}"], entity_id)
        self._has_past(self.projects[0].home.series["EAIT"].entity_id, SCHOOL_INDEX)
        return {
            "name": HOUSE.name,
            "grid": {
                "bought_power": [meter["SINSTS"]],
                "bought_index": [meter["EAST"]],
                "bought_series": [self._pasts["bought"]],
                "sold_power": [meter["SINSTI"]],
                "sold_index": [meter["EAIT"]],
                "sold_series": [self._pasts["sold"]],
            },
            "production": {
                "produced_power": [rows[f"{serial}_{PRODUCTION}"]],
                "produced_index": [rows[f"{serial}_production_lifetime"]],
            },
            "storage": {},
            "house": {
                "floor_area": HOUSE.floor_area,
                "subscribed_power": 6,
                "heating": "electric",
                "hot_water": "electric",
                "people": 4,
            },
            "place": {
                "commune": "Lorient",
                "on_map": True,
                "location": {"latitude": 47.75, "longitude": -3.37},
            },
            "outdoor": {"outdoor": weather_station.ENTITY_ID},
        }

    @staticmethod
    def _has_past(entity_id: str, written: str) -> None:
        """See to it that a sensor is named as the past was that was written before it was there."""
        assert entity_id == written, f"{entity_id} has no past: that of {written} was written"

    async def add_school(self, stack: AsyncExitStack) -> None:
        """Add the second building: its meter in historic mode, its contract."""
        port = await stack.enter_async_context(serve_socket(self.classrooms))
        sensors = await self.house.add_another_meter(port, CLASSROOMS.name)
        self._has_past(sensors["BASE"], CLASSROOMS_INDEX)
        form: Json = {
            "name": CLASSROOMS.name,
            "site_kind": "school",
            "grid": {"bought_power": [sensors["PAPP"]], "bought_index": [sensors["BASE"]]},
            "production": {},
            "storage": {},
            "house": {
                "floor_area": CLASSROOMS.floor_area,
                "subscribed_power": 6,
                "heating": "gas",
                "hot_water": "electric",
                "people": 68,
            },
            "place": {
                "commune": "Étel",
                "on_map": True,
                "location": {"latitude": 47.66, "longitude": -3.2},
                "picture": f"/local/{PICTURE.name}",
            },
        }
        await self.house.add_home(form, CONTRACT_OF_SCHOOL)

    async def add_neighbours(self) -> None:
        """Befriend the neighbours, add the nine powers up, rank the nine homes."""
        for neighbour in self.neighbours:
            jid, name = neighbour.account.jid, neighbour.habits.name
            await self.house.befriend(jid, name, (BY_AREA,), purpose="ranking")
        powers = [self.house.series["SINSTS"].entity_id]
        by_area = []
        for neighbour in self.neighbours:
            followed = await self.house.followed_of(
                neighbour.account.jid,
                {"power": neighbour.power.publication, BY_AREA: neighbour.by_area.publication},
            )
            powers.append(followed["power"].reading)
            by_area.append(followed[BY_AREA].reading)
        page = self.house.home_assistant
        await until(
            lambda: all(is_number(page, one) for one in (*powers, *by_area)),
            "each neighbour is heard",
            within=60,
        )
        group = await self.house.add_group("Puissance des neuf foyers", powers)
        mine = self.house.figures[BY_AREA].entity_id
        ranking = await self.house.add_ranking("Bretagne", by_area, mine)
        self._ids |= {"group": group["subentry_id"], "ranking": ranking["subentry_id"]}
        await self._find_entities()

    async def _find_entities(self) -> None:
        rows = await self.house.home_assistant.command("config/entity_registry/list")
        ours = (row for row in rows if row["platform"] == DOMAIN)
        self.entities = {row["unique_id"]: row["entity_id"] for row in ours}

    # What they come to

    def freeze(self) -> None:
        """Let time stand still at the neighbours, the second roof and the second building."""
        for neighbour in self.neighbours:
            neighbour.household.freeze()
        meter = self.projects[1].home.meter
        assert isinstance(meter, TicMeter)
        for one in (meter, self.classrooms):
            one.household.freeze()

    def figures(self) -> Iterator[Figure]:
        """Yield each figure of the house beside what the simulation says."""
        yield from self._year()
        yield from self._counted()
        yield from self._cold()
        yield from self._goals()
        yield from self._nine()
        for project in self.projects:
            yield from self._project(project)

    def _year(self) -> Iterator[Figure]:
        """Yield the forecast, which can only be near; last year and what is known are exact."""
        now = datetime.now(PARIS)
        begin = midnight(now.date().replace(month=1, day=1))
        coming = total_of_year(BOUGHT, now.year) / 1000
        last = total_of_year(BOUGHT, now.year - 1) / 1000
        measured = total(BOUGHT, begin, midnight(now.date())) / 1000
        key = f"{self._ids['home']}_forecast_energy"
        less, more = coming * (1 - FORECAST_WITHIN), coming * (1 + FORECAST_WITHIN)
        yield Figure("forecast of the year, kWh", self._value(key), less, more)
        for name, truth in (("last_year", round(last, 4)), ("measured", round(measured))):
            value = self._value(key, name)
            yield Figure(f"forecast, {name}, kWh", value, truth - 0.0005, truth + 0.0005)
        area = HOUSE.floor_area
        key = f"{self._ids['home']}_energy_per_area"
        low, high = int(less / area), int(more / area)
        yield Figure("house, kWh/m² a year", self._value(key), low, high)

    def _counted(self) -> Iterator[Figure]:
        """Yield what the year came to: the past, then what the meter counted since it began."""
        now, end = datetime.now(PARIS), past_end()
        live = (self._index - self._first_index) / 1000
        for key, begin in (
            ("month", midnight(now.date().replace(day=1))),
            ("year", midnight(now.date().replace(month=1, day=1))),
        ):
            truth = total(BOUGHT, begin, max(begin, end)) / 1000
            shown = self._value(f"{self._ids['home']}_bought_{key}")
            # Both to the tenth of a Wh: a sum of floats lies a little beside what it stands for.
            yield Figure(f"bought, {key}, kWh", shown, round(truth, 4), round(truth + live, 4))
        low = cost_of(begin, end)
        high = low + live * max(PRICES.values())
        shown = self._value(f"{self._ids['home']}_cost_year", "energy_cost")
        yield Figure(
            "cost of the energy of the year, €", shown, round(low, 2), round(high + 0.005, 2)
        )

    def _cold(self) -> Iterator[Figure]:
        """Yield how cold it was, to a tenth: all of it was measured."""
        today = datetime.now(PARIS).date()
        begin, end = season(today)
        end = min(end, today)
        before = date(begin.year - 1, begin.month, 1), year_before(end)
        for name, key, attribute, days in (
            ("yesterday", "yesterday", None, (today - DAY, today)),
            ("this winter", "season", None, (begin, end)),
            ("the same days a year before", "season", "last_year", before),
        ):
            if days[0] == days[1]:
                continue  # The winter begins today: nothing of it has ended.
            truth = cold_of(*days)
            shown = self._value(f"{self._ids['home']}_degree_days_{key}", attribute)
            yield Figure(f"degree-days, {name}", shown, truth - TENTH / 2, truth + TENTH / 2)

    def _goals(self) -> Iterator[Figure]:
        """Yield how far the goals are: what was used is exact, what is expected of it near."""
        today = datetime.now(PARIS).date()
        begin = date(today.year, 1, 1)
        if (today - begin).days >= FEWEST_DAYS:
            span = midnight(begin), midnight(today)
            share = 100 * (1 - total(SOLD, *span) / total(PANELS, *span))
            yield self._goal("used of the sun, %", "self_consumption", None, share, share)
        first, last = winter(today)
        end = min(last + DAY, today)
        if (end - first).days < FEWEST_DAYS:
            return
        used = total(HOUSE, midnight(first), midnight(end)) / 1000
        yield self._goal("used of the winter, kWh", "saving", "used", used, used)
        wanted = expected(HOUSE, first, end)
        yield self._goal(
            "expected of the winter, kWh",
            "saving",
            "expected",
            wanted * (1 - LEARNT_WITHIN),
            wanted * (1 + LEARNT_WITHIN),
        )

    def _goal(self, name: str, kind: str, attribute: str | None, low: float, high: float) -> Figure:
        key = f"{self._ids['home']}_{self._ids[kind]}_goal_progress"
        return Figure(name, self._value(key, attribute), low - 0.005, high + 0.005)

    def _nine(self) -> Iterator[Figure]:
        by_area = [neighbour.by_area.value() for neighbour in self.neighbours]
        mine = self._value(f"{self._ids['home']}_energy_per_area") or 0
        rank = 1 + sum(value < mine for value in by_area)
        yield Figure(
            "rank of the house among nine", self._value(self._of("ranking", "rank")), rank, rank
        )
        yield Figure("homes ranked", self._value(self._of("ranking", "rank"), "of"), 9, 9)
        power = float(self.house.truth("SINSTS") or 0)
        power += sum(neighbour.power.value() for neighbour in self.neighbours)
        yield Figure(
            "power of the nine homes, VA", self._value(self._of("group", "group")), power, power
        )
        yield Figure("homes that report", self._value(self._of("group", "reporting")), 9, 9)

    def _project(self, project: Project) -> Iterator[Figure]:
        """Yield the house's part of a project; an hour that ended since the beginning is free."""
        now = datetime.now(PARIS)
        end = past_end()
        passed = round(
            (now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) - end) / HOUR
        )
        periods = {
            "energy_month": midnight(now.date().replace(day=1)),
            "energy_year": midnight(now.date().replace(month=1, day=1)),
            "energy_total": past_begin(),
        }
        for key, begin in periods.items():
            truth = project.part * total(project.roof, begin, max(begin, end)) / 1000
            most = truth + project.part * passed * project.roof.peak_w / 1000
            low, high = half_up(truth), half_up(most)
            name = f"{project.name}, {key.replace('_', ' ')}, kWh"
            yield Figure(name, self._value(self._of(project.name, key)), low, high)
        for key, whole in (("invested", "capital"), ("surface", "surface")):
            mine = float(project.part * project.sheet[whole])
            yield Figure(
                f"{project.name}, {key}", self._value(self._of(project.name, key)), mine, mine
            )

    def _of(self, subentry: str, key: str) -> str:
        return f"{self._ids[subentry]}_{key}"

    def _value(self, unique_id: str, attribute: str | None = None) -> float | None:
        state = self.house.home_assistant.states.get(self.entities.get(unique_id, ""))
        if state is None:
            return None
        try:
            value = state["state"] if attribute is None else state["attributes"].get(attribute)
            return float(value)
        except TypeError, ValueError:
            return None


def family_of_house(begin: datetime) -> Household:
    """Return the family of the house: hot water is of what it usually uses, as all heat is."""
    return HabitualHousehold(
        1, HOUSE, begin=begin, appliances=LIVED_WITH, solar_peak_w=PANELS.peak_w
    )


def classrooms_meter() -> TicMeter:
    """Return the meter of the second building: a Linky that was left in historic mode."""
    now = datetime.now(PARIS)
    household = HabitualHousehold(4, CLASSROOMS, begin=now, appliances=FRIDGE)
    return TicMeter(Kind.HISTORIC_BASE, household, CLASSROOMS_SERIAL)


def count_past(gateway: SimulatedGateway, roof: TicMeter, classrooms: TicMeter) -> None:
    """Have what was just made tell what it counted in the past."""
    for energy, source in (
        (gateway.produced, PANELS),
        (gateway.used, HOUSE),
        (gateway.imported, BOUGHT),
        (gateway.exported, SOLD),
    ):
        energy.total += total(source, past_begin(), past_end()) * WATT_HOUR
    roof.registers.injection[0] += total(SCHOOL, past_begin(), past_end()) * WATT_HOUR
    classrooms.registers.supplier[0] += total(CLASSROOMS, past_begin(), past_end()) * WATT_HOUR
    today = past_end().astimezone(PARIS).date()
    days = [midnight(today - timedelta(days=ago)) for ago in range(7, -1, -1)]
    ends = [*days[1:], max(days[-1], past_end())]
    *week, (gateway.produced.today, gateway.used.today) = [
        (total(PANELS, begin, end) * WATT_HOUR, total(HOUSE, begin, end) * WATT_HOUR)
        for begin, end in zip(days, ends, strict=True)
    ]
    gateway.week.extend(week)


def past_of_house(gateway: SimulatedGateway, classrooms: TicMeter) -> list[Past]:
    """Return what the house's Home Assistant has recorded: of its sensors and the school's."""
    told = gateway.truth
    indexes = [
        IndexPast(entity_id, source, told[key], "kWh")
        for key, (entity_id, source) in GATEWAY_INDEXES.items()
    ]
    powers = [PowerPast(entity_id, source) for entity_id, source in GATEWAY_POWERS.values()]
    school = IndexPast(CLASSROOMS_INDEX, CLASSROOMS, classrooms.registers.total_wh, "Wh")
    outside = TemperaturePast(weather_station.ENTITY_ID, weather_begin())
    return [*indexes, *powers, school, outside]


def past_of_roof(meter: TicMeter) -> list[Past]:
    """Return what the cooperative's Home Assistant has recorded of the first roof's meter."""
    return [IndexPast(SCHOOL_INDEX, SCHOOL, meter.registers.injected_wh, "Wh")]


async def start_with_past(home_assistant: HomeAssistant, pasts: Sequence[Past]) -> None:
    """Start a Home Assistant for the first time, with what it has recorded in the two years."""
    folder = home_assistant.folder
    (folder / "www").mkdir()
    shutil.copy(PICTURE, folder / "www")
    await asyncio.to_thread(write_past, folder, pasts, past_begin(), past_end())
    await home_assistant.start()


def half_hours(source: Source) -> Curve:
    """Return the load curve of the two years."""
    return [
        (at.timestamp() + 1800 * number, watts)
        for at in hours(past_begin(), past_end())
        for number, watts in enumerate(halves(source, at))
    ]


@cache
def cost_of(begin: datetime, end: datetime) -> float:
    """Return what the energy of [begin, end) cost the house."""
    return sum(kwh * PRICES[name] for name, kwh in bought_by_tariff(begin, end).items())


@cache
def bought_by_tariff(begin: datetime, end: datetime) -> dict[str, float]:
    """Return the kWh that the house drew in [begin, end), by tariff period, of half-hours."""
    night, morning = OFF_PEAK.split("-")
    found = dict.fromkeys(PRICES, 0)
    for hour in hours(begin, end):
        for number, watts in enumerate(halves(BOUGHT, hour)):
            clock = f"{(hour + number * HOUR / 2).astimezone(PARIS):%H:%M}"
            found["off_peak" if clock >= night or clock < morning else "peak"] += watts
    return {name: watts / 2000 for name, watts in found.items()}


def winter(day: date) -> tuple[date, date]:
    """Return the first and the last day of the winter half of a day, else of the last one."""
    year = day.year if day.month >= 10 else day.year - 1
    return date(year, 10, 1), date(year + 1, 3, 31)


def goals_of(today: date) -> dict[str, Json]:
    """Return what the house has set itself, by kind."""
    begin, end = winter(today)
    year = {"begin": f"{today.year}-01-01", "end": f"{today.year}-12-31"}
    return {
        "saving": {
            "name": "8 % de moins cet hiver",
            "target": 8,
            "quantity": "consumed",
            "begin": begin.isoformat(),
            "end": end.isoformat(),
            "reference_begin": year_before(begin).isoformat(),
            "reference_end": year_before(end).isoformat(),
        },
        "max_power": {"name": "Rester sous 6 kVA", "target": 6, "quantity": "bought", **year},
        "self_consumption": {
            "name": "75 % du soleil utilisés ici",
            "target": 75,
            "quantity": "consumed",
            **year,
        },
    }


def expected(home: Habits, begin: date, end: date) -> float:
    """Return what a home uses in [begin, end) by its habits and the weather, kWh."""
    days = [begin + number * DAY for number in range((end - begin).days)]
    unheated = sum(home.unheated(day.weekday() > 4) for day in days)
    return unheated + home.per_degree_day * cold_of(begin, end)


def season(day: date) -> tuple[date, date]:
    """Return the heating season of a day, else the last: 1 October to 20 May, and the day after."""
    year = day.year if day >= date(day.year, 10, 1) else day.year - 1
    return date(year, 10, 1), date(year + 1, 5, 21)


def year_before(day: date) -> date:
    """Return the same day a year before; that before 29 February is the 28th."""
    return (day - DAY if (day.month, day.day) == (2, 29) else day).replace(year=day.year - 1)


def cold_of(begin: date, end: date) -> float:
    """Return the degree-days of [begin, end)."""
    return sum(degree_days(begin + number * DAY) for number in range((end - begin).days))


def half_up(value: Fraction) -> float:
    """Return a value with four decimals, as the house shows energies."""
    return math.floor(value * 10_000 + Fraction(1, 2)) / 10_000


def is_number(page: HomeAssistant, entity_id: str) -> bool:
    """Return whether an entity shows a number."""
    try:
        float(page.states[entity_id]["state"])
    except KeyError, ValueError:
        return False
    return True
