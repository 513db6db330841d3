"""Two installations say to each other what a day came to."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from homeassistant.components.recorder.core import Recorder
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest
from slixmpp.xmlstream import StanzaBase

from custom_components.sen1.const import DOMAIN
from custom_components.sen1.federation.follow.history_client import HistoryClient
from custom_components.sen1.federation.part import Heard
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.receipts.outcomes import EVENT_COMPARED, ComparedDays
from custom_components.sen1.federation.receipts.receipts import Receipts
from custom_components.sen1.protocol.errors import FriendRefused, PayloadRefused
from custom_components.sen1.protocol.model import BareJid, PublicationId, Reading
from custom_components.sen1.protocol.stamps import stamp
from custom_components.sen1.protocol.trust.day import DayTotals
from custom_components.sen1.protocol.trust.identity import Head
from custom_components.sen1.protocol.trust.kinds import StatementKind
from custom_components.sen1.protocol.trust.receipts import (
    DayRequest,
    DayStatement,
    SentDay,
    Way,
    day_command,
    day_to_elements,
    hours_from_element,
)

from ..conftest import DAY, Clock, Home, until
from ..test_exchange import shared

D = 20_783


@pytest.fixture
def told(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return what the bus is told of days."""
    events: list[dict[str, Any]] = []

    @callback
    def note(event: Event) -> None:
        events.append(dict(event.data))

    hass.bus.async_listen(EVENT_COMPARED, note)
    return events


def days(home: Home, other: Home) -> ComparedDays:
    """Return what the days between two came to, as one of them knows."""
    return home.runtime[Receipts].days_of(BareJid(other.account.jid))


async def measure(home: Home, other: Home, meter: Callable[[object], None], *powers: int) -> None:
    """Measure powers, each once the one before is shown at the friend, and acknowledged."""
    for power in powers:
        meter(power)
        await until(lambda: other.state().state == str(power))  # noqa: B023
        await home.has_published(power)
        await asyncio.sleep(0.002)


@pytest.fixture
def index(hass: HomeAssistant) -> Callable[[float], None]:
    """Return what sets the index of a meter: its past is kept, and asked for."""
    er.async_get(hass).async_get_or_create("sensor", "test", "i", suggested_object_id="index")

    def set_index(kilowatt_hours: float) -> None:
        attributes = {
            "unit_of_measurement": "kWh",
            "device_class": "energy",
            "state_class": "total_increasing",
        }
        hass.states.async_set("sensor.index", str(kilowatt_hours), attributes)

    set_index(1000)
    return set_index


def lose(home: Home) -> set[str]:
    """Have a home's link lose each item whose id is in the set, however it comes."""
    lost: set[str] = set()

    def without(stanza: StanzaBase) -> StanzaBase:
        for parent in list(stanza.xml.iter()):
            for item in [each for each in parent if each.tag.endswith("}item")]:
                if item.get("id") in lost:
                    parent.remove(item)
        return stanza

    home.runtime.session._client.add_filter("in", without)
    return lost


async def restarted(home: Home, *, killed: bool) -> None:
    """Restart a home; killed, what its receipts had not written yet is lost."""
    if killed:
        home.runtime[Receipts].records._waiting.clear()
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    await home.hass.config_entries.async_setup(home.entry.entry_id)
    await until(lambda: home.runtime.session.is_online)


async def test_a_day_of_which_all_came_is_equal_on_both_sides(
    clock: Clock,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    told: list[dict[str, Any]],
) -> None:
    await shared(house, cooperative)
    await measure(house, cooperative, meter, 700, 701, 702)
    assert days(house, cooperative).known == 0
    clock.forward(DAY)
    for home, other in ((house, cooperative), (cooperative, house)):
        await until(lambda: days(home, other).equal == 1)  # noqa: B023
        assert days(home, other) == ComparedDays(1, 1, 0, 0, 0, [])
    entity = next(
        hass.states.get(entry.entity_id)
        for entry in er.async_entries_for_config_entry(er.async_get(hass), house.entry.entry_id)
        if entry.translation_key == "day_compared"
    )
    assert entity is not None
    assert entity.attributes["event_type"] == "agreed"
    assert entity.attributes["day"] == "2026-11-26"
    assert {(each["entry_id"], each["day"], each["state"]) for each in told} == {
        (home.entry.entry_id, "2026-11-26", "equal") for home in (house, cooperative)
    }


async def test_an_item_that_is_lost_is_named_exactly_and_mended_from_the_past(
    recorder_mock: Recorder,
    clock: Clock,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    index: Callable[[float], None],
    told: list[dict[str, Any]],
) -> None:
    publication = await house.publish("sensor.index")
    await house.befriend(cooperative, publication)
    await cooperative.befriend(house)
    await until(lambda: (s := cooperative.state()) and s.state.startswith("1000"))
    lost = lose(cooperative)
    times = []
    for number in range(1, 4):
        clock.forward(60)
        at = clock.now
        times.append(at)
        if number == 2:
            lost.update(stamp(at + ms / 1000) for ms in range(-2000, 5000))
        index(1000 + number)
        await house.has_published(1000 + number)
    await until(lambda: cooperative.state().state.startswith("1003"))
    clock.forward(DAY)
    await until(lambda: days(house, cooperative).not_received == 1)
    ((day, named),) = days(house, cooperative).told
    assert (day, named["sent"], named["received"], named["ours"]) == (D, 4, 3, True)
    ((begin, end),) = named["missing"]
    assert begin == end == pytest.approx(1000 * times[1], abs=2000)
    assert not named["differs"]
    ((_, same),) = days(cooperative, house).told
    assert (same["missing"], same["ours"]) == (named["missing"], False)
    # Their past was asked for what is missing.
    await until(lambda: cooperative.runtime[HistoryClient].is_idle)
    clock.forward(60)
    for home, other in ((cooperative, house), (house, cooperative)):

        async def is_mended(home: Home = home, other: Home = other) -> bool:
            # What came is on the disk half a minute later, else.
            await home.runtime[Receipts].records.write()
            return days(home, other).equal == 1

        await until(is_mended)
        ((_, mended),) = days(home, other).told
        assert mended["mended"] is not None
    states = [each["state"] for each in told if each["entry_id"] == house.entry.entry_id]
    assert states == ["not_received", "equal"]


async def test_a_publisher_that_says_otherwise_than_it_sent_differs_on_both_sides(
    clock: Clock,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
) -> None:
    await shared(house, cooperative)
    await measure(house, cooperative, meter, 700, 701, 702)
    (publication,) = house.runtime[Publishing].publications.values()
    (series,) = cooperative.series()
    latest = series.follower.latest
    assert latest is not None
    at = round(1000 * latest.time)
    records = house.runtime[Receipts].records
    records.sent(publication.id, publication.receivers, [Reading(latest.time, 7000.0)])
    clock.forward(DAY)
    for home, other in ((house, cooperative), (cooperative, house)):
        await until(lambda: days(home, other).differs == 1)  # noqa: B023
        ((_, named),) = days(home, other).told
        assert named["differs"] == [(at, at)]
        assert not named["missing"]
        assert named["mended"] is None


async def test_what_a_friend_says_of_a_day_is_read_strictly_and_within_bounds(
    clock: Clock,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
) -> None:
    await shared(house, cooperative)
    receipts, friend = cooperative.runtime[Receipts], BareJid(house.account.jid)
    unknown = (PublicationId("nothing that was granted"), Way.NODE)
    salt, root = bytes(16), bytes(32)
    sent = {unknown: SentDay(DayTotals(0, root), salt)}
    for day in (D - 32, D + 1):
        (element,) = day_to_elements(DayStatement(day, sent, {}, awaits=True))
        with pytest.raises(PayloadRefused):
            receipts.take(Heard(friend, element, None))
    (element,) = day_to_elements(DayStatement(D - 1, sent, {}, awaits=True))
    with pytest.raises(PayloadRefused):
        receipts.take(Heard(BareJid("stranger@elsewhere.test"), element, None))
    # What a friend says to have seen of us is its word alone: no repair that nobody can answer.
    (seen,) = day_to_elements(DayStatement(D - 1, sent, {}, True, seen=Head(412, root)))
    receipts.take(Heard(friend, seen, None))
    assert not cooperative.runtime.store.content["restored"]
    older = f"older_copy_{cooperative.entry.entry_id}"
    assert not ir.async_get(hass).async_get_issue(DOMAIN, older)
    # What is said of series that nobody granted leaves nothing, and ends at the allowance.
    refused = 0
    for _ in range(1000):
        try:
            receipts.take(Heard(friend, element, None))
        except PayloadRefused:
            refused += 1
    assert 400 < refused < 600
    assert days(cooperative, house).told == []


async def test_what_a_day_holds_is_answered_to_who_was_granted_it_alone(
    clock: Clock,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
) -> None:
    await shared(house, cooperative)
    (publication,) = house.runtime[Publishing].publications
    friend = BareJid(cooperative.account.jid)
    (answer,) = (each.answer for each in house.runtime[Receipts].answers.values())
    command = day_command(DayRequest(publication, D))
    hours = hours_from_element(await answer(friend, command), DayRequest(publication, D))
    assert sum(hour.count for hour in hours) == 1
    other = day_command(DayRequest(PublicationId("another"), D))
    for asking, asked in ((friend, other), (BareJid("stranger@elsewhere.test"), command)):
        with pytest.raises(FriendRefused):
            await answer(asking, asked)


async def test_an_account_that_is_removed_leaves_no_receipts(
    clock: Clock,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
) -> None:
    await shared(house, cooperative)
    folder = Path(hass.config.path(".storage", f"sen1.{house.entry.entry_id}.receipts"))
    await house.runtime[Receipts].records.write()
    assert await hass.async_add_executor_job(folder.is_dir)
    await hass.config_entries.async_remove(house.entry.entry_id)
    assert not await hass.async_add_executor_job(folder.exists)


async def test_what_is_taken_back_leaves_nothing_of_its_days(
    clock: Clock,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
) -> None:
    _, friend = await shared(house, cooperative)
    (publication,) = house.runtime[Publishing].publications
    records = cooperative.runtime[Receipts].records
    name = records.name(BareJid(house.account.jid), publication)
    assert await records.ask(lambda files: files.size(name, D))
    await house.grant(friend)
    await until(lambda: cooperative.state("status").state == "withdrawn")
    assert not await records.ask(lambda files: files.size(name, D))


@pytest.mark.parametrize("killed", ["house", "cooperative"])
async def test_a_kill_of_either_side_loses_nothing_of_what_is_on_the_node(
    clock: Clock,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    killed: str,
) -> None:
    await shared(house, cooperative)
    await measure(house, cooperative, meter, 700, 701, 702)
    await restarted({"house": house, "cooperative": cooperative}[killed], killed=True)
    await until(lambda: all(p.is_open for p in house.runtime[Publishing].publications.values()))
    await until(lambda: cooperative.state().state == "702")
    await measure(house, cooperative, meter, 703, 704)
    clock.forward(DAY)
    for home, other in ((house, cooperative), (cooperative, house)):
        await until(lambda: days(home, other).equal == 1)  # noqa: B023
        assert not days(home, other).told


async def test_what_no_node_has_any_more_when_a_friend_comes_back_is_told_as_not_received(
    clock: Clock,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
) -> None:
    await shared(house, cooperative)
    await hass.config_entries.async_unload(cooperative.entry.entry_id)
    for number in range(20):
        clock.forward(5)
        meter(800 + number)
        await house.has_published(800 + number)
    clock.forward(DAY)
    await until(lambda: days(house, cooperative).unconfirmed == 1)
    # The day is said while the friend is away, and answered once it is there.
    await hass.config_entries.async_setup(cooperative.entry.entry_id)
    await until(lambda: days(house, cooperative).not_received == 1)
    ((_, named),) = days(house, cooperative).told
    ((begin, end),) = named["missing"]
    assert (named["sent"], named["received"]) == (21, 17)
    assert end - begin == pytest.approx(15_000, abs=4000)


async def test_each_day_of_a_friend_who_is_away_is_said_and_answered_when_it_is_back(
    clock: Clock,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
) -> None:
    await shared(house, cooperative)
    await hass.config_entries.async_unload(cooperative.entry.entry_id)
    for day in range(3):
        clock.forward(60)
        meter(700 + day)
        await house.has_published(700 + day)
        clock.forward(DAY)
        await until(lambda: days(house, cooperative).unconfirmed == day + 1)  # noqa: B023
    await hass.config_entries.async_setup(cooperative.entry.entry_id)
    # What the node has of the days before comes as well.
    for home, other in ((house, cooperative), (cooperative, house)):
        await until(lambda: days(home, other).equal == 3)  # noqa: B023
        assert not days(home, other).told


async def test_an_answer_that_is_lost_is_given_again_when_it_is_asked_for_again(
    clock: Clock,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await shared(house, cooperative)
    lost: list[BareJid] = []
    with monkeypatch.context() as patched:
        patched.setitem(
            house.runtime._takes, StatementKind.DAY, lambda heard: lost.append(heard.sender)
        )
        clock.forward(DAY)
        await until(lambda: lost)
        await until(lambda: days(cooperative, house).equal == 1)
        assert days(house, cooperative).unconfirmed == 1
    clock.forward(3700)
    await until(lambda: days(house, cooperative).equal == 1)


async def test_a_paused_and_a_withdrawn_grant_count_alike_on_both_sides(
    clock: Clock,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
) -> None:
    granted, friend = await shared(house, cooperative)
    await measure(house, cooperative, meter, 700)
    (publication,) = house.runtime[Publishing].publications.values()
    await house.change_terms(friend, granted, paused=True)
    await until(lambda: cooperative.state("status").state == "paused")
    clock.forward(60)
    for power in (750, 751):
        meter(power)
        clock.forward(2)
    await house.change_terms(friend, granted, paused=False)
    await until(lambda: cooperative.state("status").state == "receiving")
    await until(lambda: publication.receivers and not publication.publisher.waiting)
    clock.forward(60)
    await measure(house, cooperative, meter, 760, 761)
    clock.forward(DAY)
    for home, other in ((house, cooperative), (cooperative, house)):
        await until(lambda: days(home, other).equal == 1)  # noqa: B023
        assert not days(home, other).told
    await house.grant(friend)
    await until(lambda: cooperative.state("status").state == "withdrawn")
    clock.forward(DAY)
    await until(lambda: house.runtime.store.content["compared"] > D)
    assert days(house, cooperative).known == days(cooperative, house).known == 1
