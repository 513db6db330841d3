"""What an account learnt and must not forget: kept in a Store beside its entry.

What the user decided is in the subentries; this is what the servers and the friends said.
"""

from collections.abc import Mapping
import hmac
import secrets
import time
from typing import Any, TypedDict, cast

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from ..const import DOMAIN
from ..protocol.model import BareJid, Description, Granularity
from ..protocol.project import project_from_json
from ..protocol.provenance import provenance_from_json
from ..protocol.sheet import sheet_from_json

SOON = 5.0
"""Seconds until what was decided is written."""

LATER = 300.0
"""Seconds until progress is written: a kill only sends some of it twice, and cards wear out."""


class NewsData(TypedDict):
    """What an organiser wrote of a project."""

    project: str
    """Its publication."""
    at: float
    text: str


class KeptNames(TypedDict):
    """What others are called where everybody may read it."""

    secret: str
    """What makes pseudonyms that nobody else can make."""
    origins: dict[str, str]
    """Who is no friend by name, and has moved → what stands for it in names of statistics."""
    persons: dict[str, str]
    """Friend → what its evidence is called, if it was another's address or has moved."""


class AccountStore:
    """Load, hold and save an account's memory."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._store: Store[dict[str, Any]] = Store(
            hass, 1, f"{DOMAIN}.{entry_id}", private=True, atomic_writes=True
        )
        self._save_at: float | None = None
        self.content: dict[str, Any] = {}
        """The file, by key; whoever owns one is given it by `kept`, or `section`."""
        self._owned: set[str] = set()
        self._by_friend: list[dict[str, Any]] = []
        self._names = self.section(KeptNames(secret=secrets.token_hex(), origins={}, persons={}))

    def section[Kept: Mapping[str, object]](self, fresh: Kept) -> Kept:
        """Return what its one owner keeps here, under keys of its own; `fresh` where nothing is.

        It is a view of the file, which keeps what nobody owns as it is.
        """
        for key, value in fresh.items():
            self.kept(key, value)
        return cast("Kept", self.content)

    def kept[Value](self, key: str, fresh: Value) -> Value:
        """Return the dictionary or list that its one owner keeps under a key, to be changed in it.

        That is `fresh` where nothing is.
        """
        if key in self._owned:
            raise ValueError(f"owned already: {key}")
        self._owned.add(key)
        value: Value = self.content.setdefault(key, fresh)
        return value

    def by_friend[Value](self, key: str) -> dict[str, Value]:
        """Return the same of what is kept by friend: it goes along with one who moves."""
        kept: dict[str, Value] = self.kept(key, {})
        self._by_friend.append(kept)
        return kept

    async def async_load(self) -> None:
        """Read the file, if there is one, before anything of it is handed out."""
        if (data := await self._store.async_load()) is not None:
            self.content |= data

    def save_within(self, delay: float) -> None:
        """Write within so many seconds, however often this is called."""
        at = time.monotonic() + delay
        # Home Assistant's own delay begins anew at each call, so would never end.
        if self._save_at is None or at < self._save_at:
            self._save_at = at
            self._store.async_delay_save(self._content, delay)

    def _content(self) -> dict[str, Any]:
        self._save_at = None
        return self.content

    async def async_save(self) -> None:
        """Write now."""
        self._save_at = None
        await self._store.async_save(self.content)

    async def async_remove(self) -> None:
        """Delete the file."""
        await self._store.async_remove()

    def pseudonym(self, *names: str) -> str:
        """Return what stands for somebody, or something of theirs, where every user may read it.

        It stays the same, and who guesses a name cannot tell by it whether the guess is right.
        """
        return self.secret(*names).hex()[:16]

    def person(self, address: str) -> str:
        """Return what the evidence of a friend is called: the same wherever the friend moves."""
        persons = self._names["persons"]
        if (known := persons.get(address)) is None:
            known = self.pseudonym(address)
            if known in list(persons.values()):
                # Of a friend who was at this address before.
                known = persons[address] = self.pseudonym(address, secrets.token_hex())
        return known

    def forget_person(self, address: str) -> None:
        """Call the evidence of a friend anew, should it come again: what there was is erased."""
        self._names["persons"].pop(address, None)

    def secret(self, *what: str) -> bytes:
        """Return what nobody else can make of something; the same after a restart."""
        key = self._names["secret"].encode()
        return hmac.digest(key, "\n".join(what).encode(), "sha256")

    def origin(self, address: BareJid) -> BareJid:
        """Return what stands for one who is no friend by name: its first address, and so stays."""
        origins = self._names["origins"]
        if address not in origins and address in origins.values():
            # Another was here before.
            origins[address] = f"{address} {secrets.token_hex(4)}"
        return BareJid(origins.get(address, address))

    def move_friend(self, old: BareJid, new: BareJid, *, is_named: bool) -> None:
        """Let a friend be called at its new address as at the old one, and have what it had."""
        if not is_named:
            self._names["origins"][new] = self.origin(old)
        known_as = self._names["persons"].pop(old, "") or self.pseudonym(old)
        self._names["persons"][new] = known_as
        for kept in self._by_friend:
            move(kept, old, new)
        self.save_within(SOON)


def move(kept: dict[str, Any], old: str, new: str) -> None:
    """Let what is kept of one address be of another."""
    if old in kept:
        kept[new] = kept.pop(old)


def description_from_json(data: dict[str, Any]) -> Description:
    """Return the description that the Store kept."""
    project, site, origin = (data.get(key) for key in ("project", "site", "provenance"))
    changed = data.get("changed")
    return Description(
        **{
            **data,
            "granularity": Granularity(data["granularity"]),
            "project": None if project is None else project_from_json(project),
            "site": None if site is None else sheet_from_json(site),
            "provenance": None if origin is None else provenance_from_json(origin),
            "changed": tuple(changed) if changed else None,
        }
    )
