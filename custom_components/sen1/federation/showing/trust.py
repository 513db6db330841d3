"""What is known of keys and of the journal: for the dashboard, to be verified, to be taken away."""

import asyncio
from collections.abc import Collection, Iterable
from typing import Any

from homeassistant.components.websocket_api.const import ERR_NOT_FOUND
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util, slugify
from homeassistant.util.hass_dict import HassKey
import voluptuous as vol

from ...commands import Answer, Asked, Refused, command
from ...moments import local_iso
from ...protocol.follower import OVER
from ...protocol.model import BareJid
from ...protocol.stamps import stamp
from ...protocol.term import Phase, term_of
from ...protocol.trust.chain import sealed_export
from ...protocol.trust.day import day_to_text
from ...protocol.trust.identity import Head
from ...protocol.trust.keys import PublicKeys, grouped
from ...protocol.trust.verify_journal import (
    LANGUAGES,
    Finding,
    Friend,
    JournalVerdict,
    NotAnExport,
    Speech,
    export_of,
    unreadable,
    verify,
)
from ..config import (
    CONF_JID,
    FriendKind,
    circles_of,
    collections_by_id,
    friend_data,
    friends_of,
    home_name,
    kind_of,
)
from ..consent.policy import Policy
from ..follow.following import Following
from ..own_server import OwnServer
from ..own_words import in_words
from ..publish.publications import Publishing
from ..receipts.book import ToldData
from ..receipts.outcomes import ComparedDays
from ..receipts.receipts import Receipts
from ..relations.circles import Circles
from ..relations.members import Memberships
from ..running import Running, RunningEntry, Words, account_asked, accounts, async_words
from ..trust.peers import Standing
from ..trust.publishing import IdentityNode
from .server_policy import policy_lines

PATIENCE = 5.0
"""Seconds for which the page waits for a verdict: that of years of a cooperative takes longer."""

WORST_FIRST = (
    *(Standing.STOPPED, Standing.UNKNOWN, Standing.KEYLESS),
    *(Standing.SEEN, Standing.VERIFIED),
)
"""A circle is shown as the worst of its members."""

STATES = ("equal", "not_received", "differs", "unconfirmed")


@command("trust")
async def _trust(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer what is known of keys, and whether the days agree."""
    return await async_trust(hass, asked.get("language"))


@command(
    "verify_journal",
    {vol.Required("entry_id"): str, vol.Optional("language"): vol.All(str, vol.Length(max=35))},
)
async def _verify_journal(hass: HomeAssistant, asked: Asked) -> Answer:
    """Verify an account's journal as it is on the disk now, and answer the verdict."""
    entry = account_asked(hass, asked, "not_found", ERR_NOT_FOUND)
    verdict = await _verdicts_of(entry.runtime_data).fresh(hass, entry)
    return _told_verdict(hass, entry, verdict, asked.get("language", hass.config.language))


@command("export_journal", {vol.Required("entry_id"): str, vol.Optional("friend_id"): str})
async def _export_journal(hass: HomeAssistant, asked: Asked) -> Answer:
    """Answer the journal as a file: all of it, or what is of one friend."""
    entry = account_asked(hass, asked, "not_found", ERR_NOT_FOUND)
    account, friend, whose = entry.runtime_data, None, [entry.title]
    if (friend_id := asked.get("friend_id")) is not None:
        # A circle has no journal of its own.
        friends = {one.subentry_id: (jid, one.title) for jid, one in friends_of(entry).items()}
        if friend_id not in friends:
            raise Refused("not_found", ERR_NOT_FOUND)
        friend, title = friends[friend_id]
        whose.append(title)
    content = await account.journal.export(friend)
    if friend is not None:
        content["friend"] = friend
    text = await hass.async_add_executor_job(sealed_export, content, account.statements.keys)
    name = "-".join(["sen1-journal", *map(slugify, whose), str(dt_util.now().date())])
    return {"name": f"{name}.json", "text": text}


class Verdicts:
    """Verify the journal of an account, once at a time; the last verdict is good for a day."""

    def __init__(self) -> None:
        self._task: asyncio.Task[JournalVerdict] | None = None
        self._last: JournalVerdict | None = None
        self._of: Head | None = None
        """The last day that was entered then."""

    async def fresh(self, hass: HomeAssistant, entry: RunningEntry) -> JournalVerdict:
        """Return the verdict of the journal as it is now."""
        return await asyncio.shield(self._running(hass, entry))

    async def known(self, hass: HomeAssistant, entry: RunningEntry) -> JournalVerdict | None:
        """Return the last verdict, unless a day was entered since; None if that takes too long."""
        if self._last is not None and self._of == entry.runtime_data.journal.head:
            return self._last
        await asyncio.wait({self._running(hass, entry)}, timeout=PATIENCE)
        return self._last

    def _running(self, hass: HomeAssistant, entry: RunningEntry) -> asyncio.Task[JournalVerdict]:
        if self._task is None or self._task.done():
            self._task = entry.async_create_background_task(
                hass, self._verify(hass, entry.runtime_data, entry.data[CONF_JID]), "sen1 verify"
            )
        return self._task

    async def _verify(self, hass: HomeAssistant, account: Running, address: str) -> JournalVerdict:
        head = account.journal.head
        try:
            content = await account.journal.content()
        except LookupError, TypeError, ValueError:
            # A file that is no line of JSON any more.
            verdict = unreadable(address, stamp(dt_util.utcnow().timestamp()))
        else:
            verdict = await hass.async_add_executor_job(_verified, content)
        self._last, self._of = verdict, head
        return verdict


_VERDICTS: HassKey[Verdicts] = HassKey("verdicts")


def _verdicts_of(account: Running) -> Verdicts:
    return account.beside.setdefault(_VERDICTS, Verdicts())


def _verified(content: dict[str, Any]) -> JournalVerdict:
    try:
        return verify(export_of(content), sealed=False)
    except NotAnExport:
        return unreadable(content["account"], content["exported"])


async def async_trust(hass: HomeAssistant, language: str | None = None) -> dict[str, Any]:
    """Return what is known of keys and days of all sharing accounts that run."""
    words = await async_words(hass, language)
    several = [await _of_account(hass, entry, words) for entry in accounts(hass)]
    for friend in (friend for account in several for friend in account["friends"]):
        for day in friend["told"]:
            day["series"] = in_words(hass, day["series"], language)
    return {"accounts": several}


async def _of_account(hass: HomeAssistant, entry: RunningEntry, words: Words) -> dict[str, Any]:
    account = entry.runtime_data
    verdict = await _verdicts_of(account).known(hass, entry)
    friends = [_of_friend(account, one, [jid]) for jid, one in friends_of(entry).items()]
    friends += [
        _of_friend(account, one, account[Circles].members(one))
        for one in circles_of(entry).values()
    ]
    friends += [
        _of_friend(account, one, [m.jid for m in account[Memberships].of_collection(collection)])
        for collection, one in collections_by_id(entry).items()
    ]
    return {
        "entry_id": entry.entry_id,
        "title": entry.title,
        "name": home_name(hass, entry),
        "address": entry.data[CONF_JID],
        "link": account[IdentityNode].link(),
        "fingerprint": _numbers(account.statements.keys.public),
        "since": None if verdict is None else verdict.since,
        "entries": account.journal.entries,
        "state": _state(verdict, friends),
        "policy": policy_lines(account[OwnServer].data_policy, words) or None,
        "own_key_forged": account[IdentityNode].is_forged,
        "friends": friends,
    }


def _state(verdict: JournalVerdict | None, friends: Collection[dict[str, Any]]) -> str:
    """Return how the journal stands, and what friends say of the days that are not in it yet."""
    if verdict is not None and verdict.state in {"broken", "differs"}:
        return verdict.state
    days = [friend["days"] for friend in friends]
    if any(each["differs"] for each in days):
        return "differs"
    return "agrees" if any(each["known"] for each in days) else "none"


def _of_friend(
    account: Running, subentry: ConfigSubentry, members: Collection[BareJid]
) -> dict[str, Any]:
    """Return what is known of a friend, or of the members of a circle or a collection."""
    is_circle = kind_of(subentry) in (FriendKind.CIRCLE, FriendKind.COLLECTION)
    trust, days = account.trust, [account[Receipts].days_of(jid) for jid in members]
    standings = {trust.standing(jid) for jid in members}
    grants = friend_data(subentry)["grants"]
    phases = [account[Policy].phase(grant["publication"], term_of(grant)) for grant in grants]
    held = [one for jid in members for one in account[Following].series.get(jid, {}).values()]
    peer = None if is_circle else trust.peers.get(*members)
    is_pinned = peer is not None and peer.keys is not None
    return {
        "friend_id": subentry.subentry_id,
        "friend": subentry.title,
        "members": len(members) if is_circle else None,
        "standing": next((one for one in WORST_FIRST if one in standings), Standing.UNKNOWN),
        "how": peer.how if peer is not None and is_pinned else None,
        "since": local_iso(peer.since) if peer is not None and is_pinned else None,
        "fingerprint": None if peer is None or peer.keys is None else _numbers(peer.keys),
        "changed": None
        if peer is None or peer.changed is None
        else {
            "fingerprint": _numbers(peer.changed),
            "at": local_iso(peer.changed_at),
            "before_how": peer.how,
        },
        "shares": sum(phase is not Phase.ENDED for phase in phases),
        "holds": sum(series.status not in OVER for series in held),
        "days": {state: sum(getattr(each, state) for each in days) for state in ("known", *STATES)},
        "told": _told(days),
    }


def _told(days: Iterable[ComparedDays]) -> list[dict[str, Any]]:
    told = sorted((pair for each in days for pair in each.told), key=lambda pair: pair[0])
    return [_told_day(day, series) for day, series in told]


def _told_day(day: int, told: ToldData) -> dict[str, Any]:
    mended = told["mended"]
    return {
        "day": day_to_text(day),
        "series": told["title"],
        "sent": told["sent"],
        "received": told["received"],
        "missing": _ranges(told["missing"]),
        "differs": _ranges(told["differs"]),
        "state": told["state"],
        "mended": None if mended is None else dt_util.utc_from_timestamp(mended).isoformat(),
    }


def _ranges(several: Iterable[tuple[int, int]]) -> list[dict[str, str | None]]:
    """Return ranges of milliseconds as the page takes them."""
    return [
        {"begin": local_iso(begin / 1000), "end": local_iso(end / 1000)} for begin, end in several
    ]


def _told_verdict(
    hass: HomeAssistant, entry: RunningEntry, verdict: JournalVerdict, language: str
) -> dict[str, Any]:
    """Return a verdict as the page takes it, with each line in words."""
    account, friends = entry.runtime_data, friends_of(entry)
    names: dict[str, str] = {jid: subentry.title for jid, subentry in friends.items()}
    titles: dict[str, str] = {
        key: one.description.title for key, one in account[Publishing].publications.items()
    }
    for of_friend in account[Following].series.values():
        titles |= {key: series.description.title for key, series in of_friend.items()}
    titles = {key: in_words(hass, title, language) for key, title in titles.items()}
    spoken = language.partition("-")[0]
    voice = Speech(spoken if spoken in LANGUAGES else LANGUAGES[0], names | titles)

    def line(one: Finding) -> dict[str, Any]:
        return {
            "kind": one.key,
            "entry": one.entry,
            "day": one.day,
            "until": one.until,
            "what": one.what,
            "count": one.count,
            "friend": None if one.who is None else names.get(one.who, one.who),
            "series": None if one.publication is None else titles.get(one.publication),
            "ranges": [{"begin": begin, "end": end} for begin, end in one.ranges],
            "text": voice.line(one, verdict.account),
        }

    def friend(one: Friend) -> dict[str, Any]:
        subentry = friends.get(BareJid(one.address))
        days = {"known": len(one.days)} | {state: one.count(state) for state in STATES}
        return {
            "friend_id": None if subentry is None else subentry.subentry_id,
            "friend": names.get(one.address, one.address),
            "days": days,
            "ours": vars(one.ours),
            "theirs": vars(one.theirs),
        }

    return {
        "state": verdict.state,
        "since": verdict.since,
        "entries": verdict.entries,
        "unconfirmed_since": verdict.unconfirmed_since,
        "sentence": voice.sentence(verdict),
        "lines": [line(one) for one in verdict.lines if one.differs],
        "notes": [line(one) for one in verdict.lines if not one.differs],
        "friends": [friend(one) for one in verdict.friends],
    }


def _numbers(keys: PublicKeys) -> list[str]:
    return list(grouped(keys.fingerprint))


COMMANDS = (_trust, _verify_journal, _export_journal)
