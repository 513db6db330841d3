"""What was told of grants, and is told again."""

from custom_components.sen1.federation.store import ToldGrant
from custom_components.sen1.protocol.model import BareJid

from ...protocol.samples import ID
from ..conftest import Home

CAROLE, DAVE = BareJid("carole@coop.test"), BareJid("dave@coop.test")


async def test_grants_are_told_again_to_one_who_came_or_to_all(house: Home) -> None:
    announcer = house.runtime.announcer
    said = ToldGrant(state="active", revision=None, node=None, terms={})
    told = {(friend, ID): (said, 0.0) for friend in (CAROLE, DAVE)}
    announcer._said.update(told)
    announcer.tell_again(CAROLE)
    assert announcer._said.keys() == {(DAVE, ID)}
    announcer.tell_again()
    assert not announcer._said
