"""How a friend's catalogue is shown in a form, in the household's language."""

from collections.abc import Mapping, Sequence
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import DateSelector
import voluptuous as vol

from ...const import plain
from ...fields import titled
from ...protocol.catalogue import Offer
from ...protocol.terms import PURPOSES
from ...texts import async_texts
from .grant_form import PURPOSE

type Words = Mapping[str, str]


async def async_words(hass: HomeAssistant, language: str | None = None) -> Words:
    """Return the words of our selectors: `granularity.options.live` → what to show."""
    return await async_texts(hass, "selector", language)


def wish_fields(offers: Sequence[Offer], words: Words) -> dict[Any, Any]:
    """Return the fields of a request: which series, what for, until when."""
    titles: dict[str, str] = {offer.publication: _label(offer, words) for offer in offers}
    return {
        vol.Required("publication"): titled(titles),
        vol.Required("purpose", default=PURPOSES[0]): PURPOSE,
        vol.Required("until"): DateSelector(),
    }


def offers_text(offers: Sequence[Offer], words: Words) -> str:
    """Return the catalogue as a list, with how far we are with each series."""
    states = {
        offer.state: words.get(f"offer_state.options.{offer.state}", offer.state)
        for offer in offers
    }
    return "\n".join(f"- {plain(_label(offer, words))}: {states[offer.state]}" for offer in offers)


def _label(offer: Offer, words: Words) -> str:
    granularity = offer.granularity.lower()
    return f"{offer.title} ({words.get(f'granularity.options.{granularity}', granularity)})"
