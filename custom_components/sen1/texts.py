"""Our texts, in the language of this Home Assistant or in another."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN


async def async_texts(
    hass: HomeAssistant, path: str, language: str | None = None
) -> dict[str, str]:
    """Return the texts under a path of the translations, as `selector.quantity.options`."""
    category = path.partition(".")[0]
    language = language or hass.config.language
    found = await async_get_translations(hass, language, category, {DOMAIN})
    above = f"component.{DOMAIN}.{path}."
    return {key.removeprefix(above): text for key, text in found.items() if key.startswith(above)}
