"""What tariff periods are called, for names that Home Assistant does not translate by itself."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from ...const import DOMAIN
from .contract import TARIFF_PERIODS


async def async_period_names(hass: HomeAssistant) -> dict[str, str]:
    """Return what tariff periods are called in the language of this Home Assistant."""
    texts = await async_get_translations(hass, hass.config.language, "entity", {DOMAIN})
    above = f"component.{DOMAIN}.entity.sensor.tariff_period.state"
    return {name: texts.get(f"{above}.{name}", name) for name in TARIFF_PERIODS}
