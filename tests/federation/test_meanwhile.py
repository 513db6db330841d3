"""What a household or a friend does while a server answers, or the recorder writes.

Each test holds one answer back, changes something, and lets it go: the account does not stumble.
"""

import asyncio
from collections.abc import Callable
import time
from typing import Any

from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sen1.federation.config import publication_data
from custom_components.sen1.federation.consent.policy import Policy
from custom_components.sen1.federation.follow import history_client
from custom_components.sen1.federation.follow.history_client import HistoryClient
from custom_components.sen1.federation.legacy.proxies import Proxies
from custom_components.sen1.federation.publish import (
    periodic,
    publication as publications_module,
)
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.xmpp.session import Session
from custom_components.sen1.history import archive, erasing
from custom_components.sen1.protocol.errors import RequestFailed
from custom_components.sen1.protocol.forms import fields_of
from custom_components.sen1.protocol.quoalise import history_request
from custom_components.sen1.protocol.trust.signed import signed_in, verified
from custom_components.sen1.protocol.trust.wire import signed_part

from ..protocol.samples import there
from .conftest import Held, Home, until
from .publish.test_periodic import INDEX, POWER, YESTERDAY, record
from .test_exchange import Meter, shared

type Hold = Callable[[Any, str], Held]


def erased(house: Home, friend: Home) -> list[float]:
    """Return when the friend said that it erased what the house took back."""
    erasures = house.runtime.store.content["erasures"].get(friend.account.jid, {})
    return [erasure["erased"] for erasure in erasures.values() if erasure["erased"]]


async def test_a_series_is_taken_back_while_another_is_asked_for(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, cooperative: Home, hold: Hold
) -> None:
    record(hass, POWER, rising=False)
    both = [await house.publish("sensor.p", granularity="pt10m", title=title) for title in "AB"]
    await cooperative.befriend(house)
    held = hold(Session, "ask")
    friend = await house.befriend(cooperative, *both, since=YESTERDAY)
    await until(lambda: held.calls and len(cooperative.series()) == 2)
    # Begun anew, both are wanted before the first is asked for.
    begun = len(held.calls)
    await hass.config_entries.async_reload(cooperative.entry.entry_id)
    await until(lambda: len(held.calls) > begun)
    _session, _address, command = held.calls[begun]
    signed = signed_in(there(signed_part(command)))
    asked = fields_of(verified(signed, signed.key).payload)["identifier"]
    await house.grant(friend, *(p for p in both if publication_data(p)["name"] == asked))
    await until(lambda: erased(house, cooperative))
    held.go.set()
    await until(lambda: cooperative.runtime[HistoryClient].is_idle)
    assert await cooperative.runtime.session.roster(), "the link is held"


async def test_a_friend_is_removed_while_its_past_is_asked_for(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    hold: Hold,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history_client, "SLICE", 1)
    record(hass, POWER, rising=False)
    publication = await house.publish("sensor.p", granularity="pt10m")
    await cooperative.befriend(house)
    held = hold(cooperative.runtime.session, "ask")
    await house.befriend(cooperative, publication, since=YESTERDAY)
    await until(lambda: len(held.calls) == history_client.AHEAD)
    (theirs,) = cooperative.entry.subentries
    hass.config_entries.async_remove_subentry(cooperative.entry, theirs)
    await until(lambda: not cooperative.series())
    held.go.set()
    await until(lambda: cooperative.runtime[HistoryClient].is_idle)
    assert len(held.calls) == history_client.AHEAD, "nothing more is asked of who is no friend"


async def test_an_index_is_taken_back_while_it_is_recorded(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: Home,
    cooperative: Home,
    hold: Hold,
) -> None:
    record(hass, INDEX, rising=True)
    publication = await house.publish("sensor.p", granularity="pt30m", content="last")
    await cooperative.befriend(house)
    held = hold(archive, "async_write")
    friend = await house.befriend(cooperative, publication, since=YESTERDAY)
    await until(lambda: held.calls)
    await house.grant(friend)
    await until(lambda: cooperative.state("status").state == "withdrawn")
    (series,) = cooperative.series()
    await until(lambda: series.follower.last_item is None)
    held.go.set()
    await until(lambda: erased(house, cooperative))
    kept = series.statistic_id.partition(":")[2]
    assert not [key for key in hass_storage if kept in key]


async def test_a_friend_is_removed_while_what_it_lent_is_erased(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    hold: Hold,
) -> None:
    _publication, friend = await shared(house, cooperative)
    held = hold(erasing, "async_erase_states")
    await house.grant(friend)
    await until(lambda: held.calls)
    (theirs,) = cooperative.entry.subentries
    hass.config_entries.async_remove_subentry(cooperative.entry, theirs)
    await until(lambda: not cooperative.series())
    held.go.set()
    await until(lambda: erased(house, cooperative))


async def test_a_grant_is_taken_back_while_the_recorder_is_read_for_it(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    hold: Hold,
) -> None:
    publication, friend = await shared(house, cooperative)
    held = hold(publications_module, "async_states")
    address = await until(
        lambda: cooperative.runtime[HistoryClient].addresses.get(house.account.jid)
    )
    name = publication_data(publication)["name"]
    asked = asyncio.create_task(
        cooperative.runtime[HistoryClient]._questions.ask(
            house.account.jid, address, history_request(name, 0, time.time())
        )
    )
    await until(lambda: held.calls)
    await house.grant(friend)
    await until(lambda: not house.runtime[Policy].granted_to(cooperative.account.jid))
    held.go.set()
    with pytest.raises(RequestFailed, match="not-authorized"):
        await asked


@pytest.mark.parametrize(
    ("granularity", "module", "reads"),
    [
        pytest.param("live", publications_module, "async_states", id="live"),
        pytest.param("pt10m", periodic, "async_summaries", id="periods"),
    ],
)
async def test_a_series_is_removed_while_it_is_opened(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    hold: Hold,
    granularity: str,
    module: Any,
    reads: str,
) -> None:
    record(hass, POWER, rising=False)
    publication = await house.publish("sensor.p", granularity=granularity)
    held = hold(module, reads)
    await house.befriend(cooperative, publication, since=YESTERDAY)
    await until(lambda: held.calls)
    (running,) = house.runtime[Publishing].publications.values()
    hass.config_entries.async_remove_subentry(house.entry, publication.subentry_id)
    await until(lambda: not house.runtime[Publishing].publications)
    held.go.set()
    await until(lambda: not house.runtime.store.content["chores"])
    assert not running.is_open, "it would tell each period for ever"
    assert not running.publisher.backlog


async def test_a_series_is_removed_while_a_period_of_it_is_told(
    recorder_mock: Recorder, hass: HomeAssistant, house: Home, cooperative: Home, hold: Hold
) -> None:
    record(hass, POWER, rising=False)
    publication = await house.publish("sensor.p", granularity="pt10m")
    await house.befriend(cooperative, publication, since=YESTERDAY)
    running = house.periodic()
    await until(lambda: running._cancel)
    held = hold(periodic, "async_summaries")
    async_fire_time_changed(hass, dt_util.utc_from_timestamp(running._running[1] + 5))
    await until(lambda: held.calls)
    hass.config_entries.async_remove_subentry(house.entry, publication.subentry_id)
    await until(lambda: not house.runtime[Publishing].publications)
    held.go.set()
    await hass.async_block_till_done()
    assert running._cancel is None, "it would tell each period for ever"
    assert running.publisher.newest is None


async def test_the_entity_of_a_series_goes_while_the_series_is_being_removed(
    hass: HomeAssistant, house: Home, meter: Meter, hold: Hold
) -> None:
    publication = await house.publish("sensor.meter")
    held = hold(house.runtime[Proxies], "async_prepare")
    hass.config_entries.async_remove_subentry(house.entry, publication.subentry_id)
    await until(lambda: held.calls)
    er.async_get(hass).async_remove("sensor.meter")
    told = [issue.translation_key for issue in ir.async_get(hass).issues.values()]
    assert "source_missing" not in told
    held.go.set()
    await until(lambda: not house.runtime[Publishing].publications)


async def test_an_account_ends_while_what_the_user_changed_waits(
    hass: HomeAssistant, house: Home, cooperative: Home, meter: Meter, hold: Hold
) -> None:
    publication = await house.publish("sensor.meter")
    held = hold(house.runtime[Proxies], "async_prepare")
    # Its end is a reason to remind the household: a timer.
    await house.befriend(cooperative, publication)
    await until(lambda: held.calls)
    ended = house.runtime
    await hass.config_entries.async_unload(house.entry.entry_id)
    held.go.set()
    await hass.async_block_till_done()
    assert ended[Policy].told_to(cooperative.account.jid) == {}, "nothing was taken over"
