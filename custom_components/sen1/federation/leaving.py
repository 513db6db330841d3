"""Parting from friends and servers: nothing of ours stays behind, and those concerned are told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
import logging

from homeassistant.config_entries import ConfigEntry

from .config import friends_of
from .errors import LinkError, RequestFailed
from .model import NODE_PREFIX, BareJid, Grant, GrantState, PublicationId
from .session import Session
from .store import AccountData
from .wire import grant_to_element

_LOGGER = logging.getLogger(__name__)

PATIENCE = 20.0
"""Seconds the user waits for the server at most when an account is removed."""


async def part_from(
    session: Session, friend: BareJid, granted: Iterable[str], follows: Iterable[str]
) -> None:
    """Tell a former friend that `granted` is withdrawn, stop following `follows`, end friendship.

    Raises RequestFailed when our own server does not do its part.
    """
    for publication in granted:
        over = Grant(PublicationId(publication), GrantState.WITHDRAWN)
        session.tell(friend, grant_to_element(over))
    for node in follows:
        try:
            await session.unsubscribe(friend, node)
        except RequestFailed as error:
            # Theirs may be gone, or not let us in any more: then nothing is left either.
            _LOGGER.debug("Not unsubscribed: %s", error.condition)
    await session.unfriend(friend)


async def async_leave(session: Session, entry: ConfigEntry, data: AccountData) -> None:
    """Delete all that a removed account has on its server and part from its friends.

    When the server does not answer, one line says that its part remains.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            await session.connect()
            for node in await session.own_nodes():
                if node.startswith(NODE_PREFIX):
                    await session.delete_node(node)
            for jid in friends_of(entry):
                followed = data["followed"].get(jid, {}).values()
                nodes = [known["grant"]["node"] for known in followed]
                await part_from(session, jid, data["told"].get(jid, ()), nodes)
    except (LinkError, RequestFailed, TimeoutError) as error:
        _LOGGER.warning(
            "%s was removed here, but its server could not be cleaned (%s)",
            entry.title,
            type(error).__name__,
        )
    finally:
        await session.close()
