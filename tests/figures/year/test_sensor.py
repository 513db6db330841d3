"""What the sensors of the cold say on days that are not like others."""

from datetime import date, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.figures.outdoor.days import DayTemperature
from custom_components.sen1.figures.site.site import Home
from custom_components.sen1.figures.year.cold import Cold
from custom_components.sen1.figures.year.sensor import of_season, season, total

from ..conftest import MakeHome, measure

DAY = timedelta(days=1)


async def cold_on(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory, today: date
) -> Cold:
    """Return the cold of a home where every day since two years before has one degree-day."""
    freezer.move_to(f"{today}T11:00:00+00:00")
    measure(hass, "bought_power", 400)
    entry = await make_home("bought_power", outdoor="weather.town")
    home: Home = entry.runtime_data
    for number in range(1, 800):
        home.outdoor.days[today - number * DAY] = DayTemperature(14, 20, 1.0)
    home.cold.update()
    return home.cold


async def test_on_its_first_day_the_season_has_come_to_nothing_yet(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    cold = await cold_on(hass, make_home, freezer, date(2026, 10, 1))
    assert total(cold, season(cold)) == 0
    told = of_season(cold)
    assert (told["begin"], told["known"]) == ("2026-10-01", 100)
    assert (told["usual"], told["last_year"]) == (0, 0)
    freezer.move_to("2026-10-02T11:00:00+00:00")
    assert total(cold, season(cold)) is None


@pytest.mark.parametrize("today", [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)])
async def test_last_year_has_the_same_dates_when_a_leap_day_goes_by(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory, today: date
) -> None:
    cold = await cold_on(hass, make_home, freezer, today)
    # As the page has it: from 1 October to the 28th at most, of a February that ends with it.
    days = min(today, date(2028, 2, 29)) - date(2027, 10, 1)
    assert of_season(cold)["last_year"] == days.days
