"""Parting from friends and servers: nothing of ours stays behind, and those concerned are told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import asdict
import logging
import time
from typing import Any, NotRequired, TypedDict
from xml.etree.ElementTree import Element

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from .credentials import Credentials
from .data_node import end_of_subscription, reason_of
from .errors import LinkError, LoginRefused, RequestFailed
from .feed import Reason
from .model import FEATURE, NODE_PREFIX, BareJid, Grant, GrantState, PublicationId
from .session import Session
from .store import SOON, AccountData, AccountStore, Chore
from .wire import grant_to_element

_LOGGER = logging.getLogger(__name__)

PATIENCE = 20.0
"""Seconds the user waits for the server at most when an account is removed."""

AGAIN_FIRST = 60.0
AGAIN_MOST = 3600.0
"""Seconds between two attempts to clean a server that was away."""


class Parting(TypedDict):
    """A friend to part from."""

    jid: str
    granted: list[str]
    """Publications the friend was granted."""
    follows: list[str]
    """The friend's nodes we follow."""


class Farewell(TypedDict):
    """An account to be left: how to log in, and whom to part from."""

    title: str
    credentials: dict[str, Any]
    partings: list[Parting]
    pushed: NotRequired[list[tuple[str, str]]]
    """What data nodes push: full address and identifier."""


FAREWELLS: HassKey[list[Farewell]] = HassKey(f"{DOMAIN}_farewells")
"""Accounts whose servers were away when they were removed; also in a file."""

ERASE_WITHIN = 30 * 86400.0
"""Seconds a friend has to erase what was withdrawn: its Home Assistant may be away."""

AWAY = (LinkError, RequestFailed, TimeoutError)


def note_parting(store: AccountStore, friend: BareJid, follows: list[str]) -> None:
    """Forget a former friend, and remember what is still to be done: cleaned here, told there."""
    granted = list(store.data["told"].pop(friend, {}))
    for publication in granted:
        over = withdrawn(PublicationId(publication))
        store.ask_to_erase(friend, over.publication, over.erase_by or 0)
    store.keep_subscribed(friend, ())
    store.data["chores"].append(Chore(node=None, friend=friend, follows=follows, granted=granted))
    store.save_within(SOON)


async def part_from(
    session: Session, friend: BareJid, granted: Iterable[str], follows: Iterable[str]
) -> None:
    """Tell a former friend that `granted` is withdrawn, stop following `follows`, end friendship.

    Raises RequestFailed when our own server does not do its part.
    """
    for publication in granted:
        session.tell(friend, grant_to_element(withdrawn(PublicationId(publication))))
    for node in follows:
        try:
            await session.unsubscribe(friend, node)
        except RequestFailed as error:
            # Theirs may be gone, or not let us in any more: then nothing is left either.
            _LOGGER.debug("Not unsubscribed: %s", error.condition)
    # ejabberd drops presences of friendship that are more than its rate, this one too.
    session.tell(friend, Element(f"{{{FEATURE}}}left"))
    await session.unfriend(friend)


async def end_push(session: Session, address: str, identifier: str) -> None:
    """Have a data node push a series no more; raises RequestFailed when it is away."""
    try:
        await session.ask(address, end_of_subscription(identifier))
    except RequestFailed as error:
        # One that refuses pushes nothing.
        if reason_of(error) is Reason.AWAY:
            raise


def withdrawn(publication: PublicationId) -> Grant:
    """Return what a friend is told of a grant that is taken back: to erase what it received."""
    now = round(time.time(), 3)
    return Grant(publication, GrantState.WITHDRAWN, erase_by=now + ERASE_WITHIN, said=now)


def farewell_of(
    title: str, credentials: Credentials, friends: Iterable[BareJid], data: AccountData
) -> Farewell:
    """Return what must be cleaned when an account is left."""
    return Farewell(
        title=title,
        credentials=asdict(credentials),
        partings=[
            Parting(
                jid=jid,
                granted=list(data["told"].get(jid, ())),
                follows=_nodes(data["followed"].get(jid, {})),
            )
            for jid in friends
        ],
        pushed=[
            (asked["address"], identifier)
            for of_node in data.get("asked", {}).values()
            for identifier, asked in of_node.items()
            if asked["is_pushed"]
        ],
    )


def _nodes(followed: Mapping[str, Any]) -> list[str]:
    return [node for known in followed.values() if (node := known["grant"]["node"])]


async def async_load_farewells(hass: HomeAssistant) -> None:
    """Take up the farewells that an earlier run could not say."""
    hass.data[FAREWELLS] = await _store(hass).async_load() or []
    for farewell in hass.data[FAREWELLS]:
        hass.async_create_background_task(_keep_trying(hass, farewell), "sen1 farewell")


async def async_say(hass: HomeAssistant, farewell: Farewell) -> None:
    """Clean the server of an account that is left; if it is away, as soon as it is back."""
    try:
        async with asyncio.timeout(PATIENCE):
            await _leave(hass, farewell)
    except AWAY as error:
        _LOGGER.warning(
            "%s: its server is away (%s) and will be cleaned when it answers again",
            farewell["title"],
            type(error).__name__,
        )
        hass.data[FAREWELLS].append(farewell)
        await _store(hass).async_save(hass.data[FAREWELLS])
        hass.async_create_background_task(_keep_trying(hass, farewell), "sen1 farewell")


async def _keep_trying(hass: HomeAssistant, farewell: Farewell) -> None:
    wait = AGAIN_FIRST
    while True:
        await asyncio.sleep(wait)
        wait = min(2 * wait, AGAIN_MOST)
        try:
            await _leave(hass, farewell)
        except LoginRefused:
            # The address itself is gone, and with it all it had.
            break
        except AWAY as error:
            _LOGGER.debug("A server is still away: %s", type(error).__name__)
        else:
            break
    hass.data[FAREWELLS].remove(farewell)
    await _store(hass).async_save(hass.data[FAREWELLS])


async def _leave(hass: HomeAssistant, farewell: Farewell) -> None:
    """Delete all that an account has on its server and part from its friends."""
    credentials = Credentials(**farewell["credentials"])
    ssl_context = await hass.async_add_executor_job(credentials.ssl_context)
    session = Session(credentials, ssl_context, title=farewell["title"])
    try:
        await session.connect()
        for node in await session.own_nodes():
            if node.startswith(NODE_PREFIX):
                await session.delete_node(node)
        for parting in farewell["partings"]:
            friend = BareJid(parting["jid"])
            await part_from(session, friend, parting["granted"], parting["follows"])
        for address, identifier in farewell.get("pushed", ()):
            await end_push(session, address, identifier)
    finally:
        await session.close()


def _store(hass: HomeAssistant) -> Store[list[Farewell]]:
    return Store(hass, 1, f"{DOMAIN}.farewells", private=True)
