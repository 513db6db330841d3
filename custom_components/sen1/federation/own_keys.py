"""The account's own keys: made once, in a file that only Home Assistant reads."""

import os
import time
from typing import TypedDict
from xml.etree.ElementTree import Element, fromstring, tostring

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from ..const import DOMAIN
from ..protocol.trust.identity import MOST_ROLLOVERS
from ..protocol.trust.keys import KEY_BYTES, Keys
from ..protocol.trust.verify_journal import to_bytes, to_text


class OwnData(TypedDict):
    """The content of the file."""

    signing: str
    sealing: str
    """The raw private keys, in base64."""
    since: float
    """When they were made."""
    rollovers: list[str]
    """Each change of key as it was signed by the one before, newest last."""
    published: bool
    """Whether the server has had these keys: another key there is then nobody's of this house."""
    told: bool
    """Whether those who sign were told of the last change of key."""


class OwnKeys:
    """Load, hold and change the keys; what is in `keys` is on disk."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._store: Store[OwnData] = Store(
            hass, 1, f"{DOMAIN}.{entry_id}.keys", private=True, atomic_writes=True
        )
        self._data: OwnData
        self.keys: Keys

    async def async_load(self, before: Keys | None = None) -> None:
        """Read the file, or make it, of the keys that the account had before, or of new ones."""
        if (data := await self._store.async_load()) is None:
            data = _made(before or made_keys(), rollovers=[], told=True)
            await self._store.async_save(data)
        self._data = data
        self.keys = Keys(to_bytes(data["signing"]), to_bytes(data["sealing"]))

    async def async_remove(self) -> None:
        """Delete the file."""
        await self._store.async_remove()

    @property
    def since(self) -> float:
        """When the keys were made."""
        return self._data["since"]

    @property
    def rollovers(self) -> list[Element]:
        """Each change of key, as `<signed>`."""
        # Written by ourselves.
        return [fromstring(text) for text in self._data["rollovers"]]  # noqa: S314

    @property
    def is_published(self) -> bool:
        """Whether the server has had these keys."""
        return self._data["published"]

    @property
    def is_told(self) -> bool:
        """Whether those who sign were told of the last change of key."""
        return self._data["told"]

    async def async_note(self, *, published: bool | None = None, told: bool | None = None) -> None:
        """Keep what was done with the keys."""
        known = self._data["published"], self._data["told"]
        self._data["published"] = known[0] if published is None else published
        self._data["told"] = known[1] if told is None else told
        if known != (self._data["published"], self._data["told"]):
            await self._store.async_save(self._data)

    async def async_change(self, keys: Keys, rollover: Element) -> None:
        """Keep other keys from now on, which the ones before signed."""
        rollovers = [*self._data["rollovers"], tostring(rollover, encoding="unicode")]
        data = _made(keys, rollovers=rollovers[-MOST_ROLLOVERS:], told=False)
        await self._store.async_save(data)
        self._data, self.keys = data, keys


def made_keys() -> Keys:
    """Return new keys."""
    return Keys(os.urandom(KEY_BYTES), os.urandom(KEY_BYTES))


def _made(keys: Keys, *, rollovers: list[str], told: bool) -> OwnData:
    return {
        "signing": to_text(keys.signing),
        "sealing": to_text(keys.sealing),
        "since": time.time(),
        "rollovers": rollovers,
        "published": False,
        "told": told,
    }
