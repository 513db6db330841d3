"""The temperature outside of a site: by a sensor, by a weather sampled, by an archive."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from aiohttp import web
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_RECORDER_HOURLY_STATISTICS_GENERATED
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sen1.diagnostics import async_get_config_entry_diagnostics
from custom_components.sen1.figures.outdoor import open_meteo
from custom_components.sen1.figures.outdoor.days import DayTemperature
from custom_components.sen1.figures.outdoor.outdoor import Outdoor
from custom_components.sen1.figures.year.cold import Cold
from custom_components.sen1.history.comparing import Length, async_comparable, async_values
from custom_components.sen1.history.recorder import async_committed
from custom_components.sen1.roles import Asker
from testbed.household import PARIS
from testbed.process import LOOPBACK, free_port
from testbed.statistics import changes, have_rows

from ..conftest import MakeHome, measure, settled, told
from .conftest import Archive, answer

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GARDEN = "sensor.garden"
WEATHER = "weather.town"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


NOW = at("2026-11-27 09:20")


def register(hass: HomeAssistant, entity_id: str) -> str:
    """Return the registry id of an entity that somebody else makes."""
    domain, _, name = entity_id.partition(".")
    row = er.async_get(hass).async_get_or_create(domain, "test", name, suggested_object_id=name)
    assert row.entity_id == entity_id
    return row.id


async def have_hours(
    hass: HomeAssistant,
    hours: Mapping[datetime, tuple[float, float]],
    entity_id: str = GARDEN,
    unit: str = "°C",
) -> None:
    """Give a sensor these lowest and highest temperatures of hours in its statistics."""
    metadata = StatisticMetaData(
        has_sum=False,
        mean_type=StatisticMeanType.ARITHMETIC,
        name=None,
        source="recorder",
        statistic_id=entity_id,
        unit_class="temperature",
        unit_of_measurement=unit,
    )
    rows = [
        StatisticData(start=begin, min=low, max=high, mean=(low + high) / 2)
        for begin, (low, high) in hours.items()
    ]
    await have_rows(hass, metadata, rows)


def hours_of(
    begin: str, end: str, low: float = 2.0, high: float = 8.0
) -> dict[datetime, tuple[float, float]]:
    """Return hours of the same temperatures; what is asked for is of the clock of the home."""
    first, last = at(begin).timestamp(), at(end).timestamp()
    return {
        datetime.fromtimestamp(first + number * 3600, UTC): (low, high)
        for number in range(round((last - first) / 3600))
    }


def outdoor_of(entry: ConfigEntry) -> Outdoor:
    outdoor: Outdoor = entry.runtime_data.outdoor
    return outdoor


def cold_of(entry: ConfigEntry) -> Cold:
    cold: Cold = entry.runtime_data.cold
    return cold


async def pass_to(hass: HomeAssistant, freezer: FrozenDateTimeFactory, moment: datetime) -> None:
    freezer.move_to(moment)
    async_fire_time_changed(hass, moment)
    await settled(hass)


@pytest.fixture
async def make_cold_home(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    make_home: MakeHome,
    freezer: FrozenDateTimeFactory,
) -> MakeHome:
    """Return a maker of homes whose clock stands in November."""
    freezer.move_to(NOW)
    measure(hass, "bought_power", 400)
    return make_home


# A sensor


async def test_the_days_of_a_sensor_are_those_of_its_statistics(
    hass: HomeAssistant, make_cold_home: MakeHome
) -> None:
    ref = register(hass, GARDEN)
    await have_hours(
        hass,
        {
            **hours_of("2025-10-25 00:00", "2025-10-26 00:00", -1, 5),
            # The night has an hour more.
            **hours_of("2025-10-26 00:00", "2025-10-27 00:00", 4, 10),
            # Half a day is no day.
            **hours_of("2025-10-28 00:00", "2025-10-28 12:00", 0, 6),
            **hours_of("2026-11-26 00:00", "2026-11-27 00:00", 8, 28),
            **hours_of("2026-11-27 00:00", "2026-11-27 09:00", 3, 9),
        },
    )
    entry = await make_cold_home("bought_power", outdoor=ref)
    outdoor, cold = outdoor_of(entry), cold_of(entry)
    assert outdoor.days == {
        date(2025, 10, 25): DayTemperature(-1, 5, 1.0),
        date(2025, 10, 26): DayTemperature(4, 10, 1.0),
        date(2026, 11, 26): DayTemperature(8, 28, 1.0),
    }
    assert outdoor.today == DayTemperature(3, 9, 9 / 24)
    assert outdoor.known([date(2025, 10, 28)]) == [0.5]
    assert cold.days == {date(2025, 10, 25): 16, date(2025, 10, 26): 11, date(2026, 11, 26): 0}
    assert cold.usual is None
    sums = cold.sums(date(2025, 10, 25), date(2025, 10, 29))
    assert (sums.total, sums.known, sums.usual) == (27, 0.5, None)
    # Of today, which goes on, and of days to come nothing is missing.
    assert cold.sums(date(2026, 11, 26), date(2026, 12, 26)).known == 1
    assert cold.sums(date(2026, 12, 1), date(2026, 12, 2)).total is None


async def test_what_is_counted_is_shown_with_what_explains_it(
    hass: HomeAssistant, make_cold_home: MakeHome
) -> None:
    ref = register(hass, GARDEN)
    await have_hours(hass, hours_of("2025-09-01 00:00", "2026-11-27 00:00", 8, 28))
    entry = await make_cold_home(
        "bought_power", outdoor=ref, degree_method="costic", degree_base=18.0
    )
    yesterday = told(hass, entry, "degree_days_yesterday")
    assert (yesterday.state, yesterday.attributes["unit_of_measurement"]) == ("2.9", "°C·d")
    assert {key: yesterday.attributes[key] for key in ("low", "high", "usual", "known")} == {
        "low": 8,
        "high": 28,
        "usual": 2.9,
        "known": 100,
    }
    winter = told(hass, entry, "degree_days_season")
    # Since 1 October: 57 days.
    assert float(winter.state) == pytest.approx(57 * 2.9)
    assert {key: winter.attributes[key] for key in ("begin", "base", "method", "known")} == {
        "begin": "2026-10-01",
        "base": 18,
        "method": "costic",
        "known": 100,
    }
    assert winter.attributes["usual"] == winter.attributes["last_year"] == pytest.approx(57 * 2.9)


async def test_an_hour_that_the_recorder_puts_together_is_taken(
    hass: HomeAssistant, make_cold_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    ref = register(hass, GARDEN)
    await have_hours(hass, hours_of("2026-11-27 00:00", "2026-11-27 09:00"))
    entry = await make_cold_home("bought_power", outdoor=ref)
    heard: list[int] = []
    cold_of(entry).listeners.add(lambda: heard.append(len(cold_of(entry).days)))
    assert told(hass, entry, "degree_days_yesterday").state == "unknown"
    await have_hours(hass, hours_of("2026-11-27 09:00", "2026-11-28 00:00", 0, 6))
    await pass_to(hass, freezer, at("2026-11-28 00:00:12"))
    hass.bus.async_fire(EVENT_RECORDER_HOURLY_STATISTICS_GENERATED)
    while not cold_of(entry).days:
        await settled(hass)
    assert outdoor_of(entry).days == {date(2026, 11, 27): DayTemperature(0, 8, 1.0)}
    assert heard[-1] == 1
    await settled(hass)
    assert told(hass, entry, "degree_days_yesterday").state == "14.0"


async def test_a_sensor_that_shows_fahrenheit_is_read_in_celsius(
    hass: HomeAssistant, make_cold_home: MakeHome
) -> None:
    ref = register(hass, GARDEN)
    fahrenheit = {"unit_of_measurement": "°F", "device_class": "temperature"}
    hass.states.async_set(GARDEN, "50", fahrenheit)
    await have_hours(hass, hours_of("2026-11-26 00:00", "2026-11-27 00:00", 23, 41), unit="°F")
    entry = await make_cold_home("bought_power", outdoor=ref)
    assert outdoor_of(entry).now == pytest.approx(10)
    (day,) = outdoor_of(entry).days.values()
    assert (day.low, day.high) == (pytest.approx(-5), pytest.approx(5))
    assert cold_of(entry).days[date(2026, 11, 26)] == pytest.approx(18)


async def test_a_sensor_that_is_renamed_goes_on_and_one_that_is_removed_is_not_known(
    hass: HomeAssistant, make_cold_home: MakeHome
) -> None:
    ref = register(hass, GARDEN)
    await have_hours(hass, hours_of("2026-11-26 00:00", "2026-11-27 00:00"))
    entry = await make_cold_home("bought_power", outdoor=ref)
    known = outdoor_of(entry).days
    assert len(known) == 1
    registry = er.async_get(hass)
    registry.async_update_entity(GARDEN, new_entity_id="sensor.shade")
    await settled(hass)
    hass.states.async_set("sensor.shade", "7", {"unit_of_measurement": "°C"})
    assert outdoor_of(entry).now == 7
    hass.bus.async_fire(EVENT_RECORDER_HOURLY_STATISTICS_GENERATED)
    await async_committed(hass)
    await settled(hass)
    await hass.config_entries.async_reload(entry.entry_id)
    await settled(hass)
    assert outdoor_of(entry).days == known
    registry.async_remove("sensor.shade")
    await settled(hass)
    assert outdoor_of(entry).now is None
    # What was known stays until the site begins again, and then nothing tells it.
    hass.bus.async_fire(EVENT_RECORDER_HOURLY_STATISTICS_GENERATED)
    await settled(hass)
    assert outdoor_of(entry).days == known
    told_of = await async_get_config_entry_diagnostics(hass, entry)
    assert told_of["outdoor"]["source"] == "sensor"
    assert not told_of["outdoor"]["exists"]


# A weather


def say(hass: HomeAssistant, temperature: float | None, unit: str = "°C") -> None:
    """Let the weather say a temperature, or none."""
    attributes = {"temperature": temperature, "temperature_unit": unit}
    state = "cloudy" if temperature is not None else "unavailable"
    hass.states.async_set(WEATHER, state, {} if temperature is None else attributes)


def repeat(hass: HomeAssistant) -> None:
    """Let the weather say again what it said."""
    state = hass.states.get(WEATHER)
    assert state is not None
    hass.states.async_set(WEATHER, state.state, state.attributes)


async def test_a_weather_is_sampled_at_each_change_and_at_each_hour(
    hass: HomeAssistant, make_cold_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    ref = register(hass, WEATHER)
    midnight = at("2026-11-28 00:00")
    freezer.move_to(midnight)
    say(hass, 5.0)
    entry = await make_cold_home("bought_power", outdoor=ref)
    outdoor = outdoor_of(entry)
    assert (outdoor.source, outdoor.now) == ("weather", 5.0)
    for number in range(1, 25):
        if number == 6:
            say(hass, -2.0)
        elif number == 7:
            # The lowest lasts but a moment.
            freezer.tick(60)
            say(hass, -4.0)
            await settled(hass)
            say(hass, 41.0, "°F")
        elif number == 15:
            say(hass, 11.0)
        else:
            repeat(hass)
        await settled(hass)
        await pass_to(hass, freezer, midnight + number * HOUR)
    assert outdoor.days == {date(2026, 11, 28): DayTemperature(-4.0, 11.0, 1.0)}
    assert cold_of(entry).days == {date(2026, 11, 28): 14.5}
    assert told(hass, entry, "degree_days_yesterday").state == "14.5"
    assert outdoor.today == DayTemperature(11.0, 11.0, 1 / 24)
    # A restart forgets nothing, a removal all.
    await hass.config_entries.async_reload(entry.entry_id)
    await settled(hass)
    assert outdoor_of(entry).days == outdoor.days
    er.async_get(hass).async_remove(WEATHER)
    await hass.config_entries.async_reload(entry.entry_id)
    assert outdoor_of(entry).days == outdoor.days


async def test_a_weather_is_sampled_where_days_begin_within_an_hour(
    hass: HomeAssistant, make_cold_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    midnight = datetime(2026, 11, 27, 18, 30, tzinfo=UTC)
    freezer.move_to(midnight)
    say(hass, 20.0)
    entry = await make_cold_home("bought_power", outdoor=WEATHER)
    await hass.config.async_set_time_zone("Asia/Kolkata")
    for number in range(1, 2 * 25):
        say(hass, 20.0 + number % 5)
        await settled(hass)
        await pass_to(hass, freezer, midnight + number * HOUR / 2)
        if number == 2 * 24:
            # What begins anew in the last hour of a day takes that day up.
            say(hass, 12.0)
            await settled(hass)
            await hass.config_entries.async_reload(entry.entry_id)
            await settled(hass)
    assert outdoor_of(entry).days == {date(2026, 11, 28): DayTemperature(12.0, 24.0, 1.0)}


async def test_while_a_weather_says_nothing_nothing_is_known(
    hass: HomeAssistant, make_cold_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    midnight = at("2026-11-28 00:00")
    freezer.move_to(midnight)
    say(hass, 5.0)
    entry = await make_cold_home("bought_power", outdoor=WEATHER)
    for number in range(1, 25):
        # From 6 to 12 it is away; from 20 on it stands still, as one that is stuck.
        if number < 20:
            say(hass, None if 6 <= number < 12 else 5.0 + number / 10)
        await settled(hass)
        await pass_to(hass, freezer, midnight + number * HOUR)
    assert outdoor_of(entry).days == {}
    assert cold_of(entry).sums(date(2026, 11, 28), date(2026, 11, 29)).total is None
    # 6 hours at 6 to 12 lack, and of the last four the last.
    assert outdoor_of(entry).known([date(2026, 11, 28)]) == [pytest.approx(17 / 24)]
    # Another weather has another past.
    say(hass, None)
    hass.states.async_set("weather.other", "sunny", {"temperature": 3, "temperature_unit": "°C"})
    hass.config_entries.async_update_entry(entry, data={**entry.data, "outdoor": "weather.other"})
    await settled(hass)
    assert outdoor_of(entry).known([date(2026, 11, 28)]) == [0]


# An archive


async def test_no_archive_is_asked_unless_the_household_wants_it(
    hass: HomeAssistant,
    make_cold_home: MakeHome,
    archive: Archive,
    freezer: FrozenDateTimeFactory,
) -> None:
    entry = await make_cold_home("bought_power", outdoor=register(hass, GARDEN))
    await pass_to(hass, freezer, NOW + 2 * DAY)
    assert archive.asked == []
    assert outdoor_of(entry).days == {}


async def until_asked(hass: HomeAssistant, archive: Archive, times: int) -> None:
    while len(archive.asked) < times:
        await settled(hass)
    for _ in range(20):
        await settled(hass)


async def test_an_archive_gives_the_usual_of_ten_years_and_the_days_that_nothing_told(
    hass: HomeAssistant,
    make_cold_home: MakeHome,
    archive: Archive,
    freezer: FrozenDateTimeFactory,
    hass_storage: dict[str, Any],
) -> None:
    hass.config.latitude, hass.config.longitude = 47.8123, -3.3671
    ref = register(hass, GARDEN)
    await have_hours(hass, hours_of("2026-11-26 00:00", "2026-11-27 00:00"))
    entry = await make_cold_home("bought_power", outdoor=ref, weather_archive=True)
    while cold_of(entry).usual is None:
        await settled(hass)
    (asked,) = archive.asked
    assert (asked["latitude"], asked["longitude"]) == ("47.8", "-3.4")
    assert (asked["start_date"], asked["end_date"]) == ("2016-01-01", "2026-11-26")
    usual = cold_of(entry).usual
    assert usual is not None
    assert usual.years == (2016, 2025)
    days = outdoor_of(entry).days
    # The sensor's own day stays.
    assert days[date(2026, 11, 26)] == DayTemperature(2, 8, 1.0)
    assert (min(days), len(days)) == (date(2016, 1, 1), 3983)
    # Again a day later, and then of the newest days alone; a restart asks for nothing.
    await hass.config_entries.async_reload(entry.entry_id)
    await until_asked(hass, archive, 1)
    assert len(outdoor_of(entry).days) == 3983
    assert len(archive.asked) == 1
    await pass_to(hass, freezer, NOW + DAY + HOUR)
    await until_asked(hass, archive, 2)
    assert (archive.asked[1]["start_date"], archive.asked[1]["end_date"]) == (
        "2026-11-17",
        "2026-11-27",
    )
    told_of = await async_get_config_entry_diagnostics(hass, entry)
    assert told_of["outdoor"] == {
        "source": "sensor",
        "exists": True,
        "known_now": False,
        "known_days": 3984,
        "archive": {"asked": True, "days": 3984, "failures": 0},
    }
    assert told_of["usual_years"] == (2016, 2025)
    assert "47.8" not in str(told_of)
    # Who no longer wants it keeps nothing of it.
    assert f"sen1.{entry.entry_id}.archive" in hass_storage
    hass.config_entries.async_update_entry(entry, data={**entry.data, "weather_archive": False})
    await settled(hass)
    while f"sen1.{entry.entry_id}.archive" in hass_storage:
        await settled(hass)
    assert len(outdoor_of(entry).days) == 1


async def test_a_home_that_moves_asks_for_its_new_place_and_forgets_the_other(
    hass: HomeAssistant, make_cold_home: MakeHome, archive: Archive
) -> None:
    entry = await make_cold_home("bought_power", weather_archive=True)
    while not outdoor_of(entry).days:
        await settled(hass)
    hass.config.latitude, hass.config.longitude = 0.01, -0.02
    archive.respond = lambda _request: web.Response(status=503)
    await hass.config_entries.async_reload(entry.entry_id)
    await until_asked(hass, archive, 2)
    asked = archive.asked[1]
    assert (asked["latitude"], asked["longitude"]) == ("0.0", "0.0")
    assert asked["start_date"] == "2016-01-01"
    assert outdoor_of(entry).days == {}


async def test_an_archive_that_cannot_be_reached_is_told_by_what_happened_alone(
    hass: HomeAssistant,
    make_cold_home: MakeHome,
    archive: Archive,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(open_meteo, "ADDRESS", f"http://{LOOPBACK}:{free_port()}/v1/archive")
    await make_cold_home("bought_power", weather_archive=True)
    while "does not answer" not in caplog.text:
        await settled(hass)
    assert "Home: the archive of the weather does not answer (ClientConnectorError)" in caplog.text
    assert archive.asked == []


async def test_the_usual_is_that_of_the_thermometer_of_the_house(
    hass: HomeAssistant, make_cold_home: MakeHome, archive: Archive
) -> None:
    begin, end = date(2026, 10, 1), date(2026, 11, 1)
    daily = answer(date(2016, 1, 1), date(2026, 11, 27))["daily"]
    of_archive = dict(
        zip(
            daily["time"],
            zip(daily["temperature_2m_min"], daily["temperature_2m_max"], strict=True),
            strict=True,
        )
    )
    ref = register(hass, GARDEN)
    hours: dict[datetime, tuple[float, float]] = {}
    for number in range((end - begin).days):
        day = begin + number * DAY
        low, high = of_archive[day.isoformat()]
        # The garden is two degrees warmer.
        hours |= hours_of(f"{day} 00:00", f"{day + DAY} 00:00", low + 2, high + 2)
    await have_hours(hass, hours)
    entry = await make_cold_home("bought_power", outdoor=ref, weather_archive=True)
    while (usual := cold_of(entry).usual) is None:
        await settled(hass)
    days = (sum(of_archive[one.isoformat()]) / 2 for one in outdoor_of(entry).days)
    archived = [18 - mean for mean in days]
    # Some 13.5 degree-days a day by the archive, two less here.
    assert usual.of(date(2026, 1, 15)) == pytest.approx(sum(archived) / len(archived) - 2, abs=0.05)


async def test_the_place_of_a_site_is_asked_for_before_that_of_the_home(
    hass: HomeAssistant, make_cold_home: MakeHome, archive: Archive
) -> None:
    entry = await make_cold_home("bought_power", weather_archive=True, position="-21.15 55.30")
    await until_asked(hass, archive, 1)
    assert (archive.asked[0]["latitude"], archive.asked[0]["longitude"]) == ("-21.1", "55.3")
    assert outdoor_of(entry).source == "archive"
    # In the south the winter goes from April to November.
    assert told(hass, entry, "degree_days_season").attributes["begin"] == "2026-04-01"


async def test_an_archive_that_is_away_is_asked_more_and_more_seldom_and_told_once(
    hass: HomeAssistant,
    make_cold_home: MakeHome,
    archive: Archive,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    answers = archive.respond
    archive.respond = lambda _request: web.Response(status=503)
    entry = await make_cold_home("bought_power", weather_archive=True)
    await until_asked(hass, archive, 1)
    asked_at, moment = [NOW], NOW
    while moment < NOW + 3 * DAY:
        moment += HOUR
        before = len(archive.asked)
        await pass_to(hass, freezer, moment)
        for _ in range(20):
            await settled(hass)
        if len(archive.asked) > before:
            asked_at.append(moment)
    waits = [(b - a) / HOUR for a, b in pairwise(asked_at)]
    assert waits == [1, 2, 4, 8, 16, 24]
    assert caplog.text.count("does not answer (status 503)") == 1
    archive.respond = answers
    await pass_to(hass, freezer, moment + DAY)
    while not outdoor_of(entry).days:
        await settled(hass)
    assert caplog.text.count("answers again") == 1
    assert "47." not in caplog.text


# What is kept


async def test_each_day_is_once_in_a_statistic_and_all_goes_with_the_site(
    hass: HomeAssistant,
    make_cold_home: MakeHome,
    archive: Archive,
    hass_storage: dict[str, Any],
) -> None:
    ref = register(hass, GARDEN)
    await have_hours(hass, hours_of("2026-10-23 00:00", "2026-10-28 00:00"))
    entry = await make_cold_home("bought_power", outdoor=ref)
    statistic_id = f"sen1:{entry.entry_id.lower()}_degree_days"
    begins = [at(f"2026-10-{day} 00:00").timestamp() for day in range(23, 28)]
    while len(found := await changes(hass, statistic_id)) < 5:
        await async_committed(hass)
        await settled(hass)
    assert found == dict.fromkeys(begins, 13.0)
    # It is offered for comparing, whole where its days are known, and as days of the clock.
    begin, end = at("2026-10-24 00:00").timestamp(), at("2026-10-30 00:00").timestamp()
    (offered,) = [
        one
        for one in (
            await async_comparable(hass, begin, end, (), Asker(hass, is_admin=True))
        ).values()
        if one.unit == "°C·d"
    ]
    assert (offered.name, offered.known) == ("Home, degree-days", pytest.approx(4 / 6))
    assert (offered.first, offered.last) == (begins[0], at("2026-10-28 00:00").timestamp())
    told_of = await async_values(
        hass, [statistic_id], begin, end, Length.DAY, Asker(hass, is_admin=True)
    )
    values = [one.value for one in told_of[statistic_id][1]]
    assert values == [13.0, 13.0, 13.0, 13.0, None, None]
    hass.config_entries.async_update_entry(entry, data={**entry.data, "weather_archive": True})
    await until_asked(hass, archive, 1)
    await hass.config_entries.async_remove(entry.entry_id)
    while await changes(hass, statistic_id):
        await async_committed(hass)
        await settled(hass)
    assert [name for name in hass_storage if entry.entry_id in name] == []


async def test_a_site_without_a_temperature_tells_nothing_of_cold(
    hass: HomeAssistant, make_cold_home: MakeHome
) -> None:
    entry = await make_cold_home("bought_power")
    assert not outdoor_of(entry).is_set
    assert (outdoor_of(entry).now, outdoor_of(entry).today) == (None, None)
    with pytest.raises(KeyError):
        told(hass, entry, "degree_days_season")
