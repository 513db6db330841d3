"""Sensors of an account's figures: each kind of subentry brings its own."""

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ...const import GROUP
from ..comparison.members import Members
from ..comparison.sensor import GroupSensor, RankSensor, ReportingSensor
from ..const import RANKING
from ..counting.entity import FigureEntity, async_add_each
from ..project.sensor import async_add_holdings
from . import FIGURES, SharingConfigEntry


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SharingConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Make the sensors of what there is, and of what is added later."""
    figures = entry.runtime_data.beside[FIGURES]
    listen = figures.listeners.add
    async_add_holdings(hass, entry, figures.holdings, listen, async_add_entities)

    def group_sensors(subentry: ConfigSubentry) -> list[FigureEntity]:
        members = Members(hass, entry, subentry, listen)
        return [GroupSensor(members), ReportingSensor(members)]

    def rank_sensors(subentry: ConfigSubentry) -> list[FigureEntity]:
        return [RankSensor(Members(hass, entry, subentry, listen))]

    async_add_each(entry, GROUP, listen, async_add_entities, group_sensors)
    async_add_each(entry, RANKING, listen, async_add_entities, rank_sensors)
