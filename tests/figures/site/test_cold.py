"""How cold it was at a site, as the dashboard asks for it."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.figures.outdoor.days import DayTemperature
from custom_components.sen1.figures.site.cold import cold_told
from custom_components.sen1.figures.site.energies import StepLength
from custom_components.sen1.figures.site.site import Home

from ..conftest import MakeHome, measure, settled

DAY = timedelta(days=1)


async def ask(
    hass: HomeAssistant, ws: WebSocketGenerator, site: str, begin: str, end: str, step: str
) -> dict[str, Any]:
    client = await ws(hass)
    await client.send_json_auto_id(
        {"type": "sen1/cold", "site": site, "begin": begin, "end": end, "step": step}
    )
    answer: dict[str, Any] = await client.receive_json()
    return answer


def ms(day: date) -> float:
    return dt_util.start_of_local_day(day).timestamp() * 1000


async def cold_home(hass: HomeAssistant, make_home: MakeHome) -> tuple[str, Home]:
    """Return the id of a site, and the site, of which two years are known but for a week."""
    measure(hass, "bought_power", 400)
    entry = await make_home("bought_power", outdoor="weather.town")
    home: Home = entry.runtime_data
    day, today = date(2024, 12, 1), dt_util.now().date()
    while day < today:
        # By months: in January one degree-day a day, in December twelve.
        mean = 18.0 - day.month
        home.outdoor.days[day] = DayTemperature(mean - 3, mean + 3, 1.0)
        day += DAY
    for number in range(7):
        del home.outdoor.days[date(2026, 11, 1) + number * DAY]
    home.cold.update()
    await settled(hass)
    return entry.entry_id, home


async def test_months_are_told_beside_what_is_usual(
    hass: HomeAssistant, make_home: MakeHome, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to("2026-11-16T09:00:00+00:00")
    _site, home = await cold_home(hass, make_home)
    told = cold_told(home, date(2026, 10, 1), date(2027, 1, 1), StepLength.MONTH)
    usual = home.cold.usual
    assert usual is not None
    months = [date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    assert told["begins"] == [ms(month) for month in months[:3]]
    assert told["end"] == ms(months[3])
    assert (told["base"], told["method"], told["source"]) == (18, "meteo", "weather")
    # Of November fifteen days have ended, and eight of them are known.
    assert told["degree_days"] == [310, 88, None]
    assert told["known"] == [1, pytest.approx(8 / 15), 0]
    assert told["usual_years"] == (2025, 2025)
    assert told["usual"] == [
        pytest.approx(sum(usual.of(begin + n * DAY) for n in range((end - begin).days)))
        for begin, end in pairwise(months)
    ]
    assert told["total"] == 398
    assert told["total_known"] == pytest.approx((31 + 8) / (31 + 15))
    known = [
        *(date(2026, 10, 1) + n * DAY for n in range(31)),
        *(date(2026, 11, n) for n in range(8, 16)),
    ]
    # Both totals are of the same days.
    assert told["usual_total"] == pytest.approx(sum(map(usual.of, known)))


async def test_days_are_told_to_anybody_logged_in_through_a_change_of_the_clock(
    hass: HomeAssistant,
    make_home: MakeHome,
    hass_ws_client: WebSocketGenerator,
    hass_admin_user: MockUser,
) -> None:
    hass_admin_user.groups = []
    site, home = await cold_home(hass, make_home)
    days = "2025-10-25T00:00+02:00", "2025-10-28T00:00+01:00"
    told = (await ask(hass, hass_ws_client, site, *days, "day"))["result"]
    assert told["begins"] == [ms(date(2025, 10, day)) for day in (25, 26, 27)]
    assert told["begins"][2] - told["begins"][1] == 25 * 3600 * 1000
    assert (told["degree_days"], told["total"]) == ([10, 10, 10], 30)
    # A day without a zone is one of the home's; one that is touched is meant whole.
    one = (await ask(hass, hass_ws_client, site, "2025-12-31", "2026-01-01T00:30", "day"))["result"]
    assert one["degree_days"] == [12, 1]
    new_year = cold_told(home, date(2025, 12, 31), date(2026, 1, 2), StepLength.DAY)
    assert one["degree_days"] == new_year["degree_days"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"site": "nobody"}, "not_found"),
        ({"end": "2026-01-01"}, "invalid_format"),
        ({"begin": "1900-01-01"}, "invalid_format"),
        ({"begin": "0001-01-01", "end": "0001-01-02"}, "invalid_format"),
        ({"begin": "0001-01-01T00:00+14:00", "end": "0001-02-01"}, "invalid_format"),
        ({"begin": "9999-12-31", "end": "9999-12-31T23:59:59"}, "invalid_format"),
        ({"begin": "1971-01-01"}, "invalid_format"),
        ({"step": "hour"}, "invalid_format"),
    ],
)
async def test_what_cannot_be_told_is_refused(
    hass: HomeAssistant,
    make_home: MakeHome,
    hass_ws_client: WebSocketGenerator,
    change: dict[str, str],
    code: str,
) -> None:
    measure(hass, "bought_power", 400)
    site = await make_home("bought_power")
    asked = {"site": site.entry_id, "begin": "2026-01-01", "end": "2026-02-01", "step": "day"}
    answer = await ask(hass, hass_ws_client, **asked | change)
    assert answer["error"]["code"] == code


async def test_a_site_without_a_temperature_answers_that_nothing_is_known(
    hass: HomeAssistant, make_home: MakeHome, hass_ws_client: WebSocketGenerator
) -> None:
    measure(hass, "bought_power", 400)
    site = await make_home("bought_power")
    told = (await ask(hass, hass_ws_client, site.entry_id, "2026-01-01", "2026-01-03", "day"))[
        "result"
    ]
    assert (told["source"], told["degree_days"], told["known"]) == (None, [None, None], [0, 0])
    assert (told["usual"], told["usual_years"], told["total"]) == ([None, None], None, None)
