"""What left the house: counted by months, and told to nobody but administrators."""

from datetime import datetime
from types import MappingProxyType

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigSubentry, ConfigSubentryData
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.federation.relations.members import MemberData
from custom_components.sen1.protocol.model import BareJid, PublicationId
from testbed.collection import half_hours

from ...figures.conftest import MakeAccount
from ...figures.site.test_past import at
from .conftest import NOW, ask

COLLECTION = "3f6a00c2d4e5f601"

DAYS = PublicationId("days")
FRIEND, FORMER = BareJid("school@coop.test"), BareJid("gone@coop.test")


@pytest.fixture
def begins() -> datetime:
    """Return when the past of the home begins: what was shared is looked at, not what was used."""
    return at("2025-02-15 00:00")


def member(number: int) -> MemberData:
    return MemberData(number=number, name="", address="", joined=0.0, charter=1, gives={}, told=1)


@pytest.fixture
async def account(
    hass: HomeAssistant, make_account: MakeAccount, freezer: FrozenDateTimeFactory
) -> MockConfigEntry:
    """Return an account that sent something in three months."""
    entry = await make_account(
        ConfigSubentryData(
            data={
                "publication": DAYS,
                "registry_id": "unknown",
                "name": "days",
                "unit": "kWh",
                "measurement": {},
                "granularity": "P1D",
                "interval_s": 5,
            },
            subentry_type="publication",
            title="Days of <the house>",
            unique_id=None,
        ),
        ConfigSubentryData(
            data={"kind": "home", "jid": FRIEND, "grants": []},
            subentry_type="friend",
            title="The school",
            unique_id=FRIEND,
        ),
    )
    journal = entry.runtime_data.journal
    for moment, readings in (("2024-12-31", 5), ("2025-03-01", 20), ("2025-12-31", 41)):
        freezer.move_to(at(f"{moment} 12:00"))
        journal.sent([FRIEND], DAYS, readings, 100)
    journal.sent([FORMER], DAYS, 7, 100)
    freezer.move_to(NOW)
    return entry


async def test_what_was_shared_in_the_months_of_a_report_is_in_it(
    hass: HomeAssistant,
    site: MockConfigEntry,
    account: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    days = {"begin": "2025-01-01", "end": "2025-12-31", "language": "en"}
    html = (await ask(hass, hass_ws_client, site.entry_id, **days))["result"]["html"]
    shared = html.partition("What was shared</h2>")[2].partition("</table>")[0]
    assert shared.index("The school") < shared.index("Someone no longer a friend")
    assert "Days of &lt;the house&gt;" in shared
    assert "<td>day</td>" in shared
    assert [f">{count}</td>" in shared for count in (61, 7, 68, 66)] == [True, True, True, False]
    # Of any days the months that they touch.
    days = {"begin": "2024-12-15", "end": "2025-03-02", "language": "en"}
    csv = (await ask(hass, hass_ws_client, site.entry_id, **days))["result"]["csv"]
    assert "The school,Days of <the house>,day,25\n" in csv


async def test_what_came_back_to_members_is_counted_under_their_collection(
    hass: HomeAssistant,
    site: MockConfigEntry,
    account: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    freezer: FrozenDateTimeFactory,
) -> None:
    store, members = account.runtime_data.store.content, ("one@maison.test", "two@maison.test")
    store["collected"][COLLECTION] = {jid: member(n) for n, jid in enumerate(members, 1)}
    subentry = ConfigSubentry(
        data=MappingProxyType(dict(half_hours(), collection=COLLECTION)),
        subentry_type="friend",
        title="Lucioles",
        unique_id=None,
    )
    hass.config_entries.async_add_subentry(account, subentry)
    await hass.async_block_till_done()
    freezer.move_to(at("2025-06-01 12:00"))
    account.runtime_data.journal.sent(members, DAYS, 15, 100)
    freezer.move_to(NOW)
    days = {"begin": "2025-01-01", "end": "2025-12-31", "language": "en"}
    csv = (await ask(hass, hass_ws_client, site.entry_id, **days))["result"]["csv"]
    assert "Lucioles,Days of <the house>,day,30\n" in csv


async def test_who_is_no_administrator_is_not_told_with_whom_anything_was_shared(
    hass: HomeAssistant,
    site: MockConfigEntry,
    account: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_admin_user: MockUser,
) -> None:
    hass_admin_user.groups = []
    assert not hass_admin_user.is_admin
    answer = await ask(
        hass, hass_ws_client, site.entry_id, begin="2025-01-01", end="2025-12-31", language="en"
    )
    for text in (answer["result"]["html"], answer["result"]["csv"]):
        assert "The school" not in text
        assert "Days of" not in text
    assert "Only administrators" in answer["result"]["html"]
