"""What the last page of a form links to, by what this household has and by its dashboards."""

from types import MappingProxyType
from typing import Any

from homeassistant.components.lovelace.const import LOVELACE_DATA
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sen1.const import DOMAIN, FRIEND, TARIFF
from custom_components.sen1.last_page import ADD, PAGE, Made, async_dashboard, async_last_page

SEN1 = {"strategy": {"type": "custom:sen1"}}


async def add_dashboard(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, path: str, config: dict[str, Any]
) -> None:
    """Add a dashboard as an administrator does."""
    assert await async_setup_component(hass, "lovelace", {})
    client = await hass_ws_client(hass)
    for message in (
        {"type": "lovelace/dashboards/create", "url_path": path, "title": path},
        {"type": "lovelace/config/save", "url_path": path, "config": config},
    ):
        await client.send_json_auto_id(message)
        assert (await client.receive_json())["success"]


def add(hass: HomeAssistant, kind: str, **subentries: dict[str, Any]) -> MockConfigEntry:
    """Add an entry that is not set up, with subentries by their types."""
    entry = MockConfigEntry(domain=DOMAIN, title=kind, data={"kind": kind})
    entry.add_to_hass(hass)
    for type_, data in subentries.items():
        hass.config_entries.async_add_subentry(
            entry,
            ConfigSubentry(
                data=MappingProxyType(data), subentry_type=type_, title=type_, unique_id=None
            ),
        )
    return entry


async def linked(hass: HomeAssistant, made: Made) -> str:
    """Return what a last page links to."""
    page = await async_last_page(hass, made)
    assert page["description"] == made
    words, _, path = page["description_placeholders"]["next"].partition("](")
    assert words.startswith("[")
    return path.removesuffix(")")


async def test_without_a_dashboard_the_place_where_one_is_added_comes_next(
    hass: HomeAssistant,
) -> None:
    assert await async_dashboard(hass) is None
    for made in (Made.ACCOUNT, Made.TARIFF, Made.FRIEND, Made.GROUP):
        assert await linked(hass, made) == "/config/lovelace/dashboards"
    # What is set up elsewhere needs none.
    assert await linked(hass, Made.LINKY) == ADD


async def test_our_dashboard_is_found_among_others(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    await add_dashboard(hass, hass_ws_client, "other-one", {"views": []})
    await add_dashboard(hass, hass_ws_client, "odd-one", {"strategy": "custom:sen1"})
    assert await async_dashboard(hass) is None
    await add_dashboard(hass, hass_ws_client, "our-energy", SEN1)
    assert await async_dashboard(hass) == "/our-energy"
    assert await linked(hass, Made.TARIFF) == "/our-energy/home"


async def test_the_first_dashboard_may_be_ours(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "lovelace", {})
    await hass.data[LOVELACE_DATA].dashboards[None].async_save(SEN1)
    assert await async_dashboard(hass) == "/lovelace"


async def test_what_comes_next_is_what_is_not_there_yet(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    await add_dashboard(hass, hass_ws_client, "our-energy", SEN1)
    assert await linked(hass, Made.LINKY) == ADD
    add(hass, "home")
    assert await linked(hass, Made.LINKY) == PAGE
    add(hass, "home", **{TARIFF: {}})
    assert await linked(hass, Made.LINKY) == "/our-energy/home"

    assert await linked(hass, Made.PUBLICATION) == "/our-energy/invite"
    # Who only gives data of meters is no friend.
    add(hass, "account", **{FRIEND: {"kind": "data_node", "address": "node@example"}})
    assert await linked(hass, Made.ACCOUNT) == "/our-energy/invite"
    add(hass, "account", **{FRIEND: {"jid": "dune@example", "grants": []}})
    assert await linked(hass, Made.ACCOUNT) == "/our-energy/sharing?share"
    assert await linked(hass, Made.FRIEND) == "/our-energy/sharing?share"
    add(hass, "account", **{FRIEND: {"jid": "fern@example", "grants": [{"publication": "a"}]}})
    assert await linked(hass, Made.FRIEND) == "/our-energy/friends"
    assert await linked(hass, Made.PUBLICATION) == "/our-energy/sharing"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Next: add your home"), ("fr", "Ensuite\u00a0: ajouter votre logement")],
)
async def test_the_link_speaks_the_language_of_the_household(
    hass: HomeAssistant, language: str, words: str
) -> None:
    hass.config.language = language
    page = await async_last_page(hass, Made.LINKY)
    said = page["description_placeholders"]["next"]
    assert said.replace(" :", "\u00a0:") == f"[{words}]({ADD})"
