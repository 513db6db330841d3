"""Words of SEN1's own, said in the language of who looks: what people wrote stays as it is.

Names of what a home shares, of the mean of a group and of a board travel by a key, beside the words
of their publisher for who does not know it (docs/protocol.md). The proposed charter is its own key:
only the very text that this version proposes is shown in another language.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..texts import async_texts

type InWords = Callable[[str], str]
"""What returns a title in the language of who looks."""

LANGUAGES = ("en", "fr")
KINDS = {"home": "share_what", "mean": "group_mean", "board": "board"}
"""What is named → where its names are among the texts."""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The words of one language."""

    names: Mapping[str, str]
    """By key."""
    charter: str


OWN_WORDS: HassKey[Mapping[str, OwnWords]] = HassKey(f"{DOMAIN}_own_words")
"""By language."""


async def async_load_own_words(hass: HomeAssistant) -> None:
    """Have the words at hand, in all languages."""
    known = {}
    for language in LANGUAGES:
        words = await async_texts(hass, "selector", language)
        names = {
            f"{kind}.{key.rpartition('.')[2]}": word
            for kind, above in KINDS.items()
            for key, word in words.items()
            if key.startswith(f"{above}.options.")
        }
        known[language] = OwnWords(names, words["charter.options.draft"])
    hass.data[OWN_WORDS] = known


@callback
def key_of(hass: HomeAssistant, title: str) -> str:
    """Return the key of a name, and what people wrote behind it; empty: all is theirs."""
    for words in hass.data.get(OWN_WORDS, {}).values():
        for key, name in words.names.items():
            if title == name or title.startswith(f"{name}, "):
                return key + title.removeprefix(name)
    return ""


@callback
def in_words(
    hass: HomeAssistant, title: str, language: str | None = None, key: str | None = None
) -> str:
    """Return a title in a language, else in Home Assistant's; `key` is what it travelled by."""
    name, comma, behind = (key or key_of(hass, title)).partition(", ")
    words = _words(hass, language)
    own = None if words is None else words.names.get(name)
    return title if own is None else own + comma + behind


@callback
def charter_in(hass: HomeAssistant, charter: str, language: str | None) -> str:
    """Return a charter in a language where it is the proposed one."""
    words = _words(hass, language)
    proposed = {each.charter for each in hass.data.get(OWN_WORDS, {}).values()}
    return words.charter if words is not None and charter in proposed else charter


def _words(hass: HomeAssistant, language: str | None) -> OwnWords | None:
    """Return the words of a language, else English; None before they are at hand."""
    spoken, known = (language or hass.config.language).partition("-")[0], hass.data.get(OWN_WORDS)
    return None if known is None else known.get(spoken, known[LANGUAGES[0]])
