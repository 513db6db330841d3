"""What was told of grants, and is told again."""

from __future__ import annotations

from custom_components.sen1.protocol.model import BareJid

from ...protocol.samples import ID
from ..conftest import Home

CAROLE, DAVE = BareJid("carole@coop.test"), BareJid("dave@coop.test")


async def test_grants_are_told_again_to_one_who_came_or_to_all(house: Home) -> None:
    keeper = house.runtime.keeper
    told = {(friend, ID): ({}, 0.0) for friend in (CAROLE, DAVE)}
    keeper._said.update(told)
    keeper.wake_for_grants(CAROLE)
    assert keeper._said.keys() == {(DAVE, ID)}
    keeper.wake_for_grants()
    assert not keeper._said
