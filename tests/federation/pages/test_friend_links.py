"""A friend by a link: what people paste, and whose key it must be."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from slixmpp import JID

from custom_components.sen1.const import plain
from custom_components.sen1.federation.trust.peers import Standing
from custom_components.sen1.federation.trust.publishing import IdentityNode
from custom_components.sen1.protocol.links import Link, parse_address, parse_link
from custom_components.sen1.protocol.trust.keys import grouped

from ..conftest import Home, until


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("coop@coop.test", "coop@coop.test"),
        ("coop@coop.test/phone", "coop@coop.test"),
        (" xmpp:coop@coop.test \n", "coop@coop.test"),
        ("XMPP:Coop@coop.test?roster", "coop@coop.test"),
        ("xmpp:coop@coop.test?roster;name=The%20coop;preauth=abc", "coop@coop.test"),
        ("xmpp:jos%C3%A9@coop.test?message", "josé@coop.test"),
        ("https://coop.test/i/#coop@coop.test?roster;preauth=abc", "coop@coop.test"),
        ("https://coop.test/coop", None),
        ("coop.test", None),
        ("xmpp:", None),
        ("", None),
        ("a b@coop.test", None),
    ],
)
def test_an_address_is_read_from_what_people_paste(text: str, address: str | None) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize("address", ["coop@coop.test", "josé@coop.test", "a+b?c#d%e@c.test"])
def test_a_link_that_is_shown_leads_to_the_address(address: str) -> None:
    link = parse_link(Link(JID(address), "roster", fingerprint="0" * 24).written())
    assert link is not None
    assert (link.address, link.action, link.gives_account) == (address, "roster", False)


async def test_a_friend_is_added_with_the_link_another_home_shows(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    flows = hass.config_entries.subentries
    theirs: Any = await flows.async_init(
        (cooperative.entry.entry_id, "friend"), context={"source": "user"}
    )
    theirs = await flows.async_configure(theirs["flow_id"], {"next_step_id": "show"})
    ((field, _text), (_picture, picture)) = theirs["data_schema"].schema.items()
    link = field.description["suggested_value"]
    assert picture.config["data"] == link
    back = await flows.async_configure(theirs["flow_id"], {})
    assert back["menu_options"] == ["address", "show", "circle", "collection", "data_node", "proxy"]

    ours = await flows.async_init((house.entry.entry_id, "friend"), context={"source": "user"})
    ours = await flows.async_configure(ours["flow_id"], {"next_step_id": "address"})
    today = dt_util.now().date().isoformat()
    fields: dict[str, Any] = {"jid": link, "publications": [], "until": today, "purpose": "display"}
    result = await flows.async_configure(ours["flow_id"], fields)
    assert result["step_id"] == "whose"
    fingerprint = cooperative.runtime.statements.keys.public.fingerprint
    assert result["description_placeholders"] == {
        "friend": plain(cooperative.account.jid.partition("@")[0]),
        "address": plain(cooperative.account.jid),
        "key": " ".join(grouped(fingerprint)),
    }
    result = await flows.async_configure(ours["flow_id"], {})
    assert result["type"] == "create_entry"
    (friend,) = house.entry.subentries.values()
    assert friend.title == cooperative.account.jid.partition("@")[0]
    assert dict(friend.data) == {
        "jid": cooperative.account.jid,
        "grants": [],
        "fingerprint": fingerprint,
    }
    trust = house.runtime.trust
    await until(lambda: trust.standing(cooperative.account.jid) is Standing.VERIFIED)


async def test_a_link_whose_key_is_not_the_known_one_adds_nobody(
    hass: HomeAssistant, house: Home, cooperative: Home
) -> None:
    friend = await house.befriend(cooperative)
    trust = house.runtime.trust
    await until(lambda: trust.signs(cooperative.account.jid))
    hass.config_entries.async_remove_subentry(house.entry, friend.subentry_id)
    flows = hass.config_entries.subentries
    flow = await flows.async_init((house.entry.entry_id, "friend"), context={"source": "user"})
    flow = await flows.async_configure(flow["flow_id"], {"next_step_id": "address"})
    today = dt_util.now().date().isoformat()
    fields: dict[str, Any] = {"publications": [], "until": today, "purpose": "display"}
    for link, error in (
        (Link(JID(cooperative.account.jid), "roster", fingerprint="1" * 24).written(), "wrong_key"),
        (f"{cooperative.runtime[IdentityNode].link()}1", "newer_link"),
        (cooperative.runtime[IdentityNode].link().replace(";sen1=0", "1"), "cut_link"),
    ):
        result = await flows.async_configure(flow["flow_id"], fields | {"jid": link})
        assert result["errors"] == {"jid": error}
    result = await flows.async_configure(
        flow["flow_id"], fields | {"jid": cooperative.runtime[IdentityNode].link()}
    )
    assert result["step_id"] == "whose"
