"""What members give: what a home is, as long as that is granted, and where its readings are."""

from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import MagicMock

from homeassistant.core import HomeAssistant
import pytest

from custom_components.sen1.federation.context import AccountContext
from custom_components.sen1.federation.follow.following import Following
from custom_components.sen1.federation.organising.giving import FollowedMembers
from custom_components.sen1.federation.relations.members import Member
from custom_components.sen1.protocol.collecting.collection import SITE
from custom_components.sen1.protocol.follower import OVER, Status
from custom_components.sen1.protocol.model import BareJid
from custom_components.sen1.protocol.sheet import Heating, SiteKind, SiteSheet
from custom_components.sen1.protocol.wishes import What

JID = BareJid("heron@server.org")
HERON = SiteSheet(SiteKind.HOME, Heating.GAS)


def member(gives: dict[str, str]) -> Member:
    return Member(
        JID,
        "3f6a00c2d4e5f601",
        cast("Any", SimpleNamespace(subentry_id="sub")),
        cast("Any", {"number": 1, "gives": gives}),
    )


def followed(hass: Any, status: Status = Status.RECEIVING) -> FollowedMembers:
    """Return members of whom one gives a series with its sheet."""
    series = SimpleNamespace(
        status=status,
        description=SimpleNamespace(site=HERON, granularity="live", measurement={}, unit="Wh"),
        statistic_id="sen1:friend_heron",
        follower=SimpleNamespace(grant=SimpleNamespace(publication="p")),
    )
    following = MagicMock(series={JID: {"p": series}})
    context = AccountContext(hass, *[MagicMock()] * 4)
    context.made[Following] = following
    return FollowedMembers(context)


def test_a_home_is_what_its_sheet_says_as_long_as_it_grants_it() -> None:
    assert followed(None).site(member({SITE: "p"})) == HERON
    assert followed(None).site(member({What.CONSUMPTION: "p"})) is None
    assert followed(None).site(member({SITE: "gone"})) is None
    for status in OVER:
        assert followed(None, status).site(member({SITE: "p"})) is None


@pytest.mark.usefixtures("enable_custom_integrations")
async def test_what_a_member_uses_is_found_by_its_statistic(hass: HomeAssistant) -> None:
    assert followed(hass).consumption(member({What.CONSUMPTION: "p"})) == "sen1:friend_heron"
    assert followed(hass).consumption(member({What.PRODUCTION: "p"})) is None
