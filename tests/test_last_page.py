"""What the last page of a form links to, by what this household has."""

from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sen1.const import DOMAIN, FRIEND, TARIFF
from custom_components.sen1.last_page import Made, async_last_page

ADD_HOME = "/sen1/home?set_up=add_home"


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


async def test_what_comes_next_is_what_is_not_there_yet(hass: HomeAssistant) -> None:
    assert await linked(hass, Made.LINKY) == ADD_HOME
    add(hass, "home")
    assert await linked(hass, Made.LINKY) == "/sen1/home?set_up=add_tariff"
    add(hass, "home", **{TARIFF: {}})
    assert await linked(hass, Made.LINKY) == "/sen1/home"

    assert await linked(hass, Made.PUBLICATION) == "/sen1/invite"
    # Who only gives data of meters is no friend.
    add(hass, "account", **{FRIEND: {"kind": "data_node", "address": "node@example"}})
    assert await linked(hass, Made.PUBLICATION) == "/sen1/invite"
    add(hass, "account", **{FRIEND: {"jid": "dune@example", "grants": []}})
    assert await linked(hass, Made.PUBLICATION) == "/sen1/sharing?share"
    assert await linked(hass, Made.FRIEND) == "/sen1/sharing?share"
    add(hass, "account", **{FRIEND: {"jid": "fern@example", "grants": [{"publication": "a"}]}})
    assert await linked(hass, Made.FRIEND) == "/sen1/friends"
    assert await linked(hass, Made.PUBLICATION) == "/sen1/sharing"


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
    assert said.replace(" :", "\u00a0:") == f"[{words}]({ADD_HOME})"
