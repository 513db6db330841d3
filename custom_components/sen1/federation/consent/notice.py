"""The text that was shown to whoever granted: a grant names it, so that both sides sign it."""

from collections.abc import Collection, Iterable
from hashlib import sha256

from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_integration

from ...const import DOMAIN
from ...protocol.term import GrantData, changed
from ...protocol.terms import Notice
from ...protocol.trust.verify_journal import to_text
from ...texts import async_texts


async def async_notice(
    hass: HomeAssistant, path: str, language: str | None = None
) -> tuple[Notice, str]:
    """Return what names the text of a step, and the text: a line for each of its parts.

    `path` is where the texts of the step are: `config_subentries.friend.step.address`.
    """
    language = language or hass.config.language
    texts = await async_texts(hass, path, language)
    text = "\n".join(sorted(f"{key}: {part}" for key, part in texts.items()))
    version = (await async_get_integration(hass, DOMAIN)).version
    return Notice(language, str(version), path, to_text(sha256(text.encode()).digest())), text


async def async_noticed(
    hass: HomeAssistant,
    path: str,
    grants: Iterable[GrantData],
    known: Collection[GrantData],
    language: str | None = None,
) -> list[GrantData]:
    """Return grants of which those that are new, or changed, name the text that was shown."""
    notice, _ = await async_notice(hass, path, language)
    return [
        grant if grant in known else changed(grant, notice=notice.written()) for grant in grants
    ]
