"""What a group comes to by hours, and what that costs, as the dashboard is told."""

from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from ..federation.conftest import Home, cooperative as cooperative_fixture, until
from ..federation.organising.conftest import collect
from ..federation.organising.groups.conftest import Village
from ..federation.participating.test_commands import Ask, page as page_fixture
from ..federation.publish.test_given import village as village_fixture
from ..figures.conftest import contract, home_with

cooperative, page, village = cooperative_fixture, page_fixture, village_fixture


async def reported(village: Village, *numbers: int, ago: tuple[int, ...]) -> None:
    """Let homes take part that have used a kWh in each of some hours."""
    village.add(*numbers)
    for number in numbers:
        await village.tell(number, dict.fromkeys(ago, 1.0))


def of_yesterday_and_before(village: Village) -> dict[str, str]:
    """Return the span that holds the hours of these tests."""
    today = dt_util.now().date()
    return {
        "begin": (today - timedelta(days=2)).isoformat(),
        "end": (today + timedelta(days=1)).isoformat(),
    }


async def test_a_group_is_told_hour_by_hour_with_what_lacks(
    hass: HomeAssistant, page: Ask, village: Village, cooperative: Home
) -> None:
    subentry = collect(cooperative)
    await until(lambda: list(village.groups))
    village.sheets = {one: {"floor_area": 50.0, "people": 3} for one in range(1, 6)}
    await reported(village, *range(1, 7), ago=(1, 2, 3, 4))
    await reported(village, *range(7, 11), ago=(1, 2))
    await until(lambda: next(iter(village.groups)).of == 10)
    told = await page(
        "collection_group",
        subentry_id=subentry.subentry_id,
        what="consumption",
        **of_yesterday_and_before(village),
    )
    assert (told["what"], told["of"], told["costs"]) == ("consumption", 10, None)
    by_ago = {(village.now - hour[0]) // 3600: hour[1:] for hour in told["hours"]}
    assert by_ago[1] == by_ago[2] == [10, 10, 250, 15, 0.02, 0.333333]
    assert by_ago[3] == by_ago[4] == [6, 6, 250, 15, 0.02, 0.333333]
    assert by_ago[5] == [None, 0, None, None, None, None]
    assert len(told["median"]) == len(told["hours"])
    assert [one for one in told["median"] if one is not None] == [1] * 4
    assert told["total_kwh"] == 32
    assert told["per_home_day_kwh"] == 24
    # All of the hours that are not whole are one stretch.
    (gap,) = told["gaps"]
    assert gap["end"] == dt_util.as_local(
        dt_util.utc_from_timestamp(village.now - 2 * 3600)
    ).isoformat(timespec="seconds")
    assert 0 < gap["coverage"] < 0.6


async def test_what_a_group_used_is_told_by_tariff_period_and_at_the_prices_of_this_home(
    hass: HomeAssistant, page: Ask, village: Village, cooperative: Home
) -> None:
    home = await home_with(hass, contract(begin="2020-01-01", off_peak_hours="22:00-6:00"))
    subentry = collect(cooperative)
    await until(lambda: list(village.groups))
    await reported(village, *range(1, 6), ago=tuple(range(1, 25)))
    await until(lambda: next(iter(village.groups)).of == 5)
    told = await page(
        "collection_group",
        subentry_id=subentry.subentry_id,
        what="consumption",
        **of_yesterday_and_before(village),
    )
    costs = told["costs"]
    assert costs["currency"] == "EUR"
    periods = {one["period"]: (one["kwh"], one["amount"]) for one in costs["periods"]}
    # A day has eight hours off peak, whichever zone and hour it is now.
    assert periods == {
        "off_peak": (40.0, pytest.approx(40 * 0.1579, abs=0.005)),
        "peak": (80.0, pytest.approx(80 * 0.2065, abs=0.005)),
    }
    await hass.config_entries.async_unload(home.entry_id)


async def test_days_that_cannot_be_are_refused_and_so_is_another_collection(
    page: Ask, village: Village, cooperative: Home
) -> None:
    subentry = collect(cooperative)
    await until(lambda: list(village.groups))
    asked = {"subentry_id": subentry.subentry_id, "what": "consumption"}
    told = await page("collection_group", **asked)
    assert len(told["hours"]) in (167, 168, 169)
    assert (told["total_kwh"], told["per_home_day_kwh"], told["gaps"]) == (None, None, [])
    for begin, end in (("2026-11-02", "2026-11-02"), ("2026-01-01", "2026-11-02")):
        assert await page("collection_group", **asked, begin=begin, end=end) == "group_days"
    assert await page("collection_group", **asked | {"subentry_id": "none"}) == "no_such_collection"
    assert await page("collection_group", **asked | {"what": "production"}) == "no_such_collection"
