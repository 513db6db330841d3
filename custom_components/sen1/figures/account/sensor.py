"""Sensors of an account's figures: each kind of subentry brings its own."""

from __future__ import annotations

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..comparison.group_sensor import async_add_groups
from ..comparison.ranking_sensor import async_add_rankings
from ..project.sensor import async_add_holdings
from . import figures_of


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Make the sensors of what there is, and of what is added later."""
    figures = figures_of(hass, entry)
    async_add_holdings(hass, entry, figures.holdings, figures.listeners.add, async_add_entities)
    async_add_groups(hass, entry, figures.listeners.add, async_add_entities)
    async_add_rankings(hass, entry, figures.listeners.add, async_add_entities)
