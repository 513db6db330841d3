"""A collection of many: all come, each value is the truth, and of who leaves nothing is left.

`SEN1_MEMBERS=300` makes it as large as a cooperative, at Debian's limits of both kinds of servers;
`-rP` shows the minutes it took, and what each member costs within those limits.
"""

import asyncio
from collections.abc import Callable
import os
import time
from types import MappingProxyType

from homeassistant.config_entries import ConfigSubentry
import pytest

from custom_components.sen1.federation.config import collection_data
from custom_components.sen1.federation.follow.following import Following
from custom_components.sen1.federation.follow.series import Series
from custom_components.sen1.federation.organising.collections import Collections
from custom_components.sen1.federation.relations.members import Memberships
from custom_components.sen1.protocol.links import parse_link
from custom_components.sen1.protocol.model import BareJid
from testbed.collection import ASKED, TITLE, half_hours, homes
from testbed.member import SimulatedMember, members
from testbed.session import count_sent
from testbed.xmpp import Account, XmppServer
from tests.conftest import Servers

from ..conftest import Home, until

MANY = int(os.environ.get("SEN1_MEMBERS", "20"))

LEAVING = MANY // 5

PATIENCE = 60 + 10 * MANY
"""Seconds for what all of them do."""


@pytest.fixture(scope="module")
def servers(limited_servers: Servers) -> Servers:
    """Return servers with Debian's limits of rate."""
    return limited_servers


def add_collection(house: Home) -> ConfigSubentry:
    subentry = ConfigSubentry(
        data=MappingProxyType(dict(half_hours())),
        subentry_type="friend",
        title=TITLE,
        unique_id=None,
    )
    house.hass.config_entries.async_add_subentry(house.entry, subentry)
    return subentry


def newest_of(house: Home, member: SimulatedMember, what: str) -> Series | None:
    """Return the series that the organiser follows for what a member gives."""
    of_member = house.runtime[Following].series.get(BareJid(member.account.jid), {})
    given = member.series.get(what)
    return None if given is None else of_member.get(given.publication)


def has_truth(house: Home, member: SimulatedMember) -> bool:
    """Return whether the organiser has what each of a member's series came to last."""
    for what in ASKED:
        series, said = newest_of(house, member, what), member.newest(what)
        if series is None or said is None or (latest := series.follower.latest) is None:
            return False
        if latest != said or latest.value != member.truth(what, said.time):
            return False
    return True


@pytest.mark.timeout(8 * PATIENCE)
@pytest.mark.parametrize(
    "server_pair",
    [pytest.param(("maison", "coop"), id="Prosody")]
    + [pytest.param(("village", "coop"), id="ejabberd")] * ("SEN1_MEMBERS" in os.environ),
    indirect=True,
)
async def test_all_who_have_the_link_come_and_of_who_leaves_all_is_erased(
    house: Home,
    accounts: Callable[..., Account],
    server_pair: tuple[XmppServer, XmppServer],
) -> None:
    subentry = add_collection(house)
    collection = collection_data(subentry)["collection"]
    link = parse_link(house.runtime[Collections].link(subentry))
    assert link is not None
    several = homes([accounts(server_pair[1], "member") for _ in range(MANY)], link)
    sent, began = count_sent(house.runtime.session), time.monotonic()
    async with members(several):
        await until(lambda: all(member.number for member in several), PATIENCE)
        print(f"{MANY} have their number: {time.monotonic() - began:.0f} s, {sent()} B sent")
        await until(lambda: all(has_truth(house, member) for member in several), PATIENCE)
        seconds = time.monotonic() - began
        print(f"{MANY} came, {2 * MANY} first values: {seconds / 60:.1f} min, {sent()} B sent")
        print(f"{sent() / MANY:.0f} B for each, {sent() / seconds:.0f} B/s")
        assert sorted(member.number or 0 for member in several) == [*range(1, MANY + 1)]
        known = house.runtime[Memberships].of_collection(collection)
        assert {member.data["name"] for member in known if member.data["name"]} == {
            member.name for member in several if member.name
        }

        leaving, staying = several[:LEAVING], several[LEAVING:]
        began = time.monotonic()
        await asyncio.gather(*(member.leave() for member in leaving))
        await until(
            lambda: all(given.is_erased for member in leaving for given in member.series.values()),
            PATIENCE,
        )
        print(f"{LEAVING} left, all erased and confirmed: {time.monotonic() - began:.0f} s")
        await until(
            lambda: len(house.runtime[Memberships].of_collection(collection)) == len(staying),
            PATIENCE,
        )
        gone = {member.account.jid for member in leaving}
        assert not gone & {jid for jid, of_jid in house.runtime[Following].series.items() if of_jid}
        await until(lambda: all(has_truth(house, member) for member in staying))
    assert {reason for member in several for reason in member.refused} == set()
