"""From a key to a home with its figures: the connection, the home, its entities, each morning."""

from datetime import date

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.const import CONF_KIND, DOMAIN, Kind
from testbed.enedis import DAY, SimulatedEnedis
from testbed.waiting import until
from tests.figures.conftest import told

from .conftest import TODAY, live, local

pytestmark = pytest.mark.usefixtures("recorder_mock")


async def test_a_key_makes_the_home_that_is_known_until_yesterday(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, enedis: SimulatedEnedis
) -> None:
    await hass.config.async_set_time_zone("Europe/Paris")
    enedis.faults.activated = TODAY - 400 * DAY
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
