"""The PEP node of a publication: its options, and who may receive it (XEP-0163, XEP-0060)."""

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import NamedTuple

from ...protocol.errors import RequestFailed
from ...protocol.model import BareJid
from ..xmpp.pubsub import PubSub

OPTIONS: Mapping[str, str] = {
    "access_model": "whitelist",
    "persist_items": "true",
    "max_items": "16",
    "send_last_published_item": "on_sub_and_presence",
    "presence_based_delivery": "false",
}
"""For live publications. ejabberd needs the last one to reach followers of other servers."""

MAX_ITEMS_OF_PERIODS = "256"
"""For publications of periods: more than five days of half-hours."""

READ_BACK = ("access_model", "persist_items", "max_items", "send_last_published_item")
"""Options servers show; Prosody accepts `presence_based_delivery` and never shows it."""

WITHDRAWAL_ATTEMPTS = 5
WITHDRAWAL_WAIT = 1.0


async def ensure_node(pubsub: PubSub, node: str, max_items: str = OPTIONS["max_items"]) -> None:
    """Create the node, or give it our options where it has others.

    One that was open to more than its members is made anew: who subscribed then would stay.
    """
    wanted = {**OPTIONS, "max_items": max_items}
    try:
        await pubsub.create_node(node, wanted)
    except RequestFailed as error:
        if error.condition != "conflict":
            raise
        options = await pubsub.node_options(node)
        if options.get("access_model") != wanted["access_model"]:
            await pubsub.delete_node(node)
            await pubsub.create_node(node, wanted)
        elif any(options.get(key, wanted[key]) != wanted[key] for key in READ_BACK):
            await pubsub.set_node_options(node, wanted)


class Change(NamedTuple):
    """How whom a node let receive differed from who may."""

    let_in: list[BareJid]
    sent_away: list[BareJid]
    outcast: list[BareJid]
    """Who may receive, by what we remember, and was sent away since: they stay so."""


async def set_receivers(
    pubsub: PubSub, node: str, receivers: Collection[BareJid], sure: set[BareJid] | None = None
) -> Change:
    """Let exactly these receive the node: withdraw from others first.

    `sure` are those who are known to have no subscription left; of hundreds who were sent away
    each is then looked at once, and not again with each of the others.
    """
    sure = set() if sure is None else sure
    affiliations = await pubsub.affiliations(node)
    sent_away = []
    for jid, affiliation in affiliations.items():
        if jid in receivers:
            continue
        if affiliation in ("member", "publisher", "publish-only"):
            await withdraw(pubsub, node, jid)
            sure.add(jid)
            sent_away.append(jid)
        elif affiliation == "outcast" and jid not in sure:
            # A withdrawal that was cut short may have left the subscription, which still delivers.
            await pubsub.end_subscription(node, jid)
            sure.add(jid)
    outcast = [jid for jid in receivers if affiliations.get(jid) == "outcast"]
    let_in = [jid for jid in receivers if affiliations.get(jid) not in ("member", "outcast")]
    for jid in let_in:
        await pubsub.set_affiliation(node, jid, "member")
    return Change(let_in, sent_away, outcast)


async def withdraw(pubsub: PubSub, node: str, jid: BareJid) -> None:
    """Stop delivery of a node to a friend at once; raises RequestFailed if it cannot be confirmed.

    Prosody and ejabberd keep notifying a subscriber without affiliation, and neither shows both
    lists to the owner. Sure is: an outcast cannot subscribe, so once it is one, and its
    subscription ended after that, nothing more is delivered.
    """
    failure = RequestFailed("undefined-condition")
    for attempt in range(WITHDRAWAL_ATTEMPTS):
        if attempt:
            await asyncio.sleep(WITHDRAWAL_WAIT)
        with suppress(RequestFailed):
            await pubsub.end_subscription(node, jid)
        with suppress(RequestFailed):
            # Prosody answers an error to a change it made.
            await pubsub.set_affiliation(node, jid, "outcast")
        try:
            if (await pubsub.affiliations(node)).get(jid) == "outcast":
                # Until then a member could subscribe again.
                await pubsub.end_subscription(node, jid)
                return
        except RequestFailed as error:
            failure = error
    raise failure
