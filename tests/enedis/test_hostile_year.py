"""A year from gateways that do all that they can do wrong: it comes to the truth all the same."""

from datetime import date, timedelta
from zlib import crc32

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.enedis.gateways import MANNERS, GatewayName
from custom_components.sen1.enedis.meter import statistic_id
from custom_components.sen1.enedis.meter_reading import day_of, midnight
from custom_components.sen1.history.recorder import async_hours
from testbed.enedis import DAY, MY_ELECTRICAL_DATA_A_DAY, Faults, SimulatedEnedis

from .conftest import KNOWN_BY, TODAY, entry_of, intervals, live, local, set_up, state_of

BEGIN = TODAY - 366 * DAY
"""Of the meter: the year has both clock changes."""

SWITCHED_ON = BEGIN + 30 * DAY
"""When the curve was."""

LENGTHS = {date(2026, 2, 11): 60, date(2026, 5, 13): 30, date(2026, 8, 5): 10, TODAY: 15}
"""Until when an interval is how many minutes long: it changes within a week, and within a day."""


NOONS = [(local(until, 12).timestamp(), length) for until, length in LENGTHS.items()]
AUTUMN = local(date(2026, 10, 25)).timestamp()


def minutes(at: float) -> int:
    return next((length for noon, length in NOONS if at < noon), 30)


def is_hole(at: float) -> bool:
    """Return whether an interval is missing for good, but never beside the hour that comes twice.

    There nothing would tell which of two it was.
    """
    return not AUTUMN <= at < AUTUMN + 6 * 3600 and crc32(f"{at}".encode()) % 40 == 0


MEANWHILE: dict[int, Faults] = {
    0: Faults(twice=True),
    1: Faults(newest_first=True, garbage=True),
    2: Faults(quota=9, quota_in_detail=True),
    3: Faults(twice=True, garbage=True, quota=20),
    **{n: Faults(status=500) for n in range(4, 11)},
    11: Faults(cut=True),
    12: Faults(banned=True),
    14: Faults(consent_ended=True),
    16: Faults(other_meter=True),
    18: Faults(newest_first=True, twice=True, garbage=True),
}
"""What goes wrong on which day."""

LIVED = 34


@pytest.mark.parametrize("way", GatewayName)
@pytest.mark.parametrize("options", [{"production_prm": "30002630202020"}])
async def test_a_year_equals_the_truth_whatever_the_gateway_does(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    enedis: SimulatedEnedis,
    way: GatewayName,
) -> None:
    end = TODAY + LIVED * DAY
    always = {
        "activated": BEGIN,
        "curve_since": SWITCHED_ON,
        "minutes": minutes,
        "holes": is_hole,
        "corrected": {TODAY + n * DAY: 3 for n in (1, 17, 19, 21)},
        "late": {TODAY + n * DAY: 1 + n % 3 for n in (0, 16, 20, 23)},
    }
    entry = entry_of(enedis, way)
    for n in range(LIVED + 1):
        faults = MEANWHILE.get(n, Faults())
        for name, value in always.items():
            setattr(faults, name, value)
        enedis.faults = faults
        today = TODAY + n * DAY
        if n % 9 == 0:
            if n:
                assert await hass.config_entries.async_unload(entry.entry_id)
            await set_up(hass, entry)
        await live(hass, freezer, entry, local(today + DAY) - timedelta(seconds=1))
    assert state_of(hass, enedis, "enedis_status").state == "ok"
    assert state_of(hass, enedis, "filled").state == "100"
    most = MANNERS[way].a_day
    assert max(sum(asked.values()) for asked in enedis.asked.values()) <= most
    assert most < MY_ELECTRICAL_DATA_A_DAY or way is GatewayName.CONSO_API
    assert enedis.too_many == 0
    for side, truth in (("bought", enedis.bought), ("sold", enedis.sold)):
        found = await intervals(hass, enedis, BEGIN, end, side)
        wh = dict.fromkeys(range(BEGIN.toordinal(), end.toordinal()), 0.0)
        wrong = []
        for at, (seconds, energy) in found.items():
            wh[day_of(at)] += energy
            is_interval = seconds == minutes(at) * 60 and not is_hole(at)
            if is_interval and energy != truth.energy(at, at + seconds):
                wrong.append(at)
        assert wrong == []
        assert {day: round(sum_, 1) for day, sum_ in wh.items()} == {
            day: truth.day(date.fromordinal(day)) for day in wh
        }
        # Where Enedis has a curve, it is there.
        at = midnight(SWITCHED_ON.toordinal())
        while at < midnight(end.toordinal()):
            assert is_hole(at) or found[at][0] == minutes(at) * 60
            at += minutes(at) * 60
        # And so it is in Home Assistant's own statistic.
        known_by = statistic_id(KNOWN_BY, side)
        first, last = midnight(BEGIN.toordinal()), midnight(end.toordinal())
        hours = await async_hours(hass, known_by, first, last, is_sum=True)
        assert sum(one.value for one in hours) * 1000 == pytest.approx(sum(wh.values()))
        assert len(hours) == (last - first) / 3600
