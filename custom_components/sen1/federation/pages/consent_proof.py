"""The proof of consents: records of what was granted either way, to be given to who asks for it."""

from collections.abc import Iterable
import json
from typing import Any

from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.const import ERR_NOT_FOUND
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util, slugify
import voluptuous as vol

from ...commands import Answer, Asked, Refused, command
from ...const import FRIEND
from ...protocol.model import BareJid
from ...protocol.terms import Notice
from ...protocol.trust.consent_record import CONTEXT, KeptStatement, consent_records
from ..account import AccountConfigEntry, account_asked
from ..config import CONF_JID, FriendKind, friend_data, kind_of
from ..consent.circles import Circles
from ..consent.notice import async_notice


@callback
def async_register_proof(hass: HomeAssistant) -> None:
    """Register the command that gives the proof."""
    async_register_command(hass, _consent_proof)


@command(
    "consent_proof",
    {
        vol.Required("entry_id"): str,
        vol.Optional("friend_id"): str,
        vol.Optional("publication"): str,
    },
)
async def _consent_proof(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer a file of consent records: of all grants, of those with a friend, or of one series."""
    entry = account_asked(hass, asked, "not_found", ERR_NOT_FOUND)
    friend_id = asked.get("friend_id")
    friend = entry.subentries.get(friend_id or "")
    if friend_id is not None and (friend is None or friend.subentry_type != FRIEND):
        raise Refused("not_found", ERR_NOT_FOUND)
    return await async_consent_proof(hass, entry, friend_id, asked.get("publication"))


async def async_consent_proof(
    hass: HomeAssistant,
    entry: AccountConfigEntry,
    friend_id: str | None = None,
    publication: str | None = None,
) -> dict[str, str]:
    """Return the records of all grants, of those with a friend, or of one series: name and text."""
    account = entry.runtime_data
    friends = None if friend_id is None else _addresses(entry, friend_id)
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
        for friend, several in of_people.items()
        for record in consent_records(entry.data[CONF_JID], friend, several, texts.get)
    ]
    subentry = None if friend_id is None else entry.subentries[friend_id]
    whose = "" if subentry is None else f"-{slugify(subentry.title)}"
    return {
        "name": f"sen1-consents{whose}-{dt_util.now().date()}.jsonld",
        "text": json.dumps({"@context": CONTEXT, "@graph": records}, ensure_ascii=False, indent=1),
    }


def _addresses(entry: AccountConfigEntry, friend_id: str) -> set[BareJid]:
    subentry = entry.subentries[friend_id]
    if kind_of(subentry) is FriendKind.CIRCLE:
        return set(entry.runtime_data[Circles].members(subentry))
    return {friend_data(subentry)["jid"]}


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
