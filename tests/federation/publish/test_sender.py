"""What is published, a publication at a time: one that fails keeps no other back."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation.publish import items, sender
from custom_components.sen1.federation.publish.affiliations import Affiliations
from custom_components.sen1.federation.publish.publications import Publishing
from custom_components.sen1.federation.publish.pubsub_node import OPTIONS
from custom_components.sen1.federation.publish.reconciler import Reconciler
from custom_components.sen1.protocol.model import Description, Item
from custom_components.sen1.protocol.pacer import Pacer
from custom_components.sen1.protocol.stanzas import item_to_element

from ..conftest import ON_EACH_PAIR, Held, Home, until
from ..test_exchange import shared
from .test_outbox import received  # noqa: F401 - a fixture


async def test_nothing_goes_out_between_the_end_of_a_grant_and_the_withdrawal(
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    hold: Callable[..., Held],
    received: list[tuple[float, object]],  # noqa: F811
) -> None:
    _publication, friend = await shared(house, cooperative)
    (running,) = house.runtime[Publishing].publications.values()
    reconciler = house.runtime[Reconciler]
    held = hold(reconciler, "_put_in_order")
    await house.grant(friend)
    await until(lambda: not house.runtime[Affiliations].may_publish(running))
    meter(999)
    await until(lambda: not running.is_open)
    held.go.set()
    await until(lambda: cooperative.state("status").state == "withdrawn")
    assert [value for _time, value in received] == [640]


@ON_EACH_PAIR
async def test_a_node_that_another_program_opened_is_closed_before_anything_goes_to_it(
    house: Home, cooperative: Home, meter: Callable[[object], None]
) -> None:
    await shared(house, cooperative)
    (running,) = house.runtime[Publishing].publications.values()
    session = house.runtime.session
    await session.pubsub.set_node_options(running.node, {**OPTIONS, "access_model": "open"})
    meter(641)
    await until(lambda: cooperative.state().state == "641")
    assert (await session.pubsub.node_options(running.node))["access_model"] == "whitelist"


async def test_what_is_over_the_budget_of_an_account_goes_when_there_is_one_again(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await shared(house, cooperative)
    (series,) = cooperative.series()
    await hass.config_entries.async_unload(house.entry.entry_id)
    for power in range(1000, 1010):
        await asyncio.sleep(0.002)
        meter(power)
    # A burst that holds the reserve for what is live, and less than an item beside it.
    pacer = Pacer(rate=4000.0, burst=sender.BACKLOG_RESERVE)
    pacer.spend(2 * sender.BACKLOG_RESERVE, asyncio.get_running_loop().time())
    monkeypatch.setattr(sender, "Pacer", lambda: pacer)
    await hass.config_entries.async_setup(house.entry.entry_id)
    await until(lambda: series.received == 11)
    assert cooperative.state().state == "1009"


async def test_a_publication_that_fails_keeps_no_other_from_going_out(
    house: Home,
    cooperative: Home,
    meter: Callable[[object], None],
    monkeypatch: pytest.MonkeyPatch,
    faults: Counter[str],
) -> None:
    broken, friend = await shared(house, cooperative)
    sound = await house.publish("sensor.meter", title="Other")
    await house.grant(friend, broken, sound)
    series = await until(
        lambda: (
            {s.description.title: s for s in cooperative.series() if s.received}
            if len(cooperative.series()) == 2
            else None
        )
    )

    def fail(item: Item, description: Description, **options: Any) -> Element:
        if description.title == "Meter":
            raise KeyError("640 W of Alice's")
        return item_to_element(item, description, **options)

    monkeypatch.setattr(sender, "RETRY", 0.01)
    monkeypatch.setattr(items, "item_to_element", fail)
    meter(641)

    def shows(title: str) -> bool:
        (found,) = (s for s in cooperative.series() if s.description.title == title)
        return found.follower.latest is not None and found.follower.latest.value == 641

    await until(lambda: shows("Other"))
    await until(lambda: faults)
    assert not shows("Meter")
    assert series
    # What was held back is not lost.
    monkeypatch.setattr(items, "item_to_element", item_to_element)
    await until(lambda: shows("Meter"))
    assert house.runtime.session.drops == 0
