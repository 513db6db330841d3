"""An account that is left: nothing of ours stays behind, and those concerned are told."""

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import asdict
import logging
import math
import time
from xml.etree.ElementTree import fromstring

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..history.erasing import async_erase
from ..protocol.errors import LinkError, LoginRefused, RequestFailed
from ..protocol.links import AccountLogin
from ..protocol.model import NODE_PREFIX, BareJid, PublicationId, node_of
from ..protocol.trust.identity import IDENTITY_ITEM, IDENTITY_NODE, with_moved
from ..protocol.trust.keys import Keys
from ..protocol.trust.kinds import Erased, kind_of, message_to_element
from ..protocol.trust.signed import Statement, sign
from ..protocol.trust.verify_journal import to_bytes
from .account import Account
from .kept import Farewell, MovedAway, Voice
from .legacy.data_node_client import end_push
from .relations.addresses import Addresses
from .talk.chores import Chores
from .talk.parting import part_from
from .trust.publishing import IdentityNode
from .xmpp.credentials import Credentials
from .xmpp.inviting import delete_user
from .xmpp.session import Session

_LOGGER = logging.getLogger(__name__)

PATIENCE = 20.0
"""Seconds the user waits for the server at most when an account is removed."""

AGAIN_FIRST = 60.0
AGAIN_MOST = 3600.0
"""Seconds between two attempts to clean a server that was away."""

GIVE_UP = 30 * 86400.0
"""Seconds after which who never answered is asked no more: till then the password is kept."""


FAREWELLS: HassKey[Farewells] = HassKey(f"{DOMAIN}_farewells")

AWAY = (LinkError, RequestFailed, TimeoutError)


def farewell_of(
    account: Account,
    credentials: Credentials,
    moved: MovedAway | None = None,
    along: Collection[BareJid] = (),
) -> Farewell:
    """Return what must be cleaned when an account is left, which runs no more.

    If it is left for another address, `moved` says so, and `along` are who comes there too.
    """
    farewell = Farewell(
        title=account.context.entry.title,
        credentials=asdict(credentials),
        voice=account[IdentityNode].voice(),
        partings=[],
        pushed=[],
        lent=[],
        invited=[],
    )
    if moved is not None:
        farewell["moved"] = moved
    account.bequeath(farewell, along)
    return farewell


async def async_load_farewells(hass: HomeAssistant) -> None:
    """Take up the farewells that an earlier run could not say."""
    farewells = hass.data[FAREWELLS] = Farewells(hass)
    await farewells.async_load()


async def async_say(hass: HomeAssistant, farewell: Farewell) -> None:
    """Clean the server of an account that is left; if it is away, as soon as it is back.

    So it is with what friends lent, if the recorder does not erase it now.
    """
    await _erase(hass, farewell)
    try:
        async with asyncio.timeout(PATIENCE):
            await _leave(hass, farewell)
    except AWAY as error:
        _LOGGER.warning(
            "%s: its server is away (%s) and will be cleaned when it answers again",
            farewell["title"],
            type(error).__name__,
        )
    else:
        if _is_said(farewell):
            return
        if farewell.get("lent"):
            _LOGGER.warning(
                "%s: Home Assistant's recorder has not erased all that friends lent;"
                " it is asked again until it has",
                farewell["title"],
            )
    await hass.data[FAREWELLS].async_add(farewell)


class Farewells:
    """Accounts whose servers were away when they were removed; also in a file."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._store: Store[list[Farewell]] = Store(
            hass, 1, f"{DOMAIN}.farewells", private=True, atomic_writes=True
        )
        self._waiting: list[Farewell] = []
        self._tasks: dict[str, asyncio.Task[None]] = {}
        """Who keeps trying, by address."""

    def __len__(self) -> int:
        """Return how many are still to be said."""
        return len(self._waiting)

    async def async_load(self) -> None:
        """Go on where an earlier run was."""
        self._waiting = await self._store.async_load() or []
        for farewell in self._waiting:
            self._begin(farewell)

    async def async_add(self, farewell: Farewell) -> None:
        """Say a farewell as soon as those concerned are there."""
        self._waiting.append(farewell)
        self._begin(farewell)
        await self.async_save()

    async def async_take_over(self, jid: BareJid) -> list[Farewell]:
        """Return what is still to be cleaned of an account that was added again, to do it itself.

        Cleaned from here, it would lose what it shares by now. It is kept until `async_save`.
        """
        if (task := self._tasks.pop(jid, None)) is None:
            return []
        task.cancel()
        await asyncio.wait([task])
        taken = [one for one in self._waiting if one["credentials"]["jid"] == jid]
        self._waiting = [one for one in self._waiting if one not in taken]
        return taken

    def _begin(self, farewell: Farewell) -> None:
        farewell.setdefault("since", time.time())
        self._tasks[farewell["credentials"]["jid"]] = self._hass.async_create_background_task(
            self._keep_trying(farewell), "sen1 farewell"
        )

    async def _keep_trying(self, farewell: Farewell) -> None:
        wait = AGAIN_FIRST
        while True:
            await asyncio.sleep(wait)
            wait = min(2 * wait, AGAIN_MOST)
            if await self._is_over(farewell):
                break
            if time.time() > farewell["since"] + GIVE_UP:
                _LOGGER.warning(
                    "%s: not all that was to be cleaned answered within %d days;"
                    " it is not tried again, and the password is forgotten",
                    farewell["title"],
                    GIVE_UP / 86400,
                )
                break
            await self.async_save()
        self._tasks.pop(farewell["credentials"]["jid"], None)
        self._waiting.remove(farewell)
        await self.async_save()

    async def _is_over(self, farewell: Farewell) -> bool:
        """Erase and clean what can be; return whether nothing is left to do."""
        await _erase(self._hass, farewell)
        try:
            await _leave(self._hass, farewell)
        except LoginRefused:
            # The address itself is gone, and with it all it had; nobody can be told any more.
            _forget_erased(farewell)
            farewell["partings"].clear()
        except AWAY as error:
            _LOGGER.debug("A server is still away: %s", type(error).__name__)
            return False
        return _is_said(farewell)

    async def async_save(self) -> None:
        """Write what is still to be said."""
        await self._store.async_save(self._waiting)


def _is_said(farewell: Farewell) -> bool:
    """Return whether nothing is left to do."""
    return not farewell.get("lent") and not farewell["partings"]


async def _erase(hass: HomeAssistant, farewell: Farewell) -> None:
    """Erase what friends lent; what the recorder does not erase now stays to be erased."""
    for left in farewell.get("lent", ()):
        if not left.get("is_erased"):
            left["is_erased"] = await async_erase(hass, left["statistic"], left["entity_ids"])


def _forget_erased(farewell: Farewell) -> None:
    farewell["lent"] = [left for left in farewell.get("lent", ()) if not left.get("is_erased")]


async def _leave(hass: HomeAssistant, farewell: Farewell) -> None:
    """Delete all that an account has on its server, part from its friends, say what is erased.

    Who was told is taken off the farewell. Raises one of AWAY while anything there is left.
    """
    credentials = Credentials(**farewell["credentials"])
    ssl_context = await hass.async_add_executor_job(credentials.ssl_context)
    session = Session(credentials, ssl_context, title=farewell["title"])
    words = LastWords(session, credentials.jid, farewell["voice"])
    try:
        await session.connect()
        moved = farewell.get("moved")
        for node in await session.pubsub.own_nodes():
            if node.startswith(NODE_PREFIX) or (node == IDENTITY_NODE and moved is None):
                await session.pubsub.delete_node(node)
        if moved is not None:
            await _say_moved(session, moved["signed"])
        await _part_from_all(hass, session, words, farewell)
        for left in farewell.get("lent", ()):
            if left.get("is_erased") and (jid := left.get("friend")):
                words.tell(BareJid(jid), Erased(PublicationId(left["publication"])))
        _forget_erased(farewell)
        for made in list(farewell.get("invited", ())):
            login = AccountLogin(BareJid(made[0]), made[1])
            await delete_user(session, login, credentials, ssl_context)
            farewell["invited"].remove(made)
        await _end_pushes(session, farewell)
    finally:
        await session.close()


async def _part_from_all(
    hass: HomeAssistant, session: Session, words: LastWords, farewell: Farewell
) -> None:
    """Part from friends; of who comes along, once it has.

    Until then it would take the end of the friendship for that of all it was granted.
    """
    is_late = time.time() > farewell.get("since", math.inf) + GIVE_UP
    for parting in list(farewell["partings"]):
        friend = BareJid(parting["jid"])
        if not parting.get("comes_along"):
            await part_from(session, words, friend, parting["granted"], parting["follows"])
        elif is_late or _has_come(hass, farewell, friend):
            await session.unfriend(friend)
        else:
            continue
        farewell["partings"].remove(parting)


def _has_come(hass: HomeAssistant, farewell: Farewell, friend: BareJid) -> bool:
    """Return whether a friend is one at the new address, or there is no account any more."""
    moved = farewell.get("moved")
    entry = hass.config_entries.async_get_entry(moved["entry_id"]) if moved else None
    if entry is None:
        return True
    # Before it is set up after a restart it has none.
    account = getattr(entry, "runtime_data", None)
    return account is not None and friend not in account[Addresses].arriving


async def _say_moved(session: Session, moved: str) -> None:
    """Let the identity of an address say, to all who look, where the account is now."""
    try:
        items = await session.pubsub.items(None, IDENTITY_NODE)
    except RequestFailed as error:
        if error.condition == "item-not-found":
            return
        raise
    for item in items:
        if item.get("id") == IDENTITY_ITEM and len(item):
            # Signed, and stored by ourselves.
            left = with_moved(item[0], fromstring(moved))  # noqa: S314
            await session.pubsub.publish(IDENTITY_NODE, IDENTITY_ITEM, left, "open")


def keys_in(farewells: Iterable[Farewell]) -> Keys | None:
    """Return the keys that the friends of an account know, which was added again."""
    voices = [farewell["voice"] for farewell in farewells if "moved" not in farewell]
    return _keys_of(voices[-1]) if voices else None


def _keys_of(voice: Voice) -> Keys:
    return Keys(to_bytes(voice["signing"]), to_bytes(voice["sealing"]))


def take_up(account: Account, farewell: Farewell) -> None:
    """Have an account do what a farewell would have done."""
    voice, lent, chores = farewell["voice"], farewell.get("lent", ()), account[Chores]
    concerned = {one["jid"] for one in farewell["partings"]} | {one["friend"] for one in lent}
    has_moved = "moved" in farewell
    known = {} if has_moved else voice["known"]
    account.trust.take_over(known, () if has_moved else concerned - known.keys())
    account.statements.go_on_after(voice["said"])
    for parting in farewell["partings"]:
        if parting.get("comes_along"):
            # Back at an address they may not have left yet.
            continue
        for publication in parting["granted"]:
            chores.delete(node_of(PublicationId(publication)))
        chores.part(parting["jid"], parting["granted"], parting["follows"])
    chores.erase(*lent)


class LastWords:
    """Tell friends what an account that is left has to say, signed for who signs.

    Its journal goes with it: there is none to enter this in.
    """

    def __init__(self, session: Session, jid: BareJid, voice: Voice) -> None:
        self._session = session
        self._jid = jid
        self._voice = voice
        self._keys = _keys_of(voice)

    def tell(self, jid: BareJid, said: object) -> None:
        """Say something at once."""
        if jid in self._voice["not_to"]:
            return
        payload = message_to_element(said)
        if jid in self._voice["to"]:
            at = max(round(time.time(), 3), round(self._voice["said"] + 0.001, 3))
            self._voice["said"] = at
            kind = kind_of(payload)
            assert kind is not None  # what is said in a message has a row
            payload = sign(self._keys, kind, Statement(self._jid, at, payload, to=jid))
        self._session.tell(jid, payload)

    async def sent(self) -> None:
        """Return at once: nothing waits."""


async def _end_pushes(session: Session, farewell: Farewell) -> None:
    """Ask every data node, also behind one that is away; raises RequestFailed if one is."""
    away: RequestFailed | None = None
    for pushed in list(farewell.get("pushed", ())):
        try:
            await end_push(session, *pushed)
        except RequestFailed as error:
            away = error
        else:
            farewell["pushed"].remove(pushed)
    if away is not None:
        raise away
