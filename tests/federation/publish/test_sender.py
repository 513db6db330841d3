"""What is published, a publication at a time: one that fails keeps no other back."""

from collections import Counter
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

import pytest

from custom_components.sen1.federation.publish import sender
from custom_components.sen1.protocol.model import Description, Item
from custom_components.sen1.protocol.stanzas import item_to_element

from ..conftest import Home, until
from ..test_exchange import shared


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
    monkeypatch.setattr(sender, "item_to_element", fail)
    meter(641)

    def shows(title: str) -> bool:
        (found,) = (s for s in cooperative.series() if s.description.title == title)
        return found.follower.latest is not None and found.follower.latest.value == 641

    await until(lambda: shows("Other"))
    await until(lambda: faults)
    assert not shows("Meter")
    assert series
    # What was held back is not lost.
    monkeypatch.setattr(sender, "item_to_element", item_to_element)
    await until(lambda: shows("Meter"))
    assert house.runtime.session.drops == 0
