"""A series' past over two servers: what was imported, what changed, what a cut left out."""

from datetime import timedelta
from random import Random
import time

from homeassistant.components.recorder.core import Recorder
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest

from custom_components.sen1.federation.follow import history_client
from custom_components.sen1.federation.follow.following import Following
from custom_components.sen1.federation.follow.history_client import HistoryClient
from custom_components.sen1.federation.publish.grant_announcer import GrantAnnouncer
from custom_components.sen1.federation.publish.periodic import PeriodicPublication
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.history.archive import async_archive
from custom_components.sen1.history.points import Aggregation, Point
from custom_components.sen1.history.recorder import async_committed
from custom_components.sen1.history.summary import Summary
from custom_components.sen1.protocol.model import PublicationId
from testbed.recorder import async_recorded_past
from testbed.statistics import hourly_rows
from testbed.waiting import until as happens

from ..conftest import Home, until
from ..consent.test_policy import iso, say
from ..publish.test_forwarding import figure_of, refused
from ..publish.test_periodic import INDEX, POWER, record, since

AGO = timedelta(days=40)
"""So long ago no recorder has states of."""


def half_hours(count: int, *, watts: int = 1000) -> list[Point]:
    """Return a curve that is another in each half-hour."""
    begin = (dt_util.start_of_local_day() - AGO).timestamp()
    return [Point(begin + 1800 * n, 1800, watts + n) for n in range(count)]


async def imported(hass: HomeAssistant, points: list[Point]) -> None:
    await async_archive(hass).async_add("sen1:file", "File", "W", Aggregation.MEAN, points)


def watt_hours(points: list[Point]) -> dict[float, float]:
    """Return what each hour counts, the straightforward way."""
    hours: dict[float, float] = {}
    for point in points:
        hour = point.begin // 3600 * 3600
        hours[hour] = hours.get(hour, 0) + point.value * point.seconds / 3600
    return hours


async def dashboard(hass: HomeAssistant, statistic_id: str) -> dict[float, float]:
    """Return what each hour adds, as the energy dashboard asks."""
    rows = await hourly_rows(hass, statistic_id, "change")
    return {row["start"]: row["change"] for row in rows}


async def shows(hass: HomeAssistant, follower: Home, hours: dict[float, float]) -> None:
    """Wait until a friend's statistic shows these hours, among others."""
    series = await until(lambda: (found := follower.series()) and found[0])

    async def same() -> bool:
        found = await dashboard(hass, series.statistic_id)
        return hours == pytest.approx({at: found.get(at, -1) for at in hours})

    await happens(same, "the hours", within=60)
    await until(lambda: follower.runtime[HistoryClient].is_idle)
    assert min((await dashboard(hass, series.statistic_id)).values()) >= 0


async def shared(
    hass: HomeAssistant, house: Home, cooperative: Home, curve: list[Point]
) -> tuple[ConfigSubentry, ConfigSubentry]:
    """Let a house share a curve as the past of a series; return its series and its friend."""
    record(hass, POWER, rising=False)
    await imported(hass, curve)
    publication = await house.publish("sensor.p", granularity="pt30m", past="sen1:file")
    await cooperative.befriend(house)
    since = (dt_util.now() - AGO - timedelta(days=1)).date().isoformat()
    friend = await house.befriend(cooperative, publication, since=since)
    await shows(hass, cooperative, watt_hours(curve))
    return publication, friend


async def test_what_was_imported_as_the_past_reaches_a_friend_and_so_does_what_changes_later(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    await shared(hass, house, cooperative, half_hours(60))

    # Another file, with corrections and more: its times are announced, and asked for.
    curve = [*half_hours(20), *half_hours(100, watts=3000)[20:]]
    await imported(hass, curve)
    await shows(hass, cooperative, watt_hours(curve))
    (series,) = cooperative.series()
    assert series.description.changed is not None
    await until(lambda: house.runtime[GrantAnnouncer].is_seen(*_revision(house)))

    rows = await hourly_rows(hass, series.statistic_id, "sum")
    await hass.config_entries.async_reload(cooperative.entry.entry_id)
    await until(lambda: cooperative.series() and cooperative.runtime.session.is_online)
    await until(lambda: cooperative.runtime[HistoryClient].is_idle)
    assert await hourly_rows(hass, series.statistic_id, "sum") == rows


async def test_a_grant_that_reaches_further_back_later_fills_what_comes_before(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    record(hass, POWER, rising=False)
    curve = half_hours(96)
    await imported(hass, curve)
    publication = await house.publish("sensor.p", granularity="pt30m", past="sen1:file")
    friend = await house.befriend(cooperative, publication)
    say(house, friend, begin=iso(curve[48].begin))
    await cooperative.befriend(house)
    await shows(hass, cooperative, watt_hours(curve[48:]))
    (series,) = cooperative.series()
    assert min(await dashboard(hass, series.statistic_id)) == curve[48].begin

    say(house, friend, begin=iso(curve[0].begin))
    await shows(hass, cooperative, watt_hours(curve))
    rows = await hourly_rows(hass, series.statistic_id, "sum")
    # One series of sums, from the earliest hour on.
    assert rows[0]["sum"] == pytest.approx(watt_hours(curve[:2])[curve[0].begin])
    sums = [row["sum"] for row in rows]
    assert sums == sorted(sums)


async def test_a_period_that_lies_in_two_of_the_slices_asked_for_comes_as_well(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history_client, "SLICE", 2)
    record(hass, POWER, rising=False)
    curve = half_hours(20)
    await imported(hass, curve)
    publication = await house.publish("sensor.p", granularity="pt30m", past="sen1:file")
    friend = await house.befriend(cooperative, publication)
    say(house, friend, begin=iso(curve[1].begin + 420))
    await cooperative.befriend(house)
    await shows(hass, cooperative, watt_hours(curve[2:]))


async def test_what_a_friend_that_was_behind_tells_later_is_asked_for_again(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record(hass, POWER, rising=False, hours=3)
    publication = await house.publish("sensor.p", granularity="pt10m")
    running = house.periodic()
    points, behind = running.async_points, time.time() // 3600 * 3600 - 3600

    async def before(begin: float, end: float) -> list[Point]:
        return [point for point in await points(begin, end) if point.end <= behind]

    monkeypatch.setattr(running, "async_points", before)
    known = await house_says(running)
    assert known
    yesterday = (dt_util.now() - timedelta(days=1)).date().isoformat()
    await cooperative.befriend(house)
    await house.befriend(cooperative, publication, since=yesterday)
    await shows(hass, cooperative, known)
    (series,) = cooperative.series()
    assert 0 < series.progress.filled < behind

    monkeypatch.undo()
    whole = {at: energy for at, energy in (await house_says(running)).items() if at <= behind}
    assert len(whole) > len(known)
    await hass.config_entries.async_reload(cooperative.entry.entry_id)
    await shows(hass, cooperative, whole)


async def test_what_a_friends_project_sold_is_a_statistic_of_costs_beside_its_energy(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    record(hass, INDEX, rising=True)
    curve = half_hours(60)
    await imported(hass, curve)
    sheet = {"type": "solar", "sale_price": 0.18}
    details = {"granularity": "pt1h", "past": "sen1:file", "project": sheet}
    publication = await house.publish("sensor.p", **details)
    await cooperative.befriend(house)
    await house.befriend(
        cooperative, publication, since=(dt_util.now() - AGO - timedelta(days=1)).date().isoformat()
    )
    (series,) = await until(lambda: cooperative.series())
    sold = {begin: wh / 1000 * 0.18 for begin, wh in watt_hours(curve).items()}

    async def is_told() -> bool:
        found = await dashboard(hass, f"{series.statistic_id}_cost")
        return sold == pytest.approx({begin: found.get(begin, -1) for begin in sold})

    await happens(is_told, "what the hours were sold for", within=60)


def _revision(house: Home) -> tuple[PublicationId, int]:
    (publication,) = house.runtime[Publishing].publications.values()
    return publication.id, publication.description.revision


async def test_hours_and_days_come_from_any_statistic_that_measures_the_same(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home
) -> None:
    record(hass, INDEX, rising=True)
    curve = half_hours(96)
    await imported(hass, curve)
    day = await house.publish("sensor.p", granularity="p1d", past="sen1:file")
    begin = curve[0].begin
    points = await house.periodic().async_points(begin, begin + 2 * 86400)
    energies = [sum(point.value for point in curve[n : n + 48]) / 2000 for n in (0, 48)]
    assert [point.value for point in points] == pytest.approx(energies)
    assert day.data["past"] == "sen1:file"


async def test_what_a_friend_lent_is_no_past_of_ours_and_of_no_figure_that_is_shared(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    curve = half_hours(60)
    publication, friend = await shared(hass, house, cooperative, curve)
    (series,) = cooperative.series()
    lent = series.statistic_id
    # Counted by the friend's past, and by a sensor of one's own.
    entry, figure = await figure_of(hass, bought_power=["sensor.p"], history=lent)
    assert await refused(cooperative, figure) == "not_to_forward"
    assert await past_refused(cooperative, lent) == "not_to_forward"

    await house.change_terms(friend, publication, may_forward=True)
    await until(lambda: series.follower.grant.terms.may_forward)
    assert await refused(cooperative, figure) is None
    await cooperative.publish("sensor.p", title="P", granularity="pt1h", past=lent)
    running = cooperative.periodic()
    span = (curve[0].begin, curve[-1].end)
    assert await running._past(Summary.MEAN, *span)
    await house.change_terms(friend, publication, may_forward=False)
    await until(lambda: not series.follower.grant.terms.may_forward)
    assert await running._past(Summary.MEAN, *span) == []
    await hass.config_entries.async_unload(entry.entry_id)


async def past_refused(home: Home, statistic_id: str) -> str | None:
    """Return why a statistic cannot be the past of a series of hours; None when it can."""
    flows = home.hass.config_entries.subentries
    flow = await flows.async_init((home.entry.entry_id, "publication"), context={"source": "user"})
    flow = await flows.async_configure(flow["flow_id"], {"entity": "sensor.p"})
    answers = {"title": "P", "direction": "consumption", "interval_s": 1, "granularity": "pt1h"}
    flow = await flows.async_configure(flow["flow_id"], answers | {"past": statistic_id})
    errors: dict[str, str] = flow.get("errors") or {}
    return errors.get("past")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        pytest.param({"granularity": "live"}, "past_needs_periods", id="live"),
        pytest.param({"granularity": "pt1h", "past": "sen1:room"}, "measures_other", id="degrees"),
        pytest.param({"granularity": "pt1h", "past": "sen1:none"}, "measures_other", id="unknown"),
    ],
)
async def test_a_past_that_cannot_stand_for_the_series_is_refused(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    fields: dict[str, str],
    error: str,
) -> None:
    record(hass, POWER, rising=False)
    await imported(hass, half_hours(2))
    await async_archive(hass).async_add(
        "sen1:room", "Room", "°C", Aggregation.MEAN, [Point(half_hours(1)[0].begin, 3600, 20)]
    )
    flows = hass.config_entries.subentries
    flow = await flows.async_init((house.entry.entry_id, "publication"), context={"source": "user"})
    flow = await flows.async_configure(flow["flow_id"], {"entity": "sensor.p"})
    answers = {"title": "P", "direction": "consumption", "interval_s": 1, "past": "sen1:file"}
    flow = await flows.async_configure(flow["flow_id"], answers | fields)
    assert flow["errors"] == {"past": error}
    flow = await flows.async_configure(
        flow["flow_id"], answers | {"granularity": "pt1h", "past": "sen1:file"}
    )
    assert flow["type"] == "create_entry"


async def test_a_friends_live_index_counts_by_hours_and_a_cut_is_no_giant_hour(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    known = record(hass, INDEX, rising=True, hours=3)
    publication = await house.publish("sensor.p")
    friend = await house.befriend(cooperative, publication)
    say(house, friend, begin=iso(known[0][0] - 2))
    # As after a cut of hours: the recorder kept what was measured meanwhile.
    await since(house, publication, known[0][0] - 1)
    await cooperative.befriend(house)
    whole = counted(known)
    assert whole
    await shows(hass, cooperative, whole)
    (series,) = cooperative.series()
    state = cooperative.state()
    assert "state_class" not in state.attributes
    found = await dashboard(hass, series.statistic_id)
    rise = known[-1][1] - known[0][1]
    assert max(found.values()) < rise
    assert sum(found.values()) <= rise + 1e-6


def counted(known: list[tuple[float, float]]) -> dict[float, float]:
    """Return what an index counts in each whole hour, the straightforward way."""

    def at(moment: float) -> float:
        before = [reading for reading in known if reading[0] <= moment][-1]
        after = next(reading for reading in known if reading[0] > moment)
        part = (moment - before[0]) / (after[0] - before[0])
        return float(before[1] + part * (after[1] - before[1]))

    begins = sorted({int(moment // 3600) * 3600 for moment, _ in known})[1:]
    return {b: at(b + 3600) - at(b) for b in begins if b + 3600 <= known[-1][0]}


async def test_a_hole_of_a_live_index_is_asked_for_after_a_restart_as_well(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    known = record(hass, INDEX, rising=True, hours=3)
    publication = await house.publish("sensor.p")
    friend = await house.befriend(cooperative, publication)
    say(house, friend, begin=iso(known[0][0] - 2))
    await cooperative.befriend(house)
    series = await until(lambda: (found := cooperative.series()) and found[0])
    await until(lambda: cooperative.runtime[HistoryClient].addresses)
    await hass.config_entries.async_unload(house.entry.entry_id)
    await until(lambda: not cooperative.runtime[HistoryClient].addresses)
    # Half of it as the follower notices it, then the other.
    middle = known[len(known) // 2][0]
    cooperative.runtime[HistoryClient].ask(series, middle, known[-1][0] + 1)
    cooperative.runtime[HistoryClient].ask(series, known[0][0] - 1, middle)
    await hass.config_entries.async_reload(cooperative.entry.entry_id)
    await hass.config_entries.async_setup(house.entry.entry_id)
    whole = counted(known)
    assert whole
    await shows(hass, cooperative, whole)
    (series,) = cooperative.series()
    await until(lambda: series.progress.hole is None)


def measured(hass: HomeAssistant, begin: float, end: float) -> None:
    """Let the recorder know what a sensor measured, and that it said nothing after."""
    chance = Random(54)
    at = begin
    while at < end:
        hass.states.async_set("sensor.p", str(chance.randrange(100, 5000)), POWER, timestamp=at)
        at += chance.uniform(20, 200)
    hass.states.async_set("sensor.p", "unavailable", POWER, timestamp=end)
    async_recorded_past(hass)


async def test_what_a_node_no_longer_holds_is_asked_for_when_both_are_back(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A node of two items with two periods each is soon too short.
    monkeypatch.setattr("custom_components.sen1.protocol.publisher.ITEM_BYTES", 100)
    monkeypatch.setattr(PeriodicPublication, "max_items", "2")
    now = time.time()
    er.async_get(hass).async_get_or_create("sensor", "test", "p", suggested_object_id="p")
    measured(hass, now - 4 * 3600, now - 3 * 3600)
    publication = await house.publish("sensor.p", granularity="pt10m")
    await since(house, publication, now - 4 * 3600)
    await cooperative.befriend(house)
    yesterday = (dt_util.now() - timedelta(days=1)).date().isoformat()
    await house.befriend(cooperative, publication, since=yesterday)
    running = house.periodic()
    await shows(hass, cooperative, await house_says(running))

    (series,) = cooperative.series()
    await until(lambda: series.follower.last_item)
    # The follower is away, the publisher is not, but for an hour in which it said nothing itself.
    await hass.config_entries.async_unload(cooperative.entry.entry_id)
    measured(hass, now - 2 * 3600, now - 1500)
    await async_committed(hass)
    await since(house, publication, now - 3 * 3600)
    hours = await house_says(running)
    await until(lambda: (running.publisher.watermark or 0) >= now - 1500 - 2 * 600)
    await hass.config_entries.async_setup(cooperative.entry.entry_id)
    await shows(hass, cooperative, hours)
    assert cooperative.runtime[Following].holes
    (series,) = cooperative.series()
    assert (await dashboard(hass, series.statistic_id)).keys() == hours.keys()


async def house_says(running: PeriodicPublication) -> dict[float, float]:
    now = time.time()
    return watt_hours(await running.async_points(now - 10 * 86400, now))
