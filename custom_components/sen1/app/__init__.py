"""What needs several parts at once."""

from homeassistant.components.websocket_api import async_register_command
from homeassistant.core import HomeAssistant

from . import highest, screen, shares
from .challenge.commands import challenges
from .challenge.telling import async_scores
from .collective import collection_group
from .next_steps import next_steps
from .report import commands as report
from .roles_given import give_role, roles

COMMANDS = (
    *(challenges, collection_group, next_steps),
    *(report.report, shares.register, shares.answer_shares, roles, give_role),
)


async def async_setup(hass: HomeAssistant) -> None:
    """Offer the actions and the commands, whatever entries there are; tell scores from now on."""
    report.async_register(hass)
    highest.async_setup(hass)
    async_scores(hass).start()
    for each in COMMANDS:
        async_register_command(hass, each)
    await screen.async_setup(hass)
