"""What can be compared, and its values in steps, over the WebSocket and with a real recorder."""

from datetime import datetime, timedelta
import math
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.db_schema import StatisticsShortTerm
from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    async_import_statistics,
    get_metadata,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance, session_scope
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1 import history, roles
from custom_components.sen1.const import CONF_KIND, DOMAIN, Kind
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.comparing import Length, begins_of
from custom_components.sen1.history.past import Meaning, Provided, async_past, async_provide
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.history.recorder import async_committed

from .conftest import on_each_database

BEGIN = datetime.fromisoformat("2026-06-01T00:00:00+02:00")
NOW = "2026-06-10 08:20:00+00:00"
HALF = 1800
FRIEND = "sen1:friend_0123456789abcdef0123456789abcdef"
FEED = "sen1:feed_1"


@pytest.fixture(autouse=True)
async def house(recorder_mock: object, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Let the home be in Paris, on a day of June, with both commands."""
    freezer.move_to(NOW)
    await hass.config.async_set_time_zone("Europe/Paris")
    await async_setup_component(hass, "websocket_api", {})
    await roles.async_setup(hass)
    history.async_setup(hass)


class Client:
    """One person who asks."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def ask(self, kind: str, begin: datetime, end: datetime, **more: Any) -> dict[str, Any]:
        """Ask one of the commands about a period; return the answer."""
        await self._client.send_json_auto_id(
            {"type": f"sen1/{kind}", "begin": begin.isoformat(), "end": end.isoformat(), **more}
        )
        answer: dict[str, Any] = await self._client.receive_json()
        return answer

    async def series(self, begin: datetime, end: datetime, **more: Any) -> dict[str, Any]:
        """Return what can be compared, by id."""
        answer = await self.ask("series", begin, end, **more)
        return {one.pop("id"): one for one in answer["result"]["series"]}

    async def values(
        self, begin: datetime, end: datetime, step: Length, *ids: str
    ) -> dict[str, Any]:
        """Return the values in steps."""
        answer = await self.ask("values", begin, end, step=step, ids=list(ids))
        result: dict[str, Any] = answer["result"]
        return result


@pytest.fixture
async def admin(hass: HomeAssistant, hass_ws_client: Any) -> Client:
    """Return an administrator."""
    return Client(await hass_ws_client(hass))


@pytest.fixture
async def guest(
    hass: HomeAssistant, hass_ws_client: Any, hass_read_only_access_token: str
) -> Client:
    """Return a person who is no administrator."""
    return Client(await hass_ws_client(hass, hass_read_only_access_token))


def entity(hass: HomeAssistant, key: str, kind: Kind) -> str:
    """Add a sensor of an entry of a kind; return its id."""
    entry = MockConfigEntry(domain=DOMAIN, data={CONF_KIND: kind})
    entry.add_to_hass(hass)
    registry = er.async_get(hass)
    return registry.async_get_or_create(
        "sensor", DOMAIN, key, suggested_object_id=key, config_entry=entry
    ).entity_id


async def imported(
    hass: HomeAssistant,
    statistic_id: str,
    unit: str | None,
    values: list[float | None],
    *,
    is_sum: bool = False,
) -> None:
    """Give the recorder hours since `BEGIN`; None: an hour of which nothing is known."""
    sums = 0.0
    rows: list[Any] = []
    for number, value in enumerate(values):
        if value is None:
            continue
        sums += value
        told = (
            {"state": sums, "sum": sums} if is_sum else dict.fromkeys(("mean", "min", "max"), value)
        )
        rows.append({"start": BEGIN + timedelta(hours=number), **told})
    metadata: Any = {
        "has_sum": is_sum,
        "mean_type": StatisticMeanType.NONE if is_sum else StatisticMeanType.ARITHMETIC,
        "name": "Named" if ":" in statistic_id else None,
        "source": statistic_id.partition(":")[0] if ":" in statistic_id else "recorder",
        "statistic_id": statistic_id,
        "unit_class": None,
        "unit_of_measurement": unit,
    }
    add = async_add_external_statistics if ":" in statistic_id else async_import_statistics
    add(hass, metadata, rows)
    await async_committed(hass)


async def archived(
    hass: HomeAssistant, statistic_id: str, unit: str, aggregation: Aggregation, *values: float
) -> None:
    """Give the archive half-hours since `BEGIN`."""
    begin = BEGIN.timestamp()
    points = [Point(begin + n * HALF, HALF, value) for n, value in enumerate(values)]
    await async_archive(hass).async_add(statistic_id, "Archived", unit, aggregation, points)


@on_each_database
async def test_each_series_is_told_with_its_span_and_the_part_that_is_known(
    hass: HomeAssistant, admin: Client
) -> None:
    ours = entity(hass, "apparent_power", Kind.LINKY)
    await imported(hass, ours, "VA", [100.0, None, 100, 100, None, None, None, 100])
    await imported(hass, "sen1:old", "kWh", [1.0, 1.0], is_sum=True)
    told = await admin.series(BEGIN, BEGIN + timedelta(hours=4))
    first = BEGIN.timestamp() * 1000
    assert told == {
        ours: {
            "name": ours,
            "unit": "VA",
            "is_sum": False,
            "first": first,
            "last": first + 8 * 3_600_000,
            "known": 0.75,
        },
        "sen1:old": {
            "name": "Named",
            "unit": "kWh",
            "is_sum": True,
            "first": first,
            "last": first + 2 * 3_600_000,
            "known": 0.5,
        },
    }
    later = await admin.series(BEGIN + timedelta(days=2), BEGIN + timedelta(days=3))
    assert {one: series["known"] for one, series in later.items()} == {ours: 0, "sen1:old": 0}
    assert later["sen1:old"]["last"] == told["sen1:old"]["last"]


async def test_of_a_period_that_goes_on_the_part_that_has_passed_counts(
    hass: HomeAssistant, admin: Client
) -> None:
    hours = 24 * 9 + 10  # until ten o'clock in Paris, at twenty past
    await imported(hass, "sen1:old", "W", [1.0] * hours)
    day = dt_util.start_of_local_day()
    told = await admin.series(day, day + timedelta(days=1))
    assert told["sen1:old"]["known"] == 1
    tomorrow = await admin.series(day + timedelta(days=1), day + timedelta(days=2))
    assert tomorrow["sen1:old"]["known"] == 0


async def test_of_days_that_others_write_as_one_row_each_the_days_are_known(
    hass: HomeAssistant, admin: Client
) -> None:
    days = [7200.0, *[None] * 23]
    await imported(hass, "linky:1", "Wh", [*days * 3, *[None] * 24], is_sum=True)
    end = BEGIN + timedelta(days=4)
    told = await admin.series(BEGIN, end, ids=["linky:1"])
    assert told["linky:1"]["known"] == pytest.approx(0.75)
    found = await admin.values(BEGIN, end, Length.DAY, "linky:1")
    assert found["values"]["linky:1"][3] is None
    found = await admin.values(BEGIN, end, Length.HOUR, "linky:1")
    assert found["values"]["linky:1"] == [0.3] * 72 + [None] * 24
    assert found["of_days"] == {"linky:1": [[0, 72]]}
    # Whoever asks for its past is given days.
    energy = Meaning("kWh", Aggregation.SUM)
    begin = BEGIN.timestamp()
    past = await async_past(hass, "linky:1", energy, begin, end.timestamp())
    assert [(one.begin, one.seconds, one.value) for one in past] == [
        (begin + n * 86400, 86400, pytest.approx(7.2)) for n in range(3)
    ]


async def test_a_series_that_has_no_hours_yet_is_not_told(
    hass: HomeAssistant, admin: Client
) -> None:
    await imported(hass, "sen1:empty", "kWh", [], is_sum=True)
    await imported(hass, "sen1:old", "kWh", [1.0], is_sum=True)
    assert set(await admin.series(BEGIN, BEGIN + timedelta(days=1))) == {"sen1:old"}


async def test_what_its_writer_provides_is_told_before_the_recorder_has_it(
    hass: HomeAssistant, admin: Client, guest: Client
) -> None:
    begin = BEGIN.timestamp()
    halves = [Point(begin + n * HALF, HALF, 1.0 + n) for n in range(4)]

    async def points(since: float, until: float) -> list[Point]:
        return [one for one in halves if since <= one.begin < until]

    def provided(span: tuple[float, float] | None) -> Provided:
        energy = Meaning("kWh", Aggregation.SUM)
        return Provided("Of a site", energy, points, lambda: span, lambda _begin, _end: 0.5)

    async_provide(hass, "sen1:nothing", provided(None))
    stop = async_provide(hass, "sen1:site", provided((begin, begin + 7200)))
    day = (BEGIN, BEGIN + timedelta(hours=4))
    told = {
        "name": "Of a site",
        "unit": "kWh",
        "is_sum": True,
        "first": begin * 1000,
        "last": (begin + 7200) * 1000,
        "known": 0.5,
    }
    assert await admin.series(*day) == {"sen1:site": told}
    # The page names those of a site to who is no administrator.
    assert await guest.series(*day) == {}
    assert await guest.series(*day, ids=["sen1:site", "sen1:nothing"]) == {"sen1:site": told}
    found = await admin.values(BEGIN, BEGIN + timedelta(hours=2), Length.HALF_HOUR, "sen1:site")
    assert found["values"] == {"sen1:site": [2, 4, 6, 8]}
    stop()
    assert await admin.series(*day) == {}


async def test_any_sensor_can_be_named_and_what_is_not_measured_is_left_out(
    hass: HomeAssistant, admin: Client
) -> None:
    cost = entity(hass, "cost_total", Kind.HOME)
    hass.states.async_set("sensor.living_room", "20", {"friendly_name": "Living room"})
    await imported(hass, "sensor.living_room", "°C", [20.0])
    await imported(hass, "sensor.elsewhere", "°C", [20.0])
    await imported(hass, cost, "EUR", [1.0], is_sum=True)
    await imported(hass, "sen1:roof_cost", "EUR", [1.0], is_sum=True)
    await imported(hass, "sen1:counted", None, [1.0])
    day = (BEGIN, BEGIN + timedelta(days=1))
    assert await admin.series(*day) == {}
    told = await admin.series(*day, ids=["sensor.living_room", "sensor.unknown", cost])
    assert {one: series["name"] for one, series in told.items()} == {
        "sensor.living_room": "Living room"
    }


async def test_who_is_no_administrator_gets_no_series_of_friends(
    hass: HomeAssistant, admin: Client, guest: Client
) -> None:
    ours = entity(hass, "apparent_power", Kind.LINKY)
    theirs = entity(hass, "of_a_friend", Kind.ACCOUNT)
    ids = [ours, theirs, FRIEND, FEED, "sen1:old"]
    for one in ids:
        await imported(hass, one, "W", [1.0])
    day = (BEGIN, BEGIN + timedelta(days=1))
    assert set(await admin.series(*day)) == set(ids)
    assert set(await guest.series(*day)) == {ours}
    # The page names what `sen1/sites` told it, and may name what it was never told.
    assert set(await guest.series(*day, ids=ids)) == {ours, "sen1:old"}


@pytest.mark.parametrize(
    ("unit", "aggregation", "told", "halves", "hours"),
    [
        pytest.param("Wh", Aggregation.SUM, "kW", [2, 4], [3, 5.5], id="an energy"),
        pytest.param("W", Aggregation.MEAN, "kW", [1, 2], [1.5, 2.75], id="a power"),
        pytest.param("L", Aggregation.SUM, "L", [1000, 2000], [3000, 5500], id="a volume"),
        pytest.param("°C", Aggregation.MEAN, "°C", [1000, 2000], [1500, 2750], id="a temperature"),
    ],
)
async def test_half_hours_of_the_archive_are_told_as_fine_as_they_are(
    hass: HomeAssistant,
    admin: Client,
    unit: str,
    aggregation: Aggregation,
    told: str,
    halves: list[float],
    hours: list[float],
) -> None:
    await archived(hass, "sen1:fine", unit, aggregation, 1000, 2000, 2500, 3000)
    found = await admin.values(BEGIN, BEGIN + timedelta(hours=3), Length.HALF_HOUR, "sen1:fine")
    begin = BEGIN.timestamp() * 1000
    assert found["begins"] == [begin + n * HALF * 1000 for n in range(6)]
    assert found["end"] == begin + 3 * 3_600_000
    assert found["unit"] == {"sen1:fine": told}
    assert found["values"]["sen1:fine"][:2] == pytest.approx(halves)
    assert found["values"]["sen1:fine"][4:] == [None, None]
    found = await admin.values(BEGIN, BEGIN + timedelta(hours=3), Length.HOUR, "sen1:fine")
    assert found["values"]["sen1:fine"] == [*map(pytest.approx, hours), None]
    found = await admin.values(BEGIN, BEGIN + timedelta(days=2), Length.DAY, "sen1:fine")
    day = sum(hours) if told == "L" else sum(hours) / 2
    assert found["values"]["sen1:fine"] == [pytest.approx(day), None]


async def test_a_value_of_a_day_is_spread_over_its_steps(
    hass: HomeAssistant, admin: Client
) -> None:
    points = [Point(BEGIN.timestamp(), 86400, 24.0)]
    await async_archive(hass).async_add("sen1:day", "Day", "kWh", Aggregation.SUM, points)
    noon = BEGIN + timedelta(hours=12)
    found = await admin.values(noon, noon + timedelta(hours=1), Length.HALF_HOUR, "sen1:day")
    assert found["values"]["sen1:day"] == [1, 1]


async def test_the_sum_of_any_steps_is_that_of_the_hours_of_the_recorder(
    hass: HomeAssistant, admin: Client
) -> None:
    hours = [None if n % 7 == 3 else 0.1 + math.sin(n) ** 2 for n in range(72)]
    await imported(hass, "sen1:index", "kWh", hours, is_sum=True)
    total = sum(value for value in hours if value is not None)
    for step, length in ((Length.HALF_HOUR, 0.5), (Length.HOUR, 1)):
        found = await admin.values(BEGIN, BEGIN + timedelta(days=3), step, "sen1:index")
        values = [value for value in found["values"]["sen1:index"] if value is not None]
        # What was counted over a gap is of the hour in which it is back.
        assert sum(values) * length == pytest.approx(total, abs=1e-6)


@on_each_database
async def test_a_recent_sensor_is_told_by_its_short_term_rows_and_by_hours_where_it_has_none(
    hass: HomeAssistant, admin: Client
) -> None:
    await imported(hass, "sensor.power", "W", [600.0, 600.0])

    def add() -> None:
        row, _metadata = get_metadata(hass, statistic_ids={"sensor.power"})["sensor.power"]
        hour = BEGIN + timedelta(hours=1)
        with session_scope(hass=hass) as session:
            for number, watts in enumerate((400, 800, 1200)):
                at = hour + timedelta(minutes=number * 5)
                session.add(StatisticsShortTerm.from_stats(row, {"start": at, "mean": watts}))

    await get_instance(hass).async_add_executor_job(add)
    end = BEGIN + timedelta(hours=3)
    found = await admin.values(BEGIN, end, Length.HALF_HOUR, "sensor.power")
    # In the hour that has some, what has none is not known.
    assert found["values"]["sensor.power"] == [0.6, 0.6, pytest.approx(0.8), None, None, None]
    hour = BEGIN + timedelta(hours=1)
    found = await admin.values(
        hour, hour + timedelta(minutes=20), Length.FIVE_MINUTES, "sensor.power"
    )
    assert found["values"]["sensor.power"] == [0.4, 0.8, 1.2, None]
    (told,) = (await admin.series(BEGIN, end, ids=["sensor.power"])).values()
    assert told["known"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("unit", "told", "expected"),
    [
        pytest.param("VA", "kW", 1.5, id="an apparent power"),
        pytest.param("kVA", "kW", 1500, id="a large apparent power"),
        pytest.param("kW", "kW", 1500, id="a large power"),
        pytest.param("%", "%", 1500, id="anything else"),
    ],
)
async def test_means_are_told_in_one_unit_for_all_powers(
    hass: HomeAssistant, admin: Client, unit: str, told: str, expected: float
) -> None:
    await imported(hass, "sensor.x", unit, [1500.0])
    found = await admin.values(
        BEGIN, BEGIN + timedelta(hours=1), Length.HOUR, "sensor.x", "sensor.no"
    )
    assert found["values"] == {"sensor.x": [expected]}
    assert found["unit"] == {"sensor.x": told}


async def test_who_is_no_administrator_gets_hours_of_what_came_of_friends(
    hass: HomeAssistant, admin: Client, guest: Client
) -> None:
    await archived(hass, FRIEND, "W", Aggregation.MEAN, 1000, 2000)
    await archived(hass, "sen1:ours", "W", Aggregation.MEAN, 1000, 2000)
    asked = (BEGIN, BEGIN + timedelta(hours=1), Length.HALF_HOUR, FRIEND, "sen1:ours")
    fine = [1, 2]
    assert (await admin.values(*asked))["values"] == {FRIEND: fine, "sen1:ours": fine}
    assert (await guest.values(*asked))["values"] == {FRIEND: [1.5, 1.5], "sen1:ours": fine}


async def test_days_are_those_of_the_home_when_its_clocks_change() -> None:
    begin, end = (
        datetime.fromisoformat(day).timestamp()
        for day in ("2026-10-24T00:00:00+02:00", "2026-10-27T00:00:00+01:00")
    )
    begins = begins_of(begin, end, Length.DAY)
    assert [
        (after - before) / 3600 for before, after in zip(begins, [*begins[1:], end], strict=True)
    ] == [24, 25, 24]


@pytest.mark.parametrize(
    ("kind", "end", "more"),
    [
        pytest.param("series", BEGIN, {}, id="series of no time"),
        pytest.param("values", BEGIN, {"ids": [], "step": "hour"}, id="values of no time"),
        pytest.param(
            "values",
            BEGIN + timedelta(days=500),
            {"ids": [], "step": "half_hour"},
            id="too many steps",
        ),
        pytest.param(
            "values",
            BEGIN + timedelta(days=1),
            {"ids": ["sen1:x"] * 13, "step": "hour"},
            id="too many series",
        ),
        pytest.param(
            "values", BEGIN + timedelta(days=1), {"ids": [], "step": "year"}, id="an unknown step"
        ),
    ],
)
async def test_what_cannot_be_answered_is_refused(
    admin: Client, kind: str, end: datetime, more: dict[str, Any]
) -> None:
    answer = await admin.ask(kind, BEGIN, end, **more)
    assert not answer["success"]
    assert answer["error"]["code"] == "invalid_format"


@pytest.mark.parametrize("more", [{}, {"ids": ["sen1:x"], "step": "hour"}])
async def test_without_a_recorder_there_is_no_answer(
    hass: HomeAssistant, admin: Client, more: dict[str, Any]
) -> None:
    hass.config.components.remove("recorder")
    kind = "values" if more else "series"
    answer = await admin.ask(kind, BEGIN, BEGIN + timedelta(days=1), **more)
    assert answer["error"]["code"] == "invalid_format"
