"""The words of our selectors, in the household's language or in another."""

from collections.abc import Mapping

from homeassistant.core import HomeAssistant

from ...texts import async_texts

type Words = Mapping[str, str]


async def async_words(hass: HomeAssistant, language: str | None = None) -> Words:
    """Return the words of our selectors: `granularity.options.live` → what to show."""
    return await async_texts(hass, "selector", language)
