"""How members are, at any time, and how much of what they give came."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from homeassistant.components.recorder.models import StatisticMeanType
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation.organising.member_states import (
    Expected,
    GivingState,
    Lack,
    Lacking,
    SeriesFacts,
    async_came,
    coverage_of,
    expected_of,
    until_of,
    worst_of,
)
from custom_components.sen1.history.recorder import async_committed
from custom_components.sen1.protocol.follower import DUE_AFTER, Status

PARIS = ZoneInfo("Europe/Paris")
HOUR, DAY = 3600.0, 86400.0


def at(text: str) -> float:
    """Return a time of Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).timestamp()


NOW = at("2026-11-26T12:00")


def known(granularity: str = "PT30M", **more: object) -> SeriesFacts:
    """Return what is known of a series since the beginning of the month."""
    said = {"since": at("2026-11-01T10:00"), "status": Status.RECEIVING, "heard": NOW - 60}
    return SeriesFacts(granularity, **(said | more))  # type: ignore[arg-type]  # each of its own


def how(
    *several: SeriesFacts, now: float = NOW, is_known: bool = True
) -> tuple[str, Lacking | None]:
    """Return how a member is who gives these."""
    return worst_of(several, now, PARIS, is_known=is_known)


@pytest.mark.parametrize(
    ("granularity", "last", "until_then"),
    [
        pytest.param("live", "2026-11-26T11:00", "2026-11-26T12:00", id="live"),
        pytest.param("PT10M", "2026-11-25T11:40", "2026-11-26T12:10", id="ten minutes"),
        pytest.param("PT30M", "2026-11-25T11:00", "2026-11-26T12:10", id="half-hours"),
        pytest.param("PT1H", "2026-11-25T10:00", "2026-11-26T12:10", id="hours"),
        pytest.param("P1D", "2026-11-23T00:00", "2026-11-27T00:10", id="days"),
        pytest.param("P1D", "2026-10-24T00:00", "2026-10-28T00:10", id="days of 25 hours"),
        pytest.param("P1Y", "2026-11-24T12:00", "2026-11-26T12:00", id="a year"),
    ],
)
def test_a_series_is_silent_from_what_was_due_and_its_patience_on(
    granularity: str, last: str, until_then: str
) -> None:
    one = known(granularity, last=at(last), heard=None)
    edge = at(until_then)
    assert how(one, now=edge)[0] is GivingState.UP_TO_DATE
    state, lacks = how(one, now=edge + 1)
    assert state is GivingState.SILENT
    assert lacks == Lacking(Lack.OFFLINE, until_of(one, PARIS) or 0.0)


def test_a_live_series_that_says_the_same_again_is_not_silent() -> None:
    assert how(known("live", last=NOW - DAY, heard=NOW - 60)) == (GivingState.UP_TO_DATE, None)


@pytest.mark.parametrize(
    ("granularity", "more"),
    [
        pytest.param("live", {"status": Status.SOURCE_UNAVAILABLE}, id="live"),
        pytest.param("PT30M", {"status": Status.SOURCE_UNAVAILABLE}, id="half-hours"),
        pytest.param("PT30M", {}, id="half-hours that are said again"),
    ],
)
def test_a_home_that_is_there_without_readings_has_a_mute_meter(
    granularity: str, more: dict[str, object]
) -> None:
    state, lacks = how(known(granularity, last=NOW - 3 * DAY, **more))
    assert state is GivingState.SILENT
    assert lacks is not None
    assert lacks.reason is Lack.METER


def test_what_never_came_waits_and_says_why_once_it_was_due() -> None:
    joined = at("2026-11-26T11:10")
    assert how(known(since=joined)) == (GivingState.WAITING, None)
    # The first whole half-hour is 11:30 to 12:00.
    due = NOW + DUE_AFTER
    there = known(since=joined, heard=due)
    assert how(there, now=due) == (GivingState.WAITING, Lacking(Lack.NO_VALUE, joined))
    away = known(since=joined, status=None, heard=None)
    assert how(away, now=due) == (GivingState.WAITING, Lacking(Lack.OFFLINE, joined))
    keyless = how(away, now=due, is_known=False)
    assert keyless == (GivingState.WAITING, Lacking(Lack.NO_KEY, joined))
    assert how() == (GivingState.WAITING, None)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        pytest.param(Status.PAUSED, Lack.BY_MEMBER, id="paused"),
        pytest.param(Status.ENDED, Lack.ENDED, id="over"),
        pytest.param(Status.WITHDRAWN, Lack.ENDED, id="taken back"),
    ],
)
def test_what_a_member_stopped_is_paused_since_it_said_so(status: Status, reason: Lack) -> None:
    one = known(status=status, last=NOW - 9 * DAY, said=NOW - 6 * DAY)
    assert how(one) == (GivingState.PAUSED, Lacking(reason, NOW - 6 * DAY))


def test_of_several_series_the_one_that_needs_a_gesture_counts() -> None:
    good, silent = known(last=NOW - HOUR), known(last=NOW - 9 * DAY)
    paused = known(status=Status.PAUSED, said=NOW - DAY)
    assert how(good, paused)[0] is GivingState.PAUSED
    assert how(paused, silent, good)[0] is GivingState.SILENT
    # The one that is missing longest is told.
    _, lacks = how(silent, known(last=NOW - 5 * DAY))
    assert lacks == Lacking(Lack.METER, NOW - 9 * DAY + 1800)


@pytest.mark.parametrize(
    ("granularity", "since", "begin", "end"),
    [
        pytest.param("PT30M", "2026-01-01T00:00", "2026-10-27T12:00", "2026-11-26T11:00", id="all"),
        pytest.param("PT30M", "2026-11-26T09:10", "2026-11-26T10:00", "2026-11-26T11:00", id="new"),
        pytest.param("P1D", "2026-01-01T00:00", "2026-10-27T00:00", "2026-11-26T00:00", id="days"),
        pytest.param("P1D", "2026-11-20T08:00", "2026-11-21T00:00", "2026-11-26T00:00", id="few"),
    ],
)
def test_what_should_have_come_is_whole_and_due(
    granularity: str, since: str, begin: str, end: str
) -> None:
    found = expected_of("sen1:one", granularity, at(since), NOW, PARIS)
    assert found == Expected("sen1:one", at(begin), at(end))


def test_of_who_came_just_now_nothing_is_expected() -> None:
    found = expected_of("sen1:one", "P1D", NOW - HOUR, NOW, PARIS)
    assert found.hours == 0
    assert coverage_of([found], {}) is None


async def test_what_came_is_counted_in_the_recorder_for_each_since_it_joined(
    recorder_mock: object, hass: HomeAssistant
) -> None:
    def fill(name: str, begin: float, hours: int) -> None:
        rows = [
            {
                "start": datetime.fromtimestamp(begin + n * HOUR, UTC),
                "state": 1.0,
                "sum": float(n),
            }
            for n in range(hours)
        ]
        metadata = {
            "has_sum": True,
            "mean_type": StatisticMeanType.NONE,
            "name": name,
            "source": "sen1",
            "statistic_id": f"sen1:{name}",
            "unit_class": "energy",
            "unit_of_measurement": "kWh",
        }
        async_add_external_statistics(hass, metadata, rows)  # type: ignore[arg-type]

    begin = NOW - 100 * HOUR
    fill("whole", begin, 100)
    fill("half", begin + 50 * HOUR, 50)
    fill("late", begin + 90 * HOUR, 10)
    await async_committed(hass)
    several = [
        Expected("sen1:whole", begin, NOW),
        Expected("sen1:half", begin, NOW),
        Expected("sen1:late", begin + 90 * HOUR, NOW),
        Expected("sen1:none", begin, NOW),
    ]
    came = await async_came(hass, several)
    assert came == {"sen1:whole": 100, "sen1:half": 50, "sen1:late": 10}
    assert [coverage_of([one], came) for one in several] == [100, 50, 100, 0]
    assert coverage_of(several, came) == 100 * 160 // 310


def test_all_but_an_hour_is_not_all() -> None:
    one = Expected("sen1:one", NOW - 720 * HOUR, NOW)
    assert coverage_of([one], {"sen1:one": 719}) == 99
    assert coverage_of([one], {"sen1:one": 720}) == 100
