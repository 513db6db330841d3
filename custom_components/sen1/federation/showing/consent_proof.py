"""The proof of consents: records of what was granted either way, to be given to who asks for it."""

from collections.abc import Iterable
import json
from typing import Any

from homeassistant.components.websocket_api.const import ERR_NOT_FOUND
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util, slugify
import voluptuous as vol

from ...commands import Answer, Asked, Refused, command
from ...const import FRIEND
from ...protocol.model import BareJid
from ...protocol.terms import Notice
from ...protocol.trust.consent_record import CONTEXT, KeptStatement, consent_records
from ..config import CONF_JID, FriendKind, friend_data, kind_of
from ..consent.notice import async_notice
from ..relations.circles import Circles
from ..running import Running, account_asked


@command(
    "consent_proof",
    {
        vol.Required("entry_id"): str,
        vol.Optional("friend_id"): str,
        vol.Optional("publication"): str,
    },
)
async def consent_proof(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer a file of consent records: of all grants, of those with a friend, or of one series."""
    entry = account_asked(hass, asked, "not_found", ERR_NOT_FOUND)
    friend_id = asked.get("friend_id")
    friend = entry.subentries.get(friend_id or "")
    if friend_id is not None and (friend is None or friend.subentry_type != FRIEND):
        raise Refused("not_found", ERR_NOT_FOUND)
    publication, account = asked.get("publication"), entry.runtime_data
    friends = None if friend is None else _addresses(account, friend)
    exported = await account.journal.export()
    of_people = {
        BareJid(person["address"]): [
            kept
            for said in person["statements"]
            if (kept := _kept(said)) is not None
            and (publication is None or kept.publication == publication)
        ]
        for person in exported["people"]
        if person["address"] and (friends is None or person["address"] in friends)
    }
    texts = await _texts(hass, [kept for several in of_people.values() for kept in several])
    records = [
        record
        for jid, several in of_people.items()
        for record in consent_records(entry.data[CONF_JID], jid, several, texts.get)
    ]
    whose = "" if friend is None else f"-{slugify(friend.title)}"
    return {
        "name": f"sen1-consents{whose}-{dt_util.now().date()}.jsonld",
        "text": json.dumps({"@context": CONTEXT, "@graph": records}, ensure_ascii=False, indent=1),
    }


def _addresses(account: Running, friend: ConfigSubentry) -> set[BareJid]:
    if kind_of(friend) is FriendKind.CIRCLE:
        return set(account[Circles].members(friend))
    return {friend_data(friend)["jid"]}


def _kept(said: dict[str, Any]) -> KeptStatement | None:
    """Return a statement of the evidence; None of what nobody signed."""
    if "statement" not in said:
        return None
    return KeptStatement(
        said["kind"], said["ours"], said["key"], said["signature"], said["statement"]
    )


async def _texts(hass: HomeAssistant, several: Iterable[KeptStatement]) -> dict[Notice, str]:
    """Return the texts that notices name, of those that are still as they were."""
    texts = {}
    for notice in {kept.notice for kept in several if kept.notice is not None}:
        now, text = await async_notice(hass, notice.path, notice.language)
        if now.hash == notice.hash:
            texts[notice] = text
    return texts
