"""The PEP node of a publication: its options, and who may receive it (XEP-0163, XEP-0060)."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import Protocol

from .errors import RequestFailed
from .model import BareJid

OPTIONS: Mapping[str, str] = {
    "access_model": "whitelist",
    "persist_items": "true",
    "max_items": "16",
    "send_last_published_item": "on_sub_and_presence",
    "presence_based_delivery": "false",
}
"""For live publications. ejabberd needs the last one to reach followers of other servers."""

READ_BACK = ("access_model", "persist_items", "max_items", "send_last_published_item")
"""Options servers show; Prosody accepts `presence_based_delivery` and never shows it."""

WITHDRAWAL_ATTEMPTS = 5
WITHDRAWAL_WAIT = 1.0


class PubSub(Protocol):
    """What is needed of the session."""

    async def create_node(self, node: str, options: Mapping[str, str]) -> None: ...  # noqa: D102
    async def node_options(self, node: str) -> dict[str, str]: ...  # noqa: D102
    async def set_node_options(self, node: str, options: Mapping[str, str]) -> None: ...  # noqa: D102
    async def affiliations(self, node: str) -> dict[BareJid, str]: ...  # noqa: D102
    async def set_affiliation(self, node: str, jid: BareJid, affiliation: str) -> None: ...  # noqa: D102
    async def end_subscription(self, node: str, jid: BareJid) -> None: ...  # noqa: D102


async def ensure_node(pubsub: PubSub, node: str) -> None:
    """Create the node, or give it our options where it has others."""
    try:
        await pubsub.create_node(node, OPTIONS)
    except RequestFailed as error:
        if error.condition != "conflict":
            raise
        options = await pubsub.node_options(node)
        if any(options.get(key, OPTIONS[key]) != OPTIONS[key] for key in READ_BACK):
            await pubsub.set_node_options(node, OPTIONS)


async def set_members(pubsub: PubSub, node: str, members: Collection[BareJid]) -> None:
    """Let exactly these receive the node: withdraw from all others first."""
    affiliations = await pubsub.affiliations(node)
    for jid, affiliation in affiliations.items():
        if affiliation in ("member", "publisher", "publish-only") and jid not in members:
            await withdraw(pubsub, node, jid)
    for jid in members:
        if affiliations.get(jid) != "member":
            await pubsub.set_affiliation(node, jid, "member")


async def withdraw(pubsub: PubSub, node: str, jid: BareJid) -> None:
    """Stop delivery of a node to a friend at once; raises RequestFailed if it cannot be confirmed.

    The subscription goes first: Prosody and ejabberd keep notifying a subscriber without
    affiliation. Prosody answers an error to the change of affiliation that it made, so the
    affiliations are read back.
    """
    failure = RequestFailed("undefined-condition")
    for attempt in range(WITHDRAWAL_ATTEMPTS):
        if attempt:
            await asyncio.sleep(WITHDRAWAL_WAIT)
        try:
            await pubsub.end_subscription(node, jid)
        except RequestFailed as error:
            # No subscription to end is what we want; the affiliation decides.
            failure = error
        try:
            await pubsub.set_affiliation(node, jid, "outcast")
        except RequestFailed as error:
            failure = error
        try:
            if (await pubsub.affiliations(node)).get(jid) == "outcast":
                return
        except RequestFailed as error:
            failure = error
    raise failure
