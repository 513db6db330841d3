"""From a key to a home with its figures: the connection, the home, its entities, each morning."""

from datetime import date
from types import MappingProxyType

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_USER, ConfigSubentry
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
import pytest

from custom_components.sen1.const import CONF_KIND, DOMAIN, Kind
from custom_components.sen1.enedis.meter import EnedisConfigEntry
from custom_components.sen1.enedis.meter_reading import midnight
from custom_components.sen1.figures.site.peak import async_peak
from custom_components.sen1.figures.site.site import HomeConfigEntry
from testbed.enedis import DAY, SimulatedEnedis
from testbed.waiting import until
from tests.figures.conftest import told

from .conftest import TODAY, live, local

pytestmark = pytest.mark.usefixtures("recorder_mock")


async def home_of(
    hass: HomeAssistant, enedis: SimulatedEnedis
) -> tuple[HomeConfigEntry, EnedisConfigEntry]:
    """Return the home that the flow makes of a key, and its meter."""
    await hass.config.async_set_time_zone("Europe/Paris")
    flow = hass.config_entries.flow
    menu = await flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    form = await flow.async_configure(menu["flow_id"], {"next_step_id": "enedis"})
    given = {"gateway": "conso_api", "key": enedis.conso_key}
    form = await flow.async_configure(form["flow_id"], given)
    result = await flow.async_configure(form["flow_id"], {"name": "Our house", "injects": False})
    meter = result["result"]
    (home,) = (
        one for one in hass.config_entries.async_entries(DOMAIN) if one.data[CONF_KIND] == Kind.HOME
    )
    assert (home.title, meter.title) == ("Our house", "Our house")
    return home, meter


async def test_a_key_makes_the_home_that_is_known_until_yesterday(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, enedis: SimulatedEnedis
) -> None:
    enedis.faults.activated = TODAY - 400 * DAY
    home, meter = await home_of(hass, enedis)

    def is_told(key: str, begin: date, end: date) -> bool:
        days = [begin + n * DAY for n in range((end - begin).days)]
        kwh = sum(map(enedis.bought.day, days)) / 1000
        state = told(hass, home, key).state
        return state != "unknown" and float(state) == pytest.approx(kwh, abs=0.001)

    # Its days come first; its curves come later, and change no sum.
    for steps in (20, 3000):
        await live(hass, freezer, meter, local(TODAY, 18), steps=steps)
        for key, begin in (
            ("bought_yesterday", TODAY - DAY),
            ("bought_month", TODAY.replace(day=1)),
            ("bought_year", date(TODAY.year, 1, 1)),
        ):
            await until(lambda k=key, b=begin: is_told(k, b, TODAY), f"{key} is the truth")  # type: ignore[misc]
    known_until = told(hass, home, "bought_year").attributes["known_until"]
    assert known_until.startswith(f"{TODAY}T00:00:00")
    await live(hass, freezer, meter, local(TODAY + DAY, 17))
    await until(lambda: is_told("bought_yesterday", TODAY, TODAY + DAY), "the next day is told")
    # Without the meter nothing of it is left in the home.
    await hass.config_entries.async_remove(meter.entry_id)
    await until(lambda: told(hass, home, "bought_year").state == "unknown", "its year is gone")
    assert await hass.config_entries.async_unload(home.entry_id)


async def test_a_goal_of_a_highest_power_goes_by_what_the_meter_says_of_its_days(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, enedis: SimulatedEnedis
) -> None:
    enedis.faults.activated = TODAY - 40 * DAY
    home, meter = await home_of(hass, enedis)
    days = {"begin": str(TODAY - 20 * DAY), "end": str(TODAY + 10 * DAY)}
    subentry = ConfigSubentry(
        data=MappingProxyType({**days, "kind": "max_power", "quantity": "bought", "target": 9}),
        subentry_type="goal",
        title="Below 9 kVA",
        unique_id=None,
    )
    hass.config_entries.async_add_subentry(home, subentry)

    def goal() -> tuple[float | None, str]:
        told = home.runtime_data.goals
        done = told.of(subentry.subentry_id).done
        unit = told.unit(subentry.subentry_id, subentry.data)
        return done and round(done, 3), unit

    def highest(begin: date, end: date) -> float:
        first, last = midnight(begin.toordinal()), midnight(end.toordinal())
        return max(watts for _, watts in enedis.bought.steps(first, last)) / 1000

    # Both are told after the goal was set: the days that it goes by, and what they came to.
    await live(hass, freezer, meter, local(TODAY, 18))
    await live(hass, freezer, meter, local(TODAY + DAY, 17))
    truth = highest(TODAY - 20 * DAY, TODAY + DAY), "kVA"
    await until(lambda: goal() == truth, "the goal goes by the highest day")
    begin, end = (1000 * int(midnight((TODAY + n * DAY).toordinal())) for n in (-2, 1))
    steps = [begin, begin + 86_400_000, begin + 2 * 86_400_000, end]
    peak = await async_peak(home.runtime_data, steps)
    assert peak is not None
    assert (peak["unit"], peak["basis"]) == ("VA", "max")
    of_days = [highest(TODAY + n * DAY, TODAY + (n + 1) * DAY) for n in (-2, -1, 0)]
    assert peak["power"] == [pytest.approx(1000 * high) for high in of_days]
    # It began before the meter says anything of days: one measure is told, of half-hours.
    begin = 1000 * int(midnight((TODAY - 40 * DAY).toordinal()))
    long = await async_peak(home.runtime_data, [begin, end])
    assert long is not None
    assert long["basis"] == "half_hour"
    # Once its home is loaded before it, it goes by the same.
    assert await hass.config_entries.async_unload(home.entry_id)
    assert await hass.config_entries.async_unload(meter.entry_id)
    hass.set_state(CoreState.not_running)
    assert await hass.config_entries.async_setup(home.entry_id)
    assert await hass.config_entries.async_setup(meter.entry_id)
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await until(lambda: goal() == truth, "it is asked for once all is loaded")
    for entry in (home, meter):
        assert await hass.config_entries.async_unload(entry.entry_id)
